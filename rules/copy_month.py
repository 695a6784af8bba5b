"""Copying a month of the roster: what stands beside the patterns, and who is on what."""

from __future__ import annotations

import datetime as dt

from models import (
    House,
    MessageKind,
    Person,
    PlaceHow,
    Seat,
    Shift,
    Step,
    db,
    for_one_writer,
)
from rules import Refused, access, outbox, places
from rules.copy_plan import CopyPlan, NewShift, plan
from rules.filling import AHEAD, extend_roster
from rules.fixed_people import helpers
from rules.horizon import AHEAD as DATES_AHEAD
from rules.patterns import hold_shifts
from rules.wall_time import day_of, month_of


class SameMonth(Refused):
    """A month is not copied onto itself."""


class MonthOver(Refused):
    """The month to copy to is over."""


class MonthTooFar(Refused):
    """The month to copy to begins after all that exists ahead anyway: looking at a plan must not
    make a roster that nobody asked for."""


class CopyChanged(Refused):
    """Meanwhile the roster changed: ``plan`` is what would be copied now."""

    def __init__(self, plan: CopyPlan) -> None:
        super().__init__()
        self.plan = plan


def prepare_copy(house: House, source: dt.date, target: dt.date, now: dt.datetime) -> None:
    """Make the shifts of patterns to the end of the month that is copied to.

    :raises SameMonth, MonthOver:
    :raises MonthTooFar: when it begins more than 13 weeks ahead.
    """
    _check(source, target, day_of(now))
    today = day_of(now)
    extend_roster(house, today, now, max(month_of(target)[1], today + AHEAD))


def plan_copy(
    house: House, source: dt.date, target: dt.date, now: dt.datetime, *, people: bool
) -> CopyPlan:
    """What copying one month (any day of it) to another would do.

    :param people: also who is on them.
    :raises SameMonth, MonthOver, MonthTooFar:
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
    """Copy a month as :func:`plan_copy` says; returns what was done. Who comes along is told.

    :param seen: the fingerprint of the plan that the person agreed to; None agrees to any.
    :raises CopyChanged: when it is another plan by now.
    :raises SameMonth, MonthOver, MonthTooFar:
    """
    _check(source, target, day_of(now))
    with db.atomic():
        for_one_writer(house)
        _hold(house, target, people)
        found = plan_copy(house, source, target, now, people=people)
        if seen is not None and seen != found.fingerprint:
            raise CopyChanged(found)
        made = {}
        for each in found.new:
            made.update(_make(house, each))
        for comes in found.people:
            seat, shift = (comes.seat, comes.shift) if comes.seat else made[comes.place.seat_id]
            person = comes.place.person
            places.put_on(seat, person, Step.put, by, now, how=PlaceHow.by_coordinator)
            outbox.tell([person], MessageKind.put_on, now, shift=shift, about=by)
        access.note(by, house, "roster.copy", house, now)
        return found


def _hold(house: House, target: dt.date, people: bool) -> None:
    """Let nobody get on a shift of a month until the transaction ends: the people first, as
    whoever takes a seat does, then the shifts."""
    if people:
        here = Person.select(Person.id).where(Person.id.in_(helpers(house)))
        for person in here.order_by(Person.id):
            for_one_writer(person)
    hold_shifts((Shift.house == house) & Shift.date.between(*month_of(target)))


def _check(source: dt.date, target: dt.date, today: dt.date) -> None:
    if month_of(source) == month_of(target):
        raise SameMonth
    if month_of(target)[1] < today:
        raise MonthOver
    if month_of(target)[0] > today + DATES_AHEAD:
        raise MonthTooFar


def _make(house: House, new: NewShift) -> dict[int, tuple[Seat, Shift]]:
    """Add a shift; returns its seats, each with the shift, by the id of the seat that they copy."""
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
        seat.id: (
            Seat.create(
                house=house,
                shift=shift,
                role=seat.role,
                qualification=seat.qualification,
                required=seat.required,
                position=seat.position,
            ),
            shift,
        )
        for seat in new.seats
    }
