"""Where everything lies: positions from the graph alone, the same for the same board.

A layer is a region: its cards on a grid, in their order, under the layer's title. Regions stand
side by side on shelves (layers/shelves.py), as on a printed poster: the shelves are equally
wide, all cards about as wide, those of one row equally high, and the whole is shaped like a
laptop's window. A group is a region of regions, arranged in the same way within. Layers that
are off by default stand on shelves of their own below all others, so that nothing is missing
while they are off.
"""

from collections.abc import Iterable
from math import sqrt
from typing import Final, NamedTuple

from board import decide
from board.apply import apply
from board.ops import AnyOp, NodeCreate
from board.state import Board, Texts
from layers import measure, shelves
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
from layers.shelves import Block, Option, Plan, Shelves, Surface, Wire

WORK_MAX: Final = 1_200_000  # blocks and relations that all trials of one board look at, together
WIRES_MAX: Final = 300  # relations that an arrangement is judged by, spread over all
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


_Card = tuple[tuple[str, str], ...]  # title and text, in each language


def arrange(board: Board) -> dict[str, Box]:
    """The box of every node, by its id. The board is not changed."""
    boxes: dict[str, Box] = {}
    parts = _parts(board, None)
    if parts:
        _Arranging(board, parts).run(boxes)
    return boxes


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
    import msgspec

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
        cards = tuple((node, _card(board, node)) for _, node in board.members[id])
        parts = _parts(board, id)
        if cards and parts:  # a group's own cards get a region of their own in it
            parts = (_Part(id, False, title_width, cards, ()), *parts)
            cards = ()
        if cards or parts:
            off = not layer.published or (bool(parts) and all(part.off for part in parts))
            found.append(_Part(id, off, title_width, cards, parts))
    return tuple(found)


def _card(board: Board, id: str) -> _Card:
    """Title and text of a node in each of its languages: its box has to fit them all."""
    node = board.node(id)
    assert node is not None
    titles, texts = node.text.get("title", {}), node.text.get("text", {})
    languages = sorted({*titles, *texts})
    return tuple((titles.get(lang, ""), texts.get(lang, "")) for lang in languages) or (("", ""),)


def _card_height(card: _Card, width: float) -> float:
    return max(measure.card_height(title, text, width) for title, text in card)


def _rows(part: _Part, columns: int, width: float) -> list[float]:
    """The heights of a region's rows of cards: all the same, where that costs little."""
    heights = [_card_height(card, width) for _, card in part.cards]
    rows = [max(heights[at : at + columns]) for at in range(0, len(heights), columns)]
    highest = max(rows)
    if highest * len(rows) <= EVEN_ROWS * sum(rows):
        return [highest] * len(rows)
    return rows


def _columns_tried(cards: int) -> list[int]:
    """The numbers of columns that a region of so many cards may have."""
    found = list(range(1, min(cards, 8) + 1))
    while found[-1] < cards and found[-1] < 3 * sqrt(cards) + 4:
        found.append(min(cards, int(found[-1] * COLUMNS_GROWTH) + 1))
    return found


class _Arranging:
    """The arrangement of one board."""

    def __init__(self, board: Board, parts: tuple[_Part, ...]) -> None:
        self.parts = parts
        self.paths: dict[str, tuple[int, ...]] = {}  # node -> places of its parts, outermost first
        self._walk(parts, ())
        between = [
            (relation.source, relation.target)
            for _, relation in sorted(board.relations.items())
            if self.paths[relation.source] != self.paths[relation.target]
        ]
        every = max(1, -(-len(between) // WIRES_MAX))
        self.relations = between[::every]
        self.ends = {id for relation in self.relations for id in relation}
        self.groups = 1 + sum(1 for _ in self._groups(parts))

    def _walk(self, parts: tuple[_Part, ...], path: tuple[int, ...]) -> None:
        for at, part in enumerate(parts):
            for id, _ in part.cards:
                self.paths[id] = (*path, at)
            self._walk(part.parts, (*path, at))

    def _groups(self, parts: tuple[_Part, ...]) -> Iterable[_Part]:
        for part in parts:
            if part.parts:
                yield part
                yield from self._groups(part.parts)

    def run(self, boxes: dict[str, Box]) -> None:
        """Fill in the boxes."""
        plans = self._plans(self.parts, (), shelves.WIDTHS_TRIED, shelves.ASPECT)
        best = min(plans, key=lambda plan: plan.cost)
        self._place_plan(best, self.parts, 0.0, 0.0, best.w, None, boxes)

    # -- choosing

    def _plans(
        self,
        parts: tuple[_Part, ...],
        path: tuple[int, ...],
        widths: tuple[float, ...],
        aspect: float | None,
    ) -> list[Plan]:
        """The best arrangement found of these parts for each of some widths."""
        blocks = [self._block(part, (*path, at)) for at, part in enumerate(parts)]
        wires = self._wires(path)
        on = [at for at, part in enumerate(parts) if not part.off]
        off = [at for at, part in enumerate(parts) if part.off]
        if not on:
            on, off = off, []
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
        work = WORK_MAX // self.groups // (len(blocks) + len(wires))
        evaluations = work // (len(tried) + 2 if aspect is None else 4)
        begun: list[tuple[float, int, Surface, Shelves]] = []
        for surface in surfaces:
            for start in shelves.starts(surface, on):
                plan = surface.plan(start)
                if plan is not None:
                    begun.append((plan.cost, len(begun), surface, start))
        begun.sort(key=lambda one: one[:2])
        if aspect is None:  # of every width the best
            chosen = [next(one for one in begun if one[2] is surface) for surface in surfaces]
        else:
            chosen = begun[:3]
        found = []
        for _, _, surface, start in chosen:
            plan = shelves.improve(surface, start, (), evaluations)
            if plan is None:
                continue
            if off:
                fixed = tuple(shelf for shelf, _ in plan.shelves)
                below = Surface(blocks, wires, surface.w, None)
                plans = [
                    shelves.improve(below, start, fixed, evaluations // 4)
                    for start in shelves.starts(below, off)
                ]
                whole = min((one for one in plans if one), key=lambda one: one.cost)
                plan = whole._replace(cost=plan.cost)
            found.append(plan)
        return found

    def _wires(self, path: tuple[int, ...]) -> list[Wire]:
        """The relations between different parts right below a path."""
        depth = len(path)
        found = []
        for source, target in self.relations:
            a, b = self.paths[source], self.paths[target]
            if a[:depth] == b[:depth] == path and a[depth] != b[depth]:
                found.append(Wire(a[depth], b[depth], source, target))
        return found

    def _block(self, part: _Part, path: tuple[int, ...]) -> Block:
        if part.parts:
            plans = self._plans(part.parts, path, shelves.GROUP_WIDTHS_TRIED, None)
            options = [self._group_option(part, plan) for plan in plans]
        else:
            options = [self._option(part, columns) for columns in _columns_tried(len(part.cards))]
        room = [
            option for option in options
            if option.w - 2 * REGION_PADDING >= part.title_width * TITLE_SHRINK
        ]  # fmt: skip
        lower: list[Option] = []
        for option in sorted(room or options[-1:], key=lambda option: (option.w, option.h)):
            if not lower or option.h < lower[-1].h:
                lower.append(option)
        return Block(tuple(lower), bool(part.parts))

    def _option(self, part: _Part, columns: int) -> Option:
        rows = _rows(part, columns, CARD_WIDTH)
        tops = [REGION_HEAD]
        for row in rows:
            tops.append(tops[-1] + row + CARD_GAP)
        spots = {
            id: (
                REGION_PADDING + at % columns * (CARD_WIDTH + CARD_GAP) + CARD_WIDTH / 2,
                tops[at // columns] + rows[at // columns] / 2,
            )
            for at, (id, _) in enumerate(part.cards)
            if id in self.ends
        }
        return Option(
            columns,
            2 * REGION_PADDING + columns * (CARD_WIDTH + CARD_GAP) - CARD_GAP,
            tops[-1] - CARD_GAP + REGION_PADDING,
            spots,
        )

    def _group_option(self, part: _Part, plan: Plan) -> Option:
        spots: dict[str, tuple[float, float]] = {}
        y = GROUP_HEAD
        for shelf, packed in plan.shelves:
            x = GROUP_PADDING
            for _, (w, _, options) in zip(shelf, packed.stacks, strict=True):
                below = y
                for option in options:
                    for id, (dx, dy) in option.spots.items():
                        spots[id] = (x + dx, below + dy)
                    below += option.h + REGION_GAP
                x += w + REGION_GAP
            y += packed.h + REGION_GAP
        return Option(
            plan.columns,
            plan.w + 2 * GROUP_PADDING,
            plan.h + GROUP_HEAD + GROUP_PADDING,
            spots,
            plan,
        )

    # -- placing

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
        rows = _rows(part, option.columns, _card_width(option.columns, w))
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
                option.plan,
                part.parts,
                box.x + GROUP_PADDING,
                box.y + GROUP_HEAD,
                box.w - 2 * GROUP_PADDING,
                box.h - GROUP_HEAD - GROUP_PADDING,
                boxes,
            )
            return
        width = _card_width(option.columns, box.w)
        rows = _rows(part, option.columns, width)
        rows = _grown(rows, box.h - REGION_HEAD - REGION_PADDING - CARD_GAP * (len(rows) - 1))
        top = box.y + REGION_HEAD
        for row, height in enumerate(rows):
            first = row * option.columns
            for column, (id, _) in enumerate(part.cards[first : first + option.columns]):
                left = box.x + REGION_PADDING + column * (width + CARD_GAP)
                x0, x1 = round(left), round(left + width)
                y0, y1 = round(top), round(top + height)
                boxes[id] = Box(float(x0), float(y0), float(x1 - x0), float(y1 - y0))
            top += height + CARD_GAP


def _card_width(columns: int, w: float) -> float:
    return (w - 2 * REGION_PADDING - (columns - 1) * CARD_GAP) / columns


def _stack_widths(packed: shelves.Packed, w: float) -> list[float]:
    """The widths of a shelf's stacks, made to fill a width where cards stay near their own."""
    more = packed.card_width(w) - CARD_WIDTH
    return [
        width + more * max(option.columns for option in options)
        for width, _, options in packed.stacks
    ]


def _grown(heights: list[float], room: float) -> list[float]:
    """Heights that fill a room, each by the same factor; as they were where that is too much."""
    taken = sum(heights)
    if taken < room <= TALLER_MAX * taken:
        return [height * room / taken for height in heights]
    return heights
