"""The commands: what they print, where they look, and that they never hurt what is there."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from click.testing import Result
from peewee import Database, SqliteDatabase, sqlite3

import database as databases
import demo
import models
from app import create_app
from models import (
    CountDay,
    CountHour,
    CountMonth,
    House,
    Installation,
    LoginToken,
    Opening,
    Person,
)
from rules import access, counting
from tests.browser_of import Browser
from tests.cast import Cast, make_house, make_person
from tests.conftest import NOW, TODAY

Run = Callable[..., Result]
PATH = re.compile(r"/k/([A-Za-z0-9_-]{22,})\n")
ADMIN = "beheer@buurtbord.example"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs a command as a program of its own would, with ``tmp_path`` as the instance folder."""

    def run_command(*words: str, url: str | None = None, now: dt.datetime = NOW) -> Result:
        before = models.db.obj
        made = create_app(
            {
                # As settings.py says it when nobody chose a database.
                "DATABASE_URL": url or f"sqlite:///{tmp_path}/buurtbord.sqlite3",
                "SECRET_KEY": "for tests only",
                "INSTANCE": str(tmp_path),
                "CLOCK": lambda: now,
            }
        )
        try:
            return made.test_cli_runner().invoke(args=list(words))
        finally:
            made.extensions["press"].close()
            made.extensions["database"].close_all()
            models.db.initialize(before)

    return run_command


@pytest.fixture
def default(tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    """The database that commands use when nobody chose one: always SQLite, and empty."""
    file = tmp_path / "buurtbord.sqlite3"
    file.write_bytes(migrated_file.read_bytes())
    yield from _opened(file)


@pytest.fixture
def demo_beside(tmp_path: Path, migrated_file: Path) -> Iterator[Database]:
    """A demo beside it, with one person."""
    file = tmp_path / "demo.sqlite3"
    file.write_bytes(migrated_file.read_bytes())
    for db in _opened(file):
        Installation.create(demo_since=TODAY)
        make_person("Joop", email="joop@buurtbord.example")
        yield db


def _opened(file: Path) -> Iterator[Database]:
    db = databases.open_database(f"sqlite:///{file}")
    models.db.initialize(db)
    with databases.connected(db):
        yield db
    db.close_all()


@pytest.fixture
def loose() -> Iterator[None]:
    """The umask of most machines, under which others may read what is made."""
    before = os.umask(0o022)
    yield
    os.umask(before)


# -- links ----------------------------------------------------------------------------------------


def test_a_login_link_is_a_path_alone_and_logs_in_once(
    run: Run, database: Database, database_url: str
) -> None:
    house = make_house("wolfsbos", "Wolfsbos")
    make_person("Joop", "Berg", house=house, email="joop@buurtbord.example")
    result = run("login-link", " Joop@Buurtbord.example", url=database_url)
    assert result.exit_code == 0, result.stderr
    found = PATH.fullmatch(result.stdout)
    assert found
    # Only a hash is kept.
    assert [token.hash for token in LoginToken.select()] == [access.hashed(found[1])]
    assert access.redeem(found[1], "test", NOW)
    with pytest.raises(access.TokenSpent):
        access.redeem(found[1], "test", NOW)


def test_a_login_link_lasts_a_day(run: Run, database: Database, database_url: str) -> None:
    make_person("Joop", email="joop@buurtbord.example")
    found = PATH.fullmatch(run("login-link", "joop@buurtbord.example", url=database_url).stdout)
    assert found
    assert access.find_token(found[1], NOW + dt.timedelta(hours=23, minutes=59))
    with pytest.raises(access.TokenSpent):
        access.find_token(found[1], NOW + dt.timedelta(hours=24))


def test_a_login_link_opens_a_page_with_a_button_that_leads_to_today(
    run: Run, tmp_path: Path, demo_beside: Database
) -> None:
    path = run("login-link", "joop@buurtbord.example").stdout.strip()
    made = create_app(
        {
            "DATABASE_URL": f"sqlite:///{tmp_path}/demo.sqlite3",
            "SECRET_KEY": "for tests only",
            "INSTANCE": str(tmp_path),
            "CLOCK": lambda: NOW,
        }
    )
    browser = Browser(made, None)
    assert browser.get(path).text.count("<form") == 1
    answer = browser.post(path, from_page=path)
    assert (answer.status_code, answer.location) == (303, "/vandaag")
    assert browser.get(path).status_code == 410
    made.extensions["press"].close()
    made.extensions["database"].close_all()


def test_without_a_database_of_its_own_login_link_looks_in_the_demo(
    run: Run, demo_beside: Database
) -> None:
    result = run("login-link", "joop@buurtbord.example")
    assert PATH.fullmatch(result.stdout)
    assert "Joop is in the demo" in result.stderr


def test_somebody_in_the_own_database_goes_before_the_demo(
    run: Run, demo_beside: Database, default: Database
) -> None:
    make_person("Echte Joop", email="joop@buurtbord.example")
    result = run("login-link", "joop@buurtbord.example")
    assert PATH.fullmatch(result.stdout)
    assert result.stderr == ""
    assert LoginToken.select().count() == 1


def test_a_chosen_database_is_the_only_place_to_look(
    run: Run, demo_beside: Database, database: Database, database_url: str
) -> None:
    result = run("login-link", "joop@buurtbord.example", url=database_url)
    assert result.exit_code == 1
    assert result.stdout == ""
    assert "Nobody has the e-mail address joop@buurtbord.example" in result.stderr


def test_somebody_unknown_everywhere_gets_a_sentence(run: Run, demo_beside: Database) -> None:
    result = run("login-link", "wie@buurtbord.example")
    assert result.exit_code == 1
    assert "Nobody has the e-mail address wie@buurtbord.example" in result.stderr
    assert "Traceback" not in result.output


def test_somebody_who_left_gets_no_link(run: Run, database: Database, database_url: str) -> None:
    make_person("Joop", email="joop@buurtbord.example", active=False)
    result = run("login-link", "joop@buurtbord.example", url=database_url)
    assert result.exit_code == 1
    assert "may not log in any more" in result.stderr
    assert not LoginToken.select().exists()


@pytest.mark.parametrize(
    "words", [["login-link", "x@x.example"], ["setup-link"], ["doctor"], ["backup", "copy"]]
)
def test_without_any_database_a_command_says_so_and_makes_none(
    run: Run, tmp_path: Path, words: list[str]
) -> None:
    result = run(*words)
    assert result.exit_code == 1
    assert "There is no database" in result.stderr
    assert not list(tmp_path.glob("*.sqlite3"))


@pytest.mark.parametrize("words", [["login-link", "x@x.example"], ["setup-link"]])
def test_an_unmigrated_database_is_named_in_a_sentence(
    run: Run, tmp_path: Path, words: list[str]
) -> None:
    sqlite3.connect(str(tmp_path / "buurtbord.sqlite3")).close()
    (tmp_path / "buurtbord.sqlite3").touch()
    result = run(*words)
    assert result.exit_code == 1
    assert "run flask --app app migrate" in result.stderr


def test_a_file_that_is_no_database_is_named_in_a_sentence(run: Run, tmp_path: Path) -> None:
    (tmp_path / "buurtbord.sqlite3").write_text("no database at all" * 100)
    result = run("setup-link")
    assert result.exit_code == 1
    assert "The database does not work: file is not a database" in result.stderr


def test_a_setup_link_is_for_who_comes_first(
    run: Run, database: Database, database_url: str
) -> None:
    first = PATH.fullmatch(run("setup-link", url=database_url).stdout)
    second = PATH.fullmatch(run("setup-link", url=database_url).stdout)
    assert first
    assert second
    with pytest.raises(access.TokenSpent):
        access.find_token(first[1], NOW)
    assert access.find_token(second[1], NOW)
    make_person("Bea", is_admin=True)
    refused = run("setup-link", url=database_url)
    assert refused.exit_code == 1
    assert "There is an administrator already" in refused.stderr


# -- migrate and demo -----------------------------------------------------------------------------


def test_migrate_makes_the_tables_once(run: Run) -> None:
    assert "Applied: 0001" in run("migrate").stdout
    assert run("migrate").stdout == "The database is up to date.\n"


@pytest.mark.slow
def test_the_demo_gets_a_database_of_its_own(run: Run, tmp_path: Path, default: Database) -> None:
    result = run("demo")
    assert result.exit_code == 0, result.stderr
    assert not House.select().exists()
    assert PATH.fullmatch(run("login-link", ADMIN).stdout)
    assert run("doctor", url=f"sqlite:///{tmp_path}/demo.sqlite3").exit_code == 0


@pytest.mark.slow
def test_a_chosen_database_becomes_a_demo_only_when_it_is_empty(
    run: Run, database: Database, database_url: str
) -> None:
    assert run("demo", url=database_url).exit_code == 0
    assert run("demo", url=database_url).exit_code == 0
    assert House.select().count() == 2
    Installation.update(demo_since=None).execute()
    refused = run("demo", url=database_url)
    assert refused.exit_code == 1
    assert "holds something real" in refused.stderr
    assert Person.select().where(Person.email == ADMIN).exists()


@pytest.mark.slow
def test_starting_with_the_demo_fills_it_once_a_day(
    run: Run, database: Database, database_url: str
) -> None:
    words = ("welcome", "--demo", "--address", "http://127.0.0.1:8000")
    first = run(*words, url=database_url)
    assert first.exit_code == 0, first.stderr
    links = re.findall(r"http://127\.0\.0\.1:8000/k/([\w-]+)", first.stdout)
    assert len(links) == len(demo.LOGINS)
    assert "Joop van der Berg, volunteer at Wolfsbos" in first.stdout
    Person.update(last_name="Zelf Veranderd").where(Person.first_name == "Joop").execute()
    assert "Zelf Veranderd" in run(*words, url=database_url).stdout
    tomorrow = run(*words, url=database_url, now=NOW + dt.timedelta(days=1))
    assert "The demo was of donderdag 26 november; filling it anew for today." in tomorrow.stdout
    assert "Zelf Veranderd" not in tomorrow.stdout


def test_starting_with_the_demo_leaves_a_real_database_alone(
    run: Run, database: Database, database_url: str
) -> None:
    make_house("echt", "Een echt huis")
    result = run("welcome", "--demo", "--address", "http://x", url=database_url)
    assert result.exit_code == 1
    assert "holds something real" in result.stderr
    assert House.select().count() == 1


def test_starting_without_a_demo_gives_a_setup_link_until_somebody_used_it(run: Run) -> None:
    words = ("welcome", "--address", "http://127.0.0.1:8000")
    assert re.search(r"http://127\.0\.0\.1:8000/k/[\w-]{22}\n", run(*words).stdout)
    assert run("setup-link").exit_code == 0


def test_starting_with_an_administrator_gives_no_link(
    run: Run, database: Database, database_url: str
) -> None:
    make_person("Bea", is_admin=True)
    result = run("welcome", "--address", "http://127.0.0.1:8000", url=database_url)
    assert result.stdout == "Buurtbord: http://127.0.0.1:8000\n"


# -- backup and restore: SQLite only --------------------------------------------------------------


def test_a_backup_goes_back_and_what_was_there_is_kept(
    run: Run, tmp_path: Path, default: Database
) -> None:
    make_house("wolfsbos", "Zoals het was")
    assert run("backup", str(tmp_path / "copy")).exit_code == 0
    assert (tmp_path / "copy").stat().st_mode & 0o777 == 0o600
    House.update(name="Later veranderd").execute()
    result = run("restore", str(tmp_path / "copy"), now=NOW)
    assert result.exit_code == 0, result.stderr
    # This connection was open all the time, as that of a running server.
    assert House.get().name == "Zoals het was"
    (kept,) = (tmp_path / "backups").glob("before-restore-*.sqlite3")
    assert _first_house(kept) == "Later veranderd"


def test_what_commands_write_is_for_its_owner_only(run: Run, tmp_path: Path, loose: None) -> None:
    place = f"sqlite:///{tmp_path}/new/house.sqlite3"
    assert run("migrate", url=place).exit_code == 0
    assert run("backup", str(tmp_path / "kept.sqlite3"), url=place).exit_code == 0
    assert run("restore", str(tmp_path / "kept.sqlite3"), url=place).exit_code == 0
    fresh = f"sqlite:///{tmp_path}/fresh/house.sqlite3"
    assert run("restore", str(tmp_path / "kept.sqlite3"), url=fresh).exit_code == 0
    made = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {path.name for path in made} >= {"house.sqlite3", "kept.sqlite3"}
    assert [path for path in made if path.stat().st_mode & 0o077] == []
    assert (tmp_path / "new").stat().st_mode & 0o077 == 0


def test_a_backup_is_never_overwritten(run: Run, tmp_path: Path, default: Database) -> None:
    (tmp_path / "copy").write_text("kostbaar")
    result = run("backup", str(tmp_path / "copy"))
    assert result.exit_code == 1
    assert "never overwritten" in result.stderr
    assert (tmp_path / "copy").read_text() == "kostbaar"
    assert sorted(path.name for path in tmp_path.glob(".*")) == []


def test_a_backup_to_a_folder_that_is_not_there_makes_it(
    run: Run, tmp_path: Path, default: Database
) -> None:
    assert run("backup", str(tmp_path / "new" / "copy")).exit_code == 0
    assert (tmp_path / "new" / "copy").exists()


def test_a_damaged_file_is_not_restored(run: Run, tmp_path: Path, default: Database) -> None:
    make_house("wolfsbos", "Zoals het is")
    run("backup", str(tmp_path / "copy"))
    whole = (tmp_path / "copy").read_bytes()
    (tmp_path / "copy").write_bytes(whole[:8192] + b"\xff" * 4096 + whole[12288:])
    (tmp_path / "half").write_bytes(whole[: len(whole) // 2])
    (tmp_path / "other").write_text("geen database" * 1000)
    sqlite3.connect(str(tmp_path / "strange")).executescript("CREATE TABLE t (a); SELECT 1")
    for name in ("copy", "half", "other", "strange"):
        result = run("restore", str(tmp_path / name))
        assert result.exit_code == 1, name
        assert "Nothing was changed." in result.stderr
    assert House.get().name == "Zoals het is"
    assert not list(tmp_path.glob(".restore*"))


def test_a_backup_of_a_newer_version_is_not_restored(
    run: Run, tmp_path: Path, default: Database
) -> None:
    run("backup", str(tmp_path / "copy"))
    newer = sqlite3.connect(str(tmp_path / "copy"))
    newer.execute(
        "INSERT INTO schema_migration (name, applied) VALUES ('9999_later', '2030-01-01')"
    )
    newer.commit()
    newer.close()
    result = run("restore", str(tmp_path / "copy"))
    assert result.exit_code == 1
    assert "made by a newer Buurtbord" in result.stderr


def test_a_backup_replaces_a_database_that_is_damaged(
    run: Run, tmp_path: Path, migrated_file: Path
) -> None:
    file = tmp_path / "buurtbord.sqlite3"
    file.write_bytes(b"vernield" * 2000)
    assert run("restore", str(migrated_file)).exit_code == 0
    (kept,) = (tmp_path / "backups").glob("before-restore-*.sqlite3")
    assert kept.read_bytes() == b"vernield" * 2000
    assert run("setup-link").exit_code == 0


def test_a_backup_can_begin_a_new_machine(run: Run, tmp_path: Path, migrated_file: Path) -> None:
    result = run("restore", str(migrated_file))
    assert result.exit_code == 0, result.stderr
    assert not (tmp_path / "backups").exists()
    assert run("setup-link").exit_code == 0


def _first_house(file: Path) -> str:
    copy = sqlite3.connect(str(file))
    try:
        return str(copy.execute("SELECT name FROM house").fetchone()[0])
    finally:
        copy.close()


# -- doctor ---------------------------------------------------------------------------------------


@pytest.mark.slow
def test_the_doctor_finds_a_healthy_database_healthy(
    run: Run, database: Database, database_url: str
) -> None:
    demo.fill(TODAY, NOW)
    result = run("doctor", url=database_url)
    lines = result.stdout.splitlines()
    if _without_fsync(database):
        # As a PostgreSQL for tests may be; of that alone it complains.
        [line] = [line for line in lines if not line.startswith("ok ")]
        assert line.endswith("loses taps when the power goes: set fsync = on")
    else:
        assert all(line.startswith("ok ") for line in lines), result.stdout
        assert result.exit_code == 0
    assert "migrations: all" in result.stdout
    assert "visit counts: agree with the taps" in result.stdout


@pytest.mark.slow
def test_the_doctor_finds_a_count_that_no_tap_explains_and_changes_nothing(
    run: Run, database: Database, database_url: str
) -> None:
    demo.fill(TODAY, NOW)
    row = CountHour.select().where(CountHour.n > 1).order_by(CountHour.date).first()
    CountHour.update(n=row.n + 1).where(CountHour.id == row.id).execute()
    result = run("doctor", url=database_url)
    assert result.exit_code == 1
    assert f"FAULT  visit counts: differ from the taps on 1 days, first {row.date}" in result.stdout
    assert CountHour.get_by_id(row.id).n == row.n + 1


@pytest.mark.slow
@pytest.mark.parametrize("table", [CountDay, CountMonth, Opening])
def test_the_doctor_finds_sums_and_openings_that_are_wrong(
    run: Run, cast: Cast, database: Database, database_url: str, table: type[models.Table]
) -> None:
    counting.add_visit(cast.volunteer, cast.wolfsbos, uuid4(), NOW)
    wrong = {"counted": False} if table is Opening else {"n": 2}
    table.update(wrong).execute()
    ill = run("doctor", url=database_url)
    assert ill.exit_code == 1
    [line] = [line for line in ill.stdout.splitlines() if "flask --app app recount" in line]
    assert line.startswith("FAULT  openings" if table is Opening else "FAULT  sums of counts")
    run("recount", url=database_url)
    well = run("doctor", url=database_url).stdout
    assert "ok     sums of counts: those of days and months agree" in well
    assert "ok     openings: each knows whether it was counted" in well


def _without_fsync(database: Database) -> bool:
    if isinstance(database, SqliteDatabase):
        return False
    database.connect(reuse_if_open=True)
    return bool(database.execute_sql("SHOW fsync").fetchone()[0] == "off")


@pytest.mark.slow
def test_the_doctor_finds_rows_without_a_parent(run: Run, default: Database) -> None:
    default.pragma("foreign_keys", 0)
    models.Room.insert(house=99, name="Zwevend").execute()
    default.pragma("foreign_keys", 1)
    result = run("doctor")
    assert result.exit_code == 1
    assert "FAULT  foreign keys: 1 rows without their parent, in: room" in result.stdout


@pytest.mark.slow
def test_the_doctor_finds_a_migration_that_was_not_applied(run: Run, default: Database) -> None:
    default.execute_sql("DELETE FROM schema_migration")
    result = run("doctor")
    assert result.exit_code == 1
    assert "FAULT  migrations: not applied yet: 0001" in result.stdout
