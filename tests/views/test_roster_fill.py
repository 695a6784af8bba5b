"""'Vul de maand': asking for a proposal, looking at it, accepting it."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest

from models import FillProposal, Person, Place, Seat, Shift, Unavailable
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_person, make_place, make_shift
from tests.conftest import NOW

ASK = "/rooster/vullen"
DECEMBER = f"{ASK}?maand=2026-12"
TUESDAY = dt.date(2026, 12, 1)
Open = Callable[[Person | None], Browser]


@pytest.fixture
def shifts(cast: Cast) -> list[Shift]:
    return [make_shift(cast.wolfsbos, TUESDAY + dt.timedelta(days=n)) for n in range(3)]


def proposal_page(browser: Browser) -> str:
    asked = browser.post(DECEMBER, browser.fields(DECEMBER, DECEMBER))
    assert asked.status_code == 303, asked.text
    return str(asked.location)


def ticked(page: str) -> list[str]:
    return re.findall(r'name="plek" value="(\d+)"[^>]* checked', page)


def test_a_coordinator_asks_looks_and_accepts_all(
    cast: Cast, browser_of: Open, shifts: list[Shift]
) -> None:
    browser = browser_of(cast.coordinator)
    assert "Nog 3 open plekken" in browser.get(DECEMBER).text
    page = proposal_page(browser)
    shown = browser.get(page).text
    assert "Voor 3 van de 3 open plekken is er iemand." in shown
    assert "Dinsdag 1 december" in shown
    assert "0 diensten in drie maanden" in shown
    assert len(ticked(shown)) == 3
    assert count_rows(Place) == 0
    done = browser.post(f"{page}/akkoord", {"plek": ticked(shown)})
    assert (done.status_code, done.location) == (303, page)
    after = browser.get(page).text
    assert "3 plekken zijn nu bezet." in after
    assert after.count("staat erop") == 3
    assert "akkoord" not in after
    assert count_rows(Place) == 3
    browser.post(f"{page}/akkoord", {"plek": ticked(shown)})
    assert count_rows(Place) == 3


def test_one_button_accepts_one_seat_whatever_is_ticked(
    cast: Cast, browser_of: Open, shifts: list[Shift]
) -> None:
    browser = browser_of(cast.coordinator)
    page = proposal_page(browser)
    all_of_them = ticked(browser.get(page).text)
    browser.post(f"{page}/akkoord", {"plek": all_of_them, "alleen": all_of_them[1]})
    assert [place.seat_id for place in Place.select()] == [int(all_of_them[1])]
    assert "1 plek is nu bezet." in browser.get(page).text


def test_what_no_longer_fits_is_named_where_it_stands(
    cast: Cast, browser_of: Open, shifts: list[Shift]
) -> None:
    browser = browser_of(cast.coordinator)
    page = proposal_page(browser)
    seats = ticked(browser.get(page).text)
    quick = make_person("Snel", house=cast.wolfsbos)
    make_place(Seat.get_by_id(int(seats[0])), quick, NOW)
    day = shifts[1].date
    for person in (cast.volunteer, cast.key_holder):
        Unavailable.create(person=person, first_date=day, last_date=day)
    browser.post(f"{page}/akkoord", {"plek": seats})
    shown = browser.get(page).text
    assert "1 plek is nu bezet. 2 lukten niet: kijk bij de plek." in shown
    assert "Snel staat er al op" in shown
    assert "kan dan toch niet." in shown
    assert count_rows(Place) == 2


def test_who_is_new_and_would_be_alone_is_named(cast: Cast, browser_of: Open) -> None:
    for n in (1, 2, 3):
        past = make_shift(cast.wolfsbos, NOW.date() - dt.timedelta(days=n))
        make_place(past.seats.get(), cast.key_holder, NOW)
    make_shift(cast.wolfsbos, TUESDAY, seats=2)
    browser = browser_of(cast.coordinator)
    page = proposal_page(browser)
    seat = re.search(r'value="(\d+)" aria-label="Zet Joop erop"', browser.get(page).text)
    assert seat
    browser.post(f"{page}/akkoord", {"alleen": seat[1]})
    shown = browser.get(page).text
    assert "Joop is nog nieuw. Zet er eerst iemand met ervaring bij." in shown
    assert "1 lukte niet: kijk bij de plek." in shown


def test_a_seat_that_stays_open_says_why(cast: Cast, browser_of: Open) -> None:
    make_shift(cast.wolfsbos, TUESDAY, qualification="alcohol")
    key = make_shift(cast.wolfsbos, TUESDAY, qualification="key_holder")
    Unavailable.create(person=cast.key_holder, first_date=key.date, last_date=key.date)
    browser = browser_of(cast.coordinator)
    shown = browser.get(proposal_page(browser)).text
    assert "Niemand kan of mag dit." in shown
    assert "Wie dit kan of mag, kan dan niet." in shown
    assert shown.count("Blijft open") == 2
    assert "Zet deze mensen erop" not in shown


def test_a_form_that_is_sent_twice_makes_one_proposal(
    cast: Cast, browser_of: Open, shifts: list[Shift]
) -> None:
    browser = browser_of(cast.coordinator)
    form = browser.fields(DECEMBER, DECEMBER)
    assert browser.post(DECEMBER, form).location == browser.post(DECEMBER, form).location
    assert count_rows(FillProposal) == 1


def test_the_last_proposal_of_a_month_is_found_again(
    cast: Cast, browser_of: Open, shifts: list[Shift]
) -> None:
    browser = browser_of(cast.coordinator)
    page = proposal_page(browser)
    assert f'href="{page}"' in browser.get(DECEMBER).text
    assert f'href="{page}"' not in browser.get(f"{ASK}?maand=2026-11").text


def test_in_the_last_week_of_a_month_the_next_is_shown(cast: Cast, browser_of: Open) -> None:
    assert "december 2026" in browser_of(cast.coordinator).get(ASK).text


def test_extra_seats_are_filled_when_asked(cast: Cast, browser_of: Open) -> None:
    shift = make_shift(cast.wolfsbos, TUESDAY, seats=2)
    Seat.update(required=False).where(Seat.shift == shift, Seat.position == 1).execute()
    browser = browser_of(cast.coordinator)
    assert "En 1 extra plek, die leeg mag blijven." in browser.get(DECEMBER).text
    assert len(ticked(browser.get(proposal_page(browser)).text)) == 1
    asked = browser.post(DECEMBER, browser.fields(DECEMBER, DECEMBER) | {"extra": "y"})
    assert len(ticked(browser.get(str(asked.location)).text)) == 2


def test_a_month_without_gaps_or_without_a_roster_says_so(cast: Cast, browser_of: Open) -> None:
    browser = browser_of(cast.coordinator)
    assert "Alle plekken van deze maand zijn bezet. Mooi!" in browser.get(DECEMBER).text
    assert "Zo ver vooruit is er nog geen rooster." in browser.get(f"{ASK}?maand=2028-01").text


@pytest.mark.parametrize("month", ["nonsense", "2026-13", "0000-00", "9999-12", "\x00", "💥", "٢"])
def test_a_month_that_is_none_is_a_sentence(cast: Cast, browser_of: Open, month: str) -> None:
    answer = browser_of(cast.coordinator).get(ASK, query_string={"maand": month})
    assert answer.status_code == 400
    assert "Deze maand kennen we niet." in answer.text


def test_a_month_that_is_over_is_not_filled(cast: Cast, browser_of: Open) -> None:
    browser = browser_of(cast.coordinator)
    for answer in (browser.get(f"{ASK}?maand=2026-10"), browser.post(f"{ASK}?maand=2026-10")):
        assert answer.status_code == 404
        assert "Deze maand is voorbij." in answer.text
    assert count_rows(FillProposal) == 0


@pytest.mark.parametrize("seats", [[], ["x"], ["-1"], [str(2**70)], ["\x00"], ["💥", "٣"], ["1e3"]])
def test_nonsense_accepts_nobody(
    cast: Cast, browser_of: Open, shifts: list[Shift], seats: list[str]
) -> None:
    browser = browser_of(cast.coordinator)
    page = proposal_page(browser)
    for field in ("plek", "alleen"):
        assert browser.post(f"{page}/akkoord", {field: seats}).status_code == 303
    assert count_rows(Place) == 0


def test_a_proposal_of_another_house_does_not_exist(
    cast: Cast, browser_of: Open, shifts: list[Shift]
) -> None:
    page = proposal_page(browser_of(cast.coordinator))
    other = browser_of(cast.other_coordinator)
    assert other.get(page).status_code == 404
    assert other.post(f"{page}/akkoord", {"plek": "1"}).status_code == 404
    volunteer = browser_of(cast.volunteer)
    assert volunteer.get(page).status_code == volunteer.get(ASK).status_code == 403
    assert count_rows(Place) == 0
