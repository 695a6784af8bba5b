"""What the roster costs: /rooster of a week with 120 seats, and what ten years of history add.

    python bench/roster.py

CPU time per request, straight to the WSGI app, in turns, in one run: the page with its log-in,
gate, queries, template and compression as a phone asks for it. Two houses of the same size: one
began this month, the other ten years ago. The third is nothing but Flask, with the same bytes.
"""

from __future__ import annotations

import datetime as dt
import gzip
import tempfile
from pathlib import Path
from statistics import median
from typing import Any

from asking import NOW, app_in, asker, cookie_of, cpu_milliseconds
from flask import Flask, Response
from peewee import chunked
from playhouse.test_utils import count_queries

import database as databases
import models
from models import House, Person, Place, PlaceChange, Seat, Shift
from tests.cast import make_cast, make_person

PAGE = "/rooster"
WEEK = "week=2026-W49"
YEARS = 10
SHIFTS_A_WEEK, SEATS_A_SHIFT = 40, 3
TURNS = 300
WARM_UP = 30
TITLES = ("Gastvrouw of gastheer ochtend", "Opening en sleutel", "Kookploeg", "Bar en zaal")


def fill(house: House, helpers: list[Person], since: dt.date) -> int:
    """A roster from a day on: 40 shifts and 120 seats a week, four in five taken. Returns the
    number of seats."""
    last = NOW.date() + dt.timedelta(weeks=8)
    days = [since + dt.timedelta(days=n) for n in range((last - since).days)]
    shifts: list[dict[str, Any]] = []
    for day in days:
        if day.weekday() < 5:
            for n in range(SHIFTS_A_WEEK // 5):
                shifts.append(
                    {
                        "house": house.id,
                        "title": TITLES[n % 4],
                        "original_date": day,
                        "date": day,
                        "start_time": dt.time(8 + n),
                        "end_time": dt.time(10 + n),
                        "state": "planned",
                        "pattern": None,
                        "occurrence": None,
                    }
                )
    insert(Shift, shifts)
    ids = [row[0] for row in Shift.select(Shift.id).order_by(Shift.id).tuples()]
    insert(
        Seat,
        [
            {
                "house": house.id,
                "shift": shift,
                "pattern_seat": None,
                "role": ("Gastvrouw of gastheer", "Sleutelhouder", "Hulp")[n],
                "qualification": "key_holder" if n == 1 else "",
                "required": n < 2,
                "position": n,
            }
            for shift in ids
            for n in range(SEATS_A_SHIFT)
        ],
    )
    seats = Seat.select(Seat.id, Seat.shift).order_by(Seat.id).tuples()
    places = [
        {
            "house": house.id,
            "shift": shift,
            "seat": seat,
            "person": helpers[number % len(helpers)].id,
            "name": "",
            "state": "confirmed" if number % 15 else "seeking_cover",
            "how": "self",
            "by": None,
            "at": NOW - dt.timedelta(days=40),
            "changed_at": NOW - dt.timedelta(days=40),
        }
        for number, (seat, shift) in enumerate(seats)
        if number % 5
    ]
    insert(Place, places)
    insert(
        PlaceChange,
        [
            {
                "house": house.id,
                "place": place,
                "shift": shift,
                "step": "take",
                "state": "confirmed",
                "by": None,
                "at": NOW - dt.timedelta(days=40),
            }
            for place, shift in Place.select(Place.id, Place.shift).tuples()
        ],
    )
    return len(ids) * SEATS_A_SHIFT


def insert(table: type[models.Table], rows: list[dict[str, Any]]) -> None:
    with models.db.atomic():
        for some in chunked(rows, 400):
            table.insert_many(list(some)).execute()


def house_since(folder: Path, since: dt.date) -> tuple[Flask, str, int]:
    """An app with a house since a day, the cookie of a volunteer, and the number of seats."""
    app = app_in(folder)
    database = app.extensions["database"]
    with databases.connected(database):
        cast = make_cast(NOW.date())
        helpers = [make_person(f"Hulp{n}", "Jansen", house=cast.wolfsbos) for n in range(38)]
        seats = fill(cast.wolfsbos, [*helpers, cast.volunteer], since)
        cookie = cookie_of(app, cast.volunteer)
        database.execute_sql("ANALYZE")
    return app, cookie, seats


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        monday = dt.date(2026, 11, 2)
        apps = {
            "one month": house_since(Path(name, "new"), monday),
            "ten years": house_since(Path(name, "old"), monday - dt.timedelta(weeks=52 * YEARS)),
        }
        pages, bytes_of = {}, {}
        for kind, (app, cookie, seats) in apps.items():
            models.db.initialize(app.extensions["database"])
            pages[kind] = asker(app, PAGE, WEEK, cookie, accepts="br, gzip")
            bytes_of[kind] = asker(app, PAGE, WEEK, cookie)()
            with count_queries() as queries:
                pages[kind]()
            print(f"{kind}: {seats} seats in all, {queries.count} queries")
        body = bytes_of["one month"]
        bare_app = Flask("bare")
        bare_app.add_url_rule(PAGE, view_func=lambda: Response(body, mimetype="text/html"))
        pages["bare Flask"] = asker(bare_app, PAGE, WEEK)

        took: dict[str, list[float]] = {kind: [] for kind in pages}
        for turn in range(WARM_UP + TURNS):
            for kind, ask in pages.items():
                if kind in apps:
                    models.db.initialize(apps[kind][0].extensions["database"])
                milliseconds = cpu_milliseconds(ask)
                if turn >= WARM_UP:
                    took[kind].append(milliseconds)
        for app, *_rest in apps.values():
            app.extensions["press"].close()
    new, old, bare = (median(took[kind]) for kind in pages)
    print(f"/rooster, 120 seats a week: {new:.2f} ms of CPU (aim: 8), as median of {TURNS}")
    print(f"ten years of history: {old:.2f} ms, {old / new:.2f} times as much (aim: 1.2)")
    print(f"{len(gzip.compress(body, 6))} bytes gzip (aim: 5120), {len(body)} bytes plain")
    print(f"a bare Flask view of the same bytes: {bare:.2f} ms, {new / bare:.1f} times less")


if __name__ == "__main__":
    main()
