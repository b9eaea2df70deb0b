"""A real Chromium, real server processes, and pages that watch themselves.

All of these tests share one event loop, and one browser in it; each person in a test is a
browser context of their own. Without a Chromium the tests are skipped, and say so loudly; with
ORIENTATION_BOARD_REQUIRE_BROWSER=1 they fail instead.
"""

import asyncio
import contextlib
import json
import os
import re
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import (
    Browser,
    ConsoleMessage,
    Page,
    Playwright,
    ViewportSize,
    async_playwright,
)

import dev
from board.formats import json as board_json
from server.admin import Import, Made, ask
from server.folder import admin_socket
from server.seed import BOARD, arranged_paper
from tests.processes import Served, launch, start

HERE = Path(__file__).parent
NUMBERS = count(1)  # of boards


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One event loop for all tests of this folder: a browser belongs to the loop it began in."""
    for item in items:
        ours = HERE in item.path.parents and isinstance(item, pytest.Function)
        if ours and asyncio.iscoroutinefunction(item.function):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def playwright() -> AsyncIterator[Playwright]:
    async with async_playwright() as running:
        yield running


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chromium(playwright: Playwright) -> AsyncIterator[Browser]:
    browser = await launch(playwright)
    if browser is None:
        reason = "NO CHROMIUM WAS FOUND: the browser tests do not run"
        if os.environ.get(dev.REQUIRE_BROWSER):
            pytest.fail(f"{reason}, and {dev.REQUIRE_BROWSER} is set")
        pytest.skip(reason)
    yield browser
    await browser.close()


# -- servers


@pytest_asyncio.fixture(loop_scope="session")
async def serve() -> AsyncIterator[Callable[..., Awaitable[Served]]]:
    """Start servers: ``await serve(data, port=0)``; what still runs at the end is stopped."""
    running: list[Served] = []

    async def begin(data: Path, port: int = 0) -> Served:
        running.append(await start(data, port))
        return running[-1]

    yield begin
    for served in running:
        if served.process.returncode is None:
            await served.stop()
        if served.reading is not None:
            await served.reading


@dataclass
class Seeded:
    """A data folder with the built-in board, to be copied, the keys of its share links, and the
    desk's."""

    data: Path
    keys: dict[str, str]
    desk: str


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def seeded(tmp_path_factory: pytest.TempPathFactory) -> Seeded:
    """What a first start leaves behind: making the board takes longer than most tests."""
    served = await start(tmp_path_factory.mktemp("seeded") / "data")
    assert await served.stop() == 0
    assert served.reading is not None
    await served.reading
    desk = served.links.pop("desk").partition("#k=")[2]
    keys = {role: link.partition("#k=")[2] for role, link in served.links.items()}
    return Seeded(served.data, keys, desk)


def copied(seeded: Seeded, data: Path) -> Path:
    """A data folder as a first start leaves it."""
    return Path(shutil.copytree(seeded.data, data))


def with_links(served: Served, seeded: Seeded) -> Served:
    """A server on such a folder, with the links that the first start printed."""
    served.links = {role: f"{served.board}#k={key}" for role, key in seeded.keys.items()}
    return served


@pytest_asyncio.fixture(loop_scope="session")
async def alone(serve: Callable[..., Awaitable[Served]], seeded: Seeded, tmp_path: Path) -> Served:
    """A server with the built-in board, as if it had been started for the first time: for tests
    that stop it, or look at what else it has."""
    return with_links(await serve(copied(seeded, tmp_path / "data")), seeded)


@contextlib.asynccontextmanager
async def shared(seeded: Seeded, data: Path) -> AsyncIterator[Served]:
    """A server for many tests, which ends well after the last of them."""
    served = with_links(await start(copied(seeded, data)), seeded)
    yield served
    assert await served.stop() == 0
    assert served.reading is not None
    await served.reading


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def library(
    seeded: Seeded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """A server with the built-in board, shared by the tests that change nothing there."""
    async with shared(seeded, tmp_path_factory.mktemp("library") / "data") as served:
        yield served


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def house(
    seeded: Seeded, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[Served]:
    """A server with a board for each test: starting one takes longer than making a board."""
    async with shared(seeded, tmp_path_factory.mktemp("house") / "data") as served:
        yield served


@pytest_asyncio.fixture(loop_scope="session")
async def served(house: Served) -> Served:
    """A board that is like the built-in one at first, on a server that it shares with others."""
    name = f"{BOARD}-{next(NUMBERS)}"
    wanted = Import(name, tuple(board_json.read(arranged_paper())[0]), public=True)
    made: Made = await asyncio.to_thread(ask, admin_socket(house.data), wanted)
    return replace(house, name=name, links={link.role: link.address for link in made.links})


# -- pages


@dataclass
class Visit:
    """A page, and what went wrong in it: each list must be empty in the end."""

    page: Page
    errors: list[str] = field(default_factory=list)  # what the console and scripts complain of
    foreign: list[str] = field(default_factory=list)  # requests to any other origin


def fault(said: ConsoleMessage) -> bool:
    """Only a test takes the whole network away: what is then asked for in vain is no fault."""
    return said.type == "error" and "net::ERR_INTERNET_DISCONNECTED" not in said.text


@pytest_asyncio.fixture(loop_scope="session")
async def visit(chromium: Browser) -> AsyncIterator[Callable[..., Awaitable[Visit]]]:
    """Open pages: ``await visit(address, **context)``, each as another person.

    ``context`` goes to playwright's new_context (``viewport``, ``java_script_enabled``, ...).
    ``name`` is what the person has said that they are called; None: they were never asked.
    At the end of the test no page may have complained, or asked another origin for anything.
    """
    visits: list[Visit] = []
    contexts = []

    async def begin(
        address: str,
        *,
        viewport: ViewportSize | None = None,
        name: str | None = "",
        **context: Any,
    ) -> Visit:
        person = await chromium.new_context(
            viewport=viewport or {"width": 1280, "height": 800}, reduced_motion="reduce", **context
        )
        contexts.append(person)
        page = await person.new_page()
        if name is not None:
            key = json.dumps("orientation-board/name")
            kept = f"localStorage.getItem({key}) ?? {json.dumps(name)}"
            await page.add_init_script(f"localStorage.setItem({key}, {kept})")
        one = Visit(page)
        visits.append(one)
        origin = re.match(r"https?://[^/]+", address)
        assert origin is not None
        home = (f"{origin[0]}/", f"{origin[0].replace('http', 'ws', 1)}/", "data:", "blob:")

        def asked(url: str) -> None:
            if not f"{url}/".startswith(home):
                one.foreign.append(url)

        page.on("request", lambda request: asked(request.url))
        page.on("websocket", lambda socket: asked(socket.url))
        page.on("pageerror", lambda error: one.errors.append(str(error)))
        page.on("console", lambda said: one.errors.append(said.text) if fault(said) else None)
        await page.goto(address)
        return one

    yield begin
    for person in contexts:
        await person.close()
    assert not [one.errors for one in visits if one.errors]
    assert not [one.foreign for one in visits if one.foreign]
