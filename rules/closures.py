"""Closures: adding and changing them, answering 'dicht?', taking them away; dates follow.

Each verb does its work and then looks at what became of it. When that cancels shifts with people
on them whom nobody has seen yet, or brings people back who are elsewhere by then, all of it is
undone and :class:`PeopleOnThem` names them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from models import Closure, ClosureKind, House, Person, db
from rules import Refused, access
from rules.closed_days import closes_house, closures_of
from rules.closure_effect import Effect
from rules.holiday_proposals import AHEAD, SchoolHoliday, holiday_on
from rules.settling import Writing
from rules.settling import planned_or_moved as planned_or_moved
from rules.settling import settle as settle
from rules.wall_time import day_of


class NotYourClosure(Refused):
    """These days hold for all houses; a single house can only answer for itself."""


class PeopleOnThem(Refused):
    """There are people on what would be cancelled, or who would be in two places: ``effect`` names
    them. Nothing was stored."""

    def __init__(self, effect: Effect):
        super().__init__()
        self.effect = effect


class AlreadyThere(Refused):
    """On these days there is a closure of this kind already."""

    def __init__(self, closure: Closure):
        super().__init__()
        self.closure = closure


class NoHoliday(Refused):
    """This day is no coming public holiday."""


class ClosureGone(Refused):
    """Meanwhile somebody took this closure away."""


class ClosureOver(Refused):
    """These days are over. What was closed, was closed: the figures count on it."""


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
    seen: str | None = None,
) -> tuple[Closure, Effect]:
    """Store days on which a house (or, without one, every house) may be closed.

    :param seen: the fingerprint of the effect that the person agreed to; None agrees to any.
    :return: the closure, and what it did.
    :raises NotYourClosure: for all houses, by somebody who is no administrator.
    :raises AlreadyThere: when there is one of this kind on these days.
    :raises PeopleOnThem: when it cancels shifts with people on them, or puts people in two places,
        and that was not seen.
    :raises peewee.IntegrityError: when the last day lies before the first.
    """
    _refuse_for_all(house, by)
    with db.atomic():
        writing = Writing(house, by, now)
        closure = _add(writing, first_date, last_date, kind, reason, by, closes)
        return closure, _agreed(writing.done(), seen)


def add_school_holidays(
    house: House | None,
    holidays: Sequence[SchoolHoliday],
    by: Person | None,
    now: dt.datetime,
    *,
    seen: str | None = None,
) -> Effect:
    """Take school holidays over; those that are there already are passed over.

    :raises NotYourClosure, PeopleOnThem: see :func:`add_closure`.
    """
    _refuse_for_all(house, by)
    with db.atomic():
        writing = Writing(house, by, now)
        for each in holidays:
            kind = ClosureKind.school_holiday
            if _there(house, each.first_date, each.last_date, kind) is None:
                _add(writing, each.first_date, each.last_date, kind, each.name, by)
        return _agreed(writing.done(), seen)


def answer_holiday(
    house: House,
    day: dt.date,
    closes: bool,
    by: Person | None,
    now: dt.datetime,
    *,
    seen: str | None = None,
) -> Effect:
    """Answer 'dicht?' about a public holiday that was proposed: kept as the house's own closure.

    Answered twice, also by two people at once, it is one closure with the last answer.

    :raises NoHoliday: when the day is none, is over, or is too far ahead.
    :raises AlreadyThere: when a closure of several days holds this holiday.
    :raises PeopleOnThem: see :func:`add_closure`.
    """
    today = day_of(now)
    name = holiday_on(day) if today <= day <= today + AHEAD else None
    if name is None:
        raise NoHoliday
    with db.atomic():
        writing = Writing(house, by, now)
        kind = ClosureKind.public_holiday
        there = next((c for c in closures_of(house, day, day) if c.kind == kind), None)
        if there is None:
            _add(writing, day, day, kind, name, by, closes)
        elif there.first_date == there.last_date:
            _decide(writing, there, house, closes, by)
        else:
            raise AlreadyThere(there)
        return _agreed(writing.done(), seen)


def decide_closure(
    closure: Closure,
    house: House | None,
    closes: bool,
    by: Person | None,
    now: dt.datetime,
    *,
    seen: str | None = None,
) -> Effect:
    """Answer 'dicht?' for a house, or for every house when none is given.

    A house's answer to days that hold for all is kept as its own closure of the same days.

    :raises NotYourClosure: for a closure of another house.
    :raises ClosureGone, ClosureOver:
    :raises PeopleOnThem: see :func:`add_closure`.
    """
    if closure.house_id is not None and (house is None or closure.house_id != house.id):
        raise NotYourClosure
    _refuse_for_all(house, by)
    with db.atomic():
        writing = Writing(house, by, now)
        _decide(writing, _again(closure, writing.today), house, closes, by)
        return _agreed(writing.done(), seen)


def change_closure(
    closure: Closure,
    house: House | None,
    by: Person | None,
    now: dt.datetime,
    *,
    first_date: dt.date,
    last_date: dt.date,
    kind: ClosureKind,
    reason: str,
    seen: str | None = None,
) -> Effect:
    """Change when, what or why: what is no longer closed comes back, what now is goes.

    The answer to 'dicht?' stays, unless the kind becomes another. Where days hold for all houses,
    the answers that houses gave of their own follow.

    :raises NotYourClosure: when it belongs to another house, or to all and ``house`` is given.
    :raises ClosureGone, ClosureOver:
    :raises AlreadyThere, PeopleOnThem: see :func:`add_closure`.
    """
    _refuse_other(closure, house, by)
    with db.atomic():
        writing = Writing(house, by, now)
        row = _again(closure, writing.today)
        if (row.first_date, row.last_date, row.kind) != (first_date, last_date, kind):
            there = _there(house, first_date, last_date, kind, besides=row)
            if there is not None:
                raise AlreadyThere(there)
        removed = [
            each
            for each in [row, *_answers_to(row)]
            if not _rewrite(writing, each, first_date, last_date, kind, reason)
        ]
        access.note(by, house, "closure.change", row, now)
        return _agreed(writing.done(removed), seen)


def remove_closure(
    closure: Closure,
    house: House | None,
    by: Person | None,
    now: dt.datetime,
    *,
    seen: str | None = None,
) -> Effect:
    """Take a closure away from today on; what it cancelled comes back. Taken away before, nothing
    happens.

    Where it began earlier, it ends yesterday: on those days the house was closed. A house that
    was open on days on which all are closed is then closed, too.

    :raises NotYourClosure: when it belongs to another house, or to all and ``house`` is given.
    :raises ClosureOver:
    :raises PeopleOnThem: see :func:`add_closure`.
    """
    _refuse_other(closure, house, by)
    with db.atomic():
        writing = Writing(house, by, now)
        try:
            row = _again(closure, writing.today)
        except ClosureGone:
            return Effect()
        access.note(by, house, "closure.remove", row, now)
        begun = row.first_date < writing.today
        # That it is closed, a house said for itself; also what it said about a holiday. But
        # without days on which all are closed 'we are open' says nothing.
        leaning = [
            each
            for each in _answers_to(row)
            if not closes_house(each) and (begun or each.kind != ClosureKind.public_holiday)
        ]
        removed = [each for each in [row, *leaning] if not _end(writing, each)]
        return _agreed(writing.done(removed), seen)


def closure_for(house: House, closure_id: int) -> Closure | None:
    """A closure that this house has, by its id; None for those of other houses."""
    found: Closure | None = Closure.get_or_none(
        Closure.id == closure_id, (Closure.house == house) | Closure.house.is_null()
    )
    return found


def answers(closure: Closure) -> Closure | None:
    """The days of all houses to which this is what one house answered; None for other days."""
    found: Closure | None = None
    if closure.house_id is not None and closure.closes is not None:
        found = Closure.get_or_none(Closure.house.is_null(), *_same_days(closure))
    return found


def answer_of(house: House, closure: Closure) -> Closure | None:
    """What a house answered about days that hold for all; None where it answered nothing."""
    return next((each for each in _answers_to(closure) if each.house_id == house.id), None)


def coming_closures(house: House, today: dt.date) -> list[Closure]:
    """The closures of a house that are not over, by date: one query."""
    return closures_of(house, today, dt.date.max)


def _add(
    writing: Writing,
    first: dt.date,
    last: dt.date,
    kind: ClosureKind,
    reason: str,
    by: Person | None,
    closes: bool | None = None,
) -> Closure:
    there = _there(writing.house, first, last, kind)
    if there is not None:
        raise AlreadyThere(there)
    closure: Closure = Closure.create(
        house=writing.house,
        first_date=first,
        last_date=last,
        kind=kind,
        reason=reason,
        closes=closes,
    )
    writing.covers(first, last)
    writing.causes.add(closure.id)
    access.note(by, writing.house, "closure.add", closure, writing.now)
    return closure


def _decide(
    writing: Writing, closure: Closure, house: House | None, closes: bool, by: Person | None
) -> None:
    if closure.house_id is None and house is not None:
        closure = _own(closure, house)
    closure.closes = closes
    closure.save()
    writing.covers(closure.first_date, closure.last_date)
    writing.causes.add(closure.id)
    access.note(by, house, "closure.decide", closure, writing.now)


def _rewrite(
    writing: Writing,
    closure: Closure,
    first: dt.date,
    last: dt.date,
    kind: ClosureKind,
    reason: str,
) -> bool:
    """Give a closure other days or another reason, or a kind; False when it is needless then."""
    writing.covers(closure.first_date, closure.last_date)
    writing.covers(first, last)
    if closure.kind != kind:
        closure.closes = None
        if closure.house_id != (writing.house.id if writing.house else None):
            return False  # It was the answer of a house, to another question.
    same = Closure.kind == kind, Closure.first_date == first, Closure.last_date == last
    house = closure.house_id
    whose = Closure.house.is_null() if house is None else Closure.house == house
    if Closure.select().where(*same, whose, Closure.id != closure.id).exists():
        return False
    closure.first_date, closure.last_date = first, last
    closure.kind, closure.reason = kind, reason
    closure.save()
    writing.causes.add(closure.id)
    return True


def _end(writing: Writing, closure: Closure) -> bool:
    """Let a closure end yesterday; False when no day of it is left."""
    writing.covers(closure.first_date, closure.last_date)
    yesterday = writing.today - dt.timedelta(days=1)
    return closure.first_date <= yesterday and _rewrite(
        writing, closure, closure.first_date, yesterday, closure.kind, closure.reason
    )


def _answers_to(closure: Closure) -> list[Closure]:
    """What houses answered about days that hold for all; none for days of one house.

    A house that closed on the same days by itself has not answered anything.
    """
    if closure.house_id is not None:
        return []
    answered = Closure.house.is_null(False), Closure.closes.is_null(False)
    return list(Closure.select().where(*answered, *_same_days(closure)))


def _own(closure: Closure, house: House) -> Closure:
    """The answer of one house to days that hold for all, new or as it was given before."""
    same = {"kind": closure.kind, "first_date": closure.first_date, "last_date": closure.last_date}
    own, _new = Closure.get_or_create(house=house, **same, defaults={"reason": closure.reason})
    return own


def _there(
    house: House | None,
    first: dt.date,
    last: dt.date,
    kind: ClosureKind,
    besides: Closure | None = None,
) -> Closure | None:
    """A closure of this kind that makes another one on these days needless, if there is one.

    For a house also what holds for all, when that covers all of the days.
    """
    days_meet = (Closure.first_date <= last) & (Closure.last_date >= first)
    if house is None:
        same = Closure.house.is_null() & days_meet
    else:
        covered = (Closure.first_date <= first) & (Closure.last_date >= last)
        same = ((Closure.house == house) & days_meet) | (Closure.house.is_null() & covered)
    query = Closure.select().where(Closure.kind == kind, same).order_by(Closure.first_date)
    if besides is not None:
        query = query.where(Closure.id != besides.id)
    found: Closure | None = query.first()
    return found


def _again(closure: Closure, today: dt.date) -> Closure:
    """A closure as it is now that the house is locked."""
    row: Closure | None = Closure.get_or_none(Closure.id == closure.id)
    if row is None:
        raise ClosureGone
    if row.last_date < today:
        raise ClosureOver
    return row


def _same_days(closure: Closure) -> tuple[Any, ...]:
    return (
        Closure.kind == closure.kind,
        Closure.first_date == closure.first_date,
        Closure.last_date == closure.last_date,
    )


def _refuse_for_all(house: House | None, by: Person | None) -> None:
    if house is None and by is not None and not by.is_admin:
        raise NotYourClosure


def _refuse_other(closure: Closure, house: House | None, by: Person | None) -> None:
    if closure.house_id != (house.id if house else None):
        raise NotYourClosure
    _refuse_for_all(house, by)


def _agreed(effect: Effect, seen: str | None) -> Effect:
    if seen is not None and effect.asks and effect.fingerprint != seen:
        raise PeopleOnThem(effect)
    return effect
