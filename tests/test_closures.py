"""Closures: what they cancel and give back, and what stays as it was."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from peewee import IntegrityError

from models import Activity, AuditEntry, Closure, ClosureKind, House, Occurrence, OccurrenceState
from rules import horizon, programme, series_change
from rules.closed_days import closed_days
from rules.closures import (
    AlreadyThere,
    ClosureGone,
    ClosureOver,
    NotYourClosure,
    add_closure,
    add_school_holidays,
    change_closure,
    coming_closures,
    decide_closure,
    remove_closure,
)
from rules.holiday_proposals import SchoolHoliday
from tests.cast import Cast, count_rows
from tests.conftest import NOW, TODAY
from tests.test_programme import add_lunch, add_weekly, close, on, states

CHRISTMAS = dt.date(2026, 12, 25)
NEW_YEARS_EVE = dt.date(2026, 12, 31)
ASCENSION = dt.date(2027, 5, 6)
#: Two Tuesdays of the holiday from 19 December to 3 January.
TUESDAYS = [dt.date(2026, 12, 22), dt.date(2026, 12, 29)]


def off(activity: Activity) -> list[str]:
    """The days on which an activity does not take place."""
    return [day for day, state in states(activity).items() if state == OccurrenceState.cancelled]


def school_holiday(cast: Cast, house: House | None, **facts: Any) -> Closure:
    first, last = dt.date(2026, 12, 19), dt.date(2027, 1, 3)
    given = {"kind": ClosureKind.school_holiday, "reason": "Kerstvakantie", **facts}
    return close(cast, first, last, house=house, **given)


def change(closure: Closure, house: House | None, cast: Cast, **news: Any) -> Any:
    """Change what is named of a closure; the rest stays."""
    names = ("first_date", "last_date", "kind", "reason")
    seen = news.pop("seen", None)
    facts = {name: getattr(closure, name) for name in names} | news
    return change_closure(closure, house, cast.admin, NOW, seen=seen, **facts)


def test_a_closed_day_cancels_its_dates_and_gives_them_back(cast: Cast) -> None:
    lunch = add_lunch(cast)
    closure = close(cast, NEW_YEARS_EVE)
    assert on(lunch, NEW_YEARS_EVE).closure == closure
    assert states(lunch)["2026-12-31"] == OccurrenceState.cancelled
    assert states(lunch)["2026-11-26"] == OccurrenceState.planned
    remove_closure(closure, cast.wolfsbos, cast.coordinator, NOW)
    assert states(lunch)["2026-12-31"] == OccurrenceState.planned
    assert on(lunch, NEW_YEARS_EVE).closure is None


def test_dates_that_are_made_later_know_the_closures(cast: Cast) -> None:
    closure = close(cast, NEW_YEARS_EVE)
    assert on(add_lunch(cast), NEW_YEARS_EVE).closure == closure


def test_a_closure_of_one_house_leaves_the_other_open(cast: Cast) -> None:
    here, there = add_weekly(cast.wolfsbos), add_weekly(cast.knooppunt)
    close(cast, NEW_YEARS_EVE)
    assert on(here, NEW_YEARS_EVE).state == OccurrenceState.cancelled
    assert on(there, NEW_YEARS_EVE).state == OccurrenceState.planned


def test_a_public_holiday_closes_nothing_until_somebody_says_so(cast: Cast) -> None:
    christmas = dt.date(2026, 12, 25)
    activity = add_weekly(cast.wolfsbos, "FR")
    closure = close(cast, christmas, kind=ClosureKind.public_holiday, reason="Kerst")
    assert on(activity, christmas).state == OccurrenceState.planned
    decide_closure(closure, cast.wolfsbos, True, cast.coordinator, NOW)
    assert on(activity, christmas).state == OccurrenceState.cancelled
    decide_closure(closure, cast.wolfsbos, False, cast.coordinator, NOW)
    assert on(activity, christmas).state == OccurrenceState.planned


def test_a_school_holiday_stops_only_what_pauses_then(cast: Cast) -> None:
    cooking = add_weekly(cast.wolfsbos, "TU", title="Koken", not_in_school_holidays=True)
    coffee = add_weekly(cast.wolfsbos, "TU")
    close(
        cast,
        dt.date(2026, 12, 19),
        dt.date(2027, 1, 3),
        house=None,
        kind=ClosureKind.school_holiday,
        reason="Kerstvakantie",
    )
    in_holiday = dt.date(2026, 12, 22)
    assert on(cooking, in_holiday).state == OccurrenceState.cancelled
    assert on(cooking, dt.date(2027, 1, 5)).state == OccurrenceState.planned
    assert on(coffee, in_holiday).state == OccurrenceState.planned
    series_change.change_activity(coffee, None, NOW, not_in_school_holidays=True)
    series_change.change_activity(cooking, None, NOW, not_in_school_holidays=False)
    assert on(coffee, in_holiday).state == OccurrenceState.cancelled
    assert on(cooking, in_holiday).state == OccurrenceState.planned


def test_a_date_that_a_person_cancelled_stays_cancelled(cast: Cast) -> None:
    lunch = add_lunch(cast)
    closure = close(cast, NEW_YEARS_EVE)
    programme.cancel_date(on(lunch, NEW_YEARS_EVE), "kok is ziek", cast.coordinator, NOW)
    remove_closure(closure, cast.wolfsbos, cast.coordinator, NOW)
    assert states(lunch)["2026-12-31"] == OccurrenceState.cancelled


def test_a_date_under_two_closures_comes_back_after_the_second(cast: Cast) -> None:
    lunch = add_lunch(cast)
    first = close(cast, NEW_YEARS_EVE)
    second = close(cast, dt.date(2026, 12, 28), dt.date(2027, 1, 3), house=None, reason="Vloer")
    remove_closure(first, cast.wolfsbos, cast.coordinator, NOW)
    assert on(lunch, NEW_YEARS_EVE).closure == second
    remove_closure(second, None, cast.admin, NOW)
    assert states(lunch)["2026-12-31"] == OccurrenceState.planned


# -- what has begun, and what is over -------------------------------------------------------------


def test_what_is_taken_away_halfway_was_closed_until_yesterday(cast: Cast) -> None:
    activity = add_weekly(cast.wolfsbos, first_date=dt.date(2026, 11, 1))
    closure = close(cast, dt.date(2026, 11, 16), dt.date(2026, 12, 6))
    assert states(activity)["2026-11-19"] == OccurrenceState.planned
    assert off(activity) == ["2026-11-26", "2026-12-03"]
    remove_closure(closure, cast.wolfsbos, cast.coordinator, NOW)
    assert off(activity) == []
    kept = Closure.get()
    assert (kept.first_date, kept.last_date) == (dt.date(2026, 11, 16), dt.date(2026, 11, 25))
    assert len(closed_days(cast.wolfsbos, dt.date(2026, 11, 1), TODAY)) == 10
    assert coming_closures(cast.wolfsbos, TODAY) == []


def test_a_date_of_the_past_keeps_its_closure_when_the_rest_is_taken_away(cast: Cast) -> None:
    activity = add_weekly(cast.wolfsbos)
    last_week = NOW - dt.timedelta(days=8)
    closure, _did = add_closure(
        cast.wolfsbos,
        dt.date(2026, 11, 18),
        dt.date(2026, 11, 30),
        ClosureKind.closed,
        "Vloer",
        None,
        last_week,
    )
    assert off(activity) == ["2026-11-19", "2026-11-26"]
    remove_closure(closure, cast.wolfsbos, None, NOW)
    assert off(activity) == ["2026-11-19"]
    assert on(activity, dt.date(2026, 11, 19)).closure.reason == "Vloer"


def test_a_closure_that_begins_today_goes_as_a_whole(cast: Cast) -> None:
    closure = close(cast, TODAY, dt.date(2026, 11, 30))
    remove_closure(closure, cast.wolfsbos, None, NOW)
    assert count_rows(Closure) == 0


def test_what_is_over_stays_as_it_was(cast: Cast) -> None:
    closure = close(cast, dt.date(2026, 11, 2), dt.date(2026, 11, 25))
    with pytest.raises(ClosureOver):
        remove_closure(closure, cast.wolfsbos, None, NOW)
    with pytest.raises(ClosureOver):
        decide_closure(closure, cast.wolfsbos, False, None, NOW)
    with pytest.raises(ClosureOver):
        change(closure, cast.wolfsbos, cast, reason="Iets anders")
    assert (Closure.get().reason, Closure.get().closes) == ("Schilder", None)


def test_what_was_taken_away_twice_is_gone_once_and_no_longer_to_change(cast: Cast) -> None:
    closure = close(cast, NEW_YEARS_EVE)
    remove_closure(closure, cast.wolfsbos, cast.coordinator, NOW)
    did = remove_closure(closure, cast.wolfsbos, cast.coordinator, NOW)
    assert (did.off, did.back, did.shifts) == (0, 0, [])
    with pytest.raises(ClosureGone):
        change(closure, cast.wolfsbos, cast, reason="Weer terug")
    with pytest.raises(ClosureGone):
        decide_closure(closure, cast.wolfsbos, True, None, NOW)
    noted = AuditEntry.select().where(AuditEntry.action == "closure.remove")
    assert noted.count() == 1


@pytest.mark.parametrize(
    ("instant", "day"),
    [
        # Half past midnight in Hoogeveen, in the night in which the clocks go back, and forward.
        (dt.datetime(2026, 10, 24, 22, 30), dt.date(2026, 10, 25)),
        (dt.datetime(2027, 3, 27, 23, 30), dt.date(2027, 3, 28)),
    ],
)
def test_on_the_sundays_of_the_clocks_today_is_the_day_of_the_house(
    cast: Cast, instant: dt.datetime, day: dt.date
) -> None:
    activity = programme.add_activity(
        cast.wolfsbos,
        None,
        instant,
        title="Nachtwacht",
        category="meet",
        rule="FREQ=DAILY",
        first_date=day - dt.timedelta(days=2),
        start_time=dt.time(2, 30),
    )
    span = (day - dt.timedelta(days=1), day + dt.timedelta(days=1))
    closure, did = add_closure(cast.wolfsbos, *span, ClosureKind.closed, "Dicht", None, instant)
    assert did.off == 2
    assert off(activity) == [day.isoformat(), span[1].isoformat()]
    remove_closure(closure, cast.wolfsbos, None, instant)
    assert off(activity) == []


# -- changing -------------------------------------------------------------------------------------


def test_a_shorter_school_holiday_gives_dates_back_and_a_longer_one_takes_them(cast: Cast) -> None:
    cooking = add_weekly(cast.wolfsbos, "TU", not_in_school_holidays=True)
    holiday = school_holiday(cast, cast.wolfsbos)
    assert off(cooking) == ["2026-12-22", "2026-12-29"]
    did = change(holiday, cast.wolfsbos, cast, last_date=dt.date(2026, 12, 27))
    assert (did.off, did.back) == (0, 1)
    assert off(cooking) == ["2026-12-22"]
    did = change(holiday, cast.wolfsbos, cast, last_date=dt.date(2027, 1, 10))
    assert (did.off, did.back) == (2, 0)
    assert off(cooking) == ["2026-12-22", "2026-12-29", "2027-01-05"]
    moved = change(Closure.get(), cast.wolfsbos, cast, first_date=dt.date(2027, 1, 4))
    assert (moved.off, moved.back) == (0, 2)
    assert off(cooking) == ["2027-01-05"]


def test_a_date_that_somebody_brought_back_outlives_another_reason(cast: Cast) -> None:
    cooking = add_weekly(cast.wolfsbos, "TU", not_in_school_holidays=True)
    holiday = school_holiday(cast, cast.wolfsbos)
    programme.restore_date(on(cooking, TUESDAYS[0]), cast.coordinator, NOW)
    change(holiday, cast.wolfsbos, cast, reason="Kerstvakantie (Noord)")
    change(holiday, cast.wolfsbos, cast, last_date=dt.date(2027, 1, 10))
    assert off(cooking) == ["2026-12-29", "2027-01-05"]


def test_a_date_that_somebody_brought_back_outlives_one_of_two_school_holidays(cast: Cast) -> None:
    cooking = add_weekly(cast.wolfsbos, "TU", not_in_school_holidays=True)
    own = school_holiday(cast, cast.wolfsbos)
    close(
        cast,
        dt.date(2026, 12, 21),
        dt.date(2027, 1, 8),
        house=None,
        kind=ClosureKind.school_holiday,
        reason="Kerstvakantie van alle huizen",
    )
    programme.restore_date(on(cooking, TUESDAYS[0]), cast.coordinator, NOW)
    remove_closure(own, cast.wolfsbos, cast.coordinator, NOW)
    assert off(cooking) == ["2026-12-29", "2027-01-05"]


def test_a_date_that_was_moved_onto_a_closed_day_comes_back_where_it_was_moved(cast: Cast) -> None:
    lunch = add_lunch(cast)
    programme.move_date(on(lunch, NEW_YEARS_EVE), dt.date(2026, 12, 24), None, NOW)
    closure = close(cast, dt.date(2026, 12, 24))
    assert on(lunch, NEW_YEARS_EVE).state == OccurrenceState.cancelled
    remove_closure(closure, cast.wolfsbos, None, NOW)
    moved = on(lunch, NEW_YEARS_EVE)
    assert (moved.date, moved.state) == (dt.date(2026, 12, 24), OccurrenceState.moved)


def test_a_date_that_somebody_brought_back_goes_when_the_house_itself_closes(cast: Cast) -> None:
    cooking = add_weekly(cast.wolfsbos, "TU", not_in_school_holidays=True)
    holiday = school_holiday(cast, cast.wolfsbos)
    programme.restore_date(on(cooking, TUESDAYS[0]), cast.coordinator, NOW)
    decide_closure(holiday, cast.wolfsbos, True, cast.coordinator, NOW)
    assert off(cooking) == ["2026-12-22", "2026-12-29"]
    decide_closure(holiday, cast.wolfsbos, False, cast.coordinator, NOW)
    # It is still a school holiday, and this activity pauses then.
    assert off(cooking) == ["2026-12-22", "2026-12-29"]


def test_a_day_of_another_kind_has_no_answer_yet(cast: Cast) -> None:
    activity = add_weekly(cast.wolfsbos, "FR")
    holiday = close(cast, CHRISTMAS, kind=ClosureKind.public_holiday, reason="Kerst")
    decide_closure(holiday, cast.wolfsbos, False, None, NOW)
    change(holiday, cast.wolfsbos, cast, kind=ClosureKind.closed)
    assert (off(activity), Closure.get().closes) == (["2026-12-25"], None)
    change(holiday, cast.wolfsbos, cast, kind=ClosureKind.public_holiday)
    assert (off(activity), Closure.get().closes) == ([], None)


def test_days_of_the_same_kind_do_not_lie_over_each_other(cast: Cast) -> None:
    first = close(cast, NEW_YEARS_EVE)
    with pytest.raises(AlreadyThere) as refused:
        close(cast, dt.date(2026, 12, 28), dt.date(2027, 1, 3), reason="Vloer")
    assert refused.value.closure == first
    second = close(cast, dt.date(2026, 12, 28), reason="Vloer")
    with pytest.raises(AlreadyThere):
        change(second, cast.wolfsbos, cast, last_date=NEW_YEARS_EVE)
    school_holiday(cast, cast.wolfsbos)
    assert [each.reason for each in coming_closures(cast.wolfsbos, TODAY)] == [
        "Kerstvakantie",
        "Vloer",
        "Schilder",
    ]


def test_a_house_does_not_close_again_where_all_are_closed(cast: Cast) -> None:
    of_all = close(cast, dt.date(2026, 12, 24), dt.date(2027, 1, 1), house=None)
    with pytest.raises(AlreadyThere) as refused:
        close(cast, NEW_YEARS_EVE)
    assert refused.value.closure == of_all
    assert close(cast, dt.date(2026, 12, 31), dt.date(2027, 1, 4)).house == cast.wolfsbos


def test_an_end_before_the_start_stores_nothing(cast: Cast) -> None:
    lunch = add_lunch(cast)
    with pytest.raises(IntegrityError):
        close(cast, NEW_YEARS_EVE, dt.date(2026, 12, 30))
    assert (count_rows(Closure), off(lunch)) == (0, [])


def test_school_holidays_are_taken_over_once(cast: Cast) -> None:
    cooking = add_weekly(cast.wolfsbos, "TU", not_in_school_holidays=True)
    given = [
        SchoolHoliday("Kerstvakantie", dt.date(2026, 12, 19), dt.date(2027, 1, 3)),
        SchoolHoliday("Voorjaarsvakantie", dt.date(2027, 2, 20), dt.date(2027, 2, 28)),
    ]
    did = add_school_holidays(cast.wolfsbos, given, cast.coordinator, NOW)
    assert (did.off, count_rows(Closure)) == (3, 2)
    assert off(cooking) == ["2026-12-22", "2026-12-29", "2027-02-23"]
    again = add_school_holidays(cast.wolfsbos, given, cast.coordinator, NOW)
    assert (again.off, count_rows(Closure)) == (0, 2)
    with pytest.raises(NotYourClosure):
        add_school_holidays(None, given, cast.coordinator, NOW)


# -- further ahead than there are dates -----------------------------------------------------------


def test_days_beyond_the_horizon_count_and_are_known_when_their_dates_are_made(cast: Cast) -> None:
    activity = add_weekly(cast.wolfsbos)
    assert Occurrence.select().where(Occurrence.date >= ASCENSION).count() == 0
    closure = close(cast, ASCENSION, reason="Hemelvaart")
    assert (
        add_closure(
            cast.wolfsbos,
            dt.date(2027, 5, 20),
            dt.date(2027, 5, 27),
            ClosureKind.closed,
            "Vloer",
            None,
            NOW,
        )[1].off
        == 2
    )
    horizon.extend_horizon(cast.wolfsbos, TODAY, NOW, dt.date(2027, 5, 31))
    assert off(activity) == ["2027-05-06", "2027-05-20", "2027-05-27"]
    assert on(activity, ASCENSION).closure == closure
    did = remove_closure(closure, cast.wolfsbos, None, NOW)
    assert (did.back, on(activity, ASCENSION).state) == (1, OccurrenceState.planned)


def test_what_was_off_already_is_not_counted_again(cast: Cast) -> None:
    add_weekly(cast.wolfsbos)
    for day in (NEW_YEARS_EVE, ASCENSION):
        close(cast, day)
        days = (None, day, day, ClosureKind.closed)
        closure, did = add_closure(*days, "Alle dicht", cast.admin, NOW)
        assert (did.off, did.back) == (0, 0)
        did = remove_closure(closure, None, cast.admin, NOW)
        assert (did.off, did.back) == (0, 0)


def test_a_calendar_elsewhere_hears_of_a_closure_beyond_the_horizon(cast: Cast) -> None:
    thursdays, fridays = add_weekly(cast.wolfsbos), add_weekly(cast.wolfsbos, "FR")
    closure = close(cast, ASCENSION)
    assert Activity.get_by_id(thursdays.id).sequence == 1
    remove_closure(closure, cast.wolfsbos, None, NOW)
    assert Activity.get_by_id(thursdays.id).sequence == 2
    assert Activity.get_by_id(fridays.id).sequence == 0
