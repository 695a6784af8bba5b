"""Dates as people type them: '9 en 16 december', 'do 26 nov.', '9-12-2026'. Pure.

Tokens become days, and lists of weekdays, months and weeks; rules/rule_reading.py reads the rest of
the sentence.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rules.notation import MONTHS
from rules.word_tokens import Cursor, NoSuchDay, OtherWeekday, Unreadable

#: Years that a programme can be about; what else is typed as one is a slip.
FIRST_YEAR, LAST_YEAR = 1900, 2999
#: 'Vanaf 3 november' may be said for so long after it.
BEGUN = dt.timedelta(weeks=26)
_MOST_DAYS_OF_A_MONTH = 31
#: Behind a bare number these say that it was a day; '1e t/m' may be of weekdays, too.
_GOES_ON = (("number", "until"), ("number", "instead"))


@dataclass(frozen=True)
class TypedDay:
    """A day as it was typed: the month and the year may have been left to the reader."""

    day: int
    month: int | None
    year: int | None
    weekday: int | None
    piece: str
    #: True for '9-12', of which the second number may have been meant as a day; False when the
    #: month was written in letters; None where there is no doubt.
    in_figures: bool | None = None

    def on(self, year: int) -> dt.date | None:
        """This day in a year, if there is one."""
        try:
            return dt.date(year, self.month or 0, self.day)
        except ValueError:
            return None

    def checked(self, day: dt.date | None) -> dt.date:
        if day is None or not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise NoSuchDay(self.piece)
        if self.weekday is not None and self.weekday != day.weekday():
            raise OtherWeekday(self.piece, day)
        return day

    def since(self, day: dt.date) -> dt.date:
        """The first such day on or after ``day``."""
        # Between two leap years there may be eight.
        found = (self.on(day.year + n) for n in range(9))
        return self.checked(next((d for d in found if d and d >= day), None))

    def until(self, day: dt.date) -> dt.date:
        """The last such day on or before ``day``."""
        found = (self.on(day.year - n) for n in range(min(9, day.year)))
        return self.checked(next((d for d in found if d and d <= day), None))

    def beginning(self, today: dt.date) -> dt.date:
        """What somebody means with 'vanaf' this day: it may have been, in the last half year."""
        if self.year is not None:
            return self.checked(self.on(self.year))
        return self.since(today - min(BEGUN, today - dt.date.min))


#: The days from the first up to and including the second; mostly one day, twice.
TypedSpan = tuple[TypedDay, TypedDay]
Dates = tuple[dt.date, dt.date]


def starts_day(cursor: Cursor, ahead: int = 0) -> bool:
    """Whether a day is written at this place: '9-12', '9 december', or '9, 16 en 23 december'."""
    for _ in range(_MOST_DAYS_OF_A_MONTH):
        ahead += cursor.peek(ahead).kind == "weekday"
        token, following = cursor.peek(ahead), cursor.peek(ahead + 1).kind
        if token.kind == "day":
            return True
        if token.kind not in ("number", "ordinal") or not 1 <= token.value <= 31:
            return False
        if following == "month" or (token.kind, following) in _GOES_ON:
            return True
        ahead = _past_and(cursor, ahead + 1)
        if following != "separator":
            return False
    return False


def _past_and(cursor: Cursor, ahead: int = 0) -> int:
    """As :meth:`Cursor.past_separators`, also past the 'op' of '9 en op 16 december'."""
    after = cursor.past_separators(ahead)
    return after + (after > ahead and cursor.peek(after).text == "op")


def read_days(cursor: Cursor) -> list[TypedSpan]:
    """The days that are written here, one or more, with the months that they share.

    :raises Unreadable: when there is none, or one without a month; and for '7-9 en 14 december',
        that may be of September or the days up to the 9th.
    """
    start = cursor.at
    spans = [_read_span(cursor)]
    while (ahead := _past_and(cursor)) and starts_day(cursor, ahead):
        if spans[-1][1].month and _is_replacing(cursor, ahead):
            # 'ook op 9 januari, donderdag 24 in plaats van 31 december' is said of two things.
            break
        cursor.at += ahead
        spans.append(_read_span(cursor))
    shared: int | None = None
    if cursor.is_next("instead"):
        # '24 in plaats van 31 december': the month is said behind the other day.
        month = cursor.peek(2 + (cursor.peek(1).kind == "weekday"))
        shared = month.value if month.kind == "month" else None
    filled: list[TypedSpan] = []
    for first, last in reversed(spans):
        one_day = first is last
        last = _with_month(last, shared)
        first = last if one_day else _with_month(first, last.month)
        shared = first.month
        filled.append((first, last))
    figures = {day.in_figures for span in filled for day in span} - {None}
    if any(last.month is None for _, last in filled) or len(figures) > 1:
        raise cursor.refuse(start)
    return filled[::-1]


def _read_span(cursor: Cursor) -> TypedSpan:
    if cursor.is_next("day", "month") and len(cursor.peek().parts) == 2:
        # '7-11 december' is no seventh of November.
        start, (begin, end) = cursor.at, cursor.next().parts
        month, year = cursor.next().value, _read_year(cursor)
        piece = cursor.piece(start, cursor.at)
        return TypedDay(begin, month, None, None, piece), TypedDay(end, month, year, None, piece)
    first = _read_day(cursor)
    weekday = cursor.peek(1).kind == "weekday"
    if cursor.is_next("until") and cursor.peek(1 + weekday).kind in ("number", "day"):
        cursor.next()
        return first, _read_day(cursor)
    return first, first


def _read_day(cursor: Cursor) -> TypedDay:
    start = cursor.at
    weekday = cursor.next().value if cursor.is_next("weekday") else None
    token = cursor.next()
    month: int | None = None
    in_figures: bool | None = None
    if token.kind == "day":
        day, month, *years = token.parts
        year = years[0] if years else None
        in_figures = None if years else True
    elif token.kind in ("number", "ordinal"):
        day = token.value
        month = cursor.next().value if cursor.is_next("month") else None
        year = _read_year(cursor) if month else None
        in_figures = False if month else None
    else:
        raise cursor.refuse(start)
    return TypedDay(day, month, year, weekday, cursor.piece(start, cursor.at), in_figures)


def _read_year(cursor: Cursor) -> int | None:
    if cursor.is_next("year") or (
        cursor.is_next("number") and FIRST_YEAR <= cursor.peek().value <= LAST_YEAR
    ):
        return cursor.next().value
    return None


def _is_replacing(cursor: Cursor, ahead: int) -> bool:
    """Whether the day at this place, behind a comma, is one 'in plaats van' another."""
    if not any(cursor.peek(n).text in (",", ";") for n in range(ahead)):
        return False
    for kinds in (("weekday",), ("day", "number", "ordinal"), ("month",), ("number", "year")):
        ahead += cursor.peek(ahead).kind in kinds
    return cursor.peek(ahead).kind == "instead"


def _with_month(typed: TypedDay, month: int | None) -> TypedDay:
    if typed.month is not None or month is None:
        return typed
    # What was not understood is shown as it was meant: '31 november', not '31'.
    return replace(typed, month=month, piece=f"{typed.piece} {MONTHS[month - 1]}")


def resolve(spans: Sequence[TypedSpan], today: dt.date) -> list[Dates]:
    """The dates that are meant. A year that is not said is that of the date behind it, or else
    the first such day from today (or from the date before it) on.

    :raises Unreadable: for a day that is not there, or is another weekday.
    """
    known: dict[int, Dates] = {}
    following: dt.date | None = None
    for place in range(len(spans) - 1, -1, -1):
        first, last = spans[place]
        if last.year is not None:
            end = last.checked(last.on(last.year))
        elif following is not None:
            # '30 december en 6 januari 2027': not December 2027, if there is one before that.
            found = last.on(following.year)
            earlier = last.on(following.year - 1)
            if (found is None or found > following) and earlier and earlier >= today:
                found = earlier
            end = last.checked(found)
        else:
            continue
        following = end if first is last else _before(first, end)
        known[place] = following, end
    floor = today
    resolved = []
    for place, (first, last) in enumerate(spans):
        if place in known:
            floor = known[place][1]
            resolved.append(known[place])
        else:
            end = last.since(floor)
            resolved.append((end if first is last else _before(first, end), end))
    return resolved


def _before(first: TypedDay, end: dt.date) -> dt.date:
    if first.year is None:
        return first.until(end)
    begin = first.checked(first.on(first.year))
    if begin > end:
        raise Unreadable(first.piece)
    return begin


# -- weekdays, months, weeks ----------------------------------------------------------------------


def read_weekdays(cursor: Cursor) -> list[int]:
    """'dinsdag, donderdag t/m zaterdag'; a weekday that begins a date is not taken."""
    found: list[int] = []
    while True:
        begin = cursor.next().value
        if cursor.is_next("until", "weekday") and not starts_day(cursor, 1):
            cursor.next()
            end = cursor.next().value
            found += [day % 7 for day in range(begin, begin + (end - begin) % 7 + 1)]
        else:
            found.append(begin)
        ahead = cursor.past_separators()
        if (
            cursor.peek(ahead).kind != "weekday"
            or starts_day(cursor, ahead)
            or any(cursor.peek(n).text == ";" for n in range(ahead))
        ):
            return found
        cursor.at += ahead


def read_months(cursor: Cursor) -> set[int]:
    """'januari en mei', 'september t/m juni'."""
    found: set[int] = set()
    while True:
        begin = end = cursor.next().value
        if cursor.is_next("until", "month"):
            cursor.next()
            end = cursor.next().value
        found |= {(begin + n - 1) % 12 + 1 for n in range((end - begin) % 12 + 1)}
        ahead = cursor.past_separators()
        if not ahead or cursor.peek(ahead).kind != "month":
            return found
        cursor.at += ahead


def read_weeks(cursor: Cursor) -> set[int]:
    """'2 en 9', '27 t/m 35'.

    :raises Unreadable: when these are no weeks of a year.
    """
    start = cursor.at
    found: set[int] = set()
    while True:
        token = cursor.next()
        if token.kind == "day" and len(token.parts) == 2:
            begin, end = token.parts
        elif token.kind == "number":
            begin = end = token.value
            if cursor.is_next("until", "number"):
                cursor.next()
                end = cursor.next().value
        else:
            raise cursor.refuse(start)
        if not 1 <= begin <= end <= 53:
            raise cursor.refuse(start)
        found |= set(range(begin, end + 1))
        ahead = cursor.past_separators()
        if not ahead or cursor.peek(ahead).kind != "number" or starts_day(cursor, ahead):
            return found
        cursor.at += ahead
