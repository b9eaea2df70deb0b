"""People on one board, each in a page of their own: names, cursors, selections, drags, typing."""

import asyncio
import base64
import io
from itertools import pairwise
from typing import Any

from PIL import Image
from playwright.async_api import Page, expect

from tests.browser.pages import PHONE, Visits, opened, until, violations
from tests.processes import Served


async def cards(page: Page) -> list[str]:
    """Three nodes that are on, in one layer."""
    found: list[str] = await page.evaluate(
        """[...board.session.on].map((layer) => board.session.model.nodesOf(layer))
            .find((nodes) => nodes.length > 2).slice(0, 3).map(({ id }) => id)"""
    )
    return found


async def seat(page: Page) -> str:
    return str(await page.evaluate("board.session.seat"))


async def company(page: Page, count: int) -> Page:
    """Wait until a page draws others, and knows of so many people."""
    await until(page, f"board.together.value !== null && board.people.value.size === {count}")
    return page


async def pair(visit: Visits, served: Served) -> tuple[Page, Page]:
    """Ada, who leads, and Bo, who takes part, each drawn at the other's."""
    ada = await opened(visit, served.links["facilitator"], name="Ada")
    bo = await opened(visit, served.links["participant"], name="Bo")
    return await company(ada, 2), await company(bo, 2)


async def doing(page: Page, who: str) -> Any:
    return await page.evaluate("who => board.session.company.doing.get(who) ?? null", who)


async def in_window(page: Page, id: str) -> dict[str, float]:
    """Where a node lies in the window, in CSS pixels."""
    found: dict[str, float] = await page.evaluate(
        """id => {
            const { x, y, w, h } = board.scene.nodeBox(id);
            const [left, top] = board.canvas.camera.toWindow(x, y);
            const zoom = board.canvas.zoom();
            return { x: left, y: top, width: w * zoom, height: h * zoom };
        }""",
        id,
    )
    return found


async def inked(page: Page) -> list[dict[str, int]]:
    """The boxes of CSS pixels, 20 by 20, in which the canvas of the others has anything."""
    picture: str = await page.evaluate("document.querySelector('canvas.others').toDataURL()")
    image = Image.open(io.BytesIO(base64.b64decode(picture.partition(",")[2])))
    alpha = image.getchannel("A")
    found = []
    for left in range(0, image.width, 20):
        for top in range(0, image.height, 20):
            if alpha.crop((left, top, left + 20, top + 20)).getextrema()[1] > 100:
                found.append({"x": left, "y": top})
    return found


def near(boxes: list[dict[str, int]], x: float, y: float, reach: float = 40) -> bool:
    return any(abs(box["x"] - x) <= reach and abs(box["y"] - y) <= reach for box in boxes)


async def test_TG4_cursors_selections_and_typing_are_seen_with_their_names(
    served: Served, visit: Visits
) -> None:
    ada = await opened(visit, served.links["facilitator"], name="Ada")
    bo = await opened(visit, served.links["participant"], name="Bo")
    viewer = await opened(visit, served.links["viewer"])
    for page in (ada, bo, viewer):
        await company(page, 3)
    me = await seat(bo)
    one, two, _ = await cards(bo)

    await bo.mouse.move(300, 400)
    await bo.mouse.move(620, 420, steps=4)
    await until(ada, f"board.session.company.doing.get({me!r})?.cursor !== undefined")
    await bo.wait_for_timeout(300)
    place = await bo.evaluate("board.canvas.camera.toBoard(620, 420)")
    seen = await doing(ada, me)
    assert [abs(a - b) < 1 for a, b in zip(seen["cursor"], place, strict=True)] == [True, True]
    for page in (ada, viewer):  # all windows are equally large, and fitted
        await page.wait_for_timeout(200)
        assert near(await inked(page), 625, 430)
        assert not near(await inked(page), 200, 700)
    await expect(bo.locator("canvas.others")).to_be_hidden()  # my own cursor is not drawn

    await bo.evaluate("id => board.select(id, false)", one)
    await until(ada, f"board.session.company.doing.get({me!r})?.selection.length === 1")
    await ada.wait_for_timeout(200)
    box = await in_window(ada, one)
    boxes = await inked(ada)
    assert near(boxes, box["x"], box["y"] + box["height"], 20)  # a corner of the outline
    assert near(boxes, box["x"] + 20, box["y"] - 20, 15)  # and the name above it

    await bo.evaluate(
        "id => board.session.present({ typing: { id, field: 'title' }, cursor: null })", two
    )
    await until(ada, f"board.session.company.doing.get({me!r})?.typing !== null")
    await ada.wait_for_timeout(200)
    box = await in_window(ada, two)
    boxes = await inked(ada)
    assert near(boxes, box["x"] + 20, box["y"] + box["height"] + 8, 15)  # the sign, below it
    assert not near(boxes, 625, 430, 30)  # the cursor has left

    await bo.context.close()
    await until(ada, "board.session.company.doing.size === 0 && board.people.value.size === 2")
    await ada.wait_for_timeout(100)
    assert await ada.locator("canvas.others").is_hidden()


async def test_TG2_a_drag_of_another_moves_the_card_before_it_is_dropped(
    served: Served, visit: Visits
) -> None:
    ada, bo = await pair(visit, served)
    await ada.emulate_media(reduced_motion="no-preference")
    id = (await cards(bo))[0]
    home = await ada.evaluate("id => board.session.model.node(id).shape", id)
    await ada.evaluate(
        """id => {
            window.seen = [];
            const look = () => {
                const x = board.scene.nodeBox(id).x;
                if (window.seen.at(-1) !== x) window.seen.push(x);
                requestAnimationFrame(look);
            };
            look();
        }""",
        id,
    )
    for step in range(1, 11):
        await bo.evaluate(
            """([id, dx]) => {
                const { x, y, w, h } = board.session.model.node(id).shape;
                board.session.present({ drag: [[id, HOME + dx, y, w, h, 0]] });
            }""".replace("HOME", str(home["x"])),
            [id, 30 * step],
        )
        await bo.wait_for_timeout(60)
    await until(ada, f"Math.abs(board.scene.nodeBox({id!r}).x - {home['x'] + 300}) < 1")
    confirmed = await ada.evaluate(
        """id => board.session.model.held(`body/${board.session.model.node(id).layer}`)
            .records.get(id).x""",
        id,
    )
    assert confirmed == home["x"]  # nothing was submitted yet
    await bo.evaluate(
        """([id, x]) => {
            board.session.wire.submit([{ op: "node.set", id, x }]);
            board.session.present({ drag: [] });
        }""",
        [id, home["x"] + 300],
    )
    await ada.wait_for_timeout(1200)
    seen = await ada.evaluate("window.seen")
    assert len(seen) > 20, "it moves smoothly between ten updates"
    assert all(a <= b + 0.5 for a, b in pairwise(seen)), "it never jumps back"
    assert abs(seen[-1] - (home["x"] + 300)) < 0.5
    late = await opened(visit, served.links["viewer"])
    assert abs(await late.evaluate("id => board.scene.nodeBox(id).x", id) - seen[-1]) < 0.5


async def test_TG5_the_list_of_people_names_everybody_and_lets_me_choose_my_name(
    served: Served, visit: Visits
) -> None:
    ada = await opened(visit, served.links["facilitator"], name="Ada")
    await opened(visit, served.links["viewer"])
    bo = await opened(visit, served.links["participant"], name=None)
    asked = bo.locator(".toast")
    await expect(asked).to_contain_text("Others see you as Guest ")
    await asked.get_by_role("button", name="Choose a name").click()
    panel = bo.get_by_role("dialog", name="People")
    name = panel.get_by_label("Your name")
    await expect(name).to_be_focused()
    await name.fill("  Bo <b>\u202eDiddley ")
    await bo.keyboard.press("Enter")
    await expect(panel.get_by_role("status")).to_have_text("Saved")

    button = ada.locator("button.people")
    await button.focus()
    await ada.keyboard.press("Enter")
    lines = ada.get_by_role("dialog", name="People").get_by_role("listitem")
    await expect(lines).to_have_count(3)
    await expect(lines.nth(0)).to_contain_text("Ada")
    await expect(lines.nth(0)).to_contain_text("Facilitator")
    await expect(lines.nth(0)).to_contain_text("you")
    await expect(lines.nth(1)).to_contain_text("Bo <b> Diddley")
    await expect(lines.nth(1)).to_contain_text("Participant · follows")
    await expect(lines.nth(2)).to_contain_text("Guest ")
    dots = [lines.nth(at).locator("[data-color]") for at in range(3)]
    marks = [await dot.get_attribute("data-color") for dot in dots]
    assert len(set(marks)) == 3 and None not in marks
    await ada.keyboard.press("Escape")
    await expect(ada.get_by_role("dialog")).to_have_count(0)
    await expect(button).to_be_focused()

    await bo.reload()
    await until(bo, "window.board?.ready.value === true")
    await company(bo, 3)
    assert await bo.evaluate("board.session.name") == "Bo <b>\u202eDiddley"
    await expect(bo.locator(".toast")).to_have_count(0)  # asked once


async def test_TG6_who_came_without_a_link_sees_how_many_are_here_and_nobody(
    served: Served, visit: Visits
) -> None:
    visitor = await opened(visit, served.board)
    ada = await opened(visit, served.links["facilitator"], name="Ada")
    bo = await opened(visit, served.links["participant"], name="Bo")
    await company(ada, 2)
    await company(bo, 2)
    await bo.mouse.move(300, 400)
    await bo.mouse.move(620, 420, steps=4)
    await until(ada, "board.session.company.doing.size === 1")
    await expect(visitor.locator(".people")).to_contain_text("3 here")
    assert await visitor.evaluate("board.session.company.doing.size") == 0
    assert await visitor.evaluate("board.together.value") is None  # its script was not loaded
    assert await visitor.locator("button.people").count() == 0
    people = await visitor.evaluate("[...board.people.value.values()]")
    assert {person["role"] for person in people} == {"facilitator", "participant"}
    assert not any("name" in person or "color" in person for person in people)
    await ada.locator("button.people").click()
    await expect(ada.get_by_role("dialog")).to_contain_text("1 visitor without a link")


async def test_UI15_axe_finds_nothing_in_the_list_of_people(
    served: Served, visit: Visits
) -> None:
    page = await opened(visit, served.links["participant"], name="Ada")
    await opened(visit, served.links["viewer"])
    await company(page, 2)
    await page.locator("button.people").click()
    await expect(page.get_by_role("dialog", name="People")).to_be_visible()
    assert await violations(page) == []


async def test_TG5_who_is_here_is_said_once(served: Served, visit: Visits) -> None:
    ada = await opened(visit, served.links["facilitator"], name="Ada")
    await opened(visit, served.links["participant"], name="Bo")
    await expect(ada.locator(".spoken[role=status]")).to_contain_text("Bo is here.", timeout=10_000)


async def test_TG5_the_list_of_people_has_room_on_a_phone(served: Served, visit: Visits) -> None:
    phone = await opened(
        visit, served.links["participant"], viewport=PHONE, has_touch=True, is_mobile=True
    )
    await phone.locator("button.people").tap()
    panel = phone.get_by_role("dialog", name="People")
    await expect(panel).to_be_visible()
    box = await panel.bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= PHONE["width"]
    for control in await panel.locator("button, input").all():
        held = await control.bounding_box()
        assert held is not None and min(held["width"], held["height"]) >= 44
    await phone.locator(".canvas").tap(position={"x": 200, "y": 620})
    await expect(panel).to_have_count(0)


async def test_TG2_who_drags_with_the_mouse_is_seen_to_before_letting_go(
    served: Served, visit: Visits
) -> None:
    ada, bo = await pair(visit, served)
    await until(bo, "board.editor.value !== null")
    id = (await cards(bo))[0]
    home: dict[str, float] = {}
    while home != (home := await in_window(bo, id)):  # the view is fitted anew beside the tools
        await bo.wait_for_timeout(400)
    x, y = home["x"] + home["width"] / 2, home["y"] + home["height"] - 8
    await bo.mouse.move(x, y)
    await bo.mouse.down()
    await bo.mouse.move(x - 90, y + 60, steps=8)
    await until(
        ada,
        "([id, left]) => board.canvas.camera.toWindow(board.scene.nodeBox(id).x, 0)[0] < left - 60",
        [id, home["x"]],
    )
    await until(ada, "board.scene.lifts")
    assert await ada.evaluate("board.session.model.pending.length") == 0
    confirmed = """id => board.session.model.held(`body/${board.session.model.node(id).layer}`)
        .records.get(id).x"""
    before = await ada.evaluate(confirmed, id)
    await bo.mouse.up()
    async with asyncio.timeout(10):
        while await ada.evaluate(confirmed, id) == before:
            await ada.wait_for_timeout(30)
    await until(ada, "!board.scene.lifts")
    places = [await page.evaluate("id => board.scene.nodeBox(id).x", id) for page in (ada, bo)]
    assert abs(places[0] - places[1]) < 0.1
