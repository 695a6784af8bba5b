"""Taps, undos, sheets, choices and corrections in any order: each hour is what was said of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from models import (
    CountChoice,
    CountDay,
    CountEvent,
    CountHour,
    CountMonth,
    CountSource,
    Opening,
    TallySheet,
)
from rules import count_choices, count_hours, counting, sheet_entry, tally_sheets
from rules.corrections import Right, correct
from rules.count_events import Batch
from rules.day_counts import read_day
from tests.cast import Cast
from tests.conftest import NOW, TODAY

YESTERDAY = TODAY - dt.timedelta(days=1)
HOURS = (9, 10, 11)
TABLES = (CountEvent, CountHour, CountDay, CountMonth, CountChoice, TallySheet, Opening)

hours = st.sampled_from(HOURS)
numbers = st.integers(0, 20)
deeds = st.one_of(
    st.tuples(st.just("tap"), hours, st.integers(1, 9)),
    st.tuples(st.just("undo"), st.integers(0, 5)),
    st.tuples(st.just("sheet"), st.tuples(numbers, numbers, numbers), st.sampled_from(CountSource)),
    st.tuples(st.just("sent_sheet"), st.tuples(numbers, numbers, numbers)),
    st.tuples(st.just("choose"), hours, st.sampled_from(CountSource)),
    st.tuples(st.just("correct"), hours, numbers),
)


@dataclass
class Hour:
    """An hour, as a person with a pencil would keep it."""

    taps: int = 0
    sheet: int = 0
    corrected: int = 0
    was_corrected: bool = False
    counts: CountSource | None = None

    @property
    def under_water(self) -> int:
        taken = {CountSource.taps: self.taps, CountSource.sheet: self.sheet, None: self.taps}
        return taken[self.counts] + self.corrected

    @property
    def n(self) -> int:
        return max(0, self.under_water)

    def take(self, counts: CountSource) -> None:
        """What was corrected went by what counted then: it goes when something else counts."""
        if counts != (self.counts or CountSource.taps):
            self.corrected, self.was_corrected = 0, False
        self.counts = counts


class Day:
    """Does each deed twice: with the rules, and with the pencil."""

    def __init__(self, cast: Cast):
        self.cast, self.house = cast, cast.wolfsbos
        self.hours = {hour: Hour() for hour in HOURS}
        self.taps: list[tuple[str, int, int]] = []
        self.sheets = 0

    def do(self, deed: tuple[Any, ...]) -> None:
        getattr(self, deed[0])(*deed[1:])

    def tap(self, hour: int, n: int) -> None:
        at = dt.datetime.combine(YESTERDAY, dt.time(hour - 1, 30))
        id = str(uuid4())
        self._send({"id": id, "kind": "visit", "n": n, "at": at.isoformat() + "Z"})
        self.taps.append((id, hour, n))
        self.hours[hour].taps += n

    def undo(self, which: int) -> None:
        if which < len(self.taps):
            id, hour, n = self.taps.pop(which)
            undo = {"id": str(uuid4()), "kind": "undo", "undoes": id}
            self._send({**undo, "at": NOW.isoformat() + "Z"})
            self.hours[hour].taps -= n

    def sheet(self, told: tuple[int, int, int], answer: CountSource) -> None:
        self.sheets += 1
        paper = TallySheet.create(
            house=self.house,
            number=self.sheets,
            date=YESTERDAY,
            printed_at=NOW,
            layout=tally_sheets.write_layout(
                tally_sheets.Layout(HOURS, (tally_sheets.Column(None, None, "", HOURS),))
            ),
        )
        cells = {(hour, 0): n for hour, n in zip(HOURS, told, strict=True)}
        with pytest.raises(sheet_entry.LookFirst) as first:
            sheet_entry.enter(paper, cells, {}, None, NOW, seen="")
        look = first.value.look
        for hour, n in zip(HOURS, told, strict=True):
            kept = self.hours[hour]
            assert (hour in look.both) is bool(n and kept.taps)
            kept.sheet += n
            if n:
                kept.take(answer if kept.taps else CountSource.sheet)
        answers = dict.fromkeys(look.both, answer)
        sheet_entry.enter(paper, cells, answers, None, NOW, seen=look.fingerprint)

    def sent_sheet(self, told: tuple[int, int, int]) -> None:
        """A phone sends a sheet: nobody looks, so nothing that was there gives way by itself."""
        self.sheets += 1
        TallySheet.create(house=self.house, number=self.sheets, date=YESTERDAY, printed_at=NOW)
        events = []
        for hour, n in zip(HOURS, told, strict=True):
            at = dt.datetime.combine(YESTERDAY, dt.time(hour - 1, 30)).isoformat() + "Z"
            facts = {"id": str(uuid4()), "kind": "sheet", "n": n, "sheet": self.sheets, "at": at}
            events.append({"house": "wolfsbos", **facts})
            kept = self.hours[hour]
            kept.sheet += n
            if kept.counts is None:
                there = kept.taps or kept.was_corrected
                kept.take(CountSource.taps if there else CountSource.sheet)
        batch = Batch("phone", NOW, tuple(events))
        counting.receive(self.cast.volunteer, [self.house], batch, NOW)

    def choose(self, hour: int, counts: CountSource) -> None:
        kept = self.hours[hour]
        taps, sheet = CountSource
        if {None: kept.taps and kept.sheet, taps: kept.sheet, sheet: kept.taps}[kept.counts]:
            count_choices.choose(self.house, YESTERDAY, hour, counts, None, NOW)
            kept.take(counts)
        else:
            with pytest.raises(count_choices.NothingToChoose):
                count_choices.choose(self.house, YESTERDAY, hour, counts, None, NOW)

    def correct(self, hour: int, n: int) -> None:
        kept = self.hours[hour]
        if n != kept.n:
            right = Right(hour, 0, n, kept.n)
            correct(self.house, YESTERDAY, [right], "Proef", None, NOW, TODAY)
            kept.corrected += n - kept.under_water
            kept.was_corrected = True

    def _send(self, event: dict[str, Any]) -> None:
        batch = Batch("phone", NOW, ({"house": "wolfsbos", **event},))
        counting.receive(self.cast.volunteer, [self.house], batch, NOW)

    def check(self) -> None:
        expected = {hour: kept.n for hour, kept in self.hours.items()}
        for _twice in range(2):
            found = dict.fromkeys(HOURS, 0)
            for row in CountHour.select().where(CountHour.house == self.house):
                found[row.hour] += row.n
            assert found == expected
            assert counting.day_total(self.house, YESTERDAY) == sum(expected.values())
            months = CountMonth.select().where(CountMonth.part == "activity")
            assert sum(row.n for row in months) == sum(expected.values())
            assert read_day(self.house, YESTERDAY).total == sum(expected.values())
            count_hours.rebuild(self.house)


@pytest.mark.slow
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(done=st.lists(deeds, max_size=12))
def test_each_hour_is_what_was_said_of_it_whatever_the_order(
    cast: Cast, done: list[tuple[Any, ...]]
) -> None:
    for table in TABLES:
        table.delete().execute()
    day = Day(cast)
    for deed in done:
        day.do(deed)
    day.check()
