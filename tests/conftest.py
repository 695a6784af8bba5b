"""Fixtures for every test: an empty, migrated database, and the app on top of it.

The suite runs on SQLite; with TEST_DATABASE_URL=postgresql://... the same tests run on PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask
from hypothesis import settings
from jinja2 import FileSystemBytecodeCache
from peewee import Database

import database as databases
import models
from app import create_app
from models import Person
from tests.browser_of import Browser
from tests.cast import Cast, make_cast

# The same examples on every run, however busy the machine; to look for new ones:
# pytest --hypothesis-profile=explore
settings.register_profile("same", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile("same")

#: Tests live on this Thursday: 26 November 2026, 10.00 in Hoogeveen.
TODAY = dt.date(2026, 11, 26)
NOW = dt.datetime(2026, 11, 26, 9, 0)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what is about SQLite alone (its file, its limits), how pages look,
    which no database changes, and what asks for no database at all."""
    if os.environ.get("TEST_DATABASE_URL"):
        once = [
            item
            for item in items
            if item.get_closest_marker("sqlite")
            or item.get_closest_marker("looks")
            or not {"database_url", "postgres_url"} & set(getattr(item, "fixturenames", ()))
        ]
        config.hook.pytest_deselected(items=once)
        items[:] = [item for item in items if item not in once]


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
        db.execute_sql("DROP SCHEMA public CASCADE")
        db.execute_sql("CREATE SCHEMA public")
    databases.migrate(db, Path(), NOW)
    yield db
    db.close_all()


@pytest.fixture
def database_url(
    tmp_path: Path,
    request: pytest.FixtureRequest,
    postgres_url: str | None,
    migrated_postgres: Database | None,
) -> str:
    """The address of an empty, migrated database of this test's own."""
    if postgres_url and migrated_postgres is not None:
        tables = ", ".join(f'"{table._meta.table_name}"' for table in models.ALL_TABLES)
        with databases.connected(migrated_postgres) as db:
            db.execute_sql(f"TRUNCATE {tables} RESTART IDENTITY CASCADE")
        return postgres_url
    file = tmp_path / "test.sqlite3"
    shutil.copy(request.getfixturevalue("migrated_file"), file)
    return f"sqlite:///{file}"


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """The database, bound to the models and connected in this thread."""
    db = databases.open_database(database_url)
    models.db.initialize(db)
    with databases.connected(db):
        yield db
    db.close_all()


@pytest.fixture
def cast(database: Database) -> Cast:
    """Two houses and the people that every access test can try."""
    return make_cast(TODAY)


@pytest.fixture(scope="session")
def compiled_templates(tmp_path_factory: pytest.TempPathFactory) -> FileSystemBytecodeCache:
    """What Jinja makes of the templates, for all apps of the run: each would compile them anew."""
    return FileSystemBytecodeCache(str(tmp_path_factory.mktemp("templates")))


@pytest.fixture
def app(
    cast: Cast, database_url: str, tmp_path: Path, compiled_templates: FileSystemBytecodeCache
) -> Iterator[Flask]:
    """The app on the cast's database; its clock stands still at NOW (``app.config["CLOCK"]``)."""
    made = create_app(
        {
            "DATABASE_URL": database_url,
            "SECRET_KEY": "for tests only",
            "INSTANCE": str(tmp_path),
            "TESTING": True,
            "CLOCK": lambda: NOW,
        }
    )
    made.jinja_env.bytecode_cache = compiled_templates
    # The test's own thread goes on with the connection that the cast was made on.
    made.extensions["database"].connect()
    yield made
    made.extensions["press"].close()
    made.extensions["database"].close_all()


@pytest.fixture
def browser_of(app: Flask) -> Callable[[Person | None], Browser]:
    """Makes a browser in which a person is logged in (or, with None, nobody)."""
    return lambda person: Browser(app, person)
