"""Whom to ring for a gap, in which order, and what is remembered of it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playhouse.test_utils import count_queries

from models import (
    Call,
    CallOutcome,
    Membership,
    Person,
    Place,
    PlaceState,
    Qualification,
    QualificationKind,
    Role,
    RosterWish,
    Seat,
    Shift,
    ShiftState,
    Unavailable,
    WishKind,
)
from rules.calling import Candidate, FirstTimesAlone, Gap, Standing, call_list, record_call
from tests.call_list import DAY, NO, NO_ANSWER, TOMORROW, YES, all_experienced, experienced
from tests.cast import Cast, count_rows, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY


@pytest.fixture
def crew(cast: Cast) -> Cast:
    return all_experienced(cast)


def gap_of(cast: Cast, shift: Shift, reader: Person | None = None) -> Gap:
    [gap] = call_list(shift, reader or cast.coordinator, NOW).gaps
    return gap


def names(gap: Gap, standing: Standing | None = None) -> list[str]:
    return [
        each.person.first_name
        for each in gap.candidates
        if standing is None or each.standing is standing
    ]


def candidate(gap: Gap, person: Person) -> Candidate:
    [found] = [each for each in gap.candidates if each.person == person]
    return found


def called(shift: Shift, person: Person, outcome: CallOutcome, at: dt.datetime = NOW) -> None:
    Call.create(house=shift.house, shift=shift, person=person, outcome=outcome, at=at)


# -- who is on it ---------------------------------------------------------------------------------


def test_on_the_list_are_the_active_helpers_of_the_house_but_not_the_reader(crew: Cast) -> None:
    experienced(crew, make_person("Weg", house=crew.wolfsbos, active=False))
    gap = gap_of(crew, make_shift(crew.wolfsbos, TOMORROW))
    assert names(gap) == ["Joop", "Anneke"], "not Mees who looks along, nor Dirk of Knooppunt"
    both = gap_of(crew, make_shift(crew.wolfsbos, TOMORROW), reader=crew.admin)
    assert names(both) == ["Joop", "Anneke", "Corrie"]


def test_a_seat_that_asks_for_a_key_lists_who_has_one_on_that_day(crew: Cast) -> None:
    shift = make_shift(crew.wolfsbos, TOMORROW, qualification=QualificationKind.key_holder)
    gap = gap_of(crew, shift)
    assert (names(gap), gap.lacking) == (["Anneke"], 1)
    Qualification.update(expires=TODAY).execute()
    gap = gap_of(crew, shift)
    assert (names(gap), gap.lacking) == ([], 2)


def test_who_is_elsewhere_then_in_any_house_is_not_rung(crew: Cast) -> None:
    elsewhere = make_shift(
        crew.knooppunt, TOMORROW, start_time=dt.time(12), end_time=dt.time(14), seats=2
    )
    make_place(elsewhere.seats.first(), crew.volunteer, NOW)
    after = make_shift(crew.wolfsbos, TOMORROW, start_time=dt.time(13), end_time=dt.time(15))
    make_place(after.seats.get(), crew.key_holder, NOW)
    gap = gap_of(crew, make_shift(crew.wolfsbos, TOMORROW))
    assert (names(gap), gap.busy) == (["Anneke"], 1)
    Shift.update(state=ShiftState.cancelled).where(Shift.id == elsewhere.id).execute()
    assert names(gap_of(crew, make_shift(crew.wolfsbos, TOMORROW))) == ["Joop", "Anneke"]


def test_who_said_that_they_cannot_come_is_not_rung(crew: Cast) -> None:
    Unavailable.create(
        person=crew.volunteer, first_date=TODAY, last_date=TOMORROW, part_of_day="morning"
    )
    RosterWish.create(person=crew.key_holder, kind=WishKind.not_on, weekday=TOMORROW.weekday())
    gap = gap_of(crew, make_shift(crew.wolfsbos, TOMORROW))
    assert (names(gap), gap.away) == ([], 2)
    evening = make_shift(crew.wolfsbos, TOMORROW, start_time=dt.time(19), end_time=dt.time(21))
    assert names(gap_of(crew, evening)) == ["Joop"]


def test_a_seat_whose_holder_seeks_cover_is_a_gap_and_its_holder_is_not_rung(crew: Cast) -> None:
    shift = make_shift(crew.wolfsbos, TOMORROW)
    make_place(shift.seats.get(), crew.volunteer, NOW, state=PlaceState.seeking_cover)
    gap = gap_of(crew, shift)
    assert (names(gap), gap.seat.holder, gap.open) == (["Anneke"], "Joop", 0)


def test_seats_of_one_kind_are_one_gap_and_required_ones_come_first(crew: Cast) -> None:
    shift = make_shift(crew.wolfsbos, TOMORROW, seats=4)
    first, second, third, fourth = shift.seats.order_by(Seat.position)
    Seat.update(role="Bar", required=False).where(Seat.id == first).execute()
    Seat.update(required=False).where(Seat.id == second).execute()
    bar, plain = reversed(call_list(shift, crew.coordinator, NOW).gaps)
    assert [seat.id for seat in bar.seats] == [first.id]
    assert [seat.id for seat in plain.seats] == [third.id, fourth.id, second.id]
    assert plain.open == 3


@pytest.mark.parametrize(
    "facts",
    [{"date": TODAY - DAY}, {"state": ShiftState.cancelled}],
)
def test_a_shift_that_needs_nobody_has_no_list(crew: Cast, facts: dict[str, Any]) -> None:
    shift = make_shift(crew.wolfsbos, facts.pop("date", TOMORROW), **facts)
    assert call_list(shift, crew.coordinator, NOW).gaps == []


# -- in which order -------------------------------------------------------------------------------


def test_never_asked_comes_first_and_then_longest_ago(crew: Cast) -> None:
    other = make_shift(crew.wolfsbos, TOMORROW, start_time=dt.time(14), end_time=dt.time(16))
    called(other, crew.key_holder, YES, NOW - 9 * DAY)
    called(other, crew.key_holder, NO, NOW - 2 * DAY)
    called(other, crew.coordinator, NO_ANSWER, NOW - 5 * DAY)
    gap = gap_of(crew, make_shift(crew.wolfsbos, TOMORROW), reader=crew.admin)
    assert names(gap) == ["Joop", "Corrie", "Anneke"]
    anneke = candidate(gap, crew.key_holder)
    assert (anneke.asked_at, anneke.outcome, anneke.about_this) == (NOW - 2 * DAY, NO, False)
    assert candidate(gap, crew.volunteer).asked_at is None


def test_who_was_asked_on_the_same_day_goes_by_shifts_in_three_months(crew: Cast) -> None:
    for ago in (1, 90, 92):
        shift = make_shift(crew.wolfsbos, TODAY - ago * DAY)
        make_place(shift.seats.get(), crew.volunteer, NOW)
    away = make_shift(crew.wolfsbos, TODAY - 3 * DAY)
    make_place(away.seats.get(), crew.key_holder, NOW, state=PlaceState.absent)
    gap = gap_of(crew, make_shift(crew.wolfsbos, TOMORROW))
    assert [(each.person.first_name, each.shifts) for each in gap.candidates] == [
        ("Anneke", 0),
        ("Joop", 2),
    ]


def test_calls_of_another_house_are_its_own(crew: Cast) -> None:
    Membership.create(person=crew.volunteer, house=crew.knooppunt, role=Role.volunteer)
    called(make_shift(crew.knooppunt, TOMORROW), crew.volunteer, NO)
    gap = gap_of(crew, make_shift(crew.wolfsbos, TOMORROW + DAY))
    assert candidate(gap, crew.volunteer).asked_at is None


def test_who_said_no_to_this_shift_goes_to_the_end_until_they_say_yes(crew: Cast) -> None:
    shift = make_shift(crew.wolfsbos, TOMORROW)
    called(shift, crew.volunteer, NO, NOW - 2 * DAY)
    called(shift, crew.volunteer, NO_ANSWER, NOW - DAY)
    called(shift, crew.key_holder, NO_ANSWER)
    gap = gap_of(crew, shift)
    assert names(gap, Standing.ask) == ["Anneke"]
    assert names(gap, Standing.said_no) == ["Joop"]
    assert names(gap)[-1] == "Joop"
    called(shift, crew.volunteer, YES)
    assert names(gap_of(crew, shift), Standing.said_no) == []


def test_who_left_this_shift_goes_to_the_end(crew: Cast) -> None:
    shift = make_shift(crew.wolfsbos, TOMORROW, seats=2)
    make_place(shift.seats.first(), crew.volunteer, NOW, state=PlaceState.released)
    gap = gap_of(crew, shift)
    assert (names(gap), names(gap, Standing.left)) == (["Anneke", "Joop"], ["Joop"])


# -- the first three times ------------------------------------------------------------------------


def test_somebody_new_is_rung_only_when_somebody_experienced_comes(crew: Cast) -> None:
    new = experienced(crew, make_person("Nieuw", house=crew.wolfsbos), shifts=2)
    shift = make_shift(crew.wolfsbos, TOMORROW, seats=2)
    gap = gap_of(crew, shift)
    assert names(gap, Standing.too_new) == ["Nieuw"]
    assert names(gap)[-1] == "Nieuw"
    place = make_place(shift.seats.first(), crew.volunteer, NOW)
    assert candidate(gap_of(crew, shift), new).standing is Standing.ask
    Place.update(state=PlaceState.seeking_cover).where(Place.id == place.id).execute()
    gaps = call_list(shift, crew.coordinator, NOW).gaps
    assert names(gaps[0], Standing.too_new) == ["Nieuw"], "who seeks cover will not be there"


def test_somebody_else_who_is_new_is_no_company(crew: Cast) -> None:
    new = make_person("Nieuw", house=crew.wolfsbos)
    shift = make_shift(crew.wolfsbos, TOMORROW, seats=2)
    make_place(shift.seats.first(), make_person("Ook", house=crew.wolfsbos), NOW)
    assert candidate(gap_of(crew, shift), new).standing is Standing.too_new
    with pytest.raises(FirstTimesAlone):
        record_call(
            shift, shift.seats.order_by(-Seat.position).first().id, new, YES, crew.coordinator, NOW
        )
    assert count_rows(Call) == 0


def test_in_a_house_that_has_just_begun_nobody_is_too_new(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, TOMORROW, seats=2)
    assert names(gap_of(cast, shift), Standing.ask) == ["Joop", "Anneke"]
    record_call(shift, shift.seats.first().id, cast.volunteer, YES, cast.coordinator, NOW)
    experienced(cast, cast.other_volunteer)
    assert names(gap_of(cast, shift), Standing.ask) == ["Anneke"], "Dirk helps elsewhere"
    experienced(cast, cast.coordinator)
    assert names(gap_of(cast, shift), Standing.too_new) == ["Anneke"]


def test_the_third_shift_in_any_house_makes_experienced(crew: Cast) -> None:
    known = experienced(crew, make_person("Bekend", house=crew.wolfsbos), house=crew.knooppunt)
    gap = gap_of(crew, make_shift(crew.wolfsbos, TOMORROW))
    assert candidate(gap, known).standing is Standing.ask
    assert candidate(gap, known).shifts == 0, "what they did elsewhere is not told here"


# -- always ---------------------------------------------------------------------------------------

_span = st.tuples(st.integers(8, 18), st.integers(1, 5)).map(
    lambda pair: (dt.time(pair[0]), dt.time(pair[0] + pair[1]))
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    people=st.lists(
        st.fixed_dictionaries(
            {
                "skill": st.sampled_from(["none", "current", "expired"]),
                "busy": st.none() | st.tuples(_span, st.booleans(), st.booleans()),
                "away": st.sampled_from([None, "", "morning", "afternoon", "evening"]),
                "wish": st.sampled_from([None, "", "morning", "evening"]),
                "active": st.booleans(),
                "role": st.sampled_from(list(Role)),
                "past": st.integers(0, 4),
            }
        ),
        max_size=5,
    ),
    span=_span,
    qualification=st.sampled_from(["", "alcohol"]),
    company=st.integers(0, 4),
)
def test_nobody_is_listed_who_is_unqualified_busy_or_away(
    cast: Cast,
    people: list[dict[str, Any]],
    span: tuple[dt.time, dt.time],
    qualification: str,
    company: int,
) -> None:
    """Against a plain reading of each person's facts, one by one."""
    with cast.wolfsbos._meta.database.atomic() as transaction:
        start, end = span
        shift = make_shift(
            cast.wolfsbos,
            TOMORROW,
            seats=2,
            start_time=start,
            end_time=end,
            qualification=qualification,
        )
        beside = make_person("Naast", email="naast@b.nl")
        experienced(cast, beside, company)
        make_place(shift.seats.first(), beside, NOW)
        expected = {}
        for n, facts in enumerate(people):
            person = make_person(f"P{n}", house=cast.wolfsbos, role=facts["role"])
            Person.update(active=facts["active"]).where(Person.id == person.id).execute()
            able = facts["active"] and facts["role"] is not Role.viewer
            if facts["skill"] != "none":
                until = TODAY if facts["skill"] == "expired" else TOMORROW
                Qualification.create(person=person, kind="alcohol", expires=until)
            able &= not qualification or facts["skill"] == "current"
            if facts["busy"]:
                (from_, to), own_house, cancelled = facts["busy"]
                other = make_shift(
                    cast.wolfsbos if own_house else cast.knooppunt,
                    TOMORROW,
                    start_time=from_,
                    end_time=to,
                    state=ShiftState.cancelled if cancelled else ShiftState.planned,
                )
                make_place(other.seats.get(), person, NOW)
                able &= cancelled or to <= start or from_ >= end
            parts = {"morning": (0, 12), "afternoon": (12, 17), "evening": (17, 24)}
            if facts["away"] is not None:
                Unavailable.create(
                    person=person,
                    first_date=TODAY,
                    last_date=TOMORROW,
                    part_of_day=facts["away"],
                )
            if facts["wish"] is not None:
                RosterWish.create(
                    person=person,
                    kind=WishKind.not_on,
                    weekday=TOMORROW.weekday(),
                    part_of_day=facts["wish"],
                )
            for part in (facts["away"], facts["wish"]):
                if part is not None:
                    first, last = parts.get(part, (0, 24))
                    able &= not (start.hour < last and end.hour > first)
            experienced(cast, person, facts["past"])
            if able:
                new = company < 3 and facts["past"] < 3
                expected[person.id] = Standing.too_new if new else Standing.ask
        if not any(
            facts["active"] and facts["role"] is not Role.viewer and facts["past"] >= 3
            for facts in people
        ):
            expected = dict.fromkeys(expected, Standing.ask)
        gap = gap_of(cast, shift)
        listed = {
            each.person.id: each.standing
            for each in gap.candidates
            if each.person.first_name.startswith("P")
        }
        assert listed == expected
        transaction.rollback()


def test_many_people_and_seats_take_as_many_queries_as_few(crew: Cast) -> None:
    shift = make_shift(crew.wolfsbos, TOMORROW)
    with count_queries() as few:
        call_list(shift, crew.coordinator, NOW)
    for n in range(12):
        person = experienced(crew, make_person(f"Hulp{n}", house=crew.wolfsbos))
        called(shift, person, NO)
    for n in range(6):
        Seat.create(house=crew.wolfsbos, shift=shift, role=f"Taak {n}", position=n)
    with count_queries() as many:
        call_list(shift, crew.coordinator, NOW)
    assert few.count == many.count
