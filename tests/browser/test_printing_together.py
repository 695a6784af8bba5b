"""Several documents by choice in one file, in a real browser: with and without JavaScript."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import pikepdf
import pytest
from playwright.sync_api import Page, expect

import database as databases
from models import Rendering
from tests.browser.conftest import Site, enter
from tests.browser.test_counter import VOLUNTEER
from tests.browser.test_printing import COLD, sheets

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]

Open = Callable[..., Page]
THREE = ("Poster", "Weekblad", "Turfblad")


def choose(page: Page, site: Site) -> None:
    page.goto(site.address + "/drukwerk", wait_until="domcontentloaded")
    page.get_by_role("link", name="Meer bladen in één bestand").click()
    for name in THREE:
        page.get_by_label(name, exact=True).check()
    page.get_by_label("Maand", exact=True).select_option("2026-12")


def bookmarks(page: Page) -> list[str]:
    """Of the file that the page offers, as its button opens it."""
    address = page.get_by_role("link", name="Open en print").get_attribute("href")
    answer = page.request.get(page.url.partition("/drukwerk")[0] + str(address), timeout=COLD)
    assert answer.headers["content-type"] == "application/pdf"
    with pikepdf.open(BytesIO(answer.body())) as pdf, pdf.open_outline() as outline:
        return [str(item.title) for item in outline.root]


MARKS = ["Poster december 2026", "Weekblad", "Turfblad donderdag 26 november"]


def made(site: Site, document: str) -> int:
    with databases.connected(site.database):
        return int(Rendering.select().where(Rendering.document == document).count())


def test_three_that_are_ticked_become_one_file_before_your_eyes(
    site: Site, open_page: Open
) -> None:
    before = sheets(site)
    page = enter(open_page(), site, VOLUNTEER)
    choose(page, site)
    # Somebody whose hand shakes.
    page.get_by_role("button", name="Maak het bestand").dblclick()
    expect(page.get_by_role("heading", name="Het bestand is klaar")).to_be_visible(timeout=COLD)
    parts = page.locator("main li")
    expect(parts).to_have_count(3)
    expect(parts.get_by_text("klaar", exact=True)).to_have_count(3)
    assert bookmarks(page) == bookmarks(page) == MARKS
    assert made(site, "samen") == 1
    assert sheets(site) <= before + 1


def test_without_javascript_it_is_a_plain_form_and_a_link(site: Site, open_page: Open) -> None:
    page = enter(open_page(java_script_enabled=False), site, VOLUNTEER)
    choose(page, site)
    page.get_by_role("button", name="Maak het bestand").click()
    expect(page.locator("main li")).to_have_count(3)
    assert bookmarks(page) == MARKS
    page.reload()
    expect(page.get_by_role("heading", name="Het bestand is klaar")).to_be_visible()


def test_who_ticks_nothing_reads_what_to_do(site: Site, open_page: Open) -> None:
    page = enter(open_page(), site, VOLUNTEER)
    page.goto(site.address + "/drukwerk/samen")
    page.get_by_role("button", name="Maak het bestand").click()
    expect(page.get_by_role("alert")).to_contain_text("Kies ten minste één blad.")


def test_a_phone_that_can_share_offers_it_and_another_has_the_links(
    site: Site, open_page: Open
) -> None:
    page = enter(open_page(), site, VOLUNTEER)
    address = site.address + "/drukwerk/flyer/delen?maand=2026-12"
    page.add_init_script("navigator.canShare = undefined")
    page.goto(address)
    expect(page.get_by_role("button", name="Delen", exact=True)).to_have_count(0)
    expect(page.get_by_role("link", name="Deel in WhatsApp")).to_be_visible()
    page.add_init_script(
        """navigator.canShare = () => true;
        navigator.share = async ({ text }) => { window.told = text; };"""
    )
    page.goto(address)
    page.get_by_role("button", name="Delen", exact=True).click()
    assert "/h/wolfsbos/flyer.pdf?maand=2026-12" in page.evaluate("window.told")
