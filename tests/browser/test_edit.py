"""Editing on the canvas: real pages, by mouse, by keyboard and by finger."""

from collections.abc import Awaitable, Callable
from typing import Any

from playwright.async_api import Page

from tests.browser.conftest import Visit
from tests.browser.test_board import node, opened, until
from tests.processes import Served

Visits = Callable[..., Awaitable[Visit]]
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


async def saved(page: Page) -> None:
    """Wait until everything that was done is durable."""
    await until(page, "board.session.model.pending.length === 0")


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


async def focus(page: Page) -> None:
    await page.locator(BOARD).focus()


# -- creating


async def test_ED1_a_double_click_makes_a_sticky_that_all_see(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    other = await opened(visit, served.links["viewer"])
    await empty(page)
    id = await sticky(page, 700, 400, "A new thought\nof two lines 🌱")
    mine = await shape(page, id)
    assert mine["kind"] == "sticky"
    assert "".join(mine["text"]) == "A new thought\nof two lines 🌱"
    await saved(page)
    await until(
        other,
        "id => board.session.model.node(id)?.shape.text?.join('').startsWith('A new thought')",
        id,
    )
    assert await other.locator(".tools").count() == 0


async def test_ED1_each_tool_puts_down_its_thing_where_one_clicks(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    for count, (keys, kind) in enumerate(
        [("s", "sticky"), ("c", "card"), ("t", "text"), ("r", "shape"), ("f", "frame")], 1
    ):
        await focus(page)
        await page.keyboard.press(keys)
        await page.mouse.click(500, 300)
        await page.wait_for_selector(".typing")
        await page.keyboard.type(f"the {kind}")
        await page.keyboard.press("Escape")
        new = await made(page)
        assert len(new) == count
        assert kind in {each["kind"] for each in new}
        assert await page.evaluate("board.editor.value.tool.value") == "select"
    await page.get_by_role("button", name="Sticky note", exact=True).click()
    await drag(page, (760, 200), (860, 320))
    await page.keyboard.type("as large as it was drawn")
    await page.keyboard.press("Escape")
    drawn = (await made(page))[-1]
    assert abs(drawn["w"] - 120) <= 1 and drawn["h"] == drawn["w"]


async def test_ED1_by_keyboard_alone_a_thing_comes_to_the_middle_where_it_is_free(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    await focus(page)
    for words in ("first", "second"):
        await page.keyboard.press("s")
        await page.keyboard.press("Enter")
        await page.wait_for_selector(".typing")
        await page.keyboard.type(words)
        await page.keyboard.press("Control+Enter")
    one, two = await made(page)
    assert one["text"] == ["first"] and two["text"] == ["second"]
    apart = abs(one["x"] - two["x"]) >= one["w"] or abs(one["y"] - two["y"]) >= one["h"]
    assert apart
    assert await page.evaluate("document.activeElement.classList.contains('canvas')")


async def test_ED1_a_sticky_that_was_left_without_a_word_is_gone(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    await page.mouse.dblclick(700, 400)
    await page.wait_for_selector(".typing")
    assert len(await made(page)) == 1
    await page.keyboard.press("Escape")
    assert await made(page) == []


# -- changing


async def test_ED4_a_drag_moves_what_is_selected_as_one_step(served: Served, visit: Visits) -> None:
    page = await editor(visit, served)
    await empty(page)
    one = await sticky(page, 600, 300, "one")
    two = await sticky(page, 900, 300, "two")
    await page.evaluate("ids => board.selectAll(ids)", [one, two])
    before = [await shape(page, id) for id in (one, two)]
    await drag(page, await at(page, one), (650, 450))
    after = [await shape(page, id) for id in (one, two)]
    moves = [
        (now["x"] - was["x"], now["y"] - was["y"]) for was, now in zip(before, after, strict=True)
    ]
    assert moves[0] == moves[1] != (0, 0)
    await saved(page)
    await page.keyboard.press("Control+z")
    assert [await shape(page, id) for id in (one, two)] == before
    await page.keyboard.press("Control+Shift+z")
    assert [await shape(page, id) for id in (one, two)] == after


async def test_ED4_delete_removes_and_undo_brings_back(served: Served, visit: Visits) -> None:
    page = await editor(visit, served)
    await empty(page)
    id = await sticky(page, 600, 300, "short-lived")
    await page.keyboard.press("Delete")
    assert await made(page) == []
    await saved(page)
    await page.keyboard.press("Control+z")
    assert [each["id"] for each in await made(page)] == [id]


async def test_ED2_text_is_edited_in_place_and_a_card_grows_with_it(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served, "facilitator")
    id = await node(page, "Kick-off")
    await page.evaluate("id => board.select(id, true)", id)
    before = await shape(page, id)
    await page.mouse.dblclick(*await at(page, id))
    await page.wait_for_selector(".typing")
    await page.keyboard.type("!")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("word " * 60)
    await page.keyboard.press("Escape")
    after = await shape(page, id)
    assert "".join(after["title"]) == "".join(before["title"]) + "!"
    assert "".join(after["text"]) == "word " * 60
    assert after["h"] > before["h"]
    await saved(page)
    assert await shape(page, id) == after
    # one step
    await page.keyboard.press("Control+z")
    await saved(page)
    assert (await shape(page, id))["title"] == before["title"]
    assert (await shape(page, id))["h"] == before["h"]
