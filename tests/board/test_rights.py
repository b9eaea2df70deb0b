"""Rights by layer and by seat (docs/SPEC.md, Rights)."""

import pytest

from board import limits, ops
from board.decide import Decision, Refusal
from board.formats import json as board_json
from board.ops import AnyOp
from board.replay import digest, restore, snapshot
from board.state import Board
from tests.board.making import CLIENTS, Scribe

ANN, BEN, CAT = CLIENTS


@pytest.fixture
def scribe() -> Scribe:
    """A board with the layer "here", whose links are ann's (facilitator) and ben's."""
    held = Scribe()
    held.submit(
        ops.LinkSet("lead", "facilitator", 1),
        ops.LinkSet("people", "participant", 1),
        ops.SeatSet(ANN, link="lead", name="Ann"),
        ops.SeatSet(BEN, link="people", name="Ben"),
        ops.SeatSet(CAT, link="people", name="Cat"),
        ops.LayerCreate("group", group=True),
        ops.LayerCreate("here", parent="group"),
        ops.NodeCreate("a", "here"),
        client="",
    )
    return held


def code(answer: object) -> str:
    if isinstance(answer, Decision):
        return ""
    assert isinstance(answer, Refusal)
    return answer.code


def by_ben(scribe: Scribe, op: AnyOp) -> str:
    return code(scribe.submit(op, client=BEN, role="participant"))


def test_RO8_who_may_only_add_changes_their_own(scribe: Scribe) -> None:
    scribe.submit(ops.LayerSet("here", add="participant", write="facilitator"), client=ANN)
    mine, line = f"{BEN}.1", f"{BEN}.2"
    assert by_ben(scribe, ops.NodeCreate(mine, "here")) == ""
    assert by_ben(scribe, ops.NodeSet(mine, x=5.0)) == ""
    assert by_ben(scribe, ops.TextSet("node", "title", "en", "mine", "", mine)) == ""
    assert by_ben(scribe, ops.RelationCreate(line, mine, "a")) == ""
    assert by_ben(scribe, ops.RelationSet(line, dashed=True)) == ""
    assert by_ben(scribe, ops.NodeSet("a", x=5.0)) == "not_writable"
    assert by_ben(scribe, ops.TextSet("node", "title", "en", "yours", "", "a")) == "not_writable"
    assert by_ben(scribe, ops.NodeRemove("a")) == "not_writable"
    assert by_ben(scribe, ops.NodeRemove(mine)) == ""
    assert by_ben(scribe, ops.NodeRestore(mine)) == ""
    scribe.submit(ops.LayerSet("here", locked=True), client=ANN)
    assert by_ben(scribe, ops.NodeSet(mine, x=6.0)) == "locked"


def test_RO8_what_others_added_is_not_ones_own(scribe: Scribe) -> None:
    scribe.submit(ops.LayerSet("here", add="participant", write="facilitator"), client=ANN)
    assert by_ben(scribe, ops.NodeCreate(f"{BEN}.1", "here")) == ""
    answer = scribe.submit(ops.NodeRemove(f"{BEN}.1"), client=CAT, role="participant")
    assert code(answer) == "not_writable"
    assert code(scribe.submit(ops.NodeRemove(f"{BEN}.1"), client=ANN, role="facilitator")) == ""
    answer = scribe.submit(ops.NodeRestore(f"{BEN}.1"), client=CAT, role="participant")
    assert code(answer) == "not_writable"


def test_RO8_what_one_made_is_moved_into_a_layer_that_takes_more_and_back(scribe: Scribe) -> None:
    """RO8: seed 10877 of the simulation. What others made could not be brought back by redo."""
    scribe.submit(ops.LayerCreate("there", add="participant", write="owner"), client="")
    mine = f"{BEN}.1"
    assert by_ben(scribe, ops.NodeCreate(mine, "here")) == ""
    assert by_ben(scribe, ops.NodeSet(mine, layer="there")) == ""
    assert by_ben(scribe, ops.NodeSet(mine, layer="here")) == ""
    assert by_ben(scribe, ops.NodeSet("a", layer="there")) == "not_writable"


def test_RO2_who_writes_adds_and_without_add_only_who_writes(scribe: Scribe) -> None:
    scribe.submit(ops.LayerSet("here", add="owner", write="participant"), client="")
    assert by_ben(scribe, ops.NodeCreate(f"{BEN}.1", "here")) == ""
    scribe.submit(ops.LayerSet("here", add=None, write="facilitator"), client=ANN)
    assert by_ben(scribe, ops.NodeCreate(f"{BEN}.2", "here")) == "not_writable"
    scribe.submit(ops.LayerSet("group", write="facilitator"), client=ANN)
    scribe.submit(ops.LayerSet("here", add="participant"), client=ANN)
    assert by_ben(scribe, ops.NodeCreate(f"{BEN}.3", "here")) == "not_writable"


@pytest.mark.parametrize(
    ("right", "reads", "adds", "writes"),
    [(None, False, False, False), ("read", True, False, False), ("add", True, True, False),
     ("write", True, True, True)],
)  # fmt: skip
def test_RO9_a_seat_has_the_right_that_it_is_named_for(
    scribe: Scribe, right: str | None, reads: bool, adds: bool, writes: bool
) -> None:
    scribe.submit(ops.LayerSet("here", read="facilitator", write="facilitator"), client=ANN)
    if right:
        scribe.submit(ops.LayerGrant("here", BEN, right), client=ANN, role="facilitator")  # type: ignore[arg-type]
    assert scribe.board.may_read("participant", "here", BEN) == reads
    assert not scribe.board.may_read("participant", "here", CAT)
    assert not scribe.board.may_read("participant", "here")
    unknown = "" if adds else "not_writable" if reads else "unknown_layer"
    assert by_ben(scribe, ops.NodeCreate(f"{BEN}.1", "here")) == unknown
    assert by_ben(scribe, ops.NodeSet("a", x=1.0)) == (
        "" if writes else "not_writable" if reads else "unknown_node"
    )


def test_RO9_the_groups_of_a_layer_and_the_role_of_the_operation_still_count(
    scribe: Scribe,
) -> None:
    scribe.submit(ops.LayerSet("group", read="facilitator"), client=ANN)
    scribe.submit(ops.LayerGrant("here", BEN, "write"), client=ANN)
    assert by_ben(scribe, ops.NodeSet("a", x=1.0)) == "unknown_node"
    scribe.submit(ops.LayerGrant("group", BEN, "read"), client=ANN)
    assert by_ben(scribe, ops.NodeSet("a", x=1.0)) == ""
    answer = scribe.submit(ops.NodeSet("a", x=2.0), client=BEN, role="viewer")
    assert code(answer) == "role"
    assert by_ben(scribe, ops.LayerSet("here", color="red")) == "role"


def test_RO9_nobody_is_above_all(scribe: Scribe) -> None:
    assert code(scribe.submit(ops.LayerCreate(f"{ANN}.1", read="nobody"), client=ANN)) == (
        "role_above"
    )
    secret = f"{ANN}.2"
    made = ops.LayerCreate(secret, read="nobody", seats={ANN: "write"})
    assert code(scribe.submit(made, client=ANN, role="facilitator")) == ""
    assert scribe.board.may_read("viewer", secret, ANN)
    assert not scribe.board.may_read("owner", secret)
    assert not scribe.board.may_read("owner", secret, BEN)
    assert code(scribe.submit(ops.LayerRemove(secret), client="")) == "unknown_layer"
    assert secret.encode() not in board_json.write(scribe.board)


def test_RO4_a_named_seat_stays_in(scribe: Scribe) -> None:
    scribe.submit(ops.LayerGrant("here", ANN, "write"), client=ANN, role="facilitator")
    closed = ops.LayerSet("here", read="owner", write="owner")
    assert code(scribe.submit(closed, client=ANN, role="facilitator")) == ""
    other = scribe.submit(ops.LayerSet("group", read="owner"), client=ANN, role="facilitator")
    assert code(other) == "role_above"


def test_RO4_nobody_gives_up_the_seat_that_they_stay_in_by(scribe: Scribe) -> None:
    """RO4: else a layer for named seats alone would be lost, to owners too; also by an undo."""
    for op in (ops.LayerGrant("here", ANN, "write"), ops.LayerSet("here", write="owner")):
        assert code(scribe.submit(op, client=ANN, role="facilitator")) == ""
    shut = ops.LayerSet("here", read="nobody")
    assert code(scribe.submit(shut, client=ANN, role="facilitator")) == ""
    for right in ("read", "add", None):
        answer = scribe.submit(ops.LayerGrant("here", ANN, right), client=ANN, role="facilitator")
        assert code(answer) == "role_above"
    assert code(scribe.undo(1, client=ANN, role="facilitator")) == "role_above"
    assert scribe.board.may_read("facilitator", "here", ANN)
    open_ = ops.LayerSet("here", read="viewer", write="participant")
    assert code(scribe.submit(open_, client=ANN, role="facilitator")) == ""
    assert code(scribe.submit(ops.LayerGrant("here", ANN), client=ANN, role="facilitator")) == ""


def test_RO9_seats_are_bounded_and_known(scribe: Scribe, monkeypatch: pytest.MonkeyPatch) -> None:
    assert code(scribe.submit(ops.LayerGrant("here", "nothing", "read"))) == "unknown_seat"
    assert code(scribe.submit(ops.LayerCreate(f"{ANN}.1", seats={"x": "read"}))) == "unknown_seat"
    monkeypatch.setattr(limits, "GRANTS_MAX", 1)
    assert code(scribe.submit(ops.LayerGrant("here", BEN, "read"))) == ""
    assert code(scribe.submit(ops.LayerGrant("here", CAT, "read"))) == "too_many"
    assert code(scribe.submit(ops.LayerGrant("here", BEN, "write"))) == ""
    assert code(scribe.submit(ops.LayerGrant("here", BEN))) == ""
    assert code(scribe.submit(ops.LayerGrant("here", CAT, "read"))) == ""


def test_RO9_a_grant_is_taken_back_by_undo(scribe: Scribe) -> None:
    scribe.submit(ops.LayerGrant("here", BEN, "read"), client=ANN)
    scribe.submit(ops.LayerGrant("here", BEN, "write"), client=ANN)
    scribe.undo(2, client=ANN)
    assert scribe.board.layers["here"].seats == {BEN: "read"}


def test_RO10_what_a_layer_tells_of_seats_is_no_content(scribe: Scribe) -> None:
    mark, written = digest(scribe.board), board_json.write(scribe.board)
    scribe.submit(ops.LayerGrant("here", BEN, "read"), client=ANN)
    assert digest(scribe.board) == mark
    assert board_json.write(scribe.board) == written
    assert restore(snapshot(scribe.board)).layers["here"].seats == {BEN: "read"}


def test_RO11_a_board_that_waits_has_no_layers_below_facilitators(scribe: Scribe) -> None:
    scribe.submit(ops.LayerGrant("here", BEN, "write"), client=ANN)
    assert code(scribe.submit(ops.AccessWait(True), client=ANN, role="facilitator")) == ""
    assert not scribe.board.may_read("participant", "here", BEN)
    assert by_ben(scribe, ops.NodeSet("a", x=1.0)) == "unknown_node"
    assert b"here" not in board_json.write(scribe.board, "participant")
    assert restore(snapshot(scribe.board)).waiting
    answer = scribe.submit(ops.NodeSet("a", x=1.0), client=ANN, role="facilitator")
    assert code(answer) == ""
    scribe.submit(ops.AccessWait(False), client=ANN)
    assert by_ben(scribe, ops.NodeSet("a", x=1.0)) == ""


def role(board: Board, seat: str) -> str | None:
    return board.role_of(board.seats[seat].link, 1, seat)


def test_RO12_a_seats_role_stands_above_that_of_its_link(scribe: Scribe) -> None:
    assert role(scribe.board, BEN) == "participant"
    scribe.submit(ops.SeatSet(BEN, role="facilitator"), client=ANN, role="facilitator")
    assert role(scribe.board, BEN) == "facilitator"
    scribe.submit(ops.SeatSet(BEN, role="viewer"), client=ANN, role="facilitator")
    assert role(scribe.board, BEN) == "viewer"
    scribe.submit(ops.SeatSet(BEN, role=None, removed=True), client=ANN, role="facilitator")
    assert role(scribe.board, BEN) is None
    scribe.submit(ops.SeatSet(BEN, removed=False), client=ANN, role="facilitator")
    assert role(scribe.board, BEN) == "participant"
    assert scribe.board.seats[BEN].name == "Ben"
    assert scribe.board.role_of("people", 2, BEN) is None


def test_RO12_the_seat_noted_longest_ago_is_forgotten(
    scribe: Scribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEATS_MAX", 3)
    scribe.submit(ops.SeatSet(ANN, role="owner"), client="")
    scribe.submit(ops.SeatSet(BEN, name="Benno"), client="")
    scribe.submit(ops.SeatSet("new", link="people"), client="")
    assert set(scribe.board.seats) == {ANN, BEN, "new"}
    for seat in (BEN, "new"):
        scribe.submit(ops.SeatSet(seat, role="viewer"), client="")
    assert code(scribe.submit(ops.SeatSet("newer", link="people"), client="")) == "too_many"


@pytest.mark.parametrize(
    ("op", "actor", "refused"),
    [
        (ops.SeatSet(BEN, role="owner"), "facilitator", "role_above"),
        (ops.SeatSet(BEN, role="facilitator"), "facilitator", ""),
        (ops.SeatSet(BEN, role="facilitator"), "participant", "role"),
        (ops.SeatSet(ANN, removed=True), "facilitator", "oneself"),
        (ops.SeatSet(CAT, removed=True), "facilitator", "role_above"),
        (ops.SeatSet(CAT, removed=True), "owner", ""),
        (ops.SeatSet("nothing", removed=True), "owner", "unknown_seat"),
        (ops.SeatSet(BEN, link="lead"), "owner", "invalid"),
        (ops.SeatSet(BEN), "owner", "empty"),
        (ops.SeatSet(BEN, name="a\tb"), "owner", "text"),
    ],
)
def test_RO13_who_is_above_is_not_set(scribe: Scribe, op: AnyOp, actor: str, refused: str) -> None:
    scribe.submit(ops.SeatSet(CAT, role="owner"), client="")
    assert code(scribe.submit(op, client=ANN, role=actor)) == refused


def test_UN6_what_was_decided_of_a_seat_is_not_taken_back(scribe: Scribe) -> None:
    scribe.submit(ops.SeatSet(BEN, removed=True), client=ANN, role="facilitator")
    scribe.submit(ops.AccessWait(True), client=ANN, role="facilitator")
    for n in (1, 2):
        assert code(scribe.undo(n, client=ANN, role="facilitator")) != ""
    assert scribe.board.seats[BEN].removed and scribe.board.waiting


def test_RO14_a_link_for_one_is_held_by_the_first_that_came(scribe: Scribe) -> None:
    def come(seat: str) -> str:
        return code(scribe.submit(ops.SeatSet(seat, link="one"), client=""))

    assert code(scribe.submit(ops.LinkSet("one", "participant", 1, single=True))) == ""
    assert scribe.board.role_of("one", 1, "x" * 13) == "participant"
    assert come("x" * 13) == ""
    assert come("y" * 13) == "link_used"
    assert come("x" * 13) == ""
    assert scribe.board.role_of("one", 1, "x" * 13) == "participant"
    assert scribe.board.role_of("one", 1, "y" * 13) is None
    assert restore(snapshot(scribe.board)).links == scribe.board.links
    assert scribe.board.links["one"].seat == "x" * 13
    # another name, the same generation: it stays held
    assert code(scribe.submit(ops.LinkSet("one", "participant", 1, "Ada", single=True))) == ""
    assert scribe.board.role_of("one", 1, "y" * 13) is None
    assert code(scribe.submit(ops.LinkSet("one", "participant", 1, "Ada"))) == "link_used"
    assert code(scribe.submit(ops.LinkSet("people", "participant", 1, single=True))) == "link_used"
    assert code(scribe.submit(ops.LinkSet("one", "participant", 2, single=True))) == ""
    assert scribe.board.role_of("one", 2, "x" * 13) == "participant"
    assert come("y" * 13) == ""
    assert scribe.board.role_of("one", 2, "x" * 13) is None
