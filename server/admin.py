"""What the administrator asks of the boards: their list, share links, import, export.

The command line asks in one of two ways that end in the same place: through the admin socket of
the running server, or, when none runs, of an Administrator on boards that it opened itself.

The socket lies in the data folder, where only its owner comes (0600). A connection carries one
request and one answer, each a line of JSON; a request has at most ADMIN_BYTES_MAX bytes.
"""

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final

import msgspec
from msgspec import Meta, Struct

from board import limits
from board.formats import json as board_json
from board.ops import AnyOp, LinkSet
from board.roles import RANK, Role
from board.state import Board, Link
from layers.stream import board_shape
from server.access import Access
from server.live import BoardExists, Boards, Live, NoSuchBoard, NotCreated, Unavailable
from server.log import Log, check_board_name
from server.protocol import Ack, Conflict, Reject
from server.seed import with_access

BAD_INPUT: Final = 2
TROUBLE: Final = 1

_log = logging.getLogger(__name__)


class Failed(Exception):
    """A request was not done. ``status`` is what the command line exits with."""

    def __init__(self, message: str, status: int = TROUBLE) -> None:
        super().__init__(message)
        self.status = status


class NotRunning(Exception):
    """No server listens on the admin socket."""


class BoardLine(Struct, frozen=True):
    """A board in the list.

    ``public`` is None when the board cannot be opened just now. ``unreadable``: the entry that
    it cannot be read beyond, and why.
    """

    name: str
    address: str
    entries: int
    title: str = ""
    public: bool | None = None
    unreadable: str = ""


class LinkLine(Struct, frozen=True):
    """A share link, as it is now."""

    id: str
    role: str
    address: str


class ListBoards(Struct, frozen=True, tag="boards", tag_field="ask", forbid_unknown_fields=True):
    """All boards."""

    answer: ClassVar[Any] = list[BoardLine]


class ShowLinks(Struct, frozen=True, tag="links", tag_field="ask", forbid_unknown_fields=True):
    """The share links of a board, of one role or of all; ``revoke``: after new ones are made.

    A role that has no link gets one, when it is asked for by name.
    """

    answer: ClassVar[Any] = list[LinkLine]
    board: str
    role: Role | None = None
    revoke: bool = False


class Import(Struct, frozen=True, tag="import", tag_field="ask", forbid_unknown_fields=True):
    """Make a new board of these operations, with its first share links, in one commit."""

    answer: ClassVar[Any] = list[LinkLine]
    board: str
    ops: Annotated[tuple[AnyOp, ...], Meta(max_length=limits.IMPORT_OPS_MAX)]
    public: bool = False


class Export(Struct, frozen=True, tag="export", tag_field="ask", forbid_unknown_fields=True):
    """A board as Board JSON."""

    answer: ClassVar[Any] = str
    board: str


Ask = ListBoards | ShowLinks | Import | Export


class Answer(Struct, frozen=True):
    """What comes back over the socket: a value; or, with a status that is not 0, why not."""

    value: msgspec.Raw = msgspec.Raw(b"null")
    status: int = 0
    message: str = ""


class Administrator:
    """Does what is asked, on the boards of one log. ``base`` is what addresses begin with."""

    def __init__(self, boards: Boards, log: Log, access: Access, base: str) -> None:
        self._boards = boards
        self._log = log
        self._access = access
        self._base = base

    async def do(self, ask: Ask) -> Any:
        """The answer, of the type ``ask.answer``. Raises Failed."""
        if isinstance(ask, ListBoards):
            return await self.boards()
        try:
            match ask:
                case ShowLinks():
                    return await self.links(ask.board, ask.role, revoke=ask.revoke)
                case Import():
                    return await self.make(ask.board, with_access(ask.ops, public=ask.public))
                case Export():
                    return await self.export(ask.board)
        except NoSuchBoard:
            raise Failed(f"there is no board {ask.board}", BAD_INPUT) from None
        except BoardExists:
            raise Failed(f"there is a board {ask.board} already", BAD_INPUT) from None
        except NotCreated as refused:
            raise _refused(refused.outcome) from None
        except Unavailable as error:
            raise Failed(str(error)) from error

    def address(self, board: str) -> str:
        """Where people find a board."""
        return f"{self._base}/b/{board}"

    async def boards(self) -> list[BoardLine]:
        """All boards, by name."""
        unreadable = {one.board: one for one in reversed(await self._log.quarantined())}
        lines = []
        for name in await self._boards.names():
            bad = unreadable.get(name)
            why = "" if bad is None else f"entry {bad.seq}: {bad.why}"
            title, public = "", None
            with contextlib.suppress(NoSuchBoard, Unavailable):
                title, public = await (await self._open(name)).read(_card)
            entries = await self._log.last(name)
            lines.append(BoardLine(name, self.address(name), entries, title, public, why))
        return lines

    async def links(self, board: str, role: Role | None, *, revoke: bool) -> list[LinkLine]:
        """A board's share links, by role. Raises NoSuchBoard, Unavailable, Failed."""
        live = await self._open(board)
        held = await _links(live, role)
        ops: list[AnyOp] = []
        if revoke:
            ops = [LinkSet(link.id, link.role, link.generation + 1) for link in held]
        if role is not None and not held:
            taken = {link.id for link in await _links(live, None)}
            free = (role, *(f"{role}-{at}" for at in range(2, limits.LINKS_MAX + 2)))
            ops = [LinkSet(next(id for id in free if id not in taken), role, 1)]
        if ops:
            outcome = await live.submit(ops)
            if not isinstance(outcome, Ack):
                raise _refused(outcome)
            held = await _links(live, role)
        return [
            LinkLine(
                link.id, link.role, f"{self.address(board)}#k={self._access.token(board, link)}"
            )
            for link in held
        ]

    async def make(self, board: str, ops: Sequence[AnyOp]) -> list[LinkLine]:
        """Make a board. Raises BoardExists, NotCreated, Unavailable, Failed."""
        try:
            check_board_name(board)
        except ValueError as error:
            raise Failed(str(error), BAD_INPUT) from None
        if len(ops) > limits.IMPORT_OPS_MAX:
            raise Failed(f"{len(ops)} operations, at most {limits.IMPORT_OPS_MAX}", BAD_INPUT)
        if len(await self._boards.names()) >= limits.BOARDS_MAX:
            raise Failed(f"there are {limits.BOARDS_MAX} boards, and no more can be kept")
        await self._boards.create(board, ops)
        return await self.links(board, None, revoke=False)

    async def export(self, board: str) -> str:
        """A board as Board JSON. Raises NoSuchBoard, Unavailable."""
        content = await (await self._open(board)).read(board_json.content)
        return (await asyncio.to_thread(board_json.encode, content)).decode()

    async def _open(self, board: str) -> Live:
        try:
            check_board_name(board)
        except ValueError as error:
            raise NoSuchBoard(board) from error
        return await self._boards.open(board)


def _card(board: Board) -> tuple[str, bool]:
    return board_shape(board).title, board.public


async def _links(live: Live, role: Role | None) -> list[Link]:
    def chosen(board: Board) -> list[Link]:
        return [link for link in board.links.values() if role in (None, link.role)]

    return sorted(await live.read(chosen), key=lambda link: (-RANK[link.role], link.id))


def _refused(outcome: Reject | Conflict) -> Failed:
    if isinstance(outcome, Reject):
        return Failed(f"{outcome.where or 'request'}: {outcome.message}", BAD_INPUT)
    return Failed(f"{outcome.where}: the text there is another", BAD_INPUT)


# -- the socket

_asks = msgspec.json.Decoder(Ask)
_answers = msgspec.json.Decoder(Answer)


@contextlib.asynccontextmanager
async def listening(path: Path, administrator: Administrator) -> AsyncIterator[None]:
    """Answer on the admin socket at ``path``; at the end, finish what was asked.

    Whoever calls it holds the data folder's lock: a socket that is there is a dead server's.
    """
    running: set[asyncio.Task[None]] = set()

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.create_task(_serve(reader, writer, administrator), name="admin")
        running.add(task)
        task.add_done_callback(running.discard)

    server = await asyncio.start_unix_server(
        connected, sock=_bound(path), limit=limits.ADMIN_BYTES_MAX
    )
    try:
        yield
    finally:
        server.close()
        if running:
            _, late = await asyncio.wait(running, timeout=limits.DRAIN_S)
            for task in late:
                task.cancel()
        _remove(path)


def _bound(path: Path) -> socket.socket:
    """A socket at ``path``, for its owner alone from the moment that it is there."""
    _remove(path)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    mask = os.umask(0o177)
    try:
        with _short(path) as short:
            listener.bind(short)
    except OSError:
        listener.close()
        raise
    finally:
        os.umask(mask)
    return listener


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


async def _serve(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, administrator: Administrator
) -> None:
    try:
        answer = await _answer(reader, administrator)
        writer.write(msgspec.json.encode(answer) + b"\n")
        await writer.drain()
    except (OSError, TimeoutError):
        _log.warning("the command line has gone before its answer")
    finally:
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()


async def _answer(reader: asyncio.StreamReader, administrator: Administrator) -> Answer:
    try:
        async with asyncio.timeout(limits.ADMIN_S):
            line = await reader.readline()
        if not line.endswith(b"\n"):
            return Answer(status=BAD_INPUT, message="the request has no end")
        ask = _asks.decode(line)
    except ValueError as error:  # too long; no JSON; not as it must be
        why = str(error) if isinstance(error, msgspec.MsgspecError) else "the request is too long"
        return Answer(status=BAD_INPUT, message=why)
    try:
        return Answer(msgspec.Raw(msgspec.json.encode(await administrator.do(ask))))
    except Failed as error:
        return Answer(status=error.status, message=str(error))
    except Exception:
        _log.exception("a request of the administrator failed")
        return Answer(status=TROUBLE, message="the server failed; its log says why")


def ask(path: Path, request: Ask) -> Any:
    """Ask the running server; the answer is of the type ``request.answer``.

    Raises NotRunning when none listens at ``path``, and Failed. It blocks.
    """
    line = msgspec.json.encode(request) + b"\n"
    if len(line) > limits.ADMIN_BYTES_MAX:
        raise Failed(f"this is too large: at most {limits.ADMIN_BYTES_MAX} bytes", BAD_INPUT)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(limits.ADMIN_S)
        try:
            with _short(path) as short:
                connection.connect(short)
        except (FileNotFoundError, NotADirectoryError, ConnectionRefusedError):
            raise NotRunning from None
        except OSError as error:
            raise Failed(f"{path}: {error.strerror}") from error
        try:
            with contextlib.suppress(BrokenPipeError):  # it may have answered before the end
                connection.sendall(line)
            with connection.makefile("rb") as stream:
                answered = stream.readline()
        except OSError as error:
            raise Failed(f"the server did not answer: {error}") from error
    if not answered.endswith(b"\n"):
        raise Failed("the server stopped before it answered")
    answer = _answers.decode(answered)
    if answer.status:
        raise Failed(answer.message, answer.status)
    return msgspec.json.decode(answer.value, type=request.answer)


@contextlib.contextmanager
def _short(path: Path) -> Iterator[str]:
    """A name for a socket that the kernel takes: it has room for about a hundred bytes."""
    if len(os.fsencode(path)) < 100:
        yield str(path)
        return
    directory = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield f"/proc/self/fd/{directory}/{path.name}"
    finally:
        os.close(directory)
