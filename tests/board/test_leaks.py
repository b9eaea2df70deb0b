"""What a role may not read must not show in any answer that it gets.

Two boards are given the same requests of a lower role; on one of them the owner also works
where that role may not read. Every answer must be the same.
"""

import random
from typing import get_args

import pytest

from board import ops
from board.decide import Answer, Decision, Refusal
from board.formats import json as board_json
from board.ops import AnyOp
from board.roles import Role
from board.state import Board
from tests.board.making import CLIENTS, Scribe, lines, looks, pick, request

OWNER, SELF = CLIENTS[0], CLIENTS[1]


def ground(scribe: Scribe, read: Role) -> None:
    """Two open layers, two that ``read`` closes, a node in three of them, and relations."""
    scribe.submit(
        ops.LayerCreate(f"{OWNER}.g", group=True),
        ops.LayerCreate(f"{OWNER}.a"),
        ops.LayerCreate(f"{OWNER}.b", parent=f"{OWNER}.g"),
        ops.LayerCreate(f"{OWNER}.s", read=read),
        ops.LayerCreate(f"{OWNER}.t", parent=f"{OWNER}.g", read=read),
        ops.NodeCreate(f"{OWNER}.1", f"{OWNER}.a"),
        ops.NodeCreate(f"{OWNER}.2", f"{OWNER}.s"),
        ops.NodeCreate(f"{OWNER}.3", f"{OWNER}.b"),
        ops.RelationCreate(f"{OWNER}.r", f"{OWNER}.1", f"{OWNER}.2"),
        ops.RelationCreate(f"{OWNER}.q", f"{OWNER}.2", f"{OWNER}.3"),
        ops.CommentCreate(f"{OWNER}.k", node=f"{OWNER}.1", text={"text": {"en": "new"}}),
        ops.CommentCreate(f"{OWNER}.l", node=f"{OWNER}.2", text={"text": {"en": "new"}}),
    )


def secret(rng: random.Random, board: Board, role: str) -> AnyOp:
    """Something that the owner does where ``role`` may not read."""
    layers = [
        id for id, held in board.layers.items() if not held.group and not board.may_read(role, id)
    ]
    nodes = [node.id for node in board.nodes() if node.layer in layers]
    relations = [
        id for id, held in board.relations.items() if held.source in nodes or held.target in nodes
    ]
    removed = [
        held.id
        for held in board.tombstones.values()
        if held.owner == "node" and held.nodes[0].layer in layers
    ]
    fresh = f"{OWNER}.h{rng.randrange(10**6)}"
    hidden, any_node = pick(rng, nodes), pick(rng, board.graph.nodes)
    comments = [id for layer in layers for id in sorted(board.talk[layer])]
    match rng.randrange(16):
        case 0 | 1:
            kind = rng.choice(get_args(ops.NodeKind))
            return ops.NodeCreate(fresh, pick(rng, layers), kind=kind, **looks(rng))
        case 2:
            return ops.RelationCreate(fresh, hidden, any_node)
        case 3:
            return ops.RelationCreate(fresh, any_node, hidden)
        case 4:
            return ops.NodeRemove(hidden)
        case 5:
            return ops.NodeRestore(pick(rng, removed))
        case 6:
            return ops.RelationRemove(pick(rng, relations))
        case 7:
            return ops.TextSet("relation", "label", "en", "a", "", pick(rng, relations))
        case 8:
            return ops.TextSet("node", "alt", "en", rng.choice("ab"), "", hidden)
        case 9:
            return ops.RelationSet(pick(rng, relations), dashed=True, **lines(rng))
        case 10:
            return ops.NodeSet(hidden, locked=rng.random() < 0.3, **looks(rng))
        case 11 | 12:
            about = rng.choice(
                ({"node": hidden}, {"layer": pick(rng, layers)}, {"answers": pick(rng, comments)})
            )
            return ops.CommentCreate(fresh, by="Ada", text={"text": {"en": "new"}}, **about)
        case 13:
            return ops.CommentRemove(pick(rng, comments))
        case 14:
            return ops.CommentSet(pick(rng, comments), rng.random() < 0.5)
        case _:
            return ops.NodeSet(hidden, x=rng.random())


def told(answer: Answer) -> object:
    """What the one who asked is told of an answer."""
    return ("done", answer.skipped) if isinstance(answer, Decision) else answer


@pytest.mark.parametrize(
    ("role", "read"), [("participant", "facilitator"), ("facilitator", "owner")]
)
def test_RO1_answers_do_not_tell_what_happens_in_layers_that_are_closed(
    role: Role, read: Role
) -> None:
    done = 0
    for seed in range(60):
        rng = random.Random(seed)
        plain, other = Scribe(), Scribe()
        ground(plain, read)
        ground(other, read)
        for _ in range(80):
            if rng.random() < 0.3:
                answer = other.submit(secret(rng, other.board, role), client=OWNER)
                done += isinstance(answer, Decision)
                continue
            last = plain.n.get(SELF, 0)
            if rng.random() < 0.3 and last:
                of = last - rng.randrange(min(8, last))
                answers = [scribe.undo(of, SELF, role) for scribe in (plain, other)]
            else:
                source = rng.choice((plain, other)).board  # which may name what is closed
                batch = [request(rng, source, SELF) for _ in range(rng.choice([1, 1, 3]))]
                answers = [
                    scribe.submit(*batch, client=SELF, role=role) for scribe in (plain, other)
                ]
            assert told(answers[0]) == told(answers[1]), seed
        if role == "participant":  # whoever moves layers moves the closed ones in them, too
            assert board_json.write(plain.board, role) == board_json.write(other.board, role), seed
    assert done > 200


def test_RO1_what_was_closed_in_the_meantime_cannot_be_probed_by_undo() -> None:
    answers = []
    for touched in (False, True):
        scribe = Scribe()
        ground(scribe, "facilitator")
        scribe.submit(ops.NodeCreate(f"{SELF}.1", f"{OWNER}.a"), client=SELF, role="participant")
        scribe.submit(ops.NodeSet(f"{SELF}.1", x=5.0), client=SELF, role="participant")
        scribe.submit(ops.LayerSet(f"{OWNER}.a", read="facilitator"))
        if touched:
            scribe.submit(ops.NodeSet(f"{SELF}.1", x=6.0))
        for of in (1, 2):
            answers.append(scribe.undo(of, SELF, "participant"))
    assert answers[:2] == answers[2:]
    assert isinstance(answers[0], Refusal) and answers[0].code == "overtaken"


def test_RO1_a_removed_end_does_not_tell_of_its_relation() -> None:
    scribe = Scribe()
    ground(scribe, "facilitator")
    scribe.submit(ops.RelationRemove(f"{OWNER}.r"))
    for removal in (None, ops.NodeRemove(f"{OWNER}.2"), ops.LayerRemove(f"{OWNER}.s")):
        if removal is not None:
            assert isinstance(scribe.submit(removal), Decision)
        answer = scribe.submit(ops.RelationRestore(f"{OWNER}.r"), client=SELF, role="participant")
        assert isinstance(answer, Refusal) and answer.code == "not_removed"
        scribe.submit(ops.NodeRestore(f"{OWNER}.2"))


def test_TB1_whoever_could_read_a_removed_end_is_told_that_it_is_missing() -> None:
    scribe = Scribe()
    ground(scribe, "facilitator")
    scribe.submit(ops.RelationRemove(f"{OWNER}.r"))
    scribe.submit(ops.NodeRemove(f"{OWNER}.2"))
    answer = scribe.submit(ops.RelationRestore(f"{OWNER}.r"), client=SELF, role="facilitator")
    assert isinstance(answer, Refusal) and answer.code == "ends_missing"


def test_UN3_driving_is_taken_back_for_the_layers_that_are_still_there() -> None:
    scribe = Scribe()
    ground(scribe, "owner")
    drive = ops.StageDrive({f"{OWNER}.a": False, f"{OWNER}.b": False})
    scribe.submit(drive, client=SELF, role="facilitator")
    scribe.submit(ops.LayerRemove(f"{OWNER}.b"))
    answer = scribe.undo(1, SELF, "facilitator")
    assert isinstance(answer, Decision) and answer.skipped == 1
    assert answer.ops == (ops.StageDrive({f"{OWNER}.a": None}),)
    assert f"{OWNER}.a" not in scribe.board.driven


def test_RO2_a_group_is_removed_and_restored_by_those_who_may_change_all_that_they_see_in_it() -> (
    None
):
    scribe = Scribe()
    ground(scribe, "owner")
    group = f"{OWNER}.g"
    scribe.submit(ops.LayerSet(f"{OWNER}.b", write="owner"))
    answer = scribe.submit(ops.LayerRemove(group), client=SELF, role="facilitator")
    assert isinstance(answer, Refusal) and (answer.code, answer.where) == (
        "not_writable",
        "ops[0].id",
    )
    assert isinstance(scribe.submit(ops.LayerRemove(group)), Decision)
    answer = scribe.submit(ops.LayerRestore(group), client=SELF, role="facilitator")
    assert isinstance(answer, Refusal) and (answer.code, answer.where) == (
        "not_writable",
        "ops[0].id",
    )
    assert isinstance(scribe.submit(ops.LayerRestore(group)), Decision)
    scribe.submit(ops.LayerSet(f"{OWNER}.b", write="participant"))
    answer = scribe.submit(ops.LayerRemove(group), client=SELF, role="facilitator")
    assert isinstance(answer, Decision)  # with the closed layer in it
