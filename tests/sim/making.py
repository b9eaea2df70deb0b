"""Random operations, all kinds of them, for the simulation: many are refused, most are not.

The board stays small by itself: the more there is of a kind, the more of it is removed.
"""

import random
from collections.abc import Callable, Sequence
from typing import Any, get_args

from msgspec import UNSET

from board import ops
from board.ops import AnyOp
from board.roles import RANK
from board.state import Board, private_layer
from tests.board.making import led, pick, staged

CANARY = "canary"  # in every text of the vault, a layer that only the owner may ever read
VAULT = "vault"
HUSH = "hush"  # begins each text that is written privately; its seat and a number follow
NODES = 150
LAYERS = 14
WORDS = ("city", "equality", "water", "field notes", "Ωmega", "", "a longer line\nand another")
KINDS = get_args(ops.NodeKind)
SHAPES = (None, *get_args(ops.ShapeName))
SIZES = (None, *get_args(ops.TextSize))
LINES = (None, *get_args(ops.LineKind))
HEADS = (None, *get_args(ops.Head))
LANGS = ("en", "en", "en", "fr", "pt")


class Look:
    """What of a board a role can name, mostly so that it is not refused."""

    def __init__(self, board: Board, role: str, seat: str = "") -> None:
        self.seq = board.seq
        self.is_owner = role == "owner"
        rank = RANK[role]
        self.layers = [
            layer
            for layer in board.layers
            if layer != VAULT
            and not board.layers[layer].private
            and RANK[board.write_role(layer, seat)] <= rank
            and not board.locked(layer)
        ]
        self.leaves = [layer for layer in self.layers if not board.layers[layer].group]
        self.groups = [layer for layer in self.layers if board.layers[layer].group]
        self.nodes = [id for layer in self.leaves for _, id in board.members[layer]]
        open_nodes = set(self.nodes)
        graves = board.tombstones.values()
        self.relations = [
            held.id
            for held in board.relations.values()
            if held.source in open_nodes and held.target in open_nodes
        ]
        self.comments = [id for layer in self.leaves for id in sorted(board.talk[layer])]
        self.gone_comments = [grave.id for grave in graves if grave.owner == "comment"]
        self.gone_nodes = [
            grave.id
            for grave in graves
            if grave.owner == "node" and grave.nodes[0].layer in self.leaves
        ]
        self.gone_relations = [
            grave.id
            for grave in graves
            if grave.owner == "relation" and grave.relations[0].source in open_nodes
        ]
        self.gone_layers = [
            grave.id
            for grave in graves
            if grave.owner == "layer"
            and (grave.layers[0].parent is None or grave.layers[0].parent in self.layers)
        ]


class Maker:
    """Makes operations as one client would ask for them, by a look at a board."""

    def __init__(
        self, rng: random.Random, links: Sequence[str], seats: Sequence[str] = ()
    ) -> None:
        self.rng = rng
        self.links = links
        self.seats = seats
        self._serial = 0
        self._looks: dict[str, Look] = {}
        self.look = Look(Board(), "viewer")

    def fresh(self, client: str) -> str:
        """An id that the client may make."""
        self._serial += 1
        return f"{client}.{self._serial}"

    def _pick(self, among: Sequence[str]) -> str:
        return self.rng.choice(among) if among and self.rng.random() > 0.004 else "nothing"

    def _take(self, among: list[str]) -> str:
        """One of them, that nobody else is likely to name now."""
        id = self._pick(among)
        if id in among and self.rng.random() < 0.97:
            among.remove(id)
        return id

    def _layer(self, board: Board) -> str:
        """A layer, now and then any at all."""
        if self.rng.random() < 0.01:
            return self._pick(list(board.layers))
        return self._pick(self.look.layers)

    def _leaf(self, board: Board) -> str:
        if self.rng.random() < 0.01:  # the owner puts nothing into the vault that could come out
            return self._pick([id for id in board.layers if id != VAULT or not self.look.is_owner])
        return self._pick(self.look.leaves)

    def _beside(self, board: Board, layer: str) -> str | None:
        members = board.members.get(layer)
        return self.rng.choice(members)[1] if members and self.rng.random() < 0.3 else None

    def _text(self) -> str:
        return f"{self.rng.choice(WORDS)} {self.rng.randrange(100)}".strip()

    def _base(self, board: Board, owner: str, id: str, field: str, lang: str) -> str:
        if self.rng.random() < 0.04:
            return "typed over something else"
        things = {
            "board": board,
            "layer": board.layers.get(id),
            "node": board.node(id),
            "relation": board.relations.get(id),
            "comment": board.comments.get(id),
            "scene": board.scenes.get(id),
            "step": board.agenda.get(id),
        }
        thing = things[owner]
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
        match rng.randrange(8):
            case 6:
                return ops.StageSpotlight(VAULT)
            case 7:
                scene = pick(rng, board.scenes)
                return ops.SceneSet(scene, layers={VAULT: rng.random() < 0.5})
            case 0:
                return ops.NodeRemove(id)
            case 4:
                said = {"text": {"en": f"{CANARY} {self._serial}"}}
                return ops.CommentCreate(self.fresh(client), node=id, by=CANARY, text=said)
            case 1:
                return ops.NodeSet(id, x=rng.random() * 900, tags=(CANARY,))
            case 2:
                base = self._base(board, "node", id, "text", "en")
                return ops.TextSet("node", "text", "en", f"{CANARY} {self._serial}", base, id)
            case 3:
                label = {"label": {"en": CANARY}}
                target = self._pick(self.look.nodes)
                return ops.RelationCreate(self.fresh(client), id, target, text=label)
            case _:
                return ops.StageDrive({VAULT: rng.choice([True, False, None])})

    def op(self, board: Board, client: str, role: str) -> AnyOp:
        """One operation of a client, most of them such as its role may ask for."""
        rng = self.rng
        look = self._looks.get(role + client)
        if look is None or look.seq != board.seq:
            look = self._looks[role + client] = Look(board, role, client)
        self.look = look
        dice = rng.random()
        if role == "owner" and dice < 0.15:
            return self.guarded(board, client)
        if role == "owner" and dice < 0.3:
            return self._opened(board)
        if role != "viewer" and 0.4 <= dice < 0.47:
            return self._in_private(board, client, role)
        if (role in ("owner", "facilitator") and dice < 0.4) or dice < 0.004:
            return self._by_facilitator(board, client, role)
        return self._by_participant(board, client)

    def _in_private(self, board: Board, client: str, role: str) -> AnyOp:
        """Something about a private round, or in one's own layer in it."""
        rng = self.rng
        open = board.open_private
        leads = RANK[role] >= RANK["facilitator"]
        if open is None:
            question = f"{self._text()}?"
            return ops.PrivateOpen(self.fresh(client), question, self._pick(self.look.leaves))
        own = private_layer(client, open.number)
        if own not in board.layers:
            return ops.PrivateEnter(open.id)
        mine = [id for _, id in board.members[own]]
        if leads and rng.random() < 0.05:
            if rng.random() < 0.3:
                return ops.PrivateClose(open.id)
            order = rng.choice(get_args(ops.RevealOrder))
            to = self._pick(self.look.leaves)
            return ops.PrivateReveal(open.id, rng.random() < 0.5, order, to)
        said = f"{HUSH}{self._serial}x{client[-2:]}"
        match rng.randrange(5):
            case 0 if mine:
                base = self._base(board, "node", mine[0], "text", "en")
                return ops.TextSet("node", "text", "en", said, base, mine[0])
            case 1 if mine:
                return ops.NodeRemove(rng.choice(mine))
            case 2 if mine:
                return ops.NodeSet(rng.choice(mine), x=rng.random() * 900)
            case _:
                text = {"text": {"en": said}}
                return ops.NodeCreate(self.fresh(client), own, "sticky", text=text)

    def _opened(self, board: Board) -> AnyOp:
        """Open a layer again, so that the board does not close by and by."""
        if board.archived or self.rng.random() < 0.05:
            return ops.BoardArchive(not board.archived)
        if board.waiting or self.rng.random() < 0.02:
            return ops.AccessWait(not board.waiting)
        away = [seat for seat in board.seats.values() if seat.removed or seat.role is not None]
        if away and self.rng.random() < 0.2:
            return ops.SeatSet(self.rng.choice(away).id, role=None, removed=False)
        layer = board.layers[self.rng.choice(list(board.layers))]
        if layer.locked:
            return ops.LayerSet(layer.id, locked=False)
        if layer.id == VAULT:
            return ops.LayerSet(VAULT, published=self.rng.random() < 0.5)
        return ops.LayerSet(layer.id, read="viewer", write="participant")

    def _by_participant(self, board: Board, client: str) -> AnyOp:
        rng = self.rng
        nodes, relations = self.look.nodes, self.look.relations
        many_nodes = len(nodes) > rng.randrange(2 * NODES)
        many_relations = len(relations) > rng.randrange(2 * NODES)
        makes: tuple[Callable[[], AnyOp], ...] = (
            lambda: self._node_set(board) if many_nodes else self._node_create(board, client),
            lambda: self._node_set(board),
            lambda: self.text(board, "node", self._pick(nodes)),
            lambda: self._node_set(board),
            lambda: (
                ops.NodeRemove(self._take(nodes))
                if many_nodes
                else self._node_create(board, client)
            ),
            lambda: (
                ops.NodeRestore(self._take(self.look.gone_nodes))
                if self.look.gone_nodes and not many_nodes
                else self._node_set(board)
            ),
            lambda: (
                ops.RelationSet(self._pick(relations), dashed=rng.random() < 0.5)
                if many_relations
                else self._relation_create(board, client)
            ),
            lambda: ops.RelationSet(
                self._pick(relations),
                dashed=rng.random() < 0.5,
                color=rng.choice([UNSET, None, "red", "#00ff88"]),
                line=rng.choice([UNSET, *LINES]),
                start=rng.choice([UNSET, *HEADS]),
                end=rng.choice([UNSET, *HEADS]),
            ),
            lambda: self.text(board, "relation", self._pick(relations)),
            lambda: self._comment(board, client),
            lambda: (
                ops.RelationRemove(self._take(relations))
                if many_relations
                else self._relation_create(board, client)
            ),
            lambda: (
                ops.RelationRestore(self._take(self.look.gone_relations))
                if self.look.gone_relations and not many_relations
                else self.text(board, "relation", self._pick(relations))
            ),
        )
        return rng.choice(makes)()

    def _comment(self, board: Board, client: str) -> AnyOp:
        """What a participant does with comments: their own, mostly."""
        rng, comments = self.rng, self.look.comments
        own = [id for id in comments if id.startswith(client + ".")]
        about: tuple[dict[str, Any], ...] = (
            {"node": self._pick(self.look.nodes)},
            {"node": self._pick(self.look.nodes)},
            {"layer": self._leaf(board), "x": rng.random() * 2_000},
            {"answers": self._pick(comments)},
        )
        if len(comments) < rng.randrange(NODES):
            text = {"text": {rng.choice(LANGS): self._text()}}
            return ops.CommentCreate(self.fresh(client), by="Ada", text=text, **rng.choice(about))
        match rng.randrange(4):
            case 0:
                return ops.CommentSet(self._pick(own), rng.random() < 0.7)
            case 1:
                return ops.CommentRemove(self._take(own))
            case 2:
                return ops.CommentRestore(self._pick(self.look.gone_comments))
            case _:
                return self.text(board, "comment", self._pick(own))

    def _node_create(self, board: Board, client: str) -> AnyOp:
        rng = self.rng
        text = {"title": {rng.choice(LANGS): self._text()}}
        if rng.random() < 0.3:
            text["text"] = {"en": self._text()}
        layer = self._leaf(board)
        return ops.NodeCreate(
            self.fresh(client),
            layer,
            x=rng.random() * 2_000,
            y=rng.random() * 2_000,
            before=self._beside(board, layer),
            href=rng.choice(["", "https://example.org/a"]),
            tags=rng.choice([(), ("one",), ("one", "two")]),
            text=text,
            kind=rng.choice(KINDS),
            **self._looks_like(),
        )

    def _looks_like(self) -> dict[str, Any]:
        """Some of what only some kinds of nodes show."""
        rng = self.rng
        made: tuple[dict[str, Any], ...] = (
            {"shape": rng.choice(SHAPES)},
            {"angle": rng.choice([None, 0.0, 90.0, rng.random() * 359])},
            {"text_size": rng.choice(SIZES)},
            {"image": rng.choice([None, "a" * 32])},
            {"points": rng.choice([None, (0, 0, 10_000, 10_000), (1, 2, 3, 4, 5)])},
        )
        return rng.choice(made) if rng.random() < 0.3 else {}

    def _node_set(self, board: Board) -> AnyOp:
        rng = self.rng
        id = self._pick(self.look.nodes)
        node = board.node(id)
        if node is not None and (node.locked or rng.random() < 0.01):
            return ops.NodeSet(id, locked=not node.locked)
        layer = self._leaf(board) if rng.random() < 0.2 or node is None else node.layer
        return ops.NodeSet(
            id,
            layer=UNSET if node is None or layer == node.layer else layer,
            x=rng.random() * 2_000,
            y=UNSET if rng.random() < 0.5 else rng.random() * 2_000,
            w=UNSET if rng.random() < 0.9 else 100 + rng.random() * 400,
            before=UNSET if rng.random() < 0.8 else self._beside(board, layer),
            color=rng.choice([UNSET, None, "green"]),
            **self._looks_like(),
        )

    def _relation_create(self, board: Board, client: str) -> AnyOp:
        rng = self.rng
        nodes = self.look.nodes
        text = {"label": {"en": self._text()}} if rng.random() < 0.5 else {}
        return ops.RelationCreate(
            self.fresh(client), self._pick(nodes), self._pick(nodes), rng.random() < 0.3, text=text
        )

    def _by_facilitator(self, board: Board, client: str, role: str) -> AnyOp:
        rng = self.rng
        layer = self._layer(board)
        many = len(board.layers) > rng.randrange(2 * LAYERS)
        opened = self.look.layers
        makes: tuple[Callable[[], AnyOp], ...] = (
            lambda: (
                ops.LayerRemove(self._take(opened))
                if many
                else self._layer_create(board, client, role)
            ),
            lambda: ops.LayerSet(
                layer,
                color=rng.choice([UNSET, "teal"]),
                opacity=rng.choice([0.25, 0.5, 1.0]),
                published=rng.choice([UNSET, True, True, False]),
            ),
            lambda: ops.LayerSet(layer, locked=rng.random() < 0.05),
            lambda: ops.LayerSet(
                self._pick(opened),
                read=rng.choice(["viewer", "viewer", "participant", "facilitator", role]),
                write=rng.choice([UNSET, "participant", "facilitator"]),
            ),
            lambda: ops.LayerMove(
                layer,
                parent=rng.choice([None, self._group()]),
                before=None if rng.random() < 0.9 else self._layer(board),
            ),
            lambda: (
                ops.LayerRestore(self._take(self.look.gone_layers))
                if self.look.gone_layers and not many
                else ops.LayerSet(layer, published=True)
            ),
            lambda: self.text(board, "layer", layer),
            lambda: ops.StageDrive(
                {id: rng.choice([True, True, False, None]) for id in (layer, self._layer(board))}
            ),
            lambda: ops.StageSet(rng.random() < 0.7, rng.choice([UNSET, UNSET, True, False])),
            lambda: staged(rng, board, self.fresh(client), lambda: self._layer(board)),
            lambda: led(rng, board, self.fresh(client)),
            lambda: led(rng, board, self.fresh(client)),
            lambda: self.text(board, "scene", pick(rng, board.scenes)),
            lambda: self.text(board, "step", pick(rng, board.agenda)),
            lambda: self._right(board, client, role),
            lambda: self._round(board, client),
            lambda: self.text(board, "board", ""),
            lambda: self._seldom(board, layer, role),
        )
        return rng.choice(makes)()

    def _round(self, board: Board, client: str) -> AnyOp:
        """A round of voting is closed, else another one is opened; there are never many."""
        rng = self.rng
        open = board.open_round
        if open is not None:
            return ops.RoundClose(open.id) if rng.random() < 0.8 else ops.RoundRemove(open.id)
        if len(board.rounds) > 5:
            return ops.RoundRemove(rng.choice(sorted(board.rounds)))
        abouts: list[dict[str, Any]] = [
            {"layer": self._layer(board)}, {"tag": "one"},
            {"nodes": tuple({self._pick(self.look.nodes) for _ in range(3)})},
            *({"again": id} for id in board.rounds),
        ]  # fmt: skip
        flags = {flag: rng.random() < 0.5 for flag in ("several", "named", "live", "by_link")}
        return ops.RoundOpen(self.fresh(client), "Which?", 3, **rng.choice(abouts), **flags)

    def _right(self, board: Board, client: str, role: str) -> AnyOp:
        """What one seat may do, on the board or in a layer."""
        rng = self.rng
        seat = rng.choice([*self.seats, "nothing"])
        match rng.randrange(5):
            case 0 if seat not in self.seats[:1]:  # the only owner: nobody could do what owners do
                to = rng.choice(["viewer", "participant", "facilitator", None])
                return ops.SeatSet(seat, role=to, removed=rng.random() < 0.05)  # type: ignore[arg-type]
            case 1:
                return ops.SeatSet(seat, name=self._text().splitlines()[0][:20])
            case 2 if len(self.look.layers) < LAYERS:
                return ops.LayerCreate(self.fresh(client), read="nobody", seats={client: "write"})
            case 3:
                return ops.LayerSet(self._pick(self.look.layers), add=rng.choice([None, "viewer"]))
            case _:
                right = rng.choice(["read", "add", "write", None])
                return ops.LayerGrant(self._pick(self.look.layers), seat, right)  # type: ignore[arg-type]

    def _group(self) -> str:
        return self._pick(self.look.groups)

    def _layer_create(self, board: Board, client: str, role: str) -> AnyOp:
        rng = self.rng
        return ops.LayerCreate(
            self.fresh(client),
            parent=self._group() if rng.random() < 0.4 else None,
            group=rng.random() < 0.3,
            published=rng.random() < 0.8,
            read=rng.choice(["viewer", "viewer", "viewer", "participant", role]),  # type: ignore[arg-type]
            text={"title": {"en": self._text()}},
        )

    def _seldom(self, board: Board, layer: str, role: str) -> AnyOp:
        rng = self.rng
        match rng.randrange(6) if self.links and (role == "owner" or rng.random() < 0.02) else 5:
            case 0:
                return ops.BoardSet(rng.choice(LANGS))
            case 1:
                return ops.AccessSet(rng.random() < 0.7)
            case 2:
                id = rng.choice(self.links)
                held = board.links[id]
                one = rng.random() < 0.4
                return ops.LinkSet(id, held.role, held.generation + 1, single=one)
            case 3:
                held = board.links[rng.choice(self.links)]
                role = rng.choice(["viewer", "viewer", "participant", "participant", "facilitator"])
                return ops.LinkSet(held.id, role, held.generation, single=held.single)  # type: ignore[arg-type]
            case _ if rng.random() < 0.3:
                return ops.BoardSet(rng.choice(LANGS))
            case _:
                return ops.LayerSet(layer, opacity=0.75)
