"""The log: what every store of boards must do, and one that keeps them in memory.

A board is the entries of its log, in order; all else can be built again from them. The rules
are numbered LG in docs/SPEC.md, and tests/log_contract.py holds every store to them.
"""

import hashlib
import logging
import re
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from board import limits
from board.chain import canonical
from board.ops import ENTRY_VERSION, Body, Entry, Header

BOARD_PATTERN: Final = re.compile(r"[a-z0-9][a-z0-9-]*")

_log = logging.getLogger(__name__)
_header_decoder = msgspec.json.Decoder(Header)
_body_decoder = msgspec.json.Decoder(Body)


class Behind(Exception):
    """The log has gone on since: ``last`` is the seq that it stands at now."""

    def __init__(self, last: int) -> None:
        super().__init__(f"the log stands at {last}")
        self.last = last


class Removed(Exception):
    """The board of this name was removed, and no other will ever have its name."""

    def __init__(self, board: str) -> None:
        super().__init__(f"board {board} was removed")
        self.board = board


class Unreadable(Exception):
    """An entry that is in the log cannot be read, so that nothing after it can be, either.

    The entry stays where it is, untouched. A board that meets one is at best shown as it was
    before ``seq``: the log takes no append there, because it stands further on.
    """

    def __init__(self, board: str, seq: int, why: str) -> None:
        super().__init__(f"board {board}, entry {seq}: {why}")
        self.board = board
        self.seq = seq
        self.why = why


class Quarantined(Struct, frozen=True, order=True):
    """The report of an unreadable entry, as long as the log is open."""

    board: str
    seq: int
    why: str


class Log(Protocol):
    """The ordered entries of all boards. One append is one commit: all of it, or nothing."""

    async def append(self, board: str, after: int, entries: list[Entry]) -> None:
        """Make entries durable, after the entry with the seq ``after`` (0: a new board).

        When it returns, they survive the loss of power. Raises Behind when the log does not
        stand at ``after``, and ValueError when the entries do not follow ``after`` one by one
        or are out of bounds, and Removed when the board was removed: then nothing was
        written. After any other error the outcome is unknown: read the log again.
        """

    async def read(self, board: str, after: int = 0, limit: int = 1_000) -> list[Entry]:
        """The entries with a seq above ``after``, in order: at most ``limit``, at least one.

        An empty list is the end; a short one need not be. Raises Unreadable when the first of
        them cannot be read; those before an unreadable one are given first.
        """

    async def last(self, board: str) -> int:
        """The seq that the log of a board stands at; 0: there is no such board."""

    async def boards(self) -> list[str]:
        """The names of all boards that have an entry, sorted."""

    async def save_snapshot(self, board: str, seq: int, snapshot: bytes) -> None:
        """Keep a snapshot: a cache, in the place of older ones. Losing it changes nothing."""

    async def snapshot(self, board: str) -> tuple[int, bytes] | None:
        """The newest snapshot (seq, bytes), or None when there is none that can be trusted."""

    async def redact(self, board: str, bodies: dict[int, Body]) -> None:
        """Put bodies without the values to be erased in the place of those of entries, by seq.

        The headers stay, and so their chain. Snapshots of the board are dropped, and nothing of
        the old bodies is left in the store. Raises LookupError, before it changes anything,
        when there is no such entry. It may take long: it is not for a session's way.
        """

    async def remove(self, board: str) -> None:
        """Drop a board whole: its entries, its snapshots, and every byte of them.

        Of its name a hash is kept, so that it is never used again: what opened the one must
        not open another. Raises LookupError, before it changes anything, when there is no such
        board. It may take long: it is not for a session's way.
        """

    async def removed(self) -> int:
        """How many boards have been removed."""

    async def name_author(self, author: str, name: str | None) -> None:
        """Keep who stands behind the pseudonym of a header; None erases it."""

    async def author_name(self, author: str) -> str | None:
        """Who stands behind a pseudonym, or None."""

    async def quarantined(self) -> list[Quarantined]:
        """The unreadable entries that were met since the log was opened, sorted."""

    async def close(self) -> None:
        """Finish what was begun, and let go of the store."""


def check_board_name(name: str) -> None:
    """Raise ValueError unless a name can be a board's: it stands in addresses."""
    if len(name) > limits.ID_CHARS_MAX:
        raise ValueError(f"a board's name has at most {limits.ID_CHARS_MAX} characters")
    if not BOARD_PATTERN.fullmatch(name):
        raise ValueError(
            f"{name!r} is no name for a board: lower-case letters, digits and hyphens only"
        )


def name_hash(board: str) -> bytes:
    """What is kept of the name of a board that was removed."""
    return hashlib.sha256(board.encode()).digest()


class Packed(Struct):
    """An entry as a store keeps it: header and body apart, each as canonical JSON.

    So the bytes of a body have the hash that its header names. ``redacted``: values were
    erased from the body since, and the hash is no longer that of the body.
    """

    seq: int
    header: bytes
    body: bytes
    redacted: bool = False


def pack(board: str, after: int, entries: list[Entry]) -> list[Packed]:
    """Entries as a store keeps them. Raises ValueError, as ``Log.append`` says."""
    check_board_name(board)
    if not entries:
        raise ValueError("an append has at least one entry")
    packed = []
    for seq, entry in enumerate(entries, after + 1):
        if entry.header.seq != seq:
            raise ValueError(f"expected the entry {seq}, got {entry.header.seq}")
        body = canonical(entry.body)
        if len(body) > limits.ENTRY_BYTES_MAX:
            raise ValueError(
                f"entry {seq} has {len(body)} bytes, more than {limits.ENTRY_BYTES_MAX}"
            )
        row = Packed(seq, canonical(entry.header), body)
        try:
            unpack(board, row)  # nothing is kept that could not be read again
        except Unreadable as unreadable:
            raise ValueError(str(unreadable)) from unreadable
        packed.append(row)
    return packed


def unpack(board: str, packed: Packed) -> Entry:
    """Read what a store keeps. Raises Unreadable."""
    try:
        header = _header_decoder.decode(packed.header)
        body = _body_decoder.decode(packed.body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise Unreadable(board, packed.seq, str(error)) from error
    if header.v > ENTRY_VERSION:
        why = f"it has version {header.v}, newer than this program's {ENTRY_VERSION}"
        raise Unreadable(board, packed.seq, why)
    if header.seq != packed.seq:
        raise Unreadable(board, packed.seq, f"it says that it is the entry {header.seq}")
    if not packed.redacted and hashlib.sha256(packed.body).hexdigest() != header.body:
        raise Unreadable(board, packed.seq, "its body is not the one that its header names")
    return Entry(header, body)


def unpack_all(
    board: str, after: int, rows: list[Packed], last: int
) -> tuple[list[Entry], Unreadable | None]:
    """The entries up to the first that cannot be read, and what is wrong with that one.

    ``rows`` are those that a store found after ``after``; with a log that stands at ``last``, a
    missing row is an unreadable entry too.
    """
    entries: list[Entry] = []
    for seq, row in enumerate(rows, after + 1):
        if row.seq != seq:
            return entries, Unreadable(board, seq, "it is missing")
        try:
            entries.append(unpack(board, row))
        except Unreadable as unreadable:
            return entries, unreadable
    if not rows and after < last:
        return entries, Unreadable(board, after + 1, "it is missing")
    return entries, None


class Quarantine:
    """The unreadable entries that a log has met: each is reported once."""

    def __init__(self) -> None:
        self._held: dict[tuple[str, int], Quarantined] = {}

    def add(self, unreadable: Unreadable) -> None:
        """Hold one, and report it when it is new."""
        key = (unreadable.board, unreadable.seq)
        if key not in self._held:
            _log.error("unreadable entry: %s", unreadable)
        self._held[key] = Quarantined(unreadable.board, unreadable.seq, unreadable.why)

    def release(self, board: str, seq: int) -> None:
        """Let go of one that was mended."""
        self._held.pop((board, seq), None)

    def forget(self, board: str) -> None:
        """Let go of all of a board that was removed."""
        self._held = {key: held for key, held in self._held.items() if key[0] != board}

    def all(self) -> list[Quarantined]:
        """All of them, sorted by board and seq."""
        return sorted(self._held.values())


def take(quarantine: Quarantine, found: tuple[list[Entry], Unreadable | None]) -> list[Entry]:
    """What ``read`` gives of what ``unpack_all`` found. Raises Unreadable."""
    entries, unreadable = found
    if unreadable is not None:
        quarantine.add(unreadable)
        if not entries:
            raise unreadable
    return entries


class Disk:
    """What a MemoryLog keeps; a second MemoryLog on it is the first one opened again."""

    def __init__(self) -> None:
        self.entries: dict[str, list[Packed]] = {}
        self.snapshots: dict[str, tuple[int, bytes, bytes]] = {}  # seq, sha256, snapshot
        self.authors: dict[str, str] = {}
        self.removed: set[bytes] = set()  # by name_hash


class MemoryLog:
    """A Log in memory, for tests and simulations: bytes, as a store on disk would keep them."""

    def __init__(self, disk: Disk | None = None) -> None:
        self.disk = disk or Disk()
        self._quarantine = Quarantine()

    async def append(self, board: str, after: int, entries: list[Entry]) -> None:
        """See Log."""
        packed = pack(board, after, entries)
        if name_hash(board) in self.disk.removed:
            raise Removed(board)
        if (last := await self.last(board)) != after:
            raise Behind(last)
        self.disk.entries.setdefault(board, []).extend(packed)

    async def read(self, board: str, after: int = 0, limit: int = 1_000) -> list[Entry]:
        """See Log."""
        held = self.disk.entries.get(board, [])
        rows: list[Packed] = []
        size = 0
        for row in held[after : after + limit]:
            size += len(row.body)
            if rows and size > limits.READ_BYTES_MAX:
                break
            rows.append(row)
        return take(self._quarantine, unpack_all(board, after, rows, len(held)))

    async def last(self, board: str) -> int:
        """See Log."""
        return len(self.disk.entries.get(board, []))

    async def boards(self) -> list[str]:
        """See Log."""
        return sorted(self.disk.entries)

    async def save_snapshot(self, board: str, seq: int, snapshot: bytes) -> None:
        """See Log."""
        if seq > await self.last(board):
            raise ValueError(f"a snapshot at {seq} is ahead of the log")
        held = self.disk.snapshots.get(board)
        if held is None or held[0] <= seq:
            self.disk.snapshots[board] = (seq, hashlib.sha256(snapshot).digest(), snapshot)

    async def snapshot(self, board: str) -> tuple[int, bytes] | None:
        """See Log."""
        held = self.disk.snapshots.get(board)
        return None if held is None else trusted(board, *held, last=await self.last(board))

    async def redact(self, board: str, bodies: dict[int, Body]) -> None:
        """See Log."""
        held = self.disk.entries.get(board, [])
        for seq in bodies:
            if not 1 <= seq <= len(held):
                raise LookupError(f"board {board} has no entry {seq}")
        for seq, body in bodies.items():
            held[seq - 1].body = canonical(body)
            held[seq - 1].redacted = True
            self._quarantine.release(board, seq)
        self.disk.snapshots.pop(board, None)

    async def remove(self, board: str) -> None:
        """See Log."""
        if board not in self.disk.entries:
            raise LookupError(f"there is no board {board}")
        del self.disk.entries[board]
        self.disk.snapshots.pop(board, None)
        self.disk.removed.add(name_hash(board))
        self._quarantine.forget(board)

    async def removed(self) -> int:
        """See Log."""
        return len(self.disk.removed)

    async def name_author(self, author: str, name: str | None) -> None:
        """See Log."""
        if name is None:
            self.disk.authors.pop(author, None)
        else:
            self.disk.authors[author] = name

    async def author_name(self, author: str) -> str | None:
        """See Log."""
        return self.disk.authors.get(author)

    async def quarantined(self) -> list[Quarantined]:
        """See Log."""
        return self._quarantine.all()

    async def close(self) -> None:
        """See Log."""


def trusted(
    board: str, seq: int, sha256: bytes, snapshot: bytes, *, last: int
) -> tuple[int, bytes] | None:
    """A snapshot, unless it is damaged or ahead of its log (``last``); that is reported."""
    if hashlib.sha256(snapshot).digest() != sha256:
        _log.warning("board %s: the snapshot at %d is damaged, and left aside", board, seq)
        return None
    if seq > last:
        _log.warning("board %s: the snapshot at %d is ahead of the log", board, seq)
        return None
    return seq, snapshot
