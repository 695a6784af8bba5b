"""The calendar feed of a house: what calendar apps show is what the dates of the house say.

Up to the day to which dates are made, the rows are the truth: a series is told as its rule, and
every row that differs is told as an exception to it. Beyond that day the rule goes on alone,
without the days that are known to be closed. The feed begins some weeks ago, at the first of a
month, so that its text changes with what the house does and hardly with the passing of days.

After RFC 5545 and RFC 7986. RDATE is not used: Outlook leaves out an event that has it without a
rule, and Google shows none behind a rule's end. A date that no rule gives is an event of its own.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from icalendar import Calendar, Event, vRecur

from documents.calendars import BACK, calendar, local, one_line, plain_text
from documents.feed_rules import Part, parts_of
from documents.sheets import category_word
from documents.words import _
from models import (
    Activity,
    Closure,
    House,
    Occurrence,
    OccurrenceState,
    Partner,
    Room,
    SignUpKind,
)
from rules.closed_days import closures_of, stops
from rules.notation import euros, long_date, phone
from rules.recurrence import parse
from rules.wall_time import day_of, month_of, to_utc

#: How far closures are told ahead.
AHEAD = dt.timedelta(days=2 * 366)
_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Row:
    """One stored date of an activity; by_closure: a closure, not a person, cancelled it."""

    original: dt.date
    date: dt.date
    start: dt.time
    end: dt.time | None
    room: int | None
    cancelled: bool
    by_closure: bool
    note: str


@dataclass(frozen=True)
class _Facts:
    """What the events of a feed share."""

    house: House
    address: str
    rooms: dict[int, str]
    closures: list[Closure]
    begin: dt.date
    end: dt.date


def calendar_feed(
    house: House, base_url: str, today: dt.date, activity: Activity | None = None
) -> bytes:
    """The published programme of a house as an iCalendar file, in five queries.

    :param base_url: where this installation is, without a slash at the end.
    :param activity: only this one; it must be of the house and published.
    """
    begin, end = month_of(today - BACK)[0], month_of(today + AHEAD)[1]
    activities = _activities(house, begin, activity)
    rows = _rows(house, begin, [each.id for each in activities])
    facts = _Facts(
        house=house,
        address=f"{base_url}/h/{house.slug}/",
        rooms=dict(Room.select(Room.id, Room.name).where(Room.house == house).tuples()),
        closures=closures_of(house, begin, end),
        begin=begin,
        end=end,
    )
    told = _calendar(house, facts.address, activity)
    for each in activities:
        for event in _Told(each, rows[each.id], facts).events():
            told.add_component(event)
    feed: bytes = told.to_ical()
    return feed


def published_activity(house: House, activity_id: int) -> Activity | None:
    """An activity that everybody may see, by its id; None for those of other houses."""
    found: Activity | None = Activity.get_or_none(
        Activity.id == activity_id, Activity.house == house, Activity.published
    )
    return found


# -- reading --------------------------------------------------------------------------------------


def _activities(house: House, begin: dt.date, only: Activity | None) -> list[Activity]:
    """The published activities that have or may have dates since a day."""
    late = Occurrence.select(Occurrence.activity).where(
        Occurrence.house == house, Occurrence.date >= begin
    )
    going_on = Activity.last_date.is_null() | (Activity.last_date >= begin)
    query = (
        Activity.select(Activity, Partner)
        .left_outer_join(Partner)
        .where(
            Activity.house == house,
            Activity.published,
            Activity.archived_at.is_null() | (Activity.archived_at >= _midnight(begin)),
            going_on | Activity.id.in_(late),
        )
        .order_by(Activity.id)
    )
    return list(query if only is None else query.where(Activity.id == only.id))


def _rows(house: House, begin: dt.date, ids: list[int]) -> dict[int, list[Row]]:
    """The dates since a day, and those that were moved from then to before it."""
    fields = (
        Occurrence.activity,
        Occurrence.original_date,
        Occurrence.date,
        Occurrence.start_time,
        Occurrence.end_time,
        Occurrence.room,
        Occurrence.state,
        Occurrence.closure,
        Occurrence.note,
    )
    # Two queries, so that each has its index: a house of ten years costs what a new one does.
    since = Occurrence.select(*fields).where(
        Occurrence.house == house, Occurrence.date >= begin, Occurrence.activity.in_(ids)
    )
    moved_back = Occurrence.select(*fields).where(
        Occurrence.activity.in_(ids),
        Occurrence.original_date >= begin,
        Occurrence.date < begin,
    )
    rows: dict[int, list[Row]] = defaultdict(list)
    for query in (since, moved_back):
        for activity, original, date, start, end, room, state, closure, note in query.tuples():
            cancelled = state == OccurrenceState.cancelled
            by_closure = cancelled and closure is not None
            rows[activity].append(
                Row(original, date, start, end, room, cancelled, by_closure, note)
            )
    return rows


# -- telling --------------------------------------------------------------------------------------


class _Told:
    """One activity as the events of a calendar."""

    def __init__(self, activity: Activity, rows: list[Row], facts: _Facts):
        self.activity = activity
        self.facts = facts
        self.last: dt.date | None = activity.last_date
        if activity.archived_at is not None:
            # Put away: what it was stays, from that day on it is nothing.
            put_away = day_of(activity.archived_at)
            self.last = min(self.last or put_away, put_away - _DAY)
            rows = [row for row in rows if row.date < put_away]
        self.rows = {row.original: row for row in sorted(rows, key=lambda row: row.original)}
        #: Up to this day the rows say all; without rows the rule does from the beginning.
        self.known: dt.date = activity.filled_until or facts.begin - _DAY
        # Never changed, so entered at some time before it began; which is not known.
        self.stamp: dt.datetime = activity.changed_at or _midnight(
            activity.first_date - dt.timedelta(days=366)
        )

    def events(self) -> Iterator[Event]:
        """The series with their exceptions, then the dates that no rule gives."""
        facts, told = self.facts, set()
        first = self.activity.first_date
        for part in parts_of(self.activity.rule, first, self.last, facts.begin, facts.end):
            dates = part.dates(facts.begin, facts.end)
            told.update(dates)
            yield from self._series(part, dates)
        yield from self._single(told)

    def _series(self, part: Part, dates: list[dt.date]) -> Iterator[Event]:
        """A part of the rule, from its first date that is not off, and what differs from it."""
        kept = [day for day in dates if not self._is_off(day)]
        goes_on = part.last is None or part.last > self.facts.end
        begins = kept[0] if kept else goes_on and part.next_date(self.facts.end + _DAY)
        if not begins:
            return
        until = part.last if goes_on else kept[-1]
        usual = self._usual(begins)
        event = self._event(part.key, usual)
        recurrence = vRecur.from_ical(part.rule)
        if until is not None:
            # RFC 5545: where the start has a zone, the end of the rule is in UTC.
            recurrence["UNTIL"] = [to_utc(until, usual.start).replace(tzinfo=dt.UTC)]
        event.add("rrule", recurrence)
        inside = [day for day in dates if begins < day and (until is None or day < until)]
        off = [local(day, usual.start) for day in inside if self._is_off(day)]
        if off:
            event.add("exdate", off)
        yield event
        for day in kept:
            row = self.rows.get(day)
            if row is not None and row != self._usual(day):
                override = self._event(part.key, row)
                override.add("recurrence-id", local(day, usual.start))
                yield override

    def _single(self, told: set[dt.date]) -> Iterator[Event]:
        """Dates that no rule gives: single ones, and those of a rule that was changed since."""
        listed = parse(self.activity.rule).dates
        first = max(self.activity.first_date, self.known + _DAY, self.facts.begin)
        coming = [
            self._usual(day)
            for day in listed
            if day >= first and (self.last is None or day <= self.last) and day not in self.rows
        ]
        for row in (*self.rows.values(), *coming):
            if row.original not in told and not self._is_off(row.original):
                # One name for what happens once, also when it is put on another day.
                usual = listed == (row.original,)
                yield self._event("" if usual else f"{row.original:%Y%m%d}", row)

    def _is_off(self, day: dt.date) -> bool:
        """Whether nothing at all is to be seen of a date of the rule."""
        row = self.rows.get(day)
        if row is not None:
            return row.by_closure
        return day <= self.known or stops(self.facts.closures, self.activity, day) is not None

    def _usual(self, day: dt.date) -> Row:
        """A date on which nothing is special."""
        activity = self.activity
        times = (activity.start_time, activity.end_time)
        return Row(day, day, *times, activity.room_id, False, False, "")

    def _event(self, key: str, row: Row) -> Event:
        activity, house = self.activity, self.facts.house
        title = one_line(activity.title)
        event = Event()
        event.add("uid", f"{activity.uid}-{key}" if key else str(activity.uid))
        event.add("dtstamp", self.stamp.replace(tzinfo=dt.UTC))
        event.add("last-modified", self.stamp.replace(tzinfo=dt.UTC))
        event.add("sequence", activity.sequence)
        event.add("dtstart", local(row.date, row.start))
        if row.end is not None:
            event.add("dtend", local(row.date, row.end))
        event.add(
            "summary", _("Gaat niet door: %(title)s", title=title) if row.cancelled else title
        )
        event.add("status", "CANCELLED" if row.cancelled else "CONFIRMED")
        event.add("description", "\n".join(part for part in self._description(row) if part))
        where = (self.facts.rooms.get(row.room or 0, ""), house.name, house.address)
        event.add("location", ", ".join(one_line(part) for part in where if part))
        event.add("categories", [category_word(activity.category)])
        event.add("url", self.facts.address)
        if house.phone:
            # The house, not a person: a feed is public, and copies of it stay around.
            event.add("contact", f"{one_line(house.name)}, {phone(house.phone)}")
        # What a house offers does not keep anybody busy.
        event.add("transp", "TRANSPARENT")
        return event

    def _description(self, row: Row) -> Iterator[str]:
        """What to know, most urgent first."""
        activity = self.activity
        yield plain_text(row.note)
        if row.date != row.original and not row.cancelled:
            yield _("In plaats van %(day)s.", day=long_date(row.original))
        yield plain_text(activity.summary)
        cost = "" if activity.cost_cents is None else euros(activity.cost_cents)
        yield " ".join(part for part in (cost, one_line(activity.cost_note)) if part)
        yield one_line(activity.audience)
        if activity.partner_id:
            yield _("Met %(partner)s.", partner=one_line(activity.partner.name))
        # Few apps show who to ask or where to look, and some look for news once a day only.
        asks = activity.sign_up != SignUpKind.none
        if self.facts.house.phone:
            number = phone(self.facts.house.phone)
            yield (
                _("Graag opgeven. Bel %(number)s.", number=number)
                if asks
                else _("Vragen? Bel %(number)s.", number=number)
            )
        elif asks:
            yield _("Graag opgeven.")
        yield _("Het laatste nieuws: %(address)s", address=self.facts.address)


def _calendar(house: House, address: str, activity: Activity | None) -> Calendar:
    name = one_line(house.name)
    if activity is not None:
        name = f"{one_line(activity.title)} – {name}"
    return calendar("-//Buurtbord//Programma//NL", name, address)


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())
