"""What the counter shows beside its total: the last taps, and what a visitor may come for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from peewee import JOIN

from models import Activity, CountEvent, CountKind, House, Occurrence, OccurrenceState, Person
from rules import wall_time
from rules.count_hours import is_undo

#: People come a little before it starts; what has no end is taken to last so long.
EARLY_MINUTES = 15
NO_END_MINUTES = 120


@dataclass(frozen=True, slots=True)
class RecentTap:
    """A tap as the counter lists it."""

    id: UUID
    at: dt.time | None  # local; None once exact times were removed
    n: int
    kind: CountKind
    title: str | None  # of the activity; None for who just walked in
    mine: bool
    undone: bool


def recent_taps(house: House, person: Person, day: dt.date, limit: int = 5) -> list[RecentTap]:
    """The last taps of a day, the newest first, also those that were taken back."""
    undo = CountEvent.alias()
    rows = (
        CountEvent.select(
            CountEvent.id,
            CountEvent.happened_at,
            CountEvent.n,
            CountEvent.kind,
            Activity.title,
            CountEvent.actor,
            undo.id,
        )
        .join(undo, JOIN.LEFT_OUTER, on=is_undo(undo))
        .join(Occurrence, JOIN.LEFT_OUTER, on=(CountEvent.occurrence == Occurrence.id))
        .join(Activity, JOIN.LEFT_OUTER, on=(Occurrence.activity == Activity.id))
        .where(
            CountEvent.house == house,
            CountEvent.date == day,
            CountEvent.kind != CountKind.undo,
        )
        .order_by(CountEvent.happened_at.desc(), CountEvent.id)
        .limit(limit)
    )
    return [
        RecentTap(
            id=tap,
            at=wall_time.to_local(happened).time() if happened else None,
            n=n,
            kind=CountKind(kind),
            title=title,
            mine=actor == person.id,
            undone=undone is not None,
        )
        for tap, happened, n, kind, title, actor, undone in rows.tuples()
    ]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something of today that a visitor may come for."""

    occurrence: int
    title: str
    start_time: dt.time
    end_time: dt.time | None

    @property
    def from_minute(self) -> int:
        """From which minute of the day people come for it."""
        return _minutes(self.start_time) - EARLY_MINUTES

    @property
    def to_minute(self) -> int:
        """From which minute of the day nobody comes for it any more."""
        if self.end_time is None:
            return _minutes(self.start_time) + NO_END_MINUTES
        return _minutes(self.end_time)


def choices(house: House, day: dt.date) -> list[Choice]:
    """What takes place on a day, in order of time."""
    rows = (
        Occurrence.select(Occurrence.id, Activity.title, Occurrence.start_time, Occurrence.end_time)
        .join(Activity)
        .where(
            Occurrence.house == house,
            Occurrence.date == day,
            Occurrence.state != OccurrenceState.cancelled,
        )
        .order_by(Occurrence.start_time, Activity.title)
    )
    return [Choice(*row) for row in rows.tuples()]


def guess(offered: Iterable[Choice], time: dt.time) -> Choice | None:
    """What somebody who comes in at this time most likely comes for: the last that began.

    None when nothing is on: they just walked in.
    """
    now = _minutes(time)
    on = [choice for choice in offered if choice.from_minute <= now < choice.to_minute]
    return max(on, key=lambda choice: choice.start_time, default=None)


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute
