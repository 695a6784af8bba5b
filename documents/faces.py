"""The faces of the paper: which letters they can draw, and how wide a line of text becomes.

Both are asked before anything is printed, so that whoever types a title hears of it at the field.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "static" / "fonts"

#: Family name in CSS, weight, file. The subsets have names of their own: under one name WeasyPrint
#: prints wrong glyphs.
FACES = (
    ("Andika", 400, "andika-latin-400-normal.woff2"),
    ("Andika", 700, "andika-latin-700-normal.woff2"),
    ("Andika Ext", 400, "andika-latin-ext-400-normal.woff2"),
    ("Andika Ext", 700, "andika-latin-ext-700-normal.woff2"),
    ("Bricolage Grotesque", 800, "bricolage-grotesque-latin-800-normal.woff2"),
    ("Bricolage Grotesque Ext", 800, "bricolage-grotesque-latin-ext-800-normal.woff2"),
)
#: What a letter is taken for that the face does not have.
_AVERAGE = 0.55


@cache
def covered_characters() -> frozenset[int]:
    """The code points that at least one shipped face can draw."""
    return frozenset(point for each in FACES for point in _advances(each[2]))


def can_draw(character: str, covered: frozenset[int]) -> bool:
    """Whether a character has a glyph, or needs none: spaces, line breaks and the soft hyphen."""
    if ord(character) in covered or character in " \t\n\r\f\u00a0\u00ad\u200b":
        return True
    return unicodedata.category(character) == "Zs"


def undrawable(text: str) -> list[str]:
    """The characters of a text that no shipped face has, each once, in the order of the text.

    Letters that were typed as a base and an accent are taken as one, as they are printed.
    """
    covered = covered_characters()
    whole = unicodedata.normalize("NFC", text)
    return [each for each in dict.fromkeys(whole) if not can_draw(each, covered)]


def width(text: str, weight: int) -> float:
    """How wide a line of text is in Andika of a weight (400 or 700), in times its size."""
    advances: dict[int, float] = {}
    for family, face_weight, file in FACES:
        if family.startswith("Andika") and face_weight == weight:
            advances = _advances(file) | advances
    return sum(advances.get(ord(each), _AVERAGE) for each in unicodedata.normalize("NFC", text))


@cache
def _advances(file: str) -> dict[int, float]:
    """For each code point of a face how far the next letter stands behind it, in times its size."""
    # A tenth of a second a face, once; most processes never print or measure.
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO((FONTS / file).read_bytes()), lazy=True) as font:
        metrics: Any = font["hmtx"]
        units: int = font["head"].unitsPerEm
        return {point: metrics[glyph][0] / units for point, glyph in font.getBestCmap().items()}
