"""The images of boards: what is sent is made anew, named, kept and given out.

An image's name is an HMAC of its board and its bytes (server/access.py): the same picture twice
is kept once, nobody who only knows the picture can tell whether a board has it, and who knows
the name has read it on the board. So the name is what opens the image, and nothing else does.

Files lie in the data folder, ``images/<board>/<name>``, each written whole and on disk before
its name is told. They are not in the log: a node names its image, and an image that nothing
names stays, because an undo may want it back, until the board is full and room is needed.
"""

import asyncio
import contextlib
import hashlib
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import BinaryIO, Final

import msgspec
from msgspec import Struct
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from board import limits
from board.ops import IMAGE_PATTERN
from server.access import Access
from server.folder import sync
from server.reencode import Made, NotMade

# the ways that a file of ours begins
SAID_BYTES_MAX: Final = limits.IMAGE_KEPT_BYTES_MAX + 1_024  # of the process that decodes
TYPES: Final = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
# nothing in an image can run, load or be shown as a page of ours
CONTENT_SECURITY_POLICY: Final = "default-src 'none'; sandbox"
KEPT: Final = "private, max-age=31536000, immutable"
PART_BYTES: Final = 64 * 1024
NAME: Final = re.compile(IMAGE_PATTERN)
PROGRAM: Final = ("-I", "-m", "server.reencode")


class NotTaken(Exception):
    """An image was refused: ``code`` is one of server/api.py."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message or code)
        self.code = code
        self.message = message


class Full(NotTaken):
    """The board has as many images as it may have."""

    def __init__(self, bound: str) -> None:
        super().__init__("too_many", bound)


class Image(Struct, frozen=True):
    """An image that is kept: its name, and its pixels across and down."""

    name: str
    width: int
    height: int


class Images:
    """The images of all boards, in the folder at ``path``, which is made when it is needed."""

    def __init__(self, path: Path, access: Access) -> None:
        self.path = path
        self._access = access
        self._encoding = asyncio.Semaphore(limits.REENCODES_MAX)
        self._keeping = asyncio.Lock()
        self._removed: set[str] = set()  # boards: what still arrives for one is not kept
        for left in path.glob("*/.new-*"):  # of a program that was killed
            left.unlink()

    async def take(self, board: str, raw: bytes) -> Image:
        """Make an image of these bytes and keep it. It is on disk when this returns.

        Raises NotTaken, and OSError when it could not be written.
        """
        async with self._encoding:
            made, data = await asyncio.to_thread(reencoded, raw)
        name = self._access.image(board, hashlib.sha256(data).hexdigest())
        async with self._keeping:
            await asyncio.to_thread(self._keep, board, name, data)
        return Image(name, made.width, made.height)

    def _keep(self, board: str, name: str, data: bytes) -> None:
        if board in self._removed:
            raise NotTaken("unavailable", "the board was removed")
        folder = self.path / board
        sizes = [size for _, size in _held(folder)]
        if len(sizes) >= limits.IMAGES_MAX:
            raise Full(f"a board has at most {limits.IMAGES_MAX} images")
        if sum(sizes) + len(data) > limits.IMAGES_BYTES_MAX:
            bound = f"the images of a board have at most {limits.IMAGES_BYTES_MAX} bytes together"
            raise Full(bound)
        _make(self.path)
        if shutil.disk_usage(self.path).free < limits.IMAGES_FREE_BYTES_MIN:
            raise NotTaken("unavailable", "there is no room for images on the server's disk")
        _make(folder)
        # a picture that is there already is written again: how long that takes tells nothing
        _write(folder, name, data)

    def file(self, board: str, name: str) -> BinaryIO | None:
        """The file of an image, or None: there is none of that name on that board."""
        if not NAME.fullmatch(name):
            return None
        try:
            return (self.path / board / name).open("rb")
        except (OSError, ValueError):
            return None

    async def copy(self, source: str, target: str, names: Collection[str]) -> dict[str, str]:
        """Give the images of these names to another board, too: name there -> name here.

        What is no image of ``source`` is passed over. For a board that is made of another one.
        Raises NotTaken and OSError, when some may have been copied.
        """

        def work() -> dict[str, str]:
            copied = {}
            for name in names:
                file = self.file(source, name)
                if file is not None:
                    with file:
                        data = file.read()
                    found = self._access.image(target, hashlib.sha256(data).hexdigest())
                    self._keep(target, found, data)
                    copied[name] = found
            return copied

        async with self._keeping:
            return await asyncio.to_thread(work)

    async def remove(self, board: str) -> None:
        """Remove all images of a board, for good: none is kept for it any more."""
        async with self._keeping:
            self._removed.add(board)
            await asyncio.to_thread(shutil.rmtree, self.path / board, ignore_errors=True)

    async def keep_boards(self, boards: Collection[str]) -> None:
        """Remove the images of all other boards: of those that were removed, by a program that
        was killed meanwhile. For the start, when no board is being made.
        """

        def work() -> None:
            with contextlib.suppress(FileNotFoundError):
                for folder in list(self.path.iterdir()):
                    if folder.name not in boards:
                        shutil.rmtree(folder, ignore_errors=True)

        async with self._keeping:
            await asyncio.to_thread(work)

    async def sweep(self, board: str, named: Collection[str], older_s: float) -> int:
        """Remove the images that ``named`` does not have, and that were sent before ``older_s``.

        ``older_s`` is a time as time.time() gives it. Returns how many there were.
        """

        def work() -> int:
            folder = self.path / board
            gone = [name for name, _ in _held(folder) if name not in named]
            gone = [name for name in gone if (folder / name).stat().st_mtime < older_s]
            for name in gone:
                (folder / name).unlink()
            return len(gone)

        async with self._keeping:
            return await asyncio.to_thread(work)


def _held(folder: Path) -> Iterator[tuple[str, int]]:
    """The images in a folder of a board: name and bytes."""
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if NAME.fullmatch(entry.name):
                    yield entry.name, entry.stat().st_size
    except FileNotFoundError:
        return


def _make(folder: Path) -> None:
    if not folder.is_dir():
        folder.mkdir(mode=0o700, exist_ok=True)
        sync(folder.parent)


def _write(folder: Path, name: str, data: bytes) -> None:
    new = folder / f".new-{secrets.token_hex(8)}"
    file = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with open(file, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(file)
        new.rename(folder / name)
    except OSError:
        new.unlink(missing_ok=True)
        raise
    sync(folder)


# -- in a process of its own


def reencoded(raw: bytes) -> tuple[Made, bytes]:
    """A picture of our own of these bytes. It blocks, about REENCODE_S at most. Raises NotTaken.

    Of what the process says nothing is believed: a reader that gave in may say anything.
    """
    with TemporaryFile() as source:
        source.write(raw)
        source.seek(0)
        with subprocess.Popen(
            [sys.executable, *PROGRAM],
            stdin=source,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
        ) as process:
            assert process.stdout is not None
            # of all clocks; the process counts its own time
            timer = Timer(2 * limits.REENCODE_S, process.kill)
            timer.start()
            said = process.stdout.read(SAID_BYTES_MAX + 1)
            if len(said) > SAID_BYTES_MAX:
                process.kill()
            process.wait()
            timer.cancel()
    if process.returncode == -signal.SIGKILL and len(said) <= SAID_BYTES_MAX:
        raise NotTaken("no_image", "it took too long to read the image")
    head, _, data = said.partition(b"\n")
    if process.returncode != 0 or len(data) > limits.IMAGE_KEPT_BYTES_MAX:
        raise NotTaken("no_image")
    try:
        answer = msgspec.json.decode(head, type=Made | NotMade)
    except msgspec.DecodeError:
        raise NotTaken("no_image") from None
    if isinstance(answer, NotMade):
        raise NotTaken(answer.code, answer.message)
    sides = (answer.width, answer.height)
    bounded = all(0 < side <= limits.IMAGE_SIDE_MAX for side in sides)
    if not bounded or not data.startswith(tuple(TYPES)):
        raise NotTaken("no_image")
    return answer, data


# -- giving out


class ImageFile(Response):
    """The response that gives an image, part by part, so that slow readers cost no memory."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        head = file.read(8)
        kind = next((held for start, held in TYPES.items() if head.startswith(start)), "")
        super().__init__(
            headers={
                "cache-control": KEPT,
                "content-disposition": "inline",
                "content-length": str(os.fstat(file.fileno()).st_size),
                "content-security-policy": CONTENT_SECURITY_POLICY,
            },
            media_type=kind or "application/octet-stream",
        )
        file.seek(0)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head, then the parts, as fast as they are taken."""
        with self._file:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            part = b"-"
            while part:
                part = await asyncio.to_thread(self._file.read, PART_BYTES)
                await send({"type": "http.response.body", "body": part, "more_body": bool(part)})
