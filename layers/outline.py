"""A board as an accessible tree: groups and layers, their nodes, and each node's relations.

The same board as on the canvas, as text: what the page renders on the server, and what anything
that reads aloud is made of. It holds what one role may read, and of the layers that are off only
the heading, as the layers panel does. Relations stand under both of their ends, each with the
other end's title, when both ends are shown.
"""

import re
from collections.abc import Collection
from typing import Final

from msgspec import Struct

from board.ops import HREF_PATTERN
from board.roles import Role
from board.state import Board, Layer, Node, Relation, Texts
from layers.stream import language, said

KINDS: Final = {
    "sticky": "Sticky note", "text": "Text", "shape": "Shape", "frame": "Frame",
    "image": "Image", "drawing": "Drawing",
}  # fmt: skip
_SAFE_HREF: Final = re.compile(HREF_PATTERN)


class OutlineRelation(Struct, frozen=True):
    """One end of a relation, as seen from a node: ``outgoing`` from it, else towards it.

    ``node``, ``title`` and ``layer`` are the other end's; a relation of a node with itself is
    there once, outgoing. ``lang`` is the title's language, ``label_lang`` the label's; each is
    "" where it is the outline's.
    """

    id: str
    outgoing: bool
    label: str
    dashed: bool
    node: str
    title: str
    layer: str
    lang: str
    label_lang: str


class OutlineNode(Struct, frozen=True):
    """A node. Its relations: those that leave it first, then by the place of the other end.

    ``kind`` is what it is, in words, "" for a card; ``text`` and ``alt`` are what the title does
    not say already.
    """

    id: str
    kind: str
    title: str
    text: str
    alt: str
    href: str
    tags: tuple[str, ...]
    lang: str  # the title's; "" where it is the outline's
    text_lang: str
    alt_lang: str
    relations: list[OutlineRelation]


class OutlineLayer(Struct, frozen=True):
    """A layer, or a group with the ``layers`` in it, in the order of the panel.

    ``on``: it is shown, as are the groups that hold it. Only then its ``nodes`` are here, from
    the back to the front; ``count`` says in any case how many there are in it.
    """

    id: str
    title: str
    note: str
    color: str
    group: bool
    on: bool
    locked: bool
    restricted: bool
    count: int
    lang: str
    note_lang: str
    layers: list["OutlineLayer"]
    nodes: list[OutlineNode]


class Outline(Struct, frozen=True):
    """A board. ``lang`` is the language of all that does not name its own."""

    title: str
    description: str
    lang: str
    title_lang: str
    description_lang: str
    layers: list[OutlineLayer]


def outline(board: Board, role: Role, on: Collection[str]) -> Outline:
    """The outline of a board for a role, with the layers in ``on`` shown.

    What the role may not read is not there, whatever ``on`` says; of a thing without a title
    the first line of its text, else its id, stands for it.
    """
    on = frozenset(on)
    readable = [layer for _, layer in board.tree() if board.may_read(role, layer.id)]
    shown: set[str] = set()
    for layer in readable:  # groups come before what they hold
        if layer.id in on and (layer.parent is None or layer.parent in shown):
            shown.add(layer.id)
    order = [id for layer in readable if layer.id in shown for _, id in board.members[layer.id]]
    places = {id: place for place, id in enumerate(order)}
    made: dict[str, OutlineLayer] = {}
    top: list[OutlineLayer] = []
    for layer in readable:
        here = _layer(board, layer, layer.id in shown, places)
        made[layer.id] = here
        (top if layer.parent is None else made[layer.parent].layers).append(here)
    title, title_lang = _said(board, board.text, "title")
    description, description_lang = _said(board, board.text, "description")
    return Outline(
        title=title,
        description=description,
        lang=board.lang,
        title_lang=title_lang,
        description_lang=description_lang,
        layers=top,
    )


def _said(board: Board, texts: Texts, field: str) -> tuple[str, str]:
    """A text, and its language, which is "" where it is the board's."""
    lang = language(board, texts.get(field, {}))
    return said(board, texts, field, lang), "" if lang == board.lang else lang


def _layer(board: Board, layer: Layer, shown: bool, places: dict[str, int]) -> OutlineLayer:
    title, lang = _said(board, layer.text, "title")
    note, note_lang = _said(board, layer.text, "note")
    members = board.members[layer.id]
    nodes = [_present(board, id) for _, id in members] if shown else []
    return OutlineLayer(
        id=layer.id,
        title=title or layer.id,
        note=note,
        color=layer.color,
        group=layer.group,
        on=shown,
        locked=board.locked(layer.id),
        restricted=board.read_role(layer.id) != "viewer",
        count=len(members),
        lang=lang,
        note_lang=note_lang,
        layers=[],
        nodes=[_node(board, node, places) for node in nodes],
    )


def _node(board: Board, node: Node, places: dict[str, int]) -> OutlineNode:
    title, lang = _name(board, node)
    text, text_lang = _said(board, node.text, "text")
    alt, alt_lang = _said(board, node.text, "alt")
    relations = [
        _relation(board, relation, node.id)
        for relation in board.relations_of(node.id)
        if relation.source in places and relation.target in places
    ]
    relations.sort(key=lambda held: (not held.outgoing, places[held.node], held.id))
    return OutlineNode(
        id=node.id,
        kind=KINDS.get(node.kind, ""),
        title=title,
        text="" if text == title else text,
        alt="" if alt == title else alt,
        href=node.href if _SAFE_HREF.match(node.href) else "",
        tags=node.tags,
        lang=lang,
        text_lang=text_lang,
        alt_lang=alt_lang,
        relations=relations,
    )


def _relation(board: Board, relation: Relation, seen_from: str) -> OutlineRelation:
    outgoing = relation.source == seen_from
    other = _present(board, relation.target if outgoing else relation.source)
    title, lang = _name(board, other)
    label, label_lang = _said(board, relation.text, "label")
    return OutlineRelation(
        id=relation.id,
        outgoing=outgoing,
        label=label,
        dashed=relation.dashed,
        node=other.id,
        title=title,
        layer=other.layer,
        lang=lang,
        label_lang=label_lang,
    )


def _present(board: Board, id: str) -> Node:
    node = board.node(id)
    assert node is not None
    return node


def _name(board: Board, node: Node) -> tuple[str, str]:
    """What a node is called, and in which language."""
    title, lang = _said(board, node.text, "title")
    if title:
        return title, lang
    for field in ("text", "alt"):
        text, lang = _said(board, node.text, field)
        first = text.strip().partition("\n")[0].strip()
        if first:
            return first, lang
    kind = KINDS.get(node.kind)
    return (node.id, "") if kind is None else (kind, "" if board.lang == "en" else "en")
