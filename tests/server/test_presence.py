"""Who is here and what they are doing: who is told, what, and how often."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import UNSET

from board import limits, ops
from board.ops import PALETTE
from board.roles import Role
from server.presence import COLORS, clean_name
from server.protocol import Doing, Here, Lower, Presence, Present, Reject, Typing, decode
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
        {"viewport": [0, 0, 1]},
        {"viewport": [0, 0, 1, limits.COORDINATE_MAX + 1]},
        {"pointer": [[0, 0]] * (limits.POINTED_MAX + 1)},
        {"reaction": "fire"},
        {"reaction": None},
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


# -- attention: hands, signs, whom one watches


def hands(room: Roomful, name: str) -> list[str]:
    """The raised hands in their order, as somebody knows of them."""
    people = room.clients[room.sessions[name]].people.values()
    return [held.seat for held in sorted(people, key=lambda held: held.hand) if held.hand]


def refused(room: Roomful, name: str) -> list[tuple[str, str]]:
    return [(held.code, held.where) for held in room.heard(name) if isinstance(held, Reject)]


def test_AT1_hands_are_told_in_the_order_in_which_they_were_raised(room: Roomful) -> None:
    watcher = room.join(A, "facilitator")
    for name, role in ((B, "participant"), (C, "viewer"), (D, "owner")):
        room.join(name, role)
    visitor = room.join(E, "")
    seq = room.board.seq
    for name in (C, D, B, C):  # a raised hand keeps its place
        room.say(name, Here(True, hand=True))
    tick(room)
    assert hands(room, A) == [C, D, B]
    assert not any(person.hand for person in visitor.people.values())
    room.say(D, Here(True, name="Dee"))  # says nothing of the hand
    room.say(C, Here(False, hand=False))
    room.say(E, Here(True, hand=True))  # who has no link has no hand
    tick(room)
    assert hands(room, A) == hands(room, B) == [D, B] and watcher.people[D].name == "Dee"
    room.say(C, Here(True, hand=True))
    tick(room)
    assert hands(room, A) == [D, B, C]
    assert room.board.seq == seq  # nothing of it is logged


def test_AT1_a_hand_stays_raised_over_a_lost_connection_and_not_for_ever(room: Roomful) -> None:
    room.join(A)
    for name in (B, C, D):
        room.join(name)
        room.say(name, Here(True, hand=True))
    tick(room)
    room.leave(B)
    tick(room)
    assert hands(room, A) == [C, D]
    room.join(B)
    tick(room)
    assert hands(room, A) == [B, C, D]
    room.leave(B), room.leave(D)
    for _ in range(limits.HAND_KEPT_S + 2):
        room.now_s += 1.0
        for name in (A, C):
            room.say(name, Here(True))
        tick(room)
    room.join(B), room.join(D)
    tick(room)
    assert hands(room, A) == [C]


def test_AT2_a_facilitator_lowers_one_hand_or_all_and_nobody_else_does(room: Roomful) -> None:
    room.join(A, "facilitator")
    for name in (B, C, D):
        room.join(name)
        room.say(name, Here(True, hand=True))
    tick(room)
    room.heard(B)
    room.say(B, Lower(C)), room.say(B, Lower())
    tick(room)
    assert hands(room, A) == [B, C, D]
    assert refused(room, B) == [("role", ""), ("role", "")]
    room.say(A, Lower(C))
    room.say(A, Lower("nobody"))
    tick(room)
    assert hands(room, A) == [B, D]
    room.leave(D)
    room.say(A, Lower())
    room.join(D)  # the hand of somebody who was away, too
    tick(room)
    assert hands(room, A) == [] == refused(room, A)


def test_AT3_a_sign_is_told_once_and_is_over_soon(room: Roomful) -> None:
    watcher = room.join(A)
    room.join(B), room.join(C, "viewer")
    quiet(room, A)
    room.say(B, Present(reaction="heart"))
    room.say(C, Present(reaction="heart"))  # passed over, as all that a viewer does
    tick(room)
    (frame,) = told(room, A)
    assert frame.doing == [Doing(B, reaction=("heart", 1))]
    tick(room)
    assert told(room, A) == []
    room.say(B, Present(reaction="heart"))  # the same sign again is another one
    tick(room)
    assert watcher.doing == {B: {"reaction": ("heart", 2)}}
    for _ in range(limits.REACTION_S + 2):
        room.now_s += 1.0
        tick(room)
    assert watcher.doing == {}
    late = room.join(D)
    tick(room)
    assert late.doing == {}


def test_AT3_in_a_crowd_signs_are_told_of_all_and_of_so_many_at_once(
    room: Roomful, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PRESENT_MAX", 2)
    monkeypatch.setattr(limits, "REACTIONS_MAX", 2)
    watcher = room.join(A)
    for name in (B, C, D):
        room.join(name)
    quiet(room, A)
    for name in (B, C, D):
        room.say(name, Present(cursor=(1.0, 2.0), reaction="agree"))
    tick(room)
    assert watcher.doing == {name: {"reaction": ("agree", 1)} for name in (B, C)}
    tick(room)
    assert watcher.doing == {name: {"reaction": ("agree", 1)} for name in (B, C, D)}


def test_AT4_a_flood_of_signs_and_hands_is_refused_and_costs_nobody_else_anything(
    room: Roomful,
) -> None:
    watcher = room.join(A)
    room.join(B)
    quiet(room, A, B)
    room.heard(B)
    for at in range(limits.RATE_SIGNS_BURST + 20):
        room.say(B, Present(cursor=(float(at), 0.0), reaction="laugh"))
    tick(room)
    assert refused(room, B) == [("slow_down", "reaction")] * 20
    cursor = (float(limits.RATE_SIGNS_BURST + 19), 0.0)  # what it came with is told
    assert watcher.doing == {
        B: {"cursor": cursor, "reaction": ("laugh", limits.RATE_SIGNS_BURST)}
    }  # fmt: skip
    room.say(B, Here(True, hand=True))
    room.say(B, Here(True, watch=A))
    tick(room)
    assert refused(room, B) == [("slow_down", "hand"), ("slow_down", "watch")]
    assert (watcher.people[B].hand, watcher.people[B].watching) == (0, "")
    room.say(A, Here(True, hand=True))  # the others have rates of their own
    room.leave(B), room.join(B)  # and a new connection brings no new one
    room.say(B, Here(True, hand=True))
    tick(room)
    assert refused(room, B) == [("slow_down", "hand")] and hands(room, B) == [A]
    room.now_s += 1 / limits.RATE_SIGNS_S
    room.say(B, Here(True, hand=True))
    tick(room)
    assert hands(room, A) == [A, B]


def test_AT5_who_watches_somebody_is_told_what_they_see_and_nobody_else_is(
    room: Roomful,
) -> None:
    watched = room.join(A)
    close, other = room.join(B, "viewer"), room.join(C, "viewer")
    room.say(A, Present(viewport=(1.0, 2.0, 30.0, 40.0), cursor=(5.0, 6.0)))
    quiet(room, B, C)
    room.say(B, Here(True, watch=A))
    tick(room)
    assert watched.people[B].watching == other.people[B].watching == A
    assert close.doing == {A: {"cursor": (5.0, 6.0), "viewport": (1.0, 2.0, 30.0, 40.0)}}
    assert other.doing == {A: {"cursor": (5.0, 6.0)}}
    told(room, B), told(room, C)
    room.say(A, Present(viewport=(2.0, 2.0, 30.0, 40.0)))
    tick(room)
    assert [frame.doing for frame in told(room, B)] == [
        [Doing(A, viewport=(2.0, 2.0, 30.0, 40.0))]
    ]  # fmt: skip
    assert told(room, C) == []
    room.say(B, Here(False))  # says nothing of it
    tick(room)
    assert other.people[B].watching == A
    room.say(B, Here(True, watch=None))
    tick(room)
    assert close.doing == other.doing == {A: {"cursor": (5.0, 6.0)}}
    assert watched.people[B].watching == ""


def test_AT5_one_watches_who_is_here_and_may_be_seen_to_do_something(room: Roomful) -> None:
    watcher = room.join(A)
    room.join(B, "viewer"), room.join(C), room.join(D, "")
    for whom in (A, B, D, E):
        room.say(A, Here(True, watch=whom))
        tick(room)
        assert watcher.people[A].watching == "", whom
    room.now_s += 60.0
    room.say(D, Here(True, watch=C))
    room.say(A, Here(True, watch=C))
    room.say(C, Present(viewport=(1.0, 2.0, 30.0, 40.0)))
    tick(room)
    assert watcher.people[A].watching == C
    assert watcher.doing == {C: {"viewport": (1.0, 2.0, 30.0, 40.0)}}
    room.leave(C)
    tick(room)
    assert watcher.doing == {}
    room.join(C)  # who is watched may come back
    room.say(C, Present(viewport=(3.0, 2.0, 30.0, 40.0)))
    tick(room)
    assert watcher.doing == {C: {"viewport": (3.0, 2.0, 30.0, 40.0)}}
    room.leave(A)
    again = room.join(A)
    tick(room)
    assert again.people[A].watching == "" and again.doing == {}


def test_AT6_in_a_crowd_one_is_told_of_whom_one_watches(
    room: Roomful, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "PRESENT_MAX", 4)
    watched, close, other = room.join(A), room.join(B), room.join(C)
    room.say(A, Present(cursor=(1.0, 2.0), selection=("one-0", "shut-0"), viewport=(0.0,) * 4))
    room.say(B, Here(True, watch=A))
    tick(room)
    known = {"cursor": (1.0, 2.0), "selection": ("one-0",)}
    seen = {**known, "viewport": (0.0,) * 4}
    assert (close.doing, other.doing) == ({A: seen}, {A: known})
    room.join(D, "viewer"), room.join(E, "viewer")
    tick(room)
    assert (close.doing, other.doing) == ({A: seen}, {})
    room.say(A, Present(selection=("one-1",)))
    tick(room)
    assert close.doing == {A: {**seen, "selection": ("one-1",)}} and other.doing == {}
    room.room.missed(room.sessions[B])
    tick(room)
    assert close.doing == {A: {**seen, "selection": ("one-1",)}}
    room.say(A, Present(selection=()))
    room.leave(E)  # a crowd no more, in the same moment
    tick(room)
    known = {"cursor": (1.0, 2.0)}
    assert (close.doing, other.doing) == ({A: {**known, "viewport": (0.0,) * 4}}, {A: known})
    assert watched.doing[A] == known


def test_AT6_who_watches_the_same_gets_the_same_bytes(room: Roomful) -> None:
    room.join(A, "facilitator")
    names = [f"p{at:012d}" for at in range(4)]
    for name in names:
        room.join(name)
        room.say(name, Here(True, watch=A))
    quiet(room)
    before = len(room.sends)
    room.say(A, Present(viewport=(0.0, 0.0, 9.0, 9.0)))
    tick(room)
    (send,) = room.sends[before:]
    assert sorted(send.sessions) == sorted(room.sessions[name] for name in names)


def test_AT7_a_pointer_is_told_as_the_last_points_of_its_trail(room: Roomful) -> None:
    watcher = room.join(A)
    room.join(B)
    room.say(B, Present(cursor=(3.0, 4.0), pointer=((1.0, 2.0), (3.0, 4.0))))
    tick(room)
    assert watcher.doing == {B: {"cursor": (3.0, 4.0), "pointer": ((1.0, 2.0), (3.0, 4.0))}}
    room.say(B, Present(pointer=()))
    tick(room)
    assert watcher.doing == {B: {"cursor": (3.0, 4.0)}}


SEATS = (A, B, C, D, E)
LINKS: dict[str, Role] = {
    A: "participant", B: "participant", C: "participant", D: "viewer", E: "facilitator",
}  # fmt: skip
CURSOR = st.sampled_from([None, (1.0, 2.0), (3.0, 4.0)])
SAYS = st.one_of(
    st.builds(lambda cursor: Present(cursor=cursor), CURSOR),
    st.builds(
        lambda ids: Present(selection=tuple(ids)),
        st.lists(st.sampled_from(["one-0", "shut-0"]), unique=True),
    ),
    st.builds(
        lambda on: Present(
            viewport=(0.0, 0.0, 5.0, 5.0) if on else None, pointer=((0.0, 0.0),) * on
        ),
        st.booleans(),
    ),
    st.builds(lambda: Present(reaction="idea")),
    st.builds(lambda watch: Here(True, watch=watch), st.sampled_from([None, *SEATS])),
    st.builds(lambda hand: Here(True, hand=hand), st.booleans()),
)
HAPPENS = st.tuples(st.sampled_from(SEATS), st.sampled_from(["come", "go", "miss", "tick"]) | SAYS)


@settings(deadline=None)
@given(st.lists(HAPPENS, max_size=40))
def test_AT6_whatever_happens_each_is_told_what_is_theirs_to_know(
    happens: list[tuple[str, str | Present | Here]],
) -> None:
    """AT1, AT3, AT5, AT6: among three and more, with frames that are lost."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(limits, "PRESENT_MAX", 3)
        patched.setattr(limits, "RATE_SIGNS_BURST", 1_000)
        _play(happens)


def _play(happens: list[tuple[str, str | Present | Here]]) -> None:
    room = Roomful()
    room.admin(
        ops.LayerCreate("one"),
        ops.LayerCreate("shut", read="facilitator"),
        ops.NodeCreate("one-0", "one"),
        ops.NodeCreate("shut-0", "shut"),
    )
    said: dict[str, dict[str, Any]] = {}
    signs: dict[str, int] = {}
    watching: dict[str, str] = {}
    raised: list[str] = []
    for seat, what in happens:
        is_here = seat in room.sessions
        if what == "come" and not is_here:
            room.join(seat, LINKS[seat])
            said[seat], signs[seat] = {}, 0
            watching.pop(seat, None)
        elif what == "tick":
            tick(room)
        elif not is_here:
            continue
        elif what == "go":
            room.leave(seat)
            said.pop(seat)
        elif what == "miss":
            client = room.clients[room.sessions[seat]]
            client.people, client.doing = {}, {}  # the frames that it has were other ones
            room.room.missed(room.sessions[seat])
        elif isinstance(what, Present):
            room.say(seat, what)
            if LINKS[seat] == "viewer":
                continue
            for field in ("cursor", "selection", "viewport", "pointer"):
                value = getattr(what, field)
                if value is not UNSET:
                    said[seat][field] = value
            if what.reaction is not UNSET:
                signs[seat] += 1
                said[seat]["reaction"] = (what.reaction, signs[seat])
        elif isinstance(what, Here):
            room.say(seat, what)
            if what.watch is not UNSET:
                whom = what.watch or ""
                may = whom in room.sessions and whom != seat and LINKS[whom] != "viewer"
                watching[seat] = whom if may or whom == watching.get(seat) else ""
            if what.hand is True and seat not in raised:
                raised.append(seat)
            elif what.hand is False and seat in raised:
                raised.remove(seat)
    tick(room)
    crowd = len(room.sessions) > limits.PRESENT_MAX
    for reader, session in room.sessions.items():
        client = room.clients[session]
        expected: dict[str, dict[str, Any]] = {}
        for doer in room.sessions:
            watched = watching.get(reader) == doer
            known = watched or not crowd or LINKS[doer] == "facilitator"
            fields = {
                "reaction": said[doer].get("reaction"),
                "viewport": watched and said[doer].get("viewport"),
                "cursor": known and said[doer].get("cursor"),
                "pointer": known and said[doer].get("pointer"),
                "selection": known
                and tuple(
                    id for id in said[doer].get("selection", ())
                    if id == "one-0" or LINKS[reader] == LINKS[doer] == "facilitator"
                ),
            }  # fmt: skip
            expected[doer] = {field: value for field, value in fields.items() if value}
        assert client.doing == {doer: held for doer, held in expected.items() if held}
        assert set(client.people) == set(room.sessions)
        assert hands(room, reader) == [seat for seat in raised if seat in room.sessions]
        for seat, person in client.people.items():
            assert person.watching == watching.get(seat, "")


def test_AT8_the_cursors_of_those_who_do_not_lead_are_hidden_from_everybody(
    room: Roomful,
) -> None:
    leads, takes = room.join(A, "facilitator"), room.join(B)
    for name in (A, B):
        room.say(name, Present(cursor=(1.0, 2.0), pointer=((1.0, 2.0),), selection=("one-0",)))
    room.say(A, Here(True, watch=B))
    tick(room)
    seen = dict(leads.doing[B])
    assert set(seen) == {"cursor", "pointer", "selection"}
    room.submit(B, ops.StageCursors(False))
    tick(room)
    assert leads.doing[B] == seen  # it is for a facilitator to do
    room.submit(A, ops.StageCursors(False))
    tick(room)
    assert leads.doing[B] == {"selection": ("one-0",)}
    assert set(takes.doing[A]) == {"cursor", "pointer", "selection"}
    late = room.join(C)
    tick(room)
    assert late.doing[B] == {"selection": ("one-0",)}
    room.submit(A, ops.StageCursors(True))
    tick(room)
    assert leads.doing[B] == late.doing[B] == seen
