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
from tests.cast import Cast, make_shift
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


def rows_of_old(db: Database) -> None:
    """A house as it was before the roster remembered: somebody came, left, and another came."""
    for sql in (
        "INSERT INTO house (id, slug, name, street, postcode, town, phone, email, tagline, colour)"
        " VALUES (1, 'wolfsbos', 'Wolfsbos', '', '', '', '', '', '', '#0b5d5e')",
        "INSERT INTO person (id, first_name, infix, last_name, phone, language, active, is_admin)"
        " VALUES (1, 'Joop', '', 'Berg', '', 'nl', true, false),"
        " (2, 'Anneke', '', 'Bos', '', 'nl', true, false)",
        "INSERT INTO shift_pattern (id, house_id, title, rule, first_date, start_time, end_time)"
        " VALUES (1, 1, 'Sleutel', 'FREQ=DAILY', '2026-01-01', '09:00:00', '12:00:00')",
        "INSERT INTO pattern_seat (id, pattern_id, role, qualification, required, position)"
        " VALUES (1, 1, 'Sleutelhouder', '', true, 0)",
        "INSERT INTO fixed_place (id, house_id, pattern_seat_id, person_id, rotation, nth)"
        " VALUES (3, 1, 1, 2, 'nth', -1)",
        "INSERT INTO shift (id, house_id, pattern_id, title, original_date, date, start_time,"
        " end_time, state) VALUES"
        " (4, 1, 1, 'Sleutel', '2026-11-26', '2026-11-26', '09:00:00', '12:00:00', 'planned')",
        "INSERT INTO seat (id, house_id, shift_id, role, qualification, required, position)"
        " VALUES (5, 1, 4, 'Sleutelhouder', '', true, 0)",
        "INSERT INTO place (id, house_id, shift_id, seat_id, person_id, name, state, how, by_id,"
        " at, changed_at) VALUES (6, 1, 4, 5, 1, '', 'released', 'self', 1,"
        " '2026-11-01 08:00:00', '2026-11-03 09:00:00'), (7, 1, 4, 5, 2, '', 'confirmed',"
        " 'by_phone', 1, '2026-11-04 10:00:00', '2026-11-04 10:00:00')",
    ):
        db.execute_sql(sql)


@pytest.mark.sqlite
def test_from_then_on_no_id_is_given_twice_and_every_row_is_kept(
    migrated_to: Callable[[int], Database], tmp_path: Path
) -> None:
    old = migrated_to(5)
    with databases.connected(old):
        rows_of_old(old)
    databases.migrate(old, tmp_path / "backups", NOW)
    with databases.connected(old), old.bind_ctx(models.ALL_TABLES):
        assert models.Person.select().count() == 2
        place = Place.get_by_id(7)
        assert (place.person.first_name, place.seat_id) == ("Anneke", 5)
        later = make_shift(place.house, TODAY)
        later.delete_instance()
        assert make_shift(place.house, TODAY).id == later.id + 1
    old.close_all()


@pytest.mark.sqlite
def test_the_roster_of_before_is_remembered_step_by_step(
    migrated_to: Callable[[int], Database], tmp_path: Path
) -> None:
    old = migrated_to(6)
    with databases.connected(old):
        rows_of_old(old)
    databases.migrate(old, tmp_path / "backups", NOW)
    with databases.connected(old), old.bind_ctx(models.ALL_TABLES):
        steps = models.PlaceChange.select().order_by(models.PlaceChange.id)
        assert [(one.place_id, one.step, one.state, one.by_id) for one in steps] == [
            (6, "take", "confirmed", 1),
            (7, "put", "confirmed", 1),
            (6, "leave", "released", None),
        ]
        fixed = models.FixedPlace.get()
        assert (fixed.id, fixed.rotation, fixed.nth, fixed.groups) == (3, "nth", -1, None)
        assert models.House.get().cover_hours == 48
        assert models.Person.get().reminders is True
        again = fixed.clone()
        again.id = None
        again.save(force_insert=True)
        assert again.id == 4
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


@pytest.mark.sqlite
def test_an_opening_that_was_not_counted_was_answered_by_a_person(
    migrated_to: Callable[[int], Database], tmp_path: Path
) -> None:
    old = migrated_to(7)
    with databases.connected(old):
        old.execute_sql(
            "INSERT INTO house (id, slug, name, street, postcode, town, phone, email,"
            " tagline, colour, cover_hours) VALUES (1, 'h', 'H', '', '', '', '', '', '', '', 48)"
        )
        for day, state in ((1, "open"), (2, "closed"), (3, "not_counted")):
            old.execute_sql(
                "INSERT INTO opening (house_id, date, start_time, end_time, state)"
                " VALUES (1, ?, '09:00:00', '17:00:00', ?)",
                (f"2026-11-0{day}", state),
            )
    databases.migrate(old, tmp_path / "backups", NOW)
    with databases.connected(old), old.bind_ctx([models.Opening]):
        rows = models.Opening.select().order_by(models.Opening.date)
        assert [row.answered for row in rows] == [False, False, True]
