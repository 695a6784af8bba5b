"""Printing in a real browser: three taps, pictures that come by themselves, and no internet."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

import database as databases
from models import (
    Activity,
    House,
    Membership,
    Occurrence,
    Person,
    Rendering,
    Role,
    TallySheet,
)
from tests.browser.conftest import LAPTOP, Site, enter
from tests.browser.test_counter import COORDINATOR, VOLUNTEER
from tests.browser.test_offline import phone, stored, until

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

Open = Callable[..., Page]
#: What a press that is cold, on a machine that has more to do, may take.
COLD = 60_000
SWITCH = "Bewaar voor als het internet weg is"
#: By the clock of the device.
KEPT = re.compile(r"Bewaard op \w+ \d+ \w+ om \d{1,2}\.\d\d uur\.")


def card(page: Page, name: str) -> Page:
    return page.locator(f"#{name}")  # type: ignore[return-value]


# -- three taps -----------------------------------------------------------------------------------


def test_from_home_to_paper_in_three_taps(site: Site, open_page: Open) -> None:
    page = enter(open_page(), site, VOLUNTEER)
    page.get_by_role("link", name="Meer").click()
    page.get_by_role("link", name="Drukwerk").click()
    with page.expect_request(lambda request: "poster.pdf" in request.url) as asked:
        card(page, "poster").get_by_role("button", name="Open en print").click()
    answer = page.request.get(asked.value.url)
    assert answer.headers["content-type"] == "application/pdf"
    assert "wolfsbos-2026-11-poster-a4.pdf" in answer.headers["content-disposition"]


def test_pictures_come_when_they_are_seen_and_follow_what_is_chosen(
    site: Site, open_page: Open
) -> None:
    before = sheets(site)
    page = enter(open_page(), site, VOLUNTEER)
    page.goto(site.address + "/drukwerk")
    poster = card(page, "poster")
    expect(poster.locator("img")).to_be_visible(timeout=COLD)
    assert drawn(page, "#poster img")
    expect(card(page, "turfblad").locator("img")).to_have_count(0)
    poster.get_by_label("Maand").select_option("2026-12")
    expect(poster.locator("img")).to_have_attribute(
        "src", re.compile("maand=2026-12"), timeout=COLD
    )
    poster.get_by_label("Papier").select_option("a3")
    expect(poster.locator("img")).to_have_attribute("src", re.compile("formaat=a3"), timeout=COLD)
    card(page, "turfblad").scroll_into_view_if_needed()
    expect(card(page, "turfblad").locator("img")).to_be_visible(timeout=COLD)
    assert "csrf" not in (card(page, "turfblad").locator("img").get_attribute("src") or "")
    assert sheets(site) == before, "a look makes no tally sheet"


def sheets(site: Site) -> int:
    with databases.connected(site.database):
        return int(TallySheet.select().count())


def drawn(page: Page, picture: str) -> bool:
    """Whether the bytes of a picture are one."""
    until(page, f"() => document.querySelector('{picture}').complete")
    return bool(page.evaluate(f"document.querySelector('{picture}').naturalWidth === 640"))


def test_a_document_that_fails_says_in_its_place_what_to_change(
    site: Site, open_page: Open
) -> None:
    with databases.connected(site.database):
        house = House.get(House.slug == "wolfsbos")
        on = Occurrence.select(Occurrence.activity).where(Occurrence.date == "2026-11-26")
        Activity.update(title="Feest 🎄").where(
            Activity.house == house, Activity.id.in_(on)
        ).execute()
    page = enter(open_page(), site, VOLUNTEER)
    page.goto(site.address + "/drukwerk")
    expect(card(page, "poster").get_by_role("alert")).to_contain_text(
        "Haal het weg uit: Feest 🎄", timeout=COLD
    )
    card(page, "roosterblad").scroll_into_view_if_needed()
    expect(card(page, "roosterblad").locator("img")).to_be_visible(timeout=COLD)


def test_one_choice_of_language_and_style_holds_for_every_document(
    site: Site, open_page: Open
) -> None:
    page = enter(open_page(viewport=LAPTOP), site, VOLUNTEER)
    page.goto(site.address + "/drukwerk")
    page.get_by_label("Taal").select_option("ar")
    page.wait_for_url(re.compile("taal=ar"))
    expect(page.get_by_text("Laat een moedertaalspreker dit blad nalezen.")).to_be_visible()
    page.get_by_label("Stijl").select_option("zwartwit")
    page.wait_for_url(re.compile("taal=ar.*stijl=zwartwit"))
    expect(card(page, "poster").locator("img")).to_have_attribute(
        "src", re.compile("taal=ar.*stijl=zwartwit"), timeout=COLD
    )
    expect(page.locator("html")).to_have_attribute("lang", "nl")


def test_the_weeks_bundle_is_made_before_your_eyes(site: Site, open_page: Open) -> None:
    page = enter(open_page(), site, VOLUNTEER)
    page.goto(site.address + "/drukwerk")
    card(page, "weekpakket").get_by_label("Week").select_option("2026-W49")
    page.get_by_role("button", name="Maak het weekpakket").click()
    expect(page.get_by_role("heading", name="De bladen worden gemaakt")).to_be_visible()
    expect(page.get_by_role("heading", name="Het weekpakket is klaar")).to_be_visible(timeout=COLD)
    parts = page.locator("main li")
    expect(parts.get_by_text("klaar", exact=True)).to_have_count(parts.count())
    with page.expect_request(lambda request: "weekpakket.pdf" in request.url):
        page.get_by_role("link", name="Open en print").click()


# -- without internet -----------------------------------------------------------------------------


READ = """async (address) => {
  const answer = await fetch(address);
  return [answer.status, answer.headers.get("Content-Type"), (await answer.blob()).size];
}"""


def kept_of(page: Page) -> list[str]:
    return [path for name, paths in stored(page).items() if " kept " in name for path in paths]


def links(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('[data-papers] a')].map((link) => link.href)"
    )
    return found


def test_what_is_to_be_kept_opens_without_internet_until_the_switch_goes_off(
    site: Site, open_page: Open
) -> None:
    page = phone(open_page, site, COORDINATOR)
    page.goto(site.address + "/drukwerk")
    switch = page.get_by_label(SWITCH)
    expect(switch).not_to_be_checked()
    switch.check()
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=COLD)
    assert sorted(kept_of(page)) == ["/drukwerk/poster.pdf", "/drukwerk/weekpakket.pdf"]
    addresses = links(page)
    page.context.set_offline(True)
    for address in addresses:
        status, kind, size = page.evaluate(READ, address)
        assert (status, kind) == (200, "application/pdf")
        assert size > 10_000
    page.reload()
    expect(page.get_by_label(SWITCH)).to_be_checked()
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.context.set_offline(False)
    page.reload()
    expect(page.get_by_text(KEPT)).to_be_visible()
    page.get_by_label(SWITCH).uncheck()
    until(page, "async () => !(await caches.keys()).some((name) => name.includes(' kept '))")
    page.reload()
    expect(page.get_by_label(SWITCH)).not_to_be_checked()


def test_what_changed_is_fetched_anew_when_the_page_opens(site: Site, open_page: Open) -> None:
    page = phone(open_page, site, COORDINATOR)
    page.goto(site.address + "/drukwerk")
    page.get_by_label(SWITCH).check()
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=COLD)
    tag = """async () => {
      const name = (await caches.keys()).find((each) => each.includes(" kept "));
      const papers = await (await caches.open(name)).matchAll();
      return papers.map((paper) => paper.headers.get("ETag")).sort();
    }"""
    before = page.evaluate(tag)
    page.reload()
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=COLD)
    assert page.evaluate(tag) == before
    with databases.connected(site.database):
        House.update(phone="0528999999").where(House.slug == "wolfsbos").execute()
    page.reload()
    until(page, f"async () => String(await ({tag})()) !== {','.join(before)!r}")


def test_who_logs_out_leaves_no_paper_on_the_device(site: Site, open_page: Open) -> None:
    page = phone(open_page, site, COORDINATOR)
    page.goto(site.address + "/drukwerk")
    page.get_by_label(SWITCH).check()
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=COLD)
    page.goto(site.address + "/meer")
    page.get_by_role("button", name="Uitloggen").click()
    expect(page.get_by_text("Je bent uitgelogd.")).to_be_visible()
    assert not [name for name in stored(page) if name.startswith("papers")]


def test_who_logs_out_elsewhere_while_papers_come_leaves_none_either(
    site: Site, open_page: Open
) -> None:
    page = phone(open_page, site, COORDINATOR)
    page.goto(site.address + "/drukwerk")
    held: list[Route] = []
    page.route("**/weekpakket.pdf*", lambda route: held.append(route))
    with page.expect_request(lambda request: "weekpakket.pdf" in request.url, timeout=COLD) as sent:
        page.get_by_label(SWITCH).check()
    # What was answered before the log-out arrives after it.
    answer = page.request.get(sent.value.url, timeout=COLD)
    elsewhere = page.context.new_page()
    elsewhere.goto(site.address + "/meer")
    elsewhere.get_by_role("button", name="Uitloggen").click()
    expect(elsewhere.get_by_text("Je bent uitgelogd.")).to_be_visible()
    assert answer.status == 200
    held[0].fulfill(response=answer)
    expect(page.get_by_text("Dit lukte niet. Probeer het later nog eens.")).to_be_visible()
    expect(page.get_by_label(SWITCH)).not_to_be_checked()
    assert kept_of(page) == []
    assert not [name for name in stored(page) if name.startswith("papers kept")]


def test_of_two_houses_each_keeps_its_own_papers(site: Site, open_page: Open) -> None:
    with databases.connected(site.database):
        Membership.create(
            person=Person.get(Person.email == COORDINATOR),
            house=House.get(House.slug == "knooppunt"),
            role=Role.volunteer,
        )
    page = phone(open_page, site, COORDINATOR)
    switch = page.get_by_label(SWITCH)
    both = {}
    for slug in ("wolfsbos", "knooppunt"):
        page.goto(f"{site.address}/drukwerk?huis={slug}")
        expect(switch).not_to_be_checked()
        switch.check()
        expect(page.get_by_text(KEPT)).to_be_visible(timeout=COLD)
        both[slug] = links(page)
    assert len(kept_of(page)) == 4
    page.goto(f"{site.address}/drukwerk?huis=wolfsbos")
    expect(switch).to_be_checked()
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=COLD)
    assert len(kept_of(page)) == 4
    page.context.set_offline(True)
    for address in (*both["wolfsbos"], *both["knooppunt"]):
        assert page.evaluate(READ, address)[:2] == [200, "application/pdf"]
    page.context.set_offline(False)
    switch.uncheck()
    until(
        page,
        """async () => {
          const name = (await caches.keys()).find((each) => each.includes(" kept "));
          const left = await (await caches.open(name)).keys();
          return left.length === 2 && left.every(({ url }) => url.includes("huis=knooppunt"));
        }""",
    )
    page.goto(f"{site.address}/drukwerk?huis=knooppunt")
    expect(switch).to_be_checked()
    expect(page.get_by_text(KEPT)).to_be_visible(timeout=COLD)


def test_a_switch_that_goes_off_while_papers_come_keeps_none(site: Site, open_page: Open) -> None:
    page = phone(open_page, site, COORDINATOR)
    page.goto(site.address + "/drukwerk")
    held: list[Route] = []
    page.route("**/weekpakket.pdf*", lambda route: held.append(route))
    with page.expect_request(lambda request: "weekpakket.pdf" in request.url, timeout=COLD):
        page.get_by_label(SWITCH).check()
    page.get_by_label(SWITCH).uncheck()
    with page.expect_response(lambda answer: "zonder-internet" in answer.url, timeout=COLD):
        held[0].continue_()
    until(page, "async () => !(await caches.keys()).some((name) => name.includes(' kept '))")


def test_the_page_and_its_pictures_that_were_seen_open_without_internet(
    site: Site, open_page: Open
) -> None:
    page = phone(open_page, site)
    page.goto(site.address + "/drukwerk")
    expect(card(page, "poster").locator("img")).to_be_visible(timeout=COLD)
    drawn(page, "#poster img")
    until(
        page,
        """async () => {
          const name = (await caches.keys()).find((each) => each.includes("pictures"));
          return name && (await (await caches.open(name)).keys()).length > 0;
        }""",
    )
    page.context.set_offline(True)
    page.reload()
    expect(page.get_by_text("Bijgewerkt om")).to_be_visible()
    expect(card(page, "poster").locator("img")).to_be_visible(timeout=COLD)
    assert drawn(page, "#poster img")
    expect(page.get_by_text("Geen verbinding")).to_have_count(0)


def test_without_javascript_every_document_has_its_picture_and_its_buttons(
    site: Site, open_page: Open
) -> None:
    page = enter(open_page(java_script_enabled=False), site, VOLUNTEER)
    # Whoever looks need not wait for the pictures further down, as 'load' would.
    page.goto(site.address + "/drukwerk", wait_until="domcontentloaded")
    expect(card(page, "poster").locator("img")).to_be_visible(timeout=COLD)
    expect(page.get_by_label(SWITCH)).to_be_hidden()
    card(page, "deurbord").get_by_label("Dag").select_option("2026-11-27")
    with page.expect_request(lambda request: "deurbord.pdf" in request.url) as asked:
        card(page, "deurbord").get_by_role("button", name="Open en print").click(timeout=COLD)
    assert page.request.get(asked.value.url).status == 200
    with databases.connected(site.database):
        assert Rendering.select().count() > 0
