"""Without internet: what opens as it was seen last, for whom, and what never waits on a phone."""

from __future__ import annotations

import os
import re
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

import database as databases
from models import HOLDING, Person, Place
from tests.browser.conftest import PHONE, Site, enter
from tests.browser.test_counter import (
    COORDINATOR,
    VOLUNTEER,
    expect_total,
    expect_waiting,
    plus_one,
    shown,
    total_of,
)
from views import assets

pytestmark = pytest.mark.device

Open = Callable[..., Page]
SEEN = re.compile(r"Bijgewerkt (om|op .* om) \d{1,2}\.\d\d uur\.")
NOTHING = "Deze pagina heb je hier nog niet eerder geopend."


def until(page: Page, condition: str) -> None:
    """Wait for a condition of a page, or of what it can ask; our policy lets nobody else do so."""
    page.evaluate(
        f"""async () => {{
          const met = {condition};
          for (let left = 400; left; left--) {{
            if (await met()) return;
            await new Promise((done) => {{ setTimeout(done, 50); }});
          }}
          throw new Error("It never came.");
        }}"""
    )


def installed(page: Page) -> Page:
    """Wait until the service worker has what it keeps, and stands before the pages."""
    until(
        page,
        """async () => {
          const shelves = (await caches.keys()).filter((name) => name.startsWith("pages"));
          const keys = await (await caches.open(shelves[0])).keys();
          const paths = keys.map(({ url }) => new URL(url).pathname);
          const whole = ["/vandaag", "/tellen", "/rooster", "/zonder-internet"];
          return shelves.length === 1 && whole.every((path) => paths.includes(path));
        }""",
    )
    until(page, "async () => (await navigator.serviceWorker.ready).active.state === 'activated'")
    if not page.evaluate("Boolean(navigator.serviceWorker.controller)"):
        page.reload()  # It came while the page was on its way.
    return page


def phone(open_page: Open, site: Site, email: str = VOLUNTEER) -> Page:
    """A phone that was online once, at home: nobody looked at the counter or the roster."""
    return installed(enter(open_page(service_workers="allow"), site, email))


def stored(page: Page) -> dict[str, list[str]]:
    """What the service worker keeps: the paths by the names of its caches."""
    found: dict[str, list[str]] = page.evaluate(
        """async () => {
          const found = {};
          for (const name of await caches.keys()) {
            const keys = await (await caches.open(name)).keys();
            found[name] = keys.map(({ url }) => new URL(url).pathname);
          }
          return found;
        }"""
    )
    return found


def wait_until_stored(page: Page, path: str) -> None:
    until(
        page,
        f"""async () => {{
          for (const name of await caches.keys()) {{
            const keys = await (await caches.open(name)).keys();
            if (keys.some(({{ url }}) => new URL(url).pathname === "{path}")) return true;
          }}
        }}""",
    )


def without_a_net(page: Page) -> None:
    """What a phone that is offline says of itself; Playwright's forgets it with the next page."""
    page.evaluate("Object.defineProperty(navigator, 'onLine', { value: false })")


@contextmanager
def answered_by(site: Site, other: Callable[..., Any]) -> Iterator[None]:
    """Something else answers in the place of the house, as the page of a wifi or a proxy would."""
    own = site.app.wsgi_app
    site.app.wsgi_app = other  # type: ignore[method-assign]
    try:
        yield
    finally:
        site.app.wsgi_app = own  # type: ignore[method-assign]


# -- the counter ----------------------------------------------------------------------------------


def test_the_counter_opens_cold_without_internet_after_one_visit_to_another_page(
    site: Site, open_page: Open
) -> None:
    first = phone(open_page, site)
    before = shown(first)
    first.context.set_offline(True)
    page = first.context.new_page()
    first.close()
    page.goto(site.address + "/tellen")
    expect(page.get_by_text(SEEN)).to_be_visible()
    plus_one(page, 3)
    expect_total(page, before + 3)
    expect_waiting(page, 3)
    page.reload()
    expect_total(page, before + 3)
    page.close()
    page = first.context.new_page()
    page.goto(site.address + "/tellen")
    expect_total(page, before + 3)
    expect_waiting(page, 3)
    first.context.set_offline(False)
    expect_waiting(page, 0)
    assert total_of(site) == before + 3
    page.reload()
    expect(page.get_by_text(SEEN)).to_have_count(0)
    expect_total(page, before + 3)


def test_taps_survive_a_browser_that_is_killed(
    site: Site, chromium: Browser, tmp_path: Path
) -> None:
    profile = tmp_path / "profile"
    context = start(chromium, profile)
    page = installed(enter(context.new_page(), site, VOLUNTEER))
    page.goto(site.address + "/tellen")
    before = shown(page)
    wait_until_stored(page, "/tellen")
    context.set_offline(True)
    plus_one(page, 3)
    expect_waiting(page, 3)
    logged_in = context.cookies()
    kill(profile)
    with suppress(Exception):  # It is gone already.
        context.close()

    context = start(chromium, profile)
    # Chromium writes cookies half a minute late; this phone was logged in for longer than that.
    context.add_cookies(logged_in)  # type: ignore[arg-type]
    context.set_offline(True)
    page = context.new_page()
    page.goto(site.address + "/tellen")
    expect_total(page, before + 3)
    expect_waiting(page, 3)
    expect(page.get_by_text("0 van 3 veilig")).to_be_visible()
    context.set_offline(False)
    expect_waiting(page, 0)
    expect(page.get_by_text("3 van 3 veilig")).to_be_visible()
    assert total_of(site) == before + 3
    context.close()


def start(chromium: Browser, profile: Path) -> BrowserContext:
    context = chromium.browser_type.launch_persistent_context(
        str(profile),
        executable_path="/usr/bin/chromium",
        args=["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-sync"],
        viewport=PHONE,
        locale="nl-NL",
        timezone_id="Europe/Amsterdam",
    )
    context.set_default_timeout(10_000)
    return context


def kill(profile: Path) -> None:
    """Kill the Chromium that runs on a profile, as a battery that is empty would."""
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            words = (folder / "cmdline").read_bytes().split(b"\0")
            mine = f"--user-data-dir={profile}".encode() in words
            if mine and not any(word.startswith(b"--type=") for word in words):
                os.kill(int(folder.name), signal.SIGKILL)


def test_without_internet_another_day_offers_no_activity_of_this_day(
    site: Site, open_page: Open
) -> None:
    page = open_page(service_workers="allow")
    page.clock.install(time="2026-11-26T09:00:00Z")
    installed(enter(page, site, VOLUNTEER))
    page.context.set_offline(True)
    page.clock.set_system_time("2026-11-28T10:00:00Z")
    page.goto(site.address + "/tellen")
    expect(
        page.get_by_text("De activiteiten van vandaag zie je weer met internet.")
    ).to_be_visible()
    expect_total(page, 0)
    expect(page.locator("#activiteit")).to_have_value("")
    expect(page.locator("[data-recent]")).to_be_hidden()
    plus_one(page)
    expect_total(page, 1)
    expect(page.locator("[data-recent] li")).to_have_count(1)


# -- pages ----------------------------------------------------------------------------------------


def test_today_and_the_roster_open_as_last_seen_and_a_seat_never_waits(
    site: Site, open_page: Open
) -> None:
    page = phone(open_page, site)
    page.context.set_offline(True)
    page.goto(site.address + "/vandaag")
    expect(page.get_by_text(SEEN)).to_be_visible()
    expect(page.get_by_role("heading", level=1)).to_contain_text("26 november")
    page.get_by_role("link", name="Rooster", exact=True).click()
    expect(page.get_by_text(SEEN)).to_be_visible()
    held = places(site)
    without_a_net(page)
    page.get_by_role("button", name="Ik kom").first.click()
    expect(page.get_by_role("alert")).to_have_text("Dit kan alleen met internet.")
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_text(SEEN)).to_have_count(0)
    assert places(site) == held
    page.get_by_role("button", name="Ik kom").first.click()
    expect(page.get_by_text("Je staat erop").first).to_be_visible()


def places(site: Site) -> int:
    with databases.connected(site.database):
        return int(Place.select().where(Place.state.in_(HOLDING)).count())


def test_a_page_that_was_never_seen_says_so_and_what_to_do(site: Site, open_page: Open) -> None:
    page = phone(open_page, site)
    page.context.set_offline(True)
    page.goto(site.address + "/account")
    expect(page.get_by_text(NOTHING)).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Tellen").click()
    expect(page.get_by_role("button", name="+1 bezoeker")).to_be_visible()
    page.context.set_offline(False)
    page.goto(site.address + "/account")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn gegevens")


def test_papers_that_were_opened_open_again(site: Site, open_page: Open) -> None:
    page = phone(open_page, site)
    read = """async (address) => {
      const answer = await fetch(address);
      return [answer.status, (await answer.blob()).size];
    }"""
    papers = ("/drukwerk/deurbord.pdf", "/h/wolfsbos/poster.pdf?maand=2026-12")
    online = [page.evaluate(read, address) for address in papers]
    assert all(status == 200 and size > 5000 for status, size in online)
    wait_until_stored(page, "/h/wolfsbos/poster.pdf")
    page.context.set_offline(True)
    assert [page.evaluate(read, address) for address in papers] == online
    assert page.evaluate(read, "/h/wolfsbos/poster.pdf?maand=2026-11")[0] == 503


def test_nothing_is_stored_but_whole_pages_of_the_door(site: Site, open_page: Open) -> None:
    page = phone(open_page, site, COORDINATOR)
    for address in ("/mensen", "/account", "/rooster/berichten", "/cijfers", "/rooster/mijn"):
        page.goto(site.address + address)
    part = "{ 'HX-Request': 'true', 'HX-Request-Type': 'partial' }"
    page.evaluate(f"fetch('/rooster', {{ headers: {part} }}).then((answer) => answer.text())")
    wait_until_stored(page, "/rooster/mijn")
    pages = [path for name, paths in stored(page).items() if "pages" in name for path in paths]
    assert set(pages) <= {"/vandaag", "/tellen", "/rooster", "/rooster/mijn", "/zonder-internet"}
    assert len(pages) == len(set(pages))


# -- whose ----------------------------------------------------------------------------------------


def test_nobody_sees_the_pages_of_who_was_here_before(site: Site, open_page: Open) -> None:
    page = phone(open_page, site)
    page.goto(site.address + "/rooster/mijn")
    wait_until_stored(page, "/rooster/mijn")
    mine = {name for name in stored(page) if name.startswith("pages")}
    page.goto(site.address + "/meer")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_text("Je bent uitgelogd.")).to_be_visible()
    assert not mine & stored(page).keys()
    page.context.set_offline(True)
    for address in ("/vandaag", "/rooster/mijn", "/tellen"):
        page.goto(site.address + address)
        expect(page.get_by_role("heading", level=1)).to_have_text("Geen internet")
    page.context.set_offline(False)

    enter(page, site, VOLUNTEER)
    page.goto(site.address + "/rooster/mijn")
    wait_until_stored(page, "/rooster/mijn")
    # Another person logs in without the first one logging out.
    installed(enter(page, site, COORDINATOR))
    page.context.set_offline(True)
    page.goto(site.address + "/rooster/mijn")
    expect(page.get_by_text(NOTHING)).to_be_visible()


@pytest.mark.parametrize("how", ["the card of another", "logging out"])
def test_after_another_login_no_old_page_stands_in_for_a_new_one_that_fails(
    site: Site, open_page: Open, how: str
) -> None:
    page = phone(open_page, site)
    page.goto(site.link(COORDINATOR) if how == "the card of another" else site.address + "/meer")
    button = page.get_by_role("main").get_by_role("button")
    if how == "logging out":
        button = page.get_by_role("button", name="Uitloggen")
    own = site.app.wsgi_app

    def only_forms(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        form = environ["REQUEST_METHOD"] == "POST"
        return (own if form else bad_gateway)(environ, start_response)

    with answered_by(site, only_forms):
        button.click()
        expect(page.get_by_role("heading", level=1)).to_have_text("502")
        page.goto(site.address + "/vandaag")
        expect(page.get_by_role("heading", level=1)).to_have_text("502")
        assert not any(name.startswith(("pages", "papers")) for name in stored(page))


def test_unsent_taps_are_in_no_page_and_stay_when_the_pages_go(site: Site, open_page: Open) -> None:
    page = phone(open_page, site)
    page.route("**/tellen/gebeurtenissen", lambda route: route.abort())
    page.goto(site.address + "/tellen")
    before = shown(page)
    plus_one(page, 2)
    expect_waiting(page, 2)
    page.context.clear_cookies()
    enter(page, site, COORDINATOR)
    page.unroute("**/tellen/gebeurtenissen")
    page.goto(site.address + "/tellen")
    expect_waiting(page, 0)
    assert total_of(site) == before
    enter(page, site, VOLUNTEER)
    expect_waiting(page, 0)
    assert total_of(site) == before + 2


# -- what stands between --------------------------------------------------------------------------


def portal(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("200 OK", [("Content-Type", "text/html")])
    return [b"<html><body><main><h1>Gratis wifi</h1></main></body></html>"]


def bad_gateway(_environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
    start_response("502 Bad Gateway", [("Content-Type", "text/html")])
    return [b"<h1>502</h1>"]


def test_the_page_of_a_wifi_or_proxy_takes_no_place_of_the_counter(
    site: Site, open_page: Open
) -> None:
    page = phone(open_page, site)
    before = shown(page)
    for other in (portal, bad_gateway):
        with answered_by(site, other):
            page.goto(site.address + "/tellen")
            expect(page.get_by_text(SEEN)).to_be_visible()
            plus_one(page)
            before += 1
            expect_total(page, before)
            page.goto(site.address + "/meer")
            expect(page.get_by_role("heading")).to_have_text(re.compile("Gratis wifi|502"))
        page.goto(site.address + "/tellen")
        expect(page.get_by_text(SEEN)).to_have_count(0)
        expect_waiting(page, 0)
        expect_total(page, before)
    assert total_of(site) == before


def test_on_slow_wifi_the_counter_opens_as_last_seen(site: Site, open_page: Open) -> None:
    page = phone(open_page, site)
    go = threading.Event()

    def slow(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        go.wait(30)
        return own(environ, start_response)

    own = site.app.wsgi_app
    with answered_by(site, slow):
        page.goto(site.address + "/tellen")
        expect(page.get_by_text(SEEN)).to_be_visible()
        plus_one(page)
        expect_waiting(page, 1)
        go.set()
        expect_waiting(page, 0)


def test_a_form_that_cannot_be_sent_says_so(site: Site, open_page: Open) -> None:
    """The phone thinks that there is internet, but the house does not answer."""
    page = phone(open_page, site)
    page.goto(site.address + "/meer")
    page.evaluate("Object.defineProperty(navigator, 'onLine', { value: true })")
    page.context.set_offline(True)
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_text("We konden dit niet versturen.")).to_be_visible()
    expect(page.get_by_text(NOTHING)).to_be_hidden()
    page.context.set_offline(False)
    with databases.connected(site.database):
        assert Person.get(Person.email == VOLUNTEER).active
    page.goto(site.address + "/vandaag")
    expect(page.get_by_role("heading", level=1)).to_contain_text("26 november")


def test_a_new_version_replaces_all_of_the_old_one_but_papers(
    site: Site, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = phone(open_page, site)
    page.evaluate("fetch('/drukwerk/deurbord.pdf').then((answer) => answer.blob())")
    wait_until_stored(page, "/drukwerk/deurbord.pdf")
    monkeypatch.setattr(assets, "version", lambda: "nieuw")
    page.reload()
    until(
        page,
        """async () => {
          const names = await caches.keys();
          return names.length === 3 && names.every((name) => /^papers | nieuw/.test(name));
        }""",
    )
    kept = stored(page)
    assert ["/tellen" in paths for name, paths in kept.items() if "pages nieuw" in name] == [True]
    page.context.set_offline(True)
    page.goto(site.address + "/tellen")
    expect(page.get_by_role("button", name="+1 bezoeker")).to_be_visible()
    plus_one(page)
    expect_waiting(page, 1)
