"""Thousands of series with all that people do to them: the words are always the same dates."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from dataclasses import replace
from functools import cache
from random import Random
from typing import NamedTuple

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.month_words import Happening, Slot
from rules.recurrence import Kind, build_rule, expand
from rules.rule_clauses import ReadRule
from rules.rule_words import days_in_words
from rules.series_words import dates_of, say_series
from tests.test_series_words import DAY, FOUR, TEN, check

RULES = [
    *(build_rule(Kind.weekly, days) for days in ([3], [3], [1], [0, 2], [0, 1, 2, 3, 4], [5, 6])),
    *(build_rule(Kind.fortnightly, days) for days in ([1], [4], [0, 3])),
    *(build_rule(Kind.every_few_weeks, [2], weeks=weeks) for weeks in (3, 4, 6)),
    *(build_rule(kind, [4]) for kind in (Kind.even_weeks, Kind.odd_weeks)),
    build_rule(Kind.odd_weeks, [0, 3]),
    *(build_rule(Kind.monthly, [3], nth) for nth in ([-1], [4], [1, 3], [2, -1])),
    build_rule(Kind.monthly, [0, 5], [1]),
    build_rule(Kind.monthly, [5], [2], months=range(1, 12, 2)),
    build_rule(Kind.monthly, [2], [1, 3], months=range(2, 13, 2)),
    *("FREQ=DAILY", "FREQ=DAILY;INTERVAL=3", "FREQ=MONTHLY;BYMONTHDAY=15,-1"),
    "FREQ=MONTHLY;BYMONTH=9;BYDAY=TH",
]
EPOCH, LAST = dt.date(2026, 1, 1), dt.date(2032, 9, 1)


class Drawn(NamedTuple):
    """Some months of a series, and whatever people did to it."""

    happenings: list[Happening]
    start: dt.date
    end: dt.date
    closed: frozenset[dt.date]
    own: ReadRule | None


@cache
def whole(rule: str) -> list[dt.date]:
    return expand(rule, EPOCH, None, EPOCH, LAST)


def between(rule: str, begin: dt.date, end: dt.date) -> list[dt.date]:
    """The dates of a rule from a day up to but not including another."""
    dates = whole(rule)
    return dates[bisect_left(dates, begin) : bisect_left(dates, end)]


def series(chance: Random) -> Drawn:
    """Of one rule, or of two of which the other takes over after some days.

    Hypothesis draws the seed alone: thousands of series piece by piece would take it a minute.
    """
    start = EPOCH + chance.randrange(1800) * DAY
    length = chance.choice([94, 94, 94, 94, 94, 120, 40, 10, 200, 400])
    before, after = start - 12 * DAY, start + (length + 12) * DAY

    def some(most: int) -> list[dt.date]:
        return [
            before + chance.randrange(length + 24) * DAY for _ in range(chance.randint(0, most))
        ]

    rule = chance.choice(RULES)
    originals = set(between(rule, before, after))
    if chance.random() < 0.25:
        switch = chance.choice([before, *some(1)])
        originals = {day for day in originals if day < switch}
        originals |= set(between(chance.choice(RULES), switch, after))
    begins, ends = chance.choice([(-99, 999)] * 4 + [(20, 999), (-99, 60), (15, 75)])
    originals = {day for day in originals if start + begins * DAY <= day <= start + ends * DAY}
    originals = (originals | set(some(3))) - set(some(4))
    troubled = chance.choice([0, 0, 0.03, 0.1, 0.3])
    happenings = []
    for original in sorted(originals):
        fate = chance.choice(["off", "moved", "time"]) if chance.random() < troubled else "on"
        day = original + (chance.randint(-12, 12) if fate == "moved" else 0) * DAY
        slot = Slot(day, dt.time(19) if fate == "time" else TEN, FOUR)
        happenings.append(Happening(original, slot, fate == "off"))
    own = chance.choice([None, ReadRule(rule, EPOCH), ReadRule(rule, start + 20 * DAY)])
    return Drawn(happenings, start, start + length * DAY, frozenset(some(5)), own)


@pytest.mark.slow
@settings(max_examples=250)
@given(seed=st.integers(0, 2**64))
def test_statement_and_exceptions_describe_exactly_the_dates(seed: int) -> None:
    chance = Random(seed)
    for _ in range(8):
        assert_says_exactly_the_dates(series(chance))


def assert_says_exactly_the_dates(drawn: Drawn) -> None:
    happenings, start, end, closed, own = drawn
    spoken = say_series(happenings, start, end, closed, own=own)
    check(spoken, happenings, end, closed)

    # What was planned and is off or elsewhere is told, and nothing that is on.
    told = {
        first + n * DAY for first, last in spoken.not_on for n in range((last - first).days + 1)
    }
    held = {h.slot.date for h in happenings if not h.cancelled}
    off = {h.slot.date for h in happenings if h.cancelled}
    off |= {h.original for h in happenings if not h.cancelled and h.slot.date < start}
    off = {day for day in off if start <= day <= end}
    off -= held | closed | {move.original for move in spoken.moved}
    assert not told & held
    assert off <= told

    # It is never longer than the list of dates with what is off or moved, which is told anyway.
    dates = {slot.date for slot in dates_of(spoken, end, closed)}
    dates -= {move.slot.date for move in spoken.moved}
    plain = [days_in_words([(day, day) for day in sorted(dates)], years=True)] if dates else []
    if off:
        plain.append(f"niet op {days_in_words([(day, day) for day in sorted(off)], years=True)}")
    if spoken.moved:
        plain.append(replace(spoken, rules=(), listed=(), not_on=()).words)
    assert len(spoken.words) <= len(", ".join(plain))
