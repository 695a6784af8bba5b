"""The activities of a house as lists: what is going on, and what is over or put away."""

from __future__ import annotations

import datetime as dt
from typing import Any

from peewee import JOIN

from models import Activity, House, Partner, Room


def activities_of(house: House, today: dt.date, *, hidden: bool = False) -> list[Activity]:
    """The activities of a house that go on, by title, with room and partner: one query.

    ``hidden`` adds those that are not published.
    """
    query = _of(house).where(~_over(today))
    return list(query if hidden else query.where(Activity.published))


def old_activities(house: House, today: dt.date) -> list[Activity]:
    """The activities of a house that are over or were put away, by title: one query."""
    return list(_of(house).where(_over(today)))


def _over(today: dt.date) -> Any:
    return Activity.archived_at.is_null(False) | (
        Activity.last_date.is_null(False) & (Activity.last_date < today)
    )


def _of(house: House) -> Any:
    return (
        Activity.select(Activity, Room, Partner)
        .join(Room, JOIN.LEFT_OUTER)
        .switch(Activity)
        .join(Partner, JOIN.LEFT_OUTER)
        .where(Activity.house == house)
        .order_by(Activity.title, Activity.id)
    )
