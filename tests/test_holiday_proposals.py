"""Public holidays that ask 'dicht?', and school holidays to take over: proposed, never closed."""

from __future__ import annotations

import datetime as dt
import json
import threading
from itertools import pairwise
from typing import Any

import pytest
from peewee import Database

from models import (
    Activity,
    AuditEntry,
    Closure,
    ClosureKind,
    House,
    Occurrence,
    OccurrenceState,
    OpeningHours,
    Place,
    db,
)
from rules import horizon, programme
from rules.closures import (
    AlreadyThere,
    NoHoliday,
    PeopleOnThem,
    answer_holiday,
    coming_closures,
    decide_closure,
    remove_closure,
)
from rules.holiday_proposals import (
    SCHOOL_HOLIDAYS,
    Question,
    asked_soon,
    holiday_on,
    public_holidays,
    questions,
    school_proposals,
)
from rules.rostering import take_seat
from tests.cast import Cast, count_rows
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from tests.test_closures import off
from tests.test_closures_and_people import at_once, seats_on, with_cooks
from tests.test_programme import add_weekly, close, on

KINGS_DAY = dt.date(2027, 4, 27)
LIBERATION_DAY = dt.date(2027, 5, 5)
ASCENSION = dt.date(2027, 5, 6)
GOOD_FRIDAY = dt.date(2027, 3, 26)
#: Easter Sunday of 2027, and the day on which the clocks go forward.
EASTER = dt.date(2027, 3, 28)
CHRISTMAS = dt.date(2026, 12, 25)


def asked(house: House, today: dt.date = TODAY) -> dict[dt.date, Question]:
    found = questions(house, coming_closures(house, today), today)
    return {each.closure.first_date: each for each in found}


def answer(cast: Cast, day: dt.date, closes: bool, **more: Any) -> Any:
    return answer_holiday(cast.wolfsbos, day, closes, cast.coordinator, NOW, **more)


# -- which days -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2025, ["1-1", "18-4", "20-4", "21-4", "26-4", "5-5", "29-5", "8-6", "9-6", "25-12"]),
        (2026, ["1-1", "3-4", "5-4", "6-4", "27-4", "5-5", "14-5", "24-5", "25-5", "25-12"]),
        (2027, ["1-1", "26-3", "28-3", "29-3", "27-4", "5-5", "6-5", "16-5", "17-5", "25-12"]),
    ],
)
def test_the_holidays_of_a_year(year: int, days: list[str]) -> None:
    """Koningsdag is on 26 April where the 27th is a Sunday: in 2025."""
    found = public_holidays(year)
    assert [f"{day.day}-{day.month}" for day in found] == [*days, "26-12"]
    assert list(found.values()) == [
        "Nieuwjaarsdag",
        "Goede Vrijdag",
        "Eerste paasdag",
        "Tweede paasdag",
        "Koningsdag",
        "Bevrijdingsdag",
        "Hemelvaartsdag",
        "Eerste pinksterdag",
        "Tweede pinksterdag",
        "Eerste kerstdag",
        "Tweede kerstdag",
    ]


def test_two_holidays_on_one_day_are_one_question() -> None:
    assert holiday_on(dt.date(2016, 5, 5)) == "Bevrijdingsdag en Hemelvaartsdag"


def test_each_holiday_of_thirteen_months_is_asked_about_and_none_closes_by_itself(
    cast: Cast,
) -> None:
    thursdays = add_weekly(cast.wolfsbos)
    horizon.extend_horizon(cast.wolfsbos, TODAY, NOW, dt.date(2027, 12, 26))
    assert [f"{day:%d-%m-%Y}" for day in asked(cast.wolfsbos)] == [
        "25-12-2026",
        "26-12-2026",
        "01-01-2027",
        "26-03-2027",
        "28-03-2027",
        "29-03-2027",
        "27-04-2027",
        "05-05-2027",
        "06-05-2027",
        "16-05-2027",
        "17-05-2027",
        "25-12-2027",
        "26-12-2027",
    ]
    assert (count_rows(Closure), off(thursdays)) == (0, [])


def test_today_is_still_asked_about_and_yesterday_is_not(cast: Cast) -> None:
    assert next(iter(asked(cast.wolfsbos, CHRISTMAS))) == CHRISTMAS
    assert next(iter(asked(cast.wolfsbos, dt.date(2026, 12, 27)))) == dt.date(2027, 1, 1)


# -- answering ------------------------------------------------------------------------------------


def test_a_series_on_thursday_follows_the_answer_about_ascension_day(cast: Cast) -> None:
    """6 May 2027 is further ahead than there are rows."""
    thursdays, fridays = add_weekly(cast.wolfsbos), add_weekly(cast.wolfsbos, "FR")
    assert asked(cast.wolfsbos)[ASCENSION].planned == 1
    assert not Occurrence.select().where(Occurrence.date == ASCENSION).exists()
    did = answer(cast, ASCENSION, True)
    assert did.off == 1
    assert ASCENSION not in asked(cast.wolfsbos)
    horizon.extend_horizon(cast.wolfsbos, TODAY, NOW, dt.date(2027, 5, 31))
    assert off(thursdays) == ["2027-05-06"]
    assert off(fridays) == []
    assert on(thursdays, ASCENSION).closure.reason == "Hemelvaartsdag"
    assert answer(cast, ASCENSION, False).back == 1
    assert off(thursdays) == []
    assert [(row.house, row.closes) for row in Closure.select()] == [(cast.wolfsbos, False)]


def test_no_as_an_answer_is_kept_and_closes_nothing(cast: Cast) -> None:
    fridays = add_weekly(cast.wolfsbos, "FR")
    for day in (GOOD_FRIDAY, LIBERATION_DAY, KINGS_DAY):
        assert day in asked(cast.wolfsbos)
        assert answer(cast, day, False).off == 0
        assert day not in asked(cast.wolfsbos)
    horizon.extend_horizon(cast.wolfsbos, TODAY, NOW, dt.date(2027, 5, 31))
    assert off(fridays) == []
    noted = AuditEntry.select().where(AuditEntry.action == "closure.add")
    assert {row.person for row in noted} == {cast.coordinator}


def test_each_house_answers_for_itself(cast: Cast) -> None:
    here, there = add_weekly(cast.wolfsbos, "FR"), add_weekly(cast.knooppunt, "FR")
    answer(cast, CHRISTMAS, True)
    assert (off(here), off(there)) == (["2026-12-25"], [])
    assert CHRISTMAS in asked(cast.knooppunt)


def test_the_sunday_of_the_clocks_is_a_holiday_like_another(cast: Cast) -> None:
    sundays = add_weekly(cast.wolfsbos, "SU")
    horizon.extend_horizon(cast.wolfsbos, TODAY, NOW, dt.date(2027, 4, 30))
    assert asked(cast.wolfsbos)[EASTER].planned == 1
    answer(cast, EASTER, True)
    assert off(sundays) == ["2027-03-28"]


def test_a_removed_answer_is_asked_about_again(cast: Cast) -> None:
    fridays = add_weekly(cast.wolfsbos, "FR")
    answer(cast, CHRISTMAS, True)
    remove_closure(Closure.get(), cast.wolfsbos, cast.coordinator, NOW)
    assert CHRISTMAS in asked(cast.wolfsbos)
    assert (off(fridays), count_rows(Closure)) == ([], 0)


@pytest.mark.parametrize(
    "day",
    [
        dt.date(2026, 11, 27),  # no holiday
        dt.date(2026, 4, 27),  # over
        dt.date(2028, 1, 1),  # too far ahead
        dt.date(1, 1, 1),
        dt.date(9999, 12, 25),
    ],
)
def test_what_is_no_coming_holiday_cannot_be_answered(cast: Cast, day: dt.date) -> None:
    with pytest.raises(NoHoliday):
        answer(cast, day, True)
    assert count_rows(Closure) == 0


def test_a_holiday_that_lies_in_days_of_its_own_is_not_asked_about(cast: Cast) -> None:
    """'Kerst' was stored as two days at once: those days have their own answer."""
    both = close(
        cast, CHRISTMAS, dt.date(2026, 12, 26), kind=ClosureKind.public_holiday, reason="Kerst"
    )
    assert asked(cast.wolfsbos)[CHRISTMAS].closure == both
    assert dt.date(2026, 12, 26) not in asked(cast.wolfsbos)
    with pytest.raises(AlreadyThere):
        answer(cast, CHRISTMAS, True)
    decide_closure(both, cast.wolfsbos, True, None, NOW)
    assert CHRISTMAS not in asked(cast.wolfsbos)


def test_nobody_is_asked_about_a_day_on_which_the_house_is_closed_anyway(cast: Cast) -> None:
    closure = close(cast, dt.date(2026, 12, 24), dt.date(2027, 1, 1), reason="Verbouwing")
    assert next(iter(asked(cast.wolfsbos))) == GOOD_FRIDAY
    assert CHRISTMAS in asked(cast.knooppunt)
    remove_closure(closure, cast.wolfsbos, None, NOW)
    assert CHRISTMAS in asked(cast.wolfsbos)


def test_a_school_holiday_answers_no_question(cast: Cast) -> None:
    close(
        cast,
        dt.date(2026, 12, 19),
        dt.date(2027, 1, 3),
        kind=ClosureKind.school_holiday,
        reason="Kerstvakantie",
    )
    assert CHRISTMAS in asked(cast.wolfsbos)


def test_who_is_on_a_shift_of_the_holiday_is_named_before_it_closes(cast: Cast) -> None:
    fridays = add_weekly(cast.wolfsbos, "FR")
    with_cooks(cast, fridays)
    take_seat(seats_on(fridays, CHRISTMAS)[0], cast.volunteer, NOW)
    with pytest.raises(PeopleOnThem) as refused:
        answer(cast, CHRISTMAS, True, seen="")
    assert refused.value.effect.manned[0].names == ("Joop",)
    assert count_rows(Closure) == 0
    answer(cast, CHRISTMAS, False, seen="")
    with pytest.raises(PeopleOnThem):
        answer(cast, CHRISTMAS, True, seen="")
    assert Closure.get().closes is False
    answer(cast, CHRISTMAS, True, seen=refused.value.effect.fingerprint)
    assert (off(fridays), count_rows(Place)) == (["2026-12-25"], 1)


def test_answers_of_many_at_once_make_one_closure_with_the_last_of_them(
    cast: Cast, database: Database
) -> None:
    fridays = add_weekly(cast.wolfsbos, "FR")
    said: list[bool] = []
    lock = threading.Lock()

    def say(closes: bool) -> None:
        with db.atomic():
            answer(cast, CHRISTMAS, closes)
            with lock:
                said.append(closes)  # While the house is still held: in the order of the answers.

    outcomes = at_once(database, *[lambda n=n: say(n % 2 == 0) for n in range(6)])
    assert outcomes == [None] * 6
    [row] = Closure.select()
    assert row.closes == said[-1]
    assert (off(fridays) == ["2026-12-25"]) == said[-1]


# -- what is shown of a question ------------------------------------------------------------------


def test_a_question_counts_what_would_not_take_place(cast: Cast) -> None:
    add_weekly(cast.wolfsbos, "FR")
    other = add_weekly(cast.wolfsbos, "FR", title="Soep")
    add_weekly(cast.wolfsbos, "FR", title="Koken", not_in_school_holidays=True)
    add_weekly(cast.knooppunt, "FR")
    assert asked(cast.wolfsbos)[CHRISTMAS].planned == 3
    programme.cancel_date(on(other, CHRISTMAS), "", None, NOW)
    close(
        cast,
        dt.date(2026, 12, 19),
        dt.date(2027, 1, 3),
        kind=ClosureKind.school_holiday,
        reason="Kerstvakantie",
    )
    assert asked(cast.wolfsbos)[CHRISTMAS].planned == 1
    # Beyond the rows, too, pausing in a school holiday is known.
    close(
        cast,
        dt.date(2027, 3, 20),
        dt.date(2027, 3, 28),
        kind=ClosureKind.school_holiday,
        reason="Proef",
    )
    assert asked(cast.wolfsbos)[GOOD_FRIDAY].planned == 2


def test_a_holiday_matters_where_the_house_is_usually_open_or_something_is_on(cast: Cast) -> None:
    """Both houses are open from Monday to Friday."""
    saturday, sunday = dt.date(2026, 12, 26), EASTER
    assert asked(cast.wolfsbos)[CHRISTMAS].usual
    assert not asked(cast.wolfsbos)[saturday].usual
    assert not asked(cast.wolfsbos)[sunday].usual
    add_weekly(cast.wolfsbos, "SU")
    assert asked(cast.wolfsbos)[sunday].usual
    assert not asked(cast.knooppunt)[sunday].usual
    OpeningHours.delete().where(OpeningHours.house == cast.knooppunt).execute()
    assert asked(cast.knooppunt)[sunday].usual


def test_what_comes_soon_is_asked_about_where_it_matters(cast: Cast) -> None:
    assert [each.reason for each in asked_soon(cast.wolfsbos, TODAY)] == [
        "Eerste kerstdag",
        "Nieuwjaarsdag",
    ]
    answer(cast, CHRISTMAS, True)
    [left] = asked_soon(cast.wolfsbos, TODAY)
    assert (left.first_date, left.id) == (dt.date(2027, 1, 1), None)
    assert asked_soon(cast.wolfsbos, dt.date(2027, 1, 4)) == []


def test_questions_take_three_queries_whatever_there_is(cast: Cast) -> None:
    def ask() -> int:
        with counted() as statements:
            questions(cast.wolfsbos, [], TODAY)
        return len(statements)

    few = ask()
    for number in range(8):
        add_weekly(cast.wolfsbos, "TH,FR", title=f"Groep {number}")
    assert few == ask() == 3


# -- school holidays ------------------------------------------------------------------------------


def test_the_school_holidays_to_propose_are_those_of_the_real_input() -> None:
    listed = json.loads(SCHOOL_HOLIDAYS.read_text())["noord"]
    real = json.loads((SCHOOL_HOLIDAYS.parent / "hoogeveen.json").read_text())["closures"]
    assert sorted((each["from"], each["to"]) for each in listed) == sorted(
        (each["from"], each["to"]) for each in real if each["kind"] == ClosureKind.school_holiday
    )
    days = [
        (dt.date.fromisoformat(each["from"]), dt.date.fromisoformat(each["to"])) for each in listed
    ]
    assert days == sorted(days)
    for first, last in days:
        assert (first.isoweekday(), last.isoweekday()) == (6, 7), first
    assert all(last < first for (_, last), (first, _) in pairwise(days))


def test_a_school_holiday_is_proposed_until_it_is_there_or_over(cast: Cast) -> None:
    def names(today: dt.date = TODAY) -> list[str]:
        found = school_proposals(coming_closures(cast.wolfsbos, today), today)
        return [each.name for each in found]

    assert names() == ["Kerstvakantie", "Voorjaarsvakantie", "Meivakantie", "Zomervakantie"]
    assert names(dt.date(2027, 1, 3))[0] == "Kerstvakantie"
    assert names(dt.date(2027, 1, 4))[0] == "Voorjaarsvakantie"
    # Somebody entered it by hand, with other days.
    close(
        cast,
        dt.date(2026, 12, 21),
        dt.date(2027, 1, 1),
        kind=ClosureKind.school_holiday,
        reason="Vakantie",
    )
    assert names() == ["Voorjaarsvakantie", "Meivakantie", "Zomervakantie"]
    assert names(dt.date(2027, 8, 23)) == []


def test_dates_that_pause_are_told_apart_from_those_that_go_on(cast: Cast) -> None:
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
    assert off(cooking) == ["2026-12-22", "2026-12-29"]
    assert off(coffee) == []
    rows = Occurrence.select().where(Occurrence.state == OccurrenceState.cancelled)
    assert {row.activity_id for row in rows} == {cooking.id}
    assert Activity.get_by_id(coffee.id).sequence == 0
