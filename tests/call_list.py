"""What the tests of call lists share: who knows the work, and who has a seat."""

from __future__ import annotations

import datetime as dt
from typing import Any

from models import HOLDING, CallOutcome, Person, Place, PlaceState, Seat
from tests.cast import Cast, make_place, make_shift
from tests.conftest import NOW, TODAY

DAY = dt.timedelta(days=1)
TOMORROW = TODAY + DAY
YES, NO, NO_ANSWER = CallOutcome.yes, CallOutcome.no, CallOutcome.no_answer


def experienced(cast: Cast, person: Person, shifts: int = 3, **facts: Any) -> Person:
    """Give somebody shifts long ago, so that they are not new any more."""
    for n in range(shifts):
        shift = make_shift(facts.get("house", cast.wolfsbos), TODAY - (200 + n) * DAY)
        make_place(shift.seats.get(), person, NOW, state=PlaceState.present)
    return person


def all_experienced(cast: Cast) -> Cast:
    """The cast, in which everybody knows the work."""
    for person in (cast.coordinator, cast.volunteer, cast.key_holder, cast.other_volunteer):
        experienced(cast, person)
    return cast


def holder_of(seat: Seat) -> Person | None:
    place = Place.get_or_none(Place.seat == seat, Place.state.in_(HOLDING))
    return place and place.person
