"""Photos that people send, made fit for paper: bytes in, a small clean JPEG or PNG out. Pure."""

from __future__ import annotations

import threading
from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from rules import Refused

if TYPE_CHECKING:
    from PIL import Image

#: What a phone makes is 3 to 8 MB.
MOST_BYTES = 10 * 1024 * 1024
#: Phones go to 50 million; a file of some kilobytes may claim thousands of millions.
MOST_PIXELS = 60_000_000
#: Each takes four bytes, three times over. A JPEG can be read at a quarter of its size, the others
#: only as a whole.
MOST_UNPACKED = 25_000_000
#: A WebP also takes what its decoder keeps to itself.
MOST_UNPACKED_WEBP = 12_500_000
#: A JPEG of which each pixel comes in several turns is kept as a whole until the last one; so are
#: the four inks of one for a printing house.
MOST_IN_TURNS = 30_000_000
#: Of an A3 at 150 dots an inch: what a reader at arm's length can tell apart.
LONGEST = 1800
#: Pillow's: below the first people see it, above it files only grow. Lower ones are for a picture
#: of leaves or gravel, which hide it.
QUALITIES = (82, 74, 66, 58, 50)
#: A photo as it is kept, in bytes: what every paper and every backup carries.
MOST_KEPT = 700_000
#: A logo is at most 4 cm wide on an A3.
LONGEST_LOGO = 600
#: As many colours as a logo is made of, and then some; a photo as a logo is told in so many.
COLOURS = 256
MOST_KEPT_LOGO = 150_000
#: What does not fit is made so much smaller, again and again.
_SMALLER = 0.85

# Unpacked a photo takes a hundred million bytes: in one process one at a time.
_one_at_a_time = threading.Lock()


class NoPicture(Refused):
    """Not a picture of a kind that is taken, whatever its name says; or one that is damaged."""


class TooManyPixels(Refused):
    """A picture of more pixels than a photo has, or than this kind of file is unpacked for."""


class Photo(NamedTuple):
    """A photo as it is kept: a JPEG without anything that its camera wrote beside it."""

    jpeg: bytes
    width: int
    height: int


def shrink_photo(data: bytes) -> Photo:
    """A JPEG, PNG or WebP as a JPEG of at most 1800 pixels and 700 kB, upright, without metadata.

    What it is is read from the bytes. Where it is seen through, it becomes white.

    :raises NoPicture, TooManyPixels:
    """
    from PIL import Image

    with _one_at_a_time:
        picture = _opened(data, ("JPEG", "PNG", "WEBP"), LONGEST)
    whole = Image.new("RGB", picture.size, "white")
    # On a new image: nothing that came along in the file goes with it.
    whole.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    while True:
        for quality in QUALITIES:
            out = BytesIO()
            whole.save(out, "JPEG", quality=quality, optimize=True)
            if out.tell() <= MOST_KEPT:
                return Photo(out.getvalue(), *whole.size)
        whole = _smaller(whole)


def shrink_logo(data: bytes) -> bytes:
    """A PNG as a PNG of at most 600 pixels and 150 kB, without metadata; it may be seen through.

    :raises NoPicture, TooManyPixels:
    """
    from PIL import Image

    with _one_at_a_time:
        picture = _opened(data, ("PNG",), LONGEST_LOGO)
    whole = Image.new(picture.mode, picture.size)
    whole.paste(picture)
    kept = _png(whole)
    while len(kept) > MOST_KEPT_LOGO:
        # The one way that keeps how far each colour is seen through.
        kept = _png(whole.quantize(COLOURS, method=Image.Quantize.FASTOCTREE))
        whole = _smaller(whole)
    return kept


def _png(picture: Image.Image) -> bytes:
    out = BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _smaller(picture: Image.Image) -> Image.Image:
    from PIL import Image

    sides = (max(1, round(side * _SMALLER)) for side in picture.size)
    return picture.resize((next(sides), next(sides)), Image.Resampling.LANCZOS)


def _opened(data: bytes, formats: tuple[str, ...], longest: int) -> Image.Image:
    """The picture upright and shrunk, as RGB or RGBA in the usual colours."""
    # Not at the start of the app: few requests bring a picture.
    from PIL import Image, ImageOps

    try:
        opened: Image.Image = Image.open(BytesIO(data), formats=formats)
        in_turns = "progressive" in opened.info or opened.mode == "CMYK"
        if opened.width * opened.height > (MOST_IN_TURNS if in_turns else MOST_PIXELS):
            raise TooManyPixels
        # A JPEG is read at a half or a quarter of its size where that is enough.
        opened.draft("RGB", (longest, longest))
        most = MOST_UNPACKED_WEBP if opened.format == "WEBP" else MOST_UNPACKED
        if opened.width * opened.height > most:
            raise TooManyPixels
        clear = "A" in opened.getbands() or "transparency" in opened.info
        # First smaller, then the rest: each step makes another copy. Where a colour of its own
        # says what is seen through, and where colours are numbers, that cannot be.
        if opened.mode not in _MIXABLE or "transparency" in opened.info:
            opened = _turned_into(opened, clear)
        opened.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        picture = ImageOps.exif_transpose(opened)
        return _usual_colours(_turned_into(picture, clear), picture.info.get("icc_profile"))
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    except Refused:
        raise
    except Exception as error:
        # Decoders raise whatever they stumble over: OSError, SyntaxError, struct.error, ...
        raise NoPicture from error


#: Of these two neighbouring pixels can be made one.
_MIXABLE = frozenset({"L", "LA", "RGB", "RGBA", "CMYK"})


def _turned_into(picture: Image.Image, clear: bool) -> Image.Image:
    """As RGB, or as RGBA where it is seen through; with what its file said beside it."""
    wanted = "RGBA" if clear else "RGB"
    return picture if picture.mode == wanted else picture.convert(wanted)


def _usual_colours(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """As sRGB: without its profile a photo of a newer phone would become dull."""
    if not profile or picture.mode != "RGB":
        return picture
    from PIL import ImageCms

    try:
        source = ImageCms.ImageCmsProfile(BytesIO(profile))
        told = ImageCms.profileToProfile(picture, source, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError, ValueError):
        return picture  # The profile is of another kind of picture, or nonsense.
    return told or picture
