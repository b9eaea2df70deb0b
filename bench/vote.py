"""200 people vote within ten seconds while the facilitator drives layers.

A real server process (``python -m server.cli serve``) on a folder of its own; this process opens
the sockets. Everybody builds up a ballot of three votes in a live round, one vote after the other
at random times; a tenth of them also come by a second tab, which sends their ballot again. The
facilitator drives a layer off and on twice a second. Then the round is closed, and what is in the
log is compared with what was answered.

Commands, from the top of the checkout, on a machine with nothing else to do::

    python -m bench.vote                       # 200 people, 10 seconds
    python -m bench.vote --people 500 --seconds 10

A **delivery** is one drive that reaches one person: from the facilitator's submit to its patch.
**answered** is the time from a ballot to ``voted``, which says that it is on disk. CPU seconds are
the server process's, user and system, from the opening of the round to its close. RSS is the
server's resident memory.
"""

import argparse
import asyncio
import json
import random
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from bench.fanout import Member, Process, percentile
from board import ops
from server.access import Access, Ticket
from server.folder import Folder
from server.live import Boards
from server.log_sqlite import SqliteLog

IDEAS: Final = 60
VOTES: Final = 3
DRIVES_S: Final = 2  # a second
OPENING_MAX: Final = 50  # handshakes under way at once


async def make_folder(data: Path) -> None:
    """A data folder with the board ``bench``: ideas to vote on, and layers to be driven."""
    with Folder(data) as folder:
        log = SqliteLog(folder.database)
        folder.secret()
        boards = Boards(log)
        await boards.create(
            "bench",
            [
                ops.LinkSet("people", "participant", 1),
                ops.LinkSet("hosts", "facilitator", 1),
                *(ops.LayerCreate(id) for id in ("ideas", "one", "two")),
                *(
                    ops.NodeCreate(
                        f"idea{at}", "ideas", kind="sticky", x=240.0 * (at % 10),
                        y=240.0 * (at // 10), text={"text": {"en": f"Idea number {at}"}},
                    )
                    for at in range(IDEAS)
                ),
                *(ops.NodeCreate(f"card{at}", "one", x=90.0 * at) for at in range(100)),
                ops.StageSet(True),
            ],
        )  # fmt: skip
        await boards.drain()
        await log.close()


class Crowd:
    """Everybody's socket, what was answered, and how long things took."""

    def __init__(self, port: int, data: Path) -> None:
        self.port = port
        self.access = Access((data / "secret").read_bytes())
        self.people: dict[Member, int] = {}
        self.driven_s: float | None = None  # when the drive under way was submitted
        self.deliveries_ms: list[float] = []
        self.answered_ms: list[float] = []
        self.sent_s: dict[tuple[Member, int], float] = {}
        self.ballots: dict[int, dict[str, int]] = {}  # as they were answered last
        self.tallies = 0
        self.refused = 0
        self.acked = asyncio.Event()
        self.round = f"{self.access.client('bench', 'hosts', 'tab -1')}.round"

    def heard(self, member: Member, payload: bytes) -> None:
        if not member.ready.done():
            if payload.startswith(b'{"t":"synced"') and b'"ready":true' in payload:
                member.ready.set_result(None)
        elif payload.startswith(b'{"t":"patch"'):
            if self.driven_s is not None and b'"stream":"head/one"' in payload:
                self.deliveries_ms.append((time.monotonic() - self.driven_s) * 1000)
        elif payload.startswith(b'{"t":"voted"'):
            self._voted(member, json.loads(payload))
        elif payload.startswith(b'{"t":"tally"'):
            self.tallies += 1
        elif payload.startswith(b'{"t":"ack"'):
            self.acked.set()
        elif payload.startswith(b'{"t":"reject"'):
            raise SystemExit(payload.decode())

    def _voted(self, member: Member, frame: dict[str, Any]) -> None:
        sent_s = self.sent_s.pop((member, frame["id"]), None)
        if frame.get("code"):
            self.refused += 1
        elif sent_s is not None:
            self.answered_ms.append((time.monotonic() - sent_s) * 1000)
            self.ballots[self.people[member]] = frame.get("ballot", {})

    async def join(self, person: int, tab: str = "tab", link: str = "people") -> Member:
        """Open a socket of somebody's browser."""
        _, member = await asyncio.get_running_loop().create_connection(
            lambda: Member(self.port, self.heard, False), "127.0.0.1", self.port
        )
        await member.open
        client = self.access.client("bench", link, f"{tab} {person}")
        ticket = self.access.ticket(Ticket("bench", link, 1, client))
        member.send({"t": "hello", "protocol": 1, "ticket": ticket})
        await member.ready
        member.send({"t": "voter", "secret": f"the browser of person {person}"})
        self.people[member] = person
        return member

    async def submit(self, member: Member, op: dict[str, Any]) -> None:
        """Have an operation done, and wait until it is."""
        self.acked.clear()
        member.n += 1
        member.send({"t": "submit", "n": member.n, "ops": [op]})
        await self.acked.wait()

    def vote(self, member: Member, id: int, ballot: dict[str, int]) -> None:
        self.sent_s[member, id] = time.monotonic()
        member.send({"t": "vote", "id": id, "round": self.round, "ballot": ballot})

    async def person(self, number: int, member: Member, seconds: float) -> None:
        """Vote for three things, one after the other, at random times."""
        rng = random.Random(number)
        wanted = rng.sample(range(IDEAS), VOTES)
        times = sorted(rng.uniform(0, seconds) for _ in wanted)
        began_s = time.monotonic()
        for count, at_s in enumerate(times, 1):
            await asyncio.sleep(max(0.0, began_s + at_s - time.monotonic()))
            self.vote(member, count, {f"idea{at}": 1 for at in wanted[:count]})
        if number % 10 == 0:  # and once more, from another tab
            second = await self.join(number, "second")
            self.vote(second, VOTES + 1, {f"idea{at}": 1 for at in wanted})

    async def drive(self, host: Member, seconds: float) -> int:
        """Drive a layer off and on; gives how often."""
        count = 0
        end_s = time.monotonic() + seconds
        while time.monotonic() < end_s:
            count += 1
            self.driven_s = time.monotonic()
            drive = {"op": "stage.drive", "layers": {"one": count % 2 == 0}}
            await self.submit(host, drive)
            await asyncio.sleep(1 / DRIVES_S)
        self.driven_s = None
        return count


async def load(given: argparse.Namespace, server: Process, data: Path) -> dict[str, Any]:
    """Let everybody in, vote, and close."""
    crowd = Crowd(server.port, data)
    host = await crowd.join(-1, link="hosts")
    gate = asyncio.Semaphore(OPENING_MAX)

    async def one(number: int) -> Member:
        async with gate:
            return await crowd.join(number)

    began_s = time.monotonic()
    members = await asyncio.gather(*(one(number) for number in range(given.people)))
    measured: dict[str, Any] = {"join_s": time.monotonic() - began_s, "joined_mb": server.rss_mb()}
    opening = {"op": "round.open", "id": crowd.round, "question": "Which first?"}
    await crowd.submit(host, opening | {"votes": VOTES, "layer": "ideas", "live": True})
    before_s = server.cpu_s()
    drives, *_ = await asyncio.gather(
        crowd.drive(host, given.seconds),
        *(crowd.person(at, member, given.seconds) for at, member in enumerate(members)),
    )
    deadline_s = time.monotonic() + 10
    while crowd.sent_s and time.monotonic() < deadline_s:  # noqa: ASYNC110
        await asyncio.sleep(0.02)
    await crowd.submit(host, {"op": "round.close", "id": crowd.round})
    measured["cpu_s"] = server.cpu_s() - before_s
    measured["end_mb"] = server.rss_mb()
    for member in crowd.people:
        member.transport.abort()
    delivered, answered = sorted(crowd.deliveries_ms), sorted(crowd.answered_ms)
    expected: Counter[str] = Counter()
    for ballot in crowd.ballots.values():
        expected.update(ballot)
    return measured | {
        "drives": drives,
        "deliveries": len(delivered),
        "delivery p50 ms": percentile(delivered, 0.50),
        "delivery p99 ms": percentile(delivered, 0.99),
        "ballots answered": len(answered),
        "answered p50 ms": percentile(answered, 0.50),
        "answered p99 ms": percentile(answered, 0.99),
        "ballots refused": crowd.refused,
        "ballots unanswered": len(crowd.sent_s),
        "tallies heard by each": crowd.tallies / (given.people + 1),
        "people": len(crowd.ballots),
        "votes answered": sum(expected.values()),
        "expected": dict(expected),
        "round": crowd.round,
    }


async def main(given: argparse.Namespace) -> None:
    """Start the server, let everybody vote, and print what was measured and counted."""
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "vote"
        await make_folder(data)
        server = await Process.start("server.cli", "serve", "--data", str(data), "--port", "0")
        idle_mb = server.rss_mb()
        measured = await load(given, server, data)
        await server.stop()
        log = SqliteLog(data / "boards.sqlite3")
        boards = Boards(log)
        round = await boards.glance("bench", lambda board: board.rounds[measured["round"]])
        await boards.drain()
        await log.close()
    expected, _ = measured.pop("expected"), measured.pop("round")
    print(f"{given.people} people, {given.seconds:g} s, {VOTES} votes each")
    for name, value in {"idle_mb": idle_mb, **measured}.items():
        print(f"{name:24}{value:>14,.2f}")
    print(f"{'votes counted':24}{sum(round.tally.values()):>14,}")
    print(f"{'people counted':24}{round.voters['ideas']:>14,}")
    if round.tally != {node: count for node, count in sorted(expected.items()) if count}:
        raise SystemExit("what was counted is not what was answered")
    if (sum(round.tally.values()), round.voters["ideas"]) != (VOTES * given.people, given.people):
        raise SystemExit("not everybody was counted once")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--seconds", type=float, default=10.0)
    asyncio.run(main(parser.parse_args()))
