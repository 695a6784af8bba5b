"""Changing a series, stopping it, putting it away: its coming dates follow as was planned.

Nothing here takes anybody off a seat, and what was counted keeps its date.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from peewee import chunked

from models import Activity, Occurrence, OccurrenceState, Person, Shift, db, for_one_writer
from rules import Refused, access, filling
from rules.closures import planned_or_moved, settle
from rules.horizon import FURTHEST, ROWS_AT_ONCE, extend_horizon, horizon, make_dates
from rules.programme import TooFar, check_dates, check_facts
from rules.revision import revised
from rules.series_plan import Plan, coming, plan
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
    return plan(_filled(activity, today, since, now), today, since, news)


def change_activity(
    activity: Activity,
    by: Person | None,
    now: dt.datetime,
    *,
    since: dt.date | None = None,
    seen: str | None = None,
    follow: Collection[int] = (),
    **news: Any,
) -> list[Shift]:
    """Change a series; its dates follow as :func:`plan_change` says.

    :param since: the day from which the change holds; dates before it stay as they are.
    :param seen: the fingerprint of the plan that the person agreed to; None agrees to any.
    :param follow: ids of held dates that are to follow as well.
    :return: the shifts with people on them that changed or were cancelled with their date.
    :raises PlanChanged: when the plan is not the one that was seen.
    :raises BadRule, NoDates, NotOfThisHouse, TooFar:
    :raises peewee.IntegrityError: for values that the table refuses.
    """
    today = day_of(now)
    _check(activity, today, since, news)
    since = max(since or today, today)
    with db.atomic():
        for_one_writer(activity.house)
        before = _filled(activity, today, since, now)
        _hold(before, since)
        found = plan(before, today, since, news)
        if seen is not None and found.asks and found.fingerprint != seen:
            raise PlanChanged(found)
        after = Activity.get_by_id(activity.id)
        for name, value in news.items():
            setattr(after, name, value)
        after.save(only=list(news))
        changed = _apply(after, found, today, follow)
        if before.not_in_school_holidays != after.not_in_school_holidays:
            changed += settle(activity.house, today, dt.date.max, today, activity=after)
        told = _follow(activity, changed, today, now)
        if any(name in news for name in DATES) and after.archived_at is None:
            make_dates(activity.house, {after: since}, after.filled_until, now)
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
        for_one_writer(activity.house)
        _hold(activity, today)
        found = plan_archive(activity, today)
        if seen is not None and found.asks and found.fingerprint != seen:
            raise PlanChanged(found)
        changed = _apply(activity, found, today, [b.occurrence.id for b in found.held])
        Activity.update(archived_at=now).where(Activity.id == activity.id).execute()
        access.note(by, activity.house, "activity.archive", activity, now)
        revised([activity.id], now)
        return _follow(activity, changed, today, now)


def plan_archive(activity: Activity, today: dt.date) -> Plan:
    """What putting an activity away would do to its coming dates."""
    return plan(Activity.get_by_id(activity.id), today, today, {}, none_left=True)


def unarchive_activity(activity: Activity, by: Person | None, now: dt.datetime) -> None:
    """Take an activity back into the programme; its dates from today on are made again."""
    today = day_of(now)
    with db.atomic():
        for_one_writer(activity.house)
        row = Activity.get_by_id(activity.id)
        if row.archived_at is None:
            return
        row.archived_at = None
        row.save(only=[Activity.archived_at])
        make_dates(activity.house, {row: today}, max(row.filled_until or today, today), now)
        extend_horizon(activity.house, today, now)
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
    """The activity as it is stored, with its dates made up to the day on which a change begins."""
    row: Activity = Activity.get_by_id(activity.id)
    if row.archived_at is None and (row.filled_until is None or row.filled_until < since):
        extend_horizon(activity.house, today, now, max(since, horizon(today)))
        row = Activity.get_by_id(activity.id)
    return row


# -- applying --------------------------------------------------------------------------------------


def _hold(activity: Activity, since: dt.date) -> None:
    rows = Occurrence.select(Occurrence.id).where(
        Occurrence.activity == activity, Occurrence.original_date >= since
    )
    filling.hold_shifts([row.id for row in rows])


def _apply(
    activity: Activity, plan: Plan, today: dt.date, follow: Collection[int]
) -> list[Occurrence]:
    """Do what a plan says to the dates that are there; returns those that changed."""
    asked = [b for b in plan.held if b.occurrence.id in follow and b.may_follow]
    changed = []
    deleted = []
    for becomes in (*plan.changed, *plan.gone, *asked):
        row = becomes.occurrence
        row.activity = activity
        if not becomes.goes:
            row.start_time, row.end_time = becomes.start, becomes.end
            row.room = becomes.room
            if row.state != OccurrenceState.cancelled:
                row.state = planned_or_moved(row)
        elif becomes.people:
            # Whoever comes all the same reads that it is off; the seats stay as they were.
            row.state, row.closure = OccurrenceState.cancelled, None
        else:
            deleted.append(row.id)
            continue
        row.save()
        changed.append(row)
    for some in chunked(deleted, ROWS_AT_ONCE):
        Occurrence.delete().where(Occurrence.id.in_(list(some))).execute()
    # A moved date that now has the hours of its series again is as usual, and the other way round.
    for row in coming(activity, today, today):
        row.activity = activity
        if row.state != OccurrenceState.cancelled and row.state != planned_or_moved(row):
            row.state = planned_or_moved(row)
            row.save(only=[Occurrence.state])
    return changed


def _follow(
    activity: Activity, changed: list[Occurrence], today: dt.date, now: dt.datetime
) -> list[Shift]:
    filling.settle_lost_dates(activity.house, today)
    return filling.follow_occurrences(changed, now)
