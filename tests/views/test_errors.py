"""What goes wrong is answered with a sentence and a fitting status, and nothing is half written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask

import database as databases
from app import create_app
from models import AuditEntry, Person
from rules.access import Access
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_activity
from tests.conftest import NOW


def test_an_unknown_page_says_so_and_offers_a_way_on(app: Flask) -> None:
    answer = app.test_client().get("/bestaat-niet")
    assert answer.status_code == 404
    assert "Deze pagina is er niet." in answer.text
    assert 'class="button"' in answer.text


def test_an_unknown_page_keeps_the_bar_of_who_is_logged_in(app: Flask, cast: Cast) -> None:
    assert 'class="bar"' in Browser(app, cast.volunteer).get("/bestaat-niet").text
    assert 'class="bar"' not in Browser(app, None).get("/bestaat-niet").text


def test_htmx_gets_a_message_for_its_place_and_not_a_page_in_a_corner(app: Flask) -> None:
    answer = app.test_client().get("/bestaat-niet", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"] == "#melding"
    assert "<html" not in answer.text


def test_a_form_without_its_token_writes_nothing(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    fields = {"first_name": "Jan", "role": "volunteer", "csrf_token": "made up"}
    answer = browser.client.post("/mensen/nieuw", data=fields)
    assert answer.status_code == 400
    assert "verouderd" in answer.text
    assert not Person.select().where(Person.first_name == "Jan").exists()


@pytest.mark.parametrize("kind", ["application/json", "text/plain"])
@pytest.mark.parametrize("body", ['{"first_name": 5}', '{"phone": {"a": 1}}', "[1]", "5"])
def test_what_is_no_form_writes_nothing(app: Flask, cast: Cast, kind: str, body: str) -> None:
    app.config["PROPAGATE_EXCEPTIONS"] = False
    browser = Browser(app, cast.coordinator)
    browser.post("/mensen/nieuw")
    people = count_rows(Person)
    for address in ("/mensen/nieuw", "/tellen", "/programma/activiteit/nieuw"):
        answer = browser.client.post(
            address, data=body, content_type=kind, headers={"X-CSRFToken": browser._csrf}
        )
        assert answer.status_code == 422, address
    assert count_rows(Person) == people


def test_ids_beyond_every_database_are_unknown_pages(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    for number in (0, 2**31, 2**63, 2**70, -1):
        assert browser.get(f"/mensen/{number}").status_code == 404


def test_a_body_that_is_too_large_is_refused(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    answer = browser.post("/mensen/nieuw", {"first_name": "x" * 600_000})
    assert answer.status_code == 413


@contextmanager
def held_by_another(database_url: str) -> Iterator[None]:
    """While this lasts, another program keeps everybody from writing people."""
    other = databases.open_database(database_url)
    other.connect()
    other.begin()
    if databases.sqlite_file(other) is None:
        other.execute_sql("LOCK TABLE person IN EXCLUSIVE MODE")
    try:
        yield
    finally:
        other.rollback()
        other.close_all()


def test_a_locked_database_is_a_503_and_nothing_is_half_written(
    app: Flask, cast: Cast, database_url: str
) -> None:
    browser = Browser(app, cast.coordinator)
    people, notes = count_rows(Person), count_rows(AuditEntry)
    db = app.extensions["database"]
    if databases.sqlite_file(db) is None:
        db.execute_sql("SET lock_timeout = '50ms'")
    else:
        db.pragma("busy_timeout", 1)
    with held_by_another(database_url):
        answer = browser.post("/mensen/nieuw", {"first_name": "Jan", "role": "volunteer"})
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "We kunnen nu niet opslaan." in answer.text
    assert (count_rows(Person), count_rows(AuditEntry)) == (people, notes)


@pytest.mark.sqlite
def test_whoever_only_looks_can_go_on_while_the_database_is_locked(
    app: Flask, cast: Cast, database_url: str
) -> None:
    make_activity(cast.wolfsbos)  # Its dates are still to be made.
    browser = Browser(app, cast.coordinator)
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(hours=2)  # The device is due to be noted.
    app.extensions["database"].pragma("busy_timeout", 1)
    addresses = ("/vandaag", "/rooster", "/programma", "/tellen", "/cijfers", "/h/wolfsbos/", "/")
    with held_by_another(database_url):
        codes = {address: browser.get(address).status_code for address in addresses}
    assert set(codes.values()) == {200}, codes
    assert "Inloop met koffie" in browser.get("/h/wolfsbos/").text


@pytest.mark.sqlite
def test_a_full_disk_is_a_503_and_nothing_is_half_written(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    db = app.extensions["database"]
    pages = db.pragma("page_count")
    db.pragma("max_page_count", pages)
    codes = []
    for n in range(400):
        fields = {"first_name": f"Jan {n}", "last_name": "x" * 60, "role": "volunteer"}
        codes.append(browser.post("/mensen/nieuw", fields).status_code)
        if codes[-1] == 503:
            break
    added = Person.select().where(Person.first_name.startswith("Jan")).count()
    assert codes[-1] == 503
    assert added == len(codes) - 1
    noted = AuditEntry.select().where(AuditEntry.action == "add").count()
    assert noted == added


def test_a_database_without_tables_is_a_503_with_a_sentence(app: Flask, tmp_path: Path) -> None:
    empty = create_app(
        {"DATABASE_URL": f"sqlite:///{tmp_path / 'empty.sqlite3'}", "SECRET_KEY": "x"}
    )
    answer = empty.test_client().get("/")
    assert answer.status_code == 503
    assert "Traceback" not in answer.text


def test_a_fault_of_ours_is_a_page_without_details(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken() -> None:
        raise RuntimeError("secret detail")

    broken.access = Access.public  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "machine.health", broken)
    app.config["PROPAGATE_EXCEPTIONS"] = False
    answer = app.test_client().get("/gezond")
    assert answer.status_code == 500
    assert "Er ging iets mis bij ons." in answer.text
    assert "secret detail" not in answer.text


def test_a_host_that_is_none_of_ours_is_refused_with_a_sentence(app: Flask) -> None:
    assert app.test_client().get("/", headers={"Host": "x" * 300}).status_code == 400
    app.config["TRUSTED_HOSTS"] = ["buurtbord.example"]
    answer = app.test_client().get("/", headers={"Host": "evil.example"})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert app.test_client().get("/", headers={"Host": "buurtbord.example"}).status_code == 200
