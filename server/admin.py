"""What the administrator asks of the boards: all that is done to a board as a whole.

The desk (server/desk.py) comes here, too, so that there is one way to do each. The command line
asks in one of two ways that end in the same place: through the admin socket of the running
server, or, when none runs, of an Administrator on boards that it opened itself.

The socket lies in the data folder, where only its owner comes (0600). A connection carries one
request and one answer, each a line of JSON; a request has at most ADMIN_BYTES_MAX bytes.
"""

import asyncio
import contextlib
import logging
import os
import secrets
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Annotated, Any, ClassVar, Final, TypeVar

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from board import limits
from board.formats import json as board_json
from board.ops import AccessSet, AnyOp, BoardArchive, LinkSet, NodeCreate, TextSet
from board.paper import slug
from board.roles import RANK, Role
from board.state import Board, Link
from layers.stream import board_shape
from server import documents, exports
from server.access import Access, DeskKey, revoked
from server.api import Authors
from server.documents import BadDocument, Document
from server.exports import Exported
from server.folder import NoFolder
from server.images import Gone, Images, NotTaken
from server.live import (
    BoardExists,
    Boards,
    Live,
    NameUsed,
    NoSuchBoard,
    NotCreated,
    Unavailable,
)
from server.log import Log, check_board_name
from server.protocol import Ack, Conflict, Reject
from server.results import results
from server.seed import with_access

T = TypeVar("T")
Pictures = Callable[[str], Awaitable[dict[str, str]]]  # gives a new board images: old name -> new

BAD_INPUT: Final = 2
TROUBLE: Final = 1

_log = logging.getLogger(__name__)


class Failed(Exception):
    """A request was not done. ``status`` is what the command line exits with.

    ``code`` is what the desk says (server/api.py), with ``where`` and the message.
    """

    def __init__(
        self, message: str, status: int = TROUBLE, *, code: str = "unavailable", where: str = ""
    ) -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.message = message
        self.status = status
        self.code = code
        self.where = where


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
    archived: bool = False


class Card(Struct, frozen=True):
    """A board as a whole: what the desk shows of it. See BoardLine for what they share.

    ``version`` changes with the board and tells nothing else; ``changed_ms`` is the time of its
    last entry, in milliseconds since 1970 UTC.
    """

    name: str
    version: str
    entries: int
    title: str = ""
    lang: str = ""
    public: bool | None = None
    archived: bool = False
    nodes: int = 0
    changed_ms: int = 0
    unreadable: str = ""


class Made(Struct, frozen=True):
    """A board that was made: its name, its share links, and what could not be brought along."""

    name: str
    links: list["LinkLine"]
    losses: list[str] = []


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
    """Make a new board of these operations, with its first share links, in one commit.

    ``images`` are those that came along, by the names that the operations give them.
    """

    answer: ClassVar[Any] = Made
    board: str
    ops: Annotated[tuple[AnyOp, ...], Meta(max_length=limits.IMPORT_OPS_MAX)]
    public: bool = False
    images: board_json.Images = {}


class Export(Struct, frozen=True, tag="export", tag_field="ask", forbid_unknown_fields=True):
    """A board as Board JSON."""

    answer: ClassVar[Any] = Exported
    board: str


class Zipped(Struct, frozen=True):
    """A zip, in base 64."""

    content: bytes


class Results(Struct, frozen=True, tag="results", tag_field="ask", forbid_unknown_fields=True):
    """What a workshop came to, as a zip. ``role``: as far as that may read it."""

    answer: ClassVar[Any] = Zipped
    board: str
    authors: Authors = "number"
    role: Role = "facilitator"


class Duplicate(Struct, frozen=True, tag="duplicate", tag_field="ask", forbid_unknown_fields=True):
    """Make a new board of what is on another: without its links and its history.

    Without a ``name`` one is made of the title, and without a title it has the same.
    """

    answer: ClassVar[Any] = Made
    board: str
    name: str | None = None
    title: str | None = None


class Archive(Struct, frozen=True, tag="archive", tag_field="ask", forbid_unknown_fields=True):
    """Put a board away, to be read and not changed; or end that."""

    answer: ClassVar[Any] = None
    board: str
    archived: bool = True


class Delete(Struct, frozen=True, tag="delete", tag_field="ask", forbid_unknown_fields=True):
    """Remove a board for good."""

    answer: ClassVar[Any] = None
    board: str


class ShowDesk(Struct, frozen=True, tag="desk", tag_field="ask", forbid_unknown_fields=True):
    """The desk's link; ``revoke``: after a new one is made."""

    answer: ClassVar[Any] = str
    revoke: bool = False


Ask = ListBoards | ShowLinks | Import | Export | Results | Duplicate | Archive | Delete | ShowDesk


class Answer(Struct, frozen=True):
    """What comes back over the socket: a value; or, with a status that is not 0, why not."""

    value: msgspec.Raw = msgspec.Raw(b"null")
    status: int = 0
    message: str = ""


class Administrator:
    """Does what is asked, on the boards of one log. ``base`` is what addresses begin with."""

    def __init__(
        self,
        boards: Boards,
        log: Log,
        access: Access,
        base: str,
        desk: DeskKey | None = None,
        images: Images | None = None,
    ) -> None:
        self.desk = desk or DeskKey(access)
        self._images = images
        self._boards = boards
        self._log = log
        self._access = access
        self._base = base
        self._making = asyncio.Lock()  # boards are counted, then made
        self._claimed: set[str] = set()  # names of boards that are being made
        self._cards: dict[str, Card] = {}

    async def do(self, ask: Ask) -> Any:
        """The answer, of the type ``ask.answer``. Raises Failed."""
        if isinstance(ask, ListBoards):
            return await self.boards()
        if isinstance(ask, ShowDesk):
            return await self.desk_link(revoke=ask.revoke)
        try:
            match ask:
                case ShowLinks():
                    return await self.links(ask.board, ask.role, revoke=ask.revoke)
                case Import():
                    ops = with_access(ask.ops, public=ask.public)
                    return await self._imported(ask.board, ops, ask.images)
                case Export():
                    return await self.export(ask.board)
                case Results():
                    return await self.results(ask.board, ask.authors, ask.role)
                case Duplicate():
                    name = await self.duplicate(ask.board, ask.title, ask.name)
                    return Made(name, await self.links(name, None, revoke=False))
                case Archive():
                    return await self.archive(ask.board, ask.archived)
                case Delete():
                    return await self.remove(ask.board)
        except NoSuchBoard:
            raise Failed(f"there is no board {ask.board}", BAD_INPUT) from None
        except NameUsed as used:
            why = "its links would open the new one"
            raise Failed(f"there was a board {used} before: {why}", BAD_INPUT) from None
        except BoardExists as taken:
            raise Failed(f"there is a board {taken} already", BAD_INPUT) from None
        except NotCreated as refused:
            raise _refused(refused.outcome) from None
        except Unavailable as error:
            raise Failed(str(error)) from error

    def address(self, board: str) -> str:
        """Where people find a board."""
        return f"{self._base}/b/{board}"

    async def boards(self) -> list[BoardLine]:
        """All boards, by name, in lines."""
        return [
            BoardLine(
                card.name,
                self.address(card.name),
                card.entries,
                card.title,
                card.public,
                card.unreadable,
                card.archived,
            )
            for card in await self.cards()
        ]

    async def cards(self) -> list[Card]:
        """All boards, by name. A board that has not changed since is not read again."""
        known = self._cards
        read: dict[str, Card] = {}
        shown: dict[str, Card] = {}
        for name in await self._boards.names():
            try:
                entries = await self._boards.last(name)
                if not entries:
                    continue  # it was removed meanwhile
                card = shown[name] = Card(name, self._access.version(name, entries), entries)
                held = known.get(name)
                if held is None or held.version != card.version:
                    held = await self._boards.glance(name, partial(_card, card=card))
                shown[name] = read[name] = held
            except NoSuchBoard:
                shown.pop(name, None)
            except Unavailable:
                continue  # it is shown without a title, and read when the list is made again
        self._cards = read
        unreadable = {one.board: one for one in reversed(await self._log.quarantined())}
        for name, bad in unreadable.items():
            if name in shown:
                shown[name] = replace(shown[name], unreadable=f"entry {bad.seq}: {bad.why}")
        return list(shown.values())

    async def card(self, board: str) -> Card:
        """One board. Raises NoSuchBoard, Unavailable."""
        entries = await self._boards.last(board)
        version = self._access.version(board, entries)
        return await self._boards.glance(board, partial(_card, card=Card(board, version, entries)))

    async def links(self, board: str, role: Role | None, *, revoke: bool) -> list[LinkLine]:
        """A board's share links, by role. Raises NoSuchBoard, Unavailable, Failed."""
        live = await self._open(board)
        held = await _links(live, role)
        ops: list[AnyOp] = []
        if revoke:
            ops = [revoked(link) for link in held]
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

    async def make(
        self, board: str, ops: Sequence[AnyOp], pictures: Pictures | None = None
    ) -> dict[str, str]:
        """Make a board, with the images that ``pictures`` gives it; returns their names.

        Raises BoardExists, NotCreated, Unavailable, Failed.
        """
        try:
            check_board_name(board)
        except ValueError as error:
            raise Failed(str(error), BAD_INPUT, code="invalid", where="name") from None
        if len(ops) > limits.IMPORT_OPS_MAX:
            why = f"{len(ops)} operations, at most {limits.IMPORT_OPS_MAX}"
            raise Failed(why, BAD_INPUT, code="invalid")
        if board in self._claimed or await self._boards.last(board):
            raise BoardExists(board)
        self._claimed.add(board)
        try:
            names = {} if pictures is None else await _brought(board, pictures)
            await self._make(board, [_showing(op, names) for op in ops])
            return names
        except (BoardExists, NotCreated, Failed):  # there is no board, and was none meanwhile
            if self._images is not None:
                with contextlib.suppress(OSError):  # the next start removes them, too
                    await self._images.discard(board)
            raise
        finally:
            self._claimed.discard(board)

    async def _make(self, board: str, ops: Sequence[AnyOp]) -> None:
        async with self._making:
            if len(await self._boards.names()) >= limits.BOARDS_MAX:
                why = f"there are {limits.BOARDS_MAX} boards, and no more can be kept"
                raise Failed(why, code="full")
            await self._boards.create(board, ops)

    async def _imported(
        self, board: str, ops: Sequence[AnyOp], images: Mapping[str, bytes]
    ) -> Made:
        """Make a board with images that came along in a file. Raises as ``make`` does."""
        named = {op.image for op in ops if isinstance(op, NodeCreate)}
        wanted = {name: data for name, data in images.items() if name in named}
        losses = []
        if self._images is None or not wanted:
            await self.make(board, ops)
        else:
            names = await self.make(board, ops, partial(self._images.adopt, images=wanted))
            losses = [
                f"node {op.id}: its image cannot be read"
                for op in ops
                if isinstance(op, NodeCreate) and op.image in wanted and op.image not in names
            ]
        return Made(board, await self.links(board, None, revoke=False), losses)

    async def create(self, document: Document) -> Made:
        """Make a private board of a document, under a free name like its title.

        Raises BoardExists, NotCreated, Unavailable, Failed.
        """
        arranged = await asyncio.to_thread(document.arranged)
        ops = with_access(arranged.ops, public=False)
        for name in _names(slug(document.title)):
            with contextlib.suppress(BoardExists):
                made = await self._imported(name, ops, document.images)
                return replace(made, losses=[*document.losses, *made.losses])
        raise BoardExists(name)

    async def duplicate(self, board: str, title: str | None = None, name: str | None = None) -> str:
        """Make a board of what is on another one, as one entry: without links and history.

        Returns its name. Raises as ``create`` does, and NoSuchBoard.
        """
        content = await self._glance(board, board_json.content)
        try:
            document = await asyncio.to_thread(_copied, content, title)
        except BadDocument as error:
            raise Failed(error.message, BAD_INPUT, code="invalid", where=error.where) from None
        ops = with_access(document.ops, public=False)
        named = {op.image for op in ops if isinstance(op, NodeCreate) and op.image}
        pictures: Pictures | None = None
        if self._images is not None and named:
            pictures = partial(self._images.copy, board, names=named)
        stem = slug(title) if title else board[:48]
        for free in [name] if name is not None else _names(stem):
            try:
                await self.make(free, ops, pictures)
                return free
            except BoardExists:
                if name is not None:
                    raise
        raise BoardExists(free)

    async def rename(self, board: str, title: str) -> None:
        """Give a board another title, in the language that its title is shown in.

        Raises NoSuchBoard, Unavailable, Failed.
        """
        live = await self._open(board)
        lang, base = await live.read(_title)
        await self._submit(live, TextSet("board", "title", lang, title, base=base))

    async def archive(self, board: str, archived: bool) -> None:
        """Put a board away, or end that. Raises NoSuchBoard, Unavailable, Failed."""
        live = await self._open(board)
        if await live.read(lambda held: held.archived) != archived:
            await self._submit(live, BoardArchive(archived))

    async def publish(self, board: str, public: bool) -> None:
        """Let a board be read without a link, or end that. Raises as ``archive`` does."""
        live = await self._open(board)
        if await live.read(lambda held: held.public) != public:
            await self._submit(live, AccessSet(public))

    async def remove(self, board: str) -> None:
        """Remove a board for good, with its images. Raises NoSuchBoard, Unavailable, Failed."""
        _checked(board)
        await self._boards.remove(board)
        if self._images is None:
            return
        try:
            await self._images.remove(board)
        except OSError as error:
            why = "the board is gone, but images of it are left until the server's next start"
            raise Failed(f"{why}: {error.strerror}") from error

    async def desk_link(self, *, revoke: bool) -> str:
        """The desk's link. Raises Failed."""
        if revoke:
            try:
                await asyncio.to_thread(self.desk.revoke)
            except NoFolder as error:
                raise Failed(str(error)) from error
        return f"{self._base}/#k={self.desk.key}"

    async def export(self, board: str) -> Exported:
        """A board as Board JSON, with its images. Raises NoSuchBoard, Unavailable."""
        content = await self._glance(board, board_json.content)
        return await asyncio.to_thread(exports.document, content, board, self._images)

    async def results(self, board: str, authors: Authors, role: Role) -> Zipped:
        """What a workshop came to. Raises NoSuchBoard, Unavailable."""
        still = await self._glance(board, Board.still)
        return Zipped(await asyncio.to_thread(results, still, role, authors, board, self._images))

    async def _open(self, board: str) -> Live:
        return await self._boards.open(_checked(board))

    async def _glance(self, board: str, fn: Callable[[Board], T]) -> T:
        return await self._boards.glance(_checked(board), fn)

    async def _submit(self, live: Live, op: AnyOp) -> None:
        outcome = await live.submit([op])
        if not isinstance(outcome, Ack):
            raise _refused(outcome)


def _checked(board: str) -> str:
    """A name that a board can have. Raises NoSuchBoard."""
    try:
        check_board_name(board)
    except ValueError as error:
        raise NoSuchBoard(board) from error
    return board


async def _brought(board: str, pictures: Pictures) -> dict[str, str]:
    """Give a new board its images. Raises NameUsed, Failed."""
    try:
        return await pictures(board)
    except Gone as error:
        raise NameUsed(board) from error
    except NotTaken as error:
        raise Failed(str(error), code=error.code) from None
    except OSError as error:
        raise Failed(f"the images could not be kept: {error.strerror}") from None


def _showing(op: AnyOp, names: Mapping[str, str]) -> AnyOp:
    """The same operation, with the name that its image has on the new board."""
    if isinstance(op, NodeCreate) and op.image is not None and op.image in names:
        return replace(op, image=names[op.image])
    return op


def _names(stem: str) -> Iterator[str]:
    """Names for a new board: the one that it should have, and others like it."""
    stem = stem or "board"
    yield stem
    yield from (f"{stem}-{at}" for at in range(2, 10))
    yield f"{stem}-{secrets.token_hex(4)}"


def _card(board: Board, card: Card) -> Card:
    shape = board_shape(board)
    return replace(
        card,
        title=shape.title,
        lang=shape.lang,
        public=board.public,
        archived=board.archived,
        nodes=board.shared_nodes(),
        changed_ms=board.at,
    )


def _title(board: Board) -> tuple[str, str]:
    """The language that a board's title is shown in, and the title."""
    held = board.text.get("title", {})
    lang = board.lang if board.lang in held or not held else min(held)
    return lang, held.get(lang, "")


def _copied(content: board_json.Content, title: str | None) -> Document:
    document = documents.read(board_json.encode(content), is_json=True)
    return document if title is None else document.titled(title)


async def _links(live: Live, role: Role | None) -> list[Link]:
    def chosen(board: Board) -> list[Link]:
        return [link for link in board.links.values() if role in (None, link.role)]

    return sorted(await live.read(chosen), key=lambda link: (-RANK[link.role], link.id))


def _refused(outcome: Reject | Conflict) -> Failed:
    if isinstance(outcome, Reject):
        where = outcome.where or "request"
        return Failed(outcome.message, BAD_INPUT, code="refused", where=where)
    return Failed("the text there is another", BAD_INPUT, code="refused", where=outcome.where)


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
