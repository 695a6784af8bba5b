"""When people can come: parts of a day, and the days on which somebody cannot.

What somebody cannot is asked of the person, not of a house: it holds wherever they help.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from models import (
    HOLDING,
    House,
    PartOfDay,
    Person,
    Place,
    RosterWish,
    Shift,
    ShiftState,
    Unavailable,
    WishKind,
    db,
    for_one_writer,
)
from rules import Refused

#: From and to of the parts of a day, as wall times; a shift that touches one falls in it.
PARTS = {
    PartOfDay.morning: (dt.time(0), dt.time(12)),
    PartOfDay.afternoon: (dt.time(12), dt.time(17)),
    PartOfDay.evening: (dt.time(17), dt.time.max),
}
#: More rows than this nobody means; it also keeps every page about them short.
MOST_ABSENCES = 40


class AbsenceOver(Refused):
    """The last day is over already."""


class TooManyAbsences(Refused):
    """The person has said so many days already that one more is a slip."""


def touches(part: str, start: dt.time, end: dt.time) -> bool:
    """Whether a span of a day falls in a part of it; the empty part is the whole day."""
    if not part:
        return True
    first, last = PARTS[PartOfDay(part)]
    return start < last and end > first


# -- who cannot, and when -------------------------------------------------------------------------


@dataclass
class Absences:
    """When some people cannot come: days that they said, and weekdays that they wish free."""

    days: dict[int, list[tuple[dt.date, dt.date, str]]] = field(default_factory=dict)
    weekdays: dict[int, list[tuple[int, str]]] = field(default_factory=dict)

    def away(self, person_id: int, date: dt.date, start: dt.time, end: dt.time) -> bool:
        """Whether somebody cannot come to what lasts from start to end (wall times) on a day."""
        return any(
            first <= date <= last and touches(part, start, end)
            for first, last, part in self.days.get(person_id, ())
        ) or any(
            weekday == date.weekday() and touches(part, start, end)
            for weekday, part in self.weekdays.get(person_id, ())
        )


def absences(people: Collection[int], first: dt.date, last: dt.date) -> Absences:
    """When these people (ids) cannot come, from first to last (included): two queries."""
    ids = list(people)
    days, weekdays = defaultdict(list), defaultdict(list)
    said = Unavailable.select(
        Unavailable.person, Unavailable.first_date, Unavailable.last_date, Unavailable.part_of_day
    ).where(
        Unavailable.person.in_(ids), Unavailable.first_date <= last, Unavailable.last_date >= first
    )
    for person, *when in said.tuples():
        days[person].append(tuple(when))
    wished = RosterWish.select(RosterWish.person, RosterWish.weekday, RosterWish.part_of_day).where(
        RosterWish.person.in_(ids), RosterWish.kind == WishKind.not_on
    )
    for person, *when in wished.tuples():
        weekdays[person].append(tuple(when))
    return Absences(dict(days), dict(weekdays))


def unavailable_at(
    people: Collection[int], date: dt.date, start: dt.time, end: dt.time
) -> set[int]:
    """Which of these people (ids) cannot come from start to end (wall times) on a day.

    Both what they said of that day and what they wish of that weekday count. Two queries.
    """
    found = absences(people, date, date)
    return {person for person in people if found.away(person, date, start, end)}


def free_between(
    people: Collection[int], first: dt.date, last: dt.date
) -> dict[int, list[dt.date]]:
    """The days from first to last (included) on which each of these people can come all day.

    Only what they said counts, not the shifts that they have. Two queries.
    """
    found = absences(people, first, last)
    every = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    # Ten o'clock at night is in the evening, and one in the morning: the whole day.
    return {
        person: [day for day in every if not found.away(person, day, dt.time(0), dt.time.max)]
        for person in people
    }


# -- saying so ------------------------------------------------------------------------------------


def say_absent(
    person: Person, first: dt.date, last: dt.date, part: str, today: dt.date
) -> Unavailable:
    """Note that somebody cannot come on some days, or on a part (or ``""``) of each of them.

    Saying the same twice is saying it once. Seats that the person has stay theirs:
    :func:`seats_during` tells which they are.

    :raises AbsenceOver: when all of it lies before today.
    :raises TooManyAbsences:
    :raises ValueError: for a part of the day that there is not, or a last day before the first.
    """
    if part:
        PartOfDay(part)
    if last < first:
        raise ValueError(last)
    if last < today:
        raise AbsenceOver
    with db.atomic():
        for_one_writer(person)
        coming = coming_absences(person, today)
        for each in coming:
            if (each.first_date, each.last_date, each.part_of_day) == (first, last, part):
                return each
        if len(coming) >= MOST_ABSENCES:
            raise TooManyAbsences
        made: Unavailable = Unavailable.create(
            person=person, first_date=first, last_date=last, part_of_day=part
        )
        return made


def take_back(person: Person, absence_id: int) -> bool:
    """Take away days on which a person could not come; False when they have no such row."""
    own = (Unavailable.id == absence_id) & (Unavailable.person == person)
    return bool(Unavailable.delete().where(own).execute())


def coming_absences(person: Person, today: dt.date) -> list[Unavailable]:
    """The days on which a person cannot come that are not over, the first first."""
    query = Unavailable.select().where(Unavailable.person == person, Unavailable.last_date >= today)
    return list(query.order_by(Unavailable.first_date, Unavailable.last_date, Unavailable.id))


def forget_past_absences(today: dt.date) -> int:
    """Delete what was said of days long over (13 weeks); returns how many rows."""
    old = Unavailable.last_date < today - dt.timedelta(weeks=13)
    count: int = Unavailable.delete().where(old).execute()
    return count


def seats_during(
    person: Person, today: dt.date, houses: Iterable[House] | None = None
) -> list[Shift]:
    """The shifts from today on that a person is on although they cannot come then, by date.

    Both the days that they said and the weekdays that they wish free count. Three queries;
    ``house`` is loaded.

    :param houses: only shifts of these; None for every house.
    """
    query = (
        Shift.select(Shift, House)
        .join(House)
        .switch(Shift)
        .join(Place)
        .where(
            Place.person == person,
            Place.state.in_(HOLDING),
            Shift.state == ShiftState.planned,
            Shift.date >= today,
        )
        .order_by(Shift.date, Shift.start_time, Shift.id)
    )
    if houses is not None:
        query = query.where(Shift.house.in_([house.id for house in houses]))
    held = list(query)
    if not held:
        return []
    found = absences([person.id], held[0].date, held[-1].date)
    return [
        shift
        for shift in held
        if found.away(person.id, shift.date, shift.start_time, shift.end_time)
    ]
