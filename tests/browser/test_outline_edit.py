"""The outline as an editor: by the keyboard alone, and with others who edit at the same time."""

import asyncio
import re
from typing import Any

from playwright.async_api import FilePayload, Locator, Page, Route, expect

from tests.browser.pages import (
    ON_PHONE,
    Visits,
    editable,
    open_outline,
    opened,
    opened_to_edit,
    saved,
    small,
    until,
    violations,
)
from tests.processes import Served
from tests.server.pictures import picture
from tests.server.pictures import saved as png


async def editing(visit: Visits, address: str, **context: Any) -> Page:
    """A page of somebody who may write, with the outline open."""
    page = await opened_to_edit(visit, address, **context)
    await open_outline(page)
    await expect(page.get_by_role("tree")).to_be_visible()
    return page


def row(page: Page, name: str) -> Locator:
    return page.get_by_role("treeitem", name=re.compile(f"^{re.escape(name)}"))


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=label, exact=True)


def focused(page: Page) -> Locator:
    return page.locator(":focus")


async def on(page: Page, name: str) -> None:
    """Wait until the row of this name has the focus."""
    await expect(focused(page)).to_have_accessible_name(re.compile(f"^{re.escape(name)}"))


async def press(page: Page, *keys: str) -> None:
    for key in keys:
        await page.keyboard.press(key)


async def make(page: Page, title: str) -> None:
    """Make a card after the row that has the focus."""
    await press(page, "Enter")
    await expect(field(page, "Title")).to_be_focused()
    await page.keyboard.type(title)
    await press(page, "Enter")
    await on(page, f"{title}. Card")


async def heard(page: Page, words: str) -> None:
    """Wait until the live region has said this, after what else there was to say."""
    await expect(page.locator(".board > [role=status]")).to_contain_text(words, timeout=10_000)


async def test_OE3_the_journey_by_keyboard_and_outline_alone(served: Served, visit: Visits) -> None:
    """OE1, OE2, OE3, OE6, OE7: make a layer, three cards, connect them, move one, undo, find
    one."""
    page = await opened(visit, served.links["facilitator"])
    other = await opened(visit, served.links["viewer"])
    await until(page, "board.editor.value !== null")
    await press(page, "Tab")  # the way past the canvas
    await expect(page.get_by_role("link", name="Skip to the outline")).to_be_focused()
    await press(page, "Enter")
    await expect(page.locator("#outline-title")).to_be_focused()
    await expect(page.get_by_role("tree")).to_be_visible()
    for _ in range(8):
        await press(page, "Tab")
        if await focused(page).get_attribute("role") == "treeitem":
            break
    await on(page, "Vision. Layer")

    # a layer
    await press(page, "Shift+Enter")
    await expect(field(page, "Title of the layer")).to_be_focused()
    await page.keyboard.type("Harbour")
    await press(page, "Enter")
    await on(page, "Harbour. Layer")
    # three cards, each below the one before
    for title in ("Quay", "Crane", "Lighthouse"):
        await make(page, title)
    await expect(row(page, "Harbour. Layer. 3 cards")).to_be_visible()
    await saved(page)
    boxes = await page.evaluate(
        """() => {
            const layer = [...board.layers.value.values()].find(({ title }) => title === "Harbour");
            return board.session.model.nodesOf(layer.id).map(({ title, x, y, w, h }) =>
                [title.join(""), x, y, w, h]);
        }"""
    )
    assert [title for title, *_ in boxes] == ["Quay", "Crane", "Lighthouse"]
    for one, (_, x, y, w, h) in enumerate(boxes):
        for _, u, v, a, b in boxes[one + 1 :]:
            assert x + w <= u or u + a <= x or y + h <= v or v + b <= y  # none lies on another

    # connect them: the others are found by typing
    await press(page, "Alt+c")
    await page.keyboard.type("quay")
    await press(page, "Enter", "Tab")
    await page.keyboard.type("lights")
    await press(page, "Enter")
    await on(page, "Lighthouse. Card. 1 relation")
    await press(page, "ArrowUp", "Alt+c")
    await page.keyboard.type("lightho")
    await press(page, "Enter", "Enter")
    await on(page, "Crane. Card. 1 relation")
    await press(page, "ArrowRight", "ArrowRight")
    await on(page, "to Lighthouse. Relation")
    await press(page, "Alt+g")
    await on(page, "Lighthouse. Card. 2 relations")

    # move one: in the order, next to another, and to another layer
    await press(page, "Alt+ArrowUp")
    await heard(page, "Now 2 of 3.")
    await on(page, "Lighthouse. Card")
    before = boxes[2][1:3]
    await press(page, "Alt+p")
    await page.keyboard.type("quay")
    await press(page, "Enter", "Enter")
    await on(page, "Lighthouse. Card")
    beside = """() => {
        const find = (name) => board.scene && [...board.session.on].flatMap((layer) =>
            board.session.model.nodesOf(layer)).find(({ title }) => title?.join("") === name);
        const [quay, light] = [find("Quay"), find("Lighthouse")];
        return [light.x - quay.x - quay.w, light.y - quay.y];
    }"""
    gap, level = await page.evaluate(beside)
    assert gap > 0
    assert level == 0
    await press(page, "Alt+m")
    await page.keyboard.type("vision")
    await press(page, "Enter", "Enter")
    await on(page, "Lighthouse. Card")
    await expect(row(page, "Harbour. Layer. 2 cards")).to_be_visible()

    # undo, twice: the layer, then the place
    await press(page, "Control+z")
    await expect(row(page, "Harbour. Layer. 3 cards")).to_be_visible()
    await on(page, "Lighthouse. Card")
    await press(page, "Control+z")
    await saved(page)
    place = await page.evaluate(
        """() => {
            const layer = [...board.layers.value.values()].find(({ title }) => title === "Harbour");
            const [, second] = board.session.model.nodesOf(layer.id);
            return second;
        }"""
    )
    assert [place["x"], place["y"]] == before

    # find one: by a search, which makes it the current row
    await press(page, "/")
    search = page.get_by_role("combobox", name="Find on the board")
    await expect(search).to_be_focused(timeout=10_000)  # its script is loaded now
    await page.keyboard.type("lightho")
    await expect(page.locator(".hit-title").first).to_have_text("Lighthouse")
    await press(page, "Enter")
    await until(
        page, "board.session.model.node(board.selected.value)?.shape.title[0] === 'Lighthouse'"
    )
    await press(page, "Escape")
    await expect(page.get_by_role("tree")).to_have_count(0)  # one panel at a time at the right
    await press(page, "Shift+O")
    await expect(page.locator("#outline-title")).to_be_focused()  # one reads on in it
    await expect(row(page, "Lighthouse. Card")).to_have_attribute("aria-selected", "true")
    await expect(row(page, "Lighthouse. Card")).to_have_attribute("tabindex", "0")
    # and by the letters that it begins with
    await row(page, "Vision. Layer").focus()
    await page.keyboard.type("cra")
    await on(page, "Crane. Card")
    await page.wait_for_timeout(800)  # a space that comes sooner is one of the letters
    await press(page, "Space")
    await until(page, "board.session.model.node(board.selected.value)?.shape.title[0] === 'Crane'")
    await expect(row(page, "Crane. Card")).to_have_attribute("aria-selected", "true")

    # delete it, and bring it back
    await press(page, "Delete")
    await heard(page, "Deleted: Card: Crane. Ctrl+Z brings it back.")
    await expect(focused(page)).to_have_accessible_name(re.compile("[.] Card"))  # a neighbour
    await expect(row(page, "Crane. Card")).to_have_count(0)
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await expect(row(page, "Crane. Card")).to_have_count(1)
    await saved(page)
    titles = """() => [...board.session.on].flatMap((layer) => board.session.model.nodesOf(layer))
        .flatMap(({ title = [] }) => title.join(""))"""
    assert {"Quay", "Crane", "Lighthouse"} <= set(await other.evaluate(titles))


async def test_OE2_the_tree_has_one_tab_stop_and_its_keys(library: Served, visit: Visits) -> None:
    """OE2: roving focus, opening and closing, the ends, and letters."""
    page = await editing(visit, library.links["participant"])
    tree = page.get_by_role("tree")
    await expect(tree.locator("li[tabindex='0']")).to_have_count(1)
    await row(page, "Vision. Layer").focus()
    await press(page, "ArrowDown")
    await on(page, "Urban equality. Card")
    await expect(tree.locator("li[tabindex='0']")).to_have_count(1)
    await expect(focused(page)).to_have_attribute("aria-expanded", "false")
    await press(page, "ArrowRight")
    await expect(focused(page)).to_have_attribute("aria-expanded", "true")
    await press(page, "ArrowRight")
    await expect(focused(page)).to_have_accessible_name(re.compile("[.] Relation$"))
    await expect(focused(page)).to_have_attribute("aria-level", "3")
    await press(page, "ArrowLeft", "ArrowLeft")
    await expect(focused(page)).to_have_attribute("aria-expanded", "false")
    await press(page, "ArrowLeft", "ArrowLeft")
    await on(page, "Vision. Layer")
    await expect(focused(page)).to_have_attribute("aria-expanded", "false")
    await expect(row(page, "Urban equality. Card")).to_have_count(0)
    await press(page, "End")
    await expect(focused(page)).to_have_attribute(
        "aria-posinset", await focused(page).get_attribute("aria-setsize") or "?"
    )
    await press(page, "Home")
    await on(page, "Vision. Layer")
    await page.keyboard.type("pil")
    await on(page, "Pillars. Layer")
    # its keys are listed with all others; what comes sooner is one of the letters
    await page.wait_for_timeout(800)
    await press(page, "?")
    await expect(page.get_by_role("dialog")).to_contain_text("In the outline")
    await press(page, "Escape")
    await on(page, "Pillars. Layer")
    # the menu is one tab away, and the focus comes back from it
    await press(page, "Tab")
    await expect(focused(page)).to_have_accessible_name("Actions for Pillars")
    await press(page, "Enter")
    await expect(page.get_by_role("menu")).to_be_visible()
    await press(page, "Escape")
    await expect(focused(page)).to_have_accessible_name("Actions for Pillars")
    assert await page.get_by_role("tree").locator("[role=application]").count() == 0


async def test_OE10_one_selection_here_and_on_the_canvas(library: Served, visit: Visits) -> None:
    """OE10: what is selected on the canvas is the current row here, and what is selected here
    is selected there, one or many."""
    page = await editing(visit, library.links["participant"])
    node = await page.evaluate("board.session.model.nodesOf('pillars')[1].id")
    await page.evaluate("id => board.select(id, true)", node)
    there = page.locator(f'[data-key="node/{node}"]')
    await expect(there).to_have_attribute("aria-selected", "true")
    await expect(there).to_have_attribute("tabindex", "0")
    await there.focus()
    await press(page, "ArrowUp", "Space")
    first = await page.evaluate("board.session.model.nodesOf('pillars')[0].id")
    await until(page, "id => board.selected.value === id", first)
    await press(page, "ArrowDown", "Shift+Space")
    await until(
        page,
        "([a, b]) => board.selection.value.has(a) && board.selection.value.has(b)",
        [first, node],
    )


async def test_OE4_the_focus_goes_on_in_the_tree_when_its_script_comes_late(
    served: Served, visit: Visits
) -> None:
    """OE4: whoever has begun to read is at the same node in the tree."""
    page = (await visit(f"{served.address}/")).page
    let = asyncio.Event()

    async def late(route: Route) -> None:
        await let.wait()
        await route.continue_()

    await page.context.route("**/panels-*.js", late)
    await page.goto(served.links["facilitator"])
    await editable(page)
    await press(page, "Tab", "Enter")  # past the canvas
    await expect(page.locator("#outline-title")).to_be_focused()
    titles = []
    for _ in range(60):  # past the relations of the first
        await press(page, "Tab")
        if await focused(page).get_attribute("class") == "node-title":
            titles.append(await focused(page).text_content())
        if len(titles) == 2:
            break
    first, title = titles
    assert await page.get_by_role("tree").count() == 0
    let.set()
    await expect(page.get_by_role("tree")).to_be_visible()
    await on(page, f"{title}. Card")
    await press(page, "ArrowUp")
    await on(page, f"{first}. Card")
    await press(page, "Home")
    await on(page, "Vision. Layer")


async def test_OE4_the_focus_stays_when_the_outline_is_one_to_read_again(
    served: Served, visit: Visits
) -> None:
    """OE1, OE4: whoever may not write any more goes on at the same node, and so they do when they
    may again; a row that is no node gives way to the outline's title."""
    mine = await editing(visit, served.links["participant"])
    theirs = await opened_to_edit(visit, served.links["facilitator"])
    seat = await mine.evaluate("board.session.seat")

    async def let(role: str | None) -> None:
        await theirs.evaluate(
            "([id, role]) => board.session.submit([{ op: 'seat.set', id, role }])", [seat, role]
        )
        await until(mine, "may => board.mayEdit.value === may", role is None)

    await row(mine, "Better regulation. Card").focus()
    await let("viewer")
    await expect(mine.get_by_role("tree")).to_have_count(0)
    await expect(focused(mine)).to_have_text("Better regulation")
    await let(None)
    await on(mine, "Better regulation. Card")
    await row(mine, "Vision. Layer").focus()
    await let("viewer")
    await expect(mine.locator("#outline-title")).to_be_focused()


async def test_OE4_the_focus_stays_when_others_edit(served: Served, visit: Visits) -> None:
    """OE4, OE9: others put, move and delete around the row that has the focus; when it goes, the
    focus goes to its neighbour; and what they did is said."""
    mine = await editing(visit, served.links["participant"])
    theirs = await opened(visit, served.links["facilitator"])
    await until(theirs, "board.editor.value !== null")
    ids = await mine.evaluate("board.session.model.nodesOf('vision').map(({ id }) => id)")
    here = mine.locator(f'[data-key="node/{ids[1]}"]')
    await here.focus()
    await theirs.evaluate(
        """([first, second]) => {
            const { session } = board;
            session.edit([
                { op: "node.create", id: session.fresh(), layer: "vision", x: 0, y: 9000,
                  before: first, text: { title: { en: "Before all" } } },
                { op: "node.set", id: first, before: null },
            ]);
        }""",
        ids,
    )
    await expect(row(mine, "Before all. Card")).to_be_visible()
    await expect(here).to_be_focused()
    await heard(mine, "2 changes in layer Vision.")
    # it moves itself, also to another layer
    await theirs.evaluate(
        "id => board.session.edit([{ op: 'node.set', id, before: null }])", ids[1]
    )
    await until(mine, "id => board.session.model.nodesOf('vision').at(-1).id === id", ids[1])
    await expect(here).to_be_focused()
    await theirs.evaluate(
        "id => board.session.edit([{ op: 'node.set', id, layer: 'pillars' }])", ids[1]
    )
    await until(mine, "id => board.session.model.node(id).layer === 'pillars'", ids[1])
    await expect(here).to_be_focused()
    await theirs.evaluate(
        "id => board.session.edit([{ op: 'node.set', id, layer: 'vision' }])", ids[1]
    )
    await until(mine, "id => board.session.model.node(id).layer === 'vision'", ids[1])
    await theirs.evaluate("id => board.session.edit([{ op: 'node.remove', id }])", ids[1])
    await heard(mine, "was deleted by somebody. You are on")
    await expect(focused(mine)).to_have_attribute("role", "treeitem")
    await heard(mine, "changes in 2 layers.")
    region = mine.locator(".board > [role=status]")
    before = await region.text_content()
    # what I do myself is not told to me as theirs
    await press(mine, "F2")
    await mine.keyboard.type(" and more")
    await press(mine, "Enter")
    await saved(mine)
    await asyncio.sleep(5)
    assert await region.text_content() == before


async def test_OE8_what_is_typed_is_never_lost(served: Served, visit: Visits) -> None:
    """OE8: others change what I type over: both are offered; others move it: I type on; others
    delete it: my text stays, and can become a card."""
    mine = await editing(visit, served.links["participant"])
    theirs = await opened(visit, served.links["facilitator"])
    await until(theirs, "board.editor.value !== null")
    await row(mine, "Social inclusion. Card").focus()
    node = await mine.evaluate(
        """board.session.model.nodesOf("vision")
            .find(({ title }) => title[0].startsWith("Social")).id"""
    )
    await press(mine, "F2")
    await mine.keyboard.type(" for all")
    title = field(mine, "Title")
    await theirs.evaluate("id => board.session.setText('node', id, 'title', 'Theirs')", node)
    await expect(mine.get_by_text("Somebody has changed this while you typed.")).to_be_visible()
    await expect(title).to_have_value("Social inclusion for all")
    await expect(title).to_be_focused()
    await mine.keyboard.type("!")
    await press(mine, "Enter")  # it asks first
    await expect(mine.get_by_role("button", name="Keep mine")).to_be_focused()
    await press(mine, "Enter")
    await expect(title).to_be_focused()
    await theirs.evaluate(
        "id => board.session.edit([{ op: 'node.set', id, layer: 'pillars' }])", node
    )
    await until(mine, "id => board.session.model.node(id).layer === 'pillars'", node)
    await expect(title).to_be_focused()
    await mine.keyboard.type("?")
    await press(mine, "Enter")
    await saved(mine)
    await until(
        theirs,
        "id => board.session.model.node(id).shape.title.join('') === 'Social inclusion for all!?'",
        node,
    )

    await on(mine, "Social inclusion for all!? Card")
    await press(mine, "Shift+F2")
    text = field(mine, "Text")
    await press(mine, "Control+a")
    await mine.keyboard.type("Mine and kept")
    await theirs.evaluate("id => board.session.edit([{ op: 'node.remove', id }])", node)
    await expect(mine.get_by_text("was deleted by somebody while you typed")).to_be_visible()
    await expect(text).to_have_value("Mine and kept")
    await text.focus()
    await press(mine, "Control+Enter")
    await on(mine, "Mine and kept. Sticky note")


async def test_OE8_what_cannot_be_is_said_where_it_is_typed(served: Served, visit: Visits) -> None:
    """OE8: bounds and links are judged in the form, which keeps what was typed."""
    page = await editing(visit, served.links["participant"])
    await row(page, "Social inclusion. Card").focus()
    await press(page, "Alt+l")
    await page.keyboard.type("javascript:alert(1)")
    await press(page, "Enter")
    await expect(page.get_by_role("alert")).to_have_text(
        "A link begins with https://, http:// or mailto:."
    )
    await press(page, "Control+a")
    await page.keyboard.type("example.org")
    await press(page, "Enter")
    await on(page, "Social inclusion. Card. 1 relation. With a link")
    await press(page, "F2")
    await field(page, "Title").fill("x" * 201)
    await press(page, "Enter")
    await expect(page.get_by_role("alert")).to_have_text("At most 200 characters.")
    await press(page, "Escape")
    await on(page, "Social inclusion. Card")
    await press(page, "Alt+t")
    await page.keyboard.type("city, people")
    await press(page, "Enter")
    await expect(row(page, "Social inclusion. Card").locator(".twig-tag")).to_have_text(
        ["city", "people"]
    )
    await saved(page)


async def test_OE1_who_may_not_write_reads_and_what_is_closed_is_not_offered(
    served: Served, visit: Visits
) -> None:
    """OE1, OE3: a viewer has the outline to read; a participant has no layers to make, and nothing
    to change in a locked layer or a locked card."""
    viewer = await opened(visit, served.board)
    await open_outline(viewer)
    await expect(viewer.get_by_role("heading", name="Vision")).to_be_visible()
    assert await viewer.get_by_role("tree").count() == 0
    facilitator = await opened(visit, served.links["facilitator"])
    await until(facilitator, "board.editor.value !== null")
    await facilitator.evaluate(
        """board.session.edit([{ op: "layer.set", id: "pillars", locked: true },
            { op: "node.set", id: board.session.model.nodesOf("vision")[0].id, locked: true }])"""
    )
    page = await editing(visit, served.links["participant"])
    await expect(page.get_by_role("button", name="New layer")).to_have_count(0)
    await row(page, "Better regulation. Card").focus()
    await press(page, "Shift+F10")
    await expect(page.get_by_role("menuitem")).to_have_text(
        [re.compile("Select on the canvas"), re.compile("Comments")]  # which a lock does not stop
    )
    await press(page, "Escape", "Delete")
    await heard(page, "Not open to you")
    await row(page, "Urban equality. Card").focus()
    await press(page, "F2")
    await heard(page, "It is locked.")
    await press(page, "Control+Shift+l")
    await expect(row(page, "Urban equality. Card")).not_to_have_accessible_name(
        re.compile("Locked")
    )
    await press(page, "F2")
    await expect(field(page, "Title")).to_be_focused()


async def test_OE12_the_board_and_its_layers_are_described_here(
    served: Served, visit: Visits
) -> None:
    """OE12: by the keyboard, by a facilitator; a participant reads it. Undo brings it back."""
    page = await editing(visit, served.links["facilitator"])
    reader = await editing(visit, served.links["participant"])
    for name, label, said in (
        ("Edit the title of the board", "Title of the board", "Fair cities"),
        ("Edit the description of the board", "Description of the board", "For everyone"),
    ):
        await page.get_by_role("button", name=name).focus()
        await press(page, "Enter")
        await expect(field(page, label)).to_be_focused()
        await press(page, "Control+a")
        await page.keyboard.type(said)
        await press(page, "Control+Enter")
        await expect(page.get_by_role("button", name=name)).to_be_focused()
        await expect(reader.locator(".board-texts")).to_contain_text(said)
    await expect(reader.locator(".board-texts button")).to_have_count(0)
    await saved(page)
    await press(page, "Control+z", "Control+z")
    await until(reader, "board.title.value === 'Cities of Equality'")

    await row(page, "Vision. Layer").focus()
    await press(page, "Shift+F2")
    await expect(field(page, "Note")).to_be_focused()
    await press(page, "Control+a")
    await page.keyboard.type("Where we want to be")
    await press(page, "Control+Enter")
    await on(page, "Vision. Layer")
    await expect(row(reader, "Vision. Layer").locator(".twig-body").first).to_have_text(
        "Where we want to be"
    )


async def test_LP6_a_layer_is_deleted_in_the_outline_alone(served: Served, visit: Visits) -> None:
    """LP6, OE3: the panel of layers is closed; it asks what becomes of what lies in the layer, and
    the focus goes on to the neighbour. In a locked group it offers nothing of that."""
    page = await editing(visit, served.links["facilitator"])
    await row(page, "Pillars. Layer").focus()
    await press(page, "Delete")
    form = page.get_by_role("form", name="Delete Pillars?")
    await expect(form.get_by_role("radio", name="Delete 3 cards with it")).to_be_focused()
    await press(page, "Escape")
    await on(page, "Pillars. Layer")
    await press(page, "Delete", "ArrowDown")
    await form.get_by_label("Into").select_option("Vision")
    await form.get_by_role("button", name="Delete").click()
    await expect(row(page, "Pillars. Layer")).to_have_count(0)
    await on(page, "Themes. Layer")
    await expect(row(page, "Better funding. Card")).to_have_count(1)
    await saved(page)
    await press(page, "Control+z")
    await expect(row(page, "Pillars. Layer. 3 cards")).to_have_count(1)

    await page.evaluate(
        "board.session.edit([{ op: 'layer.set', id: 'members', locked: true }])"
    )
    await row(page, "Cities. Layer").focus()
    await press(page, "Delete")
    await heard(page, "It is locked.")
    await press(page, "Shift+F10")
    menu = page.get_by_role("menu")
    await expect(menu.get_by_role("menuitem", name="New layer")).to_be_visible()
    await expect(menu.get_by_role("menuitem", name="Delete")).to_have_count(0)
    await expect(menu.get_by_role("menuitem", name="Unlock")).to_have_count(0)


async def test_OE13_a_row_shows_who_is_writing_in_it_and_what_an_image_shows(
    served: Served, visit: Visits
) -> None:
    """OE13, OE11: the sign comes and goes with the field."""
    mine = await editing(visit, served.links["participant"], name="Ada")
    theirs = await opened_to_edit(visit, served.links["facilitator"], name="Ben")
    await until(mine, "board.together.value !== null")
    await theirs.evaluate("board.select(board.session.model.nodesOf('vision')[0].id, true)")
    await theirs.locator(".canvas").focus()
    await press(theirs, "Enter")
    card = row(mine, "Urban equality. Card")
    await expect(card).to_have_accessible_name(re.compile("[.] Ben is writing$"))
    await expect(card.locator(".twig-writing")).to_have_text("Ben is writing")
    assert await violations(mine, "light") == []
    await press(theirs, "Escape")
    await expect(card.locator(".twig-writing")).to_have_count(0)

    async with theirs.expect_file_chooser() as chooser:
        await theirs.evaluate("board.commands.run('image.add')")
    file: FilePayload = {"name": "a.png", "mimeType": "image/png", "buffer": png(picture(60, 40))}
    await (await chooser.value).set_files([file])
    await theirs.get_by_label("Description").fill("A quay")
    await theirs.get_by_role("dialog").get_by_role("button", name="Save").click()
    shown = row(mine, "A quay. Image").get_by_role("img", name="A quay")
    await shown.scroll_into_view_if_needed()
    await until(mine, "document.querySelector('.twig-picture')?.naturalWidth === 60")
    await expect(row(mine, "A quay. Image").locator(".twig-body")).to_have_count(0)


async def test_OE5_the_tree_is_bounded(served: Served, visit: Visits) -> None:
    """OE5: of many nodes the first ones are rows, more when asked for, and what is selected."""
    page = await editing(visit, served.links["facilitator"])
    layer = await page.evaluate(
        """() => {
            const { session } = board;
            const id = session.fresh();
            session.edit([
                { op: "layer.create", id, text: { title: { en: "Many" } } },
                ...Array.from({ length: 300 }, (_, n) => ({
                    op: "node.create", id: `${id}.${n}`, layer: id, x: 3000, y: 100 * n,
                    text: { title: { en: `Card ${n}` } } })),
            ]);
            return id;
        }"""
    )
    items = page.locator(f'[data-key^="node/{layer}"]')
    await expect(row(page, "Many. Layer")).to_be_visible()
    first = await items.count()
    assert 10 <= first <= 100
    await page.evaluate("id => board.select(id, true)", f"{layer}.299")
    await expect(items).to_have_count(first + 1)
    await row(page, "Show ").last.focus()
    await press(page, "Enter")
    await expect(items).to_have_count(first + 101)
    assert await page.locator("#outline .panel-body").evaluate(
        "body => body.scrollWidth === body.clientWidth"
    )


async def test_OE11_axe_finds_nothing_in_the_tree(
    served: Served, visit: Visits
) -> None:
    """OE11: no violation with rows, a menu and forms open; each row's name begins with the title
    that is seen; what is pressed is large enough."""
    page = await editing(visit, served.links["facilitator"])
    await row(page, "Urban equality. Card").click()
    await press(page, "ArrowRight")
    assert await violations(page) == []
    assert await small(page, 24) == []
    await press(page, "Shift+F10")
    assert await violations(page) == []
    await press(page, "Escape")
    for keys in ("Enter", "F2", "Alt+c", "Alt+o", "Alt+p"):
        await press(page, keys)
        await expect(page.locator(".edit-form")).to_be_visible()
        assert await violations(page) == [], keys
        await press(page, "Escape")
        await on(page, "Urban equality. Card")
    phone = await editing(visit, served.links["facilitator"], **ON_PHONE)
    await row(phone, "Urban equality. Card").tap()
    await phone.get_by_role("button", name="Actions for Urban equality").tap()
    await phone.get_by_role("menuitem", name="Connect with").tap()
    await expect(phone.get_by_role("combobox", name="Connect with")).to_be_focused()
    assert await violations(phone) == []
    inside = await phone.locator("#outline").evaluate(
        """panel => [...panel.querySelectorAll("button, .field, .check")]
            .filter((one) => one.checkVisibility()).map((one) => one.getBoundingClientRect())
            .filter(({ width, height }) => width < 44 || height < 44).length"""
    )
    assert inside == 0
    assert await phone.evaluate("document.documentElement.scrollWidth") == 390


async def box(page: Page, title: str) -> dict[str, Any]:
    """A node as it is seen, by its title."""
    find = """title => [...board.session.on].flatMap((layer) => board.session.model.nodesOf(layer))
        .find((node) => (node.title ?? node.text ?? []).join("") === title)"""
    await until(page, find, title)
    return dict(await page.evaluate(find, title))


async def arrange(page: Page, entry: str) -> None:
    """Choose of the menu that says how the current row's node lies on the board, by its keys."""
    await press(page, "Alt+r")
    choice = page.get_by_role("menuitem", name=entry, exact=True)
    await choice.wait_for()
    for _ in range(30):
        if await choice.evaluate("entry => entry === document.activeElement"):
            break
        await press(page, "ArrowDown")
    await press(page, "Enter")


async def test_OE14_things_are_placed_sized_and_arranged_in_the_outline(
    served: Served, visit: Visits
) -> None:
    """OE14, ED15: by the keyboard alone, what the bar of a selection does on the canvas."""
    page = await editing(visit, served.links["participant"])
    await row(page, "Vision. Layer").focus()
    for title in ("Quay", "Crane", "Dock"):
        await make(page, title)
    await saved(page)
    # one: numbers; what was not typed stays what it was
    before = await box(page, "Dock")
    await arrange(page, "Position and size…")
    await expect(page.get_by_label("Left", exact=True)).to_be_focused()
    await page.get_by_label("Width").fill("300")
    await page.get_by_label("Angle").fill("15")
    await press(page, "Enter")
    await on(page, "Dock. Card")
    now = await box(page, "Dock")
    assert (now["w"], now["angle"], now["x"], now["y"]) == (300, 15, before["x"], before["y"])
    await press(page, "Control+z")
    assert await box(page, "Dock") == before
    # its place in the order
    await arrange(page, "To the back")
    await on(page, "Dock. Card")
    first = "board.session.model.nodesOf('vision')[0].title.join('')"
    assert await page.evaluate(first) == "Dock"
    # many: aligned and distributed, as one step each
    await page.wait_for_timeout(800)  # a space that comes sooner is one of the letters
    for title, keys in (("Quay", "Space"), ("Crane", "Shift+Space"), ("Dock", "Shift+Space")):
        await row(page, f"{title}. Card").focus()
        await press(page, keys)
    await until(page, "board.selection.value.size === 3")
    await arrange(page, "Align left")
    titles = ("Quay", "Crane", "Dock")
    assert len({(await box(page, title))["x"] for title in titles}) == 1
    await arrange(page, "Tidy into a grid")
    await on(page, "Dock. Card")
    await saved(page)
    # all, all of its layer, all of a tag
    await press(page, "Control+a")
    everything = await page.evaluate("board.scene.count()")
    assert await page.evaluate("board.selection.value.size") == everything
    await arrange(page, "Select all in its layer")
    held = await page.evaluate("board.session.model.nodesOf('vision').length")
    await until(page, "held => board.selection.value.size === held", held)
    await press(page, "Alt+t")
    await page.keyboard.type("harbour")
    await press(page, "Enter")
    await on(page, "Dock. Card")
    await arrange(page, "Select all with the same tags")
    dock = (await box(page, "Dock"))["id"]
    await until(page, "id => board.selection.value.size === 1 && board.selected.value === id", dock)
    # a shape gets another form
    await page.evaluate("board.editor.value.panels.value.outline.kind = 'shape'")
    await press(page, "Enter")
    await page.keyboard.type("Buoy")
    await press(page, "Enter")
    await on(page, "Buoy. Shape")
    await arrange(page, "Shape…")
    await page.keyboard.type("Star")
    await press(page, "Tab", "Enter")
    await page.locator(".edit-form").wait_for(state="hidden")
    assert (await box(page, "Buoy"))["shape"] == "star"
    # Escape leads back to the row; what is locked may be selected and not be moved
    await press(page, "Control+Shift+l", "Alt+r")
    entries = page.get_by_role("menuitem")
    await expect(entries).to_have_text(["Select all in its layer"])
    await press(page, "Escape")
    await on(page, "Buoy. Shape")
    await saved(page)


async def test_OE15_things_are_copied_cut_and_pasted_in_the_outline(
    served: Served, visit: Visits
) -> None:
    """OE15: by Ctrl+C, Ctrl+X and Ctrl+V, also into a layer that is off, and from elsewhere."""
    page = await editing(visit, served.links["participant"])
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await row(page, "Vision. Layer").focus()
    for title in ("Quay", "Crane"):
        await make(page, title)
    await press(page, "Alt+c")
    await page.keyboard.type("quay")
    await press(page, "Enter", "Enter")
    await on(page, "Crane. Card. 1 relation")
    await saved(page)
    crane = await box(page, "Crane")
    # the node of the row alone, though another one is selected on the canvas
    await page.evaluate("id => board.selectAll([id])", (await box(page, "Quay"))["id"])
    await row(page, "Crane. Card").focus()
    await press(page, "Control+c")
    await row(page, "Pillars. Layer").focus()
    await press(page, "Control+v")
    await on(page, "Crane. Card")
    pasted = await page.evaluate("board.session.model.node(board.selected.value)")
    assert pasted["layer"] == "pillars"
    assert pasted["shape"]["id"] != crane["id"]
    assert (pasted["shape"]["w"], pasted["shape"]["h"]) == (crane["w"], crane["h"])
    # it lies on nothing
    overlaps = """id => { const { model, on } = board.session; const a = model.node(id).shape;
        return [...on].flatMap((layer) => model.nodesOf(layer)).filter((b) => b.id !== id &&
            b.kind !== "frame" && a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h &&
            b.y < a.y + a.h).length; }"""
    assert await page.evaluate(overlaps, pasted["shape"]["id"]) == 0
    # cut: the row is gone, its neighbour has the focus, and both come back with their relation
    await page.evaluate("board.selectAll([])")
    vision = page.locator('[data-key="layer/vision"]')
    both = [vision.get_by_role("treeitem", name=re.compile(f"^{one}")) for one in ("Quay", "Crane")]
    await page.wait_for_timeout(800)
    for each in both:
        await each.focus()
        await press(page, "Shift+Space")
    await until(page, "board.selection.value.size === 2")
    await press(page, "Control+x")
    for each in both:
        await expect(each).to_have_count(0)
    await expect(focused(page)).to_have_attribute("role", "treeitem")
    # a layer that is off is switched on for what comes into it
    await page.evaluate("board.session.switch('focus', false)")
    await row(page, "Focus. Layer").focus()
    await press(page, "Control+v")
    await until(page, "board.session.on.has('focus') && board.selection.value.size === 2")
    ends = """() => { const { value } = board.selection;
        return board.session.model.relationsOf([...value][0])
            .map(({ source, target }) => value.has(source) && value.has(target)); }"""
    assert await page.evaluate(ends) == [True]
    # lines from elsewhere become stickies, and the first is gone to
    await page.evaluate("navigator.clipboard.writeText('north\\nsouth')")
    await press(page, "Control+v")
    await on(page, "north. Sticky note")
    await saved(page)
    # in a form it is text as ever
    await press(page, "F2", "Control+a", "Control+v")
    await expect(page.locator(".edit-form textarea")).to_have_value("north\nsouth")
    await press(page, "Escape")


async def test_OE15_what_is_made_in_a_layer_that_is_off_is_seen(
    served: Served, visit: Visits
) -> None:
    page = await editing(visit, served.links["participant"])
    await page.evaluate("board.session.switch('focus', false)")
    await row(page, "Focus. Layer").focus()
    await make(page, "Beacon")
    assert await page.evaluate("board.session.on.has('focus')")


async def test_OE14_axe_finds_nothing_in_what_arranges(served: Served, visit: Visits) -> None:
    """OE14, UI15: the menu and its form, on a laptop and on a phone."""
    for context in ({}, ON_PHONE):
        page = await editing(visit, served.links["participant"], **context)
        await row(page, "Urban equality. Card").focus()
        await press(page, "Alt+r")
        await expect(page.get_by_role("menu")).to_be_visible()
        assert await violations(page) == []
        await page.get_by_role("menuitem", name="Position and size…").click()
        await expect(page.get_by_label("Width")).to_be_visible()
        assert await violations(page) == []
        if context:
            assert await small(page, 44) == []


async def test_ED7_an_end_is_given_to_another_node_in_the_outline(
    served: Served, visit: Visits
) -> None:
    page = await editing(visit, served.links["participant"])
    await row(page, "Vision. Layer").focus()
    for title in ("Quay", "Crane", "Dock"):
        await make(page, title)
    await press(page, "Alt+c")
    await page.keyboard.type("quay")
    await press(page, "Enter", "Tab")
    await page.keyboard.type("guards")
    await press(page, "Enter")
    await on(page, "Dock. Card. 1 relation")
    await press(page, "ArrowRight", "ArrowRight")
    await on(page, "guards, to Quay. Relation")

    async def attach(entry: str, title: str) -> None:
        await press(page, "Shift+F10")
        await page.get_by_role("menuitem", name=entry).press("Enter")
        await page.keyboard.type(title)
        await press(page, "Enter", "Enter")

    await attach("Attach the end to another", "crane")
    await on(page, "guards, to Crane. Relation")
    await attach("Attach the start to another", "quay")
    await on(page, "Dock. Card")
    quay, crane = [(await box(page, title))["id"] for title in ("Quay", "Crane")]
    ends = "id => board.session.model.relationsOf(id).map(({ source, target }) => [source, target])"
    assert await page.evaluate(ends, quay) == [[quay, crane]]
    await press(page, "Control+z", "Control+z")
    await on(page, "Dock. Card. 1 relation")
    await saved(page)
