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
from typing import Any, Final, NoReturn, get_args

from board import limits
from board.formats import FormatError
from board.ops import LayerCreate, NodeCreate, RelationCreate
from board.paper import slug
from board.roles import RANK
from server.access import Access, DeskKey
from server.admin import (
    BAD_INPUT,
    TROUBLE,
    Administrator,
    Archive,
    Ask,
    Delete,
    Duplicate,
    Export,
    Failed,
    Import,
    LinkLine,
    ListBoards,
    NotRunning,
    Results,
    ShowDesk,
    ShowLinks,
    ask,
)
from server.api import Authors
from server.ballots import SqliteBallots
from server.config import ENVIRONMENT, PROGRAM, BadSetting, Settings, settings
from server.documents import BadDocument, Document, read
from server.folder import Folder, InUse, NoFolder, admin_socket
from server.images import Images
from server.live import Boards
from server.log_sqlite import NoLog, SqliteLog

STANDARD_INPUT: Final = Path("-")
FOLDER_WAIT_S: Final = 5.0  # for another command, or a server that starts


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
        return _error(_why(error), TROUBLE)
    except KeyboardInterrupt:
        return 130


def _why(error: Exception) -> str:
    """What went wrong, and with which file, without a number that says nothing to people."""
    if isinstance(error, OSError) and error.strerror:
        return f"{error.filename}: {error.strerror}" if error.filename else error.strerror
    return str(error)


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
        added.add_argument("--data", metavar="DIR", help=setting("data", "data folder"))
        if not where:
            return
        added.add_argument("--host", help=setting("host", "where the server listens"))
        added.add_argument("--port", help=setting("port", "where it listens; 0: any free port"))
        added.add_argument(
            "--address", metavar="URL", help=setting("address", "where people find it")
        )

    default = Settings()

    def setting(name: str, description: str) -> str:
        """What a setting is, its default, and its name in the environment."""
        value = getattr(default, name)
        said = f"default: {value}; " if value else ""
        return f"{description} ({said}environment: {ENVIRONMENT[name]})"

    serve = command("serve", _serve, "Serve the boards of a data folder, until Ctrl-C.")
    folder(serve, where=True)
    serve.add_argument(
        "--origin",
        action="append",
        metavar="URL",
        help=setting("origins", "a further page that may connect; may be repeated"),
    )

    boards = command("boards", _boards, "List the boards: name, title, access, entries, address.")
    folder(boards, where=True)

    links = command("links", _links, "Show the share links of a board.")
    links.add_argument("board", metavar="BOARD")
    links.add_argument(
        "--role",
        choices=sorted(RANK, key=RANK.__getitem__),
        help="of this role; made if missing, as the owner's is at first",
    )
    links.add_argument("--revoke", action="store_true", help="make new ones; the old ones end")
    folder(links, where=True)

    desk = command("desk", _desk, "Show the desk's link: it opens the list of all boards.")
    desk.add_argument("--revoke", action="store_true", help="make a new one; the old one ends")
    folder(desk, where=True)

    imported = command("import", _import, "Make a board of a paper (Markdown) or of Board JSON.")
    imported.add_argument("file", metavar="FILE", type=Path, help="-: standard input")
    imported.add_argument("--name", metavar="SLUG", help="of the board; else from the file's name")
    imported.add_argument("--public", action="store_true", help="to be read without a link")
    folder(imported, where=True)

    export = command("export", _export, "Write a board as Board JSON.")
    export.add_argument("board", metavar="BOARD")
    export.add_argument("-o", "--output", metavar="FILE", type=Path, help="else standard output")
    folder(export)

    results = command(
        "results", _results, "Write what a workshop came to: tables, a report, Board JSON, as zip."
    )
    results.add_argument("board", metavar="BOARD")
    results.add_argument("-o", "--output", metavar="FILE", type=Path, required=True)
    results.add_argument(
        "--authors", choices=get_args(Authors), default="number",
        help="how people are told apart: not, by numbers (as is usual), or by names",
    )  # fmt: skip
    results.add_argument(
        "--role", choices=["facilitator", "owner"], default="facilitator",
        help="as far as this role may read the board (default: facilitator)",
    )  # fmt: skip
    folder(results)

    copy = command(
        "copy", _copy, "Make a board of what is on another, without links and history."
    )
    copy.add_argument("board", metavar="BOARD")
    copy.add_argument("--name", metavar="SLUG", help="of the new board; else like the title")
    copy.add_argument("--title", help="of the new board; else the same")
    folder(copy, where=True)

    archive = command("archive", _archive, "Put a board away, to be read and not changed.")
    archive.add_argument("board", metavar="BOARD")
    archive.add_argument("--undo", action="store_true", help="bring it back")
    folder(archive)

    delete = command("delete", _delete, "Delete a board for good, with its history.")
    delete.add_argument("board", metavar="BOARD")
    delete.add_argument("--yes", action="store_true", help="needed: there is no way back")
    folder(delete)

    check = command("check", _check, "Say what a paper or a Board JSON holds, or what is wrong.")
    check.add_argument("file", metavar="FILE", type=Path, help="-: standard input")
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
    for line in _answer(given, ListBoards()):
        access = {True: "public", False: "private", None: "cannot be opened"}[line.public]
        entries = f"{line.entries} {'entry' if line.entries == 1 else 'entries'}"
        more = ["archived"] if line.archived else []
        more += [f"unreadable beyond {line.unreadable}"] if line.unreadable else []
        print("\t".join([line.name, _plain(line.title), access, entries, line.address, *more]))
    return 0


def _plain(text: str) -> str:
    """A text of a board, in one line, without what would turn or hide the rest of it."""
    return " ".join("".join(each if each.isprintable() else " " for each in text).split())


def _links(given: argparse.Namespace) -> int:
    lines = _answer(given, ShowLinks(given.board, given.role, given.revoke))
    if not lines:
        raise Failed(f"the board {given.board} has no share links; --role makes one", BAD_INPUT)
    print_links(lines)
    return 0


def _desk(given: argparse.Namespace) -> int:
    print(_answer(given, ShowDesk(given.revoke)))
    return 0


def _copy(given: argparse.Namespace) -> int:
    made = _answer(given, Duplicate(given.board, given.name, given.title))
    print(f"{made.name}: a copy of {given.board}")
    print_links(made.links)
    return 0


def _archive(given: argparse.Namespace) -> int:
    _answer(given, Archive(given.board, not given.undo))
    return 0


def _delete(given: argparse.Namespace) -> int:
    if not given.yes:
        raise Failed(f"{given.board} would be gone for good: add --yes", BAD_INPUT)
    _answer(given, Delete(given.board))
    return 0


def _import(given: argparse.Namespace) -> int:
    if given.file == STANDARD_INPUT and given.name is None:
        raise Failed("import from standard input needs --name", BAD_INPUT)
    document = read_document(given.file).arranged()
    name = given.name if given.name is not None else slug(given.file.stem)
    made = _answer(given, Import(name, document.ops, given.public, document.images))
    print(f"{name}: {summary(document)}")
    print_links(made.links)
    _print_losses([*document.losses, *made.losses])
    return 0


def _export(given: argparse.Namespace) -> int:
    if given.output is not None:
        _check_folder(given.output)
    exported = _answer(given, Export(given.board))
    content = exported.content.encode()
    _print_losses(exported.losses)
    if given.output is None:
        sys.stdout.buffer.write(content)
    else:
        _keep(given.output, content)
    return 0


def _results(given: argparse.Namespace) -> int:
    _check_folder(given.output)
    _keep(given.output, _answer(given, Results(given.board, given.authors, given.role)).content)
    return 0


def _check_folder(file: Path) -> None:
    """Refuse what has nowhere to go before it is made."""
    if not file.parent.is_dir():
        raise Failed(f"there is no folder {file.parent}", BAD_INPUT)


def _keep(file: Path, content: bytes) -> None:
    """Write a file whole, in place of one that may be there."""
    new = file.with_name(file.name + ".new")
    new.write_bytes(content)
    new.replace(file)


def _check(given: argparse.Namespace) -> int:
    document = read_document(given.file)
    print(f"{_called(given.file)}: {summary(document)}")
    _print_losses(document.losses)
    return 0


def print_links(lines: list[LinkLine]) -> None:
    """One line for each share link: its role and its address."""
    for line in lines:
        print(f"  {line.role:12} {line.address}")


def _print_losses(lines: Sequence[str]) -> None:
    """What could not be carried, a line each, beside what was asked for."""
    for line in lines:
        print(f"{PROGRAM}: {_plain(line)}", file=sys.stderr)


# -- files


def read_document(path: Path) -> Document:
    """Read a paper or a Board JSON, and make sure that a board can be made of it.

    Raises Failed, which names the file and the place.
    """
    name = _called(path)
    try:
        with sys.stdin.buffer if path == STANDARD_INPUT else path.open("rb") as file:
            data = file.read(limits.IMPORT_BYTES_MAX + 1)
    except OSError as error:
        raise Failed(f"{name}: {error.strerror}", BAD_INPUT) from error
    try:
        return read(data, is_json=path.suffix.lower() == ".json")
    except BadDocument as error:
        raise Failed(f"{name}: {error}", BAD_INPUT) from error


def _called(path: Path) -> str:
    return "standard input" if path == STANDARD_INPUT else str(path)


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


def _answer(given: argparse.Namespace, request: Ask) -> Any:
    """Ask the running server, else do it here. Raises Failed, NoFolder, NoLog, BadSetting."""
    chosen = _settings(given)
    folder = chosen.data.resolve()
    if not isinstance(request, Import) and not (folder / "lock").exists():
        is_there = f"{folder} is no data folder" if folder.is_dir() else ""
        raise Failed(
            f"{is_there or f'there is no data folder {folder}'}:"
            f" name another with --data or {ENVIRONMENT['data']}",
            BAD_INPUT,
        )
    until = time.monotonic() + FOLDER_WAIT_S
    while True:
        try:
            return ask(admin_socket(chosen.data), request)
        except NotRunning:
            pass
        try:
            with Folder(chosen.data) as held:
                base = chosen.base if _says_where(given) else held.kept_address()
                answer = asyncio.run(_do(held, base or chosen.base, request))
            if not base and answer and not isinstance(request, Export):
                print(
                    f"{PROGRAM}: no server has run on this folder: addresses begin with the"
                    f" default {chosen.base}; --address names another",
                    file=sys.stderr,
                )
            return answer
        except InUse:  # another command, or a server that starts or stops
            if time.monotonic() >= until:
                raise
            time.sleep(0.05)


def _says_where(given: argparse.Namespace) -> bool:
    """Whether the command line or the environment says where the server is found."""
    return any(
        getattr(given, name, None) is not None or os.environ.get(ENVIRONMENT[name])
        for name in ("address", "host", "port")
    )


async def _do(folder: Folder, base: str, request: Ask) -> Any:
    async with opened(folder) as (log, boards, access):
        desk = DeskKey(access, folder.desk_generation(), folder.keep_desk_generation)
        images = Images(folder.images, access)
        return await Administrator(boards, log, access, base, desk, images).do(request)


@contextlib.asynccontextmanager
async def opened(folder: Folder) -> AsyncIterator[tuple[SqliteLog, Boards, Access]]:
    """The boards of a data folder, without a server. Raises NoLog, NoFolder (NoBallots)."""
    logging.getLogger().setLevel(logging.ERROR)
    log = SqliteLog(folder.database)
    try:
        ballots = SqliteBallots(folder.ballots)
        try:
            boards = Boards(log, ballots)
            try:
                yield log, boards, Access(folder.secret())
            finally:
                await boards.drain()
        finally:
            await ballots.close()
    finally:
        await log.close()


if __name__ == "__main__":
    sys.exit(main())
