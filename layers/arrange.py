"""Where everything lies: positions from the graph alone, the same for the same board.

A layer is a region: its cards on a grid, in their order, under the layer's title. Regions stand
side by side on shelves (layers/shelves.py), as on a printed poster: the shelves are equally
wide, all cards about as wide, those of one row equally high, and the whole is shaped like a
laptop's window. A group is a region of regions, arranged in the same way within. Layers that
are off by default stand on shelves of their own below all others, so that nothing is missing
while they are off. What is no card was put where it is by hand: it keeps its size, and lies
below all cards as it lay together.
"""

from collections.abc import Iterable
from itertools import islice
from math import floor, log, sqrt
from typing import Any, Final, NamedTuple

import msgspec

from board import decide
from board.apply import apply
from board.ops import AnyOp, NodeCreate
from board.state import Board, Node
from layers import measure, shelves
from layers.figure import taken
from layers.shapes import (
    CARD_GAP,
    CARD_WIDTH,
    GROUP_HEAD,
    GROUP_PADDING,
    LAYER_TITLE_SIZE,
    REGION_GAP,
    REGION_HEAD,
    REGION_PADDING,
    TITLE_WEIGHT,
    Box,
)
from layers.shelves import Block, Option, Plan, Spot, Surface, Wire
from layers.tangle import tangle

EVALUATIONS_MAX: Final = 30_000  # arrangements of the whole that are tried, on a small board
GROUP_EVALUATIONS_MAX: Final = 1_000  # of a group, for each of its widths
WORK_MAX: Final = 1_000_000  # blocks and relations that all trials look at, together
RELATIONS_MAX: Final = 4_000  # relations that are looked at, spread over all
BUNDLES_MAX: Final = 60  # pairs of layers whose relations count, those with most first
DRAWN_MAX: Final = 60  # relations that are drawn to judge the best arrangements
JUDGED_MAX: Final = 24  # arrangements that are judged so
CARDS_JUDGED_MAX: Final = 12_000  # in all of them, so that a large board takes no longer
TURNED_MAX: Final = 4  # of these, those whose groups are turned over to see
GROUPS_TURNED_MAX: Final = 8
RUNS: Final = 4  # annealings that look for the whole
OFF_EVALUATIONS: Final = 300
CROSSING: Final = 1.0  # what a crossing for each relation costs
BEHIND: Final = 30.0  # and the share of the board's width that each passes behind cards
LENGTH: Final = 6.0  # and its length, likewise
CHAIN_MAX: Final = 12  # cards of a chain that stand in one row or column
COLUMNS_GROWTH: Final = 1.2  # from one number of columns that is tried to the next, above 8
EVEN_ROWS: Final = 1.25  # all rows are equally high when their region grows at most so much
TALLER_MAX: Final = 1.6  # how much rows grow to reach the foot of their shelf
TITLE_SHRINK: Final = 0.8  # a layer's title may be drawn smaller, by so much, to fit


class _Part(NamedTuple):
    """A layer or a group that something lies in: its cards, or the parts in it."""

    id: str
    off: bool
    title_width: float
    cards: tuple[tuple[str, "_Card"], ...]
    parts: tuple["_Part", ...]


_Card = tuple[tuple[str, str, bool], ...]  # title, text and whether it has tags, in each language
_Path = tuple[int, ...]  # of a part: its place among its neighbours, its group's before it
_End = tuple[_Path, int]  # a card: the path of its layer and its place in it
_Bundle = tuple[tuple[_Path, _Path], list[tuple[int, int]]]


def arrange(board: Board) -> dict[str, Box]:
    """The box of every node, by its id. The board is not changed."""
    boxes: dict[str, Box] = {}
    parts = _parts(board, None)
    if parts:
        _Arranging(board, parts).run(boxes)
    return boxes | _others(board, boxes)


def _others(board: Board, cards: dict[str, Box]) -> dict[str, Box]:
    """The boxes of what is no card: moved as one, so that it lies below the cards."""
    others = [
        node
        for node in board.nodes()
        if node.kind != "card" and not board.layers[node.layer].private
    ]
    boxes = {node.id: Box(node.x, node.y, node.w, node.h) for node in others}
    if not cards or not others:
        return boxes
    around = [taken(node.kind, boxes[node.id], node.shape, node.angle) for node in others]
    x = floor(min(box.x for box in cards.values()) - min(box.x for box in around))
    foot = max(box.y + box.h for box in cards.values())
    y = floor(foot + REGION_HEAD + REGION_GAP - min(box.y for box in around))
    return {id: box._replace(x=box.x + x, y=box.y + y) for id, box in boxes.items()}


def placed(ops: Iterable[AnyOp]) -> list[AnyOp]:
    """The operations that make a new board, with every node at its place.

    Operations that a new board would refuse come back as they are: whoever submits them is
    told why.
    """
    operations = tuple(ops)
    board = Board()
    answer = decide.decide(board, decide.Actor("owner"), 1, operations)
    if not isinstance(answer, decide.Decision):
        return list(operations)
    apply(
        board,
        decide.entry(board, answer, at=0, epoch=1, author="", client="", n=1, salt=""),
    )
    boxes = arrange(board)
    return [
        _at(op, boxes[op.id]) if isinstance(op, NodeCreate) and op.id in boxes else op
        for op in operations
    ]


def _at(op: NodeCreate, box: Box) -> NodeCreate:
    return msgspec.structs.replace(op, x=box.x, y=box.y, w=box.w, h=box.h)


# -- regions


def region(cards: Iterable[Box]) -> Box:
    """The region of a layer: its cards' bounds, with room around and for the title above."""
    return _around(cards, REGION_PADDING, REGION_HEAD)


def group_region(regions: Iterable[Box]) -> Box:
    """The region of a group: the bounds of its layers' regions, with room around and above."""
    return _around(regions, GROUP_PADDING, GROUP_HEAD)


def _around(boxes: Iterable[Box], pad: float, head: float) -> Box:
    left = top = float("inf")
    right = bottom = float("-inf")
    for x, y, w, h in boxes:
        left, top = min(left, x), min(top, y)
        right, bottom = max(right, x + w), max(bottom, y + h)
    return Box(left - pad, top - head, right - left + 2 * pad, bottom - top + head + pad)


# -- what there is to arrange


def _parts(board: Board, parent: str | None) -> tuple[_Part, ...]:
    """The layers and groups below one that something lies in, in order."""
    found = []
    for _, id in board.children[parent]:
        layer = board.layers[id]
        title_width = max(
            (
                measure.text_width(title, LAYER_TITLE_SIZE, TITLE_WEIGHT)
                for title in layer.text.get("title", {}).values()
            ),
            default=0.0,
        )
        members = (node for _, each in board.members[id] if (node := board.node(each)))
        cards = tuple((node.id, _card(node)) for node in members if node.kind == "card")
        parts = _parts(board, id)
        if cards and parts:  # a group's own cards get a region of their own in it
            parts = (_Part(id, False, title_width, cards, ()), *parts)
            cards = ()
        if cards or parts:
            off = not layer.published or (bool(parts) and all(part.off for part in parts))
            found.append(_Part(id, off, title_width, cards, parts))
    return tuple(found)


def _card(node: Node) -> _Card:
    """Title and text of a card in each of its languages, and whether it has tags: its box has to
    fit them all."""
    titles, texts = node.text.get("title", {}), node.text.get("text", {})
    languages = sorted({*titles, *texts})
    tagged = bool(node.tags)
    return tuple(
        (titles.get(lang, ""), texts.get(lang, ""), tagged) for lang in languages
    ) or (("", "", tagged),)  # fmt: skip


class _Arranging:
    """The arrangement of one board."""

    def __init__(self, board: Board, parts: tuple[_Part, ...]) -> None:
        self.parts = parts
        # node -> the places of its parts, outermost first, and its own in its layer
        self.paths: dict[str, _End] = {}
        self.off: dict[str, bool] = {}  # nodes whose layer is off by default
        self.turns: dict[str, int] = {}  # groups that are turned over
        self.heights: dict[tuple[str, int], list[float]] = {}  # of cards, by layer and width
        self.blocks: dict[_Path, list[Block]] = {}  # of each group
        self._walk(parts, ())
        self.inside: dict[str, list[tuple[int, int]]] = {}  # layer -> places of related cards
        between = []
        for id in _spread(sorted(board.relations), RELATIONS_MAX):
            relation = board.relations[id]
            if relation.source not in self.paths or relation.target not in self.paths:
                continue  # to or from what is no card
            source, target = self.paths[relation.source], self.paths[relation.target]
            if source[0] != target[0]:
                between.append((source, target))
            elif relation.source != relation.target:
                layer = node.layer if (node := board.node(relation.source)) else ""
                self.inside.setdefault(layer, []).append((source[1], target[1]))
        self.bundles = _bundles(between)
        # layer's path -> its bundles, each with the places of its cards, once for a relation
        self.ends: dict[_Path, dict[int, list[int]]] = {}
        for bundle, ((a, b), ends) in enumerate(self.bundles):
            self.ends.setdefault(a, {})[bundle] = [one for one, _ in ends]
            self.ends.setdefault(b, {})[bundle] = [other for _, other in ends]
        on = [
            relation for id in sorted(board.relations)
            if self.off.get((relation := board.relations[id]).source) is False
            and self.off.get(relation.target) is False
        ]  # fmt: skip
        self.drawn = [(one.source, one.target) for one in _spread(on, DRAWN_MAX)]
        self.groups = 1 + sum(1 for _ in self._groups(parts))

    def _walk(self, parts: tuple[_Part, ...], path: _Path, off: bool = False) -> None:
        for at, part in enumerate(parts):
            for place, (id, _) in enumerate(part.cards):
                self.paths[id] = ((*path, at), place)
                self.off[id] = off or part.off
            self._walk(part.parts, (*path, at), off or part.off)

    def _groups(self, parts: tuple[_Part, ...]) -> Iterable[_Part]:
        for part in parts:
            if part.parts:
                yield part
                yield from self._groups(part.parts)

    def run(self, boxes: dict[str, Box]) -> None:
        """Fill in the boxes."""
        plans = self._plans(self.parts, (), shelves.WIDTHS_TRIED, shelves.ASPECT)
        judged_max = max(1, CARDS_JUDGED_MAX // len(self.paths))
        judged = sorted((self._judged(plan), at) for at, plan in enumerate(plans[:judged_max]))
        turned_max = min(TURNED_MAX, judged_max)
        turned = [(*self._turn(plans[at], cost), plans[at]) for cost, at in judged[:turned_max]]
        _, self.turns, best = min(turned, key=lambda one: one[0])
        best = self._below(best, self.parts, ())
        self._place_plan(best, self.parts, 0.0, 0.0, best.w, None, boxes)

    def _turn(self, plan: Plan, cost: float) -> tuple[float, dict[str, int]]:
        """Turn each group over, from left to right or from top to bottom, where that is better:
        their insides were arranged without regard for what lies around them."""
        best: dict[str, int] = {}
        groups_max = min(GROUPS_TURNED_MAX, CARDS_JUDGED_MAX // len(self.paths) // 3)
        for part in islice(self._groups(self.parts), groups_max):
            for turn in (1, 2, 3):
                self.turns = {**best, part.id: turn}
                tried = self._judged(plan)
                if tried < cost:
                    cost, best = tried, self.turns
        self.turns = {}
        return cost, best

    def _judged(self, plan: Plan) -> float:
        """What an arrangement costs, with its relations as they are drawn."""
        boxes: dict[str, Box] = {}
        self._place_plan(plan, self.parts, 0.0, 0.0, plan.w, None, boxes)
        return plan.cost + self._tangled(plan, boxes)

    def _tangled(self, plan: Plan, boxes: dict[str, Box]) -> float:
        """What the relations cost, as they are drawn."""
        found = tangle(boxes, self.drawn)
        shown = [box for id, box in boxes.items() if not self.off[id]] or list(boxes.values())
        _, _, w, h = region(shown)
        return (
            CROSSING * found.crossings
            + (BEHIND * found.behind + LENGTH * found.length) / plan.w
            + shelves.SIZE * log(max(w / shelves.ASPECT, h) / max(plan.w / shelves.ASPECT, plan.h))
        )

    # -- choosing

    def _plans(
        self,
        parts: tuple[_Part, ...],
        path: _Path,
        widths: tuple[float, ...],
        aspect: float | None,
    ) -> list[Plan]:
        """The best arrangement found of these parts for each of some widths."""
        blocks = [self._block(part, (*path, at)) for at, part in enumerate(parts)]
        self.blocks[path] = blocks
        wires = self._wires(path)
        on = [at for at, part in enumerate(parts) if not part.off] or list(range(len(parts)))
        area = sum(
            min((option.w + REGION_GAP) * (option.h + REGION_GAP) for option in blocks[at].options)
            for at in on
        )
        least = max(block.options[0].w for block in blocks)
        most = sum(block.options[-1].w + REGION_GAP for block in blocks)
        tried = sorted(
            {max(least, min(sqrt(shelves.ASPECT * area) * share, most)) for share in widths}
        )
        surfaces = [Surface(blocks, wires, w, aspect) for w in tried]
        work = (WORK_MAX if aspect else WORK_MAX // 4 // self.groups) // (len(blocks) + len(wires))
        if aspect is None:  # of every width the best
            evaluations = min(work // len(surfaces), GROUP_EVALUATIONS_MAX)
            found = [
                plan
                for surface in surfaces
                for plan in shelves.search([surface], on, (), evaluations, 1)[:1]
            ]
            return [self._below(plan, parts, path) for plan in found]
        return shelves.search(surfaces, on, (), min(work, EVALUATIONS_MAX), RUNS)[:JUDGED_MAX]

    def _below(self, plan: Plan, parts: tuple[_Part, ...], path: _Path) -> Plan:
        """An arrangement with what is off by default on shelves of its own below it."""
        off = [at for at, part in enumerate(parts) if part.off]
        if not off or len(off) == len(parts):
            return plan
        surface = Surface(self.blocks[path], self._wires(path), plan.w, None)
        return shelves.search([surface], off, plan.arranged, OFF_EVALUATIONS, 1)[0]

    def _wires(self, path: _Path) -> list[Wire]:
        """The bundles between different parts right below a path."""
        depth = len(path)
        return [
            Wire(a[depth], b[depth], bundle, len(ends))
            for bundle, ((a, b), ends) in enumerate(self.bundles)
            if a[:depth] == b[:depth] == path and a[depth] != b[depth]
        ]

    def _block(self, part: _Part, path: _Path) -> Block:
        if part.parts:
            plans = self._plans(part.parts, path, shelves.GROUP_WIDTHS_TRIED, None)
            options = [self._group_option(part, plan) for plan in plans]
        else:
            options = [self._option(part, path, columns) for columns in self._columns_tried(part)]
        room = [
            option for option in options
            if option.w - 2 * REGION_PADDING >= part.title_width * TITLE_SHRINK
        ]  # fmt: skip
        lower: list[Option] = []
        for option in sorted(room or options[-1:], key=lambda option: (option.w, option.h)):
            if not lower or option.h < lower[-1].h:
                lower.append(option)
        return Block(tuple(lower), bool(part.parts))

    def _columns_tried(self, part: _Part) -> list[int]:
        """The numbers of columns that a region may have: for a chain of cards one row or one
        column, so that it is read as a chain."""
        cards = len(part.cards)
        steps = {b for a, b in self.inside.get(part.id, []) if b == a + 1}
        if 2 < cards <= CHAIN_MAX and len(steps) == cards - 1:
            return [1, cards]
        found = list(range(1, min(cards, 8) + 1))
        while found[-1] < cards and found[-1] < 3 * sqrt(cards) + 4:
            found.append(min(cards, int(found[-1] * COLUMNS_GROWTH) + 1))
        return found

    def _option(self, part: _Part, path: _Path, columns: int) -> Option:
        rows = self._rows(part, columns, CARD_WIDTH)
        tops = [REGION_HEAD]
        for row in rows:
            tops.append(tops[-1] + row + CARD_GAP)
        last = len(rows) - 1
        spots = {
            bundle: _mean(
                Spot(
                    REGION_PADDING + at % columns * (CARD_WIDTH + CARD_GAP) + CARD_WIDTH / 2,
                    tops[at // columns] + rows[at // columns] / 2,
                    at % columns,
                    columns - 1 - at % columns,
                    at // columns,
                    last - at // columns,
                )
                for at in places
            )
            for bundle, places in self.ends.get(path, {}).items()
        }
        inside = self.inside.get(part.id, [])
        return Option(
            columns,
            2 * REGION_PADDING + columns * (CARD_WIDTH + CARD_GAP) - CARD_GAP,
            tops[-1] - CARD_GAP + REGION_PADDING,
            spots,
            len(inside),
            sum(
                min(abs(a // columns - b // columns) + abs(a % columns - b % columns) - 1, 5)
                for a, b in inside
            ),
        )

    def _group_option(self, part: _Part, plan: Plan) -> Option:
        spots: dict[int, Spot] = {}
        inside, tangle = 0, 0.0
        y = GROUP_HEAD
        for _, packed in plan.shelves:
            for block in packed.blocks:
                x = GROUP_PADDING + block.x
                for bundle, spot in block.option.spots.items():
                    spots[bundle] = spot._replace(
                        x=x + spot.x * packed.scale, y=y + block.y + spot.y
                    )
                inside += block.option.inside
                tangle += block.option.tangle
            y += packed.h + REGION_GAP
        return Option(
            plan.columns,
            plan.w + 2 * GROUP_PADDING,
            plan.h + GROUP_HEAD + GROUP_PADDING,
            spots,
            inside,
            tangle,
            plan,
        )

    # -- placing

    def _rows(self, part: _Part, columns: int, width: float) -> list[float]:
        """The heights of a region's rows of cards: all the same, where that costs little."""
        narrowest = floor(width)  # no card is narrower, when its edges are rounded
        heights = self.heights.get((part.id, narrowest))
        if heights is None:
            heights = self.heights[part.id, narrowest] = [
                max(measure.card_height(title, text, narrowest, tags) for title, text, tags in card)
                for _, card in part.cards
            ]
        rows = [max(heights[at : at + columns]) for at in range(0, len(heights), columns)]
        highest = max(rows)
        if highest * len(rows) <= EVEN_ROWS * sum(rows):
            return [highest] * len(rows)
        return rows

    def _plan_height(self, plan: Plan, parts: tuple[_Part, ...], w: float) -> float:
        heights = [self._shelf_height(shelf, packed, parts, w) for shelf, packed in plan.shelves]
        return sum(heights) + REGION_GAP * (len(heights) - 1)

    def _shelf_height(
        self, shelf: shelves.Shelf, packed: shelves.Packed, parts: tuple[_Part, ...], w: float
    ) -> float:
        return max(
            self._stack_height(stack, options, parts, width)
            for stack, (_, _, options), width in zip(
                shelf, packed.stacks, _stack_widths(packed, w), strict=True
            )
        )

    def _stack_height(
        self, stack: tuple[int, ...], options: tuple[Option, ...], parts: tuple[_Part, ...],
        w: float,
    ) -> float:  # fmt: skip
        return sum(
            self._height(parts[at], option, w) for at, option in zip(stack, options, strict=True)
        ) + REGION_GAP * (len(stack) - 1)

    def _height(self, part: _Part, option: Option, w: float) -> float:
        """The height that a block needs at a width."""
        if option.plan is not None:
            inner = self._plan_height(option.plan, part.parts, w - 2 * GROUP_PADDING)
            return inner + GROUP_HEAD + GROUP_PADDING
        rows = self._rows(part, option.columns, _card_width(option.columns, w))
        return sum(rows) + CARD_GAP * (len(rows) - 1) + REGION_HEAD + REGION_PADDING

    def _place_plan(
        self,
        plan: Plan,
        parts: tuple[_Part, ...],
        x: float,
        y: float,
        w: float,
        h: float | None,
        boxes: dict[str, Box],
    ) -> None:
        """Put the shelves below each other, and all that stands on them in its place."""
        heights = [self._shelf_height(shelf, packed, parts, w) for shelf, packed in plan.shelves]
        if h is not None:
            heights = _grown(heights, h - REGION_GAP * (len(heights) - 1))
        for (shelf, packed), height in zip(plan.shelves, heights, strict=True):
            left = x
            for stack, (_, _, options), width in zip(
                shelf, packed.stacks, _stack_widths(packed, w), strict=True
            ):
                tall = [
                    self._height(parts[at], option, width)
                    for at, option in zip(stack, options, strict=True)
                ]
                tall = _grown(tall, height - REGION_GAP * (len(tall) - 1))
                top = y
                for at, option, block_height in zip(stack, options, tall, strict=True):
                    self._place(parts[at], option, Box(left, top, width, block_height), boxes)
                    top += block_height + REGION_GAP
                left += width + REGION_GAP
            y += height + REGION_GAP

    def _place(self, part: _Part, option: Option, box: Box, boxes: dict[str, Box]) -> None:
        """Put a block's cards in its box."""
        if option.plan is not None:
            self._place_plan(
                _over(option.plan, self.turns.get(part.id, 0)),
                part.parts,
                box.x + GROUP_PADDING,
                box.y + GROUP_HEAD,
                box.w - 2 * GROUP_PADDING,
                box.h - GROUP_HEAD - GROUP_PADDING,
                boxes,
            )
            return
        width = _card_width(option.columns, box.w)
        rows = self._rows(part, option.columns, width)
        rows = _grown(rows, box.h - REGION_HEAD - REGION_PADDING - CARD_GAP * (len(rows) - 1))
        top = box.y + REGION_HEAD
        for row, height in enumerate(rows):
            first = row * option.columns
            for column, (id, _) in enumerate(part.cards[first : first + option.columns]):
                left = box.x + REGION_PADDING + column * (width + CARD_GAP)
                x, y = floor(left + 0.5), floor(top + 0.5)
                w, h = floor(left + width + 0.5) - x, floor(top + height + 0.5) - y
                boxes[id] = Box(float(x), float(y), float(w), float(h))
            top += height + CARD_GAP


def _bundles(ends: list[tuple[_End, _End]]) -> list[_Bundle]:
    """Relations between different layers, by the two layers, with the places of their cards."""
    found: dict[tuple[_Path, _Path], list[tuple[int, int]]] = {}
    for (a, one), (b, other) in ends:
        if a < b:
            found.setdefault((a, b), []).append((one, other))
        else:
            found.setdefault((b, a), []).append((other, one))
    bundles = sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))
    return bundles[:BUNDLES_MAX]


def _mean(spots: Iterable[Spot]) -> Spot:
    """The middle of some spots."""
    columns = list(zip(*spots, strict=True))
    return Spot(*(sum(column) / len(column) for column in columns))


def _spread(things: list[Any], count_max: int) -> list[Any]:
    """At most so many of a list, evenly spread over it."""
    return things[:: max(1, -(-len(things) // count_max))]


def _card_width(columns: int, w: float) -> float:
    return (w - 2 * REGION_PADDING - (columns - 1) * CARD_GAP) / columns


def _over(plan: Plan, turn: int) -> Plan:
    """An arrangement turned over: 1 from left to right, 2 from top to bottom, 3 both."""
    turned = []
    for shelf, packed in plan.shelves:
        stacks = packed.stacks
        if turn & 1:
            shelf, stacks = shelf[::-1], stacks[::-1]
        if turn & 2:
            shelf = tuple(stack[::-1] for stack in shelf)
            stacks = tuple((w, h, options[::-1]) for w, h, options in stacks)
        turned.append((shelf, packed._replace(stacks=stacks)))
    return plan._replace(shelves=tuple(turned[::-1] if turn & 2 else turned))


def _stack_widths(packed: shelves.Packed, w: float) -> list[float]:
    """The widths of a shelf's stacks, made to fill a width where cards stay near their own."""
    more = shelves.card_width(packed.w, packed.columns, w) - CARD_WIDTH
    return [
        width + more * max(option.columns for option in options)
        for width, _, options in packed.stacks
    ]


def _grown(heights: list[float], room: float) -> list[float]:
    """Heights that fill a room, each higher by the same factor, but not by too much."""
    taken = sum(heights)
    factor = min(max(room / taken, 1.0), TALLER_MAX)
    return [height * factor for height in heights]
