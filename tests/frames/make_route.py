"""Make tests/frames/route.json: relations and regions that Python and the browser draw alike.

    python -m tests.frames.make_route

Each case has the two figures (box, shape, angle), the lane, the line and its heads, and the
expected route. Both sides compute in IEEE doubles with the same steps, so the numbers agree to
the last digit.
"""

import json
import random
from pathlib import Path
from typing import Any, get_args

from board.ops import Head, LineKind, ShapeName
from layers.figure import Figure, bounds
from layers.route import route
from layers.shapes import Box

SHAPES = get_args(ShapeName)
LINES = get_args(LineKind)
HEADS = get_args(Head)
PATH = Path(__file__).with_name("route.json")

PAIRS: list[tuple[str, Box, Box, int]] = [
    ("right", Box(0, 0, 220, 64), Box(300, 0, 220, 64), 0),
    ("left", Box(300, 0, 220, 64), Box(0, 0, 220, 64), 0),
    ("below", Box(0, 0, 220, 64), Box(0, 200, 220, 64), 0),
    ("above", Box(0, 200, 220, 64), Box(0, 0, 220, 64), 0),
    ("below and far right", Box(0, 0, 220, 64), Box(900, 150, 220, 64), 0),
    ("above and far left", Box(900, 150, 220, 64), Box(0, 0, 220, 64), 0),
    ("right, other height", Box(0, 0, 220, 64), Box(300, 10, 220, 120), 0),
    ("right, barely opposite", Box(0, 0, 220, 64), Box(300, 44, 220, 64), 0),
    ("right, just not opposite", Box(0, 0, 220, 64), Box(300, 44.5, 220, 64), 0),
    ("a narrow gutter below", Box(0, 0, 220, 64), Box(0, 76, 220, 64), 0),
    ("the gutter of a row", Box(0, 0, 220, 64), Box(240, 96, 220, 64), 0),
    ("less than the gutter of a row", Box(0, 0, 220, 64), Box(240, 95, 220, 64), 0),
    ("corner to corner", Box(0, 0, 220, 64), Box(220, 64, 220, 64), 0),
    ("one over the other", Box(0, 0, 220, 64), Box(40, 20, 220, 64), 0),
    ("one in the other", Box(0, 0, 220, 200), Box(40, 20, 100, 40), 0),
    ("itself", Box(10, 20, 220, 64), Box(10, 20, 220, 64), 0),
    ("itself again", Box(10, 20, 220, 64), Box(10, 20, 220, 64), 1),
    ("itself, small", Box(10, 20, 8, 8), Box(10, 20, 8, 8), 0),
    ("second lane", Box(0, 0, 220, 64), Box(300, 0, 220, 64), 1),
    ("third lane", Box(0, 0, 220, 64), Box(300, 0, 220, 64), 2),
    ("a lane too many", Box(0, 0, 220, 64), Box(300, 0, 220, 64), 9),
    ("tiny", Box(0, 0, 8, 8), Box(20, 40, 8, 8), 1),
]


def cases() -> dict[str, Any]:
    """All cases: those named above, and some at random from a fixed seed."""
    chance = random.Random(16)

    def box() -> Box:
        return Box(
            chance.uniform(-2000, 2000), chance.uniform(-2000, 2000),
            chance.uniform(8, 500), chance.uniform(8, 300),
        )  # fmt: skip

    def figure(at: int) -> Figure:
        shape = SHAPES[at % len(SHAPES)]
        return Figure(box(), shape, chance.choice([0.0, 90.0, chance.uniform(0, 360)]))

    curves = PAIRS + [(f"random {n}", box(), box(), n % 4) for n in range(12)]
    ways = [
        _case(name, Figure(Box(*map(float, source))), Figure(Box(*map(float, target))), lane)
        for name, source, target, lane in curves
    ]
    for name, source, target, lane in PAIRS:
        for line in ("straight", "elbow"):
            one, other = Figure(Box(*map(float, source))), Figure(Box(*map(float, target)))
            ways.append(_case(f"{line}, {name}", one, other, lane, line, "dot", "diamond"))
    for at in range(72):
        line, start, end = LINES[at % 3], HEADS[at % 5], HEADS[at // 5 % 5]
        ways.append(_case(f"figures {at}", figure(at), figure(at // 5), at % 4, line, start, end))
    return {"routes": ways}


def _case(
    name: str, source: Figure, target: Figure, lane: int,
    line: str = "curved", start: str = "none", end: str = "arrow",
) -> dict[str, Any]:  # fmt: skip
    found = route(source, target, lane, line, start, end)
    return {
        "name": name, "source": source, "target": target, "lane": lane, "line": line,
        "heads": (start, end), "bounds": [bounds(source), bounds(target)], **found._asdict(),
    }  # fmt: skip


def written() -> str:
    """The text of the file, one case a line."""
    lines = ",\n".join(json.dumps(case) for case in cases()["routes"])
    return f'{{"routes": [\n{lines}\n]}}\n'


if __name__ == "__main__":
    PATH.write_text(written())
