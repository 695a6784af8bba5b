"""The folder: six panels, none of which has text in a fold, in the order in which it is opened."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from itertools import pairwise
from typing import Any

import pdfplumber
import pytest
from peewee import Database

from documents.folder import Part, _panels, folder
from documents.look import PLAIN, Look
from documents.press import Press
from models import House, HousePartner, OpeningHours, Partner, PosterEdit
from tests.cast import make_house
from tests.print.programme import make_programme
from tests.print.sheets import assert_good_paper, letters_of, read_aloud
from tests.print.test_flyer import busy, weekly

NOW = dt.datetime(2026, 11, 26, 9)
DECEMBER = dt.date(2026, 12, 1)
BASE = "https://buurtbord.example"
MILLIMETRE = 72 / 25.4
#: Where the folds are, in millimetres from the left: of the outside, and of the inside.
FOLDS = ((97, 197), (100, 200))


@pytest.fixture
def houses(database: Database) -> dict[str, House]:
    return make_programme()


@pytest.fixture
def house(database: Database) -> House:
    return make_house("wolfsbos", "Huis van de Buurt Wolfsbos", street="Wolfsbosstraat 1")


def give(press: Press, house: House, look: Look = PLAIN, month: dt.date = DECEMBER) -> bytes:
    return bytes(folder(press, house, month, BASE, NOW, look).bytes)


def panels_of(pdf: bytes, *, mirrored: bool = False) -> list[list[str]]:
    """What stands on the panels of each side, from left to right; no letter lies in a fold."""
    found = []
    with pdfplumber.open(BytesIO(pdf)) as opened:
        assert len(opened.pages) == 2
        for sheet, folds in zip(opened.pages, FOLDS, strict=True):
            assert [round(float(each) / MILLIMETRE) for each in sheet.bbox[2:]] == [297, 210]
            where = [297 - fold for fold in reversed(folds)] if mirrored else list(folds)
            edges = [0.0, *(fold * MILLIMETRE for fold in where), float(sheet.width)]
            for letter in sheet.chars:
                for edge in edges:
                    away = max(edge - letter["x1"], letter["x0"] - edge)
                    assert away >= 7.9 * MILLIMETRE or not letter["text"].strip(), letter["text"]
            found.append([_text(sheet, a, b) for a, b in pairwise(edges)])
    return found


def _text(sheet: Any, left: float, right: float) -> str:
    return " ".join((sheet.crop((left, 0, right, sheet.height)).extract_text() or "").split())


@pytest.mark.slow
@pytest.mark.parametrize("style", ["kleur", "zwartwit"])
@pytest.mark.parametrize("slug", ["wolfsbos", "knooppunt"])
def test_the_real_months_are_six_good_panels(
    press: Press, houses: dict[str, House], slug: str, style: str
) -> None:
    pdf = give(press, houses[slug], Look("nl", style))  # type: ignore[arg-type]
    assert_good_paper(pdf)
    outside, inside = panels_of(pdf)
    assert "december" in outside[2]
    assert "0528-" in outside[1]
    assert inside[0].startswith("Elke week")


def test_each_panel_has_its_part(press: Press, houses: dict[str, House]) -> None:
    outside, inside = panels_of(give(press, houses["wolfsbos"]))
    assert outside[0].startswith("Samen lunchen donderdag 24 december")
    assert "Loop gewoon binnen." in outside[1]
    assert outside[2].startswith("Huis van de Buurt Wolfsbos december 2026 eten")
    assert "Donderdag 9.30–10.30 Rustig bewegen" in inside[0]
    assert inside[1].startswith("Op deze dagen di 1 en 15")
    assert inside[2].startswith("Let op Dicht op vrijdag 25")
    assert "Meer:" not in " ".join(inside)


def test_it_is_read_aloud_in_the_order_in_which_the_hand_opens_it(
    press: Press, houses: dict[str, House]
) -> None:
    aloud = read_aloud(give(press, houses["wolfsbos"]))
    order = ("december 2026", "Loop gewoon", "Samen lunchen", "Elke week", "Op deze", "Let op")
    places = [aloud.index(each) for each in order]
    assert places == sorted(places)


@pytest.mark.slow
def test_in_arabic_the_sheet_is_mirrored(press: Press, houses: dict[str, House]) -> None:
    pdf = give(press, houses["wolfsbos"], Look("ar", "kleur"))
    assert_good_paper(pdf)
    outside, inside = panels_of(pdf, mirrored=True)
    assert "2026" in outside[0], "the cover"
    assert "Samen lunchen" in outside[2], "the flap"
    assert "Creatief atelier" in inside[2], "the first panel"


@pytest.mark.slow
def test_large_print_is_18_points(press: Press, houses: dict[str, House]) -> None:
    pdf = give(press, houses["wolfsbos"], Look("nl", "groot"))
    assert_good_paper(pdf)
    panels_of(pdf)
    assert min(letter["size"] for letter in letters_of(pdf)) >= 17.99


@pytest.mark.slow
@pytest.mark.parametrize("style", ["kleur", "groot"])
def test_what_does_not_fit_is_left_out_and_the_folder_says_where_it_stands(
    press: Press, house: House, style: str
) -> None:
    busy(house, 60)
    pdf = give(press, house, Look("nl", style))  # type: ignore[arg-type]
    assert_good_paper(pdf)
    panels_of(pdf)
    aloud = read_aloud(pdf)
    assert "Meer: buurtbord.example/h" in aloud
    assert 8 <= aloud.count("Activiteit nummer") < 60


def test_the_greeting_of_the_poster_stands_on_the_cover(press: Press, house: House) -> None:
    weekly(house, "Muziek maken", [2, 9, 16, 23, 30])
    PosterEdit.create(house=house, month=DECEMBER, greeting="Fijne dagen!", sequence=1)
    outside, _inside = panels_of(give(press, house))
    assert "Fijne dagen!" in outside[2]


def test_an_empty_month_is_a_folder_with_a_next_step(press: Press, house: House) -> None:
    pdf = give(press, house)
    assert_good_paper(pdf)
    assert "nog niets in het programma. Kom gerust langs" in read_aloud(pdf)


@pytest.mark.slow
@pytest.mark.parametrize("style", ["kleur", "zwartwit", "groot"])
def test_long_names_break_nothing(press: Press, database: Database, style: str) -> None:
    house = make_house(
        "lang",
        "Huis van de Buurt aan de Burgemeester van Limburg Stirumstraat in Hoogeveen-Zuid",
        street="Burgemeester van Limburg Stirumstraat 123 achterom bij de school",
        postcode="7901 AB",
        tagline="Samen koken, samen bewegen, samen leren: voor iedereen uit de hele buurt",
    )
    for number in range(12):
        partner = Partner.create(name=f"Stichting met een behoorlijk lange naam, nummer {number}")
        HousePartner.create(house=house, partner=partner, position=number)
    for weekday in range(7):
        OpeningHours.create(
            house=house, weekday=weekday, start_time=dt.time(9 + weekday), end_time=dt.time(17)
        )
    title = "Gezellig samen bewegen op muziek voor iedereen uit de buurt!"
    weekly(house, title, [3, 10, 17, 24, 31], cost_cents=1250, cost_note="x" * 50)
    weekly(house, title, [5], highlighted=True, audience="voor ouderen " * 5)
    pdf = give(press, house, Look("nl", style))  # type: ignore[arg-type]
    assert_good_paper(pdf)
    panels_of(pdf)


def test_the_inside_is_cut_between_sections_unless_that_costs_much() -> None:
    def part(heading: str, height: float) -> Part:
        return Part(heading, "Maandag", (), (), height)

    weekly_, listed, mind = part("Elke week", 10), part("Op deze dagen", 8), part("Let op", 5)
    assert _panels([weekly_, listed, mind], 3) == [[weekly_], [listed], [mind]]
    long = [part("Elke week", 10), *(part("", 10) for _day in range(5)), part("Op deze dagen", 5)]
    assert [len(panel) for panel in _panels(long, 3)] == [3, 3, 1]
    assert _panels([], 3) == [[], [], []]
