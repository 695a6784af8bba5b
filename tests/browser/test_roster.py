"""The roster on a phone: two taps, a lost race, a lost connection, a swap between two phones."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from peewee import fn
from playwright.sync_api import Page, Route, expect

import database as databases
from models import HOLDING, House, Membership, Person, Place, Seat
from rules import roster_lists, rostering
from rules.roster_lists import Offer
from tests.browser.conftest import Site, enter
from tests.conftest import NOW, TODAY

VOLUNTEER = "vrijwilliger@wolfsbos.example"
Open = Callable[..., Page]


def free_seat(site: Site, *, after: int = 3) -> tuple[int, int, str]:
    """A seat that the volunteer can take, some days ahead: its id, its shift's and the week."""
    with databases.connected(site.database):
        person = Person.get(Person.email == VOLUNTEER)
        house = House.get(House.slug == "wolfsbos")
        first = TODAY + dt.timedelta(days=after)
        for shift in roster_lists.open_seats(
            house, person, first, first + dt.timedelta(days=40), NOW
        ):
            for seat in shift.seats:
                if seat.offer is Offer.take:
                    year, week, _day = shift.date.isocalendar()
                    return seat.id, shift.id, f"/rooster?week={year}-W{week:02}"
    raise AssertionError("the demo has no free seat")


def holders(site: Site, seat: int) -> list[str]:
    with databases.connected(site.database):
        held = Place.select().where(Place.seat == seat, Place.state.in_(HOLDING))
        return [place.person.email or place.person.first_name for place in held]


def colleague(site: Site, seat: int) -> Person:
    """Somebody else of the house who is free to take a seat."""
    with databases.connected(site.database):
        row = Seat.get_by_id(seat)
        many = Membership.alias()
        houses = many.select(fn.COUNT(many.id)).where(many.person == Person.id)
        helpers = Person.select().where(Person.active, ~Person.is_admin, houses == 1)
        for person in helpers.where(Person.email.is_null()):
            try:
                rostering.must_help(row.house, person)
                rostering.check_fit(row, row.shift, person)
            except rostering.Refused:
                continue
            return person
    raise AssertionError("nobody is free")


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_from_home_a_seat_is_two_taps_away_and_undone_with_one(
    site: Site, open_page: Open, scripts: bool
) -> None:
    page = enter(open_page(java_script_enabled=scripts), site, VOLUNTEER)
    page.get_by_role("link", name="Rooster").click()
    seat = page.get_by_role("button", name="Ik kom").first
    address = seat.get_attribute("formaction") or ""
    number = int(address.split("/")[3])
    seat.click()
    expect(page.get_by_text("Je staat erop.")).to_be_visible()
    assert holders(site, number) == [VOLUNTEER]
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.get_by_text("Het is ongedaan gemaakt.")).to_be_visible()
    assert holders(site, number) == []


@pytest.mark.device
def test_the_way_back_is_offered_for_ten_seconds(site: Site, open_page: Open) -> None:
    _seat, shift, week = free_seat(site)
    page = enter(open_page(), site, VOLUNTEER)
    page.goto(site.address + week)
    page.locator(f"#dienst-{shift}").get_by_role("button", name="Ik kom").first.click()
    undo = page.get_by_role("button", name="Ongedaan maken")
    expect(undo).to_be_visible()
    gone = "e.getAnimations().find((each) => each.animationName == 'gone')"
    assert undo.evaluate(f"e => {gone}.effect.getTiming().delay") == 10_000
    undo.evaluate(f"e => {gone}.finish()")
    expect(undo).to_be_hidden()


def test_two_taps_on_one_button_are_one_place_and_no_error(site: Site, open_page: Open) -> None:
    seat, shift, week = free_seat(site)
    page = enter(open_page(), site, VOLUNTEER)
    page.goto(site.address + week)
    line = page.locator(f"#dienst-{shift}")
    line.get_by_role("button", name="Ik kom").first.dblclick()
    expect(line.get_by_text("Je staat erop.")).to_be_visible()
    page.wait_for_load_state("networkidle")
    expect(line.get_by_text("Je staat erop.")).to_be_visible()
    assert holders(site, seat) == [VOLUNTEER]


def test_who_comes_second_reads_who_was_first_and_takes_another(
    site: Site, open_page: Open
) -> None:
    seat, shift, week = free_seat(site)
    other = colleague(site, seat)
    page = enter(open_page(), site, VOLUNTEER)
    page.goto(site.address + week)
    with databases.connected(site.database):
        rostering.take_seat(Seat.get_by_id(seat), other, NOW)
    line = page.locator(f"#dienst-{shift}")
    line.get_by_role("button", name="Ik kom").first.click()
    expect(line).to_contain_text(re.compile(rf"{other.first_name}.* was je net voor\."))
    expect(line).to_contain_text("Dit is nog vrij:")
    free = line.locator(".free li")
    assert 1 <= free.count() <= 3
    number = (free.first.get_by_role("button").get_attribute("formaction") or "").split("/")[3]
    free.first.get_by_role("button").click()
    expect(page.get_by_text("Je staat erop.")).to_be_visible()
    assert holders(site, int(number)) == [VOLUNTEER]
    assert holders(site, seat) == [other.email or other.first_name]


def test_a_lost_connection_is_said_at_the_button_and_tapping_again_works(
    site: Site, open_page: Open
) -> None:
    seat, shift, week = free_seat(site)
    page = enter(open_page(), site, VOLUNTEER)
    page.goto(site.address + week)
    line = page.locator(f"#dienst-{shift}")

    def lose(route: Route) -> None:  # The house stores it, the phone never hears.
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/aanmelden", lose)
    line.get_by_role("button", name="Ik kom").first.click()
    expect(line.get_by_text("Geen verbinding.")).to_be_visible()
    page.unroute("**/aanmelden")
    line.get_by_role("button", name="Ik kom").first.click()
    expect(line.get_by_text("Je staat erop.")).to_be_visible()
    expect(page.get_by_text("Geen verbinding.")).to_be_hidden()
    assert holders(site, seat) == [VOLUNTEER]


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_who_cannot_come_asks_for_cover_and_another_takes_over(
    site: Site, open_page: Open, scripts: bool
) -> None:
    seat, shift, week = free_seat(site)
    other = colleague(site, seat)
    with databases.connected(site.database):
        Person.update(email="collega@wolfsbos.example").where(Person.id == other.id).execute()
        joop = Person.get(Person.email == VOLUNTEER)
        rostering.take_seat(Seat.get_by_id(seat), joop, NOW - dt.timedelta(days=1))
    page = enter(open_page(java_script_enabled=scripts), site, VOLUNTEER)
    page.goto(site.address + week)
    page.locator(f"#dienst-{shift}").get_by_role("link", name="Ik kan niet").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ik kan niet")
    page.get_by_role("button", name="Vraag vervanging").click()
    expect(page.locator(f"#dienst-{shift}")).to_contain_text("Je zoekt vervanging")
    theirs = enter(open_page(java_script_enabled=scripts), site, "collega@wolfsbos.example")
    theirs.goto(site.address + week)
    line = theirs.locator(f"#dienst-{shift}")
    expect(line).to_contain_text("zoekt vervanging")
    line.get_by_role("button", name="Ik neem over").click()
    expect(line.get_by_text("Je staat erop.")).to_be_visible()
    assert holders(site, seat) == ["collega@wolfsbos.example"]


def test_two_phones_swap(site: Site, open_page: Open) -> None:
    seat, _shift, _week = free_seat(site)
    with databases.connected(site.database):
        joop = Person.get(Person.email == VOLUNTEER)
        rostering.take_seat(Seat.get_by_id(seat), joop, NOW - dt.timedelta(days=1))
    page = enter(open_page(), site, VOLUNTEER)
    page.goto(f"{site.address}/rooster/plek/{seat}/kan-niet")
    choice = page.get_by_label("Met wie ruil je?")
    value = choice.locator("option").nth(1).get_attribute("value") or ""
    with databases.connected(site.database):
        place = Place.get_by_id(int(value))
        Person.update(email="collega@wolfsbos.example").where(
            Person.id == place.person_id
        ).execute()
        their_seat = place.seat_id
    choice.select_option(value)
    page.get_by_role("button", name="Vraag te ruilen").click()
    theirs = enter(open_page(), site, "collega@wolfsbos.example")
    expect(theirs.get_by_text("wil met je ruilen")).to_be_visible()
    theirs.get_by_role("button", name="Ja, ruil").click()
    expect(theirs.get_by_text("Jullie hebben geruild.")).to_be_visible()
    assert holders(site, seat) == ["collega@wolfsbos.example"]
    assert holders(site, their_seat) == [VOLUNTEER]


@pytest.mark.device
def test_a_button_that_hung_may_be_pressed_again_after_five_seconds(
    site: Site, open_page: Open
) -> None:
    seat, _shift, _week = free_seat(site)
    with databases.connected(site.database):
        joop = Person.get(Person.email == VOLUNTEER)
        rostering.take_seat(Seat.get_by_id(seat), joop, NOW - dt.timedelta(days=1))
    page = open_page()
    page.clock.install()
    enter(page, site, VOLUNTEER)
    page.goto(f"{site.address}/rooster/plek/{seat}/kan-niet")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)
    page.route("**/vervanging", lambda route: route.abort("aborted"))
    button = page.get_by_role("button", name="Vraag vervanging")
    button.click()
    page.unroute("**/vervanging")
    button.click()
    assert len(sent) == 1, "the second press comes too soon"
    page.clock.fast_forward(6000)
    button.click()
    expect(page.get_by_text("We vragen rond.")).to_be_visible()
    assert len(sent) == 2
