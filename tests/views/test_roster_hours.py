"""Hours on the screen and as a table: the same numbers, for coordinators of the house."""

from __future__ import annotations

import csv
import datetime as dt
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from openpyxl import load_workbook
from playhouse.test_utils import count_queries

from models import Person, PlaceState
from tests.browser_of import Browser
from tests.cast import Cast, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY

HOURS = "/rooster/uren"
BrowserOf = Callable[[Person | None], Browser]


@pytest.fixture
def worked(cast: Cast) -> Cast:
    """Two shifts of Joop in November and one in January, one of a written name; 3.25 hours each."""
    for person, name, date in (
        (cast.volunteer, "", dt.date(2026, 11, 16)),
        (cast.volunteer, "", dt.date(2026, 11, 17)),
        (cast.volunteer, "", dt.date(2026, 1, 5)),
        (None, "=Ans (overkant)", dt.date(2026, 11, 16)),
    ):
        make_place(make_shift(cast.wolfsbos, date).seats.get(), person, NOW, name=name)
    gone = make_shift(cast.wolfsbos, dt.date(2026, 11, 16)).seats.get()
    make_place(gone, cast.key_holder, NOW, state=PlaceState.absent)
    return cast


def rows_of(text: str) -> list[list[str]]:
    """The table on the screen, as text."""
    found = []
    for row in re.findall(r"<tr>(.*?)</tr>", text, re.DOTALL):
        cells = re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row, re.DOTALL)
        found.append([" ".join(re.sub("<[^>]+>", "", cell).split()) for cell in cells])
    return found


def csv_of(browser: Browser, query: str = "") -> list[list[str]]:
    data = browser.get(f"{HOURS}.csv{query}").data.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(data), delimiter=";"))


def xlsx_of(browser: Browser, query: str = "") -> list[list[Any]]:
    book = load_workbook(io.BytesIO(browser.get(f"{HOURS}.xlsx{query}").data))
    return [[cell.value for cell in row] for row in book.active.iter_rows()]


def test_the_month_says_shifts_and_hours_of_each_person(
    worked: Cast, browser_of: BrowserOf
) -> None:
    text = browser_of(worked.coordinator).get(HOURS).text
    assert rows_of(text) == [
        ["Naam", "Uren"],
        ["=Ans (overkant) 1 dienst, alleen op naam", "3,25"],
        ["Joop van der Berg 2 diensten", "6,5"],
        ["Samen 3 diensten", "9,75"],
    ]
    assert "november 2026" in text
    assert "Anneke" not in text


def test_the_files_have_the_numbers_of_the_screen(worked: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(worked.coordinator)
    assert csv_of(browser, "?maand=2026-11") == [
        ["Naam", "Diensten", "Uren"],
        ["'=Ans (overkant)", "1", "3,25"],
        ["Joop van der Berg", "2", "6,50"],
        ["Samen", "3", "9,75"],
    ]
    assert xlsx_of(browser, "?maand=2026-11") == [
        ["Naam", "Diensten", "Uren"],
        ["=Ans (overkant)", 1, 3.25],
        ["Joop van der Berg", 2, 6.5],
        ["Samen", 3, 9.75],
    ]
    answer = browser.get(f"{HOURS}.csv?maand=2026-11")
    assert 'filename="wolfsbos-uren-2026-11.csv"' in answer.headers["Content-Disposition"]
    assert "text/csv" in answer.content_type


def test_a_year_has_a_column_for_each_month(worked: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(worked.coordinator)
    rows = csv_of(browser, "?jaar=2026")
    assert rows[0][:4] == ["Naam", "Diensten", "Uren", "januari"]
    assert rows[0][-1] == "december"
    joop = dict(zip(rows[0], rows[2], strict=True))
    assert (joop["Diensten"], joop["Uren"]) == ("3", "9,75")
    assert (joop["januari"], joop["februari"], joop["november"]) == ("3,25", "0,00", "6,50")
    assert [str(cell) for cell in xlsx_of(browser, "?jaar=2026")[0]] == rows[0]
    text = browser.get(f"{HOURS}?jaar=2026").text
    assert rows_of(text)[-1] == ["Samen 4 diensten", "13"]
    assert f"{HOURS}.csv?jaar=2026" in text
    assert f"{HOURS}?jaar=2025" in text


def test_one_leafs_through_months_and_an_empty_one_says_so(
    worked: Cast, browser_of: BrowserOf
) -> None:
    text = browser_of(worked.coordinator).get(f"{HOURS}?maand=2026-12").text
    assert "Hier zijn nog geen uren." in text
    assert f"{HOURS}?maand=2026-11" in text
    assert f"{HOURS}?maand=2027-01" in text
    for edge in ("2000-01", "2100-12"):
        assert browser_of(worked.coordinator).get(f"{HOURS}?maand={edge}").status_code == 200


def test_hours_are_for_coordinators_of_the_house(worked: Cast, browser_of: BrowserOf) -> None:
    for kind in ("", ".csv", ".xlsx"):
        for person, status in ((worked.volunteer, 403), (worked.viewer, 403)):
            assert browser_of(person).get(f"{HOURS}{kind}").status_code == status
    other = browser_of(worked.other_coordinator)
    assert "Joop" not in other.get(HOURS).text
    assert csv_of(other) == [["Naam", "Diensten", "Uren"], ["Samen", "0", "0,00"]]
    assert other.get(f"{HOURS}.csv?huis=wolfsbos").status_code == 404


@pytest.mark.parametrize("kind", ["", ".csv", ".xlsx"])
@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("maand=2026-13", "Deze maand kennen we niet."),
        ("maand=x", "Deze maand kennen we niet."),
        ("maand=1999-12", "Deze maand kennen we niet."),
        ("jaar=1999", "Dit jaar kennen we niet."),
        ("jaar=2101", "Dit jaar kennen we niet."),
        ("jaar=٢٠٢٦", "Dit jaar kennen we niet."),
        ("jaar=2026%00", "Dit jaar kennen we niet."),
        (f"jaar={2**70}", "Dit jaar kennen we niet."),
        ("jaar=🙂", "Dit jaar kennen we niet."),
    ],
)
def test_a_period_that_does_not_exist_is_a_sentence(
    cast: Cast, browser_of: BrowserOf, kind: str, query: str, sentence: str
) -> None:
    answer = browser_of(cast.coordinator).get(f"{HOURS}{kind}?{query}")
    assert answer.status_code == 400
    assert sentence in answer.text


def test_many_people_take_as_many_queries_as_few(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.coordinator)
    browser.get(HOURS)
    with count_queries() as few:
        browser.get(HOURS)
    for n in range(10):
        seat = make_shift(cast.wolfsbos, TODAY - dt.timedelta(days=n + 1)).seats.get()
        make_place(seat, make_person(f"Hulp{n}", house=cast.wolfsbos), NOW)
    with count_queries() as many:
        browser.get(HOURS)
    assert few.count == many.count
