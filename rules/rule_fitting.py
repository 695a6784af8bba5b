"""Rules that fit a set of dates, each with the dates that it gives. Pure.

Days of a window are bits of one number, so that a rule is held against all dates at once: bit 0 is
the first day. Which of the fitting rules are said is decided by their words, in
rules/series_words.py.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from rules.recurrence import ALL_MONTHS, DAY_CODES, MOST_WEEKS, Kind, build_rule, expand, parse
from rules.rule_clauses import ReadRule

_DAY = dt.timedelta(days=1)
_NTHS = (1, 2, 3, 4, -1, 5)
_ODD_MONTHS, _EVEN_MONTHS = tuple(ALL_MONTHS[::2]), tuple(ALL_MONTHS[1::2])
#: So many dates make a rhythm; two only when they are all of their kind that the window has.
_FEWEST, _FEWEST_OF_WHOLE = 3, 2
#: With so many dates, and none missing, nothing is shorter than 'every week'.
_SURELY_WEEKLY = 4
#: What words cost, about, while fits are ranked: a date that has to be told apart, a beginning or
#: an end.
_A_DATE, _A_BOUND = 4, 16
#: For each weekday so many fits are tried together with those of the others, if they are not worse
#: than the best one by more than this.
_MOST_FITS, _MUCH_WORSE = 5, 28
#: Of these the window holds no others: not, as of even weeks, the odd ones.
_EVERY_ONE = ((Kind.weekly, 0, 0), (Kind.monthly, 0, 0))
#: These say from when on they hold: else they could be of other weeks.
_ANCHORED = (Kind.fortnightly, Kind.every_few_weeks)


#: A kind, and what else rules must share to be said as one: 3 weeks, and which of them.
Manner = tuple[Kind, int, int]


class Window:
    """The days from ``start`` up to and including ``end``, with bits for what rules go by."""

    def __init__(self, start: dt.date, end: dt.date) -> None:
        self.days = [start + n * _DAY for n in range((end - start).days + 1)]
        self.weekdays, self.parities = [0] * 7, [0] * 2
        self.months = {(): (1 << len(self.days)) - 1, _ODD_MONTHS: 0, _EVEN_MONTHS: 0}
        self.nths = dict.fromkeys(_NTHS, 0)
        self.month_days = dict.fromkeys((*range(1, 32), -1), 0)
        months: dict[tuple[int, int], int] = {}
        parity = start.isocalendar().week % 2
        for n, day in enumerate(self.days):
            bit, weekday = 1 << n, day.weekday()
            if weekday == 0:
                parity = day.isocalendar().week % 2
            self.weekdays[weekday] |= bit
            self.parities[parity] |= bit
            self.nths[(day.day + 6) // 7] |= bit
            self.month_days[day.day] |= bit
            if day.day > 21:
                self.nths[-1] |= bit if (day + 7 * _DAY).day < 8 else 0
                self.month_days[-1] |= bit if (day + _DAY).day == 1 else 0
            months[day.year, day.month] = months.get((day.year, day.month), 0) | bit
        for (_, month), mask in months.items():
            self.months[_ODD_MONTHS if month % 2 else _EVEN_MONTHS] |= mask
        self.calendar_months = list(months.values())

    def bits(self, days: Iterable[dt.date]) -> int:
        """The bits of these days; of days outside of the window there are none."""
        found = 0
        for day in days:
            place = (day - self.days[0]).days
            if 0 <= place < len(self.days):
                found |= 1 << place
        return found

    def dates(self, bits: int) -> list[dt.date]:
        """The days of these bits, in order."""
        found = []
        while bits:
            low = bits & -bits
            found.append(self.days[low.bit_length() - 1])
            bits ^= low
        return found


@lru_cache(maxsize=16)
def window_of(start: dt.date, end: dt.date) -> Window:
    return Window(start, end)


class Wanted(NamedTuple):
    """What a rule should give, as bits.

    dates: these. planned: these are told of apart, as off or moved, when the rule gives them; they
        are part of its rhythm. free: whether it gives these makes no difference.
    """

    dates: int
    planned: int
    free: int

    @property
    def rhythm(self) -> int:
        return self.dates | self.planned

    def beside(self, mask: int) -> int:
        """What a rule gives and should not."""
        return mask & ~(self.dates | self.planned | self.free)


class Fit(NamedTuple):
    """A rule for one weekday that fits.

    manner: the kind, and what else fits must share to be said in one rule with it.
    days: pairs (nth or 0, weekday).
    since: it begins after the first of these places and at the latest on the second; -1 as the
        first: there is no need to say when. until: it ends on the first of these at the earliest,
        and before the second.
    """

    manner: Manner
    days: tuple[tuple[int, int], ...]
    mask: int
    since: tuple[int, int]
    until: tuple[int, int]


class Fitted(NamedTuple):
    """Rules that are said together, and the bits of the dates that they give."""

    rules: tuple[ReadRule, ...]
    mask: int


def fits_of_weekday(window: Window, weekday: int, wanted: Wanted) -> list[Fit | None]:
    """The rules for one weekday that say the most of its dates, best first; None is to have none
    and to list the dates. Empty when it has no dates."""
    found: list[tuple[int, Fit]] = []
    every = window.weekdays[weekday]
    missing = every & wanted.dates
    if missing.bit_count() >= _SURELY_WEEKLY and not wanted.beside(every):
        first, last = (missing & -missing).bit_length() - 1, missing.bit_length() - 1
        whole = (-1, first), (last, len(window.days))
        return [Fit((Kind.weekly, 0, 0), ((0, weekday),), every, *whole)]
    for manner, days, mask in _rules_of_weekday(window, weekday, wanted):
        hits = mask & wanted.dates
        if hits:
            left = (missing & ~mask).bit_count()
            for fit, told in _bounded_fits(window, manner, days, mask, wanted):
                bounds = (fit.since[0] >= 0) + (fit.until[1] < len(window.days))
                if left + told < missing.bit_count():
                    found.append((_A_DATE * (left + told) + _A_BOUND * bounds, fit))
    found.sort(key=lambda pair: pair[0])
    good = [fit for cost, fit in found[:_MOST_FITS] if cost <= found[0][0] + _MUCH_WORSE]
    return [*good, None] if good else []


def said_together(window: Window, fits: Iterable[Fit], wanted: Wanted) -> Fitted | None:
    """One rule for all fits that can share one. None when a few dates are no rhythm."""
    groups: list[Fit] = []
    for fit in fits:
        for place, group in enumerate(groups):
            if group.manner == fit.manner and (shared := _shared(group, fit)):
                groups[place] = shared
                break
        else:
            groups.append(fit)
    rules, whole = [], 0
    for group in groups:
        rule, mask = _bounded_rule(window, _rule(group.manner, group.days), group)
        whole_window = group.manner in _EVERY_ONE and not (rule.first or rule.last)
        fewest = _FEWEST_OF_WHOLE if whole_window else _FEWEST
        if (mask & wanted.rhythm).bit_count() < fewest:
            return None
        rules.append(rule)
        whole |= mask
    return Fitted(tuple(rules), whole)


def fit_own(window: Window, own: ReadRule, wanted: Wanted) -> Iterator[Fitted]:
    """The activity's own rule, as far as it is said of this window."""
    parsed, first = parse(own.rule), own.first or window.days[0]
    if parsed.dates or (parsed.week_start and parsed.interval > 1):
        return  # Nothing but a list, or weeks that no words tell from others.
    rule = own.rule
    if parsed.freq == "WEEKLY" and not parsed.days:
        rule += f";BYDAY={DAY_CODES[first.weekday()]}"
    # When it begins and ends is for the dates to say; only what counts weeks is bound to its first.
    anchored = parsed.interval > 1
    begins = first if anchored else window.days[0]
    dates = expand(rule, begins, None, window.days[0], window.days[-1])
    yield from _fitted(window, rule, window.bits(dates), wanted, anchored)


def fit_month_days(window: Window, wanted: Wanted) -> Iterator[Fitted]:
    """'op de 15e en laatste dag van de maand', where that fits."""
    chosen = _greedy(window.month_days, window.months[()], wanted)
    if chosen:
        numbers = ",".join(str(day) for day in sorted(chosen, key=lambda n: (n < 0, n)))
        mask = 0
        for number in chosen:
            mask |= window.month_days[number]
        yield from _fitted(window, f"FREQ=MONTHLY;BYMONTHDAY={numbers}", mask, wanted, False)


def _rules_of_weekday(
    window: Window, weekday: int, wanted: Wanted
) -> Iterator[tuple[Manner, tuple[tuple[int, int], ...], int]]:
    every = window.weekdays[weekday]
    plain = ((0, weekday),)
    yield (Kind.weekly, 0, 0), plain, every
    for parity, kind in ((0, Kind.even_weeks), (1, Kind.odd_weeks)):
        if (every & window.parities[parity] & wanted.rhythm).bit_count() >= _FEWEST:
            yield (kind, 0, 0), plain, every & window.parities[parity]
    yield from _every_few_weeks(window, weekday, wanted)
    for months, of_months in window.months.items():
        parity = months[0] if months else 0
        parts = {nth: mask & every for nth, mask in window.nths.items()}
        seen = set()
        for among in (_NTHS, (1, 2, 3, 4, 5), (1, 2, 3, -1)):
            chosen = _greedy({nth: parts[nth] for nth in among}, of_months, wanted)
            if chosen and chosen not in seen:
                seen.add(chosen)
                mask = 0
                for nth in chosen:
                    mask |= parts[nth] & of_months
                yield (Kind.monthly, parity, 0), tuple((nth, weekday) for nth in chosen), mask


def _every_few_weeks(
    window: Window, weekday: int, wanted: Wanted
) -> Iterator[tuple[Manner, tuple[tuple[int, int], ...], int]]:
    """'om de week', 'elke 3 weken' from one of the first two dates on."""
    dates = window.weekdays[weekday] & wanted.dates
    length = len(window.days)
    for _ in range(2):
        if not dates:
            return
        anchor = (dates & -dates).bit_length() - 1
        dates &= dates - 1
        week = (window.days[anchor].toordinal() - 1) // 7
        most = min((length - anchor) // (7 * (_FEWEST - 1)), MOST_WEEKS)
        for weeks in range(2, most + 1):
            mask = 0
            for place in range(anchor % (7 * weeks), length, 7 * weeks):
                mask |= 1 << place
            hits = (mask & wanted.rhythm).bit_count()
            if hits >= _FEWEST and hits > 2 * wanted.beside(mask >> anchor << anchor).bit_count():
                kind = Kind.fortnightly if weeks == 2 else Kind.every_few_weeks
                yield (kind, weeks, week % weeks), ((0, weekday),), mask


def _greedy(parts: dict[int, int], of_months: int, wanted: Wanted) -> tuple[int, ...]:
    """Of some parts of a month those that give more dates than they give beside them."""
    rated: list[tuple[int, int, int, int]] = []
    for nth, part in parts.items():
        mask = part & of_months
        hits = (mask & wanted.rhythm).bit_count()
        gain = hits - wanted.beside(mask).bit_count()
        if hits >= _FEWEST_OF_WHOLE and gain > 0 and mask & wanted.dates:
            rated.append((-gain, len(rated), nth, mask))
    chosen, covered = [], 0
    for _, _, nth, mask in sorted(rated):
        new = mask & ~covered
        if (new & wanted.dates).bit_count() > wanted.beside(new).bit_count():
            chosen.append(nth)
            covered |= mask
    return tuple(sorted(chosen, key=lambda n: (n < 0, n)))


def _bounded_fits(
    window: Window,
    manner: Manner,
    days: tuple[tuple[int, int], ...],
    mask: int,
    wanted: Wanted,
) -> Iterator[tuple[Fit, int]]:
    """A rule with the bounds that spare it dates beside; with how many are left to tell apart."""
    hits, beside, length = mask & wanted.dates, wanted.beside(mask), len(window.days)
    first, last = (hits & -hits).bit_length() - 1, hits.bit_length() - 1
    before, after = _within(beside, 0, first), _within(beside, last, length - 1)
    inside = (beside & ~before & ~after).bit_count()
    # A single date beside may be told apart as well; a rule that counts weeks says its beginning.
    begins = {before.bit_length() - 1}
    if before.bit_count() <= 1 and manner[0] not in _ANCHORED:
        begins.add(-1)
    ends = {(after & -after).bit_length() - 1 if after else length}
    if after.bit_count() <= 1:
        ends.add(length)
    for begin in begins:
        for end in ends:
            told = inside + (before.bit_count() if begin < 0 else 0)
            told += after.bit_count() if end == length else 0
            yield Fit(manner, days, mask, (begin, first), (last, end)), told


def _shared(one: Fit, other: Fit) -> Fit | None:
    """Two fits of a manner as one, if they can begin and end on the same days."""
    since = max(one.since[0], other.since[0]), min(one.since[1], other.since[1])
    until = max(one.until[0], other.until[0]), min(one.until[1], other.until[1])
    if since[0] >= since[1] or until[0] >= until[1]:
        return None
    return Fit(one.manner, one.days + other.days, one.mask | other.mask, since, until)


def _bounded_rule(window: Window, rule: str, fit: Fit) -> tuple[ReadRule, int]:
    """A rule with its first and last date where these are said, and the dates that it gives."""
    since = fit.since[1] if fit.since[0] >= 0 or fit.manner[0] in _ANCHORED else None
    until = fit.until[0] if fit.until[1] < len(window.days) else None
    bounded = ReadRule(
        rule,
        None if since is None else window.days[since],
        None if until is None else window.days[until],
    )
    return bounded, _within(fit.mask, since or 0, len(window.days) - 1 if until is None else until)


def _fitted(
    window: Window, rule: str, mask: int, wanted: Wanted, anchored: bool
) -> Iterator[Fitted]:
    """One rule by itself, with and without bounds."""
    if not mask & wanted.dates:
        return
    manner = (Kind.fortnightly if anchored else Kind.other, 0, 0)
    for fit, _ in _bounded_fits(window, manner, (), mask, wanted):
        bounded, given = _bounded_rule(window, rule, fit)
        # One date is no rule from then up to then.
        if bounded.first is None or bounded.first != bounded.last:
            yield Fitted((bounded,), given)


def _within(mask: int, first: int, last: int) -> int:
    return mask >> first << first & ((1 << last + 1) - 1)


@lru_cache(maxsize=1024)
def _rule(manner: Manner, days: tuple[tuple[int, int], ...]) -> str:
    kind, number, _ = manner
    weekdays = sorted({weekday for _, weekday in days})
    if kind is not Kind.monthly:
        return build_rule(kind, weekdays, weeks=number)
    in_order = sorted(days, key=lambda day: (day[0] < 0, *day))
    counted = ",".join(f"{nth}{DAY_CODES[weekday]}" for nth, weekday in in_order)
    months = {1: _ODD_MONTHS, 2: _EVEN_MONTHS}.get(number, ())
    only = f"BYMONTH={','.join(map(str, months))};" if months else ""
    return f"FREQ=MONTHLY;{only}BYDAY={counted}"
