"""What an activity would look like, shown while somebody fills in the form."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from documents.month import series_of
from documents.poster import Blocks, blocks_of
from models import Activity, Closure, ClosureKind, House, Occurrence
from rules.clashes import series_clashes
from rules.closed_days import closes_house, closures_of, stops
from rules.month_words import Happening, Slot, Span, say_month
from rules.programme import LONGEST_WAIT
from rules.recurrence import BadRule, expand
from rules.rule_words import in_words
from rules.wall_time import month_of
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
    clashes: what else is in its room then.
    poster: what the poster of ``month`` says of it; None while that is not known.
    """

    words: str = ""
    dates: list[NextDate] = field(default_factory=list)
    clashes: list[Occurrence] = field(default_factory=list)
    poster: Blocks | None = None
    month: dt.date | None = None


def preview_of(form: ActivityForm, house: House, activity: Activity | None = None) -> Preview:
    """What a validated form would give, as far as its choices are right."""
    if not form.rule_is_known:
        return Preview()
    try:
        said = form.dates_said()
        words = in_words(said["rule"], said["first_date"])
    except BadRule:
        return Preview()
    typed = Activity(house=house, **form.facts_so_far(), **said)
    taken = clashes_of(form, house, activity)
    return _preview(words, typed, taken)


def stored_preview(activity: Activity) -> Preview:
    """What an activity gives as it is stored."""
    return _preview(in_words(activity.rule, activity.first_date), activity, [])


def _preview(words: str, activity: Activity, taken: list[Occurrence]) -> Preview:
    dates = _next_dates(activity)
    held = [each.day for each in dates if not each.off]
    if not held or not activity.start_time:
        return Preview(words, dates, taken)
    month = held[0].replace(day=1)
    return Preview(words, dates, taken, _on_poster(activity, month), month)


def _on_poster(activity: Activity, month: dt.date) -> Blocks:
    """What the poster of a month says of an activity, going by its rule and the closed days."""
    first, last = month_of(month)
    found = closures_of(activity.house, first, last)
    closed = frozenset(
        day
        for day in (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
        if any(closes_house(each) and _on(each, day) for each in found)
    )
    happenings = []
    for day in expand(activity.rule, activity.first_date, activity.last_date, first, last):
        stop = stops(found, activity, day)
        pause = stop if stop and stop.kind == ClosureKind.school_holiday else None
        span = pause and Span(pause.first_date, pause.last_date, pause.reason)
        slot = Slot(day, activity.start_time, activity.end_time)
        happenings.append(Happening(day, slot, stop is not None, span))
    spoken = say_month(happenings, month, closed)
    return blocks_of([series_of(activity, activity.room, spoken)])


def _on(closure: Closure, day: dt.date) -> bool:
    return bool(closure.first_date <= day <= closure.last_date)


def clashes_of(
    form: ActivityForm, house: House, activity: Activity | None = None
) -> list[Occurrence]:
    """What is in the chosen room at the chosen hours in its coming thirteen weeks."""
    room = form.rooms.get(form.room.data)
    if room is None or form.start_time.data is None or not form.rule_is_known:
        return []
    typed = Activity(house=house, **form.facts_so_far(), **form.dates_said())
    return series_clashes(room, typed, clock.today(), besides=activity)


def _next_dates(activity: Activity) -> list[NextDate]:
    start = max(clock.today(), activity.first_date)
    found: list[NextDate] = []
    # A year at a time: a weekly series has its five in the first weeks.
    for years in range(2):
        begin = start + years * LONGEST_WAIT / 2
        end = begin + LONGEST_WAIT / 2 - dt.timedelta(days=1)
        days = expand(activity.rule, activity.first_date, activity.last_date, begin, end)
        closures = closures_of(activity.house, begin, end)
        for day in days:
            stop = stops(closures, activity, day)
            found.append(NextDate(day, stop.reason if stop else ""))
            if sum(not each.off for each in found) == NEXT or len(found) == 4 * NEXT:
                return found
    return found
