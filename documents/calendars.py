"""What the calendar feeds share: the file around the events, the time zone, text that apps bear.

After RFC 5545 and RFC 7986.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from icalendar import Calendar, Timezone, TimezoneDaylight, TimezoneStandard, vRecur

from rules.wall_time import ZONE

#: How far a feed reaches back at least.
BACK = dt.timedelta(weeks=8)
#: How often calendar apps should look.
REFRESH = dt.timedelta(hours=3)
#: What parsers take for the end of a line, what no app shows, and what cannot be encoded.
_UNSEEN = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")


def calendar(maker: str, name: str, address: str) -> Calendar:
    """An empty calendar with a name and the address where it is seen.

    :param maker: who made it, as '-//Buurtbord//Programma//NL'.
    """
    made = Calendar()
    made.add("prodid", maker)
    made.add("version", "2.0")
    made.add("calscale", "GREGORIAN")
    made.add("method", "PUBLISH")
    made.add("name", name)
    made.add("x-wr-calname", name)
    made.add("x-wr-timezone", ZONE.key)
    made.add("url", address)
    made.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    made.add("x-published-ttl", f"PT{REFRESH // dt.timedelta(hours=1)}H")
    made.add_component(_time_zone())
    return made


def _time_zone() -> Timezone:
    """Amsterdam as it is since 1996: the clocks change on the last Sundays of March and October.

    Written as two rules, which every app reads; a test holds them against the time zone data.
    """
    winter, summer = dt.timedelta(hours=1), dt.timedelta(hours=2)
    changes: tuple[tuple[Any, str, dt.datetime, dt.timedelta, dt.timedelta], ...] = (
        (TimezoneDaylight(), "CEST", dt.datetime(1996, 3, 31, 2), winter, summer),
        (TimezoneStandard(), "CET", dt.datetime(1996, 10, 27, 3), summer, winter),
    )
    zone = Timezone()
    zone.add("tzid", ZONE.key)
    for change, name, since, before, after in changes:
        change.add("dtstart", since)
        change.add("rrule", vRecur(FREQ="YEARLY", BYMONTH=since.month, BYDAY="-1SU"))
        change.add("tzoffsetfrom", before)
        change.add("tzoffsetto", after)
        change.add("tzname", name)
        zone.add_component(change)
    return zone


def local(day: dt.date, time: dt.time) -> dt.datetime:
    """A day and wall time with the zone of the houses."""
    return dt.datetime.combine(day, time, tzinfo=ZONE)


def plain_text(text: str) -> str:
    """Text of several lines without what calendar apps stumble over."""
    return _UNSEEN.sub(" ", text.replace("\r\n", "\n")).strip()


def one_line(text: str) -> str:
    """The same on one line."""
    return " ".join(plain_text(text).split())
