"""The command line: ``orientation-board``.

Exit status: 0 done; 1 trouble (the server, the disk); 2 the input is not as it must be. An
error is one line on stderr.

Commands other than ``serve`` and ``check`` ask the running server, over the admin socket in the
data folder; when none runs, they take the folder's lock and do the same on boards of their own.
"""

import argparse
import asyncio
import contextlib
import logging
import os
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Sequence
from pathlib import Path
from typing import Any, Final, NoReturn

from msgspec import Struct
from msgspec.structs import replace

from board import limits
from board.decide import ADMINISTRATOR, Conflict, Refusal, decide
from board.formats import FormatError
from board.formats import json as board_json
from board.ops import AnyOp, LayerCreate, NodeCreate, RelationCreate, TextSet
from board.paper import PaperError, compile_paper, slug
from board.roles import RANK
from board.state import Board
from layers.arrange import placed
from server.access import Access
from server.admin import (
    BAD_INPUT,
    TROUBLE,
    Administrator,
    Ask,
    Export,
    Failed,
    Import,
    LinkLine,
    ListBoards,
    NotRunning,
    ShowLinks,
    ask,
)
from server.config import ENVIRONMENT, BadSetting, Settings, settings
from server.folder import Folder, InUse, NoFolder, admin_socket
from server.live import Boards
from server.log_sqlite import NoLog, SqliteLog

PROGRAM: Final = "orientation-board"
PAPER: Final = "a paper"
FOLDER_WAIT_S: Final = 5.0  # for another command, or a server that starts


class Document(Struct, frozen=True):
    """A file that makes a board: what it is, its title, its operations.

    Those of a paper are without positions, as long as ``layers.arrange.placed`` has given none.
    """

    kind: str
    title: str
    ops: tuple[AnyOp, ...]


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says. Returns the exit status."""
    try:
        given = _parser().parse_args(arguments)
        status: int = given.run(given)
        sys.stdout.flush()
        return status
    except Failed as error:
        return _error(str(error), error.status)
    except (BadSetting, FormatError) as error:
        return _error(str(error), BAD_INPUT)
    except (NoFolder, NoLog) as error:
        return _error(str(error), TROUBLE)
    except (OSError, sqlite3.Error) as error:
        if isinstance(error, BrokenPipeError):  # as in "orientation-board boards | head -1"
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return _error(str(error), TROUBLE)
    except KeyboardInterrupt:
        return 130


def _error(message: str, status: int) -> int:
    print(f"{PROGRAM}: {' '.join(message.split())}", file=sys.stderr)
    return status


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.exit(BAD_INPUT, f"{self.prog}: {' '.join(message.split())}\n")


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog=PROGRAM, description="Orientation papers as layered boards, live.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, run: Any, description: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=description, description=description)
        added.set_defaults(run=run)
        return added

    def folder(added: argparse.ArgumentParser, *, where: bool = False) -> None:
        added.add_argument("--data", metavar="DIR", help=f"data folder [{ENVIRONMENT['data']}]")
        if not where:
            return
        added.add_argument("--host", help=f"where to listen [{ENVIRONMENT['host']}]")
        added.add_argument("--port", help=f"where to listen; 0: any [{ENVIRONMENT['port']}]")
        added.add_argument(
            "--address", metavar="URL", help=f"where people find it [{ENVIRONMENT['address']}]"
        )

    serve = command("serve", _serve, "Serve the boards of a data folder, until Ctrl-C.")
    folder(serve, where=True)
    serve.add_argument(
        "--origin",
        action="append",
        metavar="URL",
        help=f"a further page that may connect; may be repeated [{ENVIRONMENT['origins']}]",
    )

    boards = command("boards", _boards, "List the boards: name, entries, address.")
    folder(boards, where=True)

    links = command("links", _links, "Show the share links of a board.")
    links.add_argument("board", metavar="BOARD")
    links.add_argument(
        "--role", choices=sorted(RANK, key=RANK.__getitem__), help="of this role; made if missing"
    )
    links.add_argument("--revoke", action="store_true", help="make new ones; the old ones end")
    folder(links, where=True)

    imported = command("import", _import, "Make a board of a paper (Markdown) or of Board JSON.")
    imported.add_argument("file", metavar="FILE", type=Path)
    imported.add_argument("--name", metavar="SLUG", help="of the board; else from the file's name")
    imported.add_argument("--public", action="store_true", help="to be read without a link")
    folder(imported, where=True)

    export = command("export", _export, "Write a board as Board JSON.")
    export.add_argument("board", metavar="BOARD")
    export.add_argument("-o", "--output", metavar="FILE", type=Path, help="else standard output")
    folder(export)

    check = command("check", _check, "Say what a paper or a Board JSON holds, or what is wrong.")
    check.add_argument("file", metavar="FILE", type=Path)
    return parser


def _settings(given: argparse.Namespace) -> Settings:
    return settings(
        data=given.data,
        host=getattr(given, "host", None),
        port=getattr(given, "port", None),
        address=getattr(given, "address", None),
        origins=getattr(given, "origin", None),
    )


# -- the commands


def _serve(given: argparse.Namespace) -> int:
    chosen = _settings(given)
    from server.serve import serve  # only this command needs the web's modules

    return serve(chosen)


def _boards(given: argparse.Namespace) -> int:
    for line in _answer(_settings(given), ListBoards()):
        more = f"\tunreadable beyond {line.unreadable}" if line.unreadable else ""
        print(f"{line.name}\t{line.entries}\t{line.address}{more}")
    return 0


def _links(given: argparse.Namespace) -> int:
    lines = _answer(_settings(given), ShowLinks(given.board, given.role, given.revoke))
    if not lines:
        raise Failed(f"the board {given.board} has no share links; --role makes one", BAD_INPUT)
    print_links(lines)
    return 0


def _import(given: argparse.Namespace) -> int:
    document = read_document(given.file)
    if document.kind == PAPER:
        document = replace(document, ops=tuple(placed(document.ops)))
    name = given.name if given.name is not None else slug(given.file.stem)
    lines = _answer(_settings(given), Import(name, document.ops, given.public))
    print(f"{name}: {summary(document)}")
    print_links(lines)
    return 0


def _export(given: argparse.Namespace) -> int:
    content = _answer(_settings(given), Export(given.board)).encode()
    if given.output is None:
        sys.stdout.buffer.write(content)
        return 0
    new = given.output.with_name(given.output.name + ".new")
    new.write_bytes(content)
    new.replace(given.output)
    return 0


def _check(given: argparse.Namespace) -> int:
    print(f"{given.file}: {summary(read_document(given.file))}")
    return 0


def print_links(lines: list[LinkLine]) -> None:
    """One line for each share link: its role and its address."""
    for line in lines:
        print(f"  {line.role:12} {line.address}")


# -- files


def read_document(path: Path) -> Document:
    """Read a paper or a Board JSON, and make sure that a board can be made of it.

    Raises Failed, which names the file and the place.
    """
    try:
        with path.open("rb") as file:
            data = file.read(limits.IMPORT_BYTES_MAX + 1)
    except OSError as error:
        raise Failed(f"{path}: {error.strerror}", BAD_INPUT) from error
    try:
        if path.suffix.lower() == ".json" or data.lstrip()[:1] == b"{":
            ops = tuple(board_json.read(data)[0])
            document = Document("Board JSON", _title(ops), ops)
        else:
            paper = compile_paper(data)
            document = Document(PAPER, paper.title, paper.ops)
    except (FormatError, PaperError) as error:
        raise Failed(f"{path}: {error}", BAD_INPUT) from error
    answer = decide(Board(), ADMINISTRATOR, 0, document.ops)
    if isinstance(answer, Refusal):
        raise Failed(f"{path}: {answer.where}: {answer.message}", BAD_INPUT)
    if isinstance(answer, Conflict):
        raise Failed(f"{path}: {answer.where}: the text is given twice", BAD_INPUT)
    return document


def _title(ops: Sequence[AnyOp]) -> str:
    return next(
        (
            op.text
            for op in ops
            if isinstance(op, TextSet) and (op.owner, op.field) == ("board", "title")
        ),
        "",
    )


def summary(document: Document) -> str:
    """What a document holds, in one line."""
    groups = sum(isinstance(op, LayerCreate) and op.group for op in document.ops)
    counts = (
        ("layer", sum(isinstance(op, LayerCreate) for op in document.ops) - groups),
        ("group", groups),
        ("node", sum(isinstance(op, NodeCreate) for op in document.ops)),
        ("relation", sum(isinstance(op, RelationCreate) for op in document.ops)),
    )
    parts = ", ".join(f"{count} {name}{'' if count == 1 else 's'}" for name, count in counts)
    return f"{document.kind}, {document.title!r}: {parts}"


# -- asking


def _answer(given: Settings, request: Ask) -> Any:
    """Ask the running server, else do it here. Raises Failed, NoFolder, NoLog."""
    if not isinstance(request, Import) and not given.data.is_dir():
        raise Failed(f"there is no data folder {given.data}", BAD_INPUT)
    until = time.monotonic() + FOLDER_WAIT_S
    while True:
        try:
            return ask(admin_socket(given.data), request)
        except NotRunning:
            pass
        try:
            with Folder(given.data) as folder:
                return asyncio.run(_do(folder, given, request))
        except InUse:  # another command, or a server that starts or stops
            if time.monotonic() >= until:
                raise
            time.sleep(0.05)


async def _do(folder: Folder, given: Settings, request: Ask) -> Any:
    async with opened(folder) as (log, boards, access):
        return await Administrator(boards, log, access, given.base).do(request)


@contextlib.asynccontextmanager
async def opened(folder: Folder) -> AsyncIterator[tuple[SqliteLog, Boards, Access]]:
    """The boards of a data folder, without a server. Raises NoLog, NoFolder."""
    logging.getLogger().setLevel(logging.ERROR)
    log = SqliteLog(folder.database)
    try:
        boards = Boards(log)
        try:
            yield log, boards, Access(folder.secret())
        finally:
            await boards.drain()
    finally:
        await log.close()


if __name__ == "__main__":
    sys.exit(main())
