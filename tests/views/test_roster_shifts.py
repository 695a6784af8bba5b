"""One shift by hand, as a coordinator does it: added, changed, called off and brought back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from models import Closure, ClosureKind, Message, Person, Place, PlaceState, Seat, Shift, ShiftState
from rules import single_shifts
from tests.browser_of import Browser, Fields
from tests.cast import Cast, count_rows, make_place, make_shift
from tests.conftest import NOW, TODAY

BrowserOf = Callable[[Person | None], Browser]
NEW = "/rooster/dienst/nieuw"
TOMORROW = TODAY + dt.timedelta(days=1)


def typed(**fields: Any) -> dict[str, Any]:
    return {
        "title": "Kerstmarkt",
        "date": "2026-12-12",
        "start_time": "10:00",
        "end_time": "16:00",
        "seats-0-role": "Kraam",
        "seats-1-role": "Bar",
        "seats-1-qualification": "alcohol",
        "seats-1-extra": "y",
        **fields,
    }


def manned(cast: Cast, **facts: Any) -> tuple[Shift, Place, str]:
    shift = make_shift(cast.wolfsbos, TOMORROW, **facts)
    place = make_place(shift.seats.order_by(Seat.position).first(), cast.volunteer, NOW)
    return shift, place, f"/rooster/dienst/{shift.id}/wijzigen"


def test_a_shift_is_added_once_however_often_the_form_comes(
    cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.coordinator)
    fields = typed(once=browser.fields(NEW, NEW)["once"])
    for _ in range(2):
        answer = browser.post(NEW, fields)
        assert (answer.status_code, answer.location) == (303, f"/rooster/dienst/{Shift.get().id}")
    assert count_rows(Shift) == 1
    assert "Kerstmarkt" in browser.get(answer.location).text
    assert [(seat.role, seat.required) for seat in Shift.get().seats.order_by(Seat.position)] == [
        ("Kraam", True),
        ("Bar", False),
    ]


@pytest.mark.parametrize(
    ("when", "status", "sentence"),
    [
        ("dag=x", 400, "Deze dag bestaat niet."),
        ("dag=2026-02-30", 400, "Deze dag bestaat niet."),
        (f"dag={2**70}", 400, "Deze dag bestaat niet."),
        ("van=25:00", 400, "Schrijf de tijd zo: 9:30."),
        ("tot=%00", 400, "Schrijf de tijd zo: 9:30."),
        ("van=\N{TEAPOT}", 400, "Schrijf de tijd zo: 9:30."),
        ("dag[]=1&dag=", 200, "Maak een losse dienst"),
    ],
)
def test_a_day_or_hour_in_the_address_that_is_none_is_a_sentence(
    cast: Cast, browser_of: BrowserOf, when: str, status: int, sentence: str
) -> None:
    answer = browser_of(cast.coordinator).get(f"{NEW}?{when}")
    assert answer.status_code == status
    assert sentence in answer.text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "Geef de dienst een naam."),
        ({"title": "a\x00"}, "een teken dat we niet kunnen bewaren"),
        ({"date": ""}, "Vul de dag in."),
        ({"date": "2026-02-30"}, "Deze dag bestaat niet."),
        ({"date": "9999-12-31"}, "Dit jaar klopt niet."),
        ({"date": "2026-11-25"}, "Dat is al voorbij."),
        ({"date": "2028-11-25"}, "Dat is meer dan een jaar vooruit."),
        ({"end_time": "09:00"}, "Het einde komt na het begin."),
        ({"start_time": ""}, "Vul in hoe laat het begint."),
        ({"end_time": "\N{GRINNING FACE}"}, "Schrijf de tijd zo"),
        ({"seats-0-role": "", "seats-1-role": ""}, "Vul de taak in"),
        ({"seats-0-role": "x" * 41}, "Gebruik hoogstens 40 tekens."),
        ({"seats-0-qualification": str(2**70)}, "Kies iets uit de lijst."),
    ],
    ids=str,
)
def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(
    cast: Cast, browser_of: BrowserOf, fields: dict[str, Any], sentence: str
) -> None:
    answer = browser_of(cast.coordinator).post(NEW, typed(**fields))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'class="summary"' in answer.text
    assert "alcohol" in answer.text
    assert count_rows(Shift) == 0


def test_a_closed_day_is_said_at_the_day(cast: Cast, browser_of: BrowserOf) -> None:
    Closure.create(
        house=cast.wolfsbos,
        first_date=dt.date(2026, 12, 12),
        last_date=dt.date(2026, 12, 12),
        kind=ClosureKind.closed,
        reason="Verbouwing",
    )
    shift = make_shift(cast.wolfsbos, TOMORROW)
    change = f"/rooster/dienst/{shift.id}/wijzigen"
    browser = browser_of(cast.coordinator)
    for address, fields in (
        (NEW, typed()),
        (change, {**browser.fields(change, change), "date": "2026-12-12"}),
    ):
        answer = browser.post(address, fields)
        assert answer.status_code == 422
        assert (
            '<a href="#date">Het huis is dicht op zaterdag 12 december: Verbouwing.' in answer.text
        )
    assert [each.date for each in Shift.select()] == [TOMORROW]


def test_a_part_of_the_day_is_enough(cast: Cast, browser_of: BrowserOf) -> None:
    fields = typed(part="evening", start_time="", end_time="")
    assert browser_of(cast.coordinator).post(NEW, fields).status_code == 303
    assert (Shift.get().start_time, Shift.get().end_time) == (dt.time(19), dt.time(22))


def test_more_room_for_seats_keeps_what_was_typed(cast: Cast, browser_of: BrowserOf) -> None:
    answer = browser_of(cast.coordinator).post(NEW, typed(wat="meer", title="Half"))
    assert answer.status_code == 200
    assert 'name="seats-2-role"' in answer.text
    assert 'value="Half"' in answer.text
    assert count_rows(Shift) == 0


def test_who_is_on_a_shift_that_moves_stays_and_hears_of_it(
    cast: Cast, browser_of: BrowserOf
) -> None:
    shift, place, address = manned(cast)
    browser = browser_of(cast.coordinator)
    page = browser.get(address).text
    assert "Joop van der Berg staat op deze plek." in page
    fields = {**browser.fields(address, address), "start_time": "08:00"}
    answer = browser.post(address, fields)
    assert (answer.status_code, answer.location) == (303, f"/rooster/dienst/{shift.id}")
    assert "krijgt bericht" in browser.get(answer.location).text
    assert Shift.get().start_time == dt.time(8)
    assert Place.get_by_id(place.id).state == PlaceState.confirmed
    assert Message.get().person == cast.volunteer


def test_a_seat_under_somebody_cannot_be_taken_away(cast: Cast, browser_of: BrowserOf) -> None:
    shift, _place, address = manned(cast, seats=2)
    browser = browser_of(cast.coordinator)
    fields = {**browser.fields(address, address), "seats-0-goes": "y"}
    answer = browser.post(address, fields)
    assert answer.status_code == 422
    assert "Joop van der Berg staat op deze plek. Maak die eerst vrij." in answer.text
    fields = {**browser.fields(address, address), "seats-1-goes": "y"}
    assert browser.post(address, fields).status_code == 303
    assert shift.seats.count() == 1


def test_who_is_elsewhere_then_is_named_and_may_be_meant(cast: Cast, browser_of: BrowserOf) -> None:
    shift, _place, address = manned(cast)
    other = make_shift(cast.knooppunt, TOMORROW, start_time=dt.time(14), end_time=dt.time(16))
    make_place(other.seats.get(), cast.volunteer, NOW)
    browser = browser_of(cast.coordinator)
    answer = browser.post(address, {**browser.fields(address, address), "end_time": "15:00"})
    assert answer.status_code == 422
    assert "Staat dan al ergens anders: Joop van der Berg" in answer.text
    agreed = {**Fields(answer.text).forms[address], "anyway": "y"}
    assert browser.post(address, agreed).status_code == 303
    assert Shift.get_by_id(shift.id).end_time == dt.time(15)


def test_who_lacks_what_a_seat_asks_is_named_and_may_be_meant(
    cast: Cast, browser_of: BrowserOf
) -> None:
    _shift, place, address = manned(cast)
    browser = browser_of(cast.coordinator)
    fields = {**browser.fields(address, address), "seats-0-qualification": "key_holder"}
    answer = browser.post(address, fields)
    assert answer.status_code == 422
    assert "Heeft niet wat deze plek vraagt: Joop van der Berg" in answer.text
    assert Seat.get_by_id(place.seat_id).qualification == ""
    other = make_shift(cast.knooppunt, TOMORROW, start_time=dt.time(14), end_time=dt.time(16))
    make_place(other.seats.get(), cast.volunteer, NOW)
    answer = browser.post(address, {**fields, "end_time": "15:00"})
    both = "plek vraagt: Joop van der Berg. Staat dan al ergens anders: Joop van der Berg"
    assert both in answer.text
    agreed = {**Fields(answer.text).forms[address], "anyway": "y"}
    assert browser.post(address, agreed).status_code == 303
    assert Seat.get_by_id(place.seat_id).qualification == "key_holder"


def test_what_another_coordinator_changed_is_not_overwritten(
    cast: Cast, browser_of: BrowserOf
) -> None:
    _shift, _place, address = manned(cast)
    browser = browser_of(cast.coordinator)
    mine, theirs = browser.fields(address, address), browser.fields(address, address)
    assert browser.post(address, {**theirs, "title": "Van haar"}).status_code == 303
    answer = browser.post(address, {**mine, "title": "Van hem"})
    assert answer.status_code == 422
    assert "Iemand heeft dit intussen ook gewijzigd." in answer.text
    again = {**Fields(answer.text).forms[address], "title": "Van hem"}
    assert browser.post(address, again).status_code == 303
    assert Shift.get().title == "Van hem"


def test_calling_off_and_bringing_back_keeps_people_on(cast: Cast, browser_of: BrowserOf) -> None:
    shift, place, address = manned(cast)
    browser = browser_of(cast.coordinator)
    assert "Zeg deze dienst af" in browser.get(address).text
    answer = browser.post(f"/rooster/dienst/{shift.id}/afzeggen")
    assert (answer.status_code, answer.location) == (303, f"/rooster/dienst/{shift.id}")
    assert Shift.get().state == ShiftState.cancelled
    assert "Laat hem weer doorgaan" in browser.get(address).text
    assert browser.post(f"/rooster/dienst/{shift.id}/terug").status_code == 303
    assert Shift.get().state == ShiftState.planned
    assert Place.get_by_id(place.id).state == PlaceState.confirmed


def test_who_is_elsewhere_by_now_is_named_when_a_shift_comes_back(
    cast: Cast, browser_of: BrowserOf
) -> None:
    shift, place, _address = manned(cast)
    single_shifts.call_off(shift, cast.coordinator, NOW)
    other = make_shift(cast.wolfsbos, TOMORROW)
    make_place(other.seats.get(), cast.volunteer, NOW)
    browser = browser_of(cast.coordinator)
    back = f"/rooster/dienst/{shift.id}/terug"
    answer = browser.post(back)
    assert answer.status_code == 409
    assert "Staat dan al ergens anders: Joop van der Berg" in answer.text
    assert Shift.get_by_id(shift.id).state == ShiftState.cancelled
    answer = browser.post(back, {**Fields(answer.text).forms[back], "anyway": "y"})
    assert (answer.status_code, answer.location) == (303, f"/rooster/dienst/{shift.id}")
    assert Shift.get_by_id(shift.id).state == ShiftState.planned
    assert Place.get_by_id(place.id).state == PlaceState.confirmed


def test_what_is_over_cannot_be_changed(cast: Cast, browser_of: BrowserOf) -> None:
    over = make_shift(cast.wolfsbos, TODAY - dt.timedelta(days=1))
    browser = browser_of(cast.coordinator)
    address = f"/rooster/dienst/{over.id}/wijzigen"
    assert browser.post(address, browser.fields(address, address)).status_code == 409
    for verb in ("afzeggen", "terug"):
        assert browser.post(f"/rooster/dienst/{over.id}/{verb}").status_code == 409


def test_single_shifts_are_for_coordinators_of_the_house(cast: Cast, browser_of: BrowserOf) -> None:
    shift, _place, address = manned(cast)
    theirs = make_shift(cast.knooppunt, TOMORROW).seats.get()
    for person, status in (
        (cast.volunteer, 403),
        (cast.viewer, 403),
        (cast.other_coordinator, 404),
    ):
        browser = browser_of(person)
        assert browser.get(address).status_code == status
        for verb in ("wijzigen", "afzeggen", "terug"):
            assert browser.post(f"/rooster/dienst/{shift.id}/{verb}").status_code == status
    browser = browser_of(cast.coordinator)
    # The id of a seat elsewhere is no seat here: it becomes a new one.
    fields = {**browser.fields(address, address), "seats-1-id": str(theirs.id)}
    assert browser.post(address, {**fields, "seats-1-role": "Hulp"}).status_code == 303
    assert Seat.get_by_id(theirs.id).role == "Gastvrouw of gastheer"
    assert single_shifts.fingerprint(shift) != fields["seen"]
