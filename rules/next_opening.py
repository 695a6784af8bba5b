"""When a house opens next, by its usual hours."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import House, OpeningHours
from rules.closed_days import closed_days

#: A house that stays closed for longer says so itself.
LOOK_AHEAD = dt.timedelta(days=35)


@dataclass(frozen=True)
class NextOpening:
    """A day with its opening hours, in order."""

    day: dt.date
    spans: tuple[tuple[dt.time, dt.time], ...]


def next_opening(house: House, after: dt.date) -> NextOpening | None:
    """The first day after ``after`` with opening hours on which the house is not closed.

    None when there is no such day within five weeks. Whether there are people to open with is not
    asked. Two queries.
    """
    spans: dict[int, list[tuple[dt.time, dt.time]]] = {}
    for row in (
        OpeningHours.select()
        .where(OpeningHours.house == house)
        .order_by(OpeningHours.weekday, OpeningHours.start_time)
    ):
        spans.setdefault(row.weekday, []).append((row.start_time, row.end_time))
    first, last = after + dt.timedelta(days=1), after + LOOK_AHEAD
    closed = closed_days(house, first, last)
    day = first
    while day <= last:
        if day.weekday() in spans and day not in closed:
            return NextOpening(day, tuple(spans[day.weekday()]))
        day += dt.timedelta(days=1)
    return None
