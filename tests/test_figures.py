"""Figures: what a period says of a house, and which of it nobody counted."""

from __future__ import annotations

import datetime as dt

import pytest

from models import (
    AgeGroup,
    Closure,
    ClosureKind,
    CountDay,
    CountEvent,
    House,
    Opening,
    OpeningHours,
)
from models import OpeningState as State
from rules import count_hours, figures, openings
from rules.figure_facts import DayState
from rules.figures import Report
from rules.periods import PeriodKind, period_of
from tests.cast import Cast, make_activity
from tests.conftest import TODAY
from tests.counting_queries import counted
from tests.visits import close, count

MONDAY = dt.date(2026, 11, 2)
TUESDAY = dt.date(2026, 11, 3)


def report(
    house: House, kind: str = "month", day: dt.date = TODAY, *, exact: bool = True
) -> Report:
    openings.settle(house, TODAY)
    return figures.report(house, period_of(PeriodKind(kind), day), TODAY, exact=exact)


def states(house: House) -> dict[int, DayState]:
    return {line.first.day: line.state for line in report(house).lines}


# -- days -----------------------------------------------------------------------------------------


def test_a_day_sums_its_hours_activities_and_groups(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos)
    count(cast.wolfsbos, MONDAY, 3, hour=9)
    count(cast.wolfsbos, MONDAY, 4, activity=activity)
    count(cast.wolfsbos, MONDAY, 5, activity=activity, group=AgeGroup.child)
    count(cast.knooppunt, MONDAY, 100)
    month = report(cast.wolfsbos)
    assert [line.sum.visits.text for line in month.lines if line.first == MONDAY] == ["12"]
    assert month.total.visits.text == "12"


def test_nobody_came_nobody_counted_and_closed_are_three_things(cast: Cast) -> None:
    close(cast.wolfsbos, dt.date(2026, 11, 4))
    count(cast.wolfsbos, MONDAY, 0)
    found = states(cast.wolfsbos)
    assert found[2] == DayState.counted
    assert found[3] == DayState.not_counted
    assert found[4] == DayState.closed
    assert found[7] == DayState.not_open  # a Saturday
    assert found[26] == found[27] == DayState.to_come  # today and tomorrow


def test_a_closed_day_says_why_also_when_it_is_still_to_come(cast: Cast) -> None:
    count(cast.wolfsbos, MONDAY, 1)
    count(cast.knooppunt, MONDAY, 1)
    close(cast.wolfsbos, dt.date(2026, 11, 4))
    close(cast.wolfsbos, dt.date(2026, 11, 30))
    closed = [line for line in report(cast.wolfsbos).lines if line.state == DayState.closed]
    assert [(line.first.day, line.reason) for line in closed] == [
        (4, "Schilders"),
        (30, "Schilders"),
    ]
    assert DayState.closed not in states(cast.knooppunt).values()


def test_a_public_holiday_that_nobody_decided_on_is_an_open_day(cast: Cast) -> None:
    Closure.create(
        first_date=TUESDAY, last_date=TUESDAY, kind=ClosureKind.public_holiday, reason="Allerzielen"
    )
    count(cast.wolfsbos, MONDAY, 1)
    assert states(cast.wolfsbos)[3] == DayState.not_counted


def test_visitors_on_a_closed_day_are_shown_all_the_same(cast: Cast) -> None:
    close(cast.wolfsbos, MONDAY)
    count(cast.wolfsbos, MONDAY, 6)
    assert states(cast.wolfsbos)[2] == DayState.counted


def test_a_tap_that_was_taken_back_does_not_open_a_closed_day_or_a_saturday(cast: Cast) -> None:
    saturday = dt.date(2026, 11, 7)
    close(cast.wolfsbos, MONDAY)
    for date in (MONDAY, saturday):
        count(cast.wolfsbos, date, 0)
    found = report(cast.wolfsbos)
    assert states(cast.wolfsbos)[2] == DayState.closed
    assert states(cast.wolfsbos)[7] == DayState.not_open
    assert found.total.openings == 17
    # What a coordinator says by hand holds: the house was open, and nobody came.
    count_hours.set_by_hand(cast.wolfsbos, saturday)
    assert states(cast.wolfsbos)[7] == DayState.counted


@pytest.mark.parametrize(
    ("said", "shown"),
    [(State.not_counted, DayState.not_counted), (State.closed, DayState.closed)],
)
def test_a_coordinator_may_say_what_a_count_of_nobody_means(
    cast: Cast, said: State, shown: DayState
) -> None:
    count(cast.wolfsbos, MONDAY, 0)
    Opening.update(state=said).execute()
    assert states(cast.wolfsbos)[2] == shown


def test_whoever_was_counted_is_shown_whatever_was_said_of_the_opening(cast: Cast) -> None:
    count(cast.wolfsbos, MONDAY, 4)
    Opening.update(state=State.closed).execute()
    month = report(cast.wolfsbos)
    assert month.total.visits.text == "4"
    assert month.total.counted == 1


# -- openings -------------------------------------------------------------------------------------


def test_openings_that_were_are_counted_and_those_to_come_are_not(cast: Cast) -> None:
    for day in (2, 3, 5):
        count(cast.wolfsbos, dt.date(2026, 11, day), 10)
    close(cast.wolfsbos, dt.date(2026, 11, 4))
    total = report(cast.wolfsbos).total
    # 18 working days from 2 to 25 November, without the closed one.
    assert (total.counted, total.openings) == (3, 17)
    assert total.average is not None
    assert total.average.text == "10"


def test_today_is_among_the_openings_once_somebody_counted(cast: Cast) -> None:
    count(cast.wolfsbos, MONDAY, 1)
    before = report(cast.wolfsbos).total
    count(cast.wolfsbos, TODAY, 1)
    after = report(cast.wolfsbos).total
    assert (before.counted, before.openings) == (1, 18)
    assert (after.counted, after.openings) == (2, 19)


def test_a_morning_and_an_evening_are_two_openings(cast: Cast) -> None:
    OpeningHours.create(
        house=cast.wolfsbos, weekday=0, start_time=dt.time(19), end_time=dt.time(21)
    )
    count(cast.wolfsbos, MONDAY, 4, hour=20)
    month = report(cast.wolfsbos)
    line = next(line for line in month.lines if line.first == MONDAY)
    assert (line.sum.counted, line.sum.openings) == (1, 2)


def test_an_extra_opening_on_a_saturday_is_one_more(cast: Cast) -> None:
    count(cast.wolfsbos, MONDAY, 1)
    count(cast.wolfsbos, dt.date(2026, 11, 7), 30)
    week = report(cast.wolfsbos).weeks[1].sum
    assert (week.counted, week.openings, week.visits.text) == (2, 6, "31")


def test_hours_that_change_later_do_not_change_what_was(cast: Cast) -> None:
    count(cast.wolfsbos, MONDAY, 1)
    before = report(cast.wolfsbos).total
    OpeningHours.delete().where(OpeningHours.house == cast.wolfsbos).execute()
    assert report(cast.wolfsbos).total == before


# -- periods --------------------------------------------------------------------------------------


def test_weeks_of_a_month_add_up_to_the_month(cast: Cast) -> None:
    count(cast.wolfsbos, dt.date(2026, 10, 30), 7)  # a Friday in the week of 1 November
    count(cast.wolfsbos, dt.date(2026, 11, 1), 1)
    count(cast.wolfsbos, MONDAY, 2)
    month = report(cast.wolfsbos)
    assert [(week.first.day, week.sum.visits.text) for week in month.weeks[:2]] == [
        (1, "1"),
        (2, "2"),
    ]
    assert month.total.visits.text == "3"


def test_a_year_is_told_month_by_month_beside_the_year_before(cast: Cast) -> None:
    count(cast.wolfsbos, dt.date(2025, 3, 3), 5)
    count(cast.wolfsbos, dt.date(2026, 3, 2), 7)
    count(cast.wolfsbos, MONDAY, 8)
    year = report(cast.wolfsbos, "year")
    assert [line.sum.visits.text for line in year.lines] == [
        *("0", "0", "7", "0", "0", "0", "0", "0", "0", "0", "8", "0")
    ]
    march = year.lines[2].last_year
    assert march is not None
    assert march.visits.text == "5"
    assert year.lines[0].state == DayState.not_counted
    assert year.lines[11].state == DayState.to_come
    assert year.total.visits.text == "15"


def test_a_day_is_told_hour_by_hour(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos)
    count(cast.wolfsbos, MONDAY, 3, hour=9)
    count(cast.wolfsbos, MONDAY, 4, hour=11, activity=activity)
    day = report(cast.wolfsbos, "day", MONDAY)
    assert [(each.hour, each.visits.text) for each in day.hours] == [
        (9, "3"),
        (10, "0"),
        (11, "4"),
    ]


@pytest.mark.parametrize("kind", ["day", "week", "month", "quarter", "year"])
def test_visitors_are_split_by_activity_group_and_hour_in_every_period(
    cast: Cast, kind: str
) -> None:
    activity = make_activity(cast.wolfsbos, "Schilderen")
    count(cast.wolfsbos, MONDAY, 3, hour=9, group=AgeGroup.senior, firsts=2)
    count(cast.wolfsbos, MONDAY, 4, hour=11, activity=activity, asked=3)
    splits = report(cast.wolfsbos, kind, MONDAY).splits
    assert [(each.name, each.visits.text) for each in splits.activities.cells] == [
        ("Schilderen", "4"),
        ("", "3"),
    ]
    assert [(each.group, each.visits.text) for each in splits.groups.cells] == [
        (AgeGroup.senior, "3"),
        (None, "4"),
    ]
    assert [(each.weekday, each.hour, each.visits.text) for each in splits.slots.cells] == [
        (0, 9, "3"),
        (0, 11, "4"),
    ]
    assert splits.groups.asked.text == "3"
    assert splits.firsts is not None
    assert [each.text for each in (*splits.firsts, splits.firsts.asked)] == ["2", "3", "5"]


# -- compared -------------------------------------------------------------------------------------


def test_a_period_that_runs_is_compared_with_as_many_days_up_to_yesterday(cast: Cast) -> None:
    count(cast.wolfsbos, dt.date(2026, 10, 22), 10)
    count(cast.wolfsbos, dt.date(2026, 10, 26), 90)  # after the 25th
    count(cast.wolfsbos, MONDAY, 15)
    count(cast.wolfsbos, TODAY, 40)  # today is not over
    compared = report(cast.wolfsbos).earlier
    assert compared is not None
    assert (compared.now.visits.text, compared.then.visits.text) == ("15", "10")
    assert (compared.now.span.last.day, compared.then.span.last.day) == (25, 25)
    assert compared.more is not None
    assert compared.more.text == "+50%"


def test_more_openings_are_not_more_visitors_for_each(cast: Cast) -> None:
    count(cast.wolfsbos, dt.date(2026, 9, 1), 10)
    for day in (1, 2, 5):
        count(cast.wolfsbos, dt.date(2026, 10, day), 10)
    compared = report(cast.wolfsbos, "month", dt.date(2026, 10, 1)).earlier
    assert compared is not None
    assert (compared.now.visits.text, compared.then.visits.text) == ("30", "10")
    assert compared.more is not None
    assert compared.more.text == "0%"


def test_what_nobody_counted_is_compared_with_nothing(cast: Cast) -> None:
    count(cast.wolfsbos, MONDAY, 15)
    compared = report(cast.wolfsbos).last_year
    assert compared is not None
    assert compared.then.counted == 0
    assert compared.more is None


def test_a_period_of_which_nothing_is_over_is_not_compared(cast: Cast) -> None:
    count(cast.wolfsbos, TODAY, 15)
    today = report(cast.wolfsbos, "day")
    assert today.total.visits.text == "15"
    assert today.earlier is None
    assert today.last_year is None


# -- houses ---------------------------------------------------------------------------------------


def test_houses_stand_side_by_side_each_as_far_as_one_may_see_it(cast: Cast) -> None:
    count(cast.wolfsbos, MONDAY, 12)
    count(cast.knooppunt, MONDAY, 3)
    for house in (cast.wolfsbos, cast.knooppunt):
        openings.settle(house, TODAY)
    november = period_of(PeriodKind.month, TODAY)
    found = figures.side_by_side([(cast.wolfsbos, True), (cast.knooppunt, False)], november, TODAY)
    assert [each.total.visits.text for each in found] == ["12", "<5"]
    together = figures.together(each.total for each in found)
    assert together.visits.text == "15"
    assert (together.counted, together.openings) == (2, 36)


# -- questions ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["day", "week", "month", "quarter", "year"])
@pytest.mark.parametrize("exact", [True, False])
def test_figures_come_from_the_roll_up_in_seven_queries(cast: Cast, kind: str, exact: bool) -> None:
    for month in range(1, 12):
        for day in range(2, 20):
            count(cast.wolfsbos, dt.date(2026, month, day), day)
    openings.settle(cast.wolfsbos, TODAY)
    with counted() as statements:
        report(cast.wolfsbos, kind, MONDAY, exact=exact)
    assert len(statements) <= (6 if exact else 7)
    assert not any(CountEvent._meta.table_name in sql for sql in statements)


def test_houses_side_by_side_are_asked_for_together(cast: Cast) -> None:
    count(cast.wolfsbos, MONDAY, 12)
    november = period_of(PeriodKind.month, TODAY)
    both = [(cast.wolfsbos, True), (cast.knooppunt, True)]
    with counted() as one:
        figures.side_by_side(both[:1], november, TODAY)
    with counted() as two:
        figures.side_by_side(both, november, TODAY)
    assert len(one) == len(two) == 4


def test_a_day_without_an_opening_that_has_visitors_was_one(cast: Cast) -> None:
    CountDay.create(house=cast.wolfsbos, date=dt.date(2026, 11, 7), n=9)
    total = report(cast.wolfsbos).total
    assert (total.visits.text, total.counted) == ("9", 1)
