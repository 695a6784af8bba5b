"""One shift by hand: added beside the patterns, changed, called off, brought back.

Nobody is taken off a seat here. A seat that somebody holds cannot go, and who is on a shift is told
what becomes of it. On a closed day there is no shift.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Sequence
from typing import Any

from peewee import JOIN

from models import (
    HOLDING,
    House,
    OccurrenceState,
    Person,
    Place,
    Seat,
    Shift,
    ShiftState,
    SqliteDatabase,
    db,
    for_one_writer,
)
from rules import Refused, access, outbox, people, places
from rules.double_booked import on_another
from rules.patterns import SeatWish
from rules.programme import ChangedMeanwhile, TooFar, must_be_open
from rules.rostering import ShiftOver
from rules.shift_edits import BROUGHT_BACK, CALLED_OFF, CHANGED, drop_seat
from rules.wall_time import day_of, to_utc

#: How far ahead a shift may stand.
FURTHEST = dt.timedelta(days=400)


class DayOver(Refused):
    """A shift cannot be put on what is over already."""


class SeatHeld(Refused):
    """A seat cannot go while ``name`` is on it."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class PeopleElsewhere(Refused):
    """``names``, who are on the shift, are on another one as well at the hours that it gets."""

    def __init__(self, names: tuple[str, ...]) -> None:
        super().__init__(names)
        self.names = names


class PeopleLacking(Refused):
    """A seat would ask what ``names``, who are on it, cannot show; ``elsewhere`` are those of the
    shift who would be on another one as well."""

    def __init__(self, names: tuple[str, ...], elsewhere: tuple[str, ...] = ()) -> None:
        super().__init__(names, elsewhere)
        self.names = names
        self.elsewhere = elsewhere


class ActivityOff(Refused):
    """The activity to which a shift belongs does not take place on that day."""


def add_shift(
    house: House,
    seats: Sequence[SeatWish],
    by: Person | None,
    now: dt.datetime,
    *,
    title: str,
    date: dt.date,
    start_time: dt.time,
    end_time: dt.time,
) -> Shift:
    """Add a shift with its seats (``SeatWish.fixed`` and ``id`` do not matter here).

    :raises DayOver: when it would be over already.
    :raises TooFar: more than 400 days ahead.
    :raises HouseClosed: when the house is closed that day.
    :raises peewee.IntegrityError: when it ends before it begins.
    """
    _check_day(date, end_time, now)
    with db.atomic():
        for_one_writer(house)  # So that nobody closes the day meanwhile.
        must_be_open(house, date)
        shift: Shift = Shift.create(
            house=house,
            title=title,
            original_date=date,
            date=date,
            start_time=start_time,
            end_time=end_time,
        )
        for position, wish in enumerate(seats):
            Seat.create(house=house, shift=shift, position=position, **wish.columns())
        access.note(by, house, "shift.add", shift, now)
    return shift


def change_shift(
    shift: Shift,
    seats: Sequence[SeatWish],
    by: Person | None,
    now: dt.datetime,
    *,
    title: str,
    date: dt.date,
    start_time: dt.time,
    end_time: dt.time,
    seen: str | None = None,
    anyway: bool = False,
) -> bool:
    """Change a shift; returns whether who is on it is told that it moved.

    A shift of a pattern no longer follows it until it is asked to. Who was noted as present, and
    has yet to come by now, is on it like anybody else.

    :param seats: all seats that it gets; those with an id change one that it has.
    :param seen: what :func:`fingerprint` said of the shift that was shown; None takes any.
    :param anyway: also when somebody on it is elsewhere then, or lacks what their seat asks.
    :raises ShiftOver: when it is over. :raises DayOver: when it would be. :raises TooFar:
    :raises ChangedMeanwhile: when the shift is not as it was seen.
    :raises SeatHeld, PeopleElsewhere, PeopleLacking:
    :raises HouseClosed: when it goes to a day on which the house is closed.
    :raises peewee.IntegrityError: when it ends before it begins.
    """
    with db.atomic():
        row = _hold(shift)
        _check_running(row, now)
        if seen is not None and seen != fingerprint(row):
            raise ChangedMeanwhile
        state, was = row.state, (row.date, row.start_time, row.end_time)
        news: dict[str, Any] = {
            "title": title,
            "date": date,
            "start_time": start_time,
            "end_time": end_time,
        }
        moves = any(getattr(row, name) != value for name, value in news.items() if name != "title")
        if moves:
            _check_day(date, end_time, now)
        if date != row.date:
            must_be_open(row.house, date)
        lacked = _lacking(row)
        for name, value in news.items():
            setattr(row, name, value)
        if row.pattern_id is None:
            row.original_date = date
        row.save(only=[*news, Shift.original_date])
        _change_seats(row, seats, now)
        if not anyway:
            elsewhere = _elsewhere(row) if moves and row.state == ShiftState.planned else ()
            found = _lacking(row).items()
            if lacking := tuple(name for place, name in found if place not in lacked):
                raise PeopleLacking(lacking, elsewhere)
            if elsewhere:
                raise PeopleElsewhere(elsewhere)
        access.note(by, row.house, CHANGED, row, now)
        places.take_back_presence(row, was, by, now)
        if moves:
            outbox.tell_changed(row, state, was, now, by)
        return bool(moves and state == ShiftState.planned and outbox.on_shift(row))


def call_off(shift: Shift, by: Person | None, now: dt.datetime) -> bool:
    """Let a shift not go on; who is on it stays on it, and is told. Returns whether somebody is.

    :raises ShiftOver:
    """
    with db.atomic():
        row = _hold(shift)
        _check_running(row, now)
        if row.state == ShiftState.cancelled:
            return False
        return _set_state(row, ShiftState.cancelled, CALLED_OFF, by, now)


def bring_back(shift: Shift, by: Person | None, now: dt.datetime, *, anyway: bool = False) -> bool:
    """Let a shift go on after all; who is on it is told. Returns whether somebody is.

    :param anyway: also when somebody on it is elsewhere then.
    :raises ShiftOver:
    :raises ActivityOff: while its activity does not take place, or no longer has this day.
    :raises HouseClosed: while the house is closed that day.
    :raises PeopleElsewhere:
    """
    with db.atomic():
        row = _hold(shift)
        _check_running(row, now)
        if row.state == ShiftState.planned:
            return False
        if row.occurrence_id is not None:
            if row.occurrence.state == OccurrenceState.cancelled:
                raise ActivityOff
        elif row.pattern_id is not None and row.pattern.activity_id is not None:
            raise ActivityOff
        else:
            must_be_open(row.house, row.date)
        if not anyway and (elsewhere := _elsewhere(row)):
            raise PeopleElsewhere(elsewhere)
        return _set_state(row, ShiftState.planned, BROUGHT_BACK, by, now)


def fingerprint(shift: Shift) -> str:
    """The same for the same shift with the same seats."""
    seats = Seat.select(Seat.id, Seat.role, Seat.qualification, Seat.required)
    said = (
        *(str(getattr(shift, name)) for name in ("title", "date", "start_time", "end_time")),
        *seats.where(Seat.shift == shift).order_by(Seat.id).tuples(),
    )
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def seats_with_holders(shift: Shift) -> list[Seat]:
    """The seats of a shift in order; ``seat.holder`` is the name of who is on it, or empty."""
    seats = list(Seat.select().where(Seat.shift == shift).order_by(Seat.position, Seat.id))
    names = {place.seat_id: _name(place) for place in _held(shift)}
    for seat in seats:
        seat.holder = names.get(seat.id, "")
    return seats


# -- how ------------------------------------------------------------------------------------------


def _hold(shift: Shift) -> Shift:
    """The shift as it is now, and nobody gets on or off it until the transaction ends.

    The house is held first, so that nobody closes the day meanwhile; then those who are on it:
    whoever takes a seat has their own row, then the shift.
    """
    for_one_writer(shift.house)
    if isinstance(db.obj, SqliteDatabase):
        held: Shift = Shift.get_by_id(shift.id)
        return held
    for person in (
        Person.select(Person.id).where(Person.id.in_(outbox.on_shift(shift))).order_by(Person.id)
    ):
        for_one_writer(person)
    locked: Shift = Shift.select().where(Shift.id == shift.id).for_update().get()
    return locked


def _check_running(shift: Shift, now: dt.datetime) -> None:
    if to_utc(shift.date, shift.end_time) <= now:
        raise ShiftOver


def _check_day(date: dt.date, end_time: dt.time, now: dt.datetime) -> None:
    if to_utc(date, end_time) <= now:
        raise DayOver
    if date > day_of(now) + FURTHEST:
        raise TooFar


def _lacking(shift: Shift) -> dict[tuple[int, str], str]:
    """Who on a shift cannot show what their seat asks: names, by place (id) and what it asks."""
    query = (
        Place.select(Place, Seat, Person)
        .join(Seat)
        .switch(Place)
        .join(Shift)
        .switch(Place)
        .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
        .where(Place.shift == shift, Place.state.in_(HOLDING), people.without_skill())
        .order_by(Place.id)
    )
    return {(place.id, place.seat.qualification): _name(place) for place in query}


def _elsewhere(shift: Shift) -> tuple[str, ...]:
    """The names of who on a shift would be on another one at the same time."""
    on = [place for place in _held(shift) if place.person_id is not None]
    busy = set(on_another([place.person_id for place in on], shift))
    return tuple(_name(place) for place in on if place.person_id in busy)


def _change_seats(shift: Shift, wishes: Sequence[SeatWish], now: dt.datetime) -> None:
    there = {seat.id: seat for seat in seats_with_holders(shift)}
    for position, wish in enumerate(wishes):
        if wish.id is None:
            Seat.create(house=shift.house_id, shift=shift, position=position, **wish.columns())
        elif there.pop(wish.id, None) is None:
            raise ChangedMeanwhile
        else:
            columns = {**wish.columns(), "position": position}
            Seat.update(**columns).where(Seat.id == wish.id).execute()
    for seat in there.values():
        if seat.holder:
            raise SeatHeld(seat.holder)
        drop_seat(seat, now)


def _set_state(
    shift: Shift, state: ShiftState, action: str, by: Person | None, now: dt.datetime
) -> bool:
    before = shift.state
    shift.state = state
    shift.save(only=[Shift.state])
    access.note(by, shift.house, action, shift, now)
    was = shift.date, shift.start_time, shift.end_time
    outbox.tell_changed(shift, before, was, now, by)
    return bool(outbox.on_shift(shift))


def _held(shift: Shift) -> list[Place]:
    query = (
        Place.select(Place, Person)
        .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
        .where(Place.shift == shift, Place.state.in_(HOLDING))
    )
    return list(query.order_by(Place.id))


def _name(place: Place) -> str:
    return str(place.person.full_name if place.person_id is not None else place.name)
