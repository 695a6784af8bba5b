"""How fast the press is: against WeasyPrint itself, Chromium, and a static file; and what it eats.

    python bench/poster.py

One run, medians. What is compared is measured in turns, on the same HTML: December of Wolfsbos on
A4. Chromium is left out where it or Playwright is not installed.
"""

from __future__ import annotations

import datetime as dt
import http.client
import os
import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TURNS = 15
NOW = dt.datetime(2026, 11, 26, 9)
MONDAY = dt.date(2026, 11, 30)
BASE = "https://buurtbord.example"
ASKERS, FEW, MANY = 50, 10, 300


def poster_html() -> str:
    """December of Wolfsbos on A4, in the layout that fits."""
    from peewee import SqliteDatabase

    import models
    from documents.month import month_of_house
    from documents.poster import poster_page
    from documents.press import Press
    from tests.print.programme import make_programme

    with tempfile.TemporaryDirectory() as folder:
        database = SqliteDatabase(f"{folder}/bench.sqlite3", pragmas={"foreign_keys": 1})
        models.db.initialize(database)
        database.connect()
        database.create_tables(models.ALL_TABLES)
        house = make_programme()["wolfsbos"]
        page = poster_page(
            month_of_house(house, dt.date(2026, 12, 1)), "a4", "https://buurtbord.example"
        )
        database.close()
    press = Press()
    chosen = press.render_first(page.candidates).chosen
    press.close()
    return page.candidates[chosen]


class Bare:
    """WeasyPrint as its manual says, with FontConfiguration and CSS kept."""

    def __init__(self) -> None:
        # The same fonts as the worker has, and no others.
        self.folder = tempfile.TemporaryDirectory()
        configuration = Path(self.folder.name) / "fonts.conf"
        configuration.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
            f"<fontconfig><cachedir>{self.folder.name}</cachedir></fontconfig>"
        )
        os.environ["FONTCONFIG_FILE"] = str(configuration)
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration

        from documents.press_worker import STYLESHEETS, font_css

        self.weasyprint = weasyprint
        self.fonts = FontConfiguration()
        self.style = weasyprint.CSS(
            string=font_css() + "".join(each.read_text(encoding="utf-8") for each in STYLESHEETS),
            font_config=self.fonts,
        )

    def render(self, html: str) -> bytes:
        pdf: bytes = self.weasyprint.HTML(string=html).write_pdf(
            stylesheets=[self.style], font_config=self.fonts, pdf_variant="pdf/ua-1"
        )
        return pdf


def seconds(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turns(*works: Callable[[], Any], turns: int = TURNS) -> list[float]:
    """The median seconds of each, done one after the other, so many times."""
    took = [[seconds(work) for work in works] for _turn in range(turns)]
    return [median(each) for each in zip(*took, strict=True)]


def against_others(html: str) -> None:
    from documents.press import Press

    press, bare = Press(), Bare()
    press.render(html)
    bare.render(html)
    warm, plain = in_turns(lambda: press.render(html), lambda: bare.render(html))
    print(
        f"warm render: {warm / plain:.2f} times bare WeasyPrint "
        f"({warm * 1000:.0f} ms against {plain * 1000:.0f} ms; at most 1.15)"
    )
    against_chromium(press, html)
    press.close()


def against_chromium(press: Any, html: str) -> None:
    """The same HTML with the same style sheet and fonts, printed by headless Chromium."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        print("Chromium: Playwright is not installed")
        return
    from documents.press_worker import STYLESHEETS, font_css

    style = font_css() + "".join(each.read_text(encoding="utf-8") for each in STYLESHEETS)
    whole = html.replace("</head>", f"<style>{style}</style></head>", 1)
    with sync_playwright() as playwright:

        def start() -> Any:
            return playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )

        def print_in(browser: Any) -> None:
            page = browser.new_page()
            page.set_content(whole)
            page.pdf(prefer_css_page_size=True, tagged=True)
            page.close()

        def cold() -> None:
            browser = start()
            print_in(browser)
            browser.close()

        browser = start()
        print_in(browser)
        ours, theirs = in_turns(lambda: press.render(html), lambda: print_in(browser), turns=9)
        browser.close()
        (from_cold,) = in_turns(cold, turns=3)
    print(
        f"warm render: {ours / theirs:.2f} times warm Chromium ({theirs * 1000:.0f} ms), "
        f"{ours / from_cold:.2f} times cold Chromium ({from_cold * 1000:.0f} ms)"
    )


def memory() -> None:
    """What the worker holds after many renders, against after few."""
    from documents.press import Press

    press = Press()
    html = poster_html()
    held = {}
    for number in range(1, MANY + 1):
        # Each a little different: a cache that grows would show.
        press.render(html.replace("</body>", f"<p>Blad {number}</p></body>"))
        if number in (FEW, MANY):
            held[number] = resident(press.worker_pid)
    press.close()
    print(
        f"memory of the worker: {held[MANY] / held[FEW]:.2f} times after {MANY} renders "
        f"({held[FEW] / 1e6:.0f} MB, then {held[MANY] / 1e6:.0f} MB; at most 1.2)"
    )


def resident(pid: int | None) -> int:
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


# -- through the app ------------------------------------------------------------------------------


@contextmanager
def served() -> Iterator[tuple[Any, int]]:
    """The app with the demo on a port of its own, in this process."""
    from werkzeug.serving import WSGIRequestHandler, make_server

    import database as databases
    import demo
    import models
    from app import create_app

    class Quiet(WSGIRequestHandler):
        protocol_version = "HTTP/1.1"

        def log(self, *_args: Any) -> None: ...

    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/bench.sqlite3"
        database = databases.open_database(url)
        databases.migrate(database, Path(folder), NOW)
        models.db.initialize(database)
        with databases.connected(database):
            demo.fill(NOW.date(), NOW)
        database.close_all()
        app = create_app({"DATABASE_URL": url, "INSTANCE": folder, "CLOCK": lambda: NOW})
        server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield app, server.port
        finally:
            server.shutdown()
            app.extensions["press"].close()
            app.extensions["database"].close_all()


POSTER = "/h/wolfsbos/poster.pdf?maand="


def ask(port: int, path: str) -> bytes:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", path)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    if answer.status != 200:
        raise SystemExit(f"{path}: {answer.status}")
    return body


def repeats_and_askers() -> None:
    from views import assets

    with served() as (app, port):
        size = len(ask(port, POSTER + "2026-12"))
        static = assets.FOLDER / "bench.bin"
        try:
            static.write_bytes(os.urandom(size))
            again, file = in_turns(
                lambda: ask(port, POSTER + "2026-12"),
                lambda: ask(port, "/static/bench.bin"),
                turns=60,
            )
        finally:
            static.unlink()
        print(
            f"a repeat: {again / file:.2f} times a static file of the same {size / 1024:.0f} KB "
            f"({again * 1000:.1f} ms against {file * 1000:.1f} ms; at most 2)"
        )
        before = app.extensions["press"].renders
        askers = [
            threading.Thread(target=ask, args=(port, POSTER + "2027-01")) for _n in range(ASKERS)
        ]
        for each in askers:
            each.start()
        for each in askers:
            each.join()
        made = app.extensions["press"].renders - before
        print(f"{ASKERS} askers of a new poster: {made} render (1)")


def week() -> None:
    """All that a house hangs up in a week, when nothing of it is kept."""
    import database as databases
    from documents.renderings import printed
    from documents.week_bundle import open_days, week_bundle
    from models import House, Rendering
    from rules.tally_sheets import make_sheets

    with served() as (app, _port), databases.connected(app.extensions["database"]):
        house = House.get(House.slug == "wolfsbos")
        days = open_days(house, MONDAY, NOW.date())
        make_sheets(house, days, None, NOW, NOW.date())
        press = app.extensions["press"]
        press.render("<html lang='nl'><head><title>Warm</title></head><h1>Warm</h1></html>")
        pages = 0

        def make() -> None:
            nonlocal pages
            Rendering.delete().execute()
            pages = printed(press, week_bundle(house, MONDAY, NOW, BASE), NOW).pages

        took = median(seconds(make) for _turn in range(3))
        print(f"a week's bundle of {pages} pages: {took:.1f} s (at most 4)")


def main() -> None:
    against_others(poster_html())
    repeats_and_askers()
    week()
    memory()


if __name__ == "__main__":
    main()
