"""'Ongedaan maken': the last thing that somebody did to a seat, for some seconds."""

from __future__ import annotations

import datetime as dt

import pytest
from peewee import Database

from models import (
    HOLDING,
    Message,
    MessageKind,
    Person,
    Place,
    PlaceChange,
    PlaceState,
    Seat,
    Shift,
    ShiftState,
    Step,
    Swap,
    SwapState,
)
from rules.for_another import free_seat, mark, sign_up
from rules.rostering import (
    NotAHelper,
    Overlaps,
    SeatTaken,
    ShiftCancelled,
    ShiftOver,
    ask_cover,
    leave_seat,
    take_over,
    take_seat,
)
from rules.shift_edits import drop_seat
from rules.swapping import agree, ask, requests_to
from rules.undoing import ACCEPTED, NothingToUndo, undo
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_place, make_shift
from tests.conftest import NOW, TODAY

TOMORROW, NEXT_WEEK = TODAY + dt.timedelta(days=1), TODAY + dt.timedelta(days=7)
SECOND = dt.timedelta(seconds=1)


def seat_on(cast: Cast, date: dt.date = NEXT_WEEK, **facts: object) -> Seat:
    return make_shift(cast.wolfsbos, date, **facts).seats.order_by(Seat.position).first()


def held_by(seat: Seat) -> tuple[Person, str] | None:
    place = Place.get_or_none(Place.seat == seat, Place.state.in_(HOLDING))
    return place and (place.person, place.state)


def test_taking_is_undone_also_so_near_that_nobody_leaves(cast: Cast) -> None:
    seat = seat_on(cast, TOMORROW)
    take_seat(seat, cast.volunteer, NOW)
    undo(seat, cast.volunteer, NOW + SECOND)
    assert held_by(seat) is None


def test_a_second_tap_on_undo_does_nothing_more(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    undo(seat, cast.volunteer, NOW + SECOND)
    undo(seat, cast.volunteer, NOW + 2 * SECOND)
    assert held_by(seat) is None
    assert count_rows(PlaceChange) == 2


def test_leaving_is_undone_with_what_it_was_before(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    ask_cover(seat, cast.volunteer, NOW)
    leave_seat(seat, cast.volunteer, NOW)
    undo(seat, cast.volunteer, NOW + SECOND)
    assert held_by(seat) == (cast.volunteer, PlaceState.seeking_cover)
    assert count_rows(Place) == 1, "the same place is held again"


def test_who_took_the_freed_seat_keeps_it(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    leave_seat(seat, cast.volunteer, NOW)
    take_seat(seat, cast.key_holder, NOW + SECOND)
    with pytest.raises(NothingToUndo):
        undo(seat, cast.volunteer, NOW + 2 * SECOND)
    assert held_by(seat) == (cast.key_holder, PlaceState.confirmed)


def test_nobody_comes_back_in_two_places_at_once(cast: Cast) -> None:
    seat, other = seat_on(cast), seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    leave_seat(seat, cast.volunteer, NOW)
    take_seat(other, cast.volunteer, NOW)
    with pytest.raises(Overlaps):
        undo(seat, cast.volunteer, NOW + SECOND)
    assert held_by(seat) is None


def test_a_request_for_cover_is_undone_and_the_coordinator_not_told(cast: Cast) -> None:
    seat = seat_on(cast, TOMORROW)
    take_seat(seat, cast.volunteer, NOW)
    ask_cover(seat, cast.volunteer, NOW + SECOND)
    assert [row.kind for row in Message.select()] == [MessageKind.cover_wanted]
    undo(seat, cast.volunteer, NOW + 2 * SECOND)
    assert held_by(seat) == (cast.volunteer, PlaceState.confirmed)
    assert count_rows(Message) == 0


def test_after_undoing_a_take_over_the_first_seeks_cover_again(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    ask_cover(seat, cast.volunteer, NOW)
    take_over(seat, cast.key_holder, NOW + SECOND)
    undo(seat, cast.key_holder, NOW + 2 * SECOND)
    assert held_by(seat) == (cast.volunteer, PlaceState.seeking_cover)
    assert count_rows(Message) == 0


def test_who_was_covered_and_is_busy_by_now_is_not_put_back(cast: Cast) -> None:
    seat, other = seat_on(cast), seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    ask_cover(seat, cast.volunteer, NOW)
    take_over(seat, cast.key_holder, NOW + SECOND)
    take_seat(other, cast.volunteer, NOW + SECOND)
    with pytest.raises(Overlaps):
        undo(seat, cast.key_holder, NOW + 2 * SECOND)
    assert held_by(seat) == (cast.key_holder, PlaceState.confirmed), "the seat is not lost"


def test_a_swap_is_undone_for_both_and_may_be_answered_again(cast: Cast) -> None:
    mine = make_place(seat_on(cast), cast.volunteer, NOW)
    theirs = make_place(seat_on(cast, TODAY + dt.timedelta(days=14)), cast.key_holder, NOW)
    swap = ask(mine.seat, cast.volunteer, theirs, NOW)
    agree(swap, cast.key_holder, NOW + SECOND)
    with pytest.raises(NothingToUndo):
        undo(mine.seat, cast.volunteer, NOW + 2 * SECOND)  # Anneke agreed, so she undoes.
    undo(mine.seat, cast.key_holder, NOW + 2 * SECOND)
    assert held_by(mine.seat) == (cast.volunteer, PlaceState.confirmed)
    assert held_by(theirs.seat) == (cast.key_holder, PlaceState.confirmed)
    assert Swap.get().state == SwapState.asked
    assert len(requests_to(cast.key_holder, NOW)) == 1
    agree(swap, cast.key_holder, NOW + 3 * SECOND)
    assert held_by(mine.seat) == (cast.key_holder, PlaceState.confirmed)


def test_what_a_coordinator_did_is_undone_by_the_coordinator(cast: Cast) -> None:
    seat = seat_on(cast)
    sign_up(seat, cast.volunteer, cast.coordinator, NOW)
    with pytest.raises(NothingToUndo):
        undo(seat, cast.volunteer, NOW + SECOND)
    undo(seat, cast.coordinator, NOW + SECOND)
    assert held_by(seat) is None
    assert count_rows(Message) == 0
    take_seat(seat, cast.key_holder, NOW + 2 * SECOND)
    free_seat(seat, cast.coordinator, NOW + 3 * SECOND)
    undo(seat, cast.coordinator, NOW + 4 * SECOND)
    assert held_by(seat) == (cast.key_holder, PlaceState.confirmed)


def test_a_mark_is_undone_also_after_the_shift(cast: Cast) -> None:
    place = make_place(
        seat_on(cast, TODAY - dt.timedelta(days=1)), cast.volunteer, NOW - dt.timedelta(days=5)
    )
    PlaceChange.create(
        house=place.house, place=place, shift=place.shift, step=Step.take, state="confirmed", at=NOW
    )
    mark(place, PlaceState.absent, cast.coordinator, NOW)
    undo(place.seat, cast.coordinator, NOW + SECOND)
    assert held_by(place.seat) == (cast.volunteer, PlaceState.confirmed)


def test_nobody_comes_back_who_left_the_house_or_on_a_shift_that_is_off(cast: Cast) -> None:
    gone, off = seat_on(cast), seat_on(cast, NEXT_WEEK + dt.timedelta(days=1))
    for seat in (gone, off):
        take_seat(seat, cast.volunteer, NOW)
    leave_seat(off, cast.volunteer, NOW)
    Shift.update(state=ShiftState.cancelled).where(Shift.id == off.shift_id).execute()
    with pytest.raises(ShiftCancelled):
        undo(off, cast.volunteer, NOW + SECOND)
    free_seat(gone, cast.coordinator, NOW)
    Person.update(active=False).where(Person.id == cast.volunteer.id).execute()
    with pytest.raises(NotAHelper):
        undo(gone, cast.coordinator, NOW + SECOND)
    assert held_by(gone) is held_by(off) is None


@pytest.mark.parametrize("later", [SECOND, 0 * SECOND])
def test_nobody_comes_back_on_another_seat_than_the_one_that_is_gone(
    cast: Cast, later: dt.timedelta
) -> None:
    shift = make_shift(cast.wolfsbos, NEXT_WEEK, seats=2)
    gone, stays = shift.seats.order_by(Seat.position)
    take_seat(gone, cast.volunteer, NOW)
    free_seat(gone, cast.coordinator, NOW + SECOND)
    drop_seat(gone, NOW + SECOND + later)
    with pytest.raises(NothingToUndo):
        undo(stays, cast.coordinator, NOW + 3 * SECOND)
    assert held_by(stays) is None


def test_what_was_done_at_a_seat_is_undone_also_when_the_one_beside_it_is_gone(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, NEXT_WEEK, seats=2)
    gone, stays = shift.seats.order_by(Seat.position)
    take_seat(gone, cast.volunteer, NOW)
    take_seat(stays, cast.key_holder, NOW)
    free_seat(gone, cast.coordinator, NOW + SECOND)
    drop_seat(gone, NOW + SECOND)
    undo(stays, cast.key_holder, NOW + 2 * SECOND)
    assert held_by(stays) is None


def test_it_is_over_after_some_seconds(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    with pytest.raises(NothingToUndo):
        undo(seat, cast.volunteer, NOW + ACCEPTED + SECOND)
    undo(seat, cast.volunteer, NOW + ACCEPTED)
    with pytest.raises(NothingToUndo):
        undo(seat_on(cast), cast.volunteer, NOW)


def test_what_ends_meanwhile_stays_as_it_is(cast: Cast) -> None:
    seat = seat_on(cast, TODAY, start_time=dt.time(8), end_time=dt.time(10, 0, 5))
    take_seat(seat, cast.volunteer, NOW)
    with pytest.raises(ShiftOver):
        undo(seat, cast.volunteer, NOW + 6 * SECOND)


def test_undo_and_take_at_the_same_moment_leave_one_holder(cast: Cast, database: Database) -> None:
    for n in range(6):
        seat = seat_on(cast, NEXT_WEEK + dt.timedelta(days=n))
        take_seat(seat, cast.volunteer, NOW)
        leave_seat(seat, cast.volunteer, NOW)
        undone, taken = at_once(
            database,
            lambda seat=seat: undo(seat, cast.volunteer, NOW + SECOND),
            lambda seat=seat: take_seat(seat, cast.key_holder, NOW + SECOND),
        )
        holder = Place.get(Place.seat == seat, Place.state.in_(HOLDING)).person
        if holder == cast.volunteer:
            assert isinstance(taken, SeatTaken)
            assert undone is None
        else:
            assert isinstance(undone, (NothingToUndo, SeatTaken))
