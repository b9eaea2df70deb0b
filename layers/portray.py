"""One node as SVG: a card, or a thing of any other kind, as the canvas draws it."""

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from board.limits import POINT_MAX
from board.state import Node
from layers import measure, shapes
from layers.markup import attribute, curves, data, number, points, rect, text
from layers.palette import Theme, Tone, mixed
from layers.shapes import Box

LINE: Final = 1.5  # of a shape's outline
SHADE: Final = 5.0  # how far a sticky's shade reaches below it
TAG_HEIGHT: Final = 18.0
SIGN: Final = 9.0
FRAME_TINT: Final = 0.05  # the opacity of a frame's ground

_SAFE_HREF: Final = re.compile(r"(https?://|mailto:)", re.IGNORECASE)
_SAFE_IMAGE: Final = re.compile(r"data:image/(png|jpeg|webp|gif|avif);base64,[A-Za-z0-9+/=]*\Z")


class Portrait(NamedTuple):
    """A node as it is drawn: with its texts in one language, the tone and the theme.

    ``image`` is the address of an image's bytes as a ``data:`` URI; "" draws a placeholder.
    """

    node: Node
    title: str
    words: str
    alt: str
    tone: Tone
    theme: Theme
    image: str = ""

    @property
    def box(self) -> Box:
        """The node's box."""
        return Box(self.node.x, self.node.y, self.node.w, self.node.h)

    @property
    def name(self) -> str:
        """What a node that holds no text is called."""
        if self.node.kind == "image":
            return self.alt or self.title or "Image"
        return "Drawing" if self.node.kind == "drawing" else ""


def portray(it: Portrait) -> Iterator[str]:
    """The elements of a node."""
    node = it.node
    href = node.href if _SAFE_HREF.match(node.href) else ""
    turn = ""
    if node.angle:
        x, y = node.x + node.w / 2, node.y + node.h / 2
        turn = f' transform="rotate({number(node.angle)} {number(x)} {number(y)})"'
    yield f'<g id="node-{attribute(node.id)}" role="listitem"{turn}>'
    if it.name:
        yield f"<title>{data(it.name)}</title>"
    if href:
        yield f'<a href="{attribute(href)}" target="_blank" rel="noopener noreferrer">'
    match node.kind:
        case "sticky":
            yield from _sticky(it)
        case "text":
            ink = it.tone.ink if node.color else it.theme.title
            yield from _words(it, ink, (0.0, 0.0, node.w, node.h), centred=False)
        case "shape":
            yield from _shape(it)
        case "frame":
            yield from _frame(it)
        case "image":
            yield from _image(it)
        case "drawing":
            yield _drawing(it)
        case _:
            yield from _card(it)
    if node.kind not in ("frame", "drawing"):
        yield from _signs(it, bool(href))
    if href:
        yield "</a>"
    yield "</g>"


def _card(it: Portrait) -> Iterator[str]:
    box, theme = it.box, it.theme
    titles, texts, _ = measure.fit_card(it.title, it.words, box.w)
    radius = min(shapes.CARD_RADIUS, box.w / 2, box.h / 2)
    yield rect(box._replace(y=box.y + 1.5), radius, theme.shade)
    yield rect(box, radius, theme.card, theme.card_edge)
    yield _bar(box, radius, it.tone.bar)
    left = box.x + shapes.CARD_BAR + shapes.CARD_PADDING
    top = box.y + shapes.CARD_PADDING
    yield from text(
        titles, left, top, shapes.TITLE_SIZE, shapes.TITLE_LEADING, shapes.TITLE_WEIGHT,
        theme.title,
    )  # fmt: skip
    top += len(titles) * shapes.TITLE_LEADING + (shapes.CARD_TEXT_GAP if titles else 0)
    yield from text(
        texts, left, top, shapes.TEXT_SIZE, shapes.TEXT_LEADING, shapes.TEXT_WEIGHT, theme.text
    )
    if it.node.tags:
        yield from _tags(it, top + len(texts) * shapes.TEXT_LEADING)


def _bar(box: Box, radius: float, fill: str) -> str:
    """The coloured left edge of a card, within its rounded corners."""
    w = shapes.CARD_BAR
    x, top, bottom = box.x, box.y, box.y + box.h
    inset = radius - (radius * radius - (radius - w) ** 2) ** 0.5 if w < radius else 0.0
    n = number
    return (
        f'<path d="M{n(x + w)} {n(top + inset)}A{n(radius)} {n(radius)} 0 0 0'
        f" {n(x)} {n(top + radius)}V{n(bottom - radius)}A{n(radius)} {n(radius)} 0 0 0"
        f' {n(x + w)} {n(bottom - inset)}Z" fill="{fill}"/>'
    )


def _tags(it: Portrait, text_end: float) -> Iterator[str]:
    """The tags of a card at its foot, where there is room: those that fit in one row."""
    box = it.box
    if box.y + box.h - text_end - 5 < TAG_HEIGHT + 2:
        return
    x = box.x + shapes.CARD_BAR + shapes.CARD_PADDING - 2
    y = box.y + box.h - (shapes.TAGS_HEIGHT - TAG_HEIGHT) / 2 - 4 - TAG_HEIGHT
    right = box.x + box.w - shapes.CARD_PADDING - (16 if it.node.locked or it.node.href else 0)
    for tag in it.node.tags:
        w = measure.text_width(tag, shapes.TAG_SIZE, 400) + 14
        if x + w > right:
            break
        yield rect(Box(x, y, w, TAG_HEIGHT), TAG_HEIGHT / 2, it.tone.tint)
        yield from text([tag], x + 7, y, shapes.TAG_SIZE, TAG_HEIGHT, 400, it.theme.text)
        x += w + 5


def _sticky(it: Portrait) -> Iterator[str]:
    (x, y, w, h), paper = it.box, it.tone.paper
    inset = min(w / 4, 7.0)
    n = number
    yield (
        f'<path d="M{n(x + inset * 0.3)} {n(y + h - SHADE)}L{n(x + inset * 0.5)} {n(y + h + SHADE)}'
        f"Q{n(x + w / 2)} {n(y + h + SHADE * 0.2)} {n(x + w - inset * 0.5)} {n(y + h + SHADE)}"
        f'L{n(x + w - inset * 0.3)} {n(y + h - SHADE)}Z" fill="{it.theme.shade}"/>'
    )
    yield rect(it.box, 1.5, paper, mixed(paper, it.theme.paper_ink, 0.1))
    pad = shapes.STICKY_PADDING
    yield from _words(it, it.theme.paper_ink, (pad, pad, w - pad, h - pad), centred=True)


def _shape(it: Portrait) -> Iterator[str]:
    node = it.node
    shape = node.shape or "rectangle"
    paint = f'fill="{it.tone.tint}" stroke="{it.tone.bar}" stroke-width="{number(LINE)}"'
    yield _outline(shape, it.box, f'{paint} stroke-linejoin="round"')
    if shape == "cylinder":
        x, y, w, h = it.box
        rim = shapes.CYLINDER_RIM * h
        low = y + rim * 7 / 3
        front = curves((x, y + rim, x, low, x + w, low, x + w, y + rim))
        pen = f'stroke="{it.tone.bar}" stroke-width="{number(LINE)}"'
        yield f'<path d="{front}" fill="none" {pen}/>'
    yield from _words(it, it.theme.title, measure.text_box(shape, node.w, node.h), centred=True)


def _outline(shape: str, box: Box, paint: str) -> str:
    """The outline of a shape in its box."""
    x, y, w, h = box
    n = number
    if shape in ("rectangle", "rounded"):
        radius = min(shapes.SHAPE_RADIUS, w / 3, h / 3) if shape == "rounded" else 0.0
        return (
            f'<rect x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}" rx="{n(radius)}" {paint}/>'
        )
    if shape == "ellipse":
        return (
            f'<ellipse cx="{n(x + w / 2)}" cy="{n(y + h / 2)}" rx="{n(w / 2)}" ry="{n(h / 2)}"'
            f" {paint}/>"
        )
    if shape == "cylinder":
        rim = shapes.CYLINDER_RIM * h
        up, low = y - rim / 3, y + h + rim / 3
        top, foot = y + rim, y + h - rim
        lid = curves((x, top, x, up, x + w, up, x + w, top))
        base = " ".join(map(n, (x + w, low, x, low, x, foot)))
        return f'<path d="{lid}V{n(foot)}C{base}Z" {paint}/>'
    corners = shapes.SHAPE_POINTS[shape]
    values = [y + corner * h if at % 2 else x + corner * w for at, corner in enumerate(corners)]
    return f'<path d="M{points(values)}Z" {paint}/>'


def _frame(it: Portrait) -> Iterator[str]:
    box, tone = it.box, it.tone
    edge = mixed(tone.bar, it.theme.background, 0.25)
    yield rect(box, min(8.0, box.w / 2, box.h / 2), tone.bar, edge, opacity=FRAME_TINT)
    title = " ".join(it.title.split())
    size = shapes.FRAME_TITLE_SIZE
    if measure.text_width(title, size, 600) > box.w:
        title = measure.break_lines(title + " ", max(box.w - size, size), size, 600)[0].rstrip()
        title += "…"
    leading = size * shapes.FREE_LEADING
    if title:
        yield from text([title], box.x + 2, box.y - leading - 1, size, leading, 600, tone.ink)


def _image(it: Portrait) -> Iterator[str]:
    box, tone = it.box, it.tone
    x, y, w, h = box
    n = number
    if _SAFE_IMAGE.match(it.image):
        yield (
            f'<image x="{n(x)}" y="{n(y)}" width="{n(w)}" height="{n(h)}"'
            f' preserveAspectRatio="none" href="{it.image}"/>'
        )
        return
    yield rect(box, min(6.0, w / 4, h / 4), tone.tint, mixed(tone.bar, tone.tint, 0.5))
    size = min(w * 0.4, h * 0.4, 44.0)
    cx, cy = x + w / 2, y + h / 2
    said = " ".join(it.alt.split()) if min(w, h) >= 72 else ""
    if said:
        cy -= shapes.TEXT_SIZE * 0.9
    sun = size * 0.11
    hills = points(
        (cx - size * 0.4, cy + size * 0.3, cx - size * 0.14, cy + size * 0.1, cx, cy + size * 0.22,
         cx + size * 0.2, cy - size * 0.06, cx + size * 0.42, cy + size * 0.22)
    )  # fmt: skip
    pen = f'fill="none" stroke="{tone.bar}" stroke-width="1.6" stroke-linecap="round"'
    yield (
        f'<rect x="{n(cx - size / 2)}" y="{n(cy - size * 0.4)}" width="{n(size)}"'
        f' height="{n(size * 0.8)}" rx="{n(size * 0.1)}" {pen}/>'
    )
    yield (
        f'<circle cx="{n(cx - size * 0.17)}" cy="{n(cy - size * 0.12)}" r="{n(sun)}" {pen}/>'
        f'<path d="M{hills}" {pen}/>'
    )
    if said:
        room = w - 16
        if measure.text_width(said, shapes.TEXT_SIZE, 400) > room:
            said = measure.break_lines(said + " ", room - 13, shapes.TEXT_SIZE, 400)[0].rstrip()
            said += "…"
        yield from text(
            [said], cx, cy + size * 0.4 + 6, shapes.TEXT_SIZE, shapes.TEXT_LEADING, 400,
            it.theme.text, anchor="middle",
        )  # fmt: skip


def _drawing(it: Portrait) -> str:
    """A line through the points, round through their middles."""
    x, y, w, h = it.box
    given = it.node.points or ()
    values = [
        y + at / POINT_MAX * h if place % 2 else x + at / POINT_MAX * w
        for place, at in enumerate(given)
    ]
    n = number
    path = f"M{points(values[:2])}"
    for at in range(2, len(values) - 2, 2):
        middle = (values[at] + values[at + 2]) / 2, (values[at + 1] + values[at + 3]) / 2
        path += f"Q{points(values[at : at + 2])} {points(middle)}"
    path += f"L{points(values[-2:])}"
    return (
        f'<path d="{path}" fill="none" stroke="{it.tone.bar}"'
        f' stroke-width="{n(shapes.DRAWING_WIDTH)}" stroke-linecap="round"'
        ' stroke-linejoin="round"/>'
    )


def _words(
    it: Portrait, ink: str, room: tuple[float, float, float, float], *, centred: bool
) -> Iterator[str]:
    """The text of a node in a part of its box: the lines that fit."""
    node = it.node
    left, top, right, bottom = room
    _, lines, size = measure.fit_node(
        node.kind, "", it.words, node.w, node.h, node.text_size, node.shape
    )
    leading = size * shapes.FREE_LEADING
    high = bottom - top
    shown = [line.rstrip() for line in lines[: max(1, int(high / leading + 0.01))]]
    if centred:
        top += max(0.0, (high - len(shown) * leading) / 2)
    yield from text(
        shown, node.x + ((left + right) / 2 if centred else left), node.y + top, size, leading,
        shapes.TEXT_WEIGHT, ink, anchor="middle" if centred else "",
    )  # fmt: skip


def _signs(it: Portrait, linked: bool) -> Iterator[str]:
    """The signs of a lock and of a link, in the lower right corner."""
    node = it.node
    right, bottom = node.x + node.w - 5, node.y + node.h - 5
    if node.kind == "shape":
        _, _, inner_right, inner_bottom = measure.text_box(node.shape, node.w, node.h)
        right = min(right, node.x + inner_right + 4)
        bottom = min(bottom, node.y + inner_bottom + 4)
    ink = it.theme.relation
    if node.kind == "sticky":
        ink = mixed(it.theme.paper_ink, it.tone.paper, 0.4)
    n = number
    pen = f'fill="none" stroke="{ink}" stroke-width="1.3" stroke-linecap="round"'
    x, y = right - SIGN, bottom - SIGN
    if node.locked:
        yield (
            f'<g class="lock">{rect(Box(x + 1, y + 4, 7, 5), 1, ink)}'
            f'<path d="M{n(x + 2.4)} {n(y + 4)}V{n(y + 2.8)}a2.1 2.1 0 0 1 4.2 0V{n(y + 4)}"'
            f" {pen}/></g>"
        )
        x -= SIGN + 4
    if linked:
        yield (
            f'<path class="link" d="M{n(x + 1)} {n(y + 8)}L{n(x + 8)} {n(y + 1)}'
            f'M{n(x + 3.4)} {n(y + 1)}H{n(x + 8)}V{n(y + 5.6)}" {pen}/>'
        )
