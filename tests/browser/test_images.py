"""Images in a real browser: chosen, dropped and pasted, described, and seen by others."""

import asyncio
import base64
from pathlib import Path
from typing import Any

from playwright.async_api import FilePayload, Page, expect

from board import limits
from tests.browser.pages import (
    ON_PHONE,
    WAIT_S,
    Visits,
    editable,
    opened_to_edit,
    until,
    violations,
)
from tests.browser.pages import saved as kept
from tests.processes import Served
from tests.server.pictures import HTML, noise, photograph, picture, saved, shown

ADD = "board.commands.run('image.add')"
# gives the page a file as the clipboard or a drag would
GIVE = """([kind, name, type, data, text]) => {
    const bytes = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
    const held = new DataTransfer();
    held.items.add(new File([bytes], name, { type }));
    if (text !== "") held.setData("text/plain", text);
    const where = document.querySelector(".canvas");
    const { left, top, width, height } = where.getBoundingClientRect();
    const plain = { bubbles: true, cancelable: true };
    const at = { ...plain, clientX: left + width / 2, clientY: top + height / 2 };
    if (kind === "paste") {
        where.dispatchEvent(new ClipboardEvent(kind, { ...plain, clipboardData: held }));
    } else {
        for (const type of ["dragover", "drop"]) {
            where.dispatchEvent(new DragEvent(type, { ...at, dataTransfer: held }));
        }
    }
}"""
IMAGES = """[...board.scene.nodes].filter((node) => node?.kind === "image")
    .map(({ id, x, y, w, h, image, alt = "" }) => ({ id, x, y, w, h, image, alt }))"""


def file(raw: bytes, name: str = "view.png", type: str = "image/png") -> FilePayload:
    return {"name": name, "mimeType": type, "buffer": raw}


async def choose(page: Page, *files: FilePayload) -> None:
    async with page.expect_file_chooser() as chooser:
        await page.evaluate(ADD)
    await (await chooser.value).set_files(list(files))


async def give(page: Page, kind: str, raw: bytes, name: str = "a.png", text: str = "") -> None:
    data = base64.b64encode(raw).decode()
    await page.evaluate(GIVE, [kind, name, "image/png", data, text])


async def images(page: Page, count: int) -> list[dict[str, Any]]:
    """The images on the board, when there are so many."""
    await until(page, f"{IMAGES}.length === {count}")
    found: list[dict[str, Any]] = await page.evaluate(IMAGES)
    return found


async def describe(page: Page, alt: str) -> None:
    dialog = page.get_by_role("dialog", name="What does the image show?")
    await dialog.get_by_label("Description").fill(alt)
    await dialog.get_by_role("button", name="Save").click()
    await expect(dialog).to_have_count(0)


async def test_IM11_an_image_is_chosen_described_and_seen_by_others(
    served: Served, visit: Visits
) -> None:
    page = await opened_to_edit(visit, served.links["facilitator"])
    other = await opened_to_edit(visit, served.links["participant"])
    await choose(page, file(saved(picture(1200, 900))))
    (made,) = await images(page, 1)
    assert (made["w"], made["h"]) == (480, 360)
    preview = page.get_by_role("dialog").locator("img")
    await expect(preview).to_have_js_property("naturalWidth", 1200)
    await describe(page, "A street, half red, half blue")
    await kept(page)
    (seen,) = await images(other, 1)
    await until(other, f"{IMAGES}[0].alt !== ''")
    (seen,) = await images(other, 1)
    assert seen["image"] == made["image"]
    assert seen["alt"] == "A street, half red, half blue"
    assert await page.evaluate("board.selected.value") == made["id"]
    # it is a step of its own, and so is what describes it
    await page.evaluate("(board.session.undo(), board.session.undo())")
    await images(other, 0)
    await page.evaluate("(board.session.redo(), board.session.redo())")
    await images(other, 1)
    await kept(page)
    await page.reload()
    await until(page, "board.ready.value")
    (again,) = await images(page, 1)
    assert (again["image"], again["alt"]) == (made["image"], "A street, half red, half blue")


async def colour(page: Page, made: dict[str, Any], across: float) -> tuple[int, ...]:
    """The colour that is seen of an image, so far across it, halfway down."""
    x, y, w, _ = await page.evaluate("board.canvas.viewport()")
    zoom = (await page.evaluate("document.querySelector('.canvas').clientWidth")) / w
    left = (made["x"] + made["w"] * across - x) * zoom
    top = (made["y"] + made["h"] / 2 - y) * zoom
    clip = {"x": left - 2, "y": top - 2, "width": 4, "height": 4}
    taken = shown(await page.screenshot(clip=clip)).convert("RGB")  # type: ignore[arg-type]
    found = taken.getpixel((2, 2))
    assert isinstance(found, tuple)
    return found


async def seen(page: Page, made: dict[str, Any], across: float, wanted: tuple[int, ...]) -> None:
    """Wait until an image shows a colour there."""
    async with asyncio.timeout(WAIT_S):
        while True:
            found = await colour(page, made, across)
            if all(abs(one - other) < 24 for one, other in zip(found, wanted, strict=True)):
                return
            await page.wait_for_timeout(50)


async def test_IM10_pictures_are_painted_for_everyone_also_after_a_reload(
    served: Served, visit: Visits
) -> None:
    page = await opened_to_edit(visit, served.links["facilitator"])
    await choose(page, file(saved(picture(900, 600))))
    (made,) = await images(page, 1)
    await page.keyboard.press("Escape")
    await kept(page)
    visitor = (await visit(served.board)).page  # without a link
    await until(visitor, "board?.ready.value === true")
    await page.reload()
    await until(page, "board?.ready.value === true")
    for one in (page, visitor):
        await one.evaluate(f"board.centre({made['id']!r})")
        await seen(one, made, 0.25, (255, 0, 0))
        await seen(one, made, 0.75, (0, 0, 255))
        await one.evaluate("(board.canvas.zoomBy(0.2), 0)")  # decoded again, smaller
        await seen(one, made, 0.25, (255, 0, 0))


async def test_IM10_an_image_that_is_not_there_is_asked_for_once(
    served: Served, visit: Visits
) -> None:
    opened = await visit(served.links["facilitator"])
    page = opened.page
    await editable(page)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    await page.evaluate(
        """(board.session.edit([{ op: "node.create", id: board.session.fresh(),
            layer: board.session.active, kind: "image", x: 0, y: 0, w: 300, h: 200,
            image: "a".repeat(32), text: { alt: { en: "A missing street" } } }]), 0)"""
    )
    (made,) = await images(page, 1)
    await page.evaluate(f"board.centre({made['id']!r})")
    async with asyncio.timeout(WAIT_S):
        while not any("/images/" in url for url in asked):
            await page.wait_for_timeout(30)
    for factor in (1.5, 0.5):
        await page.evaluate(f"(board.canvas.zoomBy({factor}), 0)")
        await page.wait_for_timeout(200)
    assert sum("/images/" in url for url in asked) == 1
    assert all("404" in error for error in opened.errors), opened.errors
    opened.errors.clear()  # the browser writes a line about it, and that is all


async def test_IM11_images_are_dropped_where_they_fall_and_pasted_where_there_is_room(
    served: Served, visit: Visits
) -> None:
    page = await opened_to_edit(visit, served.links["facilitator"])
    await give(page, "drop", photograph(), "IMG_1.jpg")
    (dropped,) = await images(page, 1)
    x, y, w, h = await page.evaluate("board.canvas.viewport()")
    assert abs(dropped["x"] + dropped["w"] / 2 - x - w / 2) <= 2
    assert abs(dropped["y"] + dropped["h"] / 2 - y - h / 2) <= 2
    assert (dropped["w"], dropped["h"]) == (40, 60)  # upright
    await page.get_by_role("button", name="It is decorative").click()
    await give(page, "paste", saved(picture(100, 50)))
    pasted = next(each for each in await images(page, 2) if each["id"] != dropped["id"])
    assert (pasted["w"], pasted["h"]) == (100, 50)
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    # what a spreadsheet copies is text first of all, and text fields take what they are given
    await give(page, "paste", saved(picture(30, 30)), text="a\tb")
    await kept(page)
    assert len(await images(page, 2)) == 2


async def test_IM11_several_are_placed_side_by_side_and_described_in_turn(
    served: Served, visit: Visits
) -> None:
    page = await opened_to_edit(visit, served.links["facilitator"])
    await choose(page, *(file(saved(picture(200, 100 + at)), f"{at}.png") for at in range(3)))
    made = sorted(await images(page, 3), key=lambda each: each["h"])
    assert [one["x"] - made[0]["x"] for one in made] == [0, 220, 440]
    dialog = page.get_by_role("dialog")
    await expect(dialog).to_contain_text("1 of 3")
    await describe_one(page, "First")
    await expect(dialog).to_contain_text("2 of 3")
    await page.get_by_role("button", name="It is decorative").click()
    await expect(dialog).to_contain_text("3 of 3")
    await describe(page, "Third")
    found = sorted(await images(page, 3), key=lambda each: each["h"])
    assert [one["alt"] for one in found] == ["First", "", "Third"]
    # and described later, or anew
    await page.evaluate(f"board.select({found[1]['id']!r}, true)")
    await page.evaluate("board.commands.run('image.describe')")
    await describe(page, "Second, after all")
    await until(page, f"{IMAGES}.some(({{alt}}) => alt === 'Second, after all')")


async def describe_one(page: Page, alt: str) -> None:
    """As ``describe``, when more are asked for."""
    await page.get_by_label("Description").fill(alt)
    await page.get_by_role("button", name="Save").click()


async def test_UI15_what_asks_for_a_description_is_for_everyone(
    served: Served, visit: Visits
) -> None:
    """UI15: axe finds nothing, targets are large, and the keyboard is enough, on a phone, too."""
    page = await opened_to_edit(visit, served.links["facilitator"], **ON_PHONE)
    await choose(page, file(saved(picture(300, 200))))
    dialog = page.get_by_role("dialog", name="What does the image show?")
    await expect(dialog.get_by_label("Description")).to_be_focused()
    assert await violations(page) == []
    for button in await dialog.get_by_role("button").all():
        size = await button.bounding_box()
        assert size is not None and min(size["width"], size["height"]) >= 44
    box = await dialog.bounding_box()
    assert box is not None and box["x"] >= 0 and box["x"] + box["width"] <= 390
    await page.keyboard.type("Red and blue")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Tab")
    await page.keyboard.press("Enter")  # Save
    await expect(dialog).to_have_count(0)
    await until(page, f"{IMAGES}[0].alt === 'Red and blue'")
    await expect(page.locator(".canvas")).to_be_focused()


async def test_IM11_what_cannot_be_taken_is_refused_with_words(
    served: Served, visit: Visits, tmp_path: Path
) -> None:
    page = await opened_to_edit(visit, served.links["facilitator"])
    notices = page.get_by_role("region", name="Notices")
    await choose(page, file(HTML, "page.png"))
    await expect(notices).to_contain_text("“page.png” is no picture that can be read here")
    await expect(notices).to_contain_text("PNG, JPEG, WebP and GIF")
    large = tmp_path / "large.png"
    with large.open("wb") as out:
        out.truncate(8 * limits.IMAGE_BYTES_MAX + 1)
    async with page.expect_file_chooser() as chooser:
        await page.evaluate(ADD)
    await (await chooser.value).set_files(large)
    await expect(notices).to_contain_text("“large.png” is too large")
    await expect(notices).to_contain_text("at most 8 MB and 40 megapixels")
    await images(page, 0)


async def test_IM11_what_is_larger_than_the_server_takes_is_made_smaller_first(
    served: Served, visit: Visits
) -> None:
    page = await opened_to_edit(visit, served.links["facilitator"])
    raw = saved(noise(2000, 1600), compress_level=1)
    assert len(raw) > limits.IMAGE_BYTES_MAX
    await choose(page, file(raw, "noise.png"))
    (made,) = await images(page, 1)
    assert (made["w"], made["h"]) == (480, 384)
    await page.keyboard.press("Escape")


async def test_IM11_without_a_connection_nothing_is_sent_and_it_says_so(
    served: Served, visit: Visits
) -> None:
    page = await opened_to_edit(visit, served.links["facilitator"])
    await page.context.set_offline(True)
    await until(page, "board.status.value.kind !== 'live'")
    await choose(page, file(saved(picture())))
    notices = page.get_by_role("region", name="Notices")
    await expect(notices).to_contain_text("Images need the connection")
    await images(page, 0)
    await page.context.set_offline(False)
    await until(page, "board.status.value.kind === 'live'")
    await choose(page, file(saved(picture())))
    await images(page, 1)
