"""How wide a text is, and where its lines break: the one place that decides it.

Widths are sums of advances (layers/advances.py), without kerning, in board units; a browser
that kerns draws a line at most a little narrower. Lines break as in a small part of the
Unicode line breaking algorithm (UAX #14): after spaces, after hyphens and slashes that no
digit follows, around ideographs; a word that is wider than a line breaks between characters.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final

from layers import shapes
from layers.advances import RUNS, UNITS_PER_EM

WIDE_EM: Final = 1.0  # an ideograph, a Kana or Hangul syllable
EMOJI_EM: Final = 1.25
UNKNOWN_EM: Final = 0.65  # a letter that the font lacks, drawn from another
LINES_BALANCED_MAX: Final = 4  # a title of at most so many lines gets lines of like length

# a word with the spaces after it; what is no-break (U+00A0, U+2007, U+202F) is not a space here
_SPACES: Final = " \t\u1680\u2000-\u2006\u2008-\u200b\u205f\u3000"
_WORD: Final = re.compile(f"[^{_SPACES}]*[{_SPACES}]*")
_HANGING: Final = (
    "".join(  # what may hang over the edge, where a line ends
        chr(point)
        for first, last in ((0x2000, 0x2006), (0x2008, 0x200B))
        for point in range(first, last + 1)
    )
    + " \t\u1680\u205f\u3000\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"
)

# where a word may break: ideographs stand alone, with the closing marks after them and the
# opening marks before them; else after hyphens, dashes and slashes
_IDEOGRAPH: Final = "\u2e80-\u2fff\u3041-\u30ff\u3105-\u31ff\u3400-\u4dbf\u4e00-\ua4cf\uac00-\ud7a3"
_OPENING: Final = "(\\[{\u3008\u300a\u300c\u300e\u3010\u3014\uff08\u201c\u2018"
_CLOSING: Final = (
    ")\\]}.,:;!?%\u3001\u3002\u3009\u300b\u300d\u300f\u3011\u3015\uff01\uff09\uff0c\uff0e\uff1a\uff1b"
    "\uff1f\u201d\u2019\u30fc\u3005"
)
_PIECE: Final = re.compile(
    f"[{_OPENING}]*[{_IDEOGRAPH}\U00020000-\U0003ffff]\\S?(?<=[{_CLOSING}])[{_CLOSING}]*[{_SPACES}]*"
    f"|[{_OPENING}]*[{_IDEOGRAPH}\U00020000-\U0003ffff][{_SPACES}]*"
    f"|(?:[^-/\u2010\u2013\u2014{_IDEOGRAPH}\U00020000-\U0003ffff]"
    f"|[-/\u2010\u2013\u2014]+(?=[0-9{_CLOSING}])|(?<![^{_OPENING}])[-\u2010\u2013\u2014]+)*"
    f"[-/\u2010\u2013\u2014]*[{_SPACES}]*"
)


class _Widths(dict[str, int]):
    """Character -> advance in units of the em; what the font lacks is judged by its kind."""

    def __missing__(self, character: str) -> int:
        kind = unicodedata.category(character)
        if kind in ("Mn", "Me", "Cf", "Cc", "Cs", "Zl", "Zp"):
            em = 0.0
        elif unicodedata.east_asian_width(character) in ("W", "F"):
            em = EMOJI_EM if kind.startswith("S") else WIDE_EM
        else:
            em = UNKNOWN_EM
        width = self[character] = round(em * UNITS_PER_EM)
        return width


def _read(runs: str) -> _Widths:
    widths = _Widths()
    point = 0
    for word in runs.split():
        first, colon, advance = word.rpartition(":")
        if colon:
            point = int(first, 16)
        widths[chr(point)] = int(advance)
        point += 1
    widths["\t"] = widths[" "]
    return widths


_WIDTHS: Final = {weight: _read(runs) for weight, runs in RUNS.items()}


def text_width(text: str, size: float, weight: int) -> float:
    """The width of one line of text, in board units. ``weight`` is 400 or 600."""
    return sum(map(_WIDTHS[weight].__getitem__, text)) * size / UNITS_PER_EM


def break_lines(text: str, width: float, size: float, weight: int) -> list[str]:
    """Break a text into lines that are at most ``width`` board units wide.

    The lines joined are the text: a line keeps the spaces or the line break that end it, which
    may hang over the edge. A line break of the text is kept. Only a single character can be
    wider than the line. An empty text has no lines.
    """
    return list(_broken(text, width, size, weight))


def balanced_lines(text: str, width: float, size: float, weight: int) -> list[str]:
    """As ``break_lines``, with as many lines but of like length, for titles and labels."""
    return list(_balanced(text, width, size, weight))


def fit_card(
    title: str, text: str, width: float = shapes.CARD_WIDTH
) -> tuple[list[str], list[str], float]:
    """The lines of a card's title and text at a card's width, and the height that they need."""
    inner = width - shapes.CARD_BAR - 2 * shapes.CARD_PADDING
    title_lines = balanced_lines(title, inner, shapes.TITLE_SIZE, shapes.TITLE_WEIGHT)
    text_lines = break_lines(text, inner, shapes.TEXT_SIZE, shapes.TEXT_WEIGHT)
    return title_lines, text_lines, _height(len(title_lines), len(text_lines))


def fit_node(
    kind: str,
    title: str,
    text: str,
    width: float,
    height: float,
    text_size: str | None = None,
    shape: str | None = None,
) -> tuple[list[str], list[str], float]:
    """The lines of a node's title and text, and the size of its text (0: that of a card).

    Stickies and shapes take the largest of their sizes with which their text fits by whole
    words, else the smallest; those of a sticky grow with it. A plain text has the size that it
    was given, and breaks at its width. A line is never narrower than the smallest size.
    """
    sizes: tuple[float, ...]
    room = height
    match kind:
        case "sticky":
            scale = max(1.0, min(width, height) / shapes.STICKY_SIDE)
            sizes = tuple(float(int(size * scale)) for size in shapes.STICKY_SIZES)
            inner = width - 2 * shapes.STICKY_PADDING
            room -= 2 * shapes.STICKY_PADDING
        case "shape":
            sizes = shapes.SHAPE_SIZES
            left, top, right, bottom = text_box(shape, width, height)
            inner, room = right - left, bottom - top
        case "text":
            sizes, inner = (shapes.TEXT_SIZES[text_size or "medium"],), width
        case "frame":
            return ([title] if title else []), [], 0.0
        case _:
            title_lines, text_lines, _ = fit_card(title, text, width)
            return title_lines, text_lines, 0.0
    inner = max(inner, sizes[-1])
    lines: list[str] = []
    for size in sizes:
        lines = break_lines(text, inner, size, shapes.TEXT_WEIGHT)
        if len(lines) * size * shapes.FREE_LEADING <= room and _uncut(
            text, inner, size, shapes.TEXT_WEIGHT
        ):
            break
    return ([title] if title else []), lines, size


def text_box(shape: str | None, width: float, height: float) -> tuple[float, float, float, float]:
    """Where the text of a shape stands in its box: left, top, right, bottom."""
    insets = shapes.SHAPE_INSETS[shape or "rectangle"]
    padding = shapes.SHAPE_INSET_PADDING if any(insets) else shapes.SHAPE_PADDING
    left, top, right, bottom = insets
    return (
        width * left + padding,
        height * top + padding,
        width * (1 - right) - padding,
        height * (1 - bottom) - padding,
    )


def _uncut(text: str, width: float, size: float, weight: int) -> bool:
    """Whether the lines of a text end only where words may be divided."""
    widths = _WIDTHS[weight]
    room = int(width * UNITS_PER_EM / size + 1e-6)
    return all(
        sum(map(widths.__getitem__, piece.rstrip(_HANGING))) <= room
        for paragraph in text.splitlines(keepends=True)
        for piece in _pieces(paragraph)
    )


def card_height(
    title: str, text: str, width: float = shapes.CARD_WIDTH, tags: bool = False
) -> float:
    """The height that ``fit_card`` gives, without the work of balancing the title; with room for
    a row of ``tags`` where there are any."""
    inner = width - shapes.CARD_BAR - 2 * shapes.CARD_PADDING
    height = _height(
        len(_broken(title, inner, shapes.TITLE_SIZE, shapes.TITLE_WEIGHT)),
        len(_broken(text, inner, shapes.TEXT_SIZE, shapes.TEXT_WEIGHT)),
    )
    return height + (shapes.TAGS_HEIGHT if tags else 0.0)


def _height(titles: int, texts: int) -> float:
    """The height of a card with so many lines; a card without any has room for a title."""
    return (
        2 * shapes.CARD_PADDING
        + (titles if titles or texts else 1) * shapes.TITLE_LEADING
        + texts * shapes.TEXT_LEADING
        + (shapes.CARD_TEXT_GAP if titles and texts else 0)
    )


@lru_cache(maxsize=16_384)
def _broken(text: str, width: float, size: float, weight: int) -> tuple[str, ...]:
    widths = _WIDTHS[weight]
    room = int(width * UNITS_PER_EM / size + 1e-6)
    lines: list[str] = []
    for paragraph in text.splitlines(keepends=True):
        if sum(map(widths.__getitem__, paragraph.rstrip(_HANGING))) <= room:
            lines.append(paragraph)
        else:
            lines.extend(_paragraph(paragraph, room, widths))
    return tuple(lines)


@lru_cache(maxsize=16_384)
def _balanced(text: str, width: float, size: float, weight: int) -> tuple[str, ...]:
    lines = _broken(text, width, size, weight)
    if not 1 < len(lines) <= LINES_BALANCED_MAX:
        return lines
    low, high = width / 2, width  # the narrowest width that needs no line more
    while high - low > size / 4:
        middle = (low + high) / 2
        narrower = _broken.__wrapped__(text, middle, size, weight)
        if len(narrower) == len(lines) and all(
            text_width(line.rstrip(_HANGING), size, weight) <= width for line in narrower
        ):
            high, lines = middle, narrower
        else:
            low = middle
    return lines


def _paragraph(paragraph: str, room: int, widths: _Widths) -> list[str]:
    """Break one paragraph, greedily."""
    lines: list[str] = []
    line, taken = "", 0
    for piece in _pieces(paragraph):
        ink = piece.rstrip(_HANGING)
        ink_width = sum(map(widths.__getitem__, ink))
        if taken + ink_width > room:
            if line:
                lines.append(line)
                line, taken = "", 0
            if ink_width > room:
                *full, piece = _cut(piece, room, widths)
                lines.extend(full)
                ink_width = sum(map(widths.__getitem__, piece.rstrip(_HANGING)))
                ink = piece.rstrip(_HANGING)
        line += piece
        taken += ink_width
        if len(piece) > len(ink):
            taken += sum(map(widths.__getitem__, piece[len(ink) :]))
    if line:
        lines.append(line)
    return lines


def _pieces(paragraph: str) -> list[str]:
    """The pieces of a paragraph that no line break divides, each with the spaces after it."""
    pieces: list[str] = []
    for word in _WORD.findall(paragraph):
        if word.isascii() and "-" not in word and "/" not in word:
            if word:
                pieces.append(word)
        else:
            pieces.extend(piece for piece in _PIECE.findall(word) if piece)
    return pieces


def _cut(piece: str, room: int, widths: _Widths) -> list[str]:
    """Cut what is wider than a line between characters, never off a mark that joins on."""
    parts: list[str] = []
    part, taken = "", 0
    for character in piece:
        advance = widths[character]
        joined = _joins(character) or part.endswith("\u200d")
        if part and taken + advance > room and not joined and character not in " \t\r\n":
            parts.append(part)
            part, taken = "", 0
        part += character
        taken += advance
    parts.append(part)
    return parts


def _joins(character: str) -> bool:
    """Whether a character belongs to the one before it: a mark, a joiner, a modifier."""
    return not character.isascii() and (
        character == "\u200d"
        or "\U0001f3fb" <= character <= "\U0001f3ff"
        or unicodedata.category(character).startswith("M")
    )
