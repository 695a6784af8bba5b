"""Dates as people type them: '9 en 16 december', 'do 26 nov.', '9-12-2026'. Pure.

Words become tokens, and tokens become days; rules/rule_reading.py reads the rest of the sentence.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from rules import Refused
from rules.notation import MONTHS, WEEKDAYS

MOST_CHARACTERS = 6000
#: Years that a programme can be about; what else is typed as one is a slip.
FIRST_YEAR, LAST_YEAR = 1900, 2999
_PIECE_SHOWN = 40
_MOST_DAYS_OF_A_MONTH = 31


class Unreadable(Refused):
    """Words that are no rule or date. ``piece`` is the part that was not understood."""

    def __init__(self, piece: str) -> None:
        shown = "".join(c if c.isprintable() else " " for c in piece[: 2 * _PIECE_SHOWN])
        self.piece = shown[:_PIECE_SHOWN].strip()
        super().__init__(self.piece)


class NoSuchDay(Unreadable):
    """'31 februari'."""


class OtherWeekday(Unreadable):
    """'donderdag 25 november' in a year in which that is no Thursday. ``day`` is the date."""

    def __init__(self, piece: str, day: dt.date) -> None:
        super().__init__(piece)
        self.day = day


# -- tokens ---------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Token:
    """kind: word, number, ordinal, weekday, month, day, separator, unknown, end, or a phrase:
    from, until, instead. value: a number for the first five of those with one (0 to 6 for
    weekdays, -1 for 'laatste'), parts of a date for ``day``.
    """

    kind: str
    text: str
    start: int
    value: int = 0
    parts: tuple[int, ...] = ()


_TOKEN = re.compile(
    r"(?P<until>t\s?/\s?m\b|tot\s{1,3}en\s{1,3}met\b|t\.?e\.?m\b\.?|tm\b|[\u2013\u2014-])"
    r"|(?P<instead>in\s{1,3}plaats\s{1,3}van\b|i\.p\.v\.|ipv\b)"
    r"|(?P<from>met\s{1,3}ingang\s{1,3}van\b|m\.i\.v\.|vanaf\b|sinds\b)"
    r"|(?P<day>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])"
    r"|[0-9]{1,2}(?P<dash>[-/.])[0-9]{1,2}(?P=dash)(?:[0-9]{4}|[0-9]{2})(?![0-9])"
    r"|[0-9]{1,2}[-/][0-9]{1,2}(?![0-9]))"
    r"|(?P<ordinal>[0-9]{1,2}(?:e|de|ste)\b)"
    r"|(?P<number>[0-9]+)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<separator>[,;:&+/()])"
    r"|(?P<skip>[\s.'’]+)"
    r"|(?P<unknown>.)",
    re.DOTALL,
)
_PARTS_OF_DAY = ("ochtend", "morgen", "middag", "avond")
_WEEKDAY_OF = {
    name: number
    for number, weekday in enumerate(WEEKDAYS)
    for name in (
        weekday,
        weekday[:2],
        f"{weekday}s",
        f"{weekday}en",
        *(f"{weekday}{part}{end}" for part in _PARTS_OF_DAY for end in ("", "s", "en")),
    )
}
_MONTH_OF = {
    name: number
    for number, month in enumerate(MONTHS, 1)
    for name in (month, *{3: ("mrt",), 5: (), 9: ("sep", "sept")}.get(number, (month[:3],)))
}
_ORDINAL_OF = {"eerste": 1, "tweede": 2, "derde": 3, "vierde": 4, "vijfde": 5, "laatste": -1}
_COUNT_WORDS = (
    *("twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf"),
)
_NUMBER_OF = {"een": 1, "één": 1, **{word: n for n, word in enumerate(_COUNT_WORDS, 2)}}
_NOT_SAID = {"de", "het", "s", "er", "telkens", "steeds", "altijd"}


def tokens_of(text: str) -> tuple[str, list[Token]]:
    """The text in one spelling, and its tokens with an ``end`` behind the last one.

    :raises Unreadable: when the text is empty or far too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(text)
    text = unicodedata.normalize("NFKC", text).lower()
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(text)
    found = []
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or "unknown"
        if kind != "skip" and match[0] not in _NOT_SAID:
            found.append(_token(kind, match[0], match.start()))
    if not found:
        raise Unreadable("")
    return text, [*found, Token("end", "", len(text))]


def _token(kind: str, text: str, start: int) -> Token:
    if kind == "word":
        for named, table in (
            ("weekday", _WEEKDAY_OF),
            ("month", _MONTH_OF),
            ("ordinal", _ORDINAL_OF),
            ("number", _NUMBER_OF),
        ):
            if text in table:
                return Token(named, text, start, table[text])
        return Token("separator" if text == "en" else "word", text, start)
    if kind == "ordinal":
        return Token(kind, text, start, int(re.sub("[^0-9]", "", text)))
    if kind == "number":
        return Token(kind, text, start, int(text[:6]))
    if kind == "day":
        parts = [int(part) for part in re.split("[-/.]", text)]
        if len(text.split("-")[0]) == 4:
            parts.reverse()
        elif len(parts) == 3 and parts[2] < 100:
            parts[2] += 2000
        return Token(kind, text, start, parts=tuple(parts))
    return Token(kind, text, start)


class Cursor:
    """A place in a row of tokens."""

    def __init__(self, text: str) -> None:
        self.text, self._tokens = tokens_of(text)
        self.at = 0

    def peek(self, ahead: int = 0) -> Token:
        return self._tokens[min(self.at + ahead, len(self._tokens) - 1)]

    def next(self) -> Token:
        token = self.peek()
        self.at += 1
        return token

    def is_next(self, *words: str) -> bool:
        """Whether these words (or kinds of token) come next."""
        return all(word in (self.peek(n).text, self.peek(n).kind) for n, word in enumerate(words))

    def take(self, *words: str) -> bool:
        """Step over these words, if they come next."""
        if not self.is_next(*words):
            return False
        self.at += len(words)
        return True

    def past_separators(self, ahead: int = 0) -> int:
        """How many tokens ahead the next one is that does not separate."""
        while self.peek(ahead).kind == "separator":
            ahead += 1
        return ahead

    def piece(self, since: int | None = None) -> str:
        """What is written from the token at ``since`` (or from here) on."""
        index = min(self.at if since is None else since, len(self._tokens) - 1)
        if index and self._tokens[index].kind == "end":
            index -= 1
        return self.text[self._tokens[index].start :]

    def refuse(self, since: int | None = None) -> Unreadable:
        return Unreadable(self.piece(since))


# -- days -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class TypedDay:
    """A day as it was typed: the month and the year may have been left to the reader."""

    day: int
    month: int | None
    year: int | None
    weekday: int | None
    piece: str

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
        found = (self.on(day.year - n) for n in range(9))
        return self.checked(next((d for d in found if d and d <= day), None))


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
        if token.kind == "ordinal" or following in ("month", "until", "instead"):
            return following == "month" or token.kind == "number"
        ahead = cursor.past_separators(ahead + 1)
        if following != "separator":
            return False
    return False


def read_days(cursor: Cursor) -> list[TypedSpan]:
    """The days that are written here, one or more, with the months that they share.

    :raises Unreadable: when there is none, or one without a month.
    """
    start = cursor.at
    spans = [_read_span(cursor)]
    while (ahead := cursor.past_separators()) and starts_day(cursor, ahead):
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
    if any(last.month is None for _, last in filled):
        raise cursor.refuse(start)
    return filled[::-1]


def _read_span(cursor: Cursor) -> TypedSpan:
    if cursor.is_next("day", "month") and len(cursor.peek().parts) == 2:
        # '7-11 december' is no seventh of November.
        piece, (begin, end) = cursor.piece(), cursor.next().parts
        month, year = cursor.next().value, _read_year(cursor)
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
    if token.kind == "day":
        day, month, *years = token.parts
        year = years[0] if years else None
    elif token.kind in ("number", "ordinal"):
        day = token.value
        month = cursor.next().value if cursor.is_next("month") else None
        year = _read_year(cursor) if month else None
    else:
        raise cursor.refuse(start)
    piece = cursor.piece(start)[: cursor.peek().start - len(cursor.text) or None]
    return TypedDay(day, month, year, weekday, piece)


def _read_year(cursor: Cursor) -> int | None:
    if cursor.is_next("number") and FIRST_YEAR <= cursor.peek().value <= LAST_YEAR:
        return cursor.next().value
    return None


def _with_month(typed: TypedDay, month: int | None) -> TypedDay:
    if typed.month is not None or month is None:
        return typed
    return TypedDay(typed.day, month, typed.year, typed.weekday, typed.piece)


def resolve(spans: Sequence[TypedSpan], today: dt.date) -> list[Dates]:
    """The dates that are meant. A year that is not said is that of the date behind it, or else
    the first such day from today (or from the date before it) on.

    :raises Unreadable: for a day that is not there, or is another weekday.
    """
    ends: dict[int, dt.date] = {}
    following: dt.date | None = None
    for place in range(len(spans) - 1, -1, -1):
        last = spans[place][1]
        if last.year is not None:
            following = ends[place] = last.checked(last.on(last.year))
        elif following is not None:
            # '30 december en 6 januari 2027': not December 2027, if there is one before that.
            found = last.on(following.year)
            earlier = last.on(following.year - 1)
            if (found is None or found > following) and earlier and earlier >= today:
                found = earlier
            following = ends[place] = last.checked(found)
    floor = today
    resolved = []
    for place, (first, last) in enumerate(spans):
        end = ends.get(place) or last.since(floor)
        begin = end if first is last else _before(first, end)
        resolved.append((begin, end))
        floor = end if place in ends else floor
    return resolved


def _before(first: TypedDay, end: dt.date) -> dt.date:
    if first.year is None:
        return first.until(end)
    begin = first.checked(first.on(first.year))
    if begin > end:
        raise Unreadable(first.piece)
    return begin
