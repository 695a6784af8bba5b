"""Who would be on two shifts at once when the programme moves or brings back a date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest

from models import (
    Activity,
    AuditEntry,
    Closure,
    House,
    Occurrence,
    Person,
    Place,
    PlaceChange,
    PlaceState,
    Shift,
    ShiftState,
    Step,
)
from rules import closures, programme, series_change
from rules.double_booked import Double, InTwoPlaces, coming_doubles, doubles_on
from rules.filling import start_pattern
from rules.for_another import mark
from rules.patterns import SeatWish
from rules.rostering import leave_seat, take_seat
from tests.cast import Cast, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from tests.test_programme import add_lunch, close, on

DAY = dt.timedelta(days=1)
#: The lunch of December, 12.00-13.30, with its cooks from 11.00; and the day before it.
NEW_YEARS_EVE = dt.date(2026, 12, 31)
DAY_BEFORE = dt.date(2026, 12, 30)


def with_a_cook(cast: Cast, day: dt.date = NEW_YEARS_EVE) -> tuple[Activity, Shift]:
    """The lunch with its cooks; Joop is on that of one day."""
    lunch = add_lunch(cast)
    start_pattern(
        cast.wolfsbos,
        "Kookploeg",
        [SeatWish("Kok")],
        None,
        NOW,
        first_date=TODAY,
        activity=lunch,
        before_minutes=60,
        after_minutes=0,
    )
    shift = Shift.get(Shift.occurrence == on(lunch, day))
    take_seat(shift.seats.get(), cast.volunteer, NOW)
    return lunch, shift


def bar(
    house: House, person: Person, day: dt.date, start: int = 13, end: int = 17, title: str = "Bar"
) -> Shift:
    """A shift of somebody's, elsewhere."""
    hours = {"start_time": dt.time(start), "end_time": dt.time(end), "title": title}
    shift = make_shift(house, day, **hours)
    make_place(shift.seats.get(), person, NOW)
    return shift


def said(doubles: tuple[Double, ...] | list[Double]) -> list[tuple[str, str, str]]:
    """Who, on which shift, and on which other one."""
    return [(each.name, each.shift.title, each.other.title) for each in doubles]


JOOP = [("Joop van der Berg", "Kookploeg", "Bar")]


def test_a_date_is_not_moved_onto_another_shift_of_somebody_unseen(cast: Cast) -> None:
    lunch, shift = with_a_cook(cast)
    bar(cast.knooppunt, cast.volunteer, DAY_BEFORE)
    notes = AuditEntry.select().count()
    with pytest.raises(InTwoPlaces) as refused:
        programme.move_date(on(lunch, NEW_YEARS_EVE), DAY_BEFORE, cast.coordinator, NOW)
    assert said(refused.value.doubles) == JOOP
    assert Shift.get_by_id(shift.id).date == NEW_YEARS_EVE
    assert on(lunch, NEW_YEARS_EVE).date == NEW_YEARS_EVE
    assert AuditEntry.select().count() == notes
    moved = programme.move_date(
        on(lunch, NEW_YEARS_EVE), DAY_BEFORE, cast.coordinator, NOW, anyway=True
    )
    assert [each.id for each in moved] == [shift.id]
    assert Shift.get_by_id(shift.id).date == DAY_BEFORE
    assert Place.get(Place.shift == shift).state == PlaceState.confirmed


def test_what_only_touches_or_is_off_or_was_left_is_not_at_once(cast: Cast) -> None:
    lunch, _shift = with_a_cook(cast)
    bar(cast.wolfsbos, cast.volunteer, DAY_BEFORE, 9, 11)
    bar(cast.wolfsbos, cast.key_holder, DAY_BEFORE)
    off = bar(cast.wolfsbos, cast.volunteer, DAY_BEFORE)
    Shift.update(state=ShiftState.cancelled).where(Shift.id == off.id).execute()
    left = bar(cast.wolfsbos, cast.volunteer, DAY_BEFORE)
    Place.update(state=PlaceState.released).where(Place.shift == left).execute()
    programme.move_date(on(lunch, NEW_YEARS_EVE), DAY_BEFORE, cast.coordinator, NOW)


def restored(cast: Cast, lunch: Activity) -> Callable[..., object]:
    programme.cancel_date(on(lunch, NEW_YEARS_EVE), "", None, NOW)
    return programme.restore_date


def reset(cast: Cast, lunch: Activity) -> Callable[..., object]:
    programme.move_date(on(lunch, NEW_YEARS_EVE), DAY_BEFORE, None, NOW)
    return programme.reset_date


@pytest.mark.parametrize("way", [restored, reset])
def test_a_date_does_not_come_back_while_somebody_on_it_is_elsewhere_unseen(
    cast: Cast, way: Callable[..., Callable[..., object]]
) -> None:
    lunch, shift = with_a_cook(cast)
    verb = way(cast, lunch)
    bar(cast.wolfsbos, cast.volunteer, NEW_YEARS_EVE)
    before = Shift.get_by_id(shift.id)
    with pytest.raises(InTwoPlaces) as refused:
        verb(on(lunch, NEW_YEARS_EVE), cast.coordinator, NOW)
    assert said(refused.value.doubles) == JOOP
    after = Shift.get_by_id(shift.id)
    assert (after.date, after.state) == (before.date, before.state)
    verb(on(lunch, NEW_YEARS_EVE), cast.coordinator, NOW, anyway=True)
    after = Shift.get_by_id(shift.id)
    assert (after.date, after.state) == (NEW_YEARS_EVE, ShiftState.planned)


def test_an_extra_date_does_not_bring_somebody_back_who_is_elsewhere_unseen(cast: Cast) -> None:
    lunch, shift = with_a_cook(cast)
    # The series once had this day: its shift is remembered without a date.
    Shift.update(state=ShiftState.cancelled).where(Shift.id == shift.id).execute()
    on(lunch, NEW_YEARS_EVE).delete_instance()
    bar(cast.wolfsbos, cast.volunteer, NEW_YEARS_EVE)
    with pytest.raises(InTwoPlaces) as refused:
        programme.add_date(lunch, NEW_YEARS_EVE, cast.coordinator, NOW)
    assert said(refused.value.doubles) == JOOP
    assert not Occurrence.select().where(Occurrence.date == NEW_YEARS_EVE).exists()
    programme.add_date(lunch, NEW_YEARS_EVE, cast.coordinator, NOW, anyway=True)
    assert Shift.get_by_id(shift.id).state == ShiftState.planned


def test_an_activity_is_not_taken_back_while_somebody_on_it_is_elsewhere_unseen(
    cast: Cast,
) -> None:
    lunch, shift = with_a_cook(cast)
    series_change.archive_activity(lunch, cast.coordinator, NOW)
    bar(cast.wolfsbos, cast.volunteer, NEW_YEARS_EVE)
    with pytest.raises(InTwoPlaces) as refused:
        series_change.unarchive_activity(lunch, cast.coordinator, NOW)
    assert said(refused.value.doubles) == JOOP
    assert Activity.get_by_id(lunch.id).archived_at is not None
    series_change.unarchive_activity(lunch, cast.coordinator, NOW, anyway=True)
    assert Shift.get_by_id(shift.id).state == ShiftState.planned


# -- where a plan is shown ------------------------------------------------------------------------


def test_a_plan_names_who_would_be_elsewhere_when_a_held_date_follows(cast: Cast) -> None:
    lunch, shift = with_a_cook(cast)
    bar(cast.knooppunt, cast.volunteer, NEW_YEARS_EVE, 14)
    news = {"start_time": dt.time(13), "end_time": dt.time(14, 30)}
    before = {table: table.select().count() for table in (AuditEntry, Occurrence, Shift)}
    found = series_change.plan_change(lunch, NOW, **news)
    assert before == {table: table.select().count() for table in before}, "nothing is done yet"
    [held] = found.held
    assert (held.occurrence.date, held.occurrence.start_time) == (NEW_YEARS_EVE, dt.time(12))
    assert said(found.doubles_of(held)) == JOOP
    assert found.doubles_anyway == []
    told = series_change.change_activity(
        lunch, None, NOW, seen=found.fingerprint, follow=[held.occurrence.id], **news
    )
    assert [each.id for each in told] == [shift.id]
    assert said(doubles_on(told)) == JOOP


def test_who_gets_on_another_shift_after_a_plan_was_seen_is_shown_first(cast: Cast) -> None:
    lunch, _shift = with_a_cook(cast)
    news = {"start_time": dt.time(13), "end_time": dt.time(14, 30)}
    seen = series_change.plan_change(lunch, NOW, **news)
    assert seen.doubles == ()
    bar(cast.wolfsbos, cast.volunteer, NEW_YEARS_EVE, 14)
    with pytest.raises(series_change.PlanChanged) as refused:
        series_change.change_activity(lunch, None, NOW, seen=seen.fingerprint, **news)
    assert said(refused.value.plan.doubles) == JOOP
    assert Activity.get_by_id(lunch.id).start_time == dt.time(12)


def test_a_plan_names_who_would_be_elsewhere_on_a_day_that_comes_back(cast: Cast) -> None:
    lunch, _shift = with_a_cook(cast)
    last = {"last_date": dt.date(2026, 12, 1)}
    held = series_change.plan_change(lunch, NOW, **last).held[0].occurrence.id
    series_change.change_activity(lunch, None, NOW, follow=[held], **last)
    bar(cast.wolfsbos, cast.volunteer, NEW_YEARS_EVE)
    found = series_change.plan_change(Activity.get_by_id(lunch.id), NOW, last_date=None)
    assert said(found.doubles_anyway) == JOOP
    assert found.held == []


def test_a_closure_that_goes_names_who_would_be_elsewhere_and_keeps_nothing(cast: Cast) -> None:
    lunch, shift = with_a_cook(cast)
    closed = close(cast, NEW_YEARS_EVE)
    assert Shift.get_by_id(shift.id).state == ShiftState.cancelled
    bar(cast.knooppunt, cast.volunteer, NEW_YEARS_EVE)
    with pytest.raises(closures.PeopleOnThem) as refused:
        closures.remove_closure(closed, cast.wolfsbos, cast.coordinator, NOW, seen="")
    effect = refused.value.effect
    assert said(effect.doubles) == JOOP
    assert effect.manned == ()
    assert Closure.select().count() == 1
    assert Shift.get_by_id(shift.id).state == ShiftState.cancelled
    closures.remove_closure(closed, cast.wolfsbos, cast.coordinator, NOW, seen=effect.fingerprint)
    assert Shift.get_by_id(shift.id).state == ShiftState.planned
    assert on(lunch, NEW_YEARS_EVE).closure_id is None


def test_two_shifts_that_both_come_back_are_named_once(cast: Cast) -> None:
    _lunch, shift = with_a_cook(cast)
    closed = close(cast, NEW_YEARS_EVE)
    other = bar(cast.wolfsbos, cast.volunteer, NEW_YEARS_EVE)
    Shift.update(state=ShiftState.cancelled).where(Shift.id == other.id).execute()
    with pytest.raises(closures.PeopleOnThem) as refused:
        closures.remove_closure(closed, cast.wolfsbos, cast.coordinator, NOW, seen="")
    assert said(refused.value.effect.doubles) == JOOP
    assert Shift.get_by_id(shift.id).state == ShiftState.cancelled


# -- afterwards -----------------------------------------------------------------------------------


def test_who_is_to_be_in_two_places_is_found_from_both_houses_until_it_is_over(cast: Cast) -> None:
    here = bar(cast.wolfsbos, cast.volunteer, TODAY, 9, 12, "Koken")
    there = bar(cast.knooppunt, cast.volunteer, TODAY, 11, 13)
    bar(cast.knooppunt, cast.other_volunteer, TODAY, 9, 12, "Deur")
    bar(cast.wolfsbos, cast.volunteer, TODAY + DAY, 9, 12, "Koken")
    for house, mine, other in ((cast.wolfsbos, here, there), (cast.knooppunt, there, here)):
        [double] = coming_doubles(house, NOW)
        assert (double.shift, double.other) == (mine, other)
        assert double.name == "Joop van der Berg"
    assert coming_doubles(cast.wolfsbos, NOW + 2 * dt.timedelta(hours=1)) == ()
    leave_seat(there.seats.get(), cast.volunteer, NOW - 14 * DAY)
    assert coming_doubles(cast.wolfsbos, NOW) == ()


def test_however_many_are_in_two_places_it_takes_two_queries(cast: Cast) -> None:
    asked = []
    for n in range(1, 5):
        day = TODAY + n * DAY
        shifts = [
            bar(cast.wolfsbos, cast.volunteer, day, 9, 12),
            bar(cast.knooppunt, cast.volunteer, day, 10, 13),
        ]
        with counted() as queries:
            assert len(coming_doubles(cast.wolfsbos, NOW)) == n
        with counted() as more:
            assert len(doubles_on(shifts)) == 1
        asked.append((len(queries), len(more)))
    assert set(asked) == {(2, 2)}


# -- who was present ------------------------------------------------------------------------------


def test_who_was_noted_as_present_can_leave_when_the_date_moves_to_later(cast: Cast) -> None:
    lunch, shift = with_a_cook(cast, TODAY)
    place = Place.get(Place.shift == shift)
    noon = dt.datetime(2026, 11, 26, 11)
    mark(place, PlaceState.present, cast.coordinator, noon)
    later = {"start_time": dt.time(12), "end_time": dt.time(14)}
    programme.move_date(on(lunch, TODAY), TODAY, cast.coordinator, noon, **later)
    assert Place.get_by_id(place.id).state == PlaceState.present, "it has begun all the same"
    programme.move_date(on(lunch, TODAY), TODAY + 14 * DAY, cast.coordinator, noon)
    assert Place.get_by_id(place.id).state == PlaceState.confirmed
    last = PlaceChange.select().order_by(PlaceChange.id.desc()).get()
    assert (last.step, last.state, last.by) == (
        Step.mark,
        PlaceState.confirmed,
        cast.coordinator,
    )
    leave_seat(shift.seats.get(), cast.volunteer, noon)
    assert Place.get_by_id(place.id).state == PlaceState.released
