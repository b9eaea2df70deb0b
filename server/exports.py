"""Boards as files that somebody keeps: with their images, as far as there is room for them."""

from collections import Counter
from collections.abc import Collection

from msgspec import Struct

from board import limits
from board.formats import json as board_json
from board.state import Board, Node
from layers.shapes import Box
from layers.svg import framed, svg
from server.images import Images, data_uri


class Exported(Struct, frozen=True):
    """A board as Board JSON, and a line for each thing that it lacks."""

    content: str
    losses: list[str]


def document(content: board_json.Content, name: str, images: Images | None) -> Exported:
    """Board JSON of a board's content. It blocks."""
    parts = board_json.parts(content)
    named = dict.fromkeys((node.image for node in content.nodes if node.image), 1)
    held = {} if images is None else images.read(name, named, board_json.room_bytes(parts))
    data = board_json.joined(parts, held)
    return Exported(data.decode(), board_json.losses(content.nodes, held))


def drawing(
    board: Board, on: Collection[str], name: str, images: Images | None, view: Box | None = None,
    frame: Node | None = None,
) -> str:
    """The SVG of a board, with what is on of it; ``view``: this part alone; ``frame``: a frame with
    what lies in it alone. It blocks."""
    held_by = None if frame is None else framed(board, on, frame)
    # an image that is shown twice stands there twice
    uses = Counter(
        node.image
        for layer in board.layers
        if layer in on
        for _, id in board.members[layer]
        if (node := board.node(id)) is not None and node.kind == "image" and node.image
        if held_by is None or id in held_by.ids
    )
    held = {} if images is None else images.read(name, uses, limits.FILE_IMAGES_BYTES_MAX)
    uris = {image: data_uri(data) for image, data in held.items()}
    heading = view is None and frame is None
    return svg(board, on, heading=heading, images=uris, view=view, frame=held_by)
