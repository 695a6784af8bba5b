"""What people say of openings that nobody counted: nobody came, we were closed, we do not know.

Closures that change later pass an opening with an answer over. Who answered is noted as all other
changes are; that is asked only to take an answer back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import models
from models import (
    AuditEntry,
    CountEvent,
    CountHour,
    CountKind,
    House,
    Opening,
    OpeningState,
    Person,
)
from rules import Refused, access, count_hours, stored_events
from rules.closed_days import closed_days
from rules.corrections import next_act
from rules.openings import nearest
from rules.stored_events import on_a_page
from rules.undoing import ACCEPTED, NothingToUndo
from rules.wall_time import day_of
from rules.written_sql import run

#: So far back somebody may still remember what happened.
LOOK_BACK = dt.timedelta(weeks=8)


class Answer(StrEnum):
    """What became of an opening without a count."""

    nobody = "nobody"
    closed = "closed"
    unknown = "unknown"


_UNDO = "opening.undo"
_ACTIONS = {f"opening.{answer}": answer for answer in Answer}
_STATES = {
    Answer.nobody: OpeningState.open,
    Answer.closed: OpeningState.closed,
    Answer.unknown: OpeningState.not_counted,
}


class OpeningNotOver(Refused):
    """Its day is not over; somebody may still come in."""


class IsCounted(Refused):
    """There were visitors in this opening."""


def forgotten(house: House, today: dt.date) -> list[Opening]:
    """The openings of the last eight weeks that nobody counted or answered for, the newest first:
    one query. They are rows once :func:`rules.openings.settle` was there."""
    return list(_forgotten(house, today).order_by(Opening.date.desc(), Opening.start_time.desc()))


def how_many_forgotten(house: House, today: dt.date) -> int:
    """How many :func:`forgotten` lists: one query."""
    return int(_forgotten(house, today).count())


def answer_for(opening: Opening, answer: Answer, by: Person | None, now: dt.datetime) -> None:
    """Say what became of an opening without visitors; another answer replaces the one before.

    :raises OpeningNotOver: on its own day, or before.
    :raises IsCounted: when there were visitors.
    """
    with models.db.atomic():
        row = _held(opening)
        if row.date >= day_of(now):
            raise OpeningNotOver
        if row.id in counted_openings(row.house, row.date):
            raise IsCounted
        if row.answered and row.state == _STATES[answer]:
            return  # The second of two taps.
        _apply(row, answer, by, now)
        access.note(by, row.house, f"opening.{answer}", row, now)


def take_back(opening: Opening, by: Person, now: dt.datetime) -> None:
    """Undo the last answer of a person: what was said before it holds again. Twice is as once.

    :raises NothingToUndo: too late, or when somebody else answered, or counted, since.
    """
    with models.db.atomic():
        row = _held(opening)
        entries = _entries(row)
        if not entries or entries[-1].person_id != by.id or now - entries[-1].at > ACCEPTED:
            raise NothingToUndo
        if entries[-1].action == _UNDO:
            return
        if not row.answered or row.id in counted_openings(row.house, row.date):
            raise NothingToUndo
        _apply(row, _answer_before(entries), by, now)
        access.note(by, row.house, _UNDO, row, now)


def counted_openings(house: House, date: dt.date) -> set[int]:
    """The ids of the openings of a day that had visitors: one query. What was taken back is
    nothing, and so is what was put right to nobody: it may have been closed."""
    return {id for (id,) in run(_COUNTED, (house.id, date)) if id is not None}


def visitors_of_day(house: House, date: dt.date) -> dict[int, int]:
    """The visitors of a day by the id of their opening; each hour belongs to the nearest."""
    there = list(Opening.select().where(Opening.house == house, Opening.date == date))
    found: dict[int, int] = {}
    hours = CountHour.select(CountHour.hour, CountHour.n).where(
        CountHour.house == house, CountHour.date == date
    )
    for hour, n in hours.tuples():
        opening = nearest(there, dt.time(hour, 30))
        if opening is not None:
            found[opening.id] = found.get(opening.id, 0) + n
    return found


def _forgotten(house: House, today: dt.date) -> Any:
    return Opening.select().where(
        Opening.house == house,
        Opening.date >= today - LOOK_BACK,
        Opening.date < today,
        ~Opening.counted,
        Opening.state == OpeningState.open,
    )


def _held(opening: Opening) -> Opening:
    """An opening as it is now that its house is locked."""
    models.for_one_writer(House(id=opening.house_id))
    row: Opening = Opening.get_by_id(opening.id)
    return row


def _apply(row: Opening, answer: Answer | None, by: Person | None, now: dt.datetime) -> None:
    """Let an opening be as it was answered; without an answer as hours and closures have it."""
    _drop_nobody(row, by, now)
    if answer == Answer.nobody:
        _count_nobody(row, by, now)
    # Without an answer a count that was put right to nobody holds again.
    held = answer is None and run(_HELD, (row.house_id, row.date, row.id)).fetchone() is not None
    row.counted = answer == Answer.nobody or held
    row.answered = answer is not None
    if answer is not None:
        row.state = _STATES[answer]
    elif held:
        row.state = OpeningState.open
    else:
        closed = closed_days(row.house, row.date, row.date)
        row.state = OpeningState.closed if closed else OpeningState.open
    row.save(only=[Opening.counted, Opening.answered, Opening.state])


def _count_nobody(row: Opening, by: Person | None, now: dt.datetime) -> None:
    """A correction that changes nothing: from nobody to nobody."""
    CountEvent.insert(
        **on_a_page(row.house, row.date, row.start_time.hour, by, now),
        opening=row,
        kind=CountKind.correction,
        act=next_act(row.house, row.date),
        was=0,
        becomes=0,
        n=0,
    ).execute()
    count_hours.set_by_hand(row.house, row.date)
    count_hours.rebuild(row.house, row.date)


_NOBODY = """
SELECT e.id FROM count_event e
LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id
WHERE e.house_id = ? AND e.date = ? AND e.opening_id = ? AND e.was = e.becomes AND u.id IS NULL
"""
_COUNTED = """
SELECT DISTINCT e.opening_id FROM count_event e
LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id
WHERE e.house_id = ? AND e.date = ? AND e.kind <> 'undo' AND u.id IS NULL
  AND (e.was IS NULL OR e.was <> e.becomes)
  AND EXISTS (
    SELECT 1 FROM count_hour h
    WHERE h.house_id = e.house_id AND h.date = e.date AND h.hour = e.hour AND h.n > 0
  )
"""
_HELD = """
SELECT 1 FROM count_event e
LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id
WHERE e.house_id = ? AND e.date = ? AND e.opening_id = ? AND u.id IS NULL
"""


def _drop_nobody(row: Opening, by: Person | None, now: dt.datetime) -> None:
    """Events are only ever added: what counted nobody is taken back by another."""
    found = run(_NOBODY, (row.house_id, row.date, row.id)).fetchall()
    for (id,) in found:
        counted = CountEvent(id=id, date=row.date, hour=row.start_time.hour)
        stored_events.take_back(counted, row.house, by, now)
    if found:
        count_hours.rebuild(row.house, row.date)


def _entries(row: Opening) -> list[AuditEntry]:
    """What people said of an opening, and took back, in that order."""
    return list(
        AuditEntry.select()
        .where(
            AuditEntry.subject == "opening",
            AuditEntry.subject_id == str(row.id),
            AuditEntry.action.in_([*_ACTIONS, _UNDO]),
        )
        .order_by(AuditEntry.id)
    )


def _answer_before(entries: Iterable[AuditEntry]) -> Answer | None:
    """The answer that the last one replaced, passing over what was taken back."""
    said: list[Answer] = []
    for entry in entries:
        if entry.action == _UNDO:
            said.pop()
        else:
            said.append(_ACTIONS[entry.action])
    return said[-2] if len(said) > 1 else None
