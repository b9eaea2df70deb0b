"""Answers to questions about a board (server/questions.py).

``Answers`` keeps, for each rank that has asked, the graph and the index of what that rank may
read and of nothing else: so what it may not read has no part in any answer, not even in the
order of hits. Of those who may read more by a seat that layers name, the same is kept for each
set of such layers, as far as they were asked for last. They are made when first asked and then
kept current, at the cost of what has changed. ``Finder`` runs them in a thread of their own, one
question after the other, so that the event loop goes on meanwhile.
"""

import asyncio
import logging
import time
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Final, TypeVar

from board import limits
from board.roles import RANK, Role
from board.state import Comment, Layer, Node, Relation, Texts
from layers.graph import Community, TooLarge, Web
from layers.words import Query, marks, parted, read_query, snippet, words
from server.glean import Gleaned
from server.index import Columns, TookTooLong, fresh_index
from server.questions import (
    AnyQuestion,
    AnyResult,
    Communities,
    Degree,
    Degrees,
    Far,
    Found,
    Group,
    Groups,
    Hit,
    Hop,
    Mention,
    Near,
    Neighbours,
    Path,
    Ranking,
    Search,
    Unanswered,
    Way,
)

Thing = Layer | Node | Relation | Comment
T = TypeVar("T", Layer, Node, Relation, Comment)
OUT_OF_REACH: Final = len(RANK)
BREAK: Final = "¶"  # between two texts: no word holds it, so no phrase goes across
ALONE: Final = frozenset({"frame", "drawing"})  # kinds that are not expected to be related

_log = logging.getLogger(__name__)


class Unknown(LookupError):
    """There is no such node, for all that the asker knows."""


class Answers:
    """A board as it was at the last question, and what has been worked out of it."""

    def __init__(self) -> None:
        self.lang = ""
        self.reads: dict[str, int] = {}
        self.layers: dict[str, Layer] = {}
        self.nodes: dict[str, Node] = {}
        self.relations: dict[str, Relation] = {}
        self.comments: dict[str, Comment] = {}
        self.talk: dict[str, str] = {}  # comment -> the layer that it lies in
        # by rank, and layers that are read by seat; what was asked for last stands last
        self._readings: dict[tuple[int, frozenset[str]], Reading] = {}

    def answer(
        self,
        gleaned: Gleaned,
        role: Role,
        question: AnyQuestion,
        also: frozenset[str] = frozenset(),
    ) -> AnyResult:
        """The answer to one question, on the board as it is with what was gleaned.

        ``also`` are layers that who asks may read, whatever their role.
        """
        self.take(gleaned)
        reading = self.reading(role, also)
        try:
            match question:
                case Search():
                    return reading.search(question.text)
                case Neighbours():
                    return reading.neighbours(question)
                case Path():
                    return reading.path(question)
                case Degrees():
                    return reading.degrees()
                case Communities():
                    return reading.groups()
        except Unknown:
            return Unanswered("unknown_node", "there is no such node")
        except TooLarge as error:
            return Unanswered("too_many", f"groups are worked out for {error}")
        except TookTooLong:
            return Unanswered("too_long", f"this took longer than {limits.SEARCH_S} s")

    def take(self, gleaned: Gleaned) -> None:
        """Take over what has changed."""
        before = self.reads
        self.reads, self.lang = dict(gleaned.reads), gleaned.lang
        if gleaned.whole:
            self.close()
        for (rank, also), reading in list(self._readings.items()):
            # layers that are new here, or gone, come with all that is in them
            kept = before.keys() & self.reads.keys()
            if any((before[id] <= rank) != (self.reads[id] <= rank) for id in kept):
                reading.close()
                del self._readings[rank, also]
        # relations last: they need their ends
        moved = [f"layer/{id}" for id in _renew(self.layers, gleaned.layers)]
        moved += [f"node/{id}" for id in _renew(self.nodes, gleaned.nodes)]
        # of a relation any touch counts: one of its ends may have gone to another layer
        _renew(self.relations, gleaned.relations)
        moved += [f"relation/{id}" for id in gleaned.relations]
        _renew(self.comments, gleaned.comments)  # and with its node a comment goes elsewhere
        self.talk.update(gleaned.talk)
        moved += [f"comment/{id}" for id in gleaned.comments]
        for reading in self._readings.values():
            reading.update(moved)

    def thing(self, key: str) -> Thing | None:
        """What an owner_key names."""
        owner, _, id = key.partition("/")
        if owner == "node":
            return self.nodes.get(id)
        if owner == "comment":
            return self.comments.get(id)
        return self.layers.get(id) if owner == "layer" else self.relations.get(id)

    def every(self) -> Iterator[str]:
        """All things; nodes before the relations between them, and always in one order."""
        yield from (f"layer/{id}" for id in sorted(self.layers))
        yield from (f"node/{id}" for id in sorted(self.nodes))
        yield from (f"relation/{id}" for id in sorted(self.relations))
        yield from (f"comment/{id}" for id in sorted(self.comments))

    def reading(self, role: Role, also: frozenset[str] = frozenset()) -> "Reading":
        """What a role reads, with some layers. Roles that may read the same have one reading."""
        closed = [least for least in self.reads.values() if least <= RANK[role]]
        rank = max(closed, default=0)
        held = self._readings.pop((rank, also), None)
        if held is None:
            held = Reading(self, rank, also)
            held.update(list(self.every()))
        self._readings[rank, also] = held
        by_seat = [key for key in self._readings if key[1]]
        for key in by_seat[: -limits.SEAT_READINGS_MAX]:
            self._readings.pop(key).close()
        return held

    def close(self) -> None:
        """Forget everything."""
        for reading in self._readings.values():
            reading.close()
        self._readings.clear()
        self.layers.clear()
        self.nodes.clear()
        self.relations.clear()
        self.comments.clear()
        self.talk.clear()


def _renew(held: dict[str, T], changed: Mapping[str, T | None]) -> list[str]:
    """Put things in their places; None: gone. Says which of them read otherwise than before."""
    found: list[str] = []
    for id, new in changed.items():
        if _told(held.get(id)) != _told(new):
            found.append(id)
        if new is None:
            held.pop(id, None)
        else:
            held[id] = new
    return found


def _told(thing: Thing | None) -> object:
    """What of a thing matters here: most changes only move nodes about."""
    match thing:
        case None:
            return None
        case Node():
            return thing.text, thing.tags, thing.layer
        case _:
            return thing.text


class Reading:
    """The graph and the index of what one rank may read, and what lies in some more layers."""

    def __init__(self, answers: Answers, rank: int, also: frozenset[str]) -> None:
        self._answers = answers
        self._rank = rank
        self._also = also
        self._web = Web()
        self._index = fresh_index()
        self._communities: tuple[int, list[Community]] | None = None

    def close(self) -> None:
        """Let go of the index."""
        self._index.close()

    def update(self, keys: list[str]) -> None:
        """These things have changed, relations last; a node that went to another layer comes
        with its relations."""
        with self._index.at_once():
            for key in keys:
                self._update(key)

    def _update(self, key: str) -> None:
        answers, web = self._answers, self._web
        thing = answers.thing(key)
        owner, _, id = key.partition("/")
        match thing:
            case Node() if self._may_read(thing.layer):
                web.put_node(id)
            case Relation() if thing.source in web.graph and thing.target in web.graph:
                web.put_relation(id, thing.source, thing.target)
            case Layer() if self._may_read(id):
                pass
            case Comment() if self._may_read(answers.talk[id]):
                pass
            case _:
                thing = None
                if owner == "node":
                    for relation in web.drop_node(id):
                        self._index.drop(f"relation/{relation}")
                elif owner == "relation":
                    web.drop_relation(id)
        columns = () if thing is None else _columns(thing)
        if any(columns):
            self._index.put(key, columns)
        else:
            self._index.drop(key)

    def _may_read(self, layer: str) -> bool:
        return layer in self._also or self._answers.reads.get(layer, OUT_OF_REACH) <= self._rank

    # -- questions

    def search(self, text: str) -> Found:
        """What holds these words."""
        query = read_query(text)
        matches = self._index.search(query)
        hits = tuple(self._hit(key, query) for key in matches.keys)
        return Found(hits, matches.count, matches.more)

    def neighbours(self, question: Neighbours) -> Near:
        """What lies around a node."""
        self._check(question.node)
        reached = self._web.neighbours(question.node, question.depth, limits.NEAR_MAX)
        return Near(tuple(Far(self._mention(id), far) for id, far in reached.nodes), reached.more)

    def path(self, question: Path) -> Way | Unanswered:
        """A shortest way between two nodes."""
        self._check(question.source, question.target)
        nodes = self._web.path(question.source, question.target, question.directed)
        if len(nodes) > limits.PATH_MAX:
            why = f"the way has more than {limits.PATH_MAX} nodes"
            return Unanswered("too_long", why)
        hops = (self._hop(*pair, question.directed) for pair in pairwise(nodes))
        return Way(tuple(map(self._mention, nodes)), tuple(hops))

    def degrees(self) -> Ranking:
        """Nodes by their relations."""
        ranked = self._web.degrees()
        related = [(id, count) for id, count in ranked if count]
        alone = [id for id, count in ranked if not count and self._node(id).kind not in ALONE]
        return Ranking(
            tuple(Degree(self._mention(id), n) for id, n in related[: limits.RANKED_MAX]),
            len(related),
            tuple(map(self._mention, alone[: limits.RANKED_MAX])),
            len(alone),
        )

    def groups(self) -> Groups:
        """What belongs together. Raises TooLarge."""
        web = self._web
        if self._communities is None or self._communities[0] != web.revision:
            found = web.communities(limits.GROUPED_NODES_MAX, limits.GROUPED_RELATIONS_MAX)
            self._communities = web.revision, found
        held = self._communities[1]
        shown = held[: limits.GROUPS_MAX]
        return Groups(tuple(map(self._group, shown)), len(held))

    def _group(self, held: Community) -> Group:
        nodes = [self._node(id) for id in held.nodes]
        layers = tuple(node.layer for node in nodes)
        locked = tuple(node.id for node in nodes if node.locked)
        return Group(self._mention(held.head), held.nodes, layers, locked)

    # -- how things are told

    def _check(self, *nodes: str) -> None:
        if not all(id in self._web.graph for id in nodes):
            raise Unknown

    def _node(self, id: str) -> Node:
        return self._answers.nodes[id]

    def _mention(self, id: str) -> Mention:
        node = self._node(id)
        title, lang = self._name(node.text, "title", "text", "alt")
        return Mention(id, node.layer, title, lang)

    def _hop(self, one: str, other: str, directed: bool) -> Hop:
        relation = self._answers.relations[self._web.between(one, other, directed)]
        label, lang = self._name(relation.text, "label")
        return Hop(relation.id, label, lang, relation.source == one)

    def _name(self, text: Texts, *fields: str) -> tuple[str, str]:
        """The first line of the first of these texts that there is, and its language."""
        for field in fields:
            said, lang = self._said(text.get(field, {}))
            line = said.strip().partition("\n")[0]
            if line:
                return line[: limits.TITLE_CHARS_MAX], self._foreign(lang)
        return "", ""

    def _said(self, texts: dict[str, str]) -> tuple[str, str]:
        lang = self._answers.lang if self._answers.lang in texts else min(texts, default="")
        return texts.get(lang, ""), lang

    def _foreign(self, lang: str) -> str:
        return "" if lang == self._answers.lang else lang

    def _hit(self, key: str, query: Query) -> Hit:
        answers = self._answers
        thing = answers.thing(key)
        assert thing is not None
        layers: tuple[str, ...]
        fields: tuple[str, ...]
        ends: tuple[str, ...] = ()
        tags: tuple[str, ...] = ()
        match thing:
            case Layer():
                owner, fields, layers = "layer", ("title", "note"), (thing.id,)
            case Node():
                owner, fields, layers = "node", ("title", "text", "alt"), (thing.layer,)
                tags = thing.tags
            case Relation():
                owner, fields = "relation", ("label",)
                ends = (thing.source, thing.target)
                layers = tuple(dict.fromkeys(self._node(end).layer for end in ends))
            case Comment():
                owner, fields, layers = "comment", ("text",), (answers.talk[thing.id],)
                first = answers.comments[thing.answers or thing.id]
                ends = () if first.node is None else (first.node,)
        title, lang = self._name(thing.text, *fields)
        shown, shown_lang = self._snippet(thing.text, fields, tags, title, query)
        return Hit(
            owner, thing.id, layers, parted(title, marks(title, query)) if title else (),
            shown, lang, shown_lang, tuple(map(self._mention, ends)),
        )  # fmt: skip

    def _snippet(
        self, text: Texts, fields: Iterable[str], tags: tuple[str, ...], title: str, query: Query
    ) -> tuple[tuple[str, ...], str]:
        """A part of the first text that holds what was looked for; else where the text begins."""
        start: tuple[tuple[str, ...], str] = ((), "")
        candidates = [
            (said, lang)
            for field in ("text", "note", "alt", "label", "title")
            if field in fields
            for lang, said in sorted(
                text.get(field, {}).items(), key=lambda held: (held[0] != self._answers.lang, held)
            )
            if said.strip() != title
        ]
        if tags:
            candidates.append((" · ".join(tags), self._answers.lang))
        for said, lang in candidates:
            parts = snippet(said, query, limits.SNIPPET_CHARS_MAX)
            if len(parts) > 1:
                return parts, self._foreign(lang)
            if not start[0] and parts[0]:
                start = parts, self._foreign(lang)
        return start


def _columns(thing: Thing) -> Columns:
    """The words of a thing, in all its languages, in the order of the index's columns."""

    def said(field: str) -> str:
        texts = thing.text.get(field, {})
        return f" {BREAK} ".join(" ".join(words(texts[lang])) for lang in sorted(texts))

    tags = f" {BREAK} ".join(" ".join(words(tag)) for tag in getattr(thing, "tags", ()))
    body = f"{said('text')} {said('note')}"
    return tuple(
        column.strip() for column in (said("title"), tags, said("label"), said("alt"), body)
    )


class Finder:
    """The answers of one open board, worked out in a thread of their own."""

    def __init__(self) -> None:
        self.used_s = time.monotonic()
        self._answers = Answers()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="find")

    async def answer(
        self,
        gleaned: Gleaned,
        role: Role,
        question: AnyQuestion,
        also: frozenset[str] = frozenset(),
    ) -> AnyResult:
        """See Answers.answer."""
        self.used_s = time.monotonic()
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._thread, self._answers.answer, gleaned, role, question, also
        )

    def close(self) -> None:
        """Let go of everything, once what is being worked out is done."""
        self._thread.submit(self._answers.close)
        self._thread.shutdown(wait=False)
