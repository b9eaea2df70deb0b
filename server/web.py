"""What the routes share: reading what a request brings, within bounds, and writing answers."""

import asyncio
from typing import Final

import msgspec
import orjson
from msgspec import Struct
from starlette.requests import Request
from starlette.responses import Response

from board import limits
from server.api import Refused

JSON_TYPE: Final = "application/json"
SVG_TYPE: Final = "image/svg+xml"


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


def as_file(data: bytes, media_type: str, name: str) -> Response:
    """A file to be kept, under a name that holds only letters, digits, hyphens and dots."""
    return Response(
        data,
        headers={"content-disposition": f'attachment; filename="{name}"'},
        media_type=media_type,
    )
