"""One thread that writes one SQLite file: all that comes in while it commits shares the next one.

With ``synchronous=FULL`` a COMMIT returns when the write-ahead log is on disk, which takes as long
for one change as for a thousand.
"""

import asyncio
import logging
import queue
import sqlite3
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from board import limits

T = TypeVar("T")

_log = logging.getLogger(__name__)


class _Job:
    """Something for the writer to do, and the future of who waits for it."""

    def __init__(self, work: Callable[[sqlite3.Connection], Any], *, append: bool) -> None:
        self.work = work
        self.append = append
        self.loop = asyncio.get_running_loop()
        self.future: asyncio.Future[Any] = self.loop.create_future()
        self.value: Any = None
        self.error: BaseException | None = None

    def resolve(self) -> None:
        """Tell who waits; runs in the loop."""
        if self.future.done():
            return
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.value)


class Commits:
    """The writer of a file. ``connect`` opens it; it is called again after a commit that failed.

    An error of ``passed``, raised by a piece of work before it wrote anything, is the outcome of
    that piece alone; any other fails all that shared the commit.
    """

    def __init__(
        self,
        connect: Callable[[], sqlite3.Connection],
        name: str,
        passed: tuple[type[Exception], ...] = (),
    ) -> None:
        self._connect = connect
        self._passed = passed
        self._jobs: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._connection: sqlite3.Connection | None = connect()
        self._closed = False
        self._writer = threading.Thread(target=self._write, name=name, daemon=True)
        self._writer.start()

    async def _do(self, work: Callable[[sqlite3.Connection], T], *, append: bool = False) -> T:
        """Have something done by the writer. ``append``: before what is no append."""
        if self._closed:
            raise RuntimeError("the file is closed")
        job = _Job(work, append=append)
        self._jobs.put(job)
        value: T = await job.future
        return value

    async def _finish(self) -> None:
        """Do what was begun, and close the file."""
        self._closed = True
        self._jobs.put(None)  # the writer closes last, and so moves all into the one file
        await asyncio.get_running_loop().run_in_executor(None, self._writer.join)

    def _write(self) -> None:
        """The writer's thread: group after group, until it is told to end."""
        open = True
        while open:
            jobs: list[_Job] = []
            job = self._jobs.get()
            while True:
                if job is None:
                    open = False
                    break
                jobs.append(job)
                if len(jobs) == limits.COMMIT_APPENDS_MAX:
                    break
                try:
                    job = self._jobs.get_nowait()
                except queue.Empty:
                    break
            # appends first: whatever else is asked for must not delay them
            appends = [job for job in jobs if job.append]
            if appends:
                self._commit(appends)
            for job in jobs:
                if not job.append:
                    self._commit([job])
        if self._connection is not None:
            self._connection.close()

    def _commit(self, jobs: list[_Job]) -> None:
        """Do jobs in one transaction, and tell who waits for them."""
        connection = self._connection
        try:
            if connection is None:
                connection = self._connection = self._connect()
            connection.execute("BEGIN IMMEDIATE")
            for job in jobs:
                try:
                    job.value = job.work(connection)
                except self._passed as error:
                    job.error = error  # before it wrote anything
            connection.execute("COMMIT")
        except BaseException as error:
            _log.exception("%s could not write", self._writer.name)
            # Whether the group is on disk is unknown, and a connection on which a write failed
            # is not trusted again.
            self._connection = None
            if connection is not None:
                connection.close()
            for job in jobs:
                job.error = error
        for loop in {job.loop for job in jobs}:
            try:
                loop.call_soon_threadsafe(_resolve, [job for job in jobs if job.loop is loop])
            except RuntimeError:  # the loop was closed: nobody waits any more
                _log.warning("a caller of %s has gone before its answer", self._writer.name)


def _resolve(jobs: list[_Job]) -> None:
    for job in jobs:
        job.resolve()


def opened(
    path: Path,
    application: int,
    migrations: Sequence[str],
    what: str,
    refused: type[Exception],
    more: str,
) -> sqlite3.Connection:
    """The connection that writes to a file of the newest form, which is made when it is not there.

    Migration n leads from form n to n + 1; ``more`` is done last, each time. Raises ``refused``
    for what is no ``what``, is damaged, or was written by a newer program: it was not changed.
    """
    try:
        if path.exists():
            with path.open("rb") as file:
                start = file.read(16)
            if start not in (b"", b"SQLite format 3\0"):  # SQLite takes a short file for empty
                raise refused(f"{path}: this file is no SQLite database")
        else:
            path.touch(0o600)
        connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
    except (OSError, sqlite3.Error) as error:
        raise refused(f"{path}: {error}") from error
    try:
        (found,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
        (tables,) = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        if found != application and (tables or version or found):
            raise refused(f"{path}: this SQLite file is no {what}")
        if version > len(migrations):
            raise refused(
                f"{path}: written by a newer program (form {version} of {len(migrations)})"
            )
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")  # what is deleted is overwritten
        for done in range(version, len(migrations)):
            connection.executescript(
                f"BEGIN IMMEDIATE; {migrations[done]};"
                f" PRAGMA application_id = {application}; PRAGMA user_version = {done + 1};"
                " COMMIT;"
            )
        if 0 < version < len(migrations):
            connection.execute("VACUUM")  # an older program did not overwrite all that it deleted
        connection.execute(more)
    except sqlite3.Error as error:
        connection.close()
        raise refused(f"{path}: {error}") from error
    except refused:
        connection.close()
        raise
    return connection


def checkpoint(connection: sqlite3.Connection) -> None:
    """Leave no bytes of erased values behind in the write-ahead log."""
    connection.execute("COMMIT")
    busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    if busy:
        _log.warning("a reader held a file: erased values go at the next checkpoint")
    connection.execute("BEGIN")
