"""A month with ever less in it, for paper that cannot hold all of it.

A series is named with all that is true of it or it is not named at all: what is left out goes with
its dates and its exceptions, so that no date on the paper is wrong.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from documents.month import MonthOfHouse, Series

#: More rows than these fit on no paper that is made shorter; they are left out at once.
MOST_ROWS = 40
#: So many single dates, the nearest, stay until the weekly rows have gone.
DATES_KEPT = 3
#: While more series than these are left, two go at a time: nobody misses the half steps.
_FEW = 16


def shorter(facts: MonthOfHouse) -> Iterator[MonthOfHouse]:
    """The month with fewer and fewer of its series, at last with none.

    What can wait goes first: single dates far away, then of the fullest weekday what one has to
    sign up for, what costs money, what is not for meeting and what is on fewest days, then the
    single dates near by, and what stands out last of all.
    """
    left = list(facts.series)
    for series in _least_urgent(facts.series):
        left = [each for each in left if each is not series]
        if _rows(left) <= MOST_ROWS and (len(left) <= _FEW or len(left) % 2 == 0):
            yield replace(facts, series=tuple(left))


def without_the_known(facts: MonthOfHouse) -> MonthOfHouse:
    """The month without the exceptions of series that are told date by date: who reads 'di 1 en 15'
    needs not hear that it is off on the 29th. What 'elke week' promises keeps its exceptions."""
    return replace(
        facts,
        series=tuple(
            each
            if each.spoken.weekly
            else replace(each, spoken=replace(each.spoken, moved=(), not_on=(), holidays=()))
            for each in facts.series
        ),
    )


def fits_at_all(facts: MonthOfHouse) -> bool:
    """Whether it is worth a try to print all of the month on small paper."""
    return _rows(facts.series) <= MOST_ROWS


def _rows(series: Sequence[Series]) -> int:
    return sum(len(each.spoken.weekly) + len(each.spoken.listed) or 1 for each in series)


def _least_urgent(every: Sequence[Series]) -> Iterator[Series]:
    """All series, the one that can be missed best first."""
    rest = [each for each in every if not each.highlighted]
    weekly = [each for each in rest if each.spoken.weekly]
    dated = sorted((each for each in rest if not each.spoken.weekly), key=_first_date, reverse=True)
    # What has neither is off this month, or moved away: only its exceptions are told.
    yield from dated[: max(0, len(dated) - DATES_KEPT)]
    while weekly:
        days = Counter(told.weekday for each in weekly for told in each.spoken.weekly)
        goes = max(weekly, key=lambda each: _can_wait(each, days))
        weekly.remove(goes)
        yield goes
    yield from dated[max(0, len(dated) - DATES_KEPT) :]
    yield from reversed([each for each in every if each.highlighted])


def _first_date(series: Series) -> dt.date:
    days = [listed.dates[0] for listed in series.spoken.listed]
    days += [move.slot.date for move in series.spoken.moved]
    return min(days, default=dt.date.max)


def _can_wait(series: Series, days: Counter[int]) -> tuple[int, bool, bool, bool, int, dt.time]:
    """How well a weekly series can be missed; the largest goes first."""
    told = series.spoken.weekly
    return (
        max(days[each.weekday] for each in told),
        series.sign_up,
        bool(series.cost_cents),
        series.category != "meet",
        -len(told),
        max(each.start for each in told),
    )
