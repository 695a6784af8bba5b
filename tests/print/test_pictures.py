"""How documents look: each of a fixed set beside the picture of it that was looked at and kept.

A change that is meant is kept with BUURTBORD_KEEP_PICTURES=1 in the environment of this test;
look at what ``git diff`` then shows of tests/print/pictures before it is committed.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy
import pypdfium2
import pytest
from PIL import Image, ImageFilter

from tests.browser_of import Browser
from tests.print.test_every_document import Asked

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

KEPT = Path(__file__).parent / "pictures"
DPI = 40
#: Of 255: how far a spot may be off, and the whole on average. Another version of a library may
#: draw the edge of a letter otherwise; a word that moved, went or came is ten times as much.
MOST_OF_A_SPOT, MOST_ON_AVERAGE = 60, 2.0

DECEMBER, WEEK, DAY = "maand=2026-12", "week=2026-W49", "dag=2026-11-26"
#: Every document once, every language once, every style more than once.
FIXED = (
    Asked("poster", f"{DECEMBER}&formaat=a3", "nl", "kleur"),
    Asked("poster", f"{DECEMBER}&formaat=a4", "ar", "kleur"),
    Asked("poster", f"{DECEMBER}&formaat=a4", "uk", "zwartwit"),
    Asked("poster", f"{DECEMBER}&formaat=a4", "nl", "groot"),
    Asked("flyer", f"{DECEMBER}&formaat=a4", "pl", "kleur"),
    Asked("vouwfolder", DECEMBER, "tr", "kleur"),
    Asked("weekblad", WEEK, "ti", "kleur"),
    Asked("roosterblad", WEEK, "nl", "zwartwit"),
    Asked("deurbord", DAY, "en", "groot"),
    Asked("turfblad", DAY, "nl", "zwartwit"),
)


@pytest.mark.parametrize("asked", FIXED, ids="-".join)
def test_it_looks_as_it_did_when_it_was_looked_at(coordinator: Browser, asked: Asked) -> None:
    seen = first_page(coordinator.get(asked.address).data)
    kept = KEPT / f"{asked.name}-{asked.language}-{asked.style}.png"
    if os.environ.get("BUURTBORD_KEEP_PICTURES"):
        seen.save(kept, optimize=True)
    with Image.open(kept) as before:
        assert seen.size == before.size
        off = numpy.abs(_soft(seen) - _soft(before))
    assert off.mean() <= MOST_ON_AVERAGE
    assert off.max() <= MOST_OF_A_SPOT


def first_page(pdf: bytes) -> Image.Image:
    with pypdfium2.PdfDocument(pdf) as opened:
        drawn: Image.Image = opened[0].render(scale=DPI / 72, grayscale=True).to_pil()
        return drawn.convert("L")


def _soft(picture: Image.Image) -> numpy.ndarray:
    """The picture as somebody without glasses sees it: edges of letters count for little."""
    return numpy.asarray(picture.filter(ImageFilter.GaussianBlur(2)), dtype=float)
