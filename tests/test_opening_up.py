"""May we open? Somebody with the key when the doors open, and a second person."""

from __future__ import annotations

import datetime as dt
from typing import Any

from playhouse.test_utils import count_queries

from models import (
    Closure,
    ClosureKind,
    Opening,
    OpeningHours,
    OpeningState,
    Person,
    Place,
    PlaceState,
    Qualification,
    QualificationKind,
    ShiftState,
)
from rules.opening_up import DayState, Missing, OpeningCheck, may_we_open
from tests.cast import Cast, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY


def on_duty(
    cast: Cast, person: Person | None, start: int = 8, end: int = 13, **facts: Any
) -> Place:
    """Put somebody on a shift of today in Wolfsbos, which is open from 9 to 17."""
    house = facts.pop("house", cast.wolfsbos)
    shift = make_shift(
        house,
        facts.pop("date", TODAY),
        start_time=dt.time(start),
        end_time=dt.time(end),
        state=facts.pop("shift_state", ShiftState.planned),
    )
    return make_place(shift.seats.get(), person, NOW, **facts)


def today_at(cast: Cast) -> OpeningCheck:
    day = may_we_open(cast.wolfsbos, TODAY)
    assert day.state is DayState.openings
    [opening] = day.openings
    return opening


def test_with_a_key_holder_and_a_second_person_the_house_may_open(cast: Cast) -> None:
    on_duty(cast, cast.key_holder, 8, 12)
    on_duty(cast, cast.volunteer, 10, 13)
    opening = today_at(cast)
    assert opening.ok
    assert may_we_open(cast.wolfsbos, TODAY).ok
    assert (opening.key_holder, opening.key_from, opening.second) == ("Anneke", dt.time(8), "Joop")
    assert (opening.start_time, opening.end_time) == (dt.time(9), dt.time(17))


def test_an_empty_roster_misses_both(cast: Cast) -> None:
    opening = today_at(cast)
    assert opening.missing == (Missing.key_holder, Missing.second_person)
    assert not opening.ok
    assert not may_we_open(cast.wolfsbos, TODAY).ok


def test_a_key_holder_alone_misses_a_second_person(cast: Cast) -> None:
    on_duty(cast, cast.key_holder)
    on_duty(cast, cast.key_holder, 13, 17)
    assert today_at(cast).missing == (Missing.second_person,)


def test_people_without_a_key_miss_a_key_holder(cast: Cast) -> None:
    on_duty(cast, cast.volunteer)
    on_duty(cast, cast.coordinator)
    opening = today_at(cast)
    assert opening.missing == (Missing.key_holder,)
    assert opening.second == "Joop"


def test_the_key_must_be_there_when_the_doors_open(cast: Cast) -> None:
    on_duty(cast, cast.volunteer)
    on_duty(cast, cast.key_holder, 10, 13)
    assert today_at(cast).missing == (Missing.key_holder,)
    on_duty(cast, cast.key_holder, 7, 9)
    assert today_at(cast).missing == (Missing.key_holder,)
    on_duty(cast, cast.key_holder, 9, 10)
    assert today_at(cast).ok


def test_a_key_that_had_to_be_given_back_opens_no_door(cast: Cast) -> None:
    Qualification.update(expires=TODAY - dt.timedelta(days=1)).execute()
    on_duty(cast, cast.key_holder)
    on_duty(cast, cast.volunteer)
    assert today_at(cast).missing == (Missing.key_holder,)
    Qualification.update(expires=TODAY).execute()
    assert today_at(cast).ok


def test_who_seeks_cover_still_counts_and_who_left_does_not(cast: Cast) -> None:
    on_duty(cast, cast.volunteer)
    place = on_duty(cast, cast.key_holder, state=PlaceState.seeking_cover)
    assert today_at(cast).ok
    Place.update(state=PlaceState.released).where(Place.id == place.id).execute()
    assert today_at(cast).missing == (Missing.key_holder,)


def test_cancelled_shifts_other_days_and_other_houses_do_not_count(cast: Cast) -> None:
    on_duty(cast, cast.key_holder, shift_state=ShiftState.cancelled)
    on_duty(cast, cast.key_holder, date=TODAY + dt.timedelta(days=1))
    on_duty(cast, cast.key_holder, house=cast.knooppunt)
    on_duty(cast, cast.volunteer, 17, 19)
    assert today_at(cast).missing == (Missing.key_holder, Missing.second_person)


def test_somebody_written_down_by_name_is_a_second_person(cast: Cast) -> None:
    on_duty(cast, cast.key_holder)
    on_duty(cast, None, name="Ans van de overkant")
    assert today_at(cast).second == "Ans van de overkant"


def test_a_first_aider_is_named_when_there_is_one(cast: Cast) -> None:
    on_duty(cast, cast.key_holder)
    on_duty(cast, cast.volunteer)
    assert today_at(cast).first_aider == ""
    Qualification.create(person=cast.volunteer, kind=QualificationKind.first_aid)
    assert today_at(cast).first_aider == "Joop"
    assert today_at(cast).ok


def test_two_people_of_one_name_are_told_apart(cast: Cast) -> None:
    make_person("Anneke", "Visser", house=cast.wolfsbos)
    on_duty(cast, cast.key_holder)
    assert today_at(cast).key_holder == "Anneke B."


def test_each_opening_of_a_day_is_checked(cast: Cast) -> None:
    OpeningHours.create(
        house=cast.wolfsbos,
        weekday=TODAY.weekday(),
        start_time=dt.time(19),
        end_time=dt.time(22),
    )
    on_duty(cast, cast.key_holder)
    on_duty(cast, cast.volunteer)
    day = may_we_open(cast.wolfsbos, TODAY)
    assert [opening.ok for opening in day.openings] == [True, False]
    assert not day.ok


def test_a_closed_day_and_a_day_without_hours_are_something_else(cast: Cast) -> None:
    Closure.create(
        house=None,
        first_date=TODAY,
        last_date=TODAY,
        kind=ClosureKind.closed,
        reason="De vloer wordt gelegd",
    )
    closed = may_we_open(cast.wolfsbos, TODAY)
    assert (closed.state, closed.reason) == (DayState.closed, "De vloer wordt gelegd")
    saturday = may_we_open(cast.wolfsbos, TODAY + dt.timedelta(days=2))
    assert (saturday.state, saturday.openings, saturday.ok) == (DayState.no_hours, (), False)


def test_an_opening_that_was_said_to_be_closed_is_closed(cast: Cast) -> None:
    Opening.create(
        house=cast.wolfsbos,
        date=TODAY,
        start_time=dt.time(9),
        end_time=dt.time(17),
        state=OpeningState.closed,
    )
    assert may_we_open(cast.wolfsbos, TODAY).state is DayState.closed
    assert may_we_open(cast.knooppunt, TODAY).state is DayState.openings


def test_the_answer_takes_as_many_queries_for_many_people_as_for_two(cast: Cast) -> None:
    on_duty(cast, cast.key_holder)
    with count_queries() as few:
        may_we_open(cast.wolfsbos, TODAY)
    for n in range(8):
        on_duty(cast, make_person(f"Hulp{n}", house=cast.wolfsbos))
    with count_queries() as many:
        may_we_open(cast.wolfsbos, TODAY)
    assert few.count == many.count == 6
