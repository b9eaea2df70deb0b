"""Private rounds in the page: people write alone, by mouse, by finger, and by keyboard with the
outline open; those who lead see how much; then all of it is shown at once."""

from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.pages import (
    ON_PHONE,
    Visits,
    open_outline,
    opened_to_edit,
    saved,
    small,
    until,
    violations,
)
from tests.processes import Served

TEXTS = """() => [...board.session.layers.keys()]
    .flatMap((layer) => board.session.model.nodesOf(layer))
    .map(({ text }) => (text ?? []).join(""))"""


async def answers(page: Page) -> None:
    """An empty layer that all see, and nothing else."""
    await page.evaluate(
        """() => {
            const { session } = board;
            const layer = session.fresh();
            session.wire.submit([
                { op: "layer.create", id: layer, color: "amber",
                  text: { title: { en: "Answers" } } },
                { op: "stage.drive", layers: Object.fromEntries(
                    [...session.layers.keys(), layer].map((id) => [id, id === layer])) },
                { op: "stage.set", open: true },
            ]);
            session.setActive(layer);
        }"""
    )
    await saved(page)
    await until(page, "board.on.value.size === 1")


def section(page: Page) -> Any:
    return page.locator("#workshop [data-section=private]")


async def begin(page: Page, question: str = "What do we miss?") -> None:
    """Open a private round by the facilitator's panel."""
    await page.get_by_role("button", name="Workshop", exact=True).click()
    await section(page).get_by_role("button", name="Private writing", exact=True).click()
    await section(page).get_by_role("button", name="Open private writing").click()
    await expect(section(page).get_by_role("alert")).to_be_visible()  # it needs a question
    await section(page).get_by_label("Question").fill(question)
    await section(page).get_by_label("Reveal into").select_option(label="Answers")
    await section(page).get_by_role("button", name="Open private writing").click()
    await expect(section(page).get_by_text("Nothing is written yet")).to_be_visible()


def field(page: Page) -> Any:
    return page.get_by_role("textbox", name="Your answer to: What do we miss?")


async def tab_to(page: Page, name: str) -> None:
    """Go to a button by the keyboard alone."""
    for _ in range(120):
        await page.keyboard.press("Tab")
        if await page.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            return
    raise AssertionError(f"{name} cannot be reached")


async def write(page: Page, *texts: str) -> None:
    for text in texts:
        await field(page).fill(text)
        await field(page).press("Enter")
    await saved(page)


async def holds(page: Page) -> list[str]:
    """The texts of all stickies that a page knows of."""
    return [text for text in await page.evaluate(TEXTS) if "alone-" in text]


@pytest.mark.parametrize("named", [False, True])
async def test_PW10_each_writes_alone_and_all_is_revealed_at_once(
    served: Served, visit: Visits, named: bool
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"], name="Ada")
    await answers(ada)
    bo = await opened_to_edit(visit, served.links["participant"], name="Bo")
    cy = await opened_to_edit(visit, served.links["participant"], name="Cy")
    await begin(ada)

    await bo.get_by_role("button", name="Write on: What do we miss?").click()
    await expect(field(bo)).to_be_focused()
    await write(bo, "alone-one")
    await field(bo).fill("alone-two")
    await bo.get_by_role("button", name="Add", exact=True).click()
    await expect(field(bo)).to_be_focused()  # for the next one
    await saved(bo)
    await expect(bo.locator(".private-mine")).to_have_text(
        "2 stickies of yours · only you see them"
    )

    await open_outline(cy)  # by the keyboard from here on
    await tab_to(cy, "Write on: What do we miss?")
    await cy.keyboard.press("Enter")
    await expect(field(cy)).to_be_focused()
    await cy.keyboard.type("alone-three")
    await cy.keyboard.press("Enter")
    await saved(cy)
    await expect(cy.locator("#outline")).to_contain_text("alone-three")

    await expect(section(ada).get_by_text("3 stickies by 2 people")).to_be_visible()
    assert await holds(ada) == []
    assert sorted(await holds(bo)) == ["alone-one", "alone-two"]
    assert await holds(cy) == ["alone-three"]
    assert "alone-" not in await ada.content()

    await cy.reload()  # what is written stays, and stays one's own
    await expect(cy.locator(".private-mine")).to_have_text("1 sticky of yours · only you see them")
    if named:
        await section(ada).get_by_label("With names").check()
        await section(ada).get_by_label("Order").select_option(label="by author")
    await section(ada).get_by_role("button", name="Reveal to everyone").click()
    for page in (ada, bo, cy):
        await until(page, f"({TEXTS})().filter((text) => text.includes('alone-')).length === 3")
        assert not await page.evaluate(
            "[...board.session.layers.values()].some((layer) => layer.private)"
        )
    ids: list[str] = await ada.evaluate(
        """() => [...board.session.layers.keys()]
            .flatMap((layer) => board.session.model.nodesOf(layer))
            .filter(({ text }) => (text ?? []).join("").includes("alone-"))
            .map(({ id, tags }) => `${id} ${(tags ?? []).join(" ")}`)"""
    )
    if named:
        assert sorted(each.split(" ")[1] for each in ids) == ["Bo", "Bo", "Cy"]
    else:
        assert all(each.startswith("revealed-") for each in ids), ids
    await expect(bo.locator(".toast")).to_contain_text("What was written is revealed to everyone")
    await expect(bo.locator(".private-sign")).to_have_count(0)


async def test_PW10_ended_without_revealing_nothing_is_left(served: Served, visit: Visits) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"], name="Ada")
    await answers(ada)
    bo = await opened_to_edit(visit, served.links["participant"], name="Bo")
    await begin(ada)
    await bo.get_by_role("button", name="Write on: What do we miss?").click()
    await write(bo, "alone-one")
    await field(bo).fill("half a thought")
    await section(ada).get_by_role("button", name="End without revealing").click()
    assert await bo.locator(".private-sign").count() == 1  # it is asked for once more
    await section(ada).get_by_role("button", name="Really end without revealing?").click()
    await expect(bo.locator(".private-sign")).to_have_count(0)
    # the field has gone with what was typed in it
    await expect(bo.locator(".toast")).to_contain_text("before you added: “half a thought”")
    await expect(bo.locator(".canvas")).to_be_focused()
    await until(bo, f"({TEXTS})().every((text) => !text.includes('alone-'))")


async def test_PW10_who_comes_too_late_for_a_round_enters_the_next_one(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"], name="Ada")
    await answers(ada)
    bo = await opened_to_edit(visit, served.links["participant"], name="Bo")
    await begin(ada)
    press = bo.get_by_role("button", name="Write on: What do we miss?")
    await expect(press).to_be_visible()
    # it is pressed, and does not reach the server before the round has ended
    await bo.evaluate("board.session.wire.say = new Proxy(board.session.wire.say, { apply() {} })")
    await press.click()
    await section(ada).get_by_role("button", name="End without revealing").click()
    await section(ada).get_by_role("button", name="Really end without revealing?").click()
    await section(ada).get_by_label("Question").fill("What do we miss?")
    await section(ada).get_by_role("button", name="Open private writing").click()
    await expect(section(ada).get_by_text("Nothing is written yet")).to_be_visible()
    await bo.evaluate("delete board.session.wire.say; board.session.wire.start()")
    await until(bo, "board.status.value.kind === 'live' && board.ready.value")
    await saved(bo)
    await press.click()
    await expect(field(bo)).to_be_focused()
    await write(bo, "alone-late")
    await expect(section(ada).get_by_text("1 sticky by 1 person")).to_be_visible()


async def test_PW10_the_sign_and_the_panel_are_accessible(
    served: Served, visit: Visits
) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"], name="Ada")
    await answers(ada)
    bo = await opened_to_edit(visit, served.links["participant"], name="Bo", **ON_PHONE)
    await begin(ada)
    await bo.get_by_role("button", name="Write on: What do we miss?").tap()
    await write(bo, "alone-one")
    for page in (ada, bo):
        assert await violations(page) == []
    assert await small(ada, 24) == []
    assert await small(bo, 44) == []


async def test_PW10_what_was_pressed_twice_is_done_once(served: Served, visit: Visits) -> None:
    ada = await opened_to_edit(visit, served.links["facilitator"])
    await answers(ada)
    await ada.get_by_role("button", name="Workshop", exact=True).click()
    await section(ada).get_by_role("button", name="Private writing", exact=True).click()
    await section(ada).get_by_label("Question").fill("What do we miss?")
    await section(ada).get_by_role("button", name="Open private writing").dblclick()
    await expect(section(ada).get_by_text("Nothing is written yet")).to_be_visible()
    await saved(ada)
    assert await ada.evaluate("board.toasts.value.length") == 0
    await ada.locator(".private-sign").get_by_role("button", name="Write on").dblclick()
    await expect(field(ada)).to_be_focused()
    await saved(ada)
    assert await ada.evaluate("board.toasts.value.length") == 0
