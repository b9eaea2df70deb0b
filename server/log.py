"""The log: what every store of boards must do, and one that keeps them in memory."""

from typing import Protocol

from board.ops import Entry


class Behind(Exception):
    """The log has gone on since: ``last`` is the seq that it stands at now."""

    def __init__(self, last: int) -> None:
        super().__init__(f"the log stands at {last}")
        self.last = last


class Log(Protocol):
    """The ordered entries of all boards. One append is one commit: all of it, or nothing."""

    async def append(self, board: str, after: int, entries: list[Entry]) -> None:
        """Make entries durable, after the entry with the seq ``after``.

        When it returns, they survive the loss of power. Raises Behind when the log does not
        stand at ``after`` (nothing was written); after any other error the outcome is unknown.
        """

    async def read(self, board: str, after: int = 0, limit: int = 1_000) -> list[Entry]:
        """The entries with a seq above ``after``, in order, at most ``limit``."""

    async def boards(self) -> list[str]:
        """The names of all boards that have an entry, sorted."""

    async def save_snapshot(self, board: str, seq: int, snapshot: bytes) -> None:
        """Keep a snapshot: a cache, in the place of older ones. Losing it changes nothing."""

    async def snapshot(self, board: str) -> tuple[int, bytes] | None:
        """The newest snapshot, or None."""

    async def close(self) -> None:
        """Finish what was begun, and let go of the store."""
