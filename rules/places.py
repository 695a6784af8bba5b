"""How a place comes to be and changes: the row and the memory of the step, always together.

Every verb of the roster ends here. What is checked before (may they, are they able) is the verb's
own; that a seat has one holder is the database's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from peewee import JOIN, chunked

from models import (
    HOLDING,
    Person,
    Place,
    PlaceChange,
    PlaceHow,
    PlaceState,
    Seat,
    Shift,
    SqliteDatabase,
    Step,
    db,
)
from rules import outbox
from rules.wall_time import to_utc

_ROWS_AT_ONCE = 300


def put_on(
    seat: Seat,
    person: Person | None,
    step: Step,
    by: Person | None,
    now: dt.datetime,
    *,
    how: PlaceHow = PlaceHow.self,
    name: str = "",
) -> Place:
    """Make somebody (or a written name) the holder of a seat; call it inside a transaction.

    :raises peewee.IntegrityError: when the seat has a holder, or the person a seat on this shift.
    """
    place: Place = Place.create(
        house=seat.house_id,
        shift=seat.shift_id,
        seat=seat,
        person=person,
        name=name,
        how=how,
        by=by,
        at=now,
        changed_at=now,
    )
    remember(place, step, by, now)
    if person is not None:
        outbox.knows(person, place.shift_id)
    return place


def change(
    place: Place,
    state: PlaceState,
    step: Step,
    by: Person | None,
    now: dt.datetime,
    *,
    only_from: Collection[PlaceState] = HOLDING,
) -> bool:
    """Bring a place to another state, if it is still in one of ``only_from``.

    Returns False, and writes nothing, when another request changed it a moment ago. Call it inside
    a transaction.
    """
    wanted = Place.update(state=state, changed_at=now).where(
        Place.id == place.id, Place.state.in_(list(only_from))
    )
    if not wanted.execute():
        return False
    place.state, place.changed_at = state, now
    remember(place, step, by, now)
    return True


def remember(place: Place, step: Step, by: Person | None, now: dt.datetime) -> None:
    """Write down a step of a place, with the state that it has now."""
    PlaceChange.insert(
        house=place.house_id,
        place=place.id,
        shift=place.shift_id,
        step=step,
        state=place.state,
        by=by,
        at=now,
    ).execute()


def remember_new(shifts: Iterable[int], now: dt.datetime) -> None:
    """Write down the first step of all places of these shifts (ids) that have none yet."""
    for some in chunked(shifts, _ROWS_AT_ONCE):
        these = list(some)
        # Of these shifts only: the memory of ten years is not looked through.
        known = PlaceChange.select(PlaceChange.place).where(PlaceChange.shift.in_(these))
        new = Place.select(
            Place.house,
            Place.id,
            Place.shift,
            str(Step.put),
            Place.state,
            Place.by,
            now,
        ).where(Place.shift.in_(these), Place.id.not_in(known))
        PlaceChange.insert_from(
            new,
            [
                PlaceChange.house,
                PlaceChange.place,
                PlaceChange.shift,
                PlaceChange.step,
                PlaceChange.state,
                PlaceChange.by,
                PlaceChange.at,
            ],
        ).execute()


def take_back_presence(
    shift: Shift, was: outbox.Times, by: Person | None, now: dt.datetime
) -> None:
    """Who was noted as present on a shift that has yet to begin, now that it moved, is on it like
    anybody else, so that they can leave it. Call it inside a transaction.

    :param shift: as it is now.
    :param was: when it was before.
    """
    if was[:2] == (shift.date, shift.start_time) or to_utc(shift.date, shift.start_time) <= now:
        return
    present = Place.select().where(Place.shift == shift, Place.state == PlaceState.present)
    for place in present.order_by(Place.id):
        change(place, PlaceState.confirmed, Step.mark, by, now, only_from=(PlaceState.present,))


def holder(seat: Seat) -> Place | None:
    """The place that holds a seat now."""
    held = Place.select().where(Place.seat == seat, Place.state.in_(HOLDING))
    place: Place | None = held.first()
    return place


def hold_still(shift_id: int) -> Shift:
    """A shift as it is now; it stays so until the transaction ends.

    Whoever closes a day or moves it meanwhile waits, and sees who got on. Many take seats on one
    shift at once, so they do not wait for each other here.
    """
    query = Shift.select().where(Shift.id == shift_id)
    if not isinstance(db.obj, SqliteDatabase):
        query = query.for_update("FOR SHARE")
    shift: Shift = query.get()
    return shift


def places_of(shift: Shift) -> list[Place]:
    """Everybody who was ever on a shift, with ``place.seat`` and ``place.person``; oldest first."""
    return list(
        Place.select(Place, Seat, Person)
        .join(Seat)
        .switch(Place)
        .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
        .where(Place.shift == shift)
        .order_by(Place.at, Place.id)
    )
