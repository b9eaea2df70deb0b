"""Who may do what: one table, role by operation.

A role is carried by a share link. Roles are ordered: each may do all that the one before it
may. A layer narrows that further: ``Layer.read``, ``Layer.add`` and ``Layer.write`` name the
least role that may see it, that may add to it, and that may change all that lies in it; and a
seat (one client) may be named there, with a right of its own (docs/SPEC.md, section Rights).
"""

from typing import Final, Literal

Role = Literal["viewer", "participant", "facilitator", "owner"]
# the least role for something; nobody: no role is enough
Least = Literal["viewer", "participant", "facilitator", "owner", "nobody"]
# what a seat may do in a layer that names it, whatever its role; each holds the one before it
Right = Literal["read", "add", "write"]

RANK: Final[dict[str, int]] = {
    "viewer": 0, "participant": 1, "facilitator": 2, "owner": 3, "nobody": 4,
}  # fmt: skip
RIGHTS: Final[dict[str, int]] = {"read": 0, "add": 1, "write": 2}

LEAST_ROLE: Final[dict[str, Role]] = {
    "board.set": "facilitator",
    "board.archive": "owner",
    "layer.create": "facilitator",
    "layer.set": "facilitator",
    "layer.move": "facilitator",
    "layer.remove": "facilitator",
    "layer.restore": "facilitator",
    "layer.grant": "facilitator",
    "node.create": "participant",
    "node.set": "participant",
    "node.remove": "participant",
    "node.restore": "participant",
    "relation.create": "participant",
    "relation.set": "participant",
    "relation.remove": "participant",
    "relation.restore": "participant",
    "comment.create": "participant",
    "comment.set": "participant",  # a thread of others: facilitator, see decide
    "comment.remove": "participant",  # the same
    "comment.restore": "participant",
    "text.set": "participant",  # of a layer, the board and more: facilitator, see decide
    "stage.set": "facilitator",
    "stage.drive": "facilitator",
    "round.open": "facilitator",
    "round.close": "facilitator",
    "round.remove": "facilitator",
    "private.open": "facilitator",
    "private.enter": "participant",
    "private.reveal": "facilitator",
    "private.close": "facilitator",
    "stage.spotlight": "facilitator",
    "stage.look": "facilitator",
    "stage.cursors": "facilitator",
    "scene.create": "facilitator",
    "scene.set": "facilitator",
    "scene.move": "facilitator",
    "scene.remove": "facilitator",
    "scene.show": "facilitator",
    "timer.set": "facilitator",
    "step.create": "facilitator",
    "step.set": "facilitator",
    "step.move": "facilitator",
    "step.remove": "facilitator",
    "agenda.go": "facilitator",
    "access.set": "owner",
    "access.wait": "facilitator",
    "link.set": "owner",
    "seat.set": "facilitator",
}


def at_least(role: str, least: str) -> bool:
    """Whether ``role`` is ``least`` or stands above it."""
    return RANK[role] >= RANK[least]
