"""Hours per person and month: what volunteers gave, from the shifts that took place."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from models import House, Person, Place, PlaceState, Shift, ShiftState
from rules.wall_time import to_local, to_utc

#: Who was there: noted as present, or simply on the roster and nobody said otherwise.
THERE = (PlaceState.present, PlaceState.confirmed)


@dataclass
class Worked:
    """What one person did in a period, in whole minutes."""

    #: In full, as coordinators know people; empty for who is no longer known.
    name: str
    #: The id of the person; None for a name that was written down.
    person_id: int | None
    sort_key: tuple[str, str]
    shifts: int = 0
    minutes: int = 0
    #: The minutes of each month, by its first day.
    by_month: dict[dt.date, int] = field(default_factory=lambda: defaultdict(int))


def as_hours(minutes: int) -> Decimal:
    """Minutes as hours with two decimals: 200 are 3.33."""
    return (Decimal(minutes) / 60).quantize(Decimal("0.01"))


def hours_worked(house: House, first: dt.date, last: dt.date, now: dt.datetime) -> list[Worked]:
    """Who worked in a house from first to last (included), in Dutch name order: three queries.

    A shift counts when it is over and was not cancelled; somebody on it when they were present,
    or on the roster and nobody noted otherwise. Who was excused, absent, or had left does not
    count, nor who sought cover to the end. A shift lasts as long as it really did: in the night
    of winter time an hour more. A written name is one line, however it was capitalised.
    """
    here = to_local(now)
    over = (
        (Shift.house == house)
        & Shift.date.between(first, min(last, here.date()))
        & (Shift.state == ShiftState.planned)
        & ((Shift.date < here.date()) | (Shift.end_time <= here.time()))
    )
    # The shifts once, and not again with everybody on them: most of the time goes into dates.
    shifts = {
        shift_id: (day.replace(day=1), _minutes(day, start, end))
        for shift_id, day, start, end in Shift.select(
            Shift.id, Shift.date, Shift.start_time, Shift.end_time
        )
        .where(over)
        .tuples()
    }
    there = Place.select(Place.shift, Place.person, Place.name).where(
        Place.shift.in_(Shift.select(Shift.id).where(over)), Place.state.in_(THERE)
    )
    found: dict[tuple[int | None, str], Worked] = {}
    for shift_id, person_id, written in there.order_by(Place.id).tuples():
        if shift_id not in shifts:
            continue  # It came while we were reading.
        key = (person_id, "" if person_id else written.casefold())
        one = found.get(key)
        if one is None:
            one = found[key] = Worked(written, person_id, (written.casefold(), ""))
        month, minutes = shifts[shift_id]
        one.shifts += 1
        one.minutes += minutes
        one.by_month[month] += minutes
    for person in Person.select().where(Person.id.in_([each for each, _name in found if each])):
        one = found[person.id, ""]
        one.name, one.sort_key = person.full_name, person.sort_key
    return sorted(found.values(), key=lambda one: (one.sort_key, one.person_id or 0))


def total(people: Iterable[Worked]) -> Worked:
    """All of them together."""
    sum_of = Worked(name="", person_id=None, sort_key=("", ""))
    for one in people:
        sum_of.shifts += one.shifts
        sum_of.minutes += one.minutes
        for month, minutes in one.by_month.items():
            sum_of.by_month[month] += minutes
    return sum_of


def _minutes(day: dt.date, start: dt.time, end: dt.time) -> int:
    return int((to_utc(day, end) - to_utc(day, start)).total_seconds()) // 60
