"""A rule in general Dutch words: 'elke donderdag', '1e en 3e maandag van de maand'. Pure.

How the dates of one month are said on a poster is decided in rules/month_words.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import groupby

from rules.notation import MONTHS, WEEKDAYS
from rules.recurrence import Rule, parse


def in_words(rule: str, first: dt.date) -> str:
    """A rule as people say it, without times; ``first`` is the date at which it is anchored.

    :raises rules.recurrence.BadRule: when it is no rule.
    """
    parsed = parse(rule)
    if parsed.dates:
        return _dates(parsed.dates)
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
        return "elke dag" if len(weekdays) == 7 else f"elke {_names(weekdays)}"
    often = "om de week" if rule.interval == 2 else f"elke {rule.interval} weken"
    return f"{often} op {_names(weekdays)}"


def _monthly(rule: Rule) -> str:
    days = _days_of_month(rule)
    if rule.months:
        return f"in {_months(rule.months)}: {days}"
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
    if rule.month_days:
        days = and_join(
            ["de laatste dag van" if d < 0 else str(d) for d in _counted(rule.month_days)]
        )
        return f"elk jaar op {days} {months}"
    return f"elk jaar op de {_days_of_month(rule)} van {months}"


def _days_of_month(rule: Rule) -> str:
    if rule.month_days:
        days = ["laatste dag" if day < 0 else f"{day}e" for day in _counted(rule.month_days)]
        return f"op de {and_join(days)}"
    if not any(nth for nth, _ in rule.days):
        return f"elke {_names(rule.weekdays)}"
    counts = {day: _nths([n for n, d in rule.days if d == day]) for day in rule.weekdays}
    if len(set(counts.values())) == 1:
        return f"{counts[rule.weekdays[0]]} {_names(rule.weekdays)}"
    return and_join([f"{nths} {WEEKDAYS[day]}" for day, nths in counts.items()])


def _in_weeks(rule: Rule) -> str:
    """Even or odd weeks, with those that are left out; anything else week by week."""
    days = _names(rule.weekdays)
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


def _dates(dates: tuple[dt.date, ...]) -> str:
    """'9 en 16 december 2026'; the year and the month are said once for the dates they share."""
    parts = []
    for (year, month), group in groupby(dates, key=lambda date: (date.year, date.month)):
        days = and_join([str(date.day) for date in group])
        parts.append((f"{days} {MONTHS[month - 1]}", year))
    said = [
        text if place + 1 < len(parts) and parts[place + 1][1] == year else f"{text} {year}"
        for place, (text, year) in enumerate(parts)
    ]
    return and_join(said) if len(said) < 3 else "; ".join(said)


def _names(weekdays: Sequence[int]) -> str:
    return and_join([WEEKDAYS[day] for day in weekdays])


def _nths(numbers: Sequence[int]) -> str:
    return and_join(["laatste" if n < 0 else f"{n}e" for n in _counted(numbers)])


def _counted(numbers: Sequence[int]) -> list[int]:
    """In the order in which people count, the last one (-1) at the end."""
    return sorted(numbers, key=lambda n: (n < 0, n))
