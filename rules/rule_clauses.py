"""From the pieces that were read in a sentence to the rule that they make together. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace

from rules.date_reading import Dates, NoSuchDay, TypedSpan, Unreadable, resolve
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

_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class ReadRule:
    """A rule, and the first and the last date if they were said."""

    rule: str
    first: dt.date | None
    last: dt.date | None

    def dates(self, start: dt.date, end: dt.date) -> set[dt.date]:
        """The dates of the rule in this window; without a first date it begins with the window."""
        return set(expand(self.rule, self.first or start, self.last, start, end))


@dataclass
class Clause:
    """What is said of one rule, piece by piece."""

    piece: str = ""
    every: tuple[str, int] | None = None
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


def rule_of(clause: Clause, today: dt.date) -> ReadRule:
    refusal = Unreadable(clause.piece)
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
        if clause.months or clause.first or clause.last or _leaves_out(clause):
            raise refusal
        return _dates_rule(resolve(clause.days, today), refusal)
    try:
        if clause.counted or clause.month_days:
            return _bounded(_monthly_rule(clause, refusal), clause, today)
        if clause.weeks or clause.not_weeks:
            return _bounded(_numbered_weeks_rule(clause, refusal), clause, today)
        return _plain_rule(clause, unit, number, refusal, today)
    except BadRule as error:
        raise refusal from error


def _leaves_out(clause: Clause) -> bool:
    return bool(clause.not_weekdays or clause.not_weeks or clause.not_months)


def _yearly_rule(clause: Clause, refusal: Unreadable) -> str:
    """'elk jaar op 5 mei'; 'elk jaar op 5 en 6 mei', 'elk jaar op 5 mei en juni'."""
    days = [first for first, last in clause.days if first is last]
    plain = len(days) == len(clause.days) and not any(day.year or day.weekday for day in days)
    other = clause.weekdays or clause.counted or clause.month_days or clause.weeks
    months = {day.month or 0 for day in days} | clause.months
    if not plain or other or _leaves_out(clause) or clause.every != ("year", 1):
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


def _dates_rule(dates: list[Dates], refusal: Unreadable) -> ReadRule:
    if len(dates) == 1 and dates[0][0] < dates[0][1]:
        return ReadRule(build_rule(Kind.daily), *dates[0])
    single: set[dt.date] = set()
    for begin, end in dates:
        if (end - begin).days >= MOST_DATES:
            raise refusal
        single |= {begin + n * _DAY for n in range((end - begin).days + 1)}
    if len(single) > MOST_DATES:
        raise refusal
    return ReadRule(build_rule(Kind.dates, dates=single), None, None)


def _monthly_rule(clause: Clause, refusal: Unreadable) -> str:
    """'1e en 3e maandag', 'in oneven maanden: 2e zaterdag', 'om de maand: laatste donderdag'."""
    unit, number = clause.every or ("month", 1)
    months = (clause.months or set(ALL_MONTHS)) - clause.not_months
    all_year = months == set(ALL_MONTHS)
    if clause.weekdays or clause.weeks or clause.not_weekdays or clause.not_weeks or not months:
        raise refusal
    if (clause.counted and clause.month_days) or (number > 1 and not all_year):
        raise refusal
    # 'elk jaar op de 4e zaterdag van september' is said of that month alone.
    if unit not in ("month", "year") or (unit == "year" and (number > 1 or all_year)):
        raise refusal
    if clause.counted:
        codes = sorted(set(clause.counted), key=lambda c: (c[0] < 0, c[0], c[1]))
        said = "BYDAY=" + ",".join(f"{nth}{DAY_CODES[weekday]}" for nth, weekday in codes)
    else:
        said = f"BYMONTHDAY={_numbers(clause.month_days)}"
    interval = f"INTERVAL={number};" if number > 1 else ""
    only = "" if all_year else f"BYMONTH={_numbers(months)};"
    return f"FREQ=MONTHLY;{interval}{only}{said}"


def _numbered_weeks_rule(clause: Clause, refusal: Unreadable) -> str:
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
    clause: Clause, unit: str, number: int, refusal: Unreadable, today: dt.date
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
    if unit == "day":
        if weekdays or clause.not_weekdays:
            raise refusal
        rule = f"FREQ=DAILY;INTERVAL={number}" if number > 1 else build_rule(Kind.daily)
        parse(rule)
        return _bounded(rule, clause, today)
    first = resolve(clause.first, today)
    if unit == "week" and not weekdays and first and not clause.not_weekdays:
        weekdays = {first[0][0].weekday()}
    kind = {1: Kind.weekly, 2: Kind.fortnightly}.get(number, Kind.every_few_weeks)
    found = _bounded(build_rule(kind, weekdays, weeks=number), clause, today)
    if number > 1 and found.first:
        # 'vanaf zondag 1 november om de week op dinsdag' begins on the first Tuesday after it.
        ahead = min((weekday - found.first.weekday()) % 7 for weekday in weekdays)
        found = replace(found, first=found.first + ahead * _DAY)
    return found


def _within_one_month(clause: Clause, refusal: Unreadable, today: dt.date) -> ReadRule:
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
            begin = first.checked(first.on(first.year))
            end = last.since(max(begin, today))
        if begin > end:
            raise Unreadable(last.piece)
        return ReadRule(rule, begin, end)
    begin_only, end_only = resolve(clause.first, today), resolve(clause.last, today)
    return ReadRule(
        rule,
        begin_only[0][0] if begin_only else None,
        end_only[0][1] if end_only else None,
    )


def _numbers(numbers: set[int]) -> str:
    return ",".join(str(number) for number in sorted(numbers, key=lambda n: (n < 0, n)))
