"""Who leaves is asked about first: their coming seats and fixed places, by name and day."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from peewee import Database
from playhouse.test_utils import count_queries

from models import (
    FixedPlace,
    Membership,
    Message,
    MessageKind,
    Person,
    Place,
    PlaceChange,
    PlaceState,
    Role,
    Seat,
    Step,
)
from rules import filling
from rules.leaving import StandsElsewhere, change_person, leave, plan_leaving, plan_role
from rules.patterns import FixedWish, SeatWish, stop_pattern
from rules.people import EmailInUse, LastCoordinator, membership
from rules.places import put_on
from rules.rostering import take_seat
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_place, make_shift
from tests.conftest import NOW, TODAY

DAY = dt.timedelta(days=1)


def member(cast: Cast, person: Person, house: Any = None) -> Membership:
    house = house or cast.wolfsbos
    return Membership.get(Membership.person == person, Membership.house == house)


def on(cast: Cast, date: dt.date, house: Any = None, **facts: Any) -> Place:
    shift = make_shift(house or cast.wolfsbos, date, **facts)
    return put_on(shift.seats.get(), cast.volunteer, Step.take, cast.volunteer, NOW)


def always(cast: Cast, house: Any = None) -> FixedPlace:
    """A fixed place of the volunteer, far ahead so that no shift is made yet."""
    pattern, _n = filling.start_pattern(
        house or cast.wolfsbos,
        "Koken",
        [SeatWish("Kok", fixed=[FixedWish(cast.volunteer)])],
        None,
        NOW,
        rule="FREQ=WEEKLY;BYDAY=TU",
        first_date=TODAY + 300 * DAY,
        start_time=dt.time(9),
        end_time=dt.time(12),
    )
    return pattern.seats.get().fixed.get()


def state(place: Place) -> str:
    return Place.get_by_id(place.id).state


def test_coming_seats_of_this_house_are_listed_and_come_free(cast: Cast) -> None:
    past, begun = on(cast, TODAY - DAY), on(cast, TODAY)
    later, soon = on(cast, TODAY + 9 * DAY), on(cast, TODAY + DAY)
    left = on(cast, TODAY + 3 * DAY)
    Place.update(state=PlaceState.released).where(Place.id == left.id).execute()
    make_place(make_shift(cast.wolfsbos, TODAY + DAY).seats.get(), cast.key_holder, NOW)
    fixed = always(cast)
    found = plan_leaving(member(cast, cast.volunteer), NOW)
    assert (found.places, found.fixed, found.inactive) == ([soon, later], [fixed], True)
    assert leave(member(cast, cast.volunteer), cast.coordinator, NOW) == 2
    assert [state(place) for place in (past, begun, soon, later)] == [
        "confirmed",
        "confirmed",
        "released",
        "released",
    ]
    steps = PlaceChange.select().where(PlaceChange.step == Step.free)
    assert {(step.place_id, step.by_id) for step in steps} == {
        (soon.id, cast.coordinator.id),
        (later.id, cast.coordinator.id),
    }
    assert count_rows(FixedPlace) == 0
    assert Person.get_by_id(cast.volunteer.id).active is False
    assert Place.select().where(Place.person == cast.key_holder, Place.state == "confirmed").count()


def test_what_is_in_another_house_stays_while_the_person_helps_there(cast: Cast) -> None:
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role=Role.volunteer)
    here, there = on(cast, TODAY + DAY), on(cast, TODAY + 2 * DAY, cast.knooppunt)
    fixed_there = always(cast, cast.knooppunt)
    found = plan_leaving(member(cast, cast.volunteer), NOW)
    assert (found.places, found.fixed, found.inactive) == ([here], [], False)
    leave(member(cast, cast.volunteer), cast.coordinator, NOW)
    assert (state(here), state(there)) == ("released", "confirmed")
    assert FixedPlace.get() == fixed_there
    assert Person.get_by_id(cast.volunteer.id).active is True
    last = member(cast, cast.volunteer, cast.knooppunt)
    found = plan_leaving(last, NOW)
    assert (found.places, found.fixed, found.inactive) == ([there], [fixed_there], True)


def test_who_leaves_one_of_two_houses_is_told_which_seats_came_free(cast: Cast) -> None:
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role=Role.volunteer)
    here = on(cast, TODAY + DAY)
    on(cast, TODAY + 2 * DAY, cast.knooppunt)
    leave(member(cast, cast.volunteer), cast.coordinator, NOW)
    told = [(m.person, m.kind, m.shift, m.about) for m in Message.select()]
    assert told == [(cast.volunteer, MessageKind.taken_off, here.shift, cast.coordinator)]
    leave(member(cast, cast.volunteer, cast.knooppunt), cast.other_coordinator, NOW)
    assert count_rows(Message) == 1, "who can no longer log in reads nothing"


def test_nobody_is_told_of_seats_that_they_keep(cast: Cast) -> None:
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role=Role.volunteer)
    on(cast, TODAY + DAY)
    leave(member(cast, cast.volunteer), cast.coordinator, NOW, free=False)
    assert count_rows(Message) == 0


def test_who_leaves_the_last_house_leaves_the_seats_of_every_house(cast: Cast) -> None:
    here, there = on(cast, TODAY + DAY), on(cast, TODAY + 2 * DAY, cast.knooppunt)
    assert plan_leaving(member(cast, cast.volunteer), NOW).places == [here, there]
    assert leave(member(cast, cast.volunteer), cast.coordinator, NOW) == 2
    assert (state(here), state(there)) == ("released", "released")


def test_the_seats_can_be_left_standing(cast: Cast) -> None:
    place, fixed = on(cast, TODAY + DAY), always(cast)
    assert leave(member(cast, cast.volunteer), cast.coordinator, NOW, free=False) == 0
    assert state(place) == "confirmed"
    assert FixedPlace.get() == fixed
    assert not Membership.select().where(Membership.person == cast.volunteer).exists()


def test_a_fixed_place_of_what_was_stopped_is_not_mentioned(cast: Cast) -> None:
    fixed = always(cast)
    stop_pattern(fixed.pattern_seat.pattern, None, NOW - 2 * DAY)
    assert plan_leaving(member(cast, cast.volunteer), NOW).fixed == []


def test_who_got_a_seat_meanwhile_is_asked_about_again(cast: Cast) -> None:
    on(cast, TODAY + DAY)
    seen = plan_leaving(member(cast, cast.volunteer), NOW).fingerprint
    late = on(cast, TODAY + 2 * DAY)
    with pytest.raises(StandsElsewhere) as refused:
        leave(member(cast, cast.volunteer), cast.coordinator, NOW, seen=seen)
    assert late in refused.value.leaving.places
    assert Membership.select().where(Membership.person == cast.volunteer).exists()


def test_the_last_coordinator_stays_with_all_their_seats(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, TODAY + DAY)
    place = make_place(shift.seats.get(), cast.coordinator, NOW)
    with pytest.raises(LastCoordinator):
        leave(member(cast, cast.coordinator), cast.coordinator, NOW)
    assert state(place) == "confirmed"


def test_looking_takes_as_many_queries_however_many_seats(cast: Cast) -> None:
    counts = []
    for _ in range(2):
        for n in range(1, 8):
            on(cast, TODAY + n * DAY)
        leaver = membership(cast.wolfsbos, cast.volunteer.id)
        assert leaver is not None
        with count_queries() as counted:
            found = plan_leaving(leaver, NOW)
            assert {place.shift.house.name for place in found.places} == {cast.wolfsbos.name}
        counts.append(counted.count)
    assert counts[0] == counts[1] == 3


def test_nobody_gets_a_seat_while_they_leave(cast: Cast, database: Database) -> None:
    seat = make_shift(cast.wolfsbos, TODAY + 5 * DAY).seats.get()

    def take() -> Any:
        return take_seat(Seat.get_by_id(seat.id), Person.get_by_id(cast.volunteer.id), NOW)

    def go() -> Any:
        return leave(member(cast, cast.volunteer), cast.coordinator, NOW)

    at_once(database, take, go)
    assert not Place.select().where(Place.state == "confirmed").exists()


# -- who is to look on only ----------------------------------------------------------------------


def role(cast: Cast, wanted: Role = Role.viewer, **options: Any) -> int:
    facts = {"first_name": "Joop", "infix": "", "last_name": "", "email": None, "phone": ""}
    joop = member(cast, cast.volunteer)
    return change_person(joop, cast.coordinator, NOW, role=wanted, **facts, **options)


def test_who_is_to_look_on_only_is_asked_about_first(cast: Cast) -> None:
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role=Role.volunteer)
    here, there = on(cast, TODAY + DAY), on(cast, TODAY + 2 * DAY, cast.knooppunt)
    past, fixed = on(cast, TODAY - DAY), always(cast)
    with pytest.raises(StandsElsewhere) as refused:
        role(cast, seen="")
    found = refused.value.leaving
    assert (found.places, found.fixed, found.inactive) == ([here], [fixed], False)
    assert member(cast, cast.volunteer).role == Role.volunteer
    assert role(cast, seen=found.fingerprint) == 1
    assert member(cast, cast.volunteer).role == Role.viewer
    assert [state(place) for place in (past, here, there)] == ["confirmed", "released", "confirmed"]
    assert count_rows(FixedPlace) == 0
    told = Message.select(Message.person, Message.kind, Message.shift, Message.about).tuples()
    assert list(told) == [
        (cast.volunteer.id, MessageKind.taken_off, here.shift_id, cast.coordinator.id)
    ]


def test_the_seats_of_who_looks_on_can_be_left_standing(cast: Cast) -> None:
    place, fixed = on(cast, TODAY + DAY), always(cast)
    seen = plan_role(member(cast, cast.volunteer), Role.viewer, NOW).fingerprint
    assert role(cast, free=False, seen=seen) == 0
    assert (state(place), FixedPlace.get(), count_rows(Message)) == ("confirmed", fixed, 0)
    assert member(cast, cast.volunteer).role == Role.viewer


@pytest.mark.parametrize("wanted", [Role.volunteer, Role.coordinator])
def test_another_role_asks_nothing_and_keeps_all_seats(cast: Cast, wanted: Role) -> None:
    place = on(cast, TODAY + DAY)
    assert role(cast, wanted, seen="") == 0
    assert (state(place), member(cast, cast.volunteer).role) == ("confirmed", wanted)


def test_an_administrator_helps_in_any_role_and_keeps_all_seats(cast: Cast) -> None:
    Person.update(is_admin=True).where(Person.id == cast.volunteer.id).execute()
    place = on(cast, TODAY + DAY)
    assert role(cast, seen="") == 0
    assert state(place) == "confirmed"


def test_who_looks_on_already_keeps_what_was_left_standing(cast: Cast) -> None:
    place = on(cast, TODAY + DAY)
    Membership.update(role=Role.viewer).where(Membership.person == cast.volunteer).execute()
    assert role(cast, seen="") == 0
    assert state(place) == "confirmed"


def test_an_address_of_another_frees_nothing_and_changes_no_role(cast: Cast) -> None:
    place = on(cast, TODAY + DAY)
    joop = member(cast, cast.volunteer)
    facts = {"first_name": "Joop", "infix": "", "last_name": "", "phone": ""}
    with pytest.raises(EmailInUse):
        change_person(
            joop, cast.coordinator, NOW, role=Role.viewer, email=cast.key_holder.email, **facts
        )
    assert (state(place), member(cast, cast.volunteer).role) == ("confirmed", Role.volunteer)
    assert count_rows(Message) == 0


def test_nobody_gets_a_seat_while_they_are_made_to_look_on(cast: Cast, database: Database) -> None:
    seat = make_shift(cast.wolfsbos, TODAY + 5 * DAY).seats.get()

    def take() -> Any:
        return take_seat(Seat.get_by_id(seat.id), Person.get_by_id(cast.volunteer.id), NOW)

    at_once(database, take, lambda: role(cast))
    assert member(cast, cast.volunteer).role == Role.viewer
    assert not Place.select().where(Place.state == "confirmed").exists()
