"""What the invented people of the demo do: who is on which shift, and who looks for cover."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

from peewee import chunked

from models import (
    HOLDING,
    Call,
    CallOutcome,
    House,
    Membership,
    OpeningHours,
    Person,
    Place,
    PlaceHow,
    PlaceState,
    Qualification,
    Role,
    Seat,
    Shift,
    ShiftState,
)
from rules import rostering
from rules.closed_days import closed_days
from rules.recurrence import expand

ROWS_AT_ONCE = 400


def chance(*parts: object) -> float:
    """A number from 0 up to 1 that looks like chance and is the same every time."""
    # Twice, since similar texts have similar checksums.
    first = crc32(repr(parts).encode())
    return crc32(first.to_bytes(4, "big"), first) / 2**32


def helpers_of(house: House) -> list[Person]:
    """The volunteers of a house, as they stand in the file."""
    members = Membership.select(Membership, Person).join(Person)
    volunteers = members.where(Membership.house == house, Membership.role == Role.volunteer)
    return [member.person for member in volunteers.order_by(Membership.id)]


# -- the roster -----------------------------------------------------------------------------------


@dataclass
class _Crew:
    """The volunteers of a house, what they can, and what they have done already."""

    people: list[Person]
    skills: set[tuple[int, str]]
    busy: list[tuple[int, dt.date, dt.time, dt.time]] = field(default_factory=list)
    turns: Counter[int] = field(default_factory=Counter)

    def put(self, person: int, shift: Shift) -> None:
        self.busy.append((person, shift.date, shift.start_time, shift.end_time))
        self.turns[person] += 1

    def choose(self, shift: Shift, seat: Seat) -> Person | None:
        """Whose turn it is; nobody who is on another shift at that time."""
        taken = {
            person
            for person, date, start, end in self.busy
            if date == shift.date and start < shift.end_time and shift.start_time < end
        }
        able = [
            person
            # The first is the one to try the demo as, who should find something to take.
            for person in self.people[1:]
            if person.id not in taken
            and (not seat.qualification or (person.id, seat.qualification) in self.skills)
        ]
        return min(
            able,
            key=lambda person: (self.turns[person.id], chance(*_key(seat), person.full_name)),
            default=None,
        )


def make_roster(
    house: House, own: Mapping[str, Any], first: dt.date, today: dt.date, now: dt.datetime
) -> None:
    """Put people on most of the open seats from a day on."""
    last = Shift.select().where(Shift.house == house).order_by(Shift.date.desc()).get().date
    if "extra_shifts" in own:
        _make_extra_shifts(house, own["extra_shifts"], first, last)
    people = helpers_of(house)
    skills = Qualification.select().where(Qualification.person.in_(people))
    crew = _Crew(people, {(skill.person_id, skill.kind) for skill in skills})
    seats = list(
        Seat.select(Seat, Shift)
        .join(Shift)
        .where(Seat.house == house, Shift.state == ShiftState.planned)
        .order_by(Shift.date, Shift.start_time, Shift.title, Seat.position)
    )
    held = {}
    for place in Place.select().where(Place.house == house):
        held[place.seat_id] = place
    for seat in seats:
        if seat.id in held:
            crew.put(held[seat.id].person_id, seat.shift)
    next_open = _next_open_day(house, today)
    soon = _open_soon([seat for seat in seats if seat.id not in held], next_open)
    rows = []
    for seat in seats:
        shift = seat.shift
        if seat.id in held or seat.id in soon:
            continue
        if chance("gap", *_key(seat)) < _gap(seat, today, next_open):
            continue
        person = crew.choose(shift, seat)
        if person is not None:
            crew.put(person.id, shift)
            rows.append(_place_row(house, seat, person, today, now))
    for some in chunked(rows, ROWS_AT_ONCE):
        Place.insert_many(list(some)).execute()
    past = Shift.select(Shift.id).where(Shift.house == house, Shift.date < today)
    Place.update(state=PlaceState.present).where(
        Place.shift.in_(past), Place.state == PlaceState.confirmed
    ).execute()


def _make_extra_shifts(
    house: House, facts: Mapping[str, Any], first: dt.date, last: dt.date
) -> None:
    """Single shifts beside the patterns, as a coordinator adds them by hand."""
    closed = closed_days(house, first, last)
    days = [day for day in expand(facts["rule"], first, last, first, last) if day not in closed]
    Shift.insert_many(
        [
            {
                "house": house,
                "title": facts["title"],
                "original_date": day,
                "date": day,
                "start_time": dt.time.fromisoformat(facts["start"]),
                "end_time": dt.time.fromisoformat(facts["end"]),
            }
            for day in days
        ]
    ).execute()
    single = Shift.select().where(Shift.house == house, Shift.pattern.is_null())
    Seat.insert_many(
        [{"house": house, "shift": shift, "role": facts["role"]} for shift in single]
    ).execute()


def _next_open_day(house: House, today: dt.date) -> dt.date:
    """Today, or else the first day after it on which the house opens."""
    hours = OpeningHours.select(OpeningHours.weekday).where(OpeningHours.house == house)
    weekdays = {row.weekday for row in hours}
    closed = closed_days(house, today, today + dt.timedelta(days=30))
    ahead = (today + dt.timedelta(days=n) for n in range(30))
    return next(day for day in ahead if day.weekday() in weekdays and day not in closed)


def _key(seat: Seat) -> tuple[object, ...]:
    """What tells a seat from others, also when the demo is made again and ids are new."""
    shift = seat.shift
    return (shift.title, shift.date, shift.start_time, seat.position)


def _open_soon(seats: list[Seat], next_open: dt.date) -> set[int]:
    """A needed seat that anybody can take, on each of three days after the next opening."""
    first_of_day: dict[dt.date, int] = {}
    for seat in seats:
        if seat.shift.date > next_open and seat.required and not seat.qualification:
            first_of_day.setdefault(seat.shift.date, seat.id)
    return {first_of_day[day] for day in sorted(first_of_day)[:3]}


def _gap(seat: Seat, today: dt.date, next_open: dt.date) -> float:
    """How likely a seat is still open: the further ahead, the more."""
    days = (seat.shift.date - today).days
    if seat.shift.date <= next_open:
        return 0.0
    likely = 0.12 if days < 7 else 0.25 if days < 21 else 0.4
    return likely if seat.required else min(0.8, likely * 2)


def _place_row(
    house: House, seat: Seat, person: Person, today: dt.date, now: dt.datetime
) -> dict[str, Any]:
    """A place, mostly taken by oneself, some days before today or before the shift."""
    luck = chance("how", *_key(seat))
    how = PlaceHow.self
    if luck > 0.7:
        how = PlaceHow.by_phone if luck > 0.9 else PlaceHow.by_coordinator
    ago = max(0, (today - seat.shift.date).days) + 2 + int(chance("at", *_key(seat)) * 18)
    at = now - dt.timedelta(days=ago)
    state = PlaceState.confirmed
    if seat.shift.date < today and chance("came", *_key(seat)) > 0.94:
        state = PlaceState.excused if luck > 0.4 else PlaceState.absent
    return {
        "house": house.id,
        "shift": seat.shift_id,
        "seat": seat.id,
        "person": person.id,
        "state": state,
        "how": how,
        "by": person.id if how is PlaceHow.self else None,
        "at": at,
        "changed_at": at,
    }


def seek_cover(house: House, name: str, today: dt.date, now: dt.datetime) -> None:
    """Let somebody ask for cover of their next shift; two people were rung already."""
    people = helpers_of(house)
    place = (
        Place.select(Place, Seat, Shift)
        .join(Seat)
        .switch(Place)
        .join(Shift)
        .where(
            Place.person == next(person for person in people if person.first_name == name),
            Place.state.in_(HOLDING),
            Shift.date > today,
        )
        .order_by(Shift.date, Shift.start_time)
        .first()
    )
    rostering.ask_cover(place.seat, place.person, now)
    # Not the first of them: whoever tries the demo as that person is free to take it over.
    others = [person for person in people[1:] if person != place.person]
    for person, outcome in zip(others, (CallOutcome.no, CallOutcome.no_answer), strict=False):
        Call.create(house=house, shift=place.shift, person=person, outcome=outcome, at=now)
