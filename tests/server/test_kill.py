"""The real server process, killed with SIGKILL while people submit and watch.

tests/server/test_serve.py kills it, too, to see that nothing acknowledged is lost. Here
somebody watches meanwhile: what was shown to anybody must be there after the kill.
"""

import asyncio
import signal
from pathlib import Path
from typing import Any

import pytest
import websockets

from board import ops
from board.replay import fold
from server.access import Access
from server.folder import Folder
from server.live import Boards
from server.log_sqlite import SqliteLog
from tests.log_contract import everything
from tests.processes import start
from tests.server.serving import LIVE, Guest, connect, small_board

ROUND_S = 0.4
WINDOW = 10  # submits that one client has under way


class Worker:
    """A tab that creates cards, and sends again whatever was not acknowledged."""

    def __init__(self, access: Access, secret: str) -> None:
        self.access = access
        self.secret = secret
        self.seat = access.client("city", "people", secret)
        self.n = 0
        self.pending: set[int] = set()
        self.acked: set[int] = set()
        self.twice = 0  # sent again though it had been applied

    async def work(self, port: int, finish: bool = False) -> None:
        """Submit until the connection breaks, or, to ``finish``, until nothing is pending."""
        try:
            async with connect(port, LIVE) as socket:
                guest = Guest(socket, self.access)
                welcome = await guest.join(secret=self.secret)
                assert welcome["seat"] == self.seat
                self.twice += sum(n <= welcome["last"] for n in self.pending)
                for n in sorted(self.pending):
                    await self.send(guest, n)
                while self.pending or not finish:
                    while not finish and len(self.pending) < WINDOW:
                        self.n += 1
                        self.pending.add(self.n)
                        await self.send(guest, self.n)
                    frame = await guest.hear()
                    assert frame["t"] not in ("reject", "conflict"), frame
                    if frame["t"] == "retry":
                        await asyncio.sleep(frame["after_ms"] / 1000)
                        for n in sorted(self.pending):
                            if n >= frame["n"]:
                                await self.send(guest, n)
                    elif frame["t"] == "ack":
                        self.pending.discard(frame["n"])
                        self.acked.add(frame["n"])
                    guest.frames.clear()
                    await asyncio.sleep(0.005)  # below the rate that a client is allowed
        except (websockets.ConnectionClosed, OSError):
            assert not finish

    async def send(self, guest: Guest, n: int) -> None:
        made = ops.NodeCreate(f"{self.seat}.{n}", "first", x=float(n))
        guest.n = n - 1
        await guest.submit(made)


class Watcher:
    """Somebody who only looks, and remembers every card that was ever shown."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self.seen: set[str] = set()

    async def watch(self, port: int) -> None:
        try:
            async with connect(port, LIVE) as socket:
                guest = Guest(socket, self.access)
                await guest.join("viewers", "watcher")
                while True:
                    for frame in guest.frames:
                        self.seen |= shown(frame)
                    guest.frames.clear()
                    await guest.hear()
        except (websockets.ConnectionClosed, OSError):
            for frame in guest.frames:
                self.seen |= shown(frame)


def shown(frame: dict[str, Any]) -> set[str]:
    parts = frame.get("parts", []) if frame["t"] == "patch" else [frame]
    return {
        record["id"]
        for part in parts
        if part.get("stream", "").startswith("body/")
        for record in part.get("put", [])
    }


async def kill(data: Path, rounds: int) -> None:
    with Folder(data) as folder:
        access = Access(folder.secret())
        log = SqliteLog(folder.database)
        boards = Boards(log)
        await boards.create("city", small_board())
        await boards.drain()
        await log.close()
    workers = [Worker(access, f"tab {number}") for number in range(3)]
    watcher = Watcher(access)
    for number in range(rounds):
        served = await start(data)
        port = int(served.address.rpartition(":")[2])
        people = [asyncio.create_task(watcher.watch(port))]
        people += [asyncio.create_task(worker.work(port)) for worker in workers]
        acked = sum(len(worker.acked) for worker in workers)
        async with asyncio.timeout(20):
            while sum(len(worker.acked) for worker in workers) < acked + 30:  # noqa: ASYNC110
                await asyncio.sleep(0.01)
        await asyncio.sleep(ROUND_S * (number % 5) / 5)
        assert await served.stop(signal.SIGKILL) == -signal.SIGKILL
        await asyncio.gather(*people)
    served = await start(data)
    port = int(served.address.rpartition(":")[2])
    await asyncio.gather(*(worker.work(port, finish=True) for worker in workers))
    assert await served.stop() == 0

    log = SqliteLog(data / "boards.sqlite3")
    entries = await everything(log, "city")
    await log.close()
    board = fold(entries)
    numbers = [(entry.header.client, entry.header.n) for entry in entries if entry.header.client]
    assert len(numbers) == len(set(numbers)), "something was applied twice"
    for worker in workers:
        assert worker.acked == set(range(1, worker.n + 1))
        lost = [n for n in worker.acked if board.node(f"{worker.seat}.{n}") is None]
        assert not lost
    assert watcher.seen > {"card0", "card1", "card2"}
    vanished = {id for id in watcher.seen if board.node(id) is None}
    assert not vanished, "what was shown was not durable"
    # the kills hit: some of what was applied had not been acknowledged, and was sent again
    assert sum(worker.twice for worker in workers) >= (1 if rounds > 20 else 0)


async def test_LV41_kill_9_loses_nothing_that_was_acknowledged_or_shown(tmp_path: Path) -> None:
    await kill(tmp_path / "data", 5)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_LV41_kill_9_fifty_times(tmp_path: Path) -> None:
    await kill(tmp_path / "data", 50)
