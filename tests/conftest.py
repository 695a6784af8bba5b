"""Fixtures for every test: an empty, migrated database, and the app on top of it.

The suite runs on SQLite; with TEST_DATABASE_URL=postgresql://... the same tests run on PostgreSQL.
"""

from __future__ import annotations

import copy
import datetime as dt
import gc
import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import BytecodeCache, FileSystemBytecodeCache
from peewee import Database

import database as databases
import demo
import models
from app import create_app
from documents.press import Press
from models import Person
from rules import passwords
from tests.browser_of import Browser
from tests.cast import Cast, make_cast

# The same examples on every run, however busy the machine; to look for new ones:
# pytest --hypothesis-profile=explore
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("same")

# Nothing that a test writes outlives it, so nothing needs to reach the disk.
if os.access("/dev/shm", os.W_OK) and shutil.disk_usage("/dev/shm").free > 10**9:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", "/dev/shm")

#: Tests live on this Thursday: 26 November 2026, 10.00 in Hoogeveen.
TODAY = dt.date(2026, 11, 26)
NOW = dt.datetime(2026, 11, 26, 9, 0)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what is about SQLite alone (its file, its limits), how pages look
    and what a device does with them, which no database changes, and what asks for no database at
    all; on SQLite, what is about PostgreSQL alone."""
    if os.environ.get("TEST_DATABASE_URL"):
        once = [
            item
            for item in items
            if any(item.get_closest_marker(mark) for mark in ("sqlite", "looks", "device"))
            or not {"database_url", "postgres_url"} & set(getattr(item, "fixturenames", ()))
        ]
    else:
        once = [item for item in items if item.get_closest_marker("postgres")]
    config.hook.pytest_deselected(items=once)
    items[:] = [item for item in items if item not in once]


def pytest_collection_finish() -> None:
    """Thousands of tests were read and stay; whoever looks for rubbish need not look there."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session")
def postgres_url() -> str | None:
    """The database that may be emptied; of several who test at once each has one of its own,
    beside it (``name_gw0``, ``name_gw1``)."""
    url, worker = os.environ.get("TEST_DATABASE_URL"), os.environ.get("PYTEST_XDIST_WORKER")
    if not url or not worker:
        return url or None
    here = urlsplit(url)
    own = f"{here.path.lstrip('/')}_{worker}"
    admin = databases.open_database(url)
    with databases.connected(admin):
        known = admin.execute_sql("SELECT 1 FROM pg_database WHERE datname = %s", (own,))
        if known.fetchone() is None:
            admin.connection().autocommit = True
            admin.execute_sql(f'CREATE DATABASE "{own}"')
    admin.close_all()
    return here._replace(path=f"/{own}").geturl()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty SQLite database with all tables, made once and copied for each test."""
    file = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    db = databases.open_database(f"sqlite:///{file}")
    databases.migrate(db, file.parent, NOW)
    db.close_all()
    return file


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str | None) -> Iterator[Database | None]:
    if postgres_url is None:
        yield None
        return
    db = databases.open_database(postgres_url)
    with databases.connected(db):
        db.execute_sql("DROP SCHEMA IF EXISTS public CASCADE")
        db.execute_sql("CREATE SCHEMA public")
    databases.migrate(db, Path(), NOW)
    yield db
    db.close_all()


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path) -> Path:
    """The demo as it is on TODAY, made once and copied for each test."""
    file = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    shutil.copy(migrated_file, file)
    db = databases.open_database(f"sqlite:///{file}")
    models.db.initialize(db)
    with databases.connected(db):
        demo.fill(TODAY, NOW)
        db.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    db.close_all()
    return file


@dataclass(frozen=True)
class Kept:
    """An empty database and one with the cast, made once and copied for each test.

    cast: its people as they are in the second, to be copied as well.
    """

    empty: Path | str
    with_cast: Path | str
    cast: Cast


@pytest.fixture(scope="session")
def kept_file(migrated_file: Path) -> Kept:
    """On SQLite both are files."""
    file = migrated_file.with_name("cast.sqlite3")
    shutil.copy(migrated_file, file)
    db = databases.open_database(f"sqlite:///{file}")
    models.db.initialize(db)
    with databases.connected(db):
        cast = make_cast(TODAY)
        db.pragma("wal_checkpoint(TRUNCATE)")
    db.close_all()
    return Kept(migrated_file, file, cast)


@pytest.fixture(scope="session")
def kept_rows(migrated_postgres: Database) -> Kept:
    """On PostgreSQL both are what is to be run; the cast's rows are kept in a schema beside."""
    models.db.initialize(migrated_postgres)
    with databases.connected(migrated_postgres) as db:
        cast = make_cast(TODAY)
        put = keep_rows(db, "kept")
    # Children first: the tables were made from parents to children. TRUNCATE would give each table
    # and index a new file, full or not, and takes ten times as long.
    names = [table._meta.table_name for table in models.ALL_TABLES]
    empty = "; ".join(
        [
            *(f'DELETE FROM "{name}"' for name in reversed(names)),
            f"SELECT setval(sequencename::regclass, 1, false) {_counters()}",
        ]
    )
    return Kept(empty, f"{empty}; {put}", cast)


def keep_rows(db: Database, schema: str) -> str:
    """Copy all rows of a PostgreSQL into tables of a schema beside them; returns what puts them
    into empty tables again."""
    db.execute_sql(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
    db.execute_sql(f"CREATE SCHEMA {schema}")
    put = []
    for table in models.ALL_TABLES:
        name = table._meta.table_name
        if db.execute_sql(f'SELECT 1 FROM "{name}" LIMIT 1').fetchone():
            db.execute_sql(f'CREATE TABLE {schema}."{name}" AS TABLE "{name}"')
            put.append(f'INSERT INTO "{name}" TABLE {schema}."{name}"')
    counted = db.execute_sql(f"SELECT sequencename, last_value {_counters()}")
    put += [f"SELECT setval('{name}', {last})" for name, last in counted]
    return "; ".join(put)


def _counters() -> str:
    """The sequences of our tables that have begun; not the one that numbers the migrations."""
    of_ours = ", ".join(f"'{table._meta.table_name}_id_seq'" for table in models.ALL_TABLES)
    return f"FROM pg_sequences WHERE sequencename IN ({of_ours}) AND last_value IS NOT NULL"


@pytest.fixture(scope="session")
def kept(request: pytest.FixtureRequest, postgres_url: str | None) -> Kept:
    return request.getfixturevalue("kept_rows" if postgres_url else "kept_file")


@pytest.fixture
def database_url(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    kept: Kept,
    postgres_url: str | None,
    migrated_postgres: Database | None,
) -> str:
    """The address of a migrated database of this test's own: empty, or with the cast in it when
    the test asks for the cast."""
    start = kept.with_cast if "cast" in request.fixturenames else kept.empty
    if postgres_url and migrated_postgres is not None:
        with databases.connected(migrated_postgres) as db:
            db.execute_sql(str(start))
        return postgres_url
    file = tmp_path / "test.sqlite3"
    shutil.copy(start, file)
    return f"sqlite:///{file}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The database, bound to the models and connected in this thread.

    PostgreSQL gives rows that were asked for in no order in any order. SQLite gives them as they
    came, so that nobody would notice: here it gives them the other way round.
    """
    db = databases.open_database(database_url)
    models.db.initialize(db)
    with databases.connected(db):
        if databases.sqlite_file(db) is not None:
            db.pragma("reverse_unordered_selects", 1, permanent=True)
        yield db
    db.close_all()


@pytest.fixture
def cast(database: Database, kept: Kept) -> Cast:
    """Two houses and the people that every access test can try."""
    return copy.deepcopy(kept.cast)


@pytest.fixture(scope="session")
def press() -> Iterator[Press]:
    """One press for all tests that print, as in a running app; it starts when first asked.

    It has more patience than an app has: no test asks how fast this machine is.
    """
    made = Press(time_limit=60)
    yield made
    made.close()


@pytest.fixture(scope="session")
def read_templates(tmp_path_factory: pytest.TempPathFactory) -> BytecodeCache:
    """Templates as Python reads them: to translate them again for each app takes longer than
    most tests."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture(scope="session")
def app_of_all(
    press: Press, tmp_path_factory: pytest.TempPathFactory, read_templates: BytecodeCache
) -> Flask:
    """The app that serves one test after another, each on a database of its own: most of what it
    costs to make one, and to read its templates, is the same every time."""
    made = create_app(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path_factory.mktemp('app')}/none.sqlite3",
            "SECRET_KEY": "for tests only",
            "TESTING": True,
            "CLOCK": lambda: NOW,
        }
    )
    made.extensions["press"].close()
    made.extensions["press"] = press
    made.jinja_env.bytecode_cache = read_templates
    return made


@pytest.fixture
def app(
    app_of_all: Flask, database: Database, database_url: str, cast: Cast, tmp_path: Path
) -> Iterator[Flask]:
    """The app on the cast's database; its clock stands still at NOW (``app.config["CLOCK"]``)."""
    made = app_of_all
    settled = [(held, dict(held)) for held in (made.config, made.extensions, made.view_functions)]
    made.config.update(DATABASE_URL=database_url, INSTANCE=str(tmp_path))
    made.extensions.update(database=database, brakes=passwords.Brakes())
    yield made
    for held, as_it_was in settled:
        held.clear()
        held.update(as_it_was)


@pytest.fixture
def browser_of(app: Flask) -> Callable[[Person | None], Browser]:
    """Makes a browser in which a person is logged in (or, with None, nobody)."""
    return lambda person: Browser(app, person)
