"""What returns on the roster: patterns, by an activity's dates or by a rule of their own.

rules/filling.py makes their shifts.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, chunked

from models import (
    HOLDING,
    Activity,
    FixedPlace,
    House,
    Occurrence,
    OccurrenceState,
    PatternSeat,
    Person,
    Place,
    Rotation,
    Shift,
    ShiftPattern,
    ShiftState,
    SqliteDatabase,
    db,
    for_one_writer,
)
from rules import access
from rules.recurrence import expand, parse
from rules.shift_edits import drop_shifts
from rules.wall_time import day_of

#: What an activity without an end is taken to last, for patterns 'until some time after'.
USUAL_MINUTES = 120
_ROWS_AT_ONCE = 200


@dataclass(frozen=True)
class FixedWish:
    """Who always has a seat: every week, in even or odd ISO weeks, on the nth such weekday, or
    once in as many weeks as there are groups.

    ``nth`` is 1 to 5, or -1 for the last of the month; only with ``Rotation.nth``. ``groups``, 2
    to 12, and ``since``, a day in the ISO week of their first turn, only with ``Rotation.group``.
    """

    person: Person
    rotation: Rotation = Rotation.every
    nth: int | None = None
    groups: int | None = None
    since: dt.date | None = None

    def columns(self) -> dict[str, Any]:
        """The wish as columns of :class:`models.FixedPlace`."""
        return {
            "person": self.person,
            "rotation": self.rotation,
            "nth": self.nth,
            "groups": self.groups,
            "group_since": self.since,
        }


@dataclass(frozen=True)
class SeatWish:
    """A seat that each shift of a pattern gets; ``id`` is that of the seat which it changes."""

    role: str
    qualification: str = ""
    required: bool = True
    fixed: Sequence[FixedWish] = ()
    id: int | None = None

    def columns(self) -> dict[str, Any]:
        """What a seat is, as columns of a seat or a pattern's seat."""
        return {"role": self.role, "qualification": self.qualification, "required": self.required}


def add_pattern(
    house: House,
    title: str,
    seats: Sequence[SeatWish],
    by: Person | None,
    now: dt.datetime,
    *,
    first_date: dt.date,
    last_date: dt.date | None = None,
    activity: Activity | None = None,
    rule: str = "",
    start_time: dt.time | None = None,
    end_time: dt.time | None = None,
    before_minutes: int | None = None,
    after_minutes: int | None = None,
) -> ShiftPattern:
    """Store a pattern; ``filling.extend_roster`` makes its shifts.

    Give either an activity or an RFC 5545 rule. Times are wall times, or for an activity minutes
    before its start and after its end.

    :raises BadRule: when the rule is none that this house understands.
    :raises peewee.IntegrityError: for another combination than these.
    """
    if rule:
        parse(rule)
    with db.atomic():
        pattern = ShiftPattern.create(
            house=house,
            title=title,
            activity=activity,
            rule=rule,
            first_date=first_date,
            last_date=last_date,
            start_time=start_time,
            end_time=end_time,
            before_minutes=before_minutes,
            after_minutes=after_minutes,
        )
        for position, wish in enumerate(seats):
            seat = PatternSeat.create(pattern=pattern, position=position, **wish.columns())
            for fixed in wish.fixed:
                FixedPlace.create(house=house, pattern_seat=seat, **fixed.columns())
        access.note(by, house, "pattern.add", pattern, now)
    return pattern


def stop_pattern(pattern: ShiftPattern, by: Person | None, now: dt.datetime) -> list[Shift]:
    """End a pattern after today; returns the later shifts that stay, because people are on them.

    A later shift that nobody is on goes; where somebody was once, or was asked, it is cancelled,
    so that the memory of it stays.
    """
    today = day_of(now)
    with db.atomic():
        for_one_writer(pattern.house)
        access.note(by, pattern.house, "pattern.stop", pattern, now)
        pattern.last_date = today
        pattern.sequence += 1
        pattern.save(only=[ShiftPattern.last_date, ShiftPattern.sequence])
        # Held first, and only then looked at: who has just got on one of them counts.
        later = hold_shifts((Shift.pattern == pattern) & (Shift.original_date > today))
        manned = Place.select(Place.shift).where(Place.state.in_(HOLDING))
        for some in chunked(drop_shifts(later), _ROWS_AT_ONCE):
            Shift.update(state=ShiftState.cancelled).where(
                Shift.id.in_(list(some)),
                Shift.id.not_in(manned),
                Shift.state == ShiftState.planned,
            ).execute()
        return manned_after(pattern, today)


def hold_shifts(which: Any) -> list[int]:
    """The shifts (ids, in order) that meet a condition; nobody gets on or off them until the
    transaction ends. On SQLite transactions that write are alone already."""
    query = Shift.select(Shift.id).where(which).order_by(Shift.id)
    held = query if isinstance(db.obj, SqliteDatabase) else query.for_update()
    return [shift for (shift,) in held.tuples()]


def manned_after(pattern: ShiftPattern, today: dt.date) -> list[Shift]:
    """The shifts of a pattern after today that somebody is on, by date."""
    manned = Place.select(Place.shift).where(Place.state.in_(HOLDING))
    kept = Shift.select().where(Shift.pattern == pattern, Shift.date > today, Shift.id.in_(manned))
    return list(kept.order_by(Shift.date, Shift.start_time))


def patterns_of(house: House, today: dt.date) -> list[ShiftPattern]:
    """The patterns of a house that still make shifts, with activity, seats and fixed people.

    Three queries, however many patterns: ``pattern.seats`` and ``seat.fixed`` are filled.
    """
    return _with_seats((ShiftPattern.house == house) & still_going(today))


def stopped_patterns(house: House, today: dt.date) -> list[ShiftPattern]:
    """The patterns of a house that make no shifts any more, as :func:`patterns_of` gives them."""
    stopped = ShiftPattern.last_date < today
    return _with_seats((ShiftPattern.house == house) & stopped)


def whole_pattern(pattern: ShiftPattern) -> ShiftPattern:
    """One pattern as it is stored now, as :func:`patterns_of` gives it."""
    return _with_seats(ShiftPattern.id == pattern.id)[0]


def _with_seats(which: Any) -> list[ShiftPattern]:
    patterns = list(
        ShiftPattern.select(ShiftPattern, Activity)
        .join(Activity, JOIN.LEFT_OUTER)
        .where(which)
        .order_by(ShiftPattern.title, ShiftPattern.id)
    )
    ids = [pattern.id for pattern in patterns]
    seats = list(
        PatternSeat.select()
        .where(PatternSeat.pattern.in_(ids))
        .order_by(PatternSeat.position, PatternSeat.id)
    )
    fixed = (
        FixedPlace.select(FixedPlace, Person)
        .join(Person)
        .where(FixedPlace.pattern_seat.in_([seat.id for seat in seats]))
        .order_by(FixedPlace.id)
    )
    people = defaultdict(list)
    for place in fixed:
        people[place.pattern_seat_id].append(place)
    of_pattern = defaultdict(list)
    for seat in seats:
        seat.fixed = people[seat.id]
        of_pattern[seat.pattern_id].append(seat)
    for pattern in patterns:
        pattern.seats = of_pattern[pattern.id]
    return patterns


def shift_times(pattern: ShiftPattern, occurrence: Occurrence | None) -> tuple[dt.time, dt.time]:
    """From and to of a shift, as wall times within one day.

    Fixed times are said with the usual hour of the activity in mind: when one date of it moves to
    another hour, its shifts move by as much.
    """
    if occurrence is not None and pattern.before_minutes is not None:
        ends = occurrence.end_time and _minutes(occurrence.end_time)
        start = _minutes(occurrence.start_time) - pattern.before_minutes
        end = (ends or _minutes(occurrence.start_time) + USUAL_MINUTES) + pattern.after_minutes
    else:
        later = 0
        if occurrence is not None and occurrence.state == OccurrenceState.moved:
            later = _minutes(occurrence.start_time) - _minutes(pattern.activity.start_time)
        start = _minutes(pattern.start_time) + later
        end = _minutes(pattern.end_time) + later
    start = min(max(start, 0), 24 * 60 - 2)
    end = min(max(end, start + 1), 24 * 60 - 1)
    return dt.time(*divmod(start, 60)), dt.time(*divmod(end, 60))


def still_going(today: dt.date) -> Any:
    """The condition that a pattern makes shifts on or after a day."""
    return ShiftPattern.last_date.is_null() | (ShiftPattern.last_date >= today)


def within(pattern: ShiftPattern, day: dt.date) -> bool:
    """Whether a day lies between the first and the last day of a pattern."""
    return bool(pattern.first_date <= day <= (pattern.last_date or dt.date.max))


def has_day(pattern: ShiftPattern, day: dt.date) -> bool:
    """Whether the rule of a pattern, which may have been another one, gives a day."""
    return bool(list(expand(pattern.rule, pattern.first_date, pattern.last_date, day, day)))


def _minutes(time: dt.time) -> int:
    return time.hour * 60 + time.minute
