"""How the language of a document says days, times, money and lists. Values in, text out.

Every document asks here, never rules/notation.py or rules/month_words.py themselves, which speak
Dutch; what is said is that of :func:`documents.words.language`, by documents/tongues.py.

Where a language is written from right to left, what reads from left to right (a span of times, a
phone number, Dutch words) is kept apart by the isolates of Unicode, which draw nothing: without
them '10:00–16:00' would read '16:00–10:00'.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence

from documents.languages import LANGUAGES
from documents.tongues import Tongue, tongue
from documents.words import _, direction, language
from rules import notation
from rules.month_words import Span

_LEFT_TO_RIGHT, _AND_BACK = "\u2066", "\u2069"


def _here() -> Tongue:
    return tongue(language())


def apart(text: str) -> str:
    """Figures or Dutch words as they stand within the text of a document: read from left to right,
    their brackets too."""
    if direction() == "ltr" or not text:
        return text
    return f"{_LEFT_TO_RIGHT}{text}{_AND_BACK}"


def unbroken() -> re.Pattern[str]:
    """Finds '31 december' and '10.00–16.00 uur' in a sentence: no line may end inside."""
    return _here().unbroken


def weekday(number: int) -> str:
    """'donderdag'; 0 is Monday."""
    return _here().weekday(number)


def every_weekday(number: int) -> str:
    """'elke donderdag'."""
    return _here().every_weekday(number)


def month_name(day: dt.date) -> str:
    """'december', as it stands alone."""
    return _here().month_name(day)


def month_and_year(day: dt.date) -> str:
    """'december 2026'."""
    return _here().month_and_year(day)


def long_date(day: dt.date) -> str:
    """'donderdag 26 november'."""
    return _here().long_date(day)


def day_and_month(day: dt.date) -> str:
    """'26 november'."""
    return _here().day_and_month(day)


def days(first: dt.date, last: dt.date) -> str:
    """'30 november t/m 6 december 2026'."""
    return _here().days(first, last)


def day_label(dates: Sequence[dt.date]) -> str:
    """Dates of one month in short, as a heading beside a row: 'di 1 en 15'."""
    return _here().day_label(dates)


def dates_in_words(dates: Sequence[dt.date]) -> str:
    """'donderdag 24 en vrijdag 25 december', in a sentence."""
    return _here().dates_in_words(dates)


def span_in_words(span: Span) -> str:
    """'19 december t/m 3 januari'."""
    return _here().span_in_words(span)


def weekdays_in_words(weekdays: Sequence[int]) -> str:
    """'maandag t/m vrijdag'."""
    return _here().weekdays_in_words(weekdays)


def hours_in_words(spans: Sequence[tuple[dt.time, dt.time]]) -> str:
    """'9.00–12.00 en 13.00–17.00 uur'."""
    return _here().hours_in_words([span(start, end) for start, end in spans])


def clock(time: dt.time) -> str:
    """'9.30'."""
    return _here().clock(time)


def span(start: dt.time, end: dt.time | None) -> str:
    """'10.00–16.00'; only the start when the end is not known."""
    times = clock(start) if end is None else f"{clock(start)}–{clock(end)}"
    return apart(times)


def euros(cents: int) -> str:
    """'€2,50'; what costs nothing is 'gratis'."""
    return apart(_here().euros(cents)) if cents else _("gratis")


def price(cents: int | None, note: str) -> str:
    """'gratis', '€2,50', '€2,50 incl. koffie', 'vrijwillige bijdrage'; nothing when unknown."""
    if cents is None:
        return note
    return f"{euros(cents)} {note}".strip() if cents else euros(cents)


def phone(digits: str) -> str:
    """'0528-12 34 56': ten stored digits as they are read aloud, from left to right."""
    return apart(notation.phone(digits))


def and_join(parts: Sequence[str]) -> str:
    """'soep, brood en kaas'."""
    return _here().and_join(parts)


def comma() -> str:
    """What stands between facts in a row: ','."""
    return LANGUAGES[language()].comma.rstrip()


def sentence_start(text: str) -> str:
    """The same with a capital, where the language has them."""
    return _here().capital(text[:1]) + text[1:]
