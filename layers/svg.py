"""A board as SVG: what is on, as one picture with a group for each layer.

Editors that know layers (Inkscape and those that read its names) show ours: a layer's group
holds its region and its cards, a group's holds its layers'. Relations lie below them all, one
group for each pair of layers, so that a line passes behind the cards that it does not join; the
regions are tinted glass, through which it stays visible.

Every text is escaped data, of characters that XML 1.0 can hold. A label stands where it covers
no card and no other label, and once where several relations of one node say the same of one
layer; where there is no room it is left to the relation's title, which is always there.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from math import dist
from typing import Final, NamedTuple

from board.state import Board, Layer, Node, Relation, Texts
from layers import measure, shapes
from layers.arrange import group_region, region
from layers.figure import Figure, figure_of, taken, within
from layers.markup import attribute, curves, data, number, points, rect, text
from layers.palette import LIGHT, Theme, tone
from layers.portray import Portrait, portray
from layers.route import BAR_AWAY, BAR_HALF, HEAD_WIDTH, HEADS, Route, Tip, route
from layers.shapes import Box
from layers.stream import said
from layers.tangle import Grid

MARGIN: Final = 40.0  # around everything
HEADING_SIZE: Final = 34.0
HEADING_LEADING: Final = 44.0
DESCRIPTION_SIZE: Final = 16.0
DESCRIPTION_LEADING: Final = 24.0
HEADING_GAP: Final = 20.0  # from the heading to the board
TINT: Final = 0.09  # the opacity of a region's ground, in its layer's colour
LABEL_PAD: Final = 5.0
LABEL_PLACES: Final = (0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82)  # along a curve
FONT: Final = "Inter, system-ui, sans-serif"


def svg(
    board: Board,
    on: Collection[str],
    *,
    theme: Theme = LIGHT,
    lang: str = "",
    heading: bool = True,
    images: Mapping[str, str] | None = None,
    view: Box | None = None,
    frame: "Framed | None" = None,
) -> str:
    """The picture of the layers in ``on``, with the relations between them.

    ``on`` holds the ids of the layers that are drawn; of groups it needs none. ``lang`` is the
    language of the texts (the board's, where a text is not in it), ``heading`` puts title and
    description above. ``images`` has the bytes of images by their names, as ``data:`` URIs; in
    place of those that it lacks there is a placeholder, and the description says how many. A
    board with nothing on is a picture of its heading alone. ``view`` is the part of the board that
    is seen; None: all of it. Of a ``frame`` the picture has its title and what it holds, without
    the grounds of layers.
    """
    picture = _Picture(board, frozenset(on), theme, lang or board.lang, heading, images, frame)
    return picture.written(view)


class Framed(NamedTuple):
    """A frame, and the ids of it and of what it holds."""

    frame: Node
    ids: frozenset[str]


def framed(board: Board, on: Collection[str], frame: Node) -> Framed:
    """A frame with what lies wholly in it, in the layers in ``on``."""
    outer = figure_of(frame)
    inside = (
        id
        for layer in board.layers
        if layer in on
        for _, id in board.members[layer]
        if (node := board.node(id)) is not None and within(figure_of(node), outer)
    )
    return Framed(frame, frozenset({frame.id, *inside}))


class _Picture:
    """One picture while it is drawn."""

    def __init__(
        self,
        board: Board,
        on: frozenset[str],
        theme: Theme,
        lang: str,
        heading: bool,
        images: Mapping[str, str] | None,
        frame: Framed | None,
    ) -> None:
        self.board, self.theme, self.lang, self.images = board, theme, lang, images or {}
        self.lost = 0  # images that are to be there, and are not
        self.frame = frame
        only = None if frame is None else frame.ids
        self.layers = [
            layer
            for _, layer in board.tree()
            if layer.id in on
            and any(only is None or id in only for _, id in board.members[layer.id])
        ]
        self.figures: dict[str, Figure] = {}
        self.taken: dict[str, Box] = {}  # what each node takes up, turned
        self.clear: set[str] = set()  # what a label may lie on
        self.cards = 0
        self.regions: dict[str, Box] = {}
        self.shown: set[str] = set()  # the layers in which something is drawn, and their groups
        for layer in self.layers:
            cards = []
            for _, id in board.members[layer.id]:
                if only is not None and id not in only:
                    continue
                node = board.node(id)
                assert node is not None
                box = Box(node.x, node.y, node.w, node.h)
                self.figures[id] = figure_of(node)
                self.taken[id] = taken(node.kind, box, node.shape, node.angle)
                if images is not None and node.kind == "image":
                    self.lost += node.image is not None and node.image not in images
                if node.kind == "card":
                    cards.append(self.taken[id])
                elif node.kind in ("frame", "drawing"):
                    self.clear.add(id)
            self.cards += len(cards)
            if cards and only is None:
                self.regions[layer.id] = region(cards)
            above: str | None = layer.id
            while above is not None and above not in self.shown:
                self.shown.add(above)
                above = board.layers[above].parent
        self.frames = dict(self._frames())
        bounds = [*self.regions.values(), *self.frames.values(), *self.taken.values()]
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

    def written(self, view: Box | None = None) -> str:
        """The document; ``view``: this part of it is seen."""
        title = self.text(self.board.text, "title") or "Board"
        description = self.text(self.board.text, "description")
        if self.frame is not None:
            title, description = self.text(self.frame.frame.text, "title") or "Frame", ""
        above = (
            sum(leading for _, _, leading, _, _ in self.heading) + HEADING_GAP
            if self.heading else 0.0
        )  # fmt: skip
        x, y = self.bounds.x - MARGIN, self.bounds.y - MARGIN - above
        w, h = self.bounds.w + 2 * MARGIN, self.bounds.h + 2 * MARGIN + above
        if view is not None:
            x, y, w, h = view.x, view.y, view.w, view.h
        drawn = self._routes()
        others = len(self.figures) - self.cards
        counts = f"{len(self.layers)} layers, {self.cards} cards"
        if others:
            counts += f", {others} other things"
        if self.lost:
            counts += f"; without the pictures of {self.lost} images"
        parts = [
            '<svg xmlns="http://www.w3.org/2000/svg"'
            ' xmlns:inkscape="http://www.inkscape.org/namespaces/inkscape"'
            ' xmlns:sodipodi="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd"'
            f' viewBox="{" ".join(map(number, (x, y, w, h)))}"'
            f' width="{number(w)}" height="{number(h)}"'
            f' lang="{attribute(self.lang)}" role="graphics-document document"'
            f' aria-labelledby="board-title board-desc" font-family="{FONT}">',
            f'<title id="board-title">{data(title)}</title>',
            f'<desc id="board-desc">{data(" ".join([description, counts]).strip())}</desc>',
            rect(Box(x, y, w, h), 0, self.theme.background),
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
            yield from text([line], x, y, size, leading, weight, ink)
            y += leading

    # -- layers

    def _tree(self, parent: str | None) -> Iterator[str]:
        """The groups of all layers and groups below one, with what is in them."""
        for _, id in self.board.children[parent]:
            layer = self.board.layers[id]
            if id not in self.shown:
                continue
            title = self.text(layer.text, "title")
            name = attribute(title)
            yield (
                f'<g id="layer-{attribute(id)}" inkscape:groupmode="layer"'
                f' inkscape:label="{name}" role="list" aria-label="{name}"'
                + (' sodipodi:insensitive="true"' if layer.locked else "")
                + (f' opacity="{number(layer.opacity)}"' if layer.opacity != 1 else "")
                + ">"
            )
            if id in self.frames:
                yield from self._frame(layer, title)
            if id in self.regions:
                yield from self._region(layer, title)
            yield from self._nodes(layer)
            yield from self._tree(id)
            yield "</g>"

    def _frame(self, layer: Layer, title: str) -> Iterator[str]:
        """The ground of a group."""
        box = self.frames[layer.id]
        radius = shapes.REGION_RADIUS + shapes.GROUP_PADDING / 2
        yield rect(box, radius, self.theme.relation, self.theme.group_edge, opacity=TINT / 2)
        yield from self._head(
            title, box, shapes.GROUP_PADDING, shapes.GROUP_HEAD, shapes.GROUP_TITLE_SIZE,
            self.theme.group_ink, self.theme.group,
        )  # fmt: skip

    def _region(self, layer: Layer, title: str) -> Iterator[str]:
        """The ground of a layer."""
        box = self.regions[layer.id]
        colors = tone(layer.color, self.theme)
        yield rect(box, shapes.REGION_RADIUS, colors.bar, colors.edge, opacity=TINT)
        yield from self._head(
            title, box, shapes.REGION_PADDING, shapes.REGION_HEAD, shapes.LAYER_TITLE_SIZE,
            colors.ink, colors.panel,
        )  # fmt: skip

    def _nodes(self, layer: Layer) -> Iterator[str]:
        """The nodes of a layer, when it is on."""
        for _, id in self.board.members[layer.id]:
            node = self.board.node(id)
            if node is not None and id in self.figures:
                yield from portray(self._portrait(node, layer))

    def _portrait(self, node: Node, layer: Layer) -> Portrait:
        return Portrait(
            node=node,
            title=self.text(node.text, "title"),
            words=self.text(node.text, "text"),
            alt=self.text(node.text, "alt"),
            tone=tone(node.color or layer.color, self.theme),
            theme=self.theme,
            image=self.images.get(node.image or "", ""),
        )

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
        yield from text([title], box.x + pad, box.y, size, head, 600, ink, halo=ground)

    # -- relations

    def _routes(self) -> dict[str, tuple[Relation, Route]]:
        """The relations whose ends are both drawn, by id."""
        drawn: dict[str, tuple[Relation, Route]] = {}
        lanes: dict[tuple[str, str], int] = defaultdict(int)
        for id in sorted(self.board.relations):
            relation = self.board.relations[id]
            if relation.source in self.figures and relation.target in self.figures:
                a, b = sorted((relation.source, relation.target))
                way = route(
                    self.figures[relation.source], self.figures[relation.target], lanes[a, b],
                    relation.line or "curved", relation.start or "none", relation.end or "arrow",
                )  # fmt: skip
                lanes[a, b] += 1
                drawn[id] = (relation, way)
        return drawn

    def _relations(self, drawn: dict[str, tuple[Relation, Route]]) -> Iterator[str]:
        """The lines, by pair of layers."""
        pairs: dict[str, list[str]] = defaultdict(list)
        for id, (relation, _) in drawn.items():
            pairs[self.board.relation_stream(relation)].append(id)
        for pair, ids in sorted(pairs.items()):
            yield f'<g class="relations" data-pair="{attribute(pair.removeprefix("pair/"))}">'
            for id in ids:
                yield from self._relation(*drawn[id])
            yield "</g>"

    def _relation(self, relation: Relation, way: Route) -> Iterator[str]:
        source, target = (self._name(id) for id in (relation.source, relation.target))
        label = self.text(relation.text, "label")
        ink = tone(relation.color, self.theme).bar if relation.color else self.theme.relation
        yield f'<g id="relation-{attribute(relation.id)}" role="img">'
        said = f"{source} → {target}" + (f": {label}" if label else "")
        yield f"<title>{data(said)}</title>"
        dash = ' stroke-dasharray="6 5"' if relation.dashed else ""
        yield (
            f'<path d="{curves(way.path)}" fill="none" stroke="{ink}" stroke-width="1.6"{dash}/>'
        )
        yield from _head(relation.start or "none", way.start, ink)
        yield from _head(relation.end or "arrow", way.end, ink)
        yield "</g>"

    def _name(self, id: str) -> str:
        """What a node is called: its title, else the first line of its text, else what it shows."""
        node = self.board.node(id)
        assert node is not None
        words = self.text(node.text, "text").partition("\n")[0]
        return self.text(node.text, "title") or words or self.text(node.text, "alt")

    def _label_lines(self, label: str) -> list[str]:
        return measure.balanced_lines(label, shapes.LABEL_WIDTH, shapes.LABEL_SIZE, 400)

    def _label_size(self, lines: list[str]) -> tuple[float, float]:
        widths = (measure.text_width(line.rstrip(), shapes.LABEL_SIZE, 400) for line in lines)
        return max(widths) + 2 * LABEL_PAD, len(lines) * shapes.LABEL_LEADING

    def _label(self, label: str, at: tuple[float, float]) -> Iterator[str]:
        lines = self._label_lines(label)
        w, h = self._label_size(lines)
        x, y = at
        yield rect(Box(x - w / 2, y - h / 2, w, h), 5, self.theme.label_plate)
        yield from text(
            lines, x, y - h / 2, shapes.LABEL_SIZE, shapes.LABEL_LEADING, 400,
            self.theme.label_ink, anchor="middle",
        )  # fmt: skip

    def _labels(self, drawn: dict[str, tuple[Relation, Route]]) -> Iterator[str]:
        """The labels, above everything: they cover no card."""
        yield '<g class="labels" aria-hidden="true">'
        for id, at in self._label_places(drawn).items():
            yield from self._label(self.text(drawn[id][0].text, "label"), at)
        yield "</g>"

    def _label_places(
        self, drawn: dict[str, tuple[Relation, Route]]
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
        taken_up = Grid()
        for id, box in self.taken.items():
            if id not in self.clear:
                taken_up.add(box)
        for box in self.regions.values():
            taken_up.add(Box(box.x, box.y, box.w, shapes.REGION_HEAD))
        for box in self.frames.values():
            taken_up.add(Box(box.x, box.y, box.w, shapes.GROUP_HEAD))
        found: dict[str, tuple[float, float]] = {}
        for (_, label, _, _), ids in bundles.items():
            w, h = self._label_size(self._label_lines(label))
            middle = (len(ids) - 1) / 2
            ids = sorted(ids, key=lambda id: drawn[id][1].end[:2])
            order = sorted(range(len(ids)), key=lambda at: abs(at - middle))
            for id, place in ((ids[at], place) for place in LABEL_PLACES for at in order):
                x, y = _along(drawn[id][1].path, place)
                box = Box(x - w / 2, y - h / 2, w, h)
                if not any(True for _ in taken_up.touching(box)):
                    taken_up.add(box)
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


def _head(kind: str, tip: Tip, ink: str) -> Iterator[str]:
    """A head of a relation."""
    x, y, to_x, to_y = tip

    def corners(*places: tuple[float, float]) -> str:
        """Points so far back from the tip, and so far aside."""
        return points(
            [
                value
                for back, aside in places
                for value in (x - to_x * back - to_y * aside, y - to_y * back + to_x * aside)
            ]
        )

    long = HEADS[kind]
    match kind:
        case "arrow":
            half = HEAD_WIDTH / 2
            yield f'<path d="M{corners((0, 0), (long, half), (long, -half))}Z" fill="{ink}"/>'
        case "diamond":
            half = HEAD_WIDTH / 2
            around = corners((0, 0), (long / 2, half), (long, 0), (long / 2, -half))
            yield f'<path d="M{around}Z" fill="{ink}"/>'
        case "dot":
            yield (
                f'<circle cx="{number(x - to_x * long / 2)}" cy="{number(y - to_y * long / 2)}"'
                f' r="{number(long / 2)}" fill="{ink}"/>'
            )
        case "bar":
            across = corners((BAR_AWAY, BAR_HALF), (BAR_AWAY, -BAR_HALF))
            yield f'<path d="M{across}" stroke="{ink}" stroke-width="1.6"/>'


def _along(path: Sequence[float], t: float) -> tuple[float, float]:
    """A point of a way, from 0 at its start to 1 at its end."""
    parts = [path[at : at + 8] for at in range(0, len(path) - 2, 6)]
    sizes = [dist(part[:2], part[6:]) for part in parts]
    left = t * sum(sizes)
    at = 0
    while at < len(parts) - 1 and left > sizes[at]:
        left -= sizes[at]
        at += 1
    p = parts[at]
    u = t if len(parts) == 1 else min(1.0, left / sizes[at]) if sizes[at] else 0.0
    a, b, c, d = (1 - u) ** 3, 3 * u * (1 - u) ** 2, 3 * u * u * (1 - u), u**3
    return (
        a * p[0] + b * p[2] + c * p[4] + d * p[6],
        a * p[1] + b * p[3] + c * p[5] + d * p[7],
    )
