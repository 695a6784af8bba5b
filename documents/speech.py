"""How the language of a document says days, times, money and lists. Values in, text out.

Every document asks here, never rules/notation.py or rules/month_words.py themselves, which speak
Dutch; what is said is that of :func:`documents.words.language`.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from rules import month_words, notation, rule_words
from rules.month_words import Span


def weekday(number: int) -> str:
    """'donderdag'; 0 is Monday."""
    return notation.WEEKDAYS[number]


def every_weekday(number: int) -> str:
    """'elke donderdag'."""
    return f"elke {weekday(number)}"


def month_name(day: dt.date) -> str:
    """'december', as it stands alone."""
    return notation.MONTHS[day.month - 1]


def month_and_year(day: dt.date) -> str:
    """'december 2026'."""
    return notation.month(day)


def long_date(day: dt.date) -> str:
    """'donderdag 26 november'."""
    return notation.long_date(day)


def day_and_month(day: dt.date) -> str:
    """'26 november'."""
    return notation.day_and_month(day)


def days(first: dt.date, last: dt.date) -> str:
    """'30 november t/m 6 december 2026'."""
    return notation.days(first, last)


def day_label(dates: Sequence[dt.date]) -> str:
    """Dates of one month in short, as a heading beside a row: 'di 1 en 15'."""
    return month_words.day_label(dates)


def dates_in_words(dates: Sequence[dt.date]) -> str:
    """'donderdag 24 en vrijdag 25 december', in a sentence."""
    return month_words.dates_in_words(dates)


def span_in_words(span: Span) -> str:
    """'19 december t/m 3 januari'."""
    return month_words.span_in_words(span)


def weekdays_in_words(weekdays: Sequence[int]) -> str:
    """'maandag t/m vrijdag'."""
    return month_words.weekdays_in_words(weekdays)


def hours_in_words(spans: Sequence[tuple[dt.time, dt.time]]) -> str:
    """'9.00–12.00 en 13.00–17.00 uur'."""
    return month_words.hours_in_words(spans)


def clock(time: dt.time) -> str:
    """'9.30'."""
    return notation.clock(time)


def span(start: dt.time, end: dt.time | None) -> str:
    """'10.00–16.00'; only the start when the end is not known."""
    return notation.span(start, end)


def euros(cents: int) -> str:
    """'€2,50'; what costs nothing is 'gratis'."""
    return notation.euros(cents)


def phone(digits: str) -> str:
    """'0528-12 34 56': ten stored digits as they are read aloud, from left to right."""
    return notation.phone(digits)


def and_join(parts: Sequence[str]) -> str:
    """'soep, brood en kaas'."""
    return rule_words.and_join(parts)


def sentence_start(text: str) -> str:
    """The same with a capital, where the language has them."""
    return text[:1].upper() + text[1:]
