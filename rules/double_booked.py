"""People who are on two shifts at once: found, and shown; whether it can be is for people.

Nobody is taken off a seat when a date moves or comes back. So somebody may then stand on two shifts
at the same time, in one house or in two. Whoever makes the change sees it first, and afterwards it
stands with what the roster still needs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

from peewee import chunked, fn

from models import HOLDING, House, Person, Place, Shift, ShiftState, db
from rules import Refused
from rules.wall_time import day_of, to_utc

_ROWS_AT_ONCE = 300


@dataclass(frozen=True)
class Double:
    """Somebody on a shift (``place.person``, ``place.shift``) who is on an ``other`` one then."""

    place: Place
    other: Shift

    @property
    def shift(self) -> Shift:
        return self.place.shift

    @property
    def name(self) -> str:
        return str(self.place.person.full_name)


class InTwoPlaces(Refused):
    """Who is on a shift that moves or comes back would be on another one as well: ``doubles``."""

    def __init__(self, doubles: tuple[Double, ...]) -> None:
        super().__init__(len(doubles))
        self.doubles = doubles


def doubles_on(shifts: Iterable[Shift]) -> tuple[Double, ...]:
    """Who is on some of these shifts and on another one at the same time, in any house.

    By day and hour, each two shifts of somebody once. One query for each few hundred shifts when
    nobody is on them, else two.
    """
    ids = {shift.id for shift in shifts if shift.state == ShiftState.planned}
    held: set[tuple[int, dt.date]] = set()
    for some in chunked(ids, _ROWS_AT_ONCE):
        held.update(_held().where(Shift.id.in_(list(some))).tuples())
    return _pairs(held, lambda place: place.shift_id in ids)


def coming_doubles(house: House, now: dt.datetime) -> tuple[Double, ...]:
    """Who is to be on two shifts at once, at least one of them in this house: what is not over, by
    day and hour. At most two queries."""
    here = fn.MAX((Shift.house == house).cast("integer"))
    twice = (
        _held()
        # All houses, named: so that the index of houses and days is used.
        .where(Shift.house.in_(House.select(House.id)), Shift.date >= day_of(now))
        .group_by(Place.person, Shift.date)
        .having((fn.COUNT(Place.id) > 1) & (here == 1))
    )
    found = _pairs(set(twice.tuples()), lambda place: place.house_id == house.id)
    return tuple(
        each
        for each in found
        if to_utc(each.shift.date, min(each.shift.end_time, each.other.end_time)) > now
    )


def on_another(people: Collection[int], shift: Shift) -> list[int]:
    """Who of some people (ids, in order) is on another shift while this one is, in any house."""
    if not people:
        return []
    busy = (
        Place.select(Place.person)
        .join(Shift)
        .where(
            Place.person.in_(list(people)),
            Place.state.in_(HOLDING),
            Shift.id != shift.id,
            Shift.state == ShiftState.planned,
            Shift.date == shift.date,
            Shift.start_time < shift.end_time,
            Shift.end_time > shift.start_time,
        )
        .order_by(Place.person)
        .distinct()
    )
    return [person for (person,) in busy.tuples()]


def check_doubles(shifts: Sequence[Shift], *, anyway: bool) -> None:
    """Look at shifts that moved or came back, in the transaction in which they did.

    :raises InTwoPlaces: unless it is to happen anyway.
    """
    if not anyway and (found := doubles_on(shifts)):
        raise InTwoPlaces(found)


def tried(work: Callable[[], Iterable[Shift]]) -> tuple[Double, ...]:
    """Who would be in two places when some work is done: it is done, looked at and undone.

    :param work: changes shifts, and returns them.
    """
    with db.atomic() as attempt:
        found = doubles_on(work())
        attempt.rollback()
    return found


def fingerprint(doubles: Iterable[Double]) -> str:
    """The same while the same people are on the same shifts at the same hours."""
    said = [
        (
            each.place.person_id,
            *(
                (shift.id, str(shift.date), str(shift.start_time), str(shift.end_time))
                for shift in (each.shift, each.other)
            ),
        )
        for each in doubles
    ]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def _held() -> Place:
    """The people (ids) who are on shifts that go on, with the day."""
    return (
        Place.select(Place.person, Shift.date)
        .join(Shift)
        .where(
            Place.state.in_(HOLDING),
            Place.person.is_null(False),
            Shift.state == ShiftState.planned,
        )
    )


def _pairs(
    held: Collection[tuple[int, dt.date]], counts: Callable[[Place], bool]
) -> tuple[Double, ...]:
    """Of what some people are on those days what is at once, where one of the two counts."""
    on_day: dict[tuple[int, dt.date], list[Place]] = defaultdict(list)
    # By days: of somebody who helped for ten years not everything is read.
    days = sorted({day for _person, day in held})
    for some in chunked(days, _ROWS_AT_ONCE):
        these = list(some)
        people = {person for person, day in held if day in set(these)}
        for place in _places(people, these):
            on_day[place.person_id, place.shift.date].append(place)
    found = []
    for key in held:
        places = on_day[key]
        for n, place in enumerate(places):
            for other in places[n + 1 :]:
                if not _meet(place.shift, other.shift):
                    continue
                if counts(place):
                    found.append(Double(place, other.shift))
                elif counts(other):
                    found.append(Double(other, place.shift))
    return tuple(
        sorted(
            found,
            key=lambda each: (
                each.shift.date,
                each.shift.start_time,
                each.shift.id,
                each.place.id,
                each.other.start_time,
                each.other.id,
            ),
        )
    )


def _places(people: Collection[int], days: Collection[dt.date]) -> list[Place]:
    query = (
        Place.select(Place, Shift, House, Person)
        .join(Shift)
        .join(House)
        .switch(Place)
        .join(Person, on=(Place.person == Person.id))
        .where(
            Shift.house.in_(House.select(House.id)),
            Shift.date.in_(list(days)),
            Shift.state == ShiftState.planned,
            Place.person.in_(list(people)),
            Place.state.in_(HOLDING),
        )
        .order_by(Shift.date, Shift.start_time, Place.id)
    )
    return list(query)


def _meet(one: Shift, other: Shift) -> bool:
    return bool(one.start_time < other.end_time and other.start_time < one.end_time)
