"""Periods of figures: days, weeks, months, quarters, years, and what they are compared with."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.periods import PeriodKind, Span, part_as_long, period_of

DAYS = st.dates(dt.date(2001, 1, 1), dt.date(2099, 12, 31))
KINDS = st.sampled_from(PeriodKind)


def span_of(kind: str, day: str) -> tuple[str, str]:
    period = period_of(PeriodKind(kind), dt.date.fromisoformat(day))
    return period.first.isoformat(), period.last.isoformat()


@pytest.mark.parametrize(
    ("kind", "day", "span"),
    [
        ("day", "2026-11-26", ("2026-11-26", "2026-11-26")),
        ("week", "2026-11-26", ("2026-11-23", "2026-11-29")),
        ("week", "2027-01-03", ("2026-12-28", "2027-01-03")),  # a week 53
        ("month", "2028-02-10", ("2028-02-01", "2028-02-29")),
        ("quarter", "2026-11-26", ("2026-10-01", "2026-12-31")),
        ("quarter", "2026-01-01", ("2026-01-01", "2026-03-31")),
        ("year", "2026-11-26", ("2026-01-01", "2026-12-31")),
    ],
)
def test_a_period_has_the_days_of_the_calendar(kind: str, day: str, span: tuple[str, str]) -> None:
    assert span_of(kind, day) == span


@given(kind=KINDS, day=DAYS)
def test_periods_follow_each_other_without_a_gap(kind: PeriodKind, day: dt.date) -> None:
    period = period_of(kind, day)
    assert period.holds(day)
    assert period.before.last + dt.timedelta(days=1) == period.first
    assert period.after.first - dt.timedelta(days=1) == period.last
    assert period.after.before == period
    assert {period_of(kind, each) for each in (period.first, period.last)} == {period}


@given(kind=KINDS, day=DAYS, part=st.sampled_from(PeriodKind))
def test_the_parts_of_a_period_are_all_its_days_once(
    kind: PeriodKind, day: dt.date, part: PeriodKind
) -> None:
    period = period_of(kind, day)
    parts = period.split(part)
    assert (parts[0].first, parts[-1].last) == (period.first, period.last)
    assert sum(each.days for each in parts) == period.days


@pytest.mark.parametrize(
    ("kind", "day", "earlier", "last_year"),
    [
        # A Thursday is compared with Thursdays.
        ("day", "2026-11-26", "2026-11-19", "2025-11-27"),
        ("week", "2026-11-26", "2026-11-16", "2025-11-24"),
        ("week", "2027-01-03", "2026-12-21", "2025-12-29"),
        ("month", "2026-01-20", "2025-12-01", "2025-01-01"),
        ("quarter", "2026-02-20", "2025-10-01", "2025-01-01"),
        ("year", "2026-02-20", "2025-01-01", "2025-01-01"),
    ],
)
def test_a_period_is_compared_with_the_same_kind_of_days(
    kind: str, day: str, earlier: str, last_year: str
) -> None:
    period = period_of(PeriodKind(kind), dt.date.fromisoformat(day))
    assert period.earlier.first.isoformat() == earlier
    assert period.last_year.first.isoformat() == last_year


def test_a_period_that_runs_is_compared_with_as_many_days() -> None:
    november = period_of(PeriodKind.month, dt.date(2026, 11, 26))
    yesterday = dt.date(2026, 11, 25)
    part = part_as_long(november, november.earlier, yesterday)
    assert part == Span(dt.date(2026, 10, 1), dt.date(2026, 10, 25))
    over = part_as_long(november, november.earlier, dt.date(2026, 12, 5))
    assert over == november.earlier
    assert part_as_long(november, november.earlier, dt.date(2026, 10, 31)) is None


def test_a_long_month_is_compared_with_no_more_than_a_whole_short_one() -> None:
    march = period_of(PeriodKind.month, dt.date(2026, 3, 1))
    part = part_as_long(march, march.earlier, dt.date(2026, 3, 30))
    assert part == Span(dt.date(2026, 2, 1), dt.date(2026, 2, 28))
