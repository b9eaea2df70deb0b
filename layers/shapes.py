"""The drawable records: one definition for canvas, SVG and outline, on the wire and in Python.

A record is what a stream puts: it is complete in itself (last put wins) and named by its id. A
text is sent as its lines, broken by the server (layers/measure.py): the lines joined give the
text back, character by character, because a line keeps the space or line break that ends it.
"""

from typing import Final, NamedTuple

from msgspec import Struct

# -- the measures that the server's line breaks and every drawing share, in board units
FONT_FAMILY: Final = "Inter"
TITLE_SIZE: Final = 15.0
TITLE_LEADING: Final = 20.0
TITLE_WEIGHT: Final = 600
TEXT_SIZE: Final = 13.0
TEXT_LEADING: Final = 18.0
TEXT_WEIGHT: Final = 400
LABEL_SIZE: Final = 12.0
LABEL_LEADING: Final = 16.0
LAYER_TITLE_SIZE: Final = 17.0
LAYER_TITLE_LEADING: Final = 22.0
CARD_WIDTH: Final = 208.0  # the usual one: arranging makes it fit the shelf
CARD_PADDING: Final = 12.0
CARD_GAP: Final = 14.0  # between two cards of a layer
CARD_TEXT_GAP: Final = 4.0  # between a card's title and its text
CARD_RADIUS: Final = 10.0
CARD_BAR: Final = 4.0  # the coloured edge on the left of a card
STICKY_SIDE: Final = 160.0  # the usual one
STICKY_PADDING: Final = 14.0
STICKY_SIZES: Final = (28.0, 24.0, 20.0, 17.0, 15.0, 13.0, 11.0)  # the largest that fits is taken
SHAPE_PADDING: Final = 10.0  # of a shape whose text has the whole box
SHAPE_INSET_PADDING: Final = 4.0  # of one whose text has a part of it
SHAPE_SIZES: Final = (16.0, 14.0, 12.0, 10.0)
# where a shape's text stands: what lies left, above, right and below of it, of 1 across the box
SHAPE_INSETS: Final = {
    "rectangle": (0.0, 0.0, 0.0, 0.0),
    "rounded": (0.0, 0.0, 0.0, 0.0),
    "ellipse": (0.14, 0.14, 0.14, 0.14),
    "diamond": (0.22, 0.22, 0.22, 0.22),
    "triangle": (0.24, 0.44, 0.24, 0.0),
    "parallelogram": (0.18, 0.0, 0.18, 0.0),
    "trapezoid": (0.16, 0.0, 0.16, 0.0),
    "pentagon": (0.15, 0.25, 0.15, 0.0),
    "hexagon": (0.14, 0.1, 0.14, 0.1),
    "octagon": (0.12, 0.12, 0.12, 0.12),
    "star": (0.3, 0.36, 0.3, 0.3),
    "cylinder": (0.0, 0.2, 0.0, 0.06),
}
# the outlines of shapes: x and y in turn, of 1 across the box; that of an ellipse is an ellipse
SHAPE_POINTS: Final = {
    "rectangle": (0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0),
    "rounded": (0.0, 0.0, 1.0, 0.0, 1.0, 1.0, 0.0, 1.0),
    "ellipse": (),
    "diamond": (0.5, 0.0, 1.0, 0.5, 0.5, 1.0, 0.0, 0.5),
    "triangle": (0.5, 0.0, 1.0, 1.0, 0.0, 1.0),
    "parallelogram": (0.2, 0.0, 1.0, 0.0, 0.8, 1.0, 0.0, 1.0),
    "trapezoid": (0.2, 0.0, 0.8, 0.0, 1.0, 1.0, 0.0, 1.0),
    "pentagon": (0.5, 0.0, 1.0, 0.382, 0.809, 1.0, 0.191, 1.0, 0.0, 0.382),
    "hexagon": (0.25, 0.0, 0.75, 0.0, 1.0, 0.5, 0.75, 1.0, 0.25, 1.0, 0.0, 0.5),
    "octagon": (
        0.293, 0.0, 0.707, 0.0, 1.0, 0.293, 1.0, 0.707,
        0.707, 1.0, 0.293, 1.0, 0.0, 0.707, 0.0, 0.293,
    ),
    "star": (
        0.5, 0.0, 0.618, 0.382, 1.0, 0.382, 0.691, 0.618, 0.809, 1.0,
        0.5, 0.764, 0.191, 1.0, 0.309, 0.618, 0.0, 0.382, 0.382, 0.382,
    ),
    "cylinder": (
        0.0, 0.1, 0.067, 0.05, 0.25, 0.0134, 0.5, 0.0, 0.75, 0.0134, 0.933, 0.05, 1.0, 0.1,
        1.0, 0.9, 0.933, 0.95, 0.75, 0.9866, 0.5, 1.0, 0.25, 0.9866, 0.067, 0.95, 0.0, 0.9,
    ),
}  # fmt: skip
CYLINDER_RIM: Final = 0.1  # half the height of the rims of a cylinder, of 1
SHAPE_RADIUS: Final = 16.0  # of the corners of a rounded shape, at most
TEXT_SIZES: Final = {"small": 13.0, "medium": 18.0, "large": 28.0, "huge": 44.0}
FREE_LEADING: Final = 1.3  # times the size: of stickies, shapes and plain texts
FRAME_TITLE_SIZE: Final = 15.0  # it stands over the frame's upper edge
FRAME_HEAD: Final = 44.0  # above a frame: room for its title, which is larger seen from afar
DRAWING_WIDTH: Final = 3.0  # of a drawing's line
TAGS_HEIGHT: Final = 26.0  # that the tags of a card take at its foot
TAG_SIZE: Final = 10.5
LABEL_WIDTH: Final = 150.0
REGION_PADDING: Final = 16.0  # from a layer's cards to the left, right and lower edge of its region
REGION_HEAD: Final = 44.0  # from the upper edge of a region to its cards; the title stands in it
REGION_RADIUS: Final = 14.0
REGION_GAP: Final = 32.0  # between two regions: room for lines and their labels
GROUP_PADDING: Final = 16.0  # from the regions of a group's layers to the group's edge
GROUP_TITLE_SIZE: Final = 20.0
GROUP_HEAD: Final = 46.0  # from the upper edge of a group to the regions in it


class Box(NamedTuple):
    """A rectangle in board units: its top left corner, its width and height; y points down."""

    x: float
    y: float
    w: float
    h: float


class BoardShape(Struct, frozen=True, omit_defaults=True):
    """The board itself: the record of the stream ``board`` with the id ``board``.

    ``locked``: everyone below a facilitator is held to what is driven. ``scene`` and ``step``
    are those that were shown last, "" none; they may be gone. ``cursors``: those of whoever does
    not lead are shown.
    """

    id: str
    title: str
    description: str
    lang: str
    stage: bool  # open
    public: bool
    archived: bool = False
    waiting: bool = False  # those below a facilitator wait for the beginning
    locked: bool = False
    scene: str = ""
    step: str = ""
    cursors: bool = True


class SceneShape(Struct, frozen=True, omit_defaults=True):
    """A scene: a record of the stream ``board``, with the id ``scene/<scene>``.

    Which layers are on in it is told by their headers, to those who may know of them.
    """

    id: str
    key: str
    title: str = ""
    note: str = ""
    spoken: str = ""
    viewport: tuple[float, float, float, float] | None = None
    lang: str = ""  # where it is not the board's


class StepShape(Struct, frozen=True, omit_defaults=True):
    """A step of the agenda: a record of the stream ``board``, with the id ``step/<step>``."""

    id: str
    key: str
    title: str = ""
    note: str = ""
    question: str = ""
    scene: str = ""
    timer_ms: int = 0
    round: str = ""
    lang: str = ""


class TimerShape(Struct, frozen=True, omit_defaults=True):
    """The timer: the record ``timer`` of the stream ``board``.

    So much was left at ``at_ms``, milliseconds since 1970 by the server's clock.
    """

    id: str
    left_ms: int
    at_ms: int
    running: bool = False


class LookShape(Struct, frozen=True, omit_defaults=True):
    """Where everyone who follows was brought: the record ``look`` of the stream ``board``."""

    id: str
    viewport: tuple[float, float, float, float]
    number: int  # it rises: to the same place again is another one


class RoundShape(Struct, frozen=True, omit_defaults=True):
    """A round of voting: a record of the stream ``board``, with the id ``round/<id>``.

    All may read it, so it says nothing of what is voted on: each node says that for itself.
    """

    id: str
    number: int
    question: str
    votes: int  # of each person
    open: bool = False
    several: bool = False
    named: bool = False
    live: bool = False
    by_link: bool = False
    again: str = ""


class PrivateShape(Struct, frozen=True, omit_defaults=True):
    """A private round: a record ``private/<id>`` of the stream ``board``, which all may read.

    It says nothing of who writes, how much, or where it will be revealed.
    """

    id: str
    question: str
    open: bool = False
    revealed: bool = False


class WrittenShape(Struct, frozen=True, omit_defaults=True):
    """How much was written in an open private round: ``private/<id>`` of the stream ``lead``.

    ``people`` is how many have written something.
    """

    id: str
    stickies: int = 0
    people: int = 0


class Votes(Struct, frozen=True, omit_defaults=True):
    """What a node got in a round that is closed; ``by``: from each seat, where it was named."""

    count: int
    by: dict[str, int] = {}


class LayerShape(Struct, frozen=True, omit_defaults=True):
    """A layer's header: the one record of the stream ``head/<layer>``.

    ``driven`` is what the stage says, None where it says nothing. ``count`` is how many nodes
    lie in the layer itself. ``restricted``: not everyone may read it; ``read``, ``add`` and
    ``write`` are the least roles that may read it, add to it and change all that lies in it, by
    its groups, too. ``seats`` are those named here or in a group: the right that the layer itself
    gives ("": none), and the least roles that the seat needs to add, and to change all.
    ``voters``: how many people voted on something in it, by the rounds that are closed. ``scenes``
    are those in which it is on; in the ``spotlight`` it stands out from the others. ``private``: it
    is there for one person alone, in a private round. ``reveals``: the open private round that is
    to be revealed into it.
    """

    id: str
    parent: str | None
    key: str
    title: str
    color: str
    published: bool
    count: int = 0
    group: bool = False
    driven: bool | None = None
    locked: bool = False
    restricted: bool = False
    opacity: float = 1.0
    note: str = ""
    read: str = "viewer"
    write: str = "participant"
    voters: dict[str, int] = {}
    scenes: tuple[str, ...] = ()
    spotlight: bool = False
    add: str = "participant"
    seats: dict[str, tuple[str, str, str]] = {}
    private: bool = False
    reveals: str = ""


class NodeShape(Struct, frozen=True, omit_defaults=True):
    """A node: a record of the stream ``body/<layer>``. ``x``, ``y`` is its top left corner.

    ``font`` is the size of its text in board units, where it is not that of a card;
    ``text_size`` is what was asked for. ``round`` is the open round in which it may be voted on,
    ``votes`` what it got in those that are closed.
    """

    id: str
    key: str
    x: float
    y: float
    w: float
    h: float
    kind: str = "card"
    title: list[str] = []
    text: list[str] = []
    color: str | None = None  # None: the layer's
    href: str = ""
    tags: tuple[str, ...] = ()
    lang: str = ""  # where it is not the board's
    shape: str = "rectangle"
    angle: float = 0.0  # degrees, clockwise, about the middle of the box
    locked: bool = False
    text_size: str = "medium"
    font: float = 0.0
    image: str = ""
    points: tuple[int, ...] = ()  # x and y in turn, 0 to POINT_MAX across the box
    alt: str = ""
    round: str = ""
    votes: dict[str, Votes] = {}


class SeatShape(Struct, frozen=True, omit_defaults=True):
    """A seat, for those who lead: a record ``seat/<client>`` of the stream ``lead``."""

    id: str
    link: str
    name: str = ""
    role: str = ""  # where it is not that of the link
    removed: bool = False


class LinkShape(Struct, frozen=True, omit_defaults=True):
    """A share link, for those who lead: a record ``link/<id>`` of the stream ``lead``.

    ``single``: it is for one seat alone, for ``seat`` once that has come. What opens the board by
    it is not in here.
    """

    id: str
    role: str
    generation: int
    name: str = ""
    expires_ms: int = 0
    single: bool = False
    seat: str = ""


class RelationShape(Struct, frozen=True, omit_defaults=True):
    """A relation: a record of the stream ``pair/<layer>/<layer>``. Drawn when both ends are."""

    id: str
    source: str
    target: str
    label: list[str] = []
    dashed: bool = False
    color: str | None = None
    lang: str = ""
    line: str = "curved"
    start: str = "none"
    end: str = "arrow"


class CommentShape(Struct, frozen=True, omit_defaults=True):
    """A comment: a record of the stream ``talk/<layer>``, on a node, a place or a comment.

    ``x`` and ``y`` are the place where it is on neither; ``at`` is milliseconds since 1970.
    """

    id: str
    text: str
    at: int
    by: str = ""
    node: str = ""
    answers: str = ""
    x: float = 0.0
    y: float = 0.0
    resolved: bool = False
    lang: str = ""


Shape = (
    BoardShape | LayerShape | NodeShape | RelationShape | CommentShape
    | SceneShape | StepShape | TimerShape | LookShape | RoundShape
    | SeatShape | LinkShape | PrivateShape | WrittenShape
)  # fmt: skip
