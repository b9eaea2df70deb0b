"""What asks for attention: hands, signs, a pointer, and following somebody; by mouse, touch and
keyboard."""

import zipfile
from typing import Any

from playwright.async_api import Locator, Page, expect

from tests.browser.pages import ON_PHONE, Visits, opened, small, until, violations
from tests.processes import Served


async def three(visit: Visits, served: Served, **context: Any) -> tuple[Page, Page, Page]:
    """Ada leads, Bo takes part, Vi looks on; each page knows of the others."""
    ada = await opened(visit, served.links["facilitator"], name="Ada")
    bo = await opened(visit, served.links["participant"], name="Bo", **context)
    vi = await opened(visit, served.links["viewer"], name="Vi")
    for page in (ada, bo, vi):
        await until(page, "board.together.value !== null && board.people.value.size === 3")
    return ada, bo, vi


def people(page: Page) -> Locator:
    return page.get_by_role("dialog", name="People")


def sign(page: Page, which: str) -> Locator:
    """What stands along the top: that I follow somebody, or that somebody follows me."""
    return page.locator(f"[data-sign={which}]")


async def spoken(page: Page, words: str) -> None:
    await until(
        page,
        """words => document.querySelector(".spoken[role=status]").textContent.includes(words)""",
        words,
    )


async def seen(page: Page) -> list[float]:
    """The part of the board that a page shows and nothing lies over: x, y, w, h."""
    return list(await page.evaluate("board.free()"))


async def shows(page: Page, box: list[float]) -> bool:
    """Whether all of a box of the board is seen, and hardly more than it must be."""
    x, y, w, h = await seen(page)
    inside = x <= box[0] + 1 and y <= box[1] + 1
    inside = inside and x + w >= box[0] + box[2] - 1 and y + h >= box[1] + box[3] - 1
    return inside and (w <= box[2] * 1.02 or h <= box[3] * 1.02)


async def comes_to_show(page: Page, of: Page) -> None:
    for _ in range(100):
        if await shows(page, await seen(of)):
            return
        await page.wait_for_timeout(50)
    raise AssertionError(f"{await seen(page)} is not {await seen(of)}")


async def test_TG7_hands_are_raised_by_mouse_and_by_key_and_lowered_by_whoever_leads(
    served: Served, visit: Visits
) -> None:
    ada, bo, vi = await three(visit, served)
    await vi.get_by_role("button", name="Raise hand").click()  # who only looks on has a hand, too
    await expect(vi.get_by_role("button", name="Raise hand")).to_have_attribute(
        "aria-pressed", "true"
    )
    assert await vi.get_by_role("button", name="React").count() == 0
    await bo.locator(".canvas").focus()
    await bo.keyboard.press("Shift+H")
    await spoken(bo, "Your hand is raised.")
    await spoken(ada, "Bo raised a hand, 2 hands are raised.")

    await ada.keyboard.press("Shift+U")
    hands = people(ada).get_by_role("region", name="raised hand").get_by_role("listitem")
    await expect(hands).to_have_text([r"1.VViLower", r"2.BBoLower"])
    await people(ada).get_by_role("button", name="Lower the hand of Vi").click()
    await expect(vi.get_by_role("button", name="Raise hand")).to_have_attribute(
        "aria-pressed", "false"
    )
    await expect(vi.locator(".toast")).to_contain_text("Your hand was lowered.")
    await expect(hands).to_have_count(1)
    await vi.get_by_role("button", name="Raise hand").click()
    await people(ada).get_by_role("button", name="Lower all").click()
    await expect(people(ada).get_by_role("region", name="raised hand")).to_have_count(0)

    # nobody else lowers one, and everybody sees them
    await bo.keyboard.press("Shift+H")
    await vi.locator("button.people").click()
    await expect(people(vi).get_by_role("region", name="1 raised hand")).to_contain_text("Bo")
    assert await people(vi).get_by_role("button", name="Lower").count() == 0
    await bo.keyboard.press("Shift+H")
    await expect(people(vi).get_by_role("region")).to_have_count(0)
    assert await bo.locator(".toast").count() == 1  # of the hand that Ada lowered, not of this one
    assert await ada.locator(".toast").count() == 0


async def test_TG8_a_phone_follows_what_a_laptop_shows_until_it_moves_itself(
    served: Served, visit: Visits
) -> None:
    ada, bo, _ = await three(visit, served, **ON_PHONE)
    await bo.locator("button.people").tap()
    await people(bo).get_by_role("button", name="Follow Ada").tap()
    await people(bo).get_by_role("button", name="Close").tap()
    await expect(sign(bo, "follows")).to_contain_text("You follow Ada")
    await expect(sign(ada, "followed")).to_contain_text("Bo follows you")
    await comes_to_show(bo, ada)
    await ada.evaluate("board.canvas.zoomBy(3, [400, 300])")
    await comes_to_show(bo, ada)
    await ada.mouse.move(600, 700)
    await ada.mouse.down(button="middle")
    await ada.mouse.move(500, 640, steps=6)
    await ada.mouse.up(button="middle")
    await comes_to_show(bo, ada)
    await ada.set_viewport_size({"width": 900, "height": 700})
    await comes_to_show(bo, ada)
    # a drag of one's own ends it
    await bo.evaluate("board.canvas.panBy(30, 0)")
    await expect(sign(bo, "follows")).to_have_count(0)
    await expect(sign(ada, "followed")).to_have_count(0)
    before = await seen(bo)
    await ada.evaluate("board.canvas.panBy(200, 100)")
    await bo.wait_for_timeout(500)
    assert await seen(bo) == before


async def test_TG8_by_keyboard_one_follows_and_escape_or_any_other_way_to_move_ends_it(
    served: Served, visit: Visits
) -> None:
    ada, bo, vi = await three(visit, served)
    await bo.locator(".canvas").focus()

    async def follow() -> None:
        await bo.keyboard.press("Shift+U")
        await expect(people(bo)).to_be_visible()
        for _ in range(20):
            await bo.keyboard.press("Tab")
            if await bo.evaluate("document.activeElement.ariaLabel") == "Follow Ada":
                break
        await bo.keyboard.press("Enter")
        await expect(sign(bo, "follows")).to_be_visible()
        await bo.keyboard.press("Escape")  # closes the list, and nothing else
        await expect(people(bo)).to_have_count(0)
        await expect(sign(bo, "follows")).to_be_visible()

    await follow()
    await spoken(bo, "You follow Ada. You see what they see.")
    await spoken(ada, "Bo follows you")
    await ada.evaluate("board.canvas.zoomBy(2, [400, 300])")
    await comes_to_show(bo, ada)
    await bo.keyboard.press("Escape")
    await expect(sign(bo, "follows")).to_have_count(0)
    await spoken(bo, "You follow nobody now.")
    await follow()
    await bo.evaluate("document.querySelector('.canvas').focus()")
    await bo.keyboard.press("0")
    await expect(sign(bo, "follows")).to_have_count(0)

    # both of those who follow are named, and who leaves is followed no more when they stay away
    await follow()
    await vi.locator("button.people").click()
    assert await people(vi).get_by_role("button", name="Follow Vi").count() == 0
    await people(vi).get_by_role("button", name="Follow Ada").click()
    await expect(sign(ada, "followed")).to_contain_text("follow you")
    await expect(sign(ada, "followed")).to_contain_text("Vi")
    await expect(people(vi).get_by_role("listitem").filter(has_text="Bo")).to_contain_text(
        "follows Ada"
    )
    await ada.reload()
    await until(ada, "window.board?.people.value.size === 3")
    await ada.evaluate("board.canvas.zoomBy(2.5, [500, 300])")
    await comes_to_show(bo, ada)


async def test_TG9_a_pointer_draws_a_trail_that_others_see_and_takes_nothing(
    served: Served, visit: Visits
) -> None:
    ada, bo, _ = await three(visit, served)
    me = await ada.evaluate("board.session.seat")
    before = await seen(ada)

    inked = """(() => {
        const canvas = document.querySelector("canvas.others");
        const { width, height } = canvas;
        const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
        let inked = 0;
        for (let at = 3; at < data.length; at += 4) inked += data[at] > 20;
        return canvas.style.display === "none" ? 0 : inked;
    })()"""
    for page in (ada, bo):  # a trail is gone soon: each page looks for itself
        await page.evaluate(
            f"window.most = 0; setInterval(() => (most = Math.max(most, {inked})), 60)"
        )

    async def draw() -> None:
        await ada.mouse.move(500, 300)
        await ada.mouse.down()
        for step in range(30):
            await ada.mouse.move(500 + 8 * step, 300 + 40 * (step % 2))
            await ada.wait_for_timeout(15)
        await ada.mouse.up()

    await ada.locator(".canvas").focus()
    await ada.keyboard.press("Shift+P")
    await draw()
    await until(bo, f"board.session.company.doing.get({me!r})?.pointer?.length > 0")
    for page in (ada, bo):
        await page.evaluate("window.most = 0")
    await draw()
    for page in (ada, bo):
        await until(page, "window.most > 1500")
    assert await seen(ada) == before, "it does not pan"
    assert await ada.evaluate("board.selection.value.size") == 0
    await ada.keyboard.press("Escape")
    await until(bo, f"!(board.session.company.doing.get({me!r})?.pointer?.length > 0)")
    await bo.wait_for_timeout(1200)
    assert await bo.evaluate(inked) < 1500

    # held, it is on for so long; and by keyboard alone it points at what is selected
    one = await ada.evaluate(
        """[...board.session.on].flatMap((layer) => board.session.model.nodesOf(layer))[0].id"""
    )
    await ada.evaluate("id => board.select(id, false)", one)
    await ada.keyboard.down("Shift")
    await ada.keyboard.down("P")
    await until(bo, f"board.session.company.doing.get({me!r})?.pointer?.length === 1")
    told = await bo.evaluate("me => board.session.company.doing.get(me).pointer[0]", me)
    box = await ada.evaluate("id => board.scene.nodeBox(id)", one)
    assert abs(told[0] - (box["x"] + box["w"] / 2)) < 0.1
    await ada.wait_for_timeout(450)
    await ada.keyboard.up("P")
    await ada.keyboard.up("Shift")
    await until(bo, f"!(board.session.company.doing.get({me!r})?.pointer?.length > 0)")


async def test_TG9_a_pointer_whose_key_was_let_go_elsewhere_is_switched_as_before(
    served: Served, visit: Visits
) -> None:
    ada, _, _ = await three(visit, served)
    canvas = ada.locator(".canvas")
    await canvas.focus()
    await canvas.evaluate(
        """canvas => canvas.dispatchEvent(new KeyboardEvent("keydown", {
            key: "P", code: "KeyP", shiftKey: true, bubbles: true, cancelable: true }))"""
    )
    await expect(ada.locator(".points")).to_have_count(1)
    await ada.evaluate("dispatchEvent(new Event('blur'))")
    await expect(ada.locator(".points")).to_have_count(0)
    await ada.wait_for_timeout(400)
    await ada.keyboard.press("Shift+P")  # short, so that it stays on
    await expect(ada.locator(".points")).to_have_count(1)


async def test_TG9_a_pointer_ends_with_the_right_to_it(served: Served, visit: Visits) -> None:
    ada, bo, _ = await three(visit, served)
    await bo.get_by_role("button", name="Point", exact=True).click()
    await expect(bo.locator(".points")).to_have_count(1)
    await ada.evaluate(
        "seat => void board.session.submit([{ op: 'seat.set', id: seat, role: 'viewer' }])",
        await bo.evaluate("board.session.seat"),
    )
    await until(bo, "board.role.value === 'viewer'")
    await expect(bo.locator(".points")).to_have_count(0)


async def test_TG10_signs_float_at_the_cursor_or_in_a_corner_and_are_read_out_in_sums(
    served: Served, visit: Visits
) -> None:
    ada, bo, vi = await three(visit, served)
    await bo.locator(".canvas").focus()
    await bo.keyboard.press("Shift+S")
    offered = bo.get_by_role("toolbar", name="Reactions")
    await expect(offered.get_by_role("button", name="Agree", exact=True)).to_be_focused()
    await bo.keyboard.press("ArrowRight")
    await bo.keyboard.press("ArrowRight")
    await bo.keyboard.press("Enter")
    for page, name in ((ada, "Bo"), (vi, "Bo"), (bo, "you")):
        floats = page.locator(".floating-sign")
        await expect(floats).to_have_count(1)
        await expect(floats).to_have_text(name)
        await expect(floats).to_have_attribute("data-sign", "heart")
        await expect(floats).to_have_class("floating-sign cornered")
    await spoken(vi, "Bo: Heart.")
    await expect(vi.locator(".floating-sign")).to_have_count(0)  # over by then, or soon
    await bo.keyboard.press("Escape")
    await expect(offered).to_have_count(0)
    await expect(bo.get_by_role("button", name="React")).to_be_focused()

    await bo.mouse.move(610, 410)
    await bo.mouse.move(620, 420)
    await until(ada, "[...board.session.company.doing.values()].some(({ cursor }) => cursor)")
    await bo.keyboard.press("Enter")
    await expect(offered.get_by_role("button", name="Agree", exact=True)).to_be_focused()
    await bo.keyboard.press("Enter")
    floats = ada.locator(".floating-sign")
    await expect(floats).to_have_count(1)
    left = await floats.evaluate("one => parseFloat(one.style.left)")
    place = await bo.evaluate("board.canvas.camera.toBoard(620, 420)")
    window = await ada.evaluate("([x, y]) => board.canvas.camera.toWindow(x, y)", place)
    assert abs(left - window[0]) < 2
    # a flood is refused to who makes it, and tells others nothing more
    for _ in range(12):
        await bo.keyboard.press("Enter")
    await expect(bo.locator(".toast")).to_contain_text("wait a moment")
    assert await ada.locator(".toast").count() == 0
    assert await floats.count() <= 7


async def test_TG11_among_many_one_is_looked_for_and_cursors_can_be_hidden(
    served: Served, visit: Visits
) -> None:
    ada, bo, _ = await three(visit, served)
    await bo.mouse.move(610, 410)
    await bo.mouse.move(620, 420)
    await until(ada, "[...board.session.company.doing.values()].some(({ cursor }) => cursor)")
    await ada.locator("button.people").click()
    await people(ada).get_by_label("Hide cursors for me").check()
    await expect(ada.locator("canvas.others")).to_be_visible()
    inked = """() => {
        const canvas = document.querySelector("canvas.others");
        const { width, height } = canvas;
        const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
        return data.some((value, at) => at % 4 === 3 && value > 20);
    }"""
    await until(ada, f"!({inked})()")
    await people(ada).get_by_label("Hide cursors for me").uncheck()
    await until(ada, f"({inked})()")

    # whoever leads hides them from everybody, late joiners too
    await people(ada).get_by_label("Hide participants' cursors for everybody").check()
    await until(ada, f"!({inked})()")
    await until(ada, "[...board.session.company.doing.values()].every(({ cursor }) => !cursor)")
    await bo.locator("button.people").click()
    await expect(people(bo)).to_contain_text("The facilitator has hidden participants' cursors.")
    await people(ada).get_by_label("Hide participants' cursors for everybody").uncheck()
    await bo.mouse.move(630, 430)
    await until(ada, f"({inked})()")

    assert await people(ada).get_by_role("searchbox").count() == 0
    await ada.evaluate(
        """() => {
            const people = new Map(board.session.company.people);
            for (let at = 0; at < 200; at++) {
                const seat = `seat${at}`;
                const name = at === 150 ? "Zoë Ångström" : `Person ${at}`;
                people.set(seat, { seat, role: "participant", name, color: "teal" });
            }
            board.session.company.people = people;
            board.session.company.here = people.size;
            board.session.refresh();
        }"""
    )
    lines = people(ada).locator(".people-list").get_by_role("listitem")
    await expect(lines).to_have_count(100)
    await expect(people(ada)).to_contain_text("and 103 more")
    await people(ada).get_by_role("searchbox", name="Search people").fill("zoe ang")
    await expect(lines).to_have_count(1)
    await expect(lines).to_contain_text("Zoë Ångström")
    await people(ada).get_by_role("searchbox").fill("nobody at all")
    await expect(people(ada)).to_contain_text("Nobody by that name is here.")


async def test_UI15_axe_finds_nothing_in_hands_signs_and_who_follows(
    served: Served, visit: Visits
) -> None:
    _ada, bo, vi = await three(visit, served)
    for page in (vi, bo):
        await page.get_by_role("button", name="Raise hand").click()
    await bo.locator("button.people").click()
    await people(bo).get_by_role("button", name="Follow Ada").click()
    await expect(sign(bo, "follows")).to_be_visible()
    await expect(people(bo).get_by_role("region", name="2 raised hands")).to_be_visible()
    assert await violations(bo) == []
    await people(bo).get_by_role("button", name="Close").click()
    await bo.get_by_role("button", name="React").click()
    assert await violations(bo) == []


async def test_UI15_on_a_phone_all_of_it_has_room_for_fingers(
    served: Served, visit: Visits
) -> None:
    _ada, bo, _ = await three(visit, served, **ON_PHONE)
    await bo.get_by_role("button", name="Raise hand").tap()
    await bo.get_by_role("button", name="React").tap()
    await expect(bo.get_by_role("toolbar", name="Reactions")).to_be_visible()
    assert await small(bo, 44) == []
    offered = await bo.locator(".signs-offered").bounding_box()
    assert offered is not None and offered["x"] >= 0
    await bo.locator("button.people").tap()
    await people(bo).get_by_role("button", name="Follow Ada").tap()
    assert await small(bo, 44) == []
    assert await bo.evaluate("document.documentElement.scrollWidth <= innerWidth")


async def test_RE7_whoever_leads_saves_the_results_with_one_press(
    served: Served, visit: Visits
) -> None:
    ada = await opened(visit, served.links["facilitator"], name="Ada")
    await until(ada, "board.commands.all().some(({ id }) => id === 'workshop.results')")
    await ada.evaluate("board.commands.run('workshop.results')")
    section = ada.locator("[data-section=results]")
    await section.get_by_role("radio", name="not at all").check()
    assert await violations(ada, "light") == []
    async with ada.expect_download() as saving:
        await section.get_by_role("button", name="Get the results").click()
    saved = await saving.value
    assert saved.suggested_filename == f"{served.name}-results.zip"
    with zipfile.ZipFile(await saved.path()) as zipped:
        assert "Cities of Equality" in zipped.read("report.md").decode()
        assert b"<svg" in zipped.read("board.svg")
    await spoken(ada, "The results were saved.")
    bo = await opened(visit, served.links["participant"])
    assert await bo.evaluate("board.workshop.value?.sections.all.value.length ?? 0") == 0
