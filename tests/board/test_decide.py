"""Each refusal, and what is settled about undo, tombstones, text, order and numbers."""

import ast
from pathlib import Path
from typing import Any

import msgspec
import pytest

from board import limits, ops
from board.decide import (
    REFUSALS,
    Actor,
    AlreadyDone,
    Answer,
    Conflict,
    Decision,
    Refusal,
    decide,
)
from board.replay import digest
from board.state import Board, Tombstone
from tests.board.making import CLIENTS, Scribe

ANN, BEN, _ = CLIENTS


@pytest.fixture
def scribe() -> Scribe:
    """A board with a group, two layers, three nodes and two relations, made by nobody."""
    held = Scribe()
    answer = held.submit(
        ops.LayerCreate("group", group=True),
        ops.LayerCreate("one", parent="group", text={"title": {"en": "One"}}),
        ops.LayerCreate("two"),
        ops.NodeCreate("a", "one", text={"title": {"en": "A"}}),
        ops.NodeCreate("b", "two"),
        ops.NodeCreate("c", "two"),
        ops.RelationCreate("ab", "a", "b"),
        ops.RelationCreate("bc", "b", "c"),
        client="",
    )
    assert isinstance(answer, Decision)
    return held


def node_x(board: Board, id: str) -> float:
    node = board.node(id)
    assert node is not None
    return node.x


def code(answer: Answer) -> str:
    assert isinstance(answer, Refusal), answer
    assert answer.message.startswith(REFUSALS[answer.code])
    return f"{answer.code} {answer.where}".strip()


REFUSED: list[tuple[str, str, ops.AnyOp]] = [
    ("role ops[0].op", "viewer", ops.NodeCreate(f"{ANN}.1", "one")),
    ("role ops[0].op", "participant", ops.LayerCreate(f"{ANN}.1")),
    ("role ops[0].op", "facilitator", ops.AccessSet(True)),
    ("role ops[0].owner", "participant", ops.TextSet("layer", "title", "en", "x", "One", "one")),
    ("role ops[0].owner", "participant", ops.TextSet("board", "title", "en", "x", "")),
    ("role ops[0].op", "participant", ops.RoundOpen(f"{ANN}.1", "Which?", layer="one")),
    ("unknown_layer ops[0].layer", "owner", ops.RoundOpen(f"{ANN}.1", "Which?", layer="none")),
    ("unknown_node ops[0].nodes[0]", "owner", ops.RoundOpen(f"{ANN}.1", "Which?", nodes=("no",))),
    ("unknown_round ops[0].again", "owner", ops.RoundOpen(f"{ANN}.1", "Which?", again="none")),
    ("unknown_round ops[0].id", "owner", ops.RoundClose("none")),
    ("unknown_round ops[0].id", "owner", ops.RoundRemove("none")),
    ("invalid ops[0]", "owner", ops.RoundOpen(f"{ANN}.1", "Which?")),
    ("invalid ops[0]", "owner", ops.RoundOpen(f"{ANN}.1", "Which?", layer="one", tag="x")),
    ("invalid ops[0].question", "owner", ops.RoundOpen(f"{ANN}.1", "  ", layer="one")),
    ("text ops[0].question", "owner", ops.RoundOpen(f"{ANN}.1", "\x07", layer="one")),
    ("id_foreign ops[0].id", "owner", ops.RoundOpen("round", "Which?", layer="one")),
    ("role_above ops[0].read", "facilitator", ops.LayerSet("one", read="owner")),
    ("role_above ops[0].write", "facilitator", ops.LayerCreate(f"{ANN}.1", write="owner")),
    ("unknown_layer ops[0].id", "owner", ops.LayerSet("none", locked=True)),
    ("unknown_layer ops[0].layer", "owner", ops.NodeCreate(f"{ANN}.1", "none")),
    ("unknown_layer ops[0].parent", "owner", ops.LayerMove("one", parent="none")),
    ("unknown_layer ops[0].layers[none]", "owner", ops.StageDrive({"none": True})),
    ("unknown_node ops[0].id", "owner", ops.NodeRemove("none")),
    ("unknown_node ops[0].target", "owner", ops.RelationCreate(f"{ANN}.1", "a", "none")),
    ("unknown_node ops[0].source", "owner", ops.RelationCreate(f"{ANN}.1", "none", "a")),
    ("unknown_relation ops[0].id", "owner", ops.RelationSet("none", dashed=True)),
    ("unknown_neighbour ops[0].before", "owner", ops.NodeSet("b", before="a")),
    ("unknown_neighbour ops[0].before", "owner", ops.LayerMove("two", before="one")),
    ("unknown_layer ops[0].layer", "owner", ops.StageSpotlight("none")),
    ("unknown_layer ops[0].layers[1]", "owner", ops.SceneCreate(f"{ANN}.1", ("one", "none"))),
    ("unknown_scene ops[0].id", "owner", ops.SceneSet("none", viewport=None)),
    ("unknown_scene ops[0].id", "owner", ops.SceneRemove("none")),
    ("unknown_scene ops[0].scene", "owner", ops.SceneShow("none")),
    ("unknown_scene ops[0].scene", "owner", ops.StepCreate(f"{ANN}.1", scene="none")),
    ("unknown_scene ops[0].id", "owner", ops.TextSet("scene", "note", "en", "x", "", "none")),
    ("unknown_step ops[0].id", "owner", ops.StepSet("none", scene=None)),
    ("unknown_step ops[0].id", "owner", ops.StepMove("none")),
    ("unknown_step ops[0].step", "owner", ops.AgendaGo("none")),
    ("unknown_neighbour ops[0].before", "owner", ops.SceneCreate(f"{ANN}.1", before="none")),
    ("id_foreign ops[0].id", "owner", ops.SceneCreate("mine")),
    ("id_foreign ops[0].id", "owner", ops.StepCreate(f"{BEN}.1")),
    ("key_given ops[0].key", "owner", ops.StepCreate(f"{ANN}.1", key="V")),
    ("role ops[0].owner", "participant", ops.TextSet("scene", "note", "en", "x", "", "none")),
    ("invalid ops[0].text[spoken]", "owner", ops.StepCreate(f"{ANN}.1", text={"spoken": {}})),
    ("not_removed ops[0].id", "owner", ops.NodeRestore("a")),
    ("not_removed ops[0].id", "owner", ops.LayerRestore("none")),
    ("id_foreign ops[0].id", "owner", ops.NodeCreate("a", "one")),
    ("id_foreign ops[0].id", "owner", ops.LayerCreate(f"{BEN}.1")),
    ("key_given ops[0].key", "owner", ops.NodeCreate(f"{ANN}.1", "one", key="V")),
    ("key_given ops[0].key", "owner", ops.LayerSet("one", key="V")),
    ("not_a_group ops[0].parent", "owner", ops.LayerMove("two", parent="one")),
    ("is_group ops[0].layer", "owner", ops.NodeCreate(f"{ANN}.1", "group")),
    ("is_group ops[0].layer", "owner", ops.NodeSet("a", layer="group")),
    ("layer_cycle ops[0].parent", "owner", ops.LayerMove("group", parent="group")),
    ("empty ops[0]", "owner", ops.NodeSet("a")),
    ("empty ops[0]", "owner", ops.LayerSet("one")),
    ("empty ops[0]", "owner", ops.RelationSet("ab")),
    ("text ops[0].text", "owner", ops.TextSet("node", "title", "en", "\x00", "A", "a")),
    ("text ops[0].tags[0]", "owner", ops.NodeSet("a", tags=("\x1b",))),
    ("invalid ops[0].field", "owner", ops.TextSet("node", "label", "en", "x", "", "a")),
    ("invalid ops[0].id", "owner", ops.TextSet("board", "title", "en", "x", "", "a")),
    ("invalid ops[0].text", "owner", ops.TextSet("node", "title", "en", "x" * 201, "A", "a")),
    ("invalid ops[0].text[note]", "owner", ops.NodeCreate(f"{ANN}.1", "one", text={"note": {}})),
    (
        "invalid ops[0].text[title][en]",
        "owner",
        ops.NodeCreate(f"{ANN}.1", "one", text={"title": {"en": "x" * 201}}),
    ),
]


@pytest.mark.parametrize(("expected", "role", "op"), REFUSED)
def test_OP3_a_refusal_names_its_code_and_place_and_changes_nothing(
    scribe: Scribe, expected: str, role: Any, op: ops.AnyOp
) -> None:
    before = digest(scribe.board)
    assert code(scribe.submit(op, client=ANN, role=role)) == expected
    assert digest(scribe.board) == before


def test_OP4_a_batch_is_done_whole_or_not_at_all(scribe: Scribe) -> None:
    before = digest(scribe.board)
    answer = scribe.submit(ops.NodeSet("a", x=5), ops.NodeRemove("b"), ops.NodeSet("b", x=5))
    assert code(answer) == "unknown_node ops[2].id"
    assert digest(scribe.board) == before
    assert isinstance(scribe.submit(ops.NodeSet("a", x=5), ops.NodeRemove("b")), Decision)


def test_OP5_a_number_is_decided_once(scribe: Scribe) -> None:
    board = scribe.board
    scribe.submit(ops.NodeSet("a", x=1))  # n = 1
    scribe.submit(ops.NodeSet("none", x=1))  # n = 2, refused
    scribe.submit(ops.NodeSet("a", x=3))  # n = 3
    for n, refused in ((1, False), (2, True), (3, False)):
        again = decide(board, Actor("owner", ANN), n, (ops.NodeSet("a", x=9),))
        assert again == AlreadyDone(refused)
    assert isinstance(decide(board, Actor("owner", ANN), 4, (ops.NodeSet("a", x=9),)), Decision)
    assert isinstance(decide(board, Actor("owner", BEN), 1, (ops.NodeSet("a", x=9),)), Decision)


def test_OP6_a_layer_cannot_be_put_into_one_below_it(scribe: Scribe) -> None:
    scribe.submit(ops.LayerCreate(f"{ANN}.in", parent="group", group=True))
    assert code(scribe.submit(ops.LayerMove("group", parent=f"{ANN}.in"))) == (
        "layer_cycle ops[0].parent"
    )


def test_OP6_layers_nest_to_a_bound(scribe: Scribe) -> None:
    parent = None
    for depth in range(limits.LAYER_DEPTH_MAX):
        id = f"{ANN}.{depth}"
        created = scribe.submit(ops.LayerCreate(id, parent=parent, group=True))
        assert isinstance(created, Decision)
        parent = id
    deeper = ops.LayerCreate(f"{ANN}.x", parent=parent)
    assert code(scribe.submit(deeper)) == "too_deep ops[0].parent"
    assert code(scribe.submit(ops.LayerMove("group", parent=f"{ANN}.6"))) == (
        "too_deep ops[0].parent"
    )


def test_OP7_a_neighbour_gives_the_place_and_keys_are_made_new_when_they_grow(
    scribe: Scribe,
) -> None:
    order: list[str] = []
    for index in range(600):  # always before the same neighbour: the worst case
        id = f"{ANN}.{index}"
        assert isinstance(scribe.submit(ops.NodeCreate(id, "two", before="c")), Decision)
        order.append(id)
    members = scribe.board.members["two"]
    assert [node for _, node in members] == ["b", *order, "c"]
    assert max(len(key) for key, _ in members) <= limits.KEY_CHARS_MAX


def test_TX1_a_text_typed_over_another_is_a_conflict(scribe: Scribe) -> None:
    title = ops.TextSet("node", "title", "en", "Mine", "A", "a")
    assert isinstance(scribe.submit(title), Decision)
    other = ops.TextSet("node", "title", "en", "Yours", "A", "a")
    assert scribe.submit(other, client=BEN) == Conflict("ops[0].base", "Mine")
    same = ops.TextSet("node", "title", "en", "Mine", "A", "a")
    assert isinstance(scribe.submit(same, client=BEN), Decision)
    french = ops.TextSet("node", "title", "fr", "Le mien", "", "a")
    assert isinstance(scribe.submit(french, client=BEN), Decision)


def test_TX2_languages_are_bounded(scribe: Scribe) -> None:
    for index in range(limits.LANGUAGES_MAX - 1):
        lang = f"x{chr(97 + index // 26)}{chr(97 + index % 26)}"
        text = ops.TextSet("node", "title", lang, "x", "", "a")
        assert isinstance(scribe.submit(text), Decision)
    assert code(scribe.submit(ops.TextSet("node", "title", "zzz", "x", "", "a"))) == (
        "too_many ops[0].lang"
    )


def test_UN3_what_others_changed_since_is_skipped(scribe: Scribe) -> None:
    scribe.submit(ops.NodeSet("a", x=1, y=1), client=ANN)
    scribe.submit(ops.NodeSet("a", x=2), client=BEN)
    answer = scribe.undo(1, ANN)
    assert isinstance(answer, Decision) and answer.skipped == 1
    assert answer.ops == (ops.NodeSet("a", y=0),)
    assert node_x(scribe.board, "a") == 2
    scribe.submit(ops.NodeSet("b", x=1), client=ANN)
    scribe.submit(ops.NodeSet("b", x=1), client=BEN)  # the same value, another writer
    assert code(scribe.undo(scribe.n[ANN], ANN)) == "overtaken of"


def test_UN4_undo_of_a_creation_spares_what_others_built_on(scribe: Scribe) -> None:
    scribe.submit(ops.LayerCreate(f"{ANN}.l"), client=ANN)
    scribe.submit(ops.NodeCreate(f"{BEN}.n", f"{ANN}.l"), client=BEN)
    assert code(scribe.undo(1, ANN)) == "overtaken of"
    scribe.undo(1, BEN)
    assert isinstance(scribe.undo(1, ANN), Decision)
    assert f"{ANN}.l" not in scribe.board.layers


def test_UN6_access_is_not_taken_back(scribe: Scribe) -> None:
    scribe.submit(ops.LinkSet("viewer", "viewer", 1))
    scribe.submit(ops.LinkSet("viewer", "viewer", 2))
    assert code(scribe.undo(2)) == "not_yours of"
    assert code(scribe.submit(ops.LinkSet("viewer", "viewer", 1))) == "generation ops[0].generation"


def test_RO5_a_generation_rises_one_at_a_time(scribe: Scribe) -> None:
    for refused, done in ((2, 1), (3, 2), (limits.INTEGER_MAX, 3)):
        answer = scribe.submit(ops.LinkSet("guests", "viewer", refused))
        assert code(answer) == "generation ops[0].generation"
        assert isinstance(scribe.submit(ops.LinkSet("guests", "viewer", done)), Decision)
    same = scribe.submit(ops.LinkSet("guests", "participant", 3))
    assert isinstance(same, Decision) and scribe.board.links["guests"].role == "participant"


def test_UN7_an_undo_needs_the_rights_of_now(scribe: Scribe) -> None:
    scribe.submit(ops.NodeSet("a", x=1), client=ANN)
    assert code(scribe.undo(1, ANN, role="viewer")) == "role op"
    scribe.submit(ops.LayerSet("group", locked=True), client="")
    assert code(scribe.undo(1, ANN)) == "locked id"


def test_TB1_only_restore_revives_and_with_its_relations(scribe: Scribe) -> None:
    before = digest(scribe.board)
    scribe.submit(ops.NodeRemove("b"))
    assert set(scribe.board.relations) == set()
    assert code(scribe.submit(ops.NodeSet("b", x=1))) == "unknown_node ops[0].id"
    assert code(scribe.submit(ops.NodeCreate("b", "two"), client="")) == "id_taken ops[0].id"
    assert code(scribe.submit(ops.RelationRestore("ab"))) == "not_removed ops[0].id"
    scribe.submit(ops.NodeRestore("b"))
    assert digest(scribe.board) == before


def test_TB2_a_relation_waits_for_its_other_end(scribe: Scribe) -> None:
    before = digest(scribe.board)
    scribe.submit(ops.NodeRemove("b"))
    scribe.submit(ops.NodeRemove("a"))
    scribe.submit(ops.NodeRestore("b"))
    assert set(scribe.board.relations) == {"bc"}
    scribe.submit(ops.NodeRestore("a"))
    assert digest(scribe.board) == before


def test_TB3_a_layer_goes_and_comes_with_all_that_is_in_it(scribe: Scribe) -> None:
    scribe.submit(ops.StageDrive({"one": False}))
    before = digest(scribe.board)
    scribe.submit(ops.LayerRemove("group"))
    assert set(scribe.board.layers) == {"two"} and not scribe.board.driven
    assert code(scribe.submit(ops.NodeCreate("a", "two"), client="")) == "id_taken ops[0].id"
    assert code(scribe.submit(ops.LayerRestore("one"))) == "not_removed ops[0].id"
    scribe.submit(ops.LayerRestore("group"))
    assert digest(scribe.board) == before and scribe.board.driven == {"one": False}


def test_TB4_tombstones_are_bounded(scribe: Scribe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TOMBSTONES_MAX", 2)
    for index in range(4):
        scribe.submit(ops.NodeCreate(f"n{index}", "two"), client="")
        scribe.submit(ops.NodeRemove(f"n{index}"), client="")
    assert list(scribe.board.tombstones) == ["node/n2", "node/n3"]
    assert set(scribe.board.buried) == {"node/n2", "node/n3"}
    answer = scribe.submit(ops.NodeRemove("c"), ops.NodeSet("none", x=1))
    assert isinstance(answer, Refusal)
    assert list(scribe.board.tombstones) == ["node/n2", "node/n3"]


def test_RO1_what_a_role_may_not_read_does_not_exist_for_it(scribe: Scribe) -> None:
    scribe.submit(ops.LayerSet("group", read="facilitator"), client="")
    for op, expected in (
        (ops.NodeSet("a", x=1), ops.NodeSet("none", x=1)),
        (ops.NodeCreate(f"{ANN}.1", "one"), ops.NodeCreate(f"{ANN}.1", "none")),
        (ops.RelationSet("ab", dashed=True), ops.RelationSet("none", dashed=True)),
        (ops.RelationCreate(f"{ANN}.1", "b", "a"), ops.RelationCreate(f"{ANN}.1", "b", "none")),
        (ops.TextSet("node", "title", "en", "x", "", "a"),
         ops.TextSet("node", "title", "en", "x", "", "none")),
    ):  # fmt: skip
        hidden = decide(scribe.board, Actor("participant", ANN), 1, (op,))
        missing = decide(scribe.board, Actor("participant", ANN), 1, (expected,))
        assert isinstance(hidden, Refusal) and hidden == missing


def test_RO2_a_layer_narrows_who_may_write(scribe: Scribe) -> None:
    scribe.submit(ops.LayerSet("two", write="facilitator"), client="")
    move = ops.NodeSet("b", x=1)
    assert code(scribe.submit(move, client=ANN, role="participant")) == "not_writable ops[0].id"
    assert isinstance(scribe.submit(move, client=ANN, role="facilitator"), Decision)
    into = ops.NodeSet("a", layer="two")
    assert code(scribe.submit(into, client=ANN, role="participant")) == "not_writable ops[0].layer"


def test_RO3_a_locked_layer_refuses_all_but_unlocking_showing_and_driving(scribe: Scribe) -> None:
    scribe.submit(ops.LayerSet("two", locked=True))
    for op in (
        ops.NodeSet("b", x=1),
        ops.NodeRemove("b"),
        ops.NodeCreate(f"{ANN}.1", "two"),
        ops.RelationSet("bc", dashed=True),
        ops.LayerSet("two", color="red"),
        ops.LayerMove("two"),
        ops.LayerRemove("two"),
        ops.TextSet("layer", "title", "en", "x", "", "two"),
        ops.NodeSet("a", layer="two"),
    ):
        assert code(scribe.submit(op)).startswith("locked ")
    for allowed in (
        ops.StageDrive({"two": False}),
        ops.LayerSet("two", published=False),
        ops.LayerSet("two", locked=False),
    ):
        assert isinstance(scribe.submit(allowed), Decision)


def test_limits_of_counts(scribe: Scribe, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "NODES_MAX", 4)
    monkeypatch.setattr(limits, "LAYERS_MAX", 4)
    monkeypatch.setattr(limits, "RELATIONS_MAX", 3)
    monkeypatch.setattr(limits, "LINKS_MAX", 1)
    for op, more in (
        (ops.NodeCreate("n", "two"), ops.NodeCreate("m", "two")),
        (ops.LayerCreate("l"), ops.LayerCreate("m")),
        (ops.RelationCreate("r", "a", "c"), ops.RelationCreate("q", "a", "c")),
        (ops.LinkSet("viewer", "viewer", 1), ops.LinkSet("other", "viewer", 1)),
    ):
        assert isinstance(scribe.submit(op, client=""), Decision)
        assert code(scribe.submit(more, client="")) == "too_many ops[0].id"
    scribe.submit(ops.NodeRemove("n"), client="")
    scribe.submit(ops.NodeCreate("m", "two"), client="")
    assert code(scribe.submit(ops.NodeRestore("n"), client="")) == "too_many ops[0].id"


def test_a_relation_comes_back_only_between_nodes_that_are_there(scribe: Scribe) -> None:
    scribe.submit(ops.RelationRemove("ab"))
    scribe.submit(ops.NodeRemove("a"))
    assert code(scribe.submit(ops.RelationRestore("ab"))) == "ends_missing ops[0].id"
    scribe.submit(ops.NodeRestore("a"))
    assert isinstance(scribe.submit(ops.RelationRestore("ab")), Decision)


def test_OP3_every_refusal_code_of_the_core_is_expected_by_a_test() -> None:
    """A code that no test can bring about is a code that means nothing."""
    tests = Path(__file__).parents[1]
    files = [*tests.glob("board/*.py"), tests / "server/test_room.py"]
    said = {
        node.value.split(" ")[0]
        for path in files
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    assert not set(REFUSALS) - said


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        (b'{"op":"node.set","id":"a","x":1000001}', "$.x"),
        (b'{"op":"node.set","id":"a","w":7.9}', "$.w"),
        (b'{"op":"node.set","id":"a\\n","x":1}', "$.id"),
        (b'{"op":"node.set","id":"a","href":"javascript:alert(1)"}', "$.href"),
        (b'{"op":"node.set","id":"a","x":"1"}', "$.x"),
        (b'{"op":"node.set","id":"a","what":1}', "what"),
        (b'{"op":"node.set","id":"a","tags":["1","2","3","4","5","6","7","8","9","0","a","b","c"]}',
         "$.tags"),
        (b'{"op":"layer.set","id":"a","color":"puce"}', "$.color"),
        (b'{"op":"layer.set","id":"a","opacity":0.05}', "$.opacity"),
        (b'{"op":"layer.set","id":"a","key":"V0"}', "$.key"),
        (b'{"op":"no.such"}', "$.op"),
    ],
)  # fmt: skip
def test_OP8_what_is_no_operation_is_named_by_place_and_bound(raw: bytes, place: str) -> None:
    with pytest.raises(msgspec.ValidationError) as error:
        msgspec.json.decode(raw, type=ops.AnyOp)
    assert place in str(error.value)
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(b'{"op":"node.set","id":"a","x":NaN}', type=ops.AnyOp)


def test_OP8_numbers_are_kept_to_the_hundredth_and_without_negative_zero(scribe: Scribe) -> None:
    answer = scribe.submit(ops.NodeSet("a", x=1.23456, y=-0.001))
    assert isinstance(answer, Decision)
    assert answer.ops == (ops.NodeSet("a", x=1.23, y=0.0),)
    assert "-" not in str(node_x(scribe.board, "a"))


def test_a_tombstone_names_all_that_it_keeps(scribe: Scribe) -> None:
    scribe.submit(ops.LayerRemove("two"))
    grave = scribe.board.tombstones["layer/two"]
    assert isinstance(grave, Tombstone)
    assert set(grave.things()) == {
        "layer/two", "node/b", "node/c", "relation/ab", "relation/bc",
    }  # fmt: skip


def test_RO4_nobody_closes_a_layer_to_themselves(scribe: Scribe) -> None:
    closed = ops.LayerSet("one", read="owner")
    assert code(scribe.submit(closed, role="facilitator")) == "role_above ops[0].read"
    assert isinstance(scribe.submit(closed, role="owner"), Decision)


def test_TX3_the_text_on_a_board_is_bounded(
    scribe: Scribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BOARD_CHARS_MAX", scribe.board.chars + 10)
    longer = ops.TextSet("node", "title", "en", "A" * 11, "A", "a")
    assert isinstance(scribe.submit(longer), Decision)
    for more in (
        ops.NodeSet("b", tags=("x",)),
        ops.NodeSet("b", href="https://example.org"),
        ops.LayerCreate(f"{ANN}.1", text={"title": {"en": "x"}}),
        ops.TextSet("relation", "label", "en", "x", "", "ab"),
    ):
        assert code(scribe.submit(more)) == "too_many ops[0]"
    assert isinstance(scribe.submit(ops.NodeRemove("a")), Decision)
    assert isinstance(scribe.submit(ops.NodeSet("b", tags=("x",))), Decision)
    assert code(scribe.submit(ops.NodeRestore("a"))) == "too_many ops[0]"
    assert code(scribe.undo(scribe.n[ANN] - 2)) == "too_many of"


def test_TB4_the_text_in_tombstones_is_bounded(
    scribe: Scribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "TOMBSTONE_CHARS_MAX", 10)
    for name in ("n1", "n2"):
        scribe.submit(ops.NodeCreate(name, "two", text={"text": {"en": "x" * 6}}), client="")
        scribe.submit(ops.NodeRemove(name), client="")
    assert list(scribe.board.tombstones) == ["node/n2"] and scribe.board.buried_chars == 6


def test_UN5_the_text_kept_to_undo_is_bounded(
    scribe: Scribe, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "UNDO_CHARS_MAX", 10)
    for text, base in (("xxxx", "A"), ("yyyy", "xxxx")):
        scribe.submit(ops.TextSet("node", "title", "en", text, base, "a"))
    assert [step.n for step in scribe.board.steps[ANN]] == [2]


def test_RO6_a_locked_node_refuses_all_but_unlocking_it(scribe: Scribe) -> None:
    scribe.submit(ops.NodeSet("a", locked=True), client=ANN)
    before = digest(scribe.board)
    for op in (
        ops.NodeSet("a", x=1.0),
        ops.NodeSet("a", x=1.0, locked=False),
        ops.NodeSet("a", before=None, locked=False),
        ops.NodeSet("a", layer="two"),
        ops.NodeRemove("a"),
        ops.TextSet("node", "title", "en", "B", base="A", id="a"),
    ):
        assert code(scribe.submit(op, client=BEN)) == "locked ops[0].id"
    assert digest(scribe.board) == before
    assert isinstance(scribe.submit(ops.RelationRemove("ab"), client=BEN), Decision)
    assert isinstance(scribe.submit(ops.RelationRestore("ab"), client=BEN), Decision)
    assert isinstance(scribe.submit(ops.NodeSet("a", locked=False), client=BEN), Decision)
    assert isinstance(scribe.submit(ops.NodeSet("a", x=1.0), client=BEN), Decision)


@pytest.mark.parametrize(
    "batch",
    [
        (ops.NodeCreate(f"{ANN}.1", "two", locked=True),),
        (ops.NodeSet("a", x=9.0, locked=True),),
        (ops.NodeSet("a", layer="two", locked=True), ops.NodeSet("a", locked=False)),
        (ops.LayerCreate(f"{ANN}.1", locked=True),),
        (ops.LayerSet("two", color="red", locked=True),),
    ],
)
def test_UN1_what_was_locked_as_it_was_made_or_changed_is_taken_back_whole(
    scribe: Scribe, batch: tuple[ops.AnyOp, ...]
) -> None:
    before = digest(scribe.board)
    assert isinstance(scribe.submit(*batch), Decision)
    after = digest(scribe.board)
    for expected in (before, after, before, after):
        answer = scribe.undo(scribe.n[ANN])
        assert isinstance(answer, Decision) and answer.skipped == 0
        assert digest(scribe.board) == expected


def test_UN4_a_creation_that_somebody_else_locked_stays(scribe: Scribe) -> None:
    scribe.submit(ops.NodeCreate(f"{ANN}.1", "two", locked=True), client=ANN)
    scribe.submit(ops.NodeSet(f"{ANN}.1", locked=False), client=BEN)
    scribe.submit(ops.NodeSet(f"{ANN}.1", locked=True), client=BEN)
    before = digest(scribe.board)
    assert isinstance(scribe.undo(1, ANN), Refusal)
    assert digest(scribe.board) == before


def test_RO7_an_archived_board_refuses_all_but_the_end_of_that(scribe: Scribe) -> None:
    assert isinstance(scribe.submit(ops.BoardArchive(True), client=""), Decision)
    assert code(scribe.submit(ops.NodeSet("a", x=1.0), client="")) == "archived ops[0].op"
    assert isinstance(scribe.submit(ops.AccessSet(True), client=""), Decision)
    assert isinstance(scribe.submit(ops.BoardArchive(False), client=""), Decision)
    assert isinstance(scribe.submit(ops.NodeSet("a", x=1.0), client=""), Decision)


def test_OP9_what_is_usual_has_one_form(scribe: Scribe) -> None:
    before = digest(scribe.board)
    usual = ops.NodeSet("a", shape="rectangle", angle=0.001, text_size="medium", image=None)
    scribe.submit(usual, ops.NodeSet("a", angle=359.999), client="")
    scribe.submit(ops.RelationSet("ab", line="curved", start="none", end="arrow"), client="")
    assert digest(scribe.board) == before
    scribe.submit(ops.NodeSet("a", points=(0, 0, 10_000, 1)), client="")
    held = scribe.board.node("a")
    assert held is not None and held.points == (0, 0, 10_000, 1)
    odd = ops.NodeSet("a", points=(0, 0, 1, 1, 2))
    assert code(scribe.submit(odd, client="")) == "invalid ops[0].points"
