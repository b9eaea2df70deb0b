"""Text: its width, its lines and the cards that hold it (rules ME)."""

import json
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.ops import ShapeName
from layers import shapes
from layers.advances import RUNS, UNITS_PER_EM
from layers.make_advances import code_points, runs, wrapped
from layers.measure import (
    balanced_lines,
    break_lines,
    card_height,
    fit_card,
    fit_node,
    text_box,
    text_width,
)

# much of what breaks lines: spaces, marks, hyphens, ideographs, joined emoji, line breaks
TEXT = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from(" \t\n\r-/–—­​ 、。(漢字)abc01.,«»\u0301\u200d👩👧\u2028\x0b\x85"),
    ),
    max_size=80,
)
WIDTHS = st.floats(min_value=8, max_value=400)


@given(TEXT, WIDTHS, st.sampled_from([400, 600]))
def test_ME1_lines_joined_are_the_text(text: str, width: float, weight: int) -> None:
    assert "".join(break_lines(text, width, 13.0, weight)) == text
    assert "".join(balanced_lines(text, width, 15.0, weight)) == text


@given(TEXT, st.floats(min_value=40, max_value=400))
def test_ME2_a_line_fits_its_width(text: str, width: float) -> None:
    for line in break_lines(text, width, 13.0, 400):
        ink = line.rstrip()
        assert text_width(ink, 13.0, 400) <= width + 1e-6 or _is_one_character(ink)


def _is_one_character(ink: str) -> bool:
    """What is joined to one character by marks and joiners is never cut."""
    return "\u200d" in ink or sum(text_width(c, 13.0, 400) > 0 for c in ink) <= 1


def test_ME3_lines_break_after_spaces_hyphens_and_slashes() -> None:
    assert break_lines("one two", 30, 13.0, 400) == ["one ", "two"]
    assert break_lines("socio-economic", 70, 13.0, 400) == ["socio-", "economic"]
    assert break_lines("and/or", 30, 13.0, 400) == ["and/", "or"]
    assert break_lines("平等な都市、", 40, 13.0, 400) == ["平等な", "都市、"]
    assert break_lines("no\u00a0break here", 60, 13.0, 400) == ["no\u00a0break ", "here"]
    assert break_lines("at 24/7 (-5)", 32, 13.0, 400) == ["at ", "24/7 ", "(-5)"]


def test_ME3_a_line_break_of_the_text_is_kept() -> None:
    assert break_lines("one\n\ntwo\r\nthree\n", 200, 13.0, 400) == [
        "one\n", "\n", "two\r\n", "three\n",
    ]  # fmt: skip


def test_ME3_a_long_word_is_cut_between_characters() -> None:
    lines = break_lines("e\u0301" * 40, 50, 13.0, 400)
    assert len(lines) > 1
    assert not any(line.startswith("\u0301") for line in lines)


def test_ME4_widths_are_sums_of_the_advances_of_the_font() -> None:
    assert text_width("AV", 2048.0, 400) == 1413 + 1413
    assert text_width("A", 15.0, 600) > text_width("A", 15.0, 400)
    for sample in ("Straße", "Ελλάδα", "България", "Łódź", "“–”"):
        known = set("".join(chr(point) for point in _points(400)))
        assert set(sample) <= known, sample


def test_ME4_what_the_font_lacks_has_a_width_too() -> None:
    assert text_width("漢", 10.0, 400) == pytest.approx(10.0, abs=0.01)
    assert text_width("👍", 10.0, 400) == pytest.approx(12.5, abs=0.01)
    assert text_width("\u0301\u200d\u200b", 10.0, 400) == 0
    assert 4 < text_width("ש", 10.0, 400) < 8


def _points(weight: int) -> list[int]:
    found: list[int] = []
    for word in RUNS[weight].split():
        first, colon, _ = word.rpartition(":")
        found.append(int(first, 16) if colon else found[-1] + 1)
    return found


def test_ME4_both_weights_know_the_same_characters() -> None:
    assert _points(400) == _points(600) == sorted(set(_points(400)))
    assert UNITS_PER_EM == 2048


@given(TEXT, TEXT, st.floats(min_value=60, max_value=500))
def test_ME5_a_card_is_as_high_as_its_lines(title: str, text: str, width: float) -> None:
    titles, texts, height = fit_card(title, text, width)
    assert "".join(titles) == title
    assert "".join(texts) == text
    assert height == card_height(title, text, width)
    lines = len(titles) * shapes.TITLE_LEADING + len(texts) * shapes.TEXT_LEADING
    assert height >= 2 * shapes.CARD_PADDING + max(lines, shapes.TEXT_LEADING)


def test_ME6_the_lines_of_a_title_are_alike() -> None:
    title = "Tackling spatial segregation at city and neighbourhood level"
    greedy = break_lines(title, 300, 15.0, 600)
    lines = balanced_lines(title, 300, 15.0, 600)
    assert len(lines) == len(greedy) == 2
    widths = [text_width(line.rstrip(), 15.0, 600) for line in lines]
    assert max(widths) <= 300
    assert max(widths) - min(widths) < 60


@given(TEXT, st.floats(min_value=8, max_value=900), st.floats(min_value=8, max_value=900))
def test_ME7_a_sticky_takes_the_largest_size_that_fits(text: str, w: float, h: float) -> None:
    _, lines, size = fit_node("sticky", "", text, w, h)
    assert "".join(lines) == text
    scale = max(1.0, min(w, h) / shapes.STICKY_SIDE)
    sizes = [int(one * scale) for one in shapes.STICKY_SIZES]
    assert size in sizes
    if size > sizes[-1]:
        assert len(lines) * size * shapes.FREE_LEADING <= h - 2 * shapes.STICKY_PADDING
        inner = max(w - 2 * shapes.STICKY_PADDING, sizes[-1])
        assert all(text_width(line.rstrip(), size, 400) <= inner + 1e-6 for line in lines)


def test_ME7_the_lines_of_a_tiny_sticky_are_as_wide_as_the_smallest_size() -> None:
    assert fit_node("sticky", "", "00", 8.0, 45.0)[1] == ["0", "0"]


def test_ME7_a_sticky_shrinks_its_text_before_it_cuts_a_word() -> None:
    side = shapes.STICKY_SIDE
    assert fit_node("sticky", "", "Equality", side, side)[2] == shapes.STICKY_SIZES[0]
    _, lines, size = fit_node("sticky", "", "Gleichberechtigung für alle", side, side)
    assert lines == ["Gleichberechtigung ", "für alle"]
    assert size < shapes.STICKY_SIZES[0]
    _, lines, small = fit_node("sticky", "", "Gleichberechtigungü" * 9, side, side)
    assert len(lines) > 1
    assert small == shapes.STICKY_SIZES[-1]
    assert fit_node("sticky", "", "Equality", 3 * side, 2 * side)[2] == 2 * shapes.STICKY_SIZES[0]


def test_ME8_a_plain_text_has_the_size_that_was_asked_for() -> None:
    for name, size in shapes.TEXT_SIZES.items():
        assert fit_node("text", "", "one two", 900.0, 20.0, name) == ([], ["one two"], size)
    assert fit_node("text", "", "one two", 8.0, 8.0)[2] == shapes.TEXT_SIZES["medium"]


def test_ME9_each_shape_has_room_for_text_inside_its_outline() -> None:
    names = get_args(ShapeName)
    assert set(shapes.SHAPE_INSETS) == set(names)
    for name in names:
        left, top, right, bottom = text_box(name, 200.0, 160.0)
        assert 0 < left < right < 200
        assert 0 < top < bottom < 160
    assert text_box(None, 200.0, 160.0) == text_box("rectangle", 200.0, 160.0)
    text = "Places and services that work for everyone"
    wide = fit_node("shape", "", text, 180.0, 90.0, None, "rectangle")
    narrow = fit_node("shape", "", text, 180.0, 90.0, None, "diamond")
    assert wide[2] > narrow[2]
    assert len(wide[1]) <= len(narrow[1])


def test_the_table_is_written_in_runs() -> None:
    assert code_points("U+0041-0043,U+20AC") == [0x41, 0x42, 0x43, 0x20AC]
    assert runs({0x41: (1,), 0x42: (1,), 0x50: (1,)}) == [[0x41, 0x42], [0x50]]
    assert all(len(line) <= 96 for line in wrapped(["12345"] * 100))


def test_the_table_is_small() -> None:
    path = Path(__file__).parents[2] / "layers" / "advances.py"
    assert path.stat().st_size < 32_000


def test_the_font_that_was_measured_is_the_font_that_is_shipped() -> None:
    root = Path(__file__).parents[2]
    packages = json.loads((root / "static" / "package-lock.json").read_text())["packages"]
    version = packages["node_modules/@fontsource/inter"]["version"]
    assert f"@fontsource/inter {version}," in (root / "layers" / "advances.py").read_text()
