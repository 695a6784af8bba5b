"""Copying a month: the nth weekday becomes the nth weekday, and twice adds nothing."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import Database
from playhouse.test_utils import count_queries

from models import (
    HOLDING,
    Closure,
    ClosureKind,
    Message,
    Person,
    Place,
    PlaceHow,
    PlaceState,
    Qualification,
    Seat,
    Shift,
    ShiftState,
    Step,
    Unavailable,
)
from rules import filling
from rules.copy_month import (
    CopyChanged,
    MonthOver,
    MonthTooFar,
    SameMonth,
    copy_month,
    plan_copy,
    prepare_copy,
)
from rules.copy_plan import same_day_in
from rules.patterns import SeatWish
from rules.places import put_on
from rules.wall_time import month_of
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_person, make_place, make_shift
from tests.conftest import NOW

DECEMBER, JANUARY = dt.date(2026, 12, 1), dt.date(2027, 1, 1)


def day(n: int, month: int = 12) -> dt.date:
    return dt.date(2026 if month > 10 else 2027, month, n)


def plan(cast: Cast, people: bool = True) -> Any:
    return plan_copy(cast.wolfsbos, DECEMBER, JANUARY, NOW, people=people)


def copy(cast: Cast, people: bool = True, **options: Any) -> Any:
    return copy_month(
        cast.wolfsbos, DECEMBER, JANUARY, cast.coordinator, NOW, people=people, **options
    )


def on(shift: Shift, person: Person, n: int = 0) -> Place:
    seat = list(shift.seats.order_by(Seat.position))[n]
    return put_on(seat, person, Step.take, person, NOW)


def in_january() -> list[Shift]:
    first, last = month_of(JANUARY)
    return list(
        Shift.select().where(Shift.date.between(first, last)).order_by(Shift.date, Shift.id)
    )


def held(shift: Shift) -> list[str]:
    places = Place.select().where(Place.shift == shift, Place.state.in_(HOLDING))
    return [place.person.first_name for place in places.order_by(Place.seat)]


# -- which day ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("december", "january"),
    [(1, 5), (3, 7), (5, 2), (8, 12), (24, 28), (25, 22), (29, None), (31, None), (26, 23)],
)
def test_the_nth_weekday_of_december_is_that_of_january(december: int, january: int | None) -> None:
    """1 December 2026 is a Tuesday, 1 January 2027 a Friday; January has five Fridays."""
    assert same_day_in(JANUARY, day(december)) == (january and day(january, 1))


@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)), st.dates(dt.date(2020, 1, 1)))
def test_it_is_the_same_weekday_and_the_same_time_of_the_month(
    source: dt.date, month: dt.date
) -> None:
    month = month.replace(year=min(month.year, 9998))
    there = same_day_in(month, source)
    if there is None:
        assert source.day > 28
    else:
        assert (there.year, there.month) == (month.year, month.month)
        assert there.weekday() == source.weekday()
        assert (there.day - 1) // 7 == (source.day - 1) // 7


# -- shifts ---------------------------------------------------------------------------------------


def test_shifts_without_a_pattern_come_with_their_seats(cast: Cast) -> None:
    make_shift(cast.wolfsbos, day(3), seats=2, qualification="alcohol", title="Kerstmarkt")
    make_shift(cast.wolfsbos, day(31), title="Oudjaar")
    make_shift(cast.wolfsbos, day(10), title="Ging niet door", state=ShiftState.cancelled)
    make_shift(cast.knooppunt, day(3), title="Ander huis")
    make_shift(cast.wolfsbos, dt.date(2026, 11, 30), title="November")
    found = plan(cast)
    assert [(each.source.title, each.date) for each in found.new] == [("Kerstmarkt", day(7, 1))]
    assert [(each.source.title, each.why, each.date) for each in found.left_out] == [
        ("Oudjaar", "no_such_day", None)
    ]
    copy(cast, seen=found.fingerprint)
    (made,) = in_january()
    assert (made.title, made.date, made.original_date) == ("Kerstmarkt", day(7, 1), day(7, 1))
    assert (made.start_time, made.end_time) == (dt.time(9, 45), dt.time(13))
    assert [(seat.qualification, seat.house_id) for seat in made.seats] == [
        ("alcohol", cast.wolfsbos.id)
    ] * 2


def test_doing_it_twice_adds_nothing(cast: Cast) -> None:
    for _ in range(2):  # Two that look the same are two.
        on(make_shift(cast.wolfsbos, day(3)), make_person("Piet", house=cast.wolfsbos, email=None))
    copy(cast)
    before = count_rows(Shift), count_rows(Seat), count_rows(Place)
    assert len(in_january()) == 2
    again = plan(cast)
    assert (again.new, again.people, again.not_people) == ([], [], [])
    assert [each.why for each in again.left_out] == ["there", "there"]
    copy(cast)
    assert (count_rows(Shift), count_rows(Seat), count_rows(Place)) == before


def test_two_who_copy_at_once_copy_once(cast: Cast, database: Database) -> None:
    on(make_shift(cast.wolfsbos, day(3)), cast.volunteer)
    at_once(database, *[lambda: copy(cast)] * 4)
    assert len(in_january()) == 1
    assert held(in_january()[0]) == ["Joop"]
    assert count_rows(Place) == 2


def test_closed_days_and_what_is_over_are_left_out_and_said(cast: Cast) -> None:
    make_shift(cast.wolfsbos, day(3))
    Closure.create(
        house=None, first_date=day(7, 1), last_date=day(7, 1), kind=ClosureKind.closed, reason="x"
    )
    assert [each.why for each in plan(cast).left_out] == ["closed"]
    october = make_shift(cast.wolfsbos, dt.date(2026, 10, 1), title="Oud")
    found = plan_copy(cast.wolfsbos, dt.date(2026, 10, 1), dt.date(2026, 11, 1), NOW, people=False)
    assert [(each.source, each.why) for each in found.left_out] == [(october, "over")]


def test_what_cannot_be_copied_is_refused(cast: Cast) -> None:
    for source, target, refusal in (
        (DECEMBER, day(31), SameMonth),
        (DECEMBER, dt.date(2026, 10, 31), MonthOver),
        (DECEMBER, dt.date(2027, 3, 1), MonthTooFar),
    ):
        with pytest.raises(refusal):
            plan_copy(cast.wolfsbos, source, target, NOW, people=False)
        with pytest.raises(refusal):
            copy_month(cast.wolfsbos, source, target, None, NOW, people=False)
        with pytest.raises(refusal):
            prepare_copy(cast.wolfsbos, source, target, NOW)


def test_a_roster_that_changed_is_looked_at_again(cast: Cast) -> None:
    make_shift(cast.wolfsbos, day(3))
    seen = plan(cast).fingerprint
    make_shift(cast.wolfsbos, day(4))
    with pytest.raises(CopyChanged) as refused:
        copy(cast, seen=seen)
    assert len(refused.value.plan.new) == 2
    assert in_january() == []


# -- people ---------------------------------------------------------------------------------------


def test_people_come_along_only_when_asked(cast: Cast) -> None:
    on(make_shift(cast.wolfsbos, day(3)), cast.volunteer)
    copy(cast, people=False)
    assert held(in_january()[0]) == []
    found = copy(cast)
    assert [each.name for each in found.people] == ["Joop van der Berg"]
    place = Place.get(Place.shift == in_january()[0])
    assert (place.person, place.how, place.by) == (
        cast.volunteer,
        PlaceHow.by_coordinator,
        cast.coordinator,
    )
    assert place.changes.get().step == Step.put


def test_who_comes_along_is_told_of_each_shift_and_who_copies_is_not(cast: Cast) -> None:
    on(make_shift(cast.wolfsbos, day(3)), cast.volunteer)
    on(make_shift(cast.wolfsbos, day(10)), cast.volunteer)
    on(make_shift(cast.wolfsbos, day(17)), cast.coordinator)
    copy(cast, people=False)
    assert count_rows(Message) == 0
    there = make_shift(cast.wolfsbos, day(28, 1))
    on(make_shift(cast.wolfsbos, day(24)), cast.key_holder)
    copy(cast)
    first, second, *_rest = in_january()
    assert [
        (each.kind, each.person, each.shift, each.about)
        for each in Message.select().order_by(Message.shift)
    ] == [
        ("put_on", cast.volunteer, first, cast.coordinator),
        ("put_on", cast.volunteer, second, cast.coordinator),
        ("put_on", cast.key_holder, there, cast.coordinator),
    ]
    copy(cast)
    assert count_rows(Message) == 3


def test_who_is_copied_onto_a_shift_made_at_the_same_moment_is_told_of_that_one(
    cast: Cast,
) -> None:
    on(make_shift(cast.wolfsbos, day(3)), cast.volunteer)
    copy(cast)
    assert [(each.person, each.shift) for each in Message.select()] == [
        (cast.volunteer, in_january()[0])
    ]


def test_who_was_on_a_pattern_is_on_the_same_seat_of_it(cast: Cast) -> None:
    pattern, _n = filling.start_pattern(
        cast.wolfsbos,
        "Ochtend",
        [SeatWish("Gastvrouw"), SeatWish("Kok")],
        None,
        NOW,
        rule="FREQ=WEEKLY;BYDAY=TH",
        first_date=day(1),
        start_time=dt.time(9),
        end_time=dt.time(12),
    )
    december = {shift.date: shift for shift in pattern.shifts}
    on(december[day(3)], cast.volunteer, 1)
    on(december[day(31)], cast.volunteer)
    on(december[day(10)], cast.key_holder)
    prepare_copy(cast.wolfsbos, DECEMBER, JANUARY, NOW)
    january = {shift.date: shift for shift in in_january()}
    on(january[day(14, 1)], cast.volunteer)
    found = plan(cast)
    assert found.new == []
    assert [(each.name, each.date, each.seat.role) for each in found.people] == [
        ("Joop van der Berg", day(7, 1), "Kok")
    ]
    assert [(each.name, each.date, each.why) for each in found.not_people] == [
        ("Anneke Bos", day(14, 1), "taken")
    ]
    copy(cast)
    assert held(january[day(7, 1)]) == ["Joop"]
    assert held(january[day(14, 1)]) == ["Joop"]


def test_who_cannot_is_left_out_with_the_reason(cast: Cast) -> None:
    people = {
        name: make_person(name, house=cast.wolfsbos, email=None)
        for name in ("Elders", "Weg", "Gestopt", "Onkundig", "Eraf", "Kan")
    }
    for person in people.values():
        Qualification.create(person=person, kind="alcohol")
        on(
            make_shift(cast.wolfsbos, day(3), title=person.first_name, qualification="alcohol"),
            person,
        )
    busy = make_shift(cast.knooppunt, day(7, 1), start_time=dt.time(12), end_time=dt.time(14))
    make_place(busy.seats.get(), people["Elders"], NOW)
    Unavailable.create(
        person=people["Weg"], first_date=day(7, 1), last_date=day(7, 1), part_of_day="afternoon"
    )
    Person.update(active=False).where(Person.id == people["Gestopt"].id).execute()
    Qualification.update(expires=day(6, 1)).where(
        Qualification.person == people["Onkundig"]
    ).execute()
    copy(cast, people=False)
    left = Shift.get(Shift.title == "Eraf", Shift.date == day(7, 1))
    Place.update(state=PlaceState.released).where(Place.id == on(left, people["Eraf"]).id).execute()
    found = copy(cast)
    assert {each.name: str(each.why) for each in found.not_people} == {
        "Elders": "elsewhere",
        "Weg": "away",
        "Gestopt": "gone",
        "Onkundig": "unskilled",
        "Eraf": "left",
    }
    assert [each.name for each in found.people] == ["Kan"]


def test_nobody_is_copied_into_two_places_at_once(cast: Cast) -> None:
    on(make_shift(cast.wolfsbos, day(3), end_time=dt.time(12)), cast.volunteer)
    # On 5 December it is a Saturday; a shift of a pattern that has other hours in January.
    late = make_shift(cast.wolfsbos, day(3), start_time=dt.time(12), end_time=dt.time(15))
    on(late, cast.volunteer)
    copy(cast, people=False)
    Shift.update(start_time=dt.time(11)).where(Shift.id == in_january()[-1].id).execute()
    first = copy(cast)
    assert len(first.people) == 2, "the one that moved is not the same shift, so a new one came"
    held_then = [
        (place.shift.start_time, place.shift.end_time)
        for place in Place.select().join(Shift).where(Shift.date == day(7, 1))
    ]
    assert sorted(held_then) == [
        (dt.time(9, 45), dt.time(12)),
        (dt.time(12), dt.time(15)),
    ]


def test_looking_takes_a_fixed_number_of_queries(cast: Cast) -> None:
    counts = []
    for _ in range(2):
        for n in range(1, 29):
            on(make_shift(cast.wolfsbos, day(n)), cast.volunteer)
        with count_queries() as counted:
            assert plan(cast).new
        counts.append(counted.count)
    assert counts[0] == counts[1]
