"""Private rounds: where revealed stickies are laid, and what is erased from the log.

What somebody writes in a private round lies in a layer of their own, which no other seat and no
role may read (docs/SPEC.md, Private writing). Nothing leads out of such a layer: no relation, no
comment and no move; so all that was written is what was made in it.
"""

from collections.abc import Iterable
from hashlib import sha256
from math import ceil, sqrt
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from board import ops
from board.ops import AnyOp, Body, Entry
from board.state import Board, Node, Private, private_layer

SIDE: Final = 160.0  # board units, of a revealed sticky
GAP: Final = 24.0  # between two of them
AROUND: Final = 64.0  # between them and what was there


def shuffled(seed: str, name: str) -> str:
    """Where a name comes in the order of a seed."""
    return sha256(f"{seed}/{name}".encode()).hexdigest()


def revealed_id(seed: str, at: int) -> str:
    """The id of a sticky that is revealed without its author."""
    return f"revealed-{shuffled(seed, f'new {at}')[:24]}"


def rows(board: Board, order: ops.RevealOrder, seed: str, named: bool) -> list[list[Node]]:
    """What was written in the round that is open, in the rows in which it is to be laid.

    Those of one author stand in rows of their own; authors by their name, or at random where
    nobody is to know them.
    """
    by_author: list[tuple[str, list[Node]]] = []
    for layer in sorted(board.written):
        (seat,) = board.layers[layer].seats
        name = board.seats[seat].name.casefold() if named and seat in board.seats else ""
        held = board.written_privately(layer)
        if held:
            by_author.append((name + "/" + shuffled(seed, layer), held))
    by_author.sort(key=lambda one: one[0])
    count = sum(len(held) for _, held in by_author)
    across = max(1, ceil(sqrt(count * 1.5)))
    if order == "author":
        groups = [held for _, held in by_author]
    else:
        everything = [node for _, held in by_author for node in held]
        groups = [sorted(everything, key=lambda node: shuffled(seed, node.id))]
    return [
        held[start : start + across] for held in groups for start in range(0, len(held), across)
    ]


def free_corner(board: Board, layer: str) -> tuple[float, float]:
    """The top left corner of room below all that whoever may read a layer may read as well."""
    least = min(board.reach(layer, seat) for seat in ("", *board.named(layer)))
    shown = [
        node for id, held in board.layers.items()
        if id == layer or (not held.private and board.reach(id) <= least)
        for node in (board.node(name) for _, name in board.members[id]) if node is not None
    ]  # fmt: skip
    if not shown:
        return 0.0, 0.0
    return min(node.x for node in shown), max(node.y + node.h for node in shown) + AROUND


class Erasure(Struct, frozen=True):
    """The entries, from ``since`` to ``until``, in which a private round was written."""

    number: int
    since: int
    until: int


def erasure(private: Private | None) -> Erasure | None:
    """What is to be erased of the last private round; None: nothing."""
    if private is None or private.open or private.named:
        return None
    return Erasure(private.number, private.since, private.until)


class Erasing:
    """Goes through the entries of a private round, in their order, and finds what to erase."""

    def __init__(self, number: int) -> None:
        self._number = number
        self._layers: set[str] = set()
        self._nodes: set[str] = set()

    def bodies(self, entries: Iterable[Entry]) -> dict[int, Body]:
        """The bodies that are to stand in the place of those of entries, by seq.

        Their salt goes, too: with it, a guess at what was written could be compared with the
        hash that the header keeps.
        """
        found: dict[int, Body] = {}
        for entry in entries:
            body = entry.body
            self._learn(body.ops)
            kept = tuple(op for op in body.ops if not self._is_private(op))
            undo = tuple(op for op in body.undo if not self._is_private(op))
            if kept != body.ops or undo != body.undo:
                stamps = {
                    name: seq
                    for name, seq in body.stamps.items()
                    if name.partition(":")[0].partition("/")[2] not in self._nodes
                }
                found[entry.header.seq] = replace(body, salt="", ops=kept, undo=undo, stamps=stamps)
        return found

    def _learn(self, batch: tuple[AnyOp, ...]) -> None:
        for op in batch:
            if isinstance(op, ops.PrivateEnter) and op.seat is not None:
                self._layers.add(private_layer(op.seat, self._number))
            if isinstance(op, ops.NodeCreate) and op.layer in self._layers:
                self._nodes.add(op.id)

    def _is_private(self, op: AnyOp) -> bool:
        about = isinstance(op, ops.NodeCreate | ops.NodeSet | ops.NodeRemove | ops.NodeRestore) or (
            isinstance(op, ops.TextSet) and op.owner == "node"
        )
        return about and op.id in self._nodes  # type: ignore[union-attr]
