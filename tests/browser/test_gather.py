"""Gathering: sticky notes of several people sorted, clustered, joined and counted."""

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

NOTES = """notes => {
    const { session } = board;
    const layer = session.active;
    const ids = notes.map(() => session.fresh());
    session.edit(notes.map(({ said, ...more }, at) => ({
        op: "node.create", id: ids[at], layer, kind: "sticky", w: 160, h: 160,
        x: 4000 + 210 * at, y: 4000 + 37 * at, text: { text: { en: said } }, ...more,
    })));
    return ids;
}"""
PLACES = """ids => ids.map((id) => {
    const { shape } = board.session.model.node(id);
    return [shape.x, shape.y];
})"""


async def writes(page: Page, *notes: dict[str, Any]) -> list[str]:
    """Make sticky notes in the layer where new things land."""
    found: list[str] = await page.evaluate(NOTES, list(notes))
    await saved(page)
    return found


async def together(served: Served, visit: Visits) -> tuple[Page, Page, list[str]]:
    """Ada, who leads, and Ben; notes of both."""
    ada = await editable(await opened(visit, served.links["facilitator"], name="Ada"))
    ben = await editable(await opened(visit, served.links["participant"], name="Ben"))
    await until(ada, "board.people.value.size === 2")
    mine = await writes(
        ada,
        {"said": "More trees", "color": "green", "tags": ["street", "green"]},
        {"said": "Fewer cars", "color": "red", "tags": ["street"]},
    )
    his = await writes(ben, {"said": "Benches", "color": "red", "x": 4420})
    ids = mine + his
    await until(ada, "ids => ids.every((id) => board.session.model.node(id))", ids)
    await ada.evaluate("ids => board.selectAll(ids)", ids)
    return ada, ben, ids


def dialog(page: Page) -> Any:
    return page.get_by_role("dialog", name="Gather")


async def test_GA5_notes_are_sorted_by_who_wrote_them_and_that_is_one_step(
    served: Served, visit: Visits
) -> None:
    """GA1, GA2: by keyboard, and seen by the other."""
    ada, ben, ids = await together(served, visit)
    before = await ada.evaluate(PLACES, ids)
    await ada.locator(".canvas").focus()
    await ada.keyboard.press("Shift+A")
    await expect(dialog(ada).get_by_role("radio", name="Colour")).to_be_focused()
    await ada.keyboard.press("ArrowRight")
    rows = dialog(ada).get_by_role("list", name="What that comes to").get_by_role("listitem")
    await expect(rows).to_have_text(["Ada2", "Ben1"])
    await dialog(ada).get_by_role("button", name="Sort into columns").press("Enter")
    await expect(dialog(ada)).to_have_count(0)
    await expect(ada.locator(".toast")).to_contain_text("3 things sorted by author into 2 columns.")
    await saved(ada)
    (ax, ay), (bx, by), (cx, cy) = await ada.evaluate(PLACES, ids)
    assert ax == bx and by > ay and cx > ax + 160 and cy == ay
    await until(ben, "([id, x]) => board.session.model.node(id).shape.x === x", [ids[2], cx])
    await ada.keyboard.press("Control+z")
    await saved(ada)
    assert await ada.evaluate(PLACES, ids) == before


async def test_GA5_the_palette_sorts_and_frames_what_is_selected_in_the_outline(
    served: Served, visit: Visits
) -> None:
    """GA3: no pointer is used."""
    ada, ben, ids = await together(served, visit)
    await ada.evaluate("board.selectAll([])")
    await open_outline(ada)
    for id in ids:
        row = ada.locator(f'[data-key="node/{id}"]')
        await row.focus()
        await ada.keyboard.press("Shift+Space")
    await until(ada, "board.selection.value.size === 3")
    await ada.keyboard.press("Control+k")
    await ada.keyboard.type("Sort into columns by colour")
    await ada.keyboard.press("Enter")
    await expect(ada.locator(".toast")).to_contain_text("3 things sorted by colour into 2 columns.")
    await ada.keyboard.press("Control+k")
    await ada.keyboard.type("Make a cluster")
    await ada.keyboard.press("Enter")
    await expect(dialog(ada).get_by_label("Name of the cluster")).to_be_focused()
    await ada.keyboard.press("Enter")
    await expect(dialog(ada).get_by_role("alert")).to_have_text("Give the cluster a name.")
    await ada.keyboard.type("Streets")
    await ada.keyboard.press("Enter")
    await saved(ada)
    frame = """() => [...board.session.on].flatMap((layer) => board.session.model.nodesOf(layer))
        .find(({ kind }) => kind === "frame")"""
    found = await ada.evaluate(frame)
    assert "".join(found["title"]) == "Streets"
    for x, y in await ada.evaluate(PLACES, ids):
        assert found["x"] < x and x + 160 < found["x"] + found["w"]
        assert found["y"] < y and y + 160 < found["y"] + found["h"]
    await until(ben, f"({frame})() !== undefined")


async def test_GA4_a_cluster_becomes_a_card_or_a_layer_by_who_may(
    served: Served, visit: Visits
) -> None:
    ada, ben, ids = await together(served, visit)
    await ben.evaluate("ids => board.selectAll(ids)", ids)
    await ben.locator(".canvas").focus()
    await ben.keyboard.press("Shift+A")
    await expect(dialog(ben).get_by_role("button", name="Make a layer")).to_have_count(0)
    await dialog(ben).get_by_label("Name of the cluster").fill("Ideas")
    await dialog(ben).get_by_role("button", name="Make a card").click()
    await saved(ben)
    card = await ben.evaluate("board.session.model.node(board.selected.value).shape")
    assert "".join(card["title"]) == "Ideas"
    assert "".join(card["text"]).splitlines() == ["More trees", "Fewer cars", "Benches"]
    assert card["tags"] == ["street", "green"]
    await until(ada, "ids => ids.every((id) => board.session.model.node(id) === undefined)", ids)
    await ben.keyboard.press("Control+z")
    await saved(ben)
    await until(ada, "ids => ids.every((id) => board.session.model.node(id))", ids)

    await ada.evaluate("ids => board.selectAll(ids)", ids)
    await ada.locator(".canvas").focus()
    await ada.keyboard.press("Shift+A")
    await dialog(ada).get_by_label("Name of the cluster").fill("Ideas")
    await dialog(ada).get_by_role("button", name="Make a layer").click()
    await saved(ada)
    await until(
        ben,
        """ids => ids.every((id) => {
            const { layer } = board.session.model.node(id) ?? {};
            return board.session.layers.get(layer)?.title === "Ideas";
        })""",
        ids,
    )


async def test_GA5_tags_are_counted_on_a_phone_and_axe_finds_nothing(
    served: Served, visit: Visits
) -> None:
    page = await editable(
        await opened(
            visit, served.links["participant"], name="Ben", **ON_PHONE
        )
    )
    await page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    await writes(
        page,
        {"said": "More trees", "tags": ["green", "street"]},
        {"said": "Fewer cars", "tags": ["street"]},
        {"said": "Benches"},
    )
    await page.evaluate("board.commands.run('gather.tags')")
    await expect(dialog(page)).to_be_visible()
    tally = dialog(page).get_by_role("list", name="Tags").get_by_role("listitem")
    await expect(tally).to_have_text(["street2", "green1", "Without a tag1"])
    assert await violations(page) == []
    await dialog(page).get_by_role("button", name="Copy the tally").click()
    await expect(dialog(page).get_by_text("Copied")).to_be_visible()
    copied = await page.evaluate("navigator.clipboard.readText()")
    assert copied == "street\t2\ngreen\t1\nWithout a tag\t1"
    await dialog(page).get_by_role("radio", name="Votes").check()
    await expect(dialog(page).get_by_text("No round of voting has ended yet.")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(dialog(page)).to_have_count(0)
