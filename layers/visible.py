"""Which layers a person sees, out of three things that are never mixed up.

*Published* is the author's default; *driven* is what the facilitator switches for everyone who
follows, while the stage is open; *own* is each person's own view. Hidden is not secret: what a
role may not read (``Board.may_read``) is no matter of visibility, it is not there at all.
"""

from collections.abc import Collection

from board.state import Board, Layer


def on_layers(
    board: Board,
    role: str,
    own: Collection[str] | None = None,
    *,
    stage: bool = True,
    seat: str = "",
) -> set[str]:
    """The layers and groups that are on for a person of this role, in a seat that may be named.

    A layer is on when its own switch and those of all groups that hold it are on. ``own`` is
    the set of switches that are on in the person's own view; None: they follow, so that a
    switch is the driven one while the stage is open, where it says anything, else the published
    one. ``stage=False`` leaves the stage out, as for an embed.
    """
    driven = board.driven if stage and board.stage_open else {}

    def switch(layer: Layer) -> bool:
        if own is not None:
            return layer.id in own
        return driven.get(layer.id, layer.published)

    on: set[str] = set()
    for _, layer in board.tree():  # parents come before what they hold
        if (
            (layer.parent is None or layer.parent in on)
            and board.may_read(role, layer.id, seat)
            and switch(layer)
        ):
            on.add(layer.id)
    return on
