"""The visitors of the demo: who came in, when, and for what."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
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
)
from rules import count_hours
from rules.closed_days import closed_days
from rules.count_events import Tap
from rules.wall_time import to_utc

#: After so many days an event keeps its hour, but neither its moment nor who tapped.
EXACT_DAYS = 30
#: Two openings that nobody counted, so many days back (or the first day before that is open).
FORGOTTEN_DAYS = {"wolfsbos": 16, "knooppunt": 33}
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
    """Count visitors on every opening from a day until now, except where nobody counted."""
    openings = _make_openings(house, first, today)
    occurrences: dict[dt.date, list[Occurrence]] = {}
    for occurrence in (
        Occurrence.select(Occurrence, Activity)
        .join(Activity)
        .where(
            Occurrence.house == house,
            Occurrence.date.between(first, today),
            Occurrence.state != OccurrenceState.cancelled,
        )
        .order_by(Occurrence.date, Occurrence.start_time, Activity.title)
    ):
        occurrences.setdefault(occurrence.date, []).append(occurrence)
    actors = [person.id for person in helpers_of(house)]
    rows = []
    for day, opening in openings.items():
        if opening.state != OpeningState.open:
            continue
        for number, arrival in enumerate(_arrivals(house, opening, occurrences.get(day, []))):
            if to_utc(day, arrival.time) > now:
                continue
            rows += _event_rows(house, opening, number, arrival, actors, today)
    for some in chunked(rows, ROWS_AT_ONCE):
        CountEvent.insert_many(list(some)).execute()
    count_hours.rebuild(house)


def _make_openings(house: House, first: dt.date, today: dt.date) -> dict[dt.date, Opening]:
    """The opening of each day: its hours, or the span of what takes place on a day without."""
    hours = {row.weekday: row for row in OpeningHours.select().where(OpeningHours.house == house)}
    closed = closed_days(house, first, today)
    days = [first + dt.timedelta(days=n) for n in range((today - first).days + 1)]
    weekdays_back = (
        day
        for day in reversed(days)
        if (today - day).days >= FORGOTTEN_DAYS[house.slug]
        and day.weekday() in hours
        and day not in closed
    )
    forgotten = next(weekdays_back, None)
    alone = Occurrence.select().where(
        Occurrence.house == house,
        Occurrence.date.between(first, today),
        Occurrence.state != OccurrenceState.cancelled,
    )
    spans: dict[dt.date, Any] = {each.date: each for each in alone if each.end_time}
    spans |= {day: hours[day.weekday()] for day in days if day.weekday() in hours}
    for day in sorted(spans):
        state = OpeningState.open
        if day in closed:
            state = OpeningState.closed
        elif day == forgotten:
            state = OpeningState.not_counted
        Opening.insert(
            house=house,
            date=day,
            start_time=spans[day].start_time,
            end_time=spans[day].end_time,
            state=state,
        ).execute()
    made = Opening.select().where(Opening.house == house).order_by(Opening.date)
    return {opening.date: opening for opening in made}


@dataclass(frozen=True)
class _Arrival:
    """Some people who come in together."""

    time: dt.time
    n: int
    group: AgeGroup | None
    occurrence: int | None
    taken_back: bool


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
    key: tuple[object, ...], many: int, begin: int, spread: int, occurrence: int | None
) -> Iterator[_Arrival]:
    number = 0
    while many > 0:
        number += 1
        luck = chance("n", *key, number)
        n = min(many, 1 if luck < 0.6 else 2 if luck < 0.85 else 3 if luck < 0.95 else 5)
        many -= n
        minute = begin + int(spread * chance("minute", *key, number))
        age = chance("age", *key, number)
        group = AgeGroup.senior if age < 0.3 else AgeGroup.adult if age < 0.5 else None
        yield _Arrival(
            time=dt.time(minute // 60, minute % 60, int(59 * luck)),
            n=n,
            group=group,
            occurrence=occurrence,
            taken_back=luck > 0.595 and luck < 0.6,
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
            "first_this_month": None,
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
        }


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute
