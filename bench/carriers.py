"""What it costs when frames travel over HTTP instead of a websocket, on the same server.

A real server process, and a load process that joins by one carrier after the other: websockets,
server-sent events with posts, and polls with posts; then half of the members by websocket and
half by events, at the same time. Each time the same operations are submitted, and the time is
taken from each submit to each delivery (bench/fanout.py says what that is). The ratios are
against the websockets of the same run.

Commands, from the top of the checkout, on a machine with nothing else to do::

    python -m bench.carriers                              # 200 members, 20 operations a second
    python -m bench.carriers --members 100 --polls 100 --rate 50
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from bench.fanout import CARDS, OPENING_MAX, ROOT, Member, Process, make_folder, percentile, sent_at
from server.access import Access, Ticket

EVENTS: Final = "/api/boards/bench/events"
FRAMES: Final = "/api/boards/bench/frames"

Heard = Callable[["OverHttp | Member", bytes], None]


class OverHttp:
    """A member over HTTP, with as little of HTTP as it takes."""

    def __init__(self, port: int, heard: Heard, polls: bool) -> None:
        self.port = port
        self.heard = heard
        self.polls = polls
        self.id = ""
        self.posts = 0
        self.seen = 0
        self.n = 0
        loop = asyncio.get_running_loop()
        self.open: asyncio.Future[None] = loop.create_future()
        self.ready: asyncio.Future[None] = loop.create_future()
        self._unsent: asyncio.Queue[Any] = asyncio.Queue()
        self._tasks = [asyncio.create_task(self._hear()), asyncio.create_task(self._send())]

    def send(self, value: Any) -> None:
        self._unsent.put_nowait(value)

    def leave(self) -> None:
        for task in self._tasks:
            task.cancel()

    def _request(self, path: str, body: bytes, kept: bool) -> bytes:
        return (
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self.port}\r\n"
            f"Origin: http://127.0.0.1:{self.port}\r\nContent-Length: {len(body)}\r\n"
            f"Connection: {'keep-alive' if kept else 'close'}\r\n\r\n".encode()
            + body
        )

    async def _hear(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            if not self.polls:
                writer.write(self._request(EVENTS, b"", kept=True))
                rest = b""
                while part := await reader.read(65_536):
                    *events, rest = (rest + part).split(b"\n\n")
                    self._take(events)
                return
            while True:
                asked = {"poll": True, "id": self.id, "seen": self.seen}
                writer.write(self._request(EVENTS, json.dumps(asked).encode(), kept=True))
                head = await reader.readuntil(b"\r\n\r\n")
                size = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
                self._take((await reader.readexactly(size)).split(b"\n\n"))
        finally:
            writer.transport.abort()

    def _take(self, events: list[bytes]) -> None:
        for event in events:
            # what may stand before it is the head of the answer, and of a chunk
            before, _, data = event.partition(b"data: ")
            if b"event: open" in before:
                self.id = json.loads(data)["id"]
                self.open.set_result(None)
            elif b"event: close" in before:
                raise SystemExit(f"closed by the server: {data!r}")
            elif data:
                self.seen += 1
                self.heard(self, data)

    async def _send(self) -> None:
        await self.open
        while True:
            frames = [await self._unsent.get()]
            while not self._unsent.empty():
                frames.append(self._unsent.get_nowait())
            self.posts += 1
            lines = [f"{self.id} {self.posts}".encode()]
            lines += [json.dumps(frame, separators=(",", ":")).encode() for frame in frames]
            reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
            writer.write(self._request(FRAMES, b"\n".join(lines), kept=False))
            assert b" 200 " in await reader.readline()
            writer.close()


class Load:
    """The members of one measurement, and the time that every delivery took, by carrier."""

    def __init__(self, port: int, data: Path, name: str) -> None:
        self.port = port
        self.name = name  # of the measurement: its clients are new ones
        self.access = Access((data / "secret").read_bytes())
        self.members: list[tuple[str, OverHttp | Member]] = []
        self.delays_ms: dict[str, list[float]] = {}
        self.measuring = False

    async def join(self, carrier: str, number: int) -> None:
        """Connect a member, and hear all of the board."""
        delays = self.delays_ms.setdefault(carrier, [])

        def heard(member: OverHttp | Member, payload: bytes) -> None:
            if not member.ready.done():
                if payload.startswith(b'{"t":"synced"') and b'"ready":true' in payload:
                    member.ready.set_result(None)
            elif self.measuring and payload.startswith(b'{"t":"patch"'):
                now_ms = time.monotonic() * 1000 % 1e6
                delays.extend((now_ms - at) % 1e6 for at in sent_at(payload))

        member: OverHttp | Member
        if carrier == "websocket":
            _, member = await asyncio.get_running_loop().create_connection(
                lambda: Member(self.port, heard, False), "127.0.0.1", self.port
            )
        else:
            member = OverHttp(self.port, heard, carrier == "polls")
        await member.open
        client = self.access.client("bench", "people", f"{self.name} {number}")
        ticket = self.access.ticket(Ticket("bench", "people", 1, client))
        member.send({"t": "hello", "protocol": 1, "ticket": ticket})
        await member.ready
        self.members.append((carrier, member))

    async def join_all(self, carriers: list[str]) -> None:
        gate = asyncio.Semaphore(OPENING_MAX)

        async def one(number: int, carrier: str) -> None:
            async with gate:
                await self.join(carrier, number)

        await asyncio.gather(*(one(number, carrier) for number, carrier in enumerate(carriers)))

    async def run(self, rate: float, seconds: float) -> None:
        """Submit ``rate`` operations a second, each in turn, and wait for all deliveries."""
        self.measuring = True
        count = int(rate * seconds)
        began_s = time.monotonic()
        for at in range(count):
            wait_s = began_s + at / rate - time.monotonic()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            _, member = self.members[at % len(self.members)]
            member.n += 1
            x = round(time.monotonic() * 1000 % 1e6, 3)
            move = {"op": "node.set", "id": f"card{at % CARDS}", "x": x}
            member.send({"t": "submit", "n": member.n, "ops": [move]})
        expected = count * len(self.members)
        deadline_s = time.monotonic() + 15
        while self.deliveries < expected and time.monotonic() < deadline_s:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        if self.deliveries != expected:
            raise SystemExit(f"{self.deliveries} deliveries of {expected}")

    @property
    def deliveries(self) -> int:
        return sum(map(len, self.delays_ms.values()))

    def leave(self) -> None:
        for _, member in self.members:
            if isinstance(member, OverHttp):
                member.leave()
            else:
                member.transport.abort()


async def load(given: argparse.Namespace) -> None:
    """The load process: for each line that it reads, one measurement, and a line of results."""
    while line := await asyncio.to_thread(sys.stdin.readline):
        held = Load(given.port, given.data, line)
        await held.join_all(json.loads(line))
        print("joined", flush=True)
        await held.run(given.rate, given.seconds)
        print(json.dumps(held.delays_ms), flush=True)
        held.leave()
        await asyncio.sleep(1)


async def measure(
    given: argparse.Namespace, server: Process, data: Path, plans: dict[str, list[str]]
) -> dict[str, tuple[float, float, float]]:
    """Put each plan on the server: p50 and p99 in ms, and CPU seconds for 1,000,000 deliveries."""
    found: dict[str, tuple[float, float, float]] = {}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.carriers", "--load", "--port", str(server.port),
        "--data", str(data), "--rate", str(given.rate), "--seconds", str(given.seconds),
        cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**28,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    for name, carriers in plans.items():
        process.stdin.write(json.dumps(carriers).encode() + b"\n")
        if await process.stdout.readline() != b"joined\n":
            raise SystemExit(f"{name}: not everybody could join")
        before_s = server.cpu_s()
        line = await process.stdout.readline()
        if not line:
            raise SystemExit(f"{name}: not every operation reached everybody")
        measured = json.loads(line)
        used_s = server.cpu_s() - before_s
        deliveries = sum(map(len, measured.values()))
        for carrier, delays in measured.items():
            delays.sort()
            found[name if len(measured) == 1 else f"{carrier}, {name}"] = (
                percentile(delays, 0.50),
                percentile(delays, 0.99),
                used_s / deliveries * 1e6,
            )
    process.stdin.close()
    await process.wait()
    return found


async def main(given: argparse.Namespace) -> None:
    """Start a server and a load, and print what was measured."""
    half = given.members // 2
    plans = {
        "websocket": ["websocket"] * given.members,
        "events": ["events"] * given.members,
        "polls": ["polls"] * given.polls,
        "half and half": ["websocket", "events"] * half,
    }
    with tempfile.TemporaryDirectory() as scratch:
        data = Path(scratch) / "carriers"
        await make_folder(data, CARDS)
        server = await Process.start("server.cli", "serve", "--data", str(data), "--port", "0")
        try:
            found = await measure(given, server, data, plans)
        finally:
            await server.stop()
    print(
        f"{given.members} members ({given.polls} of polls), {given.rate:g} operations a second,"
        f" {given.seconds:g} s"
    )
    print(f"{'':26}{'p50 ms':>9}{'p99 ms':>9}{'CPU s / 1e6':>13}{'ratio p50':>11}{'CPU':>7}")
    base = found["websocket"]
    for name, (p50_ms, p99_ms, cpu_s) in found.items():
        ratios = f"{p50_ms / base[0]:>11.2f}{cpu_s / base[2]:>7.2f}"
        print(f"{name:26}{p50_ms:>9.2f}{p99_ms:>9.2f}{cpu_s:>13.1f}{ratios}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--members", type=int, default=200)
    parser.add_argument("--polls", type=int, default=50, help="members in the run of polls")
    parser.add_argument("--rate", type=float, default=20.0, help="operations a second, in all")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--load", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    asyncio.run(load(given) if given.load else main(given))
