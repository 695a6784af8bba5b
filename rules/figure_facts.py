"""What figures are made of: the roll-up of the count, the openings, and which days were closed.

Everything is read for several houses and spans of days at once, so that a page asks as often for
one house as for twenty.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from models import AgeGroup, Closure, House, OccurrenceState, OpeningState, SumPart
from rules.closed_days import closes_house, held_by
from rules.count_hours import GROUP_KEYS, Visits
from rules.periods import Span
from rules.written_sql import columns, marks, read_date, row_of, run

#: Sums of a month or of other days: by part and key, as in :class:`models.CountMonth`.
Sums = Mapping[SumPart, Mapping[int, Visits]]


class DayState(StrEnum):
    """What is known of a day. Nobody came, nobody counted and closed are three things."""

    counted = "counted"  # also with 0 visitors
    not_counted = "not_counted"
    closed = "closed"
    not_open = "not_open"  # no opening on this day
    to_come = "to_come"


class Day(NamedTuple):
    """A day of a house: its visitors, and how many of its openings were counted."""

    date: dt.date
    state: DayState
    visits: Visits = Visits()
    openings: int = 0
    counted: int = 0
    reason: str = ""  # why it was closed


class _Counted(NamedTuple):
    visits: Visits
    by_hand: bool


class _Opening(NamedTuple):
    state: str
    counted: bool


_AS_USUAL = _Opening(OpeningState.open.value, counted=True)


@dataclass(slots=True)
class Facts:
    """What is known of the days of one house."""

    counted: dict[dt.date, _Counted] = field(default_factory=dict)
    openings: defaultdict[dt.date, list[_Opening]] = field(
        default_factory=lambda: defaultdict(list)
    )
    closed: dict[dt.date, str] = field(default_factory=dict)
    #: On which weekdays it usually is open.
    weekdays: set[int] = field(default_factory=set)

    def may_count(self, date: dt.date) -> bool:
        """Whether a day can add anything to a sum; a weekend, or a month ahead, mostly cannot."""
        return date in self.counted or date in self.openings

    def day(self, date: dt.date, today: dt.date) -> Day:
        """What became of a day. Openings that are to come, or run, count when they were counted."""
        found = self.counted.get(date)
        visits = found.visits if found else Visits()
        reason = self.closed.get(date, "")
        there = self.openings.get(date, [])
        if visits.n and len(there) == 1 and there[0] == _AS_USUAL:
            return Day(date, DayState.counted, visits, 1, 1, reason)
        # Visitors of what somebody called closed, or not counted: it was open and counted after
        # all. Nobody there, and only the mark that somebody once tapped, says nothing.
        happened = [
            each.state == OpeningState.open or (each.counted and visits.n > 0) for each in there
        ]
        opened = sum(
            one or each.state == OpeningState.not_counted
            for each, one in zip(there, happened, strict=True)
        )
        counted = sum(each.counted and one for each, one in zip(there, happened, strict=True))
        if visits.n and not counted:
            opened, counted = max(opened, 1), 1
        # A tap that was taken back opens no closed day; a count of nobody by hand does.
        slip = counted and not visits.n and not (found and found.by_hand)
        if slip and (reason or date.weekday() not in self.weekdays):
            state = DayState.closed if reason else DayState.not_open
            return Day(date, state, reason=reason)
        if counted:
            left = opened if date < today else counted
            return Day(date, DayState.counted, visits, left, counted, reason)
        if there and not opened:
            return Day(date, DayState.closed, reason=reason)
        if date >= today:
            coming = there or date.weekday() in self.weekdays
            state = DayState.closed if reason else DayState.to_come
            return Day(date, state if coming else DayState.not_open, reason=reason)
        if opened:
            return Day(date, DayState.not_counted, openings=opened)
        return Day(date, DayState.not_open)


def look_up(houses: Sequence[House], spans: Iterable[Span]) -> dict[int, Facts]:
    """What is known of houses, by id, in some spans of days: four queries."""
    found = {house.id: Facts() for house in houses}
    ids, apart = list(found), _apart(spans)
    for house_id, date, n, firsts, asked, by_hand in _rows(_COUNTED, ids, apart):
        visits = Visits(n, firsts, asked)
        found[house_id].counted[read_date(date)] = _Counted(visits, bool(by_hand))
    for house_id, date, state, counted in _rows(_OPENINGS, ids, apart):
        found[house_id].openings[read_date(date)].append(_Opening(state, bool(counted)))
    for house_id, weekday in run(_WEEKDAYS.format(houses=marks(ids)), ids):
        found[house_id].weekdays.add(weekday)
    closures = _closures(ids, apart)
    for house in houses:
        for closure in held_by(house, closures):
            if closes_house(closure):
                _close(found[house.id].closed, closure, apart)
    return found


def month_sums(house: House, months: Sequence[dt.date]) -> dict[dt.date, Sums]:
    """The sums of some months of a house, each by the first day of its month: one query."""
    sql = _EACH_MONTH.format(months=marks(months))
    found: dict[dt.date, dict[SumPart, dict[int, Visits]]] = {
        month: {part: {} for part in SumPart} for month in months
    }
    for month, part, key, *visits in run(sql, (house.id, *months)):
        found[read_date(month)][SumPart(part)][key] = Visits(*visits)
    return dict(found)


def sums_of_months(house: House, first: dt.date, last: dt.date) -> Sums:
    """The sums of all months that begin from first to last, together: one query."""
    found: dict[SumPart, dict[int, Visits]] = {part: {} for part in SumPart}
    for part, key, *visits in run(_ALL_MONTHS, (house.id, first, last)):
        found[SumPart(part)][key] = Visits(*map(int, visits))
    return found


def sums_of_days(house: House, span: Span) -> Sums:
    """The same of a few days, from their hours: one query."""
    found: dict[SumPart, defaultdict[int, Visits]] = {part: defaultdict(Visits) for part in SumPart}
    for date, hour, activity, group, *visits in run(_HOURS, (house.id, span.first, span.last)):
        more = Visits(*visits)
        for part, key in (
            (SumPart.activity, activity or 0),
            (SumPart.group, GROUP_KEYS[AgeGroup(group)] if group else 0),
            (SumPart.slot, read_date(date).weekday() * 24 + hour),
        ):
            found[part][key] = found[part][key].plus(more)
    return dict(found)


def activity_dates(house: House, first: dt.date, last: dt.date) -> dict[int, set[dt.date]]:
    """On which days from first to last (included) each activity was, by its id: one query.

    This is what everybody can read in the programme.
    """
    found: defaultdict[int, set[dt.date]] = defaultdict(set)
    for activity, date in run(_DATES, (house.id, first, last)):
        found[activity].add(read_date(date))
    return dict(found)


def activity_names(house: House) -> dict[int, str]:
    """The names of all activities that a house ever had, by id: one query."""
    return dict(run("SELECT id, title FROM activity WHERE house_id = ?", (house.id,)).fetchall())


# -- queries --------------------------------------------------------------------------------------

# Each span apart: of 'this or that span' SQLite would read all days of the house.
_COUNTED = """
SELECT house_id, date, n, firsts, asked, by_hand FROM count_day
WHERE house_id IN ({houses}) AND date BETWEEN ? AND ?
"""
_OPENINGS = """
SELECT house_id, date, state, counted FROM opening
WHERE house_id IN ({houses}) AND date BETWEEN ? AND ?
"""
_WEEKDAYS = "SELECT DISTINCT house_id, weekday FROM opening_hours WHERE house_id IN ({houses})"
_CLOSURES = f"""
SELECT {columns(Closure, "c")} FROM closure c
WHERE (c.house_id IN ({{houses}}) OR c.house_id IS NULL)
  AND c.first_date <= ? AND c.last_date >= ?
ORDER BY c.first_date, c.last_date, c.id
"""  # noqa: S608
_EACH_MONTH = """
SELECT month, part, key, n, firsts, asked FROM count_month
WHERE house_id = ? AND month IN ({months})
"""
_ALL_MONTHS = """
SELECT part, key, SUM(n), SUM(firsts), SUM(asked) FROM count_month
WHERE house_id = ? AND month BETWEEN ? AND ? GROUP BY part, key
"""
_DATES = f"""
SELECT activity_id, date FROM occurrence
WHERE house_id = ? AND date BETWEEN ? AND ? AND state <> '{OccurrenceState.cancelled.value}'
"""  # noqa: S608
_HOURS = """
SELECT date, hour, activity_id, "group", n, firsts, asked FROM count_hour
WHERE house_id = ? AND date BETWEEN ? AND ?
"""


def _rows(sql: str, ids: Sequence[int], spans: Sequence[Span]) -> Iterable[tuple[Any, ...]]:
    one = sql.format(houses=marks(ids))
    values = [value for span in spans for value in (*ids, span.first, span.last)]
    rows: Iterable[tuple[Any, ...]] = run(" UNION ALL ".join([one] * len(spans)), values)
    return rows


def _apart(spans: Iterable[Span]) -> list[Span]:
    """The same days in spans that do not overlap, by date."""
    found: list[Span] = []
    for span in sorted(spans, key=lambda span: span.first):
        if found and span.first <= found[-1].last + dt.timedelta(days=1):
            found[-1] = Span(found[-1].first, max(found[-1].last, span.last))
        else:
            found.append(Span(span.first, span.last))
    return found


def _closures(ids: Collection[int], spans: Sequence[Span]) -> list[Closure]:
    asked = _CLOSURES.format(houses=marks(ids))
    rows = run(asked, (*ids, spans[-1].last, spans[0].first)).fetchall()
    return [row_of(Closure, iter(row)) for row in rows]


def _close(closed: dict[dt.date, str], closure: Closure, spans: Sequence[Span]) -> None:
    for span in spans:
        day = max(span.first, closure.first_date)
        while day <= min(span.last, closure.last_date):
            closed.setdefault(day, closure.reason)
            day += dt.timedelta(days=1)
