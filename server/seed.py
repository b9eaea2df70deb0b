"""The first start: the built-in board, and the share links that every new board begins with.

The built-in board is a paper. Arranging it takes seconds, so it comes along arranged as well, as
Board JSON, which ``python3 dev.py generate`` makes of the paper (``server/make_built_in.py``).
"""

from importlib import resources
from typing import Final

from board.formats import json as board_json
from board.ops import AccessSet, AnyOp, LinkSet

BOARD: Final = "cities-of-equality"
FIRST_LINKS: Final[tuple[LinkSet, ...]] = (
    LinkSet(id="facilitator", role="facilitator", generation=1),
    LinkSet(id="participant", role="participant", generation=1),
    LinkSet(id="viewer", role="viewer", generation=1),
)


def with_access(ops: tuple[AnyOp, ...], *, public: bool) -> tuple[AnyOp, ...]:
    """The operations of a new board, with a share link for each role.

    ``public``: it may be read without any.
    """
    access: tuple[AnyOp, ...] = (AccessSet(public=True),) if public else ()
    return (*ops, *access, *FIRST_LINKS)


def built_in() -> tuple[AnyOp, ...]:
    """The operations that make the built-in board, one batch: public, with its share links."""
    return with_access(tuple(board_json.read(arranged_paper())[0]), public=True)


def arranged_paper() -> bytes:
    """The built-in paper with a place for every node, as Board JSON."""
    return (resources.files("board") / "papers" / f"{BOARD}.json").read_bytes()
