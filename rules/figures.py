"""Figures: how many visitors a house had in a period, for who runs it and for who looks along.

They are read from the roll-up, never from the events. Whoever is no coordinator of the house sees
protected numbers (rules/small_numbers.py): the exact ones do not leave this module for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from models import House
from rules import figure_facts, small_numbers
from rules.figure_facts import Day, DayState, Facts
from rules.figure_splits import Splits, splits_of
from rules.periods import Period, PeriodKind, Span, part_as_long
from rules.small_numbers import Shown

#: Longer spans are added up month by month, as a reader of the months would.
_MOST_DAYS = 31


class Sum(NamedTuple):
    """The visitors of some days, and how many of the openings that were, were counted."""

    span: Span
    visits: Shown
    openings: int
    counted: int

    @property
    def average(self) -> Shown | None:
        """Visitors for each opening that was counted; None when none was."""
        return small_numbers.average(self.visits, self.counted)


class Line(NamedTuple):
    """A part of a period: a day with what became of it, a week, or a month."""

    sum: Sum
    state: DayState = DayState.counted
    reason: str = ""
    #: The same part of the year before, where a page compares them.
    last_year: Sum | None = None

    @property
    def first(self) -> dt.date:
        return self.sum.span.first


class Hour(NamedTuple):
    """An hour of a day."""

    hour: int
    visits: Shown


class Comparison(NamedTuple):
    """As many days of this period and of another.

    ``more`` is how many more visitors came for each opening that was counted: a period with more
    openings, or with some that nobody counted, has not more or fewer visitors for that. None where
    nothing can be said.
    """

    now: Sum
    then: Sum
    more: Shown | None


@dataclass(frozen=True, slots=True)
class Report:
    """All that is told about a house in a period."""

    period: Period
    exact: bool
    #: The last day that is in it; before ``period.last`` while the period runs.
    until: dt.date
    total: Sum
    #: The parts of the period: days, or months.
    lines: list[Line]
    #: Its weeks, where ``lines`` are not weeks' days already.
    weeks: list[Line]
    #: Of a single day, for coordinators: its hours.
    hours: list[Hour]
    #: With the period before, and with the same of the year before; None while nothing is over,
    #: and of a year the one before is the year before.
    earlier: Comparison | None
    last_year: Comparison | None
    splits: Splits

    @property
    def runs(self) -> bool:
        """Whether days of it are still to come, or to be over."""
        return self.until < self.period.last


class HouseFigures(NamedTuple):
    """A house beside others."""

    house: House
    exact: bool
    total: Sum
    last_year: Comparison | None


def report(house: House, period: Period, today: dt.date, *, exact: bool) -> Report:
    """The figures of a house in a period, in six queries; seven where they are protected.

    :param exact: whether the asker may see exact numbers; otherwise all are protected, and today
        is left out: who saw a protected number change would know it.
    """
    known = _Known(
        figure_facts.look_up(
            [house], [period, period.earlier, period.last_year, *_month_around(period)]
        )[house.id],
        today,
        exact,
    )
    kind = period.kind
    in_months = kind in (PeriodKind.quarter, PeriodKind.year)
    splits = splits_of(house, period, known.month_days, today, exact=exact)
    return Report(
        period=period,
        exact=exact,
        until=min(period.last, known.until),
        total=known.sum(period),
        lines=known.months(period) if in_months else known.days(period),
        weeks=known.weeks(period) if kind in (PeriodKind.month, PeriodKind.quarter) else [],
        hours=_hours_of(splits) if kind == PeriodKind.day else [],
        earlier=known.compare(period, period.earlier) if kind != PeriodKind.year else None,
        last_year=known.compare(period, period.last_year),
        splits=splits,
    )


def side_by_side(
    houses: Sequence[tuple[House, bool]], period: Period, today: dt.date
) -> list[HouseFigures]:
    """Houses beside each other, in four queries.

    :param houses: each with whether the asker may see exact numbers of it.
    """
    facts = figure_facts.look_up([house for house, _exact in houses], [period, period.last_year])
    found = []
    for house, exact in houses:
        known = _Known(facts[house.id], today, exact)
        found.append(
            HouseFigures(house, exact, known.sum(period), known.compare(period, period.last_year))
        )
    return found


def together(sums: Iterable[Sum]) -> Sum:
    """Several houses in the same days, from what is shown of each."""
    sums = list(sums)
    return Sum(
        sums[0].span,
        small_numbers.sum_shown(each.visits for each in sums),
        sum(each.openings for each in sums),
        sum(each.counted for each in sums),
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What is known of a house, as the asker may see it."""

    facts: Facts
    today: dt.date
    exact: bool
    #: Days that were looked at before: sums and comparisons share most of them.
    seen: dict[dt.date, tuple[Day, Shown]] = field(default_factory=dict)

    @property
    def yesterday(self) -> dt.date:
        return self.today - dt.timedelta(days=1)

    @property
    def until(self) -> dt.date:
        """The last day of which visitors are shown."""
        return self.today if self.exact else self.yesterday

    def day(self, date: dt.date) -> tuple[Day, Shown]:
        """What became of a day, and its visitors as they are shown."""
        if date not in self.seen:
            day = self.facts.day(date, self.today)
            if date > self.until and day.state == DayState.counted:
                day = Day(date, DayState.to_come)
            self.seen[date] = day, self.shown(day.visits.n)
        return self.seen[date]

    def shown(self, n: int) -> Shown:
        return small_numbers.exact(n) if self.exact else small_numbers.protect(n)

    def month_days(self, month: Span) -> list[Day]:
        """The days of a month, with true numbers."""
        return [self.facts.day(date, self.today) for date in month.dates()]

    def sum(self, span: Span) -> Sum:
        """Of the days of a span, as far as they are shown."""
        if span.days > _MOST_DAYS:
            return together(map(self.sum, span.split(PeriodKind.month)))._replace(span=span)
        visits, openings, counted = [], 0, 0
        part = span.until(self.until)
        for date in part.dates() if part else ():
            if not self.facts.may_count(date):
                continue
            day, shown = self.day(date)
            if day.state == DayState.counted:
                visits.append(shown)
            openings += day.openings
            counted += day.counted
        nobody = self.shown(0)
        total = small_numbers.sum_shown(visits) if visits else nobody
        return Sum(Span(span.first, span.last), total, openings, counted)

    def days(self, period: Period) -> list[Line]:
        lines = []
        for date in period.dates():
            day, shown = self.day(date)
            total = Sum(Span(date, date), shown, day.openings, day.counted)
            lines.append(Line(total, day.state, day.reason))
        return lines

    def weeks(self, period: Period) -> list[Line]:
        return [self._line(self.sum(span)) for span in period.split(PeriodKind.week)]

    def months(self, period: Period) -> list[Line]:
        parts = zip(
            period.split(PeriodKind.month),
            period.last_year.split(PeriodKind.month),
            strict=True,
        )
        return [
            self._line(self.sum(span))._replace(last_year=self.sum(then)) for span, then in parts
        ]

    def _line(self, sum_of: Sum) -> Line:
        if sum_of.counted:
            return Line(sum_of)
        if sum_of.span.first > self.until:
            return Line(sum_of, DayState.to_come)
        return Line(sum_of, DayState.not_counted if sum_of.openings else DayState.not_open)

    def compare(self, period: Period, other: Period) -> Comparison | None:
        """With as many days of the other period as are over of this one."""
        ours = period.until(self.yesterday)
        theirs = part_as_long(period, other, self.yesterday)
        if ours is None or theirs is None:
            return None
        now, then = self.sum(ours), self.sum(theirs)
        if not now.counted or not then.counted:
            return Comparison(now, then, None)
        return Comparison(now, then, small_numbers.compare(_each(now), _each(then)))


def _each(total: Sum) -> Shown:
    """As many visitors for an opening as what is shown says, not rounded."""
    return total.visits._replace(size=total.visits.size / total.counted)


def _month_around(period: Period) -> list[Span]:
    """The whole months that a period touches: protection looks at all days of a month."""
    if period.kind in (PeriodKind.day, PeriodKind.week):
        return []
    return period.split(PeriodKind.month)


def _hours_of(splits: Splits) -> list[Hour]:
    """The hours of a single day, from the first to the last with visitors."""
    slots = {cell.hour: cell.visits for cell in splits.slots.cells}
    if not slots:
        return []
    nobody = small_numbers.exact(0)
    return [Hour(hour, slots.get(hour, nobody)) for hour in range(min(slots), max(slots) + 1)]
