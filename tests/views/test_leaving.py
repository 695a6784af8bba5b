"""Taking somebody out of a house: where they still stand is shown first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from models import FixedPlace, Membership, Person, Place, PlaceState
from rules import filling
from rules.patterns import FixedWish, SeatWish
from tests.browser_of import Browser, Fields
from tests.cast import Cast, make_place, make_shift
from tests.conftest import NOW, TODAY

BrowserOf = Callable[[Person | None], Browser]


def on(cast: Cast, days: int, house: Any = None) -> Place:
    shift = make_shift(house or cast.wolfsbos, TODAY + dt.timedelta(days=days), title="Koken")
    return make_place(shift.seats.get(), cast.volunteer, NOW)


def address_of(cast: Cast) -> str:
    return f"/mensen/{cast.volunteer.id}/weg"


def helps(cast: Cast) -> bool:
    return Membership.select().where(Membership.person == cast.volunteer).exists()


def test_the_shifts_are_listed_with_their_day_and_house(cast: Cast, browser_of: BrowserOf) -> None:
    on(cast, 1)
    on(cast, 2, cast.knooppunt)
    filling.start_pattern(
        cast.wolfsbos,
        "Bar",
        [SeatWish("Bar", fixed=[FixedWish(cast.volunteer)])],
        None,
        NOW,
        rule="FREQ=WEEKLY;BYDAY=TU",
        first_date=TODAY + dt.timedelta(days=300),
        start_time=dt.time(9),
        end_time=dt.time(12),
    )
    browser = browser_of(cast.coordinator)
    assert address_of(cast) in browser.get(f"/mensen/{cast.volunteer.id}").text
    text = browser.get(address_of(cast)).text
    for words in (
        "Nog 2 diensten",
        "Vrijdag 27 november",
        "Koken",
        "Het Knooppunt",
        "Vaste plekken",
        "elke keer",
        "Joop kan daarna niet meer inloggen.",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("choice", "state", "fixed"),
    [("vrij", PlaceState.released, 0), ("laten", PlaceState.confirmed, 1)],
)
def test_the_seats_come_free_or_stay_as_was_chosen(
    cast: Cast, browser_of: BrowserOf, choice: str, state: PlaceState, fixed: int
) -> None:
    place = on(cast, 1)
    filling.start_pattern(
        cast.wolfsbos,
        "Bar",
        [SeatWish("Bar", fixed=[FixedWish(cast.volunteer)])],
        None,
        NOW,
        rule="FREQ=YEARLY;BYMONTH=10;BYDAY=1TU",
        first_date=TODAY,
        start_time=dt.time(9),
        end_time=dt.time(12),
    )
    browser, address = browser_of(cast.coordinator), address_of(cast)
    fields = browser.fields(address, address)
    assert fields["plekken"] == "vrij", "nobody has to choose"
    answer = browser.post(address, {**fields, "plekken": choice})
    assert (answer.status_code, answer.location) == (303, "/mensen")
    assert Place.get_by_id(place.id).state == state
    assert FixedPlace.select().count() == fixed
    assert not helps(cast)


def test_who_has_seats_is_not_taken_out_before_they_were_seen(
    cast: Cast, browser_of: BrowserOf
) -> None:
    place = on(cast, 1)
    browser, address = browser_of(cast.coordinator), address_of(cast)
    assert browser.post(address).status_code == 200
    fields = browser.fields(address, address)
    on(cast, 2)
    answer = browser.post(address, fields)
    assert answer.status_code == 409
    assert "Er is net iets veranderd." in answer.text
    assert helps(cast)
    for nonsense in (
        {"gezien": "x" * 99},
        {"plekken": "\x00"},
        {"plekken": ["vrij", "laten", "?"]},
    ):
        wrong = {**Fields(answer.text).forms[address], **nonsense}
        assert browser.post(address, wrong).status_code in (303, 409, 422)
    browser.post(address, Fields(answer.text).forms[address])
    assert Place.get_by_id(place.id).state == PlaceState.released


def test_who_has_no_seats_goes_with_one_button(cast: Cast, browser_of: BrowserOf) -> None:
    browser, address = browser_of(cast.coordinator), address_of(cast)
    assert "Joop staat op geen enkele dienst." in browser.get(address).text
    assert browser.post(address, browser.fields(address, address)).status_code == 303
    assert not helps(cast)


def test_leaving_is_for_coordinators_of_the_house(cast: Cast, browser_of: BrowserOf) -> None:
    place = on(cast, 1)
    for person, status in ((cast.volunteer, 403), (cast.other_coordinator, 404)):
        assert browser_of(person).get(address_of(cast)).status_code == status
        assert browser_of(person).post(address_of(cast)).status_code == status
    assert Place.get_by_id(place.id).state == PlaceState.confirmed


# -- who is to look on only ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "state"), [("vrij", PlaceState.released), ("laten", PlaceState.confirmed)]
)
def test_who_is_to_look_on_only_is_asked_about_with_nothing_typed_lost(
    cast: Cast, browser_of: BrowserOf, choice: str, state: PlaceState
) -> None:
    place, browser, address = (
        on(cast, 1),
        browser_of(cast.coordinator),
        f"/mensen/{cast.volunteer.id}",
    )
    typed = {**browser.fields(address, address), "last_name": "de <b>Wit", "role": "viewer"}
    asked = browser.post(address, typed)
    assert asked.status_code == 200
    for words in (
        "Joop wordt meekijker",
        "Een meekijker kan zich niet aan- of afmelden.",
        "Nog 1 dienst",
        "Vrijdag 27 november",
    ):
        assert words in asked.text
    assert Membership.get(Membership.person == cast.volunteer).role == "volunteer"
    fields = Fields(asked.text).forms[address]
    assert fields["plekken"] == "vrij", "nobody has to choose"
    answer = browser.post(address, {**fields, "plekken": choice})
    assert (answer.status_code, answer.location) == (303, address)
    assert Membership.get(Membership.person == cast.volunteer).role == "viewer"
    assert Person.get_by_id(cast.volunteer.id).last_name == "de <b>Wit"
    assert Place.get_by_id(place.id).state == state
    said = browser.get(address).text
    assert ("Er is nu 1 open plek bij." in said) is (choice == "vrij")


def test_who_got_a_seat_before_looking_on_only_is_asked_about_again(
    cast: Cast, browser_of: BrowserOf
) -> None:
    browser, address = browser_of(cast.coordinator), f"/mensen/{cast.volunteer.id}"
    on(cast, 1)
    typed = {**browser.fields(address, address), "role": "viewer"}
    fields = Fields(browser.post(address, typed).text).forms[address]
    place = on(cast, 2)
    answer = browser.post(address, fields)
    assert answer.status_code == 409
    assert "Er is net iets veranderd." in answer.text
    for nonsense in ({"gezien": "x" * 99}, {"plekken": "\x00"}, {"plekken": ["vrij", "?"]}):
        wrong = browser.post(address, {**fields, **nonsense})
        assert wrong.status_code in (409, 422)
    assert Membership.get(Membership.person == cast.volunteer).role == "volunteer"
    browser.post(address, Fields(answer.text).forms[address])
    assert Place.get_by_id(place.id).state == PlaceState.released


def test_who_has_no_seats_looks_on_without_a_question(cast: Cast, browser_of: BrowserOf) -> None:
    browser, address = browser_of(cast.coordinator), f"/mensen/{cast.volunteer.id}"
    typed = {**browser.fields(address, address), "role": "viewer"}
    assert browser.post(address, typed).status_code == 303
    assert Membership.get(Membership.person == cast.volunteer).role == "viewer"


def test_a_second_tap_ends_where_the_first_did(cast: Cast, browser_of: BrowserOf) -> None:
    browser, address = browser_of(cast.coordinator), f"/mensen/{cast.volunteer.id}/weg"
    fields = browser.fields(address, address)
    first, second = (browser.post(address, fields) for _tap in range(2))
    assert (first.status_code, first.location) == (303, "/mensen")
    assert (second.status_code, second.location) == (303, "/mensen")
    assert "Joop hoort niet meer bij dit huis." in browser.get("/mensen").text
    assert browser.post(f"/mensen/{cast.other_volunteer.id}/weg", fields).status_code == 404
