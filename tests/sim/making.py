"""Random operations, all kinds of them, for the simulation: many are refused, most are not.

The board stays small by itself: the more there is of a kind, the more of it is removed.
"""

import random
from collections.abc import Callable, Sequence

from msgspec import UNSET

from board import ops
from board.ops import AnyOp
from board.state import Board

CANARY = "canary"  # in every text of the vault, a layer that only the owner may ever read
VAULT = "vault"
NODES = 220
LAYERS = 14
WORDS = ("city", "equality", "water", "field notes", "Ωmega", "", "a longer line\nand another")
LANGS = ("en", "en", "en", "fr", "pt")


class Maker:
    """Makes operations as one client would ask for them, by a look at a board."""

    def __init__(self, rng: random.Random, links: Sequence[str]) -> None:
        self.rng = rng
        self.links = links
        self._serial = 0
        self._things: tuple[int, list[str], list[str]] = (-1, [], [])

    def fresh(self, client: str) -> str:
        """An id that the client may make."""
        self._serial += 1
        return f"{client}.{self._serial}"

    def _nodes(self, board: Board) -> list[str]:
        self._look(board)
        return self._things[1]

    def _relations(self, board: Board) -> list[str]:
        self._look(board)
        return self._things[2]

    def _look(self, board: Board) -> None:
        if self._things[0] != board.seq:
            nodes = [id for id, held in board.graph._node.items() if held["node"].layer != VAULT]
            self._things = (board.seq, nodes, list(board.relations))

    def _pick(self, among: Sequence[str]) -> str:
        return self.rng.choice(among) if among and self.rng.random() > 0.01 else "nothing"

    def _layer(self, board: Board) -> str:
        return self._pick(list(board.layers))

    def _removed(self, board: Board, owner: str) -> str:
        return self._pick([held.id for held in board.tombstones.values() if held.owner == owner])

    def _text(self) -> str:
        return f"{self.rng.choice(WORDS)} {self.rng.randrange(100)}".strip()

    def _base(self, board: Board, owner: str, id: str, field: str, lang: str) -> str:
        if self.rng.random() < 0.15:
            return "typed over something else"
        thing = {"board": board, "layer": board.layers.get(id), "node": board.node(id)}.get(
            owner, board.relations.get(id)
        )
        return "" if thing is None else thing.text.get(field, {}).get(lang, "")  # type: ignore[attr-defined]

    def text(self, board: Board, owner: str, id: str) -> AnyOp:
        """Set one of a thing's texts."""
        field = self.rng.choice(list(ops.TEXT_FIELDS[owner]))
        lang = self.rng.choice(LANGS)
        base = self._base(board, owner, id, field, lang)
        return ops.TextSet(owner, field, lang, self._text(), base, id)  # type: ignore[arg-type]

    def guarded(self, board: Board, client: str) -> AnyOp:
        """What the owner does in the vault."""
        rng = self.rng
        nodes = [id for _, id in board.members.get(VAULT, ())]
        if len(nodes) < 3 or (len(nodes) < 12 and rng.random() < 0.2):
            text = {"title": {"en": f"{CANARY} {self._serial}"}}
            return ops.NodeCreate(self.fresh(client), VAULT, x=rng.random() * 900, text=text)
        id = rng.choice(nodes)
        match rng.randrange(5):
            case 0:
                return ops.NodeRemove(id)
            case 1:
                return ops.NodeSet(id, x=rng.random() * 900, tags=(CANARY,))
            case 2:
                base = self._base(board, "node", id, "text", "en")
                return ops.TextSet("node", "text", "en", f"{CANARY} {self._serial}", base, id)
            case 3:
                label = {"label": {"en": CANARY}}
                others = self._nodes(board)
                return ops.RelationCreate(self.fresh(client), id, self._pick(others), text=label)
            case _:
                return ops.StageDrive({VAULT: rng.choice([True, False, None])})

    def op(self, board: Board, client: str, role: str) -> AnyOp:
        """One operation of a client, most of them such as its role may ask for."""
        rng = self.rng
        dice = rng.random()
        if role == "owner" and dice < 0.15:
            return self.guarded(board, client)
        if (role in ("owner", "facilitator") and dice < 0.4) or dice < 0.02:
            return self._by_facilitator(board, client)
        return self._by_participant(board, client)

    def _by_participant(self, board: Board, client: str) -> AnyOp:
        rng = self.rng
        nodes, relations = self._nodes(board), self._relations(board)
        many_nodes = len(nodes) > rng.randrange(2 * NODES)
        many_relations = len(relations) > rng.randrange(2 * NODES)
        makes: tuple[Callable[[], AnyOp], ...] = (
            lambda: self._node_create(board, client),
            lambda: self._node_set(board),
            lambda: self.text(board, "node", self._pick(nodes)),
            lambda: self._node_set(board),
            lambda: (
                ops.NodeRemove(self._pick(nodes))
                if many_nodes
                else self._node_create(board, client)
            ),
            lambda: ops.NodeRestore(self._removed(board, "node")),
            lambda: self._relation_create(board, client),
            lambda: ops.RelationSet(
                self._pick(relations),
                dashed=rng.random() < 0.5,
                color=rng.choice([UNSET, None, "red", "#00ff88"]),
            ),
            lambda: self.text(board, "relation", self._pick(relations)),
            lambda: (
                ops.RelationRemove(self._pick(relations))
                if many_relations
                else self._relation_create(board, client)
            ),
            lambda: ops.RelationRestore(self._removed(board, "relation")),
        )
        return rng.choice(makes)()

    def _node_create(self, board: Board, client: str) -> AnyOp:
        rng = self.rng
        text = {"title": {rng.choice(LANGS): self._text()}}
        if rng.random() < 0.3:
            text["text"] = {"en": self._text()}
        return ops.NodeCreate(
            self.fresh(client),
            self._layer(board),
            x=rng.random() * 2_000,
            y=rng.random() * 2_000,
            before=None if rng.random() < 0.7 else self._pick(self._nodes(board)),
            href=rng.choice(["", "https://example.org/a"]),
            tags=rng.choice([(), ("one",), ("one", "two")]),
            text=text,
        )

    def _node_set(self, board: Board) -> AnyOp:
        rng = self.rng
        return ops.NodeSet(
            self._pick(self._nodes(board)),
            layer=self._layer(board) if rng.random() < 0.2 else UNSET,
            x=rng.random() * 2_000,
            y=UNSET if rng.random() < 0.5 else rng.random() * 2_000,
            w=UNSET if rng.random() < 0.9 else 100 + rng.random() * 400,
            before=UNSET if rng.random() < 0.8 else self._pick(self._nodes(board)),
            color=rng.choice([UNSET, None, "green"]),
        )

    def _relation_create(self, board: Board, client: str) -> AnyOp:
        rng = self.rng
        nodes = self._nodes(board)
        text = {"label": {"en": self._text()}} if rng.random() < 0.5 else {}
        return ops.RelationCreate(
            self.fresh(client), self._pick(nodes), self._pick(nodes), rng.random() < 0.3, text=text
        )

    def _by_facilitator(self, board: Board, client: str) -> AnyOp:
        rng = self.rng
        layer = self._layer(board)
        many = len(board.layers) > rng.randrange(2 * LAYERS)
        opened = [id for id in board.layers if id != VAULT]
        makes: tuple[Callable[[], AnyOp], ...] = (
            lambda: (
                ops.LayerRemove(self._pick(opened)) if many else self._layer_create(board, client)
            ),
            lambda: ops.LayerSet(
                layer,
                color=rng.choice([UNSET, "teal"]),
                opacity=rng.choice([0.25, 0.5, 1.0]),
                published=rng.choice([UNSET, True, True, False]),
            ),
            lambda: ops.LayerSet(layer, locked=rng.random() < 0.1),
            lambda: ops.LayerSet(
                self._pick(opened),
                read=rng.choice(["viewer", "viewer", "participant", "facilitator", "owner"]),
                write=rng.choice([UNSET, "participant", "facilitator"]),
            ),
            lambda: ops.LayerMove(
                layer,
                parent=rng.choice([None, self._group(board)]),
                before=None if rng.random() < 0.7 else self._layer(board),
            ),
            lambda: ops.LayerRestore(self._removed(board, "layer")),
            lambda: self.text(board, "layer", layer),
            lambda: ops.StageDrive(
                {id: rng.choice([True, True, False, None]) for id in {layer, self._layer(board)}}
            ),
            lambda: ops.StageSet(rng.random() < 0.7),
            lambda: self.text(board, "board", ""),
            lambda: self._seldom(board, layer),
        )
        return rng.choice(makes)()

    def _group(self, board: Board) -> str:
        return self._pick([held.id for held in board.layers.values() if held.group])

    def _layer_create(self, board: Board, client: str) -> AnyOp:
        rng = self.rng
        return ops.LayerCreate(
            self.fresh(client),
            parent=self._group(board) if rng.random() < 0.4 else None,
            group=rng.random() < 0.3,
            published=rng.random() < 0.8,
            read=rng.choice(["viewer", "viewer", "viewer", "participant", "owner"]),
            text={"title": {"en": self._text()}},
        )

    def _seldom(self, board: Board, layer: str) -> AnyOp:
        rng = self.rng
        match rng.randrange(6):
            case 0:
                return ops.BoardSet(rng.choice(LANGS))
            case 1:
                return ops.AccessSet(rng.random() < 0.7)
            case 2:
                id = rng.choice(self.links)
                held = board.links[id]
                return ops.LinkSet(id, held.role, held.generation + 1)
            case 3:
                id = rng.choice(self.links)
                role = rng.choice(["viewer", "participant", "participant", "facilitator"])
                return ops.LinkSet(id, role, board.links[id].generation)  # type: ignore[arg-type]
            case _:
                return ops.LayerSet(layer, opacity=0.75)
