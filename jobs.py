"""The work that nobody waits for: mail, reminders, forgetting. ``flask --app app work``.

The rows of the outbox are the queue: they are written in the transaction that makes them true, and
claimed by a conditional UPDATE. huey only keeps the time and runs the tasks, so its own queue may
live in memory: tables of it in our database would be a second truth, and looking into them ten
times a second would keep others from writing on SQLite. What runs here may be killed at any moment
and run anew, also twice at once.
"""

from __future__ import annotations

import datetime as dt
import logging
import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from flask import Flask
from peewee import DatabaseError

from documents.letters import letter
from mailing import Post, Undeliverable, Unreachable, server_of
from models import House
from rules import forgetting, openings, sending
from rules.forgetting import Forgotten
from rules.reminders import make_reminders
from rules.wall_time import day_of, to_local
from views import clock

if TYPE_CHECKING:
    from huey import MemoryHuey

log = logging.getLogger("buurtbord.jobs")
#: How often it is looked whether the process beside which this one works is still there.
LOOK = 1.0
#: The wall time of the nightly work: the houses are closed, and the day before is surely over.
NIGHT = dt.time(3, 30)
#: How long a mail that is on its way may take when the work stops.
FINISH_SECONDS = 30


# -- what is done ---------------------------------------------------------------------------------


def remind(app: Flask) -> None:
    """Put the reminders that are due in the outbox."""
    with _connected(app):
        make_reminders(clock.now())


def send_due(app: Flask) -> int:
    """Send what is due in the outbox, one mail for each person; returns how many left.

    Without a mail server what is due is marked as not sent, so that a coordinator sees whom to
    ring. When the server does not answer, the rest waits for the next round.
    """
    with _connected(app):
        server = server_of(app.config)
        if server is None:
            for person in sending.people_due(clock.now()):
                sending.claim(person, clock.now(), by_mail=False)
            return 0
        left = 0
        with Post(server) as post:
            for person in sending.people_due(clock.now()):
                news = sending.claim(person, clock.now(), by_mail=True)
                if not news:
                    continue
                try:
                    post.send(
                        letter(news, app.config["BASE_URL"].rstrip("/")),
                        news[0].person.email,
                        ",".join(f"{each.id}-{each.at.isoformat()}" for each in news),
                        clock.now(),
                    )
                except Undeliverable as error:
                    # Never the address: logs are read by others.
                    log.warning("A mail about message %s is refused: %s", news[0].id, error)
                    sending.not_sent(news, for_good=True)
                except Unreachable as error:
                    log.warning("The mail server takes no mail now: %s", error)
                    sending.not_sent(news)
                    break
                else:
                    sending.sent(news, clock.now())
                    left += 1
        return left


def at_night(app: Flask) -> Forgotten:
    """Forget what is old, and settle which openings there were; returns what was forgotten."""
    with _connected(app):
        now = clock.now()
        forgotten = forgetting.forget(now)
        for house in House.select().order_by(House.id):
            openings.settle(house, day_of(now))
        return forgotten


class Nightly:
    """Work that is done once a night: at half past three by the clock of the houses, or as soon
    after it as somebody looks, when the machine slept or nothing ran at that moment."""

    def __init__(self, work: Callable[[Flask], Any]):
        self._work = work
        self._done: dt.date | None = None
        self.__name__ = work.__name__

    def __call__(self, app: Flask) -> None:
        """Do it, unless it was done since the last half past three; whatever fails is not done."""
        with app.app_context():
            local = to_local(clock.now())
        night = local.date() if local.time() >= NIGHT else local.date() - dt.timedelta(days=1)
        if night != self._done:
            self._work(app)
            self._done = night


@contextmanager
def _connected(app: Flask) -> Iterator[None]:
    """The app and its database, in this thread; a connection that was there stays."""
    database = app.extensions["database"]
    with app.app_context():
        opened = database.connect(reuse_if_open=True)
        try:
            yield
        finally:
            if opened:
                database.close()


# -- when it is done ------------------------------------------------------------------------------


def make_huey(app: Flask) -> MemoryHuey:
    """The tasks of an app with the times at which they run."""
    # Only who works needs it: pages are served without it.
    from huey import MemoryHuey, crontab

    huey = MemoryHuey("buurtbord", results=False)

    def task(when: Callable[[dt.datetime], bool], work: Callable[[Flask], Any]) -> None:
        @huey.periodic_task(when, name=work.__name__)
        def run() -> None:
            _try(work, app)

    task(crontab(minute="*/15"), remind)
    # Not at half past three alone: a machine that slept then does it when it wakes up.
    task(crontab(minute="*/15"), Nightly(at_night))
    # huey looks at the clock as it starts, too: what waited while nobody worked leaves at once.
    task(crontab(minute="*"), send_due)
    return huey


def work(app: Flask, begun: Callable[[], Any], *, beside: int | None = None) -> None:
    """Run the tasks until SIGTERM or SIGINT; a mail that is on its way is finished.

    :param begun: called when all is set up.
    :param beside: the process that started this one; when it is gone, the work ends.
    """
    # Whoever was away at ten, or for a day, catches up.
    _try(remind, app)
    consumer = make_huey(app).create_consumer(
        workers=1, scheduler_interval=1, shutdown_timeout=FINISH_SECONDS
    )
    stop = threading.Event()
    consumer.start()
    for each in (signal.SIGTERM, signal.SIGINT):
        signal.signal(each, lambda _number, _frame: stop.set())
    begun()
    while not stop.wait(LOOK):
        if beside is not None and os.getppid() != beside:
            break
        consumer.check_worker_health()
    consumer.stop(graceful=True)


def _try(work: Callable[[Flask], Any], app: Flask) -> None:
    """One round. While the database is locked, full or restarting the next round is for it."""
    try:
        work(app)
    except DatabaseError as error:
        log.warning("%s: the database does not work: %s", work.__name__, error)
