"""Series that are changed, stopped, put away and taken back as the months go by."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from peewee import Database

from models import Activity, Occurrence, OccurrenceState, Place, Shift, ShiftState
from rules import houses, programme
from rules.activity_words import coming_in_words
from rules.horizon import keep_filled
from rules.programme import ChangedMeanwhile
from rules.rostering import take_seat
from rules.series_change import (
    archive_activity,
    change_activity,
    plan_change,
    unarchive_activity,
)
from rules.series_plan import Why
from tests.at_once import at_once
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.test_series_change import add_coffee, count_on, days_of, on, seat_on, with_seat

TUESDAYS, THURSDAYS = "FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=TH"
WEEK = dt.timedelta(weeks=1)
DAY = dt.date(2026, 12, 3)


def noon(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time(12))


def live(activity: Activity, since: dt.date = TODAY) -> list[tuple[dt.date, dt.time]]:
    """The coming days and hours, each as often as it is there."""
    rows = Occurrence.select().where(
        Occurrence.activity == activity,
        Occurrence.date >= since,
        Occurrence.state != OccurrenceState.cancelled,
    )
    return sorted((row.date, row.start_time) for row in rows)


def test_after_a_summer_stop_no_date_is_made_that_never_was(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos, last_date=dt.date(2027, 6, 30))
    day = TODAY
    while day < dt.date(2027, 9, 6):
        day += WEEK
        keep_filled(cast.wolfsbos, day, noon(day))
    plan = plan_change(coffee, noon(day), last_date=dt.date(2028, 6, 30))
    assert plan.asks
    assert plan.new[0] == dt.date(2027, 9, 9)
    change_activity(coffee, None, noon(day), seen=plan.fingerprint, last_date=dt.date(2028, 6, 30))
    keep_filled(cast.wolfsbos, day, noon(day))
    days = days_of(coffee)
    assert not {each for each in days if dt.date(2027, 6, 30) < each < dt.date(2027, 9, 9)}
    assert set(plan.new) <= days


def test_what_was_put_away_for_months_comes_back_from_that_day_on(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    archive_activity(coffee, None, noon(dt.date(2026, 12, 10)))
    unarchive_activity(coffee, None, noon(dt.date(2027, 6, 10)))
    days = days_of(coffee)
    assert not {each for each in days if dt.date(2026, 12, 10) < each < dt.date(2027, 6, 10)}
    assert dt.date(2027, 6, 10) in days


def test_stopping_also_stops_the_dates_before_a_change_that_begins_later(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    change_activity(coffee, None, NOW, since=dt.date(2027, 2, 1), rule=TUESDAYS)
    plan = plan_change(coffee, NOW, last_date=dt.date(2026, 12, 10))
    assert plan.new == []
    change_activity(coffee, None, NOW, last_date=dt.date(2026, 12, 10))
    assert days_of(coffee) == {TODAY, DAY, dt.date(2026, 12, 10)}


def test_a_later_edit_leaves_the_dates_of_the_former_rule_as_they_are(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    change_activity(coffee, None, NOW, since=dt.date(2027, 2, 1), rule=TUESDAYS)
    before = days_of(coffee)
    assert not plan_change(coffee, NOW, title="Thee").asks
    change_activity(coffee, None, NOW, last_date=dt.date(2027, 12, 31))
    assert {day for day in days_of(coffee) if day <= max(before)} == before
    plan = plan_change(coffee, NOW, rule="FREQ=WEEKLY;BYDAY=WE")
    gone = {becomes.occurrence.date for becomes in plan.gone}
    assert gone == {day for day in before if day >= TODAY}


def test_hours_that_change_later_leave_the_dates_before_as_usual(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    since = dt.date(2027, 1, 1)
    change_activity(coffee, None, NOW, since=since, start_time=dt.time(13), end_time=dt.time(15))
    states = {row.state for row in Occurrence.select().where(Occurrence.date >= TODAY)}
    assert states == {OccurrenceState.planned}
    assert {time for day, time in live(coffee) if day < since} == {dt.time(10)}
    assert {time for day, time in live(coffee) if day >= since} == {dt.time(13)}
    plan = plan_change(coffee, NOW, start_time=dt.time(14), end_time=dt.time(16))
    assert plan.held == []
    programme.cancel_date(on(coffee, DAY), "", None, NOW)
    programme.restore_date(on(coffee, DAY), None, NOW)
    assert on(coffee, DAY).state == OccurrenceState.planned


def test_dates_beside_a_series_are_asked_about_when_it_stops(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    last = dt.date(2026, 12, 20)
    extra = programme.add_date(coffee, dt.date(2026, 12, 29), None, NOW)
    moved = on(coffee, dt.date(2026, 12, 10))
    programme.move_date(moved, dt.date(2026, 12, 30), None, NOW)
    held = plan_change(coffee, NOW, last_date=last).held
    assert [(each.occurrence.id, each.why, each.goes) for each in held] == [
        (extra.id, (Why.extra,), True),
        (moved.id, (Why.moved,), True),
    ]
    change_activity(coffee, None, NOW, last_date=last, follow=[extra.id, moved.id])
    assert max(days_of(coffee)) == dt.date(2026, 12, 17)


def test_what_was_kept_on_purpose_is_not_asked_about_again(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    with_seat(coffee)
    take_seat(seat_on(coffee, DAY), cast.volunteer, NOW)
    change_activity(coffee, None, NOW, rule=TUESDAYS)
    assert not plan_change(coffee, NOW, title="Thee").asks
    assert on(coffee, DAY).state == OccurrenceState.planned


def test_a_date_kept_after_the_last_day_is_asked_about_once(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    programme.add_date(coffee, dt.date(2026, 12, 29), None, NOW)
    last = dt.date(2026, 12, 20)
    change_activity(coffee, None, NOW, last_date=last)
    assert dt.date(2026, 12, 29) in days_of(coffee)
    # A form sends the last day along whatever else was changed.
    assert not plan_change(coffee, NOW, last_date=last, title="Thee").asks


def test_what_was_counted_today_took_place_also_when_the_series_is_put_away(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    count_on(on(coffee, TODAY))
    archive_activity(coffee, None, NOW)
    assert on(coffee, TODAY).state == OccurrenceState.planned
    assert days_of(coffee) == {TODAY}


@pytest.mark.parametrize(
    ("moved_to", "news"),
    [
        # A Tuesday on which the new rule falls, too.
        ((dt.date(2026, 12, 8), dt.time(10)), {"rule": TUESDAYS}),
        # A Thursday of its own series, at the hour that the series gets.
        (
            (dt.date(2026, 12, 17), dt.time(13)),
            {"start_time": dt.time(13), "end_time": dt.time(15)},
        ),
        # Further ahead than dates are made.
        ((dt.date(2027, 3, 11), dt.time(10)), {}),
    ],
)
def test_a_series_never_takes_place_twice_on_one_day_and_hour(
    cast: Cast, moved_to: tuple[dt.date, dt.time], news: dict[str, Any]
) -> None:
    coffee = add_coffee(cast.wolfsbos)
    row, (day, start) = on(coffee, dt.date(2026, 12, 10)), moved_to
    end = dt.time(start.hour + 2)
    try:
        programme.move_date(row, day, None, NOW, start_time=start, end_time=end)
    except programme.DateTaken:
        assert not news
    if news:
        plan = plan_change(coffee, NOW, **news)
        follow = [each.occurrence.id for each in plan.held]
        change_activity(coffee, None, NOW, seen=plan.fingerprint, follow=follow, **news)
    keep_filled(cast.wolfsbos, TODAY, NOW, dt.date(2027, 6, 1))
    assert not [each for each, times in Counter(live(coffee)).items() if times > 1]


def test_a_day_that_a_moved_date_leaves_again_is_filled_by_the_rule(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    row = on(coffee, dt.date(2026, 12, 10))
    programme.move_date(row, dt.date(2026, 12, 8), None, NOW)
    change_activity(coffee, None, NOW, rule=TUESDAYS)
    assert [day for day, _time in live(coffee)].count(dt.date(2026, 12, 8)) == 1
    programme.move_date(row, dt.date(2026, 12, 9), None, NOW)
    days = [day for day, _time in live(coffee)]
    assert days.count(dt.date(2026, 12, 8)) == days.count(dt.date(2026, 12, 9)) == 1


@pytest.mark.parametrize("by", ["rule", "archive"])
def test_a_date_with_people_comes_back_with_its_series_and_its_shift(cast: Cast, by: str) -> None:
    coffee = add_coffee(cast.wolfsbos)
    with_seat(coffee)
    take_seat(seat_on(coffee, DAY), cast.volunteer, NOW)
    if by == "rule":
        change_activity(coffee, None, NOW, rule=TUESDAYS, follow=[on(coffee, DAY).id])
        assert on(coffee, DAY).state == OccurrenceState.cancelled
        plan = plan_change(coffee, NOW, rule=THURSDAYS)
        assert [each.occurrence.date for each in plan.back] == [DAY]
        change_activity(coffee, None, NOW, rule=THURSDAYS, seen=plan.fingerprint)
    else:
        archive_activity(coffee, None, NOW)
        assert on(coffee, DAY).state == OccurrenceState.cancelled
        unarchive_activity(coffee, None, NOW)
    assert on(coffee, DAY).state == OccurrenceState.planned
    shift = Shift.get(Shift.occurrence == on(coffee, DAY))
    assert shift.state == ShiftState.planned
    assert Place.get().person == cast.volunteer
    assert coming_in_words(coffee, TODAY).words == "elke donderdag"


def test_what_people_did_to_dates_survives_being_put_away(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    programme.cancel_date(on(coffee, dt.date(2026, 12, 17)), "Kok ziek", None, NOW)
    programme.move_date(on(coffee, dt.date(2026, 12, 24)), dt.date(2026, 12, 23), None, NOW)
    programme.add_date(coffee, dt.date(2026, 12, 12), None, NOW)
    before = live(coffee)
    archive_activity(coffee, None, NOW)
    assert live(coffee) == []
    unarchive_activity(coffee, None, NOW)
    assert live(coffee) == before
    assert on(coffee, dt.date(2026, 12, 17)).note == "Kok ziek"


def test_of_two_who_saw_the_same_activity_one_saves(cast: Cast, database: Database) -> None:
    coffee = add_coffee(cast.wolfsbos)
    outcomes = at_once(
        database,
        *[
            lambda n=n: change_activity(coffee, None, NOW, sequence=0, title=f"Koffie {n}")  # type: ignore[misc]
            for n in range(6)
        ],
    )
    assert sum(isinstance(each, ChangedMeanwhile) for each in outcomes) == 5
    assert Activity.get_by_id(coffee.id).sequence == 1


def test_of_two_who_saw_the_same_date_one_saves(cast: Cast, database: Database) -> None:
    coffee = add_coffee(cast.wolfsbos)
    row = on(coffee, DAY)
    seen = programme.stands(row)
    outcomes = at_once(
        database,
        *[
            lambda n=n: programme.cancel_date(row, f"Reden {n}", None, NOW, seen=seen)  # type: ignore[misc]
            for n in range(6)
        ],
    )
    assert sum(isinstance(each, ChangedMeanwhile) for each in outcomes) == 5


def test_calendars_hear_of_another_name_of_a_room_or_a_house(cast: Cast) -> None:
    room = houses.add_room(cast.wolfsbos, "Zaal", None, NOW)
    coffee = add_coffee(cast.wolfsbos, room=room)
    houses.rename_room(room, "Grote zaal", None, NOW)
    houses.change_house(cast.wolfsbos, None, NOW, phone="0528654321")
    assert Activity.get_by_id(coffee.id).sequence == 2


def test_a_series_of_which_all_is_off_says_so_of_no_rule(cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos, last_date=DAY)
    for day in (TODAY, DAY):
        programme.cancel_date(on(coffee, day), "", None, NOW)
    spoken = coming_in_words(coffee, TODAY)
    assert (spoken.rules, spoken.listed, spoken.moved) == ((), (), ())
    assert spoken.words.startswith("niet")
