"""Figures to take along: the numbers of the page as CSV and as a workbook that explains them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import NamedTuple

from flask import Response, g, make_response
from flask_babel import gettext as _

from documents import tables
from documents.tables import Cell
from rules import notation
from rules.figure_facts import DayState
from rules.figures import HouseFigures, Line, Report, Sum
from rules.periods import Period
from rules.small_numbers import SMALLEST, Shown
from views import clock, figure_periods, figure_words
from views.programme_table import XLSX


class Row(NamedTuple):
    """A row of every part; what does not apply stays empty."""

    what: str
    first: dt.date | None = None
    last: dt.date | None = None
    visits: Cell = None
    openings: Cell = None
    counted: Cell = None
    average: Cell = None
    more: Cell = None
    #: The visitors of the same month of the year before.
    last_year: Cell = None
    note: str = ""


class Part(NamedTuple):
    """A part of the page: a sheet of the workbook."""

    name: str
    rows: list[Row]


def as_csv(parts: Sequence[Part], period: Period) -> Response:
    rows: list[Sequence[Cell]] = [[_("Deel"), *_heading()]]
    rows += [[part.name, *row] for part in parts for row in part.rows]
    return _file(tables.write_csv(rows), "csv", "text/csv; charset=utf-8", period)


def as_xlsx(parts: Sequence[Part], period: Period, *, exact: bool) -> Response:
    sheets = {part.name: _sheet(part) for part in parts if part.rows}
    sheets[_("Uitleg")] = _explained(period, exact=exact)
    return _file(tables.write_xlsx(sheets), "xlsx", XLSX, period)


def parts_of(report: Report) -> list[Part]:
    """What the page of a house shows, part by part."""
    splits = report.splits
    total = _row(figure_periods.words(report.period), report.total)
    if report.runs:
        total = total._replace(note=_("Tot en met %(day)s", day=notation.short_date(report.until)))
    parts = [Part(_("Samen"), [total])]
    if splits.firsts is not None:
        note = figure_words.firsts(report) or _("Voor zover het gevraagd is")
        parts[0].rows.append(
            Row(_("Voor het eerst deze maand"), visits=_cell(splits.firsts.first), note=note)
        )
        # Where only 'yes' was noted, nobody knows of how many it was asked.
        if splits.firsts.before.size:
            parts[0].rows.append(
                Row(_("Gevraagd of het de eerste keer was"), visits=_cell(splits.firsts.asked))
            )
    if asked := figure_words.asked(report):
        parts[0].rows.append(
            Row(_("Leeftijd gevraagd"), visits=_cell(splits.groups.asked), note=asked)
        )
    parts.append(Part(_("Vergelijken"), list(_compared(report))))
    if report.hours:
        hours = [Row(_hour(each.hour), visits=_cell(each.visits)) for each in report.hours]
        parts.append(Part(figure_words.parts(report), hours))
    else:
        lines = [_line(figure_words.part(report, each), each) for each in report.lines]
        parts.append(Part(figure_words.parts(report), lines))
    weeks = [
        _line(_("week %(week)d", week=each.first.isocalendar().week), each) for each in report.weeks
    ]
    shares = [
        Row(figure_words.activity(e), visits=_cell(e.visits)) for e in splits.activities.cells
    ]
    groups = [
        Row(str(figure_words.GROUPS[e.group]), visits=_cell(e.visits)) for e in splits.groups.cells
    ]
    slots = [
        Row(f"{notation.WEEKDAYS[e.weekday]} {_hour(e.hour)}", visits=_cell(e.visits))
        for e in splits.slots.cells
    ]
    for name, rows, split in (
        (_("Per activiteit"), shares, splits.activities),
        (_("Per leeftijd"), groups, splits.groups),
        (_("Per weekdag en uur"), slots, splits.slots),
    ):
        note = figure_words.left_out(split)
        parts.append(Part(name, [*rows, Row("", note=note)] if note else rows))
    parts.insert(4, Part(_("Per week"), weeks))
    return [part for part in parts if part.rows]


def parts_of_houses(found: Sequence[HouseFigures], together: Sum) -> list[Part]:
    """What the page of houses side by side shows."""
    rows = []
    for each in found:
        more = each.last_year.more if each.last_year else None
        rows.append(_row(each.house.name, each.total)._replace(more=more and int(more.size)))
    return [Part(_("Per huis"), [*rows, _row(_("Samen"), together)])]


def _compared(report: Report) -> list[Row]:
    rows: list[Row] = []
    for compared in (report.earlier, report.last_year):
        if compared is None:
            continue
        now, then = compared.now, compared.then
        if not rows:
            rows.append(_row(figure_periods.span_words(now.span), now))
        more = compared.more
        row = _row(figure_periods.span_words(then.span), then)
        rows.append(row._replace(more=int(more.size) if more else None))
    return rows


def _row(what: str, total: Sum) -> Row:
    return Row(
        what,
        total.span.first,
        total.span.last,
        _cell(total.visits) if total.counted else None,
        total.openings,
        total.counted,
        _cell(total.average),
        note="" if total.counted else str(figure_words.STATES[DayState.not_counted]),
    )


def _line(what: str, line: Line) -> Row:
    row = _row(what, line.sum)
    before = line.last_year
    return row._replace(
        last_year=_cell(before.visits) if before and before.counted else None,
        note=figure_words.state(line),
    )


def _hour(hour: int) -> str:
    return f"{hour}.00–{hour + 1}.00"


def _cell(visits: Shown | None) -> Cell:
    """A number where it is one, so that a sheet can count on; '<5' is a text."""
    if visits is None:
        return None
    return int(visits.text) if visits.text.isdigit() else visits.text


def _heading() -> list[str]:
    return [
        _("Wat"),
        _("Van"),
        _("Tot en met"),
        _("Bezoekers"),
        _("Openingen"),
        _("Geteld"),
        _("Per opening"),
        _("Verschil in procenten"),
        _("Vorig jaar"),
        _("Opmerking"),
    ]


def _sheet(part: Part) -> list[Sequence[Cell]]:
    """The columns that have something in this part."""
    used = [
        n for n in range(len(Row._fields)) if any(row[n] not in (None, "") for row in part.rows)
    ]
    heading = _heading()
    return [[heading[n] for n in used], *([row[n] for n in used] for row in part.rows)]


def _explained(period: Period, *, exact: bool) -> list[Sequence[Cell]]:
    """What each column is, what was counted, and what protected numbers mean."""
    rows: list[Sequence[Cell]] = [
        [_("Wat"), _("Uitleg")],
        [_("Huis"), g.house.name],
        [_("Periode"), figure_periods.words(period)],
        [_("Gemaakt op"), clock.today()],
        [_("Bezoekers"), _("Wie binnenkwam en geteld is. Wie twee keer komt, telt twee keer.")],
        [_("Openingen"), _("Hoe vaak het huis open was. Dagen dat het dicht was tellen niet mee.")],
        [_("Geteld"), _("Op hoeveel van die openingen is geteld. Ook nul bezoekers is geteld.")],
        [_("Per opening"), _("Bezoekers gedeeld door de openingen die geteld zijn.")],
        [
            _("Verschil in procenten"),
            _("Hoeveel meer of minder er nu per getelde opening kwamen dan toen."),
        ],
        [_("Vorig jaar"), _("De bezoekers van dezelfde maand, een jaar eerder.")],
        [_("Vergelijken"), _("Loopt de periode nog? Dan even veel dagen, tot en met gisteren.")],
        [_("Niet geteld"), _("Het huis was open, maar niemand heeft geteld.")],
        [_("Dicht"), _("Het huis was die dag gesloten.")],
        [_("Gewoon binnen"), _("Wie niet voor een activiteit kwam.")],
        [_("Per leeftijd"), _("Alleen geteld bij wie ernaar gevraagd is.")],
        [
            _("Voor het eerst"),
            _("Wie zei: deze maand kom ik voor het eerst. Niet iedereen is het gevraagd."),
        ],
    ]
    if not exact:
        rows += [
            ["<5", _("Eén tot en met vier bezoekers. Zo is niemand te herkennen.")],
            [
                _("Afgerond"),
                _("Andere aantallen zijn afgerond op %(n)d, en daarna opgeteld.", n=SMALLEST),
            ],
            [
                _("Niet gesplitst"),
                _("Dat blijft weg als een klein groepje anders te herkennen was."),
            ],
            [_("Vandaag"), _("Vandaag telt mee vanaf morgen.")],
            [_("Splitsen"), _("Alleen hele maanden die voorbij zijn, zijn gesplitst.")],
        ]
    return rows


def _file(data: bytes, kind: str, mimetype: str, period: Period) -> Response:
    name = f"{g.house.slug}-{_('bezoeken')}-{figure_periods.file_name(period)}.{kind}"
    response = make_response(data)
    response.headers["Content-Type"] = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
