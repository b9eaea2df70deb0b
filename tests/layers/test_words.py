"""Words: what is the same when one looks for something, and how it is shown."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from layers.words import fold, marks, parted, read_query, snippet, words

ANY_TEXT = st.text(max_size=60)


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("Égalité urbaine", "egalite"),
        ("egalite", "ÉGALITÉ"),
        ("Straße", "STRASSE"),
        ("Ισότητα και πόλη", "ΙΣΟΤΗΤΑ ΠΟΛΗ"),
        ("λόγος", "λογοσ"),
        ("İstanbul", "istanbul"),
        ("ﬁeld notes", "field"),
        ("Ｃｉｔｙ", "city"),
        ("المُساواة", "المساواة"),
        ("שִׁוְיוֹן", "שויון"),
        ("Градови једнакости", "једнак"),
        ("Равенство й ё", "Равенство и е"),
        ("城市平等", "平等"),
        ("都市の平等", "の平"),
        ("ความเท่าเทียม", "เท่า"),
        ("도시 평등", "평ᄃ"),
        ("हिन्दी शहर", "शहर"),
        ("plant a tree 🌱 here", "🌱"),
        ("co-operative (housing)", "co-op"),
        ("e.g. C3 2030!", "2030"),
    ],
)
def test_FI2_case_marks_forms_and_spaces_do_not_count(text: str, query: str) -> None:
    found = marks(text, read_query(query))
    assert found
    assert all(text[low:high].strip() == text[low:high] != "" for low, high in found)


def test_FI2_words_are_whole_but_for_the_last() -> None:
    assert marks("an urban city", read_query("urb city")) == [(9, 13)]
    assert marks("an urban city", read_query("city urb")) == [(3, 6), (9, 13)]
    assert marks("a city of cities", read_query("cit")) == [(2, 5), (10, 13)]
    assert marks("平和と平等", read_query("平等")) == [(3, 5)]
    assert marks("co and op", read_query("co-op")) == []
    assert marks("anything", read_query("")) == marks("", read_query("a")) == []


def test_FI2_what_is_marked_covers_a_sign_whole() -> None:
    assert marks("Straße", read_query("stras")) == [(0, 5)]
    assert parted("ﬁeld", marks("ﬁeld", read_query("f"))) == ("", "ﬁ", "eld")


def test_FI6_a_snippet_is_one_line_around_the_first_mark() -> None:
    text = "word " * 60 + "the\n\n needle  stands here " + "more " * 60
    parts = snippet(text, read_query("needle"), 60)
    assert parts[1] == "needle"
    assert parts[0].startswith("…word ") and parts[0].endswith(" the ")
    assert parts[2].startswith(" stands here ") and parts[2].endswith("…")
    assert len("".join(parts)) <= 62
    assert snippet("short", read_query("other"), 60) == ("short",)
    assert snippet("a needle", read_query("needle"), 60) == ("a ", "needle", "")


@given(ANY_TEXT, ANY_TEXT, st.integers(1, 80))
def test_FI6_parts_are_the_text_whatever_it_is(text: str, sought: str, chars_max: int) -> None:
    query = read_query(sought)
    ranges = marks(text, query)
    assert "".join(parted(text, ranges)) == text
    assert all(low < high for low, high in ranges)
    assert all(one[1] < other[0] for one, other in itertools.pairwise(ranges))
    shown = "".join(snippet(text, query, chars_max))
    assert len(shown) <= chars_max + 2
    assert shown.strip("…") in " ".join(text.split()) or "…" in text


@given(ANY_TEXT)
def test_FI2_folding_goes_sign_by_sign(text: str) -> None:
    assert "".join(map(fold, text)) == fold(text)


@given(ANY_TEXT)
def test_FI3_words_hold_nothing_that_a_query_could_mean(text: str) -> None:
    for word in words(text):
        assert word and not set(word) & set('"*()^:{}+-¶ \n\t\0')
    if words(text):
        assert marks(text, read_query(text))
