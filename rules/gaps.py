"""What the roster still needs, the most urgent first.

First what keeps the house from opening, then required seats and seats whose holder seeks cover by
how soon they are, then extra hands.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from models import House, Person, QualificationKind
from rules import opening_up, roster_lists
from rules.opening_up import DayCheck, Missing, OpeningCheck
from rules.roster_lists import RosterSeat, RosterShift
from rules.wall_time import day_of, to_utc

#: So many days from today on a gap is near.
SOON = dt.timedelta(days=7)
#: For so many days from today on it is looked at whether the house can open.
OPENINGS_AHEAD = 14


class Urgency(StrEnum):
    """How much a gap matters; the most urgent first."""

    to_open = "to_open"
    soon = "soon"
    later = "later"
    extra = "extra"


@dataclass
class GapGroup:
    """Shifts with gaps of one urgency, by day; on a day those with an open required seat come
    before those where somebody only seeks cover."""

    urgency: Urgency
    shifts: list[RosterShift] = field(default_factory=list)


class OpeningNeeds(NamedTuple):
    """An opening, and what can be done about what it lacks.

    helping: the shifts that look for somebody and would help it open, or are on while fewer than
    two people are there. to_add: the hours for which there is no such shift, where nobody is, or
    where the house could not open without.
    """

    check: OpeningCheck
    helping: list[RosterShift]
    to_add: list[tuple[dt.time, dt.time]]


@dataclass(frozen=True)
class OpeningDay:
    """A day ahead: whether the house can open, and what each of its openings needs."""

    date: dt.date
    check: DayCheck
    openings: list[OpeningNeeds]


def by_urgency(
    house: House, reader: Person, first: dt.date, last: dt.date, now: dt.datetime
) -> list[GapGroup]:
    """The shifts of a house that look for somebody, from first to last (included), in groups by
    urgency; groups with nothing in them are left out. A fixed number of queries."""
    shifts = roster_lists.open_seats(house, reader, first, last, now)
    today = day_of(now)
    until = min(last, today + dt.timedelta(days=OPENINGS_AHEAD - 1))
    checks: dict[dt.date, DayCheck] = {}
    if first <= until and shifts:
        checks = opening_up.week_ahead(house, first, (until - first).days + 1)
    blocking = {
        shift.id
        for day, check in checks.items()
        for opening in check.openings
        for shift in helping(opening, (each for each in shifts if each.date == day))
    }
    groups = {urgency: GapGroup(urgency) for urgency in Urgency}
    for shift in shifts:
        groups[_urgency(shift, shift.id in blocking, today)].shifts.append(shift)
    for group in groups.values():
        group.shifts.sort(key=lambda each: (each.date, not _lacks(each), each.start_time, each.id))
    return [group for group in groups.values() if group.shifts]


def openings_ahead(
    house: House, reader: Person, now: dt.datetime, days: int = OPENINGS_AHEAD
) -> list[OpeningDay]:
    """The days from today on with what their openings have and lack. A fixed number of queries."""
    today = day_of(now)
    checks = opening_up.week_ahead(house, today, days)
    shifts: list[RosterShift] = []
    if any(each.missing or each.thin for check in checks.values() for each in check.openings):
        shifts = roster_lists.open_seats(house, reader, today, max(checks), now)
    return [
        OpeningDay(
            day,
            check,
            [
                _needs(opening, day, [each for each in shifts if each.date == day], now)
                for opening in check.openings
            ],
        )
        for day, check in checks.items()
    ]


def helping(opening: OpeningCheck, shifts: Iterable[RosterShift]) -> list[RosterShift]:
    """Of the shifts of one day those with an open seat that would let an opening go on.

    The key is looked for on seats that ask for it; where no such seat is open when the doors open,
    on any other that a key-holder could take. A second person must meet the key-holder.
    """
    if opening.ok:
        return []
    found: dict[int, RosterShift] = {}
    shifts = list(shifts)
    if Missing.key_holder in opening.missing:
        at_the_door = [
            each for each in shifts if each.start_time <= opening.start_time < each.end_time
        ]
        asking = [each for each in at_the_door if any(map(_asks_key, each.open_seats))]
        plain = [each for each in at_the_door if any(map(_asks_nothing, each.open_seats))]
        found.update({each.id: each for each in asking or plain})
    if Missing.second_person in opening.missing:
        until = min(opening.key_until or opening.end_time, opening.end_time)
        for each in shifts:
            if each.open_seats and each.start_time < until and each.end_time > opening.start_time:
                found[each.id] = each
    return sorted(found.values(), key=lambda each: (each.start_time, each.id))


def _needs(
    opening: OpeningCheck, day: dt.date, shifts: list[RosterShift], now: dt.datetime
) -> OpeningNeeds:
    found = {each.id: each for each in helping(opening, shifts)}
    to_add = [part[:2] for part in opening.empty]
    if opening.missing and not found:
        to_add = [(opening.start_time, opening.end_time)]
    for part in opening.thin:
        found.update({each.id: each for each in shifts if _meets(each, part[:2])})
    for each in found.values():
        to_add = [rest for part in to_add for rest in _without(part, each)]
    return OpeningNeeds(
        opening,
        sorted(found.values(), key=lambda each: (each.start_time, each.id)),
        [(start, end) for start, end in to_add if to_utc(day, end) > now],
    )


def _meets(shift: RosterShift, part: tuple[dt.time, dt.time]) -> bool:
    return shift.start_time < part[1] and shift.end_time > part[0]


def _without(part: tuple[dt.time, dt.time], shift: RosterShift) -> list[tuple[dt.time, dt.time]]:
    """What is left of some hours beside a shift."""
    start, end = part
    sides = (start, min(end, shift.start_time)), (max(start, shift.end_time), end)
    return [side for side in sides if side[0] < side[1]] if _meets(shift, part) else [part]


def _asks_key(seat: RosterSeat) -> bool:
    return bool(seat.qualification == QualificationKind.key_holder)


def _asks_nothing(seat: RosterSeat) -> bool:
    return not seat.qualification


def _urgency(shift: RosterShift, blocking: bool, today: dt.date) -> Urgency:
    if blocking:
        return Urgency.to_open
    if not _lacks(shift) and not any(seat.seeks_cover for seat in shift.seats):
        return Urgency.extra
    return Urgency.soon if shift.date < today + SOON else Urgency.later


def _lacks(shift: RosterShift) -> bool:
    return any(seat.required for seat in shift.open_seats)
