"""Two who change the programme at the same moment, on both databases."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from peewee import Database

from models import Activity, ActivityText, Occurrence, OccurrenceState, Place, Shift, ShiftState
from rules import programme
from rules.activity_texts import Text, set_texts
from rules.programme import DateTaken
from rules.programme_import import add_activities
from rules.rostering import ShiftCancelled, take_seat
from rules.series_change import PlanChanged, archive_activity, change_activity, plan_change
from tests.at_once import at_once
from tests.cast import Cast, count_rows
from tests.conftest import NOW, TODAY
from tests.test_series_change import add_coffee, days_of, on, seat_on, with_seat

DAY = dt.date(2026, 12, 3)
TUESDAYS = "FREQ=WEEKLY;BYDAY=TU"


@pytest.mark.parametrize("turn", range(4))
def test_who_gets_on_a_seat_while_the_rule_changes_is_asked_about_or_comes_too_late(
    cast: Cast, database: Database, turn: int
) -> None:
    coffee = add_coffee(cast.wolfsbos)
    with_seat(coffee)
    seat, seen = seat_on(coffee, DAY), plan_change(coffee, NOW, rule=TUESDAYS).fingerprint
    verbs: list[Any] = [
        lambda: take_seat(seat, cast.volunteer, NOW),
        lambda: change_activity(coffee, None, NOW, seen=seen, rule=TUESDAYS),
    ]
    # Who stands first at the barrier is often the first through it.
    taken, changed = (
        at_once(database, *verbs) if turn % 2 else at_once(database, *verbs[::-1])[::-1]
    )
    if isinstance(taken, Place):
        assert isinstance(changed, PlanChanged)
        assert changed.plan.held[0].people == ("Joop",)
        assert on(coffee, DAY).state == OccurrenceState.planned
        assert Place.get().seat == seat
    else:
        assert changed == []
        assert count_rows(Place) == 0
        assert not Shift.select().where(Shift.date == DAY, Shift.state == ShiftState.planned)


@pytest.mark.parametrize("turn", range(3))
def test_who_gets_on_a_seat_while_the_activity_is_put_away_keeps_it_or_reads_that_it_is_off(
    cast: Cast, database: Database, turn: int
) -> None:
    coffee = add_coffee(cast.wolfsbos)
    with_seat(coffee)
    seat = seat_on(coffee, DAY)
    taken, _told = at_once(
        database,
        lambda: take_seat(seat, cast.volunteer, NOW),
        lambda: archive_activity(coffee, None, NOW),
    )
    if isinstance(taken, Place):
        assert Place.get().seat == seat
        assert on(coffee, DAY).state == OccurrenceState.cancelled
    else:
        assert count_rows(Place) == 0
        assert not isinstance(taken, ShiftCancelled) or count_rows(Shift) > 0


def test_two_who_add_the_same_day_add_it_once(cast: Cast, database: Database) -> None:
    coffee = add_coffee(cast.wolfsbos)
    day = dt.date(2026, 12, 5)
    outcomes = at_once(
        database, *[lambda: programme.add_date(coffee, day, None, NOW) for _ in range(4)]
    )
    assert sorted(type(each).__name__ for each in outcomes) == [*["DateTaken"] * 3, "Occurrence"]
    assert Occurrence.select().where(Occurrence.date == day).count() == 1


def test_two_who_move_dates_to_one_hour_do_not_both(cast: Cast, database: Database) -> None:
    coffee = add_coffee(cast.wolfsbos)
    friday = dt.date(2026, 12, 4)
    rows = [on(coffee, day) for day in (DAY, dt.date(2026, 12, 10))]
    outcomes = at_once(
        database,
        *[lambda row=row: programme.move_date(row, friday, None, NOW) for row in rows],  # type: ignore[misc]
    )
    assert sorted(isinstance(each, DateTaken) for each in outcomes) == [False, True]
    assert Occurrence.select().where(Occurrence.date == friday).count() == 1


def test_two_changes_at_once_are_both_there_and_the_dates_fit_the_series(
    cast: Cast, database: Database
) -> None:
    coffee = add_coffee(cast.wolfsbos)
    outcomes = at_once(
        database,
        lambda: change_activity(coffee, None, NOW, rule=TUESDAYS),
        lambda: change_activity(coffee, None, NOW, start_time=dt.time(9)),
        lambda: change_activity(coffee, None, NOW, title="Thee"),
    )
    assert outcomes == [[], [], []]
    row = Activity.get_by_id(coffee.id)
    assert (row.rule, row.start_time, row.title) == (TUESDAYS, dt.time(9), "Thee")
    assert row.sequence == 3
    assert {day.weekday() for day in days_of(coffee) if day > TODAY} == {1}
    assert {each.start_time for each in Occurrence.select().where(Occurrence.date > TODAY)} == {
        dt.time(9)
    }


def test_two_who_enter_the_same_language_leave_one_text(cast: Cast, database: Database) -> None:
    coffee = add_coffee(cast.wolfsbos)
    outcomes = at_once(
        database,
        *[
            lambda title=title: set_texts(coffee, {"uk": Text(title)}, None, NOW)  # type: ignore[misc]
            for title in ("Кава", "Чай", "Сік")
        ],
    )
    assert outcomes == [None, None, None]
    assert ActivityText.get().title in {"Кава", "Чай", "Сік"}
    assert count_rows(ActivityText) == 1


def test_two_tables_at_once_are_both_stored_with_their_dates(
    cast: Cast, database: Database
) -> None:
    def rows(name: str) -> list[dict[str, Any]]:
        facts = {"category": "meet", "start_time": dt.time(10), "first_date": TODAY}
        return [facts | {"title": f"{name} {n}", "rule": TUESDAYS} for n in range(5)]

    outcomes = at_once(
        database,
        lambda: add_activities(cast.wolfsbos, None, NOW, rows("A")),
        lambda: add_activities(cast.wolfsbos, None, NOW, rows("B")),
    )
    assert [len(each) for each in outcomes] == [5, 5]
    assert count_rows(Activity) == 10
    assert Occurrence.select().where(Occurrence.date == dt.date(2026, 12, 1)).count() == 10
