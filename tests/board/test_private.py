"""Private rounds in the state machine (docs/SPEC.md, Private writing)."""

import random
from typing import Any

import pytest

from board import limits, ops
from board.decide import Decision, Refusal
from board.formats import json as board_json
from board.ops import AnyOp, Body, Entry
from board.private import Erasing, erasure
from board.replay import digest, fingerprint, fold, restore, snapshot
from layers import stream as streams
from server import protocol
from tests.board.making import CLIENTS, Scribe

ANN, BEN, CAT = CLIENTS
ROUND = f"{ANN}.r"


@pytest.fixture
def scribe() -> Scribe:
    """A board with an open private round of ann's, revealed into "here", and a layer beside it."""
    held = Scribe()
    answer = held.submit(
        ops.LinkSet("people", "participant", 1),
        *(ops.SeatSet(seat, link="people", name=name) for seat, name in NAMES.items()),
        ops.LayerCreate("here"),
        ops.LayerCreate("there"),
        ops.NodeCreate("a", "here", x=10.0, y=20.0, h=100.0),
        client="",
    )
    assert isinstance(answer, Decision)
    done(held, ops.PrivateOpen(ROUND, "What else?", "here"))
    return held


NAMES = {ANN: "Ann", BEN: "ben", CAT: "Cat"}


def done(scribe: Scribe, *batch: AnyOp, client: str = ANN, role: str = "facilitator") -> Decision:
    answer = scribe.submit(*batch, client=client, role=role)
    assert isinstance(answer, Decision), answer
    return answer


def refused(
    scribe: Scribe, *batch: AnyOp, client: str = ANN, role: str = "facilitator"
) -> tuple[str, str]:
    answer = scribe.submit(*batch, client=client, role=role)
    assert isinstance(answer, Refusal), answer
    return answer.code, answer.where


def layer_of(seat: str) -> str:
    return f"{seat}.private-1"


def sticky(seat: str, name: str, text: str, **more: Any) -> AnyOp:
    said = {"text": {"en": text}} if text else {}
    return ops.NodeCreate(f"{seat}.{name}", layer_of(seat), "sticky", text=said, **more)


def write(scribe: Scribe, seat: str, *texts: str) -> None:
    """Somebody enters, and writes."""
    done(scribe, ops.PrivateEnter(ROUND), client=seat, role="participant")
    for at, text in enumerate(texts):
        done(scribe, sticky(seat, f"s{at}", text), client=seat, role="participant")


def redacted(log: list[Entry], scribe: Scribe) -> list[Entry]:
    """The log as it is once what was private has been erased."""
    due = erasure(scribe.board.private)
    assert due is not None
    bodies = Erasing(due.number).bodies(log[due.since - 1 : due.until])
    return [Entry(entry.header, bodies.get(entry.header.seq, entry.body)) for entry in log]


def test_PW1_a_private_round_is_opened_entered_and_written_in(scribe: Scribe) -> None:
    write(scribe, BEN, "one", "two")
    own = scribe.board.layers[layer_of(BEN)]
    assert own.private and own.read == "nobody" and own.seats == {BEN: "write"}
    assert own.text == {"title": {"en": "What else?"}}
    assert refused(scribe, ops.PrivateEnter(ROUND), client=BEN) == ("id_taken", "ops[0].id")
    assert refused(scribe, ops.PrivateOpen(f"{ANN}.q", "Why?", "there"))[0] == "round_open"
    done(scribe, ops.PrivateClose(ROUND))
    for op in (ops.PrivateEnter(ROUND), ops.PrivateClose(ROUND), ops.PrivateReveal(ROUND, True)):
        assert refused(scribe, op) == ("round_closed", "ops[0].id")
    assert refused(scribe, ops.PrivateEnter("nothing"))[0] == "unknown_round"
    again = done(scribe, ops.PrivateOpen(f"{ANN}.q", "Why?", "there"))
    assert isinstance(again.ops[0], ops.PrivateOpen) and again.ops[0].number == 2


def test_PW6_no_entry_ends_a_round_and_opens_another(scribe: Scribe) -> None:
    """PW6: the board remembers one round, and what was written in it is still to be erased."""
    write(scribe, BEN, "b1")
    opening = ops.PrivateOpen(f"{ANN}.q", "And?", "here")
    for end in (ops.PrivateClose(ROUND), ops.PrivateReveal(ROUND, False, seed="a seed")):
        assert refused(scribe, end, opening) == ("round_open", "ops[1].op")
    done(scribe, ops.PrivateClose(ROUND))
    done(scribe, opening)


def test_PW1_a_round_has_a_question_and_a_layer_that_takes_more(scribe: Scribe) -> None:
    done(scribe, ops.PrivateClose(ROUND), ops.LayerCreate(f"{ANN}.g", group=True))
    for op, where in (
        (ops.PrivateOpen(f"{ANN}.q", " ", "here"), ("invalid", "ops[0].question")),
        (ops.PrivateOpen(f"{ANN}.q", "a\tb", "here"), ("text", "ops[0].question")),
        (ops.PrivateOpen(f"{ANN}.q", "Why?", "nothing"), ("unknown_layer", "ops[0].layer")),
        (ops.PrivateOpen(f"{ANN}.q", "Why?", f"{ANN}.g"), ("is_group", "ops[0].layer")),
        (ops.PrivateOpen("q", "Why?", "here"), ("id_foreign", "ops[0].id")),
    ):
        assert refused(scribe, op) == where
    answer = scribe.submit(ops.PrivateEnter(ROUND), client="")
    assert isinstance(answer, Refusal) and answer.code == "round_closed"


def test_PW2_nobody_else_reads_it_whatever_their_role(scribe: Scribe) -> None:
    write(scribe, BEN, "canary")
    board = scribe.board
    for role in ("viewer", "participant", "facilitator", "owner"):
        for seat in ("", ANN, CAT):
            assert not board.may_read(role, layer_of(BEN), seat)
            assert not board.sees(role, "node", f"{BEN}.s0", seat)
    for op in (
        ops.NodeSet(f"{BEN}.s0", x=1.0),
        ops.TextSet("node", "text", "en", "mine", "canary", f"{BEN}.s0"),
        ops.NodeRemove(f"{BEN}.s0"),
        ops.NodeSet("a", layer=layer_of(BEN)),
        ops.NodeCreate(f"{CAT}.1", layer_of(BEN), "sticky"),
        ops.LayerRemove(layer_of(BEN)),
        ops.LayerGrant(layer_of(BEN), CAT, "read"),
        ops.LayerSet(layer_of(BEN), read="viewer"),
        ops.StageDrive({layer_of(BEN): True}),
        ops.PrivateReveal(ROUND, True, layer=layer_of(BEN)),
    ):
        code, _ = refused(scribe, op, client=CAT, role="owner")
        assert code in ("unknown_layer", "unknown_node")
    assert b"canary" not in board_json.write(board)
    for stream in ("board", "lead", "head/here", "head/there", "body/here"):
        shapes = b"".join(protocol.record(shape) for shape in streams.project(board, stream))
        assert b"canary" not in shapes
        assert stream == "lead" or BEN.encode() not in shapes


def test_PW3_what_is_written_privately_stays_there(scribe: Scribe) -> None:
    """Of who may read it, too: nothing but stickies comes in, and nothing leads out."""
    write(scribe, ANN, "one")
    own, mine = layer_of(ANN), f"{ANN}.s0"
    for op in (
        ops.NodeSet(mine, layer="here"),
        ops.NodeSet("a", layer=own),
        ops.NodeSet(mine, image="a" * 32),
        ops.NodeCreate(f"{ANN}.1", own),
        ops.NodeCreate(f"{ANN}.1", own, "sticky", image="a" * 32),
        ops.RelationCreate(f"{ANN}.1", mine, "a"),
        ops.RelationCreate(f"{ANN}.1", "a", mine),
        ops.CommentCreate(f"{ANN}.1", node=mine, text={"text": {"en": "x"}}),
        ops.CommentCreate(f"{ANN}.1", layer=own, text={"text": {"en": "x"}}),
        ops.LayerSet(own, read="viewer"),
        ops.LayerMove(own),
        ops.LayerMove("there", before=own),
        ops.LayerCreate(f"{ANN}.1", before=own),
        ops.LayerRemove(own),
        ops.LayerGrant(own, BEN, "read"),
        ops.TextSet("layer", "title", "en", "x", "What else?", own),
        ops.StageDrive({own: False}),
        ops.StageSpotlight(own),
        ops.SceneCreate(f"{ANN}.1", (own,)),
        ops.RoundOpen(f"{ANN}.1", "Which?", layer=own),
        ops.RoundOpen(f"{ANN}.1", "Which?", nodes=(mine,)),
        ops.PrivateReveal(ROUND, True, layer=own),
    ):
        assert refused(scribe, op)[0] == "private_layer", op
    done(scribe, ops.SceneCreate(f"{ANN}.2", ("here",)))
    driven = done(scribe, ops.StageDrive({own: False, "here": True}))
    assert driven.ops == (ops.StageDrive({"here": True}),)
    shown = done(scribe, ops.SceneShow(f"{ANN}.2"))
    assert own not in repr(shown.ops)
    done(scribe, ops.NodeSet(mine, x=5.0, color="red"), ops.NodeRemove(mine))
    done(scribe, ops.NodeRestore(mine))


def test_PW4_those_who_lead_are_told_how_much_and_nothing_else(scribe: Scribe) -> None:
    def lead() -> Any:
        return streams.record(scribe.board, "lead", f"private/{ROUND}")

    def versions() -> tuple[int, int]:
        return scribe.board.versions["lead"], scribe.board.versions["board"]

    assert (lead().stickies, lead().people) == (0, 0)
    write(scribe, BEN, "one", "two", "")
    write(scribe, CAT, "")
    assert (lead().stickies, lead().people) == (2, 1)
    told = versions()
    edit = ops.TextSet("node", "text", "en", "more", "one", f"{BEN}.s0")
    done(scribe, edit, client=BEN, role="participant")
    done(scribe, ops.NodeSet(f"{BEN}.s0", x=4.0), client=BEN, role="participant")
    assert versions() == told  # nobody is told that something was changed
    done(scribe, ops.NodeRemove(f"{BEN}.s0"), client=BEN, role="participant")
    assert (lead().stickies, lead().people) == (1, 1)
    done(scribe, ops.NodeRestore(f"{BEN}.s0"), client=BEN, role="participant")
    fill = ops.TextSet("node", "text", "en", "mine", "", f"{CAT}.s0")
    done(scribe, fill, client=CAT, role="participant")
    assert (lead().stickies, lead().people) == (3, 2)
    assert versions()[1] == told[1]  # all may read the round itself: it says no numbers
    done(scribe, ops.PrivateReveal(ROUND, False, seed="s"))
    assert lead() is None


@pytest.mark.parametrize("order", ["random", "author"])
@pytest.mark.parametrize("named", [True, False])
def test_PW5_revealed_all_at_once_in_a_grid_below_what_is_there(
    scribe: Scribe, named: bool, order: Any
) -> None:
    write(scribe, CAT, "c1", "c2")
    write(scribe, BEN, "b1", "", "b2", "b3")
    done(scribe, ops.PrivateReveal(ROUND, named, order, seed="a seed"))
    board = scribe.board
    shown = [node for _, id in board.members["here"] if (node := board.node(id)) and id != "a"]
    texts = [node.text["text"]["en"] for node in shown]
    assert sorted(texts) == ["b1", "b2", "b3", "c1", "c2"]
    places = [(node.y, node.x) for node in shown]
    assert places == sorted(places) and len(set(places)) == 5  # read as they are laid
    assert min(places) == (184.0, 10.0)
    assert not board.written and not [id for id in board.layers if "private" in id]
    if named:
        assert {node.id for node in shown} == {f"{CAT}.s0", f"{CAT}.s1", f"{BEN}.s0",
                                               f"{BEN}.s2", f"{BEN}.s3"}  # fmt: skip
        assert {node.tags for node in shown} == {("ben",), ("Cat",)}
    else:
        assert not [node for node in shown if BEN in node.id or CAT in node.id or node.tags]
        assert b"".join(msg for msg in (repr(node).encode() for node in shown)).count(b"ben") == 0
    if order == "author":
        assert "".join(text[0] for text in texts) in ({"bbbcc"} if named else {"bbbcc", "ccbbb"})
        assert len({y for y, _ in places}) == 2  # each author's begin a row
    record = streams.record(board, "board", f"private/{ROUND}")
    assert record is not None and not record.open and record.revealed  # type: ignore[union-attr]


def test_PW5_where_it_is_laid_tells_nobody_of_what_they_may_not_read(scribe: Scribe) -> None:
    """PW5: also where a layer is read by seats that it names alone, whatever their role."""
    far = ops.NodeCreate("far", "shut", x=-500.0, y=9_000.0)
    done(scribe, ops.LayerCreate("shut", read="owner"), far, role="owner", client="")
    done(scribe, ops.LayerGrant("here", ANN, "write"), ops.LayerGrant("here", BEN, "read"))
    done(scribe, ops.LayerSet("here", read="nobody"))
    write(scribe, CAT, "c1")
    done(scribe, ops.PrivateReveal(ROUND, True))
    node = scribe.board.node(f"{CAT}.s0")
    assert node is not None and (node.x, node.y) == (10.0, 184.0)


def test_PW5_the_order_is_at_random(scribe: Scribe) -> None:
    write(scribe, BEN, *"abcdefgh")
    orders = set()
    for seed in range(20):
        copy = Scribe(restore(snapshot(scribe.board)))
        copy.n = dict(scribe.n)
        done(copy, ops.PrivateReveal(ROUND, False, seed=str(seed)))
        nodes = [copy.board.node(id) for _, id in copy.board.members["here"] if id != "a"]
        orders.add("".join(node.text["text"]["en"] for node in nodes if node))
    assert len(orders) > 15


def test_PW6_without_names_no_history_holds_what_was_written(scribe: Scribe) -> None:
    write(scribe, BEN, "canary one", "canary two", "canary three")
    edit = ops.TextSet("node", "text", "en", "canary four", "canary one", f"{BEN}.s0")
    mixed = ops.NodeCreate(f"{BEN}.open", "there", text={"title": {"en": "said openly"}})
    done(scribe, edit, mixed, client=BEN, role="participant")
    scribe.undo(scribe.n[BEN], BEN, "participant")
    done(scribe, ops.NodeRemove(f"{BEN}.s1"), client=BEN, role="participant")
    done(scribe, ops.NodeRemove(f"{BEN}.s2"), client=BEN, role="participant")
    for _ in range(3):  # so that the tombstone of one is forgotten
        done(scribe, ops.NodeRestore(f"{BEN}.s2"), ops.NodeRemove(f"{BEN}.s2"), client=BEN)
    done(scribe, ops.PrivateReveal(ROUND, False, seed="s"))
    board = scribe.board
    assert len(board.members["here"]) == 2
    held = snapshot(board)
    assert held.count(b"canary") == 1  # what was revealed, with an id of its own
    for name in (f"{BEN}.s0", f"{BEN}.s1", f"{BEN}.s2", layer_of(BEN)):
        assert f'"{name}"'.encode() not in held and f"/{name}".encode() not in strip(held)
    for of in range(1, scribe.n[BEN] + 1):
        scribe.undo(of, BEN, "owner")
    assert snapshot(board).count(b"canary") == 1
    answer = scribe.submit(ops.NodeRestore(f"{BEN}.s1"), client=BEN, role="owner")
    assert isinstance(answer, Refusal) and answer.code == "not_removed"
    scribe.undo(scribe.n[ANN], ANN, "owner")
    assert snapshot(board).count(b"canary") == 1


def strip(held: bytes) -> bytes:
    """A snapshot without the versions of streams, which are numbers by name."""
    start = held.index(b'"versions":')
    return held[:start] + held[held.index(b"}", start) :]


def test_PW6_the_erased_log_folds_to_the_same_board(scribe: Scribe) -> None:
    write(scribe, BEN, "canary one", "canary two")
    mixed = ops.NodeCreate(f"{BEN}.open", "there", text={"title": {"en": "said openly"}})
    edit = ops.TextSet("node", "text", "en", "canary four", "canary one", f"{BEN}.s0")
    done(scribe, edit, mixed, client=BEN, role="participant")
    scribe.undo(scribe.n[BEN], BEN, "participant")
    done(scribe, ops.PrivateReveal(ROUND, False, seed="s"))
    done(scribe, ops.NodeSet("a", x=7.0))
    log = redacted(scribe.log, scribe)
    assert digest(fold(log)) == digest(scribe.board)
    for entry in log:
        text = repr(entry.body)
        if entry.header.client == BEN:
            assert "canary" not in text, text
        elif "canary" in text:
            assert BEN not in text
    assert "said openly" in repr(log)
    erased = [entry for entry, was in zip(log, scribe.log, strict=True) if entry != was]
    assert len(erased) == 4 and all(entry.body.salt == "" for entry in erased)
    assert redacted(log, scribe) == log  # a second time finds nothing


def test_PW7_closing_destroys_what_was_written(scribe: Scribe) -> None:
    write(scribe, BEN, "canary")
    done(scribe, ops.PrivateClose(ROUND))
    assert b"canary" not in snapshot(scribe.board)
    assert "canary" not in repr(redacted(scribe.log, scribe))
    record = streams.record(scribe.board, "board", f"private/{ROUND}")
    assert not record.open and not record.revealed  # type: ignore[union-attr]


def test_PW6_with_names_nothing_is_erased(scribe: Scribe) -> None:
    write(scribe, BEN, "one")
    done(scribe, ops.PrivateReveal(ROUND, True))
    assert erasure(scribe.board.private) is None


def test_PW5_it_is_revealed_where_those_who_lead_may_write(scribe: Scribe) -> None:
    write(scribe, BEN, "one")
    done(scribe, ops.LayerRemove("here"))
    assert refused(scribe, ops.PrivateReveal(ROUND, True)) == ("unknown_layer", "ops[0].layer")
    done(scribe, ops.LayerSet("there", locked=True))
    answer = refused(scribe, ops.PrivateReveal(ROUND, True, layer="there"))
    assert answer == ("locked", "ops[0].layer")
    done(scribe, ops.LayerSet("there", locked=False))
    done(scribe, ops.PrivateReveal(ROUND, True, layer="there"))
    assert [id for _, id in scribe.board.members["there"]] == [f"{BEN}.s0"]


def test_PW8_what_is_private_has_bounds_of_its_own(
    scribe: Scribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And nobody else meets them, or meets a bound of theirs earlier for what is private."""
    monkeypatch.setattr(limits, "PRIVATE_STICKIES_MAX", 2)
    monkeypatch.setattr(limits, "PRIVATE_SEATS_MAX", 2)
    monkeypatch.setattr(limits, "PRIVATE_CHARS_MAX", 20)
    write(scribe, BEN, "one", "two")
    assert refused(scribe, sticky(BEN, "x", "three"), client=BEN)[0] == "too_many"
    done(scribe, ops.NodeRemove(f"{BEN}.s1"), client=BEN)
    done(scribe, sticky(BEN, "x", "three"), client=BEN)
    assert refused(scribe, ops.NodeRestore(f"{BEN}.s1"), client=BEN)[0] == "too_many"
    long = ops.TextSet("node", "text", "en", "x" * 20, "three", f"{BEN}.x")
    assert refused(scribe, long, client=BEN)[0] == "too_many"
    write(scribe, CAT, "four")
    assert refused(scribe, ops.PrivateEnter(ROUND))[0] == "too_many"
    shared = {"layers": 3, "nodes": 3, "chars": scribe.board.chars}
    monkeypatch.setattr(limits, "LAYERS_MAX", shared["layers"])
    monkeypatch.setattr(limits, "NODES_MAX", shared["nodes"])
    monkeypatch.setattr(limits, "BOARD_CHARS_MAX", shared["chars"])
    done(scribe, ops.LayerCreate(f"{ANN}.l"))
    done(scribe, ops.NodeCreate(f"{ANN}.1", "here"), ops.NodeCreate(f"{ANN}.2", "here"))
    assert refused(scribe, ops.LayerCreate(f"{ANN}.m"))[0] == "too_many"
    assert refused(scribe, ops.NodeCreate(f"{ANN}.3", "here"))[0] == "too_many"
    answer = refused(scribe, ops.PrivateReveal(ROUND, False))
    assert answer == ("too_many", "ops[0].id")
    monkeypatch.setattr(limits, "NODES_MAX", 100)
    assert refused(scribe, ops.PrivateReveal(ROUND, False))[0] == "too_many"  # characters
    assert len(scribe.board.written) == 2  # and all of it is still there
    monkeypatch.setattr(limits, "BOARD_CHARS_MAX", 1_000)
    done(scribe, ops.PrivateReveal(ROUND, False))


def test_PW2_what_others_do_goes_on_as_if_nobody_wrote() -> None:
    """Two boards with the same requests, on one of which people write privately: the same."""
    for seed in range(10):
        rng = random.Random(seed)
        plain, other = Scribe(), Scribe()
        for held in (plain, other):
            held.submit(
                ops.LayerCreate("here"),
                ops.LayerCreate("there"),
                ops.NodeCreate("a", "here"),
                client="",
            )
            done(held, ops.PrivateOpen(ROUND, "What?", "here"))
        for at in range(60):
            if rng.random() < 0.5:
                seat = rng.choice([BEN, CAT])
                other.submit(
                    rng.choice(
                        [ops.PrivateEnter(ROUND), sticky(seat, f"s{at}", "canary"),
                         ops.NodeRemove(f"{seat}.s{at - 2}")]
                    ),
                    client=seat, role="participant",
                )  # fmt: skip
                continue
            layer = f"{ANN}.l{at}"
            batch = rng.choice(
                [
                    (ops.LayerCreate(layer, before=rng.choice([None, "here", "there"])),),
                    (ops.LayerMove("here", before=rng.choice([None, "there"])),),
                    (ops.NodeCreate(f"{ANN}.n{at}", "here"),),
                    (ops.SceneCreate(f"{ANN}.c{at}", ("here",)), ops.SceneShow(f"{ANN}.c{at}")),
                    (ops.RoundOpen(f"{ANN}.v{at}", "Which?", tag="x"),
                     ops.RoundClose(f"{ANN}.v{at}")),
                    (ops.LayerRemove("there"),), (ops.LayerRestore("there"),),
                ]
            )  # fmt: skip
            answers = [held.submit(*batch) for held in (plain, other)]
            assert repr(answers[0]) == repr(answers[1])
        assert board_json.write(plain.board) == board_json.write(other.board)


def test_PW9_a_snapshot_has_the_round_and_a_digest_of_old_boards_stays(scribe: Scribe) -> None:
    write(scribe, BEN, "one", "two")
    done(scribe, ops.NodeRemove(f"{BEN}.s1"), client=BEN)
    again = restore(snapshot(scribe.board))
    assert again.private == scribe.board.private and again.chars == scribe.board.chars
    assert fingerprint(again) == fingerprint(scribe.board) == fingerprint(fold(scribe.log))
    assert isinstance(scribe.log[0].body, Body)
