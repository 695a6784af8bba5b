"""What a closure does to dates and shifts, and who is on them: looked at before it is kept."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from peewee import JOIN

from models import (
    HOLDING,
    Activity,
    House,
    Occurrence,
    Person,
    Place,
    Seat,
    Shift,
    ShiftState,
)
from rules import double_booked
from rules.double_booked import Double
from rules.short_names import names_in


@dataclass(frozen=True)
class Manned:
    """A shift that is cancelled, though people are on it.

    activity: the title of the activity it belongs to, or empty. names: first names, by seat.
    """

    shift: Shift
    house: House
    activity: str
    names: tuple[str, ...]
    places: tuple[int, ...]


@dataclass(frozen=True)
class Effect:
    """What a write in the closures did to what is planned.

    off, back: how many dates of activities no longer take place, or do again; also dates that
    are so far ahead that they have no row yet. shifts: those with people on them that were
    cancelled or came back. doubles: who is on one that came back and on another one then.
    """

    off: int = 0
    back: int = 0
    shifts: list[Shift] = field(default_factory=list)
    manned: tuple[Manned, ...] = ()
    doubles: tuple[Double, ...] = ()

    @property
    def asks(self) -> bool:
        """Whether somebody should look before it is kept."""
        return bool(self.manned or self.doubles)

    @property
    def fingerprint(self) -> str:
        """The same while the same people are on the same shifts."""
        said: list[object] = [
            (each.shift.id, each.shift.date.isoformat(), str(each.shift.start_time), each.places)
            for each in self.manned
        ]
        said.append(double_booked.fingerprint(self.doubles))
        return hashlib.sha256(repr(said).encode()).hexdigest()[:32]


def manned(shifts: Iterable[Shift]) -> tuple[Manned, ...]:
    """Of shifts that changed those that are cancelled, with who is on them, by day and hour.

    At most two queries.
    """
    ids = [shift.id for shift in shifts if shift.state == ShiftState.cancelled]
    return _manned(Shift.id.in_(ids)) if ids else ()


def people_of(date: Occurrence) -> tuple[str, ...]:
    """Who is on the roster for a date, by first name, each once. At most two queries."""
    found = _manned((Shift.occurrence == date) & (Shift.state == ShiftState.planned))
    return tuple(dict.fromkeys(name for each in found for name in each.names))


def _manned(which: Any) -> tuple[Manned, ...]:
    places = list(
        Place.select(Place, Shift, House, Occurrence, Activity, Person)
        .join(Shift)
        .join(House)
        .switch(Shift)
        .join(Occurrence, JOIN.LEFT_OUTER)
        .join(Activity, JOIN.LEFT_OUTER)
        .switch(Place)
        .join(Seat)
        .switch(Place)
        .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
        .where(which, Place.state.in_(HOLDING))
        .order_by(Shift.date, Shift.start_time, Shift.id, Seat.position, Seat.id)
    )
    if not places:
        return ()
    known = [
        (place.person_id, place.person.first_name, place.person.last_name)
        for place in places
        if place.person_id
    ]
    names = names_in({place.house_id for place in places}, known)
    by_shift: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        by_shift[place.shift_id].append(place)
    return tuple(
        Manned(
            on[0].shift,
            on[0].shift.house,
            on[0].shift.occurrence.activity.title if on[0].shift.occurrence_id else "",
            tuple(names[each.person_id] if each.person_id else each.name for each in on),
            tuple(sorted(each.id for each in on)),
        )
        for on in by_shift.values()
    )
