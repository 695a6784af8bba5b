"""Home: what each kind of person finds there, and what it never shows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from flask import Flask
from playhouse.test_utils import count_queries

from models import (
    Closure,
    ClosureKind,
    CountEvent,
    House,
    Membership,
    OpeningHours,
    Person,
    Place,
    Role,
    Room,
    Seat,
)
from tests.browser_of import Browser
from tests.cast import (
    Cast,
    count_rows,
    make_activity,
    make_house,
    make_occurrence,
    make_person,
    make_place,
    make_shift,
)
from tests.conftest import NOW, TODAY

BrowserOf = Callable[[Person | None], Browser]


def put_on(cast: Cast, person: Person, start: int = 8, end: int = 13) -> Place:
    shift = make_shift(cast.wolfsbos, TODAY, start_time=dt.time(start), end_time=dt.time(end))
    return make_place(shift.seats.get(), person, NOW - dt.timedelta(days=2))


def test_today_shows_the_day_the_house_and_whether_we_may_open(
    cast: Cast, browser_of: BrowserOf
) -> None:
    put_on(cast, cast.key_holder)
    put_on(cast, cast.volunteer, 10, 14)
    text = browser_of(cast.volunteer).get("/vandaag").text
    assert re.search(r"<h1>Donderdag<br>26 november</h1>", text)
    assert "Huis van de Buurt Wolfsbos" in text
    assert "We kunnen open" in text
    assert "Sleutel: Anneke (8.00). Samen met Joop, vanaf 10.00." in text


def test_today_says_what_is_missing_to_open(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.volunteer)
    assert "Nog niemand om te openen" in browser.get("/vandaag").text
    put_on(cast, cast.volunteer)
    text = browser.get("/vandaag").text
    assert "Er is nog geen sleutelhouder" in text
    assert "De deur gaat open om 9.00 uur." in text
    Place.delete().execute()
    put_on(cast, cast.key_holder)
    text = browser.get("/vandaag").text
    assert "Er is nog geen tweede" in text
    assert "Open met minstens twee mensen." in text


def test_a_closed_day_says_why(cast: Cast, browser_of: BrowserOf) -> None:
    Closure.create(
        house=None,
        first_date=TODAY,
        last_date=TODAY,
        kind=ClosureKind.closed,
        reason="De vloer wordt gelegd",
    )
    text = browser_of(cast.volunteer).get("/vandaag").text
    assert "Vandaag zijn we dicht" in text
    assert "De vloer wordt gelegd" in text


def test_a_day_without_opening_hours_is_no_alarm(cast: Cast, browser_of: BrowserOf) -> None:
    OpeningHours.delete().execute()
    text = browser_of(cast.volunteer).get("/vandaag").text
    assert "Vandaag geen vaste openingstijd" in text
    assert "card stop" not in text


def test_a_visitor_is_counted_from_here(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.volunteer)
    text = browser.get("/vandaag").text
    form = re.search(r'<form class="plus".*?</form>', text, re.DOTALL)
    assert form
    action = re.search(r'action="([^"]+)"', form[0])
    assert action
    fields = dict(re.findall(r'name="(next|tik)" value="([^"]*)"', form[0]))
    answer = browser.post(action[1].replace("&amp;", "&"), fields)
    assert answer.location.startswith("/vandaag")
    assert count_rows(CountEvent) == 1
    assert re.search(r"<strong[^>]*>1</strong>", browser.get("/vandaag").text)


def test_a_seat_of_today_is_taken_from_here(cast: Cast, browser_of: BrowserOf) -> None:
    seat = make_shift(cast.wolfsbos, TODAY).seats.get()
    browser = browser_of(cast.volunteer)
    assert "Ik kom" in browser.get("/vandaag").text
    answer = browser.post(f"/rooster/plek/{seat.id}/aanmelden", {"next": "/vandaag"})
    assert answer.location == f"/vandaag#dienst-{seat.shift_id}"
    text = browser.get("/vandaag").text
    assert "Je staat erop." in text
    assert Place.get().seat == seat


def test_shifts_that_are_over_are_not_on_the_list(cast: Cast, browser_of: BrowserOf) -> None:
    make_shift(cast.wolfsbos, TODAY, title="Vroeg", start_time=dt.time(7), end_time=dt.time(9))
    make_shift(cast.wolfsbos, TODAY, title="Laat", start_time=dt.time(15), end_time=dt.time(17))
    text = browser_of(cast.volunteer).get("/vandaag").text
    assert "Laat" in text
    assert "Vroeg" not in text


def test_my_next_shift_is_named_when_it_is_on_another_day(
    cast: Cast, browser_of: BrowserOf
) -> None:
    later = make_shift(cast.wolfsbos, TODAY + dt.timedelta(days=3))
    make_place(later.seats.get(), cast.volunteer, NOW)
    text = browser_of(cast.volunteer).get("/vandaag").text
    assert "Mijn volgende dienst" in text
    assert "Zondag 29 november" in text


def test_what_is_on_today_stands_there(cast: Cast, browser_of: BrowserOf) -> None:
    room = Room.create(house=cast.wolfsbos, name="Herstelruimte")
    make_occurrence(make_activity(cast.wolfsbos, room=room), TODAY)
    make_occurrence(make_activity(cast.knooppunt, "Biljart"), TODAY)
    text = browser_of(cast.volunteer).get("/vandaag").text
    assert "Inloop met koffie" in text
    assert "Herstelruimte" in text
    assert "Biljart" not in text


def test_a_viewer_sees_the_programme_and_no_names_and_no_counter(
    cast: Cast, browser_of: BrowserOf
) -> None:
    put_on(cast, cast.key_holder)
    put_on(cast, cast.volunteer)
    make_occurrence(make_activity(cast.wolfsbos), TODAY)
    text = browser_of(cast.viewer).get("/vandaag").text
    assert "Inloop met koffie" in text
    assert 'href="/cijfers"' in text
    for hidden in ("Anneke", "Joop", "+1", "/rooster", "We kunnen open"):
        assert hidden not in text


def test_a_visitor_is_asked_to_log_in(browser_of: BrowserOf) -> None:
    answer = browser_of(None).get("/vandaag")
    assert answer.status_code == 303
    assert answer.location.startswith("/inloggen")


def test_somebody_without_a_house_reads_the_next_step(cast: Cast, browser_of: BrowserOf) -> None:
    answer = browser_of(make_person("Kees")).get("/vandaag")
    assert answer.status_code == 200
    assert "je hoort nog bij geen huis" in answer.text
    assert "We kunnen open" not in answer.text


def test_a_coordinator_of_an_empty_house_reads_where_to_begin(
    cast: Cast, browser_of: BrowserOf
) -> None:
    house = make_house("weide", "Huis in de Weide")
    nel = make_person("Nel", house=house, role=Role.coordinator)
    text = browser_of(nel).get("/vandaag").text
    assert "Zo begin je" in text
    for address in (
        "/huis/weide",
        "/mensen/nieuw",
        "/programma/activiteit/nieuw",
        "/rooster/patroon/nieuw",
    ):
        assert f'href="{address}"' in text
    helper = make_person("Ans", house=house)
    assert "Zo begin je" not in browser_of(helper).get("/vandaag").text
    assert re.search(r"</svg> <span class=\"soft\">Mensen", browser_of(nel).get("/vandaag").text)


def test_people_of_two_houses_choose_which_one(cast: Cast, browser_of: BrowserOf) -> None:
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role=Role.volunteer)
    make_shift(cast.knooppunt, TODAY, title="Bar", end_time=dt.time(16))
    browser = browser_of(cast.volunteer)
    assert "Bar" in browser.get("/vandaag?huis=knooppunt").text
    assert "Bar" not in browser.get("/vandaag?huis=wolfsbos").text
    assert browser_of(cast.other_volunteer).get("/vandaag?huis=wolfsbos").status_code == 404
    assert House.select().count() == 2


def test_home_takes_as_many_queries_on_a_busy_day_as_on_a_quiet_one(
    app: Flask, cast: Cast, browser_of: BrowserOf
) -> None:
    put_on(cast, cast.key_holder)
    make_occurrence(make_activity(cast.wolfsbos), TODAY)
    browser = browser_of(cast.volunteer)
    browser.get("/vandaag")
    with count_queries() as quiet:
        browser.get("/vandaag")
    for n in range(6):
        make_occurrence(make_activity(cast.wolfsbos, f"Activiteit {n}"), TODAY)
        shift = make_shift(cast.wolfsbos, TODAY, seats=3, title=f"Dienst {n}")
        make_place(shift.seats.first(), make_person(f"Hulp{n}", house=cast.wolfsbos), NOW)
    browser.get("/vandaag")
    with count_queries() as busy:
        browser.get("/vandaag")
    assert count_rows(Seat) == 19
    assert quiet.count == busy.count
