"""What became of each opening: rows that later hours and closures do not change."""

from __future__ import annotations

import datetime as dt

from models import Closure, ClosureKind, CountDay, House, Opening, OpeningHours, OpeningState
from rules import openings
from tests.cast import Cast
from tests.conftest import TODAY

MONDAY = dt.date(2026, 11, 16)


def with_hours(house: House, *weekdays: int) -> None:
    OpeningHours.delete().where(OpeningHours.house == house).execute()
    for weekday in weekdays:
        OpeningHours.create(
            house=house, weekday=weekday, start_time=dt.time(9), end_time=dt.time(17)
        )


def rows(house: House) -> list[tuple[dt.date, str]]:
    found = Opening.select().where(Opening.house == house).order_by(Opening.date)
    return [(row.date, row.state) for row in found]


def test_every_past_opening_since_the_first_count_becomes_a_row(cast: Cast) -> None:
    with_hours(cast.wolfsbos, 0, 3)
    CountDay.create(house=cast.wolfsbos, date=MONDAY, n=3)
    openings.settle(cast.wolfsbos, TODAY)
    thursday, monday = MONDAY + dt.timedelta(days=3), MONDAY + dt.timedelta(days=7)
    # Today, a Thursday as well, is not over yet.
    assert rows(cast.wolfsbos) == [(MONDAY, "open"), (thursday, "open"), (monday, "open")]
    assert not rows(cast.knooppunt)


def test_a_closed_day_stays_a_closed_opening(cast: Cast) -> None:
    with_hours(cast.wolfsbos, 0)
    CountDay.create(house=cast.wolfsbos, date=MONDAY, n=3)
    closure = Closure.create(
        house=cast.wolfsbos,
        first_date=MONDAY,
        last_date=MONDAY,
        kind=ClosureKind.closed,
        reason="Schilders",
        closes=True,
    )
    openings.settle(cast.wolfsbos, MONDAY + dt.timedelta(days=1))
    closure.delete_instance()
    with_hours(cast.wolfsbos, 4)
    openings.settle(House.get_by_id(cast.wolfsbos.id), TODAY)
    friday = MONDAY + dt.timedelta(days=4)
    assert rows(cast.wolfsbos) == [(MONDAY, "closed"), (friday, "open")]


def test_settling_again_leaves_what_somebody_said(cast: Cast) -> None:
    with_hours(cast.wolfsbos, 0)
    CountDay.create(house=cast.wolfsbos, date=MONDAY, n=3)
    openings.settle(cast.wolfsbos, TODAY)
    Opening.update(state=OpeningState.not_counted).execute()
    House.update(openings_until=None).execute()
    openings.settle(House.get_by_id(cast.wolfsbos.id), TODAY)
    assert {state for _date, state in rows(cast.wolfsbos)} == {"not_counted"}


def test_a_closure_of_today_reaches_the_row_that_somebody_noted(cast: Cast) -> None:
    with_hours(cast.wolfsbos, 3)
    row = {"house": cast.wolfsbos, "date": TODAY, "end_time": dt.time(17)}
    for hour, facts in ((9, {}), (11, {"counted": True}), (13, {"answered": True})):
        Opening.create(start_time=dt.time(hour), **row, **facts)
    tomorrow = row | {"date": TODAY + dt.timedelta(days=1)}
    Opening.create(start_time=dt.time(9), **tomorrow)
    closure = Closure.create(
        house=cast.wolfsbos,
        first_date=TODAY,
        last_date=TODAY + dt.timedelta(days=1),
        kind=ClosureKind.closed,
        reason="Storm",
        closes=True,
    )
    openings.follow_closures(cast.wolfsbos, TODAY, closure.last_date, TODAY)
    assert sorted((row.date, row.start_time.hour, row.state) for row in Opening) == [
        (TODAY, 9, "closed"),
        (TODAY, 11, "open"),
        (TODAY, 13, "open"),
        (TODAY + dt.timedelta(days=1), 9, "open"),
    ]
    closure.delete_instance()
    openings.follow_closures(cast.wolfsbos, TODAY, TODAY, TODAY)
    assert {row.state for row in Opening} == {"open"}


def test_a_house_that_never_counted_begins_yesterday(cast: Cast) -> None:
    with_hours(cast.wolfsbos, *range(7))
    openings.settle(cast.wolfsbos, TODAY)
    assert rows(cast.wolfsbos) == [(TODAY - dt.timedelta(days=1), "open")]
