"""Two things in one room at one time: found, and shown; whether it is meant is for people."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence

from models import Activity, Occurrence, OccurrenceState, Room
from rules.month_words import Slot

#: How long something takes of which nobody has said when it ends.
ASSUMED = dt.timedelta(hours=1)


def clashes(
    room: Room, slots: Sequence[Slot], *, besides: Activity | None = None, date: int | None = None
) -> list[Occurrence]:
    """The dates of others that are in a room while these slots are, by day: one query.

    :param besides: an activity whose own dates do not count.
    :param date: the id of a date that does not count either.
    :return: each with its activity.
    """
    if not slots:
        return []
    days = [slot.date for slot in slots]
    query = (
        Occurrence.select(Occurrence, Activity)
        .join(Activity)
        .where(
            Occurrence.room == room,
            Occurrence.date.between(min(days), max(days)),
            Occurrence.state != OccurrenceState.cancelled,
        )
        .order_by(Occurrence.date, Occurrence.start_time, Occurrence.id)
    )
    if besides is not None:
        query = query.where(Occurrence.activity != besides)
    if date is not None:
        query = query.where(Occurrence.id != date)
    on_day: dict[dt.date, list[Slot]] = {}
    for slot in slots:
        on_day.setdefault(slot.date, []).append(slot)
    return [other for other in query if _meets(other, on_day.get(other.date, ()))]


def _meets(other: Occurrence, slots: Iterable[Slot]) -> bool:
    theirs = _span(other.date, other.start_time, other.end_time)
    return any(
        span[0] < theirs[1] and theirs[0] < span[1] for span in (_span(*slot) for slot in slots)
    )


def _span(day: dt.date, start: dt.time, end: dt.time | None) -> tuple[dt.datetime, dt.datetime]:
    begin = dt.datetime.combine(day, start)
    return begin, dt.datetime.combine(day, end) if end else begin + ASSUMED
