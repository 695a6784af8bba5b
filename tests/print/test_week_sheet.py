"""The week sheet: what a house does in a week, by day, on one sheet for a normal week."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pdfplumber
import pytest
from peewee import Database

from documents.look import PLAIN, STYLES, Look, Style
from documents.press import Press
from documents.week_sheet import week_page
from models import (
    ActivityText,
    Closure,
    ClosureKind,
    House,
    OccurrenceState,
    Opening,
    OpeningHours,
    OpeningState,
    Room,
    SignUpKind,
)
from tests.cast import Cast, make_activity, make_occurrence
from tests.conftest import TODAY
from tests.counting_queries import counted
from tests.print.programme import make_programme
from tests.print.sheets import assert_good_paper, letters_of, read_aloud, text_of

BASE = "https://buurtbord.example"
MONDAY, WEDNESDAY = dt.date(2026, 11, 30), dt.date(2026, 12, 2)
FRIDAY, SATURDAY = dt.date(2026, 12, 4), dt.date(2026, 12, 5)
LARGE = Look("nl", "groot")


def hang(press: Press, house: House, day: dt.date = MONDAY, look: Look = PLAIN) -> bytes:
    return press.render_first(week_page(house, day, BASE, look).candidates).pdf


def pages_of(pdf: bytes) -> int:
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return len(opened.pages)


# -- what it says ---------------------------------------------------------------------------------


def test_a_week_says_by_day_when_it_is_open_and_what_is_on(press: Press, cast: Cast) -> None:
    house = cast.wolfsbos
    hall = Room.create(house=house, name="Grote zaal")
    sport = make_activity(house, "Rustig bewegen", room=hall, cost_cents=0)
    lunch = make_activity(
        house, "Samen lunchen", cost_cents=350, cost_note="incl. soep", sign_up=SignUpKind.ask
    )
    make_occurrence(sport, MONDAY, start_time=dt.time(9, 30), end_time=dt.time(10, 30))
    make_occurrence(lunch, WEDNESDAY, start_time=dt.time(12), end_time=None)
    other = make_activity(cast.knooppunt, "Biljarten")
    make_occurrence(other, MONDAY)
    pdf = hang(press, house, WEDNESDAY)
    text = text_of(pdf)
    for said in (
        "Huis van de Buurt Wolfsbos Programma week 49 30 november t/m 6 december 2026",
        "Maandag 30 november Open 9.00–17.00 uur 9.30–10.30 Rustig bewegen Grote zaal, gratis",
        "Woensdag 2 december Open 9.00–17.00 uur 12.00 Samen lunchen"
        " €3,50 incl. soep, opgeven aan de balie",
        "Vrijdag 4 december Open 9.00–17.00 uur Loop gewoon binnen.",
        "Zaterdag en zondag 5 t/m 6 december Dicht",
        "Vragen? Kom langs of bel 0528-12 34 56",
    ):
        assert said in text, said
    assert "Biljarten" not in text
    assert pages_of(pdf) == 1
    assert_good_paper(pdf)


def test_what_is_off_or_moved_is_said_on_the_old_day_and_the_new_one(
    press: Press, cast: Cast
) -> None:
    sport = make_activity(cast.wolfsbos, "Rustig bewegen")
    music = make_activity(cast.wolfsbos, "Muziek maken")
    make_occurrence(sport, MONDAY, state=OccurrenceState.cancelled)
    make_occurrence(
        music, FRIDAY, original_date=WEDNESDAY, state=OccurrenceState.moved, end_time=None
    )
    text = text_of(hang(press, cast.wolfsbos))
    assert "Rustig bewegen gaat niet door" in text
    assert "Muziek maken is op vrijdag 4 december" in text
    assert "10.00 Muziek maken" in text.partition("Vrijdag 4 december")[2]


def test_a_closed_day_says_why_and_nothing_of_what_is_off_for_it(press: Press, cast: Cast) -> None:
    shut = Closure.create(
        house=cast.wolfsbos,
        first_date=MONDAY,
        last_date=MONDAY + dt.timedelta(days=1),
        kind=ClosureKind.closed,
        reason="Verbouwing van de keuken",
    )
    sport = make_activity(cast.wolfsbos, "Rustig bewegen")
    make_occurrence(sport, MONDAY, state=OccurrenceState.cancelled, closure=shut)
    Opening.create(
        house=cast.wolfsbos,
        date=FRIDAY,
        start_time=dt.time(9),
        end_time=dt.time(17),
        state=OpeningState.closed,
    )
    text = text_of(hang(press, cast.wolfsbos))
    assert "Maandag en dinsdag 30 november t/m 1 december Dicht Verbouwing van de keuken" in text
    assert "Rustig bewegen" not in text
    assert "Vrijdag t/m zondag 4 t/m 6 december Dicht" in text, "the opening was called off"


def test_a_house_without_hours_is_not_called_closed(press: Press, cast: Cast) -> None:
    OpeningHours.delete().where(OpeningHours.house == cast.wolfsbos).execute()
    pdf = hang(press, cast.wolfsbos)
    assert "Er staat deze week nog niets in het programma. Kom gerust langs" in text_of(pdf)
    assert_good_paper(pdf)
    make_occurrence(make_activity(cast.wolfsbos, "Zangkoor"), SATURDAY)
    text = text_of(hang(press, cast.wolfsbos))
    assert "Zaterdag 5 december Geen inloop 10.00–16.00 Zangkoor" in text
    for word in ("Dicht", "Maandag", "Zondag"):
        assert word not in text


def test_a_house_without_a_phone_asks_people_to_come(press: Press, cast: Cast) -> None:
    House.update(phone="").where(House.id == cast.wolfsbos.id).execute()
    text = text_of(hang(press, House.get_by_id(cast.wolfsbos.id)))
    assert "Vragen? Kom gerust langs." in text
    assert "bel" not in text


def test_titles_are_in_the_language_in_which_somebody_entered_them(
    press: Press, cast: Cast
) -> None:
    known = make_activity(cast.wolfsbos, "Inloop met koffie")
    unknown = make_activity(cast.wolfsbos, "Rustig bewegen (zittend)")
    ActivityText.create(activity=known, language="en", title="Coffee for all", summary="")
    for activity in (known, unknown):
        make_occurrence(activity, MONDAY)
    text = text_of(hang(press, cast.wolfsbos, look=Look("en")))
    assert "Coffee for all" in text
    assert "Inloop" not in text
    assert "Rustig bewegen (zittend)" in text
    assert "Coffee" not in text_of(hang(press, cast.wolfsbos))


def test_what_is_read_aloud_has_the_order_of_the_page(press: Press, cast: Cast) -> None:
    for title, hour in (("Koffie", 9), ("Lunch", 12), ("Muziek", 15)):
        activity = make_activity(cast.wolfsbos, title, start_time=dt.time(hour), end_time=None)
        make_occurrence(activity, WEDNESDAY)
    heard = read_aloud(hang(press, cast.wolfsbos))
    places = [heard.index(word) for word in ("Maandag", "Woensdag", "Koffie", "Lunch", "Vrijdag")]
    assert places == sorted(places)


# -- how it fits ----------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("slug", ["wolfsbos", "knooppunt"])
@pytest.mark.parametrize("week", range(5))
def test_the_real_weeks_are_good_paper(
    press: Press, database: Database, slug: str, style: Style, week: int
) -> None:
    house = make_programme()[slug]
    pdf = hang(press, house, MONDAY + dt.timedelta(weeks=week), Look("nl", style))
    assert pages_of(pdf) <= (4 if style == "groot" else 1)
    assert_good_paper(pdf, smallest=18 if style == "groot" else 12)


def fill(house: House, day: dt.date, number: int) -> None:
    for n in range(number):
        title = f"Bezigheid {n} van {day:%A}" if n else "Meervoudigepersoonlijkheidsstoornissen"
        activity = make_activity(house, title, cost_cents=250, cost_note="per keer")
        start = dt.time(9 + n * 8 // number, n * 60 // number % 60)
        make_occurrence(activity, day, start_time=start, end_time=None)


@pytest.mark.parametrize("style", STYLES)
def test_too_much_for_one_sheet_goes_on_over_a_second_and_never_gets_small(
    press: Press, cast: Cast, style: Style
) -> None:
    for n in range(6):
        fill(cast.wolfsbos, MONDAY + dt.timedelta(days=n), 9)
    pdf = hang(press, cast.wolfsbos, look=Look("nl", style))
    assert pages_of(pdf) > 1
    assert text_of(pdf).count("Bezigheid") == 6 * 8
    assert_good_paper(pdf, smallest=18 if style == "groot" else 12)


@pytest.mark.parametrize("style", STYLES)
def test_a_day_of_thirty_activities_is_all_there(press: Press, cast: Cast, style: Style) -> None:
    fill(cast.wolfsbos, WEDNESDAY, 30)
    pdf = hang(press, cast.wolfsbos, look=Look("nl", style))
    text = text_of(pdf)
    for n in range(1, 30):
        assert f"Bezigheid {n} van" in text
    assert_good_paper(pdf, smallest=18 if style == "groot" else 12)


def test_a_nearly_empty_week_has_large_letters(press: Press, cast: Cast) -> None:
    make_occurrence(make_activity(cast.wolfsbos, "Inloop met koffie"), MONDAY)
    sizes = [letter["size"] for letter in letters_of(hang(press, cast.wolfsbos))]
    assert sizes.count(18.0) > 50


def test_a_long_name_and_address_stay_on_the_paper(press: Press, cast: Cast) -> None:
    house = House.get_by_id(cast.wolfsbos.id)
    house.name = "Multifunctioneel ontmoetingscentrum De Weide-Krakeel en omstreken"
    house.street = "Burgemeester van Heemstra-Tjalma van Eelderinghestraat 117-zwart"
    for look, smallest in ((PLAIN, 12), (LARGE, 18)):
        assert_good_paper(hang(press, house, look=look), smallest=smallest)


def test_a_long_fact_takes_two_lines_and_no_comma_begins_one(press: Press, cast: Cast) -> None:
    lunch = make_activity(
        cast.wolfsbos,
        "Samen lunchen",
        cost_cents=1250,
        cost_note="inclusief koffie, thee, taart en al het materiaal",
        sign_up=SignUpKind.ask,
        room=Room.create(house=cast.wolfsbos, name="De grote zaal aan de achterkant"),
    )
    make_occurrence(lunch, WEDNESDAY)
    pdf = hang(press, cast.wolfsbos)
    assert_good_paper(pdf)
    text = text_of(pdf)
    assert "achterkant, €12,50 inclusief koffie, thee, taart en al het materiaal, opgeven" in text
    with pdfplumber.open(BytesIO(pdf)) as opened:
        lines = opened.pages[0].extract_text_lines()
    assert not any(line["text"].startswith((",", "·")) for line in lines)


def test_a_week_takes_a_fixed_number_of_queries(cast: Cast) -> None:
    fill(cast.wolfsbos, TODAY, 1)
    found = []
    for language in ("nl", "uk"):
        for _more in range(2):
            with counted() as asked:
                week_page(cast.wolfsbos, TODAY, BASE, Look(language))
            found.append(len(asked))
            fill(cast.wolfsbos, TODAY, 5)
    assert found[0] == found[1] <= 10
    assert found[2] == found[3] == found[0] + 1
