"""What runs beside the pages: huey keeps the time, and stops when it is told to."""

from __future__ import annotations

import datetime as dt
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

import database as databases
import jobs
import models
from models import Message
from rules.outbox import GRACE
from rules.wall_time import to_local
from tests.cast import Cast, make_cast, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.post_office import PostOffice, post_office

ROOT = Path(__file__).parent.parent
TOMORROW = TODAY + dt.timedelta(days=1)


def test_mail_is_looked_for_each_minute_the_rest_each_quarter(app: Flask) -> None:
    huey = jobs.make_huey(app)

    def at(hour: int, minute: int) -> list[str]:
        return [task.name for task in huey.read_periodic(dt.datetime(2026, 11, 26, hour, minute))]

    assert at(9, 0) == at(14, 15) == ["remind", "at_night", "send_due"]
    assert at(9, 1) == at(14, 44) == ["send_due"]


def test_a_task_of_huey_does_the_work(app: Flask, cast: Cast) -> None:
    make_place(
        make_shift(cast.wolfsbos, TOMORROW).seats.get(), cast.volunteer, NOW - dt.timedelta(days=7)
    )
    huey = jobs.make_huey(app)
    for moment in (NOW, NOW + GRACE):
        app.config["CLOCK"] = lambda moment=moment: moment
        for task in huey.read_periodic(dt.datetime(2026, 11, 26, 9, 0)):
            huey.execute(task)
    # Without a mail server a coordinator sees who was not reminded.
    assert Message.get().state == "not_sent"


def test_a_database_that_does_not_work_does_not_stop_the_work(
    app: Flask, caplog: pytest.LogCaptureFixture
) -> None:
    huey, db = jobs.make_huey(app), app.extensions["database"]
    db.execute_sql("ALTER TABLE message RENAME TO message_gone")
    try:
        for task in huey.read_periodic(dt.datetime(2026, 11, 26, 9, 0)):
            huey.execute(task)
    finally:
        db.execute_sql("ALTER TABLE message_gone RENAME TO message")
    assert "send_due: the database does not work" in caplog.text


@pytest.mark.slow
def test_the_pages_are_served_without_huey() -> None:
    code = "import sys, app; app.create_app; print('huey' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "False", done.stderr


# -- the command ----------------------------------------------------------------------------------


class Worker:
    """``flask --app app work`` as a process of its own, today, on a database with a shift that is
    reminded of now."""

    def __init__(self, url: str, folder: Path, office: PostOffice):
        db = databases.open_database(url)
        models.db.initialize(db)
        with databases.connected(db):
            now = dt.datetime.now(dt.UTC).replace(tzinfo=None)
            cast = make_cast(now.date())
            # Begins in some hours, so that its reminder is late, but not too late.
            begins = now + dt.timedelta(hours=2)
            local = to_local(begins)
            shift = make_shift(
                cast.wolfsbos,
                local.date(),
                start_time=min(local.time(), dt.time(23, 58)).replace(tzinfo=None),
                end_time=dt.time(23, 59),
            )
            make_place(shift.seats.get(), cast.volunteer, now - dt.timedelta(days=7))
        db.close_all()
        self.url, self.office = url, office
        self.environment = {
            **os.environ,
            "DATABASE_URL": url,
            "BUURTBORD_INSTANCE": str(folder),
            "BUURTBORD_SECRET_KEY": "for tests only",
            **{f"BUURTBORD_{name}": str(value) for name, value in office.settings.items()},
        }

    def run(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "work", *words],
            cwd=ROOT,
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )


@pytest.mark.slow
@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_the_work_ends_cleanly_when_it_is_told_to(
    database_url: str, tmp_path: Path, stop: signal.Signals
) -> None:
    with post_office() as office, Worker(database_url, tmp_path, office).run() as process:
        assert process.stderr is not None
        assert "Mail: handed in at 127.0.0.1" in process.stderr.readline()
        # It was away at ten, so it reminds at once.
        assert _reminders(database_url) == 1
        process.send_signal(stop)
        assert process.wait(timeout=20) == 0
        assert "Traceback" not in process.stderr.read()


@pytest.mark.slow
def test_once_does_what_is_due_and_stops(database_url: str, tmp_path: Path) -> None:
    with post_office() as office:
        worker = Worker(database_url, tmp_path, office)
        for left in (1, 0):
            with worker.run("--once") as process:
                assert process.wait(timeout=30) == 0
                assert process.stderr is not None
                assert f"Mails that have left: {left}." in process.stderr.read()
        assert [mail["To"] for mail in office.mails] == ["joop.berg@buurtbord.example"]


@pytest.mark.slow
def test_the_work_ends_with_the_process_that_started_it(database_url: str, tmp_path: Path) -> None:
    """As ./start does it: whatever ends the server, and however soon, nothing is left behind."""
    with post_office() as office:
        worker = Worker(database_url, tmp_path, office)
        for begun in (False, True):
            parent = subprocess.Popen(
                [
                    "bash",
                    "-c",
                    f"'{sys.executable}' -m flask --app app work --beside $$ </dev/null 2>&1 &"
                    " echo begun; exec sleep 600 >/dev/null",
                ],
                cwd=ROOT,
                env=worker.environment,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert parent.stdout is not None
            assert parent.stdout.readline() == "begun\n"
            if begun:
                assert "Mail: handed in at 127.0.0.1" in parent.stdout.readline()
            parent.kill()
            # Only when the work has ended, too, does nobody hold the other end of the pipe.
            assert "Traceback" not in parent.stdout.read()
            parent.stdout.close()
            parent.wait(timeout=10)


@pytest.mark.slow
def test_settings_that_cannot_be_right_stop_the_work_with_a_sentence(
    database_url: str, tmp_path: Path
) -> None:
    with post_office() as office:
        worker = Worker(database_url, tmp_path, office)
        worker.environment["BUURTBORD_SMTP_SECURITY"] = "ssl"
        with worker.run() as process:
            assert process.wait(timeout=30) == 1
            assert process.stderr is not None
            assert "SMTP_SECURITY is starttls, tls or none" in process.stderr.read()


def _reminders(url: str) -> int:
    db = databases.open_database(url)
    with databases.connected(db), db.bind_ctx([Message]):
        count = Message.select().count()
    db.close_all()
    return int(count)
