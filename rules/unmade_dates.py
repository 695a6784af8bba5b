"""Dates that rules give beyond the horizon: no rows yet, but people plan on them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from models import Activity, House
from rules.recurrence import expand


def unmade_dates(
    house: House, first: dt.date, last: dt.date, *, only: Collection[dt.date] | None = None
) -> list[tuple[Activity, dt.date]]:
    """The dates between two days (included) that the activities of a house will get, and that
    have no row yet: one query.

    Closures are not asked: see :func:`rules.closed_days.stops`.

    :param only: just these days.
    """
    filled = Activity.filled_until
    activities = Activity.select().where(
        Activity.house == house,
        Activity.archived_at.is_null(),
        filled.is_null() | (filled < last),
        Activity.last_date.is_null() | (Activity.last_date >= first),
    )
    one_day = dt.timedelta(days=1)
    return [
        (activity, day)
        for activity in activities
        for day in expand(
            activity.rule,
            activity.first_date,
            activity.last_date,
            max(first, activity.filled_until + one_day) if activity.filled_until else first,
            last,
        )
        if only is None or day in only
    ]
