"""Whom to ring for a gap: who is able and free, the longest not asked first, and what they said."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from enum import StrEnum

from peewee import fn

from models import (
    HOLDING,
    Call,
    CallOutcome,
    House,
    Membership,
    Person,
    Place,
    PlaceHow,
    PlaceState,
    Qualification,
    Role,
    Seat,
    Shift,
    ShiftState,
    db,
    for_one_writer,
)
from rules import for_another, roster_lists
from rules.availability import unavailable_at
from rules.first_times import FirstTimesAlone as FirstTimesAlone
from rules.first_times import experienced, is_alone, who_stays
from rules.hours import THERE
from rules.roster_lists import RosterSeat, RosterShift
from rules.rostering import SeatTaken, must_help, running_shift
from rules.wall_time import day_of

#: So many days back is looked at how much somebody did.
RECENT = dt.timedelta(weeks=13)


class Standing(StrEnum):
    """Where somebody stands on a call list: the first group is rung first."""

    ask = "ask"
    #: Said no to this shift already.
    said_no = "said_no"
    #: Was on this shift and left it, or had to be excused.
    left = "left"
    #: Is new, and nobody experienced is on the shift.
    too_new = "too_new"


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be rung for a seat."""

    person: Person
    standing: Standing
    #: When they were last rung for any shift of the house, and what they said then.
    asked_at: dt.datetime | None
    outcome: CallOutcome | None
    #: Whether that was about this very shift.
    about_this: bool
    #: How many shifts they had in the house in the last thirteen weeks.
    shifts: int


@dataclass(frozen=True)
class Gap:
    """Seats of one kind on a shift for which somebody is looked for, with whom to ring."""

    seats: list[RosterSeat]
    candidates: list[Candidate]
    #: How many others cannot: they lack the qualification, are elsewhere then, or are away.
    lacking: int
    busy: int
    away: int

    @property
    def seat(self) -> RosterSeat:
        """The one to fill first."""
        return self.seats[0]

    @property
    def open(self) -> int:
        """How many of the seats nobody holds; the others are held until cover comes."""
        return sum(seat.open for seat in self.seats)


@dataclass(frozen=True)
class CallList:
    """A shift with its gaps, those of required seats first."""

    shift: RosterShift
    gaps: list[Gap] = field(default_factory=list)


@dataclass
class _Known:
    """What the lists of all gaps of a shift are made of; people by id."""

    helpers: dict[int, Person]
    skills: dict[str, set[int]]
    busy: set[int]
    away: set[int]
    gone: set[int]
    said_no: set[int]
    last_call: dict[int, Call]
    recent: dict[int, int]
    experienced: set[int]


def call_list(shift: Shift, reader: Person, now: dt.datetime) -> CallList:
    """Whom to ring for each gap of a shift; no gaps when it is over or cancelled.

    On a list is every active helper of the house, except the reader, who has the qualification on
    that day, is on no other shift then in any house, and did not say that they cannot come.
    Longest not asked comes first, never asked before all; then who had the fewest shifts in
    thirteen weeks; then by name. Behind them who said no to this shift, who left it, and who is
    too new: with fewer than three shifts behind them, and nobody experienced on this one. In a
    house that has just begun, where nobody is experienced, nobody is too new. A fixed number of
    queries, however many people and seats.
    """
    shown = roster_lists.one_shift(shift, reader, now)
    if not shown.wanted:
        return CallList(shown)
    known = _know(shift, now)
    wanted: dict[tuple[str, str], list[RosterSeat]] = defaultdict(list)
    for seat in sorted(shown.seats, key=_first_to_fill):
        if seat.open or seat.seeks_cover:
            wanted[seat.role, seat.qualification].append(seat)
    return CallList(shown, [_gap(seats, shown, reader, known) for seats in wanted.values()])


def record_call(
    shift: Shift, seat_id: int, person: Person, outcome: CallOutcome, by: Person, now: dt.datetime
) -> None:
    """Remember what somebody said who was rung for a seat; with yes the seat is theirs at once.

    Of several seats of the same kind they get one that is still free. All or nothing: when they
    cannot have a seat, the call is not remembered either.

    :param seat_id: a seat of the shift, as :func:`call_list` gives it.
    :raises Seat.DoesNotExist: when the shift has no such seat.
    :raises FirstTimesAlone: when they say yes, see :func:`call_list`.
    :raises rules.for_another.NotForYou: when ``by`` may not act for others on this shift.
    :raises SeatTaken, ShiftCancelled, ShiftOver, NotAHelper, NotQualified, Overlaps: as for
        :func:`rules.for_another.sign_up`.
    """
    seat: Seat = Seat.get(Seat.id == seat_id, Seat.shift == shift)
    with db.atomic():
        for_one_writer(person)  # The person before the shift, as everywhere.
        running = running_shift(seat, now)
        if not for_another.may_act_for(by, running, now):
            raise for_another.NotForYou
        must_help(shift.house_id, person)
        if outcome is CallOutcome.yes:
            _seat(seat, person, by, now)
        Call.create(
            house=shift.house_id, shift=shift, person=person, outcome=outcome, by=by, at=now
        )


# -- how ------------------------------------------------------------------------------------------


def _seat(seat: Seat, person: Person, by: Person, now: dt.datetime) -> None:
    """Put who said yes on a seat, or on another of the same kind when that was taken meanwhile."""
    stay = who_stays(seat.shift_id)
    helpers = _helpers(seat.house_id)
    if is_alone(person.id, stay, experienced({*stay, *helpers}, now), helpers):
        raise FirstTimesAlone(person)
    shown = roster_lists.one_shift(seat.shift, by, now)
    alike = [
        each.id
        for each in sorted(shown.seats, key=_first_to_fill)
        if (each.open or each.seeks_cover)
        and each.id != seat.id
        and (each.role, each.qualification) == (seat.role, seat.qualification)
    ]
    for last, each in enumerate([seat.id, *alike], start=-len(alike)):
        try:
            for_another.sign_up(Seat.get_by_id(each), person, by, now, how=PlaceHow.by_phone)
            return
        except SeatTaken:
            if not last:
                raise


def _first_to_fill(seat: RosterSeat) -> tuple[bool, bool]:
    """Required seats before extra ones, open ones before those that are held until cover comes."""
    return not seat.required, not seat.open


def _gap(seats: list[RosterSeat], shift: RosterShift, reader: Person, known: _Known) -> Gap:
    kind = seats[0].qualification
    others = {key for key in known.helpers if key != reader.id}
    on_shift = {seat.holder_id for seat in shift.seats if seat.holder_id is not None}
    # Who is on the shift already is no candidate, and nobody to be sorry about.
    others -= on_shift
    able = others & known.skills[kind] if kind else others
    free = able - known.busy
    there = free - known.away
    stays = on_shift - {seat.holder_id for seat in shift.seats if seat.seeks_cover}
    candidates = [
        _candidate(
            known.helpers[key],
            shift,
            known,
            too_new=is_alone(key, stays, known.experienced, known.helpers),
        )
        for key in there
    ]
    order = list(Standing)
    candidates.sort(
        key=lambda each: (
            order.index(each.standing),
            day_of(each.asked_at) if each.asked_at else dt.date.min,
            each.shifts,
            each.person.sort_key,
            each.person.id,
        )
    )
    return Gap(
        seats,
        candidates,
        lacking=len(others - able),
        busy=len(able - free),
        away=len(free - there),
    )


def _candidate(person: Person, shift: RosterShift, known: _Known, *, too_new: bool) -> Candidate:
    last = known.last_call.get(person.id)
    standing = Standing.ask
    if person.id in known.said_no:
        standing = Standing.said_no
    elif person.id in known.gone:
        standing = Standing.left
    elif too_new:
        standing = Standing.too_new
    return Candidate(
        person=person,
        standing=standing,
        asked_at=last.at if last else None,
        outcome=CallOutcome(last.outcome) if last else None,
        about_this=last is not None and last.shift_id == shift.id,
        shifts=known.recent.get(person.id, 0),
    )


def _know(shift: Shift, now: dt.datetime) -> _Known:
    house = shift.house_id
    helpers = _helpers(house)
    skills: dict[str, set[int]] = defaultdict(set)
    current = Qualification.expires.is_null() | (Qualification.expires >= shift.date)
    held = Qualification.select(Qualification.person, Qualification.kind)
    for person_id, kind in held.where(Qualification.person.in_(list(helpers)), current).tuples():
        skills[kind].add(person_id)
    calls = _last_calls(house, list(helpers))
    said_no, gone = _known_here(shift)
    return _Known(
        helpers=helpers,
        skills=skills,
        busy=_busy(shift),
        away=unavailable_at(list(helpers), shift.date, shift.start_time, shift.end_time),
        gone=gone,
        said_no=said_no,
        last_call=calls,
        recent=_recent(house, now),
        experienced=experienced({*helpers, *who_stays(shift.id)}, now),
    )


def _helpers(house: House | int) -> dict[int, Person]:
    """The active helpers of a house, by id."""
    members = Membership.select(Membership, Person).join(Person)
    active = members.where(Membership.house == house, Membership.role != Role.viewer, Person.active)
    return {member.person_id: member.person for member in active}


def _busy(shift: Shift) -> set[int]:
    """Who is on a shift of any house that overlaps with this one."""
    # By house and day: from the people on, SQLite would read all that they ever did.
    then = Shift.select(Shift.id).where(
        Shift.house.in_(House.select(House.id)),
        Shift.date == shift.date,
        Shift.start_time < shift.end_time,
        Shift.end_time > shift.start_time,
        Shift.state == ShiftState.planned,
    )
    held = Place.select(Place.person).where(Place.shift.in_(then), Place.state.in_(HOLDING))
    return {person for (person,) in held.tuples()}


def _last_calls(house: House | int, people: list[int]) -> dict[int, Call]:
    """The last call to each of these people about any shift of the house."""
    last = (
        Call.select(fn.MAX(Call.id))
        .where(Call.person.in_(people), Call.house == house)
        .group_by(Call.person)
    )
    return {call.person_id: call for call in Call.select().where(Call.id.in_(last))}


def _known_here(shift: Shift) -> tuple[set[int], set[int]]:
    """Whose last word about this shift was no, and who was on it and is not any more."""
    said: dict[int, str] = {}
    calls = Call.select(Call.person, Call.outcome).where(Call.shift == shift)
    for person, outcome in calls.order_by(Call.id).tuples():
        # Not being reached later takes no word back.
        if outcome != CallOutcome.no_answer:
            said[person] = outcome
    away = (PlaceState.released, PlaceState.excused, PlaceState.absent)
    left = Place.select(Place.person).where(
        Place.shift == shift, Place.state.in_(away), Place.person.is_null(False)
    )
    refused = {person for person, outcome in said.items() if outcome == CallOutcome.no}
    return refused, {person for (person,) in left.tuples()}


def _recent(house: House | int, now: dt.datetime) -> dict[int, int]:
    """How many shifts people had in the house in thirteen weeks, by person."""
    today = day_of(now)
    query = (
        Place.select(Place.person, fn.COUNT(Place.id))
        .join(Shift)
        .where(
            Shift.house == house,
            Shift.date.between(today - RECENT, today - dt.timedelta(days=1)),
            Shift.state == ShiftState.planned,
            Place.state.in_(THERE),
        )
        .group_by(Place.person)
    )
    return dict(query.tuples())
