"""Patterns become shifts, with their seats and fixed people, up to a horizon.

Whatever happens to an activity or a closure, nobody is taken off a seat here: a shift is
cancelled or moved with its people on it, and the caller hears which shifts those are.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, chunked

from models import (
    HOLDING,
    Activity,
    Closure,
    House,
    Occurrence,
    OccurrenceState,
    PatternSeat,
    Person,
    Place,
    Seat,
    Shift,
    ShiftPattern,
    ShiftState,
    db,
)
from rules import access, places
from rules.closed_days import closed_days, closes_house
from rules.fixed_people import seat_fixed_people
from rules.outbox import tell_changed
from rules.patterns import SeatWish, add_pattern, has_day, shift_times, still_going, within
from rules.recurrence import expand
from rules.roster_hold import hold_roster
from rules.shift_edits import FOLLOWED, drop_shifts, edits_of
from rules.shift_history import note_followed
from rules.wall_time import day_of
from rules.written_sql import run

#: How far the roster is filled ahead, and how short it may get before that is done again.
AHEAD = dt.timedelta(weeks=8)
REFILL_BELOW = dt.timedelta(weeks=7)
ROWS_AT_ONCE = 200


@dataclass(frozen=True)
class _Draft:
    """A shift that a pattern asks for."""

    pattern: ShiftPattern
    occurrence: Occurrence | None
    original_date: dt.date

    @property
    def key(self) -> tuple[int, dt.date]:
        return self.pattern.id, self.original_date

    def times(self) -> dict[str, Any]:
        """When the shift is, and that it is."""
        start, end = shift_times(self.pattern, self.occurrence)
        return {
            "date": self.occurrence.date if self.occurrence else self.original_date,
            "start_time": start,
            "end_time": end,
            "state": ShiftState.planned,
        }

    def row(self) -> dict[str, Any]:
        """The shift as a row to insert."""
        return {
            "house": self.pattern.house_id,
            "pattern": self.pattern.id,
            "occurrence": self.occurrence and self.occurrence.id,
            "title": self.pattern.title,
            "original_date": self.original_date,
            **self.times(),
        }


_SHORT = """
SELECT 1 FROM shift_pattern WHERE house_id = ? AND (last_date IS NULL OR last_date >= ?)
AND (filled_until IS NULL OR filled_until < ?) LIMIT 1
"""


def keep_filled(house: House, today: dt.date, now: dt.datetime) -> None:
    """Fill the roster when it has become short; else only one quick look.

    Pages call this, so that a house without nightly work never runs out of roster.
    """
    if run(_SHORT, (house.id, today, today + REFILL_BELOW)).fetchone():
        extend_roster(house, today, now, today + AHEAD)


def start_pattern(
    house: House,
    title: str,
    seats: Sequence[SeatWish],
    by: Person | None,
    now: dt.datetime,
    **when: Any,
) -> tuple[ShiftPattern, int]:
    """Add a pattern (see :func:`rules.patterns.add_pattern`) together with its shifts.

    Returns the pattern and how many shifts it has now.
    """
    with db.atomic():
        pattern = add_pattern(house, title, seats, by, now, **when)
        today = day_of(now)
        extend_roster(house, today, now, today + AHEAD)
        return pattern, Shift.select().where(Shift.pattern == pattern).count()


def extend_roster(house: House, today: dt.date, now: dt.datetime, until: dt.date) -> int:
    """Make the shifts of a house from today until a day (included); returns how many are new.

    Does nothing to what exists, except that shifts on days that are now closed are cancelled and
    on days that are open again come back. Two at once make no shift twice: they wait for each
    other, and (pattern, original date) is unique.
    """
    with db.atomic():
        hold_roster([house], today)
        _settle_own_rules(house, today, until, None, now)
        settle_lost_dates(house, today, None, now)
        made, _found = _make(house, _drafts(house, today, until), None, now)
        ShiftPattern.update(filled_until=until).where(
            ShiftPattern.house == house,
            ShiftPattern.filled_until.is_null() | (ShiftPattern.filled_until < until),
        ).execute()
    return made


def follow_occurrences(
    occurrences: Iterable[Occurrence],
    now: dt.datetime,
    *,
    by: Person | None = None,
    moved: Container[int] = (),
) -> list[Shift]:
    """Let shifts follow dates of an activity that were cancelled, restored, moved or added.

    People stay on their seats. Call it inside the transaction that changed the dates.

    :param by: who did that to the dates; None when nobody did at this moment.
    :param moved: the dates (ids) of which the day or the hours have just changed.
    :return: the changed shifts that have people on them, so that they can be told.
    """
    by_house: dict[int, list[Occurrence]] = defaultdict(list)
    for occurrence in occurrences:
        by_house[occurrence.house_id].append(occurrence)
    changed: list[Shift] = []
    with db.atomic():
        hold_roster([group[0].house for group in by_house.values()], day_of(now))
        for group in by_house.values():
            house = group[0].house
            for some in chunked(group, ROWS_AT_ONCE):
                changed += _follow(list(some), moved, by, now)
                changed += _make(house, _drafts_of(house, list(some)), by, now)[1]
        return _with_people(changed)


def follow_closure(closure: Closure, now: dt.datetime, *, by: Person | None = None) -> list[Shift]:
    """Cancel or bring back the shifts that belong to no activity on the days of a closure.

    Call it after the closure was stored, changed or deleted (then also for its former days).
    Returns the changed shifts that have people on them.
    """
    houses = [closure.house] if closure.house_id else list(House.select().order_by(House.id))
    changed: list[Shift] = []
    with db.atomic():
        hold_roster(houses, day_of(now))
        for house in houses:
            changed += _settle_own_rules(house, closure.first_date, closure.last_date, by, now)
            drafts = _own_rule_drafts(house, closure.first_date, closure.last_date)
            filled = [
                draft
                for draft in drafts
                if draft.pattern.filled_until and draft.original_date <= draft.pattern.filled_until
            ]
            _make(house, filled, by, now)
        return _with_people(changed)


def _drafts(house: House, first: dt.date, last: dt.date) -> list[_Draft]:
    on_activities = (
        Occurrence.select()
        .join(ShiftPattern, on=(ShiftPattern.activity == Occurrence.activity))
        .where(Occurrence.house == house, Occurrence.date.between(first, last))
        .distinct()
    )
    return _own_rule_drafts(house, first, last) + _drafts_of(house, on_activities, ahead=True)


def _own_rule_drafts(house: House, first: dt.date, last: dt.date) -> list[_Draft]:
    # The pattern that was first there has its fixed people first.
    patterns = (
        ShiftPattern.select()
        .where(
            ShiftPattern.house == house,
            ShiftPattern.activity.is_null(),
            ShiftPattern.first_date <= last,
            still_going(first),
        )
        .order_by(ShiftPattern.id)
    )
    closed = closed_days(house, first, last)
    return [
        _Draft(pattern, None, day)
        for pattern in patterns
        for day in expand(pattern.rule, pattern.first_date, pattern.last_date, first, last)
        if day not in closed
    ]


def _drafts_of(
    house: House, occurrences: Iterable[Occurrence], *, ahead: bool = False
) -> list[_Draft]:
    """What patterns ask for on dates of activities; only as far as filled, unless ``ahead``."""
    patterns = defaultdict(list)
    for pattern in (
        ShiftPattern.select(ShiftPattern, Activity)
        .join(Activity)
        .where(ShiftPattern.house == house)
        .order_by(ShiftPattern.id)
    ):
        patterns[pattern.activity_id].append(pattern)
    return [
        _Draft(pattern, occurrence, occurrence.original_date)
        for occurrence in occurrences
        if occurrence.state != OccurrenceState.cancelled
        for pattern in patterns[occurrence.activity_id]
        if within(pattern, occurrence.original_date)
        and (ahead or (pattern.filled_until and occurrence.date <= pattern.filled_until))
    ]


def _make(
    house: House, drafts: list[_Draft], by: Person | None, now: dt.datetime
) -> tuple[int, list[Shift]]:
    """Insert the shifts that are not there yet, with seats and fixed people.

    Returns how many, and those that were there but had lost their date, and found it again.
    """
    if not drafts:
        return 0, []
    patterns = {draft.pattern.id for draft in drafts}
    days = [draft.original_date for draft in drafts]
    within = Shift.pattern.in_(patterns) & Shift.original_date.between(min(days), max(days))
    there = {
        (shift.pattern_id, shift.original_date): shift for shift in Shift.select().where(within)
    }
    new = [draft for draft in drafts if draft.key not in there]
    known = [(there[each.key], each) for each in drafts if each.key in there]
    found = _find_again(known, by, now)
    for rows in chunked((draft.row() for draft in new), ROWS_AT_ONCE):
        Shift.insert_many(list(rows)).execute()
    made = [
        shift
        for shift in Shift.select().where(within).order_by(Shift.id)
        if (shift.pattern_id, shift.original_date) not in there
    ]
    of_patterns = PatternSeat.select().where(PatternSeat.pattern.in_(patterns))
    seats = list(of_patterns.order_by(PatternSeat.position, PatternSeat.id))
    seat_rows = [
        {
            "house": house.id,
            "shift": shift.id,
            "pattern_seat": seat.id,
            "role": seat.role,
            "qualification": seat.qualification,
            "required": seat.required,
            "position": seat.position,
        }
        for shift in made
        for seat in seats
        if seat.pattern_id == shift.pattern_id
    ]
    for rows in chunked(seat_rows, ROWS_AT_ONCE):
        Seat.insert_many(list(rows)).execute()
    seat_fixed_people(house, made, now)
    return len(new), found


def _find_again(
    pairs: list[tuple[Shift, _Draft]], by: Person | None, now: dt.datetime
) -> list[Shift]:
    """Give dates that were taken out of a series and put back their shifts again, as somebody
    left them; returns those."""
    lost = [
        (shift, draft, draft.occurrence)
        for shift, draft in pairs
        if draft.occurrence and shift.occurrence_id is None
    ]
    by_hand = edits_of(shift.id for shift, *_ in lost)
    changed = []
    for shift, draft, occurrence in lost:
        wanted = {"occurrence_id": occurrence.id, "state": ShiftState.planned}
        if shift.id not in by_hand.changed:
            wanted |= draft.times()
        if shift.id in by_hand.called_off:
            wanted["state"] = ShiftState.cancelled
        changed += _change(shift, wanted, by, now)
    return changed


def _follow(
    occurrences: list[Occurrence], moved: Container[int], by: Person | None, now: dt.datetime
) -> list[Shift]:
    """Set date, times and state of the shifts of these dates; returns those that changed.

    What somebody changed by hand keeps its own day and hours, until its date moves.
    """
    by_id = {occurrence.id: occurrence for occurrence in occurrences}
    shifts = list(
        Shift.select(Shift, ShiftPattern, Activity)
        .join(ShiftPattern, JOIN.LEFT_OUTER)
        .join(Activity, JOIN.LEFT_OUTER)
        .where(Shift.occurrence.in_(list(by_id)))
        .order_by(Shift.date, Shift.start_time)
    )
    changed = []
    manned = {shift.id for shift in _with_people(shifts)}
    by_hand = edits_of(shift.id for shift in shifts)
    for shift in shifts:
        occurrence = by_id[shift.occurrence_id]
        stopped = shift.pattern_id is not None and not within(shift.pattern, shift.original_date)
        gone = (
            occurrence.state == OccurrenceState.cancelled
            or shift.id in by_hand.called_off
            or (stopped and shift.id not in manned)
        )
        wanted: dict[str, Any] = {"state": ShiftState.cancelled if gone else ShiftState.planned}
        own = shift.id in by_hand.changed
        if own and occurrence.id in moved:
            access.note(None, shift.house, FOLLOWED, shift, now)
            own = False
        if not own:
            wanted["date"] = occurrence.date
            if shift.pattern_id is not None:
                wanted["start_time"], wanted["end_time"] = shift_times(shift.pattern, occurrence)
        stop = occurrence.closure if occurrence.closure_id else None
        closure = stop is not None and closes_house(stop)
        changed += _change(shift, wanted, by, now, closure=closure)
    return changed


def _settle_own_rules(
    house: House, first: dt.date, last: dt.date, by: Person | None, now: dt.datetime
) -> list[Shift]:
    """Cancel shifts that belong to no activity on closed days, and bring back those on open days;
    returns the changed ones.

    What somebody called off stays off, and so does what its pattern has no more, unless somebody
    is on it.
    """
    closed = closed_days(house, first, last)
    shifts = list(
        Shift.select(Shift, ShiftPattern)
        .join(ShiftPattern, JOIN.LEFT_OUTER)
        .where(
            Shift.house == house,
            Shift.date.between(first, last),
            Shift.occurrence.is_null(),
            ShiftPattern.activity.is_null(),
        )
        .order_by(Shift.date, Shift.start_time)
    )
    changed = []
    cancelled = [shift for shift in shifts if shift.state == ShiftState.cancelled]
    by_hand = edits_of(shift.id for shift in cancelled)
    manned = {shift.id for shift in _with_people(cancelled)}
    for shift in shifts:
        off = shift.date in closed
        if not off and shift.state == ShiftState.cancelled:
            gone = shift.pattern_id is not None and not has_day(shift.pattern, shift.original_date)
            off = shift.id in by_hand.called_off or (gone and shift.id not in manned)
        state = ShiftState.cancelled if off else ShiftState.planned
        changed += _change(shift, {"state": state}, by, now, closure=True)
    return changed


def settle_lost_dates(house: House, first: dt.date, by: Person | None, now: dt.datetime) -> None:
    """Take shifts off the roster, from a day on, whose date was taken out of a series.

    Who was ever on such a shift, or was asked for it, is remembered: it is cancelled, not deleted.
    Who is on it now is told. Call it in a transaction that holds the roster.
    """
    lost = (
        Shift.select()
        .join(ShiftPattern)
        .where(
            Shift.house == house,
            Shift.date >= first,
            Shift.occurrence.is_null(),
            ShiftPattern.activity.is_null(False),
        )
    )
    shifts = {shift.id: shift for shift in lost.order_by(Shift.date, Shift.start_time)}
    remembered = drop_shifts(shifts)
    for shift in shifts.values():
        if shift.id in remembered:
            _change(shift, {"state": ShiftState.cancelled}, by, now)


def _change(
    shift: Shift,
    wanted: dict[str, Any],
    by: Person | None,
    now: dt.datetime,
    *,
    closure: bool = False,
) -> list[Shift]:
    """Write what differs, remember it and tell who is on the shift; returns it in a list when
    anything did."""
    news = {name: value for name, value in wanted.items() if getattr(shift, name) != value}
    if not news:
        return []
    state, was = shift.state, (shift.date, shift.start_time, shift.end_time)
    Shift.update(**news).where(Shift.id == shift.id).execute()
    for name, value in news.items():
        setattr(shift, name, value)
    if news.keys() - {"occurrence_id"}:
        note_followed(shift, ShiftState(state), by, now, closure=closure)
        places.take_back_presence(shift, was, by, now)
        tell_changed(shift, state, was, now)
    return [shift]


def _with_people(shifts: list[Shift]) -> list[Shift]:
    ids = [shift.id for shift in shifts]
    manned = Place.select(Place.shift).where(Place.shift.in_(ids), Place.state.in_(HOLDING))
    found = {shift_id for (shift_id,) in manned.tuples()}
    return [shift for shift in shifts if shift.id in found]
