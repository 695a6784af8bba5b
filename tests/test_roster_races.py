"""A hundred at the same moment, through the front door: one gets it, all others read a sentence."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask

from models import HOLDING, Person, Place, PlaceState, Seat, Swap
from rules import swapping
from rules.rostering import ask_cover, leave_seat, take_seat
from tests.at_once import at_once
from tests.browser_of import Browser
from tests.cast import Cast, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY

pytestmark = pytest.mark.slow

NEXT_WEEK = TODAY + dt.timedelta(days=7)
HUNDRED = 100


@pytest.fixture
def crowd(app: Flask, cast: Cast) -> list[Browser]:
    """A hundred volunteers with their phones, each on the page with the button."""
    people = [make_person(f"Buur{n}", "Jansen", house=cast.wolfsbos) for n in range(HUNDRED)]
    return [Browser(app, person) for person in people]


def all_ask(phones: list[Browser], address: Callable[[int], str]) -> list[Any]:
    def asker(n: int) -> Callable[[], Any]:
        return lambda: phones[n].client.post(address(n), data={"csrf_token": phones[n]._csrf})

    return at_once(None, *(asker(n) for n in range(len(phones))))


def holders(seat: Seat) -> list[Person]:
    held = Place.select().where(Place.seat == seat, Place.state.in_(HOLDING))
    return [place.person for place in held]


def test_of_a_hundred_who_want_one_seat_one_gets_it_and_the_others_read_who(
    cast: Cast, crowd: list[Browser]
) -> None:
    seat = make_shift(cast.wolfsbos, NEXT_WEEK).seats.get()
    make_shift(cast.wolfsbos, NEXT_WEEK + dt.timedelta(days=1))
    answers = all_ask(crowd, lambda _n: f"/rooster/plek/{seat.id}/aanmelden")
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: 99}
    (winner,) = holders(seat)
    for answer in answers:
        if answer.status_code == 409:
            assert f"{winner.first_name} was je net voor." in answer.text
            assert "Dit is nog vrij:" in answer.text


def test_of_a_hundred_who_take_over_one_does(cast: Cast, crowd: list[Browser]) -> None:
    seat = make_shift(cast.wolfsbos, NEXT_WEEK).seats.get()
    take_seat(seat, cast.volunteer, NOW)
    ask_cover(seat, cast.volunteer, NOW)
    answers = all_ask(crowd, lambda _n: f"/rooster/plek/{seat.id}/overnemen")
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: 99}
    (winner,) = holders(seat)
    assert winner != cast.volunteer
    sentence = f"{winner.first_name} staat nu op deze plek."
    assert sum(sentence in answer.text for answer in answers) == 99


def test_of_a_hundred_who_agree_to_swap_for_one_seat_one_does(
    cast: Cast, crowd: list[Browser]
) -> None:
    mine = make_shift(cast.wolfsbos, NEXT_WEEK).seats.get()
    take_seat(mine, cast.volunteer, NOW)
    later = make_shift(cast.wolfsbos, NEXT_WEEK + dt.timedelta(days=1), seats=HUNDRED)
    # Each request to the one who asks with that phone; the rows lie in any order.
    people = Person.select().where(Person.first_name.startswith("Buur")).order_by(Person.id)
    swaps: list[Swap] = []
    for person, seat in zip(people, later.seats.order_by(Seat.id), strict=True):
        swaps.append(swapping.ask(mine, cast.volunteer, make_place(seat, person, NOW), NOW))
    answers = all_ask(crowd, lambda n: f"/rooster/ruil/{swaps[n].id}/ja")
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: 99}
    assert sum("Deze ruil kan niet meer." in answer.text for answer in answers) == 99
    (winner,) = holders(mine)
    assert winner != cast.volunteer
    on_later = Place.select().where(Place.shift == later, Place.state.in_(HOLDING))
    assert on_later.count() == HUNDRED
    assert cast.volunteer in [place.person for place in on_later]


def test_a_freed_seat_is_undone_or_taken_but_never_both(cast: Cast, crowd: list[Browser]) -> None:
    """One taps 'ongedaan maken' while 99 others want the seat."""
    seat = make_shift(cast.wolfsbos, NEXT_WEEK).seats.get()
    first = Person.get(Person.first_name == "Buur0")
    take_seat(seat, first, NOW)
    leave_seat(seat, first, NOW)
    verbs = ["ongedaan"] + ["aanmelden"] * (HUNDRED - 1)
    answers = all_ask(crowd, lambda n: f"/rooster/plek/{seat.id}/{verbs[n]}")
    assert Counter(answer.status_code for answer in answers) == {303: 1, 409: 99}
    assert len(holders(seat)) == 1


def test_a_hundred_taps_of_one_person_are_one_place(app: Flask, cast: Cast) -> None:
    seat = make_shift(cast.wolfsbos, NEXT_WEEK).seats.get()
    phones = [Browser(app, cast.volunteer) for _ in range(HUNDRED)]
    answers = all_ask(phones, lambda _n: f"/rooster/plek/{seat.id}/aanmelden")
    assert Counter(answer.status_code for answer in answers) == {303: HUNDRED}
    assert Place.select().count() == 1
    answers = all_ask(phones, lambda _n: f"/rooster/plek/{seat.id}/ongedaan")
    assert Counter(answer.status_code for answer in answers) == {303: HUNDRED}
    assert Place.get().state == PlaceState.released
