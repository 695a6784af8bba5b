"""Taking a seat, leaving it, asking for cover, taking over: what people do with their own seats.

Two people never get the same seat: a partial unique index decides, and the one who comes second
hears who was first and what else is free. Doing one's own thing twice (a double tap) succeeds
quietly. A place is never deleted, and each step of it is remembered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

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
    Qualification,
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


class CoverOnly(Refused):
    """So near to the shift (``hours``, set by the house) nobody leaves it: they ask for cover."""

    def __init__(self, hours: int) -> None:
        super().__init__(hours)
        self.hours = hours


class NotAHelper(Refused):
    """``person`` does not help in this house, or no longer."""

    def __init__(self, person: Person) -> None:
        super().__init__(person.id)
        self.person = person


class NotQualified(Refused):
    """The seat asks for a qualification, ``kind``, that the person has not or no longer."""

    def __init__(self, kind: str, person: Person | None = None) -> None:
        super().__init__(kind)
        self.kind = kind
        self.person = person


class Overlaps(Refused):
    """The person has a seat on another ``shift`` (or on this one) at the same time."""

    def __init__(self, shift: Shift, person: Person | None = None) -> None:
        super().__init__(shift.id)
        self.shift = shift
        self.person = person


class _OutrunAgain(Exception):
    """The seat changed between looking and writing."""


# -- the verbs ------------------------------------------------------------------------------------


def take_seat(seat: Seat, person: Person, now: dt.datetime) -> Place:
    """Put a person on an open seat. Who sought cover for it themselves keeps it after all.

    Allowed until the shift ends: also a shift that has begun can use a hand.

    :raises SeatTaken: when somebody else holds it.
    :raises ShiftCancelled, ShiftOver, NotAHelper, NotQualified, Overlaps:
    """
    return claim(seat, person, now, Offer.take, by=person, how=PlaceHow.self)


def take_over(seat: Seat, person: Person, now: dt.datetime) -> Place:
    """Take the seat of somebody who seeks cover, or the seat they have left meanwhile.

    The one who is covered is told.

    :raises NotSeekingCover: when the holder stays, or a third person was first.
    :raises ShiftCancelled, ShiftOver, NotAHelper, NotQualified, Overlaps:
    """
    return claim(seat, person, now, Offer.take_over, by=person, how=PlaceHow.self)


def leave_seat(seat: Seat, person: Person, now: dt.datetime) -> Place:
    """Free one's own seat; the place stays in memory as released.

    :raises CoverOnly: when the shift begins within the hours that the house has set.
    :raises NotYours: when somebody else holds the seat, or the person was never on it.
    :raises ShiftCancelled, ShiftOver: also when it has begun.
    """
    with db.atomic():
        for_one_writer(person)  # So that the second of two taps sees what the first did.
        place = own_place(seat, person)
        if place.state == PlaceState.released:
            return place
        shift = running_shift(seat, now)
        must_not_have_begun(shift, now)
        if is_near(shift, seat.house, now):
            raise CoverOnly(seat.house.cover_hours)
        return _change(place, PlaceState.released, Step.leave, now)


def ask_cover(seat: Seat, person: Person, now: dt.datetime) -> Place:
    """Ask others to take over one's own seat, which stays held until somebody does.

    Near the shift the coordinators of the house are told.

    :raises NotYours, ShiftCancelled, ShiftOver: as for leaving.
    """
    with db.atomic():
        for_one_writer(person)
        place = own_place(seat, person, holding=True)
        shift = running_shift(seat, now)
        must_not_have_begun(shift, now)
        if place.state == PlaceState.seeking_cover:
            return place
        place = _change(place, PlaceState.seeking_cover, Step.ask_cover, now)
        if is_near(shift, seat.house, now):
            outbox.tell_coordinators(MessageKind.cover_wanted, now, shift=shift, about=person)
        return place


def keep_seat(seat: Seat, person: Person, now: dt.datetime) -> Place:
    """Come after all: withdraw one's request for cover.

    :raises NotYours: also when somebody has taken over meanwhile.
    :raises ShiftCancelled, ShiftOver:
    """
    with db.atomic():
        for_one_writer(person)
        place = own_place(seat, person, holding=True)
        running_shift(seat, now)
        return _keep(place, person, now)


# -- what the verbs here and for another share ----------------------------------------------------


def claim(
    seat: Seat, person: Person, now: dt.datetime, offer: Offer, *, by: Person, how: PlaceHow
) -> Place:
    """Make a person the holder of a seat, against others who want the same at this moment.

    :param offer: whether the seat must be open, or may be that of somebody who seeks cover.
    :param by: who does it, the person themselves or somebody for them.
    :raises SeatTaken, NotSeekingCover: see :func:`take_seat` and :func:`take_over`.
    :raises ShiftCancelled, ShiftOver, NotAHelper, NotQualified, Overlaps:
    """
    for _ in range(TRIES):
        # Looking again needs a new transaction: on PostgreSQL an IntegrityError spoils this one.
        try:
            with db.atomic():
                place = _try_to_claim(seat, person, now, offer, by, how)
        except (IntegrityError, _OutrunAgain):
            continue
        if place is not None:
            return place
        break
    raise taken(seat, person, now, offer)


def taken(seat: Seat, person: Person, now: dt.datetime, offer: Offer = Offer.take) -> SeatTaken:
    """The refusal for who came second: who has the seat, and what the person could take."""
    shift = one_shift(seat.shift, person, now)
    name = next((each.holder for each in shift.seats if each.id == seat.id), "")
    nearby = _free_nearby(seat.house, shift, person, now)
    if offer is Offer.take_over and holder(seat) is not None:
        return NotSeekingCover(name, nearby)
    return SeatTaken(name, nearby)


def running_shift(seat: Seat, now: dt.datetime) -> Shift:
    """The shift of a seat, held still, when it takes place and is not over.

    :raises ShiftCancelled, ShiftOver:
    """
    shift = places.hold_still(seat.shift_id)
    if shift.state == ShiftState.cancelled:
        raise ShiftCancelled
    if has_ended(shift, now):
        raise ShiftOver
    return shift


def must_not_have_begun(shift: Shift, now: dt.datetime) -> None:
    """:raises ShiftOver: when the shift has begun."""
    if to_utc(shift.date, shift.start_time) <= now:
        raise ShiftOver


def has_ended(shift: Shift, now: dt.datetime) -> bool:
    return to_utc(shift.date, shift.end_time) <= now


def is_near(shift: Shift, house: House, now: dt.datetime) -> bool:
    """Whether a shift begins so soon that one only asks for cover."""
    return to_utc(shift.date, shift.start_time) - now < dt.timedelta(hours=house.cover_hours)


def own_place(seat: Seat, person: Person, *, holding: bool = False) -> Place:
    """The person's last place on a seat, released ones too unless ``holding``.

    :raises NotYours: when there is none.
    """
    mine = (Place.seat == seat) & (Place.person == person)
    if holding:
        mine &= Place.state.in_(HOLDING)
    place: Place | None = Place.select().where(mine).order_by(Place.id.desc()).first()
    if place is None:
        raise NotYours
    return place


def must_help(house: House | int, person: Person) -> None:
    """:raises NotAHelper: when the person is no active helper of the house (any more)."""
    role = Membership.select().where(
        Membership.person == person.id, Membership.house == house, Membership.role != Role.viewer
    )
    active = Person.select().where(Person.id == person.id, Person.active)
    if not active.where(Person.is_admin | Person.id.in_(role.select(Membership.person))).exists():
        raise NotAHelper(person)


def check_fit(seat: Seat, shift: Shift, person: Person, *, without: Collection[int] = ()) -> None:
    """Refuse somebody without the skill, or who is elsewhere at that time.

    :param without: places (ids) that the person is about to give up.
    :raises NotQualified, Overlaps:
    """
    kind = seat.qualification
    if kind:
        current = Qualification.expires.is_null() | (Qualification.expires >= shift.date)
        held = Qualification.select().where(
            Qualification.person == person, Qualification.kind == kind, current
        )
        if not held.exists():
            raise NotQualified(kind, person)
    other = (
        Shift.select(Shift)
        .join(Place)
        .where(
            Place.person == person,
            Place.state.in_(HOLDING),
            Place.id.not_in(list(without)),
            Shift.state == ShiftState.planned,
            Shift.date == shift.date,
            Shift.start_time < shift.end_time,
            Shift.end_time > shift.start_time,
        )
        .order_by(Shift.start_time)
        .first()
    )
    if other is not None:
        raise Overlaps(other, person)


# -- how ------------------------------------------------------------------------------------------


def _try_to_claim(
    seat: Seat, person: Person, now: dt.datetime, offer: Offer, by: Person, how: PlaceHow
) -> Place | None:
    """The person's place on the seat; None when another has it."""
    for_one_writer(person)  # So that no two of their seats overlap.
    shift = running_shift(seat, now)
    place = holder(seat)
    if place is not None and place.person_id == person.id:
        return _keep(place, by, now)
    covers = offer is Offer.take_over and place and place.state == PlaceState.seeking_cover
    if place is not None and not covers:
        return None
    must_help(seat.house_id, person)
    check_fit(seat, shift, person)
    if place is not None:
        seeking = (PlaceState.seeking_cover,)
        if not places.change(place, PlaceState.released, Step.covered, by, now, only_from=seeking):
            raise _OutrunAgain
        if place.person_id:
            outbox.tell([place.person_id], MessageKind.covered, now, shift=shift, about=person)
    step = Step.put if by.id != person.id else Step.take_over if place else Step.take
    return places.put_on(seat, person, step, by, now, how=how)


def _change(place: Place, state: PlaceState, step: Step, now: dt.datetime) -> Place:
    """Move one's own place to a state.

    :raises NotYours: when another request released it a moment ago.
    """
    free = (PlaceState.confirmed, PlaceState.seeking_cover)
    if not places.change(place, state, step, place.person, now, only_from=free):
        raise NotYours
    return place


def _keep(place: Place, by: Person, now: dt.datetime) -> Place:
    if place.state == PlaceState.seeking_cover:
        seeking = (PlaceState.seeking_cover,)
        if not places.change(place, PlaceState.confirmed, Step.keep, by, now, only_from=seeking):
            raise NotYours
    return place


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
