"""The ballots of open rounds on disk: durable, without names, and destroyed without a trace."""

import asyncio
import signal
import sqlite3
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import websockets

from board import ops
from server.access import Access
from server.ballots import Ballots, Cast, MemoryBallots, NoBallots, SqliteBallots
from server.folder import Folder
from server.live import Boards
from server.log import Disk, MemoryLog
from server.log_sqlite import SqliteLog
from server.polls import Ballot
from tests.processes import start
from tests.server.serving import LIVE, Guest, connect, eventually, serving, site, small_board

KEY = b"K" * 32
VOTER = b"V" * 32


def cast(round: str = "r", voter: bytes = VOTER, **votes: int) -> Cast:
    return Cast(round, KEY, voter, Ballot(votes))


def left(path: Path) -> bytes:
    """All bytes that a file of SQLite has left, in it and beside it."""
    return b"".join(file.read_bytes() for file in sorted(path.parent.glob(f"{path.name}*")))


@pytest.fixture(params=["sqlite", "memory"])
async def ballots(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Ballots]:
    held = SqliteBallots(tmp_path / "b.sqlite3") if request.param == "sqlite" else MemoryBallots()
    yield held
    await held.close()


async def test_VO3_the_last_ballot_of_a_voter_is_kept(ballots: Ballots) -> None:
    await ballots.cast("city", [cast(a=1), cast(voter=b"other", b=2), cast(a=1, c=1)])
    await ballots.cast("city", [cast("q", a=3)])
    polls = await ballots.polls("city")
    assert {round: poll.ballots for round, poll in polls.items()} == {
        "r": {VOTER: Ballot({"a": 1, "c": 1}), b"other": Ballot({"b": 2})},
        "q": {VOTER: Ballot({"a": 3})},
    }
    assert all(poll.key == KEY for poll in polls.values())
    await ballots.cast("city", [cast()])  # an empty one is none
    assert (await ballots.polls("city"))["r"].ballots == {b"other": Ballot({"b": 2})}
    assert await ballots.polls("town") == {} and await ballots.boards() == ["city"]


async def test_VO12_a_round_and_a_board_are_destroyed_for_themselves(ballots: Ballots) -> None:
    for board in ("city", "town"):
        await ballots.cast(board, [cast("r", a=1), cast("q", a=1)])
    await ballots.destroy("city", "r")
    assert list(await ballots.polls("city")) == ["q"]
    await ballots.destroy("city")
    await ballots.destroy("city", "never")
    assert await ballots.boards() == ["town"] and len(await ballots.polls("town")) == 2


async def test_VO12_no_byte_is_left_of_what_was_destroyed(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    ballots = SqliteBallots(path)
    casts = [cast(voter=b"voter %27d" % at, node_that_is_named=at % 3 + 1) for at in range(400)]
    await ballots.cast("city", casts)
    await ballots.cast("city", casts[:200])
    for secret in (KEY, b"voter   ", b"node_that_is_named"):
        assert secret in left(path)
    await ballots.destroy("city", "r")
    for secret in (KEY, b"voter   ", b"node_that_is_named"):
        assert secret not in left(path)
    await ballots.close()


async def test_VO12_what_a_crash_leaves_in_the_write_ahead_log_goes_with_the_next_start(
    tmp_path: Path,
) -> None:
    path = tmp_path / "b.sqlite3"
    ballots = SqliteBallots(path)
    await ballots.cast("city", [cast(node_that_is_named=1)])
    await ballots._do(lambda connection: connection.execute("DELETE FROM rounds"), append=True)
    for name in ("b.sqlite3", "b.sqlite3-wal"):  # as they are when the program is killed
        (tmp_path / f"killed-{name}").write_bytes((tmp_path / name).read_bytes())
    await ballots.close()
    killed = tmp_path / "killed-b.sqlite3"
    assert b"node_that_is_named" in left(killed)
    again = SqliteBallots(killed)
    assert b"node_that_is_named" not in left(killed)
    await again.close()


async def test_VO12_the_file_says_nothing_of_the_order_in_which_ballots_came(
    tmp_path: Path,
) -> None:
    contents = []
    for name, step in (("one", 1), ("two", -1)):
        ballots = SqliteBallots(tmp_path / name)
        for voter in [b"%32d" % at for at in range(50)][::step]:
            await ballots.cast("city", [cast(voter=voter, a=1)])
        rows = await ballots._do(
            lambda connection: connection.execute("SELECT * FROM ballots").fetchall()
        )
        contents.append(rows)
        await ballots.close()
    assert contents[0] == contents[1]


async def test_VO14_what_was_cast_is_there_after_the_next_start(tmp_path: Path) -> None:
    path = tmp_path / "b.sqlite3"
    ballots = SqliteBallots(path)
    settings = [
        await ballots._do(lambda held, name=name: held.execute(f"PRAGMA {name}").fetchone()[0])
        for name in ("journal_mode", "synchronous", "secure_delete")
    ]
    assert settings == ["wal", 2, 1] and path.stat().st_mode & 0o777 == 0o600
    await asyncio.gather(*(ballots.cast("city", [cast(voter=b"%d" % at, a=1)]) for at in range(99)))
    await ballots.close()
    ballots = SqliteBallots(path)
    assert (await ballots.polls("city"))["r"].votes == {"a": 99}
    await ballots.close()


@pytest.mark.parametrize(
    "content", [b"x", b"no database at all", b"SQLite format 3\0" + b"\0" * 200]
)
async def test_a_file_that_holds_something_else_is_refused_and_left_as_it_is(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "b.sqlite3"
    path.write_bytes(content)
    with pytest.raises(NoBallots):
        SqliteBallots(path)
    assert path.read_bytes() == content
    other = tmp_path / "other.sqlite3"
    with sqlite3.connect(other) as connection:
        connection.execute("CREATE TABLE notes (text)")
    with pytest.raises(NoBallots):
        SqliteBallots(other)


# -- an open board


class FaultyBallots(MemoryBallots):
    """Ballots that can be held, fail, and die before they are destroyed."""

    def __init__(self) -> None:
        super().__init__()
        self.free = asyncio.Event()
        self.free.set()
        self.fail = False
        self.dead = False
        self.casts: list[int] = []

    async def cast(self, board: str, casts: Sequence[Cast]) -> None:
        await self.free.wait()
        if self.fail:
            raise OSError("the disk is full")
        self.casts.append(len(casts))
        await super().cast(board, casts)

    async def destroy(self, board: str, round: str | None = None) -> None:
        if self.dead:
            await asyncio.Event().wait()
        await super().destroy(board, round)


@asynccontextmanager
async def city(
    ballots: Ballots, disk: Disk | None = None
) -> AsyncIterator[tuple[Boards, Callable[..., Any]]]:
    boards = Boards(MemoryLog(disk), ballots)
    if not await boards.names():
        await boards.create("city", small_board())
    async with serving(site(boards)) as port:

        @asynccontextmanager
        async def guest() -> AsyncIterator[Guest]:
            async with connect(port, LIVE) as socket:
                yield Guest(socket)

        try:
            yield boards, guest
        finally:
            await boards.drain()


OPEN = ops.RoundOpen("r", "Which?", layer="first")


async def vote(guest: Guest, id: int = 1, round: str = "r", **ballot: int) -> dict[str, Any]:
    await guest.say("vote", id=id, round=round, ballot=ballot)
    return await guest.until("voted", id=id)


async def test_VO5_votes_that_come_meanwhile_share_one_write(tmp_path: Path) -> None:
    ballots = FaultyBallots()
    async with city(ballots) as (boards, guest):
        live = await boards.open("city")
        await live.submit([OPEN])
        async with guest() as ann, guest() as ben:
            await ann.join(secret="ann")
            await ben.join(secret="ben")
            ballots.free.clear()
            await ann.say("vote", id=1, round="r", ballot={"card0": 1})
            await eventually(lambda: live._keeping is not None)
            for id in range(2, 12):
                await ann.say("vote", id=id, round="r", ballot={"card1": 1})
                await ben.say("vote", id=id, round="r", ballot={"card2": 1})
            await eventually(lambda: len(live._keeps) == 20)
            assert not any(frame["t"] == "voted" for frame in ann.frames)
            ballots.free.set()
            await ann.until("voted", id=11)
            await ben.until("voted", id=11)
            assert ballots.casts == [1, 20]
        await live.submit([ops.RoundClose("r")])
        tally = await live.read(lambda board: board.rounds["r"].tally)
        assert tally == {"card1": 1, "card2": 1}
        await eventually(lambda: not ballots.kept)


async def test_VO5_a_board_that_stops_waits_for_ballots_and_does_nothing_meanwhile(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ballots = FaultyBallots()
    async with city(ballots) as (boards, guest), guest() as ann:
        await ann.join()
        live = await boards.open("city")
        await live.submit([OPEN])
        ballots.free.clear()
        await ann.say("vote", id=1, round="r", ballot={"card0": 1})
        await eventually(lambda: live._keeping is not None)
        turns, turn = [0], live._turn

        async def counted() -> None:
            turns[0] += 1
            await turn()

        monkeypatch.setattr(live, "_turn", counted)
        draining = asyncio.create_task(boards.drain())
        await asyncio.sleep(0.2)
        assert not draining.done() and turns[0] < 10
        ballots.free.set()
        await draining
        assert (await ann.until("voted", id=1))["ballot"] == {"card0": 1}


async def test_VO5_a_ballot_that_cannot_be_kept_is_not_answered_and_does_not_count() -> None:
    ballots = FaultyBallots()
    async with city(ballots) as (boards, guest):
        await (await boards.open("city")).submit([OPEN])
        async with guest() as ann:
            await ann.join(secret="ann")
            await vote(ann, card0=1)
            ballots.fail = True
            await ann.say("vote", id=2, round="r", ballot={"card1": 1})
            assert await ann.close_code() == 1012
            assert not any(frame.get("id") == 2 for frame in ann.frames)
        ballots.fail = False
        async with guest() as ann:  # the board is loaded anew, with what is durable
            await ann.join(secret="ann")
            await ann.say("voter")
            assert (await ann.until("voted"))["ballot"] == {"card0": 1}
            await vote(ann, id=3, card0=1, card2=1)
        live = await boards.open("city")
        await live.submit([ops.RoundClose("r")])
        assert await live.read(lambda board: board.rounds["r"].tally) == {"card0": 1, "card2": 1}


async def test_VO12_a_crash_between_the_tally_and_its_end_leaves_nothing_at_the_next_start() -> (
    None
):
    ballots, disk = FaultyBallots(), Disk()
    async with city(ballots, disk) as (boards, guest):
        live = await boards.open("city")
        await live.submit([OPEN])
        async with guest() as ann:
            await ann.join()
            await vote(ann, card0=1)
        ballots.dead = True
        await live.submit([ops.RoundClose("r")])
        assert ballots.kept
        await live.stop()
        ballots.dead = False
        assert ballots.kept
        again = Boards(MemoryLog(disk), ballots)
        await again.sweep()
        assert not ballots.kept
        assert await again.glance("city", lambda board: board.rounds["r"].tally) == {"card0": 1}
        await again.drain()


async def test_VO12_a_board_that_is_opened_again_destroys_what_is_left_over() -> None:
    ballots = FaultyBallots()
    async with city(ballots) as (boards, _):
        await (await boards.open("city")).submit([OPEN])
        await ballots.cast("city", [cast("gone", card0=1), cast("r", card0=1)])
        await (await boards.open("city")).stop()
        live = await boards.open("city")
        assert [round for _, round in ballots.kept] == ["r"]
        await live.submit([ops.RoundClose("r")])
        assert await live.read(lambda board: board.rounds["r"].tally) == {"card0": 1}


async def test_VO12_the_ballots_of_a_removed_board_go_with_it() -> None:
    ballots = FaultyBallots()
    async with city(ballots) as (boards, _):
        await (await boards.open("city")).submit([OPEN])
        await ballots.cast("city", [cast("r", card0=1)])
        await ballots.cast("never-there", [cast("r", card0=1)])
        await boards.remove("city")
        assert [board for board, _ in ballots.kept] == ["never-there"]
        await boards.sweep()
        assert not ballots.kept


# -- the real server


class Voter:
    """A browser that votes again and again, and remembers what was answered."""

    def __init__(self, access: Access, secret: str) -> None:
        self.access = access
        self.secret = secret
        self.id = 0
        self.sent: list[dict[str, int]] = [{}]
        self.answered = 0

    async def work(self, port: int) -> None:
        try:
            async with connect(port, LIVE) as socket:
                guest = Guest(socket, self.access)
                await guest.join(secret=self.secret)
                await guest.say("voter", secret=self.secret)
                while True:
                    self.id += 1
                    self.sent.append({f"card{self.id % 3}": 1})
                    answer = await vote(guest, self.id, **self.sent[-1])
                    if not answer.get("code"):
                        self.answered = self.id
                    guest.frames.clear()
                    await asyncio.sleep(0.1)
        except (websockets.ConnectionClosed, OSError, TimeoutError):
            pass


async def test_VO14_kill_9_loses_no_vote_that_was_answered_and_counts_none_twice(
    tmp_path: Path,
) -> None:
    data = tmp_path / "data"
    with Folder(data) as folder:
        access = Access(folder.secret())
        log = SqliteLog(folder.database)
        boards = Boards(log)
        await boards.create("city", [*small_board(), OPEN])
        await boards.drain()
        await log.close()
    voters = [Voter(access, f"browser number {at}") for at in range(8)]
    for _ in range(3):
        served = await start(data)
        port = int(served.address.rpartition(":")[2])
        people = [asyncio.create_task(voter.work(port)) for voter in voters]
        await asyncio.sleep(0.7)
        assert await served.stop(signal.SIGKILL) == -signal.SIGKILL
        await asyncio.gather(*people)
    ballots = SqliteBallots(data / "ballots.sqlite3")
    polls = await ballots.polls("city")
    await ballots.close()
    for voter in voters:
        name = polls["r"].voter(f"browser {voter.secret}")
        assert polls["r"].ballots[name].votes in voter.sent[voter.answered :]
        assert voter.answered > 3
    assert len(polls["r"].ballots) == len(voters)
    assert b"browser number" not in left(data / "ballots.sqlite3")

    served = await start(data)
    port = int(served.address.rpartition(":")[2])
    async with connect(port, LIVE) as socket:
        host = Guest(socket, access)
        await host.join("hosts")
        await host.submit(ops.RoundClose("r"))
        await host.until("ack")
    assert await served.stop() == 0
    log = SqliteLog(data / "boards.sqlite3")
    boards = Boards(log)
    tally = await boards.glance("city", lambda board: board.rounds["r"].tally)
    await boards.drain()
    await log.close()
    assert sum(tally.values()) == len(voters) and tally == dict(sorted(polls["r"].votes.items()))
    assert b"card" not in left(data / "ballots.sqlite3")
