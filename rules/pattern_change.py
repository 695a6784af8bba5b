"""Changing a pattern: its coming shifts follow as rules/pattern_planning.py says.

Nobody leaves a seat here unless somebody ticked their name; past shifts stay as they were.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence
from typing import Any

from peewee import chunked

from models import (
    HOLDING,
    FixedPlace,
    MessageKind,
    PatternSeat,
    Person,
    Place,
    PlaceState,
    Seat,
    Shift,
    ShiftPattern,
    ShiftState,
    Step,
    db,
    for_one_writer,
)
from rules import Refused, access, filling, outbox, places
from rules.fixed_people import hold_fixed_people, seat_fixed_people
from rules.pattern_plan import Becomes, PatternPlan, Stays, Why
from rules.pattern_planning import changed_copy, coming, plan
from rules.patterns import SeatWish, hold_shifts, whole_pattern
from rules.programme import ChangedMeanwhile
from rules.recurrence import parse
from rules.shift_edits import FOLLOWED, drop_seat, drop_shifts
from rules.wall_time import day_of

_ROWS_AT_ONCE = 200


class PatternPlanChanged(Refused):
    """Meanwhile somebody got on a seat, or changed a shift: ``plan`` is what would happen now."""

    def __init__(self, plan: PatternPlan):
        super().__init__()
        self.plan = plan


class UnknownSeat(Refused):
    """A wish changes a seat that the pattern has not, or no longer."""


def plan_pattern(
    pattern: ShiftPattern, seats: Sequence[SeatWish], now: dt.datetime, **news: Any
) -> PatternPlan:
    """What a change of a pattern would do to its coming shifts.

    :param seats: all seats that it gets; those with an id change one that it has.
    :param news: columns of the pattern; not its activity.
    :raises BadRule: when the rule is none that this house understands.
    :raises UnknownSeat:
    """
    before = whole_pattern(pattern)
    _check(before, seats, news)
    return plan(before, seats, now, news)


def change_pattern(
    pattern: ShiftPattern,
    seats: Sequence[SeatWish],
    by: Person | None,
    now: dt.datetime,
    *,
    seen: str | None = None,
    sequence: int | None = None,
    release: Collection[int] = (),
    follow: Collection[int] = (),
    **news: Any,
) -> list[Shift]:
    """Change a pattern; its coming shifts follow as :func:`plan_pattern` says.

    :param seen: the fingerprint of the plan that the person agreed to; None agrees to any.
    :param sequence: which state of the pattern the person saw; None takes any.
    :param release: the places (ids) that ``stays`` lists, or that are ``lacking`` on a shift which
        is to follow, whose people are to be taken off.
    :param follow: the shifts (ids) that ``held`` lists which are to follow as well.
    :return: the shifts of which somebody is told something.
    :raises PatternPlanChanged: when the plan is not the one that was seen.
    :raises ChangedMeanwhile: when the pattern is not as it was seen.
    :raises BadRule, UnknownSeat:
    """
    with db.atomic():
        for_one_writer(pattern.house)
        wished = {fixed.person.id for seat in seats for fixed in seat.fixed}
        hold_fixed_people(pattern.house, besides=wished)
        before = whole_pattern(pattern)
        if sequence is not None and sequence != before.sequence:
            raise ChangedMeanwhile
        _check(before, seats, news)
        # All of the house, in one go: filling holds them as well.
        hold_shifts((Shift.house == before.house_id) & (Shift.date >= day_of(now)))
        found = plan(before, seats, now, news)
        if seen is not None and found.asks and found.fingerprint != seen:
            raise PatternPlanChanged(found)
        told = _Change(before, found, by, now).apply(seats, news, set(release), set(follow))
        access.note(by, pattern.house, "pattern.change", pattern, now)
        return told


def _check(before: ShiftPattern, seats: Sequence[SeatWish], news: dict[str, Any]) -> None:
    if news.get("rule"):
        parse(news["rule"])
    asked = [seat.id for seat in seats if seat.id is not None]
    if len(set(asked)) < len(asked) or not set(asked) <= {seat.id for seat in before.seats}:
        raise UnknownSeat


class _Change:
    """Applying one plan."""

    def __init__(
        self, before: ShiftPattern, plan: PatternPlan, by: Person | None, now: dt.datetime
    ):
        self.before, self.plan, self.by, self.now = before, plan, by, now
        self.told: dict[int, Shift] = {}

    def apply(
        self,
        seats: Sequence[SeatWish],
        news: dict[str, Any],
        release: set[int],
        follow: set[int],
    ) -> list[Shift]:
        """Do it; returns the shifts of which somebody is told something, in order of time."""
        asked = [each for each in self.plan.held if each.shift.id in follow]
        lacking = [one for each in asked for one in each.lacking]
        going = self._release([*self.plan.stays, *lacking], release)
        self._take_off([each.shift for each in (*self.plan.gone, *asked) if each.goes] + going)
        follows = [each for each in asked if not each.goes]
        after = self._store(news)
        self._change_shifts(after, follows)
        gone = {seat.id for seat in self.plan.seats.gone}
        following = [*self.plan.following, *(each.shift for each in follows)]
        self._change_seats(following, seats, gone, {each.shift.id for each in follows})
        house, today = self.before.house, day_of(self.now)
        filling.extend_roster(house, today, self.now, self.plan.until)
        planned = [shift for shift in coming(after, self.now) if shift.state == ShiftState.planned]
        seat_fixed_people(house, planned, self.now)
        return sorted(self.told.values(), key=lambda shift: (shift.date, shift.start_time))

    def _release(self, listed: Sequence[Stays], ticked: set[int]) -> list[Shift]:
        """Take those off their seats who were ticked; returns the shifts of days that go which
        nobody is on any more."""
        emptied: dict[int, Shift] = {}
        for each in listed:
            place = each.place
            if place.id not in ticked:
                continue
            places.change(place, PlaceState.released, Step.free, self.by, self.now)
            if place.person_id is not None:
                outbox.tell(
                    [place.person_id],
                    MessageKind.taken_off,
                    self.now,
                    shift=place.shift,
                    about=self.by,
                )
                self.told[place.shift_id] = place.shift
            if each.why == Why.day:
                emptied[place.shift_id] = place.shift
        left = Place.select(Place.shift).where(
            Place.shift.in_(list(emptied)), Place.state.in_(HOLDING)
        )
        for (shift,) in left.tuples():
            emptied.pop(shift, None)
        return list(emptied.values())

    def _take_off(self, shifts: list[Shift]) -> None:
        """Delete shifts that nobody is on; where somebody was once, the shift is cancelled."""
        known = drop_shifts([shift.id for shift in shifts])
        for some in chunked(known, _ROWS_AT_ONCE):
            Shift.update(state=ShiftState.cancelled).where(Shift.id.in_(list(some))).execute()

    def _store(self, news: dict[str, Any]) -> ShiftPattern:
        after = changed_copy(self.before, news)
        after.sequence = self.before.sequence + 1
        after.save(only=[*news, ShiftPattern.sequence])
        return after

    def _change_shifts(self, after: ShiftPattern, asked: list[Becomes]) -> None:
        for each in (*self.plan.changed, *self.plan.back, *asked):
            shift = each.shift
            state, was = shift.state, (shift.date, shift.start_time, shift.end_time)
            moves = (shift.date, shift.start_time, shift.end_time) != (
                each.date,
                each.start,
                each.end,
            )
            shift.date, shift.start_time, shift.end_time = each.date, each.start, each.end
            if each in self.plan.back:
                shift.state = ShiftState.planned
            shift.save(only=[Shift.date, Shift.start_time, Shift.end_time, Shift.state])
            if each.why == Why.by_hand or each in self.plan.back:
                access.note(self.by, shift.house_id, FOLLOWED, shift, self.now)
            if (moves or state != shift.state) and each.names:
                outbox.tell_changed(shift, state, was, self.now, self.by)
                if shift.state == ShiftState.planned:
                    self.told[shift.id] = shift
        ids = [shift.id for shift in self.plan.following] + [each.shift.id for each in asked]
        for some in chunked(ids, _ROWS_AT_ONCE):
            Shift.update(title=after.title).where(Shift.id.in_(list(some))).execute()

    def _change_seats(
        self,
        shifts: list[Shift],
        wishes: Sequence[SeatWish],
        gone: set[int],
        asked: set[int],
    ) -> None:
        """Bring the pattern's seats and fixed people, and the seats of its shifts, in line."""
        house = self.before.house_id
        changed = {seat.id for seat, _wish in self.plan.seats.changed}
        now_there: list[tuple[SeatWish, int, int]] = []
        for position, wish in enumerate(wishes):
            columns = {**wish.columns(), "position": position}
            if wish.id is None:
                row = PatternSeat.create(pattern=self.before, **columns)
                now_there.append((wish, row.id, position))
                continue
            PatternSeat.update(**columns).where(PatternSeat.id == wish.id).execute()
            now_there.append((wish, wish.id, position))
        self._store_fixed(now_there)
        seats: dict[int, list[Seat]] = {shift.id: [] for shift in shifts}
        for some in chunked(seats, _ROWS_AT_ONCE):
            for seat in Seat.select().where(Seat.shift.in_(list(some))):
                seats[seat.shift_id].append(seat)
        rows: list[dict[str, Any]] = []
        for shift_id, there in seats.items():
            by_pattern = {seat.pattern_seat_id: seat for seat in there}
            for wish, pattern_seat, position in now_there:
                known = by_pattern.get(pattern_seat)
                columns = {**wish.columns(), "position": position}
                if known is None and (wish.id is None or shift_id in asked):
                    rows.append(
                        {
                            "house": house,
                            "shift": shift_id,
                            "pattern_seat": pattern_seat,
                            **columns,
                        }
                    )
                elif known is not None and (pattern_seat in changed or shift_id in asked):
                    Seat.update(**columns).where(Seat.id == known.id).execute()
                elif known is not None and known.position != position:
                    Seat.update(position=position).where(Seat.id == known.id).execute()
        for batch in chunked(rows, _ROWS_AT_ONCE):
            Seat.insert_many(list(batch)).execute()
        for there in seats.values():
            for seat in there:
                if seat.pattern_seat_id in gone:
                    drop_seat(seat, self.now)
        # What could not go stays on its shift as a seat of its own.
        PatternSeat.delete().where(PatternSeat.id.in_(gone)).execute()

    def _store_fixed(self, seats: list[tuple[SeatWish, int, int]]) -> None:
        old = [seat.id for seat in self.before.seats]
        FixedPlace.delete().where(FixedPlace.pattern_seat.in_(old)).execute()
        for wish, pattern_seat, _position in seats:
            for fixed in wish.fixed:
                FixedPlace.create(
                    house=self.before.house_id, pattern_seat=pattern_seat, **fixed.columns()
                )
