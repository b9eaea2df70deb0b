"""Journeys of people on a board: real pages in a real Chromium, against a real server."""

import asyncio
import base64
import re
from collections.abc import Awaitable, Callable

import pytest
from playwright.async_api import Page, expect

from tests.browser.pages import (
    ON_PHONE,
    Visits,
    node,
    on,
    open_layers,
    open_outline,
    opened,
    ready,
    small,
    switch,
    until,
    violations,
)
from tests.processes import Served

MEMBERS = "members"
A_MEMBER = "Municipality of Varna"


async def is_drawn(page: Page, id: str) -> bool:
    return bool(await page.evaluate("id => board.scene.nodeBox(id) !== null", id))


async def colours(page: Page, id: str) -> int:
    """How many colours the picture of the page has where a node lies, or would lie."""
    clip = await page.evaluate(
        """id => {
            const { x, y, w, h } = board.session.model.node(id).shape;
            const [left, top] = board.canvas.viewport();
            const zoom = board.canvas.zoom();
            return { x: (x - left) * zoom, y: (y - top) * zoom, width: w * zoom, height: h * zoom };
        }""",
        id,
    )
    picture = base64.b64encode(await page.screenshot(clip=clip)).decode()
    found = await page.evaluate(
        """async (picture) => {
            const image = new Image();
            image.src = `data:image/png;base64,${picture}`;
            await image.decode();
            const canvas = document.createElement("canvas");
            canvas.width = image.width;
            canvas.height = image.height;
            const context = canvas.getContext("2d");
            context.drawImage(image, 0, 0);
            const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
            return new Set(new Uint32Array(data.buffer)).size;
        }""",
        picture,
    )
    return int(found)


async def lose(page: Page, layer: str) -> None:
    """Wait until a page no longer shows a layer."""
    await until(page, "layer => !board.session.on.has(layer)", layer)


async def gain(page: Page, layer: str) -> None:
    await until(page, "layer => board.session.on.has(layer)", layer)


# -- together


async def test_UI6_a_facilitator_drives_followers_and_nobody_else(
    served: Served, visit: Visits
) -> None:
    """UI6, UI19: switching Members off while leading takes it from who follows, live, and from
    who comes later; who is on an own view keeps it."""
    facilitator = await opened(visit, served.links["facilitator"])
    follower = await opened(visit, served.links["participant"])
    alone = await opened(visit, served.links["viewer"])
    member = await node(follower, A_MEMBER)

    await open_layers(facilitator)
    await facilitator.get_by_role("button", name="Lead everyone").click()
    await expect(facilitator.get_by_text("You are leading")).to_be_visible()
    await expect(follower.get_by_text("Following the facilitator")).to_be_visible()

    await open_layers(alone)
    await switch(alone, "Opportunities").click()  # any switch of mine: now this is my own view
    await expect(alone.locator(".pill").get_by_text("My own view")).to_be_visible()
    await open_outline(follower)
    await open_outline(alone)
    in_outline = follower.locator("#outline").get_by_role("treeitem", name=A_MEMBER)
    await expect(in_outline).to_be_visible()
    assert await is_drawn(follower, member)
    assert await colours(follower, member) > 1

    await switch(facilitator, "Members").click()
    await lose(follower, MEMBERS)
    await expect(in_outline).to_have_count(0)
    assert not await is_drawn(follower, member)
    assert await colours(follower, member) == 1
    assert MEMBERS not in await on(facilitator)

    assert MEMBERS in await on(alone)
    assert await is_drawn(alone, member)
    await expect(alone.locator("#outline").get_by_role("button", name=A_MEMBER)).to_be_visible()

    await follower.reload()
    await ready(follower)
    late = await opened(visit, served.links["viewer"])
    for page in (follower, late):
        assert MEMBERS not in await on(page)
        await expect(page.get_by_text("Following the facilitator")).to_be_visible()

    # one action leads back to the common view
    await alone.get_by_role("button", name="Follow again").first.click()
    await lose(alone, MEMBERS)
    await expect(alone.get_by_text("Following the facilitator")).to_be_visible()

    await facilitator.get_by_role("button", name="Stop leading").click()
    for page in (facilitator, follower, late, alone):
        await gain(page, MEMBERS)


async def test_UI6_a_facilitator_can_switch_for_themselves_while_leading(
    served: Served, visit: Visits
) -> None:
    """UI6: it can be seen whether a switch acts for everyone or only for me."""
    facilitator = await opened(visit, served.links["facilitator"])
    follower = await opened(visit, served.links["participant"])
    await open_layers(facilitator)
    await facilitator.get_by_role("button", name="Lead everyone").click()
    await expect(facilitator.get_by_role("radio", name="Everyone")).to_be_checked()
    await facilitator.get_by_role("radio", name="Only me").check()
    await expect(facilitator.get_by_text("Only you see your switches")).to_be_visible()
    await switch(facilitator, "Members").click()
    await lose(facilitator, MEMBERS)
    await asyncio.sleep(0.3)
    assert MEMBERS in await on(follower)
    await facilitator.get_by_role("button", name="Show everyone what I see").click()
    await lose(follower, MEMBERS)
    await expect(facilitator.get_by_text("You are leading")).to_be_visible()
    await expect(follower.get_by_text("2 here")).to_be_visible()
    await expect(follower.get_by_text("1 follows")).to_be_visible()
    await expect(facilitator.get_by_text("1 follows")).to_be_visible()


async def test_UI6_another_facilitator_follows_until_they_lead_too(
    served: Served, visit: Visits
) -> None:
    """UI6: a lead belongs to the tabs whose person pressed for it, also after a reload."""
    one = await opened(visit, served.links["facilitator"])
    follower = await opened(visit, served.links["participant"])
    await open_layers(one)
    await one.get_by_role("button", name="Lead everyone").click()
    other = await opened(visit, served.links["facilitator"])
    await expect(other.locator(".pill").get_by_text("Following the facilitator")).to_be_visible()
    await open_layers(other)
    await switch(other, "Members").click()
    await expect(other.locator(".pill").get_by_text("My own view")).to_be_visible()
    await asyncio.sleep(0.3)
    assert MEMBERS in await on(follower)
    await other.locator(".pill").get_by_role("button", name="Follow again").click()
    await gain(other, MEMBERS)
    await other.locator(".pill").get_by_role("button", name="Lead too").click()
    for page in (one, other):
        await expect(page.locator(".pill")).to_have_text("You are leading1 follows")
    await switch(other, "Members").click()
    await lose(follower, MEMBERS)
    await lose(one, MEMBERS)

    for page in (one, other):
        await page.reload()
        await ready(page)
        await expect(page.get_by_text("You are leading")).to_be_visible()
    for page in (one, other):
        await page.close()
    await expect(follower.get_by_text("the facilitator is away")).to_be_visible(timeout=20_000)
    late = await opened(visit, served.links["facilitator"])
    pill = late.locator(".pill")
    await expect(pill.get_by_text("A lead is on")).to_be_visible()
    await expect(pill.get_by_role("button", name="Lead too")).to_be_visible()
    await pill.get_by_role("button", name="Stop leading").click()
    await gain(follower, MEMBERS)
    await expect(late.locator(".toast")).to_have_count(0)


async def test_UI6_the_default_is_published_and_taken_back(served: Served, visit: Visits) -> None:
    """UI6: a facilitator makes what they see the default, and can take that back."""
    facilitator = await opened(visit, served.links["facilitator"])
    visitor = await opened(visit, served.board)
    await open_layers(facilitator)
    await switch(facilitator, "Members").click()
    await facilitator.get_by_role("button", name="Make this the default").click()
    await lose(visitor, MEMBERS)
    await expect(facilitator.locator(".pill").get_by_text("nobody is leading")).to_be_visible()
    await expect(facilitator.locator(".toast")).to_have_count(1)
    await facilitator.locator(".toast").get_by_role("button", name="Undo").click()
    await gain(visitor, MEMBERS)


async def test_UI7_a_viewers_attempt_to_drive_is_refused_by_the_server(
    served: Served, visit: Visits
) -> None:
    """UI7: what the page of a viewer would never send is refused, and the person is told why."""
    viewer = await opened(visit, served.links["viewer"])
    follower = await opened(visit, served.links["participant"])
    await viewer.evaluate(
        "layer => board.session.submit([{ op: 'stage.set', open: true },"
        " { op: 'stage.drive', layers: { [layer]: false } }])",
        MEMBERS,
    )
    await expect(viewer.locator(".toast.warns")).to_contain_text("Not done:")
    assert await viewer.evaluate("board.session.model.pending.length") == 0
    for page in (viewer, follower):
        assert MEMBERS in await on(page)
        assert await page.evaluate("board.session.stageOpen") is False
    await expect(viewer.get_by_role("button", name="Lead everyone")).to_have_count(0)


# -- alone


async def test_UI5_the_keyboard_is_enough(library: Served, visit: Visits) -> None:
    """UI5, UI15: everything from the first tab on: layers, view, canvas, outline, and back."""
    page = await opened(visit, library.links["viewer"])
    press = page.keyboard.press

    async def focused() -> str:
        return str(await page.evaluate("document.activeElement.textContent.trim()"))

    await press("Tab")
    assert await focused() == "Skip to the outline"
    await press("Tab")
    assert await focused() == "Layers"
    await press("Enter")
    for _ in range(40):
        await press("Tab")
        if await page.evaluate("document.activeElement.dataset.layer") == MEMBERS:
            break
    await press("Space")
    await lose(page, MEMBERS)
    await press("Escape")
    assert await focused() == "Layers"
    await expect(page.locator("#layers")).to_be_hidden()

    await page.locator(".canvas").focus()
    before = await page.evaluate("board.canvas.viewport()")
    await press("ArrowRight")
    await press("ArrowDown")
    x, y, w, _ = await page.evaluate("board.canvas.viewport()")
    assert x > before[0]
    assert y > before[1]
    await press("+")
    assert (await page.evaluate("board.canvas.viewport()"))[2] < w
    await press("-")
    await press("0")
    back = await page.evaluate("board.canvas.viewport()")
    assert back == pytest.approx(before, abs=2)

    await page.locator(".skip").focus()
    await press("Enter")
    await expect(page.locator("#outline-title")).to_be_focused()
    await press("Escape")
    await expect(page.locator("#outline")).to_be_hidden()


async def test_UI8_an_own_view_is_shared_by_its_address(library: Served, visit: Visits) -> None:
    """UI8: switches, the view and the selection are in the address, and open again from it."""
    page = await opened(visit, library.board)
    await open_layers(page)
    await page.get_by_role("button", name="Hide all layers").click()
    await page.get_by_role("button", name="Only this: Themes").focus()
    await page.keyboard.press("Enter")
    await open_outline(page)
    theme = page.locator("#outline").get_by_role("button", name="Tackling spatial segregation")
    await theme.click()
    await until(page, "location.hash.includes('node=')")
    address = page.url
    assert re.search(r"#layers=themes&view=(-?\d+,){3}\d+&node=\S+$", address), address

    other = await opened(visit, address)
    assert await on(other) == {"themes"}
    await expect(other.locator(".pill").get_by_text("My own view")).to_be_visible()
    assert await other.evaluate("board.selected.value") == await page.evaluate(
        "board.selected.value"
    )
    mine, theirs = [await one.evaluate("board.canvas.viewport()") for one in (page, other)]
    assert theirs == pytest.approx(mine, abs=2)

    await other.get_by_role("button", name="Follow again").click()
    await gain(other, MEMBERS)
    await until(other, "!location.hash.includes('layers=')")


async def test_UI9_the_key_leaves_the_address_at_once(library: Served, visit: Visits) -> None:
    """UI9: the token is in no address and no history, and stays for the tab alone."""
    key = library.links["facilitator"].partition("#k=")[2]
    page = await opened(visit, library.links["facilitator"] + "&layers=themes", name=None)
    assert key not in page.url
    assert await on(page) == {"themes"}
    assert await page.evaluate("history.length") <= 2
    assert await page.evaluate("document.cookie") == ""
    await page.reload()
    await ready(page)
    assert await page.evaluate("board.role.value") == "facilitator"
    assert await page.evaluate("JSON.stringify(localStorage)") == "{}"
    await page.go_back()
    assert key not in page.url


async def test_UI9_a_duplicated_tab_takes_a_name_of_its_own(library: Served, visit: Visits) -> None:
    """UI9: a copy of a tab has its storage, and must not take its connection."""
    page = await opened(visit, library.links["participant"])
    async with page.context.expect_page() as copying:
        await page.evaluate("window.open(location.href)")
    copy = await ready(await copying.value)
    secret = "sessionStorage.getItem('orientation-board/secret')"
    seats = [await each.evaluate("board.session.seat") for each in (page, copy)]
    assert seats[0] != seats[1]
    assert await page.evaluate(secret) != await copy.evaluate(secret)
    assert await copy.evaluate("board.role.value") == "participant"
    for each in (page, copy):
        await expect(each.locator(".connection")).to_contain_text("Live")


# -- the connection


async def test_UI10_what_is_switched_offline_is_shown_as_unsaved_and_then_saved(
    served: Served, visit: Visits
) -> None:
    """UI10, UI11: the sign tells the truth; nothing that waits is lost."""
    facilitator = await opened(visit, served.links["facilitator"])
    follower = await opened(visit, served.links["participant"])
    sign = facilitator.locator(".connection")
    await open_layers(facilitator)
    await facilitator.get_by_role("button", name="Lead everyone").click()
    await expect(follower.get_by_text("Following the facilitator")).to_be_visible()
    await facilitator.context.set_offline(True)
    await expect(sign).to_contain_text("Offline")
    await switch(facilitator, "Members").click()
    await expect(sign).to_contain_text("1 not saved")
    assert MEMBERS not in await on(facilitator)
    assert MEMBERS in await on(follower)
    await facilitator.context.set_offline(False)
    await expect(sign).to_contain_text("Live")
    await lose(follower, MEMBERS)


async def test_UI11_pages_come_back_after_the_server_restarts(
    serve: Callable[..., Awaitable[Served]], alone: Served, visit: Visits
) -> None:
    """UI11: the page says that it reconnects, comes back by itself and misses nothing."""
    visits = [await visit(alone.links[role]) for role in ("facilitator", "participant")]
    facilitator, follower = [await ready(one.page) for one in visits]
    await open_layers(facilitator)
    await facilitator.get_by_role("button", name="Lead everyone").click()
    await switch(facilitator, "Members").click()
    await lose(follower, MEMBERS)
    port = int(alone.address.rpartition(":")[2])
    await alone.stop()
    for page in (facilitator, follower):
        await expect(page.locator(".connection")).to_contain_text("Reconnecting")
    await serve(alone.data, port)
    for page in (facilitator, follower):
        await expect(page.locator(".connection")).to_contain_text("Live", timeout=20_000)
        assert MEMBERS not in await on(page)
    await switch(facilitator, "Members").click()
    await gain(follower, MEMBERS)
    for one in visits:  # a server that is away is nothing to be quiet about
        expected = re.compile("ERR_CONNECTION|WebSocket connection")
        one.errors[:] = [error for error in one.errors if not expected.search(error)]


async def test_UI12_a_link_that_opens_nothing_says_so(library: Served, visit: Visits) -> None:
    """UI12: a board that is not there, or not open, is told in words, with a way on."""
    one = await visit(f"{library.address}/b/nothing-here#k=viewer.{'a' * 32}")
    await expect(one.page.get_by_role("heading", name="This board does not open")).to_be_visible()
    await expect(one.page.get_by_role("link", name="To the boards")).to_be_visible()
    one.errors[:] = [error for error in one.errors if "404" not in error]


# -- reading


async def test_UI18_with_scripts_off_the_page_is_the_outline(
    library: Served, visit: Visits
) -> None:
    """UI18: the published layers, or those that the query names, each with a link to switch it."""
    quiet = (await visit(library.board, java_script_enabled=False)).page
    await expect(
        quiet.get_by_role("heading", name="Cities of Equality", exact=True)
    ).to_be_visible()
    await expect(quiet.get_by_role("heading", name="Vision")).to_be_visible()
    await expect(quiet.get_by_role("heading", name="Opportunities")).to_have_count(0)
    await quiet.goto(f"{library.board}?layers=themes,opportunities")
    await expect(quiet.get_by_role("heading", name="Opportunities")).to_be_visible()
    await expect(quiet.get_by_role("heading", name="Vision")).to_have_count(0)
    await quiet.get_by_role("link", name="Vision off").click()
    await expect(quiet.get_by_role("heading", name="Vision")).to_be_visible()
    await expect(quiet.get_by_role("heading", name="Opportunities")).to_be_visible()


async def test_UI19_the_live_outline_takes_the_place_of_the_written_one(
    library: Served, visit: Visits
) -> None:
    """UI19: headings and lists of what is on, relations both ways, in sync with the switches."""
    page = await opened(visit, f"{library.board}?layers=vision,pillars")
    assert await on(page) == {"vision", "pillars"}
    await until(page, "location.search === ''")  # it is in the fragment now
    await open_outline(page)
    outline = page.locator("#outline")
    await expect(page.get_by_role("heading", name="Vision")).to_have_count(1)
    await expect(outline.get_by_role("heading")).to_have_text(["Outline", "Vision", "Pillars"])
    equality = outline.locator("[data-node]", has=page.get_by_role("button", name="Urban equality"))
    await expect(equality).to_contain_text("pursued through")
    regulation = equality.get_by_role("link", name="Better regulation")
    await expect(regulation).to_be_visible()
    better = outline.locator(
        "[data-node]", has=page.get_by_role("button", name="Better regulation")
    )
    await expect(better).to_contain_text("Urban equality (pursued through)")
    await open_layers(page)
    await switch(page, "Pillars").click()
    await expect(regulation).to_have_count(0)
    await expect(outline.get_by_role("heading")).to_have_text(["Outline", "Vision"])


async def test_UI20_choosing_in_the_outline_centres_on_the_canvas_and_back(
    library: Served, visit: Visits
) -> None:
    """UI20: outline and canvas have one selection; the chosen node is in the middle of what is
    free."""
    page = await opened(visit, library.board)
    await open_outline(page)
    await page.locator("#outline").get_by_role("button", name=A_MEMBER).click()
    member = await node(page, A_MEMBER)
    await until(page, "id => board.selected.value === id", member)
    await expect(page.locator(f'[data-node="{member}"] .node-title')).to_have_attribute(
        "aria-current", "true"
    )
    middle = await page.evaluate(
        """id => {
            const box = board.scene.nodeBox(id);
            const [x, y] = board.canvas.viewport();
            const zoom = board.canvas.zoom();
            return [(box.x + box.w / 2 - x) * zoom, (box.y + box.h / 2 - y) * zoom];
        }""",
        member,
    )
    free = await page.evaluate(
        """() => {
            const { left, right, top, bottom } = board.insets();
            return [(left + innerWidth - right) / 2, (top + innerHeight - bottom) / 2];
        }"""
    )
    assert middle == pytest.approx(free, abs=3)
    assert free[0] < 640  # the outline lies at the right

    # and back: a click on the canvas marks the node in the outline
    await page.mouse.click(middle[0], middle[1] + 150)  # another card, or none
    await page.mouse.click(*middle)
    await expect(page.locator(".outline-node.selected")).to_have_attribute("data-node", member)


async def test_UI21_the_outline_is_bounded_and_its_texts_stay_inside(
    served: Served, visit: Visits
) -> None:
    """UI21, UI22: of many nodes the first ones and the selected one are there, more when asked for;
    a word of any length breaks, and a text begins where its script does."""
    facilitator = await opened(visit, served.links["facilitator"])
    phone = await opened(visit, served.board, **ON_PHONE)
    layer = await facilitator.evaluate(
        """titles => {
            const id = `${board.session.seat}.many`;
            board.session.submit([
                { op: "layer.create", id, text: { title: { en: titles[0] } } },
                ...Array.from({ length: 240 }, (_, n) => ({
                    op: "node.create", id: `${id}.${n}`, layer: id, x: 3000, y: 100 * n,
                    text: { title: { en: titles[n] ?? `Card ${n}` } } })),
            ]);
            return id;
        }""",
        ["W" * 200, "(2) \u05e9\u05d5\u05d5\u05d9\u05d5\u05df!"],
    )
    await open_outline(phone)
    items = phone.locator(f'[data-node^="{layer}"]')
    await until(phone, "layer => board.session.model.nodesOf(layer).length === 240", layer)
    await expect(items.first).to_be_visible()
    first = await items.count()
    assert 10 <= first <= 200
    await phone.evaluate("id => board.select(id, true)", f"{layer}.239")
    await expect(items).to_have_count(first + 1)
    await expect(items.last).to_have_class(re.compile("selected"))
    await phone.get_by_role("button", name=re.compile("^Show .* more cards$")).click()
    await expect(items).to_have_count(min(240, first + 200 + 1))

    panel = phone.locator("#outline .panel-body")
    assert await panel.evaluate("body => body.scrollWidth === body.clientWidth")
    await open_layers(facilitator)
    rows = facilitator.locator("#layers .panel-body")
    assert await rows.evaluate("body => body.scrollWidth === body.clientWidth")
    letters = (
        await items.nth(1)
        .locator(".node-title")
        .evaluate(
            """title => [1, title.firstChild.length - 1].map((at) => {
            const range = document.createRange();
            range.setStart(title.firstChild, at);
            range.setEnd(title.firstChild, at + 1);
            return range.getBoundingClientRect().left;
        })"""
        )
    )
    assert letters[1] < letters[0]  # what ends the line is on its left


async def test_UI16_what_comes_from_others_is_text_and_never_markup(
    served: Served, visit: Visits
) -> None:
    """UI16: titles, texts and labels are put into the page as text."""
    evil = "<img src=x onerror=document.title='owned'>"
    facilitator = await opened(visit, served.links["facilitator"])
    visitor = await opened(visit, served.board)
    await facilitator.evaluate(
        """evil => {
            const id = `${board.session.seat}.evil`;
            board.session.submit([
                { op: "layer.create", id, text: { title: { en: evil }, note: { en: evil } } },
                { op: "node.create", id: `${id}.1`, layer: id,
                  text: { title: { en: evil }, text: { en: evil } } },
                { op: "node.create", id: `${id}.2`, layer: id },
                { op: "relation.create", id: `${id}.3`, source: `${id}.1`, target: `${id}.2`,
                  text: { label: { en: evil } } },
                { op: "text.set", owner: "board", field: "title", lang: "en", text: evil,
                  base: "Cities of Equality" },
            ]);
        }""",
        evil,
    )
    await expect(visitor.locator("h1")).to_have_text(evil)
    await open_layers(visitor)
    await open_outline(visitor)
    await expect(visitor.locator("#outline").get_by_role("button", name=evil)).to_be_visible()
    assert await visitor.locator("img").count() == 0
    assert (await visitor.title()).startswith("<img")


async def test_UI16_the_client_is_small(library: Served, visit: Visits) -> None:
    """UI16: at most 60 kB of script and styles, as they are sent; 140 kB to edit."""
    loaded = """performance.getEntriesByType("resource")
        .filter(({ name }) => /[.](js|css)$/.test(name))
        .map(({ name, encodedBodySize }) => [name.split("/").at(-1), encodedBodySize])"""
    page = await opened(visit, library.board)
    sizes = dict(await page.evaluate(loaded))
    assert not [name for name in sizes if name.startswith("edit")]
    assert 20_000 < sum(sizes.values()) <= 60_000
    page = await opened(visit, library.links["participant"])
    await until(page, "board.editor.value !== null")
    more = dict(await page.evaluate(loaded))
    assert [name for name in more if name.startswith("edit")]
    assert sum(more.values()) <= 140_000


# -- for everyone


async def test_UI15_axe_finds_nothing(alone: Served, visit: Visits) -> None:
    """UI15: no violation, light and dark, on the board in its states and on the front page."""
    page = await opened(visit, alone.links["facilitator"])
    assert await violations(page) == []
    await open_layers(page)
    await open_outline(page)
    await page.locator("#outline").get_by_role("treeitem", name="Urban equality").first.click()
    assert await violations(page) == []
    await page.get_by_role("button", name="Lead everyone").click()
    await expect(page.get_by_text("You are leading")).to_be_visible()
    assert await violations(page) == []
    await page.get_by_role("radio", name="Only me").check()
    await switch(page, "Members").click()
    await expect(page.get_by_role("button", name="Make this the default")).to_be_visible()
    assert await violations(page) == []
    await page.goto(f"{alone.address}/")
    assert await violations(page) == []
    phone = await opened(visit, alone.board, **ON_PHONE)
    await open_layers(phone)
    assert await violations(phone) == []
    quiet = await opened(visit, alone.board)
    await quiet.evaluate("location.hash = 'layers='")
    await expect(quiet.get_by_text("No layer is on")).to_be_visible()
    assert await violations(quiet) == []


async def test_UI15_what_is_pressed_is_large_enough(served: Served, visit: Visits) -> None:
    """UI15: 24 px with a mouse, 44 px on touch; and nothing is wider than a phone."""
    laptop = await opened(visit, served.links["facilitator"])
    phone = await opened(visit, served.links["facilitator"], **ON_PHONE)
    for page, side in ((laptop, 24), (phone, 44)):
        await open_layers(page)
        await page.get_by_role("button", name="Lead everyone").click()
        await expect(page.get_by_role("button", name="Stop leading")).to_be_visible()
        assert await small(page, side) == []
        await page.get_by_role("button", name="Stop leading").click()
    await phone.locator("#layers").get_by_role("button", name="Close").click()
    await open_outline(phone)
    assert await small(phone, 44) == []
    assert await phone.evaluate("document.documentElement.scrollWidth") == 390


async def test_UI23_a_phone_offers_the_outline_at_first_sight(
    library: Served, visit: Visits
) -> None:
    """UI23: where the fitted board is too small for titles; any gesture takes the offer away."""
    phone = await opened(visit, library.board, **ON_PHONE)
    offer = phone.get_by_role("button", name="Read as outline")
    await expect(offer).to_be_visible()
    assert await small(phone, 44) == []
    await offer.click()
    await expect(phone.locator("#outline").get_by_role("button", name=A_MEMBER)).to_be_visible()
    await phone.reload()
    await ready(phone)
    await expect(offer).to_be_visible()
    await phone.touchscreen.tap(200, 600)
    await expect(offer).to_have_count(0)
    laptop = await opened(visit, library.board)
    await expect(laptop.get_by_role("button", name="Read as outline")).to_have_count(0)


async def test_UI15_a_row_that_is_pointed_at_stays_as_it_is(library: Served, visit: Visits) -> None:
    """UI15: what pointing at a layer shows moves nothing, and covers nothing that is pressed."""
    page = await opened(visit, library.board)
    await open_layers(page)
    rows = page.locator("#layers .row")
    before = await rows.evaluate_all(
        "rows => rows.map((row) => row.getBoundingClientRect().height)"
    )
    for at, height in enumerate(before):
        row = rows.nth(at)
        await row.hover()
        only = row.locator(".only")
        await expect(only).to_have_css("opacity", "1")
        assert await row.evaluate("row => row.getBoundingClientRect().height") == height
        assert await row.evaluate(
            """row => {
                const [only, fold] = [row.querySelector(".only"), row.querySelector("button.fold")];
                const range = document.createRange();
                range.selectNodeContents(row.querySelector(".row-title"));
                const { left, right } = only.getBoundingClientRect();
                return range.getBoundingClientRect().right <= left
                    && (fold === null || fold.getBoundingClientRect().left >= right);
            }"""
        )
    await rows.first.locator(".only").click()
    await until(page, "board.session.on.size === 1")


async def test_UI17_fit_makes_room_for_panels(library: Served, visit: Visits) -> None:
    """UI17: the whole board is in the part of the canvas that no panel lies over, until the view
    is moved."""
    inside = """() => {
        const bounds = board.scene.bounds();
        const [x, y, w] = board.canvas.viewport();
        const zoom = board.canvas.zoom();
        const { left, right, top, bottom } = board.insets();
        return [(bounds.x - x) * zoom - left, (bounds.y - y) * zoom - top,
            innerWidth - right - (bounds.x + bounds.w - x) * zoom,
            innerHeight - bottom - (bounds.y + bounds.h - y) * zoom];
    }"""
    for context in ({}, ON_PHONE):
        page = await opened(visit, library.board, **context)
        assert min(await page.evaluate(inside)) > 0
        above, below = (await page.evaluate(inside))[1::2]
        if context:  # at the top of a tall window, else in the middle
            assert above < 10 < below
        else:
            assert above == pytest.approx(below, abs=2)
        await open_layers(page)
        await until(page, f"Math.min(...({inside})()) > 0")
        if not context:
            await open_outline(page)
            await until(page, f"Math.min(...({inside})()) > 0")
            await open_outline(page)
        box = await page.evaluate("board.canvas.viewport()")
        await page.locator(".canvas").focus()
        await page.keyboard.press("ArrowLeft")
        await until(page, "x => board.canvas.viewport()[0] !== x", box[0])
        await until(page, "location.hash.startsWith('#view=')")
        moved = await page.evaluate("board.canvas.viewport()")
        await page.locator("#layers").get_by_role("button", name="Close").click()
        await page.wait_for_timeout(100)
        assert await page.evaluate("board.canvas.viewport()") == pytest.approx(moved, abs=1)


async def test_UI17_what_is_left_of_a_fitted_board_is_fitted_again(
    served: Served, visit: Visits
) -> None:
    """UI17: 'Only this' while leading shows every follower those cards, in the middle of what is
    free; a view that was moved stays where it is."""
    facilitator = await opened(visit, served.links["facilitator"])
    follower = await opened(visit, served.links["viewer"])
    moved = await opened(visit, served.board)
    await moved.locator(".canvas").focus()
    await moved.keyboard.press("ArrowRight")
    await until(moved, "location.hash.startsWith('#view=')")
    view = await moved.evaluate("board.canvas.viewport()")
    await open_layers(facilitator)
    await facilitator.get_by_role("button", name="Lead everyone").click()
    await facilitator.get_by_role("button", name="Only this: Themes").focus()
    await facilitator.keyboard.press("Enter")
    off_centre = """() => {
        const bounds = board.scene.bounds();
        const [x, y] = board.canvas.viewport();
        const zoom = board.canvas.zoom();
        const { left, right, top, bottom } = board.insets();
        return [(bounds.x + bounds.w / 2 - x) * zoom - (left + innerWidth - right) / 2,
            (bounds.y + bounds.h / 2 - y) * zoom - (top + innerHeight - bottom) / 2];
    }"""
    for page in (facilitator, follower):
        await until(page, "board.session.on.size === 1")
        await until(page, "board.canvas.zoom() > 1")
        assert await page.evaluate(off_centre) == pytest.approx([0, 0], abs=2)
        assert "view=" not in page.url
    await until(moved, "board.session.on.size === 1")
    await moved.wait_for_timeout(200)
    assert await moved.evaluate("board.canvas.viewport()") == view
    await facilitator.get_by_role("button", name="Show all layers").click()
    await until(follower, "board.canvas.zoom() < 1")


async def test_UI17_a_board_that_is_entered_from_a_refusal_is_fitted(
    library: Served, visit: Visits
) -> None:
    """UI8, UI17: a good link in the same tab shows the whole board, and no view is in the address
    before a person moves it."""
    one = await visit(library.links["viewer"].partition("#")[0] + f"#k=viewer.{'a' * 32}")
    page = one.page
    await expect(page.get_by_role("heading", name="This board does not open")).to_be_visible()
    await page.evaluate(
        "key => { location.hash = key; }", library.links["viewer"].partition("#")[2]
    )
    await ready(page)
    fresh = await opened(visit, library.links["viewer"])
    await page.wait_for_timeout(600)  # longer than the address waits
    assert await page.evaluate("board.canvas.viewport()") == pytest.approx(
        await fresh.evaluate("board.canvas.viewport()"), abs=2
    )
    assert page.url == library.board
    assert await page.locator("canvas").count() == await fresh.locator("canvas").count()
    one.errors[:] = [error for error in one.errors if "404" not in error]
