"""Random operations for tests of the core: a stream of requests that are often refused."""

import random
from collections.abc import Iterable

from msgspec import UNSET

from board import ops
from board.apply import apply
from board.decide import Actor, Answer, Decision, decide, decide_undo, entry
from board.ops import AnyOp, Entry
from board.state import Board

CLIENTS = ("aaaaaaaaaaaaa", "bbbbbbbbbbbbb", "ccccccccccccc")


def pick(rng: random.Random, among: Iterable[str]) -> str:
    """One of them, or an id that nothing has."""
    held = list(among)
    return rng.choice(held) if held else "nothing"


def request(rng: random.Random, board: Board, client: str) -> AnyOp:
    """One operation that a facilitator might ask for."""

    def layer() -> str:
        return pick(rng, board.layers)

    def node() -> str:
        return pick(rng, board.graph.nodes)

    def relation() -> str:
        return pick(rng, board.relations)

    def removed(owner: str) -> str:
        return pick(rng, [held.id for held in board.tombstones.values() if held.owner == owner])

    fresh = f"{client}.{rng.randrange(10**9)}"
    text = rng.choice(["one", "two", ""])
    base = rng.choice(["one", "two", "new", ""])
    match rng.randrange(24):
        case 0 | 1:
            return ops.LayerCreate(
                fresh,
                parent=rng.choice([None, layer()]) if board.layers else None,
                group=rng.random() < 0.4,
                text={"title": {"en": "new"}},
            )
        case 2:
            color = rng.choice(ops.PALETTE)
            return ops.LayerSet(layer(), color=color, opacity=rng.choice([0.25, 0.5]))
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
                text={"title": {"en": "new"}},
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
            return ops.RelationCreate(fresh, node(), node())
        case 15:
            return ops.RelationSet(relation(), dashed=rng.random() < 0.5)
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
        case _:
            return ops.LayerSet(layer(), locked=rng.random() < 0.1)


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
