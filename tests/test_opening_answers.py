"""Openings that nobody counted: listed, answered with one tap, and true to the closures."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest

from models import (
    AuditEntry,
    Closure,
    ClosureKind,
    CountDay,
    CountEvent,
    House,
    Opening,
    OpeningHours,
    OpeningState,
    Person,
)
from rules import closures, count_hours, counting, opening_answers, openings
from rules.corrections import Right, correct
from rules.count_events import Batch
from rules.opening_answers import Answer, answer_for, forgotten, take_back
from rules.undoing import NothingToUndo
from tests.cast import Cast, count_rows
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted

DAY = dt.timedelta(days=1)
#: Monday and Tuesday of this week, and Wednesday.
MONDAY, TUESDAY, WEDNESDAY = (TODAY - n * DAY for n in (3, 2, 1))


@pytest.fixture
def week(cast: Cast) -> dict[dt.date, Opening]:
    """The openings of this week up to yesterday, of which nobody counted any; by day."""
    CountDay.create(house=cast.wolfsbos, date=MONDAY - 3 * DAY)
    openings.settle(cast.wolfsbos, TODAY)
    CountDay.delete().execute()
    Opening.delete().where(Opening.date < MONDAY).execute()
    return {row.date: row for row in Opening.select()}


def state(opening: Opening) -> tuple[str, bool]:
    row = Opening.get_by_id(opening.id)
    return row.state, row.counted


def answered(opening: Opening) -> bool:
    return bool(Opening.get_by_id(opening.id).answered)


def open_days(house: House, today: dt.date = TODAY) -> list[dt.date]:
    return [row.date for row in forgotten(house, today)]


def close(house: House, first: dt.date, last: dt.date, now: dt.datetime = NOW) -> Closure:
    kind = ClosureKind.closed
    return closures.add_closure(house, first, last, kind, "Vloer", None, now)[0]


def tap(cast: Cast, date: dt.date) -> None:
    """A tap at half past ten that a phone kept until now."""
    at = dt.datetime.combine(date, dt.time(9, 30)).isoformat() + "Z"
    event = {"id": str(uuid4()), "house": "wolfsbos", "kind": "visit", "n": 1, "at": at}
    counting.receive(cast.volunteer, [cast.wolfsbos], Batch("phone", NOW, (event,)), NOW)


# -- the list -------------------------------------------------------------------------------------


def test_openings_without_a_count_are_listed_the_newest_first(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    assert open_days(cast.wolfsbos) == [WEDNESDAY, TUESDAY, MONDAY]
    tap(cast, TUESDAY)
    assert open_days(cast.wolfsbos) == [WEDNESDAY, MONDAY]
    assert opening_answers.how_many_forgotten(cast.wolfsbos, TODAY) == 2
    assert open_days(cast.knooppunt) == []
    assert open_days(cast.wolfsbos, TODAY + dt.timedelta(weeks=8) - DAY) == [WEDNESDAY]


def test_the_list_takes_one_question(cast: Cast, week: dict[dt.date, Opening]) -> None:
    with counted() as asked:
        forgotten(cast.wolfsbos, TODAY)
    assert len(asked) == 1


# -- the answers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (Answer.nobody, ("open", True)),
        (Answer.closed, ("closed", False)),
        (Answer.unknown, ("not_counted", False)),
    ],
)
def test_an_answer_takes_an_opening_off_the_list_and_can_be_taken_back(
    cast: Cast, week: dict[dt.date, Opening], answer: Answer, expected: tuple[str, bool]
) -> None:
    answer_for(week[TUESDAY], answer, cast.coordinator, NOW)
    assert state(week[TUESDAY]) == expected
    assert answered(week[TUESDAY])
    assert open_days(cast.wolfsbos) == [WEDNESDAY, MONDAY]
    for _twice in range(2):
        take_back(week[TUESDAY], cast.coordinator, NOW + dt.timedelta(seconds=9))
        assert state(week[TUESDAY]) == ("open", False)
        assert not answered(week[TUESDAY])
        assert open_days(cast.wolfsbos) == [WEDNESDAY, TUESDAY, MONDAY]


def test_nobody_is_a_count_that_a_rebuild_keeps(cast: Cast, week: dict[dt.date, Opening]) -> None:
    for _twice in range(2):
        answer_for(week[MONDAY], Answer.nobody, cast.coordinator, NOW)
    event = CountEvent.get()
    assert (event.kind, event.n, event.opening) == ("correction", 0, week[MONDAY])
    assert (event.act, event.was, event.becomes, event.reason) == (1, 0, 0, "")
    for _again in range(2):
        assert [(row.date, row.n) for row in CountDay.select()] == [(MONDAY, 0)]
        count_hours.rebuild(cast.wolfsbos)
    assert AuditEntry.select().where(AuditEntry.action == "opening.nobody").count() == 1


def test_another_answer_replaces_the_one_before_and_undoing_brings_that_back(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    row = week[MONDAY]
    answer_for(row, Answer.nobody, cast.coordinator, NOW)
    answer_for(row, Answer.closed, cast.coordinator, NOW)
    assert state(row) == ("closed", False)
    take_back(row, cast.coordinator, NOW)
    assert state(row) == ("open", True)
    answer_for(row, Answer.unknown, cast.coordinator, NOW)
    assert state(row) == ("not_counted", False)
    count_hours.rebuild(cast.wolfsbos)
    assert counting.day_total(cast.wolfsbos, MONDAY) == 0


def test_what_was_taken_back_is_not_what_an_answer_replaces(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    row = week[MONDAY]
    answer_for(row, Answer.nobody, cast.coordinator, NOW)
    for answer in (Answer.closed, Answer.unknown):
        answer_for(row, answer, cast.coordinator, NOW)
        take_back(row, cast.coordinator, NOW)
        assert state(row) == ("open", True)
        assert answered(row)


def test_an_answer_that_taps_overtook_may_be_given_again(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    row, slip = week[MONDAY], uuid4()
    answer_for(row, Answer.closed, cast.coordinator, NOW)
    counting.add_visit(cast.volunteer, cast.wolfsbos, slip, NOW - 3 * DAY)
    counting.undo_visit(cast.volunteer, cast.wolfsbos, slip, NOW - 3 * DAY)
    assert not answered(row)
    with pytest.raises(NothingToUndo):
        take_back(row, cast.coordinator, NOW)
    answer_for(row, Answer.closed, cast.coordinator, NOW)
    assert state(row) == ("closed", False)


def test_only_who_answered_takes_it_back_and_not_for_long(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    row = week[MONDAY]
    answer_for(row, Answer.closed, cast.coordinator, NOW)
    for person, later in ((cast.admin, 1), (cast.coordinator, 31)):
        with pytest.raises(NothingToUndo):
            take_back(row, person, NOW + dt.timedelta(seconds=later))
    assert state(row) == ("closed", False)
    with pytest.raises(NothingToUndo):
        take_back(week[TUESDAY], cast.coordinator, NOW)


def test_an_opening_with_visitors_has_its_answer(cast: Cast, week: dict[dt.date, Opening]) -> None:
    answer_for(week[MONDAY], Answer.nobody, cast.coordinator, NOW)
    tap(cast, MONDAY)
    for answer in Answer:
        with pytest.raises(opening_answers.IsCounted):
            answer_for(week[MONDAY], answer, cast.coordinator, NOW)
    with pytest.raises(NothingToUndo):
        take_back(week[MONDAY], cast.coordinator, NOW)


def test_after_a_slip_that_was_taken_back_it_may_have_been_closed(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    slip = uuid4()
    counting.add_visit(cast.volunteer, cast.wolfsbos, slip, NOW - 3 * DAY)
    assert state(week[MONDAY]) == ("open", True)
    counting.undo_visit(cast.volunteer, cast.wolfsbos, slip, NOW - 3 * DAY)
    assert state(week[MONDAY]) == ("open", False)
    assert open_days(cast.wolfsbos) == [WEDNESDAY, TUESDAY, MONDAY]
    answer_for(week[MONDAY], Answer.closed, cast.coordinator, NOW)
    assert state(week[MONDAY]) == ("closed", False)


@pytest.mark.parametrize("answer", [Answer.closed, Answer.unknown])
def test_what_was_put_right_to_nobody_may_have_been_closed(
    cast: Cast, week: dict[dt.date, Opening], answer: Answer
) -> None:
    tap(cast, MONDAY)
    rights = [Right(10, 0, 0, 1)]
    correct(cast.wolfsbos, MONDAY, rights, "Per ongeluk", cast.coordinator, NOW, TODAY)
    assert state(week[MONDAY]) == ("open", True)
    answer_for(week[MONDAY], answer, cast.coordinator, NOW)
    said = state(week[MONDAY])
    assert said == (opening_answers._STATES[answer], False)
    assert count_hours.wrong_openings(cast.wolfsbos) == 0
    count_hours.rebuild(cast.wolfsbos)
    assert state(week[MONDAY]) == said
    take_back(week[MONDAY], cast.coordinator, NOW)
    assert state(week[MONDAY]) == ("open", True)
    answer_for(week[MONDAY], answer, cast.coordinator, NOW)
    tap(cast, MONDAY)
    assert state(week[MONDAY]) == ("open", True)
    with pytest.raises(opening_answers.IsCounted):
        answer_for(week[MONDAY], answer, cast.coordinator, NOW)


# -- what was taken back --------------------------------------------------------------------------


def of_phone(cast: Cast, *events: dict[str, Any]) -> list[str]:
    batch = Batch("phone", NOW, events)
    receipt = counting.receive(cast.volunteer, [cast.wolfsbos], batch, NOW)
    return [verdict.code or verdict.status.value for verdict in receipt.verdicts]


def slip_of(date: dt.date) -> list[dict[str, Any]]:
    """A tap at half past ten, and its undo."""
    at = dt.datetime.combine(date, dt.time(9, 30)).isoformat() + "Z"
    tap = {"id": str(uuid4()), "house": "wolfsbos", "at": at, "kind": "visit", "n": 1}
    back = {"id": str(uuid4()), "house": "wolfsbos", "at": at, "kind": "undo", "undoes": tap["id"]}
    return [tap, back]


@pytest.mark.parametrize("together", ["one batch", "after it", "before it"])
def test_a_slip_that_was_taken_back_is_no_count(
    cast: Cast, week: dict[dt.date, Opening], together: str
) -> None:
    tap, back = slip_of(MONDAY)
    batches = {
        "one batch": [[tap, back]],
        "after it": [[tap], [back]],
        "before it": [[back], [tap]],
    }
    for events in batches[together]:
        of_phone(cast, *events)
    for _again in range(2):
        assert state(week[MONDAY]) == ("open", False)
        assert open_days(cast.wolfsbos) == [WEDNESDAY, TUESDAY, MONDAY]
        assert count_hours.wrong_openings(cast.wolfsbos) == 0
        count_hours.rebuild(cast.wolfsbos)


def test_while_another_tap_or_a_correction_holds_it_stays_counted(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    for date in (MONDAY, TUESDAY, WEDNESDAY):
        of_phone(cast, (slip := slip_of(date))[0])
        if date == MONDAY:
            tap(cast, date)
        elif date == TUESDAY:
            correct(cast.wolfsbos, date, [Right(10, 0, 0, 1)], "x", cast.coordinator, NOW, TODAY)
        of_phone(cast, slip[1])
    assert [state(week[day]) for day in (MONDAY, TUESDAY, WEDNESDAY)] == [
        ("open", True),
        ("open", True),
        ("open", False),
    ]
    assert count_hours.wrong_openings(cast.wolfsbos) == 0


@pytest.mark.parametrize("answer", list(Answer))
def test_a_slip_of_one_batch_leaves_the_answer(
    cast: Cast, week: dict[dt.date, Opening], answer: Answer
) -> None:
    answer_for(week[MONDAY], answer, cast.coordinator, NOW)
    before = state(week[MONDAY])
    of_phone(cast, *slip_of(MONDAY))
    assert (state(week[MONDAY]), answered(week[MONDAY])) == (before, True)


def test_a_slip_on_a_closed_day_that_was_taken_back_leaves_it_closed(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    close(cast.wolfsbos, TUESDAY, TUESDAY)
    tap, back = slip_of(TUESDAY)
    of_phone(cast, tap)
    assert state(week[TUESDAY]) == ("open", True)
    of_phone(cast, back)
    assert state(week[TUESDAY]) == ("closed", False)


def test_what_was_marked_by_a_slip_before_is_put_right_by_a_recount(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    of_phone(cast, *slip_of(MONDAY))
    Opening.update(counted=True).where(Opening.id == week[MONDAY].id).execute()
    assert count_hours.wrong_openings(cast.wolfsbos) == 1
    count_hours.rebuild(cast.wolfsbos)
    assert state(week[MONDAY]) == ("open", False)


def test_whatever_its_reason_a_correction_is_no_answer(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    correct(cast.wolfsbos, MONDAY, [Right(10, 0, 4, 0)], "0", cast.coordinator, NOW, TODAY)
    with pytest.raises(opening_answers.IsCounted):
        answer_for(week[MONDAY], Answer.closed, cast.coordinator, NOW)
    assert counting.day_total(cast.wolfsbos, MONDAY) == 4


@pytest.mark.parametrize("answer", list(Answer))
def test_computing_all_anew_keeps_the_answers(
    cast: Cast, week: dict[dt.date, Opening], answer: Answer
) -> None:
    answer_for(week[MONDAY], answer, cast.coordinator, NOW)
    answer_for(week[TUESDAY], answer, cast.coordinator, NOW)
    take_back(week[TUESDAY], cast.coordinator, NOW)
    before = [(state(row), answered(row)) for row in week.values()]
    count_hours.rebuild(cast.wolfsbos)
    assert [(state(row), answered(row)) for row in week.values()] == before


@pytest.mark.parametrize("answer", [Answer.closed, Answer.unknown])
def test_taps_on_an_opening_that_was_called_closed_open_it_after_all(
    cast: Cast, week: dict[dt.date, Opening], answer: Answer
) -> None:
    answer_for(week[MONDAY], answer, cast.coordinator, NOW)
    tap(cast, MONDAY)
    assert state(week[MONDAY]) == ("open", True)
    assert not answered(week[MONDAY])


def test_today_is_not_answered_yet(cast: Cast) -> None:
    row = Opening.create(
        house=cast.wolfsbos, date=TODAY, start_time=dt.time(9), end_time=dt.time(10)
    )
    with pytest.raises(opening_answers.OpeningNotOver):
        answer_for(row, Answer.nobody, cast.coordinator, NOW)


def test_of_two_openings_of_a_day_each_has_its_own_answer(cast: Cast) -> None:
    OpeningHours.delete().execute()
    spans = ((dt.time(9), dt.time(12)), (dt.time(13), dt.time(17)))
    rows = [
        Opening.create(house=cast.wolfsbos, date=MONDAY, start_time=start, end_time=end)
        for start, end in spans
    ]
    tap(cast, MONDAY)
    answer_for(rows[1], Answer.nobody, cast.coordinator, NOW)
    assert [state(row) for row in rows] == [("open", True), ("open", True)]
    assert counting.day_total(cast.wolfsbos, MONDAY) == 1
    with pytest.raises(opening_answers.IsCounted):
        answer_for(rows[0], Answer.closed, cast.coordinator, NOW)


# -- closures -------------------------------------------------------------------------------------


def test_a_closure_of_later_closes_what_nobody_counted_or_answered(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    tap(cast, MONDAY)
    answer_for(week[TUESDAY], Answer.unknown, cast.coordinator, NOW)
    closure = close(cast.wolfsbos, MONDAY, TODAY)
    assert state(week[MONDAY]) == ("open", True)
    assert state(week[TUESDAY]) == ("not_counted", False)
    assert state(week[WEDNESDAY]) == ("closed", False)
    facts = {"kind": ClosureKind.closed, "reason": "Vloer"}
    closures.change_closure(
        closure, cast.wolfsbos, None, NOW, first_date=TODAY, last_date=TODAY, **facts
    )
    assert state(week[WEDNESDAY]) == ("open", False)
    assert state(week[TUESDAY]) == ("not_counted", False)


def test_what_a_person_called_closed_stays_closed_when_a_closure_goes(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    answer_for(week[TUESDAY], Answer.closed, cast.coordinator, NOW)
    answer_for(week[WEDNESDAY], Answer.closed, cast.coordinator, NOW)
    take_back(week[WEDNESDAY], cast.coordinator, NOW)
    closure = close(cast.wolfsbos, TUESDAY, TODAY)
    assert state(week[WEDNESDAY]) == ("closed", False)
    closures.decide_closure(closure, cast.wolfsbos, False, None, NOW)
    assert state(week[TUESDAY]) == ("closed", False)
    assert state(week[WEDNESDAY]) == ("open", False)


def test_an_earlier_answer_that_holds_again_stays_when_a_closure_goes(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    closure = close(cast.wolfsbos, TUESDAY, TODAY)
    answer_for(week[TUESDAY], Answer.closed, cast.coordinator, NOW)
    answer_for(week[TUESDAY], Answer.unknown, cast.coordinator, NOW)
    take_back(week[TUESDAY], cast.coordinator, NOW)
    closures.decide_closure(closure, cast.wolfsbos, False, None, NOW)
    assert state(week[TUESDAY]) == ("closed", False)
    assert state(week[WEDNESDAY]) == ("open", False)


def test_what_was_taken_back_follows_the_closures(cast: Cast, week: dict[dt.date, Opening]) -> None:
    answer_for(week[TUESDAY], Answer.nobody, cast.coordinator, NOW)
    close(cast.wolfsbos, TUESDAY, TODAY)
    assert state(week[TUESDAY]) == ("open", True)
    take_back(week[TUESDAY], cast.coordinator, NOW)
    assert state(week[TUESDAY]) == ("closed", False)


def test_days_on_which_all_houses_are_closed_hold_for_each(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    CountDay.create(house=cast.knooppunt, date=MONDAY)
    openings.settle(cast.knooppunt, TODAY)
    everywhere = close(None, TUESDAY, TODAY)  # type: ignore[arg-type]
    shut = Opening.select().where(Opening.state == OpeningState.closed)
    assert sorted((row.house.slug, row.date) for row in shut) == [
        (slug, day) for slug in ("knooppunt", "wolfsbos") for day in (TUESDAY, WEDNESDAY)
    ]
    closures.decide_closure(everywhere, cast.wolfsbos, False, None, NOW)
    assert {row.house.slug for row in shut.clone()} == {"knooppunt"}


def test_what_was_refused_changes_no_opening(cast: Cast, week: dict[dt.date, Opening]) -> None:
    close(cast.wolfsbos, TODAY, TODAY)
    with pytest.raises(closures.AlreadyThere):
        close(cast.wolfsbos, MONDAY, TODAY)
    assert state(week[MONDAY]) == ("open", False)


# -- settling -------------------------------------------------------------------------------------


def test_hours_that_changed_make_no_second_opening_of_a_day_that_was_counted(cast: Cast) -> None:
    tap(cast, MONDAY)
    OpeningHours.update(start_time=dt.time(10)).execute()
    openings.settle(House.get_by_id(cast.wolfsbos.id), TODAY)
    starts = [(row.date, row.start_time.hour) for row in Opening.select().order_by(Opening.date)]
    assert starts == [(MONDAY, 9), (TUESDAY, 10), (WEDNESDAY, 10)]


def test_the_openings_of_today_are_told_without_being_stored(cast: Cast) -> None:
    today = openings.of_day(cast.wolfsbos, TODAY, TODAY)
    assert [(row.start_time, row.state, row.id) for row in today] == [(dt.time(9), "open", None)]
    assert count_rows(Opening) == 0


def test_the_first_day_of_a_house_is_the_first_of_which_anything_is_known(
    cast: Cast, week: dict[dt.date, Opening]
) -> None:
    assert openings.first_day(cast.knooppunt) is None
    assert openings.first_day(cast.wolfsbos) == MONDAY
    made = dt.datetime(2026, 11, 19, 23, 30)  # In Hoogeveen it is the 20th.
    for house, id in ((cast.wolfsbos, cast.wolfsbos.id), (None, 999)):
        AuditEntry.create(
            house=house, action="house.add", subject="house", subject_id=str(id), at=made
        )
    assert openings.first_day(cast.wolfsbos) == dt.date(2026, 11, 20)


def test_an_answer_names_who_gave_it(cast: Cast, week: dict[dt.date, Opening]) -> None:
    by: Person = cast.coordinator
    answer_for(week[MONDAY], Answer.unknown, by, NOW)
    entry = AuditEntry.get(AuditEntry.action == "opening.unknown")
    assert (entry.person, entry.subject_id) == (by, str(week[MONDAY].id))
