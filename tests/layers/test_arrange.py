"""Where everything lies (rules AR)."""

import random
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from board import decide
from board.apply import apply
from board.ops import AnyOp, LayerCreate, NodeCreate, RelationCreate
from board.order import appended
from board.paper import compile_paper
from board.state import Board, Layer, Node, Relation
from layers import shapes
from layers.arrange import arrange, group_region, placed, region
from layers.figure import taken
from layers.measure import card_height
from layers.shapes import Box
from layers.tangle import tangle
from tests.layers.cities import LAYERS, NODES, RELATIONS, cities
from tests.layers.kinds import kinds, operations

WORDS = ("equality", "city", "people", "inclusive", "policy", "neighbourhood", "and/or", "justice")
PAPERS = Path(__file__).parents[2] / "board" / "papers"


def _overlap(one: Box, other: Box) -> bool:
    return (
        one.x < other.x + other.w and other.x < one.x + one.w
        and one.y < other.y + other.h and other.y < one.y + one.h
    )  # fmt: skip


def _overlaps(boxes: Iterable[Box]) -> list[tuple[Box, Box]]:
    """The pairs that overlap, found in one sweep from left to right."""
    found = []
    live: list[Box] = []
    for box in sorted(boxes):
        live = [other for other in live if other.x + other.w > box.x]
        found += [(box, other) for other in live if _overlap(box, other)]
        live.append(box)
    return found


def _regions(board: Board, boxes: dict[str, Box]) -> dict[str, Box]:
    """The regions of all layers and groups that something lies in."""
    found: dict[str, Box] = {}
    for _, layer in reversed(list(board.tree())):
        inner = [found[id] for _, id in board.children[layer.id] if id in found]
        if board.members[layer.id]:
            inner.append(region(boxes[id] for _, id in board.members[layer.id]))
            found[layer.id] = inner[-1] if len(inner) == 1 else group_region(inner)
        elif inner:
            found[layer.id] = group_region(inner)
    return found


def _check(board: Board, boxes: dict[str, Box]) -> None:
    """What holds for every arrangement."""
    assert set(boxes) == {node.id for node in board.nodes()}
    assert not _overlaps(boxes.values())
    regions = _regions(board, boxes)
    for children in board.children.values():
        assert not _overlaps(regions[id] for _, id in children if id in regions)
    for node in board.nodes():
        box = boxes[node.id]
        for lang in {*node.text.get("title", {}), *node.text.get("text", {})}:
            texts = [node.text.get(field, {}).get(lang, "") for field in ("title", "text")]
            assert card_height(texts[0], texts[1], box.w) <= box.h
        assert shapes.CARD_WIDTH * 0.7 < box.w <= shapes.CARD_WIDTH * 1.9


def _made(seed: int, layers: int, nodes: int, relations: int) -> Board:
    """A board at random: layers and groups of uneven size, texts in two languages."""
    chance = random.Random(seed)
    keys = iter(list(appended(2 * layers + nodes)))
    board = Board()
    groups: list[str] = []
    leaves: list[str] = []
    for at in range(layers):
        group = chance.random() < 0.2 and at < layers - 1
        deep = [id for id in groups if sum(1 for _ in board.ancestry(id)) < 4]
        id = f"layer{at}"
        (groups if group else leaves).append(id)
        board.put_layer(
            Layer(
                id, chance.choice([None, None, *deep]), next(keys), group, "slate", 1.0,
                chance.random() < 0.8, False, "viewer", "participant",
                {"title": {"en": " ".join(chance.choices(WORDS, k=chance.randint(1, 6)))}},
            )
        )  # fmt: skip
    for at in range(nodes):
        layer = leaves[int(chance.random() ** 2 * len(leaves))]
        text = {
            field: {
                lang: " ".join(chance.choices(WORDS, k=chance.randint(0, most)))
                for lang in ("en", "fr")[: chance.randint(1, 2)]
            }
            for field, most in (("title", 8), ("text", 30))
        }
        board.put_node(
            Node(f"n{at}", layer, "card", next(keys), 0, 0, 220, 64, None, "", (), None, text)
        )
    for at in range(relations if nodes else 0):
        ends = (f"n{chance.randrange(nodes)}", f"n{chance.randrange(nodes)}")
        board.put_relation(Relation(f"r{at}", *ends, False, None, {}))
    return board


@cache
def _paper() -> tuple[Board, dict[str, Box]]:
    """The built-in paper, arranged."""
    board = Board()
    ops = compile_paper((PAPERS / "cities-of-equality.md").read_text()).ops
    made = placed(ops)
    answer = decide.decide(board, decide.Actor("owner"), 1, tuple(made))
    assert isinstance(answer, decide.Decision)
    apply(board, decide.entry(board, answer, at=0, epoch=1, author="", client="", n=1, salt=""))
    return board, {node.id: Box(node.x, node.y, node.w, node.h) for node in board.nodes()}


@settings(max_examples=12, deadline=None)
@given(
    st.integers(min_value=0, max_value=10**6),
    st.integers(min_value=1, max_value=9),
    st.integers(min_value=0, max_value=40),
)
def test_AR1_AR2_AR3_nothing_overlaps_and_groups_hold_their_layers(
    seed: int, layers: int, nodes: int
) -> None:
    board = _made(seed, layers, nodes, nodes)
    _check(board, arrange(board))


def test_AR1_AR2_AR3_the_paper() -> None:
    _check(*_paper())


def test_AR4_positions_depend_on_the_board_alone() -> None:
    board = cities()
    other = Board()
    other.text = board.text
    chance = random.Random(4)
    for layer in sorted(board.layers.values(), key=lambda layer: (layer.parent or "", layer.id)):
        other.put_layer(layer)
    nodes = list(board.nodes())
    relations = list(board.relations.values())
    chance.shuffle(nodes)
    chance.shuffle(relations)
    for node in nodes:
        other.put_node(msgspec.structs.replace(node, x=chance.random(), w=99.0))
    for relation in relations:
        other.put_relation(relation)
    assert arrange(other) == arrange(board)


def test_AR5_cards_of_one_row_are_equally_high_and_wide() -> None:
    board, boxes = _paper()
    for members in board.members.values():
        rows: dict[float, set[float]] = {}
        for _, id in members:
            rows.setdefault(boxes[id].y, set()).add(boxes[id].h)
        assert all(len(heights) == 1 for heights in rows.values())
        widths = [boxes[id].w for _, id in members]
        assert not widths or max(widths) - min(widths) <= 1  # rounded to whole units


def test_AR5_cards_stand_in_the_order_of_their_layer() -> None:
    board, boxes = _paper()
    for members in board.members.values():
        places = [(boxes[id].y, boxes[id].x) for _, id in members]
        assert places == sorted(places)


def test_AR6_what_is_off_by_default_lies_below_the_rest() -> None:
    board, boxes = _paper()
    on = [boxes[node.id] for node in board.nodes() if board.layers[node.layer].published]
    off = [boxes[node.id] for node in board.nodes() if not board.layers[node.layer].published]
    assert off
    assert min(box.y for box in off) > max(box.y + box.h for box in on)


def test_AR7_a_chain_is_one_row_or_one_column() -> None:
    board, boxes = _paper()
    chain = [boxes[id] for _, id in board.members["milestones"]]
    assert len({box.x for box in chain}) == 1 or len({box.y for box in chain}) == 1


def test_AR8_the_paper_fills_a_laptop() -> None:
    board, boxes = _paper()
    regions = _regions(board, boxes)
    on = [regions[layer.id] for layer in board.layers.values() if layer.published]
    _, _, w, h = region(on)
    assert 1.35 < w / h < 1.95
    covered = sum(box.w * box.h for id, box in regions.items() if board.layers[id].parent is None)
    assert covered / (w * h) > 0.8


def test_AR8_right_edges_of_shelves_are_flush() -> None:
    board, boxes = _paper()
    regions = _regions(board, boxes)
    tops = [
        box for id, box in regions.items()
        if board.layers[id].parent is None and board.layers[id].published
    ]  # fmt: skip
    right = max(box.x + box.w for box in tops)
    last = [  # of each shelf the region furthest right
        box for box in tops
        if not any(_overlap(box._replace(x=box.x + box.w, w=1e6), other) for other in tops)
    ]  # fmt: skip
    assert len(last) > 1
    assert all(right - (box.x + box.w) <= 2 for box in last)


def test_AR9_relations_of_the_paper_are_not_tangled() -> None:
    board, boxes = _paper()
    on = {node.id for node in board.nodes() if board.layers[node.layer].published}
    ends = [
        (one.source, one.target)
        for one in board.relations.values()
        if one.source in on and one.target in on
    ]
    found = tangle(boxes, ends)
    width = max(box.x + box.w for box in boxes.values())
    assert found.crossings < 0.75
    assert found.behind / width < 0.05
    shuffled = list(boxes.values())
    random.Random(1).shuffle(shuffled)
    scattered = tangle(dict(zip(boxes, shuffled, strict=True)), ends)
    assert found.crossings < scattered.crossings / 4
    assert found.length < scattered.length / 2


def test_AR10_a_large_board_takes_bounded_work() -> None:
    board = _made(7, 24, 10_000, 12_000)
    start = time.process_time()
    boxes = arrange(board)
    assert time.process_time() - start < 30
    assert len(boxes) == 10_000
    assert not _overlaps(boxes.values())


def test_AR11_operations_come_back_with_their_places() -> None:
    ops: list[AnyOp] = [
        LayerCreate(id="a", text={"title": {"en": "A"}}),
        NodeCreate(id="n1", layer="a", text={"title": {"en": "One"}}),
        NodeCreate(id="n2", layer="a", text={"title": {"en": "Two"}}),
        RelationCreate(id="r", source="n1", target="n2"),
    ]
    made = placed(ops)
    assert [type(op) for op in made] == [type(op) for op in ops]
    assert made[0] == ops[0] and made[3] == ops[3]
    one, two = made[1], made[2]
    assert isinstance(one, NodeCreate) and isinstance(two, NodeCreate)
    assert (one.x, one.y) != (two.x, two.y)
    assert msgspec.structs.replace(one, x=0.0, y=0.0, w=220.0, h=64.0) == ops[1]


def test_AR11_operations_that_a_board_refuses_come_back_as_they_are() -> None:
    ops: list[AnyOp] = [NodeCreate(id="n", layer="nowhere")]
    assert placed(ops) == ops


def test_an_empty_board_has_no_places() -> None:
    assert arrange(Board()) == {}
    board = cities()
    for relation in list(board.relations):
        board.drop_relation(relation)
    for node in list(board.nodes()):
        board.drop_node(node.id)
    assert arrange(board) == {}


def test_AR6_everything_off_is_arranged_as_if_it_were_on() -> None:
    board = cities()
    for layer in list(board.layers.values()):
        board.put_layer(msgspec.structs.replace(layer, published=False))
    _check(board, arrange(board))


def test_the_board_to_look_at_is_whole() -> None:
    assert sum(map(len, NODES.values())) == 59 and len(RELATIONS) == 40
    assert set(NODES) == set(LAYERS) - {"members"}


def test_AR12_what_is_no_card_keeps_its_size_and_lies_below_as_it_lay_together() -> None:
    board = kinds()
    boxes = arrange(board)
    assert set(boxes) == {node.id for node in board.nodes()}
    cards = {node.id: boxes[node.id] for node in board.nodes() if node.kind == "card"}
    others = [node for node in board.nodes() if node.kind != "card"]
    assert not _overlaps(cards.values())
    moved = {(boxes[node.id].x - node.x, boxes[node.id].y - node.y) for node in others}
    assert len(moved) == 1
    foot = region(cards.values())
    for node in others:
        box = boxes[node.id]
        assert (box.w, box.h) == (node.w, node.h)
        assert taken(node.kind, box, node.shape, node.angle).y > foot.y + foot.h
    alone = [op for op in operations() if getattr(op, "kind", "") != "card"]
    lone = [op for op in alone if not isinstance(op, RelationCreate)]
    assert placed(lone) == lone, "without cards it stays where it is"


def test_AR3_a_card_has_room_for_its_tags() -> None:
    made = [LayerCreate("l", key="V")] + [
        NodeCreate(id, "l", text={"title": {"en": "One"}}, tags=tags)
        for id, tags in (("a", ("tag",)), ("b", ()))
    ]
    boxes = {op.id: op for op in placed(made) if isinstance(op, NodeCreate)}
    assert boxes["a"].h >= card_height("One", "") + shapes.TAGS_HEIGHT
