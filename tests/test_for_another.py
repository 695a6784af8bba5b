"""What a coordinator, or the host of the day, does for somebody else on the roster."""

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
    PlaceHow,
    PlaceState,
    Seat,
    ShiftState,
    Step,
)
from rules.for_another import (
    NameElsewhere,
    NotForYou,
    TooEarly,
    free_seat,
    is_host,
    mark,
    may_act_for,
    sign_up,
    write_name,
)
from rules.people import leave_house, membership
from rules.rostering import (
    NotAHelper,
    NotQualified,
    Overlaps,
    SeatTaken,
    ShiftCancelled,
    ShiftOver,
    ask_cover,
    take_over,
    take_seat,
)
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY

TOMORROW = TODAY + dt.timedelta(days=1)
LAST_WEEK = TODAY - dt.timedelta(days=7)


def seat_on(cast: Cast, date: dt.date = TOMORROW, **facts: object) -> Seat:
    return make_shift(cast.wolfsbos, date, **facts).seats.order_by(Seat.position).first()


def holder_of(seat: Seat) -> Place | None:
    return Place.get_or_none(Place.seat == seat, Place.state.in_(HOLDING))


def told(person: Person) -> list[str]:
    rows = Message.select().where(Message.person == person).order_by(Message.id)
    return [row.kind for row in rows]


def test_a_coordinator_signs_somebody_up_who_is_told(cast: Cast) -> None:
    seat = seat_on(cast)
    place = sign_up(seat, cast.volunteer, cast.coordinator, NOW)
    assert (place.person, place.by, place.how) == (
        cast.volunteer,
        cast.coordinator,
        PlaceHow.by_coordinator,
    )
    assert told(cast.volunteer) == [MessageKind.put_on]
    assert told(cast.coordinator) == []


def test_signing_up_twice_is_once_and_told_once(cast: Cast) -> None:
    seat = seat_on(cast)
    for later in (0, 1):
        sign_up(seat, cast.volunteer, cast.coordinator, NOW + dt.timedelta(seconds=later))
    assert count_rows(Place) == 1
    assert told(cast.volunteer) == [MessageKind.put_on]


def test_what_was_agreed_by_phone_is_remembered_so(cast: Cast) -> None:
    seat = seat_on(cast)
    place = sign_up(seat, cast.volunteer, cast.coordinator, NOW, how=PlaceHow.by_phone)
    assert Place.get_by_id(place.id).how == PlaceHow.by_phone


def test_somebody_without_an_account_is_written_down_by_name(cast: Cast) -> None:
    seat = seat_on(cast)
    place = write_name(seat, "Buurman Henk", cast.coordinator, NOW)
    assert (place.person, place.name, place.how) == (None, "Buurman Henk", PlaceHow.by_phone)
    again = write_name(seat, "Buurman Henk", cast.coordinator, NOW)
    assert again == place
    with pytest.raises(SeatTaken) as refusal:
        write_name(seat, "Iemand anders", cast.coordinator, NOW)
    assert refusal.value.holder == "Buurman Henk"
    with pytest.raises(SeatTaken):
        take_seat(seat, cast.volunteer, NOW)


def test_the_same_name_at_the_same_time_is_asked_about_and_may_be_somebody_else(cast: Cast) -> None:
    write_name(seat_on(cast, title="Koken"), "Buurman  Henk", cast.coordinator, NOW)
    seat = seat_on(cast, seats=2, start_time=dt.time(12, 59), end_time=dt.time(15))
    for same in ("buurman henk", " Buurman Henk ", "BUURMAN\tHENK"):
        with pytest.raises(NameElsewhere) as refusal:
            write_name(seat, same, cast.coordinator, NOW)
    assert (refusal.value.name, refusal.value.shift.title) == ("Buurman  Henk", "Koken")
    assert holder_of(seat) is None
    place = write_name(seat, "Buurman Henk", cast.coordinator, NOW, anyway=True)
    assert holder_of(seat) == place
    beside = seat.shift.seats.order_by(Seat.position)[1]
    with pytest.raises(NameElsewhere):
        write_name(beside, "Buurman Henk", cast.coordinator, NOW)
    write_name(beside, "Buurvrouw Henk", cast.coordinator, NOW)


def test_the_same_name_in_another_house_or_at_another_hour_is_not_asked_about(cast: Cast) -> None:
    write_name(seat_on(cast), "Henk", cast.coordinator, NOW)
    write_name(
        seat_on(cast, start_time=dt.time(13), end_time=dt.time(15)), "Henk", cast.coordinator, NOW
    )
    write_name(seat_on(cast, TOMORROW + dt.timedelta(days=1)), "Henk", cast.coordinator, NOW)
    there = make_shift(cast.knooppunt, TOMORROW).seats.get()
    write_name(there, "Henk", cast.other_coordinator, NOW)
    free = Place.update(state=PlaceState.released)
    free.where(Place.house == cast.wolfsbos).execute()
    write_name(seat_on(cast), "Henk", cast.coordinator, NOW)


def test_a_written_name_has_no_key(cast: Cast) -> None:
    seat = seat_on(cast, qualification="key_holder")
    with pytest.raises(NotQualified):
        write_name(seat, "Buurman Henk", cast.coordinator, NOW)


def test_the_same_holds_for_another_as_for_oneself(cast: Cast) -> None:
    key = seat_on(cast, qualification="key_holder")
    with pytest.raises(NotQualified) as lacking:
        sign_up(key, cast.volunteer, cast.coordinator, NOW)
    assert lacking.value.person == cast.volunteer
    take_seat(seat_on(cast), cast.volunteer, NOW)
    with pytest.raises(Overlaps):
        sign_up(seat_on(cast), cast.volunteer, cast.coordinator, NOW)
    with pytest.raises(NotAHelper):
        sign_up(seat_on(cast), cast.other_volunteer, cast.coordinator, NOW)
    with pytest.raises(NotAHelper):
        sign_up(seat_on(cast), cast.viewer, cast.coordinator, NOW)
    with pytest.raises(ShiftOver):
        sign_up(seat_on(cast, LAST_WEEK), cast.key_holder, cast.coordinator, NOW)
    with pytest.raises(ShiftCancelled):
        sign_up(seat_on(cast, state=ShiftState.cancelled), cast.key_holder, cast.coordinator, NOW)


def test_who_left_the_house_is_put_on_nothing(cast: Cast) -> None:
    seat = seat_on(cast)
    member = membership(cast.wolfsbos, cast.volunteer.id)
    assert member is not None
    leave_house(member, cast.coordinator, NOW)
    with pytest.raises(NotAHelper):
        sign_up(seat, cast.volunteer, cast.coordinator, NOW)
    with pytest.raises(NotAHelper):
        take_seat(seat, cast.volunteer, NOW)


def test_who_seeks_cover_is_covered_by_whom_the_coordinator_found(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    ask_cover(seat, cast.volunteer, NOW)
    sign_up(seat, cast.key_holder, cast.coordinator, NOW, how=PlaceHow.by_phone)
    held = holder_of(seat)
    assert held is not None
    assert (held.person, held.by) == (cast.key_holder, cast.coordinator)
    assert MessageKind.covered in told(cast.volunteer)


def test_a_host_acts_on_the_day_itself_and_on_no_other(cast: Cast) -> None:
    today, tomorrow = seat_on(cast, TODAY), seat_on(cast, TOMORROW)
    other = make_person("Wil", house=cast.wolfsbos)
    with pytest.raises(NotForYou):
        sign_up(today, other, cast.volunteer, NOW)
    for day in (TODAY, TOMORROW):
        make_place(
            seat_on(cast, day, start_time=dt.time(14), end_time=dt.time(16)), cast.volunteer, NOW
        )
    assert is_host(cast.volunteer, cast.wolfsbos, TODAY)
    assert not is_host(cast.volunteer, cast.knooppunt, TODAY)
    assert sign_up(today, other, cast.volunteer, NOW).by == cast.volunteer
    with pytest.raises(NotForYou):
        sign_up(tomorrow, cast.key_holder, cast.volunteer, NOW)


def test_a_coordinator_of_elsewhere_does_nothing_here(cast: Cast) -> None:
    seat = seat_on(cast)
    place = make_place(seat, cast.volunteer, NOW)
    assert not may_act_for(cast.other_coordinator, seat.shift, NOW)
    assert may_act_for(cast.admin, seat.shift, NOW)
    for verb in (
        lambda: sign_up(seat, cast.key_holder, cast.other_coordinator, NOW),
        lambda: write_name(seat, "Henk", cast.other_coordinator, NOW),
        lambda: free_seat(seat, cast.other_coordinator, NOW),
        lambda: mark(place, PlaceState.present, cast.other_coordinator, NOW),
    ):
        with pytest.raises(NotForYou):
            verb()
    assert holder_of(seat) == place


def test_freeing_a_seat_tells_who_was_on_it(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    for _ in range(2):
        free_seat(seat, cast.coordinator, NOW)
    assert holder_of(seat) is None
    assert told(cast.volunteer) == [MessageKind.taken_off]
    last = PlaceChange.select().order_by(PlaceChange.id.desc()).first()
    assert (last.step, last.state, last.by) == (Step.free, PlaceState.released, cast.coordinator)


def test_who_sought_cover_and_is_counted_on_after_all_hears_it(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    ask_cover(seat, cast.volunteer, NOW)
    sign_up(seat, cast.volunteer, cast.coordinator, NOW + dt.timedelta(seconds=1))
    held = holder_of(seat)
    assert held is not None
    assert held.state == PlaceState.confirmed
    assert told(cast.volunteer) == [MessageKind.put_on]


def test_a_neighbour_without_an_account_covers_for_somebody(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    with pytest.raises(SeatTaken):
        write_name(seat, "Henk", cast.coordinator, NOW)
    ask_cover(seat, cast.volunteer, NOW)
    assert write_name(seat, "Henk", cast.coordinator, NOW).name == "Henk"
    assert MessageKind.covered in told(cast.volunteer)


def test_only_whom_the_page_showed_is_taken_off(cast: Cast) -> None:
    """Joop asked for cover and Anneke took over, while the coordinator looked at an old page."""
    seat = seat_on(cast)
    shown = take_seat(seat, cast.volunteer, NOW)
    ask_cover(seat, cast.volunteer, NOW)
    take_over(seat, cast.key_holder, NOW)
    with pytest.raises(SeatTaken) as refusal:
        free_seat(seat, cast.coordinator, NOW, seen=shown.id)
    assert refusal.value.holder == "Anneke"
    held = holder_of(seat)
    assert held is not None
    assert held.person == cast.key_holder


def test_who_was_away_and_is_elsewhere_by_now_is_not_there_after_all(cast: Cast) -> None:
    place = make_place(seat_on(cast, TODAY), cast.volunteer, NOW - dt.timedelta(days=3))
    mark(place, PlaceState.excused, cast.coordinator, NOW)
    take_seat(seat_on(cast, TODAY, title="Bar"), cast.volunteer, NOW)
    for state in (PlaceState.confirmed, PlaceState.present):
        with pytest.raises(Overlaps):
            mark(place, state, cast.coordinator, NOW)


# -- who was there --------------------------------------------------------------------------------


def test_who_was_there_is_noted_from_an_hour_before(cast: Cast) -> None:
    seat = seat_on(cast, TODAY, start_time=dt.time(11, 30), end_time=dt.time(13))
    place = make_place(seat, cast.volunteer, NOW)
    with pytest.raises(TooEarly):
        mark(place, PlaceState.present, cast.coordinator, NOW)  # 10.00
    later = NOW + dt.timedelta(minutes=30)
    assert mark(place, PlaceState.present, cast.coordinator, later).state == PlaceState.present


def test_marks_can_be_put_right_long_afterwards(cast: Cast) -> None:
    place = make_place(seat_on(cast, LAST_WEEK), cast.volunteer, NOW - dt.timedelta(days=20))
    for state in (PlaceState.absent, PlaceState.excused, PlaceState.present, PlaceState.confirmed):
        mark(place, state, cast.coordinator, NOW)
        assert Place.get_by_id(place.id).state == state
    assert told(cast.volunteer) == [], "nothing follows from it"


def test_who_was_away_does_not_come_back_on_a_seat_that_another_took(cast: Cast) -> None:
    seat = seat_on(cast, TODAY)
    place = make_place(seat, cast.volunteer, NOW - dt.timedelta(days=3))
    mark(place, PlaceState.absent, cast.coordinator, NOW)
    take_seat(seat, cast.key_holder, NOW)
    with pytest.raises(SeatTaken) as refusal:
        mark(place, PlaceState.present, cast.coordinator, NOW)
    assert refusal.value.holder == "Anneke"
    assert Place.get_by_id(place.id).state == PlaceState.absent


def test_of_who_was_released_nothing_is_noted(cast: Cast) -> None:
    place = make_place(seat_on(cast, TODAY), cast.volunteer, NOW, state=PlaceState.released)
    with pytest.raises(ShiftOver):
        mark(place, PlaceState.present, cast.coordinator, NOW)
    with pytest.raises(ValueError, match="seeking"):
        mark(place, PlaceState.seeking_cover, cast.coordinator, NOW)


def test_two_coordinators_put_two_people_on_one_seat_and_one_wins(
    cast: Cast, database: Database
) -> None:
    seat = seat_on(cast)
    outcomes = at_once(
        database,
        lambda: sign_up(seat, cast.volunteer, cast.coordinator, NOW),
        lambda: sign_up(seat, cast.key_holder, cast.admin, NOW),
        lambda: write_name(seat, "Henk", cast.coordinator, NOW),
    )
    assert sorted(type(outcome) for outcome in outcomes if isinstance(outcome, Place)) == [Place]
    assert sum(isinstance(outcome, SeatTaken) for outcome in outcomes) == 2
    assert Place.select().where(Place.state.in_(HOLDING)).count() == 1
