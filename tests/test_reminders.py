"""Reminders: once, the day before at ten, for who wants them and is still on the shift.

And once for the coordinators, who still seeks cover when a shift comes near.
"""

from __future__ import annotations

import datetime as dt
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from models import (
    House,
    Message,
    MessageKind,
    MessageState,
    Person,
    Place,
    PlaceState,
    Role,
    Seat,
    Shift,
    ShiftState,
    db,
)
from rules import sending
from rules.outbox import tell_changed
from rules.reminders import due_at, make_reminders, set_reminders
from rules.rostering import ask_cover, keep_seat, take_over
from rules.wall_time import to_utc
from tests.at_once import at_once, wait_until_somebody_waits
from tests.cast import Cast, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from tests.often import often

DAY = dt.timedelta(days=1)
TOMORROW = TODAY + DAY
EARLIER = NOW - 7 * DAY
#: Ten o'clock in Hoogeveen, today.
TEN = dt.datetime(2026, 11, 26, 9, 0)


def shift_of(person: Person, house: object, day: dt.date = TOMORROW, **facts: object) -> Shift:
    shift = make_shift(house, day)  # type: ignore[arg-type]
    make_place(shift.seats.get(), person, EARLIER, **facts)
    return shift


def reminded() -> list[tuple[int, int, dt.datetime]]:
    query = Message.select().where(Message.kind == MessageKind.reminder).order_by(Message.id)
    return [(each.person_id, each.shift_id, each.due_at) for each in query]


def test_who_is_on_tomorrow_is_reminded_at_ten(cast: Cast) -> None:
    shift = shift_of(cast.volunteer, cast.wolfsbos)
    other = shift_of(cast.other_volunteer, cast.knooppunt)
    make_reminders(TEN - dt.timedelta(seconds=1))
    assert reminded() == []
    make_reminders(TEN)
    assert reminded() == [
        (cast.volunteer.id, shift.id, TEN),
        (cast.other_volunteer.id, other.id, TEN),
    ]


def test_however_often_it_runs_each_is_reminded_once(cast: Cast, database: Database) -> None:
    shift = shift_of(cast.volunteer, cast.wolfsbos)
    outcomes = at_once(database, *[lambda: make_reminders(NOW)] * 4)
    assert outcomes == [None] * 4
    make_reminders(NOW + dt.timedelta(hours=3))
    assert reminded() == [(cast.volunteer.id, shift.id, TEN)]
    Message.update(state=MessageState.sent).execute()
    make_reminders(NOW + dt.timedelta(hours=4))
    assert len(reminded()) == 1


def test_after_a_day_of_silence_a_reminder_comes_late_until_the_shift_begins(cast: Cast) -> None:
    shift = shift_of(cast.volunteer, cast.wolfsbos, TODAY)  # 9.45 in Hoogeveen
    begins = to_utc(TODAY, shift.start_time)
    make_reminders(begins)
    assert reminded() == []
    make_reminders(begins - dt.timedelta(minutes=1))
    assert reminded() == [(cast.volunteer.id, shift.id, TEN - DAY)]


def test_who_came_on_the_shift_after_ten_knows_it(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, TOMORROW, seats=2)
    first, second = shift.seats.order_by(Seat.position)
    make_place(first, cast.volunteer, TEN)
    make_place(second, cast.key_holder, TEN + dt.timedelta(seconds=1))
    make_reminders(TEN + dt.timedelta(hours=1))
    assert [person for person, *_ in reminded()] == [cast.volunteer.id]


@pytest.mark.parametrize(
    "facts",
    [{"email": None}, {"active": False}, {"reminders": False}],
    ids=["no e-mail", "not active", "wants none"],
)
def test_some_are_not_reminded(cast: Cast, facts: dict[str, object]) -> None:
    shift_of(make_person("Niet", house=cast.wolfsbos, **facts), cast.wolfsbos)
    make_reminders(NOW)
    assert reminded() == []


@pytest.mark.parametrize("state", [PlaceState.released, PlaceState.excused, PlaceState.absent])
def test_who_left_is_not_reminded(cast: Cast, state: PlaceState) -> None:
    shift_of(cast.volunteer, cast.wolfsbos, state=state)
    make_reminders(NOW)
    assert reminded() == []


def test_who_seeks_cover_is_still_expected(cast: Cast) -> None:
    shift_of(cast.volunteer, cast.wolfsbos, state=PlaceState.seeking_cover)
    make_reminders(NOW)
    [news] = sending.claim(cast.volunteer.id, NOW, by_mail=True)
    assert news.seeks_cover


def test_a_shift_that_does_not_take_place_is_not_reminded_of(cast: Cast) -> None:
    shift = shift_of(cast.volunteer, cast.wolfsbos)
    Shift.update(state=ShiftState.cancelled).execute()
    make_reminders(NOW)
    assert reminded() == []
    Shift.update(state=ShiftState.planned).where(Shift.id == shift.id).execute()
    make_reminders(NOW)
    assert len(reminded()) == 1


@pytest.mark.parametrize("what", ["left", "cancelled", "begun", "moved", "switched off"])
def test_what_changed_since_is_asked_when_a_reminder_is_sent(cast: Cast, what: str) -> None:
    shift = shift_of(cast.volunteer, cast.wolfsbos)
    make_reminders(NOW)
    later = NOW + dt.timedelta(minutes=5)
    if what == "left":
        Place.update(state=PlaceState.released).execute()
    elif what == "cancelled":
        Shift.update(state=ShiftState.cancelled).execute()
    elif what == "moved":
        Shift.update(date=TODAY + 7 * DAY).execute()
    elif what == "switched off":
        set_reminders(cast.volunteer, False)
    else:
        later = to_utc(shift.date, shift.start_time)
    assert sending.claim(cast.volunteer.id, later, by_mail=True) == []
    assert Message.select().count() == 0


def test_a_shift_that_moved_is_reminded_of_anew(cast: Cast) -> None:
    shift = shift_of(cast.volunteer, cast.wolfsbos)
    make_reminders(NOW)
    Message.update(state=MessageState.sent).execute()
    Shift.update(date=TODAY + 7 * DAY).execute()
    make_reminders(NOW + 6 * DAY)
    assert [due for *_, due in reminded()] == [TEN, TEN + 6 * DAY]
    assert due_at(Shift.get_by_id(shift.id)) == TEN + 6 * DAY


def test_who_hears_today_that_it_is_tomorrow_is_not_reminded_as_well(cast: Cast) -> None:
    shift = shift_of(cast.volunteer, cast.wolfsbos, TODAY + 7 * DAY)
    was = shift.date, shift.start_time, shift.end_time
    shift.date = TOMORROW
    shift.save()
    later = NOW + dt.timedelta(hours=2)
    tell_changed(shift, shift.state, was, later)
    make_reminders(later)
    assert reminded() == []


@pytest.mark.parametrize(
    ("day", "ten"),
    [
        (dt.date(2026, 10, 25), dt.datetime(2026, 10, 24, 8)),  # the night that has an hour more
        (dt.date(2026, 10, 26), dt.datetime(2026, 10, 25, 9)),
        (dt.date(2027, 3, 28), dt.datetime(2027, 3, 27, 9)),  # the night that has an hour less
        (dt.date(2027, 3, 29), dt.datetime(2027, 3, 28, 8)),
    ],
)
def test_ten_is_ten_on_the_wall_also_when_the_clocks_change(
    cast: Cast, day: dt.date, ten: dt.datetime
) -> None:
    shift = make_shift(cast.wolfsbos, day)
    make_place(shift.seats.get(), cast.volunteer, ten - DAY)
    make_reminders(ten - dt.timedelta(minutes=1))
    assert reminded() == []
    make_reminders(ten)
    assert [due for *_, due in reminded()] == [ten]


def test_it_takes_the_same_queries_for_one_as_for_many(cast: Cast) -> None:
    shift_of(cast.volunteer, cast.wolfsbos)
    with counted() as few:
        make_reminders(NOW)
    for number in range(20):
        shift_of(make_person(f"Nr {number}", house=cast.wolfsbos), cast.wolfsbos)
    with counted() as many:
        make_reminders(NOW)
    assert len(reminded()) == 21
    assert len(many) == len(few)


# -- who still seeks cover ------------------------------------------------------------------------


def seeking(cast: Cast, days: int = 6, *, asked: dt.datetime = EARLIER) -> Shift:
    """A shift (9.45 in Hoogeveen) for which the volunteer seeks cover."""
    shift = shift_of(cast.volunteer, cast.wolfsbos, TODAY + days * DAY)
    ask_cover(shift.seats.get(), cast.volunteer, asked)
    return shift


def wanted() -> list[tuple[int, int, int]]:
    query = Message.select().where(Message.kind == MessageKind.cover_wanted).order_by(Message.id)
    return [(each.person_id, each.shift_id, each.about_id) for each in query]


def near(shift: Shift) -> dt.datetime:
    """The first moment at which the shift is near, with the 48 hours of the house."""
    return to_utc(shift.date, shift.start_time) - 2 * DAY + dt.timedelta(seconds=1)


def test_cover_asked_long_before_is_told_to_the_coordinators_when_the_shift_comes_near(
    cast: Cast,
) -> None:
    other = make_person("Wil", house=cast.wolfsbos, role=Role.coordinator)
    make_person("Oud", house=cast.wolfsbos, role=Role.coordinator, active=False)
    shift = seeking(cast)
    make_reminders(near(shift) - dt.timedelta(seconds=1))
    assert wanted() == []
    make_reminders(near(shift))
    make_reminders(near(shift) + dt.timedelta(minutes=15))
    assert sorted(wanted()) == [
        (coordinator.id, shift.id, cast.volunteer.id) for coordinator in (cast.coordinator, other)
    ]
    assert sending.claim(other.id, near(shift) + DAY, by_mail=True)[0].about == "Joop"


def test_each_house_says_itself_what_is_near(cast: Cast) -> None:
    shift = seeking(cast)
    House.update(cover_hours=120).where(House.id == cast.wolfsbos.id).execute()
    make_reminders(near(shift) - 3 * DAY)
    assert wanted() == [(cast.coordinator.id, shift.id, cast.volunteer.id)]


def test_who_asks_near_the_shift_is_told_of_then_and_not_again(cast: Cast) -> None:
    shift = seeking(cast, 1, asked=NOW)
    assert len(wanted()) == 1
    Message.update(state=MessageState.sent).execute()
    make_reminders(NOW + dt.timedelta(hours=1))
    assert wanted() == [(cast.coordinator.id, shift.id, cast.volunteer.id)]


def test_who_came_after_all_and_asks_anew_is_told_of_once_more(cast: Cast) -> None:
    shift = seeking(cast)
    seat, now = shift.seats.get(), near(shift)
    make_reminders(now)
    keep_seat(seat, cast.volunteer, now)
    make_reminders(now + dt.timedelta(hours=1))
    assert len(wanted()) == 1
    ask_cover(seat, cast.volunteer, now + dt.timedelta(hours=2))
    make_reminders(now + dt.timedelta(hours=3))
    assert len(wanted()) == 2


@pytest.mark.parametrize("what", ["covered", "kept", "cancelled", "begun"])
def test_of_cover_that_is_no_longer_sought_nobody_is_told(cast: Cast, what: str) -> None:
    shift = seeking(cast)
    seat, now = shift.seats.get(), near(shift)
    if what == "covered":
        take_over(seat, cast.key_holder, NOW)
    elif what == "kept":
        keep_seat(seat, cast.volunteer, NOW)
    elif what == "cancelled":
        Shift.update(state=ShiftState.cancelled).execute()
    else:
        now = to_utc(shift.date, shift.start_time)
    make_reminders(now)
    assert wanted() == []


def test_the_coordinators_are_told_once_also_when_it_runs_twice_at_once(
    cast: Cast, database: Database
) -> None:
    shift = seeking(cast)
    written, other = threading.Event(), threading.Event()

    def first() -> None:
        with db.atomic():
            make_reminders(near(shift))
            written.set()
            assert other.wait(timeout=20)
            wait_until_somebody_waits(database)

    def second() -> None:
        assert written.wait(timeout=20)
        other.set()
        make_reminders(near(shift))

    assert at_once(database, first, second) == [None, None]
    assert wanted() == [(cast.coordinator.id, shift.id, cast.volunteer.id)]


MOMENTS = st.lists(st.integers(min_value=-30, max_value=40), min_size=1, max_size=8)
#: The state of a place; whether its person has an address, wants reminders, is active; and
#: whether the shift takes place.
PEOPLE = st.lists(
    st.tuples(st.sampled_from(list(PlaceState)), *[st.booleans()] * 4), min_size=1, max_size=4
)


@pytest.mark.slow
@settings(max_examples=often(50), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(MOMENTS, PEOPLE)
def test_whenever_it_runs_each_place_is_reminded_of_at_most_once(
    cast: Cast, moments: list[int], people: list[tuple[PlaceState, bool, bool, bool, bool]]
) -> None:
    """At random hours around the moment, in any order, for people of all kinds."""
    Message.delete().execute()
    expected = set()
    last = to_utc(TOMORROW, dt.time(9, 45))
    runs = [NOW + dt.timedelta(hours=hours) for hours in moments]
    in_time = any(TEN <= run < last for run in runs)
    for state, has_mail, wants, active, goes_on in people:
        person = make_person("Proef", email=None, active=active, reminders=wants)
        if has_mail:
            Person.update(email=f"p{person.id}@buurtbord.example").where(
                Person.id == person.id
            ).execute()
        shift = shift_of(person, cast.wolfsbos, state=state)
        if not goes_on:
            Shift.update(state=ShiftState.cancelled).where(Shift.id == shift.id).execute()
        holds = state in ("confirmed", "seeking_cover", "present")
        if holds and has_mail and wants and active and goes_on and in_time:
            expected.add((person.id, shift.id, TEN))
    for run in runs:
        make_reminders(run)
    found = reminded()
    assert len(found) == len(set(found))
    assert set(found) == expected
    Shift.delete().execute()
