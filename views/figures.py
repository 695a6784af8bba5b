"""Figures: how many visitors a house had, as pages, charts and files of one set of numbers."""

from __future__ import annotations

from contextlib import suppress

from flask import Blueprint, Response, abort, g
from flask_login import current_user
from peewee import OperationalError

from models import House, Role
from rules import advice, figures, notation, openings
from rules.figures import HouseFigures, Report
from rules.periods import Period, PeriodKind, period_of
from views import clock, figure_periods, figure_words, figures_charts, figures_files
from views.answers import page
from views.gate import Access, gate

bp = Blueprint("figures", __name__, url_prefix="/cijfers")


@bp.get("")
@gate(Access.figures)
def index() -> Response:
    period = figure_periods.asked_for()
    today = clock.today()
    report = _report(period)
    runs_now = period.kind == PeriodKind.month and period.holds(today)
    return page(
        "figures/index.html",
        report=report,
        charts={name: make(report) for name, make in figures_charts.OF_REPORT.items()},
        advice=advice.advice_for(g.house, today) if report.exact and runs_now else [],
        several=len(_houses()) > 1,
        slots=_slots(report),
        **_around(period),
    )


@bp.get("/huizen")
@gate(Access.figures)
def side_by_side() -> Response:
    period = figure_periods.asked_for()
    found = _side_by_side(period)
    return page(
        "figures/houses.html",
        found=found,
        together=figures.together(each.total for each in found),
        chart=figures_charts.houses(found, period),
        **_around(period),
    )


@bp.get("/<picture>.svg")
@gate(Access.figures)
def chart(picture: str) -> Response:
    period = figure_periods.asked_for()
    if picture == "huizen":
        return figures_charts.answer(figures_charts.houses(_side_by_side(period), period))
    if picture not in figures_charts.OF_REPORT:
        abort(404)
    return figures_charts.answer(figures_charts.OF_REPORT[picture](_report(period)))


@bp.get("/bezoeken.csv")
@gate(Access.figures)
def as_csv() -> Response:
    period = figure_periods.asked_for()
    return figures_files.as_csv(figures_files.parts_of(_report(period)), period)


@bp.get("/bezoeken.xlsx")
@gate(Access.figures)
def as_xlsx() -> Response:
    period = figure_periods.asked_for()
    report = _report(period)
    parts = figures_files.parts_of(report)
    exact = report.exact
    if len(_houses()) > 1:
        found = _side_by_side(period)
        together = figures.together(each.total for each in found)
        parts += figures_files.parts_of_houses(found, together)
        exact = all(each.exact for each in found)
    return figures_files.as_xlsx(parts, period, exact=exact)


def _report(period: Period) -> Report:
    """The figures of the house that was asked for: exact for who runs it, else protected."""
    _settle(g.house)
    exact = g.role == Role.coordinator
    return figures.report(g.house, period, clock.today(), exact=exact)


def _side_by_side(period: Period) -> list[HouseFigures]:
    houses = _houses()
    for house in houses:
        _settle(house)
    standing = current_user.standing
    asked = [(house, standing.role_in(house) == Role.coordinator) for house in houses]
    return figures.side_by_side(asked, period, clock.today())


def _houses() -> list[House]:
    """The houses of which the person may see figures."""
    standing = current_user.standing
    return [house for house in standing.houses if standing.may(Access.figures, house)]


def _settle(house: House) -> None:
    """See to it that what is over is told by rows of openings; while nobody can write, it is told
    by those that there are."""
    with suppress(OperationalError):
        openings.settle(house, clock.today())


def _around(period: Period) -> dict[str, object]:
    """What the pages share: the period in words, and the ways to others."""
    before, after = period.before, period.after
    today = clock.today()
    # From a period that holds today to the week, or the day, of today.
    middle = today if period.holds(today) else period.first
    return {
        "period": period,
        "period_words": figure_periods.words(period),
        "before": before if before.is_known else None,
        "after": after if after.is_known else None,
        "kinds": [(kind, period_of(kind, middle)) for kind in figure_periods.NAMES],
        "address": figure_periods.address,
        "span_words": figure_periods.span_words,
        "words": figure_words,
    }


def _slots(report: Report) -> dict[str, object] | None:
    """The hours of each weekday as a table: from the first to the last that has visitors, with how
    deep each cell is coloured (0 to 4)."""
    cells = {(cell.hour, cell.weekday): cell.visits for cell in report.splits.slots.cells}
    if not cells or report.period.kind == PeriodKind.day:
        return None
    hours = [hour for hour, _weekday in cells]
    weekdays = sorted({weekday for _hour, weekday in cells} | set(range(5)))
    largest = max(visits.size for visits in cells.values())
    return {
        "weekdays": [(notation.WEEKDAYS[n][:2], notation.WEEKDAYS[n]) for n in weekdays],
        "rows": [
            (
                hour,
                [
                    (visits.text, round(4 * visits.size / largest))
                    if (visits := cells.get((hour, weekday)))
                    else ("", 0)
                    for weekday in weekdays
                ],
            )
            for hour in range(min(hours), max(hours) + 1)
        ],
    }
