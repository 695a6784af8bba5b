"""When people can come: parts of a day, days away, and what they wish of the roster."""

from __future__ import annotations

import datetime as dt

from models import PartOfDay

#: From and to of the parts of a day, as wall times; a shift that touches one falls in it.
PARTS = {
    PartOfDay.morning: (dt.time(0), dt.time(12)),
    PartOfDay.afternoon: (dt.time(12), dt.time(17)),
    PartOfDay.evening: (dt.time(17), dt.time.max),
}


def touches(part: str, start: dt.time, end: dt.time) -> bool:
    """Whether a span of a day falls in a part of it; the empty part is the whole day."""
    if not part:
        return True
    first, last = PARTS[PartOfDay(part)]
    return start < last and end > first
