"""Counting: every tap arrives, and counts exactly once."""

from __future__ import annotations

import datetime as dt
import json
import threading
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from models import CountEvent, CountHour, House, Opening, OpeningHours, Person, TallySheet
from rules import counting
from rules.count_events import Batch, Status, read_batch, read_event, read_instant
from rules.wall_time import to_utc
from tests.cast import Cast, count_rows, make_activity, make_occurrence
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from tests.often import often

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def text(instant: dt.datetime) -> str:
    return instant.isoformat(timespec="milliseconds") + "Z"


def visit(house: str = "wolfsbos", at: dt.datetime = NOW, **facts: Any) -> dict[str, Any]:
    return {"id": str(uuid4()), "house": house, "kind": "visit", "n": 1, "at": text(at), **facts}


def undo(event: dict[str, Any], at: dt.datetime = NOW, **facts: Any) -> dict[str, Any]:
    house = facts.pop("house", event["house"])
    return {
        "id": str(uuid4()),
        "house": house,
        "kind": "undo",
        "undoes": event["id"],
        "at": text(at),
        **facts,
    }


def sheet(number: int, n: int, at: dt.datetime = NOW, **facts: Any) -> dict[str, Any]:
    return visit(at=at, kind="sheet", n=n, sheet=number, **facts)


def send(
    person: Person,
    house: House,
    *events: dict[str, Any],
    received: dt.datetime = NOW,
    sent_at: dt.datetime | None = None,
) -> counting.Receipt:
    batch = Batch(device="phone", sent_at=sent_at or received, events=events)
    return counting.receive(person, [house], batch, received)


def results(receipt: counting.Receipt) -> list[str]:
    return [verdict.code or verdict.status.value for verdict in receipt.verdicts]


def hours(house: House) -> list[tuple[Any, ...]]:
    rows = CountHour.select(
        CountHour.date, CountHour.hour, CountHour.activity, CountHour.group, CountHour.n
    ).where(CountHour.house == house)
    return sorted(rows.tuples(), key=repr)


def holds_after_rebuilding(house: House) -> bool:
    before = hours(house)
    counting.rebuild(house)
    return hours(house) == before


# -- exactly once ---------------------------------------------------------------------------------


def test_a_tap_is_counted_and_the_answer_has_the_total_of_its_day(cast: Cast) -> None:
    tap = visit()
    receipt = send(cast.volunteer, cast.wolfsbos, tap)
    assert receipt.verdicts == [counting.Verdict(tap["id"], Status.created)]
    assert receipt.totals == {"wolfsbos": {TODAY: 1}}


def test_an_event_is_stored_with_who_tapped_on_what_and_when(cast: Cast) -> None:
    occurrence = make_occurrence(make_activity(cast.wolfsbos), TODAY)
    tap = visit(
        at=NOW - MINUTE, n=3, occurrence=occurrence.id, group="senior", first_this_month=True
    )
    send(cast.volunteer, cast.wolfsbos, tap)
    event = CountEvent.get()
    assert event.id == UUID(tap["id"])
    assert (event.actor, event.device) == (cast.volunteer, "phone")
    assert (event.n, event.group, event.first_this_month) == (3, "senior", True)
    assert (event.happened_at, event.sent_at, event.received_at) == (NOW - MINUTE, NOW, NOW)
    assert event.occurrence == occurrence
    assert not event.skewed


def test_the_same_batch_again_counts_nothing_though_it_was_sent_later(cast: Cast) -> None:
    taps = [visit(), visit(n=4)]
    send(cast.volunteer, cast.wolfsbos, *taps)
    again = send(cast.volunteer, cast.wolfsbos, *taps, received=NOW + HOUR)
    assert results(again) == ["duplicate", "duplicate"]
    assert again.totals == {"wolfsbos": {TODAY: 5}}


def test_a_tap_that_comes_again_after_a_summer_is_a_duplicate_and_not_too_old(cast: Cast) -> None:
    tap = visit()
    send(cast.volunteer, cast.wolfsbos, tap)
    assert results(send(cast.volunteer, cast.wolfsbos, tap, received=NOW + 90 * DAY)) == [
        "duplicate"
    ]


def test_the_same_content_may_be_written_in_another_way(cast: Cast) -> None:
    tap = visit(at=NOW)
    send(cast.volunteer, cast.wolfsbos, tap)
    otherwise = {
        **tap,
        "id": tap["id"].upper(),
        "at": "2026-11-26T10:00:00+01:00",
        "seq": 17,
        "group": None,
    }
    del otherwise["n"]
    receipt = send(cast.volunteer, cast.wolfsbos, otherwise)
    assert receipt.verdicts == [counting.Verdict(tap["id"].upper(), Status.duplicate)]


@pytest.mark.parametrize("change", [{"n": 2}, {"group": "adult"}, {"at": text(NOW - MINUTE)}])
def test_the_same_id_with_other_content_is_a_conflict(cast: Cast, change: dict[str, Any]) -> None:
    tap = visit()
    send(cast.volunteer, cast.wolfsbos, tap)
    assert results(send(cast.volunteer, cast.wolfsbos, tap | change)) == ["conflict"]
    assert counting.day_total(cast.wolfsbos, TODAY) == 1


def test_an_id_twice_in_one_batch_counts_once(cast: Cast) -> None:
    tap = visit()
    receipt = send(cast.volunteer, cast.wolfsbos, tap, tap, tap | {"n": 5})
    assert results(receipt) == ["created", "duplicate", "conflict"]
    assert receipt.totals == {"wolfsbos": {TODAY: 1}}


def test_the_same_batch_eight_times_at_once_counts_once(cast: Cast, database: Database) -> None:
    first, second = visit(n=2), visit(n=3)
    events = [first, undo(first), second]
    answers: list[list[str]] = []
    start = threading.Barrier(8)

    def phone() -> None:
        with database.connection_context():
            start.wait()
            answers.append(results(send(cast.volunteer, cast.wolfsbos, *events)))

    at_once(phone, 8)
    assert sorted(answers) == [["created"] * 3] + [["duplicate"] * 3] * 7
    assert counting.day_total(cast.wolfsbos, TODAY) == 3
    assert holds_after_rebuilding(cast.wolfsbos)


def test_eight_phones_at_once_lose_no_tap(cast: Cast, database: Database) -> None:
    start = threading.Barrier(8)

    def phone() -> None:
        with database.connection_context():
            start.wait()
            for _ in range(5):
                send(cast.volunteer, cast.wolfsbos, visit())

    at_once(phone, 8)
    assert counting.day_total(cast.wolfsbos, TODAY) == 40
    assert count_rows(Opening) == 1


def test_a_visit_and_its_undo_that_arrive_at_once_never_count(
    cast: Cast, database: Database
) -> None:
    for _ in range(5):
        tap = visit()
        events = [tap, undo(tap)]
        start = threading.Barrier(2)

        def phone(events: list[Any] = events, start: threading.Barrier = start) -> None:
            with database.connection_context():
                start.wait()
                send(cast.volunteer, cast.wolfsbos, events.pop())

        at_once(phone, 2)
    assert counting.day_total(cast.wolfsbos, TODAY) == 0
    assert holds_after_rebuilding(cast.wolfsbos)


def test_one_id_in_two_houses_at_once_counts_in_one_of_them(cast: Cast, database: Database) -> None:
    tap = visit()
    senders = [
        (cast.volunteer, cast.wolfsbos, tap),
        (cast.other_volunteer, cast.knooppunt, tap | {"house": "knooppunt"}),
    ]
    answers: list[str] = []
    start = threading.Barrier(2)

    def phone() -> None:
        with database.connection_context():
            start.wait()
            answers.extend(results(send(*senders.pop())))

    at_once(phone, 2)
    assert sorted(answers) == ["conflict", "created"]


def at_once(work: Any, threads: int) -> None:
    running = [threading.Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()


# -- whose house ----------------------------------------------------------------------------------


def test_events_for_another_or_an_unknown_house_are_not_yours(cast: Cast) -> None:
    taps = [visit(), visit("knooppunt"), visit("nergens"), visit(house=[]), visit("\x00")]  # type: ignore[arg-type]
    receipt = send(cast.volunteer, cast.wolfsbos, *taps)
    assert results(receipt) == ["created"] + ["not_yours"] * 4
    assert receipt.totals == {"wolfsbos": {TODAY: 1}}
    assert count_rows(CountEvent) == 1


def test_whose_house_it_is_comes_before_what_is_wrong_with_it(cast: Cast) -> None:
    assert results(send(cast.volunteer, cast.wolfsbos, visit("knooppunt", n=-1))) == ["not_yours"]


def test_who_works_in_two_houses_sends_both_in_one_batch(cast: Cast) -> None:
    batch = Batch("phone", NOW, (visit("knooppunt"), visit("wolfsbos", n=2)))
    receipt = counting.receive(cast.admin, [cast.wolfsbos, cast.knooppunt], batch, NOW)
    assert receipt.totals == {"knooppunt": {TODAY: 1}, "wolfsbos": {TODAY: 2}}


@pytest.mark.parametrize("unknown", [999_999, 2**31, 2**70, 0, -1])
def test_an_unknown_occurrence_is_not_yours(cast: Cast, unknown: int) -> None:
    assert results(send(cast.volunteer, cast.wolfsbos, visit(occurrence=unknown))) == ["not_yours"]


def test_an_occurrence_of_another_house_is_not_yours(cast: Cast) -> None:
    theirs = make_occurrence(make_activity(cast.knooppunt), TODAY)
    assert results(send(cast.volunteer, cast.wolfsbos, visit(occurrence=theirs.id))) == [
        "not_yours"
    ]


# -- values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"id": "17"},
        {"id": "{" + str(uuid4()) + "}"},
        {"id": uuid4().hex},
        {"id": "\ud800"},
        {"kind": "bezoek"},
        {"kind": ["visit"]},
        {"kind": None},
        {"n": 0},
        {"n": 201},
        {"n": -1},
        {"n": True},
        {"n": 1.0},
        {"n": "1"},
        {"n": 2**70},
        {"at": None},
        {"at": "gisteren"},
        {"at": "2026-11-26T09:00:00"},
        {"at": "2026-02-30T09:00:00Z"},
        {"at": "0001-01-01T00:00:00+14:00"},
        {"at": 1_764_000_000},
        {"group": "baby"},
        {"group": {}},
        {"first_this_month": 1},
        {"occurrence": "812"},
        {"occurrence": True},
        {"occurrence": 1.0},
        {"undoes": str(uuid4())},
        {"sheet": 4},
        {"kind": "sheet"},
        {"kind": "sheet", "sheet": "4"},
        {"kind": "sheet", "sheet": 4, "n": 501},
        {"kind": "sheet", "sheet": 4, "n": None},
        {"kind": "undo", "n": 0},
        {"kind": "undo", "n": 0, "undoes": "17"},
        {"kind": "undo", "n": 1, "undoes": str(uuid4())},
        {"kind": "undo", "n": 0, "undoes": str(uuid4()), "group": "adult"},
    ],
)
def test_a_wrong_value_is_invalid_and_hinders_no_other_event(
    cast: Cast, wrong: dict[str, Any]
) -> None:
    tap = visit() | wrong
    receipt = send(cast.volunteer, cast.wolfsbos, tap, visit())
    assert results(receipt) == ["invalid", "created"]
    assert receipt.verdicts[0].id == tap["id"]
    assert count_rows(CountEvent) == 1


def test_an_undo_of_itself_is_invalid(cast: Cast) -> None:
    tap = undo(visit())
    assert results(send(cast.volunteer, cast.wolfsbos, tap | {"undoes": tap["id"]})) == ["invalid"]


@pytest.mark.parametrize("n", [1, 200])
def test_a_group_comes_in_with_one_tap(cast: Cast, n: int) -> None:
    assert send(cast.volunteer, cast.wolfsbos, visit(n=n)).totals == {"wolfsbos": {TODAY: n}}


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2026-11-26T10:00:00.120+01:00", dt.datetime(2026, 11, 26, 9, 0, 0, 120_000)),
        ("2026-11-26T09:00:00Z", dt.datetime(2026, 11, 26, 9)),
        ("2026-11-26T09:00:00.123456789Z", dt.datetime(2026, 11, 26, 9, 0, 0, 123_456)),
        ("2026-W48-4T09:00:00Z", None),
        ("20261126T090000Z", None),
        ("2026-11-26T24:00:00Z", None),
        ("٢٠٢٦-11-26T09:00:00Z", None),
        (None, None),
    ],
)
def test_an_instant_is_written_in_one_way(written: Any, meant: dt.datetime | None) -> None:
    assert read_instant(written) == meant


def test_a_batch_is_read_as_it_was_sent() -> None:
    body = b'{"device": "d", "sent_at": "2026-11-26T09:00:00Z", "events": [{"id": "x"}]}'
    assert read_batch(body) == Batch("d", NOW, ({"id": "x"},))


# -- undo -----------------------------------------------------------------------------------------


def test_an_undone_visit_does_not_count(cast: Cast) -> None:
    tap = visit(n=3)
    send(cast.volunteer, cast.wolfsbos, tap, visit())
    receipt = send(cast.volunteer, cast.wolfsbos, undo(tap))
    assert results(receipt) == ["created"]
    assert receipt.totals == {"wolfsbos": {TODAY: 1}}


def test_an_undo_takes_off_where_its_visit_was_counted(cast: Cast) -> None:
    occurrence = make_occurrence(make_activity(cast.wolfsbos), TODAY)
    tap = visit(at=NOW - 2 * HOUR, occurrence=occurrence.id, group="adult")
    other = visit(group="child")
    send(cast.volunteer, cast.wolfsbos, tap, other)
    send(cast.volunteer, cast.wolfsbos, undo(tap, at=NOW + DAY), received=NOW + DAY)
    assert hours(cast.wolfsbos) == [
        (TODAY, 10, None, "child", 1),
        (TODAY, 8, occurrence.activity_id, "adult", 0),
    ]
    assert holds_after_rebuilding(cast.wolfsbos)


def test_an_undo_that_stands_before_its_visit_in_the_batch_undoes_it(cast: Cast) -> None:
    tap = visit()
    receipt = send(cast.volunteer, cast.wolfsbos, undo(tap), tap)
    assert results(receipt) == ["created", "created"]
    assert receipt.totals == {"wolfsbos": {TODAY: 0}}


def test_an_undo_that_arrives_in_an_earlier_batch_waits_for_its_visit(cast: Cast) -> None:
    tap = visit()
    back = undo(tap)
    assert results(send(cast.volunteer, cast.wolfsbos, back)) == ["unknown"]
    receipt = send(cast.volunteer, cast.wolfsbos, tap)
    assert results(receipt) == ["created"]
    assert receipt.totals == {"wolfsbos": {TODAY: 0}}
    assert results(send(cast.volunteer, cast.wolfsbos, back, tap)) == ["duplicate", "duplicate"]
    assert holds_after_rebuilding(cast.wolfsbos)


def test_undoing_twice_takes_off_once(cast: Cast) -> None:
    tap = visit()
    back = undo(tap)
    send(cast.volunteer, cast.wolfsbos, tap, visit(), back)
    receipt = send(cast.volunteer, cast.wolfsbos, back, undo(tap))
    assert results(receipt) == ["duplicate", "duplicate"]
    assert receipt.totals == {"wolfsbos": {TODAY: 1}}


def test_two_undos_of_one_visit_in_one_batch_take_off_once(cast: Cast) -> None:
    tap = visit()
    receipt = send(cast.volunteer, cast.wolfsbos, undo(tap), undo(tap), tap, visit())
    assert results(receipt) == ["created", "duplicate", "created", "created"]
    assert receipt.totals == {"wolfsbos": {TODAY: 1}}


def test_another_house_cannot_undo_a_visit_nor_learn_of_it(cast: Cast) -> None:
    tap = visit()
    send(cast.volunteer, cast.wolfsbos, tap)
    theirs = undo(tap, house="knooppunt")
    nobodys = undo(visit(), house="knooppunt")
    for expected in (["unknown", "unknown"], ["duplicate", "duplicate"]):
        assert results(send(cast.other_volunteer, cast.knooppunt, theirs, nobodys)) == expected
    assert counting.day_total(cast.wolfsbos, TODAY) == 1
    assert results(send(cast.volunteer, cast.wolfsbos, undo(tap))) == ["created"]


def test_an_undo_that_waits_in_another_house_lets_the_visit_count(cast: Cast) -> None:
    tap = visit()
    send(cast.other_volunteer, cast.knooppunt, undo(tap, house="knooppunt"))
    assert send(cast.volunteer, cast.wolfsbos, tap).totals == {"wolfsbos": {TODAY: 1}}


def test_an_undo_cannot_be_undone(cast: Cast) -> None:
    tap = visit()
    back = undo(tap)
    send(cast.volunteer, cast.wolfsbos, tap, back)
    assert results(send(cast.volunteer, cast.wolfsbos, undo(back))) == ["unknown"]
    assert counting.day_total(cast.wolfsbos, TODAY) == 0


def test_a_visit_is_undone_also_when_its_date_has_gone_from_the_programme(cast: Cast) -> None:
    occurrence = make_occurrence(make_activity(cast.wolfsbos), TODAY)
    tap = visit(occurrence=occurrence.id)
    send(cast.volunteer, cast.wolfsbos, tap, visit(occurrence=occurrence.id))
    occurrence.delete_instance()
    assert send(cast.volunteer, cast.wolfsbos, undo(tap)).totals == {"wolfsbos": {TODAY: 1}}


def test_only_who_tapped_takes_it_back(cast: Cast) -> None:
    tap = visit(n=3)
    send(cast.volunteer, cast.wolfsbos, tap)
    assert results(send(cast.key_holder, cast.wolfsbos, undo(tap))) == ["not_yours"]
    assert counting.undo_visit(cast.coordinator, cast.wolfsbos, UUID(tap["id"]), NOW) == "rejected"
    assert counting.day_total(cast.wolfsbos, TODAY) == 3
    assert count_rows(CountEvent) == 1
    assert results(send(cast.volunteer, cast.wolfsbos, undo(tap))) == ["created"]
    assert results(send(cast.key_holder, cast.wolfsbos, undo(tap))) == ["duplicate"]
    assert holds_after_rebuilding(cast.wolfsbos)


def test_an_undo_that_waits_for_the_visit_of_somebody_else_takes_nothing_back(cast: Cast) -> None:
    tap = visit(n=3)
    theirs = undo(tap)
    assert results(send(cast.key_holder, cast.wolfsbos, theirs)) == ["unknown"]
    for answer in ("created", "duplicate"):
        receipt = send(cast.volunteer, cast.wolfsbos, tap)
        assert (results(receipt), receipt.totals) == ([answer], {"wolfsbos": {TODAY: 3}})
        assert results(send(cast.key_holder, cast.wolfsbos, theirs)) == ["duplicate"]
    assert holds_after_rebuilding(cast.wolfsbos)
    assert results(send(cast.volunteer, cast.wolfsbos, undo(tap))) == ["created"]
    assert counting.day_total(cast.wolfsbos, TODAY) == 0
    assert holds_after_rebuilding(cast.wolfsbos)


def test_the_visit_and_its_own_undo_arrive_together_after_a_foreign_undo(cast: Cast) -> None:
    tap = visit()
    send(cast.key_holder, cast.wolfsbos, undo(tap))
    assert results(send(cast.volunteer, cast.wolfsbos, undo(tap), tap)) == ["created"] * 2
    assert counting.day_total(cast.wolfsbos, TODAY) == 0
    assert holds_after_rebuilding(cast.wolfsbos)


@pytest.mark.parametrize(("later", "answer"), [(60, "created"), (61, "too_old")])
def test_a_visit_can_be_taken_back_for_sixty_days(cast: Cast, later: int, answer: str) -> None:
    tap, now = visit(), NOW + later * DAY
    back = undo(tap, at=now)
    send(cast.volunteer, cast.wolfsbos, tap)
    assert results(send(cast.volunteer, cast.wolfsbos, back, received=now)) == [answer]
    assert counting.day_total(cast.wolfsbos, TODAY) == (answer == "too_old")
    again = results(send(cast.volunteer, cast.wolfsbos, back, received=now + DAY))
    assert again == ["duplicate" if answer == "created" else "too_old"]


def test_no_tap_takes_a_sheet_back_nor_keeps_it_from_counting(cast: Cast) -> None:
    make_sheet(cast.wolfsbos)
    early, paper = sheet(4, 12), sheet(4, 7, group="child")
    send(cast.volunteer, cast.wolfsbos, undo(early))
    assert send(cast.volunteer, cast.wolfsbos, early, paper).totals == {"wolfsbos": {TODAY: 19}}
    assert results(send(cast.volunteer, cast.wolfsbos, undo(paper))) == ["unknown"]
    assert counting.day_total(cast.wolfsbos, TODAY) == 19
    assert holds_after_rebuilding(cast.wolfsbos)


# -- the clock ------------------------------------------------------------------------------------


@pytest.mark.parametrize("wrong", [2 * HOUR, -2 * HOUR, -56 * 365 * DAY], ids=str)
def test_a_wrong_clock_is_corrected_and_flagged(cast: Cast, wrong: dt.timedelta) -> None:
    tap = visit(at=NOW - 30 * MINUTE + wrong)
    receipt = send(cast.volunteer, cast.wolfsbos, tap, sent_at=NOW + wrong)
    assert receipt.totals == {"wolfsbos": {TODAY: 1}}
    event = CountEvent.get()
    assert event.happened_at == NOW - 30 * MINUTE
    assert event.skewed


@pytest.mark.parametrize(("off", "flagged"), [(5 * MINUTE, False), (6 * MINUTE, True)], ids=str)
def test_more_than_five_minutes_is_flagged(cast: Cast, off: dt.timedelta, flagged: bool) -> None:
    send(cast.volunteer, cast.wolfsbos, visit(at=NOW - off), sent_at=NOW - off)
    assert CountEvent.get().skewed == flagged


@pytest.mark.parametrize(
    ("ahead", "answer"), [(5 * MINUTE, "created"), (6 * MINUTE, "future"), (400 * DAY, "future")]
)
def test_a_tap_a_little_ahead_is_now_and_further_ahead_is_refused(
    cast: Cast, ahead: dt.timedelta, answer: str
) -> None:
    assert results(send(cast.volunteer, cast.wolfsbos, visit(at=NOW + ahead))) == [answer]
    assert [event.happened_at for event in CountEvent] == [NOW] * (answer == "created")


@pytest.mark.parametrize(
    ("ago", "answer"), [(60 * DAY, "created"), (60 * DAY + MINUTE, "too_old")], ids=str
)
def test_a_phone_from_a_drawer_delivers_for_sixty_days(
    cast: Cast, ago: dt.timedelta, answer: str
) -> None:
    assert results(send(cast.volunteer, cast.wolfsbos, visit(at=NOW - ago))) == [answer]


def test_the_ends_of_time_are_refused_without_an_error(cast: Cast) -> None:
    taps = [visit(at=dt.datetime(9999, 12, 31, 23, 59)), visit(at=dt.datetime(1, 1, 1))]
    assert results(send(cast.volunteer, cast.wolfsbos, *taps)) == ["future", "too_old"]
    sent_at = dt.datetime(1, 1, 1)
    assert results(send(cast.volunteer, cast.wolfsbos, *taps, sent_at=sent_at)) == [
        "future",
        "created",
    ]


def test_a_tap_before_midnight_counts_for_that_day_though_sent_after_it(cast: Cast) -> None:
    night = to_utc(TODAY, dt.time(23, 59, 59))
    taps = [visit(at=night), visit(at=night + MINUTE)]
    receipt = send(cast.volunteer, cast.wolfsbos, *taps, received=night + 10 * MINUTE)
    assert receipt.totals == {"wolfsbos": {TODAY: 1, TODAY + DAY: 1}}
    assert {(event.date, event.hour) for event in CountEvent} == {
        (TODAY, 23),
        (TODAY + DAY, 0),
    }


def test_both_hours_that_winter_time_makes_of_one_count(cast: Cast) -> None:
    sunday = dt.date(2026, 10, 25)
    first = to_utc(sunday, dt.time(2, 30))
    taps = [visit(at=first), visit(at=first + HOUR), visit(at=first + 2 * HOUR)]
    receipt = send(cast.volunteer, cast.wolfsbos, *taps, received=first + 3 * HOUR)
    assert receipt.totals == {"wolfsbos": {sunday: 3}}
    assert [(row[1], row[4]) for row in hours(cast.wolfsbos)] == [(2, 2), (3, 1)]


# -- sheets ---------------------------------------------------------------------------------------


def make_sheet(house: House, number: int = 4, date: dt.date = TODAY) -> TallySheet:
    return TallySheet.create(house=house, number=number, date=date, printed_at=NOW)


def test_a_sheet_counts_on_its_own_day_and_is_entered_once(cast: Cast) -> None:
    paper = make_sheet(cast.wolfsbos, date=TODAY - DAY)
    lines = [sheet(4, 12), sheet(4, 7, group="child")]
    receipt = send(cast.volunteer, cast.wolfsbos, *lines)
    assert results(receipt) == ["created", "created"]
    assert receipt.totals == {"wolfsbos": {TODAY - DAY: 19}}
    assert TallySheet.get_by_id(paper.id).entered_at == NOW
    again = send(cast.volunteer, cast.wolfsbos, sheet(4, 12), *lines)
    assert results(again) == ["conflict", "duplicate", "duplicate"]
    assert counting.day_total(cast.wolfsbos, TODAY - DAY) == 19
    assert holds_after_rebuilding(cast.wolfsbos)


def test_a_sheet_on_which_nobody_stands_is_a_count_of_zero(cast: Cast) -> None:
    make_sheet(cast.wolfsbos)
    assert send(cast.volunteer, cast.wolfsbos, sheet(4, 0)).totals == {"wolfsbos": {TODAY: 0}}
    assert [row[4] for row in hours(cast.wolfsbos)] == [0]


@pytest.mark.parametrize(
    ("days", "answer"), [(1, "future"), (6, "future"), (-60, "created"), (-61, "too_old")]
)
def test_a_sheet_is_of_the_last_sixty_days(cast: Cast, days: int, answer: str) -> None:
    paper = make_sheet(cast.wolfsbos, date=TODAY + days * DAY)
    assert results(send(cast.volunteer, cast.wolfsbos, sheet(4, 40))) == [answer]
    assert (TallySheet.get_by_id(paper.id).entered_at is None) is (answer != "created")


def test_a_sheet_that_comes_again_after_a_summer_is_a_duplicate(cast: Cast) -> None:
    make_sheet(cast.wolfsbos)
    line = sheet(4, 40)
    send(cast.volunteer, cast.wolfsbos, line)
    again = send(cast.volunteer, cast.wolfsbos, line, received=NOW + 90 * DAY)
    assert results(again) == ["duplicate"]


def test_an_unknown_sheet_is_unknown_and_that_of_another_house_not_yours(cast: Cast) -> None:
    make_sheet(cast.knooppunt)
    taps = [sheet(5, 1), sheet(2**40, 1), sheet(-1, 1), sheet(4, 1)]
    receipt = send(cast.volunteer, cast.wolfsbos, *taps)
    assert results(receipt) == ["unknown"] * 3 + ["not_yours"]
    assert TallySheet.get().entered_at is None


# -- openings -------------------------------------------------------------------------------------


def opening_spans(day: dt.date = TODAY) -> list[tuple[dt.time, dt.time]]:
    rows = Opening.select(Opening.start_time, Opening.end_time).where(Opening.date == day)
    return sorted(rows.tuples())


def at(hour: int, minute: int = 0, day: dt.date = TODAY) -> dt.datetime:
    return to_utc(day, dt.time(hour, minute))


def test_the_first_tap_of_a_day_makes_its_opening_from_the_hours(cast: Cast) -> None:
    send(cast.volunteer, cast.wolfsbos, visit(at=at(8, 40)), visit(at=at(9, 30)))
    send(cast.volunteer, cast.wolfsbos, visit(at=at(9, 50)))
    assert opening_spans() == [(dt.time(9), dt.time(17))]
    opening = Opening.get()
    assert opening.house == cast.wolfsbos
    assert {event.opening_id for event in CountEvent} == {opening.id}


def test_an_evening_opening_gets_the_taps_of_the_evening(cast: Cast) -> None:
    OpeningHours.create(
        house=cast.wolfsbos,
        weekday=TODAY.weekday(),
        start_time=dt.time(19),
        end_time=dt.time(21),
    )
    late = at(22)
    taps = [visit(at=at(16)), visit(at=at(18, 45)), visit(at=at(21, 5))]
    send(cast.volunteer, cast.wolfsbos, *taps, received=late)
    assert opening_spans() == [(dt.time(9), dt.time(17)), (dt.time(19), dt.time(21))]
    by_opening = sorted(event.opening.start_time.hour for event in CountEvent)
    assert by_opening == [9, 19, 19]


def test_a_day_without_hours_opens_with_its_first_tap(cast: Cast) -> None:
    saturday = TODAY + 2 * DAY
    taps = [visit(at=at(10, 20, saturday)), visit(at=at(14, 0, saturday))]
    send(cast.volunteer, cast.wolfsbos, *taps, received=at(23, 30, saturday))
    assert opening_spans(saturday) == [(dt.time(10), dt.time(11))]


def test_each_house_has_its_own_opening(cast: Cast) -> None:
    send(cast.volunteer, cast.wolfsbos, visit())
    send(cast.other_volunteer, cast.knooppunt, visit("knooppunt"))
    assert {opening.house_id for opening in Opening} == {cast.wolfsbos.id, cast.knooppunt.id}


# -- the plain form -------------------------------------------------------------------------------


def test_a_form_that_is_sent_twice_counts_once(cast: Cast) -> None:
    id = uuid4()
    assert counting.add_visit(cast.volunteer, cast.wolfsbos, id, NOW) == Status.created
    later = NOW + MINUTE
    assert counting.add_visit(cast.volunteer, cast.wolfsbos, id, later) == Status.duplicate
    assert counting.day_total(cast.wolfsbos, TODAY) == 1


def test_a_visit_from_the_form_can_be_taken_back_once(cast: Cast) -> None:
    id = uuid4()
    counting.add_visit(cast.volunteer, cast.wolfsbos, id, NOW)
    assert counting.undo_visit(cast.volunteer, cast.wolfsbos, id, NOW) == Status.created
    assert counting.undo_visit(cast.volunteer, cast.wolfsbos, id, NOW) == Status.duplicate
    assert counting.day_total(cast.wolfsbos, TODAY) == 0


# -- the whole ------------------------------------------------------------------------------------


def test_a_tap_takes_a_fixed_number_of_statements(cast: Cast) -> None:
    send(cast.volunteer, cast.wolfsbos, visit())
    with counted() as one:
        send(cast.volunteer, cast.wolfsbos, visit())
    with counted() as fifty:
        send(cast.volunteer, cast.wolfsbos, *[visit() for _ in range(50)])
    # PostgreSQL locks the house by a statement of its own.
    assert len(one) == len(fifty) <= 7


#: Eight visits and what may be sent about them: the visit, an undo, and another undo.
SENDINGS = [(number, what) for number in range(8) for what in ("visit", "undo", "second undo")]


@pytest.mark.slow
@settings(
    max_examples=often(60),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    batches=st.lists(st.lists(st.sampled_from(SENDINGS), min_size=1, max_size=9), max_size=9),
    days_ago=st.lists(st.integers(0, 2), min_size=8, max_size=8),
)
def test_whatever_comes_twice_or_too_early_the_total_is_right(
    cast: Cast, batches: list[list[tuple[int, str]]], days_ago: list[int]
) -> None:
    CountEvent.delete().execute()
    CountHour.delete().execute()
    made = [visit(at=NOW - ago * DAY, n=2**place) for place, ago in enumerate(days_ago)]
    kinds = {
        "visit": made,
        "undo": [undo(tap) for tap in made],
        "second undo": [undo(tap) for tap in made],
    }
    for batch in batches:
        send(cast.volunteer, cast.wolfsbos, *[kinds[what][number] for number, what in batch])
    sent = {sending for batch in batches for sending in batch}
    counted = {number for number, what in sent if what == "visit"} - {
        number for number, what in sent if what != "visit"
    }
    assert sum(row[4] for row in hours(cast.wolfsbos)) == sum(made[n]["n"] for n in counted)
    assert holds_after_rebuilding(cast.wolfsbos)


@pytest.mark.parametrize(
    "event",
    [
        {"kind": "visit", "n": 3, "occurrence": 812, "group": "senior", "first_this_month": True},
        {"kind": "visit", "first_this_month": False},
        {"kind": "undo", "undoes": "7c9e6679-7425-40de-944b-e07fc1f90ae7"},
        {"kind": "sheet", "n": 0, "sheet": 1001},
    ],
)
def test_a_fingerprint_is_that_of_the_content_as_json(event: dict[str, Any]) -> None:
    """Events that are stored must know themselves again when they come once more."""
    at = dt.datetime(2026, 11, 26, 9, 0, 1, 500)
    tap = read_event(event | {"id": str(uuid4()), "house": "wolfsbos", "at": f"{at.isoformat()}Z"})
    content = ["wolfsbos", event["kind"], tap.n, *map(event.get, ("occurrence", "group"))]
    content += [event.get("first_this_month"), at.isoformat(), event.get("undoes")]
    content += [event.get("sheet")]
    assert tap.fingerprint == sha256(json.dumps(content).encode()).hexdigest()
