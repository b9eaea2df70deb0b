"""A link is revoked while its holder submits: nothing after the revocation is applied."""

import asyncio
import random
from contextlib import suppress

import pytest
import websockets

from board.ops import AnyOp, LinkSet, NodeSet, SeatSet
from server.log import MemoryLog
from tests.server.serving import Guest
from tests.server.test_wire import board_by

ROUNDS = 25
SUBMITS = 150  # below what a client may send at once
WITHIN_S = 0.04  # of the first submit the holder is put out


async def flood(guest: Guest) -> set[int]:
    """Submit without a pause, hear until the connection is closed; gives what was acknowledged."""

    async def send() -> None:
        with suppress(websockets.ConnectionClosed):
            for _ in range(SUBMITS):
                await guest.submit(NodeSet("card0", x=float(guest.n)))
                await asyncio.sleep(0)

    sending = asyncio.create_task(send())
    acked: set[int] = set()
    try:
        while True:
            held = await guest.hear()
            if held["t"] == "ack":
                acked.add(held["n"])
    except websockets.ConnectionClosed as closed:
        assert closed.rcvd is not None
        assert closed.rcvd.code == 4009
    await sending
    return acked


async def race(rng: random.Random, by: str) -> int:
    """One round on a board of its own; gives how many submits were still in time."""
    log = MemoryLog()
    async with board_by("websocket", log) as (boards, connected):
        live = await boards.open("city")
        async with connected() as holder, connected() as host:
            await holder.join("people", "1")
            await host.join("hosts", "3")
            client = holder.access.client("city", "people", "1")
            flooding = asyncio.create_task(flood(holder))
            await asyncio.sleep(rng.random() * WITHIN_S)
            if by == "link":
                await live.submit([LinkSet("people", "participant", 2)])
            else:
                await host.submit(SeatSet(client, removed=True))
            acked = await asyncio.wait_for(flooding, 10)
            await host.submit(NodeSet("card1", x=2.0))  # for all others it goes on
            await host.until("ack", n=host.n)
        entries = await log.read("city", 0, 10_000)
    end = next(at for at, entry in enumerate(entries) if ends(entry.body.ops, client))
    mine = [at for at, entry in enumerate(entries) if entry.header.client == client]
    assert not [at for at in mine if at > end], "something was applied after the revocation"
    applied = {entries[at].header.n for at in mine}
    assert acked <= applied, "something was acknowledged that is not in the log"
    assert len(entries) > end + 1  # the host's last
    return len(mine)


def ends(made: tuple[AnyOp, ...], client: str) -> bool:
    """Whether an entry takes a client's role away."""
    return any(
        (isinstance(op, LinkSet) and op.generation == 2)
        or (isinstance(op, SeatSet) and op.id == client and op.removed is True)
        for op in made
    )


@pytest.mark.parametrize("by", ["link", "seat"])
async def test_AC2_nothing_is_applied_after_the_revocation_however_they_race(by: str) -> None:
    """AC2: over a real socket, whenever it comes: before, among, and after what is submitted."""
    rng = random.Random(by)
    in_time = [await race(rng, by) for _ in range(ROUNDS)]
    assert any(0 < count < SUBMITS for count in in_time), in_time  # it was a race
