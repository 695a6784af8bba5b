"""Copying a month: first what would come, then once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from models import Person, Place, Shift
from tests.browser_of import Browser, Fields
from tests.cast import Cast, count_rows, make_place, make_shift
from tests.conftest import NOW

BrowserOf = Callable[[Person | None], Browser]
PAGE = "/rooster/kopieer"
ASKED = f"{PAGE}?van=2026-12&naar=2027-01"


def market(cast: Cast, **facts: Any) -> Shift:
    shift = make_shift(cast.wolfsbos, dt.date(2026, 12, 3), title="Kerstmarkt", **facts)
    make_place(shift.seats.get(), cast.volunteer, NOW)
    return shift


def test_the_page_offers_this_month_and_the_next(cast: Cast, browser_of: BrowserOf) -> None:
    fields = browser_of(cast.coordinator).fields(PAGE, PAGE)
    assert (fields["van"], fields["naar"]) == ("2026-11", "2026-12")


def test_what_comes_and_what_does_not_is_shown_before(cast: Cast, browser_of: BrowserOf) -> None:
    market(cast)
    make_shift(cast.wolfsbos, dt.date(2026, 12, 31), title="Oudjaar")
    text = browser_of(cast.coordinator).get(ASKED).text
    assert "1 dienst komt erbij" in text
    assert "donderdag 7 januari" in text
    assert "die dag is er niet in die maand" in text
    assert "Joop" not in text
    assert "krijgt bericht" not in text
    assert count_rows(Shift) == 2
    with_people = browser_of(cast.coordinator).get(f"{ASKED}&mensen=y").text
    assert "1 plek wordt bezet" in with_people
    assert "Joop van der Berg" in with_people
    assert "Wie een plek krijgt, krijgt bericht." in with_people


def test_agreeing_copies_once_however_often_the_form_comes(
    cast: Cast, browser_of: BrowserOf
) -> None:
    market(cast)
    browser = browser_of(cast.coordinator)
    address = f"{ASKED}&mensen=y"
    fields = Fields(browser.get(address).text).forms[address]
    for _ in range(2):
        answer = browser.post(address, fields)
        assert (answer.status_code, answer.location) == (303, "/rooster?week=2027-W01")
    assert (count_rows(Shift), count_rows(Place)) == (2, 2)
    assert "Er is niets om te kopiëren." in browser.get(address).text


def test_a_roster_that_changed_is_shown_again(cast: Cast, browser_of: BrowserOf) -> None:
    market(cast)
    browser = browser_of(cast.coordinator)
    fields = Fields(browser.get(ASKED).text).forms[ASKED]
    make_shift(cast.wolfsbos, dt.date(2026, 12, 4), title="Nog een")
    answer = browser.post(ASKED, fields)
    assert answer.status_code == 409
    assert "Er is net iets veranderd." in answer.text
    assert count_rows(Shift) == 2
    assert browser.post(ASKED, Fields(answer.text).forms[ASKED]).status_code == 303
    assert count_rows(Shift) == 4


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ("van=2026-12&naar=2026-12", 422),
        ("van=2026-12&naar=2026-10", 400),
        ("van=x&naar=2027-01", 400),
        ("van=2026-12&naar=9999-99", 400),
        ("van=2026-12&naar=%00", 400),
        ("van=2026-12", 422),
    ],
)
def test_months_that_cannot_be_are_refused(
    cast: Cast, browser_of: BrowserOf, asked: str, status: int
) -> None:
    browser = browser_of(cast.coordinator)
    assert browser.get(f"{PAGE}?{asked}").status_code == status
    assert browser.post(f"{PAGE}?{asked}", {"gezien": "x"}).status_code == status


def test_copying_is_for_coordinators_and_their_own_house(cast: Cast, browser_of: BrowserOf) -> None:
    market(cast)
    for person in (cast.volunteer, cast.viewer):
        assert browser_of(person).get(PAGE).status_code == 403
        assert browser_of(person).post(ASKED).status_code == 403
    assert "Er is niets om te kopiëren." in browser_of(cast.other_coordinator).get(ASKED).text
