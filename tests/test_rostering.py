"""Taking, leaving, covering and taking over seats, also by many at the same moment."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter

import pytest
from peewee import Database
from playhouse.test_utils import count_queries

import models
from models import (
    HOLDING,
    Membership,
    Message,
    Place,
    PlaceChange,
    PlaceState,
    Qualification,
    QualificationKind,
    Role,
    Seat,
    ShiftState,
)
from rules import Refused
from rules.places import places_of
from rules.roster_lists import (
    Offer,
    my_shifts,
    next_shift,
    one_shift,
    open_seats,
    shifts_between,
)
from rules.rostering import (
    CoverOnly,
    NotQualified,
    NotSeekingCover,
    NotYours,
    Overlaps,
    SeatTaken,
    ShiftCancelled,
    ShiftOver,
    ask_cover,
    keep_seat,
    leave_seat,
    take_over,
    take_seat,
)
from rules.short_names import short_names
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY

TOMORROW = TODAY + dt.timedelta(days=1)
#: Far enough off to leave a seat: more than the 48 hours of a house.
NEXT_WEEK = TODAY + dt.timedelta(days=7)
SECOND = dt.timedelta(seconds=1)


def seat_on(cast: Cast, date: dt.date = TOMORROW, **facts: object) -> Seat:
    return make_shift(cast.wolfsbos, date, **facts).seats.order_by(Seat.position).first()


def holder_of(seat: Seat) -> object:
    place = Place.get_or_none(Place.seat == seat, Place.state.in_(HOLDING))
    return place and place.person


# -- taking ---------------------------------------------------------------------------------------


def test_an_open_seat_is_taken(cast: Cast) -> None:
    seat = seat_on(cast)
    place = take_seat(seat, cast.volunteer, NOW)
    assert (place.person, place.state, place.by) == (
        cast.volunteer,
        PlaceState.confirmed,
        cast.volunteer,
    )
    assert place.house == cast.wolfsbos


def test_tapping_twice_takes_one_seat(cast: Cast) -> None:
    seat = seat_on(cast)
    assert take_seat(seat, cast.volunteer, NOW) == take_seat(seat, cast.volunteer, NOW + SECOND)
    assert count_rows(Place) == 1


def test_who_comes_second_hears_who_was_first_and_what_is_free_nearby(cast: Cast) -> None:
    seat = seat_on(cast)
    later = [seat_on(cast, TOMORROW + dt.timedelta(days=n)) for n in (1, 2, 3, 4)]
    make_shift(cast.knooppunt, TOMORROW)
    take_seat(seat, cast.key_holder, NOW)
    with pytest.raises(SeatTaken) as refusal:
        take_seat(seat, cast.volunteer, NOW)
    assert refusal.value.holder == "Anneke"
    assert [free.seat.id for free in refusal.value.nearby] == [each.id for each in later[:3]]


def test_what_is_offered_instead_is_something_the_person_can_take(cast: Cast) -> None:
    seat = seat_on(cast)
    mine = make_shift(cast.wolfsbos, TOMORROW + dt.timedelta(days=1), seats=2)
    take_seat(mine.seats.first(), cast.volunteer, NOW)
    seat_on(
        cast, TOMORROW, qualification="key_holder", start_time=dt.time(14), end_time=dt.time(15)
    )
    seat_on(cast, TOMORROW + dt.timedelta(days=1), start_time=dt.time(10), title="Kookploeg")
    seat_on(cast, TOMORROW + dt.timedelta(days=2), state=ShiftState.cancelled)
    good = seat_on(cast, TOMORROW + dt.timedelta(days=3))
    make_place(seat, cast.key_holder, NOW)
    with pytest.raises(SeatTaken) as refusal:
        take_seat(seat, cast.volunteer, NOW)
    assert [free.seat.id for free in refusal.value.nearby] == [good.id]


def test_a_seat_that_asks_for_a_key_wants_a_key_holder(cast: Cast) -> None:
    seat = seat_on(cast, qualification=QualificationKind.key_holder)
    with pytest.raises(NotQualified) as refusal:
        take_seat(seat, cast.volunteer, NOW)
    assert refusal.value.kind == QualificationKind.key_holder
    assert take_seat(seat, cast.key_holder, NOW).person == cast.key_holder


def test_a_qualification_counts_up_to_its_last_day(cast: Cast) -> None:
    Qualification.create(person=cast.volunteer, kind="first_aid", expires=TOMORROW)
    good = seat_on(cast, TOMORROW, qualification="first_aid")
    late = seat_on(cast, TOMORROW + dt.timedelta(days=1), qualification="first_aid")
    take_seat(good, cast.volunteer, NOW)
    with pytest.raises(NotQualified):
        take_seat(late, cast.volunteer, NOW)


def test_nobody_is_in_two_places_at_once_not_even_in_two_houses(cast: Cast) -> None:
    elsewhere = make_shift(
        cast.knooppunt, TOMORROW, start_time=dt.time(12), end_time=dt.time(14), title="Bar"
    )
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role=Role.volunteer)
    take_seat(elsewhere.seats.get(), cast.volunteer, NOW)
    with pytest.raises(Overlaps) as refusal:
        take_seat(seat_on(cast), cast.volunteer, NOW)
    assert refusal.value.shift == elsewhere


def test_one_shift_may_follow_right_after_another(cast: Cast) -> None:
    take_seat(seat_on(cast), cast.volunteer, NOW)
    take_seat(seat_on(cast, start_time=dt.time(13), end_time=dt.time(16)), cast.volunteer, NOW)
    assert count_rows(Place) == 2


def test_nobody_takes_a_second_seat_of_the_same_shift(cast: Cast) -> None:
    first, second = make_shift(cast.wolfsbos, TOMORROW, seats=2).seats.order_by(Seat.position)
    take_seat(first, cast.volunteer, NOW)
    with pytest.raises(Overlaps):
        take_seat(second, cast.volunteer, NOW)


def test_a_shift_that_has_begun_can_still_use_a_hand(cast: Cast) -> None:
    seat = seat_on(cast, TODAY)  # from 9.45; it is 10.00
    take_seat(seat, cast.volunteer, NOW)
    assert holder_of(seat) == cast.volunteer


def test_a_shift_that_is_over_takes_nobody(cast: Cast) -> None:
    seat = seat_on(cast, TODAY, start_time=dt.time(8), end_time=dt.time(10))
    for verb in (take_seat, take_over):
        with pytest.raises(ShiftOver):
            verb(seat, cast.volunteer, NOW)


def test_a_cancelled_shift_takes_nobody(cast: Cast) -> None:
    seat = seat_on(cast, state=ShiftState.cancelled)
    for verb in (take_seat, take_over):
        with pytest.raises(ShiftCancelled):
            verb(seat, cast.volunteer, NOW)


# -- leaving and cover ----------------------------------------------------------------------------


def test_leaving_frees_the_seat_and_remembers_who_was_on_it(cast: Cast) -> None:
    seat = seat_on(cast, NEXT_WEEK)
    take_seat(seat, cast.volunteer, NOW)
    left = leave_seat(seat, cast.volunteer, NOW + SECOND)
    assert (left.state, Place.get().state) == (PlaceState.released, PlaceState.released)
    take_seat(seat, cast.key_holder, NOW + 2 * SECOND)
    assert [(place.person.first_name, place.state) for place in places_of(seat.shift)] == [
        ("Joop", PlaceState.released),
        ("Anneke", PlaceState.confirmed),
    ]


def test_leaving_twice_succeeds_quietly(cast: Cast) -> None:
    seat = seat_on(cast, NEXT_WEEK)
    take_seat(seat, cast.volunteer, NOW)
    leave_seat(seat, cast.volunteer, NOW)
    take_seat(seat, cast.key_holder, NOW)
    leave_seat(seat, cast.volunteer, NOW)
    assert holder_of(seat) == cast.key_holder


def test_who_left_can_come_back(cast: Cast) -> None:
    seat = seat_on(cast, NEXT_WEEK)
    take_seat(seat, cast.volunteer, NOW)
    leave_seat(seat, cast.volunteer, NOW)
    take_seat(seat, cast.volunteer, NOW)
    assert holder_of(seat) == cast.volunteer
    assert count_rows(Place) == 2


def test_nobody_frees_or_offers_the_seat_of_another(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.key_holder, NOW)
    for verb in (leave_seat, ask_cover, keep_seat):
        with pytest.raises(NotYours):
            verb(seat, cast.volunteer, NOW)
    assert holder_of(seat) == cast.key_holder


def test_once_a_shift_has_begun_its_people_are_not_taken_off(cast: Cast) -> None:
    seat = seat_on(cast, TODAY)
    make_place(seat, cast.volunteer, NOW - dt.timedelta(days=3))
    for verb in (leave_seat, ask_cover):
        with pytest.raises(ShiftOver):
            verb(seat, cast.volunteer, NOW)
    assert holder_of(seat) == cast.volunteer


def test_a_seat_of_a_cancelled_shift_is_not_left(cast: Cast) -> None:
    seat = seat_on(cast, NEXT_WEEK)
    take_seat(seat, cast.volunteer, NOW)
    models.Shift.update(state=ShiftState.cancelled).execute()
    for verb in (leave_seat, ask_cover, keep_seat):
        with pytest.raises(ShiftCancelled):
            verb(seat, cast.volunteer, NOW)


def test_who_asks_for_cover_keeps_the_seat_until_another_takes_over(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    ask_cover(seat, cast.volunteer, NOW)
    assert holder_of(seat) == cast.volunteer
    with pytest.raises(SeatTaken):
        take_seat(seat, cast.key_holder, NOW)
    take_over(seat, cast.key_holder, NOW + SECOND)
    assert holder_of(seat) == cast.key_holder
    assert [place.state for place in places_of(seat.shift)] == [
        PlaceState.released,
        PlaceState.confirmed,
    ]


def test_asking_for_cover_twice_and_taking_over_twice_succeed_quietly(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    assert ask_cover(seat, cast.volunteer, NOW) == ask_cover(seat, cast.volunteer, NOW)
    assert take_over(seat, cast.key_holder, NOW) == take_over(seat, cast.key_holder, NOW)


def test_a_request_for_cover_can_be_withdrawn(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    ask_cover(seat, cast.volunteer, NOW)
    keep_seat(seat, cast.volunteer, NOW)
    with pytest.raises(NotSeekingCover) as refusal:
        take_over(seat, cast.key_holder, NOW)
    assert refusal.value.holder == "Joop"


def test_saying_i_come_withdraws_ones_own_request_for_cover(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    ask_cover(seat, cast.volunteer, NOW)
    assert take_seat(seat, cast.volunteer, NOW).state == PlaceState.confirmed


def test_a_request_that_somebody_answered_cannot_be_withdrawn(cast: Cast) -> None:
    seat = seat_on(cast)
    take_seat(seat, cast.volunteer, NOW)
    ask_cover(seat, cast.volunteer, NOW)
    take_over(seat, cast.key_holder, NOW)
    with pytest.raises(NotYours):
        keep_seat(seat, cast.volunteer, NOW)
    with pytest.raises(SeatTaken):
        take_seat(seat, cast.volunteer, NOW)


def test_taking_over_what_was_left_meanwhile_is_taking_it(cast: Cast) -> None:
    seat = seat_on(cast, NEXT_WEEK)
    take_seat(seat, cast.volunteer, NOW)
    leave_seat(seat, cast.volunteer, NOW)
    take_over(seat, cast.key_holder, NOW)
    assert holder_of(seat) == cast.key_holder


def test_taking_over_asks_for_the_same_skill_and_a_free_hour(cast: Cast) -> None:
    seat = seat_on(cast, qualification="key_holder")
    make_place(seat, cast.key_holder, NOW, state=PlaceState.seeking_cover)
    with pytest.raises(NotQualified):
        take_over(seat, cast.volunteer, NOW)
    Qualification.create(person=cast.volunteer, kind="key_holder")
    take_seat(seat_on(cast), cast.volunteer, NOW)
    with pytest.raises(Overlaps):
        take_over(seat, cast.volunteer, NOW)
    assert holder_of(seat) == cast.key_holder


# -- at the same moment ---------------------------------------------------------------------------


def all_at_once(database: Database, verb: object, seat: Seat, people: list) -> list[object]:
    """What a verb gave or raised for each person, each in a thread with its own connection."""
    barrier = threading.Barrier(len(people))
    outcomes: list[object] = [None] * len(people)

    def ask(n: int) -> None:
        database.connect()
        try:
            barrier.wait(timeout=20)
            outcomes[n] = verb(seat, people[n], NOW)  # type: ignore[operator]
        except Exception as error:
            outcomes[n] = error
        finally:
            database.close()

    threads = [threading.Thread(target=ask, args=(n,)) for n in range(len(people))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def crowd(cast: Cast, size: int) -> list:
    return [make_person(f"Buur{n}", "Jansen", house=cast.wolfsbos) for n in range(size)]


def test_twenty_people_want_one_seat_and_nineteen_hear_who_has_it(
    cast: Cast, database: Database
) -> None:
    seat = seat_on(cast)
    people = crowd(cast, 20)
    outcomes = all_at_once(database, take_seat, seat, people)
    place = Place.get()
    assert count_rows(Place) == 1
    assert Counter(type(outcome) for outcome in outcomes) == {Place: 1, SeatTaken: 19}
    told = {outcome.holder for outcome in outcomes if isinstance(outcome, SeatTaken)}
    assert told == {place.person.first_name}


def test_of_ten_who_take_over_one_does(cast: Cast, database: Database) -> None:
    seat = seat_on(cast)
    make_place(seat, cast.volunteer, NOW, state=PlaceState.seeking_cover)
    outcomes = all_at_once(database, take_over, seat, crowd(cast, 10))
    assert Counter(type(outcome) for outcome in outcomes) == {Place: 1, NotSeekingCover: 9}
    held = holder_of(seat)
    assert {outcome.holder for outcome in outcomes if isinstance(outcome, SeatTaken)} == {
        held.first_name  # type: ignore[attr-defined]
    }
    assert count_rows(Place) == 2


def test_one_person_tapping_two_shifts_of_the_same_hour_gets_one(
    cast: Cast, database: Database
) -> None:
    seats = [seat_on(cast, title=f"Dienst {n}") for n in range(6)]
    people = [cast.volunteer] * len(seats)
    turns = iter(seats)
    lock = threading.Lock()

    def take_another(_seat: Seat, person: models.Person, now: dt.datetime) -> Place:
        with lock:
            mine = next(turns)
        return take_seat(mine, person, now)

    outcomes = all_at_once(database, take_another, seats[0], people)
    assert Counter(type(outcome) for outcome in outcomes) == {Place: 1, Overlaps: 5}


def test_every_button_may_come_twice_at_the_same_moment(cast: Cast, database: Database) -> None:
    seat = seat_on(cast)  # Tomorrow: so near that the coordinator hears of it.
    take_seat(seat, cast.volunteer, NOW)
    for verb in (ask_cover, keep_seat, ask_cover):
        steps = count_rows(PlaceChange)
        outcomes = at_once(database, *[lambda: verb(seat, cast.volunteer, NOW)] * 6)  # noqa: B023
        assert not [each for each in outcomes if isinstance(each, Exception)], verb
        assert count_rows(PlaceChange) == steps + 1
    assert count_rows(Message) == 2, "one for each time that it was asked"
    far = seat_on(cast, NEXT_WEEK)
    take_seat(far, cast.volunteer, NOW)
    outcomes = at_once(database, *[lambda: leave_seat(far, cast.volunteer, NOW)] * 6)
    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert holder_of(far) is None


def test_a_double_tap_at_the_same_moment_is_one_place(cast: Cast, database: Database) -> None:
    seat = seat_on(cast)
    outcomes = all_at_once(database, take_seat, seat, [cast.volunteer] * 4)
    assert set(outcomes) == {Place.get()}


# -- lists ----------------------------------------------------------------------------------------


def test_the_roster_takes_four_queries_whatever_the_number_of_seats(
    cast: Cast,
) -> None:
    make_shift(cast.wolfsbos, TODAY)
    with count_queries() as few:
        shifts_between(cast.wolfsbos, cast.volunteer, TODAY, TOMORROW, NOW)
    for n in range(12):
        shift = make_shift(cast.wolfsbos, TODAY, seats=4, title=f"Dienst {n}")
        for seat, person in zip(shift.seats, crowd_named(cast, n), strict=False):
            make_place(seat, person, NOW)
    with count_queries() as many:
        shifts = shifts_between(cast.wolfsbos, cast.volunteer, TODAY, TOMORROW, NOW)
    assert few.count == many.count == 4
    assert sum(len(shift.seats) for shift in shifts) == 49


def crowd_named(cast: Cast, n: int) -> list:
    return [make_person(f"Hulp{n}x{m}", "Smit", house=cast.wolfsbos) for m in range(3)]


def test_the_roster_of_a_house_holds_no_shift_of_another(cast: Cast) -> None:
    make_shift(cast.knooppunt, TODAY)
    mine = make_shift(cast.wolfsbos, TODAY)
    assert [
        shift.id for shift in shifts_between(cast.wolfsbos, cast.volunteer, TODAY, TODAY, NOW)
    ] == [mine.id]
    assert open_seats(cast.wolfsbos, cast.volunteer, TODAY, TODAY, NOW)[0].id == mine.id


def test_a_reader_sees_what_can_be_done_with_each_seat(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, TOMORROW, seats=3)
    taken, seeking, free = shift.seats.order_by(Seat.position)
    make_place(taken, cast.coordinator, NOW)
    make_place(seeking, cast.key_holder, NOW, state=PlaceState.seeking_cover)
    key = seat_on(cast, qualification="key_holder", title="Zaal")
    offers = {
        seat.id: (seat.offer, seat.lacking)
        for each in shifts_between(cast.wolfsbos, cast.volunteer, TOMORROW, TOMORROW, NOW)
        for seat in each.seats
    }
    assert offers == {
        taken.id: (Offer.nothing, False),
        seeking.id: (Offer.take_over, False),
        free.id: (Offer.take, False),
        key.id: (Offer.nothing, True),
    }
    take_seat(free, cast.volunteer, NOW)
    mine = one_shift(shift, cast.volunteer, NOW)
    assert [seat.offer for seat in mine.seats] == [Offer.nothing, Offer.nothing, Offer.cover]
    assert mine.mine is not None
    assert mine.others() == ["Corrie"], "Anneke seeks cover and is named for that"


def test_what_is_offered_succeeds_and_what_is_not_is_refused(cast: Cast) -> None:
    """The list and the verbs agree, for every state of a seat and every time of its shift."""
    verbs = {
        Offer.take: take_seat,
        Offer.take_over: take_over,
        Offer.leave: leave_seat,
        Offer.cover: ask_cover,
    }
    seen = set()
    for state in (None, *PlaceState):
        for person in (cast.volunteer, cast.key_holder):
            for date in (TODAY - dt.timedelta(days=1), TODAY, TOMORROW, NEXT_WEEK):
                seat = seat_on(cast, date)
                if state is not None:
                    make_place(seat, person, NOW - dt.timedelta(days=9), state=state)
                offer = one_shift(seat.shift, cast.volunteer, NOW).seats[0].offer
                seen.add(offer)
                if offer is Offer.nothing:
                    wish = ask_cover if holder_of(seat) == cast.volunteer else take_over
                    with pytest.raises(Refused):
                        wish(seat, cast.volunteer, NOW)
                else:
                    verbs[offer](seat, cast.volunteer, NOW)
                if offer is Offer.cover:
                    with pytest.raises(CoverOnly):
                        leave_seat(seat, cast.volunteer, NOW)
                PlaceChange.delete().execute()
                Place.delete().execute()
    assert seen == set(Offer)


def test_two_people_with_one_first_name_get_an_initial(cast: Cast) -> None:
    assert short_names([(1, "Joop", "Berg"), (2, "Anneke", "Bos"), (3, "Joop", "Smit")]) == {
        1: "Joop B.",
        2: "Anneke",
        3: "Joop S.",
    }
    assert short_names([(1, "Joop", "Berg"), (2, "joop", "Bos"), (3, "Joop", "")]) == {
        1: "Joop Berg",
        2: "joop Bos",
        3: "Joop",
    }


def test_my_next_shift_is_the_first_that_is_not_over_in_any_house(cast: Cast) -> None:
    over = seat_on(cast, TODAY, start_time=dt.time(8), end_time=dt.time(10))
    off = seat_on(cast, TODAY, state=ShiftState.cancelled)
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role=Role.volunteer)
    now_on = make_shift(cast.knooppunt, TODAY)
    later = seat_on(cast, TOMORROW)
    for seat in (over, off, now_on.seats.get(), later):
        make_place(seat, cast.volunteer, NOW)
    found = next_shift(cast.volunteer, NOW)
    assert found is not None
    assert (found.id, found.house_id) == (now_on.id, cast.knooppunt.id)
    assert {shift.id for shift in my_shifts(cast.volunteer, NOW)} == {
        off.shift_id,
        now_on.id,
        later.shift_id,
    }
    assert next_shift(cast.viewer, NOW) is None


@pytest.mark.parametrize("role", [None, Role.viewer])
def test_who_no_longer_helps_in_a_house_sees_none_of_its_shifts(
    cast: Cast, role: Role | None
) -> None:
    make_place(make_shift(cast.knooppunt, TOMORROW).seats.get(), cast.volunteer, NOW)
    if role:
        Membership.create(person=cast.volunteer, house=cast.knooppunt, role=role)
    assert my_shifts(cast.volunteer, NOW) == []
    assert next_shift(cast.volunteer, NOW) is None


def test_open_seats_are_those_without_holder_or_whose_holder_seeks_cover(cast: Cast) -> None:
    full, seeking, free, past, off = (
        seat_on(cast, TOMORROW, title="vol"),
        seat_on(cast, TOMORROW, title="vervanging"),
        seat_on(cast, TOMORROW, title="open"),
        seat_on(cast, TODAY, title="voorbij", start_time=dt.time(8), end_time=dt.time(9)),
        seat_on(cast, TOMORROW, title="vervallen", state=ShiftState.cancelled),
    )
    make_place(full, cast.coordinator, NOW)
    make_place(seeking, cast.key_holder, NOW, state=PlaceState.seeking_cover)
    make_place(free, cast.key_holder, NOW, state=PlaceState.released)
    found = open_seats(cast.wolfsbos, cast.volunteer, TODAY, TOMORROW, NOW)
    assert [shift.title for shift in found] == ["open", "vervanging"]
    assert past.id
    assert off.id
