"""A rule in general Dutch words: 'elke donderdag', '1e en 3e maandag van de maand'. Pure.

How the dates of one month are said on a poster is decided in rules/month_words.py, how those of a
series are said in general in rules/series_words.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby, zip_longest

from rules.notation import MONTHS, WEEKDAYS
from rules.recurrence import Rule, parse


def in_words(rule: str, first: dt.date) -> str:
    """A rule as people say it, without times; ``first`` is the date at which it is anchored.

    :raises rules.recurrence.BadRule: when it is no rule.
    """
    parsed = parse(rule)
    if parsed.dates:
        return days_in_words([(day, day) for day in parsed.dates], years=True)
    if parsed.freq == "DAILY":
        return "elke dag" if parsed.interval == 1 else f"elke {parsed.interval} dagen"
    if parsed.freq == "WEEKLY":
        return _weekly(parsed, parsed.weekdays or (first.weekday(),))
    if parsed.freq == "MONTHLY":
        return _monthly(parsed)
    return _in_weeks(parsed) if parsed.weeks else _yearly(parsed)


def and_join(words: Sequence[str]) -> str:
    """'maandag, woensdag en vrijdag'."""
    return " en ".join(part for part in (", ".join(words[:-1]), *words[-1:]) if part)


def _weekly(rule: Rule, weekdays: tuple[int, ...]) -> str:
    if rule.interval == 1:
        if weekdays == (0, 1, 2, 3, 4):
            return "elke werkdag"
        return "elke dag" if len(weekdays) == 7 else f"elke {weekdays_in_words(weekdays)}"
    often = "om de week" if rule.interval == 2 else f"elke {rule.interval} weken"
    return f"{often} op {weekdays_in_words(weekdays)}"


def _monthly(rule: Rule) -> str:
    days = _days_of_month(rule)
    if rule.months:
        # 'In december: elke donderdag' could be said of this December alone.
        every_year = not rule.month_days and not any(nth for nth, _ in rule.days)
        often = "elk jaar " if every_year and len(rule.months) == 1 else ""
        return f"{often}in {_months(rule.months)}: {days}"
    if rule.interval == 1:
        return f"{days} van de maand"
    return f"om de maand: {days}" if rule.interval == 2 else f"elke {rule.interval} maanden: {days}"


def _months(months: tuple[int, ...]) -> str:
    """'oneven maanden', 'januari en mei'."""
    for parity, word in ((1, "oneven"), (0, "even")):
        if months == tuple(range(2 - parity, 13, 2)):
            return f"{word} maanden"
    return and_join([MONTHS[month - 1] for month in months])


def _yearly(rule: Rule) -> str:
    months = and_join([MONTHS[month - 1] for month in rule.months])
    if rule.month_days and min(rule.month_days) > 0:
        return f"elk jaar op {and_join([str(day) for day in rule.month_days])} {months}"
    days = _days_of_month(rule)
    return f"elk jaar {days if rule.month_days else f'op de {days}'} van {months}"


def _days_of_month(rule: Rule) -> str:
    if rule.month_days:
        days = ["laatste dag" if day < 0 else f"{day}e" for day in _counted(rule.month_days)]
        return f"op de {and_join(days)}"
    if not any(nth for nth, _ in rule.days):
        return f"elke {weekdays_in_words(rule.weekdays)}"
    counts = {day: _nths([n for n, d in rule.days if d == day]) for day in rule.weekdays}
    if len(set(counts.values())) == 1:
        return f"{counts[rule.weekdays[0]]} {weekdays_in_words(rule.weekdays)}"
    return and_join([f"{nths} {WEEKDAYS[day]}" for day, nths in counts.items()])


def _in_weeks(rule: Rule) -> str:
    """Even or odd weeks, with those that are left out; anything else week by week."""
    days = weekdays_in_words(rule.weekdays)
    odd = rule.weeks[0] % 2
    if len(rule.weeks) > 8 and all(week % 2 == odd for week in rule.weeks):
        words = f"in {'oneven' if odd else 'even'} weken op {days}"
        missing = [week for week in range(2 - odd, 54, 2) if week not in rule.weeks]
        if not missing:
            return words
        if missing[-1] - missing[0] == 2 * (len(missing) - 1):
            ends = f"{missing[0]} t/m {missing[-1]}" if len(missing) > 1 else str(missing[0])
            return f"{words}, niet in week {ends}"
    return f"op {days} in week {and_join([str(week) for week in rule.weeks])}"


def days_in_words(
    spans: Sequence[tuple[dt.date, dt.date]], *, years: bool, weekdays: bool = False
) -> str:
    """'9, 16 en 23 december', '24 december t/m 7 januari': days in order, from the first up to and
    including the second of each pair. What they share, a month or with ``years`` a year, is said
    once. With ``weekdays`` single days have their name: 'dinsdag 8 en donderdag 10 december'."""
    months: list[str] = []
    days: list[str] = []
    for (first, last), following in zip_longest(spans, [first for first, _ in spans[1:]]):
        text = str(last.day)
        if weekdays and first == last:
            text = f"{WEEKDAYS[last.weekday()]} {text}"
        apart = (first.year, first.month) != (last.year, last.month)
        if apart:
            year = f" {first.year}" if years and first.year != last.year else ""
            text = f"{first.day} {MONTHS[first.month - 1]}{year} t/m {text}"
        elif first != last:
            text = f"{first.day} t/m {text}"
        days.append(text)
        # '24 december t/m 7, 14 en 21 januari' would not be understood.
        if apart or not following or (following.year, following.month) != (last.year, last.month):
            year = (
                f" {last.year}" if years and (not following or following.year != last.year) else ""
            )
            months.append(f"{and_join(days)} {MONTHS[last.month - 1]}{year}")
            days = []
    return ", ".join(months) if " en " in months[-1] else and_join(months)


def weekdays_in_words(weekdays: Sequence[int]) -> str:
    """'maandag t/m vrijdag', 'maandag en donderdag', 'dinsdag en donderdag t/m zaterdag'."""
    parts = []
    for _, group in groupby(enumerate(sorted(weekdays)), key=lambda pair: pair[1] - pair[0]):
        run = [WEEKDAYS[weekday] for _, weekday in group]
        parts += [f"{run[0]} t/m {run[-1]}"] if len(run) >= 3 else run
    return and_join(parts)


def _nths(numbers: Sequence[int]) -> str:
    return and_join(["laatste" if n < 0 else f"{n}e" for n in _counted(numbers)])


def _counted(numbers: Sequence[int]) -> list[int]:
    """In the order in which people count, the last one (-1) at the end."""
    return sorted(numbers, key=lambda n: (n < 0, n))
