"""A coordinator fills a gap by phone, from the list of gaps; with JavaScript and without it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

import database as databases
from models import Call, CallOutcome, Person, Place, PlaceHow
from tests.browser.conftest import Site, enter

pytestmark = pytest.mark.looks


@pytest.mark.parametrize("javascript", [True, False], ids=["with", "without"])
def test_a_gap_is_filled_by_phone(
    site: Site, open_page: Callable[..., Page], javascript: bool
) -> None:
    page = open_page(java_script_enabled=javascript)
    enter(page, site, "coordinator@wolfsbos.example")
    page.goto(f"{site.address}/rooster/open")
    page.get_by_role("link", name="Bel iemand").first.click()
    first = page.locator("li", has=page.get_by_role("button")).first
    name = first.locator(".name").inner_text()
    expect(first.get_by_role("link", name="Bel")).to_have_attribute(
        "href", f"tel:{phone_of(site, name)}"
    )
    first.get_by_role("button", name="Nee").click()
    expect(page.locator("#melding")).to_contain_text("Genoteerd:")
    expect(page.locator("li", has_text=name)).to_contain_text("Zei nee voor deze dienst")
    second = page.locator("li", has=page.get_by_role("button")).first
    assert second.locator(".name").inner_text() != name
    second.get_by_role("button", name="Ja", exact=False).first.click()
    expect(page.locator("#melding")).to_contain_text("komt. De plek is bezet.")
    with databases.connected(site.database):
        calls = list(Call.select().order_by(Call.id.desc()).limit(2))
        assert [call.outcome for call in calls] == [CallOutcome.yes, CallOutcome.no]
        place = Place.get(Place.shift == calls[0].shift_id, Place.person == calls[0].person_id)
        assert place.how == PlaceHow.by_phone


def phone_of(site: Site, full_name: str) -> str:
    with databases.connected(site.database):
        return next(each.phone for each in Person.select() if each.full_name == full_name)
