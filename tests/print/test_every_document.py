"""What holds of every document, in every language and style: whoever adds one is held to it."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

import pdfplumber
import pytest
from pikepdf import Pdf

from documents.look import STYLES
from documents.words import LANGUAGES
from tests.browser_of import Browser
from tests.print.inks import assert_black_on_white, assert_contrast, pixels_of
from tests.print.sheets import assert_good_paper, assert_read_in_order
from views.print_sheets import BUILT

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

#: What is asked for besides language and style, where that makes another sheet.
ASKED = {
    "poster": ("formaat=a4", "formaat=a3"),
    "flyer": ("formaat=a5", "formaat=a4"),
    "roosterblad": ("week=2026-W49",),
    "weekblad": ("week=2026-W49",),
    "turfblad": ("dag=2026-11-26",),
}
#: Others bound together: one language of each direction is enough.
BOUND = ("weekpakket",)
SMALLEST = {"kleur": 12, "zwartwit": 12, "groot": 18}


class Asked(NamedTuple):
    """A document as an address asks for it."""

    name: str
    query: str
    language: str
    style: str

    @property
    def address(self) -> str:
        look = f"taal={self.language}&stijl={self.style}"
        return f"/drukwerk/{self.name}.pdf?huis=wolfsbos&{look}&{self.query}"


EVERY = [
    Asked(name, query, language, style)
    for name in BUILT
    for query in ASKED.get(name, ("",))
    for language in (("nl", "ar") if name in BOUND else LANGUAGES)
    for style in STYLES
]


@pytest.mark.parametrize("asked", EVERY, ids="-".join)
def test_every_document_is_good_paper(coordinator: Browser, asked: Asked) -> None:
    answer = coordinator.get(asked.address)
    assert answer.status_code == 200
    pdf = answer.data
    assert_good_paper(pdf, smallest=SMALLEST[asked.style])
    with Pdf.open(BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == asked.language
        assert str(opened.docinfo.Title)
    assert_read_in_order(pdf, leftwards=asked.language == "ar", folded=asked.name == "vouwfolder")
    with pdfplumber.open(BytesIO(pdf)) as opened:
        for sheet, pixels in zip(opened.pages, pixels_of(pdf), strict=True):
            assert_contrast(sheet.extract_words(extra_attrs=["size"]), pixels)
            if asked.style == "zwartwit":
                assert_black_on_white(pixels)
