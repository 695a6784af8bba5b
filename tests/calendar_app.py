"""A calendar app without a screen: it reads a feed with vobject, which shares nothing with the
library that wrote it but dateutil, and shows what is on which day."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import vobject
from icalendar import Calendar

#: A name, parameters whose values may be quoted, and a value without control characters.
_PARAMETER = r';[A-Z0-9-]+=(?:"[^"\x00-\x1f\x7f]*"|[^";:,\x00-\x1f\x7f]*)'
_CONTENT_LINE = re.compile(rf"[A-Z0-9-]+(?:{_PARAMETER})*:[^\x00-\x08\x0a-\x1f\x7f]*")
_ZONE = re.compile(r"^[A-Z-]+(?:;[^:;]+)*?;TZID=([^:;]+)")
#: A day past every window that a test looks at.
_ENOUGH = 5000


class Shown(NamedTuple):
    """One event of one day, as its wall clock says."""

    title: str
    date: dt.date
    start: dt.time
    end: dt.time | None
    cancelled: bool
    place: str


class BrokenFeed(AssertionError):
    """The feed says something that no app could make sense of."""


def valid(feed: bytes) -> Calendar:
    """The feed as the icalendar library reads it, when every part of it is right."""
    calendar = Calendar.from_ical(feed)
    calendar.validate()
    for component in calendar.walk():
        if component.errors:
            raise BrokenFeed(component.errors)
        for required in ("UID", "DTSTAMP", "DTSTART") if component.name == "VEVENT" else ():
            if required not in component:
                raise BrokenFeed(f"{required} is missing")
    _check_lines(feed)
    _check_zones(lines_of(feed))
    _check_names(calendar)
    return calendar


def lines_of(feed: bytes) -> list[str]:
    """The content lines of a feed, unfolded (RFC 5545, 3.1)."""
    return feed.decode().replace("\r\n ", "").removesuffix("\r\n").split("\r\n")


def _check_lines(feed: bytes) -> None:
    """Lines end with CRLF, have at most 75 octets, and are whole letters and a property each."""
    if not feed.endswith(b"\r\n"):
        raise BrokenFeed("The last line has no end")
    for line in feed.removesuffix(b"\r\n").split(b"\r\n"):
        if len(line) > 75 or not line.strip() or b"\n" in line or b"\r" in line:
            raise BrokenFeed(line)
        try:
            line.decode()
        except UnicodeDecodeError as error:
            raise BrokenFeed("A letter is cut in two") from error
    for content in lines_of(feed):
        if not _CONTENT_LINE.fullmatch(content):
            raise BrokenFeed(content)


def _check_zones(lines: list[str]) -> None:
    """Each zone is defined once, and those that are named are defined (3.6.5)."""
    defined = [line.partition(":")[2] for line in lines if line.startswith("TZID:")]
    named = {name for line in lines for name in _ZONE.findall(line)}
    if len(set(defined)) < len(defined) or not named <= set(defined):
        raise BrokenFeed(f"{named} named, {defined} defined")


def _check_names(calendar: Calendar) -> None:
    """Each event, or date of it, is there once (3.8.4.7), was made at a moment in UTC (3.8.7.2),
    and ends after it begins."""
    names = [
        (str(event["UID"]), event["RECURRENCE-ID"].dt if "RECURRENCE-ID" in event else None)
        for event in calendar.walk("VEVENT")
    ]
    if len(set(names)) < len(names):
        raise BrokenFeed("Two events have one name")
    for event in calendar.walk("VEVENT"):
        if event["DTSTAMP"].dt.utcoffset() != dt.timedelta(0):
            raise BrokenFeed("DTSTAMP is not in UTC")
        if "DTEND" in event and ("DURATION" in event or event["DTEND"].dt <= event["DTSTART"].dt):
            raise BrokenFeed("DTEND")


def shown(feed: bytes, first: dt.date, last: dt.date) -> list[Shown]:
    """What an app shows from one day up to and including another, sorted; nothing is left out
    that it would show twice."""
    calendar = vobject.readOne(feed.decode())
    calendar.validate(raiseException=True)
    series: dict[str, Any] = {}
    overrides: dict[str, dict[dt.datetime, Any]] = defaultdict(dict)
    for event in calendar.contents.get("vevent", []):
        uid = event.uid.value
        if "recurrence-id" in event.contents:
            moment = _wall(event.contents["recurrence-id"][0].value)
            if moment in overrides[uid]:
                raise BrokenFeed(f"Two say what happens to {uid} at {moment}")
            overrides[uid][moment] = event
        elif uid in series:
            raise BrokenFeed(f"Two events are called {uid}")
        else:
            series[uid] = event
    found = []
    for uid, event in series.items():
        replaced = overrides.pop(uid, {})
        for moment in _moments(event, last, max(replaced, default=None)):
            override = replaced.pop(moment, None)
            found.append(_shown(event, moment.date()) if override is None else _shown(override))
        if replaced:
            raise BrokenFeed(f"{uid} has no {sorted(replaced)} to override")
    if overrides:
        raise BrokenFeed(f"No events {sorted(overrides)} to override")
    return sorted((each for each in found if first <= each.date <= last), key=repr)


def _moments(event: Any, last: dt.date, also: dt.datetime | None) -> Iterator[dt.datetime]:
    """The wall times at which an event begins, up to a day and up to its last override."""
    begins = _wall(event.dtstart.value)
    until = max(filter(None, (dt.datetime.combine(last, dt.time.max), also)))
    if "rrule" not in event.contents:
        yield begins
        return
    first = True
    for number, moment in enumerate(event.rruleset):
        if first and _wall(moment) != begins:
            raise BrokenFeed(f"{event.uid.value} does not begin with its first date")
        first = False
        if _wall(moment) > until or number > _ENOUGH:
            return
        yield _wall(moment)


def _shown(event: Any, date: dt.date | None = None) -> Shown:
    """An event on its own day, or on another at its own hours."""
    start = _wall(event.dtstart.value)
    end = _wall(event.dtend.value) if "dtend" in event.contents else None
    if end is not None and end.date() != start.date():
        raise BrokenFeed(f"{event.uid.value} does not end on its day")
    title = event.summary.value
    cancelled = event.status.value == "CANCELLED"
    if cancelled != title.startswith("Gaat niet door: "):
        raise BrokenFeed(title)
    return Shown(
        title.removeprefix("Gaat niet door: "),
        date or start.date(),
        start.time(),
        end.time() if end else None,
        cancelled,
        event.location.value,
    )


def _wall(moment: dt.datetime) -> dt.datetime:
    if moment.tzinfo is None:
        raise BrokenFeed(f"{moment} has no time zone")
    return moment.replace(tzinfo=None)
