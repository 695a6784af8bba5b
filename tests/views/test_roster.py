"""The roster's pages: with and without JavaScript, for who may see it, with whatever is typed."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from playhouse.test_utils import count_queries

from models import (
    HOLDING,
    Person,
    Place,
    PlaceHow,
    PlaceState,
    Seat,
    Shift,
    ShiftState,
)
from rules.rostering import leave_seat, take_seat
from tests.browser_of import Browser
from tests.cast import (
    Cast,
    count_rows,
    make_person,
    make_place,
    make_shift,
)
from tests.conftest import NOW, TODAY

TOMORROW = TODAY + dt.timedelta(days=1)
NEXT_WEEK = TODAY + dt.timedelta(days=7)
WEEK, LATER = "/rooster?week=2026-W48", "/rooster?week=2026-W49"
BrowserOf = Callable[[Person | None], Browser]


def seat_on(cast: Cast, date: dt.date = TOMORROW, **facts: Any) -> Seat:
    return make_shift(cast.wolfsbos, date, **facts).seats.order_by(Seat.position).first()


def holder_of(seat: Seat) -> Person | None:
    place = Place.get_or_none(Place.seat == seat, Place.state.in_(HOLDING))
    return place and place.person


def line_of(text: str, seat: Seat) -> str:
    """What the page says about the shift of a seat."""
    found = re.search(rf'<li id="dienst-{seat.shift_id}".*?</li>', text, re.DOTALL)
    assert found, "the shift is not on this page"
    return found[0]


def test_taking_a_seat_comes_back_to_the_list_and_says_so_where_it_happened(
    cast: Cast, browser_of: BrowserOf
) -> None:
    seat = seat_on(cast)
    browser = browser_of(cast.volunteer)
    assert "Ik kom" in line_of(browser.get(WEEK).text, seat)
    answer = browser.post(f"/rooster/plek/{seat.id}/aanmelden", {"next": WEEK}, from_page=WEEK)
    assert (answer.status_code, answer.location) == (303, f"{WEEK}#dienst-{seat.shift_id}")
    line = line_of(browser.get(WEEK).text, seat)
    assert "Je staat erop." in line
    assert "Ongedaan maken" in line
    assert f"/rooster/plek/{seat.id}/ongedaan" in line
    assert "Je staat erop." not in browser.get(WEEK).text, "it is said once"
    assert holder_of(seat) == cast.volunteer


def test_a_double_tap_is_one_place(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    browser = browser_of(cast.volunteer)
    for _ in range(2):
        assert browser.post(f"/rooster/plek/{seat.id}/aanmelden").status_code == 303
    assert count_rows(Place) == 1


def test_with_htmx_the_list_changes_in_place(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    browser = browser_of(cast.volunteer)
    page = browser.get(WEEK).text
    assert page.count('hx-target="#lijst"') == 1, "one form serves all buttons"
    answer = browser.post_htmx(f"/rooster/plek/{seat.id}/aanmelden", {"next": WEEK})
    assert answer.status_code == 303
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    part = browser.get(answer.location.partition("#")[0], headers=headers)
    assert part.text.lstrip().startswith('<div id="lijst"')
    assert "<html" not in part.text
    assert "HX-Request-Type" in part.headers["Vary"]
    assert "Je staat erop." in line_of(part.text, seat)


def test_the_loser_of_a_race_reads_who_was_first_and_what_is_free(
    cast: Cast, browser_of: BrowserOf
) -> None:
    seat = seat_on(cast)
    free = [seat_on(cast, TOMORROW + dt.timedelta(days=n)) for n in (1, 2, 3, 4)]
    browser = browser_of(cast.volunteer)
    take_seat(seat, cast.key_holder, NOW)
    answer = browser.post(f"/rooster/plek/{seat.id}/aanmelden", {"next": WEEK})
    assert answer.status_code == 409
    assert "Anneke was je net voor." in answer.text
    offered = re.findall(r'action="/rooster/plek/(\d+)/aanmelden"', answer.text)
    assert offered == [str(each.id) for each in free[:3]]
    assert browser.post(f"/rooster/plek/{offered[0]}/aanmelden").status_code == 303
    assert holder_of(free[0]) == cast.volunteer


def test_with_htmx_only_the_shift_that_was_lost_changes(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    browser = browser_of(cast.volunteer)
    take_seat(seat, cast.key_holder, NOW)
    answer = browser.post_htmx(f"/rooster/plek/{seat.id}/aanmelden", {"next": WEEK})
    assert answer.status_code == 409
    assert answer.headers["HX-Retarget"] == f"#dienst-{seat.shift_id}"
    assert answer.text.lstrip().startswith(f'<li id="dienst-{seat.shift_id}"')
    assert "Anneke was je net voor." in answer.text


def test_leaving_asking_for_cover_and_taking_over(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast, NEXT_WEEK)
    joop, anneke = browser_of(cast.volunteer), browser_of(cast.key_holder)
    joop.post(f"/rooster/plek/{seat.id}/aanmelden")
    assert joop.post(f"/rooster/plek/{seat.id}/vervanging", {"next": LATER}).status_code == 303
    assert "Tot dan is de plek van jou." in line_of(joop.get(LATER).text, seat)
    line = line_of(anneke.get(LATER).text, seat)
    assert "Joop zoekt vervanging" in line
    assert "Ik neem over" in line
    assert anneke.post(f"/rooster/plek/{seat.id}/overnemen").status_code == 303
    assert holder_of(seat) == cast.key_holder
    assert joop.post(f"/rooster/plek/{seat.id}/afmelden").status_code == 303, "quietly"
    assert holder_of(seat) == cast.key_holder
    anneke.post(f"/rooster/plek/{seat.id}/afmelden", {"next": LATER})
    assert "Je plek is vrij." in line_of(anneke.get(LATER).text, seat)
    assert holder_of(seat) is None


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"date": TODAY - dt.timedelta(days=1)}, "begonnen of voorbij"),
        ({"state": ShiftState.cancelled}, "gaat niet door"),
        ({"qualification": "key_holder"}, "Deze plek is voor: sleutelhouder."),
        ({"qualification": "first_aid"}, "Deze plek is voor: BHV&#39;er."),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(
    cast: Cast, browser_of: BrowserOf, facts: dict[str, Any], sentence: str
) -> None:
    seat = seat_on(cast, **facts)
    browser = browser_of(cast.volunteer)
    for verb in ("aanmelden", "overnemen"):
        answer = browser.post(f"/rooster/plek/{seat.id}/{verb}")
        assert (answer.status_code, sentence in answer.text) == (409, True)
    assert count_rows(Place) == 0


def test_two_shifts_at_once_is_refused_with_the_name_of_the_other(
    cast: Cast, browser_of: BrowserOf
) -> None:
    take_seat(seat_on(cast, title="Kookploeg"), cast.volunteer, NOW)
    answer = browser_of(cast.volunteer).post(f"/rooster/plek/{seat_on(cast).id}/aanmelden")
    assert answer.status_code == 409
    assert "Je staat dan al bij Kookploeg, 9.45–13.00." in answer.text


def test_the_seat_of_another_is_not_left(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.key_holder, NOW)
    for verb in ("afmelden", "vervanging"):
        answer = browser_of(cast.volunteer).post(f"/rooster/plek/{seat.id}/{verb}")
        assert answer.status_code == 409
    assert Place.get().state == PlaceState.confirmed


@pytest.mark.parametrize("verb", ["aanmelden", "afmelden", "vervanging", "overnemen"])
def test_the_buttons_are_for_helpers_of_the_house_with_a_token(
    app: Flask, cast: Cast, browser_of: BrowserOf, verb: str
) -> None:
    seat = seat_on(cast)
    address = f"/rooster/plek/{seat.id}/{verb}"
    assert browser_of(cast.other_volunteer).post(address).status_code == 404
    assert browser_of(cast.viewer).post(address).status_code == 403
    visitor = browser_of(None)
    assert visitor.post(address, from_page="/inloggen").location.startswith("/inloggen")
    assert browser_of(cast.volunteer).client.post(address).status_code == 400
    assert browser_of(cast.volunteer).post(f"/rooster/plek/999999/{verb}").status_code == 404
    assert count_rows(Place) == 0


def test_a_way_back_to_elsewhere_is_not_followed(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    for next_page in ("https://example.org/", "//example.org", "/\\example.org"):
        answer = browser_of(cast.volunteer).post(
            f"/rooster/plek/{seat.id}/aanmelden", {"next": next_page}
        )
        assert answer.location == f"{WEEK}#dienst-{seat.shift_id}"


# -- lists ----------------------------------------------------------------------------------------


def test_the_week_is_a_list_by_day_with_first_names(cast: Cast, browser_of: BrowserOf) -> None:
    make_person("Joop", "Smit", house=cast.wolfsbos)
    shift = make_shift(cast.wolfsbos, TOMORROW, seats=3)
    first, second, _open = shift.seats.order_by(Seat.position)
    make_place(first, cast.volunteer, NOW)
    make_place(second, cast.key_holder, NOW)
    text = browser_of(cast.coordinator).get(WEEK).text
    assert "Vrijdag 27 november" in text
    assert "Joop B. en Anneke" in text
    assert "1 open plek" in text
    assert "van der Berg" not in text, "last names stay at home"
    assert "jij, samen met Anneke" in browser_of(cast.volunteer).get(WEEK).text


def test_another_house_shows_nothing_of_this_one(cast: Cast, browser_of: BrowserOf) -> None:
    take_seat(seat_on(cast), cast.volunteer, NOW)
    text = browser_of(cast.other_volunteer).get(WEEK).text
    assert "dienst-" not in text
    assert "Joop" not in text


@pytest.mark.parametrize("week", ["2026-W99", "x", "2026-W5", "9999-W01", "2025-W53", "٢٠٢٦-W01"])
def test_a_week_that_does_not_exist_is_a_sentence(
    cast: Cast, browser_of: BrowserOf, week: str
) -> None:
    answer = browser_of(cast.volunteer).get("/rooster", query_string={"week": week})
    assert answer.status_code == 400
    assert "Deze week kennen we niet." in answer.text


def test_one_can_leaf_through_the_weeks_around_new_year(cast: Cast, browser_of: BrowserOf) -> None:
    text = browser_of(cast.volunteer).get("/rooster?week=2026-W53").text
    assert "/rooster?week=2026-W52" in text
    assert "/rooster?week=2027-W01" in text
    assert "28 december".replace(" ", "\u00a0") in text


def test_my_shifts_and_what_is_open(cast: Cast, browser_of: BrowserOf) -> None:
    mine, free, key = (
        seat_on(cast),
        seat_on(cast, TOMORROW, start_time=dt.time(14), end_time=dt.time(16), title="Middag"),
        seat_on(cast, TOMORROW, qualification="key_holder", title="Sleutel"),
    )
    browser = browser_of(cast.volunteer)
    assert "Je hebt nog geen dienst." in browser.get("/rooster/mijn").text
    take_seat(mine, cast.volunteer, NOW)
    own = browser.get("/rooster/mijn").text
    assert "Ik kan niet" in line_of(own, mine)
    assert f"dienst-{free.shift_id}" not in own
    open_text = browser.get("/rooster/open").text
    assert "Ik kom" in line_of(open_text, free)
    assert f"dienst-{mine.shift_id}" not in open_text
    others = open_text.partition("Open plekken voor anderen")[2]
    assert "voor: sleutelhouder" in line_of(others, key)


def test_what_was_just_left_stays_in_my_list_with_the_way_back(
    cast: Cast, browser_of: BrowserOf
) -> None:
    seat = seat_on(cast, NEXT_WEEK)
    take_seat(seat, cast.volunteer, NOW)
    browser = browser_of(cast.volunteer)
    browser.post(f"/rooster/plek/{seat.id}/afmelden", {"next": "/rooster/mijn"})
    line = line_of(browser.get("/rooster/mijn").text, seat)
    assert "Je plek is vrij." in line
    assert f"/rooster/plek/{seat.id}/ongedaan" in line
    assert f"dienst-{seat.shift_id}" not in browser.get("/rooster/mijn").text


def test_a_cancelled_shift_says_so_to_whoever_is_on_it(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    Shift.update(state=ShiftState.cancelled).execute()
    line = line_of(browser_of(cast.volunteer).get("/rooster/mijn").text, seat)
    assert "Gaat niet door" in line
    assert "<button" not in line


def test_a_coordinator_reads_who_was_on_a_shift(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast, NEXT_WEEK)
    take_seat(seat, cast.volunteer, NOW)
    leave_seat(seat, cast.volunteer, NOW + dt.timedelta(minutes=5))
    take_seat(seat, cast.key_holder, NOW + dt.timedelta(minutes=6))
    address = f"/rooster/dienst/{seat.shift_id}"
    text = browser_of(cast.coordinator).get(address).text
    assert "Anneke Bos" in text
    steps = text.partition("Wat is er veranderd?")[2]
    for what in ("Joop meldde zich aan", "Joop maakte de plek vrij", "Anneke meldde zich aan"):
        assert what in steps
    assert "26-11-2026, 10.05 uur" in steps
    assert "Wat is er veranderd?" not in browser_of(cast.volunteer).get(address).text
    assert browser_of(cast.viewer).get(address).status_code == 403
    assert browser_of(cast.other_coordinator).get(address).status_code == 404


def test_the_week_page_takes_as_many_queries_for_many_seats(
    cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.volunteer)
    seat_on(cast)
    browser.get(WEEK)
    with count_queries() as few:
        browser.get(WEEK)
    for n in range(10):
        shift = make_shift(cast.wolfsbos, TOMORROW, seats=4, title=f"Dienst {n}")
        make_place(shift.seats.first(), cast.key_holder, NOW)
    with count_queries() as many:
        browser.get(WEEK)
    assert few.count == many.count


def test_when_nothing_is_left_this_week_the_next_one_opens(app: Flask, cast: Cast) -> None:
    make_shift(cast.wolfsbos, TODAY - dt.timedelta(days=1), title="Gisteren")
    make_shift(cast.wolfsbos, dt.date(2026, 12, 1), title="Volgende week")
    browser = Browser(app, cast.volunteer)
    assert "Volgende week" in browser.get("/rooster").text
    assert "Gisteren" in browser.get("/rooster?week=2026-W48").text
    make_shift(cast.wolfsbos, TODAY, title="Vandaag nog")
    assert "Volgende week" not in browser.get("/rooster").text


def test_a_coordinator_frees_the_seat_of_somebody_who_left(app: Flask, cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, TODAY + dt.timedelta(days=1))
    seat = shift.seats.get()
    place = make_place(seat, cast.volunteer, NOW)
    browser = Browser(app, cast.coordinator)
    assert "Maak de plek van Joop vrij" in browser.get(f"/rooster/dienst/{shift.id}").text
    freed = browser.post(f"/rooster/plek/{seat.id}/vrijmaken")
    assert freed.location == f"/rooster/dienst/{shift.id}#dienst-{shift.id}"
    assert Place.get_by_id(place.id).state == PlaceState.released
    assert browser.post(f"/rooster/plek/{seat.id}/vrijmaken").status_code == 303
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(days=2)
    assert browser.post(f"/rooster/plek/{seat.id}/vrijmaken").status_code == 409
    assert (
        Browser(app, cast.volunteer).post(f"/rooster/plek/{seat.id}/vrijmaken").status_code == 403
    )


def test_who_is_elsewhere_reads_why_there_is_no_button(cast: Cast, browser_of: BrowserOf) -> None:
    take_seat(seat_on(cast, title="Bar"), cast.volunteer, NOW)
    free, seeking = seat_on(cast), seat_on(cast, qualification="key_holder", title="Sleutel")
    make_place(seeking, cast.key_holder, NOW, state=PlaceState.seeking_cover)
    text = browser_of(cast.volunteer).get(WEEK).text
    assert "Je staat dan al bij Bar." in line_of(text, free)
    assert "<button" not in line_of(text, free)
    line = line_of(text, seeking)
    assert "Anneke zoekt vervanging" in line
    assert "voor: sleutelhouder" in line


def test_the_roster_says_who_agreed_by_phone(cast: Cast, browser_of: BrowserOf) -> None:
    first, second = make_shift(cast.wolfsbos, TOMORROW, seats=2).seats.order_by(Seat.position)
    make_place(first, cast.key_holder, NOW, how=PlaceHow.by_phone)
    make_place(second, cast.coordinator, NOW)
    line = line_of(browser_of(cast.volunteer).get(WEEK).text, first)
    assert "Afgesproken per telefoon: Anneke" in line


def test_on_friday_evening_the_week_that_comes_is_shown(app: Flask, cast: Cast) -> None:
    seat_on(cast, TOMORROW)  # Friday, until 13.00
    monday = seat_on(cast, TODAY + dt.timedelta(days=4))
    app.config["CLOCK"] = lambda: dt.datetime(2026, 11, 27, 11)  # noon in Hoogeveen
    browser = Browser(app, cast.volunteer)
    assert f"dienst-{monday.shift_id}" not in browser.get("/rooster").text
    app.config["CLOCK"] = lambda: dt.datetime(2026, 11, 27, 20)
    assert f"dienst-{monday.shift_id}" in browser.get("/rooster").text


def test_a_refusal_goes_to_the_line_of_the_button(cast: Cast, browser_of: BrowserOf) -> None:
    """'Ik kom' at a seat that is free nearby stands in the line of another shift."""
    lost, nearby = seat_on(cast), seat_on(cast, NEXT_WEEK)
    make_place(nearby, cast.key_holder, NOW)
    browser = browser_of(cast.volunteer)
    address = f"/rooster/plek/{nearby.id}/aanmelden"
    answer = browser.post_htmx(address, {"next": WEEK, "bij": lost.shift_id})
    assert answer.headers["HX-Retarget"] == f"#dienst-{lost.shift_id}"
    assert "Anneke was je net voor." in line_of(answer.text, lost)
    above = browser.post_htmx(address, {"next": WEEK, "bij": "0"})
    assert above.headers["HX-Retarget"] == "#melding"
    elsewhere = make_shift(cast.knooppunt, TOMORROW)
    for nonsense in ("x", "-1", "9" * 40, str(elsewhere.id), "\x00"):
        answer = browser.post_htmx(address, {"next": WEEK, "bij": nonsense})
        assert answer.headers["HX-Retarget"] == f"#dienst-{nearby.shift_id}"


def test_what_was_taken_nearby_is_said_on_the_page_of_the_shift(
    cast: Cast, browser_of: BrowserOf
) -> None:
    here, there = seat_on(cast), seat_on(cast, NEXT_WEEK)
    page = f"/rooster/dienst/{here.shift_id}"
    browser = browser_of(cast.volunteer)
    browser.post(f"/rooster/plek/{there.id}/aanmelden", {"next": page})
    assert "Je staat erop. Donderdag 3 december." in browser.get(page).text


def test_a_button_of_a_shift_that_went_says_so(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    browser = browser_of(cast.volunteer)
    browser.get(WEEK)
    seat.shift.delete_instance()
    answer = browser.post(f"/rooster/plek/{seat.id}/aanmelden")
    assert answer.status_code == 404
    assert "Dit is er niet meer." in answer.text
