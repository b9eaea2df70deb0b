"""Words: how texts in all languages are compared, and how what was found is shown.

A text is folded (compatibility forms, letters without their marks, one case) and cut into
words. In scripts that put no spaces between words each sign counts as one, so that a part of a
sentence is found; signs such as emoji are words, too. The same functions read a query, so what
a person types never has a syntax. Pure.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Final

Phrase = tuple[str, ...]  # words that stand one after the other
Query = tuple[Phrase, ...]  # all of them; of the last phrase the last word may be a beginning

# Thai, Lao, Tibetan, Burmese, Khmer; ideographs and kana
_UNSPACED: Final = (
    "\u0e00-\u0fff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff"
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
)
_SIGNS: Final = "\u2190-\u21ff\u2600-\u27bf\U0001f000-\U0001faff"
_WORD: Final = re.compile(rf"[{_UNSPACED}{_SIGNS}]|[^\W_{_UNSPACED}{_SIGNS}]+")
_SPACES: Final = re.compile(r"\s+")
ELLIPSIS: Final = "…"
LEAD_CHARS: Final = 40  # of a snippet, before what was found


def fold(text: str) -> str:
    """A text as it is compared: "Straße" and "STRASSE", "é" and "e" are the same."""
    if text.isascii():
        return text.lower()
    plain = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in plain if unicodedata.category(sign)[0] != "M").casefold()


def words(text: str) -> list[str]:
    """The words of a text, folded. A word holds neither spaces nor quotes."""
    return _WORD.findall(fold(text))


def read_query(text: str) -> Query:
    """What a person looks for: every part between spaces, as the words that it holds."""
    phrases = (tuple(words(part)) for part in text.split())
    return tuple(phrase for phrase in phrases if phrase)


def marks(text: str, query: Query) -> list[tuple[int, int]]:
    """Where a text holds what was looked for: ranges of characters, in order, apart."""
    whole = fold(text)
    if not any(phrase[0] in whole for phrase in query):
        return []  # most texts of a board
    origin: Sequence[int] = range(len(text))  # of each folded character, what it comes from
    if not text.isascii():
        origin = [at for at, sign in enumerate(text) for _ in fold(sign)]
    held = [(found[0], *found.span()) for found in _WORD.finditer(whole)]
    ranges: list[tuple[int, int]] = []
    for number, phrase in enumerate(query):
        for first in range(len(held) - len(phrase) + 1):
            run = held[first : first + len(phrase)]
            if stands(phrase, [word for word, _, _ in run], number == len(query) - 1):
                end = run[-1][2]
                if len(run[-1][0]) > len(phrase[-1]):  # the beginning of a word
                    end = run[-1][1] + len(phrase[-1])
                ranges.append((origin[run[0][1]], origin[end - 1] + 1))
    return _apart(ranges)


def stands(phrase: Phrase, run: Sequence[str], open_end: bool) -> bool:
    """Whether words are a phrase; ``open_end``: the last may be longer."""
    *before, last = phrase
    return list(run[:-1]) == before and (run[-1].startswith(last) if open_end else run[-1] == last)


def _apart(ranges: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for start, end in sorted(ranges):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((start, end))
    return found


def parted(text: str, ranges: Sequence[tuple[int, int]]) -> tuple[str, ...]:
    """A text cut at its marks: plain, marked, plain, ...; every second part is marked."""
    parts: list[str] = []
    at = 0
    for start, end in ranges:
        parts += [text[at:start], text[start:end]]
        at = end
    return (*parts, text[at:])


def snippet(text: str, query: Query, chars_max: int) -> tuple[str, ...]:
    """A part of a text around what was looked for, in one line, cut at its marks."""
    line = _SPACES.sub(" ", text).strip()
    ranges = marks(line, query)
    start = 0
    if len(line) > chars_max and ranges:
        start = max(0, min(ranges[0][0] - LEAD_CHARS, len(line) - chars_max))
        if start:
            space = line.find(" ", start, ranges[0][0])
            start = start if space < 0 else space + 1
    shown = line[start : start + chars_max]
    inside = [(low - start, min(high - start, len(shown))) for low, high in ranges]
    parts = list(parted(shown, [(low, high) for low, high in inside if 0 <= low < high]))
    if start:
        parts[0] = ELLIPSIS + parts[0]
    if start + len(shown) < len(line):
        parts[-1] += ELLIPSIS
    return tuple(parts)
