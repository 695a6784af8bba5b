"""The programme as it is read: by day, week and month, each in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from peewee import JOIN

from models import (
    Activity,
    ActivityText,
    Closure,
    ClosureKind,
    House,
    Occurrence,
    OccurrenceState,
    Partner,
    Room,
)
from rules.closed_days import closes_house, closures_of, held_by
from rules.wall_time import month_of, week_of


@dataclass
class Day:
    """A day of a house: what is on, what was moved to another day, and what closures touch it."""

    date: dt.date
    occurrences: list[Occurrence] = field(default_factory=list)
    closures: list[Closure] = field(default_factory=list)
    moved_away: list[Occurrence] = field(default_factory=list)

    @property
    def lines(self) -> list[Occurrence]:
        """What is on and what was moved away, by the hour at which people come for it."""
        return sorted(
            [*self.occurrences, *self.moved_away],
            key=lambda each: (
                each.start_time if each.date == self.date else each.activity.start_time
            ),
        )

    @property
    def closed(self) -> Closure | None:
        """The closure for which the house is shut all day."""
        return next((closure for closure in self.closures if closes_house(closure)), None)

    @property
    def asks(self) -> Closure | None:
        """A public holiday of which nobody has said yet whether the house is closed."""
        for closure in self.closures:
            if closure.kind == ClosureKind.public_holiday and closure.closes is None:
                return closure
        return None


def programme(
    house: House, first: dt.date, last: dt.date, *, hidden: bool = False
) -> list[Occurrence]:
    """The dates of a house between two days (included), by day and hour, cancelled ones too.

    Each with its activity, room, closure and the activity's partner: one query. ``hidden`` adds
    those of activities that are not published, or put away.
    """
    query = _joined().where(Occurrence.house == house, Occurrence.date.between(first, last))
    if not hidden:
        query = query.where(*_for_all())
    return list(query)


def moved_away(
    first: dt.date, last: dt.date, house: House | None = None, *, hidden: bool = False
) -> list[Occurrence]:
    """What was to be between two days (included) and was moved to another day: one query.

    Of one house, or of all. ``hidden`` adds those that are not published, or put away.
    """
    activities = Activity.select(Activity.id)
    if house is not None:
        activities = activities.where(Activity.house == house)
    if not hidden:
        activities = activities.where(*_for_all())
    # By its activities, since there is an index on those and the original day.
    query = _joined().where(
        Occurrence.activity.in_(activities),
        Occurrence.original_date.between(first, last),
        Occurrence.date != Occurrence.original_date,
    )
    return list(query)


def visible_days(house: House, first: dt.date, last: dt.date) -> list[Day]:
    """Every day between two days (included) as visitors see it: also what was moved away from
    it, for whoever comes on the old day. Three queries."""
    found = days(house, first, last)
    for occurrence in moved_away(first, last, house):
        found[(occurrence.original_date - first).days].moved_away.append(occurrence)
    return found


def days(house: House, first: dt.date, last: dt.date, *, hidden: bool = False) -> list[Day]:
    """Every day between two days (included) with what is on, in two queries."""
    found = [Day(first + dt.timedelta(days=n)) for n in range((last - first).days + 1)]
    for occurrence in programme(house, first, last, hidden=hidden):
        found[(occurrence.date - first).days].occurrences.append(occurrence)
    for closure in closures_of(house, first, last):
        for day in found:
            if closure.first_date <= day.date <= closure.last_date:
                day.closures.append(closure)
    return found


def day_programme(house: House, day: dt.date, *, hidden: bool = False) -> Day:
    """One day of a house, in two queries."""
    return days(house, day, day, hidden=hidden)[0]


def next_on(day: Day, time: dt.time) -> Occurrence | None:
    """What begins next on a day, as it was read; None when nothing does any more."""
    coming = (
        each
        for each in day.occurrences
        if each.state != OccurrenceState.cancelled and each.start_time > time
    )
    return min(coming, key=lambda each: each.start_time, default=None)


def week_programme(house: House, day: dt.date, *, hidden: bool = False) -> list[Day]:
    """The seven days of the ISO week that holds a day, in two queries."""
    week = week_of(day)
    return days(house, week[0], week[-1], hidden=hidden)


def month_programme(house: House, day: dt.date, *, hidden: bool = False) -> list[Day]:
    """All days of the month that holds a day, in two queries."""
    first, last = month_of(day)
    return days(house, first, last, hidden=hidden)


def programme_everywhere(day: dt.date) -> list[tuple[House, Day]]:
    """Every house by name, with the day as visitors see it there: four queries."""
    on: dict[int, Day] = defaultdict(lambda: Day(day))
    for occurrence in _joined().where(Occurrence.date == day, *_for_all()):
        on[occurrence.house_id].occurrences.append(occurrence)
    for occurrence in moved_away(day, day):
        on[occurrence.house_id].moved_away.append(occurrence)
    closures = list(Closure.select().where(Closure.first_date <= day, Closure.last_date >= day))
    houses = list(House.select().order_by(House.name))
    for house in houses:
        on[house.id].closures = held_by(house, closures)
    return [(house, on[house.id]) for house in houses]


def texts_in(language: str, occurrences: Iterable[Occurrence]) -> dict[int, ActivityText]:
    """Titles and summaries in a language, by the id of their activity, where somebody entered
    them: one query."""
    ids = {occurrence.activity_id for occurrence in occurrences}
    rows = ActivityText.select().where(
        ActivityText.language == language, ActivityText.activity.in_(ids)
    )
    return {row.activity_id: row for row in rows}


def coming_dates(activity: Activity, today: dt.date, most: int) -> list[Occurrence]:
    """The next dates of an activity from today on, cancelled ones too: one query."""
    query = _joined().where(Occurrence.activity == activity, Occurrence.date >= today)
    return list(query.limit(most))


def date_of(activity: Activity, occurrence_id: int) -> Occurrence | None:
    """A date of this activity by its id; None for dates of others."""
    found: Occurrence | None = (
        _joined().where(Occurrence.activity == activity, Occurrence.id == occurrence_id).first()
    )
    return found


def _for_all() -> tuple[Any, ...]:
    """What an activity must be to be seen by everybody."""
    return Activity.published, Activity.archived_at.is_null()


def _joined() -> Any:
    return (
        Occurrence.select(Occurrence, Activity, Room, Partner, Closure)
        .join(Activity)
        .join(Partner, JOIN.LEFT_OUTER)
        .switch(Occurrence)
        .join(Room, JOIN.LEFT_OUTER, on=(Occurrence.room == Room.id))
        .switch(Occurrence)
        .join(Closure, JOIN.LEFT_OUTER, on=(Occurrence.closure == Closure.id))
        .order_by(Occurrence.date, Occurrence.start_time, Activity.title, Occurrence.id)
    )
