"""Pictures are made anew: what becomes of good ones and of bad ones."""

import hashlib
from random import Random
from typing import Any

import pytest
from PIL import Image, ImageCms

from board import limits
from server import images, reencode
from server.images import NotTaken
from server.reencode import Refusal, reencoded
from tests.server.pictures import (
    HTML,
    LATITUDE,
    chunk,
    moving,
    no_pictures,
    noise,
    photograph,
    picture,
    png,
    saved,
    shown,
    swapped,
    too_large,
)


def made(raw: bytes) -> Image.Image:
    """The picture that becomes of these bytes."""
    answer, data = reencoded(raw)
    found = shown(data)
    assert found.size == (answer.width, answer.height)
    assert len(data) <= limits.IMAGE_KEPT_BYTES_MAX
    return found


def near(one: Any, other: tuple[int, ...]) -> bool:
    return all(abs(left - right) < 12 for left, right in zip(one, other, strict=True))


# -- IM1: what is taken, and what is not


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_IM1_four_formats_are_taken(form: str) -> None:
    found = made(saved(picture(), form))
    assert found.size == (60, 40)
    assert near(found.convert("RGB").getpixel((10, 20)), (255, 0, 0))
    assert near(found.convert("RGB").getpixel((50, 20)), (0, 0, 255))


@pytest.mark.parametrize("name", no_pictures())
def test_IM1_what_is_no_picture_is_refused(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        reencoded(no_pictures()[name])
    assert refused.value.answer.code == "no_image"


@pytest.mark.parametrize("name", too_large())
def test_IM1_too_many_pixels_are_refused_before_they_are_decoded(name: str) -> None:
    with pytest.raises(Refusal) as refused:
        reencoded(too_large()[name])
    assert refused.value.answer.code == "too_large"
    assert str(limits.IMAGE_PIXELS_MAX) in refused.value.answer.message


def test_IM1_the_bound_of_pixels_is_exact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "IMAGE_PIXELS_MAX", 60 * 40)
    assert made(saved(picture(60, 40))).size == (60, 40)
    with pytest.raises(Refusal, match="at most 2400 pixels"):
        reencoded(saved(picture(61, 40)))


def test_IM1_damage_ends_with_a_picture_or_a_refusal() -> None:
    chance = Random(7)
    good = [saved(picture(), form) for form in ("PNG", "JPEG", "WEBP", "GIF")]
    good += [photograph(), moving("GIF"), moving("WEBP")]
    outcomes = {"made": 0, "refused": 0}
    for at in range(400):
        raw = bytearray(good[at % len(good)])
        for _ in range(chance.randint(1, 6)):
            raw[chance.randrange(len(raw))] = chance.randrange(256)
        try:
            made(bytes(raw))
            outcomes["made"] += 1
        except Refusal as refused:
            assert refused.answer.code in ("no_image", "too_large")
            outcomes["refused"] += 1
    assert min(outcomes.values()) > 20, outcomes


# -- IM2: what is kept


def test_IM2_a_photograph_stands_upright_and_tells_nothing() -> None:
    raw = photograph()
    assert LATITUDE.encode() in raw
    assert b"CANARY-COMMENT" in raw
    found = made(raw)
    assert found.size == (40, 60)
    assert near(found.getpixel((20, 10)), (255, 0, 0))  # what was left is above
    _, data = reencoded(raw)
    assert b"CANARY" not in data
    assert LATITUDE.encode() not in data
    assert not found.getexif()
    assert set(found.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density", "progressive",
                               "progression"}  # fmt: skip


def test_IM2_nothing_but_the_pixels_is_left() -> None:
    text = chunk(b"tEXt", b"Author\0CANARY-AUTHOR")
    xmp = chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0CANARY-XMP")
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for raw in (
        png(20, 20, text, xmp, rows=20) + HTML,  # and a page behind its end
        saved(picture(), "PNG", icc_profile=profile, dpi=(300, 300)),
        saved(picture(), "WEBP", xmp=b"CANARY-XMP", icc_profile=profile),
        saved(picture(), "JPEG", comment=HTML, icc_profile=profile) + HTML,
        saved(picture(), "GIF", comment=HTML),
    ):
        _, data = reencoded(raw)
        for word in (b"CANARY", b"script", b"iCCP", b"ICC_PROFILE", b"pHYs", b"tEXt", b"Exif"):
            assert word not in data, word
    assert b"alert" in HTML


@pytest.mark.parametrize("form", ["GIF", "WEBP", "PNG"])
def test_IM2_of_what_moves_the_first_picture_is_kept(form: str) -> None:
    found = made(moving(form))
    assert getattr(found, "n_frames", 1) == 1
    assert near(found.convert("RGB").getpixel((15, 10)), (0, 128, 0))


@pytest.mark.parametrize(
    ("mode", "form"),
    [("1", "PNG"), ("L", "PNG"), ("P", "PNG"), ("LA", "PNG"), ("RGBA", "PNG"), ("L", "JPEG"),
     ("CMYK", "JPEG"), ("YCbCr", "JPEG"), ("RGBA", "WEBP"), ("P", "GIF"), ("L", "GIF")],
)  # fmt: skip
def test_IM2_every_kind_of_pixels_becomes_plain_ones(mode: str, form: str) -> None:
    found = made(saved(picture(mode=mode), form))
    assert found.mode == "RGB"  # nothing shows through
    plain = picture(mode=mode).convert("RGB")
    assert near(found.getpixel((10, 20)), plain.getpixel((10, 20)))
    assert near(found.getpixel((50, 20)), plain.getpixel((50, 20)))


def test_IM2_deep_greys_keep_their_lightness() -> None:
    deep = Image.new("I;16", (20, 20), 32_768)
    assert near(made(saved(deep)).getpixel((5, 5)), (128, 128, 128))


@pytest.mark.parametrize("form", ["PNG", "WEBP", "GIF"])
def test_IM2_what_shows_through_still_does(form: str) -> None:
    clear = picture(mode="RGBA")
    clear.putalpha(Image.new("L", clear.size, 0))
    clear.paste((255, 0, 0, 255), (0, 0, 30, 40))
    found = made(saved(clear, form))
    assert found.mode == "RGBA"
    assert found.getpixel((50, 20))[3] == 0
    assert near(found.getpixel((10, 20)), (255, 0, 0, 255))


def test_IM2_colours_of_another_space_are_made_sRGB() -> None:
    for form in ("PNG", "JPEG", "WEBP"):
        raw = saved(picture(), form, icc_profile=swapped())
        assert near(made(raw).getpixel((10, 20)), (0, 255, 0)), form
    broken = saved(picture(), "PNG", icc_profile=b"no profile")
    assert made(broken).getpixel((10, 20)) == (255, 0, 0)  # as it would be shown


def test_IM2_what_is_large_is_made_smaller() -> None:
    assert made(saved(picture(limits.IMAGE_SIDE_MAX, 20))).size == (limits.IMAGE_SIDE_MAX, 20)
    found = made(saved(picture(2 * limits.IMAGE_SIDE_MAX, 100)))
    assert found.size == (limits.IMAGE_SIDE_MAX, 50)


def test_IM2_what_takes_many_bytes_becomes_a_photograph_or_smaller(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "IMAGE_KEPT_BYTES_MAX", 100_000)
    raw = saved(noise(300, 200))
    assert len(raw) > 100_000
    found = made(raw)
    assert (found.format, found.size) == ("JPEG", (300, 200))
    clear = noise(300, 200).convert("RGBA")
    clear.putpixel((0, 0), (0, 0, 0, 0))
    found = made(saved(clear))
    assert found.format == "PNG"  # the other format has no alpha
    assert 100 < found.width < 300
    assert abs(found.width / found.height - 1.5) < 0.02


def test_IM2_the_same_picture_becomes_the_same_bytes() -> None:
    for raw in (saved(picture()), photograph()):
        digests = {hashlib.sha256(reencoded(raw)[1]).digest() for _ in range(3)}
        assert len(digests) == 1


# -- IM3: a process of its own


@pytest.mark.parametrize("form", ["PNG", "JPEG", "WEBP", "GIF"])
def test_IM3_the_process_makes_the_same_with_no_file_to_open(form: str) -> None:
    raw = saved(picture(), form)
    assert images.reencoded(raw) == reencoded(raw)


def test_IM3_the_process_turns_photographs_and_colours() -> None:
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for raw in (photograph(), saved(picture(), "JPEG", icc_profile=profile), moving("WEBP")):
        assert images.reencoded(raw) == reencoded(raw)


def test_IM3_the_process_says_why_not() -> None:
    with pytest.raises(NotTaken) as refused:
        images.reencoded(HTML)
    assert refused.value.code == "no_image"
    with pytest.raises(NotTaken, match=str(limits.IMAGE_PIXELS_MAX)) as refused:
        images.reencoded(png(50_000, 50_000))
    assert refused.value.code == "too_large"


@pytest.mark.parametrize(
    "says",
    [
        "while True: out.write(b'x' * 65536)",
        "out.write(b'nonsense')",
        "out.write(b'{\"type\":\"made\",\"width\":1,\"height\":1}\\n<html>')",
        "out.write(b'{\"type\":\"made\",\"width\":5000,\"height\":1}\\n\\x89PNG')",
        "out.write(b'{\"type\":\"made\",\"width\":0,\"height\":1}\\n\\x89PNG')",
        "sys.exit(1)",
    ],
)
def test_IM3_nothing_that_the_process_says_is_believed(
    says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = f"import sys; out = sys.stdout.buffer\n{says}"
    monkeypatch.setattr(images, "PROGRAM", ("-c", program))
    with pytest.raises(NotTaken) as refused:
        images.reencoded(b"")
    assert refused.value.code == "no_image"
    assert "too long" not in str(refused.value)


def test_IM3_the_process_has_only_so_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REENCODE_S", 0.2)
    monkeypatch.setattr(images, "PROGRAM", ("-c", "import time; time.sleep(60)"))
    with pytest.raises(NotTaken, match="too long"):
        images.reencoded(b"")


def test_IM3_the_most_that_is_taken_fits_into_the_process() -> None:
    """The largest picture of each kind of work: many pixels, with alpha, and to be made smaller."""
    side = int(limits.IMAGE_PIXELS_MAX**0.5)
    clear = Image.new("RGBA", (side, side), (200, 0, 0, 90))
    answer, data = images.reencoded(saved(clear, compress_level=1))
    assert (answer.width, answer.height) == (limits.IMAGE_SIDE_MAX, limits.IMAGE_SIDE_MAX)
    assert shown(data).mode == "RGBA"


@pytest.mark.parametrize(
    "program",
    [
        "import os; os.kill(os.getpid(), 11)",
        "raise SystemExit(3)",
        "bytearray(2**31)",
        "open('/dev/null')",
        "import subprocess; subprocess.run(['true'])",
    ],
)
def test_IM3_a_reader_that_gives_in_costs_the_process_alone(
    program: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Confined it may do none of these things, and each of them ends it."""
    confined = f"from server.reencode import confine; confine(); {program}"
    monkeypatch.setattr(images, "PROGRAM", ("-I", "-c", confined))
    with pytest.raises(NotTaken) as refused:
        images.reencoded(saved(picture()))
    assert refused.value.code == "no_image"


def test_IM3_a_reader_that_does_not_end_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "REENCODE_S", 0.25)
    monkeypatch.setattr(images, "PROGRAM", ("-I", "-c", "import time; time.sleep(60)"))
    with pytest.raises(NotTaken, match="too long"):
        images.reencoded(saved(picture()))


def test_IM3_memory_that_runs_out_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    def starved(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(reencode, "_plain", starved)
    with pytest.raises(Refusal, match="more memory") as refused:
        reencoded(saved(picture()))
    assert refused.value.answer.code == "too_large"
