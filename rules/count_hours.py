"""The roll-up of the count: visitors per house, day, hour, activity and age group.

Totals and figures are read from here, never from the events; ``rebuild`` makes it from them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from peewee import JOIN, SQL, Case, Expression, fn

import models
from models import CountEvent, CountHour, CountKind, House, Occurrence


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
        enough = CountHour.n >= -by
        row = CountHour.update(n=CountHour.n + by).where(_is(hour), enough)
        if row.execute():
            continue
        if by < 0:
            # The date of the activity was removed since, so this visit stands in another row.
            rebuild(House(id=hour.house), hour.date)
        else:
            # Nobody else writes it meanwhile: the house is locked.
            CountHour.insert(
                house=hour.house,
                date=hour.date,
                hour=hour.hour,
                activity=hour.activity,
                group=hour.group,
                n=by,
            ).execute()


def totals(days: Iterable[Day]) -> dict[Day, int]:
    """The visitors of some days, in one query. A day that nobody counted has no entry."""
    wanted = set(days)
    if not wanted:
        return {}
    rows = (
        CountHour.select(CountHour.house, CountHour.date, fn.SUM(CountHour.n))
        .where(
            CountHour.house.in_({day.house for day in wanted}),
            CountHour.date.in_({day.date for day in wanted}),
        )
        .group_by(CountHour.house, CountHour.date)
    )
    found = {Day(house, date): int(n) for house, date, n in rows.tuples()}
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


def _is(hour: Hour) -> Expression:
    # Written as in the unique index, so that it serves this as well.
    condition: Expression = (
        (CountHour.house == hour.house)
        & (CountHour.date == hour.date)
        & (CountHour.hour == hour.hour)
        & (SQL("COALESCE(activity_id, 0)") == (hour.activity or 0))
        & (SQL("COALESCE(\"group\", '')") == (hour.group or ""))
    )
    return condition
