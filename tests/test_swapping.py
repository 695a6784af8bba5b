"""Swapping seats by name: both agree, and both move at once or not at all."""

from __future__ import annotations

import datetime as dt

import pytest
from peewee import Database
from playhouse.test_utils import count_queries

from models import (
    HOLDING,
    Message,
    MessageKind,
    Person,
    Place,
    Qualification,
    Seat,
    Shift,
    ShiftState,
    Swap,
    SwapState,
)
from rules.rostering import (
    CoverOnly,
    NotQualified,
    NotYours,
    Overlaps,
    ShiftCancelled,
    ShiftOver,
    leave_seat,
    take_seat,
)
from rules.swapping import (
    SwapGone,
    agree,
    ask,
    decline,
    options,
    requests_of,
    requests_to,
    withdraw,
)
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY

WEEK = dt.timedelta(days=7)
THURSDAY, NEXT_THURSDAY = TODAY + WEEK, TODAY + 2 * WEEK


def on(cast: Cast, person: Person, date: dt.date, **facts: object) -> Place:
    shift = make_shift(cast.wolfsbos, date, **facts)
    return make_place(shift.seats.get(), person, NOW - WEEK)


def holders(*places: Place) -> list[Person]:
    """Who holds the seats of some places now."""
    held = Place.select().where(Place.state.in_(HOLDING))
    by_seat = {place.seat_id: place.person for place in held}
    return [by_seat.get(place.seat_id) for place in places]


@pytest.fixture
def pair(cast: Cast) -> tuple[Place, Place]:
    """Joop's seat next Thursday and Anneke's a week later."""
    return on(cast, cast.volunteer, THURSDAY), on(cast, cast.key_holder, NEXT_THURSDAY)


def test_when_both_agree_they_stand_on_each_others_seats(
    cast: Cast, pair: tuple[Place, Place]
) -> None:
    mine, theirs = pair
    swap = ask(mine.seat, cast.volunteer, theirs, NOW)
    assert holders(*pair) == [cast.volunteer, cast.key_holder], "until then nothing changes"
    agree(swap, cast.key_holder, NOW)
    assert holders(*pair) == [cast.key_holder, cast.volunteer]
    assert Swap.get().state == SwapState.agreed
    kinds = {(row.person, row.kind) for row in Message.select()}
    assert kinds == {
        (cast.key_holder, MessageKind.swap_asked),
        (cast.volunteer, MessageKind.swap_agreed),
    }


def test_every_tap_may_come_twice(cast: Cast, pair: tuple[Place, Place]) -> None:
    mine, theirs = pair
    swap = ask(mine.seat, cast.volunteer, theirs, NOW)
    assert ask(mine.seat, cast.volunteer, theirs, NOW) == swap
    agree(swap, cast.key_holder, NOW)
    agree(swap, cast.key_holder, NOW)
    assert holders(*pair) == [cast.key_holder, cast.volunteer]
    assert count_rows(Swap) == 1
    assert count_rows(Message) == 2


def test_who_is_asked_may_say_no(cast: Cast, pair: tuple[Place, Place]) -> None:
    mine, theirs = pair
    swap = ask(mine.seat, cast.volunteer, theirs, NOW)
    for _ in range(2):
        decline(swap, cast.key_holder, NOW)
    assert holders(*pair) == [cast.volunteer, cast.key_holder]
    with pytest.raises(SwapGone):
        agree(swap, cast.key_holder, NOW)
    with pytest.raises(SwapGone):
        withdraw(swap, cast.volunteer, NOW)
    assert ask(mine.seat, cast.volunteer, theirs, NOW) != swap, "it may be asked anew"


def test_who_asked_may_take_it_back(cast: Cast, pair: tuple[Place, Place]) -> None:
    mine, theirs = pair
    swap = ask(mine.seat, cast.volunteer, theirs, NOW)
    for _ in range(2):
        withdraw(swap, cast.volunteer, NOW)
    with pytest.raises(SwapGone):
        agree(swap, cast.key_holder, NOW)
    assert requests_to(cast.key_holder, NOW) == []


def test_only_who_was_asked_answers(cast: Cast, pair: tuple[Place, Place]) -> None:
    mine, theirs = pair
    swap = ask(mine.seat, cast.volunteer, theirs, NOW)
    for verb in (agree, decline):
        for person in (cast.volunteer, cast.coordinator):
            with pytest.raises(NotYours):
                verb(swap, person, NOW)
    with pytest.raises(NotYours):
        withdraw(swap, cast.key_holder, NOW)
    with pytest.raises(NotYours):
        ask(theirs.seat, cast.volunteer, mine, NOW)


def test_both_see_the_request_with_what_they_give_and_get(
    cast: Cast, pair: tuple[Place, Place]
) -> None:
    mine, theirs = pair
    ask(mine.seat, cast.volunteer, theirs, NOW)
    (asked,) = requests_to(cast.key_holder, NOW)
    assert (asked.name, asked.mine, asked.theirs) == ("Joop", theirs.shift, mine.shift)
    (asking,) = requests_of(cast.volunteer, NOW)
    assert (asking.name, asking.mine, asking.theirs) == ("Anneke", mine.shift, theirs.shift)
    assert requests_to(cast.volunteer, NOW) == requests_of(cast.key_holder, NOW) == []
    with count_queries() as few:
        requests_to(cast.key_holder, NOW)
    for n in range(3, 8):
        ask(mine.seat, cast.volunteer, on(cast, cast.key_holder, TODAY + n * WEEK), NOW)
    with count_queries() as many:
        assert len(requests_to(cast.key_holder, NOW)) == 6
    assert many.count == few.count


def test_who_left_the_seat_meanwhile_swaps_nothing(cast: Cast, pair: tuple[Place, Place]) -> None:
    mine, theirs = pair
    swap = ask(mine.seat, cast.volunteer, theirs, NOW)
    leave_seat(mine.seat, cast.volunteer, NOW)
    assert requests_to(cast.key_holder, NOW) == []
    with pytest.raises(SwapGone):
        agree(swap, cast.key_holder, NOW)
    assert holders(*pair) == [None, cast.key_holder]


def test_what_changed_since_the_question_is_looked_at_again(
    cast: Cast, pair: tuple[Place, Place]
) -> None:
    mine, theirs = pair
    swap = ask(mine.seat, cast.volunteer, theirs, NOW)
    take_seat(make_shift(cast.wolfsbos, THURSDAY, title="Bar").seats.get(), cast.key_holder, NOW)
    with pytest.raises(Overlaps) as refusal:
        agree(swap, cast.key_holder, NOW)
    assert refusal.value.person == cast.key_holder
    Shift.update(state=ShiftState.cancelled).where(Shift.id == theirs.shift_id).execute()
    with pytest.raises(ShiftCancelled):
        agree(swap, cast.key_holder, NOW)
    assert holders(*pair) == [cast.volunteer, cast.key_holder]


def test_seats_of_one_hour_are_swapped_without_overlap(cast: Cast) -> None:
    mine = on(cast, cast.volunteer, THURSDAY, title="Balie")
    theirs = on(cast, cast.key_holder, THURSDAY, title="Bar")
    agree(ask(mine.seat, cast.volunteer, theirs, NOW), cast.key_holder, NOW)
    assert holders(mine, theirs) == [cast.key_holder, cast.volunteer]


def test_near_a_shift_nobody_asks_to_swap(cast: Cast) -> None:
    tomorrow = on(cast, cast.volunteer, TODAY + dt.timedelta(days=1))
    later = on(cast, cast.key_holder, NEXT_THURSDAY)
    with pytest.raises(CoverOnly):
        ask(tomorrow.seat, cast.volunteer, later, NOW)
    with pytest.raises(CoverOnly):
        ask(later.seat, cast.key_holder, tomorrow, NOW)
    past = on(cast, cast.key_holder, TODAY - WEEK)
    with pytest.raises(ShiftOver):
        ask(later.seat, cast.key_holder, on(cast, cast.volunteer, TODAY - WEEK), NOW)
    assert past.shift_id not in [
        Place.get_by_id(each.place_id).shift_id
        for each in options(later.seat, cast.key_holder, NOW)
    ]


def test_a_question_that_was_not_answered_in_time_is_over(
    cast: Cast, pair: tuple[Place, Place]
) -> None:
    """Near the shift there is only cover, also for whoever was asked long before."""
    mine, theirs = pair
    swap = ask(mine.seat, cast.volunteer, theirs, NOW)
    late = NOW + dt.timedelta(days=5, hours=1)
    assert requests_to(cast.key_holder, late) == requests_of(cast.volunteer, late) == []
    with pytest.raises(CoverOnly):
        agree(swap, cast.key_holder, late)
    agree(swap, cast.key_holder, NOW + dt.timedelta(days=4, hours=23))
    assert holders(*pair) == [cast.key_holder, cast.volunteer]


def test_what_both_can_do_is_offered_and_nothing_else(
    cast: Cast, pair: tuple[Place, Place]
) -> None:
    mine, theirs = pair
    wil = make_person("Wil", house=cast.wolfsbos)
    on(cast, wil, THURSDAY, title="Bar")  # At the same hour: fine, they swap it.
    key = make_shift(cast.wolfsbos, NEXT_THURSDAY, qualification="key_holder", title="Sleutel")
    Qualification.create(person=wil, kind="key_holder")
    make_place(key.seats.get(), wil, NOW)  # Joop has no key.
    busy = make_person("Ria", house=cast.wolfsbos)
    on(cast, busy, TODAY + 3 * WEEK)
    on(cast, busy, THURSDAY, title="Zaal", start_time=dt.time(12), end_time=dt.time(14))
    gone = make_person("Piet")
    on(cast, gone, TODAY + 3 * WEEK, title="Weg")
    elsewhere = make_shift(cast.knooppunt, NEXT_THURSDAY)
    make_place(elsewhere.seats.get(), cast.other_volunteer, NOW)
    found = [(each.name, each.title, each.date) for each in options(mine.seat, cast.volunteer, NOW)]
    assert found == [
        ("Wil", "Bar", THURSDAY),
        ("Ria", "Zaal", THURSDAY),
        ("Anneke", "Gastvrouw of gastheer", NEXT_THURSDAY),
    ]
    for each in options(mine.seat, cast.volunteer, NOW):
        ask(mine.seat, cast.volunteer, Place.get_by_id(each.place_id), NOW)
    with pytest.raises(NotQualified):
        ask(mine.seat, cast.volunteer, Place.get(Place.seat == key.seats.get()), NOW)
    with pytest.raises(SwapGone):
        ask(mine.seat, cast.volunteer, Place.get(Place.seat == elsewhere.seats.get()), NOW)
    assert theirs.seat_id != mine.seat_id


def test_the_offers_take_as_many_queries_for_many_seats(
    cast: Cast, pair: tuple[Place, Place]
) -> None:
    mine, _theirs = pair
    assert mine.seat.house == cast.wolfsbos
    with count_queries() as few:
        options(mine.seat, cast.volunteer, NOW)
    for n in range(12):
        on(cast, make_person(f"Buur{n}", house=cast.wolfsbos), NEXT_THURSDAY)
    with count_queries() as many:
        assert len(options(mine.seat, cast.volunteer, NOW)) == 13
    assert many.count == few.count


def test_of_two_who_agree_with_one_seat_only_one_swaps(cast: Cast, database: Database) -> None:
    mine = on(cast, cast.volunteer, THURSDAY)
    wil = make_person("Wil", house=cast.wolfsbos)
    theirs = [on(cast, cast.key_holder, NEXT_THURSDAY), on(cast, wil, TODAY + 3 * WEEK)]
    swaps = [ask(mine.seat, cast.volunteer, each, NOW) for each in theirs]
    outcomes = at_once(
        database,
        lambda: agree(swaps[0], cast.key_holder, NOW),
        lambda: agree(swaps[1], wil, NOW),
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "SwapGone"]
    assert Place.select().where(Place.state.in_(HOLDING)).count() == 3


def test_two_who_ask_each_other_the_same_and_both_agree_swap_once(
    cast: Cast, pair: tuple[Place, Place], database: Database
) -> None:
    mine, theirs = pair
    one = ask(mine.seat, cast.volunteer, theirs, NOW)
    two = ask(theirs.seat, cast.key_holder, mine, NOW)
    outcomes = at_once(
        database,
        lambda: agree(one, cast.key_holder, NOW),
        lambda: agree(two, cast.volunteer, NOW),
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", "SwapGone"]
    assert holders(*pair) == [cast.key_holder, cast.volunteer]


def test_a_swap_is_of_one_house(cast: Cast) -> None:
    mine = on(cast, cast.volunteer, THURSDAY)
    seat: Seat = make_shift(cast.knooppunt, THURSDAY).seats.get()
    place = make_place(seat, cast.other_volunteer, NOW)
    with pytest.raises(SwapGone):
        ask(mine.seat, cast.volunteer, place, NOW)
