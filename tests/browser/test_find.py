"""Finding, the graph, the palette and the shortcuts: real pages, by mouse and by keyboard."""

import asyncio
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.pages import AXE, ON_PHONE, Visits, on, opened, until
from tests.processes import Served

IN_HIDDEN = "Equality in future EU funding"  # in a layer that is off by default


async def hits(page: Page, count: int) -> Any:
    """The list of hits, once there are so many."""
    await expect(page.get_by_role("option")).to_have_count(count)
    return page.get_by_role("option")


async def selected(page: Page) -> str:
    """The title of the selected node."""
    return str(
        await page.evaluate(
            """() => {
                const held = board.session.model.node(board.selected.value ?? "");
                return (held?.shape.title ?? []).join("").trim();
            }"""
        )
    )


async def until_selected(page: Page, title: str) -> None:
    async with asyncio.timeout(10):
        while await selected(page) != title:
            await page.wait_for_timeout(30)


async def veiled(page: Page, id: str) -> bool:
    """Whether a node's card is faded: the focus canvas lies over its middle."""
    alpha = await page.evaluate(
        """(id) => {
            const { x, y, w, h } = board.scene.nodeBox(id);
            const [left, top] = board.canvas.viewport();
            const zoom = board.canvas.zoom();
            const overlay = [...document.querySelectorAll(".canvas canvas")].at(-1);
            const ratio = overlay.width / overlay.clientWidth;
            const at = [(x + w / 2 - left) * zoom * ratio, (y + h / 2 - top) * zoom * ratio];
            return overlay.getContext("2d").getImageData(...at.map(Math.round), 1, 1).data[3];
        }""",
        id,
    )
    return int(alpha) > 100


async def test_FI12_hits_are_gone_through_and_their_layers_come_on_for_me_alone(
    served: Served, visit: Visits
) -> None:
    """FI12: also for a facilitator who leads: whoever follows sees nothing of it."""
    page = await opened(visit, served.links["facilitator"])
    follower = await opened(visit, served.links["participant"])
    await page.evaluate("board.session.lead()")
    await until(follower, "board.stageOpen.value")
    before = await on(follower)
    off = "[...board.session.layers.values()].find(({ title }) => title === 'After the paper').id"
    assert await page.evaluate(off) not in before

    await page.get_by_role("button", name="Find on the board").click()
    field = page.get_by_role("combobox", name="Find on the board")
    await expect(field).to_be_focused()
    await field.fill("equality in future")
    await hits(page, 1)
    await field.press("Enter")
    await until_selected(page, IN_HIDDEN)
    told = page.locator(".find-switched")
    await expect(told).to_have_text("Switched on in your own view: After the paper.")
    await expect(page.locator(".pill").get_by_text("My own view")).to_be_visible()
    await expect(page.locator(".spoken[role=status]")).to_contain_text(
        f"1 of 1: {IN_HIDDEN}, layer After the paper"
    )
    assert await on(follower) == before

    await field.fill("equal")
    found = await hits(page, 6)
    await field.press("ArrowDown")
    first = await found.nth(0).locator(".hit-title").inner_text()
    await until_selected(page, first)
    await expect(found.nth(0)).to_have_attribute("aria-selected", "true")
    assert await field.get_attribute("aria-activedescendant") == "hit-0"
    await field.press("F3")
    await until_selected(page, await found.nth(1).locator(".hit-title").inner_text())
    await field.press("Shift+Enter")
    await until_selected(page, first)
    await found.nth(2).click()
    await until_selected(page, await found.nth(2).locator(".hit-title").inner_text())
    middle = await page.evaluate(
        """() => {
            const { x, y, w, h } = board.scene.nodeBox(board.selected.value);
            const [left, top] = board.canvas.viewport();
            const zoom = board.canvas.zoom();
            return [(x + w / 2 - left) * zoom, (y + h / 2 - top) * zoom];
        }"""
    )
    assert 200 < middle[0] < 880 and 100 < middle[1] < 760, "in the middle of what is free"


async def test_FI12_what_has_changed_is_found(served: Served, visit: Visits) -> None:
    page = await opened(visit, served.links["viewer"])
    other = await opened(visit, served.links["facilitator"])
    await page.keyboard.press("/")
    field = page.get_by_role("combobox", name="Find on the board")
    await field.fill("zanzibar")
    await expect(page.get_by_text("Nothing found.", exact=False).first).to_be_visible()
    await other.evaluate(
        """() => {
            const layer = board.session.active;
            board.session.edit([{ op: "node.create", id: board.session.fresh(), layer, x: 0, y: 0,
                text: { title: { en: "From Zanzibar with <b>love</b>" } } }]);
        }"""
    )
    await until(other, "board.session.model.pending.length === 0")
    await field.press("Enter")
    found = await hits(page, 1)
    await expect(found.first.locator("mark")).to_have_text("Zanzibar")
    await expect(found.first.locator(".hit-title")).to_have_text("From Zanzibar with <b>love</b>")


async def test_FI13_the_field_opens_and_closes_by_keys(library: Served, visit: Visits) -> None:
    """FI13, CM2: where somebody types a slash is a slash; nothing is loaded before it is wanted."""
    one = await visit(library.links["viewer"])
    page = one.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await until(page, "window.board?.ready.value === true")
    assert not [url for url in asked if "/find-" in url]
    canvas = page.locator(".canvas")
    await canvas.focus()
    await page.keyboard.press("Control+f")
    field = page.get_by_role("combobox", name="Find on the board")
    await expect(field).to_be_focused()
    assert [url for url in asked if "/find-" in url]
    await page.keyboard.type("a/?")
    await expect(field).to_have_value("a/?")
    await page.keyboard.press("Escape")
    await expect(field).to_be_hidden()
    await expect(canvas).to_be_focused()
    await page.keyboard.press("/")
    await expect(field).to_be_focused()
    await page.keyboard.press("Escape")
    button = page.get_by_role("button", name="Find on the board")
    await button.focus()
    await page.keyboard.press("Enter")
    await expect(field).to_be_focused()
    await page.get_by_role("button", name="Close").click()
    await expect(button).to_be_focused()
    await page.get_by_role("button", name="Outline", exact=True).click()
    await page.keyboard.press("/")
    await expect(field).to_be_focused()
    await expect(page.locator("#outline")).to_be_hidden()


async def test_GR6_neighbours_stay_bright_and_the_rest_fades(
    library: Served, visit: Visits
) -> None:
    page = await opened(visit, library.links["viewer"])
    await page.evaluate(
        """board.select([...board.session.on].flatMap((id) => board.session.model.nodesOf(id))
            .find((node) => node.title.join("").trim() === "Better funding").id, true)"""
    )
    await page.keyboard.press("Shift+G")
    panel = page.get_by_role("region", name="Connections")
    await expect(panel.get_by_role("heading", name="Connections")).to_be_focused()
    await expect(panel.locator(".graph-self")).to_contain_text("Better funding")
    await panel.get_by_label("Fade the rest").check()
    await page.evaluate("board.fit()")
    await page.wait_for_timeout(100)
    near = set(
        await page.evaluate(
            "board.finding.value.connections.near.value.nodes.map(({ node }) => node.id)"
        )
    )
    drawn = set(
        await page.evaluate(
            """[...board.session.on].flatMap((id) => board.session.model.nodesOf(id))
                .map(({ id }) => id)"""
        )
    )
    assert len(drawn & near) > 1 and len(drawn - near) > 8
    for id in sorted(drawn & near):
        assert not await veiled(page, id), id
    for id in sorted(drawn - near)[:8]:
        assert await veiled(page, id), id
    one_step = await panel.locator(".graph-node").count()
    await panel.get_by_role("radio", name="2 steps").check(force=True)
    async with asyncio.timeout(10):
        while await panel.locator(".graph-node").count() <= one_step:
            await page.wait_for_timeout(30)
    # a node of a layer that is off is named, and can be gone to
    off = panel.locator(".graph-node:has(.hit-off)").first
    title = await off.locator(".named > span[dir]").inner_text()
    await off.click()
    await until_selected(page, title)
    await page.keyboard.press("Escape")
    await expect(panel).to_be_hidden()
    assert await page.evaluate("board.canvas.kept === null"), "nothing fades any more"


async def test_GR6_the_bar_of_a_selected_card_opens_its_connections(
    served: Served, visit: Visits
) -> None:
    page = await opened(visit, served.links["participant"])
    await until(page, "board.editor.value !== null")
    await page.evaluate(
        """board.select([...board.session.on].flatMap((id) => board.session.model.nodesOf(id))
            .find((node) => node.title.join("").trim() === "Better funding").id, true)"""
    )
    await page.get_by_role("toolbar").get_by_role("button", name="Connections").click()
    panel = page.get_by_role("region", name="Connections")
    await expect(panel.locator(".graph-self")).to_contain_text("Better funding")


async def test_GR6_a_way_between_two_cards_is_listed_and_kept_bright(
    library: Served, visit: Visits
) -> None:
    page = await opened(visit, library.links["viewer"])
    await page.keyboard.press("Shift+G")
    panel = page.get_by_role("region", name="Connections")
    await expect(panel.get_by_role("button", name="Start at what is selected")).to_be_disabled()
    choose = """(title) => board.select([...board.session.on]
        .flatMap((id) => board.session.model.nodesOf(id))
        .find((node) => node.title.join("").trim() === title).id, true)"""
    await page.evaluate(choose, "Better funding")
    await panel.get_by_role("button", name="Start at what is selected").click()
    await page.evaluate(choose, "Orientation Paper presented")
    await panel.get_by_role("button", name="End at what is selected").click()
    way = panel.locator(".way")
    await expect(way).to_be_visible()
    titles = await way.locator(".named > span[dir]").all_inner_texts()
    assert titles[0] == "Better funding" and titles[-1] == "Orientation Paper presented"
    await expect(panel.get_by_text(f"A way of {len(titles) - 1} steps")).to_be_visible()
    show = panel.get_by_role("button", name="Show its layers in my own view")
    if await show.count():
        await show.click()
        await expect(show).to_be_hidden()
    await panel.get_by_text("Most connected").click()
    await expect(panel.locator("details").first.locator(".graph-node").first).to_be_visible()
    await panel.get_by_text("Without connections").click()
    await expect(
        panel.locator("details").nth(1).locator(".graph-node, .hint").first
    ).to_be_visible()


async def test_GR5_layers_are_made_of_groups_in_one_step_after_a_preview(
    served: Served, visit: Visits
) -> None:
    page = await opened(visit, served.links["facilitator"])
    viewer = await opened(visit, served.links["viewer"])
    titles = "[...board.session.layers.values()].map((layer) => layer.title).sort()"
    before = await page.evaluate(titles)
    for each in (page, viewer):
        await each.keyboard.press("Shift+G")
        await each.get_by_role("button", name="Look for groups").click()
        await expect(each.locator(".graph-group").first).to_be_visible()
    assert await viewer.get_by_role("button", name="Make layers of these…").count() == 0
    for box in (await page.locator(".graph-group input[type=checkbox]").all())[1:]:
        await box.uncheck()
    await page.get_by_label("Name of group 1", exact=True).fill("Hub")
    await page.get_by_role("button", name="Make layers of these…").click()
    await expect(page.locator(".graph-preview")).to_contain_text("1 new layer;")
    assert await page.evaluate(titles) == before, "a preview changes nothing"
    await page.get_by_role("button", name="Make them").click()
    await until(page, "board.session.model.pending.length === 0")
    await until(viewer, "[...board.session.layers.values()].some((layer) => layer.title === 'Hub')")
    made = await viewer.evaluate(
        "[...board.session.layers.values()].find((layer) => layer.title === 'Hub').count"
    )
    assert made > 2
    await page.evaluate("board.session.undo()")
    await until(viewer, f"JSON.stringify({titles}) === JSON.stringify({before!r})")


async def test_CM5_the_palette_does_what_it_offers(library: Served, visit: Visits) -> None:
    page = await opened(visit, library.links["viewer"])
    await page.locator(".canvas").focus()
    await page.keyboard.press("Control+k")
    field = page.get_by_role("combobox", name="Do something")
    await expect(field).to_be_focused()
    await page.keyboard.type("hal")
    await expect(page.get_by_role("option").first).to_contain_text("Hide all layers")
    await page.keyboard.press("Enter")
    await expect(field).to_be_hidden()
    await until(page, "board.session.on.size === 0")
    await expect(page.locator(".canvas")).to_be_focused()
    await page.keyboard.press("Control+k")
    await page.keyboard.type("follow")
    await page.get_by_role("option", name="Follow again").click()
    await until(page, "board.session.on.size > 0")
    await page.keyboard.press("Control+k")
    await expect(field).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await expect(page.get_by_role("option").nth(1)).to_have_attribute("aria-selected", "true")
    await page.keyboard.press("Escape")
    await expect(field).to_be_hidden()


async def test_CM4_shortcuts_of_one_character_are_turned_off_in_their_sheet(
    library: Served, visit: Visits
) -> None:
    """CM4, CM5: kept over a reload; what has Ctrl still works."""
    page = await opened(visit, library.links["viewer"])
    await page.keyboard.press("?")
    sheet = page.get_by_role("dialog", name="Keyboard shortcuts")
    await expect(sheet.get_by_text("Zoom in")).to_be_visible()
    await expect(sheet.get_by_text("Find on the board")).to_be_visible()
    await sheet.get_by_label("Shortcuts of a single character").uncheck()
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await page.keyboard.press("?")
    await page.keyboard.press("Shift+L")
    await page.wait_for_timeout(100)
    await expect(sheet).to_be_hidden()
    await expect(page.locator("#layers")).to_be_hidden()
    await page.reload()
    await until(page, "window.board?.ready.value === true")
    await page.keyboard.press("/")
    await page.keyboard.press("Control+k")
    await expect(page.get_by_role("dialog").get_by_role("combobox")).to_be_focused()
    await page.keyboard.type("keyboard")
    await page.keyboard.press("Enter")
    await sheet.get_by_label("Shortcuts of a single character").check()
    await page.keyboard.press("Escape")
    await expect(sheet).to_be_hidden()
    await page.keyboard.press("Shift+L")
    await expect(page.locator("#layers")).to_be_visible()


@pytest.mark.parametrize("context", [{}, {"color_scheme": "dark"}, ON_PHONE], ids=str)
async def test_UI15_what_finds_is_for_everybody(
    library: Served, visit: Visits, context: dict[str, Any]
) -> None:
    page = await opened(visit, library.links["facilitator"], bypass_csp=True, **context)
    await page.add_script_tag(path=AXE)
    for part in ("search", "graph", "palette", "keys"):
        await page.evaluate("part => board.find(part)", part)
        await until(page, "board.finding.value !== null")
        if part == "search":
            await page.keyboard.type("equal")
            await hits(page, 6)
            await page.keyboard.press("ArrowDown")
        if part == "graph":
            await page.get_by_role("button", name="Look for groups").click()
            await page.get_by_role("button", name="Make layers of these…").click()
        await page.wait_for_timeout(200)
        found = await page.evaluate(
            """async () => (await axe.run(document, { runOnly:
                ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"] })).violations
                .map(({ id, nodes }) => [id, nodes.map(({ html }) => html)])"""
        )
        assert found == [], (part, found)
        if part in ("palette", "keys"):
            await page.keyboard.press("Escape")
