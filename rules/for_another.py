"""What is done for somebody else: signing up, freeing, writing a name, who was there.

A coordinator does it at any time, a host for the day on that day. The roster shows how it was
agreed, and who is put on or taken off is told.
"""

from __future__ import annotations

import datetime as dt

from peewee import IntegrityError

from models import (
    HOLDING,
    House,
    Membership,
    MessageKind,
    Person,
    Place,
    PlaceHow,
    PlaceState,
    Role,
    Seat,
    Shift,
    ShiftState,
    Step,
    db,
    for_one_writer,
)
from rules import Refused, outbox, places
from rules.places import holder
from rules.roster_lists import Offer
from rules.rostering import (
    NotQualified,
    ShiftCancelled,
    ShiftOver,
    check_fit,
    claim,
    has_ended,
    running_shift,
    taken,
)
from rules.wall_time import day_of, to_utc

#: Who was there is noted from so long before a shift.
MARKED_FROM = dt.timedelta(hours=1)
#: What can be noted of somebody; ``confirmed`` takes it back.
MARKS = (PlaceState.present, PlaceState.excused, PlaceState.absent, PlaceState.confirmed)


class NotForYou(Refused):
    """Only a coordinator of the house, or a host on the day itself, does this for another."""


class NameElsewhere(Refused):
    """A ``name`` is written on another ``shift`` of the house (or on this one) at the same time;
    that may be somebody else of the same name."""

    def __init__(self, name: str, shift: Shift) -> None:
        super().__init__(shift.id)
        self.name = name
        self.shift = shift


class TooEarly(Refused):
    """Who was there is not known before the shift."""


def is_host(person: Person, house: House | int, day: dt.date) -> bool:
    """Whether somebody has a seat in a house on a day: a host for that day."""
    held = (
        Place.select()
        .join(Shift)
        .where(
            Place.person == person.id,
            Place.house == house,
            Place.state.in_(HOLDING),
            Shift.date == day,
            Shift.state == ShiftState.planned,
        )
    )
    return bool(held.exists())


def coordinates(person: Person, house: House | int) -> bool:
    """Whether somebody has a coordinator's rights in a house."""
    if person.is_admin:
        return True
    own = (Membership.person == person.id) & (Membership.house == house)
    return bool(Membership.select().where(own, Membership.role == Role.coordinator).exists())


def may_act_for(person: Person, shift: Shift, now: dt.datetime) -> bool:
    """Whether somebody may act for others on a shift: a coordinator of its house at any time, a
    host for the day on that day."""
    if coordinates(person, shift.house_id):
        return True
    return shift.date == day_of(now) and is_host(person, shift.house_id, shift.date)


def may_mark(shift: Shift, now: dt.datetime) -> bool:
    """Whether it is time to note who is there."""
    return (
        bool(shift.state == ShiftState.planned)
        and now >= to_utc(shift.date, shift.start_time) - MARKED_FROM
    )


def sign_up(
    seat: Seat,
    person: Person,
    by: Person,
    now: dt.datetime,
    *,
    how: PlaceHow = PlaceHow.by_coordinator,
) -> Place:
    """Put somebody on an open seat, or on that of somebody who seeks cover; they are told.

    :raises NotForYou:
    :raises SeatTaken: when somebody holds it and does not seek cover.
    :raises ShiftCancelled, ShiftOver, NotAHelper, NotQualified, Overlaps:
    """
    with db.atomic():
        _must_be_allowed(by, seat.shift_id, now)
        for_one_writer(person)
        before = holder(seat)
        stood = before.state if before and before.person_id == person.id else None
        place = claim(seat, person, now, Offer.take_over, by=by, how=how)
        # Also whoever sought cover for this seat must hear that they are counted on after all.
        if stood in (None, PlaceState.seeking_cover):
            outbox.tell([person], MessageKind.put_on, now, shift=place.shift, about=by)
    return place


def write_name(
    seat: Seat,
    name: str,
    by: Person,
    now: dt.datetime,
    *,
    how: PlaceHow = PlaceHow.by_phone,
    anyway: bool = False,
) -> Place:
    """Put somebody without an account on an open seat, or on that of somebody who seeks cover, by
    the name that people know them by. Who is covered is told.

    The same name on the same seat a second time is the same place.

    :param anyway: also when the same name is on another shift then: it is somebody else.
    :raises NameElsewhere:
    :raises NotForYou, SeatTaken, ShiftCancelled, ShiftOver:
    :raises NotQualified: when the seat asks for what this house cannot check of them.
    """
    try:
        with db.atomic():
            _must_be_allowed(by, seat.shift_id, now)
            shift = running_shift(seat, now)
            if seat.qualification:
                raise NotQualified(seat.qualification)
            before = holder(seat)
            if before is not None and _is_written(before, name):
                return before
            if not anyway:
                _check_name(name, shift)
            if before is not None:
                _cover(before, shift, by, now)
            return places.put_on(seat, None, Step.put, by, now, how=how, name=name)
    except IntegrityError:
        found = holder(seat)
        if found is not None and _is_written(found, name):
            return found  # The other of two taps at once wrote it.
        raise taken(seat, by, now) from None


def _is_written(place: Place, name: str) -> bool:
    return place.person_id is None and bool(place.name == name)


def _check_name(name: str, shift: Shift) -> None:
    """:raises NameElsewhere: when the same name, however it is spaced, is on a shift then."""
    others = (
        Place.select(Place, Shift)
        .join(Shift)
        .where(
            Place.house == shift.house_id,
            Place.person.is_null(),
            Place.state.in_(HOLDING),
            Shift.state == ShiftState.planned,
            Shift.date == shift.date,
            Shift.start_time < shift.end_time,
            Shift.end_time > shift.start_time,
        )
        .order_by(Shift.start_time, Place.id)
    )
    # Here, as not every database folds all letters.
    for other in others:
        if _folded(other.name) == _folded(name):
            raise NameElsewhere(other.name, other.shift)


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()


def _cover(place: Place, shift: Shift, by: Person, now: dt.datetime) -> None:
    """Take somebody off who seeks cover, and tell them.

    :raises SeatTaken: when they do not, or no longer.
    """
    seeking = (PlaceState.seeking_cover,)
    if not places.change(place, PlaceState.released, Step.covered, by, now, only_from=seeking):
        raise taken(place.seat, by, now)
    if place.person_id is not None:
        outbox.tell([place.person_id], MessageKind.covered, now, shift=shift, about=by)


def free_seat(seat: Seat, by: Person, now: dt.datetime, *, seen: int | None = None) -> None:
    """Free a seat for somebody else; nothing happens when nobody holds it. They are told.

    :param seen: the place (id) that was shown on it; None takes whoever is there.
    :raises NotForYou:
    :raises SeatTaken: when another is on it by now than was shown.
    :raises ShiftOver: when the shift has ended.
    """
    with db.atomic():
        shift = places.hold_still(seat.shift_id)
        if not may_act_for(by, shift, now):
            raise NotForYou
        if has_ended(shift, now):
            raise ShiftOver
        place = holder(seat)
        if place is not None and seen not in (None, place.id):
            raise taken(seat, by, now)
        if place is None or not places.change(place, PlaceState.released, Step.free, by, now):
            return
        if place.person_id is not None:
            told = [place.person_id]
            outbox.tell(told, MessageKind.taken_off, now, shift=shift, about=by)


def mark(place: Place, state: PlaceState, by: Person, now: dt.datetime) -> Place:
    """Note whether somebody was there: present, excused or absent; confirmed takes it back.

    Nothing follows from it but the hours. Who was released is not marked.

    :raises NotForYou, ShiftCancelled:
    :raises TooEarly: more than an hour before the shift.
    :raises SeatTaken: when the seat of who was away has another holder by now.
    :raises Overlaps, NotQualified: when who was away is on elsewhere while the shift lasts.
    :raises ValueError: for any other state.
    """
    if state not in MARKS:
        raise ValueError(state)
    try:
        with db.atomic():
            shift = places.hold_still(place.shift_id)
            if not may_act_for(by, shift, now):
                raise NotForYou
            if shift.state == ShiftState.cancelled:
                raise ShiftCancelled
            if not may_mark(shift, now):
                raise TooEarly
            place = Place.get_by_id(place.id)
            if place.state != state:
                if place.state not in HOLDING and state in HOLDING and place.person_id:
                    # Who was away may be on elsewhere by now.
                    for_one_writer(place.person)
                    if not has_ended(shift, now):
                        check_fit(place.seat, shift, place.person)
                there = (*HOLDING, PlaceState.excused, PlaceState.absent)
                if not places.change(place, state, Step.mark, by, now, only_from=there):
                    raise ShiftOver
    except IntegrityError:
        raise taken(place.seat, by, now) from None
    return place


def _must_be_allowed(by: Person, shift_id: int, now: dt.datetime) -> None:
    if not may_act_for(by, Shift.get_by_id(shift_id), now):
        raise NotForYou
