"""When people cannot come, and what they wish: said, taken back, and asked by others."""

from __future__ import annotations

import datetime as dt

import pytest
from peewee import Database

from models import Membership, PartOfDay, PlaceState, Role, RosterWish, Unavailable, WishKind
from rules import availability, wishes
from rules.availability import (
    AbsenceOver,
    TooManyAbsences,
    coming_absences,
    free_between,
    say_absent,
    seats_during,
    take_back,
    touches,
    unavailable_at,
)
from rules.wishes import (
    NotAHelperHere,
    TooManyWishes,
    drop_wish,
    helpers_of,
    wish_most,
    wish_not_on,
    wish_together,
    wishes_of,
)
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted

MORNING = (dt.time(9), dt.time(12))
FRIDAY = TODAY + dt.timedelta(days=1)


def away(cast: Cast, day: dt.date, start: int = 9, end: int = 12) -> set[str]:
    """The first names of who cannot come at some hours, of three people."""
    people = {each.id: each for each in (cast.volunteer, cast.key_holder, cast.coordinator)}
    found = unavailable_at(list(people), day, dt.time(start), dt.time(end))
    return {people[each].first_name for each in found}


def test_a_day_away_is_away_all_day_and_no_longer(cast: Cast) -> None:
    say_absent(cast.volunteer, FRIDAY, FRIDAY + dt.timedelta(days=2), "", TODAY)
    assert away(cast, TODAY) == set()
    assert away(cast, FRIDAY) == {"Joop"}
    assert away(cast, FRIDAY + dt.timedelta(days=2), 19, 22) == {"Joop"}
    assert away(cast, FRIDAY + dt.timedelta(days=3)) == set()


@pytest.mark.parametrize(
    ("part", "start", "end", "hit"),
    [
        (PartOfDay.morning, 9, 12, True),
        (PartOfDay.morning, 11, 14, True),
        (PartOfDay.morning, 12, 14, False),
        (PartOfDay.afternoon, 9, 12, False),
        (PartOfDay.afternoon, 12, 13, True),
        (PartOfDay.evening, 13, 17, False),
        (PartOfDay.evening, 16, 18, True),
        ("", 3, 4, True),
    ],
)
def test_a_part_of_the_day_leaves_the_rest_of_it_free(
    part: str, start: int, end: int, hit: bool
) -> None:
    assert touches(part, dt.time(start), dt.time(end)) is hit


def test_a_weekday_that_is_wished_free_counts_as_away_every_week(cast: Cast) -> None:
    wish_not_on(cast.key_holder, 4, PartOfDay.morning)
    assert away(cast, FRIDAY) == {"Anneke"}
    assert away(cast, FRIDAY + dt.timedelta(weeks=5)) == {"Anneke"}
    assert away(cast, FRIDAY, 13, 16) == set()
    assert away(cast, TODAY) == set()


def test_who_cannot_is_asked_in_two_queries_for_any_number_of_people(cast: Cast) -> None:
    people = [make_person(f"N{n}", house=cast.wolfsbos) for n in range(30)]
    for person in people:
        say_absent(person, FRIDAY, FRIDAY, "", TODAY)
        wish_not_on(person, 0, "")
    ids = [person.id for person in people]
    with counted() as queries:
        assert unavailable_at(ids, FRIDAY, *MORNING) == set(ids)
    assert len(queries) == 2
    assert unavailable_at([], FRIDAY, *MORNING) == set()


def test_free_days_are_those_without_any_absence(cast: Cast) -> None:
    say_absent(cast.volunteer, FRIDAY, FRIDAY, PartOfDay.evening, TODAY)
    wish_not_on(cast.volunteer, 6, "")
    found = free_between([cast.volunteer.id, cast.key_holder.id], TODAY, TODAY + dt.timedelta(3))
    assert found[cast.volunteer.id] == [TODAY, TODAY + dt.timedelta(2)]
    assert len(found[cast.key_holder.id]) == 4


# -- saying it ------------------------------------------------------------------------------------


def test_saying_the_same_twice_is_saying_it_once(cast: Cast, database: Database) -> None:
    at_once(
        database,
        *[lambda: say_absent(cast.volunteer, FRIDAY, FRIDAY, "", TODAY)] * 4,
    )
    assert count_rows(Unavailable) == 1


def test_days_that_are_over_are_refused_and_not_shown(cast: Cast) -> None:
    yesterday = TODAY - dt.timedelta(days=1)
    with pytest.raises(AbsenceOver):
        say_absent(cast.volunteer, yesterday, yesterday, "", TODAY)
    say_absent(cast.volunteer, yesterday, TODAY, "", TODAY)
    assert len(coming_absences(cast.volunteer, TODAY)) == 1
    assert coming_absences(cast.volunteer, FRIDAY) == []


def test_what_makes_no_sense_is_refused(cast: Cast) -> None:
    with pytest.raises(ValueError):
        say_absent(cast.volunteer, FRIDAY, TODAY, "", TODAY)
    with pytest.raises(ValueError):
        say_absent(cast.volunteer, FRIDAY, FRIDAY, "noon", TODAY)
    with pytest.raises(ValueError):
        wish_most(cast.volunteer, 0)
    with pytest.raises(ValueError):
        wish_not_on(cast.volunteer, 7, "")
    assert count_rows(Unavailable) == count_rows(RosterWish) == 0


def test_there_is_an_end_to_what_one_person_can_say(cast: Cast) -> None:
    for n in range(availability.MOST_ABSENCES):
        say_absent(cast.volunteer, FRIDAY, FRIDAY + dt.timedelta(days=n), "", TODAY)
    with pytest.raises(TooManyAbsences):
        say_absent(cast.volunteer, TODAY, TODAY, "", TODAY)
    say_absent(cast.key_holder, TODAY, TODAY, "", TODAY)


def test_only_ones_own_days_and_wishes_can_be_taken_back(cast: Cast) -> None:
    row = say_absent(cast.volunteer, FRIDAY, FRIDAY, "", TODAY)
    wish_not_on(cast.volunteer, 1, "")
    wish = wishes_of(cast.volunteer)[0]
    assert not take_back(cast.key_holder, row.id)
    assert not drop_wish(cast.key_holder, wish.id)
    assert count_rows(Unavailable) == count_rows(RosterWish) == 1
    assert take_back(cast.volunteer, row.id)
    assert drop_wish(cast.volunteer, wish.id)
    assert not take_back(cast.volunteer, row.id)
    assert count_rows(Unavailable) == count_rows(RosterWish) == 0


def test_old_days_are_forgotten_after_a_quarter(cast: Cast) -> None:
    say_absent(cast.volunteer, TODAY, TODAY, "", TODAY)
    assert availability.forget_past_absences(TODAY + dt.timedelta(weeks=13)) == 0
    assert availability.forget_past_absences(TODAY + dt.timedelta(weeks=13, days=1)) == 1


# -- seats that meet it ---------------------------------------------------------------------------


def test_seats_that_meet_an_absence_are_said_and_stay(cast: Cast) -> None:
    in_the_way = make_shift(cast.wolfsbos, FRIDAY, start_time=dt.time(9), end_time=dt.time(12))
    after = make_shift(cast.wolfsbos, FRIDAY, start_time=dt.time(13), end_time=dt.time(16))
    off = make_shift(cast.wolfsbos, FRIDAY, start_time=dt.time(7), end_time=dt.time(8))
    there = make_shift(cast.knooppunt, FRIDAY, start_time=dt.time(8), end_time=dt.time(9))
    for shift in (in_the_way, after, off, there):
        make_place(shift.seats.get(), cast.volunteer, NOW)
    off.state = "cancelled"
    off.save()
    left = make_shift(cast.wolfsbos, FRIDAY)
    make_place(left.seats.get(), cast.volunteer, NOW, state=PlaceState.released)
    assert seats_during(cast.volunteer, TODAY) == []
    say_absent(cast.volunteer, FRIDAY, FRIDAY, PartOfDay.morning, TODAY)
    with counted() as queries:
        assert seats_during(cast.volunteer, TODAY) == [there, in_the_way]
    assert len(queries) == 3
    assert seats_during(cast.volunteer, TODAY, [cast.wolfsbos]) == [in_the_way]
    assert seats_during(cast.volunteer, FRIDAY + dt.timedelta(days=1)) == []


# -- wishes ---------------------------------------------------------------------------------------


def test_there_is_one_limit_a_week_and_it_can_go(cast: Cast) -> None:
    wish_most(cast.volunteer, 2)
    wish_most(cast.volunteer, 3)
    assert [wish.most for wish in wishes_of(cast.volunteer)] == [3]
    wish_most(cast.volunteer, None)
    assert wishes_of(cast.volunteer) == []


def test_the_same_wish_at_once_is_one_wish(cast: Cast, database: Database) -> None:
    outcomes = at_once(
        database,
        *[lambda: wish_not_on(cast.volunteer, 1, "")] * 3,
        *[lambda: wish_together(cast.volunteer, cast.wolfsbos, cast.key_holder.id)] * 3,
        *[lambda: wish_most(cast.volunteer, 2)] * 2,
    )
    assert not any(isinstance(each, Exception) for each in outcomes), outcomes
    kinds = [wish.kind for wish in wishes_of(cast.volunteer)]
    assert kinds == [WishKind.most_a_week, WishKind.not_on, WishKind.together]
    assert wishes_of(cast.volunteer)[2].other == cast.key_holder


def test_company_is_somebody_who_helps_in_the_house(cast: Cast) -> None:
    for nobody in (cast.viewer, cast.other_volunteer, cast.volunteer):
        with pytest.raises(NotAHelperHere):
            wish_together(cast.volunteer, cast.wolfsbos, nobody.id)
    with pytest.raises(NotAHelperHere):
        wish_together(cast.volunteer, cast.wolfsbos, 2**40)
    wish_together(cast.volunteer, cast.wolfsbos, cast.coordinator.id)
    assert count_rows(RosterWish) == 1


def test_helpers_are_active_and_in_dutch_order(cast: Cast) -> None:
    make_person("Oud", "Aalders", house=cast.wolfsbos, active=False)
    Membership.create(person=cast.other_volunteer, house=cast.wolfsbos, role=Role.viewer)
    assert [person.first_name for person in helpers_of(cast.wolfsbos)] == [
        "Joop",
        "Anneke",
        "Corrie",
    ]


def test_there_is_an_end_to_what_one_person_can_wish(cast: Cast) -> None:
    for n in range(wishes.MOST_WISHES):
        other = make_person(f"N{n}", house=cast.wolfsbos)
        wish_together(cast.volunteer, cast.wolfsbos, other.id)
    with pytest.raises(TooManyWishes):
        wish_not_on(cast.volunteer, 1, "")
