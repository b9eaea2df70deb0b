"""The frames of the websocket, defined once.

The browser's types (static/src/generated/) and /api/asyncapi.json are made from these types.
One frame is one text message of JSON; ``t`` names its type. docs/SPEC.md, section Wire, says
when each is sent. Nothing here awaits or knows of sockets.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Annotated, Final, Literal

import msgspec
import orjson
from msgspec import UNSET, Meta, Struct, UnsetType

from board import limits
from board.ops import Angle, AnyOp, Coordinate, Id, Integer, Size
from server.questions import AnyQuestion, AnyResult

PROTOCOL: Final = 1

Stream = Annotated[str, Meta(min_length=1, max_length=3 * limits.ID_CHARS_MAX)]
Have = Annotated[dict[Stream, Integer], Meta(max_length=limits.HAVE_MAX)]
Layers = Annotated[tuple[Id, ...], Meta(max_length=limits.LAYERS_MAX)]
Viewport = tuple[Coordinate, Coordinate, Coordinate, Coordinate]  # x, y, w, h in board units
N = Annotated[int, Meta(ge=1, le=limits.INTEGER_MAX)]
Name = Annotated[str, Meta(max_length=limits.NAME_CHARS_MAX)]
Cursor = tuple[Coordinate, Coordinate]  # x, y in board units
Selection = Annotated[tuple[Id, ...], Meta(max_length=limits.SELECTED_MAX)]
Dragged = tuple[Id, Coordinate, Coordinate, Size, Size, Angle]  # a node with x, y, w, h, angle
Drag = Annotated[tuple[Dragged, ...], Meta(max_length=limits.DRAGGED_MAX)]
Pointer = Annotated[tuple[Cursor, ...], Meta(max_length=limits.POINTED_MAX)]
Sign = Literal["agree", "disagree", "heart", "laugh", "celebrate", "idea"]
Seat = Annotated[str, Meta(min_length=1, max_length=limits.CLIENT_CHARS)]


class Frame(Struct, frozen=True, tag_field="t", forbid_unknown_fields=True, omit_defaults=True):
    """What all frames have in common: the tag ``t``."""


# -- from the browser


class Hello(Frame, frozen=True, tag="hello"):
    """The first frame: who I am, what I have, what I see.

    ``own`` lists the layers that are on in my own view (each by its own switch); None: I follow.
    ``have`` gives the version of each stream that is still held, whole, from an earlier
    connection: a stream that was begun and never synced is not held. What is not named in
    ``have`` is forgotten by the browser. ``name`` is how others are to call me, as in ``here``.
    """

    protocol: int
    ticket: Annotated[str, Meta(max_length=1024)]
    have: Have = {}
    own: Layers | None = None
    viewport: Viewport | None = None
    name: Name = ""


class Submit(Frame, frozen=True, tag="submit"):
    """One atomic batch of operations, under the client's next number."""

    n: N
    ops: Annotated[tuple[AnyOp, ...], Meta(min_length=1, max_length=limits.OPS_MAX)]


class Undo(Frame, frozen=True, tag="undo"):
    """Take back what I submitted under the number ``of``; a submit of its own, numbered ``n``."""

    n: N
    of: N


class Follow(Frame, frozen=True, tag="follow"):
    """Follow the bodies of these layers, too; ``have``: what I hold of their streams, as in hello.

    The relations between followed layers come without being asked for. A layer that is not
    there, or not for me, is passed over.
    """

    layers: Layers
    have: Have = {}
    viewport: Viewport | None = None


class Unfollow(Frame, frozen=True, tag="unfollow"):
    """Follow the bodies of these layers no longer."""

    layers: Layers


class Here(Frame, frozen=True, tag="here"):
    """My presence: whether I follow, or lead, or am on my own view (both: false); my name.

    ``hand`` is whether my hand is raised, ``watch`` the seat of whom I look over the shoulder
    (null: nobody); what is left out of these two stays as it was.
    """

    following: bool
    name: Name = ""
    hand: bool | UnsetType = UNSET
    watch: Seat | UnsetType | None = UNSET


class Lower(Frame, frozen=True, tag="lower"):
    """A facilitator lowers the raised hand of a seat; null: all hands."""

    seat: Seat | None = None


class Typing(Struct, frozen=True, forbid_unknown_fields=True):
    """The text of a node that somebody is typing in."""

    id: Id
    field: Literal["title", "text", "alt"]


class Present(Frame, frozen=True, tag="present"):
    """What I am doing just now, for others to see. What is left out stays as it was.

    ``cursor`` is where I point (null: nowhere), ``selection`` what I have selected, ``drag``
    where what I move or resize is now, ``typing`` the text that I type in, ``viewport`` what I
    see, for those who watch me, ``pointer`` the last of the trail that I draw to show something.
    Each ends by itself when it is not said again in time. ``reaction`` is a sign that I give
    once.
    """

    cursor: Cursor | UnsetType | None = UNSET
    selection: Selection | UnsetType = UNSET
    drag: Drag | UnsetType = UNSET
    typing: Typing | UnsetType | None = UNSET
    viewport: Viewport | UnsetType | None = UNSET
    pointer: Pointer | UnsetType = UNSET
    reaction: Sign | UnsetType = UNSET


class Ask(Frame, frozen=True, tag="ask"):
    """A question about the board. The answer comes with the same ``id``, when it is there."""

    id: N
    question: AnyQuestion


class Voter(Frame, frozen=True, tag="voter"):
    """I wish to hear of votes: ``voted`` and ``tally`` come now, if a round is open, and later.

    ``secret`` is one that all tabs of a browser share: they have one ballot in a round. What is
    said first on a connection counts; without it, each seat has a ballot.
    """

    secret: Annotated[str, Meta(max_length=limits.SECRET_CHARS_MAX)] = ""


class Vote(Frame, frozen=True, tag="vote"):
    """My ballot in a round: all that I vote for, in the place of what I voted for before.

    What is in the ballot that I have, and is gone by now, is passed over. The answer, ``voted``,
    comes with the same ``id``.
    """

    id: N
    round: Id
    ballot: Annotated[dict[Id, Integer], Meta(max_length=limits.VOTES_MAX)]


class Beat(Frame, frozen=True, tag="beat"):
    """A heartbeat, both ways: each side answers none, and sends its own every ``beat_s``.

    The server's says what time it is there, in milliseconds since 1970.
    """

    at_ms: Integer = 0


Inbound = (
    Hello | Submit | Undo | Follow | Unfollow | Here
    | Lower | Present | Ask | Voter | Vote | Beat
)  # fmt: skip

# -- from the server


class Welcome(Frame, frozen=True, tag="welcome"):
    """The answer to hello. What the session lacks of its streams comes after it, then ``ready``.

    ``seat`` is this client's public name, the first part of every id that it makes. ``last`` is
    the last of its numbers that was applied (0: none). ``follow`` are the layers whose bodies
    are followed from now on, by what hello said of the view. ``at_ms`` is what time it is at
    the server, in milliseconds since 1970.
    """

    protocol: int
    role: str
    seat: str
    last: int
    follow: tuple[str, ...]
    beat_s: int
    ops_max: int
    at_ms: int


class Begin(Frame, frozen=True, tag="begin"):
    """Forget what is held of these streams: their records come anew, in chunks.

    The versions are those of now, and patches raise them while the chunks still come. The
    stream is held whole when ``synced`` names it.
    """

    streams: dict[str, int]


class Chunk(Frame, frozen=True, tag="chunk"):
    """A part of one stream's records. Later frames win over earlier ones, by id."""

    stream: str
    put: list[msgspec.Raw]


class Synced(Frame, frozen=True, tag="synced"):
    """Of these begun streams everything has been sent. ``ready``: of all that hello asked for."""

    streams: tuple[str, ...] = ()
    ready: bool = False


class Part(Struct, frozen=True, omit_defaults=True):
    """What changed in one stream, from version ``since`` to ``version``.

    ``since`` 0: this is the whole stream; what was held of it is forgotten first, whatever its
    version. Any other part is passed over when its ``version`` is not above the version held, or
    when nothing is held of the stream (it ended, or is no longer followed, while the part was
    under way). A ``since`` above the version held is a gap, which never happens. A stream of
    which nothing was ever heard is empty, at version 0.
    """

    stream: str
    since: int
    version: int
    put: list[msgspec.Raw] = []
    drop: list[str] = []


class Patch(Frame, frozen=True, tag="patch"):
    """What changed, in all streams that one commit touched: to be applied as one."""

    parts: list[Part]


class End(Frame, frozen=True, tag="end"):
    """These streams have ended for this client, as if their content had been removed.

    Forget their records and their versions: they may begin again, as whole parts.
    """

    streams: tuple[str, ...]


class Ack(Frame, frozen=True, tag="ack"):
    """Submit ``n`` is on disk. ``skipped``: so many parts of an undo had been overtaken."""

    n: int
    skipped: int = 0


class Reject(Frame, frozen=True, tag="reject"):
    """Submit ``n`` was refused, for good, and changed nothing. ``where`` names the place."""

    n: int
    code: str
    message: str
    where: str = ""


class Conflict(Frame, frozen=True, tag="conflict"):
    """A text in submit ``n`` was typed over what is no longer there; ``current`` is there now."""

    n: int
    where: str
    current: str


class Retry(Frame, frozen=True, tag="retry"):
    """Submit ``n`` was not looked at: send it and all after it again, in ``after_ms``.

    Until ``n`` has come again, every later number gets this answer, too.
    """

    n: int
    after_ms: int


class Person(Struct, frozen=True, omit_defaults=True):
    """Somebody who is here: with a name, if they gave one, and a colour of the palette.

    ``hand`` is 0, or the place of their raised hand in the order in which hands were raised;
    ``watching`` the seat of whom they look over the shoulder. Visitors without a link are told
    none of these.
    """

    seat: str
    role: str
    following: bool = True
    name: str = ""
    color: str = ""
    hand: int = 0
    watching: str = ""


class Doing(Struct, frozen=True, omit_defaults=True):
    """What somebody is doing, as in ``present``. What is left out is as it was; at first: none.

    ``viewport`` is told to those who watch them. ``reaction`` is their last sign, with how many
    they have given here: the same sign again is another one.
    """

    seat: str
    cursor: Cursor | UnsetType | None = UNSET
    selection: tuple[str, ...] | UnsetType = UNSET
    drag: tuple[Dragged, ...] | UnsetType = UNSET
    typing: Typing | UnsetType | None = UNSET
    viewport: Viewport | UnsetType | None = UNSET
    pointer: tuple[Cursor, ...] | UnsetType = UNSET
    reaction: tuple[Sign, int] | UnsetType | None = UNSET


class Answer(Frame, frozen=True, tag="answer"):
    """What was asked under ``id``, or why there is no answer."""

    id: int
    result: AnyResult


class Voted(Frame, frozen=True, tag="voted"):
    """My ballot in a round, as it counts: on disk. ``code``: why the one that I sent does not.

    ``id`` is that of my ``vote``; 0: I did not vote, but said ``voter``, another tab of mine has
    voted, or something that I voted for is gone or back.
    """

    id: int
    round: str
    ballot: dict[str, int] = {}
    code: str = ""
    message: str = ""
    where: str = ""


class Tally(Frame, frozen=True, tag="tally"):
    """How many have voted in the open round, on what I may read.

    ``votes``: in a round whose results are live, what has changed since the last tally, by node.
    ``reset``: what was heard before is forgotten; so it is told when a vote is gone.
    """

    round: str
    voters: int
    votes: dict[str, int] = {}
    reset: bool = False


class Presence(Frame, frozen=True, tag="presence"):
    """Who is here, and what they are doing: newest wins, may be lost.

    ``here`` counts the connections, ``following`` those of them that follow the stage; both
    count visitors without a link, who have no record. ``reset``: what was heard before is
    forgotten; ``put`` is everybody who has a link. Who is dropped does nothing any more.
    """

    here: int
    following: int
    put: list[Person] = []
    drop: list[str] = []
    reset: bool = False
    doing: list[Doing] = []


class Goaway(Frame, frozen=True, tag="goaway"):
    """The server is about to close: come back in ``after_ms``."""

    after_ms: int


Outbound = (
    Welcome | Begin | Chunk | Synced | Patch | End | Ack | Reject | Conflict | Retry
    | Answer | Voted | Tally | Presence | Goaway | Beat
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

Lane = Literal["log", "presence"]


class Unreadable(ValueError):
    """What came is no JSON at all: the connection is closed with 4000."""


class _Numbered(Struct):
    t: str = ""
    n: int = 0


_inbound = msgspec.json.Decoder(Inbound)
_numbered = msgspec.json.Decoder(_Numbered)
_TAG_OF_OPERATION: Final = re.compile(r"ops\[\d+\]\.op$")
OPERATION_CHARS_SHOWN: Final = 40  # of an unknown operation's name
_PLACE: Final = re.compile(r"^(.*?)(?: - at `\$\.?(.*)`)?$", re.DOTALL)


def decode(raw: bytes | str) -> Inbound | Reject:
    """Read one frame of a browser.

    JSON that is no valid frame gives the Reject to answer with (code ``invalid``; its ``n`` is
    that of the submit or undo, else 0). Raises Unreadable for what is no JSON.
    """
    try:
        frame: Inbound = _inbound.decode(raw)
        return frame
    except msgspec.ValidationError as error:
        found = _PLACE.match(str(error))
        assert found is not None
        message, where = found[1], found[2] or ""
        if message.startswith("Invalid value ") and _TAG_OF_OPERATION.search(where):
            name = message.removeprefix("Invalid value ").strip("'")
            message = f"unknown operation {name[:OPERATION_CHARS_SHOWN]!r}"
        return Reject(_number(raw), "invalid", message, where)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise Unreadable(str(error)) from error


def _number(raw: bytes | str) -> int:
    """The number of a submit or undo that is no valid frame, 0 when it has none."""
    try:
        frame = _numbered.decode(raw)
    except msgspec.ValidationError:
        _read_all(raw)
        return 0
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise Unreadable(str(error)) from error
    n_readable = frame.t in ("submit", "undo") and 1 <= frame.n <= limits.INTEGER_MAX
    return frame.n if n_readable else 0


def _read_all(raw: bytes | str) -> None:
    """Raises Unreadable when a text is no JSON somewhere behind what is no valid frame."""
    try:
        msgspec.json.decode(raw)
    except (msgspec.DecodeError, RecursionError, UnicodeError) as error:
        raise Unreadable(str(error)) from error


def encode(frame: Outbound) -> bytes:
    """One frame as bytes of JSON. For what holds records, see ``part``, ``patch`` and ``chunk``."""
    return orjson.dumps(msgspec.to_builtins(frame))


def record(shape: Struct) -> bytes:
    """One drawable record (layers/shapes.py) as bytes of JSON: equal records, equal bytes.

    msgspec leaves out a default that is the same object; here, one that is equal.
    """
    fields = msgspec.to_builtins(shape)
    for name, default in _defaults(type(shape)):
        if name in fields and fields[name] == default:
            del fields[name]
    return orjson.dumps(fields)


@cache
def _defaults(kind: type[Struct]) -> tuple[tuple[str, object], ...]:
    known = ((field.name, field.default) for field in msgspec.structs.fields(kind))
    return tuple((name, default) for name, default in known if default is not msgspec.NODEFAULT)


def part(
    stream: str, since: int, version: int, put: Iterable[bytes], drop: Iterable[str] = ()
) -> bytes:
    """A Part of encoded records, as bytes: made once, then joined into patches."""
    fields: dict[str, object] = {"stream": stream, "since": since, "version": version}
    records = [orjson.Fragment(held) for held in put]
    if records:
        fields["put"] = records
    ids = list(drop)
    if ids:
        fields["drop"] = ids
    return orjson.dumps(fields)


def patch(parts: Iterable[bytes]) -> bytes:
    """A Patch of encoded parts."""
    return b'{"t":"patch","parts":[' + b",".join(parts) + b"]}"


def chunk(stream: str, put: Iterable[bytes]) -> bytes:
    """A Chunk of encoded records."""
    head = b'{"t":"chunk","stream":' + orjson.dumps(stream)
    return head + b',"put":[' + b",".join(put) + b"]}"
