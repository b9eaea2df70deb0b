"""A whole workshop: Ada leads; Bo takes part with a mouse, Cy with a finger on a phone, and Dee by
the keyboard and the outline alone."""

import re
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.pages import (
    ON_PHONE,
    Visits,
    open_layers,
    open_outline,
    opened_to_edit,
    saved,
    until,
)
from tests.processes import Served

QUESTION = "What do we take up first?"
NOTES = """[...board.session.on].flatMap((layer) => board.session.model.nodesOf(layer))
    .filter(({ kind }) => kind === "sticky")"""
TEXTS = """[...board.session.layers.keys()].flatMap((layer) => board.session.model.nodesOf(layer))
    .filter(({ kind }) => kind === "sticky").map(({ text = [] }) => text.join(""))"""


def panel(page: Page) -> Locator:
    return page.locator("#workshop")


async def section(page: Page, id: str) -> Locator:
    """A part of the facilitator's panel, unfolded."""
    if not await panel(page).is_visible():
        await page.get_by_role("button", name="Workshop", exact=True).click()
    part = panel(page).locator(f"[data-section={id}]")
    heading = part.locator("h3 button")
    if await heading.get_attribute("aria-expanded") == "false":
        await heading.click()
    return part


def row(page: Page, title: str) -> Locator:
    return page.get_by_role("treeitem", name=re.compile(f"^{re.escape(title)}"))


async def heard(page: Page, words: str) -> None:
    """Wait until something was said to whoever listens to the page."""
    try:
        await until(page, "words => window.said.some((each) => each.includes(words))", words)
    except TimeoutError:
        raise AssertionError(await page.evaluate("window.said")) from None


async def tab_to(page: Page, there: str) -> None:
    """Press Tab until what has the focus is what is looked for; without a mouse one has to."""
    for _ in range(120):
        await page.keyboard.press("Tab")
        if await page.evaluate("there => document.activeElement.matches(there)", there):
            return
    raise AssertionError(f"Tab leads to no {there}")


async def joins(visit: Visits, served: Served, role: str, name: str, **context: Any) -> Page:
    """Somebody comes by a link; the key leaves the address."""
    page = await opened_to_edit(visit, served.links[role], name=name, **context)
    assert "k=" not in page.url
    return page


async def sees_only(page: Page, layer: str) -> None:
    await until(
        page,
        """title => board.session.shown.size === 1
            && board.layers.value.get([...board.session.shown][0])?.title === title""",
        layer,
    )


async def begins(ada: Page) -> None:
    """Ada makes a layer for ideas, shows it alone and leads."""
    await open_outline(ada)
    await row(ada, "Vision. Layer").focus()
    await ada.keyboard.press("Shift+Enter")
    await ada.keyboard.type("Ideas")
    await ada.keyboard.press("Enter")
    await expect(row(ada, "Ideas. Layer")).to_be_focused()
    await open_outline(ada)
    await (await section(ada, "stage")).get_by_role("button", name="Lead", exact=True).click()
    await open_layers(ada)
    await ada.locator("#layers").get_by_role("button", name="Only this: Ideas").click()


async def notes_are(page: Page, count: int) -> None:
    await until(page, f"count => {NOTES}.length === count", count)


async def test_a_whole_workshop_with_one_facilitator_and_three_participants(
    served: Served, visit: Visits
) -> None:
    """Joining, writing privately, revealing, clustering, voting, results, two scenes, leaving."""
    ada = await joins(visit, served, "facilitator", "Ada")
    bo = await joins(visit, served, "participant", "Bo")
    cy = await joins(visit, served, "participant", "Cy", **ON_PHONE)
    dee = await joins(visit, served, "participant", "Dee")
    everybody = (ada, bo, cy, dee)
    await dee.evaluate(
        """() => {
            window.said = [];
            board.announcer.spoken.subscribe((words) => { window.said.push(words); });
        }"""
    )
    await until(ada, "board.people.value.size === 4")
    await begins(ada)
    for page in everybody:
        await sees_only(page, "Ideas")

    await dee.keyboard.press("Tab")
    await expect(dee.get_by_role("link", name="Skip to the outline")).to_be_focused()
    await dee.keyboard.press("Enter")
    await expect(dee.locator("#outline-title")).to_be_focused()
    await expect(row(dee, "Ideas. Layer")).to_be_visible()

    # writing privately: by mouse, by finger, by keyboard
    private = await section(ada, "private")
    await private.get_by_label("Question").fill("What do we miss?")
    await private.get_by_label("Reveal into").select_option(label="Ideas")
    await private.get_by_role("button", name="Open private writing").click()
    write = "Write on: What do we miss?"
    await bo.get_by_role("button", name=write).click()
    await cy.get_by_role("button", name=write).tap()
    await heard(dee, "Private writing has begun: What do we miss?")
    await tab_to(dee, f"[aria-label='{write}']")
    await dee.keyboard.press("Enter")
    for page, words in ((bo, "More trees"), (cy, "Night buses"), (dee, "Benches")):
        field = page.get_by_role("textbox", name="Your answer to: What do we miss?")
        await expect(field).to_be_focused()
        await page.keyboard.type(words)
        await page.keyboard.press("Enter")
        await saved(page)
    await expect(private.get_by_text("3 stickies by 3 people")).to_be_visible()
    for page, words in ((ada, []), (bo, ["More trees"]), (cy, ["Night buses"]), (dee, ["Benches"])):
        assert await page.evaluate(TEXTS) == words
    await private.get_by_role("button", name="Reveal to everyone").click()
    await heard(dee, "What was written is revealed to everyone: What do we miss?")
    for page in everybody:
        await notes_are(page, 3)

    # building on it: in the outline
    await tab_to(dee, "[role=treeitem]")
    await dee.keyboard.type("ide")  # to the row that begins so
    await expect(dee.locator(":focus")).to_have_accessible_name(re.compile("^Ideas. Layer"))
    await dee.keyboard.press("Enter")
    await dee.keyboard.press("Shift+Tab")
    await dee.keyboard.press("s")
    await dee.keyboard.press("Tab")
    await dee.keyboard.type("Free water")
    await dee.keyboard.press("Enter")
    await expect(dee.locator(":focus")).to_have_accessible_name(re.compile("^Free water. Sticky"))
    for page in everybody:
        await notes_are(page, 4)

    # clustering, by keys
    await ada.locator(".canvas").focus()
    await ada.keyboard.press("Control+a")
    await until(ada, "board.selection.value.size === 4")
    await ada.keyboard.press("Shift+A")
    gather = ada.get_by_role("dialog", name="Gather")
    await gather.get_by_role("button", name="Sort into columns").click()
    await ada.keyboard.press("Shift+A")
    await gather.get_by_label("Name of the cluster").fill("Streets for all")
    await gather.get_by_role("button", name="Frame around them").click()
    await expect(row(dee, "Streets for all. Frame")).to_be_visible()

    # voting: two votes for each
    voting = await section(ada, "voting")
    await voting.get_by_label("Question").fill(QUESTION)
    await voting.get_by_label("On what").select_option(label="Layer: Ideas")
    await voting.get_by_label("Votes for each person").fill("2")
    await voting.get_by_role("button", name="Open the round").click()
    await heard(dee, f"Voting has begun: {QUESTION} You have 2 votes.")
    await bo.evaluate("board.fit()")
    for title in ("More trees", "Night buses"):
        await bo.get_by_role("button", name=f"Vote for {title}").click()
    await cy.locator(".votes-sign").get_by_role("button", name="List").tap()
    for title in ("Benches", "Night buses"):
        await cy.locator("#votes").get_by_role("button", name=f"Vote for {title}").tap()
    await row(dee, "Night buses").focus()
    await expect(dee.locator(":focus")).to_have_accessible_name(re.compile("Not voted for$"))
    await dee.keyboard.press("Tab")
    await expect(dee.locator(":focus")).to_have_accessible_name(re.compile("^Vote for Night buses"))
    await dee.keyboard.press("Enter")
    await heard(dee, "Voted for Night buses. 1 vote left.")
    await expect(voting).to_contain_text("3 people of 4 here voted")
    for page in everybody:  # hidden until the end
        await expect(page.locator(".vote-count")).to_have_count(0)
    await voting.get_by_role("button", name="Close the round").click()

    # results: the same for everybody, and in words for who reads the outline
    await heard(dee, f"Voting has ended: {QUESTION}")
    for page in everybody:
        sign = page.locator(".votes-sign")
        await expect(sign).to_contain_text(f"Voted: {QUESTION}")
    await tab_to(dee, ".votes-sign button")
    await dee.keyboard.press("Enter")
    await expect(dee.get_by_role("heading", name="Results of votes")).to_be_focused()
    results = dee.locator("#votes tbody tr")
    await expect(results).to_have_count(3)
    await expect(results.first).to_contain_text(re.compile(r"Night buses.*3"))

    # two scenes, presented: on the canvas for two, in words for the third
    scenes = await section(ada, "scenes")
    form = ada.get_by_role("form", name="Title, note and description")
    for title, layer in (("What we found", "Ideas"), ("The vision", "Vision")):
        await ada.locator("#layers").get_by_role("button", name=f"Only this: {layer}").click()
        await scenes.get_by_role("button", name="Add what is seen now").click()
        await form.get_by_label("Title", exact=True).fill(title)
        await form.get_by_label("Description, read out").fill(f"{title}, in words.")
        await form.get_by_role("button", name="Save").click()
        await expect(scenes.locator("[data-scene]").last).to_contain_text(title)
    await saved(ada)
    await scenes.get_by_role("button", name="Present").click()
    presenting = ada.locator(".presenting")
    for at, (title, layer) in enumerate((("What we found", "Ideas"), ("The vision", "Vision")), 1):
        for page in everybody:
            await sees_only(page, layer)
        for page in (bo, cy, dee):
            await expect(page.get_by_role("group", name="Now")).to_contain_text(f"{at} of 2{title}")
        await heard(dee, f"Scene {at} of 2: {title}. {title}, in words.")
        if at == 1:
            await presenting.get_by_role("button", name="Next").click()
    await ada.keyboard.press("Escape")
    await expect(presenting).to_have_count(0)
    leading = await section(ada, "stage")
    await leading.get_by_role("button", name="Stop leading").click()

    # leaving
    for page in (bo, cy, dee):
        await page.close()
    await until(ada, "board.people.value.size === 1")
