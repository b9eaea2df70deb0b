"""The desk in a real Chromium, against a real server: boards made, found, changed and deleted."""

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from tests.browser.conftest import Seeded, Visit, copied
from tests.browser.pages import ON_PHONE, Visits, ready, until, violations
from tests.papers import PAPER
from tests.processes import Served

WRONG = PAPER.replace("#fairness: serves", "#nowhere: serves")
TITLE = "Cities of Equality"


@pytest_asyncio.fixture(loop_scope="session")
async def desk(
    serve: Callable[..., Awaitable[Served]], seeded: Seeded, tmp_path: Path
) -> tuple[Served, str]:
    """A server with the built-in board, and the desk's link."""
    served = await serve(copied(seeded, tmp_path / "data"))
    return served, f"{served.address}/#k={seeded.desk}"


async def entered(visit: Visits, link: str, **context: Any) -> Page:
    page = (await visit(link, **context)).page
    await expect(card(page, TITLE)).to_be_visible()
    return page


def card(page: Page, title: str) -> Locator:
    """The link of a board's card."""
    return page.locator(".desk-card").get_by_role("link", name=title, exact=True)


def expected(one: Visit, status: str) -> None:
    """Of what the console complains of, refusals with this status were meant."""
    assert [error for error in one.errors if status in error]
    one.errors[:] = [error for error in one.errors if status not in error]


async def choose(page: Page, title: str, action: str) -> None:
    """Choose from a board's menu with the mouse."""
    await page.get_by_role("button", name=f"What to do with “{title}”", exact=True).click()
    await page.get_by_role("menuitem", name=action, exact=True).click()


async def new(page: Page) -> Locator:
    await page.get_by_role("button", name="New board").first.click()
    return page.get_by_role("dialog", name="New board")


async def facts(page: Page) -> dict[str, Any]:
    """What the server says of its boards, asked with the page's own ticket."""
    await page.evaluate("desk.refresh()")
    boards = await page.evaluate("[...desk.boards.value.values()]")
    return {board["title"]: board for board in boards}


# -- who may


async def test_DK22_the_key_leaves_the_address_and_opens_the_desk_for_this_tab(
    desk: tuple[Served, str], visit: Visits
) -> None:
    served, link = desk
    page = await entered(visit, link)
    key = link.partition("#k=")[2]
    assert page.url == f"{served.address}/"
    assert await page.evaluate("history.length") <= 2
    assert key not in await page.content()
    assert await page.evaluate("document.cookie") == ""
    await page.reload()
    await expect(card(page, TITLE)).to_be_visible()
    assert key not in await page.evaluate("JSON.stringify(Object.entries(localStorage))")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.reload()
    await expect(page.locator(".desk-card img").first).to_be_visible()
    assert asked and not [url for url in asked if key in url]


async def test_DK1_without_the_key_nothing_of_a_private_board_comes_out(
    desk: tuple[Served, str], visit: Visits
) -> None:
    """DK1: a canary: the front page and a desk with a wrong key know nothing of it."""
    served, link = desk
    owner = await entered(visit, link)
    await owner.evaluate("desk.make({ title: 'Canary of the vault' })")
    await expect(card(owner, "Canary of the vault")).to_be_visible()
    stranger = (await visit(f"{served.address}/")).page
    heading = stranger.get_by_role("heading", name="Boards that are open to everyone")
    await expect(heading).to_be_visible()
    assert not await stranger.evaluate("'desk' in window")
    loaded = await stranger.evaluate(
        """performance.getEntriesByType("resource").map(({ name }) => name)"""
    )
    assert loaded and not [url for url in loaded if "desk" in url]
    asked = stranger.context.request
    for url in (*loaded, f"{served.address}/", f"{served.address}/api/desk/boards"):
        answer = await asked.get(url)
        assert b"anary" not in await answer.body()
    assert answer.status == 401


async def test_DK22_a_key_that_has_ended_says_so_and_leaves_the_public_boards(
    desk: tuple[Served, str], visit: Visits
) -> None:
    served, link = desk
    one = await visit(link)
    page = one.page
    await expect(card(page, TITLE)).to_be_visible()
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.cli", "desk", "--revoke", "--data", str(served.data),
        stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, _ = await process.communicate()
    new_link = out.decode().strip()
    await page.reload()
    await expect(page.get_by_role("alert")).to_contain_text("does not open any more")
    await expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    assert await page.evaluate("[...desk.boards.value]") == []
    await page.reload()  # the tab has forgotten it
    await expect(page.get_by_role("link", name=TITLE)).to_be_visible()
    await expect(page.get_by_role("alert")).to_have_count(0)
    await page.evaluate("hash => { location.hash = hash; }", "#" + new_link.partition("#")[2])
    await expect(card(page, TITLE)).to_be_visible()
    assert page.url == f"{served.address}/"
    expected(one, "401")


# -- by mouse


async def test_DK23_a_board_is_made_of_each_source(
    desk: tuple[Served, str], visit: Visits, tmp_path: Path
) -> None:
    one = await visit(desk[1])
    page = one.page
    dialog = await new(page)
    await expect(dialog.get_by_role("textbox", name="Title")).to_be_focused()
    await dialog.get_by_role("button", name="Create").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Give it a title.")
    await dialog.get_by_role("textbox", name="Title").fill("  An evening  ")
    await dialog.get_by_role("button", name="Create").click()
    await expect(card(page, "An evening")).to_be_focused()
    await expect(dialog).to_have_count(0)

    names = await page.evaluate("desk.templates.value.map(({ title }) => title)")
    assert len(names) >= 4
    for name in names:
        dialog = await new(page)
        await dialog.get_by_role("radio", name=name, exact=True).check()
        await dialog.get_by_role("textbox", name="Title").fill(f"From {name}")
        await dialog.get_by_role("button", name="Create").click()
        await expect(card(page, f"From {name}")).to_be_focused(timeout=60_000)

    dialog = await new(page)
    await dialog.get_by_role("radio", name="A paper or a Board JSON").check()
    await dialog.get_by_role("button", name="Create").click()
    await expect(dialog.get_by_role("alert")).to_have_text("Choose a file.")
    path = tmp_path / "paper.md"
    path.write_text(WRONG)
    await dialog.get_by_label("File").set_input_files(path)
    await dialog.get_by_role("button", name="Create").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("Line 12: ")
    path.write_text(PAPER)
    await dialog.get_by_role("button", name="Create").click()
    await expect(dialog.get_by_role("alert")).to_contain_text("has changed since")
    await dialog.get_by_label("File").set_input_files(path)
    await dialog.get_by_role("button", name="Create").click()
    await expect(card(page, "A small paper")).to_be_focused()

    async with page.expect_download() as saving:
        await choose(page, "A small paper", "Save as Board JSON")
    saved = tmp_path / "saved.json"
    await (await saving.value).save_as(saved)
    document = json.loads(saved.read_text())
    assert document["board"]["text"]["title"] == {"en": "A small paper"}
    document["board"]["text"]["title"] = {"en": "From a file"}
    saved.write_text(json.dumps(document))
    dialog = await new(page)
    await dialog.get_by_role("radio", name="A paper or a Board JSON").check()
    await dialog.get_by_label("File").set_input_files(saved)
    await dialog.get_by_role("button", name="Create").click()
    await expect(card(page, "From a file")).to_be_focused()
    held = await facts(page)
    assert len(held) == 4 + len(names)
    assert all(board["public"] is False for title, board in held.items() if title != TITLE)
    assert held["From a file"]["nodes"] == held["A small paper"]["nodes"] == 2
    expected(one, "400")


async def test_DK24_a_board_is_renamed_duplicated_archived_shared_and_deleted(
    desk: tuple[Served, str], visit: Visits
) -> None:
    page = await entered(visit, desk[1], permissions=["clipboard-read", "clipboard-write"])
    await choose(page, TITLE, "Rename…")
    await page.get_by_role("textbox", name="Title").fill("Equal cities")
    await page.get_by_role("button", name="Save").click()
    await expect(card(page, "Equal cities")).to_be_visible()
    await expect(page.get_by_text("It is called “Equal cities” now.").first).to_be_visible()

    await choose(page, "Equal cities", "Duplicate")
    await expect(card(page, "Copy of Equal cities")).to_be_focused()
    held = await facts(page)
    assert held["Copy of Equal cities"]["nodes"] == held["Equal cities"]["nodes"]
    assert (held["Copy of Equal cities"]["public"], held["Equal cities"]["public"]) == (False, True)

    await choose(page, "Equal cities", "Close to all without a link")
    shut = page.get_by_text("“Equal cities” opens only with a link now.")
    await expect(shut.first).to_be_visible()
    await page.get_by_role("button", name="Undo").last.hover()  # so that it stays
    assert (await facts(page))["Equal cities"]["public"] is False
    await page.get_by_role("button", name="Undo").last.click()
    await until(page, "desk.board('cities-of-equality').public && desk.busy === 0")
    assert (await facts(page))["Equal cities"]["public"] is True

    await choose(page, "Equal cities", "Share…")
    dialog = page.get_by_role("dialog")
    await dialog.get_by_role("button", name="Copy link: Participants").click()
    await expect(dialog.get_by_text("Copied: Participants.")).to_be_visible()
    first = await page.evaluate("navigator.clipboard.readText()")
    assert first.startswith(f"{desk[0].board}#k=participant.")
    assert first.partition("#k=")[2] not in await page.content()
    await dialog.get_by_role("button", name="New link: Participants").click()
    await dialog.get_by_role("button", name="End the old link").click()
    await expect(dialog.get_by_text("the old link has ended")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") != first
    await page.keyboard.press("Escape")

    await choose(page, "Equal cities", "Archive")
    await expect(card(page, "Equal cities")).to_have_count(0)
    await page.get_by_label("Archived (1)").check()
    await expect(card(page, "Equal cities")).to_be_visible()
    await expect(page.locator(".desk-card.archived").get_by_text("Archived")).to_be_visible()
    await choose(page, "Equal cities", "Bring back from the archive")
    await until(page, "desk.archivedCount.value === 0 && desk.busy === 0")

    await choose(page, "Copy of Equal cities", "Delete…")
    dialog = page.get_by_role("dialog", name="Delete “Copy of Equal cities” for good?")
    await expect(dialog.get_by_role("button", name="Keep it")).to_be_focused()
    await dialog.get_by_role("button", name="Keep it").click()
    await expect(card(page, "Copy of Equal cities")).to_be_visible()
    await choose(page, "Copy of Equal cities", "Delete…")
    await page.get_by_role("button", name="Delete for good").click()
    await expect(card(page, "Copy of Equal cities")).to_have_count(0)
    await expect(card(page, "Equal cities")).to_be_focused()
    await until(page, "desk.busy === 0")
    assert list(await facts(page)) == ["Equal cities"]


async def test_DK25_a_board_opens_with_the_owners_rights_and_no_key_in_the_address(
    desk: tuple[Served, str], visit: Visits
) -> None:
    page = await entered(visit, desk[1])
    await page.evaluate("desk.make({ title: 'Mine alone' })")
    addresses: list[str] = []
    page.on("framenavigated", lambda frame: addresses.append(frame.url))
    await card(page, "Mine alone").click()
    await page.wait_for_url("**/b/mine-alone*")
    await ready(page)
    assert await page.evaluate("board.session.role") == "owner"
    assert not [url for url in addresses if "k=" in url]
    await page.go_back()
    await expect(card(page, "Mine alone")).to_be_visible()
    async with page.context.expect_page() as opening:
        await card(page, "Mine alone").click(modifiers=["Control"])
    other = await ready(await opening.value)
    assert await other.evaluate("board.session.role") == "owner"
    assert "k=" not in other.url
    await choose(page, "Mine alone", "Open as facilitator")
    await page.wait_for_url("**/b/mine-alone*")
    await ready(page)
    assert await page.evaluate("board.session.role") == "facilitator"
    await page.keyboard.press("Control+k")
    await page.get_by_role("combobox").fill("all boards")
    await page.keyboard.press("Enter")
    await expect(card(page, "Mine alone")).to_be_visible()


async def test_DK26_what_the_server_refuses_is_taken_back_with_its_reason(
    desk: tuple[Served, str], visit: Visits
) -> None:
    one = await visit(desk[1])
    page = one.page
    other = await entered(visit, desk[1])
    await page.evaluate("desk.make({ title: 'Fragile' })")
    await expect(card(page, "Fragile")).to_be_visible()
    await other.evaluate("desk.refresh()")
    await other.evaluate("desk.archive('fragile', true)")
    await until(other, "desk.busy === 0")
    await choose(page, "Fragile", "Rename…")
    await page.get_by_role("textbox", name="Title").fill("Strong")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Not done: the board is archived").first).to_be_visible()
    await expect(card(page, "Fragile")).to_be_visible()
    await expect(card(page, "Strong")).to_have_count(0)
    expected(one, "409")


# -- finding


async def test_DK20_boards_are_searched_and_sorted(desk: tuple[Served, str], visit: Visits) -> None:
    page = await entered(visit, desk[1])
    for title in ("Évora 10", "Évora 9", "Zagreb"):
        await page.evaluate("title => desk.make({ title })", title)
    titles = page.locator(".desk-card h2")
    await expect(titles).to_have_text(["Zagreb", "Évora 9", "Évora 10", TITLE])
    await page.get_by_label("Sort by").select_option(label="Title")
    await expect(titles).to_have_text([TITLE, "Évora 9", "Évora 10", "Zagreb"])
    await page.get_by_role("searchbox", name="Search boards").fill("evora")
    await expect(titles).to_have_text(["Évora 9", "Évora 10"])
    await expect(page.get_by_text("2 boards")).to_have_count(1)
    await page.get_by_role("searchbox", name="Search boards").fill("nothing like it")
    await expect(page.get_by_text("No board is titled “nothing like it”.")).to_be_visible()


# -- by keyboard


async def test_DK27_everything_is_done_by_keyboard_alone(
    desk: tuple[Served, str], visit: Visits
) -> None:
    """DK27: a board is made, renamed, duplicated, archived, and deleted without a mouse."""
    page = await entered(visit, desk[1])
    keys = page.keyboard

    async def focus(name: str) -> None:
        """Go on with Tab until something of that name has the focus."""
        for _ in range(60):
            await keys.press("Tab")
            at = await page.evaluate(
                """() => { const at = document.activeElement;
                    return at.getAttribute("aria-label") ?? at.textContent ?? ""; }"""
            )
            if at.strip() == name:
                return
        raise AssertionError(f"Tab does not come to {name!r}")

    await focus("New board")
    await keys.press("Enter")
    dialog = page.get_by_role("dialog", name="New board")
    await expect(dialog.get_by_role("textbox", name="Title")).to_be_focused()
    await keys.type("By hand")
    await keys.press("Tab")
    await expect(dialog.get_by_role("radio", name="An empty board")).to_be_focused()
    await keys.press("ArrowDown")
    await expect(dialog.get_by_role("radio", name="Brainstorming and clusters")).to_be_checked()
    await keys.press("Enter")
    await expect(card(page, "By hand")).to_be_focused()

    await focus("What to do with “By hand”")
    menu = page.get_by_role("button", name="What to do with “By hand”")
    await keys.press("ArrowDown")
    await expect(page.get_by_role("menuitem", name="Open as owner")).to_be_focused()
    await expect(menu).to_have_attribute("aria-expanded", "true")
    await keys.press("ArrowUp")
    await expect(page.get_by_role("menuitem", name="Delete…")).to_be_focused()
    await keys.press("Home")
    await keys.press("End")
    await expect(page.get_by_role("menuitem", name="Delete…")).to_be_focused()
    await keys.press("Escape")
    await expect(menu).to_be_focused()
    await expect(menu).to_have_attribute("aria-expanded", "false")

    await keys.press("Enter")
    await keys.type("re")
    await expect(page.get_by_role("menuitem", name="Rename…")).to_be_focused()
    await keys.press("Enter")
    await expect(page.get_by_role("textbox", name="Title")).to_be_focused()
    await keys.type("By keyboard")  # over the old one, which is selected
    await keys.press("Enter")
    await expect(card(page, "By keyboard")).to_be_visible()
    menu = page.get_by_role("button", name="What to do with “By keyboard”")
    await expect(menu).to_be_focused()

    await keys.press("ArrowUp")
    await keys.press("ArrowUp")
    await expect(page.get_by_role("menuitem", name="Archive")).to_be_focused()
    await keys.press("Enter")
    await expect(card(page, "By keyboard")).to_have_count(0)
    await until(page, "desk.busy === 0")
    await focus("Undo")
    await keys.press("Enter")
    await expect(card(page, "By keyboard")).to_be_visible()
    await until(page, "desk.busy === 0")

    await menu.focus()
    await keys.press("Enter")
    await keys.type("dup")
    await keys.press("Enter")
    await expect(card(page, "Copy of By keyboard")).to_be_focused()
    await focus("What to do with “Copy of By keyboard”")
    await keys.press("ArrowUp")
    await keys.press("Enter")
    await expect(page.get_by_role("button", name="Keep it")).to_be_focused()
    await focus("Delete for good")
    await keys.press("Enter")
    await expect(card(page, "Copy of By keyboard")).to_have_count(0)
    await expect(card(page, "By keyboard")).to_be_focused()
    await until(page, "desk.busy === 0")
    assert set(await facts(page)) == {TITLE, "By keyboard"}


# -- for everyone


async def test_DK27_axe_finds_nothing(desk: tuple[Served, str], visit: Visits) -> None:
    """DK27: no violation, light and dark, in the list and in each dialog."""
    page = await entered(visit, desk[1])
    await page.evaluate("desk.make({ title: 'Another' })")
    await page.evaluate("desk.archive('another', true)")
    await page.get_by_label("Archived (1)").check()
    await expect(page.locator(".desk-card img")).to_have_count(2)
    assert await violations(page) == []
    await page.get_by_role("button", name=f"What to do with “{TITLE}”").click()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    await (await new(page)).get_by_role("button", name="Create").click()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    for action in ("Rename…", "Share…", "Delete…"):
        await choose(page, TITLE, action)
        await expect(page.get_by_role("dialog")).to_be_visible()
        assert await violations(page) == []
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)


async def test_DK27_on_a_phone_it_is_a_list_that_fits(
    desk: tuple[Served, str], visit: Visits
) -> None:
    page = await entered(visit, desk[1], **ON_PHONE)
    await page.evaluate("desk.make({ title: 'A'.repeat(180) })")
    await expect(page.locator(".desk-card")).to_have_count(2)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390
    small = await page.evaluate(
        """[...document.querySelectorAll("button, select, input[type=search], label")]
            .map((one) => [one.textContent, one.getBoundingClientRect()])
            .filter(([, box]) => box.width > 0 && box.height < 44).map(([text]) => text)"""
    )
    assert small == []
    first, second = [await one.bounding_box() for one in await page.locator(".desk-card").all()]
    assert first and second and second["y"] > first["y"] and first["x"] == second["x"]
    await new(page)
    assert await page.evaluate("document.documentElement.scrollWidth") == 390


async def test_DK28_what_comes_from_boards_is_text_and_never_markup(
    desk: tuple[Served, str], visit: Visits
) -> None:
    page = await entered(visit, desk[1])
    evil = "<img src=x onerror=document.title='owned'>"
    await page.evaluate("title => desk.make({ title })", evil)
    await expect(card(page, evil)).to_be_visible()
    await choose(page, evil, "Delete…")
    await expect(page.get_by_role("dialog")).to_contain_text(evil)
    assert await page.locator("img:not(.thumbnail img)").count() == 0
    assert "owned" not in await page.title()


async def test_DK29_who_has_no_boards_is_told_how_to_begin(
    desk: tuple[Served, str], visit: Visits
) -> None:
    """DK29: and a server all of whose boards were deleted starts again without any."""
    page = await entered(visit, desk[1])
    await choose(page, TITLE, "Delete…")
    await page.get_by_role("button", name="Delete for good").click()
    await expect(page.get_by_role("heading", name="No boards yet")).to_be_visible()
    await page.reload()
    await expect(page.get_by_role("heading", name="No boards yet")).to_be_visible()
    assert await violations(page, "light") == []
    await (await new(page)).get_by_role("textbox", name="Title").fill("The first")
    await page.keyboard.press("Enter")
    await expect(card(page, "The first")).to_be_focused()
