"""What the tests of editing do on the canvas, and what they look at there."""

from typing import Any

from playwright.async_api import Page

from tests.browser.pages import Visits, opened, until
from tests.processes import Served

PASTE = """([type, data]) => {
    const carried = new DataTransfer();
    carried.setData(type, data);
    const event = new ClipboardEvent("paste", {
        clipboardData: carried, bubbles: true, cancelable: true,
    });
    document.querySelector(".canvas").dispatchEvent(event);
}"""
BOARD = ".canvas"


async def editor(visit: Visits, served: Served, role: str = "participant", **context: Any) -> Page:
    """A page that may edit, with its tools."""
    page = await opened(visit, served.links[role], **context)
    await until(page, "board.editor.value !== null && board.editor.value.session.active !== null")
    await page.wait_for_selector(".tools")
    return page


async def empty(page: Page) -> None:
    """Look at a part of the board where nothing lies, at 100 %."""
    await page.evaluate(
        """() => {
            const { x, y, w, h } = board.scene.bounds();
            board.stay();
            board.canvas.showViewport([x + w - 150, y + h - 100, innerWidth, innerHeight]);
            board.session.setActive("milestones");
        }"""
    )
    await page.wait_for_timeout(50)


async def things(page: Page, layer: str = "milestones") -> list[dict[str, Any]]:
    """What lies in a layer, as it is seen."""
    return list(
        await page.evaluate(
            """layer => board.session.model.nodesOf(layer)
                .map((shape) => ({ kind: 'card', ...shape }))""",
            layer,
        )
    )


async def made(page: Page) -> list[dict[str, Any]]:
    """What was made by the people of these tests."""
    return [each for each in await things(page) if "." in each["id"]]


async def selected(page: Page) -> list[str]:
    return list(await page.evaluate("[...board.selection.value]"))


async def shape(page: Page, id: str) -> dict[str, Any]:
    return dict(await page.evaluate("id => board.session.model.node(id).shape", id))


async def at(page: Page, id: str, x: float = 0.5, y: float = 0.5) -> tuple[float, float]:
    """A place on a node, in the window: 0.5, 0.5 is its middle."""
    found = await page.evaluate(
        """([id, x, y]) => {
            const shape = board.session.model.node(id).shape;
            return board.canvas.camera.toWindow(shape.x + shape.w * x, shape.y + shape.h * y);
        }""",
        [id, x, y],
    )
    return found[0], found[1]


async def drag(
    page: Page, start: tuple[float, float], end: tuple[float, float], drop: bool = True
) -> None:
    await page.mouse.move(*start)
    await page.mouse.down()
    await page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, steps=3)
    await page.mouse.move(*end, steps=3)
    if drop:
        await page.mouse.up()


async def sticky(page: Page, x: float, y: float, words: str) -> str:
    """A sticky by double click, with words."""
    before = {each["id"] for each in await made(page)}
    await page.mouse.dblclick(x, y)
    await page.wait_for_selector(".typing")
    await page.keyboard.type(words)
    await page.keyboard.press("Escape")
    (new,) = [each["id"] for each in await made(page) if each["id"] not in before]
    return str(new)


async def on_paper(
    visit: Visits, served: Served, *notes: tuple[float, float, str], **context: Any
) -> tuple[Any, ...]:
    """A page that may edit, where nothing lies but these stickies; and their ids."""
    page = await editor(visit, served, **context)
    await empty(page)
    return (page, *[await sticky(page, *note) for note in notes])


async def focus(page: Page) -> None:
    await page.locator(BOARD).focus()


async def relations(page: Page, id: str) -> list[dict[str, Any]]:
    return list(await page.evaluate("id => board.session.model.relationsOf(id)", id))
