"""The frames of the websocket, defined once.

The browser's types (static/src/generated/) and /api/asyncapi.json are made from these types.
One frame is one text message of JSON; ``t`` names its type. docs/SPEC.md, section Wire, says
when each is sent. Nothing here awaits or knows of sockets.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import Meta, Struct

from board import limits
from board.ops import AnyOp, Coordinate, Id, Integer

PROTOCOL: Final = 1

Stream = Annotated[str, Meta(min_length=1, max_length=3 * limits.ID_CHARS_MAX)]
Have = Annotated[dict[Stream, Integer], Meta(max_length=limits.HAVE_MAX)]
Layers = Annotated[tuple[Id, ...], Meta(max_length=limits.LAYERS_MAX)]
Viewport = tuple[Coordinate, Coordinate, Coordinate, Coordinate]  # x, y, w, h in board units
N = Annotated[int, Meta(ge=1, le=limits.INTEGER_MAX)]


class Frame(Struct, frozen=True, tag_field="t", forbid_unknown_fields=True, omit_defaults=True):
    """What all frames have in common: the tag ``t``."""


# -- from the browser


class Hello(Frame, tag="hello"):
    """The first frame: who I am, what I have, what I see.

    ``own`` lists the layers that are on in my own view (each by its own switch); None: I follow. ``have`` gives the
    version of each stream that is still held from an earlier connection.
    """

    protocol: int
    ticket: Annotated[str, Meta(max_length=1024)]
    have: Have = {}
    own: Layers | None = None
    viewport: Viewport | None = None


class Submit(Frame, tag="submit"):
    """One atomic batch of operations, under the client's next number."""

    n: N
    ops: Annotated[tuple[AnyOp, ...], Meta(min_length=1, max_length=limits.OPS_MAX)]


class Undo(Frame, tag="undo"):
    """Take back what I submitted under the number ``of``; a submit of its own, numbered ``n``."""

    n: N
    of: N


class Follow(Frame, tag="follow"):
    """Follow the bodies of these layers; ``have``: the versions of their streams that I hold."""

    layers: Layers
    have: Have = {}
    viewport: Viewport | None = None


class Unfollow(Frame, tag="unfollow"):
    """Follow the bodies of these layers no longer."""

    layers: Layers


class Here(Frame, tag="here"):
    """My presence: whether I follow the stage or am on my own view."""

    following: bool


class Beat(Frame, tag="beat"):
    """A heartbeat, both ways: each side answers none, and sends its own in time."""


Inbound = Hello | Submit | Undo | Follow | Unfollow | Here | Beat

# -- from the server


class Welcome(Frame, tag="welcome"):
    """The answer to hello. The streams that follow are begun, put and synced after it.

    ``seat`` is this client's public name, the first part of every id that it makes. ``last`` is
    the last of its numbers that was applied (0: none). ``follow`` are the layers whose bodies
    are followed from now on, by what hello said of the view.
    """

    protocol: int
    role: str
    seat: str
    last: int
    follow: tuple[str, ...]
    beat_s: int
    ops_max: int


class Begin(Frame, tag="begin"):
    """Forget what is held of these streams: their records come anew, as of these versions."""

    streams: dict[str, int]


class Chunk(Frame, tag="chunk"):
    """A part of one stream's records. Later frames win over earlier ones, by id."""

    stream: str
    put: list[msgspec.Raw]


class Synced(Frame, tag="synced"):
    """Of these streams everything has been sent. ``ready``: of all that hello asked for."""

    streams: tuple[str, ...]
    ready: bool = False


class Part(Struct, frozen=True, omit_defaults=True):
    """What changed in one stream, from version ``since`` to ``version``."""

    stream: str
    since: int
    version: int
    put: list[msgspec.Raw] = []
    drop: list[str] = []


class Patch(Frame, tag="patch"):
    """What changed, in all streams that one commit touched: to be applied as one."""

    parts: list[Part]


class End(Frame, tag="end"):
    """These streams have ended for this client: as if their content had been removed."""

    streams: tuple[str, ...]


class Ack(Frame, tag="ack"):
    """Submit ``n`` is on disk. ``skipped``: so many parts of an undo had been overtaken."""

    n: int
    skipped: int = 0


class Reject(Frame, tag="reject"):
    """Submit ``n`` was refused, for good, and changed nothing. ``where`` names the place."""

    n: int
    code: str
    message: str
    where: str = ""


class Conflict(Frame, tag="conflict"):
    """A text in submit ``n`` was typed over what is no longer there; ``current`` is there now."""

    n: int
    where: str
    current: str


class Retry(Frame, tag="retry"):
    """Submit ``n`` was not looked at: send it and all after it again, in ``after_ms``."""

    n: int
    after_ms: int


class Person(Struct, frozen=True, omit_defaults=True):
    """Somebody who is here."""

    seat: str
    role: str
    following: bool = True


class Presence(Frame, tag="presence"):
    """Who is here: newest wins, may be lost. ``reset``: put is everybody; ``here``: how many."""

    here: int
    following: int
    put: list[Person] = []
    drop: list[str] = []
    reset: bool = False


class Goaway(Frame, tag="goaway"):
    """The server is about to close: come back in ``after_ms``."""

    after_ms: int


Outbound = (
    Welcome | Begin | Chunk | Synced | Patch | End | Ack | Reject | Conflict | Retry
    | Presence | Goaway | Beat
)  # fmt: skip

CLOSE_CODES: Final[dict[int, str]] = {
    1012: "the server restarts: come back",
    4000: "a frame could not be read",
    4001: "the ticket is not valid, or is too old: fetch a new one",
    4002: "hello did not come first, or in time",
    4004: "there is no such board, or none for you",
    4005: "another protocol version is spoken here: reload the page",
    4008: "too slow: come back and resume",
    4009: "the link was revoked, or rights changed: fetch a new ticket",
    4010: "the same client has connected elsewhere",
    4011: "nothing was heard for too long",
    4013: "the board or the server is full",
    4029: "too many frames",
}

_inbound = msgspec.json.Decoder(Inbound)


def decode(raw: bytes | str) -> Inbound:
    """Read one frame of a browser.

    Raises msgspec.DecodeError when it is no JSON, msgspec.ValidationError (which names the
    place and the bound) when it is no frame.
    """
    return _inbound.decode(raw)


Lane = Literal["log", "presence"]
