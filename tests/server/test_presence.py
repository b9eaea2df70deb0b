"""Who is here and what they are doing: who is told, what, and how often."""

import json
from typing import Any

import pytest
from msgspec import UNSET

from board import limits, ops
from board.ops import PALETTE
from server.presence import COLORS, clean_name
from server.protocol import Doing, Here, Presence, Present, Reject, Typing, decode
from server.room import Command
from tests.server.roomful import Roomful

A, B, C, D, E = ("a" * 13, "b" * 13, "c" * 13, "d" * 13, "e" * 13)


@pytest.fixture
def room() -> Roomful:
    """Two open layers, one for facilitators, one locked; two nodes in each."""
    held = Roomful()
    held.admin(
        ops.AccessSet(True),
        ops.LayerCreate("one"),
        ops.LayerCreate("two"),
        ops.LayerCreate("shut", read="facilitator"),
        ops.LayerCreate("fast", locked=False),
        *(
            ops.NodeCreate(f"{layer}-{at}", layer)
            for layer in ("one", "two", "shut", "fast")
            for at in range(2)
        ),
        ops.LayerSet("fast", locked=True),
    )
    return held


def tick(room: Roomful) -> None:
    room.carry_out(room.room.tick(room.now_s))


def told(room: Roomful, name: str) -> list[Presence]:
    """The presence that somebody heard since this was last asked."""
    frames, room.presence[name] = room.presence[name], []
    read = [room.reader.read(frame) for frame in frames]
    return [frame for frame in read if isinstance(frame, Presence)]


def quiet(room: Roomful, *names: str) -> None:
    tick(room)
    for name in names:
        told(room, name)


def drag(*ids: str, x: float = 5.0) -> tuple[tuple[str, float, float, float, float, float], ...]:
    return tuple((id, x, 6.0, 70.0, 80.0, 0.0) for id in ids)


# -- who


def test_RM40_a_name_is_one_line_of_what_can_be_seen(room: Roomful) -> None:
    assert clean_name("  Ada \t\n Lovelace ") == "Ada Lovelace"
    assert clean_name("Ada\u202e\u0000 \u200bL\ufeff") == "Ada L"
    assert clean_name("می\u200cخواهم 👩\u200d🔬") == "می\u200cخواهم 👩\u200d🔬"
    assert clean_name("e\u0301") == "é"
    assert clean_name("\u0007\u2066\u2029") == clean_name("\u200d \u200c") == ""
    assert len(clean_name("\ufb2c" * limits.NAME_CHARS_MAX)) == limits.NAME_CHARS_MAX
    watcher = room.join(A)
    room.join(B)
    room.say(B, Here(True, name="  Bo\u202eb "))
    tick(room)
    assert watcher.people[B].name == "Bo b"
    room.say(B, Here(True, name="Bea"))
    tick(room)
    assert watcher.people[B].name == "Bea" and watcher.people[A].name == ""
    room.say(B, Here(True))
    tick(room)
    assert watcher.people[B].name == ""


def test_RM40_a_colour_goes_by_the_seat_and_is_nobody_elses(room: Roomful) -> None:
    assert set(COLORS) < set(PALETTE)
    watcher = room.join(A)
    for at in range(len(COLORS) - 1):
        room.join(f"n{at:012d}", "viewer")
    tick(room)
    first = {seat: person.color for seat, person in watcher.people.items()}
    assert set(first.values()) == set(COLORS)
    one = "n000000000003"
    room.leave(one)
    tick(room)
    room.join(one, "viewer")
    tick(room)
    assert {seat: person.color for seat, person in watcher.people.items()} == first
    for name in (D, E):
        room.join(name)
    tick(room)
    assert {watcher.people[D].color, watcher.people[E].color} <= set(COLORS)


# -- what they are doing


def test_RM41_the_newest_of_each_is_told_with_the_next_tick_and_nothing_is_logged(
    room: Roomful,
) -> None:
    watcher = room.join(A)
    room.join(B)
    quiet(room, A, B)
    seq = room.board.seq
    room.say(B, Present(cursor=(1.0, 2.0), selection=("one-0",)))
    room.say(B, Present(cursor=(3.0, 4.0), typing=Typing("one-1", "title")))
    room.say(B, Present(drag=drag("one-0")))
    assert told(room, A) == []
    tick(room)
    (frame,) = told(room, A)
    assert frame.doing == [
        Doing(B, (3.0, 4.0), ("one-0",), drag("one-0"), Typing("one-1", "title"))
    ]
    room.say(B, Present(cursor=None, typing=None))
    tick(room)
    (frame,) = told(room, A)
    assert frame.doing == [Doing(B, None, UNSET, UNSET, None)]
    assert watcher.doing[B] == {"selection": ("one-0",), "drag": drag("one-0")}
    room.say(B, Present(selection=("one-0",)))  # as before
    tick(room)
    assert told(room, A) == []
    assert room.board.seq == seq
    assert all(send.lane == "presence" for send in room.sends if b'"doing"' in send.frame)


def test_RM41_who_joins_is_told_all_of_it_and_who_leaves_does_nothing_more(room: Roomful) -> None:
    room.join(A)
    room.say(A, Present(cursor=(1.0, 2.0), selection=("one-0",)))
    quiet(room, A)
    watcher = room.join(B, "viewer")
    tick(room)
    assert watcher.doing == {A: {"cursor": (1.0, 2.0), "selection": ("one-0",)}}
    again = room.join(C)
    room.say(A, Present(selection=()))
    tick(room)
    assert again.doing == watcher.doing == {A: {"cursor": (1.0, 2.0)}}
    room.leave(A)
    tick(room)
    assert again.doing == watcher.doing == {}
    room.join(A)  # and comes back with nothing
    tick(room)
    assert again.doing == {} and A in again.people


def test_RM41_what_is_not_said_again_in_time_ends(room: Roomful) -> None:
    watcher = room.join(A)
    room.join(B)
    room.say(B, Present(cursor=(1.0, 2.0), selection=("one-0",)))
    tick(room)
    began_s = room.now_s
    while room.now_s < began_s + limits.PRESENCE_EXPIRES_S + 2:
        room.now_s += 1.0
        for name in (A, B):
            room.say(name, Present(selection=("one-0",)))
        tick(room)
        if room.now_s < began_s + limits.PRESENCE_EXPIRES_S:
            assert "cursor" in watcher.doing[B]
    assert watcher.doing[B] == {"selection": ("one-0",)}


def test_RM41_who_may_change_nothing_is_passed_over(room: Roomful) -> None:
    watcher = room.join(A)
    room.join(B, "viewer")
    room.join(C, "")
    quiet(room, A, B, C)
    for name in (B, C):
        room.say(name, Present(cursor=(1.0, 2.0), selection=("one-0",)))
    tick(room)
    assert watcher.doing == {} and told(room, A) == []


# -- rights


def test_RM42_nobody_is_told_of_a_node_that_they_may_not_read(room: Roomful) -> None:
    participant, facilitator = room.join(A), room.join(B, "facilitator")
    room.join(C, "facilitator")
    quiet(room, A, B, C)
    room.say(
        C,
        Present(
            cursor=(1.0, 2.0), selection=("shut-0", "one-0", "nothing"),
            drag=drag("one-1", "shut-1", "nothing"), typing=Typing("shut-0", "text"),
        ),
    )  # fmt: skip
    tick(room)
    assert participant.doing == {
        C: {"cursor": (1.0, 2.0), "selection": ("one-0",), "drag": drag("one-1")}
    }
    assert facilitator.doing[C]["selection"] == ("shut-0", "one-0")
    assert facilitator.doing[C]["drag"] == drag("one-1", "shut-1")
    assert facilitator.doing[C]["typing"] == Typing("shut-0", "text")
    told(room, A)
    room.say(C, Present(selection=("one-0", "shut-1"), typing=None))
    tick(room)
    assert told(room, A) == []  # not even that there was something


def test_RM42_nobody_names_a_node_that_they_may_not_read_or_moves_one_that_is_locked(
    room: Roomful,
) -> None:
    room.join(A)
    owner = room.join(B, "owner")
    room.admin(ops.NodeSet("two-1", locked=True))
    room.say(
        A,
        Present(
            selection=("shut-0", "fast-0"), drag=drag("shut-1", "fast-0", "two-1", "one-0"),
            typing=Typing("fast-1", "title"),
        ),
    )  # fmt: skip
    tick(room)
    assert owner.doing == {A: {"selection": ("fast-0",), "drag": drag("one-0")}}
    room.admin(ops.LayerSet("one", write="facilitator"))
    tick(room)
    assert owner.doing == {A: {"selection": ("fast-0",)}}
    room.admin(ops.LayerSet("fast", locked=False), ops.NodeSet("two-1", locked=False))
    tick(room)
    assert owner.doing[A]["drag"] == drag("fast-0", "two-1")
    room.admin(ops.BoardArchive(True))
    tick(room)
    assert owner.doing == {A: {"selection": ("fast-0",)}}


def test_RM42_what_happens_to_a_node_counts_at_once(room: Roomful) -> None:
    watcher = room.join(A)
    room.join(B, "facilitator")
    room.say(B, Present(selection=("one-0", "one-1", "two-0")))
    tick(room)
    assert watcher.doing[B] == {"selection": ("one-0", "one-1", "two-0")}
    room.admin(ops.NodeRemove("one-0"), ops.NodeSet("one-1", layer="shut"))
    tick(room)
    assert watcher.doing[B] == {"selection": ("two-0",)}
    room.admin(ops.NodeRestore("one-0"))
    tick(room)
    assert watcher.doing[B] == {"selection": ("one-0", "two-0")}
    room.admin(ops.LayerSet("two", read="facilitator"), ops.LayerSet("shut", read="viewer"))
    tick(room)
    assert watcher.doing[B] == {"selection": ("one-0", "one-1")}


def test_RM42_nothing_is_told_by_rights_that_are_not_durable(room: Roomful) -> None:
    watcher = room.join(A)
    room.join(B, "facilitator")
    quiet(room, A, B)
    room.say(B, Present(selection=("shut-0",)))
    room.room.decide([Command(1, (ops.LayerSet("shut", read="viewer"),))], 1, room.now_s)
    tick(room)
    assert told(room, A) == []
    room.carry_out(room.room.committed())
    tick(room)
    assert watcher.doing == {B: {"selection": ("shut-0",)}}


def test_RM43_who_came_without_a_link_is_told_who_leads_and_nothing_of_anybody(
    room: Roomful,
) -> None:
    visitor = room.join(A, "")
    room.join(B, "facilitator")
    room.say(B, Here(False, name="Bea"))
    room.say(B, Present(cursor=(1.0, 2.0), selection=("one-0",)))
    tick(room)
    late = room.join(C, "")
    tick(room)
    for client in (visitor, late):
        assert client.doing == {}
        assert (client.people[B].role, client.people[B].following) == ("facilitator", False)
    seen = b"".join(room.presence[A] + room.presence[C])
    assert b"Bea" not in seen and b"color" not in seen and b"doing" not in seen
    told(room, A)
    room.say(B, Present(cursor=(3.0, 2.0)))
    tick(room)
    assert told(room, A) == []


def test_RM43_a_name_that_changes_costs_who_came_without_a_link_no_frame(room: Roomful) -> None:
    visitor = room.join(A, "")
    watcher = room.join(C)
    room.join(B, "facilitator")
    quiet(room, A)
    room.say(B, Here(True, name="Bea"))
    tick(room)
    assert watcher.people[B].name == "Bea" and told(room, A) == []
    room.say(B, Here(False, name="Bea"))  # what counts for all is told
    tick(room)
    assert visitor.people[B].following is False and len(told(room, A)) == 1
    room.leave(B)
    room.join(B, "facilitator")
    room.say(B, Here(False, name="Eve"))
    tick(room)
    assert watcher.people[B].name == "Eve" and told(room, A) == []
    room.leave(B)
    tick(room)
    room.join(B, "facilitator")
    tick(room)
    assert B in visitor.people and len(told(room, A)) == 2


# -- bounds


def test_RM44_in_a_crowd_only_those_who_may_lead_are_seen(
    room: Roomful, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PRESENT_MAX", 3)
    watcher = room.join(A)
    room.join(B, "facilitator")
    room.join(C)
    for name in (A, B, C):
        room.say(name, Present(cursor=(1.0, 2.0)))
    tick(room)
    assert set(watcher.doing) == {A, B, C}
    room.join(D, "viewer")  # one too many
    tick(room)
    assert set(watcher.doing) == {B}
    room.say(C, Present(cursor=(3.0, 2.0)))
    tick(room)
    assert set(watcher.doing) == {B} == set(room.clients[room.sessions[D]].doing)
    room.leave(D)
    tick(room)
    assert set(watcher.doing) == {A, B, C} and watcher.doing[C] == {"cursor": (3.0, 2.0)}
    for at in range(5):
        name = f"f{at:012d}"
        room.join(name, "facilitator")
        room.say(name, Present(cursor=(1.0, 2.0)))
    tick(room)
    assert set(watcher.doing) == {B, "f000000000000", "f000000000001"}


def test_RM45_who_may_read_the_same_gets_the_same_bytes(room: Roomful) -> None:
    room.join(A, "facilitator")
    for at in range(4):
        room.join(f"p{at:012d}")
    quiet(room)
    before = len(room.sends)
    room.say(A, Present(selection=("shut-0", "one-0")))
    tick(room)
    sends = room.sends[before:]
    assert sorted(len(send.sessions) for send in sends) == [1, 4]


def test_RM45_one_frame_names_so_many_nodes_and_the_next_the_rest(
    room: Roomful, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PRESENCE_THINGS_MAX", 3)
    watcher = room.join(A)
    others = (B, C, D)
    for name in others:
        room.join(name)
    quiet(room, A)
    for name in others:
        room.say(name, Present(cursor=(1.0, 2.0), selection=("one-0", "one-1")))
    tick(room)
    (frame,) = told(room, A)
    assert [len(doing.selection or ()) for doing in frame.doing] == [2, 2, 0]
    assert set(watcher.doing) == set(others)  # a cursor always has room
    late = room.join(E)
    tick(room)
    assert late.doing == watcher.doing
    assert all(held["selection"] == ("one-0", "one-1") for held in watcher.doing.values())
    # what must not be known any more never waits
    for name in others:
        room.say(name, Present(selection=("two-0", "two-1", "one-0")))
    room.admin(ops.NodeSet("one-1", layer="shut"))
    tick(room)
    assert [len(held["selection"]) for _, held in sorted(watcher.doing.items())] == [3, 1, 1]  # type: ignore[arg-type]
    tick(room), tick(room)
    assert {len(held["selection"]) for held in watcher.doing.values()} == {3}  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "frame",
    [
        {"cursor": [0, 0, 0]},
        {"cursor": [limits.COORDINATE_MAX + 1, 0]},
        {"selection": ["x"] * (limits.SELECTED_MAX + 1)},
        {"selection": ["a b"]},
        {"drag": [["a", 0, 0, 10, 10, 0]] * (limits.DRAGGED_MAX + 1)},
        {"drag": [["a", 0, 0, limits.SIZE_MAX + 1, 10, 0]]},
        {"drag": [["a", 0, 0, 10, 10, 360]]},
        {"drag": [["a", 0, 0, 10, 10]]},
        {"typing": {"id": "a", "field": "href"}},
        {"typing": {"id": "a", "field": "text", "more": 1}},
        {"name": "x"},
    ],
)
def test_WS2_what_is_no_presence_is_refused_with_its_place(frame: dict[str, Any]) -> None:
    found = decode(json.dumps({"t": "present", **frame}))
    assert isinstance(found, Reject) and (found.where or "unknown field" in found.message)
    for said in ({"t": "here", "following": True}, {"t": "hello", "protocol": 1, "ticket": ""}):
        long = decode(json.dumps({**said, "name": "x" * (limits.NAME_CHARS_MAX + 1)}))
        assert isinstance(long, Reject) and long.where == "name"
        assert not isinstance(decode(json.dumps({**said, "name": "x" * 40})), Reject)
