"""Which opening of a house a moment belongs to."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol, TypeVar

from models import Opening, OpeningHours


class Span(Protocol):
    """A span of a day, in the wall time of the house."""

    start_time: dt.time
    end_time: dt.time


AnySpan = TypeVar("AnySpan", bound=Span)


def nearest(spans: Iterable[AnySpan], time: dt.time) -> AnySpan | None:
    """The span that holds the time, or else the one that is nearest; None when there is none."""
    return min(
        spans, key=lambda span: (_minutes_outside(span, time), span.start_time), default=None
    )


def holds(span: Span, time: dt.time) -> bool:
    """Whether the time lies in the span; its end does not."""
    return span.start_time <= time < span.end_time


class Openings:
    """The openings of some houses on some days, found or made. Lives as long as a transaction."""

    def __init__(self, days: set[tuple[int, dt.date]]) -> None:
        """Look up the openings of (house id, date) in one query."""
        self._found: dict[tuple[int, dt.date], list[Opening]] = {day: [] for day in days}
        self._hours: list[OpeningHours] | None = None
        for row in self._existing(days):
            self._found.setdefault((row.house_id, row.date), []).append(row)

    def at(self, house: int, date: dt.date, time: dt.time) -> Opening:
        """The opening for a moment; the first tap of a day makes it from the opening hours.

        Outside all hours the nearest counts: whoever comes in before nine belongs to that
        morning. A day without hours (a Saturday with a repair café) opens with its first tap.
        """
        there = self._found[(house, date)]
        for opening in there:
            if holds(opening, time):
                return opening
        starts = {opening.start_time for opening in there}
        usual = [row for row in self._usual(house, date) if row.start_time not in starts]
        span: Opening | OpeningHours | None = nearest([*there, *usual], time)
        if span is None:
            span = Opening(
                start_time=time.replace(minute=0, second=0, microsecond=0),
                end_time=dt.time(time.hour + 1) if time.hour < 23 else dt.time(23, 59),
            )
        elif isinstance(span, Opening):
            return span
        return self._make(house, date, span)

    def _make(self, house: int, date: dt.date, span: Opening | OpeningHours) -> Opening:
        Opening.insert(
            house=house, date=date, start_time=span.start_time, end_time=span.end_time
        ).on_conflict_ignore().execute()
        opening = Opening.get(
            Opening.house == house, Opening.date == date, Opening.start_time == span.start_time
        )
        self._found[(house, date)].append(opening)
        return opening

    def _usual(self, house: int, date: dt.date) -> list[OpeningHours]:
        if self._hours is None:
            houses = {house for house, _ in self._found}
            self._hours = list(OpeningHours.select().where(OpeningHours.house.in_(houses)))
        return [
            row for row in self._hours if row.house_id == house and row.weekday == date.weekday()
        ]

    @staticmethod
    def _existing(days: set[tuple[int, dt.date]]) -> Iterable[Opening]:
        if not days:
            return []
        rows: Iterable[Opening] = Opening.select().where(
            Opening.house.in_({house for house, _ in days}),
            Opening.date.in_({date for _, date in days}),
        )
        return rows


def _minutes_outside(span: Span, time: dt.time) -> int:
    if holds(span, time):
        return 0
    minute = time.hour * 60 + time.minute
    start = span.start_time.hour * 60 + span.start_time.minute
    end = span.end_time.hour * 60 + span.end_time.minute
    # At least 1: whoever comes when the doors close is not inside any more.
    return max(1, start - minute, minute - end)
