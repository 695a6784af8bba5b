"""Changing a series: what follows, what is held and why, and that nothing of people is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import (
    Activity,
    Closure,
    ClosureKind,
    CountEvent,
    House,
    Occurrence,
    OccurrenceState,
    PatternSeat,
    Place,
    Room,
    Seat,
    Shift,
    ShiftState,
    db,
)
from rules import filling, patterns, programme, series_change
from rules.recurrence import Kind, build_rule
from rules.rostering import leave_seat, take_seat
from rules.series_change import PlanChanged, change_activity, plan_change
from rules.series_plan import Why
from tests.cast import Cast, count_rows
from tests.conftest import NOW, TODAY
from tests.often import often

THURSDAYS = [dt.date(2026, 11, 26), dt.date(2026, 12, 3), dt.date(2026, 12, 10)]
TUESDAY = dt.date(2026, 12, 1)


def add_coffee(house: House, **facts: Any) -> Activity:
    """Every Thursday from 26 November, 10.00-12.00."""
    return programme.add_activity(
        house,
        None,
        NOW,
        **{
            "rule": "FREQ=WEEKLY;BYDAY=TH",
            "first_date": TODAY,
            "title": "Koffie",
            "category": "meet",
            "start_time": dt.time(10),
            "end_time": dt.time(12),
            **facts,
        },
    )


def with_seat(activity: Activity) -> None:
    """A shift of one seat on each of its dates."""
    filling.start_pattern(
        activity.house,
        "Gastvrouw",
        [patterns.SeatWish("Gastvrouw")],
        None,
        NOW,
        first_date=TODAY,
        activity=activity,
        before_minutes=15,
        after_minutes=0,
    )


def on(activity: Activity, day: dt.date) -> Occurrence:
    return Occurrence.get(Occurrence.activity == activity, Occurrence.original_date == day)


def days_of(activity: Activity) -> set[dt.date]:
    rows = Occurrence.select().where(
        Occurrence.activity == activity, Occurrence.state != OccurrenceState.cancelled
    )
    return {row.date for row in rows}


def seat_on(activity: Activity, day: dt.date) -> Seat:
    return Seat.select().join(Shift).where(Shift.occurrence == on(activity, day)).get()


def count_on(occurrence: Occurrence) -> None:
    CountEvent.create(
        id=uuid4(),
        house=occurrence.house,
        occurrence=occurrence,
        kind="visit",
        n=1,
        date=occurrence.date,
        hour=10,
        fingerprint="x",
    )


def test_a_new_rule_changes_only_the_dates_from_its_day_on(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    rule = "FREQ=WEEKLY;BYDAY=TU"
    plan = plan_change(coffee, NOW, since=dt.date(2026, 12, 7), rule=rule)
    assert [b.occurrence.date for b in plan.gone][:2] == [
        dt.date(2026, 12, 10),
        dt.date(2026, 12, 17),
    ]
    assert plan.new[:2] == [dt.date(2026, 12, 8), dt.date(2026, 12, 15)]
    assert (plan.changed, plan.held) == ([], [])
    change_activity(coffee, None, NOW, since=dt.date(2026, 12, 7), rule=rule)
    assert {day for day in days_of(coffee) if day < dt.date(2026, 12, 20)} == {
        dt.date(2026, 11, 26),
        dt.date(2026, 12, 3),
        dt.date(2026, 12, 8),
        dt.date(2026, 12, 15),
    }
    # The horizon stays whole: the last Tuesday of February, when dates are made to its end.
    assert max(days_of(coffee)) == dt.date(2027, 2, 23)


def test_what_a_plan_says_is_what_happens(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    before = days_of(coffee)
    news = {"rule": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;WKST=MO"}
    plan = plan_change(coffee, NOW, **news)
    change_activity(coffee, None, NOW, seen=plan.fingerprint, **news)
    gone = {becomes.occurrence.date for becomes in plan.gone}
    assert days_of(coffee) == (before - gone) | set(plan.new)
    assert gone == {day for day in before if (day - TODAY).days % 14 == 7}


def test_a_date_with_people_on_it_stays_and_says_who(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    with_seat(coffee)
    take_seat(seat_on(coffee, THURSDAYS[1]), cast.volunteer, NOW)
    news = {"rule": "FREQ=WEEKLY;BYDAY=TU"}
    (held,) = plan_change(coffee, NOW, **news).held
    assert (held.occurrence.date, held.goes, held.why) == (THURSDAYS[1], True, (Why.people,))
    assert held.people == ("Joop",)
    assert change_activity(coffee, None, NOW, **news) == []
    assert THURSDAYS[1] in days_of(coffee)
    assert Place.get().state == "confirmed"


def test_a_date_with_people_follows_when_asked_and_they_are_told(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    with_seat(coffee)
    take_seat(seat_on(coffee, THURSDAYS[1]), cast.volunteer, NOW)
    (told,) = change_activity(
        coffee, None, NOW, rule="FREQ=WEEKLY;BYDAY=TU", follow=[on(coffee, THURSDAYS[1]).id]
    )
    assert told.date == THURSDAYS[1]
    row = on(coffee, THURSDAYS[1])
    assert row.state == OccurrenceState.cancelled
    assert Shift.get(Shift.occurrence == row).state == ShiftState.cancelled
    assert Place.get().state == "confirmed"


def test_shifts_of_dates_that_go_are_taken_off_and_of_new_dates_are_made(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    with_seat(coffee)
    change_activity(coffee, None, NOW, rule="FREQ=WEEKLY;BYDAY=TU")
    shifts = {shift.date for shift in Shift.select().where(Shift.state == ShiftState.planned)}
    assert TUESDAY in shifts
    assert not shifts & set(THURSDAYS)
    assert Shift.select().where(Shift.occurrence.is_null()).count() == 0


def test_a_shift_that_somebody_left_is_remembered_when_its_date_goes(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    with_seat(coffee)
    seat = seat_on(coffee, THURSDAYS[1])
    take_seat(seat, cast.volunteer, NOW)
    leave_seat(seat, cast.volunteer, NOW)
    change_activity(coffee, None, NOW, rule="FREQ=WEEKLY;BYDAY=TU")
    assert Place.get().state == "released"
    assert Shift.get_by_id(seat.shift_id).state == ShiftState.cancelled


def test_what_was_counted_keeps_its_date_even_when_asked(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    today = on(coffee, TODAY)
    count_on(today)
    (held,) = plan_change(coffee, NOW, rule="FREQ=WEEKLY;BYDAY=TU").held
    assert (held.why, held.may_follow) == ((Why.counted,), False)
    change_activity(coffee, None, NOW, rule="FREQ=WEEKLY;BYDAY=TU", follow=[today.id])
    assert CountEvent.get().occurrence_id == today.id
    assert on(coffee, TODAY).state == OccurrenceState.planned


def test_own_edits_stay_unless_asked_and_each_says_why(cast: Cast) -> None:
    kitchen = Room.create(house=cast.wolfsbos, name="Keuken")
    coffee = add_coffee(cast.wolfsbos)
    first, second, third = (on(coffee, day) for day in THURSDAYS)
    programme.move_date(first, TODAY, None, NOW, room=kitchen)
    programme.move_date(second, TUESDAY, None, NOW, start_time=dt.time(9))
    programme.move_date(third, third.date, None, NOW, note="met taart")
    news = {"start_time": dt.time(10, 30)}
    held = {b.occurrence.id: b for b in plan_change(coffee, NOW, **news).held}
    assert held[first.id].why == (Why.other_room,)
    assert held[second.id].why == (Why.moved, Why.other_time)
    assert held[third.id].why == (Why.note,)
    change_activity(coffee, None, NOW, follow=[third.id], **news)
    assert [on(coffee, day).start_time for day in THURSDAYS] == [
        dt.time(10),
        dt.time(9),
        dt.time(10, 30),
    ]
    assert on(coffee, THURSDAYS[2]).note == "met taart"
    assert on(coffee, THURSDAYS[2]).state == OccurrenceState.planned
    # Its hour is no longer that of the series.
    assert on(coffee, TODAY).state == OccurrenceState.moved
    assert on(coffee, TODAY).room == kitchen


def test_who_agreed_to_another_plan_is_asked_again_and_nothing_is_stored(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    with_seat(coffee)
    news = {"rule": "FREQ=WEEKLY;BYDAY=TU", "title": "Thee"}
    seen = plan_change(coffee, NOW, **news).fingerprint
    take_seat(seat_on(coffee, THURSDAYS[1]), cast.volunteer, NOW)
    with pytest.raises(PlanChanged) as refused:
        change_activity(coffee, None, NOW, seen=seen, **news)
    assert [held.people for held in refused.value.plan.held] == [("Joop",)]
    assert Activity.get_by_id(coffee.id).title == "Koffie"
    assert TUESDAY not in days_of(coffee)


def test_a_change_beyond_the_horizon_first_makes_the_dates_up_to_it(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    since = dt.date(2027, 6, 1)
    plan = plan_change(coffee, NOW, since=since, rule="FREQ=WEEKLY;BYDAY=TU")
    change_activity(
        coffee, None, NOW, since=since, rule="FREQ=WEEKLY;BYDAY=TU", seen=plan.fingerprint
    )
    assert dt.date(2027, 5, 27) in days_of(coffee)  # the last Thursday of the old rule
    assert dt.date(2027, 6, 1) in days_of(coffee)  # a Tuesday
    assert dt.date(2027, 6, 3) not in days_of(coffee)
    with pytest.raises(programme.TooFar):
        plan_change(coffee, NOW, since=dt.date(2030, 1, 1))


def test_stopping_a_series_ends_it_and_a_later_end_goes_on(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    change_activity(coffee, None, NOW, last_date=THURSDAYS[1])
    assert days_of(coffee) == set(THURSDAYS[:2])
    change_activity(coffee, None, NOW, last_date=THURSDAYS[2])
    assert days_of(coffee) == set(THURSDAYS)
    change_activity(coffee, None, NOW, last_date=None)
    assert max(days_of(coffee)) == dt.date(2027, 2, 25)


def test_dates_on_closed_days_are_made_but_cancelled(cast: Cast) -> None:
    Closure.create(
        house=cast.wolfsbos,
        first_date=TUESDAY,
        last_date=TUESDAY,
        kind=ClosureKind.closed,
        reason="Schilder",
    )
    coffee = add_coffee(cast.wolfsbos)
    plan = plan_change(coffee, NOW, rule="FREQ=WEEKLY;BYDAY=TU")
    assert plan.new[0] == dt.date(2026, 12, 8)
    change_activity(coffee, None, NOW, rule="FREQ=WEEKLY;BYDAY=TU")
    assert on(coffee, TUESDAY).state == OccurrenceState.cancelled


def test_pausing_in_school_holidays_lists_the_dates_first(cast: Cast) -> None:
    Closure.create(
        first_date=dt.date(2026, 12, 19),
        last_date=dt.date(2027, 1, 3),
        kind=ClosureKind.school_holiday,
        reason="Kerstvakantie",
    )
    coffee = add_coffee(cast.wolfsbos)
    plan = plan_change(coffee, NOW, not_in_school_holidays=True)
    in_holiday = [dt.date(2026, 12, 24), dt.date(2026, 12, 31)]
    assert [b.occurrence.date for b in plan.paused] == in_holiday
    change_activity(coffee, None, NOW, not_in_school_holidays=True, seen=plan.fingerprint)
    assert not days_of(coffee) & set(in_holiday)
    plan = plan_change(coffee, NOW, not_in_school_holidays=False)
    assert [b.occurrence.date for b in plan.back] == in_holiday
    change_activity(coffee, None, NOW, not_in_school_holidays=False)
    assert days_of(coffee) >= set(in_holiday)


def test_putting_away_keeps_the_past_and_what_people_are_on(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos, first_date=dt.date(2026, 11, 12))
    with_seat(coffee)
    take_seat(seat_on(coffee, THURSDAYS[1]), cast.volunteer, NOW)
    (told,) = series_change.archive_activity(coffee, cast.coordinator, NOW)
    assert told.date == THURSDAYS[1]
    assert days_of(coffee) == {dt.date(2026, 11, 12), dt.date(2026, 11, 19)}
    assert on(coffee, THURSDAYS[1]).state == OccurrenceState.cancelled
    assert Activity.get_by_id(coffee.id).archived_at == NOW
    with pytest.raises(programme.IsArchived):
        programme.add_date(coffee, dt.date(2026, 12, 4), None, NOW)
    series_change.unarchive_activity(coffee, cast.coordinator, NOW)
    assert {day for day in days_of(coffee) if day >= TODAY} >= {TODAY, THURSDAYS[2]}
    assert max(days_of(coffee)) == dt.date(2027, 2, 25)


def test_an_extra_date_is_made_once_with_its_shift_and_outlives_a_new_rule(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    with_seat(coffee)
    friday = dt.date(2026, 12, 4)
    programme.add_date(coffee, friday, None, NOW)
    assert Shift.select().where(Shift.date == friday).count() == 1
    for day in (friday, THURSDAYS[1]):
        with pytest.raises(programme.DateTaken):
            programme.add_date(coffee, day, None, NOW)
    change_activity(coffee, None, NOW, rule="FREQ=WEEKLY;BYDAY=TU")
    assert friday in days_of(coffee)


def test_a_date_goes_back_to_what_its_series_says(cast: Cast) -> None:
    kitchen = Room.create(house=cast.wolfsbos, name="Keuken")
    coffee = add_coffee(cast.wolfsbos)
    row = on(coffee, THURSDAYS[1])
    programme.move_date(row, TUESDAY, None, NOW, start_time=dt.time(9), room=kitchen, note="eens")
    programme.reset_date(row, None, NOW)
    row = on(coffee, THURSDAYS[1])
    assert (row.date, row.start_time, row.end_time) == (THURSDAYS[1], dt.time(10), dt.time(12))
    assert (row.room, row.note, row.state) == (None, "", OccurrenceState.planned)


def test_a_date_is_not_moved_onto_another_one_of_its_series(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    with pytest.raises(programme.DateTaken):
        programme.move_date(on(coffee, THURSDAYS[1]), THURSDAYS[2], None, NOW)
    programme.move_date(on(coffee, THURSDAYS[1]), THURSDAYS[2], None, NOW, start_time=dt.time(9))
    assert on(coffee, THURSDAYS[1]).original_date == THURSDAYS[1]


def test_every_change_raises_the_sequence_that_calendars_go_by(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    row = on(coffee, THURSDAYS[1])
    steps = [
        lambda: programme.cancel_date(row, "", None, NOW),
        lambda: programme.restore_date(row, None, NOW),
        lambda: programme.move_date(row, TUESDAY, None, NOW),
        lambda: programme.reset_date(row, None, NOW),
        lambda: programme.add_date(coffee, dt.date(2026, 12, 4), None, NOW),
        lambda: change_activity(coffee, None, NOW, title="Thee"),
        lambda: series_change.archive_activity(coffee, None, NOW),
        lambda: series_change.unarchive_activity(coffee, None, NOW),
    ]
    for number, step in enumerate(steps, start=1):
        step()
        assert Activity.get_by_id(coffee.id).sequence == number


RULES = st.one_of(
    st.builds(
        build_rule,
        st.sampled_from([Kind.weekly, Kind.fortnightly, Kind.even_weeks, Kind.odd_weeks]),
        st.sets(st.integers(0, 6), min_size=1, max_size=3),
    ),
    st.builds(
        build_rule,
        st.just(Kind.monthly),
        st.sets(st.integers(0, 6), min_size=1, max_size=2),
        st.sets(st.sampled_from([1, 2, 3, 4, -1]), min_size=1, max_size=2),
    ),
)

#: A rule, how many days from now it begins, and whether held dates are asked to follow.
EDITS = st.tuples(RULES, st.integers(-20, 60), st.booleans())


@pytest.mark.slow
@settings(max_examples=often(60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    edits=st.lists(st.tuples(RULES, st.integers(-20, 60), st.booleans()), min_size=1, max_size=4)
)
def test_no_edit_of_a_rule_loses_a_seat_a_count_or_a_past_date(
    cast: Cast, edits: list[tuple[str, int, bool]]
) -> None:
    with db.atomic() as everything:
        coffee = add_coffee(cast.wolfsbos, first_date=dt.date(2026, 10, 1))
        with_seat(coffee)
        for day in THURSDAYS:
            take_seat(seat_on(coffee, day), cast.volunteer, NOW)
        count_on(on(coffee, TODAY))
        past = {day for day in days_of(coffee) if day < TODAY}
        for rule, days, ask in edits:
            since = TODAY + dt.timedelta(days=days)
            plan = plan_change(coffee, NOW, since=since, rule=rule)
            follow = [b.occurrence.id for b in plan.held] if ask else []
            change_activity(coffee, None, NOW, since=since, rule=rule, follow=follow)
            assert count_rows(Place) == len(THURSDAYS)
            assert Place.select().where(Place.state == "confirmed").count() == len(THURSDAYS)
            assert CountEvent.get().occurrence.original_date == TODAY
            assert {day for day in days_of(coffee) if day < TODAY} == past
            for day in THURSDAYS:
                shift = Shift.get(Shift.occurrence == on(coffee, day))
                off = on(coffee, day).state == OccurrenceState.cancelled
                assert (shift.state == ShiftState.cancelled) == off
        assert PatternSeat.select().count() == 1
        everything.rollback()
