"""Ways of doing things on the canvas that bring two pages, gestures or keys together."""

from typing import Any

from playwright.async_api import Page

from tests.browser.test_board import opened, until
from tests.browser.test_edit import (
    PASTE,
    Visits,
    at,
    drag,
    editor,
    empty,
    focus,
    made,
    relations,
    saved,
    selected,
    shape,
    sticky,
)
from tests.processes import Served

COPY = """() => {
    const carried = new DataTransfer();
    const event = new ClipboardEvent("copy", {
        clipboardData: carried, bubbles: true, cancelable: true,
    });
    document.querySelector(".canvas").dispatchEvent(event);
    return carried.getData("text/html");
}"""


async def on_board(page: Page, x: float, y: float) -> list[float]:
    """A point of the window, on the board."""
    return list(await page.evaluate("([x, y]) => board.canvas.camera.toBoard(x, y)", [x, y]))


async def middles(page: Page) -> list[tuple[float, float]]:
    """The middles of what is selected."""
    found = [await shape(page, id) for id in await selected(page)]
    return [(each["x"] + each["w"] / 2, each["y"] + each["h"] / 2) for each in found]


async def drag_alt(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    await page.keyboard.down("Alt")
    await drag(page, start, end)
    await page.keyboard.up("Alt")


# -- copies


async def test_ED4_alt_drags_a_copy_and_the_keyboard_duplicates(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    one = await sticky(page, 400, 300, "one")
    two = await sticky(page, 620, 300, "two")
    await page.evaluate("([a, b]) => board.editor.value.relate(a, b)", [one, two])
    await page.evaluate("ids => board.selectAll(ids)", [one, two])
    before = [await shape(page, one), await shape(page, two)]
    start = await at(page, one)
    await drag_alt(page, start, (start[0], start[1] + 250))
    assert [await shape(page, one), await shape(page, two)] == before
    copies = await selected(page)
    assert len(copies) == 2
    assert not {one, two} & set(copies)
    assert ["".join((await shape(page, id))["text"]) for id in copies] == ["one", "two"]
    assert (await shape(page, copies[0]))["y"] - before[0]["y"] > 200
    (relation,) = await relations(page, copies[0])
    assert {relation["source"], relation["target"]} == set(copies)
    await saved(page)
    await focus(page)
    await page.keyboard.press("Control+z")
    assert {each["id"] for each in await made(page)} == {one, two}
    # by the keyboard
    await page.evaluate("id => board.selectAll([id])", one)
    await page.keyboard.press("Control+d")
    (copy,) = await selected(page)
    assert copy != one
    assert "".join((await shape(page, copy))["text"]) == "one"
    await saved(page)


async def test_OE7_a_locked_thing_is_duplicated_and_its_copy_is_open(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    one = await sticky(page, 400, 300, "one")
    await focus(page)
    await page.evaluate("id => board.selectAll([id])", one)
    await page.keyboard.press("Control+Shift+l")
    assert (await shape(page, one))["locked"] is True
    await page.keyboard.press("Control+d")
    (copy,) = await selected(page)
    assert copy != one
    assert "locked" not in await shape(page, copy)
    await saved(page)


async def test_ED10_a_paste_lands_under_the_pointer_and_the_next_beside_it(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    await page.mouse.move(500, 300)
    await page.evaluate(PASTE, ["text/plain", "here"])
    x, y = await on_board(page, 500, 300)
    ((left, top),) = await middles(page)
    assert abs(left - x) <= 1 >= abs(top - y)
    # the view moves below the pointer
    await page.mouse.wheel(90, 45)
    await page.wait_for_timeout(50)
    x, y = await on_board(page, 500, 300)
    await page.evaluate(PASTE, ["text/plain", "there"])
    ((left, top),) = await middles(page)
    assert abs(left - x) <= 1 >= abs(top - y)
    await page.evaluate(PASTE, ["text/plain", "there"])
    ((left, top),) = await middles(page)
    assert abs(left - x - 20) <= 1 >= abs(top - y - 20)


async def test_ED10_where_nobody_points_a_paste_lands_where_it_is_seen_and_free(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    await page.locator(".tools").hover()
    await focus(page)
    for words in ("one", "two", "three"):
        await page.evaluate(PASTE, ["text/plain", words])
    free = await page.evaluate("board.free()")
    boxes = [each for each in await made(page) if each["kind"] == "sticky"]
    assert len(boxes) == 3
    for box in boxes:
        assert free[0] <= box["x"] <= free[0] + free[2] - box["w"]
        assert free[1] <= box["y"] <= free[1] + free[3] - box["h"]
    for a in boxes:
        for b in boxes:
            meet = abs(a["x"] - b["x"]) < a["w"] and abs(a["y"] - b["y"]) < a["h"]
            assert a is b or not meet


# -- relations


async def dots(page: Page) -> list[dict[str, Any]]:
    """The dots at which a relation can be begun now."""
    return list(
        await page.evaluate(
            "board.editor.value.pointing.spots().filter(({ does }) => does === 'relate')"
        )
    )


async def test_ED7_a_mouse_over_a_node_finds_its_dots_without_selecting_it(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    one = await sticky(page, 400, 300, "one")
    two = await sticky(page, 800, 300, "two")
    await page.evaluate("board.selectAll([])")
    await page.mouse.move(600, 600)
    assert await dots(page) == []
    await page.mouse.move(*await at(page, one))
    found = await dots(page)
    assert len(found) == 4
    assert {each["id"] for each in found} == {one}
    # on the way to a dot it stays
    right = found[1]
    edge = await at(page, one, 1, 0.5)
    await page.mouse.move(*edge)
    await page.mouse.move(right["x"], right["y"], steps=6)
    assert len(await dots(page)) == 4
    assert await page.evaluate("board.canvas.element.style.cursor") == "crosshair"
    await drag(page, (right["x"], right["y"]), await at(page, two))
    (relation,) = await relations(page, one)
    assert (relation["source"], relation["target"]) == (one, two)
    await page.evaluate("board.selectAll([])")
    await page.mouse.move(*await at(page, two))
    assert len(await dots(page)) == 4
    await page.locator(".tools").hover()
    assert await dots(page) == []
    await page.mouse.move(*await at(page, two))
    await focus(page)
    await page.keyboard.press("h")
    assert await dots(page) == []


async def test_ED7_the_other_end_of_a_relation_is_found_by_its_words(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    one = await sticky(page, 400, 300, "the first")
    far = await sticky(page, 900, 500, "a wholly different thing")
    await page.evaluate("id => board.selectAll([id])", one)
    await focus(page)
    await page.keyboard.press("l")
    assert await page.locator("#relating").is_visible()
    await page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Relate the first to")
    assert await field.evaluate("element => element === document.activeElement")
    await page.keyboard.type("wholly diff")
    await page.keyboard.press("Enter")
    (relation,) = await relations(page, one)
    assert (relation["source"], relation["target"]) == (one, far)
    assert await selected(page) == [relation["id"]]
    assert await page.evaluate("document.activeElement.closest('.canvas') !== null")
    assert await page.locator("#relating").count() == 0
    # and Escape drops it, from the field as well
    await page.evaluate("id => board.selectAll([id])", one)
    await page.keyboard.press("l")
    await page.keyboard.press("/")
    await page.keyboard.press("Escape")
    assert await page.locator("#relating").count() == 0
    assert len(await relations(page, one)) == 1
    await saved(page)


async def test_ED14_a_relation_is_turned_around_in_one_step(served: Served, visit: Visits) -> None:
    page = await editor(visit, served)
    other = await opened(visit, served.links["viewer"])
    await empty(page)
    one = await sticky(page, 400, 300, "one")
    two = await sticky(page, 800, 300, "two")
    await page.evaluate("([a, b]) => board.editor.value.relate(a, b)", [one, two])
    (id,) = await selected(page)
    await page.evaluate("id => board.session.setText('relation', id, 'label', 'leads to')", id)
    await page.locator("#selection-bar").get_by_role("button", name="Line").click()
    await page.get_by_role("menuitem", name="Turn around").click()
    (turned,) = await relations(page, one)
    assert (turned["source"], turned["target"]) == (two, one)
    assert "".join(turned["label"]) == "leads to"
    assert await selected(page) == [turned["id"]]
    await saved(page)
    seen = """([id, source]) => board.session.model.relationsOf(id).length === 1 &&
        board.session.model.relationsOf(id)[0].source === source"""
    await until(other, seen, [one, two])
    await focus(page)
    await page.keyboard.press("Control+z")
    (back,) = await relations(page, one)
    assert (back["id"], back["source"], "".join(back["label"])) == (id, one, "leads to")
    await saved(page)
    await until(other, seen, [one, one])
    await page.keyboard.press("Control+Shift+z")
    assert (await relations(page, one))[0]["source"] == two
    await saved(page)


async def test_OE3_a_relation_is_turned_around_in_the_outline_and_keeps_the_focus(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    one = await sticky(page, 400, 300, "one")
    two = await sticky(page, 800, 300, "two")
    await page.evaluate("([a, b]) => board.editor.value.relate(a, b)", [one, two])
    await page.evaluate("id => { board.outlineOpen.value = true; board.select(id, false); }", one)
    row = page.locator(f"[data-key='node/{one}']")
    await row.wait_for()
    await row.focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Shift+F10")
    await page.get_by_role("menuitem", name="Turn around").press("Enter")
    await until(page, "id => board.session.model.relationsOf(id)[0].source !== id", one)
    key = "document.activeElement.closest('[data-key]')?.dataset.key"
    (turned,) = await relations(page, one)
    assert (turned["source"], turned["target"]) == (two, one)
    await until(page, f"id => {key} === id", f"relation/{turned['id']}/{one}")


# -- drags


async def test_ED13_escape_ends_a_drag_and_nothing_has_moved(served: Served, visit: Visits) -> None:
    page = await editor(visit, served)
    await empty(page)
    one = await sticky(page, 400, 300, "one")
    await saved(page)
    before = await shape(page, one)
    start = await at(page, one)
    await drag(page, start, (start[0] + 200, start[1] + 100), drop=False)
    assert (await shape(page, one))["x"] > before["x"]
    await page.keyboard.press("Escape")
    assert await shape(page, one) == before
    await page.mouse.move(start[0] + 250, start[1] + 150)
    await page.mouse.up()
    assert await shape(page, one) == before
    assert await page.evaluate("board.session.model.pending.length") == 0
    # the next drag is one again
    await drag(page, start, (start[0] + 200, start[1] + 100))
    assert (await shape(page, one))["x"] > before["x"]
    await saved(page)
