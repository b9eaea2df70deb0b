"""An Orientation Paper, written in Markdown, compiled to operations.

The form (docs/PAPERS.md describes it for people who write papers):

- The front matter, between two lines of ``---``, gives ``title``, ``lang`` and ``sources``.
- A heading is a layer; a heading with headings below it is a group of layers.
- A paragraph under a heading is the layer's note; before the first heading, the board's
  description.
- A list item is a node: its first line is the title, further lines are the text.
- ``{#id}`` at the end of a heading or a title names it; ``color=teal``, ``off``, ``locked`` and
  ``href=https://...`` may follow inside the braces. Without it the name is made of the title.
- A line ``-> #id, #id: label`` in an item relates the node to others; ``(our reading)`` at its
  end makes the relation dashed.

The same paper always gives the same operations. What is unknown or doubtful is an error with
its line; a paper with an error gives nothing.
"""

import re
import unicodedata
from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec import Struct

from board import limits, ops
from board.decide import ADMINISTRATOR, Decision, Refusal, decide
from board.ops import PALETTE, AnyOp, Source
from board.state import Board


class PaperError(Exception):
    """A paper cannot be read: ``line`` (from 1; 0: the whole file) and the reason."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.line = line
        self.reason = reason


class Paper(Struct, frozen=True):
    """A compiled paper: ``ops`` make its board from an empty one."""

    title: str
    lang: str
    sources: tuple[str, ...]
    ops: tuple[AnyOp, ...]


OUR_READING: Final = "our reading"
_ANCHOR: Final = re.compile(r"^(?P<text>.*?)\s*\{(?P<inside>[^{}]*)\}$", re.DOTALL)
_ID: Final = re.compile(r"^[a-z0-9][a-z0-9-]{0,47}$")
_RELATION: Final = re.compile(
    r"^->\s*(?P<targets>#[^\s,:]+(?:\s*,\s*#[^\s,:]+)*)\s*"
    r"(?::\s*(?P<label>[^()]*?))?\s*(?P<ours>\(our reading\))?$"
)
_KEYS: Final = ("title", "lang", "sources")
_PLAIN: Final = frozenset({"text", "softbreak", "hardbreak"})
_NAMES: Final = {
    "blockquote_open": "a quotation",
    "code_block": "an indented block",
    "fence": "a code block",
    "hr": "a rule",
    "html_block": "HTML",
    "table_open": "a table",
    "em_open": "emphasis",
    "strong_open": "emphasis",
    "link_open": "a link",
    "image": "an image",
    "code_inline": "code",
    "html_inline": "HTML",
}


class _Marks(Struct):
    """What stands in the braces after a title."""

    text: str
    id: str
    color: str | None = None
    href: str = ""
    off: bool = False
    locked: bool = False


class _Layer(Struct):
    """A heading, while its paper is read."""

    line: int
    level: int
    marks: _Marks
    parent: "_Layer | None"
    group: bool = False
    notes: list[str] = []
    items: int = 0


class _Arrow(Struct):
    """A relation line, while its paper is read."""

    line: int
    source: str
    target: str
    label: str
    ours: bool


def compile_paper(data: bytes | str) -> Paper:
    """Compile a paper. Raises PaperError with the line and the reason."""
    if isinstance(data, bytes):
        if len(data) > limits.PAPER_BYTES_MAX:
            raise PaperError(0, f"larger than {limits.PAPER_BYTES_MAX} bytes")
        try:
            text = data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            line = data[: error.start].count(b"\n") + 1
            raise PaperError(line, "not UTF-8") from None
    else:
        text = data
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    front, first = _front_matter(lines)
    return _Reader(front, lines, first).paper()


def _front_matter(lines: list[str]) -> tuple[dict[str, list[str]], int]:
    """The values of the front matter, and the index of the first line after it."""
    if lines[0].strip() != "---":
        raise PaperError(1, "the front matter is missing: the first line is '---'")
    values: dict[str, list[str]] = {}
    places: dict[str, int] = {}
    key = ""
    for index, line in enumerate(lines[1:], start=1):
        text = line.strip()
        if text == "---":
            for name in ("title", "lang"):
                if not values.get(name):
                    raise PaperError(index + 1, f"the front matter gives no {name}")
            if not re.search(ops.LANG_PATTERN, values["lang"][0]):
                raise PaperError(1 + places["lang"], "lang takes a language tag, as en or pt-BR")
            return values, index + 1
        if not text:
            continue
        if text.startswith("- "):
            if key != "sources":
                raise PaperError(index + 1, "only sources are a list")
            values[key].append(text[2:].strip())
            continue
        key, colon, value = (part.strip() for part in text.partition(":"))
        if not colon or key not in _KEYS:
            raise PaperError(index + 1, f"unknown: {text[:60]!r}; known are {', '.join(_KEYS)}")
        if key in values:
            raise PaperError(index + 1, f"{key} is given twice")
        values[key] = [value] if value else []
        places[key] = index
    raise PaperError(1, "the front matter does not end: a line '---' is missing")


def slug(text: str) -> str:
    """A name for an address, from a title: lower case letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:48].strip("-")


class _Reader:
    """Walks the tokens of one paper."""

    def __init__(self, front: dict[str, list[str]], lines: list[str], first: int) -> None:
        self.front = front
        self.lang = front["lang"][0]
        self.first = first
        self.body = "\n".join(lines[first:])
        self.intro: list[str] = []
        self.layers: list[_Layer] = []
        self.nodes: list[tuple[int, ops.NodeCreate]] = []
        self.arrows: list[_Arrow] = []
        self.layer_names: dict[str, int] = {}  # each id -> the line that it is given on
        self.node_names: dict[str, int] = {}

    def paper(self) -> Paper:
        tokens = MarkdownIt("commonmark").enable("table").parse(self.body)
        walk = iter(tokens)
        for token in walk:
            if token.type == "heading_open":
                self._heading(token, next(walk))
            elif token.type == "paragraph_open":
                self._paragraph(token, next(walk))
            elif token.type in ("bullet_list_open", "ordered_list_open"):
                self._list(walk, token)
            elif token.type not in ("heading_close", "paragraph_close"):
                raise self._error(token, f"{_NAMES.get(token.type, token.type)} has no meaning")
        if not self.layers:
            raise PaperError(0, "the paper has no heading, so no layer")
        return self._compiled()

    # -- reading

    def _line(self, token: Token) -> int:
        return self.first + 1 + (token.map[0] if token.map else 0)

    def _error(self, token: Token, reason: str) -> PaperError:
        return PaperError(self._line(token), reason)

    def _text(self, token: Token, line: int) -> str:
        """The plain text of an inline token; formatting is refused, since it would be lost."""
        at = line
        for child in token.children or ():
            if child.type not in _PLAIN:
                name = _NAMES.get(child.type, child.type)
                raise PaperError(at, f"{name} is not kept: write plain text")
            at += child.type != "text"
        return token.content

    def _marks(self, text: str, line: int, names: dict[str, int]) -> _Marks:
        found = _ANCHOR.match(text)
        title = (found["text"] if found else text).strip()
        if not title:
            raise PaperError(line, "a title is missing")
        marks = _Marks(title, "")
        for word in (found["inside"] if found else "").split():
            key, _, value = word.partition("=")
            if word.startswith("#"):
                marks.id = word[1:]
            elif key == "color":
                if not re.search(ops.COLOR_PATTERN, value):
                    known = ", ".join(PALETTE)
                    raise PaperError(line, f"color= takes one of {known}, or #rrggbb")
                marks.color = value
            elif key == "href":
                if not re.search(ops.HREF_PATTERN, value) or not value:
                    raise PaperError(line, "href= takes a http, https or mailto address")
                marks.href = value
            elif word == "off":
                marks.off = True
            elif word == "locked":
                marks.locked = True
            else:
                known = "#name, color=, href=, off, locked"
                raise PaperError(line, f"unknown in braces: {word!r}; known are {known}")
        if not marks.id:
            marks.id = slug(title)
            if marks.id in names:
                taken = names[marks.id]
                raise PaperError(
                    line, f"the name {marks.id!r} is taken by line {taken}: give one with {{#...}}"
                )
        if not _ID.match(marks.id):
            raise PaperError(line, f"{marks.id!r} is no name: lower case letters, digits, hyphens")
        if marks.id in names:
            raise PaperError(line, f"#{marks.id} is also on line {names[marks.id]}")
        names[marks.id] = line
        return marks

    def _heading(self, token: Token, inline: Token) -> None:
        line = self._line(token)
        level = int(token.tag[1])
        deepest = self.layers[-1].level if self.layers else 0
        if level > deepest + 1:
            raise PaperError(line, f"a heading of level {level} under one of level {deepest}")
        parent = next((held for held in reversed(self.layers) if held.level < level), None)
        if parent is not None:
            if parent.items:
                raise PaperError(line, f"{parent.marks.text!r} has items, so no headings below it")
            parent.group = True
        marks = self._marks(self._text(inline, line), line, self.layer_names)
        if marks.href:
            raise PaperError(line, "a layer has no href")
        self.layers.append(_Layer(line, level, marks, parent))

    def _paragraph(self, token: Token, inline: Token) -> None:
        line = self._line(token)
        text = " ".join(self._text(inline, line).split())
        if text.startswith("->"):
            raise PaperError(line, "a relation belongs into an item: indent it under one")
        if not self.layers:
            self.intro.append(text)
        elif self.layers[-1].items:
            raise PaperError(line, "text after the items of a layer belongs to none: indent it")
        else:
            self.layers[-1].notes.append(text)

    def _list(self, walk: Iterator[Token], opening: Token) -> None:
        if not self.layers:
            raise self._error(opening, "items before the first heading are in no layer")
        layer = self.layers[-1]
        line = 0
        parts: list[tuple[int, str]] = []
        for token in walk:
            if token.type == "list_item_open":
                line, parts = self._line(token), []
            elif token.type == "list_item_close":
                self._item(layer, parts, line)
            elif token.type == "inline":
                parts.append((self._line(token), self._text(token, self._line(token))))
            elif token.type == opening.type.replace("_open", "_close"):
                return
            elif token.type not in ("paragraph_open", "paragraph_close"):
                if token.type.endswith("_list_open"):
                    raise self._error(token, "items are not nested: use a heading or a relation")
                raise self._error(token, f"{_NAMES.get(token.type, token.type)} has no meaning")

    def _item(self, layer: _Layer, parts: list[tuple[int, str]], line: int) -> None:
        if not parts:
            raise PaperError(line, "an empty item")
        title_line = parts[0][0]
        marks: _Marks | None = None
        paragraphs: list[str] = []
        for start, content in parts:
            words: list[str] = []
            for offset, text in enumerate(content.split("\n")):
                at = start + offset
                if text.startswith("->"):
                    if marks is None:
                        raise PaperError(at, "an item begins with its title")
                    self._relation(at, marks.id, text)
                elif marks is None:
                    marks = self._marks(text.strip(), at, self.node_names)
                    if marks.off or marks.locked:
                        raise PaperError(at, "only a layer can be off or locked")
                else:
                    words.append(text.strip())
            if words:
                paragraphs.append(" ".join(words))
        assert marks is not None
        layer.items += 1
        texts = {"title": {self.lang: marks.text}}
        if paragraphs:
            texts["text"] = {self.lang: "\n".join(paragraphs)}
        node = ops.NodeCreate(
            marks.id,
            layer.marks.id,
            color=marks.color,
            href=marks.href,
            source=Source(title_line, layer.marks.text),
            text=texts,
        )
        self.nodes.append((title_line, node))

    def _relation(self, line: int, source: str, text: str) -> None:
        found = _RELATION.match(text.strip())
        if found is None:
            raise PaperError(line, "a relation is written '-> #id, #id: label (our reading)'")
        ours = found["ours"] is not None
        label = (found["label"] or "").strip()
        if ours:
            label = f"{label} ({OUR_READING})" if label else OUR_READING
        for target in found["targets"].split(","):
            self.arrows.append(_Arrow(line, source, target.strip()[1:], label, ours))

    # -- compiling

    def _compiled(self) -> Paper:
        title = self.front["title"][0]
        sources = tuple(self.front.get("sources", ()))
        made: list[tuple[int, AnyOp]] = [(2, ops.BoardSet(self.lang))]
        made.append((2, ops.TextSet("board", "title", self.lang, title, "")))
        about = [*self.intro, *(f"Source: {source}" for source in sources)]
        if about:
            text = "\n".join(about)
            made.append((self.first + 1, ops.TextSet("board", "description", self.lang, text, "")))
        made.extend((held.line, self._layer(held)) for held in self.layers)
        made.extend(self.nodes)
        made.extend(self._relations())
        self._check(made)
        return Paper(title, self.lang, sources, tuple(op for _, op in made))

    def _layer(self, layer: _Layer) -> ops.LayerCreate:
        color = layer.marks.color
        above = layer.parent
        while color is None and above is not None:
            color, above = above.marks.color, above.parent
        if color is None:
            top = layer
            while top.parent is not None:
                top = top.parent
            tops = [held for held in self.layers if held.parent is None]
            # slate, the first of the palette, is for what asks for it
            color = PALETTE[1 + tops.index(top) % (len(PALETTE) - 1)]
        texts = {"title": {self.lang: layer.marks.text}}
        if layer.notes:
            texts["note"] = {self.lang: "\n".join(layer.notes)}
        return ops.LayerCreate(
            layer.marks.id,
            parent=None if layer.parent is None else layer.parent.marks.id,
            group=layer.group,
            color=color,
            published=not layer.marks.off,
            locked=False,
            text=texts,
        )

    def _relations(self) -> Iterator[tuple[int, AnyOp]]:
        nodes = {node.id for _, node in self.nodes}
        used: dict[str, int] = {}
        for arrow in self.arrows:
            if arrow.target not in nodes:
                known = (
                    "is a layer, not an item" if arrow.target in self.layer_names else "is nowhere"
                )
                raise PaperError(arrow.line, f"#{arrow.target} {known}")
            if arrow.target == arrow.source:
                raise PaperError(arrow.line, "an item is not related to itself")
            name = f"{arrow.source}--{arrow.target}"
            if len(name) > limits.ID_CHARS_MAX - 4:
                name = "r-" + sha256(name.encode()).hexdigest()[:24]
            used[name] = used.get(name, 0) + 1
            if used[name] > 1:
                name = f"{name}-{used[name]}"
            yield (
                arrow.line,
                ops.RelationCreate(
                    name,
                    arrow.source,
                    arrow.target,
                    dashed=arrow.ours,
                    text={"label": {self.lang: arrow.label}} if arrow.label else {},
                ),
            )
        for held in self.layers:  # last, so that what is in them could still be made
            if held.marks.locked:
                yield held.line, ops.LayerSet(held.marks.id, locked=True)

    def _check(self, made: list[tuple[int, AnyOp]]) -> None:
        """Try the operations on an empty board: what the board refuses, the paper may not hold."""
        for line, op in made:
            for field, text in _texts(op):
                bound = ops.TEXT_FIELDS[_owner(op)][field]
                if len(text) > bound:
                    raise PaperError(line, f"a {field} has at most {bound:,} characters")
            problem = ops.problem(op)
            if problem:
                raise PaperError(line, problem)
        answer = decide(Board(), ADMINISTRATOR, 0, tuple(op for _, op in made))
        if isinstance(answer, Refusal):
            index = int(answer.where.removeprefix("ops[").partition("]")[0])
            raise PaperError(made[index][0], answer.message)
        assert isinstance(answer, Decision)


def _owner(op: AnyOp) -> str:
    return op.owner if isinstance(op, ops.TextSet) else ops.tag(op).partition(".")[0]


def _texts(op: AnyOp) -> Iterator[tuple[str, str]]:
    """The texts that an operation gives, each with its field."""
    if isinstance(op, ops.TextSet):
        yield op.field, op.text
    if isinstance(op, ops.LayerCreate | ops.NodeCreate | ops.RelationCreate):
        for field, languages in op.text.items():
            for text in languages.values():
                yield field, text
