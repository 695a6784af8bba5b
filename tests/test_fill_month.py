"""'Fill the month': what the solver is asked, what is kept, and what comes of it when accepted."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from peewee import Database

from models import (
    HOLDING,
    AuditEntry,
    FillProposal,
    House,
    Membership,
    Message,
    PartOfDay,
    Person,
    Place,
    PlaceHow,
    PlaceState,
    Qualification,
    Role,
    Seat,
    Shift,
    ShiftState,
)
from rules import fill_month, fill_shown, rostering
from rules.availability import say_absent
from rules.fill_facts import count_open, facts_of
from rules.fill_month import Accepted, Left, MonthOver, accept, days_to_fill, keep, work_out
from rules.fill_problem import Why
from rules.fill_shown import SeatNow
from rules.for_another import NotForYou, sign_up
from rules.wishes import wish_most, wish_not_on, wish_together
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted

FIRST, LAST = dt.date(2026, 12, 1), dt.date(2026, 12, 31)
TUESDAY = FIRST


def propose(cast: Cast, *, extra: bool = False, house: Any = None) -> FillProposal:
    draft = work_out(house or cast.wolfsbos, FIRST, LAST, NOW, extra=extra)
    return keep(draft, cast.coordinator, NOW)


def proposed(proposal: FillProposal) -> dict[int, int]:
    return {seat: person for seat, person, *_ in json.loads(proposal.content)["pairs"]}


def facts(cast: Cast, *, extra: bool = False) -> Any:
    return facts_of(cast.wolfsbos, FIRST, LAST, NOW, extra=extra)


def helper(cast: Cast, person: Person) -> Any:
    return facts(cast).problem.helper[person.id]


def was_there(
    cast: Cast, person: Person, times: int, state: PlaceState, house: House | None = None
) -> None:
    for n in range(1, times + 1):
        shift = make_shift(
            house or cast.wolfsbos, TODAY - dt.timedelta(days=n), title=f"{person}{state}"
        )
        make_place(shift.seats.get(), person, NOW, state=state)


def holders(shift: Shift) -> list[int]:
    query = Place.select(Place.person).where(Place.shift == shift, Place.state.in_(HOLDING))
    return sorted(person for (person,) in query.tuples())


# -- what the solver is asked ---------------------------------------------------------------------


def test_only_seats_that_nobody_holds_and_have_not_begun_are_asked_about(cast: Cast) -> None:
    begun = make_shift(cast.wolfsbos, TODAY, start_time=dt.time(9), end_time=dt.time(18))
    today = make_shift(cast.wolfsbos, TODAY, start_time=dt.time(11), end_time=dt.time(18))
    make_shift(cast.wolfsbos, TODAY, state=ShiftState.cancelled)
    make_shift(cast.knooppunt, TODAY)
    seeking = make_shift(cast.wolfsbos, TODAY)
    make_place(seeking.seats.get(), cast.volunteer, NOW, state=PlaceState.seeking_cover)
    written = make_shift(cast.wolfsbos, TODAY)
    make_place(written.seats.get(), None, NOW, name="Buurvrouw Annie")
    released = make_shift(cast.wolfsbos, TODAY, start_time=dt.time(10, 30))
    make_place(released.seats.get(), cast.volunteer, NOW, state=PlaceState.released)
    make_shift(cast.wolfsbos, TODAY + dt.timedelta(days=30))
    found = facts_of(cast.wolfsbos, TODAY, TODAY, NOW, extra=False).problem
    assert {seat.shift for seat in found.seats} == {today.id, released.id}
    assert begun.id not in found.shift


def test_extra_seats_are_asked_about_only_when_wanted(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, TUESDAY, seats=2)
    Seat.update(required=False).where(Seat.shift == shift, Seat.position == 1).execute()
    assert len(facts(cast).problem.seats) == 1
    assert len(facts(cast, extra=True).problem.seats) == 2
    assert count_open(cast.wolfsbos, FIRST, LAST, NOW) == {True: 1, False: 1}


def test_active_volunteers_of_the_house_are_helpers_and_nobody_else(cast: Cast) -> None:
    make_person("Weg", house=cast.wolfsbos, active=False)
    guest = make_person("Gast", house=cast.knooppunt)
    Membership.create(person=guest, house=cast.wolfsbos, role=Role.volunteer)
    make_shift(cast.wolfsbos, TUESDAY)
    people = {cast.volunteer.id, cast.key_holder.id, guest.id}
    assert {each.id for each in facts(cast).problem.helpers} == people


def test_a_load_is_what_somebody_had_in_thirteen_weeks_and_has_in_the_month(cast: Cast) -> None:
    make_shift(cast.wolfsbos, TUESDAY)
    for day, state in (
        (FIRST - dt.timedelta(weeks=13), PlaceState.present),
        (FIRST - dt.timedelta(weeks=13, days=1), PlaceState.present),
        (TODAY, PlaceState.confirmed),
        (TODAY, PlaceState.absent),
        (TODAY, PlaceState.released),
        (LAST, PlaceState.seeking_cover),
        (LAST + dt.timedelta(days=1), PlaceState.confirmed),
    ):
        place_on = make_shift(cast.wolfsbos, day).seats.get()
        make_place(place_on, cast.volunteer, NOW, state=state)
    elsewhere = make_shift(cast.knooppunt, LAST)
    make_place(elsewhere.seats.get(), cast.volunteer, NOW)
    assert helper(cast, cast.volunteer).load == 3
    assert facts(cast).had[cast.volunteer.id] == 2
    assert helper(cast, cast.key_holder).load == 0


def test_held_shifts_of_every_house_in_the_weeks_at_hand_are_known(cast: Cast) -> None:
    make_shift(cast.wolfsbos, TUESDAY)
    for house, day in (
        (cast.knooppunt, FIRST - dt.timedelta(days=1)),
        (cast.wolfsbos, FIRST - dt.timedelta(days=2)),
        (cast.wolfsbos, dt.date(2027, 1, 3)),
        (cast.wolfsbos, dt.date(2027, 1, 4)),
    ):
        make_place(make_shift(house, day).seats.get(), cast.volunteer, NOW)
    held = {date for date, _start, _end in helper(cast, cast.volunteer).held}
    assert held == {FIRST - dt.timedelta(days=1), dt.date(2027, 1, 3)}


def test_who_was_there_three_times_knows_the_house(cast: Cast) -> None:
    make_shift(cast.wolfsbos, TUESDAY)
    assert helper(cast, cast.volunteer).experienced, "while nobody of the house was there ever"
    was_there(cast, cast.key_holder, 3, PlaceState.present)
    was_there(cast, cast.volunteer, 2, PlaceState.confirmed)
    was_there(cast, cast.volunteer, 5, PlaceState.absent)
    assert helper(cast, cast.key_holder).experienced
    assert not helper(cast, cast.volunteer).experienced
    was_there(cast, cast.volunteer, 1, PlaceState.present, cast.knooppunt)
    assert helper(cast, cast.volunteer).experienced


def test_a_coordinator_on_the_shift_guides_who_is_new(cast: Cast) -> None:
    was_there(cast, cast.key_holder, 3, PlaceState.present)
    guided, alone = (make_shift(cast.wolfsbos, TUESDAY, seats=2) for _ in range(2))
    make_place(guided.seats.get(), cast.coordinator, NOW)
    make_place(alone.seats.get(), make_person("Nieuw", house=cast.wolfsbos), NOW)
    found = facts(cast).problem.shift
    assert (found[guided.id].guided, found[alone.id].guided) == (True, False)


def test_a_coordinator_who_seeks_cover_guides_nobody(cast: Cast) -> None:
    was_there(cast, cast.key_holder, 3, PlaceState.present)
    shift = make_shift(cast.wolfsbos, TUESDAY, seats=2)
    make_place(shift.seats.get(), cast.coordinator, NOW, state=PlaceState.seeking_cover)
    assert not facts(cast).problem.shift[shift.id].guided


def test_wishes_and_absences_reach_the_solver(cast: Cast) -> None:
    tuesday, wednesday = (make_shift(cast.wolfsbos, TUESDAY + dt.timedelta(days=n)) for n in (0, 1))
    wish_not_on(cast.volunteer, 1, PartOfDay.morning)
    say_absent(cast.volunteer, wednesday.date, LAST, PartOfDay.evening, TODAY)
    wish_most(cast.volunteer, 2)
    wish_together(cast.volunteer, cast.wolfsbos, cast.key_holder.id)
    wish_together(cast.volunteer, cast.wolfsbos, cast.coordinator.id)
    found = helper(cast, cast.volunteer)
    assert (found.away, found.most_a_week) == ({tuesday.id}, 2)
    pairs = [(cast.volunteer.id, cast.key_holder.id), (cast.volunteer.id, cast.coordinator.id)]
    assert sorted(facts(cast).problem.together) == sorted(pairs)


def test_facts_take_as_many_queries_for_any_number_of_seats(cast: Cast) -> None:
    make_shift(cast.wolfsbos, TUESDAY)
    with counted() as few:
        facts(cast)
    for n in range(12):
        person = make_person(f"N{n}", house=cast.wolfsbos)
        wish_most(person, 2)
        make_place(make_shift(cast.wolfsbos, TUESDAY, seats=3).seats.get(), person, NOW)
    with counted() as many:
        facts(cast)
    assert len(few) == len(many) == 9


def test_what_is_left_of_a_month_begins_today() -> None:
    assert days_to_fill(dt.date(2026, 11, 1), TODAY) == (TODAY, dt.date(2026, 11, 30))
    assert days_to_fill(dt.date(2026, 12, 9), TODAY) == (FIRST, LAST)
    with pytest.raises(MonthOver):
        days_to_fill(dt.date(2026, 10, 1), TODAY)


# -- a proposal -----------------------------------------------------------------------------------


def test_a_proposal_puts_nobody_on_and_says_why_a_seat_stays_open(cast: Cast) -> None:
    plain = make_shift(cast.wolfsbos, TUESDAY)
    key = make_shift(cast.wolfsbos, TUESDAY, qualification="key_holder")
    bar = make_shift(cast.wolfsbos, TUESDAY, qualification="alcohol")
    proposal = propose(cast)
    assert count_rows(Place) == count_rows(Message) == 0
    assert proposed(proposal) == {
        plain.seats.get().id: cast.volunteer.id,
        key.seats.get().id: cast.key_holder.id,
    }
    shown = fill_shown.shown(proposal, NOW)
    seats = {seat.id: seat for shift in shown.shifts for seat in shift.seats}
    assert seats[bar.seats.get().id].why is Why.unqualified
    assert (shown.filled, shown.asked, shown.proven) == (2, 3, True)
    assert {(load.name, load.before, load.after) for load in shown.loads} == {
        ("Joop", 0, 1),
        ("Anneke", 0, 1),
    }


def test_a_proposal_of_one_house_leaves_the_other_alone(cast: Cast) -> None:
    here, there = make_shift(cast.wolfsbos, TUESDAY), make_shift(cast.knooppunt, TUESDAY)
    first, second = propose(cast), propose(cast, house=cast.knooppunt)
    assert set(proposed(first)) == {here.seats.get().id}
    assert proposed(second) == {there.seats.get().id: cast.other_volunteer.id}
    assert fill_month.last_proposal(cast.wolfsbos, FIRST, NOW) == first
    assert fill_month.last_proposal(cast.knooppunt, FIRST, NOW) == second
    assert fill_month.last_proposal(cast.wolfsbos, TODAY, NOW) is None


def test_a_proposal_is_forgotten_after_a_month(cast: Cast) -> None:
    old = propose(cast)
    later = NOW + dt.timedelta(days=31)
    assert fill_month.last_proposal(cast.wolfsbos, FIRST, later) is None
    keep(work_out(cast.wolfsbos, FIRST, LAST, later), cast.coordinator, later)
    assert FillProposal.get_or_none(FillProposal.id == old.id) is None


def test_looking_takes_as_many_queries_for_any_number_of_seats(cast: Cast) -> None:
    for n in range(3):
        make_shift(cast.wolfsbos, TUESDAY + dt.timedelta(days=n), seats=3)
    proposal = propose(cast)
    with counted() as queries:
        fill_shown.shown(proposal, NOW)
    assert len(queries) == 3


def test_who_asks_the_same_at_once_gets_the_same(cast: Cast, database: Database) -> None:
    for n in range(4):
        make_shift(cast.wolfsbos, TUESDAY + dt.timedelta(days=n), seats=2)
    drafts = at_once(
        database, *[lambda: work_out(cast.wolfsbos, FIRST, LAST, NOW) for _ in range(4)]
    )
    assert len({json.dumps(draft.content, sort_keys=True) for draft in drafts}) == 1
    assert not fill_month._jobs


# -- accepting ------------------------------------------------------------------------------------


@pytest.fixture
def two_days(cast: Cast) -> list[Shift]:
    return [make_shift(cast.wolfsbos, TUESDAY + dt.timedelta(days=n)) for n in (0, 1)]


def test_accepting_all_puts_everybody_on_and_tells_them(cast: Cast, two_days: list[Shift]) -> None:
    proposal = propose(cast)
    assert accept(proposal, None, cast.coordinator, NOW) == Accepted(on=2, left=0)
    places = list(Place.select())
    assert {(place.seat_id, place.person_id) for place in places} == set(proposed(proposal).items())
    assert {place.how for place in places} == {PlaceHow.by_coordinator}
    assert count_rows(Message) == 2
    assert AuditEntry.select().where(AuditEntry.action == "fill").count() == 1


def test_accepting_twice_changes_nothing(cast: Cast, two_days: list[Shift]) -> None:
    proposal = propose(cast)
    accept(proposal, None, cast.coordinator, NOW)
    assert accept(proposal, None, cast.coordinator, NOW) == Accepted(on=2, left=0)
    assert count_rows(Place) == count_rows(Message) == 2


def test_accepting_twice_at_once_puts_everybody_on_once(
    cast: Cast, two_days: list[Shift], database: Database
) -> None:
    proposal = propose(cast)
    outcomes = at_once(
        database,
        *[lambda: accept(FillProposal.get_by_id(proposal.id), None, cast.coordinator, NOW)] * 3,
    )
    assert outcomes == [Accepted(on=2, left=0)] * 3
    assert count_rows(Place) == 2
    assert count_rows(Message) == 2


def test_only_what_was_chosen_is_accepted(cast: Cast, two_days: list[Shift]) -> None:
    proposal = propose(cast)
    chosen = two_days[0].seats.get().id
    strange = make_shift(cast.knooppunt, TUESDAY).seats.get().id
    did = accept(proposal, {chosen, strange, 2**70, 0}, cast.coordinator, NOW)
    assert did == Accepted(on=1, left=0)
    assert [place.seat_id for place in Place.select()] == [chosen]


def test_a_seat_that_was_taken_meanwhile_keeps_its_holder(
    cast: Cast, two_days: list[Shift]
) -> None:
    proposal = propose(cast)
    seat = two_days[0].seats.get()
    quick = make_person("Snel", house=cast.wolfsbos)
    rostering.take_seat(seat, quick, NOW)
    rostering.ask_cover(seat, quick, NOW)
    assert accept(proposal, None, cast.coordinator, NOW) == Accepted(on=1, left=1)
    assert holders(two_days[0]) == [quick.id]
    line = fill_shown.shown(proposal, NOW).shifts[0].seats[0]
    assert (line.now, line.holder, line.left) == (SeatNow.taken, "Snel", Left.taken)


def test_a_race_for_a_seat_has_one_winner_and_no_fault(cast: Cast, database: Database) -> None:
    shift = make_shift(cast.wolfsbos, TUESDAY)
    proposal = propose(cast)
    seat, quick = shift.seats.get(), make_person("Snel", house=cast.wolfsbos)
    did, taken = at_once(
        database,
        lambda: accept(proposal, None, cast.coordinator, NOW),
        lambda: rostering.take_seat(seat, quick, NOW),
    )
    if holders(shift) == [quick.id]:
        assert did == Accepted(on=0, left=1)
    else:
        assert did == Accepted(on=1, left=0)
        assert isinstance(taken, rostering.SeatTaken)


def leave_house(cast: Cast, _shift: Shift, person: Person) -> None:
    Membership.delete().where(Membership.person == person).execute()


def become_inactive(cast: Cast, _shift: Shift, person: Person) -> None:
    leave_house(cast, _shift, person)
    Person.update(active=False).where(Person.id == person.id).execute()


def cancel(_cast: Cast, shift: Shift, _person: Person) -> None:
    Shift.update(state=ShiftState.cancelled).where(Shift.id == shift.id).execute()


def move(_cast: Cast, shift: Shift, _person: Person) -> None:
    Shift.update(start_time=dt.time(8)).where(Shift.id == shift.id).execute()


def delete(_cast: Cast, shift: Shift, _person: Person) -> None:
    Shift.delete().where(Shift.id == shift.id).execute()


def be_away(_cast: Cast, shift: Shift, person: Person) -> None:
    say_absent(person, shift.date, shift.date, "", TODAY)


def be_elsewhere(cast: Cast, shift: Shift, person: Person) -> None:
    make_place(make_shift(cast.knooppunt, shift.date).seats.get(), person, NOW)


def wish_less(cast: Cast, shift: Shift, person: Person) -> None:
    wish_most(person, 1)
    day = shift.date + dt.timedelta(days=2)
    make_place(make_shift(cast.knooppunt, day).seats.get(), person, NOW)


def lose_the_key(_cast: Cast, _shift: Shift, person: Person) -> None:
    Qualification.delete().where(Qualification.person == person).execute()


@pytest.mark.parametrize(
    ("meanwhile", "left"),
    [
        (leave_house, Left.gone),
        (become_inactive, Left.gone),
        (cancel, Left.cancelled),
        (move, Left.moved),
        (delete, Left.cancelled),
        (be_away, Left.away),
        (be_elsewhere, Left.busy),
        (wish_less, Left.week_full),
        (lose_the_key, Left.unqualified),
    ],
)
def test_what_no_longer_fits_is_left_out_and_named(cast: Cast, meanwhile: Any, left: Left) -> None:
    shift = make_shift(cast.wolfsbos, TUESDAY, qualification="key_holder")
    other = make_shift(cast.wolfsbos, TUESDAY + dt.timedelta(days=7))
    proposal = propose(cast)
    seat = shift.seats.get().id
    before = count_rows(Message)
    meanwhile(cast, shift, cast.key_holder)
    made = count_rows(Place)
    did = accept(proposal, {seat}, cast.coordinator, NOW)
    assert did == Accepted(on=0, left=1)
    assert (count_rows(Place), count_rows(Message)) == (made, before)
    assert json.loads(proposal.content)["left"] == {str(seat): left}
    shown = fill_shown.shown(FillProposal.get_by_id(proposal.id), NOW)
    lines = [line for each in shown.shifts for line in each.seats if line.id == seat]
    assert [line.left for line in lines] == ([] if meanwhile is delete else [left])
    assert other.id in {each.id for each in shown.shifts}


def test_a_shift_that_is_over_by_then_is_left_out(cast: Cast, two_days: list[Shift]) -> None:
    proposal = propose(cast)
    later = dt.datetime(2026, 12, 2, 3)
    assert accept(proposal, None, cast.coordinator, later) == Accepted(on=1, left=1)
    shown = fill_shown.shown(proposal, later)
    assert [line.now for shift in shown.shifts for line in shift.seats] == [
        SeatNow.over,
        SeatNow.done,
    ]


def test_what_was_left_out_can_be_tried_again(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, TUESDAY)
    proposal = propose(cast)
    person = Person.get_by_id(proposed(proposal)[shift.seats.get().id])
    absence = say_absent(person, TUESDAY, TUESDAY, "", TODAY)
    accept(proposal, None, cast.coordinator, NOW)
    absence.delete_instance()
    assert accept(proposal, None, cast.coordinator, NOW) == Accepted(on=1, left=0)
    assert json.loads(FillProposal.get_by_id(proposal.id).content)["left"] == {}


@pytest.fixture
def with_company(cast: Cast) -> Shift:
    """A shift with two seats, for Anneke who knows the work and Joop who is new."""
    was_there(cast, cast.key_holder, 3, PlaceState.present)
    return make_shift(cast.wolfsbos, TUESDAY, seats=2)


def seat_for(proposal: FillProposal, person: Person) -> int:
    [seat] = [seat for seat, who in proposed(proposal).items() if who == person.id]
    return seat


def test_who_is_new_is_not_put_on_alone(cast: Cast, with_company: Shift) -> None:
    proposal = propose(cast)
    new, knowing = (seat_for(proposal, each) for each in (cast.volunteer, cast.key_holder))
    assert accept(proposal, {new}, cast.coordinator, NOW) == Accepted(on=0, left=1)
    assert (holders(with_company), count_rows(Message)) == ([], 0)
    lines = fill_shown.shown(proposal, NOW).shifts[0].seats
    assert {line.id: line.left for line in lines} == {new: Left.too_new, knowing: None}
    assert accept(proposal, {knowing}, cast.coordinator, NOW) == Accepted(on=1, left=0)
    assert accept(proposal, {new}, cast.coordinator, NOW) == Accepted(on=1, left=0)
    assert holders(with_company) == sorted([cast.volunteer.id, cast.key_holder.id])


def test_accepting_both_at_once_puts_who_knows_the_work_on_first(
    cast: Cast, with_company: Shift
) -> None:
    proposal = propose(cast)
    content = json.loads(proposal.content)
    content["pairs"].sort(key=lambda pair: pair[1] != cast.volunteer.id)
    proposal.content = json.dumps(content)
    assert accept(proposal, None, cast.coordinator, NOW) == Accepted(on=2, left=0)
    order = Place.select(Place.person).where(Place.shift == with_company).order_by(Place.id)
    assert [person for (person,) in order.tuples()] == [cast.key_holder.id, cast.volunteer.id]


@pytest.mark.parametrize("state", [PlaceState.released, PlaceState.seeking_cover])
def test_who_left_or_may_not_come_is_no_company(
    cast: Cast, with_company: Shift, state: PlaceState
) -> None:
    proposal = propose(cast)
    other = Seat.get_by_id(seat_for(proposal, cast.key_holder))
    make_place(other, cast.key_holder, NOW, state=state)
    new = seat_for(proposal, cast.volunteer)
    assert accept(proposal, {new}, cast.coordinator, NOW) == Accepted(on=0, left=1)
    Place.update(state=PlaceState.confirmed).execute()
    assert accept(proposal, {new}, cast.coordinator, NOW) == Accepted(on=1, left=0)


def test_beside_a_coordinator_and_in_a_house_that_has_just_begun_nobody_is_too_new(
    cast: Cast,
) -> None:
    young = make_shift(cast.wolfsbos, TUESDAY)
    first = propose(cast)
    assert accept(first, None, cast.coordinator, NOW) == Accepted(on=1, left=0)
    assert len(holders(young)) == 1
    was_there(cast, cast.key_holder, 3, PlaceState.present)
    guided = make_shift(cast.wolfsbos, TUESDAY + dt.timedelta(days=1), seats=2)
    make_place(guided.seats.order_by(-Seat.position).first(), cast.coordinator, NOW)
    say_absent(cast.key_holder, FIRST, LAST, "", TODAY)
    second = propose(cast)
    assert proposed(second) == {guided.seats.order_by(Seat.position).first().id: cast.volunteer.id}
    assert accept(second, None, cast.coordinator, NOW) == Accepted(on=1, left=0)


def test_only_who_coordinates_the_house_accepts(cast: Cast, two_days: list[Shift]) -> None:
    proposal = propose(cast)
    for stranger in (cast.volunteer, cast.other_coordinator):
        with pytest.raises(NotForYou):
            accept(proposal, None, stranger, NOW)
    assert count_rows(Place) == 0


def test_who_is_signed_up_by_hand_and_then_accepted_stays_as_they_were(
    cast: Cast, two_days: list[Shift]
) -> None:
    proposal = propose(cast)
    seat = two_days[0].seats.get()
    person = Person.get_by_id(proposed(proposal)[seat.id])
    sign_up(seat, person, cast.coordinator, NOW, how=PlaceHow.by_phone)
    accept(proposal, None, cast.coordinator, NOW)
    assert Place.get(Place.seat == seat).how == PlaceHow.by_phone
