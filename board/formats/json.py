"""Board JSON: the content of a board as one document, without loss but of images beyond a bound.

A document holds the board's texts and language, the tree of layers, nodes and relations, in all
languages, with the keys of the order and where things came from, and comments where there are
any. It holds no access (links, who may read without one), no stage and no history, exactly as
``board.replay.digest``: a board that was imported from an export has the same digest, and its
export has the same bytes, but for the names of images: these are given anew on every board.
Images come along in base64 (``images``), as many as there is room for.

The bytes are stable: keys sorted, one thing a line, every field written; layers in the order of
the panel, nodes by layer and from the back to the front, relations and comments by id. The
types below are the format: ``schema`` makes the JSON Schema from them. A default of a field
never changes within one version.
"""

from base64 import b64encode
from collections.abc import Collection, Iterable, Mapping
from types import MappingProxyType
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from board import limits
from board.chain import canonical
from board.formats import FormatError
from board.ops import (
    Angle,
    AnyOp,
    BoardSet,
    Color,
    CommentCreate,
    CommentSet,
    Coordinate,
    Head,
    Href,
    Id,
    Image,
    Integer,
    Key,
    Lang,
    LayerCreate,
    LayerIds,
    LayerSet,
    LineKind,
    NodeCreate,
    NodeKind,
    Opacity,
    Points,
    RelationCreate,
    SceneCreate,
    ShapeName,
    Size,
    Source,
    StepCreate,
    StepRound,
    Tag,
    TextSet,
    TextSize,
    TimerMs,
    Viewport,
)
from board.roles import Least, Role
from board.stage import AgendaStep, Scene
from board.state import Board, Comment, Layer, Node, Relation, Texts

FORMAT: Final = "orientation-board"
IMAGE_LINE_BYTES: Final = 64  # of an image in a document, beside its bytes; one line each
VERSION: Final = 1
SCHEMA_ID: Final = f"urn:{FORMAT}:schema:board:{VERSION}"

# no control characters but the line break, and none of Unicode's two non-characters
CLEAN_PATTERN: Final = r"^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\ufffe\uffff]*$"

Title = Annotated[str, Meta(min_length=1, max_length=limits.TITLE_CHARS_MAX, pattern=CLEAN_PATTERN)]
Text = Annotated[str, Meta(min_length=1, max_length=limits.TEXT_CHARS_MAX, pattern=CLEAN_PATTERN)]
Label = Annotated[str, Meta(min_length=1, max_length=limits.LABEL_CHARS_MAX, pattern=CLEAN_PATTERN)]
Alt = Annotated[str, Meta(min_length=1, max_length=limits.ALT_CHARS_MAX, pattern=CLEAN_PATTERN)]
CleanTag = Annotated[Tag, Meta(pattern=CLEAN_PATTERN)]
Titles = Annotated[dict[Lang, Title], Meta(max_length=limits.LANGUAGES_MAX)]
LongTexts = Annotated[dict[Lang, Text], Meta(max_length=limits.LANGUAGES_MAX)]
Alts = Annotated[dict[Lang, Alt], Meta(max_length=limits.LANGUAGES_MAX)]
Said = Annotated[
    str, Meta(min_length=1, max_length=limits.COMMENT_CHARS_MAX, pattern=CLEAN_PATTERN)
]
CleanName = Annotated[str, Meta(max_length=limits.NAME_CHARS_MAX, pattern=CLEAN_PATTERN)]
Labels = Annotated[dict[Lang, Label], Meta(max_length=limits.LANGUAGES_MAX)]
ImageBytes = Annotated[bytes, Meta(max_length=limits.IMAGE_BYTES_MAX)]
Images = Annotated[dict[Image, ImageBytes], Meta(max_length=limits.FILE_IMAGES_MAX)]

NO_IMAGES: Final[Mapping[str, bytes]] = MappingProxyType({})
Note = Annotated[str, Meta(min_length=1, max_length=limits.NOTE_CHARS_MAX, pattern=CLEAN_PATTERN)]
Notes = Annotated[dict[Lang, Note], Meta(max_length=limits.LANGUAGES_MAX)]


class BoardTexts(Struct, frozen=True, forbid_unknown_fields=True):
    """The board's own texts, each by language."""

    title: Titles = {}
    description: LongTexts = {}


class LayerTexts(Struct, frozen=True, forbid_unknown_fields=True):
    """A layer's texts, each by language."""

    title: Titles = {}
    note: LongTexts = {}


class NodeTexts(Struct, frozen=True, forbid_unknown_fields=True):
    """A node's texts, each by language."""

    title: Titles = {}
    text: LongTexts = {}
    alt: Alts = {}


class RelationTexts(Struct, frozen=True, forbid_unknown_fields=True):
    """A relation's texts, each by language."""

    label: Labels = {}


class CommentTexts(Struct, frozen=True, forbid_unknown_fields=True):
    """What a comment says, by language."""

    text: Annotated[dict[Lang, Said], Meta(min_length=1, max_length=limits.LANGUAGES_MAX)]


class SceneTexts(Struct, frozen=True, forbid_unknown_fields=True):
    """A scene's texts, each by language; ``spoken`` describes it to who does not see it."""

    title: Titles = {}
    note: Notes = {}
    spoken: Notes = {}


class StepTexts(Struct, frozen=True, forbid_unknown_fields=True):
    """The texts of a step of the agenda, each by language."""

    title: Titles = {}
    note: Notes = {}
    question: Titles = {}


class DocumentBoard(Struct, frozen=True, forbid_unknown_fields=True):
    """The board itself: its main language and its texts."""

    lang: Lang = "en"
    text: BoardTexts = BoardTexts()


class DocumentLayer(Struct, frozen=True, forbid_unknown_fields=True):
    """A layer, or a group of layers.

    ``key`` orders it among those with the same parent, as plain text; without keys the order of
    the list counts. ``read``, ``add`` and ``write`` name the least role that may see it, add to it
    and change it; whoever is named in it is left out.
    """

    id: Id
    parent: Id | None = None
    key: Key = ""
    group: bool = False
    color: Color = "slate"
    opacity: Opacity = 1.0
    published: bool = True
    locked: bool = False
    read: Least = "viewer"
    write: Least = "participant"
    add: Least | None = None
    text: LayerTexts = LayerTexts()


class DocumentNode(Struct, frozen=True, forbid_unknown_fields=True):
    """A node. ``x`` and ``y`` are its top left corner, in board units.

    ``key`` is its place in its layer, as plain text, from the back to the front; without keys
    the order of the list counts. ``color`` null is the layer's.
    """

    id: Id
    layer: Id
    x: Coordinate
    y: Coordinate
    w: Size
    h: Size
    kind: NodeKind = "card"
    key: Key = ""
    color: Color | None = None
    href: Href = ""
    tags: Annotated[tuple[CleanTag, ...], Meta(max_length=limits.TAGS_MAX)] = ()
    source: Source | None = None
    text: NodeTexts = NodeTexts()
    shape: ShapeName | None = None
    angle: Angle | None = None
    locked: bool = False
    text_size: TextSize | None = None
    image: Image | None = None
    points: Points | None = None


class DocumentRelation(Struct, frozen=True, forbid_unknown_fields=True):
    """A relation, from the node ``source`` to the node ``target``. Dashed: our own reading."""

    id: Id
    source: Id
    target: Id
    dashed: bool = False
    color: Color | None = None
    text: RelationTexts = RelationTexts()
    line: LineKind | None = None
    start: Head | None = None
    end: Head | None = None


class DocumentComment(Struct, frozen=True, forbid_unknown_fields=True):
    """A comment on a node, on a place in a layer, or in answer to another comment.

    Exactly one of ``node``, ``layer`` and ``answers`` is set. ``at`` is milliseconds since 1970;
    0 is the moment of the import.
    """

    id: Id
    text: CommentTexts
    at: Integer = 0
    layer: Id | None = None
    node: Id | None = None
    answers: Id | None = None
    x: Coordinate = 0.0
    y: Coordinate = 0.0
    by: CleanName = ""
    resolved: bool = False
class DocumentScene(Struct, frozen=True, forbid_unknown_fields=True):
    """A scene: the layers that are on in it, and what is seen of the board (null: all of it).

    ``key`` orders scenes, as plain text; without keys the order of the list counts.
    """

    id: Id
    key: Key = ""
    layers: LayerIds = ()
    viewport: Viewport | None = None
    text: SceneTexts = SceneTexts()


class DocumentStep(Struct, frozen=True, forbid_unknown_fields=True):
    """A step of the agenda: the scene that it shows, the timer that it starts, and what it opens.

    ``key`` orders steps, as plain text; without keys the order of the list counts.
    """

    id: Id
    key: Key = ""
    scene: Id | None = None
    timer_ms: TimerMs | None = None
    round: StepRound | None = None
    text: StepTexts = StepTexts()


class Document(Struct, frozen=True, forbid_unknown_fields=True):
    """A board of Orientation Board.

    ``images`` has the images that nodes name, in base64. A board that is made of the document
    gives them other names; a node whose image is not there shows a placeholder.

    What no schema can say, and reading checks: ids are unique among layers, nodes, relations,
    comments, scenes and steps, each for themselves; a parent is a group of the document, no
    layer is inside itself, and groups are nested at most LAYER_DEPTH_MAX deep; a node's layer
    is no group; both ends of a relation are nodes of the document; a comment is on one thing of
    the document, an answer on a comment that is none and not resolved by itself; a scene's
    layers are layers of the document, and a step's scene is a scene of it.
    """

    format: Literal["orientation-board"]
    version: Literal[1]
    board: DocumentBoard = DocumentBoard()
    images: Images = {}
    layers: Annotated[tuple[DocumentLayer, ...], Meta(max_length=limits.LAYERS_MAX)] = ()
    nodes: Annotated[tuple[DocumentNode, ...], Meta(max_length=limits.NODES_MAX)] = ()
    relations: Annotated[tuple[DocumentRelation, ...], Meta(max_length=limits.RELATIONS_MAX)] = ()
    comments: Annotated[tuple[DocumentComment, ...], Meta(max_length=limits.COMMENTS_MAX)] = ()
    scenes: Annotated[tuple[DocumentScene, ...], Meta(max_length=limits.SCENES_MAX)] = ()
    agenda: Annotated[tuple[DocumentStep, ...], Meta(max_length=limits.STEPS_MAX)] = ()


class Content(Struct, frozen=True):
    """The records of a board that an export holds, in its order.

    Records never change, so that content can be encoded while the board goes on.
    """

    lang: str
    text: Texts
    layers: list[Layer]
    nodes: list[Node]
    relations: list[Relation]
    comments: list[Comment] = []
    scenes: list[Scene] = []
    agenda: list[AgendaStep] = []


def schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a document."""
    made = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **msgspec.json.schema(Document),
    }
    found: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(made))  # no tuple is left
    return found


def content(board: Board, role: Role = "owner") -> Content:
    """What an export holds for a role: what it may not read is not there."""
    layers = [
        replace(layer, seats={}) for _, layer in board.tree() if board.may_read(role, layer.id)
    ]
    by_id = sorted(layers, key=lambda layer: layer.id)
    nodes: dict[str, Node] = {}
    for layer in layers:
        for _, id in board.members[layer.id]:
            node = board.node(id)
            assert node is not None
            nodes[id] = node
    relations = (board.relations[id] for id in sorted(board.relations))
    return Content(
        lang=board.lang,
        text=board.text,
        layers=layers,
        nodes=list(nodes.values()),
        relations=[held for held in relations if held.source in nodes and held.target in nodes],
        comments=[
            held
            for _, held in sorted(board.comments.items())
            if board.may_read(role, board.comment_layer(held))
        ],
        scenes=[
            replace(scene, layers=tuple(layer.id for layer in by_id if scene.holds(layer.id)))
            for scene in board.scenes_in_order()
        ],
        agenda=[
            step if step.scene in board.scenes else replace(step, scene=None)
            for step in board.agenda_in_order()
        ],
    )


def encode(content: Content, images: Mapping[str, bytes] = NO_IMAGES) -> bytes:
    """The bytes of a document, with images by their names."""
    return joined(parts(content), images)


def parts(content: Content) -> dict[str, bytes]:
    """The parts of a document, each encoded; ``joined`` makes the document of them."""
    found = {
        "board": canonical({"lang": content.lang, "text": content.text}),
        "format": canonical(FORMAT),
        "layers": _lines(content.layers),
        "nodes": _lines(content.nodes),
        "relations": _lines(content.relations),
        "version": canonical(VERSION),
    }
    if content.comments:
        found["comments"] = _lines(content.comments)
    if content.scenes:
        found["scenes"] = _lines(content.scenes)
    if content.agenda:
        found["agenda"] = _lines(content.agenda)
    return found


def room_bytes(parts: Mapping[str, bytes]) -> int:
    """How many bytes of images have room in a document of these parts: it is to be read again."""
    left = limits.IMPORT_BYTES_MAX - len(joined(parts, NO_IMAGES))
    left -= limits.FILE_IMAGES_MAX * IMAGE_LINE_BYTES
    return max(0, min(limits.FILE_IMAGES_BYTES_MAX, left // 4 * 3))


def joined(parts: Mapping[str, bytes], images: Mapping[str, bytes]) -> bytes:
    """The document of these parts, with images by their names."""
    held = dict(parts)
    if images:
        found = (b'"%b":"%b"' % (name.encode(), b64encode(images[name])) for name in sorted(images))
        held["images"] = b"{\n" + b",\n".join(found) + b"\n}"
    lines = (b'"%b":%b' % (key.encode(), held[key]) for key in sorted(held))
    return b"{" + b",\n".join(lines) + b"}\n"


def _lines(
    records: list[Layer]
    | list[Node]
    | list[Relation]
    | list[Comment]
    | list[Scene]
    | list[AgendaStep],
) -> bytes:
    if not records:
        return b"[]"
    return b"[\n" + b",\n".join(map(canonical, records)) + b"\n]"


def write(board: Board, role: Role = "owner") -> bytes:
    """A board, as far as a role may read it, as a document."""
    return encode(content(board, role))


_decoder = msgspec.json.Decoder(Document)


def read(data: bytes) -> tuple[list[AnyOp], list[str]]:
    """The operations that make a document's board in an empty one, and what is not in it.

    Raises FormatError, which names the place, when it is no such document.
    """
    found = document(data)
    return operations(found), losses(found.nodes, found.images)


def losses(nodes: Iterable[Node | DocumentNode], images: Collection[str]) -> list[str]:
    """A line for each node whose image does not come along."""
    return [
        f"node {node.id}: its image is not in the file"
        for node in nodes
        if node.image is not None and node.image not in images
    ]


def document(data: bytes) -> Document:
    """Read a document, and check what its types cannot say. Raises FormatError."""
    if len(data) > limits.IMPORT_BYTES_MAX:
        raise FormatError(f"the file has {len(data)} bytes, at most {limits.IMPORT_BYTES_MAX}")
    try:
        found = _decoder.decode(data)
    except msgspec.ValidationError as error:
        message, _, where = str(error).partition(" - at `")
        # "$.nodes[0]`", and of the key of a mapping "key` in `$.images`"
        raise FormatError(message, where.removesuffix("`").rpartition("`")[2] or "$") from None
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise FormatError(f"this is no JSON: {error}", "$") from None
    _check_nodes(found, {layer.id: layer for layer in _tree(found)})
    _check_relations(found)
    _check_comments(found)
    return found


def operations(document: Document) -> list[AnyOp]:
    """The operations that make the board of a document that was read, in an empty one."""
    layers = _tree(document)
    _check_nodes(document, {layer.id: layer for layer in layers})
    _check_relations(document)
    _check_scenes(document)
    ops: list[AnyOp] = [BoardSet(document.board.lang)]
    for lang, text in sorted(document.board.text.title.items()):
        ops.append(TextSet("board", "title", lang, text, base=""))
    for lang, text in sorted(document.board.text.description.items()):
        ops.append(TextSet("board", "description", lang, text, base=""))
    ops.extend(_layer(layer) for layer in layers)
    ops.extend(_node(node) for node in document.nodes)
    ops.extend(_relation(relation) for relation in document.relations)
    firsts = [comment for comment in document.comments if comment.answers is None]
    answers = [comment for comment in document.comments if comment.answers is not None]
    ops.extend(_comment(comment) for comment in firsts + answers)
    ops.extend(CommentSet(comment.id, True) for comment in firsts if comment.resolved)
    ops.extend(_scene(scene) for scene in document.scenes)
    ops.extend(_step(step) for step in document.agenda)
    # what is locked takes no more nodes, and what lies in a locked group cannot be locked
    ops.extend(LayerSet(layer.id, locked=True) for layer in reversed(layers) if layer.locked)
    return ops


def _tree(document: Document) -> list[DocumentLayer]:
    """The layers, each after its parent; else in their order."""
    places: dict[str, int] = {}
    children: dict[str | None, list[DocumentLayer]] = {}
    for index, layer in enumerate(document.layers):
        _unique(places, layer.id, "layers", index)
        children.setdefault(layer.parent, []).append(layer)
    for index, layer in enumerate(document.layers):
        if layer.parent is None:
            continue
        place = places.get(layer.parent)
        where = f"$.layers[{index}].parent"
        if place is None:
            raise FormatError(f'there is no layer "{layer.parent}"', where)
        if not document.layers[place].group:
            raise FormatError(f'"{layer.parent}" is not a group', where)
    found: list[DocumentLayer] = []
    waiting = [(1, layer) for layer in reversed(children.get(None, []))]
    while waiting:
        depth, layer = waiting.pop()
        if depth > limits.LAYER_DEPTH_MAX:
            raise FormatError(
                f"layers are nested too deep, at most {limits.LAYER_DEPTH_MAX}",
                f"$.layers[{places[layer.id]}].parent",
            )
        found.append(layer)
        waiting.extend((depth + 1, child) for child in reversed(children.get(layer.id, [])))
    if len(found) < len(document.layers):  # what hangs from no top layer goes in a circle
        reached = {layer.id for layer in found}
        index = next(i for i, layer in enumerate(document.layers) if layer.id not in reached)
        raise FormatError("the layer is inside itself", f"$.layers[{index}].parent")
    return found


def _check_nodes(document: Document, layers: dict[str, DocumentLayer]) -> None:
    places: dict[str, int] = {}
    for index, node in enumerate(document.nodes):
        _unique(places, node.id, "nodes", index)
        layer = layers.get(node.layer)
        if layer is None:
            raise FormatError(f'there is no layer "{node.layer}"', f"$.nodes[{index}].layer")
        if layer.group:
            raise FormatError(
                f'"{node.layer}" is a group, and holds only layers', f"$.nodes[{index}].layer"
            )


def _check_relations(document: Document) -> None:
    nodes = {node.id for node in document.nodes}
    places: dict[str, int] = {}
    for index, relation in enumerate(document.relations):
        _unique(places, relation.id, "relations", index)
        for end, id in (("source", relation.source), ("target", relation.target)):
            if id not in nodes:
                raise FormatError(f'there is no node "{id}"', f"$.relations[{index}].{end}")


def _check_comments(document: Document) -> None:
    layers = {layer.id for layer in document.layers if not layer.group}
    nodes = {node.id for node in document.nodes}
    firsts = {comment.id for comment in document.comments if comment.answers is None}
    places: dict[str, int] = {}
    for index, comment in enumerate(document.comments):
        where = f"$.comments[{index}]"
        _unique(places, comment.id, "comments", index)
        named = {
            name: (id, held)
            for name, id, held in (
                ("layer", comment.layer, layers),
                ("node", comment.node, nodes),
                ("answers", comment.answers, firsts),
            )
            if id is not None
        }
        if len(named) != 1:
            raise FormatError("a comment has one of layer, node and answers", where)
        for name, (id, held) in named.items():
            if id not in held:
                raise FormatError(f'there is no "{id}" that this could be on', f"{where}.{name}")
        if comment.resolved and comment.answers is not None:
            raise FormatError("an answer is resolved with its thread", f"{where}.resolved")


def _check_scenes(document: Document) -> None:
    layers = {layer.id for layer in document.layers}
    places: dict[str, int] = {}
    for index, scene in enumerate(document.scenes):
        _unique(places, scene.id, "scenes", index)
        for at, layer in enumerate(scene.layers):
            if layer not in layers:
                raise FormatError(f'there is no layer "{layer}"', f"$.scenes[{index}].layers[{at}]")
    steps: dict[str, int] = {}
    for index, step in enumerate(document.agenda):
        _unique(steps, step.id, "agenda", index)
        if step.scene is not None and step.scene not in places:
            raise FormatError(f'there is no scene "{step.scene}"', f"$.agenda[{index}].scene")


def _unique(places: dict[str, int], id: str, name: str, index: int) -> None:
    if id in places:
        raise FormatError(
            f'the id "{id}" is already that of $.{name}[{places[id]}]', f"$.{name}[{index}].id"
        )
    places[id] = index


def _texts(
    texts: BoardTexts
    | LayerTexts
    | NodeTexts
    | RelationTexts
    | CommentTexts
    | SceneTexts
    | StepTexts,
) -> Texts:
    return {
        field: languages for field, languages in msgspec.structs.asdict(texts).items() if languages
    }


def _layer(layer: DocumentLayer) -> LayerCreate:
    return LayerCreate(
        id=layer.id,
        parent=layer.parent,
        key=layer.key,
        group=layer.group,
        color=layer.color,
        opacity=layer.opacity,
        published=layer.published,
        read=layer.read,
        write=layer.write,
        add=layer.add,
        text=_texts(layer.text),
    )


def _node(node: DocumentNode) -> NodeCreate:
    return NodeCreate(
        id=node.id,
        layer=node.layer,
        kind=node.kind,
        x=node.x,
        y=node.y,
        w=node.w,
        h=node.h,
        key=node.key,
        color=node.color,
        href=node.href,
        tags=node.tags,
        source=node.source,
        text=_texts(node.text),
        shape=node.shape,
        angle=node.angle,
        locked=node.locked,
        text_size=node.text_size,
        image=node.image,
        points=node.points,
    )


def _relation(relation: DocumentRelation) -> RelationCreate:
    return RelationCreate(
        id=relation.id,
        source=relation.source,
        target=relation.target,
        dashed=relation.dashed,
        color=relation.color,
        text=_texts(relation.text),
        line=relation.line,
        start=relation.start,
        end=relation.end,
    )


def _comment(comment: DocumentComment) -> CommentCreate:
    return CommentCreate(
        id=comment.id,
        layer=comment.layer,
        node=comment.node,
        answers=comment.answers,
        x=comment.x,
        y=comment.y,
        by=comment.by,
        at=comment.at,
        text=_texts(comment.text),
    )


def _scene(scene: DocumentScene) -> SceneCreate:
    return SceneCreate(
        id=scene.id,
        layers=scene.layers,
        viewport=scene.viewport,
        key=scene.key,
        text=_texts(scene.text),
    )


def _step(step: DocumentStep) -> StepCreate:
    return StepCreate(
        id=step.id,
        scene=step.scene,
        timer_ms=step.timer_ms,
        round=step.round,
        key=step.key,
        text=_texts(step.text),
    )
