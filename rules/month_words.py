"""A month of one series in the fewest words. Pure: dates in, statements out.

The statements come from the dates themselves, not from the rule, so that what is said is what is
stored. ``dates_of`` reads them back: a reader of the words and a reader of the database get the
same set of dates and times.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from rules.notation import MONTHS, WEEKDAYS, clock
from rules.rule_words import and_join
from rules.rule_words import weekdays_in_words as weekdays_in_words
from rules.wall_time import month_of

SHORT_WEEKDAYS = ("ma", "di", "wo", "do", "vr", "za", "zo")

_DAY = dt.timedelta(days=1)


class Slot(NamedTuple):
    """A date on which the activity is, with its times."""

    date: dt.date
    start: dt.time
    end: dt.time | None

    @property
    def times(self) -> tuple[dt.time, dt.time | None]:
        return self.start, self.end


@dataclass(frozen=True)
class Happening:
    """One stored date of a series. holiday: the school holiday for which it is off, if so."""

    original: dt.date
    slot: Slot
    cancelled: bool = False
    holiday: Span | None = None


class Span(NamedTuple):
    """Days from and up to and including; name is a word such as 'kerstvakantie'."""

    first: dt.date
    last: dt.date
    name: str = ""

    def __contains__(self, day: object) -> bool:
        return isinstance(day, dt.date) and self.first <= day <= self.last


class Weekly(NamedTuple):
    """On this weekday, every week of the month, or of the part of it that is named."""

    weekday: int
    start: dt.time
    end: dt.time | None
    since: dt.date | None = None
    until: dt.date | None = None


class Listed(NamedTuple):
    """On these days, in order of date."""

    dates: tuple[dt.date, ...]
    start: dt.time
    end: dt.time | None


class Moved(NamedTuple):
    """On ``slot.date`` instead of ``original``. The times are said when they are not the usual."""

    original: dt.date
    slot: Slot
    usual_times: bool
    #: Nothing but this statement tells of the new date.
    only_here: bool


@dataclass(frozen=True)
class Spoken:
    """All that is said of one series in one month, apart from the days the house is closed."""

    weekly: tuple[Weekly, ...] = ()
    listed: tuple[Listed, ...] = ()
    not_on: tuple[dt.date, ...] = ()
    other_times: tuple[Slot, ...] = ()
    moved: tuple[Moved, ...] = ()
    holidays: tuple[Span, ...] = ()
    #: Days on which the house is closed and this takes place all the same.
    despite_closed: tuple[dt.date, ...] = ()

    @property
    def is_held(self) -> bool:
        """Whether anything is left to come for in this month."""
        return bool(self.weekly or self.listed or any(move.only_here for move in self.moved))


def say_month(
    happenings: Sequence[Happening], month: dt.date, closed: frozenset[dt.date]
) -> Spoken:
    """The shortest true statement of one series in the month that holds ``month``.

    happenings: all stored dates of the series in the month, by date and by original date, and
        those in the school holidays that touch it.
    closed: the days on which the house is closed; they are told once, for all series together.
    """
    days = _days(month)
    held = [h for h in happenings if not h.cancelled]
    here = sorted({h.slot for h in held if h.slot.date in days}, key=_by_time)
    moves = [
        h for h in held if h.slot.date != h.original and (h.slot.date in days or h.original in days)
    ]
    moved_from = {h.original for h in moves} - {slot.date for slot in here}
    holidays = _holidays_without(happenings, held, days, closed)
    cancelled = {h.slot.date for h in happenings if h.cancelled and h.slot.date in days}

    weekly: list[Weekly] = []
    exceptions: set[dt.date] = set()
    other_times: list[Slot] = []
    told: set[Slot] = set()
    excused = moved_from | {day for day in days if any(day in span for span in holidays)}
    for weekday in range(7):
        found = _weekly(
            [slot for slot in here if slot.date.weekday() == weekday],
            [day for day in days if day.weekday() == weekday and day not in closed],
            frozenset(excused),
            frozenset(cancelled),
        )
        if found is not None:
            weekly.append(found.statement)
            exceptions |= found.missing
            other_times += found.other_times
            told |= found.told
    rest = [slot for slot in here if slot not in told]

    usual = {(w.start, w.end) for w in weekly}
    spoken_moves = []
    for h in sorted(moves, key=lambda h: (h.slot.date, h.original)):
        # A weekly series says its moved date in the sentence; the others list it anyway.
        only_here = h.slot in rest and bool(weekly) and _is_apart(h.slot, rest, closed)
        same = h.slot.times in usual if weekly else h.slot.date in days
        spoken_moves.append(Moved(h.original, h.slot, same, only_here))
        if only_here:
            rest.remove(h.slot)

    on = {slot.date for slot in here}
    not_on = (exceptions | cancelled) - on - closed
    not_on -= {day for day in not_on if any(day in span for span in holidays)}
    return Spoken(
        weekly=tuple(weekly),
        listed=tuple(_listed(rest)),
        not_on=tuple(sorted(not_on - moved_from)),
        other_times=tuple(sorted(other_times, key=_by_time)),
        moved=tuple(spoken_moves),
        holidays=holidays,
        despite_closed=tuple(sorted(on & closed)),
    )


def dates_of(spoken: Spoken, month: dt.date, closed: frozenset[dt.date]) -> set[Slot]:
    """The dates and times that a reader of the statements understands. The reverse of say_month."""
    days = _days(month)
    off = set(spoken.not_on) | closed
    # A date may move away and another one move to its place.
    off |= {move.original for move in spoken.moved} - {move.slot.date for move in spoken.moved}
    off |= {day for day in days if any(day in span for span in spoken.holidays)}
    slots = {
        Slot(day, weekly.start, weekly.end)
        for weekly in spoken.weekly
        for day in days
        if day.weekday() == weekly.weekday
        and day not in off
        and (weekly.since is None or weekly.since <= day)
        and (weekly.until is None or day <= weekly.until)
    }
    elsewhen = {slot.date for slot in spoken.other_times}
    slots = {slot for slot in slots if slot.date not in elsewhen} | set(spoken.other_times)
    slots |= {Slot(day, row.start, row.end) for row in spoken.listed for day in row.dates}
    slots |= {move.slot for move in spoken.moved if move.only_here}
    return {slot for slot in slots if slot.date in days}


class _Found(NamedTuple):
    statement: Weekly
    missing: set[dt.date]
    other_times: list[Slot]
    told: set[Slot]


def _weekly(
    slots: list[Slot],
    expected: list[dt.date],
    excused: frozenset[dt.date],
    cancelled: frozenset[dt.date],
) -> _Found | None:
    """'Every week' for one weekday, when that with its exceptions is shorter than a list.

    expected: the days of this weekday on which the house is open.
    excused: days that some other statement takes away; cancelled: days that are told as off anyway.
    """
    slots = [slot for slot in slots if slot.date in expected]
    if not slots:
        return None
    times = Counter(slot.times for slot in slots).most_common(1)[0][0]
    usual = [slot for slot in slots if slot.times == times]
    on = {slot.date for slot in usual}
    others = [slot for slot in slots if slot.times != times and slot.date not in on]
    missing = [day for day in expected if day not in on and day not in {o.date for o in others}]
    never = [day for day in missing if day not in excused and day not in cancelled]

    # A series that begins or ends in the month is weekly from or until then.
    since = until = None
    first, last = min(on | {o.date for o in others}), max(on | {o.date for o in others})
    before, after = [d for d in never if d < first], [d for d in never if d > last]
    if before and len(on) >= 3:
        since, never = first, [d for d in never if d not in before]
    elif after and len(on) >= 3:
        until, never = last, [d for d in never if d not in after]
    if since or until:
        missing = [d for d in missing if (since or d) <= d <= (until or d)]

    worth = len(on) >= 2 and len(missing) + len(others) < len(on)
    if never:
        worth = worth and len(never) == 1 and len(on) >= 3
    if not worth:
        return None
    return _Found(
        Weekly(slots[0].date.weekday(), *times, since, until),
        {day for day in missing if day not in excused},
        others,
        set(usual) | set(others),
    )


def _is_apart(slot: Slot, rest: list[Slot], closed: frozenset[dt.date]) -> bool:
    """Whether a moved date stands alone: no list of the same times that it would be part of."""
    return slot.date not in closed and not any(
        other.times == slot.times for other in rest if other != slot
    )


def _holidays_without(
    happenings: Sequence[Happening],
    held: list[Happening],
    days: list[dt.date],
    closed: frozenset[dt.date],
) -> tuple[Span, ...]:
    """The school holidays for which a date of this month is off, and in which nothing is on."""
    found = {
        h.holiday
        for h in happenings
        if h.cancelled and h.holiday and h.slot.date in days and h.slot.date not in closed
    }
    return tuple(sorted(span for span in found if not any(h.slot.date in span for h in held)))


def _listed(slots: list[Slot]) -> list[Listed]:
    by_times: dict[tuple[dt.time, dt.time | None], list[dt.date]] = {}
    for slot in sorted(slots, key=_by_time):
        by_times.setdefault(slot.times, []).append(slot.date)
    return [Listed(tuple(dates), *times) for times, dates in by_times.items()]


def _days(month: dt.date) -> list[dt.date]:
    first, last = month_of(month)
    return [first + n * _DAY for n in range((last - first).days + 1)]


def _by_time(slot: Slot) -> tuple[dt.date, dt.time, dt.time]:
    return slot.date, slot.start, slot.end or slot.start


# -- words for dates ------------------------------------------------------------------------------


def day_label(dates: Iterable[dt.date]) -> str:
    """Days of one month for the margin of a list: 'wo 2 en 16', 'ma 7 t/m vr 11', 'za 12'."""
    parts = []
    for run in consecutive(sorted(dates)):
        if len(run) >= 3:
            parts.append(f"{_short(run[0])} t/m {_short(run[-1])}")
        else:
            parts += [_short(day) for day in run]
    if any("t/m" in part for part in parts):
        return and_join(parts)
    # The same weekday is said once: 'wo 2 en 16', 'wo 2 en 16, vr 4'.
    by_weekday: dict[str, list[str]] = {}
    for part in parts:
        name, number = part.split()
        by_weekday.setdefault(name, []).append(number)
    return ", ".join(f"{name} {and_join(numbers)}" for name, numbers in by_weekday.items())


def dates_in_words(dates: Iterable[dt.date]) -> str:
    """Dates in a sentence: 'vrijdag 25 en donderdag 31 december, en vrijdag 1 januari'."""
    months = []
    for key, group in groupby(sorted(dates), key=lambda day: (day.year, day.month)):
        days = list(group)
        names = [
            str(day.day)
            if i and days[i - 1].weekday() == day.weekday()
            else f"{WEEKDAYS[day.weekday()]} {day.day}"
            for i, day in enumerate(days)
        ]
        months.append(f"{and_join(names)} {MONTHS[key[1] - 1]}")
    return ", en ".join(filter(None, [", ".join(months[:-1]), months[-1]])) if months else ""


def span_in_words(span: Span) -> str:
    """'19 december t/m 3 januari', '7 t/m 11 december'."""
    first, last = span.first, span.last
    end = f"{last.day} {MONTHS[last.month - 1]}"
    if first == last:
        return end
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} t/m {end}"
    return f"{first.day} {MONTHS[first.month - 1]} t/m {end}"


def hours_in_words(spans: Sequence[tuple[dt.time, dt.time]]) -> str:
    """'9.00–17.00 uur', '9.00–12.00 en 13.00–17.00 uur'."""
    return and_join([f"{clock(a)}–{clock(b)}" for a, b in spans]) + " uur"


def _short(day: dt.date) -> str:
    return f"{SHORT_WEEKDAYS[day.weekday()]} {day.day}"


def consecutive(days: Sequence[dt.date]) -> list[list[dt.date]]:
    """Days in order, cut where a day is skipped."""
    runs: list[list[dt.date]] = []
    for day in days:
        if runs and day - runs[-1][-1] == _DAY:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs
