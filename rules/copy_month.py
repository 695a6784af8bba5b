"""Copying a month of the roster: what stands beside the patterns, and who is on what."""

from __future__ import annotations

import datetime as dt

from models import (
    House,
    Person,
    PlaceHow,
    Seat,
    Shift,
    SqliteDatabase,
    Step,
    db,
    for_one_writer,
)
from rules import Refused, access, places
from rules.copy_plan import CopyPlan, NewShift, plan
from rules.filling import AHEAD, extend_roster
from rules.fixed_people import helpers
from rules.programme import TooFar
from rules.single_shifts import FURTHEST
from rules.wall_time import day_of, month_of


class SameMonth(Refused):
    """A month is not copied onto itself."""


class MonthOver(Refused):
    """The month to copy to is over."""


class CopyChanged(Refused):
    """Meanwhile the roster changed: ``plan`` is what would be copied now."""

    def __init__(self, plan: CopyPlan) -> None:
        super().__init__()
        self.plan = plan


def prepare_copy(house: House, source: dt.date, target: dt.date, now: dt.datetime) -> None:
    """Make the shifts of patterns to the end of the month that is copied to.

    :raises SameMonth, MonthOver:
    :raises TooFar: more than 400 days ahead.
    """
    _check(source, target, day_of(now))
    today = day_of(now)
    extend_roster(house, today, now, max(month_of(target)[1], today + AHEAD))


def plan_copy(
    house: House, source: dt.date, target: dt.date, now: dt.datetime, *, people: bool
) -> CopyPlan:
    """What copying one month (any day of it) to another would do.

    :param people: also who is on them.
    :raises SameMonth, MonthOver, TooFar:
    """
    _check(source, target, day_of(now))
    return plan(house, source, target, now, people=people)


def copy_month(
    house: House,
    source: dt.date,
    target: dt.date,
    by: Person | None,
    now: dt.datetime,
    *,
    people: bool,
    seen: str | None = None,
) -> CopyPlan:
    """Copy a month as :func:`plan_copy` says; returns what was done.

    :param seen: the fingerprint of the plan that the person agreed to; None agrees to any.
    :raises CopyChanged: when it is another plan by now.
    :raises SameMonth, MonthOver, TooFar:
    """
    _check(source, target, day_of(now))
    with db.atomic():
        for_one_writer(house)
        _hold(house, target, people)
        found = plan_copy(house, source, target, now, people=people)
        if seen is not None and seen != found.fingerprint:
            raise CopyChanged(found)
        seats = {}
        for each in found.new:
            seats.update(_make(house, each))
        for comes in found.people:
            seat = comes.seat or seats[comes.place.seat_id]
            places.put_on(seat, comes.place.person, Step.put, by, now, how=PlaceHow.by_coordinator)
        access.note(by, house, "roster.copy", house, now)
        return found


def _hold(house: House, target: dt.date, people: bool) -> None:
    """Let nobody get on a shift of a month until the transaction ends: the people first, as
    whoever takes a seat does, then the shifts."""
    if people:
        here = Person.select(Person.id).where(Person.id.in_(helpers(house)))
        for person in here.order_by(Person.id):
            for_one_writer(person)
    if not isinstance(db.obj, SqliteDatabase):
        first, last = month_of(target)
        there = Shift.select(Shift.id).where(Shift.house == house, Shift.date.between(first, last))
        list(there.order_by(Shift.id).for_update())


def _check(source: dt.date, target: dt.date, today: dt.date) -> None:
    if month_of(source) == month_of(target):
        raise SameMonth
    if month_of(target)[1] < today:
        raise MonthOver
    if month_of(target)[0] > today + FURTHEST:
        raise TooFar


def _make(house: House, new: NewShift) -> dict[int, Seat]:
    """Add a shift; returns its seats by the id of the seat that each is a copy of."""
    source = new.source
    shift = Shift.create(
        house=house,
        title=source.title,
        original_date=new.date,
        date=new.date,
        start_time=source.start_time,
        end_time=source.end_time,
    )
    return {
        seat.id: Seat.create(
            house=house,
            shift=shift,
            role=seat.role,
            qualification=seat.qualification,
            required=seat.required,
            position=seat.position,
        )
        for seat in new.seats
    }
