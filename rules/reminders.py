"""What time brings: a reminder the day before each shift, for who has an e-mail address and wants
it; and the coordinators hear of who still seeks cover when a shift comes near."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from peewee import fn

from models import (
    HOLDING,
    House,
    Message,
    MessageKind,
    Person,
    Place,
    PlaceChange,
    PlaceState,
    Shift,
    ShiftState,
    Step,
    db,
    for_one_writer,
)
from rules.outbox import CHANGES, tell_coordinators
from rules.rostering import is_near
from rules.wall_time import day_of, to_utc

#: The wall time at which people are reminded: awake, and in time to arrange something.
HOUR = dt.time(10)
_DAY = dt.timedelta(days=1)


def due_at(shift: Shift) -> dt.datetime:
    """When a shift is reminded of: at ten the day before, naive UTC."""
    return to_utc(shift.date - _DAY, HOUR)


def make_reminders(now: dt.datetime) -> None:
    """Put what is due by now in the outbox: the reminders, and who still seeks cover.

    Call it as often as you like: nobody is told the same twice.
    """
    _remind(now)
    _tell_cover_wanted(now)


def _remind(now: dt.datetime) -> None:
    """Each person is reminded once of a shift on a day, which a unique index sees to.

    Late is better than never, until the shift begins. Who came on the shift, or hears that it
    changed, after the moment of reminding knows of it already. Three queries.
    """
    with db.atomic():
        wanted = {
            (place.person_id, place.shift_id): place
            for place in _coming(day_of(now))
            if place.at <= due_at(place.shift) <= now < _begins(place.shift)
        }
        known = _known(wanted.values())
        rows = [
            {
                "house": place.house_id,
                "person": place.person_id,
                "kind": MessageKind.reminder,
                "shift": place.shift_id,
                "at": now,
                "due_at": due_at(place.shift),
            }
            for key, place in wanted.items()
            if key not in known
        ]
        if rows:
            Message.insert_many(rows).on_conflict_ignore().execute()


def _tell_cover_wanted(now: dt.datetime) -> None:
    """Tell the coordinators who still seeks cover for a shift that has come near.

    Whoever asks near the shift tells them then; who asked earlier is told of here, once for each
    time that they asked. One query, and some for each who is told of.
    """
    for place in _seeking(now):
        with db.atomic():
            for_one_writer(place.person)  # Two of us at once, or who comes after all just now.
            if _seeking(now, Place.id == place.id):
                wanted = MessageKind.cover_wanted
                tell_coordinators(wanted, now, shift=place.shift, about=place.person)


def _seeking(now: dt.datetime, *which: Any) -> list[Place]:
    """The places whose holders seek cover near the shift, and no coordinator was told."""
    asked = PlaceChange.select(fn.MAX(PlaceChange.at)).where(
        PlaceChange.place == Place.id, PlaceChange.step == Step.ask_cover
    )
    told = Message.select(Message.id).where(
        Message.shift == Place.shift,
        Message.about == Place.person,
        Message.kind == MessageKind.cover_wanted,
        Message.at >= fn.COALESCE(asked, Place.at),
    )
    query = (
        Place.select(Place, Person, Shift, House)
        .join(Person, on=(Place.person == Person.id))
        .switch(Place)
        .join(Shift)
        .join(House)
        .where(
            Place.state == PlaceState.seeking_cover,
            Shift.date >= day_of(now),
            Shift.state == ShiftState.planned,
            ~fn.EXISTS(told),
            *which,
        )
        .order_by(Shift.date, Shift.start_time, Place.id)
    )
    return [
        place
        for place in query
        if now < _begins(place.shift) and is_near(place.shift, place.shift.house, now)
    ]


def _coming(today: dt.date) -> list[Place]:
    """The places on shifts of today and tomorrow whose holders want to be reminded by mail."""
    return list(
        Place.select(Place, Shift)
        .join(Shift)
        .switch(Place)
        .join(Person, on=(Place.person == Person.id))
        .where(
            Shift.date.between(today, today + _DAY),
            Shift.state == ShiftState.planned,
            Place.state.in_(HOLDING),
            Person.active,
            Person.reminders,
            Person.email.is_null(False),
        )
        .order_by(Shift.date, Shift.start_time, Place.id)
    )


def _known(places: Iterable[Place]) -> set[tuple[int, int]]:
    """Who need not be reminded: they were, or they hear of a change since then."""
    begins = {place.shift_id: due_at(place.shift) for place in places}
    query = Message.select(Message.person, Message.shift, Message.kind, Message.due_at).where(
        Message.shift.in_(list(begins)), Message.kind.in_([MessageKind.reminder, *CHANGES])
    )
    return {
        (person, shift)
        for person, shift, kind, due in query.tuples()
        if (due == begins[shift] if kind == MessageKind.reminder else due >= begins[shift])
    }


def set_reminders(person: Person, wanted: bool) -> None:
    """Let somebody have reminders or not; those that wait are not sent then."""
    Person.update(reminders=wanted).where(Person.id == person.id).execute()
    person.reminders = wanted


def _begins(shift: Shift) -> dt.datetime:
    return to_utc(shift.date, shift.start_time)
