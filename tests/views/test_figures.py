"""Figures as a page: exact for who runs the house, protected for who looks along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from models import Closure, ClosureKind, CountHour, House, Person
from tests.browser_of import Browser
from tests.cast import Cast
from tests.counting_queries import counted

Browsers = Callable[[Person | None], Browser]


def count(house: House, day: int, n: int) -> None:
    CountHour.create(house=house, date=dt.date(2026, 11, day), hour=10, n=n)


def test_coordinators_read_exact_numbers(browser_of: Browsers, cast: Cast) -> None:
    count(cast.wolfsbos, 2, 43)
    page = browser_of(cast.coordinator).get("/cijfers").text
    assert "<strong>43</strong>" in page
    assert "Op 1 van de 18 openingen geteld." in page
    assert "afgerond" not in page


def test_viewers_read_rounded_numbers_and_that_they_are(browser_of: Browsers, cast: Cast) -> None:
    count(cast.wolfsbos, 2, 43)
    count(cast.wolfsbos, 3, 3)
    page = browser_of(cast.viewer).get("/cijfers").text
    assert "<strong>45</strong>" in page
    assert "&lt;5" in page
    assert "afgerond op vijf" in page
    for exact in (">43<", ">46<", ">3<"):
        assert exact not in page


def test_zero_closed_and_not_counted_read_differently(browser_of: Browsers, cast: Cast) -> None:
    count(cast.wolfsbos, 2, 0)
    Closure.create(
        house=cast.wolfsbos,
        first_date=dt.date(2026, 11, 4),
        last_date=dt.date(2026, 11, 4),
        kind=ClosureKind.closed,
        reason="Schilders",
        closes=True,
    )
    page = browser_of(cast.coordinator).get("/cijfers").text
    rows = {row.split("</th>")[0]: row for row in page.split('<th scope="row">')}
    assert ">0<" in rows["ma 2"]
    assert "niet geteld" in rows["di 3"]
    assert "dicht: Schilders" in rows["wo 4"]


def test_an_empty_month_is_a_page_with_a_next_step(browser_of: Browsers, cast: Cast) -> None:
    answer = browser_of(cast.coordinator).get("/cijfers?maand=2027-03")
    assert answer.status_code == 200
    assert "nog niets geteld" in answer.text
    assert 'href="/tellen"' in answer.text
    assert "maand=2027-02" in answer.text
    assert "maand=2027-04" in answer.text


def test_viewers_of_an_empty_month_get_no_step_that_they_may_not_take(
    browser_of: Browsers, cast: Cast
) -> None:
    assert 'href="/tellen"' not in browser_of(cast.viewer).get("/cijfers").text


@pytest.mark.parametrize("month", ["2026", "2026-13", "x", "0000-01", "9999-12", "2026-1"])
def test_a_month_that_is_none_is_a_sentence(browser_of: Browsers, cast: Cast, month: str) -> None:
    assert browser_of(cast.coordinator).get(f"/cijfers?maand={month}").status_code == 400


@pytest.mark.parametrize("month", ["2000-01", "2100-12"])
def test_the_first_and_the_last_month_are_pages(
    browser_of: Browsers, cast: Cast, month: str
) -> None:
    assert browser_of(cast.coordinator).get(f"/cijfers?maand={month}").status_code == 200


def test_volunteers_and_other_houses_see_no_figures(browser_of: Browsers, cast: Cast) -> None:
    assert browser_of(cast.volunteer).get("/cijfers").status_code == 403
    assert browser_of(cast.other_coordinator).get("/cijfers?huis=wolfsbos").status_code == 404


def test_the_page_asks_a_fixed_number_of_questions(browser_of: Browsers, cast: Cast) -> None:
    browser = browser_of(cast.coordinator)
    count(cast.wolfsbos, 2, 1)
    with counted() as few:
        browser.get("/cijfers")
    for day in range(3, 25):
        count(cast.wolfsbos, day, day)
    with counted() as many:
        browser.get("/cijfers")
    assert len(few) == len(many)
