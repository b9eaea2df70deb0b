"""The invariants of the core, over random requests of several clients."""

import itertools
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board import limits, ops
from board.apply import BrokenLog, apply, version_step
from board.chain import header_hash, is_whole
from board.decide import Actor, Decision, decide, decide_undo
from board.replay import digest, fingerprint, fold, restore, snapshot
from board.roles import LEAST_ROLE
from board.state import Board, Layer, Node, chars
from tests.board.making import CLIENTS, Scribe, request
from tests.server.roomful import DENSE


def play(seed: int, batches: int, undoing: float = 0.2) -> Scribe:
    rng = random.Random(seed)
    scribe = Scribe()
    for _ in range(batches):
        client = rng.choice(CLIENTS)
        if rng.random() < undoing and scribe.n.get(client, 0) > 1:
            scribe.undo(scribe.n[client] - rng.randrange(min(6, scribe.n[client])), client)
        else:
            batch = [request(rng, scribe.board, client) for _ in range(rng.choice([1, 1, 3]))]
            scribe.submit(*batch, client=client)
    return scribe


seeds = st.integers(min_value=0, max_value=2**32)


@given(seeds)
@settings(max_examples=60)
def test_OP1_deciding_leaves_the_board_as_it_was(seed: int) -> None:
    scribe = play(seed, 60)
    rng = random.Random(seed + 1)
    for _ in range(20):
        before = fingerprint(scribe.board)
        batch = tuple(request(rng, scribe.board, CLIENTS[0]) for _ in range(4))
        decide(scribe.board, Actor("owner", CLIENTS[0]), 1_000, batch)
        decide_undo(scribe.board, Actor("owner", CLIENTS[0]), 1_000, rng.randrange(40))
        assert fingerprint(scribe.board) == before


@given(seeds)
@settings(max_examples=60)
def test_UN1_apply_then_undo_restores_the_digest_and_redo_the_other(seed: int) -> None:
    scribe = play(seed, 50)
    rng = random.Random(seed + 1)
    for _ in range(10):
        before = digest(scribe.board)
        batch = [request(rng, scribe.board, CLIENTS[0]) for _ in range(rng.choice([1, 1, 4]))]
        answer = scribe.submit(*batch)
        if not isinstance(answer, Decision) or not answer.undo:
            continue  # refused, or a round, which is not taken back (VO10)
        if any(isinstance(op, ops.PrivateReveal) for op in batch):
            continue  # nor is what was revealed (PW6)
        changed = digest(scribe.board)
        for expected in (before, changed, before, changed):
            answer = scribe.undo(scribe.n[CLIENTS[0]])
            assert isinstance(answer, Decision) and answer.skipped == 0
            assert digest(scribe.board) == expected


@given(seeds)
@settings(max_examples=40)
def test_UN2_undo_a_lot_then_redo_to_the_present_changes_nothing(seed: int) -> None:
    scribe = play(seed, 60, undoing=0)
    client = CLIENTS[0]
    present = digest(scribe.board)
    taken: list[int] = []
    for of in range(scribe.n.get(client, 0), 0, -1):
        answer = scribe.undo(of, client)
        if isinstance(answer, Decision):
            if answer.skipped:
                break  # others have built on it: what is left is not the past any more
            taken.append(scribe.n[client])
    if not taken or (isinstance(answer, Decision) and answer.skipped):
        return
    for of in reversed(taken):
        answer = scribe.undo(of, client)
        assert isinstance(answer, Decision) and answer.skipped == 0
    assert digest(scribe.board) == present


@given(seeds, st.integers(min_value=0, max_value=80))
@settings(max_examples=40)
def test_RP1_snapshot_and_tail_equal_the_full_replay(seed: int, at: int) -> None:
    scribe = play(seed, 80)
    whole = fold(scribe.log)
    assert fingerprint(whole) == fingerprint(scribe.board)
    part = fold(scribe.log[:at])
    again = restore(snapshot(part))
    assert fingerprint(again) == fingerprint(part)
    assert fingerprint(fold(scribe.log[at:], again)) == fingerprint(whole)


@given(seeds)
@settings(max_examples=20)
def test_RP3_versions_rise_with_each_entry_that_touches_by_the_step_of_its_salt(seed: int) -> None:
    scribe = play(seed, 60)
    board = Board()
    versions = dict(board.versions)
    for entry in scribe.log:
        for stream in apply(board, entry).touched:
            versions[stream] = versions.get(stream, 0) + version_step(entry.body.salt)
        assert board.versions == versions


def test_RP3_the_step_of_a_salt_is_bounded_and_seldom_that_of_another() -> None:
    steps = [version_step(f"{at:032x}") for at in range(2_000)]
    assert all(1 <= step <= 2**20 for step in steps)
    assert len(set(steps)) > 1_990
    assert version_step(DENSE) == 1
    # so many entries can touch one stream before a version is no whole number in a browser
    assert limits.INTEGER_MAX // 2**20 > 8_000_000_000


def is_private(board: Board, thing: object) -> bool:
    layer = board.layers[thing.layer] if isinstance(thing, Node) else thing
    return isinstance(layer, Layer) and layer.private


def test_indexes_are_what_the_records_say() -> None:
    for seed in range(20):
        scribe = play(seed, 120)
        board = scribe.board
        done = [op for entry in scribe.log for op in entry.body.ops]
        rounds = {op.id for op in done if isinstance(op, ops.RoundOpen)}
        for id, layer in board.layers.items():
            assert (layer.key, id) in board.children[layer.parent]
            assert board.members[id] == sorted(
                (node.key, node.id) for node in board.nodes() if node.layer == id
            )
        pairs: dict[str, set[str]] = {}
        for relation in board.relations.values():
            pairs.setdefault(board.relation_stream(relation), set()).add(relation.id)
        assert board.pairs == pairs
        assert set(board.buried.values()) <= set(board.tombstones)
        talk: dict[str, set[str]] = {id: set() for id in board.layers}
        threads: dict[str, set[str]] = {}
        for comment in board.comments.values():
            talk[board.comment_layer(comment)].add(comment.id)
            for about in ("node", "answers"):
                on = getattr(comment, about)
                if on is not None:
                    name = f"{about.replace('answers', 'comment')}/{on}"
                    threads.setdefault(name, set()).add(comment.id)
        assert (board.talk, board.threads) == (talk, threads)
        things = [
            *board.layers.values(), *board.nodes(), *board.relations.values(),
            *board.comments.values(), *board.scenes.values(), *board.agenda.values(),
        ]  # fmt: skip
        private = [held for held in things if is_private(board, held)]
        assert board.chars == sum(map(chars, things)) - sum(map(chars, private))
        buried = [thing for grave in board.tombstones.values() for thing in grave.records()]
        assert board.buried_chars == sum(map(chars, buried))
        assert set(board.writers) - {"board/", "stage/", "access/"} == (
            {f"layer/{id}" for id in board.layers}
            | {f"node/{id}" for id in board.graph.nodes}
            | {f"relation/{id}" for id in board.relations}
            | {f"comment/{id}" for id in board.comments}
            | {f"scene/{id}" for id in board.scenes}
            | {f"step/{id}" for id in board.agenda}
            | {f"round/{id}" for id in rounds}  # that ever were
        )


def test_RP4_a_still_copy_shows_the_board_as_it_was() -> None:
    changed = 0
    for seed in range(10):
        scribe = play(seed, 80)
        board = scribe.board
        copy = board.still()
        shown = digest(board)
        for name in ("children", "members", "pairs", "layer_pairs", "driven", "stage_open"):
            assert getattr(copy, name) == getattr(board, name)
        assert [copy.relations_of(node.id) for node in board.nodes()] == [
            board.relations_of(node.id) for node in board.nodes()
        ]
        rng = random.Random(seed)
        for _ in range(60):
            scribe.submit(request(rng, board, CLIENTS[0]))
        changed += digest(board) != shown
        assert digest(copy) == shown
    assert changed > 7


def test_RP2_the_chain_shows_what_was_altered() -> None:
    scribe = play(7, 200)
    log = scribe.log
    assert all(is_whole(entry) for entry in log)
    for earlier, entry in itertools.pairwise(log):
        assert entry.header.prev == header_hash(earlier.header)
    altered = type(log[3])(log[3].header, type(log[3].body)("x", (), ()))
    assert not is_whole(altered)
    with pytest.raises(BrokenLog, match="does not follow"):
        fold(log[1:])
    with pytest.raises(BrokenLog, match="not chained"):
        fold(log[5:], fold(play(8, 200).log[:5]))


def test_OP2_every_operation_has_a_least_role() -> None:
    assert set(LEAST_ROLE) == {ops.tag(kind) for kind in ops.AnyOp.__args__}


def test_UN5_what_is_kept_to_undo_is_bounded() -> None:
    scribe = Scribe()
    for index in range(limits.UNDO_STEPS_MAX + 20):
        scribe.submit(ops.StageSet(bool(index % 2)))
    assert len(scribe.board.steps[CLIENTS[0]]) == limits.UNDO_STEPS_MAX
    assert scribe.undo(1).code == "not_yours"  # type: ignore[union-attr]
