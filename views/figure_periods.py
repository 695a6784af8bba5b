"""The period that a page of figures is about: in its address, and in words."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from wtforms import Field

from rules import notation
from rules.periods import EARLIEST, LATEST, Period, PeriodKind, Span, period_of
from views import clock
from views.forms import BadAddress, MonthField, QueryForm, WeekField
from views.roster_hours import YEARS, YearField


class DayField(Field):
    """A day in an address, '2026-11-26'; None when it is not there."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0]:
            try:
                if not re.fullmatch("[0-9]{4}-[0-9]{2}-[0-9]{2}", valuelist[0]):
                    raise ValueError
                self.data = dt.date.fromisoformat(valuelist[0])
                if not EARLIEST <= self.data <= LATEST:
                    raise ValueError
            except ValueError as error:
                self.data = None
                sentence = _("Deze dag kennen we niet. Schrijf bijvoorbeeld 2026-11-26.")
                raise ValueError(sentence) from error


class QuarterField(Field):
    """A quarter in an address, '2026-K4', as its first day; None when it is not there."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0]:
            match = re.fullmatch("([0-9]{4})-K([1-4])", valuelist[0])
            if match is None or int(match[1]) not in YEARS:
                sentence = _("Dit kwartaal kennen we niet. Schrijf bijvoorbeeld 2026-K4.")
                raise ValueError(sentence)
            self.data = dt.date(int(match[1]), int(match[2]) * 3 - 2, 1)


class PeriodQuery(QueryForm):
    dag = DayField()
    week = WeekField()
    maand = MonthField()
    kwartaal = QuarterField()
    jaar = YearField()


#: Under which name an address has each kind; the order of the tabs.
NAMES = {
    PeriodKind.day: "dag",
    PeriodKind.week: "week",
    PeriodKind.month: "maand",
    PeriodKind.quarter: "kwartaal",
    PeriodKind.year: "jaar",
}


def asked_for() -> Period:
    """The period in the address; without one this month. What is none is answered with a 400."""
    asked: dict[str, Any] = PeriodQuery().read()
    found = [(kind, asked[name]) for kind, name in NAMES.items() if asked[name] is not None]
    if len(found) > 1:
        raise BadAddress(_("Kies één periode: een dag, week, maand, kwartaal of jaar."))
    kind, day = found[0] if found else (PeriodKind.month, clock.today())
    return period_of(kind, dt.date(day, 1, 1) if isinstance(day, int) else day)


def address(endpoint: str, period: Period, **more: Any) -> str:
    """The address of a page about a period."""
    first = period.first
    value = {
        PeriodKind.day: f"{first:%Y-%m-%d}",
        PeriodKind.week: notation.iso_week(first),
        PeriodKind.month: f"{first:%Y-%m}",
        PeriodKind.quarter: f"{first:%Y}-K{period.quarter}",
        PeriodKind.year: f"{first:%Y}",
    }[period.kind]
    return url_for(endpoint, **{NAMES[period.kind]: value}, **more)


def file_name(period: Period) -> str:
    """A period as part of the name of a file: '2026-11', '2026-w48'."""
    if period.kind == PeriodKind.week:
        return notation.iso_week(period.first).lower()
    if period.kind == PeriodKind.quarter:
        return f"{period.first:%Y}-k{period.quarter}"
    length = {PeriodKind.day: 10, PeriodKind.month: 7, PeriodKind.year: 4}[period.kind]
    return period.first.isoformat()[:length]


def words(period: Period) -> str:
    """'donderdag 26 november 2026', 'week 48 van 2026', '4e kwartaal van 2026'."""
    first = period.first
    if period.kind == PeriodKind.day:
        return notation.days(first, first)
    if period.kind == PeriodKind.week:
        year, week, _weekday = first.isocalendar()
        return _("week %(week)d van %(year)d", week=week, year=year)
    if period.kind == PeriodKind.month:
        return notation.month(first)
    if period.kind == PeriodKind.quarter:
        return _("%(n)de kwartaal van %(year)d", n=period.quarter, year=first.year)
    return str(first.year)


def span_words(span: Span) -> str:
    """'november 2026', '1 t/m 25 november 2026', 'week 48 van 2026', whatever is shortest."""
    for kind in (PeriodKind.year, PeriodKind.quarter, PeriodKind.month, PeriodKind.week):
        whole = period_of(kind, span.first)
        if (whole.first, whole.last) == (span.first, span.last):
            return words(whole)
    return notation.days(span.first, span.last, short=True)
