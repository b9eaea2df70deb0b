"""The picture of a board (rules SV) and its colours (rules PA)."""

import re
from functools import cache
from xml.etree import ElementTree

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from board.ops import PALETTE
from board.state import Board, Node, Relation
from layers import measure, shapes
from layers.figure import taken
from layers.palette import DARK, LIGHT, Theme, contrast, tone
from layers.shapes import Box
from layers.svg import framed, svg
from tests.layers.cities import LAYERS, NODES, ON, RELATIONS, cities
from tests.layers.kinds import HEADS, LINES, SHAPES, kinds

SVG = "{http://www.w3.org/2000/svg}"
INKSCAPE = "{http://www.inkscape.org/namespaces/inkscape}"
SODIPODI = "{http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd}"
LEAVES = frozenset(LAYERS) - {"members"}


@cache
def _board() -> Board:
    """The cards of each layer in a row of their own, far apart."""
    board = cities()
    for row, (layer, nodes) in enumerate(NODES.items()):
        for column, (id, title, text) in enumerate(nodes):
            node = board.node(id)
            assert node is not None and node.layer == layer
            height = measure.card_height(title, text, 220.0)
            board.put_node(
                msgspec.structs.replace(node, x=column * 260.0, y=row * 420.0, w=220.0, h=height)
            )
    return board


def _drawn(board: Board, on: frozenset[str] = LEAVES, **how: object) -> ElementTree.Element:
    return ElementTree.fromstring(svg(board, on, **how))  # type: ignore[arg-type]


def _ids(root: ElementTree.Element, kind: str) -> set[str]:
    return {
        id.removeprefix(f"{kind}-")
        for element in root.iter()
        if (id := element.get("id", "")).startswith(f"{kind}-")
    }


def _texts(root: ElementTree.Element) -> str:
    return " ".join("".join(element.itertext()) for element in root.iter(f"{SVG}text"))


def test_SV1_only_what_is_on_is_in_the_picture() -> None:
    root = _drawn(_board(), ON)
    shown = {node for layer in NODES if layer in ON for node, _, _ in NODES[layer]}
    assert _ids(root, "node") == shown
    ends = [(source, target) for source, target, _, _ in RELATIONS]
    assert len(_ids(root, "relation")) == sum(a in shown and b in shown for a, b in ends)
    assert "Portico" not in svg(_board(), ON)
    assert "After the paper" not in svg(_board(), ON)


def test_SV2_each_layer_is_a_group_in_its_group() -> None:
    board = _board()
    board.put_layer(msgspec.structs.replace(board.layers["themes"], locked=True, opacity=0.5))
    root = _drawn(board)
    layers = [one for one in root.iter(f"{SVG}g") if one.get(f"{INKSCAPE}groupmode") == "layer"]
    assert [one.get("id") for one in layers] == [f"layer-{id}" for id in LAYERS]
    assert [one.get(f"{INKSCAPE}label") for one in layers] == [one[0] for one in LAYERS.values()]
    members = next(one for one in layers if one.get("id") == "layer-members")
    inner = {one.get("id") for one in members.iter(f"{SVG}g")}
    assert {f"layer-{id}" for id, (_, parent, _, _) in LAYERS.items() if parent} <= inner
    themes = next(one for one in layers if one.get("id") == "layer-themes")
    assert (themes.get(f"{SODIPODI}insensitive"), themes.get("opacity")) == ("true", "0.5")
    board.put_layer(msgspec.structs.replace(board.layers["themes"], locked=False, opacity=1.0))


def test_SV3_the_picture_tells_what_it_is() -> None:
    root = _drawn(_board())
    names = root.get("aria-labelledby", "").split()
    titles = {one.get("id"): one.text for one in root}
    assert titles[names[0]] == "Cities of Equality"
    assert "59 cards" in str(titles[names[1]])
    assert root.get("lang") == "en"
    relations = [one for one in root.iter(f"{SVG}g") if one.get("id", "").startswith("relation-")]
    said = [one.findtext(f"{SVG}title") for one in relations]
    assert len(said) == len(RELATIONS)
    assert "Urban equality → Age: irrespective of" in said


def test_SV4_all_lines_of_a_card_are_drawn() -> None:
    written = _texts(_drawn(_board()))
    for nodes in NODES.values():
        for _, title, text in nodes:
            assert title in written
            assert text in written


def test_SV5_our_reading_is_dashed_and_says_so() -> None:
    root = _drawn(_board())
    dashed = {
        relation.get("id")
        for relation in root.iter(f"{SVG}g")
        if any(path.get("stroke-dasharray") for path in relation.findall(f"{SVG}path"))
    }
    expected = {f"relation-r{at}" for at, one in enumerate(RELATIONS) if one[3]}
    assert dashed == expected
    assert "our reading" in _texts(root)


def _plates(root: ElementTree.Element) -> list[Box]:
    labels = next(one for one in root.iter(f"{SVG}g") if one.get("class") == "labels")
    return [
        Box(*(float(rect.get(name, "0")) for name in ("x", "y", "width", "height")))
        for rect in labels.findall(f"{SVG}rect")
    ]


def test_SV6_labels_cover_no_card_and_no_other_label() -> None:
    board = _board()
    plates = _plates(_drawn(board))
    assert len(plates) > 10
    cards = [Box(node.x, node.y, node.w, node.h) for node in board.nodes()]
    for at, plate in enumerate(plates):
        for box in (*plates[:at], *cards):
            assert (
                plate.x >= box.x + box.w - 0.02 or box.x >= plate.x + plate.w - 0.02
                or plate.y >= box.y + box.h - 0.02 or box.y >= plate.y + plate.h - 0.02
            )  # fmt: skip


def test_SV6_relations_of_one_node_to_one_layer_share_a_label() -> None:
    labels = _texts(_drawn(_board()))
    assert labels.count("irrespective of") == 1
    assert labels.count("pursued through") == 1


PAYLOADS = (
    "<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "&lt;b&gt; &amp; ]]>",
    "a\x00b\x0bc\ufffe", "'\"`", "\u202e\u2066 turned", "</svg>", "<!--", "<![CDATA[",
)  # fmt: skip


@pytest.mark.parametrize("payload", PAYLOADS)
def test_SV7_text_is_data(payload: str) -> None:
    board = _hostile(payload)
    root = _drawn(board, frozenset({"l"}))
    kinds = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert kinds <= {"svg", "title", "desc", "g", "rect", "path", "text", "tspan", "a"}
    assert not [name for one in root.iter() for name in one.attrib if name.startswith("on")]
    expected = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]", "\ufffd", payload)
    for text in (root.findtext(f"{SVG}title"), _texts(root)):
        assert expected in str(text)


@given(st.text(max_size=60))
def test_SV7_any_text_gives_a_readable_document(text: str) -> None:
    _drawn(_hostile(text), frozenset({"l"}))


def _hostile(text: str, href: str = "") -> Board:
    board = cities()
    board.text = {"title": {"en": text}, "description": {"en": text}}
    board.put_layer(
        msgspec.structs.replace(board.layers["vision"], id="l", text={"title": {"en": text}})
    )
    for id in ("one", "two"):
        board.put_node(
            Node(id, "l", "card", id, 0 if id == "one" else 600, 0, 560, 64, None, href, (), None,
                 {"title": {"en": text}, "text": {"en": text}})
        )  # fmt: skip
    relation = board.relations["r0"]
    board.put_relation(
        msgspec.structs.replace(
            relation, id="x", source="one", target="two", text={"label": {"en": text}}
        )
    )
    return board


@pytest.mark.parametrize(
    ("href", "kept"),
    [
        ("https://example.org/?a=1&b=<2>", True), ("mailto:a@example.org", True),
        ("javascript:alert(1)", False), ("data:text/html,x", False), ("//example.org", False),
        ("", False),
    ],
)  # fmt: skip
def test_SV8_only_safe_links_are_drawn(href: str, kept: bool) -> None:
    links = [
        one.get("href") for one in _drawn(_hostile("x", href), frozenset({"l"})).iter(f"{SVG}a")
    ]
    assert links == ([href, href] if kept else [])


def test_SV9_a_picture_of_nothing_is_its_heading() -> None:
    root = _drawn(_board(), frozenset())
    assert not _ids(root, "node")
    assert "Cities of Equality" in _texts(root)


def test_SV9_the_picture_holds_everything() -> None:
    board = _board()
    root = _drawn(board)
    x, y, w, h = map(float, root.get("viewBox", "").split())
    for node in board.nodes():
        assert x < node.x and y < node.y and node.x + node.w < x + w and node.y + node.h < y + h


def test_SV10_another_language_where_there_is_one() -> None:
    board = cities()
    node = board.node("age")
    assert node is not None
    board.put_node(msgspec.structs.replace(node, text={"title": {"en": "Age", "el": "Ηλικία"}}))
    assert "Ηλικία" in svg(board, ON, lang="el")
    assert "Ηλικία" not in svg(board, ON)
    assert "Gender" in svg(board, ON, lang="el")


def test_SV11_a_layer_title_fits_its_region() -> None:
    board = cities()
    layer = board.layers["others"]
    title = "European or national city umbrella organisations of every kind and size"
    board.put_layer(msgspec.structs.replace(layer, text={"title": {"en": title}}))
    node = board.node("univercities")
    assert node is not None
    drawn = _drawn(board, frozenset({"others"}), heading=False)
    for text in drawn.iter(f"{SVG}text"):
        if text.get("paint-order"):
            size = float(text.get("font-size", "0"))
            assert shapes.LABEL_SIZE <= size <= shapes.GROUP_TITLE_SIZE
            width = measure.text_width("".join(text.itertext()), size, 600)
            assert width <= node.w + 1


def _group(root: ElementTree.Element, id: str) -> ElementTree.Element:
    return next(one for one in root.iter(f"{SVG}g") if one.get("id") == id)


def _tags(element: ElementTree.Element) -> list[str]:
    return [one.tag.removeprefix(SVG) for one in element.iter()][1:]


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_SV12_each_kind_is_drawn_in_its_tone(theme: Theme) -> None:
    board = kinds()
    root = _drawn(board, frozenset(board.layers), theme=theme)
    assert _ids(root, "node") == {node.id for node in board.nodes()}

    def fills(id: str) -> set[str]:
        return {fill for one in _group(root, id).iter() if (fill := one.get("fill"))}

    for name, own in theme.tones.items():
        assert {own.paper, theme.paper_ink} <= fills(f"node-paper-{name}")
    for shape in SHAPES:
        group = _group(root, f"node-shape-{shape}")
        assert "".join(group.itertext()).strip() == shape.capitalize()
        assert theme.title in fills(f"node-shape-{shape}")
    assert _tags(_group(root, "node-shape-ellipse"))[0] == "ellipse"
    assert {"title", "rect", "circle", "path"} <= set(_tags(_group(root, "node-image")))
    assert _group(root, "node-image").findtext(f"{SVG}title") == "A square with trees and benches"
    assert _group(root, "node-drawing").findtext(f"{SVG}title") == "Drawing"
    assert "rect" not in _tags(_group(root, "node-heading")), "a plain text has no box"
    assert "How a proposal becomes a rule" in _texts(_group(root, "node-frame"))
    assert {"policy", "2026"} <= set(_texts(_group(root, "node-card")).split())
    locks = [one for one in root.iter(f"{SVG}g") if one.get("class") == "lock"]
    assert len(locks) == sum(node.locked for node in board.nodes())


def test_SV12_text_that_does_not_fit_is_left_out_by_lines() -> None:
    board = kinds()
    node = board.node("sticky0")
    assert node is not None
    text = {"text": {"en": "word " * 800}}
    board.put_node(msgspec.structs.replace(node, text=text))
    root = _drawn(board, frozenset(board.layers))
    spans = list(_group(root, "node-sticky0").iter(f"{SVG}tspan"))
    assert len(spans) == int((160 - 28) / (11 * shapes.FREE_LEADING))


def test_SV13_a_turned_node_is_turned_about_its_middle() -> None:
    board = kinds()
    root = _drawn(board, frozenset(board.layers))
    for node in board.nodes():
        wanted = None
        if node.angle:
            x, y = node.x + node.w / 2, node.y + node.h / 2
            wanted = f"rotate({node.angle:g} {x:g} {y:g})"
        assert _group(root, f"node-{node.id}").get("transform") == wanted


def test_SV9_the_picture_holds_what_is_turned_and_what_has_no_region() -> None:
    board = kinds()
    root = _drawn(board, frozenset(board.layers))
    x, y, w, h = map(float, root.get("viewBox", "").split())
    for node in board.nodes():
        around = taken(node.kind, Box(node.x, node.y, node.w, node.h), node.shape, node.angle)
        assert x < around.x and around.x + around.w < x + w
        assert y < around.y and around.y + around.h < y + h
    notes = _group(root, "layer-notes")
    assert notes.findtext(f"{SVG}text") is None, "a layer without cards has no panel"


def test_SV14_relations_have_their_lines_and_heads() -> None:
    board = kinds()
    root = _drawn(board, frozenset(board.layers))
    for line in LINES:
        for at, head in enumerate(HEADS):
            group = _group(root, f"relation-{line}-{head}")
            path = group.find(f"{SVG}path")
            assert path is not None
            assert path.get("d", "").count("C") == (5 if line == "elbow" else 1)
            drawn = _tags(group)[2:]  # after the title and the line
            other = HEADS[(at + 1) % len(HEADS)]
            marks = [one for one in (head, other) if one != "none"]
            assert drawn == ["circle" if one == "dot" else "path" for one in marks]


def test_SV15_an_image_is_drawn_from_bytes_that_are_an_image() -> None:
    board = kinds()
    node = board.node("image")
    assert node is not None
    name = "a" * 32
    board.put_node(msgspec.structs.replace(node, image=name))
    on = frozenset(board.layers)
    for address, drawn in (
        ("data:image/webp;base64,AAAA", True), ("data:image/svg+xml;base64,AAAA", False),
        ("https://example.org/a.png", False), ('data:image/png;base64,AA" onload="x', False),
    ):  # fmt: skip
        group = _group(_drawn(board, on, images={name: address}), "node-image")
        found = [one.get("href") for one in group.iter(f"{SVG}image")]
        assert found == ([address] if drawn else [])
        assert group.findtext(f"{SVG}title") == "A square with trees and benches"


def _framed() -> Board:
    """A frame about two cards of one layer and one of another; a third card lies half in it."""
    board = _board.__wrapped__()  # one of its own
    text = {"title": {"en": "Our <frame>"}}
    board.put_node(
        Node("frame", "focus", "frame", "a", -20.0, -20.0, 560.0, 640.0, None, "", (), None, text)
    )
    for id, source, target in (("in", "equality", "regulation"), ("out", "equality", "inclusion")):
        board.put_relation(Relation(id, source, target, False, None, {"label": {"en": id}}))
    return board


def test_SV16_the_picture_of_a_frame_holds_what_lies_wholly_in_it_and_nothing_else() -> None:
    board = _framed()
    frame = board.node("frame")
    assert frame is not None
    root = _drawn(board, heading=False, frame=framed(board, board.layers, frame))
    inside = {"frame", "equality", "planning", "regulation", "funding"}
    assert _ids(root, "node") == inside
    assert "in" in _ids(root, "relation") and "out" not in _ids(root, "relation")
    ends = {(r.source, r.target) for id in _ids(root, "relation") if (r := board.relations[id])}
    assert {end for pair in ends for end in pair} <= inside
    assert _ids(root, "layer") == {"vision", "pillars", "focus"}
    everything = ElementTree.tostring(root, "unicode")
    assert "Social inclusion" not in everything  # half in it
    assert "Cities of Equality" not in everything  # the board's title, and a card's
    assert root.findtext(f"{SVG}title") == "Our <frame>"
    assert (root.findtext(f"{SVG}desc") or "") == "3 layers, 4 cards, 1 other things"
    # no ground of a layer with its title; the frame has its own above it
    assert "Vision" not in _texts(root)
    x, y, w, h = map(float, root.get("viewBox", "").split())
    assert x < -20 and y < -20 and x + w > 540 and y + h > 620
    # what is off is not there
    on = frozenset({"focus", "vision"})
    some = _drawn(board, on, heading=False, frame=framed(board, on, frame))
    assert _ids(some, "node") == inside - {"regulation", "funding"}


def test_SV16_what_lies_in_a_turned_frame_is_judged_as_it_is_turned() -> None:
    board = _framed()
    frame = board.node("frame")
    assert frame is not None
    level = framed(board, board.layers, frame).ids
    upright = msgspec.structs.replace(frame, x=-20.0, y=-20.0, w=500.0, h=200.0)
    turned = msgspec.structs.replace(upright, angle=90.0)
    board.put_node(turned)
    assert level > {"frame", "equality", "planning"}
    assert "planning" not in framed(board, board.layers, turned).ids


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_CO1_text_has_a_contrast_of_4_5(theme: Theme) -> None:
    pairs = [
        (theme.title, theme.card), (theme.text, theme.card), (theme.title, theme.background),
        (theme.text, theme.background), (theme.group_ink, theme.group),
        (theme.label_ink, theme.label_plate),
    ]  # fmt: skip
    for one in theme.tones.values():
        pairs += [(one.ink, ground) for ground in (one.panel, theme.card, one.tint)]
        pairs += [(theme.paper_ink, one.paper), (theme.title, one.tint), (theme.text, one.tint)]
    assert [pair for pair in pairs if contrast(*pair) < 4.5] == []


@pytest.mark.parametrize("theme", [LIGHT, DARK])
def test_CO2_what_must_be_seen_has_a_contrast_of_3(theme: Theme) -> None:
    panels = [one.panel for one in theme.tones.values()]
    pairs = [
        (one.bar, ground)
        for one in theme.tones.values()
        for ground in (one.panel, theme.card, one.tint)
    ]
    pairs += [
        (mark, ground)
        for mark in (theme.relation, theme.focus)
        for ground in (theme.background, theme.group, *panels)
    ]
    pairs += [(theme.focus, theme.card)]
    assert [pair for pair in pairs if contrast(*pair) < 3] == []


def test_CO3_the_palette_is_that_of_the_operations() -> None:
    for theme in (LIGHT, DARK):
        assert tuple(theme.tones) == PALETTE


@given(st.integers(min_value=0, max_value=0xFFFFFF), st.sampled_from([LIGHT, DARK]))
def test_CO4_a_colour_of_ones_own_keeps_the_contrasts(color: int, theme: Theme) -> None:
    own = tone(f"#{color:06x}", theme)
    for ground in (own.panel, theme.card, own.tint):
        assert contrast(own.bar, ground) >= 3
        assert contrast(own.ink, ground) >= 4.5
    assert contrast(theme.paper_ink, own.paper) >= 4.5
    assert contrast(theme.title, own.tint) >= 4.5


def test_CO5_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == 21
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)
