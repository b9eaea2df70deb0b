"""A program that makes a picture of our own of one that somebody sent.

Decoding what strangers send is the riskiest work here, so it is done by a process of its own,
``python -m server.reencode``, which may use little memory and time, opens no file, and
holds nothing that could be taken from it. It reads a picture on standard input; on standard output
it writes a line of JSON, ``Made`` or ``NotMade``, and after ``Made`` the new picture.

The new picture is a PNG or a JPEG in sRGB, upright and without metadata: where it was taken,
by what and by whom is gone, and so is whatever else stood in the file beside its pixels.
"""

import contextlib
import resource
import sys
import warnings
from io import BytesIO
from math import sqrt
from typing import Final

import msgspec
from msgspec import Struct
from PIL import (
    ExifTags,
    GifImagePlugin,
    Image,
    ImageCms,
    ImageOps,
    JpegImagePlugin,
    PngImagePlugin,
    WebPImagePlugin,
)

from board import limits

FORMATS: Final = ("GIF", "JPEG", "PNG", "WEBP")  # no other reader ever sees a byte
READERS: Final = (GifImagePlugin, JpegImagePlugin, PngImagePlugin, WebPImagePlugin)
DRAWN: Final = frozenset({"GIF", "PNG"})  # of flat colours and sharp edges more often than not
JPEG_QUALITY: Final = 86


class Made(Struct, frozen=True, tag="made"):
    """The picture follows, with this many pixels across and down."""

    width: int
    height: int


class NotMade(Struct, frozen=True, tag="not_made"):
    """Why there is none: a code of server/api.py, and what is out of bounds."""

    code: str
    message: str = ""


class Refusal(Exception):
    """The picture is refused."""

    def __init__(self, code: str, message: str = "") -> None:
        super().__init__(message)
        self.answer = NotMade(code, message)


def reencoded(raw: bytes) -> tuple[Made, bytes]:
    """A picture of our own of these bytes. Raises Refusal."""
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as opened:
            if opened.width * opened.height > limits.IMAGE_PIXELS_MAX:
                raise _too_many_pixels()
            drawn = opened.format in DRAWN
            opened.load()  # of what moves, the first frame
            picture = _plain(_srgb(ImageOps.exif_transpose(opened)))
    except Refusal:
        raise
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_pixels() from None  # Pillow's own bounds are wider
    except MemoryError:
        raise _too_much_memory() from None
    except Exception as error:  # whatever a reader made of it, it is no picture
        raise Refusal("no_image") from error
    picture.thumbnail((limits.IMAGE_SIDE_MAX, limits.IMAGE_SIDE_MAX))
    form = "PNG" if drawn or picture.mode == "RGBA" else "JPEG"
    data = _encoded(picture, form)
    if len(data) > limits.IMAGE_KEPT_BYTES_MAX and picture.mode == "RGB":
        form = "JPEG"  # a photograph after all
        data = _encoded(picture, form)
    while len(data) > limits.IMAGE_KEPT_BYTES_MAX:
        scale = min(0.9, sqrt(limits.IMAGE_KEPT_BYTES_MAX / len(data)))
        sides = (max(1, int(side * scale)) for side in picture.size)
        picture = picture.resize((next(sides), next(sides)), Image.Resampling.LANCZOS)
        data = _encoded(picture, form)
    return Made(*picture.size), data


def _too_many_pixels() -> Refusal:
    return Refusal("too_large", f"an image has at most {limits.IMAGE_PIXELS_MAX} pixels")


def _too_much_memory() -> Refusal:
    return Refusal("too_large", "the image needs more memory than there is for it")


def _srgb(picture: Image.Image) -> Image.Image:
    """The picture in the colours that a browser takes it to have without a profile."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    mode = "RGBA" if picture.mode == "RGBA" else "RGB"
    with contextlib.suppress(ImageCms.PyCMSError, OSError):  # then the numbers are taken as sRGB
        made = ImageCms.profileToProfile(
            picture,
            ImageCms.ImageCmsProfile(BytesIO(profile)),
            ImageCms.createProfile("sRGB"),
            outputMode=mode,
        )
        return made or picture
    return picture


def _plain(picture: Image.Image) -> Image.Image:
    """Eight bits a channel, with alpha only where something shows through; nothing else."""
    if picture.mode.startswith("I;16"):
        picture = picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")
    clear = "transparency" in picture.info or picture.mode in ("RGBA", "LA", "PA", "RGBa", "La")
    plain = picture.convert("RGBA" if clear else "RGB")
    if clear and plain.getchannel("A").getextrema() == (255, 255):
        plain = plain.convert("RGB")
    plain.info = {}
    return plain


def _encoded(picture: Image.Image, form: str) -> bytes:
    out = BytesIO()
    if form == "JPEG":
        picture.save(out, form, quality=JPEG_QUALITY, progressive=True)
    else:
        picture.save(out, form)
    return out.getvalue()


def confine() -> None:
    """From now on this process has little memory and time, opens no file and starts no other."""
    _rehearse()
    for which, most in (
        (resource.RLIMIT_AS, limits.REENCODE_BYTES_MAX),
        (resource.RLIMIT_CPU, limits.REENCODE_S),
        (resource.RLIMIT_NOFILE, 3),  # standard input, output and error
        (resource.RLIMIT_NPROC, 0),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with contextlib.suppress(ValueError, OSError):  # not every system has each of them
            resource.setrlimit(which, (most, most))


def _rehearse() -> None:
    """Have everything imported that Pillow imports as it goes: soon no file can be opened."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for form in FORMATS:
        out = BytesIO()
        Image.new("RGB", (2, 2)).save(out, form, exif=exif, icc_profile=profile)
        reencoded(out.getvalue())


def main() -> None:
    """Read a picture, write what became of it."""
    confine()
    warnings.simplefilter("ignore")  # of a file that is odd; what cannot be read is an error
    raw = sys.stdin.buffer.read(limits.IMAGE_BYTES_MAX)
    answer: Made | NotMade
    data = b""
    try:
        answer, data = reencoded(raw)
    except Refusal as refusal:
        answer = refusal.answer
    except MemoryError:
        answer = _too_much_memory().answer
    sys.stdout.buffer.write(msgspec.json.encode(answer) + b"\n" + data)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
