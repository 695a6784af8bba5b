"""What 'Fill the month' is asked, read from the roster of a house.

Only volunteers are proposed; coordinators count as people who know what to do. As long as none of
the volunteers has been on three shifts, the roster is younger than what people know, and nobody is
new.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from peewee import JOIN

from models import (
    HOLDING,
    House,
    Membership,
    Person,
    Place,
    PlaceState,
    Qualification,
    Role,
    RosterWish,
    Seat,
    Shift,
    ShiftState,
    WishKind,
)
from rules.availability import absences
from rules.fill_problem import FillSeat, FillShift, Helper, Problem, Span
from rules.first_times import experienced
from rules.wall_time import to_local, week_of

#: Loads count from so long before the first day.
LATELY = dt.timedelta(weeks=13)


@dataclass(frozen=True)
class Facts:
    """A problem, and how many shifts each helper (id) had lately, for the reasons."""

    problem: Problem
    had: dict[int, int]


def facts_of(
    house: House, first: dt.date, last: dt.date, now: dt.datetime, *, extra: bool
) -> Facts:
    """The seats of a house that nobody holds, on shifts from first to last that have not begun,
    with all that decides who could have them.

    Nine queries, however many seats and people.
    """
    roles = _roles(house)
    volunteers = sorted(each for each, role in roles.items() if role == Role.volunteer)
    knowing = _knowing(roles, now)
    young = knowing.isdisjoint(volunteers)
    shifts, seats = _open_seats(house, first, last, now, set(roles) if young else knowing)
    if not extra:
        seats = [seat for seat in seats if seat.required]
    asked = {seat.shift for seat in seats}
    shifts = [shift for shift in shifts if shift.id in asked]
    had, load = _loads(house, volunteers, first, last)
    skills: dict[int, dict[str, dt.date]] = defaultdict(dict)
    for qualification in Qualification.select().where(Qualification.person.in_(volunteers)):
        until = qualification.expires or dt.date.max
        skills[qualification.person_id][qualification.kind] = until
    held = _held(volunteers, first, last)
    away = absences(volunteers, first, last)
    most, together = _wishes(volunteers, set(roles))
    helpers = [
        Helper(
            id=person,
            load=load[person],
            experienced=young or person in knowing,
            skills=skills[person],
            most_a_week=most.get(person),
            held=tuple(held[person]),
            away=frozenset(
                shift.id
                for shift in shifts
                if away.away(person, shift.date, shift.start, shift.end)
            ),
        )
        for person in volunteers
    ]
    return Facts(Problem(shifts, seats, helpers, together), had)


def who_knows(house: House, now: dt.datetime) -> tuple[set[int], list[int]]:
    """Who knows what to do: who is experienced or coordinates; and the volunteers. Ids."""
    roles = _roles(house)
    return _knowing(roles, now), [each for each, role in roles.items() if role == Role.volunteer]


def _knowing(roles: dict[int, str], now: dt.datetime) -> set[int]:
    coordinators = {each for each, role in roles.items() if role == Role.coordinator}
    return experienced(roles, now) | coordinators


def _roles(house: House) -> dict[int, str]:
    """The active people of a house who help there, with their roles."""
    query = (
        Membership.select(Membership.person, Membership.role)
        .join(Person)
        .where(Membership.house == house, Membership.role != Role.viewer, Person.active)
    )
    return dict(query.tuples())


def count_open(house: House, first: dt.date, last: dt.date, now: dt.datetime) -> Counter[bool]:
    """How many seats nobody holds from first to last: those required (True) and extra (False)."""
    _shifts, seats = _open_seats(house, first, last, now, ())
    return Counter(seat.required for seat in seats)


def _open_seats(
    house: House, first: dt.date, last: dt.date, now: dt.datetime, knowing: Collection[int]
) -> tuple[list[FillShift], list[FillSeat]]:
    here = to_local(now).replace(tzinfo=None)
    rows = (
        Shift.select(
            Shift.id,
            Shift.date,
            Shift.start_time,
            Shift.end_time,
            Seat.id,
            Seat.qualification,
            Seat.required,
            Place.id,
            Place.person,
            Place.state,
        )
        .join(Seat)
        .join(Place, JOIN.LEFT_OUTER, on=(Place.seat == Seat.id) & Place.state.in_(HOLDING))
        .where(
            Shift.house == house,
            Shift.date.between(first, last),
            Shift.state == ShiftState.planned,
        )
        .order_by(Shift.date, Shift.start_time, Shift.id, Seat.position, Seat.id)
    )
    spans: dict[int, Span] = {}
    on: dict[int, set[int]] = defaultdict(set)
    guided: dict[int, bool] = defaultdict(bool)
    seats = []
    for shift, date, start, end, seat, kind, required, place, person, state in rows.tuples():
        if dt.datetime.combine(date, start) <= here:
            continue
        spans[shift] = (date, start, end)
        if place is None:
            seats.append(FillSeat(seat, shift, kind, required))
        elif person is not None:
            on[shift].add(person)
            # Who seeks cover may not be there.
            guided[shift] |= person in knowing and state != PlaceState.seeking_cover
    shifts = [
        FillShift(shift, *span, on=frozenset(on[shift]), guided=guided[shift])
        for shift, span in spans.items()
    ]
    return shifts, seats


def _held_places(people: Collection[int], first: dt.date, last: dt.date) -> Any:
    """The condition that a place is one of these people's, on a shift that takes place."""
    return (
        Place.person.in_(list(people))
        & Place.state.in_(HOLDING)
        & Shift.date.between(first, last)
        & (Shift.state == ShiftState.planned)
    )


def _loads(
    house: House, people: Collection[int], first: dt.date, last: dt.date
) -> tuple[Counter[int], Counter[int]]:
    """How many shifts people had in a house in the 13 weeks before the first day; and with those
    that they have until the last."""
    had, load = Counter[int](), Counter[int]()
    query = Place.select(Place.person, Shift.date).join(Shift)
    mine = _held_places(people, first - LATELY, last) & (Place.house == house)
    for person, date in query.where(mine).tuples():
        load[person] += 1
        had[person] += date < first
    return had, load


def _held(people: Collection[int], first: dt.date, last: dt.date) -> dict[int, list[Span]]:
    """When people are on, in any house, in the ISO weeks that the days touch."""
    monday, sunday = week_of(first)[0], week_of(last)[-1]
    found = defaultdict(list)
    query = Place.select(Place.person, Shift.date, Shift.start_time, Shift.end_time).join(Shift)
    for person, *span in query.where(_held_places(people, monday, sunday)).tuples():
        found[person].append(tuple(span))
    return found


def shifts_in_week(person_id: int, day: dt.date) -> int:
    """How many shifts somebody has in the ISO week of a day, in any house."""
    return len(_held([person_id], day, day)[person_id])


def _wishes(
    people: Collection[int], known: Collection[int]
) -> tuple[dict[int, int], list[tuple[int, int]]]:
    """The most a week, and who (id) wishes to be on with whom; people of the house only."""
    most: dict[int, int] = {}
    together = []
    query = RosterWish.select().where(
        RosterWish.person.in_(list(people)), RosterWish.kind != WishKind.not_on
    )
    for wish in query.order_by(RosterWish.person, RosterWish.other):
        if wish.kind == WishKind.most_a_week:
            most[wish.person_id] = wish.most
        elif wish.other_id in known:
            together.append((wish.person_id, wish.other_id))
    return most, together
