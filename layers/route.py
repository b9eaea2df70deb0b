"""How a relation is drawn: one calm curve between two boxes, with its arrow head and label.

The browser has the same function (static/src/canvas); tests/frames/route.json holds cases that
both sides must agree on to the last digit, so only +, -, *, /, min and max are used here.

A curve leaves the middle of the side that faces the target, and runs straight when the target's
side lies opposite. Of the gaps between two columns and between two rows of regions it takes the
narrower, so that it sweeps along the gutter, not behind the cards beside it.
Where another card may lie between two of one row, the curve is a flat arc above the row; for two
of one column an arc at their right. Many relations of one node leave as one fan.
"""

from typing import Final, NamedTuple

from layers.shapes import Box

GUTTER: Final = 24.0  # a gap so wide has room for a bend
ROW_GUTTER: Final = 76.0  # two boxes so far apart vertically are in regions above each other
THROUGH: Final = 96.0  # a gap so wide may hold another card
ARC: Final = 14.0  # from the side that an arc leaves to its control points
BEND_MIN: Final = 16.0  # from an end of a curve to its control point
CORNER: Final = 10.0  # a line keeps so far from a box's corners, where it can
LANE: Final = 14.0  # between two relations of the same two boxes
HEAD_LENGTH: Final = 9.0
HEAD_WIDTH: Final = 8.0
LOOP: Final = 28.0  # how far a relation of a box with itself stands out


class Curve(NamedTuple):
    """The geometry of a relation, in board units.

    ``line`` is a cubic Bezier curve: x and y of its start, its two control points and its end.
    ``head`` is the arrow head, a triangle: its tip, on the target's edge, and its two other
    corners; the line ends where the head begins. ``label`` is the middle of the label.
    """

    line: tuple[float, float, float, float, float, float, float, float]
    head: tuple[float, float, float, float, float, float]
    label: tuple[float, float]


def curve(source: Box, target: Box, lane: int = 0) -> Curve:
    """The curve of a relation from one box to another.

    ``lane`` tells the relations of the same two boxes apart: 0, 1, 2 and so on, in either
    direction, in the order of their ids.
    """
    if source == target:
        return _loop(source, lane)
    across = max(target.x - source.x - source.w, source.x - target.x - target.w)
    down = max(target.y - source.y - source.h, source.y - target.y - target.h)
    if across >= THROUGH and _flush(source.y, target.y):
        start, end = _middle(source.x, source.w, lane), _middle(target.x, target.w, lane)
        return _arc(start, source.y, end, target.y, 0.0, -1.0)
    if down >= THROUGH and _flush(source.x + source.w, target.x + target.w):
        start, end = _middle(source.y, source.h, lane), _middle(target.y, target.h, lane)
        return _arc(source.x + source.w, start, target.x + target.w, end, 1.0, 0.0)
    if down > across if across < GUTTER else ROW_GUTTER <= down <= across:
        start, end = _side(source.y, source.h, target.y, target.h)
        a, b = _opposite(source.x, source.w, target.x, target.w, lane)
        return _drawn(a, start, b, end, 0.0, 1.0 if source.y <= target.y else -1.0)
    start, end = _side(source.x, source.w, target.x, target.w)
    a, b = _opposite(source.y, source.h, target.y, target.h, lane)
    return _drawn(start, a, end, b, 1.0 if source.x <= target.x else -1.0, 0.0)


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


def _drawn(x: float, y: float, tip_x: float, tip_y: float, to_x: float, to_y: float) -> Curve:
    """The curve from a start to a tip, with the direction that it leaves and arrives in."""
    end_x, end_y = tip_x - to_x * HEAD_LENGTH, tip_y - to_y * HEAD_LENGTH
    bend = max(((end_x - x) * to_x + (end_y - y) * to_y) / 2, BEND_MIN)
    one_x, one_y = x + to_x * bend, y + to_y * bend
    two_x, two_y = end_x - to_x * bend, end_y - to_y * bend
    half_x, half_y = to_y * HEAD_WIDTH / 2, to_x * HEAD_WIDTH / 2
    return Curve(
        (x, y, one_x, one_y, two_x, two_y, end_x, end_y),
        (tip_x, tip_y, end_x - half_x, end_y - half_y, end_x + half_x, end_y + half_y),
        ((x + 3 * one_x + 3 * two_x + end_x) / 8, (y + 3 * one_y + 3 * two_y + end_y) / 8),
    )


def _arc(x: float, y: float, tip_x: float, tip_y: float, to_x: float, to_y: float) -> Curve:
    """The arc from a start to a tip on the same side of two boxes, which it leaves that way."""
    end_x, end_y = tip_x + to_x * HEAD_LENGTH, tip_y + to_y * HEAD_LENGTH
    far_x = (max(x, tip_x) if to_x > 0 else min(x, tip_x)) + to_x * ARC
    far_y = (max(y, tip_y) if to_y > 0 else min(y, tip_y)) + to_y * ARC
    one_x, one_y = (far_x, y) if to_x else (x, far_y)
    two_x, two_y = (far_x, end_y) if to_x else (end_x, far_y)
    half_x, half_y = to_y * HEAD_WIDTH / 2, to_x * HEAD_WIDTH / 2
    return Curve(
        (x, y, one_x, one_y, two_x, two_y, end_x, end_y),
        (tip_x, tip_y, end_x - half_x, end_y - half_y, end_x + half_x, end_y + half_y),
        ((x + 3 * one_x + 3 * two_x + end_x) / 8, (y + 3 * one_y + 3 * two_y + end_y) / 8),
    )


def _loop(box: Box, lane: int) -> Curve:
    """A relation of a box with itself: out of its right side, into its top."""
    out = LOOP + lane * LANE
    x, y = box.x + box.w, box.y + min(LOOP, box.h / 2)
    tip_x, tip_y = box.x + box.w - min(LOOP, box.w / 2), box.y
    end_y = tip_y - HEAD_LENGTH
    line = (x, y, x + out, y, tip_x, end_y - out, tip_x, end_y)
    half = HEAD_WIDTH / 2
    return Curve(
        line,
        (tip_x, tip_y, tip_x - half, end_y, tip_x + half, end_y),
        (
            (x + 3 * line[2] + 3 * line[4] + line[6]) / 8,
            (y + 3 * line[3] + 3 * line[5] + line[7]) / 8,
        ),
    )
