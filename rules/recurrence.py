"""Dates, the rules that give them, and the words in which people say those rules. Pure.

A rule is the value of an RFC 5545 RRULE, anchored at a first date, or 'RDATE:' with single dates.
Of RRULE only that part is understood which a house can say and which always yields dates: what
would run for ever without finding one cannot be written down.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import Literal

from dateutil import rrule

from rules import Refused

DAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
MOST_DATES = 200
#: The intervals of 'every few weeks'; every week and every other week have choices of their own.
FEWEST_WEEKS, MOST_WEEKS = 3, 52
ALL_MONTHS = list(range(1, 13))
#: The days that a month has in every year, so 28 for February.
DAYS_OF_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
#: For each frequency the parts that may stand beside it, and the greatest interval.
_PARTS: dict[str, tuple[frozenset[str], int]] = {
    "DAILY": (frozenset(), 365),
    "WEEKLY": (frozenset({"BYDAY"}), 52),
    "MONTHLY": (frozenset({"BYDAY", "BYMONTHDAY", "BYMONTH"}), 12),
    "YEARLY": (frozenset({"BYDAY", "BYMONTHDAY", "BYMONTH", "BYWEEKNO"}), 1),
}
_FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}
_NUMBER = re.compile(r"-?[0-9]{1,3}", re.ASCII)


class BadRule(Refused):
    """No rule that this house understands, or one that would never give a date."""


class Kind(StrEnum):
    """The plain choices of a form."""

    dates = "dates"
    daily = "daily"
    weekly = "weekly"
    fortnightly = "fortnightly"
    every_few_weeks = "every_few_weeks"
    even_weeks = "even_weeks"
    odd_weeks = "odd_weeks"
    monthly = "monthly"
    yearly = "yearly"
    #: A good rule that the choices above cannot say; shown in words, not built by a form.
    other = "other"


@dataclass(frozen=True)
class Choices:
    """A rule as a form shows it. Weekdays count from 0 (Monday); nth is 1 to 5, or -1 for last.

    weeks: from FEWEST_WEEKS to MOST_WEEKS, for ``every_few_weeks``.
    months: 1 to 12, the months in which a ``monthly`` rule holds; empty is every month.
    day: the month and the day of a ``yearly`` rule.
    """

    kind: Kind
    weekdays: tuple[int, ...] = ()
    nth: tuple[int, ...] = ()
    dates: tuple[dt.date, ...] = ()
    weeks: int = 0
    months: tuple[int, ...] = ()
    day: tuple[int, int] | None = None


@dataclass(frozen=True)
class Rule:
    """A rule taken apart; ``days`` are pairs (nth or 0, weekday)."""

    freq: str = ""
    interval: int = 1
    days: tuple[tuple[int, int], ...] = ()
    month_days: tuple[int, ...] = ()
    months: tuple[int, ...] = ()
    weeks: tuple[int, ...] = ()
    week_start: int = 0
    dates: tuple[dt.date, ...] = ()

    @property
    def weekdays(self) -> tuple[int, ...]:
        return tuple(sorted({day for _, day in self.days}))


# -- dates ----------------------------------------------------------------------------------------


def expand(
    rule: str, first: dt.date, last: dt.date | None, start: dt.date, end: dt.date
) -> list[dt.date]:
    """The dates of a rule from ``start`` up to and including ``end``, in order, each once.

    ``first`` anchors the rule and no date lies before it; none lies after ``last``. The work
    grows with the window, not with the years since ``first``.

    :raises BadRule: see :func:`parse`.
    """
    parsed = parse(rule)
    start = max(start, first)
    end = min(end, last) if last else end
    if start > end:
        return []
    if parsed.dates:
        return [date for date in parsed.dates if start <= date <= end]
    if parsed.weeks:
        # Not left to dateutil, which takes 1 January 2022 (week 52 of 2021) for week 53.
        whole = (start + dt.timedelta(days=n) for n in range((end - start).days + 1))
        on, weeks = parsed.weekdays, parsed.weeks
        return [day for day in whole if day.weekday() in on and day.isocalendar().week in weeks]
    days = parsed.days
    if parsed.freq == "WEEKLY" and not days:
        days = ((0, first.weekday()),)
    found = rrule.rrule(
        _FREQUENCIES[parsed.freq],
        dtstart=_at_midnight(_anchor_before(parsed, first, start)),
        until=_at_midnight(end),
        interval=parsed.interval,
        wkst=parsed.week_start,
        byweekday=[rrule.weekday(day, nth or None) for nth, day in days] or None,
        bymonthday=parsed.month_days or None,
        bymonth=parsed.months or None,
    )
    return sorted({moment.date() for moment in found if moment.date() >= start})


def parse(rule: str) -> Rule:
    """Take a rule apart.

    :raises BadRule: for anything but the rules that this module describes. 'UNTIL' and 'COUNT'
        are refused too: an activity's last date says when it ends.
    """
    return _parse(rule)


@lru_cache(maxsize=512)
def _parse(rule: str) -> Rule:
    if rule.startswith("RDATE:"):
        return Rule(dates=_read_dates(rule.removeprefix("RDATE:")))
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        name, _, value = part.partition("=")
        if not value or name in parts:
            raise BadRule(rule)
        parts[name] = value
    freq = parts.pop("FREQ", "")
    if freq not in _PARTS:
        raise BadRule(rule)
    allowed, longest = _PARTS[freq]
    interval = _numbers(parts.pop("INTERVAL", "1"), 1, longest)
    week_start = parts.pop("WKST", "MO")
    if len(interval) != 1 or week_start not in DAY_CODES or parts.keys() - allowed:
        raise BadRule(rule)
    parsed = Rule(
        freq=freq,
        interval=interval[0],
        days=_read_days(parts["BYDAY"]) if "BYDAY" in parts else (),
        month_days=_numbers(parts.get("BYMONTHDAY", ""), -1, 31),
        months=_numbers(parts.get("BYMONTH", ""), 1, 12),
        weeks=_numbers(parts.get("BYWEEKNO", ""), 1, 53),
        week_start=DAY_CODES.index(week_start),
    )
    if not _always_yields(parsed):
        raise BadRule(rule)
    return parsed


def _always_yields(rule: Rule) -> bool:
    """Whether the parts make sense together and cannot exclude each other for ever."""
    counted = any(nth for nth, _ in rule.days)
    if rule.days and rule.month_days:
        return False
    if rule.freq == "WEEKLY":
        return not counted
    if rule.freq == "MONTHLY":
        if rule.months:
            # Every second month from the first one may never be one of these.
            return rule.interval == 1 and (bool(rule.days) or _exists_every_year(rule))
        # Every second month may be one without a 31st; every twelfth may be February.
        return bool(rule.days or rule.month_days) and (
            rule.interval == 1 or all(day <= 28 for day in rule.month_days)
        )
    if rule.freq == "YEARLY":
        if rule.weeks:
            # Weeks are ISO weeks: nobody numbers them from another day than Monday.
            return bool(rule.days) and not (counted or rule.months or rule.week_start)
        return bool(rule.months) and (
            _exists_every_year(rule)
            if rule.month_days
            else bool(rule.days) and all(nth for nth, _ in rule.days)
        )
    return True


def _exists_every_year(rule: Rule) -> bool:
    """Whether there are days, and each of them is there in each of the months."""
    return bool(rule.month_days) and all(
        day <= DAYS_OF_MONTH[month - 1] for month in rule.months for day in rule.month_days
    )


def _numbers(text: str, least: int, most: int) -> tuple[int, ...]:
    numbers = set()
    for piece in text.split(",") if text else ():
        if not _NUMBER.fullmatch(piece):
            raise BadRule(text)
        number = int(piece)
        if number == 0 or not least <= number <= most:
            raise BadRule(text)
        numbers.add(number)
    return tuple(sorted(numbers))


def _read_days(text: str) -> tuple[tuple[int, int], ...]:
    days = []
    for piece in text.split(","):
        found = re.fullmatch(r"([1-5]|-1|)([A-Z]{2})", piece)
        if not found or found[2] not in DAY_CODES:
            raise BadRule(text)
        days.append((int(found[1] or 0), DAY_CODES.index(found[2])))
    if len({nth == 0 for nth, _ in days}) > 1:
        raise BadRule(text)
    return tuple(dict.fromkeys(days))


def _read_dates(text: str) -> tuple[dt.date, ...]:
    pieces = text.split(",")
    if len(pieces) > MOST_DATES or not all(re.fullmatch(r"[0-9]{8}", piece) for piece in pieces):
        raise BadRule(text[:80])
    try:
        return tuple(sorted({dt.date.fromisoformat(piece) for piece in pieces}))
    except ValueError as error:
        raise BadRule(text[:80]) from error


def _anchor_before(rule: Rule, first: dt.date, start: dt.date) -> dt.date:
    """The beginning of the last period, in step with ``first``, that begins before ``start``."""
    if rule.freq == "DAILY":
        return first + dt.timedelta(days=(start - first).days // rule.interval * rule.interval)
    if rule.freq == "WEEKLY":
        # Near the first of all days there may be no Monday before it.
        back = min((first.weekday() - rule.week_start) % 7, first.toordinal() - 1)
        step = 7 * rule.interval
        began = first - dt.timedelta(days=back)
        return began + dt.timedelta(days=(start - began).days // step * step)
    if rule.freq == "MONTHLY":
        passed = (start.year - first.year) * 12 + start.month - first.month
        month = first.year * 12 + first.month - 1 + passed // rule.interval * rule.interval
        return dt.date(month // 12, month % 12 + 1, 1)
    return dt.date(start.year, 1, 1)


def _at_midnight(day: dt.date) -> dt.datetime:
    return dt.datetime.combine(day, dt.time())


# -- plain choices --------------------------------------------------------------------------------


def build_rule(
    kind: Kind,
    weekdays: Iterable[int] = (),
    nth: Iterable[int] = (),
    dates: Iterable[dt.date] = (),
    *,
    weeks: int = 0,
    months: Iterable[int] = (),
    day: tuple[int, int] | None = None,
) -> str:
    """The rule of a form's plain choices; :func:`read_rule` gives them back.

    What the kind does not need is not looked at. For the arguments see :class:`Choices`.

    :raises BadRule: when a choice that the kind needs is missing or out of range.
    """
    codes = [DAY_CODES[weekday] for weekday in sorted(set(weekdays)) if 0 <= weekday <= 6]
    every = ",".join(codes)
    if kind is Kind.dates:
        listed = ",".join(f"{date:%Y%m%d}" for date in sorted(set(dates)))
        built = f"RDATE:{listed}"
    elif kind is Kind.daily:
        built = "FREQ=DAILY"
    elif kind is Kind.weekly:
        built = f"FREQ=WEEKLY;BYDAY={every}"
    elif kind is Kind.fortnightly:
        built = f"FREQ=WEEKLY;INTERVAL=2;BYDAY={every};WKST=MO"
    elif kind is Kind.every_few_weeks and FEWEST_WEEKS <= weeks <= MOST_WEEKS:
        built = f"FREQ=WEEKLY;INTERVAL={weeks};BYDAY={every};WKST=MO"
    elif kind in _WEEKS_OF:
        numbers = ",".join(str(week) for week in _WEEKS_OF[kind])
        built = f"FREQ=YEARLY;BYWEEKNO={numbers};BYDAY={every}"
    elif kind is Kind.monthly:
        counted = ",".join(f"{n}{code}" for n in _last_at_end(nth) for code in codes)
        only = sorted(set(months))
        some = only and only != ALL_MONTHS
        in_months = f"BYMONTH={','.join(map(str, only))};" if some else ""
        built = f"FREQ=MONTHLY;{in_months}BYDAY={counted}"
    elif kind is Kind.yearly and day and day[1] > 0:
        built = f"FREQ=YEARLY;BYMONTH={day[0]};BYMONTHDAY={day[1]}"
    else:
        raise BadRule(kind)
    parse(built)
    return built


def read_rule(rule: str) -> Choices:
    """The plain choices that build this rule, or those of kind ``other``.

    :raises BadRule: see :func:`parse`.
    """
    parsed = parse(rule)
    if parsed.dates:
        return Choices(Kind.dates, dates=parsed.dates)
    if parsed.freq == "DAILY" and parsed.interval == 1:
        return Choices(Kind.daily)
    weekdays = parsed.weekdays
    if parsed.freq == "WEEKLY" and weekdays and parsed.interval == 1:
        return Choices(Kind.weekly, weekdays)
    if parsed.week_start:
        # The choices count weeks from Monday: they would say other dates than this rule has.
        return Choices(Kind.other, weekdays)
    if parsed.freq == "WEEKLY" and weekdays:
        if parsed.interval == 2:
            return Choices(Kind.fortnightly, weekdays)
        return Choices(Kind.every_few_weeks, weekdays, weeks=parsed.interval)
    for kind, weeks in _WEEKS_OF.items():
        if parsed.weeks == tuple(weeks):
            return Choices(kind, weekdays)
    nth = _last_at_end({n for n, _ in parsed.days})
    whole = len(parsed.days) == len(nth) * len(weekdays) and 0 not in nth
    if parsed.freq == "MONTHLY" and parsed.interval == 1 and parsed.days and whole:
        months = () if len(parsed.months) == 12 else parsed.months
        return Choices(Kind.monthly, weekdays, nth, months=months)
    if parsed.freq == "YEARLY" and len(parsed.months) == len(parsed.month_days) == 1:
        month, number = parsed.months[0], parsed.month_days[0]
        if number > 0:
            return Choices(Kind.yearly, day=(month, number))
    return Choices(Kind.other, weekdays)


_WEEKS_OF: dict[Kind, Sequence[int]] = {
    Kind.even_weeks: range(2, 53, 2),
    Kind.odd_weeks: range(1, 54, 2),
}


def _last_at_end(nth: Iterable[int]) -> tuple[int, ...]:
    return tuple(sorted(set(nth), key=lambda n: (n < 0, n)))
