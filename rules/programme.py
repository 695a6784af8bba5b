"""Activities and their dates: adding, changing, cancelling, moving, and filling the horizon.

What closures do to dates stands in rules/closures.py, how dates are read in rules/timetable.py.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from peewee import chunked

from models import (
    Activity,
    House,
    Occurrence,
    OccurrenceState,
    Person,
    Room,
    Shift,
    ShiftPattern,
    db,
    for_one_writer,
)
from rules import Refused, access, filling
from rules.closed_days import closed_days, closures_of, stops
from rules.closures import planned_or_moved, settle
from rules.recurrence import expand
from rules.wall_time import day_of, month_of

#: Dates exist at least this far ahead, to the end of that month so that its poster is whole.
AHEAD = dt.timedelta(weeks=13)
#: How far a page may ask for more.
FURTHEST = dt.timedelta(days=400)
#: An activity that began long ago gets dates for its last year only.
BACK = dt.timedelta(days=366)
ROWS_AT_ONCE = 200

CHANGEABLE = frozenset(
    {
        "title",
        "summary",
        "category",
        "room",
        "partner",
        "contact_name",
        "contact_phone",
        "cost_cents",
        "cost_note",
        "audience",
        "sign_up",
        "capacity",
        "minimum",
        "start_time",
        "end_time",
        "not_in_school_holidays",
        "highlighted",
        "published",
    }
)
_SAME: Any = object()


class NotOfThisHouse(Refused):
    """The room belongs to another house."""


class NoDates(Refused):
    """Between its first and last day the activity would never happen."""


class HouseClosed(Refused):
    """The house is closed on that day."""

    def __init__(self, day: dt.date, reason: str):
        super().__init__(day, reason)
        self.day = day
        self.reason = reason


# -- activities -----------------------------------------------------------------------------------


def add_activity(
    house: House,
    by: Person | None,
    now: dt.datetime,
    *,
    rule: str,
    first_date: dt.date,
    last_date: dt.date | None = None,
    **facts: Any,
) -> Activity:
    """Store a new activity, with its dates up to the horizon.

    :param facts: the columns of :class:`models.Activity` that are named in ``CHANGEABLE``;
        ``title``, ``category`` and ``start_time`` must be there.
    :raises BadRule: when the rule is none that this house understands.
    :raises NoDates: when it gives no date between ``first_date`` and ``last_date``.
    :raises NotOfThisHouse: when the room is in another house.
    :raises peewee.IntegrityError: for values that the table refuses.
    """
    _check(house, facts)
    # The rarest rule, a fifth Saturday of February, is not one that a house starts with.
    horizon = last_date or first_date + BACK
    if not expand(rule, first_date, last_date, first_date, horizon):
        raise NoDates
    with db.atomic():
        activity = Activity.create(
            house=house, rule=rule, first_date=first_date, last_date=last_date, **facts
        )
        extend_horizon(house, day_of(now), now)
        access.note(by, house, "activity.add", activity, now)
    return activity


def change_activity(
    activity: Activity, by: Person | None, now: dt.datetime, **facts: Any
) -> list[Shift]:
    """Change anything of an activity but the rule of its dates.

    Coming dates take over a new time or room, except those that have one of their own. Returns
    the shifts with people on them that changed with it.

    :raises NotOfThisHouse: when the room is in another house.
    :raises peewee.IntegrityError: for values that the table refuses.
    """
    _check(activity.house, facts)
    today = day_of(now)
    with db.atomic():
        for_one_writer(activity.house)
        before = Activity.get_by_id(activity.id)
        for name, value in facts.items():
            setattr(activity, name, value)
        activity.save(only=list(facts))
        access.note(by, activity.house, "activity.change", activity, now)
        changed = _take_over(before, activity, today)
        if before.not_in_school_holidays != activity.not_in_school_holidays:
            changed += settle(activity.house, today, dt.date.max, today, activity=activity)
        return filling.follow_occurrences(changed, now)


def _take_over(before: Activity, after: Activity, today: dt.date) -> list[Occurrence]:
    """Give the coming dates the new time and room where they had the old; returns these dates."""
    was, now = (before.start_time, before.end_time), (after.start_time, after.end_time)
    changed = []
    for occurrence in Occurrence.select().where(
        Occurrence.activity == after, Occurrence.date >= today
    ):
        occurrence.activity = after
        timed = was != now and (occurrence.start_time, occurrence.end_time) == was
        placed = before.room_id != after.room_id and occurrence.room_id == before.room_id
        if timed:
            occurrence.start_time, occurrence.end_time = now
        if placed:
            occurrence.room = after.room_id
        if timed or placed:
            occurrence.save()
            changed.append(occurrence)
    return changed


def _check(house: House, facts: dict[str, Any]) -> None:
    unknown = facts.keys() - CHANGEABLE
    if unknown:
        raise TypeError(f"An activity is not told its {', '.join(sorted(unknown))} here.")
    room = facts.get("room")
    if room is not None and room.house_id != house.id:
        raise NotOfThisHouse


# -- dates ----------------------------------------------------------------------------------------


def cancel_date(
    occurrence: Occurrence, note: str, by: Person | None, now: dt.datetime
) -> list[Shift]:
    """Cancel one date, with a note for whoever comes; no closure brings it back.

    Returns the shifts with people on them that were cancelled with it.
    """
    with db.atomic():
        for_one_writer(occurrence.house)
        occurrence.state = OccurrenceState.cancelled
        occurrence.closure = None
        occurrence.note = note
        occurrence.save(only=[Occurrence.state, Occurrence.closure, Occurrence.note])
        access.note(by, occurrence.house, "date.cancel", occurrence, now)
        return filling.follow_occurrences([occurrence], now)


def restore_date(occurrence: Occurrence, by: Person | None, now: dt.datetime) -> list[Shift]:
    """Let a cancelled date go on after all, also in a school holiday.

    Returns the shifts with people on them that came back.

    :raises HouseClosed: when the house is closed on that day.
    """
    with db.atomic():
        for_one_writer(occurrence.house)
        _refuse_closed(occurrence.house, occurrence.date)
        occurrence.state = planned_or_moved(occurrence)
        occurrence.closure = None
        occurrence.note = ""
        occurrence.save(only=[Occurrence.state, Occurrence.closure, Occurrence.note])
        access.note(by, occurrence.house, "date.restore", occurrence, now)
        return filling.follow_occurrences([occurrence], now)


def move_date(
    occurrence: Occurrence,
    date: dt.date,
    by: Person | None,
    now: dt.datetime,
    *,
    start_time: dt.time = _SAME,
    end_time: dt.time | None = _SAME,
    room: Room | None = _SAME,
    note: str = "",
) -> list[Shift]:
    """Move one date to another day, hour or room; what is not given stays. A cancelled one
    goes on again. ``original_date`` stays what it was.

    Returns the shifts with people on them that moved with it.

    :raises HouseClosed: when the house is closed on the new day.
    :raises NotOfThisHouse: when the room is in another house.
    """
    if room is not _SAME:
        _check(occurrence.house, {"room": room})
        occurrence.room = room
    with db.atomic():
        for_one_writer(occurrence.house)
        _refuse_closed(occurrence.house, date)
        occurrence.date = date
        if start_time is not _SAME:
            occurrence.start_time = start_time
        if end_time is not _SAME:
            occurrence.end_time = end_time
        occurrence.state = planned_or_moved(occurrence)
        occurrence.closure = None
        occurrence.note = note
        occurrence.save()
        access.note(by, occurrence.house, "date.move", occurrence, now)
        return filling.follow_occurrences([occurrence], now)


def _refuse_closed(house: House, day: dt.date) -> None:
    closed = closed_days(house, day, day)
    if day in closed:
        raise HouseClosed(day, closed[day])


# -- the horizon ----------------------------------------------------------------------------------


def horizon(today: dt.date) -> dt.date:
    """The day up to which dates should exist."""
    return month_of(today + AHEAD)[1]


def keep_filled(
    house: House, today: dt.date, now: dt.datetime, until: dt.date | None = None
) -> None:
    """Fill dates up to ``until`` (13 weeks, at most 400 days) when they are not; else one look.

    Pages call this, so that a house without nightly work never runs out of dates.
    """
    until = min(until or today + AHEAD, today + FURTHEST)
    if _unfilled(house, until).exists():
        extend_horizon(house, today, now, max(until, horizon(today)))


def extend_horizon(
    house: House, today: dt.date, now: dt.datetime, until: dt.date | None = None
) -> int:
    """Make the dates of all activities up to a day (included); returns how many are new.

    Nothing that exists is touched. Two at once make no date twice: they wait for each other, and
    (activity, original date) is unique.
    """
    until = until or horizon(today)
    with db.atomic():
        for_one_writer(house)
        activities = list(_unfilled(house, until))
        rows = _missing_rows(house, activities, today, until)
        for some in chunked(rows, ROWS_AT_ONCE):
            Occurrence.insert_many(list(some)).on_conflict_ignore().execute()
        ids = [activity.id for activity in activities]
        Activity.update(filled_until=until).where(Activity.id.in_(ids)).execute()
        # The roster may have been filled past these days while they were not there.
        if rows and ShiftPattern.select().where(ShiftPattern.activity.in_(ids)).exists():
            made = Occurrence.select().where(
                Occurrence.activity.in_(ids),
                Occurrence.original_date >= min(row["original_date"] for row in rows),
            )
            filling.follow_occurrences(made, now)
    return len(rows)


def _unfilled(house: House, until: dt.date) -> Any:
    """The activities of a house that may lack dates up to a day."""
    filled = Activity.filled_until
    return Activity.select().where(
        Activity.house == house,
        filled.is_null() | (filled < until),
        filled.is_null() | Activity.last_date.is_null() | (filled < Activity.last_date),
    )


def _missing_rows(
    house: House, activities: list[Activity], today: dt.date, until: dt.date
) -> list[dict[str, Any]]:
    """The dates that the rules give and that are not there yet, as rows to insert."""
    if not activities:
        return []
    starts = {
        activity.id: activity.filled_until + dt.timedelta(days=1)
        if activity.filled_until
        else max(activity.first_date, today - BACK)
        for activity in activities
    }
    there = set(
        Occurrence.select(Occurrence.activity, Occurrence.original_date)
        .where(
            Occurrence.activity.in_(list(starts)),
            Occurrence.original_date.between(min(starts.values()), until),
        )
        .tuples()
    )
    closures = closures_of(house, min(starts.values()), until)
    rows = []
    for activity in activities:
        days = expand(
            activity.rule, activity.first_date, activity.last_date, starts[activity.id], until
        )
        for day in days:
            if (activity.id, day) in there:
                continue
            stop = stops(closures, activity, day)
            rows.append(
                {
                    "house": house.id,
                    "activity": activity.id,
                    "original_date": day,
                    "date": day,
                    "start_time": activity.start_time,
                    "end_time": activity.end_time,
                    "room": activity.room_id,
                    "state": OccurrenceState.cancelled if stop else OccurrenceState.planned,
                    "closure": stop and stop.id,
                }
            )
    return rows
