"""A real Chromium at a real server: the demo of both houses, on a Thursday in November 2026."""

from __future__ import annotations

import datetime as dt
import shutil
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from jinja2 import BytecodeCache
from peewee import Database
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, sync_playwright
from werkzeug.serving import make_server

import database as databases
import demo
import models
from app import create_app
from documents.press import Press
from models import House, Person, TokenKind
from rules import access, desks
from tests.conftest import NOW, TODAY, Kept, keep_rows

PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1280, "height": 900}
COORDINATOR = "coordinator@wolfsbos.example"
#: Whom :func:`enter` makes of a browser besides people: the desk tablet of Wolfsbos.
DESK = "de balie"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@dataclass
class Site:
    """A running Buurtbord."""

    app: Flask
    address: str
    database: Database

    def link(self, email: str) -> str:
        """The address of a new login link for a person of the demo."""
        with databases.connected(self.database):
            person = Person.get(Person.email == email)
            secret = access.make_login_token(person, TokenKind.invite, self.app.config["CLOCK"]())
        return f"{self.address}/k/{secret}"

    def desk_code(self) -> str:
        """A code that pairs a browser as the desk tablet of Wolfsbos."""
        with databases.connected(self.database):
            house, by = House.get(House.slug == "wolfsbos"), Person.get(Person.email == COORDINATOR)
            return desks.make_code(house, by, self.app.config["CLOCK"]())

    def setup_link(self) -> str:
        with databases.connected(self.database):
            secret = access.make_login_token(None, TokenKind.setup, self.app.config["CLOCK"]())
        return f"{self.address}/k/{secret}"


@pytest.fixture(scope="session")
def demo_rows(migrated_postgres: Database | None, kept: Kept) -> str:
    """On PostgreSQL, what puts the demo as it is on TODAY into empty tables; made once."""
    if migrated_postgres is None:
        return ""
    models.db.initialize(migrated_postgres)
    with databases.connected(migrated_postgres) as db:
        db.execute_sql(str(kept.empty))
        demo.fill(TODAY, NOW)
        return keep_rows(db, "kept_demo")


@pytest.fixture
def demo_url(
    request: pytest.FixtureRequest, demo_rows: str, demo_file: Path, tmp_path: Path
) -> str:
    """The address of a database of this test's own, with the demo in it."""
    # After what empties it for this test, however the demo came to be kept.
    url: str = request.getfixturevalue("database_url")
    if not demo_rows:
        shutil.copy(demo_file, tmp_path / "test.sqlite3")
        return url
    db = databases.open_database(url)
    with databases.connected(db):
        db.execute_sql(demo_rows)
    db.close_all()
    return url


@pytest.fixture
def site(
    demo_url: str, database_url: str, tmp_path: Path, press: Press, read_templates: BytecodeCache
) -> Iterator[Site]:
    """Buurtbord with the demo, on a port of its own."""
    yield from serve(demo_url, tmp_path, press, read_templates)


@pytest.fixture
def empty_site(
    database_url: str, tmp_path: Path, press: Press, read_templates: BytecodeCache
) -> Iterator[Site]:
    """Buurtbord as it is just after it was installed."""
    yield from serve(database_url, tmp_path, press, read_templates)


def serve(url: str, folder: Path, press: Press, templates: BytecodeCache) -> Iterator[Site]:
    """A Buurtbord that runs until the caller goes on; ``folder`` is for what it keeps."""
    began = time.monotonic()
    app = create_app(
        {
            "DATABASE_URL": url,
            "SECRET_KEY": "for tests only",
            "INSTANCE": str(folder),
            "CLOCK": lambda: NOW + dt.timedelta(seconds=time.monotonic() - began),
        }
    )
    app.extensions["press"].close()
    app.extensions["press"] = press
    app.jinja_env.bytecode_cache = templates
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Site(app, f"http://127.0.0.1:{server.port}", app.extensions["database"])
    finally:
        server.shutdown()
        thread.join()
        app.extensions["database"].close_all()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = _launch(playwright)
        yield browser
        browser.close()


def _launch(playwright: Playwright) -> Browser:
    return playwright.chromium.launch(
        executable_path=shutil.which("chromium") or "/usr/bin/chromium",
        args=[
            "--no-sandbox",
            "--disable-quic",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
        ],
    )


@pytest.fixture
def open_page(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Open a page in a browser of its own; at the end no page may have broken its policy."""
    contexts: list[BrowserContext] = []
    faults: list[str] = []

    def open_one(**options: Any) -> Page:
        options = {
            "viewport": PHONE,
            "locale": "nl-NL",
            "timezone_id": "Europe/Amsterdam",
            # It would answer in the place of the routes of a test; test_offline.py lets it in.
            "service_workers": "block",
        } | options
        context = chromium.new_context(**options)
        context.set_default_timeout(10_000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on(
            "console",
            lambda message: (
                faults.append(message.text) if "Content Security Policy" in message.text else None
            ),
        )
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert not faults


def enter(page: Page, site: Site, email: str) -> Page:
    """Log in as somebody of the demo, by their link; or pair the browser as the desk tablet."""
    if email == DESK:
        page.goto(f"{site.address}/balie/koppelen")
        page.get_by_label("Code").fill(site.desk_code())
        page.get_by_role("button").click()
        page.wait_for_url("**/balie")
        return page
    page.goto(site.link(email))
    page.get_by_role("button").click()
    page.wait_for_url("**/vandaag")
    return page
