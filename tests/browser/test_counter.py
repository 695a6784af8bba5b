"""The counter on a phone: what it keeps, under whose name it sends, what it does when refused."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

import database as databases
from models import CountEvent, Person
from tests.browser.conftest import Site, enter

VOLUNTEER = "vrijwilliger@wolfsbos.example"
COORDINATOR = "coordinator@wolfsbos.example"
EVENTS = "**/tellen/gebeurtenissen"


def open_counter(page: Page, site: Site, email: str) -> int:
    """Log in and open the counter; returns the total that it shows."""
    enter(page, site, email).goto(site.address + "/tellen")
    return int(page.locator("[data-total]").inner_text())


def plus_one(page: Page) -> None:
    page.get_by_role("button", name="+1").click()


def counted_by(site: Site, email: str) -> int:
    with databases.connected(site.database):
        person = Person.get(Person.email == email)
        return int(CountEvent.select().where(CountEvent.actor == person).count())


def test_a_tap_that_the_house_took_but_could_not_answer_counts_once(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    before = open_counter(page, site, VOLUNTEER)

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        route.fulfill(status=500, body="")

    page.route(EVENTS, lose_the_answer, times=1)
    plus_one(page)
    expect(page.get_by_text("1 nog niet verstuurd")).to_be_visible()
    expect(page.get_by_text("alles verstuurd")).to_be_visible()
    page.reload()
    expect(page.locator("[data-total]")).to_have_text(str(before + 1))


def test_the_page_of_a_wifi_that_wants_a_login_is_no_answer(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    before = open_counter(page, site, VOLUNTEER)
    page.route(EVENTS, lambda route: route.fulfill(status=200, body="<h1>Wifi</h1>"), times=1)
    plus_one(page)
    expect(page.get_by_text("alles verstuurd")).to_be_visible()
    page.reload()
    expect(page.locator("[data-total]")).to_have_text(str(before + 1))


def test_a_tap_waits_through_a_reload_until_its_own_person_is_back(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    open_counter(page, site, VOLUNTEER)
    mine, theirs = counted_by(site, VOLUNTEER), counted_by(site, COORDINATOR)
    page.route(EVENTS, lambda route: route.abort())
    plus_one(page)
    expect(page.get_by_text("1 nog niet verstuurd")).to_be_visible()
    page.reload()
    expect(page.get_by_text("1 nog niet verstuurd")).to_be_visible()
    page.unroute(EVENTS)
    page.context.clear_cookies()

    open_counter(page, site, COORDINATOR)
    plus_one(page)
    expect(page.get_by_text("alles verstuurd")).to_be_visible()
    assert counted_by(site, COORDINATOR) == theirs + 1
    assert counted_by(site, VOLUNTEER) == mine

    page.context.clear_cookies()
    open_counter(page, site, VOLUNTEER)
    expect(page.get_by_text("alles verstuurd")).to_be_visible()
    assert counted_by(site, VOLUNTEER) == mine + 1


def test_what_the_house_refuses_stays_in_sight_with_the_reason(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page()
    before = open_counter(page, site, VOLUNTEER)
    page.evaluate(
        "const choice = document.querySelector('select'); choice.add(new Option('x', 99999));"
        "choice.value = '99999'"
    )
    plus_one(page)
    refused = page.get_by_text(re.compile("Dit hoort niet bij jouw huis"))
    expect(refused).to_be_visible()
    expect(page.locator("[data-total]")).to_have_text(str(before))
    page.reload()
    expect(refused).to_be_visible()
    page.get_by_role("button", name="Gezien").click()
    expect(refused).to_be_hidden()


def test_a_phone_with_a_wrong_clock_and_zone_counts_today(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(timezone_id="Pacific/Auckland")
    page.clock.install(time="1970-01-01T00:00:00Z")
    before = open_counter(page, site, VOLUNTEER)
    plus_one(page)
    expect(page.locator("[data-total]")).to_have_text(str(before + 1))
    expect(page.get_by_text("alles verstuurd")).to_be_visible()
    page.reload()
    expect(page.locator("[data-total]")).to_have_text(str(before + 1))
