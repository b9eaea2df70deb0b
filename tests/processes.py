"""Real processes for tests: a server, and a Chromium."""

import asyncio
import contextlib
import os
import re
import shutil
import signal
import sys
from dataclasses import dataclass, field
from pathlib import Path

from playwright.async_api import Browser, Playwright

import dev
from server.seed import BOARD

FLAGS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
START_S = 30.0
STOP_S = 15.0


class NotStarted(Exception):
    """A server process ended, or said nothing, before it served."""


@dataclass
class Served:
    """A running server process on a data folder of its own."""

    data: Path
    process: asyncio.subprocess.Process
    address: str  # http://127.0.0.1:PORT
    links: dict[str, str]  # role -> the share link of the board; first start only
    output: list[str] = field(default_factory=list)  # every line it has printed
    reading: asyncio.Task[None] | None = None  # ends with the process
    name: str = BOARD  # of the board that is looked at

    @property
    def board(self) -> str:
        """The address of the board, without a key."""
        return f"{self.address}/b/{self.name}"

    async def stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """End the process with a signal; its exit status."""
        if self.process.returncode is None:
            self.process.send_signal(sign)
        return await asyncio.wait_for(self.process.wait(), STOP_S)


async def start(data: Path, port: int = 0, source: Path = dev.ROOT) -> Served:
    """Start a server on a data folder, and wait until it has printed where it is.

    A folder that is opened again needs the port it had, for pages to find it again; share links
    are printed by the first start only. ``source`` is the folder that the packages are imported
    from. Raises NotStarted with what the server printed.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.cli", "serve", "--port", str(port), "--data", str(data),
        cwd=source, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
        env={**os.environ, "PYTHONPATH": str(source), "PYTHONUNBUFFERED": "1"},
    )  # fmt: skip
    served = Served(data, process, "", {})
    assert process.stdout is not None
    ready = asyncio.Event()

    async def read() -> None:
        assert process.stdout is not None
        async for raw in process.stdout:
            line = raw.decode().rstrip()
            served.output.append(line)
            if found := re.fullmatch(r"  (\w+) +(http://\S+)", line):
                served.links.setdefault(found[1], found[2])
            if line == "Ctrl-C stops the server":
                served.address = served.links.pop("address").partition("/b/")[0]
                ready.set()

    reading = asyncio.create_task(read())
    served.reading = reading
    waiting = asyncio.create_task(ready.wait())
    await asyncio.wait({reading, waiting}, timeout=START_S, return_when="FIRST_COMPLETED")
    waiting.cancel()
    if not ready.is_set():
        with contextlib.suppress(ProcessLookupError):
            process.kill()
        await process.wait()
        raise NotStarted("\n".join(served.output))
    return served


async def launch(playwright: Playwright) -> Browser | None:
    """A Chromium from the PATH, else playwright's own; None when there is neither."""
    names = map(shutil.which, dev.CHROMIUM_NAMES)
    path = next((name for name in names if name), playwright.chromium.executable_path)
    if not os.path.exists(path):  # noqa: ASYNC240 - nothing else runs yet
        return None
    return await playwright.chromium.launch(
        executable_path=path, args=FLAGS, chromium_sandbox=os.getuid() != 0
    )
