"""How a relation is drawn (rules RT)."""

import json

from hypothesis import given
from hypothesis import strategies as st

from layers.route import GUTTER, curve
from layers.shapes import Box
from tests.frames import make_route

PLACES = st.floats(min_value=-3000, max_value=3000)
SIZES = st.floats(min_value=8, max_value=600)
BOXES = st.builds(Box, PLACES, PLACES, SIZES, SIZES)


def _on_edge(x: float, y: float, box: Box) -> bool:
    def near(one: float, other: float) -> bool:
        return abs(one - other) < 1e-6

    inside = box.x - 1e-6 <= x <= box.x + box.w + 1e-6 and box.y - 1e-6 <= y <= box.y + box.h + 1e-6
    edge = near(x, box.x) or near(x, box.x + box.w) or near(y, box.y) or near(y, box.y + box.h)
    return inside and edge


@given(BOXES, BOXES, st.integers(min_value=0, max_value=12))
def test_RT1_a_curve_runs_from_edge_to_edge(source: Box, target: Box, lane: int) -> None:
    line, head, label = curve(source, target, lane)
    assert _on_edge(line[0], line[1], source)
    assert _on_edge(head[0], head[1], target)
    # the line ends in the middle of the head's foot
    assert abs(line[6] - (head[2] + head[4]) / 2) < 1e-6
    assert abs(line[7] - (head[3] + head[5]) / 2) < 1e-6
    assert min(line[::2]) - 1e-6 <= label[0] <= max(line[::2]) + 1e-6
    assert min(line[1::2]) - 1e-6 <= label[1] <= max(line[1::2]) + 1e-6


def test_RT2_a_relation_of_opposite_sides_is_straight() -> None:
    line = curve(Box(0, 0, 200, 60), Box(264, 20, 200, 90)).line
    assert set(line[1::2]) == {30.0}
    line = curve(Box(0, 0, 200, 60), Box(50, 152, 200, 60)).line
    assert set(line[::2]) == {100.0}


def test_RT3_a_curve_sweeps_along_the_narrower_gutter() -> None:
    across = curve(Box(0, 0, 200, 60), Box(264, 500, 200, 60)).line
    assert min(across[::2]) >= 200 and max(across[::2]) <= 264
    down = curve(Box(0, 0, 200, 60), Box(800, 152, 200, 60)).line
    assert min(down[1::2]) >= 60 and max(down[1::2]) <= 152
    assert GUTTER < 64


def test_RT3_an_arc_leads_around_what_lies_between() -> None:
    over = curve(Box(0, 0, 200, 60), Box(428, 0, 200, 60)).line
    assert max(over[1::2]) <= 0
    beside = curve(Box(0, 0, 200, 60), Box(0, 200, 200, 60)).line
    assert min(beside[::2]) >= 200


def test_RT4_relations_of_the_same_two_boxes_are_told_apart() -> None:
    source, target = Box(0, 0, 200, 90), Box(300, 0, 200, 90)
    lines = [curve(source, target, lane).line for lane in range(4)]
    assert len(set(lines)) == 4
    assert curve(target, source, 1).line[1] == lines[1][1]


def test_RT5_the_shared_cases_are_fresh() -> None:
    assert make_route.PATH.read_text() == make_route.written()
    cases = json.loads(make_route.PATH.read_text())["curves"]
    assert len(cases) >= 30
