"""The state of a board: what all entries of its log have come to.

Content is a networkx MultiDiGraph of nodes and relations and a tree of layers; beside it the
stage (what is driven), access (who may join) and the history that rules need (last writers,
tombstones, each client's last submit). Records are frozen: changing one means putting another
in its place, so that a record can be kept by whoever holds it.

Every change goes through a ``put``, ``drop`` or ``stamp`` method below. They keep the indexes
and, between ``begin`` and ``rollback``, a journal to take everything back.
"""

from bisect import bisect_left, insort
from collections.abc import Callable, Iterator
from functools import partial
from itertools import chain
from typing import Any, Final

import networkx as nx
from msgspec import Struct

from board.ops import AnyOp, Source
from board.roles import RANK, RIGHTS, Least, Right, Role
from board.stage import AgendaStep, Scene, Stage

Texts = dict[str, dict[str, str]]


class Layer(Struct, frozen=True, omit_defaults=True):
    """A layer, or a group of layers. ``key`` orders it among the children of ``parent``.

    For its defaults see ``Node``.
    """

    id: str
    parent: str | None
    key: str
    group: bool
    color: str
    opacity: float
    published: bool
    locked: bool
    read: Least
    write: Least
    text: Texts
    add: Least | None = None
    seats: dict[str, Right] = {}
    private: bool = False  # one person's, in the private round that is open


class Node(Struct, frozen=True, omit_defaults=True):
    """A node. ``key`` is its place in the z order of its layer.

    What came after the first release stands at the end, with a default of None or False that is
    left out of every digest: those of older boards stay what they are.
    """

    id: str
    layer: str
    kind: str
    key: str
    x: float
    y: float
    w: float
    h: float
    color: str | None
    href: str
    tags: tuple[str, ...]
    source: Source | None
    text: Texts
    shape: str | None = None
    angle: float | None = None
    locked: bool = False
    text_size: str | None = None
    image: str | None = None
    points: tuple[int, ...] | None = None


class Relation(Struct, frozen=True, omit_defaults=True):
    """A directed relation between two nodes. For its defaults see ``Node``."""

    id: str
    source: str
    target: str
    dashed: bool
    color: str | None
    text: Texts
    line: str | None = None
    start: str | None = None
    end: str | None = None


class Comment(Struct, frozen=True, omit_defaults=True):
    """What somebody said: about a node, about a place in a layer, or in answer to a comment.

    Only that of a place names its layer: any other lies where what it is about lies, and goes
    where that goes. ``at`` is milliseconds since 1970; only a thread's first is ``resolved``.
    """

    id: str
    layer: str | None
    node: str | None
    answers: str | None
    x: float
    y: float
    by: str
    at: int
    text: Texts
    resolved: bool = False


Thing = Layer | Node | Relation | Comment | Scene | AgendaStep


def chars(thing: Thing) -> int:
    """How many characters a thing holds: of its texts, its tags and its link; points count, too."""
    count = sum(len(text) for languages in thing.text.values() for text in languages.values())
    if isinstance(thing, Node):
        count += len(thing.href) + sum(map(len, thing.tags)) + len(thing.points or ())
    if isinstance(thing, Comment):
        count += len(thing.by)
    return count


class Link(Struct, frozen=True, omit_defaults=True):
    """A share link: its tokens of this generation give this role, until a time (0: for ever).

    ``single``: to one seat alone; ``seat``: to this one, "" while nobody has come.
    """

    id: str
    role: Role
    generation: int
    name: str = ""
    expires_ms: int = 0
    single: bool = False
    seat: str = ""

    def is_for(self, seat: str) -> bool:
        """Whether no other seat holds it."""
        return not self.single or self.seat in ("", seat)


class Seat(Struct, frozen=True, omit_defaults=True):
    """What is known of a client that came by a link. ``role`` None: that of the link."""

    id: str
    link: str
    name: str = ""
    role: Role | None = None
    removed: bool = False


class Round(Struct, frozen=True, omit_defaults=True):
    """A round of voting; see ops.RoundOpen and ops.RoundClose. ``number`` counts from 1."""

    id: str
    number: int
    question: str
    votes: int
    layer: str | None = None
    tag: str | None = None
    nodes: tuple[str, ...] = ()
    several: bool = False
    named: bool = False
    live: bool = False
    by_link: bool = False
    again: str | None = None
    open: bool = True
    tally: dict[str, int] = {}
    voters: dict[str, int] = {}
    by: dict[str, dict[str, int]] = {}


class Private(Struct, frozen=True, omit_defaults=True):
    """The private round that was opened last; see ops.PrivateOpen and ops.PrivateReveal.

    ``since`` and ``until`` are the seqs of the entries that opened and ended it.
    """

    id: str
    number: int
    question: str
    layer: str
    since: int
    until: int = 0
    open: bool = True
    revealed: bool = False
    named: bool = False


class Tombstone(Struct, frozen=True):
    """What a removal took: the thing itself and all that went with it.

    ``owner`` and ``id`` name the thing, ``seq`` the entry that removed it. ``writers`` are the
    last writers of all that is kept here, put back with it.
    """

    owner: str
    id: str
    seq: int
    layers: tuple[Layer, ...]
    nodes: tuple[Node, ...]
    relations: tuple[Relation, ...]
    driven: dict[str, bool]
    writers: dict[str, dict[str, int]]
    comments: tuple[Comment, ...] = ()  # each after what it answers

    def records(self) -> Iterator[Layer | Node | Relation | Comment]:
        """All that it keeps."""
        return chain(self.layers, self.nodes, self.relations, self.comments)

    def things(self) -> Iterator[str]:
        """The owner_key of each thing that it keeps."""
        for layer in self.layers:
            yield owner_key("layer", layer.id)
        for node in self.nodes:
            yield owner_key("node", node.id)
        for relation in self.relations:
            yield owner_key("relation", relation.id)
        for comment in self.comments:
            yield owner_key("comment", comment.id)


class Step(Struct, frozen=True):
    """How one entry of a client is taken back.

    ``before`` and ``after`` give the last writer of each property that it wrote, as it was
    before and as the entry left it, by ``property_key``.
    """

    n: int
    ops: tuple[AnyOp, ...]
    before: dict[str, int]
    after: dict[str, int]
    chars: int = 0  # of the texts in ``ops``


class Client(Struct, frozen=True):
    """What is remembered of a client: its last ``n`` that was applied.

    ``skips`` are the ranges of ``n`` before it that were never applied, so that a submit sent
    again gets its true answer.
    """

    n: int
    skips: tuple[tuple[int, int], ...] = ()


def owner_key(owner: str, id: str) -> str:
    """The name of a thing among the last writers: ``node/urban-equality``."""
    return f"{owner}/{id}"


def body_stream(layer: str) -> str:
    """The stream of what lies in a layer."""
    return f"body/{layer}"


def head_stream(layer: str) -> str:
    """The stream of a layer's header."""
    return f"head/{layer}"


def talk_stream(layer: str) -> str:
    """The stream of the comments in a layer."""
    return f"talk/{layer}"


def pair_stream(layer: str, other: str) -> str:
    """The stream of the relations between two layers, in either direction."""
    return f"pair/{layer}/{other}" if layer <= other else f"pair/{other}/{layer}"


def round_record(round: str) -> str:
    """The id of a round's record in the stream of the board."""
    return f"round/{round}"


def private_record(private: str) -> str:
    """The id of a private round's records, in the streams of the board and of those who lead."""
    return f"private/{private}"


def private_layer(seat: str, number: int) -> str:
    """The id of the layer that a seat writes in, in the private round of that number."""
    return f"{seat}.private-{number}"


def scene_record(scene: str) -> str:
    """The id of a scene's record in the stream of the board."""
    return f"scene/{scene}"


def step_record(step: str) -> str:
    """The id of the record of a step of the agenda in the stream of the board."""
    return f"step/{step}"


BOARD_STREAM: Final = "board"
VOTED_KINDS: Final = frozenset({"card", "sticky", "text", "shape", "image"})
LEAD_STREAM: Final = "lead"  # who may come and who came, for facilitators and above


class Board:
    """A board at one seq of its log. Only ``apply`` and ``decide`` change it."""

    def __init__(self) -> None:
        self.graph: nx.MultiDiGraph[str] = nx.MultiDiGraph()
        self.layers: dict[str, Layer] = {}
        self.relations: dict[str, Relation] = {}
        self.comments: dict[str, Comment] = {}
        self.lang = "en"
        self.text: Texts = {}
        self.stage_open = False
        self.driven: dict[str, bool] = {}
        self.stage = Stage()
        self.scenes: dict[str, Scene] = {}
        self.agenda: dict[str, AgendaStep] = {}
        self.public = False
        self.archived = False
        self.waiting = False
        self.links: dict[str, Link] = {}
        self.rounds: dict[str, Round] = {}
        self.private: Private | None = None
        self.seats: dict[str, Seat] = {}
        self.clients: dict[str, Client] = {}  # in the order of their last entry
        self.steps: dict[str, tuple[Step, ...]] = {}  # client -> oldest first; same order
        self.tombstones: dict[str, Tombstone] = {}  # by owner_key, in the order of removal
        self.chars = 0  # of all texts, links and tags of what is there, but what is private
        self.buried_chars = 0  # of those in tombstones
        self.buried: dict[str, str] = {}  # owner_key of a thing in a tombstone -> the tombstone's
        self.writers: dict[str, dict[str, int]] = {}  # owner_key -> property -> seq; "" is birth
        # stream -> entries that touched it; these two are there from the start
        self.versions: dict[str, int] = {BOARD_STREAM: 1, LEAD_STREAM: 1}
        self.seq = 0
        self.epoch = 0
        self.at = 0
        self.head = ""  # the hash of the last header
        # indexes
        self.children: dict[str | None, list[tuple[str, str]]] = {None: []}  # (key, layer)
        self.members: dict[str, list[tuple[str, str]]] = {}  # (key, node) of a layer, z order
        self.pairs: dict[str, set[str]] = {}  # pair stream -> relations
        self.layer_pairs: dict[str, set[str]] = {}  # layer -> its pair streams
        self.written: dict[str, int] = {}  # private layer -> the nodes in it that say something
        self.talk: dict[str, set[str]] = {}  # layer -> the comments in it
        self.threads: dict[str, set[str]] = {}  # owner_key of a node or comment -> those on it
        self._journal: list[Callable[[], None]] | None = None

    # -- reading

    def node(self, id: str) -> Node | None:
        """The node of that id, or None."""
        held = self.graph._node.get(id)
        return None if held is None else held["node"]

    def nodes(self) -> Iterator[Node]:
        """All nodes, in no order that means anything."""
        for _, held in self.graph.nodes(data=True):
            yield held["node"]

    def images(self) -> set[str]:
        """The images that something names: a node, what was removed, or what an undo would do."""
        named = {node.image for node in self.nodes()}
        named.update(node.image for grave in self.tombstones.values() for node in grave.nodes)
        for steps in self.steps.values():
            named.update(getattr(op, "image", None) for step in steps for op in step.ops)
        return {name for name in named if isinstance(name, str)}

    def relations_of(self, id: str) -> list[Relation]:
        """The relations of a node, both ways, sorted by id."""
        ids = {key for _, _, key in self.graph.out_edges(id, keys=True)}
        ids.update(key for _, _, key in self.graph.in_edges(id, keys=True))
        return [self.relations[id] for id in sorted(ids)]

    def relation_stream(self, relation: Relation) -> str:
        """The pair stream that a relation belongs to."""
        nodes = self.graph._node
        return pair_stream(
            nodes[relation.source]["node"].layer, nodes[relation.target]["node"].layer
        )

    def comment_layer(self, comment: Comment) -> str:
        """The layer that a comment lies in: that of what it is about."""
        first = comment if comment.answers is None else self.comments[comment.answers]
        if first.layer is not None:
            return first.layer
        layer: str = self.graph._node[first.node]["node"].layer
        return layer

    def takes(self, comment: Comment) -> bool:
        """Whether what a comment is on is there."""
        if comment.answers is not None:
            return comment.answers in self.comments
        return comment.layer in self.layers or comment.node in self.graph

    def comments_on(self, owner: str, id: str) -> list[Comment]:
        """The comments on a node, or on a comment, each after what it answers; sorted by id."""
        found: list[Comment] = []
        for name in sorted(self.threads.get(owner_key(owner, id), ())):
            found.append(self.comments[name])
            found += self.comments_on("comment", name)
        return found

    def ancestry(self, layer: str) -> Iterator[Layer]:
        """A layer and the groups that hold it, from the inside out."""
        at: str | None = layer
        while at is not None:
            held = self.layers[at]
            yield held
            at = held.parent

    def subtree(self, layer: str) -> list[str]:
        """A layer and all below it, parents first, in order."""
        found = [layer]
        for id in found:
            found.extend(child for _, child in self.children[id])
        return found

    def tree(self) -> Iterator[tuple[int, Layer]]:
        """All layers with their depth (0 at the top), in the order of the panel."""
        waiting = [(0, id) for _, id in reversed(self.children[None])]
        while waiting:
            depth, id = waiting.pop()
            yield depth, self.layers[id]
            waiting.extend((depth + 1, child) for _, child in reversed(self.children[id]))

    def read_role(self, layer: str) -> Least:
        """The least role that may read a layer: the strictest of it and its groups."""
        return max((held.read for held in self.ancestry(layer)), key=RANK.__getitem__)

    def write_role(self, layer: str, seat: str = "") -> Least:
        """The least role that may change all that lies in a layer; for a seat that is named there
        or in a group, the least that this seat needs."""
        return self._least(layer, seat, "write")

    def add_role(self, layer: str, seat: str = "") -> Least:
        """The least role that may add to a layer, and change what it added; see write_role."""
        return self._least(layer, seat, "add")

    def _least(self, layer: str, seat: str, right: Right) -> Least:
        return max(
            (needed(held, seat, right) for held in self.ancestry(layer)), key=RANK.__getitem__
        )

    def locked(self, layer: str) -> bool:
        """Whether a layer or a group that holds it is locked."""
        return any(held.locked for held in self.ancestry(layer))

    def reach(self, layer: str, seat: str = "") -> int:
        """The least rank that may know of a layer at all; for a seat, the least that it needs."""
        least = RANK["facilitator"] if self.waiting else 0
        return max(least, RANK[self._least(layer, seat, "read")])

    def may_read(self, role: str, layer: str, seat: str = "") -> bool:
        """Whether a role, in a seat, may know of a layer at all."""
        return RANK[role] >= self.reach(layer, seat)

    def named(self, layer: str) -> set[str]:
        """The seats that a layer or a group that holds it names."""
        return {seat for held in self.ancestry(layer) for seat in held.seats}

    def sees(self, role: str, owner: str, id: str, seat: str = "") -> bool:
        """Whether a layer, node, relation or comment is there for a role in a seat."""
        if owner == "layer":
            return id in self.layers and self.may_read(role, id, seat)
        if owner == "node":
            node = self.node(id)
            return node is not None and self.may_read(role, node.layer, seat)
        if owner == "comment":
            comment = self.comments.get(id)
            return comment is not None and self.may_read(role, self.comment_layer(comment), seat)
        relation = self.relations.get(id)
        return relation is not None and all(
            self.sees(role, "node", end, seat) for end in (relation.source, relation.target)
        )

    def role_of(self, link: str, generation: int, seat: str) -> Role | None:
        """The role of a seat that came by a link of some generation; None: none any more.

        The link "" is none: whoever reads a public board without one is a viewer.
        """
        if not link:
            return "viewer" if self.public else None
        held = self.links.get(link)
        if held is None or held.generation != generation or not held.is_for(seat):
            return None
        known = self.seats.get(seat)
        if known is None:
            return held.role
        return None if known.removed else known.role or held.role

    def plain_seats(self) -> list[str]:
        """The seats that nothing was decided about."""
        return [id for id, seat in self.seats.items() if seat.role is None and not seat.removed]

    def once(self, node: str) -> Node | None:
        """A node that is there, or as it is kept in a tombstone."""
        grave = self.buried.get(owner_key("node", node))
        if grave is None:
            return self.node(node)
        return next(held for held in self.tombstones[grave].nodes if held.id == node)

    def comment_once(self, id: str) -> Comment | None:
        """A comment that is there, or as it is kept in a tombstone."""
        grave = self.buried.get(owner_key("comment", id))
        if grave is None:
            return self.comments.get(id)
        return next(held for held in self.tombstones[grave].comments if held.id == id)

    def comment_layer_once(self, comment: Comment) -> str | None:
        """The layer of a comment whose node or thread may be in a tombstone; None: it is lost."""
        first = comment if comment.answers is None else self.comment_once(comment.answers)
        if first is None or first.node is None:
            return None if first is None else first.layer
        node = self.once(first.node)
        return None if node is None else node.layer

    def could_read(self, role: str, layer: str, seat: str = "") -> bool:
        """Whether a role in a seat may know of a layer, or might if it were brought back.

        What is neither there nor kept in a tombstone counts as closed.
        """
        if self.waiting and RANK[role] < RANK["facilitator"]:
            return False
        at: str | None = layer
        while at is not None:
            held = self.layers.get(at)
            grave = self.buried.get(owner_key("layer", at))
            if grave is not None:
                held = next(kept for kept in self.tombstones[grave].layers if kept.id == at)
            if held is None or RANK[role] < RANK[needed(held, seat, "read")]:
                return False
            at = held.parent
        return True

    @property
    def open_round(self) -> Round | None:
        """The round of voting that is open; there is one at most."""
        return next((round for round in self.rounds.values() if round.open), None)

    def is_voted_on(self, round: Round, node: Node) -> bool:
        """Whether a round is about a node."""
        if node.kind not in VOTED_KINDS or self.layers[node.layer].private:
            return False
        if round.layer is not None:
            return any(held.id == round.layer for held in self.ancestry(node.layer))
        return round.tag in node.tags if round.tag is not None else node.id in round.nodes

    def voted_on(self, round: Round) -> list[Node]:
        """The nodes that a round is about."""
        if round.layer is None and round.tag is None:
            named = (self.node(id) for id in round.nodes)
            return [node for node in named if node and node.kind in VOTED_KINDS]
        if round.layer is not None:
            layers = self.subtree(round.layer) if round.layer in self.layers else []
            ids = [id for layer in layers for _, id in self.members[layer]]
            return [node for id in ids if (node := self.node(id)) and node.kind in VOTED_KINDS]
        return [node for node in self.nodes() if self.is_voted_on(round, node)]

    @property
    def open_private(self) -> Private | None:
        """The private round that is open."""
        return self.private if self.private is not None and self.private.open else None

    def written_privately(self, layer: str) -> list[Node]:
        """What somebody has written in their private layer, lowest first; empty stickies not."""
        nodes = (self.node(id) for _, id in self.members[layer])
        return [node for node in nodes if node is not None and node.text]

    def shared_nodes(self) -> int:
        """How many nodes there are but those in private layers, of which nobody is to know."""
        return len(self.graph) - sum(len(self.members[layer]) for layer in self.written)

    def still(self) -> "Board":
        """A copy of what is shown, to be read in another thread while this one goes on.

        It shares the records, which never change. It has no history, and is not to be changed.
        """
        copy = Board()
        copy.graph.add_nodes_from((node.id, {"node": node}) for node in self.nodes())
        copy.graph.add_edges_from(
            (held.source, held.target, held.id, {"relation": held})
            for held in self.relations.values()
        )
        copy.layers, copy.relations = dict(self.layers), dict(self.relations)
        copy.comments = dict(self.comments)
        copy.lang, copy.text = self.lang, self.text
        copy.stage_open, copy.driven = self.stage_open, dict(self.driven)
        copy.stage, copy.scenes, copy.agenda = self.stage, dict(self.scenes), dict(self.agenda)
        copy.public, copy.archived, copy.waiting = self.public, self.archived, self.waiting
        copy.rounds, copy.seats = dict(self.rounds), dict(self.seats)
        copy.written = dict(self.written)
        copy.seq, copy.at = self.seq, self.at
        copy.private = self.private
        copy.children = {id: list(held) for id, held in self.children.items()}
        copy.members = {id: list(held) for id, held in self.members.items()}
        copy.pairs = {stream: set(held) for stream, held in self.pairs.items()}
        copy.layer_pairs = {id: set(held) for id, held in self.layer_pairs.items()}
        copy.talk = {id: set(held) for id, held in self.talk.items()}
        copy.threads = {name: set(held) for name, held in self.threads.items()}
        return copy

    # -- the journal

    def begin(self) -> None:
        """Start to keep a journal; ``rollback`` takes back all changes since."""
        self._journal = []

    def rollback(self) -> None:
        """Take back every change since ``begin``, and end the journal."""
        journal, self._journal = self._journal, None
        for undo in reversed(journal or []):
            undo()

    def _note(self, undo: Callable[..., None], *args: Any) -> None:
        if self._journal is not None:
            self._journal.append(partial(undo, *args))

    def assign(self, name: str, value: Any) -> None:
        """Set a plain attribute: lang, text, stage, private, public and the like."""
        self._note(setattr, self, name, getattr(self, name))
        setattr(self, name, value)

    def put(self, mapping: dict[str, Any], key: str, value: Any) -> None:
        """Set one key of a mapping whose order means nothing (driven, links, rounds); None: out."""
        self._note(_replace, mapping, key, mapping.get(key))
        _replace(mapping, key, value)

    def stamp(self, owner: str, id: str, prop: str, seq: int) -> None:
        """Note the last writer of a property."""
        name = owner_key(owner, id)
        held = self.writers.get(name)
        if held is None:
            self.put(self.writers, name, {prop: seq})
            return
        self._note(_replace, held, prop, held.get(prop))
        held[prop] = seq

    def stamps(self, owner: str, id: str, writers: dict[str, int] | None) -> None:
        """Put all last writers of a thing in place at once; None forgets them."""
        self.put(self.writers, owner_key(owner, id), writers)

    def writer(self, owner: str, id: str, prop: str) -> int:
        """The seq of the last writer of a property: its own, else that of the thing's birth."""
        held = self.writers.get(owner_key(owner, id), {})
        return held.get(prop, held.get("", 0))

    # -- layers

    def put_layer(self, layer: Layer) -> None:
        """Add a layer, or put it in the place of the one with its id."""
        old = self.layers.get(layer.id)
        if old is None:
            self._note(self.drop_layer, layer.id)
            self.children[layer.id] = []
            self.members[layer.id] = []
            self.layer_pairs[layer.id] = set()
            self.talk[layer.id] = set()
            if layer.private:
                self.written[layer.id] = 0
            insort(self.children[layer.parent], (layer.key, layer.id))
        else:
            self._note(self.put_layer, old)
            if (old.parent, old.key) != (layer.parent, layer.key):
                _discard(self.children[old.parent], (old.key, old.id))
                insort(self.children[layer.parent], (layer.key, layer.id))
        self.layers[layer.id] = layer
        self._count(old, layer)

    def drop_layer(self, id: str) -> None:
        """Take out a layer that holds nothing any more."""
        layer = self.layers.pop(id)
        assert not self.children[id] and not self.members[id] and not self.layer_pairs[id]
        assert not self.talk[id]
        self._note(self.put_layer, layer)
        _discard(self.children[layer.parent], (layer.key, id))
        del self.children[id], self.members[id], self.layer_pairs[id], self.talk[id]
        self.written.pop(id, None)
        self._count(layer, None)

    def put_steps(self, client: str, steps: tuple[Step, ...]) -> None:
        """Put what a client can undo in the place of what it could; () forgets it."""
        self._note(self._put_all_steps, dict(self.steps))
        if steps:
            self.steps[client] = steps
        else:
            del self.steps[client]

    def _put_all_steps(self, steps: dict[str, tuple[Step, ...]]) -> None:
        self.steps.clear()
        self.steps.update(steps)

    # -- scenes, and the steps of the agenda

    def scenes_in_order(self) -> list[Scene]:
        """The scenes, as they are stepped through."""
        return sorted(self.scenes.values(), key=lambda scene: (scene.key, scene.id))

    def agenda_in_order(self) -> list[AgendaStep]:
        """The steps of the agenda, as they are walked through."""
        return sorted(self.agenda.values(), key=lambda step: (step.key, step.id))

    def put_scene(self, id: str, scene: Scene | None) -> None:
        """Put a scene in the place of the one of its id; None takes that out."""
        old = self.scenes.get(id)
        self._note(self.put_scene, id, old)
        _replace(self.scenes, id, scene)
        self._count(old, scene)

    def put_step(self, id: str, step: AgendaStep | None) -> None:
        """Put a step in the place of the one of its id; None takes that out."""
        old = self.agenda.get(id)
        self._note(self.put_step, id, old)
        _replace(self.agenda, id, step)
        self._count(old, step)

    # -- nodes

    def put_node(self, node: Node) -> None:
        """Add a node, or put it in the place of the one with its id."""
        old = self.node(node.id)
        self._count(old, node)
        self._count_written(old, node)
        if old is None:
            self._note(self.drop_node, node.id)
            self.graph.add_node(node.id, node=node)
            insort(self.members[node.layer], (node.key, node.id))
            return
        self._note(self.put_node, old)
        if (old.layer, old.key) != (node.layer, node.key):
            _discard(self.members[old.layer], (old.key, old.id))
            insort(self.members[node.layer], (node.key, node.id))
        if old.layer == node.layer:
            self.graph._node[node.id]["node"] = node
            return
        relations = self.relations_of(node.id)
        for relation in relations:
            self._unpair(relation)
        talk = {comment.id for comment in self.comments_on("node", node.id)}
        self.talk[old.layer] -= talk
        self.talk[node.layer] |= talk
        self.graph._node[node.id]["node"] = node
        for relation in relations:
            self._pair(relation)

    def drop_node(self, id: str) -> None:
        """Take out a node that has no relations and no comments any more."""
        node = self.graph._node[id]["node"]
        assert not self.graph.degree(id) and owner_key("node", id) not in self.threads
        self._note(self.put_node, node)
        self._count(node, None)
        self._count_written(node, None)
        self.graph.remove_node(id)
        _discard(self.members[node.layer], (node.key, id))

    # -- relations

    def put_relation(self, relation: Relation) -> None:
        """Add a relation between two nodes that are there, or change the one with its id."""
        old = self.relations.get(relation.id)
        if old is None:
            self._note(self.drop_relation, relation.id)
        else:
            assert (old.source, old.target) == (relation.source, relation.target)
            self._note(self.put_relation, old)
        self.graph.add_edge(relation.source, relation.target, key=relation.id, relation=relation)
        self.relations[relation.id] = relation
        self._count(old, relation)
        if old is None:
            self._pair(relation)

    def drop_relation(self, id: str) -> None:
        """Take out a relation."""
        relation = self.relations[id]
        self._note(self.put_relation, relation)
        self._unpair(relation)
        self._count(relation, None)
        del self.relations[id]
        self.graph.remove_edge(relation.source, relation.target, key=id)

    def _pair(self, relation: Relation) -> None:
        stream = self.relation_stream(relation)
        self.pairs.setdefault(stream, set()).add(relation.id)
        for id in (relation.source, relation.target):
            self.layer_pairs[self.graph._node[id]["node"].layer].add(stream)

    def _unpair(self, relation: Relation) -> None:
        stream = self.relation_stream(relation)
        held = self.pairs[stream]
        held.discard(relation.id)
        if not held:
            del self.pairs[stream]
            for id in (relation.source, relation.target):
                self.layer_pairs[self.graph._node[id]["node"].layer].discard(stream)

    # -- comments

    def put_comment(self, comment: Comment) -> None:
        """Add a comment on what is there, or change the one with its id."""
        old = self.comments.get(comment.id)
        if old is None:
            self._note(self.drop_comment, comment.id)
        else:
            self._note(self.put_comment, old)
        self.comments[comment.id] = comment
        self._count(old, comment)
        self.talk[self.comment_layer(comment)].add(comment.id)
        about = _about(comment)
        if about is not None:
            self.threads.setdefault(about, set()).add(comment.id)

    def drop_comment(self, id: str) -> None:
        """Take out a comment that has no answers any more."""
        comment = self.comments[id]
        assert owner_key("comment", id) not in self.threads
        self._note(self.put_comment, comment)
        self.talk[self.comment_layer(comment)].discard(id)
        self._count(comment, None)
        del self.comments[id]
        about = _about(comment)
        if about is not None:
            self.threads[about].discard(id)
            if not self.threads[about]:
                del self.threads[about]

    def _count(self, old: Thing | None, new: Thing | None) -> None:
        if old is not None and not self._is_private(old):
            self.chars -= chars(old)
        if new is not None and not self._is_private(new):
            self.chars += chars(new)

    def _count_written(self, old: Node | None, new: Node | None) -> None:
        for node, more in ((old, -1), (new, 1)):
            if node is not None and node.text and node.layer in self.written:
                self.written[node.layer] += more

    def _is_private(self, thing: Thing) -> bool:
        if isinstance(thing, Node):
            thing = self.layers[thing.layer]
        return isinstance(thing, Layer) and thing.private

    # -- tombstones

    def bury(self, tombstone: Tombstone, count_max: int, things_max: int, chars_max: int) -> None:
        """Keep what a removal took, and forget the oldest above the bounds."""
        self._note(self._exhume, owner_key(tombstone.owner, tombstone.id))
        self._inter(tombstone)
        while (
            len(self.tombstones) > count_max
            or len(self.buried) > things_max
            or self.buried_chars > chars_max
        ):
            oldest = next(iter(self.tombstones))
            self._note(self._inter_first, self.tombstones[oldest])
            self._exhume(oldest)

    def unbury(self, tombstone: Tombstone) -> None:
        """Take a tombstone out."""
        self._note(self._put_tombstones, dict(self.tombstones))
        self._exhume(owner_key(tombstone.owner, tombstone.id))

    def amend(self, tombstone: Tombstone) -> None:
        """Put a tombstone in the place of the one of the same thing, where it stands."""
        name = owner_key(tombstone.owner, tombstone.id)
        self._note(self.amend, self.tombstones[name])
        self._forget(self.tombstones[name])
        self.tombstones[name] = tombstone
        self._index(tombstone)

    def _inter(self, tombstone: Tombstone) -> None:
        self.tombstones[owner_key(tombstone.owner, tombstone.id)] = tombstone
        self._index(tombstone)

    def _inter_first(self, tombstone: Tombstone) -> None:
        rest = dict(self.tombstones)
        self.tombstones.clear()
        self._inter(tombstone)
        self.tombstones.update(rest)

    def _exhume(self, name: str) -> None:
        self._forget(self.tombstones.pop(name))

    def _put_tombstones(self, tombstones: dict[str, Tombstone]) -> None:
        for name in tombstones.keys() - self.tombstones.keys():
            self._index(tombstones[name])
        self.tombstones.clear()
        self.tombstones.update(tombstones)

    def _index(self, tombstone: Tombstone) -> None:
        name = owner_key(tombstone.owner, tombstone.id)
        self.buried.update(dict.fromkeys(tombstone.things(), name))
        self.buried_chars += sum(map(chars, tombstone.records()))

    def _forget(self, tombstone: Tombstone) -> None:
        for thing in tombstone.things():
            self.buried.pop(thing, None)
        self.buried_chars -= sum(map(chars, tombstone.records()))


def needed(layer: Layer, seat: str, right: Right) -> Least:
    """The least role for a right in one layer, by itself; a seat that has it needs none."""
    if seat and RIGHTS.get(layer.seats.get(seat, ""), -1) >= RIGHTS[right]:
        return "viewer"
    read: Least = "viewer" if seat in layer.seats else layer.read
    if right == "read":
        return read
    least = layer.write
    if right == "add" and layer.add is not None:
        least = min(layer.add, layer.write, key=RANK.__getitem__)
    return max(read, least, key=RANK.__getitem__)


def property_key(owner: str, id: str, prop: str) -> str:
    """The name of a property in the steps of undo: ``node/a:x``; ``prop`` "" is existence."""
    return f"{owner}/{id}:{prop}"


def _about(comment: Comment) -> str | None:
    """The owner_key of the node or comment that a comment is on; None: it is on a place."""
    if comment.answers is not None:
        return owner_key("comment", comment.answers)
    return None if comment.node is None else owner_key("node", comment.node)


def _replace(mapping: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        mapping.pop(key, None)
    else:
        mapping[key] = value


def _discard(keys: list[tuple[str, str]], key: tuple[str, str]) -> None:
    at = bisect_left(keys, key)
    assert keys[at] == key
    del keys[at]


def neighbours(
    keys: list[tuple[str, str]], before: tuple[str, str] | None, own: tuple[str, str] | None = None
) -> tuple[str, str | None]:
    """The keys that a new one goes between: below ``before``, or at the end.

    ``own`` is the place of what moves, which does not count.
    """
    below = (len(keys) if before is None else bisect_left(keys, before)) - 1
    if below >= 0 and keys[below] == own:
        below -= 1
    return (keys[below][0] if below >= 0 else "", None if before is None else before[0])
