"""The words of a board, to be searched: SQLite's FTS5 in memory.

Texts come in as words (layers/words.py), and a query as phrases of words, each of them quoted:
nothing that a person types is ever syntax. Where the Python at hand has a SQLite without FTS5,
Scan does the same by looking at everything.
"""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Final, Protocol

from msgspec import Struct

from board import limits
from layers.words import Query, stands

STEPS: Final = 1_000  # of SQLite's machine, or things, from one look at the clock to the next
COLUMNS: Final = ("title", "tags", "label", "alt", "text")
WEIGHTS: Final = (10.0, 5.0, 4.0, 3.0, 1.0)
Columns = tuple[str, ...]  # the words of a thing, in the order of COLUMNS, with spaces between


class Matches(Struct, frozen=True):
    """The keys of what was found, best first, and how many there are; ``more``: at least."""

    keys: tuple[str, ...] = ()
    count: int = 0
    more: bool = False


class TookTooLong(Exception):
    """A search was given up after SEARCH_S."""


class Index(Protocol):
    """Things by their keys, and the words that stand in them."""

    def put(self, key: str, columns: Columns) -> None:
        """Take a thing in, or put it in the place of the one with its key."""

    def drop(self, key: str) -> None:
        """Take a thing out, if it is there."""

    def search(self, query: Query) -> Matches:
        """What holds all phrases of a query. Raises TookTooLong."""

    def close(self) -> None:
        """Let go of the memory."""

    def at_once(self) -> AbstractContextManager[None]:
        """Many changes together."""


class Fts:
    """An index in SQLite. It may be used by one thread at a time."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until_s = 0.0
        self._rows: dict[str, int] = {}
        self._last = 0
        self._connection = sqlite3.connect(
            ":memory:", isolation_level=None, check_same_thread=False
        )
        self._connection.execute("PRAGMA temp_store = MEMORY")
        self._connection.execute(
            # words come folded and with spaces between them, and are to be left as they are
            f"CREATE VIRTUAL TABLE things USING fts5"
            f" ({', '.join(COLUMNS)}, key UNINDEXED, tokenize = 'ascii')"
        )

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Many changes in one transaction."""
        self._connection.execute("BEGIN")
        yield
        self._connection.execute("COMMIT")

    def put(self, key: str, columns: Columns) -> None:
        """See Index."""
        self.drop(key)
        self._last += 1
        self._rows[key] = self._last
        places = ", ".join("?" * (len(COLUMNS) + 2))
        self._connection.execute(
            f"INSERT INTO things (rowid, {', '.join(COLUMNS)}, key) VALUES ({places})",
            (self._last, *columns, key),
        )

    def drop(self, key: str) -> None:
        """See Index."""
        row = self._rows.pop(key, None)
        if row is not None:
            self._connection.execute("DELETE FROM things WHERE rowid = ?", (row,))

    def search(self, query: Query) -> Matches:
        """See Index."""
        if not query:
            return Matches()
        match = " AND ".join('"' + " ".join(phrase) + '"' for phrase in query) + " *"
        weights = ", ".join(map(str, WEIGHTS))
        self._until_s = self._clock() + limits.SEARCH_S
        self._connection.set_progress_handler(self._is_late, STEPS)
        try:
            (count,) = self._connection.execute(
                "SELECT count(*) FROM (SELECT 1 FROM things WHERE things MATCH ? LIMIT ?)",
                (match, limits.FOUND_COUNT_MAX + 1),
            ).fetchone()
            # titles that hold all of it come first, whatever the statistics of words say
            best: dict[str, None] = {}
            for part in (f"title : ({match})", match):
                if len(best) < min(count, limits.FOUND_MAX):
                    found = self._connection.execute(
                        f"SELECT key FROM things WHERE things MATCH ?"
                        f" ORDER BY bm25(things, {weights}), key LIMIT ?",
                        (part, limits.FOUND_MAX + len(best)),
                    )
                    best |= dict.fromkeys(key for (key,) in found)
        except sqlite3.OperationalError as error:
            if self._is_late():
                raise TookTooLong from error
            raise
        finally:
            self._connection.set_progress_handler(None, 0)
        more = count > limits.FOUND_COUNT_MAX
        keys = tuple(best)[: limits.FOUND_MAX]
        return Matches(keys, min(count, limits.FOUND_COUNT_MAX), more)

    def _is_late(self) -> bool:
        return self._clock() > self._until_s

    def close(self) -> None:
        """See Index."""
        self._connection.close()


class Scan:
    """An index that looks at everything: slow, and the same answers but for their order."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._things: dict[str, tuple[list[str], ...]] = {}

    @contextmanager
    def at_once(self) -> Iterator[None]:
        """Nothing is gained here by many changes together."""
        yield

    def put(self, key: str, columns: Columns) -> None:
        """See Index."""
        self._things[key] = tuple(column.split() for column in columns)

    def drop(self, key: str) -> None:
        """See Index."""
        self._things.pop(key, None)

    def search(self, query: Query) -> Matches:
        """See Index."""
        until_s = self._clock() + limits.SEARCH_S
        scores: dict[str, float] = {}
        for at, (key, columns) in enumerate(self._things.items()):
            if at % STEPS == 0 and self._clock() > until_s:
                raise TookTooLong
            scores[key] = _score(columns, query)
        found = sorted(
            (not _score(self._things[key][:1], query), -score, key)
            for key, score in scores.items()
            if score
        )
        best = tuple(key for _, _, key in found[: limits.FOUND_MAX])
        count = len(found)
        most = limits.FOUND_COUNT_MAX
        return Matches(best, min(count, most), count > most)

    def close(self) -> None:
        """See Index."""
        self._things.clear()


def _score(columns: tuple[list[str], ...], query: Query) -> float:
    """The weights of the columns that hold each phrase; 0 when one is in none of them."""
    total = 0.0
    for number, phrase in enumerate(query):
        open_end = number == len(query) - 1
        held = sum(
            weight
            for column, weight in zip(columns, WEIGHTS, strict=False)
            if any(
                stands(phrase, column[at : at + len(phrase)], open_end)
                for at in range(len(column) - len(phrase) + 1)
            )
        )
        if not held:
            return 0.0
        total += held
    return total


def has_fts() -> bool:
    """Whether the SQLite at hand can do full-text search."""
    try:
        Fts().close()
    except sqlite3.OperationalError:
        return False
    return True


def fresh_index() -> Index:
    """An empty index, of the best kind that there is."""
    return Fts() if has_fts() else Scan()
