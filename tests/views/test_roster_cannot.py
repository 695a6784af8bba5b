"""'Ik kan niet' on the phone: cover, swap, leave, undo; and what is done for somebody else."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models import (
    HOLDING,
    House,
    Membership,
    Message,
    MessageKind,
    Person,
    Place,
    PlaceHow,
    PlaceState,
    Role,
    Seat,
    Shift,
    ShiftState,
    Swap,
    SwapState,
)
from rules import swapping
from rules.rostering import take_seat
from tests.browser_of import Browser, Fields
from tests.cast import Cast, count_rows, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY

TOMORROW, NEXT_WEEK = TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=7)
BrowserOf = Callable[[Person | None], Browser]


def seat_on(cast: Cast, date: dt.date = NEXT_WEEK, **facts: Any) -> Seat:
    return make_shift(cast.wolfsbos, date, **facts).seats.order_by(Seat.position).first()


def holder_of(seat: Seat) -> Person | None:
    place = Place.get_or_none(Place.seat == seat, Place.state.in_(HOLDING))
    return place and place.person


# -- one screen with the ways out -----------------------------------------------------------------


def test_ik_kan_niet_offers_cover_a_swap_and_leaving(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    later = seat_on(cast, NEXT_WEEK + dt.timedelta(days=1))
    theirs = make_place(later, cast.key_holder, NOW)
    browser = browser_of(cast.volunteer)
    assert f"/rooster/plek/{seat.id}/kan-niet" in browser.get("/rooster/mijn").text
    text = browser.get(f"/rooster/plek/{seat.id}/kan-niet").text
    for way in ("vervanging", "ruilen", "afmelden"):
        assert f"/rooster/plek/{seat.id}/{way}" in text
    assert f'<option value="{theirs.id}">Anneke, 9.45–13.00' in text
    assert holder_of(seat) == cast.volunteer, "looking changes nothing"


def test_near_the_shift_there_is_only_cover_and_the_coordinator_is_told(
    cast: Cast, browser_of: BrowserOf
) -> None:
    seat = seat_on(cast, TOMORROW)
    take_seat(seat, cast.volunteer, NOW)
    browser = browser_of(cast.volunteer)
    text = browser.get(f"/rooster/plek/{seat.id}/kan-niet").text
    assert "binnen 48 uur" in text
    assert f"/rooster/plek/{seat.id}/afmelden" not in text
    assert f"/rooster/plek/{seat.id}/ruilen" not in text
    refused = browser.post(f"/rooster/plek/{seat.id}/afmelden")
    assert refused.status_code == 409
    assert "Binnen 48 uur kun je alleen vervanging vragen." in refused.text
    assert browser.post(f"/rooster/plek/{seat.id}/vervanging").status_code == 303
    (message,) = Message.select()
    assert (message.person, message.kind, message.about) == (
        cast.coordinator,
        MessageKind.cover_wanted,
        cast.volunteer,
    )
    assert browser.post(f"/rooster/plek/{seat.id}/vervanging").status_code == 303
    assert count_rows(Message) == 1, "once"


@pytest.mark.parametrize(("hours", "leaves"), [(0, 303), (23, 303), (24, 409), (336, 409)])
def test_the_house_sets_how_near_is_near(
    cast: Cast, browser_of: BrowserOf, hours: int, leaves: int
) -> None:
    """It is 10.00; the shift begins in 23 hours and three quarters."""
    answer = browser_of(cast.coordinator).post(
        "/huis/wolfsbos", {"name": cast.wolfsbos.name, "cover_hours": str(hours)}
    )
    assert answer.status_code == 303
    assert House.get_by_id(cast.wolfsbos.id).cover_hours == hours
    seat = seat_on(cast, TOMORROW)
    take_seat(seat, cast.volunteer, NOW)
    browser = browser_of(cast.volunteer)
    assert browser.post(f"/rooster/plek/{seat.id}/afmelden").status_code == leaves


@pytest.mark.parametrize("typed", ["-1", "337", "9" * 30, "twee dagen", "1.5", "\x00"])
def test_a_strange_number_of_hours_is_refused_at_its_field(
    cast: Cast, browser_of: BrowserOf, typed: str
) -> None:
    answer = browser_of(cast.coordinator).post(
        "/huis/wolfsbos", {"name": "Nieuwe naam", "cover_hours": typed}
    )
    assert answer.status_code == 422
    assert 'id="cover_hours-fout"' in answer.text
    assert "Nieuwe naam" in answer.text
    assert House.get_by_id(cast.wolfsbos.id).cover_hours == 48


def test_who_is_not_on_the_seat_reads_so(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    text = browser_of(cast.volunteer).get(f"/rooster/plek/{seat.id}/kan-niet").text
    assert "Je staat niet op deze dienst" in text
    assert "<button form" not in text


def test_of_a_shift_that_is_off_or_over_nothing_is_offered(
    cast: Cast, browser_of: BrowserOf
) -> None:
    off, over = seat_on(cast), seat_on(cast, TODAY)
    for seat in (off, over):
        make_place(seat, cast.volunteer, NOW - dt.timedelta(days=3))
    Shift.update(state=ShiftState.cancelled).where(Shift.id == off.shift_id).execute()
    browser = browser_of(cast.volunteer)
    assert "gaat niet door" in browser.get(f"/rooster/plek/{off.id}/kan-niet").text
    assert "begonnen of voorbij" in browser.get(f"/rooster/plek/{over.id}/kan-niet").text


# -- undo -----------------------------------------------------------------------------------------


def test_leaving_is_undone_with_one_tap_for_ten_seconds(app: Flask, cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    browser = Browser(app, cast.volunteer)
    browser.post(f"/rooster/plek/{seat.id}/afmelden", {"next": "/rooster/mijn"})
    assert f"/rooster/plek/{seat.id}/ongedaan" in browser.get("/rooster/mijn").text
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(seconds=9)
    browser.post(f"/rooster/plek/{seat.id}/ongedaan", {"next": "/rooster/mijn"})
    assert holder_of(seat) == cast.volunteer
    text = browser.get("/rooster/mijn").text
    assert "Het is ongedaan gemaakt." in text
    assert "/ongedaan" not in text
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=5)
    late = browser.post(f"/rooster/plek/{seat.id}/ongedaan")
    assert late.status_code == 409
    assert "Ongedaan maken kan nu niet meer." in late.text


def test_what_was_done_elsewhere_is_said_on_top_of_the_list(
    cast: Cast, browser_of: BrowserOf
) -> None:
    """Who came second takes a free seat of another week, and reads so in the week they look at."""
    seat = seat_on(cast)
    browser = browser_of(cast.volunteer)
    week = "/rooster?week=2026-W48"
    browser.post(f"/rooster/plek/{seat.id}/aanmelden", {"next": week})
    text = browser.get(week).text
    assert "Je staat erop. Donderdag 3 december." in text
    assert f"/rooster/plek/{seat.id}/ongedaan" in text


# -- swapping -------------------------------------------------------------------------------------


@pytest.fixture
def pair(cast: Cast) -> tuple[Place, Place]:
    mine = make_place(seat_on(cast), cast.volunteer, NOW)
    return mine, make_place(seat_on(cast, TODAY + dt.timedelta(days=14)), cast.key_holder, NOW)


def test_two_people_swap_from_question_to_answer(
    cast: Cast, browser_of: BrowserOf, pair: tuple[Place, Place]
) -> None:
    mine, theirs = pair
    joop, anneke = browser_of(cast.volunteer), browser_of(cast.key_holder)
    asked = joop.post(f"/rooster/plek/{mine.seat_id}/ruilen", {"other": theirs.id})
    assert asked.location == f"/rooster/mijn#dienst-{mine.shift_id}"
    assert "Je vroeg Anneke te ruilen" in joop.get("/rooster/mijn").text
    for page in ("/vandaag", "/rooster/mijn"):
        assert "Joop wil met je ruilen" in anneke.get(page).text
    swap = Swap.get()
    assert anneke.post(f"/rooster/ruil/{swap.id}/ja").status_code == 303
    assert (holder_of(mine.seat), holder_of(theirs.seat)) == (cast.key_holder, cast.volunteer)
    assert "Jullie hebben geruild." in anneke.get("/rooster/mijn").text
    assert "wil met je ruilen" not in anneke.get("/vandaag").text


def test_who_is_asked_says_no_or_who_asked_takes_it_back(
    cast: Cast, browser_of: BrowserOf, pair: tuple[Place, Place]
) -> None:
    mine, theirs = pair
    joop, anneke = browser_of(cast.volunteer), browser_of(cast.key_holder)
    for browser, answer, state in (
        (anneke, "nee", SwapState.declined),
        (joop, "terug", SwapState.withdrawn),
    ):
        swap = swapping.ask(mine.seat, cast.volunteer, theirs, NOW)
        assert browser.post(f"/rooster/ruil/{swap.id}/{answer}").status_code == 303
        assert Swap.get_by_id(swap.id).state == state
        late = anneke.post(f"/rooster/ruil/{swap.id}/ja")
        assert late.status_code == 409
        assert "Deze ruil kan niet meer." in late.text
    assert holder_of(mine.seat) == cast.volunteer


@pytest.mark.parametrize("typed", ["", "0", "-1", "9" * 40, "kees", "\x00", "1,2"])
def test_nonsense_for_a_swap_is_answered_at_its_field(
    cast: Cast, browser_of: BrowserOf, pair: tuple[Place, Place], typed: str
) -> None:
    mine, _theirs = pair
    answer = browser_of(cast.volunteer).post(
        f"/rooster/plek/{mine.seat_id}/ruilen", {"other": typed}
    )
    assert answer.status_code in (409, 422)
    assert 'id="other-fout"' in answer.text
    assert count_rows(Swap) == 0


def test_a_place_of_another_house_is_no_swap(
    cast: Cast, browser_of: BrowserOf, pair: tuple[Place, Place]
) -> None:
    mine, _theirs = pair
    elsewhere = make_shift(cast.knooppunt, NEXT_WEEK).seats.get()
    place = make_place(elsewhere, cast.other_volunteer, NOW)
    browser = browser_of(cast.volunteer)
    answer = browser.post(f"/rooster/plek/{mine.seat_id}/ruilen", {"other": place.id})
    assert answer.status_code == 409
    swap = Swap.create(house=cast.wolfsbos, place=mine, other_place=_theirs, at=NOW)
    assert browser_of(cast.other_volunteer).post(f"/rooster/ruil/{swap.id}/ja").status_code == 404


def test_where_somebody_is_in_another_house_is_not_told(cast: Cast, browser_of: BrowserOf) -> None:
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role=Role.volunteer)
    secret = make_shift(cast.knooppunt, NEXT_WEEK, title="Geheime dienst")
    take_seat(secret.seats.get(), cast.volunteer, NOW)
    seat = seat_on(cast)
    answer = browser_of(cast.coordinator).post(
        f"/rooster/plek/{seat.id}/voor", {"person": cast.volunteer.id}
    )
    assert answer.status_code == 409
    assert "Joop staat dan al ergens anders." in answer.text
    assert "Geheime" not in answer.text


def test_a_swap_that_is_gone_is_gone_from_the_list_too(
    cast: Cast, browser_of: BrowserOf, pair: tuple[Place, Place]
) -> None:
    mine, theirs = pair
    swap = swapping.ask(mine.seat, cast.volunteer, theirs, NOW)
    anneke = browser_of(cast.key_holder)
    anneke.get("/vandaag")
    swapping.withdraw(swap, cast.volunteer, NOW)
    answer = anneke.post(f"/rooster/ruil/{swap.id}/ja", {"next": "/vandaag"})
    assert answer.status_code == 409
    assert "Deze ruil kan niet meer." in answer.text
    assert "wil met je ruilen" not in answer.text
    smooth = anneke.post_htmx(f"/rooster/ruil/{swap.id}/ja", {"next": "/vandaag"})
    assert (smooth.status_code, smooth.location) == (303, "/vandaag")
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = anneke.get("/vandaag", headers=headers).text
    assert 'hx-swap-oob="innerHTML:#melding"' in part
    assert "Deze ruil kan niet meer." in part


# -- for another ----------------------------------------------------------------------------------


def test_a_coordinator_signs_somebody_up_by_phone(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    browser = browser_of(cast.coordinator)
    shift_page = f"/rooster/dienst/{seat.shift_id}"
    assert f"/rooster/plek/{seat.id}/voor" in browser.get(shift_page).text
    form = browser.get(f"/rooster/plek/{seat.id}/voor").text
    assert "Joop van der Berg" in form
    assert "Mees Kijker" not in form, "who only looks along helps nowhere"
    assert "Dirk Dam" not in form, "of another house"
    sent = browser.post(
        f"/rooster/plek/{seat.id}/voor", {"person": cast.volunteer.id, "by_phone": "y"}
    )
    assert sent.location == f"{shift_page}#dienst-{seat.shift_id}"
    assert Place.get().how == PlaceHow.by_phone
    text = browser.get(shift_page).text
    assert "afgesproken per telefoon" in text
    assert "Ongedaan maken" in text


def test_somebody_without_an_account_is_on_the_roster_by_name(
    cast: Cast, browser_of: BrowserOf
) -> None:
    seat = seat_on(cast)
    browser = browser_of(cast.coordinator)
    address = f"/rooster/plek/{seat.id}/voor"
    assert browser.post(address, {"person": "0", "name": "Buurman Henk"}).status_code == 303
    assert "Buurman Henk" in browser_of(cast.volunteer).get("/rooster?week=2026-W49").text
    second = browser.post(address, {"person": cast.volunteer.id})
    assert second.status_code == 409
    assert "Buurman Henk staat nu op deze plek." in second.text
    key = seat_on(cast, qualification="key_holder", title="Sleutel")
    assert 'name="name"' not in browser.get(f"/rooster/plek/{key.id}/voor").text
    nobody = browser.post(f"/rooster/plek/{key.id}/voor", {"person": "0", "name": "Henk"})
    assert nobody.status_code == 422


def test_what_a_seat_asks_is_said_once(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.coordinator)
    seat = seat_on(cast, qualification="key_holder")
    asks = "Deze plek is voor: sleutelhouder."
    assert asks in browser.get(f"/rooster/plek/{seat.id}/voor").text
    Seat.update(role="Sleutelhouder").execute()
    assert asks not in browser.get(f"/rooster/plek/{seat.id}/voor").text


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"person": "0"},
        {"person": "x"},
        {"person": "9" * 30},
        {"person": "0", "name": "\x00"},
        {"person": "0", "name": "a" * 61},
        {"person": "0", "name": "🎉" * 30},
    ],
)
def test_a_wrong_form_for_another_comes_back_with_a_sentence(
    cast: Cast, browser_of: BrowserOf, fields: dict[str, str]
) -> None:
    seat = seat_on(cast)
    answer = browser_of(cast.coordinator).post(f"/rooster/plek/{seat.id}/voor", fields)
    assert answer.status_code == 422
    assert "Er klopt iets nog niet" in answer.text
    assert count_rows(Place) == 0


def test_what_is_refused_names_whom_it_is_about(cast: Cast, browser_of: BrowserOf) -> None:
    take_seat(seat_on(cast, title="Bar"), cast.volunteer, NOW)
    browser = browser_of(cast.coordinator)
    seat, key = (
        seat_on(cast),
        seat_on(cast, qualification="key_holder", start_time=dt.time(14), end_time=dt.time(16)),
    )
    busy = browser.post(f"/rooster/plek/{seat.id}/voor", {"person": cast.volunteer.id})
    assert "Joop staat dan al bij Bar, 9.45–13.00." in busy.text
    lacking = browser.post(f"/rooster/plek/{key.id}/voor", {"person": cast.volunteer.id})
    assert "Joop mist voor deze plek: sleutelhouder." in lacking.text


def test_the_host_of_the_day_acts_for_others_today(cast: Cast, browser_of: BrowserOf) -> None:
    today, next_week = seat_on(cast, TODAY), seat_on(cast)
    wil = make_person("Wil", house=cast.wolfsbos)
    browser = browser_of(cast.volunteer)
    assert browser.get(f"/rooster/plek/{today.id}/voor").status_code == 403
    make_place(
        seat_on(cast, TODAY, start_time=dt.time(14), end_time=dt.time(16)), cast.volunteer, NOW
    )
    assert browser.post(f"/rooster/plek/{today.id}/voor", {"person": wil.id}).status_code == 303
    assert holder_of(today) == wil
    assert browser.post(f"/rooster/plek/{next_week.id}/voor", {"person": wil.id}).status_code == 403
    assert browser.post(f"/rooster/plek/{today.id}/vrijmaken").status_code == 303
    assert holder_of(today) is None


def test_who_was_there_is_noted_on_the_page_of_the_shift(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast, TODAY)
    place = make_place(seat, cast.volunteer, NOW - dt.timedelta(days=3))
    browser = browser_of(cast.coordinator)
    page = f"/rooster/dienst/{seat.shift_id}"
    assert f"/rooster/bezetting/{place.id}/was-er" in browser.get(page).text
    for state, said in (("absent", "was er niet"), ("present", "was er"), ("excused", "afgemeld")):
        answer = browser.post(f"/rooster/bezetting/{place.id}/was-er", {"state": state})
        assert answer.status_code == 303
        assert Place.get_by_id(place.id).state == state
        assert said in browser.get(page).text
    for nonsense in ("", "released", "seeking_cover", "\x00", "x" * 500):
        browser.post(f"/rooster/bezetting/{place.id}/was-er", {"state": nonsense})
        assert Place.get_by_id(place.id).state == PlaceState.excused
    later = make_place(seat_on(cast), cast.key_holder, NOW)
    early = browser.post(f"/rooster/bezetting/{later.id}/was-er", {"state": "present"})
    assert early.status_code == 409


def test_who_was_made_inactive_meanwhile_takes_nothing(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    browser, coordinator = browser_of(cast.volunteer), browser_of(cast.coordinator)
    browser.get("/rooster")
    Membership.delete().where(Membership.person == cast.volunteer).execute()
    assert browser.post(f"/rooster/plek/{seat.id}/aanmelden").status_code == 404
    Membership.create(person=cast.volunteer, house=cast.wolfsbos, role=Role.volunteer)
    Person.update(active=False).where(Person.id == cast.volunteer.id).execute()
    assert browser.post(f"/rooster/plek/{seat.id}/aanmelden").status_code in (302, 303)
    gone = coordinator.post(f"/rooster/plek/{seat.id}/voor", {"person": cast.volunteer.id})
    assert gone.status_code in (409, 422)
    assert count_rows(Place) == 0


def test_a_name_that_is_on_another_shift_then_is_asked_about_first(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    one, other = (make_shift(cast.wolfsbos, NEXT_WEEK, title=title) for title in ("Koken", "Bar"))
    first, second = (f"/rooster/plek/{each.seats.get().id}/voor" for each in (one, other))
    assert "anyway" not in browser.get(first).text, "nobody is asked without need"
    assert browser.post(first, {"person": "0", "name": "Piet", "by_phone": "y"}).status_code == 303
    fields = {"person": "0", "name": "piet", "by_phone": "y"}
    asked = browser.post(second, fields)
    assert asked.status_code == 409
    assert "Piet staat dan al op Koken. Is dit iemand anders?" in asked.text
    typed = Fields(asked.text).forms[second]
    assert (typed["name"], typed["by_phone"]) == ("piet", ["y"]), "nothing typed is lost"
    assert "anyway" not in typed
    assert browser.post(second, {**typed, "anyway": "y"}).status_code == 303
    assert Place.select().where(Place.person.is_null()).count() == 2
