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
from random import Random
from typing import Final, NamedTuple

from layers.shapes import CARD_WIDTH, REGION_GAP

ASPECT: Final = 1.65  # width by height of the window that the whole should fill
STACK_MAX: Final = 3  # blocks on top of each other
NARROWEST: Final = 0.88  # of CARD_WIDTH, where a shelf is a little too full
WIDEST: Final = 1.4  # where a shelf is not full
STACKED: Final = 1.3  # where a block of fewer columns fills its stack
WIDTHS_TRIED: Final = (0.96, 1.04, 1.12, 1.2, 1.3, 1.42)  # of that of a surface without gaps
GROUP_WIDTHS_TRIED: Final = (0.4, 0.55, 0.75, 0.95, 1.15, 1.4, 1.75, 2.2, 2.8)
STARTS: Final = (0.2, 0.5, 0.8, 1.0)  # shelves as high as this share of the blocks

# annealing
HOT: Final = 1.2  # how much more a change may cost, about, at first
COLD: Final = 0.05  # and in the end
RESIZING: Final = 0.05  # the share of changes that take another width
MIRRORING: Final = 0.04  # that turn everything over
SWAPPING: Final = 0.3  # that swap two blocks, together with these

# what an arrangement costs
GROWN: Final = 1.35  # a stack can fill a shelf so much higher without looking empty
GROWING: Final = 0.25  # and costs this share of empty ground then
LENGTH: Final = 12.0  # the mean length of a relation, in lengths of the surface
PIERCED: Final = 0.5  # added to a relation's length for each region that it passes behind
HIDDEN: Final = 0.1  # likewise for each card of its own regions
TANGLED: Final = 0.5  # likewise for each card between two cards of one region
WASTE: Final = 10.0  # the share of the surface that stays empty
SIZE: Final = 12.0  # the side of the window that it fits into, as a logarithm
STRETCH: Final = 15.0  # the distance of cards from their usual width, likewise, in the mean
FIRST: Final = 1.0  # how far the first block is from the upper left corner, of each side
ORDER: Final = 2.5  # the share of pairs of blocks that stand against their order

Shelf = tuple[tuple[int, ...], ...]  # stacks of blocks, by their places in the list of blocks
Shelves = tuple[Shelf, ...]


class Option(NamedTuple):
    """One way to lay a block out: its columns of cards, its width and height with them.

    ``spots`` tells where relations end, for each bundle of relations. ``inside`` counts the
    relations within the block, ``tangle`` the cards that these pass behind. ``plan`` is the
    arrangement in a group.
    """

    columns: int
    w: float
    h: float
    spots: dict[int, "Spot"]
    inside: int
    tangle: float
    plan: "Plan | None" = None


class Spot(NamedTuple):
    """Where a bundle of relations ends in a block: the middle of its cards, and how many cards
    lie, in the mean, between them and each edge."""

    x: float
    y: float
    left: float
    right: float
    above: float
    below: float


class Block(NamedTuple):
    """What is put on a shelf: its ways to be laid out, narrower and higher ones first.

    ``single``: it is not put into a stack with others.
    """

    options: tuple[Option, ...]
    single: bool


class Wire(NamedTuple):
    """A bundle: the relations, so many, between the same two layers, in two blocks."""

    a: int
    b: int
    bundle: int
    relations: int


_Layout = tuple[float, float, tuple[Option, ...]]  # of a stack: its width, height, options
_Layouts = tuple[list[float], list[_Layout]]  # with falling heights; and these, negative


class Standing(NamedTuple):
    """A block on its shelf: its place from the left and in its stack, and where that is."""

    at: int
    option: Option
    x: float
    y: float
    place: int
    above: int
    below: int


class Packed(NamedTuple):
    """A shelf with its layouts chosen.

    ``w`` and ``h`` are what it takes with cards of their usual width; ``scale`` makes it as wide
    as the surface, where cards can become so wide. ``waste`` is the ground that stays empty,
    ``stretch`` the logarithm squared of that change of the cards, for each column.
    """

    w: float
    h: float
    columns: int
    scale: float
    waste: float
    stretch: float
    stacks: tuple[_Layout, ...]
    blocks: tuple[Standing, ...]


class Plan(NamedTuple):
    """An arrangement of blocks on shelves, for a width; ``columns`` are those of its fullest."""

    w: float
    h: float
    columns: int
    cost: float
    shelves: tuple[tuple[Shelf, Packed], ...]

    @property
    def arranged(self) -> Shelves:
        """Which block stands where."""
        return tuple(shelf for shelf, _ in self.shelves)


class Surface:
    """A surface of a width that blocks are arranged on. ``aspect`` None: any shape will do."""

    def __init__(
        self, blocks: list[Block], wires: list[Wire], w: float, aspect: float | None
    ) -> None:
        self.blocks, self.wires, self.w, self.aspect = blocks, wires, w, aspect
        self.least = sqrt(sum(min(one.w * one.h for one in block.options) for block in blocks))
        self.pack = lru_cache(maxsize=None)(self._pack)
        self.stack = lru_cache(maxsize=None)(self._stack)

    def _stack(self, stack: tuple[int, ...]) -> _Layouts:
        """The layouts of a stack, with falling heights, and those heights, negative."""
        first, *others = (self.blocks[at] for at in stack)
        found: list[_Layout] = [(option.w, option.h, (option,)) for option in first.options]
        if others:
            found = []
            for option in first.options:
                chosen = (option, *(_same(other, option.columns) for other in others))
                w = max(one.w for one in chosen)
                if all(one.w + one.columns * CARD_WIDTH * (STACKED - 1) >= w for one in chosen):
                    h = sum(one.h for one in chosen) + REGION_GAP * len(others)
                    found.append((w, h, chosen))
        lower: list[_Layout] = []
        for layout in sorted(found, key=lambda layout: layout[:2]):
            if not lower or layout[1] < lower[-1][1]:
                lower.append(layout)
        return [-h for _, h, _ in lower], lower

    def _pack(self, shelf: Shelf) -> Packed | None:
        """The lowest packing of a shelf; None when it is too full for any."""
        stacks = [self.stack(stack) for stack in shelf]
        gaps = REGION_GAP * (len(shelf) - 1)
        heights = sorted({-h for negative, _ in stacks for h in negative})
        low, high = 0, len(heights)
        best: tuple[list[_Layout], float, int] | None = None
        while low < high:
            middle = (low + high) // 2
            layouts = _within(stacks, heights[middle])
            fits = False
            if layouts is not None:
                columns = sum([max([one.columns for one in layout[2]]) for layout in layouts])
                w = sum([layout[0] for layout in layouts]) + gaps
                fits = w - columns * CARD_WIDTH * (1 - NARROWEST) <= self.w
                best = (layouts, w, columns) if fits else best
            low, high = (low, middle) if fits else (middle + 1, high)
        return None if best is None else self._packed(shelf, *best)

    def _packed(self, shelf: Shelf, layouts: list[_Layout], w: float, columns: int) -> Packed:
        h = max(layout[1] for layout in layouts)
        width = card_width(w, columns, self.w)
        used = w + (width - CARD_WIDTH) * columns
        scale = used / w
        waste = max(self.w - used, 0) * h
        blocks = []
        x = 0.0
        for place, (stack, layout) in enumerate(zip(shelf, layouts, strict=True)):
            y = 0.0
            for depth, (at, option) in enumerate(zip(stack, layout[2], strict=True)):
                below = len(stack) - 1 - depth
                blocks.append(Standing(at, option, x * scale, y, place, depth, below))
                y += option.h + REGION_GAP
            waste += _hole(h, layout[1]) * layout[0] * scale
            x += layout[0] + REGION_GAP
        stretch = log(width / CARD_WIDTH) ** 2 * columns
        return Packed(w, h, columns, scale, waste, stretch, tuple(layouts), tuple(blocks))

    def plan(self, shelves: Shelves, cost_max: float = inf) -> Plan | None:
        """The shelves, packed, and what they cost; None when that is ``cost_max`` or more, or
        when one is too full."""
        packings: list[Packed] = []
        y = waste = stretch = 0.0
        columns = 0
        for shelf in shelves:
            packed = self.pack(shelf)
            if packed is None:
                return None
            packings.append(packed)
            waste += packed.waste
            stretch += packed.stretch
            columns += packed.columns
            y += packed.h + REGION_GAP
        h = y - REGION_GAP
        cost = WASTE * waste / (self.w * h) + STRETCH * stretch / columns
        side = sqrt(self.w * h) if self.aspect is None else max(self.w / self.aspect, h)
        cost += SIZE * log(side / self.least)
        if cost < cost_max:
            cost += self._disorder(shelves)
        if cost < cost_max:
            cost += self._length(packings, sqrt(self.w * h), h)
        if cost >= cost_max:
            return None
        shelved = tuple(zip(shelves, packings, strict=True))
        return Plan(self.w, h, max(packed.columns for packed in packings), cost, shelved)

    def _length(self, packings: list[Packed], size: float, h: float) -> float:
        """The mean length of relations, with what they pass behind, in lengths of the surface;
        and how far the first block is from where one begins to read."""
        standing: dict[int, tuple[int, float, float, Standing]] = {}
        total = y = 0.0
        count = 0
        for row, packed in enumerate(packings):
            for block in packed.blocks:
                standing[block.at] = (row, y + block.y, packed.scale, block)
                total += block.option.tangle * TANGLED
                count += block.option.inside
            y += packed.h + REGION_GAP
        for a, b, bundle, relations in self.wires:
            if a not in standing or b not in standing:
                continue
            a_row, a_y, a_scale, one = standing[a]
            b_row, b_y, b_scale, other = standing[b]
            start, end = one.option.spots[bundle], other.option.spots[bundle]
            x = other.x + end.x * b_scale - one.x - start.x * a_scale
            y = b_y + end.y - a_y - start.y
            if a_row == b_row and one.place != other.place:
                apart = abs(one.place - other.place) - 1
                hidden = start.right + end.left if x > 0 else start.left + end.right
            else:
                if a_row == b_row:
                    apart = abs(one.above - other.above) - 1
                else:
                    apart = abs(a_row - b_row) - 1
                    apart += one.below + other.above if y > 0 else one.above + other.below
                hidden = start.below + end.above if y > 0 else start.above + end.below
            total += relations * (
                (abs(x) + abs(y)) / size + PIERCED * apart + HIDDEN * min(hidden, 5.0)
            )
            count += relations
        _, top, _, first = standing[min(standing)]
        begins = FIRST * (first.x / self.w + top / h)
        return begins + (LENGTH * total / count if count else 0.0)

    def _disorder(self, shelves: Shelves) -> float:
        """How far the blocks stand from their order, read shelf by shelf and stack by stack."""
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


def card_width(taken: float, columns: int, w: float) -> float:
    """The width of cards, so many side by side, on a shelf that is made as wide as a surface:
    ``taken`` is what the shelf takes with cards of their usual width."""
    return min(CARD_WIDTH + (w - taken) / columns, CARD_WIDTH * WIDEST)


def _hole(room: float, h: float) -> float:
    """What stays empty below a stack, in its height: cards can grow to fill a little."""
    return max(room - h * GROWN, 0.0) + GROWING * (min(room, h * GROWN) - h)


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


def search(
    surfaces: list[Surface], movable: list[int], fixed: Shelves, evaluations: int, runs: int
) -> list[Plan]:
    """Good arrangements found on any of these surfaces, the best first.

    Each run is an annealing (Kirkpatrick, Gelatt and Vecchi, 1983) of one of the cheapest
    starts: a random change is taken when it costs less, or not much more, ever less so.
    """
    begun: list[tuple[float, int, int, Plan]] = []
    for place, surface in enumerate(surfaces):
        for start in starts(surface, movable):
            plan = surface.plan(fixed + start)
            if plan is not None:
                begun.append((plan.cost, len(begun), place, plan))
    begun.sort(key=lambda one: one[:2])
    found = {(plan.w, plan.arranged): plan for _, _, _, plan in begun}
    if len(movable) > 1:
        chance = Random(0)  # the same for every board: positions depend on the board alone
        for run in range(runs):
            _, _, place, plan = begun[run % len(begun)]
            for good in _annealed(surfaces, place, plan, len(fixed), evaluations // runs, chance):
                found[good.w, good.arranged] = good
    return sorted(found.values(), key=lambda plan: plan.cost)


def _annealed(
    surfaces: list[Surface], place: int, plan: Plan, fixed: int, evaluations: int, chance: Random
) -> Iterator[Plan]:
    """The arrangements of one run that were the best so far, and its last."""
    best = plan
    for step in range(evaluations):
        heat = HOT * (COLD / HOT) ** (step / evaluations)
        cost_max = plan.cost - heat * log(1 - chance.random())
        tried = place
        arranged = plan.arranged
        if len(surfaces) > 1 and chance.random() < RESIZING:
            tried = min(max(place + (1 if chance.random() < 0.5 else -1), 0), len(surfaces) - 1)
        else:
            arranged = arranged[:fixed] + _changed(arranged[fixed:], surfaces[place].blocks, chance)
        other = surfaces[tried].plan(arranged, cost_max)
        if other is not None:
            place, plan = tried, other
            if plan.cost < best.cost:
                best = plan
                if step > evaluations / 2:
                    yield plan
    yield best


def _changed(shelves: Shelves, blocks: list[Block], chance: Random) -> Shelves:
    """An arrangement one random change away."""
    movable = [at for shelf in shelves for stack in shelf for at in stack]
    kind = chance.random()
    if kind < MIRRORING:
        over = tuple(tuple(stack[::-1] for stack in shelf) for shelf in shelves[::-1])
        return over if chance.random() < 0.5 else tuple(shelf[::-1] for shelf in shelves)
    at = movable[int(chance.random() * len(movable))]
    other = movable[int(chance.random() * len(movable))]
    if at == other:
        return shelves
    if kind < SWAPPING:
        swap = {at: other, other: at}
        return tuple(
            tuple(tuple(swap.get(one, one) for one in stack) for stack in shelf)
            for shelf in shelves
        )
    return _beside(shelves, at, other, int(chance.random() * 6), blocks)


def _beside(shelves: Shelves, at: int, other: int, side: int, blocks: list[Block]) -> Shelves:
    """An arrangement with one block moved next to another: left or right of its stack, above or
    below it in its stack, or to a shelf of its own above or below."""
    found: list[Shelf] = []
    for old in shelves:
        shelf = tuple(rest for stack in old if (rest := tuple(one for one in stack if one != at)))
        if not shelf:
            continue
        place = next((place for place, stack in enumerate(shelf) if other in stack), None)
        if place is None:
            found.append(shelf)
        elif side >= 4:
            found.extend((((at,),), shelf) if side == 4 else (shelf, ((at,),)))
        elif side >= 2 and _stackable(shelf[place], at, blocks):
            depth = shelf[place].index(other) + (side == 3)
            stack = (*shelf[place][:depth], at, *shelf[place][depth:])
            found.append((*shelf[:place], stack, *shelf[place + 1 :]))
        else:
            place += side % 2
            found.append((*shelf[:place], (at,), *shelf[place:]))
    return tuple(found)


def _stackable(stack: tuple[int, ...], at: int, blocks: list[Block]) -> bool:
    """Whether a block may be put into a stack."""
    return len(stack) < STACK_MAX and not any(blocks[one].single for one in (*stack, at))
