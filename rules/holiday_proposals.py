"""Holidays that a house may close for: proposed from the calendar until somebody has answered.

Nothing here closes anything. Public holidays are worked out; school holidays are a list to check.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from holidays.countries import Netherlands
from peewee import fn

from models import Closure, ClosureKind, House, Occurrence, OccurrenceState, OpeningHours
from rules.closed_days import closes_house, closures_of, stops
from rules.unmade_dates import unmade_dates

#: How far ahead public holidays are proposed: some 13 months, so that each comes by in time.
AHEAD = dt.timedelta(days=395)
#: A holiday that is nearer than this is asked about on the programme, too.
SOON = dt.timedelta(weeks=8)
SCHOOL_HOLIDAYS = Path(__file__).parent.parent / "data" / "school_holidays.json"


@dataclass(frozen=True)
class Question:
    """A public holiday without an answer, and how many activities are planned on it.

    closure: without an id where the holiday is only proposed. usual: the house would be open, or
    something is planned; else the answer changes nothing.
    """

    closure: Closure
    planned: int
    usual: bool


@dataclass(frozen=True)
class SchoolHoliday:
    """School holidays as the ministry proposes them, first and last day included."""

    name: str
    first_date: dt.date
    last_date: dt.date


@cache
def public_holidays(year: int) -> dict[dt.date, str]:
    """The Dutch public holidays of a year with their names, also those that not all have off."""
    found = Netherlands(years=year, categories=("public", "optional"), language="nl")
    # The library writes 'Goede vrijdag', and 'Bevrijdingsdag; Hemelvaartsdag' where two meet.
    return {
        day: name.replace("Goede vrijdag", "Goede Vrijdag").replace("; ", " en ")
        for day, name in sorted(found.items())
    }


@cache
def _school_holidays() -> tuple[SchoolHoliday, ...]:
    day = dt.date.fromisoformat
    return tuple(
        SchoolHoliday(each["name"], day(each["from"]), day(each["to"]))
        for each in json.loads(SCHOOL_HOLIDAYS.read_text())["noord"]
    )


def holiday_on(day: dt.date) -> str | None:
    """The name of the public holiday on a day, if it is one."""
    return public_holidays(day.year).get(day)


def proposed(
    house: House, closures: Iterable[Closure], first: dt.date, last: dt.date
) -> list[Closure]:
    """The public holidays between two days (included) about which there is nothing in the
    closures of a house: as closures without an answer that are not stored. No query.

    Nobody is asked about a day on which the house is closed for another reason.
    """
    asked = [
        each for each in closures if each.kind == ClosureKind.public_holiday or closes_house(each)
    ]
    return [
        Closure(
            house=house,
            first_date=day,
            last_date=day,
            kind=ClosureKind.public_holiday,
            reason=name,
        )
        for year in range(first.year, last.year + 1)
        for day, name in public_holidays(year).items()
        if first <= day <= last
        and not any(each.first_date <= day <= each.last_date for each in asked)
    ]


def asked_soon(house: House, today: dt.date) -> list[Closure]:
    """What asks 'dicht?' in the coming weeks, where the answer changes something, by date: at
    most four queries."""
    coming = closures_of(house, today, today + SOON)
    return [each.closure for each in questions(house, coming, today, ahead=SOON) if each.usual]


def questions(
    house: House, closures: Iterable[Closure], today: dt.date, *, ahead: dt.timedelta = AHEAD
) -> list[Question]:
    """The public holidays of the coming 13 months (or of another time ahead) about which a house
    has not answered, by date: at most three queries.

    :param closures: those of the house from today on.
    """
    closures = list(closures)
    until = today + ahead
    asking = _asking(house, closures, today, until)
    days = {day for closure in asking for day in _days(closure) if day >= today}
    if not days:
        return []
    rows = (
        Occurrence.select(Occurrence.date, fn.COUNT(Occurrence.id))
        .where(
            Occurrence.house == house,
            Occurrence.date.in_(sorted(days)),
            Occurrence.state != OccurrenceState.cancelled,
        )
        .group_by(Occurrence.date)
    )
    planned: dict[dt.date, int] = defaultdict(int, rows.tuples())
    for activity, day in unmade_dates(house, today, until, only=days):
        if stops(closures, activity, day) is None:
            planned[day] += 1
    hours = OpeningHours.select(OpeningHours.weekday).where(OpeningHours.house == house)
    # Where nobody entered hours yet, any day may be one on which the house is open.
    weekdays = {weekday for (weekday,) in hours.tuples()} or set(range(7))
    found = []
    for closure in asking:
        span = _days(closure)
        on = sum(planned[day] for day in span)
        found.append(Question(closure, on, on > 0 or any(d.weekday() in weekdays for d in span)))
    return found


def school_proposals(closures: Iterable[Closure], today: dt.date) -> list[SchoolHoliday]:
    """The school holidays of region Noord that are not over, without those on whose days there
    is one already. No query.

    :param closures: those of the house from today on.
    """
    known = [each for each in closures if each.kind == ClosureKind.school_holiday]
    return [
        holiday
        for holiday in _school_holidays()
        if holiday.last_date >= today
        and not any(
            each.first_date <= holiday.last_date and each.last_date >= holiday.first_date
            for each in known
        )
    ]


def _asking(
    house: House, closures: Iterable[Closure], first: dt.date, last: dt.date
) -> list[Closure]:
    closures = list(closures)
    stored = [
        each for each in closures if each.kind == ClosureKind.public_holiday and each.closes is None
    ]
    return sorted([*stored, *proposed(house, closures, first, last)], key=lambda c: c.first_date)


def _days(closure: Closure) -> list[dt.date]:
    length = (closure.last_date - closure.first_date).days + 1
    return [closure.first_date + dt.timedelta(days=n) for n in range(length)]
