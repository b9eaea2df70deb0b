"""What the routes share: reading what a request brings, within bounds, and writing answers."""

import asyncio
from collections.abc import Awaitable, Callable
from io import BytesIO
from typing import BinaryIO, Final

import msgspec
import orjson
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from board import limits
from server.api import Refused

JSON_TYPE: Final = "application/json"
SVG_TYPE: Final = "image/svg+xml"
ZIP_TYPE: Final = "application/zip"
PART_BYTES: Final = 64 * 1024


def bearer(request: Request, what: str = "a share link's token") -> str:
    """What the header Authorization brings, "" when there is none. Raises Refused."""
    given = request.headers.get("authorization")
    if given is None:
        return ""
    scheme, _, token = given.partition(" ")
    if scheme.lower() != "bearer" or not token or len(token) > limits.TOKEN_CHARS_MAX:
        raise Refused("bad_request", "Authorization", f"expected: Bearer, and {what}")
    return token


def check_length(request: Request, most_bytes: int, what: str) -> None:
    """Refuse a body that says that it is too long, before it is read."""
    said = request.headers.get("content-length", "")
    if said.isdecimal() and int(said) > most_bytes:
        raise _too_large(most_bytes, what)


async def body(
    request: Request,
    most_bytes: int | None = None,
    within_s: float | None = None,
    what: str = "a body",
) -> bytes:
    """The body of a request: BODY_BYTES_MAX within BODY_S, unless others are named.

    Raises Refused.
    """
    most_bytes = limits.BODY_BYTES_MAX if most_bytes is None else most_bytes
    found = bytearray()
    try:
        async with asyncio.timeout(limits.BODY_S if within_s is None else within_s):
            async for part in request.stream():
                found += part
                if len(found) > most_bytes:
                    raise _too_large(most_bytes, what)
    except TimeoutError:
        raise Refused("too_slow") from None
    return bytes(found)


def _too_large(most_bytes: int, what: str) -> Refused:
    return Refused("too_large", message=f"{what} has at most {most_bytes} bytes")


def as_json(value: Struct, status: int = 200) -> Response:
    """An answer."""
    data = orjson.dumps(msgspec.to_builtins(value))
    return Response(data, status, media_type=JSON_TYPE)


def as_file(data: bytes, media_type: str, name: str) -> "Parts":
    """A file to be kept, under a name that holds only letters, digits, hyphens and dots."""
    return Parts(
        BytesIO(data), len(data), media_type,
        {"content-disposition": f'attachment; filename="{name}"'},
    )  # fmt: skip


class Parts(Response):
    """The response that gives a file part by part, as fast as they are taken, and closes it."""

    def __init__(
        self, file: BinaryIO, size: int, media_type: str, headers: dict[str, str]
    ) -> None:
        self._file = file
        super().__init__(
            headers={**headers, "content-length": str(size)}, media_type=media_type
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head, then the parts."""
        with self._file:
            start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
            await send(start)
            part = b"-"
            while part:
                part = await asyncio.to_thread(self._file.read, PART_BYTES)
                await send({"type": "http.response.body", "body": part, "more_body": bool(part)})


class Turns:
    """Turns for what takes much memory until it was taken: so many at once, and so long each."""

    def __init__(self, most: int, within_s: float) -> None:
        self._free = asyncio.Semaphore(most)
        self._within_s = within_s

    async def take(self, make: Callable[[], Awaitable[Response]]) -> Response:
        """Wait for a turn, and make a response in it; raises Refused, and what ``make`` raises.

        The turn ends when the response was sent, or took too long to be taken.
        """
        try:
            async with asyncio.timeout(self._within_s):
                await self._free.acquire()
        except TimeoutError:
            raise Refused("unavailable", message="too many ask for this just now") from None
        try:
            return _InTurn(await make(), self._free, self._within_s)
        except BaseException:
            self._free.release()
            raise


class _InTurn(Response):
    def __init__(self, response: Response, free: asyncio.Semaphore, within_s: float) -> None:
        super().__init__()
        self._response, self._free, self._within_s = response, free, within_s

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._within_s):
                await self._response(scope, receive, send)
        except TimeoutError:
            pass  # what was sent has no end, and the connection is closed
        finally:
            self._free.release()
