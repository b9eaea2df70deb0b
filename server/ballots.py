"""The ballots of open rounds of voting, outside the log: durable, and destroyed for good.

They lie in an SQLite file of their own in the data folder. A voter is known there by an HMAC under
the round's own random key alone, and ballots are sorted by it, so that nothing says in which order
they came. When a round has closed, what it has come to is in the log; then its key and its ballots
are overwritten (``secure_delete``, and the write-ahead log is emptied). What a crash leaves between
the two goes when the board is next opened, and when the server starts.

In a round that is named a ballot has the seat, too.
"""

import sqlite3
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import msgspec
from msgspec import Struct

from server.commits import Commits, checkpoint, opened
from server.folder import NoFolder
from server.polls import Ballot, Poll

APPLICATION_ID: Final = 0x4F42_4241  # "OBBA": the file holds the ballots of boards
MIGRATIONS: Final = (  # as those of server/log_sqlite.py
    """
    CREATE TABLE rounds (
        id INTEGER PRIMARY KEY,
        board TEXT NOT NULL,
        round TEXT NOT NULL,
        key BLOB NOT NULL,       -- random: of this round alone
        UNIQUE (board, round)
    ) STRICT;
    CREATE TABLE ballots (
        round INTEGER NOT NULL REFERENCES rounds ON DELETE CASCADE,
        voter BLOB NOT NULL,     -- HMAC of the voter under the round's key
        ballot BLOB NOT NULL,    -- JSON: all that the voter votes for
        PRIMARY KEY (round, voter)
    ) STRICT, WITHOUT ROWID;
    """,
)


class NoBallots(NoFolder):
    """The file cannot be opened for ballots. It was not changed."""


class Cast(Struct, frozen=True):
    """One ballot to be kept, in the place of the voter's last."""

    round: str
    key: bytes
    voter: bytes
    ballot: Ballot


class Ballots(Protocol):
    """Where the ballots of open rounds are kept, by board."""

    async def cast(self, board: str, casts: Sequence[Cast]) -> None:
        """Keep ballots, in their order. It returns when they are durable: all, or none."""

    async def polls(self, board: str) -> dict[str, Poll]:
        """What is kept for a board, by round."""

    async def boards(self) -> list[str]:
        """The boards of which anything is kept."""

    async def destroy(self, board: str, round: str | None = None) -> None:
        """Destroy the key and the ballots of a round (None: of all), for good."""

    async def close(self) -> None:
        """Finish what was begun."""


class MemoryBallots:
    """Ballots in memory, for tests, and where a board is only read."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], Poll] = {}

    async def cast(self, board: str, casts: Sequence[Cast]) -> None:
        """See Ballots."""
        for cast in casts:
            poll = self.kept.setdefault((board, cast.round), Poll(cast.round, cast.key))
            poll.put(cast.voter, cast.ballot)

    async def polls(self, board: str) -> dict[str, Poll]:
        """See Ballots."""
        return {
            round: Poll(round, poll.key, poll.ballots)
            for (name, round), poll in self.kept.items()
            if name == board
        }

    async def boards(self) -> list[str]:
        """See Ballots."""
        return sorted({board for board, _ in self.kept})

    async def destroy(self, board: str, round: str | None = None) -> None:
        """See Ballots."""
        for held in [held for held in self.kept if held[0] == board and round in (None, held[1])]:
            del self.kept[held]

    async def close(self) -> None:
        """See Ballots."""


class SqliteBallots(Commits):
    """Ballots in the SQLite file at ``path``, which is made when it is not there.

    Raises NoBallots when the file holds something else, is damaged, or is of a newer program.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        super().__init__(partial(_open, path), "ballot-writer")

    async def cast(self, board: str, casts: Sequence[Cast]) -> None:
        """See Ballots."""

        def work(connection: sqlite3.Connection) -> None:
            for cast in casts:
                connection.execute(
                    "INSERT INTO rounds (board, round, key) VALUES (?, ?, ?)"
                    " ON CONFLICT DO NOTHING",
                    (board, cast.round, cast.key),
                )
                place = "(SELECT id FROM rounds WHERE board = ? AND round = ?)"
                if cast.ballot.votes:
                    connection.execute(
                        f"INSERT OR REPLACE INTO ballots VALUES ({place}, ?, ?)",
                        (board, cast.round, cast.voter, msgspec.json.encode(cast.ballot)),
                    )
                else:
                    connection.execute(
                        f"DELETE FROM ballots WHERE round = {place} AND voter = ?",
                        (board, cast.round, cast.voter),
                    )

        await self._do(work, append=True)

    async def polls(self, board: str) -> dict[str, Poll]:
        """See Ballots."""

        def work(connection: sqlite3.Connection) -> dict[str, Poll]:
            found: dict[str, Poll] = {}
            for id, round, key in connection.execute(
                "SELECT id, round, key FROM rounds WHERE board = ?", (board,)
            ).fetchall():
                rows = connection.execute(
                    "SELECT voter, ballot FROM ballots WHERE round = ?", (id,)
                )
                ballots = {voter: _decoder.decode(held) for voter, held in rows}
                found[round] = Poll(round, key, ballots)
            return found

        return await self._do(work)

    async def boards(self) -> list[str]:
        """See Ballots."""

        def work(connection: sqlite3.Connection) -> list[str]:
            rows = connection.execute("SELECT DISTINCT board FROM rounds ORDER BY board")
            return [name for (name,) in rows]

        return await self._do(work)

    async def destroy(self, board: str, round: str | None = None) -> None:
        """See Ballots."""

        def work(connection: sqlite3.Connection) -> None:
            connection.execute(
                "DELETE FROM rounds WHERE board = ? AND round = coalesce(?, round)", (board, round)
            )

        await self._do(work, append=True)  # in its place among what is cast
        await self._do(checkpoint)

    async def close(self) -> None:
        """See Ballots."""
        if not self._closed:
            await self._finish()


_decoder = msgspec.json.Decoder(Ballot)


def _open(path: Path) -> sqlite3.Connection:
    """The one connection to the file. Raises NoBallots."""
    more = "PRAGMA wal_checkpoint(TRUNCATE)"  # what a crash has left there
    return opened(path, APPLICATION_ID, MIGRATIONS, "file of ballots", NoBallots, more)
