"""Streams: what a board is made of for those who watch it, and what each stream puts.

Six kinds, named by ``board/state.py``: ``board`` (the board itself, its scenes, the steps of its
agenda, rounds of voting, the private round, the timer, where everyone was brought), ``lead``
(links, seats and how much was written privately, for those who lead), ``head/L`` (a layer's
header, one record), ``body/L`` (the nodes of a layer), ``talk/L`` (the comments in it) and
``pair/L/M`` (the relations between two layers, L <= M). A stream is also an audience: what it
puts depends on the board alone, never on who asks. Folding the patches of a stream gives its
projection.
"""

from collections.abc import Iterable, Sequence
from math import ceil, inf, sqrt
from typing import Final

from msgspec import Struct

from board import limits
from board.stage import AgendaStep, Scene
from board.state import (
    BOARD_STREAM,
    Board,
    Comment,
    Layer,
    Node,
    Relation,
    Round,
    Texts,
    private_record,
    round_record,
    scene_record,
    step_record,
)
from layers import shapes
from layers.measure import balanced_lines, fit_node
from layers.shapes import (
    BoardShape,
    CommentShape,
    LayerShape,
    LinkShape,
    LookShape,
    NodeShape,
    PrivateShape,
    RelationShape,
    RoundShape,
    SceneShape,
    SeatShape,
    Shape,
    StepShape,
    TimerShape,
    Votes,
    WrittenShape,
)

Box = tuple[float, float, float, float]  # x, y, w, h in board units; x, y is the top left corner


def kind(stream: str) -> str:
    """The kind of a stream: ``board``, ``lead``, ``head``, ``body``, ``talk`` or ``pair``."""
    return stream.partition("/")[0]


def layers_of(stream: str) -> tuple[str, ...]:
    """The layers that a stream is about: none, one or two.

    Raises ValueError for what is no name of a stream.
    """
    name, *layers = stream.split("/")
    if len(layers) != COUNTS.get(name, -1) or (name == "pair" and layers[0] > layers[1]):
        raise ValueError(f"no stream is named {stream!r}")
    return tuple(layers)


def is_cut(stream: str) -> bool:
    """Whether a stream comes in chunks: that of what lies on the board. Others come whole."""
    return kind(stream) in ("body", "talk", "pair")


COUNTS: Final = {"board": 0, "lead": 0, "head": 1, "body": 1, "talk": 1, "pair": 2}


# -- texts


def language(board: Board, *fields: dict[str, str]) -> str:
    """The language that a thing is shown in: the board's, else the first that it has.

    ``fields`` are its texts by language, the most important first.
    """
    for texts in fields:
        if board.lang in texts:
            return board.lang
    for texts in fields:
        if texts:
            return min(texts)
    return board.lang


def said(board: Board, texts: Texts, field: str, lang: str) -> str:
    """One text in a language, else in the board's, else in the first that there is."""
    found = texts.get(field)
    if not found:
        return ""
    for name in (lang, board.lang):
        if name in found:
            return found[name]
    return found[min(found)]


def _foreign(board: Board, lang: str) -> str:
    return "" if lang == board.lang else lang


def _told(board: Board, texts: Texts, *fields: str) -> dict[str, str]:
    """The texts of a thing, all in the language that it is shown in, and which one that is."""
    lang = language(board, *(texts.get(field, {}) for field in fields))
    shown = {field: said(board, texts, field, lang) for field in fields}
    return {**shown, "lang": _foreign(board, lang)}


# -- records


def board_shape(board: Board) -> BoardShape:
    """The record of the board itself."""
    lang = language(board, board.text.get("title", {}), board.text.get("description", {}))
    return BoardShape(
        id="board",
        title=said(board, board.text, "title", lang),
        description=said(board, board.text, "description", lang),
        lang=board.lang,
        stage=board.stage_open,
        public=board.public,
        archived=board.archived,
        locked=board.stage.locked,
        scene=board.stage.scene or "",
        step=board.stage.step or "",
        waiting=board.waiting,
        cursors=board.stage.cursors,
    )


def round_shape(round: Round) -> RoundShape:
    """The record of a round of voting."""
    return RoundShape(
        id=round_record(round.id),
        number=round.number,
        question=round.question,
        votes=round.votes,
        open=round.open,
        several=round.several,
        named=round.named,
        live=round.live,
        by_link=round.by_link,
        again=round.again or "",
    )


def scene_shape(board: Board, scene: Scene) -> SceneShape:
    """The record of a scene."""
    return SceneShape(
        id=scene_record(scene.id),
        key=scene.key,
        viewport=scene.viewport,
        **_told(board, scene.text, "title", "note", "spoken"),
    )


def step_shape(board: Board, step: AgendaStep) -> StepShape:
    """The record of a step of the agenda."""
    return StepShape(
        id=step_record(step.id),
        key=step.key,
        scene=step.scene or "",
        timer_ms=step.timer_ms or 0,
        round=step.round or "",
        **_told(board, step.text, "title", "note", "question"),
    )


def _of_the_board(board: Board, id: str) -> Shape | None:
    """A record of the stream ``board``."""
    kind, _, name = id.partition("/")
    stage = board.stage
    match kind:
        case "board":
            return board_shape(board)
        case "scene":
            scene = board.scenes.get(name)
            return None if scene is None else scene_shape(board, scene)
        case "step":
            step = board.agenda.get(name)
            return None if step is None else step_shape(board, step)
        case "round":
            round = board.rounds.get(name)
            return None if round is None else round_shape(round)
        case "private":
            private = board.private
            if private is not None and private.id == name:
                return PrivateShape(id, private.question, private.open, private.revealed)
        case "timer":
            timer = stage.timer
            if timer is not None:
                return TimerShape("timer", timer.left_ms, timer.at, timer.running)
        case "look":
            if stage.look is not None:
                return LookShape("look", stage.look.viewport, stage.look.number)
    return None


def _ids_of_the_board(board: Board) -> list[str]:
    found = ["board", "look", "timer"]
    found += (scene_record(scene.id) for scene in board.scenes_in_order())
    found += (step_record(step.id) for step in board.agenda_in_order())
    found += map(round_record, sorted(board.rounds))
    if board.private is not None:
        found.append(private_record(board.private.id))
    return [id for id in found if _of_the_board(board, id) is not None]


def header(board: Board, layer: Layer) -> LayerShape:
    """The record of a layer's header stream."""
    lang = language(board, layer.text.get("title", {}), layer.text.get("note", {}))
    return LayerShape(
        id=layer.id,
        parent=layer.parent,
        key=layer.key,
        title=said(board, layer.text, "title", lang),
        color=layer.color,
        published=layer.published,
        count=len(board.members[layer.id]),
        group=layer.group,
        driven=board.driven.get(layer.id),
        locked=layer.locked,
        restricted=board.read_role(layer.id) != "viewer",
        opacity=layer.opacity,
        note=said(board, layer.text, "note", lang),
        read=board.read_role(layer.id),
        write=board.write_role(layer.id),
        voters={
            id: round.voters[layer.id]
            for id, round in sorted(board.rounds.items())
            if layer.id in round.voters
        },
        scenes=tuple(sorted(scene.id for scene in board.scenes.values() if scene.holds(layer.id))),
        spotlight=board.stage.spotlight == layer.id,
        add=board.add_role(layer.id),
        seats={
            seat: (
                layer.seats.get(seat, ""),
                board.add_role(layer.id, seat),
                board.write_role(layer.id, seat),
            )
            for seat in sorted(board.named(layer.id))
        },
        private=layer.private,
        reveals=_reveals(board, layer),
    )


def _reveals(board: Board, layer: Layer) -> str:
    private = board.open_private
    return private.id if private is not None and private.layer == layer.id else ""


def node_shape(board: Board, node: Node) -> NodeShape:
    """The record of a node, its texts broken into lines."""
    lang = language(
        board, node.text.get("title", {}), node.text.get("text", {}), node.text.get("alt", {})
    )
    title, text, font = fit_node(
        node.kind,
        said(board, node.text, "title", lang),
        said(board, node.text, "text", lang),
        node.w,
        node.h,
        node.text_size,
        node.shape,
    )
    return NodeShape(
        id=node.id,
        key=node.key,
        x=node.x,
        y=node.y,
        w=node.w,
        h=node.h,
        kind=node.kind,
        title=title,
        text=text,
        color=node.color,
        href=node.href,
        tags=node.tags,
        lang=_foreign(board, lang),
        shape=node.shape or "rectangle",
        angle=node.angle or 0.0,
        locked=node.locked,
        text_size=node.text_size or "medium",
        font=font,
        image=node.image or "",
        points=node.points or (),
        alt=said(board, node.text, "alt", lang),
        round=_round_of(board, node),
        votes=_votes_of(board, node),
    )


def _round_of(board: Board, node: Node) -> str:
    """The open round in which a node may be voted on."""
    round = board.open_round
    return round.id if round is not None and board.is_voted_on(round, node) else ""


def _votes_of(board: Board, node: Node) -> dict[str, Votes]:
    """What a node got in rounds that are closed."""
    return {
        id: Votes(round.tally[node.id], dict(sorted(round.by.get(node.id, {}).items())))
        for id, round in sorted(board.rounds.items())
        if node.id in round.tally
    }


def relation_shape(board: Board, relation: Relation) -> RelationShape:
    """The record of a relation, its label broken into lines."""
    lang = language(board, relation.text.get("label", {}))
    label = said(board, relation.text, "label", lang)
    return RelationShape(
        id=relation.id,
        source=relation.source,
        target=relation.target,
        label=balanced_lines(label, shapes.LABEL_WIDTH, shapes.LABEL_SIZE, shapes.TEXT_WEIGHT),
        dashed=relation.dashed,
        color=relation.color,
        lang=_foreign(board, lang),
        line=relation.line or "curved",
        start=relation.start or "none",
        end=relation.end or "arrow",
    )


def comment_shape(board: Board, comment: Comment) -> CommentShape:
    """The record of a comment."""
    return CommentShape(
        id=comment.id,
        at=comment.at,
        by=comment.by,
        node=comment.node or "",
        answers=comment.answers or "",
        x=comment.x,
        y=comment.y,
        resolved=comment.resolved,
        **_told(board, comment.text, "text"),
    )


def record(board: Board, stream: str, id: str) -> Shape | None:
    """The record of that id in a stream, or None when the stream does not hold it."""
    if stream == BOARD_STREAM:
        return _of_the_board(board, id)
    name, _, rest = stream.partition("/")
    if name == "lead":
        return _lead_shape(board, id)
    if name == "head":
        layer = board.layers.get(id)
        return None if layer is None or id != rest else header(board, layer)
    if name == "body":
        node = board.node(id)
        return None if node is None or node.layer != rest else node_shape(board, node)
    if name == "talk":
        said_there = id in board.talk.get(rest, ())
        return comment_shape(board, board.comments[id]) if said_there else None
    return relation_shape(board, board.relations[id]) if id in board.pairs.get(stream, ()) else None


def _lead_shape(board: Board, id: str) -> LinkShape | SeatShape | WrittenShape | None:
    owner, _, rest = id.partition("/")
    if owner == "private":
        private = board.open_private
        return written_shape(board) if private is not None and private.id == rest else None
    if owner == "link":
        link = board.links.get(rest)
        if link is None:
            return None
        return LinkShape(
            id, link.role, link.generation, link.name, link.expires_ms, link.single, link.seat
        )
    seat = board.seats.get(rest)
    if seat is None:
        return None
    return SeatShape(id, seat.link, seat.name, seat.role or "", seat.removed)


def written_shape(board: Board) -> WrittenShape | None:
    """How much was written in the private round that is open."""
    private = board.open_private
    if private is None:
        return None
    counts = board.written.values()
    return WrittenShape(private_record(private.id), sum(counts), sum(map(bool, counts)))


def holds(board: Board, stream: str, id: str) -> bool:
    """Whether a stream has a record of that id."""
    name, _, rest = stream.partition("/")
    if name == "body":
        node = board.node(id)
        return node is not None and node.layer == rest
    if name == "talk":
        return id in board.talk.get(rest, ())
    if name == "pair":
        return id in board.pairs.get(stream, ())
    if name == "lead":
        return _lead_shape(board, id) is not None
    if name == "head":
        return id == rest and id in board.layers
    return _of_the_board(board, id) is not None


def ids(board: Board, stream: str) -> list[str]:
    """The ids of a stream's records: nodes in z order, others sorted."""
    if stream == BOARD_STREAM:
        return _ids_of_the_board(board)
    name, _, rest = stream.partition("/")
    if name == "lead":
        written = written_shape(board)
        return [
            *(f"link/{id}" for id in sorted(board.links)),
            *(f"seat/{id}" for id in sorted(board.seats)),
            *([] if written is None else [written.id]),
        ]
    if name == "head":
        return [rest] if rest in board.layers else []
    if name == "body":
        return [id for _, id in board.members.get(rest, ())]
    if name == "talk":
        return sorted(board.talk.get(rest, ()))
    return sorted(board.pairs.get(stream, ()))


def project(board: Board, stream: str) -> list[Shape]:
    """All records of a stream, as they are now."""
    found = (record(board, stream, id) for id in ids(board, stream))
    return [shape for shape in found if shape is not None]


def patch(board: Board, stream: str, touched: Iterable[str]) -> tuple[list[Shape], list[str]]:
    """What became of touched records of a stream: those to put, and the ids to drop, sorted."""
    put: list[Shape] = []
    drop: list[str] = []
    for id in sorted(touched):
        shape = record(board, stream, id)
        if shape is None:
            drop.append(id)
        else:
            put.append(shape)
    return put, drop


# -- chunks


class Chunk(Struct, frozen=True):
    """A bounded part of a stream: the ids in it, and the box around them."""

    ids: tuple[str, ...]
    box: Box


def box_of(board: Board, stream: str, id: str) -> Box:
    """The box of a node, of what a comment is on, or that around both ends of a relation.

    Raises KeyError when the stream does not hold it.
    """
    if kind(stream) == "body":
        return _node_box(board, id)
    if kind(stream) == "talk":
        first = board.comments[board.comments[id].answers or id]
        return (first.x, first.y, 0.0, 0.0) if first.node is None else _node_box(board, first.node)
    relation = board.relations[id]
    return union(_node_box(board, relation.source), _node_box(board, relation.target))


def _node_box(board: Board, id: str) -> Box:
    node = board.node(id)
    if node is None:
        raise KeyError(id)
    return node.x, node.y, node.w, node.h


def union(one: Box, other: Box) -> Box:
    """The smallest box around two boxes."""
    x, y = min(one[0], other[0]), min(one[1], other[1])
    right = max(one[0] + one[2], other[0] + other[2])
    bottom = max(one[1] + one[3], other[1] + other[3])
    return x, y, right - x, bottom - y


def chunks(board: Board, stream: str) -> list[Chunk]:
    """Cut a body, talk or pair stream into chunks of records that lie together.

    A chunk has at most CHUNK_NODES records, and texts of about CHUNK_CHARS_MAX characters.
    Tiles as in Sort-Tile-Recursive packing (Leutenegger, Lopez and Edgington, 1997): strips by
    x, then runs by y within each. Costs n log n.
    """
    boxes = {id: box_of(board, stream, id) for id in ids(board, stream)}
    by_x = sorted((box[0] + box[2] / 2, id) for id, box in boxes.items())
    count = ceil(len(by_x) / limits.CHUNK_NODES)
    strip = limits.CHUNK_NODES * ceil(sqrt(count))
    found: list[Chunk] = []
    for start in range(0, len(by_x), max(strip, 1)):
        held: list[str] = []
        chars = 0
        tile = [id for _, id in by_x[start : start + strip]]
        for _, id in sorted((boxes[id][1] + boxes[id][3] / 2, id) for id in tile):
            more = _chars(board, stream, id)
            if held and (len(held) == limits.CHUNK_NODES or chars + more > limits.CHUNK_CHARS_MAX):
                found.append(_chunk(held, boxes))
                held, chars = [], 0
            held.append(id)
            chars += more
        found.append(_chunk(held, boxes))
    return found


def _chunk(held: list[str], boxes: dict[str, Box]) -> Chunk:
    around = [boxes[id] for id in held]
    x, y = min(box[0] for box in around), min(box[1] for box in around)
    right, bottom = max(box[0] + box[2] for box in around), max(box[1] + box[3] for box in around)
    return Chunk(tuple(held), (x, y, right - x, bottom - y))


def _chars(board: Board, stream: str, id: str) -> int:
    """How many characters of text a thing has, in all its languages."""
    held: Node | Comment | Relation | None
    match kind(stream):
        case "body":
            held = board.node(id)
        case "talk":
            held = board.comments[id]
        case _:
            held = board.relations[id]
    assert held is not None
    return sum(len(text) for languages in held.text.values() for text in languages.values())


def distance(box: Box, viewport: Box | None) -> float:
    """How far a box lies from the middle of a viewport, 0 when it holds it. Board units."""
    if viewport is None:
        return 0.0
    x, y = viewport[0] + viewport[2] / 2, viewport[1] + viewport[3] / 2
    across = max(box[0] - x, 0.0, x - box[0] - box[2])
    down = max(box[1] - y, 0.0, y - box[1] - box[3])
    return sqrt(across * across + down * down)


def nearest(boxes: Sequence[Box], viewport: Box | None) -> list[int]:
    """The indexes of boxes, nearest to the viewport first; as they are when it is None."""
    far = [distance(box, viewport) if viewport is not None else inf for box in boxes]
    return sorted(range(len(boxes)), key=far.__getitem__)
