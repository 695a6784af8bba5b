"""What the people of the demo do with the roster besides being on it.

Wishes, days away, a swap that waits for an answer, a name without an account, messages, and the
remembered steps of everybody who is or was on a seat.
"""

from __future__ import annotations

import datetime as dt

from models import (
    HOLDING,
    CallOutcome,
    House,
    Person,
    Place,
    PlaceState,
    Seat,
    Shift,
    ShiftState,
)
from rules import (
    availability,
    calling,
    for_another,
    roster_lists,
    single_shifts,
    swapping,
    wishes,
)
from rules.roster_lists import Offer
from rules.written_sql import run


def remember_steps(house: House) -> None:
    """Write down how the people whom the demo put on seats came there, and what became of it."""
    run(
        "INSERT INTO place_change (house_id, place_id, shift_id, step, state, by_id, at)"
        " SELECT house_id, id, shift_id, CASE how WHEN 'self' THEN 'take' ELSE 'put' END,"
        " 'confirmed', by_id, at FROM place WHERE house_id = ? AND id NOT IN"
        " (SELECT place_id FROM place_change) ORDER BY id",
        (house.id,),
    )
    run(
        "INSERT INTO place_change (house_id, place_id, shift_id, step, state, at)"
        " SELECT house_id, id, shift_id, 'mark', state, changed_at FROM place"
        " WHERE house_id = ? AND state IN ('present', 'excused', 'absent') ORDER BY id",
        (house.id,),
    )


def live(house: House, coordinator: Person, today: dt.date, now: dt.datetime) -> None:
    """Let the people of a house use the roster: by its own verbs, some time before ``now``."""
    people = [
        place.person
        for place in Place.select(Place.person)
        .distinct()
        .join(Person)
        .where(Place.house == house, Person.active)
        .order_by(Place.person)
    ]
    earlier = now - dt.timedelta(days=2)
    _wish(house, people, today)
    _swap(house, people, today, earlier)
    _write_a_name(house, coordinator, today, earlier)
    _ring(house, people, coordinator, today, earlier)
    _call_off(house, coordinator, today, earlier)


def _wish(house: House, people: list[Person], today: dt.date) -> None:
    """Some are away, some come at most twice a week, not on Tuesdays, or with a friend."""
    away, seldom, never, friend, other = (people * 5)[:5]
    availability.say_absent(
        away, today + dt.timedelta(days=24), today + dt.timedelta(days=38), "", today
    )
    day = today + dt.timedelta(days=9)
    availability.say_absent(never, day, day, "morning", today)
    wishes.wish_most(seldom, 2)
    wishes.wish_not_on(never, 1, "")
    if friend.id != other.id:
        wishes.wish_together(friend, house, other.id)


def _swap(house: House, people: list[Person], today: dt.date, now: dt.datetime) -> None:
    """Somebody asks the first volunteer, whom one tries the demo as, to swap; or somebody else."""
    for person in people:
        for place in _coming(house, person, today):
            for option in swapping.options(place.seat, person, now):
                swapping.ask(place.seat, person, Place.get_by_id(option.place_id), now)
                return


def _coming(house: House, person: Person, today: dt.date) -> list[Place]:
    query = Place.select(Place, Seat, Shift).join(Seat).switch(Place).join(Shift)
    return list(
        query.where(
            Place.house == house,
            Place.person == person,
            Place.state == PlaceState.confirmed,
            Shift.state == ShiftState.planned,
            Shift.date > today + dt.timedelta(days=5),
        ).order_by(Shift.date, Shift.start_time)
    )


def _write_a_name(house: House, by: Person, today: dt.date, now: dt.datetime) -> None:
    """A neighbour without an account helps once, as agreed by phone."""
    first = today + dt.timedelta(days=8)
    for shift in roster_lists.open_seats(house, by, first, first + dt.timedelta(days=20), now):
        for seat in shift.seats:
            if seat.open and not seat.qualification:
                for_another.write_name(Seat.get_by_id(seat.id), "Buurman Henk", by, now)
                return


def _ring(house: House, people: list[Person], by: Person, today: dt.date, now: dt.datetime) -> None:
    """Somebody was rung for an open seat and could not."""
    first = today + dt.timedelta(days=3)
    for shift in roster_lists.open_seats(house, by, first, first + dt.timedelta(days=14), now):
        seat = next((each for each in shift.seats if each.offer is Offer.take), None)
        if seat is not None:
            calling.record_call(
                Shift.get_by_id(shift.id), seat.id, people[-1], CallOutcome.no, by, now
            )
            return


def _call_off(house: House, by: Person, today: dt.date, now: dt.datetime) -> None:
    """One shift with somebody on it does not take place: they are told."""
    shift = (
        Shift.select()
        .join(Place)
        .where(
            Shift.house == house,
            Shift.occurrence.is_null(),
            Shift.state == ShiftState.planned,
            Shift.date > today + dt.timedelta(days=18),
            Place.state.in_(HOLDING),
        )
        .order_by(Shift.date, Shift.start_time, Shift.id)
        .first()
    )
    if shift is not None:
        single_shifts.call_off(shift, by, now)
