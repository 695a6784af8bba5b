"""What people are told: written in the transaction that makes it true, sent afterwards.

Who has no e-mail address reads it on /vandaag, and a coordinator sees whom to ring.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable

from models import (
    HOLDING,
    House,
    Membership,
    Message,
    MessageKind,
    MessageState,
    Person,
    Place,
    Role,
    Shift,
    ShiftState,
    SqliteDatabase,
    Swap,
    db,
)
from rules.double_booked import on_another
from rules.wall_time import to_utc

#: A mail waits so long, so that what is undone at once is told to nobody.
GRACE = dt.timedelta(minutes=1)
#: What happens to a shift as a whole. Of these a person is told only the outcome.
CHANGES = (MessageKind.shift_cancelled, MessageKind.shift_restored, MessageKind.shift_moved)

#: When a shift is: its day, and from and to as wall times.
Times = tuple[dt.date, dt.time, dt.time]


def tell(
    people: Iterable[Person | int],
    kind: MessageKind,
    now: dt.datetime,
    *,
    shift: Shift,
    about: Person | None = None,
    swap: Swap | None = None,
    was: Times | None = None,
) -> None:
    """Put a message for each of these people in the outbox; call it inside the transaction.

    Of a shift that is cancelled, restored or moved again before anybody was told, people hear
    only where it ended, and nothing when that is where it was. What is over is told to nobody.

    :param shift: as it is now, when it changed.
    :param about: who did or asked it. They are not told themselves: they know how it is now.
    :param was: when the shift was, before it moved.
    """
    ids = dict.fromkeys(each if isinstance(each, int) else each.id for each in people)
    told = [person for person in ids if about is None or person != about.id]
    if kind in CHANGES:
        if about is not None:
            knows(about, shift)
        news = _outcomes(told, kind, now, shift, was)
    else:
        news = dict.fromkeys(told, (kind, was))
    rows = [
        {
            "house": shift.house_id,
            "person": person,
            "kind": what,
            "shift": shift.id,
            "swap": swap and swap.id,
            "about": about and about.id,
            "was_date": when and when[0],
            "was_start_time": when and when[1],
            "was_end_time": when and when[2],
            "at": now,
            "due_at": now + GRACE,
        }
        for person, (what, when) in news.items()
    ]
    if rows:
        Message.insert_many(rows).execute()


def tell_coordinators(
    kind: MessageKind, now: dt.datetime, *, shift: Shift, about: Person | None = None
) -> None:
    """Put a message for each coordinator of the shift's house in the outbox."""
    tell(coordinators_of(shift.house_id), kind, now, shift=shift, about=about)


def tell_changed(
    shift: Shift, state: ShiftState | str, was: Times, now: dt.datetime, about: Person | None = None
) -> None:
    """Tell who is on a shift what became of it, if that is anything to them.

    :param shift: as it is now.
    :param state: the state it had before.
    :param was: when it was before.
    """
    if shift.state == ShiftState.cancelled:
        kind = MessageKind.shift_cancelled if state != ShiftState.cancelled else None
    elif state == ShiftState.cancelled:
        kind = MessageKind.shift_restored
    else:
        kind = MessageKind.shift_moved
    if kind is not None:
        tell(on_shift(shift), kind, now, shift=shift, about=about, was=was)


def knows(person: Person, shift: Shift | int) -> None:
    """Forget what waits to be said to somebody about how a shift changed: they came on it, or
    changed it themselves, and have seen how it is."""
    _forget(message.id for message in _untold([person.id], shift))


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


def _outcomes(
    people: list[int], kind: MessageKind, now: dt.datetime, shift: Shift, was: Times | None
) -> dict[int, tuple[MessageKind, Times | None]]:
    """What each of these people must hear of a shift that changed, given what they know of it.

    What waited for them is taken out of the outbox: its outcome is told instead. Whoever took a
    seat elsewhere at that hour had seen that it was off or had moved, and hears that it is back.
    """
    here = shift.date, shift.start_time, shift.end_time
    if max(to_utc(day, end) for day, _start, end in (here, was or here)) <= now:
        return {}
    waiting: dict[int, list[Message]] = defaultdict(list)
    for message in _untold(people, shift):
        waiting[message.person_id].append(message)
    _forget(message.id for some in waiting.values() for message in some)
    off = kind == MessageKind.shift_cancelled
    news: dict[int, tuple[MessageKind, Times | None]] = {}
    nothing_new = []
    for person in people:
        if person not in waiting:
            news[person] = kind, was or here
            continue
        # The oldest of what waits knows what they were told last.
        first = waiting[person][0]
        knew_off = first.kind == MessageKind.shift_restored
        knew = (
            first.was_date or here[0],
            first.was_start_time or here[1],
            first.was_end_time or here[2],
        )
        if knew_off != off:
            what = MessageKind.shift_cancelled if off else MessageKind.shift_restored
            news[person] = what, knew
        elif not off and knew != here:
            news[person] = MessageKind.shift_moved, knew
        elif not off:
            nothing_new.append(person)
    for person in on_another(nothing_new, shift):
        news[person] = kind, was or here
    return news


def _forget(messages: Iterable[int]) -> None:
    ids = list(messages)
    if ids:
        Message.delete().where(Message.id.in_(ids)).execute()


def _untold(people: list[int], shift: Shift | int) -> list[Message]:
    """The changes of a shift that nobody has sent or seen yet, oldest first. They stay so until
    the transaction ends: whoever sends mail waits, and finds them gone."""
    query = (
        Message.select()
        .where(
            Message.shift == shift,
            Message.person.in_(people),
            Message.kind.in_(CHANGES),
            Message.state == MessageState.waiting,
            Message.tries == 0,
            Message.seen_at.is_null(),
        )
        .order_by(Message.id)
    )
    return list(query if isinstance(db.obj, SqliteDatabase) else query.for_update())
