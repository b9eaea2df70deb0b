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
    """One file: its bytes, plain and compressed ("" when that gains nothing), and its type."""

    data: bytes
    gzipped: bytes
    media_type: str


class Assets(Struct, frozen=True):
    """The addresses that a page loads: its script ("" when nothing was built) and its styles.

    ``parts`` are what the script imports at once: a page names them too, so that they are
    fetched with it and not after it. ``home`` is the script of the front page.
    """

    script: str = ""
    parts: tuple[str, ...] = ()
    home: str = ""
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
            styles=tuple(
                f"/static/{name}" for plain, name in sorted(names.items()) if plain.endswith(".css")
            ),
        ),
    )


def _file(path: Path) -> File:
    if path.suffix not in MEDIA_TYPES:
        raise ValueError(f"{path.name}: no media type is known for {path.suffix!r}")
    data = path.read_bytes()
    gzipped = gzip.compress(data, 9, mtime=0) if path.suffix in COMPRESSED else b""
    return File(data, gzipped, MEDIA_TYPES[path.suffix])
