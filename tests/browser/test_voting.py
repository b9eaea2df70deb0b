"""Rounds of voting in the page: opened, voted in by mouse, finger, keyboard and in the outline,
counted once for each browser, and what they have come to."""

import csv
import io
import re
from pathlib import Path
from typing import Any

from playwright.async_api import Page, expect

from tests.browser.pages import (
    ON_PHONE,
    PHONE,
    Visits,
    editable,
    on,
    open_outline,
    opened_to_edit,
    ready,
    saved,
    small,
    until,
    violations,
)
from tests.processes import Served

IDEAS = ("Car-free Sundays", "More benches", "Night buses", "A pool", "Trees", "Repair café")


async def ideas(page: Page) -> list[str]:
    """A layer of stickies, and nothing else that everybody sees. Their ids."""
    found: list[str] = await page.evaluate(
        """titles => {
            const { session } = board;
            const layer = session.fresh();
            const ids = titles.map(() => session.fresh());
            session.wire.submit([
                { op: "layer.create", id: layer, color: "amber", text: { title: { en: "Ideas" } } },
                ...titles.map((title, at) => ({
                    op: "node.create", id: ids[at], layer, kind: "sticky", color: "amber",
                    x: 4000 + (at % 3) * 240, y: Math.floor(at / 3) * 240, w: 200, h: 200,
                    tags: at < 2 ? ["street"] : [], text: { text: { en: title } },
                })),
                { op: "stage.drive", layers: Object.fromEntries(
                    [...session.layers.keys(), layer].map((id) => [id, id === layer])) },
                { op: "stage.set", open: true },
            ]);
            return ids;
        }""",
        list(IDEAS),
    )
    await saved(page)
    await shown(page)
    return found


async def shown(page: Page) -> Page:
    """Wait until a page shows the stickies and nothing else."""
    await until(page, "board.on.value.size === 1 && board.scene.bounds() !== null")
    await page.evaluate("board.fit()")
    return page


async def open_round(page: Page, **chosen: Any) -> None:
    """Open a round by the facilitator's panel."""
    if not await page.locator("#workshop").is_visible():
        await page.get_by_role("button", name="Workshop", exact=True).click()
    section = page.locator("#workshop [data-section=voting]")
    heading = section.get_by_role("button", name="Voting", exact=True)
    if await heading.get_attribute("aria-expanded") == "false":
        await heading.click()
    await section.get_by_label("Question").fill(chosen.get("question", "Which first?"))
    await section.get_by_label("On what").select_option(label=chosen.get("about", "Layer: Ideas"))
    await section.get_by_label("Votes for each person").fill(str(chosen.get("votes", 2)))
    for label in chosen.get("flags", ()):
        await section.get_by_label(label).check()
    await section.get_by_role("button", name="Open the round").click()
    await expect(section.get_by_role("button", name="Close the round")).to_be_visible()


async def close_round(page: Page) -> None:
    await page.locator("#workshop").get_by_role("button", name="Close the round").click()
    again = page.locator("#workshop").get_by_role("button", name="Open the round")
    await expect(again).to_be_visible()


async def tally(page: Page, ids: list[str]) -> list[int]:
    """What the things got in the one round that was closed."""
    found: list[int] = await page.evaluate(
        """ids => ids.map((id) => Object.values(board.session.model.node(id).shape.votes ?? {}))
            .map(([votes]) => votes?.count ?? 0)""",
        ids,
    )
    return found


def mark(page: Page, title: str) -> Any:
    """The button that stands on a thing on the canvas."""
    return page.locator(".votes-marks").get_by_role("button", name=f"Vote for {title}")


def table_in(path: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))))


def sign(page: Page) -> Any:
    return page.locator(".votes-sign")


async def test_VO20_votes_are_given_by_mouse_and_counted_once_for_each_person(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"], name="Ada")
    await ideas(ada)
    bo = await shown(await opened_to_edit(visit, served.links["participant"], name="Bo"))
    cy = await shown(await opened_to_edit(visit, served.links["participant"], name="Cy"))
    looks = (await visit(served.links["viewer"])).page
    await shown(await ready(looks))
    await open_round(ada, votes=2)
    for page in (bo, cy):
        await expect(sign(page)).to_contain_text("Which first?")
        await expect(sign(page)).to_contain_text("2 of 2 votes left")
    await expect(sign(looks)).to_contain_text("voting is on")
    await mark(bo, "Trees").click()
    await mark(bo, "A pool").click()
    await expect(sign(bo)).to_contain_text("no votes left")
    await expect(mark(bo, "Trees")).to_have_attribute("aria-pressed", "true")
    await mark(bo, "More benches").click()
    await expect(bo.get_by_text("You have no votes left")).to_be_visible()
    await mark(bo, "A pool").click()  # taken back
    await expect(sign(bo)).to_contain_text("1 of 2 votes left")
    await mark(cy, "Trees").click()
    section = ada.locator("#workshop [data-section=voting]")
    await expect(section).to_contain_text("2 people of 4 here voted")
    # results are hidden until the end, from everybody
    for page in (ada, bo, cy):
        await expect(page.locator(".vote-all, .vote-count")).to_have_count(0)
    await expect(looks.locator(".votes-marks button")).to_have_count(0)
    await close_round(ada)
    for page in (ada, bo, cy, looks):
        await expect(sign(page)).to_contain_text("Voted: Which first?")
        counts = page.locator(".vote-count")
        await expect(counts).to_have_count(1)
        await expect(counts).to_have_accessible_name("Trees: got 2 votes")
    await expect(bo.locator(".votes-marks button")).to_have_count(0)
    await sign(looks).get_by_role("button", name="Hide this sign").click()
    await expect(looks.locator(".vote-count")).to_have_count(0)


async def test_VO20_a_finger_votes_and_what_it_presses_is_large_enough(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"])
    await ideas(ada)
    phone = await shown(await opened_to_edit(visit, served.links["participant"], **ON_PHONE))
    await open_round(ada, votes=3, flags=["Several votes", "Show votes"])
    await mark(phone, "Trees").tap()
    await mark(phone, "Trees").tap()
    await expect(sign(phone)).to_contain_text("1 of 3 votes left")
    assert await small(phone, 44) == []
    await sign(phone).get_by_role("button", name="List").tap()
    panel = phone.locator("#votes")
    await panel.get_by_role("button", name="Take a vote back from Trees").tap()
    await panel.get_by_role("button", name="Vote for Night buses").tap()
    await expect(sign(phone)).to_contain_text("1 of 3 votes left")
    assert await small(phone, 44) == []
    # live: others see it as it comes
    await expect(mark(ada, "Night buses")).to_have_accessible_name(
        "Vote for Night buses, not voted for, 1 vote so far"
    )
    assert PHONE["width"] >= await phone.evaluate("document.documentElement.scrollWidth")


async def test_VO20_keys_vote_on_the_canvas_in_the_list_and_in_the_outline(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"])
    ids = await ideas(ada)
    bo = await shown(await opened_to_edit(visit, served.links["participant"]))
    await open_round(ada, votes=4)
    await expect(sign(bo)).to_be_visible()
    # what is selected, by a key of the canvas
    await bo.locator(".canvas").focus()
    await bo.evaluate("id => board.selectAll([id])", ids[0])
    await bo.keyboard.press("Shift+V")
    await expect(mark(bo, IDEAS[0])).to_have_attribute("aria-pressed", "true")
    # the buttons on the things, in the order of reading
    await mark(bo, IDEAS[0]).focus()
    await bo.keyboard.press("Tab")
    await bo.keyboard.press("Enter")
    await expect(mark(bo, IDEAS[1])).to_have_attribute("aria-pressed", "true")
    await expect(bo.locator(".spoken[role=status]")).to_contain_text(
        "Voted for More benches. 2 votes left."
    )
    # the list
    await sign(bo).get_by_role("button", name="List").press("Enter")
    await expect(bo.locator("#votes-title")).to_be_focused()
    await bo.locator("#votes").get_by_role("button", name=f"Vote for {IDEAS[2]}").press(" ")
    await expect(mark(bo, IDEAS[2])).to_have_attribute("aria-pressed", "true")
    await bo.keyboard.press("Escape")
    await expect(bo.locator("#votes")).to_be_hidden()
    # the outline alone
    await open_outline(bo)
    row = bo.locator(f"[data-key*='{ids[3]}'][role=treeitem]").first
    if not await row.count():
        await bo.locator("[role=treeitem]").first.press("ArrowRight")
    await row.focus()
    await expect(row).to_have_accessible_name("A pool. Sticky note. Not voted for")
    await bo.keyboard.press("Tab")
    await expect(row.get_by_role("button", name="Vote for A pool")).to_be_focused()
    await bo.keyboard.press("Enter")
    await expect(sign(bo)).to_contain_text("no votes left")
    await expect(row).to_have_accessible_name("A pool. Sticky note. You voted for this")
    await close_round(ada)
    assert await tally(ada, ids) == [1, 1, 1, 1, 0, 0]


async def test_VO20_the_list_stands_where_other_panels_stand_one_at_a_time(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"])
    await ideas(ada)
    await open_round(ada, votes=2)
    votes = ada.locator("#votes")
    for keys, panel in (("Shift+C", "#comments"), ("/", "#find")):
        await sign(ada).get_by_role("button", name="List of what can be voted on").click()
        await expect(votes).to_be_visible()
        await ada.locator(".canvas").focus()
        await ada.keyboard.press(keys)
        await expect(ada.locator(panel)).to_be_visible()
        await expect(votes).to_be_hidden()
    await ada.keyboard.press("Escape")
    await ada.locator(".canvas").focus()
    await ada.keyboard.press("Shift+C")
    await expect(ada.locator("#comments")).to_be_visible()
    await sign(ada).get_by_role("button", name="List of what can be voted on").click()
    await expect(votes).to_be_visible()
    await expect(ada.locator("#comments")).to_be_hidden()


async def test_VO21_a_reload_and_a_second_tab_do_not_vote_twice(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"])
    ids = await ideas(ada)
    bo = await shown(await opened_to_edit(visit, served.links["participant"]))
    await open_round(ada, votes=1, flags=["Show votes"])
    await mark(bo, "Trees").click()
    await expect(mark(ada, "Trees")).to_have_accessible_name(
        "Vote for Trees, not voted for, 1 vote so far"
    )
    await bo.reload()
    await shown(await editable(bo))
    await expect(mark(bo, "Trees")).to_have_attribute("aria-pressed", "true")
    await expect(sign(bo)).to_contain_text("no votes left")
    second = await bo.context.new_page()
    await second.goto(served.links["participant"])
    await shown(await editable(second))
    assert await second.evaluate("board.session.seat") != await bo.evaluate("board.session.seat")
    await expect(mark(second, "Trees")).to_have_attribute("aria-pressed", "true")
    await mark(second, "Trees").click()
    await mark(second, "A pool").click()
    await expect(mark(bo, "A pool")).to_have_attribute("aria-pressed", "true")
    # a private window is somebody else
    other = await shown(await opened_to_edit(visit, served.links["participant"]))
    await expect(sign(other)).to_contain_text("1 of 1 vote left")
    await mark(other, "A pool").click()
    await expect(mark(ada, "A pool")).to_have_accessible_name(
        "Vote for A pool, not voted for, 2 votes so far"
    )
    await close_round(ada)
    assert await tally(ada, ids) == [0, 0, 0, 2, 0, 0]


async def test_VO21_a_vote_without_a_connection_is_sent_when_there_is_one(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"])
    await ideas(ada)
    bo = await shown(await opened_to_edit(visit, served.links["participant"]))
    await open_round(ada, votes=2, flags=["Show votes"])
    await mark(bo, "Trees").click()
    await expect(sign(bo)).to_contain_text("1 of 2 votes left")
    # the answer to this one is lost with the connection
    await bo.evaluate("board.session.wire.say = new Proxy(board.session.wire.say, { apply() {} })")
    await mark(bo, "A pool").click()
    await bo.evaluate("delete board.session.wire.say; board.session.wire.start()")
    await until(bo, "board.status.value.kind === 'live' && board.ready.value")
    await expect(mark(ada, "A pool")).to_have_accessible_name(
        "Vote for A pool, not voted for, 1 vote so far"
    )
    await expect(mark(bo, "A pool")).to_have_attribute("aria-pressed", "true")


async def test_VO21_a_vote_that_is_given_while_there_is_no_network_counts_once_there_is(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"])
    await ideas(ada)
    bo = await shown(await opened_to_edit(visit, served.links["participant"]))
    await open_round(ada, votes=2, flags=["Show votes"])
    await mark(bo, "Trees").click()
    await expect(mark(ada, "Trees")).to_have_accessible_name(
        "Vote for Trees, not voted for, 1 vote so far"
    )
    await bo.context.set_offline(True)
    await until(bo, "board.status.value.kind === 'offline'")
    await mark(bo, "A pool").click()
    await expect(sign(bo)).to_contain_text("no votes left")
    await bo.context.set_offline(False)
    await until(bo, "board.status.value.kind === 'live' && board.ready.value")
    await expect(mark(ada, "A pool")).to_have_accessible_name(
        "Vote for A pool, not voted for, 1 vote so far"
    )


async def test_VO22_VO23_a_round_is_repeated_compared_sorted_and_saved(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"], name="Ada")
    await ideas(ada)
    await open_round(ada, votes=3, flags=["Several votes", "With names", "Show votes"])
    for title in ("Trees", "Trees", "A pool"):
        await mark(ada, title).click()
    await expect(sign(ada)).to_contain_text("no votes left")
    await expect(mark(ada, "A pool")).to_have_accessible_name(re.compile("1 vote so far"))
    await close_round(ada)
    section = ada.locator("#workshop [data-section=voting]")
    await section.get_by_role("button", name="Repeat “Which first?”").click()
    await mark(ada, "A pool").click()
    await mark(ada, "Night buses").click()
    await expect(sign(ada)).to_contain_text("1 of 3 votes left")
    await expect(mark(ada, "Night buses")).to_have_accessible_name(re.compile("1 vote so far"))
    await close_round(ada)
    await section.get_by_role("button", name="Results of “Which first?”").first.click()
    panel = ada.locator("#votes")
    await expect(panel.get_by_role("heading", name="Results of votes")).to_be_focused()

    async def rows() -> list[str]:
        found = await panel.locator("tbody tr").all_inner_texts()
        return [" ".join(text.split()) for text in found]

    assert await rows() == [
        "A pool Ada 1 1 ±0", "Night buses Ada 0 1 +1", "Trees Ideas 2 0 −2",
    ]  # fmt: skip
    await panel.get_by_role("button", name="Round 1").click()
    assert [row.split(" A")[0].split(" I")[0] for row in await rows()] == [
        "Trees", "A pool", "Night buses",
    ]  # fmt: skip
    await expect(panel.get_by_role("columnheader", name="Round 1")).to_have_attribute(
        "aria-sort", "descending"
    )
    await panel.get_by_role("button", name="Thing").click()
    assert (await rows())[0].startswith("A pool")
    async with ada.expect_download() as saving:
        await panel.get_by_role("button", name="Save as CSV").click()
    download = await saving.value
    assert download.suggested_filename.endswith("votes.csv")
    assert table_in(await download.path()) == [
        [
            "Thing", "Layer", "Round 1: Which first?", "Round 2: Which first?",
            "Round 1: who", "Round 2: who",
        ],
        ["A pool", "Ideas", "1", "1", "Ada", "Ada"],
        ["Night buses", "Ideas", "0", "1", "", "Ada"],
        ["Trees", "Ideas", "2", "0", "Ada (2)", ""],
    ]  # fmt: skip
    # a thing leads to where it lies
    await panel.get_by_role("button", name="Night buses").click()
    await until(ada, "board.selected.value !== null")
    # removed for good, when asked for twice
    await ada.get_by_role("button", name="Workshop", exact=True).click()
    remove = section.get_by_role("button", name="Remove “Which first?” with its results")
    for left in (1, 0):
        await remove.first.click()
        await section.get_by_role("button", name="For good?").click()
        await expect(remove).to_have_count(left)
    await expect(section.get_by_text("Earlier rounds")).to_have_count(0)
    await expect(sign(ada)).to_have_count(0)


async def test_VO24_a_round_on_a_tag_or_on_what_is_selected(served: Served, visit: Visits) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"])
    ids = await ideas(ada)
    await open_round(ada, about="Tag: street")
    await expect(ada.locator(".votes-marks button")).to_have_count(2)
    section = ada.locator("#workshop [data-section=voting]")
    await section.get_by_role("button", name="Discard “Which first?” with all votes").click()
    await section.get_by_role("button", name="For good?").click()
    await expect(sign(ada)).to_have_count(0)
    await ada.evaluate("ids => board.selectAll(ids)", ids[2:5])
    await section.get_by_role("button", name="Open the round").click()
    await expect(section.get_by_text("Write a question first.")).to_be_visible()
    await expect(section.get_by_label("Question")).to_be_focused()
    await open_round(ada, about="What is selected (3)")
    await expect(ada.locator(".votes-marks button")).to_have_count(3)


async def test_VO24_a_restart_of_the_server_keeps_the_round_and_the_votes(
    alone: Served, visit: Visits, serve: Any
) -> None:
    one = await visit(alone.links["facilitator"])
    ada = await editable(one.page)
    await ideas(ada)
    await open_round(ada, votes=2)
    await mark(ada, "Trees").click()
    # answered, so it is on disk
    await expect(ada.locator("#workshop")).to_contain_text("1 person of 1 here voted")
    port = int(alone.address.rpartition(":")[2])
    assert await alone.stop() == 0
    again = await serve(alone.data, port)
    assert again.address == alone.address
    await until(ada, "board.status.value.kind === 'live' && board.ready.value")
    await expect(sign(ada)).to_contain_text("1 of 2 votes left")
    await expect(mark(ada, "Trees")).to_have_attribute("aria-pressed", "true")
    expected = re.compile("ERR_CONNECTION|WebSocket connection")
    one.errors[:] = [error for error in one.errors if not expected.search(error)]


async def test_VO25_what_votes_has_names_contrast_and_keys_in_both_themes(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"])
    await ideas(ada)
    await open_round(ada, votes=3, flags=["Several votes", "Show votes"])
    await mark(ada, "Trees").click()
    assert await violations(ada) == []
    await sign(ada).get_by_role("button", name="List").click()
    assert await violations(ada) == []
    await ada.get_by_role("button", name="Workshop", exact=True).click()
    await close_round(ada)
    await ada.locator("#workshop").get_by_role("button", name="Results").first.click()
    assert await violations(ada) == []
    assert await small(ada, 24) == []
    assert len(await on(ada)) == 1


async def test_VO24_a_step_of_the_agenda_brings_its_question(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"])
    await ideas(ada)
    await ada.evaluate(
        """() => {
            const { session } = board;
            const id = session.fresh();
            session.wire.submit([
                { op: "step.create", id, round: "vote",
                  text: { title: { en: "Choose" }, question: { en: "What comes first?" } } },
                { op: "agenda.go", step: id },
            ]);
        }"""
    )
    await saved(ada)
    await ada.get_by_role("button", name="Workshop", exact=True).click()
    agenda = ada.locator("#workshop [data-section=agenda]")
    if await agenda.locator(".workshop-heading").get_attribute("aria-expanded") == "false":
        await agenda.locator(".workshop-heading").click()
    await agenda.get_by_role("button", name="Prepare the vote").click()
    voting = ada.locator("#workshop [data-section=voting]")
    await expect(voting.get_by_label("Question")).to_have_value("What comes first?")
    # it has come into view, and one goes on in it
    await expect(voting.locator(".workshop-heading")).to_be_focused()
    await expect(voting.get_by_label("Question")).to_be_in_viewport(ratio=1)
    # while the round is open, the step leads to it and prepares no other
    await voting.get_by_role("button", name="Open the round").click()
    await expect(voting.get_by_role("button", name="Close the round")).to_be_visible()
    await expect(agenda.get_by_role("button", name="Prepare the vote")).to_have_count(0)
    await agenda.get_by_role("button", name="It is open: go there").click()
    await expect(voting.get_by_role("button", name="Close the round")).to_be_in_viewport(ratio=1)


async def test_VO24_a_question_that_was_refused_stays_and_one_that_was_pressed_twice_is_asked_once(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"])
    await ideas(ada)
    await open_round(ada)
    await close_round(ada)
    section = ada.locator("#workshop [data-section=voting]")
    await section.get_by_label("Question").fill("And now?")
    await ada.evaluate(
        """() => {
            const { wire } = board.session;
            wire.submit = (ops) => Object.getPrototypeOf(wire).submit.call(
                wire, [...ops, { op: "node.remove", id: "none" }]);
        }"""
    )
    await section.get_by_role("button", name="Open the round").click()
    await until(ada, "board.toasts.value.some(({ kind }) => kind === 'refused')")
    await expect(section.get_by_label("Question")).to_have_value("And now?")
    await ada.evaluate("board.toasts.value = []; delete board.session.wire.submit")
    await section.get_by_role("button", name="Open the round").dblclick()
    await expect(section.get_by_role("button", name="Close the round")).to_be_visible()
    await saved(ada)
    assert await ada.evaluate("board.toasts.value.length") == 0


async def test_VO6_whoever_may_not_vote_any_more_has_nothing_left_to_vote_with(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"])
    await ideas(ada)
    bo = await shown(await opened_to_edit(visit, served.links["participant"]))
    await open_round(ada)
    await sign(bo).get_by_role("button", name="List of what can be voted on").click()
    await expect(bo.locator("#votes").get_by_role("heading")).to_be_focused()
    await ada.evaluate(
        "seat => void board.session.submit([{ op: 'seat.set', id: seat, role: 'viewer' }])",
        await bo.evaluate("board.session.seat"),
    )
    await until(bo, "board.role.value === 'viewer' && board.ready.value")
    await expect(bo.locator("#votes")).to_be_hidden()
    await expect(bo.locator(".canvas")).to_be_focused()
    await expect(mark(bo, "Trees")).to_have_count(0)
