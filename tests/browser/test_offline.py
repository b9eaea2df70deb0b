"""Work goes on while the network is away: real pages, a real server, and nothing twice or lost."""

from typing import Any

from playwright.async_api import Dialog, Page, WebSocket, expect

from tests.browser.pages import (
    Visits,
    node,
    opened,
    opened_to_edit,
    ready,
    until,
    violations,
)
from tests.processes import Served

A_MEMBER = "Municipality of Varna"
SAVED = "board.session.model.pending.length === 0 && board.status.value.kind === 'live'"


BASE = """new Promise((resolve) => {
    const asked = indexedDB.open("orientation-board");
    asked.onsuccess = () => resolve(asked.result);
})"""
ROWS = f"""{BASE}.then((base) => new Promise((resolve) => {{
    const asked = base.transaction("outbox").objectStore("outbox").getAll();
    asked.onsuccess = () => (base.close(), resolve(asked.result));
}}))"""
# makes what is kept look as if it had been put there some minutes ago
AGE = f"""{BASE}.then((base) => new Promise((resolve) => {{
    const change = base.transaction("outbox", "readwrite");
    const asked = change.objectStore("outbox").openCursor();
    asked.onsuccess = () => {{
        const cursor = asked.result;
        if (cursor === null) return;
        cursor.update({{ ...cursor.value, at: cursor.value.at - 300000 }});
        cursor.continue();
    }};
    change.oncomplete = () => (base.close(), resolve(true));
}}))"""


async def edit(page: Page, *ops: dict[str, Any]) -> None:
    await page.evaluate("ops => board.session.edit(ops)", list(ops))


async def title_of(page: Page, id: str) -> str:
    return str(
        await page.evaluate("id => board.session.model.node(id).shape.title?.join('') ?? ''", id)
    )


async def set_title(page: Page, id: str, text: str) -> None:
    await page.evaluate(
        "([id, text]) => board.session.setText('node', id, 'title', text)", [id, text]
    )


async def x_of(page: Page, id: str) -> float:
    return float(await page.evaluate("id => board.session.model.node(id).shape.x", id))


async def count(page: Page) -> int:
    return int(await page.evaluate("board.session.model.nodesOf(board.session.active).length"))


async def test_SE7_what_was_done_offline_survives_a_reload_and_is_there_once(
    served: Served, visit: Visits
) -> None:
    """SE1, SE7, UI10: cut the network, edit, reload, reconnect: everything is there, once."""
    mine = await opened_to_edit(visit, served.links["participant"])
    other = await opened(visit, served.links["participant"])
    asked: list[Dialog] = []
    mine.on("dialog", lambda dialog: asked.append(dialog))
    member = await node(mine, A_MEMBER)
    layer = await mine.evaluate("board.session.active")
    before = await count(other)
    await mine.context.set_offline(True)
    await expect(mine.locator(".connection")).to_contain_text("Offline")
    fresh = await mine.evaluate("board.session.fresh()")
    sticky = {
        "op": "node.create",
        "id": fresh,
        "layer": layer,
        "kind": "sticky",
        "w": 160,
        "h": 160,
    }
    await edit(mine, {**sticky, "x": -400, "y": -400, "text": {"text": {"en": "Written offline"}}})
    await edit(mine, {"op": "node.set", "id": member, "x": 12})
    await edit(mine, {"op": "node.set", "id": member, "x": 34})
    await mine.evaluate("board.session.undo()")
    await set_title(mine, member, "Varna, offline")
    assert await x_of(mine, member) == 12
    assert await mine.evaluate("id => board.scene.nodeBox(id) !== null", fresh)
    await expect(mine.locator(".connection")).to_contain_text("5 not saved")
    assert await count(other) == before
    # the page comes back, the board does not yet
    await mine.context.route("**/tickets", lambda route: route.abort("internetdisconnected"))
    await mine.context.set_offline(False)
    await mine.reload()
    await until(mine, "window.board !== undefined")
    assert not await mine.evaluate("board.ready.value")
    assert await count(other) == before
    await mine.context.unroute("**/tickets")
    await ready(mine)
    await until(mine, SAVED)
    assert not asked  # what is kept need not be asked about
    for page in (mine, other):
        await until(page, "id => board.session.model.node(id) !== undefined", fresh)
        await until(page, "id => board.session.model.node(id).shape.x === 12", member)
        assert await count(page) == before + 1
        assert await title_of(page, member) == "Varna, offline"
    # and the steps are still there to be taken back
    await mine.evaluate("board.session.undo()")
    await until(
        other, f"id => board.session.model.node(id).shape.title.join('') === '{A_MEMBER}'", member
    )
    await mine.reload()
    await ready(mine)
    await until(mine, SAVED)
    assert await count(mine) == before + 1


async def test_SE6_texts_that_two_people_change_are_joined_or_offered(
    served: Served, visit: Visits
) -> None:
    """SE6: changes in two places are both there; in one place a person says what stands."""
    mine = await opened_to_edit(visit, served.links["participant"])
    other = await opened_to_edit(visit, served.links["participant"])
    member = await node(mine, A_MEMBER)

    async def both(ours: str, theirs: str) -> None:
        await mine.context.set_offline(True)
        await until(mine, "board.status.value.kind === 'offline'")
        await set_title(mine, member, ours)
        await set_title(other, member, theirs)
        await until(other, SAVED)
        await mine.context.set_offline(False)
        await until(mine, SAVED)

    await both("Municipality of Varna, Bulgaria", "The Municipality of Varna")
    await until(other, SAVED)
    for page in (mine, other):
        title = "board.session.model.node(id).shape.title.join('')"
        await until(page, f"id => {title} === 'The Municipality of Varna, Bulgaria'", member)
    await both("Varna by the sea", "Varna on the coast")
    offered = mine.get_by_role("region", name="Not saved")
    await expect(offered).to_contain_text("Two versions of the title")
    await expect(offered).to_contain_text("Varna by the sea")
    await expect(offered).to_contain_text("Varna on the coast")
    assert await title_of(mine, member) == "Varna on the coast"
    assert not await violations(mine, "light")
    await offered.get_by_role("button", name="Keep yours").press("Enter")
    await expect(offered).to_have_count(0)
    await until(
        other,
        "id => board.session.model.node(id).shape.title.join('') === 'Varna by the sea'",
        member,
    )


async def test_SE8_what_could_not_be_done_is_listed_with_its_text_and_the_reason(
    served: Served, visit: Visits
) -> None:
    """SE8, UI7: a layer was locked meanwhile: what was typed is there to be copied."""
    mine = await opened_to_edit(visit, served.links["participant"])
    facilitator = await opened_to_edit(visit, served.links["facilitator"])
    member = await node(mine, A_MEMBER)
    layer = await mine.evaluate("id => board.session.model.node(id).layer", member)
    await mine.context.set_offline(True)
    await until(mine, "board.status.value.kind === 'offline'")
    await set_title(mine, member, "Typed for nothing")
    await edit(mine, {"op": "node.set", "id": member, "x": 1})
    await edit(facilitator, {"op": "layer.set", "id": layer, "locked": True})
    await until(facilitator, SAVED)
    await mine.context.set_offline(False)
    listed = mine.get_by_role("region", name="Not saved")
    await expect(listed).to_contain_text("2 changes were not saved")
    await expect(listed).to_contain_text("Typed for nothing")
    await expect(listed).to_contain_text("locked")
    assert await title_of(mine, member) == A_MEMBER
    # without HTTPS a page has no clipboard: the words are selected, to be copied by hand
    await mine.evaluate("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    await listed.get_by_role("button", name="Copy the text").first.click()
    assert await mine.evaluate("getSelection().toString()") == "Typed for nothing"
    await mine.reload()
    await ready(mine)
    await expect(listed).to_contain_text("Typed for nothing")
    await listed.get_by_role("button", name="Done with all of them").click()
    await expect(listed).to_have_count(0)
    await mine.reload()
    await ready(mine)
    await until(mine, "board.session.editing !== null")
    await expect(listed).to_have_count(0)


async def test_UI10_much_that_was_done_offline_goes_out_at_a_pace_that_the_server_takes(
    served: Served, visit: Visits
) -> None:
    """UI10, SE7: 300 steps come to the server in their order, on one connection, each once."""
    mine = await opened_to_edit(visit, served.links["participant"])
    other = await opened(visit, served.links["participant"])
    before = await count(other)
    await mine.context.set_offline(True)
    await until(mine, "board.status.value.kind === 'offline'")
    await mine.evaluate(
        """() => {
            const { session } = board;
            const layer = session.active;
            for (let at = 0; at < 300; at += 1) {
                const id = session.fresh();
                session.edit([{ op: "node.create", id, layer, x: 5000 + at * 10 }]);
            }
        }"""
    )
    assert await count(mine) == before + 300
    closed: list[WebSocket] = []
    mine.on("websocket", lambda socket: socket.on("close", lambda one: closed.append(one)))
    await mine.context.set_offline(False)
    await until(mine, SAVED)
    assert not closed
    await until(
        other, f"board.session.model.nodesOf(board.session.active).length === {before + 300}"
    )
    assert await mine.evaluate("board.session.unsaved.length") == 0


async def test_SE8_what_a_closed_tab_has_left_is_shown_to_who_comes_by_the_same_link(
    served: Served, visit: Visits
) -> None:
    """SE8: it is listed, not sent; who came by another link is not told of it."""
    mine = await opened_to_edit(visit, served.links["participant"])
    member = await node(mine, A_MEMBER)
    await mine.context.set_offline(True)
    await until(mine, "board.status.value.kind === 'offline'")
    await set_title(mine, member, "Left behind")
    await until(mine, f"({ROWS}).then((rows) => rows.length === 1)")
    context = mine.context
    await mine.close()
    await context.set_offline(False)
    tabs = []
    for role in ("facilitator", "participant"):
        page = await context.new_page()
        await page.goto(served.links[role])
        await ready(page)
        await until(page, "board.session.editing !== null")
        tabs.append(page)
    for page in tabs:  # a tab that closed just now may be one that is being loaded again
        await page.evaluate(f"({ROWS}).then((rows) => rows.length)")
        assert await page.evaluate("board.session.unsaved.length") == 0
    await tabs[0].evaluate(AGE)
    for page, shown in ((tabs[0], 0), (tabs[1], 1)):
        await page.reload()
        await ready(page)
        await until(
            page,
            "board.session.editing?.hasTakenUp(board.session.seat) === true",
        )
        assert await page.evaluate("board.session.unsaved.length") == shown
        assert await title_of(page, member) == A_MEMBER
    listed = tabs[1].get_by_role("region", name="Not saved")
    await expect(listed).to_contain_text("Left behind")
    await listed.get_by_role("button", name="Done with this").click()
    await expect(listed).to_have_count(0)
    await until(tabs[1], f"({ROWS}).then((rows) => rows.length === 0)")
