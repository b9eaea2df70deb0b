"""Pages behind proxies that let no websocket through: real pages, a real server, small proxies."""

import contextlib
from typing import Any

import pytest
from playwright.async_api import Page, expect

from tests.browser.conftest import Visit
from tests.browser.pages import (
    Visits,
    editable,
    node,
    opened_to_edit,
    ready,
    saved,
    until,
    violations,
)
from tests.processes import Served
from tests.proxies import Mode, Proxy, proxy

A_MEMBER = "Municipality of Varna"
NETWORK = ("WebSocket connection to", "net::ERR", "Failed to load resource")
OVER_HTTP = "Live over HTTP"


def behind(running: Proxy, address: str) -> str:
    """An address of the server, by way of a proxy."""
    return running.address + address[address.index("/b/") :]


def port_of(served: Served) -> int:
    return int(served.address.rpartition(":")[2])


def way(served: Served) -> str:
    """The way that works, which a tab keeps."""
    return f"sessionStorage.getItem('orientation-board/way/{served.name}')"


async def left(one: Visit) -> None:
    """Leave a page before its proxy goes. What it said of the network is no fault of its own."""
    await one.page.context.close()
    one.errors[:] = [said for said in one.errors if not any(name in said for name in NETWORK)]


async def moved(page: Page, id: str, x: int) -> None:
    await page.evaluate(
        "([id, x]) => board.session.edit([{ op: 'node.set', id, x }])", [id, x]
    )


async def stands_at(page: Page, id: str, x: int) -> None:
    await until(page, "([id, x]) => board.session.model.node(id).shape.x === x", [id, x])


async def edit_together(one: Page, other: Page, x: int, member: str = "") -> None:
    """Each sees what the other does, at once and confirmed."""
    member = member or await node(one, A_MEMBER)
    for page, at in ((one, x), (other, x + 1)):
        await moved(page, member, at)
        for seen in (one, other):
            await stands_at(seen, member, at)
        await saved(page)


@pytest.mark.parametrize("mode", ["403", "400", "drop", "cut"])
async def test_WY3_where_no_websocket_gets_through_people_edit_together_all_the_same(
    served: Served, visit: Visits, mode: Mode
) -> None:
    """WY3: one behind a proxy, one on a websocket; the status says so, and no more."""
    async with proxy(port_of(served), mode) as running:
        one = await visit(behind(running, served.links["participant"]))
        page = await editable(await ready(one.page))
        other = await opened_to_edit(visit, served.links["participant"])
        await expect(page.locator(".connection")).to_contain_text(OVER_HTTP)
        await expect(other.locator(".connection")).not_to_contain_text(OVER_HTTP)
        await edit_together(page, other, 20)
        assert await other.evaluate("board.here.value") == 2
        assert running.upgrades >= 1
        assert not [line for line in running.requests if "ticket=" in line or "k=" in line]
        await left(one)


@pytest.mark.parametrize("mode", ["hang", "swallow"])
async def test_WY3_a_websocket_that_hangs_is_given_up(
    served: Served, visit: Visits, mode: Mode
) -> None:
    async with proxy(port_of(served), mode) as running:
        one = await visit(behind(running, served.links["participant"]))
        await ready(one.page)
        await expect(one.page.locator(".connection")).to_contain_text(OVER_HTTP)
        await left(one)


@pytest.mark.parametrize("mode", ["buffer", "blocks"])
async def test_WY4_where_answers_are_held_back_the_page_asks_again_and_again(
    served: Served, visit: Visits, mode: Mode
) -> None:
    """WY4: events that do not come are noticed, and polls take their place."""
    async with proxy(port_of(served), mode) as running:
        one = await visit(behind(running, served.links["participant"]))
        for _ in range(2):  # each waits twenty seconds at most
            with contextlib.suppress(TimeoutError):
                await until(one.page, f"{way(served)}?.startsWith('polls')")
                break
        page = await editable(one.page)
        other = await opened_to_edit(visit, served.links["participant"])
        await edit_together(page, other, 40)
        await expect(page.locator(".connection")).to_contain_text(OVER_HTTP)
        title = await page.locator(".connection").get_attribute("title")
        assert title is not None and "again and again" in title
        await left(one)


async def test_WY5_the_tab_remembers_its_way_and_offline_work_arrives_once(
    served: Served, visit: Visits
) -> None:
    """WY5, SE7, UI11: the proxy goes and comes; what was done meanwhile is there, once."""
    async with proxy(port_of(served), "403") as running:
        one = await visit(behind(running, served.links["participant"]))
        page = await editable(await ready(one.page))
        other = await opened_to_edit(visit, served.links["participant"])
        asked = running.upgrades
        member = await node(page, A_MEMBER)
        count = "board.session.model.nodesOf(board.session.active).length"
        before = await other.evaluate(count)
        running.leave()
        await until(page, "board.status.value.kind === 'reconnecting'")
        await moved(page, member, 61)
        fresh = await page.evaluate("board.session.fresh()")
        sticky: dict[str, Any] = {
            "op": "node.create", "id": fresh, "kind": "sticky", "x": -400, "y": -400, "w": 160,
            "h": 160, "layer": await page.evaluate("board.session.active"),
        }  # fmt: skip
        await page.evaluate("op => board.session.edit([op])", sticky)
        await other.evaluate(
            "id => board.session.setText('node', id, 'title', 'While the proxy was away')", member
        )
        await saved(other)
        running.come()
        await saved(page)
        for each in (page, other):
            await stands_at(each, member, 61)
            await until(each, f"n => {count} === n", before + 1)
        title = "board.session.model.node(id).shape.title.join('')"
        await until(page, f"id => {title} === 'While the proxy was away'", member)
        # a stream that breaks is resumed, and no websocket is tried for it, nor after a reload
        running.cut()
        await edit_together(page, other, 70, member)
        await page.reload()
        await editable(await ready(page))
        await edit_together(page, other, 80, member)
        assert running.upgrades == asked
        await left(one)


async def test_WY4_events_that_never_last_give_way_to_polls(served: Served, visit: Visits) -> None:
    """WY1, WY4: a proxy that lets no answer last long."""
    async with proxy(port_of(served), "403") as running:
        one = await visit(behind(running, served.links["participant"]))
        page = await editable(await ready(one.page))
        for kept in ("events", "events", "polls"):
            await until(page, "board.status.value.kind === 'live'")
            running.cut()
            await until(page, "board.status.value.kind !== 'live'")
            await until(page, f"{way(served)}.startsWith('{kept}')")
        other = await opened_to_edit(visit, served.links["participant"])
        await edit_together(page, other, 90)
        await left(one)


async def test_WY6_where_nothing_gets_through_the_page_says_so_and_goes_on_trying(
    served: Served, visit: Visits
) -> None:
    """WY6: pages come and frames do not: the status names the network; then it is open again."""
    async with proxy(port_of(served), "pages") as running:
        one = await visit(behind(running, served.links["participant"]))
        status = one.page.locator(".connection")
        await expect(status).to_contain_text("Updates are blocked", timeout=20_000)
        assert "proxy or firewall" in str(await status.get_attribute("title"))
        await expect(one.page.locator(".empty")).to_contain_text("proxy or firewall")
        assert not await violations(one.page, "light")
        running.mode = "open"
        await ready(one.page)
        await expect(status).not_to_contain_text("blocked")
        await left(one)
