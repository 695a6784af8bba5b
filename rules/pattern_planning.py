"""Working out what a change of a pattern would do to its coming shifts.

Coming shifts follow their pattern. Nobody is taken off a seat by that: who is on a seat or a shift
that goes, or is no longer fixed, stays unless somebody says otherwise, name by name. A shift that
was changed by hand follows only when it is asked.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from peewee import JOIN

from models import (
    HOLDING,
    FixedPlace,
    Occurrence,
    OccurrenceState,
    Person,
    Place,
    PlaceHow,
    Qualification,
    Seat,
    Shift,
    ShiftPattern,
    ShiftState,
)
from rules.closed_days import closed_days
from rules.filling import AHEAD
from rules.fixed_people import FixedPeople, helpers, rotates
from rules.pattern_plan import Becomes, PatternPlan, PutOn, SeatChanges, Stays, Unable, Why
from rules.patterns import FixedWish, SeatWish, shift_times
from rules.recurrence import expand
from rules.shift_edits import edits_of
from rules.wall_time import day_of, to_utc


def plan(
    before: ShiftPattern, wishes: Sequence[SeatWish], now: dt.datetime, news: dict[str, Any]
) -> PatternPlan:
    """What new seats and new values of columns do to the coming shifts of a pattern.

    :param before: the pattern as :func:`rules.patterns.whole_pattern` gives it.
    """
    return _Planning(before, wishes, now, news).plan


def changed_copy(before: ShiftPattern, news: dict[str, Any]) -> ShiftPattern:
    """The pattern as it would be, not stored."""
    after = ShiftPattern(**{**before.__data__, **news})
    if before.activity_id is not None:
        after.activity = before.activity
    return after


def coming(pattern: ShiftPattern, now: dt.datetime) -> list[Shift]:
    """The shifts of a pattern that have not begun, with ``shift.occurrence``, in order of time."""
    query = (
        Shift.select(Shift, Occurrence)
        .join(Occurrence, JOIN.LEFT_OUTER)
        .where(Shift.pattern == pattern, Shift.date >= day_of(now))
        .order_by(Shift.date, Shift.start_time, Shift.id)
    )
    return [shift for shift in query if to_utc(shift.date, shift.start_time) > now]


class _Planning:
    """The parts of working out one plan."""

    def __init__(
        self,
        before: ShiftPattern,
        wishes: Sequence[SeatWish],
        now: dt.datetime,
        news: dict[str, Any],
    ):
        self.before, self.after = before, changed_copy(before, news)
        self.wishes = wishes
        self.now, self.today = now, day_of(now)
        self.rows = coming(before, now)
        self.by_hand = edits_of(shift.id for shift in self.rows)
        until = max(before.filled_until or self.today, self.today + AHEAD)
        self.plan = PatternPlan(until, _seat_changes(before, wishes))
        self.kept = {wish.id: wish for wish in wishes if wish.id is not None}
        self.was = {seat.id: seat for seat in before.seats}
        self.changed_seats = {seat.id for seat, _wish in self.plan.seats.changed}
        furthest = max([until, *(row.original_date for row in self.rows)])
        self.closed = closed_days(before.house, self.today, max(furthest, self.today))
        self._find_dates(furthest)
        self._find_people()
        for row in self.rows:
            self._plan_row(row)
        self._plan_fixed()

    # -- what is known -----------------------------------------------------------------------------

    def _find_dates(self, furthest: dt.date) -> None:
        """The original dates that the pattern had and would have; and which shifts come."""
        plan, before, after = self.plan, self.before, self.after
        there = {
            day
            for (day,) in Shift.select(Shift.original_date).where(Shift.pattern == before).tuples()
        }
        start = min([self.today, *(row.original_date for row in self.rows)])
        self.meant_before, self.meant = set[dt.date](), set[dt.date]()
        if before.activity_id is None:
            self.meant_before = set(_days(before, start, furthest))
            self.meant = set(_days(after, start, furthest))
            new = {day for day in self.meant if self.today <= day <= plan.until}
            plan.new.extend(sorted(new - there - self.closed.keys()))
            return
        dates = Occurrence.select().where(
            Occurrence.activity == before.activity_id, Occurrence.date >= self.today
        )
        for date in dates.order_by(Occurrence.date, Occurrence.id):
            day = date.original_date
            if before.first_date <= day <= (before.last_date or dt.date.max):
                self.meant_before.add(day)
            if after.first_date <= day <= (after.last_date or dt.date.max):
                self.meant.add(day)
                takes_place = date.state != OccurrenceState.cancelled and date.date <= plan.until
                if takes_place and day not in there:
                    plan.new.append(date.date)

    def _find_people(self) -> None:
        """Who is on the coming shifts, what they can, and when they are on elsewhere."""
        ids = [row.id for row in self.rows]
        self.on: dict[int, list[Place]] = defaultdict(list)
        query = (
            Place.select(Place, Shift, Seat, Person)
            .join(Shift)
            .switch(Place)
            .join(Seat)
            .switch(Place)
            .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
            .where(Place.shift.in_(ids), Place.state.in_(HOLDING))
            .order_by(Shift.date, Shift.start_time, Seat.position, Place.id)
        )
        for place in query:
            self.on[place.shift_id].append(place)
        self.seats: dict[int, list[Seat]] = defaultdict(list)
        for seat in Seat.select().where(Seat.shift.in_(ids)).order_by(Seat.position, Seat.id):
            self.seats[seat.shift_id].append(seat)
        people = {place.person_id for some in self.on.values() for place in some}
        fixed = {fixed.person.id for wish in self.wishes for fixed in wish.fixed}
        held = Qualification.select().where(Qualification.person.in_(people | fixed))
        self.skills = {(skill.person_id, skill.kind): skill.expires for skill in held}
        self.elsewhere: dict[int, list[tuple[int, dt.date, dt.time, dt.time]]] = defaultdict(list)
        others = (
            Place.select(Place.person, Shift.id, Shift.date, Shift.start_time, Shift.end_time)
            .join(Shift)
            .where(
                Place.person.in_(people),
                Place.state.in_(HOLDING),
                Shift.state == ShiftState.planned,
                Shift.date >= self.today,
            )
        )
        for person, *where in others.tuples():
            self.elsewhere[person].append(tuple(where))

    # -- one shift ---------------------------------------------------------------------------------

    def _plan_row(self, row: Shift) -> None:
        off = row.state == ShiftState.cancelled
        if row.original_date not in self.meant or (
            self.before.activity_id is not None and row.occurrence_id is None
        ):
            if not off:
                self._plan_going(row)
            return
        becomes = self._becomes(row)
        moves = (row.date, row.start_time, row.end_time) != (
            becomes.date,
            becomes.start,
            becomes.end,
        )
        by_hand = row.id in self.by_hand.changed
        day, held = becomes.date, None
        if off and self._comes_back(row):
            self.plan.back.append(becomes)
            by_hand = False
        elif by_hand:
            renamed = row.title != self.after.title
            if (moves or renamed or self.plan.seats) and self._touches_shifts():
                held = replace(becomes, why=Why.by_hand)
        elif moves and becomes.clashing and not off:
            held, day = replace(becomes, why=Why.clash), row.date
        elif moves:
            self.plan.changed.append(becomes)
        if not by_hand:
            self.plan.following.append(row)
        found = [(each, self._why_stays(row, each, by_hand, day)) for each in self.on[row.id]]
        self.plan.stays.extend(Stays(each, _name(each), why) for each, why in found if why)
        if held is not None:
            lacking = [
                Stays(each, _name(each), Why.unskilled)
                for each, why in found
                if not why and self._would_lack(row, each, held.date, all_of_it=True)
            ]
            self.plan.held.append(replace(held, lacking=tuple(lacking)))

    def _plan_going(self, row: Shift) -> None:
        goes = Becomes(row, True, row.date, row.start_time, row.end_time)
        if self.on[row.id]:
            self.plan.stays.extend(Stays(place, _name(place), Why.day) for place in self.on[row.id])
        elif row.id in self.by_hand.changed:
            self.plan.held.append(replace(goes, why=Why.by_hand))
        else:
            self.plan.gone.append(goes)

    def _becomes(self, row: Shift) -> Becomes:
        start, end = shift_times(self.after, row.occurrence)
        day = row.occurrence.date if row.occurrence_id is not None else row.original_date
        if to_utc(day, start) <= self.now:
            # Nobody can come earlier than now: what is left of today keeps its hours.
            day, start, end = row.date, row.start_time, row.end_time
        on = self.on[row.id]
        clashing = [
            _name(place)
            for place in on
            if place.person_id is not None
            and any(
                shift != row.id and there == day and begins < end and ends > start
                for shift, there, begins, ends in self.elsewhere[place.person_id]
            )
        ]
        return Becomes(
            row, False, day, start, end, tuple(_name(place) for place in on), tuple(clashing)
        )

    def _comes_back(self, row: Shift) -> bool:
        """Whether a cancelled shift was off only because the pattern did not have its day."""
        if row.original_date in self.meant_before or row.id in self.by_hand.called_off:
            return False
        if row.occurrence_id is not None:
            return bool(row.occurrence.state != OccurrenceState.cancelled)
        return row.date not in self.closed

    def _touches_shifts(self) -> bool:
        """Whether the change is about the shifts, and not only about who is fixed."""
        columns = ("title", "start_time", "end_time", "before_minutes", "after_minutes")
        return bool(self.plan.seats) or any(
            getattr(self.before, name) != getattr(self.after, name) for name in columns
        )

    def _why_stays(self, row: Shift, place: Place, by_hand: bool, becomes: dt.date) -> Why | None:
        seat = self.was.get(place.seat.pattern_seat_id)
        if seat is None:
            return None
        wish = self.kept.get(seat.id)
        if wish is None:
            return None if by_hand else Why.seat
        if not by_hand and self._would_lack(row, place, becomes):
            return Why.unskilled
        if place.person_id is None:
            return None
        day = row.original_date
        fixed_before = any(
            fixed.person_id == place.person_id and rotates(fixed, day) for fixed in seat.fixed
        )
        fixed_now = any(
            fixed.person.id == place.person_id and rotates(_row(fixed), day) for fixed in wish.fixed
        )
        was_put = place.how == PlaceHow.fixed and fixed_before
        return Why.no_longer_fixed if was_put and not fixed_now else None

    def _would_lack(
        self, row: Shift, place: Place, day: dt.date, *, all_of_it: bool = False
    ) -> bool:
        """Whether a seat would ask what its holder lacks on a day, and has not lacked until now.

        :param all_of_it: the shift gets all that the pattern says, not only what changes.
        """
        wish = self.kept.get(place.seat.pattern_seat_id)
        asked = place.seat.qualification
        anew = wish is not None and (all_of_it or wish.id in self.changed_seats)
        kind = wish.qualification if wish is not None and anew else asked
        known = kind == asked and not self._can(place.person_id, kind, row.date)
        return not known and not self._can(place.person_id, kind, day)

    def _can(self, person: int | None, kind: str, day: dt.date) -> bool:
        """Whether somebody can what a seat asks on a day; of a written name nobody knows."""
        key = (person, kind)
        return not kind or (key in self.skills and (self.skills[key] or day) >= day)

    # -- fixed people ------------------------------------------------------------------------------

    def _plan_fixed(self) -> None:
        """Who gets open seats of shifts that are there, as they would be after the change."""
        here = set(helpers(self.before.house))
        by_seat = {
            wish.id or -n: [_row(fixed) for fixed in wish.fixed if fixed.person.id in here]
            for n, wish in enumerate(self.wishes, start=1)
        }
        names = {fixed.person.id: fixed.person for wish in self.wishes for fixed in wish.fixed}
        self.plan.unable = [
            Unable(wish.role, wish.qualification, each.person.id, _full(each.person))
            for wish in self.wishes
            for each in wish.fixed
            if each.person.id in here and self._would_miss(wish, each.person)
        ]
        fixed = FixedPeople(by_seat)
        follows = {row.id for row in self.plan.following}
        back = {each.shift.id for each in self.plan.back}
        anew = {each.shift.id: each for each in (*self.plan.changed, *self.plan.back)}
        copies: list[Shift] = []
        for row in sorted(self.rows, key=lambda each: each.id):
            planned = row.state == ShiftState.planned or row.id in back
            if planned and row.original_date in self.meant:
                copy = Shift(**row.__data__)
                if row.id in anew:
                    becomes = anew[row.id]
                    copy.date, copy.start_time = becomes.date, becomes.start
                    copy.end_time = becomes.end
                copies.append(copy)
        fixed.look_at(copies)
        seats = [seat for copy in copies for seat in self._seats_after(copy, copy.id in follows)]
        self.plan.put_on = sorted(
            (
                PutOn(seat.shift.date, seat.role, chosen.person_id, _full(names[chosen.person_id]))
                for seat, chosen in fixed.choose(seats)
            ),
            key=lambda each: (each.date, each.role, each.name),
        )

    def _would_miss(self, wish: SeatWish, person: Person) -> bool:
        """Whether somebody lacks what a seat of theirs asks that it did not ask of them before."""
        seat = self.was.get(wish.id) if wish.id is not None else None
        if seat is not None and seat.qualification == wish.qualification:
            known = {fixed.person_id for fixed in seat.fixed}
        else:
            known = set()
        return person.id not in known and not self._can(person.id, wish.qualification, self.today)

    def _seats_after(self, shift: Shift, follows: bool) -> list[Seat]:
        """The seats of a shift as they would be, in the order of the pattern."""
        there = {
            seat.pattern_seat_id: seat
            for seat in self.seats[shift.id]
            if seat.pattern_seat_id in self.kept
        }
        found = []
        for n, wish in enumerate(self.wishes, start=1):
            seat = there.get(wish.id) if wish.id is not None else None
            if seat is not None:
                after = Seat(**seat.__data__)
                if follows:
                    after.role, after.qualification = wish.role, wish.qualification
            elif wish.id is None and follows:
                after = Seat(pattern_seat=-n, **wish.columns())
            else:
                continue
            after.shift = shift
            found.append(after)
        return found


def _seat_changes(before: ShiftPattern, wishes: Sequence[SeatWish]) -> SeatChanges:
    kept = {wish.id: wish for wish in wishes if wish.id is not None}
    found = SeatChanges(new=[wish for wish in wishes if wish.id is None])
    for seat in before.seats:
        wish = kept.get(seat.id)
        if wish is None:
            found.gone.append(seat)
        elif any(getattr(seat, name) != value for name, value in wish.columns().items()):
            found.changed.append((seat, wish))
    return found


def _days(pattern: ShiftPattern, first: dt.date, last: dt.date) -> list[dt.date]:
    return list(expand(pattern.rule, pattern.first_date, pattern.last_date, first, last))


def _row(wish: FixedWish) -> FixedPlace:
    return FixedPlace(**wish.columns())


def _name(place: Place) -> str:
    return _full(place.person) if place.person_id is not None else str(place.name)


def _full(person: Person) -> str:
    return str(person.full_name)
