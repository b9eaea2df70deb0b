"""Rights as the room carries them out (docs/SPEC.md, The room), while people are connected."""

import pytest

from board import limits, ops
from board.roles import Role
from server.protocol import Here, Reject
from server.room import Command
from tests.server.roomful import Roomful

A, B, C = "a" * 13, "b" * 13, "c" * 13


@pytest.fixture
def room() -> Roomful:
    held = Roomful()
    held.admin(
        ops.LayerCreate("open"),
        ops.LayerCreate("closed", read="facilitator", text={"title": {"en": "secret"}}),
        ops.NodeCreate("n", "closed", text={"title": {"en": "secret"}}),
        ops.NodeCreate("o", "open"),
        ops.RelationCreate("r", "n", "o", text={"label": {"en": "secret"}}),
    )
    return held


def note(room: Roomful) -> None:
    """What the room wants noted, is."""
    while room.records:
        assert room.admin(*room.records.pop(0).ops)


def said(room: Roomful, name: str) -> bytes:
    return b"".join(room.frames[name] + room.presence[name])


def test_RM46_who_comes_by_a_link_is_noted_with_their_name(room: Roomful) -> None:
    room.join(A, "participant")
    room.join(B, "")  # without a link: the board is not public
    assert [record.ops for record in room.records] == [
        (ops.SeatSet(A, link="participant", name=""),)
    ]
    note(room)
    room.say(A, Here(True, "Ada"))
    assert [record.ops for record in room.records] == [
        (ops.SeatSet(A, link="participant", name="Ada"),)
    ]
    note(room)
    room.say(A, Here(False, "Ada"))
    room.leave(A)
    room.join(A, "participant", client=None)
    assert room.board.seats[A].name == "Ada"


def test_RM46_names_by_a_script_are_held_back(room: Roomful) -> None:
    room.join(A, "participant")
    note(room)
    room.room._rates[A].names.held = 3
    for at in range(10):
        room.say(A, Here(True, f"name {at}"))
        note(room)
    assert room.board.seats[A].name == "name 2"
    noted = len(room.board.seats), room.board.seq
    room.now_s += 2.1
    room.carry_out(room.room.tick(room.now_s))  # the last one is noted in the end
    note(room)
    assert room.board.seats[A].name == "name 9"
    assert (len(room.board.seats), room.board.seq) == (noted[0], noted[1] + 1)


def test_RM46_a_viewer_writes_no_more_into_the_log_than_names_now_and_then(room: Roomful) -> None:
    """RM46: as often as one gives signs; all else that goes into the log needs another role."""
    room.join(A, "viewer")
    note(room)
    before = room.board.seq
    for at in range(100):
        room.now_s += 0.02
        room.say(A, Here(True, f"name {at}"))
        note(room)
    assert room.board.seq - before <= limits.RATE_SIGNS_BURST + 1


def test_RM46_a_name_that_is_taken_back_before_it_is_noted_is_noted_again(room: Roomful) -> None:
    room.join(A, "participant")
    room.say(A, Here(True, "Ada"))
    note(room)
    for name in ("Ben", "Ada"):
        room.say(A, Here(True, name))
    note(room)
    assert room.board.seats[A].name == "Ada"


def test_RM19_a_grant_lets_one_seat_in_as_if_things_were_made(room: Roomful) -> None:
    ada, ben = room.join(A), room.join(B)
    note(room)
    assert "head/closed" not in ada.streams
    room.admin(ops.LayerGrant("closed", A, "write"))
    room.pull()
    assert {"head/closed", "body/closed", "pair/closed/open"} <= set(ada.streams)
    assert "head/closed" not in ben.streams
    assert b"secret" not in said(room, B)
    room.submit(A, ops.NodeSet("n", x=7.0))
    assert ada.acked
    room.admin(ops.LayerGrant("closed", A))
    assert not {"head/closed", "body/closed", "pair/closed/open"} & set(ada.streams)
    room.submit(A, ops.NodeSet("n", x=8.0))
    assert list(ada.refused.values()) == ["unknown_node"]


def test_RM19_a_seat_that_is_named_gets_it_when_it_joins(room: Roomful) -> None:
    room.join(A)
    note(room)
    room.admin(ops.LayerGrant("closed", A, "read"))
    room.leave(A)
    ada = room.join(A)
    assert "body/closed" in ada.streams
    room.admin(ops.LayerSet("closed", read="viewer"), ops.LayerGrant("closed", A))
    room.pull()
    assert "body/closed" in ada.streams
    room.admin(ops.LayerSet("closed", read="owner"))
    assert "head/closed" not in ada.streams


def test_RM19_waiting_takes_every_layer_away_and_gives_it_back(room: Roomful) -> None:
    ada, lead = room.join(A), room.join(B, "facilitator")
    room.admin(ops.AccessWait(True))
    assert not [stream for stream in ada.streams if "/" in stream]
    assert "head/open" in lead.streams
    late = room.join(C, "viewer")
    assert not [stream for stream in late.streams if "/" in stream]
    room.admin(ops.AccessWait(False))
    room.pull()
    assert "body/open" in ada.streams and "body/open" in late.streams


@pytest.mark.parametrize(("role", "removed"), [("viewer", False), (None, True)])
def test_RM20_a_seat_that_is_muted_or_removed_is_closed_at_once(
    room: Roomful, role: Role | None, removed: bool
) -> None:
    ada = room.join(A)
    note(room)
    change = ops.SeatSet(A, role=role, removed=removed)
    request = room.request(A, ops.NodeSet("o", x=3.0))
    room.decide(Command(0, (change,)), request)
    assert room.closes[A] == 4009
    assert room.board.node("o").x == 0.0  # type: ignore[union-attr]
    assert not ada.acked


def test_RM20_who_lost_their_role_for_a_moment_is_to_ask_anew(room: Roomful) -> None:
    ada = room.join(A)
    note(room)
    request = room.request(A, ops.NodeSet("o", x=3.0))
    gone, back = ops.SeatSet(A, removed=True), ops.SeatSet(A, removed=False)
    room.decide(Command(0, (gone,)), request, Command(0, (back,)))
    assert room.closes[A] == 4009 and not ada.acked and not ada.refused
    assert room.board.node("o").x == 0.0  # type: ignore[union-attr]


def test_RM20_a_promoted_seat_comes_back_with_its_new_role(room: Roomful) -> None:
    ada = room.join(A)
    note(room)
    room.admin(ops.SeatSet(A, role="facilitator"))
    assert room.closes[A] == 4009
    room.join(A, client=ada)
    assert ada.role == "facilitator" and "body/closed" in ada.streams


def test_RM12_links_and_seats_are_told_to_those_who_lead(room: Roomful) -> None:
    ada, lead = room.join(A), room.join(B, "facilitator")
    note(room)
    assert "lead" not in ada.streams
    assert {"link/participant", f"seat/{A}", f"seat/{B}"} <= set(lead.streams["lead"].records)
    room.admin(ops.LinkSet("participant", "participant", 1, "by mail", 99))
    assert b"by mail" in lead.streams["lead"].records["link/participant"]
    assert b"by mail" not in said(room, A)
    assert "lead" not in ada.streams


def test_AC13_of_two_who_come_at_once_by_a_link_for_one_one_stays(room: Roomful) -> None:
    room.admin(ops.LinkSet("one", "participant", 1, single=True))
    room.join(A, "one")
    room.join(B, "one")  # before the first is noted
    assert room.closes[B] == 4009
    note(room)
    assert room.board.links["one"].seat == A
    room.join(B, "one", client=None)
    assert room.closes[B] == 4009
    assert A not in room.closes
    room.leave(A)
    room.join(A, "one", client=None)
    assert A not in room.closes


def test_AC13_whom_the_log_did_not_note_first_is_closed(room: Roomful) -> None:
    room.admin(ops.LinkSet("one", "participant", 1, single=True))
    room.join(A, "one")
    room.admin(ops.SeatSet(B, link="one"))  # by another server's entry
    assert room.closes[A] == 4009
    assert isinstance(room.admin(ops.SeatSet(A, link="one")), Reject)
