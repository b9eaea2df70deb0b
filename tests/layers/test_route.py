"""How a relation is drawn (rules RT)."""

import json
from itertools import pairwise
from math import cos, dist, hypot, radians, sin
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from board.ops import Head, LineKind, ShapeName
from layers.figure import Figure, bounds, met, taken, turned
from layers.route import CORNER, GUTTER, HEADS, LANE, Route, curve, route
from layers.shapes import FRAME_HEAD, Box
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
    cases = json.loads(make_route.PATH.read_text())["routes"]
    assert len(cases) >= 100


ANGLES = st.one_of(st.sampled_from([0.0, 90.0, 180.0, 270.0]), st.floats(0, 360, exclude_max=True))
FIGURES = st.builds(Figure, BOXES, st.sampled_from(get_args(ShapeName)), ANGLES)
LANES = st.integers(min_value=0, max_value=6)
STYLES = [st.sampled_from(get_args(LineKind)), *[st.sampled_from(get_args(Head))] * 2]


def _off(it: Figure, x: float, y: float) -> float:
    """How far a point lies from an outline, on the ray to the middle."""
    middle_x, middle_y = it.box.x + it.box.w / 2, it.box.y + it.box.h / 2
    away = hypot(x - middle_x, y - middle_y)
    if away < 1e-9:
        return 0.0
    to_x, to_y = (x - middle_x) / away, (y - middle_y) / away
    found = met(it, x + to_x * 5000, y + to_y * 5000, -to_x, -to_y)
    assert found is not None
    return dist(found, (x, y))


def _apart(one: Box, other: Box) -> bool:
    across = max(other.x - one.x - one.w, one.x - other.x - other.w)
    down = max(other.y - one.y - one.h, one.y - other.y - other.h)
    return max(across, down) > 0


@given(FIGURES, FIGURES, LANES, *STYLES)
def test_RT6_a_line_ends_on_the_outlines(
    source: Figure, target: Figure, lane: int, line: str, start: str, end: str
) -> None:
    way = route(source, target, lane, line, start, end)
    assert len(way.path) % 6 == 2
    for tip in (way.start, way.end):
        assert abs(hypot(tip.to_x, tip.to_y) - 1) < 1e-9
    if not _apart(bounds(source), bounds(target)):
        return  # what lies over each other may hide its ends
    for it, tip, (x, y), head in (
        (source, way.start, way.path[:2], start), (target, way.end, way.path[-2:], end),
    ):  # fmt: skip
        assert _off(it, tip.x, tip.y) < 1e-6 * max(it.box.w, it.box.h, 100)
        back = (tip.x - x) * tip.to_x + (tip.y - y) * tip.to_y
        assert -1e-6 <= back <= HEADS[head] + 1e-6
        assert dist((x, y), (tip.x, tip.y)) <= HEADS[head] + 1e-6
        if line == "curved":
            assert abs(back - HEADS[head]) < 1e-6


@given(BOXES, BOXES, LANES)
def test_RT7_an_elbow_is_upright_and_level_and_stays_off_both_boxes(
    source: Box, target: Box, lane: int
) -> None:
    path = route(Figure(source), Figure(target), lane, "elbow").path
    points = list(zip(path[::2], path[1::2], strict=True))
    parts = [(points[at], points[at + 3]) for at in range(0, len(points) - 3, 3)]
    for (x, y), (end_x, end_y) in parts[::2]:  # every other one is a bend
        assert abs(x - end_x) < 1e-6 or abs(y - end_y) < 1e-6
    if _apart(source, target):
        for (x, y), (end_x, end_y) in parts:
            middle = ((x + end_x) / 2, (y + end_y) / 2)
            for box in (source, target):
                assert not (
                    box.x + 1e-6 < middle[0] < box.x + box.w - 1e-6
                    and box.y + 1e-6 < middle[1] < box.y + box.h - 1e-6
                )


def test_RT7_an_elbow_goes_around_what_lies_over_each_other() -> None:
    way = route(Figure(Box(0, 0, 200, 100)), Figure(Box(50, 20, 100, 60)), 0, "elbow")
    assert max(way.path[::2]) > 200
    assert way.start.to_x == way.end.to_x == -1


def test_RT8_a_straight_line_runs_from_middle_to_middle() -> None:
    one, other = Figure(Box(0, 0, 100, 60)), Figure(Box(300, 220, 100, 60), "ellipse")
    way = route(one, other, 0, "straight")
    points = zip(way.path[::2], way.path[1::2], strict=True)
    slopes = {round((y - 30) / (x - 50), 9) for x, y in points}
    assert slopes == {round(220 / 300, 9)}
    lanes = [route(one, other, lane, "straight") for lane in range(3)]
    back = route(other, one, 1, "straight")
    assert dist(back.end[:2], lanes[1].start[:2]) < 1e-6, "a lane lies on one side"
    assert len({way.path for way in lanes}) == 3


def test_RT4_relations_of_the_same_two_lie_in_lanes_of_every_line() -> None:
    source, target = Figure(Box(0, 0, 200, 90)), Figure(Box(300, 200, 200, 90))
    for line in get_args(LineKind):
        ways: list[Route] = [route(source, target, lane, line) for lane in range(4)]
        for one, other in pairwise(ways):
            assert dist(one.label, other.label) > CORNER / 2 or one.start != other.start
            assert one.path != other.path
    assert LANE > CORNER / 2


@given(ANGLES)
def test_RT9_an_angle_is_turned_by_sums_of_its_own(angle: float) -> None:
    own_cos, own_sin = turned(angle)
    assert abs(own_cos - cos(radians(angle))) < 1e-10
    assert abs(own_sin - sin(radians(angle))) < 1e-10
    assert turned(90.0) == (0, 1) and turned(180.0) == (-1, 0) and turned(270.0) == (0, -1)


@given(FIGURES)
def test_RT9_bounds_hold_the_outline_and_touch_it(it: Figure) -> None:
    around = bounds(it)
    middle_x, middle_y = it.box.x + it.box.w / 2, it.box.y + it.box.h / 2
    ends = []
    for turn in range(0, 360, 3):
        to_x, to_y = cos(radians(turn)), sin(radians(turn))
        found = met(it, middle_x + to_x * 5000, middle_y + to_y * 5000, -to_x, -to_y)
        assert found is not None
        ends.append(found)
    slack = 1e-6 * max(it.box.w, it.box.h)
    assert all(around.x - slack <= x <= around.x + around.w + slack for x, _ in ends)
    assert all(around.y - slack <= y <= around.y + around.h + slack for _, y in ends)
    assert around.w * around.h <= 4.2 * it.box.w * it.box.h or it.angle % 90 != 0


def test_RT9_a_frame_takes_up_its_title_too() -> None:
    box = Box(100, 100, 300, 200)
    assert taken("sticky", box) == box
    assert taken("frame", box) == Box(100, 100 - FRAME_HEAD, 300, 200 + FRAME_HEAD)
    assert taken("frame", box, None, 180.0) == Box(100, 100, 300, 200 + FRAME_HEAD)
    turned_once = taken("frame", box, None, 90.0)
    assert turned_once == Box(150, 50, 200 + FRAME_HEAD, 300)
