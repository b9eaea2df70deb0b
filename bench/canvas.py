"""CPU time a frame of the canvas, in a headless Chromium without a GPU.

    python -m bench.canvas [--cards 10000] [--layers 20] [--relations 10000] [--frames 120]

Measured is the CPU time of all of the browser's processes, in milliseconds a frame, while the
page moves in every frame. Each movement is measured twice in the same run: as the canvas draws
it, and drawing the whole window anew in every frame; the ratio of the two is what to compare,
for milliseconds depend on the machine. "idle" is a page whose frames change nothing. Needs a
Chromium on the PATH, and Linux, for it reads /proc.
"""

import argparse
import asyncio
import os
import shutil
import tempfile
from pathlib import Path

from playwright.async_api import Page, async_playwright

from bundle import find_node, run_node

TICK_MS = 1000 / os.sysconf("SC_CLK_TCK")
FLAGS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]

PAGE = """
<style>html, body { margin: 0; height: 100% } #host { position: relative; height: 100% }</style>
<div id="host"></div>
"""

# Each movement is a function of the frame's number; `start` puts the view where it begins.
MOVEMENTS = {
    "idle": ("t.canvas.fit(); t.canvas.zoomBy(9)", "() => {}"),
    "pan": (
        "t.canvas.fit(); t.canvas.zoomBy(9)",
        "i => t.canvas.panBy(i % 120 < 60 ? 12 : -12, i % 120 < 60 ? 7 : -7)",
    ),
    "pan, text": (
        "t.canvas.fit(); t.canvas.zoomBy(0.7 / t.canvas.zoom())",
        "i => t.canvas.panBy(i % 120 < 60 ? 12 : -12, i % 120 < 60 ? 7 : -7)",
    ),
    "whole board panned": (
        "t.canvas.fit()",
        "i => t.canvas.panBy(i % 120 < 60 ? 3 : -3, i % 120 < 60 ? 2 : -2)",
    ),
    "zoom": (
        "t.canvas.fit(); t.canvas.zoomBy(3)",
        "i => t.canvas.zoomBy(i % 60 < 30 ? 1.05 : 1 / 1.05)",
    ),
    "move one card": (
        "t.canvas.fit(); t.canvas.zoomBy(0.7 / t.canvas.zoom())",
        "i => t.move(i)",
    ),
    "toggle a layer": ("t.canvas.fit()", "i => t.toggle('layer-3', i % 2 === 1)"),
}


def cpu_ms(pid: int) -> float:
    """CPU time that a process and all below it have used so far."""
    parents: dict[int, list[int]] = {}
    spent: dict[int, float] = {}
    for folder in Path("/proc").iterdir():
        if not folder.name.isdigit():
            continue
        try:
            fields = (folder / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        own = int(folder.name)
        parents.setdefault(int(fields[1]), []).append(own)
        spent[own] = (int(fields[11]) + int(fields[12])) * TICK_MS
    total, left = 0.0, [pid]
    while left:
        one = left.pop()
        total += spent.get(one, 0.0)
        left.extend(parents.get(one, []))
    return total


def children() -> set[int]:
    """The processes that this one has started."""
    own = str(os.getpid())
    found = set()
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                if (folder / "stat").read_text().rpartition(")")[2].split()[1] == own:
                    found.add(int(folder.name))
            except (FileNotFoundError, ProcessLookupError):
                continue
    return found


async def frames(page: Page, move: str, count: int, anew: bool) -> float:
    """Move in each of so many frames; how many milliseconds they took on the clock."""
    return float(
        await page.evaluate(
            """async ([move, count, anew]) => {
                const step = eval(move);
                const from = performance.now();
                for (let i = 0; i < count; i++) {
                    await new Promise((done) => requestAnimationFrame(done));
                    step(i);
                    if (anew) t.canvas.picture.forget();
                    t.canvas.draw();
                }
                return performance.now() - from;
            }""",
            [move, count, anew],
        )
    )


async def main() -> None:
    """Measure each movement and print it."""
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--cards", type=int, default=10_000)
    arguments.add_argument("--layers", type=int, default=20)
    arguments.add_argument("--relations", type=int, default=10_000)
    arguments.add_argument("--frames", type=int, default=120)
    arguments.add_argument("--only", default="", help="movements whose name contains this")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        bundle = Path(folder) / "trial.js"
        run_node(find_node(), "build.mjs", "script", "src/canvas/trial.ts", str(bundle))
        before = children()
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=FLAGS, chromium_sandbox=False
            )
            (driver,) = children() - before
            page = await browser.new_page(viewport={"width": 1280, "height": 800})
            await page.set_content(PAGE)
            await page.add_script_tag(path=bundle)
            first = await page.evaluate(
                """([cards, layers, relations]) => {
                    const changes = trial.board(cards, layers, relations, 1);
                    const from = performance.now();
                    window.t = new trial.Trial(document.getElementById("host"), "light", changes);
                    t.canvas.picture.pixels();
                    return performance.now() - from;
                }""",
                [given.cards, given.layers, given.relations],
            )
            print(f"{given.cards} cards, {given.layers} layers, {given.relations} relations")
            print(f"first paint, from records to pixels: {first:.0f} ms")
            print(f"{'CPU ms a frame':22}{'canvas':>9}{'anew':>9}{'ratio':>8}{'frames/s':>10}")
            for name, (start, move) in MOVEMENTS.items():
                if given.only not in name:
                    continue
                cost = []
                pace = 0.0
                for full in (False, True):
                    if full and name == "idle":
                        break
                    await page.evaluate(f"() => {{ {start}; t.rest(); }}")
                    await page.wait_for_timeout(300)
                    spent = cpu_ms(driver)
                    took = await frames(page, move, given.frames, full)
                    cost.append((cpu_ms(driver) - spent) / given.frames)
                    pace = pace or 1000 * given.frames / took
                anew = f"{cost[1]:9.1f}{cost[1] / cost[0]:8.1f}" if cost[1:] else " " * 17
                print(f"{name:22}{cost[0]:9.1f}{anew}{pace:10.0f}", flush=True)
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
