"""What people did to single shifts by hand, and how a seat goes without its memory.

A shift says what it is, not why. Whether somebody made it so is in the audit: what a pattern or a
closure does by itself is not noted there.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from peewee import chunked

from models import HOLDING, AuditEntry, Call, Place, Seat, Shift

#: Somebody changed a shift by hand; from then on it does not follow its pattern ...
CHANGED = "shift.change"
#: ... until it was asked to follow again.
FOLLOWED = "shift.follow"
#: Somebody called a shift off; only somebody brings it back.
CALLED_OFF = "shift.cancel"
BROUGHT_BACK = "shift.restore"

_MOMENT = dt.timedelta(microseconds=1)
_ROWS_AT_ONCE = 300
_SHIFT = Shift._meta.table_name


@dataclass
class Edits:
    """The ids of shifts that are as somebody made them, and of those that somebody called off."""

    changed: set[int] = field(default_factory=set)
    called_off: set[int] = field(default_factory=set)


def edits_of(shifts: Iterable[int]) -> Edits:
    """What people did to these shifts (ids): one query for each few hundred."""
    found = Edits()
    for some in chunked(shifts, _ROWS_AT_ONCE):
        notes = (
            AuditEntry.select(AuditEntry.subject_id, AuditEntry.action)
            .where(
                AuditEntry.subject == _SHIFT,
                AuditEntry.subject_id.in_([str(shift) for shift in some]),
                AuditEntry.action.in_((CHANGED, FOLLOWED, CALLED_OFF, BROUGHT_BACK)),
            )
            .order_by(AuditEntry.id)
        )
        for subject, action in notes.tuples():
            ids = found.changed if action in (CHANGED, FOLLOWED) else found.called_off
            if action in (CHANGED, CALLED_OFF):
                ids.add(int(subject))
            else:
                ids.discard(int(subject))
    return found


def drop_seat(seat: Seat, now: dt.datetime) -> bool:
    """Take a seat that nobody holds off its shift; returns whether it could go.

    Whoever was on it once stays in the memory of the shift, at another seat of it. A seat that is
    the last one of its shift stays, and so does one that somebody holds.
    """
    places = Place.select().where(Place.seat == seat)
    if places.where(Place.state.in_(HOLDING)).exists():
        return False
    others = Seat.select().where(Seat.shift == seat.shift_id, Seat.id != seat.id)
    other = (
        others.order_by((Seat.role == seat.role).desc(), Seat.position, Seat.id).first()
        if others.exists()
        else None
    )
    if other is None:
        return False
    for place in places:
        # After its last step, also when that is of this very moment: so it shows that the step was
        # taken at another seat, and rules/undoing.py does not put anybody on this one.
        place.seat, place.changed_at = other, max(now, place.changed_at + _MOMENT)
        place.save(only=[Place.seat, Place.changed_at])
    Seat.delete().where(Seat.id == seat.id).execute()
    return True


def drop_shifts(shifts: Collection[int]) -> set[int]:
    """Delete the shifts (ids) that nobody was ever on, or asked for; returns those that stay."""
    known = {
        shift
        for table in (Place, Call)
        for some in chunked(shifts, _ROWS_AT_ONCE)
        for (shift,) in table.select(table.shift).where(table.shift.in_(list(some))).tuples()
    }
    for some in chunked(set(shifts) - known, _ROWS_AT_ONCE):
        Shift.delete().where(Shift.id.in_(list(some))).execute()
    return known
