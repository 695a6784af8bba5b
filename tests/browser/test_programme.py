"""The programme on a phone: choosing a rule and seeing its dates, changing, a lost connection."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

import database as databases
from models import Activity, Occurrence
from tests.browser.conftest import Site, enter

COORDINATOR = "coordinator@wolfsbos.example"
NEW = "/programma/activiteit/nieuw"


def stored(site: Site, title: str) -> list[Activity]:
    with databases.connected(site.database):
        return list(Activity.select().where(Activity.title == title))


def open_new(page: Page, site: Site) -> Page:
    page.goto(site.address + NEW)
    page.get_by_label("Naam", exact=True).fill("Wandelen")
    page.get_by_label("Eerste dag").fill("2026-12-01")
    page.get_by_label("Van", exact=True).fill("10:00")
    return page


def dates_shown(page: Page) -> list[str]:
    return [text.strip() for text in page.locator("#voorbeeld .plain li").all_inner_texts()]


@pytest.mark.device
def test_the_next_five_dates_follow_each_choice(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_new(enter(open_page(), site, COORDINATOR), site)
    shown = page.locator("#voorbeeld")
    expect(page.get_by_role("button", name="Toon het voorbeeld")).to_be_hidden()
    page.get_by_label("maandag").check()
    expect(shown).to_contain_text("Elke maandag")
    page.get_by_label("In even weken").check()
    expect(shown).to_contain_text("In even weken op maandag")
    assert dates_shown(page) == [
        *("maandag 7 december", "maandag 21 december", "maandag 11 januari 2027"),
        *("maandag 25 januari 2027", "maandag 8 februari 2027"),
    ]
    page.get_by_label("Vaste dag van de maand").check()
    page.get_by_label("laatste", exact=True).check()
    expect(shown).to_contain_text("Laatste maandag van de maand")
    page.get_by_label("Naam", exact=True).fill("Samen wandelen")
    expect(shown.locator(".onposter")).to_contain_text("Samen wandelen")
    assert not stored(site, "Wandelen")


@pytest.mark.device
def test_only_the_choices_that_a_rule_needs_are_asked(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_new(enter(open_page(), site, COORDINATOR), site)
    which, weeks = page.get_by_label("laatste", exact=True), page.get_by_label("hoeveel weken")
    for kind, asked in {
        "Elke week": (True, False, False),
        "Vaste dag van de maand": (True, True, False),
        "Om de 3 weken of meer": (True, False, True),
        "Elk jaar": (False, False, False),
        "Eén keer": (False, False, False),
    }.items():
        page.get_by_label(kind, exact=True).check()
        seen = (page.get_by_label("maandag"), which, weeks)
        assert tuple(each.is_visible() for each in seen) == asked, kind


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_an_activity_is_added_changed_and_stopped(
    site: Site, open_page: Callable[..., Page], scripts: bool
) -> None:
    page = open_new(enter(open_page(java_script_enabled=scripts), site, COORDINATOR), site)
    page.get_by_label("maandag").check()
    if not scripts:
        page.get_by_role("button", name="Toon het voorbeeld").click()
    expect(page.locator("#voorbeeld")).to_contain_text("maandag 7 december")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Staat op het programma: Wandelen.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("7 december"))).to_be_visible()

    page.get_by_role("link", name="Wijzigen", exact=True).click()
    page.get_by_label("maandag").uncheck()
    page.get_by_label("dinsdag").check()
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Kijk dit even na")
    expect(page.get_by_role("heading", name=re.compile("dagen gaan weg"))).to_be_visible()
    page.get_by_role("button", name="Ja, opslaan").click()
    expect(page.get_by_role("link", name=re.compile("8 december"))).to_be_visible()

    page.get_by_text("Stoppen of opbergen").click()
    page.get_by_label("Laatste keer op of voor").fill("2026-12-15")
    page.get_by_role("button", name="Stop daarna").click()
    page.get_by_role("button", name="Ja, opslaan").click()
    expect(page.get_by_text("Opgeslagen.")).to_be_visible()
    expect(page.get_by_role("link", name=re.compile("22 december"))).to_be_hidden()
    with databases.connected(site.database):
        days = Occurrence.select(Occurrence.date).join(Activity)
        held = [row.date for row in days.where(Activity.title == "Wandelen")]
    assert held == [dt.date(2026, 12, 1), dt.date(2026, 12, 8), dt.date(2026, 12, 15)]


def test_two_taps_on_save_add_one_activity(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_new(enter(open_page(), site, COORDINATOR), site)
    page.get_by_label("maandag").check()
    expect(page.locator("#voorbeeld")).to_contain_text("maandag 7 december")
    sent: list[str] = []
    page.on("request", lambda asked: sent.append(asked.url) if asked.method == "POST" else None)

    def slowly(route: Route) -> None:  # so that the second press meets the first on its way
        page.wait_for_timeout(300)
        route.continue_()

    page.route(f"**{NEW}", slowly)
    page.get_by_role("button", name="Opslaan").dblclick()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wandelen")
    page.wait_for_load_state("networkidle")
    expect(page.get_by_text("Staat op het programma: Wandelen.")).to_be_visible()
    assert sent == [site.address + NEW]
    assert len(stored(site, "Wandelen")) == 1


def test_a_lost_answer_loses_nothing_and_sending_again_adds_nothing(
    site: Site, open_page: Callable[..., Page]
) -> None:
    """The house stores it and the phone never hears; the form stays, and knows itself."""
    page = open_new(enter(open_page(), site, COORDINATOR), site)
    page.get_by_label("maandag").check()
    expect(page.locator("#voorbeeld")).to_contain_text("maandag 7 december")

    def lose(route: Route) -> None:
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**" + NEW, lose, times=1)
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Geen verbinding.")).to_be_visible()
    assert len(stored(site, "Wandelen")) == 1
    expect(page.get_by_label("Naam", exact=True)).to_have_value("Wandelen")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Wandelen")
    assert len(stored(site, "Wandelen")) == 1


@pytest.mark.device
def test_a_preview_that_does_not_come_is_said_and_loses_nothing(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_new(enter(open_page(), site, COORDINATOR), site)
    page.context.set_offline(True)
    page.get_by_label("maandag").check()
    expect(page.get_by_text("Geen verbinding.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_label("dinsdag").check()
    expect(page.locator("#voorbeeld")).to_contain_text("Elke maandag en dinsdag")
    expect(page.get_by_label("Naam", exact=True)).to_have_value("Wandelen")


@pytest.mark.device
def test_a_form_that_is_wrong_begins_at_its_summary_and_leads_to_the_field(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_new(enter(open_page(), site, COORDINATOR), site)
    page.get_by_label("Tot", exact=True).fill("09:00")
    page.get_by_role("button", name="Opslaan").click()
    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Het einde komt na het begin.").click()
    expect(page.get_by_label("Tot", exact=True)).to_be_focused()
    expect(page.get_by_label("Naam", exact=True)).to_have_value("Wandelen")


def test_a_refusal_is_seen_from_the_foot_of_a_long_form_and_nothing_typed_is_lost(
    site: Site, open_page: Callable[..., Page]
) -> None:
    page = open_new(enter(open_page(), site, COORDINATOR), site)
    page.get_by_label("maandag").check()
    page.locator("form.sheet [name=csrf_token]").evaluate("field => field.value = 'old'")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Deze pagina was verouderd.")).to_be_in_viewport()
    expect(page.get_by_label("Naam", exact=True)).to_have_value("Wandelen")
    assert not stored(site, "Wandelen")
