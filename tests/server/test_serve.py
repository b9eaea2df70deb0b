"""server/serve.py: the real server process, stopped, killed and started again."""

import asyncio
import contextlib
import json
import shutil
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from board.ops import NodeCreate
from board.replay import fold
from board.state import Link
from server import cli
from server.access import Access
from server.log_sqlite import SqliteLog
from tests import processes
from tests.log_contract import everything
from tests.processes import NotStarted, Served

BOARD = "cities-of-equality"
WINDOW = 12  # submits that one client has under way


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with the built-in board, as a first start leaves it."""
    data = tmp_path_factory.mktemp("seeded") / "data"
    paper = Path(cli.__file__).parent.parent / "board" / "papers" / f"{BOARD}.md"
    arguments = ("import", paper, "--name", BOARD, "--public", "--data", data)
    assert cli.main([str(argument) for argument in arguments]) == 0
    return data


@pytest.fixture
def data(seeded: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(seeded, tmp_path / "data"))


Start = Callable[..., Awaitable[Served]]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Starts servers, and sees to it that none outlives its test."""
    started: list[Served] = []

    async def begin(data: Path, port: int = 0) -> Served:
        started.append(await processes.start(data, port))
        return started[-1]

    yield begin
    for served in started:
        await served.stop(signal.SIGKILL)


async def command(*arguments: object) -> tuple[int, str, str]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "server.cli", *map(str, arguments),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 60)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


def post(address: str, body: dict[str, str]) -> Any:
    request = urllib.request.Request(
        address, json.dumps(body).encode(), {"Content-Type": "application/json"}
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)


class Submitter:
    """A browser's tab that creates nodes as fast as it may, and never gives one up."""

    def __init__(self, key: str, secret: str, layer: str, progress: asyncio.Condition) -> None:
        self.key = key
        self.secret = secret
        self.layer = layer
        self.name = ""
        self.n = 0
        self.pending: set[int] = set()
        self.acked: set[int] = set()
        self.rejected: list[Any] = []
        self.closes: list[int] = []
        self.goaways = 0
        self.wanted = True
        self.progress = progress

    async def run(self, address: str) -> None:
        """Submit until the connection ends; the next run goes on where this one stopped."""
        asked = {"key": self.key, "secret": self.secret}
        try:
            given = await asyncio.to_thread(post, f"{address}/api/boards/{BOARD}/tickets", asked)
            url = f"{address}/api/boards/{BOARD}/live".replace("http:", "ws:")
            async with connect(url, origin=address) as connection:  # type: ignore[arg-type]
                self.name = given["client"]
                hello = {"t": "hello", "protocol": 1, "ticket": given["ticket"], "own": []}
                await connection.send(json.dumps(hello))
                await self._submit(connection)
        except ConnectionClosed as closed:
            if closed.rcvd is not None:
                self.closes.append(closed.rcvd.code)
        except urllib.error.HTTPError as error:
            if error.code != 503:  # the server is stopping
                raise
        except (OSError, InvalidHandshake):
            pass  # the server has gone

    async def _submit(self, connection: ClientConnection) -> None:
        async for message in connection:
            frame = json.loads(message)
            match frame["t"]:
                case "welcome":
                    for n in sorted(self.pending):
                        await self._send(connection, n)
                case "ack":
                    self.pending.discard(frame["n"])
                    self.acked.add(frame["n"])
                    async with self.progress:
                        self.progress.notify_all()
                case "retry":
                    await asyncio.sleep(frame["after_ms"] / 1000)
                    for n in sorted(self.pending):
                        if n >= frame["n"]:
                            await self._send(connection, n)
                case "reject" | "conflict":
                    self.rejected.append(frame)
                    self.pending.discard(frame["n"])
                case "goaway":
                    self.goaways += 1
            if not self.wanted and not self.pending:
                return
            while self.wanted and len(self.pending) < WINDOW:
                self.n += 1
                self.pending.add(self.n)
                await self._send(connection, self.n)

    async def _send(self, connection: ClientConnection, n: int) -> None:
        op = {"op": "node.create", "id": f"{self.name}.{n}", "layer": self.layer}
        with contextlib.suppress(ConnectionClosed):  # what came before the end is still read
            await connection.send(json.dumps({"t": "submit", "n": n, "ops": [op]}))


async def more_acked(clients: list[Submitter], progress: asyncio.Condition, count: int) -> None:
    """Wait until so many more submits have been acknowledged."""

    def acked() -> int:
        return sum(len(client.acked) for client in clients)

    enough = acked() + count
    async with asyncio.timeout(20), progress:
        await progress.wait_for(lambda: acked() >= enough)


async def survive(start: Start, data: Path, signals: list[signal.Signals]) -> list[Submitter]:
    """Clients submit while the server is stopped by each signal and started again.

    Afterwards: what was acknowledged is there, and nothing was applied twice.
    """
    served = await start(data)
    access = Access((data / "secret").read_bytes())
    key = access.token(BOARD, Link("participant", "participant", 1))
    progress = asyncio.Condition()
    clients = [Submitter(key, f"{number}" * 32, "vision", progress) for number in range(3)]
    for sent in signals:
        running = [asyncio.create_task(client.run(served.address)) for client in clients]
        await more_acked(clients, progress, 60)
        status = await served.stop(sent)
        assert status == (0 if sent == signal.SIGTERM else -sent), served.output
        await asyncio.wait_for(asyncio.gather(*running), 20)
        served = await start(data, address_of(served))
    for client in clients:
        client.wanted = False
    async with asyncio.timeout(30):
        await asyncio.gather(*(client.run(served.address) for client in clients))
    assert await served.stop() == 0

    log = SqliteLog(data / "boards.sqlite3")
    entries = await everything(log, BOARD)
    assert await log.quarantined() == []
    await log.close()
    numbers = [(entry.header.client, entry.header.n) for entry in entries if entry.header.client]
    assert len(numbers) == len(set(numbers))
    made = {op.id for entry in entries for op in entry.body.ops if isinstance(op, NodeCreate)}
    for client in clients:
        assert client.rejected == []
        assert client.acked == set(range(1, client.n + 1))
        assert {f"{client.name}.{n}" for n in client.acked} <= made
    fold(entries)
    return clients


def address_of(served: Served) -> int:
    """The port, so that a server that starts again is found again."""
    return int(served.address.rpartition(":")[2])


async def test_CL33_kill_9_while_clients_submit_loses_nothing_and_repeats_nothing(
    start: Start, data: Path
) -> None:
    await survive(start, data, [signal.SIGKILL] * 5)


@pytest.mark.slow
@pytest.mark.timeout(600)
async def test_CL33_kill_9_fifty_times(start: Start, data: Path) -> None:
    await survive(start, data, [signal.SIGKILL] * 50)


async def test_CL33_a_stop_under_load_acknowledges_what_is_durable_and_says_goaway(
    start: Start, data: Path
) -> None:
    clients = await survive(start, data, [signal.SIGTERM])
    for client in clients:
        assert client.closes == [1012]
        assert client.goaways == 1


async def test_CL30_the_first_start_makes_the_built_in_board_and_only_that(
    start: Start, tmp_path: Path
) -> None:
    data = tmp_path / "data"
    served = await start(data)
    desk = served.links.pop("desk")
    assert desk.startswith(f"{served.address}/#k=desk.")
    given = await asyncio.to_thread(
        post, f"{served.address}/api/desk/tickets", {"key": desk.partition("#k=")[2]}
    )
    assert given["ticket"]
    assert sorted(served.links) == ["facilitator", "participant", "viewer"]
    assert served.output[0] == BOARD
    assert f"  {'address':12} {served.board}" in served.output
    for role, link in served.links.items():
        assert link.startswith(f"{served.board}#k={role}.")
        key = link.partition("#k=")[2]
        given = await asyncio.to_thread(
            post, f"{served.address}/api/boards/{BOARD}/tickets", {"key": key}
        )
        assert given["role"] == role
    # the board is open to be read by anyone
    given = await asyncio.to_thread(post, f"{served.address}/api/boards/{BOARD}/tickets", {})
    assert given["role"] == "viewer"
    assert await served.stop(signal.SIGINT) == 0

    log = SqliteLog(data / "boards.sqlite3")
    first = await log.read(BOARD)
    assert len(first) == 1
    await log.close()
    again = await start(data)
    assert again.links == {} and not any("#k=" in line for line in again.output)
    # it says how to have them shown, and that works as it stands, from anywhere, later too
    (hint,) = (line for line in again.output if line.startswith("this shows share links: "))
    assert await again.stop() == 0
    shown = await asyncio.create_subprocess_shell(
        hint.partition(": ")[2], cwd="/",
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    out, err = await asyncio.wait_for(shown.communicate(), 60)
    assert (shown.returncode, err) == (0, b"")
    assert out.decode().count(f"{again.address}/b/{BOARD}#k=") == 3  # CL26: the port it had
    log = SqliteLog(data / "boards.sqlite3")
    assert await log.boards() == [BOARD]
    assert await log.read(BOARD) == first
    await log.close()


async def test_CL31_commands_go_through_the_running_server(
    start: Start, data: Path, tmp_path: Path
) -> None:
    paper = tmp_path / "second.md"
    paper.write_text("---\ntitle: Second\nlang: en\nsources:\n  - x\n---\n\n# Aims\n\n- Fairness\n")
    served = await start(data)
    try:
        where = ("--data", data)
        status, out, err = await command("import", paper, *where)
        assert status == 0, err
        # the links begin with where the server listens, not where this command would
        key = out.split(f"{served.address}/b/second#k=")[1].split()[0]
        tickets = f"{served.address}/api/boards/second/tickets"
        assert (await asyncio.to_thread(post, tickets, {"key": key}))["role"] == "facilitator"
        status, out, _ = await command(
            "links", "second", "--role", "facilitator", "--revoke", *where
        )
        assert status == 0
        with pytest.raises(urllib.error.HTTPError):
            await asyncio.to_thread(post, tickets, {"key": key})
        key = out.partition("#k=")[2].strip()
        assert (await asyncio.to_thread(post, tickets, {"key": key}))["role"] == "facilitator"
        status, out, _ = await command("export", "second", *where)
        assert status == 0 and json.loads(out)["board"]["text"]["title"] == {"en": "Second"}
        status, out, _ = await command("boards", *where)
        assert [line.split("\t")[0] for line in out.splitlines()] == [BOARD, "second"]
        status, out, err = await command("import", paper, *where)
        assert (status, out) == (2, "") and "there is a board second already" in err
    finally:
        assert await served.stop() == 0


async def test_CL32_a_second_server_is_refused(start: Start, data: Path, tmp_path: Path) -> None:
    served = await start(data)
    try:
        port = address_of(served)
        for arguments, why in (
            (("--data", data, "--port", 0), "in use by another program"),
            (("--data", tmp_path / "other", "--port", port), f"port {port}"),
        ):
            status, out, err = await command("serve", *arguments)
            assert (status, out, err.count("\n")) == (1, "", 1)
            assert why in err
        with pytest.raises(NotStarted, match="in use"):
            await start(data)
        # and the first one goes on
        with socket.create_connection(("127.0.0.1", port), timeout=5):
            pass
        assert (await command("boards", "--data", data))[0] == 0
    finally:
        assert await served.stop() == 0
    assert not (tmp_path / "other").exists()
