"""Fifty people drag cards at once: what that costs a page that watches, and the server.

A real server process with the built-in board, a load process that is fifty people, and a real
Chromium in which one more person watches. Each of the fifty tells ten times a second where their
cursor and their card are, and each second drops the card with one operation and takes up the
next. Commands, from the top of the checkout, on a machine with nothing else to do::

    python -m bench.drag                    # 50 people, 10 seconds
    python -m bench.drag --people 20 --seconds 5

**main thread** is the share of one core that the page's main thread uses (Chromium's
TaskDuration, in CPU time), **Chromium** and **server** the shares that those processes use, with
all their threads, as /proc counts it. Each is named beside something measured in the same run: the
page beside itself while nobody drags, and beside itself drawing the whole window anew in every
frame; the server beside a plain relay (bench/fanout.py) that sends every frame to everybody.
"""

import argparse
import asyncio
import json
import math
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from playwright.async_api import CDPSession, Page, async_playwright

from bench.canvas import FLAGS, children, cpu_ms
from bench.fanout import ROOT, Load, Member, Process
from board import ops
from board.state import Link
from server.access import Access
from server.folder import Folder
from server.live import Boards
from server.log_sqlite import SqliteLog
from server.seed import built_in

HZ: Final = 10
RADIUS: Final = 60.0  # board units
QUIET_S: Final = 3.0

Card = tuple[str, float, float, float, float]  # id, x, y, w, h


async def make_folder(data: Path) -> list[Card]:
    """A data folder with the built-in board, named ``bench``. Gives the cards that are on."""
    made = built_in()
    with Folder(data) as folder:
        log = SqliteLog(folder.database)
        folder.secret()
        boards = Boards(log)
        links = [ops.LinkSet("people", "participant", 1), ops.LinkSet("watch", "viewer", 1)]
        await boards.create("bench", [*links, *made])
        live = await boards.open("bench")
        cards = await live.read(
            lambda board: [
                (node.id, node.x, node.y, node.w, node.h)
                for node in board.nodes()
                if all(held.published for held in board.ancestry(node.layer))
            ]
        )
        await boards.drain()
        await log.close()
    return sorted(cards)


# -- the people


class People(Load):
    """Everybody who drags."""

    def __init__(self, port: int, data: Path | None, cards: list[Card]) -> None:
        super().__init__(port, data)
        self.cards = cards
        self.told = 0
        self.relayed = 0

    def heard(self, member: Member, payload: bytes) -> None:
        super().heard(member, payload)
        self.relayed += payload.startswith(b'{"t":"present"')

    async def drag(self, seconds: float) -> None:
        """Everybody drags, each at their own moments."""
        await asyncio.gather(*(self._one(at, seconds) for at in range(len(self.members))))

    async def all_relayed(self) -> None:
        """Wait until a relay has sent everything to everybody."""
        while self.relayed < self.told * len(self.members):  # noqa: ASYNC110
            await asyncio.sleep(0.05)

    async def _one(self, number: int, seconds: float) -> None:
        member = self.members[number]
        began_s = time.monotonic() + number / len(self.members) / HZ
        for step in range(int(seconds * HZ)):
            await asyncio.sleep(max(0.0, began_s + step / HZ - time.monotonic()))
            # no card belongs to two people, and each has some
            mine = self.cards[number :: len(self.members)] or self.cards[:1]
            id, x, y, w, h = mine[step // HZ % len(mine)]
            turn = 2 * math.pi * (step % HZ + 1) / HZ
            dx, dy = RADIUS * (math.cos(turn) - 1), RADIUS * math.sin(turn)
            now = [round(x + dx, 1), round(y + dy, 1)]
            frame: dict[str, Any] = {"t": "present", "cursor": now, "drag": [[id, *now, w, h, 0]]}
            if step % HZ == 0:
                frame["selection"] = [id]
            if step % HZ == HZ - 1:
                self._drop(member, id, now)
                frame["drag"] = []
            self.told += 1
            member.send(frame)

    def _drop(self, member: Member, id: str, now: list[float]) -> None:
        member.n += 1
        move = {"op": "node.set", "id": id, "x": now[0], "y": now[1]}
        member.send({"t": "submit", "n": member.n, "ops": [move]})


async def load(given: argparse.Namespace) -> None:
    """The load process: joins; then for each line that comes, drags for so many seconds."""
    people = People(given.port, given.data, json.loads(given.cards.read_text()))
    await people.join_all(given.people)
    beating = asyncio.create_task(people.beat())
    print("joined", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        await people.drag(float(line))
        if people.access is None:
            await people.all_relayed()
        print(people.told, flush=True)
    beating.cancel()


class Crowd:
    """The load process, as the one that measures sees it."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self.process = process

    @classmethod
    async def start(cls, port: int, data: Path | None, cards: Path, people: int) -> "Crowd":
        arguments = ["--load", "--port", str(port), "--people", str(people)]
        arguments += ["--cards", str(cards), *(["--data", str(data)] if data else [])]
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bench.drag", *arguments,
            cwd=ROOT, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
        )  # fmt: skip
        crowd = cls(process)
        assert await crowd._line() == "joined"
        return crowd

    async def _line(self) -> str:
        assert self.process.stdout is not None
        return (await self.process.stdout.readline()).decode().strip()

    def begin(self, seconds: float) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{seconds}\n".encode())

    async def end(self) -> int:
        """Wait until it is done; how many frames it has said since it joined."""
        return int(await self._line())

    async def leave(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        await self.process.wait()


# -- the page


class Watcher:
    """One page in a real Chromium, and what it costs."""

    def __init__(self, page: Page, session: CDPSession, driver: int) -> None:
        self.page = page
        self.session = session
        self.driver = driver

    async def _busy_s(self) -> float:
        answer = await self.session.send("Performance.getMetrics")
        metrics = {held["name"]: float(held["value"]) for held in answer["metrics"]}
        return metrics["TaskDuration"]

    async def measure(self, seconds: float) -> dict[str, float]:
        """What the page did in so many seconds, as shares of one core, and its frames a second."""
        await self.page.evaluate(
            """() => {
                window.counted = { frames: 0, longest: 0, stop: false };
                let last = performance.now();
                const count = (now) => {
                    window.counted.frames += 1;
                    window.counted.longest = Math.max(window.counted.longest, now - last);
                    last = now;
                    if (!window.counted.stop) requestAnimationFrame(count);
                };
                requestAnimationFrame(count);
            }"""
        )
        busy_s, cpu, began_s = await self._busy_s(), cpu_ms(self.driver), time.monotonic()
        await asyncio.sleep(seconds)
        took_s = time.monotonic() - began_s
        found = {
            "busy": (await self._busy_s() - busy_s) / took_s,
            "chromium": (cpu_ms(self.driver) - cpu) / 1000 / took_s,
        }
        counted = await self.page.evaluate("() => ((counted.stop = true), counted)")
        return {**found, "fps": counted["frames"] / took_s, "longest": counted["longest"]}


async def measure(given: argparse.Namespace, scratch: Path) -> None:
    """All of it: the page and the server, then the relay."""
    data = scratch / "data"
    cards = await make_folder(data)
    held = scratch / "cards.json"
    held.write_text(json.dumps(cards))
    server = await Process.start("server.cli", "serve", "--data", str(data), "--port", "0")
    access = Access((data / "secret").read_bytes())
    token = access.token("bench", Link("watch", "viewer", 1))
    rows: dict[str, dict[str, float]] = {}
    before = children()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=FLAGS, chromium_sandbox=os.getuid() != 0
        )
        (driver,) = children() - before - {server.process.pid}
        page = await browser.new_page(viewport={"width": 1280, "height": 800})
        await page.goto(f"http://127.0.0.1:{server.port}/b/bench#k={token}")
        session = await page.context.new_cdp_session(page)
        await session.send("Performance.enable", {"timeDomain": "threadTicks"})
        watcher = Watcher(page, session, driver)
        crowd = await Crowd.start(server.port, data, held, given.people)
        await asyncio.sleep(2)
        rows["nobody drags"] = await watcher.measure(QUIET_S)
        for name, anew in (("dragged", False), ("drawn anew", True)):
            if anew:
                await page.evaluate(
                    """() => {
                        const draw = board.canvas.draw.bind(board.canvas);
                        board.canvas.draw = (settle) => {
                            board.canvas.picture.forget();
                            return draw(settle);
                        };
                    }"""
                )
            crowd.begin(given.seconds + 2)
            await asyncio.sleep(1)
            spent_s, began_s = server.cpu_s(), time.monotonic()
            rows[name] = await watcher.measure(given.seconds)
            rows[name]["server"] = (server.cpu_s() - spent_s) / (time.monotonic() - began_s)
            seen = await page.evaluate("() => board.session.company.doing.size")
            told = await crowd.end()
        await crowd.leave()
        await browser.close()
    await server.stop()
    relay = await Process.start("bench.fanout", "--relay")
    crowd = await Crowd.start(relay.port, None, held, given.people)
    spent_s = relay.cpu_s()
    crowd.begin(given.seconds)
    said = await crowd.end()
    relay_ms = (relay.cpu_s() - spent_s) * 1000 / said
    await crowd.leave()
    await relay.stop()

    print(f"{given.people} people drag {len(cards)} cards, {told:,} frames said in all")
    print(
        f"{'shares of one core':20}{'main thread':>12}{'Chromium':>10}"
        f"{'frames/s':>10}{'longest ms':>12}{'server':>8}"
    )
    for name, row in rows.items():
        print(
            f"{name:20}{row['busy']:>12.0%}{row['chromium']:>10.0%}{row['fps']:>10.0f}"
            f"{row['longest']:>12.0f}{row.get('server', float('nan')):>8.0%}"
        )
    ours = rows["dragged"]
    page_ms, anew_ms = (
        (rows[name]["busy"] - rows["nobody drags"]["busy"]) * 1000 / rows[name]["fps"]
        for name in ("dragged", "drawn anew")
    )
    server_ms = ours["server"] * 1000 / (given.people * HZ)
    print("CPU ms, and what that is of what it is measured beside:")
    print(f"main thread, a frame: {page_ms:.2f}; drawn anew {anew_ms:.2f}: {page_ms / anew_ms:.2f}")
    print(
        f"server, a frame said (checked, and told to {given.people}): {server_ms:.3f};"
        f" plain relay {relay_ms:.3f}: {server_ms / relay_ms:.2f}"
    )
    if seen < given.people // 2:
        raise SystemExit(f"the page saw only {seen} people")


async def main(given: argparse.Namespace) -> None:
    """Measure in a folder that goes away."""
    with tempfile.TemporaryDirectory() as scratch:
        await measure(given, Path(scratch))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--load", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--port", type=int, default=0, help=argparse.SUPPRESS)
    parser.add_argument("--data", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--cards", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    asyncio.run(load(given) if given.load else main(given))
