"""How a relation is drawn: one calm line between two nodes, with its heads and its label.

The browser has the same functions (static/src/canvas/route.ts); tests/frames/route.json holds
cases that both sides must agree on to the last digit, so only +, -, *, /, the square root, min
and max are used here.

A curve leaves the middle of the side that faces the target, and runs straight when the target's
side lies opposite. Of the gaps between two columns and between two rows of regions it takes the
narrower, so that it sweeps along the gutter, not behind the cards beside it.
Where another card may lie between two of one row, the curve is a flat arc above the row; for two
of one column an arc at their right. Many relations of one node leave as one fan.

An elbow chooses its sides as a curve does, and bends in the middle of the gap; where there is
none it goes around the right of both. A straight line runs from middle to middle. Whatever a
node's outline is, and however it is turned, the line ends on it.
"""

from math import sqrt
from typing import Final, NamedTuple

from layers.figure import Figure, bounds, met
from layers.shapes import Box

GUTTER: Final = 24.0  # a gap so wide has room for a bend
ROW_GUTTER: Final = 76.0  # two boxes so far apart vertically are in regions above each other
THROUGH: Final = 96.0  # a gap so wide may hold another card
ARC: Final = 14.0  # from the side that an arc leaves to its control points
BEND_MIN: Final = 16.0  # from an end of a curve to its control point
CORNER: Final = 10.0  # a line keeps so far from a box's corners, where it can
LANE: Final = 14.0  # between two relations of the same two boxes
HEAD_LENGTH: Final = 9.0  # of an arrow
HEAD_WIDTH: Final = 8.0
# how far from the outline a line ends: what is nearer belongs to the head
HEADS: Final = {"none": 0.0, "arrow": HEAD_LENGTH, "dot": 7.0, "diamond": 12.0, "bar": 0.0}
BAR_AWAY: Final = 5.0  # of a bar from the outline, and half its length
BAR_HALF: Final = 5.0
LOOP: Final = 28.0  # how far a relation of a box with itself stands out
STUB: Final = 24.0  # how far an elbow that goes around stands out
ELBOW_RADIUS: Final = 12.0  # of its bends, where there is room
ROUND: Final = 0.5523  # from the end of a bend to its control point, of its radius


class Curve(NamedTuple):
    """The geometry of a curve with an arrow at its end, in board units.

    ``line`` is a cubic Bezier curve: x and y of its start, its two control points and its end.
    ``head`` is the arrow head, a triangle: its tip, on the target's edge, and its two other
    corners; the line ends where the head begins. ``label`` is the middle of the label.
    """

    line: tuple[float, float, float, float, float, float, float, float]
    head: tuple[float, float, float, float, float, float]
    label: tuple[float, float]


class Tip(NamedTuple):
    """Where a line meets an outline, and the direction, of length 1, in which it goes there."""

    x: float
    y: float
    to_x: float
    to_y: float


class Route(NamedTuple):
    """The geometry of a relation, in board units.

    ``path`` is where it starts, and for each cubic Bezier curve that it is made of two control
    points and an end; between it and the two tips lie the heads.
    """

    path: tuple[float, ...]
    start: Tip
    end: Tip
    label: tuple[float, float]


class _Course(NamedTuple):
    """From where to where a line runs: it leaves ``start`` against its direction."""

    start: Tip
    end: Tip
    around: bool = False  # out of a side and into the same side, or one beside it


def curve(source: Box, target: Box, lane: int = 0) -> Curve:
    """The curve of a relation from one box to another, with an arrow at its end.

    ``lane`` tells the relations of the same two boxes apart: 0, 1, 2 and so on, in either
    direction, in the order of their ids.
    """
    course = _loop(source) if source == target else _course(source, target, lane)
    line = _bezier(course, 0.0, HEAD_LENGTH, lane if source == target else -1)
    tip_x, tip_y, to_x, to_y = course.end
    half_x, half_y = to_y * HEAD_WIDTH / 2, to_x * HEAD_WIDTH / 2
    end_x, end_y = line[6], line[7]
    return Curve(
        line,
        (tip_x, tip_y, end_x - half_x, end_y - half_y, end_x + half_x, end_y + half_y),
        _middle_of(line, 0),
    )


def route(
    source: Figure,
    target: Figure,
    lane: int = 0,
    line: str = "curved",
    start: str = "none",
    end: str = "arrow",
) -> Route:
    """The way of a relation from one figure to another.

    ``line`` is straight, elbow or curved; ``start`` and ``end`` name the heads.
    """
    first, last = HEADS[start], HEADS[end]
    one, other = bounds(source), bounds(target)
    same = one == other
    if line == "straight" and not same:
        return _straight(source, target, lane, first, last)
    if same:
        course = _loop(one)
    elif line == "elbow":
        course = _bent(one, other, lane)
    else:
        course = _course(one, other, lane)
    course = course._replace(start=_onto(source, course.start), end=_onto(target, course.end))
    if line == "elbow":
        return _elbow(course, first, last, lane)
    path = _bezier(course, first, last, lane if same else -1)
    return Route(path, course.start, course.end, _middle_of(path, 0))


def _onto(it: Figure, tip: Tip) -> Tip:
    """A tip on the bounds of a figure, moved on its way to the outline."""
    if it.plain:
        return tip
    x, y, to_x, to_y = tip
    found = met(it, x - to_x, y - to_y, to_x, to_y)
    return tip if found is None else Tip(*found, to_x, to_y)


def _course(source: Box, target: Box, lane: int) -> _Course:
    """Where a curve between two boxes leaves and arrives."""
    across = max(target.x - source.x - source.w, source.x - target.x - target.w)
    down = max(target.y - source.y - source.h, source.y - target.y - target.h)
    if across >= THROUGH and _flush(source.y, target.y):
        start, end = _middle(source.x, source.w, lane), _middle(target.x, target.w, lane)
        return _Course(Tip(start, source.y, 0.0, 1.0), Tip(end, target.y, 0.0, 1.0), True)
    if down >= THROUGH and _flush(source.x + source.w, target.x + target.w):
        start, end = _middle(source.y, source.h, lane), _middle(target.y, target.h, lane)
        return _Course(
            Tip(source.x + source.w, start, -1.0, 0.0),
            Tip(target.x + target.w, end, -1.0, 0.0),
            True,
        )
    return _facing(source, target, lane, across, down)


def _facing(source: Box, target: Box, lane: int, across: float, down: float) -> _Course:
    """Out of the side that faces the target, into the side that faces the source."""
    if down > across if across < GUTTER else ROW_GUTTER <= down <= across:
        start, end = _side(source.y, source.h, target.y, target.h)
        a, b = _opposite(source.x, source.w, target.x, target.w, lane)
        to = 1.0 if source.y <= target.y else -1.0
        return _Course(Tip(a, start, 0.0, -to), Tip(b, end, 0.0, to))
    start, end = _side(source.x, source.w, target.x, target.w)
    a, b = _opposite(source.y, source.h, target.y, target.h, lane)
    to = 1.0 if source.x <= target.x else -1.0
    return _Course(Tip(start, a, -to, 0.0), Tip(end, b, to, 0.0))


def _bent(source: Box, target: Box, lane: int) -> _Course:
    """Where an elbow between two boxes leaves and arrives."""
    across = max(target.x - source.x - source.w, source.x - target.x - target.w)
    down = max(target.y - source.y - source.h, source.y - target.y - target.h)
    if max(across, down) > 0:
        return _facing(source, target, lane, across, down)
    start, end = _middle(source.y, source.h, lane), _middle(target.y, target.h, lane)
    if -CORNER < start - end < CORNER:  # out of the upper part, into the lower
        start = _within(source.y + source.h / 4, source.y, source.h)
        end = _within(target.y + target.h * 3 / 4, target.y, target.h)
    return _Course(
        Tip(source.x + source.w, start, -1.0, 0.0), Tip(target.x + target.w, end, -1.0, 0.0), True
    )


def _flush(edge: float, other: float) -> bool:
    """Whether two edges lie in one line: those of the cards of a row, or of a column."""
    return -CORNER <= edge - other <= CORNER


def _side(source: float, length: float, target: float, other: float) -> tuple[float, float]:
    """Where a line leaves and arrives, along its own direction."""
    if source <= target:
        return source + length, target
    return source, target + other


def _opposite(
    source: float, length: float, target: float, other: float, lane: int
) -> tuple[float, float]:
    """Where a line leaves and arrives, across its own direction: the same where it can be."""
    start, end = source + length / 2, target + other / 2
    low = max(source, target) + CORNER
    high = min(source + length, target + other) - CORNER
    if low <= high:
        start = end = min(max(start, low), high)
    shift = _shift(lane)
    return _within(start + shift, source, length), _within(end + shift, target, other)


def _middle(start: float, length: float, lane: int) -> float:
    """The middle of a side, moved for a lane."""
    return _within(start + length / 2 + _shift(lane), start, length)


def _shift(lane: int) -> float:
    return (lane + 1) // 2 * (LANE if lane % 2 else -LANE)


def _within(at: float, start: float, length: float) -> float:
    """A place on a side, away from its corners; the middle of a side that is too short."""
    corner = min(CORNER, length / 2)
    return min(max(at, start + corner), start + length - corner)


def _loop(box: Box) -> _Course:
    """A relation of a box with itself: out of its right side, into its top."""
    return _Course(
        Tip(box.x + box.w, box.y + min(LOOP, box.h / 2), -1.0, 0.0),
        Tip(box.x + box.w - min(LOOP, box.w / 2), box.y, 0.0, 1.0),
        True,
    )


def _middle_of(path: tuple[float, ...], at: int) -> tuple[float, float]:
    """The middle of the curve that begins there in a path."""
    x, y, one_x, one_y, two_x, two_y, end_x, end_y = path[at : at + 8]
    return (x + 3 * one_x + 3 * two_x + end_x) / 8, (y + 3 * one_y + 3 * two_y + end_y) / 8


def _bezier(
    course: _Course, first: float, last: float, loop: int
) -> tuple[float, float, float, float, float, float, float, float]:
    """The curve of a course, which ends so far from the tips; ``loop`` is the lane of a loop."""
    (x, y, in_x, in_y), (tip_x, tip_y, to_x, to_y), around = course
    x, y = x - in_x * first, y - in_y * first
    end_x, end_y = tip_x - to_x * last, tip_y - to_y * last
    if loop >= 0:
        out = LOOP + loop * LANE
        return x, y, x + out, y, end_x, end_y - out, end_x, end_y
    if around and to_y > 0:
        far = min(y, tip_y) - ARC
        return x, y, x, far, end_x, far, end_x, end_y
    if around:
        far = max(x, tip_x) + ARC
        return x, y, far, y, far, end_y, end_x, end_y
    bend = max(((end_x - x) * to_x + (end_y - y) * to_y) / 2, BEND_MIN)
    return (
        x, y, x + to_x * bend, y + to_y * bend,
        end_x - to_x * bend, end_y - to_y * bend, end_x, end_y,
    )  # fmt: skip


def _straight(source: Figure, target: Figure, lane: int, first: float, last: float) -> Route:
    """A line from middle to middle, as far as it can be seen."""
    x, y = source.box.x + source.box.w / 2, source.box.y + source.box.h / 2
    end_x, end_y = target.box.x + target.box.w / 2, target.box.y + target.box.h / 2
    apart = sqrt((end_x - x) * (end_x - x) + (end_y - y) * (end_y - y))
    to_x, to_y = (1.0, 0.0) if apart == 0 else ((end_x - x) / apart, (end_y - y) / apart)
    # a lane lies on the same side, whichever of the two is the source
    side = -_shift(lane) if to_x < 0 or (to_x == 0 and to_y < 0) else _shift(lane)
    out, into = (x, y), (end_x, end_y)  # when one lies over the other
    for shift in (side, 0.0):
        over_x, over_y = -to_y * shift, to_x * shift
        one = met(source, end_x + over_x, end_y + over_y, -to_x, -to_y)
        other = met(target, x + over_x, y + over_y, to_x, to_y)
        if one is not None and other is not None:
            length = (other[0] - one[0]) * to_x + (other[1] - one[1]) * to_y
            if length > 0:
                out, into, apart = one, other, length
                break
    first, last = min(first, apart / 2), min(last, apart / 2)
    a_x, a_y = out[0] + to_x * first, out[1] + to_y * first
    b_x, b_y = into[0] - to_x * last, into[1] - to_y * last
    path = (a_x, a_y, *_line(a_x, a_y, b_x, b_y))
    label = ((a_x + b_x) / 2, (a_y + b_y) / 2)
    return Route(path, Tip(*out, -to_x, -to_y), Tip(*into, to_x, to_y), label)


def _line(x: float, y: float, end_x: float, end_y: float) -> tuple[float, ...]:
    """A straight line as a curve, without its start."""
    third_x, third_y = (end_x - x) / 3, (end_y - y) / 3
    return x + third_x, y + third_y, end_x - third_x, end_y - third_y, end_x, end_y


def _elbow(course: _Course, first: float, last: float, lane: int) -> Route:
    """A line of upright and level parts, with round bends."""
    points = _bends(course, lane)
    (x, y, in_x, in_y), (end_x, end_y, to_x, to_y), _ = course
    first = min(first, _length(*points[0], *points[1]) / 2)
    last = min(last, _length(*points[-2], *points[-1]) / 2)
    points[0] = (x - in_x * first, y - in_y * first)
    points[-1] = (end_x - to_x * last, end_y - to_y * last)
    longest, label = -1.0, points[0]
    path = [*points[0]]
    for at in range(1, len(points)):
        (from_x, from_y), (x, y) = points[at - 1], points[at]
        length = _length(from_x, from_y, x, y)
        if length > longest:
            longest, label = length, ((from_x + x) / 2, (from_y + y) / 2)
        if at + 1 == len(points):
            path += _line(path[-2], path[-1], x, y)
            break
        next_x, next_y = points[at + 1]
        after = _length(x, y, next_x, next_y)
        radius = min(ELBOW_RADIUS, length / 2, after / 2)
        one_x, one_y = (x - from_x) / length, (y - from_y) / length
        two_x, two_y = (next_x - x) / after, (next_y - y) / after
        path += _line(path[-2], path[-1], x - one_x * radius, y - one_y * radius)
        bend = radius * (1 - ROUND)
        path += (
            x - one_x * bend, y - one_y * bend, x + two_x * bend, y + two_y * bend,
            x + two_x * radius, y + two_y * radius,
        )  # fmt: skip
    return Route(tuple(path), course.start, course.end, label)


def _bends(course: _Course, lane: int) -> list[tuple[float, float]]:
    """The corners of an elbow, from its start to its end; no two are the same."""
    (x, y, in_x, _), (end_x, end_y, to_x, to_y), around = course
    if in_x and to_y:  # a relation with itself
        out = LOOP + lane * LANE
        corners = [(x + out, y), (x + out, end_y - out), (end_x, end_y - out)]
    elif to_x:
        if y == end_y and not around:
            return [(x, y), (end_x, end_y)]
        level = (x + end_x) / 2 + _aside(lane, x, end_x)
        if around:
            level = max(x, end_x) + STUB + lane * LANE
        corners = [(level, y), (level, end_y)]
    else:
        if x == end_x:
            return [(x, y), (end_x, end_y)]
        level = (y + end_y) / 2 + _aside(lane, y, end_y)
        corners = [(x, level), (end_x, level)]
    found = [(x, y)]
    for corner in (*corners, (end_x, end_y)):
        if _length(*found[-1], *corner) > 0:
            found.append(corner)
    return found


def _aside(lane: int, start: float, end: float) -> float:
    """How far from the middle of a gap the bend of a lane lies."""
    room = max(start - end, end - start) / 4
    return min(max(_shift(lane), -room), room)


def _length(x: float, y: float, end_x: float, end_y: float) -> float:
    """The length of an upright or level line."""
    return max(x - end_x, end_x - x) + max(y - end_y, end_y - y)
