"""The counter on a phone: groups, ages, taking back, the desk; with and without scripts."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import pytest
from playwright.sync_api import Route, expect

import database as databases
from models import CountEvent, CountKind, Person
from tests.browser.conftest import Site, enter
from tests.browser.test_counter import (
    EVENTS,
    VOLUNTEER,
    Open,
    expect_total,
    expect_waiting,
    look_again,
    open_counter,
    plus_one,
    set_clock,
    shown,
    total_of,
)

pytestmark = pytest.mark.device

# -- who comes in ---------------------------------------------------------------------------------


def last_event(site: Site) -> CountEvent:
    with databases.connected(site.database):
        person = Person.get(Person.email == VOLUNTEER)
        mine = CountEvent.select().where(CountEvent.actor == person)
        return mine.order_by(CountEvent.received_at.desc(), CountEvent.happened_at.desc()).get()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_group_comes_in_with_one_tap_or_a_number(
    site: Site, open_page: Open, scripts: bool
) -> None:
    page = open_page(java_script_enabled=scripts)
    before = open_counter(page, site)
    page.get_by_text("Een groep").click()
    page.get_by_role("button", name="+10").click()
    expect_total(page, before + 10)
    if not scripts:
        page.get_by_text("Een groep").click()
    page.get_by_label("Of een ander aantal").fill("37")
    page.keyboard.press("Enter")
    expect_total(page, before + 47)
    expect(page.get_by_text("37 ×")).to_be_visible()
    if scripts:
        expect_waiting(page, 0)
    assert total_of(site) == before + 47


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_age_and_first_time_hold_for_one_tap(site: Site, open_page: Open, scripts: bool) -> None:
    page = open_page(java_script_enabled=scripts)
    before = open_counter(page, site)
    page.get_by_text("Leeftijd of eerste keer").click()
    page.get_by_label("oudere").check()
    page.get_by_label("ja, voor het eerst").check()
    if scripts:
        expect(page.locator("button.one")).to_contain_text("oudere, eerste keer")
    plus_one(page)
    expect_total(page, before + 1)
    if scripts:
        expect_waiting(page, 0)
        expect(page.locator("button.one")).not_to_contain_text("oudere")
    event = last_event(site)
    assert (event.group, event.first_this_month) == ("senior", True)
    expect(page.get_by_text(re.compile("oudere, eerste keer")).first).to_be_visible()
    plus_one(page)
    expect_total(page, before + 2)
    if scripts:
        expect_waiting(page, 0)
    event = last_event(site)
    assert (event.group, event.first_this_month) == (None, None)


def test_who_came_in_is_whole_on_a_phone_that_cannot_keep_it(site: Site, open_page: Open) -> None:
    page = open_page()
    # It says so a moment after the tap, as a private window does.
    page.add_init_script(
        """IDBFactory.prototype.open = () => {
          const request = {};
          setTimeout(() => request.onerror(new Event("error")));
          return request;
        }"""
    )
    before = open_counter(page, site)
    page.get_by_text("Leeftijd of eerste keer").click()
    page.get_by_label("oudere").check()
    page.get_by_label("ja, voor het eerst").check()
    page.get_by_text("Een groep").click()
    page.get_by_label("Of een ander aantal").fill("37")
    page.get_by_role("button", name="Tel de groep").click()
    expect_total(page, before + 37)
    event = last_event(site)
    assert (event.n, event.group, event.first_this_month) == (37, "senior", True)


def test_any_tap_of_today_can_be_taken_back_also_without_internet(
    site: Site, open_page: Open
) -> None:
    page = open_page()
    before = open_counter(page, site)
    page.get_by_text("Een groep").click()
    page.get_by_role("button", name="+2").click()
    expect_total(page, before + 2)
    plus_one(page, 6)
    expect_waiting(page, 0)
    expect(page.locator("[data-recent] li")).to_have_count(5)
    page.context.set_offline(True)
    page.get_by_role("link", name="Alle tikken van vandaag").click()
    group = page.locator("[data-recent] li").filter(has_text="2 ×").first
    group.get_by_role("button", name="Ongedaan maken").click()
    expect_total(page, before + 6)
    expect_waiting(page, 1)
    expect(group.get_by_role("button")).to_have_count(0)
    page.context.set_offline(False)
    expect_waiting(page, 0)
    assert total_of(site) == before + 6
    page.reload()
    expect_total(page, before + 6)


def test_without_scripts_all_taps_of_today_are_a_page(site: Site, open_page: Open) -> None:
    page = open_page(java_script_enabled=False)
    before = open_counter(page, site)
    plus_one(page, 7)
    page.get_by_role("link", name="Alle tikken van vandaag").click()
    buttons = page.get_by_role("button", name="Ongedaan maken")
    assert buttons.count() >= 7
    buttons.nth(6).click()
    expect_total(page, before + 6)


def test_at_home_the_last_tap_is_taken_back(site: Site, open_page: Open) -> None:
    page = enter(open_page(), site, VOLUNTEER)
    before = shown(page)
    plus_one(page, 2)
    expect_total(page, before + 2)
    page.get_by_role("button", name="Ongedaan maken").click()
    page.get_by_role("button", name="Ongedaan maken").click()
    expect_total(page, before)
    expect(page.get_by_role("button", name="Ongedaan maken")).to_be_hidden()
    expect_waiting(page, 0)
    assert total_of(site) == before


def test_after_midnight_nothing_of_yesterday_is_taken_back(site: Site, open_page: Open) -> None:
    late = dt.datetime(2026, 11, 26, 22, 59, 50)  # 23.59.50 in Hoogeveen
    page = open_page()
    page.clock.install(time=late.isoformat() + "Z")
    set_clock(site, late)
    enter(page, site, VOLUNTEER)
    plus_one(page)
    expect_waiting(page, 0)
    undo = page.get_by_role("button", name="Ongedaan maken")
    expect(undo).to_be_visible()
    set_clock(site, late + dt.timedelta(seconds=60))
    page.clock.fast_forward(60_000)
    expect_total(page, 0)
    expect(undo).to_be_hidden()
    plus_one(page)
    undo.click()
    expect_total(page, 0)
    expect(undo).to_be_hidden()


def test_the_tablet_of_the_desk_sends_each_tap_as_of_who_was_chosen(
    site: Site, open_page: Open
) -> None:
    """The card as the desk shows it: nobody in particular, until a name is tapped."""
    page = open_page()
    enter(page, site, VOLUNTEER)

    def as_desk(route: Route) -> None:
        answer = route.fetch()
        buttons = '<button data-who="7">Anneke</button><button data-who="">Niemand</button>'
        text = re.sub(r'data-person="\d+"', 'data-person=""', answer.text())
        route.fulfill(response=answer, body=text.replace("</main>", buttons + "</main>"))

    sent: list[dict[str, Any]] = []

    def house(route: Route) -> None:
        sent.append(json.loads(route.request.post_data or ""))
        results = [{"id": event["id"], "status": "created"} for event in sent[-1]["events"]]
        answer = {"now": "2026-11-26T09:00:00.000Z", "results": results, "totals": {}}
        route.fulfill(json=answer)

    page.route("**/tellen", as_desk)
    # It would say that this is no desk.
    page.route("**/tellen/stand*", lambda route: route.abort())
    page.route(EVENTS, lambda route: route.abort())
    page.goto(site.address + "/tellen")
    plus_one(page)
    expect_waiting(page, 1)
    page.get_by_role("button", name="Anneke").click()
    expect(page.get_by_role("button", name="Anneke", pressed=True)).to_be_visible()
    plus_one(page, 2)
    expect_waiting(page, 3)
    page.reload()
    expect(page.get_by_role("button", name="Anneke", pressed=True)).to_be_visible()
    plus_one(page)
    page.get_by_role("button", name="Niemand").click()
    expect(page.get_by_role("button", name="Anneke", pressed=False)).to_be_visible()
    plus_one(page)
    expect_waiting(page, 5)
    page.unroute(EVENTS)
    page.route(EVENTS, house)
    look_again(page)
    expect_waiting(page, 0)
    assert [(batch.get("person"), len(batch["events"])) for batch in sent] == [(0, 2), (7, 3)]


def test_an_undo_is_one_event_that_names_its_tap(site: Site, open_page: Open) -> None:
    page = open_page()
    before = open_counter(page, site)
    plus_one(page)
    expect_total(page, before + 1)
    expect_waiting(page, 0)
    tap = last_event(site)
    page.get_by_role("button", name="Ongedaan maken").first.click()
    expect_total(page, before)
    expect_waiting(page, 0)
    with databases.connected(site.database):
        undo = CountEvent.get(CountEvent.kind == CountKind.undo, CountEvent.undoes == tap.id)
    assert (undo.house_id, undo.n) == (tap.house_id, 0)
