"""One shift by hand: added, changed, called off and brought back, with everybody still on it."""

from __future__ import annotations

import datetime as dt
import threading
from dataclasses import replace
from typing import Any

import pytest
from peewee import Database, IntegrityError

from models import (
    HOLDING,
    Closure,
    ClosureKind,
    Message,
    MessageKind,
    OccurrenceState,
    Person,
    Place,
    PlaceChange,
    PlaceState,
    Qualification,
    Seat,
    Shift,
    ShiftState,
    Step,
    db,
)
from rules import Refused, closures, filling, programme, series_change
from rules.for_another import mark
from rules.patterns import SeatWish
from rules.rostering import ShiftOver, leave_seat, take_seat
from rules.shift_edits import edits_of
from rules.single_shifts import (
    ActivityOff,
    DayOver,
    PeopleElsewhere,
    PeopleLacking,
    SeatHeld,
    add_shift,
    bring_back,
    call_off,
    change_shift,
    fingerprint,
    seats_with_holders,
)
from tests.at_once import at_once, wait_until_somebody_waits
from tests.cast import Cast, count_rows, make_activity, make_occurrence, make_place, make_shift
from tests.conftest import NOW, TODAY

DAY = dt.timedelta(days=1)
FACTS: dict[str, Any] = {
    "title": "Extra koffie",
    "date": TODAY + DAY,
    "start_time": dt.time(9),
    "end_time": dt.time(12),
}


def seats_of(shift: Shift) -> list[SeatWish]:
    return [
        SeatWish(seat.role, seat.qualification, seat.required, id=seat.id)
        for seat in shift.seats.order_by(Seat.position)
    ]


def facts_of(shift: Shift, **facts: Any) -> dict[str, Any]:
    return {**{name: getattr(shift, name) for name in FACTS}, **facts}


def change(cast: Cast, shift: Shift, *seats: SeatWish, **facts: Any) -> bool:
    options = {name: facts.pop(name) for name in ("seen", "anyway") if name in facts}
    wishes = seats or seats_of(shift)
    return change_shift(shift, wishes, cast.coordinator, NOW, **facts_of(shift, **facts), **options)


def manned(cast: Cast, **facts: Any) -> tuple[Shift, Place]:
    shift = make_shift(cast.wolfsbos, TODAY + DAY, **facts)
    return shift, make_place(shift.seats.order_by(Seat.position).get(), cast.volunteer, NOW)


def told() -> list[tuple[str, int]]:
    return [(each.kind, each.person_id) for each in Message.select().order_by(Message.id)]


# -- adding ---------------------------------------------------------------------------------------


def test_a_single_shift_has_its_seats_and_no_pattern(cast: Cast) -> None:
    seats = [SeatWish("Kok"), SeatWish("Bar", "alcohol", required=False)]
    shift = add_shift(cast.wolfsbos, seats, cast.coordinator, NOW, **FACTS)
    assert (shift.house, shift.pattern_id, shift.original_date) == (
        cast.wolfsbos,
        None,
        TODAY + DAY,
    )
    assert [
        (seat.role, seat.qualification, seat.required, seat.house_id)
        for seat in shift.seats.order_by(Seat.position)
    ] == [("Kok", "", True, cast.wolfsbos.id), ("Bar", "alcohol", False, cast.wolfsbos.id)]
    filling.extend_roster(cast.wolfsbos, TODAY, NOW, TODAY + 60 * DAY)
    assert Shift.get().state == ShiftState.planned


def test_a_shift_is_not_put_on_what_is_over_or_too_far_away(cast: Cast) -> None:
    for date, end, refusal in (
        (TODAY - DAY, dt.time(12), DayOver),
        (TODAY, dt.time(10), DayOver),  # It is ten o'clock now.
        (TODAY + 401 * DAY, dt.time(12), programme.TooFar),
    ):
        facts = {**FACTS, "date": date, "end_time": end}
        with pytest.raises(refusal):
            add_shift(cast.wolfsbos, [SeatWish("Kok")], cast.coordinator, NOW, **facts)
    assert count_rows(Shift) == 0
    add_shift(cast.wolfsbos, [], None, NOW, **{**FACTS, "date": TODAY})


def close(cast: Cast, day: dt.date) -> Closure:
    return Closure.create(
        house=cast.wolfsbos,
        first_date=day,
        last_date=day,
        kind=ClosureKind.closed,
        reason="Verbouwing",
    )


def test_there_is_no_single_shift_on_a_day_on_which_the_house_is_closed(cast: Cast) -> None:
    close(cast, TODAY + DAY)
    with pytest.raises(programme.HouseClosed) as refused:
        add_shift(cast.wolfsbos, [SeatWish("Kok")], cast.coordinator, NOW, **FACTS)
    assert (refused.value.day, refused.value.reason) == (TODAY + DAY, "Verbouwing")
    assert count_rows(Shift) == 0
    add_shift(cast.knooppunt, [SeatWish("Kok")], cast.other_coordinator, NOW, **FACTS)
    shift = make_shift(cast.wolfsbos, TODAY + 2 * DAY)
    with pytest.raises(programme.HouseClosed):
        change(cast, shift, date=TODAY + DAY)
    assert Shift.get_by_id(shift.id).date == TODAY + 2 * DAY


def test_what_stood_on_a_closed_day_already_may_get_other_words(cast: Cast) -> None:
    shift, _place = manned(cast)
    close(cast, TODAY + DAY)
    change(cast, shift, title="Anders", end_time=dt.time(14))
    assert Shift.get_by_id(shift.id).end_time == dt.time(14)


def test_a_shift_added_while_its_day_is_closed_waits_and_is_refused(
    cast: Cast, database: Database
) -> None:
    written, adding = threading.Event(), threading.Event()

    def shut() -> Closure:
        with db.atomic():
            closure, _effect = closures.add_closure(
                cast.wolfsbos,
                TODAY + DAY,
                TODAY + DAY,
                ClosureKind.closed,
                "Verbouwing",
                cast.coordinator,
                NOW,
            )
            written.set()
            assert adding.wait(timeout=20)
            wait_until_somebody_waits(database)
            return closure

    def add() -> Shift:
        assert written.wait(timeout=20)
        adding.set()
        return add_shift(cast.wolfsbos, [SeatWish("Kok")], cast.coordinator, NOW, **FACTS)

    closure, refused = at_once(database, shut, add)
    assert isinstance(closure, Closure)
    assert isinstance(refused, programme.HouseClosed)
    assert count_rows(Shift) == 0


def test_a_shift_that_ends_before_it_begins_is_no_shift(cast: Cast) -> None:
    facts = {**FACTS, "end_time": dt.time(8)}
    with pytest.raises(IntegrityError):
        add_shift(cast.wolfsbos, [SeatWish("Kok")], None, NOW, **facts)
    assert count_rows(Shift) == count_rows(Seat) == 0


# -- changing -------------------------------------------------------------------------------------


def test_a_shift_that_moves_takes_its_people_along_and_tells_them(cast: Cast) -> None:
    shift, place = manned(cast)
    assert change(cast, shift, date=TODAY + 2 * DAY, start_time=dt.time(10)) is True
    moved = Shift.get_by_id(shift.id)
    assert (moved.date, moved.start_time) == (TODAY + 2 * DAY, dt.time(10))
    assert Place.get_by_id(place.id).state == PlaceState.confirmed
    message = Message.get()
    assert (message.kind, message.person) == (MessageKind.shift_moved, cast.volunteer)
    assert (message.was_date, message.was_start_time) == (TODAY + DAY, dt.time(9, 45))


def test_another_name_is_told_to_nobody(cast: Cast) -> None:
    shift, _place = manned(cast)
    assert change(cast, shift, title="Anders") is False
    assert told() == []
    assert Shift.get().title == "Anders"


def test_seats_come_change_and_go_but_not_under_somebody(cast: Cast) -> None:
    shift, place = manned(cast, seats=2)
    mine, free = seats_of(shift)
    with pytest.raises(SeatHeld) as refused:
        change(cast, shift, free, title="Anders")
    assert refused.value.name == "Joop van der Berg"
    assert Shift.get().title == "Gastvrouw of gastheer", "all of it or nothing"
    change(cast, shift, SeatWish("Kok", id=mine.id), SeatWish("Hulp", required=False))
    assert [(seat.role, seat.required, seat.holder) for seat in seats_with_holders(shift)] == [
        ("Kok", True, "Joop van der Berg"),
        ("Hulp", False, ""),
    ]
    assert not Seat.select().where(Seat.id == free.id).exists()
    assert Place.get_by_id(place.id).seat_id == mine.id


def test_who_was_once_on_a_seat_that_goes_stays_in_memory(cast: Cast) -> None:
    shift, place = manned(cast, seats=2)
    Place.update(state=PlaceState.released).execute()
    _was, other = seats_of(shift)
    change(cast, shift, other)
    assert [seat.id for seat in shift.seats] == [other.id]
    assert Place.get_by_id(place.id).seat_id == other.id
    assert Place.get_by_id(place.id).state == PlaceState.released


def test_who_would_be_in_two_places_is_named_first(cast: Cast) -> None:
    shift, _place = manned(cast)
    other = make_shift(
        cast.knooppunt, TODAY + 2 * DAY, start_time=dt.time(12), end_time=dt.time(14)
    )
    make_place(other.seats.get(), cast.volunteer, NOW)
    with pytest.raises(PeopleElsewhere) as refused:
        change(cast, shift, date=TODAY + 2 * DAY)
    assert refused.value.names == ("Joop van der Berg",)
    assert Shift.get_by_id(shift.id).date == TODAY + DAY
    change(cast, shift, date=TODAY + 2 * DAY, end_time=dt.time(12))
    change(cast, Shift.get_by_id(shift.id), end_time=dt.time(13), anyway=True)


def test_who_lacks_what_a_seat_comes_to_ask_is_named_first(cast: Cast) -> None:
    shift, _place = manned(cast, seats=2)
    _first, free = shift.seats.order_by(Seat.position)
    make_place(free, None, NOW, name="Buurvrouw Riet")
    wishes = [replace(wish, qualification="key_holder") for wish in seats_of(shift)]
    with pytest.raises(PeopleLacking) as refused:
        change(cast, shift, *wishes)
    assert refused.value.names == ("Joop van der Berg", "Buurvrouw Riet")
    assert {seat.qualification for seat in shift.seats} == {""}
    change(cast, shift, *wishes, anyway=True)
    assert {seat.qualification for seat in shift.seats} == {"key_holder"}
    change(cast, shift, title="Wie dit al niet kon, wordt niet nog eens genoemd")
    assert Place.select().where(Place.state.in_(HOLDING)).count() == 2


def test_who_can_what_a_seat_comes_to_ask_is_not_named(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, TODAY + DAY, seats=2)
    first, _free = shift.seats.order_by(Seat.position)
    make_place(first, cast.key_holder, NOW)
    wishes = [replace(wish, qualification="key_holder") for wish in seats_of(shift)]
    assert change(cast, shift, *wishes) is False


def test_what_somebody_may_no_longer_do_on_the_new_day_is_said_with_where_they_are(
    cast: Cast,
) -> None:
    later = TODAY + 9 * DAY
    Qualification.create(person=cast.volunteer, kind="vog", expires=later - DAY)
    shift, _place = manned(cast, qualification="vog")
    assert change(cast, shift, date=later - DAY)
    make_place(make_shift(cast.knooppunt, later).seats.get(), cast.volunteer, NOW)
    with pytest.raises(PeopleLacking) as refused:
        change(cast, shift, date=later)
    joop = ("Joop van der Berg",)
    assert (refused.value.names, refused.value.elsewhere) == (joop, joop)
    assert Shift.get_by_id(shift.id).date == later - DAY
    assert change(cast, shift, date=later, anyway=True)


def test_a_shift_is_not_moved_into_the_past_nor_changed_when_it_is_over(cast: Cast) -> None:
    shift, _place = manned(cast)
    with pytest.raises(DayOver):
        change(cast, shift, date=TODAY - DAY)
    over = make_shift(cast.wolfsbos, TODAY - DAY)
    for verb in (
        lambda: change(cast, over, title="x"),
        lambda: call_off(over, cast.coordinator, NOW),
        lambda: bring_back(over, cast.coordinator, NOW),
    ):
        with pytest.raises(ShiftOver):
            verb()


def test_who_was_noted_as_present_can_leave_again_when_the_shift_moves_to_later(
    cast: Cast,
) -> None:
    shift = make_shift(cast.wolfsbos, TODAY, start_time=dt.time(9), end_time=dt.time(12))
    place = make_place(shift.seats.get(), cast.volunteer, NOW - DAY)
    mark(place, PlaceState.present, cast.coordinator, NOW)
    change(cast, shift, end_time=dt.time(13))
    assert Place.get_by_id(place.id).state == PlaceState.present, "it still is the same morning"
    change(cast, Shift.get_by_id(shift.id), date=TODAY + 14 * DAY)
    assert Place.get_by_id(place.id).state == PlaceState.confirmed
    assert [
        (each.step, each.state, each.by) for each in place.changes.order_by(PlaceChange.id)
    ] == [
        (Step.mark, PlaceState.present, cast.coordinator),
        (Step.mark, PlaceState.confirmed, cast.coordinator),
    ]
    leave_seat(shift.seats.get(), cast.volunteer, NOW)
    assert Place.get_by_id(place.id).state == PlaceState.released


def test_a_shift_that_somebody_else_changed_is_not_overwritten(cast: Cast) -> None:
    shift, _place = manned(cast)
    seen = fingerprint(shift)
    change(cast, shift, title="Van haar")
    with pytest.raises(programme.ChangedMeanwhile):
        change(cast, shift, title="Van hem", seen=seen)
    with pytest.raises(programme.ChangedMeanwhile):
        change(cast, shift, SeatWish("Van elders", id=2**31 - 1))
    assert Shift.get().title == "Van haar"


def test_what_was_changed_by_hand_keeps_its_hours_until_its_date_moves(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos)
    date = make_occurrence(activity, TODAY + 7 * DAY)
    filling.start_pattern(
        cast.wolfsbos,
        "Gastvrouw",
        [SeatWish("Gastvrouw")],
        None,
        NOW,
        activity=activity,
        first_date=TODAY,
        before_minutes=15,
        after_minutes=15,
    )
    shift = Shift.get(Shift.occurrence == date)
    change(cast, shift, start_time=dt.time(9))
    programme.cancel_date(date, "", cast.coordinator, NOW)
    assert Shift.get_by_id(shift.id).state == ShiftState.cancelled
    programme.restore_date(date, cast.coordinator, NOW)
    assert (Shift.get_by_id(shift.id).state, Shift.get_by_id(shift.id).start_time) == (
        ShiftState.planned,
        dt.time(9),
    )
    programme.move_date(date, TODAY + 8 * DAY, cast.coordinator, NOW, start_time=dt.time(13))
    assert (Shift.get_by_id(shift.id).date, Shift.get_by_id(shift.id).start_time) == (
        TODAY + 8 * DAY,
        dt.time(12, 45),
    )
    programme.reset_date(date, cast.coordinator, NOW)
    assert (Shift.get_by_id(shift.id).date, Shift.get_by_id(shift.id).start_time) == (
        TODAY + 7 * DAY,
        dt.time(9, 45),
    )
    assert edits_of([shift.id]).changed == set()


# -- calling off ----------------------------------------------------------------------------------


def test_calling_off_and_bringing_back_keeps_everybody_on_and_tells_them(cast: Cast) -> None:
    shift, place = manned(cast)
    assert call_off(shift, cast.coordinator, NOW) is True
    assert Shift.get().state == ShiftState.cancelled
    assert Place.get_by_id(place.id).state in HOLDING
    assert told() == [("shift_cancelled", cast.volunteer.id)]
    assert call_off(shift, cast.coordinator, NOW) is False, "twice is once"
    Message.update(state="sent").execute()
    assert bring_back(shift, cast.coordinator, NOW) is True
    assert told()[1:] == [("shift_restored", cast.volunteer.id)]
    assert bring_back(shift, cast.coordinator, NOW) is False
    assert edits_of([shift.id]).called_off == set()


def test_a_closed_day_that_opens_does_not_bring_back_what_was_called_off(cast: Cast) -> None:
    filling.start_pattern(
        cast.wolfsbos,
        "Sleutel",
        [SeatWish("Sleutelhouder")],
        None,
        NOW,
        rule="FREQ=DAILY",
        first_date=TODAY,
        start_time=dt.time(8),
        end_time=dt.time(12),
    )
    off = Shift.get(Shift.date == TODAY + DAY)
    call_off(off, cast.coordinator, NOW)
    closure = Closure.create(
        house=cast.wolfsbos,
        first_date=TODAY + DAY,
        last_date=TODAY + 2 * DAY,
        kind=ClosureKind.closed,
        reason="Verbouwing",
    )
    filling.follow_closure(closure, NOW)
    with pytest.raises(programme.HouseClosed):
        bring_back(off, cast.coordinator, NOW)
    closure.delete_instance()
    filling.follow_closure(closure, NOW)
    states = {shift.date: shift.state for shift in Shift.select()}
    assert (states[TODAY + DAY], states[TODAY + 2 * DAY]) == ("cancelled", "planned")
    bring_back(off, cast.coordinator, NOW)
    assert Shift.get_by_id(off.id).state == ShiftState.planned


def test_a_shift_waits_for_its_activity(cast: Cast) -> None:
    date = make_occurrence(make_activity(cast.wolfsbos), TODAY + DAY)
    shift = make_shift(cast.wolfsbos, TODAY + DAY, occurrence=date)
    call_off(shift, cast.coordinator, NOW)
    programme.cancel_date(date, "", cast.coordinator, NOW)
    with pytest.raises(ActivityOff):
        bring_back(shift, cast.coordinator, NOW)
    programme.restore_date(date, cast.coordinator, NOW)
    assert date.state != OccurrenceState.cancelled
    assert Shift.get().state == ShiftState.cancelled, "somebody called it off"
    bring_back(shift, cast.coordinator, NOW)
    assert Shift.get().state == ShiftState.planned


def test_a_shift_whose_date_was_taken_out_of_its_series_does_not_come_back(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos)
    make_occurrence(activity, TODAY + 7 * DAY)
    filling.start_pattern(
        cast.wolfsbos,
        "Gastvrouw",
        [SeatWish("Gastvrouw")],
        None,
        NOW,
        activity=activity,
        first_date=TODAY,
        before_minutes=15,
        after_minutes=15,
    )
    shift = Shift.get()
    take_seat(shift.seats.get(), cast.volunteer, NOW)
    leave_seat(shift.seats.get(), cast.volunteer, NOW)
    series_change.change_activity(activity, cast.coordinator, NOW, rule="FREQ=WEEKLY;BYDAY=FR")
    lost = Shift.get_by_id(shift.id)
    assert (lost.state, lost.occurrence_id) == (ShiftState.cancelled, None)
    with pytest.raises(ActivityOff):
        bring_back(lost, cast.coordinator, NOW)
    assert Shift.get_by_id(shift.id).state == ShiftState.cancelled


def test_who_is_elsewhere_by_now_is_named_before_a_shift_comes_back(cast: Cast) -> None:
    shift, _place = manned(cast)
    call_off(shift, cast.coordinator, NOW)
    other = make_shift(cast.wolfsbos, TODAY + DAY, start_time=dt.time(12), end_time=dt.time(15))
    take_seat(other.seats.get(), cast.volunteer, NOW)
    with pytest.raises(PeopleElsewhere) as refused:
        bring_back(shift, cast.coordinator, NOW)
    assert refused.value.names == ("Joop van der Berg",)
    assert Shift.get_by_id(shift.id).state == ShiftState.cancelled
    assert bring_back(shift, cast.coordinator, NOW, anyway=True) is True
    assert Shift.get_by_id(shift.id).state == ShiftState.planned


def test_who_takes_another_seat_while_a_shift_comes_back_is_not_in_two_places_unseen(
    cast: Cast, database: Database
) -> None:
    shift, _place = manned(cast)
    call_off(shift, cast.coordinator, NOW)
    seat = make_shift(cast.wolfsbos, TODAY + DAY).seats.get()
    on_it, coming_back = threading.Event(), threading.Event()

    def take() -> Place:
        with db.atomic():
            place = take_seat(seat, cast.volunteer, NOW)
            on_it.set()
            assert coming_back.wait(timeout=20)
            wait_until_somebody_waits(database)
            return place

    def back() -> bool:
        assert on_it.wait(timeout=20)
        coming_back.set()
        return bring_back(shift, cast.coordinator, NOW)

    place, refused = at_once(database, take, back)
    assert isinstance(place, Place)
    assert isinstance(refused, PeopleElsewhere)
    assert Shift.get_by_id(shift.id).state == ShiftState.cancelled


def test_who_gets_on_while_a_seat_goes_is_never_lost(cast: Cast, database: Database) -> None:
    shift = make_shift(cast.wolfsbos, TODAY + 5 * DAY, seats=2)
    first, second = seats_of(shift)

    def take() -> Any:
        return take_seat(Seat.get_by_id(second.id), Person.get_by_id(cast.volunteer.id), NOW)

    def drop() -> Any:
        return change_shift(Shift.get_by_id(shift.id), [first], None, NOW, **facts_of(shift))

    taken, dropped = at_once(database, take, drop)
    left = [seat.id for seat in shift.seats.order_by(Seat.position)]
    if isinstance(taken, Place):
        assert isinstance(dropped, SeatHeld)
        assert left == [first.id, second.id]
    else:
        assert left == [first.id]
        assert isinstance(taken, (Refused, IntegrityError, Seat.DoesNotExist)), taken
