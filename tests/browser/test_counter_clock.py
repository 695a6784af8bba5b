"""A phone whose clock is put right between a tap and its sending: the house cannot know when that
was, and whoever tapped says that it counts now."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from playwright.sync_api import Page, expect

import database as databases
from models import CountEvent, CountKind, House
from rules import counting
from tests.browser.conftest import DESK, Site, enter
from tests.browser.test_counter import (
    ALL_SENT,
    EVENTS,
    VOLUNTEER,
    Open,
    expect_total,
    expect_waiting,
    look_again,
    open_counter,
    shown,
    total_of,
)
from tests.conftest import TODAY

pytestmark = pytest.mark.device

RIGHT = "2026-11-26T09:05:00Z"
AHEAD = "2026-11-29T08:00:00Z"
BEHIND = "2026-08-01T08:00:00Z"
WORDS = {AHEAD: "De klok van je telefoon liep niet goed.", BEHIND: "Deze tik is te oud."}


def ids_of(site: Site) -> set[UUID]:
    with databases.connected(site.database):
        return {event.id for event in CountEvent.select(CountEvent.id)}


def events_since(site: Site, ids: set[UUID]) -> list[CountEvent]:
    with databases.connected(site.database):
        return [event for event in CountEvent.select() if event.id not in ids]


def tap(page: Page, times: int = 1) -> None:
    """Tap, and see it waiting; which day's total it goes to depends on the clock of the phone."""
    state = page.locator("[data-state]")
    for _ in range(times):
        found = re.match(r"\d+", state.inner_text())
        n = int(found[0]) if found and "verstuurd" in state.inner_text() else 0
        page.get_by_role("button", name="+1 bezoeker").click()
        expect(state).to_have_text(f"{n + 1} nog niet verstuurd")


def refused_by_the_clock(page: Page, site: Site, wrong: str, times: int = 2) -> int:
    """Tap without internet on a phone whose clock is days wrong, put it right, and send."""
    page.clock.install(time=RIGHT)
    before = open_counter(page, site)
    expect(page.locator("[data-state]")).to_have_text(ALL_SENT)
    page.context.set_offline(True)
    page.clock.set_system_time(wrong)
    tap(page, times)
    page.clock.set_system_time(RIGHT)
    page.context.set_offline(False)
    expect(page.locator("[data-state]")).to_have_text(f"{times} niet geteld")
    expect_total(page, before)
    return before


@pytest.mark.parametrize("wrong", [AHEAD, BEHIND], ids=["days ahead", "months behind"])
def test_taps_of_a_wrong_clock_are_said_in_words_and_count_now_when_asked(
    site: Site, open_page: Open, wrong: str
) -> None:
    ids = ids_of(site)
    page = open_page()
    before = refused_by_the_clock(page, site, wrong)
    expect(page.get_by_text(re.compile(re.escape(WORDS[wrong])))).to_have_count(2)
    assert total_of(site) == before
    page.get_by_role("button", name="Tel nu mee").dblclick()
    expect_total(page, before + 2)
    expect_waiting(page, 0)
    expect(page.locator("[data-refused]")).to_be_hidden()
    expect(page.get_by_text("2 van 2 veilig")).to_be_visible()
    page.reload()
    expect_total(page, before + 2)
    expect(page.locator("[data-refused]")).to_be_hidden()
    assert total_of(site) == before + 2
    assert [(e.n, e.date, e.hour) for e in events_since(site, ids)] == [(1, TODAY, 10)] * 2


def test_what_was_said_of_them_goes_along(site: Site, open_page: Open) -> None:
    ids = ids_of(site)
    page = open_page()
    page.clock.install(time=RIGHT)
    before = open_counter(page, site)
    page.context.set_offline(True)
    page.clock.set_system_time("2026-11-26T12:00:00Z")
    tap(page)
    page.get_by_label("Komt voor").select_option(index=1)
    chosen = page.get_by_label("Komt voor").input_value()
    page.get_by_text("Leeftijd of eerste keer").click()
    page.get_by_label("oudere").check()
    page.get_by_label("nee, kwam al eerder").check()
    page.get_by_text("Een groep").click()
    page.get_by_role("button", name="+5").click()
    expect_waiting(page, 2)
    page.clock.set_system_time(RIGHT)
    page.context.set_offline(False)
    expect(page.get_by_text(re.compile("5 × .*, oudere, kwam al eerder:"))).to_be_visible()
    page.get_by_role("button", name="Tel nu mee").click()
    expect_total(page, before + 6)
    expect_waiting(page, 0)
    found = [
        (e.group, e.first_this_month, e.occurrence_id) for e in events_since(site, ids) if e.n == 5
    ]
    assert found == [("senior", False, int(chosen))]


def test_without_internet_they_wait_like_any_tap_and_survive_a_reload(
    site: Site, open_page: Open
) -> None:
    page = open_page()
    before = refused_by_the_clock(page, site, AHEAD, 3)
    page.route(EVENTS, lambda route: route.abort())
    page.get_by_role("button", name="Tel nu mee").click()
    expect_waiting(page, 3)
    expect_total(page, before + 3)
    page.reload()
    expect_waiting(page, 3)
    expect_total(page, before + 3)
    expect(page.get_by_role("button", name="Tel nu mee")).to_be_hidden()
    assert total_of(site) == before
    page.unroute(EVENTS)
    look_again(page)
    expect_waiting(page, 0)
    assert total_of(site) == before + 3


def test_two_tabs_count_them_once(site: Site, open_page: Open) -> None:
    one = open_page()
    before = refused_by_the_clock(one, site, AHEAD)
    two = one.context.new_page()
    two.clock.install(time=RIGHT)
    two.goto(site.address + "/tellen")
    buttons = [page.get_by_role("button", name="Tel nu mee") for page in (one, two)]
    expect(buttons[1]).to_be_visible()
    # At once, before either page hears of the other.
    for page in (one, two):
        page.evaluate("document.querySelector('[data-refused] [data-now]').click()")
    for page in (one, two):
        expect_waiting(page, 0)
        expect_total(page, before + 2)
    assert total_of(site) == before + 2


def test_who_was_taken_back_does_not_count_after_all(site: Site, open_page: Open) -> None:
    page = open_page()
    page.clock.install(time=RIGHT)
    before = open_counter(page, site)
    page.context.set_offline(True)
    page.clock.set_system_time(AHEAD)
    tap(page, 2)
    page.locator("[data-recent]").get_by_role("button", name="Ongedaan maken").first.click()
    expect(page.locator("[data-state]")).to_have_text("3 nog niet verstuurd")
    page.clock.set_system_time(RIGHT)
    page.context.set_offline(False)
    expect(page.locator("[data-state]")).to_have_text("3 niet geteld")
    page.get_by_role("button", name="Tel nu mee").click()
    expect_waiting(page, 0)
    expect_total(page, before + 1)
    expect(page.locator("[data-refused]")).to_be_hidden()
    assert total_of(site) == before + 1


def test_an_undo_that_the_clock_spoilt_takes_back_after_all(site: Site, open_page: Open) -> None:
    ids = ids_of(site)
    page = open_page()
    page.clock.install(time=RIGHT)
    before = open_counter(page, site)
    page.get_by_role("button", name="+1 bezoeker").click()
    expect_total(page, before + 1)
    expect_waiting(page, 0)
    page.context.set_offline(True)
    undo = page.locator("[data-recent]").get_by_role("button", name="Ongedaan maken").first
    page.clock.set_system_time("2026-11-26T12:00:00Z")
    undo.click()
    expect_waiting(page, 1)
    page.clock.set_system_time(RIGHT)
    page.context.set_offline(False)
    expect(page.locator("[data-state]")).to_have_text("1 niet geteld")
    expect_total(page, before + 1)
    page.get_by_role("button", name="Tel nu mee").click()
    expect_waiting(page, 0)
    expect_total(page, before)
    assert total_of(site) == before
    assert sorted(e.kind for e in events_since(site, ids)) == [CountKind.undo, CountKind.visit]


def test_what_was_refused_for_another_reason_is_not_offered(site: Site, open_page: Open) -> None:
    page = open_page()
    page.clock.install(time=RIGHT)
    before = open_counter(page, site)
    page.evaluate(
        "const choice = document.querySelector('select'); choice.add(new Option('x', 99999));"
        "choice.value = '99999'"
    )
    page.get_by_role("button", name="+1 bezoeker").click()
    expect(page.locator("[data-state]")).to_have_text("1 niet geteld")
    expect(page.get_by_text(re.compile("Dit is niet van jou of jouw huis."))).to_be_visible()
    expect(page.get_by_role("button", name="Tel nu mee")).to_be_hidden()
    page.get_by_role("button", name="Haal weg").click()
    expect(page.locator("[data-state]")).to_have_text(ALL_SENT)
    expect_total(page, before)


def test_on_the_tablet_of_the_desk_it_is_the_same(site: Site, open_page: Open) -> None:
    page = open_page()
    page.clock.install(time=RIGHT)
    enter(page, site, DESK)
    before = shown(page)
    page.context.set_offline(True)
    page.clock.set_system_time(AHEAD)
    tap(page)
    page.clock.set_system_time(RIGHT)
    page.context.set_offline(False)
    expect(page.locator("[data-state]")).to_have_text("1 niet geteld")
    page.get_by_role("button", name="Tel nu mee").click()
    expect_waiting(page, 0)
    expect_total(page, before + 1)
    with databases.connected(site.database):
        house = House.get(House.slug == "wolfsbos")
        assert counting.day_total(house, TODAY) == before + 1


def test_a_clock_that_stays_wrong_needs_no_button(site: Site, open_page: Open) -> None:
    page = open_page()
    page.clock.install(time=AHEAD)
    before = open_counter(page, site, VOLUNTEER)
    page.get_by_role("button", name="+1 bezoeker").click()
    expect_total(page, before + 1)
    expect_waiting(page, 0)
    assert total_of(site) == before + 1
    expect(page.locator("[data-refused]")).to_be_hidden()
