"""Hours per person and month, from shifts that took place."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from peewee import Database, SqliteDatabase
from playhouse.test_utils import count_queries

from models import Person, Place, PlaceState, Seat, Shift, ShiftState
from rules.hours import Worked, as_hours, hours_worked, total
from tests.cast import Cast, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY

FIRST, LAST = dt.date(2026, 11, 1), dt.date(2026, 11, 30)
MONDAY = dt.date(2026, 11, 16)


def worked(
    cast: Cast, person: Person | None, date: dt.date = MONDAY, *, name: str = "", **facts: Any
) -> Place:
    """Put somebody on a shift of their own, 9.45 to 13.00 unless said otherwise."""
    state = facts.pop("place_state", PlaceState.confirmed)
    shift = make_shift(facts.pop("house", cast.wolfsbos), date, **facts)
    return make_place(shift.seats.get(), person, NOW, name=name, state=state)


def of(cast: Cast, first: dt.date = FIRST, last: dt.date = LAST) -> dict[str, tuple[int, int]]:
    """Shifts and minutes by name."""
    return {
        one.name: (one.shifts, one.minutes) for one in hours_worked(cast.wolfsbos, first, last, NOW)
    }


def test_hours_are_the_length_of_the_shifts_by_person(cast: Cast) -> None:
    worked(cast, cast.volunteer)
    worked(cast, cast.volunteer, MONDAY + dt.timedelta(days=1), place_state=PlaceState.present)
    worked(cast, cast.key_holder, start_time=dt.time(9), end_time=dt.time(9, 20))
    assert of(cast) == {"Joop van der Berg": (2, 390), "Anneke Bos": (1, 20)}


def test_people_stand_in_dutch_name_order(cast: Cast) -> None:
    worked(cast, None, name="Aaltje van hiernaast")
    for person in (cast.coordinator, cast.key_holder, cast.volunteer):
        worked(cast, person)
    assert list(of(cast)) == [
        "Aaltje van hiernaast",
        "Joop van der Berg",
        "Anneke Bos",
        "Corrie Mulder",
    ]


@pytest.mark.parametrize(
    "state",
    [PlaceState.excused, PlaceState.absent, PlaceState.released, PlaceState.seeking_cover],
)
def test_who_was_not_there_has_no_hours(cast: Cast, state: PlaceState) -> None:
    worked(cast, cast.volunteer, place_state=state)
    assert of(cast) == {}


def test_only_shifts_that_took_place_and_are_over_count(cast: Cast) -> None:
    worked(cast, cast.volunteer, state=ShiftState.cancelled)
    worked(cast, cast.volunteer, TODAY, end_time=dt.time(10, 1))  # it is 10.00 now
    worked(cast, cast.volunteer, TODAY + dt.timedelta(days=1))
    assert of(cast) == {}
    worked(cast, cast.key_holder, TODAY, end_time=dt.time(10))
    assert of(cast) == {"Anneke Bos": (1, 15)}


def test_the_period_has_its_first_and_its_last_day(cast: Cast) -> None:
    for day in (dt.date(2026, 9, 30), dt.date(2026, 10, 1), dt.date(2026, 10, 31)):
        worked(cast, cast.volunteer, day)
    worked(cast, cast.volunteer, dt.date(2026, 11, 1))
    assert of(cast, dt.date(2026, 10, 1), dt.date(2026, 10, 31)) == {"Joop van der Berg": (2, 390)}


def test_a_name_without_account_is_one_line_however_it_was_written(cast: Cast) -> None:
    worked(cast, None, name="Ans van de overkant")
    worked(cast, None, MONDAY + dt.timedelta(days=1), name="ans van de Overkant")
    worked(cast, None, name="Piet")
    assert of(cast) == {"Ans van de overkant": (2, 390), "Piet": (1, 195)}


def test_two_people_of_one_name_are_two_lines(cast: Cast) -> None:
    for person in (cast.volunteer, make_person("Joop", "Berg", infix="van der", email="j@b.nl")):
        worked(cast, person)
    lines = hours_worked(cast.wolfsbos, FIRST, LAST, NOW)
    assert [one.name for one in lines] == ["Joop van der Berg"] * 2


@pytest.mark.parametrize(
    ("night", "minutes"),
    [
        (dt.date(2026, 10, 25), 5 * 60),  # winter time: 1, 2, 2, 3, 4
        (dt.date(2027, 3, 28), 3 * 60),  # summer time: 1, 3, 4
        (dt.date(2026, 10, 24), 4 * 60),
    ],
)
def test_the_night_in_which_the_clock_changes_is_counted_as_long_as_it_was(
    cast: Cast, night: dt.date, minutes: int
) -> None:
    worked(cast, cast.volunteer, night, start_time=dt.time(1), end_time=dt.time(5))
    later = dt.datetime(2027, 4, 1)
    [one] = hours_worked(cast.wolfsbos, night, night, later)
    assert one.minutes == minutes


def test_a_year_says_the_hours_of_each_month(cast: Cast) -> None:
    worked(cast, cast.volunteer, dt.date(2026, 1, 31))
    worked(cast, cast.volunteer, dt.date(2026, 2, 1))
    worked(cast, cast.volunteer)
    worked(cast, cast.key_holder)
    everybody = hours_worked(cast.wolfsbos, dt.date(2026, 1, 1), dt.date(2026, 12, 31), NOW)
    joop = everybody[0]
    assert dict(joop.by_month) == {
        dt.date(2026, 1, 1): 195,
        dt.date(2026, 2, 1): 195,
        dt.date(2026, 11, 1): 195,
    }
    together: Worked = total(everybody)
    assert (together.shifts, together.minutes) == (4, 780)
    assert together.by_month[dt.date(2026, 11, 1)] == 390


def test_another_house_has_its_own_hours(cast: Cast) -> None:
    worked(cast, cast.volunteer, house=cast.knooppunt)
    worked(cast, cast.key_holder)
    assert of(cast) == {"Anneke Bos": (1, 195)}
    [there] = hours_worked(cast.knooppunt, FIRST, LAST, NOW)
    assert there.name == "Joop van der Berg"


def test_hours_have_two_decimals() -> None:
    assert as_hours(195) == Decimal("3.25")
    assert as_hours(200) == Decimal("3.33")
    assert str(as_hours(0)) == "0.00"


def test_many_shifts_take_three_queries(cast: Cast) -> None:
    for n in range(12):
        worked(cast, cast.volunteer, FIRST + dt.timedelta(days=n))
    with count_queries() as queries:
        hours_worked(cast.wolfsbos, FIRST, LAST, NOW)
    assert queries.count == 3


@pytest.mark.sqlite
def test_a_month_is_found_by_its_days_and_not_by_reading_ten_years(
    cast: Cast, database: Database
) -> None:
    assert isinstance(database, SqliteDatabase)
    day = dt.date(2016, 11, 28)
    shifts = [
        {
            "house": house,
            "title": "Gastvrouw",
            "original_date": day + dt.timedelta(days=n),
            "date": day + dt.timedelta(days=n),
            "start_time": dt.time(9),
            "end_time": dt.time(12),
        }
        for n in range(3650)
        for house in (cast.wolfsbos.id, cast.knooppunt.id)
    ]
    for some in range(0, len(shifts), 400):
        Shift.insert_many(shifts[some : some + 400]).execute()
    seats = Shift.select(Shift.house, Shift.id, "Gastvrouw", "", 1, 0)
    Seat.insert_from(
        seats,
        [Seat.house, Seat.shift, Seat.role, Seat.qualification, Seat.required, Seat.position],
    ).execute()
    facts = {"name": "", "state": "present", "how": "self", "at": NOW, "changed_at": NOW}
    rows = Seat.select(Seat.house, Seat.shift, Seat.id, cast.volunteer.id, *facts.values())
    fields = [Place.house, Place.shift, Place.seat, Place.person]
    Place.insert_from(rows, [*fields, *(getattr(Place, name) for name in facts)]).execute()
    database.execute_sql("ANALYZE")
    with count_queries() as queries:
        [one] = hours_worked(cast.wolfsbos, FIRST, LAST, NOW)
    assert one.shifts == 25
    for asked in queries.get_queries():
        sql, values = asked.msg
        plan = " ".join(
            str(row[3]) for row in database.execute_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        )
        assert "SEARCH" in plan, plan
        assert "SCAN" not in plan, plan
