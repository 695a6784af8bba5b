"""Tally sheets: paper on which visitors are ticked, and how it is entered, once.

What was printed is kept with the sheet, so that entering follows the paper, also when the programme
has changed since.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass

import models
from models import Activity, House, Occurrence, OccurrenceState, OpeningState, Person, TallySheet
from rules import Refused, access
from rules.openings import of_day

#: The number of a sheet is its id and this: four digits are read and typed without a slip.
FIRST_NUMBER = 1000
#: So far ahead a sheet may be made; the programme of later days may still change.
AHEAD = dt.timedelta(days=62)
#: What has no end is taken to last so long.
NO_END = 2


@dataclass(frozen=True)
class Column:
    """What visitors come for, and in which hours it is on. Without an activity: they walk in."""

    activity: int | None
    occurrence: int | None
    title: str
    hours: tuple[int, ...]


@dataclass(frozen=True)
class Layout:
    """What a sheet shows: its hours are the rows."""

    hours: tuple[int, ...]
    columns: tuple[Column, ...]

    @property
    def cells(self) -> list[tuple[int, int]]:
        """The hour and the number of the column of each cell, in the order of the paper."""
        return [
            (hour, number)
            for hour in self.hours
            for number, column in enumerate(self.columns)
            if hour in column.hours
        ]


class NoSuchSheet(Refused):
    """No tally sheet was made of this day, or none has this number."""


class NothingToTally(Refused):
    """On this day the house is not open, and nothing is on."""


class DayIsOver(Refused):
    """Paper for a day that is over would come too late."""


class DayTooFar(Refused):
    """The programme of this day may still change."""


class UnknownSheet(Refused):
    """No sheet has this number."""


class SheetOfAnotherHouse(Refused):
    """The sheet belongs to a house in which the person does not help."""


def layout_now(house: House, date: dt.date, today: dt.date) -> Layout:
    """What a sheet of a day shows as the programme is now; three queries.

    :raises NothingToTally:
    """
    spans = [
        (opening.start_time, opening.end_time)
        for opening in of_day(house, date, today)
        if opening.state != OpeningState.closed
    ]
    on = list(
        Occurrence.select(Occurrence, Activity)
        .join(Activity)
        .where(
            Occurrence.house == house,
            Occurrence.date == date,
            Occurrence.state != OccurrenceState.cancelled,
        )
        .order_by(Occurrence.start_time, Activity.title)
    )
    columns = [
        Column(
            row.activity_id,
            row.id,
            row.activity.title,
            tuple(hours_of(row.start_time, row.end_time)),
        )
        for row in on
    ]
    hours = {hour for start, end in spans for hour in hours_of(start, end)}
    hours.update(hour for column in columns for hour in column.hours)
    if not hours:
        raise NothingToTally
    rows = tuple(sorted(hours))
    return Layout(rows, (Column(None, None, "", rows), *columns))


def hours_of(start: dt.time, end: dt.time | None) -> range:
    """The hours of the clock that a span touches."""
    if end is None:
        return range(start.hour, min(start.hour + NO_END, 24))
    return range(start.hour, end.hour + (1 if end.minute or end.second else 0))


def make_sheet(
    house: House,
    date: dt.date,
    by: Person | None,
    now: dt.datetime,
    today: dt.date,
    *,
    another: bool = False,
) -> TallySheet:
    """A numbered sheet for a day. One that was made before, shows the same and is not entered yet,
    is the same sheet, unless another one is asked for.

    :raises DayIsOver, DayTooFar, NothingToTally:
    """
    if date < today:
        raise DayIsOver
    if date > today + AHEAD:
        raise DayTooFar
    with models.db.atomic():
        models.for_one_writer(house)
        layout = write_layout(layout_now(house, date, today))
        same = _with_layout(house, date, layout)
        if same is not None and not another:
            return same
        # The database gives the id, so no two sheets ever have one number.
        sheet: TallySheet = TallySheet.create(
            house=house, date=date, number=-secrets.randbits(31), printed_at=now, layout=layout
        )
        sheet.number = FIRST_NUMBER + sheet.id
        sheet.save(only=[TallySheet.number])
        access.note(by, house, "sheet.make", sheet, now)
        return sheet


def make_sheets(
    house: House, days: Iterable[dt.date], by: Person | None, now: dt.datetime, today: dt.date
) -> list[TallySheet]:
    """The sheets of several days, all or none; a day on which there is nothing to tally has none.

    :raises DayIsOver, DayTooFar:
    """
    made = []
    with models.db.atomic():
        for day in days:
            with suppress(NothingToTally):
                made.append(make_sheet(house, day, by, now, today))
    return made


def sheet_as_it_is(house: House, date: dt.date, today: dt.date) -> TallySheet | None:
    """The sheet of a day that shows what a new one would, and is not entered yet.

    :raises NothingToTally:
    """
    return _with_layout(house, date, write_layout(layout_now(house, date, today)))


def _with_layout(house: House, date: dt.date, layout: str) -> TallySheet | None:
    made = TallySheet.select(TallySheet, House).join(House)
    made = made.where(
        TallySheet.house == house,
        TallySheet.date == date,
        TallySheet.entered_at.is_null(),
        TallySheet.layout == layout,
    )
    found: TallySheet | None = made.order_by(TallySheet.id.desc()).first()
    return found


def find_sheet(number: int, houses: Iterable[House]) -> TallySheet:
    """A sheet by the number on it.

    :param houses: those in which the person helps.
    :raises UnknownSheet, SheetOfAnotherHouse:
    """
    sheet: TallySheet | None = (
        TallySheet.select(TallySheet, House)
        .join(House)
        .where(TallySheet.number == number, TallySheet.number > 0)
        .first()
    )
    if sheet is None:
        raise UnknownSheet
    if sheet.house_id not in {house.id for house in houses}:
        raise SheetOfAnotherHouse
    return sheet


def sheet_of_day(house: House, date: dt.date) -> TallySheet | None:
    """The sheet of a day that was made last."""
    found: TallySheet | None = (
        TallySheet.select(TallySheet, House)
        .join(House)
        .where(TallySheet.house == house, TallySheet.date == date)
        .order_by(TallySheet.id.desc())
        .first()
    )
    return found


def sheets_between(house: House, first: dt.date, last: dt.date) -> list[TallySheet]:
    """The sheets of a house by day, the newest first; one query."""
    rows = TallySheet.select().where(
        TallySheet.house == house, TallySheet.date.between(first, last)
    )
    return list(rows.order_by(TallySheet.date.desc(), TallySheet.number.desc()))


def write_layout(layout: Layout) -> str:
    """A layout as it is kept."""
    columns = [
        [column.activity, column.occurrence, column.title, column.hours]
        for column in layout.columns
    ]
    return json.dumps({"hours": layout.hours, "columns": columns}, ensure_ascii=False)


def layout_of(sheet: TallySheet, today: dt.date) -> Layout:
    """What was printed on a sheet. Of one that does not say, what its day shows now.

    :raises NothingToTally: when its day shows nothing either.
    """
    kept = json.loads(sheet.layout)
    if not kept:
        return layout_now(sheet.house, sheet.date, today)
    return Layout(
        tuple(kept["hours"]),
        tuple(
            Column(activity, occurrence, title, tuple(hours))
            for activity, occurrence, title, hours in kept["columns"]
        ),
    )
