"""Swapping: two people change seats. One asks, the other agrees, and both move at once."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from peewee import JOIN, IntegrityError

from models import (
    HOLDING,
    House,
    Membership,
    MessageKind,
    Person,
    Place,
    PlaceState,
    Qualification,
    Role,
    Seat,
    Shift,
    ShiftState,
    Step,
    Swap,
    SwapState,
    db,
    for_one_writer,
)
from rules import Refused, outbox, places
from rules.rostering import (
    CoverOnly,
    NotYours,
    check_fit,
    is_near,
    must_help,
    must_not_have_begun,
    own_place,
    running_shift,
)
from rules.short_names import names_in
from rules.wall_time import to_local

#: How far ahead the seats of others are offered for a swap.
AHEAD = dt.timedelta(weeks=8)
_FREE = (PlaceState.confirmed, PlaceState.seeking_cover)


class SwapGone(Refused):
    """The request is no longer there to answer: one of both has left their seat, or it was
    answered already."""


@dataclass(frozen=True)
class Option:
    """A seat of somebody else that could be swapped for one's own."""

    place_id: int
    person_id: int
    #: First name, as on the roster.
    name: str
    title: str
    date: dt.date
    start_time: dt.time
    end_time: dt.time


@dataclass(frozen=True)
class Request:
    """A request to swap, for one of the two: what they give and what they get."""

    swap: Swap
    #: The other's first name, as on the roster.
    name: str
    mine: Shift
    theirs: Shift


def options(seat: Seat, person: Person, now: dt.datetime) -> list[Option]:
    """Whose seats could be swapped for one's own, by date: both can do what the other does now.

    Seven queries, however many seats there are.

    :raises NotYours: when the seat is not this person's.
    """
    own_place(seat, person, holding=True)
    shift = Shift.get_by_id(seat.shift_id)
    here = to_local(now).replace(tzinfo=None)
    last = here.date() + AHEAD
    helpers = Membership.select(Membership.person).where(
        Membership.house == seat.house_id, Membership.role != Role.viewer
    )
    found = list(
        Place.select(Place, Seat, Shift, Person)
        .join(Seat)
        .switch(Place)
        .join(Shift)
        .switch(Place)
        .join(Person)
        .where(
            Place.house == seat.house_id,
            Place.state.in_(_FREE),
            Place.person != person.id,
            Place.shift != shift.id,
            Shift.state == ShiftState.planned,
            Shift.date.between(here.date(), last),
            Person.active,
            Person.id.in_(helpers),
        )
        .order_by(Shift.date, Shift.start_time, Shift.title, Place.id)
    )
    people = {place.person_id for place in found} | {person.id}
    skills = _skills(people)
    busy = _busy(people, min(here.date(), shift.date), max(last, shift.date))
    names = names_in(
        {seat.house_id},
        [(each.person_id, each.person.first_name, each.person.last_name) for each in found],
    )

    def can(who: int, to: Shift, at: Seat, giving: Shift) -> bool:
        kind = at.qualification
        if kind and skills.get((who, kind), dt.date.min) < to.date:
            return False
        return not any(
            each.id != giving.id
            and each.date == to.date
            and each.start_time < to.end_time
            and each.end_time > to.start_time
            for each in busy[who]
        )

    return [
        Option(
            place_id=place.id,
            person_id=place.person_id,
            name=names[place.person_id],
            title=place.shift.title,
            date=place.shift.date,
            start_time=place.shift.start_time,
            end_time=place.shift.end_time,
        )
        for place in found
        if dt.datetime.combine(place.shift.date, place.shift.start_time) > here
        and not is_near(place.shift, seat.house, now)
        and can(person.id, place.shift, place.seat, shift)
        and can(place.person_id, shift, seat, place.shift)
    ]


def ask(seat: Seat, person: Person, other: Place, now: dt.datetime) -> Swap:
    """Ask who is on another place of the house to swap; they are told. The seat stays held.

    Asking the same twice is asking once.

    :raises CoverOnly: so near to one of both shifts nobody swaps any more.
    :raises NotYours: when the seat is not this person's.
    :raises SwapGone: when nobody is on the other place any more, or it is no place to swap with.
    :raises ShiftCancelled, ShiftOver, NotAHelper, NotQualified, Overlaps: for either of both.
    """
    try:
        with db.atomic():
            own = own_place(seat, person, holding=True)
            if other.house_id != own.house_id or other.person_id in (None, person.id):
                raise SwapGone
            mine, theirs = _both_shifts(own, other, now)
            for shift in (mine, theirs):
                if is_near(shift, seat.house, now):
                    raise CoverOnly(seat.house.cover_hours)
            _check_both(own, other, mine, theirs)
            swap = _asked(own, other)
            if swap is None:
                swap = Swap.create(house=own.house_id, place=own, other_place=other, at=now)
                told = [other.person_id]
                outbox.tell(
                    told, MessageKind.swap_asked, now, shift=theirs, about=person, swap=swap
                )
            return swap
    except IntegrityError:
        found = _asked(own, other)
        if found is None:
            raise
        return found


def agree(swap: Swap, person: Person, now: dt.datetime) -> None:
    """Agree to swap: both stand on the other's seat, or neither does. A second tap does nothing.

    :raises NotYours: when somebody else was asked.
    :raises SwapGone: when one of both is no longer on their seat, or it was answered otherwise.
    :raises CoverOnly: when one of both shifts has come so near that one only asks for cover.
    :raises ShiftCancelled, ShiftOver, NotAHelper, NotQualified, Overlaps: for either of both.
    """
    try:
        with db.atomic():
            swap = _locked(swap)
            own, other = swap.place, swap.other_place
            if other.person_id != person.id:
                raise NotYours
            if swap.state == SwapState.agreed:
                return
            if swap.state != SwapState.asked:
                raise SwapGone
            mine, theirs = _both_shifts(own, other, now)
            for shift in (mine, theirs):
                if is_near(shift, swap.house, now):
                    raise CoverOnly(swap.house.cover_hours)
            _check_both(own, other, mine, theirs)
            for place in (own, other):
                if not places.change(
                    place, PlaceState.released, Step.swap, person, now, only_from=_FREE
                ):
                    raise SwapGone
            places.put_on(own.seat, other.person, Step.swap, person, now)
            places.put_on(other.seat, own.person, Step.swap, person, now)
            _answer(swap, SwapState.agreed, now)
            told = [own.person_id]
            outbox.tell(told, MessageKind.swap_agreed, now, shift=theirs, about=person, swap=swap)
    except IntegrityError:
        raise SwapGone from None


def decline(swap: Swap, person: Person, now: dt.datetime) -> None:
    """Say no to a swap; who asked is told. Saying it twice does nothing.

    :raises NotYours: when somebody else was asked.
    :raises SwapGone: when it was answered otherwise.
    """
    with db.atomic():
        swap = _locked(swap)
        if swap.other_place.person_id != person.id:
            raise NotYours
        if swap.state == SwapState.declined:
            return
        _answer(swap, SwapState.declined, now)
        outbox.tell(
            [swap.place.person_id],
            MessageKind.swap_declined,
            now,
            shift=swap.place.shift,
            about=person,
            swap=swap,
        )


def withdraw(swap: Swap, person: Person, now: dt.datetime) -> None:
    """Take back one's own request. Taking it back twice does nothing.

    :raises NotYours: when somebody else asked.
    :raises SwapGone: when it was answered already.
    """
    with db.atomic():
        swap = _locked(swap)
        if swap.place.person_id != person.id:
            raise NotYours
        if swap.state != SwapState.withdrawn:
            _answer(swap, SwapState.withdrawn, now)


def requests_to(person: Person, now: dt.datetime) -> list[Request]:
    """The requests that a person can answer now, by date: both are still on their seats."""
    return _requests(person, now, to=True)


def requests_of(person: Person, now: dt.datetime) -> list[Request]:
    """The requests of a person that wait for an answer, by date."""
    return _requests(person, now, to=False)


# -- how ------------------------------------------------------------------------------------------


def _asked(own: Place, other: Place) -> Swap | None:
    found: Swap | None = Swap.get_or_none(
        Swap.place == own, Swap.other_place == other, Swap.state == SwapState.asked
    )
    return found


def _locked(swap: Swap) -> Swap:
    """The request as it is now, with both people held: nothing else of theirs changes meanwhile."""
    both = Place.select(Place.person).where(Place.id.in_([swap.place_id, swap.other_place_id]))
    # In the order of ids, so that two who answer each other's do not wait for each other.
    for owner in sorted(person for (person,) in both.tuples() if person is not None):
        for_one_writer(Person(id=owner))
    again: Swap = Swap.get_by_id(swap.id)
    return again


def _both_shifts(own: Place, other: Place, now: dt.datetime) -> tuple[Shift, Shift]:
    """The shifts of both places, held still in the order of ids, neither begun nor cancelled."""
    shifts = {}
    for place in sorted((own, other), key=lambda each: each.shift_id):
        if place.state not in _FREE:
            raise SwapGone
        shift = running_shift(place.seat, now)
        must_not_have_begun(shift, now)
        shifts[place.id] = shift
    return shifts[own.id], shifts[other.id]


def _check_both(own: Place, other: Place, mine: Shift, theirs: Shift) -> None:
    """:raises NotAHelper, NotQualified, Overlaps: when one cannot do what the other does."""
    both = (own.id, other.id)
    for place, seat, shift in ((own, other.seat, theirs), (other, own.seat, mine)):
        must_help(place.house_id, place.person)
        check_fit(seat, shift, place.person, without=both)


def _answer(swap: Swap, state: SwapState, now: dt.datetime) -> None:
    """:raises SwapGone: when it was answered a moment ago."""
    asked = (Swap.id == swap.id) & (Swap.state == SwapState.asked)
    if not Swap.update(state=state, answered_at=now).where(asked).execute():
        raise SwapGone


def _requests(person: Person, now: dt.datetime, *, to: bool) -> list[Request]:
    here = to_local(now).replace(tzinfo=None)
    own, other = Place.alias(), Place.alias()
    mine, theirs, who = Shift.alias(), Shift.alias(), Person.alias()
    owner = other if to else own
    query = (
        Swap.select(Swap, House, own, other, mine, theirs, who)
        .join(House)
        .switch(Swap)
        .join(own, on=(Swap.place == own.id), attr="place")
        .join(mine, on=(own.shift == mine.id), attr="shift")
        .switch(Swap)
        .join(other, on=(Swap.other_place == other.id), attr="other_place")
        .join(theirs, on=(other.shift == theirs.id), attr="shift")
        .switch(own if to else other)
        .join(who, JOIN.INNER, on=((own if to else other).person == who.id), attr="person")
        .where(
            owner.person == person.id,
            Swap.state == SwapState.asked,
            own.state.in_(_FREE),
            other.state.in_(_FREE),
            mine.state == ShiftState.planned,
            theirs.state == ShiftState.planned,
            mine.date >= here.date(),
            theirs.date >= here.date(),
        )
        .order_by(Swap.at, Swap.id)
    )
    rows = list(query)
    people: list[tuple[int, str, str]] = []
    for swap in rows:
        asked = swap.place.person if to else swap.other_place.person
        people.append((asked.id, asked.first_name, asked.last_name))
    names = names_in({swap.house_id for swap in rows}, people)
    found = []
    for swap in rows:
        give, get = swap.other_place, swap.place
        if not to:
            give, get = get, give
        if not any(is_near(each.shift, swap.house, now) for each in (give, get)):
            found.append(Request(swap, names[get.person_id], give.shift, get.shift))
    return found


def _skills(people: Iterable[int]) -> dict[tuple[int, str], dt.date]:
    """The qualifications of people, each with the last day on which it counts."""
    held = Qualification.select(Qualification.person, Qualification.kind, Qualification.expires)
    rows = held.where(Qualification.person.in_(list(people))).tuples()
    return {(person, kind): expires or dt.date.max for person, kind, expires in rows}


def _busy(people: Iterable[int], first: dt.date, last: dt.date) -> dict[int, list[Shift]]:
    """The shifts that people are on between two days, in any house."""
    query = (
        Place.select(Place.person, Shift.id, Shift.date, Shift.start_time, Shift.end_time)
        .join(Shift)
        .where(
            Place.person.in_(list(people)),
            Place.state.in_(HOLDING),
            Shift.state == ShiftState.planned,
            Shift.date.between(first, last),
        )
    )
    found: dict[int, list[Shift]] = defaultdict(list)
    for person, shift, date, start, end in query.tuples():
        found[person].append(Shift(id=shift, date=date, start_time=start, end_time=end))
    return found
