"""What a house does in a month, said short: the facts that the poster and its like are made of."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace

from peewee import JOIN

from documents.languages import DUTCH
from documents.limits import at_most
from documents.month_edits import Edits, edits_of
from documents.rooms import Elsewhere, rooms_of, usual_room
from documents.speech import apart
from documents.titles import price_note, titled, titles_of
from documents.words import speaking
from models import (
    Activity,
    Closure,
    ClosureKind,
    House,
    Occurrence,
    OccurrenceState,
    OpeningHours,
    Room,
    SignUpKind,
)
from rules import poster_edits
from rules.activity_texts import Text
from rules.closed_days import closed_days
from rules.month_words import Happening, Slot, Span, Spoken, say_month
from rules.wall_time import month_of

_DAY = dt.timedelta(days=1)
#: How far a closing of this month is followed to its last day; the longest that can be entered.
_LONGEST_CLOSING = dt.timedelta(days=400)


@dataclass(frozen=True)
class Series:
    """An activity and when it is in this month."""

    title: str
    summary: str
    category: str
    cost_cents: int | None
    cost_note: str
    audience: str
    room: str
    sign_up: bool
    highlighted: bool
    spoken: Spoken
    #: The poster does not name it.
    left_out: bool = False
    #: Of title and summary: that of the document where somebody entered them in it.
    title_language: str = DUTCH
    #: The dates of the month on which it is not in ``room``.
    elsewhere: tuple[Elsewhere, ...] = ()


@dataclass(frozen=True)
class MonthOfHouse:
    """Everything a document says about a house and one month of it. Plain values, no rows.

    closed: the days of the month on which people would come but the house is closed, and those that
        follow on without a break in the next month.
    hours: for each span of the day in which the house is open, the weekdays (0 is Monday).
    """

    slug: str
    name: str
    tagline: str
    phone: str
    address: str
    first: dt.date
    last: dt.date
    series: tuple[Series, ...]
    closed: tuple[dt.date, ...]
    hours: dict[tuple[tuple[dt.time, dt.time], ...], tuple[int, ...]]
    partners: tuple[str, ...]
    #: What the house made of its poster of this month.
    edits: Edits = field(default_factory=Edits)
    #: Of the partners that have one, by name: a PNG, or an SVG of shapes alone.
    logos: tuple[tuple[str, bytes], ...] = ()
    #: The dates on which anything is on, also of what is left out.
    held: frozenset[dt.date] = frozenset()


def month_of_house(house: House, month: dt.date, language: str = DUTCH) -> MonthOfHouse:
    """Gathers the published programme of the month that holds ``month``: seven queries, nine
    where the house made something of its poster; one more in another language than Dutch, and one
    where something is in a room that is no activity's usual one.

    language: the one that titles and summaries are in, where somebody entered them in it.
    """
    with speaking(language):
        return _month_of_house(house, month)


def _month_of_house(house: House, month: dt.date) -> MonthOfHouse:
    first, last = month_of(month)
    holidays = _school_holidays(house, first, last)
    spans = [(first, last), *((span.first, span.last) for span in holidays.values())]
    activities = _activities(house)
    found = _occurrences(house, activities, min(a for a, _ in spans), max(b for _, b in spans))
    closed = frozenset(closed_days(house, first, last + _LONGEST_CLOSING))
    hours = _opening_hours(house)
    touched = {o.date for o in found} | {o.original_date for o in found}
    edits = edits_of(house, month)
    partners = poster_edits.partners_with_logos(house)
    weekdays = {weekday for group in hours.values() for weekday in group}
    series = _series(activities, found, holidays, first, closed, edits)
    return MonthOfHouse(
        slug=house.slug,
        name=house.name,
        tagline=house.tagline,
        phone=house.phone,
        address=apart(house.address),
        first=first,
        last=last,
        series=series,
        closed=closed_to_tell(_until_a_break(closed, first, last), weekdays, touched, series),
        hours=hours,
        partners=tuple(partner.name for partner in partners),
        edits=edits,
        logos=tuple((each.name, bytes(each.logo)) for each in partners if each.logo),
        held=frozenset(each.date for each in found if each.state != OccurrenceState.cancelled),
    )


def closed_to_tell(
    closed: Iterable[dt.date],
    weekdays: Collection[int],
    touched: Collection[dt.date],
    series: Iterable[Series],
) -> tuple[dt.date, ...]:
    """Of the days on which a house is closed those on which somebody may think that it is open.

    weekdays: on which the house is open; none where no hours are known. touched: the days on which
    anything is or was to be. series: what of them is told as 'every week' is expected every week.
    """
    expected = {told.weekday for each in series for told in each.spoken.weekly}
    expected |= set(weekdays or range(7))
    return tuple(day for day in closed if day.weekday() in expected or day in touched)


def _school_holidays(house: House, first: dt.date, last: dt.date) -> dict[int, Span]:
    rows = Closure.select().where(
        (Closure.house == house) | Closure.house.is_null(),
        Closure.kind == ClosureKind.school_holiday,
        Closure.first_date <= last,
        Closure.last_date >= first,
    )
    return {row.id: Span(row.first_date, row.last_date, row.reason) for row in rows}


def _activities(house: House) -> dict[int, Activity]:
    """What visitors may know of, by id, each with its usual room."""
    query = (
        Activity.select(Activity, Room)
        .join(Room, JOIN.LEFT_OUTER, attr="its_room")
        .where(Activity.house == house, Activity.published, Activity.archived_at.is_null())
    )
    return {activity.id: activity for activity in query}


def _room_of(activity: Activity) -> Room | None:
    room: Room | None = getattr(activity, "its_room", None)
    return room


def _occurrences(
    house: House, activities: Collection[int], first: dt.date, last: dt.date
) -> list[Occurrence]:
    """All dates of these activities in these days, or moved away from them.

    :raises documents.press.TooLarge: when there are more than any house has.
    """
    ids = list(activities)
    # Each half has an index of its own: of a house that is ten years old, all else is history.
    held = Occurrence.select(Occurrence.id).where(
        Occurrence.house == house, Occurrence.date.between(first, last)
    )
    planned = Occurrence.select(Occurrence.id).where(
        Occurrence.activity.in_(ids), Occurrence.original_date.between(first, last)
    )
    # Only what is printed: rows are read again whenever somebody asks for the same paper.
    query = (
        Occurrence.select(
            Occurrence.activity,
            Occurrence.original_date,
            Occurrence.date,
            Occurrence.start_time,
            Occurrence.end_time,
            Occurrence.room,
            Occurrence.state,
            Occurrence.closure,
        )
        .where(Occurrence.id.in_(held + planned), Occurrence.activity.in_(ids))
        .order_by(Occurrence.date, Occurrence.start_time, Occurrence.id)
    )
    return at_most(query)


def _series(
    activities: Mapping[int, Activity],
    found: list[Occurrence],
    holidays: dict[int, Span],
    month: dt.date,
    closed: frozenset[dt.date],
    edits: Edits,
) -> tuple[Series, ...]:
    by_activity: dict[int, list[Occurrence]] = defaultdict(list)
    for occurrence in found:
        by_activity[occurrence.activity_id].append(occurrence)
    series = []
    texts = titles_of(by_activity)
    rooms = rooms_of(found, [room for each in activities.values() if (room := _room_of(each))])
    for activity_id, rows in by_activity.items():
        activity = activities[activity_id]
        happenings = [
            Happening(
                row.original_date,
                Slot(row.date, row.start_time, row.end_time),
                row.state == OccurrenceState.cancelled,
                holidays.get(row.closure_id),
            )
            for row in rows
        ]
        spoken = say_month(happenings, month, closed)
        if spoken != Spoken():
            said = series_of(activity, _room_of(activity), spoken, texts)
            room, elsewhere = usual_room(rows, month, activity.room_id)
            series.append(
                replace(
                    said,
                    highlighted=edits.highlighted(activity.id, said.highlighted),
                    left_out=activity.id in edits.left_out,
                    room=apart(rooms[room]) if room else "",
                    elsewhere=tuple(
                        Elsewhere(apart(rooms[other]) if other else "", slots)
                        for other, slots in elsewhere.items()
                    ),
                )
            )
    return tuple(series)


def series_of(
    activity: Activity, room: Room | None, spoken: Spoken, texts: dict[int, Text] | None = None
) -> Series:
    """An activity with what is said of its dates, as documents show it. No query.

    room: its usual one. texts: those of :func:`documents.titles.titles_of`.
    """
    named = titled(activity, texts or {})
    return Series(
        title=named.title,
        summary=named.summary,
        title_language=named.language,
        category=activity.category,
        cost_cents=activity.cost_cents,
        cost_note=price_note(activity.cost_note),
        audience=apart(activity.audience),
        room=apart(room.name) if room is not None else "",
        sign_up=activity.sign_up != SignUpKind.none,
        highlighted=activity.highlighted,
        spoken=spoken,
    )


def _opening_hours(
    house: House,
) -> dict[tuple[tuple[dt.time, dt.time], ...], tuple[int, ...]]:
    spans: dict[int, list[tuple[dt.time, dt.time]]] = defaultdict(list)
    rows = OpeningHours.select().where(OpeningHours.house == house)
    for row in rows.order_by(OpeningHours.weekday, OpeningHours.start_time):
        spans[row.weekday].append((row.start_time, row.end_time))
    hours: dict[tuple[tuple[dt.time, dt.time], ...], list[int]] = defaultdict(list)
    for weekday, day in spans.items():
        hours[tuple(day)].append(weekday)
    return {day: tuple(weekdays) for day, weekdays in hours.items()}


def _until_a_break(closed: frozenset[dt.date], first: dt.date, last: dt.date) -> list[dt.date]:
    """The closed days of the month, and those after it that the last of them runs on into."""
    end = last
    while end + _DAY in closed and end in closed:
        end += _DAY
    return sorted(day for day in closed if first <= day <= end)
