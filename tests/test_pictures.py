"""Photos of people: small, upright, and without what the camera wrote beside them."""

from __future__ import annotations

import struct
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile

from rules.pictures import (
    LONGEST,
    MOST_KEPT,
    MOST_KEPT_LOGO,
    NoPicture,
    TooManyPixels,
    shrink_logo,
    shrink_photo,
)


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


def noise(size: tuple[int, int], mode: str = "RGB") -> Image.Image:
    """A picture of which no two pixels are alike, which is the hardest to make small."""
    bands = [Image.effect_noise(size, 90) for _band in mode]
    return Image.merge(mode, bands) if len(bands) > 1 else bands[0]


@pytest.mark.parametrize("size", [(1800, 1800), (1800, 20), (900, 700)])
def test_a_photo_of_leaves_or_gravel_is_kept_small_too(size: tuple[int, int]) -> None:
    out = BytesIO()
    noise(size).save(out, "JPEG", quality=100)
    kept = shrink_photo(out.getvalue())
    assert len(kept.jpeg) <= MOST_KEPT
    opened = Image.open(BytesIO(kept.jpeg))
    assert opened.size == (kept.width, kept.height)
    assert abs(kept.width / kept.height / (size[0] / size[1]) - 1) < 0.05


@pytest.mark.parametrize("mode", ["RGB", "RGBA"])
def test_a_photo_as_a_logo_is_kept_small_and_stays_as_clear_as_it_was(mode: str) -> None:
    whole = noise((600, 600), mode)
    if mode == "RGBA":
        whole.putalpha(0)
        whole.paste(noise((300, 600)), (0, 0))
    out = BytesIO()
    whole.save(out, "PNG")
    kept = shrink_logo(out.getvalue())
    assert len(kept) <= MOST_KEPT_LOGO
    opened = Image.open(BytesIO(kept)).convert("RGBA")
    right = opened.getpixel((opened.width - 5, opened.height // 2))
    assert isinstance(right, tuple)
    assert (right[3] == 0) is (mode == "RGBA")


def test_a_logo_of_few_colours_keeps_each_of_them() -> None:
    drawn = Image.open(BytesIO(shrink_logo(made((900, 300), "PNG"))))
    assert {colour for _count, colour in drawn.convert("RGB").getcolors() or []} >= {
        (255, 0, 0),
        (0, 0, 255),
    }


@pytest.mark.parametrize(
    ("kind", "size", "options"),
    [
        ("PNG", (5100, 5000), {}),
        ("WEBP", (3600, 3600), {}),
        ("JPEG", (5600, 5600), {"progressive": True}),
        ("JPEG", (5600, 5600), {"mode": "CMYK"}),
    ],
)
def test_what_takes_hundreds_of_megabytes_is_not_unpacked(
    kind: str, size: tuple[int, int], options: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    out = BytesIO()
    Image.new(str(options.get("mode", "L")), size).save(
        out, kind, **{name: each for name, each in options.items() if name != "mode"}
    )
    unpacked: list[str] = []
    load = ImageFile.ImageFile.load
    monkeypatch.setattr(
        ImageFile.ImageFile, "load", lambda self: (unpacked.append(kind), load(self))[1]
    )
    with pytest.raises(TooManyPixels):
        shrink_photo(out.getvalue())
    assert not unpacked


def test_a_photo_of_a_phone_of_fifty_million_pixels_is_read_at_a_quarter() -> None:
    out = BytesIO()
    Image.new("RGB", (8160, 6120), "red").save(out, "JPEG")
    assert shrink_photo(out.getvalue())[1:] == (1800, 1350)


# What it takes is measured where nothing else was done before.
_OPEN = """
import resource, sys
from rules.pictures import shrink_photo
import PIL.Image, PIL.ImageCms
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
shrink_photo(open(sys.argv[1], "rb").read())
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("kind", "mode", "size"),
    [
        ("PNG", "RGBA", (5000, 5000)),
        ("PNG", "P", (5000, 5000)),
        ("WEBP", "RGBA", (3500, 3500)),
        ("JPEG", "RGB", (8900, 6700)),
        ("JPEG", "CMYK", (6000, 5000)),
    ],
)
def test_the_largest_that_is_taken_takes_some_hundreds_of_megabytes(
    tmp_path: Path, kind: str, mode: str, size: tuple[int, int]
) -> None:
    file = tmp_path / "photo"
    Image.new(mode, size).save(file, kind)
    told = subprocess.run(
        [sys.executable, "-c", _OPEN, str(file)],
        capture_output=True,
        check=True,
        text=True,
        cwd=Path(__file__).parent.parent,
    )
    assert int(told.stdout) < 320


def test_photos_of_several_people_are_unpacked_one_after_the_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    at_it = []
    thumbnail = Image.Image.thumbnail

    def seen(self: Image.Image, *how: object, **options: object) -> None:
        at_it.append("begins")
        thumbnail(self, *how, **options)  # type: ignore[arg-type]
        at_it.append("ends")

    monkeypatch.setattr(Image.Image, "thumbnail", seen)
    photo = made((2400, 2400))
    with ThreadPoolExecutor(4) as several:
        list(several.map(shrink_photo, [photo] * 4))
    assert at_it == ["begins", "ends"] * 4
