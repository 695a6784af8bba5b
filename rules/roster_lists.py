"""The roster as one reader sees it: shifts with their seats, who is on by first name, what is free.

Each list takes four queries, however many seats it has.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, NamedTuple

from peewee import JOIN, fn

from models import (
    HOLDING,
    House,
    Membership,
    Person,
    Place,
    PlaceState,
    Qualification,
    Role,
    Seat,
    Shift,
    ShiftState,
)
from rules.short_names import names_in
from rules.wall_time import to_local


class Offer(StrEnum):
    """What a reader can do with a seat now."""

    nothing = "nothing"
    take = "take"
    take_over = "take_over"
    leave = "leave"


@dataclass(slots=True)
class RosterSeat:
    """A seat as it is now, for one reader."""

    id: int
    role: str
    qualification: str
    required: bool
    holder_id: int | None
    #: The first name of who holds it; empty when the seat is open.
    holder: str
    mine: bool
    seeks_cover: bool
    offer: Offer = Offer.nothing
    #: The seat asks for a qualification that the reader does not have.
    lacking: bool = False

    @property
    def open(self) -> bool:
        return not self.holder and not self.mine


@dataclass(slots=True)
class Gap:
    """Open seats of one kind on a shift; ``seat`` is the first of ``count``."""

    seat: RosterSeat
    count: int = 1


@dataclass(slots=True)
class RosterShift:
    """A shift with its seats in order."""

    id: int
    house_id: int
    title: str
    date: dt.date
    start_time: dt.time
    end_time: dt.time
    cancelled: bool
    started: bool
    over: bool
    seats: list[RosterSeat] = field(default_factory=list)

    @property
    def mine(self) -> RosterSeat | None:
        """The reader's own seat."""
        return next((seat for seat in self.seats if seat.mine), None)

    @property
    def open_seats(self) -> list[RosterSeat]:
        return [seat for seat in self.seats if seat.open]

    @property
    def gaps(self) -> list[Gap]:
        """The open seats, those of one role taken together; extra ones last."""
        found: dict[tuple[str, str, bool], Gap] = {}
        for seat in sorted(self.open_seats, key=lambda each: not each.required):
            kind = (seat.role, seat.qualification, seat.required)
            if kind in found:
                found[kind].count += 1
            else:
                found[kind] = Gap(seat)
        return list(found.values())

    @property
    def seeking(self) -> list[RosterSeat]:
        """The seats of others who seek cover."""
        return [seat for seat in self.seats if seat.seeks_cover and not seat.mine]

    @property
    def roles(self) -> list[str]:
        """The different roles of the seats, in order."""
        return list(dict.fromkeys(seat.role for seat in self.seats))

    def others(self, role: str | None = None) -> list[str]:
        """The first names of the others who come, with one role or with any."""
        return [
            seat.holder
            for seat in self.seats
            if seat.holder and not seat.mine and not seat.seeks_cover and role in (None, seat.role)
        ]

    @property
    def offered(self) -> bool:
        """Whether the reader can take or take over a seat."""
        return any(seat.offer in (Offer.take, Offer.take_over) for seat in self.seats)

    @property
    def wanted(self) -> bool:
        """Whether somebody is looked for: a seat is open or its holder seeks cover."""
        return not (self.cancelled or self.over) and any(
            seat.open or seat.seeks_cover for seat in self.seats
        )


class _Row(NamedTuple):
    shift: int
    house: int
    title: str
    date: dt.date
    start_time: dt.time
    end_time: dt.time
    state: str
    seat: int | None
    role: str
    qualification: str
    required: bool
    place_state: str | None
    written_name: str | None
    placed_at: dt.datetime | None
    person: int | None
    first_name: str | None
    last_name: str | None


# -- lists with names -----------------------------------------------------------------------------


def shifts_between(
    house: House, reader: Person, first: dt.date, last: dt.date, now: dt.datetime
) -> list[RosterShift]:
    """The shifts of a house from first to last (included), in order of time."""
    return _read((Shift.house == house) & Shift.date.between(first, last), reader, now)


def one_shift(shift: Shift, reader: Person, now: dt.datetime) -> RosterShift:
    """One shift, as :func:`shifts_between` gives it."""
    return _read(Shift.id == shift.id, reader, now)[0]


def open_seats(
    house: House, reader: Person, first: dt.date, last: dt.date, now: dt.datetime
) -> list[RosterShift]:
    """The shifts that still look for somebody: not over, not cancelled, in order of time."""
    filled = Place.select(Place.seat).where(
        Place.house == house, Place.state.in_(HOLDING), Place.state != PlaceState.seeking_cover
    )
    wanting = (
        Seat.select(Seat.shift)
        .join(Shift)
        .where(Shift.house == house, Shift.date.between(first, last), Seat.id.not_in(filled))
    )
    shifts = _read(
        Shift.id.in_(wanting) & (Shift.state == ShiftState.planned) & _from_today(now), reader, now
    )
    return [shift for shift in shifts if shift.wanted]


def my_shifts(person: Person, now: dt.datetime) -> list[RosterShift]:
    """The coming shifts of a person in every house, also the cancelled ones: they should know."""
    shifts = _read(Shift.id.in_(_held_by(person)) & _from_today(now), person, now)
    return [shift for shift in shifts if not shift.over]


def next_day(house: House, today: dt.date) -> dt.date:
    """The first day from today on with a shift on the roster; today when there is none."""
    first: dt.date | None = (
        Shift.select(fn.MIN(Shift.date))
        .where(Shift.house == house, Shift.date >= today, Shift.state == ShiftState.planned)
        .scalar()
    )
    return first or today


def next_shift(person: Person, now: dt.datetime) -> RosterShift | None:
    """The first shift of a person that is not over and not cancelled."""
    here = to_local(now)
    first = (
        Shift.select(Shift.id)
        .where(
            Shift.id.in_(_held_by(person)),
            Shift.state == ShiftState.planned,
            (Shift.date > here.date())
            | ((Shift.date == here.date()) & (Shift.end_time > here.time())),
        )
        .order_by(Shift.date, Shift.start_time)
        .limit(1)
    )
    return next(iter(_read(Shift.id == first, person, now)), None)


def history(shift: Shift) -> list[Place]:
    """Everybody who was ever on a shift, with ``place.seat`` and ``place.person``; oldest first."""
    return list(
        Place.select(Place, Seat, Person)
        .join(Seat)
        .switch(Place)
        .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
        .where(Place.shift == shift)
        .order_by(Place.at, Place.id)
    )


# -- reading --------------------------------------------------------------------------------------


def _held_by(person: Person) -> Any:
    """The shifts that a person is on, in the houses where they help.

    Who left a house stays on its seats until somebody frees them, but sees no names there.
    """
    held = Place.select(Place.shift).where(Place.person == person, Place.state.in_(HOLDING))
    if person.is_admin:
        return held
    helps = Membership.select(Membership.house).where(
        Membership.person == person, Membership.role != Role.viewer
    )
    return held.where(Place.house.in_(helps))


def _from_today(now: dt.datetime) -> Any:
    return Shift.date >= to_local(now).date()


def _read(which: Any, reader: Person, now: dt.datetime) -> list[RosterShift]:
    query = (
        Shift.select(
            Shift.id,
            Shift.house,
            Shift.title,
            Shift.date,
            Shift.start_time,
            Shift.end_time,
            Shift.state,
            Seat.id,
            Seat.role,
            Seat.qualification,
            Seat.required,
            Place.state,
            Place.name,
            Place.at,
            Person.id,
            Person.first_name,
            Person.last_name,
        )
        .join(Seat, JOIN.LEFT_OUTER)
        .join(Place, JOIN.LEFT_OUTER, on=(Place.seat == Seat.id) & Place.state.in_(HOLDING))
        .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
        .where(which)
        .order_by(Shift.date, Shift.start_time, Shift.title, Shift.id, Seat.position, Seat.id)
    )
    rows = [_Row(*row) for row in query.tuples()]
    holders = [
        (row.person, row.first_name or "", row.last_name or "")
        for row in rows
        if row.person is not None
    ]
    names = names_in({row.house for row in rows}, holders)
    skills = _skills(reader)
    busy = _own_times(reader, [row.date for row in rows])
    here = to_local(now).replace(tzinfo=None)
    shifts: dict[int, RosterShift] = {}
    placed: dict[int, dt.datetime] = {}
    for row in rows:
        shift = shifts.get(row.shift)
        if shift is None:
            start = dt.datetime.combine(row.date, row.start_time)
            end = dt.datetime.combine(row.date, row.end_time)
            shift = shifts[row.shift] = RosterShift(
                id=row.shift,
                house_id=row.house,
                title=row.title,
                date=row.date,
                start_time=row.start_time,
                end_time=row.end_time,
                cancelled=row.state == ShiftState.cancelled,
                started=start <= here,
                over=end <= here,
            )
        if row.seat is None:
            continue
        mine = row.person == reader.id
        if mine and row.placed_at is not None and row.place_state != PlaceState.present:
            placed[row.shift] = row.placed_at
        shift.seats.append(
            RosterSeat(
                id=row.seat,
                role=row.role,
                qualification=row.qualification,
                required=row.required,
                holder_id=row.person,
                holder=(names[row.person] if row.person else row.written_name) or "",
                mine=mine,
                seeks_cover=row.place_state == PlaceState.seeking_cover,
            )
        )
    for shift in shifts.values():
        _offer(shift, skills, placed.get(shift.id), busy.get(shift.date, ()))
    return list(shifts.values())


def _skills(person: Person) -> dict[str, dt.date]:
    """The qualifications of a person, each with the last day on which it counts."""
    held = Qualification.select(Qualification.kind, Qualification.expires)
    rows = held.where(Qualification.person == person).tuples()
    return {kind: expires or dt.date.max for kind, expires in rows}


def _own_times(person: Person, days: list[dt.date]) -> dict[dt.date, list[tuple[dt.time, dt.time]]]:
    """When a person is on anywhere, by day, from the first to the last of some days."""
    found: dict[dt.date, list[tuple[dt.time, dt.time]]] = {}
    if not days:
        return found
    query = (
        Shift.select(Shift.date, Shift.start_time, Shift.end_time)
        .join(Place)
        .where(
            Place.person == person,
            Place.state.in_(HOLDING),
            Shift.state == ShiftState.planned,
            Shift.date.between(min(days), max(days)),
        )
    )
    for day, start, end in query.tuples():
        found.setdefault(day, []).append((start, end))
    return found


def _offer(
    shift: RosterShift,
    skills: dict[str, dt.date],
    placed_at: dt.datetime | None,
    busy: Iterable[tuple[dt.time, dt.time]],
) -> None:
    """Set what the reader can do with each seat. The verbs of rostering decide in the end.

    ``placed_at`` is since when the reader has a seat here that may be left; ``busy`` are the
    times of that day at which the reader is on somewhere.
    """
    if shift.cancelled or shift.over:
        return
    elsewhere = any(start < shift.end_time and end > shift.start_time for start, end in busy)
    for seat in shift.seats:
        if seat.mine:
            if placed_at is not None and not (shift.started and _came_before(shift, placed_at)):
                seat.offer = Offer.leave
        elif seat.open or seat.seeks_cover:
            kind = seat.qualification
            seat.lacking = bool(kind) and skills.get(kind, dt.date.min) < shift.date
            if not elsewhere and not seat.lacking:
                seat.offer = Offer.take if seat.open else Offer.take_over


def _came_before(shift: RosterShift, placed_at: dt.datetime) -> bool:
    """Whether the reader was there in time: who came later may still undo a tap by mistake."""
    start = dt.datetime.combine(shift.date, shift.start_time)
    return to_local(placed_at).replace(tzinfo=None) < start
