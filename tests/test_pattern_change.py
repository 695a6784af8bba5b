"""Changing a pattern: coming shifts follow, and nobody leaves a seat unless they were ticked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database
from playhouse.test_utils import count_queries

from models import (
    HOLDING,
    FixedPlace,
    Message,
    MessageKind,
    Occurrence,
    PatternSeat,
    Person,
    Place,
    PlaceChange,
    PlaceState,
    Qualification,
    Rotation,
    Seat,
    Shift,
    ShiftPattern,
    ShiftState,
    Step,
    db,
)
from rules import filling, programme, single_shifts
from rules.pattern_change import (
    PatternPlanChanged,
    UnknownSeat,
    change_pattern,
    plan_pattern,
)
from rules.patterns import FixedWish, SeatWish, stop_pattern, whole_pattern
from rules.places import put_on
from rules.recurrence import BadRule
from rules.rostering import ask_cover, take_seat
from tests.at_once import at_once
from tests.cast import (
    Cast,
    count_rows,
    make_activity,
    make_occurrence,
    make_person,
    make_place,
    make_shift,
)
from tests.conftest import NOW, TODAY
from tests.often import often

WEEK = dt.timedelta(weeks=1)
MONDAY = dt.date(2026, 11, 30)
MONDAYS = [MONDAY + n * WEEK for n in range(8)]
HOST = SeatWish("Gastvrouw")


def start(cast: Cast, *seats: SeatWish, **facts: Any) -> ShiftPattern:
    """A pattern of Wolfsbos, each Monday from 9 to 12, with eight shifts."""
    facts = {
        "rule": "FREQ=WEEKLY;BYDAY=MO",
        "start_time": dt.time(9),
        "end_time": dt.time(12),
        "first_date": TODAY,
        **facts,
    }
    pattern, _shifts = filling.start_pattern(
        cast.wolfsbos, "Ochtend", seats or (HOST,), cast.coordinator, NOW, **facts
    )
    return pattern


def kept(pattern: ShiftPattern) -> list[SeatWish]:
    """The seats of a pattern as they are."""
    return [
        SeatWish(
            seat.role,
            seat.qualification,
            seat.required,
            [
                FixedWish(
                    fixed.person,
                    Rotation(fixed.rotation),
                    fixed.nth,
                    fixed.groups,
                    fixed.group_since,
                )
                for fixed in seat.fixed
            ],
            id=seat.id,
        )
        for seat in whole_pattern(pattern).seats
    ]


def change(cast: Cast, pattern: ShiftPattern, *seats: SeatWish, **options: Any) -> list[Shift]:
    return change_pattern(pattern, seats or kept(pattern), cast.coordinator, NOW, **options)


def shifts(pattern: ShiftPattern | None = None) -> list[Shift]:
    query = Shift.select().order_by(Shift.date, Shift.id)
    return list(query.where(Shift.pattern == pattern) if pattern else query)


def on(shift: Shift) -> list[str]:
    held = Place.select().where(Place.shift == shift, Place.state.in_(HOLDING)).order_by(Place.seat)
    return [place.person.first_name for place in held]


def get_on(shift: Shift, person: Person, n: int = 0) -> Place:
    seat = list(shift.seats.order_by(Seat.position))[n]
    return put_on(seat, person, Step.take, person, NOW)


def told(kind: MessageKind) -> list[int]:
    query = Message.select().where(Message.kind == kind).order_by(Message.id)
    return [message.person_id for message in query]


# -- when -----------------------------------------------------------------------------------------


def test_other_hours_move_the_coming_shifts_with_their_people_who_are_told(cast: Cast) -> None:
    pattern = start(cast)
    past = make_shift(cast.wolfsbos, TODAY - WEEK, pattern=pattern, start_time=dt.time(9))
    get_on(shifts(pattern)[1], cast.volunteer)
    plan = plan_pattern(pattern, kept(pattern), NOW, start_time=dt.time(10))
    assert [each.shift.date for each in plan.changed] == MONDAYS
    assert (plan.new, plan.gone, plan.held, plan.stays) == ([], [], [], [])
    assert shifts(pattern)[1].start_time == dt.time(9), "looking changes nothing"
    changed = change(cast, pattern, start_time=dt.time(10), title="Later", seen=plan.fingerprint)
    assert [shift.date for shift in changed] == [MONDAY]
    first, *rest = shifts(pattern)
    assert (first, first.start_time, first.title) == (past, dt.time(9), "Gastvrouw of gastheer")
    assert {(shift.start_time, shift.title) for shift in rest} == {(dt.time(10), "Later")}
    assert on(rest[0]) == ["Joop"]
    message = Message.get()
    assert (message.kind, message.person) == (MessageKind.shift_moved, cast.volunteer)
    assert message.was_start_time == dt.time(9)


def test_another_day_brings_new_shifts_and_leaves_people_where_they_are(cast: Cast) -> None:
    pattern = start(cast)
    place = get_on(shifts()[2], cast.volunteer)
    wished = {"rule": "FREQ=WEEKLY;BYDAY=TU"}
    plan = plan_pattern(pattern, kept(pattern), NOW, **wished)
    tuesdays = [monday + dt.timedelta(days=1) for monday in MONDAYS]
    assert plan.new == tuesdays
    assert [each.shift.date for each in plan.gone] == [
        monday for monday in MONDAYS if monday != MONDAYS[2]
    ]
    assert [(each.place, each.name, each.why) for each in plan.stays] == [
        (place, "Joop van der Berg", "day")
    ]
    assert change(cast, pattern, **wished) == []
    assert [shift.date for shift in shifts()] == sorted([*tuesdays, MONDAYS[2]])
    assert on(Shift.get(Shift.date == MONDAYS[2])) == ["Joop"]
    filling.extend_roster(cast.wolfsbos, TODAY, NOW, TODAY + filling.AHEAD)
    assert on(Shift.get(Shift.date == MONDAYS[2], Shift.state == "planned")) == ["Joop"]


def test_who_is_ticked_comes_off_a_day_that_goes_and_is_told(cast: Cast) -> None:
    pattern = start(cast, HOST, SeatWish("Kok"))
    both = shifts()[2]
    place, other = get_on(both, cast.volunteer), get_on(both, cast.key_holder, 1)
    alone = get_on(shifts()[3], cast.volunteer)
    wished = {"rule": "FREQ=WEEKLY;BYDAY=TU"}
    change(cast, pattern, release=[place.id, alone.id], **wished)
    assert Place.get_by_id(place.id).state == PlaceState.released
    assert on(both) == ["Anneke"], "the other one stays, and so does the shift"
    assert Shift.get_by_id(both.id).state == ShiftState.planned
    assert Shift.get_by_id(alone.shift_id).state == ShiftState.cancelled
    assert told(MessageKind.taken_off) == [cast.volunteer.id] * 2
    step = PlaceChange.get(PlaceChange.place == place, PlaceChange.step == Step.free)
    assert (step.by, step.state) == (cast.coordinator, PlaceState.released)
    assert Place.get_by_id(other.id).state == PlaceState.confirmed


def test_a_first_and_last_day_take_shifts_away_and_bring_them_back(cast: Cast) -> None:
    pattern = start(cast)
    place = get_on(shifts()[6], cast.volunteer)
    change(cast, pattern, first_date=MONDAYS[1], last_date=MONDAYS[3])
    assert [shift.date for shift in shifts()] == [*MONDAYS[1:4], MONDAYS[6]]
    change(cast, pattern, release=[place.id])
    assert Shift.get_by_id(place.shift_id).state == ShiftState.cancelled
    plan = plan_pattern(pattern, kept(pattern), NOW, last_date=None, first_date=TODAY)
    assert [each.shift.date for each in plan.back] == [MONDAYS[6]]
    assert plan.new == [MONDAYS[n] for n in (0, 4, 5, 7)]
    change(cast, pattern, last_date=None, first_date=TODAY)
    assert [(shift.date, shift.state) for shift in shifts()] == [
        (monday, "planned") for monday in MONDAYS
    ]


def test_a_stopped_pattern_begins_again(cast: Cast) -> None:
    pattern = start(cast)
    take_seat(shifts()[4].seats.get(), cast.volunteer, NOW)
    stop_pattern(pattern, cast.coordinator, NOW)
    assert [shift.date for shift in shifts()] == [MONDAYS[4]]
    change(cast, pattern, last_date=None)
    assert [shift.date for shift in shifts()] == MONDAYS
    assert on(shifts()[4]) == ["Joop"]


def test_a_pattern_beside_an_activity_changes_its_minutes_and_days(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos)
    for n in range(4):
        make_occurrence(activity, TODAY + n * WEEK)
    hours = {"before_minutes": 15, "after_minutes": 15, "start_time": None, "end_time": None}
    pattern = start(cast, activity=activity, rule="", **hours)
    get_on(shifts()[3], cast.volunteer)
    plan = plan_pattern(pattern, kept(pattern), NOW, before_minutes=30, last_date=TODAY + WEEK)
    # That of today begins at 9.45, in local time a quarter of an hour ago.
    assert [each.shift.date for each in plan.changed] == [TODAY + WEEK]
    assert [each.shift.date for each in plan.gone] == [TODAY + 2 * WEEK]
    assert [each.name for each in plan.stays] == ["Joop van der Berg"]
    change(cast, pattern, before_minutes=30, last_date=TODAY + WEEK)
    assert [(shift.date, shift.start_time) for shift in shifts()] == [
        (TODAY, dt.time(9, 45)),
        (TODAY + WEEK, dt.time(9, 30)),
        (TODAY + 3 * WEEK, dt.time(9, 45)),
    ]


def test_what_has_begun_today_stays_as_it_is(cast: Cast) -> None:
    pattern = start(cast, rule="FREQ=DAILY")
    begun = shifts()[0]
    assert begun.date == TODAY
    change(cast, pattern, start_time=dt.time(8), title="Vroeg")
    assert Shift.get_by_id(begun.id).title == "Ochtend"
    assert shifts()[1].title == "Vroeg"


def test_what_still_comes_today_does_not_move_into_the_past(cast: Cast) -> None:
    pattern = start(cast, rule="FREQ=DAILY", start_time=dt.time(11))
    change(cast, pattern, start_time=dt.time(7), end_time=dt.time(8))
    today, tomorrow, *_ = shifts()
    assert (today.start_time, today.end_time) == (dt.time(11), dt.time(12))
    assert (tomorrow.start_time, tomorrow.end_time) == (dt.time(7), dt.time(8))


def test_who_would_be_in_two_places_keeps_the_shift_as_it_is_until_it_is_ticked(cast: Cast) -> None:
    pattern = start(cast)
    mine, free, *_ = shifts(pattern)
    get_on(mine, cast.volunteer)
    other = make_shift(cast.knooppunt, MONDAY, start_time=dt.time(13), end_time=dt.time(15))
    make_place(other.seats.get(), cast.volunteer, NOW)
    plan = plan_pattern(pattern, kept(pattern), NOW, end_time=dt.time(14))
    assert [(each.shift, each.why, each.clashing) for each in plan.held] == [
        (mine, "clash", ("Joop van der Berg",))
    ]
    change(cast, pattern, end_time=dt.time(14))
    assert Shift.get_by_id(mine.id).end_time == dt.time(12)
    assert Shift.get_by_id(free.id).end_time == dt.time(14)
    change(cast, pattern, follow=[mine.id])
    assert Shift.get_by_id(mine.id).end_time == dt.time(14)


# -- seats ----------------------------------------------------------------------------------------


def test_seats_come_go_and_change_on_every_coming_shift(cast: Cast) -> None:
    pattern = start(cast, HOST, SeatWish("Hulp"))
    host, _help = kept(pattern)
    change(
        cast,
        pattern,
        SeatWish("Sleutelhouder", "key_holder"),
        SeatWish("Gastheer", required=False, id=host.id),
    )
    for shift in shifts():
        assert [
            (seat.role, seat.qualification, seat.required)
            for seat in shift.seats.order_by(Seat.position)
        ] == [("Sleutelhouder", "key_holder", True), ("Gastheer", "", False)]
    assert count_rows(PatternSeat) == 2
    later = filling.extend_roster(cast.wolfsbos, TODAY, NOW, TODAY + filling.AHEAD + WEEK)
    assert later == 1
    assert [seat.role for seat in shifts()[-1].seats.order_by(Seat.position)] == [
        "Sleutelhouder",
        "Gastheer",
    ]


def test_a_seat_that_goes_keeps_who_is_on_it_unless_they_are_ticked(cast: Cast) -> None:
    pattern = start(cast, HOST, SeatWish("Hulp"))
    stays, goes = shifts()[:2]
    kept_place, ticked = get_on(stays, cast.volunteer, 1), get_on(goes, cast.volunteer, 1)
    ask_cover(ticked.seat, cast.volunteer, NOW)
    host, _help = kept(pattern)
    plan = plan_pattern(pattern, [host], NOW)
    assert [(each.place.id, each.why) for each in plan.stays] == [
        (kept_place.id, "seat"),
        (ticked.id, "seat"),
    ]
    assert [seat.role for seat in plan.seats.gone] == ["Hulp"]
    change(cast, pattern, host, release=[ticked.id], seen=plan.fingerprint)
    assert [seat.role for seat in stays.seats.order_by(Seat.position)] == ["Gastvrouw", "Hulp"]
    assert on(stays) == ["Joop"]
    assert [seat.role for seat in goes.seats.order_by(Seat.position)] == ["Gastvrouw"]
    assert Place.get_by_id(ticked.id).state == PlaceState.released, "it is remembered"
    assert {shift.seats.count() for shift in shifts()[2:]} == {1}


def test_who_misses_a_new_skill_is_named_and_stays(cast: Cast) -> None:
    pattern = start(cast)
    get_on(shifts()[0], cast.volunteer)
    get_on(shifts()[1], cast.key_holder)
    (host,) = kept(pattern)
    wish = SeatWish("Sleutelhouder", "key_holder", id=host.id)
    plan = plan_pattern(pattern, [wish], NOW)
    assert [(each.name, each.why) for each in plan.stays] == [("Joop van der Berg", "unskilled")]
    change(cast, pattern, wish)
    assert on(shifts()[0]) == ["Joop"]
    assert {seat.qualification for seat in Seat.select()} == {"key_holder"}


def test_a_written_name_on_a_seat_that_asks_a_skill_is_named_and_comes_off_when_ticked(
    cast: Cast,
) -> None:
    pattern = start(cast)
    seat = shifts()[0].seats.get()
    place = put_on(seat, None, Step.put, cast.coordinator, NOW, name="Piet")
    (host,) = kept(pattern)
    wish = SeatWish("Sleutelhouder", "key_holder", id=host.id)
    plan = plan_pattern(pattern, [wish], NOW)
    assert [(each.name, each.why) for each in plan.stays] == [("Piet", "unskilled")]
    change(cast, pattern, wish, release=[place.id], seen=plan.fingerprint)
    assert Place.get_by_id(place.id).state == PlaceState.released
    again = plan_pattern(pattern, [SeatWish("Sleutel", "key_holder", id=host.id)], NOW)
    assert again.stays == []


def test_who_misses_a_skill_on_a_shift_that_was_changed_by_hand_is_named_beside_it(
    cast: Cast,
) -> None:
    pattern = start(cast)
    ticked, stays, apart = (get_on(shift, cast.volunteer) for shift in shifts()[:3])
    for shift in shifts()[:3]:
        edit(cast, shift, end_time=dt.time(11))
    (host,) = kept(pattern)
    wish = SeatWish("Sleutelhouder", "key_holder", id=host.id)
    plan = plan_pattern(pattern, [wish], NOW)
    assert plan.stays == [], "as long as the shift does not follow, its seat asks nothing"
    assert [[one.place for one in each.lacking] for each in plan.held] == [
        [ticked],
        [stays],
        [apart],
    ]
    first, second, third = shifts()[:3]
    change(cast, pattern, wish, follow=[first.id, second.id], release=[ticked.id, apart.id])
    assert [on(shift) for shift in (first, second, third)] == [[], ["Joop"], ["Joop"]]
    assert told(MessageKind.taken_off) == [cast.volunteer.id]
    kinds = [shift.seats.get().qualification for shift in (first, second, third)]
    assert kinds == ["key_holder", "key_holder", ""]


def test_who_lacks_already_what_a_seat_asks_is_not_asked_about_again(cast: Cast) -> None:
    pattern = start(cast, SeatWish("Sleutelhouder", "key_holder"))
    get_on(shifts()[0], cast.volunteer)
    (key,) = kept(pattern)
    wish = SeatWish("Sleutel", "key_holder", id=key.id)
    assert plan_pattern(pattern, [wish], NOW).stays == []


def test_whose_skill_has_ended_when_the_date_of_a_shift_moves_is_named(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos)
    date = make_occurrence(activity, TODAY + WEEK)
    pattern = start(cast, SeatWish("Sleutel", "key_holder"), rule="", activity=activity)
    get_on(shifts()[0], cast.key_holder)
    Occurrence.update(date=date.date + WEEK).where(Occurrence.id == date.id).execute()
    Qualification.update(expires=date.date).execute()
    plan = plan_pattern(pattern, kept(pattern), NOW, end_time=dt.time(13))
    assert [(each.name, each.why) for each in plan.stays] == [("Anneke Bos", "unskilled")]


# -- fixed people ---------------------------------------------------------------------------------


def test_who_is_fixed_and_lacks_what_their_seat_asks_is_named(cast: Cast) -> None:
    pattern = start(cast)
    (host,) = kept(pattern)
    fixed = [FixedWish(cast.volunteer), FixedWish(cast.key_holder)]
    key = SeatWish("Sleutelhouder", "key_holder", fixed=fixed, id=host.id)
    plan = plan_pattern(pattern, [key], NOW)
    [unable] = plan.unable
    assert (unable.name, unable.role) == ("Joop van der Berg", "Sleutelhouder")
    change(cast, pattern, key, seen=plan.fingerprint)
    assert plan_pattern(pattern, kept(pattern), NOW).unable == [], "it was said"


def test_who_is_newly_fixed_gets_the_open_seats_where_they_can(cast: Cast) -> None:
    pattern = start(cast)
    first, second, third, fourth, *_ = shifts(pattern)
    get_on(first, cast.key_holder)
    busy = make_shift(cast.knooppunt, second.date, start_time=dt.time(11))
    make_place(busy.seats.get(), cast.volunteer, NOW)
    left = get_on(third, cast.volunteer)
    Place.update(state=PlaceState.released).where(Place.id == left.id).execute()
    (host,) = kept(pattern)
    wish = SeatWish(host.role, fixed=[FixedWish(cast.volunteer)], id=host.id)
    plan = plan_pattern(pattern, [wish], NOW)
    assert [(each.date, each.name) for each in plan.put_on] == [
        (day, "Joop van der Berg") for day in MONDAYS[3:]
    ]
    change(cast, pattern, wish, seen=plan.fingerprint)
    assert [on(shift) for shift in (first, second, third, fourth)] == [
        ["Anneke"],
        [],
        [],
        ["Joop"],
    ]
    assert {place.how for place in Place.select().where(Place.shift == fourth)} == {"fixed"}
    assert PlaceChange.select().where(PlaceChange.shift == fourth).count() == 1


def test_who_is_no_longer_fixed_stays_unless_they_are_ticked(cast: Cast) -> None:
    pattern = start(cast, SeatWish("Gastvrouw", fixed=[FixedWish(cast.volunteer)]))
    (host,) = kept(pattern)
    odd = [FixedWish(cast.volunteer, Rotation.odd), FixedWish(cast.key_holder, Rotation.even)]
    wish = SeatWish(host.role, fixed=odd, id=host.id)
    plan = plan_pattern(pattern, [wish], NOW)
    even = [day for day in MONDAYS if day.isocalendar().week % 2 == 0]
    assert [each.place.shift.date for each in plan.stays] == even
    assert {each.why for each in plan.stays} == {"no_longer_fixed"}
    assert plan.put_on == []
    ticked = plan.stays[0].place
    change(cast, pattern, wish, release=[ticked.id])
    assert on(Shift.get(Shift.date == even[0])) == ["Anneke"], "the next one has the open seat"
    assert on(Shift.get(Shift.date == even[1])) == ["Joop"]
    # Who stayed beside the pattern is not asked about again.
    assert plan_pattern(pattern, kept(pattern), NOW).stays == []


def test_only_who_helps_in_the_house_is_put_on(cast: Cast) -> None:
    pattern = start(cast)
    (host,) = kept(pattern)
    gone = make_person("Gijs", house=cast.wolfsbos, active=False)
    people = [FixedWish(cast.viewer), FixedWish(gone), FixedWish(cast.other_volunteer)]
    change(cast, pattern, SeatWish(host.role, fixed=people, id=host.id))
    assert count_rows(Place) == 0
    assert count_rows(FixedPlace) == 3


# -- by hand --------------------------------------------------------------------------------------


def edit(cast: Cast, shift: Shift, **facts: Any) -> None:
    facts = {
        "title": shift.title,
        "date": shift.date,
        "start_time": shift.start_time,
        "end_time": shift.end_time,
        **facts,
    }
    seats = [SeatWish(seat.role, id=seat.id) for seat in shift.seats.order_by(Seat.position)]
    single_shifts.change_shift(shift, seats, cast.coordinator, NOW, **facts)


def test_what_was_changed_by_hand_follows_only_when_it_is_ticked(cast: Cast) -> None:
    pattern = start(cast)
    one, two, *_ = shifts()
    edit(cast, one, end_time=dt.time(11))
    edit(cast, two, end_time=dt.time(11))
    plan = plan_pattern(pattern, kept(pattern), NOW, start_time=dt.time(8))
    assert [(each.shift, each.why) for each in plan.held] == [(one, "by_hand"), (two, "by_hand")]
    wishes = [*kept(pattern), SeatWish("Hulp")]
    change(cast, pattern, *wishes, start_time=dt.time(8), follow=[two.id])
    assert [(shift.start_time, shift.end_time, shift.seats.count()) for shift in shifts()[:3]] == [
        (dt.time(9), dt.time(11), 1),
        (dt.time(8), dt.time(12), 2),
        (dt.time(8), dt.time(12), 2),
    ]
    again = plan_pattern(pattern, kept(pattern), NOW, start_time=dt.time(10))
    assert [each.shift for each in again.held] == [one], "the other one follows again"


def test_who_is_fixed_does_not_ask_about_what_was_changed_by_hand(cast: Cast) -> None:
    pattern = start(cast)
    edit(cast, shifts()[0], end_time=dt.time(11))
    (host,) = kept(pattern)
    wish = SeatWish(host.role, fixed=[FixedWish(cast.volunteer)], id=host.id)
    plan = plan_pattern(pattern, [wish], NOW)
    assert plan.held == []
    assert len(plan.put_on) == 8


def test_what_was_called_off_by_hand_stays_off(cast: Cast) -> None:
    pattern = start(cast)
    one = shifts()[0]
    single_shifts.call_off(one, cast.coordinator, NOW)
    change(cast, pattern, start_time=dt.time(10))
    filling.extend_roster(cast.wolfsbos, TODAY, NOW, TODAY + filling.AHEAD)
    assert Shift.get_by_id(one.id).state == ShiftState.cancelled
    assert {shift.state for shift in shifts()[1:]} == {"planned"}


# -- agreeing -------------------------------------------------------------------------------------


def test_a_plan_that_was_not_seen_is_not_done(cast: Cast) -> None:
    pattern = start(cast)
    wished = {"rule": "FREQ=WEEKLY;BYDAY=TU"}
    plan = plan_pattern(pattern, kept(pattern), NOW, **wished)
    place = get_on(shifts()[0], cast.volunteer)
    with pytest.raises(PatternPlanChanged) as refused:
        change(cast, pattern, seen=plan.fingerprint, **wished)
    assert [each.place for each in refused.value.plan.stays] == [place]
    assert [shift.date for shift in shifts()] == MONDAYS
    with pytest.raises(programme.ChangedMeanwhile):
        change(cast, pattern, sequence=pattern.sequence + 1, title="Anders")
    change(cast, pattern, sequence=pattern.sequence, title="Anders")
    with pytest.raises(programme.ChangedMeanwhile):
        change(cast, pattern, sequence=pattern.sequence, title="Nog anders")


def test_a_change_of_nothing_asks_nothing(cast: Cast) -> None:
    pattern = start(cast, SeatWish("Gastvrouw", fixed=[FixedWish(cast.volunteer)]))
    plan = plan_pattern(pattern, kept(pattern), NOW, title="Anders")
    assert not plan.asks
    change(cast, pattern, title="Anders", seen="nonsense")
    assert {shift.title for shift in shifts()} == {"Anders"}
    assert ShiftPattern.get().sequence == 1
    assert count_rows(Message) == 0


def test_what_no_pattern_has_is_refused(cast: Cast) -> None:
    pattern = start(cast)
    other = filling.start_pattern(
        cast.knooppunt,
        "Ander huis",
        [HOST],
        None,
        NOW,
        rule="FREQ=WEEKLY;BYDAY=FR",
        first_date=TODAY,
        start_time=dt.time(9),
        end_time=dt.time(10),
    )[0]
    foreign = kept(other)[0]
    for seats in ([foreign], [SeatWish("x", id=2**31 - 1)], kept(pattern) * 2):
        with pytest.raises(UnknownSeat):
            change_pattern(pattern, seats, cast.coordinator, NOW)
    with pytest.raises(BadRule):
        change(cast, pattern, rule="FREQ=SOMETIMES")
    change(cast, pattern, release=[2**31 - 1], follow=[-1], title="Goed")
    assert ShiftPattern.get_by_id(other.id).title == "Ander huis"


def test_looking_takes_a_fixed_number_of_queries(cast: Cast) -> None:
    pattern = start(cast)
    counts = []
    for _ in range(2):
        for shift in shifts():
            if not on(shift):
                get_on(shift, cast.volunteer)
                break
        with count_queries() as counted:
            plan_pattern(pattern, kept(pattern), NOW, start_time=dt.time(10))
        counts.append(counted.count)
        filling.extend_roster(cast.wolfsbos, TODAY, NOW, TODAY + 4 * filling.AHEAD)
    assert counts[0] == counts[1]


def test_a_seat_taken_while_a_pattern_changes_is_not_lost(cast: Cast, database: Database) -> None:
    pattern = start(cast)
    seats = kept(pattern)
    seat = shifts()[0].seats.get()

    def take() -> Any:
        return take_seat(Seat.get_by_id(seat.id), Person.get_by_id(cast.volunteer.id), NOW)

    def alter() -> Any:
        return change_pattern(pattern, seats, None, NOW, rule="FREQ=WEEKLY;BYDAY=TU")

    at_once(database, take, alter)
    places = list(Place.select())
    # Either they were first, and stay; or the day was gone, and nobody is on it.
    if places:
        assert on(Shift.get_by_id(places[0].shift_id)) == ["Joop"]
        assert Shift.get_by_id(places[0].shift_id).state == ShiftState.planned


# -- always ---------------------------------------------------------------------------------------

RULES = ("FREQ=WEEKLY;BYDAY=MO", "FREQ=WEEKLY;BYDAY=MO,TU", "FREQ=WEEKLY;BYDAY=WE", "FREQ=DAILY")


@st.composite
def changes(draw: Callable[[Any], Any]) -> dict[str, Any]:
    start = draw(st.integers(7, 12))
    return {
        "seats": draw(st.lists(st.sampled_from(["a", "b", "new"]), min_size=1, unique=True)),
        "fixed": draw(st.sampled_from([None, 0, 1])),
        "news": {
            "rule": draw(st.sampled_from(RULES)),
            "start_time": dt.time(start),
            "end_time": dt.time(start + draw(st.integers(1, 4))),
            "last_date": draw(st.sampled_from([None, TODAY + 2 * WEEK])),
        },
        "ticks": draw(st.sets(st.integers(0, 9), max_size=4)),
    }


@pytest.mark.slow
@settings(max_examples=often(20), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    held=st.lists(st.tuples(st.integers(0, 7), st.integers(0, 1), st.integers(0, 1)), max_size=6),
    steps=st.lists(changes(), min_size=1, max_size=3),
)
def test_no_held_seat_is_ever_lost_unless_it_was_ticked(
    cast: Cast, held: list[tuple[int, int, int]], steps: list[dict[str, Any]]
) -> None:
    people = [cast.volunteer, cast.key_holder]
    with db.atomic() as transaction:
        pattern = start(cast, SeatWish("a"), SeatWish("b", fixed=[FixedWish(cast.key_holder)]))
        for n, seat, who in held:
            shift = shifts()[n]
            free = list(shift.seats.order_by(Seat.position))[seat]
            if people[who].first_name not in on(shift) and not free.places.exists():
                put_on(free, people[who], Step.take, people[who], NOW)
        for step in steps:
            wishes = []
            there = {seat.role: seat for seat in kept(pattern)}
            for role in step["seats"]:
                fixed = [] if step["fixed"] is None else [FixedWish(people[step["fixed"]])]
                known = there.get(role)
                wishes.append(SeatWish(role, fixed=fixed, id=known.id if known else None))
            before = {place.id: place for place in Place.select()}
            plan = plan_pattern(pattern, wishes, NOW, **step["news"])
            ticked = {each.place.id for n, each in enumerate(plan.stays) if n in step["ticks"]}
            change_pattern(
                pattern,
                wishes,
                cast.coordinator,
                NOW,
                seen=plan.fingerprint,
                release=ticked,
                **step["news"],
            )
            after = {place.id: place for place in Place.select()}
            assert set(before) <= set(after)
            new = [place for key, place in after.items() if key not in before]
            assert all(place.how == "fixed" for place in new)
            assert len(new) >= len(plan.put_on)
            for key, place in before.items():
                if place.state not in HOLDING:
                    continue
                now = after[key]
                if key in ticked:
                    assert now.state == PlaceState.released
                else:
                    assert (now.state, now.seat_id, now.shift_id) == (
                        place.state,
                        place.seat_id,
                        place.shift_id,
                    )
                    assert now.shift.state == place.shift.state
            _nobody_is_twice()
        transaction.rollback()


def _nobody_is_twice() -> None:
    held = [
        (place.person_id, place.shift)
        for place in Place.select(Place, Shift)
        .join(Shift)
        .where(Place.state.in_(HOLDING), Shift.state == ShiftState.planned)
    ]
    for n, (person, one) in enumerate(held):
        for other, two in held[n + 1 :]:
            assert (
                person != other
                or one.date != two.date
                or one.end_time <= two.start_time
                or two.end_time <= one.start_time
            )
