"""Periods that figures are about: a day, an ISO week, a month, a quarter, a year. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from rules.wall_time import month_of, week_of

#: What a period may touch: the years that an address may name.
EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2100, 12, 31)
_YEAR_OF_WEEKS = dt.timedelta(weeks=52)


class PeriodKind(StrEnum):
    day = "day"
    week = "week"
    month = "month"
    quarter = "quarter"
    year = "year"


@dataclass(frozen=True, slots=True)
class Span:
    """Days, from the first to the last (included)."""

    first: dt.date
    last: dt.date

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1

    def until(self, last: dt.date) -> Span | None:
        """As far as a day; None when it begins later."""
        return Span(self.first, min(self.last, last)) if self.first <= last else None

    def holds(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    def dates(self) -> list[dt.date]:
        """Each of its days."""
        first = self.first.toordinal()
        return [dt.date.fromordinal(n) for n in range(first, self.last.toordinal() + 1)]

    def split(self, kind: PeriodKind) -> list[Span]:
        """The parts of its ISO weeks or months that lie in it."""
        parts, first = [], self.first
        while first <= self.last:
            last = min(period_of(kind, first).last, self.last)
            parts.append(Span(first, last))
            first = last + dt.timedelta(days=1)
        return parts


@dataclass(frozen=True, slots=True)
class Period(Span):
    """A day, an ISO week, a month, a quarter or a year of the calendar."""

    kind: PeriodKind

    @property
    def before(self) -> Period:
        """The one before it."""
        return period_of(self.kind, self.first - dt.timedelta(days=1))

    @property
    def after(self) -> Period:
        return period_of(self.kind, self.last + dt.timedelta(days=1))

    @property
    def earlier(self) -> Period:
        """What it is compared with: the one before it; of a day the same weekday a week ago."""
        if self.kind == PeriodKind.day:
            return period_of(self.kind, self.first - dt.timedelta(weeks=1))
        return self.before

    @property
    def last_year(self) -> Period:
        """The same of the year before.

        Days and weeks are those of 52 weeks ago: the same weekdays at the same time of the year,
        also around a week 53.
        """
        if self.kind in (PeriodKind.day, PeriodKind.week):
            return period_of(self.kind, self.first - _YEAR_OF_WEEKS)
        return period_of(self.kind, _months_on(self.first, -12))

    @property
    def is_known(self) -> bool:
        """Whether an address can name it."""
        return self.first >= EARLIEST and self.last <= LATEST

    @property
    def quarter(self) -> int:
        """From 1 to 4: the quarter in which it begins."""
        return (self.first.month + 2) // 3


def period_of(kind: PeriodKind, day: dt.date) -> Period:
    """The period of a kind that holds a day."""
    if kind == PeriodKind.day:
        return Period(day, day, kind)
    if kind == PeriodKind.week:
        week = week_of(day)
        return Period(week[0], week[-1], kind)
    if kind == PeriodKind.month:
        return Period(*month_of(day), kind)
    if kind == PeriodKind.quarter:
        first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
        return Period(first, _months_on(first, 3) - dt.timedelta(days=1), kind)
    return Period(day.replace(month=1, day=1), day.replace(month=12, day=31), kind)


def part_as_long(period: Period, whole: Period, until: dt.date) -> Span | None:
    """As many days of another period as went by of one that runs; all of it when that is over.

    :param until: the last day that counts; None is returned when none of the period does.
    """
    if until < period.first:
        return None
    if until >= period.last:
        return whole
    days = (until - period.first).days
    return Span(whole.first, min(whole.last, whole.first + dt.timedelta(days=days)))


def _months_on(month: dt.date, more: int) -> dt.date:
    years, index = divmod(month.month - 1 + more, 12)
    return dt.date(month.year + years, index + 1, 1)
