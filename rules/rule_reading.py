"""A rule out of the words that people type: 'om de week op dinsdag vanaf 3 november'. Pure.

The pieces of a sentence may stand in any order. What contradicts itself, or says something that
no rule can hold, is refused with the piece that was not understood.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from rules.date_reading import (
    Dates,
    TypedSpan,
    read_days,
    read_months,
    read_weekdays,
    read_weeks,
    resolve,
    starts_day,
)
from rules.recurrence import MOST_DATES
from rules.rule_clauses import Clause, Contradiction, ReadRule, rule_of, rules_of
from rules.word_tokens import Cursor, NoSuchDay, OtherWeekday, Unreadable

__all__ = [
    "NoSuchDay",
    "OtherWeekday",
    "ReadRule",
    "ReadSeries",
    "Unreadable",
    "read_series",
    "read_words",
]

_DAY = dt.timedelta(days=1)
_NO_DAYS: frozenset[dt.date] = frozenset()
_UNITS = {
    **dict.fromkeys(("dag", "dagen"), "day"),
    **dict.fromkeys(("week", "weken"), "week"),
    **dict.fromkeys(("maand", "maanden"), "month"),
    **dict.fromkeys(("jaar", "jaren"), "year"),
}
_ADVERBS = {
    "dagelijks": ("day", 1),
    "wekelijks": ("week", 1),
    "tweewekelijks": ("week", 2),
    "veertiendaags": ("week", 2),
    "maandelijks": ("month", 1),
    "tweemaandelijks": ("month", 2),
    "jaarlijks": ("year", 1),
}
_EVERY = ("elke", "iedere", "elk", "ieder", "alle")
_WORKDAYS = ("werkdag", "werkdagen", "doordeweeks")
_WEEKEND = ("weekend", "weekeinde", "weekenden")
_EXCEPT = ("niet", "behalve", "uitgezonderd", "zonder")
#: Where a contradiction begins is looked for in sentences of at most so many pieces.
_MOST_PIECES = 12


@dataclass(frozen=True)
class ReadSeries:
    """Rules that hold together, and the dates that they leave out or do not tell of."""

    rules: tuple[ReadRule, ...]
    without: tuple[Dates, ...] = ()
    also: tuple[dt.date, ...] = ()

    def dates(
        self, start: dt.date, end: dt.date, closed: AbstractSet[dt.date] = _NO_DAYS
    ) -> set[dt.date]:
        """All dates in this window. ``closed``: see :meth:`ReadRule.dates`."""
        found = {day for rule in self.rules for day in rule.dates(start, end, closed)}
        found = {d for d in found if not any(begin <= d <= last for begin, last in self.without)}
        return found | {day for day in self.also if start <= day <= end}


def read_words(text: str, today: dt.date) -> ReadRule:
    """The rule that is said in Dutch words. Dates without a year are the first from ``today`` on;
    only a beginning ('vanaf 3 november') may lie up to half a year back.

    :raises Unreadable: with the piece that is not understood, that contradicts the rest, or that
        a rule cannot hold, as single dates on which it does not take place.
    """
    reader = _Reader(text)
    series = reader.read(today)
    if len(series.rules) != 1 or series.without or series.also:
        raise Unreadable(reader.beyond_one_rule or reader.cursor.piece(0))
    return series.rules[0]


def read_series(text: str, today: dt.date) -> ReadSeries:
    """As :func:`read_words`, also with 'niet op', 'ook op', 'in plaats van' and ';' for more rules.

    :raises Unreadable: see :func:`read_words`.
    """
    return _Reader(text).read(today)


class _Reader:
    def __init__(self, text: str) -> None:
        self.cursor = Cursor(text)
        self.clauses = [Clause()]
        #: For each clause the tokens at which its pieces begin.
        self.starts: list[list[int]] = [[]]
        self.without: list[list[TypedSpan]] = []
        self.also: list[list[TypedSpan]] = []
        #: Where the words begin that one rule cannot hold.
        self.beyond_one_rule = ""

    @property
    def clause(self) -> Clause:
        return self.clauses[-1]

    def read(self, today: dt.date) -> ReadSeries:
        cursor = self.cursor
        while not cursor.is_next("end"):
            if cursor.peek().kind != "separator":
                self.starts[-1].append(cursor.at)
            self._read_piece()
        rules = [rule for place in range(len(self.clauses)) for rule in self._rules(place, today)]
        without = [span for spans in self.without for span in resolve(spans, today)]
        also = []
        for begin, end in [span for spans in self.also for span in resolve(spans, today)]:
            if (end - begin).days >= MOST_DATES:
                raise Unreadable(self.beyond_one_rule)
            also += [begin + n * _DAY for n in range((end - begin).days + 1)]
        return ReadSeries(tuple(rules), tuple(without), tuple(also))

    def _rules(self, place: int, today: dt.date) -> tuple[ReadRule, ...]:
        """The rule of one clause; none for one that holds only 'niet op', 'ook op' and the like.

        :raises Contradiction: naming the first piece that does not go with those before it.
        """
        clause, starts = self.clauses[place], self.starts[place]
        if clause.says_nothing and (self.without or self.also):
            return ()
        following = next((row[0] for row in self.starts[place + 1 :] if row), None)
        clause.piece = self.cursor.piece(starts[0] if starts else 0, following)
        try:
            return rules_of(clause, today)
        except Contradiction as refusal:
            for start in reversed(starts[1:_MOST_PIECES]):
                before = _Reader(self.cursor.piece(starts[0], start))
                if before._makes_a_rule(today):
                    raise Contradiction(self.cursor.piece(start, following)) from refusal
            raise

    def _makes_a_rule(self, today: dt.date) -> bool:
        try:
            while not self.cursor.is_next("end"):
                self._read_piece()
            rule_of(self.clause, today)
        except Unreadable:
            return False
        return True

    # -- pieces -----------------------------------------------------------------------------------

    def _read_piece(self) -> None:
        cursor = self.cursor
        token = cursor.peek()
        if starts_day(cursor):
            self._read_dates()
        elif token.kind == "separator":
            self._read_separator()
        elif token.kind in _PIECES:
            _PIECES[token.kind](self)
        elif token.text in _EXCEPT:
            self._read_exception()
        elif token.text in _EVERY:
            cursor.next()
            self._read_every()
        elif cursor.take("om"):
            self._read_every_other()
        elif token.text in ("even", "oneven"):
            self._read_parity()
        elif token.text in ("week", "weken"):
            cursor.next()
            self.clause.weeks |= read_weeks(cursor)
        elif token.text in _ADVERBS:
            cursor.next()
            self._set_every(*_ADVERBS[token.text], since=cursor.at - 1)
        elif token.text in _WORKDAYS or token.text in _WEEKEND:
            cursor.next()
            self.clause.weekdays |= set(range(5)) if token.text in _WORKDAYS else {5, 6}
        elif token.text in ("eens", "keer", "maal", "x") or token.kind == "number":
            self._read_times()
        elif cursor.take("ook"):
            self._note_beyond(cursor.at - 1)
            cursor.take("op")
            if not starts_day(cursor):
                raise cursor.refuse(cursor.at - 1)
            self.also.append(read_days(cursor))
        elif token.text in ("op", "in", "van", "per"):
            self._read_preposition()
        else:
            raise cursor.refuse()

    def _read_separator(self) -> None:
        token = self.cursor.next()
        starts = self.cursor.peek()
        goes_on = starts.text in (*_EXCEPT, "ook") or starts.kind in (
            *("from", "until", "end", "separator"),
        )
        if token.text == ";" and self.clause.says_how_often and not goes_on:
            self._note_beyond(self.cursor.at)
            self.clauses.append(Clause())
            self.starts.append([])

    def _read_preposition(self) -> None:
        """'op', 'in', 'van' and 'per' say little: 'van de maand', 'in de maanden juni en juli'."""
        cursor, start = self.cursor, self.cursor.at
        word = cursor.next().text
        if word == "van" and starts_day(cursor):
            self._read_from()
        elif cursor.peek().text in ("maand", "maanden"):
            cursor.next()
            if not cursor.is_next("month") and not self.clause.says_how_often:
                raise cursor.refuse(start)
        elif word == "per" or cursor.peek().kind in ("end", "separator"):
            raise cursor.refuse(start)

    def _read_every(self) -> None:
        cursor, start = self.cursor, self.cursor.at - 1
        token = cursor.peek()
        if token.kind == "number" and cursor.peek(1).text in _UNITS:
            cursor.next()
            self._set_every(_UNITS[cursor.next().text], token.value, since=start)
        elif token.text in _UNITS:
            cursor.next()
            unit = _UNITS[token.text]
            # '1e maandag van elke maand', 'elke dag in even weken'.
            self._set_every(unit, 1, since=start)
        elif token.kind == "weekday":
            self.clause.each_weekday = True
            if starts_day(cursor):
                # 'elke donderdag 7 t/m 28 januari'
                self._set_every("week", 1, since=start)
        elif token.kind != "ordinal" and token.text not in (
            *_WORKDAYS,
            *_WEEKEND,
            "even",
            "oneven",
        ):
            raise cursor.refuse(start)

    def _read_every_other(self) -> None:
        cursor, start = self.cursor, self.cursor.at - 1
        cursor.take("andere")
        number = 2
        if cursor.is_next("number"):
            number = cursor.next().value
        if cursor.is_next("weekday"):
            self._set_every("week", number, since=start)
        elif cursor.peek().text in _UNITS:
            self._set_every(_UNITS[cursor.next().text], number, since=start)
        else:
            raise cursor.refuse(start)

    def _read_times(self) -> None:
        """'eens per maand', '1 keer in de 3 weken'."""
        cursor, start = self.cursor, self.cursor.at
        if not cursor.take("eens"):
            if cursor.is_next("number") and cursor.next().value != 1:
                raise cursor.refuse(start)
            if cursor.next().text not in ("keer", "maal", "x"):
                raise cursor.refuse(start)
        if not (cursor.take("per") or cursor.take("in") or cursor.take("om")):
            raise cursor.refuse(start)
        number = cursor.next().value if cursor.is_next("number") else 1
        if cursor.peek().text not in _UNITS:
            raise cursor.refuse(start)
        self._set_every(_UNITS[cursor.next().text], number, since=start)

    def _set_every(self, unit: str, number: int, since: int) -> None:
        every = self.clause.every
        if number < 1 or (every and every != (unit, number)):
            raise self.cursor.refuse(since)
        self.clause.every = (unit, number)

    def _read_parity(self) -> None:
        cursor, start = self.cursor, self.cursor.at
        odd = cursor.next().text == "oneven"
        unit = _UNITS.get(cursor.next().text)
        if unit == "week" and not self.clause.weeks:
            self.clause.weeks = set(range(1 if odd else 2, 54, 2))
        elif unit == "month" and not self.clause.months:
            self.clause.months = set(range(1 if odd else 2, 13, 2))
        else:
            raise cursor.refuse(start)

    def _read_ordinals(self) -> None:
        """'1e en 3e maandag', '15e en laatste dag', '15e van de maand', 'elke maand op de 15e'."""
        cursor, start = self.cursor, self.cursor.at
        numbers = [cursor.next().value]
        while cursor.peek(ahead := cursor.past_separators()).kind == "ordinal":
            if starts_day(cursor, ahead):
                break
            cursor.at += ahead
            numbers.append(cursor.next().value)
        unit, _number = self.clause.every or ("", 1)
        monthly = unit == "month" or bool(self.clause.months)
        if cursor.is_next("weekday"):
            if any(number > 5 or number == 0 for number in numbers):
                raise cursor.refuse(start)
            for weekday in read_weekdays(cursor):
                self.clause.counted += [(number, weekday) for number in numbers]
        elif cursor.take("dag") or (-1 not in numbers and (monthly or cursor.is_next("van"))):
            if not all(number == -1 or 1 <= number <= 31 for number in numbers):
                raise cursor.refuse(start)
            self.clause.month_days |= set(numbers)
        else:
            raise cursor.refuse(start)

    def _read_weekdays(self) -> None:
        self.clause.weekdays |= set(read_weekdays(self.cursor))

    def _read_months(self) -> None:
        self.clause.months |= read_months(self.cursor)

    def _read_dates(self) -> None:
        cursor, start = self.cursor, self.cursor.at
        days = read_days(cursor)
        if cursor.take("instead"):
            self._note_beyond(start)
            if not starts_day(cursor):
                raise cursor.refuse(start)
            self.also.append(days)
            self.without.append(read_days(cursor))
        elif self.clause.days:
            raise cursor.refuse(start)
        else:
            self.clause.days = days

    def _read_from(self) -> None:
        cursor, start = self.cursor, self.cursor.at
        cursor.take("from")
        cursor.take("op")
        if self.clause.first or not starts_day(cursor):
            raise cursor.refuse(start)
        spans = read_days(cursor)
        if len(spans) > 1 or (spans[0][0] is not spans[0][1] and self.clause.last):
            raise cursor.refuse(start)
        first, last = spans[0]
        self.clause.first = [(first, first)]
        if last is not first:
            self.clause.last = [(last, last)]

    def _read_until(self) -> None:
        cursor, start = self.cursor, self.cursor.at
        cursor.take("until")
        if self.clause.last or not starts_day(cursor):
            raise cursor.refuse(start)
        self.clause.last = read_days(cursor)
        if len(self.clause.last) > 1 or self.clause.last[0][0] is not self.clause.last[0][1]:
            raise cursor.refuse(start)

    def _read_exception(self) -> None:
        cursor, start = self.cursor, self.cursor.at
        cursor.next()
        if not (cursor.take("op") or cursor.take("in")):
            cursor.take("van")
        if starts_day(cursor):
            self._note_beyond(start)
            self.without.append(read_days(cursor))
        elif cursor.take("week") or cursor.take("weken"):
            self.clause.not_weeks |= read_weeks(cursor)
        elif cursor.is_next("month"):
            self.clause.not_months |= read_months(cursor)
        elif cursor.is_next("weekday"):
            self.clause.not_weekdays |= set(read_weekdays(cursor))
        else:
            raise cursor.refuse(start)

    def _note_beyond(self, start: int) -> None:
        self.beyond_one_rule = self.beyond_one_rule or self.cursor.piece(start)


_PIECES: dict[str, Callable[[_Reader], None]] = {
    "ordinal": _Reader._read_ordinals,
    "weekday": _Reader._read_weekdays,
    "month": _Reader._read_months,
    "from": _Reader._read_from,
    "until": _Reader._read_until,
}
