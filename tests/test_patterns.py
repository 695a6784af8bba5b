"""Patterns become shifts, and shifts follow what happens to dates and closed days."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import Database, IntegrityError
from playhouse.test_utils import count_queries

from models import (
    Activity,
    Call,
    CallOutcome,
    Closure,
    ClosureKind,
    FixedPlace,
    Membership,
    Occurrence,
    OccurrenceState,
    PartOfDay,
    PatternSeat,
    Person,
    Place,
    PlaceChange,
    PlaceHow,
    PlaceState,
    Qualification,
    Role,
    RosterWish,
    Rotation,
    Seat,
    Shift,
    ShiftPattern,
    ShiftState,
    Step,
    Unavailable,
    WishKind,
    db,
)
from rules.calling import record_call
from rules.filling import (
    AHEAD,
    extend_roster,
    follow_closure,
    follow_occurrences,
    keep_filled,
)
from rules.fixed_people import not_put_on, rotates
from rules.patterns import FixedWish, SeatWish, add_pattern, patterns_of, stop_pattern
from rules.recurrence import BadRule
from rules.rostering import leave_seat, take_seat
from tests.at_once import at_once, wait_until_somebody_waits
from tests.cast import (
    Cast,
    count_rows,
    make_activity,
    make_occurrence,
    make_person,
    make_place,
    make_shift,
)
from tests.conftest import NOW, TODAY

WEEK = dt.timedelta(weeks=1)
UNTIL = TODAY + 6 * WEEK
HOST = SeatWish("Gastvrouw of gastheer")


def add(cast: Cast, *seats: SeatWish, **facts: Any) -> ShiftPattern:
    """A pattern of Wolfsbos; by default each Monday morning."""
    if "activity" not in facts:
        facts = {"rule": "FREQ=WEEKLY;BYDAY=MO", **facts}
    if "before_minutes" not in facts:
        facts = {"start_time": dt.time(9), "end_time": dt.time(12), **facts}
    facts = {"title": "Ochtend", "first_date": TODAY, **facts}
    house = facts.pop("house", cast.wolfsbos)
    return add_pattern(house, facts.pop("title"), seats or (HOST,), cast.coordinator, NOW, **facts)


def on_thursdays(cast: Cast, weeks: int = 3, **facts: Any) -> tuple[ShiftPattern, list[Occurrence]]:
    """A pattern that follows an activity from 10 to 16 on some Thursdays, with its shifts."""
    activity = make_activity(cast.wolfsbos)
    dates = [make_occurrence(activity, TODAY + n * WEEK) for n in range(weeks)]
    pattern = add(cast, activity=activity, **facts)
    fill(cast)
    return pattern, dates


def fill(cast: Cast) -> int:
    return extend_roster(cast.wolfsbos, TODAY, NOW, UNTIL)


def shifts() -> list[Shift]:
    return list(Shift.select().order_by(Shift.date, Shift.start_time, Shift.id))


def put_on(shift: Shift, person: Person) -> Place:
    return make_place(shift.seats.get(), person, NOW)


# -- making shifts --------------------------------------------------------------------------------


def test_a_rule_of_its_own_makes_shifts_with_seats_up_to_the_horizon(cast: Cast) -> None:
    add(cast, SeatWish("Sleutelhouder", "key_holder"), SeatWish("Hulp", required=False))
    assert fill(cast) == 6
    assert [shift.date for shift in shifts()] == [
        dt.date(2026, 11, 30) + n * WEEK for n in range(6)
    ]
    first = shifts()[0]
    assert (first.house, first.title, first.start_time) == (cast.wolfsbos, "Ochtend", dt.time(9))
    assert [
        (seat.role, seat.qualification, seat.required)
        for seat in first.seats.order_by(Seat.position)
    ] == [("Sleutelhouder", "key_holder", True), ("Hulp", "", False)]


def test_extending_again_adds_only_what_is_new(cast: Cast) -> None:
    add(cast)
    fill(cast)
    assert fill(cast) == 0
    assert extend_roster(cast.wolfsbos, TODAY, NOW, UNTIL + WEEK) == 1
    assert count_rows(Seat) == count_rows(Shift) == 7
    assert ShiftPattern.get().filled_until == UNTIL + WEEK


def test_a_pattern_knows_its_first_and_last_day(cast: Cast) -> None:
    add(cast, first_date=TODAY + WEEK, last_date=TODAY + 2 * WEEK)
    fill(cast)
    assert [shift.date for shift in shifts()] == [dt.date(2026, 12, 7)]


def test_filling_one_house_leaves_the_other_alone(cast: Cast) -> None:
    add(cast, house=cast.knooppunt)
    assert fill(cast) == 0
    assert count_rows(Shift) == 0


def test_two_who_extend_at_once_make_each_shift_once(cast: Cast, database: Database) -> None:
    add(cast, HOST, HOST)
    barrier = threading.Barrier(6)
    errors: list[Exception] = []

    def extend() -> None:
        database.connect()
        try:
            barrier.wait(timeout=20)
            fill(cast)
        except Exception as error:
            errors.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=extend) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert errors == []
    assert (count_rows(Shift), count_rows(Seat)) == (6, 12)


def test_keeping_filled_works_once_and_then_only_looks(cast: Cast) -> None:
    add(cast)
    keep_filled(cast.wolfsbos, TODAY, NOW)
    assert max(shift.date for shift in shifts()) > TODAY + AHEAD - WEEK
    Shift.delete().execute()
    keep_filled(cast.wolfsbos, TODAY, NOW)
    assert count_rows(Shift) == 0
    keep_filled(cast.wolfsbos, TODAY + 2 * WEEK, NOW)
    assert count_rows(Shift) == 8


def test_a_pattern_needs_a_rule_or_an_activity_with_times_that_fit(cast: Cast) -> None:
    with pytest.raises(BadRule):
        add(cast, rule="FREQ=SOMETIMES")
    with pytest.raises(IntegrityError):
        add(cast, rule="")
    with pytest.raises(IntegrityError):
        add(cast, before_minutes=15, after_minutes=15)
    assert (count_rows(ShiftPattern), count_rows(PatternSeat)) == (0, 0)


# -- on the dates of an activity ------------------------------------------------------------------


def test_shifts_follow_an_activity_at_fixed_times(cast: Cast) -> None:
    _, dates = on_thursdays(cast)
    assert [(shift.date, shift.occurrence) for shift in shifts()] == [
        (occurrence.date, occurrence) for occurrence in dates
    ]
    assert {(shift.start_time, shift.end_time) for shift in shifts()} == {(dt.time(9), dt.time(12))}


def test_shifts_may_begin_before_and_end_after_the_activity(cast: Cast) -> None:
    on_thursdays(cast, before_minutes=15, after_minutes=30)
    assert (shifts()[0].start_time, shifts()[0].end_time) == (dt.time(9, 45), dt.time(16, 30))


def test_after_an_activity_without_end_is_after_two_hours(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos, end_time=None)
    make_occurrence(activity, TODAY)
    add(cast, activity=activity, before_minutes=0, after_minutes=15)
    fill(cast)
    assert shifts()[0].end_time == dt.time(12, 15)


def test_a_shift_stays_within_its_day(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos, start_time=dt.time(0, 10), end_time=dt.time(23, 50))
    make_occurrence(activity, TODAY)
    add(cast, activity=activity, before_minutes=60, after_minutes=60)
    fill(cast)
    assert (shifts()[0].start_time, shifts()[0].end_time) == (dt.time(0), dt.time(23, 59))


def test_a_cancelled_date_gets_no_shift(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos)
    make_occurrence(activity, TODAY, state=OccurrenceState.cancelled)
    add(cast, activity=activity)
    assert fill(cast) == 0


def test_cancelling_a_date_cancels_its_shift_and_keeps_its_people(cast: Cast) -> None:
    _, (first, second, _) = on_thursdays(cast)
    put_on(shifts()[0], cast.volunteer)
    for occurrence in (first, second):
        occurrence.state = OccurrenceState.cancelled
        occurrence.save()
    assert follow_occurrences([first, second], NOW) == [shifts()[0]]
    assert [shift.state for shift in shifts()] == [
        ShiftState.cancelled,
        ShiftState.cancelled,
        ShiftState.planned,
    ]
    assert Place.get().state == PlaceState.confirmed
    first.state = OccurrenceState.planned
    first.save()
    assert follow_occurrences([first], NOW) == [shifts()[0]]
    assert shifts()[0].state == ShiftState.planned
    assert follow_occurrences([first], NOW) == []


def test_a_moved_date_takes_its_shift_and_people_along(cast: Cast) -> None:
    _, (first, *_) = on_thursdays(cast)
    put_on(shifts()[0], cast.volunteer)
    first.date = TODAY + dt.timedelta(days=1)
    first.start_time, first.end_time = dt.time(13), dt.time(19)
    first.state = OccurrenceState.moved
    first.save()
    [moved] = follow_occurrences([first], NOW)
    assert Shift.get_by_id(moved.id).date == first.date
    # Three hours later, like the activity.
    assert (moved.start_time, moved.end_time) == (dt.time(12), dt.time(15))
    assert (moved.original_date, Place.get().shift) == (TODAY, moved)
    assert fill(cast) == 0


def test_a_date_that_comes_later_gets_a_shift_as_far_as_the_roster_goes(cast: Cast) -> None:
    pattern, _ = on_thursdays(cast, weeks=1)
    new = make_occurrence(pattern.activity, TODAY + WEEK)
    far = make_occurrence(pattern.activity, UNTIL + WEEK)
    follow_occurrences([new, far], NOW)
    assert [shift.occurrence for shift in shifts()][1:] == [new]


def test_a_date_taken_out_of_a_series_takes_its_shift_but_not_its_people(cast: Cast) -> None:
    pattern, (_, second, third) = on_thursdays(cast)
    kept = put_on(shifts()[1], cast.volunteer)
    second.delete_instance()
    third.delete_instance()
    fill(cast)
    assert [shift.state for shift in shifts()] == [ShiftState.planned, ShiftState.cancelled]
    again = make_occurrence(pattern.activity, TODAY + WEEK)
    fill(cast)
    back = Shift.get_by_id(kept.shift_id)
    assert (back.state, back.occurrence) == (ShiftState.planned, again)
    assert Place.get().state == PlaceState.confirmed


# -- closed days ----------------------------------------------------------------------------------


def close(cast: Cast, day: dt.date, **facts: Any) -> Closure:
    facts = {"house": cast.wolfsbos, "kind": ClosureKind.closed, "reason": "Schilders", **facts}
    return Closure.create(first_date=day, last_date=day, **facts)


MONDAY = dt.date(2026, 11, 30)


def test_a_closed_day_makes_no_shift(cast: Cast) -> None:
    close(cast, MONDAY)
    add(cast)
    assert fill(cast) == 5


def test_a_holiday_closes_only_when_somebody_said_so(cast: Cast) -> None:
    close(cast, MONDAY, house=None, kind=ClosureKind.public_holiday)
    close(cast, MONDAY + WEEK, house=None, kind=ClosureKind.public_holiday, closes=True)
    close(cast, MONDAY + 2 * WEEK, kind=ClosureKind.school_holiday)
    close(cast, MONDAY + 3 * WEEK, house=cast.knooppunt)
    add(cast)
    assert fill(cast) == 5


def test_closing_a_day_cancels_its_shifts_and_opening_it_brings_them_back(cast: Cast) -> None:
    add(cast)
    fill(cast)
    put_on(shifts()[0], cast.volunteer)
    closure = close(cast, MONDAY)
    assert follow_closure(closure, NOW) == [shifts()[0]]
    assert shifts()[0].state == ShiftState.cancelled
    assert Place.get().state == PlaceState.confirmed
    closure.delete_instance()
    assert follow_closure(closure, NOW) == [shifts()[0]]
    assert shifts()[0].state == ShiftState.planned


def test_a_day_that_opens_after_all_gets_its_shift(cast: Cast) -> None:
    closure = close(cast, MONDAY, house=None)
    add(cast)
    fill(cast)
    closure.delete_instance()
    follow_closure(closure, NOW)
    assert shifts()[0].date == MONDAY


# -- fixed people ---------------------------------------------------------------------------------


def fixed_dates(person: Person) -> list[dt.date]:
    places = Place.select(Place, Shift).join(Shift).where(Place.person == person)
    return [place.shift.date for place in places.order_by(Shift.date)]


def test_a_fixed_volunteer_is_on_every_shift(cast: Cast) -> None:
    add(cast, SeatWish("Gastheer", fixed=[FixedWish(cast.volunteer)]))
    fill(cast)
    assert len(fixed_dates(cast.volunteer)) == 6
    assert {place.how for place in Place.select()} == {PlaceHow.fixed}


def test_two_can_share_a_seat_by_even_and_odd_weeks(cast: Cast) -> None:
    add(
        cast,
        SeatWish(
            "Gastheer",
            fixed=[
                FixedWish(cast.volunteer, Rotation.even),
                FixedWish(cast.key_holder, Rotation.odd),
            ],
        ),
    )
    fill(cast)
    # Week 49 to 53 of 2026, and week 1: two odd weeks in a row.
    assert [day.isocalendar().week for day in fixed_dates(cast.volunteer)] == [50, 52]
    assert [day.isocalendar().week for day in fixed_dates(cast.key_holder)] == [49, 51, 53, 1]


@pytest.mark.parametrize(
    ("nth", "days"),
    [(1, [3]), (2, [10]), (4, [24]), (5, [31]), (-1, [31])],
)
def test_the_nth_weekday_of_december(nth: int, days: list[int]) -> None:
    fixed = FixedPlace(rotation=Rotation.nth, nth=nth)
    thursdays = [dt.date(2026, 12, day) for day in (3, 10, 17, 24, 31)]
    assert [day.day for day in thursdays if rotates(fixed, day)] == days


def test_who_left_the_house_or_misses_the_skill_is_not_put_on(cast: Cast) -> None:
    left = make_person("Wim", house=cast.wolfsbos)
    expired = make_person("Ria", house=cast.wolfsbos)
    Qualification.create(person=expired, kind="key_holder", expires=MONDAY + WEEK)
    add(
        cast,
        SeatWish("Sleutelhouder", "key_holder", fixed=[FixedWish(expired)]),
        SeatWish("Gastheer", fixed=[FixedWish(left), FixedWish(cast.viewer)]),
    )
    Membership.delete().where(Membership.person == left).execute()
    fill(cast)
    assert fixed_dates(expired) == [MONDAY, MONDAY + WEEK]
    assert fixed_dates(left) == []
    assert Membership.get(Membership.person == cast.viewer).role == Role.viewer
    assert fixed_dates(cast.viewer) == []


def test_nobody_is_fixed_twice_on_one_shift(cast: Cast) -> None:
    fixed = [FixedWish(cast.volunteer)]
    add(cast, SeatWish("Kok", fixed=fixed), SeatWish("Hulp", fixed=fixed))
    fill(cast)
    assert len(fixed_dates(cast.volunteer)) == 6


def test_who_left_a_fixed_seat_is_not_put_back(cast: Cast) -> None:
    add(cast, SeatWish("Gastheer", fixed=[FixedWish(cast.volunteer)]))
    fill(cast)
    leave_seat(shifts()[0].seats.get(), cast.volunteer, NOW)
    fill(cast)
    assert Place.get(Place.shift == shifts()[0]).state == PlaceState.released


def test_groups_take_turns_by_whole_weeks_whatever_the_weeks_are_called(cast: Cast) -> None:
    """Weeks 49, 50, 51, 52, 53 of 2026, and 1 and 2 of 2027: worked out on a calendar."""
    first, second, third = (
        FixedWish(person, Rotation.group, groups=3, since=since)
        for person, since in (
            (cast.volunteer, dt.date(2026, 11, 30)),
            (cast.key_holder, dt.date(2026, 12, 13)),  # The Sunday of week 50.
            (cast.coordinator, dt.date(2026, 12, 16)),
        )
    )
    add(cast, SeatWish("Gastheer", fixed=[first, second, third]))
    extend_roster(cast.wolfsbos, TODAY, NOW, dt.date(2027, 1, 12))
    weeks = [
        [day.isocalendar().week for day in fixed_dates(person)]
        for person in (cast.volunteer, cast.key_holder, cast.coordinator)
    ]
    assert weeks == [[49, 52, 2], [50, 53], [51, 1]]


@pytest.mark.parametrize(
    ("rotation", "weeks"),
    [
        (Rotation.even, [50, 52, 2]),
        (Rotation.odd, [49, 51, 53, 1]),
        (Rotation.every, [49, 50, 51, 52, 53, 1, 2]),
    ],
)
def test_even_and_odd_go_by_the_number_of_the_week(rotation: Rotation, weeks: list[int]) -> None:
    fixed = FixedPlace(rotation=rotation)
    mondays = [dt.date(2026, 11, 30) + n * WEEK for n in range(7)]
    assert [day.isocalendar().week for day in mondays if rotates(fixed, day)] == weeks


def test_nobody_has_a_turn_before_their_first_one() -> None:
    fixed = FixedPlace(rotation=Rotation.group, groups=2, group_since=dt.date(2026, 12, 10))
    mondays = [dt.date(2026, 11, 23) + n * WEEK for n in range(6)]
    assert [day.day for day in mondays if rotates(fixed, day)] == [7, 21]


@given(
    st.integers(2, 12), st.dates(dt.date(2020, 1, 1), dt.date(2035, 12, 31)), st.integers(0, 3000)
)
def test_of_the_groups_of_a_seat_exactly_one_has_each_week(
    groups: int, since: dt.date, days: int
) -> None:
    day = since + dt.timedelta(weeks=groups, days=days)
    turns = [
        rotates(
            FixedPlace(rotation=Rotation.group, groups=groups, group_since=since + n * WEEK), day
        )
        for n in range(groups)
    ]
    assert turns.count(True) == 1


def test_who_is_elsewhere_then_is_not_put_on_in_any_house(cast: Cast) -> None:
    elsewhere = make_shift(cast.knooppunt, MONDAY, start_time=dt.time(11, 30), end_time=dt.time(14))
    put_on(elsewhere, cast.volunteer)
    beside = make_shift(cast.wolfsbos, MONDAY + WEEK, start_time=dt.time(12), end_time=dt.time(14))
    put_on(beside, cast.volunteer)  # It begins when the other ends.
    off = make_shift(cast.knooppunt, MONDAY + 2 * WEEK, state=ShiftState.cancelled)
    put_on(off, cast.volunteer)
    pattern = add(
        cast, SeatWish("Gastheer", fixed=[FixedWish(cast.volunteer), FixedWish(cast.key_holder)])
    )
    fill(cast)
    on = {place.shift.date: place.person for place in Place.select().where(Place.how == "fixed")}
    assert on[MONDAY] == cast.key_holder
    assert {on[MONDAY + n * WEEK] for n in range(1, 6)} == {cast.volunteer}
    assert not_put_on(pattern, NOW) == [], "another one has it"


def test_who_takes_a_seat_while_the_roster_is_filled_is_in_one_place(
    cast: Cast, database: Database
) -> None:
    elsewhere = make_shift(cast.knooppunt, MONDAY, start_time=dt.time(10), end_time=dt.time(11))
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role=Role.volunteer)
    add(cast, SeatWish("Gastheer", fixed=[FixedWish(cast.volunteer)]))
    seat = elsewhere.seats.get()

    def take() -> Place:
        return take_seat(Seat.get_by_id(seat.id), Person.get_by_id(cast.volunteer.id), NOW)

    at_once(database, take, lambda: fill(cast))
    on = Place.select().join(Shift).where(Shift.date == MONDAY, Place.person == cast.volunteer)
    assert on.count() == 1


def test_patterns_that_overlap_share_nobody(cast: Cast) -> None:
    fixed = [FixedWish(cast.volunteer)]
    add(cast, SeatWish("Gastheer", fixed=fixed))
    late = add(cast, SeatWish("Kok", fixed=fixed), title="Koken", start_time=dt.time(11))
    fill(cast)
    assert [place.seat.role for place in Place.select()] == ["Gastheer"] * 6
    left = not_put_on(late, NOW)
    assert [(each.shift.date, each.person, each.why) for each in left] == [
        (MONDAY + n * WEEK, cast.volunteer, "elsewhere") for n in range(6)
    ]


def test_the_coordinator_hears_on_which_days_a_skill_is_missing(
    cast: Cast, database: Database
) -> None:
    Qualification.create(
        person=cast.volunteer, kind="alcohol", expires=MONDAY + WEEK - dt.timedelta(days=1)
    )
    pattern = add(cast, SeatWish("Bar", "alcohol", fixed=[FixedWish(cast.volunteer)]))
    fill(cast)
    assert fixed_dates(cast.volunteer) == [MONDAY]
    with count_queries() as few:
        left = not_put_on(pattern, NOW)
    assert [each.shift.date for each in left] == [MONDAY + n * WEEK for n in range(1, 6)]
    assert {each.why for each in left} == {"unskilled"}
    extend_roster(cast.wolfsbos, TODAY, NOW, UNTIL + 10 * WEEK)
    with count_queries() as many:
        assert len(not_put_on(pattern, NOW)) == 15
    assert few.count == many.count


def test_who_said_that_they_are_away_is_not_put_on_and_the_coordinator_hears_when(
    cast: Cast, database: Database
) -> None:
    Unavailable.create(person=cast.volunteer, first_date=MONDAY + WEEK, last_date=MONDAY + 2 * WEEK)
    # A morning shift does not touch an evening.
    Unavailable.create(
        person=cast.volunteer,
        first_date=MONDAY + 3 * WEEK,
        last_date=MONDAY + 3 * WEEK,
        part_of_day=PartOfDay.evening,
    )
    fixed = [FixedWish(cast.volunteer), FixedWish(cast.key_holder, Rotation.odd)]
    pattern = add(cast, SeatWish("Gastheer", fixed=fixed))
    fill(cast)
    assert fixed_dates(cast.volunteer) == [MONDAY + n * WEEK for n in (0, 3, 4, 5)]
    # 30 November 2026 is in week 49: a week later is even, two weeks later is odd.
    assert fixed_dates(cast.key_holder) == [MONDAY + 2 * WEEK]
    assert [(each.shift.date, each.person, each.why) for each in not_put_on(pattern, NOW)] == [
        (MONDAY + WEEK, cast.volunteer, "away")
    ]


def test_a_weekday_that_somebody_wishes_free_does_not_undo_their_fixed_seat(cast: Cast) -> None:
    RosterWish.create(
        house=cast.wolfsbos, person=cast.volunteer, kind=WishKind.not_on, weekday=MONDAY.weekday()
    )
    add(cast, SeatWish("Gastheer", fixed=[FixedWish(cast.volunteer)]))
    fill(cast)
    assert len(fixed_dates(cast.volunteer)) == 6


def test_what_a_pattern_does_is_remembered_step_by_step(cast: Cast) -> None:
    add(cast, SeatWish("Gastheer", fixed=[FixedWish(cast.volunteer)]))
    fill(cast)
    steps = list(PlaceChange.select().order_by(PlaceChange.place))
    assert [step.place_id for step in steps] == [
        place.id for place in Place.select().order_by(Place.id)
    ]
    assert {(step.step, step.state, step.by, step.at, step.house_id) for step in steps} == {
        (Step.put, PlaceState.confirmed, None, NOW, cast.wolfsbos.id)
    }
    fill(cast)
    assert count_rows(PlaceChange) == 6


# -- stopping -------------------------------------------------------------------------------------


def test_stopping_a_pattern_keeps_the_shifts_that_people_are_on(cast: Cast) -> None:
    pattern = add(cast, rule="FREQ=DAILY")
    fill(cast)
    today, tomorrow, _, third, *_ = shifts()
    take_seat(tomorrow.seats.get(), cast.volunteer, NOW)
    take_seat(third.seats.get(), cast.volunteer, NOW)
    leave_seat(third.seats.get(), cast.volunteer, NOW)
    assert stop_pattern(pattern, cast.coordinator, NOW) == [tomorrow]
    assert [(shift.date, shift.state) for shift in shifts()] == [
        (today.date, ShiftState.planned),
        (tomorrow.date, ShiftState.planned),
        (third.date, ShiftState.cancelled),
    ]
    assert fill(cast) == 0
    assert shifts()[-1].state == ShiftState.cancelled
    assert patterns_of(cast.wolfsbos, TODAY + WEEK) == []


@pytest.mark.parametrize("was_on_before", [False, True])
def test_stopping_a_pattern_waits_for_who_is_just_taking_a_seat_and_keeps_them(
    cast: Cast, database: Database, was_on_before: bool
) -> None:
    pattern = add(cast)
    fill(cast)
    shift = shifts()[1]
    seat = shift.seats.get()
    if was_on_before:
        take_seat(seat, cast.key_holder, NOW)
        leave_seat(seat, cast.key_holder, NOW)
    on_it, stopping = threading.Event(), threading.Event()

    def take() -> Place:
        with db.atomic():
            place = take_seat(seat, cast.volunteer, NOW)
            on_it.set()
            assert stopping.wait(timeout=20)
            wait_until_somebody_waits(database)
            return place

    def stop() -> list[Shift]:
        assert on_it.wait(timeout=20)
        stopping.set()
        return stop_pattern(pattern, cast.coordinator, NOW)

    place, kept = at_once(database, take, stop)
    assert isinstance(place, Place)
    assert kept == [shift]
    assert Place.get_by_id(place.id).state == PlaceState.confirmed
    assert Shift.get_by_id(shift.id).state == ShiftState.planned


def test_stopping_a_pattern_keeps_the_memory_of_who_was_rung(cast: Cast) -> None:
    pattern = add(cast)
    fill(cast)
    shift = shifts()[0]
    record_call(shift, shift.seats.get().id, cast.volunteer, CallOutcome.no, cast.coordinator, NOW)
    assert stop_pattern(pattern, cast.coordinator, NOW) == []
    assert [(each.id, each.state) for each in shifts()] == [(shift.id, ShiftState.cancelled)]
    assert count_rows(Call) == 1


def test_a_stopped_pattern_does_not_come_back_with_its_activity(cast: Cast) -> None:
    pattern, (_, second, third) = on_thursdays(cast)
    seat = shifts()[1].seats.get()
    take_seat(seat, cast.volunteer, NOW)
    leave_seat(seat, cast.volunteer, NOW)
    stop_pattern(pattern, cast.coordinator, NOW)
    follow_occurrences([second, third], NOW)
    assert [shift.state for shift in shifts()] == [ShiftState.planned, ShiftState.cancelled]


def test_the_patterns_of_a_house_with_their_seats_and_people(cast: Cast) -> None:
    add(cast, SeatWish("Kok", fixed=[FixedWish(cast.volunteer)]), HOST)
    add(cast, house=cast.knooppunt, title="Elders")
    [pattern] = patterns_of(cast.wolfsbos, TODAY)
    assert [seat.role for seat in pattern.seats] == ["Kok", HOST.role]
    assert [fixed.person for fixed in pattern.seats[0].fixed] == [cast.volunteer]


def test_an_activity_that_goes_takes_its_patterns_but_not_the_memory(cast: Cast) -> None:
    pattern, _ = on_thursdays(cast)
    put_on(shifts()[0], cast.volunteer)
    Activity.delete().where(Activity.id == pattern.activity_id).execute()
    assert count_rows(ShiftPattern) == 0
    assert Place.get().shift.title == "Ochtend"
