"""The wall clock of the houses: where naive UTC becomes a local day and hour, and back."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Europe/Amsterdam")


def to_local(instant: dt.datetime) -> dt.datetime:
    """A naive UTC instant as an aware local time."""
    return instant.replace(tzinfo=dt.UTC).astimezone(ZONE)


def to_utc(day: dt.date, time: dt.time) -> dt.datetime:
    """A local day and wall time as a naive UTC instant.

    In the hour that the change to winter time repeats, the first one is meant; a time that the
    change to summer time skips is read as the hour after.
    """
    local = dt.datetime.combine(day, time, tzinfo=ZONE)
    return local.astimezone(dt.UTC).replace(tzinfo=None)


def day_of(instant: dt.datetime) -> dt.date:
    """The local day of a naive UTC instant."""
    return to_local(instant).date()


def week_of(day: dt.date) -> list[dt.date]:
    """The seven days, Monday first, of the ISO week that holds the day."""
    monday = day - dt.timedelta(days=day.weekday())
    return [monday + dt.timedelta(days=n) for n in range(7)]


def month_of(day: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of the month that holds the day."""
    first = day.replace(day=1)
    return first, (first + dt.timedelta(days=31)).replace(day=1) - dt.timedelta(days=1)


def later_month(month: dt.date, months: int) -> dt.date:
    """The first day of the month that comes so many months after that of a day."""
    years, number = divmod(month.month - 1 + months, 12)
    return dt.date(month.year + years, number + 1, 1)
