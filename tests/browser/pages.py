"""What the tests do on pages: open them, wait for them, and look at what is there."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Literal

from playwright.async_api import Page, expect

from tests.browser.conftest import Visit

AXE = Path(__file__).parents[2] / "static" / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 390, "height": 844}
ON_PHONE: dict[str, Any] = {"viewport": PHONE, "has_touch": True, "is_mobile": True}
WAIT_S = 20.0  # what is there at once on a quiet machine may take seconds on a busy one
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")

Visits = Callable[..., Awaitable[Visit]]

expect.set_options(timeout=WAIT_S * 1000)


async def until(page: Page, expression: str, arg: Any = None) -> None:
    """Wait until an expression is true in a page (whose policy forbids playwright's own way)."""
    async with asyncio.timeout(WAIT_S):
        while not await page.evaluate(expression, arg):
            await page.wait_for_timeout(30)


async def ready(page: Page) -> Page:
    """Wait until a page holds all that it asked for."""
    await until(page, "window.board?.ready.value === true")
    return page


async def opened(visit: Visits, address: str, **context: Any) -> Page:
    return await ready((await visit(address, **context)).page)


async def editable(page: Page) -> Page:
    """Wait until the person of a page can change the board."""
    await ready(page)
    await until(page, "board.editor.value !== null && board.mayEdit.value")
    return page


async def opened_to_edit(visit: Visits, address: str, **context: Any) -> Page:
    return await editable((await visit(address, **context)).page)


async def saved(page: Page) -> None:
    """Wait until everything that was done is durable."""
    await until(page, "board.session.model.pending.length === 0")


async def on(page: Page) -> set[str]:
    """The layers that the page shows."""
    return set(await page.evaluate("[...board.session.on]"))


async def node(page: Page, title: str) -> str:
    """The id of a node that the page holds, by its title."""
    found = await page.evaluate(
        """title => [...board.session.on].flatMap((layer) => board.session.model.nodesOf(layer))
            .find((node) => node.title.join("").trim() === title)?.id""",
        title,
    )
    assert found, f"nothing is titled {title!r}"
    return str(found)


async def open_layers(page: Page) -> None:
    await page.get_by_role("button", name="Layers", exact=True).click()


async def open_outline(page: Page) -> None:
    await page.get_by_role("button", name="Outline", exact=True).click()


async def finger(page: Page) -> Callable[..., Awaitable[None]]:
    """A real finger: ``await touch("touchStart", (x, y))``, ``touchMove``, ``touchEnd``."""
    client = await page.context.new_cdp_session(page)

    async def touch(kind: str, *points: tuple[float, float]) -> None:
        fingers = [{"x": x, "y": y, "id": at} for at, (x, y) in enumerate(points)]
        await client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    return touch


def switch(page: Page, title: str) -> Any:
    return page.locator("#layers").get_by_role("checkbox", name=title, exact=True)


async def violations(page: Page, *schemes: Scheme) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA, and best practices; in the dark, what differs
    there: the contrast. Without ``schemes`` a page is looked at in both, and left in the light.

    axe takes all the text that lies in a row of a tree for its label: what the node says, the
    rows in it, and an open form. The label by which somebody who speaks names a row (WCAG 2.5.3
    means what labels a component, and not each text in it) is its title. So of rows the rule is
    replaced by what is asked for beyond it: their names begin with their titles.
    """
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(AXE.read_text())
    broken: list[str] = []
    for scheme in schemes or SCHEMES:
        await page.emulate_media(color_scheme=scheme)
        rules = {"runOnly": ["color-contrast"]} if scheme == "dark" else {}
        found = await page.evaluate("axe.run", {"resultTypes": ["violations"], **rules})
        assert found["passes"] or found["incomplete"]  # behind a dialog no contrast is measured
        for each in found["violations"]:
            if each["id"] == "label-content-name-mismatch":
                each["nodes"] = [
                    one for one in each["nodes"] if 'role="treeitem"' not in one["html"]
                ]
            if each["nodes"]:
                where = json.dumps([one["target"] for one in each["nodes"]])
                broken.append(f"{scheme}: {each['id']}: {where}")
    await page.emulate_media(color_scheme="light")
    unnamed = await page.evaluate(
        """[...document.querySelectorAll("[role=treeitem]")].filter((row) => {
            const title = row.querySelector(".twig-title").textContent.trim();
            return title === "" || !row.ariaLabel.startsWith(title);
        }).map((row) => row.ariaLabel)"""
    )
    assert unnamed == []
    return broken


async def small(page: Page, side: float) -> list[str]:
    """What can be pressed and is smaller than a side; links within a line are exempt."""
    found = await page.evaluate(
        """side => [...document.querySelectorAll("button, a.button, label.switch, .segments label")]
            .filter((one) => one.checkVisibility({ opacityProperty: true }))
            .map((one) => [one, one.getBoundingClientRect()])
            .filter(([, box]) => box.width > 1 && (box.width < side || box.height < side))
            .map(([one, box]) => `${one.textContent} ${box.width}x${box.height}`)""",
        side,
    )
    return list(found)
