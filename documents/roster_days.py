"""The roster of some days as it hangs on the wall: facts for paper, the same for every reader."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from peewee import JOIN

from documents.limits import at_most
from documents.speech import apart, span
from documents.words import _
from models import (
    HOLDING,
    House,
    Person,
    Place,
    PlaceState,
    QualificationKind,
    Seat,
    Shift,
    ShiftState,
)
from rules.closed_days import closed_days
from rules.short_names import names_in

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Task:
    """The seats of one role on a shift.

    role: empty where all seats of the shift have the same one.
    skill: what somebody must be, 'sleutelhouder', where the role does not say so already.
    people: first names of who comes; seeking: of who comes unless somebody takes over.
    needed, extra: how many seats are open that must be filled, and that may stay empty.
    """

    role: str
    skill: str
    people: tuple[str, ...]
    seeking: tuple[str, ...]
    needed: int
    extra: int


@dataclass(frozen=True)
class PaperShift:
    """A shift; one that is cancelled has no tasks."""

    times: str
    title: str
    cancelled: bool
    tasks: tuple[Task, ...]

    @property
    def lines(self) -> int:
        """About how many lines of the sheet it takes: two lines to write on stand side by side."""
        return 1 + sum((task.needed + task.extra) // 2 + len(task.seeking) for task in self.tasks)


@dataclass(frozen=True)
class PaperDays:
    """A day with its shifts, or several days on which the house is closed for one reason.

    closed: the reason. over: the days are past, so there is nothing to write on any more.
    """

    first: dt.date
    last: dt.date
    closed: str
    over: bool
    shifts: tuple[PaperShift, ...]

    @property
    def needed(self) -> int:
        """How many seats must still be filled."""
        return 0 if self.over else sum(task.needed for each in self.shifts for task in each.tasks)


class _Row(NamedTuple):
    shift: int
    date: dt.date
    start_time: dt.time
    end_time: dt.time
    title: str
    state: str
    seat: int | None
    role: str
    qualification: str
    required: bool
    place_state: str | None
    written_name: str | None
    person: int | None
    first_name: str | None
    last_name: str | None


def roster_days(
    house: House, first: dt.date, last: dt.date, today: dt.date
) -> tuple[PaperDays, ...]:
    """The roster of a house from first to last (included): the days with something to tell.

    Days on which the house is closed stand together. Three queries, however many seats there are.
    """
    rows = _rows(house, first, last)
    holders = [
        (row.person, row.first_name or "", row.last_name or "")
        for row in rows
        if row.person is not None
    ]
    names = names_in({house.id}, holders)
    shifts = {day: _shifts(some, names) for day, some in groupby(rows, key=lambda row: row.date)}
    closed = closed_days(house, first, last)
    found: list[PaperDays] = []
    day = first
    while day <= last:
        reason, of_day = closed.get(day, ""), shifts.get(day, ())
        if day in closed:
            # 'Dicht' says of every shift that is off that it is off.
            of_day = tuple(each for each in of_day if not each.cancelled)
        before = found[-1] if found else None
        if day in closed and not of_day and before and _runs_on(before, day, reason, today):
            found[-1] = PaperDays(before.first, day, reason, before.over, ())
        elif day in closed or of_day:
            found.append(PaperDays(day, day, reason, day < today, of_day))
        day += _DAY
    return tuple(found)


def _runs_on(before: PaperDays, day: dt.date, reason: str, today: dt.date) -> bool:
    """Whether a closed day is told together with the days before it."""
    return (
        before.last + _DAY == day
        and bool(before.closed)
        and before.closed == reason
        and not before.shifts
        and before.over == (day < today)
    )


def _rows(house: House, first: dt.date, last: dt.date) -> list[_Row]:
    query = (
        Shift.select(
            Shift.id,
            Shift.date,
            Shift.start_time,
            Shift.end_time,
            Shift.title,
            Shift.state,
            Seat.id,
            Seat.role,
            Seat.qualification,
            Seat.required,
            Place.state,
            Place.name,
            Person.id,
            Person.first_name,
            Person.last_name,
        )
        .join(Seat, JOIN.LEFT_OUTER)
        .join(Place, JOIN.LEFT_OUTER, on=(Place.seat == Seat.id) & Place.state.in_(HOLDING))
        .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
        .where(Shift.house == house, Shift.date.between(first, last))
        .order_by(Shift.date, Shift.start_time, Shift.title, Shift.id, Seat.position, Seat.id)
    )
    return [_Row(*row) for row in at_most(query.tuples())]


def _shifts(rows: Iterable[_Row], names: dict[int, str]) -> tuple[PaperShift, ...]:
    found = []
    for _id, some in groupby(rows, key=lambda row: row.shift):
        seats = list(some)
        one = seats[0]
        cancelled = one.state == ShiftState.cancelled
        found.append(
            PaperShift(
                times=span(one.start_time, one.end_time),
                title=apart(one.title),
                cancelled=cancelled,
                tasks=() if cancelled else _tasks(seats, names),
            )
        )
    return tuple(found)


def _tasks(seats: list[_Row], names: dict[int, str]) -> tuple[Task, ...]:
    known = [row for row in seats if row.seat is not None]
    several = len({row.role for row in known}) > 1
    found = []
    # A role that asks two different things of people is two tasks.
    for role, kind in dict.fromkeys((row.role, row.qualification) for row in known):
        here = [row for row in known if (row.role, row.qualification) == (role, kind)]
        still_open = [row for row in here if not _name(row, names)]
        skill = _skill_word(kind) if kind else ""
        found.append(
            Task(
                role=apart(role) if several else "",
                skill="" if several and skill.casefold() == role.casefold() else skill,
                people=_people(here, names, seeking=False),
                seeking=_people(here, names, seeking=True),
                needed=sum(row.required for row in still_open),
                extra=sum(not row.required for row in still_open),
            )
        )
    return tuple(found)


def _people(rows: list[_Row], names: dict[int, str], *, seeking: bool) -> tuple[str, ...]:
    """Who is on these seats, and does or does not look for somebody to take over."""
    return tuple(
        _name(row, names)
        for row in rows
        if _name(row, names) and (row.place_state == PlaceState.seeking_cover) is seeking
    )


def _name(row: _Row, names: dict[int, str]) -> str:
    """What the holder of a seat is called; empty when it is open. No line ends inside a name."""
    name = names[row.person] if row.person is not None else row.written_name
    return apart((name or "").replace(" ", "\u00a0"))


def _skill_word(kind: str) -> str:
    """A qualification inside a sentence; a house's own word is its own name."""
    known = {
        QualificationKind.key_holder.value: _("sleutelhouder"),
        QualificationKind.first_aid.value: _("BHV'er"),
        QualificationKind.alcohol.value: _("mag alcohol schenken"),
        QualificationKind.vog.value: _("VOG gezien"),
    }
    return known.get(kind) or apart(kind)
