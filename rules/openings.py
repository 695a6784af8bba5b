"""The openings of a house: which of them a moment belongs to, and what became of each."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from typing import Any, NamedTuple, Protocol, TypeVar

from peewee import chunked, fn

import models
from models import (
    AuditEntry,
    CountDay,
    House,
    Occurrence,
    Opening,
    OpeningHours,
    OpeningState,
)
from rules.closed_days import closed_days
from rules.wall_time import day_of
from rules.written_sql import marks, read_time, run


class Span(Protocol):
    """A span of a day, in the wall time of the house."""

    @property
    def start_time(self) -> dt.time: ...
    @property
    def end_time(self) -> dt.time: ...


AnySpan = TypeVar("AnySpan", bound=Span)


def nearest(spans: Iterable[AnySpan], time: dt.time) -> AnySpan | None:
    """The span that holds the time, or else the one that is nearest; None when there is none."""
    return min(
        spans, key=lambda span: (_minutes_outside(span, time), span.start_time), default=None
    )


def holds(span: Span, time: dt.time) -> bool:
    """Whether the time lies in the span; its end does not."""
    return span.start_time <= time < span.end_time


def settle(house: House, today: dt.date) -> None:
    """Make a row of every opening up to yesterday, counted or not, and of those that a closure
    took: hours and closures of later must not change what was.

    It begins with the first day that was counted. Doing so again adds nothing.
    """
    last = today - dt.timedelta(days=1)
    if house.openings_until is not None and house.openings_until >= last:
        return
    with models.db.atomic():
        models.for_one_writer(house)
        until = House.select(House.openings_until).where(House.id == house.id).scalar()
        first = until + dt.timedelta(days=1) if until else _first_counted(house) or last
        if first <= last:
            for rows in chunked(list(_usual_openings(house, first, last)), 400):
                Opening.insert_many(rows).on_conflict_ignore().execute()
            House.update(openings_until=last).where(House.id == house.id).execute()
    house.openings_until = max(last, until or last)


def follow_closures(house: House, first: dt.date, last: dt.date, today: dt.date) -> None:
    """Let openings up to today follow the closures as they are now, in the transaction that changed
    them.

    What was counted, or what a person answered, stays.
    """
    # Of today there is a row already when somebody noted who was there.
    last = min(last, today)
    if first > last:
        return
    closed = closed_days(house, first, last)
    rows = Opening.select().where(
        Opening.house == house,
        Opening.date.between(first, last),
        ~Opening.counted,
        ~Opening.answered,
    )
    for row in rows:
        state = OpeningState.closed if row.date in closed else OpeningState.open
        if row.state != state:
            row.state = state
            row.save(only=[Opening.state])


_HELD = """
SELECT e.opening_id FROM count_event e
LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id
WHERE e.house_id IN ({houses}) AND e.date IN ({dates}) AND e.kind <> 'undo' AND u.id IS NULL
"""


def let_go(ids: Set[int]) -> None:
    """Let openings be as nobody counted them, in the transaction that took visits back.

    Those of which something else still holds (a tap, a sheet, a correction), and those that a
    person answered for, stay.
    """
    if not ids:
        return
    rows = list(Opening.select(Opening, House).join(House).where(Opening.id.in_(ids)))
    houses, dates = {row.house_id for row in rows}, {row.date for row in rows}
    asked = _HELD.format(houses=marks(houses), dates=marks(dates))
    held = {id for (id,) in run(asked, (*houses, *dates))} if rows else set()
    for row in rows:
        if row.id not in held and not row.answered:
            closed = row.date in closed_days(row.house, row.date, row.date)
            row.counted = False
            row.state = OpeningState.closed if closed else OpeningState.open
            row.save(only=[Opening.counted, Opening.state])


def of_day(house: House, date: dt.date, today: dt.date) -> list[Opening]:
    """The openings of a day in order, two queries; of a day that is not settled yet those of its
    usual hours too, without an id until something is noted for them."""
    rows = list(
        Opening.select()
        .where(Opening.house == house, Opening.date == date)
        .order_by(Opening.start_time)
    )
    until = house.openings_until
    if date < today and until is not None and date <= until:
        return rows
    usual = [Opening(**each) for each in _usual_openings(house, date, date)]
    return sorted([*rows, *usual], key=lambda opening: opening.start_time)


def first_day(house: House) -> dt.date | None:
    """The first day of which anything is known of a house; None for one without a past."""
    made = (
        AuditEntry.select(fn.MIN(AuditEntry.at))
        .where(AuditEntry.subject == "house", AuditEntry.subject_id == str(house.id))
        .where(AuditEntry.action == "house.add")
        .scalar()
    )
    days = [
        table.select(fn.MIN(table.date)).where(table.house == house).scalar()
        for table in (CountDay, Opening, Occurrence)
    ]
    if made is not None:
        days.append(day_of(made))
    return min((day for day in days if day is not None), default=None)


def _first_counted(house: House) -> dt.date | None:
    day: dt.date | None = (
        CountDay.select(fn.MIN(CountDay.date)).where(CountDay.house == house).scalar()
    )
    return day


def _usual_openings(house: House, first: dt.date, last: dt.date) -> Iterator[dict[str, Any]]:
    """The openings of days by their hours, as far as there is no row of that time yet."""
    closed = closed_days(house, first, last)
    hours = list(OpeningHours.select().where(OpeningHours.house == house))
    there = defaultdict(list)
    for row in Opening.select().where(Opening.house == house, Opening.date.between(first, last)):
        there[row.date].append(row)
    for n in range((last - first).days + 1):
        day = first + dt.timedelta(days=n)
        for span in hours:
            # The hours may have changed since the first tap of a day made its opening.
            if span.weekday == day.weekday() and not any(_meet(span, row) for row in there[day]):
                yield {
                    "house": house.id,
                    "date": day,
                    "start_time": span.start_time,
                    "end_time": span.end_time,
                    "state": OpeningState.closed if day in closed else OpeningState.open,
                }


class _Opening(NamedTuple):
    id: int
    start_time: dt.time
    end_time: dt.time
    counted: bool


_EXISTING = "SELECT id, start_time, end_time, counted FROM opening WHERE house_id = ? AND date = ?"


class Openings:
    """The openings of days, found or made; each day is asked for once. Lives in a transaction."""

    def __init__(self) -> None:
        self._found: dict[tuple[int, dt.date], list[_Opening]] = {}
        self._hours: dict[tuple[int, int], list[OpeningHours]] = {}
        self._used: set[int] = set()

    def at(self, house: int, date: dt.date, time: dt.time) -> int:
        """The id of the opening of a moment; the first tap of a day makes it from the hours.

        Outside all hours the nearest counts: whoever comes in before nine belongs to that
        morning. A day without hours (a Saturday with a repair café) opens with its first tap.
        """
        found = self._at(house, date, time)
        self._used.add(found)
        return found

    def mark_counted(self, counted: Set[int] | None = None) -> None:
        """Note that something was counted for the openings that were asked for, or for those of
        them of which that is said: an event that was taken back already counts nothing.

        What somebody called closed, or not counted, was open after all: that answer is gone.
        """
        known = {one.id for there in self._found.values() for one in there if one.counted}
        counted = self._used if counted is None else counted
        if counted - known:
            Opening.update(counted=True, answered=False, state=OpeningState.open).where(
                Opening.id.in_(counted - known)
            ).execute()

    def _at(self, house: int, date: dt.date, time: dt.time) -> int:
        there = self._existing(house, date)
        for opening in there:
            if holds(opening, time):
                return opening.id
        starts = {opening.start_time for opening in there}
        usual = [row for row in self._usual(house, date) if row.start_time not in starts]
        span: _Opening | OpeningHours | None = nearest([*there, *usual], time)
        if isinstance(span, _Opening):
            return span.id
        if span is not None:
            return self._make(house, date, span.start_time, span.end_time)
        end = dt.time(time.hour + 1) if time.hour < 23 else dt.time(23, 59)
        return self._make(house, date, dt.time(time.hour), end)

    def _make(self, house: int, date: dt.date, start: dt.time, end: dt.time) -> int:
        Opening.insert(
            house=house, date=date, start_time=start, end_time=end
        ).on_conflict_ignore().execute()
        there = self._existing(house, date, again=True)
        return next(opening.id for opening in there if opening.start_time == start)

    def _existing(self, house: int, date: dt.date, again: bool = False) -> list[_Opening]:
        if again or (house, date) not in self._found:
            self._found[house, date] = [
                _Opening(id, read_time(start), read_time(end), bool(counted))
                for id, start, end, counted in run(_EXISTING, (house, date))
            ]
        return self._found[house, date]

    def _usual(self, house: int, date: dt.date) -> list[OpeningHours]:
        weekday = date.weekday()
        if (house, weekday) not in self._hours:
            rows = OpeningHours.select().where(
                OpeningHours.house == house, OpeningHours.weekday == weekday
            )
            self._hours[house, weekday] = list(rows)
        return self._hours[house, weekday]


def _meet(one: Span, other: Span) -> bool:
    return one.start_time < other.end_time and other.start_time < one.end_time


def _minutes_outside(span: Span, time: dt.time) -> int:
    if holds(span, time):
        return 0
    minute = time.hour * 60 + time.minute
    start = span.start_time.hour * 60 + span.start_time.minute
    end = span.end_time.hour * 60 + span.end_time.minute
    # At least 1: whoever comes when the doors close is not inside any more.
    return max(1, start - minute, minute - end)
