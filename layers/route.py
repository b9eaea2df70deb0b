"""How a relation is drawn: one calm curve between two boxes, with its arrow head and label.

The browser has the same function (static/src/canvas); tests/frames/route.json holds cases that
both sides must agree on to the last digit, so only +, -, *, /, min and max are used here.

A curve leaves the middle of the side that faces the target, and runs straight when the target's
side lies opposite. Boxes in different rows are joined from above to below, so that the curve
sweeps through the gutter between the rows, not behind the cards of one; boxes side by side are
joined through the gutter between them. Many relations of one node leave as one fan.
"""

from typing import Final, NamedTuple

from layers.shapes import Box

ROW_GUTTER: Final = 32.0  # boxes so far apart vertically are in different rows
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
    if down >= ROW_GUTTER or down > across:
        start, end = _side(source.y, source.h, target.y, target.h)
        a, b = _opposite(source.x, source.w, target.x, target.w, lane)
        return _drawn(a, start, b, end, 0.0, 1.0 if source.y <= target.y else -1.0)
    start, end = _side(source.x, source.w, target.x, target.w)
    a, b = _opposite(source.y, source.h, target.y, target.h, lane)
    return _drawn(start, a, end, b, 1.0 if source.x <= target.x else -1.0, 0.0)


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
    shift = (lane + 1) // 2 * (LANE if lane % 2 else -LANE)
    return _within(start + shift, source, length), _within(end + shift, target, other)


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
