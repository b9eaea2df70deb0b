"""The images of boards: what is sent is made anew, named, kept and given out.

An image's name is an HMAC of its board and its bytes (server/access.py): the same picture twice
is kept once, nobody who only knows the picture can tell whether a board has it, and who knows
the name has read it on the board. So the name is what opens the image, and nothing else does.

Files lie in the data folder, ``images/<board>/<name>``, each written whole and on disk before
its name is told. They are not in the log: a node names its image, and an image that nothing
names stays, because an undo may want it back, until the board is full and room is needed.
"""

import asyncio
import hashlib
import logging
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterator, Mapping
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from threading import Timer
from typing import Any, BinaryIO, Final, TypeVar
from weakref import WeakValueDictionary

import msgspec
from msgspec import Struct

from board import limits
from board.ops import IMAGE_PATTERN
from server.access import Access
from server.folder import put, sync
from server.log import check_board_name
from server.reencode import Made, NotMade
from server.web import Parts

T = TypeVar("T")
Named = Callable[[], Awaitable[Collection[str]]]

SAID_BYTES_MAX: Final = limits.IMAGE_KEPT_BYTES_MAX + 1_024  # of the process that decodes
# the ways that a file of ours begins
TYPES: Final = {b"\x89PNG": "image/png", b"\xff\xd8\xff": "image/jpeg"}
# nothing in an image can run, load or be shown as a page of ours
CONTENT_SECURITY_POLICY: Final = "default-src 'none'; sandbox"
KEPT: Final = "private, max-age=31536000, immutable"
NAME: Final = re.compile(IMAGE_PATTERN)
PROGRAM: Final = ("-I", "-m", "server.reencode")

_log = logging.getLogger(__name__)


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


class Gone(NotTaken):
    """The board was removed."""

    def __init__(self) -> None:
        super().__init__("unavailable", "the board was removed")


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
        self._locks: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()  # by board
        self._removed: set[str] = set()  # boards: what still arrives for one is not kept
        for left in path.glob("*/.new-*"):  # of a program that was killed
            left.unlink()

    def _lock(self, board: str) -> asyncio.Lock:
        """What parts those who change the images of one board."""
        return self._locks.setdefault(board, asyncio.Lock())

    async def take(self, board: str, raw: bytes, named: Named | None = None) -> Image:
        """Make an image of these bytes and keep it. It is on disk when this returns.

        ``named`` gives the images that the board names: when it is full, others go that were
        sent more than IMAGE_UNUSED_S ago. Raises NotTaken, what ``named`` raises, and OSError
        when it could not be written.
        """
        made, data = await _held(self._encoding, partial(asyncio.to_thread, reencoded, raw))
        name = self._access.image(board, hashlib.sha256(data).hexdigest())
        keep = partial(self._keep, board, name, data)

        async def kept() -> None:
            try:
                await asyncio.to_thread(keep)
            except Full:
                # what is named is asked here, while nothing else is kept for the board
                if named is None or not await self._sweep(board, await named()):
                    raise
                await asyncio.to_thread(keep)

        await _held(self._lock(board), kept)
        return Image(name, made.width, made.height)

    def _keep(self, board: str, name: str, data: bytes) -> None:
        if board in self._removed:
            raise Gone
        folder = self.path / board
        sizes = [size for _, size in _images(folder)]
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
        put(folder / name, data, folder / f".new-{secrets.token_hex(8)}")

    def file(self, board: str, name: str) -> BinaryIO | None:
        """The file of an image, or None: there is none of that name on that board."""
        if not NAME.fullmatch(name):
            return None
        try:
            check_board_name(board)
            return (self.path / board / name).open("rb")
        except (OSError, ValueError):
            return None

    def read(self, board: str, uses: Mapping[str, int], most_bytes: int) -> dict[str, bytes]:
        """The bytes of images for a file, name -> how often it shows each, in that order.

        What is not there, or has no room in ``most_bytes``, is left out. It blocks.
        """
        found: dict[str, bytes] = {}
        for name, count in uses.items():
            file = self.file(board, name)
            if file is None:
                continue
            with file:
                size = count * os.fstat(file.fileno()).st_size
                if size <= most_bytes and len(found) < limits.FILE_IMAGES_MAX:
                    found[name] = file.read()
                    most_bytes -= size
        return found

    async def adopt(self, board: str, images: Mapping[str, bytes]) -> dict[str, str]:
        """Take the images that came along in a file: name there -> name here.

        They are made anew, one after the other; what is no image is left out. Raises NotTaken
        when there is no room for them, and OSError.
        """
        found: dict[str, str] = {}
        for name, raw in images.items():
            try:
                found[name] = (await self.take(board, raw)).name
            except NotTaken as refused:
                if refused.code not in ("no_image", "too_large"):
                    raise
        return found

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

        return await _held(self._lock(target), partial(asyncio.to_thread, work))

    async def remove(self, board: str) -> None:
        """Remove all images of a board, for good: none is kept for it any more.

        Raises OSError, when some may be left: ``keep_boards`` removes them.
        """

        async def work() -> None:
            self._removed.add(board)
            await asyncio.to_thread(_remove, self.path / board)

        await _held(self._lock(board), work)

    async def discard(self, board: str) -> None:
        """Remove what was kept for a board that was not made after all."""
        await _held(self._lock(board), partial(asyncio.to_thread, _remove, self.path / board))

    async def keep_boards(self, boards: Collection[str]) -> None:
        """Remove the images of all other boards: of those that were removed, by a program that
        was killed meanwhile. For the start, when no board is being made.
        """

        def work() -> None:
            if not self.path.exists():
                return
            for folder in list(self.path.iterdir()):
                if folder.name not in boards:
                    try:
                        _remove(folder)
                    except OSError as error:  # no reason not to serve the others
                        _log.error("images are left in %s: %s", folder, error.strerror)

        await asyncio.to_thread(work)

    async def _sweep(self, board: str, named: Collection[str]) -> int:
        """Remove what nothing names and was sent long ago. Returns how many there were."""
        older_s = time.time() - limits.IMAGE_UNUSED_S

        def work() -> int:
            folder = self.path / board
            gone = [name for name, _ in _images(folder) if name not in named]
            gone = [name for name in gone if (folder / name).stat().st_mtime < older_s]
            for name in gone:
                (folder / name).unlink()
            return len(gone)

        return await asyncio.to_thread(work)


async def _held(
    lock: asyncio.Lock | asyncio.Semaphore, work: Callable[[], Coroutine[Any, Any, T]]
) -> T:
    """Do something while a lock is held, to its end: who waits for it may be cancelled, but not
    the thread that does it, and nobody else may begin before it has ended."""
    await lock.acquire()
    running = asyncio.create_task(work())
    running.add_done_callback(lambda _: lock.release())
    return await asyncio.shield(running)


def _images(folder: Path) -> Iterator[tuple[str, int]]:
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


def _remove(folder: Path) -> None:
    if folder.is_dir():
        shutil.rmtree(folder)
        sync(folder.parent)


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


class ImageFile(Parts):
    """The response that gives an image."""

    def __init__(self, file: BinaryIO) -> None:
        super().__init__(
            file,
            os.fstat(file.fileno()).st_size,
            media_type(file.read(8)) or "application/octet-stream",
            {
                "cache-control": KEPT,
                "content-disposition": "inline",
                "content-security-policy": CONTENT_SECURITY_POLICY,
            },
        )
        file.seek(0)


def media_type(data: bytes) -> str:
    """What an image of ours is, by how it begins; "" for what is none."""
    return next((kind for start, kind in TYPES.items() if data.startswith(start)), "")


def data_uri(data: bytes) -> str:
    """An image as an address that holds all of it."""
    return f"data:{media_type(data)};base64,{b64encode(data).decode()}"
