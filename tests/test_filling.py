"""Shifts follow what they hang on: dates, closed days, and the hands of people; also at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from typing import Any

import pytest
from peewee import Database

from models import HOLDING, Activity, Message, Occurrence, Place, Seat, Shift, ShiftState, db
from rules import filling, programme, single_shifts
from rules.closures import PeopleOnThem, remove_closure
from rules.horizon import extend_horizon
from rules.patterns import FixedWish, SeatWish, stop_pattern
from rules.rostering import leave_seat, take_seat
from rules.series_change import change_activity
from rules.shift_edits import edits_of
from tests.at_once import at_once, wait_until_somebody_waits
from tests.cast import Cast, make_activity, make_shift
from tests.conftest import NOW, TODAY
from tests.test_programme import close

DAY = dt.timedelta(days=1)
#: A Thursday two weeks ahead.
NEXT = TODAY + 14 * DAY
FRIDAYS, THURSDAYS = "FREQ=WEEKLY;BYDAY=FR", "FREQ=WEEKLY;BYDAY=TH"


@pytest.fixture
def coffee(cast: Cast) -> Activity:
    """Coffee on Thursdays from ten to four, with a host who comes a quarter before."""
    activity = make_activity(cast.wolfsbos)
    extend_horizon(cast.wolfsbos, TODAY, NOW)
    with_seat(activity, "Gastvrouw", before_minutes=15)
    return activity


def with_seat(activity: Activity, role: str, *fixed: FixedWish, before_minutes: int) -> None:
    filling.start_pattern(
        activity.house,
        role,
        [SeatWish(role, fixed=list(fixed))],
        None,
        NOW,
        activity=activity,
        first_date=TODAY,
        before_minutes=before_minutes,
        after_minutes=15,
    )


def date_of(activity: Activity, day: dt.date = NEXT) -> Occurrence:
    return Occurrence.get(Occurrence.activity == activity, Occurrence.original_date == day)


def shift_of(activity: Activity) -> Shift:
    return Shift.get(Shift.occurrence == date_of(activity))


def change(cast: Cast, shift: Shift, **news: Any) -> None:
    """Change a shift by hand."""
    facts = {name: getattr(shift, name) for name in ("title", "date", "start_time", "end_time")}
    seats = [SeatWish(seat.role, id=seat.id) for seat in shift.seats.order_by(Seat.position)]
    single_shifts.change_shift(shift, seats, cast.coordinator, NOW, **{**facts, **news})


def stands(shift: Shift) -> tuple[str, dt.date, dt.time, dt.time]:
    row = Shift.get_by_id(shift.id)
    return row.state, row.date, row.start_time, row.end_time


def told() -> list[tuple[str, str]]:
    return [(each.person.first_name, each.kind) for each in Message.select().order_by(Message.id)]


# -- closed days ----------------------------------------------------------------------------------


def test_a_shift_without_a_pattern_closes_with_the_house_and_comes_back(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, NEXT)
    elsewhere = make_shift(cast.knooppunt, NEXT)
    take_seat(shift.seats.get(), cast.volunteer, NOW)
    with pytest.raises(PeopleOnThem) as refused:
        close(cast, NEXT, seen="")
    assert [each.names for each in refused.value.effect.manned] == [("Joop",)]
    closure = close(cast, NEXT, seen=refused.value.effect.fingerprint)
    assert stands(shift)[0] == ShiftState.cancelled
    assert stands(elsewhere)[0] == ShiftState.planned
    assert told() == [("Joop", "shift_cancelled")]
    Message.update(state="sent").execute()
    did = remove_closure(closure, cast.wolfsbos, cast.coordinator, NOW)
    assert [each.id for each in did.shifts] == [shift.id]
    assert stands(shift)[0] == ShiftState.planned
    assert told()[1:] == [("Joop", "shift_restored")]


def test_a_shift_that_was_put_on_a_day_before_it_was_known_as_closed_goes_with_the_night(
    cast: Cast,
) -> None:
    close(cast, NEXT)
    shift = make_shift(cast.wolfsbos, NEXT)
    filling.extend_roster(cast.wolfsbos, TODAY, NOW, TODAY + filling.AHEAD)
    assert stands(shift)[0] == ShiftState.cancelled


def test_what_somebody_called_off_or_moved_stays_as_they_left_it_when_the_house_opens(
    cast: Cast,
) -> None:
    off, moved = (make_shift(cast.wolfsbos, NEXT) for _ in range(2))
    single_shifts.call_off(off, cast.coordinator, NOW)
    change(cast, moved, start_time=dt.time(7))
    closure = close(cast, NEXT)
    assert stands(moved) == ("cancelled", NEXT, dt.time(7), dt.time(13))
    remove_closure(closure, cast.wolfsbos, None, NOW)
    assert stands(off)[0] == ShiftState.cancelled
    assert stands(moved) == ("planned", NEXT, dt.time(7), dt.time(13))


def test_who_is_on_a_shift_of_a_stopped_pattern_hears_of_closed_days_as_well(cast: Cast) -> None:
    pattern, _shifts = filling.start_pattern(
        cast.wolfsbos,
        "Sleutel",
        [SeatWish("Sleutel")],
        None,
        NOW,
        rule=THURSDAYS,
        first_date=TODAY,
        start_time=dt.time(9),
        end_time=dt.time(12),
    )
    shift = Shift.get(Shift.date == NEXT)
    take_seat(shift.seats.get(), cast.volunteer, NOW)
    gone = Shift.get(Shift.date == NEXT + 7 * DAY)
    take_seat(gone.seats.get(), cast.volunteer, NOW)
    leave_seat(gone.seats.get(), cast.volunteer, NOW)
    stop_pattern(pattern, None, NOW)
    closure = close(cast, NEXT, last=NEXT + 7 * DAY)
    assert stands(shift)[0] == ShiftState.cancelled
    remove_closure(closure, cast.wolfsbos, None, NOW)
    assert stands(shift)[0] == ShiftState.planned
    assert stands(gone)[0] == ShiftState.cancelled


# -- by hand --------------------------------------------------------------------------------------


def test_a_note_another_room_or_off_and_on_leave_what_was_changed_by_hand(
    cast: Cast, coffee: Activity
) -> None:
    shift, date = shift_of(coffee), date_of(coffee)
    programme.move_date(date, NEXT, None, NOW, start_time=dt.time(11), end_time=dt.time(15))
    change(cast, shift, start_time=dt.time(9), end_time=dt.time(17))
    by_hand = ("planned", NEXT, dt.time(9), dt.time(17))
    programme.move_date(date, NEXT, None, NOW, note="Neem soep mee")
    assert stands(shift) == by_hand
    programme.cancel_date(date, "", None, NOW)
    programme.restore_date(date, None, NOW)
    assert stands(shift) == by_hand
    assert edits_of([shift.id]).changed == {shift.id}
    programme.reset_date(date, None, NOW)
    assert stands(shift) == ("planned", NEXT, dt.time(9, 45), dt.time(16, 15))
    assert edits_of([shift.id]).changed == set()


def test_what_was_changed_by_hand_follows_a_series_that_gets_other_hours(
    cast: Cast, coffee: Activity
) -> None:
    shift = shift_of(coffee)
    change(cast, shift, start_time=dt.time(9))
    change_activity(coffee, None, NOW, title="Thee")
    assert stands(shift)[2] == dt.time(9)
    change_activity(coffee, None, NOW, start_time=dt.time(13))
    assert stands(shift)[2] == dt.time(12, 45)


def test_a_date_that_comes_back_in_its_series_finds_its_shift_as_somebody_left_it(
    cast: Cast, coffee: Activity
) -> None:
    def gone_and_back() -> None:
        change_activity(coffee, None, NOW, rule=FRIDAYS)
        assert Shift.get_by_id(shift.id).occurrence is None
        change_activity(coffee, None, NOW, rule=THURSDAYS)
        assert Shift.get_by_id(shift.id).occurrence == date_of(coffee)

    shift = shift_of(coffee)
    seat = shift.seats.get()
    take_seat(seat, cast.volunteer, NOW)
    leave_seat(seat, cast.volunteer, NOW)
    change(cast, shift, start_time=dt.time(9))
    gone_and_back()
    assert stands(shift) == ("planned", NEXT, dt.time(9), dt.time(16, 15))
    single_shifts.call_off(shift, cast.coordinator, NOW)
    gone_and_back()
    assert stands(shift)[0] == ShiftState.cancelled


def test_whoever_changes_a_series_hears_which_shifts_with_people_came_back(
    cast: Cast, coffee: Activity
) -> None:
    shift, date = shift_of(coffee), date_of(coffee)
    take_seat(shift.seats.get(), cast.volunteer, NOW)
    change_activity(coffee, None, NOW, rule=FRIDAYS, follow=[date.id])
    Occurrence.delete().where(Occurrence.id == date.id).execute()
    assert stands(shift)[0] == ShiftState.cancelled
    Message.update(state="sent").execute()
    back = change_activity(coffee, None, NOW, rule=THURSDAYS)
    assert [each.id for each in back] == [shift.id]
    assert told()[-1] == ("Joop", "shift_restored")


# -- at the same moment ---------------------------------------------------------------------------


def while_it_is_open(
    database: Database, first: Callable[[], Any], verb: Callable[[], Any], then: Callable[[], Any]
) -> list[Any]:
    """Do ``verb`` while a transaction that did ``first`` is still open and waited for; it then
    does ``then``. Returns what it gave, and what the verb gave."""
    begun, coming = threading.Event(), threading.Event()

    def one() -> Any:
        with db.atomic():
            first()
            begun.set()
            assert coming.wait(timeout=20)
            wait_until_somebody_waits(database)
            return then()

    def other() -> Any:
        assert begun.wait(timeout=20)
        coming.set()
        return verb()

    return at_once(database, one, other)


WRITES: dict[str, Callable[[Cast, Activity], Any]] = {
    "a date is cancelled": lambda _c, a: programme.cancel_date(date_of(a), "", None, NOW),
    "a date moves": lambda _c, a: programme.move_date(date_of(a), NEXT + DAY, None, NOW),
    "a series changes": lambda _c, a: change_activity(a, None, NOW, start_time=dt.time(13)),
    "the house closes": lambda c, _a: close(c, NEXT),
    "all houses close": lambda c, _a: close(c, NEXT, house=None),
    "the roster is filled": lambda c, _a: filling.extend_roster(
        c.wolfsbos, TODAY, NOW, TODAY + filling.AHEAD
    ),
}


@pytest.mark.parametrize("write", WRITES)
def test_whoever_has_one_shift_and_wants_the_next_does_not_wait_for_who_waits_for_them(
    cast: Cast, database: Database, coffee: Activity, write: str
) -> None:
    """Shifts are held in the order of their ids, as two who swap do; not in that of their hours."""
    with_seat(coffee, "Sleutel", before_minutes=60)
    low, high = Shift.select().where(Shift.occurrence == date_of(coffee)).order_by(Shift.id)
    assert low.start_time > high.start_time
    seats = [low.seats.get(), high.seats.get()]
    if write == "the roster is filled":
        # What was not closed by the rules is found closed.
        Shift.update(occurrence=None, pattern=None).where(Shift.id.in_([low, high])).execute()
    outcomes = while_it_is_open(
        database,
        lambda: take_seat(seats[0], cast.volunteer, NOW),
        lambda: WRITES[write](cast, coffee),
        lambda: take_seat(seats[1], cast.key_holder, NOW),
    )
    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert Place.select().where(Place.state.in_(HOLDING)).count() == 2


@pytest.mark.parametrize("how", ["a date is added", "a closed day opens"])
def test_who_is_just_taking_a_seat_is_not_put_on_another_at_that_hour(
    cast: Cast, database: Database, coffee: Activity, how: str
) -> None:
    friday = NEXT + DAY
    closure = close(cast, friday)
    other = make_shift(cast.wolfsbos, friday, start_time=dt.time(10))
    if how == "a date is added":
        remove_closure(closure, cast.wolfsbos, None, NOW)
        with_seat(coffee, "Bar", FixedWish(cast.volunteer), before_minutes=0)
    else:
        filling.start_pattern(
            cast.wolfsbos,
            "Bar",
            [SeatWish("Bar", fixed=[FixedWish(cast.volunteer)])],
            None,
            NOW,
            rule=FRIDAYS,
            first_date=friday,
            start_time=dt.time(9),
            end_time=dt.time(13),
        )
        Shift.update(state=ShiftState.planned).where(Shift.id == other.id).execute()

    def make() -> object:
        if how == "a date is added":
            return programme.add_date(coffee, friday, None, NOW)
        return remove_closure(closure, cast.wolfsbos, None, NOW)

    outcomes = while_it_is_open(
        database,
        lambda: take_seat(other.seats.get(), cast.volunteer, NOW),
        make,
        lambda: None,
    )
    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert Shift.select().where(Shift.date == friday).count() > 1
    on = Place.select().join(Shift).where(Place.person == cast.volunteer, Shift.date == friday)
    assert [place.shift_id for place in on] == [other.id]
