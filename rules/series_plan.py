"""What a change of a series would do to its coming dates: looked at before it is done.

Coming dates that nobody touched follow the series. A date with people on it, a count, or an edit
of its own stays as it is, and is listed with what it would become.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from peewee import JOIN, chunked

from models import (
    HOLDING,
    Activity,
    CountEvent,
    Occurrence,
    OccurrenceState,
    Person,
    Place,
    Room,
    Shift,
)
from rules import double_booked
from rules.closed_days import closures_of, stops
from rules.double_booked import Double
from rules.horizon import ROWS_AT_ONCE, horizon
from rules.recurrence import expand


class Why(StrEnum):
    """Why a date does not follow its series by itself."""

    people = "people"
    counted = "counted"
    moved = "moved"
    other_time = "other_time"
    other_room = "other_room"
    note = "note"
    cancelled = "cancelled"
    #: Somebody added it beside the rule.
    extra = "extra"
    #: With its new hours it would stand on one day and hour with another date of the series.
    double = "double"


@dataclass(frozen=True)
class Becomes:
    """One coming date, and what a change of the series would make of it.

    goes: it is no longer in the series. Else it gets ``start``, ``end`` and ``room``.
    why: empty when it follows by itself. people: first names of who is on its shifts.
    """

    occurrence: Occurrence
    goes: bool
    start: dt.time
    end: dt.time | None
    room: Room | None
    why: tuple[Why, ...] = ()
    people: tuple[str, ...] = ()

    @property
    def may_follow(self) -> bool:
        """Whether it can be asked to follow: not when that would take a counted date away, or
        make the series take place twice at once."""
        return not (self.goes and Why.counted in self.why) and Why.double not in self.why


@dataclass(frozen=True)
class Plan:
    """What a change does to the coming dates of a series, in order of date.

    new, changed, gone: without asking. held: only when asked. paused: cancelled for a school
    holiday from now on. back: no longer, or in the series again. doubles: who would be on two
    shifts at once if all dates that may follow did.
    """

    new: list[dt.date] = field(default_factory=list)
    changed: list[Becomes] = field(default_factory=list)
    gone: list[Becomes] = field(default_factory=list)
    held: list[Becomes] = field(default_factory=list)
    paused: list[Becomes] = field(default_factory=list)
    back: list[Becomes] = field(default_factory=list)
    doubles: tuple[Double, ...] = ()

    def doubles_of(self, held: Becomes) -> list[Double]:
        """Who would be in two places when a held date followed as well."""
        date = held.occurrence.id
        return [each for each in self.doubles if each.shift.occurrence_id == date]

    @property
    def doubles_anyway(self) -> list[Double]:
        """Who would be in two places whatever held dates follow."""
        held = {each.occurrence.id for each in self.held}
        return [each for each in self.doubles if each.shift.occurrence_id not in held]

    @property
    def asks(self) -> bool:
        """Whether somebody should look before it is done."""
        return any(
            (self.new, self.changed, self.gone, self.held, self.paused, self.back, self.doubles)
        )

    @property
    def fingerprint(self) -> str:
        """The same for the same plan: who has seen one has not agreed to another."""
        said: list[Any] = [
            [day.isoformat() for day in self.new],
            *(
                [
                    (
                        b.occurrence.id,
                        b.goes,
                        str(b.start),
                        str(b.end),
                        _id(b.room),
                        b.why,
                        b.people,
                    )
                    for b in some
                ]
                for some in (self.changed, self.gone, self.held, self.paused, self.back)
            ),
            double_booked.fingerprint(self.doubles),
        ]
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def plan(
    before: Activity,
    today: dt.date,
    since: dt.date,
    news: dict[str, Any],
    *,
    none_left: bool = False,
) -> Plan:
    """What new values of columns do to the dates of a series from a day on.

    none_left: as if the series had no dates any more.
    """
    rows = coming(before, since, today)
    until = max([before.filled_until or since, *(row.original_date for row in rows)])
    if before.archived_at is None:
        until = max(until, horizon(today))
    meant = set() if none_left else _meant(before, news, rows, since, until)
    last = news.get("last_date")
    stops_anew = last is not None and last != before.last_date
    start = news.get("start_time", before.start_time)
    end = news.get("end_time", before.end_time)
    room = news.get("room", before.room)
    closures = closures_of(before.house, since, until)
    pausing = Activity(not_in_school_holidays=_pauses(before, news))
    touched, people = _touched(before, rows), _people(rows)
    found = Plan()
    for row in rows:
        if row.dropped:
            if row.original_date in meant and stops(closures, pausing, row.date) is None:
                found.back.append(Becomes(row, False, start, end, room, (), tuple(people[row.id])))
            continue
        beside = row.extra or row.original_date in meant
        goes = none_left or not beside or (stops_anew and row.date > last)
        # A time or room of its own gives way only when the series gets another one.
        retimed = (start, end) != (before.start_time, before.end_time)
        wanted = (start, end) if retimed else (row.start_time, row.end_time)
        placed = room if _id(room) != before.room_id else row.room
        same = (row.start_time, row.end_time, row.room_id) == (*wanted, _id(placed))
        if same and not goes:
            continue
        why = (*([Why.people] if people[row.id] else []), *touched[row.id])
        if goes and row.extra:
            why = (*why, Why.extra)
        if row.state == OccurrenceState.cancelled and not goes:
            why = ()  # It does not take place: its hours only matter when it comes back.
        becomes = Becomes(row, goes, *wanted, placed, why, tuple(people[row.id]))
        (found.held if why else found.gone if goes else found.changed).append(becomes)
    _plan_holidays(found, before, rows, news, people)
    there = {row.original_date for row in _rows(before, since)}
    stands = _keep_apart(found, rows)
    found.new.extend(
        day
        for day in sorted(meant - there)
        if not stops(closures, pausing, day) and (day, start) not in stands
    )
    return found


def _meant(
    before: Activity,
    news: dict[str, Any],
    rows: list[Occurrence],
    since: dt.date,
    until: dt.date,
) -> set[dt.date]:
    """The original dates that the series has from a day on, as it would be.

    Before the day from which its rule holds, these are the dates that a former rule gave.
    """
    rule, first = news.get("rule", before.rule), news.get("first_date", before.first_date)
    last = news.get("last_date", before.last_date)
    anew = (rule, first) != (before.rule, before.first_date)
    begin = since if anew else max(since, before.rule_since or since)
    former = {row.original_date for row in rows if not (row.extra or row.dropped)}
    return set(expand(rule, first, last, begin, until)) | {
        day for day in former if day < begin and (last is None or day <= last)
    }


def _keep_apart(plan: Plan, rows: list[Occurrence]) -> set[tuple[dt.date, dt.time]]:
    """Hold dates that would stand on one day and hour with another date of the series.

    Returns the days and hours at which the series then takes place.
    """
    off = {b.occurrence.id for b in (*plan.gone, *plan.held) if b.goes}
    anew = {b.occurrence.id for b in plan.changed}
    stands = {
        (row.date, row.start_time)
        for row in rows
        if row.id not in off and row.id not in anew and row.state != OccurrenceState.cancelled
    }
    stands |= {(b.occurrence.date, b.start) for b in plan.back}
    for becomes in list(plan.changed):
        row = becomes.occurrence
        if row.state == OccurrenceState.cancelled:
            continue
        if (row.date, becomes.start) in stands:
            plan.changed.remove(becomes)
            plan.held.append(replace(becomes, why=(Why.double,)))
            stands.add((row.date, row.start_time))
        else:
            stands.add((row.date, becomes.start))
    plan.held.sort(key=lambda b: (b.occurrence.date, b.occurrence.start_time, b.occurrence.id))
    return stands


def _plan_holidays(
    plan: Plan,
    before: Activity,
    rows: list[Occurrence],
    news: dict[str, Any],
    people: dict[int, list[str]],
) -> None:
    """Add what pausing in school holidays, or no longer pausing, does to the dates that stay."""
    pauses = _pauses(before, news)
    if pauses == before.not_in_school_holidays or not rows:
        return
    pausing = Activity(not_in_school_holidays=pauses)
    closures = closures_of(before.house, rows[0].date, rows[-1].date)
    going = {b.occurrence.id for b in (*plan.gone, *plan.held) if b.goes}
    for row in rows:
        stop = stops(closures, pausing, row.date)
        off = row.state == OccurrenceState.cancelled
        becomes = Becomes(
            row, False, row.start_time, row.end_time, row.room, (), tuple(people[row.id])
        )
        if row.id in going:
            continue
        if pauses and not off and stop is not None:
            plan.paused.append(becomes)
        elif not pauses and off and row.closure_id is not None and stop is None:
            plan.back.append(becomes)


def _pauses(before: Activity, news: dict[str, Any]) -> bool:
    return bool(news.get("not_in_school_holidays", before.not_in_school_holidays))


def _rows(activity: Activity, since: dt.date) -> list[Occurrence]:
    query = (
        Occurrence.select(Occurrence, Room)
        .join(Room, JOIN.LEFT_OUTER)
        .where(Occurrence.activity == activity, Occurrence.original_date >= since)
        .order_by(Occurrence.date, Occurrence.start_time, Occurrence.id)
    )
    return list(query)


def coming(activity: Activity, since: dt.date, today: dt.date) -> list[Occurrence]:
    """The dates that a change may touch: a date that was moved into the past is over."""
    return [row for row in _rows(activity, since) if row.date >= today]


def _touched(activity: Activity, rows: Iterable[Occurrence]) -> dict[int, list[Why]]:
    """For each date (its id) what people did to it, or counted on it."""
    found: dict[int, list[Why]] = defaultdict(list)
    ids = [row.id for row in rows]
    counted = {
        occurrence
        for some in chunked(ids, ROWS_AT_ONCE)
        for (occurrence,) in CountEvent.select(CountEvent.occurrence)
        .where(CountEvent.occurrence.in_(list(some)))
        .distinct()
        .tuples()
    }
    for row in rows:
        by_a_person = (
            row.state == OccurrenceState.cancelled and row.closure_id is None and not row.dropped
        )
        reasons = {
            Why.counted: row.id in counted,
            Why.moved: row.date != row.original_date,
            Why.other_time: (row.start_time, row.end_time)
            != (activity.start_time, activity.end_time)
            and not (activity.hours_since and row.original_date < activity.hours_since),
            Why.other_room: row.room_id != activity.room_id,
            Why.cancelled: by_a_person,
            Why.note: bool(row.note) and not by_a_person,
        }
        found[row.id] = [why for why, holds in reasons.items() if holds]
    return found


def _people(rows: Iterable[Occurrence]) -> dict[int, list[str]]:
    """For each date (its id) the first names of who holds a seat on its shifts."""
    found: dict[int, list[str]] = defaultdict(list)
    for some in chunked([row.id for row in rows], ROWS_AT_ONCE):
        places = (
            Place.select(Place, Shift.occurrence, Person)
            .join(Shift)
            .switch(Place)
            .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
            .where(Shift.occurrence.in_(list(some)), Place.state.in_(HOLDING))
            .order_by(Place.id)
        )
        for place in places:
            name = place.person.first_name if place.person_id else place.name
            names = found[place.shift.occurrence_id]
            if name not in names:
                names.append(name)
    return found


def _id(room: Room | None) -> int | None:
    return room.id if room is not None else None
