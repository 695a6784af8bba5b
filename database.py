"""Open a database from a URL, hand each request a connection, and migrate in one locked step."""

from __future__ import annotations

import datetime as dt
import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import unquote, urlsplit

from flask import Flask, g, request
from peewee import Database, OperationalError
from playhouse.migrations import Runner
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase, PooledSqliteDatabase

import models
from query_recording import RecordsQueries, State

MIGRATIONS = Path(__file__).parent / "migrations"
#: How long one waits for another who writes, or for a connection while all are in use.
BUSY_SECONDS = 5
# Any number that no other program on the same PostgreSQL uses for its advisory locks.
MIGRATION_LOCK = 7_301_955


class SqliteDatabase(RecordsQueries, PooledSqliteDatabase):
    """SQLite, with a pool of connections."""

    def state(self) -> State | None:
        connection = self.connection()
        if connection.in_transaction:  # What is taken back leaves no trace in the numbers.
            return None
        others = connection.execute("PRAGMA data_version").fetchone()[0]
        return others, connection.total_changes


class PostgresDatabase(RecordsQueries, PooledPostgresqlDatabase):
    """PostgreSQL, with a pool of connections."""


class BrokenReferences(Exception):
    """After a migration some rows point to rows that are not there."""


def open_database(url: str) -> Database:
    """Turn ``sqlite:///path`` or ``postgresql://user:password@host/name`` into a database.

    Nothing is connected yet. Connections are pooled: on SQLite closing the last one would copy the
    whole write-ahead log back each time, on PostgreSQL opening one costs more than a page.

    :raises ValueError: for any other kind of address.
    """
    kind = urlsplit(url).scheme.partition("+")[0]
    if kind == "sqlite":
        path = unquote(url.partition("://")[2])
        # As elsewhere: three slashes are a relative path, four an absolute one.
        file = Path(path.removeprefix("/")).absolute()
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        return SqliteDatabase(
            str(file),
            # Only FULL survives a power cut without losing an acknowledged commit.
            pragmas={
                "busy_timeout": BUSY_SECONDS * 1000,
                "journal_mode": "wal",
                "synchronous": "full",
                "foreign_keys": 1,
            },
            # A deferred transaction that reads first cannot wait for the lock when it writes.
            lock_type="IMMEDIATE",
            autoconnect=False,
            # A connection costs a file handle; who writes waits for the lock, not for this.
            max_connections=128,
            timeout=BUSY_SECONDS,
            check_same_thread=False,
        )
    if kind in ("postgresql", "postgres"):
        return PostgresDatabase(
            "postgresql" + url[url.index("://") :],
            prefer_psycopg3=True,
            autoconnect=False,
            max_connections=32,
            timeout=BUSY_SECONDS,
            stale_timeout=300,
            # Whatever the server is set to: what is acknowledged was written.
            options=f"-c lock_timeout={BUSY_SECONDS}s -c timezone=UTC -c synchronous_commit=on",
        )
    raise ValueError(f"DATABASE_URL begins with sqlite: or postgresql:, not with {kind!r}.")


def sqlite_file(db: Database) -> Path | None:
    """The file of an SQLite database; None for PostgreSQL."""
    return Path(db.database) if isinstance(db, PooledSqliteDatabase) else None


@contextmanager
def connected(db: Database) -> Iterator[Database]:
    """A connection for a command or a job, given back at the end."""
    db.connect(reuse_if_open=True)
    try:
        yield db
    finally:
        db.close()


def init_app(app: Flask) -> None:
    """Bind the models to the app's database and connect around each request that needs it.

    One process serves one database: the models are bound to it for the whole process.
    """
    db = open_database(app.config["DATABASE_URL"])
    models.db.initialize(db)
    app.extensions["database"] = db

    @app.before_request
    def connect() -> None:
        # Static files, the shell of the app, need no database and must not wait for one.
        if request.endpoint != "static":
            try:
                g.connected_here = app.extensions["database"].connect(reuse_if_open=True)
            except MaxConnectionsExceeded as error:
                raise OperationalError("all connections are in use") from error

    @app.teardown_request
    def give_back(_error: BaseException | None) -> None:
        # A command or test that makes a request keeps the connection that it had.
        if g.pop("connected_here", False) and not app.extensions["database"].is_closed():
            app.extensions["database"].close()


# -- migrations -----------------------------------------------------------------------------------


def is_migrated(db: Database) -> bool:
    """Whether every migration has been applied."""
    return not _pending(db)


def migrate(db: Database, backups: Path, now: dt.datetime) -> list[str]:
    """Apply what is pending; returns the names of the applied migrations, oldest first.

    Only one process migrates at a time; others wait and then find nothing to do. An SQLite file
    that holds data is copied to ``backups`` first.

    :raises BrokenReferences: when foreign keys do not hold afterwards.
    """
    with connected(db), _migration_lock(db):
        if not _pending(db):
            return []
        file = sqlite_file(db)
        if file is None:
            return list(Runner(db, str(MIGRATIONS)).up())
        if db.get_tables():
            back_up_sqlite(db, backups / f"{file.stem}-{now:%Y%m%d-%H%M%S}.sqlite3")
        # SQLite changes a table by building it anew, which must not cascade into its children.
        db.pragma("foreign_keys", 0)
        try:
            applied = list(Runner(db, str(MIGRATIONS)).up())
            broken = db.execute_sql("PRAGMA foreign_key_check").fetchall()
        finally:
            db.pragma("foreign_keys", 1)
        if broken:
            tables = ", ".join(sorted({row[0] for row in broken}))
            raise BrokenReferences(f"Rows without their parent after migrating, in: {tables}.")
        return applied


def back_up_sqlite(db: Database, target: Path) -> None:
    """Write a consistent copy of an SQLite database, while others go on using it.

    :raises FileExistsError: when the target is there already; a backup is never overwritten.
    """
    if target.exists():
        raise FileExistsError(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    db.execute_sql("VACUUM INTO ?", (str(target),))


def _pending(db: Database) -> list[str]:
    rows = Runner(db, str(MIGRATIONS)).status()
    return [row.name for row in rows if row.path is not None and not row.applied]


@contextmanager
def _migration_lock(db: Database) -> Iterator[None]:
    file = sqlite_file(db)
    if file is None:
        db.execute_sql("SELECT pg_advisory_lock(%s)", (MIGRATION_LOCK,))
        try:
            yield
        finally:
            db.execute_sql("SELECT pg_advisory_unlock(%s)", (MIGRATION_LOCK,))
        return
    with open(file.with_suffix(".migrating"), "w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
