"""Taking a seat, leaving it, asking for cover, taking over.

Two people never get the same seat: a partial unique index decides, and the one who comes second
hears who was first and what else is free. Doing one's own thing twice (a double tap) succeeds
quietly. A place is never deleted: ``released`` remembers.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from peewee import IntegrityError

from models import (
    HOLDING,
    House,
    Person,
    Place,
    PlaceState,
    Qualification,
    Seat,
    Shift,
    ShiftState,
    SqliteDatabase,
    db,
    for_one_writer,
)
from rules import Refused, access
from rules.roster_lists import Offer, RosterSeat, RosterShift, one_shift, open_seats
from rules.wall_time import to_utc

#: How many free seats, and how many days around, are offered to who came second.
NEARBY_SEATS = 3
NEARBY = dt.timedelta(days=7)
# A seat can be freed and taken again between two looks; three looks are enough.
TRIES = 3


@dataclass(frozen=True)
class FreeSeat:
    """A seat that somebody could take instead."""

    shift: RosterShift
    seat: RosterSeat


class SeatTaken(Refused):
    """Somebody else has the seat: ``holder`` by first name; ``nearby`` is still free."""

    def __init__(self, holder: str, nearby: list[FreeSeat]) -> None:
        super().__init__(holder)
        self.holder = holder
        self.nearby = nearby


class NotSeekingCover(SeatTaken):
    """The holder does not (or no longer) look for somebody who takes over."""


class NotYours(Refused):
    """The seat is not this person's."""


class ShiftOver(Refused):
    """Too late: the shift has ended, or (for leaving) begun."""


class ShiftCancelled(Refused):
    """The shift does not take place."""


class NotQualified(Refused):
    """The seat asks for a qualification, ``kind``, that the person has not or no longer."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


class Overlaps(Refused):
    """The person has a seat on another ``shift`` (or on this one) at the same time."""

    def __init__(self, shift: Shift) -> None:
        super().__init__(shift.id)
        self.shift = shift


class _OutrunAgain(Exception):
    """The seat changed between looking and writing."""


# -- the verbs ------------------------------------------------------------------------------------


def take_seat(seat: Seat, person: Person, now: dt.datetime) -> Place:
    """Put a person on an open seat. Who sought cover for it themselves keeps it after all.

    Allowed until the shift ends: also a shift that has begun can use a hand.

    :raises SeatTaken: when somebody else holds it.
    :raises ShiftCancelled, ShiftOver, NotQualified, Overlaps:
    """
    return _claim(seat, person, now, Offer.take)


def take_over(seat: Seat, person: Person, now: dt.datetime) -> Place:
    """Take the seat of somebody who seeks cover, or the seat they have left meanwhile.

    :raises NotSeekingCover: when the holder stays, or a third person was first.
    :raises ShiftCancelled, ShiftOver, NotQualified, Overlaps:
    """
    return _claim(seat, person, now, Offer.take_over)


def leave_seat(seat: Seat, person: Person, now: dt.datetime) -> Place:
    """Free one's own seat; the place stays in memory as released.

    Allowed until the shift begins; who came later may still undo it.

    :raises NotYours: when somebody else holds the seat, or the person was never on it.
    :raises ShiftCancelled, ShiftOver:
    """
    with db.atomic():
        place = _own_place(seat, person)
        if place.state == PlaceState.released:
            return place
        return _change(place, _shift_of(seat, now), PlaceState.released, now)


def free_seat(seat: Seat, by: Person, now: dt.datetime) -> None:
    """Free a seat for somebody else, as a coordinator does; nothing happens when nobody holds it.

    :raises ShiftOver: when the shift has ended.
    """
    with db.atomic():
        if _ended(Shift.get_by_id(seat.shift_id), now):
            raise ShiftOver
        place = _holder(seat)
        if place is None:
            return
        held = (Place.id == place.id) & Place.state.in_(HOLDING)
        Place.update(state=PlaceState.released, changed_at=now).where(held).execute()
        access.note(by, seat.house, "free", place, now)


def ask_cover(seat: Seat, person: Person, now: dt.datetime) -> Place:
    """Ask others to take over one's own seat, which stays held until somebody does.

    :raises NotYours, ShiftCancelled, ShiftOver: as for leaving.
    """
    with db.atomic():
        place = _own_place(seat, person, holding=True)
        return _change(place, _shift_of(seat, now), PlaceState.seeking_cover, now)


def keep_seat(seat: Seat, person: Person, now: dt.datetime) -> Place:
    """Come after all: withdraw one's request for cover.

    :raises NotYours: also when somebody has taken over meanwhile.
    :raises ShiftCancelled, ShiftOver:
    """
    with db.atomic():
        place = _own_place(seat, person, holding=True)
        _shift_of(seat, now)
        return _keep(place, now)


# -- how ------------------------------------------------------------------------------------------


def _claim(seat: Seat, person: Person, now: dt.datetime, how: Offer) -> Place:
    """Make a person the holder of a seat, against others who want the same at this moment."""
    for _ in range(TRIES):
        # Looking again needs a new transaction: on PostgreSQL an IntegrityError spoils this one.
        try:
            with db.atomic():
                place = _try_to_claim(seat, person, now, how)
        except (IntegrityError, _OutrunAgain):
            continue
        if place is not None:
            return place
        break
    holder = _holder(seat)
    shift = one_shift(seat.shift, person, now)
    name = next((each.holder for each in shift.seats if each.id == seat.id), "")
    nearby = _free_nearby(seat.house, shift, person, now)
    if how is Offer.take_over and holder is not None:
        raise NotSeekingCover(name, nearby)
    raise SeatTaken(name, nearby)


def _try_to_claim(seat: Seat, person: Person, now: dt.datetime, how: Offer) -> Place | None:
    """The person's place on the seat; None when another has it."""
    for_one_writer(person)  # So that no two of their seats overlap.
    shift = _shift_of(seat, now)
    place = _holder(seat)
    if place is not None and place.person_id == person.id:
        return _keep(place, now)
    if place is not None and not (
        how is Offer.take_over and place.state == PlaceState.seeking_cover
    ):
        return None
    _check_fit(seat, shift, person)
    if place is not None:
        released = Place.update(state=PlaceState.released, changed_at=now).where(
            Place.id == place.id, Place.state == PlaceState.seeking_cover
        )
        if not released.execute():
            raise _OutrunAgain
    made: Place = Place.create(
        house=seat.house_id,
        shift=seat.shift_id,
        seat=seat,
        person=person,
        by=person,
        at=now,
        changed_at=now,
    )
    return made


def _shift_of(seat: Seat, now: dt.datetime) -> Shift:
    """The shift of a seat as it is now, when it still takes place; it stays so until the
    transaction ends, so that whoever closes a day meanwhile waits and sees who got on.

    :raises ShiftCancelled, ShiftOver:
    """
    query = Shift.select().where(Shift.id == seat.shift_id)
    if not isinstance(db.obj, SqliteDatabase):
        query = query.for_update("FOR SHARE")  # Many take seats on one shift at once.
    shift: Shift = query.get()
    if shift.state == ShiftState.cancelled:
        raise ShiftCancelled
    if _ended(shift, now):
        raise ShiftOver
    return shift


def _ended(shift: Shift, now: dt.datetime) -> bool:
    return to_utc(shift.date, shift.end_time) <= now


def _holder(seat: Seat) -> Place | None:
    held = Place.select().where(Place.seat == seat, Place.state.in_(HOLDING))
    place: Place | None = held.first()
    return place


def _own_place(seat: Seat, person: Person, *, holding: bool = False) -> Place:
    """The person's last place on a seat, released ones too unless ``holding``."""
    mine = (Place.seat == seat) & (Place.person == person)
    if holding:
        mine &= Place.state.in_(HOLDING)
    place: Place | None = Place.select().where(mine).order_by(Place.id.desc()).first()
    if place is None:
        raise NotYours
    return place


def _change(place: Place, shift: Shift, state: PlaceState, now: dt.datetime) -> Place:
    """Move one's own place to a state, as long as the shift has not begun.

    :raises NotYours: when another request released it a moment ago.
    """
    start = to_utc(shift.date, shift.start_time)
    if start <= now and place.at < start:
        raise ShiftOver
    wanted = Place.update(state=state, changed_at=now).where(
        Place.id == place.id,
        Place.state.in_((PlaceState.confirmed, PlaceState.seeking_cover)),
    )
    if place.state != state and not wanted.execute():
        raise NotYours
    place.state = state
    return place


def _keep(place: Place, now: dt.datetime) -> Place:
    if place.state == PlaceState.seeking_cover:
        kept = Place.update(state=PlaceState.confirmed, changed_at=now).where(
            Place.id == place.id, Place.state == PlaceState.seeking_cover
        )
        if not kept.execute():
            raise NotYours
        place.state = PlaceState.confirmed
    return place


def _check_fit(seat: Seat, shift: Shift, person: Person) -> None:
    """Refuse somebody without the skill, or who is elsewhere at that time."""
    kind = seat.qualification
    if kind:
        current = Qualification.expires.is_null() | (Qualification.expires >= shift.date)
        held = Qualification.select().where(
            Qualification.person == person, Qualification.kind == kind, current
        )
        if not held.exists():
            raise NotQualified(kind)
    other = (
        Shift.select(Shift)
        .join(Place)
        .where(
            Place.person == person,
            Place.state.in_(HOLDING),
            Shift.state == ShiftState.planned,
            Shift.date == shift.date,
            Shift.start_time < shift.end_time,
            Shift.end_time > shift.start_time,
        )
        .order_by(Shift.start_time)
        .first()
    )
    if other is not None:
        raise Overlaps(other)


def _free_nearby(
    house: House, around: RosterShift, person: Person, now: dt.datetime
) -> list[FreeSeat]:
    """The free seats nearest in time that the person could take, at most one a shift."""
    first, last = around.date - NEARBY, around.date + NEARBY
    wanted = dt.datetime.combine(around.date, around.start_time)
    free = []
    for shift in open_seats(house, person, first, last, now):
        seat = next((each for each in shift.seats if each.offer is Offer.take), None)
        if seat is not None:
            free.append(FreeSeat(shift, seat))
    free.sort(
        key=lambda each: abs(dt.datetime.combine(each.shift.date, each.shift.start_time) - wanted)
    )
    return free[:NEARBY_SEATS]
