"""What happened to a shift and to the places on it, and who did it: for its coordinators."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from peewee import JOIN

from models import (
    AuditEntry,
    Call,
    Person,
    Place,
    PlaceChange,
    PlaceState,
    Seat,
    Shift,
    ShiftState,
)
from rules import access
from rules.shift_edits import BROUGHT_BACK, CALLED_OFF, CHANGED, FOLLOWED

#: Somebody made the shift by hand.
ADDED = "shift.add"
#: The house was closed on its day, or is open again ...
CLOSED, OPENED = "shift.closed", "shift.opened"
#: ... or its activity does not take place, does again, or is at another moment.
DATE_OFF, DATE_ON, DATE_MOVED = "shift.date_off", "shift.date_on", "shift.date_moved"
_ACTIONS = (
    *(ADDED, CHANGED, CALLED_OFF, BROUGHT_BACK, FOLLOWED),
    *(CLOSED, OPENED, DATE_OFF, DATE_ON, DATE_MOVED),
)


@dataclass(frozen=True)
class PlaceStep:
    """A step of a place, with ``change.place`` (its ``person`` and ``seat``) and ``change.by``.

    before: the state that the place had until then; None when it began with this step.
    """

    change: PlaceChange
    before: PlaceState | None

    @property
    def at(self) -> dt.datetime:
        return self.change.at  # type: ignore[no-any-return]


@dataclass(frozen=True)
class ShiftEdit:
    """Somebody changed the shift as a whole: ``entry.action``, with ``entry.person``."""

    entry: AuditEntry

    @property
    def at(self) -> dt.datetime:
        return self.entry.at  # type: ignore[no-any-return]


@dataclass(frozen=True)
class Rung:
    """Somebody was rung for the shift: ``call.person``, ``call.by`` and what was said."""

    call: Call

    @property
    def at(self) -> dt.datetime:
        return self.call.at  # type: ignore[no-any-return]


Event = PlaceStep | ShiftEdit | Rung


def note_followed(
    shift: Shift, before: ShiftState, by: Person | None, now: dt.datetime, *, closure: bool
) -> None:
    """Remember that a shift followed the programme or a closure.

    :param shift: as it is now. :param before: the state it had.
    :param by: who changed the programme or the closure; None when nobody did it at this moment.
    :param closure: whether it was about the house being closed or open, not about an activity.
    """
    if shift.state == before:
        action = DATE_MOVED
    elif shift.state == ShiftState.cancelled:
        action = CLOSED if closure else DATE_OFF
    else:
        action = OPENED if closure else DATE_ON
    access.note(by, shift.house, action, shift, now)


def history_of(shift: Shift) -> list[Event]:
    """All that was done with a shift, newest first: three queries."""
    # What was done at one moment: the shift changed, or somebody said yes, and then the places.
    events: list[Event] = [*_edits(shift), *_calls(shift), *_steps(shift)]
    return sorted(events, key=lambda event: event.at)[::-1]


def _steps(shift: Shift) -> list[PlaceStep]:
    by = Person.alias()
    query = (
        PlaceChange.select(PlaceChange, Place, Person, Seat, by)
        .join(Place)
        .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
        .switch(Place)
        .join(Seat)
        .switch(PlaceChange)
        .join(by, JOIN.LEFT_OUTER, on=(PlaceChange.by == by.id), attr="by")
        .where(PlaceChange.shift == shift)
        .order_by(PlaceChange.id)
    )
    states: dict[int, PlaceState] = {}
    steps = []
    for change in query:
        steps.append(PlaceStep(change, states.get(change.place_id)))
        states[change.place_id] = PlaceState(change.state)
    return steps


def _edits(shift: Shift) -> list[ShiftEdit]:
    query = (
        AuditEntry.select(AuditEntry, Person)
        .join(Person, JOIN.LEFT_OUTER)
        .where(
            AuditEntry.subject == Shift._meta.table_name,
            AuditEntry.subject_id == str(shift.id),
            AuditEntry.action.in_(_ACTIONS),
        )
        .order_by(AuditEntry.id)
    )
    return [ShiftEdit(entry) for entry in query]


def _calls(shift: Shift) -> list[Rung]:
    by = Person.alias()
    query = (
        Call.select(Call, Person, by)
        .join(Person, on=(Call.person == Person.id))
        .switch(Call)
        .join(by, JOIN.LEFT_OUTER, on=(Call.by == by.id), attr="by")
        .where(Call.shift == shift)
        .order_by(Call.id)
    )
    return [Rung(call) for call in query]
