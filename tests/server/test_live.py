"""Open boards: durable first, group commit, failures of the log, snapshots, draining."""

import asyncio
import gc
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
import pytest

from board import limits, ops
from board.decide import ADMINISTRATOR, Decision, decide
from board.decide import entry as next_entry
from board.ops import AnyOp, Entry
from board.replay import SNAPSHOT_VERSION, digest, fingerprint, snapshot
from board.state import Board, Link
from server.live import (
    BoardExists,
    Boards,
    NameUsed,
    NoSuchBoard,
    NotCreated,
    Unavailable,
    load,
)
from server.log import Disk, MemoryLog
from server.log_sqlite import SqliteLog
from server.protocol import Ack, Conflict, Reject
from tests.server.serving import LIVE, Guest, connect, eventually, serving, site, small_board


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    """A board that is loaded freezes what is in memory; after a test that is undone."""
    yield
    gc.unfreeze()


class Failure(Exception):
    """What a broken store raises."""


class FaultyLog(MemoryLog):
    """A log whose appends can be held, and fail before or after they have written."""

    def __init__(self, disk: Disk | None = None) -> None:
        super().__init__(disk)
        self.free = asyncio.Event()
        self.free.set()
        self.fail = ""  # before, after, never-answers, load
        self.appends: list[int] = []
        self.reads = 0
        self.saves = 0

    async def append(self, board: str, after: int, entries: list[Entry]) -> None:
        await self.free.wait()
        fail, self.fail = self.fail, ""
        if fail == "before":
            raise Failure("nothing was written")
        await super().append(board, after, entries)
        self.appends.append(len(entries))
        if fail == "after":
            raise Failure("it was written all the same")
        if fail == "never-answers":
            await asyncio.Event().wait()

    async def read(self, board: str, after: int = 0, limit: int = 1_000) -> list[Entry]:
        self.reads += 1
        if self.fail == "load":
            raise Failure("the store cannot be read")
        return await super().read(board, after, limit)

    async def save_snapshot(self, board: str, seq: int, snapshot: bytes) -> None:
        self.saves += 1
        await super().save_snapshot(board, seq, snapshot)


@asynccontextmanager
async def city(
    log: FaultyLog, nodes: int = 3
) -> AsyncIterator[tuple[Boards, Callable[..., Any]]]:
    boards = Boards(log)
    await boards.create("city", small_board(nodes))
    log.appends.clear()
    async with serving(site(boards)) as port:

        @asynccontextmanager
        async def guest() -> AsyncIterator[Guest]:
            async with connect(port, LIVE) as socket:
                yield Guest(socket)

        try:
            yield boards, guest
        finally:
            log.free.set()
            await boards.drain()


def move(x: float, card: str = "card0") -> AnyOp:
    return ops.NodeSet(card, x=x)


def x_of(board: Board, card: str = "card0") -> float:
    node = board.node(card)
    assert node is not None
    return node.x


async def append_elsewhere(log: MemoryLog, *made: AnyOp) -> None:
    """What another server would do to the same log."""
    board, _ = await load(log, "city")
    decision = decide(board, ADMINISTRATOR, 0, made)
    assert isinstance(decision, Decision)
    written = next_entry(
        board, decision, at=board.at, epoch=board.epoch + 1, author="", client="", n=0, salt="00"
    )
    await MemoryLog(log.disk).append("city", board.seq, [written])


# -- durable first


async def test_LV30_nothing_is_acknowledged_or_seen_before_it_is_durable() -> None:
    log = FaultyLog()
    async with city(log) as (boards, guest), guest() as one, guest() as two, guest() as three:
        await one.join(secret="1")
        await two.join(secret="2")
        live = await boards.open("city")
        log.free.clear()
        await one.submit(move(77.0))
        await asyncio.sleep(0.05)
        reading = asyncio.create_task(live.read(x_of))
        await three.say("hello", protocol=1, ticket=three.ticket(secret="3"))
        await asyncio.sleep(0.1)
        for person in (one, two, three):
            with pytest.raises(TimeoutError):
                async with asyncio.timeout(0.05):
                    while (await person.hear())["t"] in ("presence", "beat", "synced"):
                        pass
        assert not reading.done()
        assert await log.last("city") == 1
        log.free.set()
        await one.until("ack", n=1)
        assert (await two.until("patch"))["parts"][0]["put"][0]["x"] == 77.0
        assert await reading == 77.0
        await three.until("synced", ready=True)
        shown = str(list(three.frames))
        assert "77.0" in shown
        assert await log.last("city") == 2


async def test_LV31_what_comes_while_the_disk_is_busy_goes_out_as_one_batch() -> None:
    log = FaultyLog()
    async with city(log) as (_, guest), guest() as one, guest() as two:
        await one.join(secret="1")
        await two.join(secret="2")
        log.free.clear()
        await one.submit(move(1.0))
        await asyncio.sleep(0.05)
        for at in range(2, 31):
            await one.submit(move(float(at)))
        await asyncio.sleep(0.1)
        log.free.set()
        await one.until("ack", n=30)
        assert log.appends[0] == 1
        assert log.appends[1:] == [29]
        patches = [held for held in one.frames if held["t"] == "patch"]
        assert [held["n"] for held in one.frames if held["t"] == "ack"] == list(range(1, 31))
        assert patches[-1]["parts"][0]["put"][0]["x"] == 30.0
        assert len([held for held in patches if "since" in held["parts"][0]]) <= 4


async def test_LV31_a_batch_has_so_many_operations(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TURN_OPS_MAX", 8)
    log = FaultyLog()
    async with city(log) as (_, guest), guest() as one:
        await one.join()
        log.free.clear()
        await one.submit(move(1.0))
        await asyncio.sleep(0.05)
        for at in range(20):
            await one.submit(move(float(at)), move(0.0, "card1"))
        await asyncio.sleep(0.1)
        log.free.set()
        await one.until("ack", n=21)
        assert log.appends == [1, 4, 4, 4, 4, 4]


async def test_LV31_a_busy_board_takes_one_batch_a_turn() -> None:
    log = FaultyLog()
    async with city(log) as (boards, _):
        live = await boards.open("city")
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        await live.submit([move(1.0)])
        assert loop.time() - began_s < limits.TURN_MS / 1000  # a lone one does not wait
        waiting = []
        for at in range(60):
            waiting.append(asyncio.create_task(live.submit([move(float(at))])))
            await asyncio.sleep(0.002)
        await asyncio.gather(*waiting)
        turns = (loop.time() - began_s) * 1000 / limits.TURN_MS
        assert sum(log.appends) == 61
        assert len(log.appends) <= turns + 2


async def test_LV31_a_submit_right_behind_hello_is_served() -> None:
    async with city(FaultyLog()) as (_, guest), guest() as one:
        await one.say("hello", protocol=1, ticket=one.ticket())
        await one.submit(move(5.0))
        await one.until("ack", n=1)


# -- the administrator


async def test_LV31_what_is_said_right_behind_hello_while_the_disk_is_busy_is_heard() -> None:
    log = FaultyLog()
    async with city(log) as (_, guest), guest() as one, guest() as two:
        await one.join(secret="1")
        log.free.clear()
        await one.submit(move(1.0))
        await asyncio.sleep(0.05)
        await two.say("hello", protocol=1, ticket=two.ticket(secret="2"))
        await two.say("dance")
        await asyncio.sleep(0.1)
        log.free.set()
        await two.until("welcome")
        assert (await two.until("reject"))["code"] == "invalid"


async def test_LV32_reads_and_submits_of_the_administrator() -> None:
    async with city(FaultyLog()) as (boards, guest), guest() as one:
        await one.join()
        live = await boards.open("city")
        assert isinstance(await live.submit([move(9.0)]), Ack)
        assert await live.read(x_of) == 9.0
        assert (await one.until("patch"))["parts"][0]["put"][0]["x"] == 9.0
        refused = await live.submit([move(1.0), ops.NodeRemove("nowhere")])
        assert isinstance(refused, Reject) and refused.code == "unknown_node"
        assert await live.read(x_of) == 9.0
        typed = ops.TextSet(
            owner="node", id="card0", field="title", lang="en", text="a", base="not this"
        )
        assert isinstance(await live.submit([typed]), Conflict)


async def test_LV33_boards_are_created_once_and_whole() -> None:
    log = FaultyLog()
    boards = Boards(log)
    with pytest.raises(NoSuchBoard):
        await boards.open("city")
    with pytest.raises(NotCreated) as refused:
        await boards.create("city", [*small_board(), ops.NodeRemove("nowhere")])
    assert isinstance(refused.value.outcome, Reject)
    assert await boards.names() == []
    with pytest.raises(ValueError, match="name"):
        await boards.create("../city", small_board())
    made = await asyncio.gather(
        *(boards.create("city", small_board()) for _ in range(5)), return_exceptions=True
    )
    assert made.count(None) == 1
    assert sum(isinstance(outcome, BoardExists) for outcome in made) == 4
    assert await boards.names() == ["city"]
    assert await log.last("city") == 1
    await boards.drain()


async def test_LV33_a_board_is_opened_once_for_all() -> None:
    log = FaultyLog()
    boards = Boards(log)
    await boards.create("city", small_board())
    found = await asyncio.gather(*(boards.open("city") for _ in range(20)))
    assert len({id(live) for live in found}) == 1
    assert log.reads == 2  # the entries, and their end
    await boards.drain()
    with pytest.raises(Unavailable):
        await boards.open("city")


# -- when the log fails


@pytest.mark.parametrize("fail", ["before", "after", "never-answers"])
async def test_LV34_after_an_unknown_outcome_the_board_is_what_the_log_says(
    fail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "APPEND_S", 0.2)
    log = FaultyLog()
    async with city(log) as (boards, guest):
        async with guest() as one, guest() as two:
            await one.join(secret="1")
            await two.join(secret="2")
            log.fail = fail
            await one.submit(move(77.0))
            assert await one.close_code() == 1012
            assert await two.close_code() == 1012
            for person in (one, two):
                assert "77.0" not in str(person.frames)
                assert not [held for held in person.frames if held["t"] == "ack"]
        async with guest() as one:  # comes back, and sends again what was not acknowledged
            welcome = await one.join(secret="1")
            written = fail != "before"
            assert welcome["last"] == int(written)
            one.n = 0
            await one.submit(move(77.0))
            await one.until("ack", n=1)
            assert await log.last("city") == 2  # applied once, whatever had happened
            live = await boards.open("city")
            assert await live.read(x_of) == 77.0
        assert len(boards.lives) == 1


async def test_LV34_who_waits_for_a_failed_append_is_told_that_nothing_is_known() -> None:
    log = FaultyLog()
    async with city(log) as (boards, _):
        live = await boards.open("city")
        log.free.clear()
        log.fail = "after"
        waiting = asyncio.create_task(live.submit([move(5.0)]))
        await asyncio.sleep(0.05)
        reading = asyncio.create_task(live.read(x_of))
        await asyncio.sleep(0.05)
        log.free.set()
        for task in (waiting, reading):
            with pytest.raises(Unavailable):
                await task
        with pytest.raises(Unavailable):
            await live.submit([move(6.0)])
        again = await boards.open("city")
        assert again is not live
        assert await again.read(x_of) == 5.0


async def test_LV35_another_writer_may_be_first() -> None:
    log = FaultyLog()
    async with city(log) as (boards, guest), guest() as one, guest() as two:
        await one.join(secret="1")
        await two.join(secret="2")
        await append_elsewhere(log, move(5.0, "card1"))
        await append_elsewhere(log, move(6.0, "card1"), ops.NodeRemove("card2"))
        await one.submit(move(7.0))
        await one.until("ack", n=1)
        live = await boards.open("city")
        assert await live.read(lambda board: (x_of(board), x_of(board, "card1"))) == (7.0, 6.0)
        patch = await two.until("patch")
        assert {held["id"] for held in patch["parts"][0]["put"]} == {"card0", "card1"}
        assert patch["parts"][0]["drop"] == ["card2"]
        await append_elsewhere(log, ops.NodeRemove("card1"))
        await one.submit(move(8.0, "card1"))
        assert (await one.until("reject", n=2))["code"] == "unknown_node"
        assert await log.last("city") == 5
        fresh, _ = await load(log, "city")
        assert fingerprint(fresh) == await live.read(fingerprint)


async def test_LV36_a_board_that_cannot_be_loaded_is_not_served_and_not_saved() -> None:
    disk = Disk()
    boards = Boards(FaultyLog(disk))
    await boards.create("city", small_board())
    await boards.drain()
    held = [row.body for row in disk.entries["city"]]

    log = FaultyLog(disk)
    boards = Boards(log)
    async with serving(site(boards)) as port:
        log.fail = "load"
        with pytest.raises(Unavailable):
            await boards.open("city")
        with pytest.raises(BoardExists):
            await boards.create("city", small_board())
        async with connect(port, LIVE) as socket:
            person = Guest(socket)
            await person.say("hello", protocol=1, ticket=person.ticket())
            assert await person.close_code() == 1012
        assert boards.lives == []
        log.fail = ""
        async with connect(port, LIVE) as socket:
            await Guest(socket).join()
        await boards.drain()
    assert [row.body for row in disk.entries["city"]] == held
    kept = disk.snapshots.get("city")
    assert kept is None or kept[0] == 1


async def test_LV37_behind_a_damaged_entry_a_board_can_be_read_and_not_changed() -> None:
    log = FaultyLog()
    boards = Boards(log)
    await boards.create("city", small_board())
    live = await boards.open("city")
    await live.submit([move(5.0)])
    await live.submit([move(6.0)])
    await boards.drain()
    log.disk.snapshots.clear()
    log.disk.entries["city"][2].body = b"{}"

    boards = Boards(log)
    async with serving(site(boards)) as port, connect(port, LIVE) as socket:
        person = Guest(socket)
        await person.join()
        live = await boards.open("city")
        assert await live.read(x_of) == 5.0
        refused = await live.submit([move(7.0)])
        assert isinstance(refused, Reject) and refused.code == "damaged"
        await person.submit(move(8.0))
        assert (await person.until("reject", n=1))["code"] == "damaged"
        assert live.unreadable is not None and live.unreadable.seq == 3
        await boards.drain()
    assert len(log.disk.entries["city"]) == 3
    assert log.disk.snapshots.get("city", (2,))[0] <= 2


# -- snapshots


async def test_LV38_a_snapshot_is_saved_every_so_many_entries_and_at_the_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "SNAPSHOT_ENTRIES", 10)
    log = FaultyLog()
    boards = Boards(log)
    await boards.create("city", small_board())
    live = await boards.open("city")
    for at in range(25):
        await live.submit([move(float(at))])
    await eventually(lambda: log.disk.snapshots["city"][0] == 21)
    assert log.saves == 2
    await boards.drain()
    assert log.disk.snapshots["city"][0] == 26
    assert log.saves == 3


@pytest.mark.parametrize("spoiled", ["kept", "deleted", "damaged", "another version", "unsound"])
async def test_LV38_snapshots_are_only_a_cache(spoiled: str) -> None:
    log = FaultyLog()
    boards = Boards(log)
    await boards.create("city", small_board())
    live = await boards.open("city")
    for at in range(5):
        await live.submit([move(float(at))])
    before = await live.read(fingerprint)
    await boards.drain()
    seq, _, data = log.disk.snapshots["city"]
    if spoiled == "deleted":
        log.disk.snapshots.clear()
    elif spoiled == "damaged":
        log.disk.snapshots["city"] = (seq, b"", data)
    elif spoiled == "another version":
        log.disk.snapshots.clear()
        other = data.replace(f'"v":{SNAPSHOT_VERSION},'.encode(), b'"v":9,')
        assert other != data
        await log.save_snapshot("city", seq, other)
    elif spoiled == "unsound":
        log.disk.snapshots.clear()
        held = msgspec.json.decode(data)
        await log.save_snapshot("city", seq, msgspec.json.encode({**held, "layers": []}))
    boards = Boards(log)
    live = await boards.open("city")
    assert await live.read(fingerprint) == before
    await boards.drain()


async def test_LV38_no_snapshot_can_be_saved_and_nothing_is_lost() -> None:
    class NoSnapshots(FaultyLog):
        async def save_snapshot(self, board: str, seq: int, snapshot: bytes) -> None:
            raise Failure("the disk is full")

    log = NoSnapshots()
    boards = Boards(log)
    await boards.create("city", small_board())
    live = await boards.open("city")
    await live.submit([move(3.0)])
    await boards.drain()
    boards = Boards(log)
    assert await (await boards.open("city")).read(x_of) == 3.0
    await boards.drain()


async def test_LV39_a_board_that_nobody_uses_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UNUSED_S", 0.1)
    log = FaultyLog()
    async with city(log) as (boards, guest):
        live = await boards.open("city")
        await live.submit([move(4.0)])
        await eventually(lambda: not boards.lives)
        assert log.disk.snapshots["city"][0] == 2
        assert boards.tally()["entries"] == 1
        async with guest() as one:
            await one.join()
            await asyncio.sleep(0.3)
            assert len(boards.lives) == 1  # while somebody is here it stays
            await one.submit(move(5.0))
            await one.until("ack")
        await eventually(lambda: not boards.lives)


# -- draining


@pytest.mark.parametrize("store", ["memory", "sqlite"])
async def test_LV40_draining_under_load_loses_no_acknowledgement(
    store: str, tmp_path: Path
) -> None:
    log: Any = FaultyLog() if store == "memory" else SqliteLog(tmp_path / "boards.sqlite")
    boards = Boards(log)
    await boards.create("city", small_board(20))
    people: list[Guest] = []
    async with serving(site(boards)) as port:

        async def work(number: int) -> None:
            async with connect(port, LIVE) as socket:
                person = Guest(socket)
                people.append(person)
                await person.join(secret=f"tab {number}")
                hearing = asyncio.create_task(person.close_code())
                while not hearing.done() and person.n < 230:
                    try:
                        await person.submit(move(float(person.n), f"card{number}"))
                    except Exception:
                        break
                    await asyncio.sleep(0.001)
                assert await hearing == 1012

        working = [asyncio.create_task(work(number)) for number in range(10)]
        await eventually(lambda: boards.tally()["entries"] > 300)
        await boards.drain()
        await asyncio.gather(*working)
    logged: dict[str, list[int]] = {}
    for entry in await everything(log):
        logged.setdefault(entry.header.client, []).append(entry.header.n)
    sent = applied = 0
    for person in people:
        seat = next(held["seat"] for held in person.frames if held["t"] == "welcome")
        acked = [held["n"] for held in person.frames if held["t"] == "ack"]
        # with the drain every batch was either not begun, or ended and acknowledged
        assert acked == logged[seat] == list(range(1, len(acked) + 1))
        assert [held["t"] for held in person.frames if held["t"] == "goaway"] == ["goaway"]
        sent += person.n
        applied += len(acked)
    assert applied > 300
    await log.close()


async def everything(log: Any) -> list[Entry]:
    entries: list[Entry] = []
    while more := await log.read("city", len(entries)):
        entries += more
    return entries


async def test_LV40_what_came_in_before_a_drain_is_still_done() -> None:
    log = FaultyLog()
    async with city(log) as (boards, guest), guest() as one:
        await one.join()
        log.free.clear()
        for at in range(5):
            await one.submit(move(float(at)))
            await asyncio.sleep(0.03)  # the first is under way, the others wait
        draining = asyncio.create_task(boards.drain())
        await asyncio.sleep(0.05)
        await one.submit(move(99.0))  # too late
        await asyncio.sleep(0.05)
        log.free.set()
        await draining
        assert await one.close_code() == 1012
        told = [(held["t"], held.get("n")) for held in one.frames if held["t"] in ("ack", "goaway")]
        assert told == [*(("ack", n) for n in range(1, 6)), ("goaway", None)]
        assert sum(log.appends) == 5


async def test_LV40_a_drain_that_takes_too_long_is_cut_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "DRAIN_S", 0.2)
    log = FaultyLog()
    async with city(log) as (boards, guest), guest() as one:
        await one.join()
        log.free.clear()
        await one.submit(move(1.0))
        await asyncio.sleep(0.05)
        began = asyncio.get_running_loop().time()
        await boards.drain()
        assert asyncio.get_running_loop().time() - began < 2
        assert await one.close_code() == 1012
        assert not [held for held in one.frames if held["t"] == "ack"]


async def test_LV40_what_was_acknowledged_is_there_after_a_restart(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "boards.sqlite")
    boards = Boards(log)
    await boards.create("city", small_board(20))
    live = await boards.open("city")
    await asyncio.gather(*(live.submit([move(float(at), f"card{at % 20}")]) for at in range(200)))
    before = await live.read(lambda board: (digest(board), fingerprint(board)))
    await boards.drain()
    await log.close()
    log = SqliteLog(tmp_path / "boards.sqlite")
    boards = Boards(log)
    live = await boards.open("city")
    assert await live.read(lambda board: (digest(board), fingerprint(board))) == before
    fresh, _ = await load(log, "city", until=100)
    assert fresh.seq == 100
    assert len(snapshot(fresh)) > 1_000
    await boards.drain()
    await log.close()


# -- removed


async def test_DK13_a_removal_closes_who_is_there_and_takes_all_of_it() -> None:
    log = FaultyLog()
    async with city(log) as (boards, guest), guest() as one, guest() as two:
        await one.join(secret="1")
        await two.join(secret="2")
        log.free.clear()
        number = await one.submit(move(5))
        await eventually(lambda: boards.lives[0]._settled.is_set() is False)
        removing = asyncio.create_task(boards.remove("city"))
        await asyncio.sleep(0.05)
        for refused in (boards.open("city"), boards.remove("city")):
            with pytest.raises(NoSuchBoard):
                await refused
        assert await boards.names() == []
        log.free.set()
        await removing
        assert await one.close_code() == await two.close_code() == 4004
        assert {"t": "ack", "n": number} in one.frames  # what was under way was finished
        assert log.disk.entries == {} and log.disk.snapshots == {}
        with pytest.raises(NameUsed):
            await boards.create("city", small_board())
        async with guest() as late:
            await late.say("hello", protocol=1, ticket=late.ticket())
            assert await late.close_code() == 4004


async def test_DK13_a_removal_that_fails_leaves_the_board() -> None:
    log = FaultyLog()
    async with city(log) as (boards, _):

        async def broken(board: str) -> None:
            raise Failure("the disk is gone")

        log.remove, remove = broken, log.remove  # type: ignore[method-assign]
        with pytest.raises(Unavailable):
            await boards.remove("city")
        assert await boards.names() == ["city"]
        assert (await (await boards.open("city")).read(x_of)) == 0
        log.remove = remove  # type: ignore[method-assign]
        await boards.remove("city")
        with pytest.raises(NoSuchBoard):
            await boards.remove("city")


async def test_DK6_a_glance_opens_nothing_and_sees_what_is_durable() -> None:
    log = FaultyLog()
    async with city(log) as (boards, _):
        assert await boards.glance("city", x_of) == 0
        assert boards.lives == []
        live = await boards.open("city")
        await live.submit([move(7)])
        assert await boards.glance("city", x_of) == 7
        with pytest.raises(NoSuchBoard):
            await boards.glance("none", x_of)


async def test_AC12_a_link_past_its_time_is_revoked_before_anybody_is_let_in() -> None:
    log = FaultyLog()
    async with city(log) as (boards, guest), guest() as one, guest() as two:
        await one.join()
        live = await boards.open("city")
        soon_ms = time.time_ns() // 1_000_000 + 300
        await live.submit([ops.LinkSet("people", "participant", 1, "today", soon_ms)])
        assert await one.close_code() == 4009
        held = await live.read(lambda board: board.links["people"])
        assert held == Link("people", "participant", 2, "today")
        await live.submit([ops.LinkSet("viewers", "viewer", 1, "", 1)])
        boards_again = Boards(MemoryLog(log.disk))  # it was over while no server ran
        again = await boards_again.open("city")
        await eventually(lambda: again.durable > live.durable - 1)
        await two.say("hello", protocol=1, ticket=two.ticket("viewers"))
        assert await two.close_code() == 4009
        await boards_again.drain()
