"""What people type about days, cut into tokens: 'do', '1e', 't/m', 'dec'. Pure."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from rules import Refused
from rules.notation import MONTHS, WEEKDAYS

MOST_CHARACTERS = 6000
_PIECE_SHOWN = 40


class Unreadable(Refused):
    """Words that are no rule or date. ``piece`` is the part that was not understood."""

    def __init__(self, piece: str) -> None:
        shown = "".join(
            c if c.isprintable() else " " if c.isspace() else "�" for c in piece.strip()
        )
        cut = len(shown) > _PIECE_SHOWN
        self.piece = f"{shown[: _PIECE_SHOWN - 1].rstrip()}…" if cut else shown
        super().__init__(self.piece)


class NoSuchDay(Unreadable):
    """'31 februari'."""


class OtherWeekday(Unreadable):
    """'donderdag 25 november' in a year in which that is no Thursday. ``day`` is the date."""

    def __init__(self, piece: str, day: dt.date) -> None:
        super().__init__(piece)
        self.day = day


@dataclass(frozen=True)
class Token:
    """kind: word, number, ordinal, weekday, month, day, year, separator, unknown, end, or a
    phrase: from, until, instead. value: a number for those that have one (0 to 6 for weekdays, -1
    for 'laatste'), parts of a date for ``day``.
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
    r"|(?P<of>v\.\s?d\.|v\s?/\s?d\b|vd\b)"
    r"|(?P<fortnightly>14\s?-?\s?daagse?\b)"
    r"|(?P<day>[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(?![0-9])"
    r"|[0-9]{1,2}(?P<dash>[-/.])[0-9]{1,2}(?P=dash)(?:[0-9]{4}|[0-9]{2})(?![0-9])"
    r"|[0-9]{1,2}[-/][0-9]{1,2}(?![0-9]))"
    r"|(?P<ordinal>[0-9]{1,2}(?:e|de|ste)\b)"
    r"|(?P<number>[0-9]+)"
    r"|(?P<word>[^\W\d_]+)"
    r"|(?P<separator>[,;:&+/()])"
    r"|(?P<year>['’][0-9]{2}(?![0-9]))"
    r"|(?P<skip>(?:[\s.]|['’](?![0-9]{2}(?![0-9])))+)"
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
        weekday[:3],
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
#: Spellings of words; the phrases' names are those of the groups above.
_SPELLED = {"of": "van", "fortnightly": "veertiendaags"}


def tokens_of(text: str) -> tuple[str, list[Token]]:
    """The text in one spelling, and its tokens with an ``end`` behind the last one.

    :raises Unreadable: when the text is empty or far too long.
    """
    if len(text) > MOST_CHARACTERS:
        raise Unreadable(text[: 2 * _PIECE_SHOWN])
    plain = unicodedata.normalize("NFKC", text).lower()
    if len(plain) > MOST_CHARACTERS:
        raise Unreadable(text[: 2 * _PIECE_SHOWN])
    found: list[Token] = []
    for match in _TOKEN.finditer(plain):
        kind = match.lastgroup or "unknown"
        if kind == "skip" or match[0] in _NOT_SAID:
            continue
        if match[0] in _PARTS_OF_DAY and found and found[-1].kind == "weekday":
            continue  # 'donderdag middag' is the hour's business, as 'donderdagmiddag'.
        found.append(_token(kind, match[0], match.start()))
    if not found:
        raise Unreadable(text)
    return plain, [*found, Token("end", "", len(plain))]


def _token(kind: str, text: str, start: int) -> Token:
    if kind in _SPELLED:
        return Token("word", _SPELLED[kind], start)
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
    if kind == "year":
        return Token(kind, text, start, 2000 + int(text[1:]))
    if kind == "day":
        parts = [int(part) for part in re.split("[-/.]", text)]
        if re.match("[0-9]{4}", text):
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

    def piece(self, since: int | None = None, until: int | None = None) -> str:
        """What is written from the token at ``since`` (or from here), up to that at ``until``."""
        index = min(self.at if since is None else since, len(self._tokens) - 1)
        if index and self._tokens[index].kind == "end":
            index -= 1
        end = None if until is None else self._tokens[min(until, len(self._tokens) - 1)].start
        written = self.text[self._tokens[index].start : end]
        return written.strip(" ,;:") or written

    def refuse(self, since: int | None = None) -> Unreadable:
        return Unreadable(self.piece(since))
