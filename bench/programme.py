"""What ten years of history cost: the month of a house, against the same with one month of it.

    python bench/programme.py

Two databases, each with a house of 90 dates a month: in one since ten years, in the other since
this month. CPU time per request, straight to the WSGI app, in turns, in one run; for the page that
volunteers see, the public one and the calendar feed. The pages are the same, byte for byte; the
feed begins eight weeks back, so it tells of a month that one of the houses did not have.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from asking import NOW, app_in, asker, cookie_of, cpu_milliseconds
from flask import Flask
from playhouse.test_utils import count_queries

import database as databases
import models
from models import Activity, Category, House, Occurrence, Person
from rules.horizon import extend_horizon
from tests.cast import make_cast

YEARS = 10
TURNS = 120
WARM_UP = 15
#: Twenty series and a little more than 90 dates in December 2026.
RULES = (
    *(f"FREQ=WEEKLY;BYDAY={day}" for day in ("MO", "TU", "WE", "TH", "FR") for _ in range(2)),
    *("FREQ=WEEKLY;BYDAY=MO,TH", "FREQ=WEEKLY;BYDAY=TU,FR", "FREQ=WEEKLY;BYDAY=WE,SA"),
    *("FREQ=MONTHLY;BYDAY=1MO,3MO", "FREQ=MONTHLY;BYDAY=-1TH", "FREQ=MONTHLY;BYDAY=2SA"),
    "FREQ=WEEKLY;BYDAY=MO,TU",
    *(f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day};WKST=MO" for day in ("MO", "WE", "FR")),
)
PAGES = (
    ("programme of the house", "/programma", "maand=2026-12", True),
    ("public month", "/h/wolfsbos/", "maand=2026-12", False),
    ("calendar feed", "/h/wolfsbos/programma.ics", "", False),
)


def fill(house: House, since: dt.date) -> int:
    """Series with their dates since a day; returns how many dates there are."""
    for number, rule in enumerate(RULES):
        Activity.create(
            house=house,
            title=f"Activiteit {number}",
            summary=f"Kom gerust langs voor nummer {number}.",
            category=list(Category)[number % 9],
            rule=rule,
            first_date=dt.date(2016, 11, 7),
            start_time=dt.time(9 + number % 8),
            end_time=dt.time(10 + number % 8),
            cost_cents=50 * number,
            # The same name in both calendars.
            uid=f"00000000-0000-4000-8000-{number:012}",
            changed_at=NOW,
            filled_until=since - dt.timedelta(days=1),
        )
    extend_horizon(house, NOW.date(), NOW)
    return int(Occurrence.select().count())


def december(house: House) -> int:
    days = Occurrence.date.between(dt.date(2026, 12, 1), dt.date(2026, 12, 31))
    return int(Occurrence.select().where(Occurrence.house == house, days).count())


def ready(folder: Path, since: dt.date) -> tuple[Flask, str]:
    """An app whose house has dates since a day, and the cookie of one of its volunteers."""
    app = app_in(folder)
    with databases.connected(app.extensions["database"]):
        cast = make_cast(NOW.date())
        dates = fill(cast.wolfsbos, since)
        print(f"since {since}: {dates} dates, {december(cast.wolfsbos)} in December 2026")
        return app, cookie_of(app, Person.get(Person.first_name == "Joop"))


def turn_to(app: Flask) -> Any:
    """The tables belong to one database at a time."""
    models.db.initialize(app.extensions["database"])
    return app


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        this_month = NOW.date().replace(day=1)
        old_app, old_cookie = ready(Path(name) / "old", this_month.replace(year=2026 - YEARS))
        new_app, new_cookie = ready(Path(name) / "new", this_month)
        for words, path, query, signed_in in PAGES:
            old = asker(old_app, path, query, old_cookie if signed_in else "")
            new = asker(new_app, path, query, new_cookie if signed_in else "")
            olds, news = [], []
            for turn in range(WARM_UP + TURNS):
                turn_to(old_app)
                one = cpu_milliseconds(old)
                turn_to(new_app)
                other = cpu_milliseconds(new)
                if turn >= WARM_UP:
                    olds.append(one)
                    news.append(other)
            turn_to(old_app)
            with count_queries() as queries:
                body = old()
            turn_to(new_app)
            with count_queries() as fewer:
                same = new() == body
            assert same or path.endswith(".ics"), "the same month is the same page"
            assert queries.count == fewer.count
            print(
                f"{words}: {median(olds) / median(news):.2f} times with {YEARS} years of history"
                f" ({median(olds):.2f} ms of CPU against {median(news):.2f} ms,"
                f" {queries.count} queries, {len(body)} bytes; aim: at most 1.2)"
            )
        for app in (old_app, new_app):
            app.extensions["press"].close()


if __name__ == "__main__":
    main()
