"""Applying operations: the only code that changes what a board holds.

``perform`` does one operation that ``decide`` has completed; ``inverse`` says, before that,
what takes it back; ``apply`` does a whole entry and says which streams it touched.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

import msgspec
from msgspec import UNSET
from msgspec.structs import replace

from board import limits, ops
from board.chain import header_hash
from board.ops import AnyOp, Entry
from board.stage import AgendaStep, Look, Scene, Timer
from board.state import (
    BOARD_STREAM,
    LEAD_STREAM,
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
    body_stream,
    head_stream,
    owner_key,
    private_layer,
    private_record,
    property_key,
    round_record,
    scene_record,
    step_record,
    talk_stream,
)


class BrokenLog(Exception):
    """An entry does not follow from the one before it: the message names its seq."""


class Changes:
    """What an entry touched.

    ``touched`` maps each stream to the ids of its records that may have changed: an id that is
    no more in the stream is a drop, any other a put. ``access``: who may see what, or who may
    join, may have changed. ``all``: so may every record, and ``apply`` touches them at the end.
    ``step``: how far the versions of these streams rose.
    """

    def __init__(self, step: int = 0) -> None:
        self.step = step
        self.touched: dict[str, set[str]] = {}
        self.access = False
        self.all = False

    def touch(self, stream: str, id: str) -> None:
        """Note that a record of a stream may have changed."""
        self.touched.setdefault(stream, set()).add(id)


# the seq that counts as the last writer of a property from now on
Stamp = Callable[[str, str, str], None]

LAYER_PROPERTIES: Final = ("color", "opacity", "published", "locked", "read", "write", "add")
NODE_PROPERTIES: Final = (
    "x", "y", "w", "h", "color", "href", "tags",
    "shape", "angle", "locked", "text_size", "image", "points",
)  # fmt: skip
REMOVES: Final = (ops.LayerRemove, ops.NodeRemove, ops.RelationRemove, ops.CommentRemove)
RESTORES: Final = (ops.LayerRestore, ops.NodeRestore, ops.RelationRestore, ops.CommentRestore)
PLAIN_REMOVES: Final = (ops.SceneRemove, ops.StepRemove)
PLAIN_CREATES: Final = (ops.SceneCreate, ops.StepCreate)
SEAT_PROPERTIES: Final = ("link", "name", "role", "removed")
RELATION_PROPERTIES: Final = ("dashed", "color", "line", "start", "end")
STEP_PROPERTIES: Final = ("scene", "timer_ms", "round")


def written(op: AnyOp) -> Iterator[tuple[str, str, str]]:
    """The properties that an operation writes, as (owner, id, property)."""
    match op:
        case ops.BoardSet():
            yield "board", "", "lang"
        case ops.BoardArchive():
            yield "board", "", "archived"
        case ops.LayerCreate() | ops.LayerRemove() | ops.LayerRestore():
            yield "layer", op.id, ""
        case ops.LayerSet():
            yield from (("layer", op.id, prop) for prop in _named(op, LAYER_PROPERTIES))
            if op.key is not UNSET:
                yield "layer", op.id, "place"
        case ops.LayerMove():
            yield "layer", op.id, "place"
        case ops.LayerGrant():
            yield "layer", op.id, f"seat.{op.seat}"
        case ops.NodeCreate() | ops.NodeRemove() | ops.NodeRestore():
            yield "node", op.id, ""
        case ops.NodeSet():
            yield from (("node", op.id, prop) for prop in _named(op, NODE_PROPERTIES))
            if op.key is not UNSET or op.layer is not UNSET:
                yield "node", op.id, "place"
        case ops.RelationCreate() | ops.RelationRemove() | ops.RelationRestore():
            yield "relation", op.id, ""
        case ops.RelationSet():
            yield from (("relation", op.id, prop) for prop in _named(op, RELATION_PROPERTIES))
        case ops.CommentCreate() | ops.CommentRemove() | ops.CommentRestore():
            yield "comment", op.id, ""
        case ops.CommentSet():
            yield "comment", op.id, "resolved"
        case ops.TextSet():
            yield op.owner, op.id, f"text.{op.field}.{op.lang}"
        case ops.StageSet():
            yield "stage", "", "open"
            if op.locked is not UNSET:
                yield "stage", "", "locked"
        case ops.StageDrive():
            yield from (("stage", "", f"driven.{layer}") for layer in op.layers)
        case ops.StageSpotlight():
            yield "stage", "", "spotlight"
        case ops.StageCursors():
            yield "stage", "", "cursors"
        case ops.StageLook():
            yield "stage", "", "look"
        case ops.SceneCreate() | ops.SceneRemove():
            yield "scene", op.id, ""
        case ops.SceneSet():
            if op.layers is not UNSET:
                yield from (("scene", op.id, f"layer.{layer}") for layer in op.layers)
            if op.viewport is not UNSET:
                yield "scene", op.id, "viewport"
        case ops.SceneMove():
            yield "scene", op.id, "place"
        case ops.SceneShow():
            yield "stage", "", "scene"
        case ops.TimerSet():
            yield "stage", "", "timer"
        case ops.StepCreate() | ops.StepRemove():
            yield "step", op.id, ""
        case ops.StepSet():
            yield from (("step", op.id, prop) for prop in _named(op, STEP_PROPERTIES))
        case ops.StepMove():
            yield "step", op.id, "place"
        case ops.AgendaGo():
            yield "stage", "", "step"
        case ops.AccessSet():
            yield "access", "", "public"
        case ops.AccessWait():
            yield "access", "", "waiting"
        case ops.LinkSet():
            yield "link", op.id, ""
        case ops.RoundOpen():
            yield "round", op.id, ""  # for ever: its id is not used again
        case ops.RoundClose() | ops.RoundRemove():
            pass  # none of it is taken back: nobody asks who wrote it last
        case ops.PrivateOpen() | ops.PrivateReveal() | ops.PrivateClose():
            pass  # nor is this
        case ops.PrivateEnter():
            if op.layer is not None:
                yield "layer", op.layer, ""
        case ops.SeatSet():
            yield "seat", op.id, ""


def written_before(stamps: Mapping[str, int], owner: str, id: str) -> Iterator[tuple[str, int]]:
    """What stamps say of one thing: its properties with their last writers."""
    start = property_key(owner, id, "")
    for name, seq in stamps.items():
        if name.startswith(start):
            yield name.removeprefix(start), seq


def _named(op: msgspec.Struct, properties: tuple[str, ...]) -> Iterator[str]:
    return (prop for prop in properties if getattr(op, prop) is not UNSET)


def _set(record: Any, op: msgspec.Struct, properties: tuple[str, ...]) -> dict[str, Any]:
    return {prop: getattr(record, prop) for prop in _named(op, properties)}


def text_of(board: Board, owner: str, id: str, field: str, lang: str) -> str:
    """One text of a thing that is there; "" when it has none."""
    return texts_of(board, owner, id).get(field, {}).get(lang, "")


def texts_of(board: Board, owner: str, id: str) -> Texts:
    """All texts of a thing. Raises KeyError when it is not there."""
    match owner:
        case "board":
            return board.text
        case "layer":
            return board.layers[id].text
        case "relation":
            return board.relations[id].text
        case "comment":
            return board.comments[id].text
        case "scene":
            return board.scenes[id].text
        case "step":
            return board.agenda[id].text
        case _:
            node = board.node(id)
            if node is None:
                raise KeyError(id)
            return node.text


def inverse(board: Board, op: AnyOp) -> tuple[AnyOp, ...]:
    """What takes an operation back, from the board as it is before the operation.

    Access is never taken back: an undo must not make a revoked link good again. Nor is a round of
    voting: others have voted in it; nor a private round: others have written in it. What locks a
    thing and does more to it is taken back in two steps, since what is locked can only be
    unlocked.
    """
    unlocked: tuple[AnyOp, ...]
    match op:
        case ops.BoardSet():
            return (ops.BoardSet(board.lang),)
        case ops.BoardArchive():
            return (ops.BoardArchive(board.archived),)
        case ops.LayerCreate():
            unlocked = (ops.LayerSet(op.id, locked=False),) if op.locked else ()
            return (*unlocked, ops.LayerRemove(op.id))
        case ops.LayerSet():
            layer = board.layers[op.id]
            key = UNSET if op.key is UNSET else layer.key
            back = ops.LayerSet(op.id, key=key, **_set(layer, op, LAYER_PROPERTIES))
            return _unlocking(back) if op.locked is True else (back,)
        case ops.LayerMove():
            layer = board.layers[op.id]
            return (ops.LayerMove(op.id, parent=layer.parent, key=layer.key),)
        case ops.LayerGrant():
            return (ops.LayerGrant(op.id, op.seat, board.layers[op.id].seats.get(op.seat)),)
        case ops.LayerRemove():
            return (ops.LayerRestore(op.id),)
        case ops.LayerRestore():
            return (ops.LayerRemove(op.id),)
        case ops.NodeCreate():
            unlocked = (ops.NodeSet(op.id, locked=False),) if op.locked else ()
            return (*unlocked, ops.NodeRemove(op.id))
        case ops.NodeRestore():
            return (ops.NodeRemove(op.id),)
        case ops.NodeSet():
            node = _node(board, op.id)
            restored = ops.NodeSet(
                op.id,
                layer=UNSET if op.layer is UNSET else node.layer,
                key=UNSET if op.key is UNSET else node.key,
                **_set(node, op, NODE_PROPERTIES),
            )
            return _unlocking(restored) if op.locked is True else (restored,)
        case ops.NodeRemove():
            return (ops.NodeRestore(op.id),)
        case ops.RelationCreate() | ops.RelationRestore():
            return (ops.RelationRemove(op.id),)
        case ops.RelationSet():
            relation = board.relations[op.id]
            return (ops.RelationSet(op.id, **_set(relation, op, RELATION_PROPERTIES)),)
        case ops.RelationRemove():
            return (ops.RelationRestore(op.id),)
        case ops.CommentCreate() | ops.CommentRestore():
            return (ops.CommentRemove(op.id),)
        case ops.CommentSet():
            return (ops.CommentSet(op.id, board.comments[op.id].resolved),)
        case ops.CommentRemove():
            return (ops.CommentRestore(op.id),)
        case ops.TextSet():
            current = text_of(board, op.owner, op.id, op.field, op.lang)
            return (replace(op, text=current, base=op.text),)
        case ops.StageSet():
            locked = UNSET if op.locked is UNSET else board.stage.locked
            return (ops.StageSet(board.stage_open, locked),)
        case ops.StageDrive():
            return (ops.StageDrive({layer: board.driven.get(layer) for layer in op.layers}),)
        case ops.StageSpotlight():
            return (ops.StageSpotlight(board.stage.spotlight),)
        case ops.StageCursors():
            return (ops.StageCursors(board.stage.cursors),)
        case ops.StageLook():
            look = board.stage.look
            return (ops.StageLook(None if look is None else look.viewport),)
        case ops.SceneCreate():
            return (ops.SceneRemove(op.id),)
        case ops.SceneSet():
            scene = board.scenes[op.id]
            return (
                ops.SceneSet(
                    op.id,
                    UNSET if op.layers is UNSET else {id: scene.holds(id) for id in op.layers},
                    UNSET if op.viewport is UNSET else scene.viewport,
                ),
            )
        case ops.SceneMove():
            return (ops.SceneMove(op.id, key=board.scenes[op.id].key),)
        case ops.SceneRemove():
            scene = board.scenes[op.id]
            return (
                ops.SceneCreate(
                    op.id, scene.layers, scene.viewport, key=scene.key, text=scene.text
                ),
            )
        case ops.SceneShow():
            return (ops.SceneShow(board.stage.scene),)
        case ops.TimerSet():
            timer = board.stage.timer or Timer(False, 0, 0)
            return (ops.TimerSet(timer.running, timer.left_ms),)
        case ops.StepCreate():
            return (ops.StepRemove(op.id),)
        case ops.StepSet():
            step = board.agenda[op.id]
            return (ops.StepSet(op.id, **_set(step, op, STEP_PROPERTIES)),)
        case ops.StepMove():
            return (ops.StepMove(op.id, key=board.agenda[op.id].key),)
        case ops.StepRemove():
            step = board.agenda[op.id]
            return (
                ops.StepCreate(
                    op.id, step.scene, step.timer_ms, step.round, key=step.key, text=step.text
                ),
            )
        case ops.AgendaGo():
            return (ops.AgendaGo(board.stage.step),)
        case ops.AccessSet() | ops.AccessWait() | ops.LinkSet() | ops.SeatSet():
            return ()
        case ops.RoundOpen() | ops.RoundClose() | ops.RoundRemove():
            return ()
        case ops.PrivateOpen() | ops.PrivateEnter() | ops.PrivateReveal() | ops.PrivateClose():
            return ()


def _unlocking(op: ops.LayerSet | ops.NodeSet) -> tuple[AnyOp, ...]:
    """The same in two steps, when it unlocks a thing and does more to it."""
    rest = replace(op, locked=UNSET)
    if op.locked is not False or not any(written(rest)):
        return (op,)
    return (type(op)(op.id, locked=False), rest)


def perform(board: Board, op: AnyOp, seq: int, stamp: Stamp, changes: Changes) -> None:
    """Do one operation that has been decided. The board must be as it was decided on."""
    match op:
        case ops.BoardSet():
            board.assign("lang", op.lang)
            changes.touch(BOARD_STREAM, "board")
            changes.all = True  # what is shown of each text
        case ops.BoardArchive():
            board.assign("archived", op.archived)
            changes.touch(BOARD_STREAM, "board")
        case ops.LayerCreate():
            board.put_layer(
                Layer(
                    op.id, op.parent, op.key, op.group, op.color, op.opacity, op.published,
                    op.locked, op.read, op.write, op.text, op.add, dict(sorted(op.seats.items())),
                )
            )  # fmt: skip
            changes.touch(head_stream(op.id), op.id)
            changes.access = True
        case ops.LayerSet():
            layer = board.layers[op.id]
            values = {prop: getattr(op, prop) for prop in _named(op, (*LAYER_PROPERTIES, "key"))}
            board.put_layer(replace(layer, **values))
            changes.touch(head_stream(op.id), op.id)
            changes.access = changes.access or op.read is not UNSET
            if any(_named(op, ("read", "write", "add"))):
                for below in board.subtree(op.id):
                    changes.touch(head_stream(below), below)
        case ops.LayerMove():
            layer = board.layers[op.id]
            board.put_layer(replace(layer, parent=op.parent, key=op.key))
            changes.access = True
            for below in board.subtree(op.id):
                changes.touch(head_stream(below), below)
            if board.open_round is not None and board.open_round.layer is not None:
                for below in board.subtree(op.id):  # it may be voted on now, or no more
                    for _, id in board.members[below]:
                        changes.touch(body_stream(below), id)
        case ops.LayerGrant():
            board.put_layer(granted(board.layers[op.id], op))
            changes.access = True
            for below in board.subtree(op.id):
                changes.touch(head_stream(below), below)
        case ops.LayerRemove():
            _bury(board, "layer", op.id, seq, changes)
        case ops.LayerRestore():
            _restore(board, "layer", op.id, changes)
        case ops.NodeCreate():
            node = Node(
                op.id, op.layer, op.kind, op.key, op.x, op.y, op.w, op.h, op.color, op.href,
                op.tags, op.source, op.text, op.shape, op.angle, op.locked, op.text_size, op.image,
                op.points,
            )  # fmt: skip
            board.put_node(node)
            _touch_node(board, node, changes)
        case ops.NodeSet():
            _set_node(board, op, changes)
        case ops.NodeRemove():
            _bury(board, "node", op.id, seq, changes)
        case ops.NodeRestore():
            _restore(board, "node", op.id, changes)
        case ops.RelationCreate():
            relation = Relation(
                op.id, op.source, op.target, op.dashed, op.color, op.text, op.line, op.start, op.end
            )
            board.put_relation(relation)
            changes.touch(board.relation_stream(relation), op.id)
        case ops.RelationSet():
            relation = board.relations[op.id]
            values = {prop: getattr(op, prop) for prop in _named(op, RELATION_PROPERTIES)}
            board.put_relation(replace(relation, **values))
            changes.touch(board.relation_stream(relation), op.id)
        case ops.RelationRemove():
            _bury(board, "relation", op.id, seq, changes)
        case ops.RelationRestore():
            _restore(board, "relation", op.id, changes)
        case ops.CommentCreate():
            comment = Comment(
                op.id, op.layer, op.node, op.answers, op.x, op.y, op.by, op.at or board.at, op.text
            )
            board.put_comment(comment)
            _touch_comment(board, comment, changes)
        case ops.CommentSet():
            comment = replace(board.comments[op.id], resolved=op.resolved)
            board.put_comment(comment)
            _touch_comment(board, comment, changes)
        case ops.CommentRemove():
            _bury(board, "comment", op.id, seq, changes)
        case ops.CommentRestore():
            _restore(board, "comment", op.id, changes)
        case ops.TextSet():
            _set_text(board, op, changes)
        case ops.StageSet():
            board.assign("stage_open", op.open)
            if op.locked is not UNSET:
                board.assign("stage", replace(board.stage, locked=op.locked))
            changes.touch(BOARD_STREAM, "board")
        case ops.StageDrive():
            for id, on in op.layers.items():
                board.put(board.driven, id, on)
                changes.touch(head_stream(id), id)
        case ops.StageSpotlight():
            lit = {board.stage.spotlight, op.layer}
            board.assign("stage", replace(board.stage, spotlight=op.layer))
            _touch_heads(board, (id for id in lit if id is not None), changes)
        case ops.StageCursors():
            board.assign("stage", replace(board.stage, cursors=op.shown))
            changes.touch(BOARD_STREAM, "board")
        case ops.StageLook():
            looks = board.stage.looks + (op.viewport is not None)
            look = None if op.viewport is None else Look(op.viewport, looks)
            board.assign("stage", replace(board.stage, look=look, looks=looks))
            changes.touch(BOARD_STREAM, "look")
        case ops.SceneCreate() | ops.SceneSet() | ops.SceneMove() | ops.SceneRemove():
            _set_scene(board, op, changes)
        case ops.SceneShow():
            board.assign("stage", replace(board.stage, scene=op.scene))
            changes.touch(BOARD_STREAM, "board")
        case ops.TimerSet():
            timer = Timer(op.running, op.left_ms, board.at) if op.left_ms else None
            board.assign("stage", replace(board.stage, timer=timer))
            changes.touch(BOARD_STREAM, "timer")
        case ops.StepCreate() | ops.StepSet() | ops.StepMove() | ops.StepRemove():
            _set_step(board, op, changes)
        case ops.AgendaGo():
            board.assign("stage", replace(board.stage, step=op.step))
            changes.touch(BOARD_STREAM, "board")
        case ops.AccessSet():
            board.assign("public", op.public)
            changes.touch(BOARD_STREAM, "board")
            changes.access = True
        case ops.LinkSet():
            held = board.links.get(op.id)
            stays = op.single and held is not None and held.generation == op.generation
            link = Link(
                op.id, op.role, op.generation, op.name, op.expires_ms, op.single,
                held.seat if held is not None and stays else "",
            )  # fmt: skip
            board.put(board.links, op.id, link)
            changes.touch(LEAD_STREAM, f"link/{op.id}")
            changes.access = True
        case ops.RoundOpen():
            round = Round(
                op.id, op.number, op.question, op.votes, op.layer, op.tag, op.nodes, op.several,
                op.named, op.live, op.by_link, op.again,
            )  # fmt: skip
            board.put(board.rounds, op.id, round)
            _touch_round(board, round, changes)
        case ops.RoundClose():
            round = replace(
                board.rounds[op.id], open=False, tally=op.tally, voters=op.voters, by=op.by
            )
            board.put(board.rounds, op.id, round)
            _touch_round(board, round, changes)
        case ops.RoundRemove():
            _touch_round(board, board.rounds[op.id], changes)
            board.put(board.rounds, op.id, None)
        case ops.PrivateOpen():
            _touch_private(board, changes)
            private = Private(op.id, op.number, op.question, op.layer, seq)
            board.assign("private", private)
            _touch_private(board, changes)
        case ops.PrivateEnter():
            _enter(board, op, changes)
        case ops.PrivateReveal():
            _end_private(board, changes, until=seq, revealed=True, named=op.named)
        case ops.PrivateClose():
            _end_private(board, changes, until=seq, revealed=False, named=False)
        case ops.AccessWait():
            board.assign("waiting", op.waiting)
            changes.touch(BOARD_STREAM, "board")
            changes.access = True
        case ops.SeatSet():
            _set_seat(board, op, changes)
            changes.access = changes.access or any(_named(op, ("role", "removed")))
    if isinstance(op, RESTORES):
        return  # the last writers came back with the things
    if isinstance(op, REMOVES):
        return  # and went with them
    if isinstance(op, PLAIN_REMOVES):
        for owner, id, _ in written(op):
            board.stamps(owner, id, None)
        return
    for owner, id, prop in written(op):
        stamp(owner, id, prop)


def granted(layer: Layer, op: ops.LayerGrant) -> Layer:
    """A layer as it is once a seat has been given a right in it, or has lost it."""
    seats = {seat: right for seat, right in layer.seats.items() if seat != op.seat}
    if op.right is not None:
        seats[op.seat] = op.right
    return replace(layer, seats=dict(sorted(seats.items())))


def _set_seat(board: Board, op: ops.SeatSet, changes: Changes) -> None:
    seat = board.seats.get(op.id)
    if seat is None:
        seat = Seat(op.id, "")
        if len(board.seats) >= limits.SEATS_MAX:
            _forget_seat(board, changes)
    values = {prop: getattr(op, prop) for prop in _named(op, SEAT_PROPERTIES)}
    board.put(board.seats, op.id, replace(seat, **values))
    changes.touch(LEAD_STREAM, f"seat/{op.id}")
    link = None if op.link is UNSET else board.links.get(op.link)
    if link is not None and link.single and not link.seat:
        board.put(board.links, link.id, replace(link, seat=op.id))
        changes.access = True
        changes.touch(LEAD_STREAM, f"link/{link.id}")


def _forget_seat(board: Board, changes: Changes) -> None:
    """Forget the seat that was written longest ago, of those that nothing was decided about."""
    if plain := board.plain_seats():
        oldest = min(plain, key=lambda id: (board.writer("seat", id, ""), id))
        board.put(board.seats, oldest, None)
        board.stamps("seat", oldest, None)
        changes.touch(LEAD_STREAM, f"seat/{oldest}")


def _node(board: Board, id: str) -> Node:
    node = board.node(id)
    assert node is not None
    return node


def _touch_node(board: Board, node: Node, changes: Changes) -> None:
    changes.touch(body_stream(node.layer), node.id)
    changes.touch(head_stream(node.layer), node.layer)  # its count
    if node.text:
        _touch_written(board, node.layer, changes)


def _touch_written(board: Board, layer: str, changes: Changes) -> None:
    """How much was written privately has changed, when that is where it was."""
    private = board.open_private
    if private is not None and board.layers[layer].private:
        changes.touch(LEAD_STREAM, private_record(private.id))


def _touch_private(board: Board, changes: Changes) -> None:
    """The records of the last private round, and that of the layer that it is revealed into."""
    private = board.private
    if private is not None:
        changes.touch(BOARD_STREAM, private_record(private.id))
        changes.touch(LEAD_STREAM, private_record(private.id))
        _touch_heads(board, (private.layer,), changes)


def _enter(board: Board, op: ops.PrivateEnter, changes: Changes) -> None:
    private = board.open_private
    assert private is not None and op.seat is not None
    id = private_layer(op.seat, private.number)
    text = {"title": {board.lang: private.question[: limits.TITLE_CHARS_MAX]}}
    board.put_layer(
        Layer(
            id, None, "", False, "amber", 1.0, True, False, "nobody", "nobody", text, None,
            {op.seat: "write"}, private=True,
        )
    )  # fmt: skip
    changes.touch(head_stream(id), id)
    changes.access = True


def _end_private(
    board: Board, changes: Changes, *, until: int, revealed: bool, named: bool
) -> None:
    """Take away all that is still in private layers, and the layers, without a tombstone.

    Unless names were revealed, no step of anybody's undo keeps any of it, either.
    """
    private = board.open_private
    assert private is not None
    layers = sorted(board.written)
    for grave in list(board.tombstones.values()):
        if any(node.layer in board.written for node in grave.nodes):
            board.unbury(grave)
    for id in layers:
        for _, name in list(board.members[id]):
            board.stamps("node", name, None)
            board.drop_node(name)
            changes.touch(body_stream(id), name)
        board.stamps("layer", id, None)
        board.drop_layer(id)
        changes.touch(head_stream(id), id)
        changes.access = True
    _touch_private(board, changes)
    ended = replace(private, until=until, open=False, revealed=revealed, named=named)
    board.assign("private", ended)
    if not named:
        for client, steps in list(board.steps.items()):
            kept = tuple(held for step in steps if (held := _known(board, step)) is not None)
            if kept != steps:
                board.put_steps(client, kept)


def _known(board: Board, step: Step) -> Step | None:
    """A step without what it says of nodes that are neither there nor kept; None: nothing else."""

    def lost(node: str) -> bool:
        return node not in board.graph and owner_key("node", node) not in board.buried

    def about(op: AnyOp) -> str | None:
        if isinstance(op, ops.NodeSet | ops.NodeRemove | ops.NodeRestore):
            return op.id
        return op.id if isinstance(op, ops.TextSet) and op.owner == "node" else None

    gone = {id for op in step.ops if (id := about(op)) is not None and lost(id)}
    if not gone:
        return step
    kept = tuple(op for op in step.ops if about(op) not in gone)
    if not kept:
        return None

    def without(seqs: dict[str, int]) -> dict[str, int]:
        return {
            name: seq
            for name, seq in seqs.items()
            if not (name.startswith("node/") and name[5:].partition(":")[0] in gone)
        }

    return replace(
        step, ops=kept, before=without(step.before), after=without(step.after), chars=_chars(kept)
    )


def _chars(undo: tuple[AnyOp, ...]) -> int:
    """Of the texts in what takes an entry back."""
    return sum(len(op.text) + len(op.base) for op in undo if isinstance(op, ops.TextSet))


def _touch_comment(board: Board, comment: Comment, changes: Changes) -> None:
    changes.touch(talk_stream(board.comment_layer(comment)), comment.id)


def _touch_round(board: Board, round: Round, changes: Changes) -> None:
    """The record of a round, those of the nodes that it is about, and what it has come to."""
    changes.touch(BOARD_STREAM, round_record(round.id))
    counted = (board.node(id) for id in round.tally)
    for node in (*board.voted_on(round), *counted):
        if node is not None:
            changes.touch(body_stream(node.layer), node.id)
    for layer in round.voters:
        if layer in board.layers:
            changes.touch(head_stream(layer), layer)


def _touch_heads(board: Board, layers: Iterable[str], changes: Changes) -> None:
    for id in layers:
        if id in board.layers:
            changes.touch(head_stream(id), id)


def _touch_all(board: Board, changes: Changes) -> None:
    _touch_heads(board, board.layers, changes)
    for id in board.scenes:
        changes.touch(BOARD_STREAM, scene_record(id))
    for id in board.agenda:
        changes.touch(BOARD_STREAM, step_record(id))
    for node in board.nodes():
        changes.touch(body_stream(node.layer), node.id)
    for stream, relations in board.pairs.items():
        for id in relations:
            changes.touch(stream, id)
    for comment in board.comments.values():
        _touch_comment(board, comment, changes)


def _set_node(board: Board, op: ops.NodeSet, changes: Changes) -> None:
    node = _node(board, op.id)
    values = {prop: getattr(op, prop) for prop in _named(op, (*NODE_PROPERTIES, "key", "layer"))}
    changes.touch(body_stream(node.layer), op.id)
    if values.get("layer", node.layer) == node.layer:
        board.put_node(replace(node, **values))
        return
    relations = board.relations_of(op.id)
    for relation in relations:
        changes.touch(board.relation_stream(relation), relation.id)
    board.put_node(replace(node, **values))
    for relation in relations:
        changes.touch(board.relation_stream(relation), relation.id)
    for comment in board.comments_on("node", op.id):
        changes.touch(talk_stream(node.layer), comment.id)
        _touch_comment(board, comment, changes)
    changes.touch(head_stream(node.layer), node.layer)
    _touch_node(board, _node(board, op.id), changes)


def _set_scene(
    board: Board,
    op: ops.SceneCreate | ops.SceneSet | ops.SceneMove | ops.SceneRemove,
    changes: Changes,
) -> None:
    old, scene = board.scenes.get(op.id), None
    match op:
        case ops.SceneCreate():
            scene = Scene(op.id, op.key, op.layers, op.viewport, op.text)
        case ops.SceneSet():
            scene = board.scenes[op.id]
            if op.layers is not UNSET:
                on = {*scene.layers, *(id for id, on in op.layers.items() if on)}
                off = {id for id, on in op.layers.items() if not on}
                scene = replace(scene, layers=tuple(sorted(on - off)))
            if op.viewport is not UNSET:
                scene = replace(scene, viewport=op.viewport)
        case ops.SceneMove():
            scene = replace(board.scenes[op.id], key=op.key)
    board.put_scene(op.id, scene)
    # its record, which all may read, says nothing of layers, nor that one of them has changed
    if not isinstance(op, ops.SceneSet) or op.viewport is not UNSET:
        changes.touch(BOARD_STREAM, scene_record(op.id))
    before = set() if old is None else set(old.layers)
    _touch_heads(board, before ^ (set() if scene is None else set(scene.layers)), changes)


def _set_step(
    board: Board, op: ops.StepCreate | ops.StepSet | ops.StepMove | ops.StepRemove, changes: Changes
) -> None:
    step = None
    match op:
        case ops.StepCreate():
            step = AgendaStep(op.id, op.key, op.scene, op.timer_ms, op.round, op.text)
        case ops.StepSet():
            values = {prop: getattr(op, prop) for prop in _named(op, STEP_PROPERTIES)}
            step = replace(board.agenda[op.id], **values)
        case ops.StepMove():
            step = replace(board.agenda[op.id], key=op.key)
    board.put_step(op.id, step)
    changes.touch(BOARD_STREAM, step_record(op.id))


def _set_text(board: Board, op: ops.TextSet, changes: Changes) -> None:
    texts = texts_of(board, op.owner, op.id)
    languages = {**texts.get(op.field, {}), op.lang: op.text}
    if not op.text:
        del languages[op.lang]
    texts = {**texts, op.field: languages}
    if not languages:
        del texts[op.field]
    match op.owner:
        case "board":
            board.assign("text", texts)
            changes.touch(BOARD_STREAM, "board")
        case "layer":
            board.put_layer(replace(board.layers[op.id], text=texts))
            changes.touch(head_stream(op.id), op.id)
        case "relation":
            relation = replace(board.relations[op.id], text=texts)
            board.put_relation(relation)
            changes.touch(board.relation_stream(relation), op.id)
        case "comment":
            comment = replace(board.comments[op.id], text=texts)
            board.put_comment(comment)
            _touch_comment(board, comment, changes)
        case "scene":
            board.put_scene(op.id, replace(board.scenes[op.id], text=texts))
            changes.touch(BOARD_STREAM, scene_record(op.id))
        case "step":
            board.put_step(op.id, replace(board.agenda[op.id], text=texts))
            changes.touch(BOARD_STREAM, step_record(op.id))
        case _:
            old = _node(board, op.id)
            node = replace(old, text=texts)
            board.put_node(node)
            changes.touch(body_stream(node.layer), op.id)
            if bool(old.text) != bool(texts):
                _touch_written(board, node.layer, changes)


def _bury(board: Board, owner: str, id: str, seq: int, changes: Changes) -> None:
    layers: list[Layer] = []
    nodes: list[Node] = []
    relations: dict[str, Relation] = {}
    comments: list[Comment] = []
    if owner == "relation":
        relations[id] = board.relations[id]
    elif owner == "comment":
        comments = [board.comments[id], *board.comments_on("comment", id)]
    elif owner == "node":
        nodes.append(_node(board, id))
    else:
        layers.extend(board.layers[below] for below in board.subtree(id))
        for layer in layers:
            nodes.extend(_node(board, node) for _, node in board.members[layer.id])
            for held in sorted(board.talk[layer.id]):
                if board.comments[held].layer is not None:
                    comments += [board.comments[held], *board.comments_on("comment", held)]
        changes.access = True
    for node in nodes:
        comments += board.comments_on("node", node.id)
        relations.update((relation.id, relation) for relation in board.relations_of(node.id))
    writers: dict[str, dict[str, int]] = {}
    driven: dict[str, bool] = {}

    def keep_writers(owner: str, id: str) -> None:
        name = owner_key(owner, id)
        writers[name] = board.writers[name]
        board.stamps(owner, id, None)

    for relation in relations.values():
        changes.touch(board.relation_stream(relation), relation.id)
    for relation in relations.values():
        keep_writers("relation", relation.id)
        board.drop_relation(relation.id)
    for comment in reversed(comments):
        _touch_comment(board, comment, changes)
        keep_writers("comment", comment.id)
        board.drop_comment(comment.id)
    for node in nodes:
        _touch_node(board, node, changes)
        keep_writers("node", node.id)
        board.drop_node(node.id)
    for layer in reversed(layers):
        changes.touch(head_stream(layer.id), layer.id)
        keep_writers("layer", layer.id)
        if layer.id in board.driven:
            driven[layer.id] = board.driven[layer.id]
            board.put(board.driven, layer.id, None)
        board.drop_layer(layer.id)
    kept = tuple(relations[id] for id in sorted(relations))
    tombstone = Tombstone(
        owner, id, seq, tuple(layers), tuple(nodes), kept, driven, writers, tuple(comments)
    )
    board.bury(
        tombstone, limits.TOMBSTONES_MAX, limits.TOMBSTONE_THINGS_MAX, limits.TOMBSTONE_CHARS_MAX
    )


def _restore(board: Board, owner: str, id: str, changes: Changes) -> None:
    tombstone = board.tombstones[owner_key(owner, id)]
    board.unbury(tombstone)
    for layer in tombstone.layers:
        board.put_layer(layer)
        changes.touch(head_stream(layer.id), layer.id)
        changes.access = True
    for node in tombstone.nodes:
        board.put_node(node)
        _touch_node(board, node, changes)
    for comment in tombstone.comments:
        board.put_comment(comment)
        _touch_comment(board, comment, changes)
    writers = dict(tombstone.writers)
    for relation in tombstone.relations:
        ends = (relation.source, relation.target)
        missing = next((end for end in ends if board.node(end) is None), None)
        if missing is None:
            board.put_relation(relation)
            changes.touch(board.relation_stream(relation), relation.id)
            continue
        # its other end was removed in the meantime: the relation waits for that one now
        kept = writers.pop(owner_key("relation", relation.id))
        grave = board.buried.get(owner_key("node", missing))
        if grave is not None:
            _wait(board, board.tombstones[grave], relation, kept)
    for name, held in writers.items():
        kind, _, thing = name.partition("/")
        board.stamps(kind, thing, held)
    for layer_id, on in tombstone.driven.items():
        board.put(board.driven, layer_id, on)


def _wait(board: Board, grave: Tombstone, relation: Relation, writers: dict[str, int]) -> None:
    relations = sorted((*grave.relations, relation), key=lambda held: held.id)
    held = {**grave.writers, owner_key("relation", relation.id): writers}
    board.amend(replace(grave, relations=tuple(relations), writers=held))


def apply(board: Board, entry: Entry) -> Changes:
    """Apply the next entry of the log.

    Raises BrokenLog, before anything is changed, when it is not the next one.
    """
    header, body = entry.header, entry.body
    if header.v > ops.ENTRY_VERSION:
        raise BrokenLog(f"entry {header.seq} has version {header.v}, newer than this program")
    if header.seq != board.seq + 1:
        raise BrokenLog(f"entry {header.seq} does not follow {board.seq}")
    if header.prev != board.head:
        raise BrokenLog(f"entry {header.seq} is not chained to the one before it")
    changes = Changes(version_step(body.salt))
    before: dict[str, int] = {}
    after: dict[str, int] = {}
    removals: dict[str, int] = {}

    def stamp(owner: str, id: str, prop: str) -> None:
        name = property_key(owner, id, prop)
        before.setdefault(name, board.writer(owner, id, prop))
        after[name] = body.stamps.get(name, header.seq)
        board.stamp(owner, id, prop, after[name])

    board.at = header.at  # what happens now knows when it does
    for op in body.ops:
        if isinstance(op, PLAIN_REMOVES):  # no tombstone keeps who wrote what
            for owner, id, _ in written(op):
                for prop, seq in board.writers.get(owner_key(owner, id), {}).items():
                    before.setdefault(property_key(owner, id, prop), seq)
        perform(board, op, header.seq, stamp, changes)
        if isinstance(op, PLAIN_CREATES):
            for owner, id, _ in written(op):
                for prop, seq in written_before(body.stamps, owner, id):
                    board.stamp(owner, id, prop, seq)
        for owner, id, prop in written(op):
            if prop == "":
                removals[property_key(owner, id, "")] = header.seq
    if changes.all:
        _touch_all(board, changes)
    board.seq = header.seq
    board.epoch = header.epoch
    board.head = header_hash(header)
    if header.client:
        step = Step(header.n, body.undo, before, after | removals, _chars(body.undo))
        _remember(board, header.client, step)
    for stream in changes.touched:
        board.versions[stream] = board.versions.get(stream, 0) + changes.step
    return changes


def version_step(salt: str) -> int:
    """How far an entry raises the version of a stream: from 1 to 2 ** 20, as its salt gives it.

    Salts are random: histories that went apart, after a backup was brought back, hardly ever
    reach the same version again, so that an equal version says that the history is the same.
    """
    return 1 + int(sha256(salt.encode()).hexdigest()[:5], 16)


def _remember(board: Board, name: str, step: Step) -> None:
    client = board.clients.pop(name, Client(0))
    skips = client.skips
    if step.n > client.n + 1:
        skips = (*skips, (client.n + 1, step.n - 1))[-limits.SKIPS_MAX :]
    board.clients[name] = Client(step.n, skips)
    if len(board.clients) > limits.CLIENTS_MAX:
        del board.clients[next(iter(board.clients))]
    steps = board.steps.pop(name, ())
    if 0 < len(step.ops) <= limits.UNDO_OPS_MAX:
        steps = (*steps, step)[-limits.UNDO_STEPS_MAX :]
    kept = sum(held.chars for held in steps)
    while kept > limits.UNDO_CHARS_MAX:
        kept -= steps[0].chars
        steps = steps[1:]
    if steps:
        board.steps[name] = steps
    if len(board.steps) > limits.UNDO_CLIENTS_MAX:
        del board.steps[next(iter(board.steps))]
