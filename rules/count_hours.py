"""The roll-up of the count: visitors per house, day, hour, activity and age group.

Totals and figures are read from here, never from the events; ``rebuild`` makes it from them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from peewee import JOIN, Case, Expression, fn

import models
from models import CountEvent, CountHour, CountKind, House, Occurrence
from rules.written_sql import marks, read_date, run

# The key is written as in the unique index, so that this serves here as well.
_ADD = """
UPDATE count_hour SET n = n + ?
WHERE house_id = ? AND date = ? AND hour = ?
  AND COALESCE(activity_id, 0) = ? AND COALESCE("group", '') = ? AND n >= ?
"""
_TOTALS = """
SELECT house_id, date, SUM(n) FROM count_hour
WHERE house_id IN ({houses}) AND date IN ({dates}) GROUP BY house_id, date
"""


class Day(NamedTuple):
    """A day of a house."""

    house: int
    date: dt.date


class Hour(NamedTuple):
    """What one row of the roll-up stands for."""

    house: int
    date: dt.date
    hour: int
    activity: int | None
    group: str | None

    @property
    def order(self) -> tuple[int, dt.date, int, int, str]:
        return (self.house, self.date, self.hour, self.activity or 0, self.group or "")


def change(changes: Mapping[Hour, int]) -> None:
    """Add to the roll-up, or take off; call it in the transaction that stores the events.

    A change of 0 also makes its row: nobody came is another fact than nobody counted.
    """
    for hour in sorted(changes, key=lambda hour: hour.order):
        by = changes[hour]
        if run(_ADD, (by, *hour.order, -by)).rowcount:
            continue
        if by < 0:
            # The date of the activity was removed since, so this visit stands in another row.
            rebuild(House(id=hour.house), hour.date)
        else:
            # Nobody else makes it meanwhile: the house is locked.
            CountHour.insert(**hour._asdict(), n=by).execute()


def totals(days: Iterable[Day]) -> dict[Day, int]:
    """The visitors of some days, in one query. A day that nobody counted has no entry."""
    wanted = set(days)
    if not wanted:
        return {}
    houses = {day.house for day in wanted}
    dates = {day.date for day in wanted}
    rows = run(_TOTALS.format(houses=marks(houses), dates=marks(dates)), (*houses, *dates))
    found = {Day(house, read_date(date)): int(n) for house, date, n in rows}
    return {day: found[day] for day in wanted & found.keys()}


def rebuild(house: House, day: dt.date | None = None) -> None:
    """Compute the roll-up of a house anew from its events: of one day, or of all days."""
    undo = CountEvent.alias()
    visitors = fn.SUM(Case(None, ((undo.id.is_null(), CountEvent.n),), 0))
    of = (
        CountEvent.house,
        CountEvent.date,
        CountEvent.hour,
        Occurrence.activity,
        CountEvent.group,
    )
    events = (
        CountEvent.select(*of, visitors)
        .join(undo, JOIN.LEFT_OUTER, on=is_undo(undo))
        .join(Occurrence, JOIN.LEFT_OUTER, on=(CountEvent.occurrence == Occurrence.id))
        .where(CountEvent.house == house, CountEvent.kind != CountKind.undo)
        .group_by(*of)
    )
    old = CountHour.delete().where(CountHour.house == house)
    if day is not None:
        events = events.where(CountEvent.date == day)
        old = old.where(CountHour.date == day)
    with models.db.atomic():
        models.for_one_writer(house)
        old.execute()
        CountHour.insert_from(
            events,
            [
                CountHour.house,
                CountHour.date,
                CountHour.hour,
                CountHour.activity,
                CountHour.group,
                CountHour.n,
            ],
        ).execute()


def is_undo(undo: type[CountEvent]) -> Expression:
    """The condition that joins a visit with the event that took it back."""
    condition: Expression = (undo.house == CountEvent.house) & (undo.undoes == CountEvent.id)
    return condition
