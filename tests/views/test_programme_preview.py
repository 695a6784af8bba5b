"""What a form for an activity shows while somebody fills it in."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask

from models import Activity, ClosureKind
from rules.closures import add_closure
from tests.browser_of import Browser
from tests.cast import Cast, count_rows
from tests.conftest import NOW
from tests.views.test_programme import FIELDS, NEW
from tests.views.test_programme_edit import SHOW


def days_shown(page: str) -> list[str]:
    """The days of the preview, those that fall out with their reason behind them."""
    found = re.search(r'<ul class="plain">(.*?)</ul>', page, re.DOTALL)
    lines = re.findall(r"<li>(.*?)</li>", found[1], re.DOTALL) if found else []
    return [" ".join(re.sub("<[^>]*>", " ", line).split()) for line in lines]


@pytest.mark.parametrize(
    ("choices", "words", "days"),
    [
        (
            {"kind": "weekly", "weekdays": ["3"], "first_date": "2026-12-03"},
            "Elke donderdag",
            ["3 december", "10 december", "17 december", "24 december", "31 december"],
        ),
        (
            {"kind": "even_weeks", "weekdays": ["0"], "first_date": "2026-11-30"},
            "In even weken op maandag",
            # Weeks 50, 52, and after week 53 of 2026: 2, 4 and 6.
            *([["7 december", "21 december", "11 januari", "25 januari", "8 februari"]]),
        ),
        (
            {"kind": "odd_weeks", "weekdays": ["4"], "first_date": "2026-12-14"},
            "In oneven weken op vrijdag",
            # Weeks 51, 53 and 1 follow each other at two weeks and at one.
            *([["18 december", "1 januari", "8 januari", "22 januari", "5 februari"]]),
        ),
        (
            {"kind": "fortnightly", "weekdays": ["1"], "first_date": "2026-12-01"},
            "Om de week op dinsdag",
            ["1 december", "15 december", "29 december", "12 januari", "26 januari"],
        ),
        (
            {"kind": "monthly", "weekdays": ["3"], "nth": ["-1"], "first_date": "2026-11-01"},
            "Laatste donderdag van de maand",
            ["26 november", "31 december", "28 januari", "25 februari", "25 maart"],
        ),
        (
            {"kind": "monthly", "weekdays": ["0"], "nth": ["1", "3"], "first_date": "2026-12-01"},
            "1e en 3e maandag van de maand",
            ["7 december", "21 december", "4 januari", "18 januari", "1 februari"],
        ),
        (
            {
                "kind": "monthly",
                "weekdays": ["5"],
                "nth": ["2"],
                "months": "odd",
                "first_date": "2026-12-01",
            },
            "In oneven maanden: 2e zaterdag",
            ["9 januari", "13 maart", "8 mei", "10 juli", "11 september"],
        ),
        (
            {"kind": "daily", "first_date": "2026-12-07", "last_date": "2026-12-09"},
            "Elke dag",
            ["7 december", "8 december", "9 december"],
        ),
        (
            {"kind": "yearly", "first_date": "2027-05-05"},
            "Elk jaar op 5 mei",
            ["5 mei", "5 mei"],
        ),
        (
            {
                "kind": "every_few_weeks",
                "weeks": "3",
                "weekdays": ["2"],
                "first_date": "2026-12-02",
            },
            "Elke 3 weken op woensdag",
            ["2 december", "23 december", "13 januari", "3 februari", "24 februari"],
        ),
        (
            {"kind": "dates", "dates": "16-12-2026, 9-12-2026", "first_date": ""},
            "9 en 16 december 2026",
            ["9 december", "16 december"],
        ),
        ({"kind": "once", "first_date": "2026-12-09"}, "9 december 2026", ["9 december"]),
    ],
)
def test_the_next_five_dates_are_shown_as_somebody_chooses(
    app: Flask, cast: Cast, choices: dict[str, Any], words: str, days: list[str]
) -> None:
    fields = FIELDS | {"weekdays": []} | choices | SHOW
    answer = Browser(app, cast.coordinator).post_htmx(NEW, fields)
    assert answer.status_code == 200
    assert f"<strong>{words}</strong>" in answer.text
    assert [" ".join(day.split()[1:3]) for day in days_shown(answer.text)] == days
    assert "<html" not in answer.text, "htmx gets the block alone"
    assert count_rows(Activity) == 0


def test_a_closed_day_is_shown_as_such_and_one_more_date_for_it(app: Flask, cast: Cast) -> None:
    day = dt.date(2026, 12, 31)
    add_closure(cast.wolfsbos, day, day, ClosureKind.closed, "Oudejaarsdag", None, NOW)
    fields = FIELDS | SHOW | {"kind": "weekly", "weekdays": ["3"], "first_date": "2026-12-17"}
    shown = days_shown(Browser(app, cast.coordinator).post_htmx(NEW, fields).text)
    assert shown == [
        *("donderdag 17 december", "donderdag 24 december", "donderdag 31 december Oudejaarsdag"),
        *("donderdag 7 januari 2027", "donderdag 14 januari 2027", "donderdag 21 januari 2027"),
    ]


def test_a_half_filled_form_shows_what_it_can_and_complains_about_nothing(
    app: Flask, cast: Cast
) -> None:
    browser = Browser(app, cast.coordinator)
    nothing = browser.post_htmx(NEW, SHOW)
    assert nothing.status_code == 200
    assert "Hier zie je de eerste vijf dagen" in nothing.text
    choices = {"kind": "weekly", "weekdays": ["3"], "first_date": "2026-12-03", "cost": "\x00"}
    some = browser.post_htmx(NEW, SHOW | choices)
    assert some.status_code == 200
    assert len(days_shown(some.text)) == 5
    assert "fout" not in some.text


def test_a_form_without_javascript_gets_the_preview_in_its_page(app: Flask, cast: Cast) -> None:
    answer = Browser(app, cast.coordinator).post(NEW, FIELDS | SHOW)
    assert answer.status_code == 200
    assert len(days_shown(answer.text)) == 5
    assert 'value="Samen koken"' in answer.text
    assert count_rows(Activity) == 0


def on_poster(page: str) -> str:
    found = re.search(r'<div class="onposter">(.*?)\n</div>', page, re.DOTALL)
    return " ".join(re.sub("<[^>]*>", " ", found[1]).split()) if found else ""


def test_the_line_on_the_poster_is_shown_as_it_will_be(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    weekly = FIELDS | SHOW | {"kind": "weekly", "first_date": "2026-12-01"}
    text = browser.post_htmx(NEW, weekly).text
    assert "Op de poster van december 2026" in text
    assert on_poster(text) == (
        "Elke week Dinsdag 16.30–19.00 Samen koken €3 · opgeven aan de balie"
    )
    fields = FIELDS | SHOW
    text = browser.post_htmx(NEW, fields).text
    assert on_poster(text).startswith("Op deze dagen di 1, 15 en 29 16.30–19.00 Samen koken")
    text = browser.post_htmx(NEW, fields | {"highlighted": "y"}).text
    assert on_poster(text) == (
        "Samen koken dinsdag 1, 15 en 29 december, 16.30–19.00 uur"
        " €3 · opgeven aan de balie Want eten verbindt."
    )
    text = browser.post_htmx(NEW, fields | {"published": ""}).text
    assert on_poster(text) == ""
    assert "Niet: hij is niet zichtbaar voor iedereen." in text


def test_titles_and_summaries_are_counted_against_the_poster(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)

    def shown(**typed: str) -> str:
        text = browser.post_htmx(NEW, FIELDS | SHOW | {"highlighted": "y"} | typed).text
        return " ".join(re.sub("<[^>]*>", " ", text).split())

    assert "Naam: 11 tekens. Op de poster past ongeveer 39 op één regel." in shown()
    assert "krijgt er twee" not in shown()
    long = "Klaverjassen en jokeren voor beginners en gevorderden"
    assert "Deze naam krijgt er twee." in shown(title=long)
    assert "Wat is het: 19 tekens." in shown()
    too_long = shown(summary="Samen koken en samen eten, want eten verbindt. " * 4)
    assert "Te lang: op de poster blijft dit weg." in too_long
    assert too_long.count("want eten verbindt") == 0
