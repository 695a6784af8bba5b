"""Every page in a real Chromium: accessible in both schemes, never wider than the screen, light."""

from __future__ import annotations

import gzip
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from axe_playwright_python.base import AxeResults
from axe_playwright_python.sync_playwright import Axe
from jinja2 import BytecodeCache
from playwright.sync_api import Page

from documents.press import Press
from tests.browser.conftest import DESK, Site, enter, serve

pytestmark = pytest.mark.looks

PUBLIC = [
    *(
        "/zonder-internet",
        "/",
        "/h/wolfsbos/",
        "/h/knooppunt/",
        "/h/wolfsbos/?maand=2026-12",
        "/inloggen",
    ),
    "/balie/koppelen",
    *("/h/wolfsbos/?taal=ar", "/h/wolfsbos/?taal=uk", "/h/wolfsbos/?maand=2026-12&taal=ti"),
]
VOLUNTEER = [
    "/vandaag",
    "/rooster",
    "/rooster/mijn",
    "/rooster/open",
    "/rooster/wanneer",
    "/rooster/open/tekst",
    "/rooster/open/tekst?wat=maand",
    "/tellen",
    "/tellen/bladen",
    "/tellen/partners",
    "/programma",
    "/drukwerk",
    "/drukwerk?taal=ar&stijl=zwartwit",
    "/drukwerk/poster/delen",
    "/drukwerk/flyer/delen?taal=ar",
    "/drukwerk/weekblad/delen",
    "/drukwerk/weekpakket?week=2026-W49",
    "/drukwerk/samen",
    "/drukwerk/samen?blad=poster&blad=turfblad",
    "/meer",
    "/account",
]
COORDINATOR = [
    *VOLUNTEER,
    "/cijfers",
    "/cijfers?jaar=2026",
    "/cijfers?kwartaal=2026-K4",
    "/cijfers?week=2026-W47",
    "/cijfers?dag=2026-11-25",
    "/cijfers/huizen",
    "/cijfers/vergeten",
    "/cijfers/dag/2026-11-24",
    "/cijfers/dag/2026-11-25",
    "/mensen",
    "/mensen/nieuw",
    "/drukwerk/inlogkaarten",
    "/huis/wolfsbos",
    "/drukwerk/poster/bewerken",
    "/drukwerk/poster/logos",
    "/programma/activiteit/nieuw",
    "/programma/tabel",
    "/programma/activiteit/1",
    "/programma/activiteit/1/wijzigen",
    "/programma/activiteit/1/talen",
    "/programma/oud",
    "/programma/dichte-dagen",
    "/rooster/openen",
    "/rooster/dienst/1",
    "/rooster/dienst/67",
    "/rooster/dienst/67/bellen",
    "/rooster/uren",
    "/rooster/uren?jaar=2026",
    "/rooster/berichten",
    "/mensen/4/wanneer",
    "/rooster/vullen?maand=2026-12",
    "/rooster/patronen",
    "/rooster/patroon/nieuw",
    "/rooster/patroon/1",
    "/rooster/patroon/1/wijzigen",
    "/rooster/dienst/nieuw",
    "/rooster/dienst/1/wijzigen",
    "/rooster/kopieer?van=2026-11&naar=2026-12&mensen=y",
    "/mensen/8/weg",
]
WHO = {
    None: PUBLIC,
    DESK: ["/balie", "/balie?alle=y", "/balie/koppelen", "/balie/loskoppelen"],
    "vrijwilliger@wolfsbos.example": VOLUNTEER,
    "coordinator@wolfsbos.example": COORDINATOR,
    "vrijwilliger@knooppunt.example": VOLUNTEER,
    "meekijker@wolfsbos.example": [
        "/vandaag",
        "/programma",
        "/cijfers",
        "/cijfers?maand=2026-10",
        "/meer",
    ],
}
#: WCAG 2.2 AA, and what axe calls best practice. Of what is in order it need tell nothing.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    "resultTypes": ["violations"],
}
AXE = Axe()


@pytest.fixture(scope="module")
def site(
    demo_file: Path,
    tmp_path_factory: pytest.TempPathFactory,
    press: Press,
    read_templates: BytecodeCache,
) -> Iterator[Site]:
    """One for all of these tests: they look, and change nothing."""
    folder = tmp_path_factory.mktemp("pages")
    file = shutil.copy(demo_file, folder / "test.sqlite3")
    yield from serve(f"sqlite:///{file}", folder, press, read_templates)


@pytest.mark.parametrize("who", WHO, ids=str)
def test_axe_finds_nothing_on_any_page_in_either_scheme(
    site: Site, open_page: Callable[..., Page], who: str | None
) -> None:
    page = open_page()
    if who:
        enter(page, site, who)
    for address in WHO[who]:
        answer = page.goto(site.address + address)
        assert answer is not None
        assert answer.status == 200, address
        page.evaluate(AXE.axe_script)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
            found = AxeResults(page.evaluate("rules => axe.run(rules)", RULES))
            assert found.violations_count == 0, f"{address} {scheme}: {found.generate_report()}"


@pytest.mark.parametrize("who", WHO, ids=str)
def test_no_page_is_wider_than_a_small_screen_with_large_text(
    site: Site, open_page: Callable[..., Page], who: str | None
) -> None:
    """At 320 px, and at 360 px with all text at 200 %."""
    page = open_page(viewport={"width": 320, "height": 640})
    if who:
        enter(page, site, who)
    for address in WHO[who]:
        page.goto(site.address + address)
        for width, size in ((320, "112.5%"), (360, "225%")):
            page.set_viewport_size({"width": width, "height": 640})
            page.evaluate("size => document.documentElement.style.fontSize = size", size)
            wide = page.evaluate(
                """() => document.documentElement.scrollWidth <= innerWidth ? [] :
                    [...document.querySelectorAll("body *")]
                    .filter(e => e.getBoundingClientRect().right > innerWidth + 1)
                    .map(e => e.outerHTML.slice(0, 90))"""
            )
            assert not wide, f"{address} at {width} px, {size}: {wide}"


@pytest.mark.parametrize("who", WHO, ids=str)
def test_what_people_tap_is_large_enough(
    site: Site, open_page: Callable[..., Page], who: str | None
) -> None:
    page = open_page()
    if who:
        enter(page, site, who)
    for address in WHO[who]:
        page.goto(site.address + address)
        small = page.evaluate(
            """() => [...document.querySelectorAll("button, .button, .bar a, a.row, select, input")]
                .filter(e => e.type !== "hidden" && e.type !== "checkbox" && e.type !== "radio")
                .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 47.5)
                .map(e => e.outerHTML.slice(0, 90))"""
        )
        assert not small, f"{address}: {small}"


def squeezed(body: bytes) -> int:
    return len(gzip.compress(body, 6))


@pytest.mark.parametrize("who", WHO, ids=str)
def test_every_page_keeps_to_its_bytes(
    site: Site, open_page: Callable[..., Page], who: str | None
) -> None:
    """Look and feel: HTML 5 KB, CSS 6 KB, JS 17 KB, all together 28 KB at a first visit."""
    page = open_page()
    if who:
        enter(page, site, who)
    cookies = {each["name"]: each["value"] for each in page.context.cookies()}
    client = site.app.test_client()
    for name, value in cookies.items():
        client.set_cookie(name, value)
    for address in WHO[who]:
        html = client.get(address)
        assert squeezed(html.data) <= 5 * 1024, f"{address}: {squeezed(html.data)}"
        parts = set(re.findall(r'(?:href|src)="(/static/[^"#]+)', html.text))
        sizes = {part: squeezed(client.get(part.replace("&amp;", "&")).data) for part in parts}
        css = sum(size for part, size in sizes.items() if ".css" in part)
        js = sum(size for part, size in sizes.items() if ".js" in part)
        assert css <= 6 * 1024
        assert js <= 17 * 1024, sizes
        assert squeezed(html.data) + sum(sizes.values()) <= 28 * 1024, (address, sizes)
