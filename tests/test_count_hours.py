"""The roll-up: whatever comes in whatever order, it says what the events say."""

from __future__ import annotations

import datetime as dt
import importlib
from collections import defaultdict
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from models import (
    AgeGroup,
    CountChoice,
    CountDay,
    CountEvent,
    CountHour,
    CountMonth,
    CountSource,
    House,
    Occurrence,
    Opening,
    TallySheet,
)
from rules import count_choices, count_hours, counting
from rules.corrections import NothingCorrected, Right, correct
from rules.count_choices import NothingToChoose
from rules.count_events import Batch
from rules.day_counts import read_day
from tests.at_once import at_once
from tests.cast import Cast, make_activity, make_occurrence
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from tests.often import often
from tests.test_counting import results, send, sheet, undo, visit

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)
COUNTED = (CountEvent, CountHour, CountDay, CountMonth, CountChoice, TallySheet, Opening)


def roll_up() -> list[Any]:
    return [
        sorted(table.select(*table._meta.sorted_fields[1:]).tuples(), key=repr)
        for table in (CountHour, CountDay, CountMonth)
    ]


def is_right(house: House) -> bool:
    """Whether the roll-up agrees with the events, and computing it anew changes nothing."""
    before = roll_up()
    agrees = not (
        count_hours.wrong_days(house)
        or count_hours.wrong_sums(house)
        or count_hours.wrong_openings(house)
    )
    count_hours.rebuild(house)
    return agrees and roll_up() == before


def by_the_events(house: House) -> dict[tuple[Any, ...], tuple[int, int, int]]:
    """Visitors, firsts and who was asked by hour, activity and group, added up here and not by the
    database."""
    events = list(CountEvent.select().where(CountEvent.house == house))
    undone = {event.undoes for event in events}
    chosen = {
        (c.date, c.hour): c.counts for c in CountChoice.select().where(CountChoice.house == house)
    }
    activities = {each.id: each.activity_id for each in Occurrence.select()}
    sums: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0, 0, 0])
    for event in events:
        if event.kind == "undo":
            continue
        row = sums[event.date, event.hour, activities.get(event.occurrence_id), event.group]
        source = {"visit": "taps", "sheet": "sheet"}.get(event.kind)
        choice = chosen.get((event.date, event.hour))
        if event.id not in undone and (source is None or choice in (None, source)):
            row[0] += event.n
            row[1] += event.n if event.first_this_month else 0
            row[2] += event.n if event.first_this_month is not None else 0
    found = {}
    for key, (n, firsts, asked) in sums.items():
        n = max(0, n)
        firsts = min(n, max(0, firsts))
        found[key] = n, firsts, min(n, max(firsts, asked))
    return found


def by_the_roll_up(house: House) -> dict[tuple[Any, ...], tuple[int, int, int]]:
    rows = CountHour.select().where(CountHour.house == house)
    return {(r.date, r.hour, r.activity_id, r.group): (r.n, r.firsts, r.asked) for r in rows}


# -- any order ------------------------------------------------------------------------------------

PLACES = {
    "house": st.sampled_from(["wolfsbos", "knooppunt"]),
    # Within one month and in the one before it; two hours of each day.
    "ago": st.sampled_from([0, 1, 26]),
    "hour": st.sampled_from([0, 1]),
    "activity": st.sampled_from([None, 0, 1]),
}
VISIT = st.fixed_dictionaries(
    {
        "act": st.just("visit"),
        **PLACES,
        "n": st.integers(1, 9),
        "group": st.sampled_from([None, *AgeGroup]),
        "first": st.sampled_from([None, True, False]),
        # Its undo may come first, and then waits for it.
        "undone_before": st.booleans(),
    }
)
UNDO = st.fixed_dictionaries({"act": st.just("undo"), "which": st.integers(0, 20)})
SHEET = st.fixed_dictionaries({"act": st.just("sheet"), **PLACES, "n": st.integers(0, 9)})
CHOICE = st.fixed_dictionaries(
    {"act": st.just("choice"), **PLACES, "counts": st.sampled_from(list(CountSource))}
)
CORRECTION = st.fixed_dictionaries({"act": st.just("correction"), **PLACES, "n": st.integers(0, 9)})
RECOUNT = st.fixed_dictionaries({"act": st.just("recount"), **PLACES})
BY_PHONE = st.one_of(VISIT, VISIT, UNDO)
BY_ANYBODY = st.one_of(BY_PHONE, SHEET, CHOICE, CORRECTION, RECOUNT)
#: Some days have only taps: to these is added, those of the others are computed anew.
ACTS = st.one_of(
    *(
        st.lists(st.lists(acts, min_size=1, max_size=5), min_size=2, max_size=7)
        for acts in (BY_PHONE, BY_ANYBODY)
    )
)


class Days:
    """Plays acts on two houses; those in one list go in one batch, as far as phones send them."""

    def __init__(self, cast: Cast):
        self.cast = cast
        self.houses = {house.slug: house for house in (cast.wolfsbos, cast.knooppunt)}
        self.occurrences = {
            (slug, ago, which): make_occurrence(
                make_activity(house, f"Activiteit {which} {ago}"), TODAY - ago * DAY
            ).id
            for slug, house in self.houses.items()
            for ago in (0, 1, 26)
            for which in (0, 1)
        }
        self.start()

    def start(self) -> None:
        for table in COUNTED:
            table.delete().execute()
        self.sent: list[dict[str, Any]] = []
        self.sheets = 0
        self.batch: list[dict[str, Any]] = []

    def play(self, batch: list[dict[str, Any]]) -> None:
        for act in batch:
            getattr(self, act["act"])(**{key: act[key] for key in act if key != "act"})
        self.flush()

    def flush(self) -> None:
        events, self.batch = tuple(self.batch), []
        answer = counting.receive(
            self.cast.admin, self.houses.values(), Batch("phone", NOW, events), NOW
        )
        assert "invalid" not in {verdict.code for verdict in answer.verdicts}
        for slug, days in answer.totals.items():
            for day, n in days.items():
                assert counting.day_total(self.houses[slug], day) == n

    def visit(
        self,
        house: str,
        ago: int,
        hour: int,
        activity: int | None,
        n: int,
        group: AgeGroup | None,
        first: bool | None,
        undone_before: bool,
    ) -> None:
        tap = visit(
            house,
            NOW - ago * DAY - hour * HOUR,
            n=n,
            group=group,
            first_this_month=first,
            occurrence=None if activity is None else self.occurrences[house, ago, activity],
        )
        self.batch += [undo(tap)] * undone_before + [tap]
        self.sent.append(tap)

    def undo(self, which: int) -> None:
        if self.sent:
            self.batch.append(undo(self.sent[which % len(self.sent)]))

    def sheet(self, house: str, ago: int, hour: int, activity: int | None, n: int) -> None:
        self.sheets += 1
        TallySheet.create(
            house=self.houses[house], number=self.sheets, date=TODAY - ago * DAY, printed_at=NOW
        )
        at = NOW - ago * DAY - hour * HOUR
        which = None if activity is None else self.occurrences[house, ago, activity]
        self.batch.append(sheet(self.sheets, n, at, house=house, occurrence=which))
        self.sent.append(self.batch[-1])

    def choice(
        self, house: str, ago: int, hour: int, activity: int | None, counts: CountSource
    ) -> None:
        self.flush()
        at = NOW - ago * DAY - hour * HOUR
        local = local_hour(at)
        with suppress(NothingToChoose):
            count_choices.choose(self.houses[house], at.date(), local, counts, self.cast.admin, NOW)

    def correction(self, house: str, ago: int, hour: int, activity: int | None, n: int) -> None:
        self.flush()
        at = NOW - ago * DAY - hour * HOUR
        key = 0
        if activity is not None:
            key = Occurrence.get_by_id(self.occurrences[house, ago, activity]).activity_id
        rows = read_day(self.houses[house], at.date()).rows
        was = rows[local_hour(at), key].n if (local_hour(at), key) in rows else 0
        right = Right(hour=local_hour(at), activity=key, n=n, was=was)
        with suppress(NothingCorrected):
            correct(self.houses[house], at.date(), [right], "geteld", self.cast.admin, NOW, TODAY)

    def recount(self, house: str, ago: int, hour: int, activity: int | None) -> None:
        self.flush()
        count_hours.rebuild(self.houses[house], TODAY - ago * DAY)


def local_hour(at: dt.datetime) -> int:
    """The local hour; the days of these tests are in winter time, or 26 days ago on its last."""
    return at.hour + 1


@pytest.mark.slow
@settings(
    max_examples=often(200),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(batches=ACTS)
def test_adding_up_as_it_comes_is_computing_it_anew(
    days: Days, batches: list[list[dict[str, Any]]]
) -> None:
    days.start()
    for batch in batches:
        days.play(batch)
    for house in days.houses.values():
        assert by_the_roll_up(house) == by_the_events(house)
        hours = by_the_roll_up(house).values()
        totals = {row.date: row for row in CountDay.select().where(CountDay.house == house)}
        assert sum(row.n for row in totals.values()) == sum(n for n, _firsts, _asked in hours)
        assert sum(row.firsts for row in totals.values()) == sum(f for _n, f, _asked in hours)
        assert sum(row.asked for row in totals.values()) == sum(a for _n, _firsts, a in hours)
        for part in ("activity", "group", "slot"):
            rows = CountMonth.select().where(CountMonth.house == house, CountMonth.part == part)
            assert sum(row.n for row in rows) == sum(n for n, _firsts, _asked in hours)
            assert sum(row.asked for row in rows) == sum(a for _n, _firsts, a in hours)
        assert is_right(house)


@pytest.fixture
def days(cast: Cast) -> Days:
    return Days(cast)


def test_the_sums_that_were_before_it_was_asked_learn_of_how_many_it_was(
    days: Days, database: Database
) -> None:
    """What migration 0009 makes of sums without it is what computing them anew makes."""
    facts: dict[str, Any] = {"house": "wolfsbos", "group": None, "undone_before": False}
    for n, (ago, first, group) in enumerate(
        [(0, True, None), (0, False, None), (1, None, "senior"), (1, False, "senior")], 1
    ):
        days.visit(**facts | {"group": group}, ago=ago, hour=0, activity=ago, n=n, first=first)
    days.visit(**facts, ago=1, hour=1, activity=None, n=7, first=False)
    days.flush()
    days.undo(4)
    days.visit(**facts, ago=26, hour=1, activity=None, n=5, first=True)
    days.visit(**facts, ago=26, hour=1, activity=None, n=2, first=False)
    days.sheet("wolfsbos", 26, 1, None, 9)
    days.flush()
    october = (NOW - 26 * DAY).date()
    count_choices.choose(days.cast.wolfsbos, october, 9, CountSource.sheet, days.cast.admin, NOW)
    before = roll_up()
    assert sum(row.asked for row in CountDay.select()) == 1 + 2 + 4
    migration = importlib.import_module("migrations.0009_asked")
    database.execute_sql("DROP INDEX count_event_occurrence")
    for table in (CountHour, CountDay, CountMonth):
        table.update(asked=0).execute()
    with database.atomic():
        migration.up(None, database.obj if hasattr(database, "obj") else database)
    assert roll_up() == before
    assert is_right(days.cast.wolfsbos)


# -- at once --------------------------------------------------------------------------------------


def test_batches_for_several_houses_at_once_wait_for_each_other_in_one_order(
    cast: Cast, database: Database
) -> None:
    houses = [cast.wolfsbos, cast.knooppunt]
    paper = TallySheet.create(house=cast.knooppunt, number=1, date=TODAY, printed_at=NOW)

    def phone(number: int) -> list[Any]:
        answers: list[Any] = []
        order = -1 if number % 2 else 1
        for turn in range(4):
            events = [visit("wolfsbos", first_this_month=True), visit("knooppunt", n=2)][::order]
            if (number, turn) == (1, 2):
                events.append(sheet(paper.number, 5, house="knooppunt"))
            batch = Batch("phone", NOW, (*events, undo(events[0])))
            answers += counting.receive(cast.admin, houses[::order], batch, NOW).verdicts
        return [answer.status for answer in answers]

    outcomes = at_once(database, *[lambda n=n: phone(n) for n in range(4)])
    assert {status for answers in outcomes for status in answers} == {"created"}
    assert all(is_right(house) for house in houses)


def test_a_recount_while_people_count_loses_nothing(cast: Cast, database: Database) -> None:
    def phone() -> None:
        for _ in range(8):
            send(cast.volunteer, cast.wolfsbos, visit(), visit(at=NOW - 26 * DAY))

    def recount() -> None:
        for _ in range(4):
            count_hours.rebuild(cast.wolfsbos)

    assert at_once(database, phone, recount, phone) == [None] * 3
    assert count_hours.visits(cast.wolfsbos) == 32
    assert is_right(cast.wolfsbos)


# -- what is wrong already ------------------------------------------------------------------------


@pytest.mark.parametrize("table", [CountHour, CountDay, CountMonth])
def test_a_roll_up_that_is_wrong_is_noticed_and_refuses_no_tap(cast: Cast, table: Any) -> None:
    tap = visit(n=3)
    send(cast.volunteer, cast.wolfsbos, tap)
    assert is_right(cast.wolfsbos)
    table.update(n=1).execute()
    wrong = count_hours.wrong_days(cast.wolfsbos) | count_hours.wrong_sums(cast.wolfsbos)
    assert wrong <= {TODAY, TODAY.replace(day=1)}
    assert wrong
    # Nothing can be taken off it any more, so it is computed anew.
    assert results(send(cast.volunteer, cast.wolfsbos, undo(tap))) == ["created"]
    assert is_right(cast.wolfsbos)


def test_a_roll_up_that_is_gone_comes_back_from_the_events(cast: Cast) -> None:
    TallySheet.create(house=cast.wolfsbos, number=1, date=TODAY, printed_at=NOW)
    send(cast.volunteer, cast.wolfsbos, visit(), sheet(1, 7), visit(at=NOW - 40 * DAY))
    before = roll_up()
    for table in (CountHour, CountDay, CountMonth):
        table.delete().execute()
    count_hours.rebuild(cast.wolfsbos)
    assert roll_up() == before


def test_what_no_event_explains_goes(cast: Cast) -> None:
    long_ago = TODAY - 700 * DAY
    CountHour.create(house=cast.wolfsbos, date=long_ago, hour=9, n=3)
    CountDay.create(house=cast.wolfsbos, date=TODAY - 800 * DAY, n=3)
    CountMonth.create(house=cast.wolfsbos, month=dt.date(2027, 1, 1), part="slot", key=9, n=3)
    assert count_hours.wrong_days(cast.wolfsbos) == {long_ago}
    assert dt.date(2027, 1, 1) in count_hours.wrong_sums(cast.wolfsbos)
    count_hours.rebuild(cast.wolfsbos)
    assert roll_up() == [[], [], []]


def test_an_opening_that_does_not_know_it_was_counted_is_noticed(cast: Cast) -> None:
    send(cast.volunteer, cast.wolfsbos, visit())
    assert count_hours.wrong_openings(cast.wolfsbos) == 0
    Opening.update(counted=False).execute()
    Opening.create(
        house=cast.wolfsbos,
        date=TODAY - DAY,
        start_time=dt.time(9),
        end_time=dt.time(17),
        counted=True,
    )
    assert count_hours.wrong_openings(cast.wolfsbos) == 2
    count_hours.rebuild(cast.wolfsbos)
    assert [opening.counted for opening in Opening.select().order_by(Opening.date)] == [False, True]


def test_an_opening_that_learns_that_it_was_counted_was_not_closed(cast: Cast) -> None:
    send(cast.volunteer, cast.wolfsbos, visit(), visit(at=NOW - DAY))
    Opening.update(counted=False, answered=True).execute()
    Opening.update(state="closed").where(Opening.date == TODAY).execute()
    count_hours.rebuild(cast.wolfsbos)
    rows = Opening.select().order_by(Opening.date)
    assert [(row.counted, row.answered, row.state) for row in rows] == [
        (True, True, "open"),  # That nobody came was an answer, and a count.
        (True, False, "open"),
    ]


def test_a_batch_of_several_hours_takes_as_many_statements_as_one_tap(cast: Cast) -> None:
    send(cast.volunteer, cast.wolfsbos, visit(), visit(at=NOW - DAY))
    with counted() as one:
        send(cast.volunteer, cast.wolfsbos, visit())
    with counted() as many:
        send(cast.volunteer, cast.wolfsbos, *[visit(at=NOW - n * HOUR) for n in range(2)])
    assert len(one) == len(many)
