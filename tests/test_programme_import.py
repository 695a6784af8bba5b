"""Many activities at once: all of them or none, and which of them are there already."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from peewee import Database

import database as databases
from models import Activity, AuditEntry, HousePartner, Occurrence, Partner, Room
from rules import houses, programme, recurrence
from rules.closures import add_closure
from rules.programme_import import (
    ProgrammeChanged,
    RowRefused,
    Taken,
    add_activities,
    by_identity,
    first_clashes,
    identity,
    next_dates,
    overlap,
    programme_of,
    same_at,
)
from rules.recurrence import Kind, build_rule, expand
from tests.cast import Cast, count_rows, make_activity
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted

TUESDAY = dt.date(2026, 12, 1)


def row(**facts: Any) -> dict[str, Any]:
    return {
        "title": "Samen koken",
        "category": "eat",
        "rule": "FREQ=WEEKLY;BYDAY=TU",
        "first_date": TUESDAY,
        "start_time": dt.time(16, 30),
        "end_time": dt.time(19),
        **facts,
    }


# -- all or none ----------------------------------------------------------------------------------


def test_all_rows_become_activities_with_their_dates_and_who_added_them(cast: Cast) -> None:
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    rows = [
        row(room=kitchen, cost_cents=300),
        row(title="Kerststuk maken", rule="RDATE:20261209", first_date=dt.date(2026, 12, 9)),
    ]
    cooking, wreath = add_activities(cast.wolfsbos, cast.coordinator, NOW, rows)
    assert (cooking.house, cooking.room, cooking.cost_cents) == (cast.wolfsbos, kitchen, 300)
    assert cooking.changed_at == NOW
    days = [each.date for each in cooking.occurrences.order_by(Occurrence.date).limit(3)]
    assert days == [TUESDAY, dt.date(2026, 12, 8), dt.date(2026, 12, 15)]
    assert [each.date for each in wreath.occurrences] == [dt.date(2026, 12, 9)]
    notes = AuditEntry.select().where(AuditEntry.action == "activity.add").order_by(AuditEntry.id)
    assert [(note.person, note.subject_id) for note in notes] == [
        (cast.coordinator, str(cooking.id)),
        (cast.coordinator, str(wreath.id)),
    ]


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"rule": "FREQ=HOURLY"}, recurrence.BadRule),
        ({"last_date": TUESDAY, "rule": "FREQ=WEEKLY;BYDAY=WE"}, programme.NoDates),
    ],
)
def test_one_row_that_is_refused_leaves_nothing_of_the_others(
    cast: Cast, wrong: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(RowRefused) as refused:
        add_activities(cast.wolfsbos, None, NOW, [row(), row(title="Soep"), row(**wrong), row()])
    assert refused.value.number == 2
    assert isinstance(refused.value.refusal, refusal)
    assert [count_rows(table) for table in (Activity, Occurrence, AuditEntry)] == [0, 0, 0]


def test_what_only_the_table_itself_refuses_leaves_nothing_either(cast: Cast) -> None:
    with pytest.raises(Exception, match=r"(?i)check"):
        add_activities(cast.wolfsbos, None, NOW, [row(), row(end_time=dt.time(9))])
    assert [count_rows(table) for table in (Activity, Occurrence, AuditEntry)] == [0, 0, 0]


def test_a_room_of_another_house_or_one_that_is_gone_is_refused(cast: Cast) -> None:
    hall = houses.add_room(cast.knooppunt, "Zaal", None, NOW)
    gone = houses.add_room(cast.wolfsbos, "Schuur", None, NOW)
    Room.delete().where(Room.id == gone.id).execute()
    for room in (hall, gone):
        with pytest.raises(RowRefused) as refused:
            add_activities(cast.wolfsbos, None, NOW, [row(), row(title="Soep", room=room)])
        assert refused.value.number == 1
        assert isinstance(refused.value.refusal, programme.NotOfThisHouse)
    assert count_rows(Activity) == 0


def test_a_partner_that_does_not_work_with_the_house_is_refused(cast: Cast) -> None:
    ours = houses.add_partner(cast.wolfsbos, "Cosis", None, NOW)
    theirs = houses.add_partner(cast.knooppunt, "WMO", None, NOW)
    (made,) = add_activities(cast.wolfsbos, None, NOW, [row(partner=ours)])
    assert made.partner == ours
    with pytest.raises(RowRefused):
        add_activities(cast.wolfsbos, None, NOW, [row(partner=theirs)])
    HousePartner.delete().where(HousePartner.partner == ours).execute()
    with pytest.raises(RowRefused):
        add_activities(cast.wolfsbos, None, NOW, [row(partner=ours)])
    assert count_rows(Partner) == 2


def test_a_fact_that_people_do_not_set_is_a_mistake_of_ours(cast: Cast) -> None:
    with pytest.raises(TypeError):
        add_activities(cast.wolfsbos, None, NOW, [row(filled_until=TODAY)])
    assert count_rows(Activity) == 0


def test_what_somebody_added_since_is_not_added_twice(cast: Cast) -> None:
    seen = {activity.id for activity in programme_of(cast.wolfsbos)}
    theirs = programme.add_activity(cast.wolfsbos, None, NOW, **row(title="SAMEN KOKEN"))
    with pytest.raises(ProgrammeChanged):
        add_activities(cast.wolfsbos, None, NOW, [row(title="Soep"), row()], seen)
    assert count_rows(Activity) == 1
    # Something else that was added is no reason to stop, nor what was seen and wanted again.
    add_activities(cast.wolfsbos, None, NOW, [row(title="Soep")], seen)
    add_activities(cast.wolfsbos, None, NOW, [row()], seen | {theirs.id})
    assert count_rows(Activity) == 3


def test_the_same_in_the_other_house_is_something_else(cast: Cast) -> None:
    programme.add_activity(cast.knooppunt, None, NOW, **row())
    add_activities(cast.wolfsbos, None, NOW, [row()], set())
    assert Activity.select().where(Activity.house == cast.wolfsbos).count() == 1


def test_of_two_coordinators_at_once_one_adds_the_table(cast: Cast, database: Database) -> None:
    rows = [row(title=f"Activiteit {n}") for n in range(5)]
    ready, outcomes = threading.Barrier(2), []

    def add() -> None:
        with databases.connected(database):
            seen = {activity.id for activity in programme_of(cast.wolfsbos)}
            ready.wait()
            try:
                outcomes.append(len(add_activities(cast.wolfsbos, None, NOW, rows, seen)))
            except ProgrammeChanged:
                outcomes.append(0)

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == [0, 5]
    assert count_rows(Activity) == 5


def test_the_programme_holds_all_but_what_was_put_away(cast: Cast) -> None:
    over = make_activity(cast.wolfsbos, "Aquarel", last_date=dt.date(2026, 2, 1))
    hidden = make_activity(cast.wolfsbos, "Bingo", published=False)
    make_activity(cast.wolfsbos, "Cadeaus", archived_at=NOW)
    make_activity(cast.knooppunt, "Dammen")
    assert programme_of(cast.wolfsbos) == [over, hidden]


# -- the same -------------------------------------------------------------------------------------

SAME = ("Samen koken", "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", TUESDAY, None, dt.time(16, 30))


@pytest.mark.parametrize(
    ("other", "same"),
    [
        (SAME, True),
        (("SAMEN KOKEN", *SAME[1:]), True),
        (("Samen eten", *SAME[1:]), False),
        ((*SAME[:4], dt.time(17)), False),
        ((*SAME[:2], TUESDAY + dt.timedelta(days=14), None, SAME[4]), True),
        ((*SAME[:2], TUESDAY + dt.timedelta(days=7), None, SAME[4]), False),
        ((*SAME[:2], TUESDAY - dt.timedelta(days=1), None, SAME[4]), True),
        ((*SAME[:2], TUESDAY, dt.date(2027, 5, 4), SAME[4]), True),
        ((SAME[0], "FREQ=WEEKLY;INTERVAL=2", TUESDAY, None, SAME[4]), True),
        ((SAME[0], "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=MO", TUESDAY, None, SAME[4]), True),
        ((SAME[0], "FREQ=WEEKLY;BYDAY=TU", TUESDAY, None, SAME[4]), False),
    ],
)
def test_two_activities_are_the_same_by_name_days_and_hour(other: Any, same: bool) -> None:
    assert (identity(*SAME) == identity(*other)) is same


def test_single_days_are_the_same_when_they_are_the_same_days() -> None:
    nine, sixteen = dt.date(2026, 12, 9), dt.date(2026, 12, 16)
    both = identity("x", "RDATE:20261209,20261216", nine, sixteen, dt.time(9))
    assert both == identity("x", "RDATE:20261216,20261209", nine, None, dt.time(9))
    assert both != identity("x", "RDATE:20261209", nine, nine, dt.time(9))
    assert both == identity("x", "RDATE:20261209,20261216,20261223", nine, sixteen, dt.time(9))


@given(
    st.sampled_from(["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "FREQ=WEEKLY;INTERVAL=3;BYDAY=TU,SU"])
    | st.sampled_from(["FREQ=DAILY;INTERVAL=3", "FREQ=MONTHLY;INTERVAL=2;BYDAY=1MO"]),
    st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
    st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31)),
)
def test_rules_that_are_called_the_same_give_the_same_days_from_then_on(
    rule: str, first: dt.date, other: dt.date
) -> None:
    start, end = dt.date(2027, 1, 1), dt.date(2028, 12, 31)
    same = identity("x", rule, first, None, dt.time(9)) == identity(
        "x", rule, other, None, dt.time(9)
    )
    ours, theirs = (expand(rule, each, None, start, end) for each in (first, other))
    assert (ours == theirs) is same


def test_last_years_course_is_another_one(cast: Cast) -> None:
    facts = {"rule": "FREQ=WEEKLY;BYDAY=TU", "start_time": dt.time(9)}
    old = make_activity(
        cast.wolfsbos,
        "Cursus",
        first_date=dt.date(2026, 1, 6),
        last_date=dt.date(2026, 3, 3),
        **facts,
    )
    here = by_identity([old])
    same = identity("Cursus", "FREQ=WEEKLY;BYDAY=TU", TUESDAY, None, dt.time(9))
    assert same_at(here, same, dt.date(2026, 1, 6), dt.date(2026, 3, 3)) == old
    assert same_at(here, same, dt.date(2026, 3, 3), None) == old
    assert same_at(here, same, dt.date(2026, 3, 4), None) is None
    assert same_at(here, same, dt.date(2025, 1, 7), dt.date(2025, 3, 4)) is None


@given(st.lists(st.dates(), min_size=4, max_size=4), st.booleans())
def test_periods_overlap_when_they_share_a_day(days: list[dt.date], endless: bool) -> None:
    one, other = sorted(days[:2]), sorted(days[2:])
    last = dt.date.max if endless else one[1]
    shared = max(one[0], other[0]) <= min(last, other[1])
    mine = (one[0], None if endless else one[1])
    assert overlap(mine, (other[0], other[1])) is shared
    assert overlap((other[0], other[1]), mine) is shared


# -- the next dates -------------------------------------------------------------------------------


def test_the_next_dates_are_the_first_that_are_not_over() -> None:
    weekly = build_rule(Kind.weekly, [1])
    assert next_dates(weekly, dt.date(2020, 1, 1), None, TODAY, 2) == [
        TUESDAY,
        dt.date(2026, 12, 8),
    ]
    assert next_dates(weekly, dt.date(2027, 6, 1), None, TODAY, 1) == [dt.date(2027, 6, 1)]
    assert next_dates(weekly, TUESDAY, TUESDAY, TODAY, 3) == [TUESDAY]
    assert next_dates(weekly, dt.date(2020, 1, 1), dt.date(2020, 2, 1), TODAY, 3) == []
    # Hemelvaart is no rule, but once a year is: two of them lie within two years.
    yearly = "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5"
    assert next_dates(yearly, TODAY, None, TODAY, 3) == [dt.date(2027, 5, 5), dt.date(2028, 5, 5)]


# -- rooms ----------------------------------------------------------------------------------------


def test_what_is_in_the_room_then_is_said_of_each_row(cast: Cast) -> None:
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    hall = houses.add_room(cast.wolfsbos, "Zaal", None, NOW)
    programme.add_activity(cast.wolfsbos, None, NOW, **row(title="Soep", room=kitchen))
    rows = [
        row(room=kitchen, start_time=dt.time(18, 59), end_time=dt.time(20)),
        row(room=kitchen, start_time=dt.time(19), end_time=dt.time(20), title="Na de soep"),
        row(room=hall, start_time=dt.time(17)),
        row(room=None),
        row(room=hall, start_time=dt.time(18), end_time=None, first_date=dt.date(2026, 12, 8)),
        row(room=hall, rule="FREQ=WEEKLY;BYDAY=WE"),
    ]
    soup = Taken(TUESDAY, dt.time(16, 30), dt.time(19), "Soep")
    first = Taken(TUESDAY, dt.time(18, 59), dt.time(20), "Samen koken")
    third = Taken(dt.date(2026, 12, 8), dt.time(17), dt.time(19), "Samen koken")
    assert first_clashes(cast.wolfsbos, rows, TODAY) == [soup, first, None, None, third, None]


def test_what_begins_in_spring_is_held_against_what_is_there_in_spring(cast: Cast) -> None:
    """Beyond the horizon nothing has a row yet; a year ahead nobody looks."""
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    programme.add_activity(cast.wolfsbos, None, NOW, **row(title="Soep", room=kitchen))
    spring, april = dt.date(2027, 4, 1), dt.date(2027, 4, 6)
    later = [row(room=kitchen, first_date=day) for day in (spring, dt.date(2031, 4, 1))]
    clash, none = first_clashes(cast.wolfsbos, later, TODAY)
    assert clash == Taken(april, dt.time(16, 30), dt.time(19), "Soep")
    assert none is None
    assert not Occurrence.select().where(Occurrence.date >= spring).exists()


def test_closed_days_holidays_and_cancelled_dates_leave_a_room_free(cast: Cast) -> None:
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    soup = programme.add_activity(
        cast.wolfsbos,
        None,
        NOW,
        **row(rule="RDATE:20261201,20261208", room=kitchen, last_date=dt.date(2026, 12, 8)),
    )
    programme.cancel_date(soup.occurrences.where(Occurrence.date == TUESDAY).get(), "", None, NOW)
    pausing = row(title="Rust", room=kitchen, not_in_school_holidays=True)
    (clash,) = first_clashes(cast.wolfsbos, [pausing], TODAY)
    assert clash is not None
    assert clash.day == dt.date(2026, 12, 8)
    day = dt.date(2026, 12, 8)
    add_closure(cast.wolfsbos, day, day, "school_holiday", "Proef", None, NOW)
    assert first_clashes(cast.wolfsbos, [pausing], TODAY) == [None]


def test_looking_for_clashes_takes_as_many_queries_for_many_rows_as_for_one(cast: Cast) -> None:
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    asked = []
    for some in (1, 40):
        with counted() as queries:
            first_clashes(cast.wolfsbos, [row(room=kitchen)] * some, TODAY)
        asked.append(len(queries))
    assert asked == [3, 3]
