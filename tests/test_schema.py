"""The schema: the migrations make exactly what models.py describes, with its constraints."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from peewee import Database, IntegrityError

import database as databases
import models
from models import Place, PlaceState, Seat
from tests.cast import Cast, make_place, make_shift
from tests.conftest import NOW, TODAY


def described(db: Database) -> list[tuple[str, str]]:
    rows = db.execute_sql(
        "SELECT name, replace(sql, 'IF NOT EXISTS ', '') FROM sqlite_master"
        " WHERE sql IS NOT NULL AND tbl_name <> 'schema_migration'"
    )
    return sorted(rows.fetchall())


def test_the_migrations_make_the_tables_of_the_models(tmp_path: Path) -> None:
    migrated = databases.open_database(f"sqlite:///{tmp_path / 'migrated.sqlite3'}")
    created = databases.open_database(f"sqlite:///{tmp_path / 'created.sqlite3'}")
    databases.migrate(migrated, tmp_path, NOW)
    with databases.connected(created), created.bind_ctx(models.ALL_TABLES):
        created.create_tables(models.ALL_TABLES)
        with databases.connected(migrated):
            assert described(migrated) == described(created)


def test_a_second_migration_finds_nothing_to_do(database: Database, tmp_path: Path) -> None:
    assert databases.migrate(database, tmp_path, NOW) == []


def test_every_table_is_listed(database: Database) -> None:
    assert set(models.ALL_TABLES) == set(models.OfHouse.__subclasses__()) | (
        set(models.Table.__subclasses__()) - {models.OfHouse}
    )


def test_a_seat_has_one_holder_at_a_time(cast: Cast) -> None:
    seat = make_shift(cast.wolfsbos, TODAY).seats.get()
    make_place(seat, cast.volunteer, NOW)
    with pytest.raises(IntegrityError), models.db.atomic():
        make_place(seat, cast.key_holder, NOW)


def test_who_seeks_cover_still_holds_the_seat(cast: Cast) -> None:
    seat = make_shift(cast.wolfsbos, TODAY).seats.get()
    make_place(seat, cast.volunteer, NOW, state=PlaceState.seeking_cover)
    with pytest.raises(IntegrityError), models.db.atomic():
        make_place(seat, cast.key_holder, NOW)


def test_a_released_seat_can_be_taken_and_remembers(cast: Cast) -> None:
    seat = make_shift(cast.wolfsbos, TODAY).seats.get()
    make_place(seat, cast.volunteer, NOW, state=PlaceState.released)
    make_place(seat, cast.key_holder, NOW)
    assert Place.select().where(Place.seat == seat).count() == 2


def test_nobody_stands_twice_on_one_shift(cast: Cast) -> None:
    first, second = make_shift(cast.wolfsbos, TODAY, seats=2).seats.order_by(Seat.position)
    make_place(first, cast.volunteer, NOW)
    with pytest.raises(IntegrityError), models.db.atomic():
        make_place(second, cast.volunteer, NOW)


def test_a_word_that_no_enumeration_knows_is_refused(cast: Cast) -> None:
    with pytest.raises(IntegrityError), models.db.atomic():
        make_shift(cast.wolfsbos, TODAY, state="perhaps")


def test_an_end_before_its_start_is_refused(cast: Cast) -> None:
    with pytest.raises(IntegrityError), models.db.atomic():
        make_shift(cast.wolfsbos, TODAY, start_time=dt.time(12), end_time=dt.time(11))
