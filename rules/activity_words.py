"""When an activity is, in words: from its stored dates, with all that was changed in them."""

from __future__ import annotations

import datetime as dt

from models import Activity, Occurrence, OccurrenceState
from rules.closed_days import closed_days
from rules.horizon import AHEAD
from rules.month_words import Happening, Slot
from rules.rule_clauses import ReadRule
from rules.series_words import SpokenSeries, say_series


def coming_in_words(activity: Activity, today: dt.date) -> SpokenSeries:
    """The coming dates of an activity, said as short as can be, as far as dates are made: thirteen
    weeks ahead. Three queries.

    Days on which the house is closed are not told; nothing is said when no date comes.
    """
    # Whoever holds the activity may have read it before its dates were made.
    house, activity = activity.house, Activity.get_by_id(activity.id)
    end = min(activity.filled_until or today, today + AHEAD)
    rows = Occurrence.select().where(
        Occurrence.activity == activity,
        Occurrence.date.between(today, end) | Occurrence.original_date.between(today, end),
    )
    happenings = [
        Happening(
            row.original_date,
            Slot(row.date, row.start_time, row.end_time),
            row.state == OccurrenceState.cancelled,
        )
        for row in rows.order_by(Occurrence.date, Occurrence.start_time)
    ]
    own = None
    if not activity.rule.startswith("RDATE:"):
        own = ReadRule(activity.rule, activity.first_date, activity.last_date)
    return say_series(
        happenings,
        today,
        end,
        frozenset(closed_days(house, today, end)),
        own=own,
        usual=(activity.start_time, activity.end_time),
    )
