"""Many activities at once: all of them or none; which stand on the programme already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import JOIN

from models import (
    Activity,
    Closure,
    House,
    HousePartner,
    Occurrence,
    OccurrenceState,
    Partner,
    Person,
    Room,
    db,
    for_one_writer,
)
from rules import Refused, access
from rules.clashes import ASSUMED
from rules.closed_days import closures_of, stops
from rules.horizon import AHEAD, FURTHEST, extend_horizon
from rules.programme import NotOfThisHouse, check_dates, check_facts
from rules.recurrence import Rule, expand, parse
from rules.unmade_dates import unmade_dates
from rules.wall_time import day_of

#: What makes two activities the same for whoever enters them: see :func:`identity`.
Identity = tuple[str, Rule, int, dt.time]
#: The first and the last day of a series.
Period = tuple[dt.date, dt.date | None]


class RowRefused(Refused):
    """One of many activities cannot be added, so none of them is."""

    def __init__(self, number: int, refusal: Refused):
        super().__init__(number, refusal)
        #: Its place among those that were given, from 0.
        self.number = number
        self.refusal = refusal


class ProgrammeChanged(Refused):
    """What was looked at before it was agreed to is not what would be stored now."""


def add_activities(
    house: House,
    by: Person | None,
    now: dt.datetime,
    rows: Sequence[Mapping[str, Any]],
    seen: Collection[int] | None = None,
) -> list[Activity]:
    """Store many new activities with their dates up to the horizon, in one transaction.

    :param rows: for each what :func:`rules.programme.add_activity` takes, by name.
    :param seen: the ids of the activities that were on the programme when somebody looked whether
        these rows are new; None when nobody did.
    :raises ProgrammeChanged: when one of the rows was added by somebody else since.
    :raises RowRefused: for the first that cannot be stored. In both cases nothing is.
    """
    made = []
    with db.atomic():
        for_one_writer(house)
        if seen is not None:
            _see_still_new(house, rows, seen)
        rooms = {room.id for room in Room.select(Room.id).where(Room.house == house)}
        partners = {
            row.partner_id
            for row in HousePartner.select(HousePartner.partner).where(HousePartner.house == house)
        }
        for number, row in enumerate(rows):
            facts = dict(row)
            rule, first = facts.pop("rule"), facts.pop("first_date")
            last = facts.pop("last_date", None)
            try:
                check_facts(house, facts)
                check_dates(rule, first, last)
                _see_still_here(facts.get("room"), rooms)
                _see_still_here(facts.get("partner"), partners)
            except Refused as refusal:
                raise RowRefused(number, refusal) from refusal
            activity = Activity.create(
                house=house, rule=rule, first_date=first, last_date=last, changed_at=now, **facts
            )
            access.note(by, house, "activity.add", activity, now)
            made.append(activity)
        extend_horizon(house, day_of(now), now)
    return made


def _see_still_new(house: House, rows: Sequence[Mapping[str, Any]], seen: Collection[int]) -> None:
    others = [activity for activity in programme_of(house) if activity.id not in seen]
    if others:
        programme = by_identity(others)
        for row in rows:
            rule, first, last = row["rule"], row["first_date"], row.get("last_date")
            same = identity(row["title"], rule, first, last, row["start_time"])
            if same_at(programme, same, first, last):
                raise ProgrammeChanged


def _see_still_here(chosen: Room | Partner | None, here: set[int]) -> None:
    """Whoever looked at a table for a while may have chosen what is gone by now."""
    if chosen is not None and chosen.id not in here:
        raise NotOfThisHouse


def programme_of(house: House) -> list[Activity]:
    """All activities of a house but those that were put away, by name, each with its room and
    partner: one query."""
    query = (
        Activity.select(Activity, Room, Partner)
        .join_from(Activity, Room, JOIN.LEFT_OUTER)
        .join_from(Activity, Partner, JOIN.LEFT_OUTER)
        .where(Activity.house == house, Activity.archived_at.is_null())
        .order_by(Activity.title, Activity.start_time, Activity.id)
    )
    return list(query)


def by_identity(activities: Iterable[Activity]) -> dict[Identity, list[Activity]]:
    """Activities by what makes two of them the same."""
    found: dict[Identity, list[Activity]] = {}
    for each in activities:
        same = identity(each.title, each.rule, each.first_date, each.last_date, each.start_time)
        found.setdefault(same, []).append(each)
    return found


def same_at(
    programme: Mapping[Identity, Sequence[Activity]],
    same: Identity,
    first: dt.date,
    last: dt.date | None,
) -> Activity | None:
    """The activity that is the same and goes on in the same time: last year's course is another."""
    for each in programme.get(same, ()):
        if overlap((first, last), (each.first_date, each.last_date)):
            return each
    return None


def overlap(one: Period, other: Period) -> bool:
    """Whether two periods have a day in common; without a last day they go on."""
    far = dt.date.max
    return one[0] <= (other[1] or far) and other[0] <= (one[1] or far)


def identity(
    title: str, rule: str, first: dt.date, last: dt.date | None, start: dt.time
) -> Identity:
    """The same for two activities of one name, on the same days by rule, at the same hour.

    When a series began or ends does not count; for every other week it does which weeks.

    :raises rules.recurrence.BadRule: when it is no rule.
    """
    parsed = parse(rule)
    if parsed.dates:
        until = last or dt.date.max
        dates = tuple(date for date in parsed.dates if first <= date <= until)
        return title.casefold(), Rule(dates=dates), 0, start
    days = tuple(sorted(parsed.days))
    if parsed.freq == "WEEKLY" and not days:
        days = ((0, first.weekday()),)
    periods = {
        "DAILY": first.toordinal(),
        # The first day of all was a Monday.
        "WEEKLY": (first.toordinal() - 1 - parsed.week_start) // 7,
        "MONTHLY": first.year * 12 + first.month,
    }
    phase = periods.get(parsed.freq, 0) % parsed.interval
    start_of_week = parsed.week_start if parsed.interval > 1 else 0
    same = replace(parsed, days=days, week_start=start_of_week)
    return title.casefold(), same, phase, start


def next_dates(
    rule: str, first: dt.date, last: dt.date | None, today: dt.date, most: int
) -> list[dt.date]:
    """The coming dates of a rule, at most so many, within two years; closed days not left out.

    :raises rules.recurrence.BadRule: when it is no rule.
    """
    start = max(first, today)
    found: list[dt.date] = []
    for days in (60, 731):
        if len(found) < most:
            until = dt.date.fromordinal(min(start.toordinal() + days, dt.date.max.toordinal()))
            found = expand(rule, first, last, start, until)
    return found[:most]


# -- rooms ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Taken:
    """Something that is in a room at some time."""

    day: dt.date
    start: dt.time
    end: dt.time | None
    title: str

    def meets(self, other: Taken) -> bool:
        """Whether the two are there together at some moment of their day."""
        return self._begin < other._until and other._begin < self._until

    @property
    def _begin(self) -> dt.datetime:
        return dt.datetime.combine(self.day, self.start)

    @property
    def _until(self) -> dt.datetime:
        return dt.datetime.combine(self.day, self.end) if self.end else self._begin + ASSUMED


def first_clashes(
    house: House, rows: Sequence[Mapping[str, Any]], today: dt.date
) -> list[Taken | None]:
    """For each of many new activities what is first in its room at its hours, in its coming
    thirteen weeks: on the programme, or a row before it. At most three queries.

    :param rows: see :func:`add_activities`.
    """
    begins = [max(today, row["first_date"]) for row in rows if row.get("room") is not None]
    # Further ahead nobody keeps a programme: see rules/horizon.py.
    until = min(max(begins, default=today) + AHEAD, today + FURTHEST)
    closures = closures_of(house, today, until) if begins else []
    rooms: dict[tuple[int, dt.date], list[Taken]] = {}
    for room_id, taken in _taken(house, today, until, closures) if begins else ():
        rooms.setdefault((room_id, taken.day), []).append(taken)
    found = []
    for facts in rows:
        clash: Taken | None = None
        if (room := facts.get("room")) is not None:
            for mine in _slots(facts, closures, today, until):
                others = rooms.setdefault((room.id, mine.day), [])
                clash = clash or next((each for each in others if mine.meets(each)), None)
                others.append(mine)
        found.append(clash)
    return found


def _taken(
    house: House, first: dt.date, last: dt.date, closures: Sequence[Closure]
) -> Iterator[tuple[int, Taken]]:
    """What is in the rooms of a house between two days, each with the id of its room."""
    made = (
        Occurrence.select(
            Occurrence.room,
            Occurrence.date,
            Occurrence.start_time,
            Occurrence.end_time,
            Activity.title,
        )
        .join(Activity)
        .where(
            Occurrence.house == house,
            Occurrence.date.between(first, last),
            Occurrence.room.is_null(False),
            Occurrence.state != OccurrenceState.cancelled,
        )
        .order_by(Occurrence.date, Occurrence.start_time, Occurrence.id)
    )
    for room_id, *taken in made.tuples():
        yield room_id, Taken(*taken)
    for activity, day in unmade_dates(house, first, last):
        if activity.room_id and stops(closures, activity, day) is None:
            yield (
                activity.room_id,
                Taken(day, activity.start_time, activity.end_time, activity.title),
            )


def _slots(
    facts: Mapping[str, Any], closures: Sequence[Closure], today: dt.date, until: dt.date
) -> Iterator[Taken]:
    """When a new activity would be in its room, closed days left out."""
    pausing = Activity(not_in_school_holidays=facts.get("not_in_school_holidays", False))
    first, last = facts["first_date"], facts.get("last_date")
    start = max(today, first)
    for day in expand(facts["rule"], first, last, start, min(start + AHEAD, until)):
        if stops(closures, pausing, day) is None:
            yield Taken(day, facts["start_time"], facts.get("end_time"), facts["title"])
