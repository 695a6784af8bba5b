"""On which days a house is closed. A closure asks; only an answer closes."""

from __future__ import annotations

import datetime as dt

from models import Closure, ClosureKind, House


def closed_days(house: House, first: dt.date, last: dt.date) -> dict[dt.date, str]:
    """The days from first to last (included) on which the house is closed, with the reason.

    A public or school holiday closes nothing by itself: somebody has to have said so.
    """
    closes = Closure.closes | (Closure.closes.is_null() & (Closure.kind == ClosureKind.closed))
    closures = Closure.select().where(
        (Closure.house == house) | Closure.house.is_null(),
        Closure.first_date <= last,
        Closure.last_date >= first,
        closes,
    )
    closed: dict[dt.date, str] = {}
    for closure in closures.order_by(Closure.first_date, Closure.id):
        day = max(first, closure.first_date)
        while day <= min(last, closure.last_date):
            closed.setdefault(day, closure.reason)
            day += dt.timedelta(days=1)
    return closed
