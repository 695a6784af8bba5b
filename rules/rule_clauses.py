"""From the pieces that were read in a sentence to the rule that they make together. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from rules.date_reading import Dates, TypedSpan, resolve
from rules.recurrence import (
    ALL_MONTHS,
    DAY_CODES,
    MOST_DATES,
    BadRule,
    Kind,
    build_rule,
    expand,
    parse,
)
from rules.wall_time import month_of
from rules.word_tokens import NoSuchDay, Unreadable

_DAY = dt.timedelta(days=1)
_NO_DAYS: frozenset[dt.date] = frozenset()


class Contradiction(Unreadable):
    """Pieces of which each can be read, but that make no rule together."""


@dataclass(frozen=True)
class ReadRule:
    """A rule, and the first and the last date if they were said.

    named: the days were named themselves ('9 en 16 december', '7 t/m 11 december'), not by a
        rule: they hold on a day on which the house is closed, too.
    """

    rule: str
    first: dt.date | None = None
    last: dt.date | None = None
    named: bool = False

    def dates(
        self, start: dt.date, end: dt.date, closed: AbstractSet[dt.date] = _NO_DAYS
    ) -> set[dt.date]:
        """The dates in this window; without a first date the rule begins with the window.

        closed: days on which the house is closed. They are told of once, for all that is on.
        """
        found = set(expand(self.rule, self.first or start, self.last, start, end))
        return found if self.named else found - closed


@dataclass
class Clause:
    """What is said of one rule, piece by piece."""

    piece: str = ""
    every: tuple[str, int] | None = None
    #: 'elke donderdag', in so many words.
    each_weekday: bool = False
    weekdays: set[int] = field(default_factory=set)
    counted: list[tuple[int, int]] = field(default_factory=list)
    month_days: set[int] = field(default_factory=set)
    weeks: set[int] = field(default_factory=set)
    months: set[int] = field(default_factory=set)
    days: list[TypedSpan] = field(default_factory=list)
    first: list[TypedSpan] = field(default_factory=list)
    last: list[TypedSpan] = field(default_factory=list)
    not_weekdays: set[int] = field(default_factory=set)
    not_weeks: set[int] = field(default_factory=set)
    not_months: set[int] = field(default_factory=set)

    @property
    def says_how_often(self) -> bool:
        return bool(self.every or self.weekdays or self.counted or self.month_days or self.weeks)

    @property
    def says_nothing(self) -> bool:
        said = self.months or self.days or self.first or self.last or self.leaves_out
        return not (said or self.says_how_often or self.each_weekday)

    @property
    def only_days(self) -> bool:
        """Whether days were named, and nothing else."""
        others = self.months or self.first or self.last or self.leaves_out
        return bool(self.days) and not (others or self.says_how_often)

    @property
    def leaves_out(self) -> bool:
        return bool(self.not_weekdays or self.not_weeks or self.not_months)


def rules_of(clause: Clause, today: dt.date) -> tuple[ReadRule, ...]:
    """As :func:`rule_of`; more days than one rule can hold are rules for each run of them."""
    if clause.only_days:
        runs = resolve(clause.days, today)
        if sum((end - begin).days + 1 for begin, end in runs) > MOST_DATES:
            daily = build_rule(Kind.daily)
            return tuple(ReadRule(daily, begin, end, named=True) for begin, end in runs)
    return (rule_of(clause, today),)


def rule_of(clause: Clause, today: dt.date) -> ReadRule:
    """The rule that the pieces make.

    :raises Contradiction: when they make none.
    :raises Unreadable: for a day that is not there, or is another weekday.
    """
    refusal = Contradiction(clause.piece)
    unit, number = clause.every or ("", 1)
    if clause.days and unit == "year":
        return _bounded(_yearly_rule(clause, refusal), clause, today)
    if clause.days and clause.says_how_often:
        # 'elke dag 7 t/m 11 december'
        begin, end = clause.days[0]
        if len(clause.days) > 1 or begin is end or clause.first or clause.last:
            raise refusal
        clause = replace(clause, days=[], first=[(begin, begin)], last=[(end, end)])
    if clause.days:
        if not clause.only_days:
            raise refusal
        return _dates_rule(resolve(clause.days, today), refusal)
    try:
        if clause.counted or clause.month_days or _is_weekly_in_months(clause):
            return _bounded(_monthly_rule(clause, refusal), clause, today)
        if clause.weeks or clause.not_weeks:
            return _bounded(_numbered_weeks_rule(clause, refusal), clause, today)
        return _plain_rule(clause, unit, number, refusal, today)
    except BadRule as error:
        raise refusal from error


def _yearly_rule(clause: Clause, refusal: Contradiction) -> str:
    """'elk jaar op 5 mei'; 'elk jaar op 5 en 6 mei', 'elk jaar op 5 mei en juni'."""
    days = [first for first, last in clause.days if first is last]
    plain = len(days) == len(clause.days) and all(
        day.year is None and day.weekday is None for day in days
    )
    other = clause.weekdays or clause.counted or clause.month_days or clause.weeks
    months = {day.month or 0 for day in days} | clause.months
    if not plain or other or clause.leaves_out or clause.every != ("year", 1):
        raise refusal
    if len({day.month for day in days}) > 1:
        raise refusal
    rule = (
        f"FREQ=YEARLY;BYMONTH={_numbers(months)};BYMONTHDAY={_numbers({day.day for day in days})}"
    )
    try:
        parse(rule)
    except BadRule as error:
        raise NoSuchDay(days[0].piece) from error
    return rule


def _dates_rule(dates: list[Dates], refusal: Contradiction) -> ReadRule:
    if len(dates) == 1 and dates[0][0] < dates[0][1]:
        return ReadRule(build_rule(Kind.daily), *dates[0], named=True)
    single: set[dt.date] = set()
    for begin, end in dates:
        if (end - begin).days >= MOST_DATES:
            raise refusal
        single |= {begin + n * _DAY for n in range((end - begin).days + 1)}
    if len(single) > MOST_DATES:
        raise refusal
    return ReadRule(build_rule(Kind.dates, dates=single), named=True)


def _is_weekly_in_months(clause: Clause) -> bool:
    """'in juni en juli: elke donderdag', 'om de maand: elke donderdag'.

    'Elke donderdag in december' is said of the next one: it is read elsewhere.
    """
    unit, _number = clause.every or ("week", 1)
    if not clause.weekdays or clause.weeks or clause.not_weeks:
        return False
    if unit in ("month", "year"):
        # 'Elke maand op donderdag' does not say which one.
        return clause.each_weekday
    return clause.every in (None, ("week", 1)) and bool(len(clause.months) > 1 or clause.not_months)


def _monthly_rule(clause: Clause, refusal: Contradiction) -> str:
    """'1e en 3e maandag', 'in oneven maanden: 2e zaterdag', 'om de maand: laatste donderdag'."""
    unit, number = clause.every or ("month", 1)
    if clause.weekdays and unit == "week":
        unit = "month"
    months = (clause.months or set(ALL_MONTHS)) - clause.not_months
    all_year = months == set(ALL_MONTHS)
    said = [each for each in (clause.counted, clause.month_days, clause.weekdays) if each]
    if len(said) > 1 or clause.weeks or clause.not_weekdays or clause.not_weeks or not months:
        raise refusal
    # 'elk jaar op de 4e zaterdag van september' is said of that month alone.
    if unit not in ("month", "year") or (unit == "year" and (number > 1 or all_year)):
        raise refusal
    if number > 1 and not all_year:
        raise refusal
    if clause.month_days:
        days = f"BYMONTHDAY={_numbers(clause.month_days)}"
    else:
        counted = set(clause.counted) or {(0, weekday) for weekday in clause.weekdays}
        codes = sorted(counted, key=lambda c: (c[0] < 0, c[0], c[1]))
        days = "BYDAY=" + ",".join(f"{nth or ''}{DAY_CODES[weekday]}" for nth, weekday in codes)
    interval = f"INTERVAL={number};" if number > 1 else ""
    only = "" if all_year else f"BYMONTH={_numbers(months)};"
    rule = f"FREQ=MONTHLY;{interval}{only}{days}"
    parse(rule)
    return rule


def _numbered_weeks_rule(clause: Clause, refusal: Contradiction) -> str:
    """'in oneven weken op vrijdag, niet in week 27 t/m 35'."""
    weekdays = clause.weekdays
    if clause.every == ("day", 1) and not weekdays:
        weekdays = set(range(7))
    elif clause.every not in (None, ("week", 1)):
        raise refusal
    weeks = (clause.weeks or set(range(1, 54))) - clause.not_weeks
    weekdays = weekdays - clause.not_weekdays
    if not weeks or not weekdays or clause.months or clause.not_months:
        raise refusal
    codes = ",".join(DAY_CODES[weekday] for weekday in sorted(weekdays))
    return f"FREQ=YEARLY;BYWEEKNO={_numbers(weeks)};BYDAY={codes}"


def _plain_rule(
    clause: Clause, unit: str, number: int, refusal: Contradiction, today: dt.date
) -> ReadRule:
    """'elke donderdag', 'om de week op dinsdag', 'elke dag behalve zondag', 'elke 3 dagen'."""
    weekdays = clause.weekdays
    if unit == "day" and number == 1 and clause.not_weekdays and not weekdays:
        unit, weekdays = "week", set(range(7))
    if clause.not_months or unit in ("month", "year"):
        raise refusal
    if clause.months:
        return _within_one_month(clause, refusal, today)
    weekdays = weekdays - clause.not_weekdays
    if clause.each_weekday and number > 1:
        raise refusal
    if unit == "day":
        if weekdays or clause.not_weekdays:
            raise refusal
        rule = f"FREQ=DAILY;INTERVAL={number}" if number > 1 else build_rule(Kind.daily)
        parse(rule)
        return _bounded(rule, clause, today)
    found = _bounded("", clause, today)
    if unit == "week" and not weekdays and found.first and not clause.not_weekdays:
        weekdays = {found.first.weekday()}
    kind = {1: Kind.weekly, 2: Kind.fortnightly}.get(number, Kind.every_few_weeks)
    found = replace(found, rule=build_rule(kind, weekdays, weeks=number))
    if number > 1 and found.first:
        # 'vanaf zondag 1 november om de week op dinsdag' begins on the first Tuesday after it.
        ahead = min((weekday - found.first.weekday()) % 7 for weekday in weekdays)
        found = replace(found, first=found.first + ahead * _DAY)
    return found


def _within_one_month(clause: Clause, refusal: Contradiction, today: dt.date) -> ReadRule:
    """'elke donderdag in december' is from the first up to the last of the next December."""
    if len(clause.months) > 1 or clause.first or clause.last:
        raise refusal
    bare = replace(clause, months=set())
    (month,) = clause.months
    year = today.year + (month < today.month)
    first, last = month_of(dt.date(year, month, 1))
    return replace(rule_of(bare, today), first=first, last=last)


def _bounded(rule: str, clause: Clause, today: dt.date) -> ReadRule:
    """The rule with the first and the last date that were said."""
    if clause.first and clause.last:
        (first, _), (last, _) = clause.first[0], clause.last[0]
        if first.year is None or last.year is not None:
            begin, end = resolve([(first, last)], today)[0]
        else:
            begin = first.beginning(today)
            end = last.since(max(begin, today))
        if begin > end:
            raise Unreadable(last.piece)
        return ReadRule(rule, begin, end)
    return ReadRule(
        rule,
        clause.first[0][0].beginning(today) if clause.first else None,
        resolve(clause.last, today)[0][1] if clause.last else None,
    )


def _numbers(numbers: set[int]) -> str:
    return ",".join(str(number) for number in sorted(numbers, key=lambda n: (n < 0, n)))
