"""How fast an operation reaches everybody, and what that costs the server.

A real server process (``python -m server.cli serve``) on a folder of its own, and a load process
that opens the sockets, submits, and takes the time from each submit to each delivery. The same
load then goes through a plain relay (Starlette's ``send_text`` to each, on uvicorn as it comes),
which neither checks, orders, stores nor applies anything: the named baseline of the ratio.

Commands, from the top of the checkout, on a machine with nothing else to do::

    python -m bench.fanout                                # 200 sockets, 20 operations a second
    python -m bench.fanout --sockets 1000 --rate 20
    python -m bench.fanout --sockets 100 --rate 400 --submitters 20
    python -m bench.fanout --joins-only                   # joins of 1,000 and 10,000 nodes

A **delivery** is one operation that reaches one member. CPU seconds are the server process's,
user and system, between the last join and the last delivery, also given for 1,000,000
deliveries. RSS is the server's resident memory: idle (nobody has come yet), with all sockets
joined, and at the end. Figures that need /proc are missing on other systems than Linux.
"""

import argparse
import asyncio
import json
import os
import re
import signal
import struct
import sys
import tempfile
import time
import zlib
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette
from starlette.routing import WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from board import ops
from server.access import Access, Ticket
from server.folder import Folder
from server.live import Boards
from server.log_sqlite import SqliteLog

ROOT: Final = Path(__file__).resolve().parent.parent
CARDS: Final = 1_000  # that the operations move; many, so that none overtakes another
OPENING_MAX: Final = 50  # handshakes under way at once
_X: Final = re.compile(rb'"x":([0-9.]+)')


# -- the servers


async def make_folder(data: Path, nodes: int) -> None:
    """A data folder with the board ``bench`` of so many nodes, in four layers."""
    with Folder(data) as folder:
        log = SqliteLog(folder.database)
        folder.secret()
        layers: list[ops.AnyOp] = [ops.LayerCreate(f"layer{at}") for at in range(4)]
        cards: list[ops.AnyOp] = [
            ops.NodeCreate(
                f"card{at}",
                f"layer{at % 4}",
                x=260.0 * (at % 100),
                y=120.0 * (at // 100),
                text={"title": {"en": f"Card number {at}"}, "text": {"en": "A few words more."}},
            )
            for at in range(nodes)
        ]
        boards = Boards(log)
        made: list[ops.AnyOp] = [ops.LinkSet("people", "participant", 1), *layers, *cards]
        await boards.create("bench", made)
        await boards.drain()
        await log.close()


class Process:
    """A server process on a free port, and what it has used."""

    def __init__(self, process: asyncio.subprocess.Process, port: int) -> None:
        self.process = process
        self.port = port

    @classmethod
    async def start(cls, *arguments: str) -> "Process":
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *arguments, cwd=ROOT, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        port = 0
        async for raw in process.stdout:
            found = re.search(rb"http://127\.0\.0\.1:(\d+)", raw)
            port = int(found[1]) if found else port
            if b"Ctrl-C" in raw:
                return cls(process, port)
        raise SystemExit(f"{' '.join(arguments)} ended before it served")

    def cpu_s(self) -> float:
        """User and system time so far, in seconds."""
        try:
            fields = Path(f"/proc/{self.process.pid}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            return float("nan")
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def rss_mb(self) -> float:
        """Resident memory, in MB of 1,000,000 bytes."""
        try:
            status = Path(f"/proc/{self.process.pid}/status").read_text()
        except OSError:
            return float("nan")
        found = re.search(r"VmRSS:\s+(\d+) kB", status)
        return int(found[1]) * 1_024 / 1e6 if found else float("nan")

    async def stop(self) -> None:
        self.process.send_signal(signal.SIGTERM)
        await self.process.wait()


def relay() -> None:
    """The baseline: whatever one sends is sent to everybody, one after the other."""
    everybody: set[WebSocket] = set()

    async def live(websocket: WebSocket) -> None:
        await websocket.accept()
        everybody.add(websocket)
        try:
            while True:
                text = await websocket.receive_text()
                for other in list(everybody):
                    try:
                        await other.send_text(text)
                    except (WebSocketDisconnect, RuntimeError, OSError):
                        everybody.discard(other)
        except WebSocketDisconnect:
            everybody.discard(websocket)

    async def run() -> None:
        app = Starlette(routes=[WebSocketRoute("/api/boards/bench/live", live)])
        server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical"))
        serving = asyncio.create_task(server.serve())
        while not server.started:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        print(f"http://127.0.0.1:{port}\nCtrl-C", flush=True)
        await serving

    asyncio.run(run())


# -- the load


class Member(asyncio.Protocol):
    """One socket, as lean as can be, so that the load process is not what is measured."""

    def __init__(self, port: int, heard: Callable[["Member", bytes], None], deflate: bool) -> None:
        self.port = port
        self.heard = heard
        self.deflate = deflate
        self.buffer = bytearray()
        self.open = asyncio.get_running_loop().create_future()
        self.ready = asyncio.get_running_loop().create_future()
        self.shaken = False
        self.bytes = 0
        self.n = 0

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        extension = "Sec-WebSocket-Extensions: permessage-deflate\r\n" if self.deflate else ""
        transport.write(
            "GET /api/boards/bench/live HTTP/1.1\r\n"
            f"Host: 127.0.0.1:{self.port}\r\nOrigin: http://127.0.0.1:{self.port}\r\n"
            "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {b64encode(bytes(16)).decode()}\r\n{extension}\r\n".encode()
        )

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        self.bytes += len(data)
        if not self.shaken:
            head, found, rest = bytes(self.buffer).partition(b"\r\n\r\n")
            if not found:
                return
            assert b" 101 " in head, head
            self.shaken = True
            self.bytes = len(rest)
            self.buffer = bytearray(rest)
            self.open.set_result(None)
        at = 0
        while len(self.buffer) >= at + 2:
            size, body = self.buffer[at + 1], at + 2
            if size == 126:
                body += 2
                size = int.from_bytes(self.buffer[at + 2 : body])
            elif size == 127:
                body += 8
                size = int.from_bytes(self.buffer[at + 2 : body])
            if len(self.buffer) < body + size:
                break
            payload = bytes(self.buffer[body : body + size])
            if self.buffer[at] == 0xC1:
                payload = zlib.decompressobj(wbits=-15).decompress(payload + b"\0\0\xff\xff")
            elif self.buffer[at] == 0x88:
                raise SystemExit(f"closed by the server: {payload!r}")
            self.heard(self, payload)
            at += (body - at) + size
        del self.buffer[:at]

    def send(self, value: Any) -> None:
        payload = json.dumps(value, separators=(",", ":")).encode()
        size = len(payload)
        head = struct.pack("!BB", 0x81, 0x80 | size) if size < 126 else struct.pack(
            "!BBH", 0x81, 0x80 | 126, size
        )  # fmt: skip
        self.transport.write(head + bytes(4) + payload)


class Load:
    """All members of the bench, and the time that every delivery took."""

    def __init__(self, port: int, data: Path | None) -> None:
        self.port = port
        self.access = None if data is None else Access((data / "secret").read_bytes())
        self.members: list[Member] = []
        self.delays_ms: list[float] = []
        self.measuring = False

    def heard(self, member: Member, payload: bytes) -> None:
        if not member.ready.done():
            if payload.startswith(b'{"t":"synced"') and b'"ready":true' in payload:
                member.ready.set_result(None)
        elif self.measuring and (
            payload.startswith(b'{"t":"patch"') or payload.startswith(b'{"t":"submit"')
        ):
            now_ms = time.monotonic() * 1000 % 1e6
            self.delays_ms.extend((now_ms - at) % 1e6 for at in sent_at(payload))

    async def join(self, number: int, deflate: bool = False) -> Member:
        """Open a socket and hear all of the board."""
        loop = asyncio.get_running_loop()
        _, member = await loop.create_connection(
            lambda: Member(self.port, self.heard, deflate), "127.0.0.1", self.port
        )
        await member.open
        if self.access is None:
            member.ready.set_result(None)
        else:
            client = self.access.client("bench", "people", f"tab {number}")
            ticket = self.access.ticket(Ticket("bench", "people", 1, client))
            member.send({"t": "hello", "protocol": 1, "ticket": ticket})
            await member.ready
        self.members.append(member)
        return member

    async def join_all(self, count: int) -> None:
        gate = asyncio.Semaphore(OPENING_MAX)

        async def one(number: int) -> None:
            async with gate:
                await self.join(number)

        await asyncio.gather(*(one(number) for number in range(count)))

    def submit(self, member: Member, card: int) -> None:
        member.n += 1
        x = round(time.monotonic() * 1000 % 1e6, 3)
        move = {"op": "node.set", "id": f"card{card}", "x": x}
        member.send({"t": "submit", "n": member.n, "ops": [move]})

    async def beat(self) -> None:
        while self.access is not None:
            await asyncio.sleep(15)
            for member in self.members:
                member.send({"t": "beat"})

    async def run(self, rate: float, seconds: float, submitters: int) -> int:
        """Submit ``rate`` operations a second; gives how many."""
        self.measuring = True
        count = int(rate * seconds)
        began_s = time.monotonic()
        for at in range(count):
            wait_s = began_s + at / rate - time.monotonic()
            if wait_s > 0:
                await asyncio.sleep(wait_s)
            self.submit(self.members[at % submitters], at % CARDS)
        expected = count * len(self.members)
        deadline_s = time.monotonic() + 10
        while len(self.delays_ms) < expected and time.monotonic() < deadline_s:  # noqa: ASYNC110
            await asyncio.sleep(0.02)
        self.measuring = False
        return count


def sent_at(payload: bytes) -> list[float]:
    """When the operations of a patch were submitted: in milliseconds, modulo 1,000,000."""
    return [float(sent) for sent in _X.findall(payload)]


async def load(given: argparse.Namespace) -> None:
    """The load process: joins, waits for a line, submits, prints what it measured."""
    held = Load(given.port, given.data)
    beating = asyncio.create_task(held.beat())
    began_s = time.monotonic()
    await held.join_all(given.sockets)
    print(json.dumps({"join_s": time.monotonic() - began_s}), flush=True)
    await asyncio.to_thread(sys.stdin.readline)
    count = await held.run(given.rate, given.seconds, given.submitters)
    delays = sorted(held.delays_ms)
    print(
        json.dumps(
            {
                "expected": count * given.sockets,
                "deliveries": len(delays),
                "p50_ms": percentile(delays, 0.50),
                "p99_ms": percentile(delays, 0.99),
                "max_ms": delays[-1] if delays else float("nan"),
            }
        ),
        flush=True,
    )
    beating.cancel()


def percentile(ordered: list[float], part: float) -> float:
    """The value that so large a part of a sorted list does not exceed."""
    return ordered[min(len(ordered) - 1, int(len(ordered) * part))] if ordered else float("nan")


async def measure(
    given: argparse.Namespace, server: Process, data: Path | None
) -> dict[str, float]:
    """Put the load on one server."""
    idle_mb = server.rss_mb()
    arguments = ["--load", "--port", str(server.port), "--sockets", str(given.sockets),
                 "--rate", str(given.rate), "--seconds", str(given.seconds),
                 "--submitters", str(given.submitters)]  # fmt: skip
    if data is not None:
        arguments += ["--data", str(data)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.fanout", *arguments, cwd=ROOT,
        stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdin is not None and process.stdout is not None
    joined = json.loads(await process.stdout.readline())
    joined_mb, before_s = server.rss_mb(), server.cpu_s()
    process.stdin.write(b"\n")
    measured: dict[str, float] = json.loads(await process.stdout.readline())
    measured |= joined
    measured["cpu_s"] = server.cpu_s() - before_s
    measured["cpu_s_million"] = measured["cpu_s"] / measured["deliveries"] * 1e6
    measured |= {"idle_mb": idle_mb, "joined_mb": joined_mb, "end_mb": server.rss_mb()}
    await process.wait()
    return measured


async def joins(port: int, data: Path) -> dict[str, float]:
    """The best of five joins: milliseconds from hello to ready, and bytes."""
    found: dict[str, float] = {}
    for name, deflate in (("plain", False), ("deflated", True)):
        held = Load(port, data)
        times = []
        for number in range(6):
            began_s = time.perf_counter()
            member = await held.join(number, deflate)
            times.append((time.perf_counter() - began_s) * 1000)
            found[f"{name}_bytes"] = member.bytes
            member.transport.abort()
        found[f"{name}_first_ms"], found[f"{name}_ms"] = times[0], min(times[1:])
    return found


async def main(given: argparse.Namespace) -> None:
    """Start the servers, one after the other, and print what was measured."""
    with tempfile.TemporaryDirectory() as scratch:
        for nodes in (1_000, 10_000):
            data = Path(scratch) / f"joins-{nodes}"
            await make_folder(data, nodes)
            server = await Process.start("server.cli", "serve", "--data", str(data), "--port", "0")
            found = await joins(server.port, data)
            print(f"join of {nodes:,} nodes: " + ", ".join(
                f"{name} {value:,.1f}" if name.endswith("_ms") else f"{name} {value:,}"
                for name, value in found.items()
            ))  # fmt: skip
            await server.stop()
        if given.joins_only:
            return
        data = Path(scratch) / "fanout"
        await make_folder(data, CARDS)
        server = await Process.start("server.cli", "serve", "--data", str(data), "--port", "0")
        ours = await measure(given, server, data)
        await server.stop()
    server = await Process.start("bench.fanout", "--relay")
    plain = await measure(given, server, None)
    await server.stop()
    print(f"{given.sockets} sockets, {given.rate:g} operations a second, {given.seconds:g} s")
    print(f"{'':16}{'board':>14}{'plain relay':>14}{'ratio':>9}")
    for name in plain:
        ratio = ours[name] / plain[name] if plain[name] else float("nan")
        print(f"{name:16}{ours[name]:>14,.2f}{plain[name]:>14,.2f}{ratio:>9.2f}")
    if ours["deliveries"] != ours["expected"]:
        raise SystemExit("not every operation reached everybody")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--rate", type=float, default=20.0, help="operations a second, in all")
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--submitters", type=int, default=10, help="sockets that submit")
    parser.add_argument("--joins-only", action="store_true")
    parser.add_argument("--load", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--relay", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.relay:
        relay()
    else:
        asyncio.run(load(given) if given.load else main(given))
