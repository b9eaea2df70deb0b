"""The panel of layers as an editor: by menu, by keys and by a drag."""

import re
from typing import Any

from playwright.async_api import Locator, Page, expect

from board.limits import TITLE_CHARS_MAX
from tests.browser.pages import (
    ON_PHONE,
    Visits,
    finger,
    open_layers,
    opened,
    opened_to_edit,
    saved,
    until,
    violations,
)
from tests.processes import Served


async def arranging(visit: Visits, address: str, **context: Any) -> Page:
    """A page of somebody who may write, with the panel of layers open."""
    page = await opened_to_edit(visit, address, **context)
    await open_layers(page)
    await until(page, "board.editor.value.panels.value !== null")
    return page


def row(page: Page, layer: str) -> Locator:
    return page.locator(f'#layers [data-row="{layer}"]')


async def menu(page: Page, layer: str, entry: str) -> None:
    """Choose an entry of a layer's menu, by the words that it begins with."""
    await row(page, layer).hover()
    await row(page, layer).locator(".row-menu").click()
    await page.locator(".menu-choice", has_text=re.compile(f"^{re.escape(entry)}")).first.click()


async def order(page: Page, parent: str | None = None) -> list[str]:
    """The layers under a parent, as the page has them."""
    found = await page.evaluate(
        """parent => [...board.session.layers.values()].filter((layer) => layer.parent === parent)
            .sort((a, b) => a.key < b.key ? -1 : 1).map(({ id }) => id)""",
        parent,
    )
    return list(found)


async def by_title(page: Page, title: str) -> str:
    find = "title => [...board.session.layers.values()].find((one) => one.title === title)?.id"
    await until(page, find, title)
    return str(await page.evaluate(find, title))


async def test_LP1_where_new_things_land_is_chosen_here(served: Served, visit: Visits) -> None:
    """LP1: by who may write; and only facilitators are offered what changes layers."""
    page = await arranging(visit, served.links["participant"])
    await expect(page.get_by_label("New things land in", exact=True)).to_have_value("vision")
    await expect(row(page, "vision").locator(".landing-sign")).to_be_visible()
    await page.get_by_label("New things land in", exact=True).select_option("focus")
    await until(page, "board.session.active === 'focus'")
    await expect(row(page, "focus").locator(".landing-sign")).to_be_visible()
    await menu(page, "pillars", "Put new things here")
    await until(page, "board.session.active === 'pillars'")
    assert await page.get_by_role("button", name="New layer").count() == 0
    await row(page, "focus").locator(".row-menu").click()
    await expect(page.locator(".menu-choice .menu-words")).to_have_text(
        ["Put new things here", "Only this", "Select all in it"]
    )
    await page.keyboard.press("Escape")
    await row(page, "focus").locator("input").focus()
    before = await order(page)
    await page.keyboard.press("Alt+ArrowDown")
    await page.keyboard.press("F2")
    assert await order(page) == before
    assert await page.locator(".edit-form").count() == 0
    viewer = await opened(visit, served.board)
    await open_layers(viewer)
    assert await viewer.locator(".row-menu").count() == 0


async def test_LP2_layers_are_made_renamed_and_set(served: Served, visit: Visits) -> None:
    """LP2: a layer and a group, a new title in place, colour, opacity and visibility in one step;
    others see it, and it is taken back as one."""
    page = await arranging(visit, served.links["facilitator"])
    other = await opened(visit, served.links["participant"])
    await page.get_by_role("button", name="New group").click()
    await page.keyboard.type("Plans")
    await page.keyboard.press("Enter")
    group = await by_title(page, "Plans")
    await expect(row(page, group).locator("input[type=checkbox]")).to_be_focused()
    await page.get_by_role("button", name="New layer").click()
    await page.keyboard.type("Drafts")
    await page.keyboard.press("Enter")
    layer = await by_title(other, "Drafts")
    await until(page, "id => board.session.active === id", layer)

    await row(page, layer).locator("input[type=checkbox]").focus()
    await page.keyboard.press("F2")
    await page.keyboard.press("Control+a")
    await page.keyboard.type("Sketches")
    await page.keyboard.press("Enter")
    assert await by_title(other, "Sketches") == layer
    await expect(row(page, layer).locator("input[type=checkbox]")).to_be_focused()

    await menu(page, layer, "Colour, visibility and rights")
    form = page.locator(".edit-form")
    await form.locator(".colour", has_text="Green").click()
    await expect(row(page, layer).locator(".swatch")).to_have_attribute("data-color", "green")
    await form.get_by_label("Opacity").fill("0.5")
    await form.get_by_label("Shown when the board opens").uncheck()
    seen = await form.get_by_label("Who may change all of it").locator("option").all_text_contents()
    assert seen == ["Participants", "Facilitators"]  # no role above one's own
    await form.get_by_label("Who may change all of it").select_option("facilitator")
    assert await other.evaluate("id => board.session.layers.get(id).color", layer) == "slate"
    await form.get_by_role("button", name="Save").click()
    await until(
        other,
        """id => {
            const { color, opacity, published, write } = board.session.layers.get(id);
            return color === "green" && opacity === 0.5 && !published && write === "facilitator";
        }""",
        layer,
    )
    await page.evaluate("board.session.undo()")
    await until(
        other,
        """id => {
            const { color, opacity, published, write } = board.session.layers.get(id);
            return color === "slate" && opacity === undefined && published && write === undefined;
        }""",
        layer,
    )
    # what is only looked at is not kept
    await menu(page, layer, "Colour, visibility and rights")
    await form.locator(".colour", has_text="Red").click()
    await page.keyboard.press("Escape")
    await expect(row(page, layer).locator(".swatch")).to_have_attribute("data-color", "slate")


async def test_LP3_a_layer_is_ordered_and_nested_by_keys(served: Served, visit: Visits) -> None:
    """LP3: Alt and arrows; the focus goes with it, and its place is said."""
    page = await arranging(visit, served.links["facilitator"])
    before = await order(page)
    at = before.index("members")
    above = before[at - 1]
    switch = row(page, above).locator("input[type=checkbox]")
    await switch.focus()
    await page.keyboard.press("Alt+ArrowUp")
    assert (await order(page)).index(above) == at - 2
    await expect(switch).to_be_focused()
    await expect(page.locator(".board > [role=status]")).to_contain_text(
        f"{at - 1} of {len(before)}."
    )
    await page.keyboard.press("Alt+ArrowDown")
    assert await order(page) == before
    await page.keyboard.press("Alt+ArrowRight")
    assert (await order(page, "members"))[0] == above
    await expect(switch).to_be_focused()
    await page.keyboard.press("Alt+ArrowLeft")
    assert above not in await order(page, "members")
    await expect(switch).to_be_focused()
    await saved(page)
    other = await opened(visit, served.links["viewer"])
    assert await order(other) == await order(page)
    # a locked group takes nothing
    await menu(page, "members", "Lock")
    await saved(page)
    places = await order(page)
    await row(page, places[places.index("members") - 1]).locator("input[type=checkbox]").focus()
    await page.keyboard.press("Alt+ArrowRight")
    assert await order(page) == places


async def middle(one: Locator) -> tuple[float, float, float]:
    box = await one.bounding_box()
    assert box is not None
    return box["x"], box["y"], box["height"]


async def test_LP4_a_finger_scrolls_and_drags_after_resting(served: Served, visit: Visits) -> None:
    """LP4: on a phone; a layer that is held at the end of the list scrolls it, and a finger that
    is taken away by the system drops nothing."""
    page = await arranging(visit, served.links["facilitator"], **ON_PHONE)
    touch = await finger(page)
    body = page.locator("#layers .panel-body")
    scrolled = "body => body.scrollTop"
    before = await order(page)
    line = page.locator(".drop-line")

    async def swipe(start: tuple[float, float], end: tuple[float, float], rest_ms: int) -> None:
        await touch("touchStart", start)
        await page.wait_for_timeout(rest_ms)
        for part in (0.2, 0.4, 0.6, 0.8, 1):
            x, y = (a + (b - a) * part for a, b in zip(start, end, strict=True))
            await touch("touchMove", (x, y))
            await page.wait_for_timeout(20)

    # at once: it scrolls
    x, y, height = await middle(row(page, "themes").locator(".row-title"))
    start = (x + 10, y + height / 2)
    await swipe(start, (start[0], start[1] - 90), 0)
    await touch("touchEnd")
    await page.wait_for_timeout(300)
    assert await body.evaluate(scrolled) > 30
    assert await order(page) == before

    # after resting: it drags, and scrolls nothing
    await body.evaluate("body => body.scrollTop = 0")
    _, to, _ = await middle(row(page, "vision"))
    await swipe(start, (start[0], to + 4), 500)
    await expect(line).to_be_visible()
    await touch("touchCancel")
    await expect(line).to_have_count(0)
    assert await order(page) == before
    await swipe(start, (start[0], to + 4), 500)
    await touch("touchEnd")
    await expect(line).to_have_count(0)
    assert (await order(page))[:2] == ["themes", "vision"]
    assert await body.evaluate(scrolled) == 0
    assert await page.evaluate("getSelection().isCollapsed")
    await expect(page.locator(".menu")).to_have_count(0)

    # held at the end of the list, which goes on
    box = await body.bounding_box()
    assert box is not None
    x, y, height = await middle(row(page, "themes").locator(".row-title"))
    start = (x + 10, y + height / 2)
    await swipe(start, (start[0], box["y"] + box["height"] - 6), 500)
    await until(
        page,
        """(() => {
            const body = document.querySelector("#layers .panel-body");
            return body.scrollTop + body.clientHeight >= body.scrollHeight - 1;
        })()""",
    )
    await touch("touchEnd")
    assert (await order(page))[-1] == "themes"
    await saved(page)


async def test_LP4_a_layer_is_dragged_to_its_place(served: Served, visit: Visits) -> None:
    """LP4: a line shows where it lands, deeper when it is held to the right; Escape drops nothing,
    and the release switches no layer."""
    page = await arranging(visit, served.links["facilitator"])
    before = await order(page)
    on = set(await page.evaluate("[...board.session.on]"))
    x, y, height = await middle(row(page, "themes").locator(".row-title"))
    _, to, _ = await middle(row(page, "vision"))
    await page.mouse.move(x + 10, y + height / 2)
    await page.mouse.down()
    await page.mouse.move(x + 12, y - 10, steps=4)
    await page.mouse.move(x + 10, to + 4, steps=6)
    line = page.locator(".drop-line")
    await expect(line).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(line).to_have_count(0)
    await page.mouse.up()
    assert await order(page) == before

    await page.mouse.move(x + 10, y + height / 2)
    await page.mouse.down()
    await page.mouse.move(x + 12, y - 10, steps=4)
    await page.mouse.move(x + 10, to + 4, steps=6)
    await page.mouse.up()
    await expect(line).to_have_count(0)
    assert (await order(page))[:2] == ["themes", "vision"]
    assert set(await page.evaluate("[...board.session.on]")) == on

    # into a group: between two of its layers
    first, second = (await order(page, "members"))[:2]
    await row(page, first).scroll_into_view_if_needed()
    x, y, height = await middle(row(page, "themes").locator(".row-title"))
    _, to, tall = await middle(row(page, second))
    await page.mouse.move(x + 10, y + height / 2)
    await page.mouse.down()
    await page.mouse.move(x + 14, y + 30, steps=4)
    await page.mouse.move(x + 40, to + 2, steps=6)
    await page.mouse.up()
    assert (await order(page, "members"))[:3] == [first, "themes", second], tall
    await page.evaluate("board.session.undo()")
    assert (await order(page))[:2] == ["themes", "vision"]


async def test_LP5_a_layer_is_copied_with_what_is_in_it(served: Served, visit: Visits) -> None:
    """LP5: its nodes and their relations are there twice, and lie on nothing."""
    page = await arranging(visit, served.links["facilitator"])
    await menu(page, "pillars", "Duplicate")
    copy = await by_title(page, "Pillars (copy)")
    await saved(page)
    overlaps = await page.evaluate(
        """copy => {
            const { model, on } = board.session;
            const others = [...on].filter((id) => id !== copy).flatMap((id) => model.nodesOf(id));
            return model.nodesOf(copy).filter((a) => others.some((b) => a.x < b.x + b.w &&
                b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h)).length;
        }""",
        copy,
    )
    assert overlaps == 0
    said = """id => board.session.model.nodesOf(id).map(({ title }) => title.join(""))"""
    assert await page.evaluate(said, copy) == await page.evaluate(said, "pillars")
    layers = await order(page)
    assert layers.index(copy) == layers.index("pillars") + 1


async def test_LP5_the_title_of_a_copy_is_no_longer_than_a_title_may_be(
    served: Served, visit: Visits
) -> None:
    page = await arranging(visit, served.links["facilitator"])
    title = "x" * TITLE_CHARS_MAX
    await page.evaluate("title => board.session.setText('layer', 'pillars', 'title', title)", title)
    await saved(page)
    await menu(page, "pillars", "Duplicate")
    await saved(page)
    assert await page.evaluate("board.session.unsaved.length") == 0
    titled = "title => [...board.session.layers.values()].filter((each) => each.title === title)"
    assert len(await page.evaluate(titled, title)) == 2


async def test_LP6_deleting_asks_what_becomes_of_the_content(served: Served, visit: Visits) -> None:
    """LP6: moved first, or gone with it; merged; and one step brings all back. What has not come is
    not moved."""
    page = await arranging(visit, served.links["facilitator"])
    other = await opened(visit, served.links["participant"])
    nodes = await page.evaluate("board.session.model.nodesOf('pillars').map(({ id }) => id)")
    await page.evaluate(
        "id => board.session.edit([{ op: 'node.set', id, locked: true }])", nodes[0]
    )
    await row(page, "pillars").locator("input[type=checkbox]").focus()
    await page.keyboard.press("Delete")
    form = page.locator(".edit-form")
    await expect(form.get_by_label("Delete 3 cards with it")).to_be_focused()
    await page.keyboard.press("ArrowDown")
    await form.get_by_label("Into").select_option("focus")
    await form.get_by_role("button", name="Delete").click()
    await until(other, "!board.session.layers.has('pillars')")
    moved = "ids => ids.every((id) => board.session.model.node(id)?.layer === 'focus')"
    await until(other, moved, nodes)
    assert await other.evaluate("id => board.session.model.node(id).shape.locked", nodes[0])
    await page.locator(".toast").get_by_role("button", name="Undo").click()
    await until(
        other, "ids => ids.every((id) => board.session.model.node(id)?.layer === 'pillars')", nodes
    )
    await saved(page)

    await menu(page, "pillars", "Delete")
    await form.get_by_role("button", name="Delete").click()
    await until(
        other, "ids => ids.every((id) => board.session.model.node(id) === undefined)", nodes
    )
    await page.evaluate("board.session.undo()")
    await until(
        other, "ids => ids.every((id) => board.session.model.node(id)?.layer === 'pillars')", nodes
    )

    await menu(page, "pillars", "Merge into another layer")
    await page.keyboard.type("foc")
    await page.keyboard.press("Enter")
    await page.keyboard.press("Enter")
    await until(other, moved, nodes)

    await row(page, "themes").locator("input[type=checkbox]").uncheck()
    await menu(page, "themes", "Delete")
    await expect(form.get_by_label("Move 2 cards to another layer first")).to_be_disabled()
    await page.keyboard.press("Escape")
    await menu(page, "themes", "Merge into another layer")
    await expect(form.get_by_role("alert")).to_have_text(
        "Show it first: what lies in it has not come yet."
    )


async def test_LP1_axe_finds_nothing_in_the_panel(
    served: Served, visit: Visits
) -> None:
    """LP1, UI15: no violation with a menu and each form open, on a laptop and on a phone."""
    page = await arranging(visit, served.links["facilitator"])
    assert await violations(page) == []
    await row(page, "pillars").hover()
    await row(page, "pillars").locator(".row-menu").click()
    assert await violations(page) == []
    await page.keyboard.press("Escape")
    for entry in ("Rename", "Colour, visibility and rights", "Merge into another layer", "Delete"):
        await menu(page, "pillars", entry)
        await expect(page.locator(".edit-form")).to_be_visible()
        assert await violations(page) == [], entry
        await page.keyboard.press("Escape")
    phone = await arranging(visit, served.links["facilitator"], **ON_PHONE)
    await row(phone, "pillars").locator(".row-menu").tap()
    await phone.locator(".menu-choice", has_text="Colour, visibility").tap()
    await expect(phone.locator(".edit-form")).to_be_visible()
    assert await violations(phone) == []
    small = await phone.locator("#layers").evaluate(
        """panel => [...panel.querySelectorAll("button, .field, .check, .colour, .switch")]
            .filter((one) => one.checkVisibility()).map((one) => [one, one.getBoundingClientRect()])
            .filter(([, { width, height }]) => width < 44 || height < 44)
            .map(([one]) => one.outerHTML.slice(0, 90))"""
    )
    assert small == []
    assert await phone.evaluate("document.documentElement.scrollWidth") == 390
