"""The outbox: a shift that changes tells who is on it, in the same transaction, and only once."""

from __future__ import annotations

import datetime as dt
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from models import (
    Activity,
    Closure,
    ClosureKind,
    Message,
    MessageKind,
    MessageState,
    Occurrence,
    Person,
    Place,
    Shift,
    ShiftState,
    db,
)
from rules import closures, programme
from rules.filling import extend_roster, follow_closure
from rules.outbox import GRACE, tell, tell_changed, tell_coordinators
from rules.patterns import SeatWish, add_pattern
from rules.rostering import leave_seat, take_seat
from rules.series_change import change_activity
from tests.cast import (
    Cast,
    make_activity,
    make_house,
    make_occurrence,
    make_person,
    make_place,
    make_shift,
)
from tests.conftest import NOW, TODAY
from tests.often import often

DAY = dt.timedelta(days=1)
NEXT = TODAY + 7 * DAY
TEN, ELEVEN = dt.time(10), dt.time(11)
AFTER = NOW + dt.timedelta(minutes=10)


def waiting(person: Person) -> list[tuple[str, dt.date | None, dt.time | None]]:
    """What a person is going to hear: the kind, and when the shift was."""
    query = Message.select().where(Message.person == person, Message.state == MessageState.waiting)
    return [
        (message.kind, message.was_date, message.was_start_time)
        for message in query.order_by(Message.id)
    ]


def all_sent() -> None:
    Message.update(state=MessageState.sent, tries=1, sent_at=NOW).execute()


@pytest.fixture
def coffee(cast: Cast) -> Activity:
    """Coffee on Thursdays from ten to four, with Joop as host on its next date."""
    activity = make_activity(cast.wolfsbos)
    make_occurrence(activity, NEXT)
    add_pattern(
        cast.wolfsbos,
        "Gastvrouw of gastheer",
        [SeatWish("Gastvrouw")],
        cast.coordinator,
        NOW,
        activity=activity,
        first_date=TODAY,
        before_minutes=15,
        after_minutes=0,
    )
    extend_roster(cast.wolfsbos, TODAY, NOW, TODAY + 14 * DAY)
    shift = Shift.get(Shift.date == NEXT)
    make_place(shift.seats.get(), cast.volunteer, NOW)
    return activity


def its_shift() -> Shift:
    """The shift that Joop is on."""
    return Place.get().shift


def date_of(activity: Activity) -> Occurrence:
    return Occurrence.get(Occurrence.activity == activity, Occurrence.original_date == NEXT)


# -- what changes in the programme ----------------------------------------------------------------


def test_who_is_on_a_cancelled_date_is_told_and_nobody_else(cast: Cast, coffee: Activity) -> None:
    programme.cancel_date(date_of(coffee), "Lekkage.", cast.coordinator, NOW)
    [message] = Message.select()
    assert message.person == cast.volunteer
    assert message.kind == MessageKind.shift_cancelled
    assert message.shift == its_shift()
    assert message.house == cast.wolfsbos
    assert (message.at, message.due_at) == (NOW, NOW + GRACE)


def test_what_is_cancelled_and_restored_at_once_is_told_to_nobody(
    cast: Cast, coffee: Activity
) -> None:
    programme.cancel_date(date_of(coffee), "", cast.coordinator, NOW)
    programme.restore_date(date_of(coffee), cast.coordinator, NOW)
    assert waiting(cast.volunteer) == []
    programme.cancel_date(date_of(coffee), "", cast.coordinator, NOW)
    all_sent()
    programme.restore_date(date_of(coffee), cast.coordinator, AFTER)
    assert [kind for kind, *_ in waiting(cast.volunteer)] == ["shift_restored"]


def test_who_is_on_a_moved_date_hears_when_it_was(cast: Cast, coffee: Activity) -> None:
    programme.move_date(date_of(coffee), NEXT + DAY, cast.coordinator, NOW, start_time=ELEVEN)
    assert (its_shift().date, its_shift().start_time) == (NEXT + DAY, dt.time(10, 45))
    assert waiting(cast.volunteer) == [("shift_moved", NEXT, dt.time(9, 45))]


def test_a_series_that_changes_its_hours_tells_who_is_on_it(cast: Cast, coffee: Activity) -> None:
    change_activity(coffee, cast.coordinator, NOW, start_time=ELEVEN, follow=[date_of(coffee).id])
    assert waiting(cast.volunteer) == [("shift_moved", NEXT, dt.time(9, 45))]


def test_a_date_that_leaves_its_series_tells_who_is_on_it(cast: Cast, coffee: Activity) -> None:
    row = date_of(coffee)
    Shift.update(occurrence=None).where(Shift.id == its_shift().id).execute()
    extend_roster(cast.wolfsbos, TODAY, NOW, TODAY + 14 * DAY)
    # The date is there, so that its shift finds it again, and nothing happened.
    assert its_shift().occurrence == row
    assert waiting(cast.volunteer) == []
    row.delete_instance()
    extend_roster(cast.wolfsbos, TODAY, NOW, TODAY + 14 * DAY)
    assert its_shift().state == ShiftState.cancelled
    assert [kind for kind, *_ in waiting(cast.volunteer)] == ["shift_cancelled"]
    extend_roster(cast.wolfsbos, TODAY, NOW, TODAY + 14 * DAY)
    assert len(waiting(cast.volunteer)) == 1


def test_a_closed_day_tells_who_was_to_come_and_an_opened_one_as_well(cast: Cast) -> None:
    add_pattern(
        cast.wolfsbos,
        "Sleutel",
        [SeatWish("Sleutel")],
        None,
        NOW,
        rule="FREQ=WEEKLY;BYDAY=TH",
        first_date=TODAY,
        start_time=TEN,
        end_time=ELEVEN,
    )
    extend_roster(cast.wolfsbos, TODAY, NOW, TODAY + 14 * DAY)
    shift = Shift.get(Shift.date == NEXT)
    make_place(shift.seats.get(), cast.key_holder, NOW)
    closed, _did = closures.add_closure(
        cast.wolfsbos,
        by=cast.coordinator,
        now=NOW,
        first_date=NEXT,
        last_date=NEXT,
        kind=ClosureKind.closed,
        reason="Sint",
    )
    assert [kind for kind, *_ in waiting(cast.key_holder)] == ["shift_cancelled"]
    all_sent()
    closures.remove_closure(closed, cast.wolfsbos, cast.coordinator, AFTER)
    assert [kind for kind, *_ in waiting(cast.key_holder)] == ["shift_restored"]


def test_what_is_taken_back_tells_nothing(cast: Cast, coffee: Activity) -> None:
    with db.atomic() as transaction:
        programme.cancel_date(date_of(coffee), "", cast.coordinator, NOW)
        assert len(waiting(cast.volunteer)) == 1
        transaction.rollback()
    assert waiting(cast.volunteer) == []


def test_a_closure_of_all_houses_tells_each_in_the_name_of_their_own(cast: Cast) -> None:
    for house, person in (
        (cast.wolfsbos, cast.volunteer),
        (cast.knooppunt, cast.other_volunteer),
    ):
        add_pattern(
            house,
            "Bar",
            [SeatWish("Bar")],
            None,
            NOW,
            rule="FREQ=WEEKLY;BYDAY=TH",
            first_date=TODAY,
            start_time=TEN,
            end_time=ELEVEN,
        )
        extend_roster(house, TODAY, NOW, TODAY + 14 * DAY)
        make_place(Shift.get(Shift.house == house, Shift.date == NEXT).seats.get(), person, NOW)
    closed = Closure.create(
        first_date=NEXT, last_date=NEXT, kind=ClosureKind.closed, reason="Storm", closes=True
    )
    follow_closure(closed, NOW)
    told = {(message.house_id, message.person_id) for message in Message.select()}
    assert told == {
        (cast.wolfsbos.id, cast.volunteer.id),
        (cast.knooppunt.id, cast.other_volunteer.id),
    }


# -- what people hear -----------------------------------------------------------------------------


def test_whoever_did_it_is_not_told(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, NEXT)
    people = [cast.volunteer, cast.coordinator, cast.volunteer.id]
    tell(people, MessageKind.put_on, NOW, shift=shift, about=cast.coordinator)
    assert [message.person for message in Message.select()] == [cast.volunteer]


def test_coordinators_are_those_of_the_house_who_still_may(cast: Cast) -> None:
    make_person("Oud", house=cast.wolfsbos, role="coordinator", active=False)
    second = make_person("Tweede", house=cast.wolfsbos, role="coordinator")
    shift = make_shift(cast.wolfsbos, NEXT)
    tell_coordinators(MessageKind.cover_wanted, NOW, shift=shift, about=cast.volunteer)
    assert {message.person_id for message in Message.select()} == {
        cast.coordinator.id,
        second.id,
    }


def test_what_is_over_is_told_to_nobody(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, TODAY - DAY)
    make_place(shift.seats.get(), cast.volunteer, NOW)
    was = shift.date, shift.start_time, shift.end_time
    shift.state = ShiftState.cancelled
    tell_changed(shift, ShiftState.planned, was, NOW)
    assert waiting(cast.volunteer) == []
    # Moved into the past from a day to come: whoever would come must hear of it.
    shift.state = ShiftState.planned
    tell_changed(shift, ShiftState.planned, (NEXT, TEN, shift.end_time), NOW)
    assert waiting(cast.volunteer) == [("shift_moved", NEXT, TEN)]


def test_who_has_a_name_only_is_told_nothing(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, NEXT)
    Place.create(
        house=cast.wolfsbos, shift=shift, seat=shift.seats.get(), name="Tante Riek",
        at=NOW, changed_at=NOW,
    )  # fmt: skip
    shift.state = ShiftState.cancelled
    tell_changed(shift, ShiftState.planned, (NEXT, TEN, shift.end_time), NOW)
    assert Message.select().count() == 0


def test_who_is_elsewhere_by_now_hears_that_what_was_off_goes_on(
    cast: Cast, coffee: Activity
) -> None:
    """They took the other seat because it was off, or had moved."""
    shift = its_shift()
    meanwhile = make_shift(cast.wolfsbos, NEXT, start_time=TEN, end_time=ELEVEN)
    programme.cancel_date(date_of(coffee), "", cast.coordinator, NOW)
    take_seat(meanwhile.seats.get(), cast.volunteer, NOW)
    programme.restore_date(date_of(coffee), cast.coordinator, NOW, anyway=True)
    assert waiting(cast.volunteer) == [("shift_restored", NEXT, dt.time(9, 45))]
    all_sent()
    Place.update(state="released").where(Place.shift == meanwhile).execute()
    programme.move_date(date_of(coffee), NEXT + DAY, cast.coordinator, NOW)
    take_seat(meanwhile.seats.get(), cast.volunteer, NOW)
    programme.move_date(date_of(coffee), NEXT, cast.coordinator, NOW, anyway=True)
    assert waiting(cast.volunteer) == [("shift_moved", NEXT + DAY, dt.time(9, 45))]
    assert Shift.get_by_id(shift.id).date == NEXT


def test_who_came_back_on_a_shift_knows_how_it_was_when_they_came(
    cast: Cast, coffee: Activity
) -> None:
    seat = its_shift().seats.get()
    programme.move_date(date_of(coffee), NEXT + DAY, cast.coordinator, NOW)
    leave_seat(seat, cast.volunteer, NOW)
    take_seat(seat, cast.volunteer, NOW)
    assert waiting(cast.volunteer) == []
    programme.move_date(date_of(coffee), NEXT, cast.coordinator, NOW)
    assert waiting(cast.volunteer) == [("shift_moved", NEXT + DAY, dt.time(9, 45))]


def test_who_changed_a_shift_themselves_knows_how_they_left_it(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, NEXT)
    make_place(shift.seats.get(), cast.coordinator, NOW)
    for day, by in ((1, cast.admin), (2, cast.coordinator), (0, cast.admin)):
        was = shift.date, shift.start_time, shift.end_time
        shift.date = NEXT + day * DAY
        tell_changed(shift, ShiftState.planned, was, NOW, by)
    assert waiting(cast.coordinator) == [("shift_moved", NEXT + 2 * DAY, dt.time(9, 45))]


DAYS = {"as planned": NEXT, "a day later": NEXT + DAY, "two days later": NEXT + 2 * DAY}
TIMES = {"at ten": TEN, "at eleven": ELEVEN}
ENDS = {"till one": dt.time(13), "till two": dt.time(14), "till three": dt.time(15)}
#: Whether a shift is off, and when it is.
Known = tuple[bool, dt.date, dt.time, dt.time]
STEPS = st.lists(
    st.sampled_from(["cancel", "restore", *DAYS, *TIMES, *ENDS, "send"]),
    max_size=12,
)


@pytest.mark.slow
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=often(60))
@given(STEPS)
def test_what_people_know_and_what_waits_is_always_what_is(
    database: Database, steps: list[str]
) -> None:
    """Whatever happens in whatever order: reading what waits brings a person to what is, and
    whoever knows it already reads nothing."""
    name = uuid4().hex
    house = make_house(name, "Proefhuis")
    person = make_person("Joop", name, house=house)
    shift = make_shift(house, NEXT, start_time=TEN)
    make_place(shift.seats.get(), person, NOW)
    known = here = (False, NEXT, TEN, shift.end_time)
    for step in steps:
        if step == "send":
            known = read_by(person, known, here)
            Message.update(state=MessageState.sent).where(Message.person == person).execute()
            continue
        off, day, time, end = here
        off = {"cancel": True, "restore": False}.get(step, off)
        if not off:
            day = DAYS.get(step, day)
            time = TIMES.get(step, time)
            end = ENDS.get(step, end)
        if (off, day, time, end) == here:
            continue
        state, was = shift.state, (shift.date, shift.start_time, shift.end_time)
        shift.state = ShiftState.cancelled if off else ShiftState.planned
        shift.date, shift.start_time, shift.end_time = day, time, end
        tell_changed(shift, state, was, NOW)
        here = (off, day, time, end)
        assert len(waiting(person)) == (1 if differ(known, here) else 0)
    assert not differ(read_by(person, known, here), here)


def differ(known: Known, here: Known) -> bool:
    """Whether there is anything to tell: of what is off, the day does not matter."""
    return known[0] != here[0] or (not here[0] and known != here)


def read_by(person: Person, known: Known, here: Known) -> Known:
    """What a person knows after reading what waits for them; it fits what they knew."""
    query = Message.select().where(Message.person == person, Message.state == MessageState.waiting)
    for message in query:
        # Of what was off, the last that was heard of it counts.
        was = message.was_date, message.was_start_time, message.was_end_time
        assert was == known[1:] or known[0]
        assert known[0] is (message.kind == MessageKind.shift_restored)
        known = (message.kind == MessageKind.shift_cancelled, *here[1:])
    return known
