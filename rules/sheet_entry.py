"""Entering a tally sheet: looked at first, then stored once, in one transaction."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import uuid4

from peewee import JOIN

import models
from models import (
    CountChoice,
    CountEvent,
    CountKind,
    CountSource,
    House,
    Occurrence,
    Person,
    TallySheet,
)
from rules import Refused, access, count_choices, count_hours
from rules.count_events import Tap
from rules.day_counts import Both, DayCounts, read_day
from rules.openings import Openings
from rules.short_names import names_in
from rules.tally_sheets import Layout, layout_of
from rules.wall_time import day_of, to_local

#: The most that one cell may say.
MOST = 500

#: An hour and the number of a column.
Cell = tuple[int, int]


class SheetToCome(Refused):
    """Its day is still to come."""


class NoSuchNumber(Refused):
    """A cell cannot say this."""


class AlreadyEntered(Refused):
    """Somebody entered this sheet before; nothing was changed."""


@dataclass(frozen=True)
class Look:
    """What entering would do: the sums, and the hours that have taps as well.

    both: by hour, with the number of this and of earlier sheets. replaced: hours without taps of
    which a correction goes. running: the hour that is not over and of which the sheet says
    something, so that taps from now on do not count in it. later: hours that are not over and of
    which it says nothing; it cannot say it any more afterwards.
    """

    hours: Mapping[int, int]
    columns: Mapping[int, int]
    both: Mapping[int, Both]
    replaced: frozenset[int]
    running: int | None
    later: tuple[int, ...]
    fingerprint: str

    @property
    def total(self) -> int:
        return sum(self.hours.values())


class LookFirst(Refused):
    """Nobody has seen yet what entering would do: ``look`` says it. Nothing was stored."""

    def __init__(self, look: Look):
        super().__init__()
        self.look = look


class WhichCounts(LookFirst):
    """Of some hours it was not said whether the taps count, or the sheet."""


@dataclass(frozen=True)
class Entered:
    """A sheet that was entered: its numbers by cell, who did it and when (UTC).

    by: empty once it was forgotten. taps: the hours in which the taps count instead.
    """

    layout: Layout
    numbers: Mapping[Cell, int]
    by: str
    at: dt.datetime
    taps: frozenset[int]

    @property
    def day(self) -> dt.date:
        """The day on which it was entered: all that is known once it was forgotten who did."""
        return day_of(self.at)

    @property
    def total(self) -> int:
        return sum(self.numbers.values())


def enter(
    sheet: TallySheet,
    numbers: Mapping[Cell, int],
    choices: Mapping[int, CountSource],
    by: Person | None,
    now: dt.datetime,
    *,
    seen: str,
) -> None:
    """Store the numbers of a sheet as events, and for each of its hours what counts.

    :param numbers: by cell of its layout; a cell that is not named says 0.
    :param choices: by hour, for those that have taps as well.
    :param seen: the fingerprint of the look that the person saw.
    :raises SheetToCome, NoSuchNumber, AlreadyEntered:
    :raises LookFirst, WhichCounts: nothing was stored; ``look`` says what to show and ask.
    """
    today = day_of(now)
    if sheet.date > today:
        raise SheetToCome
    layout = layout_of(sheet, today)
    told = {cell: numbers.get(cell, 0) for cell in layout.cells}
    if not all(0 <= n <= MOST for n in told.values()):
        raise NoSuchNumber
    with models.db.atomic():
        models.for_one_writer(House(id=sheet.house_id))
        # Of two who send at once the second waits here, and then sees the first.
        if TallySheet.get_by_id(sheet.id).entered_at is not None:
            raise AlreadyEntered
        day = read_day(sheet.house, sheet.date)
        look = look_at(sheet, layout, told, day, now)
        if look.fingerprint != seen:
            raise LookFirst(look)
        if look.both.keys() - choices.keys():
            raise WhichCounts(look)
        _store(sheet, layout, {c: n for c, n in told.items() if c[0] not in look.later}, by, now)
        _choose(sheet, look, choices, day, by, now)
        TallySheet.update(entered_at=now, entered_by=by).where(TallySheet.id == sheet.id).execute()
        count_hours.set_by_hand(sheet.house, sheet.date)
        count_hours.rebuild(sheet.house, sheet.date)
        access.note(by, sheet.house, "sheet.enter", sheet, now)


def is_over(sheet: TallySheet, hour: int, now: dt.datetime) -> bool:
    """Whether an hour of a sheet is over: an empty one says that nobody came then."""
    here = to_local(now)
    return bool((sheet.date, hour) < (here.date(), here.hour))


def look_at(
    sheet: TallySheet,
    layout: Layout,
    told: Mapping[Cell, int],
    day: DayCounts,
    now: dt.datetime,
) -> Look:
    """What entering these numbers would do.

    An hour of which the sheet says nothing is not asked about: its taps go on counting, those that
    are there and those that still come.
    """
    hours = dict.fromkeys(layout.hours, 0)
    columns = dict.fromkeys(range(len(layout.columns)), 0)
    for (hour, column), n in told.items():
        hours[hour] += n
        columns[column] += n
    both = {
        hour: Both(hour, there.taps, there.sheet + n, there.corrected, there.counts)
        for hour, n in hours.items()
        if n and (there := day.hours.get(hour)) is not None and there.taps
    }
    replaced = frozenset(
        hour
        for hour, n in hours.items()
        if n
        and hour not in both
        and (there := day.hours.get(hour)) is not None
        and there.corrected
        and day.taken(hour) != CountSource.sheet
    )
    asked = [(e.hour, e.taps, e.sheet, e.if_taps, e.if_sheet) for e in both.values()]
    said = sorted(told.items()), asked, sorted(replaced)
    fingerprint = hashlib.sha256(repr((sheet.id, *said)).encode()).hexdigest()[:32]
    here = to_local(now)
    running = here.hour if sheet.date == here.date() and hours.get(here.hour) else None
    later = tuple(hour for hour, n in hours.items() if not n and not is_over(sheet, hour, now))
    return Look(hours, columns, both, replaced, running, later, fingerprint)


def entered(sheet: TallySheet, today: dt.date) -> Entered | None:
    """What was entered of a sheet; None before. Four queries.

    A number is found in the column of its date or activity, and in the first one else: so is that
    of something that was removed since.
    """
    if sheet.entered_at is None:
        return None
    layout = layout_of(sheet, today)
    columns = list(enumerate(layout.columns))
    of_date = {column.occurrence: n for n, column in columns if column.occurrence}
    of_activity = {column.activity: n for n, column in reversed(columns)}
    numbers: dict[Cell, int] = {}
    undo = CountEvent.alias()
    rows = (
        CountEvent.select(CountEvent, Occurrence)
        .join(Occurrence, JOIN.LEFT_OUTER)
        .switch(CountEvent)
        .join(undo, JOIN.LEFT_OUTER, on=count_hours.is_undo(undo))
        .where(
            CountEvent.house == sheet.house_id,
            CountEvent.date == sheet.date,
            CountEvent.sheet == sheet,
            undo.id.is_null(),
        )
    )
    for row in rows:
        activity = row.occurrence.activity_id if row.occurrence_id else None
        place = of_date.get(row.occurrence_id, of_activity.get(activity, 0))
        cell = row.hour, place
        numbers[cell] = numbers.get(cell, 0) + row.n
    by = sheet.entered_by
    names = {}
    if by is not None:
        names = names_in({sheet.house_id}, [(by.id, by.first_name, by.last_name)])
    choices = CountChoice.select(CountChoice.hour).where(
        CountChoice.house == sheet.house_id,
        CountChoice.date == sheet.date,
        CountChoice.counts == CountSource.taps,
    )
    taps = {hour for (hour,) in choices.tuples()} & {hour for (hour, _c), n in numbers.items() if n}
    return Entered(
        layout, numbers, names[by.id] if by is not None else "", sheet.entered_at, frozenset(taps)
    )


def _store(
    sheet: TallySheet,
    layout: Layout,
    told: Mapping[Cell, int],
    by: Person | None,
    now: dt.datetime,
) -> None:
    there = _occurrences_there(layout)
    openings = Openings()
    for (hour, number), n in told.items():
        # Of who just walked in also nobody is kept: so every hour of the sheet is a count.
        if not n and number:
            continue
        occurrence = there.get(number)
        tap = Tap(
            # Nobody can know it before: what a phone sends never meets it.
            id=uuid4(),
            house=sheet.house.slug,
            kind=CountKind.sheet,
            n=n,
            at=now,
            occurrence=occurrence,
            sheet=sheet.number,
        )
        CountEvent.insert(
            id=tap.id,
            house=sheet.house_id,
            opening=openings.at(sheet.house_id, sheet.date, dt.time(hour, 30)),
            occurrence=occurrence,
            kind=CountKind.sheet,
            n=n,
            date=sheet.date,
            hour=hour,
            happened_at=now,
            sent_at=now,
            received_at=now,
            actor=by,
            fingerprint=tap.fingerprint,
            sheet=sheet.id,
        ).execute()
    openings.mark_counted()


def _choose(
    sheet: TallySheet,
    look: Look,
    choices: Mapping[int, CountSource],
    day: DayCounts,
    by: Person | None,
    now: dt.datetime,
) -> None:
    """For each hour of which the sheet says something what counts: as it was asked, else the sheet.

    Taps that still come do not add to it by themselves. Where it says nothing they do, whether they
    come before the sheet or after.
    """
    said = {hour for hour, n in look.hours.items() if n}
    chosen = {hour: choices[hour] if hour in look.both else CountSource.sheet for hour in said}
    count_choices.keep(sheet.house, sheet.date, chosen, day, by, now)


def _occurrences_there(layout: Layout) -> dict[int, int]:
    """By column its date, where that is still there: who came for something that was removed
    since, just walked in."""
    wanted = [column.occurrence for column in layout.columns if column.occurrence]
    rows = Occurrence.select(Occurrence.id).where(Occurrence.id.in_(wanted))
    there = {id for (id,) in rows.tuples()}
    found = {}
    for number, column in enumerate(layout.columns):
        if column.occurrence is not None and column.occurrence in there:
            found[number] = column.occurrence
    return found
