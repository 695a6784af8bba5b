"""What the roster page costs: /rooster, against a bare Flask view that returns the same bytes.

    python bench/roster.py

CPU time per request, straight to the two WSGI apps, in turns, in one run: the roster with its
log-in, gate, queries and template for a week of the demo's size; the other nothing but Flask.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from flask import Flask, Response
from playhouse.test_utils import count_queries

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import database as databases  # noqa: E402
from app import create_app  # noqa: E402
from models import House, Person  # noqa: E402
from rules.filling import extend_roster  # noqa: E402
from rules.patterns import FixedWish, SeatWish, add_pattern  # noqa: E402
from tests.browser_of import Browser  # noqa: E402
from tests.cast import Cast, make_cast, make_person  # noqa: E402

NOW = dt.datetime(2026, 11, 26, 9, 0)
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


def environ(path: str, query: str, cookie: str) -> dict[str, Any]:
    return {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookie,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }


def asker(app: Flask, around: dict[str, Any]) -> Callable[[], bytes]:
    """Asks for one page and reads it to the end."""

    def ask() -> bytes:
        statuses: list[str] = []
        answer = app(around.copy(), lambda status, *_: statuses.append(status))  # type: ignore
        body = b"".join(answer)
        answer.close()  # type: ignore[attr-defined]
        assert statuses == ["200 OK"], statuses
        return body

    return ask


def cpu_milliseconds(work: Callable[[], Any]) -> float:
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        app = create_app(
            {
                "DATABASE_URL": f"sqlite:///{folder / 'app.sqlite3'}",
                "SECRET_KEY": "bench",
                "INSTANCE": str(folder),
                "CLOCK": lambda: NOW,
            }
        )
        db = app.extensions["database"]
        databases.migrate(db, folder, NOW)
        with databases.connected(db):
            fill(make_cast(NOW.date()))
            browser = Browser(app, Person.get(Person.first_name == "Joop"))
        kept = browser.client.get_cookie("buurtbord")
        assert kept is not None
        roster = asker(app, environ(PAGE, WEEK, f"buurtbord={kept.value}"))
        body = roster()

        bare_app = Flask("bare")
        bare_app.add_url_rule(PAGE, view_func=lambda: Response(body, mimetype="text/html"))
        bare = asker(bare_app, environ(PAGE, WEEK, ""))
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
