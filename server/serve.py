"""``orientation-board serve``: one process that serves the boards of one data folder.

Starting: lock the folder, open its log, make the built-in board when there has never been one,
listen, take the administrator's requests. Stopping, on SIGTERM or Ctrl-C: first the boards are
drained (nothing more is taken, what came in is made durable and acknowledged, sockets close with
1012), and only then uvicorn stops, because it would close sockets at once; then the log is
closed, and the folder let go.
"""

import asyncio
import contextlib
import logging
import shlex
import shutil
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import uvicorn
from msgspec.structs import replace

from server import seed
from server.access import Access, DeskKey
from server.admin import TROUBLE, Administrator, Failed, LinkLine, listening
from server.app import create_app
from server.ballots import SqliteBallots
from server.codes import Codes
from server.config import PROGRAM, Settings
from server.folder import Folder
from server.images import Images
from server.live import Boards
from server.log_sqlite import SqliteLog
from server.sockets import UVICORN

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)

_log = logging.getLogger(__name__)


def serve(settings: Settings) -> int:
    """Serve until SIGTERM or SIGINT. Returns the exit status.

    Raises NoFolder, NoLog, and Failed when it cannot listen.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    with _listen(settings) as listener, Folder(settings.data) as folder:
        settings = replace(settings, port=listener.getsockname()[1])
        return asyncio.run(_serve(folder, settings, listener))


async def _serve(folder: Folder, settings: Settings, listener: socket.socket) -> int:
    log = SqliteLog(folder.database)
    ballots: SqliteBallots | None = None
    try:
        ballots = SqliteBallots(folder.ballots)
        access = Access(
            folder.secret(),
            origins=settings.allowed_origins,
            hosts=(urlsplit(settings.base).netloc,),
        )
        boards = Boards(log, ballots)
        await boards.sweep()
        images = Images(folder.images, access)
        desk = DeskKey(access, folder.desk_generation(), folder.keep_desk_generation)
        administrator = Administrator(boards, log, access, settings.base, desk, images)
        first = not await boards.names() and not await log.removed()
        await images.keep_boards(await boards.names())
        if first:
            await administrator.make(seed.BOARD, seed.built_in())
        codes = Codes(access, folder.codes(), folder.keep_codes)
        app = create_app(settings, boards, access, images, administrator, codes)
        server = _Server(
            uvicorn.Config(app, lifespan="off", proxy_headers=False, log_config=None, **UVICORN)
        )
        async with listening(folder.admin_socket, administrator):
            stopping = asyncio.Event()
            with _signals(stopping, server):
                running = asyncio.create_task(server.serve(sockets=[listener]))
                running.add_done_callback(lambda _: stopping.set())
                ready = asyncio.create_task(server.ready.wait())
                await asyncio.wait((ready, running), return_when=asyncio.FIRST_COMPLETED)
                ready.cancel()
                if server.ready.is_set():
                    folder.keep_address(settings.base)
                    await _announce(await boards.names(), administrator, settings, first=first)
                await stopping.wait()
                await boards.drain()
                server.should_exit = True
                await running
        return 0 if server.ready.is_set() else TROUBLE
    finally:
        if ballots is not None:
            await ballots.close()
        await log.close()


class _Server(uvicorn.Server):
    """uvicorn, but its signals are ours, and it says when it is ready."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@contextlib.contextmanager
def _signals(stopping: asyncio.Event, server: _Server) -> Iterator[None]:
    """The first signal begins the end; the second does not wait for open connections."""
    loop = asyncio.get_running_loop()

    def stop() -> None:
        if stopping.is_set():
            server.force_exit = True
        else:
            _log.info("stopping")
            stopping.set()

    for number in SIGNALS:
        loop.add_signal_handler(number, stop)
    try:
        yield
    finally:
        for number in SIGNALS:
            loop.remove_signal_handler(number)


def _listen(settings: Settings) -> socket.socket:
    """A socket that is bound, so that its port is known; it does not listen yet."""
    try:
        found = socket.getaddrinfo(
            settings.host or None,
            settings.port,
            type=socket.SOCK_STREAM,
            flags=socket.AI_PASSIVE,
        )
        family, kind, protocol, _, address = found[0]
        listener = socket.socket(family, kind, protocol)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
        try:
            listener.bind(address)
        except OSError:
            listener.close()
            raise
    except OSError as error:
        raise Failed(
            f"cannot listen on {settings.host} port {settings.port}: {error.strerror}"
        ) from error
    return listener


def command(settings: Settings, *arguments: str) -> str:
    """A command line on this server's data folder that works as it stands, in a POSIX shell.

    The program is named as it can be found: on the PATH, else beside the Python that runs.
    """
    beside = Path(sys.executable).absolute().with_name(PROGRAM)
    found = shutil.which(PROGRAM)
    if found is not None and (not beside.exists() or Path(found).samefile(beside)):
        program = [PROGRAM]
    elif beside.exists():
        program = [str(beside)]
    else:
        program = [sys.executable, "-m", "server.cli"]
    folder = [] if settings.data == Settings().data else ["--data", str(settings.data.resolve())]
    return shlex.join([*program, *arguments, *folder])


async def _announce(
    names: list[str], administrator: Administrator, settings: Settings, *, first: bool
) -> None:
    """Say where the boards are: share links on the first start, and to a person at a terminal.

    A share link opens a board to whoever has it, so it does not go to a service's log each time.
    """
    for name in names[:20]:
        print(f"{name}\n  {'address':12} {administrator.address(name)}")
        links: list[LinkLine] = []
        if name == seed.BOARD and (first or sys.stdout.isatty()):
            links = await administrator.links(name, None, revoke=False)
        for link in links:
            print(f"  {link.role:12} {link.address}")
    if len(names) > 20:
        print(f"and {len(names) - 20} more")
    if first or sys.stdout.isatty():
        print(f"all boards\n  {'desk':12} {await administrator.desk_link(revoke=False)}")
    if not first and names:
        print(f"this shows share links: {command(settings, 'links', names[0])}")
    if not first:
        print(f"this shows the desk's: {command(settings, 'desk')}")
    print("Ctrl-C stops the server", flush=True)
