"""server/log_sqlite.py: the contract on SQLite, and what is SQLite's own."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from server import log_sqlite
from server.log import Behind, Log
from server.log_sqlite import MIGRATIONS, NoLog, SqliteLog
from tests.log_contract import LogContract, chained, everything


class SqliteStore:
    def __init__(self, path: Path) -> None:
        self.path = path

    def open(self) -> Log:
        return SqliteLog(self.path)

    def change(self, statement: str, *values: object) -> None:
        connection = sqlite3.connect(self.path)
        with connection:
            assert connection.execute(statement, values).rowcount > 0
        connection.close()

    def damage(self, board: str, seq: int, body: bytes) -> None:
        self.change(
            "UPDATE bodies SET body = ? WHERE seq = ? AND board ="
            " (SELECT id FROM boards WHERE name = ?)",
            body, seq, board,
        )  # fmt: skip

    def lose(self, board: str, seq: int) -> None:
        for table in ("bodies", "headers"):
            self.change(
                f"DELETE FROM {table} WHERE seq = ? AND board ="
                " (SELECT id FROM boards WHERE name = ?)",
                seq, board,
            )  # fmt: skip

    def damage_snapshot(self, board: str) -> None:
        self.change("UPDATE snapshots SET snapshot = ?", b"Xhole")

    def drop_snapshots(self) -> None:
        self.change("DELETE FROM snapshots")

    def bytes(self) -> bytes:
        return b"".join(file.read_bytes() for file in sorted(self.path.parent.iterdir()))


@contextlib.asynccontextmanager
async def one_group(log: SqliteLog) -> AsyncIterator[None]:
    """Keep the writer busy, so that all that is asked for inside waits and makes one group."""
    free = threading.Event()
    busy = asyncio.ensure_future(log._do(lambda connection: free.wait(10)))
    await asyncio.sleep(0.05)
    yield
    await asyncio.sleep(0)
    free.set()
    assert await busy


@pytest.fixture
def store(tmp_path: Path) -> SqliteStore:
    return SqliteStore(tmp_path / "log.sqlite3")


class TestSqliteLog(LogContract):
    @pytest.fixture
    def store(self, tmp_path: Path) -> SqliteStore:
        return SqliteStore(tmp_path / "log.sqlite3")


async def test_LG11_the_file_is_wal_full_and_strict(store: SqliteStore) -> None:
    log = SqliteLog(store.path)
    assert log._connection is not None
    settings = {
        name: log._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous", "foreign_keys", "user_version")
    }
    assert settings == {
        "journal_mode": "wal", "synchronous": 2, "foreign_keys": 1,
        "user_version": len(MIGRATIONS),
    }  # fmt: skip
    tables = log._connection.execute(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main'"
        " AND name NOT LIKE 'sqlite_%'"
    ).fetchall()
    await log.close()
    assert {name for name, _ in tables} == {
        "boards", "headers", "bodies", "snapshots", "authors", "removed",
    }  # fmt: skip
    assert all(strict for _, strict in tables)


async def test_LG11_readers_cannot_write(store: SqliteStore) -> None:
    log = SqliteLog(store.path)
    await log.append("b", 0, chained(1))
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        await log._look(lambda connection: connection.execute("DELETE FROM boards"))
    assert await log.read("b") == chained(1)
    await log.close()


async def test_LG12_many_appends_share_one_commit(store: SqliteStore) -> None:
    log = SqliteLog(store.path)
    commits = 0

    def count(statement: str) -> None:
        nonlocal commits
        commits += statement == "COMMIT"

    assert log._connection is not None
    log._connection.set_trace_callback(count)
    names = [f"board-{number}" for number in range(200)]
    async with one_group(log):
        appends = asyncio.gather(*(log.append(name, 0, chained(1)) for name in names))
    await appends
    assert await log.boards() == sorted(names)
    await log.close()
    assert commits == 2  # that of the busy writer, and one for all


async def test_LG12_an_append_returns_after_its_commit(store: SqliteStore) -> None:
    log = SqliteLog(store.path)
    other = sqlite3.connect(store.path)
    for seq in range(1, 20):
        await log.append("b", seq - 1, chained(20)[seq - 1 : seq])
        assert other.execute("SELECT last FROM boards").fetchone() == (seq,)
    other.close()
    await log.close()


async def test_LG12_an_append_in_the_same_group_as_its_rival_is_behind(store: SqliteStore) -> None:
    log = SqliteLog(store.path)
    entries = chained(2)
    async with one_group(log):
        appends = asyncio.gather(
            log.append("b", 0, entries[:1]),
            log.append("b", 0, chained(1, author="rival")),
            log.append("b", 1, entries[1:]),
            return_exceptions=True,
        )
    first, rival, second = await appends
    assert first is None and second is None
    assert isinstance(rival, Behind)
    assert await log.read("b") == entries
    await log.close()


async def test_LG13_a_failed_commit_fails_all_of_its_group_and_the_log_goes_on(
    store: SqliteStore,
) -> None:
    log = SqliteLog(store.path)
    await log.append("b", 0, chained(1))
    assert log._connection is not None
    pages = log._connection.execute("PRAGMA page_count").fetchone()[0]
    log._connection.execute(f"PRAGMA max_page_count = {pages}")  # as on a full disk
    large = [chained(40, chained(1)[0]), chained(400)]
    async with one_group(log):
        appends = asyncio.gather(
            log.append("b", 1, large[0]), log.append("c", 0, large[1]), return_exceptions=True
        )
    outcomes = await appends
    assert all(isinstance(outcome, sqlite3.OperationalError) for outcome in outcomes)
    assert await everything(log, "b") == chained(1)
    assert await log.boards() == ["b"]
    await log.append("b", 1, large[0])  # there is room again, on a fresh connection
    assert await everything(log, "b") == chained(41)
    await log.close()


@pytest.mark.parametrize("content", [b"no database at all, but long enough" * 100, b"x"])
def test_LG14_a_file_that_is_no_log_is_refused_and_stays(
    store: SqliteStore, content: bytes
) -> None:
    store.path.write_bytes(content)
    with pytest.raises(NoLog):
        SqliteLog(store.path)
    assert store.path.read_bytes() == content


def test_LG14_another_programs_database_is_refused_and_stays(store: SqliteStore) -> None:
    connection = sqlite3.connect(store.path)
    connection.execute("CREATE TABLE other (x)")
    connection.commit()
    connection.close()
    before = store.path.read_bytes()
    with pytest.raises(NoLog, match="no log of boards"):
        SqliteLog(store.path)
    assert store.path.read_bytes() == before


async def test_LG14_a_log_of_a_newer_program_is_refused_and_stays(store: SqliteStore) -> None:
    log = SqliteLog(store.path)
    await log.append("b", 0, chained(1))
    await log.close()
    connection = sqlite3.connect(store.path)
    connection.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    connection.close()
    before = store.path.read_bytes()
    with pytest.raises(NoLog, match="newer program"):
        SqliteLog(store.path)
    assert store.path.read_bytes() == before


async def test_LG14_a_damaged_log_never_becomes_an_empty_one(store: SqliteStore) -> None:
    log = SqliteLog(store.path)
    await log.append("b", 0, chained(300))
    await log.close()
    content = bytearray(store.path.read_bytes())
    content[4096:-4096] = bytes(len(content) - 8192)  # all but the first and last page
    store.path.write_bytes(content)
    with pytest.raises((NoLog, sqlite3.DatabaseError)):
        log = SqliteLog(store.path)
        try:
            assert await log.boards() == ["b"]
            await log.append("b", 0, chained(1))
        finally:
            await log.close()


async def test_LG15_migrations_run_once_each_and_in_order(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = SqliteLog(store.path)
    await log.append("b", 0, chained(3))
    await log.close()
    extra = ("CREATE TABLE one (x INTEGER) STRICT", "ALTER TABLE one ADD COLUMN y INTEGER")
    monkeypatch.setattr(log_sqlite, "MIGRATIONS", MIGRATIONS + extra)
    for _ in range(2):
        log = SqliteLog(store.path)
        assert await log.read("b") == chained(3)
        await log.close()
    connection = sqlite3.connect(store.path)
    assert connection.execute("PRAGMA user_version").fetchone() == (len(MIGRATIONS) + 2,)
    assert [row[1] for row in connection.execute("PRAGMA table_info(one)")] == ["x", "y"]
    connection.close()


async def test_LG15_a_migration_that_fails_changes_nothing(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = SqliteLog(store.path)
    await log.append("b", 0, chained(3))
    await log.close()
    bad = "CREATE TABLE one (x INTEGER) STRICT; INSERT INTO nowhere VALUES (1)"
    monkeypatch.setattr(log_sqlite, "MIGRATIONS", (*MIGRATIONS, bad))
    with pytest.raises(NoLog, match="nowhere"):
        SqliteLog(store.path)
    monkeypatch.undo()
    log = SqliteLog(store.path)
    assert await log.read("b") == chained(3)
    await log.close()


async def test_LG16_close_finishes_what_was_begun(store: SqliteStore) -> None:
    log = SqliteLog(store.path)
    waiting = [asyncio.ensure_future(log.append(f"b{n}", 0, chained(2))) for n in range(50)]
    await asyncio.sleep(0)
    await log.close()
    await log.close()
    await asyncio.gather(*waiting)
    with pytest.raises(RuntimeError, match="closed"):
        await log.append("b0", 2, chained(1, chained(2)[-1]))
    assert [file.name for file in store.path.parent.iterdir()] == [store.path.name]
    log = SqliteLog(store.path)
    assert len(await log.boards()) == 50
    await log.close()


async def test_LG16_a_caller_that_gives_up_does_not_stop_the_writer(store: SqliteStore) -> None:
    log = SqliteLog(store.path)
    task = asyncio.ensure_future(log.append("b", 0, chained(1)))
    await asyncio.sleep(0)
    task.cancel()
    await log.append("c", 0, chained(1))
    assert "c" in await log.boards()
    await log.close()


async def test_LG18_a_file_of_before_is_rid_of_what_was_deleted_in_it(
    store: SqliteStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """LG18, LG15: what was deleted before deletions were overwritten goes with the migration."""
    canary = b"Wilhelmina Canary"
    with monkeypatch.context() as before:
        before.setattr(log_sqlite, "MIGRATIONS", MIGRATIONS[:1])
        log = SqliteLog(store.path)
        # as the program of then asked for a board's id, without a table of those removed
        await log._do(
            lambda connection: connection.execute(
                "INSERT INTO boards (name, last) VALUES ('b', 1)"
            )
        )
        await log.save_snapshot("b", 1, canary * 2_000)
        await log.close()
    connection = sqlite3.connect(store.path)
    connection.execute("PRAGMA secure_delete = OFF")
    connection.execute("DELETE FROM snapshots")
    connection.commit()
    connection.close()
    assert canary in store.bytes()
    log = SqliteLog(store.path)
    assert await log.boards() == ["b"] and await log.removed() == 0
    await log.close()
    assert canary not in store.bytes()
