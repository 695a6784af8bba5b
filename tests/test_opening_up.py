"""May we open? Somebody with the key when the doors open, and a second person."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
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
from rules.opening_up import DayState, Missing, OpeningCheck, may_we_open, week_ahead
from tests.cast import Cast, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.often import often


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


def test_the_second_person_is_there_together_with_the_key_holder(cast: Cast) -> None:
    on_duty(cast, cast.key_holder, 8, 12)
    on_duty(cast, cast.volunteer, 12, 17)
    opening = today_at(cast)
    assert opening.missing == (Missing.second_person,)
    assert opening.too_late == "Joop", "and it is said who comes when the key-holder has gone"
    on_duty(cast, cast.coordinator, 11, 17)
    opening = today_at(cast)
    assert (opening.second, opening.too_late) == ("Corrie", "")


def test_meeting_before_the_doors_open_is_not_being_there_together(cast: Cast) -> None:
    on_duty(cast, cast.key_holder, 7, 10)
    on_duty(cast, cast.volunteer, 7, 9)
    assert today_at(cast).missing == (Missing.second_person,)


def test_all_shifts_of_the_key_holder_count_for_being_together(cast: Cast) -> None:
    on_duty(cast, cast.key_holder, 8, 10)
    on_duty(cast, cast.key_holder, 13, 17)
    on_duty(cast, cast.volunteer, 14, 17)
    assert today_at(cast).ok


def test_of_several_key_holders_the_one_with_company_opens(cast: Cast) -> None:
    Qualification.create(person=cast.coordinator, kind=QualificationKind.key_holder)
    on_duty(cast, cast.key_holder, 8, 10)
    on_duty(cast, cast.coordinator, 9, 13)
    on_duty(cast, cast.volunteer, 11, 17)
    opening = today_at(cast)
    assert (opening.key_holder, opening.second) == ("Anneke", "Corrie")
    Place.update(state=PlaceState.seeking_cover).where(Place.person == cast.key_holder).execute()
    opening = today_at(cast)
    assert (opening.key_holder, opening.second) == ("Corrie", "Joop")
    assert opening.seeking == ()


def test_who_is_needed_and_seeks_cover_is_named(cast: Cast) -> None:
    on_duty(cast, cast.key_holder)
    on_duty(cast, cast.volunteer, state=PlaceState.seeking_cover)
    opening = today_at(cast)
    assert (opening.ok, opening.seeking) == (True, ("Joop",))
    assert may_we_open(cast.wolfsbos, TODAY).unsure
    on_duty(cast, cast.coordinator)
    assert today_at(cast).seeking == ()
    assert not may_we_open(cast.wolfsbos, TODAY).unsure


def test_cover_for_a_shift_in_the_evening_says_nothing_about_the_morning(cast: Cast) -> None:
    on_duty(cast, cast.key_holder)
    on_duty(cast, cast.volunteer)
    on_duty(cast, cast.volunteer, 17, 20, state=PlaceState.seeking_cover)
    assert today_at(cast).seeking == ()


def test_two_names_without_account_are_two_people_and_none_has_the_key(cast: Cast) -> None:
    on_duty(cast, None, name="Ans van de overkant")
    on_duty(cast, None, name="Piet")
    opening = today_at(cast)
    assert opening.missing == (Missing.key_holder,)
    assert opening.second == "Ans van de overkant"


# -- the hours ------------------------------------------------------------------------------------


def hours(*parts: tuple[int, int, int]) -> tuple[tuple[dt.time, dt.time, int], ...]:
    return tuple((dt.time(start), dt.time(end), people) for start, end, people in parts)


def test_hours_with_one_person_or_nobody_are_told(cast: Cast) -> None:
    on_duty(cast, cast.key_holder, 8, 13)
    on_duty(cast, cast.volunteer, 10, 11)
    on_duty(cast, cast.coordinator, 14, 15)
    opening = today_at(cast)
    assert opening.ok, "the verdict is about opening"
    assert opening.second_from == dt.time(10)
    assert opening.thin == hours((9, 10, 1), (11, 13, 1), (13, 14, 0), (14, 15, 1), (15, 17, 0))
    assert tuple(opening.empty) == hours((13, 14, 0), (15, 17, 0))
    assert opening.kept == [(dt.time(9), dt.time(13)), (dt.time(14), dt.time(15))]
    assert may_we_open(cast.wolfsbos, TODAY).thin


def test_a_day_with_two_people_throughout_has_nothing_to_tell(cast: Cast) -> None:
    on_duty(cast, cast.key_holder, 8, 13)
    on_duty(cast, cast.volunteer, 9, 17)
    on_duty(cast, cast.coordinator, 13, 18)
    opening = today_at(cast)
    assert (opening.thin, opening.empty, opening.second_from) == ((), [], dt.time(9))
    assert opening.kept == [(dt.time(9), dt.time(17))]
    assert not may_we_open(cast.wolfsbos, TODAY).thin


def test_who_has_two_shifts_at_once_is_one_person(cast: Cast) -> None:
    on_duty(cast, cast.key_holder, 8, 17)
    on_duty(cast, cast.key_holder, 9, 17)
    on_duty(cast, None, 9, 17, name="Ans")
    on_duty(cast, None, 10, 17, name="ANS")
    assert today_at(cast).thin == ()
    Place.delete().where(Place.person.is_null()).execute()
    assert today_at(cast).thin == hours((9, 17, 1))


def test_an_empty_day_is_one_empty_stretch(cast: Cast) -> None:
    on_duty(cast, cast.volunteer, 17, 19)
    opening = today_at(cast)
    assert (opening.thin, opening.kept) == (hours((9, 17, 0)), [])
    assert not may_we_open(cast.wolfsbos, TODAY).thin, "what is missing says it"


def test_of_equal_company_the_one_who_is_there_first_is_named(cast: Cast) -> None:
    on_duty(cast, cast.volunteer, 7, 8)
    on_duty(cast, cast.key_holder, 8, 17)
    on_duty(cast, cast.coordinator, 9, 17)
    on_duty(cast, cast.volunteer, 14, 17)
    opening = today_at(cast)
    assert (opening.second, opening.second_from) == ("Corrie", dt.time(9))


_shifts = st.lists(
    st.tuples(st.integers(0, 2), st.integers(7, 18), st.integers(1, 6), st.booleans()), max_size=6
)


@settings(max_examples=often(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_shifts)
def test_every_half_hour_has_the_people_who_are_said_to_be_there(
    cast: Cast, shifts: list[tuple[int, int, int, bool]]
) -> None:
    people = (cast.key_holder, cast.volunteer, cast.coordinator)
    with cast.wolfsbos._meta.database.atomic() as transaction:
        for who, start, long, planned in shifts:
            state = ShiftState.planned if planned else ShiftState.cancelled
            on_duty(cast, people[who], start, min(start + long, 23), shift_state=state)
        opening = today_at(cast)
        for half in range(18, 34):
            moment = dt.time(half // 2, half % 2 * 30)
            there = {
                who
                for who, start, long, planned in shifts
                if planned and dt.time(start) <= moment < dt.time(min(start + long, 23))
            }
            said = [part.people for part in opening.thin if part[0] <= moment < part[1]]
            assert said == ([] if len(there) > 1 else [len(there)])
            assert any(start <= moment < end for start, end in opening.kept) is bool(there)
        assert all(
            (one.end_time, one.people) != (other.start_time, other.people)
            for one, other in pairwise(opening.thin)
        )
        transaction.rollback()


# -- several days ---------------------------------------------------------------------------------


def test_the_days_ahead_say_the_same_as_each_day_alone(cast: Cast) -> None:
    days = [TODAY + dt.timedelta(days=n) for n in range(14)]
    Qualification.update(expires=days[4]).execute()
    make_person("Anneke", "Visser", house=cast.wolfsbos)
    OpeningHours.create(
        house=cast.wolfsbos, weekday=1, start_time=dt.time(19), end_time=dt.time(22)
    )
    for n, day in enumerate(days):
        on_duty(cast, cast.key_holder, date=day)
        if n % 3:
            on_duty(cast, cast.volunteer, 10 + n % 3, 17, date=day)
        if n % 4:
            on_duty(cast, cast.coordinator, 18, 22, date=day, state=PlaceState.seeking_cover)
    Opening.create(
        house=cast.wolfsbos,
        date=days[8],
        start_time=dt.time(9),
        end_time=dt.time(17),
        state=OpeningState.closed,
    )
    Closure.create(
        house=cast.wolfsbos,
        first_date=days[6],
        last_date=days[7],
        kind=ClosureKind.closed,
        reason="Verbouwing",
    )
    ahead = week_ahead(cast.wolfsbos, TODAY, 14)
    assert list(ahead) == days
    assert ahead == {day: may_we_open(cast.wolfsbos, day) for day in days}
    assert ahead[days[4]].ok
    assert ahead[days[5]].openings[0].missing == (Missing.key_holder,), "the key was given back"
    assert ahead[days[7]].reason == "Verbouwing"
    assert ahead[days[8]].state is DayState.closed
    assert ahead[days[2]].state is DayState.no_hours, "a Saturday"


def test_the_days_ahead_of_another_house_are_its_own(cast: Cast) -> None:
    on_duty(cast, cast.key_holder)
    on_duty(cast, cast.volunteer)
    assert week_ahead(cast.wolfsbos, TODAY)[TODAY].ok
    assert not week_ahead(cast.knooppunt, TODAY)[TODAY].ok


def test_two_weeks_take_as_many_queries_as_a_day(cast: Cast) -> None:
    for n in range(14):
        on_duty(cast, cast.key_holder, date=TODAY + dt.timedelta(days=n))
    with count_queries() as queries:
        week_ahead(cast.wolfsbos, TODAY, 14)
    assert queries.count == 6
