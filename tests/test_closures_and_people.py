"""Closures where people are on shifts: who is named first, also when all happens at once."""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from peewee import Database

from models import (
    Activity,
    AuditEntry,
    Closure,
    ClosureKind,
    Place,
    Seat,
    Shift,
    ShiftState,
    db,
)
from rules.closures import PeopleOnThem, answer_of, decide_closure, remove_closure
from rules.filling import start_pattern
from rules.patterns import SeatWish
from rules.rostering import ShiftCancelled, leave_seat, take_seat
from tests.at_once import at_once, wait_until_somebody_waits
from tests.cast import Cast, count_rows, make_place
from tests.conftest import NOW, TODAY
from tests.test_closures import change, off, school_holiday
from tests.test_programme import add_lunch, add_weekly, close, on

CHRISTMAS = dt.date(2026, 12, 25)
NEW_YEARS_EVE = dt.date(2026, 12, 31)


def with_cooks(cast: Cast, activity: Activity, seats: int = 1) -> None:
    """A shift on each of its dates."""
    start_pattern(
        activity.house,
        "Kookploeg",
        [SeatWish("Kok") for _n in range(seats)],
        cast.coordinator,
        NOW,
        first_date=TODAY,
        activity=activity,
        before_minutes=60,
        after_minutes=0,
    )


def seats_on(activity: Activity, day: dt.date) -> list[Seat]:
    shift = Shift.get(Shift.occurrence == on(activity, day))
    return list(shift.seats.order_by(Seat.position))


def test_who_is_on_what_would_be_cancelled_is_named_first_and_nothing_is_stored(
    cast: Cast,
) -> None:
    lunch = add_lunch(cast)
    with_cooks(cast, lunch, seats=3)
    one, two, _open = seats_on(lunch, NEW_YEARS_EVE)
    make_place(one, cast.volunteer, NOW)
    Place.create(
        house=cast.wolfsbos, shift=two.shift, seat=two, name="Buurvrouw", at=NOW, changed_at=NOW
    )
    with pytest.raises(PeopleOnThem) as refused:
        close(cast, NEW_YEARS_EVE, seen="")
    [named] = refused.value.effect.manned
    assert (named.shift.date, named.activity, named.names) == (
        NEW_YEARS_EVE,
        "Samen lunchen",
        ("Joop", "Buurvrouw"),
    )
    assert (count_rows(Closure), off(lunch)) == (0, [])
    assert Shift.get_by_id(one.shift_id).state == ShiftState.planned
    assert Activity.get_by_id(lunch.id).sequence == 0
    assert not AuditEntry.select().where(AuditEntry.action == "closure.add").exists()
    close(cast, NEW_YEARS_EVE, seen=refused.value.effect.fingerprint)
    assert off(lunch) == ["2026-12-31"]
    assert Shift.get_by_id(one.shift_id).state == ShiftState.cancelled
    assert Place.select().where(Place.state == "confirmed").count() == 2


def test_who_got_on_meanwhile_is_named_too_before_anything_is_stored(cast: Cast) -> None:
    lunch = add_lunch(cast)
    with_cooks(cast, lunch, seats=2)
    one, two = seats_on(lunch, NEW_YEARS_EVE)
    take_seat(one, cast.volunteer, NOW)
    with pytest.raises(PeopleOnThem) as refused:
        close(cast, NEW_YEARS_EVE, seen="")
    agreed = refused.value.effect.fingerprint
    take_seat(two, cast.key_holder, NOW)
    with pytest.raises(PeopleOnThem) as again:
        close(cast, NEW_YEARS_EVE, seen=agreed)
    assert again.value.effect.manned[0].names == ("Joop", "Anneke")
    assert count_rows(Closure) == 0
    leave_seat(two, cast.key_holder, NOW)
    close(cast, NEW_YEARS_EVE, seen=agreed)
    assert count_rows(Closure) == 1


def test_nobody_is_asked_about_people_who_come_back(cast: Cast) -> None:
    lunch = add_lunch(cast)
    with_cooks(cast, lunch)
    take_seat(seats_on(lunch, NEW_YEARS_EVE)[0], cast.volunteer, NOW)
    closure = close(cast, NEW_YEARS_EVE)
    did = change(
        closure,
        cast.wolfsbos,
        cast,
        first_date=CHRISTMAS,
        last_date=dt.date(2026, 12, 30),
        seen="",
    )
    assert (did.back, len(did.shifts), did.manned) == (1, 1, ())


def test_nobody_is_asked_about_a_shift_that_everybody_left(cast: Cast) -> None:
    lunch = add_lunch(cast)
    with_cooks(cast, lunch)
    [seat] = seats_on(lunch, NEW_YEARS_EVE)
    take_seat(seat, cast.volunteer, NOW)
    leave_seat(seat, cast.volunteer, NOW)
    close(cast, NEW_YEARS_EVE, seen="")
    assert off(lunch) == ["2026-12-31"]


def test_shifts_with_a_rule_of_their_own_close_with_the_house_and_come_back(cast: Cast) -> None:
    start_pattern(
        cast.wolfsbos,
        "Opening en sleutel",
        [SeatWish("Sleutelhouder")],
        None,
        NOW,
        first_date=TODAY,
        rule="FREQ=WEEKLY;BYDAY=TH",
        start_time=dt.time(8, 30),
        end_time=dt.time(12, 30),
    )
    shift = Shift.get(Shift.date == dt.date(2026, 12, 3))
    take_seat(shift.seats.get(), cast.volunteer, NOW)
    with pytest.raises(PeopleOnThem) as refused:
        close(cast, dt.date(2026, 12, 3), seen="")
    [named] = refused.value.effect.manned
    assert (named.activity, named.names) == ("", ("Joop",))
    closure = close(cast, dt.date(2026, 12, 3))
    assert Shift.get_by_id(shift.id).state == ShiftState.cancelled
    did = remove_closure(closure, cast.wolfsbos, None, NOW)
    assert [each.id for each in did.shifts] == [shift.id]
    assert Shift.get_by_id(shift.id).state == ShiftState.planned
    # A school holiday alone leaves the house open.
    school_holiday(cast, cast.wolfsbos)
    assert not Shift.select().where(Shift.state == ShiftState.cancelled).exists()


def test_people_of_all_houses_are_named_when_all_close(cast: Cast) -> None:
    for house, person in ((cast.wolfsbos, cast.volunteer), (cast.knooppunt, cast.other_volunteer)):
        activity = add_weekly(house)
        with_cooks(cast, activity)
        take_seat(seats_on(activity, NEW_YEARS_EVE)[0], person, NOW)
    with pytest.raises(PeopleOnThem) as refused:
        close(cast, NEW_YEARS_EVE, house=None, seen="")
    named = {(each.house.slug, each.names) for each in refused.value.effect.manned}
    assert named == {("wolfsbos", ("Joop",)), ("knooppunt", ("Dirk",))}
    with pytest.raises(PeopleOnThem) as refused:
        close(cast, NEW_YEARS_EVE, seen="")
    assert [each.house.slug for each in refused.value.effect.manned] == ["wolfsbos"]


def test_every_way_to_close_names_people_first(cast: Cast) -> None:
    """Answering, changing days, and taking back 'open' where all are closed."""
    activity = add_weekly(cast.wolfsbos)
    with_cooks(cast, activity)
    day = dt.date(2026, 12, 3)
    take_seat(seats_on(activity, day)[0], cast.volunteer, NOW)
    holiday = close(cast, day, kind=ClosureKind.public_holiday, reason="Feest")
    with pytest.raises(PeopleOnThem):
        decide_closure(holiday, cast.wolfsbos, True, None, NOW, seen="")
    painter = close(cast, dt.date(2026, 12, 4))
    with pytest.raises(PeopleOnThem):
        change(painter, cast.wolfsbos, cast, first_date=day, seen="")
    remove_closure(painter, cast.wolfsbos, None, NOW)
    of_all = close(cast, day, house=None)
    decide_closure(of_all, cast.wolfsbos, False, None, NOW)
    with pytest.raises(PeopleOnThem):
        remove_closure(answer_of(cast.wolfsbos, of_all), cast.wolfsbos, None, NOW, seen="")
    assert off(activity) == []


# -- at the same moment ---------------------------------------------------------------------------


def test_two_administrators_who_close_all_houses_at_once_make_one_closure(
    cast: Cast, database: Database
) -> None:
    here = add_weekly(cast.wolfsbos)
    outcomes = at_once(database, *[lambda: close(cast, NEW_YEARS_EVE, house=None)] * 4)
    assert sorted(type(each).__name__ for each in outcomes) == [*["AlreadyThere"] * 3, "Closure"]
    assert (count_rows(Closure), off(here)) == (1, ["2026-12-31"])


def test_all_houses_and_one_of_them_are_changed_at_once_without_waiting_for_each_other(
    cast: Cast, database: Database
) -> None:
    here, there = add_weekly(cast.wolfsbos), add_weekly(cast.knooppunt)
    of_all = close(cast, CHRISTMAS, house=None)
    outcomes = at_once(
        database,
        lambda: change(of_all, None, cast, first_date=dt.date(2026, 12, 24)),
        lambda: decide_closure(of_all, cast.knooppunt, False, None, NOW),
        lambda: close(cast, dt.date(2026, 12, 17), house=cast.knooppunt, reason="Vloer"),
        lambda: close(cast, dt.date(2026, 12, 10), reason="Verf"),
    )
    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert off(here) == ["2026-12-10", "2026-12-24"]
    assert off(there) == ["2026-12-17"]


def test_a_closure_waits_for_who_is_just_taking_a_seat_and_names_them(
    cast: Cast, database: Database
) -> None:
    lunch = add_lunch(cast)
    with_cooks(cast, lunch)
    [seat] = seats_on(lunch, NEW_YEARS_EVE)
    on_it, closing = threading.Event(), threading.Event()

    def take() -> Place:
        with db.atomic():
            place = take_seat(seat, cast.volunteer, NOW)
            on_it.set()
            assert closing.wait(timeout=20)
            wait_until_somebody_waits(database)
            return place

    def shut() -> Closure:
        assert on_it.wait(timeout=20)
        closing.set()
        return close(cast, NEW_YEARS_EVE, seen="")

    place, refused = at_once(database, take, shut)
    assert isinstance(place, Place)
    assert isinstance(refused, PeopleOnThem)
    assert refused.effect.manned[0].names == ("Joop",)
    assert count_rows(Closure) == 0


def test_who_takes_a_seat_while_the_house_is_being_closed_hears_that_the_shift_is_off(
    cast: Cast, database: Database
) -> None:
    """The closure is written but not yet kept when somebody takes the seat."""
    lunch = add_lunch(cast)
    with_cooks(cast, lunch)
    [seat] = seats_on(lunch, NEW_YEARS_EVE)
    written, taking = threading.Event(), threading.Event()

    def shut() -> Closure:
        with db.atomic():
            closure = close(cast, NEW_YEARS_EVE, seen="")
            written.set()
            assert taking.wait(timeout=20)
            wait_until_somebody_waits(database)
            return closure

    def take() -> Place:
        assert written.wait(timeout=20)
        taking.set()
        return take_seat(seat, cast.volunteer, NOW)

    closure, refused = at_once(database, shut, take)
    assert isinstance(closure, Closure)
    assert isinstance(refused, ShiftCancelled)
    assert count_rows(Place) == 0


def test_who_comes_after_a_closure_hears_that_the_shift_is_off(cast: Cast) -> None:
    lunch = add_lunch(cast)
    with_cooks(cast, lunch)
    [seat] = seats_on(lunch, NEW_YEARS_EVE)
    close(cast, NEW_YEARS_EVE)
    with pytest.raises(ShiftCancelled):
        take_seat(seat, cast.volunteer, NOW)
