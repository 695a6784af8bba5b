"""What copying a month of the roster would do: looked at before it is done.

The third Thursday of one month becomes the third Thursday of the other. What is there already
stays as it is, so that doing it twice adds nothing.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from peewee import chunked

from models import HOLDING, House, Person, Place, Qualification, Seat, Shift, ShiftState
from rules import availability
from rules.closed_days import closed_days
from rules.fixed_people import helpers
from rules.wall_time import month_of, to_utc

_ROWS_AT_ONCE = 200


class Why(StrEnum):
    """Why a shift, or somebody on one, does not come along."""

    no_such_day = "no_such_day"
    over = "over"
    closed = "closed"
    there = "there"
    # Of people.
    taken = "taken"
    gone = "gone"
    unskilled = "unskilled"
    elsewhere = "elsewhere"
    away = "away"
    left = "left"


@dataclass(frozen=True)
class NewShift:
    """A shift that comes: ``source`` on another day, with its seats."""

    source: Shift
    date: dt.date
    seats: tuple[Seat, ...]


@dataclass(frozen=True)
class LeftOut:
    """A shift that does not come; ``date`` is where it would stand, if there is such a day."""

    source: Shift
    why: Why
    date: dt.date | None = None


@dataclass(frozen=True)
class Comes:
    """Somebody on a seat as in the other month, on ``shift`` or on what is made after it.

    seat: None while its shift is not made. why: None when they come along.
    """

    place: Place
    name: str
    date: dt.date
    shift: Shift
    seat: Seat | None
    why: Why | None = None


@dataclass
class CopyPlan:
    """What copying a month would do, in order of time."""

    new: list[NewShift] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    people: list[Comes] = field(default_factory=list)
    not_people: list[Comes] = field(default_factory=list)

    @property
    def fingerprint(self) -> str:
        """The same for the same plan: who has seen one has not agreed to another."""
        said = (
            [(each.source.id, str(each.date)) for each in self.new],
            [(each.place.id, str(each.date), each.seat and each.seat.id) for each in self.people],
        )
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def same_day_in(month: dt.date, day: dt.date) -> dt.date | None:
    """The nth weekday of a month (any day of it), as ``day`` is in its own; None without one."""
    first, last = month_of(month)
    there = first + dt.timedelta(days=(day.weekday() - first.weekday()) % 7)
    there += dt.timedelta(weeks=(day.day - 1) // 7)
    return there if there <= last else None


def plan(
    house: House, source: dt.date, target: dt.date, now: dt.datetime, *, people: bool
) -> CopyPlan:
    """What copying one month (any day of it) to another would do, with ``people`` or without.

    A fixed number of queries, up to 200 shifts.
    """
    return _Copying(house, source, target, now, people).plan


class _Copying:
    """The parts of working out one plan."""

    def __init__(
        self, house: House, source: dt.date, target: dt.date, now: dt.datetime, people: bool
    ):
        self.house, self.target, self.now = house, target, now
        self.plan = CopyPlan()
        self.there = _shifts(house, *month_of(target))
        self.from_ = [
            shift
            for shift in _shifts(house, *month_of(source))
            if shift.state == ShiftState.planned
        ]
        self.sources = {shift.id: shift for shift in self.from_}
        self.seats = _seats_of([*self.from_, *self.there])
        #: For each shift of the first month the one of the other that it is copied to.
        self.pairs: dict[int, Shift | None] = {}
        self.days: dict[int, dt.date] = {}
        self._plan_shifts()
        if people:
            self._plan_people()
        self._put_in_order()

    def _put_in_order(self) -> None:
        """By the days of the other month: the nth weekdays of one do not follow those of another;
        what has no day there comes last."""
        self.plan.new.sort(key=lambda each: (each.date, each.source.start_time, each.source.id))
        self.plan.left_out.sort(
            key=lambda each: (each.date or dt.date.max, each.source.date, each.source.start_time)
        )
        for some in (self.plan.people, self.plan.not_people):
            some.sort(key=lambda each: (each.date, each.shift.start_time, each.place.id))

    def _plan_shifts(self) -> None:
        first, last = month_of(self.target)
        closed = closed_days(self.house, first, last)
        alone: dict[Any, list[Shift]] = defaultdict(list)
        by_pattern: dict[Any, list[Shift]] = defaultdict(list)
        for shift in self.there:
            if shift.pattern_id is None:
                alone[_key(shift, shift.date)].append(shift)
            else:
                by_pattern[shift.pattern_id, shift.date].append(shift)
        for shift in self.from_:
            day = same_day_in(self.target, shift.date)
            if shift.pattern_id is not None:
                if day is not None and by_pattern[shift.pattern_id, day]:
                    self.pairs[shift.id] = by_pattern[shift.pattern_id, day].pop(0)
                    self.days[shift.id] = day
                continue
            if day is None:
                self.plan.left_out.append(LeftOut(shift, Why.no_such_day))
                continue
            self.days[shift.id] = day
            same = alone[_key(shift, day)]
            if same:
                self.pairs[shift.id] = same.pop(0)
                self.plan.left_out.append(LeftOut(shift, Why.there, day))
            elif to_utc(day, shift.end_time) <= self.now:
                self.plan.left_out.append(LeftOut(shift, Why.over, day))
            elif day in closed:
                self.plan.left_out.append(LeftOut(shift, Why.closed, day))
            else:
                self.pairs[shift.id] = None
                self.plan.new.append(NewShift(shift, day, tuple(self.seats[shift.id])))

    def _plan_people(self) -> None:
        """Who comes along, the earliest first: on the matching seat, if it is open and they can."""
        held = _held(shift.id for shift in self.from_ if shift.id in self.pairs)
        ids = {place.person_id for place in held}
        known = _People(self.house, ids, [shift.id for shift in self.there], self.target)
        for place in sorted(held, key=lambda each: (self.days[each.shift_id], each.id)):
            shift = self.pairs[place.shift_id]
            if shift is not None and (
                (shift.id, place.person_id) in known.on
                or shift.state == ShiftState.cancelled
                or to_utc(shift.date, shift.start_time) <= self.now
            ):
                continue
            seat = self._matching(place, shift) if shift is not None else None
            day = self.days[place.shift_id]
            # What is there already may have other hours that day.
            stands = shift or self.sources[place.shift_id]
            when = day, stands.start_time, stands.end_time
            kind = (seat or self._seat(place)).qualification
            if shift is not None and (seat is None or seat.id in known.taken):
                why: Why | None = Why.taken
            elif shift is not None and (shift.id, place.person_id) in known.were_on:
                why = Why.left
            else:
                why = known.hindrance(place.person_id, kind, when)
            comes = Comes(place, place.person.full_name, day, stands, seat, why)
            if why is not None:
                self.plan.not_people.append(comes)
                continue
            self.plan.people.append(comes)
            known.busy[place.person_id].append(when)
            if seat is not None:
                known.taken.add(seat.id)

    def _seat(self, place: Place) -> Seat:
        return next(seat for seat in self.seats[place.shift_id] if seat.id == place.seat_id)

    def _matching(self, place: Place, shift: Shift) -> Seat | None:
        """The seat of a shift that is the same as that of a place on its source."""
        mine, own = self.seats[place.shift_id], self._seat(place)
        theirs = self.seats[shift.id]
        if own.pattern_seat_id is not None:
            same = [seat for seat in theirs if seat.pattern_seat_id == own.pattern_seat_id]
            return same[0] if same else None
        n = [seat.id for seat in mine if seat.role == own.role].index(own.id)
        alike = [seat for seat in theirs if seat.role == own.role and seat.pattern_seat_id is None]
        return alike[n] if n < len(alike) else None


class _People:
    """What is known of the people of one month, in the other.

    on: who is on which shift there (ids). were_on: who ever was. taken: the seats that are held.
    busy: when each person is on anywhere.
    """

    def __init__(self, house: House, people: set[int], shifts: list[int], month: dt.date):
        first, last = month_of(month)
        self.helps = set(helpers(house))
        self.away = availability.absences(people, first, last)
        self.skills = {
            (skill.person_id, skill.kind): skill.expires or dt.date.max
            for skill in Qualification.select().where(Qualification.person.in_(people))
        }
        self.busy = _busy(people, first, last)
        self.on: set[tuple[int, int]] = set()
        self.were_on: set[tuple[int, int]] = set()
        self.taken: set[int] = set()
        for some in chunked(shifts, _ROWS_AT_ONCE):
            rows = Place.select(Place.shift, Place.seat, Place.person, Place.state)
            for shift, seat, person, state in rows.where(Place.shift.in_(list(some))).tuples():
                self.were_on.add((shift, person))
                if state in HOLDING:
                    self.on.add((shift, person))
                    self.taken.add(seat)

    def hindrance(
        self, person: int, kind: str, when: tuple[dt.date, dt.time, dt.time]
    ) -> Why | None:
        """What keeps somebody from a seat that asks for a qualification (or none)."""
        day, start, end = when
        if person not in self.helps:
            return Why.gone
        if kind and self.skills.get((person, kind), dt.date.min) < day:
            return Why.unskilled
        if any(
            there == day and begins < end and ends > start
            for there, begins, ends in self.busy[person]
        ):
            return Why.elsewhere
        return Why.away if self.away.away(person, day, start, end) else None


def _key(shift: Shift, day: dt.date) -> tuple[Any, ...]:
    return shift.title, day, shift.start_time, shift.end_time


def _shifts(house: House, first: dt.date, last: dt.date) -> list[Shift]:
    query = Shift.select().where(Shift.house == house, Shift.date.between(first, last))
    return list(query.order_by(Shift.date, Shift.start_time, Shift.title, Shift.id))


def _seats_of(shifts: list[Shift]) -> dict[int, list[Seat]]:
    found: dict[int, list[Seat]] = defaultdict(list)
    for some in chunked((shift.id for shift in shifts), _ROWS_AT_ONCE):
        seats = Seat.select().where(Seat.shift.in_(list(some)))
        for seat in seats.order_by(Seat.position, Seat.id):
            found[seat.shift_id].append(seat)
    return found


def _held(shifts: Iterable[int]) -> list[Place]:
    """Who is on some shifts (ids), with ``place.person``; people only, no written names."""
    found: list[Place] = []
    for some in chunked(shifts, _ROWS_AT_ONCE):
        query = (
            Place.select(Place, Person)
            .join(Person, on=(Place.person == Person.id))
            .where(Place.shift.in_(list(some)), Place.state.in_(HOLDING))
        )
        found.extend(query.order_by(Place.id))
    return found


def _busy(
    people: Iterable[int], first: dt.date, last: dt.date
) -> dict[int, list[tuple[dt.date, dt.time, dt.time]]]:
    found: dict[int, list[tuple[dt.date, dt.time, dt.time]]] = defaultdict(list)
    query = (
        Place.select(Place.person, Shift.date, Shift.start_time, Shift.end_time)
        .join(Shift)
        .where(
            Place.person.in_(list(people)),
            Place.state.in_(HOLDING),
            Shift.state == ShiftState.planned,
            Shift.date.between(first, last),
        )
    )
    for person, *when in query.tuples():
        found[person].append(tuple(when))
    return found
