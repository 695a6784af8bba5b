"""The counter on a phone: what it keeps, under whose name it sends, what it does when refused."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect

import database as databases
from models import CountEvent, House, Person
from rules import counting
from tests.browser.conftest import Site, enter
from tests.conftest import TODAY

VOLUNTEER = "vrijwilliger@wolfsbos.example"
COORDINATOR = "coordinator@wolfsbos.example"
EVENTS = "**/tellen/gebeurtenissen"
STANDING = "**/tellen/stand*"
ALL_SENT = "alles verstuurd"

Open = Callable[..., Page]


def open_counter(page: Page, site: Site, email: str = VOLUNTEER) -> int:
    """Log in and open the counter; returns the total that it shows."""
    enter(page, site, email).goto(site.address + "/tellen")
    return shown(page)


def shown(page: Page) -> int:
    return int(page.locator("[data-total]").inner_text())


def plus_one(page: Page, times: int = 1) -> None:
    """Tap, and see that it is kept: until then 'alles verstuurd' is about the taps before."""
    total = page.locator("[data-total]")
    for _ in range(times):
        before = int(total.inner_text())
        page.get_by_role("button", name="+1 bezoeker").click()
        expect(total).to_have_text(str(before + 1))


def look_again(page: Page) -> None:
    """Whoever takes up the phone sends what waits, at once."""
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")


def expect_total(page: Page, total: int) -> None:
    expect(page.locator("[data-total]")).to_have_text(str(total))


def expect_waiting(page: Page, n: int) -> None:
    expect(page.locator("[data-state]")).to_have_text(
        f"{n} nog niet verstuurd" if n else ALL_SENT, timeout=20_000
    )


def counted_by(site: Site, email: str) -> int:
    with databases.connected(site.database):
        person = Person.get(Person.email == email)
        return int(CountEvent.select().where(CountEvent.actor == person).count())


def total_of(site: Site, day: dt.date = TODAY) -> int:
    with databases.connected(site.database):
        return counting.day_total(House.get(House.slug == "wolfsbos"), day)


def set_clock(site: Site, instant: dt.datetime) -> None:
    site.app.config["CLOCK"] = lambda: instant


# -- exactly once ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", ["500", "time-out"])
def test_a_tap_that_the_house_took_but_could_not_answer_counts_once(
    site: Site, open_page: Open, lost: str
) -> None:
    page = open_page()
    before = open_counter(page, site)

    def lose_the_answer(route: Route) -> None:
        route.fetch()
        if lost == "500":
            route.fulfill(status=500, body="")
        else:
            route.abort("timedout")

    page.route(EVENTS, lose_the_answer, times=1)
    plus_one(page)
    expect_waiting(page, 1)
    expect_waiting(page, 0)
    expect_total(page, before + 1)
    page.reload()
    expect_total(page, before + 1)


def test_the_same_batch_eight_times_at_once_counts_once(site: Site, open_page: Open) -> None:
    page = open_page()
    before = open_counter(page, site)
    statuses = page.evaluate(
        """async () => {
          const at = new Date().toISOString();
          const id = crypto.randomUUID();
          const event = { id, seq: 1, house: "wolfsbos", kind: "visit", n: 3, at };
          const send = () => fetch("/tellen/gebeurtenissen", {
            method: "POST",
            headers: { "Content-Type": "application/json" },
            body: JSON.stringify({ sent_at: at, events: [event] }),
          }).then((answer) => answer.json());
          const answers = await Promise.all(Array.from({ length: 8 }, send));
          return answers.map(({ results }) => results[0].status);
        }"""
    )
    assert sorted(statuses) == ["created", *["duplicate"] * 7]
    assert total_of(site) == before + 3


def test_two_tabs_send_each_tap_once_and_show_one_total(site: Site, open_page: Open) -> None:
    one = open_page()
    before = open_counter(one, site)
    two = one.context.new_page()
    two.goto(site.address + "/tellen")
    one.context.set_offline(True)
    for page in (one, two, one, two, two):
        plus_one(page)
    for page in (one, two):
        expect_total(page, before + 5)
        expect_waiting(page, 5)
    one.context.set_offline(False)
    for page in (one, two):
        expect_waiting(page, 0)
        expect_total(page, before + 5)
    assert total_of(site) == before + 5


def test_phones_at_one_door_show_what_all_of_them_counted(site: Site, open_page: Open) -> None:
    one, two = open_page(), open_page()
    two.clock.install()
    before = open_counter(one, site)
    open_counter(two, site, COORDINATOR)
    plus_one(one, 2)
    expect_waiting(one, 0)
    two.clock.fast_forward(5_000)
    expect_total(two, before + 2)


def test_a_total_that_went_back_elsewhere_goes_back_here(site: Site, open_page: Open) -> None:
    id = uuid4()
    with databases.connected(site.database):
        other, house = Person.get(Person.email == COORDINATOR), House.get(House.slug == "wolfsbos")
        counting.add_visit(other, house, id, site.app.config["CLOCK"]())
    page = open_page()
    page.clock.install()
    with page.expect_response(STANDING):
        before = open_counter(page, site)
    page.route(STANDING, lambda route: route.abort())
    plus_one(page)
    expect_waiting(page, 0)
    expect_total(page, before + 1)
    with databases.connected(site.database):
        counting.undo_visit(other, house, id, site.app.config["CLOCK"]())
    page.unroute(STANDING)
    look_again(page)
    expect_total(page, before)


# -- nothing is lost ------------------------------------------------------------------------------

NO_ANSWER: dict[str, dict[str, Any]] = {
    "a page of a wifi": {"status": 200, "body": "<h1>Wifi</h1>"},
    "other JSON": {"status": 200, "json": {"ok": True}},
    "JSON null": {"status": 200, "json": None},
    "our shape, not our taps": {
        "status": 200,
        "json": {"now": "2026-11-26T09:00:00.000Z", "results": [], "totals": {}},
    },
    "a redirect": {"status": 302, "headers": {"Location": "/inloggen"}},
    "401": {"status": 401, "json": {"error": "Log eerst in."}},
    "403": {"status": 403, "json": {"error": "Dit mag niet."}},
    "400": {"status": 400, "json": {"error": "Dit is geen lijst."}},
    "413": {"status": 413, "json": {"error": "Te veel."}},
    "503": {"status": 503, "body": ""},
}


def answering(answer: dict[str, Any]) -> Callable[[Route], None]:
    return lambda route: route.fulfill(**answer)


def test_what_is_no_answer_of_the_house_loses_no_tap(site: Site, open_page: Open) -> None:
    page = open_page()
    page.clock.install()
    before = open_counter(page, site)
    for n, (what, answer) in enumerate(NO_ANSWER.items(), 1):
        page.route(EVENTS, answering(answer))
        with page.expect_request(EVENTS):
            plus_one(page)
        page.unroute(EVENTS)
        assert shown(page) == before + n, what
        page.clock.fast_forward(61_000)
        expect_waiting(page, 0)
        assert total_of(site) == before + n, what


def test_one_bad_event_does_not_hold_up_the_others(site: Site, open_page: Open) -> None:
    page = open_page()
    before = open_counter(page, site)
    page.route(EVENTS, lambda route: route.abort())
    plus_one(page, 7)
    expect_waiting(page, 7)
    bad = page.locator("[data-tap]").nth(3).get_attribute("data-tap")
    page.unroute(EVENTS)

    def choke(route: Route) -> None:
        if str(bad) in (route.request.post_data or ""):
            route.fulfill(status=400, json={"error": "Dit is geen lijst met tikken."})
        else:
            route.continue_()

    page.route(EVENTS, choke)
    page.get_by_role("button", name="Nu versturen").click()
    expect_waiting(page, 1)
    expect_total(page, before + 7)
    assert total_of(site) == before + 6
    expect(page.get_by_text("6 van 7 veilig")).to_be_visible()
    page.unroute(EVENTS)
    look_again(page)
    expect_waiting(page, 0)
    assert total_of(site) == before + 7


def test_a_tap_waits_through_a_reload_until_its_own_person_is_back(
    site: Site, open_page: Open
) -> None:
    page = open_page()
    open_counter(page, site, VOLUNTEER)
    mine, theirs = counted_by(site, VOLUNTEER), counted_by(site, COORDINATOR)
    page.route(EVENTS, lambda route: route.abort())
    plus_one(page)
    expect_waiting(page, 1)
    page.reload()
    expect_waiting(page, 1)
    # First the one, or the phone would still send it as whom it was.
    page.context.clear_cookies()
    page.unroute(EVENTS)

    open_counter(page, site, COORDINATOR)
    plus_one(page)
    expect_waiting(page, 0)
    assert counted_by(site, COORDINATOR) == theirs + 1
    assert counted_by(site, VOLUNTEER) == mine

    page.context.clear_cookies()
    open_counter(page, site, VOLUNTEER)
    expect(page.get_by_text("1 van 1 veilig")).to_be_visible()
    assert counted_by(site, VOLUNTEER) == mine + 1


@pytest.mark.device
def test_who_logs_out_with_unsent_taps_is_warned_and_finds_them_again(
    site: Site, open_page: Open
) -> None:
    page = open_page()
    before = open_counter(page, site)
    page.route(EVENTS, lambda route: route.abort())
    plus_one(page, 2)
    expect_waiting(page, 2)
    page.goto(site.address + "/meer")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_role("alert")).to_contain_text("Nog niet verstuurd: 2.")
    expect(page.get_by_role("heading", level=1)).to_have_text("Meer")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_text("Je bent uitgelogd.")).to_be_visible()
    page.unroute(EVENTS)
    assert total_of(site) == before
    open_counter(page, site)
    expect_waiting(page, 0)
    assert total_of(site) == before + 2


@pytest.mark.device
def test_who_logs_out_with_nothing_unsent_is_asked_nothing(site: Site, open_page: Open) -> None:
    page = open_page()
    open_counter(page, site)
    plus_one(page)
    expect_waiting(page, 0)
    page.goto(site.address + "/meer")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_text("Je bent uitgelogd.")).to_be_visible()


@pytest.mark.device
def test_who_was_logged_out_elsewhere_reads_what_to_do(site: Site, open_page: Open) -> None:
    page = open_page()
    before = open_counter(page, site)
    page.context.clear_cookies()
    plus_one(page)
    expect(page.get_by_text("Log opnieuw in. Je tikken blijven bewaard.")).to_be_visible()
    expect_total(page, before + 1)
    open_counter(page, site)
    expect_waiting(page, 0)
    assert total_of(site) == before + 1


@pytest.mark.device
def test_who_was_logged_out_elsewhere_reads_it_before_they_tap(site: Site, open_page: Open) -> None:
    page = open_page()
    open_counter(page, site)
    page.context.clear_cookies()
    look_again(page)
    expect(page.get_by_text("Log opnieuw in. Je tikken blijven bewaard.")).to_be_visible()


@pytest.mark.device
def test_the_counter_of_who_was_logged_in_before_makes_place(site: Site, open_page: Open) -> None:
    page = open_page()
    open_counter(page, site, VOLUNTEER)
    enter(page.context.new_page(), site, COORDINATOR)
    with databases.connected(site.database):
        now = Person.get(Person.email == COORDINATOR).id
    look_again(page)
    expect(page.locator("[data-counter]")).to_have_attribute("data-person", str(now))


@pytest.mark.device
def test_taps_that_an_earlier_version_kept_move_in_once(site: Site, open_page: Open) -> None:
    page = open_page()
    before = open_counter(page, site)
    with databases.connected(site.database):
        person = Person.get(Person.email == VOLUNTEER).id
    id = "6a1f1d1e-2a0c-4b8e-9d3a-0c1d2e3f4a5b"
    event = {"id": id, "seq": 4, "house": "wolfsbos", "kind": "visit", "n": 1}
    entry = {"person": person, "day": TODAY.isoformat(), "time": "09:59", "n": 1, "title": "Bingo"}
    page.evaluate(
        """([key, entry, event]) => {
          event.at = new Date().toISOString();
          localStorage.setItem(key, JSON.stringify({ ...entry, event }));
        }""",
        ["tap:" + id, entry, event],
    )
    page.reload()
    expect(page.locator(f"[data-tap='{id}']")).to_contain_text("Bingo")
    expect_waiting(page, 0)
    assert total_of(site) == before + 1
    assert page.evaluate("Object.keys(localStorage).filter((key) => key.includes(':'))") == []


@pytest.mark.device
def test_a_phone_that_cannot_keep_anything_sends_the_form(site: Site, open_page: Open) -> None:
    page = open_page()
    page.add_init_script("Object.defineProperty(window, 'indexedDB', { value: undefined })")
    before = open_counter(page, site)
    page.get_by_text("Een groep").click()
    page.get_by_role("button", name="+3").click()
    expect_total(page, before + 3)
    assert total_of(site) == before + 3


# -- the clock ------------------------------------------------------------------------------------


@pytest.mark.device
def test_a_phone_with_a_wrong_clock_and_zone_counts_today(site: Site, open_page: Open) -> None:
    for wrong in ("1970-01-01T00:00:00Z", "2026-11-26T11:00:00Z", "2026-11-26T07:00:00Z"):
        page = open_page(timezone_id="Pacific/Auckland")
        page.clock.install(time=wrong)
        before = open_counter(page, site)
        plus_one(page)
        expect_total(page, before + 1)
        expect_waiting(page, 0)
        assert total_of(site) == before + 1
        page.reload()
        expect_total(page, before + 1)


@pytest.mark.device
def test_a_tap_before_midnight_counts_for_that_day_though_it_is_sent_after_it(
    site: Site, open_page: Open
) -> None:
    late = dt.datetime(2026, 11, 26, 22, 59, 50)  # 23.59.50 in Hoogeveen
    page = open_page()
    page.clock.install(time=late.isoformat() + "Z")
    set_clock(site, late)
    before = open_counter(page, site)
    page.context.set_offline(True)
    plus_one(page, 2)
    expect_total(page, before + 2)

    early = late + dt.timedelta(seconds=20)
    set_clock(site, early)
    page.clock.fast_forward(20_000)
    plus_one(page)
    expect_total(page, 1)  # a new day begins at nought
    expect_waiting(page, 3)
    page.context.set_offline(False)
    expect_waiting(page, 0)
    expect_total(page, 1)
    assert total_of(site) == before + 2
    assert total_of(site, TODAY + dt.timedelta(days=1)) == 1


@pytest.mark.device
def test_the_hour_that_comes_twice_counts_twice(site: Site, open_page: Open) -> None:
    first = dt.datetime(2026, 10, 25, 0, 30)  # 2.30 in summer time
    page = open_page()
    page.clock.install(time=first.isoformat() + "Z")
    set_clock(site, first)
    before = open_counter(page, site)
    page.context.set_offline(True)
    plus_one(page)
    expect_total(page, before + 1)
    again = first + dt.timedelta(hours=1)  # 2.30 in winter time
    set_clock(site, again)
    page.clock.fast_forward(3_600_000)
    plus_one(page)
    expect_total(page, before + 2)
    page.context.set_offline(False)
    expect_waiting(page, 0)
    expect_total(page, before + 2)
    assert total_of(site, first.date()) == before + 2


@pytest.mark.device
def test_what_the_house_refuses_stays_in_sight_with_the_reason(site: Site, open_page: Open) -> None:
    """A clock that was set back or forward meanwhile, and an activity of another house."""
    page = open_page()
    page.clock.install(time="2026-11-26T09:00:00Z")
    before = open_counter(page, site)
    page.route(EVENTS, lambda route: route.abort())
    page.evaluate(
        "const choice = document.querySelector('select'); choice.add(new Option('x', 99999));"
        "choice.value = '99999'"
    )
    page.get_by_role("button", name="+1 bezoeker").click()
    for at in ("2026-06-01T09:00:00Z", "2026-11-27T09:00:00Z"):
        page.clock.set_system_time(at)
        page.get_by_role("button", name="+1 bezoeker").click()  # to the total of another day
    page.clock.set_system_time("2026-11-26T09:05:00Z")
    expect_waiting(page, 3)
    page.unroute(EVENTS)
    look_again(page)
    words = [
        "Deze tik is te oud.",
        "De klok van je telefoon liep niet goed.",
        "Dit is niet van jou of jouw huis.",
    ]
    for sentence in words:
        expect(page.get_by_text(re.compile(re.escape(sentence)))).to_be_visible()
    expect(page.locator("[data-state]")).to_have_text("3 niet geteld")
    expect_total(page, before)
    assert total_of(site) == before
    page.reload()
    expect(page.get_by_text(re.compile(words[0]))).to_be_visible()
    page.get_by_role("button", name="Haal weg").click()
    for sentence in words:
        expect(page.get_by_text(re.compile(re.escape(sentence)))).to_be_hidden()
    page.reload()
    expect(page.locator("[data-state]")).to_have_text(ALL_SENT)
