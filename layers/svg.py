"""A board as SVG: what is on, as one picture with a group for each layer.

Editors that know layers (Inkscape and those that read its names) show ours: a layer's group
holds its region and its cards, a group's holds its layers'. Relations lie below them all, one
group for each pair of layers, so that a line passes behind the cards that it does not join; the
regions are tinted glass, through which it stays visible.

Every text is escaped data, of characters that XML 1.0 can hold. A label stands where it covers
no card and no other label, and once where several relations of one node say the same of one
layer; where there is no room it is left to the relation's title, which is always there.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from typing import Final

from board.state import Board, Layer, Node, Relation, Texts
from layers import measure, shapes
from layers.arrange import group_region, region
from layers.palette import LIGHT, Theme, tone
from layers.route import Curve, curve
from layers.shapes import Box
from layers.stream import said
from layers.tangle import Grid, point

MARGIN: Final = 40.0  # around everything
HEADING_SIZE: Final = 34.0
HEADING_LEADING: Final = 44.0
DESCRIPTION_SIZE: Final = 16.0
DESCRIPTION_LEADING: Final = 24.0
HEADING_GAP: Final = 20.0  # from the heading to the board
BASELINE: Final = 0.364  # of Inter's size, from the middle of a line down to its baseline
TINT: Final = 0.09  # the opacity of a region's ground, in its layer's colour
LABEL_PAD: Final = 5.0
LABEL_PLACES: Final = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)  # along a curve
FONT: Final = "Inter, system-ui, sans-serif"

_NOT_XML: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SAFE_HREF: Final = re.compile(r"(https?://|mailto:)", re.IGNORECASE)


def svg(
    board: Board,
    on: Collection[str],
    *,
    theme: Theme = LIGHT,
    lang: str = "",
    heading: bool = True,
) -> str:
    """The picture of the layers in ``on``, with the relations between them.

    ``on`` holds the ids of the layers that are drawn; of groups it needs none. ``lang`` is the
    language of the texts (the board's, where a text is not in it), ``heading`` puts title and
    description above. A board with nothing on is a picture of its heading alone.
    """
    return _Picture(board, frozenset(on), theme, lang or board.lang, heading).written()


class _Picture:
    """One picture while it is drawn."""

    def __init__(
        self, board: Board, on: frozenset[str], theme: Theme, lang: str, heading: bool
    ) -> None:
        self.board, self.theme, self.lang = board, theme, lang
        self.layers = [
            layer for _, layer in board.tree() if layer.id in on and board.members[layer.id]
        ]
        self.boxes: dict[str, Box] = {}
        self.regions: dict[str, Box] = {}
        for layer in self.layers:
            nodes = [board.node(id) for _, id in board.members[layer.id]]
            boxes = {node.id: Box(node.x, node.y, node.w, node.h) for node in nodes if node}
            self.boxes |= boxes
            self.regions[layer.id] = region(boxes.values())
        self.frames = dict(self._frames())
        bounds = list(self.regions.values()) + list(self.frames.values())
        self.bounds = _union(bounds) if bounds else Box(0.0, 0.0, 800.0, 0.0)
        self.heading = self._heading() if heading else []

    def _frames(self) -> Iterator[tuple[str, Box]]:
        """The regions of the groups in which something is on."""
        held: dict[str, list[Box]] = defaultdict(list)
        for layer in reversed([layer for _, layer in self.board.tree()]):
            if layer.id in held:
                frame = group_region(held[layer.id])
                if layer.id in self.regions:
                    frame = _union([frame, self.regions[layer.id]])
                yield layer.id, frame
            box = group_region(held[layer.id]) if layer.id in held else self.regions.get(layer.id)
            if box is not None and layer.parent is not None:
                held[layer.parent].append(box)

    def text(self, texts: Texts, field: str) -> str:
        """A text in the picture's language, else in the board's, else in any."""
        return said(self.board, texts, field, self.lang)

    # -- the whole

    def written(self) -> str:
        """The document."""
        title = self.text(self.board.text, "title") or "Board"
        description = self.text(self.board.text, "description")
        above = (
            sum(leading for _, _, leading, _, _ in self.heading) + HEADING_GAP
            if self.heading else 0.0
        )  # fmt: skip
        x, y = self.bounds.x - MARGIN, self.bounds.y - MARGIN - above
        w, h = self.bounds.w + 2 * MARGIN, self.bounds.h + 2 * MARGIN + above
        drawn = self._curves()
        counts = f"{len(self.layers)} layers, {len(self.boxes)} cards"
        parts = [
            '<svg xmlns="http://www.w3.org/2000/svg"'
            ' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
            ' xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"'
            f' viewBox="{_n(x)} {_n(y)} {_n(w)} {_n(h)}" width="{_n(w)}" height="{_n(h)}"'
            f' lang="{_attribute(self.lang)}" role="graphics-document document"'
            f' aria-labelledby="board-title board-desc" font-family="{FONT}">',
            f'<title id="board-title">{_data(title)}</title>',
            f'<desc id="board-desc">{_data(" ".join([description, counts]).strip())}</desc>',
            _rect(Box(x, y, w, h), 0, self.theme.background),
            *self._drawn_heading(x + MARGIN, y + MARGIN),
            *self._relations(drawn),
            *self._tree(None),
            *self._labels(drawn),
            "</svg>",
        ]
        return "\n".join(parts) + "\n"

    def _heading(self) -> list[tuple[str, float, float, int, str]]:
        """The lines above the board, each with its size, leading, weight and colour."""
        title = self.text(self.board.text, "title")
        description = self.text(self.board.text, "description")
        w = self.bounds.w
        return [
            (line, HEADING_SIZE, HEADING_LEADING, 600, self.theme.title)
            for line in measure.break_lines(title, w, HEADING_SIZE, 600)
        ] + [
            (line, DESCRIPTION_SIZE, DESCRIPTION_LEADING, 400, self.theme.text)
            for line in measure.break_lines(description, w, DESCRIPTION_SIZE, 400)
        ]

    def _drawn_heading(self, x: float, y: float) -> Iterator[str]:
        for line, size, leading, weight, ink in self.heading:
            yield from _text([line], x, y, size, leading, weight, ink)
            y += leading

    # -- layers

    def _tree(self, parent: str | None) -> Iterator[str]:
        """The groups of all layers and groups below one, with what is in them."""
        for _, id in self.board.children[parent]:
            layer = self.board.layers[id]
            if id not in self.regions and id not in self.frames:
                continue
            title = self.text(layer.text, "title")
            name = _attribute(title)
            yield (
                f'<g id="layer-{_attribute(id)}" inkscape:groupmode="layer"'
                f' inkscape:label="{name}" role="list" aria-label="{name}"'
                + (' sodipodi:insensitive="true"' if layer.locked else "")
                + (f' opacity="{_n(layer.opacity)}"' if layer.opacity != 1 else "")
                + ">"
            )
            if id in self.frames:
                yield from self._frame(layer, title)
            if id in self.regions:
                yield from self._region(layer, title)
            yield from self._tree(id)
            yield "</g>"

    def _frame(self, layer: Layer, title: str) -> Iterator[str]:
        """The ground of a group."""
        box = self.frames[layer.id]
        radius = shapes.REGION_RADIUS + shapes.GROUP_PADDING / 2
        yield _rect(box, radius, self.theme.relation, self.theme.group_edge, opacity=TINT / 2)
        yield from self._head(
            title, box, shapes.GROUP_PADDING, shapes.GROUP_HEAD, shapes.GROUP_TITLE_SIZE,
            self.theme.group_ink, self.theme.group,
        )  # fmt: skip

    def _region(self, layer: Layer, title: str) -> Iterator[str]:
        """The ground of a layer, and its cards."""
        box = self.regions[layer.id]
        colors = tone(layer.color, self.theme)
        yield _rect(box, shapes.REGION_RADIUS, colors.bar, colors.edge, opacity=TINT)
        yield from self._head(
            title, box, shapes.REGION_PADDING, shapes.REGION_HEAD, shapes.LAYER_TITLE_SIZE,
            colors.ink, colors.panel,
        )  # fmt: skip
        for _, id in self.board.members[layer.id]:
            node = self.board.node(id)
            assert node is not None
            yield from self._card(node, tone(node.color or layer.color, self.theme).bar)

    def _head(
        self, title: str, box: Box, pad: float, head: float, size: float, ink: str, ground: str
    ) -> Iterator[str]:
        """A region's title, as large as it fits in one line, readable above lines behind it."""
        title = " ".join(title.split())
        room = box.w - 2 * pad
        size = min(size, size * room / max(measure.text_width(title, size, 600), 1.0))
        size = max(int(size * 4) / 4, shapes.LABEL_SIZE)
        if measure.text_width(title, size, 600) > room:
            line = measure.break_lines(title + " ", room - size, size, 600)[0]
            title = line.rstrip() + "…"
        yield from _text([title], box.x + pad, box.y, size, head, 600, ink, halo=ground)

    def _card(self, node: Node, bar: str) -> Iterator[str]:
        box = self.boxes[node.id]
        title, text = self.text(node.text, "title"), self.text(node.text, "text")
        titles, texts, _ = measure.fit_card(title, text, node.w)
        href = node.href if _SAFE_HREF.match(node.href) else ""
        yield f'<g id="node-{_attribute(node.id)}" role="listitem">'
        if href:
            yield f'<a href="{_attribute(href)}" target="_blank" rel="noopener noreferrer">'
        theme = self.theme
        radius = min(shapes.CARD_RADIUS, box.w / 2, box.h / 2)
        yield _rect(box._replace(y=box.y + 1.5), radius, theme.shade)
        yield _rect(box, radius, theme.card, theme.card_edge)
        yield _bar(box, radius, bar)
        left = box.x + shapes.CARD_BAR + shapes.CARD_PADDING
        top = box.y + shapes.CARD_PADDING
        yield from _text(
            titles, left, top, shapes.TITLE_SIZE, shapes.TITLE_LEADING, shapes.TITLE_WEIGHT,
            theme.title,
        )  # fmt: skip
        top += len(titles) * shapes.TITLE_LEADING + (shapes.CARD_TEXT_GAP if titles else 0)
        yield from _text(
            texts, left, top, shapes.TEXT_SIZE, shapes.TEXT_LEADING, shapes.TEXT_WEIGHT, theme.text
        )
        if href:
            yield "</a>"
        yield "</g>"

    # -- relations

    def _curves(self) -> dict[str, tuple[Relation, Curve]]:
        """The relations whose ends are both drawn, by id."""
        drawn: dict[str, tuple[Relation, Curve]] = {}
        lanes: dict[tuple[str, str], int] = defaultdict(int)
        for id in sorted(self.board.relations):
            relation = self.board.relations[id]
            if relation.source in self.boxes and relation.target in self.boxes:
                a, b = sorted((relation.source, relation.target))
                line = curve(self.boxes[relation.source], self.boxes[relation.target], lanes[a, b])
                lanes[a, b] += 1
                drawn[id] = (relation, line)
        return drawn

    def _relations(self, drawn: dict[str, tuple[Relation, Curve]]) -> Iterator[str]:
        """The lines, by pair of layers."""
        pairs: dict[str, list[str]] = defaultdict(list)
        for id, (relation, _) in drawn.items():
            pairs[self.board.relation_stream(relation)].append(id)
        for pair, ids in sorted(pairs.items()):
            yield f'<g class="relations" data-pair="{_attribute(pair.removeprefix("pair/"))}">'
            for id in ids:
                yield from self._relation(*drawn[id])
            yield "</g>"

    def _relation(self, relation: Relation, line: Curve) -> Iterator[str]:
        ends = (self.board.node(relation.source), self.board.node(relation.target))
        source, target = (self.text(node.text, "title") if node else "" for node in ends)
        label = self.text(relation.text, "label")
        ink = tone(relation.color, self.theme).bar if relation.color else self.theme.relation
        a, b, c, d, e, f, g, h = map(_n, line.line)
        yield f'<g id="relation-{_attribute(relation.id)}" role="img">'
        said = f"{source} → {target}" + (f": {label}" if label else "")
        yield f"<title>{_data(said)}</title>"
        dash = ' stroke-dasharray="6 5"' if relation.dashed else ""
        yield (
            f'<path d="M{a} {b}C{c} {d} {e} {f} {g} {h}" fill="none" stroke="{ink}"'
            f' stroke-width="1.6"{dash}/>'
        )
        yield f'<path d="M{_points(line.head)}Z" fill="{ink}"/>'
        yield "</g>"

    def _label_lines(self, label: str) -> list[str]:
        return measure.balanced_lines(label, shapes.LABEL_WIDTH, shapes.LABEL_SIZE, 400)

    def _label_size(self, lines: list[str]) -> tuple[float, float]:
        widths = (measure.text_width(line.rstrip(), shapes.LABEL_SIZE, 400) for line in lines)
        return max(widths) + 2 * LABEL_PAD, len(lines) * shapes.LABEL_LEADING

    def _label(self, label: str, at: tuple[float, float]) -> Iterator[str]:
        lines = self._label_lines(label)
        w, h = self._label_size(lines)
        x, y = at
        yield _rect(Box(x - w / 2, y - h / 2, w, h), 5, self.theme.label_plate)
        yield from _text(
            lines, x, y - h / 2, shapes.LABEL_SIZE, shapes.LABEL_LEADING, 400,
            self.theme.label_ink, anchor="middle",
        )  # fmt: skip

    def _labels(self, drawn: dict[str, tuple[Relation, Curve]]) -> Iterator[str]:
        """The labels, above everything: they cover no card."""
        yield '<g class="labels" aria-hidden="true">'
        for id, at in self._label_places(drawn).items():
            yield from self._label(self.text(drawn[id][0].text, "label"), at)
        yield "</g>"

    def _label_places(
        self, drawn: dict[str, tuple[Relation, Curve]]
    ) -> dict[str, tuple[float, float]]:
        """Where labels stand: relation -> the middle of its label."""
        bundles: dict[tuple[str, str, str, str], list[str]] = defaultdict(list)
        fans: dict[tuple[str, str, str, str], int] = defaultdict(int)
        for relation, _ in drawn.values():
            for key in self._bundles(relation):
                fans[key] += 1
        for id, (relation, _) in drawn.items():
            if self.text(relation.text, "label"):
                bundles[max(self._bundles(relation), key=lambda key: fans[key])].append(id)
        taken = Grid()
        for box in self.boxes.values():
            taken.add(box)
        for box in self.regions.values():
            taken.add(Box(box.x, box.y, box.w, shapes.REGION_HEAD))
        for box in self.frames.values():
            taken.add(Box(box.x, box.y, box.w, shapes.GROUP_HEAD))
        found: dict[str, tuple[float, float]] = {}
        for (_, label, _, _), ids in bundles.items():
            w, h = self._label_size(self._label_lines(label))
            middle = (len(ids) - 1) / 2
            ids = sorted(ids, key=lambda id: drawn[id][1].head[:2])
            order = sorted(range(len(ids)), key=lambda at: abs(at - middle))
            for id, place in ((ids[at], place) for place in LABEL_PLACES for at in order):
                x, y = point(drawn[id][1], place)
                box = Box(x - w / 2, y - h / 2, w, h)
                if not any(True for _ in taken.touching(box)):
                    taken.add(box)
                    found[id] = (x, y)
                    break
        return found

    def _bundles(self, relation: Relation) -> tuple[tuple[str, str, str, str], ...]:
        """The two fans that a relation may belong to: of its source, and of its target."""
        label = self.text(relation.text, "label")
        layers = [
            node.layer if (node := self.board.node(id)) else ""
            for id in (relation.source, relation.target)
        ]
        return (
            ("from", label, relation.source, layers[1]),
            ("to", label, relation.target, layers[0]),
        )


# -- writing


def _union(boxes: Iterable[Box]) -> Box:
    boxes = list(boxes)
    x, y = min(box.x for box in boxes), min(box.y for box in boxes)
    return Box(
        x, y, max(box.x + box.w for box in boxes) - x, max(box.y + box.h for box in boxes) - y
    )


def _data(text: str) -> str:
    """Text as the content of an element."""
    text = _NOT_XML.sub("\ufffd", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _attribute(text: str) -> str:
    """Text as the value of an attribute in double quotes."""
    return _data(text).replace('"', "&quot;").replace("\n", " ").replace("\r", " ")


def _n(value: float) -> str:
    """A number, short."""
    short = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if short == "-0" else short


def _points(values: tuple[float, ...]) -> str:
    return "L".join(f"{_n(values[at])} {_n(values[at + 1])}" for at in range(0, len(values), 2))


def _rect(box: Box, radius: float, fill: str, stroke: str = "", opacity: float = 1.0) -> str:
    return (
        f'<rect x="{_n(box.x)}" y="{_n(box.y)}" width="{_n(box.w)}" height="{_n(box.h)}"'
        + (f' rx="{_n(radius)}"' if radius else "")
        + f' fill="{fill}"'
        + (f' fill-opacity="{_n(opacity)}"' if opacity != 1 else "")
        + (f' stroke="{stroke}"' if stroke else "")
        + "/>"
    )


def _bar(box: Box, radius: float, fill: str) -> str:
    """The coloured left edge of a card, within its rounded corners."""
    w = shapes.CARD_BAR
    x, top, bottom = box.x, box.y, box.y + box.h
    inset = radius - (radius * radius - (radius - w) ** 2) ** 0.5 if w < radius else 0.0
    return (
        f'<path d="M{_n(x + w)} {_n(top + inset)}A{_n(radius)} {_n(radius)} 0 0 0'
        f" {_n(x)} {_n(top + radius)}V{_n(bottom - radius)}A{_n(radius)} {_n(radius)} 0 0 0"
        f' {_n(x + w)} {_n(bottom - inset)}Z" fill="{fill}"/>'
    )


def _text(
    lines: list[str], x: float, y: float, size: float, leading: float, weight: int, ink: str,
    anchor: str = "", halo: str = "",
) -> Iterator[str]:  # fmt: skip
    """Lines of text below each other, from the top of the first; a halo parts them from lines."""
    if not lines:
        return
    y += leading / 2 + size * BASELINE
    spans = "".join(
        f'<tspan x="{_n(x)}" y="{_n(y + at * leading)}">{_data(line)}</tspan>'
        for at, line in enumerate(lines)
    )
    yield (
        f'<text font-size="{_n(size)}" font-weight="{weight}" fill="{ink}"'
        + (f' text-anchor="{anchor}"' if anchor else "")
        + (f' stroke="{halo}" stroke-width="5" paint-order="stroke"' if halo else "")
        + f">{spans}</text>"
    )
