"""Comments: where they lie, who may do what with them, and how they go and come back."""

import json
from typing import Any

import pytest

from board import limits, ops
from board.apply import apply
from board.decide import ADMINISTRATOR, Conflict, Decision, Refusal, decide, entry
from board.formats import FormatError
from board.formats import json as board_json
from board.replay import digest, fold, restore, snapshot
from board.state import Board
from tests.board.making import CLIENTS, Scribe

ANN, BEN, CAM = CLIENTS
HELLO = {"text": {"en": "Hello"}}


def said(text: str) -> dict[str, dict[str, str]]:
    return {"text": {"en": text}}


def talk() -> Scribe:
    """Two layers; Ann's thread on a node with an answer of Ben's, and one of hers on a place."""
    held = Scribe()
    done = held.submit(
        ops.LayerCreate("l"), ops.LayerCreate("m"), ops.LayerCreate("g", group=True),
        ops.NodeCreate("n", "l"), ops.NodeCreate("o", "m"), client="",
    )  # fmt: skip
    assert isinstance(done, Decision)
    for client, op in (
        (ANN, ops.CommentCreate(f"{ANN}.1", node="n", by="Ann", text=said("Why?"))),
        (BEN, ops.CommentCreate(f"{BEN}.1", answers=f"{ANN}.1", by="Ben", text=said("Because."))),
        (ANN, ops.CommentCreate(f"{ANN}.2", layer="l", x=5.004, y=-1.0, text=said("Here"))),
    ):
        assert isinstance(held.submit(op, client=client, role="participant"), Decision)
    return held


def code(answer: object) -> str:
    return f"{answer.code} {answer.where}" if isinstance(answer, Refusal) else ""


def test_TK1_a_comment_is_on_a_node_a_place_or_a_comment_that_is_no_answer() -> None:
    held = talk()
    board = held.board
    assert {id: board.comment_layer(comment) for id, comment in board.comments.items()} == {
        f"{ANN}.1": "l", f"{BEN}.1": "l", f"{ANN}.2": "l",
    }  # fmt: skip
    place = board.comments[f"{ANN}.2"]
    assert (place.x, place.y, place.node, place.answers) == (5.0, -1.0, None, None)
    about: dict[str, dict[str, Any]] = {
        "invalid ops[0]": {},
        "invalid ops[0].answers": {"answers": f"{BEN}.1"},
        "is_group ops[0].layer": {"layer": "g"},
        "unknown_layer ops[0].layer": {"layer": "x"},
        "unknown_node ops[0].node": {"node": "x"},
        "unknown_comment ops[0].answers": {"answers": "x"},
    }
    for expected, fields in about.items():
        op = ops.CommentCreate(f"{CAM}.1", text=HELLO, **fields)
        assert code(held.submit(op, client=CAM, role="participant")) == expected
    both = ops.CommentCreate(f"{CAM}.1", layer="l", node="n", text=HELLO)
    assert code(held.submit(both, client=CAM, role="participant")) == "invalid ops[0]"


def test_TK1_a_comment_says_something_and_is_signed_at_the_moment_of_its_entry() -> None:
    held = talk()
    for text in ({}, {"text": {"en": ""}}):
        op = ops.CommentCreate(f"{CAM}.1", node="n", text=text)
        assert code(held.submit(op, client=CAM)) == "empty ops[0].text"
    for field, value in (("title", "x"), ("text", "x" * (limits.COMMENT_CHARS_MAX + 1))):
        op = ops.CommentCreate(f"{CAM}.1", node="n", text={field: {"en": value}})
        assert code(held.submit(op, client=CAM)).startswith("invalid ops[0].text")
    for by, where in (("a\tb", "text ops[0].by"),):
        op = ops.CommentCreate(f"{CAM}.1", node="n", by=by, text=HELLO)
        assert code(held.submit(op, client=CAM)) == where
    early = ops.CommentCreate(f"{CAM}.1", node="n", at=5, text=HELLO)
    assert code(held.submit(early, client=CAM)) == "invalid ops[0].at"
    board = Board()
    for n, at in enumerate((1_000, 2_000)):
        op = ops.LayerCreate("l") if n == 0 else ops.CommentCreate("c", layer="l", text=HELLO)
        answer = decide(board, ADMINISTRATOR, n + 1, (op,))
        assert isinstance(answer, Decision)
        apply(board, entry(board, answer, at=at, epoch=1, author="", client="", n=0, salt=""))
    assert board.comments["c"].at == 2_000


def test_TK2_who_may_add_to_a_layer_comments_in_it_locked_or_not() -> None:
    held = talk()
    held.submit(ops.LayerSet("l", locked=True), ops.NodeSet("o", locked=True), client="")
    for number, node in enumerate(("n", "o")):
        op = ops.CommentCreate(f"{CAM}.{number}", node=node, text=HELLO)
        assert isinstance(held.submit(op, client=CAM, role="participant"), Decision)
    held.submit(ops.LayerSet("l", locked=False), client="")
    held.submit(ops.LayerSet("l", write="facilitator"), client="")
    op = ops.CommentCreate(f"{CAM}.3", answers=f"{ANN}.1", text=HELLO)
    assert code(held.submit(op, client=CAM, role="participant")) == "not_writable ops[0].answers"
    assert code(held.submit(op, client=CAM, role="viewer")) == "role ops[0].op"
    held.submit(ops.LayerSet("l", add="participant"), client="")  # and not change what is there
    assert isinstance(held.submit(op, client=CAM, role="participant"), Decision)
    held.submit(ops.BoardArchive(True), client="")
    late = ops.CommentCreate(f"{CAM}.4", answers=f"{ANN}.1", text=HELLO)
    assert code(held.submit(late, client=CAM, role="owner")) == "archived ops[0].op"


@pytest.mark.parametrize("role", ["participant", "facilitator", "owner"])
def test_TK3_only_its_writer_changes_a_comment_and_a_facilitator_resolves_and_removes(
    role: str,
) -> None:
    held = talk()
    id = f"{ANN}.1"
    text = ops.TextSet("comment", "text", "en", "New", base="Why?", id=id)
    assert code(held.submit(text, client=BEN, role=role)) == "not_author ops[0].id"
    may = role != "participant"
    for op in (
        ops.CommentSet(id, True),
        ops.CommentSet(id, False),
        ops.CommentRemove(id),
        ops.CommentRestore(id),
    ):
        expected = "not_removed" if isinstance(op, ops.CommentRestore) else "not_author"
        answer = held.submit(op, client=BEN, role=role)
        assert code(answer) == ("" if may else f"{expected} ops[0].id")
    assert isinstance(held.submit(text, client=ANN, role="participant"), Decision)
    for op in (ops.CommentSet(id, True), ops.CommentRemove(id)):
        assert isinstance(held.submit(op, client=ANN, role="participant"), Decision)
    restored = held.submit(ops.CommentRestore(id), client=BEN, role=role)
    assert code(restored) == ("" if may else "not_author ops[0].id")


def test_TK3_a_comment_never_comes_to_say_nothing_and_its_text_is_typed_over_what_stands() -> None:
    held = talk()
    id = f"{ANN}.1"
    gone = ops.TextSet("comment", "text", "en", "", base="Why?", id=id)
    assert code(held.submit(gone, client=ANN)) == "empty ops[0].text"
    other = ops.TextSet("comment", "text", "en", "New", base="What?", id=id)
    assert isinstance(held.submit(other, client=ANN), Conflict)
    french = ops.TextSet("comment", "text", "fr", "Pourquoi ?", base="", id=id)
    assert isinstance(held.submit(french, gone, client=ANN), Decision)
    assert held.board.comments[id].text == {"text": {"fr": "Pourquoi ?"}}
    title = ops.TextSet("comment", "title", "en", "x", base="", id=id)
    assert code(held.submit(title, client=ANN)) == "invalid ops[0].field"
    answer = ops.CommentSet(f"{BEN}.1", True)
    assert code(held.submit(answer, client=BEN)) == "invalid ops[0].id"


def test_TK4_a_thread_goes_where_its_node_goes() -> None:
    held = talk()
    held.submit(ops.NodeSet("n", layer="m"), client=BEN)
    assert held.board.talk == {"l": {f"{ANN}.2"}, "m": {f"{ANN}.1", f"{BEN}.1"}, "g": set()}
    touched = apply(fold(held.log[:-1]), held.log[-1]).touched
    assert touched["talk/l"] == touched["talk/m"] == {f"{ANN}.1", f"{BEN}.1"}
    held.undo(held.n[BEN], BEN)
    assert held.board.talk["l"] == set(held.board.comments)


@pytest.mark.parametrize(
    ("removal", "left"),
    [
        (ops.NodeRemove("n"), {f"{ANN}.2"}),
        (ops.LayerRemove("l"), set()),
        (ops.CommentRemove(f"{ANN}.1"), {f"{ANN}.2"}),
        (ops.CommentRemove(f"{BEN}.1"), {f"{ANN}.1", f"{ANN}.2"}),
    ],
)
def test_TK4_a_removal_takes_the_threads_with_it_and_its_end_brings_them_back(
    removal: Any, left: set[str]
) -> None:
    held = talk()
    held.submit(ops.CommentSet(f"{ANN}.1", True), client=ANN)
    before = digest(held.board)
    held.submit(removal, client=CAM)
    assert set(held.board.comments) == left
    assert digest(restore(snapshot(held.board))) == digest(held.board)
    for id in set(fold(held.log[:-1]).comments) - left:
        again = ops.CommentCreate(id, layer="m", text=HELLO)
        assert code(held.submit(again, client="")) == "id_taken ops[0].id"
    held.undo(held.n[CAM], CAM)
    assert digest(held.board) == before


def test_TK4_what_a_comment_was_on_must_be_there_for_it_to_come_back() -> None:
    held = talk()
    held.submit(ops.CommentRemove(f"{BEN}.1"), client=BEN)
    held.submit(ops.CommentRemove(f"{ANN}.1"), client=ANN)
    back = [ops.CommentRestore(f"{BEN}.1"), ops.CommentRestore(f"{ANN}.1")]
    assert code(held.submit(back[0], client=BEN)) == "thread_missing ops[0].id"
    held.submit(ops.NodeRemove("n"), client=CAM)
    assert code(held.submit(back[1], client=ANN)) == "thread_missing ops[0].id"
    held.submit(ops.NodeRestore("n"), client=CAM)
    assert isinstance(held.submit(*reversed(back), client=CAM), Decision)
    assert set(held.board.comments) == {f"{ANN}.1", f"{ANN}.2", f"{BEN}.1"}


def test_UN4_what_somebody_has_answered_or_commented_on_is_not_taken_back() -> None:
    held = talk()
    assert code(held.undo(1, ANN)) == "overtaken of"
    held.submit(ops.NodeCreate(f"{ANN}.n", "l"), client=ANN)
    of = held.n[ANN]
    held.submit(ops.CommentCreate(f"{BEN}.2", node=f"{ANN}.n", text=HELLO), client=BEN)
    assert code(held.undo(of, ANN)) == "overtaken of"
    held.undo(held.n[BEN], BEN)
    assert isinstance(held.undo(of, ANN), Decision)


def test_TK5_a_board_holds_so_many_comments(monkeypatch: pytest.MonkeyPatch) -> None:
    held = talk()
    monkeypatch.setattr(limits, "COMMENTS_MAX", 4)
    held.submit(ops.CommentCreate(f"{CAM}.1", layer="l", text=HELLO), client=CAM)
    over = ops.CommentCreate(f"{CAM}.2", layer="l", text=HELLO)
    assert code(held.submit(over, client=CAM)) == "too_many ops[0].id"
    held.submit(ops.CommentRemove(f"{CAM}.1"), client=CAM)
    held.submit(over, client=CAM)
    assert code(held.submit(ops.CommentRestore(f"{CAM}.1"), client=CAM)) == "too_many ops[0].id"


def test_JS10_comments_are_in_a_boards_json_and_come_back_as_they_were() -> None:
    held = talk()
    held.submit(ops.CommentSet(f"{ANN}.1", True), ops.LayerSet("m", read="owner"), client="")
    held.submit(ops.CommentCreate("hidden", node="o", at=7, text=said("canary")), client="")
    board = held.board
    for id, comment in board.comments.items():  # a moment after the beginning of 1970
        assert comment.at == (7 if id == "hidden" else 0)
    held.submit(ops.CommentRemove("hidden"), client="")
    plain = Scribe()
    plain.submit(ops.LayerCreate("l"), client="")
    assert b'"comments"' not in board_json.write(plain.board)
    again = Scribe()
    made, losses = board_json.read(board_json.write(dated(held).board))
    assert losses == [] and isinstance(again.submit(*made, client=""), Decision)
    assert digest(again.board) == digest(dated(held).board)
    assert board_json.write(again.board) == board_json.write(dated(held).board)


def dated(held: Scribe) -> Scribe:
    """The same comments, imported with their times."""
    made = Scribe()
    made.submit(
        ops.LayerCreate("l"), ops.LayerCreate("m", read="owner"), ops.NodeCreate("n", "l"),
        ops.NodeCreate("o", "m"), client="",
    )  # fmt: skip
    ordered = sorted(held.board.comments.values(), key=lambda one: bool(one.answers))
    for at, comment in enumerate(ordered):
        made.submit(
            ops.CommentCreate(
                comment.id, comment.layer, comment.node, comment.answers, comment.x, comment.y,
                comment.by, at + 1, comment.text,
            ),
            client="",
        )  # fmt: skip
    made.submit(ops.CommentSet(f"{ANN}.1", True), client="")
    made.submit(ops.CommentCreate("hidden", node="o", at=9, text=said("canary")), client="")
    return made


def test_RO1_an_export_holds_no_comment_in_a_layer_that_its_reader_may_not_read() -> None:
    board = dated(talk()).board
    assert b"canary" in board_json.write(board)
    assert b"canary" not in board_json.write(board, "facilitator")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"id": f"{ANN}.2"}, "$.comments[0].id"),
        ({"node": None}, "$.comments[0]"),
        ({"layer": "l"}, "$.comments[0]"),
        ({"node": "x"}, "$.comments[0].node"),
        ({"node": None, "answers": f"{BEN}.1"}, "$.comments[0].answers"),
        ({"node": None, "layer": "x"}, "$.comments[0].layer"),
        ({"text": {"text": {}}}, "$.comments[0].text.text"),
        ({"at": -1}, "$.comments[0].at"),
    ],
)
def test_JS7_a_comment_on_nothing_is_refused_with_its_place(
    change: dict[str, Any], where: str
) -> None:
    document = json.loads(board_json.write(dated(talk()).board))
    document["comments"][0].update(change)
    with pytest.raises(FormatError) as refused:
        board_json.read(json.dumps(document).encode())
    found = refused.value.where
    assert found == where or (where.endswith(".id") and found == "$.comments[1].id")
