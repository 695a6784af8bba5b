"""What an activity would look like, shown while somebody fills in the form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any

from models import Activity, House, Occurrence
from rules.clashes import clashes
from rules.closed_days import closures_of, stops
from rules.horizon import AHEAD
from rules.month_words import Slot
from rules.programme import LONGEST_WAIT
from rules.recurrence import BadRule, expand
from rules.rule_words import in_words
from views import clock
from views.activity_forms import ActivityForm

NEXT = 5


@dataclass(frozen=True)
class NextDate:
    """A day on which the activity would be; ``off`` says why it is not."""

    day: dt.date
    off: str = ""


@dataclass(frozen=True)
class Preview:
    """What the choices of a form come to.

    words: when, as people say it; empty while the choices say nothing yet.
    dates: the next five on which it takes place, and what falls out between them.
    """

    words: str = ""
    dates: list[NextDate] = field(default_factory=list)
    clashes: list[Occurrence] = field(default_factory=list)


def preview_of(form: ActivityForm, house: House, activity: Activity | None = None) -> Preview:
    """What a validated form would give, as far as its choices are right."""
    if not form.rule_is_known:
        return Preview()
    try:
        said = form.dates_said()
        words = in_words(said["rule"], said["first_date"])
    except BadRule:
        return Preview()
    return Preview(
        words,
        _next_dates(house, said, bool(form.not_in_school_holidays.data)),
        clashes_of(form, house, activity),
    )


def stored_preview(activity: Activity) -> Preview:
    """What an activity gives as it is stored."""
    said = {name: getattr(activity, name) for name in ("rule", "first_date", "last_date")}
    return Preview(
        in_words(activity.rule, activity.first_date),
        _next_dates(activity.house, said, activity.not_in_school_holidays),
    )


def clashes_of(
    form: ActivityForm, house: House, activity: Activity | None = None
) -> list[Occurrence]:
    """What is in the chosen room at the chosen hours in the coming thirteen weeks."""
    room = form.rooms.get(form.room.data)
    start, end = form.start_time.data, form.end_time.data
    if room is None or start is None or not form.rule_is_known:
        return []
    said, today = form.dates_said(), clock.today()
    days = expand(said["rule"], said["first_date"], said["last_date"], today, today + AHEAD)
    closures = closures_of(house, today, today + AHEAD)
    pausing = Activity(not_in_school_holidays=bool(form.not_in_school_holidays.data))
    slots = [Slot(day, start, end) for day in days if stops(closures, pausing, day) is None]
    return clashes(room, slots, besides=activity)


def _next_dates(house: House, said: dict[str, Any], pauses: bool) -> list[NextDate]:
    start = max(clock.today(), said["first_date"])
    found: list[NextDate] = []
    # A year at a time: a weekly series has its five in the first weeks.
    for years in range(2):
        begin = start + years * LONGEST_WAIT / 2
        end = begin + LONGEST_WAIT / 2 - dt.timedelta(days=1)
        days = expand(said["rule"], said["first_date"], said["last_date"], begin, end)
        closures = closures_of(house, begin, end)
        pausing = Activity(not_in_school_holidays=pauses)
        for day in days:
            stop = stops(closures, pausing, day)
            found.append(NextDate(day, stop.reason if stop else ""))
            if sum(not each.off for each in found) == NEXT or len(found) == 4 * NEXT:
                return found
    return found
