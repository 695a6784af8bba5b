"""Closures: adding them, answering 'dicht?', taking them away. Dates and shifts follow.

Only dates from today on follow. A date that a person cancelled stays cancelled; a date that a
person brought back stays, until another closure falls on it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Container

from models import (
    Activity,
    Closure,
    ClosureKind,
    House,
    Occurrence,
    OccurrenceState,
    Person,
    Shift,
    db,
    for_one_writer,
)
from rules import Refused, access, filling
from rules.closed_days import closures_of, stops
from rules.wall_time import day_of


class NotYourClosure(Refused):
    """These days hold for all houses; a single house can only answer for itself."""


def add_closure(
    house: House | None,
    first_date: dt.date,
    last_date: dt.date,
    kind: ClosureKind,
    reason: str,
    by: Person | None,
    now: dt.datetime,
    *,
    closes: bool | None = None,
) -> tuple[Closure, list[Shift]]:
    """Store days on which a house (or, without one, every house) may be closed.

    Returns the closure, and the shifts with people on them that it cancelled.

    :raises peewee.IntegrityError: when the last day lies before the first.
    """
    with db.atomic():
        houses = _locked(house)
        closure = Closure.create(
            house=house,
            first_date=first_date,
            last_date=last_date,
            kind=kind,
            reason=reason,
            closes=closes,
        )
        access.note(by, house, "closure.add", closure, now)
        return closure, _follow(closure, houses, now)


def decide_closure(
    closure: Closure, house: House | None, closes: bool, by: Person | None, now: dt.datetime
) -> list[Shift]:
    """Answer 'dicht?' for a house, or for every house when none is given.

    A house's answer to days that hold for all is kept as its own closure of the same days.
    Returns the shifts with people on them that were cancelled or came back.

    :raises NotYourClosure: for a closure of another house.
    """
    if closure.house_id is not None and (house is None or closure.house_id != house.id):
        raise NotYourClosure
    with db.atomic():
        houses = _locked(house)
        if closure.house_id is None and house is not None:
            closure = _own(closure, house)
        closure.closes = closes
        closure.save()
        access.note(by, house, "closure.decide", closure, now)
        return _follow(closure, houses, now)


def remove_closure(
    closure: Closure, house: House | None, by: Person | None, now: dt.datetime
) -> list[Shift]:
    """Take a closure away; the dates that it cancelled come back.

    Returns the shifts with people on them that came back.

    :raises NotYourClosure: when it belongs to another house, or to all and ``house`` is given.
    """
    if closure.house_id != (house.id if house else None):
        raise NotYourClosure
    with db.atomic():
        houses = _locked(house)
        access.note(by, house, "closure.remove", closure, now)
        # Deleting would make its dates look as if a person had cancelled them: so they go first.
        gone = {closure.id}
        changed = [
            occurrence
            for each in houses
            for occurrence in settle(
                each, closure.first_date, closure.last_date, day_of(now), without=gone
            )
        ]
        closure.delete_instance()
        return filling.follow_occurrences(changed, now) + filling.follow_closure(closure, now)


def closure_for(house: House, closure_id: int) -> Closure | None:
    """A closure that this house has, by its id; None for those of other houses."""
    found: Closure | None = Closure.get_or_none(
        Closure.id == closure_id, (Closure.house == house) | Closure.house.is_null()
    )
    return found


def coming_closures(house: House, today: dt.date) -> list[Closure]:
    """The closures of a house that are not over, by date: one query."""
    return closures_of(house, today, dt.date.max)


def settle(
    house: House,
    first: dt.date,
    last: dt.date,
    today: dt.date,
    *,
    cause: int | None = None,
    activity: Activity | None = None,
    without: Container[int] = (),
) -> list[Occurrence]:
    """Bring the dates of a house in line with its closures; returns those that changed.

    Dates that a closure cancelled come back when none stops them any more. Planned dates are
    cancelled only for the closure ``cause``, or, when an activity is given, for any. Call it in a
    transaction that has the house for itself.
    """
    closures = [each for each in closures_of(house, first, last) if each.id not in without]
    query = (
        Occurrence.select(Occurrence, Activity)
        .join(Activity)
        .where(Occurrence.house == house, Occurrence.date.between(max(first, today), last))
    )
    if activity is not None:
        query = query.where(Occurrence.activity == activity)
    changed = []
    for occurrence in query:
        stop = stops(closures, occurrence.activity, occurrence.date)
        if occurrence.state == OccurrenceState.cancelled:
            if occurrence.closure_id is None or (stop and stop.id == occurrence.closure_id):
                continue
            occurrence.closure = stop
            if stop is None:
                occurrence.state = planned_or_moved(occurrence)
        elif stop is not None and (activity is not None or stop.id == cause):
            occurrence.closure = stop
            occurrence.state = OccurrenceState.cancelled
        else:
            continue
        occurrence.save(only=[Occurrence.closure, Occurrence.state])
        changed.append(occurrence)
    return changed


def planned_or_moved(occurrence: Occurrence) -> OccurrenceState:
    """The state of a date that goes on: moved when its day or hour is not that of its series."""
    usual = occurrence.activity
    as_usual = (
        occurrence.date == occurrence.original_date
        and occurrence.start_time == usual.start_time
        and occurrence.end_time == usual.end_time
    )
    return OccurrenceState.planned if as_usual else OccurrenceState.moved


def _follow(closure: Closure, houses: list[House], now: dt.datetime) -> list[Shift]:
    changed = [
        occurrence
        for house in houses
        for occurrence in settle(
            house, closure.first_date, closure.last_date, day_of(now), cause=closure.id
        )
    ]
    return filling.follow_occurrences(changed, now) + filling.follow_closure(closure, now)


def _own(closure: Closure, house: House) -> Closure:
    """The answer of one house to days that hold for all, new or as it was given before."""
    same = {"kind": closure.kind, "first_date": closure.first_date, "last_date": closure.last_date}
    own, _new = Closure.get_or_create(house=house, **same, defaults={"reason": closure.reason})
    return own


def _locked(house: House | None) -> list[House]:
    """The houses that a closure is about, each locked, always in the same order."""
    houses = [house] if house else list(House.select().order_by(House.id))
    for each in houses:
        for_one_writer(each)
    return houses
