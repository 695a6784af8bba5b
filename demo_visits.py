"""The visitors of the demo: who came in, when, and for what; and in short, the year before."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from peewee import chunked

from demo_life import ROWS_AT_ONCE, chance, helpers_of
from models import (
    Activity,
    AgeGroup,
    Category,
    CountEvent,
    CountKind,
    House,
    Occurrence,
    OccurrenceState,
    Opening,
    OpeningHours,
    OpeningState,
    SqliteDatabase,
    db,
)
from rules import count_hours, openings
from rules.closed_days import closed_days
from rules.count_events import Tap
from rules.recurrence import expand
from rules.wall_time import to_utc
from rules.written_sql import marks, run

#: After so many days an event keeps its hour, but neither its moment nor who tapped.
EXACT_DAYS = 30
#: Two openings that nobody counted, so many days back (or the first day before that is open): of
#: the first a coordinator said so, the second is still to be asked for.
FORGOTTEN_DAYS = {"wolfsbos": (16, 9), "knooppunt": (33, 6)}
#: How far the visits of before reach back, in weeks: the same months of last year are in it.
WEEKS_OF_BEFORE = 54
#: How many usually come to something of a category.
USUAL_VISITORS = {
    Category.meet: 16,
    Category.sport: 9,
    Category.create: 8,
    Category.music: 10,
    Category.eat: 18,
    Category.recover: 6,
    Category.advice: 5,
    Category.learn: 12,
    Category.play: 12,
}


def make_visits(house: House, first: dt.date, today: dt.date, now: dt.datetime) -> None:
    """Count visitors on every opening from a day until now, except where nobody counted; and
    before that day in short: a few taps a day, of which only the sums are looked at."""
    begin = first - dt.timedelta(weeks=WEEKS_OF_BEFORE)
    _make_dates(house, begin, first - dt.timedelta(days=1))
    occurrences: defaultdict[dt.date, list[Occurrence]] = defaultdict(list)
    for occurrence in (
        Occurrence.select(Occurrence, Activity)
        .join(Activity)
        .where(
            Occurrence.house == house,
            Occurrence.date.between(begin, today),
            Occurrence.state != OccurrenceState.cancelled,
        )
        .order_by(Occurrence.date, Occurrence.start_time, Activity.title)
    ):
        occurrences[occurrence.date].append(occurrence)
    there = _make_openings(house, begin, today, occurrences)
    actors = [person.id for person in helpers_of(house)]
    rows: list[dict[str, Any]] = []
    for day, opening in there.items():
        if not opening.counted:
            continue
        if day < first:
            arrivals = _in_short(house, opening, occurrences[day])
        else:
            arrivals = _arrivals(house, opening, occurrences[day])
        for number, arrival in enumerate(arrivals):
            if to_utc(day, arrival.time) <= now:
                rows += _event_rows(house, opening, number, arrival, actors, today)
    _store(rows)
    count_hours.rebuild(house)
    openings.settle(house, today)


def _store(rows: Iterable[Mapping[str, Any]]) -> None:
    """Add events; peewee would take a millisecond for each."""
    fields = CountEvent._meta.fields
    for some in chunked(rows, ROWS_AT_ONCE):
        columns = ", ".join(f'"{fields[name].column_name}"' for name in some[0])
        values = [fields[name].db_value(value) for row in some for name, value in row.items()]
        places = ", ".join([f"({marks(some[0])})"] * len(some))
        run(f"INSERT INTO count_event ({columns}) VALUES {places}", values)  # noqa: S608
    if not isinstance(db.obj, SqliteDatabase):
        # It plans by what it last knew of a table: of an empty one, and then takes minutes.
        db.execute_sql("ANALYZE count_event")


def _make_dates(house: House, first: dt.date, last: dt.date) -> None:
    """What was on in the year before: the programme itself begins later."""
    closed = closed_days(house, first, last)
    rows = [
        {
            "house": house.id,
            "activity": activity.id,
            "original_date": day,
            "date": day,
            "start_time": activity.start_time,
            "end_time": activity.end_time,
            "room": activity.room_id,
            "state": OccurrenceState.planned,
        }
        for activity in Activity.select().where(
            Activity.house == house, Activity.first_date > last, Activity.rule.startswith("FREQ")
        )
        for day in expand(activity.rule, first, None, first, last)
        if day not in closed
    ]
    for some in chunked(rows, ROWS_AT_ONCE):
        Occurrence.insert_many(list(some)).execute()


def _make_openings(
    house: House, first: dt.date, today: dt.date, occurrences: Mapping[dt.date, list[Occurrence]]
) -> dict[dt.date, Opening]:
    """The opening of each day: its hours, or the span of what takes place on a day without."""
    hours = {row.weekday: row for row in OpeningHours.select().where(OpeningHours.house == house)}
    closed = closed_days(house, first, today)
    days = [first + dt.timedelta(days=n) for n in range((today - first).days + 1)]
    usual = [day for day in days if day.weekday() in hours and day not in closed]
    said, asked = (
        next((day for day in reversed(usual) if (today - day).days >= back), None)
        for back in FORGOTTEN_DAYS[house.slug]
    )
    spans: dict[dt.date, Any] = {
        day: each for day in days for each in occurrences.get(day, ()) if each.end_time
    }
    spans |= {day: hours[day.weekday()] for day in days if day.weekday() in hours}
    rows = []
    for day in sorted(spans):
        state = OpeningState.open
        if day in closed:
            state = OpeningState.closed
        elif day == said:
            state = OpeningState.not_counted
        rows.append(
            {
                "house": house.id,
                "date": day,
                "start_time": spans[day].start_time,
                "end_time": spans[day].end_time,
                "state": state,
                "counted": state == OpeningState.open and day != asked,
                "answered": state == OpeningState.not_counted,
            }
        )
    for some in chunked(rows, ROWS_AT_ONCE):
        Opening.insert_many(list(some)).execute()
    made = Opening.select().where(Opening.house == house).order_by(Opening.date)
    return {opening.date: opening for opening in made}


@dataclass(frozen=True)
class _Arrival:
    """Some people who come in together."""

    time: dt.time
    n: int
    group: AgeGroup | None
    occurrence: int | None
    taken_back: bool = False
    first: bool | None = None


def _arrivals(
    house: House, opening: Opening, occurrences: Iterable[Occurrence]
) -> Iterator[_Arrival]:
    """Who comes in on a day: for something that is on, or just so."""
    key = (house.slug, opening.date)
    for occurrence in occurrences:
        activity = occurrence.activity
        usual = USUAL_VISITORS[Category(activity.category)]
        many = round(usual * (0.6 + 0.8 * chance("many", *key, activity.title)))
        lasts = (
            _minutes(occurrence.end_time) - _minutes(occurrence.start_time)
            if (occurrence.end_time)
            else 60
        )
        # To an open house people come all day, to anything else around its beginning.
        spread = lasts - 20 if lasts > 180 else 30
        begin = _minutes(occurrence.start_time) - (0 if lasts > 180 else 15)
        yield from _groups((*key, activity.title), many, begin, spread, occurrence.id)
    begin, end = _minutes(opening.start_time), _minutes(opening.end_time)
    walk_ins = 4 + round(10 * chance("walk in", *key))
    yield from _groups((*key, ""), walk_ins, begin, end - begin - 10, None)


def _groups(
    key: tuple[Any, ...], many: int, begin: int, spread: int, occurrence: int | None
) -> Iterator[_Arrival]:
    number = 0
    while many > 0:
        number += 1
        luck = chance("n", *key, number)
        n = min(many, 1 if luck < 0.6 else 2 if luck < 0.85 else 3 if luck < 0.95 else 5)
        many -= n
        minute = begin + int(spread * chance("minute", *key, number))
        age = chance("age", *key, number)
        group = next((each for below, each in _AGES if age < below), None)
        # Asked of some, and in the beginning of a month there are more of them.
        new = chance("first", *key, number) < (0.5 if key[1].day <= 7 else 0.15)
        yield _Arrival(
            time=dt.time(minute // 60, minute % 60, int(59 * luck)),
            n=n,
            group=group,
            occurrence=occurrence,
            taken_back=luck > 0.595 and luck < 0.6,
            first=new if group else None,
        )


#: Which part of the visitors is asked their age, and what they say.
_AGES = (
    (0.30, AgeGroup.senior),
    (0.50, AgeGroup.adult),
    (0.53, AgeGroup.youth),
    (0.55, AgeGroup.child),
)


def _in_short(
    house: House, opening: Opening, occurrences: Iterable[Occurrence]
) -> Iterator[_Arrival]:
    """Who came in on a day long ago, with a tap or two for all who came for the same; fewer than
    now, and in summer the fewest."""
    day = opening.date
    busy = 0.6 if day.month in (7, 8) else 0.85
    came = [
        (each.id, each.start_time, USUAL_VISITORS[Category(each.activity.category)], each.activity)
        for each in occurrences
    ]
    came.append((None, opening.start_time, 9, None))
    for occurrence, time, usual, activity in came:
        luck = chance("before", house.slug, day, activity and activity.title)
        many = max(1, round(usual * busy * (0.6 + 0.8 * luck)))
        old = round(many * 0.4)
        time = time.replace(hour=time.hour + int(3 * chance("hour", house.slug, day, many)))
        if old:
            yield _Arrival(time, old, AgeGroup.senior, occurrence)
        asked = luck < 0.4
        yield _Arrival(
            time,
            many - old,
            AgeGroup.adult if asked else None,
            occurrence,
            first=luck < (0.3 if day.day <= 7 else 0.08) if asked else None,
        )


def _event_rows(
    house: House,
    opening: Opening,
    number: int,
    arrival: _Arrival,
    actors: list[int],
    today: dt.date,
) -> Iterator[dict[str, Any]]:
    """The tap for an arrival, and for some the tap that took it back."""
    name = f"buurtbord-demo:{house.slug}:{opening.date}:{number}"
    at = to_utc(opening.date, arrival.time)
    tap = Tap(
        id=uuid5(NAMESPACE_URL, name),
        house=house.slug,
        kind=CountKind.visit,
        n=arrival.n,
        at=at,
        occurrence=arrival.occurrence,
        group=arrival.group,
        first_this_month=arrival.first,
    )
    taps = [tap]
    if arrival.taken_back:
        later = at + dt.timedelta(seconds=4)
        taps.append(Tap(uuid5(tap.id, "undo"), house.slug, CountKind.undo, 0, later, undoes=tap.id))
    exact = (today - opening.date).days <= EXACT_DAYS
    for each in taps:
        yield {
            "id": each.id,
            "house": house.id,
            "opening": opening.id if each.kind == CountKind.visit else None,
            "occurrence": each.occurrence,
            "kind": each.kind,
            "n": each.n,
            "group": each.group,
            "first_this_month": each.first_this_month,
            "date": opening.date,
            "hour": arrival.time.hour,
            "happened_at": each.at if exact else None,
            "sent_at": each.at if exact else None,
            "received_at": each.at if exact else None,
            "skewed": False,
            "actor": actors[int(chance(name) * len(actors))] if exact else None,
            "device": f"demo-{house.slug}" if exact else None,
            "fingerprint": each.fingerprint,
            "undoes": each.undoes,
            "sheet": None,
            "reason": "",
        }


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute
