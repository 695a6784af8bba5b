"""Two things in one room at one time: found, and shown; whether it is meant is for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from models import Activity, Occurrence, OccurrenceState, Room
from rules.closed_days import closures_of, stops
from rules.month_words import Slot
from rules.recurrence import expand
from rules.unmade_dates import unmade_dates

#: How long something takes of which nobody has said when it ends.
ASSUMED = dt.timedelta(hours=1)
#: How far a series is held against what else is in its room: what people plan by.
AHEAD = dt.timedelta(weeks=13)


def series_clashes(
    room: Room, series: Activity, today: dt.date, *, besides: Activity | None = None
) -> list[Occurrence]:
    """What is in a room when a series is, in its coming thirteen weeks: from today, or from its
    first day when it begins later. At most six queries.

    :param series: an activity, which need not be stored.
    :param besides: the same activity as it is stored: its own dates do not count.
    :raises BadRule:
    """
    start = max(today, series.first_date)
    days = expand(series.rule, series.first_date, series.last_date, start, start + AHEAD)
    closures = closures_of(room.house, start, start + AHEAD)
    return clashes(
        room,
        [
            Slot(day, series.start_time, series.end_time)
            for day in days
            if stops(closures, series, day) is None
        ],
        besides=besides,
    )


def clashes(
    room: Room, slots: Sequence[Slot], *, besides: Activity | None = None, date: int | None = None
) -> list[Occurrence]:
    """The dates of others that are in a room while these slots are, by day: at most four queries.

    Also those that are so far ahead that they have no row yet. What is cancelled is not there,
    and what begins when the other ends does not clash.

    :param besides: an activity whose own dates do not count.
    :param date: the id of a date that does not count either.
    :return: each with its activity; without an id where it has no row.
    """
    if not slots:
        return []
    on_day: dict[dt.date, list[Slot]] = {}
    for slot in slots:
        on_day.setdefault(slot.date, []).append(slot)
    first, last = min(on_day), max(on_day)
    query = (
        Occurrence.select(Occurrence, Activity)
        .join(Activity)
        .where(
            Occurrence.house == room.house_id,
            Occurrence.room == room,
            Occurrence.date.between(first, last),
            Occurrence.state != OccurrenceState.cancelled,
        )
    )
    others = [*query, *_unmade(room, first, last, on_day)]
    if besides is not None:
        others = [each for each in others if each.activity_id != besides.id]
    found = [
        each
        for each in others
        if (each.id is None or each.id != date) and _meets(each, on_day.get(each.date, ()))
    ]
    return sorted(found, key=lambda each: (each.date, each.start_time, each.activity_id))


def _unmade(room: Room, first: dt.date, last: dt.date, days: Iterable[dt.date]) -> list[Occurrence]:
    """What will be in a room on some days, by the rules of activities, and has no row yet."""
    dates = [
        (activity, day)
        for activity, day in unmade_dates(room.house, first, last, only=set(days))
        if activity.room_id == room.id
    ]
    closures = closures_of(room.house, first, last) if dates else []
    return [
        Occurrence(
            house=activity.house_id,
            activity=activity,
            original_date=day,
            date=day,
            start_time=activity.start_time,
            end_time=activity.end_time,
            room=room,
        )
        for activity, day in dates
        if stops(closures, activity, day) is None
    ]


def _meets(other: Occurrence, slots: Iterable[Slot]) -> bool:
    theirs = _span(other.date, other.start_time, other.end_time)
    return any(
        span[0] < theirs[1] and theirs[0] < span[1] for span in (_span(*slot) for slot in slots)
    )


def _span(day: dt.date, start: dt.time, end: dt.time | None) -> tuple[dt.datetime, dt.datetime]:
    begin = dt.datetime.combine(day, start)
    return begin, dt.datetime.combine(day, end) if end else begin + ASSUMED
