"""May we open? A house opens with a key-holder and a second person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from peewee import JOIN

from models import (
    HOLDING,
    House,
    Opening,
    OpeningHours,
    OpeningState,
    Person,
    Place,
    Qualification,
    QualificationKind,
    Shift,
    ShiftState,
)
from rules.closed_days import closed_days
from rules.short_names import names_in


class DayState(StrEnum):
    """Whether a day has openings at all."""

    openings = "openings"
    closed = "closed"
    no_hours = "no_hours"


class Missing(StrEnum):
    """What a house needs before it may open."""

    key_holder = "key_holder"
    second_person = "second_person"


@dataclass(frozen=True)
class OpeningCheck:
    """One opening of a day: who has the key, who else is there, and what is missing."""

    start_time: dt.time
    end_time: dt.time
    #: First names, as on the roster; empty when there is nobody.
    key_holder: str
    #: From when the key-holder is there.
    key_from: dt.time | None
    second: str
    first_aider: str

    @property
    def missing(self) -> tuple[Missing, ...]:
        found = ((Missing.key_holder, self.key_holder), (Missing.second_person, self.second))
        return tuple(what for what, who in found if not who)

    @property
    def ok(self) -> bool:
        """Whether the house may open. A first-aider is wished for, not needed."""
        return not self.missing


@dataclass(frozen=True)
class DayCheck:
    """A day of a house, with its openings in order; ``reason`` says why it is closed."""

    state: DayState
    openings: tuple[OpeningCheck, ...] = ()
    reason: str = ""

    @property
    def ok(self) -> bool:
        return self.state is DayState.openings and all(each.ok for each in self.openings)


@dataclass(frozen=True)
class _OnDuty:
    """Somebody on a shift of the day."""

    who: tuple[int | None, str]
    name: str
    start_time: dt.time
    end_time: dt.time
    kinds: frozenset[str]


def may_we_open(house: House, day: dt.date) -> DayCheck:
    """Check every opening of a day.

    A key-holder has a current qualification and a shift that is on when the opening starts; the
    second person is somebody else on any shift within the opening. Who seeks cover still counts:
    they hold their seat until somebody takes over. Six queries.
    """
    closed = closed_days(house, day, day)
    if day in closed:
        return DayCheck(DayState.closed, reason=closed[day])
    shut = Opening.select(Opening.start_time).where(
        Opening.house == house, Opening.date == day, Opening.state == OpeningState.closed
    )
    closed_spans = {start for (start,) in shut.tuples()}
    hours = list(
        OpeningHours.select()
        .where(OpeningHours.house == house, OpeningHours.weekday == day.weekday())
        .order_by(OpeningHours.start_time)
    )
    if not hours:
        return DayCheck(DayState.no_hours)
    spans = [span for span in hours if span.start_time not in closed_spans]
    if not spans:
        return DayCheck(DayState.closed)
    people = _on_duty(house, day)
    return DayCheck(DayState.openings, tuple(_check(span, people) for span in spans))


def _check(span: OpeningHours, people: list[_OnDuty]) -> OpeningCheck:
    within = [
        one for one in people if one.start_time < span.end_time and one.end_time > span.start_time
    ]
    holders = [
        one
        for one in within
        if one.start_time <= span.start_time < one.end_time
        and QualificationKind.key_holder in one.kinds
    ]
    key = holders[0] if holders else None
    second = next((one for one in within if key is None or one.who != key.who), None)
    aider = next((one for one in within if QualificationKind.first_aid in one.kinds), None)
    return OpeningCheck(
        start_time=span.start_time,
        end_time=span.end_time,
        key_holder=key.name if key else "",
        key_from=key.start_time if key else None,
        second=second.name if second else "",
        first_aider=aider.name if aider else "",
    )


def _on_duty(house: House, day: dt.date) -> list[_OnDuty]:
    """Everybody on a shift of the day that takes place, in order of time."""
    rows = list(
        Place.select(
            Place.person,
            Place.name,
            Person.first_name,
            Person.last_name,
            Shift.start_time,
            Shift.end_time,
        )
        .join(Shift)
        .switch(Place)
        .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
        .where(
            Shift.house == house,
            Shift.date == day,
            Shift.state == ShiftState.planned,
            Place.state.in_(HOLDING),
        )
        .order_by(Shift.start_time, Shift.id, Place.id)
        .tuples()
    )
    known = {row[0]: (row[0], row[2], row[3]) for row in rows if row[0] is not None}
    names = names_in({house.id}, known.values())
    kinds: dict[int, set[str]] = {person_id: set() for person_id in known}
    current = Qualification.expires.is_null() | (Qualification.expires >= day)
    held = Qualification.select(Qualification.person, Qualification.kind)
    for person_id, kind in held.where(Qualification.person.in_(list(known)), current).tuples():
        kinds[person_id].add(kind)
    return [
        _OnDuty(
            who=(person_id, "" if person_id else written),
            name=names[person_id] if person_id else written,
            start_time=start,
            end_time=end,
            kinds=frozenset(kinds.get(person_id, ())),
        )
        for person_id, written, _first, _last, start, end in rows
    ]
