"""Rounds of voting in the state machine: opened, closed, repeated, and what is told of them."""

from typing import Any

import msgspec
import pytest
from msgspec.structs import replace

from board import limits, ops
from board.decide import Actor, Decision, Refusal, decide
from board.replay import digest, fold, restore, snapshot
from board.state import Board
from layers import stream as streams
from layers.shapes import LayerShape, NodeShape, RoundShape, Votes
from server import protocol
from tests.board.making import CLIENTS, Scribe

ANN, BEN, _ = CLIENTS


@pytest.fixture
def scribe() -> Scribe:
    """Two layers in a group, one beside it, and a restricted one; things of several kinds."""
    held = Scribe()
    answer = held.submit(
        ops.LayerCreate("group", group=True),
        ops.LayerCreate("ideas", parent="group"),
        ops.LayerCreate("other"),
        ops.LayerCreate("vault", read="facilitator"),
        ops.NodeCreate("a", "ideas", kind="sticky", tags=("big",)),
        ops.NodeCreate("b", "ideas", kind="sticky"),
        ops.NodeCreate("frame", "ideas", kind="frame"),
        ops.NodeCreate("c", "other", kind="card", tags=("big",)),
        ops.NodeCreate("s", "vault", kind="sticky", tags=("big",)),
        client="",
    )
    assert isinstance(answer, Decision)
    return held


def done(scribe: Scribe, *batch: ops.AnyOp, **by: Any) -> Decision:
    answer = scribe.submit(*batch, **by)
    assert isinstance(answer, Decision), answer
    return answer


def node(board: Board, id: str) -> NodeShape:
    held = board.node(id)
    assert held is not None
    return streams.node_shape(board, held)


def head(board: Board, id: str) -> LayerShape:
    return streams.header(board, board.layers[id])


def voted_on(board: Board) -> set[str]:
    """The nodes whose records say that they may be voted on."""
    return {held.id for held in board.nodes() if node(board, held.id).round}


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"layer": "ideas"}, {"a", "b"}),
        ({"layer": "group"}, {"a", "b"}),
        ({"layer": "vault"}, {"s"}),
        ({"tag": "big"}, {"a", "c", "s"}),
        ({"nodes": ("b", "c")}, {"b", "c"}),
    ],
)
def test_VO1_a_round_is_about_a_layer_a_tag_or_nodes(
    scribe: Scribe, about: dict[str, Any], expected: set[str]
) -> None:
    done(scribe, ops.RoundOpen(f"{ANN}.r", "Which?", **about))
    assert voted_on(scribe.board) == expected
    round = scribe.board.open_round
    assert round is not None
    assert {held.id for held in scribe.board.voted_on(round)} == expected


def test_VO1_what_is_drawn_or_frames_others_is_not_voted_on(scribe: Scribe) -> None:
    answer = scribe.submit(ops.RoundOpen(f"{ANN}.r", "Which?", nodes=("frame",)))
    assert isinstance(answer, Refusal) and answer.where == "ops[0].nodes[0]"


def test_VO1_one_round_is_open_at_a_time(scribe: Scribe) -> None:
    done(scribe, ops.RoundOpen(f"{ANN}.r", "Which?", layer="ideas"))
    answer = scribe.submit(ops.RoundOpen(f"{BEN}.r", "Why?", layer="other"), client=BEN)
    assert isinstance(answer, Refusal) and answer.code == "round_open"
    done(scribe, ops.RoundClose(f"{ANN}.r"))
    answer = scribe.submit(ops.RoundClose(f"{ANN}.r"))
    assert isinstance(answer, Refusal) and answer.code == "round_closed"
    done(scribe, ops.RoundOpen(f"{BEN}.r", "Why?", layer="other"), client=BEN)
    assert [scribe.board.rounds[id].number for id in (f"{ANN}.r", f"{BEN}.r")] == [1, 2]


def test_VO1_what_is_voted_on_changes_with_the_board(scribe: Scribe) -> None:
    """Moved, tagged, made, removed or in a layer that is moved: each record says how it is now."""
    board = scribe.board
    done(scribe, ops.RoundOpen(f"{ANN}.r", "Which?", layer="group"))
    for change, expected in (
        (ops.NodeSet("c", layer="ideas"), {"a", "b", "c"}),
        (ops.NodeCreate(f"{ANN}.new", "ideas"), {"a", "b", "c", f"{ANN}.new"}),
        (ops.NodeRemove("a"), {"b", "c", f"{ANN}.new"}),
        (ops.LayerMove("ideas"), set()),
        (ops.LayerMove("other", parent="group"), set()),
        (ops.NodeRestore("a"), set()),
        (ops.LayerMove("ideas", parent="group"), {"a", "b", "c", f"{ANN}.new"}),
    ):
        held = {stream: held_records(board, stream) for stream in list(board.versions)}
        versions = dict(board.versions)
        done(scribe, change)
        assert voted_on(board) == expected
        for stream, records in held.items():  # whatever changed was touched
            if board.versions[stream] == versions[stream]:
                assert held_records(board, stream) == records, (change, stream)


def held_records(board: Board, stream: str) -> list[bytes]:
    return [protocol.record(shape) for shape in streams.project(board, stream)]


def test_VO2_all_are_told_of_a_round_and_each_node_says_whether_it_is_about_it(
    scribe: Scribe,
) -> None:
    done(scribe, ops.RoundOpen(f"{ANN}.r", "Which?", votes=5, tag="big", several=True, live=True))
    (told,) = [
        shape for shape in streams.project(scribe.board, "board") if isinstance(shape, RoundShape)
    ]
    assert told == RoundShape(
        f"round/{ANN}.r", 1, "Which?", 5, open=True, several=True, live=True
    )
    assert b"big" not in protocol.record(told)
    done(scribe, ops.RoundClose(f"{ANN}.r"))
    done(scribe, ops.RoundOpen(f"{ANN}.q", "Again?", layer="vault"))
    for stream in ("board", "head/ideas", "body/ideas", "head/other", "body/other"):
        assert not any(b"vault" in raw for raw in held_records(scribe.board, stream))


def test_VO8_the_results_are_told_by_the_things_themselves(scribe: Scribe) -> None:
    board = scribe.board
    done(scribe, ops.RoundOpen(f"{ANN}.r", "Which?", tag="big", named=True))
    close = ops.RoundClose(
        f"{ANN}.r", {"a": 3, "s": 2}, {"ideas": 2, "vault": 1},
        {"a": {BEN: 1, ANN: 2}, "s": {ANN: 2}},
    )  # fmt: skip
    done(scribe, close)
    assert node(board, "a").votes == {f"{ANN}.r": Votes(3, {ANN: 2, BEN: 1})}
    assert node(board, "s").votes == {f"{ANN}.r": Votes(2, {ANN: 2})}
    assert node(board, "c").votes == {} and not voted_on(board)
    assert head(board, "ideas").voters == {f"{ANN}.r": 2}
    assert head(board, "vault").voters == {f"{ANN}.r": 1}
    assert head(board, "other").voters == {}
    versions = dict(board.versions)
    done(scribe, ops.RoundRemove(f"{ANN}.r"))
    assert node(board, "a").votes == {} and head(board, "ideas").voters == {}
    grown = {name for name, version in board.versions.items() if version != versions[name]}
    assert grown == {
        "board", "head/ideas", "body/ideas", "head/vault", "body/vault", "body/other",
    }  # fmt: skip


def test_VO9_a_round_is_repeated_with_what_it_was_about(scribe: Scribe) -> None:
    done(scribe, ops.RoundOpen(f"{ANN}.r", "Which?", layer="ideas"), ops.RoundClose(f"{ANN}.r"))
    done(scribe, ops.RoundOpen(f"{ANN}.q", "Which now?", again=f"{ANN}.r"))
    assert voted_on(scribe.board) == {"a", "b"}
    assert scribe.board.rounds[f"{ANN}.q"].again == f"{ANN}.r"
    done(scribe, ops.RoundClose(f"{ANN}.q"))
    answer = scribe.submit(ops.RoundOpen(f"{ANN}.p", "?", again=f"{ANN}.r", layer="other"))
    assert isinstance(answer, Refusal) and answer.where == "ops[0].layer"


def test_VO9_a_round_about_what_one_may_not_read_is_repeated_as_one_about_what_is_gone(
    scribe: Scribe,
) -> None:
    for id, layer in (("r", "vault"), ("q", "other")):
        done(scribe, ops.RoundOpen(id, "?", layer=layer), ops.RoundClose(id), client="")
    done(scribe, ops.LayerSet("vault", read="owner"), ops.LayerRemove("other"), client="")
    answers = [
        scribe.submit(ops.RoundOpen(f"{ANN}.x", "?", again=id), role="facilitator")
        for id in ("r", "q")
    ]
    assert answers[0] == answers[1]
    assert isinstance(answers[0], Refusal) and answers[0].code == "unknown_layer"


def test_VO10_rounds_are_no_content_and_are_not_taken_back(scribe: Scribe) -> None:
    before = digest(scribe.board)
    done(scribe, ops.RoundOpen(f"{ANN}.r", "Which?", layer="ideas"))
    assert digest(scribe.board) == before
    answer = scribe.undo(scribe.n[ANN])
    assert isinstance(answer, Refusal) and answer.code == "not_yours"
    done(scribe, ops.NodeSet("b", x=5.0), ops.RoundClose(f"{ANN}.r", {"a": 1}))
    assert isinstance(scribe.undo(scribe.n[ANN]), Decision)  # what else was done there is
    assert not scribe.board.rounds[f"{ANN}.r"].open
    assert scribe.board.rounds[f"{ANN}.r"].tally == {"a": 1}


def test_VO10_a_snapshot_and_a_still_copy_hold_the_rounds(scribe: Scribe) -> None:
    done(scribe, ops.RoundOpen(f"{ANN}.r", "Which?", layer="ideas"))
    done(scribe, ops.RoundClose(f"{ANN}.r", {"a": 1}, {"ideas": 1}))
    done(scribe, ops.RoundOpen(f"{ANN}.q", "Which?", again=f"{ANN}.r"))
    again = restore(snapshot(scribe.board))
    assert again.rounds == scribe.board.rounds == scribe.board.still().rounds
    assert fold(scribe.log).rounds == again.rounds
    assert again.open_round == scribe.board.rounds[f"{ANN}.q"]


def test_VO11_rounds_are_bounded(scribe: Scribe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "ROUNDS_MAX", 2)
    for id in ("r", "q"):
        opening = ops.RoundOpen(f"{ANN}.{id}", "?", layer="ideas")
        done(scribe, opening, ops.RoundClose(f"{ANN}.{id}"))
    answer = scribe.submit(ops.RoundOpen(f"{ANN}.p", "?", layer="ideas"))
    assert isinstance(answer, Refusal) and answer.code == "too_many"
    done(scribe, ops.RoundRemove(f"{ANN}.q"))
    done(scribe, ops.RoundOpen(f"{ANN}.p", "?", layer="ideas"))
    assert scribe.board.rounds[f"{ANN}.p"].number == 2


def test_VO11_the_id_of_a_round_is_used_once(scribe: Scribe) -> None:
    """VO11: or ballots that are kept under it would count in a round of other rules."""
    opening = ops.RoundOpen(f"{ANN}.r", "Which?", layer="ideas")
    done(scribe, opening)
    for batch in (
        (ops.RoundRemove(f"{ANN}.r"), replace(opening, named=True)),
        (ops.RoundClose(f"{ANN}.r"), ops.RoundRemove(f"{ANN}.r"), opening),
    ):
        answer = scribe.submit(*batch)
        assert isinstance(answer, Refusal)
        assert (answer.code, answer.where) == ("id_taken", f"ops[{len(batch) - 1}].id")
    done(scribe, ops.RoundRemove(f"{ANN}.r"))
    for board in (scribe.board, restore(snapshot(scribe.board)), fold(scribe.log)):
        again = decide(board, Actor("facilitator", ANN), 99, (opening,))
        assert isinstance(again, Refusal) and again.code == "id_taken"
    done(scribe, replace(opening, id=f"{ANN}.q"))


@pytest.mark.parametrize(
    ("op", "place", "bound"),
    [
        (ops.RoundOpen("r", "x" * (limits.QUESTION_CHARS_MAX + 1), layer="a"), "question", "300"),
        (ops.RoundOpen("r", "?", votes=0, layer="a"), "votes", "1"),
        (ops.RoundOpen("r", "?", votes=limits.VOTES_MAX + 1, layer="a"), "votes", "20"),
        (ops.RoundOpen("r", "?", nodes=("a",) * (limits.ROUND_NODES_MAX + 1)), "nodes", "500"),
    ],
)
def test_VO11_a_round_out_of_bounds_is_no_operation(op: ops.AnyOp, place: str, bound: str) -> None:
    problem = ops.problem(op)
    assert place in problem and bound in problem


def test_the_records_of_a_board_without_rounds_are_what_they_were(scribe: Scribe) -> None:
    raw = msgspec.json.encode(node(scribe.board, "a"))
    assert b"round" not in raw and b"votes" not in raw
    assert b"voters" not in protocol.record(head(scribe.board, "ideas"))
