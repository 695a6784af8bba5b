"""'Fill the month': a proposal is worked out, kept, looked at, and accepted whole or in part.

Nobody is on a seat until a coordinator accepts it; what no longer fits then is left out and named.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Collection
from dataclasses import dataclass
from enum import StrEnum
from threading import Event, Lock
from typing import Any

from models import (
    FillProposal,
    House,
    Person,
    RosterWish,
    Seat,
    Shift,
    ShiftState,
    WishKind,
    db,
    for_one_writer,
)
from rules import Refused, access, for_another
from rules.availability import unavailable_at
from rules.fill_facts import Facts, facts_of, shifts_in_week, who_knows
from rules.fill_problem import Problem
from rules.fill_solver import SECONDS, Filling, fill
from rules.first_times import FirstTimesAlone, is_alone, who_stays
from rules.places import holder
from rules.rostering import (
    NotAHelper,
    NotQualified,
    Overlaps,
    SeatTaken,
    ShiftCancelled,
    ShiftOver,
)
from rules.wall_time import month_of

#: A proposal says who could come when; so long it is of use.
KEPT = dt.timedelta(days=30)


class MonthOver(Refused):
    """The month lies in the past: nothing of it can be filled."""


class Left(StrEnum):
    """Why somebody who was proposed was not put on."""

    taken = "taken"
    cancelled = "cancelled"
    over = "over"
    moved = "moved"
    away = "away"
    week_full = "week_full"
    unqualified = "unqualified"
    busy = "busy"
    gone = "gone"
    #: Is new, and nobody who knows the work is on the shift.
    too_new = "too_new"


_REFUSED: dict[type[Refused], Left] = {
    SeatTaken: Left.taken,
    ShiftCancelled: Left.cancelled,
    ShiftOver: Left.over,
    NotQualified: Left.unqualified,
    Overlaps: Left.busy,
    NotAHelper: Left.gone,
    FirstTimesAlone: Left.too_new,
}


@dataclass(frozen=True)
class Draft:
    """A proposal that is worked out and not kept yet."""

    house: House
    first: dt.date
    last: dt.date
    content: dict[str, Any]


def days_to_fill(month: dt.date, today: dt.date) -> tuple[dt.date, dt.date]:
    """First and last day of what is left of a month.

    :raises MonthOver:
    """
    first, last = month_of(month)
    if last < today:
        raise MonthOver
    return max(first, today), last


# -- working it out -------------------------------------------------------------------------------


@dataclass
class _Job:
    """One that is being worked out; whoever asks the same meanwhile waits for it."""

    done: Event
    draft: Draft | None = None


_jobs: dict[tuple[Any, ...], _Job] = {}
_jobs_lock = Lock()
#: The solver has one core at a time, so that the other is there for everybody else.
_solving = Lock()


def work_out(
    house: House,
    first: dt.date,
    last: dt.date,
    now: dt.datetime,
    *,
    extra: bool = False,
    seconds: float = SECONDS,
) -> Draft:
    """Work out who could have the open seats of a house from first to last.

    It takes seconds, and nothing may be locked meanwhile: call it outside of a transaction. Of
    two who ask the same at once (in this process) the second gets what the first does.

    :param extra: also for seats that may stay empty.
    """
    key = (id(db.obj), house.id, first, last, extra)
    with _jobs_lock:
        job = _jobs.get(key)
        mine = job is None
        if job is None:
            job = _jobs[key] = _Job(Event())
    if not mine:
        job.done.wait()
        if job.draft is not None:
            return job.draft
    try:
        facts = facts_of(house, first, last, now, extra=extra)
        with _solving:
            filling = fill(facts.problem, seconds)
        job.draft = Draft(house, first, last, _content(facts, filling, extra=extra))
        return job.draft
    finally:
        if mine:
            with _jobs_lock:
                del _jobs[key]
            job.done.set()


def keep(draft: Draft, by: Person, now: dt.datetime) -> FillProposal:
    """Store a proposal, and forget those that are a month old."""
    with db.atomic():
        forget_old(now)
        proposal: FillProposal = FillProposal.create(
            house=draft.house,
            first_date=draft.first,
            last_date=draft.last,
            by=by,
            at=now,
            content=json.dumps(draft.content),
        )
        access.note(by, draft.house, "fill", proposal, now)
    return proposal


def forget_old(now: dt.datetime) -> int:
    """Delete the proposals that are a month old; returns how many."""
    count: int = FillProposal.delete().where(FillProposal.at < now - KEPT).execute()
    return count


def last_proposal(house: House, month: dt.date, now: dt.datetime) -> FillProposal | None:
    """The proposal for days of a month that was made last, if it is of use still."""
    first, last = month_of(month)
    found: FillProposal | None = (
        FillProposal.select()
        .where(
            FillProposal.house == house,
            FillProposal.first_date.between(first, last),
            FillProposal.at >= now - KEPT,
        )
        .order_by(FillProposal.at.desc(), FillProposal.id.desc())
        .first()
    )
    return found


def _content(facts: Facts, filling: Filling, *, extra: bool) -> dict[str, Any]:
    """What is kept: ids, dates and words of enumerations."""
    problem, pairs = facts.problem, filling.pairs
    new = Counter(pairs.values())
    return {
        "extra": extra,
        "proven": filling.proven,
        "pairs": [
            [seat, pairs[seat], facts.had[pairs[seat]], _company(problem, pairs, seat)]
            for seat in problem.seat
            if seat in pairs
        ],
        "open": [[seat, why] for seat, why in filling.open.items()],
        "times": {
            shift.id: [shift.date.isoformat(), shift.start.isoformat(), shift.end.isoformat()]
            for shift in problem.shifts
        },
        "new": [helper.id for helper in problem.helpers if not helper.experienced],
        "loads": [
            [helper.id, helper.load, helper.load + new[helper.id]]
            for helper in problem.eligible(extra=True)
        ],
        "left": {},
    }


def _company(problem: Problem, pairs: dict[int, int], seat_id: int) -> list[int]:
    """With whom (ids) the one who is proposed for a seat wishes to be and then is."""
    person, shift = pairs[seat_id], problem.shift[problem.seat[seat_id].shift]
    there = set(shift.on) | {
        pairs[seat.id] for seat in problem.seats_of[shift.id] if seat.id in pairs
    }
    return [other for one, other in problem.together if one == person and other in there]


# -- accepting ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Accepted:
    """How many people are on now, and how many of those who were chosen are not."""

    on: int
    left: int


def accept(
    proposal: FillProposal, chosen: Collection[int] | None, by: Person, now: dt.datetime
) -> Accepted:
    """Put on who is proposed for some seats (ids), or for all of them with None.

    Each in a transaction of its own, so that nobody else waits long. What no longer fits is left
    out, and the proposal remembers why. Who knows the work goes first, so that who is new is not
    alone. Doing it twice changes nothing.

    :raises for_another.NotForYou: for whoever may not put others on.
    """
    content = json.loads(proposal.content)
    left: dict[str, Left | None] = {}
    knowing, volunteers = who_knows(proposal.house, now)

    def sign_up(seat: Seat, person: Person) -> None:
        # All or nothing, with who is on the shift by then.
        with db.atomic():
            for_another.sign_up(seat, person, by, now)
            if is_alone(person.id, who_stays(seat.shift_id), knowing, volunteers):
                raise FirstTimesAlone(person)

    for seat, person, *_reasons in sorted(
        content["pairs"], key=lambda pair: pair[1] not in knowing
    ):
        if chosen is None or seat in chosen:
            left[str(seat)] = _put_on(proposal, seat, person, content["times"], sign_up)
    with db.atomic():
        for_one_writer(proposal.house)
        # Somebody else may have accepted others meanwhile.
        kept = FillProposal.select(FillProposal.content).where(FillProposal.id == proposal.id)
        content = json.loads(kept.scalar() or proposal.content)
        known = {seat: why for seat, why in content["left"].items() if seat not in left}
        content["left"] = known | {seat: why for seat, why in left.items() if why is not None}
        proposal.content = json.dumps(content)
        FillProposal.update(content=proposal.content).where(
            FillProposal.id == proposal.id
        ).execute()
    missed = sum(why is not None for why in left.values())
    return Accepted(on=len(left) - missed, left=missed)


def _put_on(
    proposal: FillProposal,
    seat_id: int,
    person_id: int,
    times: dict[str, list[str]],
    sign_up: Callable[[Seat, Person], None],
) -> Left | None:
    """Put one person on one seat; why not, when it no longer fits."""
    with db.atomic():
        seat = (
            Seat.select(Seat, Shift)
            .join(Shift)
            .where(Seat.id == seat_id, Seat.house == proposal.house_id)
            .first()
        )
        person = Person.get_or_none(Person.id == person_id)
        if seat is None:
            return Left.cancelled
        if person is None:
            return Left.gone
        for_one_writer(person)  # Of two who accept at once the second sees what the first did.
        held = holder(seat)
        if held is not None:
            return None if held.person_id == person.id else Left.taken
        shift = seat.shift
        if shift.state != ShiftState.cancelled:
            said = [each.isoformat() for each in (shift.date, shift.start_time, shift.end_time)]
            if times.get(str(shift.id)) != said:
                return Left.moved
        if unavailable_at([person.id], shift.date, shift.start_time, shift.end_time):
            return Left.away
        most = RosterWish.select(RosterWish.most).where(
            RosterWish.person == person, RosterWish.kind == WishKind.most_a_week
        )
        limit = most.scalar()
        if limit is not None and shifts_in_week(person.id, shift.date) >= limit:
            return Left.week_full
        try:
            sign_up(seat, person)
        except tuple(_REFUSED) as refusal:
            return next(left for kind, left in _REFUSED.items() if isinstance(refusal, kind))
    return None
