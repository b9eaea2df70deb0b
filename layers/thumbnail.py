"""A board in small: the picture that the desk shows of it.

It is the board's SVG without a heading, of the layers that one finds on when one opens it. A
board that is too large for that is drawn as its boxes, one path for each layer, so that the work
and the bytes are bounded whatever its size.
"""

from collections.abc import Collection
from math import ceil

from board import limits
from board.state import Board
from layers.palette import LIGHT, Theme, tone
from layers.svg import svg
from layers.visible import on_layers

_MARGIN = 0.03  # of the longer side, around everything


def thumbnail(board: Board, theme: Theme = LIGHT) -> str:
    """The picture of the published layers; where they hold nothing, of all that owners may read."""
    on = on_layers(board, "owner", stage=False)
    count = _count(board, on)
    if not count:
        on = {id for id in board.layers if board.may_read("owner", id)}
        count = _count(board, on)
    if count <= limits.THUMBNAIL_NODES_MAX:
        picture = svg(board, on, theme=theme, heading=False)
        if len(picture) <= limits.THUMBNAIL_CHARS_MAX:
            return picture
    return _boxes(board, on, theme, ceil(count / limits.THUMBNAIL_BOXES_MAX) or 1)


def _count(board: Board, on: Collection[str]) -> int:
    return sum(len(board.members[id]) for id in on)


def _boxes(board: Board, on: Collection[str], theme: Theme, step: int) -> str:
    """The nodes as plain boxes; of each layer every ``step``-th."""
    paths: list[str] = []
    left = top = float("inf")
    right = bottom = float("-inf")
    for layer in (layer for _, layer in board.tree() if layer.id in on):
        parts: list[str] = []
        for _, id in board.members[layer.id][::step]:
            node = board.node(id)
            assert node is not None
            left, top = min(left, node.x), min(top, node.y)
            right, bottom = max(right, node.x + node.w), max(bottom, node.y + node.h)
            parts.append(f"M{node.x:.0f} {node.y:.0f}h{node.w:.0f}v{node.h:.0f}h{-node.w:.0f}z")
        if parts:
            paths.append(f'<path fill="{tone(layer.color, theme).bar}" d="{"".join(parts)}"/>')
    margin = max(right - left, bottom - top) * _MARGIN
    x, y = left - margin, top - margin
    w, h = right - left + 2 * margin, bottom - top + 2 * margin
    view = f"{x:.0f} {y:.0f} {w:.0f} {h:.0f}"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}" width="{w:.0f}"'
        f' height="{h:.0f}"><rect x="{x:.0f}" y="{y:.0f}" width="{w:.0f}" height="{h:.0f}"'
        f' fill="{theme.background}"/>{"".join(paths)}</svg>\n'
    )
