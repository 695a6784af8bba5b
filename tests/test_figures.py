"""Figures: by day and by week, and what viewers may see of them."""

from __future__ import annotations

import datetime as dt

import pytest

from models import Closure, ClosureKind, CountEvent, CountHour, House, Opening, OpeningHours
from models import OpeningState as State
from rules import figures
from rules.figures import DayState, Figures, protect
from tests.cast import Cast, make_activity
from tests.conftest import TODAY
from tests.counting_queries import counted

FIRST = dt.date(2026, 11, 1)  # a Sunday
LAST = dt.date(2026, 11, 30)
MONDAY = dt.date(2026, 11, 2)


def count(house: House, date: dt.date, n: int, hour: int = 10, **facts: object) -> None:
    CountHour.create(house=house, date=date, hour=hour, n=n, **facts)


def november(house: House, *, exact: bool = True, today: dt.date = TODAY) -> Figures:
    return figures.visits(house, FIRST, LAST, today, exact=exact)


def state_of(house: House, date: dt.date) -> DayState:
    return next(day.state for day in november(house).days if day.date == date)


def close(house: House, date: dt.date) -> None:
    Closure.create(
        house=house,
        first_date=date,
        last_date=date,
        kind=ClosureKind.closed,
        reason="Schilders",
        closes=True,
    )


@pytest.mark.parametrize(
    ("n", "shown"),
    [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (7, "5"), (8, "10"), (12, "10"), (13, "15")],
)
def test_small_numbers_are_hidden_and_others_rounded(n: int, shown: str) -> None:
    assert protect(n) == shown


def test_a_day_sums_its_hours_activities_and_groups(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos)
    count(cast.wolfsbos, MONDAY, 3, hour=9)
    count(cast.wolfsbos, MONDAY, 4, hour=10, activity=activity)
    count(cast.wolfsbos, MONDAY, 5, hour=10, activity=activity, group="child")
    count(cast.knooppunt, MONDAY, 100)
    month = november(cast.wolfsbos)
    assert [day.visits.text for day in month.days if day.date == MONDAY] == ["12"]
    assert month.total.visits.text == "12"


def test_nobody_came_nobody_counted_and_closed_are_three_things(cast: Cast) -> None:
    count(cast.wolfsbos, MONDAY, 0)
    close(cast.wolfsbos, dt.date(2026, 11, 4))
    states = {day.date.day: day.state for day in november(cast.wolfsbos).days}
    assert states[2] == DayState.counted
    assert states[3] == DayState.not_counted
    assert states[4] == DayState.closed
    assert states[7] == DayState.not_open  # a Saturday
    assert states[26] == states[27] == DayState.to_come  # today and tomorrow


def test_a_closed_day_says_why(cast: Cast) -> None:
    close(cast.wolfsbos, MONDAY)
    days = november(cast.wolfsbos).days
    assert [day.reason for day in days if day.state == DayState.closed] == ["Schilders"]
    assert DayState.closed not in {day.state for day in november(cast.knooppunt).days}


def test_a_public_holiday_that_nobody_decided_on_is_an_open_day(cast: Cast) -> None:
    Closure.create(
        first_date=MONDAY, last_date=MONDAY, kind=ClosureKind.public_holiday, reason="Allerzielen"
    )
    assert state_of(cast.wolfsbos, MONDAY) == DayState.not_counted


def test_visitors_on_a_closed_day_are_shown_all_the_same(cast: Cast) -> None:
    close(cast.wolfsbos, MONDAY)
    count(cast.wolfsbos, MONDAY, 6)
    assert state_of(cast.wolfsbos, MONDAY) == DayState.counted


def test_a_tap_that_was_taken_back_does_not_open_a_closed_day_or_a_saturday(cast: Cast) -> None:
    saturday = dt.date(2026, 11, 7)
    close(cast.wolfsbos, MONDAY)
    for date in (MONDAY, saturday):
        count(cast.wolfsbos, date, 0)
        Opening.create(house=cast.wolfsbos, date=date, start_time=dt.time(9), end_time=dt.time(17))
    assert state_of(cast.wolfsbos, MONDAY) == DayState.closed
    assert state_of(cast.wolfsbos, saturday) == DayState.not_open


@pytest.mark.parametrize(
    ("said", "shown"),
    [(State.not_counted, DayState.not_counted), (State.closed, DayState.closed)],
)
def test_a_coordinator_may_say_what_a_count_of_nobody_means(
    cast: Cast, said: State, shown: DayState
) -> None:
    count(cast.wolfsbos, MONDAY, 0)
    Opening.create(
        house=cast.wolfsbos,
        date=MONDAY,
        start_time=dt.time(9),
        end_time=dt.time(17),
        state=said,
    )
    assert state_of(cast.wolfsbos, MONDAY) == shown


def test_openings_that_were_are_counted_and_those_to_come_are_not(cast: Cast) -> None:
    for day in (2, 3, 5):
        count(cast.wolfsbos, dt.date(2026, 11, day), 10)
    close(cast.wolfsbos, dt.date(2026, 11, 4))
    total = november(cast.wolfsbos).total
    # 18 working days from 2 to 25 November, without the closed one.
    assert (total.counted, total.openings) == (3, 17)


def test_today_is_among_the_openings_once_somebody_counted(cast: Cast) -> None:
    before = november(cast.wolfsbos).total
    count(cast.wolfsbos, TODAY, 1)
    after = november(cast.wolfsbos).total
    assert (before.counted, before.openings) == (0, 18)
    assert (after.counted, after.openings) == (1, 19)


def test_a_morning_and_an_evening_are_two_openings(cast: Cast) -> None:
    OpeningHours.create(
        house=cast.wolfsbos, weekday=0, start_time=dt.time(19), end_time=dt.time(21)
    )
    count(cast.wolfsbos, MONDAY, 4, hour=20)
    week = november(cast.wolfsbos).weeks[1]
    assert (week.counted, week.openings) == (1, 6)


def test_an_extra_opening_on_a_saturday_is_one_more(cast: Cast) -> None:
    count(cast.wolfsbos, dt.date(2026, 11, 7), 30)
    week = november(cast.wolfsbos).weeks[1]
    assert (week.counted, week.openings, week.visits.text) == (1, 6, "30")


def test_weeks_are_whole_iso_weeks_also_at_the_edges_of_a_month(cast: Cast) -> None:
    count(cast.wolfsbos, dt.date(2026, 10, 26), 7)
    count(cast.wolfsbos, FIRST, 1)
    month = november(cast.wolfsbos)
    assert [week.first for week in month.weeks] == [
        dt.date(2026, 10, 26) + dt.timedelta(weeks=n) for n in range(6)
    ]
    assert month.weeks[0].visits.text == "8"
    assert month.total.visits.text == "1"
    assert (month.days[0].date, month.days[-1].date) == (FIRST, LAST)


def test_viewers_see_no_exact_number_in_days_weeks_totals_or_bars(cast: Cast) -> None:
    for date, n in ((MONDAY, 1), (dt.date(2026, 11, 3), 4), (dt.date(2026, 11, 4), 12)):
        count(cast.wolfsbos, date, n)
    month = november(cast.wolfsbos, exact=False)
    shown = {day.date.day: day.visits for day in month.days}
    assert [shown[day].text for day in (2, 3, 4)] == ["<5", "<5", "10"]
    assert shown[2].size == shown[3].size
    assert shown[4].size == 10
    assert month.weeks[1].visits.text == month.total.visits.text == "15"


def test_figures_come_from_the_roll_up_in_four_queries(cast: Cast) -> None:
    for day in range(2, 20):
        count(cast.wolfsbos, dt.date(2026, 11, day), day)
    with counted() as statements:
        november(cast.wolfsbos)
    assert len(statements) == 4
    assert not any(CountEvent._meta.table_name in sql for sql in statements)
