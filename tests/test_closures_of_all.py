"""Closures of all houses, and what a single house answers about them."""

from __future__ import annotations

import datetime as dt

import pytest

from models import Closure, ClosureKind, OccurrenceState
from rules.closed_days import closed_days
from rules.closures import (
    NotYourClosure,
    add_closure,
    answer_of,
    answers,
    change_closure,
    closure_for,
    coming_closures,
    decide_closure,
    remove_closure,
)
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.test_closures import change, off
from tests.test_programme import add_weekly, close, on

CHRISTMAS = dt.date(2026, 12, 25)
NEW_YEARS_EVE = dt.date(2026, 12, 31)


def test_a_house_answers_for_itself_about_a_holiday_of_all(cast: Cast) -> None:
    here, there = add_weekly(cast.wolfsbos, "FR"), add_weekly(cast.knooppunt, "FR")
    closure = close(cast, CHRISTMAS, house=None, kind=ClosureKind.public_holiday, reason="Kerst")
    decide_closure(closure, cast.wolfsbos, True, cast.coordinator, NOW)
    decide_closure(closure, cast.wolfsbos, True, cast.coordinator, NOW)
    assert on(here, CHRISTMAS).state == OccurrenceState.cancelled
    assert on(there, CHRISTMAS).state == OccurrenceState.planned
    [own] = coming_closures(cast.wolfsbos, TODAY)
    assert (own.house, own.closes) == (cast.wolfsbos, True)
    [asked] = coming_closures(cast.knooppunt, TODAY)
    assert (asked, asked.closes) == (closure, None)
    remove_closure(own, cast.wolfsbos, cast.coordinator, NOW)
    assert on(here, CHRISTMAS).state == OccurrenceState.planned
    assert coming_closures(cast.wolfsbos, TODAY) == [closure]


def test_a_house_may_stay_open_where_all_are_closed(cast: Cast) -> None:
    here, there = add_weekly(cast.wolfsbos), add_weekly(cast.knooppunt)
    closure = close(cast, NEW_YEARS_EVE, house=None)
    assert on(here, NEW_YEARS_EVE).state == OccurrenceState.cancelled
    decide_closure(closure, cast.wolfsbos, False, cast.coordinator, NOW)
    assert on(here, NEW_YEARS_EVE).state == OccurrenceState.planned
    assert on(there, NEW_YEARS_EVE).state == OccurrenceState.cancelled


def test_a_house_cannot_decide_or_remove_for_others(cast: Cast) -> None:
    of_other = close(cast, NEW_YEARS_EVE, house=cast.knooppunt)
    of_all = close(cast, NEW_YEARS_EVE, house=None)
    for closure in (of_all, of_other):
        with pytest.raises(NotYourClosure):
            remove_closure(closure, cast.wolfsbos, cast.coordinator, NOW)
    with pytest.raises(NotYourClosure):
        decide_closure(of_other, cast.wolfsbos, False, cast.coordinator, NOW)
    assert closure_for(cast.wolfsbos, of_other.id) is None
    assert closure_for(cast.wolfsbos, of_all.id) == of_all


def test_only_an_administrator_closes_all_houses(cast: Cast) -> None:
    here, there = add_weekly(cast.wolfsbos), add_weekly(cast.knooppunt)
    for person in (cast.coordinator, cast.volunteer):
        with pytest.raises(NotYourClosure):
            add_closure(
                None, NEW_YEARS_EVE, NEW_YEARS_EVE, ClosureKind.closed, "Dicht", person, NOW
            )
    closure, did = add_closure(
        None, NEW_YEARS_EVE, NEW_YEARS_EVE, ClosureKind.closed, "Dicht", cast.admin, NOW
    )
    assert did.off == 2
    assert off(here) == off(there) == ["2026-12-31"]
    with pytest.raises(NotYourClosure):
        remove_closure(closure, None, cast.coordinator, NOW)
    with pytest.raises(NotYourClosure):
        change_closure(
            closure,
            None,
            cast.coordinator,
            NOW,
            first_date=CHRISTMAS,
            last_date=CHRISTMAS,
            kind=ClosureKind.closed,
            reason="Kerst",
        )
    assert Closure.get().first_date == NEW_YEARS_EVE


def test_the_answer_of_a_house_follows_when_the_days_of_all_change(cast: Cast) -> None:
    here, there = add_weekly(cast.wolfsbos), add_weekly(cast.knooppunt)
    of_all = close(cast, NEW_YEARS_EVE, house=None)
    decide_closure(of_all, cast.wolfsbos, False, cast.coordinator, NOW)
    change(of_all, None, cast, first_date=dt.date(2026, 12, 24), reason="Kerstsluiting")
    assert off(here) == []
    assert off(there) == ["2026-12-24", "2026-12-31"]
    own = answer_of(cast.wolfsbos, Closure.get_by_id(of_all.id))
    assert own is not None
    assert (own.first_date, own.reason, own.closes) == (
        dt.date(2026, 12, 24),
        "Kerstsluiting",
        False,
    )
    assert answers(own) == of_all
    assert answers(of_all) is None
    assert answer_of(cast.knooppunt, of_all) is None


def test_another_question_to_all_has_no_answer_yet(cast: Cast) -> None:
    here = add_weekly(cast.wolfsbos, "FR")
    of_all = close(cast, CHRISTMAS, house=None, kind=ClosureKind.public_holiday, reason="Kerst")
    decide_closure(of_all, cast.wolfsbos, True, cast.coordinator, NOW)
    assert off(here) == ["2026-12-25"]
    did = change(of_all, None, cast, kind=ClosureKind.school_holiday, reason="Kerstvakantie")
    assert (did.back, off(here)) == (1, [])
    assert list(Closure.select()) == [of_all]


def test_that_it_is_open_says_a_house_only_while_all_are_closed(cast: Cast) -> None:
    add_weekly(cast.wolfsbos)
    of_all = close(cast, NEW_YEARS_EVE, house=None)
    decide_closure(of_all, cast.wolfsbos, False, cast.coordinator, NOW)
    decide_closure(of_all, cast.knooppunt, True, cast.other_coordinator, NOW)
    remove_closure(of_all, None, cast.admin, NOW)
    [left] = Closure.select()
    assert (left.house, left.closes) == (cast.knooppunt, True)


def test_days_of_all_that_have_begun_end_with_the_answers_that_lean_on_them(cast: Cast) -> None:
    here, there = add_weekly(cast.wolfsbos), add_weekly(cast.knooppunt)
    of_all = close(cast, dt.date(2026, 11, 23), dt.date(2026, 11, 29), house=None)
    decide_closure(of_all, cast.wolfsbos, False, cast.coordinator, NOW)
    assert (off(here), off(there)) == ([], ["2026-11-26"])
    remove_closure(of_all, None, cast.admin, NOW)
    assert off(there) == []
    yesterday = dt.date(2026, 11, 25)
    assert {each.last_date for each in Closure.select()} == {yesterday}
    assert closed_days(cast.wolfsbos, dt.date(2026, 11, 20), TODAY) == {}
    assert len(closed_days(cast.knooppunt, dt.date(2026, 11, 20), TODAY)) == 3


def test_a_house_that_closed_by_itself_stays_so_whatever_all_do(cast: Cast) -> None:
    here, there = add_weekly(cast.wolfsbos), add_weekly(cast.knooppunt)
    own = close(cast, NEW_YEARS_EVE)
    of_all = close(cast, NEW_YEARS_EVE, house=None, reason="Alle huizen")
    assert (answers(own), answer_of(cast.wolfsbos, of_all)) == (None, None)
    change(of_all, None, cast, first_date=dt.date(2026, 12, 30))
    change(of_all, None, cast, first_date=NEW_YEARS_EVE)
    change(of_all, None, cast, kind=ClosureKind.public_holiday)
    assert (off(here), off(there)) == (["2026-12-31"], [])
    remove_closure(of_all, None, cast.admin, NOW)
    assert (off(here), list(Closure.select())) == (["2026-12-31"], [own])


def test_a_house_that_takes_its_answer_back_does_as_all_do(cast: Cast) -> None:
    here = add_weekly(cast.wolfsbos)
    of_all = close(cast, NEW_YEARS_EVE, house=None)
    decide_closure(of_all, cast.wolfsbos, False, cast.coordinator, NOW)
    own = answer_of(cast.wolfsbos, of_all)
    did = remove_closure(own, cast.wolfsbos, cast.coordinator, NOW)
    assert (did.off, off(here)) == (1, ["2026-12-31"])
    assert on(here, NEW_YEARS_EVE).closure == of_all
