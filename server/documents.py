"""What a board is made of: a paper, a Board JSON, or one of the templates that come along.

Every way to a new board reads here: the command line, and the desk. What is refused is refused
in words, with its place, before anything is made.
"""

import functools
from collections.abc import Sequence
from importlib import resources
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from board import decide, ops
from board.apply import apply
from board.formats import FormatError
from board.formats import json as board_json
from board.ops import AnyOp, BoardSet, TextSet
from board.paper import PaperError, compile_paper
from board.state import Board
from layers.arrange import placed
from layers.stream import board_shape
from server.seed import BOARD as BUILT_IN
from server.seed import arranged_paper

PAPER: Final = "a paper"
BOARD_JSON: Final = "Board JSON"
TEMPLATES: Final = "templates"  # the folder, in the package board
LAYER: Final = "ideas"  # the one layer of an empty board


class BadDocument(Exception):
    """No board can be made of a document: ``where`` is the place, "" the whole of it."""

    def __init__(self, message: str, where: str = "") -> None:
        super().__init__(f"{where}: {message}" if where else message)
        self.message = message
        self.where = where


class Document(Struct, frozen=True):
    """What a board can be made of: what it is, its title, its operations.

    The nodes of a paper have no positions as long as ``arranged`` has given none (``placed``).
    ``images`` came along, by the names that the operations give them; ``losses`` says in lines
    what did not.
    """

    kind: str
    title: str
    ops: tuple[AnyOp, ...]
    placed: bool = False
    images: dict[str, bytes] = {}
    losses: tuple[str, ...] = ()

    def arranged(self) -> "Document":
        """The same, with a place for every node."""
        if self.kind != PAPER or self.placed:
            return self
        return replace(self, ops=tuple(placed(self.ops)), placed=True)

    def titled(self, title: str) -> "Document":
        """The same under another title, in the language that its title is shown in."""
        main = next((op.lang for op in self.ops if isinstance(op, BoardSet)), Board().lang)
        held = _titles(self.ops)
        lang = main if main in held or not held else min(held)
        new = TextSet("board", "title", lang, title, base=held.get(lang, ""))
        return replace(self, title=title, ops=(*self.ops, new))


class Template(Struct, frozen=True):
    """A template: its name, and what is said of it, in the language ``lang``."""

    name: str
    title: str
    description: str
    lang: str


def read(data: bytes, *, is_json: bool = False) -> Document:
    """Read a paper or a Board JSON, and make sure that a board can be made of it.

    Raises BadDocument.
    """
    try:
        if is_json or data.lstrip()[:1] == b"{":
            held = board_json.document(data)
            made = tuple(board_json.operations(held))
            title = next(iter(_titles(made).values()), "")
            lost = tuple(board_json.losses(held.nodes, held.images))
            document = Document(BOARD_JSON, title, made, images=held.images, losses=lost)
        else:
            paper = compile_paper(data)
            document = Document(PAPER, paper.title, paper.ops)
    except FormatError as error:
        raise BadDocument(error.message, error.where) from error
    except PaperError as error:
        raise BadDocument(error.reason, f"line {error.line}" if error.line else "") from error
    _decided(Board(), document.ops)
    return document


def empty(title: str, lang: str, layer: str) -> Document:
    """A board with a title and one layer of that title, so that one can start."""
    made = (
        BoardSet(lang),
        TextSet("board", "title", lang, title, base=""),
        ops.LayerCreate(LAYER, color="blue", text={"title": {lang: layer}}),
    )
    _decided(Board(), made)
    return Document(BOARD_JSON, title, made)


def preview(document: Document) -> Board:
    """The board that a document makes, in memory alone."""
    return _board(document.arranged().ops)


def template(name: str) -> Document | None:
    """A template; None: there is none."""
    return documents().get(name)


@functools.cache
def documents() -> dict[str, Document]:
    """The templates that come along, by name: those of the folder, and the built-in paper."""
    found = {}
    folder = resources.files("board") / TEMPLATES
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        name, _, ending = file.name.rpartition(".")
        if ending == "json":
            found[name] = read(file.read_bytes(), is_json=True)
    return found | {BUILT_IN: read(arranged_paper(), is_json=True)}


@functools.cache
def templates() -> tuple[Template, ...]:
    """What there is to choose from."""
    shapes = ((name, board_shape(_board(held.ops))) for name, held in documents().items())
    return tuple(Template(name, one.title, one.description, one.lang) for name, one in shapes)


def _decided(board: Board, made: Sequence[AnyOp]) -> decide.Decision:
    """What a board decides of operations. Raises BadDocument."""
    answer = decide.decide(board, decide.ADMINISTRATOR, 0, tuple(made))
    if isinstance(answer, decide.Refusal):
        raise BadDocument(answer.message, answer.where)
    if isinstance(answer, decide.Conflict):
        raise BadDocument("the text is given twice", answer.where)
    assert isinstance(answer, decide.Decision)  # an administrator's requests have no number
    return answer


def _board(made: Sequence[AnyOp]) -> Board:
    board = Board()
    decision = _decided(board, made)
    entry = decide.entry(board, decision, at=0, epoch=1, author="", client="", n=0, salt="")
    apply(board, entry)
    return board


def _titles(made: Sequence[AnyOp]) -> dict[str, str]:
    """The board's title in each language, in their order."""
    return {
        op.lang: op.text
        for op in made
        if isinstance(op, TextSet) and (op.owner, op.field) == ("board", "title")
    }
