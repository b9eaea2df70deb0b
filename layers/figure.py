"""The outline of a node: its shape in its box, turned about the middle of it.

The browser has the same functions (static/src/canvas/figure.ts), and tests/frames/route.json
holds both to the last digit: so only +, -, *, /, the square root, min and max are used here,
and the sine and cosine are sums of their own.
"""

from math import floor, inf, sqrt
from typing import Final, NamedTuple

from board.state import Node
from layers.shapes import FRAME_HEAD, SHAPE_POINTS, Box

RADIAN: Final = 0.017453292519943295  # of a degree
TOUCHING: Final = 1e-9  # so near to the end of an edge counts as on it


class Figure(NamedTuple):
    """A box, the name of the outline in it, and its angle in degrees, clockwise."""

    box: Box
    shape: str = "rectangle"
    angle: float = 0.0

    @property
    def plain(self) -> bool:
        """Whether the outline is the box."""
        return self.angle == 0 and self.shape in ("rectangle", "rounded")


def figure(kind: str, box: Box, shape: str | None = None, angle: float | None = None) -> Figure:
    """The figure of a node of that kind."""
    return Figure(box, (shape or "rectangle") if kind == "shape" else "rectangle", angle or 0.0)


def figure_of(node: Node) -> Figure:
    """The figure of a node where it lies on the board."""
    return figure(node.kind, Box(node.x, node.y, node.w, node.h), node.shape, node.angle)


def turned(angle: float) -> tuple[float, float]:
    """The cosine and the sine of an angle in degrees, exact at right angles."""
    quarters = floor((angle + 45) / 90)
    x = (angle - 90 * quarters) * RADIAN
    s = x * x
    sine = x * (
        1 + s * (-1 / 6 + s * (1 / 120 + s * (-1 / 5040 + s * (1 / 362880 + s / -39916800))))
    )
    cosine = 1 + s * (
        -1 / 2
        + s * (1 / 24 + s * (-1 / 720 + s * (1 / 40320 + s * (-1 / 3628800 + s / 479001600))))
    )
    match quarters % 4:
        case 1:
            return -sine, cosine
        case 2:
            return -cosine, -sine
        case 3:
            return sine, -cosine
    return cosine, sine


def corners(it: Figure) -> list[tuple[float, float]]:
    """The corners of a figure, in board units; an ellipse has those of its box."""
    (x, y, w, h), shape, angle = it
    cos, sin = turned(angle)
    middle_x, middle_y = x + w / 2, y + h / 2
    points = SHAPE_POINTS[shape] or SHAPE_POINTS["rectangle"]
    found = []
    for at in range(0, len(points), 2):
        across, down = (points[at] - 0.5) * w, (points[at + 1] - 0.5) * h
        found.append((middle_x + across * cos - down * sin, middle_y + across * sin + down * cos))
    return found


def bounds(it: Figure) -> Box:
    """The upright box around a figure."""
    box, shape, angle = it
    if angle == 0:
        return box
    if shape == "ellipse":
        cos, sin = turned(angle)
        a, b, c, d = box.w / 2 * cos, box.h / 2 * sin, box.w / 2 * sin, box.h / 2 * cos
        across, down = sqrt(a * a + b * b), sqrt(c * c + d * d)
        return Box(box.x + box.w / 2 - across, box.y + box.h / 2 - down, 2 * across, 2 * down)
    points = corners(it)
    left, top = min(x for x, _ in points), min(y for _, y in points)
    right, bottom = max(x for x, _ in points), max(y for _, y in points)
    return Box(left, top, right - left, bottom - top)


def taken(kind: str, box: Box, shape: str | None = None, angle: float | None = None) -> Box:
    """What a node takes up: the bounds of its figure, and of a frame the title above it."""
    x, y, w, h = bounds(figure(kind, box, shape, angle))
    if kind != "frame":
        return Box(x, y, w, h)
    cos, sin = turned(angle or 0.0)
    right, down = FRAME_HEAD * sin, -FRAME_HEAD * cos
    return Box(
        min(x, x + right), min(y, y + down), w + max(right, -right), h + max(down, -down)
    )  # fmt: skip


def within(inner: Figure, outer: Figure) -> bool:
    """Whether a box, as it is turned, lies wholly in another one."""
    (x, y, w, h), _, angle = outer
    cos, sin = turned(angle)
    middle_x, middle_y = x + w / 2, y + h / 2
    for corner_x, corner_y in corners(inner._replace(shape="rectangle")):
        across, down = corner_x - middle_x, corner_y - middle_y
        if abs(across * cos + down * sin) > w / 2 or abs(down * cos - across * sin) > h / 2:
            return False
    return True


def met(it: Figure, x: float, y: float, to_x: float, to_y: float) -> tuple[float, float] | None:
    """Where a ray from a point first meets the outline; None: it passes by."""
    (left, top, w, h), shape, angle = it
    cos, sin = turned(angle)
    across, down = x - (left + w / 2), y - (top + h / 2)
    from_x, from_y = across * cos + down * sin, down * cos - across * sin
    ray_x, ray_y = to_x * cos + to_y * sin, to_y * cos - to_x * sin
    far = _ellipse(from_x, from_y, ray_x, ray_y, w, h) if shape == "ellipse" else inf
    points = SHAPE_POINTS[shape]
    count = len(points)
    for at in range(0, count, 2):
        a_x, a_y = (points[at] - 0.5) * w, (points[at + 1] - 0.5) * h
        b_x, b_y = (points[(at + 2) % count] - 0.5) * w, (points[(at + 3) % count] - 0.5) * h
        edge_x, edge_y = b_x - a_x, b_y - a_y
        slant = ray_x * edge_y - ray_y * edge_x
        if slant == 0:
            continue
        off_x, off_y = a_x - from_x, a_y - from_y
        along = (off_x * ray_y - off_y * ray_x) / slant
        away = (off_x * edge_y - off_y * edge_x) / slant
        if away >= 0 and -TOUCHING <= along <= 1 + TOUCHING and away < far:
            far = away
    return None if far == inf else (x + to_x * far, y + to_y * far)


def _ellipse(x: float, y: float, to_x: float, to_y: float, w: float, h: float) -> float:
    """How far along a ray an ellipse about the origin is met first; infinite: never."""
    x, y, to_x, to_y = 2 * x / w, 2 * y / h, 2 * to_x / w, 2 * to_y / h
    a, b, c = to_x * to_x + to_y * to_y, x * to_x + y * to_y, x * x + y * y - 1
    root = b * b - a * c
    if root < 0:
        return inf
    away = (-b - sqrt(root)) / a
    return away if away >= 0 else inf
