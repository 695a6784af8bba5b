"""A house of one's own: facts, opening hours, rooms and partners; and a new house."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from models import House, OpeningHours, Partner, Room
from rules import houses
from rules.houses import Span
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_activity
from tests.conftest import NOW

HOME = "/huis/wolfsbos"
FACTS = {
    "name": "Huis van de Buurt Wolfsbos",
    "tagline": "Samen doen",
    "street": "Wolfsbosstraat 1",
    "postcode": "7901ab",
    "town": "Hoogeveen",
    "phone": "+31 528 12 34 57",
    "email": "Info@Wolfsbos.example",
}
HOURS = {f"day{weekday}": "" for weekday in range(7)}


def test_the_facts_of_a_house_are_stored_one_way(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    assert browser.post(HOME, FACTS).status_code == 303
    house = House.get_by_id(cast.wolfsbos.id)
    assert (house.postcode, house.phone, house.email) == (
        "7901 AB",
        "0528123457",
        "info@wolfsbos.example",
    )
    text = browser.get(HOME).text
    assert "Opgeslagen." in text
    assert 'value="0528-12 34 57"' in text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "  "}, "name"),
        ({"name": "x" * 81}, "name"),
        ({"tagline": "x\x00"}, "tagline"),
        ({"postcode": "12"}, "postcode"),
        ({"phone": "0900"}, "phone"),
        ({"email": "geen adres"}, "email"),
    ],
)
def test_a_wrong_fact_is_said_at_its_field_and_the_rest_is_kept(
    app: Flask, cast: Cast, wrong: dict[str, str], field: str
) -> None:
    answer = Browser(app, cast.coordinator).post(HOME, FACTS | wrong)
    assert answer.status_code == 422
    assert f'id="{field}-fout"' in answer.text
    assert 'value="Wolfsbosstraat 1"' in answer.text
    assert House.get_by_id(cast.wolfsbos.id).street == ""


def test_opening_hours_are_typed_as_people_say_them(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    fields = HOURS | {"day0": "9-17", "day3": "9.00-12.00 en 13:00 tot 17:00"}
    assert browser.post(f"{HOME}/openingstijden", fields).status_code == 303
    hours = houses.hours_of(cast.wolfsbos)
    assert hours[0] == [Span(dt.time(9), dt.time(17))]
    assert len(hours[3]) == 2
    assert hours[1] == []
    assert 'value="9.00–12.00 en 13.00–17.00"' in browser.get(HOME).text


def test_hours_that_make_no_sense_change_nothing(app: Flask, cast: Cast) -> None:
    fields = HOURS | {"day0": "9-17", "day1": "17-9", "day2": "x" * 61}
    answer = Browser(app, cast.coordinator).post(f"{HOME}/openingstijden", fields)
    assert answer.status_code == 422
    assert 'id="day1-fout">Schrijf de tijden van dinsdag zo' in answer.text
    assert 'id="day2-fout"' in answer.text
    assert 'value="17-9"' in answer.text
    assert OpeningHours.select().where(OpeningHours.house == cast.wolfsbos).count() == 5


def test_rooms_are_added_renamed_and_taken_away(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    assert browser.post(f"{HOME}/ruimte", {"name": "Keuken"}).status_code == 303
    room = Room.get()
    assert browser.post(f"{HOME}/ruimte/{room.id}", {"name": "Grote keuken"}).status_code == 303
    assert "Grote keuken" in browser.get(HOME).text
    assert browser.post(f"{HOME}/ruimte/{room.id}/weg").status_code == 303
    assert count_rows(Room) == 0


def test_a_room_that_is_used_has_no_button_and_stays(app: Flask, cast: Cast) -> None:
    room = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    make_activity(cast.wolfsbos, room=room)
    browser = Browser(app, cast.coordinator)
    address = f"{HOME}/ruimte/{room.id}/weg"
    assert address not in browser.get(HOME).text
    answer = browser.post(address)
    assert answer.status_code == 409
    assert "nog iets gepland" in answer.text
    assert count_rows(Room) == 1


def test_names_that_are_taken_or_wrong_are_said_at_their_field(app: Flask, cast: Cast) -> None:
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    houses.add_room(cast.wolfsbos, "Huiskamer", None, NOW)
    houses.add_partner(cast.wolfsbos, "Cosis", None, NOW)
    browser = Browser(app, cast.coordinator)
    for address, name, field in (
        ("ruimte", "keuken", "ruimte"),
        ("ruimte", "", "ruimte"),
        ("ruimte", "a\x00", "ruimte"),
        (f"ruimte/{kitchen.id}", "Huiskamer", "nieuwe-naam"),
        (f"ruimte/{kitchen.id}", "x" * 61, "nieuwe-naam"),
        ("partner", "COSIS", "partner"),
        ("partner", " ", "partner"),
    ):
        answer = browser.post(f"{HOME}/{address}", {"name": name})
        assert answer.status_code == 422, address
        assert f'id="{field}-fout"' in answer.text, address
    assert Room.get_by_id(kitchen.id).name == "Keuken"


def test_rooms_and_pages_of_another_house_do_not_exist(app: Flask, cast: Cast) -> None:
    room = houses.add_room(cast.knooppunt, "Grote zaal", None, NOW)
    browser = Browser(app, cast.coordinator)
    assert browser.get("/huis/knooppunt").status_code == 404
    assert browser.get("/huis/bestaat-niet").status_code == 404
    for way in ("", "/weg"):
        assert browser.post(f"{HOME}/ruimte/{room.id}{way}", {"name": "x"}).status_code == 404
        assert (
            browser.post(f"/huis/knooppunt/ruimte/{room.id}{way}", {"name": "x"}).status_code == 404
        )
    assert Room.get_by_id(room.id).name == "Grote zaal"


def test_partners_are_shared_offered_and_taken_away(app: Flask, cast: Cast) -> None:
    houses.add_partner(cast.knooppunt, "GGZ Drenthe", None, NOW)
    browser = Browser(app, cast.coordinator)
    assert '<option value="GGZ Drenthe">' in browser.get(HOME).text
    assert browser.post(f"{HOME}/partner", {"name": "GGZ Drenthe"}).status_code == 303
    assert count_rows(Partner) == 1
    partner = Partner.get()
    assert browser.post(f"{HOME}/partner/{partner.id}/weg").status_code == 303
    assert houses.partners_of(cast.wolfsbos) == []
    assert houses.partners_of(cast.knooppunt) == [partner]


def test_only_an_administrator_adds_a_house(app: Flask, cast: Cast) -> None:
    assert Browser(app, cast.coordinator).get("/huis/nieuw").status_code == 403
    browser = Browser(app, cast.admin)
    added = browser.post("/huis/nieuw", {"name": "Huis van de Buurt Krakeel", "town": "Hoogeveen"})
    assert (added.status_code, added.location) == (303, "/huis/krakeel")
    assert "Nog geen ruimtes" in browser.get("/huis/krakeel").text
    assert browser.post("/huis/nieuw", {"name": " ", "town": ""}).status_code == 422


def test_a_volunteer_does_not_see_the_page_of_the_house(app: Flask, cast: Cast) -> None:
    for person in (cast.volunteer, cast.viewer):
        assert Browser(app, person).get(HOME).status_code == 403
        assert Browser(app, person).post(HOME, FACTS).status_code == 403
