"""Make tests/frames/predict.json: what batches of operations come to, for the browser to foresee.

    python -m tests.frames.make_predict

Each step has the operations that a client asked for and the patch that the server answered.
Restoring is left out: what a client no longer holds it cannot foresee.
"""

import json
import random
from pathlib import Path
from typing import Any, get_args

import msgspec
from msgspec import UNSET

from board import ops
from board.apply import apply
from board.decide import Actor, Decision, decide, entry
from board.ops import AnyOp
from board.state import Board
from layers import stream
from server import protocol
from tests.server.roomful import DENSE

PATH = Path(__file__).with_name("predict.json")
CLIENT = "aaaaaaaaaaaaa"
STEPS = 400
WORDS = ["city", "equality", "a-b", "the", "Planung", "water", "\u6f22\u5b57", "decide"]
KINDS = get_args(ops.NodeKind)
COLORS = (UNSET, None, "red", "#12ab34")


class Maker:
    """A board, and a stream of batches on it."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.board = Board()
        self.count = 0

    def fresh(self) -> str:
        self.count += 1
        return f"{CLIENT}.{self.count}"

    def one(self, among: list[str]) -> str:
        return self.rng.choice(among) if among else "nothing"

    def words(self, most: int) -> str:
        return " ".join(self.rng.choices(WORDS, k=self.rng.randrange(most)))

    def texts(self, *fields: str) -> dict[str, dict[str, str]]:
        langs = self.rng.choice([["en"], ["en"], ["de"], ["de", "en"], ["fr", "de"]])
        return {
            field: {lang: self.words(14) for lang in langs}
            for field in fields
            if self.rng.random() < 0.6
        }

    def size(self) -> float:
        return round(self.rng.uniform(8, 400), self.rng.randrange(4))

    def batch(self) -> tuple[AnyOp, ...]:
        return tuple(self.op() for _ in range(self.rng.choice([1, 1, 1, 2, 4])))

    def op(self) -> AnyOp:
        rng, board = self.rng, self.board
        layers = list(board.layers)
        nodes = [held.id for held in board.nodes()]
        relations = list(board.relations)
        comments = list(board.comments)
        named = rng.choice([UNSET, None, self.one(nodes)])
        match rng.randrange(27):
            case 0 | 1:
                return ops.LayerCreate(
                    self.fresh(), parent=rng.choice([None, self.one(layers)]),
                    before=rng.choice([None, self.one(layers)]), group=rng.random() < 0.3,
                    color=rng.choice(ops.PALETTE), opacity=rng.choice([1.0, 0.333]),
                    published=rng.random() < 0.8, write=rng.choice(["participant", "owner"]),
                    read=rng.choice(["viewer", "viewer", "facilitator"]),
                    text=self.texts("title", "note"),
                )  # fmt: skip
            case 2:
                return ops.LayerSet(
                    self.one(layers), color=rng.choice(["blue", "#abcdef"]),
                    opacity=rng.choice([UNSET, 0.5]), published=rng.choice([UNSET, False]),
                    read=rng.choice([UNSET, "facilitator"]),
                )  # fmt: skip
            case 3:
                return ops.LayerMove(
                    self.one(layers),
                    parent=rng.choice([None, self.one(layers)]),
                    before=rng.choice([None, self.one(layers)]),
                )
            case 4:
                chosen = self.one(layers)
                return ops.LayerRemove(chosen) if rng.random() < 0.3 else ops.StageSet(True)
            case 5 | 6 | 7 | 8:
                points = tuple(rng.randrange(10_000) for _ in range(6))
                return ops.NodeCreate(
                    self.fresh(), self.one(layers), kind=rng.choice(KINDS), x=rng.uniform(-9, 9),
                    w=self.size() + 8, h=self.size() + 8,
                    before=None if named is UNSET else named,
                    color=rng.choice([None, "red"]), tags=("t",) if rng.random() < 0.2 else (),
                    href=rng.choice(["", "https://example.org"]),
                    text=self.texts("title", "text", "alt"),
                    shape=rng.choice(get_args(ops.ShapeName)),
                    angle=rng.choice([None, 0.0, 359.999, 45.5]), locked=rng.random() < 0.05,
                    text_size=rng.choice(get_args(ops.TextSize)),
                    points=points if rng.random() < 0.2 else None,
                )  # fmt: skip
            case 9 | 10 | 11:
                return ops.NodeSet(
                    self.one(nodes), x=rng.choice([UNSET, rng.uniform(-5, 5)]),
                    w=rng.choice([UNSET, self.size() + 8]), color=rng.choice(COLORS),
                    angle=rng.choice([UNSET, None, 30.0]),
                    tags=rng.choice([UNSET, (), ("a", "b")]),
                    shape=rng.choice([UNSET, None, "star"]),
                    text_size=rng.choice([UNSET, None, "huge"]),
                )  # fmt: skip
            case 12 | 13:
                layer = rng.choice([UNSET, self.one(layers)])
                return ops.NodeSet(self.one(nodes), layer=layer, before=named)
            case 14:
                return ops.NodeRemove(self.one(nodes))
            case 15 | 16:
                return ops.RelationCreate(
                    self.fresh(), self.one(nodes), self.one(nodes), dashed=rng.random() < 0.3,
                    text=self.texts("label"), line=rng.choice([None, "elbow", "curved"]),
                    start=rng.choice([None, "none", "dot"]), end=rng.choice([None, "bar"]),
                )  # fmt: skip
            case 17:
                return ops.RelationSet(
                    self.one(relations), dashed=rng.random() < 0.5, color=rng.choice(COLORS),
                    line=rng.choice([UNSET, None, "straight"]), end=rng.choice([UNSET, None]),
                )  # fmt: skip
            case 18:
                return ops.RelationRemove(self.one(relations))
            case 19:
                return ops.StageDrive({self.one(layers): rng.choice([True, False, None])})
            case 20 | 21 | 22:
                about = rng.choice(
                    (
                        {"node": self.one(nodes)},
                        {"layer": self.one(layers), "x": rng.uniform(-9, 9), "y": 0.0},
                        {"answers": self.one(comments)},
                    )
                )
                by, text = rng.choice(["", "Ada"]), self.texts("text")
                return ops.CommentCreate(self.fresh(), by=by, text=text, **about)
            case 23:
                return ops.CommentSet(self.one(comments), rng.random() < 0.6)
            case 24:
                return ops.CommentRemove(self.one(comments))
            case _:
                return self.text(layers, nodes, relations, comments)

    def text(
        self, layers: list[str], nodes: list[str], relations: list[str], comments: list[str]
    ) -> AnyOp:
        """A text in the board's language, typed over what is there."""
        owner, field, id = self.rng.choice(
            [
                ("board", "title", ""),
                ("board", "description", ""),
                ("layer", "title", self.one(layers)),
                ("layer", "note", self.one(layers)),
                ("node", "title", self.one(nodes)),
                ("node", "text", self.one(nodes)),
                ("node", "alt", self.one(nodes)),
                ("relation", "label", self.one(relations)),
                ("comment", "text", self.one(comments)),
            ]
        )
        held: Any = {
            "board": self.board,
            "layer": self.board.layers.get(id),
            "node": self.board.node(id),
            "relation": self.board.relations.get(id),
            "comment": self.board.comments.get(id),
        }[owner]
        texts = {} if held is None else held.text
        # what has a text in another language alone shows that one: the client cannot know the rest
        foreign = any(languages and "en" not in languages for languages in texts.values())
        base = texts.get(field, {}).get("en", "")
        text = self.words(20)
        if foreign or not (text or base):
            return ops.StageSet(False)
        more = {"owner": owner, "field": field, "id": id, "lang": "en", "text": text, "base": base}
        return msgspec.convert({"op": "text.set", **more}, ops.TextSet)

    def step(self, requested: tuple[AnyOp, ...]) -> dict[str, Any] | None:
        """The operations with the patch that they come to; None: they are refused."""
        board = self.board
        decision = decide(board, Actor("owner", CLIENT), board.seq + 1, requested)
        if not isinstance(decision, Decision):
            return None
        written = entry(
            board, decision, at=0, epoch=1, author="", client=CLIENT, n=board.seq + 1, salt=DENSE
        )
        touched = apply(board, written).touched
        parts = []
        for name in sorted(touched):
            put, drop = stream.patch(board, name, touched[name])
            version = board.versions[name]
            since = 0 if version == 1 else version - 1
            parts.append(protocol.part(name, since, version, map(protocol.record, put), drop))
        patch = json.loads(protocol.patch(parts))
        return {"ops": msgspec.to_builtins(requested), "patch": patch}


def steps(seed: int) -> list[dict[str, Any]]:
    """Steps on one board, from the first."""
    maker = Maker(seed)
    maker.step((ops.TextSet("board", "title", "en", "Board", ""),))
    found: list[dict[str, Any]] = []
    while len(found) < STEPS:
        step = maker.step(maker.batch())
        if step is not None:
            found.append(step)
    return found


def written() -> str:
    """The text of the file, one step a line."""
    lines = ",\n".join(json.dumps(step) for step in steps(11))
    return f"[\n{lines}\n]\n"


if __name__ == "__main__":
    PATH.write_text(written())
