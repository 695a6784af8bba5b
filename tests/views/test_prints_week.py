"""Prints: the week's bundle with its progress, and what is printed ahead."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from models import House, Occurrence, Rendering, TallySheet
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_activity, make_occurrence, make_shift
from tests.conftest import TODAY
from views.printed_ahead import Ahead

WEEK = "/drukwerk/weekpakket"
MONDAY = dt.date(2026, 11, 30)
QUERY = "week=2026-W49"


@pytest.fixture
def house(cast: Cast) -> House:
    """Open on Monday and Tuesday of week 49, besides what it is open on anyway."""
    activity = make_activity(cast.wolfsbos, "Inloop met koffie", rule="FREQ=WEEKLY;BYDAY=MO")
    make_occurrence(activity, MONDAY)
    make_shift(cast.wolfsbos, MONDAY)
    return cast.wolfsbos


@pytest.fixture
def helper(app: Flask, cast: Cast, house: House) -> Browser:
    return Browser(app, cast.volunteer)


def part(helper: Browser, number: int) -> TestResponse:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    return helper.get(f"{WEEK}?{QUERY}&deel={number}", headers=headers)


def test_looking_makes_nothing_and_the_button_gives_the_tally_sheets_their_numbers(
    helper: Browser,
) -> None:
    shown = helper.get(f"{WEEK}?{QUERY}")
    assert shown.status_code == 200
    for words in ("Weekblad", "Roosterblad", "Deurbord maandag 30 november"):
        assert words in shown.text
    assert "Dit blad heeft nog geen nummer." in shown.text
    assert count_rows(TallySheet) == count_rows(Rendering) == 0
    fields = helper.fields(f"{WEEK}?{QUERY}", WEEK)
    sent = [helper.post(WEEK, fields) for _twice in range(2)]
    assert {answer.status_code for answer in sent} == {303}
    made = count_rows(TallySheet)
    assert made == helper.get(f"{WEEK}?{QUERY}").text.count("Turfblad ")
    assert made > 0
    assert "nog geen nummer" not in helper.get(sent[0].location).text


@pytest.mark.slow
def test_the_parts_are_made_one_by_one_and_the_file_is_opened_at_the_end(helper: Browser) -> None:
    helper.post(WEEK, {"week": "2026-W49"})
    whole = helper.get(f"{WEEK}?{QUERY}")
    parts = len(re.findall(r"<li[ >]", whole.text))
    for number in range(1, parts + 1):
        answer = part(helper, number)
        assert answer.status_code == 200
        assert "<html" not in answer.text
        assert "klaar" in answer.text
        assert count_rows(Rendering) == number
    assert "Het weekpakket is klaar" in part(helper, 0).text
    answer = helper.get(f"/drukwerk/weekpakket.pdf?{QUERY}")
    assert answer.mimetype == "application/pdf"
    name = 'inline; filename="wolfsbos-2026-W49-weekpakket.pdf"'
    assert answer.headers["Content-Disposition"] == name
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert helper.get(f"/drukwerk/weekpakket.pdf?{QUERY}", headers=tag).status_code == 304


@pytest.mark.slow
def test_without_htmx_a_part_is_made_by_its_link(helper: Browser) -> None:
    helper.post(WEEK, {"week": "2026-W49"})
    shown = helper.get(f"{WEEK}?{QUERY}&deel=1")
    assert "<html" in shown.text
    assert shown.text.count("klaar</span>") == 1
    assert helper.get(f"{WEEK}?{QUERY}").text.count("klaar</span>") == 1


@pytest.mark.slow
def test_a_part_that_fails_is_named_with_what_to_change_and_the_rest_is_made(
    helper: Browser, cast: Cast
) -> None:
    make_shift(cast.wolfsbos, MONDAY, title="Feest 🎄")
    helper.post(WEEK, {"week": "2026-W49"})
    answer = part(helper, 2)
    assert answer.status_code == 200
    assert "Haal het weg uit: Feest 🎄" in answer.text
    assert "klaar" in part(helper, 1).text
    assert "bladen zijn klaar" in part(helper, 0).text
    made = helper.get(f"/drukwerk/weekpakket.pdf?{QUERY}")
    assert made.status_code == 200
    assert made.data.startswith(b"%PDF")


def test_who_may_not_make_a_bundle_and_what_is_no_week(
    app: Flask, cast: Cast, helper: Browser
) -> None:
    assert Browser(app, cast.viewer).get(WEEK).status_code == 403
    assert Browser(app, None).get(WEEK).status_code == 303
    assert helper.get(f"{WEEK}?week=2026-W99").status_code == 400
    assert helper.get(f"{WEEK}?deel=x").status_code == 400
    for nonsense in ("2026-W99", "\0", "9" * 40, "🎄"):
        answer = helper.post(WEEK, {"week": nonsense, "taal": "xx", "stijl": "y"})
        assert answer.status_code == 422
        assert "Deze week kennen we niet." in answer.text
    assert count_rows(TallySheet) == 0, "the sheets of another week than was asked for"
    assert helper.post(f"{WEEK}?huis=knooppunt", {}).status_code == 404


# -- ahead ----------------------------------------------------------------------------------------


@pytest.mark.slow
def test_what_changed_is_printed_ahead_and_is_there_when_somebody_asks(
    app: Flask, cast: Cast, house: House
) -> None:
    ahead = Ahead(app, pause=3600)
    ahead.soon([house], "http://localhost")
    ahead.soon([house], "http://localhost")
    assert count_rows(Rendering) == 0, "the change itself waits for nothing"
    ahead.now()
    made = sorted(row.document for row in Rendering.select())
    assert made == sorted(["poster-a3", "poster-a4", "poster-a4.png"] * 2)
    before = app.extensions["press"].renders
    browser = Browser(app, cast.volunteer)
    for query in ("maand=2026-11", "maand=2026-12&formaat=a3"):
        assert browser.get(f"/drukwerk/poster.pdf?{query}").status_code == 200
    assert app.extensions["press"].renders == before
    ahead.soon([house], "http://localhost")
    ahead.now()
    assert app.extensions["press"].renders == before, "what is the same is not made again"


def test_only_what_changes_a_poster_is_printed_ahead(app: Flask, cast: Cast, house: House) -> None:
    asked: list[str] = []

    class Noted(Ahead):
        def soon(self, houses: list[House], base: str) -> None:
            asked.extend(f"{house.slug} {base}" for house in houses)

    app.extensions["ahead"] = Noted(app)
    browser = Browser(app, cast.coordinator)
    browser.get("/programma")
    browser.post("/tellen/gebeurtenissen", {})
    browser.post("/programma/activiteit/nieuw", {})
    assert asked == [], "nothing was written"
    day = Occurrence.get(Occurrence.date == MONDAY)
    fields = browser.fields("/huis/wolfsbos")
    assert browser.post("/huis/wolfsbos", fields).status_code == 303
    assert asked == ["wolfsbos http://localhost"]
    assert day.date > TODAY


def test_a_failure_ahead_of_time_disturbs_nobody(app: Flask, cast: Cast, house: House) -> None:
    make_activity(cast.wolfsbos, "Feest 🎄")
    ahead = Ahead(app, pause=3600)
    ahead.soon([house], "http://localhost")
    ahead.now()
    assert count_rows(Rendering) == 0
