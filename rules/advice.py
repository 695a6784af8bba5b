"""Advice: where the figures and the roster disagree, how many hosts a house needs.

By weekday and part of the day: how many visitors came on average, and how many people the roster
puts on in the weeks to come.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import median_high, median_low
from typing import ClassVar, NamedTuple

from peewee import fn

from models import (
    CountHour,
    House,
    Opening,
    OpeningHours,
    OpeningState,
    PartOfDay,
    Seat,
    Shift,
    ShiftState,
)
from rules.availability import PARTS
from rules.closed_days import closed_days
from rules.notation import WEEKDAYS
from rules.opening_up import ENOUGH
from rules.openings import Span, nearest

#: One host for about so many visitors of a part of a day. A rule of thumb, not a measurement: a
#: dozen people in some hours leave time for coffee and a talk with whoever is alone.
PER_HOST = 12
#: So far back the visitors are looked at: a quarter, so that it is of this season.
WEEKS_BACK = 13
#: So far ahead the roster is looked at: it is mostly made by then, and can still be changed.
WEEKS_AHEAD = 4
#: Fewer counted openings say little.
LEAST_COUNTED = 4
#: In this part of the counted openings it must have been so: one party is no reason.
MOSTLY = 0.75
#: So many people more than needed are far too many; one more is pleasant.
FAR_TOO_MANY = 2
#: A longer list is not read.
MOST_ROWS = 5
#: An opening that ends at half past twelve is no opening in the afternoon, and a shift no help.
_LEAST_MINUTES = 60

_PART_WORDS = {
    PartOfDay.morning: "ochtend",
    PartOfDay.afternoon: "middag",
    PartOfDay.evening: "avond",
}
_NUMBER_WORDS = (
    "geen", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf",
    "twaalf",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Advice:
    """A weekday (0 is Monday) and part of the day for which the roster does not fit.

    average: visitors of a counted opening. counted, of: how many of the openings were counted.
    needed, planned: hosts for so many visitors, and people on the roster at the same time.
    """

    weekday: int
    part: PartOfDay
    average: int
    counted: int
    of: int
    needed: int
    planned: int

    # What all advice rests on.
    per_host: ClassVar[int] = PER_HOST
    weeks: ClassVar[int] = WEEKS_BACK

    @property
    def more(self) -> bool:
        """Whether there are too few on the roster; otherwise there are far too many."""
        return self.planned < self.needed

    @property
    def name(self) -> str:
        """'donderdagochtend'."""
        return f"{WEEKDAYS[self.weekday]}{_PART_WORDS[self.part]}"

    @property
    def names(self) -> str:
        """'donderdagochtenden'."""
        return f"{self.name}en"

    def in_words(self, n: int) -> str:
        """'drie': a number in Dutch words up to twelve, in digits from there on."""
        return _NUMBER_WORDS[n] if 0 <= n < len(_NUMBER_WORDS) else str(n)


def advice_for(house: House, today: dt.date) -> list[Advice]:
    """Where the visitors of the last 13 weeks and the roster of the coming 4 disagree, the most
    urgent first: too few people, by how many, then far too many. At most 5 rows, in five queries.

    For coordinators only: these are exact numbers.
    """
    visits = _visits(house, today)
    planned = _planned(house, today)
    if not any(any(people) for people in planned.values()):
        return []  # This house keeps no roster here.
    found = [
        row
        for when, past in visits.items()
        if when in planned and (row := _judge(*when, past, planned[when]))
    ]
    return sorted(found, key=_urgency)[:MOST_ROWS]


def hosts_for(visitors: float) -> int:
    """How many hosts so many visitors of a part of a day need; never fewer than two."""
    return max(ENOUGH, -int(-visitors // PER_HOST))


def _urgency(row: Advice) -> tuple[bool, int, int, int, dt.time]:
    return (
        not row.more,
        -abs(row.needed - row.planned),
        -row.average,
        row.weekday,
        PARTS[row.part][0],
    )


# -- what was, and what is planned ----------------------------------------------------------------

_When = tuple[int, PartOfDay]


class _Past(NamedTuple):
    """The openings of a weekday and part: visitors of those that were counted, and how many."""

    counted: list[int]
    openings: int


class _Piece(NamedTuple):
    """As much of a span as lies in a part of the day."""

    part: PartOfDay
    start_time: dt.time
    end_time: dt.time


def _judge(weekday: int, part: PartOfDay, past: _Past, planned: Sequence[int]) -> Advice | None:
    if len(past.counted) < LEAST_COUNTED:
        return None
    average = sum(past.counted) / len(past.counted)
    needed = hosts_for(average)
    # Where weeks of the roster differ, those count that need no advice.
    most, least = median_high(planned), median_low(planned)
    too_few = sum(hosts_for(n) > most for n in past.counted)
    too_many = sum(hosts_for(n) <= least - FAR_TOO_MANY for n in past.counted)
    enough = MOSTLY * len(past.counted)
    if needed > most and too_few >= enough:
        people = most
    elif needed <= least - FAR_TOO_MANY and too_many >= enough:
        people = least
    else:
        return None
    return Advice(
        weekday, part, int(average + 0.5), len(past.counted), past.openings, needed, people
    )


def _visits(house: House, today: dt.date) -> dict[_When, _Past]:
    """The openings of the last weeks by weekday and part of the day; closed ones are none."""
    within = (today - dt.timedelta(weeks=WEEKS_BACK), today - dt.timedelta(days=1))
    pieces: dict[dt.date, list[_Piece]] = defaultdict(list)
    counted: set[tuple[dt.date, PartOfDay]] = set()
    openings = Opening.select().where(
        Opening.house == house,
        Opening.date.between(*within),
        Opening.state != OpeningState.closed,
    )
    for opening in openings:
        for piece in _pieces(opening):
            pieces[opening.date].append(piece)
            if opening.counted and opening.state == OpeningState.open:
                counted.add((opening.date, piece.part))
    visitors: dict[tuple[dt.date, PartOfDay], int] = defaultdict(int)
    hours = (
        CountHour.select(CountHour.date, CountHour.hour, fn.SUM(CountHour.n))
        .where(CountHour.house == house, CountHour.date.between(*within))
        .group_by(CountHour.date, CountHour.hour)
    )
    for date, hour, n in hours.tuples():
        # Who comes a little early or late belongs to the opening that is nearest.
        where = nearest(pieces[date], dt.time(hour, 30))
        if where is not None:
            visitors[date, where.part] += int(n)
    found: dict[_When, _Past] = {}
    for day, part in {(day, each.part) for day, those in pieces.items() for each in those}:
        past = found.get((day.weekday(), part), _Past([], 0))
        if (day, part) in counted:
            past.counted.append(visitors[day, part])
        found[day.weekday(), part] = past._replace(openings=past.openings + 1)
    return found


def _planned(house: House, today: dt.date) -> dict[_When, list[int]]:
    """How many people the roster puts on at the same time, by weekday and part of the day, on each
    of the days to come on which the house is usually open then."""
    days = [today + dt.timedelta(days=n) for n in range(1, 7 * WEEKS_AHEAD + 1)]
    closed = closed_days(house, days[0], days[-1])
    hours: dict[int, list[_Piece]] = defaultdict(list)
    for span in OpeningHours.select().where(OpeningHours.house == house):
        hours[span.weekday].extend(_pieces(span))
    shifts: dict[dt.date, list[Shift]] = defaultdict(list)
    rows = (
        Shift.select(
            Shift.date, Shift.start_time, Shift.end_time, fn.COUNT(Seat.id).alias("people")
        )
        .join(Seat)
        .where(
            Shift.house == house,
            Shift.date.between(days[0], days[-1]),
            Shift.state == ShiftState.planned,
            Seat.required,
        )
        .group_by(Shift.id, Shift.date, Shift.start_time, Shift.end_time)
    )
    for shift in rows:
        shifts[shift.date].append(shift)
    found: dict[_When, list[int]] = defaultdict(list)
    for day in days:
        if day in closed:
            continue
        for part in {piece.part for piece in hours[day.weekday()]}:
            open_at = [piece for piece in hours[day.weekday()] if piece.part == part]
            found[day.weekday(), part].append(_at_once(open_at, shifts[day]))
    return found


def _at_once(open_at: Sequence[_Piece], shifts: Iterable[Shift]) -> int:
    """How many people are there on average while the house is open: who has half of the hours is
    half of a person, so that those who take turns count as one. Nobody is less than an hour."""
    there = sum(
        shift.people * _minutes(max(shift.start_time, piece[1]), min(shift.end_time, piece[2]))
        for shift in shifts
        for piece in open_at
    )
    average = there / sum(_minutes(piece[1], piece[2]) for piece in open_at)
    return max(int(average + 0.5), 1 if there >= _LEAST_MINUTES else 0)


def _pieces(span: Span) -> list[_Piece]:
    cut = [
        _Piece(part, max(span.start_time, first), min(span.end_time, last))
        for part, (first, last) in PARTS.items()
    ]
    return [piece for piece in cut if _minutes(piece[1], piece[2]) >= _LEAST_MINUTES]


def _minutes(start: dt.time, end: dt.time) -> int:
    return max(0, 60 * (end.hour - start.hour) + end.minute - start.minute)
