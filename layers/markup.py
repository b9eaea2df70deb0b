"""Pieces of an SVG document: numbers, escaped text, rectangles, lines of text."""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from layers.shapes import Box

BASELINE: Final = 0.364  # of Inter's size, from the middle of a line down to its baseline

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def data(text: str) -> str:
    """Text as the content of an element."""
    text = _NOT_XML.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def attribute(text: str) -> str:
    """Text as the value of an attribute in double quotes."""
    return data(text).replace('"', "&quot;").replace("\n", " ").replace("\r", " ")


def number(value: float) -> str:
    """A number, short."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def points(values: Sequence[float]) -> str:
    """Points of a path, joined by straight lines, without what begins the path."""
    return "L".join(
        f"{number(values[at])} {number(values[at + 1])}" for at in range(0, len(values), 2)
    )


def curves(values: Sequence[float]) -> str:
    """A path of cubic Bezier curves."""
    path = f"M{number(values[0])} {number(values[1])}"
    for at in range(2, len(values), 6):
        path += "C" + " ".join(map(number, values[at : at + 6]))
    return path


def rect(
    box: Box, radius: float, fill: str, stroke: str = "", opacity: float = 1.0, width: float = 1.0
) -> str:
    """A rectangle, with round corners where there is a radius."""
    return (
        f'<rect x="{number(box.x)}" y="{number(box.y)}" width="{number(box.w)}"'
        f' height="{number(box.h)}"'
        + (f' rx="{number(radius)}"' if radius else "")
        + f' fill="{fill}"'
        + (f' fill-opacity="{number(opacity)}"' if opacity != 1 else "")
        + (f' stroke="{stroke}"' if stroke else "")
        + (f' stroke-width="{number(width)}"' if stroke and width != 1 else "")
        + "/>"
    )


def text(
    lines: list[str], x: float, y: float, size: float, leading: float, weight: int, ink: str,
    anchor: str = "", halo: str = "",
) -> Iterator[str]:  # fmt: skip
    """Lines of text below each other, from the top of the first; a halo parts them from lines."""
    if not lines:
        return
    y += leading / 2 + size * BASELINE
    spans = "".join(
        f'<tspan x="{number(x)}" y="{number(y + at * leading)}">{data(line)}</tspan>'
        for at, line in enumerate(lines)
    )
    yield (
        f'<text font-size="{number(size)}" font-weight="{weight}" fill="{ink}"'
        + (f' text-anchor="{anchor}"' if anchor else "")
        + (f' stroke="{halo}" stroke-width="5" paint-order="stroke"' if halo else "")
        + f">{spans}</text>"
    )
