"""Dates out of rules, rules out of plain choices. The expected dates are from a wall calendar."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.recurrence import BadRule, Kind, build_rule, expand
from rules.rule_words import in_words

FACTS = Path(__file__).resolve().parents[1] / "data" / "hoogeveen.json"
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


@pytest.mark.slow
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


# -- real rules, from November 2026 to February 2027 ----------------------------------------------

#: Thursdays: 5, 12, 19 and 26 November; 3 to 31 December; 7 to 28 January; 4 to 25 February.
WINTER = ("2026-11-01", "2027-02-28")


def winter(rule: str, first: dt.date = FIRST) -> list[str]:
    """The dates as '5/11'."""
    found = expand(rule, first, None, *map(dt.date.fromisoformat, WINTER))
    return [f"{day.day}/{day.month}" for day in found]


def test_even_weeks_of_the_winter() -> None:
    # Weeks 46, 48, 50 and 52 of 2026, then 2, 4, 6 and 8 of 2027: three weeks apart at the turn.
    assert winter(build_rule(Kind.even_weeks, [3])) == [
        *("12/11", "26/11", "10/12", "24/12"),
        *("14/1", "28/1", "11/2", "25/2"),
    ]


def test_odd_weeks_of_the_winter() -> None:
    # Weeks 45, 47, 49, 51 and 53 of 2026, then 1, 3, 5 and 7 of 2027: a week apart at the turn.
    assert winter(build_rule(Kind.odd_weeks, [3])) == [
        *("5/11", "19/11", "3/12", "17/12", "31/12"),
        *("7/1", "21/1", "4/2", "18/2"),
    ]


def test_every_other_week_of_the_winter() -> None:
    rule = build_rule(Kind.fortnightly, [3])
    # As the odd weeks up to week 53, as the even weeks after it.
    assert winter(rule, dt.date(2026, 11, 5)) == [
        *("5/11", "19/11", "3/12", "17/12", "31/12"),
        *("14/1", "28/1", "11/2", "25/2"),
    ]
    # The same, whenever it began in step with that.
    assert winter(rule, dt.date(2026, 1, 1)) == winter(rule, dt.date(2026, 11, 5))


def test_first_and_third_mondays_of_the_winter() -> None:
    assert winter("FREQ=MONTHLY;BYDAY=1MO,3MO") == [
        *("2/11", "16/11", "7/12", "21/12", "4/1", "18/1", "1/2", "15/2"),
    ]


def test_the_last_thursdays_of_the_winter() -> None:
    assert winter("FREQ=MONTHLY;BYDAY=-1TH") == ["26/11", "31/12", "28/1", "25/2"]


def test_second_saturdays_in_odd_months() -> None:
    rule = build_rule(Kind.monthly, [5], [2], months=(1, 3, 5, 7, 9, 11))
    assert days(rule, "2026-10-01", "2027-05-31") == [
        *("2026-11-14", "2027-01-09", "2027-03-13", "2027-05-08"),
    ]


def test_ascension_day_is_one_of_the_thursdays() -> None:
    """On Thursday 6 May 2027 the house is asked whether it is closed; the rule does not know."""
    assert days("FREQ=WEEKLY;BYDAY=TH", "2027-05-01", "2027-05-31") == [
        *("2027-05-06", "2027-05-13", "2027-05-20", "2027-05-27"),
    ]


#: Of every rule in data/hoogeveen.json the days of December 2026, of which the 1st is a Tuesday.
DECEMBER = {
    "FREQ=WEEKLY;BYDAY=MO": [7, 14, 21, 28],
    "FREQ=WEEKLY;BYDAY=TU": [1, 8, 15, 22, 29],
    "FREQ=WEEKLY;BYDAY=WE": [2, 9, 16, 23, 30],
    "FREQ=WEEKLY;BYDAY=TH": [3, 10, 17, 24, 31],
    "FREQ=WEEKLY;BYDAY=FR": [4, 11, 18, 25],
    "FREQ=WEEKLY;BYDAY=TU,TH": [1, 3, 8, 10, 15, 17, 22, 24, 29, 31],
    "FREQ=WEEKLY;BYDAY=WE,TH,FR": [2, 3, 4, 9, 10, 11, 16, 17, 18, 23, 24, 25, 30, 31],
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": [
        *(1, 2, 3, 4, 7, 8, 9, 10, 11, 14, 15, 16, 17, 18),
        *(21, 22, 23, 24, 25, 28, 29, 30, 31),
    ],
    # From 3 November on.
    "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=MO": [1, 15, 29],
    "FREQ=MONTHLY;BYDAY=-1TH": [31],
    "FREQ=MONTHLY;BYDAY=1MO,3MO": [7, 21],
    "FREQ=MONTHLY;BYDAY=1WE,3WE": [2, 16],
    "FREQ=MONTHLY;BYDAY=1SA": [5],
    "FREQ=MONTHLY;BYDAY=2SA": [12],
    # Fridays of weeks 49 and 51; that of week 53 is 1 January.
    (
        "FREQ=YEARLY;BYWEEKNO=1,3,5,7,9,11,13,15,17,19,21,23,25,37,39,41,43,45,47,49,51,53;BYDAY=FR"
    ): [4, 18],
    "RDATE:20261209": [9],
}


def test_december_of_every_rule_of_the_real_houses() -> None:
    facts = json.loads(FACTS.read_text(encoding="utf-8"))
    known = [activity for house in facts["houses"] for activity in house["activities"]]
    known += [each for patterns in facts["roster_patterns"].values() for each in patterns]
    found = {}
    for each in known:
        if "activity" in each:
            continue  # A shift on the dates of an activity.
        single = [dt.date.fromisoformat(day) for day in each.get("dates", [])]
        rule = each["rule"] or build_rule(Kind.dates, dates=single)
        first = dt.date.fromisoformat(each.get("first", FIRST.isoformat()))
        month = expand(rule, first, None, dt.date(2026, 12, 1), dt.date(2026, 12, 31))
        found[rule] = [day.day for day in month]
    assert found == DECEMBER
