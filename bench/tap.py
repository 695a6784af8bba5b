"""What a tap costs: POST /tellen/gebeurtenissen, against a bare INSERT that is as durable.

    python bench/tap.py

Both write to SQLite files with the same pragmas on the same disk, in turns, in one run: the tap
with its log-in, checks, roll-up and totals; the other nothing but the row of the event, in a
transaction of its own.
"""

from __future__ import annotations

import datetime as dt
import gzip
import io
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import database as databases  # noqa: E402
import models  # noqa: E402
from app import create_app  # noqa: E402
from tests.browser_of import Browser  # noqa: E402
from tests.cast import make_cast, make_house  # noqa: E402
from tests.counting_queries import counted  # noqa: E402

TURNS = 300
WARM_UP = 30


def milliseconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


class Phone:
    """Sends one tap at a time straight to the WSGI app, with the cookie of a volunteer."""

    def __init__(self, folder: Path, now: dt.datetime) -> None:
        self.app = create_app(
            {
                "DATABASE_URL": f"sqlite:///{folder / 'app.sqlite3'}",
                "SECRET_KEY": "bench",
                "INSTANCE": str(folder),
                "CLOCK": lambda: now,
            }
        )
        self.answers: list[tuple[str, list[bytes]]] = []
        self.at = now.isoformat(timespec="milliseconds") + "Z"
        self.db = self.app.extensions["database"]
        databases.migrate(self.db, folder, now)
        with databases.connected(self.db):
            self.house = make_cast(now.date()).wolfsbos
            browser = Browser(self.app, models.Person.get(models.Person.first_name == "Joop"))
        cookie = browser.client.get_cookie("buurtbord")
        assert cookie is not None
        self.environ = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": "/tellen/gebeurtenissen",
            "SCRIPT_NAME": "",
            "QUERY_STRING": "",
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "HTTP_HOST": "localhost",
            "HTTP_COOKIE": f"buurtbord={cookie.value}",
            "HTTP_ACCEPT_ENCODING": "gzip",
            "CONTENT_TYPE": "application/json",
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.errors": sys.stderr,
            "wsgi.multithread": True,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }

    def sends(self, taps: int = 1) -> Callable[[], None]:
        """Sends one batch of so many new taps, and reads the answer; it is looked at later."""
        events = [
            {"id": str(uuid4()), "seq": 1, "house": "wolfsbos", "kind": "visit", "n": 1}
            | {"at": self.at}
            for _ in range(taps)
        ]
        body = json.dumps({"device": "bench", "sent_at": self.at, "events": events}).encode()
        length = {"CONTENT_LENGTH": str(len(body))}

        def send() -> None:
            answer = self.app(
                self.environ | length | {"wsgi.input": io.BytesIO(body)},
                lambda status, *_: self.answers.append((status, [])),  # type: ignore[arg-type,return-value]
            )
            self.answers[-1][1].extend(answer)
            answer.close()  # type: ignore[attr-defined]

        return send

    def all_created(self, taps: int) -> bool:
        """Whether each batch of so many taps that was sent was taken whole."""
        found = []
        for status, parts in self.answers:
            text = b"".join(parts)
            results = json.loads(gzip.decompress(text) if text[:1] == b"\x1f" else text)["results"]
            created = [result["status"] == "created" for result in results]
            found.append(status == "200 OK" and len(created) == taps and all(created))
        return all(found)


class Bare:
    """Inserts the same row into a database of the same kind."""

    def __init__(self, folder: Path, now: dt.datetime) -> None:
        self.db = databases.open_database(f"sqlite:///{folder / 'bare.sqlite3'}")
        databases.migrate(self.db, folder, now)
        self.db.connect()
        with self.db.bind_ctx([models.House]):
            house = make_house("bare", "Bare")
        row = {
            "house_id": house.id,
            "kind": "visit",
            "n": 1,
            "date": now.date(),
            "hour": 10,
            "happened_at": now,
            "sent_at": now,
            "received_at": now,
            "skewed": False,
            "device": "bench",
            "fingerprint": "0" * 64,
            "reason": "",
        }
        marks = ", ".join("?" * (len(row) + 1))
        self.sql = f"INSERT INTO count_event (id, {', '.join(row)}) VALUES ({marks})"
        self.values = tuple(row.values())

    def insert(self, rows: int = 1) -> None:
        """Insert so many rows in one transaction, a statement each."""
        with self.db.atomic():
            for _ in range(rows):
                self.db.execute_sql(self.sql, (uuid4().hex, *self.values))


def main() -> None:
    now = dt.datetime(2026, 11, 26, 9, 0)
    with tempfile.TemporaryDirectory() as name:
        phone, bare = Phone(Path(name), now), Bare(Path(name), now)
        taps, inserts = [], []
        for turn in range(WARM_UP + TURNS):
            tap, insert = milliseconds(phone.sends()), milliseconds(bare.insert)
            if turn >= WARM_UP:
                taps.append(tap)
                inserts.append(insert)
        with counted() as statements:
            phone.sends()()
        assert phone.all_created(1)
        phone.app.extensions["press"].close()
    print(
        f"tap: {median(taps) / median(inserts):.2f} times a bare insert"
        f" ({median(taps):.2f} ms against {median(inserts):.2f} ms,"
        f" {len(statements)} statements; aim: at most 2.5)"
    )


if __name__ == "__main__":
    main()
