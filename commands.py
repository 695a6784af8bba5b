"""The commands of the app: flask --app app ...

They speak English, to whoever runs the machine. What another program may read (a link) goes to
standard output, alone; the rest goes to standard error.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from functools import wraps
from pathlib import Path
from typing import Any, TypeVar

import click
from flask import Flask, current_app
from flask.cli import with_appcontext
from peewee import Database, DatabaseError, SqliteDatabase, sqlite3

import database as databases
import demo
import mailing
import models
import safekeeping
from models import House, Person, TokenKind
from rules import access, count_hours, notation
from rules.forgetting import Forgotten
from views import clock

Command = TypeVar("Command", bound=Callable[..., Any])


def init_app(app: Flask) -> None:
    """Register the commands."""
    for command in (
        migrate,
        fill_demo,
        setup_link,
        login_link,
        backup,
        restore,
        doctor,
        work,
        forget,
        recount,
        welcome,
    ):
        app.cli.add_command(command)


def speaking(command: Command) -> Command:
    """Say in a sentence what a database can refuse, instead of a traceback.

    What a command writes, databases and their copies, is for its owner only.
    """

    @with_appcontext
    @wraps(command)
    def spoken(*args: Any, **options: Any) -> Any:
        mask = os.umask(0o077)
        try:
            return command(*args, **options)
        except (DatabaseError, sqlite3.DatabaseError) as error:
            words = str(error).strip() or type(error).__name__
            raise click.ClickException(f"The database does not work: {words}") from error
        except OSError as error:
            raise click.ClickException(str(error)) from error
        finally:
            os.umask(mask)

    return spoken  # type: ignore[return-value]


# -- the commands ---------------------------------------------------------------------------------


@click.command()
@speaking
def migrate() -> None:
    """Bring the database up to date; an SQLite file is backed up first."""
    with _using(_own_url()) as db:
        applied = _migrate(db)
    click.echo(f"Applied: {', '.join(applied)}." if applied else "The database is up to date.")


@click.command("demo")
@speaking
def fill_demo() -> None:
    """Fill the demo database anew, for today.

    Without DATABASE_URL that is instance/demo.sqlite3. Any other database must be empty, or hold
    an earlier demo.
    """
    with _using(_demo_url() if _is_default() else _own_url()) as db:
        _fill(db)
        _note(f"{_name_of(db)} is filled for {notation.long_date(clock.today())}.")


@click.command("setup-link")
@speaking
def setup_link() -> None:
    """Print the path of a link, good once and for 24 hours, that makes the first administrator."""
    with _ready(_own_url()):
        if not access.needs_setup():
            raise click.ClickException(
                "There is an administrator already; log in with: flask --app app login-link EMAIL"
            )
        click.echo(_setup_path())


@click.command("login-link")
@click.argument("email")
@speaking
def login_link(email: str) -> None:
    """Print the path of a link, good once and for 24 hours, that logs somebody in.

    Without DATABASE_URL somebody who is unknown is looked up in the demo as well.
    """
    own = _own_url()
    places = [own, _demo_url()] if _is_default() else [own]
    reasons = []
    for url in places:
        try:
            with _ready(url) as db:
                person = Person.get_or_none(Person.email == email.strip().casefold())
                if person is not None:
                    if not person.active:
                        raise click.ClickException(f"{person.full_name} may not log in any more.")
                    if url != own:
                        _note(f"{person.full_name} is in the demo: {_name_of(db)}.")
                    click.echo(_login_path(person))
                    return
            reasons.append(f"Nobody has the e-mail address {email} in {_name_of(db)}.")
        except _NotReady as error:
            reasons.append(error.message)
    raise click.ClickException(" ".join(reasons))


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@speaking
def backup(file: Path) -> None:
    """Write a consistent copy of the SQLite database to FILE, while the app runs."""
    with _ready(_own_url()) as db:
        if not isinstance(db, SqliteDatabase):
            raise click.ClickException(
                "This is PostgreSQL, which has a program for it:"
                " pg_dump --format=custom --file=FILE DATABASE"
            )
        try:
            safekeeping.back_up(db, file.absolute())
        except FileExistsError as error:
            raise click.ClickException(
                f"{file} is there already. A backup is never overwritten; choose another name."
            ) from error
    _note(f"{file}: {file.stat().st_size / 1024:.0f} KiB, whole and on disk.")


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@speaking
def restore(file: Path) -> None:
    """Put the backup FILE in the place of the SQLite database, which is kept beside it."""
    db = _own_database()
    place = databases.sqlite_file(db)
    if place is None:
        raise click.ClickException(
            "This is PostgreSQL, which has a program for it:"
            " pg_restore --clean --dbname=DATABASE FILE"
        )
    try:
        kept = safekeeping.restore(place, file.absolute(), _backups(), clock.now())
    except safekeeping.NotRestorable as error:
        raise click.ClickException(f"Nothing was changed. {error}") from error
    if kept:
        _note(f"What was there before is kept as {kept}.")
    with _using(_own_url()):
        _migrate(db)
    _note(f"{_name_of(db)} now holds what was in {file}.")


@click.command()
@speaking
def doctor() -> None:
    """Look at the health of the database and this machine; fails when anything is wrong."""
    _require_file(_own_url())
    healthy = True
    with _using(_own_url()) as db:
        for finding in safekeeping.examine(db, _instance()):
            healthy &= finding.good
            mark = "ok   " if finding.good else "FAULT"
            click.echo(f"{mark}  {finding.name}: {finding.words}")
        try:
            click.echo(f"ok     mail: {mailing.state(current_app.config)}")
        except mailing.BadSettings as error:
            healthy = False
            click.echo(f"FAULT  mail: {error}")
    if not healthy:
        raise SystemExit(1)


@click.command()
@click.option("--once", is_flag=True, help="Do what is due now, and stop; for cron.")
@click.option("--beside", type=int, help="Stop when this process, the parent, is gone.")
@speaking
def work(once: bool, beside: int | None) -> None:
    """Send mail, remind, and forget what is old, until it is stopped. ./start does this beside the
    pages."""
    # The web pages need none of it.
    import jobs

    app = current_app._get_current_object()  # type: ignore[attr-defined]
    try:
        mailing.server_of(app.config)
    except mailing.BadSettings as error:
        raise click.ClickException(str(error)) from error
    with _ready(_own_url()):
        pass
    if once:
        jobs.remind(app)
        _note(_what_went(jobs.at_night(app)))
        _note(f"Mails that have left: {jobs.send_due(app)}.")
    else:
        jobs.work(app, lambda: _note(f"Mail: {mailing.state(app.config)}."), beside=beside)


@click.command()
@speaking
def forget() -> None:
    """Forget who counted and when exactly, after 30 days, and what else is old; `work` does this
    each night."""
    import jobs

    with _ready(_own_url()):
        forgotten = jobs.at_night(current_app._get_current_object())  # type: ignore[attr-defined]
    click.echo(_what_went(forgotten))


@click.command()
@speaking
def recount() -> None:
    """Compute hours, days and months of all houses anew from the events."""
    with _ready(_own_url()):
        for house in House.select().order_by(House.slug):
            hours = count_hours.wrong_days(house)
            wrong = hours | count_hours.wrong_sums(house)
            openings = count_hours.wrong_openings(house)
            count_hours.rebuild(house)
            words = "the roll-up agreed with the events"
            if hours:
                words = f"{len(hours)} days differed from the events, first {min(hours)}"
            elif wrong or openings:
                words = "sums differed from their hours"
            click.echo(f"{house.slug}: {count_hours.visits(house)} visits; {words}.")


@click.command(hidden=True)
@click.option("--demo", "is_demo", is_flag=True)
@click.option("--address", required=True)
@speaking
def welcome(is_demo: bool, address: str) -> None:
    """What ./start asks for in one go, so that Python starts once: migrate, fill, say the links."""
    with _using(_own_url()) as db:
        if is_demo:
            _fill_when_stale(db)
        else:
            _migrate(db)
        click.echo(f"Buurtbord: {address}")
        if is_demo or demo.filled_on():
            click.echo("\nLog in to the demo; each link works once, for 24 hours:")
            for login in demo.LOGINS:
                person = Person.get_or_none(Person.email == login.email, Person.active)
                if person is not None:
                    name = f"{person.full_name}, {login.what}"
                    click.echo(f"  {name:<44} {address}{_login_path(person)}")
        elif access.needs_setup():
            click.echo(
                "\nNobody administers it yet. Set it up with this link, which works once,"
                f" for 24 hours:\n  {address}{_setup_path()}"
            )


# -- how ------------------------------------------------------------------------------------------


def _own_database() -> Database:
    return current_app.extensions["database"]  # type: ignore[no-any-return]


def _own_url() -> str:
    return str(current_app.config["DATABASE_URL"])


def _instance() -> Path:
    return Path(current_app.config["INSTANCE"])


def _backups() -> Path:
    return _instance() / "backups"


def _is_default() -> bool:
    """Whether nobody chose a database."""
    return _own_url() == f"sqlite:///{_instance()}/buurtbord.sqlite3"


def _demo_url() -> str:
    return f"sqlite:///{_instance()}/demo.sqlite3"


class _NotReady(click.ClickException):
    """There is no database, or it is not up to date."""


def _require_file(url: str) -> None:
    """:raises _NotReady: when there is no SQLite file; opening it would make an empty one."""
    file = databases.sqlite_file(databases.open_database(url))
    if file is not None and not file.exists():
        raise _NotReady(f"There is no database at {_short(file)} yet: run ./start first.")


@contextmanager
def _ready(url: str) -> Iterator[Database]:
    """A connection to a database that is there and up to date.

    :raises _NotReady: when it is not.
    """
    _require_file(url)
    with _using(url) as db:
        if not databases.is_migrated(db):
            raise _NotReady(f"{_name_of(db)} is not up to date: run flask --app app migrate.")
        yield db


@contextmanager
def _using(url: str) -> Iterator[Database]:
    """A connection to a database, with the models bound to it for as long."""
    before = models.db.obj
    db = _own_database() if url == _own_url() else databases.open_database(url)
    models.db.initialize(db)
    try:
        with databases.connected(db):
            yield db
    finally:
        models.db.initialize(before)
        if db is not _own_database():
            db.close_all()


def _migrate(db: Database) -> list[str]:
    try:
        return databases.migrate(db, _backups(), clock.now())
    except databases.BrokenReferences as error:
        raise click.ClickException(str(error)) from error
    finally:
        db.connect(reuse_if_open=True)


def _fill(db: Database) -> None:
    """Fill a demo; whether it may be filled is asked before anything is changed."""
    if db.table_exists("house") and not demo.may_fill():
        raise click.ClickException(
            f"{_name_of(db)} holds something real, so it is not filled with a demo. Give an empty"
            " database, or none: then the demo gets one of its own."
        )
    _migrate(db)
    demo.fill(clock.today(), clock.now())


def _fill_when_stale(db: Database) -> None:
    if not databases.is_migrated(db):
        _fill(db)
        return
    filled = demo.filled_on()
    if filled == clock.today():
        return
    if filled:
        click.echo(f"The demo was of {notation.long_date(filled)}; filling it anew for today.")
    _fill(db)


def _name_of(db: Database) -> str:
    """What to call a database; never its password."""
    file = databases.sqlite_file(db)
    return "The PostgreSQL database" if file is None else _short(file)


def _short(file: Path) -> str:
    return str(file.relative_to(Path.cwd()) if file.is_relative_to(Path.cwd()) else file)


def _login_path(person: Person) -> str:
    return f"/k/{access.make_login_token(person, TokenKind.invite, clock.now())}"


def _setup_path() -> str:
    return f"/k/{access.make_login_token(None, TokenKind.setup, clock.now())}"


def _what_went(forgotten: Forgotten) -> str:
    """What was forgotten, in a sentence."""
    names = {
        "events": "exact times of events",
        "names": "names beside sheets and choices",
        "absences": "absences",
        "proposals": "proposed rosters",
        "messages": "messages",
        "forms": "sent forms",
        "tokens": "links and codes",
        "devices": "devices",
        "photos": "photos of posters",
        "papers": "finished documents",
    }
    went = [f"{n} {names[what]}" for what, n in asdict(forgotten).items() if n]
    return f"Forgotten: {', '.join(went) or 'nothing was old enough'}."


def _note(words: str) -> None:
    click.echo(words, err=True)
