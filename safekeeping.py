"""Keep what the house knows: backup, restore, and a doctor that looks at the database's health."""

from __future__ import annotations

import datetime as dt
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from peewee import Database, DatabaseError, SqliteDatabase, sqlite3
from playhouse.migrations import Runner

import database as databases
from documents.press import Press, PressError
from models import House
from rules import count_hours

#: Below this a house should clear its disk before it fills up.
LITTLE_SPACE = 500 * 1024 * 1024
#: What puts a roll-up right.
_RECOUNT = "Run: flask --app app recount"
_SIDE_FILES = ("-wal", "-shm", "-journal")


class NotRestorable(Exception):
    """The file cannot take the place of the database; the message says why."""


@dataclass(frozen=True)
class Finding:
    """One line of the doctor."""

    name: str
    good: bool
    words: str


# -- backup and restore ---------------------------------------------------------------------------


def back_up(db: SqliteDatabase, target: Path) -> None:
    """Write a consistent copy, checked and on disk, readable by its owner only.

    Others may go on using the database. The name appears when the copy is complete.

    :raises FileExistsError: a backup is never overwritten.
    :raises DatabaseError: when the database is damaged.
    """
    if target.exists():
        raise FileExistsError(target)
    draft = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        databases.back_up_sqlite(db, draft)
        draft.chmod(0o600)
        _check(draft)
        _to_disk(draft)
        # Unlike a rename, a link does not overwrite what came in between.
        os.link(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    _to_disk(target.parent)


def restore(file: Path, source: Path, backups: Path, now: dt.datetime) -> Path | None:
    """Put a backup in the place of an SQLite database; returns where the old one was kept.

    A server that runs meanwhile sees either all of the old or all of the new.

    :raises NotRestorable: when the source is no whole database of Buurtbord. Nothing changed then.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    # What is checked must be what is restored, so both happen to a copy of our own.
    draft = file.with_name(f".restore-{secrets.token_hex(4)}.sqlite3")
    try:
        _copy_with_sides(source, draft)
        draft.chmod(0o600)
        try:
            _check(draft)
            _check_origin(draft)
        except sqlite3.DatabaseError as error:
            raise NotRestorable(f"{source} is no whole database: {error}.") from error
        kept = _keep(file, backups / f"before-restore-{now:%Y%m%d-%H%M%S}.sqlite3")
        _replace(file, draft)
    finally:
        for suffix in ("", *_SIDE_FILES):
            draft.with_name(draft.name + suffix).unlink(missing_ok=True)
    return kept


def _check(file: Path) -> None:
    """:raises sqlite3.DatabaseError: when the file is damaged or rows lack their parents."""
    with closing(sqlite3.connect(str(file))) as copy:
        words = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if words != "ok":
            raise sqlite3.DatabaseError(words)
        if copy.execute("PRAGMA foreign_key_check").fetchone():
            raise sqlite3.DatabaseError("rows refer to rows that are not there")


def _check_origin(file: Path) -> None:
    known = {path.stem for path in databases.MIGRATIONS.glob("[0-9]*.py")}
    with closing(sqlite3.connect(str(file))) as copy:
        tables = {row[0] for row in copy.execute("SELECT name FROM sqlite_master")}
        if not {"schema_migration", "house"} <= tables:
            raise NotRestorable("This is a database, but not one of Buurtbord.")
        applied = {row[0] for row in copy.execute("SELECT name FROM schema_migration")}
    if applied - known:
        raise NotRestorable("This backup was made by a newer Buurtbord than this one.")


def _keep(file: Path, target: Path) -> Path | None:
    if not file.exists() or not file.stat().st_size:
        return None
    target.parent.mkdir(parents=True, exist_ok=True)
    db = databases.open_database(f"sqlite:///{quote(str(file))}")
    try:
        with databases.connected(db):
            back_up(db, target)
    except (DatabaseError, sqlite3.DatabaseError):
        # Perhaps it is restored because it is damaged: then keep it as it lies there.
        _copy_with_sides(file, target)
    finally:
        db.close_all()
    return target


def _replace(file: Path, draft: Path) -> None:
    with closing(sqlite3.connect(str(draft))) as source:
        try:
            with closing(sqlite3.connect(str(file), timeout=databases.BUSY_SECONDS)) as target:
                # SQLite's own copying is one transaction for whoever has the database open.
                target.execute("PRAGMA synchronous = FULL")
                source.backup(target)
                return
        except sqlite3.OperationalError as error:
            if "locked" in str(error) or "busy" in str(error):
                raise NotRestorable("The database is in use. Stop the server first.") from error
        except sqlite3.DatabaseError:
            pass  # it is damaged beyond being written to
    for suffix in _SIDE_FILES:
        file.with_name(file.name + suffix).unlink(missing_ok=True)
    _to_disk(draft)
    os.replace(draft, file)
    _to_disk(file.parent)


def _copy_with_sides(source: Path, target: Path) -> None:
    shutil.copyfile(source, target)
    for suffix in ("-wal", "-journal"):
        with suppress(FileNotFoundError):
            shutil.copyfile(
                source.with_name(source.name + suffix), target.with_name(target.name + suffix)
            )


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


# -- the doctor -----------------------------------------------------------------------------------


def examine(db: Database, instance: Path) -> Iterator[Finding]:
    """Look at everything that can be wrong, one finding at a time; needs a connection."""
    checks: list[tuple[str, Callable[[], str]]] = []
    if isinstance(db, SqliteDatabase):
        checks += [
            ("integrity", lambda: _integrity(db)),
            ("foreign keys", lambda: _foreign_keys(db)),
            ("pragmas", lambda: _pragmas(db)),
        ]
    else:
        checks.append(("server", lambda: _server(db)))
    checks += [
        ("migrations", lambda: _migrations(db)),
        ("visit counts", _hours),
        ("sums of counts", _sums),
        ("openings", _openings),
        ("printing", _printing),
        ("disk space", lambda: _space(databases.sqlite_file(db) or instance)),
    ]
    for name, check in checks:
        try:
            yield Finding(name, True, check())
        except _Fault as fault:
            yield Finding(name, False, str(fault))
        except (DatabaseError, sqlite3.DatabaseError) as error:
            yield Finding(name, False, str(error).strip() or type(error).__name__)


class _Fault(Exception):
    """A check found something; the message says what."""


def _integrity(db: Database) -> str:
    rows = [row[0] for row in db.execute_sql("PRAGMA integrity_check(5)").fetchall()]
    if rows != ["ok"]:
        raise _Fault("; ".join(rows))
    return "every page of the file is in order"


def _foreign_keys(db: Database) -> str:
    broken = db.execute_sql("PRAGMA foreign_key_check").fetchall()
    if broken:
        tables = ", ".join(sorted({row[0] for row in broken}))
        raise _Fault(f"{len(broken)} rows without their parent, in: {tables}")
    return "every row's parent is there"


def _pragmas(db: SqliteDatabase) -> str:
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    found = {name: db.pragma(name) for name in wanted}
    words = ", ".join(f"{name}={value}" for name, value in found.items())
    version = f"SQLite {sqlite3.sqlite_version}"
    if found != wanted:
        raise _Fault(f"{words} (wanted: {wanted})")
    if sqlite3.sqlite_version_info < (3, 51, 3):
        raise _Fault(f"{version} can damage a database that is written much; 3.51.3 is needed")
    return f"{version}, {words}"


def _server(db: Database) -> str:
    (version,), (fsync,) = (
        db.execute_sql(f"SHOW {name}").fetchone() for name in ("server_version", "fsync")
    )
    if fsync != "on":
        raise _Fault(f"PostgreSQL {version} loses taps when the power goes: set fsync = on")
    return f"PostgreSQL {version} answers, fsync={fsync}"


def _migrations(db: Database) -> str:
    rows = Runner(db, str(databases.MIGRATIONS)).status()
    pending = [row.name for row in rows if row.path is not None and not row.applied]
    strange = [row.name for row in rows if row.path is None]
    if strange:
        raise _Fault(f"made by a newer Buurtbord: {', '.join(strange)}")
    if pending:
        raise _Fault(f"not applied yet: {', '.join(pending)}. Run: flask --app app migrate")
    return f"all {len(rows)} applied"


def _hours() -> str:
    """Compare the hours of the roll-up with the events, without changing or locking anything."""
    houses = list(House.select().order_by(House.id))
    days = {(house.id, day) for house in houses for day in count_hours.wrong_days(house)}
    if days:
        first = min(day for _house, day in days)
        raise _Fault(f"differ from the taps on {len(days)} days, first {first}. {_RECOUNT}")
    return f"agree with the taps, {sum(map(count_hours.visits, houses))} visits"


def _sums() -> str:
    houses = list(House.select().order_by(House.id))
    days = {(house.id, day) for house in houses for day in count_hours.wrong_sums(house)}
    if days:
        first = min(day for _house, day in days)
        raise _Fault(f"differ from the hours, first on {first}. {_RECOUNT}")
    return "those of days and months agree with the hours"


def _openings() -> str:
    wrong = sum(map(count_hours.wrong_openings, House.select().order_by(House.id)))
    if wrong:
        raise _Fault(f"{wrong} do not know whether they were counted. {_RECOUNT}")
    return "each knows whether it was counted"


def _printing() -> str:
    press = Press()
    try:
        made = press.render(
            '<!doctype html><html lang="nl"><head><meta charset="utf-8"><title>Proef</title>'
            "</head><body><h1>Proef</h1></body></html>"
        )
    except PressError as error:
        raise _Fault(str(error)) from error
    finally:
        press.close()
    return f"Pango is there, a page takes {made.seconds:.2f} s"


def _space(path: Path) -> str:
    while not path.exists():
        path = path.parent
    free = shutil.disk_usage(path).free
    words = f"{free / 1024**3:.1f} GiB free"
    if free < LITTLE_SPACE:
        raise _Fault(f"only {words}")
    return words
