"""What 'Fill the month' is asked, and what a filling is worth. Pure: facts in, facts out.

A filling gives open seats to helpers. It keeps to all of these: a seat's qualification is valid on
its day; nobody is at two places at once, counting what they hold already, or has two seats on one
shift; nobody comes when they cannot, or more often in an ISO week than they wish; and who was here
less than three times is only put where somebody who knows the house is on, too.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import NamedTuple

Span = tuple[dt.date, dt.time, dt.time]
Week = tuple[int, int]


@dataclass(frozen=True)
class FillShift:
    """A shift with open seats; ``on`` are the people (ids) who hold a seat of it already."""

    id: int
    date: dt.date
    start: dt.time
    end: dt.time
    on: frozenset[int] = frozenset()
    #: Somebody who knows the house holds a seat of it already.
    guided: bool = False


@dataclass(frozen=True)
class FillSeat:
    """An open seat of a shift (its id)."""

    id: int
    shift: int
    qualification: str = ""
    required: bool = True


@dataclass(frozen=True)
class Helper:
    """Somebody who can be put on seats.

    ``load`` is how many shifts they had lately and have already; ``held`` is when they are on in
    the weeks at hand, in any house; ``away`` are the shifts (ids) to which they cannot come.
    """

    id: int
    load: int = 0
    experienced: bool = True
    skills: Mapping[str, dt.date] = field(default_factory=dict)
    most_a_week: int | None = None
    held: tuple[Span, ...] = ()
    away: frozenset[int] = frozenset()


class Why(StrEnum):
    """Why nobody is proposed for a seat."""

    nobody = "nobody"
    unqualified = "unqualified"
    away = "away"
    busy = "busy"
    week_full = "week_full"
    too_new = "too_new"
    elsewhere = "elsewhere"


class Worth(NamedTuple):
    """What a filling is worth, the weightiest first: more, less, less, more, more and less."""

    #: Required seats that are filled.
    required: int
    #: The most minus the least load of the eligible, counting required seats.
    spread: int
    #: The sum of the squares of these loads: of two fillings of the same spread and size the one
    #: in which everybody is nearer to the average has less.
    squares: int
    #: How often somebody is on with whom they wish to be, where at least one of them is new on.
    together: int
    #: Extra seats that are filled, and the squares of the loads that count these, too.
    extra: int
    extra_squares: int

    @property
    def rank(self) -> tuple[int, ...]:
        """Larger is better."""
        return (
            self.required,
            -self.spread,
            -self.squares,
            self.together,
            self.extra,
            -self.extra_squares,
        )


def week_of(date: dt.date) -> Week:
    """The ISO year and week of a day."""
    year, week, _ = date.isocalendar()
    return year, week


@dataclass
class Problem:
    """The open seats of some shifts, and the people for them, each id once."""

    shifts: list[FillShift]
    seats: list[FillSeat]
    helpers: list[Helper]
    #: Who (id) wishes to be on with whom (id).
    together: list[tuple[int, int]] = field(default_factory=list)

    @cached_property
    def shift(self) -> dict[int, FillShift]:
        return {shift.id: shift for shift in self.shifts}

    @cached_property
    def helper(self) -> dict[int, Helper]:
        return {helper.id: helper for helper in self.helpers}

    @cached_property
    def seat(self) -> dict[int, FillSeat]:
        return {seat.id: seat for seat in self.seats}

    @cached_property
    def seats_of(self) -> dict[int, list[FillSeat]]:
        """The open seats by shift."""
        found: dict[int, list[FillSeat]] = {shift.id: [] for shift in self.shifts}
        for seat in self.seats:
            found[seat.shift].append(seat)
        return found

    @cached_property
    def can(self) -> dict[int, list[int]]:
        """For each open seat (id) who (ids) could be put on it, if on no other."""
        fit: dict[int, list[Helper]] = {
            seat.id: [
                helper
                for helper in self.helpers
                if why_not(seat, self.shift[seat.shift], helper) is None
            ]
            for seat in self.seats
        }
        found = {}
        for shift in self.shifts:
            seats = self.seats_of[shift.id]
            knowing = [seat.id for seat in seats if any(one.experienced for one in fit[seat.id])]
            for seat in seats:
                guided = shift.guided or any(other != seat.id for other in knowing)
                found[seat.id] = [one.id for one in fit[seat.id] if guided or one.experienced]
        return found

    def eligible(self, *, extra: bool = False) -> list[Helper]:
        """Who could be put on at least one required seat; with ``extra`` on any seat."""
        able = {
            person for seat in self.seats if extra or seat.required for person in self.can[seat.id]
        }
        return [helper for helper in self.helpers if helper.id in able]


def why_not(seat: FillSeat, shift: FillShift, helper: Helper) -> Why | None:
    """The first reason why somebody cannot be put on a seat, whatever else is proposed."""
    if seat.qualification and helper.skills.get(seat.qualification, dt.date.min) < shift.date:
        return Why.unqualified
    if shift.id in helper.away:
        return Why.away
    if helper.id in shift.on or any(
        date == shift.date and start < shift.end and end > shift.start
        for date, start, end in helper.held
    ):
        return Why.busy
    if room_in_week(helper, week_of(shift.date)) < 1:
        return Why.week_full
    return None


def room_in_week(helper: Helper, week: Week) -> int:
    """How many more shifts somebody can have in an ISO week."""
    if helper.most_a_week is None:
        return 1_000
    had = sum(week_of(date) == week for date, _start, _end in helper.held)
    return max(0, helper.most_a_week - had)


def why_open(problem: Problem, seat: FillSeat) -> Why:
    """Why nobody is on a seat after the best filling: the hurdle that took out the last people."""
    shift = problem.shift[seat.shift]
    if not problem.helpers:
        return Why.nobody
    hurdles = [why_not(seat, shift, helper) for helper in problem.helpers]
    if None in hurdles:
        return Why.elsewhere if problem.can[seat.id] else Why.too_new
    order = list(Why)
    return max((why for why in hurdles if why), key=order.index)


def overlapping(shifts: Iterable[FillShift]) -> list[list[int]]:
    """The largest groups of shifts (ids) of which each two overlap; of one shift alone none."""
    by_day = defaultdict(list)
    for shift in shifts:
        by_day[shift.date].append(shift)
    groups: list[list[int]] = []
    for day in sorted(by_day):
        # Of intervals that overlap pairwise all hold the start of the last one to begin.
        found = {
            frozenset(each.id for each in by_day[day] if each.start <= one.start < each.end)
            for one in by_day[day]
        }
        largest = [group for group in found if not any(group < other for other in found)]
        groups += sorted(sorted(group) for group in largest if len(group) > 1)
    return groups


# -- looking at a filling -------------------------------------------------------------------------


def worth(problem: Problem, pairs: Mapping[int, int]) -> Worth:
    """What a filling (seat id to person id) is worth."""
    needed = Counter(person for seat, person in pairs.items() if problem.seat[seat].required)
    every = Counter(pairs.values())
    loads = [helper.load + needed[helper.id] for helper in problem.eligible()]
    fully = [helper.load + every[helper.id] for helper in problem.eligible(extra=True)]
    new: dict[int, set[int]] = defaultdict(set)
    for seat, person in pairs.items():
        new[problem.seat[seat].shift].add(person)
    company = sum(
        one in new[shift.id] | shift.on
        and other in new[shift.id] | shift.on
        and not {one, other} <= shift.on
        for shift in problem.shifts
        for one, other in problem.together
    )
    return Worth(
        required=needed.total(),
        spread=max(loads) - min(loads) if loads else 0,
        squares=sum(load**2 for load in loads),
        together=company,
        extra=every.total() - needed.total(),
        extra_squares=sum(load**2 for load in fully),
    )


def faults(problem: Problem, pairs: Mapping[int, int]) -> list[str]:
    """What in a filling breaks a rule, in words for a programmer; a good filling has none."""
    found = []
    spans: dict[int, list[FillShift]] = defaultdict(list)
    knowing = Counter[int]()
    for seat_id, person in sorted(pairs.items()):
        seat, helper = problem.seat[seat_id], problem.helper[person]
        shift = problem.shift[seat.shift]
        if (why := why_not(seat, shift, helper)) is not None:
            found.append(f"{person} on seat {seat_id}: {why}")
        for other in spans[person]:
            apart = other.date != shift.date or other.end <= shift.start or shift.end <= other.start
            if other.id == shift.id or not apart:
                found.append(f"{person} twice at once: {other.id} and {shift.id}")
        spans[person].append(shift)
        knowing[shift.id] += helper.experienced
    for person, shifts in spans.items():
        helper = problem.helper[person]
        for week, often in Counter(week_of(shift.date) for shift in shifts).items():
            if often > room_in_week(helper, week):
                found.append(f"{person} too often in week {week}")
        found += [
            f"{person} alone on {shift.id}"
            for shift in shifts
            if not (helper.experienced or shift.guided or knowing[shift.id])
        ]
    return found
