"""May we open? A house opens with a key-holder and, together with them, a second person."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container
from dataclasses import dataclass, field
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from peewee import JOIN

from models import (
    HOLDING,
    House,
    Opening,
    OpeningHours,
    OpeningState,
    Person,
    Place,
    PlaceState,
    Qualification,
    QualificationKind,
    Shift,
    ShiftState,
)
from rules.closed_days import closed_days
from rules.short_names import names_in

#: So many people are there in hours about which nothing needs to be said.
ENOUGH = 2


class DayState(StrEnum):
    """Whether a day has openings at all."""

    openings = "openings"
    closed = "closed"
    no_hours = "no_hours"


class Missing(StrEnum):
    """What a house needs before it may open."""

    key_holder = "key_holder"
    second_person = "second_person"


class Stretch(NamedTuple):
    """A part of an opening, with how many people are there all that time."""

    start_time: dt.time
    end_time: dt.time
    people: int


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
    #: Who counts, but seeks cover: the key-holder, the second person.
    seeking: tuple[str, ...] = ()
    #: When there is a key-holder and nobody beside them: who comes after they have gone.
    too_late: str = ""
    #: Until when the key-holder is there, of the shift with which they open.
    key_until: dt.time | None = None
    #: From when the second person is there together with the key-holder.
    second_from: dt.time | None = None
    #: The hours with fewer than two people, in order: the house may open without them, but it is
    #: not to be promised that somebody is there all the time.
    thin: tuple[Stretch, ...] = ()

    @property
    def missing(self) -> tuple[Missing, ...]:
        found = ((Missing.key_holder, self.key_holder), (Missing.second_person, self.second))
        return tuple(what for what, who in found if not who)

    @property
    def ok(self) -> bool:
        """Whether the house may open. A first-aider is wished for, not needed."""
        return not self.missing

    @property
    def empty(self) -> list[Stretch]:
        """The hours in which nobody is on any shift, in order."""
        return [part for part in self.thin if not part.people]

    @property
    def kept(self) -> list[tuple[dt.time, dt.time]]:
        """The hours in which somebody is on a shift, in order."""
        ends = [self.start_time, *(time for part in self.empty for time in part[:2]), self.end_time]
        pairs = zip(ends[::2], ends[1::2], strict=True)
        return [(start, end) for start, end in pairs if start < end]


@dataclass(frozen=True)
class DayCheck:
    """A day of a house, with its openings in order; ``reason`` says why it is closed."""

    state: DayState
    openings: tuple[OpeningCheck, ...] = ()
    reason: str = ""

    @property
    def ok(self) -> bool:
        return self.state is DayState.openings and all(each.ok for each in self.openings)

    @property
    def missing(self) -> bool:
        """Whether an opening lacks somebody; a closed day lacks nobody."""
        return any(not each.ok for each in self.openings)

    @property
    def unsure(self) -> bool:
        """Whether all openings can go on, but somebody whom one of them needs seeks cover."""
        return not self.missing and any(each.seeking for each in self.openings)

    @property
    def thin(self) -> bool:
        """Whether all openings can go on, but there are hours with nobody on any shift."""
        return not self.missing and any(each.empty for each in self.openings)


class _Span(NamedTuple):
    start_time: dt.time
    end_time: dt.time
    seeks_cover: bool = False

    def meets(self, start: dt.time, end: dt.time) -> bool:
        return self.start_time < end and self.end_time > start


@dataclass
class _OnDuty:
    """Somebody with all their shifts of a day."""

    name: str
    kinds: frozenset[str]
    spans: list[_Span] = field(default_factory=list)

    def within(self, opening: _Span) -> list[_Span]:
        return [span for span in self.spans if span.meets(opening.start_time, opening.end_time)]

    def seeks_cover(self, opening: _Span) -> bool:
        return any(span.seeks_cover for span in self.within(opening))

    def opens(self, opening: _Span) -> _Span | None:
        """The shift with which they can open the doors; None without the key."""
        if QualificationKind.key_holder not in self.kinds:
            return None
        at = opening.start_time
        return next((span for span in self.spans if span.start_time <= at < span.end_time), None)

    def meets(self, other: _OnDuty, opening: _Span) -> dt.time | None:
        """The first moment of an opening at which both are there; None when there is none."""
        moments = [
            max(mine.start_time, theirs.start_time, opening.start_time)
            for mine in self.within(opening)
            for theirs in other.within(opening)
            if mine.meets(
                max(theirs.start_time, opening.start_time), min(theirs.end_time, opening.end_time)
            )
        ]
        return min(moments, default=None)


def may_we_open(house: House, day: dt.date) -> DayCheck:
    """Check every opening of a day.

    A key-holder has a qualification that counts on that day, and a shift that is on when the
    opening starts. The second person is somebody else who is there together with the key-holder
    for a part of the opening. Who seeks cover still counts, after others who do not: they hold
    their seat until somebody takes over. A name without an account may be the second person, and
    never has the key: nobody can say whether it still counts. Besides it says in which hours fewer
    than two people are on a shift. Six queries.
    """
    return week_ahead(house, day, 1)[day]


def week_ahead(house: House, first_day: dt.date, days: int = 7) -> dict[dt.date, DayCheck]:
    """The same for several days from the first on, in order: as many queries as for one."""
    last_day = first_day + dt.timedelta(days=days - 1)
    every = [first_day + dt.timedelta(days=n) for n in range(days)]
    closed = closed_days(house, first_day, last_day)
    shut: dict[dt.date, set[dt.time]] = defaultdict(set)
    said = Opening.select(Opening.date, Opening.start_time).where(
        Opening.house == house,
        Opening.date.between(first_day, last_day),
        Opening.state == OpeningState.closed,
    )
    for day, start in said.tuples():
        shut[day].add(start)
    hours: dict[int, list[_Span]] = defaultdict(list)
    usual = OpeningHours.select(
        OpeningHours.weekday, OpeningHours.start_time, OpeningHours.end_time
    ).where(OpeningHours.house == house, OpeningHours.weekday.in_({day.weekday() for day in every}))
    for weekday, start, end in usual.order_by(OpeningHours.start_time).tuples():
        hours[weekday].append(_Span(start, end))
    if not hours:
        return {day: _day(day, closed, [], []) for day in every}
    people = _on_duty(house, first_day, last_day)
    return {
        day: _day(day, closed, hours[day.weekday()], people.get(day, []), shut[day])
        for day in every
    }


def _day(
    day: dt.date,
    closed: dict[dt.date, str],
    usual: list[_Span],
    people: list[_OnDuty],
    shut: Container[dt.time] = (),
) -> DayCheck:
    if day in closed:
        return DayCheck(DayState.closed, reason=closed[day])
    if not usual:
        return DayCheck(DayState.no_hours)
    spans = [span for span in usual if span.start_time not in shut]
    if not spans:
        return DayCheck(DayState.closed)
    return DayCheck(DayState.openings, tuple(_check(span, people) for span in spans))


def _check(opening: _Span, people: list[_OnDuty]) -> OpeningCheck:
    key, second, together = _pair(opening, people)
    there = _surest(opening, people)
    late = next((one for one in there if key and one is not key), None) if not second else None
    opens = key.opens(opening) if key else None
    aider = next((one for one in there if QualificationKind.first_aid in one.kinds), None)
    return OpeningCheck(
        start_time=opening.start_time,
        end_time=opening.end_time,
        key_holder=key.name if key else "",
        key_from=opens.start_time if opens else None,
        second=second.name if second else "",
        first_aider=aider.name if aider else "",
        seeking=tuple(one.name for one in (key, second) if one and one.seeks_cover(opening)),
        too_late=late.name if late else "",
        key_until=opens.end_time if opens else None,
        second_from=together,
        thin=_thin(opening, people),
    )


def _thin(opening: _Span, people: list[_OnDuty]) -> tuple[Stretch, ...]:
    """The parts of an opening with fewer than two people, in order, as long as they can be."""
    there = [one.within(opening) for one in people]
    changes = {time for spans in there for span in spans for time in span[:2]}
    inside = (time for time in changes if opening.start_time < time < opening.end_time)
    times = [opening.start_time, *sorted(inside), opening.end_time]
    found: list[Stretch] = []
    for start, end in pairwise(times):
        number = sum(any(span.meets(start, end) for span in spans) for spans in there)
        if found and (found[-1].end_time, found[-1].people) == (start, number):
            found[-1] = found[-1]._replace(end_time=end)
        elif number < ENOUGH:
            found.append(Stretch(start, end, number))
    return tuple(found)


def _pair(
    opening: _Span, people: list[_OnDuty]
) -> tuple[_OnDuty | None, _OnDuty | None, dt.time | None]:
    """Who opens, who is there with them, and from when; of several pairs the surest, and of those
    the one that is complete first."""
    there = _surest(opening, people)
    holders = [one for one in there if one.opens(opening)]
    if not holders:
        return None, next(iter(there), None), None
    pairs = [
        (key, other, together)
        for key in holders
        for other in there
        if other is not key and (together := key.meets(other, opening)) is not None
    ]
    if not pairs:
        return holders[0], None, None
    return min(pairs, key=lambda pair: (sum(one.seeks_cover(opening) for one in pair[:2]), pair[2]))


def _surest(opening: _Span, people: list[_OnDuty]) -> list[_OnDuty]:
    """Who is there within an opening; who seeks cover comes last."""
    there = [one for one in people if one.within(opening)]
    return sorted(there, key=lambda one: one.seeks_cover(opening))


def _on_duty(house: House, first: dt.date, last: dt.date) -> dict[dt.date, list[_OnDuty]]:
    """Everybody on shifts that take place, by day, in order of time."""
    rows = list(
        Place.select(
            Place.person,
            Place.name,
            Person.first_name,
            Person.last_name,
            Shift.date,
            Shift.start_time,
            Shift.end_time,
            Place.state,
        )
        .join(Shift)
        .switch(Place)
        .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
        .where(
            Shift.house == house,
            Shift.date.between(first, last),
            Shift.state == ShiftState.planned,
            Place.state.in_(HOLDING),
        )
        .order_by(Shift.date, Shift.start_time, Shift.id, Place.id)
        .tuples()
    )
    known = {row[0]: (row[0], row[2], row[3]) for row in rows if row[0] is not None}
    names = names_in({house.id}, known.values())
    kinds: dict[int, list[tuple[str, dt.date]]] = defaultdict(list)
    held = Qualification.select(Qualification.person, Qualification.kind, Qualification.expires)
    for person_id, kind, expires in held.where(Qualification.person.in_(list(known))).tuples():
        kinds[person_id].append((kind, expires or dt.date.max))
    # A name that was written down twice is one person.
    found: dict[dt.date, dict[tuple[int | None, str], _OnDuty]] = defaultdict(dict)
    for person_id, written, _first, _last, day, start, end, state in rows:
        who = (person_id, "" if person_id else written.casefold())
        one = found[day].setdefault(
            who,
            _OnDuty(
                name=names[person_id] if person_id else written,
                kinds=frozenset(kind for kind, until in kinds[person_id] if until >= day),
            ),
        )
        one.spans.append(_Span(start, end, state == PlaceState.seeking_cover))
    return {day: list(people.values()) for day, people in found.items()}
