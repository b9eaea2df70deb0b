"""Private rounds in the room and in the log: who is told what, and what is left of it."""

import asyncio
import random
import re
import sqlite3
from pathlib import Path

import msgspec
import pytest

from board import ops
from board.formats import json as board_json
from board.ops import AnyOp, Body
from board.private import revealed_id
from board.replay import snapshot
from board.roles import Role
from layers.outline import outline
from layers.svg import svg
from layers.thumbnail import thumbnail
from layers.visible import on_layers
from server.find import Finder
from server.live import Boards, Live, load
from server.log import Disk, Log, MemoryLog
from server.log_sqlite import SqliteLog
from server.protocol import PROTOCOL, Ack, Ask, Hello, Here, Present, Submit
from server.questions import Search
from server.room import Identity, Look
from tests.server.roomful import Roomful
from tests.server.serving import eventually

OWNER, LEAD, A, B, VIEWER = (letter * 13 for letter in "olabv")
PEOPLE: dict[str, Role] = {
    OWNER: "owner", LEAD: "facilitator", A: "participant", B: "participant", VIEWER: "viewer",
}  # fmt: skip
ROUND = f"{LEAD}.r"


def canary(seat: str) -> str:
    """A text that this seat alone may ever be sent: one word, which is broken into no lines."""
    return f"canary{3 * seat[0]}"


def layer_of(seat: str) -> str:
    return f"{seat}.private-1"


@pytest.fixture
def room() -> Roomful:
    """Five people on a board whose private round has been opened."""
    held = Roomful()
    held.admin(ops.LayerCreate("here"), ops.NodeCreate("n", "here", kind="sticky"))
    for name, role in PEOPLE.items():
        held.join(name, role)
        while held.records:
            held.admin(*held.records.pop(0).ops)
    held.submit(LEAD, ops.PrivateOpen(ROUND, "What else?", "here"))
    return held


def write(room: Roomful, seat: str, name: str = "s") -> None:
    if layer_of(seat) not in room.board.layers:
        room.submit(seat, ops.PrivateEnter(ROUND))
    text = {"text": {"en": canary(seat)}}
    room.submit(seat, ops.NodeCreate(f"{seat}.{name}", layer_of(seat), "sticky", text=text))
    room.pull()


def said(room: Roomful, name: str) -> bytes:
    """All bytes that somebody was ever sent, but for the place in what they had asked for."""
    sent = b"".join(room.frames[name] + room.presence[name])
    return re.sub(rb'"where":"ops\[0\]\.layers\[[^"]*"', b"", sent)


def leaks(room: Roomful, writers: set[str]) -> list[tuple[str, str]]:
    """Who was sent something of whose: a text, an id or a layer."""
    return [
        (name, writer)
        for name in PEOPLE
        for writer in writers - {name}
        for mark in (canary(writer), f"{writer}.s", layer_of(writer))
        if mark.encode() in said(room, name)
    ]


def test_PW2_each_has_their_own_and_nothing_of_others(room: Roomful) -> None:
    for seat in (A, B, LEAD, OWNER):
        write(room, seat)
        assert canary(seat).encode() in said(room, seat)
    for seat in (A, B, LEAD, OWNER):
        assert f"body/{layer_of(seat)}" in room.clients[room.sessions[seat]].streams
    assert leaks(room, {A, B, LEAD, OWNER}) == []
    lead = room.clients[room.sessions[LEAD]].streams["lead"].records[f"private/{ROUND}"]
    assert msgspec.json.decode(lead) == {"id": f"private/{ROUND}", "stickies": 4, "people": 4}
    assert "lead" not in room.clients[room.sessions[A]].streams


def test_PW2_those_who_join_later_or_again_get_their_own_alone(room: Roomful) -> None:
    write(room, A)
    write(room, B)
    for name in (OWNER, LEAD, A, B, VIEWER):
        room.leave(name)
        room.join(name, PEOPLE[name])
    assert leaks(room, {A, B}) == []
    assert f"{A}.s" in room.clients[room.sessions[A]].streams[f"body/{layer_of(A)}"].records


def test_PW4_what_is_changed_privately_sends_nobody_a_frame(room: Roomful) -> None:
    write(room, A)
    counts = {name: len(room.frames[name]) for name in PEOPLE if name != A}
    room.submit(A, ops.NodeSet(f"{A}.s", x=50.0))
    edit = ops.TextSet("node", "text", "en", "other words", canary(A), f"{A}.s")
    room.submit(A, edit)
    room.say(A, Present(selection=(f"{A}.s",), cursor=(1.0, 1.0)))
    room.now_s += 1.0
    room.carry_out(room.room.tick(room.now_s))
    assert {name: len(room.frames[name]) for name in counts} == counts
    assert leaks(room, {A}) == []


@pytest.mark.parametrize("named", [True, False])
def test_PW5_all_is_revealed_to_all_at_once(room: Roomful, named: bool) -> None:
    write(room, A)
    write(room, B)
    room.leave(B)
    before = {name: len(room.frames[name]) for name in (VIEWER, OWNER)}
    room.submit(LEAD, ops.PrivateReveal(ROUND, named))
    for name, count in before.items():
        (patch,) = room.frames[name][count:]
        assert canary(A).encode() in patch and canary(B).encode() in patch
        if not named:
            assert leaks(room, set()) == [] and f"{A}.s".encode() not in patch
            assert layer_of(A).encode() not in patch
    assert f"head/{layer_of(A)}" not in room.clients[room.sessions[A]].streams
    room.pull()
    room.check(VIEWER, OWNER, LEAD, A)


def test_PW5_the_seed_of_the_order_is_the_servers(room: Roomful) -> None:
    write(room, A)
    salts = iter(["one", "two", "three", "four"])
    room.room.salt = lambda: next(salts)
    room.submit(LEAD, ops.PrivateReveal(ROUND, False, seed="mine"))
    (made,) = [node.id for node in room.board.nodes() if node.id != "n"]
    assert made == revealed_id("one", 1)


def test_PW2_random_runs_tell_nobody_of_what_others_write() -> None:
    """Writing, leading, joining, leaving, asking, undoing and exporting, in any order."""
    asked = 0
    for seed in range(12):
        rng = random.Random(seed)
        held = Roomful()
        held.admin(ops.LayerCreate("here"), ops.LayerCreate("there"))
        for name, role in PEOPLE.items():
            held.join(name, role)
        held.submit(LEAD, ops.PrivateOpen(ROUND, "What else?", "here"))
        writers = [A, B, LEAD, OWNER]
        for at in range(150):
            name = rng.choice(list(PEOPLE))
            while held.records:
                held.admin(*held.records.pop(0).ops)
            if name not in held.sessions:
                held.join(name, PEOPLE[name])
                continue
            target = rng.choice(writers)
            foreign = f"{target}.s{rng.randrange(at + 1)}"
            theirs: list[AnyOp] = [
                ops.NodeSet(foreign, x=rng.random()), ops.NodeRemove(foreign),
                ops.NodeRestore(foreign), ops.RelationCreate(f"{name}.x{at}", foreign, foreign),
                ops.CommentCreate(f"{name}.y{at}", node=foreign, text={"text": {"en": "x"}}),
                ops.TextSet("node", "text", "en", "x", "y", foreign),
                ops.NodeCreate(f"{name}.s{at}", layer_of(target), "sticky"),
                ops.LayerGrant(layer_of(target), name, "read"),
                ops.LayerSet(layer_of(target), read="viewer"), ops.LayerRemove(layer_of(target)),
                ops.RoundOpen(f"{name}.v{at}", "Which?", tag="t"),
                ops.SceneCreate(f"{name}.c{at}", (layer_of(target),)),
                ops.LayerMove("here", before=rng.choice([None, "there", layer_of(target)])),
                ops.StageDrive({layer_of(target): True}), ops.BoardSet(rng.choice(["en", "de"])),
                ops.SeatSet(target, role=rng.choice([None, PEOPLE[target]])),
            ]  # fmt: skip
            match rng.randrange(9):
                case 0 | 1 | 2 if PEOPLE[name] != "viewer":
                    write(held, name, f"s{at}")
                case 3:
                    held.leave(name)
                case 4:
                    n = held.board.clients.get(name)
                    if n is not None:
                        held.undo(name, rng.randint(1, n.n))
                case 5:
                    effects = held.room.receive(
                        held.sessions[name], Ask(at, Search("canary")), held.now_s
                    )
                    for effect in effects:
                        if isinstance(effect, Look):
                            answer = asyncio.run(find(held, effect))
                            held.carry_out(held.room.answered(effect, answer))  # type: ignore[arg-type]
                            asked += 1
                case 6:
                    held.say(name, Present(selection=(foreign,), typing=None))
                    held.say(name, Here(rng.random() < 0.5, name[0]))
                case _:
                    held.submit(name, rng.choice(theirs))
            held.now_s += 1.0
            held.carry_out(held.room.tick(held.now_s))
            held.pull()
        assert leaks(held, set(writers)) == [], seed
        role: Role
        for role in ("viewer", "participant", "facilitator", "owner"):
            assert b"canary" not in board_json.write(held.board, role)
            on = on_layers(held.board, role, None)
            assert "canary" not in repr(outline(held.board, role, on))
            assert "canary" not in svg(held.board, on)
        assert "canary" not in thumbnail(held.board)
        assert any(b"canary" in said(held, name) for name in writers)
    assert asked > 20


async def find(held: Roomful, look: Look) -> object:
    finder = Finder()
    try:
        gleaned = held.room.glean()
        return await finder.answer(gleaned, look.role, look.frame.question, look.also)
    finally:
        finder.close()
        held.room.forget()


# -- the log


class Person:
    """Somebody on a board, without a wire."""

    clear = True

    def __init__(self, live: Live, session: int, seat: str, link: str) -> None:
        self.session, self.live, self.n = session, live, 0
        live.join(self, Identity(seat, link, 1), Hello(PROTOCOL, ""))

    def send(self, message: object, lane: object) -> bool:
        """All of it is taken, and forgotten."""
        return True

    def close(self, code: int) -> None:
        """Nothing has to be done."""

    def taken(self, size_bytes: int) -> None:
        """Nothing is counted."""

    async def submit(self, *batch: AnyOp) -> None:
        """Have something done, and wait until it is durable."""
        self.n += 1
        before = self.live.durable
        self.live.receive(self.session, Submit(self.n, batch), 0)
        await eventually(lambda: self.live.durable > before)


async def played(log: Log, end: AnyOp) -> Boards:
    """A board on which two people have written privately, and the round has been ended."""
    boards = Boards(log)
    made: list[AnyOp] = [
        ops.LinkSet("hosts", "facilitator", 1),
        ops.LinkSet("people", "participant", 1),
        ops.SeatSet(LEAD, link="hosts", name=""),
        *(ops.SeatSet(seat, link="people", name="") for seat in (A, B)),
        ops.LayerCreate("here"),
        ops.NodeCreate("n", "here"),
    ]
    await boards.create("b", made)
    live = await boards.open("b")
    lead, *people = (
        Person(live, at, seat, "hosts" if seat == LEAD else "people")
        for at, seat in enumerate((LEAD, A, B))
    )
    await lead.submit(ops.PrivateOpen(ROUND, "What else?", "here"))
    for person, seat in zip(people, (A, B), strict=True):
        await person.submit(ops.PrivateEnter(ROUND))
        text = {"text": {"en": canary(seat)}}
        await person.submit(ops.NodeCreate(f"{seat}.s", layer_of(seat), "sticky", text=text))
        draft = ops.TextSet("node", "text", "en", f"draft {seat[0]}", canary(seat), f"{seat}.s")
        await person.submit(draft)
        back = ops.TextSet("node", "text", "en", canary(seat), f"draft {seat[0]}", f"{seat}.s")
        await person.submit(back, ops.NodeSet("n", x=5.0))
    await live.read(lambda board: None)
    await log.save_snapshot("b", live.durable, await live.read(snapshot))
    await lead.submit(end)
    return boards


def bytes_in(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.iterdir()))


async def bodies(log: Log) -> list[tuple[str, str]]:
    """The author and the body of each entry, as text."""
    return [(entry.header.client, repr(entry.body)) for entry in await log.read("b")]


@pytest.mark.parametrize("end", [ops.PrivateReveal(ROUND, False), ops.PrivateClose(ROUND)])
async def test_PW6_PW7_no_byte_on_disk_says_who_wrote_what(tmp_path: Path, end: AnyOp) -> None:
    """Neither in the log, nor in its snapshots, nor in a copy of it, while it is still open."""
    path = tmp_path / "log.sqlite"
    log = SqliteLog(path)
    boards = await played(log, end)
    live = await boards.open("b")
    await eventually(lambda: live._erasing is None)
    revealed = isinstance(end, ops.PrivateReveal)
    for name, body in await bodies(log):
        assert "draft" not in body
        if "canary" in body:
            assert revealed and name == LEAD and A not in body and B not in body
    assert await log.snapshot("b") is None
    held = bytes_in(tmp_path)
    assert b"draft" not in held
    assert held.count(canary(A).encode()) == held.count(canary(B).encode()) == int(revealed)
    copy = sqlite3.connect(tmp_path / "backup.sqlite")
    with sqlite3.connect(path) as source:
        source.backup(copy)
    source.close()
    copy.close()
    assert b"draft" not in (tmp_path / "backup.sqlite").read_bytes()
    await boards.drain()
    fresh, unreadable = await load(log, "b")
    assert unreadable is None
    texts = sorted(node.text["text"]["en"] for node in fresh.nodes() if node.text)
    assert texts == ([canary(A), canary(B)] if revealed else [])
    assert fresh.node("n").x == 5.0  # type: ignore[union-attr]
    assert f"{A}.s".encode() not in snapshot(fresh)
    await log.close()


async def test_PW6_with_names_the_log_keeps_what_it_is_replayed_from() -> None:
    log = MemoryLog()
    boards = await played(log, ops.PrivateReveal(ROUND, True))
    assert [name for name, body in await bodies(log) if canary(A) in body] == [A, A, A]
    await boards.drain()
    fresh, _ = await load(log, "b")
    assert fresh.node(f"{A}.s").layer == "here"  # type: ignore[union-attr]


class Stuck(MemoryLog):
    """A log that does not redact."""

    async def redact(self, board: str, bodies: dict[int, Body]) -> None:
        raise OSError("the disk is full")


class Slow(MemoryLog):
    """A log that redacts when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()

    async def redact(self, board: str, bodies: dict[int, Body]) -> None:
        await self.free.wait()
        await super().redact(board, bodies)


async def test_PW6_the_next_round_begins_when_the_last_has_been_erased() -> None:
    """PW6: also when both are asked for at once: the board remembers the last round alone."""
    log = Slow()
    boards = await played(log, ops.NodeSet("n", x=6.0))
    live = await boards.open("b")
    asked = (ops.PrivateClose(ROUND), ops.PrivateOpen(f"{LEAD}.q", "And?", "here"))
    ended, opened = (asyncio.create_task(live.submit([op])) for op in asked)
    await ended
    await asyncio.sleep(0.1)
    assert not opened.done()
    log.free.set()
    assert isinstance(await opened, Ack)
    assert not [body for _, body in await bodies(log) if "canary" in body]
    await boards.drain()


async def test_PW6_what_could_not_be_erased_is_when_the_board_is_opened_again() -> None:
    disk = Disk()
    boards = await played(Stuck(disk), ops.PrivateReveal(ROUND, False))
    await eventually(lambda: not boards.lives)  # nobody goes on as if it were erased
    assert any(canary(A) in body and name == A for name, body in await bodies(MemoryLog(disk)))
    log = MemoryLog(disk)
    again = Boards(log)
    live = await again.open("b")
    await eventually(lambda: live._erased is not None and live._erasing is None)
    assert not [name for name, body in await bodies(log) if canary(A) in body and name == A]
    await again.drain()
