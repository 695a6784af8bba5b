"""The fixed cast: two houses, their people, and builders for what a test needs besides."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import models
from models import (
    Activity,
    Category,
    House,
    Membership,
    Occurrence,
    OpeningHours,
    PatternSeat,
    Person,
    Place,
    Qualification,
    QualificationKind,
    Role,
    Seat,
    Shift,
    ShiftPattern,
)


@dataclass
class Cast:
    """Wolfsbos and Knooppunt, with one person for every role in each."""

    wolfsbos: House
    knooppunt: House
    admin: Person
    coordinator: Person  # of Wolfsbos, as are the following
    volunteer: Person
    key_holder: Person
    viewer: Person
    other_coordinator: Person  # of Knooppunt
    other_volunteer: Person


def make_cast(today: dt.date) -> Cast:
    wolfsbos = make_house("wolfsbos", "Huis van de Buurt Wolfsbos")
    knooppunt = make_house("knooppunt", "Het Knooppunt")
    for house in (wolfsbos, knooppunt):
        for weekday in range(5):
            OpeningHours.create(
                house=house, weekday=weekday, start_time=dt.time(9), end_time=dt.time(17)
            )
    key_holder = make_person("Anneke", "Bos", house=wolfsbos)
    Qualification.create(person=key_holder, kind=QualificationKind.key_holder)
    return Cast(
        wolfsbos=wolfsbos,
        knooppunt=knooppunt,
        admin=make_person("Bea", "Beheer", is_admin=True),
        coordinator=make_person("Corrie", "Mulder", house=wolfsbos, role=Role.coordinator),
        volunteer=make_person("Joop", "Berg", infix="van der", house=wolfsbos),
        key_holder=key_holder,
        viewer=make_person("Mees", "Kijker", house=wolfsbos, role=Role.viewer),
        other_coordinator=make_person("Karin", "Knoop", house=knooppunt, role=Role.coordinator),
        other_volunteer=make_person("Dirk", "Dam", house=knooppunt),
    )


def make_house(slug: str, name: str, **facts: Any) -> House:
    facts = {"town": "Hoogeveen", "phone": "0528123456", **facts}
    return House.create(slug=slug, name=name, **facts)


def make_person(
    first_name: str,
    last_name: str = "",
    *,
    house: House | None = None,
    role: Role = Role.volunteer,
    **facts: Any,
) -> Person:
    person = Person.create(
        first_name=first_name,
        last_name=last_name,
        email=facts.pop("email", f"{first_name}.{last_name}@buurtbord.example".casefold()),
        **facts,
    )
    if house is not None:
        Membership.create(person=person, house=house, role=role)
    return person


def make_activity(house: House, title: str = "Inloop met koffie", **facts: Any) -> Activity:
    facts = {
        "category": Category.meet,
        "rule": "FREQ=WEEKLY;BYDAY=TH",
        "start_time": dt.time(10),
        "end_time": dt.time(16),
        "first_date": dt.date(2026, 1, 1),
        **facts,
    }
    return Activity.create(house=house, title=title, **facts)


def make_occurrence(activity: Activity, date: dt.date, **facts: Any) -> Occurrence:
    facts = {
        "original_date": date,
        "start_time": activity.start_time,
        "end_time": activity.end_time,
        "room": activity.room,
        **facts,
    }
    return Occurrence.create(house=activity.house, activity=activity, date=date, **facts)


def make_shift(
    house: House, date: dt.date, *, seats: int = 1, qualification: str = "", **facts: Any
) -> Shift:
    """A shift with open seats; its seats are ``shift.seats``."""
    facts = {
        "title": "Gastvrouw of gastheer",
        "start_time": dt.time(9, 45),
        "end_time": dt.time(13),
        "original_date": date,
        **facts,
    }
    shift = Shift.create(house=house, date=date, **facts)
    for position in range(seats):
        Seat.create(
            house=house,
            shift=shift,
            role=shift.title,
            qualification=qualification,
            position=position,
        )
    return shift


def make_pattern(house: House, **facts: Any) -> ShiftPattern:
    """A pattern of every Monday morning with one seat; no shifts are made yet."""
    facts = {
        "title": "Opening en sleutel",
        "rule": "FREQ=WEEKLY;BYDAY=MO",
        "first_date": dt.date(2026, 1, 1),
        "start_time": dt.time(8, 30),
        "end_time": dt.time(12, 30),
        **facts,
    }
    pattern = ShiftPattern.create(house=house, **facts)
    PatternSeat.create(pattern=pattern, role="Sleutelhouder")
    return pattern


def make_place(seat: Seat, person: Person, at: dt.datetime, **facts: Any) -> Place:
    return Place.create(
        house=seat.house_id,
        shift=seat.shift_id,
        seat=seat,
        person=person,
        by=person,
        at=at,
        changed_at=at,
        **facts,
    )


def count_rows(table: type[models.Table]) -> int:
    return int(table.select().count())
