"""What the database keeps of closures, and that dates follow them whatever is done."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import IntegrityError

import database as databases
from models import Closure, ClosureKind, Occurrence, OccurrenceState, db
from rules.closed_days import closures_of, stops
from rules.closures import AlreadyThere, ClosureOver, decide_closure, remove_closure
from tests.cast import Cast, count_rows
from tests.conftest import NOW, TODAY
from tests.test_closures import change
from tests.test_programme import add_weekly, close

CHRISTMAS = dt.date(2026, 12, 25)


def test_the_database_keeps_one_closure_of_a_kind_on_the_same_days(cast: Cast) -> None:
    for house in (cast.wolfsbos, None):
        facts = {
            "house": house,
            "first_date": CHRISTMAS,
            "last_date": CHRISTMAS,
            "kind": ClosureKind.public_holiday,
        }
        Closure.create(**facts, reason="Kerst")
        with pytest.raises(IntegrityError), db.atomic():
            Closure.create(**facts, reason="Eerste kerstdag", closes=True)
        Closure.create(**facts | {"kind": ClosureKind.closed}, reason="Dicht")
    assert count_rows(Closure) == 4


@pytest.mark.sqlite
def test_closures_that_were_there_twice_become_one_that_says_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "earlier"
    folder.mkdir()
    for file in sorted(databases.MIGRATIONS.glob("000[123]_*.py")):
        shutil.copy(file, folder)
    old = databases.open_database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
    with monkeypatch.context() as before:
        before.setattr(databases, "MIGRATIONS", folder)
        databases.migrate(old, tmp_path, NOW)
    with databases.connected(old):
        old.execute_sql("INSERT INTO house VALUES (1, 'h', 'H', '', '', '', '', '', '', '#000000')")
        for number, house, kind, closes in (
            (1, None, "public_holiday", None),
            (2, None, "public_holiday", 0),
            (3, None, "public_holiday", 1),
            (4, 1, "public_holiday", None),
            (5, 1, "public_holiday", 0),
            (6, 1, "closed", 0),
            (7, 1, "closed", None),
        ):
            old.execute_sql(
                "INSERT INTO closure VALUES (?, ?, '2026-12-25', '2026-12-26', ?, 'Kerst', ?)",
                (number, house, kind, closes),
            )
        old.execute_sql(
            "INSERT INTO activity (id, house_id, title, summary, category, contact_name,"
            " contact_phone, cost_note, audience, sign_up, rule, start_time, first_date,"
            " not_in_school_holidays, highlighted, published, uid, sequence) VALUES (1, 1, 'x', '',"
            " 'meet', '', '', '', '', 'none', 'FREQ=DAILY', '10:00:00', '2026-11-02', 0, 0, 1,"
            " '00000000000000000000000000000001', 0)"
        )
        for number, closure in enumerate((1, 2, 3, 4, 7), start=1):
            old.execute_sql(
                "INSERT INTO occurrence (house_id, activity_id, original_date, date, start_time,"
                " state, note, closure_id) VALUES (1, 1, ?, '2026-12-25', '10:00:00', 'cancelled',"
                " '', ?)",
                (f"2026-12-{number:02d}", closure),
            )
    databases.migrate(old, tmp_path / "backups", NOW)
    with databases.connected(old), old.bind_ctx([Closure, Occurrence]):
        assert [row.id for row in Closure.select().order_by(Closure.id)] == [3, 5, 7]
        rows = Occurrence.select().order_by(Occurrence.original_date)
        assert [row.closure_id for row in rows] == [3, 3, 3, 5, 7]
        with pytest.raises(IntegrityError):
            old.execute_sql("UPDATE closure SET kind = 'public_holiday' WHERE id = 7")
    old.close_all()


# -- whatever is done -----------------------------------------------------------------------------

DAYS = st.integers(-3, 40)
KINDS = st.sampled_from(list(ClosureKind))
#: What is done, for whom ('here', 'there' or 'all'), from which day, for how long, and more.
STEPS = st.tuples(
    st.sampled_from(["add", "change", "decide", "remove"]),
    st.sampled_from(["here", "there", "all"]),
    DAYS,
    st.integers(0, 12),
    KINDS,
    st.booleans(),
)


@pytest.mark.slow
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=st.lists(STEPS, min_size=1, max_size=8))
def test_whatever_is_done_dates_are_off_exactly_where_a_closure_stops_them(
    cast: Cast, steps: list[tuple[Any, ...]]
) -> None:
    """No person touches a date here, so the closures alone say which are on."""
    with db.atomic() as everything:
        houses = {"here": cast.wolfsbos, "there": cast.knooppunt, "all": None}
        activities = [
            add_weekly(
                house, "MO,TH", last_date=dt.date(2027, 1, 10), not_in_school_holidays=pauses
            )
            for house in (cast.wolfsbos, cast.knooppunt)
            for pauses in (False, True)
        ]
        for what, whose, start, length, kind, closes in steps:
            house = houses[whose]
            first = TODAY + dt.timedelta(days=start)
            last = max(TODAY, first + dt.timedelta(days=length))
            own = (Closure.house == house) if house else Closure.house.is_null()
            row = Closure.select().where(own).order_by(Closure.id.desc()).first()
            if what == "decide":
                held = closures_of(house or cast.wolfsbos, TODAY, dt.date.max)
                row = held[length % len(held)] if held else None
            try:
                with db.atomic():
                    if what == "add":
                        close(cast, first, last, house=house, kind=kind)
                    elif row is not None and what == "change":
                        change(row, house, cast, first_date=first, last_date=last, kind=kind)
                    elif row is not None and what == "decide":
                        decide_closure(row, house or cast.wolfsbos, closes, None, NOW)
                    elif row is not None:
                        remove_closure(row, house, cast.admin, NOW)
            except (AlreadyThere, ClosureOver):
                pass
            for activity in activities:
                held = closures_of(activity.house, TODAY, dt.date.max)
                coming = Occurrence.select().where(
                    Occurrence.activity == activity, Occurrence.date >= TODAY
                )
                for date in coming:
                    stop = stops(held, activity, date.date)
                    assert (date.state == OccurrenceState.cancelled) == (stop is not None)
                    assert date.closure == stop
        everything.rollback()
