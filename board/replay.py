"""Folding a log into a board, and the two digests that say whether boards are equal."""

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from board.apply import apply
from board.chain import canonical
from board.limits import INTEGER_MAX
from board.ops import Entry
from board.stage import AgendaStep, Scene, Stage
from board.state import (
    Board,
    Client,
    Comment,
    Layer,
    Link,
    Node,
    Private,
    Relation,
    Round,
    Seat,
    Step,
    Texts,
    Tombstone,
)

SNAPSHOT_VERSION = 2


class Snapshot(Struct, frozen=True, forbid_unknown_fields=True):
    """A whole board as one value. Lists keep the order that rules depend on, or are sorted."""

    v: int
    seq: int
    epoch: int
    at: int
    head: str
    lang: str
    text: Texts
    stage_open: bool
    driven: dict[str, bool]
    public: bool
    links: list[Link]
    clients: list[tuple[str, Client]]
    steps: list[tuple[str, tuple[Step, ...]]]
    tombstones: list[Tombstone]
    writers: dict[str, dict[str, int]]
    versions: dict[str, int]
    layers: list[Layer]
    nodes: list[Node]
    relations: list[Relation]
    archived: bool = False
    comments: list[Comment] = []
    rounds: list[Round] = []
    stage: Stage = Stage()
    scenes: list[Scene] = []
    agenda: list[AgendaStep] = []
    waiting: bool = False
    seats: list[Seat] = []
    private: Private | None = None


def fold(entries: Iterable[Entry], board: Board | None = None) -> Board:
    """Apply entries in order, to an empty board or to the one given.

    Raises board.apply.BrokenLog when one does not follow from the one before it.
    """
    board = Board() if board is None else board
    for entry in entries:
        apply(board, entry)
    return board


def content(board: Board) -> dict[str, Any]:
    """What a board shows, as plain values in an order of its own: no access, stage or history,
    nor what somebody writes privately.

    What came after the first release is left out where there is none of it: the digests of older
    boards stay what they are.
    """
    later = {
        "comments": [board.comments[id] for id in sorted(board.comments)],
        "scenes": [board.scenes[id] for id in sorted(board.scenes)],
        "agenda": [board.agenda[id] for id in sorted(board.agenda)],
    }
    return {
        "lang": board.lang,
        "text": board.text,
        "layers": [
            replace(board.layers[id], seats={})
            for id in sorted(board.layers)
            if not board.layers[id].private
        ],
        "nodes": sorted(
            (node for node in board.nodes() if not board.layers[node.layer].private),
            key=lambda node: node.id,
        ),
        "relations": [board.relations[id] for id in sorted(board.relations)],
        **{name: held for name, held in later.items() if held},
    }


def digest(board: Board) -> str:
    """The hash of a board's content: equal for boards that show the same. SHA-256."""
    return sha256(canonical(content(board))).hexdigest()


def snapshot(board: Board) -> bytes:
    """A board as bytes, that ``restore`` reads back."""
    held = content(board)
    return canonical(
        Snapshot(
            v=SNAPSHOT_VERSION,
            seq=board.seq,
            epoch=board.epoch,
            at=board.at,
            head=board.head,
            lang=board.lang,
            text=board.text,
            stage_open=board.stage_open,
            driven=board.driven,
            public=board.public,
            links=[board.links[id] for id in sorted(board.links)],
            clients=list(board.clients.items()),
            steps=list(board.steps.items()),
            tombstones=list(board.tombstones.values()),
            writers=board.writers,
            versions=board.versions,
            layers=[board.layers[id] for id in sorted(board.layers)],
            nodes=sorted(board.nodes(), key=lambda node: node.id),
            relations=held["relations"],
            archived=board.archived,
            comments=held.get("comments", []),
            rounds=[board.rounds[id] for id in sorted(board.rounds)],
            stage=board.stage,
            scenes=held.get("scenes", []),
            agenda=held.get("agenda", []),
            waiting=board.waiting,
            seats=list(board.seats.values()),
            private=board.private,
        )
    )


def fingerprint(board: Board) -> str:
    """The hash of everything a board is, history too: equal for replicas of one log."""
    return sha256(snapshot(board)).hexdigest()


_decoder = msgspec.json.Decoder(Snapshot)


def restore(data: bytes) -> Board:
    """The board of a snapshot.

    Raises msgspec.DecodeError when it cannot be read, ValueError for another version.
    """
    held = _decoder.decode(data)
    if held.v != SNAPSHOT_VERSION:
        raise ValueError(f"snapshot version {held.v}, not {SNAPSHOT_VERSION}")
    board = Board()
    board.seq, board.epoch, board.at, board.head = held.seq, held.epoch, held.at, held.head
    board.lang, board.text = held.lang, held.text
    board.stage_open, board.public = held.stage_open, held.public
    board.archived, board.waiting = held.archived, held.waiting
    board.private = held.private
    board.driven.update(held.driven)
    board.stage = held.stage
    for scene in held.scenes:
        board.put_scene(scene.id, scene)
    for step in held.agenda:
        board.put_step(step.id, step)
    board.links.update((link.id, link) for link in held.links)
    board.rounds.update((round.id, round) for round in held.rounds)
    board.seats.update((seat.id, seat) for seat in held.seats)
    board.clients.update(held.clients)
    board.steps.update(held.steps)
    board.writers.update(held.writers)
    board.versions.update(held.versions)
    waiting = {layer.id: layer for layer in held.layers}
    while waiting:  # parents before what they hold
        ready = [layer for layer in waiting.values() if layer.parent not in waiting]
        if not ready:
            raise ValueError("the layers of the snapshot are no tree")
        for layer in ready:
            board.put_layer(layer)
            del waiting[layer.id]
    for node in held.nodes:
        board.put_node(node)
    for relation in held.relations:
        board.put_relation(relation)
    for comment in sorted(held.comments, key=lambda comment: comment.answers is not None):
        board.put_comment(comment)  # what is answered before its answers
    for tombstone in held.tombstones:
        board.bury(tombstone, len(held.tombstones), INTEGER_MAX, INTEGER_MAX)
    return board
