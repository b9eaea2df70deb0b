"""Streams: their records, and that folding what patches say gives the fresh projection."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from board import limits, ops
from board.apply import apply
from board.decide import Decision
from board.state import BOARD_STREAM, Board
from layers import stream
from layers.outline import outline
from layers.shapes import BoardShape, CommentShape, LayerShape, NodeShape, RelationShape, Shape
from layers.svg import svg
from tests.board.making import CLIENTS, Scribe, request

Folded = dict[str, dict[str, Shape]]


def every_stream(board: Board) -> set[str]:
    """All streams that ever held anything."""
    found = {BOARD_STREAM, *board.versions}
    for layer in board.layers:
        found.update((f"head/{layer}", f"body/{layer}"))
    return found


def fresh(board: Board) -> Folded:
    return {
        name: {shape.id: shape for shape in stream.project(board, name)}
        for name in every_stream(board)
    }


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_ST2_folded_patches_of_a_stream_are_its_fresh_projection(seed: int) -> None:
    """ST2, ST3: and the version rises with each entry that changed the stream."""
    rng = random.Random(seed)
    scribe = Scribe()
    folded = fresh(scribe.board)
    mirror = Board()
    for _ in range(120):
        client = rng.choice(CLIENTS)
        before = dict(scribe.board.versions)
        if rng.random() < 0.1 and scribe.n.get(client):
            answer = scribe.undo(rng.randint(1, scribe.n[client]), client)
        else:
            batch = [request(rng, scribe.board, client) for _ in range(rng.randint(1, 3))]
            if rng.random() < 0.1:
                batch.append(ops.BoardSet(rng.choice(["en", "fr"])))
            if rng.random() < 0.1 and scribe.board.layers:
                layer = rng.choice(list(scribe.board.layers))
                batch.append(ops.LayerSet(layer, read=rng.choice(["viewer", "owner"])))  # type: ignore[arg-type]
            answer = scribe.submit(*batch, client=client)
        if not isinstance(answer, Decision):
            continue
        changes = apply(mirror, scribe.log[-1])
        for name, ids in changes.touched.items():
            put, drop = stream.patch(mirror, name, ids)
            held = folded.setdefault(name, {})
            for id in drop:
                held.pop(id, None)
            held.update((shape.id, shape) for shape in put)
            assert mirror.versions[name] == before.get(name, 0) + changes.step > 0
        assert {name for name in before if before[name] != mirror.versions[name]} <= set(
            changes.touched
        )
        expected = fresh(mirror)
        assert {name: held for name, held in folded.items() if held} == {
            name: held for name, held in expected.items() if held
        }


def small() -> Scribe:
    scribe = Scribe()
    scribe.submit(
        ops.BoardSet("fr"),
        ops.TextSet("board", "title", "fr", "Villes", ""),
        ops.LayerCreate("b", text={"title": {"en": "B"}, "note": {"fr": "Une note"}}),
        ops.LayerCreate("a", read="participant", opacity=0.5),
        ops.NodeCreate("n", "b", w=120.0, text={"title": {"en": "An English title of some words"}}),
        ops.NodeCreate("m", "a", color="red", href="https://example.org", tags=("one",)),
        ops.RelationCreate("r", "n", "m", dashed=True, text={"label": {"fr": "mène à"}}),
        ops.RelationCreate("s", "m", "n"),
        ops.RelationCreate("t", "n", "n"),
        client="",
    )
    return scribe


def test_ST1_a_board_is_made_of_four_kinds_of_streams() -> None:
    board = small().board
    (title,) = stream.project(board, "board")
    assert title == BoardShape("board", "Villes", "", "fr", stage=False, public=False)
    (head,) = stream.project(board, "head/a")
    assert isinstance(head, LayerShape)
    assert (head.count, head.restricted, head.opacity, head.driven) == (1, True, 0.5, None)
    (node,) = stream.project(board, "body/b")
    assert isinstance(node, NodeShape) and node.id == "n"
    assert [shape.id for shape in stream.project(board, "pair/a/b")] == ["r", "s"]
    assert [shape.id for shape in stream.project(board, "pair/b/b")] == ["t"]
    assert stream.project(board, "body/none") == stream.project(board, "head/none") == []
    assert stream.record(board, "body/a", "n") is None


def test_ST1_comments_are_a_stream_of_their_own_and_no_part_of_the_picture() -> None:
    """ST4, ST5: with their texts whole; pictures, outlines and counts are as without them."""
    scribe = small()
    bare = [svg(scribe.board, ["a", "b"]), outline(scribe.board, "owner", ["a", "b"])]
    counted = stream.project(scribe.board, "head/b")
    scribe.submit(
        ops.CommentCreate("c", node="n", by="Ada", text={"text": {"en": "Why?\nSay so."}}),
        ops.CommentCreate("d", answers="c", text={"text": {"fr": "Oui"}}),
        ops.CommentCreate("e", layer="b", x=-4.0, y=9.0, text={"text": {"fr": "Ici"}}),
        ops.CommentSet("c", True),
        client="",
    )
    board = scribe.board
    assert stream.project(board, "talk/b") == [
        CommentShape("c", "Why?\nSay so.", 0, "Ada", "n", resolved=True, lang="en"),
        CommentShape("d", "Oui", 0, answers="c"),
        CommentShape("e", "Ici", 0, x=-4.0, y=9.0),
    ]
    (chunk,) = stream.chunks(board, "talk/b")
    assert sorted(chunk.ids) == ["c", "d", "e"] and chunk.box == (-4.0, 0.0, 124.0, 64.0)
    assert stream.holds(board, "talk/b", "c") and not stream.holds(board, "talk/a", "c")
    assert stream.project(board, "talk/a") == [] == stream.project(board, "talk/none")
    assert [svg(board, ["a", "b"]), outline(board, "owner", ["a", "b"])] == bare
    assert stream.project(board, "head/b") == counted


@pytest.mark.parametrize(
    "name", ["", "body", "body/a/b", "pair/a", "pair/b/a", "seq", "board/a", "head/a/b/c"]
)
def test_ST1_what_is_no_stream_has_no_layers(name: str) -> None:
    with pytest.raises(ValueError, match="no stream"):
        stream.layers_of(name)


def test_ST4_a_record_is_whole_with_its_lines_in_the_language_that_there_is() -> None:
    board = small().board
    (node,) = stream.project(board, "body/b")
    assert isinstance(node, NodeShape)
    assert "".join(node.title) == "An English title of some words" and len(node.title) > 1
    assert node.lang == "en"
    relation = stream.project(board, "pair/a/b")[0]
    assert isinstance(relation, RelationShape)
    assert "".join(relation.label) == "mène à" and relation.dashed and relation.lang == ""
    (head,) = stream.project(board, "head/b")
    assert isinstance(head, LayerShape)
    assert head.note == "Une note" and head.title == "B"


def crowded(count: int, chars: int = 5) -> Board:
    scribe = Scribe()
    scribe.submit(ops.LayerCreate("a"), client="")
    rng = random.Random(4)
    scribe.submit(
        *(
            ops.NodeCreate(
                f"n{at}",
                "a",
                x=rng.random() * 9_000,
                y=rng.random() * 9_000,
                text={"text": {"en": "x" * chars}},
            )
            for at in range(count)
        ),
        *(ops.RelationCreate(f"r{at}", f"n{at}", f"n{at + 1}") for at in range(count - 1)),
        client="",
    )
    return scribe.board


@pytest.mark.parametrize("name", ["body/a", "pair/a/a"])
@pytest.mark.parametrize("count", [2, 499, 500, 501, 1_700])
def test_ST5_chunks_hold_every_record_once_and_are_bounded(name: str, count: int) -> None:
    board = crowded(count)
    chunks = stream.chunks(board, name)
    held = [id for chunk in chunks for id in chunk.ids]
    assert sorted(held) == sorted(stream.ids(board, name))
    assert all(len(chunk.ids) <= limits.CHUNK_NODES for chunk in chunks)
    for chunk in chunks:
        for id in chunk.ids:
            box = stream.box_of(board, name, id)
            assert stream.union(chunk.box, box) == pytest.approx(chunk.box)
    assert stream.chunks(board, "body/none") == []


def test_ST5_long_texts_make_smaller_chunks() -> None:
    board = crowded(200, chars=4_000)
    chunks = stream.chunks(board, "body/a")
    fits = limits.CHUNK_CHARS_MAX // 4_000
    assert {len(chunk.ids) for chunk in chunks[:-1]} == {fits}


def test_ST5_what_is_nearest_to_the_viewport_comes_first() -> None:
    board = crowded(1_700)
    boxes = [chunk.box for chunk in stream.chunks(board, "body/a")]
    viewport = (4_000.0, 4_000.0, 1_000.0, 1_000.0)
    order = stream.nearest(boxes, viewport)
    far = [stream.distance(boxes[at], viewport) for at in order]
    assert far == sorted(far) and far[0] == 0.0 and far[-1] > 1_000
    assert stream.nearest(boxes, None) == list(range(len(boxes)))


def test_ST10_no_layers_stream_names_what_lies_in_another_layer() -> None:
    board = small().board
    for layer, others in (("a", {"n", "r", "s", "t"}), ("b", {"m", "r", "s", "t"})):
        for kind in ("head", "body"):
            named = repr(stream.project(board, f"{kind}/{layer}"))
            assert not any(f"'{id}'" in named for id in others)
