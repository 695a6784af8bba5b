"""The closed days of a house on the page: adding, answering, taking away."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from models import Activity, Category, Closure, ClosureKind, House, Occurrence
from rules import programme
from rules.closures import add_closure
from tests.browser_of import Browser
from tests.cast import Cast, count_rows
from tests.conftest import NOW, TODAY

CLOSED = "/programma/dichte-dagen"


def add_lunch(house: House) -> Activity:
    return programme.add_activity(
        house,
        None,
        NOW,
        title="Samen lunchen",
        category=Category.eat,
        rule="FREQ=MONTHLY;BYDAY=-1TH",
        first_date=TODAY,
        start_time=dt.time(12),
        end_time=dt.time(13, 30),
    )


def the_date(activity: Activity, day: dt.date = TODAY) -> Occurrence:
    return Occurrence.get(activity=activity, original_date=day)


def close_all(kind: ClosureKind = ClosureKind.public_holiday) -> Closure:
    day = dt.date(2026, 12, 31)
    return add_closure(None, day, day, kind, "Oudjaar", None, NOW)[0]


def test_a_closed_day_is_added_and_taken_away(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    fields = {
        "kind": "closed",
        "first_date": "2026-12-31",
        "last_date": "",
        "reason": "Schilder in huis",
    }
    assert browser.post(CLOSED, fields).status_code == 303
    assert the_date(lunch, dt.date(2026, 12, 31)).state == "cancelled"
    assert "Schilder in huis" in browser.get(CLOSED).text
    assert "Dicht: Schilder in huis" in Browser(app, None).get("/h/wolfsbos/?maand=2026-12").text
    assert browser.post(f"{CLOSED}/{Closure.get().id}/weg").status_code == 303
    assert the_date(lunch, dt.date(2026, 12, 31)).state == "planned"


def test_a_holiday_of_all_asks_each_house(app: Flask, cast: Cast) -> None:
    here, there = add_lunch(cast.wolfsbos), add_lunch(cast.knooppunt)
    holiday = close_all()
    browser = Browser(app, cast.coordinator)
    assert "Is het huis dan dicht?" in browser.get(CLOSED).text
    assert "dicht of open?" in browser.get("/programma?maand=2026-12").text
    assert browser.post(f"{CLOSED}/{holiday.id}/antwoord", {"dicht": "ja"}).status_code == 303
    assert the_date(here, dt.date(2026, 12, 31)).state == "cancelled"
    assert the_date(there, dt.date(2026, 12, 31)).state == "planned"
    own = Closure.get(Closure.house == cast.wolfsbos)
    assert "Toch open" in browser.get(f"{CLOSED}/{own.id}").text
    assert browser.post(f"{CLOSED}/{own.id}/antwoord", {"dicht": "nee"}).status_code == 303
    assert "Gewoon open" in browser.get(f"{CLOSED}/{own.id}").text
    assert the_date(here, dt.date(2026, 12, 31)).state == "planned"
    assert browser.post(f"{CLOSED}/{holiday.id}/antwoord", {"dicht": "x"}).status_code == 400
    assert browser.post(f"{CLOSED}/{holiday.id}/weg").status_code == 403


def test_a_closure_of_another_house_does_not_exist(app: Flask, cast: Cast) -> None:
    day = dt.date(2026, 12, 31)
    other = add_closure(cast.knooppunt, day, day, ClosureKind.closed, "Dicht", None, NOW)[0]
    browser = Browser(app, cast.coordinator)
    assert browser.post(f"{CLOSED}/{other.id}/weg").status_code == 404
    assert browser.post(f"{CLOSED}/{other.id}/antwoord", {"dicht": "nee"}).status_code == 404


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"reason": " "}, "reason"),
        ({"reason": "x" * 81}, "reason"),
        ({"first_date": ""}, "first_date"),
        ({"last_date": "2026-12-01"}, "last_date"),
        ({"last_date": "2099-12-01"}, "last_date"),
        ({"kind": "party"}, "kind"),
    ],
)
def test_a_closed_day_that_is_wrong_is_said_at_its_field(
    app: Flask, cast: Cast, wrong: dict[str, str], field: str
) -> None:
    fields = {"kind": "closed", "first_date": "2026-12-24", "last_date": "", "reason": "Kerst"}
    answer = Browser(app, cast.coordinator).post(CLOSED, fields | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-fout"' in answer.text
    assert count_rows(Closure) == 0
