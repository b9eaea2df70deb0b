"""Board JSON: round trips, the schema as seen by another validator, and hostile documents."""

import copy
import json
from typing import Any, get_args

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from board import limits, ops
from board.apply import apply
from board.decide import ADMINISTRATOR, Decision, decide, entry
from board.formats import FormatError
from board.formats import json as board_json
from board.replay import digest
from board.state import Board, Layer, Node, Relation

VALIDATOR = jsonschema.Draft202012Validator(board_json.schema())


def do(board: Board, batch: list[ops.AnyOp]) -> None:
    decision = decide(board, ADMINISTRATOR, 0, tuple(batch))
    assert isinstance(decision, Decision), decision
    apply(board, entry(board, decision, at=1, epoch=1, author="", client="", n=0, salt="s"))


def made(batch: list[ops.AnyOp]) -> Board:
    board = Board()
    do(board, batch)
    return board


def sample() -> Board:
    """A board that has one of everything."""
    board = made(
        [
            ops.BoardSet("el"),
            ops.TextSet("board", "title", "el", "Πόλεις", base=""),
            ops.TextSet("board", "title", "en", "Cities", base=""),
            ops.TextSet("board", "description", "en", "Line one\nline two", base=""),
            ops.LayerCreate("group", group=True, text={"title": {"en": "Group"}}),
            ops.LayerCreate("inner", parent="group", color="#a1b2c3", opacity=0.5),
            ops.LayerCreate("first", before="group", published=False),
            ops.LayerCreate("secret", read="facilitator", write="owner"),
            ops.NodeCreate(
                "n1",
                "inner",
                x=-1.5,
                y=2.25,
                w=100,
                h=50,
                color="red",
                href="https://example.org/?a=1&b=2",
                tags=("one", "two"),
                source=ops.Source(7, "Heading"),
                text={"title": {"en": "<b>&\"'</b>"}, "text": {"de": "Zwölf Boxkämpfer 🥊"}},
            ),
            ops.NodeCreate("n2", "inner", before="n1"),
            ops.NodeCreate("n3", "secret"),
            ops.RelationCreate("r2", "n1", "n2", dashed=True, text={"label": {"en": "leads to"}}),
            ops.RelationCreate("r1", "n2", "n3", color="#000000"),
            ops.RelationCreate("loop", "n1", "n1"),
            ops.LayerSet("inner", locked=True),
            ops.LayerSet("group", locked=True),
            ops.AccessSet(True),
            ops.LinkSet("link", "owner", 1),
            ops.StageSet(True),
            ops.StageDrive({"first": True}),
        ]
    )
    return board


def document() -> Any:
    return json.loads(board_json.write(sample()))


def encoded(value: Any) -> bytes:
    return json.dumps(value).encode()


# -- strategies

IDS = st.from_regex(r"\A[a-z][a-z0-9_.-]{0,6}\Z")
LANGS = st.sampled_from(["en", "el", "de-AT", "pt-BR", "bg"])
COLORS = st.sampled_from([*ops.PALETTE, "#00ff7f"])
PLAIN = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufffe\uffff")
COORDINATES = st.floats(-limits.COORDINATE_MAX, limits.COORDINATE_MAX)
SIZES = st.floats(limits.SIZE_MIN, limits.SIZE_MAX)


def texts(*fields: str) -> st.SearchStrategy[dict[str, dict[str, str]]]:
    words = st.text(PLAIN | st.just("\n"), min_size=1, max_size=12)
    languages = st.dictionaries(LANGS, words, max_size=3)
    return st.dictionaries(st.sampled_from(fields), languages)


POINTS = st.integers(2, 6).flatmap(
    lambda count: st.tuples(*[st.integers(0, limits.POINT_MAX)] * (2 * count))
)


@st.composite
def batches(draw: st.DrawFn) -> list[ops.AnyOp]:
    """What makes a board: layers in groups, nodes in layers, relations between nodes."""
    batch: list[ops.AnyOp] = [ops.BoardSet(draw(LANGS))]
    for field, languages in draw(texts("title", "description")).items():
        for lang, text in languages.items():
            batch.append(ops.TextSet("board", field, lang, text, base=""))  # type: ignore[arg-type]
    groups: list[str | None] = [None]
    leaves = []
    locks: list[ops.AnyOp] = []
    for id in draw(st.lists(IDS, unique=True, max_size=6)):
        group = draw(st.booleans())
        batch.append(
            ops.LayerCreate(
                id,
                parent=draw(st.sampled_from(groups)),
                group=group,
                color=draw(COLORS),
                opacity=draw(st.floats(0.1, 1)),
                published=draw(st.booleans()),
                read=draw(st.sampled_from(["viewer", "participant", "owner"])),
                write=draw(st.sampled_from(["participant", "facilitator"])),
                text=draw(texts("title", "note")),
            )
        )
        (groups if group else leaves).append(id)
        if draw(st.booleans()):
            locks.insert(0, ops.LayerSet(id, locked=True))
    nodes = draw(st.lists(IDS, unique=True, max_size=8)) if leaves else []
    for index, id in enumerate(nodes):
        batch.append(
            ops.NodeCreate(
                id,
                draw(st.sampled_from(leaves)),
                x=draw(COORDINATES),
                y=draw(COORDINATES),
                w=draw(SIZES),
                h=draw(SIZES),
                color=draw(st.none() | COLORS),
                href=draw(st.sampled_from(["", "https://example.org/a?b#c", "mailto:a@b.eu"])),
                tags=tuple(draw(st.lists(st.text(PLAIN, min_size=1, max_size=5), max_size=2))),
                source=draw(st.none() | st.builds(ops.Source, st.integers(0, 99), st.just("H"))),
                text=draw(texts("title", "text", "alt")),
                kind=draw(st.sampled_from(get_args(ops.NodeKind))),
                shape=draw(st.none() | st.sampled_from(get_args(ops.ShapeName))),
                angle=draw(st.none() | st.floats(0, 359.99)),
                locked=draw(st.booleans()) and index % 2 == 0,
                text_size=draw(st.none() | st.sampled_from(get_args(ops.TextSize))),
                image=draw(st.none() | st.text("abc234567", min_size=32, max_size=32)),
                points=draw(st.none() | POINTS),
            )
        )
        if index % 2:
            batch.append(ops.NodeSet(id, before=None))
    if nodes:
        for id in draw(st.lists(IDS, unique=True, max_size=6)):
            ends = draw(st.tuples(st.sampled_from(nodes), st.sampled_from(nodes)))
            label = draw(texts("label"))
            look = {
                "color": draw(st.none() | COLORS),
                "line": draw(st.none() | st.sampled_from(get_args(ops.LineKind))),
                "start": draw(st.none() | st.sampled_from(get_args(ops.Head))),
                "end": draw(st.none() | st.sampled_from(get_args(ops.Head))),
                "dashed": draw(st.booleans()),
            }
            batch.append(ops.RelationCreate(id, *ends, text=label, **look))
    return batch + locks


# -- JS1, JS2: nothing is lost, and the bytes are stable


@given(batches())
def test_JS1_JS2_what_is_exported_and_imported_has_the_same_digest_and_gives_the_same_bytes(
    batch: list[ops.AnyOp],
) -> None:
    board = made(batch)
    images = {node.image: node.id.encode() for node in board.nodes() if node.image}
    data = board_json.encode(board_json.content(board), images)
    back, losses = board_json.read(data)
    assert losses == []
    assert digest(made(back)) == digest(board)
    assert board_json.document(data).images == images
    VALIDATOR.validate(json.loads(data))
    named = [node.id for node in board.nodes() if node.image]
    first = board_json.write(board)  # where none come along
    again, lost = board_json.read(first)
    assert sorted(lost) == sorted(f"node {id}: its image is not in the file" for id in named)
    assert board_json.write(made(again)) == first
    VALIDATOR.validate(json.loads(first))


def test_JS1_everything_of_the_sample_is_there() -> None:
    held = document()
    assert held["board"]["text"]["title"] == {"el": "Πόλεις", "en": "Cities"}
    assert [layer["id"] for layer in held["layers"]] == ["first", "group", "inner", "secret"]
    assert [node["id"] for node in held["nodes"]] == ["n2", "n1", "n3"]
    assert [relation["id"] for relation in held["relations"]] == ["loop", "r1", "r2"]
    node = held["nodes"][1]
    assert node["source"] == {"line": 7, "heading": "Heading"}
    assert node["tags"] == ["one", "two"]
    assert node["text"]["text"] == {"de": "Zwölf Boxkämpfer 🥊"}
    assert [layer["locked"] for layer in held["layers"]] == [False, True, True, False]


def test_JS2_bytes_do_not_depend_on_the_order_in_which_things_were_made() -> None:
    one = made(
        [
            ops.LayerCreate("a", key="1"),
            ops.LayerCreate("b", key="2"),
            ops.NodeCreate("x", "a", key="1", text={"title": {"en": "1", "de": "2"}}),
            ops.NodeCreate("y", "b", key="1"),
            ops.RelationCreate("r", "x", "y"),
            ops.RelationCreate("q", "x", "y"),
        ]
    )
    other = made(
        [
            ops.LayerCreate("b", key="2"),
            ops.LayerCreate("a", key="1"),
            ops.NodeCreate("y", "b", key="1"),
            ops.NodeCreate("x", "a", key="1", text={"title": {"de": "2", "en": "1"}}),
            ops.RelationCreate("q", "x", "y"),
            ops.RelationCreate("r", "x", "y"),
        ]
    )
    assert board_json.write(one) == board_json.write(other)


def test_JS2_keys_are_sorted_and_one_thing_is_a_line() -> None:
    data = board_json.write(sample())
    held = json.loads(data, object_pairs_hook=lambda pairs: pairs)

    def check(value: Any) -> None:
        if isinstance(value, list) and value and isinstance(value[0], tuple):
            assert [key for key, _ in value] == sorted(key for key, _ in value)
        if isinstance(value, list | tuple):
            for each in value:
                check(each)

    check(held)
    assert data.endswith(b"}\n")
    assert sum(line.startswith(b'{"color"') for line in data.splitlines()) == 4 + 3 + 3


def test_JS3_access_stage_and_history_are_not_in_the_document() -> None:
    board = sample()
    do(board, [ops.NodeRemove("n3")])
    plain = board_json.write(board)
    do(board, [ops.AccessSet(False), ops.LinkSet("other", "viewer", 1), ops.StageSet(False)])
    assert board_json.write(board) == plain
    assert set(json.loads(plain)) == {"format", "version", "board", "layers", "nodes", "relations"}
    assert b"n3" not in plain
    assert b'"link"' not in plain


def test_JS4_a_role_gets_only_what_it_may_read() -> None:
    board = sample()
    do(board, [ops.TextSet("node", "title", "en", "CANARY", base="", id="n3")])
    assert b"CANARY" in board_json.write(board, "facilitator")
    for role in ("viewer", "participant"):
        data = board_json.write(board, role)  # type: ignore[arg-type]
        held = json.loads(data)
        assert [layer["id"] for layer in held["layers"]] == ["first", "group", "inner"]
        assert [relation["id"] for relation in held["relations"]] == ["loop", "r2"]
        for canary in (b"CANARY", b"secret", b"n3", b"r1"):
            assert canary not in data
        made(board_json.read(data)[0])


# -- JS9: images


def with_images(*sizes: int) -> tuple[Board, dict[str, bytes]]:
    """A board of so many images, and their bytes."""
    images = {f"{chr(97 + at) * 32}": bytes([at]) * size for at, size in enumerate(sizes)}
    batch = [
        ops.NodeCreate(f"n{at}", "l", kind="image", image=name) for at, name in enumerate(images)
    ]
    return made([ops.LayerCreate("l"), *batch]), images


def test_JS9_images_come_along_by_their_names_and_are_read_as_they_were() -> None:
    board, images = with_images(5, 0, 3_000)
    data = board_json.encode(board_json.content(board), dict(reversed(images.items())))
    assert board_json.document(data).images == images
    VALIDATOR.validate(json.loads(data))
    held = json.loads(data, object_pairs_hook=lambda pairs: pairs)
    assert [key for key, _ in held] == sorted(key for key, _ in held)
    for name in images:
        assert sum(line.startswith(b'"%b":"' % name.encode()) for line in data.splitlines()) == 1
    assert board_json.encode(board_json.content(board)) == board_json.write(board)
    assert b'"images"' not in board_json.write(board)


def test_JS9_what_does_not_come_along_is_said() -> None:
    board, images = with_images(5, 7)
    del images["a" * 32]
    data = board_json.encode(board_json.content(board), images)
    assert board_json.read(data)[1] == ["node n0: its image is not in the file"]


def test_JS9_a_document_has_room_for_as_many_images_as_can_be_read_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    board, _ = with_images(*[0] * 20)
    parts = board_json.parts(board_json.content(board))
    assert board_json.room_bytes(parts) == limits.FILE_IMAGES_BYTES_MAX
    monkeypatch.setattr(limits, "FILE_IMAGES_MAX", 20)
    plain = len(board_json.joined(parts, {}))
    for left in (0, 20 * board_json.IMAGE_LINE_BYTES, 5_000, 5_001, 5_002, 5_003):
        monkeypatch.setattr(limits, "IMPORT_BYTES_MAX", plain + left)
        room = board_json.room_bytes(parts)
        assert (room > 0) is (left >= 5_000)
        each = [len(held) for held in (bytes(room // 20),) * 19]
        sizes = [*each, room - sum(each)]
        board, images = with_images(*sizes)
        again = board_json.joined(parts, images if room else {})
        assert len(again) <= limits.IMPORT_BYTES_MAX
        assert board_json.document(again).images == (images if room else {})


def test_JS9_images_are_bounded_and_must_be_base64() -> None:
    def document_of(images: Any) -> bytes:
        return encoded({"format": "orientation-board", "version": 1, "images": images})

    name = "a" * 32
    good = {chr(98 + at // 20) * 16 + chr(98 + at % 20) * 16: "" for at in range(200)}
    assert len(good) == limits.FILE_IMAGES_MAX
    assert len(board_json.document(document_of(good)).images) == len(good)
    for bad, where in (
        ({**good, name: ""}, "$.images"),
        ({"../x": ""}, "$.images"),
        ({name: "not base64"}, "$.images"),
        ({name: 5}, "$.images"),
        ([name], "$.images"),
    ):
        with pytest.raises(FormatError) as caught:
            board_json.document(document_of(bad))
        assert caught.value.where.startswith(where) and "`" not in caught.value.where
    schema = board_json.schema()["$defs"]["Document"]["properties"]["images"]
    assert schema["maxProperties"] == limits.FILE_IMAGES_MAX
    assert schema["additionalProperties"]["maxLength"] >= limits.IMAGE_BYTES_MAX * 4 // 3


# -- JS5: the schema


def test_JS5_the_schema_is_a_schema_and_is_made_from_the_types() -> None:
    schema = board_json.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["$id"] == board_json.SCHEMA_ID
    assert set(schema["$defs"]["DocumentNode"]["properties"]) == set(Node.__struct_fields__)
    VALIDATOR.validate(document())
    VALIDATOR.validate({"format": "orientation-board", "version": 1})


@pytest.mark.parametrize(
    ("record", "held"),
    [
        (Layer, board_json.DocumentLayer),
        (Node, board_json.DocumentNode),
        (Relation, board_json.DocumentRelation),
    ],
)
def test_JS5_a_document_has_every_field_of_a_record(record: Any, held: Any) -> None:
    access = {"seats", "private"} if record is Layer else set()  # RO10, and what none may read
    assert set(record.__struct_fields__) - access == set(held.__struct_fields__)


def test_JS5_texts_have_the_fields_and_bounds_of_the_operations() -> None:
    for owner, kind in (
        ("board", board_json.BoardTexts),
        ("layer", board_json.LayerTexts),
        ("node", board_json.NodeTexts),
        ("relation", board_json.RelationTexts),
    ):
        schema = msgspec.json.schema(kind)["$defs"][kind.__name__]["properties"]
        bounds = {
            field: held["additionalProperties"]["maxLength"] for field, held in schema.items()
        }
        assert bounds == ops.TEXT_FIELDS[owner]


def change(path: str, value: Any) -> Any:
    """The sample's document with one value changed, by a path such as ``nodes.0.x``."""
    held = document()
    at: Any = held
    *way, last = path.split(".")
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[int(last) if isinstance(at, list) else last] = value
    return held


TOO_LONG = "x" * (limits.TITLE_CHARS_MAX + 1)
REJECTED = [
    ("format", "another", "$.format"),
    ("version", 2, "$.version"),
    ("version", "1", "$.version"),
    ("extra", 1, "$"),
    ("nodes.0.extra", 1, "$.nodes[0]"),
    ("nodes.0.x", "1", "$.nodes[0].x"),
    ("nodes.0.x", limits.COORDINATE_MAX * 2, "$.nodes[0].x"),
    ("nodes.0.w", 0, "$.nodes[0].w"),
    ("nodes.0.h", limits.SIZE_MAX * 2, "$.nodes[0].h"),
    ("nodes.0.kind", "video", "$.nodes[0].kind"),
    ("nodes.0.href", "javascript:alert(1)", "$.nodes[0].href"),
    ("nodes.0.href", "data:text/html,x", "$.nodes[0].href"),
    ("nodes.0.href", "https://a\nb", "$.nodes[0].href"),
    ("nodes.0.id", "", "$.nodes[0].id"),
    ("nodes.0.id", "a b", "$.nodes[0].id"),
    ("nodes.0.id", "../up", "$.nodes[0].id"),
    ("nodes.0.id", "x" * 65, "$.nodes[0].id"),
    ("nodes.0.key", "a0", "$.nodes[0].key"),
    ("nodes.0.key", "!", "$.nodes[0].key"),
    ("nodes.0.tags", ["t"] * (limits.TAGS_MAX + 1), "$.nodes[0].tags"),
    ("nodes.0.tags", ["a\u0007"], "$.nodes[0].tags[0]"),
    ("nodes.0.source", {"line": -1, "heading": ""}, "$.nodes[0].source.line"),
    ("nodes.0.text", {"note": {"en": "a"}}, "$.nodes[0].text"),
    ("nodes.0.text", {"title": {"en": TOO_LONG}}, "$.nodes[0].text.title[...]"),
    ("nodes.0.text", {"title": {"en": ""}}, "$.nodes[0].text.title[...]"),
    ("nodes.0.text", {"title": {"en": "a\u0000"}}, "$.nodes[0].text.title[...]"),
    ("nodes.0.text", {"title": {"en": "a\uffff"}}, "$.nodes[0].text.title[...]"),
    ("nodes.0.text", {"title": {"no such": "a"}}, "$.nodes[0].text.title"),
    ("layers.0.color", "url(x)", "$.layers[0].color"),
    ("layers.0.opacity", 0, "$.layers[0].opacity"),
    ("layers.0.read", "god", "$.layers[0].read"),
    ("layers.0.group", None, "$.layers[0].group"),
    ("relations.0.dashed", 1, "$.relations[0].dashed"),
    ("relations.0.source", None, "$.relations[0].source"),
    ("board.lang", "English", "$.board.lang"),
    ("board.text.title", {"en": TOO_LONG}, "$.board.text.title[...]"),
    ("nodes", {}, "$.nodes"),
    ("layers", [{"id": f"l{i}"} for i in range(limits.LAYERS_MAX + 1)], "$.layers"),
]


@pytest.mark.parametrize(("path", "value", "where"), REJECTED)
def test_JS6_what_the_types_forbid_is_refused_by_both_with_its_place(
    path: str, value: Any, where: str
) -> None:
    bad = change(path, value)
    assert not VALIDATOR.is_valid(bad)
    with pytest.raises(FormatError) as refused:
        board_json.read(encoded(bad))
    assert where in (refused.value.where, str(refused.value)) or where in refused.value.where
    assert refused.value.message


@pytest.mark.parametrize(
    "path", ["format", "version", "nodes.0.id", "nodes.0.x", "layers.0.id", "relations.0.target"]
)
def test_JS6_what_must_be_there_is_missed_by_both(path: str) -> None:
    bad = document()
    at: Any = bad
    *way, last = path.split(".")
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    del at[last]
    assert not VALIDATOR.is_valid(bad)
    with pytest.raises(FormatError, match=last):
        board_json.read(encoded(bad))


def test_JS6_bounds_admit_what_lies_at_them() -> None:
    for path, value in (
        ("nodes.0.x", limits.COORDINATE_MAX),
        ("nodes.0.y", -limits.COORDINATE_MAX),
        ("nodes.0.w", limits.SIZE_MIN),
        ("nodes.0.h", limits.SIZE_MAX),
        ("nodes.0.text", {"title": {"en": "x" * limits.TITLE_CHARS_MAX}}),
        ("nodes.0.tags", ["t" * limits.TAG_CHARS_MAX] * limits.TAGS_MAX),
        ("nodes.0.key", "Z" * limits.KEY_CHARS_MAX),
    ):
        good = change(path, value)
        VALIDATOR.validate(good)
        made(board_json.read(encoded(good))[0])


# -- JS7: what no schema can say


def broken(change: Any) -> FormatError:
    held = document()
    change(held)
    VALIDATOR.validate(held)  # the schema cannot say it
    with pytest.raises(FormatError) as refused:
        board_json.read(encoded(held))
    return refused.value


def test_JS7_an_id_that_is_there_twice_is_refused() -> None:
    for name, place in (("layers", 4), ("nodes", 3), ("relations", 3)):

        def twice(held: Any, name: str = name) -> None:
            held[name].append(copy.deepcopy(held[name][0]))

        assert broken(twice).where == f"$.{name}[{place}].id"


def test_JS7_a_reference_to_nothing_is_refused() -> None:
    def dangle(name: str, field: str) -> str:
        def set_it(held: Any) -> None:
            held[name][0][field] = "nothing"

        error = broken(set_it)
        assert "nothing" in error.message
        return error.where

    assert dangle("layers", "parent") == "$.layers[0].parent"
    assert dangle("nodes", "layer") == "$.nodes[0].layer"
    assert dangle("relations", "source") == "$.relations[0].source"
    assert dangle("relations", "target") == "$.relations[0].target"


def test_JS7_layers_inside_themselves_are_refused() -> None:
    def selfish(held: Any) -> None:
        held["layers"][1]["parent"] = "group"

    def circle(held: Any) -> None:
        held["layers"][0] |= {"group": True, "parent": "group"}
        held["layers"][1]["parent"] = "first"

    assert broken(selfish).where == "$.layers[1].parent"
    assert broken(circle).where == "$.layers[0].parent"


def test_JS7_only_groups_hold_layers_and_only_layers_hold_nodes() -> None:
    def layer_in_layer(held: Any) -> None:
        held["layers"][1]["parent"] = "first"

    def node_in_group(held: Any) -> None:
        held["nodes"][0]["layer"] = "group"

    assert broken(layer_in_layer).where == "$.layers[1].parent"
    assert broken(node_in_group).where == "$.nodes[0].layer"


def nest(depth: int) -> bytes:
    layers = [
        {"id": f"g{i}", "group": True, "parent": f"g{i - 1}" if i else None} for i in range(depth)
    ]
    return encoded({"format": "orientation-board", "version": 1, "layers": layers})


def test_JS7_groups_are_nested_to_their_bound_and_not_beyond() -> None:
    made(board_json.read(nest(limits.LAYER_DEPTH_MAX))[0])
    with pytest.raises(FormatError, match="too deep"):
        board_json.read(nest(limits.LAYER_DEPTH_MAX + 1))


def test_JS7_things_may_come_in_any_order_and_without_keys() -> None:
    held = {
        "format": "orientation-board",
        "version": 1,
        "layers": [
            {"id": "b", "parent": "g"},
            {"id": "a", "parent": "g"},
            {"id": "g", "group": True},
        ],
        "nodes": [
            {"id": "n2", "layer": "a", "x": 0, "y": 0, "w": 220, "h": 64},
            {"id": "n1", "layer": "a", "x": 0, "y": 0, "w": 220, "h": 64},
        ],
    }
    VALIDATOR.validate(held)
    board = made(board_json.read(encoded(held))[0])
    assert [layer.id for _, layer in board.tree()] == ["g", "b", "a"]
    assert [id for _, id in board.members["a"]] == ["n2", "n1"]


# -- JS8: bombs


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"null",
        b"NaN",
        b"[" * 1_000_000,
        b'{"format":' * 1_000_000,
        b'{"board":{"text":{"title":' + b"[" * 1_000_000,
        b"\xff\xfe",
        b'{"format":"orientation-board","version":1}x',
        b'{"format":"orientation-board","version":1,"board":{"lang":"\xed\xa0\x80"}}',
        b'{"format":"orientation-board","version":1,"board":{"lang":"\\ud800"}}',
        b'{"format":"orientation-board","version":1,"nodes":[{"x":1e999}]}',
        b'{"format":"orientation-board","version":1,"nodes":[{"x":NaN}]}',
        b"PK\x03\x04",
    ],
    ids=lambda data: repr(data[:24]),
)
def test_JS8_hostile_bytes_are_refused_and_nothing_else(data: bytes) -> None:
    with pytest.raises(FormatError):
        board_json.read(data)


def test_JS8_the_size_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    data = board_json.write(sample())
    monkeypatch.setattr(limits, "IMPORT_BYTES_MAX", len(data))
    board_json.read(data)
    with pytest.raises(FormatError, match=str(len(data) + 1)):
        board_json.read(data + b" ")


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_JS8_any_bytes_at_all_are_read_or_refused(data: bytes) -> None:
    with pytest.raises(FormatError):
        board_json.read(data)


@given(st.data())
def test_JS8_what_is_read_can_be_done_and_written_back(data: st.DataObject) -> None:
    """A document with one value replaced by another is refused, or makes a board."""
    held = document()
    at: Any = held
    while isinstance(at, dict | list) and at:
        key = data.draw(st.sampled_from(sorted(at) if isinstance(at, dict) else range(len(at))))
        if not isinstance(at[key], dict | list) or not at[key] or data.draw(st.booleans()):
            break
        at = at[key]
    junk = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text()
    at[key] = data.draw(junk | st.lists(junk, max_size=2) | st.dictionaries(st.text(), junk))
    try:
        read, _ = board_json.read(encoded(held))
    except FormatError:
        return
    VALIDATOR.validate(held)
    again = board_json.write(made(read))
    assert board_json.write(made(board_json.read(again)[0])) == again
