"""The log in one SQLite file: durable, with many appends to one commit.

One thread holds the one connection that writes, and takes all appends that have come in,
whatever their boards, into one transaction (server/commits.py); their callers go on after its
COMMIT. Reads run in other threads, on connections that cannot write and never checkpoint: SQLite
before 3.51.3 can corrupt a file when two connections write or checkpoint at once.

Headers and bodies lie in tables of their own, so that a body can be redacted and the chain of
headers stays (docs/SPEC.md, LG).
"""

import asyncio
import hashlib
import sqlite3
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final, TypeVar

from board import limits
from board.chain import canonical
from board.ops import Body, Entry
from server.commits import Commits, checkpoint, opened
from server.log import (
    Behind,
    Packed,
    Quarantine,
    Quarantined,
    Removed,
    Unreadable,
    name_hash,
    pack,
    take,
    trusted,
    unpack_all,
)

T = TypeVar("T")

APPLICATION_ID: Final = 0x4F42_4C47  # "OBLG": the file is a log of boards
READERS: Final = 2

# Migration n leads from user_version n to n + 1. A migration that was released never changes.
MIGRATIONS: Final = (
    """
    CREATE TABLE boards (
        id INTEGER PRIMARY KEY,
        name TEXT NOT NULL UNIQUE,
        last INTEGER NOT NULL CHECK (last >= 1)  -- the seq that its log stands at
    ) STRICT;
    CREATE TABLE headers (
        board INTEGER NOT NULL REFERENCES boards,
        seq INTEGER NOT NULL CHECK (seq >= 1),
        header BLOB NOT NULL,                    -- canonical JSON
        PRIMARY KEY (board, seq)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE bodies (
        board INTEGER NOT NULL,
        seq INTEGER NOT NULL,
        body BLOB NOT NULL,                      -- canonical JSON, with the hash in its header
        redacted INTEGER NOT NULL DEFAULT 0,     -- 1: values were erased, the hash is another
        PRIMARY KEY (board, seq),
        FOREIGN KEY (board, seq) REFERENCES headers
    ) STRICT;
    CREATE TABLE snapshots (                     -- a cache
        board INTEGER PRIMARY KEY REFERENCES boards,
        seq INTEGER NOT NULL,
        sha256 BLOB NOT NULL,
        snapshot BLOB NOT NULL
    ) STRICT;
    CREATE TABLE authors (                       -- who stands behind a header's pseudonym
        author TEXT PRIMARY KEY,
        name TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE removed (                       -- boards that are no more
        name_hash BLOB PRIMARY KEY               -- of the name, which is never used again
    ) STRICT, WITHOUT ROWID;
    """,
)


class NoLog(Exception):
    """The file cannot be opened as a log. It was not changed."""


class SqliteLog(Commits):
    """A Log in the SQLite file at ``path``, which is made when it is not there.

    Only one may be open on a file at a time; the data folder's lock sees to that. Raises NoLog
    when the file is no log of boards, is damaged, or was written by a newer program.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._quarantine = Quarantine()
        self._local = threading.local()
        self._readings: list[sqlite3.Connection] = []
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="log-reader")
        passed = (Behind, Removed, ValueError, LookupError)
        super().__init__(partial(_open, path), "log-writer", passed)

    # -- Log

    async def append(self, board: str, after: int, entries: list[Entry]) -> None:
        """See Log."""
        packed = pack(board, after, entries)

        def work(connection: sqlite3.Connection) -> None:
            found = connection.execute(
                "SELECT id, last FROM boards WHERE name = ?", (board,)
            ).fetchone()
            id, last = found or (None, 0)
            if id is None and connection.execute(
                "SELECT 1 FROM removed WHERE name_hash = ?", (name_hash(board),)
            ).fetchone():
                raise Removed(board)
            if last != after:
                raise Behind(last)
            if id is None:
                id = connection.execute(
                    "INSERT INTO boards (name, last) VALUES (?, ?)", (board, len(packed))
                ).lastrowid
            else:
                connection.execute(
                    "UPDATE boards SET last = ? WHERE id = ?", (after + len(packed), id)
                )
            connection.executemany(
                "INSERT INTO headers VALUES (?, ?, ?)",
                [(id, row.seq, row.header) for row in packed],
            )
            connection.executemany(
                "INSERT INTO bodies (board, seq, body) VALUES (?, ?, ?)",
                [(id, row.seq, row.body) for row in packed],
            )

        await self._do(work, append=True)

    async def read(self, board: str, after: int = 0, limit: int = 1_000) -> list[Entry]:
        """See Log."""

        def work(connection: sqlite3.Connection) -> tuple[list[Entry], Unreadable | None]:
            connection.execute("BEGIN")
            try:
                found = connection.execute(
                    "SELECT id, last FROM boards WHERE name = ?", (board,)
                ).fetchone()
                if found is None:
                    return [], None
                id, last = found
                cursor = connection.execute(
                    "SELECT h.seq, h.header, b.body, b.redacted FROM headers AS h"
                    " JOIN bodies AS b ON b.board = h.board AND b.seq = h.seq"
                    " WHERE h.board = ? AND h.seq > ? ORDER BY h.seq LIMIT ?",
                    (id, after, limit),
                )
                rows: list[Packed] = []
                size = 0
                for seq, header, body, redacted in cursor:
                    size += len(body)
                    if rows and size > limits.READ_BYTES_MAX:
                        break
                    rows.append(Packed(seq, header, body, bool(redacted)))
            finally:
                connection.rollback()
            return unpack_all(board, after, rows, last)

        return take(self._quarantine, await self._look(work))

    async def last(self, board: str) -> int:
        """See Log."""

        def work(connection: sqlite3.Connection) -> int:
            found = connection.execute(
                "SELECT last FROM boards WHERE name = ?", (board,)
            ).fetchone()
            return 0 if found is None else int(found[0])

        return await self._look(work)

    async def boards(self) -> list[str]:
        """See Log."""

        def work(connection: sqlite3.Connection) -> list[str]:
            return [name for (name,) in connection.execute("SELECT name FROM boards ORDER BY name")]

        return await self._look(work)

    async def save_snapshot(self, board: str, seq: int, snapshot: bytes) -> None:
        """See Log."""
        sha256 = hashlib.sha256(snapshot).digest()

        def work(connection: sqlite3.Connection) -> None:
            found = connection.execute(
                "SELECT id FROM boards WHERE name = ? AND last >= ?", (board, seq)
            ).fetchone()
            if found is None:
                raise ValueError(f"a snapshot at {seq} is ahead of the log")
            connection.execute(
                "INSERT INTO snapshots VALUES (?, ?, ?, ?) ON CONFLICT (board) DO UPDATE SET"
                " seq = excluded.seq, sha256 = excluded.sha256, snapshot = excluded.snapshot"
                " WHERE excluded.seq >= snapshots.seq",
                (found[0], seq, sha256, snapshot),
            )

        await self._do(work)

    async def snapshot(self, board: str) -> tuple[int, bytes] | None:
        """See Log."""

        def work(connection: sqlite3.Connection) -> tuple[int, bytes] | None:
            found = connection.execute(
                "SELECT s.seq, s.sha256, s.snapshot, b.last FROM boards AS b"
                " JOIN snapshots AS s ON s.board = b.id WHERE b.name = ?",
                (board,),
            ).fetchone()
            if found is None:
                return None
            seq, sha256, held, last = found
            return trusted(board, seq, sha256, held, last=last)

        return await self._look(work)

    async def redact(self, board: str, bodies: dict[int, Body]) -> None:
        """See Log."""
        packed = {seq: canonical(body) for seq, body in bodies.items()}

        def work(connection: sqlite3.Connection) -> None:
            rows = []
            for seq, body in packed.items():
                found = connection.execute(
                    "SELECT h.board FROM boards AS b JOIN headers AS h ON h.board = b.id"
                    " WHERE b.name = ? AND h.seq = ?",
                    (board, seq),
                ).fetchone()
                if found is None:
                    raise LookupError(f"board {board} has no entry {seq}")
                rows.append((found[0], seq, body))
            connection.executemany(
                "INSERT INTO bodies VALUES (?, ?, ?, 1) ON CONFLICT (board, seq)"
                " DO UPDATE SET body = excluded.body, redacted = 1",
                rows,
            )
            connection.executemany(
                "DELETE FROM snapshots WHERE board = ?", {(id,) for id, _, _ in rows}
            )

        await self._do(work)
        await self._do(_scrub)
        for seq in bodies:
            self._quarantine.release(board, seq)

    async def remove(self, board: str) -> None:
        """See Log."""

        def work(connection: sqlite3.Connection) -> None:
            found = connection.execute("SELECT id FROM boards WHERE name = ?", (board,)).fetchone()
            if found is None:
                raise LookupError(f"there is no board {board}")
            for table in ("bodies", "headers", "snapshots"):
                connection.execute(f"DELETE FROM {table} WHERE board = ?", found)
            connection.execute("DELETE FROM boards WHERE id = ?", found)
            connection.execute("INSERT INTO removed VALUES (?)", (name_hash(board),))

        await self._do(work)
        await self._do(checkpoint)
        self._quarantine.forget(board)

    async def removed(self) -> int:
        """See Log."""

        def work(connection: sqlite3.Connection) -> int:
            return int(connection.execute("SELECT count(*) FROM removed").fetchone()[0])

        return await self._look(work)

    async def name_author(self, author: str, name: str | None) -> None:
        """See Log."""

        def work(connection: sqlite3.Connection) -> None:
            if name is None:
                connection.execute("DELETE FROM authors WHERE author = ?", (author,))
            else:
                connection.execute("INSERT OR REPLACE INTO authors VALUES (?, ?)", (author, name))

        await self._do(work)
        if name is None:
            await self._do(_scrub)

    async def author_name(self, author: str) -> str | None:
        """See Log."""

        def work(connection: sqlite3.Connection) -> str | None:
            found = connection.execute(
                "SELECT name FROM authors WHERE author = ?", (author,)
            ).fetchone()
            return None if found is None else str(found[0])

        return await self._look(work)

    async def quarantined(self) -> list[Quarantined]:
        """See Log."""
        return self._quarantine.all()

    async def close(self) -> None:
        """See Log."""
        if self._closed:
            return
        self._closed = True
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._readers.shutdown)
        for connection in self._readings:
            connection.close()
        await self._finish()

    # -- reading

    async def _look(self, work: Callable[[sqlite3.Connection], T]) -> T:
        def run() -> T:
            connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
            if connection is None:
                connection = sqlite3.connect(
                    f"{self.path.absolute().as_uri()}?mode=ro",
                    uri=True,
                    isolation_level=None,
                    check_same_thread=False,  # closed by another thread, after this one ended
                )
                connection.execute("PRAGMA query_only = ON")
                self._local.connection = connection
                self._readings.append(connection)
            return work(connection)

        return await asyncio.get_running_loop().run_in_executor(self._readers, run)


def _scrub(connection: sqlite3.Connection) -> None:
    """Leave no bytes of erased values behind, in free pages or in the write-ahead log."""
    connection.execute("COMMIT")
    connection.execute("VACUUM")
    connection.execute("BEGIN")
    checkpoint(connection)


def _open(path: Path) -> sqlite3.Connection:
    """The connection that writes, to a file of the newest form. Raises NoLog."""
    more = f"PRAGMA journal_size_limit = {64 * 1024 * 1024}"
    return opened(path, APPLICATION_ID, MIGRATIONS, "log of boards", NoLog, more)
