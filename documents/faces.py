"""The faces of the paper: which letters they can draw, and how wide a line of text becomes.

Both are asked before anything is printed, so that whoever types a title hears of it at the field.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

from documents.joining import joined

ROOT = Path(__file__).resolve().parent.parent
FONTS = ROOT / "static" / "fonts"

#: Family name in CSS, weight, file. The subsets have names of their own: under one name WeasyPrint
#: prints wrong glyphs.
FACES = (
    ("Andika", 400, "andika-latin-400.ttf"),
    ("Andika", 700, "andika-latin-700.ttf"),
    ("Andika Ext", 400, "andika-latin-ext-400.ttf"),
    ("Andika Ext", 700, "andika-latin-ext-700.ttf"),
    ("Bricolage Grotesque", 800, "bricolage-grotesque-latin-800.ttf"),
    ("Bricolage Grotesque Ext", 800, "bricolage-grotesque-latin-ext-800.ttf"),
    ("Andika Cyrillic", 400, "andika-cyrillic-400.ttf"),
    ("Andika Cyrillic", 700, "andika-cyrillic-700.ttf"),
    ("Andika Cyrillic Ext", 400, "andika-cyrillic-ext-400.ttf"),
    ("Andika Cyrillic Ext", 700, "andika-cyrillic-ext-700.ttf"),
    ("Noto Sans Cyrillic", 800, "noto-sans-cyrillic-800.ttf"),
    ("Vazirmatn", 400, "vazirmatn-arabic-400.ttf"),
    ("Vazirmatn", 700, "vazirmatn-arabic-700.ttf"),
    ("Vazirmatn", 800, "vazirmatn-arabic-800.ttf"),
    ("Noto Sans Ethiopic", 400, "noto-sans-ethiopic-ethiopic-400.ttf"),
    ("Noto Sans Ethiopic", 700, "noto-sans-ethiopic-ethiopic-700.ttf"),
)
#: What a letter is taken for that the face does not have.
_AVERAGE = 0.55
#: Nothing is drawn for these, and they take no room: the soft hyphen, what joins letters or keeps
#: them apart, and what says in which direction text runs.
_WEIGHTLESS = "\u00ad\u061c\u200b\u200c\u200d\u200e\u200f\u2060\u2066\u2067\u2068\u2069"
_UNSEEN = frozenset(_WEIGHTLESS + " \t\n\r\f\u00a0")


@cache
def covered_characters() -> frozenset[int]:
    """The code points that at least one shipped face can draw."""
    return frozenset(point for each in FACES for point in _advances(each[2]))


def can_draw(character: str, covered: frozenset[int]) -> bool:
    """Whether a character has a glyph, or needs none."""
    if ord(character) in covered or character in _UNSEEN:
        return True
    return unicodedata.category(character) == "Zs"


def undrawable(text: str) -> list[str]:
    """The characters of a text that the shipped faces cannot draw, each once, in the order of the
    text.

    Letters that were typed as a base and an accent are taken as one, as they are printed. A mark
    that stays apart is drawn only by a face that has the letter under it too.
    """
    covered = covered_characters()
    missing: dict[str, None] = {}
    base = " "
    for each in unicodedata.normalize("NFC", text):
        if not _is_mark(each):
            base = each
        if not can_draw(each, covered) or (_is_mark(each) and not _draws_both(base, each)):
            missing[each] = None
    return list(missing)


def width(text: str, weight: int) -> float:
    """How wide a line of text is in our faces of a weight (400 or 700), in times its size."""
    advances = _text_advances(weight)
    return sum(
        0 if _is_mark(each) or each in _WEIGHTLESS else advances.get(ord(each), _AVERAGE)
        for each in joined(unicodedata.normalize("NFC", text))
    )


def _is_mark(character: str) -> bool:
    return unicodedata.category(character) in ("Mn", "Me")


@cache
def _draws_both(base: str, mark: str) -> bool:
    """Whether a face of the text has a letter and a mark; a mark of its own needs no letter."""
    return any(
        ord(mark) in points and (ord(base) in points or base in _UNSEEN)
        for points in (_advances(file) for _family, weight, file in FACES if weight == 400)
    )


@cache
def _text_advances(weight: int) -> dict[int, float]:
    found: dict[int, float] = {}
    for _family, face_weight, file in FACES:
        if face_weight == weight:
            # The first face of the list that has a letter draws it.
            found = _advances(file) | found
    return found


@cache
def _advances(file: str) -> dict[int, float]:
    """For each code point of a face how far the next letter stands behind it, in times its size."""
    # A tenth of a second a face, once; most processes never print or measure.
    from fontTools.ttLib import TTFont

    with TTFont(BytesIO((FONTS / file).read_bytes()), lazy=True) as font:
        metrics: Any = font["hmtx"]
        units: int = font["head"].unitsPerEm
        return {point: metrics[glyph][0] / units for point, glyph in font.getBestCmap().items()}
