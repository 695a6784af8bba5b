"""What the invented people of the demo do: who is on which shift, and how many came in."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5
from zlib import crc32

from peewee import chunked

from models import (
    HOLDING,
    Activity,
    AgeGroup,
    Call,
    CallOutcome,
    Category,
    CountEvent,
    CountKind,
    House,
    Membership,
    Occurrence,
    OccurrenceState,
    Opening,
    OpeningHours,
    OpeningState,
    Person,
    Place,
    PlaceHow,
    PlaceState,
    Qualification,
    Role,
    Seat,
    Shift,
    ShiftState,
)
from rules import count_hours, rostering
from rules.closed_days import closed_days
from rules.count_events import Tap
from rules.recurrence import expand
from rules.wall_time import to_utc

ROWS_AT_ONCE = 400
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


def chance(*parts: object) -> float:
    """A number from 0 up to 1 that looks like chance and is the same every time."""
    # Twice, since similar texts have similar checksums.
    first = crc32(repr(parts).encode())
    return crc32(first.to_bytes(4, "big"), first) / 2**32


def helpers_of(house: House) -> list[Person]:
    """The volunteers of a house, as they stand in the file."""
    members = Membership.select(Membership, Person).join(Person)
    volunteers = members.where(Membership.house == house, Membership.role == Role.volunteer)
    return [member.person for member in volunteers.order_by(Membership.id)]


# -- the roster -----------------------------------------------------------------------------------


@dataclass
class _Crew:
    """The volunteers of a house, what they can, and what they have done already."""

    people: list[Person]
    skills: set[tuple[int, str]]
    busy: list[tuple[int, dt.date, dt.time, dt.time]] = field(default_factory=list)
    turns: Counter[int] = field(default_factory=Counter)

    def put(self, person: int, shift: Shift) -> None:
        self.busy.append((person, shift.date, shift.start_time, shift.end_time))
        self.turns[person] += 1

    def choose(self, shift: Shift, seat: Seat) -> Person | None:
        """Whose turn it is; nobody who is on another shift at that time."""
        taken = {
            person
            for person, date, start, end in self.busy
            if date == shift.date and start < shift.end_time and shift.start_time < end
        }
        able = [
            person
            # The first is the one to try the demo as, who should find something to take.
            for person in self.people[1:]
            if person.id not in taken
            and (not seat.qualification or (person.id, seat.qualification) in self.skills)
        ]
        return min(
            able,
            key=lambda person: (self.turns[person.id], chance(*_key(seat), person.full_name)),
            default=None,
        )


def make_roster(
    house: House, own: Mapping[str, Any], first: dt.date, today: dt.date, now: dt.datetime
) -> None:
    """Put people on most of the open seats from a day on, and let one of them ask for cover."""
    last = Shift.select().where(Shift.house == house).order_by(Shift.date.desc()).get().date
    if "extra_shifts" in own:
        _make_extra_shifts(house, own["extra_shifts"], first, last)
    people = helpers_of(house)
    skills = Qualification.select().where(Qualification.person.in_(people))
    crew = _Crew(people, {(skill.person_id, skill.kind) for skill in skills})
    seats = list(
        Seat.select(Seat, Shift)
        .join(Shift)
        .where(Seat.house == house, Shift.state == ShiftState.planned)
        .order_by(Shift.date, Shift.start_time, Shift.title, Seat.position)
    )
    held = {}
    for place in Place.select().where(Place.house == house):
        held[place.seat_id] = place
    for seat in seats:
        if seat.id in held:
            crew.put(held[seat.id].person_id, seat.shift)
    next_open = _next_open_day(house, today)
    soon = _open_soon([seat for seat in seats if seat.id not in held], next_open)
    rows = []
    for seat in seats:
        shift = seat.shift
        if seat.id in held or seat.id in soon:
            continue
        if chance("gap", *_key(seat)) < _gap(seat, today, next_open):
            continue
        person = crew.choose(shift, seat)
        if person is not None:
            crew.put(person.id, shift)
            rows.append(_place_row(house, seat, person, today, now))
    for some in chunked(rows, ROWS_AT_ONCE):
        Place.insert_many(list(some)).execute()
    past = Shift.select(Shift.id).where(Shift.house == house, Shift.date < today)
    Place.update(state=PlaceState.present).where(
        Place.shift.in_(past), Place.state == PlaceState.confirmed
    ).execute()
    if "seeks_cover" in own:
        _seek_cover(house, own["seeks_cover"], people, today, now)


def _make_extra_shifts(
    house: House, facts: Mapping[str, Any], first: dt.date, last: dt.date
) -> None:
    """Single shifts beside the patterns, as a coordinator adds them by hand."""
    closed = closed_days(house, first, last)
    days = [day for day in expand(facts["rule"], first, last, first, last) if day not in closed]
    Shift.insert_many(
        [
            {
                "house": house,
                "title": facts["title"],
                "original_date": day,
                "date": day,
                "start_time": dt.time.fromisoformat(facts["start"]),
                "end_time": dt.time.fromisoformat(facts["end"]),
            }
            for day in days
        ]
    ).execute()
    single = Shift.select().where(Shift.house == house, Shift.pattern.is_null())
    Seat.insert_many(
        [{"house": house, "shift": shift, "role": facts["role"]} for shift in single]
    ).execute()


def _next_open_day(house: House, today: dt.date) -> dt.date:
    """Today, or else the first day after it on which the house opens."""
    hours = OpeningHours.select(OpeningHours.weekday).where(OpeningHours.house == house)
    weekdays = {row.weekday for row in hours}
    closed = closed_days(house, today, today + dt.timedelta(days=30))
    ahead = (today + dt.timedelta(days=n) for n in range(30))
    return next(day for day in ahead if day.weekday() in weekdays and day not in closed)


def _key(seat: Seat) -> tuple[object, ...]:
    """What tells a seat from others, also when the demo is made again and ids are new."""
    shift = seat.shift
    return (shift.title, shift.date, shift.start_time, seat.position)


def _open_soon(seats: list[Seat], next_open: dt.date) -> set[int]:
    """One seat that is needed and anybody can take, on each of the next three days after the next opening."""
    first_of_day: dict[dt.date, int] = {}
    for seat in seats:
        if seat.shift.date > next_open and seat.required and not seat.qualification:
            first_of_day.setdefault(seat.shift.date, seat.id)
    return {first_of_day[day] for day in sorted(first_of_day)[:3]}


def _gap(seat: Seat, today: dt.date, next_open: dt.date) -> float:
    """How likely a seat is still open: the further ahead, the more."""
    days = (seat.shift.date - today).days
    if seat.shift.date <= next_open:
        return 0.0 if seat.required else 0.4
    likely = 0.12 if days < 7 else 0.25 if days < 21 else 0.4
    return likely if seat.required else min(0.8, likely * 2)


def _place_row(
    house: House, seat: Seat, person: Person, today: dt.date, now: dt.datetime
) -> dict[str, Any]:
    """A place, mostly taken by oneself, some days before today or before the shift."""
    luck = chance("how", *_key(seat))
    how = PlaceHow.self
    if luck > 0.7:
        how = PlaceHow.by_phone if luck > 0.9 else PlaceHow.by_coordinator
    ago = max(0, (today - seat.shift.date).days) + 2 + int(chance("at", *_key(seat)) * 18)
    at = now - dt.timedelta(days=ago)
    state = PlaceState.confirmed
    if seat.shift.date < today and chance("came", *_key(seat)) > 0.94:
        state = PlaceState.excused if luck > 0.4 else PlaceState.absent
    return {
        "house": house.id,
        "shift": seat.shift_id,
        "seat": seat.id,
        "person": person.id,
        "state": state,
        "how": how,
        "by": person.id if how is PlaceHow.self else None,
        "at": at,
        "changed_at": at,
    }


def _seek_cover(
    house: House, name: str, people: list[Person], today: dt.date, now: dt.datetime
) -> None:
    """Let somebody ask for cover of their next shift; two people were rung already."""
    place = (
        Place.select(Place, Seat, Shift)
        .join(Seat)
        .switch(Place)
        .join(Shift)
        .where(
            Place.person == next(person for person in people if person.first_name == name),
            Place.state.in_(HOLDING),
            Shift.date > today,
        )
        .order_by(Shift.date, Shift.start_time)
        .first()
    )
    rostering.ask_cover(place.seat, place.person, now)
    # Not the first of them: whoever tries the demo as that person is free to take it over.
    others = [person for person in people[1:] if person != place.person]
    for person, outcome in zip(others, (CallOutcome.no, CallOutcome.no_answer), strict=False):
        Call.create(house=house, shift=place.shift, person=person, outcome=outcome, at=now)


# -- visits ---------------------------------------------------------------------------------------


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
