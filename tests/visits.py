"""Counted visitors, for tests of figures: in the roll-up, as the taps of a phone would leave it."""

from __future__ import annotations

import datetime as dt

from models import Activity, AgeGroup, Closure, ClosureKind, House, Opening, OpeningHours
from rules import count_hours
from rules.count_hours import Hour, Visits
from rules.openings import nearest


def count(
    house: House,
    date: dt.date,
    n: int,
    *,
    hour: int = 10,
    activity: Activity | None = None,
    group: AgeGroup | None = None,
    firsts: int = 0,
    asked: int | None = None,
) -> None:
    """Count visitors in an hour; its opening is counted from then on.

    :param asked: of how many it was asked whether they came first; left out: only of ``firsts``.
    """
    key = Hour(house.id, date, hour, activity.id if activity else None, group)
    count_hours.change({key: Visits(n, firsts, firsts if asked is None else asked)})
    hours = OpeningHours.select().where(
        OpeningHours.house == house, OpeningHours.weekday == date.weekday()
    )
    span = nearest(hours, dt.time(hour, 30))
    start = span.start_time if span else dt.time(hour)
    end = span.end_time if span else dt.time(hour + 1)
    Opening.insert(
        house=house, date=date, start_time=start, end_time=end
    ).on_conflict_ignore().execute()
    Opening.update(counted=True).where(
        Opening.house == house, Opening.date == date, Opening.start_time == start
    ).execute()


def close(house: House, first: dt.date, last: dt.date | None = None) -> None:
    Closure.create(
        house=house,
        first_date=first,
        last_date=last or first,
        kind=ClosureKind.closed,
        reason="Schilders",
        closes=True,
    )
