"""What a workshop is led with: the stage, the timer, scenes, and the steps of the agenda.

Records, as those of ``board/state.py``, which holds them: frozen, and put in each other's place.
"""

from bisect import bisect_left

from msgspec import Struct

from board.ops import StepRound, Viewport

Texts = dict[str, dict[str, str]]


class Timer(Struct, frozen=True):
    """A timer: so much was left at ``at`` (milliseconds since 1970), and it runs since, or not."""

    running: bool
    left_ms: int
    at: int


class Look(Struct, frozen=True):
    """Where everyone was brought, and how often somebody was: again is a look of its own."""

    viewport: Viewport
    number: int


class Stage(Struct, frozen=True, omit_defaults=True):
    """What the facilitator does for all who follow, but for what is driven.

    ``scene`` and ``step`` are those that were shown last; they may be gone by now, and so may
    the layer in the spotlight. ``cursors`` are those of whoever does not lead.
    """

    locked: bool = False
    spotlight: str | None = None
    look: Look | None = None
    scene: str | None = None
    step: str | None = None
    timer: Timer | None = None
    cursors: bool = True  # shown
    looks: int = 0  # so often were all brought somewhere


class Scene(Struct, frozen=True):
    """A scene. ``layers`` are those that are on in it, sorted; some may be removed by now."""

    id: str
    key: str
    layers: tuple[str, ...]
    viewport: Viewport | None
    text: Texts

    def holds(self, layer: str) -> bool:
        """Whether a layer is on in it."""
        at = bisect_left(self.layers, layer)
        return at < len(self.layers) and self.layers[at] == layer


class AgendaStep(Struct, frozen=True):
    """A step of the agenda."""

    id: str
    key: str
    scene: str | None
    timer_ms: int | None
    round: StepRound | None
    text: Texts
