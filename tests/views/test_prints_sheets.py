"""Prints: the roster sheet and the door sheet, chosen on the page, opened and saved."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from urllib.parse import urlencode

import pdfplumber
import pytest
from flask import Flask

from models import Occurrence, Rendering, Shift
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_activity, make_pattern, make_place, make_shift
from tests.conftest import NOW, TODAY

ROSTER, DOOR = "/drukwerk/roosterblad.pdf", "/drukwerk/deurbord.pdf"
MONDAY = dt.date(2026, 11, 30)


@pytest.fixture
def helper(app: Flask, cast: Cast) -> Browser:
    return Browser(app, cast.volunteer)


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return " ".join((opened.pages[0].extract_text() or "").split())


# -- the page -------------------------------------------------------------------------------------


def test_the_page_offers_weeks_months_and_days(helper: Browser) -> None:
    shown = helper.get("/drukwerk")
    assert shown.status_code == 200
    for words in (
        "23 november (week 48)",
        "28 december (week 53)",
        "Vandaag (26 november)",
        "Morgen (27 november)",
        "Donderdag 3 december",
    ):
        assert words in shown.text, words
    assert helper.fields("/drukwerk", ROSTER)["huis"] == "wolfsbos"


@pytest.mark.slow
def test_what_the_page_chooses_opens_and_is_saved_under_a_name_that_says_what_it_is(
    helper: Browser, cast: Cast
) -> None:
    make_shift(cast.wolfsbos, TODAY, title="Kookploeg lunch")
    for address, name, said in (
        (ROSTER, "wolfsbos-2026-W48-roosterblad.pdf", "Kookploeg lunch"),
        (DOOR, "wolfsbos-2026-11-26-deurbord.pdf", "Donderdag 26 november"),
    ):
        chosen = helper.fields("/drukwerk", address)
        chosen.pop("maand", None)
        opened = helper.get(f"{address}?{urlencode(chosen)}")
        assert opened.status_code == 200
        assert opened.mimetype == "application/pdf"
        assert opened.headers["Content-Disposition"] == f'inline; filename="{name}"'
        assert opened.headers["Cache-Control"] == "private, no-cache"
        assert said in text_of(opened.data)
        saved = helper.get(f"{address}?{urlencode(chosen)}&bewaar=1")
        assert saved.headers["Content-Disposition"] == f'attachment; filename="{name}"'
        assert saved.data == opened.data


@pytest.mark.slow
def test_in_the_weekend_the_week_that_comes_is_at_hand(app: Flask, helper: Browser) -> None:
    app.config["CLOCK"] = lambda: dt.datetime(2026, 11, 28, 9)
    assert helper.fields("/drukwerk", ROSTER)["week"] == "2026-W49"
    assert "week 49" in text_of(helper.get(ROSTER).data)


# -- the documents --------------------------------------------------------------------------------


@pytest.mark.slow
def test_a_week_a_month_and_a_day_are_printed_as_asked(helper: Browser, cast: Cast) -> None:
    make_shift(cast.wolfsbos, MONDAY, title="Opening en sleutel")
    make_shift(cast.knooppunt, MONDAY, title="Bar, middag")
    assert "Rooster week 49" in text_of(helper.get(f"{ROSTER}?week=2026-W49").data)
    assert "Maandag 30 november" in text_of(helper.get(f"{ROSTER}?maand=2026-11").data)
    assert "Bar" not in text_of(helper.get(f"{ROSTER}?maand=2026-11").data)
    assert "nog niets op het rooster" in text_of(helper.get(f"{ROSTER}?week=2026-W50").data)
    assert "Maandag 30 november" in text_of(helper.get(f"{DOOR}?dag=2026-11-30").data)


@pytest.mark.slow
def test_shifts_and_dates_are_made_before_they_are_printed(helper: Browser, cast: Cast) -> None:
    make_pattern(cast.wolfsbos, first_date=TODAY)
    make_activity(cast.wolfsbos, "Inloop met koffie")
    assert "Opening en sleutel" in text_of(helper.get(f"{ROSTER}?week=2026-W49").data)
    assert count_rows(Shift) > 0
    assert "Inloop met koffie" in text_of(helper.get(f"{DOOR}?dag=2027-06-03").data)
    assert count_rows(Occurrence) > 20


@pytest.mark.slow
def test_the_same_sheet_is_rendered_once_and_not_sent_twice(helper: Browser, cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, MONDAY)
    address = f"{ROSTER}?week=2026-W49"
    first = helper.get(address)
    tag = first.headers["ETag"]
    again = helper.get(address, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert helper.get(address).data == first.data
    assert count_rows(Rendering) == 1
    make_place(shift.seats.get(), cast.volunteer, NOW)
    changed = helper.get(address, headers={"If-None-Match": tag})
    assert changed.status_code == 200
    assert "Joop" in text_of(changed.data)


@pytest.mark.slow
def test_a_picture_letter_on_the_roster_is_named(helper: Browser, cast: Cast) -> None:
    make_shift(cast.wolfsbos, MONDAY, title="Feest 🎄")
    answer = helper.get(f"{ROSTER}?week=2026-W49")
    assert answer.status_code == 422
    assert "Haal het weg uit: Feest 🎄" in answer.text


# -- what is wrong --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (f"{ROSTER}?week=2026-W99", "Deze week kennen we niet."),
        (f"{ROSTER}?week=2026-W54", "Deze week kennen we niet."),
        (f"{ROSTER}?week=%00", "Deze week kennen we niet."),
        (f"{ROSTER}?week=1e70", "Deze week kennen we niet."),
        (f"{ROSTER}?maand=2026-13", "Deze maand kennen we niet."),
        (f"{ROSTER}?week=2026-W49&maand=2026-12", "Kies een week of een maand."),
        (f"{ROSTER}?taal=xx", "Deze taal kennen we niet."),
        (f"{ROSTER}?stijl=paars", "Deze stijl kennen we niet."),
        (f"{ROSTER}?formaat=a0", "Dit papier kennen we niet."),
        (f"{DOOR}?dag=31-02", "Deze dag kennen we niet."),
        (f"{DOOR}?dag=2026-02-31", "Deze dag kennen we niet."),
        (f"{DOOR}?dag=20261126", "Deze dag kennen we niet."),
        (f"{DOOR}?dag=2026-W48-4", "Deze dag kennen we niet."),
        (f"{DOOR}?dag=9999-12-31", "Deze dag kennen we niet."),
        (f"{DOOR}?dag=%F0%9F%8E%84", "Deze dag kennen we niet."),
        (f"{DOOR}?dag=%00", "Deze dag kennen we niet."),
    ],
)
def test_a_wrong_choice_is_answered_with_a_sentence(
    helper: Browser, query: str, sentence: str
) -> None:
    answer = helper.get(query)
    assert answer.status_code == 400
    assert sentence in answer.text


@pytest.mark.parametrize("address", [ROSTER, DOOR])
def test_another_house_is_not_found_and_only_helpers_may_look(
    app: Flask, cast: Cast, address: str
) -> None:
    for person in (cast.volunteer, cast.coordinator):
        assert Browser(app, person).get(f"{address}?huis=knooppunt").status_code == 404
        assert Browser(app, person).get(f"{address}?huis=nergens").status_code == 404
    assert Browser(app, cast.viewer).get(address).status_code == 403
    assert Browser(app, None).get(address).status_code == 303


@pytest.mark.slow
@pytest.mark.parametrize("query", ["week=2000-W01", "week=2100-W52", "maand=2100-12"])
def test_the_ends_of_time_are_an_empty_roster(helper: Browser, query: str) -> None:
    assert "nog niets op het rooster" in text_of(helper.get(f"{ROSTER}?{query}").data)
    for day in ("2000-01-01", "2100-12-31"):
        assert helper.get(f"{DOOR}?dag={day}").status_code == 200


@pytest.mark.slow
def test_the_week_sheet_is_of_the_week_that_was_asked_for(helper: Browser, cast: Cast) -> None:
    make_activity(cast.wolfsbos, "Inloop met koffie")
    address = "/drukwerk/weekblad.pdf"
    opened = helper.get(f"{address}?week=2027-W22&stijl=zwartwit")
    name = "wolfsbos-2027-W22-weekblad-zwartwit.pdf"
    assert opened.headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert "Programma week 22" in text_of(opened.data)
    assert "Inloop met koffie" in text_of(opened.data), "dates are made before they are printed"
    for wrong in ("week=2026-W54", "week=%00", "week=2026-W49&formaat=a3"):
        assert helper.get(f"{address}?{wrong}").status_code == 400
