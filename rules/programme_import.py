"""Many activities at once: all of them or none; which stand on the programme already."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from peewee import JOIN

from models import Activity, House, HousePartner, Partner, Person, Room, db, for_one_writer
from rules import Refused, access
from rules.horizon import extend_horizon
from rules.programme import NotOfThisHouse, check_dates, check_facts
from rules.recurrence import Rule, expand, parse
from rules.wall_time import day_of

#: What makes two activities the same for whoever enters them: see :func:`identity`.
Identity = tuple[str, Rule, int, dt.time]


class RowRefused(Refused):
    """One of many activities cannot be added, so none of them is."""

    def __init__(self, number: int, refusal: Refused):
        super().__init__(number, refusal)
        #: Its place among those that were given, from 0.
        self.number = number
        self.refusal = refusal


def add_activities(
    house: House, by: Person | None, now: dt.datetime, rows: Sequence[Mapping[str, Any]]
) -> list[Activity]:
    """Store many new activities with their dates up to the horizon, in one transaction.

    :param rows: for each what :func:`rules.programme.add_activity` takes, by name.
    :raises RowRefused: for the first that cannot be stored; then nothing is.
    """
    made = []
    with db.atomic():
        for_one_writer(house)
        rooms = {room.id for room in Room.select(Room.id).where(Room.house == house)}
        partners = {
            row.partner_id
            for row in HousePartner.select(HousePartner.partner).where(HousePartner.house == house)
        }
        for number, row in enumerate(rows):
            facts = dict(row)
            rule, first = facts.pop("rule"), facts.pop("first_date")
            last = facts.pop("last_date", None)
            try:
                check_facts(house, facts)
                check_dates(rule, first, last)
                _see_still_here(facts.get("room"), rooms)
                _see_still_here(facts.get("partner"), partners)
            except Refused as refusal:
                raise RowRefused(number, refusal) from refusal
            activity = Activity.create(
                house=house, rule=rule, first_date=first, last_date=last, changed_at=now, **facts
            )
            access.note(by, house, "activity.add", activity, now)
            made.append(activity)
        extend_horizon(house, day_of(now), now)
    return made


def _see_still_here(chosen: Room | Partner | None, here: set[int]) -> None:
    """Whoever looked at a table for a while may have chosen what is gone by now."""
    if chosen is not None and chosen.id not in here:
        raise NotOfThisHouse


def programme_of(house: House) -> list[Activity]:
    """All activities of a house but those that were put away, by name, each with its room and
    partner: one query."""
    query = (
        Activity.select(Activity, Room, Partner)
        .join_from(Activity, Room, JOIN.LEFT_OUTER)
        .join_from(Activity, Partner, JOIN.LEFT_OUTER)
        .where(Activity.house == house, Activity.archived_at.is_null())
        .order_by(Activity.title, Activity.start_time, Activity.id)
    )
    return list(query)


def identity(
    title: str, rule: str, first: dt.date, last: dt.date | None, start: dt.time
) -> Identity:
    """The same for two activities of one name, on the same days by rule, at the same hour.

    When a series began or ends does not count; for every other week it does which weeks.

    :raises rules.recurrence.BadRule: when it is no rule.
    """
    parsed = parse(rule)
    if parsed.dates:
        until = last or dt.date.max
        dates = tuple(date for date in parsed.dates if first <= date <= until)
        return title.casefold(), Rule(dates=dates), 0, start
    days = tuple(sorted(parsed.days))
    if parsed.freq == "WEEKLY" and not days:
        days = ((0, first.weekday()),)
    periods = {
        "DAILY": first.toordinal(),
        # The first day of all was a Monday.
        "WEEKLY": (first.toordinal() - 1 - parsed.week_start) // 7,
        "MONTHLY": first.year * 12 + first.month,
    }
    phase = periods.get(parsed.freq, 0) % parsed.interval
    start_of_week = parsed.week_start if parsed.interval > 1 else 0
    same = replace(parsed, days=days, week_start=start_of_week)
    return title.casefold(), same, phase, start


def next_dates(
    rule: str, first: dt.date, last: dt.date | None, today: dt.date, most: int
) -> list[dt.date]:
    """The coming dates of a rule, at most so many, within two years; closed days not left out.

    :raises rules.recurrence.BadRule: when it is no rule.
    """
    start = max(first, today)
    found: list[dt.date] = []
    for days in (60, 731):
        if len(found) < most:
            until = dt.date.fromordinal(min(start.toordinal() + days, dt.date.max.toordinal()))
            found = expand(rule, first, last, start, until)
    return found[:most]
