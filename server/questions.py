"""What can be asked about a board, and what comes back: the content of ``ask`` and ``answer``.

An answer is worked out on what the asker may read, as if there were nothing else: what is not
read neither appears in it nor moves anything in it. Layers that are off count, too.
"""

from typing import Annotated

from msgspec import Meta, Struct

from board import limits
from board.ops import Id


class Question(
    Struct, frozen=True, tag_field="about", forbid_unknown_fields=True, omit_defaults=True
):
    """What all questions have in common: the tag ``about``."""


class Search(Question, frozen=True, tag="search"):
    """Where do these words stand? All of them; the last may be the beginning of a word."""

    text: Annotated[str, Meta(max_length=limits.SEARCH_CHARS_MAX)]


class Neighbours(Question, frozen=True, tag="neighbours"):
    """What lies within ``depth`` relations of a node?"""

    node: Id
    depth: Annotated[int, Meta(ge=1, le=limits.DEPTH_MAX)] = 1


class Path(Question, frozen=True, tag="path"):
    """What is the shortest way between two nodes? ``directed``: along the relations' arrows."""

    source: Id
    target: Id
    directed: bool = False


class Degrees(Question, frozen=True, tag="degrees"):
    """Which nodes have most relations, and which have none?"""


class Communities(Question, frozen=True, tag="communities"):
    """Which nodes belong together?"""


AnyQuestion = Search | Neighbours | Path | Degrees | Communities


class Mention(Struct, frozen=True, omit_defaults=True):
    """A node by its name ("": it has none). ``lang`` where that is not the board's language."""

    id: str
    layer: str
    title: str = ""
    lang: str = ""


class Hit(Struct, frozen=True, omit_defaults=True):
    """A layer, node, relation or comment that was found. ``layers`` are those that show it.

    ``title`` and ``snippet`` are texts in parts: plain, found, plain, ...; every second part is
    what was looked for.
    """

    owner: str  # layer, node, relation or comment
    id: str
    layers: tuple[str, ...]
    title: tuple[str, ...] = ()
    snippet: tuple[str, ...] = ()
    lang: str = ""
    snippet_lang: str = ""
    ends: tuple[Mention, ...] = ()  # of a relation: source and target; of a comment: its node


class Result(Struct, frozen=True, tag_field="about", omit_defaults=True):
    """What all answers have in common: the tag ``about``, as their question's."""


class Found(Result, frozen=True, tag="search"):
    """The best hits, at most FOUND_MAX. There are ``count`` of them; ``more``: at least."""

    hits: tuple[Hit, ...] = ()
    count: int = 0
    more: bool = False


class Far(Struct, frozen=True, omit_defaults=True):
    """A node and how many relations away it is."""

    node: Mention
    distance: int


class Near(Result, frozen=True, tag="neighbours"):
    """The node itself and what lies around it, nearest first. ``more``: there are too many."""

    nodes: tuple[Far, ...]
    more: bool = False


class Hop(Struct, frozen=True, omit_defaults=True):
    """A relation on a way. ``forward``: the way goes along its arrow."""

    relation: str
    label: str = ""
    lang: str = ""
    forward: bool = True


class Way(Result, frozen=True, tag="path"):
    """The nodes on a shortest way, and the relations between them; none: there is no way."""

    nodes: tuple[Mention, ...] = ()
    hops: tuple[Hop, ...] = ()


class Degree(Struct, frozen=True, omit_defaults=True):
    """A node and how many relations it has."""

    node: Mention
    relations: int


class Ranking(Result, frozen=True, tag="degrees"):
    """Nodes by their relations, most first, and those without: at most RANKED_MAX of each.

    Frames and drawings are not expected to have any: they are not among those without.
    """

    related: tuple[Degree, ...] = ()
    related_count: int = 0
    unrelated: tuple[Mention, ...] = ()
    unrelated_count: int = 0


class Group(Struct, frozen=True, omit_defaults=True):
    """Nodes that belong together, and the one of them with most relations.

    ``layers`` are those of the nodes, one for each; ``locked`` are the nodes that are.
    """

    head: Mention
    nodes: tuple[str, ...]
    layers: tuple[str, ...]
    locked: tuple[str, ...] = ()


class Groups(Result, frozen=True, tag="communities"):
    """What belongs together, the largest first, at most GROUPS_MAX; there are ``count``."""

    groups: tuple[Group, ...] = ()
    count: int = 0


class Unanswered(Result, frozen=True, tag="unanswered"):
    """There is no answer: ``code`` and ``message`` say why."""

    code: str
    message: str


AnyResult = Found | Near | Way | Ranking | Groups | Unanswered
