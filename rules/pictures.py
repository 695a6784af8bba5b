"""Photos that people send, made fit for paper: bytes in, a small clean JPEG or PNG out. Pure."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, NamedTuple

from rules import Refused

if TYPE_CHECKING:
    from PIL import Image

#: What a phone makes is 3 to 8 MB.
MOST_BYTES = 10 * 1024 * 1024
#: Phones go to 50 million; a file of some kilobytes may claim thousands of millions.
MOST_PIXELS = 60_000_000
#: Of an A3 at 150 dots an inch: what a reader at arm's length can tell apart.
LONGEST = 1800
#: Pillow's: below this people see it, above it files only grow.
QUALITY = 82
#: A logo is at most 4 cm wide on an A3.
LONGEST_LOGO = 600


class NoPicture(Refused):
    """Not a picture of a kind that is taken, whatever its name says; or one that is damaged."""


class TooManyPixels(Refused):
    """A picture of more pixels than a photo has."""


class Photo(NamedTuple):
    """A photo as it is kept: a JPEG without anything that its camera wrote beside it."""

    jpeg: bytes
    width: int
    height: int


def shrink_photo(data: bytes) -> Photo:
    """A JPEG, PNG or WebP as a JPEG of at most 1800 pixels, upright, without metadata.

    What it is is read from the bytes. Where it is seen through, it becomes white.

    :raises NoPicture, TooManyPixels:
    """
    from PIL import Image

    picture = _opened(data, ("JPEG", "PNG", "WEBP"), LONGEST)
    whole = Image.new("RGB", picture.size, "white")
    # On a new image: nothing that came along in the file goes with it.
    whole.paste(picture, mask=picture.getchannel("A") if picture.mode == "RGBA" else None)
    out = BytesIO()
    whole.save(out, "JPEG", quality=QUALITY, optimize=True)
    return Photo(out.getvalue(), *whole.size)


def shrink_logo(data: bytes) -> bytes:
    """A PNG as a PNG of at most 600 pixels, without metadata; it may be seen through.

    :raises NoPicture, TooManyPixels:
    """
    from PIL import Image

    picture = _opened(data, ("PNG",), LONGEST_LOGO)
    whole = Image.new(picture.mode, picture.size)
    whole.paste(picture)
    out = BytesIO()
    whole.save(out, "PNG", optimize=True)
    return out.getvalue()


def _opened(data: bytes, formats: tuple[str, ...], longest: int) -> Image.Image:
    """The picture upright and shrunk, as RGB or RGBA in the usual colours."""
    # Not at the start of the app: few requests bring a picture.
    from PIL import Image, ImageOps

    try:
        opened: Image.Image = Image.open(BytesIO(data), formats=formats)
        if opened.width * opened.height > MOST_PIXELS:
            raise TooManyPixels
        # A JPEG is read at a half or a quarter of its size where that is enough.
        opened.draft("RGB", (longest, longest))
        picture = ImageOps.exif_transpose(opened)
        profile = picture.info.get("icc_profile")
        clear = "A" in picture.getbands() or "transparency" in picture.info
        picture = picture.convert("RGBA" if clear else "RGB")
        picture.thumbnail((longest, longest), Image.Resampling.LANCZOS)
        return _usual_colours(picture, profile)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise TooManyPixels from error
    except Refused:
        raise
    except Exception as error:
        # Decoders raise whatever they stumble over: OSError, SyntaxError, struct.error, ...
        raise NoPicture from error


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
