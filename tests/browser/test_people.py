"""Who came and how people are let in: promoting, muting, removing, links, the join screen, and
waiting; by mouse and by keyboard."""

import re
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx2
from playwright.async_api import Locator, Page, Route, expect

from board import ops
from server.live import Boards
from server.log_sqlite import SqliteLog
from tests.browser.conftest import Seeded, copied, with_links
from tests.browser.pages import (
    ON_PHONE,
    Visits,
    opened,
    ready,
    small,
    until,
    violations,
)
from tests.browser.test_layers_edit import arranging, by_title, menu
from tests.processes import Served


async def owner_link(served: Served, seeded: Seeded) -> str:
    """A link of the role owner, by the desk."""
    async with httpx2.AsyncClient(base_url=served.address) as client:
        given = await client.post("/api/desk/tickets", json={"key": seeded.desk})
        headers = {"authorization": f"Bearer {given.json()['ticket']}"}
        made = await client.post(
            f"/api/desk/boards/{served.name}/links", json={"role": "owner"}, headers=headers
        )
    return f"{served.board}#k={made.json()['links'][0]['key']}"


async def leading(visit: Visits, address: str, **context: Any) -> Page:
    """A page of somebody who leads, with the section of people unfolded."""
    page = await opened(visit, address, name=context.pop("name", "Ada"), **context)
    await unfold(page, "people")
    return page


async def unfold(page: Page, section: str) -> None:
    await until(
        page,
        """id => board.workshop.value?.sections.all.value.some((each) => each.id === id)""",
        section,
    )
    await page.evaluate("id => board.workshop.value.show(id)", section)


def seat(page: Page, name: str) -> Locator:
    return page.locator("[data-section=people] .seat").filter(has_text=name)


async def do(page: Page, name: str, what: str) -> None:
    """Choose something from a person's menu."""
    await page.get_by_role("button", name=f"What {name} may do").click()
    await page.get_by_role("menuitem", name=what).click()


async def becomes(page: Page, role: str) -> None:
    await until(page, "role => board.session.role === role && board.ready.value", role)


async def spoken(page: Page, words: str) -> None:
    await until(
        page,
        """words => document.querySelector(".spoken[role=status]").textContent.includes(words)""",
        words,
    )


async def test_PE1_of_many_some_are_drawn_and_all_are_found(
    serve: Callable[..., Awaitable[Served]], seeded: Seeded, visit: Visits, tmp_path: Path
) -> None:
    """PE1, PE4: 230 people came: a list of 50, and a search by name."""
    data = copied(seeded, tmp_path / "data")
    log = SqliteLog(data / "boards.sqlite3")
    boards = Boards(log)
    live = await boards.open("cities-of-equality")
    await live.submit(
        [ops.SeatSet(f"p{at:012}", link="viewer", name=f"Person {at}") for at in range(230)]
    )
    await boards.drain()
    await log.close()
    served = with_links(await serve(data), seeded)
    ada = await leading(visit, served.links["facilitator"])
    section = ada.locator("[data-section=people]")
    await expect(section).to_contain_text("1 here, 231 came so far")
    await expect(section.locator(".seat")).to_have_count(50)
    await expect(section).to_contain_text("181 more people")
    await section.get_by_role("searchbox").fill("pérson 22")
    await expect(section.locator(".seat")).to_have_count(11)
    await expect(section.get_by_role("status")).to_have_text("11 people")
    await section.get_by_role("searchbox").fill("nobody")
    await expect(section).to_contain_text("Nobody has that name.")
    await unfold(ada, "links")
    line = ada.locator("[data-section=links] .seat").filter(has_text="Viewer link")
    await expect(line).to_contain_text("230 came, 0 here")


async def test_PE6_who_is_promoted_gets_the_tools_and_who_is_muted_loses_them(
    served: Served, visit: Visits
) -> None:
    ada = await leading(visit, served.links["facilitator"])
    bo = await opened(visit, served.links["participant"], name="Bo")
    await expect(seat(ada, "Bo")).to_contain_text("Participant · here")
    await do(ada, "Bo", "Make facilitator")
    await becomes(bo, "facilitator")
    await expect(bo.get_by_role("button", name="Workshop")).to_be_visible()
    await expect(seat(ada, "Bo")).to_contain_text("Facilitator")
    await spoken(ada, "Bo is a facilitator now.")
    await do(ada, "Bo", "Mute")
    await becomes(bo, "viewer")
    await expect(bo.get_by_role("button", name="Workshop")).to_have_count(0)
    assert not await bo.evaluate("board.mayEdit.value")
    await do(ada, "Bo", "Unmute")
    await becomes(bo, "participant")
    await until(bo, "board.mayEdit.value")
    role = """[...board.session.model.held("lead").records.values()]
        .find(({ name }) => name === "Bo").role"""
    assert await ada.evaluate(f"{role} ?? ''") == ""  # that of the link, and no exception


async def test_PE7_removing_asks_first_says_why_and_can_be_taken_back(
    served: Served, visit: Visits
) -> None:
    ada = await leading(visit, served.links["facilitator"])
    visitor = await visit(served.links["participant"], name="Bo")
    bo = await ready(visitor.page)
    await do(ada, "Bo", "Remove")
    asked = ada.get_by_role("dialog", name="Remove Bo?")
    await expect(asked.get_by_role("button", name="Cancel")).to_be_focused()
    await ada.keyboard.press("Escape")
    await expect(asked).to_have_count(0)
    assert await bo.evaluate("board.status.value.kind") == "live"
    await do(ada, "Bo", "Remove")
    await asked.get_by_role("button", name="Remove").click()
    await expect(bo.get_by_role("heading", name="This board does not open")).to_be_visible()
    await expect(bo.get_by_role("alert")).to_contain_text("taken you off this board")
    await bo.wait_for_timeout(1_000)  # nor does it try again by itself
    assert await bo.evaluate("board.status.value.kind") == "stopped"
    await expect(seat(ada, "Bo")).to_contain_text("Removed · away")
    await do(ada, "Bo", "Let back in")
    await expect(seat(ada, "Bo")).to_contain_text("Participant")
    await bo.get_by_role("button", name="Try again").click()
    await ready(bo)
    visitor.errors.clear()  # the browser notes a ticket that was refused
    await expect(seat(ada, "Bo")).to_contain_text("here")


async def test_PE8_a_link_that_is_revoked_closes_who_came_by_it_and_says_so(
    served: Served, seeded: Seeded, visit: Visits
) -> None:
    ada = await leading(visit, await owner_link(served, seeded))
    visitor = await visit(served.links["participant"], name="Bo")
    bo = await ready(visitor.page)
    await unfold(ada, "links")
    line = ada.locator("[data-section=links] .seat").filter(has_text="Participant link")
    await expect(line).to_contain_text("1 came, 1 here")
    await ada.get_by_role("button", name="More for Participant link").click()
    await ada.get_by_role("menuitem", name="Revoke").click()
    asked = ada.get_by_role("dialog", name="Revoke Participant link?")
    await expect(asked).to_contain_text("1 person who came by it is off the board at once")
    await asked.get_by_role("button", name="Revoke").click()
    await expect(bo.get_by_role("heading", name="This board does not open")).to_be_visible()
    await spoken(ada, "has a new address")
    visitor.errors.clear()  # the browser notes a ticket that was refused
    assert await ada.evaluate("board.session.role") == "owner"


async def test_PE9_links_are_made_named_and_limited_and_for_one_person_each(
    served: Served, seeded: Seeded, visit: Visits
) -> None:
    ada = await leading(visit, await owner_link(served, seeded))
    await unfold(ada, "links")
    await ada.get_by_role("button", name="New link…").click()
    asked = ada.get_by_role("dialog", name="New link")
    await asked.get_by_label("Name").fill("Press")
    await asked.get_by_label("Role").select_option("viewer")
    await asked.get_by_label("Ends").select_option("date")
    await asked.get_by_label("Last day").fill("2020-01-01")
    await asked.get_by_role("button", name="Make").click()
    await expect(asked.get_by_role("alert")).to_contain_text("still to come")
    await asked.get_by_label("Ends").select_option("week")
    await asked.get_by_role("button", name="Make").click()
    line = ada.locator("[data-section=links] .seat").filter(has_text="Press")
    await expect(line).to_contain_text(re.compile(r"Viewer · nobody came · ends \w+ \d+, \d{4}"))
    await ada.get_by_role("button", name="Links for one person each").click()
    asked = ada.get_by_role("dialog", name="Links for one person each")
    await asked.get_by_label("How many").fill("201")
    await asked.get_by_role("button", name="Make").click()
    await expect(asked.get_by_role("alert")).to_contain_text("A number from 1 to")
    await asked.get_by_label("How many").fill("30")
    await asked.get_by_role("button", name="Make").click()
    made = ada.get_by_role("dialog", name="30 links for one person each")
    await expect(made.locator("tbody tr")).to_have_count(30)
    async with ada.expect_download() as saved:
        await made.get_by_role("button", name="Save as CSV").click()
    table = (await (await saved.value).path()).read_bytes().decode()
    assert table.startswith("\ufeffPerson,Address\r\n"), "a spreadsheet takes it for UTF-8"
    lines = table.splitlines()
    assert len(lines) == 31
    name, _, address = lines[1].partition(",")
    assert name == "Guest 1"
    assert address.startswith("http://")
    await ada.keyboard.press("Escape")
    bo = await opened(visit, address, name="Bo")
    assert await bo.evaluate("board.session.role") == "participant"
    other = await visit(address, name="Cy")
    await expect(other.page.get_by_role("alert")).to_contain_text("This link is for one person")
    other.errors.clear()  # the browser notes the refused ticket
    await bo.reload()
    await ready(bo)  # who holds it comes again
    await ada.get_by_text("30 links for one person each").click()
    line = ada.locator("[data-section=links] .seat").filter(has_text="Guest 1").first
    await expect(line).to_contain_text("taken by Bo")


async def test_PE10_people_come_by_the_code_on_the_wall_without_scripts_if_need_be(
    served: Served, visit: Visits
) -> None:
    ada = await leading(visit, served.links["facilitator"])
    await unfold(ada, "links")
    none = ada.get_by_role("button", name="Join screen for Facilitator link")
    await expect(none).to_have_count(0)
    await ada.get_by_role("button", name="Join screen for Participant link").click()
    screen = ada.get_by_role("dialog", name="Cities of Equality")
    await expect(screen.get_by_role("img", name="QR code")).to_be_visible()
    code = str(await screen.locator(".join-code .spoken").text_content())[6:].replace(" ", "")
    assert len(code) == 6
    await expect(screen).to_contain_text("/join")
    await expect(screen.get_by_role("status")).to_contain_text("1 person is here")
    join = served.board.partition("/b/")[0] + "/join"
    visitor = await visit(join, name="Bo")
    bo = visitor.page
    await expect(bo.get_by_label("Code")).to_be_focused()
    await bo.keyboard.type("222222\n")
    await expect(bo.get_by_role("alert")).to_contain_text("No board opens with this code")
    visitor.errors.clear()  # the browser notes the 404
    await bo.get_by_label("Code").fill(f"{code[:3].lower()} {code[3:].lower()}")
    await bo.keyboard.press("Enter")
    await bo.wait_for_url("**/b/**")
    await ready(bo)
    assert await bo.evaluate("board.session.role") == "participant"
    assert "#k=" not in bo.url
    await expect(screen.get_by_role("status")).to_contain_text("2 people are here")
    plain = (await visit(join, java_script_enabled=False)).page
    await plain.get_by_label("Code").fill(code)
    await plain.get_by_role("button", name="Join").click()
    await expect(plain).to_have_url(re.compile(f"/b/{served.name}#k=participant[.]"))
    await ada.keyboard.press("Escape")
    await expect(screen).to_have_count(0)
    await expect(ada.get_by_role("button", name="Join screen for Participant link")).to_be_focused()


async def test_PE10_of_a_link_that_is_revoked_meanwhile_the_new_code_is_shown(
    served: Served, seeded: Seeded, visit: Visits
) -> None:
    ada = await leading(visit, await owner_link(served, seeded))
    held: list[Route] = []

    async def hold(route: Route) -> None:
        if held:
            await route.continue_()
        held.append(route)

    await ada.route("**/codes", hold)
    await unfold(ada, "links")
    await ada.get_by_role("button", name="Join screen for Participant link").click()
    await expect(ada.locator(".join-none")).to_be_visible()
    await ada.evaluate(
        """() => {
            const records = [...board.session.model.held("lead").records.values()];
            const link = records.find(
                ({ id, role }) => id.startsWith("link/") && role === "participant");
            board.session.submit([{ op: "link.set", id: link.id.slice(5), role: link.role,
                generation: link.generation + 1, name: link.name ?? "" }]);
        }"""
    )
    code = ada.locator(".join-code .spoken")
    await expect(code).to_be_visible()
    shown = await code.text_content()
    square = {"side": 1, "path": "M0 0"}
    await held[0].fulfill(json={"code": "BBBBBB", "page": "http://old/join", "square": square})
    await ada.wait_for_timeout(300)
    assert await code.text_content() == shown


async def test_PE11_those_who_wait_see_a_quiet_page_until_it_starts(
    served: Served, visit: Visits
) -> None:
    ada = await leading(visit, served.links["facilitator"])
    bo = await opened(visit, served.links["participant"], name="Bo")
    await ada.get_by_role("checkbox", name="Let people wait").click()
    await expect(bo.get_by_role("heading", name="You are in")).to_be_visible()
    await until(bo, "board.layers.value.size === 0")
    vi = await opened(visit, served.links["viewer"], name="Vi")
    await expect(vi.get_by_role("heading", name="You are in")).to_be_visible()
    await expect(ada.get_by_text("2 people wait")).to_be_visible()
    assert await ada.evaluate("board.layers.value.size") > 0
    await expect(ada.get_by_role("heading", name="You are in")).to_have_count(0)
    assert await violations(bo, "light") == []
    await ada.get_by_role("button", name="Start").click()
    for page in (bo, vi):
        await expect(page.get_by_role("heading", name="You are in")).to_have_count(0)
        await until(page, "board.layers.value.size > 0 && board.on.value.size > 0")
    await expect(ada.get_by_role("checkbox", name="Let people wait")).not_to_be_checked()


async def test_PE11_it_has_started_only_when_it_has(served: Served, visit: Visits) -> None:
    ada = await leading(visit, served.links["facilitator"])
    bo = await opened(visit, served.links["participant"], name="Bo")
    await ada.get_by_role("checkbox", name="Let people wait").click()
    await expect(bo.get_by_role("heading", name="You are in")).to_be_visible()
    await bo.evaluate(
        """() => {
            const say = board.announcer.say.bind(board.announcer);
            window.told = [];
            board.announcer.say = (words) => { told.push(words); say(words); };
        }"""
    )
    await do(ada, "Bo", "Make facilitator")
    await becomes(bo, "facilitator")
    await expect(bo.get_by_role("heading", name="You are in")).to_have_count(0)
    assert "It has started." not in await bo.evaluate("told")


async def test_PE12_the_switch_that_lets_people_wait_keeps_the_focus_and_says_what_is(
    served: Served, visit: Visits
) -> None:
    ada = await leading(visit, served.links["facilitator"])
    switch = ada.get_by_role("checkbox", name="Let people wait")
    await switch.focus()
    await ada.keyboard.press("Space")
    part = ada.get_by_role("group", name="People", exact=True)
    await expect(part).to_be_focused()
    await ada.keyboard.press("Tab")
    await expect(part.get_by_role("button", name="Start")).to_be_focused()
    await ada.keyboard.press("Enter")
    await expect(part).to_be_focused()
    await ada.keyboard.press("Tab")
    await expect(switch).to_be_focused()
    # what the server refuses is not so
    await ada.evaluate(
        """() => {
            const { wire } = board.session;
            wire.submit = () => Object.getPrototypeOf(wire).submit.call(
                wire, [{ op: "access.wait", waiting: true }, { op: "node.remove", id: "none" }]);
        }"""
    )
    await ada.keyboard.press("Space")
    await until(ada, "board.toasts.value.some(({ kind }) => kind === 'refused')")
    await expect(switch).not_to_be_checked()


async def test_PE12_everything_goes_by_keyboard(served: Served, visit: Visits) -> None:
    ada = await leading(visit, served.links["facilitator"])
    bo = await opened(visit, served.links["participant"], name="Bo")
    await expect(seat(ada, "Bo")).to_be_visible()
    menu = ada.get_by_role("button", name="What Bo may do")
    for _ in range(12):
        await ada.keyboard.press("Tab")
        if await menu.evaluate("each => each === document.activeElement"):
            break
    await expect(menu).to_be_focused()
    await ada.keyboard.press("Enter")
    await expect(ada.get_by_role("menuitem", name="Make facilitator")).to_be_focused()
    await ada.keyboard.press("ArrowDown")
    await ada.keyboard.press("Enter")
    await becomes(bo, "viewer")
    await spoken(ada, "Bo only looks on now.")


async def test_PE13_people_and_the_join_screen_can_be_used_by_everybody(
    served: Served, visit: Visits
) -> None:
    """PE13: WCAG 2.2 AA in light and dark, and targets of 44 px on a phone."""
    ada = await leading(visit, served.links["facilitator"], **ON_PHONE)
    await unfold(ada, "links")
    assert await violations(ada) == []
    assert await small(ada, 44) == []
    await ada.get_by_role("button", name="Join screen for Participant link").click()
    await expect(ada.get_by_role("img", name="QR code")).to_be_visible()
    # axe cannot tell what lies behind a dialog: there is no contrast in it
    assert await violations(ada, "light") == []
    assert await small(ada, 44) == []
    wide = await ada.evaluate("document.querySelector('.join-screen').scrollWidth - innerWidth")
    assert wide <= 0


async def test_PE14_a_layer_is_closed_to_all_but_one_who_is_named(
    served: Served, visit: Visits
) -> None:
    ada = await arranging(visit, served.links["facilitator"], name="Ada")
    bo = await opened(visit, served.links["participant"], name="Bo")
    vi = await opened(visit, served.links["viewer"], name="Vi")
    held = "title => [...board.layers.value.values()].some((layer) => layer.title === title)"
    gone = held.replace("=> [", "=> ![")
    for page in (bo, vi):
        await until(page, held, "Vision")
    vision = await by_title(ada, "Vision")
    await menu(ada, vision, "Colour, visibility and rights")
    form = ada.get_by_role("form", name="Settings of Vision")
    for asked in ("Who may see it", "Who may add to it", "Who may change all of it"):
        await form.get_by_label(asked).select_option("facilitator")
    await form.get_by_role("combobox", name="Name somebody").fill("bo")
    await ada.keyboard.press("Enter")
    await form.get_by_label("Bo", exact=True).select_option("read")
    await form.get_by_role("button", name="Save").click()
    await until(vi, gone, "Vision")
    assert await bo.evaluate(held, "Vision")
    await until(bo, "id => !board.session.canWrite(id)", vision)
    await menu(ada, vision, "Colour, visibility and rights")
    await form.get_by_role("button", name="Take the right of Bo back").click()
    await form.get_by_role("button", name="Save").click()
    await until(bo, gone, "Vision")
