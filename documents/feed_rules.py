"""The rules of activities as calendar apps understand them. Pure.

RFC 5545 allows more than apps do. No widely used app reads week numbers, and Outlook knows one
'nth weekday' a rule. So a rule is split into parts that every app can say, and which together
give the same dates.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from rules.recurrence import DAY_CODES, BadRule, Rule, expand, parse

_DAY = dt.timedelta(days=1)
_WEEK = dt.timedelta(weeks=1)
#: More parts than this are worse than one rule that Outlook does not know.
MOST_PARTS = 12
#: Weeks further apart than this are no rhythm.
_LONGEST_STEP = 26
#: How far to look for the next date of a rule: the rarest comes once in 28 years.
_RAREST = dt.timedelta(days=366 * 30)


@dataclass(frozen=True)
class Part:
    """A rule that every calendar app understands, and the days between which it holds.

    key: tells the parts of one rule apart; it stays the same as days pass. Empty for the first.
    """

    key: str
    rule: str
    first: dt.date
    last: dt.date | None

    def dates(self, start: dt.date, end: dt.date) -> list[dt.date]:
        """The dates between two days (included), in order."""
        return expand(self.rule, self.first, self.last, start, end)

    def next_date(self, day: dt.date) -> dt.date | None:
        """The first date on or after a day; None when there is none for thirty years."""
        for reach in (_RAREST / 30, _RAREST / 6, _RAREST):
            found = self.dates(day, day + dt.timedelta(days=reach.days))
            if found:
                return found[0]
        return None


def parts_of(
    rule: str, first: dt.date, last: dt.date | None, start: dt.date, end: dt.date
) -> list[Part]:
    """The parts of a rule that matter from ``start`` on; single dates (RDATE:) have none.

    A part has its own end only where the rule has one, or where its rhythm breaks: those of week
    numbers begin at ``end`` at the latest, the others go on as the rule does.

    :raises BadRule: for a rule that this house does not understand.
    """
    parsed = parse(rule)
    if parsed.dates or (last is not None and last < start):
        return []
    if parsed.weeks:
        return list(_week_parts(parsed, first, last, start, end))
    if _every_week(parsed):
        days = ",".join(DAY_CODES[day] for day in parsed.weekdays)
        return [Part("", f"FREQ=WEEKLY;BYDAY={days}", first, last)]
    parts: list[Part] = []
    for said in _simple_rules(rule, parsed):
        try:
            parts.append(_part(said, str(len(parts) + 1) if parts else "", first, last))
        except BadRule:  # 31 February: a piece of a good rule that never comes.
            continue
    return parts


def _every_week(rule: Rule) -> bool:
    """'Every Monday of every month' is every Monday."""
    return (
        rule.freq == "MONTHLY"
        and rule.interval == 1
        and not rule.months
        and bool(rule.days)
        and not any(nth for nth, _ in rule.days)
    )


def _simple_rules(rule: str, parsed: Rule) -> list[str]:
    """A rule as rules with one nth weekday or day of the month each, and without a list of months.

    Those that could give one date twice, such as the fourth and the last, stay together.
    """
    if parsed.freq not in ("MONTHLY", "YEARLY"):
        return [_with_week_start(rule, parsed)]
    counted = [nth for nth, _ in parsed.days] or list(parsed.month_days)
    said = [f"BYDAY={nth}{DAY_CODES[day]}" for nth, day in parsed.days if nth] + [
        f"BYMONTHDAY={day}" for day in parsed.month_days
    ]
    highest = 4 if parsed.days else 28
    may_meet = min(counted, default=0) < 0 and max(counted, default=0) >= highest
    if len(said) != len(counted) or may_meet or (parsed.months and parsed.interval > 1):
        return [rule]
    if parsed.freq == "MONTHLY" and not parsed.months:
        every = f";INTERVAL={parsed.interval}" if parsed.interval > 1 else ""
        simple = [f"FREQ=MONTHLY{every};{one}" for one in said]
    elif _step_of(parsed.months):
        simple = [f"FREQ=MONTHLY;INTERVAL={_step_of(parsed.months)};{one}" for one in said]
        simple = [f"{one};FROM={parsed.months[0]}" for one in simple]
    else:
        simple = [f"FREQ=YEARLY;BYMONTH={month};{one}" for month in parsed.months for one in said]
    return simple if len(simple) <= MOST_PARTS else [rule]


def _step_of(months: tuple[int, ...]) -> int:
    """The number of months between these, when it is always the same; else 0."""
    if not months or 12 % len(months):
        return 0
    step = 12 // len(months)
    even = all(later - earlier == step for earlier, later in pairwise(months))
    return step if even and step < 12 else 0


def _part(said: str, key: str, first: dt.date, last: dt.date | None) -> Part:
    """A part whose rhythm begins in the right month, where it has one.

    :raises BadRule: when the rule never gives a date.
    """
    rule, _, month = said.partition(";FROM=")
    step = parse(rule).interval
    while month and (first.month - int(month)) % step:
        first = (first.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    return Part(key, rule, first, last)


def _with_week_start(rule: str, parsed: Rule) -> str:
    """Some apps let weeks begin on Sunday; where every second week counts, say it is Monday."""
    needs = parsed.freq == "WEEKLY" and parsed.interval > 1 and "WKST" not in rule
    return f"{rule};WKST=MO" if needs else rule


# -- week numbers ---------------------------------------------------------------------------------


def _week_parts(
    rule: Rule, first: dt.date, last: dt.date | None, start: dt.date, end: dt.date
) -> Iterator[Part]:
    """Runs of weeks at a steady distance: 'odd weeks' is every second week until a week 53."""
    days = ",".join(DAY_CODES[day] for day in rule.weekdays)
    if set(rule.weeks) == set(range(1, 54)):
        yield Part("", f"FREQ=WEEKLY;BYDAY={days}", first, last)
        return
    for run in _runs(rule.weeks, start, end):
        year, week, _day = run[0].isocalendar()
        step = (run[1] - run[0]).days // 7 if len(run) > 1 else 1
        begun = [monday for monday in run if monday + _WEEK > first]
        until = run[-1] + rule.weekdays[-1] * _DAY
        until = min(until, last) if last else until
        if begun and until >= start and max(begun[0], first) <= until:
            every = f";INTERVAL={step}" if step > 1 else ""
            yield Part(
                f"{year}W{week:02d}",
                f"FREQ=WEEKLY{every};BYDAY={days};WKST=MO",
                max(begun[0], first),
                until,
            )


def _runs(weeks: tuple[int, ...], start: dt.date, end: dt.date) -> Iterator[list[dt.date]]:
    """The Mondays of these ISO weeks in runs of one distance, for all that begin up to ``end``.

    Every run ends at the latest with a year of 53 weeks, so that a run always begins on the same
    Monday, whatever days are asked for; and it is told to its own end.
    """
    year = start.isocalendar().year
    while not _is_long(year - 1):
        year -= 1
    while dt.date.fromisocalendar(year, 1, 1) <= end:
        run: list[dt.date] = []
        years = [year]
        while not _is_long(years[-1]):
            years.append(years[-1] + 1)
        for monday in _mondays(weeks, years):
            if run and not _in_step(run, monday):
                yield run
                run = []
            if not run and monday > end:
                break
            run.append(monday)
        if run:
            yield run
        year = years[-1] + 1


def _mondays(weeks: tuple[int, ...], years: list[int]) -> Iterator[dt.date]:
    for year in years:
        for week in weeks:
            if week < 53 or _is_long(year):
                yield dt.date.fromisocalendar(year, week, 1)


def _in_step(run: list[dt.date], monday: dt.date) -> bool:
    distance = monday - run[-1]
    if len(run) > 1:
        return distance == run[1] - run[0]
    return distance <= _LONGEST_STEP * _WEEK


def _is_long(year: int) -> bool:
    """Whether an ISO year has a week 53."""
    return dt.date(year, 12, 28).isocalendar().week == 53
