"""Operations: everything that can happen to a board, and the entry of the log that holds them.

An operation is absolute ("set visible"), never relative ("toggle"), so that applying it twice
is applying it once. Its meaning never changes: a new field has a default, a new meaning is a
new operation (docs/SPEC.md, section Evolution).

The same types serve the wire, the log, imports and the command line. ``decide`` completes what
a person leaves open (the key of the order, for a neighbour that was named) before an operation
enters the log.
"""

from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from board import limits
from board.roles import Least, Right, Role

PALETTE: Final = (
    "slate", "red", "orange", "amber", "green", "teal",
    "cyan", "blue", "indigo", "violet", "pink", "brown",
)  # fmt: skip

ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9_.-]*$(?!\n)"
LANG_PATTERN: Final = r"^[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$(?!\n)"
COLOR_PATTERN: Final = r"^(" + "|".join(PALETTE) + r"|#[0-9a-f]{6})$(?!\n)"
KEY_PATTERN: Final = r"^([0-9A-Za-z]*[1-9A-Za-z])?$(?!\n)"  # see board/order.py
IMAGE_PATTERN: Final = r"^[a-z2-7]{32}$(?!\n)"
# to elsewhere, or to a scene of the same board
HREF_PATTERN: Final = (
    r"^($|https?://[^\s]+|mailto:[^\s]+|#scene=[A-Za-z0-9][A-Za-z0-9_.-]{0,63})$(?!\n)"
)

Id = Annotated[str, Meta(min_length=1, max_length=limits.ID_CHARS_MAX, pattern=ID_PATTERN)]
Lang = Annotated[str, Meta(max_length=24, pattern=LANG_PATTERN)]
Color = Annotated[str, Meta(max_length=8, pattern=COLOR_PATTERN)]
Key = Annotated[str, Meta(max_length=limits.KEY_CHARS_MAX, pattern=KEY_PATTERN)]
Href = Annotated[str, Meta(max_length=limits.HREF_CHARS_MAX, pattern=HREF_PATTERN)]
Coordinate = Annotated[float, Meta(ge=-limits.COORDINATE_MAX, le=limits.COORDINATE_MAX)]
Size = Annotated[float, Meta(ge=limits.SIZE_MIN, le=limits.SIZE_MAX)]
Opacity = Annotated[float, Meta(ge=0.1, le=1.0)]
Title = Annotated[str, Meta(max_length=limits.TITLE_CHARS_MAX)]
Text = Annotated[str, Meta(max_length=limits.TEXT_CHARS_MAX)]
Label = Annotated[str, Meta(max_length=limits.LABEL_CHARS_MAX)]
Name = Annotated[str, Meta(max_length=limits.NAME_CHARS_MAX)]
Tag = Annotated[str, Meta(min_length=1, max_length=limits.TAG_CHARS_MAX)]
Question = Annotated[str, Meta(max_length=limits.QUESTION_CHARS_MAX)]
Tags = Annotated[tuple[Tag, ...], Meta(max_length=limits.TAGS_MAX)]
Integer = Annotated[int, Meta(ge=0, le=limits.INTEGER_MAX)]
Seats = Annotated[dict[Id, Right], Meta(max_length=limits.GRANTS_MAX)]
Angle = Annotated[float, Meta(ge=0.0, lt=360.0)]
NodeKind = Literal["card", "sticky", "text", "shape", "frame", "image", "drawing"]
ShapeName = Literal[
    "rectangle", "rounded", "ellipse", "diamond", "triangle", "parallelogram",
    "trapezoid", "pentagon", "hexagon", "octagon", "star", "cylinder",
]  # fmt: skip
TextSize = Literal["small", "medium", "large", "huge"]
LineKind = Literal["straight", "elbow", "curved"]
Head = Literal["none", "arrow", "dot", "diamond", "bar"]
Image = Annotated[str, Meta(pattern=IMAGE_PATTERN)]
Extent = Annotated[float, Meta(ge=limits.SIZE_MIN, le=2 * limits.COORDINATE_MAX)]
Viewport = tuple[Coordinate, Coordinate, Extent, Extent]  # x, y, w, h in board units
LayerIds = Annotated[tuple[Id, ...], Meta(max_length=limits.LAYERS_MAX)]
Switches = Annotated[dict[Id, bool], Meta(min_length=1, max_length=limits.LAYERS_MAX)]
TimerMs = Annotated[int, Meta(ge=0, le=limits.TIMER_MS_MAX)]
RevealOrder = Literal["random", "author"]
StepRound = Literal["vote", "write"]  # what a step of the agenda opens
Points = Annotated[
    tuple[Annotated[int, Meta(ge=0, le=limits.POINT_MAX)], ...],
    Meta(min_length=4, max_length=2 * limits.POINTS_MAX),
]

# field -> language -> text; how long a text may be depends on its field
Texts = dict[str, dict[Lang, Text]]


class Source(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a thing of a paper came from: its line (from 1) and the heading above it."""

    line: Integer
    heading: Title


class Op(Struct, frozen=True, tag_field="op", forbid_unknown_fields=True, omit_defaults=True):
    """What all operations have in common: the tag ``op`` that names them."""


class BoardSet(Op, frozen=True, tag="board.set"):
    """Set the board's main language."""

    lang: Lang


class BoardArchive(Op, frozen=True, tag="board.archive"):
    """Put the board away: it is read as before and refuses every change; or end that."""

    archived: bool


class LayerCreate(Op, frozen=True, tag="layer.create"):
    """Create a layer, or a group that holds layers.

    ``before`` names the sibling that the layer goes before, None means last; ``key`` is for
    papers and imports, and for the log, where it is always set. ``add`` None: who may change
    all that lies in it. ``seats`` may do there what is named, whatever their role.
    """

    id: Id
    parent: Id | None = None
    before: Id | None = None
    key: Key = ""
    group: bool = False
    color: Color = "slate"
    opacity: Opacity = 1.0
    published: bool = True
    locked: bool = False
    read: Least = "viewer"
    write: Least = "participant"
    text: Texts = {}
    add: Least | None = None
    seats: Seats = {}


class LayerSet(Op, frozen=True, tag="layer.set"):
    """Set properties of a layer, each for itself: what is left out stays."""

    id: Id
    key: Key | UnsetType = UNSET
    color: Color | UnsetType = UNSET
    opacity: Opacity | UnsetType = UNSET
    published: bool | UnsetType = UNSET
    locked: bool | UnsetType = UNSET
    read: Least | UnsetType = UNSET
    write: Least | UnsetType = UNSET
    add: Least | UnsetType | None = UNSET


class LayerMove(Op, frozen=True, tag="layer.move"):
    """Move a layer under ``parent`` (None: the top), before its sibling ``before`` (None: last)."""

    id: Id
    parent: Id | None = None
    before: Id | None = None
    key: Key = ""


class LayerRemove(Op, frozen=True, tag="layer.remove"):
    """Remove a layer with the layers, nodes and relations in it; a tombstone keeps them."""

    id: Id


class LayerRestore(Op, frozen=True, tag="layer.restore"):
    """Bring a removed layer back, with all that went with it."""

    id: Id


class LayerGrant(Op, frozen=True, tag="layer.grant"):
    """Give a seat a right in a layer, whatever its role; None: take that back."""

    id: Id
    seat: Id
    right: Right | None = None


class NodeCreate(Op, frozen=True, tag="node.create"):
    """Create a node in a layer. ``x`` and ``y`` are its top left corner, in board units.

    Its box is turned by ``angle`` degrees about its middle, clockwise. ``image`` names the bytes
    of an image (server/images.py); ``points`` are those of a drawing, x and y in turn, each from
    0 to POINT_MAX across its box. None is what is usual: a rectangle, not turned, medium text.
    """

    id: Id
    layer: Id
    kind: NodeKind = "card"
    x: Coordinate = 0.0
    y: Coordinate = 0.0
    w: Size = 220.0
    h: Size = 64.0
    before: Id | None = None
    key: Key = ""
    color: Color | None = None  # None: the layer's
    href: Href = ""
    tags: Tags = ()
    source: Source | None = None
    text: Texts = {}
    shape: ShapeName | None = None
    angle: Angle | None = None
    locked: bool = False
    text_size: TextSize | None = None
    image: Image | None = None
    points: Points | None = None


class NodeSet(Op, frozen=True, tag="node.set"):
    """Set properties of a node, each for itself; ``layer`` moves it to another layer.

    ``before`` (None: last, that is on top) changes its place in the order of its layer.
    """

    id: Id
    layer: Id | UnsetType = UNSET
    x: Coordinate | UnsetType = UNSET
    y: Coordinate | UnsetType = UNSET
    w: Size | UnsetType = UNSET
    h: Size | UnsetType = UNSET
    before: Id | UnsetType | None = UNSET
    key: Key | UnsetType = UNSET
    color: Color | UnsetType | None = UNSET
    href: Href | UnsetType = UNSET
    tags: Tags | UnsetType = UNSET
    shape: ShapeName | UnsetType | None = UNSET
    angle: Angle | UnsetType | None = UNSET
    locked: bool | UnsetType = UNSET
    text_size: TextSize | UnsetType | None = UNSET
    image: Image | UnsetType | None = UNSET
    points: Points | UnsetType | None = UNSET


class NodeRemove(Op, frozen=True, tag="node.remove"):
    """Remove a node with its relations; a tombstone keeps them."""

    id: Id


class NodeRestore(Op, frozen=True, tag="node.restore"):
    """Bring a removed node back, with its relations."""

    id: Id


class RelationCreate(Op, frozen=True, tag="relation.create"):
    """Relate two nodes, from ``source`` to ``target``. ``dashed`` marks our own reading.

    None is what is usual: a curved line, without a head at its start, with an arrow at its end.
    """

    id: Id
    source: Id
    target: Id
    dashed: bool = False
    color: Color | None = None
    text: Texts = {}
    line: LineKind | None = None
    start: Head | None = None
    end: Head | None = None


class RelationSet(Op, frozen=True, tag="relation.set"):
    """Set properties of a relation, each for itself."""

    id: Id
    dashed: bool | UnsetType = UNSET
    color: Color | UnsetType | None = UNSET
    line: LineKind | UnsetType | None = UNSET
    start: Head | UnsetType | None = UNSET
    end: Head | UnsetType | None = UNSET


class RelationRemove(Op, frozen=True, tag="relation.remove"):
    """Remove a relation; a tombstone keeps it."""

    id: Id


class RelationRestore(Op, frozen=True, tag="relation.restore"):
    """Bring a removed relation back."""

    id: Id


class CommentCreate(Op, frozen=True, tag="comment.create"):
    """Say something about a node, about a place in a layer, or in answer to another comment.

    Exactly one of ``node``, ``layer`` and ``answers`` is set. ``by`` is the name it is signed
    with. ``at`` is for imports: milliseconds since 1970; 0 is the moment of the entry.
    """

    id: Id
    layer: Id | None = None
    node: Id | None = None
    answers: Id | None = None
    x: Coordinate = 0.0
    y: Coordinate = 0.0
    by: Name = ""
    at: Integer = 0
    text: Texts = {}


class CommentSet(Op, frozen=True, tag="comment.set"):
    """Resolve a thread, or open it again."""

    id: Id
    resolved: bool


class CommentRemove(Op, frozen=True, tag="comment.remove"):
    """Remove a comment with its answers; a tombstone keeps them."""

    id: Id


class CommentRestore(Op, frozen=True, tag="comment.restore"):
    """Bring a removed comment back, with its answers."""

    id: Id


TextOwner = Literal["board", "layer", "node", "relation", "comment", "scene", "step"]

# which texts a thing has, and how many characters each may have at most
TEXT_FIELDS: Final[dict[str, dict[str, int]]] = {
    "board": {"title": limits.TITLE_CHARS_MAX, "description": limits.TEXT_CHARS_MAX},
    "layer": {"title": limits.TITLE_CHARS_MAX, "note": limits.TEXT_CHARS_MAX},
    "node": {
        "title": limits.TITLE_CHARS_MAX,
        "text": limits.TEXT_CHARS_MAX,
        "alt": limits.ALT_CHARS_MAX,
    },
    "relation": {"label": limits.LABEL_CHARS_MAX},
    "comment": {"text": limits.COMMENT_CHARS_MAX},
    "scene": {
        "title": limits.TITLE_CHARS_MAX,
        "note": limits.NOTE_CHARS_MAX,
        "spoken": limits.NOTE_CHARS_MAX,
    },
    "step": {
        "title": limits.TITLE_CHARS_MAX,
        "note": limits.NOTE_CHARS_MAX,
        "question": limits.TITLE_CHARS_MAX,
    },
}


class TextSet(Op, frozen=True, tag="text.set"):
    """Set one text, named by (owner, id, field, language); "" removes it.

    ``base`` is the text that it was typed over: when that is no longer what stands there, the
    answer is a conflict with the current text. The board's own texts have the id "".
    """

    owner: TextOwner
    field: Literal["title", "text", "note", "description", "label", "alt", "spoken", "question"]
    lang: Lang
    text: Text
    base: Text
    id: Annotated[str, Meta(max_length=limits.ID_CHARS_MAX)] = ""


class StageSet(Op, frozen=True, tag="stage.set"):
    """Open the stage (what is driven shows to all who follow) or close it.

    ``locked`` holds everyone below a facilitator to what is driven, as long as it is open; what
    is left out stays. Closing it unlocks it.
    """

    open: bool
    locked: bool | UnsetType = UNSET


class StageDrive(Op, frozen=True, tag="stage.drive"):
    """Drive layers for everyone who follows: True on, False off, None as published."""

    layers: Annotated[dict[Id, bool | None], Meta(min_length=1, max_length=limits.LAYERS_MAX)]


class RoundOpen(Op, frozen=True, tag="round.open"):
    """Open a round of voting: ``votes`` for each person, on some of the nodes.

    Those that lie in a layer (or in the layers of a group), those that have a tag, or those in
    ``nodes``: one of the three. ``again`` names an earlier round, whose nodes are voted on once
    more; then none of the three is given, and the server fills them in. ``several``: a person may
    give one node more than one vote; ``named``: the log keeps who voted for what; ``live``: the
    tally is shown while the round is open; ``by_link``: one ballot for each share link, not for
    each browser. ``number`` counts the rounds of a board; the server gives it.
    """

    id: Id
    question: Question
    votes: Annotated[int, Meta(ge=1, le=limits.VOTES_MAX)] = 3
    layer: Id | None = None
    tag: Tag | None = None
    nodes: Annotated[tuple[Id, ...], Meta(max_length=limits.ROUND_NODES_MAX)] = ()
    several: bool = False
    named: bool = False
    live: bool = False
    by_link: bool = False
    again: Id | None = None
    number: Integer = 0


class RoundClose(Op, frozen=True, tag="round.close"):
    """Close a round of voting. What it has come to is filled in by the server, which counts.

    ``tally`` gives the votes of each node, ``voters`` how many people voted on something in each
    layer; ``by``, in a round that is named, how many votes each seat gave to each node.
    """

    id: Id
    tally: dict[Id, Integer] = {}
    voters: dict[Id, Integer] = {}
    by: dict[Id, dict[Id, Integer]] = {}


class RoundRemove(Op, frozen=True, tag="round.remove"):
    """Remove a round of voting with what it has come to."""

    id: Id


class PrivateOpen(Op, frozen=True, tag="private.open"):
    """Open a private round: people write stickies on a question, each seen by nobody else.

    What they write is revealed into ``layer``. ``number`` counts the private rounds of a board;
    the server gives it.
    """

    id: Id
    question: Question
    layer: Id
    number: Integer = 0


class PrivateEnter(Op, frozen=True, tag="private.enter"):
    """Begin to write in a private round: a layer is made that is there for this seat alone.

    ``seat`` and ``layer``, its id, are filled in by the server.
    """

    id: Id
    seat: Id | None = None
    layer: Id | None = None


class PrivateReveal(Op, frozen=True, tag="private.reveal"):
    """Reveal what was written in a private round, all at once, and end the round.

    It is completed into what it means: with names, the stickies are moved into the layer of the
    round (or ``layer``, where it is given); without, new ones are made there, and the server
    erases what was written. ``order``: at random, or those of each author together. ``seed`` is
    given by the server, and not kept.
    """

    id: Id
    named: bool
    order: RevealOrder = "random"
    layer: Id | None = None
    seed: Label = ""


class PrivateClose(Op, frozen=True, tag="private.close"):
    """End a private round without revealing anything: what was written is destroyed."""

    id: Id


class StageSpotlight(Op, frozen=True, tag="stage.spotlight"):
    """Let one layer stand out for everyone who follows: the others are dimmed. None ends that."""

    layer: Id | None = None


class StageLook(Op, frozen=True, tag="stage.look"):
    """Bring everyone who follows to a part of the board; None: nowhere any more."""

    viewport: Viewport | None = None


class StageCursors(Op, frozen=True, tag="stage.cursors"):
    """Show the cursors of those who do not lead to everybody, as is usual, or hide them."""

    shown: bool


class SceneCreate(Op, frozen=True, tag="scene.create"):
    """Make a scene: the layers that are on in it, and what is to be seen (None: all of it).

    ``before`` names the scene that it goes before, None means last.
    """

    id: Id
    layers: LayerIds = ()
    viewport: Viewport | None = None
    before: Id | None = None
    key: Key = ""
    text: Texts = {}


class SceneSet(Op, frozen=True, tag="scene.set"):
    """Set properties of a scene, each for itself; ``layers`` says which are on in it or not."""

    id: Id
    layers: Switches | UnsetType = UNSET
    viewport: Viewport | UnsetType | None = UNSET


class SceneMove(Op, frozen=True, tag="scene.move"):
    """Move a scene before another (None: to the end)."""

    id: Id
    before: Id | None = None
    key: Key = ""


class SceneRemove(Op, frozen=True, tag="scene.remove"):
    """Remove a scene. What is in it stays on the board."""

    id: Id


class SceneShow(Op, frozen=True, tag="scene.show"):
    """Show a scene to everyone who follows; None: none is shown any more.

    It is completed into what it means: its layers are driven on and all others off, the stage
    is open, and everyone is brought to its viewport.
    """

    scene: Id | None = None


class TimerSet(Op, frozen=True, tag="timer.set"):
    """Set the timer: so much is left, from the moment of the entry; 0 takes it away."""

    running: bool
    left_ms: TimerMs


class StepCreate(Op, frozen=True, tag="step.create"):
    """Make a step of the agenda: what is switched when it is gone to.

    ``scene`` is shown, ``timer_ms`` runs, ``round`` is what the facilitator opens in it.
    """

    id: Id
    scene: Id | None = None
    timer_ms: TimerMs | None = None
    round: StepRound | None = None
    before: Id | None = None
    key: Key = ""
    text: Texts = {}


class StepSet(Op, frozen=True, tag="step.set"):
    """Set properties of a step, each for itself."""

    id: Id
    scene: Id | UnsetType | None = UNSET
    timer_ms: TimerMs | UnsetType | None = UNSET
    round: StepRound | UnsetType | None = UNSET


class StepMove(Op, frozen=True, tag="step.move"):
    """Move a step before another (None: to the end)."""

    id: Id
    before: Id | None = None
    key: Key = ""


class StepRemove(Op, frozen=True, tag="step.remove"):
    """Remove a step."""

    id: Id


class AgendaGo(Op, frozen=True, tag="agenda.go"):
    """Go to a step of the agenda, None: to none.

    It is completed into what it means: the step's scene is shown and its timer runs.
    """

    step: Id | None = None


class AccessSet(Op, frozen=True, tag="access.set"):
    """Open the board to be read by anyone without a link, or end that."""

    public: bool


class AccessWait(Op, frozen=True, tag="access.wait"):
    """Let everybody below a facilitator wait: no layer is there for them; or end that."""

    waiting: bool


class LinkSet(Op, frozen=True, tag="link.set"):
    """Make a share link, or change it; a higher generation revokes all its earlier tokens.

    The first generation is 1, the next is always one more. ``expires_ms``, in milliseconds since
    1970 UTC: from then on the server revokes it; 0: never. ``name`` is for whoever reads the list.
    ``single``: each generation is for one seat alone, the first that comes by it.
    """

    id: Id
    role: Role
    generation: Annotated[int, Meta(ge=1, le=limits.INTEGER_MAX)]
    name: Label = ""
    expires_ms: Integer = 0
    single: bool = False


class SeatSet(Op, frozen=True, tag="seat.set"):
    """Set what is known of a seat (one client), each for itself: what is left out stays.

    ``link`` is the share link that it came by, noted by the server. ``role`` stands above that
    of the link; None: the link's. ``removed``: nothing opens the board for it any more.
    """

    id: Id
    link: Id | UnsetType = UNSET
    name: Name | UnsetType = UNSET
    role: Role | UnsetType | None = UNSET
    removed: bool | UnsetType = UNSET


AnyOp = (
    BoardSet | BoardArchive
    | LayerCreate | LayerSet | LayerMove | LayerRemove | LayerRestore | LayerGrant
    | NodeCreate | NodeSet | NodeRemove | NodeRestore
    | RelationCreate | RelationSet | RelationRemove | RelationRestore
    | CommentCreate | CommentSet | CommentRemove | CommentRestore
    | TextSet | StageSet | StageDrive | StageSpotlight | StageLook | StageCursors
    | SceneCreate | SceneSet | SceneMove | SceneRemove | SceneShow | TimerSet
    | StepCreate | StepSet | StepMove | StepRemove | AgendaGo
    | RoundOpen | RoundClose | RoundRemove
    | PrivateOpen | PrivateEnter | PrivateReveal | PrivateClose
    | AccessSet | AccessWait | LinkSet | SeatSet
)  # fmt: skip


def tag(op: Op) -> str:
    """The name of an operation, as on the wire: ``layer.create``."""
    return str(op.__struct_config__.tag)


class Header(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What of an entry is kept for ever, chained to the entry before it.

    A field that is added later has a default, and is left out of the hash where it has it, so
    that the hashes of older headers stay what they are.

    ``seq`` counts the entries of a board from 1. ``epoch`` counts the terms of its writers.
    ``prev`` is the hash of the header before ("" for the first). ``body`` is the hash of the
    entry's salted body, so that values can be erased from a body and the chain still holds.
    ``at`` is milliseconds since 1970 UTC, never less than the entry before. ``client`` and its
    counter ``n`` make a submit idempotent; ``author`` is a pseudonym.
    """

    v: int
    epoch: int
    seq: int
    prev: str
    at: int
    author: str
    client: str
    n: int
    body: str


class Body(Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What of an entry can be erased: the operations, and those that take them back.

    ``stamps`` is set in an entry that takes another back: property -> the seq that counts as
    its last writer from now on (docs/SPEC.md, section Undo).
    """

    salt: str
    ops: tuple[AnyOp, ...]
    undo: tuple[AnyOp, ...]
    stamps: dict[str, int] = {}


class Entry(Struct, frozen=True, forbid_unknown_fields=True):
    """One element of the log: an atomic batch of operations."""

    header: Header
    body: Body


ENTRY_VERSION: Final = 1

# what None stands for, so that one state of a thing is never written in two ways
USUAL: Final[dict[str, object]] = {
    "shape": "rectangle", "angle": 0.0, "text_size": "medium",
    "line": "curved", "start": "none", "end": "arrow",
}  # fmt: skip


def problem(op: AnyOp) -> str:
    """What is wrong with the fields of an operation that was made by a program; "" is nothing.

    Operations that were read from JSON have been through this.
    """
    try:
        msgspec.convert(msgspec.to_builtins(op), AnyOp)
    except msgspec.ValidationError as error:
        return str(error)
    return ""
