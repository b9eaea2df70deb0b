"""Pictures, good and bad, as people and others may send them."""

import struct
import zlib
from functools import cache
from io import BytesIO
from random import Random
from typing import Any

from PIL import Image, ImageCms

LATITUDE = "41.8902"  # what a telephone writes into a photograph, among other things


def picture(width: int = 60, height: int = 40, mode: str = "RGB") -> Image.Image:
    """A picture whose left half is red, the rest blue."""
    made = Image.new("RGB", (width, height), "blue")
    made.paste("red", (0, 0, width // 2, height))
    return made.convert(mode)


def noise(width: int, height: int) -> Image.Image:
    """A picture that no encoder can make small."""
    return Image.frombytes("RGB", (width, height), Random(1).randbytes(width * height * 3))


def saved(made: Image.Image, form: str = "PNG", **options: Any) -> bytes:
    out = BytesIO()
    made.save(out, form, **options)
    return out.getvalue()


def shown(data: bytes) -> Image.Image:
    """The picture of these bytes, decoded."""
    made = Image.open(BytesIO(data))
    made.load()
    return made


def photograph() -> bytes:
    """A JPEG as a telephone makes it: turned on its side, with the place, a comment, a name."""
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned a quarter, clockwise
    exif[0x010F] = "CANARY-MAKER"
    exif[0x013B] = "CANARY-ARTIST"
    exif[0x8825] = {1: "N", 29: LATITUDE}
    return saved(picture(), "JPEG", exif=exif, comment="CANARY-COMMENT")


def chunk(kind: bytes, data: bytes) -> bytes:
    """A chunk of a PNG."""
    check = zlib.crc32(kind + data)
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)


def png(width: int, height: int, *more: bytes, rows: int = 1) -> bytes:
    """A PNG that claims to have this size and has a few rows; ``more`` are chunks before them."""
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(min(1 + width, 2**16) * rows))
    parts = (chunk(b"IHDR", head), *more, chunk(b"IDAT", data), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def inflating(size: int) -> bytes:
    """Little that becomes many zeros."""
    return zlib.compress(bytes(size), 9)


def swapped() -> bytes:
    """A profile of colours in which red and green have changed places."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    places = {}
    for at in range(132, 132 + 12 * struct.unpack_from(">I", profile, 128)[0], 12):
        name, offset, _ = struct.unpack_from(">4sII", profile, at)
        places[name] = offset
    red, green = places[b"rXYZ"], places[b"gXYZ"]
    profile[red : red + 20], profile[green : green + 20] = (
        profile[green : green + 20], profile[red : red + 20],
    )  # fmt: skip
    return bytes(profile)


def moving(form: str) -> bytes:
    """A picture that moves: first green, then many others."""
    first = Image.new("RGB", (30, 20), (0, 128, 0))
    rest = [Image.new("RGB", (30, 20), (at, 0, 0)) for at in range(10, 200, 10)]
    return saved(first, form, save_all=True, append_images=rest, duration=40, loop=0)


HTML = b"<html><script>alert('CANARY')</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@cache
def no_pictures() -> dict[str, bytes]:
    """What is refused as none, by name."""
    good = {form: saved(picture(), form) for form in ("PNG", "JPEG", "GIF", "WEBP")}
    cut = {f"half a {name}": data[: len(data) // 2] for name, data in good.items()}
    begun = {f"the head of a {name}": data[:16] for name, data in good.items()}
    others = {
        form: saved(picture(), form) for form in ("BMP", "TIFF", "ICO", "PPM", "PDF", "EPS", "TGA")
    }
    bomb = chunk(b"zTXt", b"a\0\0" + inflating(2**27))
    return {
        **cut,
        **begun,
        **others,
        "nothing": b"",
        "text": b"a picture",
        "html": HTML,
        "svg": SVG,
        "svg with an xml head": b'<?xml version="1.0"?>' + SVG,
        "zeros": bytes(10_000),
        "html that begins as a gif": b"GIF89a" + HTML,
        "html that begins as a png": b"\x89PNG\r\n\x1a\n" + HTML,
        "html that begins as a jpeg": b"\xff\xd8\xff\xe0" + HTML,
        "a webp of nothing": b"RIFF\x04\x00\x00\x00WEBP",
        "a png without pixels": png(0, 0),
        "a png whose text is a bomb": png(8, 8, bomb, rows=8),
        "an archive": b"PK\x03\x04" + bytes(100),
    }


@cache
def too_large() -> dict[str, bytes]:
    """What claims to be larger than any picture may be, by name."""
    return {
        "a png of many pixels": png(50_000, 50_000),
        "a png that is wide": png(2**31 - 1, 1),
        "a gif of many pixels": b"GIF89a\xff\xff\xff\xff\x80\x00\x00" + bytes(6)
        + b",\x00\x00\x00\x00\xff\xff\xff\xff\x00\x02\x02\x44\x01\x00;",
        "pixels that come to little": saved(Image.new("1", (6_400, 6_400)), "PNG"),
    }  # fmt: skip
