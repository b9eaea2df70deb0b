"""Random operations for tests of the core: a stream of requests that are often refused."""

import random
from collections.abc import Callable, Iterable
from typing import Any, get_args

from msgspec import UNSET

from board import limits, ops
from board.apply import apply
from board.decide import Actor, Answer, Decision, decide, decide_undo, entry
from board.ops import AnyOp, Entry
from board.state import Board, private_layer

CLIENTS = ("aaaaaaaaaaaaa", "bbbbbbbbbbbbb", "ccccccccccccc")


def pick(rng: random.Random, among: Iterable[str]) -> str:
    """One of them, or an id that nothing has."""
    held = list(among)
    return rng.choice(held) if held else "nothing"


def some(rng: random.Random, among: Iterable[object]) -> Any:
    """One of them, or that it is not set, as often as not."""
    return rng.choice(list(among)) if rng.random() < 0.5 else UNSET


def looks(rng: random.Random) -> dict[str, Any]:
    """Some of what a node looks like, its usual values among them."""
    points = tuple(rng.randrange(limits.POINT_MAX + 1) for _ in range(2 * rng.randint(2, 5)))
    chosen = {
        "w": some(rng, (8.0, 100.0, 333.333)),
        "h": some(rng, (8.0, 100.0)),
        "href": some(rng, ("", "https://example.org/", "mailto:a@b.example")),
        "tags": some(rng, ((), ("one",), ("one", "two"))),
        "shape": some(rng, (None, *get_args(ops.ShapeName))),
        "angle": some(rng, (None, 0.0, 45.0, 359.999, 0.001)),
        "text_size": some(rng, (None, *get_args(ops.TextSize))),
        "image": some(rng, (None, "a" * 32, "b2" * 16)),
        "points": some(rng, (None, points)),
    }
    return {field: value for field, value in chosen.items() if value is not UNSET}


def lines(rng: random.Random) -> dict[str, Any]:
    """Some of what a relation looks like."""
    chosen = {
        "color": some(rng, (None, "red", "#00ff00")),
        "line": some(rng, (None, *get_args(ops.LineKind))),
        "start": some(rng, (None, *get_args(ops.Head))),
        "end": some(rng, (None, *get_args(ops.Head))),
    }
    return {field: value for field, value in chosen.items() if value is not UNSET}


def request(rng: random.Random, board: Board, client: str) -> AnyOp:
    """One operation that a facilitator might ask for."""

    def layer() -> str:
        return pick(rng, board.layers)

    def node() -> str:
        return pick(rng, board.graph.nodes)

    def relation() -> str:
        return pick(rng, board.relations)

    def comment() -> str:
        return pick(rng, board.comments)

    def about() -> dict[str, str]:
        return rng.choice(({"layer": layer()}, {"node": node()}, {"answers": comment()}))

    def removed(owner: str) -> str:
        return pick(rng, [held.id for held in board.tombstones.values() if held.owner == owner])

    fresh = f"{client}.{rng.randrange(10**9)}"
    text = rng.choice(["one", "two", ""])
    base = rng.choice(["one", "two", "new", ""])
    match rng.randrange(44):
        case 0 | 1:
            return ops.LayerCreate(
                fresh,
                parent=rng.choice([None, layer()]) if board.layers else None,
                group=rng.random() < 0.4,
                locked=rng.random() < 0.05,
                text={"title": {"en": "new"}},
            )
        case 2:
            color, locked = rng.choice(ops.PALETTE), rng.choice([UNSET, UNSET, UNSET, True])
            opacity = rng.choice([0.25, 0.5])
            return ops.LayerSet(layer(), color=color, opacity=opacity, locked=locked)
        case 3:
            return ops.LayerMove(
                layer(), parent=rng.choice([None, layer()]), before=rng.choice([None, layer()])
            )
        case 4:
            return ops.LayerRemove(layer()) if rng.random() < 0.4 else ops.StageSet(True)
        case 5:
            return ops.LayerRestore(removed("layer"))
        case 6 | 7 | 8:
            return ops.NodeCreate(
                fresh,
                layer(),
                x=rng.random() * 100,
                before=rng.choice([None, node()]),
                kind=rng.choice(get_args(ops.NodeKind)),
                locked=rng.random() < 0.05,
                text={rng.choice(["title", "text", "alt"]): {"en": "new"}},
                **looks(rng),
            )
        case 9 | 10:
            return ops.NodeSet(
                node(),
                x=rng.random() if rng.random() < 0.5 else UNSET,
                layer=layer() if rng.random() < 0.5 else UNSET,
                before=rng.choice([UNSET, None, node()]),
                color=rng.choice([UNSET, None, "red"]),
            )
        case 11:
            return ops.NodeRemove(node())
        case 12:
            return ops.NodeRestore(removed("node"))
        case 13 | 14:
            return ops.RelationCreate(fresh, node(), node(), **lines(rng))
        case 15:
            dashed = rng.choice([UNSET, True, False])
            return ops.RelationSet(relation(), dashed=dashed, **lines(rng))
        case 16:
            return ops.RelationRemove(relation())
        case 17:
            return ops.RelationRestore(removed("relation"))
        case 18:
            return ops.TextSet("node", "title", "en", text, base, node())
        case 19:
            return ops.TextSet("layer", "title", "en", text, base, layer())
        case 20:
            return ops.TextSet("board", "title", rng.choice(["en", "fr"]), text, base)
        case 21:
            return ops.StageDrive({layer(): rng.choice([True, False, None])})
        case 22:
            return ops.StageSet(rng.random() < 0.5)
        case 23:
            return ops.NodeSet(node(), **looks(rng))
        case 24:
            locked = rng.random() < 0.3
            return ops.NodeSet(node(), locked=locked, x=rng.choice([UNSET, UNSET, 3.0]))
        case 25:
            field = rng.choice(["text", "alt"])
            return ops.TextSet("node", field, rng.choice(["en", "fr"]), text, base, node())
        case 34 | 36 | 37:
            return staged(rng, board, fresh, layer)
        case 38 | 39:
            return led(rng, board, fresh)
        case 35:
            owner, field = rng.choice([("scene", "spoken"), ("step", "question")])
            held = board.scenes if owner == "scene" else board.agenda
            return ops.TextSet(owner, field, "en", text, base, pick(rng, held))  # type: ignore[arg-type]
        case 26:
            return ops.TextSet("relation", "label", "en", text, base, relation())
        case 27 | 28:
            return ops.CommentCreate(fresh, by="Ada", text={"text": {"en": "new"}}, **about())
        case 29:
            return ops.CommentSet(comment(), rng.random() < 0.5)
        case 30:
            return ops.CommentRemove(comment())
        case 31:
            if rng.random() < 0.5:
                return ops.CommentRestore(removed("comment"))
            return ops.TextSet("comment", "text", rng.choice(["en", "fr"]), text, base, comment())
        case 32:
            subject: list[dict[str, Any]] = [
                {"layer": layer()}, {"tag": "one"}, {"nodes": (node(),)},
                {"again": pick(rng, board.rounds)},
            ]  # fmt: skip
            more = {flag: rng.random() < 0.5 for flag in ("several", "named", "live", "by_link")}
            votes = rng.randint(1, 5)
            return ops.RoundOpen(fresh, "Which?", votes=votes, **rng.choice(subject), **more)
        case 33:
            round = pick(rng, board.rounds)
            if rng.random() < 0.2:
                return ops.RoundRemove(round)
            return ops.RoundClose(round, {node(): 2}, {layer(): 1}, {node(): {client: 2}})
        case 40 | 41 | 42:
            return in_private(rng, board, client, fresh, layer)
        case _:
            return ops.LayerSet(layer(), locked=rng.random() < 0.1)


def staged(rng: random.Random, board: Board, fresh: str, layer: Callable[[], str]) -> AnyOp:
    """Something about the stage or a scene."""
    scene = pick(rng, board.scenes)
    viewport = rng.choice([None, (0.0, 1.0, 20.004, 30.0)])
    makes: tuple[Callable[[], AnyOp], ...] = (
        lambda: ops.StageSet(rng.random() < 0.7, rng.choice([UNSET, True, False])),
        lambda: ops.StageSpotlight(rng.choice([None, layer()])),
        lambda: ops.StageLook(viewport),
        lambda: ops.StageCursors(rng.random() < 0.5),
        lambda: ops.SceneCreate(
            fresh, (layer(),), viewport, rng.choice([None, scene]), text={"title": {"en": "new"}}
        ),
        lambda: ops.SceneSet(scene, {layer(): rng.random() < 0.5}, rng.choice([UNSET, viewport])),
        lambda: ops.SceneMove(scene, rng.choice([None, pick(rng, board.scenes)])),
        lambda: ops.SceneRemove(scene),
        lambda: ops.SceneShow(rng.choice([None, scene])),
    )
    return rng.choice(makes)()


def in_private(
    rng: random.Random, board: Board, client: str, fresh: str, layer: Callable[[], str]
) -> AnyOp:
    """Something about a private round, or in it."""
    private = board.private.id if board.private is not None else "nothing"
    if board.open_private is None:
        return ops.PrivateOpen(fresh, "What else?", layer())
    own = private_layer(client, board.open_private.number)
    if own not in board.layers and rng.random() < 0.7:
        return ops.PrivateEnter(private)
    order = rng.choice(get_args(ops.RevealOrder))
    other = rng.choice([None, layer()])
    makes: tuple[Callable[[], AnyOp], ...] = (
        *[lambda: ops.NodeCreate(fresh, own, "sticky", text={"text": {"en": "secret"}})] * 6,
        lambda: ops.NodeCreate(fresh, own, rng.choice(get_args(ops.NodeKind)), **looks(rng)),
        lambda: ops.NodeSet(pick(rng, [id for _, id in board.members.get(own, ())]), x=3.0),
        lambda: ops.NodeRemove(pick(rng, [id for _, id in board.members.get(own, ())])),
        lambda: ops.PrivateReveal(private, rng.random() < 0.5, order, other, "seed"),
        lambda: ops.PrivateClose(private),
    )
    return rng.choice(makes)()


def led(rng: random.Random, board: Board, fresh: str) -> AnyOp:
    """Something about the timer or the agenda."""
    step, scene = pick(rng, board.agenda), rng.choice([None, pick(rng, board.scenes)])
    makes: tuple[Callable[[], AnyOp], ...] = (
        lambda: ops.TimerSet(rng.random() < 0.5, rng.choice([0, 60_000])),
        lambda: ops.StepCreate(
            fresh, scene, rng.choice([None, 60_000]), before=rng.choice([None, step]),
            text={"note": {"en": "new"}},
        ),
        lambda: ops.StepSet(step, rng.choice([UNSET, scene]), round=rng.choice([None, "vote"])),
        lambda: ops.StepMove(step, rng.choice([None, pick(rng, board.agenda)])),
        lambda: ops.StepRemove(step),
        lambda: ops.AgendaGo(rng.choice([None, step])),
    )  # fmt: skip
    return rng.choice(makes)()


class Scribe:
    """A board, its log, and the counters of its clients."""

    def __init__(self, board: Board | None = None) -> None:
        self.board = board or Board()
        self.log: list[Entry] = []
        self.n: dict[str, int] = {}

    def next_n(self, client: str) -> int:
        """The client's next number."""
        self.n[client] = self.n.get(client, 0) + 1
        return self.n[client]

    def submit(self, *requested: AnyOp, client: str = CLIENTS[0], role: str = "owner") -> Answer:
        """Decide a batch and, when it may be, write and apply it. The client "" is no client."""
        n = self.next_n(client) if client else 0
        answer = decide(self.board, Actor(role, client), n, requested)  # type: ignore[arg-type]
        return self._write(answer, client, n)

    def undo(self, of: int, client: str = CLIENTS[0], role: str = "owner") -> Answer:
        """Take a submit back."""
        n = self.next_n(client)
        answer = decide_undo(self.board, Actor(role, client), n, of)  # type: ignore[arg-type]
        return self._write(answer, client, n)

    def _write(self, answer: Answer, client: str, n: int) -> Answer:
        if isinstance(answer, Decision):
            written = entry(
                self.board, answer, at=0, epoch=1, author=client, client=client, n=n,
                salt=str(len(self.log)),
            )  # fmt: skip
            apply(self.board, written)
            self.log.append(written)
        return answer
