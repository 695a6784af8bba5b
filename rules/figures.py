"""Figures: how many visitors a house had, by day and by week, for who runs it and who pays.

They are read from the roll-up, never from the events. Viewers see protected numbers: the exact
ones do not leave this module for them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from peewee import fn

from models import CountHour, House, Opening, OpeningHours, OpeningState
from rules import closed_days, wall_time
from rules.openings import nearest

#: Fewer visitors than this could be recognised; larger numbers are rounded to it.
SMALLEST = 5


class DayState(StrEnum):
    """What is known of a day. Nobody came, nobody counted and closed are three things."""

    counted = "counted"  # also with 0 visitors
    not_counted = "not_counted"
    closed = "closed"
    not_open = "not_open"  # no opening hours on this weekday
    to_come = "to_come"


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of visitors as the asker may see it."""

    text: str
    #: For the length of a bar; as coarse as the text.
    size: int


@dataclass(frozen=True, slots=True)
class DayFigure:
    date: dt.date
    state: DayState
    visits: Amount
    reason: str = ""  # why it was closed


@dataclass(frozen=True, slots=True)
class Sum:
    """A span of days: visitors, and how many of the openings that were, were counted."""

    first: dt.date
    last: dt.date
    visits: Amount
    openings: int
    counted: int


@dataclass(frozen=True, slots=True)
class Figures:
    """Days and their total, and the whole ISO weeks that these days touch."""

    total: Sum
    days: list[DayFigure]
    weeks: list[Sum]


def protect(n: int) -> str:
    """A number of people as viewers may see it: '<5' for a few, otherwise to the nearest 5."""
    return f"<{SMALLEST}" if 0 < n < SMALLEST else str(_rounded(n))


def visits(house: House, first: dt.date, last: dt.date, today: dt.date, *, exact: bool) -> Figures:
    """The visitors of a house from one day to another (included), in four queries.

    :param exact: whether the asker may see exact numbers; otherwise all are protected.
    """
    week_days = [
        monday + dt.timedelta(days=n) for monday in _mondays(first, last) for n in range(7)
    ]
    facts = _look_up(house, week_days[0], week_days[-1])
    days = [_judge(day, facts, today) for day in week_days]
    chosen = [day for day in days if first <= day.date <= last]
    return Figures(
        total=_sum(chosen, exact),
        days=[
            DayFigure(day.date, day.state, _amount(day.visits, exact), day.reason) for day in chosen
        ],
        weeks=[_sum(days[start : start + 7], exact) for start in range(0, len(days), 7)],
    )


# -- from rows to days ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Facts:
    hours: dict[dt.date, dict[int, int]]  # visitors by day and hour
    usual: dict[int, list[OpeningHours]]  # by weekday
    openings: dict[dt.date, list[Opening]]
    closed: dict[dt.date, str]


@dataclass(frozen=True, slots=True)
class _Day:
    date: dt.date
    state: DayState
    visits: int
    openings: int
    counted: int
    reason: str


def _look_up(house: House, first: dt.date, last: dt.date) -> _Facts:
    facts = _Facts({}, {}, {}, closed_days.closed_days(house, first, last))
    sums = (
        CountHour.select(CountHour.date, CountHour.hour, fn.SUM(CountHour.n))
        .where(CountHour.house == house, CountHour.date.between(first, last))
        .group_by(CountHour.date, CountHour.hour)
    )
    for date, hour, n in sums.tuples():
        facts.hours.setdefault(date, {})[hour] = int(n)
    for usual in OpeningHours.select().where(OpeningHours.house == house):
        facts.usual.setdefault(usual.weekday, []).append(usual)
    for opening in Opening.select().where(
        Opening.house == house, Opening.date.between(first, last)
    ):
        facts.openings.setdefault(opening.date, []).append(opening)
    return facts


def _judge(date: dt.date, facts: _Facts, today: dt.date) -> _Day:
    hours = facts.hours.get(date, {})
    visitors = sum(hours.values())
    reason = facts.closed.get(date, "")
    # Whoever counted people on a closed day had opened after all.
    shut = date in facts.closed and not visitors
    spans: dict[dt.time, OpeningHours | Opening] = {}
    left_out: set[dt.time] = set()
    had_hours = False
    if date not in facts.closed:
        spans.update({span.start_time: span for span in facts.usual.get(date.weekday(), ())})
        had_hours = bool(spans)
    for opening in facts.openings.get(date, ()):
        if opening.state == OpeningState.closed:
            spans.pop(opening.start_time, None)
        elif not shut:
            spans[opening.start_time] = opening
            if opening.state == OpeningState.not_counted:
                left_out.add(opening.start_time)
    counted = set()
    for hour, n in hours.items():
        span = nearest(spans.values(), dt.time(hour, 30))
        # Somebody may have said since that a count of nobody was no count.
        if span is not None and (n or span.start_time not in left_out):
            counted.add(span.start_time)
    openings = len(spans)
    if visitors and not spans:
        openings, counted = 1, {dt.time(0)}
    if visitors or (counted and not shut and had_hours):
        state = DayState.counted
    elif shut or (had_hours and not spans):
        state, openings = DayState.closed, 0
    elif not had_hours:
        state, openings = DayState.not_open, 0
    elif date >= today:
        state, openings = DayState.to_come, 0
    else:
        state = DayState.not_counted
    return _Day(date, state, visitors, openings, len(counted) if openings else 0, reason)


def _sum(days: list[_Day], exact: bool) -> Sum:
    return Sum(
        first=days[0].date,
        last=days[-1].date,
        visits=_amount(sum(day.visits for day in days), exact),
        openings=sum(day.openings for day in days),
        counted=sum(day.counted for day in days),
    )


def _amount(n: int, exact: bool) -> Amount:
    if exact:
        return Amount(str(n), n)
    # One size for all of '<5', or the bar would tell what the text does not.
    return Amount(protect(n), SMALLEST // 2 if 0 < n < SMALLEST else _rounded(n))


def _rounded(n: int) -> int:
    return SMALLEST * ((n + SMALLEST // 2) // SMALLEST)


def _mondays(first: dt.date, last: dt.date) -> list[dt.date]:
    monday = wall_time.week_of(first)[0]
    return [monday + dt.timedelta(weeks=n) for n in range((last - monday).days // 7 + 1)]
