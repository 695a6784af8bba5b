"""People who have the same seat again and again: whose turn it is, and whether they can.

Who cannot be put on leaves the seat open: they are on elsewhere then, miss the skill, or said that
they are away. Who has left a shift themselves is not put back on it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from peewee import chunked

from models import (
    HOLDING,
    FixedPlace,
    House,
    Membership,
    Person,
    Place,
    PlaceHow,
    Qualification,
    Role,
    Rotation,
    Seat,
    Shift,
    ShiftPattern,
    ShiftState,
    for_one_writer,
)
from rules import places
from rules.availability import Absences, absences
from rules.wall_time import day_of, week_of

_ROWS_AT_ONCE = 200
_WEEK = dt.timedelta(weeks=1)


class Hindrance(StrEnum):
    """Why somebody cannot have the seat that is theirs."""

    elsewhere = "elsewhere"
    unskilled = "unskilled"
    away = "away"


@dataclass
class FixedPeople:
    """Fixed people by pattern seat, and what is known of them.

    busy: when each person is on somewhere. absent: when they said that they cannot come. known: who
    was ever on a shift, by its id.
    """

    by_seat: dict[int, list[FixedPlace]]
    qualified: dict[tuple[int, str], dt.date | None] = field(default_factory=dict)
    busy: dict[int, list[tuple[dt.date, dt.time, dt.time]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    absent: Absences = field(default_factory=Absences)
    held: set[int] = field(default_factory=set)
    known: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))

    def turns(self, seat: Seat) -> Iterator[FixedPlace]:
        """Whose turn it is on a seat, the first one first; not who was on its shift already."""
        for fixed in self.by_seat.get(seat.pattern_seat_id, ()):
            known = self.known[seat.shift.id]
            if fixed.person_id not in known and rotates(fixed, seat.shift.original_date):
                yield fixed

    def hindrance(self, person: int, seat: Seat) -> Hindrance | None:
        """What keeps a person (an id) from a seat; None when they can."""
        shift = seat.shift
        if any(
            day == shift.date and start < shift.end_time and end > shift.start_time
            for day, start, end in self.busy[person]
        ):
            return Hindrance.elsewhere
        key = (person, seat.qualification)
        if seat.qualification and (
            key not in self.qualified or (self.qualified[key] or shift.date) < shift.date
        ):
            return Hindrance.unskilled
        if self.absent.away(person, shift.date, shift.start_time, shift.end_time):
            return Hindrance.away
        return None

    def choose(self, seats: Iterable[Seat]) -> list[tuple[Seat, FixedPlace]]:
        """Who gets which of these seats, if nobody holds it; the first seat chooses first."""
        chosen = []
        for seat in seats:
            if seat.id in self.held:
                continue
            for fixed in self.turns(seat):
                if self.hindrance(fixed.person_id, seat) is None:
                    chosen.append((seat, fixed))
                    shift = seat.shift
                    self.known[shift.id].add(fixed.person_id)
                    self.busy[fixed.person_id].append(
                        (shift.date, shift.start_time, shift.end_time)
                    )
                    break
        return chosen

    def look_at(self, shifts: Sequence[Shift]) -> None:
        """Find out when the fixed people are on elsewhere while these shifts are, in any house, or
        away, and who was on these shifts already."""
        if not shifts:
            return
        people = {fixed.person_id for some in self.by_seat.values() for fixed in some}
        skills = Qualification.select().where(Qualification.person.in_(people))
        self.qualified = {(skill.person_id, skill.kind): skill.expires for skill in skills}
        days = [shift.date for shift in shifts]
        # The weekdays that they wish free do not count: this seat was agreed with them.
        self.absent = Absences(absences(people, min(days), max(days)).days)
        on = (
            Place.select(Place.person, Shift.date, Shift.start_time, Shift.end_time)
            .join(Shift)
            .where(
                Place.person.in_(people),
                Place.state.in_(HOLDING),
                Shift.state == ShiftState.planned,
                Shift.date.between(min(days), max(days)),
            )
        )
        for person, *when in on.tuples():
            self.busy[person].append(tuple(when))
        for some in chunked((shift.id for shift in shifts), _ROWS_AT_ONCE):
            on_these = Place.select(Place.shift, Place.seat, Place.person, Place.state)
            for shift, seat, person, state in on_these.where(Place.shift.in_(list(some))).tuples():
                self.known[shift].add(person)
                if state in HOLDING:
                    self.held.add(seat)


@dataclass(frozen=True)
class NotOn:
    """A fixed person who is not on a shift of theirs, because of a hindrance."""

    shift: Shift
    seat: Seat
    person: Person
    why: Hindrance


def fixed_people(house: House, shifts: Sequence[Shift]) -> FixedPeople:
    """Fixed places of people who still help in the house, for some shifts of it."""
    by_seat = defaultdict(list)
    query = (
        FixedPlace.select(FixedPlace, Person)
        .join(Person)
        .where(FixedPlace.house == house, FixedPlace.person.in_(helpers(house)))
        .order_by(FixedPlace.id)
    )
    for place in query:
        by_seat[place.pattern_seat_id].append(place)
    found = FixedPeople(dict(by_seat))
    if by_seat:
        found.look_at(shifts)
    return found


def helpers(house: House | int) -> list[int]:
    """The ids of who helps in a house, in order."""
    query = (
        Membership.select(Membership.person)
        .join(Person)
        .where(Membership.house == house, Person.active, Membership.role != Role.viewer)
        .order_by(Membership.person)
    )
    return [person for (person,) in query.tuples()]


def hold_fixed_people(house: House, *, besides: Iterable[int] = ()) -> None:
    """Let nobody who is fixed in a house get on a shift elsewhere until the transaction ends.

    Call it before any shift is written: whoever takes a seat has their own row first, and then
    the shift.

    :param besides: the ids of others who are to be held as well.
    """
    fixed = FixedPlace.select(FixedPlace.person).where(FixedPlace.house == house)
    wanted = Person.id.in_(fixed) | Person.id.in_(list(besides))
    for person in Person.select(Person.id).where(wanted).order_by(Person.id):
        for_one_writer(person)


def seat_fixed_people(house: House, shifts: Sequence[Shift], now: dt.datetime) -> int:
    """Put fixed people on the open seats of some shifts, where it is their turn and they can.

    Returns how many. Call it in a transaction that has the house and its fixed people for itself.
    """
    put = 0
    for some in chunked(shifts, _ROWS_AT_ONCE):
        batch = list(some)
        fixed = fixed_people(house, batch)
        if not fixed.by_seat:
            return put
        rows = [
            {
                "house": house.id,
                "shift": seat.shift_id,
                "seat": seat.id,
                "person": chosen.person_id,
                "how": PlaceHow.fixed,
                "at": now,
                "changed_at": now,
            }
            for seat, chosen in fixed.choose(seats_of(batch))
        ]
        if rows:
            Place.insert_many(rows).execute()
            places.remember_new([shift.id for shift in batch], now)
        put += len(rows)
    return put


def seats_of(shifts: Iterable[Shift]) -> list[Seat]:
    """The seats of some shifts with ``seat.shift``, in order of shift and place on it."""
    query = Seat.select(Seat, Shift).join(Shift).where(Seat.shift.in_(list(shifts)))
    return list(query.order_by(Seat.shift, Seat.position, Seat.id))


def not_put_on(pattern: ShiftPattern, now: dt.datetime) -> list[NotOn]:
    """Who should be on a coming shift of a pattern and is not, because they cannot: by date.

    Nine queries, however many shifts.
    """
    coming = list(
        Shift.select()
        .where(
            Shift.pattern == pattern,
            Shift.date >= day_of(now),
            Shift.state == ShiftState.planned,
        )
        .order_by(Shift.date, Shift.start_time)
    )
    fixed = fixed_people(pattern.house, coming)
    found = []
    if coming and fixed.by_seat:
        for seat in sorted(seats_of(coming), key=lambda each: (each.shift.date, each.position)):
            if seat.id in fixed.held:
                continue
            for turn in fixed.turns(seat):
                why = fixed.hindrance(turn.person_id, seat)
                if why is not None:
                    found.append(NotOn(seat.shift, seat, turn.person, why))
    return found


def rotates(fixed: FixedPlace, day: dt.date) -> bool:
    """Whether a fixed place falls on a day.

    Even and odd go by the number of the ISO week, as the calendar on the wall does: after a week
    53 'odd' comes twice in a row. Groups take turns by whole weeks, counted from one Monday to
    another, so that the numbers of weeks do not matter to them.
    """
    if fixed.rotation == Rotation.nth:
        if fixed.nth == -1:
            return (day + _WEEK).month != day.month
        return bool((day.day + 6) // 7 == fixed.nth)
    if fixed.rotation == Rotation.every:
        return True
    if fixed.rotation == Rotation.group:
        weeks = (week_of(day)[0] - week_of(fixed.group_since)[0]).days // 7
        return bool(weeks >= 0 and weeks % fixed.groups == 0)
    odd = day.isocalendar().week % 2 == 1
    return odd is (fixed.rotation == Rotation.odd)
