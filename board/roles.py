"""Who may do what: one table, role by operation.

A role is carried by a share link. Roles are ordered: each may do all that the one before it
may. A layer narrows that further: ``Layer.read`` and ``Layer.write`` name the least role that
may see it and that may change what lies in it (docs/SPEC.md, section Roles).
"""

from typing import Final, Literal

Role = Literal["viewer", "participant", "facilitator", "owner"]

RANK: Final[dict[str, int]] = {"viewer": 0, "participant": 1, "facilitator": 2, "owner": 3}

LEAST_ROLE: Final[dict[str, Role]] = {
    "board.set": "facilitator",
    "board.archive": "owner",
    "layer.create": "facilitator",
    "layer.set": "facilitator",
    "layer.move": "facilitator",
    "layer.remove": "facilitator",
    "layer.restore": "facilitator",
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
    "stage.spotlight": "facilitator",
    "stage.look": "facilitator",
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
    "link.set": "owner",
}


def at_least(role: str, least: str) -> bool:
    """Whether ``role`` is ``least`` or stands above it."""
    return RANK[role] >= RANK[least]
