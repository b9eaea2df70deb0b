"""The first start: the built-in board, and the share links that every new board begins with."""

from importlib import resources
from typing import Final

from board.ops import AccessSet, AnyOp, LinkSet
from board.paper import compile_paper
from layers.arrange import placed

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
    text = (resources.files("board") / "papers" / f"{BOARD}.md").read_text("utf-8")
    return with_access(tuple(placed(compile_paper(text).ops)), public=True)
