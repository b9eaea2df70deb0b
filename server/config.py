"""The settings of a server: from the command line, else from the environment, else as here.

Each is described in docs/SPEC.md, section Settings; a documentation test compares the two.
"""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

PROGRAM: Final = "orientation-board"
ENVIRONMENT: Final[dict[str, str]] = {
    "data": "ORIENTATION_BOARD_DATA",
    "host": "ORIENTATION_BOARD_HOST",
    "port": "ORIENTATION_BOARD_PORT",
    "address": "ORIENTATION_BOARD_ADDRESS",
    "origins": "ORIENTATION_BOARD_ORIGINS",
}


class BadSetting(Exception):
    """A setting that cannot be: the message names it and says why."""


class Settings(Struct, frozen=True):
    """What a server is told from outside.

    ``data`` is the folder that holds all boards. ``host`` and ``port`` are where it listens;
    port 0 takes a free one. ``address`` is where people find it (``https://board.example.org``),
    when that is not where it listens. ``origins`` are further pages that may open a websocket,
    exactly as a browser names them.
    """

    data: Path = Path("data")
    host: str = "127.0.0.1"
    port: int = 8000
    address: str = ""
    origins: tuple[str, ...] = ()

    @property
    def base(self) -> str:
        """The address that share links begin with, without a slash at its end."""
        if self.address:
            return self.address
        host = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(self.host, self.host)
        if ":" in host and not host.startswith("["):
            host = f"[{host}]"
        return f"http://{host}:{self.port}"

    @property
    def allowed_origins(self) -> tuple[str, ...]:
        """The exact allow-list of the websocket's Origin.

        Empty when neither ``address`` nor ``origins`` is set: then the page must come from the
        address that the server was reached at (server/access.py).
        """
        return (origin(self.base), *self.origins) if self.address or self.origins else ()


def origin(address: str) -> str:
    """The origin of an address, as a browser writes it. Raises BadSetting."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError as error:
        raise BadSetting(f"{address!r}: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise BadSetting(f"{address!r} is no http or https address")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    standard = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{host}" + (f":{port}" if port not in (None, standard) else "")


def settings(
    *,
    data: str | None = None,
    host: str | None = None,
    port: str | None = None,
    address: str | None = None,
    origins: list[str] | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Settings:
    """The settings: what is given here first, then ``environment``. Raises BadSetting."""

    def given(name: str, value: str | None, default: str) -> str:
        if value is not None:
            return value
        return environment.get(ENVIRONMENT[name]) or default

    default = Settings()
    number = given("port", port, str(default.port))
    if not (number.isascii() and number.isdecimal() and int(number) <= 65_535):
        raise BadSetting(f"port: expected a number from 0 to 65535, got {number!r}")
    public = given("address", address, "").rstrip("/")
    if public and public != origin(public):
        raise BadSetting(f"address: expected the form {origin(public)!r}, got {public!r}")
    if origins is None:
        origins = environment.get(ENVIRONMENT["origins"], "").replace(",", " ").split()
    for one in origins:
        if one != origin(one):
            raise BadSetting(f"origins: expected the form {origin(one)!r}, got {one!r}")
    return Settings(
        data=Path(given("data", data, str(default.data))),
        host=given("host", host, default.host),
        port=int(number),
        address=public,
        origins=tuple(origins),
    )
