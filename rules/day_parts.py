"""The hours of a morning, an afternoon and an evening in a house: quick choices for a shift."""

from __future__ import annotations

import datetime as dt

from models import House, OpeningHours, PartOfDay
from rules.availability import PARTS

Span = tuple[dt.time, dt.time]

#: Where the house is not usually open, a part of the day is taken to be so.
USUAL: dict[PartOfDay, Span] = {
    PartOfDay.morning: (dt.time(9), dt.time(12)),
    PartOfDay.afternoon: (dt.time(13), dt.time(17)),
    PartOfDay.evening: (dt.time(19), dt.time(22)),
}


def day_parts(house: House) -> dict[PartOfDay, Span]:
    """From and to of each part of the day, as far as the house is open on some day of the week;
    one query. A part in which it never is has the usual hours."""
    open_at = [
        (hours.start_time, hours.end_time)
        for hours in OpeningHours.select().where(OpeningHours.house == house)
    ]
    found = {}
    for part, (first, last) in PARTS.items():
        within = [(max(start, first), min(end, last)) for start, end in open_at]
        spans = [(start, end) for start, end in within if start < end]
        found[part] = (
            (min(start for start, _ in spans), max(end for _, end in spans))
            if spans
            else USUAL[part]
        )
    return found
