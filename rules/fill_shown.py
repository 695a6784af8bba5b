"""A proposal as a coordinator looks at it: by shift, with what became of each seat meanwhile."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from peewee import JOIN

from models import HOLDING, FillProposal, Person, Place, Seat, Shift, ShiftState
from rules.fill_month import Left
from rules.fill_problem import Why
from rules.short_names import names_in
from rules.wall_time import to_local


class SeatNow(StrEnum):
    """What a seat of a proposal is by now."""

    open = "open"
    #: Who was proposed is on it.
    done = "done"
    taken = "taken"
    cancelled = "cancelled"
    over = "over"


@dataclass(slots=True)
class ProposedSeat:
    """A seat with the one who is proposed for it, or why it stays open."""

    id: int
    role: str
    qualification: str
    required: bool
    now: SeatNow
    #: Who holds it by now, by first name.
    holder: str
    #: Who is proposed, by first name; empty when nobody is.
    person: str = ""
    #: How many shifts they had in the 13 weeks before.
    had: int = 0
    #: Who of those they wish to be with is on, too.
    company: list[str] = field(default_factory=list)
    is_new: bool = False
    why: Why | None = None
    #: Why they could not be put on when that was asked.
    left: Left | None = None


@dataclass(slots=True)
class ProposedShift:
    id: int
    title: str
    date: dt.date
    start_time: dt.time
    end_time: dt.time
    seats: list[ProposedSeat] = field(default_factory=list)


@dataclass(frozen=True)
class Load:
    """How many shifts somebody has from 13 weeks before the first day until the last: now, and
    when all of the proposal is done."""

    name: str
    before: int
    after: int


@dataclass(frozen=True)
class ShownProposal:
    """A proposal; shifts in order of time, loads with the most first."""

    shifts: list[ProposedShift]
    loads: list[Load]
    #: Seats that somebody was proposed for, and all that were open.
    filled: int
    asked: int
    #: Nothing is better; else the solver's time was up first.
    proven: bool

    @property
    def waiting(self) -> list[int]:
        """The seats (ids) that are open still and have somebody proposed."""
        return [
            seat.id
            for shift in self.shifts
            for seat in shift.seats
            if seat.person and seat.now is SeatNow.open
        ]


def shown(proposal: FillProposal, now: dt.datetime) -> ShownProposal:
    """A proposal with its seats as they are now, without those that are gone: three queries."""
    content = json.loads(proposal.content)
    pairs = {seat: rest for seat, *rest in content["pairs"]}
    why = dict(content["open"])
    rows = _rows(proposal, [*pairs, *why])
    names = _names(proposal, content, rows)
    here = to_local(now).replace(tzinfo=None)
    new = set(content["new"])
    shifts: dict[int, ProposedShift] = {}
    for seat in rows:
        shift = seat.shift
        held = getattr(seat, "held", None)
        held = held if held is not None and held.id is not None else None
        person, had, company = pairs.get(seat.id, (None, 0, []))
        left = content["left"].get(str(seat.id))
        line = ProposedSeat(
            id=seat.id,
            role=seat.role,
            qualification=seat.qualification,
            required=seat.required,
            now=_now(shift, held, person, here),
            holder="" if held is None else names.get(held.person_id, held.name),
            why=Why(why[seat.id]) if seat.id in why else None,
            left=Left(left) if left else None,
        )
        if person is not None:
            line.person = names.get(person, "")
            line.had = had
            line.company = [names[other] for other in company if other in names]
            line.is_new = person in new
        if shift.id not in shifts:
            shifts[shift.id] = ProposedShift(
                shift.id, shift.title, shift.date, shift.start_time, shift.end_time
            )
        shifts[shift.id].seats.append(line)
    loads = [
        Load(names[person], before, after)
        for person, before, after in content["loads"]
        if person in names
    ]
    loads.sort(key=lambda load: (-load.after, -load.before, load.name.casefold()))
    return ShownProposal(
        shifts=list(shifts.values()),
        loads=loads,
        filled=len(pairs),
        asked=len(pairs) + len(why),
        proven=content["proven"],
    )


def _rows(proposal: FillProposal, seats: list[int]) -> list[Any]:
    holding = (Place.seat == Seat.id) & Place.state.in_(HOLDING)
    query = (
        Seat.select(Seat, Shift, Place)
        .join(Shift)
        .switch(Seat)
        .join(Place, JOIN.LEFT_OUTER, on=holding, attr="held")
        .where(Seat.id.in_(seats), Seat.house == proposal.house_id)
        .order_by(Shift.date, Shift.start_time, Shift.title, Shift.id, Seat.position, Seat.id)
    )
    return list(query)


def _names(proposal: FillProposal, content: dict[str, Any], rows: list[Any]) -> dict[int, str]:
    """What everybody is called who is named in the proposal or on one of its seats now."""
    ids = {person for person, _before, _after in content["loads"]}
    ids |= {person for _seat, person, _had, _company in content["pairs"]}
    ids |= {other for *_rest, company in content["pairs"] for other in company}
    ids |= {row.held.person_id for row in rows if getattr(row, "held", None) is not None}
    people = Person.select(Person.id, Person.first_name, Person.last_name)
    others = people.where(Person.id.in_([each for each in ids if each is not None])).tuples()
    return names_in({proposal.house_id}, list(others))


def _now(shift: Shift, held: Place | None, person: int | None, here: dt.datetime) -> SeatNow:
    if shift.state == ShiftState.cancelled:
        return SeatNow.cancelled
    if held is not None:
        return SeatNow.done if held.person_id == person else SeatNow.taken
    if dt.datetime.combine(shift.date, shift.end_time) <= here:
        return SeatNow.over
    return SeatNow.open
