"""Leading a workshop: the stage, scenes, the timer and the agenda, as people use them."""

import re
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Seeded
from tests.browser.pages import (
    ON_PHONE,
    Visits,
    editable,
    on,
    open_layers,
    open_outline,
    opened,
    opened_to_edit,
    ready,
    until,
    violations,
)
from tests.browser.test_people import owner_link
from tests.processes import Served

MINE = "board.workshop.value?.told.value"


async def leading(visit: Visits, address: str, section: str = "", **context: Any) -> Page:
    """A facilitator's page with the panel of the workshop open, at one of its sections."""
    page = await opened_to_edit(visit, address, **context)
    await until(page, "board.workshop.value?.sections.all.value.length >= 4")
    await page.get_by_role("button", name="Workshop", exact=True).click()
    await expect(page.get_by_role("heading", name="Workshop")).to_be_focused()
    if section:
        await unfold(page, section)
    return page


def panel(page: Page) -> Locator:
    return page.locator("#workshop")


async def unfold(page: Page, section: str) -> None:
    heading = panel(page).get_by_role("button", name=section, exact=True)
    if await heading.get_attribute("aria-expanded") == "false":
        await heading.click()


async def hears(page: Page, words: str) -> None:
    """Wait until something was said to whoever listens to the page."""
    try:
        await until(page, "words => window.said.some((each) => each.includes(words))", words)
    except TimeoutError:
        raise AssertionError(await page.evaluate("window.said")) from None


async def listen(page: Page) -> Page:
    """Keep all that the page says."""
    await page.evaluate(
        """() => {
            window.said = [];
            board.announcer.spoken.subscribe((words) => { window.said.push(words); });
        }"""
    )
    return page


async def seen_box(page: Page) -> list[float]:
    return list(await page.evaluate("board.free()"))


async def sees(page: Page, box: list[float]) -> None:
    """Wait until all of a box of the board is seen."""
    for _ in range(60):
        if await holds_in_view(page, box):
            return
        await page.wait_for_timeout(50)
    raise AssertionError([box, await seen_box(page)])


async def holds_in_view(page: Page, box: list[float]) -> bool:
    """Whether all of a box of the board is seen in the free part of the canvas."""
    x, y, w, h = await seen_box(page)
    slack = 2.0
    return (
        x <= box[0] + slack
        and y <= box[1] + slack
        and x + w >= box[0] + box[2] - slack
        and y + h >= box[1] + box[3] - slack
    )


async def scene(
    page: Page, title: str, *, spoken: str = "", layers: list[str] | None = None
) -> str:
    """Make a scene of what the page sees, by its program; gives its id."""
    id = await page.evaluate(
        """([title, spoken, layers]) => {
            const id = board.session.fresh();
            const [x, y, w, h] = board.free();
            board.session.submit([{ op: "scene.create", id, viewport: [x, y, w, h],
                layers: layers ?? [...board.session.on],
                text: { title: { en: title }, ...(spoken ? { spoken: { en: spoken } } : {}) } }]);
            return id;
        }""",
        [title, spoken, layers],
    )
    await until(
        page,
        "id => board.workshop.value?.told.value.scenes.some((one) => one.id === `scene/${id}`)",
        id,
    )
    return str(id)


# -- the panel


async def test_SG1_the_panel_is_for_facilitators_and_opens_by_keys(
    served: Served, visit: Visits
) -> None:
    page = await leading(visit, served.links["facilitator"])
    sections = panel(page).locator("h3")
    await expect(sections.first).to_have_text("Leading")
    titles = [await sections.nth(at).inner_text() for at in range(await sections.count())]
    ours = ["Agenda", "Scenes", "Timer", "Voting"]  # and among them those of other parts
    assert [title for title in titles if title in ours] == ours
    for section in ("Agenda", "Scenes", "Timer"):
        await unfold(page, section)
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await expect(panel(page)).to_be_hidden()
    await expect(page.get_by_role("button", name="Workshop", exact=True)).to_be_focused()
    await page.keyboard.press("Shift+W")
    await expect(page.get_by_role("heading", name="Workshop")).to_be_focused()
    await open_outline(page)  # stands in the same place
    await expect(panel(page)).to_be_hidden()
    other = await opened_to_edit(visit, served.links["participant"])
    await expect(other.get_by_role("button", name="Workshop", exact=True)).to_have_count(0)
    await other.keyboard.press("Shift+W")
    await expect(panel(other)).to_be_hidden()


async def test_UI15_whatever_the_bar_says_it_is_whole_on_a_laptop(
    served: Served, visit: Visits
) -> None:
    page = await leading(visit, served.links["facilitator"])
    await page.set_viewport_size({"width": 1280, "height": 800})
    await panel(page).get_by_role("button", name="Lead", exact=True).click()
    await expect(page.locator(".pill")).to_contain_text("You are leading")
    words = page.locator(".connection-words")
    await words.evaluate("element => { element.textContent = 'Updates are blocked'; }")
    outline = page.get_by_role("button", name="Outline", exact=True)
    await expect(outline).to_be_in_viewport(ratio=1)
    bar = await page.locator(".top .bar").last.bounding_box()
    button = await outline.bounding_box()
    pill = await page.locator(".pill").bounding_box()
    assert bar is not None and button is not None and pill is not None
    assert button["x"] + button["width"] <= bar["x"] + bar["width"]
    assert pill["x"] + pill["width"] <= bar["x"], "the sign in the middle makes room"



# -- the stage


async def test_SG13_held_to_the_stage_the_canvas_stays_and_the_outline_is_free(
    served: Served, visit: Visits
) -> None:
    facilitator = await leading(visit, served.links["facilitator"])
    page = await listen(await opened(visit, served.links["participant"]))
    await panel(facilitator).get_by_role("button", name="Lead", exact=True).click()
    await until(page, "board.session.stageOpen")
    before = set(await page.evaluate("[...board.session.shown]"))
    await panel(facilitator).get_by_label("Hold everyone to what I show").check()
    await until(page, "board.session.held")
    await hears(page, "holds the canvas")
    await expect(page.locator(".sign-held")).to_be_visible()
    await open_layers(page)
    await page.locator('#layers [data-layer="vision"]').uncheck()
    assert "vision" not in await on(page)
    assert set(await page.evaluate("[...board.session.shown]")) == before
    await expect(page.locator(".sign-held")).to_have_text("Your switches act in the outline alone")
    # whoever comes now is held, too, whatever the address asks for
    late = await opened(visit, served.links["participant"] + "&layers=vision")
    await until(late, "board.session.held")
    assert await on(late) == {"vision"}
    assert set(await late.evaluate("[...board.session.shown]")) == before
    assert not await facilitator.evaluate("board.session.held")
    await panel(facilitator).get_by_label("Hold everyone to what I show").uncheck()
    await until(page, "!board.session.held && !board.session.shown.has('vision')")
    await hears(page, "look around")
    await expect(page.locator(".sign-held")).to_have_count(0)
    await page.get_by_role("button", name="Follow again").click()
    assert await on(page) == before


OPACITY = """title => {
    const { scene } = board;
    return scene.opacityOf(scene.nodes.findIndex((node) => node?.title?.join("").trim() === title));
}"""


async def test_SG13_a_layer_in_the_spotlight_stands_out_for_those_who_follow(
    served: Served, visit: Visits
) -> None:
    """SG3, SG13: and stays so while others change what is dimmed."""
    facilitator = await leading(visit, served.links["facilitator"])
    page = await opened(visit, served.links["viewer"])
    own = await opened(visit, served.board + "#layers=vision,themes")
    await panel(facilitator).get_by_role("button", name="Lead", exact=True).click()
    await panel(facilitator).get_by_label("Spotlight").select_option("vision")
    title = await page.evaluate("board.session.model.nodesOf('themes')[0].title.join('').trim()")
    await until(page, f"title => ({OPACITY})(title) < 0.5", title)
    lit = await page.evaluate("board.session.model.nodesOf('vision')[0].title.join('').trim()")
    assert await page.evaluate(OPACITY, lit) == 1
    await expect(page.locator(".sign-spotlight")).to_have_text("Spotlight: Vision")
    # a card more: its layer's header comes anew
    count = await page.evaluate("board.session.layers.get('themes').count")
    await facilitator.evaluate(
        "board.session.submit([{ op: 'node.create', id: board.session.fresh(), layer: 'themes' }])"
    )
    await until(page, f"board.session.layers.get('themes').count === {count + 1}")
    assert await page.evaluate(OPACITY, title) < 0.5
    assert await own.evaluate(OPACITY, title) == 1
    late = await opened(visit, served.board)
    await until(late, f"title => ({OPACITY})(title) < 0.5", title)
    await listen(facilitator)
    await panel(facilitator).get_by_label("Spotlight").select_option("")
    await until(page, f"title => ({OPACITY})(title) === 1", title)
    await hears(facilitator, "The spotlight is off.")
    # what the server refuses is not said, and not shown
    await facilitator.evaluate("said = []")
    await facilitator.evaluate(
        """() => {
            const { wire } = board.session;
            wire.submit = (ops) => Object.getPrototypeOf(wire).submit.call(
                wire, [...ops, { op: "node.remove", id: "none" }]);
        }"""
    )
    await panel(facilitator).get_by_label("Spotlight").select_option("vision")
    await until(facilitator, "board.toasts.value.some(({ kind }) => kind === 'refused')")
    await expect(panel(facilitator).get_by_label("Spotlight")).to_have_value("")
    await until(facilitator, "said.length > 0")
    assert not any("Spotlight: Vision" in said for said in await facilitator.evaluate("said"))


async def test_SG4_everyone_who_follows_is_brought_here_whatever_their_window(
    served: Served, visit: Visits
) -> None:
    facilitator = await leading(visit, served.links["facilitator"])
    phone = await listen(await opened(visit, served.links["participant"], **ON_PHONE))
    own = await opened(visit, served.board + "#layers=vision")
    await phone.evaluate("board.loadTogether()")
    await facilitator.evaluate("board.look({ x: 100, y: 120, w: 300, h: 240 })")
    box = await seen_box(facilitator)
    elsewhere = await seen_box(own)
    await panel(facilitator).get_by_role("button", name="Bring everyone here").click()
    await until(phone, f"!!{MINE}.look")
    await sees(phone, box)
    assert await seen_box(facilitator) == box  # who is there already stays
    assert await seen_box(own) == elsewhere
    # again: from wherever one has gone meanwhile
    await phone.evaluate("board.look({ x: 900, y: 700, w: 50, h: 50 })")
    assert not await holds_in_view(phone, box)
    await facilitator.keyboard.press("Shift+B")
    await until(phone, f"{MINE}.look.number > 0")
    await hears(phone, "another part of the board")
    await sees(phone, box)
    late = await opened(visit, served.board)
    await until(late, "board.workshop.value !== null")
    await sees(late, box)
    await own.get_by_role("button", name="Follow again").click()
    await sees(own, box)


# -- scenes


async def test_SG11_scenes_are_made_described_ordered_and_presented(
    served: Served, visit: Visits
) -> None:
    """SG11, SG7: one who follows listens, one comes later."""
    facilitator = await leading(visit, served.links["facilitator"], "Scenes")
    page = await listen(await opened(visit, served.links["participant"]))
    form = facilitator.get_by_role("form", name="Title, note and description")
    for title, layer in (("The vision", "vision"), ("The themes", "themes")):
        await facilitator.evaluate("layer => board.session.only(layer)", layer)
        await panel(facilitator).get_by_role("button", name="Add what is seen now").click()
        await form.get_by_label("Title", exact=True).fill(title)
        await form.get_by_label("Note for whoever presents").fill(f"Say why: {title}.")
        await form.get_by_label("Description, read out").fill(f"{title}, four cards.")
        await form.get_by_role("button", name="Save").click()
        await until(
            facilitator,
            f"title => {MINE}.scenes.some(({{ spoken }}) => spoken?.startsWith(title))",
            title,
        )
    rows = panel(facilitator).locator("[data-scene] .workshop-name")
    await expect(rows).to_have_text(["1The vision", "2The themes"])
    await panel(facilitator).get_by_role("button", name="More about The themes").click()
    await facilitator.get_by_role("menuitem", name="Move up").click()
    await expect(rows).to_have_text(["1The themes", "2The vision"])

    await panel(facilitator).get_by_role("button", name="Present").click()
    bar = facilitator.locator(".presenting")
    await expect(bar).to_contain_text("Say why: The themes.")
    await until(page, "board.session.shown.has('themes') && !board.session.shown.has('vision')")
    await hears(page, "Scene 1 of 2: The themes. The themes, four cards.")
    await expect(page.get_by_role("group", name="Now")).to_contain_text("1 of 2The themes")
    assert await violations(facilitator, "light") == []
    await expect(bar.get_by_role("button", name="Next")).to_be_focused()
    await facilitator.keyboard.press("ArrowRight")
    await hears(page, "Scene 2 of 2: The vision. The vision, four cards.")
    await until(page, "board.session.shown.has('vision') && !board.session.shown.has('themes')")
    await facilitator.locator(".canvas").focus()
    await facilitator.keyboard.press("PageUp")
    await until(page, f"{MINE}.scene?.title === 'The themes'")
    await bar.get_by_role("button", name="Next").click()
    await until(page, f"{MINE}.scene?.title === 'The vision'")
    await expect(bar.get_by_role("button", name="Next")).to_be_disabled()
    await expect(bar.get_by_role("button", name="Next")).to_be_focused()
    late = await listen(await opened(visit, served.board))
    await until(late, "board.session.shown.has('vision') && !board.session.shown.has('themes')")
    await expect(late.get_by_role("group", name="Now")).to_contain_text("2 of 2The vision")
    await facilitator.keyboard.press("Escape")
    await expect(bar).to_have_count(0)
    assert await facilitator.evaluate("board.session.leads")


async def test_SG11_addresses_cards_and_the_outline_lead_to_a_scene(
    served: Served, visit: Visits
) -> None:
    """SG11: in one's own view, by keyboard alone, and back in one action."""
    facilitator = await opened_to_edit(visit, served.links["facilitator"])
    await until(facilitator, "board.workshop.value !== null")
    await facilitator.evaluate("board.look({ x: 1_000, y: 200, w: 300, h: 240 })")
    box = await seen_box(facilitator)
    vision = await scene(
        facilitator, "Only vision", spoken="Four cards in a column.", layers=["vision"]
    )
    node = await facilitator.evaluate("board.session.model.nodesOf('themes')[0].id")
    await facilitator.evaluate(
        "([id, scene]) => board.session.edit([{ op: 'node.set', id, href: `#scene=${scene}` }])",
        [node, vision],
    )
    # the address
    page = await listen(await opened(visit, f"{served.board}#scene={vision}"))
    await until(page, "board.own.value && board.session.on.size === 1")
    await hears(page, "Only vision, in a view of your own. Four cards in a column.")
    await sees(page, box)
    await page.get_by_role("button", name="Follow again").click()
    await until(page, "board.session.on.size > 1")
    # the card, on the canvas and in the outline
    await page.evaluate("id => board.select(id, true)", node)
    await page.get_by_role("link", name="Go to Only vision").click()
    await until(page, "board.own.value && board.session.on.size === 1")
    await page.get_by_role("button", name="Follow again").click()
    # by keyboard
    await open_outline(page)
    summary = page.locator(".outline-scenes summary")
    await summary.focus()
    await page.keyboard.press("Enter")
    await page.keyboard.press("Tab")
    await expect(page.locator(".outline-scenes button")).to_be_focused()
    await page.keyboard.press("Enter")
    await until(page, "board.own.value && board.session.on.size === 1")
    assert await violations(page, "light") == []
    # a scene that is gone is said to be
    await facilitator.evaluate("id => board.session.submit([{ op: 'scene.remove', id }])", vision)
    await until(page, f"{MINE}.scenes.length === 0")
    await page.evaluate("id => { location.hash = `#scene=${id}`; }", vision)
    await hears(page, "not there any more")


async def test_SG6_of_two_facilitators_both_see_what_came_last(
    served: Served, visit: Visits
) -> None:
    one = await opened_to_edit(visit, served.links["facilitator"])
    await until(one, "board.workshop.value !== null")
    first = await scene(one, "First", layers=["vision"])
    second = await scene(one, "Second", layers=["themes"])
    two = await opened_to_edit(visit, served.links["facilitator"])
    await until(two, f"{MINE}.scenes.length === 2")
    for page, id in ((one, first), (two, second)):
        await page.evaluate("id => board.session.submit([{ op: 'scene.show', scene: id }])", id)
    for page in (one, two):
        await until(page, f"{MINE}.scene?.title === 'Second' && board.session.shown.has('themes')")
        assert not await page.evaluate("board.session.shown.has('vision')")
    # a facilitator whose connection drops leaves all as it is, and another goes on
    await two.close()
    await one.evaluate("id => board.session.submit([{ op: 'scene.show', scene: id }])", first)
    await until(one, f"{MINE}.scene?.title === 'First'")


async def test_SG11_the_address_of_a_scene_opens_a_board_that_opens_by_link_only(
    served: Served, seeded: Seeded, visit: Visits
) -> None:
    """SG11: the copied address lets in whoever is sent it, and leads them to the scene."""
    facilitator = await leading(visit, served.links["facilitator"], "Scenes")
    await facilitator.context.grant_permissions(["clipboard-read", "clipboard-write"])
    vision = await scene(facilitator, "Only vision", layers=["vision"])
    copy = "() => navigator.clipboard.readText()"

    async def copied() -> None:
        await panel(facilitator).get_by_role("button", name="More about Only vision").click()
        await facilitator.get_by_role("menuitem", name="Copy its address").click()

    owner = await opened_to_edit(visit, await owner_link(served, seeded))
    await listen(facilitator)
    await copied()
    await hears(facilitator, "The address is copied.")
    assert await facilitator.evaluate(copy) == f"{served.board}#scene={vision}"
    await owner.evaluate("board.session.submit([{ op: 'access.set', public: false }])")
    await until(facilitator, "!board.session.model.board.public")
    await copied()
    await hears(facilitator, "with the participants' link in it")
    address = str(await facilitator.evaluate(copy))
    assert address == f"{served.links['participant']}&scene={vision}"
    page = await opened(visit, address)
    await until(page, "board.role.value === 'participant'")
    await until(page, "board.own.value && board.session.on.size === 1")
    assert "k=" not in page.url
    # and again in a page that is open already
    await page.get_by_role("button", name="Follow again").click()
    await until(page, "board.session.on.size > 1")
    await page.evaluate("address => { location.href = address; }", address)
    await until(page, "board.own.value && board.session.on.size === 1")
    assert "k=" not in page.url


async def test_SG15_undo_takes_back_what_was_done_to_scenes_and_the_agenda(
    served: Served, visit: Visits
) -> None:
    """SG15: by Ctrl+Z, step by step, in one order with what is done on the canvas."""
    page = await leading(visit, served.links["facilitator"], "Scenes")
    await unfold(page, "Agenda")
    scenes = panel(page).locator("[data-scene] .workshop-name")
    form = page.get_by_role("form", name="Title, note and description")
    for title in ("One", "Two"):
        await panel(page).get_by_role("button", name="Add what is seen now").click()
        await form.get_by_label("Title", exact=True).fill(title)
        await form.get_by_role("button", name="Save").click()
        await expect(scenes.last).to_contain_text(title)
    await panel(page).get_by_role("button", name="More about Two").click()
    await page.get_by_role("menuitem", name="Move up").click()
    await expect(scenes).to_have_text(["1Two", "2One"])
    await panel(page).get_by_role("button", name="More about One").click()
    await page.get_by_role("menuitem", name="Remove").click()
    await expect(scenes).to_have_text(["1Two"])
    await panel(page).get_by_role("button", name="Begin with a format").click()
    await page.get_by_role("menuitem", name="Ideas and choice").click()
    steps = panel(page).locator("[data-step]")
    await expect(steps).to_have_count(6)
    await panel(page).get_by_role("button", name="More about The question").click()
    await page.get_by_role("menuitem", name="Change").click()
    await page.get_by_label("What the step is called").fill("Why we are here")
    await page.get_by_role("form", name="Change").get_by_role("button", name="Save").click()
    await expect(steps.first).to_contain_text("Why we are here")

    await panel(page).get_by_role("heading", name="Workshop").focus()
    await page.keyboard.press("Control+z")
    await expect(steps.first).to_contain_text("The question")
    await page.keyboard.press("Control+z")
    await expect(steps).to_have_count(0)
    await page.keyboard.press("Control+z")
    await expect(scenes).to_have_text(["1Two", "2One"])
    await page.keyboard.press("Control+z")
    await expect(scenes).to_have_text(["1One", "2Two"])
    await page.keyboard.press("Control+z")
    await expect(scenes).to_have_text(["1One", "2Scene 2"])
    await page.keyboard.press("Control+z")
    await expect(scenes).to_have_text(["1One"])
    for _ in range(6):
        await page.keyboard.press("Control+Shift+z")
    await expect(scenes).to_have_text(["1Two"])
    await expect(steps.first).to_contain_text("Why we are here")


async def test_SG16_another_takes_over_from_whoever_is_cut_off_also_after_a_restart(
    alone: Served, visit: Visits, serve: Any
) -> None:
    """SG16: the scene, the step and the timer go on as they were."""
    led, came, other = [
        await visit(alone.links[role]) for role in ("facilitator", "participant", "facilitator")
    ]
    ada, page, bo = await editable(led.page), await ready(came.page), await editable(other.page)
    await until(ada, "board.workshop.value !== null")
    await scene(ada, "The vision", layers=["vision"])
    themes = await scene(ada, "The themes", layers=["themes"])
    await ada.evaluate(
        """([scene]) => {
            const { session } = board;
            const id = session.fresh();
            session.lead();
            session.submit([
                { op: "step.create", id, scene, timer_ms: 600_000,
                  text: { title: { en: "Themes" } } },
                { op: "agenda.go", step: id },
            ]);
        }""",
        [themes],
    )
    shown = f"{MINE}?.scene?.title === 'The themes' && {MINE}?.step?.title === 'Themes'"
    await until(page, f"{shown} && board.session.shown.size === 1")
    await ada.context.set_offline(True)
    await expect(page.get_by_role("timer")).to_contain_text("9:5")
    port = int(alone.address.rpartition(":")[2])
    assert await alone.stop() == 0
    await serve(alone.data, port)
    for each in (page, bo):
        await expect(each.locator(".connection")).to_contain_text("Live", timeout=20_000)
    await until(page, f"{shown} && board.session.shown.size === 1")
    await expect(page.get_by_role("timer")).to_contain_text("9:")
    # another facilitator goes on from there
    await expect(bo.get_by_role("timer")).to_contain_text("9:")
    await bo.get_by_role("button", name="Workshop", exact=True).click()
    await unfold(bo, "Scenes")
    await panel(bo).get_by_role("button", name="Lead", exact=True).click()
    await until(page, f"{shown} && board.session.shown.size === 1")
    await panel(bo).locator("[data-scene] .workshop-name").first.click()
    await until(page, "board.session.shown.has('vision') && !board.session.shown.has('themes')")
    # and whoever was cut off sees it when they come back
    await ada.context.set_offline(False)
    await expect(ada.locator(".connection")).to_contain_text("Live", timeout=20_000)
    await until(ada, f"{MINE}?.scene?.title === 'The vision' && board.session.shown.has('vision')")
    for one in (led, came, other):
        expected = re.compile("ERR_|WebSocket connection")
        one.errors[:] = [error for error in one.errors if not expected.search(error)]


# -- the timer

WRONG_CLOCK = """{
    const { now } = Date;
    Date.now = () => now() + 86_400_000;
    window.tones = 0;
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function (at) { window.tones += 1; start.call(this, at); };
}"""


async def test_SG14_the_timer_goes_by_the_servers_clock_and_ends_for_all(
    served: Served, visit: Visits
) -> None:
    """SG8, SG14: also on a phone whose clock is a day ahead; one has turned the sound off."""
    facilitator = await leading(visit, served.links["facilitator"], "Timer")
    pages = []
    for address in (served.links["participant"], served.board):
        held = await visit(address, **ON_PHONE)
        await held.page.add_init_script(WRONG_CLOCK)
        await held.page.reload()
        await until(held.page, "window.board?.ready.value === true")
        await held.page.touchscreen.tap(200, 500)
        pages.append(await listen(held.page))
    await panel(facilitator).get_by_role("button", name="1 min", exact=True).click()
    for page in pages:
        timer = page.get_by_role("timer")
        await expect(timer).to_contain_text("0:5")
        await hears(page, "The timer runs: 1 minute.")
    await pages[1].get_by_role("button", name="Sound at the end: on").click()
    await panel(facilitator).get_by_role("button", name="Pause").click()
    await expect(pages[0].locator(".sign-timer")).to_contain_text("paused")
    await hears(pages[0], "paused at 0:5")
    await panel(facilitator).get_by_role("button", name="Add a minute").click()
    await expect(pages[0].get_by_role("timer")).to_contain_text("1:5")
    await panel(facilitator).get_by_role("button", name="Stop").click()
    await expect(pages[0].locator(".sign-timer")).to_have_count(0)
    # a phone that was locked has stopped its sounds: the next touch lets them go on, each time
    context = "board.workshop.value.ticking.chime.context"
    for _ in range(2):
        await pages[0].evaluate(f"{context}.suspend()")
        await pages[0].touchscreen.tap(200, 500)
        await until(pages[0], f"{context}.state === 'running'")
    await facilitator.evaluate(
        "board.session.submit([{ op: 'timer.set', running: true, left_ms: 4000 }])"
    )
    for page in pages:
        await expect(page.get_by_role("timer")).to_have_text("Time is up")
        await hears(page, "The time is up.")
    assert [await page.evaluate("window.tones") for page in pages] == [3, 0]
    assert await violations(pages[0], "light") == []
    # it survives a page that is loaded again, and says nothing once more
    await pages[0].reload()
    await until(pages[0], "window.board?.ready.value === true")
    await listen(pages[0])
    await expect(pages[0].get_by_role("timer")).to_have_text("Time is up")
    assert await pages[0].evaluate("window.tones") == 0
    await pages[1].reload()
    await expect(pages[1].get_by_role("button", name="Sound at the end: off")).to_be_visible()
    await panel(facilitator).get_by_role("button", name="Stop").click()
    await panel(facilitator).get_by_label("Minutes").fill("none")
    await panel(facilitator).get_by_role("button", name="Start").click()
    await expect(panel(facilitator).get_by_role("alert")).to_contain_text("A number of minutes")


async def test_SG1_what_was_pressed_may_go_and_the_focus_stays_in_its_section(
    served: Served, visit: Visits
) -> None:
    page = await leading(visit, served.links["facilitator"], "Timer")
    timer = panel(page).get_by_role("group", name="Timer", exact=True)
    await timer.get_by_role("button", name="5 min", exact=True).press("Enter")
    await expect(timer).to_be_focused()
    await page.keyboard.press("Tab")
    await expect(timer.get_by_role("button", name="Pause")).to_be_focused()
    # who has gone elsewhere meanwhile is left alone
    await page.locator(".canvas").focus()
    await page.evaluate(
        "void board.session.submit([{ op: 'timer.set', running: false, left_ms: 0 }])"
    )
    await expect(timer.get_by_role("button", name="Start")).to_be_visible()
    await expect(page.locator(".canvas")).to_be_focused()


# -- the agenda


async def test_SG12_an_agenda_is_walked_through_and_seen_by_all(
    served: Served, visit: Visits
) -> None:
    facilitator = await leading(visit, served.links["facilitator"], "Agenda")
    page = await listen(await opened(visit, served.links["participant"]))
    shown = await scene(facilitator, "The vision", layers=["vision"])
    await panel(facilitator).get_by_role("button", name="Begin with a format").click()
    await expect(facilitator.get_by_role("menuitem")).to_have_count(3)
    await facilitator.get_by_role("menuitem", name="Ideas and choice").click()
    steps = panel(facilitator).locator("[data-step]")
    await expect(steps).to_have_count(6)
    # the second step shows a scene, and is changed in words and time
    await panel(facilitator).get_by_role("button", name="More about Alone").click()
    await facilitator.get_by_role("menuitem", name="Change").click()
    form = facilitator.get_by_role("form", name="Change")
    await form.get_by_label("What the step is called").fill("In silence")
    await form.get_by_label("Scene").select_option(shown)
    await form.get_by_label("Minutes").fill("2.5")
    await form.get_by_role("button", name="Save").click()
    await expect(steps.nth(1)).to_contain_text("2.5 minutes · The vision · Private writing")
    await panel(facilitator).get_by_role("button", name="Begin", exact=True).click()
    await hears(page, "Step 1 of 6: The question. Read the question aloud.")
    await expect(page.locator(".sign-step")).to_contain_text("Read the question aloud.")
    await expect(page.get_by_role("timer")).to_contain_text("3:5")
    await panel(facilitator).get_by_role("button", name="Next step", exact=True).click()
    await until(page, "board.session.shown.has('vision') && !board.session.shown.has('themes')")
    await expect(page.get_by_role("timer")).to_contain_text("2:2")
    late = await opened(visit, served.board)
    await expect(late.locator(".sign-step")).to_contain_text("In silence")
    # a part that runs rounds opens the one of the step
    await facilitator.evaluate(
        """board.workshop.value.activities.value = new Map([["write",
            { label: "Open the round", open: (question) => { window.asked = question; } }]])"""
    )
    await panel(facilitator).get_by_role("button", name="Open the round").click()
    assert await facilitator.evaluate("window.asked") == "What could we do?"
    await panel(facilitator).get_by_role("button", name="More about In silence").click()
    await facilitator.get_by_role("menuitem", name="Remove").click()
    await expect(steps).to_have_count(5)
    await expect(page.locator(".sign-step")).to_have_count(0)
    await facilitator.get_by_role("button", name="Undo", exact=True).last.click()
    await expect(steps).to_have_count(6)
    assert await violations(facilitator, "light") == []
    await panel(facilitator).get_by_role("button", name="End", exact=True).click()
    await expect(late.locator(".sign-step")).to_have_count(0)
