"""A board with one of everything: all kinds, shapes and tones, turned, with all lines and heads."""

from collections.abc import Iterator
from typing import Any, get_args

import msgspec

from board import decide
from board.apply import apply
from board.ops import PALETTE, AnyOp, Head, LineKind, ShapeName
from board.state import Board

SHAPES = get_args(ShapeName)
HEADS = get_args(Head)
LINES = get_args(LineKind)
LAYER = "things"
PEN = [
    0, 7000, 600, 4200, 1200, 3000, 1900, 3600, 2300, 5600, 2900, 8200, 3700, 9000, 4500, 7600,
    5000, 4900, 5700, 2200, 6500, 1000, 7300, 2400, 7900, 5200, 8600, 6800, 9300, 6200, 10000, 4000,
]  # fmt: skip


def operations() -> list[AnyOp]:
    """What makes the board."""
    return [msgspec.convert(op, AnyOp) for op in _made()]


def kinds() -> Board:
    """The board."""
    board = Board()
    answer = decide.decide(board, decide.Actor("owner"), 1, tuple(operations()))
    assert isinstance(answer, decide.Decision), answer
    apply(board, decide.entry(board, answer, at=0, epoch=1, author="", client="", n=1, salt=""))
    return board


def _node(id: str, kind: str, x: float, y: float, w: float, h: float, **more: Any) -> Any:
    text = {field: {"en": more.pop(field)} for field in ("title", "text", "alt") if field in more}
    base = {"op": "node.create", "id": id, "layer": more.pop("layer", LAYER), "kind": kind}
    return base | {"x": x, "y": y, "w": w, "h": h, "text": text} | more


def _relation(id: str, source: str, target: str, label: str = "", **more: Any) -> Any:
    text = {"label": {"en": label}} if label else {}
    base = {"op": "relation.create", "id": id, "source": source, "target": target}
    return base | {"text": text} | more


def _made() -> Iterator[Any]:
    title = {"title": {"en": "One of everything"}}
    yield {"op": "text.set", "owner": "board", "field": "title", "lang": "en",
           "text": "One of everything", "base": ""}  # fmt: skip
    yield {"op": "layer.create", "id": LAYER, "color": "blue", "text": title}
    yield {"op": "layer.create", "id": "notes", "color": "amber",
           "text": {"title": {"en": "Notes"}}}  # fmt: skip

    yield _node("heading", "text", 0, -150, 620, 60, text="One of everything", text_size="huge")
    yield _node("lede", "text", 0, -88, 760, 28, text="Stickies, shapes, frames, images, drawings "
                "and lines, as they are seen together.", text_size="medium",
                color="slate")  # fmt: skip

    # cards
    yield _node("card", "card", 0, 0, 220, 118, title="Better regulation", text="Rules that "
                "support equality in cities.", tags=["policy", "2026"],
                href="https://example.org/")  # fmt: skip
    yield _node("card-locked", "card", 260, 0, 220, 118, title="A locked card", locked=True,
                text="It stays where it is.", color="green", tags=["fixed"])  # fmt: skip
    yield _node("card-turned", "card", 540, 10, 220, 90, title="A turned card", angle=352.0,
                text="Turned by eight degrees.", color="pink")  # fmt: skip

    # stickies
    says = ("Who is missing from this table?", "Ask the youth council", "Yes!",
            "Gleichberechtigung im öffentlichen Raum", "مدينة للجميع", "What would make it easy to "
            "take part for somebody who works at night, has two children and no car?")  # fmt: skip
    tones = ("amber", "pink", "green", "blue", "violet", "orange")
    for at, (text, tone) in enumerate(zip(says, tones, strict=True)):
        yield _node(f"sticky{at}", "sticky", at * 190, 230, 160, 160, text=text, color=tone,
                    layer="notes", angle=(0.0, 3.0, 355.0)[at % 3])  # fmt: skip
    for at, tone in enumerate(PALETTE):
        yield _node(f"paper-{tone}", "sticky", at * 96, 420, 80, 80, text=tone, color=tone,
                    layer="notes", locked=at == 0)  # fmt: skip

    # a frame with shapes in it
    yield _node("frame", "frame", 0, 580, 1150, 330, title="How a proposal becomes a rule",
                color="indigo")  # fmt: skip
    for at, shape in enumerate(SHAPES):
        yield _node(f"shape-{shape}", "shape", 30 + at % 6 * 188, 610 + at // 6 * 150, 140, 110,
                    shape=shape, text=shape.capitalize(), color=PALETTE[at])  # fmt: skip
    yield _node("turned", "shape", 800, 0, 150, 90, shape="rounded", text="Turned", angle=20.0,
                color="teal")  # fmt: skip
    yield _node("star", "shape", 1000, -10, 140, 130, shape="star", text="New", angle=12.0,
                color="amber")  # fmt: skip

    # an image, a drawing, an arrow of ink
    yield _node("image", "image", 800, -180, 200, 140, alt="A square with trees and benches",
                color="slate")  # fmt: skip
    yield _node("drawing", "drawing", 1030, -170, 180, 90, points=PEN, color="red")
    yield _node("drawing-turned", "drawing", 1000, 130, 150, 50, points=PEN, color="violet",
                angle=340.0)  # fmt: skip

    # lines: each with each head, between dots
    for row, line in enumerate(LINES):
        for column, head in enumerate(HEADS):
            x, y = column * 250, 980 + row * 130
            end = HEADS[(column + 1) % len(HEADS)]
            a, b = f"from-{line}-{head}", f"to-{line}-{head}"
            yield _node(a, "shape", x, y, 60, 40, shape=SHAPES[(row + column) % 4], color="slate")
            yield _node(b, "shape", x + 150, y + 50, 60, 40, color="teal",
                        shape=SHAPES[(row + column + 2) % 4])  # fmt: skip
            yield _relation(f"{line}-{head}", a, b, start=head, end=end, line=line,
                            dashed=column == 3, color=PALETTE[column + 5])  # fmt: skip

    # relations among the things above
    yield _relation("r0", "card", "card-locked")
    yield _relation("r1", "card-locked", "card-turned", line="straight")
    yield _relation("r2", "card-turned", "turned", line="elbow", end="dot")
    yield _relation("r3", "card", "sticky1", "asks", line="elbow")
    yield _relation("r4", "card-locked", "sticky3", "asks", line="curved", dashed=True)
    yield _relation("r5", "shape-rectangle", "shape-rounded", line="straight")
    yield _relation("r6", "shape-rounded", "shape-ellipse", line="elbow")
    yield _relation("r7", "shape-ellipse", "shape-diamond")
    yield _relation("r8", "shape-diamond", "shape-hexagon", "no", line="elbow", color="red")
    yield _relation("r9", "shape-triangle", "shape-star", "in time", line="straight")
    yield _relation("r10", "shape-parallelogram", "shape-cylinder", line="straight", start="bar",
                    end="bar")  # fmt: skip
    yield _relation("r11", "star", "star", line="elbow")
    yield _relation("r12", "turned", "image", "shows", line="straight")
