"""What a language makes of days, times and money: Dutch as rules/ say it, the others by their facts
in documents/languages.py. Values in, text out; the direction of text is left to whoever shows it.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from decimal import Decimal
from functools import cached_property, lru_cache
from itertools import groupby
from typing import Protocol

from babel.dates import format_date, get_day_names, get_month_names
from babel.numbers import format_decimal

from documents.languages import DUTCH, LANGUAGES
from rules import month_words, notation, rule_words
from rules.month_words import Span, consecutive


class Tongue(Protocol):
    """Weekdays count from 0, Monday. What each says is shown in documents/speech.py."""

    @property
    def unbroken(self) -> re.Pattern[str]:
        """Finds '31 december' and the like in a sentence: no line may end inside."""

    def weekday(self, number: int) -> str: ...
    def every_weekday(self, number: int) -> str: ...
    def month_name(self, day: dt.date) -> str: ...
    def month_and_year(self, day: dt.date) -> str: ...
    def long_date(self, day: dt.date) -> str: ...
    def day_and_month(self, day: dt.date) -> str: ...
    def days(self, first: dt.date, last: dt.date) -> str: ...
    def day_label(self, dates: Sequence[dt.date]) -> str: ...
    def dates_in_words(self, dates: Sequence[dt.date]) -> str: ...
    def span_in_words(self, span: Span) -> str: ...
    def weekdays_in_words(self, weekdays: Sequence[int]) -> str: ...
    def hours_in_words(self, spans: Sequence[str]) -> str: ...
    def clock(self, time: dt.time) -> str: ...
    def euros(self, cents: int) -> str: ...
    def and_join(self, parts: Sequence[str]) -> str: ...
    def capital(self, letter: str) -> str: ...


@lru_cache(maxsize=len(LANGUAGES))
def tongue(code: str) -> Tongue:
    """How a language speaks, by its name in addresses."""
    return Dutch() if code == DUTCH else Foreign(code)


class Dutch:
    """The language of the screens: rules/ know it."""

    unbroken = re.compile(rf"\d+ (?:{'|'.join(notation.MONTHS)})|\d+\.\d\d(?:–\d+\.\d\d)? uur")

    def weekday(self, number: int) -> str:
        return notation.WEEKDAYS[number]

    def every_weekday(self, number: int) -> str:
        return f"elke {self.weekday(number)}"

    def month_name(self, day: dt.date) -> str:
        return notation.MONTHS[day.month - 1]

    def month_and_year(self, day: dt.date) -> str:
        return notation.month(day)

    def long_date(self, day: dt.date) -> str:
        return notation.long_date(day)

    def day_and_month(self, day: dt.date) -> str:
        return notation.day_and_month(day)

    def days(self, first: dt.date, last: dt.date) -> str:
        return notation.days(first, last)

    def day_label(self, dates: Sequence[dt.date]) -> str:
        return month_words.day_label(dates)

    def dates_in_words(self, dates: Sequence[dt.date]) -> str:
        return month_words.dates_in_words(dates)

    def span_in_words(self, span: Span) -> str:
        return month_words.span_in_words(span)

    def weekdays_in_words(self, weekdays: Sequence[int]) -> str:
        return month_words.weekdays_in_words(weekdays)

    def hours_in_words(self, spans: Sequence[str]) -> str:
        return f"{self.and_join(spans)} uur"

    def clock(self, time: dt.time) -> str:
        return notation.clock(time)

    def euros(self, cents: int) -> str:
        return notation.euros(cents)

    def and_join(self, parts: Sequence[str]) -> str:
        return rule_words.and_join(parts)

    def capital(self, letter: str) -> str:
        return letter.upper()


class Foreign:
    """A language of the table. Figures are those of the Netherlands in each of them: they are what
    stands on doors, phones and bank cards here, and all who live here read them."""

    def __init__(self, code: str) -> None:
        self._code = code
        self._facts = LANGUAGES[code]

    @cached_property
    def unbroken(self) -> re.Pattern[str]:
        months = get_month_names("wide", "format", self._code).values()
        # With the marks that keep times from left to right: a span that is marked without them is
        # laid out by itself, and in Arabic the end of it then stands where one begins to read.
        times = "\u2066?\\d+:\\d\\d(?:–\\d+:\\d\\d)?\u2069?"
        return re.compile(rf"\d+ (?:{'|'.join(map(re.escape, months))})|{times}")

    def weekday(self, number: int) -> str:
        return str(get_day_names("wide", "stand-alone", self._code)[number])

    def every_weekday(self, number: int) -> str:
        return self._facts.every[number]

    def month_name(self, day: dt.date) -> str:
        return self._date(day, "LLLL")

    def month_and_year(self, day: dt.date) -> str:
        return self._date(day, "LLLL y")

    def long_date(self, day: dt.date) -> str:
        return self._date(day, self._facts.day)

    def day_and_month(self, day: dt.date) -> str:
        return self._date(day, "d MMMM")

    def days(self, first: dt.date, last: dt.date) -> str:
        if first == last:
            return self._date(first, self._facts.day.replace("MMMM", "MMMM y"))
        end = self._date(last, "d MMMM y")
        if (first.year, first.month) == (last.year, last.month):
            return self._facts.between.format(first.day, end)
        start = "d MMMM" if first.year == last.year else "d MMMM y"
        return self._facts.between.format(self._date(first, start), end)

    def day_label(self, dates: Sequence[dt.date]) -> str:
        short = get_day_names("abbreviated", "stand-alone", self._code)
        runs = consecutive(sorted(dates))
        parts: list[str] = []
        alone: dict[int, list[str]] = {}
        for run in runs:
            if len(run) >= 3:
                ends = (f"{short[day.weekday()]} {day.day}" for day in (run[0], run[-1]))
                parts.append(" – ".join(ends))
            else:
                for day in run:
                    alone.setdefault(day.weekday(), []).append(str(day.day))
        # The same weekday is said once: 'Wed 2 and 16, Fri 4'.
        parts += [f"{short[weekday]} {self.and_join(days)}" for weekday, days in alone.items()]
        return self._facts.comma.join(parts)

    def dates_in_words(self, dates: Sequence[dt.date]) -> str:
        months = [
            self._dates_of_month(list(days))
            for _month, days in groupby(sorted(dates), key=lambda day: (day.year, day.month))
        ]
        start = self._facts.comma.join(months[:-1])
        return self._facts.months.join(part for part in (start, *months[-1:]) if part)

    def _dates_of_month(self, days: Sequence[dt.date]) -> str:
        """'Thursday 3, 10 and Friday 11 December': a weekday is said once in a row."""
        month = self._date(days[0], "d MMMM").partition(" ")[2]
        runs = [
            (self.weekday(weekday), [str(day.day) for day in run])
            for weekday, run in groupby(days, key=dt.date.weekday)
        ]
        if self._facts.weekday_last:
            return self.and_join([f"{self.and_join(on)} {month} {name}" for name, on in runs])
        said = [each for name, on in runs for each in (f"{name} {on[0]}", *on[1:])]
        return f"{self.and_join(said)} {month}"

    def span_in_words(self, span: Span) -> str:
        end = self.day_and_month(span.last)
        if span.first == span.last:
            return end
        one_month = (span.first.year, span.first.month) == (span.last.year, span.last.month)
        start = str(span.first.day) if one_month else self.day_and_month(span.first)
        return self._facts.between.format(start, end)

    def weekdays_in_words(self, weekdays: Sequence[int]) -> str:
        names = get_day_names("wide", "stand-alone", self._code)
        runs: list[list[int]] = []
        for day in weekdays:
            if runs and day == runs[-1][-1] + 1:
                runs[-1].append(day)
            else:
                runs.append([day])
        parts = []
        for run in runs:
            # Written with a dash, so that no weekday needs another case.
            ends = f"{names[run[0]]} – {names[run[-1]]}"
            parts += [ends] if len(run) > 2 else [names[day] for day in run]
        return self._facts.comma.join(parts)

    def hours_in_words(self, spans: Sequence[str]) -> str:
        return self._facts.comma.join(spans)

    def clock(self, time: dt.time) -> str:
        return f"{time.hour}:{time.minute:02d}"

    def euros(self, cents: int) -> str:
        pattern = "0.00" if cents % 100 else "0"
        number = format_decimal(Decimal(cents) / 100, pattern, locale=self._code)
        return self._facts.euros.format(number)

    def and_join(self, parts: Sequence[str]) -> str:
        if len(parts) < 2:
            return "".join(parts)
        return self._facts.pair.format(self._facts.comma.join(parts[:-1]), parts[-1])

    def capital(self, letter: str) -> str:
        return "İ" if self._code == "tr" and letter == "i" else letter.upper()

    def _date(self, day: dt.date, pattern: str) -> str:
        return format_date(day, pattern, locale=self._code)
