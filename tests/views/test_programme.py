"""The programme of the house: looking, adding, cancelling."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask

from models import Activity, Category, Closure, ClosureKind, House, Occurrence, Room
from rules import houses, programme
from rules.closures import add_closure
from tests.browser_of import Browser, form_of
from tests.cast import Cast, count_rows, make_place, make_shift
from tests.conftest import NOW, TODAY

NEW = "/programma/activiteit/nieuw"
FIELDS: dict[str, Any] = {
    "title": "Samen koken",
    "summary": "Want eten verbindt.",
    "category": "eat",
    "kind": "fortnightly",
    "weekdays": ["1"],
    "first_date": "2026-12-01",
    "last_date": "",
    "dates": "",
    "start_time": "16:30",
    "end_time": "19:00",
    "room": "0",
    "partner": "0",
    "cost": "3,00",
    "cost_note": "",
    "audience": "",
    "sign_up": "list",
    "capacity": "12",
    "minimum": "4",
    "contact_name": "",
    "contact_phone": "",
    "published": "y",
}


def add_lunch(house: House, **facts: Any) -> Activity:
    given = {
        "title": "Samen lunchen",
        "category": Category.eat,
        "rule": "FREQ=MONTHLY;BYDAY=-1TH",
        "first_date": TODAY,
        "start_time": dt.time(12),
        "end_time": dt.time(13, 30),
    }
    return programme.add_activity(house, None, NOW, **{**given, **facts})


def the_date(activity: Activity, day: dt.date = TODAY) -> Occurrence:
    return Occurrence.get(activity=activity, original_date=day)


def close_all(kind: ClosureKind = ClosureKind.public_holiday) -> Closure:
    day = dt.date(2026, 12, 31)
    return add_closure(None, day, day, kind, "Oudjaar", None, NOW)[0]


# -- looking --------------------------------------------------------------------------------------


def test_the_coming_days_show_what_is_on_where_and_for_how_much(app: Flask, cast: Cast) -> None:
    room = Room.create(house=cast.wolfsbos, name="Huiskamer")
    add_lunch(cast.wolfsbos, room=room, cost_cents=350, sign_up="list")
    add_lunch(cast.knooppunt, title="Iets van een ander huis")
    text = Browser(app, cast.volunteer).get("/programma").text
    assert "donderdag 26 november" in text
    assert "Huiskamer · €3,50 · graag opgeven" in text
    assert "laatste donderdag van de maand" in text
    assert "Iets van een ander huis" not in text
    assert NEW not in text, "only coordinators add"


def test_a_week_and_a_month_can_be_leafed_to(app: Flask, cast: Cast) -> None:
    add_lunch(cast.wolfsbos)
    browser = Browser(app, cast.volunteer)
    assert "Week 53" in browser.get("/programma?week=2026-W53").text
    assert "donderdag 31 december" in browser.get("/programma?week=2026-W53").text
    assert "donderdag 31 december" in browser.get("/programma?maand=2026-12").text
    assert "is er niets" in browser.get("/programma?week=2026-W50").text


@pytest.mark.parametrize(
    "query", ["week=2026-W99", "week=2025-W53", "week=x", "maand=x", "maand=2026-13", "week=%00"]
)
def test_a_week_or_month_that_is_none_is_answered_with_a_sentence(
    app: Flask, cast: Cast, query: str
) -> None:
    answer = Browser(app, cast.volunteer).get(f"/programma?{query}")
    assert answer.status_code == 400
    assert "kennen we niet" in answer.text


def test_an_empty_house_says_the_next_step(app: Flask, cast: Cast) -> None:
    assert NEW in Browser(app, cast.coordinator).get("/programma").text
    nothing = Browser(app, cast.volunteer).get("/programma").text
    assert "nog niets" in nothing
    assert NEW not in nothing


def test_an_activity_tells_its_rule_and_next_dates(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos, contact_name="Corrie", contact_phone="0612345678")
    text = Browser(app, cast.volunteer).get(f"/programma/activiteit/{lunch.id}").text
    assert "Laatste donderdag van de maand" in text
    assert "donderdag 31 december" in text
    assert "06 12 34 56 78" in text
    assert "Afzeggen" not in text


def test_who_looks_along_sees_nothing_that_is_not_published(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos, published=False, contact_name="Truus de Vries")
    pages = ("/programma", "/programma?maand=2026-11", f"/programma/activiteit/{lunch.id}")
    helper, viewer = Browser(app, cast.volunteer), Browser(app, cast.viewer)
    for address in pages:
        assert "Samen lunchen" in helper.get(address).text
        assert "Samen lunchen" not in viewer.get(address).text
    assert viewer.get(pages[-1]).status_code == 404
    Activity.update(published=True).execute()
    assert "Truus de Vries" in viewer.get(pages[-1]).text


def test_activities_of_another_house_do_not_exist(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    browser = Browser(app, cast.other_coordinator)
    for address in (f"activiteit/{lunch.id}", f"activiteit/{lunch.id}/wijzigen", "activiteit/0"):
        assert browser.get(f"/programma/{address}").status_code == 404
    date = the_date(lunch)
    assert browser.post(f"/programma/datum/{date.id}/afzeggen").status_code == 404
    assert the_date(lunch).state == "planned"


# -- adding and changing --------------------------------------------------------------------------


def test_after_adding_an_activity_its_dates_are_there(app: Flask, cast: Cast) -> None:
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    partner = houses.add_partner(cast.wolfsbos, "Cosis", None, NOW)
    browser = Browser(app, cast.coordinator)
    fields = FIELDS | {
        "room": str(kitchen.id),
        "partner": str(partner.id),
        "contact_phone": "06-12345678",
    }
    added = browser.post(NEW, fields)
    activity = Activity.get()
    assert (added.status_code, added.location) == (303, f"/programma/activiteit/{activity.id}")
    assert "Staat op het programma" in browser.get(added.location).text
    assert activity.rule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=MO"
    assert (activity.cost_cents, activity.room, activity.partner) == (300, kitchen, partner)
    assert activity.contact_phone == "0612345678"
    days = [row.date for row in Occurrence.select().order_by(Occurrence.date).limit(2)]
    assert days == [dt.date(2026, 12, 1), dt.date(2026, 12, 15)]


@pytest.mark.parametrize(
    ("choices", "rule"),
    [
        ({"kind": "once", "weekdays": [], "first_date": "2026-12-09"}, "RDATE:20261209"),
        (
            {"kind": "dates", "first_date": "", "dates": "16-12-2026, 9-12-2026\n2027-01-06"},
            "RDATE:20261209,20261216,20270106",
        ),
        ({"kind": "weekly", "weekdays": ["1", "3"]}, "FREQ=WEEKLY;BYDAY=TU,TH"),
        ({"kind": "monthly", "weekdays": ["3"], "nth": ["-1"]}, "FREQ=MONTHLY;BYDAY=-1TH"),
    ],
)
def test_the_plain_choices_become_the_rule(
    app: Flask, cast: Cast, choices: dict[str, Any], rule: str
) -> None:
    assert Browser(app, cast.coordinator).post(NEW, FIELDS | choices).status_code == 303
    assert Activity.get().rule == rule
    assert count_rows(Occurrence) > 0


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"title": ""}, "title", "Geef de activiteit een naam"),
        ({"title": "   "}, "title", "Geef de activiteit een naam"),
        ({"title": "x" * 61}, "title", "hoogstens 60 tekens"),
        ({"summary": "a\x00b"}, "summary", "een teken dat we niet kunnen bewaren"),
        ({"weekdays": []}, "weekdays", "Kies een dag van de week"),
        ({"kind": "monthly"}, "nth", "Kies welke week van de maand"),
        ({"kind": "dates", "dates": "ergens in mei"}, "dates", "Schrijf de dagen zo"),
        ({"kind": "dates", "dates": "30-2-2026"}, "dates", "Deze dag is er niet: 30-2-2026"),
        ({"first_date": ""}, "first_date", "Vul de eerste dag in"),
        ({"first_date": "0026-12-01"}, "first_date", "Dit jaar klopt niet"),
        ({"last_date": "2026-11-01"}, "last_date", "ligt voor de eerste"),
        ({"last_date": "2026-12-01", "weekdays": ["4"]}, "last_date", "is er geen keer"),
        ({"start_time": ""}, "start_time", "hoe laat het begint"),
        ({"end_time": "16:00"}, "end_time", "Het einde komt na het begin"),
        ({"cost": "drie"}, "cost", "Schrijf een bedrag"),
        ({"capacity": "0"}, "capacity", "Kies 1 tot 9999"),
        ({"minimum": "20"}, "minimum", "meer dan"),
        ({"contact_phone": "12"}, "contact_phone", "tien cijfers"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    app: Flask, cast: Cast, wrong: dict[str, Any], field: str, sentence: str
) -> None:
    answer = Browser(app, cast.coordinator).post(NEW, FIELDS | {"audience": "Ouders"} | wrong)
    assert answer.status_code == 422
    found = re.search(rf'id="{field}-fout">([^<]*)', answer.text)
    assert found is not None
    assert sentence in found[1]
    assert 'value="Ouders"' in answer.text
    assert count_rows(Activity) == 0


@pytest.mark.parametrize(
    "wrong",
    [
        {"room": "999999"},
        {"room": "x"},
        {"category": "party"},
        {"kind": "other"},
        {"kind": ""},
        {"weekdays": ["9"]},
        {"weekdays": ["x"]},
        {"first_date": "gisteren"},
        {"start_time": "25:00"},
        {"capacity": "9" * 30},
        {"sign_up": ""},
    ],
)
def test_what_no_form_of_ours_sends_is_refused(
    app: Flask, cast: Cast, wrong: dict[str, Any]
) -> None:
    assert Browser(app, cast.coordinator).post(NEW, FIELDS | wrong).status_code == 422
    assert Browser(app, cast.coordinator).post(NEW, {}).status_code == 422
    assert count_rows(Activity) == 0


def test_a_room_of_the_other_house_cannot_be_chosen(app: Flask, cast: Cast) -> None:
    hall = houses.add_room(cast.knooppunt, "Grote zaal", None, NOW)
    answer = Browser(app, cast.coordinator).post(NEW, FIELDS | {"room": str(hall.id)})
    assert answer.status_code == 422


def test_the_edit_form_shows_what_is_stored_and_keeps_the_dates(app: Flask, cast: Cast) -> None:
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    lunch = add_lunch(cast.wolfsbos, room=kitchen, cost_cents=350, contact_phone="0612345678")
    browser = Browser(app, cast.coordinator)
    address = f"/programma/activiteit/{lunch.id}/wijzigen"
    text = browser.get(address).text
    assert f'<option selected value="{kitchen.id}">' in text
    assert 'value="3,50"' in text
    assert 'value="06 12 34 56 78"' in text
    assert 'value="12:00"' in text
    fields = browser.fields(address)
    assert browser.post(address, fields).status_code == 303
    kept = Activity.get_by_id(lunch.id)
    assert (kept.rule, kept.first_date, kept.room, kept.cost_cents) == (
        *(lunch.rule, lunch.first_date, kitchen),
        350,
    )
    fields = browser.fields(address) | {"title": "Soep eten", "cost": "", "room": "0"}
    fields |= {"start_time": "11:30", "end_time": ""}
    asked = browser.post(address, fields)
    assert asked.status_code == 200
    assert "krijgen een andere tijd of ruimte" in asked.text
    assert Activity.get_by_id(lunch.id).title == "Samen lunchen", "nothing is stored yet"
    agreed = form_of(asked) | {"wat": "opslaan"}
    assert browser.post(address, agreed).status_code == 303
    lunch = Activity.get_by_id(lunch.id)
    assert (lunch.title, lunch.cost_cents, lunch.room) == ("Soep eten", None, None)
    assert lunch.rule == "FREQ=MONTHLY;BYDAY=-1TH"
    assert the_date(lunch).start_time == dt.time(11, 30)
    assert browser.post(address, fields | {"title": ""}).status_code == 422


def test_a_start_after_the_end_that_is_stored_is_refused(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos, end_time=dt.time(13))
    fields = {name: FIELDS[name] for name in ("title", "category", "room", "partner", "sign_up")}
    answer = Browser(app, cast.coordinator).post(
        f"/programma/activiteit/{lunch.id}/wijzigen", fields | {"start_time": "23:59"}
    )
    assert answer.status_code == 422
    assert "Het einde komt na het begin." in answer.text
    assert Activity.get_by_id(lunch.id).start_time == dt.time(12)


def test_only_coordinators_add_and_change(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    for person in (cast.volunteer, cast.viewer):
        browser = Browser(app, person)
        assert browser.get(NEW).status_code == 403
        assert browser.post(f"/programma/activiteit/{lunch.id}/wijzigen").status_code == 403
        assert browser.post(f"/programma/datum/{the_date(lunch).id}/afzeggen").status_code == 403
        assert browser.get("/programma/dichte-dagen").status_code == 403


# -- single dates ---------------------------------------------------------------------------------


def test_a_date_is_cancelled_with_a_note_and_brought_back(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    date = the_date(lunch)
    off = browser.post(f"/programma/datum/{date.id}/afzeggen", {"note": "De kok is ziek"})
    assert off.status_code == 303
    public = Browser(app, None).get("/h/wolfsbos/").text
    assert "gaat niet door" in public
    assert "De kok is ziek" in public
    assert "Toch door" in browser.get(off.location).text
    assert browser.post(f"/programma/datum/{date.id}/terug").status_code == 303
    assert "gaat niet door" not in Browser(app, None).get("/h/wolfsbos/").text


def test_a_note_that_is_too_long_is_said_at_its_date(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    address = f"/programma/datum/{the_date(lunch).id}/afzeggen"
    answer = Browser(app, cast.coordinator).post(address, {"note": "x" * 121})
    assert answer.status_code == 422
    assert "<details open>" in answer.text
    assert 'id="note-fout">Gebruik hoogstens 120 tekens' in answer.text
    assert "x" * 121 in answer.text
    assert the_date(lunch).state == "planned"


def test_a_coordinator_hears_that_volunteers_must_be_told(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    date = the_date(lunch)
    shift = make_shift(cast.wolfsbos, TODAY, occurrence=date)
    make_place(shift.seats.get(), cast.volunteer, NOW)
    browser = Browser(app, cast.coordinator)
    off = browser.post(f"/programma/datum/{date.id}/afzeggen", {"note": ""})
    assert "staan vrijwilligers. Ze krijgen bericht" in browser.get(off.location).text


def test_what_a_closed_house_cancelled_is_not_brought_back(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    close_all(ClosureKind.closed)
    date = the_date(lunch, dt.date(2026, 12, 31))
    browser = Browser(app, cast.coordinator)
    assert "Toch door" not in browser.get(f"/programma/activiteit/{lunch.id}").text
    answer = browser.post(f"/programma/datum/{date.id}/terug")
    assert answer.status_code == 409
    assert "Het huis is dicht op donderdag 31 december: Oudjaar." in answer.text


def test_holidays_that_come_soon_are_asked_of_who_decides(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    text = browser.get("/programma").text
    # The house has no hours on Saturday 26 December, and nothing is planned then.
    assert "Eerste kerstdag, Nieuwjaarsdag." in text
    assert "Kies dicht of open" not in Browser(app, cast.volunteer).get("/programma").text
    for day in ("2026-12-25", "2027-01-01"):
        fields = {"dag": day, "dicht": "ja"}
        assert browser.post("/programma/dichte-dagen/feestdag/nieuw", fields).status_code == 303
    assert "Kies dicht of open" not in browser.get("/programma").text
