"""The tally sheet: a number that is read across a table, and boxes that a pen finds at a door."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from typing import Any

import pdfplumber
import pytest

from documents.look import PLAIN, STYLES, Look, Style
from documents.press import Press
from documents.renderings import printed
from documents.tally_sheet import tally_page
from models import ActivityText, House, Occurrence, OpeningHours, TallySheet
from rules import tally_sheets
from tests.cast import Cast, make_activity, make_occurrence
from tests.conftest import NOW, TODAY
from tests.print.sheets import assert_good_paper, letters_of, read_aloud, text_of

BASE = "https://buurtbord.example"
MM = 72 / 25.4


def make(house: House) -> TallySheet:
    made: TallySheet = tally_sheets.make_sheet(house, TODAY, None, NOW, TODAY)
    return made


def hang(press: Press, sheet: TallySheet, look: Look = PLAIN) -> bytes:
    return bytes(printed(press, tally_page(sheet, TODAY, BASE, look), NOW).bytes)


def add(house: House, title: str, start: int, end: int | None) -> Occurrence:
    times = {"start_time": dt.time(start), "end_time": None if end is None else dt.time(end)}
    return make_occurrence(make_activity(house, title, **times), TODAY)


def boxes_of(pdf: bytes) -> list[dict[str, Any]]:
    """The boxes for strokes, of all pages: each is drawn with corners that are round."""
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return [
            each
            for sheet in opened.pages
            for each in [*sheet.curves, *sheet.rects]
            if 10 * MM < each["width"] < 12 * MM and 6 * MM < each["height"] < 10 * MM
        ]


def pages_of(pdf: bytes) -> int:
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


def test_a_sheet_says_whose_it_is_which_day_and_how_it_is_used(press: Press, cast: Cast) -> None:
    add(cast.wolfsbos, "Inloop met koffie", 10, 12)
    sheet = make(cast.wolfsbos)
    pdf = hang(press, sheet)
    text = text_of(pdf)
    for said in (
        "Huis van de Buurt Wolfsbos Donderdag 26 november 2026",
        f"Turfblad {sheet.number}",
        "Zet voor elke bezoeker een streepje, vijf in elk vakje: Geen namen.",
        "Uur Gewoon binnen Inloop met koffie 9–10 10–11 11–12 12–13",
        "Klaar? Scan de code en voer het blad één keer in.",
        f"buurtbord.example/tellen/blad/{sheet.number}",
        "Ingevuld door Ingevoerd op",
    ):
        assert said in text, said
    assert "16–17" in text
    assert "17–18" not in text
    assert pages_of(pdf) == 1
    number = [letter for letter in letters_of(pdf) if letter["size"] > 40]
    assert "".join(letter["text"] for letter in number) == str(sheet.number)
    assert_good_paper(pdf)


def test_there_are_boxes_in_the_hours_in_which_something_is_on_and_nowhere_else(
    press: Press, cast: Cast
) -> None:
    plain = boxes_of(hang(press, make(cast.wolfsbos)))
    assert plain
    assert len(plain) % 8 == 0, "as many in each of the eight hours"
    add(cast.wolfsbos, "Biljart", 10, 12)
    both = boxes_of(hang(press, make(cast.wolfsbos)))
    middle = min(box["x0"] for box in both) + 80 * MM
    beside = [box for box in both if box["x0"] > middle]
    per_hour = (len(both) - len(beside)) / 8
    assert len(beside) == 2 * per_hour


def test_whoever_hears_the_sheet_hears_it_in_order(press: Press, cast: Cast) -> None:
    add(cast.wolfsbos, "Zangkoor", 10, 12)
    sheet = make(cast.wolfsbos)
    said = read_aloud(hang(press, sheet))
    order = ["Donderdag 26 november", str(sheet.number), "Zet voor elke bezoeker", "Zangkoor"]
    order += ["9–10", "16–17", "Klaar?", "Ingevuld door"]
    places = [said.index(each) for each in order]
    assert places == sorted(places)


def test_the_same_sheet_is_the_same_paper_also_when_the_programme_changed(
    press: Press, cast: Cast
) -> None:
    add(cast.wolfsbos, "Zangkoor", 10, 12)
    sheet = make(cast.wolfsbos)
    first = hang(press, sheet)
    add(cast.wolfsbos, "Iets nieuws", 13, 14)
    assert hang(press, TallySheet.get_by_id(sheet.id)) == first


def test_a_sheet_of_another_number_is_another_paper(cast: Cast) -> None:
    one = make(cast.wolfsbos)
    two = tally_sheets.make_sheet(cast.wolfsbos, TODAY, None, NOW, TODAY, another=True)
    pages = [tally_page(each, TODAY, BASE).fingerprint for each in (one, two)]
    assert pages[0] != pages[1]


def test_titles_are_in_the_language_in_which_somebody_entered_them(
    press: Press, cast: Cast
) -> None:
    koffie = add(cast.wolfsbos, "Inloop met koffie", 10, 12).activity
    ActivityText.create(activity=koffie, language="tr", title="Kahve sohbeti", summary="")
    sheet = make(cast.wolfsbos)
    assert "Kahve sohbeti" in text_of(hang(press, sheet, Look("tr")))
    assert "Inloop met koffie" in text_of(hang(press, sheet))


def test_large_print_has_larger_boxes(press: Press, cast: Cast) -> None:
    pdf = hang(press, make(cast.wolfsbos), Look("nl", "groot"))
    with pdfplumber.open(BytesIO(pdf)) as opened:
        shapes = [*opened.pages[0].curves, *opened.pages[0].rects]
    wide = [each for each in shapes if 15 * MM < each["width"] < 17 * MM]
    assert len(wide) >= 8
    assert all(each["height"] > 8 * MM for each in wide)


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_a_long_day_with_much_on_it_is_still_good_paper(
    press: Press, cast: Cast, style: Style
) -> None:
    OpeningHours.update(start_time=dt.time(8), end_time=dt.time(22, 30)).execute()
    names = ("Meervoudigepersoonlijkheidsondersteuning, ook & buren", "Yoga", "Ñandú")
    for number in range(9):
        add(cast.wolfsbos, f"{names[number % 3]} {number}", 8 + number, 10 + number)
    sheet = make(cast.wolfsbos)
    pdf = hang(press, sheet, Look("nl", style))
    text = text_of(pdf)
    for number in range(9):
        assert f"{names[number % 3].split()[-1]} {number}" in text
    assert "22–23" in text
    assert pages_of(pdf) > 1
    with pdfplumber.open(BytesIO(pdf)) as opened:
        for page in opened.pages:
            assert str(sheet.number) in (page.extract_text() or "")
    assert_good_paper(pdf, smallest=18 if style == "groot" else 12)


@pytest.mark.slow
def test_a_house_that_is_open_for_an_hour_has_a_sheet_too(press: Press, cast: Cast) -> None:
    OpeningHours.update(start_time=dt.time(9, 30), end_time=dt.time(10)).execute()
    pdf = hang(press, make(cast.wolfsbos))
    assert "9–10" in text_of(pdf)
    assert pages_of(pdf) == 1
    assert_good_paper(pdf)
