"""What the benchmarks of pages share: an app of its own, and asking it for a page without a server.

Not a benchmark by itself. Import it first: it makes the modules of the house importable.
"""

from __future__ import annotations

import datetime as dt
import io
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Flask

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

import database as databases  # noqa: E402
from app import create_app  # noqa: E402
from models import Person  # noqa: E402
from tests.browser_of import Browser  # noqa: E402

NOW = dt.datetime(2026, 11, 26, 9, 0)


def app_in(folder: Path) -> Flask:
    """An app on an empty, migrated SQLite database in a folder; its clock stands still."""
    folder.mkdir(exist_ok=True)
    app = create_app(
        {
            "DATABASE_URL": f"sqlite:///{folder / 'app.sqlite3'}",
            "SECRET_KEY": "bench",
            "INSTANCE": str(folder),
            "CLOCK": lambda: NOW,
        }
    )
    databases.migrate(app.extensions["database"], folder, NOW)
    return app


def cookie_of(app: Flask, person: Person) -> str:
    """The cookie of a person who logged in; call it with the app's database connected."""
    kept = Browser(app, person).client.get_cookie("buurtbord")
    assert kept is not None
    return f"buurtbord={kept.value}"


def asker(
    app: Flask, path: str, query: str = "", cookie: str = "", *, accepts: str = ""
) -> Callable[[], bytes]:
    """Asks for one page straight at the WSGI app, and reads it to the end.

    :param accepts: the encodings in which it may come, as browsers say it; empty: as it is.
    """
    around = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": path,
        "SCRIPT_NAME": "",
        "QUERY_STRING": query,
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_HOST": "localhost",
        "HTTP_COOKIE": cookie,
        "HTTP_ACCEPT_ENCODING": accepts,
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(),
        "wsgi.errors": sys.stderr,
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }

    def ask() -> bytes:
        statuses: list[str] = []
        answer = app(around.copy(), lambda status, *_: statuses.append(status))  # type: ignore
        body = b"".join(answer)
        answer.close()  # type: ignore[attr-defined]
        assert statuses == ["200 OK"], statuses
        return body

    return ask


def cpu_milliseconds(work: Callable[[], Any]) -> float:
    """How much time of the processor a piece of work takes, in this process."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000
