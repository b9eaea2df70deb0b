"""Comments, as people write, read, find and resolve them, each in a page of their own."""

from typing import Any

from playwright.async_api import Page, expect

from tests.browser.pages import (
    ON_PHONE,
    Visits,
    editable,
    open_outline,
    opened,
    saved,
    until,
    violations,
)
from tests.processes import Served

TITLE = "Urban equality"


async def talker(visit: Visits, address: str, name: str, **context: Any) -> Page:
    page = await editable(await opened(visit, address, name=name, **context))
    await until(page, "board.comments.value !== null")
    return page


async def node(page: Page, title: str = TITLE) -> str:
    found = await page.evaluate(
        """title => [...board.session.on].flatMap((layer) => board.session.model.nodesOf(layer))
            .find((node) => node.title.join("").trim() === title).id""",
        title,
    )
    return str(found)


async def say(page: Page, words: str) -> None:
    """Type into the field that has the focus, and send it."""
    await expect(page.locator("textarea:focus")).to_be_visible()
    await page.keyboard.type(words)
    await page.keyboard.press("Control+Enter")
    await saved(page)


def talk(page: Page) -> Any:
    return page.locator(".talk")


def pins(page: Page) -> Any:
    return page.locator("button.pin:visible")


async def test_TK9_a_thread_is_begun_on_a_node_answered_resolved_and_opened_again(
    served: Served, visit: Visits
) -> None:
    """TK3, TK7, TK8: what Ada asks is unread for Ben, who is mentioned; each changes their own."""
    ada = await talker(visit, served.links["participant"], "Ada")
    ben = await talker(visit, served.links["participant"], "Ben")
    await until(ada, "board.people.value.size === 2")
    await ada.evaluate("id => board.select(id, true)", await node(ada))
    await ada.locator(".canvas").focus()
    await ada.keyboard.press("m")
    await expect(talk(ada).get_by_role("heading", name=TITLE)).to_be_visible()
    await ada.keyboard.type("Who pays, @be")
    await expect(talk(ada).get_by_role("option", name="Ben")).to_be_visible()
    await ada.keyboard.press("Enter")
    await say(ada, "?")
    await expect(talk(ada).get_by_text("Who pays, @Ben ?")).to_be_visible()
    await expect(talk(ada).locator(".mention")).to_have_text("@Ben")

    await expect(ben.get_by_role("button", name="Comments, 1 unread")).to_be_visible()
    await expect(pins(ben)).to_have_count(1)
    await expect(pins(ben)).to_have_attribute("aria-label", f"1 thread on {TITLE}, 1 unread")
    await ben.get_by_role("button", name="Show", exact=True).click()
    await expect(talk(ben).get_by_text("unread", exact=True)).to_be_visible()
    await expect(talk(ben).get_by_role("button", name="Change")).to_have_count(0)
    await expect(talk(ben).get_by_role("button", name="Remove")).to_have_count(0)
    await expect(talk(ben).get_by_role("button", name="Resolve")).to_have_count(0)
    await expect(ben.get_by_role("button", name="Comments", exact=True)).to_be_visible()
    await talk(ben).get_by_label("Answer to Ada").click()
    await say(ben, "The city.")
    answer = talk(ada).locator(".said.answer")
    await expect(answer.get_by_text("The city.")).to_be_visible()

    await talk(ada).get_by_role("button", name="Change").click()
    await ada.keyboard.press("Control+A")
    await say(ada, "Who pays for it?")
    await expect(talk(ben).get_by_text("Who pays for it?")).to_be_visible()
    await talk(ada).get_by_role("button", name="Resolve").click()
    await saved(ada)
    await expect(talk(ben).get_by_text("The thread is resolved.")).to_be_visible()
    await expect(talk(ben).get_by_label("Answer to Ada")).to_have_count(0)
    await ben.keyboard.press("Escape")
    await expect(pins(ben)).to_have_count(0)
    await talk(ada).get_by_role("button", name="Open again").click()
    await saved(ada)
    await expect(pins(ben)).to_have_count(1)

    await talk(ada).get_by_role("button", name="Remove").click()
    await talk(ada).get_by_role("alert").get_by_role("button", name="Remove").click()
    await saved(ada)
    await expect(pins(ben)).to_have_count(0)
    await ada.get_by_role("button", name="Undo", exact=True).last.click()
    await saved(ada)
    await expect(pins(ben)).to_have_count(1)
    await pins(ben).click()
    await expect(talk(ben).get_by_text("The city.")).to_be_visible()


async def test_TK9_a_place_is_commented_on_by_pointer_and_by_keyboard(
    served: Served, visit: Visits
) -> None:
    page = await talker(visit, served.links["participant"], "Ada")
    await page.locator(".canvas").focus()
    await page.keyboard.press("m")
    await page.keyboard.press("Escape")
    await expect(page.locator(".pin-aim")).to_have_count(0)
    await page.keyboard.press("m")
    await page.mouse.click(30, 400)
    await say(page, "By pointer")
    await page.keyboard.press("Escape")
    await page.locator(".canvas").focus()
    await page.keyboard.press("m")
    await page.keyboard.press("Enter")
    await say(page, "By keyboard")
    await page.keyboard.press("Escape")
    await expect(pins(page)).to_have_count(2)
    places = await page.evaluate(
        """[...board.comments.value.threads.value].map(({ first: { shape } }) =>
            [shape.text, ...board.canvas.camera.toWindow(shape.x ?? 0, shape.y ?? 0)])"""
    )
    (_, x, y), (_, *middle) = sorted(places, key=lambda place: place[0] != "By pointer")
    assert abs(x - 30) < 2 and abs(y - 400) < 2
    assert 300 < middle[0] < 980 and 200 < middle[1] < 600


async def test_TK10_the_list_has_what_is_unread_first_and_brings_it_into_view(
    served: Served, visit: Visits
) -> None:
    ada = await talker(visit, served.links["facilitator"], "Ada")
    ben = await talker(visit, served.links["participant"], "Ben")
    for title, words in ((TITLE, "First"), ("Kick-off", "Second")):
        await ben.evaluate("id => board.comments.value.at({ node: id })", await node(ben, title))
        await say(ben, words)
        await ben.keyboard.press("Escape")
    await expect(ada.get_by_role("button", name="Comments, 2 unread")).to_be_visible()
    await ada.locator(".canvas").focus()
    await ada.keyboard.press("Shift+C")
    lines = ada.locator(".comments-line")
    await expect(lines).to_have_count(2)
    await expect(lines.first).to_contain_text("Second")
    await ada.evaluate("board.canvas.showViewport([90000, 90000, 800, 600])")
    await lines.last.focus()
    await ada.keyboard.press("Enter")
    await expect(talk(ada).get_by_role("heading", name=TITLE)).to_be_visible()
    await expect(ada.locator("article:focus")).to_be_visible()
    await until(ada, "id => board.selected.value === id", await node(ada))
    await talk(ada).get_by_role("button", name="Resolve").click()
    await ada.keyboard.press("Escape")
    await expect(lines).to_have_count(1)
    await ada.get_by_role("button", name="Resolved", exact=True).click()
    await expect(lines.first).to_contain_text("First")
    await ada.get_by_role("button", name="Mark all as read").click()
    await ada.keyboard.press("Escape")
    await expect(ada.get_by_role("button", name="Comments", exact=True)).to_be_focused()
    await ada.reload()
    await until(ada, "board.comments?.value?.threads.value.length === 2")
    await expect(ada.get_by_role("button", name="Comments", exact=True)).to_be_visible()
    await until(ada, "board.comments.value.unread.value.size === 0")


async def test_TK11_a_row_of_the_outline_offers_its_comments_by_keyboard(
    served: Served, visit: Visits
) -> None:
    page = await talker(visit, served.links["participant"], "Ada")
    id = await node(page)
    await open_outline(page)
    await page.evaluate("id => board.select(id, false)", id)
    row = page.locator(f'[data-key="node/{id}"]')
    await row.focus()
    await page.keyboard.press("Alt+k")
    await say(page, "Said in the outline")
    await page.keyboard.press("Escape")
    await expect(row).to_be_focused()
    label = "1 thread of comments"
    assert label in str(await row.get_attribute("aria-label"))
    await row.get_by_role("button", name=label).click()
    await expect(talk(page).get_by_text("Said in the outline")).to_be_visible()
    await talk(page).get_by_label("Answer to Ada").click()
    await say(page, "And answered")
    await page.keyboard.press("Escape")
    await expect(row.get_by_role("button", name=label)).to_be_focused()


async def test_TK12_who_only_looks_reads_comments_and_finds_them(
    served: Served, visit: Visits
) -> None:
    viewer = await opened(visit, served.links["viewer"])
    assert await viewer.evaluate("board.comments.value === null")
    ben = await talker(visit, served.links["participant"], "Ben")
    await ben.evaluate("id => board.comments.value.at({ node: id })", await node(ben))
    await say(ben, "A remark about ferries")
    await expect(pins(viewer)).to_have_count(1)
    await pins(viewer).click()
    await expect(talk(viewer).get_by_text("A remark about ferries")).to_be_visible()
    await expect(talk(viewer).locator("textarea")).to_have_count(0)
    await viewer.keyboard.press("Escape")
    await viewer.locator(".canvas").focus()
    await viewer.keyboard.press("/")
    await viewer.locator(".find-input").fill("ferries")
    await expect(viewer.locator(".hit")).to_have_count(1)
    await viewer.keyboard.press("Enter")
    await expect(talk(viewer).get_by_text("A remark about ferries")).to_be_visible()
    await expect(viewer.locator(".find-input")).to_be_focused()


async def test_TK13_who_removes_by_keyboard_is_asked_where_the_focus_is(
    served: Served, visit: Visits
) -> None:
    ada = await talker(visit, served.links["participant"], "Ada")
    await ada.evaluate("id => board.select(id, true)", await node(ada))
    await ada.locator(".canvas").focus()
    await ada.keyboard.press("m")
    await say(ada, "Who pays?")
    asked = talk(ada).get_by_role("alert")
    await talk(ada).get_by_role("button", name="Remove").press("Enter")
    await expect(asked.get_by_role("button", name="Remove")).to_be_focused()
    await asked.get_by_role("button", name="Cancel").press("Enter")
    await expect(asked).to_have_count(0)
    await expect(talk(ada).get_by_role("article")).to_be_focused()



async def test_TK13_axe_finds_nothing_on_a_laptop_and_on_a_phone(
    served: Served, visit: Visits
) -> None:
    ada = await talker(visit, served.links["facilitator"], "Ada")
    ben = await talker(visit, served.links["participant"], "Ben", **ON_PHONE)
    await until(ben, "board.people.value.size === 2")
    await ada.evaluate("id => board.comments.value.at({ node: id })", await node(ada))
    await say(ada, "Is this so, @Ben?")
    await ben.locator(".comments-button").click()
    await expect(ben.locator(".comments-line")).to_have_count(1)
    assert await violations(ben) == []
    await ben.locator(".comments-line").click()
    await talk(ben).get_by_label("Answer to Ada").fill("Yes, @A")
    assert await violations(ben) == []
    await ada.keyboard.press("Shift+C")
    assert await violations(ada) == []
    sizes = await ben.evaluate(
        """[...document.querySelectorAll(".talk button, .comments-button")]
            .filter((each) => each.offsetWidth > 0)
            .map((each) => [each.textContent, each.offsetWidth, each.offsetHeight])
            .filter(([, wide, high]) => wide < 44 || high < 44)"""
    )
    assert sizes == []
