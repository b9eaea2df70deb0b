"""The browser's files: the bundle that the build made, held in memory, and the templates' folder.

In the source tree they lie in static/, beside server/; an installed wheel has them in
server/static/. The names in static/dist carry a hash of their content, so a browser may keep
them for ever. What is served is exactly what was there at the start: no path of a request ever
reaches the file system.
"""

import gzip
import json
import re
from pathlib import Path
from typing import Final

from msgspec import Struct

MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
PART: Final = re.compile(r"app\.\d+\.js$")  # see static/build.mjs
COMPRESSED: Final = frozenset({".css", ".js", ".svg"})  # a font is compressed already


class File(Struct, frozen=True):
    """One file: its bytes, its type, and its bytes compressed (b"" where there are none).

    ``brotli`` was made with the bundle, ``gzipped`` is made when it is loaded.
    """

    data: bytes
    media_type: str
    gzipped: bytes = b""
    brotli: bytes = b""

    def encoded(self, accept_encoding: str) -> tuple[bytes, str]:
        """The smallest bytes that a client takes, and the name of their coding; "" is none."""
        for coding, data in (("br", self.brotli), ("gzip", self.gzipped)):
            if data and accepts(accept_encoding, coding):
                return data, coding
        return self.data, ""


class Assets(Struct, frozen=True):
    """The addresses that a page loads: its script ("" when nothing was built) and its styles.

    ``parts`` are what the script imports at once: a page names them too, so that they are
    fetched with it and not after it. ``home`` is the script of the front page, ``join`` are the
    styles that only the page for join codes has.
    """

    script: str = ""
    parts: tuple[str, ...] = ()
    home: str = ""
    join: str = ""
    styles: tuple[str, ...] = ()


class Bundle(Struct, frozen=True):
    """All files of the bundle by their hashed names, and what a page loads of them."""

    files: dict[str, File]
    assets: Assets


def static_folder() -> Path:
    """The folder that holds ``dist`` and ``templates``."""
    inside = Path(__file__).parent / "static"
    return inside if inside.is_dir() else Path(__file__).parent.parent / "static"


def load(folder: Path) -> Bundle:
    """The bundle in ``folder``/dist; an empty one when nothing was built.

    Raises ValueError for a file of a type that is not served.
    """
    manifest = folder / "dist" / "manifest.json"
    if not manifest.is_file():
        return Bundle({}, Assets())
    names: dict[str, str] = json.loads(manifest.read_text("utf-8"))
    files = {name: _file(folder / "dist" / name) for name in names.values()}
    return Bundle(
        files,
        Assets(
            script=f"/static/{names['app.js']}" if "app.js" in names else "",
            parts=tuple(
                f"/static/{name}" for plain, name in sorted(names.items()) if PART.match(plain)
            ),
            home=f"/static/{names['home.js']}" if "home.js" in names else "",
            join=f"/static/{names['join.css']}" if "join.css" in names else "",
            styles=tuple(
                f"/static/{name}"
                for plain, name in sorted(names.items())
                if plain.endswith(".css") and plain != "join.css"
            ),
        ),
    )


def accepts(header: str, coding: str) -> bool:
    """Whether an Accept-Encoding header names a coding without forbidding it."""
    for part in header.lower().split(","):
        name, _, weight = part.partition(";")
        if name.strip() == coding:
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _file(path: Path) -> File:
    if path.suffix not in MEDIA_TYPES:
        raise ValueError(f"{path.name}: no media type is known for {path.suffix!r}")
    data = path.read_bytes()
    gzipped = gzip.compress(data, 9, mtime=0) if path.suffix in COMPRESSED else b""
    made = path.with_name(path.name + ".br")
    brotli = made.read_bytes() if made.is_file() else b""
    return File(data, MEDIA_TYPES[path.suffix], gzipped, brotli)
