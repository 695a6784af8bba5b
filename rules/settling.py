"""Bringing dates and shifts in line with the closures of a house.

Only dates from today on follow. A date that a person cancelled stays cancelled; a date that a
person brought back stays, until another closure falls on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Container, Iterator

from models import (
    Activity,
    Closure,
    House,
    Occurrence,
    OccurrenceState,
    Person,
)
from rules import filling, openings
from rules.closed_days import closes_house, closures_of, stops
from rules.closure_effect import Effect, manned
from rules.double_booked import doubles_on
from rules.revision import revised
from rules.roster_hold import hold_roster
from rules.unmade_dates import unmade_dates
from rules.wall_time import day_of

_Cancels = Callable[[Occurrence, Closure], bool]


def settle(
    house: House, first: dt.date, last: dt.date, today: dt.date, *, activity: Activity
) -> list[Occurrence]:
    """Bring the dates of an activity in line with the closures of its house, all of them; returns
    those that changed. Call it in a transaction that has the house for itself."""
    found = _settled(house, max(first, today), last, lambda _row, _stop: True, activity=activity)
    return [occurrence for occurrence, _was in found]


def planned_or_moved(occurrence: Occurrence) -> OccurrenceState:
    """The state of a date that goes on: moved when its day or hour is not that of its series."""
    usual = occurrence.activity
    hours = (usual.start_time, usual.end_time)
    former = usual.hours_since is not None and occurrence.original_date < usual.hours_since
    as_usual = occurrence.date == occurrence.original_date and (
        former or (occurrence.start_time, occurrence.end_time) == hours
    )
    return OccurrenceState.planned if as_usual else OccurrenceState.moved


def hours(occurrence: Occurrence) -> tuple[dt.date, dt.time, dt.time | None]:
    """When a date is."""
    return occurrence.date, occurrence.start_time, occurrence.end_time


class Writing:
    """A write in the closures of a house, or (without one) of all, which then are locked.

    Say which days it ``covers`` and which closures are its ``causes``; when it is ``done``, dates
    and shifts follow. Make one inside a transaction.
    """

    def __init__(self, house: House | None, by: Person | None, now: dt.datetime):
        self.house, self.by, self.now, self.today = house, by, now, day_of(now)
        self.causes: set[int] = set()
        self._spans: list[tuple[dt.date, dt.date]] = []
        self._past: list[tuple[dt.date, dt.date]] = []
        self._houses = [house] if house else list(House.select().order_by(House.id))
        # Whoever takes a seat meanwhile waits, so that nobody is overlooked.
        hold_roster(self._houses, self.today)
        self._before = {each.id: self._closures(each) for each in self._houses}

    def covers(self, first: dt.date, last: dt.date) -> None:
        """Let what is planned from one day to another (included) follow, as far as it comes; and
        the openings that were, where nobody counted them."""
        self._past.append((first, last))
        if last >= self.today:
            self._spans.append((max(first, self.today), last))

    def done(self, removed: Collection[Closure] = ()) -> Effect:
        """Let dates and shifts follow; returns what that did.

        :param removed: closures to delete.
        """
        off: set[tuple[int, dt.date]] = set()
        back: set[tuple[int, dt.date]] = set()
        rows: dict[int, Occurrence] = {}
        without = {closure.id for closure in removed}
        for house in self._houses:
            before, after = self._before[house.id], self._closures(house, without)
            cancels = self._cancels(before, after)
            for first, last in self._spans:
                for row, was in _settled(house, first, last, cancels, without=without):
                    rows[row.id] = row
                    date = row.activity_id, row.original_date
                    if row.state != was:
                        (back if was == OccurrenceState.cancelled else off).add(date)
                for activity, day in unmade_dates(house, first, last):
                    stopped = stops(before, activity, day), stops(after, activity, day)
                    if stopped[1] and not stopped[0]:
                        off.add((activity.id, day))
                    elif stopped[0] and not stopped[1]:
                        back.add((activity.id, day))
        for closure in removed:
            # Its dates have let go of it: else they would look as if a person had cancelled them.
            closure.delete_instance()
        for house in self._houses:
            for first, last in self._past:
                openings.follow_closures(house, first, last, self.today)
        revised({activity for activity, _day in off | back}, self.now)
        return self._shifts_follow(list(rows.values()), len(off), len(back))

    def _cancels(self, before: list[Closure], after: list[Closure]) -> _Cancels:
        """Whether a planned date gives way to a closure: only to what is new about the closures.

        Where one stopped it before in the same way, a person brought it back, and it stays.
        """
        # Where an answer of the house is gone, what holds for all speaks again.
        spoke = {closure.id for closure in before}
        causes = self.causes | {each.id for each in after if each.id not in spoke}

        def cancels(row: Occurrence, stop: Closure) -> bool:
            was = stops(before, row.activity, row.date)
            same = was and (was.id, closes_house(was)) == (stop.id, closes_house(stop))
            return stop.id in causes and not same

        return cancels

    def _shifts_follow(self, rows: list[Occurrence], off: int, back: int) -> Effect:
        shifts = filling.follow_occurrences(rows, self.now, by=self.by)
        for first, last in self._spans:
            span = Closure(house=self.house, first_date=first, last_date=last)
            shifts += filling.follow_closure(span, self.now, by=self.by)
        changed = list({shift.id: shift for shift in shifts}.values())
        return Effect(off, back, changed, manned(changed), doubles_on(changed))

    def _closures(self, house: House, without: Container[int] = ()) -> list[Closure]:
        return closures_of(house, self.today, dt.date.max, without=without)


def _settled(
    house: House,
    first: dt.date,
    last: dt.date,
    cancels: _Cancels,
    *,
    activity: Activity | None = None,
    without: Container[int] = (),
) -> Iterator[tuple[Occurrence, OccurrenceState]]:
    """Each date that changes, with the state it had.

    Dates that a closure cancelled come back when none stops them any more. Whether a planned date
    gives way to a closure that stops it, ``cancels`` decides.
    """
    closures = closures_of(house, first, last, without=without)
    query = (
        Occurrence.select(Occurrence, Activity)
        .join(Activity)
        .where(Occurrence.house == house, Occurrence.date.between(first, last))
    )
    if activity is not None:
        query = query.where(Occurrence.activity == activity)
    for occurrence in list(query):
        was = occurrence.state
        stop = stops(closures, occurrence.activity, occurrence.date)
        if was == OccurrenceState.cancelled:
            if occurrence.closure_id is None or (stop and stop.id == occurrence.closure_id):
                continue
            occurrence.closure = stop
            if stop is None:
                occurrence.state = planned_or_moved(occurrence)
        elif stop is not None and cancels(occurrence, stop):
            occurrence.closure = stop
            occurrence.state = OccurrenceState.cancelled
        else:
            continue
        occurrence.save(only=[Occurrence.closure, Occurrence.state])
        yield occurrence, was
