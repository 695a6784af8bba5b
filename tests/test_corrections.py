"""Correcting a day: differences with a reason; what was counted stays."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database, IntegrityError

import models
from models import (
    AuditEntry,
    CountDay,
    CountEvent,
    CountHour,
    House,
    Opening,
    OpeningHours,
    OpeningState,
)
from rules import corrections, count_hours, counting
from rules.corrections import Right, correct, differences
from rules.count_events import Batch
from rules.count_hours import Visits
from rules.day_counts import Row, read_day
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_activity, make_occurrence
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted

DAY = dt.timedelta(days=1)
YESTERDAY = TODAY - DAY


def tap(
    cast: Cast, hour: int = 10, n: int = 1, date: dt.date = YESTERDAY, **facts: Any
) -> dict[str, Any]:
    """A tap in an hour of a day; Hoogeveen is an hour ahead of UTC."""
    at = dt.datetime.combine(date, dt.time(hour - 1, 30)).isoformat() + "Z"
    event = {"id": str(uuid4()), "house": "wolfsbos", "kind": "visit", "n": n, "at": at, **facts}
    send(cast, event)
    return event


def send(cast: Cast, *events: dict[str, Any]) -> None:
    counting.receive(cast.volunteer, [cast.wolfsbos], Batch("phone", NOW, events), NOW)


def undo(cast: Cast, event: dict[str, Any]) -> None:
    facts = {"kind": "undo", "undoes": event["id"], "at": NOW.isoformat() + "Z"}
    send(cast, {"id": str(uuid4()), "house": "wolfsbos", **facts})


def put_right(cast: Cast, *rights: Right, reason: str = "Vergeten", **options: Any) -> None:
    facts = {"date": YESTERDAY, "now": NOW, "today": TODAY, **options}
    date, now, today = facts["date"], facts["now"], facts["today"]
    correct(cast.wolfsbos, date, rights, reason, cast.coordinator, now, today)


def hours(house: House, date: dt.date = YESTERDAY) -> dict[tuple[int, int | None], int]:
    found: dict[tuple[int, int | None], int] = {}
    for row in CountHour.select().where(CountHour.house == house, CountHour.date == date):
        key = row.hour, row.activity_id
        found[key] = found.get(key, 0) + row.n
    return found


def firsts(house: House) -> int:
    return sum(row.firsts for row in CountHour.select().where(CountHour.house == house))


def test_a_correction_is_the_difference_and_what_was_counted_stays(cast: Cast) -> None:
    tap(cast, n=12)
    put_right(cast, Right(10, 0, 15, 12), reason="Drie door de achterdeur")
    event = CountEvent.get(CountEvent.kind == "correction")
    assert (event.n, event.reason, event.actor) == (3, "Drie door de achterdeur", cast.coordinator)
    assert event.opening.counted
    assert hours(cast.wolfsbos) == {(10, None): 15}
    assert counting.day_total(cast.wolfsbos, YESTERDAY) == 15
    assert CountDay.get().by_hand
    tap(cast, n=2)
    assert counting.day_total(cast.wolfsbos, YESTERDAY) == 17
    count_hours.rebuild(cast.wolfsbos)
    assert counting.day_total(cast.wolfsbos, YESTERDAY) == 17
    assert AuditEntry.select().where(AuditEntry.action == "count.correct").count() == 1


def test_several_corrections_of_a_row_add_up(cast: Cast) -> None:
    tap(cast, n=5)
    for was, n in ((5, 2), (2, 0), (0, 9)):
        put_right(cast, Right(10, 0, n, was))
    assert hours(cast.wolfsbos) == {(10, None): 9}
    acts = read_day(cast.wolfsbos, YESTERDAY).corrections
    steps = [[(step.before, step.after) for step in act.steps] for act in acts]
    assert steps == [[(0, 9)], [(2, 0)], [(5, 2)]]
    assert {(act.by, act.at) for act in acts} == {("Corrie", NOW)}


def test_the_history_stays_when_who_and_when_are_forgotten(cast: Cast) -> None:
    tap(cast, n=5)
    put_right(cast, Right(10, 0, 7, 5), Right(11, 0, 1, 0), reason="Eerst")
    put_right(cast, Right(10, 0, 6, 7), reason="Toch niet")
    CountEvent.update(
        happened_at=None, sent_at=None, received_at=None, actor=None, device=None, fingerprint=""
    ).execute()
    told = [
        (act.reason, act.by, act.at, [(s.hour, s.before, s.after) for s in act.steps])
        for act in read_day(cast.wolfsbos, YESTERDAY).corrections
    ]
    assert told == [
        ("Toch niet", "", None, [(10, 7, 6)]),
        ("Eerst", "", None, [(10, 5, 7), (11, 0, 1)]),
    ]


def test_what_is_saved_together_has_one_number_within_its_day(cast: Cast) -> None:
    put_right(cast, Right(10, 0, 7, 0), Right(11, 0, 1, 0))
    put_right(cast, Right(10, 0, 6, 7))
    put_right(cast, Right(10, 0, 3, 0), date=TODAY)
    rows = CountEvent.select().order_by(CountEvent.date, CountEvent.act, CountEvent.hour)
    assert [(row.date, row.act, row.hour, row.was, row.becomes) for row in rows] == [
        (YESTERDAY, 1, 10, 0, 7),
        (YESTERDAY, 1, 11, 0, 1),
        (YESTERDAY, 2, 10, 7, 6),
        (TODAY, 1, 10, 0, 3),
    ]


@pytest.mark.parametrize(
    ("kind", "facts"),
    [
        ("correction", {"act": None}),
        ("correction", {"was": None}),
        ("correction", {"becomes": None}),
        ("correction", {"reason": ""}),
        ("correction", {"becomes": 2}),
        ("visit", {"was": None, "becomes": None, "reason": ""}),
        ("visit", {"act": None, "becomes": None, "reason": ""}),
        ("visit", {"act": None, "was": None, "reason": ""}),
        ("visit", {"act": None, "was": None, "becomes": None}),
    ],
)
def test_corrections_and_nothing_else_say_what_was_and_what_became(
    cast: Cast, kind: str, facts: dict[str, Any]
) -> None:
    row = {"house": cast.wolfsbos, "n": 1, "date": TODAY, "hour": 10, "fingerprint": ""}
    row |= {"act": 1, "was": 2, "becomes": 3, "reason": "Vergeten"}
    CountEvent.create(id=uuid4(), kind="correction", **row)
    with pytest.raises(IntegrityError), models.db.atomic():
        CountEvent.create(id=uuid4(), kind=kind, **(row | facts))


def test_an_hour_and_an_activity_that_were_not_there_are_added(cast: Cast) -> None:
    koffie = make_activity(cast.wolfsbos)
    make_occurrence(koffie, YESTERDAY)
    put_right(cast, Right(10, koffie.id, 8, 0), Right(16, 0, 2, 0))
    assert hours(cast.wolfsbos) == {(10, koffie.id): 8, (16, None): 2}
    row = Opening.get()
    assert (row.start_time, row.counted) == (dt.time(9), True)


def test_a_tap_that_came_in_between_is_not_undone_unseen(cast: Cast) -> None:
    tap(cast, n=5)
    tap(cast, 11, n=1)
    with pytest.raises(corrections.CountedMeanwhile) as refused:
        put_right(cast, Right(10, 0, 6, 4), Right(11, 0, 3, 1), Right(12, 0, 1, 0))
    assert refused.value.now == {(10, 0): 5, (11, 0): 1, (12, 0): 0}
    assert counting.day_total(cast.wolfsbos, YESTERDAY) == 6
    # A row that the person left alone may have moved on.
    put_right(cast, Right(10, 0, 4, 4), Right(11, 0, 3, 1))
    assert hours(cast.wolfsbos) == {(10, None): 5, (11, None): 3}


def test_two_who_correct_at_once_do_not_add_up(cast: Cast, database: Database) -> None:
    tap(cast, n=5)
    verbs = [lambda n=n: put_right(cast, Right(10, 0, n, 5)) for n in (8, 9)]
    outcomes = at_once(database, *verbs)
    assert outcomes.count(None) == 1
    assert sum(isinstance(each, corrections.CountedMeanwhile) for each in outcomes) == 1
    assert counting.day_total(cast.wolfsbos, YESTERDAY) in (8, 9)


def test_an_undo_of_a_tap_in_a_corrected_hour_never_goes_under_zero(cast: Cast) -> None:
    event = tap(cast, n=5)
    put_right(cast, Right(10, 0, 2, 5))
    undo(cast, event)
    assert hours(cast.wolfsbos) == {(10, None): 0}
    # Under water there are three too few; what is right now is right all the same.
    put_right(cast, Right(10, 0, 4, 0))
    assert hours(cast.wolfsbos) == {(10, None): 4}
    count_hours.rebuild(cast.wolfsbos)
    assert counting.day_total(cast.wolfsbos, YESTERDAY) == 4


def test_fewer_are_taken_off_where_no_age_was_told_first(cast: Cast) -> None:
    tap(cast, n=2)
    tap(cast, n=4, group="senior")
    tap(cast, n=3, group="child")
    put_right(cast, Right(10, 0, 3, 9))
    rows = {row.group: row.n for row in CountHour.select()}
    assert rows == {None: 0, "senior": 0, "child": 3}
    put_right(cast, Right(10, 0, 1, 3))
    assert {row.group: row.n for row in CountHour.select()}["child"] == 1


def test_there_are_never_more_first_time_visitors_than_visitors(cast: Cast) -> None:
    tap(cast, n=4, first_this_month=True)
    tap(cast, n=2)
    put_right(cast, Right(10, 0, 5, 6))
    assert firsts(cast.wolfsbos) == 4
    put_right(cast, Right(10, 0, 1, 5))
    assert firsts(cast.wolfsbos) == 1
    put_right(cast, Right(10, 0, 8, 1))
    assert firsts(cast.wolfsbos) == 1


def test_a_correction_opens_what_was_called_closed(cast: Cast) -> None:
    nine, five = dt.time(9), dt.time(17)
    for days, state in ((1, OpeningState.closed), (2, OpeningState.not_counted)):
        Opening.create(
            house=cast.wolfsbos,
            date=TODAY - days * DAY,
            start_time=nine,
            end_time=five,
            state=state,
        )
        put_right(cast, Right(10, 0, 4, 0), date=TODAY - days * DAY)
    assert {(row.state, row.counted) for row in Opening.select()} == {("open", True)}


def test_what_makes_no_sense_is_refused_by_name(cast: Cast) -> None:
    other = make_activity(cast.knooppunt)
    make_occurrence(other, YESTERDAY)
    away = make_activity(cast.wolfsbos)
    for day in (TODAY, YESTERDAY - DAY):
        make_occurrence(away, day)
    for rights, refusal in (
        ([Right(10, 0, 5, 5)], corrections.NothingCorrected),
        ([], corrections.NothingCorrected),
        ([Right(10, 0, -1, 0)], corrections.NoNumber),
        ([Right(10, 0, 5001, 0)], corrections.NoNumber),
        ([Right(10, 0, 2**70, 0)], corrections.NoNumber),
        ([Right(24, 0, 1, 0)], corrections.NoNumber),
        ([Right(10, other.id, 1, 0)], corrections.NotOnThatDay),
        ([Right(10, away.id, 1, 0)], corrections.NotOnThatDay),
        ([Right(10, 2**40, 1, 0)], corrections.NotOnThatDay),
    ):
        with pytest.raises(refusal):
            put_right(cast, *rights)
    assert count_rows(CountEvent) == 0
    assert count_rows(Opening) == 0


def test_days_to_come_and_days_before_the_house_are_refused(cast: Cast) -> None:
    right = Right(10, 0, 5, 0)
    with pytest.raises(corrections.DayToCome):
        put_right(cast, right, date=TODAY + DAY)
    tap(cast)
    with pytest.raises(corrections.BeforeTheHouse):
        put_right(cast, right, date=YESTERDAY - DAY)
    put_right(cast, right, date=TODAY)


def test_the_largest_difference_is_stored_in_parts(cast: Cast) -> None:
    event = tap(cast, n=200)
    put_right(cast, Right(10, 0, 0, 200))
    undo(cast, event)
    put_right(cast, Right(10, 0, 5000, 0))
    assert counting.day_total(cast.wolfsbos, YESTERDAY) == 5000
    assert len(read_day(cast.wolfsbos, YESTERDAY).corrections[0].steps) == 1


def test_a_day_is_read_in_a_fixed_number_of_questions(cast: Cast) -> None:
    tap(cast)
    put_right(cast, Right(11, 0, 1, 0))
    with counted() as few:
        read_day(cast.wolfsbos, YESTERDAY)
    for hour in range(12, 17):
        tap(cast, hour)
        put_right(cast, Right(hour, 0, 5, 1))
    with counted() as many:
        read_day(cast.wolfsbos, YESTERDAY)
    assert len(few) == len(many) == 3


# -- the pure parts -------------------------------------------------------------------------------


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    groups=st.dictionaries(
        st.sampled_from([None, "child", "youth", "adult", "senior"]),
        st.tuples(st.integers(-20, 6000), st.integers(0, 50), st.integers(0, 50)),
        max_size=5,
    ),
    n=st.integers(0, 5000),
)
def test_the_differences_always_make_the_right_number(
    groups: dict[str | None, tuple[int, int, int]], n: int
) -> None:
    told = {
        group: Visits(v, min(f, max(v, 0)), min(f + more, max(v, 0)))
        for group, (v, f, more) in groups.items()
    }
    row = Row(10, 0, "", dict(told))
    for group, first, part in differences(row, n):
        assert part
        assert abs(part) <= corrections.MOST
        told[group] = told.get(group, Visits()).plus(Visits.of(part, first))
    after = Row(10, 0, "", told)
    assert after.n == n
    assert all(0 <= v.firsts <= v.asked <= max(v.n, 0) for v in told.values())


def test_hours_without_an_opening_are_corrected_too(cast: Cast) -> None:
    OpeningHours.delete().execute()
    put_right(cast, Right(20, 0, 3, 0))
    assert Opening.get().start_time == dt.time(20)
