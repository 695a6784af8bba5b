"""The rows of the dates that rules give: made up to a horizon, and further when somebody asks.

Nothing that exists is touched here; what changes dates stands in rules/programme.py and
rules/series_change.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from peewee import chunked

from models import (
    Activity,
    House,
    Occurrence,
    OccurrenceState,
    Person,
    Shift,
    ShiftPattern,
    db,
    for_one_writer,
)
from rules import filling
from rules.closed_days import closures_of, stops
from rules.recurrence import expand
from rules.wall_time import month_of
from rules.written_sql import run

#: Dates exist at least this far ahead, to the end of that month so that its poster is whole.
AHEAD = dt.timedelta(weeks=13)
#: How far a page may ask for more.
FURTHEST = dt.timedelta(days=400)
#: An activity that began long ago gets dates for its last year only.
BACK = dt.timedelta(days=366)
ROWS_AT_ONCE = 200


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
    if run(_SHORT, (house.id, until)).fetchone():
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
        starts = {
            activity: activity.filled_until + dt.timedelta(days=1)
            if activity.filled_until
            else max(activity.first_date, today - BACK)
            for activity in _unfilled(house, until)
        }
        made, _changed = make_dates(house, starts, until, None, now)
        ids = [activity.id for activity in starts]
        Activity.update(filled_until=until).where(Activity.id.in_(ids)).execute()
    return made


def make_dates(
    house: House,
    starts: Mapping[Activity, dt.date],
    until: dt.date,
    by: Person | None,
    now: dt.datetime,
) -> tuple[int, list[Shift]]:
    """Make the missing dates of some activities, each from its own day on, with their shifts.

    Returns how many, and the shifts with people on them that found their date again. Call it in a
    transaction that has the house for itself.
    """
    rows = _missing_rows(house, starts, until)
    for some in chunked(rows, ROWS_AT_ONCE):
        Occurrence.insert_many(list(some)).on_conflict_ignore().execute()
    changed: list[Shift] = []
    ids = [activity.id for activity in starts]
    # The roster may have been filled past these days while they were not there.
    if rows and ShiftPattern.select().where(ShiftPattern.activity.in_(ids)).exists():
        made = Occurrence.select().where(
            Occurrence.activity.in_(ids),
            Occurrence.original_date >= min(row["original_date"] for row in rows),
        )
        changed = filling.follow_occurrences(made, now, by=by)
    return len(rows), changed


# What almost every page asks first; the same as _unfilled, for one look.
_SHORT = """
SELECT 1 FROM activity WHERE house_id = ? AND archived_at IS NULL
AND (filled_until IS NULL OR (filled_until < ? AND (last_date IS NULL OR filled_until < last_date)))
LIMIT 1
"""


def _unfilled(house: House, until: dt.date) -> Any:
    """The activities of a house that may lack dates up to a day."""
    filled = Activity.filled_until
    return Activity.select().where(
        Activity.house == house,
        Activity.archived_at.is_null(),
        filled.is_null() | (filled < until),
        filled.is_null() | Activity.last_date.is_null() | (filled < Activity.last_date),
    )


def _missing_rows(
    house: House, starts: Mapping[Activity, dt.date], until: dt.date
) -> list[dict[str, Any]]:
    """The dates that the rules give and that are not there yet, as rows to insert."""
    if not starts:
        return []
    earliest = min(starts.values())
    there = set(
        Occurrence.select(Occurrence.activity, Occurrence.original_date)
        .where(
            Occurrence.activity.in_([activity.id for activity in starts]),
            Occurrence.original_date.between(earliest, until),
        )
        .tuples()
    )
    # On this day and hour the activity takes place already: a date was moved there.
    moved = set(
        Occurrence.select(Occurrence.activity, Occurrence.date, Occurrence.start_time)
        .where(
            Occurrence.activity.in_([activity.id for activity in starts]),
            Occurrence.date.between(earliest, until),
            Occurrence.date != Occurrence.original_date,
            Occurrence.state != OccurrenceState.cancelled,
        )
        .tuples()
    )
    closures = closures_of(house, earliest, until)
    rows = []
    for activity, start in starts.items():
        for day in expand(activity.rule, activity.first_date, activity.last_date, start, until):
            if (activity.id, day) in there or (activity.id, day, activity.start_time) in moved:
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
