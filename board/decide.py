"""Deciding: what becomes of a request, by the board as it is now.

``decide`` looks at each operation in turn, on the board as the ones before it have left it,
and answers with operations that are complete (keys of the order filled in) and their inverse,
or with a refusal that names the place. It leaves the board as it was.

What an actor may not read does not exist for them: a reference to it is refused in the same
words as a reference to nothing.
"""

import unicodedata
from collections.abc import Callable, Generator, Iterator, Mapping
from typing import Final

from msgspec import UNSET, Struct, UnsetType
from msgspec.structs import replace

from board import limits, ops, order
from board.apply import (
    PLAIN_CREATES,
    SEAT_PROPERTIES,
    Changes,
    granted,
    inverse,
    perform,
    text_of,
    texts_of,
    written,
    written_before,
)
from board.chain import body_hash
from board.ops import AnyOp, Body, Entry, Header, Viewport
from board.private import GAP, SIDE, free_corner, revealed_id, rows
from board.roles import LEAST_ROLE, RIGHTS, Least, Right, Role, at_least
from board.stage import AgendaStep, Scene
from board.state import (
    VOTED_KINDS,
    Board,
    Client,
    Comment,
    Layer,
    Node,
    Private,
    Relation,
    Round,
    Step,
    Thing,
    Tombstone,
    chars,
    needed,
    neighbours,
    owner_key,
    private_layer,
    property_key,
)


class Actor(Struct, frozen=True):
    """Who asks. The client "" is the administrator: bound neither to ids nor to numbers."""

    role: Role
    client: str = ""

    def made(self, id: str) -> bool:
        """Whether a thing was made by this client: its id tells."""
        return bool(self.client) and id.startswith(self.client + ".")


ADMINISTRATOR: Final = Actor("owner")


class Decision(Struct, frozen=True):
    """A request that may be done: what goes into the log.

    ``skipped`` counts the parts of an undo that had been overtaken by others.
    """

    ops: tuple[AnyOp, ...]
    undo: tuple[AnyOp, ...]
    stamps: dict[str, int] = {}
    skipped: int = 0


class Refusal(Struct, frozen=True):
    """A request that may not be done. ``where`` names the place in it, as ``ops[0].parent``."""

    code: str
    message: str
    where: str = ""


class Conflict(Struct, frozen=True):
    """A text was typed over what is no longer there; ``current`` is what is."""

    where: str
    current: str


class AlreadyDone(Struct, frozen=True):
    """This number was decided before; ``refused``: it was never applied."""

    refused: bool


Answer = Decision | Refusal | Conflict | AlreadyDone

REFUSALS: Final[dict[str, str]] = {
    "invalid": "a field is not as it must be",
    "role": "this needs a higher role",
    "locked": "the layer, or the node, is locked",
    "archived": "the board is archived",
    "not_writable": "this layer is not open to your role",
    "role_above": "this is above your own role",
    "unknown_layer": "there is no such layer",
    "unknown_node": "there is no such node",
    "unknown_relation": "there is no such relation",
    "unknown_comment": "there is no such comment",
    "unknown_neighbour": "there is no such neighbour",
    "unknown_scene": "there is no such scene",
    "unknown_step": "there is no such step of the agenda",
    "not_removed": "there is nothing removed to bring back under this id",
    "ends_missing": "an end of the relation is not there",
    "thread_missing": "what the comment is on is not there",
    "not_author": "only who wrote this may do that, or a facilitator",
    "id_taken": "this id is in use, or was until it was removed",
    "id_foreign": "an id begins with the name of the client that makes it, and a dot",
    "key_given": "a place in the order is given by a neighbour",
    "not_a_group": "layers can only be put into a group",
    "is_group": "a group holds layers, not nodes",
    "layer_cycle": "a layer cannot be put into itself",
    "too_deep": "layers are nested too deep",
    "too_many": "the board holds as many as it can",
    "empty": "the operation sets nothing",
    "text": "the text holds what is no text",
    "generation": "the generation of a link only rises",
    "unknown_round": "there is no such round",
    "round_open": "a round is open",
    "round_closed": "the round is closed",
    "restricted": "not everybody may read this layer",
    "private_layer": "what is written in a private round stays in it",
    "unknown_seat": "there is no such seat",
    "link_used": "this link is for one person, and somebody has come by it",
    "oneself": "nobody can do this to themselves",
    "refused_before": "this number was refused before",
    "not_yours": "there is nothing under this number to take back",
    "overtaken": "others have changed this since",
}


class Refused(Exception):
    """Carries a Refusal or a Conflict out of the depth of a check."""

    def __init__(self, answer: Refusal | Conflict) -> None:
        super().__init__(answer)
        self.answer = answer


def refuse(code: str, where: str, more: str = "") -> Refused:
    """A refusal of a known code; ``more`` names the bound or the value."""
    return Refused(Refusal(code, REFUSALS[code] + (f": {more}" if more else ""), where))


def decide(board: Board, actor: Actor, n: int, requested: tuple[AnyOp, ...]) -> Answer:
    """What becomes of a batch of operations, all or none of them."""
    done = _done(board, actor, n)
    if done is not None:
        return done
    decided: list[AnyOp] = []
    undo: list[tuple[AnyOp, ...]] = []
    held = board.chars
    board.begin()
    try:
        for index, op in enumerate(requested):
            try:
                for complete in _check(board, actor, op, given=not actor.client):
                    back = _perform(board, complete)
                    undo.append(() if isinstance(op, ops.PrivateReveal) else back)
                    decided.append(complete)
                _bounded(board, actor, held)
            except Refused as refused:
                return _placed(refused.answer, f"ops[{index}]")
    finally:
        board.rollback()
    return Decision(tuple(decided), _backwards(undo))


def decide_undo(board: Board, actor: Actor, n: int, of: int) -> Answer:
    """What becomes of taking back one's own submit ``of``.

    A part whose property has another last writer by now, or that is not possible any more, is
    skipped and counted; when nothing is left, the first reason is the refusal.
    """
    done = _done(board, actor, n)
    if done is not None:
        return done
    step = next((one for one in board.steps.get(actor.client, ()) if one.n == of), None)
    if step is None:
        return _placed(refuse("not_yours", "").answer, "of")
    decided: list[AnyOp] = []
    undo: list[tuple[AnyOp, ...]] = []
    stamps: dict[str, int] = {}
    verdicts: dict[str, bool] = {}
    skipped = 0
    first: Refusal | Conflict | None = None
    held = board.chars
    board.begin()
    try:
        for op in step.ops:
            part = _still_mine(board, actor, step, op, verdicts)
            if part is None or part != op:
                skipped += 1
            if part is None:
                continue
            try:
                for complete in _check(board, actor, part, given=True):
                    undo.append(_perform(board, complete))
                    decided.append(complete)
            except Refused as refused:
                skipped += 1
                first = first or refused.answer
                continue
            for owner, id, prop in written(part):
                name = property_key(owner, id, prop)
                # what was set as the thing was made has no writer but its birth
                earlier = step.before.get(name, step.after.get(property_key(owner, id, "")))
                if prop and earlier is not None:
                    stamps[name] = earlier
                    board.stamp(owner, id, prop, earlier)
                if isinstance(part, PLAIN_CREATES):  # it comes back with its last writers
                    for kept, seq in written_before(step.before, owner, id):
                        stamps[property_key(owner, id, kept)] = seq
                        board.stamp(owner, id, kept, seq)
        _bounded(board, actor, held)
    except Refused as refused:
        return _placed(refused.answer, "of")
    finally:
        board.rollback()
    if not decided:
        return first or _placed(refuse("overtaken", "").answer, "of")
    return Decision(tuple(decided), _backwards(undo), stamps, skipped)


def entry(
    board: Board,
    decision: Decision,
    *,
    at: int,
    epoch: int,
    author: str,
    client: str,
    n: int,
    salt: str,
) -> Entry:
    """The next entry of the log: a decision with its header.

    ``at`` is milliseconds since 1970; ``salt`` is random and new for each entry.
    """
    body = Body(salt, decision.ops, decision.undo, decision.stamps)
    header = Header(
        v=ops.ENTRY_VERSION,
        epoch=epoch,
        seq=board.seq + 1,
        prev=board.head,
        at=max(at, board.at),
        author=author,
        client=client,
        n=n,
        body=body_hash(body),
    )
    return Entry(header, body)


def _done(board: Board, actor: Actor, n: int) -> AlreadyDone | None:
    if not actor.client:
        return None
    client = board.clients.get(actor.client, Client(0))
    if n > client.n:
        return None
    return AlreadyDone(any(first <= n <= last for first, last in client.skips))


def _placed(answer: Refusal | Conflict, place: str) -> Refusal | Conflict:
    return replace(answer, where=f"{place}.{answer.where}" if answer.where else place)


def _bounded(board: Board, actor: Actor, held: int) -> None:
    """Refuse what makes the board hold more text than it may; making it less always goes.

    What somebody writes privately is bounded by itself, so that nobody else meets its bound.
    """
    private = board.open_private
    own = None if private is None else private_layer(actor.client, private.number)
    if own in board.layers:
        written = sum(chars(node) for node in board.written_privately(own))
        if written > limits.PRIVATE_CHARS_MAX:
            bound = f"characters in a private round, at most {limits.PRIVATE_CHARS_MAX}"
            raise refuse("too_many", "", bound)
    if board.chars > max(held, limits.BOARD_CHARS_MAX):
        bound = f"characters, at most {limits.BOARD_CHARS_MAX}"
        raise refuse("too_many", "", bound)


def _backwards(undo: list[tuple[AnyOp, ...]]) -> tuple[AnyOp, ...]:
    return tuple(op for back in reversed(undo) for op in back)


def _perform(board: Board, op: AnyOp) -> tuple[AnyOp, ...]:
    seq = board.seq + 1
    back = inverse(board, op)

    def stamp(owner: str, id: str, prop: str) -> None:
        board.stamp(owner, id, prop, seq)

    perform(board, op, seq, stamp, Changes())
    return back


# -- undo


def _still_mine(
    board: Board, actor: Actor, step: Step, op: AnyOp, verdicts: dict[str, bool]
) -> AnyOp | None:
    """The part of an inverse whose properties were last written by the step itself.

    What the actor may not read any more counts as gone, whatever has happened to it since.
    ``verdicts`` keeps what was said of a property: a step that wrote it twice takes it back
    twice, and the second time it is the undo itself that wrote it last.
    """

    def mine(owner: str, id: str, prop: str) -> bool:
        name = property_key(owner, id, prop)
        if name not in verdicts:
            verdicts[name] = _is_mine(board, actor, step, op, owner, id, prop)
        return verdicts[name]

    if isinstance(op, ops.StageDrive):
        kept = {
            id: on
            for id, on in op.layers.items()
            if _sees(board, actor, "layer", id) and mine("stage", "", f"driven.{id}")
        }
        return replace(op, layers=kept) if kept else None
    if isinstance(op, ops.SceneSet) and op.layers is not UNSET:
        scene = {
            id: on
            for id, on in op.layers.items()
            if _sees(board, actor, "layer", id) and mine("scene", op.id, f"layer.{id}")
        }
        op = replace(op, layers=scene or UNSET)
        if not any(written(op)):
            return None
    lost = [prop for owner, id, prop in written(op) if not mine(owner, id, prop)]
    if not lost:
        return op
    settable = ops.LayerSet | ops.NodeSet | ops.RelationSet | ops.SceneSet | ops.StepSet
    if not isinstance(op, settable):
        return None
    fields = {
        field for prop in lost for field in (("key", "layer") if prop == "place" else (prop,))
    }
    part = replace(op, **{field: UNSET for field in fields if hasattr(op, field)})
    return part if any(written(part)) else None


def _is_mine(
    board: Board, actor: Actor, step: Step, op: AnyOp, owner: str, id: str, prop: str
) -> bool:
    """Whether the step was the last to write a property (of "": existence)."""
    born = step.after.get(property_key(owner, id, ""))
    wrote = step.after.get(property_key(owner, id, prop), born)
    match op:
        case ops.LayerRemove() | ops.NodeRemove() | ops.RelationRemove() | ops.CommentRemove():
            return _sees(board, actor, owner, id) and _untouched(board, actor, owner, id, wrote)
        case ops.LayerRestore() | ops.NodeRestore() | ops.RelationRestore() | ops.CommentRestore():
            grave = board.tombstones.get(owner_key(owner, id))
            return grave is not None and _could_read(board, actor, grave) and grave.seq == wrote
        case ops.SceneCreate() | ops.StepCreate():  # nobody has made it again
            return _thing(board, owner, id) is None
        case ops.SceneRemove() | ops.StepRemove():
            held = board.writers.get(owner_key(owner, id), {})
            told = [
                seq
                for prop, seq in held.items()
                if not prop.startswith("layer.") or _sees(board, actor, "layer", prop[6:])
            ]
            return wrote is not None and bool(told) and max(told) <= wrote
    if owner in ("layer", "node", "relation", "comment") and not _sees(board, actor, owner, id):
        return False
    return board.writer(owner, id, prop) == wrote


def _thing(board: Board, owner: str, id: str) -> Thing | Round | Private | None:
    match owner:
        case "private":
            held = board.private
            return held if held is not None and held.id == id else None
        case "layer":
            return board.layers.get(id)
        case "node":
            return board.node(id)
        case "comment":
            return board.comments.get(id)
        case "scene":
            return board.scenes.get(id)
        case "step":
            return board.agenda.get(id)
        case "round":
            return board.rounds.get(id)
    return board.relations.get(id)


def _untouched(board: Board, actor: Actor, owner: str, id: str, since: int | None) -> bool:
    """Whether nobody has written, after ``since``, a thing or what goes when it is removed.

    Only what the actor may read counts: the rest goes with the thing, and must not tell of
    itself.
    """
    things = [(owner, id)]
    things += [("comment", held.id) for held in board.comments_on(owner, id)]
    if owner == "node":
        things += [("relation", held.id) for held in board.relations_of(id)]
    if owner == "layer":
        for below in board.subtree(id):
            things.append(("layer", below))
            things += [("comment", held) for held in board.talk[below]]
            for _, node in board.members[below]:
                things.append(("node", node))
                things += [("relation", held.id) for held in board.relations_of(node)]
    return since is not None and all(
        seq <= since
        for kind, thing in things
        if _sees(board, actor, kind, thing)
        for seq in board.writers[owner_key(kind, thing)].values()
    )


# -- checks: each yields the operation completed, after what must be done before it


# what an archived board still takes: who may come in is no matter of what it holds
UNARCHIVED: Final = (ops.BoardArchive, ops.AccessSet, ops.AccessWait, ops.LinkSet, ops.SeatSet)


def _check(board: Board, actor: Actor, op: AnyOp, given: bool) -> Iterator[AnyOp]:
    if not at_least(actor.role, LEAST_ROLE[ops.tag(op)]):
        raise refuse("role", "op", LEAST_ROLE[ops.tag(op)])
    if board.archived and not isinstance(op, UNARCHIVED):
        raise refuse("archived", "op")
    _stays_private(board, actor, op)
    match op:
        case ops.LayerCreate():
            yield from _create_layer(board, actor, op, given)
        case ops.LayerSet():
            yield from _set_layer(board, actor, op, given)
        case ops.LayerMove():
            yield from _move_layer(board, actor, op, given)
        case ops.LayerGrant():
            yield _grant(board, actor, op)
        case ops.LayerRemove():
            for id in board.subtree(_open_layer(board, actor, op.id, "id").id):
                if _sees(board, actor, "layer", id):  # what is not seen goes unsaid
                    _open_layer(board, actor, id, "id")
            yield op
        case ops.LayerRestore():
            _restorable(board, actor, "layer", op.id)
            yield op
        case ops.NodeCreate():
            yield from _create_node(board, actor, op, given)
        case ops.NodeSet():
            yield from _set_node(board, actor, op, given)
        case ops.NodeRemove():
            _open_node(board, actor, op.id, "id")
            yield op
        case ops.NodeRestore():
            _restorable(board, actor, "node", op.id)
            yield op
        case ops.RelationCreate():
            yield _create_relation(board, actor, op)
        case ops.RelationSet():
            _open_relation(board, actor, op.id, "id")
            if not any(written(op)):
                raise refuse("empty", "")
            yield _usual(op)
        case ops.RelationRemove():
            _open_relation(board, actor, op.id, "id")
            yield op
        case ops.RelationRestore():
            _restorable(board, actor, "relation", op.id)
            yield op
        case ops.CommentCreate():
            yield _create_comment(board, actor, op, given)
        case ops.CommentSet():
            if _led_comment(board, actor, op.id, "id").answers is not None:
                raise refuse("invalid", "id", "an answer is resolved with its thread")
            yield op
        case ops.CommentRemove():
            _led_comment(board, actor, op.id, "id")
            yield op
        case ops.CommentRestore():
            _restorable(board, actor, "comment", op.id)
            yield op
        case ops.TextSet():
            yield _set_text(board, actor, op)
        case ops.StageDrive():
            for id in op.layers:
                if not _sees(board, actor, "layer", id):
                    raise refuse("unknown_layer", f"layers[{id}]")
            # whoever drives all layers at once does not mean what they write for themselves
            shared = {id: on for id, on in op.layers.items() if not _is_private(board, id)}
            if op.layers and not shared:
                raise refuse("private_layer", "layers")
            yield replace(op, layers=shared)
        case ops.StageSet():
            yield from _set_stage(board, op, back=given and actor.client != "")
        case ops.StageSpotlight():
            lit = board.stage.spotlight if given and actor.client else None
            for named in (op.layer, lit if lit in board.layers else None):
                if named is not None:
                    _seen_layer(board, actor, named, "layer")
            if op.layer is not None and board.read_role(op.layer) != "viewer":
                # the others would see that theirs stands out no more
                raise refuse("restricted", "layer")
            yield op
        case ops.StageLook():
            yield replace(op, viewport=_exact_viewport(op.viewport))
        case ops.SceneCreate():
            yield from _create_scene(board, actor, op, given)
        case ops.SceneSet():
            yield _set_scene(board, actor, op)
        case ops.SceneMove():
            yield from _move_scene(board, op, given)
        case ops.SceneRemove():
            _scene(board, op.id, "id")
            yield op
        case ops.SceneShow():
            yield from _show_scene(board, actor, op, back=given and actor.client != "")
        case ops.StepCreate():
            yield from _create_step(board, actor, op, given)
        case ops.StepSet():
            _step(board, op.id, "id")
            if not any(written(op)):
                raise refuse("empty", "")
            _check_scene_of_step(board, op.scene, given)
            yield op
        case ops.StepMove():
            yield from _move_step(board, op, given)
        case ops.StepRemove():
            _step(board, op.id, "id")
            yield op
        case ops.AgendaGo():
            yield from _go(board, actor, op, back=given and actor.client != "")
        case ops.LinkSet():
            held = board.links.get(op.id)
            if held is None and len(board.links) >= limits.LINKS_MAX:
                raise refuse("too_many", "id", f"links, at most {limits.LINKS_MAX}")
            now = 0 if held is None else held.generation
            if not max(now, 1) <= op.generation <= now + 1:  # no leap to the last that there is
                raise refuse("generation", "generation", f"now {now}, next {now + 1}")
            if now == op.generation and held is not None and held.single != op.single:
                raise refuse("link_used", "single")  # by as many as came so far
            yield op
        case ops.RoundOpen():
            yield _open_round(board, actor, op)
        case ops.RoundClose():
            if not _round(board, op.id, "id").open:
                raise refuse("round_closed", "id")
            yield op
        case ops.RoundRemove():
            _round(board, op.id, "id")
            yield op
        case ops.PrivateOpen():
            yield _open_private(board, actor, op)
        case ops.PrivateEnter():
            yield _enter(board, actor, op)
        case ops.PrivateReveal():
            yield from _reveal(board, actor, op)
        case ops.PrivateClose():
            _private(board, op.id, "id")
            yield op
        case ops.SeatSet():
            yield _set_seat(board, actor, op, given)
        case _:
            yield op


def _sees(board: Board, actor: Actor, owner: str, id: str) -> bool:
    """Whether a layer, node or relation is there for the actor."""
    return board.sees(actor.role, owner, id, actor.client)


def _is_private(board: Board, layer: str) -> bool:
    return layer in board.layers and board.layers[layer].private


def _seen_layer(board: Board, actor: Actor, id: str, where: str) -> Layer:
    if not _sees(board, actor, "layer", id):
        raise refuse("unknown_layer", where)
    return board.layers[id]


def _open_layer(board: Board, actor: Actor, id: str, where: str) -> Layer:
    """A layer that the actor may see and change."""
    return _unlocked_layer(board, actor, id, where, board.write_role)


def _addable_layer(board: Board, actor: Actor, id: str, where: str) -> Layer:
    """A layer that the actor may see and add to."""
    return _unlocked_layer(board, actor, id, where, board.add_role)


def _layer_open_for(board: Board, actor: Actor, thing: str, id: str, where: str) -> Layer:
    """A layer in which the actor may change a thing: one of their own where they may only add."""
    may_open = _addable_layer if actor.made(thing) else _open_layer
    return may_open(board, actor, id, where)


def _unlocked_layer(
    board: Board, actor: Actor, id: str, where: str, least_of: Callable[[str, str], Least]
) -> Layer:
    layer = _seen_layer(board, actor, id, where)
    least = least_of(id, actor.client)
    if not at_least(actor.role, least):
        raise refuse("not_writable", where, least)
    if board.locked(id):
        raise refuse("locked", where)
    return layer


def _seen_node(board: Board, actor: Actor, id: str, where: str) -> Node:
    node = board.node(id)
    if node is None or not _sees(board, actor, "node", id):
        raise refuse("unknown_node", where)
    return node


def _within_reach(board: Board, actor: Actor, id: str, where: str) -> Node:
    """A node that the actor may see and change, but that it may be locked itself."""
    node = _seen_node(board, actor, id, where)
    _layer_open_for(board, actor, id, node.layer, where)
    return node


def _open_node(board: Board, actor: Actor, id: str, where: str) -> Node:
    """A node that the actor may see and change."""
    node = _within_reach(board, actor, id, where)
    if node.locked:
        raise refuse("locked", where)
    return node


def _open_relation(board: Board, actor: Actor, id: str, where: str) -> Relation:
    """A relation that the actor may see and change; it lies in the layer of its source."""
    if not _sees(board, actor, "relation", id):
        raise refuse("unknown_relation", where)
    relation = board.relations[id]
    layer = _seen_node(board, actor, relation.source, where).layer
    _layer_open_for(board, actor, id, layer, where)
    return relation


def _open_to(board: Board, actor: Actor, layer: str, where: str) -> None:
    """A layer takes comments from who may add to it, locked or not."""
    least = board.add_role(layer, actor.client)
    if not at_least(actor.role, least):
        raise refuse("not_writable", where, least)


def _seen_comment(board: Board, actor: Actor, id: str, where: str) -> Comment:
    if not _sees(board, actor, "comment", id):
        raise refuse("unknown_comment", where)
    return board.comments[id]


def _led_comment(board: Board, actor: Actor, id: str, where: str) -> Comment:
    """A comment that the actor may remove, or resolve: their own, or any as a facilitator."""
    comment = _seen_comment(board, actor, id, where)
    _leads(board, actor, comment, where)
    return comment


def _leads(board: Board, actor: Actor, comment: Comment, where: str) -> None:
    if not actor.made(comment.id) and not at_least(actor.role, "facilitator"):
        raise refuse("not_author", where)
    _open_to(board, actor, board.comment_layer(comment), where)


def _fresh(board: Board, actor: Actor, owner: str, id: str) -> None:
    if actor.client and not actor.made(id):
        raise refuse("id_foreign", "id", actor.client + ".")
    if _thing(board, owner, id) is not None or owner_key(owner, id) in board.buried:
        raise refuse("id_taken", "id", id)


def _clean(text: str, where: str) -> str:
    for character in text:
        kind = unicodedata.category(character)
        if (kind == "Cc" and character != "\n") or character in "\ufffe\uffff" or kind == "Cs":
            raise refuse("text", where, f"character U+{ord(character):04X}")
    return text


def _clean_texts(owner: str, texts: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    """Texts of a new thing, checked; empty ones left out."""
    fields = ops.TEXT_FIELDS[owner]
    kept: dict[str, dict[str, str]] = {}
    for field, languages in texts.items():
        where = f"text[{field}]"
        if field not in fields:
            raise refuse("invalid", where, f"a {owner} has only {', '.join(fields)}")
        if len(languages) > limits.LANGUAGES_MAX:
            raise refuse("too_many", where, f"languages, at most {limits.LANGUAGES_MAX}")
        for lang, text in languages.items():
            if len(text) > fields[field]:
                raise refuse("invalid", f"{where}[{lang}]", f"at most {fields[field]} characters")
            _clean(text, f"{where}[{lang}]")
        filled = {lang: text for lang, text in languages.items() if text}
        if filled:
            kept[field] = filled
    return kept


def _exact(value: float) -> float:
    """A length or place to the hundredth of a unit, and no negative zero."""
    return round(value, 2) + 0.0


def _usual(op: AnyOp) -> AnyOp:
    """The operation with None for each value that None stands for."""
    named = {field for field, usual in ops.USUAL.items() if getattr(op, field, None) == usual}
    return replace(op, **dict.fromkeys(named)) if named else op


def _turned(angle: float | UnsetType | None) -> float | UnsetType | None:
    """An angle to the hundredth of a degree, below 360."""
    return _exact(angle) % 360.0 if isinstance(angle, float) else angle


def _check_points(points: tuple[int, ...] | UnsetType | None) -> None:
    if isinstance(points, tuple) and len(points) % 2:
        raise refuse("invalid", "points", "x and y in turn")


def _no_key(given: bool, key: object) -> None:
    if key and key is not UNSET and not given:
        raise refuse("key_given", "key")


# -- layers


def _create_layer(board: Board, actor: Actor, op: ops.LayerCreate, given: bool) -> Iterator[AnyOp]:
    _no_key(given, op.key)
    _fresh(board, actor, "layer", op.id)
    if len(board.layers) - len(board.written) >= limits.LAYERS_MAX:
        raise refuse("too_many", "id", f"layers, at most {limits.LAYERS_MAX}")
    _not_closed(actor, op, op.seats)
    for seat in op.seats:
        if not given and seat not in board.seats:
            raise refuse("unknown_seat", f"seats[{seat}]")
    depth = _parent(board, actor, op.parent)
    if depth + 1 > limits.LAYER_DEPTH_MAX:
        raise refuse("too_deep", "parent", f"at most {limits.LAYER_DEPTH_MAX}")
    texts = _clean_texts("layer", op.text)
    key = op.key
    if not key:
        moved, key = _layer_key(board, actor, op.parent, op.before, None)
        yield from moved
    yield replace(op, key=key, before=None, text=texts, opacity=_exact(op.opacity))


def _not_closed(
    actor: Actor, op: ops.LayerCreate | ops.LayerSet, seats: Mapping[str, Right]
) -> None:
    """Refuse what closes a layer to who asks; nobody but a seat in its own name stays in."""
    rights: tuple[Right, ...] = ("read", "add", "write")
    for right in rights:
        least = getattr(op, right)
        if least in (UNSET, None) or at_least(actor.role, least):
            continue
        if not actor.client or RIGHTS.get(seats.get(actor.client, ""), -1) < RIGHTS[right]:
            raise refuse("role_above", right, least)


def _grant(board: Board, actor: Actor, op: ops.LayerGrant) -> AnyOp:
    layer = _open_layer(board, actor, op.id, "id")
    if op.right is not None:
        if op.seat not in board.seats:
            raise refuse("unknown_seat", "seat")
        if op.seat not in layer.seats and len(layer.seats) >= limits.GRANTS_MAX:
            raise refuse("too_many", "seat", f"seats, at most {limits.GRANTS_MAX}")
    if op.seat == actor.client:
        least = needed(granted(layer, op), actor.client, "write")
        if not at_least(actor.role, least):  # who writes may all the rest
            raise refuse("role_above", "right", least)
    return op


def _set_seat(board: Board, actor: Actor, op: ops.SeatSet, given: bool) -> AnyOp:
    named = {prop for prop in SEAT_PROPERTIES if getattr(op, prop) is not UNSET}
    if not named:
        raise refuse("empty", "")
    if op.name is not UNSET:
        _clean(op.name, "name")
    seat = board.seats.get(op.id)
    if given:
        if seat is None and len(board.seats) >= limits.SEATS_MAX and not board.plain_seats():
            raise refuse("too_many", "id", f"seats, at most {limits.SEATS_MAX}")
        link = None if op.link is UNSET else board.links.get(op.link)
        if link is not None and not link.is_for(op.id):
            raise refuse("link_used", "link")
        return op
    if seat is None:
        raise refuse("unknown_seat", "id")
    if "link" in named:
        raise refuse("invalid", "link", "the server notes it")
    if op.id == actor.client:
        raise refuse("oneself", "id")
    link = board.links.get(seat.link)
    for role in (seat.role, None if link is None else link.role, op.role):
        if role not in (None, UNSET) and not at_least(actor.role, role):
            raise refuse("role_above", "id" if role is not op.role else "role", role)
    return op


def _parent(board: Board, actor: Actor, parent: str | None, where: str = "parent") -> int:
    """How deep a parent lies: 0 for the top."""
    if parent is None:
        return 0
    layer = _open_layer(board, actor, parent, where)
    if not layer.group:
        raise refuse("not_a_group", where)
    return sum(1 for _ in board.ancestry(parent))


def _set_layer(board: Board, actor: Actor, op: ops.LayerSet, given: bool) -> Iterator[AnyOp]:
    _no_key(given, op.key)
    layer = _seen_layer(board, actor, op.id, "id")
    if not any(written(op)):
        raise refuse("empty", "")
    _not_closed(actor, op, layer.seats)
    named = {prop for _, _, prop in written(op)}
    if named - {"locked", "published"}:
        _open_layer(board, actor, op.id, "id")
    elif layer.parent is not None and board.locked(layer.parent):
        raise refuse("locked", "id")
    yield op if op.opacity is UNSET else replace(op, opacity=_exact(op.opacity))


def _move_layer(board: Board, actor: Actor, op: ops.LayerMove, given: bool) -> Iterator[AnyOp]:
    _no_key(given, op.key)
    layer = _open_layer(board, actor, op.id, "id")
    if op.parent is not None:
        _seen_layer(board, actor, op.parent, "parent")
        if any(held.id == op.id for held in board.ancestry(op.parent)):
            raise refuse("layer_cycle", "parent")
    depth = _parent(board, actor, op.parent)
    below = max(sum(1 for _ in board.ancestry(id)) for id in board.subtree(op.id))
    height = below - sum(1 for _ in board.ancestry(op.id)) + 1
    if depth + height > limits.LAYER_DEPTH_MAX:
        raise refuse("too_deep", "parent", f"at most {limits.LAYER_DEPTH_MAX}")
    key = op.key
    if not key:
        moved, key = _layer_key(board, actor, op.parent, op.before, layer)
        yield from moved
    yield replace(op, key=key, before=None)


def _layer_key(
    board: Board, actor: Actor, parent: str | None, before: str | None, moving: Layer | None
) -> tuple[list[AnyOp], str]:
    neighbour = None
    if before is not None:
        held = board.layers.get(before)
        if (
            held is None
            or held.parent != parent
            or held == moving
            or not _sees(board, actor, "layer", before)
        ):
            raise refuse("unknown_neighbour", "before")
        neighbour = (held.key, held.id)
    own = (moving.key, moving.id) if moving is not None and moving.parent == parent else None
    siblings = board.children[parent]
    if board.open_private is not None:  # nobody is to find the place of what is private
        siblings = [held for held in siblings if not board.layers[held[1]].private]
    moved, key = _key(siblings, neighbour, own)
    return [ops.LayerSet(id, key=new) for id, new in moved], key


def _key(
    siblings: list[tuple[str, str]], before: tuple[str, str] | None, own: tuple[str, str] | None
) -> tuple[list[tuple[str, str]], str]:
    """A key before a neighbour (None: last), and new keys for siblings when there is no room.

    ``own`` is the place among them of what moves.
    """
    low, high = neighbours(siblings, before, own)
    if high is None or low < high:
        key = order.between(low, high)
        if len(key) <= limits.KEY_CHARS_MAX:
            return [], key
    siblings = [sibling for sibling in siblings if sibling != own]
    at = len(siblings) if before is None else siblings.index(before)
    reach = 32
    while True:
        start, end = max(0, at - reach), min(len(siblings), at + reach)
        below = siblings[start - 1][0] if start else ""
        above = siblings[end][0] if end < len(siblings) else None
        if above is None or below < above:
            keys = order.spread(end - start + 1, below, above)
            if max(map(len, keys)) <= limits.KEY_CHARS_MAX // 2 or (start, end) == (
                0,
                len(siblings),
            ):
                break
        reach *= 2
    new = keys[: at - start] + keys[at - start + 1 :]
    moved = [(id, key) for (_, id), key in zip(siblings[start:end], new, strict=True)]
    return moved, keys[at - start]


# -- nodes


def _create_node(board: Board, actor: Actor, op: ops.NodeCreate, given: bool) -> Iterator[AnyOp]:
    _no_key(given, op.key)
    _fresh(board, actor, "node", op.id)
    layer = _addable_layer(board, actor, op.layer, "layer")
    if layer.private:
        _one_more_written(board, op.layer, "id")
    elif board.shared_nodes() >= limits.NODES_MAX:
        raise refuse("too_many", "id", f"nodes, at most {limits.NODES_MAX}")
    if layer.group:
        raise refuse("is_group", "layer")
    texts = _clean_texts("node", op.text)
    for index, name in enumerate(op.tags):
        _clean(name, f"tags[{index}]")
    _check_points(op.points)
    key = op.key
    if not key:
        moved, key = _node_key(board, op.layer, op.before, None)
        yield from moved
    yield _usual(
        replace(
            op, key=key, before=None, text=texts, angle=_turned(op.angle),
            x=_exact(op.x), y=_exact(op.y), w=_exact(op.w), h=_exact(op.h),
        )
    )  # fmt: skip


def _set_node(board: Board, actor: Actor, op: ops.NodeSet, given: bool) -> Iterator[AnyOp]:
    _no_key(given, op.key)
    only_locks = op.before is UNSET and {prop for _, _, prop in written(op)} == {"locked"}
    node = (_within_reach if only_locks else _open_node)(board, actor, op.id, "id")
    if not any(written(op)) and op.before is UNSET:
        raise refuse("empty", "")
    _check_points(op.points)
    layer = node.layer if op.layer is UNSET else op.layer
    # whoever may only add there takes nothing of others along: they could not bring it back
    if layer != node.layer and _layer_open_for(board, actor, op.id, layer, "layer").group:
        raise refuse("is_group", "layer")
    if op.tags is not UNSET:
        for index, name in enumerate(op.tags):
            _clean(name, f"tags[{index}]")
    values: dict[str, object] = {
        field: _exact(value)
        for field in ("x", "y", "w", "h")
        if (value := getattr(op, field)) is not UNSET
    }
    if op.key is UNSET and (op.before is not UNSET or layer != node.layer):
        before = None if op.before is UNSET else op.before
        moved, values["key"] = _node_key(board, layer, before, node)
        yield from moved
    yield _usual(replace(op, before=UNSET, angle=_turned(op.angle), **values))


def _node_key(
    board: Board, layer: str, before: str | None, moving: Node | None
) -> tuple[list[AnyOp], str]:
    neighbour = None
    if before is not None:
        held = board.node(before)
        if held is None or held.layer != layer or held == moving:
            raise refuse("unknown_neighbour", "before")
        neighbour = (held.key, held.id)
    own = (moving.key, moving.id) if moving is not None and moving.layer == layer else None
    moved, key = _key(board.members[layer], neighbour, own)
    return [ops.NodeSet(id, key=new) for id, new in moved], key


# -- rounds of voting


def _check_question(question: str) -> None:
    if not question.strip():
        raise refuse("invalid", "question", "a round has a question")
    _clean(question, "question")


def _round(board: Board, id: str, where: str) -> Round:
    if id not in board.rounds:
        raise refuse("unknown_round", where)
    return board.rounds[id]


def _open_round(board: Board, actor: Actor, op: ops.RoundOpen) -> AnyOp:
    _fresh(board, actor, "round", op.id)
    if owner_key("round", op.id) in board.writers:  # ballots of it may still be kept
        raise refuse("id_taken", "id", op.id)
    if board.open_round is not None:
        raise refuse("round_open", "op")
    if len(board.rounds) >= limits.ROUNDS_MAX:
        raise refuse("too_many", "id", f"rounds, at most {limits.ROUNDS_MAX}")
    _check_question(op.question)
    given = [name for name in ("layer", "tag", "nodes") if getattr(op, name)]
    if op.again is None:
        if len(given) != 1:
            raise refuse("invalid", "", "name a layer, a tag or nodes, one of the three")
    else:
        if given:
            raise refuse("invalid", given[0], "a round that is repeated has the nodes that it had")
        earlier = _round(board, op.again, "again")
        op = replace(op, layer=earlier.layer, tag=earlier.tag, nodes=earlier.nodes)
    if op.layer is not None:
        _seen_layer(board, actor, op.layer, "layer" if op.again is None else "again")
    if op.tag is not None:
        _clean(op.tag, "tag")
    for index, id in enumerate(op.nodes if op.again is None else ()):
        if _seen_node(board, actor, id, f"nodes[{index}]").kind not in VOTED_KINDS:
            raise refuse("invalid", f"nodes[{index}]", "this kind of node is not voted on")
    number = max((round.number for round in board.rounds.values()), default=0) + 1
    return replace(op, number=number)


# -- private rounds


def _private(board: Board, id: str, where: str) -> Private:
    private = board.private
    if private is None or private.id != id:
        raise refuse("unknown_round", where)
    if not private.open:
        raise refuse("round_closed", where)
    return private


def _open_private(board: Board, actor: Actor, op: ops.PrivateOpen) -> AnyOp:
    _fresh(board, actor, "private", op.id)
    last = board.private
    # one that this entry has ended is still to be erased, and the board remembers only the last
    if last is not None and (last.open or last.until > board.seq):
        raise refuse("round_open", "op")
    _check_question(op.question)
    if _addable_layer(board, actor, op.layer, "layer").group:
        raise refuse("is_group", "layer")
    return replace(op, number=1 if last is None else last.number + 1)


def _enter(board: Board, actor: Actor, op: ops.PrivateEnter) -> AnyOp:
    private = _private(board, op.id, "id")
    if not actor.client:
        raise refuse("unknown_seat", "seat")
    layer = private_layer(actor.client, private.number)
    if layer in board.layers or owner_key("layer", layer) in board.buried:
        raise refuse("id_taken", "id", layer)
    if len(board.written) >= limits.PRIVATE_SEATS_MAX:
        raise refuse("too_many", "id", f"people in a round, at most {limits.PRIVATE_SEATS_MAX}")
    return replace(op, seat=actor.client, layer=layer)


def _one_more_written(board: Board, layer: str, where: str) -> None:
    if len(board.members[layer]) >= limits.PRIVATE_STICKIES_MAX:
        bound = f"stickies of one person in a private round, at most {limits.PRIVATE_STICKIES_MAX}"
        raise refuse("too_many", where, bound)


def _reveal(board: Board, actor: Actor, op: ops.PrivateReveal) -> Iterator[AnyOp]:
    """What revealing means: stickies moved, or made anew; then the end of the round."""
    private = _private(board, op.id, "id")
    layer = private.layer if op.layer is None else op.layer
    if _addable_layer(board, actor, layer, "layer").group:
        raise refuse("is_group", "layer")
    laid = rows(board, op.order, op.seed, op.named)
    if board.shared_nodes() + sum(map(len, laid)) > limits.NODES_MAX:
        raise refuse("too_many", "id", f"nodes, at most {limits.NODES_MAX}")
    left, top = free_corner(board, layer)
    at = 0
    for down, row in enumerate(laid):
        for across, node in enumerate(row):
            x = _on_board(left + across * (SIDE + GAP))
            y = _on_board(top + down * (SIDE + GAP))
            moved, key = _node_key(board, layer, None, None)
            yield from moved
            if op.named:
                yield ops.NodeSet(
                    node.id, layer=layer, x=x, y=y, w=SIDE, h=SIDE, key=key, angle=None,
                    locked=False, tags=_signed(board, node),
                )  # fmt: skip
                continue
            at += 1
            yield ops.NodeCreate(
                revealed_id(op.seed, at), layer, "sticky", x, y, SIDE, SIDE, key=key,
                color=node.color, tags=node.tags, text=node.text,
            )  # fmt: skip
    yield replace(op, layer=layer, seed="")


def _on_board(value: float) -> float:
    return _exact(min(value, limits.COORDINATE_MAX))


def _signed(board: Board, node: Node) -> tuple[str, ...]:
    """The tags of a sticky, and the name of who wrote it."""
    (seat,) = board.layers[node.layer].seats
    name = board.seats[seat].name[: limits.TAG_CHARS_MAX] if seat in board.seats else ""
    if not name or name in node.tags:
        return node.tags
    return (name, *node.tags)[: limits.TAGS_MAX]


def _stays_private(board: Board, actor: Actor, op: AnyOp) -> None:
    """Refuse what would lead out of a private layer, or into it, or change the layer itself.

    Only who may know of the layer is told so; for others there is no such layer.
    """
    if board.open_private is None:
        return
    for where, id in _leads_out(board, op):
        layer = board.layers.get(id)
        if layer is not None and layer.private and _sees(board, actor, "layer", id):
            raise refuse("private_layer", where)


def _leads_out(board: Board, op: AnyOp) -> Iterator[tuple[str, str]]:
    """The layers that are named in an operation, but for what may be done in a private one."""

    def of(node: str | None) -> str:
        held = None if node is None else board.node(node)
        return "" if held is None else held.layer

    match op:
        case ops.LayerSet() | ops.LayerRemove() | ops.LayerGrant():
            yield "id", op.id
        case ops.LayerMove():
            yield from (("id", op.id), ("before", op.before or ""))
        case ops.LayerCreate():
            yield from (("parent", op.parent or ""), ("before", op.before or ""))
        case ops.NodeCreate():
            if op.kind != "sticky" or op.image is not None:
                yield ("image" if op.kind == "sticky" else "kind"), op.layer
        case ops.NodeSet():
            if op.layer is not UNSET and op.layer != of(op.id):
                yield from (("layer", op.layer), ("layer", of(op.id)))
            if op.image not in (UNSET, None):
                yield "image", of(op.id)
        case ops.RelationCreate():
            yield from (("source", of(op.source)), ("target", of(op.target)))
        case ops.CommentCreate():
            yield from (("layer", op.layer or ""), ("node", of(op.node)))
        case ops.TextSet():
            yield "id", op.id if op.owner == "layer" else ""
        case ops.StageSpotlight():
            yield "layer", op.layer or ""
        case ops.SceneCreate():
            yield from ((f"layers[{at}]", id) for at, id in enumerate(op.layers))
        case ops.SceneSet() if op.layers is not UNSET:
            yield from ((f"layers[{id}]", id) for id in op.layers)
        case ops.RoundOpen():
            yield "layer", op.layer or ""
            yield from ((f"nodes[{at}]", of(id)) for at, id in enumerate(op.nodes))
        case ops.PrivateReveal():
            yield "layer", op.layer or ""


# -- relations, comments, texts, what was removed


def _create_relation(board: Board, actor: Actor, op: ops.RelationCreate) -> AnyOp:
    _fresh(board, actor, "relation", op.id)
    if len(board.relations) >= limits.RELATIONS_MAX:
        raise refuse("too_many", "id", f"relations, at most {limits.RELATIONS_MAX}")
    _addable_layer(board, actor, _seen_node(board, actor, op.source, "source").layer, "source")
    _seen_node(board, actor, op.target, "target")
    return _usual(replace(op, text=_clean_texts("relation", op.text)))


def _create_comment(board: Board, actor: Actor, op: ops.CommentCreate, given: bool) -> AnyOp:
    _fresh(board, actor, "comment", op.id)
    if op.at and not given:
        raise refuse("invalid", "at", "the server says when")
    if len(board.comments) >= limits.COMMENTS_MAX:
        raise refuse("too_many", "id", f"comments, at most {limits.COMMENTS_MAX}")
    match op.layer, op.node, op.answers:
        case str() as layer, None, None:
            where = "layer"
            if _seen_layer(board, actor, layer, where).group:
                raise refuse("is_group", where)
        case None, str() as node, None:
            where = "node"
            layer = _seen_node(board, actor, node, where).layer
        case None, None, str() as first:
            where = "answers"
            answered = _seen_comment(board, actor, first, where)
            if answered.answers is not None:
                raise refuse("invalid", where, "an answer takes no answers of its own")
            layer = board.comment_layer(answered)
        case _:
            raise refuse("invalid", "", "a comment has one of layer, node and answers")
    _open_to(board, actor, layer, where)
    texts = _clean_texts("comment", op.text)
    if not texts:
        raise refuse("empty", "text")
    x, y = (_exact(op.x), _exact(op.y)) if op.layer is not None else (0.0, 0.0)
    return replace(op, x=x, y=y, by=_clean(op.by, "by"), text=texts)


def _set_text(board: Board, actor: Actor, op: ops.TextSet) -> AnyOp:
    fields = ops.TEXT_FIELDS[op.owner]
    if op.owner not in ("node", "relation", "comment") and not at_least(actor.role, "facilitator"):
        raise refuse("role", "owner", "facilitator")
    if op.field not in fields:
        raise refuse("invalid", "field", f"a {op.owner} has only {', '.join(fields)}")
    match op.owner:
        case "board":
            if op.id:
                raise refuse("invalid", "id", "the board's own texts have the id ''")
        case "layer":
            _open_layer(board, actor, op.id, "id")
        case "node":
            _open_node(board, actor, op.id, "id")
        case "comment":
            comment = _seen_comment(board, actor, op.id, "id")
            if actor.client and not actor.made(op.id):
                raise refuse("not_author", "id")
            _open_to(board, actor, board.comment_layer(comment), "id")
            if not op.text and not comment.text["text"].keys() - {op.lang}:
                raise refuse("empty", "text")
        case "scene":
            _scene(board, op.id, "id")
        case "step":
            _step(board, op.id, "id")
        case _:
            _open_relation(board, actor, op.id, "id")
    if len(op.text) > fields[op.field]:
        raise refuse("invalid", "text", f"at most {fields[op.field]} characters")
    _clean(op.text, "text")
    languages = texts_of(board, op.owner, op.id).get(op.field, {})
    current = text_of(board, op.owner, op.id, op.field, op.lang)
    if op.text and op.lang not in languages and len(languages) >= limits.LANGUAGES_MAX:
        raise refuse("too_many", "lang", f"languages, at most {limits.LANGUAGES_MAX}")
    if op.base != current and op.text != current:
        raise Refused(Conflict("base", current))
    return replace(op, base=current)


# -- the stage, scenes and the agenda. ``given``: by an undo or an import, which know of keys, and
# of what may have gone by now.


def _set_stage(board: Board, op: ops.StageSet, back: bool) -> Iterator[AnyOp]:
    """Closing the stage ends what goes with it: the next who opens it begins with nothing.

    Taking back that it was opened closes it, and nothing that others have done since.
    """
    if op.open or back:
        yield op
        return
    yield ops.StageSet(False, False) if board.stage.locked or op.locked is not UNSET else op
    if board.stage.spotlight is not None:
        yield ops.StageSpotlight()
    if board.stage.look is not None:
        yield ops.StageLook()
    if board.stage.scene is not None:
        yield ops.SceneShow()


def _exact_viewport(viewport: Viewport | None) -> Viewport | None:
    if viewport is None:
        return None
    x, y, w, h = viewport
    return _exact(x), _exact(y), _exact(w), _exact(h)


def _scene(board: Board, id: str, where: str) -> Scene:
    scene = board.scenes.get(id)
    if scene is None:
        raise refuse("unknown_scene", where)
    return scene


def _step(board: Board, id: str, where: str) -> AgendaStep:
    step = board.agenda.get(id)
    if step is None:
        raise refuse("unknown_step", where)
    return step


def _fresh_or_given(board: Board, actor: Actor, owner: str, id: str, given: bool) -> None:
    """As ``_fresh``, but whoever takes a removal back makes what others have made."""
    if not given:
        _fresh(board, actor, owner, id)
    elif _thing(board, owner, id) is not None:
        raise refuse("id_taken", "id", id)


def _place(
    held: dict[str, Scene] | dict[str, AgendaStep],
    move: type[ops.SceneMove | ops.StepMove],
    before: str | None,
    own: str | None = None,
) -> Generator[AnyOp, None, str]:
    """A key before one of the scenes or steps (None: last), after moves that make room for it."""
    places = {id: (one.key, id) for id, one in held.items()}
    if before is not None and (before not in places or before == own):
        raise refuse("unknown_neighbour", "before")
    neighbour = None if before is None else places[before]
    moved, key = _key(sorted(places.values()), neighbour, None if own is None else places[own])
    yield from (move(id, key=new) for id, new in moved)
    return key


def _create_scene(board: Board, actor: Actor, op: ops.SceneCreate, given: bool) -> Iterator[AnyOp]:
    _no_key(given, op.key)
    _fresh_or_given(board, actor, "scene", op.id, given)
    if len(board.scenes) >= limits.SCENES_MAX:
        raise refuse("too_many", "id", f"scenes, at most {limits.SCENES_MAX}")
    if not given:
        for index, id in enumerate(op.layers):
            _seen_layer(board, actor, id, f"layers[{index}]")
    texts = _clean_texts("scene", op.text)
    key = op.key or (yield from _place(board.scenes, ops.SceneMove, op.before))
    viewport = _exact_viewport(op.viewport)
    layers = tuple(sorted(set(op.layers)))
    yield replace(op, layers=layers, viewport=viewport, key=key, before=None, text=texts)


def _set_scene(board: Board, actor: Actor, op: ops.SceneSet) -> AnyOp:
    scene = _scene(board, op.id, "id")
    if not any(written(op)):
        raise refuse("empty", "")
    if op.layers is not UNSET:
        for layer in op.layers:
            _seen_layer(board, actor, layer, f"layers[{layer}]")
        off = {id for id, on in op.layers.items() if not on}
        held = {*scene.layers, *op.layers} - off  # some may be removed by now
        if len(held) > max(limits.LAYERS_MAX, len(scene.layers)):
            raise refuse("too_many", "layers", f"layers in a scene, at most {limits.LAYERS_MAX}")
    return op if op.viewport is UNSET else replace(op, viewport=_exact_viewport(op.viewport))


def _move_scene(board: Board, op: ops.SceneMove, given: bool) -> Iterator[AnyOp]:
    _no_key(given, op.key)
    _scene(board, op.id, "id")
    key = op.key or (yield from _place(board.scenes, ops.SceneMove, op.before, op.id))
    yield replace(op, key=key, before=None)


def _show_scene(board: Board, actor: Actor, op: ops.SceneShow, back: bool) -> Iterator[AnyOp]:
    """What showing a scene means. Taking it back says only which one it was."""
    if op.scene is None or back:
        yield op
        return
    scene = _scene(board, op.scene, "scene")
    drive: dict[str, bool | None] = {
        id: scene.holds(id)
        for id, layer in board.layers.items()
        if not layer.private and _sees(board, actor, "layer", id)
    }
    if drive:
        yield ops.StageDrive(drive)
    if not board.stage_open:
        yield ops.StageSet(True)
    if scene.viewport is not None or board.stage.look is not None:
        yield ops.StageLook(scene.viewport)
    yield op


def _check_scene_of_step(board: Board, scene: str | UnsetType | None, given: bool) -> None:
    if isinstance(scene, str) and not given:
        _scene(board, scene, "scene")


def _create_step(board: Board, actor: Actor, op: ops.StepCreate, given: bool) -> Iterator[AnyOp]:
    _no_key(given, op.key)
    _fresh_or_given(board, actor, "step", op.id, given)
    if len(board.agenda) >= limits.STEPS_MAX:
        raise refuse("too_many", "id", f"steps, at most {limits.STEPS_MAX}")
    _check_scene_of_step(board, op.scene, given)
    texts = _clean_texts("step", op.text)
    key = op.key or (yield from _place(board.agenda, ops.StepMove, op.before))
    yield replace(op, key=key, before=None, text=texts)


def _move_step(board: Board, op: ops.StepMove, given: bool) -> Iterator[AnyOp]:
    _no_key(given, op.key)
    _step(board, op.id, "id")
    key = op.key or (yield from _place(board.agenda, ops.StepMove, op.before, op.id))
    yield replace(op, key=key, before=None)


def _go(board: Board, actor: Actor, op: ops.AgendaGo, back: bool) -> Iterator[AnyOp]:
    """What going to a step means. Taking it back says only which one it was."""
    if op.step is None or back:
        yield op
        return
    step = _step(board, op.step, "step")
    if step.scene in board.scenes:
        yield from _show_scene(board, actor, ops.SceneShow(step.scene), back)
    if step.timer_ms is not None:
        yield ops.TimerSet(True, step.timer_ms)
    yield op


def _restorable(board: Board, actor: Actor, owner: str, id: str) -> None:
    tombstone = board.tombstones.get(owner_key(owner, id))
    if tombstone is None or not _could_read(board, actor, tombstone):
        raise refuse("not_removed", "id")
    if owner == "layer":
        depth = _parent(board, actor, tombstone.layers[0].parent, "id") + _height(tombstone)
        if depth > limits.LAYER_DEPTH_MAX:
            raise refuse("too_deep", "id", f"at most {limits.LAYER_DEPTH_MAX}")
        for layer in tombstone.layers:
            least = needed(layer, actor.client, "write")
            if board.could_read(actor.role, layer.id, actor.client) and not at_least(
                actor.role, least
            ):
                raise refuse("not_writable", "id", least)
    if owner == "node":
        held_in = _layer_open_for(board, actor, id, tombstone.nodes[0].layer, "id")
        if held_in.private:
            _one_more_written(board, held_in.id, "id")
    if owner == "relation":
        relation = tombstone.relations[0]
        if board.node(relation.source) is None or board.node(relation.target) is None:
            raise refuse("ends_missing", "id")
        source = _seen_node(board, actor, relation.source, "id")
        _layer_open_for(board, actor, id, source.layer, "id")
    if owner == "comment":
        comment = tombstone.comments[0]
        if not board.takes(comment):
            raise refuse("thread_missing", "id")
        _leads(board, actor, comment, "id")
    layers = len(board.layers) - len(board.written)
    for held, more, bound, name in (
        (layers, len(tombstone.layers), limits.LAYERS_MAX, "layers"),
        (board.shared_nodes(), len(tombstone.nodes), limits.NODES_MAX, "nodes"),
        (len(board.relations), len(tombstone.relations), limits.RELATIONS_MAX, "relations"),
        (len(board.comments), len(tombstone.comments), limits.COMMENTS_MAX, "comments"),
    ):
        if held + more > bound:
            raise refuse("too_many", "id", f"{name}, at most {bound}")


def _could_read(board: Board, actor: Actor, tombstone: Tombstone) -> bool:
    """Whether the actor could read what the tombstone is of, if it were brought back."""
    if tombstone.layers:
        top = tombstone.layers[0]
        return at_least(actor.role, needed(top, actor.client, "read")) and (
            top.parent is None or _sees(board, actor, "layer", top.parent)
        )
    if tombstone.nodes:
        return _sees(board, actor, "layer", tombstone.nodes[0].layer)
    if tombstone.comments:
        layer = board.comment_layer_once(tombstone.comments[0])
        return layer is not None and board.could_read(actor.role, layer, actor.client)
    ends = (board.once(end) for held in tombstone.relations for end in (held.source, held.target))
    return all(
        end is not None and board.could_read(actor.role, end.layer, actor.client) for end in ends
    )


def _height(tombstone: Tombstone) -> int:
    parents = {layer.id: layer.parent for layer in tombstone.layers}
    highest = 1
    for id in parents:
        height = 1
        parent = parents[id]
        while parent in parents:
            height += 1
            parent = parents[parent]
        highest = max(highest, height)
    return highest
