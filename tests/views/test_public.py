"""The pages that need no login: what is on today, and a house's programme."""

from __future__ import annotations

import datetime as dt
import gzip
import json
import re
from pathlib import Path

import pytest
from flask import Flask
from peewee import Model

from models import Category, ClosureKind, House, Occurrence, Room
from rules import houses, programme
from rules.closures import add_closure
from tests.browser_of import Browser
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from views.language import LANGUAGES

ROOT = Path(__file__).parent.parent.parent


def add_coffee(house: House, **facts: object) -> Model:
    given = {
        "title": "Inloop met koffie",
        "category": Category.meet,
        "rule": "FREQ=WEEKLY;BYDAY=MO,TH",
        "first_date": dt.date(2026, 11, 2),
        "start_time": dt.time(10),
        "end_time": dt.time(16),
        "cost_cents": 0,
    }
    return programme.add_activity(house, None, NOW, **{**given, **facts})


def test_the_first_page_shows_every_house_with_what_is_on_today(app: Flask, cast: Cast) -> None:
    add_coffee(cast.wolfsbos)
    text = Browser(app, None).get("/").text
    assert "donderdag 26 november" in text
    assert 'href="/h/wolfsbos/"' in text
    assert 'href="/h/knooppunt/"' in text
    assert text.count("Inloop met koffie") == 1
    assert "Vandaag staat er niets" in text


def test_the_first_page_of_a_new_installation_says_what_comes(app: Flask, cast: Cast) -> None:
    House.delete().execute()
    found = Browser(app, None).get("/")
    assert found.status_code == 200
    assert "Hier komt het programma" in found.text


def test_a_house_shows_today_first_then_the_week_and_the_month(app: Flask, cast: Cast) -> None:
    add_coffee(cast.wolfsbos, summary="Loop gewoon binnen.")
    add_coffee(cast.wolfsbos, title="Biljart", rule="FREQ=WEEKLY;BYDAY=FR")
    text = Browser(app, None).get("/h/wolfsbos/").text
    text = text[text.index("<main") :]
    places = [text.index(word) for word in ("Vandaag", "Deze week", "Biljart", "Later deze maand")]
    assert places == sorted(places)
    assert "Loop gewoon binnen." in text
    assert "gratis" in text
    assert "maandag 30 november" in text


def test_a_house_says_where_it_is_and_when_it_is_open(app: Flask, cast: Cast) -> None:
    houses.change_house(cast.wolfsbos, None, NOW, street="Wolfsbosstraat 1", tagline="Samen doen")
    houses.add_partner(cast.wolfsbos, "GGZ Drenthe", None, NOW)
    text = Browser(app, None).get("/h/wolfsbos/").text
    assert "Wolfsbosstraat 1, Hoogeveen" in text
    assert 'href="tel:0528123456"><bdi dir="ltr">0528-12 34 56</bdi>' in text
    assert "maandag t/m vrijdag" in text
    assert "9.00–17.00 uur" in text
    assert "GGZ Drenthe" in text
    assert "/h/wolfsbos/poster.pdf?maand=2026-11" in text


def test_a_month_shows_its_own_days_and_what_is_off(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    row = Occurrence.get(activity=coffee, date=dt.date(2026, 12, 3))
    programme.cancel_date(row, "De vloer is nat", None, NOW)
    christmas = dt.date(2026, 12, 28)
    add_closure(cast.wolfsbos, christmas, christmas, ClosureKind.closed, "Inventaris", None, NOW)
    text = Browser(app, None).get("/h/wolfsbos/?maand=2026-12").text
    assert "donderdag 26 november" not in text
    assert text.count("gaat niet door") == 2
    assert "De vloer is nat" in text
    assert text.count("Inventaris") == 1, "said once for the day, not at each activity"
    assert "/h/wolfsbos/?maand=2027-01" in text


def test_dates_appear_when_somebody_looks_further_ahead(app: Flask, cast: Cast) -> None:
    add_coffee(cast.wolfsbos)
    assert "donderdag 24 juni" in Browser(app, None).get("/h/wolfsbos/?maand=2027-06").text
    far = Browser(app, None).get("/h/wolfsbos/?maand=2099-12")
    assert far.status_code == 200
    assert "staat nog niets" in far.text
    assert Occurrence.select().count() < 2 * 62


def test_what_is_not_published_stays_inside(app: Flask, cast: Cast) -> None:
    add_coffee(cast.wolfsbos, title="Vergadering", published=False)
    for address in ("/", "/h/wolfsbos/", "/h/wolfsbos/?maand=2026-12"):
        assert "Vergadering" not in Browser(app, None).get(address).text


def test_a_house_without_a_programme_says_so(app: Flask, cast: Cast) -> None:
    text = Browser(app, None).get("/h/knooppunt/").text
    assert "Vandaag staat er niets op het programma." in text


def test_an_unknown_house_is_not_found(app: Flask, cast: Cast) -> None:
    for slug in ("bestaat-niet", "WOLFSBOS", "wolfsbos'--", "%00"):
        assert Browser(app, None).get(f"/h/{slug}/").status_code == 404


@pytest.mark.parametrize(
    "month", ["x", "2026-13", "2026-00", "0000-01", "9999-12", "2026-1", "²026-01", "\x00"]
)
def test_a_month_that_is_none_is_answered_with_a_sentence(
    app: Flask, cast: Cast, month: str
) -> None:
    answer = Browser(app, None).get("/h/wolfsbos/", query_string={"maand": month})
    assert answer.status_code == 400
    assert "Deze maand kennen we niet" in answer.text


def test_what_people_type_is_shown_as_text(app: Flask, cast: Cast) -> None:
    room = Room.create(house=cast.wolfsbos, name="<b>Zaal</b>")
    add_coffee(cast.wolfsbos, title="<script>alert(1)</script>", room=room)
    text = Browser(app, None).get("/h/wolfsbos/").text
    assert "<script>alert" not in text
    assert "<b>Zaal" not in text


def test_a_visitor_who_has_the_page_gets_304(app: Flask, cast: Cast) -> None:
    browser = Browser(app, None)
    for address in ("/", "/h/wolfsbos/"):
        first = browser.get(address)
        known = {"If-None-Match": first.headers["ETag"]}
        assert browser.get(address, headers=known).status_code == 304
    add_coffee(cast.wolfsbos)
    assert browser.get("/h/wolfsbos/", headers=known).status_code == 200


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_month_of_all_that_two_real_houses_do_stays_under_5_kb(
    app: Flask, cast: Cast, language: str
) -> None:
    """24 series and over 90 dates, each with a summary of its own, and events for machines."""
    told = json.loads((ROOT / "data" / "hoogeveen.json").read_text())
    for facts in [each for house in told["houses"] for each in house["activities"]]:
        days = [dt.date.fromisoformat(day) for day in facts.get("dates", ())]
        end = facts["end"]
        add_coffee(
            cast.wolfsbos,
            title=facts["title"],
            summary=facts.get("summary") or f"Kom langs voor {facts['title'].lower()} met buren.",
            category=facts["category"],
            rule="RDATE:" + ",".join(f"{day:%Y%m%d}" for day in days) if days else facts["rule"],
            start_time=dt.time.fromisoformat(facts["start"]),
            end_time=dt.time.fromisoformat(end) if end else None,
            cost_cents=facts.get("cost_cents"),
            audience="Buurtbewoners",
        )
    browser = Browser(app, None)
    for address in ("?maand=2026-12", "?"):
        page = browser.get(f"/h/wolfsbos/{address}&taal={language}")
        assert page.status_code == 200
        assert len(gzip.compress(page.data)) <= 5 * 1024
    december = Occurrence.date.between(dt.date(2026, 12, 1), dt.date(2026, 12, 31))
    assert Occurrence.select().where(december).count() > 90


def test_a_page_costs_the_same_queries_however_full_it_is(app: Flask, cast: Cast) -> None:
    browser = Browser(app, None)
    browser.get("/h/wolfsbos/")
    with counted() as empty:
        browser.get("/h/wolfsbos/?maand=2026-12")
    for number in range(5):
        add_coffee(cast.wolfsbos, title=f"Activiteit {number}")
    add_closure(
        cast.wolfsbos, TODAY, dt.date(2026, 12, 31), ClosureKind.closed, "Verbouwing", None, NOW
    )
    with counted() as full:
        browser.get("/h/wolfsbos/?maand=2026-12")
    assert len(full) == len(empty) == 7


def test_the_poster_is_in_the_language_of_the_page(app: Flask, cast: Cast) -> None:
    page = Browser(app, None).get("/h/wolfsbos/?taal=uk").text
    (address,) = re.findall(r'href="([^"]*poster\.pdf[^"]*)"', page)
    assert "taal=uk" in address
