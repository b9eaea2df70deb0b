"""How tangled a board looks: what its relations cross and pass behind, as they are drawn."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from math import dist
from typing import Final, NamedTuple

from layers.route import Curve, curve
from layers.shapes import Box

CELL: Final = 256.0  # board units, of the grid that boxes are found by
POINTS: Final = 12  # of a curve
STEP: Final = 2  # every so many of them are enough to see what crosses


class Grid:
    """Boxes, found by where they lie."""

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[tuple[Box, str]]] = defaultdict(list)

    def add(self, box: Box, id: str = "") -> None:
        """Add a box, by a name that need not be its own."""
        for column in range(int(box.x // CELL), int((box.x + box.w) // CELL) + 1):
            for row in range(int(box.y // CELL), int((box.y + box.h) // CELL) + 1):
                self._cells[column, row].append((box, id))

    def touching(self, box: Box) -> Iterator[str]:
        """The names of the boxes that share ground with this one, some more than once."""
        for column in range(int(box.x // CELL), int((box.x + box.w) // CELL) + 1):
            for row in range(int(box.y // CELL), int((box.y + box.h) // CELL) + 1):
                for (x, y, w, h), id in self._cells.get((column, row), ()):
                    if (
                        box.x < x + w and x < box.x + box.w
                        and box.y < y + h and y < box.y + box.h
                    ):  # fmt: skip
                        yield id


class Tangle(NamedTuple):
    """For a relation in the mean: its length, how much of that is behind cards that it does not
    join, both in board units, and how many others it crosses."""

    length: float
    behind: float
    crossings: float


def tangle(boxes: Mapping[str, Box], relations: Sequence[tuple[str, str]]) -> Tangle:
    """How tangled these relations are, drawn between these boxes."""
    if not relations:
        return Tangle(0.0, 0.0, 0.0)
    grid = Grid()
    for id, box in boxes.items():
        grid.add(box, id)
    length = behind = 0.0
    lines = []
    for source, target in relations:
        points = along(curve(boxes[source], boxes[target]))
        lines.append((points[::STEP], source, target))
        for start, end in pairwise(points):
            step = dist(start, end)
            length += step
            middle = Box((start[0] + end[0]) / 2, (start[1] + end[1]) / 2, 0.0, 0.0)
            if any(id not in (source, target) for id in grid.touching(middle)):
                behind += step
    crossings = 0
    for at, (points, *ends) in enumerate(lines):
        for others, *far in lines[:at]:
            if not set(ends) & set(far):
                crossings += _crossings(points, others)
    count = len(relations)
    return Tangle(length / count, behind / count, crossings / count)


def point(line: Curve, t: float) -> tuple[float, float]:
    """A point of a curve, from 0 at its start to 1 at its end."""
    a, b, c, d = (1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
    p = line.line
    return (
        a * p[0] + b * p[2] + c * p[4] + d * p[6],
        a * p[1] + b * p[3] + c * p[5] + d * p[7],
    )


def along(line: Curve) -> list[tuple[float, float]]:
    """Points along a curve, from its start to its end."""
    return [point(line, at / POINTS) for at in range(POINTS + 1)]


def _crossings(one: list[tuple[float, float]], other: list[tuple[float, float]]) -> int:
    """How often two lines through such points cross."""
    if _apart(one, other):
        return 0
    return sum(
        _cross(a, b, c, d)
        for a, b in pairwise(one)
        for c, d in pairwise(other)
        if not _apart((a, b), (c, d))
    )


def _apart(one: Sequence[tuple[float, float]], other: Sequence[tuple[float, float]]) -> bool:
    """Whether the bounds of two lines, which run one way in x and in y, do not meet."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = one[0], one[-1], other[0], other[-1]
    return (
        max(ax, bx) < min(cx, dx) or max(cx, dx) < min(ax, bx)
        or max(ay, by) < min(cy, dy) or max(cy, dy) < min(ay, by)
    )  # fmt: skip


def _cross(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float], d: tuple[float, float]
) -> bool:
    """Whether two segments cross."""
    return _side(a, b, c) * _side(a, b, d) < 0 and _side(c, d, a) * _side(c, d, b) < 0


def _side(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
