"""Photos and logos without their colours, for paper that is printed in black and white.

A filter in the style sheet would do nothing: WeasyPrint has none. What is grey already comes out as
it went in. Nothing is fetched and nothing is read but the bytes that are given.
"""

from __future__ import annotations

import re
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.etree.ElementTree import register_namespace, tostring

from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

from rules.pictures import QUALITIES

_PAINTED = ("fill", "stroke", "stop-color", "color")
#: What is no colour by itself.
_NO_COLOUR = frozenset({"none", "inherit", "currentcolor", "transparent", "context-fill"})
_ELSEWHERE = re.compile(r"url\(#[\w.-]+\)", re.ASCII)
#: From here on a pixel of a logo is seen at all.
_SEEN = 128


@lru_cache(maxsize=8)
def grey_photo(jpeg: bytes) -> bytes:
    """A photo in greys, as a JPEG."""
    from PIL import Image

    out = BytesIO()
    with Image.open(BytesIO(jpeg), formats=("JPEG",)) as photo:
        photo.convert("L").save(out, "JPEG", quality=QUALITIES[0], optimize=True)
    return out.getvalue()


@lru_cache(maxsize=64)
def grey_logo(logo: bytes) -> bytes:
    """A logo in greys, of the same kind: a PNG, or an SVG as rules/logos.py cleans them.

    Its darkest ink becomes black: a printer makes dots of anything lighter, and a logo is small.
    """
    return _grey_png(logo) if logo.startswith(b"\x89PNG") else _grey_svg(logo)


def _grey_png(logo: bytes) -> bytes:
    from PIL import Image

    out = BytesIO()
    with Image.open(BytesIO(logo), formats=("PNG",)) as opened:
        light, clear = opened.convert("RGBA").convert("LA").split()
    seen = clear.point(lambda alpha: 255 * (alpha >= _SEEN))
    darkest = next((value for value, n in enumerate(light.histogram(seen)) if n), 0)
    whole = Image.merge("LA", (light.point([_deeper(n, darkest) for n in range(256)]), clear))
    whole.save(out, "PNG", optimize=True)
    return out.getvalue()


def _grey_svg(logo: bytes) -> bytes:
    root = fromstring(logo)
    painted = [
        (element, name, found)
        for element in root.iter()
        for name in _PAINTED
        if (found := _lightness(element.get(name, "none"))) is not None
    ]
    inks = (light for _element, _name, light in painted)
    darkest = 0 if _has_black(root, stated=False) else min(inks, default=0)
    for element, name, light in painted:
        grey = _deeper(light, darkest)
        element.set(name, f"#{grey:02x}{grey:02x}{grey:02x}")
    register_namespace("", "http://www.w3.org/2000/svg")
    written: bytes = tostring(root, encoding="utf-8")
    return written


def _has_black(element: Any, *, stated: bool) -> bool:
    """Whether a shape is black since nothing says of it, or of what it is in, how it is filled."""
    if element.tag.endswith(("}clipPath", "}linearGradient", "}radialGradient")):
        return False
    stated = stated or "fill" in element.attrib
    if not len(element):
        return not stated and not element.tag.endswith(("}svg", "}g", "}defs", "}line", "}use"))
    return any(_has_black(child, stated=stated) for child in element)


def _lightness(paint: str) -> int | None:
    """Of a colour, from 0 for black to 255; None of what is no colour by itself."""
    from PIL import ImageColor

    colour = _ELSEWHERE.sub("", paint).strip()
    if not colour or colour.lower() in _NO_COLOUR:
        return None
    try:
        red, green, blue = ImageColor.getrgb(colour)[:3]
    except ValueError:
        # A way to write a colour that few programs know: it is drawn, so it is drawn in black.
        return 0
    return round((299 * red + 587 * green + 114 * blue) / 1000)


def _deeper(light: int, darkest: int) -> int:
    return 255 if darkest == 255 else round(max(0, light - darkest) * 255 / (255 - darkest))
