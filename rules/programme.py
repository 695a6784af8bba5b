"""Activities and their single dates: adding and archiving, cancelling, changing, putting back.

What a change of a series does to its dates stands in rules/series_change.py, what closures do in
rules/closures.py, how dates are made in rules/horizon.py and read in rules/timetable.py.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

from peewee import IntegrityError

from models import (
    Activity,
    House,
    Occurrence,
    OccurrenceState,
    Person,
    Room,
    Shift,
    db,
    for_one_writer,
)
from rules import Refused, access, filling
from rules.closed_days import closed_days
from rules.closures import planned_or_moved
from rules.double_booked import check_doubles
from rules.horizon import FURTHEST, extend_horizon, horizon, make_dates
from rules.recurrence import expand
from rules.revision import revised
from rules.settling import hours
from rules.wall_time import day_of

#: A rule that gives no date for so long is a slip of the finger.
LONGEST_WAIT = dt.timedelta(days=731)

#: What an activity is, besides when.
FACTS = frozenset(
    {
        "title",
        "summary",
        "category",
        "room",
        "partner",
        "contact_name",
        "contact_phone",
        "cost_cents",
        "cost_note",
        "audience",
        "sign_up",
        "capacity",
        "minimum",
        "start_time",
        "end_time",
        "not_in_school_holidays",
        "highlighted",
        "published",
    }
)
_SAME: Any = object()


class NotOfThisHouse(Refused):
    """The room belongs to another house."""


class NoDates(Refused):
    """Between its first and last day, or in two years, the activity would never happen."""

    def __init__(self, last_date: dt.date | None):
        super().__init__(last_date)
        self.last_date = last_date


class DateTaken(Refused):
    """The activity has a date on that day already."""


class TooFar(Refused):
    """The day lies further ahead than dates are kept."""


class AllOver(Refused):
    """All its days have been."""


class TooLate(Refused):
    """Its first date lies more than two years ahead."""


class ChangedMeanwhile(Refused):
    """Somebody else changed this since the person looked at it."""


class DateOver(Refused):
    """The day has been: what was, stays as it was."""


class IsArchived(Refused):
    """The activity was put away; it has to be brought back first."""


class HouseClosed(Refused):
    """The house is closed on that day."""

    def __init__(self, day: dt.date, reason: str):
        super().__init__(day, reason)
        self.day = day
        self.reason = reason


# -- activities -----------------------------------------------------------------------------------


def add_activity(
    house: House,
    by: Person | None,
    now: dt.datetime,
    *,
    rule: str,
    first_date: dt.date,
    last_date: dt.date | None = None,
    **facts: Any,
) -> Activity:
    """Store a new activity, with its dates up to the horizon.

    :param facts: the columns of :class:`models.Activity` that are named in ``FACTS``;
        ``title``, ``category`` and ``start_time`` must be there.
    :raises BadRule: when the rule is none that this house understands.
    :raises NoDates: when it gives no date between ``first_date`` and ``last_date``, or in the
        first two years.
    :raises NotOfThisHouse: when the room is in another house.
    :raises peewee.IntegrityError: for values that the table refuses.
    """
    check_facts(house, facts)
    check_dates(rule, first_date, last_date)
    with db.atomic():
        activity = Activity.create(
            house=house,
            rule=rule,
            first_date=first_date,
            last_date=last_date,
            changed_at=now,
            **facts,
        )
        extend_horizon(house, day_of(now), now)
        access.note(by, house, "activity.add", activity, now)
    return activity


def check_facts(house: House, facts: dict[str, Any]) -> None:
    """See that facts are columns that people set, and that the room is of the house.

    :raises TypeError: for a name that is not in ``FACTS``.
    :raises NotOfThisHouse:
    """
    unknown = facts.keys() - FACTS
    if unknown:
        raise TypeError(f"An activity is not told its {', '.join(sorted(unknown))} here.")
    room = facts.get("room")
    if room is not None and room.house_id != house.id:
        raise NotOfThisHouse


def check_dates(rule: str, first_date: dt.date, last_date: dt.date | None) -> None:
    """See that a rule gives a date soon enough.

    :raises BadRule: when it is no rule.
    :raises NoDates:
    """
    furthest = dt.date.fromordinal(
        min(first_date.toordinal() + LONGEST_WAIT.days, dt.date.max.toordinal())
    )
    if not expand(rule, first_date, last_date, first_date, min(last_date or furthest, furthest)):
        raise NoDates(last_date)


def check_coming(rule: str, first_date: dt.date, last_date: dt.date | None, today: dt.date) -> None:
    """See that something that is added now is still to come, and soon enough to be no slip.

    :raises BadRule, NoDates: as :func:`check_dates`.
    :raises AllOver, TooLate:
    """
    check_dates(rule, first_date, last_date)
    furthest = today + LONGEST_WAIT
    if first_date > furthest:
        raise TooLate
    if not expand(rule, first_date, last_date, today, furthest):
        raise AllOver


def stands(occurrence: Occurrence) -> str:
    """A few letters that say all there is to a date, and change when one of it does."""
    row = occurrence
    said = [row.date, row.start_time, row.end_time, row.room_id, row.state, row.note]
    return hashlib.sha256(repr([str(each) for each in said]).encode()).hexdigest()[:12]


# -- dates ----------------------------------------------------------------------------------------


def add_date(
    activity: Activity,
    date: dt.date,
    by: Person | None,
    now: dt.datetime,
    note: str = "",
    *,
    anyway: bool = False,
) -> Occurrence:
    """Let an activity take place once more, on a day that its rule does not give.

    :param anyway: also when somebody on a shift that comes back with it is elsewhere then.
    :raises DateTaken: when it is already on that day, or was and is cancelled.
    :raises HouseClosed, TooFar, IsArchived, InTwoPlaces:
    """
    if date > day_of(now) + FURTHEST:
        raise TooFar
    with db.atomic():
        for_one_writer(activity.house)
        activity = Activity.get_by_id(activity.id)
        if activity.archived_at is not None:
            raise IsArchived
        must_be_open(activity.house, date)
        # The rule itself may give this day, further ahead than dates are made.
        if activity.filled_until is None or activity.filled_until < date:
            extend_horizon(activity.house, day_of(now), now, date)
        if _is_on(activity, date):
            raise DateTaken
        try:
            with db.atomic():
                occurrence: Occurrence = Occurrence.create(
                    house=activity.house_id,
                    activity=activity,
                    original_date=date,
                    date=date,
                    start_time=activity.start_time,
                    end_time=activity.end_time,
                    room=activity.room_id,
                    note=note,
                    extra=True,
                )
        except IntegrityError as error:
            # That day was moved to another one; its row keeps the day as its original.
            raise DateTaken from error
        access.note(by, activity.house, "date.add", occurrence, now)
        revised([activity.id], now)
        check_doubles(filling.follow_occurrences([occurrence], now, by=by), anyway=anyway)
        return occurrence


def cancel_date(
    occurrence: Occurrence,
    note: str,
    by: Person | None,
    now: dt.datetime,
    *,
    seen: str | None = None,
) -> list[Shift]:
    """Cancel one date, with a note for whoever comes; no closure brings it back.

    :param seen: how it :func:`stands` for whoever looked at it; None takes any.
    :return: the shifts with people on them that were cancelled with it.
    :raises ChangedMeanwhile, DateOver, IsArchived:
    """
    return _change(
        occurrence,
        by,
        now,
        "date.cancel",
        seen,
        state=OccurrenceState.cancelled,
        note=note,
    )


def restore_date(
    occurrence: Occurrence, by: Person | None, now: dt.datetime, *, anyway: bool = False
) -> list[Shift]:
    """Let a cancelled date go on after all, also in a school holiday.

    Returns the shifts with people on them that came back.

    :param anyway: also when somebody on them is elsewhere then.
    :raises InTwoPlaces:
    :raises HouseClosed: when the house is closed on that day.
    """
    return _change(occurrence, by, now, "date.restore", anyway=anyway, note="")


def move_date(
    occurrence: Occurrence,
    date: dt.date,
    by: Person | None,
    now: dt.datetime,
    *,
    start_time: dt.time = _SAME,
    end_time: dt.time | None = _SAME,
    room: Room | None = _SAME,
    note: str = "",
    seen: str | None = None,
    anyway: bool = False,
) -> list[Shift]:
    """Change the day, hours, room or note of one date; what is not given stays, a note does not.
    A cancelled one goes on again. ``original_date`` stays what it was.

    Returns the shifts with people on them that moved with it.

    :param anyway: also when somebody on them is on another shift then.
    :raises InTwoPlaces:
    :raises HouseClosed: when the house is closed on the new day.
    :raises NotOfThisHouse: when the room is in another house.
    :raises DateTaken: when the activity is on the new day already, at the same hour.
    :raises peewee.IntegrityError: for values that the table refuses.
    """
    given = {"start_time": start_time, "end_time": end_time, "room": room}
    facts = {name: value for name, value in given.items() if value is not _SAME}
    check_facts(occurrence.house, {name: facts[name] for name in ("room",) if name in facts})
    news = {"date": date, "note": note, **facts}
    return _change(occurrence, by, now, "date.move", seen, anyway, **news)


def reset_date(
    occurrence: Occurrence, by: Person | None, now: dt.datetime, *, anyway: bool = False
) -> list[Shift]:
    """Put one date back: on the day, hours and room of its series, without a note.

    Returns the shifts with people on them that moved with it.

    :param anyway: also when somebody on them is on another shift then.
    :raises InTwoPlaces:
    :raises HouseClosed: when the house is closed on the original day.
    :raises DateTaken: when the activity was put on that day otherwise.
    """
    usual = Activity.get_by_id(occurrence.activity_id)
    return _change(
        occurrence,
        by,
        now,
        "date.reset",
        anyway=anyway,
        date=occurrence.original_date,
        start_time=usual.start_time,
        end_time=usual.end_time,
        room=usual.room_id,
        note="",
    )


def _change(
    occurrence: Occurrence,
    by: Person | None,
    now: dt.datetime,
    action: str,
    seen: str | None = None,
    anyway: bool = False,
    **news: Any,
) -> list[Shift]:
    """Write what is new of one date, in one transaction; its shifts follow.

    Without a ``state`` the date goes on, which it cannot on a closed day.

    :raises DateOver: when the date has been, or would be on a day that has.
    :raises TooFar: when it would be further ahead than dates are kept.
    :raises ChangedMeanwhile: when it does not stand as it was seen.
    :raises InTwoPlaces: unless it is to happen anyway.
    :raises IsArchived:
    """
    today = day_of(now)
    with db.atomic():
        for_one_writer(occurrence.house)
        # Somebody else may have changed it since it was read.
        row = Occurrence.get_by_id(occurrence.id)
        if seen is not None and seen != stands(row):
            raise ChangedMeanwhile
        if min(row.date, news.get("date", row.date)) < today:
            raise DateOver
        if row.activity.archived_at is not None:
            raise IsArchived
        if news.get("date", today) > today + FURTHEST:
            raise TooFar
        if "date" in news:
            # The rule may give the new day itself, further ahead than dates are made.
            extend_horizon(row.house, today, now, max(news["date"], horizon(today)))
        was = hours(row)
        for name, value in news.items():
            setattr(row, name, value)
        if "state" not in news:
            must_be_open(row.house, row.date)
            if _is_on(row.activity, row.date, row.start_time, besides=row):
                raise DateTaken
            row.state = planned_or_moved(row)
        row.closure = None
        # What the series had dropped now stands beside its rule.
        row.extra, row.dropped = row.extra or row.dropped, False
        row.save()
        back = _make_missing(row.activity, today, by, now) if "date" in news else []
        access.note(by, row.house, action, row, now)
        revised([row.activity_id], now)
        moved = {row.id} if hours(row) != was else set()
        shifts = filling.follow_occurrences([row], now, by=by, moved=moved)
        check_doubles([*shifts, *back], anyway=anyway)
        return shifts


def _make_missing(
    activity: Activity, today: dt.date, by: Person | None, now: dt.datetime
) -> list[Shift]:
    """Make what the rule gives on a day that a moved date stood on, and stands on no longer.

    Returns the shifts with people on them that came back with it.
    """
    row = Activity.get_by_id(activity.id)
    begin = max(today, row.rule_since or today)
    return make_dates(activity.house, {row: begin}, row.filled_until or today, by, now)[1]


def _is_on(
    activity: Activity,
    day: dt.date,
    start: dt.time | None = None,
    besides: Occurrence | None = None,
) -> bool:
    """Whether the activity has a date on a day; one that goes on at this hour, if it is given."""
    query = Occurrence.select().where(Occurrence.activity == activity, Occurrence.date == day)
    if start is not None:
        query = query.where(
            Occurrence.start_time == start, Occurrence.state != OccurrenceState.cancelled
        )
    if besides is not None:
        query = query.where(Occurrence.id != besides.id)
    return bool(query.exists())


def must_be_open(house: House, day: dt.date) -> None:
    """:raises HouseClosed: when the house is closed on a day."""
    closed = closed_days(house, day, day)
    if day in closed:
        raise HouseClosed(day, closed[day])
