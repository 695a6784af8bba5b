"""What the roster page costs: /rooster, against a bare Flask view that returns the same bytes.

    python bench/roster.py

CPU time per request, straight to the two WSGI apps, in turns, in one run: the roster with its
log-in, gate, queries and template for a week of the demo's size; the other nothing but Flask.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from statistics import median

from asking import NOW, app_in, asker, cookie_of, cpu_milliseconds
from flask import Flask, Response
from playhouse.test_utils import count_queries

import database as databases
from models import House, Person
from rules.filling import extend_roster
from rules.patterns import FixedWish, SeatWish, add_pattern
from tests.cast import Cast, make_cast, make_person

PAGE = "/rooster"
WEEK = "week=2026-W49"
TURNS = 300
WARM_UP = 30


def fill(cast: Cast) -> None:
    """A roster like that of a real house: 20 shifts and 40 seats a week, some of them open."""
    house: House = cast.wolfsbos
    helpers = [make_person(f"Hulp{n}", "Jansen", house=house) for n in range(12)]
    week = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    for n, start in enumerate((8, 10, 13, 15)):
        add_pattern(
            house,
            f"Gastvrouw of gastheer {start} uur",
            [
                SeatWish("Gastvrouw of gastheer", fixed=[FixedWish(helpers[n])]),
                SeatWish("Hulp", fixed=[FixedWish(helpers[n + 4])] if n % 2 else ()),
            ],
            cast.coordinator,
            NOW,
            first_date=NOW.date(),
            rule=week,
            start_time=dt.time(start),
            end_time=dt.time(start + 2),
        )
    extend_roster(house, NOW.date(), NOW, NOW.date() + dt.timedelta(weeks=9))


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        app = app_in(Path(name))
        with databases.connected(app.extensions["database"]):
            fill(make_cast(NOW.date()))
            cookie = cookie_of(app, Person.get(Person.first_name == "Joop"))
        roster = asker(app, PAGE, WEEK, cookie)
        body = roster()

        bare_app = Flask("bare")
        bare_app.add_url_rule(PAGE, view_func=lambda: Response(body, mimetype="text/html"))
        bare = asker(bare_app, PAGE, WEEK)
        assert bare() == body

        ours, theirs = [], []
        for turn in range(WARM_UP + TURNS):
            our, their = cpu_milliseconds(roster), cpu_milliseconds(bare)
            if turn >= WARM_UP:
                ours.append(our)
                theirs.append(their)
        with count_queries() as queries:
            roster()
        app.extensions["press"].close()
    print(
        f"roster: {median(ours) / median(theirs):.1f} times a bare Flask view of the same bytes"
        f" ({median(ours):.2f} ms of CPU against {median(theirs):.2f} ms, {len(body)} bytes,"
        f" {queries.count} queries)"
    )


if __name__ == "__main__":
    main()
