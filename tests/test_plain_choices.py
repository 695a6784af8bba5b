"""A form's plain choices become a rule, and come back from it."""

from __future__ import annotations

import datetime as dt

import pytest

from rules.recurrence import BadRule, Choices, Kind, build_rule, read_rule


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
