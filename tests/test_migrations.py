"""Migrating: once, one at a time, with a copy made first, and never with broken references."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from peewee import Database

import database as databases
import models
from models import Person, Place
from tests.cast import Cast, make_cast, make_place, make_shift
from tests.conftest import NOW, TODAY

ADD_COLUMN = """
from peewee import CharField

def up(migrator, db):
    migrator.migrate(migrator.add_column("person", "nickname", CharField(default="")))
"""
LOSE_HOUSES = """
def up(migrator, db):
    db.execute_sql("DELETE FROM house")
"""
ADD_PARTNER = """
def up(migrator, db):
    db.execute_sql("INSERT INTO partner (name, url) VALUES ('x', '')")
"""
FAIL_HALFWAY = """
def up(migrator, db):
    db.execute_sql("UPDATE person SET first_name = 'lost'")
    raise RuntimeError("halfway")
"""


@pytest.fixture
def second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where a test puts the migration that follows the real ones."""
    folder = tmp_path / "migrations"
    shutil.copytree(databases.MIGRATIONS, folder)
    monkeypatch.setattr(databases, "MIGRATIONS", folder)
    return folder / "9999_next.py"


@pytest.mark.sqlite
def test_what_there_is_is_copied_before_it_is_changed(
    cast: Cast, database: Database, second: Path, tmp_path: Path
) -> None:
    second.write_text(ADD_COLUMN)
    database.close()
    assert databases.migrate(database, tmp_path / "backups", NOW) == ["9999_next"]
    (copy,) = (tmp_path / "backups").iterdir()
    kept = databases.open_database(f"sqlite:///{copy}")
    with databases.connected(kept), kept.bind_ctx([Person]):
        columns = {column.name for column in kept.get_columns("person")}
        assert "nickname" not in columns
        assert Person.select().count() == 7
    kept.close_all()
    with databases.connected(database):
        assert "nickname" in {column.name for column in database.get_columns("person")}


@pytest.mark.sqlite
def test_a_new_database_needs_no_copy(tmp_path: Path) -> None:
    db = databases.open_database(f"sqlite:///{tmp_path / 'new.sqlite3'}")
    databases.migrate(db, tmp_path / "backups", NOW)
    db.close_all()
    assert not (tmp_path / "backups").exists()


@pytest.mark.sqlite
def test_rows_that_lose_their_parent_are_named(
    cast: Cast, database: Database, second: Path, tmp_path: Path
) -> None:
    second.write_text(LOSE_HOUSES)
    database.close()
    with pytest.raises(databases.BrokenReferences, match="membership"):
        databases.migrate(database, tmp_path / "backups", NOW)


def test_a_migration_that_fails_halfway_leaves_everything_as_it_was(
    cast: Cast, database: Database, second: Path, tmp_path: Path
) -> None:
    second.write_text(FAIL_HALFWAY)
    database.close()
    with pytest.raises(RuntimeError):
        databases.migrate(database, tmp_path / "backups", NOW)
    database.connect(reuse_if_open=True)
    assert not Person.select().where(Person.first_name == "lost").exists()
    assert not databases.is_migrated(database)


def test_of_several_at_once_one_migrates_and_the_others_wait(
    database: Database, database_url: str, second: Path, tmp_path: Path
) -> None:
    second.write_text(ADD_PARTNER)
    barrier, done = threading.Barrier(4), list[list[str]]()

    def migrate(number: int) -> None:
        own = databases.open_database(database_url)
        barrier.wait()
        done.append(databases.migrate(own, tmp_path / str(number), NOW))
        own.close_all()

    threads = [threading.Thread(target=migrate, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(done) == [[], [], [], ["9999_next"]]
    assert models.Partner.select().count() == 1
    # On PostgreSQL the tables outlive this test; its extra migration must not.
    database.execute_sql("DELETE FROM schema_migration WHERE name = '9999_next'")


@pytest.fixture
def migrated_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[int], Database]:
    """Makes an SQLite database as it was after so many migrations."""

    def make(number: int) -> Database:
        folder = tmp_path / "earlier"
        folder.mkdir()
        for file in sorted(databases.MIGRATIONS.glob("*.py"))[:number]:
            shutil.copy(file, folder)
        old = databases.open_database(f"sqlite:///{tmp_path / 'old.sqlite3'}")
        with monkeypatch.context() as before:
            before.setattr(databases, "MIGRATIONS", folder)
            databases.migrate(old, tmp_path, NOW)
        return old

    return make


@pytest.mark.sqlite
def test_activities_of_before_get_names_of_their_own_for_calendars(
    migrated_to: Callable[[int], Database], tmp_path: Path
) -> None:
    old = migrated_to(2)
    with databases.connected(old):
        old.execute_sql("INSERT INTO house VALUES (1, 'h', 'H', '', '', '', '', '', '', '#000000')")
        old.execute_sql(
            "INSERT INTO activity (house_id, title, summary, category, contact_name, contact_phone,"
            " cost_note, audience, sign_up, rule, start_time, first_date, not_in_school_holidays,"
            " highlighted, published) SELECT 1, 'x', '', 'meet', '', '', '', '', 'none',"
            " 'FREQ=DAILY', '10:00:00', '2026-11-02', 0, 0, 1 FROM (SELECT 1 UNION SELECT 2)"
        )
    databases.migrate(old, tmp_path / "backups", NOW)
    with databases.connected(old), old.bind_ctx([models.Activity]):
        one, two = models.Activity.select()
        assert one.uid != two.uid
        assert (one.sequence, one.changed_at, one.archived_at) == (0, None, None)
    old.close_all()


@pytest.mark.sqlite
def test_from_then_on_no_id_is_given_twice_and_every_row_is_kept(
    migrated_to: Callable[[int], Database], tmp_path: Path
) -> None:
    old = migrated_to(5)
    with databases.connected(old), old.bind_ctx(models.ALL_TABLES):
        cast = make_cast(TODAY)
        shift = make_shift(cast.wolfsbos, TODAY, seats=2)
        place = make_place(shift.seats.first(), cast.volunteer, NOW)
    databases.migrate(old, tmp_path / "backups", NOW)
    with databases.connected(old), old.bind_ctx(models.ALL_TABLES):
        assert models.Person.select().count() == 7
        assert Place.get().person == cast.volunteer
        assert place.seat == Place.get().seat
        later = make_shift(cast.wolfsbos, TODAY)
        later.delete_instance()
        assert make_shift(cast.wolfsbos, TODAY).id == later.id + 1
    old.close_all()


@pytest.mark.sqlite
def test_sqlite_keeps_every_acknowledged_write(database: Database) -> None:
    pragmas = {
        name: database.pragma(name)
        for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout", "mmap_size")
    }
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,  # FULL
        "foreign_keys": 1,
        "busy_timeout": 5000,
        "mmap_size": 0,
    }
    version = tuple(
        map(int, database.execute_sql("SELECT sqlite_version()").fetchone()[0].split("."))
    )
    assert version >= (3, 51, 3), "earlier ones can damage a database in WAL mode"


def test_what_is_no_database_address_is_named() -> None:
    with pytest.raises(ValueError, match="mysql"):
        databases.open_database("mysql://x/y")
