"""The whole way, as a volunteer, a coordinator and a new administrator go it on a phone."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pdfplumber
import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Site, enter

VOLUNTEER = "vrijwilliger@wolfsbos.example"
COORDINATOR = "coordinator@wolfsbos.example"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_volunteer_sees_today_takes_a_seat_and_leaves_it(
    site: Site, open_page: Callable[..., Page], scripts: bool
) -> None:
    page = enter(open_page(java_script_enabled=scripts), site, VOLUNTEER)
    expect(page.get_by_role("heading", level=1)).to_contain_text("26 november")
    expect(page.get_by_text(re.compile("We kunnen( nog niet)? open"))).to_be_visible()

    page.get_by_role("link", name="Rooster", exact=True).click()
    free = page.get_by_role("button", name=re.compile("^Ik kom"))
    before = free.count()
    assert before > 0
    free.first.click()
    expect(page.get_by_text("Je staat erop").first).to_be_visible()
    expect(free).to_have_count(before - 1)
    page.get_by_role("button", name=re.compile("ongedaan maken", re.IGNORECASE)).first.click()
    expect(free).to_have_count(before)


def counted(page: Page) -> int:
    """The total that the counter shows."""
    return int(re.sub(r"\D", "", page.locator("[data-total]").first.inner_text()))


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_host_counts_and_takes_one_back(
    site: Site, open_page: Callable[..., Page], scripts: bool
) -> None:
    page = enter(open_page(java_script_enabled=scripts), site, VOLUNTEER)
    page.get_by_role("link", name="Tellen", exact=True).click()
    total = page.locator("[data-total]").first
    before = counted(page)
    for n in (1, 2, 3):
        page.get_by_role("button", name="+1").click()
        expect(total).to_have_text(str(before + n))
    page.get_by_role("button", name=re.compile("ongedaan", re.IGNORECASE)).first.click()
    expect(total).to_have_text(str(before + 2))
    if scripts:
        expect(page.get_by_text("alles verstuurd")).to_be_visible()
    page.goto(site.address + "/vandaag")
    assert counted(page) == before + 2


def test_quick_taps_all_count(site: Site, open_page: Callable[..., Page]) -> None:
    page = enter(open_page(), site, VOLUNTEER)
    page.goto(site.address + "/tellen")
    before = counted(page)
    plus = page.get_by_role("button", name="+1")
    for _ in range(20):
        plus.click(delay=0)
    expect(page.locator("[data-total]").first).to_have_text(str(before + 20))
    expect(page.get_by_text("alles verstuurd")).to_be_visible()
    page.reload()
    assert counted(page) == before + 20


def test_taps_without_a_network_arrive_later(site: Site, open_page: Callable[..., Page]) -> None:
    page = enter(open_page(), site, VOLUNTEER)
    page.goto(site.address + "/tellen")
    before = counted(page)
    page.context.set_offline(True)
    for _ in range(3):
        page.get_by_role("button", name="+1").click()
    expect(page.locator("[data-total]").first).to_have_text(str(before + 3))
    expect(page.get_by_text("3 nog niet verstuurd")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("alles verstuurd")).to_be_visible(timeout=15_000)
    page.reload()
    assert counted(page) == before + 3


def test_a_seat_that_another_took_meanwhile_is_refused_kindly(
    site: Site, open_page: Callable[..., Page]
) -> None:
    first, second = open_page(), open_page()
    enter(first, site, VOLUNTEER).goto(site.address + "/rooster")
    enter(second, site, COORDINATOR).goto(site.address + "/rooster")
    button = first.locator("button[formaction$='/aanmelden']").first
    action = button.get_attribute("formaction")
    second.locator(f"button[formaction='{action}']").click()
    expect(second.get_by_text("Je staat erop").first).to_be_visible()
    button.click()
    expect(first.get_by_text("Mirjam was je net voor.")).to_be_visible()


def test_whoever_passes_by_reads_the_programme(site: Site, open_page: Callable[..., Page]) -> None:
    page = open_page()
    page.goto(site.address)
    page.get_by_role("link", name=re.compile("Wolfsbos")).first.click()
    expect(page.get_by_text("Samen lunchen").first).to_be_visible()
    expect(page.get_by_text("0528-12 34 56").first).to_be_visible()
    page.goto(site.address + "/rooster")
    expect(page.get_by_role("heading", level=1)).to_have_text("Inloggen")


def test_a_coordinator_reads_the_figures(site: Site, open_page: Callable[..., Page]) -> None:
    page = enter(open_page(), site, COORDINATOR)
    page.get_by_role("link", name="Meer", exact=True).click()
    page.get_by_role("link", name="Cijfers").click()
    expect(page.get_by_role("table").first).to_be_visible()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_house_runs_from_an_empty_start(
    empty_site: Site, open_page: Callable[..., Page], tmp_path: Path, scripts: bool
) -> None:
    """Set up, then a room, an activity, a pattern, a volunteer with a card, a count, a poster."""
    site = empty_site
    page = open_page(java_script_enabled=scripts)
    page.goto(site.setup_link())
    page.get_by_label("Voornaam").fill("Ada")
    page.get_by_label("E-mailadres").fill("ada@krakeel.example")
    page.get_by_label("Naam van het huis").fill("Huis van de Buurt Krakeel")
    page.get_by_label("Plaats").fill("Hoogeveen")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/vandaag")

    page.goto(site.address + "/huis/krakeel")
    page.get_by_label("Straat en nummer").fill("Krakeelplein 1")
    page.get_by_label("Telefoon", exact=True).fill("0528 - 11 22 33")
    page.get_by_role("button", name="Opslaan").first.click()
    expect(page.get_by_label("Telefoon", exact=True)).to_have_value("0528-11 22 33")
    page.get_by_label("Naam van de ruimte").fill("Huiskamer")
    page.get_by_role("button", name="Ruimte toevoegen").click()

    page.goto(site.address + "/programma/activiteit/nieuw")
    page.get_by_label("Naam", exact=True).fill("Koffie op donderdag")
    page.get_by_label("Elke week").check()
    page.get_by_label("donderdag").check()
    page.get_by_label("Eerste dag").fill("2026-11-26")
    page.get_by_label("Van", exact=True).fill("10:00")
    page.get_by_label("Tot", exact=True).fill("12:00")
    page.get_by_label("Ruimte").select_option(label="Huiskamer")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("elke donderdag").first).to_be_visible()

    page.goto(site.address + "/rooster/patroon/nieuw")
    page.get_by_label("Naam van de dienst").fill("Gastvrouw bij de koffie")
    page.get_by_label("Hoort bij").select_option(label="Koffie op donderdag")
    page.get_by_label("Taak").first.fill("Gastvrouw")
    page.get_by_role("button", name="Opslaan").click()
    expect(page.get_by_text("Toegevoegd.")).to_be_visible()
    page.goto(site.address + "/rooster?week=2026-W49")
    expect(page.get_by_text("Gastvrouw bij de koffie")).to_be_visible()

    page.goto(site.address + "/mensen/nieuw")
    page.get_by_label("Voornaam").fill("Truus")
    page.get_by_role("button", name="Opslaan").click()
    page.get_by_role("button", name="Voeg toe").click()
    expect(page.get_by_text("Sleutelhouder", exact=True).first).to_be_visible()
    page.get_by_role("button", name="Maak een link").click()
    link = page.get_by_label("De link").input_value()

    truus = open_page(java_script_enabled=scripts)
    truus.goto(link)
    truus.get_by_role("button", name="Ja, ik ben Truus").click()
    truus.wait_for_url("**/vandaag")
    truus.goto(site.address + "/rooster?week=2026-W49")
    truus.get_by_role("button", name=re.compile("^Ik kom")).first.click()
    expect(truus.get_by_text("Je staat erop").first).to_be_visible()
    truus.goto(site.address + "/tellen")
    truus.get_by_role("button", name="+1").click()
    expect(truus.locator("[data-total]").first).to_have_text("1")

    answer = page.request.get(site.address + "/drukwerk/poster.pdf?maand=2026-12&formaat=a3")
    assert answer.status == 200
    file = tmp_path / "poster.pdf"
    file.write_bytes(answer.body())
    with pdfplumber.open(file) as poster:
        words = " ".join(poster.pages[0].extract_text().split())
    assert "Koffie op donderdag" in words
    assert "Krakeelplein 1" in words
    stranger = open_page(java_script_enabled=scripts)
    stranger.goto(site.address + "/h/krakeel/")
    expect(stranger.get_by_text("Koffie op donderdag").first).to_be_visible()
