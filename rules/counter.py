"""What the counter shows beside its total: the last taps, and what a visitor may come for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from peewee import JOIN

from models import (
    Activity,
    AgeGroup,
    CountEvent,
    CountKind,
    House,
    Occurrence,
    OccurrenceState,
    Person,
)
from rules import wall_time
from rules.count_hours import is_undo

#: People come a little before it starts; what has no end is taken to last so long.
EARLY_MINUTES = 15
NO_END_MINUTES = 120

#: So many taps the counter lists, and so many when somebody asks for all of the day.
RECENT, MANY = 5, 500


@dataclass(frozen=True, slots=True)
class RecentTap:
    """A tap as the counter lists it."""

    id: UUID
    at: dt.time | None  # local; None once exact times were removed
    n: int
    title: str | None  # of the activity; None for who just walked in
    group: AgeGroup | None
    first: bool | None  # of the month, for who came; None: not asked
    mine: bool
    undone: bool


def recent_taps(
    house: House,
    person: Person | None,
    day: dt.date,
    limit: int = RECENT,
    device: str | None = None,
) -> list[RecentTap]:
    """The last taps of a day, the newest first, also those that were taken back.

    Only those of ``person`` are ``mine``; on the tablet of the desk those of that ``device``.
    """
    undo = CountEvent.alias()
    rows = (
        CountEvent.select(
            CountEvent.id,
            CountEvent.happened_at,
            CountEvent.n,
            Activity.title,
            CountEvent.group,
            CountEvent.first_this_month,
            CountEvent.actor,
            CountEvent.device,
            undo.id,
        )
        .join(undo, JOIN.LEFT_OUTER, on=is_undo(undo))
        .join(Occurrence, JOIN.LEFT_OUTER, on=(CountEvent.occurrence == Occurrence.id))
        .join(Activity, JOIN.LEFT_OUTER, on=(Occurrence.activity == Activity.id))
        .where(
            CountEvent.house == house,
            CountEvent.date == day,
            CountEvent.kind == CountKind.visit,
        )
        .order_by(CountEvent.happened_at.desc(), CountEvent.id)
        .limit(limit)
    )
    return [
        RecentTap(
            id=tap,
            at=wall_time.to_local(happened).time() if happened else None,
            n=n,
            title=title,
            group=AgeGroup(group) if group else None,
            first=first,
            mine=actor == person.id if person else device is not None and tablet == device,
            undone=undone is not None,
        )
        for tap, happened, n, title, group, first, actor, tablet, undone in rows.tuples()
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

    @property
    def comes_from(self) -> str:
        """The same minute as a text that sorts, '09:45', for phones."""
        return _text(max(0, self.from_minute))

    @property
    def comes_until(self) -> str:
        return _text(self.to_minute)


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


def _text(minute: int) -> str:
    # What ends after midnight ends after all of the day: '25:30'.
    return f"{minute // 60:02}:{minute % 60:02}"


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute
