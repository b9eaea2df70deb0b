"""What has changed on a board since somebody last looked, for those who keep an index of it.

Nothing is kept until the first look. Pure.
"""

from collections.abc import Iterable, Mapping
from typing import Final

from msgspec import Struct

from board import limits
from board.state import Board, Comment, Layer, Node, Relation
from layers.stream import kind

OWNERS: Final = {"head": "layer", "body": "node", "pair": "relation", "talk": "comment"}


class Gleaned(Struct, frozen=True):
    """Things as they are now, by id; None: gone. ``whole``: these are all that there are.

    ``reads`` gives the least rank that may read a layer. Records never change, so all of this
    may be read in another thread.
    """

    whole: bool
    lang: str
    reads: Mapping[str, int]
    layers: dict[str, Layer | None]
    nodes: dict[str, Node | None]
    relations: dict[str, Relation | None]
    comments: dict[str, Comment | None]
    talk: dict[str, str]  # the layer that each of those comments lies in


class Gleaner:
    """Which things have changed since the last look; None: nobody looks."""

    def __init__(self) -> None:
        self._changed: dict[str, set[str]] | None = None

    def touch(self, stream: str, ids: Iterable[str]) -> None:
        """Records of a stream have changed."""
        owner = OWNERS.get(kind(stream))
        if self._changed is not None and owner is not None:
            self._changed[owner].update(ids)
            if sum(map(len, self._changed.values())) > limits.GLEANED_MAX:
                self._changed = None  # reading all anew costs no more

    def forget(self) -> None:
        """Nobody looks any more."""
        self._changed = None

    def glean(self, board: Board, reads: Mapping[str, int]) -> Gleaned:
        """What has changed since this was last asked; at first, everything."""
        changed, self._changed = self._changed, {owner: set() for owner in OWNERS.values()}
        if changed is None:
            return Gleaned(
                True, board.lang, reads, dict(board.layers),
                {node.id: node for node in board.nodes()}, dict(board.relations),
                dict(board.comments),
                {id: layer for layer, held in board.talk.items() for id in held},
            )  # fmt: skip
        comments = {id: board.comments.get(id) for id in changed["comment"]}
        return Gleaned(
            False, board.lang, reads,
            {id: board.layers.get(id) for id in changed["layer"]},
            {id: board.node(id) for id in changed["node"]},
            {id: board.relations.get(id) for id in changed["relation"]},
            comments,
            {id: board.comment_layer(held) for id, held in comments.items() if held is not None},
        )  # fmt: skip
