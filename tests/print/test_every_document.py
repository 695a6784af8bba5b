"""What holds of every document, in every language and style: whoever adds one is held to it."""

from __future__ import annotations

from io import BytesIO
from typing import NamedTuple

import pytest
from pikepdf import Pdf

from documents.login_cards import Card, cards_page
from documents.look import STYLES, Look, Style
from documents.press import Press
from documents.words import LANGUAGES
from rules.access import new_secret
from tests.browser_of import Browser
from tests.cast import Cast
from tests.print.inks import assert_black_on_white, assert_contrast, pixels_of
from tests.print.sheets import assert_good_paper, assert_read_in_order, paper_of
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
    assert_good(answer.data, Look(asked.language, asked.style), folded=asked.name == "vouwfolder")


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_login_cards_are_good_paper(press: Press, cast: Cast, language: str, style: Style) -> None:
    """They are asked for in another way, since what they hold is secret."""
    cards = [Card(name, new_secret()) for name in ("Joop", "Anneke B.", "Wilhelmina Geertruida")]
    look = Look(language, style)
    made = press.render(cards_page(cast.wolfsbos, cards, "https://buurtbord.example", look))
    assert_good(made.pdf, look)


def assert_good(pdf: bytes, look: Look, *, folded: bool = False) -> None:
    """All that a document is held to."""
    assert_good_paper(pdf, smallest=SMALLEST[look.style])
    with Pdf.open(BytesIO(pdf)) as opened:
        assert str(opened.Root.Lang) == look.language
        assert str(opened.docinfo.Title)
    assert_read_in_order(pdf, leftwards=look.language == "ar", folded=folded)
    for sheet, pixels in zip(paper_of(pdf).sheets, pixels_of(pdf), strict=True):
        assert_contrast(sheet.words, pixels)
        if look.style == "zwartwit":
            assert_black_on_white(pixels)
