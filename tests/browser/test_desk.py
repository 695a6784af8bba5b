"""The desk tablet in a real Chromium: whose name was tapped, offline too; it lasts all day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

import database as databases
from models import CountEvent, Device, House, Person
from rules import desks
from tests.browser.conftest import COORDINATOR, DESK, Site, enter
from tests.browser.test_every_page import RULES
from tests.browser.test_offline import until, wait_until_stored
from tests.cast import make_activity, make_occurrence, make_place, make_shift
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.device

TABLET = {"width": 1024, "height": 768}
EVENTS = "**/tellen/gebeurtenissen"
ALL_SENT = "alles verstuurd"


def plus_one(page: Page) -> None:
    total = page.locator("[data-total]")
    before = int(total.inner_text())
    page.get_by_role("button", name="+1").click()
    expect(total).to_have_text(str(before + 1))


def be(page: Page, name: str) -> None:
    """Tap a name."""
    button = page.get_by_role("button", name=name, exact=True)
    button.click()
    expect(page.locator(f"[data-who]:text-is('{name}')")).to_have_attribute("aria-pressed", "true")


def counted(site: Site) -> list[str | None]:
    """Who made the taps of desk tablets, in the order in which they were made."""
    with databases.connected(site.database):
        taps = CountEvent.select().where(CountEvent.device.startswith("desk "))
        taps = taps.order_by(CountEvent.happened_at)
        return [each.actor.first_name if each.actor else None for each in taps]


def test_taps_are_of_whose_name_was_tapped_last_without_internet_too(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = enter(open_page(viewport=TABLET), site, DESK)
    expect(page.get_by_text(ALL_SENT)).to_be_visible()
    plus_one(page)
    be(page, "Fenna")
    plus_one(page)
    expect(page.get_by_text(ALL_SENT)).to_be_visible()
    page.context.set_offline(True)
    plus_one(page)
    be(page, "Jan")
    plus_one(page)
    page.get_by_text("Iemand anders").click()
    be(page, "Mohammed")
    expect(page.get_by_text("Iemand anders: Mohammed")).to_be_visible()
    plus_one(page)
    be(page, "Niemand")
    plus_one(page)
    expect(page.get_by_text("4 nog niet verstuurd")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text(ALL_SENT)).to_be_visible()
    assert counted(site) == [None, "Fenna", "Fenna", "Jan", "Mohammed", None]


def test_a_name_that_was_tapped_before_the_scripts_came_counts(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = enter(open_page(viewport=TABLET), site, DESK)
    be(page, "Jan")
    page.route("**/*.js?*", lambda route: route.abort())
    page.reload()
    # Before the tap: what is asked for while the route goes away may never be answered.
    page.unroute("**/*.js?*")
    page.get_by_role("button", name="Fenna").click()
    fenna = page.get_by_role("button", name="Fenna")
    expect(fenna).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(fenna).to_have_attribute("aria-pressed", "true")
    plus_one(page)
    expect(page.get_by_text("1 van 1 veilig")).to_be_visible()
    assert counted(site) == ["Fenna"]


def test_it_opens_cold_without_internet_and_counts_for_whoever_was_there(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport=TABLET, service_workers="allow")
    enter(page, site, DESK)
    until(page, "async () => (await navigator.serviceWorker.ready).active.state === 'activated'")
    page.reload()  # Through the service worker now, as every later time.
    be(page, "Fenna")
    wait_until_stored(page, "/balie")
    page.context.set_offline(True)
    page.close()
    cold = page.context.new_page()
    cold.goto(site.address + "/balie")
    expect(cold.get_by_text("Bijgewerkt om")).to_be_visible()
    expect(cold.get_by_role("button", name="Fenna")).to_have_attribute("aria-pressed", "true")
    plus_one(cold)
    be(cold, "Jan")
    plus_one(cold)
    cold.context.set_offline(False)
    expect(cold.get_by_text(ALL_SENT)).to_be_visible()
    assert counted(site) == ["Fenna", "Jan"]


def test_taps_of_who_helps_no_more_count_without_a_name(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = enter(open_page(viewport=TABLET), site, DESK)
    page.context.set_offline(True)
    for name in ("Fenna", "Jan"):
        be(page, name)
        plus_one(page)
    with databases.connected(site.database):
        Person.update(active=False).where(Person.first_name == "Fenna").execute()
    page.context.set_offline(False)
    expect(page.get_by_text("2 van 2 veilig")).to_be_visible()
    assert counted(site) == [None, "Jan"]


def test_it_keeps_its_lists_up_to_date_by_itself_and_not_under_a_finger(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport=TABLET)
    page.clock.install(time=NOW)
    enter(page, site, DESK)
    be(page, "Fenna")
    with databases.connected(site.database):
        house = House.get(House.slug == "wolfsbos")
        person = Person.get(Person.first_name == "Mohammed")
        shift = make_shift(house, TODAY, title="Vogels voeren", end_time=dt.time(16))
        make_place(shift.seats[0], person, NOW)
    page.clock.run_for(170_000)
    page.keyboard.press("Shift")
    page.clock.run_for(25_000)
    expect(page.get_by_text("Vogels voeren")).to_be_hidden()
    page.clock.run_for(60_000)
    expect(page.get_by_text("Vogels voeren")).to_be_visible(timeout=15_000)
    # Mohammed is on today now, and Fenna still counts.
    expect(page.get_by_role("button", name="Mohammed")).to_be_visible()
    expect(page.get_by_role("button", name="Fenna")).to_have_attribute("aria-pressed", "true")
    plus_one(page)
    # What can be chosen for a tap comes as a new page.
    with databases.connected(site.database):
        make_occurrence(make_activity(house, "Bingo met Gerda"), TODAY)
    page.clock.run_for(240_000)
    expect(page.locator("#activiteit")).to_contain_text("Bingo met Gerda")


def test_the_page_of_a_wifi_that_wants_a_login_takes_nothing_away(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport=TABLET)
    page.clock.install(time=NOW)
    enter(page, site, DESK)
    page.route("**/balie", lambda route: route.fulfill(status=200, body="<h1>Wifi</h1>"))
    with page.expect_request("**/balie"):
        page.clock.run_for(240_000)
    page.clock.run_for(60_000)
    expect(page.get_by_role("heading", name="Wie is er?")).to_be_visible()
    plus_one(page)


def test_an_unpaired_tablet_goes_to_the_page_that_says_so_by_itself(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_page(viewport=TABLET)
    page.clock.install(time=NOW)
    enter(page, site, DESK)
    with databases.connected(site.database):
        house, by = House.get(House.slug == "wolfsbos"), Person.get(Person.email == COORDINATOR)
        desks.unpair(house, Device.get(Device.house == house).id, by, NOW)
    page.clock.run_for(240_000)
    expect(page.get_by_text("Deze tablet is losgekoppeld.")).to_be_visible()


def test_taps_that_waited_are_sent_once_the_tablet_is_paired_again(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = enter(open_page(viewport=TABLET), site, DESK)
    be(page, "Fenna")
    with databases.connected(site.database):
        Device.update(revoked=NOW).where(Device.house.is_null(False)).execute()
    plus_one(page)
    expect(page.get_by_text("Vraag de coördinator.")).to_be_visible()
    enter(page, site, DESK)
    expect(page.get_by_text("1 van 1 veilig")).to_be_visible()
    assert counted(site) == ["Fenna"]


def test_without_javascript_it_counts_as_well(site: Site, open_page: Callable[..., Page]) -> None:
    page = enter(open_page(viewport=TABLET, java_script_enabled=False), site, DESK)
    before = int(page.locator("[data-total]").inner_text())
    page.get_by_role("button", name="Fenna").click()
    expect(page.get_by_role("button", name="Fenna")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="+1").first.click()
    page.wait_for_url("**/balie")
    expect(page.locator("[data-total]")).to_have_text(str(before + 1))
    page.get_by_text("Verkeerd getikt?").click()
    page.get_by_role("button", name="Ongedaan maken").click()
    expect(page.locator("[data-total]")).to_have_text(str(before))
    assert counted(site)[0] == "Fenna"


@pytest.mark.looks
@pytest.mark.parametrize("size", [(1024, 768), (768, 1024), (360, 740)])
def test_the_big_button_is_on_the_first_screen_and_large(
    site: Site, open_page: Callable[..., Page], size: tuple[int, int]
) -> None:
    width, height = size
    page = enter(open_page(viewport={"width": width, "height": height}), site, DESK)
    box = page.get_by_role("button", name="+1").first.bounding_box()
    assert box is not None
    assert box["height"] >= 96
    assert box["y"] + box["height"] <= height


@pytest.mark.looks
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_with_the_code_is_for_everybody(
    site: Site, open_page: Callable[..., Page], scheme: str
) -> None:
    page = enter(open_page(color_scheme=scheme), site, COORDINATOR)
    page.goto(site.address + "/huis/wolfsbos")
    page.get_by_role("button", name="Tablet koppelen").click()
    expect(page.get_by_text("Typ daar deze code:")).to_be_visible()
    found = Axe().run(page, options=RULES)
    assert found.violations_count == 0, found.generate_report()
    page.set_viewport_size({"width": 320, "height": 640})
    assert page.evaluate("document.documentElement.scrollWidth") <= 320
