"""What people say who are rung: remembered, and with yes the seat is theirs at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from peewee import Database

from models import (
    Call,
    CallOutcome,
    Person,
    Place,
    PlaceChange,
    PlaceHow,
    PlaceState,
    Seat,
    Shift,
    ShiftState,
)
from rules.calling import record_call
from rules.for_another import NotForYou
from rules.rostering import NotAHelper, NotQualified, Overlaps, SeatTaken, ShiftCancelled, ShiftOver
from tests.at_once import at_once
from tests.call_list import DAY, NO, NO_ANSWER, TOMORROW, YES, all_experienced, holder_of
from tests.cast import Cast, count_rows, make_place, make_shift
from tests.conftest import NOW, TODAY


@pytest.fixture
def crew(cast: Cast) -> Cast:
    return all_experienced(cast)


# -- one by one -------------------------------------------------------------------------------


def test_yes_gives_the_seat_and_is_remembered(crew: Cast) -> None:
    shift = make_shift(crew.wolfsbos, TOMORROW)
    record_call(shift, shift.seats.get().id, crew.volunteer, YES, crew.coordinator, NOW)
    place = Place.get(Place.shift == shift)
    assert (place.person, place.how, place.by) == (
        crew.volunteer,
        PlaceHow.by_phone,
        crew.coordinator,
    )
    call = Call.get()
    assert (call.shift, call.person, call.outcome, call.by, call.at, call.house) == (
        shift,
        crew.volunteer,
        YES,
        crew.coordinator,
        NOW,
        crew.wolfsbos,
    )
    assert PlaceChange.select().where(PlaceChange.place == place).count() == 1


def test_no_and_no_answer_are_remembered_and_change_nothing(crew: Cast) -> None:
    shift = make_shift(crew.wolfsbos, TOMORROW)
    for outcome in (NO_ANSWER, NO):
        record_call(shift, shift.seats.get().id, crew.volunteer, outcome, crew.coordinator, NOW)
    assert [call.outcome for call in Call.select().order_by(Call.id)] == [NO_ANSWER, NO]
    assert Place.select().where(Place.shift == shift).count() == 0


def test_yes_takes_over_from_who_seeks_cover(crew: Cast) -> None:
    shift = make_shift(crew.wolfsbos, TOMORROW)
    seat = shift.seats.get()
    make_place(seat, crew.volunteer, NOW, state=PlaceState.seeking_cover)
    record_call(shift, seat.id, crew.key_holder, YES, crew.coordinator, NOW)
    assert holder_of(seat) == crew.key_holder


def test_when_the_seat_was_taken_meanwhile_another_of_the_kind_is_given(crew: Cast) -> None:
    shift = make_shift(crew.wolfsbos, TOMORROW, seats=3)
    first, second, third = shift.seats.order_by(Seat.position)
    Seat.update(role="Bar").where(Seat.id == second).execute()
    make_place(first, crew.coordinator, NOW)
    record_call(shift, first.id, crew.volunteer, YES, crew.coordinator, NOW)
    assert (holder_of(second), holder_of(third)) == (None, crew.volunteer)
    with pytest.raises(SeatTaken) as refusal:
        record_call(shift, first.id, crew.key_holder, YES, crew.coordinator, NOW)
    assert refusal.value.holder == "Corrie"
    assert count_rows(Call) == 1, "what could not be is not remembered"


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"date": TODAY - DAY}, ShiftOver),
        ({"state": ShiftState.cancelled}, ShiftCancelled),
        ({"qualification": "alcohol"}, NotQualified),
    ],
)
def test_what_cannot_be_is_refused_by_name(
    crew: Cast, facts: dict[str, Any], refusal: type[Exception]
) -> None:
    shift = make_shift(crew.wolfsbos, facts.pop("date", TOMORROW), **facts)
    with pytest.raises(refusal):
        record_call(shift, shift.seats.get().id, crew.volunteer, YES, crew.coordinator, NOW)
    assert count_rows(Call) == 0


def test_who_became_busy_or_left_the_house_meanwhile_is_refused(crew: Cast) -> None:
    shift, other = make_shift(crew.wolfsbos, TOMORROW), make_shift(crew.wolfsbos, TOMORROW)
    seat = shift.seats.get()
    make_place(other.seats.get(), crew.volunteer, NOW)
    with pytest.raises(Overlaps):
        record_call(shift, seat.id, crew.volunteer, YES, crew.coordinator, NOW)
    for outcome in CallOutcome:
        with pytest.raises(NotAHelper):
            record_call(shift, seat.id, crew.other_volunteer, outcome, crew.coordinator, NOW)
    assert count_rows(Call) == 0


def test_only_a_coordinator_or_a_host_of_today_rings(crew: Cast) -> None:
    tomorrow = make_shift(crew.wolfsbos, TOMORROW)
    for by in (crew.volunteer, crew.other_coordinator, crew.viewer):
        with pytest.raises(NotForYou):
            record_call(tomorrow, tomorrow.seats.get().id, crew.key_holder, NO, by, NOW)
    here = make_shift(crew.wolfsbos, TODAY, start_time=dt.time(12), end_time=dt.time(15))
    own = make_shift(crew.wolfsbos, TODAY)
    make_place(own.seats.get(), crew.volunteer, NOW)
    record_call(here, here.seats.get().id, crew.key_holder, YES, crew.volunteer, NOW)
    assert holder_of(here.seats.get()) == crew.key_holder


def test_a_seat_of_another_shift_is_no_seat_of_this_one(crew: Cast) -> None:
    shift, other = make_shift(crew.wolfsbos, TOMORROW), make_shift(crew.knooppunt, TOMORROW)
    with pytest.raises(Seat.DoesNotExist):
        record_call(shift, other.seats.get().id, crew.volunteer, YES, crew.coordinator, NOW)


# -- at once --------------------------------------------------------------------------------------


def test_of_two_who_say_yes_to_one_seat_one_gets_it_and_the_other_call_hears_who(
    crew: Cast, database: Database
) -> None:
    for n in range(5):
        shift = make_shift(crew.wolfsbos, TOMORROW + n * DAY)
        seat = shift.seats.get()

        def ring(person: Person, by: Person, shift: Shift = shift, seat: Seat = seat) -> None:
            record_call(shift, seat.id, person, YES, by, NOW)

        outcomes = at_once(
            database,
            lambda ring=ring: ring(crew.volunteer, crew.coordinator),
            lambda ring=ring: ring(crew.key_holder, crew.admin),
        )
        [lost] = [each for each in outcomes if each is not None]
        assert isinstance(lost, SeatTaken)
        assert lost.holder == holder_of(seat).first_name
        assert Call.select().where(Call.shift == shift).count() == 1
        assert Place.select().where(Place.shift == shift).count() == 1
