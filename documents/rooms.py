"""In which room an activity is in a month, and on which of its dates it is in another."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from models import Occurrence, OccurrenceState, Room
from rules.month_words import Slot
from rules.wall_time import month_of


class Elsewhere(NamedTuple):
    """Dates on which an activity is not in its usual room. room: empty when no other is known."""

    room: str
    slots: tuple[Slot, ...]


def rooms_of(found: Iterable[Occurrence], known: Collection[Room]) -> dict[int, str]:
    """The names of the rooms of these dates, by id: one query when there is one that is not among
    those that are known, else none."""
    names = {room.id: room.name for room in known}
    if more := {each.room_id for each in found} - {None, *names}:
        names |= {room.id: room.name for room in Room.select().where(Room.id.in_(more))}
    return names


def usual_room(
    found: Sequence[Occurrence], month: dt.date, named: int | None
) -> tuple[int | None, dict[int | None, tuple[Slot, ...]]]:
    """The room in which an activity is on most of its dates in the month, as an id, and its dates
    in the others by room.

    found: its dates. named: the room of the activity itself, which wins where two are used as much.
    """
    first, last = month_of(month)
    held = [
        each
        for each in found
        if each.state != OccurrenceState.cancelled and first <= each.date <= last
    ]
    times = Counter(each.room_id for each in held)
    usual = max(times, key=lambda room: (times[room], room == named), default=named)
    others: dict[int | None, tuple[Slot, ...]] = {}
    for each in held:
        if each.room_id != usual:
            slot = Slot(each.date, each.start_time, each.end_time)
            others[each.room_id] = (*others.get(each.room_id, ()), slot)
    return usual, others
