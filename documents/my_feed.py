"""Somebody's own shifts as a calendar feed, in all houses where they help.

From eight weeks back to the end of the roster. A shift that does not take place stays in it, as
cancelled; one that the person left is no longer there.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

from icalendar import Event
from peewee import JOIN, fn

from documents.calendars import BACK, calendar, local, one_line
from documents.words import _, in_words
from models import (
    HOLDING,
    Activity,
    AuditEntry,
    CalendarKey,
    House,
    Membership,
    Message,
    Occurrence,
    Person,
    Place,
    PlaceState,
    Role,
    Shift,
    ShiftPattern,
    ShiftState,
)
from rules.notation import phone
from rules.outbox import CHANGES
from rules.short_names import names_in


@dataclass(frozen=True)
class _Changes:
    """How often a shift was changed, as far as anything remembers it, and when last."""

    count: int = 0
    last: dt.datetime = dt.datetime(2000, 1, 1)

    def and_(self, count: int, last: dt.datetime | None) -> _Changes:
        return _Changes(self.count + count, max(self.last, last or self.last))


def my_feed(key: CalendarKey, base_url: str, today: dt.date) -> bytes:
    """The shifts of the person of a key as an iCalendar file, in five queries.

    :param key: with its person. It lends the events their names, which therefore stay the same
        for whoever follows this feed, and are those of no other installation.
    :param base_url: where this installation is, without a slash at the end.
    """
    places = _places(key.person, today - BACK)
    shifts = [place.shift for place in places]
    others = _others(places)
    changes = _changes(shifts)
    told = calendar("-//Buurtbord//Rooster//NL", _("Mijn diensten"), f"{base_url}/rooster/mijn")
    for place in places:
        told.add_component(
            _event(place, key, base_url, others[place.shift_id], changes[place.shift_id])
        )
    feed: bytes = told.to_ical()
    return feed


def _places(person: Person, since: dt.date) -> list[Place]:
    """The places that a person holds since a day, with their shifts and houses, in order of time.

    Who left a house stays on its seats until somebody frees them, but sees nothing of it here.
    """
    query = (
        Place.select(Place, Shift, House, Occurrence, Activity, ShiftPattern)
        .join(Shift)
        .join(House)
        .switch(Shift)
        .join(Occurrence, JOIN.LEFT_OUTER)
        .join(Activity, JOIN.LEFT_OUTER)
        .switch(Shift)
        .join(ShiftPattern, JOIN.LEFT_OUTER)
        .where(Place.person == person.id, Place.state.in_(HOLDING), Shift.date >= since)
        .order_by(Shift.date, Shift.start_time, Shift.id)
    )
    if not person.is_admin:
        helps = Membership.select(Membership.house).where(
            Membership.person == person.id, Membership.role != Role.viewer
        )
        query = query.where(Place.house.in_(helps))
    return list(query)


def _others(places: list[Place]) -> dict[int, list[str]]:
    """Who comes besides, by shift: their first names as on the roster."""
    found: dict[int, list[str]] = defaultdict(list)
    if not places:
        return found
    own = {place.id for place in places}
    others = list(
        Place.select(Place, Person)
        .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
        .where(
            Place.shift.in_([place.shift_id for place in places]),
            Place.state.in_(HOLDING),
            Place.state != PlaceState.seeking_cover,
            Place.id.not_in(own),
        )
        .order_by(Place.id)
    )
    known = [each.person for each in others if each.person_id]
    names = names_in(
        {place.house_id for place in places},
        [(each.id, each.first_name, each.last_name) for each in known],
    )
    for each in others:
        found[each.shift_id].append(names[each.person_id] if each.person_id else each.name)
    return found


def _changes(shifts: Iterable[Shift]) -> dict[int, _Changes]:
    """How often each shift was changed: an activity, a pattern and a shift count their own
    changes, and whatever else moves a shift tells who is on it."""
    found: dict[int, _Changes] = defaultdict(_Changes)
    for shift in shifts:
        made = found[shift.id]
        if shift.pattern_id:
            made = made.and_(shift.pattern.sequence, None)
        if shift.occurrence_id:
            activity = shift.occurrence.activity
            made = made.and_(activity.sequence, activity.changed_at)
        found[shift.id] = made
    ids = list(found)
    by_hand = (
        AuditEntry.select(AuditEntry.subject_id, fn.COUNT(AuditEntry.id), fn.MAX(AuditEntry.at))
        .where(AuditEntry.subject == "shift", AuditEntry.subject_id.in_([str(id_) for id_ in ids]))
        .group_by(AuditEntry.subject_id)
    )
    told = (
        # Many are told of one change.
        Message.select(Message.shift, fn.COUNT(Message.at.distinct()), fn.MAX(Message.at))
        .where(Message.shift.in_(ids), Message.kind.in_(CHANGES))
        .group_by(Message.shift)
    )
    rows: list[Any] = [*by_hand.tuples(), *told.tuples()] if ids else []
    for shift_id, count, last in rows:
        found[int(shift_id)] = found[int(shift_id)].and_(count, last)
    return found


def _event(
    place: Place, key: CalendarKey, base_url: str, others: list[str], changes: _Changes
) -> Event:
    shift, house = place.shift, place.shift.house
    title = one_line(shift.title)
    cancelled = shift.state == ShiftState.cancelled
    address = f"{base_url}/rooster/dienst/{shift.id}"
    stamp = max(place.changed_at, changes.last).replace(tzinfo=dt.UTC)
    event = Event()
    event.add("uid", str(uuid5(UUID(key.hash[:32]), str(shift.id))))
    event.add("dtstamp", stamp)
    event.add("last-modified", stamp)
    event.add("sequence", changes.count)
    event.add("dtstart", local(shift.date, shift.start_time))
    event.add("dtend", local(shift.date, shift.end_time))
    event.add("summary", _("Gaat niet door: %(title)s", title=title) if cancelled else title)
    event.add("status", "CANCELLED" if cancelled else "CONFIRMED")
    said = []
    if place.state == PlaceState.seeking_cover and not cancelled:
        said.append(_("Je zoekt vervanging. Tot dan is de plek van jou."))
    if others and not cancelled:
        said.append(_("Samen met %(names)s.", names=in_words(others)))
    if house.phone:
        said.append(_("Vragen? Bel %(number)s.", number=phone(house.phone)))
    said.append(_("Bekijk de dienst: %(address)s", address=address))
    event.add("description", "\n".join(one_line(each) for each in said))
    where = (house.name, house.address)
    event.add("location", ", ".join(one_line(each) for each in where if each))
    event.add("url", address)
    # What does not take place keeps nobody busy.
    event.add("transp", "TRANSPARENT" if cancelled else "OPAQUE")
    return event
