"""Changing a series, stopping it, putting it away: its coming dates follow as was planned.

Nothing here takes anybody off a seat, and what was counted keeps its date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from peewee import JOIN, chunked

from models import (
    HOLDING,
    Activity,
    Closure,
    Occurrence,
    OccurrenceState,
    Person,
    Place,
    Shift,
    ShiftPattern,
    db,
)
from rules import Refused, access, filling
from rules.closed_days import closures_of, stops
from rules.closures import planned_or_moved, settle
from rules.double_booked import check_doubles, tried
from rules.horizon import FURTHEST, ROWS_AT_ONCE, extend_horizon, horizon, make_dates
from rules.programme import ChangedMeanwhile, IsArchived, TooFar, check_dates, check_facts
from rules.revision import revised
from rules.roster_hold import hold_roster
from rules.series_plan import Plan, Why, coming, plan
from rules.settling import hours
from rules.wall_time import day_of

#: What says when a series is.
DATES = ("rule", "first_date", "last_date")


class PlanChanged(Refused):
    """Meanwhile somebody got on a seat, or changed a date: ``plan`` is what would happen now."""

    def __init__(self, plan: Plan):
        super().__init__()
        self.plan = plan


def plan_change(
    activity: Activity, now: dt.datetime, *, since: dt.date | None = None, **news: Any
) -> Plan:
    """What a change of the series would do to its dates from a day on (today, if not given).

    :param news: columns of the activity, also ``rule``, ``first_date`` and ``last_date``.
    :raises BadRule, NoDates, NotOfThisHouse, TooFar:
    """
    today = day_of(now)
    _check(activity, today, since, news)
    since = max(since or today, today)
    with db.atomic():
        hold_roster([activity.house], today)
        return _looked_at(_filled(activity, today, since, now), today, since, now, news)


def change_activity(
    activity: Activity,
    by: Person | None,
    now: dt.datetime,
    *,
    since: dt.date | None = None,
    seen: str | None = None,
    follow: Collection[int] = (),
    sequence: int | None = None,
    **news: Any,
) -> list[Shift]:
    """Change a series; its dates follow as :func:`plan_change` says.

    :param since: the day from which the change holds; dates before it stay as they are.
    :param seen: the fingerprint of the plan that the person agreed to; None agrees to any.
    :param follow: ids of held dates that are to follow as well.
    :param sequence: which state of the activity the person saw; None takes any.
    :return: the shifts with people on them that changed or were cancelled with their date.
    :raises PlanChanged: when the plan is not the one that was seen.
    :raises ChangedMeanwhile: when the activity is not as it was seen.
    :raises BadRule, NoDates, NotOfThisHouse, TooFar, IsArchived:
    :raises peewee.IntegrityError: for values that the table refuses.
    """
    today = day_of(now)
    _check(activity, today, since, news)
    since = max(since or today, today)
    with db.atomic():
        hold_roster([activity.house], today)
        before = _filled(activity, today, since, now)
        if before.archived_at is not None:
            raise IsArchived
        if sequence is not None and sequence != before.sequence:
            raise ChangedMeanwhile
        if seen is not None:
            looked_at = _looked_at(before, today, since, now, news)
            if looked_at.asks and looked_at.fingerprint != seen:
                raise PlanChanged(looked_at)
        told = _rewrite(before, plan(before, today, since, news), since, follow, by, now, news)
        access.note(by, activity.house, "activity.change", activity, now)
        revised([activity.id], now)
        return told


def archive_activity(
    activity: Activity, by: Person | None, now: dt.datetime, *, seen: str | None = None
) -> list[Shift]:
    """Put an activity away: its coming dates go; those with people on them are cancelled.

    What was, stays: the past dates and their counts. Returns the shifts with people on them that
    were cancelled.

    :raises PlanChanged: when the plan is not the one that was seen.
    """
    today = day_of(now)
    with db.atomic():
        hold_roster([activity.house], today)
        found = plan_archive(activity, today)
        if seen is not None and found.asks and found.fingerprint != seen:
            raise PlanChanged(found)
        everything = [b.occurrence.id for b in found.held]
        changed, moved = _apply(activity, found, today, everything, put_away=True)
        Activity.update(archived_at=now).where(Activity.id == activity.id).execute()
        access.note(by, activity.house, "activity.archive", activity, now)
        revised([activity.id], now)
        return _follow(activity, changed, moved, today, by, now)


def plan_archive(activity: Activity, today: dt.date) -> Plan:
    """What putting an activity away would do to its coming dates."""
    return plan(Activity.get_by_id(activity.id), today, today, {}, none_left=True)


def unarchive_activity(
    activity: Activity, by: Person | None, now: dt.datetime, *, anyway: bool = False
) -> None:
    """Take an activity back into the programme, from today on: with the dates that its rule gives,
    and with those that people were on, had moved or had cancelled.

    :param anyway: also when somebody on a shift that comes back is on another one then.
    :raises InTwoPlaces:
    """
    today = day_of(now)
    with db.atomic():
        hold_roster([activity.house], today)
        row = Activity.get_by_id(activity.id)
        if row.archived_at is None:
            return
        row.archived_at = None
        row.save(only=[Activity.archived_at])
        closures = closures_of(activity.house, today, dt.date.max)
        back = [each for each in coming(row, today, today) if each.dropped]
        for each in back:
            each.activity = row
            _bring_back(each, stops(closures, row, each.date))
        shifts = _fill(row, today, today, by, now)
        shifts += filling.follow_occurrences(back, now, by=by)
        check_doubles(shifts, anyway=anyway)
        access.note(by, activity.house, "activity.unarchive", activity, now)
        revised([activity.id], now)


def _check(activity: Activity, today: dt.date, since: dt.date | None, news: dict[str, Any]) -> None:
    check_facts(activity.house, {n: value for n, value in news.items() if n not in DATES})
    rule, first = news.get("rule", activity.rule), news.get("first_date", activity.first_date)
    if (rule, first) != (activity.rule, activity.first_date):
        check_dates(rule, first, news.get("last_date", activity.last_date))
    if since is not None and since > today + FURTHEST:
        raise TooFar


def _filled(activity: Activity, today: dt.date, since: dt.date, now: dt.datetime) -> Activity:
    """The activity as it is stored, with its dates made up to the horizon, and up to the day on
    which a change begins."""
    row: Activity = Activity.get_by_id(activity.id)
    until = max(since, horizon(today))
    if row.archived_at is None and (row.filled_until is None or row.filled_until < until):
        extend_horizon(activity.house, today, now, until)
        row = Activity.get_by_id(activity.id)
    return row


def _looked_at(
    before: Activity, today: dt.date, since: dt.date, now: dt.datetime, news: dict[str, Any]
) -> Plan:
    """The plan of a change, with who would be in two places: as if every date that may follow
    does."""
    found = plan(before, today, since, news)
    if not _manned(before, today):
        return found

    def work() -> list[Shift]:
        # What is written leaves its traces in the rows of a plan: not in the one that is shown.
        again = plan(before, today, since, news)
        follow = [each.occurrence.id for each in again.held if each.may_follow]
        return _rewrite(before, again, since, follow, None, now, news)

    return replace(found, doubles=tried(work))


def _manned(activity: Activity, today: dt.date) -> bool:
    """Whether somebody is on a coming shift of an activity, also on one that is off now."""
    held = (
        Place.select()
        .join(Shift)
        .join(ShiftPattern, JOIN.LEFT_OUTER)
        .switch(Shift)
        .join(Occurrence, JOIN.LEFT_OUTER)
        .where(
            (ShiftPattern.activity == activity) | (Occurrence.activity == activity),
            Shift.date >= today,
            Place.state.in_(HOLDING),
        )
    )
    return bool(held.exists())


def _rewrite(
    before: Activity,
    found: Plan,
    since: dt.date,
    follow: Collection[int],
    by: Person | None,
    now: dt.datetime,
    news: dict[str, Any],
) -> list[Shift]:
    """Write what is new of a series, and do to its dates what was planned; returns the shifts with
    people on them that changed."""
    today, house = day_of(now), before.house
    after = Activity.get_by_id(before.id)
    for name, value in news.items():
        setattr(after, name, value)
    if (after.rule, after.first_date) != (before.rule, before.first_date):
        after.rule_since = since
    if (after.start_time, after.end_time) != (before.start_time, before.end_time):
        after.hours_since = since
    after.save(only=[*news, Activity.rule_since, Activity.hours_since])
    changed, moved = _apply(after, found, today, follow)
    if before.not_in_school_holidays != after.not_in_school_holidays:
        changed += settle(house, today, dt.date.max, today, activity=after)
    told = _follow(after, changed, moved, today, by, now)
    if any(name in news for name in DATES):
        told += _fill(after, since, today, by, now)
    return list({shift.id: shift for shift in told}.values())


def _fill(
    activity: Activity, since: dt.date, today: dt.date, by: Person | None, now: dt.datetime
) -> list[Shift]:
    """Make the dates of a series from a day on, up to the horizon. What it did not do while it was
    over or put away is not made up for. Returns the shifts with people on them that came back."""
    until = max(activity.filled_until or since, horizon(today))
    begin = max(since, activity.rule_since or since)
    _made, back = make_dates(activity.house, {activity: begin}, until, by, now)
    activity.filled_until = until
    activity.save(only=[Activity.filled_until])
    return back


# -- applying --------------------------------------------------------------------------------------


def _apply(
    activity: Activity,
    plan: Plan,
    today: dt.date,
    follow: Collection[int],
    *,
    put_away: bool = False,
) -> tuple[list[Occurrence], set[int]]:
    """Do what a plan says to the dates that are there; returns those that changed, and the ids of
    those that have another day or other hours.

    put_away: what people did to a date is remembered, for when the activity is taken back.
    """
    asked = [b for b in plan.held if b.occurrence.id in follow and b.may_follow]
    changed = []
    deleted = []
    moved = set()
    for becomes in (*plan.changed, *plan.gone, *asked):
        row = becomes.occurrence
        row.activity = activity
        was = hours(row)
        if not becomes.goes:
            row.start_time, row.end_time = becomes.start, becomes.end
            row.room = becomes.room
            if row.state != OccurrenceState.cancelled:
                row.state = planned_or_moved(row)
        elif put_away and Why.cancelled in becomes.why:
            continue
        elif becomes.people or (put_away and becomes.why):
            # Whoever comes all the same reads that it is off; the seats stay as they were.
            row.state, row.closure, row.dropped = OccurrenceState.cancelled, None, True
        else:
            deleted.append(row.id)
            continue
        row.save()
        changed.append(row)
        if hours(row) != was:
            moved.add(row.id)
    for becomes in plan.back:
        row = becomes.occurrence
        if row.dropped:
            row.activity = activity
            was = hours(row)
            if row.date == row.original_date:
                row.start_time, row.end_time = becomes.start, becomes.end
                row.room = becomes.room
            _bring_back(row, None)
            changed.append(row)
            if hours(row) != was:
                moved.add(row.id)
    # What was not asked to go stays, beside the rule.
    stays = [b.occurrence.id for b in plan.held if b.goes and b not in asked]
    for some in chunked(stays, ROWS_AT_ONCE):
        Occurrence.update(extra=True).where(Occurrence.id.in_(list(some))).execute()
    for some in chunked(deleted, ROWS_AT_ONCE):
        Occurrence.delete().where(Occurrence.id.in_(list(some))).execute()
    # A moved date that now has the hours of its series again is as usual, and the other way round.
    for row in coming(activity, today, today):
        row.activity = activity
        if row.state != OccurrenceState.cancelled and row.state != planned_or_moved(row):
            row.state = planned_or_moved(row)
            row.save(only=[Occurrence.state])
    return changed, moved


def _bring_back(row: Occurrence, stop: Closure | None) -> None:
    """Let a date go on that was off because the series did not have it; unless the house is closed
    or pauses on that day."""
    row.dropped, row.closure = False, stop
    row.state = OccurrenceState.cancelled if stop else planned_or_moved(row)
    row.save()


def _follow(
    activity: Activity,
    changed: list[Occurrence],
    moved: set[int],
    today: dt.date,
    by: Person | None,
    now: dt.datetime,
) -> list[Shift]:
    filling.settle_lost_dates(activity.house, today, by, now)
    return filling.follow_occurrences(changed, now, by=by, moved=moved)
