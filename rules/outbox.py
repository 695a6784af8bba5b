"""What people are told: written in the transaction that makes it true, sent afterwards.

Who has no e-mail address reads it on /vandaag, and a coordinator sees whom to ring.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from models import (
    HOLDING,
    House,
    Membership,
    Message,
    MessageKind,
    Person,
    Place,
    Role,
    Shift,
    Swap,
)


def tell(
    people: Iterable[Person | int],
    kind: MessageKind,
    now: dt.datetime,
    *,
    shift: Shift,
    about: Person | None = None,
    swap: Swap | None = None,
    was: tuple[dt.date, dt.time] | None = None,
) -> None:
    """Put a message for each of these people in the outbox; call it inside the transaction.

    :param about: who did or asked it. They are not told themselves.
    :param was: day and wall time at which the shift began, before it moved.
    """
    ids = dict.fromkeys(each if isinstance(each, int) else each.id for each in people)
    rows = [
        {
            "house": shift.house_id,
            "person": person,
            "kind": kind,
            "shift": shift.id,
            "swap": swap and swap.id,
            "about": about and about.id,
            "was_date": was and was[0],
            "was_start_time": was and was[1],
            "at": now,
            "due_at": now,
        }
        for person in ids
        if about is None or person != about.id
    ]
    if rows:
        Message.insert_many(rows).execute()


def tell_coordinators(
    kind: MessageKind, now: dt.datetime, *, shift: Shift, about: Person | None = None
) -> None:
    """Put a message for each coordinator of the shift's house in the outbox."""
    tell(coordinators_of(shift.house_id), kind, now, shift=shift, about=about)


def coordinators_of(house: House | int) -> list[int]:
    """The ids of the active coordinators of a house."""
    query = (
        Membership.select(Membership.person)
        .join(Person)
        .where(Membership.house == house, Membership.role == Role.coordinator, Person.active)
    )
    return [person for (person,) in query.tuples()]


def on_shift(shift: Shift) -> list[int]:
    """The ids of who holds a seat on a shift."""
    held = Place.select(Place.person).where(
        Place.shift == shift, Place.state.in_(HOLDING), Place.person.is_null(False)
    )
    return [person for (person,) in held.tuples()]
