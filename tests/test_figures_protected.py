"""Figures for who looks along: protected numbers, the same ones on every page."""

from __future__ import annotations

import datetime as dt

import pytest

from models import AgeGroup, CountDay, House
from rules import count_hours, figures, openings, small_numbers
from rules.figure_facts import DayState
from rules.figure_splits import NO_SPLITS
from rules.figures import Report
from rules.periods import PeriodKind, period_of
from tests.cast import Cast, make_activity, make_occurrence
from tests.conftest import TODAY
from tests.visits import count

MONDAY = dt.date(2026, 11, 2)
OCTOBER = dt.date(2026, 10, 1)


def seen(house: House, kind: str = "month", day: dt.date = TODAY) -> Report:
    openings.settle(house, TODAY)
    return figures.report(house, period_of(PeriodKind(kind), day), TODAY, exact=False)


def busy_month(house: House, first: dt.date) -> None:
    """A month in which each working day had visitors of all ages, for this and that."""
    activities = [make_activity(house, f"{name} {first:%m}") for name in ("Schilderen", "Zang")]
    day = first
    while day.month == first.month:
        if day.weekday() < 5:
            for n, group in enumerate((*AgeGroup, None)):
                activity = [*activities, None][(n + day.day) % 3]
                count(house, day, 3 + n, hour=10 + n, group=group, activity=activity, firsts=1)
        day += dt.timedelta(days=1)


def test_small_numbers_are_hidden_and_others_rounded_in_days_weeks_and_totals(cast: Cast) -> None:
    for day, n in ((2, 1), (3, 4), (4, 12)):
        count(cast.wolfsbos, dt.date(2026, 11, day), n)
    month = seen(cast.wolfsbos)
    shown = {line.first.day: line.sum.visits for line in month.lines}
    assert [shown[day].text for day in (2, 3, 4)] == ["<5", "<5", "10"]
    # The length of a bar must not tell what the text does not.
    assert shown[2].size == shown[3].size
    assert month.weeks[1].sum.visits == month.total.visits
    assert month.total.visits == small_numbers.sum_shown([shown[2], shown[3], shown[4]])


def test_what_rounds_alike_looks_alike_on_every_page(cast: Cast) -> None:
    """Nothing that is said of days depends on more than what is shown of each."""
    kinds = ("day", "week", "month", "quarter", "year")
    count(cast.wolfsbos, dt.date(2026, 10, 5), 33)
    count(cast.wolfsbos, dt.date(2025, 11, 3), 14)
    count(cast.wolfsbos, MONDAY, 1)
    count(cast.wolfsbos, dt.date(2026, 11, 3), 8)
    before = {kind: seen(cast.wolfsbos, kind, MONDAY) for kind in kinds}
    for date, n in ((MONDAY, 4), (dt.date(2026, 11, 3), 12)):
        CountDay.update(n=n).where(CountDay.date == date).execute()
        count_of_hour = n - {MONDAY: 1}.get(date, 8)
        key = count_hours.Hour(cast.wolfsbos.id, date, 9, None, None)
        CountDay.update(n=n - count_of_hour).where(CountDay.date == date).execute()
        count_hours.change({key: count_hours.Visits(count_of_hour)})
    for kind in kinds:
        assert seen(cast.wolfsbos, kind, MONDAY) == before[kind], kind


def test_a_day_is_shown_alike_on_the_page_of_the_day_the_week_and_the_month(cast: Cast) -> None:
    for day in range(2, 20):
        count(cast.wolfsbos, dt.date(2026, 11, day), day)
    month = {line.first: line.sum.visits for line in seen(cast.wolfsbos).lines}
    for line in seen(cast.wolfsbos, "week", MONDAY).lines:
        assert line.sum.visits == month[line.first]
    for day in range(2, 20):
        date = dt.date(2026, 11, day)
        assert seen(cast.wolfsbos, "day", date).total.visits == month[date]


def test_a_quarter_and_a_year_add_up_what_their_months_show(cast: Cast) -> None:
    for month in (10, 11):
        for day in range(1, 20):
            count(cast.wolfsbos, dt.date(2026, month, day), day % 7)
    months = [seen(cast.wolfsbos, "month", dt.date(2026, n, 1)).total.visits for n in (10, 11)]
    for kind in ("quarter", "year"):
        report = seen(cast.wolfsbos, kind)
        lines = [line.sum.visits for line in report.lines if line.state == DayState.counted]
        assert lines == months
        assert report.total.visits == small_numbers.sum_shown(months)


def test_today_is_left_out_until_it_is_over(cast: Cast) -> None:
    count(cast.wolfsbos, MONDAY, 10)
    before = seen(cast.wolfsbos)
    count(cast.wolfsbos, TODAY, 50)
    month = seen(cast.wolfsbos)
    assert month == before
    assert month.until == TODAY - dt.timedelta(days=1)
    assert seen(cast.wolfsbos, "day").total.visits.text == "0"


@pytest.mark.parametrize("kind", ["day", "week"])
def test_days_and_weeks_are_not_split(cast: Cast, kind: str) -> None:
    busy_month(cast.wolfsbos, OCTOBER)
    report = seen(cast.wolfsbos, kind, dt.date(2026, 10, 6))
    assert report.splits == NO_SPLITS
    assert not report.hours


def test_a_month_that_runs_is_not_split(cast: Cast) -> None:
    """Who compares it with that of yesterday would see who came today."""
    busy_month(cast.wolfsbos, dt.date(2026, 11, 1))
    assert seen(cast.wolfsbos).splits == NO_SPLITS


def test_a_month_that_is_over_is_split_in_protected_numbers(cast: Cast) -> None:
    busy_month(cast.wolfsbos, OCTOBER)
    repairs = make_activity(cast.wolfsbos, "Repair Café")
    count(cast.wolfsbos, dt.date(2026, 10, 7), 3, hour=18, activity=repairs)
    splits = seen(cast.wolfsbos, "month", OCTOBER).splits
    assert splits.until == dt.date(2026, 10, 31)
    assert splits.activities.told.whole
    for cells in (splits.activities.cells, splits.groups.cells, splits.slots.cells):
        for cell in cells:
            text = cell.visits.text
            assert text == "<5" or int(text) % 5 == 0
    assert splits.groups.told.whole
    assert splits.groups.total == small_numbers.sum_shown(e.visits for e in splits.groups.cells)
    assert {each.name: each.visits.text for each in splits.activities.cells}["Repair Café"] == "<5"


def test_a_year_is_split_as_far_as_its_months_are_over(cast: Cast) -> None:
    for month in (9, 10, 11):
        busy_month(cast.wolfsbos, dt.date(2026, month, 1))
    splits = seen(cast.wolfsbos, "year").splits
    months = [seen(cast.wolfsbos, "month", dt.date(2026, month, 1)).splits for month in (9, 10)]
    assert splits.until == dt.date(2026, 10, 31)
    assert splits.groups.told.of == 2
    seniors = [
        next(cell.visits for cell in month.groups.cells if cell.group == AgeGroup.senior)
        for month in months
    ]
    shown = next(cell.visits for cell in splits.groups.cells if cell.group == AgeGroup.senior)
    assert shown == small_numbers.sum_shown(seniors)


def test_a_split_that_would_give_somebody_away_is_left_out(cast: Cast) -> None:
    """A day with '5' (5, 6 or 7), and ages '5', '<5' and '<5': that can only be 5, 1 and 1."""
    for n, group in ((5, AgeGroup.adult), (1, AgeGroup.child), (1, AgeGroup.senior)):
        count(cast.wolfsbos, dt.date(2026, 10, 5), n, group=group)
    groups = seen(cast.wolfsbos, "month", OCTOBER).splits.groups
    assert groups.cells == ()
    assert (groups.told.months, groups.told.of) == (0, 1)


def test_a_quiet_weekday_takes_no_other_with_it(cast: Cast) -> None:
    """One Saturday with '5' in two hours of '<5' and '5' is left out; the Mondays stay."""
    for day in (5, 12, 19, 26):
        for hour in range(9, 17):
            count(cast.wolfsbos, dt.date(2026, 10, day), (day * hour) % 11 + 1, hour=hour)
    count(cast.wolfsbos, dt.date(2026, 10, 10), 1, hour=10)
    count(cast.wolfsbos, dt.date(2026, 10, 10), 5, hour=11)
    slots = seen(cast.wolfsbos, "month", OCTOBER).splits.slots
    assert slots.left_out == (5,)
    assert {cell.weekday for cell in slots.cells} == {0}


def test_comparisons_are_made_of_what_is_shown(cast: Cast) -> None:
    count(cast.wolfsbos, dt.date(2026, 9, 1), 12)
    count(cast.wolfsbos, dt.date(2026, 10, 1), 23)
    compared = seen(cast.wolfsbos, "month", OCTOBER).earlier
    assert compared is not None
    # 25 for 10, and not 23 for 12.
    assert (compared.now.visits.text, compared.then.visits.text) == ("25", "10")
    assert compared.more is not None
    assert compared.more.text == "+150%"
    count(cast.wolfsbos, dt.date(2026, 8, 3), 3)
    hidden = seen(cast.wolfsbos, "month", dt.date(2026, 9, 1)).earlier
    assert hidden is not None
    assert hidden.more is None


def test_who_knows_the_programme_is_not_told_an_activity_that_fills_its_days(cast: Cast) -> None:
    """Four Saturdays of '<5', and a table of '<5' that is on Saturdays: each would be 1."""
    table = make_activity(cast.wolfsbos, "Zaterdagtafel")
    busy = make_activity(cast.wolfsbos, "Koffie")
    for day in range(1, 32):
        date = dt.date(2026, 10, day)
        if date.weekday() < 5:
            make_occurrence(busy, date)
            count(cast.wolfsbos, date, 22)
            count(cast.wolfsbos, date, 21, activity=busy)
    before = seen(cast.wolfsbos, "month", OCTOBER).splits.activities
    assert [each.name for each in before.cells] == ["", "Koffie"]
    for day in (3, 10, 17, 24):
        make_occurrence(table, dt.date(2026, 10, day))
        count(cast.wolfsbos, dt.date(2026, 10, day), 1, activity=table)
    activities = seen(cast.wolfsbos, "month", OCTOBER).splits.activities
    assert activities.cells == ()
    assert (activities.told.months, activities.told.of) == (0, 1)
