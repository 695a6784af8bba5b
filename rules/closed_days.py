"""On which days a house is closed. A closure asks; only an answer closes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Container, Iterable

from models import Activity, Closure, ClosureKind, House
from rules.written_sql import columns, row_of, run

_BETWEEN = f"""
SELECT {columns(Closure, "c")} FROM closure c
WHERE (c.house_id = ? OR c.house_id IS NULL) AND c.first_date <= ? AND c.last_date >= ?
ORDER BY c.first_date, c.last_date, c.id
"""  # noqa: S608


def closures_of(
    house: House, first: dt.date, last: dt.date, *, without: Container[int] = ()
) -> list[Closure]:
    """The closures that a house has between two days (included), by date: one query.

    What holds for every house stands aside where the house has a closure of its own of the same
    kind and days: that is its answer to the question 'dicht?'.

    :param without: ids of closures that are taken for gone.
    """
    rows = run(_BETWEEN, (house.id, last, first)).fetchall()
    query = (row_of(Closure, iter(row)) for row in rows)
    found = [closure for closure in query if closure.id not in without]
    return held_by(house, found)


def held_by(house: House, closures: Iterable[Closure]) -> list[Closure]:
    """Of the closures of several houses those that hold for one, in the order that they came."""
    found = [closure for closure in closures if closure.house_id in (None, house.id)]
    own = {_span(closure) for closure in found if closure.house_id}
    return [closure for closure in found if closure.house_id or _span(closure) not in own]


def closes_house(closure: Closure) -> bool:
    """Whether the house is shut on these days; unanswered, only 'closed' itself says so."""
    if closure.closes is None:
        return bool(closure.kind == ClosureKind.closed)
    return bool(closure.closes)


def stops(closures: Iterable[Closure], activity: Activity, day: dt.date) -> Closure | None:
    """The closure for which an activity is off on a day: the house is closed, or it is a school
    holiday and the activity pauses then. None when it goes on."""
    pausing = None
    for closure in closures:
        if closure.first_date <= day <= closure.last_date:
            if closes_house(closure):
                return closure
            if closure.kind == ClosureKind.school_holiday and activity.not_in_school_holidays:
                pausing = pausing or closure
    return pausing


def closed_days(house: House, first: dt.date, last: dt.date) -> dict[dt.date, str]:
    """The days from first to last (included) on which the house is closed, with the reason.

    A public or school holiday closes nothing by itself: somebody has to have said so.
    """
    closed: dict[dt.date, str] = {}
    for closure in closures_of(house, first, last):
        if closes_house(closure):
            day = max(first, closure.first_date)
            while day <= min(last, closure.last_date):
                closed.setdefault(day, closure.reason)
                day += dt.timedelta(days=1)
    return closed


def _span(closure: Closure) -> tuple[str, dt.date, dt.date]:
    return closure.kind, closure.first_date, closure.last_date
