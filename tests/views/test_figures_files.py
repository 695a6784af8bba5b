"""Figures to take along: the same numbers as the page, explained, and no formulas."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook

from documents import tables
from models import AgeGroup, Membership, Person, Role
from tests.browser_of import Browser
from tests.cast import Cast, make_activity
from tests.visits import count

Browsers = Callable[[Person | None], Browser]
OCTOBER = "?maand=2026-10"


def fill(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos, "=HYPERLINK(1)")
    for day in (5, 6, 7, 8, 9):
        for n, group in enumerate((*AgeGroup, None)):
            facts: dict[str, Any] = {"group": group, "activity": activity if n % 2 else None}
            count(cast.wolfsbos, dt.date(2026, 10, day), 2 + n + day, hour=10 + n, **facts)
    count(cast.wolfsbos, dt.date(2026, 10, 12), 3)


def csv_rows(browser: Browser, query: str = OCTOBER) -> list[list[str]]:
    return tables.read_text(
        browser.get(f"/cijfers/bezoeken.csv{query}").data.decode("utf-8-sig")
    ).rows


def book_of(browser: Browser, query: str = OCTOBER) -> dict[str, list[tuple[Any, ...]]]:
    data = browser.get(f"/cijfers/bezoeken.xlsx{query}").data
    return {
        sheet.title: [tuple(row) for row in sheet.iter_rows(values_only=True)]
        for sheet in load_workbook(io.BytesIO(data)).worksheets
    }


def cells_of(page: str, heading: str) -> list[str]:
    """The numbers in the first table under a heading of the page."""
    table = page.split(f">{heading}</h2>")[1].split("<tbody>")[1].split("</tbody>")[0]
    return re.findall(r'<td class="number[^"]*">([^<]*)', table)


@pytest.mark.parametrize("who", ["coordinator", "viewer"])
def test_files_have_the_numbers_of_the_page(browser_of: Browsers, cast: Cast, who: str) -> None:
    fill(cast)
    browser = browser_of(getattr(cast, who))
    page = browser.get(f"/cijfers{OCTOBER}").text
    rows = csv_rows(browser)
    where = {name: place for place, name in enumerate(rows[0])}
    book = book_of(browser)
    total = re.search(r"<strong>(\d+)</strong>", page)
    assert total is not None
    assert rows[1][where["Bezoekers"]] == total[1]
    for part in ("Per week", "Per activiteit", "Per leeftijd"):
        if f">{part}</h2>" not in page:
            continue
        seen = [each.replace("&lt;", "<") for each in cells_of(page, part)]
        seen = [each for each in seen if " van " not in each and each != "niet geteld"]
        filed = [row[where["Bezoekers"]] for row in rows if row[0] == part]
        filed = [each for each in filed if each]
        sheet = book[part]
        place = sheet[0].index("Bezoekers")
        kept = [str(row[place]) for row in sheet[1:] if row[place] is not None]
        assert seen == filed == kept, part


def test_files_of_viewers_hold_no_exact_number(browser_of: Browsers, cast: Cast) -> None:
    fill(cast)
    browser = browser_of(cast.viewer)
    rows = csv_rows(browser)
    place = rows[0].index("Bezoekers")
    shown = [row[place] for row in rows[1:] if len(row) > place and row[place]]
    assert "<5" in shown
    assert all(text == "<5" or int(text) % 5 == 0 for text in shown)
    for name, rows in book_of(browser).items():
        if name in ("Uitleg", "Vergelijken"):
            continue
        place = rows[0].index("Bezoekers")
        for row in rows[1:]:
            assert row[place] in (None, "<5") or row[place] % 5 == 0


def test_what_looks_like_a_formula_stays_text(browser_of: Browsers, cast: Cast) -> None:
    fill(cast)
    browser = browser_of(cast.coordinator)
    raw = browser.get(f"/cijfers/bezoeken.csv{OCTOBER}").data.decode("utf-8-sig")
    assert "'=HYPERLINK(1)" in raw
    data = browser.get(f"/cijfers/bezoeken.xlsx{OCTOBER}").data
    sheet = load_workbook(io.BytesIO(data))["Per activiteit"]
    cell = next(cell for row in sheet for cell in row if cell.value == "=HYPERLINK(1)")
    assert cell.data_type == "s"
    assert cell.quotePrefix


def test_the_workbook_explains_itself(browser_of: Browsers, cast: Cast) -> None:
    fill(cast)
    own = dict(book_of(browser_of(cast.coordinator))["Uitleg"])
    assert own["Huis"] == "Huis van de Buurt Wolfsbos"
    assert own["Periode"] == "oktober 2026"
    assert "<5" not in own
    seen = dict(book_of(browser_of(cast.viewer))["Uitleg"])
    assert "Eén tot en met vier bezoekers" in seen["<5"]
    heading = csv_rows(browser_of(cast.coordinator))[0]
    for column in ("Bezoekers", "Openingen", "Geteld", "Per opening", "Verschil in procenten"):
        assert column in heading
        assert column in own


def test_days_are_dates_and_numbers_are_numbers(browser_of: Browsers, cast: Cast) -> None:
    fill(cast)
    days = book_of(browser_of(cast.coordinator))["Per dag"]
    row = dict(zip(days[0], days[1 + 4], strict=False))
    assert row["Van"] == dt.datetime(2026, 10, 5)
    assert row["Bezoekers"] == sum(2 + n + 5 for n in range(5))
    assert (row["Openingen"], row["Geteld"]) == (1, 1)
    notes = {each[days[0].index("Opmerking")] for each in days[1:]}
    assert {"niet geteld", "niet open"} <= notes


def test_a_file_says_of_which_house_and_period_it_is(browser_of: Browsers, cast: Cast) -> None:
    browser = browser_of(cast.coordinator)
    for query, name in (
        ("?maand=2026-10", "2026-10"),
        ("?week=2026-W48", "2026-w48"),
        ("?dag=2026-11-26", "2026-11-26"),
        ("?kwartaal=2026-K4", "2026-k4"),
        ("?jaar=2026", "2026"),
    ):
        for kind in ("csv", "xlsx"):
            answer = browser.get(f"/cijfers/bezoeken.{kind}{query}")
            assert answer.status_code == 200
            said = answer.headers["Content-Disposition"]
            assert f'filename="wolfsbos-bezoeken-{name}.{kind}"' in said


def test_of_several_houses_the_workbook_has_them_side_by_side(
    browser_of: Browsers, cast: Cast
) -> None:
    fill(cast)
    count(cast.knooppunt, dt.date(2026, 10, 5), 12)
    assert "Per huis" not in book_of(browser_of(cast.coordinator))
    Membership.create(person=cast.coordinator, house=cast.knooppunt, role=Role.viewer)
    book = book_of(browser_of(cast.coordinator), OCTOBER + "&huis=wolfsbos")
    rows = {row[0]: row for row in book["Per huis"]}
    assert rows["Het Knooppunt"][book["Per huis"][0].index("Bezoekers")] == 10
    assert "<5" in dict(book["Uitleg"])


def test_less_than_before_is_a_number_in_the_csv(browser_of: Browsers, cast: Cast) -> None:
    count(cast.wolfsbos, dt.date(2026, 9, 1), 40)
    count(cast.wolfsbos, dt.date(2026, 10, 1), 10)
    raw = browser_of(cast.coordinator).get(f"/cijfers/bezoeken.csv{OCTOBER}").data.decode()
    assert ";-75;" in raw


@pytest.mark.parametrize("who", ["coordinator", "viewer"])
def test_files_have_the_same_month_of_last_year(browser_of: Browsers, cast: Cast, who: str) -> None:
    count(cast.wolfsbos, dt.date(2025, 10, 6), 45)
    fill(cast)
    browser = browser_of(getattr(cast, who))
    months = book_of(browser, "?kwartaal=2026-K4")["Per maand"]
    assert months[1][months[0].index("Vorig jaar")] == 45
    rows = csv_rows(browser, "?kwartaal=2026-K4")
    october = next(row for row in rows if row[:2] == ["Per maand", "oktober"])
    assert october[rows[0].index("Vorig jaar")] == "45"


@pytest.mark.parametrize("who", ["coordinator", "viewer"])
def test_files_say_of_how_many_the_age_was_asked(
    browser_of: Browsers, cast: Cast, who: str
) -> None:
    fill(cast)
    browser = browser_of(getattr(cast, who))
    page = browser.get(f"/cijfers{OCTOBER}").text
    said = re.search(r"Gevraagd bij (\S+) van de \S+ bezoekers\.", page)
    rows = csv_rows(browser)
    filed = [row for row in rows if row[1] == "Leeftijd gevraagd"]
    assert [(row[4], row[-1]) for row in filed] == ([(said[1], said[0])] if said else [])
    assert said or who == "viewer"


def test_of_a_day_without_hours_the_file_has_the_day(browser_of: Browsers, cast: Cast) -> None:
    count(cast.wolfsbos, dt.date(2026, 11, 19), 12)
    rows = csv_rows(browser_of(cast.viewer), "?dag=2026-11-19")
    assert [row[1:5] for row in rows if row[0] == "Per dag"] == [
        ["do 19", "19-11-2026", "19-11-2026", "10"]
    ]
    assert "Per uur" in {
        row[0] for row in csv_rows(browser_of(cast.coordinator), "?dag=2026-11-19")
    }
