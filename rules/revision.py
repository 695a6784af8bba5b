"""How often an activity was changed: calendars that follow the feed take the highest number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from models import Activity


def revised(activities: Iterable[int], now: dt.datetime) -> None:
    """Note that activities (their ids), or dates of theirs, are not as they were.

    Call it in the transaction that changes them. Dates that are only made further ahead are no
    change: the rule said them already.
    """
    ids = sorted(set(activities))
    if ids:
        Activity.update(sequence=Activity.sequence + 1, changed_at=now).where(
            Activity.id.in_(ids)
        ).execute()
