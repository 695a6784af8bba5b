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


def test_the_first_of_january_may_be_in_week_52_or_53_of_the_old_year() -> None:
    even, odd = build_rule(Kind.even_weeks, [4, 5]), build_rule(Kind.odd_weeks, [4, 5])
    # Saturday 1 January 2022 was in week 52; Friday 1 January 2027 is in week 53.
    first = dt.date(2021, 1, 1)
    assert days(even, "2021-12-27", "2022-01-09", first) == ["2021-12-31", "2022-01-01"]
    assert days(odd, "2021-12-27", "2022-01-09", first) == ["2022-01-07", "2022-01-08"]
    assert days(odd, "2026-12-31", "2027-01-03") == ["2027-01-01", "2027-01-02"]


@given(day=st.dates(dt.date(1990, 1, 1), dt.date(2090, 12, 31)))
def test_every_day_is_in_an_even_or_an_odd_week(day: dt.date) -> None:
    is_even = day.isocalendar().week % 2 == 0
    first = day - dt.timedelta(days=30)
    for kind, expected in ((Kind.even_weeks, is_even), (Kind.odd_weeks, not is_even)):
        assert expand(build_rule(kind, range(7)), first, None, day, day) == [day] * expected


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


@pytest.mark.parametrize("kind", sorted(set(Kind) - {Kind.dates, Kind.other}))
@given(
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    nth=st.sets(st.sampled_from([1, 2, 3, 4, -1]), min_size=1),
    months=st.sets(st.integers(1, 12)),
    weeks=st.integers(3, 52),
    offset=st.integers(0, 2000),
    length=st.integers(0, 120),
)
def test_a_window_shows_the_same_dates_as_the_whole_series(
    kind: Kind,
    weekdays: set[int],
    nth: set[int],
    months: set[int],
    weeks: int,
    offset: int,
    length: int,
) -> None:
    first = dt.date(2024, 2, 29)
    rule = build_rule(kind, weekdays, nth, weeks=weeks, months=months, day=(5, 31))
    start = first + dt.timedelta(days=offset)
    end = start + dt.timedelta(days=length)
    whole = expand(rule, first, None, first, end)
    assert expand(rule, first, None, start, end) == [day for day in whole if day >= start]
    assert kind in (Kind.daily, Kind.yearly) or {day.weekday() for day in whole} <= weekdays
    assert kind is not Kind.monthly or {day.month for day in whole} <= (months or set(range(13)))


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
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
        "FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=MONTHLY;INTERVAL=2;BYMONTH=2;BYDAY=1MO",
        "FREQ=YEARLY;BYWEEKNO=2;BYDAY=MO;WKST=SU",
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
        (Choices(Kind.daily), "FREQ=DAILY"),
        (
            Choices(Kind.every_few_weeks, (0, 3), weeks=3),
            "FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,TH;WKST=MO",
        ),
        (
            Choices(Kind.monthly, (5,), (2,), months=(1, 3, 5, 7, 9, 11)),
            "FREQ=MONTHLY;BYMONTH=1,3,5,7,9,11;BYDAY=2SA",
        ),
        (Choices(Kind.yearly, day=(5, 5)), "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5"),
        (Choices(Kind.yearly, day=(12, 31)), "FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=31"),
    ],
)
def test_plain_choices_become_a_rule_and_come_back(choices: Choices, rule: str) -> None:
    built = build_rule(
        choices.kind,
        choices.weekdays,
        choices.nth,
        choices.dates,
        weeks=choices.weeks,
        months=choices.months,
        day=choices.day,
    )
    assert built == rule
    assert read_rule(rule) == choices


def test_all_twelve_months_are_every_month() -> None:
    rule = build_rule(Kind.monthly, [0], [1], months=range(1, 13))
    assert rule == "FREQ=MONTHLY;BYDAY=1MO"


@pytest.mark.parametrize("weeks", [0, 1, 2, 53, -3])
def test_every_few_weeks_is_three_to_fifty_two(weeks: int) -> None:
    with pytest.raises(BadRule):
        build_rule(Kind.every_few_weeks, [0], weeks=weeks)


@pytest.mark.parametrize(
    "day", [None, (2, 29), (2, 30), (4, 31), (13, 1), (0, 1), (1, 0), (1, -1), (1, 32)]
)
def test_a_yearly_day_is_there_in_every_year(day: tuple[int, int] | None) -> None:
    with pytest.raises(BadRule):
        build_rule(Kind.yearly, day=day)


@pytest.mark.parametrize("months", [(0,), (13,), (-1, 2), range(13)])
def test_a_month_is_one_of_twelve(months: tuple[int, ...]) -> None:
    with pytest.raises(BadRule):
        build_rule(Kind.monthly, [0], [1], months=months)


def test_weeks_that_begin_on_sunday_are_no_plain_choice() -> None:
    assert read_rule("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU").kind is Kind.other
    assert read_rule("FREQ=WEEKLY;BYDAY=TU,SU;WKST=SU").kind is Kind.weekly


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
        ("FREQ=MONTHLY;BYMONTH=1,3,5,7,9,11;BYDAY=2SA", "in oneven maanden: 2e zaterdag"),
        ("FREQ=MONTHLY;BYMONTH=2,4,6,8,10,12;BYDAY=-1TH", "in even maanden: laatste donderdag"),
        ("FREQ=MONTHLY;BYMONTH=1,5;BYDAY=1MO,3MO", "in januari en mei: 1e en 3e maandag"),
        ("FREQ=WEEKLY;INTERVAL=3;BYDAY=MO;WKST=MO", "elke 3 weken op maandag"),
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
