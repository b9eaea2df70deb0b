"""What a workshop came to, as one file: tables, a report with pictures of the scenes, Board JSON.

Everything in it is what its reader may read. Names stand in it only when they are asked for;
without them people are numbered, or not told apart at all.
"""

import csv
import io
import re
import time
import zipfile
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from math import hypot
from typing import Final

from msgspec.structs import replace

from board import limits
from board.formats import json as board_json
from board.roles import Role
from board.stage import Scene
from board.state import Board, Comment, Layer, Node, Round
from layers.figure import figure_of, within
from layers.shapes import Box
from layers.stream import language, said
from layers.visible import on_layers
from server import exports
from server.api import Authors
from server.images import Images

Row = tuple[str | int, ...]

WRITTEN_KINDS: Final = frozenset({"sticky", "card", "text", "shape"})
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")  # what a table's program may calculate
_MARKED: Final = re.compile(r"([\\`*_{}\[\]<>#|!~&])")
_ITEM: Final = re.compile(r"^(\s*)([+-]|\d+[.)])", re.MULTILINE)
_FIRST_YEAR: Final = 1980  # that a zip can tell


class _Names:
    """What people are called in results."""

    def __init__(self, board: Board, how: Authors) -> None:
        self._board, self._how = board, how
        self._numbers: dict[str, int] = {}

    def seat(self, seat: str, signed: str = "") -> str:
        """What a seat is called; ``signed``: as it has signed this."""
        if self._how == "none":
            return ""
        known = self._board.seats.get(seat)
        number = self._numbers.setdefault(seat, len(self._numbers) + 1)
        name = signed or (known.name if known is not None else "")
        return name if self._how == "name" and name else f"Person {number}"

    def maker(self, id: str, signed: str = "") -> str:
        """Who made a thing: its id begins with their seat. "" for what came with a file."""
        seat, dot, _ = id.partition(".")
        if not dot or len(seat) != limits.CLIENT_CHARS:
            return signed if self._how == "name" else ""
        return self.seat(seat, signed)


class _Results:
    """One file while it is made."""

    def __init__(self, board: Board, role: Role, authors: Authors) -> None:
        self.board = board
        self.names = _Names(board, authors)
        self.authors = authors
        # nobody's own layers: a file like this is passed on
        self.layers = [layer for _, layer in board.tree() if board.may_read(role, layer.id)]
        self.readable = {layer.id for layer in self.layers}
        self.rounds = sorted(
            (held for held in board.rounds.values() if self._may_tell(held)),
            key=lambda held: held.number,
        )
        self.votes: Counter[str] = Counter()
        for held in self.rounds:
            self.votes.update(held.tally)
        self.frames = self._frames()

    def _may_tell(self, round: Round) -> bool:
        return not round.open and (round.layer is None or round.layer in self.readable)

    def _title(self, layer: str) -> str:
        held = self.board.layers[layer]
        return self.text(held.text, "title")

    def text(self, texts: dict[str, dict[str, str]], *fields: str) -> str:
        """The texts of a thing, in the language that it is shown in."""
        lang = language(self.board, *(texts.get(field, {}) for field in fields))
        return "\n".join(filter(None, (said(self.board, texts, field, lang) for field in fields)))

    def words(self, node: Node) -> str:
        """What is written on a node."""
        return self.text(node.text, "title", "text") or self.text(node.text, "alt")

    def nodes(self, layer: Layer) -> Iterator[Node]:
        """What was written in a layer."""
        for _, id in self.board.members[layer.id]:
            node = self.board.node(id)
            if node is not None and node.kind in WRITTEN_KINDS and self.words(node):
                yield node

    def _frames(self) -> dict[str, Node]:
        """The smallest frame with a title in which each thing that was written lies wholly.

        Of the first RESULTS_FRAMES_MAX of them: what is near one is found by its place in a row.
        """
        everything = [
            node
            for layer in self.layers
            for _, id in self.board.members[layer.id]
            if (node := self.board.node(id)) is not None
        ]
        frames = [
            node for node in everything if node.kind == "frame" and self.text(node.text, "title")
        ][: limits.RESULTS_FRAMES_MAX]
        frames.sort(key=lambda node: -node.w * node.h)
        written = sorted(
            (node for node in everything if frames and node.kind in WRITTEN_KINDS), key=_middle
        )
        row = [_middle(node)[0] for node in written]
        found: dict[str, Node] = {}
        for frame in frames:
            outer, (x, y), reach = figure_of(frame), _middle(frame), hypot(frame.w, frame.h) / 2
            for node in written[bisect_left(row, x - reach) : bisect_right(row, x + reach)]:
                if abs(_middle(node)[1] - y) <= reach and within(figure_of(node), outer):
                    found[node.id] = frame
        return found

    def _frame(self, node: Node) -> str:
        held = self.frames.get(node.id)
        return "" if held is None else self.text(held.text, "title")

    def counted(self, round: Round) -> list[tuple[int, Node]]:
        """What a round came to, as far as it is still there: votes and node, most votes first."""
        found = []
        for id, votes in round.tally.items():
            node = self.board.node(id)
            if votes and node is not None and node.layer in self.readable:
                found.append((votes, node))
        return sorted(found, key=lambda held: (-held[0], self.words(held[1]), held[1].id))

    def comments(self) -> list[Comment]:
        """The comments, each thread together, in the order in which they were made."""
        held = [
            comment
            for comment in self.board.comments.values()
            if self.board.comment_layer(comment) in self.readable
        ]
        first = {comment.id: comment for comment in held if comment.answers is None}

        def order(comment: Comment) -> tuple[int, str, bool, int, str]:
            thread = first[comment.answers] if comment.answers is not None else comment
            return (thread.at, thread.id, comment.answers is not None, comment.at, comment.id)

        return sorted(held, key=order)

    def about(self, comment: Comment) -> str:
        """What a comment is about, in words."""
        thread = comment if comment.answers is None else self.board.comments[comment.answers]
        node = None if thread.node is None else self.board.node(thread.node)
        return "" if node is None else self.words(node)

    # -- tables

    def stickies(self) -> Iterator[Row]:
        yield ("layer", "frame", "kind", "text", "colour", "tags", "author", "votes")
        for layer in self.layers:
            for node in self.nodes(layer):
                yield (
                    self._title(layer.id), self._frame(node), node.kind, self.words(node),
                    node.color or "", ", ".join(node.tags), self.names.maker(node.id),
                    self.votes[node.id],
                )  # fmt: skip

    def ballots(self) -> Iterator[Row]:
        yield ("round", "question", "layer", "text", "votes", "voter")
        for round in self.rounds:
            named = round.named and self.authors != "none"
            for votes, node in self.counted(round):
                base = (round.number, round.question, self._title(node.layer), self.words(node))
                if not named:
                    yield (*base, votes, "")
                    continue
                for seat, given in sorted(round.by.items()):
                    if given.get(node.id):
                        yield (*base, given[node.id], self.names.seat(seat))

    def talk(self) -> Iterator[Row]:
        yield ("layer", "about", "comment", "answer", "author", "time", "resolved")
        for comment in self.comments():
            yield (
                self._title(self.board.comment_layer(comment)), self.about(comment),
                self.text(comment.text, "text"), "yes" if comment.answers is not None else "no",
                self.names.maker(comment.id, comment.by), _moment(comment.at),
                "yes" if comment.resolved else "no",
            )  # fmt: skip

    # -- the report

    def report(self, pictures: dict[str, str]) -> str:
        """Markdown; ``pictures`` gives the file of a scene's picture, by the scene."""
        board = self.board
        lines = [f"# {_plain(self.text(board.text, 'title')) or 'A workshop'}", ""]
        if description := self.text(board.text, "description"):
            lines += [_plain(description), ""]
        lines += [self._took_part(), ""]
        scenes = board.scenes_in_order()
        if scenes:
            lines += ["## Scenes", ""]
            for at, scene in enumerate(scenes, 1):
                lines += self._scene(at, scene, pictures)
        elif "" in pictures:
            lines += [f"![The board]({pictures['']})", ""]
        if self.rounds:
            lines += ["## Rounds of voting", ""]
            for round in self.rounds:
                lines += self._round(round)
        lines += ["## What was written", ""]
        for layer in self.layers:
            lines += self._written(layer)
        comments = self.comments()
        if comments:
            lines += ["## Comments", ""]
            for comment in comments:
                lines.append(self._comment(comment))
            lines.append("")
        return "\n".join(lines)

    def _took_part(self) -> str:
        seats = [seat for seat in self.board.seats.values() if not seat.removed]
        count = f"{len(seats)} {'person' if len(seats) == 1 else 'people'} took part"
        names = sorted({_plain(seat.name) for seat in seats if seat.name})
        if self.authors != "name" or not names:
            return f"{count}."
        others = sum(not seat.name for seat in seats)
        more = f", and {others} without a name" if others else ""
        return f"{count}: {', '.join(names)}{more}."

    def _scene(self, at: int, scene: Scene, pictures: dict[str, str]) -> list[str]:
        title = _plain(self.text(scene.text, "title")) or f"Scene {at}"
        spoken = _plain(self.text(scene.text, "spoken")) or title
        shown = (
            f"![{spoken}]({pictures[scene.id]})" if scene.id in pictures
            else "There was no room for its picture."
        )  # fmt: skip
        found = [f"### {at}. {title}", "", shown, ""]
        if note := self.text(scene.text, "note"):
            found += [_plain(note), ""]
        return found

    def _round(self, round: Round) -> list[str]:
        found = [f"### {round.number}. {_plain(round.question) or 'Round'}", ""]
        counted = self.counted(round)
        if not counted:
            return [*found, "Nobody voted.", ""]
        found += ["| Votes | What | Layer |", "| ---: | --- | --- |"]
        for votes, node in counted:
            cells = (_cell(self.words(node)), _cell(self._title(node.layer)))
            found.append(f"| {votes} | {' | '.join(cells)} |")
        return [*found, ""]

    def _written(self, layer: Layer) -> list[str]:
        found: dict[str, list[str]] = {"": []}  # by the title of the frame; outside of all first
        for node in self.nodes(layer):
            more = [_cell(tag) for tag in node.tags]
            if author := self.names.maker(node.id):
                more.append(_cell(author))
            if votes := self.votes[node.id]:
                more.append(f"{votes} {'vote' if votes == 1 else 'votes'}")
            beside = f" ({', '.join(more)})" if more else ""
            line = f"- {_cell(self.words(node))}{beside}"
            found.setdefault(_cell(self._frame(node)), []).append(line)
        lines: list[str] = []
        for frame, held in found.items():
            lines += [f"#### {frame}", ""] if frame else []
            lines += [*held, ""] if held else []
        title = _cell(self._title(layer.id)) or "A layer"
        return [f"### {title}", "", *lines] if lines else []

    def _comment(self, comment: Comment) -> str:
        author = _cell(self.names.maker(comment.id, comment.by))
        said_by = f"{author}: " if author else ""
        about = _cell(self.about(comment))
        on = f" (about {about})" if about and comment.answers is None else ""
        done = " (resolved)" if comment.resolved else ""
        step = "  " if comment.answers is not None else ""
        return f"{step}- {said_by}{_cell(self.text(comment.text, 'text'))}{on}{done}"


def results(
    board: Board, role: Role, authors: Authors, name: str, images: Images | None
) -> bytes:
    """The results of a board for a role, as a zip. It blocks."""
    made = _Results(board, role, authors)
    files: dict[str, bytes] = {}
    pictures: dict[str, str] = {}
    left = limits.RESULTS_PICTURES_BYTES_MAX
    for at, scene in enumerate(board.scenes_in_order(), 1):
        if left <= 0:
            break
        on = on_layers(board, role, scene.layers)
        view = None if scene.viewport is None else Box(*scene.viewport)
        drawn = exports.drawing(board, on, name, images, view).encode()
        left -= len(drawn)
        pictures[scene.id] = f"scenes/{at}.svg"
        files[pictures[scene.id]] = drawn
    if not board.scenes:
        on = on_layers(board, role, stage=False)
        files["board.svg"] = exports.drawing(board, on, name, images).encode()
        pictures[""] = "board.svg"
    files["stickies.csv"] = _table(made.stickies())
    files["votes.csv"] = _table(made.ballots())
    files["comments.csv"] = _table(made.talk())
    files["report.md"] = made.report(pictures).encode()
    content = board_json.content(board, role)
    if authors != "name":
        content = replace(content, comments=[replace(held, by="") for held in content.comments])
    files["board.json"] = exports.document(content, name, images).content.encode()
    return _zipped(files, board.at)


def _middle(node: Node) -> tuple[float, float]:
    return node.x + node.w / 2, node.y + node.h / 2


def _zipped(files: dict[str, bytes], at_ms: int) -> bytes:
    moment = time.gmtime(at_ms / 1000)
    date = moment[:6] if moment.tm_year >= _FIRST_YEAR else (_FIRST_YEAR, 1, 1, 0, 0, 0)
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, date)
            entry.compress_type = zipfile.ZIP_DEFLATED
            zipped.writestr(entry, files[name])
    return made.getvalue()


def _table(rows: Iterable[Row]) -> bytes:
    """Rows as CSV, which programs that calculate read as text and as UTF-8."""
    made = io.StringIO()
    csv.writer(made).writerows(tuple(map(_guarded, row)) for row in rows)
    return b"\xef\xbb\xbf" + made.getvalue().encode()


def _guarded(cell: str | int) -> str | int:
    """A cell that no program takes for a formula."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell


def _plain(text: str) -> str:
    """Text that means nothing to Markdown."""
    return _ITEM.sub(r"\1\\\2", _MARKED.sub(r"\\\1", text.strip()))


def _cell(text: str) -> str:
    """The same in one line."""
    return _plain(" ".join(text.split()))


def _moment(at_ms: int) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.gmtime(at_ms / 1000))
