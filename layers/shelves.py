"""Shelves: how regions are put side by side on a surface, found by a bounded local search.

A shelf holds stacks, from left to right; a stack holds one block, or a few small ones on top of
each other. A block is a layer's region or a group's, with several ways to lay it out (more
columns make it wider and lower). Given the width of the surface, packing a shelf takes the
lowest height at which the narrowest fitting layouts of its stacks fit side by side.

The search starts from the given order cut into a few shelves and moves one block at a time, or
swaps two, as long as that lowers the cost. It is deterministic and stops at its budget.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import lru_cache
from math import inf, log, sqrt
from typing import Final, NamedTuple

from layers.shapes import CARD_WIDTH, REGION_GAP

ASPECT: Final = 1.6  # width by height of the whole: a laptop's window
STACK_MAX: Final = 3  # blocks on top of each other
NARROWEST: Final = 0.88  # of CARD_WIDTH, where a shelf is a little too full
WIDEST: Final = 1.45  # where a shelf is not full
WIDTHS_TRIED: Final = (0.96, 1.04, 1.12, 1.2, 1.3, 1.42)  # of that of a surface without gaps
GROUP_WIDTHS_TRIED: Final = (0.4, 0.55, 0.75, 0.95, 1.15, 1.4, 1.75, 2.2, 2.8)
STARTS: Final = (0.2, 0.5, 0.8, 1.0)  # shelves as high as this share of the blocks

# what an arrangement costs
LENGTH: Final = 12.0  # the mean length of a relation, in lengths of the surface
PIERCED: Final = 0.3  # added to a relation's length for each region that it passes behind
WASTE: Final = 5.0  # the share of the surface that stays empty
SHAPE: Final = 5.0  # the distance from ASPECT, as a logarithm squared
STRETCH: Final = 4.0  # the distance of cards from their usual width, likewise, in the mean
ORDER: Final = 1.2  # the share of pairs of blocks that stand against their order

Shelf = tuple[tuple[int, ...], ...]  # stacks of blocks, by their places in the list of blocks
Shelves = tuple[Shelf, ...]


class Option(NamedTuple):
    """One way to lay a block out: its columns of cards, its width and height with them.

    ``spots`` tells where the middles of the cards lie that relations end at, from the block's
    top left corner. ``plan`` is the arrangement within a group.
    """

    columns: int
    w: float
    h: float
    spots: dict[str, tuple[float, float]]
    plan: "Plan | None" = None


class Block(NamedTuple):
    """What is put on a shelf: its ways to be laid out, narrower and higher ones first.

    ``single``: it is not put into a stack with others.
    """

    options: tuple[Option, ...]
    single: bool


class Wire(NamedTuple):
    """A relation between two blocks, with the ids of the cards that it joins."""

    a: int
    b: int
    source: str
    target: str


_Layout = tuple[float, float, tuple[Option, ...]]  # of a stack: its width, height, options
_Layouts = tuple[list[float], list[_Layout]]  # with falling heights; and these, negative


class Packed(NamedTuple):
    """A shelf with its layouts chosen: for each stack its width, height and options."""

    w: float
    h: float
    columns: int
    stacks: tuple[_Layout, ...]

    def card_width(self, w: float) -> float:
        """How wide cards become when the shelf is made as wide as the surface, if it can be."""
        width = CARD_WIDTH + (w - self.w) / self.columns
        return min(max(width, CARD_WIDTH * NARROWEST), CARD_WIDTH * WIDEST)


class Plan(NamedTuple):
    """An arrangement of blocks on shelves, for a width; ``columns`` are those of its fullest."""

    w: float
    h: float
    columns: int
    cost: float
    shelves: tuple[tuple[Shelf, Packed], ...]


class Surface:
    """A surface of a width that blocks are arranged on. ``aspect`` None: any shape will do."""

    def __init__(
        self, blocks: list[Block], wires: list[Wire], w: float, aspect: float | None
    ) -> None:
        self.blocks, self.wires, self.w, self.aspect = blocks, wires, w, aspect
        self.pack = lru_cache(maxsize=None)(self._pack)
        self.stack = lru_cache(maxsize=None)(self._stack)

    def _stack(self, stack: tuple[int, ...]) -> _Layouts:
        """The layouts of a stack, with falling heights, and those heights, negative."""
        first, *others = (self.blocks[at] for at in stack)
        found = [(option.w, option.h, (option,)) for option in first.options]
        if others:
            found = []
            for option in first.options:
                chosen = (option, *(_same(other, option.columns) for other in others))
                found.append(
                    (
                        max(one.w for one in chosen),
                        sum(one.h for one in chosen) + REGION_GAP * len(others),
                        chosen,
                    )
                )
        lower: list[_Layout] = []
        for layout in sorted(found, key=lambda layout: layout[:2]):
            if not lower or layout[1] < lower[-1][1]:
                lower.append(layout)
        return [-h for _, h, _ in lower], lower

    def _pack(self, shelf: Shelf) -> Packed | None:
        """The lowest packing of a shelf; None when it is too full for any."""
        stacks = [self.stack(stack) for stack in shelf]
        room = self.w - REGION_GAP * (len(shelf) - 1)
        heights = sorted({-h for negative, _ in stacks for h in negative})
        low, high = 0, len(heights)
        best: Packed | None = None
        while low < high:
            middle = (low + high) // 2
            chosen = _within(stacks, heights[middle])
            fits = False
            if chosen is not None:
                columns = sum(max(one.columns for one in layout[2]) for layout in chosen)
                w = sum(layout[0] for layout in chosen)
                if w - columns * CARD_WIDTH * (1 - NARROWEST) <= room:
                    fits = True
                    best = Packed(
                        w + self.w - room, max(layout[1] for layout in chosen), columns,
                        tuple(chosen),
                    )  # fmt: skip
            low, high = (low, middle) if fits else (middle + 1, high)
        return best

    def plan(self, shelves: Shelves) -> Plan | None:
        """The shelves, packed, and what they cost; None when one is too full."""
        spots: dict[int, tuple[float, float, float, Option]] = {}
        places: dict[int, tuple[int, int]] = {}
        packings: list[Packed] = []
        y = waste = stretch = 0.0
        columns = 0
        for row, shelf in enumerate(shelves):
            packed = self.pack(shelf)
            if packed is None:
                return None
            packings.append(packed)
            width = packed.card_width(self.w)
            used = packed.w + (width - CARD_WIDTH) * packed.columns
            waste += max(self.w - used, 0) * packed.h
            stretch += log(width / CARD_WIDTH) ** 2 * packed.columns
            columns += packed.columns
            scale = used / packed.w
            x = 0.0
            for place, (stack, (w, h, options)) in enumerate(
                zip(shelf, packed.stacks, strict=True)
            ):
                below = y
                for at, option in zip(stack, options, strict=True):
                    spots[at] = (x * scale, below, scale, option)
                    places[at] = (row, place)
                    below += option.h + REGION_GAP
                waste += (packed.h - h) * w * scale
                x += w + REGION_GAP
            y += packed.h + REGION_GAP
        h = y - REGION_GAP
        cost = WASTE * waste / (self.w * h) + STRETCH * stretch / columns
        cost += self._length(spots, places, sqrt(self.w * h)) + self._disorder(shelves)
        if self.aspect is not None:
            cost += SHAPE * log(self.w / h / self.aspect) ** 2
        shelved = tuple(zip(shelves, packings, strict=True))
        return Plan(self.w, h, max(packed.columns for packed in packings), cost, shelved)

    def _length(
        self,
        spots: dict[int, tuple[float, float, float, Option]],
        places: dict[int, tuple[int, int]],
        size: float,
    ) -> float:
        total = 0.0
        count = 0
        for a, b, source, target in self.wires:
            if a not in spots or b not in spots:
                continue
            ax, ay, a_scale, a_option = spots[a]
            bx, by, b_scale, b_option = spots[b]
            sx, sy = a_option.spots[source]
            tx, ty = b_option.spots[target]
            (a_row, a_place), (b_row, b_place) = places[a], places[b]
            apart = abs(a_place - b_place) if a_row == b_row else abs(a_row - b_row)
            total += (
                abs(ax + sx * a_scale - bx - tx * b_scale) + abs(ay + sy - by - ty)
            ) / size + PIERCED * max(apart - 1, 0)
            count += 1
        return LENGTH * total / count if count else 0.0

    def _disorder(self, shelves: Shelves) -> float:
        order = [at for shelf in shelves for stack in shelf for at in stack]
        if len(order) < 2:
            return 0.0
        before: list[int] = []
        against = 0
        for index in order:
            at = bisect_right(before, index)
            against += len(before) - at
            before.insert(at, index)
        return ORDER * against / (len(order) * (len(order) - 1) / 2)


def _same(block: Block, columns: int) -> Option:
    """The layout of a block with so many columns, or with the most that it has."""
    fitting = [option for option in block.options if option.columns <= columns]
    return fitting[-1] if fitting else block.options[0]


def _within(stacks: list[_Layouts], h: float) -> list[_Layout] | None:
    """The narrowest layout of each stack that is at most so high."""
    chosen = []
    for negative, layouts in stacks:
        at = bisect_left(negative, -h)
        if at == len(layouts):
            return None
        chosen.append(layouts[at])
    return chosen


def starts(surface: Surface, movable: list[int]) -> Iterator[Shelves]:
    """Arrangements to begin with: the given order on shelves about so high, for some heights."""
    natural = sorted(
        min(surface.blocks[at].options, key=lambda option: abs(log(option.w / option.h) - 0.3)).h
        for at in movable
    )
    for share in STARTS:
        height = natural[int((len(natural) - 1) * share)]
        shelves: list[Shelf] = []
        shelf: Shelf = ()
        taken = 0.0
        for at in movable:
            layouts = surface.stack((at,))[1]
            w = next((w for w, h, _ in layouts if h <= height), layouts[-1][0]) + REGION_GAP
            if shelf and taken + w > surface.w:
                shelves.append(shelf)
                shelf, taken = (), 0.0
            shelf += ((at,),)
            taken += w
        yield (*shelves, shelf)


def improve(surface: Surface, start: Shelves, fixed: Shelves, evaluations: int) -> Plan | None:
    """Move one block at a time below shelves that stay, to where it costs least."""
    best = surface.plan(fixed + start)
    movable = sorted(at for shelf in start for stack in shelf for at in stack)
    shelves, improved = start, True
    while improved and evaluations > 0:
        improved = False
        for at in movable:
            for tried in (*_moved(shelves, at, surface.blocks), *_swapped(shelves, at, movable)):
                evaluations -= 1
                plan = surface.plan(fixed + tried)
                if plan is not None and (best is None or plan.cost < best.cost - 1e-9):
                    best, improved = plan, True
            if best is not None:
                shelves = tuple(shelf for shelf, _ in best.shelves[len(fixed) :])
            if evaluations <= 0:
                break
    return best


def _moved(shelves: Shelves, at: int, blocks: list[Block]) -> Iterator[Shelves]:
    """All arrangements with one block moved: between stacks, into a stack, to its own shelf."""
    rest: list[Shelf] = []
    for shelf in shelves:
        stacks = tuple(stack for old in shelf if (stack := tuple(one for one in old if one != at)))
        if stacks:
            rest.append(stacks)
    for row in range(len(rest) + 1):
        yield (*rest[:row], ((at,),), *rest[row:])
    for row, shelf in enumerate(rest):
        for place in range(len(shelf) + 1):
            yield (*rest[:row], (*shelf[:place], (at,), *shelf[place:]), *rest[row + 1 :])
        if blocks[at].single:
            continue
        for place, stack in enumerate(shelf):
            if len(stack) < STACK_MAX and not any(blocks[one].single for one in stack):
                for depth in range(len(stack) + 1):
                    taller = (*stack[:depth], at, *stack[depth:])
                    yield (
                        *rest[:row],
                        (*shelf[:place], taller, *shelf[place + 1 :]),
                        *rest[row + 1 :],
                    )


def _swapped(shelves: Shelves, at: int, movable: list[int]) -> Iterator[Shelves]:
    """All arrangements with one block in the place of another."""
    for other in movable:
        if other > at:
            swap = {at: other, other: at}
            yield tuple(
                tuple(tuple(swap.get(one, one) for one in stack) for stack in shelf)
                for shelf in shelves
            )
