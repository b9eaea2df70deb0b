"""Audiences: who may read which layer, and who is sent the same."""

import random

from board import ops
from board.decide import Decision
from board.state import Board
from server.audiences import Audiences, Reader, Rights
from tests.board.making import CLIENTS, Scribe

ANN, BEN, _ = CLIENTS


def board_of(*made: ops.AnyOp) -> Board:
    scribe = Scribe()
    seats = [ops.SeatSet(seat, link="people") for seat in (ANN, BEN)]
    link = ops.LinkSet("people", "participant", 1)
    assert isinstance(scribe.submit(link, *seats, *made, client=""), Decision)
    return scribe.board


def test_RO9_a_seat_that_a_layer_names_is_a_reader_of_its_own() -> None:
    shut = ops.LayerCreate("shut", read="owner", seats={ANN: "read"})
    named = Rights(board_of(ops.LayerCreate("open"), ops.LayerCreate("led", read="owner"), shut))
    held = Audiences(named)
    ann, ben = held.reader("participant", ANN), held.reader("participant", BEN)
    assert (ann, ben) == (Reader("participant", ANN), Reader("participant"))
    assert held.readable(ann) == ["open", "shut"] and held.readable(ben) == ["open"]
    assert held.readable(Reader("owner")) == ["led", "open", "shut"]
    assert not held.may_read(Reader("owner"), "none")  # nobody reads what is not there


def test_RM19_rights_are_compared_with_those_of_before() -> None:
    """RM19: who is named no more is told apart until they have lost what they had by that."""
    layers = (ops.LayerCreate("open"), ops.LayerCreate("shut", read="owner", seats={ANN: "read"}))
    former = Rights(board_of(*layers, ops.LayerCreate("gone")))
    held = Audiences(former)
    later = Rights(board_of(layers[0], ops.LayerCreate("shut", read="owner")))
    assert held.note(later) is former
    assert later.differ(former) == ["shut", "gone"]
    ann = held.reader("participant", ANN)
    assert ann.seat == ANN
    assert former.admit(ann, "shut") and not later.admit(ann, "shut")
    held.note(later)
    assert held.reader("participant", ANN) == Reader("participant")


def test_RM10_who_follows_the_same_is_one_group_which_goes_with_its_last_session() -> None:
    board = board_of(*(ops.LayerCreate(name) for name in "abc"))
    held = Audiences(Rights(board))
    viewer, lead = Reader("viewer"), Reader("facilitator")
    one = held.put(1, viewer, frozenset("ab"))
    assert held.put(2, viewer, frozenset("ab")) is one and list(one.sessions) == [1, 2]
    other = held.put(3, lead, frozenset("b"))
    for stream, groups in (
        ("body/a", [one]), ("talk/b", [one, other]), ("pair/a/b", [one]), ("pair/b/c", []),
        ("head/c", [one, other]), ("board", [one, other]), ("lead", [other]),
    ):  # fmt: skip
        assert held.following(stream) == groups
    rng = random.Random(1)
    for _ in range(300):
        layers = frozenset(rng.sample("abc", rng.randrange(4)))
        held.put(rng.randrange(1, 9), rng.choice([viewer, lead]), layers)
    assert sum(len(group.sessions) for group in held.following("board")) == 8
    for session in range(1, 9):
        held.drop(session)
    assert not held.readers() and not held.following("board") and not held.following("body/a")
