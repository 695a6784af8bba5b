"""How the roster stands on a screen and on paper: lined up, two columns on a laptop, no buttons."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import LAPTOP, Site, enter

pytestmark = pytest.mark.looks

VOLUNTEER = "vrijwilliger@wolfsbos.example"
COORDINATOR = "coordinator@wolfsbos.example"


def test_paper_from_the_browser_has_no_buttons_on_it(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = enter(open_page(), site, VOLUNTEER)
    page.emulate_media(media="print")
    for address in ("/vandaag", "/rooster", "/rooster/mijn", "/rooster/open"):
        page.goto(site.address + address)
        printed = page.evaluate(
            """() => [...document.querySelectorAll("button, .button, .cannot")]
                .filter(e => e.getClientRects().length).map(e => e.textContent)"""
        )
        assert not printed, address


def test_on_a_laptop_both_columns_of_today_begin_at_one_height(
    site: Site, open_page: Callable[..., Page]
) -> None:
    for who in (VOLUNTEER, COORDINATOR):
        page = enter(open_page(viewport=LAPTOP), site, who)
        tops = page.evaluate(
            """() => [...document.querySelectorAll(".column")].map(column =>
                Math.min(...[...column.querySelectorAll("section")]
                    .map(e => e.getBoundingClientRect().top)))"""
        )
        assert len(tops) == 2
        assert abs(tops[0] - tops[1]) < 1, who


def test_long_lists_stand_in_two_columns_on_a_laptop_and_in_one_on_a_phone(
    site: Site, open_page: Callable[..., Page]
) -> None:
    for options, columns in (({"viewport": LAPTOP}, 2), ({}, 1)):
        page = enter(open_page(**options), site, COORDINATOR)
        for address in ("/rooster/openen", "/rooster?week=2026-W50"):
            page.goto(site.address + address)
            assert len(lefts_of_days(page)) == columns, address
        enter(page, site, VOLUNTEER)
        page.goto(f"{site.address}/rooster/mijn")
        assert len(lefts_of_days(page)) == columns


def lefts_of_days(page: Page) -> set[int]:
    lefts = page.evaluate(
        """() => [...document.querySelectorAll(".two > section")]
            .map(e => Math.round(e.getBoundingClientRect().left))"""
    )
    return set(lefts)


def test_own_shifts_above_the_week_are_links_that_one_sees_and_can_hit(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = enter(open_page(), site, VOLUNTEER)
    page.goto(f"{site.address}/rooster")
    own = page.locator("section.mine a").first
    box = own.bounding_box()
    assert box is not None
    assert box["height"] >= 47.5
    lines = own.locator("span").evaluate_all(
        "spans => spans.map(e => getComputedStyle(e).textDecorationLine)"
    )
    assert lines == ["underline", "underline"]
