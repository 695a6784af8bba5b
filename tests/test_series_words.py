"""A series in words: as short as can be, and always the same dates as the database."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest

from rules.month_words import Happening, Slot
from rules.recurrence import Kind, build_rule, expand
from rules.rule_clauses import ReadRule
from rules.rule_reading import read_series
from rules.series_words import SpokenSeries, dates_of, say_series

FACTS = Path(__file__).resolve().parents[1] / "data" / "hoogeveen.json"
TEN, FOUR = dt.time(10), dt.time(16)
NOVEMBER, FEBRUARY = dt.date(2026, 11, 1), dt.date(2027, 2, 28)
TODAY = dt.date(2026, 11, 26)
NEW_YEARS_EVE = dt.date(2026, 12, 31)
NOBODY_CLOSED: frozenset[dt.date] = frozenset()
YEARS = {11: 2026, 12: 2026}
DAY = dt.timedelta(days=1)


def days(*texts: str) -> list[dt.date]:
    """'3/12' is 3 December 2026, '7/1' 7 January 2027: the winter of the tests."""
    pairs = [tuple(map(int, text.split("/"))) for text in texts]
    return [dt.date(YEARS.get(month, 2027), month, day) for day, month in pairs]


def on(*texts: str, start: dt.time = TEN) -> list[Happening]:
    return [Happening(day, Slot(day, start, FOUR)) for day in days(*texts)]


def off(*texts: str) -> list[Happening]:
    return [replace(each, cancelled=True) for each in on(*texts)]


def moved(original: str, day: str) -> Happening:
    return Happening(days(original)[0], Slot(days(day)[0], TEN, FOUR))


def said(
    happenings: Iterable[Happening],
    start: dt.date = NOVEMBER,
    end: dt.date = FEBRUARY,
    closed: frozenset[dt.date] = NOBODY_CLOSED,
    own: ReadRule | None = None,
) -> str:
    """The words, after they were seen to be read as the dates that they are said of."""
    happenings = list(happenings)
    spoken = say_series(happenings, start, end, closed, own=own)
    check(spoken, happenings, end, closed)
    return spoken.words


def check(
    spoken: SpokenSeries,
    happenings: Iterable[Happening],
    end: dt.date,
    closed: frozenset[dt.date],
) -> None:
    stored = {h.slot for h in happenings if not h.cancelled and spoken.start <= h.slot.date <= end}
    assert dates_of(spoken, end, closed) == stored
    if spoken.words:
        read = read_series(spoken.words, spoken.start)
        assert read.dates(spoken.start, end, closed) == {slot.date for slot in stored}


THURSDAYS = (
    *("5/11", "12/11", "19/11", "26/11", "3/12", "10/12", "17/12", "24/12", "31/12"),
    *("7/1", "14/1", "21/1", "28/1", "4/2", "11/2", "18/2", "25/2"),
)


def thursdays(*without: str) -> list[Happening]:
    return on(*(day for day in THURSDAYS if day not in without))


# -- rules ----------------------------------------------------------------------------------------


def test_every_thursday_is_said_as_such() -> None:
    assert said(thursdays()) == "elke donderdag"


def test_every_other_week_begins_with_a_date_since_there_are_two_such_series() -> None:
    happenings = on("3/11", "17/11", "1/12", "15/12", "29/12", "12/1", "26/1", "9/2", "23/2")
    assert said(happenings) == "om de week op dinsdag, vanaf 3 november"
    later = dt.date(2026, 11, 26)
    assert said(happenings, start=later) == "om de week op dinsdag, vanaf 1 december"


def test_odd_weeks_are_twice_in_a_row_after_week_53() -> None:
    # Fridays of week 45 up to 53 of 2026, then of week 1 up to 7 of 2027.
    happenings = on("6/11", "20/11", "4/12", "18/12", "1/1", "8/1", "22/1", "5/2", "19/2")
    assert said(happenings) == "in oneven weken op vrijdag"


def test_even_weeks_are_three_weeks_apart_around_week_53() -> None:
    # Mondays of week 46 up to 52 of 2026, then of week 2 up to 8 of 2027.
    happenings = on("9/11", "23/11", "7/12", "21/12", "11/1", "25/1", "8/2", "22/2")
    assert said(happenings) == "in even weken op maandag"


def test_first_and_third_monday() -> None:
    happenings = on("2/11", "16/11", "7/12", "21/12", "4/1", "18/1", "1/2", "15/2")
    assert said(happenings) == "1e en 3e maandag van de maand"


def test_second_saturday_in_odd_months() -> None:
    happenings = on("14/11", "9/1", "13/3", "8/5")
    end = dt.date(2027, 5, 31)
    assert said(happenings, end=end) == "in oneven maanden: 2e zaterdag"


def test_every_three_weeks() -> None:
    happenings = on("4/11", "25/11", "16/12", "6/1", "27/1", "17/2")
    assert said(happenings) == "elke 3 weken op woensdag, vanaf 4 november"


def test_several_weekdays_of_one_rule_are_said_together() -> None:
    weekly = expand("FREQ=WEEKLY;BYDAY=WE,TH,FR", NOVEMBER, None, NOVEMBER, FEBRUARY)
    assert said(at(weekly)) == "elke woensdag t/m vrijdag"
    working = expand("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", NOVEMBER, None, NOVEMBER, FEBRUARY)
    assert said(at(working)) == "elke werkdag"
    daily = expand("FREQ=DAILY", NOVEMBER, None, NOVEMBER, FEBRUARY)
    assert said(at(daily)) == "elke dag"


def at(dates: Iterable[dt.date]) -> list[Happening]:
    return [Happening(day, Slot(day, TEN, FOUR)) for day in dates]


def test_two_rules_are_said_when_that_is_shorter_than_their_dates() -> None:
    mondays = expand("FREQ=WEEKLY;BYDAY=MO", NOVEMBER, None, NOVEMBER, FEBRUARY)
    saturdays = days("7/11", "5/12", "2/1", "6/2")
    words = said(at([*mondays, *saturdays]))
    assert words == "elke maandag; 1e zaterdag van de maand"


def test_a_series_that_went_to_another_weekday_has_an_end_and_a_beginning() -> None:
    tuesdays = on("3/11", "10/11", "17/11", "24/11", "1/12", "8/12", "15/12")
    words = said([*tuesdays, *on("7/1", "14/1", "21/1", "28/1", "4/2", "11/2", "18/2", "25/2")])
    assert words == "elke dinsdag, t/m 15 december; elke donderdag, vanaf 7 januari"


def test_a_weekday_that_was_added_later_begins_by_itself() -> None:
    tuesdays = expand("FREQ=WEEKLY;BYDAY=TU", NOVEMBER, None, NOVEMBER, FEBRUARY)
    words = said([*at(tuesdays), *on(*THURSDAYS[9:])])
    assert words == "elke dinsdag; elke donderdag, vanaf 7 januari"


def test_a_day_of_the_month() -> None:
    happenings = on("1/11", "15/11", "1/12", "15/12", "1/1", "15/1", "1/2", "15/2")
    assert said(happenings) == "op de 1e en 15e van de maand"


def test_a_series_begins_or_ends_in_the_window() -> None:
    assert said(on(*THURSDAYS[9:])) == "elke donderdag, vanaf 7 januari"
    assert said(on(*THURSDAYS[:10])) == "elke donderdag, t/m 7 januari"
    assert said(on(*THURSDAYS[2:12])) == "elke donderdag, van 19 november t/m 21 januari"


# -- dates ----------------------------------------------------------------------------------------


def test_a_few_dates_are_a_list_with_the_year_said_once() -> None:
    assert said(on("9/12")) == "9 december 2026"
    assert said(on("9/12", "16/12")) == "9 en 16 december 2026"
    assert said(on("9/12", "6/1")) == "9 december 2026 en 6 januari 2027"
    assert said(on("24/11", "9/12", "16/12")) == "24 november, 9 en 16 december 2026"


def test_days_in_a_row_are_one_span() -> None:
    week = on("7/12", "8/12", "9/12", "10/12", "11/12")
    assert said(week) == "7 t/m 11 december 2026"
    assert said([*week, *on("4/11")]) == "4 november en 7 t/m 11 december 2026"
    new_year = on("28/12", "29/12", "30/12", "31/12", "1/1", "2/1")
    assert said(new_year) == "28 december 2026 t/m 2 januari 2027"
    # '28 december 2026 t/m 2 januari 2027, 13 januari 2027' would be longer.
    words = "28 t/m 31 december 2026, 1, 2 en 13 januari 2027"
    assert said([*new_year, *on("13/1")]) == words


def test_two_dates_are_no_rhythm_unless_the_window_holds_no_others() -> None:
    assert said(on("2/12", "16/12")) == "2 en 16 december 2026"
    assert said(on("2/12", "3/2")) == "2 december 2026 en 3 februari 2027"
    last_thursdays = on("26/11", "31/12")
    assert said(last_thursdays, end=NEW_YEARS_EVE) == "laatste donderdag van de maand"


def test_a_date_of_more_than_a_year_ahead_has_its_year() -> None:
    dates = expand("FREQ=WEEKLY;BYDAY=TH", TODAY, None, TODAY, dt.date(2027, 12, 31))
    gone = {dt.date(2026, 12, 24), dt.date(2027, 12, 23)}
    words = said(at(day for day in dates if day not in gone), TODAY, dt.date(2027, 12, 31))
    assert words == "elke donderdag, niet op 24 december 2026 en 23 december 2027"


# -- what deviates --------------------------------------------------------------------------------


def test_a_cancelled_date_is_an_exception() -> None:
    words = said([*thursdays("24/12"), *off("24/12")])
    assert words == "elke donderdag, niet op 24 december"


def test_exceptions_share_the_name_of_their_month() -> None:
    words = said(thursdays("24/12", "31/12", "4/2"))
    assert words == "elke donderdag, niet op 24 en 31 december en 4 februari"


def test_a_long_pause_is_said_by_its_first_and_last_date() -> None:
    words = said(thursdays("17/12", "24/12", "31/12", "7/1"))
    assert words == "elke donderdag, niet van 17 december t/m 7 januari"


def test_a_date_beside_the_rule_is_told() -> None:
    assert said([*thursdays(), *on("9/12")]) == "elke donderdag, ook op woensdag 9 december"


def test_a_moved_date_is_told_with_the_one_that_it_replaces() -> None:
    words = said([*thursdays("31/12"), moved("31/12", "30/12")])
    assert words == "elke donderdag, woensdag 30 in plaats van donderdag 31 december"
    words = said([*thursdays("4/2"), moved("4/2", "29/1")])
    assert words == "elke donderdag, vrijdag 29 januari in plaats van donderdag 4 februari"


def test_several_moves_and_exceptions_are_kept_apart_by_a_reader() -> None:
    words = said(
        [
            *thursdays("17/12", "24/12", "31/12"),
            *off("17/12"),
            *on("13/1"),
            moved("24/12", "22/12"),
            moved("31/12", "29/12"),
        ]
    )
    assert words == (
        "elke donderdag, niet op 17 december, ook op woensdag 13 januari, "
        "dinsdag 22 in plaats van donderdag 24 december, "
        "dinsdag 29 in plaats van donderdag 31 december"
    )


def test_what_moves_out_of_the_window_is_told_and_what_moved_into_the_past_is_off() -> None:
    end = dt.date(2027, 2, 28)
    out = said([*thursdays("25/2"), moved("25/2", "4/3")], TODAY, end)
    assert out == "elke donderdag, donderdag 4 maart in plaats van 25 februari"
    past = said([*thursdays("26/11"), moved("26/11", "24/11")], TODAY, end)
    assert past == "elke donderdag, niet op 26 november"


def test_two_dates_that_changed_places_need_no_words() -> None:
    swapped = [moved("17/12", "24/12"), moved("24/12", "17/12")]
    assert said([*thursdays("17/12", "24/12"), *swapped]) == "elke donderdag"


def test_a_cancelled_date_of_a_list_is_told_too() -> None:
    words = said([*on("9/12", "16/12"), *off("23/12")])
    assert words == "9 en 16 december 2026, niet op 23 december"


def test_a_rule_is_not_made_shorter_by_leaving_out_what_was_cancelled() -> None:
    """'Om de week' would be true of these dates, and wrong about the series."""
    gone = ("10/12", "24/12", "7/1")
    start, end = dt.date(2026, 12, 1), dt.date(2027, 1, 20)
    words = said([*thursdays(*gone), *off(*gone)], start, end)
    assert words == "elke donderdag, niet op 10 en 24 december en 7 januari"


def test_nothing_on_is_nothing_said() -> None:
    assert said([]) == ""
    assert said(off("3/12", "10/12")) == "niet op 3 en 10 december"
    assert said([moved("9/12", "16/12")]) == "woensdag 16 in plaats van 9 december"


# -- closed days ----------------------------------------------------------------------------------


def test_a_closed_day_costs_no_words_for_it_is_told_once_for_the_house() -> None:
    closed = frozenset(days("31/12"))
    assert said(thursdays("31/12"), closed=closed) == "elke donderdag"
    assert said([*thursdays("31/12"), *off("31/12")], closed=closed) == "elke donderdag"


def test_what_takes_place_on_a_closed_day_is_named() -> None:
    closed = frozenset(days("31/12"))
    assert said(thursdays(), closed=closed) == "elke donderdag, ook op 31 december"
    assert say_series(thursdays(), NOVEMBER, FEBRUARY, closed).despite_closed == tuple(closed)
    assert said(on("9/12", "31/12"), closed=closed) == "9 en 31 december 2026"
    week = on("28/12", "29/12", "30/12", "31/12")
    assert said(week, closed=closed) == "28 t/m 31 december 2026"


def test_the_lunch_of_a_closed_last_thursday_is_a_week_earlier() -> None:
    closed = frozenset(days("25/12", "26/12", "31/12", "1/1"))
    lunches = [*on("26/11", "28/1", "25/2"), moved("31/12", "24/12")]
    words = said(lunches, TODAY, FEBRUARY, closed)
    assert words == "laatste donderdag van de maand, donderdag 24 in plaats van 31 december"
    # In two months there is no rhythm to be seen: the date, and what it replaces.
    words = said(lunches, TODAY, NEW_YEARS_EVE, closed)
    assert words == "26 november 2026, donderdag 24 in plaats van 31 december"


# -- the activity's own rule ----------------------------------------------------------------------


def test_the_own_rule_is_said_for_it_will_also_be_true_later() -> None:
    # The last Thursday of these months is the fourth, too; that of April will be the fifth.
    happenings, spring = on("28/1", "25/2", "25/3"), dt.date(2027, 1, 1)
    end = dt.date(2027, 3, 31)
    assert said(happenings, spring, end) == "4e donderdag van de maand"
    own = ReadRule("FREQ=MONTHLY;BYDAY=-1TH", NOVEMBER)
    assert said(happenings, spring, end, own=own) == "laatste donderdag van de maand"
    happenings = on("5/1", "19/1", "2/2", "16/2", "2/3", "16/3", "30/3")
    assert said(happenings, spring, end) == "in oneven weken op dinsdag"
    own = ReadRule("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=MO", dt.date(2026, 11, 10))
    words = said(happenings, spring, end, own=own)
    assert words == "om de week op dinsdag, vanaf 5 januari"


def test_the_own_rule_is_not_said_when_it_is_not_true() -> None:
    own = ReadRule("FREQ=WEEKLY;BYDAY=TU", NOVEMBER)
    assert said(thursdays(), own=own) == "elke donderdag"
    assert said(on("9/12"), own=own) == "9 december 2026"
    # What it was before the first of these dates, and after the last, is for them to say.
    own = ReadRule("FREQ=WEEKLY;BYDAY=TH", days("7/1")[0], days("18/2")[0])
    words = "elke donderdag, van 7 januari t/m 18 februari"
    assert said(on(*THURSDAYS[9:16]), own=own) == words


def test_a_rule_that_only_its_owner_would_guess_is_said_when_it_is_short() -> None:
    own = ReadRule("FREQ=MONTHLY;BYMONTH=12,1;BYDAY=TH", NOVEMBER)
    happenings = on("3/12", "10/12", "17/12", "24/12", "31/12", "7/1", "14/1", "21/1", "28/1")
    assert said(happenings, own=own) == "in januari en december: elke donderdag"
    assert said(happenings) == "elke donderdag, van 3 december t/m 28 januari"


# -- times ----------------------------------------------------------------------------------------


def test_other_times_are_kept_beside_the_words() -> None:
    happenings = [*thursdays("31/12"), *on("31/12", start=dt.time(9))]
    spoken = say_series(happenings, NOVEMBER, FEBRUARY)
    assert spoken.words == "elke donderdag"
    assert spoken.usual == (TEN, FOUR)
    assert spoken.other_times == (Slot(NEW_YEARS_EVE, dt.time(9), FOUR),)
    check(spoken, happenings, FEBRUARY, NOBODY_CLOSED)


def test_the_usual_times_may_be_given() -> None:
    evening = (dt.time(19), None)
    spoken = say_series(on("9/12"), NOVEMBER, FEBRUARY, usual=evening)
    assert spoken.usual == evening
    assert spoken.other_times == (Slot(dt.date(2026, 12, 9), TEN, FOUR),)


def test_twice_on_a_day_is_told_in_full() -> None:
    twice = Happening(days("17/12")[0], Slot(days("24/12")[0], dt.time(19), None))
    happenings = [*thursdays("17/12"), twice]
    spoken = say_series(happenings, NOVEMBER, FEBRUARY)
    assert len(spoken.other_times) == 2
    check(spoken, happenings, FEBRUARY, NOBODY_CLOSED)


# -- real houses ----------------------------------------------------------------------------------

KNOWN = json.loads(FACTS.read_text(encoding="utf-8"))
REAL_WORDS = {
    "Inloop met koffie": "elke donderdag",
    "Samen lunchen": "laatste donderdag van de maand, donderdag 24 in plaats van 31 december",
    "Rustig bewegen": "elke dinsdag en donderdag",
    "Muziek maken": "elke woensdag",
    "Creatief atelier": "elke maandag",
    "Workshop bloemschikken": "9 december 2026",
    "Samen koken": "om de week op dinsdag, vanaf 1 december, niet op 29 december en 23 februari",
    "Repair Café": "2e zaterdag van de maand",
    "Spreekuur Wmo": "1e en 3e woensdag van de maand",
    "Rummikub": "elke maandag",
    "Biljartclub": "elke maandag",
    "Bingo": "1e en 3e maandag van de maand",
    "Handwerkgroep": "elke maandag",
    "Toneel": "elke maandag",
    "Klaverjassen en biljarten": "elke dinsdag",
    "Zangkoor": "elke woensdag",
    "Eet Smakelijk": "elke woensdag t/m vrijdag",
    "Sjoelen": "elke woensdag",
    "Koersbal": "elke donderdag",
    "Biljartclub (avond)": "elke donderdag",
    "Klaverjassen en jokeren": "elke vrijdag",
    "55+ alleenstaanden": "1e zaterdag van de maand",
    "Spelavond": "in oneven weken op vrijdag",
    "Geheugeninloop": "elke dinsdag, niet op 22 en 29 december en 23 februari",
}


@pytest.mark.parametrize("with_own_rule", [False, True])
def test_every_series_of_the_real_houses_is_said_in_a_few_words(with_own_rule: bool) -> None:
    found = {}
    for house in KNOWN["houses"]:
        closed = closed_days(house["slug"])
        for activity in house["activities"]:
            rule = activity["rule"] or build_rule(
                Kind.dates, dates=map(dt.date.fromisoformat, activity["dates"])
            )
            first = dt.date.fromisoformat(activity.get("first", "2026-01-01"))
            happenings = [
                with_closures(day, activity, closed)
                for day in expand(rule, first, None, TODAY, FEBRUARY)
            ]
            own = ReadRule(rule, first) if with_own_rule else None
            found[activity["title"]] = said(happenings, TODAY, FEBRUARY, closed, own)
    assert found == REAL_WORDS


def closed_days(slug: str) -> frozenset[dt.date]:
    """Kerst and New Year were said to be closed."""
    return frozenset(
        day
        for each in KNOWN["closures"]
        if each["kind"] != "school_holiday" and each["house"] in (None, slug)
        for day in span(each)
    )


def span(closure: dict[str, str]) -> list[dt.date]:
    first, last = (dt.date.fromisoformat(closure[end]) for end in ("from", "to"))
    return expand("FREQ=DAILY", first, last, first, last)


def with_closures(
    day: dt.date, activity: dict[str, object], closed: frozenset[dt.date]
) -> Happening:
    if activity["title"] == "Samen lunchen" and day == NEW_YEARS_EVE:
        return Happening(day, Slot(dt.date(2026, 12, 24), TEN, FOUR))
    holidays = {
        holiday
        for each in KNOWN["closures"]
        if each["kind"] == "school_holiday"
        for holiday in span(each)
    }
    pauses = activity.get("not_in_school_holidays") and day in holidays
    return Happening(day, Slot(day, TEN, FOUR), cancelled=bool(pauses) or day in closed)


def test_a_day_on_another_weekday_than_the_rule_says_which() -> None:
    happenings = [*thursdays("10/12"), *off("10/12"), *on("15/12")]
    assert said(happenings) == "elke donderdag, niet op 10 december, ook op dinsdag 15 december"
