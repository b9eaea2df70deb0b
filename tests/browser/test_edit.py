"""Editing on the canvas: real pages, by mouse, by keyboard and by finger."""

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
    ON_PHONE,
    Visits,
    finger,
    node,
    opened,
    saved,
    until,
)
from tests.processes import Served

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
    page, one, two = await on_paper(visit, served, (600, 300, "one"), (900, 300, "two"))
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
    page, id = await on_paper(visit, served, (600, 300, "short-lived"))
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


async def test_ED4_handles_resize_and_turn_what_is_selected(served: Served, visit: Visits) -> None:
    page, id = await on_paper(visit, served, (600, 300, "form"))
    before = await shape(page, id)
    zoom = await page.evaluate("board.canvas.zoom()")
    start = await at(page, id, 1, 1)
    await page.keyboard.down("Control")  # nothing near by shall draw it in
    await drag(page, start, (start[0] + 60 * zoom, start[1] + 30 * zoom))
    await page.keyboard.up("Control")
    wide = await shape(page, id)
    assert (wide["x"], wide["y"]) == (before["x"], before["y"])
    assert (wide["w"], wide["h"]) == (before["w"] + 60, before["h"] + 30)
    spot = await page.evaluate(
        "board.editor.value.pointing.spots().find(({ does }) => does === 'rotate')"
    )
    middle = await at(page, id)
    await page.keyboard.down("Shift")
    await drag(page, (spot["x"], spot["y"]), (middle[0] + 200, middle[1]))
    await page.keyboard.up("Shift")
    turned = await shape(page, id)
    assert turned["angle"] > 0 and turned["angle"] % 15 == 0
    await saved(page)
    await page.keyboard.press("Control+z")
    await page.keyboard.press("Control+z")
    assert await shape(page, id) == before


async def test_ED4_by_keyboard_arrows_and_numbers_do_what_a_drag_does(
    served: Served, visit: Visits
) -> None:
    page, id = await on_paper(visit, served, (600, 300, "steps"))
    before = await shape(page, id)
    await focus(page)
    for _ in range(3):
        await page.keyboard.press("ArrowRight")
    await page.keyboard.press("Shift+ArrowDown")
    await page.wait_for_timeout(600)
    now = await shape(page, id)
    assert (now["x"], now["y"]) == (before["x"] + 3, before["y"] + 10)
    await page.keyboard.press("Control+z")  # all of it was one step
    assert (await shape(page, id))["x"] == before["x"]
    await page.keyboard.press("Control+.")
    await page.get_by_role("button", name="Position and size").press("Enter")
    await page.get_by_label("Width").fill("200")
    await page.get_by_label("Angle").fill("30")
    await page.keyboard.press("Enter")
    now = await shape(page, id)
    assert (now["w"], now["angle"], now["x"]) == (200, 30, before["x"])


async def test_ED4_what_is_locked_is_not_changed_and_says_so(served: Served, visit: Visits) -> None:
    page, id = await on_paper(visit, served, (600, 300, "fixed"))
    await page.keyboard.press("Control+Shift+l")
    locked = await shape(page, id)
    assert locked["locked"] is True
    bar = page.locator("#selection-bar")
    assert await bar.get_by_text("Locked").is_visible()
    assert await page.evaluate("board.editor.value.pointing.spots().length") == 0
    await drag(page, await at(page, id), (800, 500))
    await page.evaluate("id => board.select(id, false)", id)
    await focus(page)
    for keys in ("Delete", "ArrowLeft", "Control+d", "Enter"):
        await page.keyboard.press(keys)
    await page.mouse.dblclick(*await at(page, id))
    assert await page.locator(".typing").count() == 0
    await saved(page)
    assert await shape(page, id) == locked
    await page.evaluate("id => board.select(id, false)", id)
    await bar.get_by_role("button", name="Unlock").click()
    assert "locked" not in await shape(page, id)


async def test_ED4_a_frame_takes_along_what_lies_in_it(served: Served, visit: Visits) -> None:
    page, inside, outside = await on_paper(
        visit, served, (600, 400, "inside"), (1100, 400, "outside")
    )
    await page.keyboard.press("f")
    await drag(page, (480, 280), (760, 540))
    await page.keyboard.press("Escape")
    (frame,) = [each["id"] for each in await made(page) if each["kind"] == "frame"]
    before = {id: await shape(page, id) for id in (inside, outside, frame)}
    await page.keyboard.down("Control")
    edge = await at(page, frame, 0.25, 1)
    await drag(page, (edge[0], edge[1] - 4), (edge[0] + 40, edge[1] + 60))
    await page.keyboard.up("Control")
    after = {id: await shape(page, id) for id in (inside, outside, frame)}
    moves = {id: after[id]["y"] - before[id]["y"] for id in after}
    assert moves[inside] == moves[frame] > 0
    assert moves[outside] == 0


# -- selecting


async def test_ED3_one_selects_by_click_with_shift_by_a_rectangle_and_all(
    served: Served, visit: Visits
) -> None:
    page, one, two, three = await on_paper(
        visit, served, (400, 300, "one"), (700, 300, "two"), (1000, 300, "three")
    )
    await page.mouse.click(700, 600)
    assert await selected(page) == []
    await page.mouse.click(*await at(page, one))
    assert await selected(page) == [one]
    await page.keyboard.down("Shift")
    await page.mouse.click(*await at(page, three))
    assert set(await selected(page)) == {one, three}
    await page.mouse.click(*await at(page, one))
    await page.keyboard.up("Shift")
    assert await selected(page) == [three]
    await drag(page, (300, 450), (800, 320))
    assert set(await selected(page)) == {one, two}
    await page.keyboard.press("Escape")
    assert await selected(page) == []
    await page.keyboard.press("Control+a")
    all_of_them = await page.evaluate("board.scene.count()")
    assert len(await selected(page)) == all_of_them


async def test_ED3_tab_goes_through_what_is_seen_and_leaves_after_the_last(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await page.evaluate(
        """() => {
            board.stay();
            board.canvas.showViewport([90000, 90000, innerWidth, innerHeight]);
        }"""
    )
    await empty(page)
    for x in (400, 650):
        await sticky(page, x, 450, f"at {x}")
    await page.keyboard.press("Escape")
    await focus(page)
    seen = await page.evaluate("board.inView().length")
    found = []
    for _ in range(seen):
        await page.keyboard.press("Tab")
        found += await selected(page)
    assert len(set(found)) == len(found) == seen
    await page.wait_for_timeout(1700)
    assert "at 650" in await page.locator("[role=status][aria-live]").first.inner_text()
    await page.keyboard.press("Tab")
    assert not await page.evaluate("document.activeElement.classList.contains('canvas')")


# -- arranging, relating


async def test_ED6_the_bar_aligns_colours_and_moves_to_another_layer(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    ids = [await sticky(page, x, y, "x") for x, y in ((400, 250), (640, 320), (900, 500))]
    await page.evaluate("ids => board.selectAll(ids)", ids)
    bar = page.locator("#selection-bar")
    await bar.get_by_role("button", name="Arrange").click()
    await page.get_by_role("menuitem", name="Align top").click()
    assert len({(await shape(page, id))["y"] for id in ids}) == 1
    await bar.get_by_role("button", name="Colour").click()
    await page.get_by_role("button", name="Pink").click()
    assert {(await shape(page, id))["color"] for id in ids} == {"pink"}
    await bar.get_by_role("button", name="Order").click()
    await page.get_by_role("menuitem", name="To the back").click()
    assert [each["id"] for each in await things(page)][:3] == ids
    await bar.get_by_role("button", name="Move to a layer").click()
    await page.get_by_role("menuitemcheckbox", name="Themes").click()
    assert {each["id"] for each in await things(page, "themes")} >= set(ids)
    await bar.get_by_role("button", name="Tags").click()
    await page.get_by_role("textbox", name="Tags").fill("water, air")
    await page.keyboard.press("Enter")
    assert {tuple((await shape(page, id))["tags"]) for id in ids} == {("water", "air")}
    await saved(page)
    for _ in range(5):
        await page.keyboard.press("Control+z")
    assert {each["id"] for each in await made(page)} == set(ids)


async def test_ED8_a_link_that_is_none_is_refused_with_words(served: Served, visit: Visits) -> None:
    page, id = await on_paper(visit, served, (600, 400, "linked"))
    await page.locator("#selection-bar").get_by_role("button", name="Link", exact=True).click()
    field = page.get_by_label("Address of the link")
    await field.fill("javascript:alert(1)")
    await page.keyboard.press("Enter")
    assert await page.locator(".pop-form [role=alert]").is_visible()
    assert "href" not in await shape(page, id)
    await field.fill("https://example.org/")
    await page.keyboard.press("Enter")
    assert (await shape(page, id))["href"] == "https://example.org/"
    assert await page.locator("#selection-bar a").get_attribute("rel") == "noopener noreferrer"


async def test_ED7_a_relation_is_drawn_from_a_dot_and_moved_by_its_end(
    served: Served, visit: Visits
) -> None:
    page, one, two, three = await on_paper(
        visit, served, (400, 300, "one"), (800, 300, "two"), (800, 560, "three")
    )
    await page.evaluate("id => board.select(id, false)", one)
    dot = await page.evaluate(
        "board.editor.value.pointing.spots().filter(({ does }) => does === 'relate')[1]"
    )
    await drag(page, (dot["x"], dot["y"]), await at(page, two))
    (relation,) = await relations(page, one)
    assert (relation["source"], relation["target"]) == (one, two)
    assert await selected(page) == [relation["id"]]
    bar = page.locator("#selection-bar")
    await bar.get_by_role("button", name="Line").click()
    await page.get_by_role("menuitemcheckbox", name="Elbow").click()
    end = await page.evaluate("board.editor.value.pointing.spots()[1]")
    await drag(page, (end["x"], end["y"]), await at(page, three))
    (moved,) = await relations(page, one)
    assert (moved["target"], moved["line"]) == (three, "elbow")
    await page.evaluate("id => board.select(id, false)", three)
    dot = await page.evaluate(
        "board.editor.value.pointing.spots().filter(({ does }) => does === 'relate')[3]"
    )
    await drag(page, (dot["x"], dot["y"]), (420, 600))
    await page.wait_for_selector(".typing")
    await page.keyboard.type("dropped on nothing")
    await page.keyboard.press("Escape")
    assert len(await relations(page, three)) == 2


async def test_ED7_by_keyboard_one_chooses_the_other_and_presses_enter(
    served: Served, visit: Visits
) -> None:
    page, two, one = await on_paper(visit, served, (800, 450, "two"), (400, 450, "one"))
    await focus(page)
    await page.keyboard.press("l")
    await page.keyboard.press("ArrowRight")
    assert await selected(page) == [two]
    await page.keyboard.press("Enter")
    (relation,) = await relations(page, one)
    assert (relation["source"], relation["target"]) == (one, two)
    await page.keyboard.press("Enter")
    await page.wait_for_selector(".typing.label")
    await page.keyboard.type("leads to")
    await page.keyboard.press("Enter")
    assert "".join((await relations(page, one))[0]["label"]) == "leads to"
    await page.keyboard.press("Delete")
    assert await relations(page, one) == []


# -- by hand, and the clipboard


async def test_ED9_the_pen_draws_and_the_eraser_removes(served: Served, visit: Visits) -> None:
    page = await editor(visit, served)
    await empty(page)
    await page.keyboard.press("p")
    for y in (300, 400):
        await page.mouse.move(400, y)
        await page.mouse.down()
        for step in range(40):
            await page.mouse.move(400 + step * 8, y + (step % 8) * 4)
        await page.mouse.up()
    drawn = await made(page)
    assert [each["kind"] for each in drawn] == ["drawing", "drawing"]
    assert all(len(each["points"]) >= 10 for each in drawn)
    await saved(page)
    await page.keyboard.press("e")
    await drag(page, (500, 250), (500, 480))
    assert await made(page) == []
    await saved(page)
    await page.keyboard.press("Control+z")
    assert len(await made(page)) == 2


async def test_ED10_what_is_copied_is_pasted_with_its_relations(
    served: Served, visit: Visits
) -> None:
    page, one, two = await on_paper(visit, served, (400, 300, "one"), (700, 300, "two"))
    await page.evaluate("([a, b]) => board.editor.value.relate(a, b)", [one, two])
    await page.evaluate("ids => board.selectAll(ids)", [one, two])
    copied = await page.evaluate(
        """() => {
            const carried = new DataTransfer();
            const event = new ClipboardEvent("copy", {
                clipboardData: carried, bubbles: true, cancelable: true,
            });
            document.querySelector(".canvas").dispatchEvent(event);
            return { html: carried.getData("text/html"), plain: carried.getData("text/plain") };
        }"""
    )
    assert copied["plain"] == "one\n\ntwo"
    await page.mouse.move(700, 600)
    await page.evaluate(PASTE, ["text/html", copied["html"]])
    new = [each for each in await made(page) if each["id"] not in (one, two)]
    assert len(new) == 2 == len(await selected(page))
    assert len(await relations(page, new[0]["id"])) == 1
    await saved(page)


async def test_ED10_lines_and_tables_become_stickies_and_html_becomes_text(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served)
    await empty(page)
    await page.evaluate(PASTE, ["text/plain", "one\n\ntwo\nthree"])
    assert {"".join(each["text"]) for each in await made(page)} == {"one", "two", "three"}
    await page.keyboard.press("Delete")
    table = "<table><tr><td>a<td><img src=x onerror='window.hurt=1'>b<tr><td>c<td>d</table>"
    await page.evaluate(PASTE, ["text/html", table])
    cells = {"".join(each["text"]): (each["x"], each["y"]) for each in await made(page)}
    assert set(cells) == set("abcd")
    assert cells["a"][0] == cells["c"][0] < cells["b"][0] == cells["d"][0]
    assert cells["a"][1] == cells["b"][1] < cells["c"][1]
    await page.keyboard.press("Delete")
    await page.evaluate(
        PASTE, ["text/html", "<p>plain <script>window.hurt=1</script><b>words</b></p>"]
    )
    assert await page.evaluate("window.hurt === undefined")
    await page.keyboard.press("Control+z")
    await page.evaluate(PASTE, ["text/plain", "line\n" * 5000])
    assert await page.get_by_text("Not pasted: 5,000 things").is_visible()


# -- together


async def test_ED11_who_types_hears_of_a_change_and_loses_nothing(
    served: Served, visit: Visits
) -> None:
    one = await editor(visit, served)
    two = await editor(visit, served)
    await empty(one)
    id = await sticky(one, 600, 400, "shared")
    await saved(one)
    await until(two, "id => board.session.model.node(id) !== undefined", id)
    await one.mouse.dblclick(*await at(one, id))
    await one.wait_for_selector(".typing")
    await one.keyboard.type(" mine")
    await two.evaluate("id => board.session.setText('node', id, 'text', 'theirs')", id)
    await one.wait_for_selector(".typing-note.warns")
    assert await one.locator(".typing textarea").input_value() == "shared mine"
    await one.keyboard.press("Escape")
    await one.wait_for_timeout(300)
    assert await one.evaluate("board.session.model.pending.length === 0")
    kept = await one.evaluate(
        "JSON.stringify(board.session.conflicts ?? []) + document.body.innerText"
    )
    assert "shared mine" in kept


# -- touch


async def test_ED12_a_finger_moves_what_is_selected_and_else_the_view(
    served: Served, visit: Visits
) -> None:
    page = await editor(visit, served, **ON_PHONE)
    await page.evaluate("board.session.setActive('milestones')")
    id = str(await page.evaluate("board.session.model.nodesOf('milestones')[2].id"))
    await page.evaluate("id => { board.stay(); board.centre(id); board.select(null, false); }", id)
    client = await page.context.new_cdp_session(page)

    async def swipe(start: tuple[float, float], end: tuple[float, float], rest: int = 0) -> None:
        await client.send(
            "Input.dispatchTouchEvent",
            {"type": "touchStart", "touchPoints": [{"x": start[0], "y": start[1]}]},
        )
        await page.wait_for_timeout(rest)
        for part in (0.3, 0.6, 1):
            x, y = (a + (b - a) * part for a, b in zip(start, end, strict=True))
            await client.send(
                "Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": x, "y": y}]}
            )
        await client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
        await page.wait_for_timeout(50)

    before = await shape(page, id)
    view = await page.evaluate("board.canvas.viewport()")
    start = await at(page, id)
    await swipe(start, (start[0], start[1] + 60))
    assert await shape(page, id) == before
    assert await page.evaluate("board.canvas.viewport()") != view
    await page.touchscreen.tap(*await at(page, id))
    assert await selected(page) == [id]
    assert await page.locator("#selection-bar").is_visible()
    start = await at(page, id)
    await swipe(start, (start[0], start[1] + 60))
    assert (await shape(page, id))["y"] > before["y"]
    await page.evaluate("board.selectAll([])")
    # a finger that rests begins a rectangle
    edge = await at(page, id, 0.4, 1.8)
    await swipe(edge, await at(page, id), 600)
    assert id in await selected(page)
    await page.get_by_role("button", name="Sticky note", exact=True).click()
    await page.touchscreen.tap(200, 240)
    await page.wait_for_selector(".typing")
    await page.keyboard.type("by finger")
    await page.keyboard.press("Escape")
    assert [each["text"] for each in await made(page)] == [["by finger"]]


async def test_ED12_a_finger_draws_and_wipes_and_two_move_the_view(
    served: Served, visit: Visits
) -> None:
    """ED9, ED12: on a phone, with the tools at its foot."""
    page = await editor(visit, served, **ON_PHONE)
    await empty(page)
    await page.evaluate("board.canvas.showViewport([80000, 80000, innerWidth, innerHeight])")
    touch = await finger(page)

    async def draw(y: float) -> None:
        await touch("touchStart", (80, y))
        for step in range(1, 20):
            await touch("touchMove", (80 + 10 * step, y + 30 * (step % 2)))
        await touch("touchEnd")

    await page.get_by_role("button", name="Pen", exact=True).tap()
    await draw(250)
    await draw(400)
    assert [each["kind"] for each in await made(page)] == ["drawing", "drawing"]
    # the second finger ends the line that the first has begun, and both move the view
    view = await page.evaluate("board.canvas.viewport()")
    await touch("touchStart", (120, 320))
    await touch("touchStart", (120, 320), (220, 320))
    for step in range(1, 6):
        await touch("touchMove", (120, 320 + 12 * step), (220, 320 + 12 * step))
    await touch("touchEnd")
    assert len(await made(page)) == 2
    now = await page.evaluate("board.canvas.viewport()")
    assert now[1] < view[1] - 40
    assert abs(now[2] - view[2]) < 2
    await page.evaluate("view => board.canvas.showViewport(view)", view)
    await page.get_by_role("button", name="Eraser", exact=True).tap()
    await touch("touchStart", (150, 220))
    for y in (250, 280, 300):
        await touch("touchMove", (150, y))
    await touch("touchEnd")
    assert len(await made(page)) == 1
    await saved(page)
