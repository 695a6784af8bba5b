"""Dates out of rules, rules out of plain choices. The expected dates are from a wall calendar."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.recurrence import BadRule, Choices, Kind, build_rule, expand, read_rule
from rules.rule_words import in_words

FIRST = dt.date(2026, 1, 1)


def days(
    rule: str,
    start: str,
    end: str,
    first: dt.date = FIRST,
    last: dt.date | None = None,
) -> list[str]:
    found = expand(rule, first, last, dt.date.fromisoformat(start), dt.date.fromisoformat(end))
    return [day.isoformat() for day in found]


# -- dates ----------------------------------------------------------------------------------------


def test_the_last_thursday_of_december_2026_is_new_years_eve() -> None:
    rule = "FREQ=MONTHLY;BYDAY=-1TH"
    assert days(rule, "2026-11-01", "2026-12-31") == ["2026-11-26", "2026-12-31"]


def test_every_other_week_keeps_its_step_across_week_53() -> None:
    rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=MO"
    found = days(rule, "2026-12-01", "2027-01-31", first=dt.date(2026, 11, 3))
    assert found == ["2026-12-01", "2026-12-15", "2026-12-29", "2027-01-12", "2027-01-26"]


def test_odd_weeks_come_twice_in_a_row_after_week_53() -> None:
    rule = build_rule(Kind.odd_weeks, [4])
    # Friday of week 51 and 53 of 2026, then of week 1 and 3 of 2027.
    found = days(rule, "2026-12-14", "2027-01-22")
    assert found == ["2026-12-18", "2027-01-01", "2027-01-08", "2027-01-22"]


def test_even_weeks_are_three_weeks_apart_around_week_53() -> None:
    rule = build_rule(Kind.even_weeks, [0])
    # Monday of week 52 of 2026 and of week 2 of 2027.
    assert days(rule, "2026-12-21", "2027-01-17") == ["2026-12-21", "2027-01-11"]


def test_a_week_1_that_begins_in_december_counts_for_the_new_year() -> None:
    rule = build_rule(Kind.odd_weeks, [0])
    # 30 December 2024 is the Monday of week 1 of 2025.
    found = days(rule, "2024-12-23", "2025-01-13", first=dt.date(2024, 1, 1))
    assert found == ["2024-12-30", "2025-01-13"]


def test_odd_weeks_with_a_summer_pause_start_again_in_week_37() -> None:
    rule = (
        "FREQ=YEARLY;BYWEEKNO=1,3,5,7,9,11,13,15,17,19,21,23,25,37,39,41,43,45,47,49,51,53;BYDAY=FR"
    )
    assert days(rule, "2026-06-15", "2026-09-20") == ["2026-06-19", "2026-09-11"]


def test_first_and_third_monday() -> None:
    rule = "FREQ=MONTHLY;BYDAY=1MO,3MO"
    found = days(rule, "2026-11-01", "2026-12-31")
    assert found == ["2026-11-02", "2026-11-16", "2026-12-07", "2026-12-21"]


def test_changing_the_clocks_neither_skips_nor_doubles_a_day() -> None:
    sundays = days("FREQ=WEEKLY;BYDAY=SU", "2026-10-18", "2026-11-01")
    assert sundays == ["2026-10-18", "2026-10-25", "2026-11-01"]
    assert days("FREQ=WEEKLY;BYDAY=SU", "2027-03-21", "2027-04-04") == [
        "2027-03-21",
        "2027-03-28",
        "2027-04-04",
    ]
    assert days("FREQ=DAILY", "2027-10-30", "2027-11-01") == [
        "2027-10-30",
        "2027-10-31",
        "2027-11-01",
    ]


def test_single_dates_come_in_order_and_once() -> None:
    rule = "RDATE:20261216,20261209,20261216"
    assert days(rule, "2026-12-01", "2026-12-31") == ["2026-12-09", "2026-12-16"]
    assert days(rule, "2026-12-10", "2026-12-31") == ["2026-12-16"]


def test_nothing_lies_before_the_first_or_after_the_last_date() -> None:
    rule = "FREQ=WEEKLY;BYDAY=MO,TH"
    found = days(
        rule,
        "2026-11-01",
        "2026-12-31",
        first=dt.date(2026, 11, 24),
        last=dt.date(2026, 12, 3),
    )
    assert found == ["2026-11-26", "2026-11-30", "2026-12-03"]


def test_a_window_before_the_rule_or_turned_around_is_empty() -> None:
    assert days("FREQ=WEEKLY;BYDAY=MO", "2025-01-01", "2025-12-31") == []
    assert days("FREQ=WEEKLY;BYDAY=MO", "2026-12-31", "2026-12-01") == []


def test_a_weekly_rule_without_a_day_uses_that_of_its_first_date() -> None:
    found = days("FREQ=WEEKLY", "2026-11-20", "2026-12-04", first=dt.date(2026, 1, 1))
    assert found == ["2026-11-26", "2026-12-03"]


def test_the_31st_skips_short_months() -> None:
    rule = "FREQ=MONTHLY;BYMONTHDAY=31"
    assert days(rule, "2026-10-01", "2027-01-31") == ["2026-10-31", "2026-12-31", "2027-01-31"]


@pytest.mark.parametrize("kind", ["weekly", "fortnightly", "even_weeks", "odd_weeks", "monthly"])
@given(
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    nth=st.sets(st.sampled_from([1, 2, 3, 4, -1]), min_size=1),
    offset=st.integers(0, 2000),
    length=st.integers(0, 120),
)
def test_a_window_shows_the_same_dates_as_the_whole_series(
    kind: str, weekdays: set[int], nth: set[int], offset: int, length: int
) -> None:
    first = dt.date(2024, 2, 29)
    rule = build_rule(Kind(kind), weekdays, nth)
    start = first + dt.timedelta(days=offset)
    end = start + dt.timedelta(days=length)
    whole = expand(rule, first, None, first, end)
    assert expand(rule, first, None, start, end) == [day for day in whole if day >= start]
    assert {day.weekday() for day in whole} <= weekdays


@given(
    freq=st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    parts=st.dictionaries(
        st.sampled_from(["BYDAY", "BYMONTHDAY", "BYMONTH", "BYWEEKNO", "INTERVAL", "WKST"]),
        st.sampled_from(["1", "2", "12", "29", "31", "53", "-1", "MO", "SU", "1TU", "5SA,-1WE"]),
        max_size=3,
    ),
    first=st.dates(dt.date(2020, 1, 1), dt.date(2030, 12, 31)),
)
def test_a_rule_that_is_accepted_has_a_date_within_a_lifetime(
    freq: str, parts: dict[str, str], first: dt.date
) -> None:
    rule = ";".join([f"FREQ={freq}", *(f"{name}={value}" for name, value in parts.items())])
    try:
        found = expand(rule, first, None, first, first + dt.timedelta(days=60 * 366))
    except BadRule:
        return
    assert found
    assert found == sorted(set(found))
    assert found[0] >= first
    assert in_words(rule, first)


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "onzin",
        "FREQ=SECONDLY",
        "FREQ=HOURLY;INTERVAL=3",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=1MO",
        "FREQ=WEEKLY;BYDAY=",
        "FREQ=WEEKLY;INTERVAL=0;BYDAY=MO",
        "FREQ=WEEKLY;INTERVAL=99999999999999999999;BYDAY=MO",
        "FREQ=WEEKLY;INTERVAL=1,2;BYDAY=MO",
        "FREQ=WEEKLY;FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO;COUNT=3",
        "FREQ=WEEKLY;BYDAY=MO;UNTIL=20261231",
        "FREQ=WEEKLY;BYDAY=MO;BYHOUR=3",
        "FREQ=WEEKLY;BYDAY=MO;WKST=XX",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYDAY=6MO",
        "FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=20",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=YEARLY;BYWEEKNO=54;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=13;BYDAY=1MO",
        "RDATE:",
        "RDATE:20260230",
        "RDATE:2026-12-09",
        "RDATE:" + ",".join(["20261209"] * 201),
        "FREQ=WEEKLY;BYDAY=MO\x00",
        "FREQ=WEEKLY;INTERVAL=²;BYDAY=MO",
    ],
)
def test_what_is_no_rule_is_refused(rule: str) -> None:
    with pytest.raises(BadRule):
        expand(rule, FIRST, None, FIRST, dt.date(2026, 12, 31))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;INTERVAL=12;BYMONTHDAY=30",
        "FREQ=YEARLY;BYMONTH=2",
        "FREQ=DAILY;INTERVAL=7;BYDAY=MO",
    ],
)
def test_a_rule_that_could_search_for_ever_is_refused(rule: str) -> None:
    with pytest.raises(BadRule):
        expand(rule, dt.date(2026, 2, 3), None, FIRST, dt.date(2026, 12, 31))


# -- plain choices --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choices", "rule"),
    [
        (Choices(Kind.weekly, (1, 3)), "FREQ=WEEKLY;BYDAY=TU,TH"),
        (Choices(Kind.fortnightly, (1,)), "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=MO"),
        (Choices(Kind.monthly, (3,), (-1,)), "FREQ=MONTHLY;BYDAY=-1TH"),
        (Choices(Kind.monthly, (0,), (1, 3)), "FREQ=MONTHLY;BYDAY=1MO,3MO"),
        (Choices(Kind.monthly, (0, 2), (2, -1)), "FREQ=MONTHLY;BYDAY=2MO,2WE,-1MO,-1WE"),
        (Choices(Kind.dates, dates=(dt.date(2026, 12, 9),)), "RDATE:20261209"),
    ],
)
def test_plain_choices_become_a_rule_and_come_back(choices: Choices, rule: str) -> None:
    assert build_rule(choices.kind, choices.weekdays, choices.nth, choices.dates) == rule
    assert read_rule(rule) == choices


@pytest.mark.parametrize("kind", [Kind.even_weeks, Kind.odd_weeks])
def test_even_and_odd_weeks_come_back_as_chosen(kind: Kind) -> None:
    assert read_rule(build_rule(kind, [4, 2])) == Choices(kind, (2, 4))


def test_a_rule_beyond_the_plain_choices_is_shown_as_other() -> None:
    assert read_rule("FREQ=YEARLY;BYMONTH=9;BYDAY=4SA").kind is Kind.other
    assert read_rule("FREQ=MONTHLY;BYDAY=1MO,3WE").kind is Kind.other


@pytest.mark.parametrize(
    ("kind", "weekdays", "nth"),
    [
        (Kind.weekly, [], []),
        (Kind.monthly, [3], []),
        (Kind.monthly, [], [1]),
        (Kind.monthly, [3], [0]),
        (Kind.odd_weeks, [7], []),
        (Kind.dates, [], []),
        (Kind.other, [3], []),
    ],
)
def test_a_choice_that_is_missing_makes_no_rule(
    kind: Kind, weekdays: list[int], nth: list[int]
) -> None:
    with pytest.raises(BadRule):
        build_rule(kind, weekdays, nth)


# -- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=WEEKLY;BYDAY=TH", "elke donderdag"),
        ("FREQ=WEEKLY;BYDAY=TU,TH", "elke dinsdag en donderdag"),
        ("FREQ=WEEKLY;BYDAY=FR,WE,TH", "elke woensdag, donderdag en vrijdag"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "elke werkdag"),
        ("FREQ=WEEKLY", "elke donderdag"),
        ("FREQ=DAILY", "elke dag"),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=MO", "om de week op dinsdag"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=TU", "elke 3 weken op dinsdag"),
        ("FREQ=MONTHLY;BYDAY=-1TH", "laatste donderdag van de maand"),
        ("FREQ=MONTHLY;BYDAY=1MO,3MO", "1e en 3e maandag van de maand"),
        ("FREQ=MONTHLY;BYDAY=-1WE,2WE", "2e en laatste woensdag van de maand"),
        ("FREQ=MONTHLY;BYDAY=1MO,2WE", "1e maandag en 2e woensdag van de maand"),
        ("FREQ=MONTHLY;INTERVAL=2;BYDAY=-1TH", "om de maand: laatste donderdag"),
        ("FREQ=MONTHLY;BYMONTHDAY=15,-1", "op de 15e en laatste dag van de maand"),
        ("FREQ=YEARLY;BYMONTH=9;BYDAY=4SA", "elk jaar op de 4e zaterdag van september"),
        ("FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5", "elk jaar op 5 mei"),
        ("FREQ=YEARLY;BYWEEKNO=2,9;BYDAY=FR", "op vrijdag in week 2 en 9"),
        ("RDATE:20261209", "9 december 2026"),
        ("RDATE:20261209,20261216", "9 en 16 december 2026"),
        ("RDATE:20261130,20261209", "30 november en 9 december 2026"),
        ("RDATE:20261209,20270106", "9 december 2026 en 6 januari 2027"),
    ],
)
def test_a_rule_is_said_in_plain_dutch(rule: str, words: str) -> None:
    assert in_words(rule, FIRST) == words


def test_even_and_odd_weeks_are_said_with_the_pause_they_make() -> None:
    assert in_words(build_rule(Kind.odd_weeks, [4]), FIRST) == "in oneven weken op vrijdag"
    assert in_words(build_rule(Kind.even_weeks, [0]), FIRST) == "in even weken op maandag"
    paused = ",".join(str(week) for week in range(1, 54, 2) if not 26 < week < 36)
    rule = f"FREQ=YEARLY;BYWEEKNO={paused};BYDAY=FR"
    assert in_words(rule, FIRST) == "in oneven weken op vrijdag, niet in week 27 t/m 35"
