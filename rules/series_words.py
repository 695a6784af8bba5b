"""The dates of one series in the fewest words: 'elke donderdag, niet op 24 december'. Pure.

As rules/month_words.py, but for any window, as from today up to the horizon. The words come from
the dates, not from the activity's rule: candidates of rules/rule_fitting.py and the plain list of
dates are held against each other by the length of all that would have to be said. What comes out
is read back by :func:`rules.rule_reading.read_series` as the same dates.

What was planned and is off, or on another day, is always told, for whoever came to rely on it.
Days on which the house is closed are told once for the house, not here: what a rule says does not
hold on them, days that are named do.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, product

from rules.date_reading import Dates
from rules.month_words import Happening, Moved, Slot, consecutive
from rules.notation import WEEKDAYS
from rules.recurrence import parse
from rules.rule_clauses import ReadRule
from rules.rule_fitting import (
    Fit,
    Fitted,
    Manner,
    Wanted,
    Window,
    fit_month_days,
    fit_own,
    fits_of_weekday,
    said_together,
    window_of,
)
from rules.rule_reading import ReadSeries
from rules.rule_words import days_in_words, in_words

Times = tuple[dt.time, dt.time | None]

#: Dates without a year are read as the first from the window's first day on. A beginning may also
#: have been, in the half year before it.
_YEAR_UNSAID, _BEGINNING_UNSAID = dt.timedelta(days=365), dt.timedelta(days=180)
#: A rule of the activity's own holds after the window too: that is worth some letters.
_OWN_IS_WORTH = 12
#: What it costs, in letters, to tell of a date as off or moved that no rule gave.
_OUT_OF_THE_BLUE = 20
_TOO_LONG = 10**6
#: Up to so many ways to say the weekdays together, all are tried; so many are said in full.
_MOST_WAYS, _MOST_SAID = 60, 4


@dataclass(frozen=True)
class SpokenSeries:
    """All that is said of one series in a window, apart from the days the house is closed.

    rules: they hold together. listed: the dates beside them; without any rule, all dates.
    not_on: days from the first up to and including the last. moved: to another day.
    usual: the times of most dates, or those that were given. other_times: all slots of the days
        that have others. The words say no times.
    despite_closed: days on which the house is closed and this takes place all the same.
    """

    start: dt.date
    rules: tuple[ReadRule, ...] = ()
    listed: tuple[dt.date, ...] = ()
    not_on: tuple[Dates, ...] = ()
    moved: tuple[Moved, ...] = ()
    usual: Times | None = None
    other_times: tuple[Slot, ...] = ()
    despite_closed: tuple[dt.date, ...] = ()

    @property
    def pieces(self) -> list[str]:
        """What the sentence is made of: the rules or the dates, and then each kind of exception."""
        moves = [_move_said(move.original, move.slot.date, self.start) for move in self.moved]
        return _said(self.rules, self.listed, self.not_on, self.start) + moves

    @property
    def words(self) -> str:
        """One Dutch sentence, without capital or full stop; empty when there is nothing to say."""
        return ", ".join(self.pieces)


def say_series(
    happenings: Iterable[Happening],
    start: dt.date,
    end: dt.date,
    closed: AbstractSet[dt.date] = frozenset(),
    *,
    own: ReadRule | None = None,
    usual: Times | None = None,
) -> SpokenSeries:
    """The shortest true statement of one series from ``start`` up to and including ``end``.

    :param happenings: all stored dates of the series in the window, by date and by original date.
        Of what comes after ``end`` nothing is known: it must not lie beyond the last rows.
    :param start: the day on which the words are read; much later a date would be next year's.
    :param closed: the days on which the house is closed; they are told once, for all series.
    :param own: the activity's rule, with its first and last date. Where it fits, its words are
        chosen before others that are hardly shorter: they will be true after ``end``, too.
    :param usual: the activity's times; without them those of most dates.
    """
    facts = _Facts(list(happenings), window_of(start, max(start, end)), frozenset(closed))
    return facts.spoken(_shortest(facts, own), usual)


def dates_of(spoken: SpokenSeries, end: dt.date, closed: AbstractSet[dt.date]) -> set[Slot]:
    """The dates and times up to and including ``end`` that a reader understands. The reverse of
    :func:`say_series`."""
    without = (*spoken.not_on, *((move.original, move.original) for move in spoken.moved))
    also = (*spoken.listed, *(move.slot.date for move in spoken.moved))
    dates = ReadSeries(spoken.rules, without, also).dates(spoken.start, end, closed)
    slots = {slot for slot in spoken.other_times if slot.date in dates}
    if spoken.usual:
        slots |= {Slot(day, *spoken.usual) for day in dates - {slot.date for slot in slots}}
    return slots


# -- what is to be told ---------------------------------------------------------------------------


class _Facts:
    """The dates of a series as bits of a window, and what is told whatever the rule is."""

    def __init__(
        self, happenings: Sequence[Happening], window: Window, closed: frozenset[dt.date]
    ) -> None:
        self.window = window
        start, last = window.days[0], window.days[-1]
        held = [h for h in happenings if not h.cancelled]
        self.slots = sorted(
            {h.slot for h in held if start <= h.slot.date <= last},
            key=lambda slot: (slot.date, slot.start, slot.end or slot.start),
        )
        on = {slot.date for slot in self.slots}
        moved = [h for h in held if h.slot.date != h.original and h.original not in on]
        self.moves = sorted(
            (h for h in moved if start <= min(h.original, h.slot.date) <= last),
            key=lambda h: (h.slot.date, h.original),
        )
        originals = {h.original for h in self.moves}
        gone = {h.slot.date for h in happenings if h.cancelled}
        # What was moved to before the window is over; on its old day it is off.
        gone |= {h.original for h in moved if h.slot.date < start}
        self.on, self.shut = window.bits(on), window.bits(closed)
        self.off = window.bits(gone - on - originals - closed)
        self.originals = window.bits(originals)
        self.named = window.bits(h.slot.date for h in self.moves)
        self.wanted = Wanted(
            dates=self.on & ~self.shut & ~self.named,
            planned=self.off | self.originals,
            free=self.shut | self.named,
        )
        moves = [_move_said(h.original, h.slot.date, start) for h in self.moves]
        self._length_of_moves = sum(len(words) + 2 for words in moves)

    def beside(self, mask: int) -> tuple[tuple[dt.date, ...], tuple[Dates, ...]]:
        """What has to be told beside rules that give these dates: when it is on too, and when it
        is not."""
        given = mask & ~self.shut
        not_on = (self.off | (given & ~self.on)) & ~self.originals
        also = self.window.dates(self.on & ~self.named & ~given)
        return tuple(also), tuple(self._runs_off(not_on))

    def length(self, said: Fitted) -> int:
        """How many letters it takes to say all with these rules."""
        words = _said(said.rules, *self.beside(said.mask), self.window.days[0])
        return len(", ".join(words)) + self._length_of_moves

    def estimate(self, said: Fitted) -> int:
        """About :meth:`length`, in a tenth of the time."""
        given = said.mask & ~self.shut
        not_on = (self.off | (given & ~self.on)) & ~self.originals
        also = self.on & ~self.named & ~given
        letters = sum(len(_rule_said(rule, self.window.days[0])) + 2 for rule in said.rules)
        letters += 4 * (min(not_on.bit_count(), 5) + (also & ~(also << 1)).bit_count())
        return letters + sum(
            9 * (bool(not_on & month) + bool(also & month)) for month in self.window.calendar_months
        )

    def out_of_the_blue(self, mask: int) -> int:
        """How many dates are told of as off or moved that are no part of the rules' rhythm."""
        told = self.wanted.planned & ~mask
        if mask:
            first = (mask & -mask).bit_length() - 1
            told = told >> first << first & ((1 << mask.bit_length()) - 1)
        return told.bit_count()

    def spoken(self, said: Fitted, usual: Times | None) -> SpokenSeries:
        if usual is None and self.slots:
            usual = Counter(slot.times for slot in self.slots).most_common(1)[0][0]
        apart = {slot.date for slot in self.slots if slot.times != usual}
        listed, not_on = self.beside(said.mask)
        return SpokenSeries(
            start=self.window.days[0],
            rules=said.rules,
            listed=listed,
            not_on=not_on,
            moved=tuple(Moved(h.original, h.slot, h.slot.times == usual, True) for h in self.moves),
            usual=usual,
            other_times=tuple(slot for slot in self.slots if slot.date in apart),
            despite_closed=tuple(self.window.dates(self.on & self.shut)),
        )

    def _runs_off(self, bits: int) -> list[Dates]:
        """Dates that are off; three or more with nothing on between them are one run."""
        runs: list[list[dt.date]] = []
        before = 0
        while bits:
            place = (bits & -bits).bit_length() - 1
            bits &= bits - 1
            if runs and not self.on >> before & (1 << place - before) - 1:
                runs[-1].append(self.window.days[place])
            else:
                runs.append([self.window.days[place]])
            before = place
        return _as_spans(runs)


# -- which words ----------------------------------------------------------------------------------


def _shortest(facts: _Facts, own: ReadRule | None) -> Fitted:
    """The rules with which all can be said in the fewest letters; none where a list is shorter."""
    window, wanted, plain = facts.window, facts.wanted, Fitted((), 0)
    candidates: dict[Fitted, int] = {}
    if wanted.dates:
        if own:
            candidates |= dict.fromkeys(fit_own(window, own, wanted), _OWN_IS_WORTH)
        for said in (*_by_weekday(facts), *fit_month_days(window, wanted)):
            candidates.setdefault(said, 0)
    longest = facts.length(plain)
    best, least = plain, longest + _OUT_OF_THE_BLUE * facts.out_of_the_blue(0)
    # Of equally short ones the first is said; rules rather than a list.
    for said, worth in reversed(candidates.items()):
        length = facts.length(said)
        cost = length - worth + _OUT_OF_THE_BLUE * facts.out_of_the_blue(said.mask)
        if length <= longest and cost <= least:
            best, least = said, cost
    return best


def _by_weekday(facts: _Facts) -> list[Fitted]:
    """A rule, or none, for each weekday: the most promising ways, best first."""
    window, wanted = facts.window, facts.wanted
    every = [fits_of_weekday(window, weekday, wanted) for weekday in range(7)]
    options = [row for row in every if row]
    tried: dict[tuple[int, ...], tuple[int, Fitted | None]] = {}

    def attempt(choice: tuple[int, ...]) -> int:
        if choice not in tried:
            fits = [fit for row, n in zip(options, choice, strict=True) if (fit := row[n])]
            said = said_together(window, fits, wanted) if fits else None
            cost = _TOO_LONG
            if said:
                cost = facts.estimate(said) + _OUT_OF_THE_BLUE * facts.out_of_the_blue(said.mask)
            tried[choice] = cost, said
        return tried[choice][0]

    sizes = [range(len(row)) for row in options]
    ways = 1
    for size in sizes:
        ways *= len(size)
    if ways <= _MOST_WAYS:
        for choice in product(*sizes):
            attempt(choice)
    else:
        # Begin with one manner for all weekdays, and change them one by one.
        manners = dict.fromkeys(fit.manner for row in options for fit in row if fit)
        best = min(
            [tuple(_place_of(manner, row) for row in options) for manner in (None, *manners)],
            key=attempt,
        )
        better = True
        while better:
            before = best
            for place, size in enumerate(sizes):
                best = min([(*best[:place], n, *best[place + 1 :]) for n in size], key=attempt)
            better = attempt(best) < attempt(before)
    ranked = sorted(tried.values(), key=lambda pair: pair[0])
    return [said for _, said in ranked[:_MOST_SAID] if said]


def _place_of(manner: Manner | None, row: Sequence[Fit | None]) -> int:
    """The fit with this manner, else the best one."""
    return next((n for n, fit in enumerate(row) if fit and fit.manner == manner), 0)


# -- words ----------------------------------------------------------------------------------------


def _said(
    rules: tuple[ReadRule, ...],
    listed: Sequence[dt.date],
    not_on: Sequence[Dates],
    start: dt.date,
) -> list[str]:
    """The pieces of the sentence, but for what was moved."""
    words = []
    if rules:
        words.append("; ".join(_rule_said(rule, start) for rule in rules))
    elif listed:
        words.append(_days_said(_as_spans(consecutive(listed)), start, years=True))
    if not_on:
        one_run = len(not_on) == 1 and not_on[0][0] < not_on[0][1]
        named = _days_said(not_on, start, weekdays=_off_rhythm(rules, not_on))
        words.append(f"niet {'van' if one_run else 'op'} {named}")
    if rules and listed:
        spans = _as_spans(consecutive(listed))
        words.append(f"ook op {_days_said(spans, start, weekdays=_off_rhythm(rules, spans))}")
    return words


def _off_rhythm(rules: tuple[ReadRule, ...], spans: Sequence[Dates]) -> bool:
    """Whether a day is on another weekday than the rules have: a reader would not expect it."""
    usual: set[int] = set()
    for rule in rules:
        weekdays = parse(rule.rule).weekdays
        if not weekdays:
            return False
        usual.update(weekdays)
    return bool(usual) and any(a == b and a.weekday() not in usual for a, b in spans)


@lru_cache(maxsize=512)
def _rule_said(rule: ReadRule, start: dt.date) -> str:
    """'om de week op dinsdag, vanaf 3 november'."""
    words = in_words(rule.rule, rule.first or start)
    if rule.first and rule.last:
        return f"{words}, van {_days_said([(rule.first, rule.last)], start)}"
    if rule.first:
        years = rule.first - start >= _BEGINNING_UNSAID
        return f"{words}, vanaf {_days_said([(rule.first, rule.first)], start, years)}"
    if rule.last:
        return f"{words}, t/m {_days_said([(rule.last, rule.last)], start)}"
    return words


def _move_said(original: dt.date, day: dt.date, start: dt.date) -> str:
    """'donderdag 24 in plaats van 31 december', 'vrijdag 5 februari in plaats van ...'."""
    years = max(original, day) - start >= _YEAR_UNSAID
    new, old = (_days_said([(each, each)], start, years) for each in (day, original))
    if not years and (day.year, day.month) == (original.year, original.month):
        new = str(day.day)
    if day.weekday() != original.weekday():
        old = f"{WEEKDAYS[original.weekday()]} {old}"
    return f"{WEEKDAYS[day.weekday()]} {new} in plaats van {old}"


def _days_said(
    spans: Sequence[Dates], start: dt.date, years: bool = False, weekdays: bool = False
) -> str:
    """With years where they are asked or needed."""
    years = years or spans[-1][1] - start >= _YEAR_UNSAID
    return days_in_words(spans, years=years, weekdays=weekdays)


def _as_spans(runs: Iterable[list[dt.date]]) -> list[Dates]:
    """Runs of three and more as one span, others day by day; cut at months if that is shorter."""
    whole, cut = list(runs), []
    for run in whole:
        for _, days in groupby(run, key=lambda day: (day.year, day.month)):
            cut.append(list(days))
    spans = _spans_of(whole)
    if len(cut) > len(whole):
        by_month = _spans_of(cut)
        if len(days_in_words(by_month, years=False)) < len(days_in_words(spans, years=False)):
            return by_month
    return spans


def _spans_of(runs: Iterable[list[dt.date]]) -> list[Dates]:
    return [
        span
        for run in runs
        for span in ([(run[0], run[-1])] if len(run) >= 3 else [(day, day) for day in run])
    ]
