"""Photos of people: small, upright, and without what the camera wrote beside them."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from rules.pictures import LONGEST, NoPicture, TooManyPixels, shrink_logo, shrink_photo


def made(size: tuple[int, int] = (80, 60), kind: str = "JPEG", **options: object) -> bytes:
    """A picture whose left half is red and whose right half is blue."""
    picture = Image.new(str(options.pop("mode", "RGB")), size, "blue")
    picture.paste("red", (0, 0, size[0] // 2, size[1]))
    out = BytesIO()
    picture.save(out, kind, **options)
    return out.getvalue()


def of_a_phone() -> bytes:
    """A JPEG that lies on its side, with where it was taken, by whom, and a remark."""
    exif = Image.Exif()
    exif[0x0112] = 6  # Turn a quarter to the right to see it upright.
    exif[0x013B] = "Joop van der Berg"
    exif.get_ifd(0x8825).update({1: "N", 2: (52.0, 43.0, 21.0)})
    return made((80, 60), exif=exif, comment=b"thuis bij Joop")


def test_a_photo_loses_where_and_by_whom_it_was_taken() -> None:
    photo = of_a_phone()
    assert b"Joop" in photo
    assert Image.open(BytesIO(photo)).getexif().get_ifd(0x8825)
    kept = shrink_photo(photo).jpeg
    opened = Image.open(BytesIO(kept))
    assert not opened.getexif()
    assert not {"exif", "comment", "icc_profile", "xmp", "photoshop"} & opened.info.keys()
    assert b"Joop" not in kept
    assert b"Exif" not in kept


def test_a_photo_stands_upright() -> None:
    kept = shrink_photo(of_a_phone())
    assert (kept.width, kept.height) == (60, 80)
    top = Image.open(BytesIO(kept.jpeg)).getpixel((30, 10))
    assert isinstance(top, tuple)
    assert top[0] > 200 > 60 > top[2], "the left half is on top"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_large_photo_becomes_what_an_a3_needs(kind: str) -> None:
    kept = shrink_photo(made((2400, 1200), kind))
    assert (kept.width, kept.height) == (LONGEST, LONGEST // 2)
    opened = Image.open(BytesIO(kept.jpeg))
    assert (opened.format, opened.mode, opened.size) == ("JPEG", "RGB", (1800, 900))


def test_a_small_photo_is_not_blown_up() -> None:
    assert shrink_photo(made((80, 60)))[1:] == (80, 60)


def test_where_it_is_seen_through_it_is_white() -> None:
    out = BytesIO()
    Image.new("RGBA", (20, 20), (0, 0, 0, 0)).save(out, "PNG")
    assert Image.open(BytesIO(shrink_photo(out.getvalue()).jpeg)).getpixel((9, 9)) == (255,) * 3
    logo = Image.open(BytesIO(shrink_logo(out.getvalue())))
    assert (logo.format, logo.mode) == ("PNG", "RGBA"), "a logo stays as it is"


def test_some_bytes_that_claim_thousands_of_millions_of_pixels_are_not_unpacked() -> None:
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    chunks = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in ((b"IHDR", head), (b"IDAT", zlib.compress(b"")), (b"IEND", b""))
    )
    for shrink in (shrink_photo, shrink_logo):
        with pytest.raises(TooManyPixels):
            shrink(b"\x89PNG\r\n\x1a\n" + chunks)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\xff\xd8\xff",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        made(kind="GIF"),
        made(kind="TIFF"),
        made()[:300],
    ],
)
def test_what_is_no_photo_is_refused(data: bytes) -> None:
    with pytest.raises(NoPicture):
        shrink_photo(data)


@given(st.binary(max_size=60), st.integers(0, 600), st.sampled_from(["JPEG", "PNG", "WEBP"]))
def test_a_damaged_photo_is_taken_or_refused_and_nothing_else(
    noise: bytes, at: int, kind: str
) -> None:
    whole = made(kind=kind)
    at = min(at, len(whole))
    try:
        kept = shrink_photo(whole[:at] + noise + whole[at + len(noise) :])
    except (NoPicture, TooManyPixels):
        return
    assert Image.open(BytesIO(kept.jpeg)).size == (kept.width, kept.height)
