"""What every Log must do: one class of tests, run on each store.

A test module derives from LogContract and gives a fixture ``store``: the place where a log
lies, which can be opened again and be damaged.
"""

import asyncio
from typing import Protocol

import pytest

from board import limits
from board.chain import body_hash, header_hash
from board.ops import AnyOp, Body, Entry, Header, LayerCreate, TextSet
from server.log import Behind, Log, Removed, Unreadable


class Store(Protocol):
    """Where a log lies."""

    def open(self) -> Log:
        """Open it; after ``close``, open it again."""

    def damage(self, board: str, seq: int, body: bytes) -> None:
        """Put other bytes in the place of an entry's body. The log is not open."""

    def lose(self, board: str, seq: int) -> None:
        """Lose an entry. The log is not open."""

    def damage_snapshot(self, board: str) -> None:
        """Change a byte of a board's snapshot. The log is not open."""

    def drop_snapshots(self) -> None:
        """Lose all snapshots. The log is not open."""

    def bytes(self) -> bytes:
        """All that lies there. The log is not open."""


def text(value: str) -> TextSet:
    return TextSet(owner="board", field="title", lang="en", text=value, base="")


def chained(count: int, after: Entry | None = None, *ops: AnyOp, author: str = "a1") -> list[Entry]:
    """Entries that follow ``after``, each with ``ops`` (else a title that names its seq)."""
    entries: list[Entry] = []
    for _ in range(count):
        seq = 1 if after is None else after.header.seq + 1
        body = Body(salt=f"salt{seq}", ops=ops or (text(f"title {seq}"),), undo=(text(""),))
        header = Header(
            v=1, epoch=1, seq=seq, prev="" if after is None else header_hash(after.header),
            at=1_700_000_000_000 + seq, author=author, client="", n=0, body=body_hash(body),
        )  # fmt: skip
        after = Entry(header, body)
        entries.append(after)
    return entries


async def everything(log: Log, board: str, limit: int = 1_000) -> list[Entry]:
    found: list[Entry] = []
    while more := await log.read(board, len(found), limit):
        found.extend(more)
    return found


class LogContract:
    """The rules LG of docs/SPEC.md."""

    async def test_LG1_what_is_appended_is_read_in_order(self, store: Store) -> None:
        log = store.open()
        entries = chained(5)
        await log.append("b", 0, entries[:2])
        await log.append("b", 2, entries[2:])
        assert await log.read("b") == entries
        assert await log.read("b", 3) == entries[3:]
        assert await log.read("b", 1, 2) == entries[1:3]
        assert await log.read("b", 5) == []
        assert await log.last("b") == 5
        await log.close()

    async def test_LG1_boards_have_logs_of_their_own(self, store: Store) -> None:
        log = store.open()
        assert await log.boards() == []
        assert await log.read("b") == []
        assert await log.last("b") == 0
        await log.append("z", 0, chained(1))
        await log.append("b", 0, chained(2))
        assert await log.boards() == ["b", "z"]
        assert [entry.header.seq for entry in await log.read("z")] == [1]
        await log.close()

    async def test_LG2_an_append_that_is_behind_writes_nothing(self, store: Store) -> None:
        log = store.open()
        entries = chained(4)
        await log.append("b", 0, entries[:2])
        for after in (0, 1, 3):
            late = chained(1, entries[after - 1]) if after else chained(1)
            with pytest.raises(Behind) as caught:
                await log.append("b", after, late)
            assert caught.value.last == 2
        with pytest.raises(Behind) as caught:
            await log.append("new", 2, entries[2:])
        assert caught.value.last == 0
        assert await log.boards() == ["b"]
        await log.append("b", 2, entries[2:])
        assert await log.read("b") == entries
        await log.close()

    async def test_LG2_of_two_racing_appends_one_wins(self, store: Store) -> None:
        log = store.open()
        rivals = [chained(2, None, text(f"rival {number}")) for number in range(8)]
        outcomes = await asyncio.gather(
            *(log.append("b", 0, rival) for rival in rivals), return_exceptions=True
        )
        winners = [rival for rival, outcome in zip(rivals, outcomes, strict=True) if not outcome]
        losers = [outcome for outcome in outcomes if outcome]
        assert len(winners) == 1
        assert all(isinstance(loser, Behind) and loser.last == 2 for loser in losers)
        assert await log.read("b") == winners[0]
        await log.close()

    async def test_LG2_appends_to_many_boards_at_once_all_land(self, store: Store) -> None:
        log = store.open()
        names = [f"board-{number}" for number in range(20)]

        async def write(name: str) -> None:
            entries = chained(6)
            for at in range(0, 6, 2):
                await log.append(name, at, entries[at : at + 2])

        await asyncio.gather(*map(write, names))
        for name in names:
            assert await log.read(name) == chained(6)
        await log.close()

    async def test_LG3_seqs_are_dense(self, store: Store) -> None:
        log = store.open()
        entries = chained(4)
        for wrong in ([entries[1]], [entries[0], entries[2]], [entries[1], entries[0]], []):
            with pytest.raises(ValueError):
                await log.append("b", 0, wrong)
        assert await log.boards() == []
        await log.append("b", 0, entries)
        with pytest.raises(ValueError):
            await log.append("b", 4, [entries[3]])
        assert await log.read("b") == entries
        await log.close()

    async def test_LG3_an_append_with_one_bad_entry_writes_none(self, store: Store) -> None:
        log = store.open()
        good = chained(3)
        altered = Entry(good[2].header, Body(salt="other", ops=(text("x"),), undo=()))
        with pytest.raises(ValueError, match="not the one that its header names"):
            await log.append("b", 0, [*good[:2], altered])
        invalid = chained(1, None, text("x" * (limits.TEXT_CHARS_MAX + 1)))
        with pytest.raises(ValueError, match="4000"):
            await log.append("b", 0, invalid)
        assert await log.boards() == []
        assert await log.read("b") == []
        await log.close()

    async def test_LG4_names_and_entries_are_bounded(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = store.open()
        await log.append("a" * limits.ID_CHARS_MAX, 0, chained(1))
        for name in ("a" * (limits.ID_CHARS_MAX + 1), "", "A", "-a", "a/b", "../a", "a b", "a\n"):
            with pytest.raises(ValueError):
                await log.append(name, 0, chained(1))
        monkeypatch.setattr(limits, "ENTRY_BYTES_MAX", 2_000)
        with pytest.raises(ValueError, match="bytes"):
            await log.append("b", 0, chained(1, None, text("x" * 2_000)))
        await log.append("b", 0, chained(1, None, text("x" * 1_000)))
        assert len(await log.boards()) == 2
        await log.close()

    async def test_LG5_a_read_is_bounded_and_gives_at_least_one(
        self, store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        log = store.open()
        entries = chained(10)
        await log.append("b", 0, entries)
        monkeypatch.setattr(limits, "READ_BYTES_MAX", 400)
        assert 1 <= len(await log.read("b")) < 10
        assert await everything(log, "b") == entries
        monkeypatch.setattr(limits, "READ_BYTES_MAX", 1)
        assert await everything(log, "b") == entries
        await log.close()

    async def test_LG6_opened_again_it_holds_all(self, store: Store) -> None:
        entries = chained(30)
        log = store.open()
        await log.append("b", 0, entries[:10])
        await log.close()
        log = store.open()
        assert await log.last("b") == 10
        await log.append("b", 10, entries[10:])
        await log.close()
        log = store.open()
        assert await everything(log, "b", 7) == entries
        assert await log.boards() == ["b"]
        await log.close()

    async def test_LG6_every_operation_comes_back_equal(self, store: Store) -> None:
        odd = LayerCreate(
            id="l", opacity=0.5, text={"title": {"en": "Ünïcode \U0001f3d9 \u2028 \x00 \\ \" '"}}
        )
        entries = chained(2, None, odd, text("zwei\nZeilen"))
        log = store.open()
        await log.append("b", 0, entries)
        await log.close()
        log = store.open()
        assert await log.read("b") == entries
        await log.close()

    async def test_LG7_snapshots_are_a_cache(self, store: Store) -> None:
        log = store.open()
        await log.append("b", 0, chained(5))
        assert await log.snapshot("b") is None
        assert await log.snapshot("none") is None
        await log.save_snapshot("b", 3, b"three")
        assert await log.snapshot("b") == (3, b"three")
        await log.save_snapshot("b", 5, b"five")
        await log.save_snapshot("b", 4, b"four, late")
        assert await log.snapshot("b") == (5, b"five")
        await log.close()
        log = store.open()
        assert await log.snapshot("b") == (5, b"five")
        await log.close()
        store.drop_snapshots()
        log = store.open()
        assert await log.snapshot("b") is None
        assert await log.read("b") == chained(5)
        await log.close()

    async def test_LG7_a_snapshot_that_cannot_be_trusted_is_left_aside(self, store: Store) -> None:
        log = store.open()
        await log.append("b", 0, chained(2))
        for board, seq in (("b", 3), ("none", 1)):
            with pytest.raises(ValueError, match="ahead"):
                await log.save_snapshot(board, seq, b"from the future")
        assert await log.snapshot("b") is None
        await log.save_snapshot("b", 2, b"whole")
        await log.close()
        store.damage_snapshot("b")
        log = store.open()
        assert await log.snapshot("b") is None
        assert await log.read("b") == chained(2)
        await log.close()

    @pytest.mark.parametrize(
        "body",
        [
            b"",
            b"not json",
            b"\xff\xfe",
            b'{"salt":"s","ops":[{"op":"node.dance"}],"undo":[]}',  # an operation of later
            b'{"salt":"s","ops":[],"undo":[]}',  # whole, but not the one that was hashed
        ],
    )
    async def test_LG8_an_unreadable_entry_is_reported_and_never_skipped(
        self, store: Store, body: bytes
    ) -> None:
        entries = chained(6)
        log = store.open()
        await log.append("b", 0, entries)
        await log.append("other", 0, entries)
        assert await log.quarantined() == []
        await log.close()
        store.damage("b", 4, body)

        log = store.open()
        assert await log.read("b") == entries[:3]
        for after in (3,):
            with pytest.raises(Unreadable) as caught:
                await log.read("b", after)
        assert (caught.value.board, caught.value.seq) == ("b", 4)
        assert await log.read("b", 4) == entries[4:]  # a snapshot from there on still serves
        assert [(one.board, one.seq) for one in await log.quarantined()] == [("b", 4)]
        # the others go on, and nobody writes over what cannot be read
        assert await log.read("other") == entries
        assert await log.boards() == ["b", "other"]
        assert await log.last("b") == 6
        with pytest.raises(Behind):
            await log.append("b", 3, chained(1, entries[2], text("instead")))
        await log.close()

    @pytest.mark.parametrize("seq", [1, 4, 6])
    async def test_LG8_a_lost_entry_is_unreadable_too(self, store: Store, seq: int) -> None:
        entries = chained(6)
        log = store.open()
        await log.append("b", 0, entries)
        await log.close()
        store.lose("b", seq)
        log = store.open()
        with pytest.raises(Unreadable) as caught:
            found = 0
            while more := await log.read("b", found):
                found += len(more)
        assert (found, caught.value.seq) == (seq - 1, seq)
        assert await log.boards() == ["b"]
        await log.close()

    async def test_LG9_a_redacted_body_leaves_the_chain_and_no_trace(self, store: Store) -> None:
        canary = "Wilhelmina Canary"
        entries = chained(2)
        entries += chained(1, entries[-1], text(canary))
        entries += chained(2, entries[-1])
        log = store.open()
        await log.append("b", 0, entries)
        await log.append("other", 0, chained(1))
        await log.save_snapshot("b", 5, b"a snapshot with " + canary.encode())
        await log.close()
        assert canary.encode() in store.bytes()

        log = store.open()
        body = Body(salt="", ops=(text("[erased]"),), undo=())
        with pytest.raises(LookupError):
            await log.redact("b", {3: body, 6: body})
        with pytest.raises(LookupError):
            await log.redact("none", {1: body})
        assert await log.read("b") == entries
        await log.redact("b", {3: body})
        assert await log.snapshot("b") is None
        found = await log.read("b")
        await log.close()
        assert [entry.header for entry in found] == [entry.header for entry in entries]
        assert found[2].body == body
        assert found[:2] + found[3:] == entries[:2] + entries[3:]
        assert canary.encode() not in store.bytes()
        log = store.open()
        assert await log.read("b") == found
        await log.append("b", 5, chained(1, entries[-1]))
        await log.close()

    async def test_LG9_a_redaction_mends_an_unreadable_entry(self, store: Store) -> None:
        entries = chained(3)
        log = store.open()
        await log.append("b", 0, entries)
        await log.close()
        store.damage("b", 2, b"not json")
        log = store.open()
        with pytest.raises(Unreadable):
            await log.read("b", 1)
        await log.redact("b", {2: Body(salt="", ops=(), undo=())})
        assert await log.quarantined() == []
        assert [entry.header for entry in await log.read("b")] == [one.header for one in entries]
        await log.close()

    async def test_LG18_a_removed_board_leaves_nothing_and_no_name(self, store: Store) -> None:
        canary = "Wilhelmina Canary"
        entries = chained(40, None, text(canary + "x" * 3_000))
        log = store.open()
        await log.append("b", 0, entries)
        await log.append("other", 0, chained(3))
        await log.save_snapshot("b", 30, f"a snapshot with {canary}".encode() * 2_000)
        await log.save_snapshot("b", 40, b"a later one")
        await log.save_snapshot("other", 3, b"kept")
        await log.close()
        assert canary.encode() in store.bytes()

        log = store.open()
        with pytest.raises(LookupError):
            await log.remove("none")
        assert await log.boards() == ["b", "other"]
        assert await log.removed() == 0
        await log.remove("b")

        async def gone() -> None:
            assert await log.boards() == ["other"]
            assert await log.removed() == 1
            assert await log.last("b") == 0
            assert await log.read("b") == []
            assert await log.snapshot("b") is None
            for after, late in ((0, chained(1)), (40, chained(1, entries[-1]))):
                with pytest.raises(Removed):
                    await log.append("b", after, late)
            with pytest.raises(LookupError):
                await log.remove("b")
            with pytest.raises(ValueError, match="ahead"):
                await log.save_snapshot("b", 1, b"late")
            assert await log.read("other") == chained(3)
            assert await log.snapshot("other") == (3, b"kept")

        await gone()
        await log.close()
        assert canary.encode() not in store.bytes()
        log = store.open()
        await gone()
        await log.append("other", 3, chained(1, chained(3)[-1]))
        await log.append("new", 0, chained(2))
        assert await log.boards() == ["new", "other"]
        await log.close()

    async def test_LG18_of_a_removal_and_an_append_that_race_either_comes_first(
        self, store: Store
    ) -> None:
        log = store.open()
        entries = chained(2)
        for name in (f"b{number}" for number in range(20)):
            await log.append(name, 0, entries[:1])
            removed, late, anew = await asyncio.gather(
                log.remove(name),
                log.append(name, 1, entries[1:]),
                log.append(name, 0, entries),
                return_exceptions=True,
            )
            assert removed is None
            assert late is None or isinstance(late, Removed)
            assert isinstance(anew, Behind | Removed)
        assert await log.boards() == []
        await log.close()
        log = store.open()
        assert await log.boards() == []
        assert await log.read("b0") == []
        await log.close()

    async def test_LG18_a_damaged_board_can_be_removed(self, store: Store) -> None:
        log = store.open()
        await log.append("b", 0, chained(3))
        await log.close()
        store.damage("b", 2, b"not json")
        log = store.open()
        with pytest.raises(Unreadable):
            await log.read("b", 1)
        await log.remove("b")
        assert await log.quarantined() == []
        assert await log.boards() == []
        await log.close()

    async def test_LG10_an_author_can_be_forgotten(self, store: Store) -> None:
        canary = "Wilhelmina Canary"
        log = store.open()
        await log.append("b", 0, chained(1, author="a1"))
        assert await log.author_name("a1") is None
        await log.name_author("a1", "Somebody")
        await log.name_author("a1", canary)
        assert await log.author_name("a1") == canary
        await log.close()
        log = store.open()
        assert await log.author_name("a1") == canary
        await log.name_author("a1", None)
        assert await log.author_name("a1") is None
        assert await log.read("b") == chained(1, author="a1")
        await log.close()
        assert canary.encode() not in store.bytes()
