"""Questions on their way: who may ask how much, and who is told, in the room and over sockets."""

import asyncio
from typing import Any

import pytest

from board import limits, ops
from server import find, protocol
from server.live import Boards
from server.protocol import Answer, Ask
from server.questions import AnyResult, Found, Neighbours, Search, Unanswered
from server.room import Look
from tests.server.roomful import Roomful
from tests.server.serving import LIVE, Guest, connect, eventually, serving, site, small_board
from tests.server.test_live import FaultyLog, city, move
from tests.server.test_rights import note

A, B = "a" * 13, "b" * 13
NONE = Found()


def ask(room: Roomful, name: str, id: int = 1) -> list[Any]:
    frame = Ask(id, Search("city"))
    return room.room.receive(room.sessions[name], frame, room.now_s)


@pytest.fixture
def room() -> Roomful:
    held = Roomful()
    held.admin(ops.AccessSet(True), ops.LayerCreate("one"), ops.NodeCreate("a", "one"))
    held.join(A)
    held.join(B, "viewer")
    for name in (A, B):
        held.heard(name)
    return held


def test_FI9_an_answer_goes_to_who_asked_alone(room: Roomful) -> None:
    (look,) = ask(room, A, 7)
    assert (look.role, look.frame) == ("participant", Ask(7, Search("city")))
    room.carry_out(room.room.answered(look, Found(count=3)))
    assert room.heard(A) == [Answer(7, Found(count=3))]
    assert room.heard(B) == []


def test_FI9_who_has_left_is_told_nothing(room: Roomful) -> None:
    (look,) = ask(room, A)
    room.leave(A)
    assert room.room.answered(look, NONE) == []
    room.join(A)  # a new connection may ask as much as any
    for id in range(limits.ASKS_MAX):
        assert isinstance(ask(room, A, id + 1)[0], Look)


def test_FI9_when_rights_change_meanwhile_it_is_looked_at_again(room: Roomful) -> None:
    (look,) = ask(room, A)
    room.admin(ops.NodeSet("a", x=5.0))
    assert room.room.answered(look, NONE) != []
    (look,) = ask(room, A)
    room.admin(ops.LayerSet("one", read="facilitator"))
    room.heard(A)
    (again,) = room.room.answered(look, Found(count=1))
    assert isinstance(again, Look) and again.rights > look.rights
    room.carry_out(room.room.answered(again, NONE))
    assert room.heard(A) == [Answer(1, NONE)]


def test_FI15_a_question_goes_with_the_layers_that_are_read_by_seat(room: Roomful) -> None:
    note(room)
    room.admin(
        ops.LayerCreate("theirs", read="facilitator"),
        ops.LayerGrant("theirs", B, "read"),
        ops.LayerGrant("one", B, "read"),  # which their role reads anyway
    )
    (look,) = ask(room, B)
    assert (look.role, look.also) == ("viewer", {"theirs"})
    assert ask(room, A)[0].also == frozenset()
    room.admin(ops.LayerGrant("theirs", B))
    (again,) = room.room.answered(look, Found(count=1))
    assert isinstance(again, Look) and again.also == frozenset()


def test_FI15_what_is_written_privately_is_not_searched(room: Roomful) -> None:
    note(room)
    room.admin(ops.PrivateOpen("round", "What do we miss?", "one"))
    room.submit(A, ops.PrivateEnter("round"))
    (own,) = [layer.id for layer in room.board.layers.values() if layer.private]
    assert room.board.may_read("participant", own, A)
    assert ask(room, A)[0].also == frozenset()


def test_FI10_a_client_asks_so_much_at_once_and_so_much_a_second(
    room: Roomful,
) -> None:
    looks = [ask(room, A, at + 1)[0] for at in range(limits.ASKS_MAX)]
    assert all(isinstance(look, Look) for look in looks)
    room.carry_out(ask(room, A, 99))
    (answer,) = room.heard(A)
    assert isinstance(answer, Answer) and isinstance(answer.result, Unanswered)
    assert (answer.id, answer.result.code) == (99, "busy")
    for look in looks:
        room.carry_out(room.room.answered(look, NONE))
    for _ in range(limits.RATE_ASKS_BURST - limits.ASKS_MAX):
        (look,) = ask(room, A)
        room.carry_out(room.room.answered(look, NONE))
    room.heard(A)
    room.carry_out(ask(room, A, 100))
    (answer,) = room.heard(A)
    assert isinstance(answer, Answer) and isinstance(answer.result, Unanswered)
    assert answer.result.code == "slow_down"
    assert room.room.counts["refused slow_down"] == 1
    assert isinstance(ask(room, B)[0], Look), "others go on"
    room.now_s += 1.01 / limits.RATE_ASKS_S
    assert isinstance(ask(room, A)[0], Look)


def test_FI10_a_board_has_so_many_questions_at_once(
    room: Roomful, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "ASKS_BOARD_MAX", 2)
    (look,) = ask(room, A, 1)
    assert isinstance(ask(room, B, 2)[0], Look)
    (busy,) = ask(room, A, 3)
    assert b'"busy"' in busy.frame
    room.carry_out(room.room.answered(look, NONE))
    assert isinstance(ask(room, A, 4)[0], Look)
    room.leave(A)
    assert isinstance(ask(room, B, 5)[0], Look)


def test_FI10_a_question_that_is_none_is_refused_with_its_place() -> None:
    for raw, where in (
        (b'{"t":"ask","id":1,"question":{"about":"all"}}', "question.about"),
        (b'{"t":"ask","id":0,"question":{"about":"degrees"}}', "id"),
        (b'{"t":"ask","id":1,"question":{"about":"neighbours","node":"a","depth":9}}',
         "question.depth"),
        (b'{"t":"ask","id":1,"question":{"about":"search","text":"a","more":1}}', "question"),
    ):  # fmt: skip
        refused = protocol.decode(raw)
        assert isinstance(refused, protocol.Reject)
        assert (refused.code, refused.where) == ("invalid", where)


# -- over sockets


async def asked(guest: Guest, question: dict[str, Any], id: int = 1) -> dict[str, Any]:
    await guest.say("ask", id=id, question=question)
    result: dict[str, Any] = (await guest.until("answer", id=id))["result"]
    return result


async def test_FI8_an_open_board_answers_what_it_is_now() -> None:
    """FI8, FI9: over a real socket, with changes in between; viewers may ask, too."""
    async with city(FaultyLog()) as (_, guest), guest() as one, guest() as two:
        await one.join(secret="1")
        await two.join("viewers", secret="2")
        assert await asked(two, {"about": "search", "text": "harbour"}) == {"about": "search"}
        await one.submit(ops.TextSet("node", "title", "en", "A harbour", "", "card1"))
        await one.until("ack")
        found = await asked(two, {"about": "search", "text": "harb"}, 2)
        assert [hit["title"] for hit in found["hits"]] == [["A ", "harb", "our"]]
        near = await asked(two, {"about": "neighbours", "node": "card1"}, 3)
        assert [far["node"]["id"] for far in near["nodes"]] == ["card1"]
        gone = await asked(two, {"about": "neighbours", "node": "card9"}, 4)
        assert (gone["about"], gone["code"]) == ("unanswered", "unknown_node")
        assert not [held for held in one.frames if held["t"] == "answer"]


async def test_FI9_nothing_is_read_before_it_is_durable() -> None:
    log = FaultyLog()
    async with city(log) as (_, guest), guest() as one, guest() as two:
        await one.join(secret="1")
        await two.join(secret="2")
        log.free.clear()
        await one.submit(ops.TextSet("node", "title", "en", "A harbour", "", "card1"))
        await asyncio.sleep(0.05)
        await two.say("ask", id=1, question={"about": "search", "text": "harbour"})
        await asyncio.sleep(0.1)
        log.free.set()
        answer = await two.until("answer")
        assert answer["result"]["count"] == 1
        types = [held["t"] for held in two.frames]
        assert types.index("patch", types.index("welcome")) < types.index("answer")


async def test_FI9_the_board_goes_on_while_a_question_is_worked_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    free = asyncio.Event()

    async def slowly(*_: object) -> AnyResult:
        await free.wait()
        return NONE

    monkeypatch.setattr(find.Finder, "answer", slowly)
    async with city(FaultyLog()) as (_, guest), guest() as one:
        await one.join()
        await one.say("ask", id=1, question={"about": "degrees"})
        await one.submit(move(5.0))
        await one.until("ack", n=1)
        assert not [held for held in one.frames if held["t"] == "answer"]
        free.set()
        await one.until("answer", id=1)


async def test_FI9_a_question_that_fails_is_answered_and_the_board_goes_on(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async with city(FaultyLog()) as (_, guest), guest() as one:
        await one.join()
        with monkeypatch.context() as broken:
            broken.setattr(find.Reading, "search", lambda *_: 1 / 0)
            failed = await asked(one, {"about": "search", "text": "a"})
        assert (failed["about"], failed["code"]) == ("unanswered", "failed")
        assert "a question has no answer" in caplog.text
        await one.submit(ops.TextSet("node", "title", "en", "A harbour", "", "card1"))
        await one.until("ack")
        found = await asked(one, {"about": "search", "text": "harbour"}, 2)
        assert found["count"] == 1


async def test_FI8_an_index_that_nobody_asks_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    log = FaultyLog()
    boards = Boards(log)
    await boards.create("city", small_board())
    async with serving(site(boards)) as port:
        live = await boards.open("city")
        async with connect(port, LIVE) as socket:
            one = Guest(socket)
            await one.join()
            assert live._finder is None
            await asked(one, {"about": "degrees"})
            first = live._finder
            assert first is not None
            first.used_s -= limits.UNUSED_S
            await eventually(lambda: live._finder is None)
            assert (await asked(one, {"about": "degrees"}, 2))["unrelated_count"] == 3
        last = live._finder
        assert last is not None
        await boards.drain()
        assert live._finder is None
        with pytest.raises(RuntimeError):
            last._thread.submit(print)


def test_FI7_a_question_about_a_node_of_another_role_is_put_with_the_askers_role(
    room: Roomful,
) -> None:
    frame = Ask(1, Neighbours("a"))
    (look,) = room.room.receive(room.sessions[B], frame, room.now_s)
    assert isinstance(look, Look) and look.role == "viewer"
