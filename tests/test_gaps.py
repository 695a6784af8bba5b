"""What the roster still needs, the most urgent first."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from playhouse.test_utils import count_queries

from models import (
    OpeningHours,
    PlaceState,
    Qualification,
    QualificationKind,
    Seat,
    Shift,
    ShiftState,
)
from rules.gaps import Urgency, by_urgency, openings_ahead
from rules.opening_up import DayState
from tests.cast import Cast, make_place, make_shift
from tests.conftest import NOW, TODAY

TOMORROW = TODAY + dt.timedelta(days=1)  # a Friday; Wolfsbos is open from 9 to 17
SATURDAY = TODAY + dt.timedelta(days=2)
MONTHS = TODAY + dt.timedelta(days=60)


def shift_on(cast: Cast, date: dt.date = SATURDAY, **facts: Any) -> Shift:
    return make_shift(facts.pop("house", cast.wolfsbos), date, **facts)


def staffed(cast: Cast, date: dt.date) -> None:
    """Let the house open on a day, with two people on shifts of their own."""
    for person in (cast.key_holder, cast.volunteer):
        shift = shift_on(cast, date, start_time=dt.time(8), end_time=dt.time(17))
        make_place(shift.seats.get(), person, NOW)


def groups(cast: Cast, last: dt.date = MONTHS) -> dict[Urgency, list[int]]:
    found = by_urgency(cast.wolfsbos, cast.coordinator, TODAY, last, NOW)
    return {group.urgency: [shift.id for shift in group.shifts] for group in found}


def test_without_gaps_there_are_no_groups(cast: Cast) -> None:
    staffed(cast, TOMORROW)
    shift_on(cast, state=ShiftState.cancelled)
    shift_on(cast, TODAY - dt.timedelta(days=1))
    shift_on(cast, house=cast.knooppunt)
    assert groups(cast) == {}


def test_near_gaps_come_before_later_ones_and_extra_hands_last(cast: Cast) -> None:
    later = shift_on(cast, SATURDAY + dt.timedelta(days=7))
    sunday_in_three_days = shift_on(cast, TODAY + dt.timedelta(days=3))
    extra = shift_on(cast)
    Seat.update(required=False).where(Seat.shift == extra).execute()
    near = shift_on(cast)
    assert groups(cast) == {
        Urgency.soon: [near.id, sunday_in_three_days.id],
        Urgency.later: [later.id],
        Urgency.extra: [extra.id],
    }
    order = [
        each.urgency for each in by_urgency(cast.wolfsbos, cast.coordinator, TODAY, MONTHS, NOW)
    ]
    assert order == [Urgency.soon, Urgency.later, Urgency.extra]


def test_near_ends_after_seven_days(cast: Cast) -> None:
    OpeningHours.delete().execute()
    last_near = shift_on(cast, TODAY + dt.timedelta(days=6))
    first_later = shift_on(cast, TODAY + dt.timedelta(days=7))
    assert groups(cast) == {Urgency.soon: [last_near.id], Urgency.later: [first_later.id]}


def test_on_a_day_an_open_seat_comes_before_one_that_is_held_until_cover_comes(
    cast: Cast,
) -> None:
    held = shift_on(cast, start_time=dt.time(8))
    make_place(held.seats.get(), cast.volunteer, NOW, state=PlaceState.seeking_cover)
    empty = shift_on(cast, start_time=dt.time(10))
    assert groups(cast) == {Urgency.soon: [empty.id, held.id]}


def test_an_extra_seat_whose_holder_seeks_cover_is_somebody_who_counts_on_us(cast: Cast) -> None:
    shift = shift_on(cast)
    Seat.update(required=False).where(Seat.shift == shift).execute()
    make_place(shift.seats.get(), cast.volunteer, NOW, state=PlaceState.seeking_cover)
    assert groups(cast) == {Urgency.soon: [shift.id]}


# -- what keeps the house from opening ------------------------------------------------------------


def test_a_key_is_looked_for_on_the_seat_that_asks_for_it(cast: Cast) -> None:
    key = shift_on(cast, TOMORROW, start_time=dt.time(8), qualification="key_holder")
    plain = shift_on(cast, TOMORROW, start_time=dt.time(8), seats=2)
    make_place(plain.seats.first(), cast.volunteer, NOW)
    assert groups(cast) == {Urgency.to_open: [key.id], Urgency.soon: [plain.id]}


def test_where_no_seat_asks_for_a_key_any_seat_at_the_door_helps(cast: Cast) -> None:
    at_the_door = shift_on(cast, TOMORROW, start_time=dt.time(9), seats=2)
    make_place(at_the_door.seats.first(), cast.volunteer, NOW)
    afternoon = shift_on(cast, TOMORROW, start_time=dt.time(12), end_time=dt.time(15))
    bar = shift_on(cast, TOMORROW, start_time=dt.time(9), qualification="alcohol")
    assert groups(cast) == {
        Urgency.to_open: [at_the_door.id],
        Urgency.soon: [bar.id, afternoon.id],
    }


def test_a_second_person_must_meet_the_key_holder(cast: Cast) -> None:
    key = shift_on(cast, TOMORROW, start_time=dt.time(8), end_time=dt.time(12))
    make_place(key.seats.get(), cast.key_holder, NOW)
    with_her = shift_on(cast, TOMORROW, start_time=dt.time(11), end_time=dt.time(15))
    after_her = shift_on(cast, TOMORROW, start_time=dt.time(12), end_time=dt.time(17))
    evening = shift_on(cast, TOMORROW, start_time=dt.time(18), end_time=dt.time(20))
    assert groups(cast) == {
        Urgency.to_open: [with_her.id],
        Urgency.soon: [after_her.id, evening.id],
    }


def test_gaps_of_a_day_that_can_open_wait_their_turn(cast: Cast) -> None:
    staffed(cast, TOMORROW)
    gap = shift_on(cast, TOMORROW)
    assert groups(cast) == {Urgency.soon: [gap.id]}


def test_openings_are_looked_at_two_weeks_ahead(cast: Cast) -> None:
    near = shift_on(cast, TODAY + dt.timedelta(days=13))
    far = shift_on(cast, TODAY + dt.timedelta(days=14))
    assert groups(cast) == {Urgency.to_open: [near.id], Urgency.later: [far.id]}


def test_the_days_ahead_show_what_would_let_each_opening_go_on(cast: Cast) -> None:
    staffed(cast, TODAY)
    key = shift_on(cast, TOMORROW, start_time=dt.time(8), qualification="key_holder")
    days = openings_ahead(cast.wolfsbos, cast.coordinator, NOW)
    assert [day.date for day in days] == [TODAY + dt.timedelta(days=n) for n in range(14)]
    [(today_check, none, nothing)] = days[0].openings
    assert (today_check.ok, none, nothing) == (True, [], [])
    [(tomorrow, helping, _to_add)] = days[1].openings
    assert (tomorrow.ok, [shift.id for shift in helping]) == (False, [key.id])
    assert (days[2].check.state, days[2].openings) == (DayState.no_hours, [])


def test_hours_without_anybody_name_the_shifts_to_ring_for_and_what_to_add(cast: Cast) -> None:
    for person in (cast.key_holder, cast.volunteer):
        place = shift_on(cast, TOMORROW, start_time=dt.time(8), end_time=dt.time(11))
        make_place(place.seats.get(), person, NOW)
    shift_on(cast, TOMORROW, start_time=dt.time(9), end_time=dt.time(11))
    open_then = shift_on(cast, TOMORROW, start_time=dt.time(13), end_time=dt.time(14))
    tomorrow = openings_ahead(cast.wolfsbos, cast.coordinator, NOW)[1]
    [needs] = tomorrow.openings
    assert needs.check.ok
    assert [shift.id for shift in needs.helping] == [open_then.id], "nobody is lacking before"
    assert needs.to_add == [(dt.time(11), dt.time(13)), (dt.time(14), dt.time(17))]


def test_where_no_shift_would_let_the_house_open_all_its_hours_are_to_be_added(cast: Cast) -> None:
    make_place(shift_on(cast, TOMORROW).seats.get(), cast.volunteer, NOW)
    [today], [tomorrow], *_ = (
        day.openings for day in openings_ahead(cast.wolfsbos, cast.coordinator, NOW)
    )
    assert (tomorrow.helping, tomorrow.to_add) == ([], [(dt.time(9), dt.time(17))])
    assert today.to_add == [(dt.time(9), dt.time(17))]
    late = NOW + dt.timedelta(hours=8)
    [over] = openings_ahead(cast.wolfsbos, cast.coordinator, late)[0].openings
    assert over.to_add == [], "what is over needs no shift"


def test_another_house_has_its_own_gaps(cast: Cast) -> None:
    shift_on(cast, TOMORROW)
    assert by_urgency(cast.knooppunt, cast.other_coordinator, TODAY, MONTHS, NOW) == []
    [day] = [
        day
        for day in openings_ahead(cast.knooppunt, cast.other_coordinator, NOW)
        if day.date == TOMORROW
    ]
    assert [each.helping for each in day.openings] == [[]]


@pytest.mark.parametrize("look", [by_urgency, openings_ahead])
def test_many_gaps_take_as_many_queries_as_few(cast: Cast, look: Any) -> None:
    def ask() -> None:
        if look is by_urgency:
            by_urgency(cast.wolfsbos, cast.coordinator, TODAY, MONTHS, NOW)
        else:
            openings_ahead(cast.wolfsbos, cast.coordinator, NOW)

    staffed(cast, TODAY)
    shift_on(cast, TOMORROW)
    with count_queries() as few:
        ask()
    Qualification.create(person=cast.volunteer, kind=QualificationKind.first_aid)
    for n in range(20):
        shift_on(cast, TODAY + dt.timedelta(days=n % 14), seats=3)
    with count_queries() as many:
        ask()
    assert few.count == many.count
