"""Activities and their dates: the horizon, and changes to single dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from peewee import Database

import database as databases
from models import (
    Activity,
    AuditEntry,
    Category,
    Closure,
    ClosureKind,
    House,
    Occurrence,
    OccurrenceState,
    Room,
    Shift,
)
from rules import horizon, programme, series_change, timetable
from rules.closures import add_closure, remove_closure
from rules.filling import extend_roster
from rules.patterns import SeatWish, add_pattern
from rules.recurrence import BadRule
from tests.cast import Cast, count_rows, make_activity, make_occurrence
from tests.conftest import NOW, TODAY

NEW_YEARS_EVE = dt.date(2026, 12, 31)
LUNCH = {
    "title": "Samen lunchen",
    "category": Category.eat,
    "rule": "FREQ=MONTHLY;BYDAY=-1TH",
    "first_date": dt.date(2026, 11, 1),
    "start_time": dt.time(12),
    "end_time": dt.time(13, 30),
}


def add_lunch(cast: Cast, **facts: Any) -> Activity:
    return programme.add_activity(cast.wolfsbos, cast.coordinator, NOW, **{**LUNCH, **facts})


def add_weekly(house: House, codes: str = "TH", **facts: Any) -> Activity:
    given = {
        "title": "Inloop met koffie",
        "category": Category.meet,
        "rule": f"FREQ=WEEKLY;BYDAY={codes}",
        "first_date": dt.date(2026, 11, 1),
        "start_time": dt.time(10),
        "end_time": dt.time(16),
    }
    return programme.add_activity(house, None, NOW, **{**given, **facts})


def on(activity: Activity, day: dt.date) -> Occurrence:
    return Occurrence.get(activity=activity, original_date=day)


def states(activity: Activity) -> dict[str, str]:
    rows = Occurrence.select().where(Occurrence.activity == activity)
    return {row.original_date.isoformat(): row.state for row in rows.order_by(Occurrence.date)}


def close(cast: Cast, first: dt.date, last: dt.date | None = None, **facts: Any) -> Closure:
    given = {"house": cast.wolfsbos, "kind": ClosureKind.closed, "reason": "Schilder", **facts}
    closure, _shifts = add_closure(
        given.pop("house"),
        first,
        last or first,
        given.pop("kind"),
        given.pop("reason"),
        cast.admin,
        NOW,
        **given,
    )
    return closure


def queries(database: Database, work: Callable[[], Any]) -> int:
    """How many statements a piece of work sends to the database."""
    seen: list[str] = []
    execute = database.execute_sql

    def listen(sql: str, *args: Any, **options: Any) -> Any:
        seen.append(sql)
        return execute(sql, *args, **options)

    database.execute_sql = listen
    try:
        work()
    finally:
        del database.execute_sql
    return len(seen)


# -- the horizon ----------------------------------------------------------------------------------


def test_a_new_activity_has_its_dates_to_the_end_of_the_month_in_13_weeks(cast: Cast) -> None:
    lunch = add_lunch(cast)
    assert list(states(lunch)) == ["2026-11-26", "2026-12-31", "2027-01-28", "2027-02-25"]
    assert Activity.get_by_id(lunch.id).filled_until == dt.date(2027, 2, 28)


def test_filling_twice_makes_nothing_new_and_touches_nothing(cast: Cast) -> None:
    lunch = add_lunch(cast)
    programme.cancel_date(on(lunch, TODAY), "kok is ziek", None, NOW)
    before = states(lunch)
    assert horizon.extend_horizon(cast.wolfsbos, TODAY, NOW) == 0
    assert states(lunch) == before


def test_filling_further_goes_on_where_it_stopped(cast: Cast) -> None:
    lunch = add_lunch(cast)
    assert horizon.extend_horizon(cast.wolfsbos, TODAY, NOW, dt.date(2027, 4, 30)) == 2
    assert list(states(lunch))[-2:] == ["2027-03-25", "2027-04-29"]


def test_filling_a_house_leaves_the_other_alone(cast: Cast) -> None:
    other = make_activity(cast.knooppunt)
    horizon.extend_horizon(cast.wolfsbos, TODAY, NOW)
    assert states(other) == {}


def test_filling_passes_over_a_date_that_is_there(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos, first_date=dt.date(2026, 11, 20))
    make_occurrence(activity, TODAY, note="eerder gemaakt")
    horizon.extend_horizon(cast.wolfsbos, TODAY, NOW)
    assert on(activity, TODAY).note == "eerder gemaakt"
    assert len(states(activity)) == 14


def test_an_activity_of_long_ago_gets_a_year_of_the_past(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos, first_date=dt.date(1998, 1, 1))
    horizon.extend_horizon(cast.wolfsbos, TODAY, NOW)
    assert next(iter(states(activity))) == "2025-11-27"


def test_dates_stop_at_the_last_day(cast: Cast) -> None:
    activity = add_weekly(cast.wolfsbos, last_date=dt.date(2026, 12, 3))
    assert list(states(activity))[-1] == "2026-12-03"
    horizon.keep_filled(cast.wolfsbos, TODAY, NOW, dt.date(2027, 6, 30))
    assert list(states(activity))[-1] == "2026-12-03"


def test_two_who_fill_at_once_make_each_date_once(cast: Cast, database: Database) -> None:
    activity = make_activity(cast.wolfsbos, first_date=dt.date(2026, 11, 1))

    def fill(_n: int) -> int:
        with databases.connected(database):
            return horizon.extend_horizon(cast.wolfsbos, TODAY, NOW)

    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(fill, range(4)))
    assert sorted(made)[:3] == [0, 0, 0]
    assert len(states(activity)) == max(made) == 17


def test_keeping_filled_costs_one_query_when_nothing_is_short(
    cast: Cast, database: Database
) -> None:
    add_lunch(cast)
    assert queries(database, lambda: horizon.keep_filled(cast.wolfsbos, TODAY, NOW)) == 1


def test_keeping_filled_never_goes_further_than_400_days(cast: Cast) -> None:
    lunch = add_lunch(cast)
    horizon.keep_filled(cast.wolfsbos, TODAY, NOW, dt.date(2099, 12, 31))
    assert max(states(lunch)) == "2027-12-30"


def test_shifts_are_made_for_dates_that_came_after_the_roster(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos, first_date=TODAY)
    add_pattern(
        cast.wolfsbos,
        "Gastvrouw of gastheer",
        [SeatWish("Gastvrouw of gastheer")],
        cast.coordinator,
        NOW,
        first_date=TODAY,
        activity=activity,
        start_time=dt.time(9, 45),
        end_time=dt.time(13),
    )
    extend_roster(cast.wolfsbos, TODAY, NOW, TODAY + dt.timedelta(weeks=2))
    assert count_rows(Shift) == 0
    horizon.extend_horizon(cast.wolfsbos, TODAY, NOW)
    assert count_rows(Shift) == 3


# -- activities -----------------------------------------------------------------------------------


def test_a_rule_that_is_none_is_refused_and_nothing_is_stored(cast: Cast) -> None:
    with pytest.raises(BadRule):
        add_lunch(cast, rule="FREQ=SECONDLY")
    assert count_rows(Activity) == 0


def test_an_activity_that_would_never_happen_is_refused(cast: Cast) -> None:
    with pytest.raises(programme.NoDates):
        add_lunch(cast, last_date=dt.date(2026, 11, 20))
    assert count_rows(Activity) == 0


def test_a_room_of_the_other_house_is_refused(cast: Cast) -> None:
    hall = Room.create(house=cast.knooppunt, name="Grote zaal")
    with pytest.raises(programme.NotOfThisHouse):
        add_lunch(cast, room=hall)
    lunch = add_lunch(cast)
    with pytest.raises(programme.NotOfThisHouse):
        series_change.change_activity(lunch, cast.coordinator, NOW, room=hall)
    with pytest.raises(programme.NotOfThisHouse):
        programme.move_date(on(lunch, TODAY), TODAY, None, NOW, room=hall)


def test_what_people_do_not_set_is_not_changed_in_passing(cast: Cast) -> None:
    with pytest.raises(TypeError):
        series_change.change_activity(add_lunch(cast), None, NOW, uid=None)


def test_coming_dates_take_over_a_new_hour_and_room_unless_they_have_their_own(cast: Cast) -> None:
    kitchen = Room.create(house=cast.wolfsbos, name="Keuken")
    lunch = add_lunch(cast, first_date=dt.date(2026, 10, 1))
    early = on(lunch, NEW_YEARS_EVE)
    programme.move_date(
        early, dt.date(2026, 12, 24), None, NOW, start_time=dt.time(11), end_time=dt.time(12)
    )
    series_change.change_activity(
        lunch, cast.coordinator, NOW, start_time=dt.time(12, 30), end_time=None, room=kitchen
    )
    assert on(lunch, TODAY).start_time == dt.time(12, 30)
    assert on(lunch, TODAY).end_time is None
    assert on(lunch, TODAY).room == kitchen
    assert on(lunch, NEW_YEARS_EVE).start_time == dt.time(11)
    past = on(lunch, dt.date(2026, 10, 29))
    assert (past.start_time, past.room) == (dt.time(12), None)


def test_changes_by_people_are_noted_by_id_only(cast: Cast) -> None:
    lunch = add_lunch(cast)
    programme.cancel_date(on(lunch, TODAY), "Jan is ziek", cast.coordinator, NOW)
    noted = [
        (row.person, row.action, row.subject) for row in AuditEntry.select().order_by(AuditEntry.id)
    ]
    assert noted == [
        (cast.coordinator, "activity.add", "activity"),
        (cast.coordinator, "date.cancel", "occurrence"),
    ]


# -- single dates ---------------------------------------------------------------------------------


def test_a_cancelled_date_says_why_and_can_be_restored(cast: Cast) -> None:
    lunch = add_lunch(cast)
    programme.cancel_date(on(lunch, TODAY), "De kok is ziek.", cast.coordinator, NOW)
    assert (on(lunch, TODAY).state, on(lunch, TODAY).note) == ("cancelled", "De kok is ziek.")
    programme.restore_date(on(lunch, TODAY), cast.coordinator, NOW)
    assert (on(lunch, TODAY).state, on(lunch, TODAY).note) == ("planned", "")


def test_the_lunch_of_new_years_eve_moves_a_week_and_keeps_its_origin(cast: Cast) -> None:
    lunch = add_lunch(cast)
    closure = close(cast, NEW_YEARS_EVE)
    christmas_eve = dt.date(2026, 12, 24)
    programme.move_date(on(lunch, NEW_YEARS_EVE), christmas_eve, cast.coordinator, NOW)
    moved = on(lunch, NEW_YEARS_EVE)
    assert (moved.date, moved.state, moved.closure) == (christmas_eve, "moved", None)
    remove_closure(closure, cast.wolfsbos, cast.coordinator, NOW)
    horizon.extend_horizon(cast.wolfsbos, TODAY, NOW)
    assert on(lunch, NEW_YEARS_EVE).date == christmas_eve
    programme.cancel_date(on(lunch, NEW_YEARS_EVE), "", None, NOW)
    programme.restore_date(on(lunch, NEW_YEARS_EVE), None, NOW)
    assert on(lunch, NEW_YEARS_EVE).state == OccurrenceState.moved
    programme.move_date(on(lunch, NEW_YEARS_EVE), NEW_YEARS_EVE, None, NOW)
    assert on(lunch, NEW_YEARS_EVE).state == OccurrenceState.planned


def test_nothing_moves_to_or_comes_back_on_a_closed_day(cast: Cast) -> None:
    lunch = add_lunch(cast)
    close(cast, NEW_YEARS_EVE, reason="Oudejaarsdag")
    with pytest.raises(programme.HouseClosed) as refused:
        programme.restore_date(on(lunch, NEW_YEARS_EVE), cast.coordinator, NOW)
    assert refused.value.reason == "Oudejaarsdag"
    with pytest.raises(programme.HouseClosed):
        programme.move_date(on(lunch, TODAY), NEW_YEARS_EVE, cast.coordinator, NOW)
    assert on(lunch, TODAY).date == TODAY


def test_a_date_may_be_brought_back_in_a_school_holiday(cast: Cast) -> None:
    cooking = add_weekly(cast.wolfsbos, "TU", not_in_school_holidays=True)
    holiday = {"kind": ClosureKind.school_holiday, "reason": "Kerstvakantie"}
    close(cast, dt.date(2026, 12, 19), dt.date(2027, 1, 3), **holiday)
    day = dt.date(2026, 12, 22)
    programme.restore_date(on(cooking, day), cast.coordinator, NOW)
    close(cast, dt.date(2026, 12, 30), reason="Schilder")
    assert on(cooking, day).state == OccurrenceState.planned


def test_two_who_move_one_date_at_once_leave_it_whole(cast: Cast, database: Database) -> None:
    """Its day and its note are of one of them, not of both."""
    lunch = add_lunch(cast)
    row, days = on(lunch, NEW_YEARS_EVE), [dt.date(2026, 12, 21 + n) for n in range(4)]

    def move(day: dt.date) -> None:
        with databases.connected(database):
            programme.move_date(row, day, None, NOW, note=day.isoformat())

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(move, days))
    kept = on(lunch, NEW_YEARS_EVE)
    assert kept.note == kept.date.isoformat()
    assert Activity.get_by_id(lunch.id).sequence == 4


# -- reading --------------------------------------------------------------------------------------


def test_a_month_is_read_in_two_queries_with_all_that_is_shown(
    cast: Cast, database: Database
) -> None:
    room = Room.create(house=cast.wolfsbos, name="Huiskamer")
    add_lunch(cast, room=room)
    add_weekly(cast.wolfsbos, "MO,TH")
    add_weekly(cast.knooppunt, "MO,TH", title="Rummikub")
    close(cast, dt.date(2026, 12, 25))

    def read() -> None:
        days = timetable.month_programme(cast.wolfsbos, TODAY)
        assert len(days) == 30
        for occurrence in days[25].occurrences:
            assert occurrence.activity.partner is None
        assert [row.activity.title for row in days[25].occurrences] == [
            "Inloop met koffie",
            "Samen lunchen",
        ]
        assert days[25].occurrences[1].room.name == "Huiskamer"

    assert queries(database, read) == 2
    week = timetable.week_programme(cast.wolfsbos, dt.date(2026, 12, 25))
    assert [day.closed is not None for day in week] == [False] * 4 + [True] + [False] * 2


def test_every_house_is_read_at_once(cast: Cast, database: Database) -> None:
    add_weekly(cast.wolfsbos)
    add_weekly(cast.wolfsbos, title="Vergadering", published=False)

    def read() -> None:
        found = timetable.programme_everywhere(TODAY)
        assert [(house.slug, len(day.occurrences)) for house, day in found] == [
            ("knooppunt", 0),
            ("wolfsbos", 1),
        ]

    assert queries(database, read) == 4


def test_what_is_not_published_is_for_the_house_only(cast: Cast) -> None:
    add_weekly(cast.wolfsbos, published=False)
    assert timetable.day_programme(cast.wolfsbos, TODAY).occurrences == []
    assert len(timetable.day_programme(cast.wolfsbos, TODAY, hidden=True).occurrences) == 1


def test_the_next_dates_of_an_activity_begin_today(cast: Cast) -> None:
    activity = add_weekly(cast.wolfsbos)
    found = timetable.coming_dates(activity, TODAY, 2)
    assert [row.date for row in found] == [TODAY, dt.date(2026, 12, 3)]
    assert timetable.date_of(activity, found[0].id) == found[0]
    assert timetable.date_of(add_weekly(cast.knooppunt), found[0].id) is None


def test_what_has_been_or_was_put_away_is_not_changed_any_more(cast: Cast) -> None:
    coffee = add_weekly(cast.wolfsbos)
    yesterday = Occurrence.select().where(Occurrence.date < TODAY).first()
    tomorrow = Occurrence.select().where(Occurrence.date > TODAY).first()
    for verb in (
        lambda: programme.cancel_date(yesterday, "", None, NOW),
        lambda: programme.move_date(yesterday, TODAY, None, NOW),
        lambda: programme.move_date(tomorrow, TODAY - dt.timedelta(days=1), None, NOW),
    ):
        with pytest.raises(programme.DateOver):
            verb()
    with pytest.raises(programme.TooFar):
        programme.move_date(tomorrow, dt.date(2028, 1, 6), None, NOW)
    Activity.update(archived_at=NOW).where(Activity.id == coffee.id).execute()
    with pytest.raises(programme.IsArchived):
        programme.cancel_date(tomorrow, "", None, NOW)
