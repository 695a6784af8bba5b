"""Booklets: which page lies where on the sheets, so that the folded stack reads in order."""

from __future__ import annotations

from io import BytesIO

import pdfplumber
import pytest
from pikepdf import Name, Pdf

from documents.imposition import booklet, sides
from documents.press import Press
from tests.print.sheets import fonts_of

MILLIMETRE = 72 / 25.4


@pytest.fixture(scope="module")
def reading_copy(press: Press) -> bytes:
    """Nine tagged pages of A5, each with its number in letters."""
    words = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
    pages = "".join(f"<h1 style='break-after: page'>Bladzijde {word}</h1>" for word in words)
    return press.render_first(
        [
            "<html lang='nl'><head><title>Programma</title><style>@page { size: A5; margin: 10mm }"
            f"</style></head><body>{pages}</body></html>"
        ]
    ).pdf


def first_pages(pdf: bytes, number: int) -> bytes:
    out = BytesIO()
    with Pdf.open(BytesIO(pdf)) as opened:
        del opened.pages[number:]
        opened.save(out)
    return out.getvalue()


def turned_over(laid: list[tuple[int | None, int | None]]) -> list[int | None]:
    """The pages in the order in which the fingers meet them, once the sheets are folded."""
    fronts, backs = laid[0::2], laid[1::2]
    there = [
        page for front, back in zip(fronts, backs, strict=True) for page in (front[1], back[0])
    ]
    back_again = [
        page
        for front, back in reversed(list(zip(fronts, backs, strict=True)))
        for page in (back[1], front[0])
    ]
    return there + back_again


def test_four_and_eight_pages_lie_as_worked_out_by_hand() -> None:
    assert sides(4) == [(3, 0), (1, 2)]
    assert sides(8) == [(7, 0), (1, 6), (5, 2), (3, 4)]
    assert sides(4, right_to_left=True) == [(0, 3), (2, 1)]


def test_blank_pages_stand_before_the_back() -> None:
    assert sides(1) == [(None, 0), (None, None)]
    assert sides(2) == [(1, 0), (None, None)]
    assert sides(3) == [(2, 0), (1, None)]
    assert sides(5) == [(4, 0), (1, None), (None, 2), (3, None)]
    assert sides(0) == []


@pytest.mark.parametrize("number", range(1, 65))
def test_whoever_turns_the_pages_meets_them_in_order(number: int) -> None:
    laid = sides(number)
    met = turned_over(laid)
    assert len(met) % 4 == 0
    assert len(met) - number < 4
    assert [page for page in met if page is not None] == list(range(number))
    if number > 1:
        assert met[-1] == number - 1, "the last page is the back"
    assert sides(number, right_to_left=True) == [(right, left) for left, right in laid]


@pytest.mark.parametrize("number", range(1, 10))
def test_each_half_of_a_sheet_carries_the_text_of_its_page(
    reading_copy: bytes, number: int
) -> None:
    words = ("een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
    made = booklet(first_pages(reading_copy, number))
    with pdfplumber.open(BytesIO(made)) as opened:
        laid = sides(number)
        assert len(opened.pages) == len(laid)
        for sheet, halves in zip(opened.pages, laid, strict=True):
            assert round(sheet.width / MILLIMETRE) == 297
            assert round(sheet.height / MILLIMETRE) == 210
            assert not sheet.rotation
            middle = float(sheet.width) / 2
            for number_of_half, page in enumerate(halves):
                start = number_of_half * middle
                half = sheet.crop((start, 0, start + middle, sheet.height))
                said = "" if page is None else f"Bladzijde {words[page]}"
                assert (half.extract_text() or "") == said


def test_a_page_keeps_its_size_and_stands_upright(reading_copy: bytes) -> None:
    with (
        pdfplumber.open(BytesIO(reading_copy)) as read,
        pdfplumber.open(BytesIO(booklet(first_pages(reading_copy, 4)))) as made,
    ):
        before, after = read.pages[0].chars[0], made.pages[0].chars[-1]
        first = next(char for char in made.pages[0].chars if char["x0"] > made.pages[0].width / 2)
        assert after["upright"]
        assert first["size"] == pytest.approx(before["size"], rel=0.0005)
        shift = float(made.pages[0].width) / 2
        # Half of an A4 is half a millimetre wider than an A5.
        assert first["x0"] - shift == pytest.approx(before["x0"], abs=0.25 * MILLIMETRE + 0.05)
        assert first["top"] == pytest.approx(before["top"], abs=0.5)


def test_the_print_copy_has_a_title_and_fonts_but_no_tags(reading_copy: bytes) -> None:
    made = booklet(reading_copy)
    with Pdf.open(BytesIO(made)) as opened:
        assert str(opened.docinfo.Title) == "Programma"
        assert str(opened.docinfo.Subject) == "print copy"
        assert str(opened.Root.Lang) == "nl"
        assert opened.Root.ViewerPreferences.Duplex == Name.DuplexFlipShortEdge
        assert Name.StructTreeRoot not in opened.Root
        assert Name.MarkInfo not in opened.Root
        for each in opened.objects:
            assert not (hasattr(each, "keys") and "/StructParents" in each)
    assert fonts_of(made)
    assert all(font[-5] == "yes" for font in fonts_of(made)), "embedded"
