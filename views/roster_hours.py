"""Hours per person and month, for coordinators: on the screen and as a table to take along."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, g, make_response, url_for
from flask_babel import gettext as _
from wtforms import Field

from documents import tables
from documents.tables import Cell
from rules import hours, notation
from rules.wall_time import month_of
from views import clock
from views.answers import page
from views.forms import MonthField, QueryForm
from views.gate import Access, gate
from views.programme_table import XLSX

#: Years that an address may name, as months do.
YEARS = range(2000, 2101)


def add_to(bp: Blueprint) -> None:
    """Put these pages in the roster's place."""
    bp.add_url_rule("/uren", "hours", shown)
    bp.add_url_rule("/uren.csv", "hours_csv", as_csv)
    bp.add_url_rule("/uren.xlsx", "hours_xlsx", as_xlsx)


class YearField(Field):
    """A year in an address, as a number; None when it is not there."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0]:
            known = re.fullmatch("[0-9]{4}", valuelist[0]) and int(valuelist[0]) in YEARS
            if not known:
                raise ValueError(_("Dit jaar kennen we niet. Schrijf bijvoorbeeld 2026."))
            self.data = int(valuelist[0])


class PeriodQuery(QueryForm):
    maand = MonthField()
    jaar = YearField()


@dataclass(frozen=True)
class Period:
    """A month, or a year."""

    first: dt.date
    last: dt.date
    is_year: bool

    @property
    def months(self) -> list[dt.date]:
        """The first day of each month in it."""
        return [self.first.replace(month=n) for n in range(self.first.month, self.last.month + 1)]

    @property
    def words(self) -> str:
        return str(self.first.year) if self.is_year else notation.month(self.first)

    def address(self, endpoint: str, day: dt.date | None = None) -> str:
        """Of a page about this period, or about the one that holds a day."""
        day = day or self.first
        if self.is_year:
            return url_for(endpoint, jaar=day.year)
        return url_for(endpoint, maand=f"{day:%Y-%m}")


def _period() -> Period:
    asked: dict[str, Any] = PeriodQuery().read()
    if asked["jaar"]:
        year = asked["jaar"]
        return Period(dt.date(year, 1, 1), dt.date(year, 12, 31), is_year=True)
    first, last = month_of(asked["maand"] or clock.today())
    return Period(first, last, is_year=False)


def _worked(period: Period) -> list[hours.Worked]:
    return hours.hours_worked(g.house, period.first, period.last, clock.now())


@gate(Access.coordinators)
def shown() -> Response:
    period = _period()
    worked = _worked(period)
    return page(
        "roster/hours.html",
        period=period,
        before=period.first - dt.timedelta(days=1),
        after=period.last + dt.timedelta(days=1),
        worked=worked,
        total=hours.total(worked),
        said=_said,
    )


@gate(Access.coordinators)
def as_csv() -> Response:
    period = _period()
    return _file(tables.write_csv(_table(period)), "csv", "text/csv; charset=utf-8", period)


@gate(Access.coordinators)
def as_xlsx() -> Response:
    period = _period()
    return _file(tables.write_xlsx({_("Uren"): _table(period)}), "xlsx", XLSX, period)


def _table(period: Period) -> list[Sequence[Cell]]:
    """The numbers of the screen, with a column for each month of a year."""
    months = period.months if period.is_year else []
    worked = _worked(period)
    total = hours.total(worked)
    total.name = _("Samen")
    heading = [_("Naam"), _("Diensten"), _("Uren"), *(notation.MONTHS[m.month - 1] for m in months)]
    rows: list[Sequence[Cell]] = [heading]
    rows += [
        [
            one.name or _("Niet meer bekend"),
            one.shifts,
            hours.as_hours(one.minutes),
            *(hours.as_hours(one.by_month.get(month, 0)) for month in months),
        ]
        for one in [*worked, total]
    ]
    return rows


def _said(minutes: int) -> str:
    """'3,25', '7,5', '12': the number that the files have, without needless zeros."""
    return f"{hours.as_hours(minutes):f}".rstrip("0").rstrip(".").replace(".", ",")


def _file(data: bytes, kind: str, mimetype: str, period: Period) -> Response:
    """A file to keep; its name says of which house and when."""
    when = f"{period.first:%Y}" if period.is_year else f"{period.first:%Y-%m}"
    response = make_response(data)
    response.headers["Content-Type"] = mimetype
    response.headers["Content-Disposition"] = (
        f'attachment; filename="{g.house.slug}-{_("uren")}-{when}.{kind}"'
    )
    return response
