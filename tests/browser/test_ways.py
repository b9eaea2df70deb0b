"""Ways of doing things on the canvas that bring two pages, gestures or keys together."""

from itertools import pairwise
from pathlib import Path
from typing import Any

from playwright.async_api import Page

from board.limits import TITLE_CHARS_MAX
from tests.browser.conftest import Seeded, copied, with_links
from tests.browser.editing import (
    PASTE,
    at,
    drag,
    editor,
    empty,
    focus,
    made,
    on_paper,
    relations,
    selected,
    shape,
    sticky,
    things,
)
from tests.browser.pages import (
    Visits,
    editable,
    opened,
    ready,
    saved,
    until,
)
from tests.processes import Served


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


async def command(page: Page, title: str) -> None:
    """Find a command by its title, by the keyboard alone, and do it."""
    await page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Do something")
    await field.wait_for()
    await page.keyboard.type(title)
    await page.get_by_role("option", name=title).first.wait_for()
    await page.keyboard.press("Enter")
    await field.wait_for(state="hidden")


# -- copies


async def test_ED4_alt_drags_a_copy_and_the_keyboard_duplicates(
    served: Served, visit: Visits
) -> None:
    page, one, two = await on_paper(visit, served, (400, 300, "one"), (620, 300, "two"))
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
    page, one = await on_paper(visit, served, (400, 300, "one"))
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
    page, one, two = await on_paper(visit, served, (400, 300, "one"), (800, 300, "two"))
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
    page, one, far = await on_paper(
        visit, served, (400, 300, "the first"), (900, 500, "a wholly different thing")
    )
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


async def test_ED7_an_end_is_attached_to_another_node_without_a_pointer(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    one = await sticky(page, 400, 300, "one")
    two = await sticky(page, 800, 300, "two")
    three = await sticky(page, 800, 560, "the third of them")
    await page.evaluate("([a, b]) => board.editor.value.relate(a, b)", [one, two])
    (id,) = await selected(page)
    await page.evaluate("id => board.session.setText('relation', id, 'label', 'leads to')", id)
    await focus(page)
    await command(page, "Attach the end to another")
    field = page.get_by_role("combobox", name="Attach the end to another")
    await field.wait_for()
    await until(page, "document.activeElement.closest('#relating') !== null")
    await page.keyboard.type("third of")
    await page.keyboard.press("Enter")
    (moved,) = await relations(page, one)
    assert (moved["source"], moved["target"]) == (one, three)
    assert "".join(moved["label"]) == "leads to"
    assert await selected(page) == [moved["id"]]
    await saved(page)
    # by the mouse, from the bar; Escape leaves it as it is
    await page.locator("#selection-bar").get_by_role("button", name="Line").click()
    await page.get_by_role("menuitem", name="Attach the start to another").click()
    await page.get_by_role("combobox", name="Attach the start to another").wait_for()
    await page.keyboard.press("Escape")
    assert await page.locator("#relating").count() == 0
    assert (await relations(page, one))[0]["id"] == moved["id"]
    await focus(page)
    await page.keyboard.press("Control+z")
    assert (await relations(page, one))[0]["target"] == two


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
    page, one, two = await on_paper(visit, served, (400, 300, "one"), (800, 300, "two"))
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
    page, one = await on_paper(visit, served, (400, 300, "one"))
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


async def test_ED4_the_view_goes_along_where_a_drag_comes_to_its_edge(
    served: Served, visit: Visits
) -> None:
    page, one = await on_paper(visit, served, (640, 400, "one"))
    before = await shape(page, one)
    left = (await page.evaluate("board.canvas.viewport()"))[0]
    await drag(page, await at(page, one), (1275, 400), drop=False)
    # the pointer rests at the edge, and still it goes on
    await until(page, "left => board.canvas.viewport()[0] > left + 100", left)
    pointer = await on_board(page, 1275, 400)
    moved = await shape(page, one)
    assert abs(moved["x"] + moved["w"] / 2 - pointer[0]) < 40
    await page.mouse.move(640, 400)
    await page.mouse.up()
    view = await page.evaluate("board.canvas.viewport()")
    await page.wait_for_timeout(100)
    assert await page.evaluate("board.canvas.viewport()") == view
    assert (await shape(page, one))["x"] > before["x"] + 100
    await saved(page)


async def test_ED4_what_the_keyboard_moves_stays_in_view(served: Served, visit: Visits) -> None:
    page, one = await on_paper(visit, served, (1100, 400, "one"))
    before = await shape(page, one)
    await focus(page)
    for _ in range(30):
        await page.keyboard.press("Shift+ArrowRight")
    assert (await shape(page, one))["x"] == before["x"] + 300
    right, _ = await at(page, one, 1, 0.5)
    assert right <= 1280
    await saved(page)
    await page.keyboard.press("Control+z")
    assert await shape(page, one) == before


async def test_ED5_a_drag_comes_to_rest_beside_a_neighbour_and_a_line_shows_it(
    served: Served, visit: Visits
) -> None:
    page, one, two = await on_paper(visit, served, (400, 250, "one"), (760, 520, "two"))
    still = await shape(page, one)
    start = await at(page, two)
    # four pixels beside the line of the other one
    near = (start[0] - 356, start[1])
    lined = "board.editor.value.guides.map(({ axis, at }) => [axis, at])"
    pink = """(() => {
        const overlay = board.canvas.element.querySelector("canvas:last-of-type");
        const { data } = overlay.getContext("2d").getImageData(0, 0, overlay.width, overlay.height);
        let found = 0;
        for (let i = 0; i < data.length; i += 4) {
            const [red, green, blue, alpha] = data.slice(i, i + 4);
            if (alpha > 200 && red > 180 && green < 110 && blue > 90) found++;
        }
        return found;
    })()"""
    await drag(page, start, near, drop=False)
    assert ["x", still["x"]] in await page.evaluate(lined)
    await until(page, f"{pink} > 40")
    await page.mouse.up()
    assert (await shape(page, two))["x"] == still["x"]
    assert await page.evaluate(lined) == []
    await until(page, f"{pink} === 0")
    # with Ctrl it goes freely
    start = await at(page, two)
    await page.keyboard.down("Control")
    await drag(page, start, (start[0] + 40, start[1]), drop=False)
    await page.mouse.move(start[0] + 4, start[1])
    await page.mouse.up()
    await page.keyboard.up("Control")
    assert (await shape(page, two))["x"] == still["x"] + 4
    # and by the keyboard it is turned off
    await focus(page)
    await command(page, "Snap to others")
    start = await at(page, two)
    await drag(page, start, (start[0] - 7, start[1]))
    assert (await shape(page, two))["x"] == still["x"] - 3
    assert await page.evaluate("board.editor.value.snaps.value") is False
    await saved(page)


async def test_ED6_a_whole_layer_is_tidied_and_what_is_locked_stays(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    other = await opened(visit, served.links["viewer"])
    await empty(page)
    locked = str((await things(page))[0]["id"])
    await page.evaluate("id => board.session.edit([{ op: 'node.set', id, locked: true }])", locked)
    places = [(380, 260), (570, 300), (420, 480), (700, 250), (640, 520)]
    notes = [await sticky(page, x, y, f"{x}") for x, y in places]
    await saved(page)
    still = await shape(page, locked)
    before = {each["id"]: each for each in await things(page)}
    elsewhere = await things(page, "focus")
    await focus(page)
    await command(page, "Tidy the active layer into a grid")
    now = {each["id"]: each for each in await things(page)}
    assert now.keys() == before.keys()
    assert await shape(page, locked) == still
    assert await things(page, "focus") == elsewhere
    moved = [each for each in now.values() if each["id"] != locked]
    assert [id for id in notes if now[id]["x"] != before[id]["x"]]
    # in columns and rows, none on another
    for a in moved:
        for b in moved:
            meet = a["x"] < b["x"] + b["w"] and b["x"] < a["x"] + a["w"]
            meet = meet and a["y"] < b["y"] + b["h"] and b["y"] < a["y"] + a["h"]
            assert a["id"] == b["id"] or not meet
    assert len({each["x"] for each in moved}) < len(moved)
    await saved(page)
    await until(
        other,
        "([id, x]) => board.session.model.node(id).shape.x === x",
        [notes[0], now[notes[0]]["x"]],
    )
    # one step takes it back, and the mouse does it again
    await page.keyboard.press("Control+z")
    assert {each["id"]: each for each in await things(page)} == before
    await page.keyboard.press("Control+k")
    await page.keyboard.type("tidy")
    await page.get_by_role("option", name="Tidy the active layer").click()
    assert {each["id"]: each for each in await things(page)} == now
    await saved(page)


# -- between boards


async def test_ED10_things_are_cut_and_pasted_into_another_board(
    serve: Any, seeded: Seeded, visit: Visits, tmp_path: Path
) -> None:
    """CB1, CB5: by Ctrl+C, Ctrl+X and Ctrl+V, through the clipboard of the system."""
    served = await serve(copied(seeded, tmp_path / "data"))
    with_links(served, seeded)
    desk = (await visit(f"{served.address}/#k={seeded.desk}")).page
    await until(desk, "'desk' in window")
    await desk.evaluate("desk.make({ title: 'The other board' })")
    link = desk.locator(".desk-card").get_by_role("link", name="The other board", exact=True)
    await link.click()
    await desk.wait_for_url("**/b/the-other-board*")
    there = await ready(desk)
    await until(there, "board.editor.value !== null")
    await there.evaluate(
        """() => board.session.edit([
            { op: "layer.create", id: board.session.fresh(), text: { title: { en: "Notes" } } },
        ])"""
    )
    await until(there, "board.session.active !== null")
    await saved(there)
    here = await there.context.new_page()
    await here.goto(served.links["participant"])
    await ready(here)
    await until(here, "board.editor.value !== null && board.editor.value.session.active !== null")
    await empty(here)
    one = await sticky(here, 400, 300, "ένα 🌱")
    two = await sticky(here, 700, 300, "δύο")
    await here.evaluate("([a, b]) => board.editor.value.relate(a, b)", [one, two])
    await here.evaluate("ids => board.selectAll(ids)", [one, two])
    await saved(here)
    await here.bring_to_front()
    await focus(here)
    await here.keyboard.press("Control+c")
    await there.bring_to_front()
    await there.mouse.move(600, 400)
    await focus(there)
    await there.keyboard.press("Control+v")
    await until(there, "board.selection.value.size === 2")
    pasted = [await shape(there, id) for id in await selected(there)]
    assert ["".join(each["text"]) for each in pasted] == ["ένα 🌱", "δύο"]
    (relation,) = await relations(there, pasted[0]["id"])
    assert (relation["source"], relation["target"]) == (pasted[0]["id"], pasted[1]["id"])
    await saved(there)
    # cut: it is gone here, and comes there
    await here.bring_to_front()
    await focus(here)
    await here.keyboard.press("Control+x")
    assert await made(here) == []
    await saved(here)
    await there.bring_to_front()
    await there.mouse.move(600, 620)
    await focus(there)
    await there.keyboard.press("Control+v")
    await until(there, "id => !board.selection.value.has(id)", pasted[0]["id"])
    assert len(await selected(there)) == 2
    await saved(there)
    await here.keyboard.press("Control+z")
    await here.bring_to_front()
    await focus(here)
    await here.keyboard.press("Control+z")
    assert {each["id"] for each in await made(here)} == {one, two}


# -- text


async def test_ED2_an_image_is_described_by_two_clicks_and_by_enter(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    x, y = await on_board(page, 500, 300)
    id = str(
        await page.evaluate(
            """([x, y]) => {
                const { session } = board;
                const id = session.fresh();
                session.edit([{
                    op: "node.create", id, layer: session.active, kind: "image",
                    x, y, w: 240, h: 160,
                }]);
                return id;
            }""",
            [x, y],
        )
    )
    dialog = page.get_by_role("dialog", name="What does the image show?")
    await page.mouse.dblclick(*await at(page, id))
    await dialog.get_by_label("Description").fill("A street")
    await dialog.get_by_role("button", name="Save").click()
    await until(page, "id => board.session.model.node(id).shape.alt === 'A street'", id)
    await dialog.wait_for(state="detached")
    await focus(page)
    await page.keyboard.press("Enter")
    await dialog.get_by_label("Description").fill("A street in Athens")
    await dialog.get_by_role("button", name="Save").click()
    await until(page, "id => board.session.model.node(id).shape.alt.endsWith('Athens')", id)
    # a copy says what it shows as well
    await dialog.wait_for(state="detached")
    await focus(page)
    await page.keyboard.press("Control+d")
    (copy,) = await selected(page)
    assert copy != id
    assert (await shape(page, copy))["alt"] == "A street in Athens"
    await saved(page)


async def test_ED2_a_text_is_composed_with_emoji_and_from_right_to_left(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    other = await opened(visit, served.links["viewer"])
    await empty(page)
    await page.mouse.dblclick(600, 400)
    await page.wait_for_selector(".typing")
    client = await page.context.new_cdp_session(page)
    field = page.locator(".typing textarea")

    async def compose(words: str) -> None:
        await client.send(
            "Input.imeSetComposition",
            {"text": words, "selectionStart": len(words), "selectionEnd": len(words)},
        )

    for words in ("に", "にほ", "にほん"):
        await compose(words)
    assert await field.input_value() == "にほん"
    # Enter and Escape belong to the composition
    for key in ("Enter", "Escape"):
        await client.send(
            "Input.dispatchKeyEvent",
            {"type": "rawKeyDown", "key": key, "windowsVirtualKeyCode": 229},
        )
    assert await field.count() == 1
    await client.send("Input.insertText", {"text": "日本"})
    assert await field.input_value() == "日本"
    await client.send("Input.insertText", {"text": " 👩🏽‍🚀🌱\n"})
    await client.send("Input.insertText", {"text": "שלום"})
    await compose("مرحبا")
    # leaving the field ends a composition, and keeps what it shows
    await page.mouse.click(1000, 600)
    await page.wait_for_selector(".typing", state="detached")
    (note,) = await made(page)
    assert "".join(note["text"]) == "日本 👩🏽‍🚀🌱\nשלוםمرحبا"
    await saved(page)
    await until(
        other,
        "id => board.session.model.node(id)?.shape.text.join('').endsWith('שלוםمرحبا')",
        note["id"],
    )
    # what begins from the right runs from there
    await page.mouse.dblclick(900, 250)
    await page.wait_for_selector(".typing")
    await client.send("Input.insertText", {"text": "שלום עולם"})
    assert await field.evaluate("element => element.matches(':dir(rtl)')")
    await page.keyboard.press("Escape")
    await saved(page)
    # a composition is no step of its own
    await focus(page)
    await page.keyboard.press("Control+z")
    await page.keyboard.press("Control+z")
    assert len(await made(page)) == 1


async def test_ED2_a_bound_is_kept_to_after_a_composition(served: Served, visit: Visits) -> None:
    """A text is cut by characters as the server counts them, never within an emoji of two."""
    page = await editor(visit, served)
    await empty(page)
    await focus(page)
    await page.keyboard.press("f")
    await page.mouse.click(600, 300)
    await page.wait_for_selector(".typing")
    client = await page.context.new_cdp_session(page)
    await client.send("Input.insertText", {"text": "🌱" * (TITLE_CHARS_MAX + 5)})
    value = await page.locator(".typing textarea").input_value()
    assert value == "🌱" * TITLE_CHARS_MAX
    await page.keyboard.press("Escape")
    await saved(page)
    (frame,) = await made(page)
    assert "".join(frame["title"]) == value
    assert await page.evaluate("board.session.unsaved.length") == 0


# -- several, and their order


async def test_ED6_things_are_distributed_and_ordered_by_mouse_and_by_keyboard(
    served: Served, visit: Visits
) -> None:
    page, *notes = await on_paper(
        visit, served, (400, 260, "a"), (560, 330, "b"), (1000, 300, "c")
    )
    await page.evaluate("ids => board.selectAll(ids)", notes)
    bar = page.locator("#selection-bar")

    async def gaps(side: str) -> set[float]:
        at = sorted([(await shape(page, id))[side] for id in notes])
        return {round(b - a, 1) for a, b in pairwise(at)}

    assert len(await gaps("x")) == 2
    await bar.get_by_role("button", name="Arrange").click()
    await page.get_by_role("menuitem", name="Distribute across").click()
    assert len(await gaps("x")) == 1
    await focus(page)
    await command(page, "Distribute down")
    assert len(await gaps("y")) == 1
    # what was made first lies at the back; each key takes it on
    last = await sticky(page, 620, 560, "d")

    async def order() -> list[str]:
        return [each["id"] for each in await things(page) if each["id"] in (*notes, last)]

    first, second, third = notes
    await page.evaluate("id => board.selectAll([id])", first)
    await focus(page)
    for keys, expected in (
        ("Control+BracketRight", [second, first, third, last]),
        ("Control+Shift+BracketRight", [second, third, last, first]),
        ("Control+BracketLeft", [second, third, first, last]),
        ("Control+Shift+BracketLeft", [first, second, third, last]),
    ):
        await page.keyboard.press(keys)
        assert await order() == expected, keys
    assert (await things(page))[0]["id"] == first
    await bar.get_by_role("button", name="Order").click()
    await page.get_by_role("menuitem", name="To the front").click()
    assert await order() == [second, third, last, first]
    await saved(page)


async def test_ED15_all_of_a_tag_and_all_of_a_layer_are_selected(
    served: Served, visit: Visits
) -> None:
    page, one, two, three = await on_paper(
        visit, served, (400, 300, "one"), (620, 300, "two"), (840, 300, "three")
    )
    set_tags = """([id, tags]) => board.session.edit([{ op: "node.set", id, tags }])"""
    for id, tags in ((one, ["water"]), (two, ["water", "air"]), (three, ["earth"])):
        await page.evaluate(set_tags, [id, tags])
    await page.evaluate("id => board.selectAll([id])", one)
    bar = page.locator("#selection-bar")
    await bar.get_by_role("button", name="Tags").click()
    await page.get_by_role("button", name="Select all with the same tags").click()
    assert set(await selected(page)) == {one, two}
    # by the keyboard
    await page.evaluate("id => board.selectAll([id])", three)
    await focus(page)
    await command(page, "Select all with the same tags")
    assert await selected(page) == [three]
    of_layer = {each["id"] for each in await things(page)}
    await command(page, "Select all in its layer")
    assert set(await selected(page)) == of_layer
    # by the menu of the layer
    await page.evaluate("board.selectAll([])")
    await page.get_by_role("button", name="Layers", exact=True).click()
    row = page.locator('#layers [data-row="vision"]')
    await row.hover()
    await row.locator(".row-menu").click()
    await page.get_by_role("menuitem", name="Select all in it").click()
    held = {each["id"] for each in await things(page, "vision")}
    assert set(await selected(page)) == held != set()


def read(path: Path) -> str:
    return path.read_text("utf-8")


async def test_ED16_a_frame_is_saved_as_a_picture_of_what_lies_in_it(
    served: Served, visit: Visits
) -> None:
    page, *_ = await on_paper(visit, served, (600, 400, "Inside"), (1100, 400, "Outside"))
    await page.keyboard.press("f")
    await drag(page, (480, 280), (760, 540))
    await page.keyboard.type("Our plan / 1")
    await page.keyboard.press("Escape")
    (frame,) = [each["id"] for each in await made(page) if each["kind"] == "frame"]
    await saved(page)
    await page.evaluate("id => board.selectAll([id])", frame)
    name = "Save as a picture (SVG)"
    async with page.expect_download() as kept:
        await page.locator("#selection-bar").get_by_role("button", name=name).click()
    download = await kept.value
    assert download.suggested_filename == "Our-plan-1.svg"
    picture = read(await download.path())
    assert picture.startswith("<svg")
    assert "Inside" in picture and "Our plan / 1" in picture
    assert "Outside" not in picture
    # by the keyboard, of a frame that is locked as well
    await focus(page)
    await page.keyboard.press("Control+Shift+l")
    await saved(page)
    async with page.expect_download() as kept:
        await command(page, name)
    assert "Inside" in read(await (await kept.value).path())


async def test_ED16_without_a_connection_no_picture_is_saved_and_it_says_so(
    served: Served, visit: Visits
) -> None:
    one = await visit(served.links["participant"])
    page = await editable(one.page)
    await page.evaluate(
        """() => {
            const id = board.session.fresh();
            const [x, y, w, h] = board.canvas.viewport();
            const layer = board.session.active;
            board.session.edit([{ op: "node.create", id, layer, kind: "frame", x, y, w, h }]);
            board.selectAll([id]);
        }"""
    )
    await saved(page)
    await page.context.set_offline(True)
    await focus(page)
    await page.evaluate("board.commands.run('edit.save-frame')")
    await page.get_by_text("Not saved: the server was not reached.").wait_for()
    # the browser writes a line about each way that it tried
    one.errors[:] = [error for error in one.errors if "net::ERR" not in error]
    assert one.errors == []
    await page.context.set_offline(False)
    await until(page, "board.status.value.kind === 'live'")
    one.errors[:] = [error for error in one.errors if "net::ERR" not in error]


# -- undo


async def test_SE3_undo_goes_on_after_a_reload_and_leaves_what_others_have_changed(
    served: Served, visit: Visits
) -> None:
    """SE3, UN3: each person's own steps, and what was skipped is said."""
    page, one, two = await on_paper(visit, served, (400, 300, "one"), (700, 300, "two"))
    other = await editor(visit, served)
    first = {id: await shape(page, id) for id in (one, two)}
    for id in (one, two):
        start = await at(page, id)
        await page.keyboard.down("Control")  # nothing near by shall draw it in
        await drag(page, start, (start[0] + 60, start[1] + 200))
        await page.keyboard.up("Control")
    await saved(page)
    moved = {id: await shape(page, id) for id in (one, two)}
    await until(
        other, "([id, x]) => board.session.model.node(id)?.shape.x === x", [two, moved[two]["x"]]
    )
    # somebody else moves one of them aside; their undo is theirs alone
    await other.evaluate("id => board.session.edit([{ op: 'node.set', id, x: 5000 }])", two)
    await saved(other)
    await until(page, "id => board.session.model.node(id).shape.x === 5000", two)
    await page.reload()
    await ready(page)
    await until(page, "board.editor.value !== null && board.session.model.node !== undefined")
    await until(page, "board.session.canUndo")
    await focus(page)
    await page.keyboard.press("Control+z")
    await page.get_by_text("Taken back, but for what somebody changed since.").wait_for()
    now = await shape(page, two)
    assert (now["x"], now["y"]) == (5000, first[two]["y"])
    await page.keyboard.press("Control+z")
    height = "([id, y]) => board.session.model.node(id).shape.y === y"
    await until(page, height, [one, first[one]["y"]])
    assert (await shape(page, one))["x"] == first[one]["x"]
    await page.keyboard.press("Control+Shift+z")
    await until(page, height, [one, moved[one]["y"]])
    await saved(page)
    await focus(other)
    await other.keyboard.press("Control+z")
    await until(
        other, "([id, x]) => board.session.model.node(id).shape.x === x", [two, moved[two]["x"]]
    )


# -- the grid


async def test_ED5_with_the_grid_on_things_come_to_rest_on_it(
    served: Served, visit: Visits
) -> None:
    page, one = await on_paper(visit, served, (600, 400, "one"))
    beside = (await shape(page, one))["x"] + 7
    await page.evaluate(
        "([id, x]) => board.session.edit([{ op: 'node.set', id, x }])", [one, beside]
    )
    await focus(page)
    await command(page, "Snap to others")
    await command(page, "Snap to the grid")
    start = await at(page, one)
    await drag(page, start, (start[0] + 93, start[1] + 51))
    now = await shape(page, one)
    assert (now["x"] % 20, now["y"] % 20) == (0, 0)
    start = await at(page, one)
    await page.keyboard.down("Control")
    await drag(page, start, (start[0] + 47, start[1]))
    await page.keyboard.up("Control")
    assert (await shape(page, one))["x"] == now["x"] + 47
    await saved(page)


# -- what a relation looks like


async def test_ED7_line_and_heads_are_chosen_by_mouse_by_keyboard_and_in_the_outline(
    served: Served, visit: Visits
) -> None:
    page, one, two = await on_paper(visit, served, (400, 300, "one"), (800, 300, "two"))
    await page.evaluate("([a, b]) => board.editor.value.relate(a, b)", [one, two])
    bar = page.locator("#selection-bar")

    async def looks() -> list[Any]:
        (found,) = await relations(page, one)
        return [found.get(field) for field in ("line", "dashed", "start", "end")]

    assert await looks() == [None, None, None, None]
    for button, role, entry in (
        ("Line", "menuitemcheckbox", "Straight"),
        ("Line", "menuitemcheckbox", "Dashed"),
        ("Start", "menuitemcheckbox", "Dot"),
        ("End", "menuitemcheckbox", "Diamond"),
    ):
        await bar.get_by_role("button", name=button, exact=True).click()
        await page.get_by_role(role, name=entry).click()
    assert await looks() == ["straight", True, "dot", "diamond"]
    # by the keyboard: the bar is reached, and left again
    await focus(page)
    await page.keyboard.press("Control+.")
    end = bar.get_by_role("button", name="End", exact=True)
    for _ in range(12):
        if await end.evaluate("button => button === document.activeElement"):
            break
        await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Enter")
    await page.get_by_role("menuitemcheckbox", name="Diamond").wait_for()
    await page.keyboard.type("b")
    await page.keyboard.press("Enter")
    assert await looks() == ["straight", True, "dot", "bar"]
    # in the outline
    await saved(page)
    (held,) = await relations(page, one)
    await page.get_by_role("button", name="Outline", exact=True).click()
    await until(page, "board.editor.value.panels.value !== null")
    await page.evaluate("id => board.editor.value.panels.value.outline.goTo(id)", one)
    row = page.locator(f'[data-key="node/{one}"]')
    await row.focus()
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Shift+F10")
    await page.get_by_role("menuitem", name="Line and arrows").press("Enter")
    form = page.get_by_role("form", name="Line and arrows")
    await form.get_by_label("Line", exact=True).select_option("elbow")
    await form.get_by_label("At its end").select_option("arrow")
    await page.get_by_role("checkbox", name="Dashed").uncheck()
    await form.get_by_role("button", name="Save", exact=True).press("Enter")
    line, dashed, start, end_head = await looks()
    assert (line, start) == ("elbow", "dot")
    assert not dashed and end_head in (None, "arrow")
    await saved(page)
    assert (await relations(page, one))[0]["id"] == held["id"]
