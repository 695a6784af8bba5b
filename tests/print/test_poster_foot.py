"""The foot of a poster: whatever a house has to say there, all of it is on the sheet."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from peewee import Database

from documents.look import STYLES, Look, Style
from documents.month import month_of_house
from documents.poster import Paper, poster_page
from documents.press import Press
from documents.words import LANGUAGES, _, speaking
from models import House, HousePartner, Occurrence, OpeningHours, Partner
from rules.logos import clean_logo
from tests.cast import make_activity, make_house, make_occurrence
from tests.print.sheets import assert_good_paper, assert_read_in_order, letters_of, text_of
from tests.print.test_poster_fitting import many

DECEMBER = dt.date(2026, 12, 1)
BASE = "https://buurtbord.example"
LOGO = (
    b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 30'>"
    b"<rect width='90' height='30' fill='#0a6'/></svg>"
)


@pytest.fixture
def house(database: Database) -> House:
    """A house with a long address and other hours on each day of the week."""
    made = make_house(
        "wolfsbos",
        "Huis van de Buurt Wolfsbos",
        street="Burgemeester van Limburg Stirumstraat 123, achterom bij de school aan het plein",
    )
    for weekday in range(7):
        for start, end in ((9, 12), (13, 17), (19, 21)):
            OpeningHours.create(
                house=made,
                weekday=weekday,
                start_time=dt.time(start, weekday),
                end_time=dt.time(end, 30),
            )
    make_occurrence(make_activity(made, "Bingo"), dt.date(2026, 12, 4))
    return made


def join_in(house: House, number: int) -> None:
    """So many partners, and as many with a logo."""
    for n in range(2 * number):
        partner = Partner.create(name=f"Samen {n}.", logo=clean_logo(LOGO) if n % 2 else None)
        HousePartner.create(house=house, partner=partner, position=n)


@pytest.mark.slow
@pytest.mark.parametrize("partners", [0, 4, 20])
@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_it_stands_at_the_foot_of_the_sheet_in_every_language(
    press: Press, house: House, language: str, partners: int
) -> None:
    join_in(house, partners)
    page = poster_page(month_of_house(house, DECEMBER, language), "a4", BASE, Look(language))
    made = page.made(press)
    assert made.pages == 1
    assert made.chosen < len(page.candidates) - 1, "not where its last layout would put it"
    assert_good_paper(made.pdf)
    assert_read_in_order(made.pdf, leftwards=language == "ar")
    text = text_of(made.pdf)
    with speaking(language):
        scan = _("Scan de code voor het programma.")
    # From right to left the words come out one by one.
    for word in (*scan.split(), "school", "plein,", "Hoogeveen", "0528-12", "13.06", "13:06"):
        if word not in ("13.06", "13:06") or word == ("13.06" if language == "nl" else "13:06"):
            assert word.strip(".,") in text, word
    if partners:
        assert f"Samen {2 * partners - 2}." in text
    lowest = max(letter["bottom"] for letter in letters_of(made.pdf))
    least = {0: 765, 4: 700, 20: 600}
    assert lowest > least[partners], "at the foot of the sheet"


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["a3", "a4"])
@pytest.mark.parametrize("style", STYLES)
def test_the_foot_is_whole_on_every_paper_and_in_every_style(
    press: Press, house: House, style: Style, paper: Paper
) -> None:
    join_in(house, 20)
    page = poster_page(month_of_house(house, DECEMBER), paper, BASE, Look("nl", style))
    made = page.made(press)
    assert_good_paper(made.pdf, smallest=18 if style == "groot" else 12)
    text = text_of(made.pdf)
    for said in ("aan het plein", "zondag 9.06", "Scan de code", "0528-12 34 56", "Samen 38."):
        assert said in text


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_of_two_sheets_says_that_there_is_a_second_and_whom_to_ask(
    press: Press, house: House, language: str
) -> None:
    OpeningHours.delete().execute()
    many(house, 22, 14)
    Occurrence.update(state="cancelled").where(Occurrence.date == dt.date(2026, 12, 24)).execute()
    page = poster_page(month_of_house(house, DECEMBER, language), "a4", BASE, Look(language))
    # The tightest are enough: a full search takes seconds.
    tight = replace(page, candidates=page.candidates[-1:], spread=page.spread[-8:])
    made = tight.made(press)
    assert made.pages == 2
    assert made.chosen < len(tight.spread) - 1, "laid out for two"
    assert_good_paper(made.pdf)
    assert_read_in_order(made.pdf, leftwards=language == "ar")
    text = text_of(made.pdf)
    assert text.count("0528-12 34 56") == 2
    with speaking(language):
        pointed = _("Let op: op blad 2 staat wat deze maand anders is.")
        assert pointed.split()[-1].strip("።.") in text
        for number in (1, 2):
            said = _("%(month)s %(year)s, blad %(number)s van %(sheets)s")
            words = (said % {"month": "", "year": "", "number": number, "sheets": 2}).split()
            assert all(word in text for word in words)
