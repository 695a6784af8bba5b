"""The charts of figures: what is drawn, from the same numbers as the tables beside them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha256

from flask import Response, make_response, request
from flask_babel import gettext as _

from documents import figures_chart
from documents.figures_chart import Bar, Series
from rules import notation
from rules.figure_facts import DayState
from rules.figures import HouseFigures, Line, Report, Sum
from rules.periods import Period, PeriodKind
from rules.small_numbers import Shown
from views import figure_words

#: More names than this are in the table alone.
MOST_ACTIVITIES = 12
_MONTHS = ("jan", "feb", "mrt", "apr", "mei", "jun", "jul", "aug", "sep", "okt", "nov", "dec")


@dataclass(frozen=True)
class Chart:
    """All that is drawn; ``alt`` is what it says."""

    title: str
    alt: str
    labels: Sequence[str]
    series: Sequence[Series]
    every: int = 1
    lying: bool = False

    @property
    def height(self) -> int:
        return figures_chart.height_of(self.labels, self.series, lying=self.lying)

    def draw(self) -> bytes:
        if self.lying:
            return figures_chart.lying(self.title, self.alt, self.labels, self.series[0])
        return figures_chart.standing(
            self.title, self.alt, self.labels, self.series, every=self.every
        )


def course(report: Report) -> Chart:
    """The parts of a period: hours, days, or months with those of the year before."""
    title = figure_words.parts(report)
    alt = figure_words.most(report)
    if report.hours:
        labels = [str(hour.hour) for hour in report.hours]
        return Chart(title, alt, labels, [Series("", [_bar(each.visits) for each in report.hours])])
    series = [Series(str(report.period.first.year), [_bar_of(each) for each in report.lines])]
    before = [each.last_year for each in report.lines if each.last_year]
    if any(each.counted for each in before):
        year = str(report.period.last_year.first.year)
        series.append(Series(year, [_bar_of_sum(each) for each in before]))
    kind = report.period.kind
    if kind == PeriodKind.month:
        return Chart(title, alt, [str(each.first.day) for each in report.lines], series, every=7)
    if kind in (PeriodKind.day, PeriodKind.week):
        labels = [notation.weekday(each.first)[:2] for each in report.lines]
    else:
        labels = [_MONTHS[each.first.month - 1] for each in report.lines]
        return Chart(title, alt, labels, series, every=len(labels) // 6 or 1)
    return Chart(title, alt, labels, series)


def activities(report: Report) -> Chart:
    shares = report.splits.activities.cells[:MOST_ACTIVITIES]
    return _lying(
        _("Per activiteit"),
        report,
        [(figure_words.activity(each), each.visits) for each in shares],
    )


def groups(report: Report) -> Chart:
    return _lying(
        _("Per leeftijd"),
        report,
        [
            (str(figure_words.GROUPS[each.group]), each.visits)
            for each in report.splits.groups.cells
        ],
    )


def houses(found: Sequence[HouseFigures], period: Period) -> Chart:
    title = _("Per huis")
    return Chart(
        title,
        figure_words.visitors(period, title),
        # What all of them are called first would leave no room for what tells them apart.
        [each.house.name.removeprefix("Huis van de Buurt ") for each in found],
        [Series(title, [_bar_of_sum(each.total) for each in found])],
        lying=True,
    )


def _lying(title: str, report: Report, rows: Sequence[tuple[str, Shown]]) -> Chart:
    alt = figure_words.visitors(report.period, title)
    if rows:
        name, visits = max(rows, key=lambda row: row[1].size)
        alt += " " + _("De meeste: %(visits)s, %(name)s.", visits=visits.text, name=name)
    bars = [_bar(visits) for _name, visits in rows]
    return Chart(title, alt, [name for name, _visits in rows], [Series(title, bars)], lying=True)


def _bar(visits: Shown) -> Bar:
    return Bar(visits.size, visits.text)


def _bar_of(line: Line) -> Bar:
    """What nobody counted is a question mark; what was closed or is to come leaves a gap."""
    if line.state == DayState.counted:
        return _bar(line.sum.visits)
    return Bar(0, "?") if line.state == DayState.not_counted else Bar(None)


def _bar_of_sum(total: Sum) -> Bar:
    if total.counted:
        return _bar(total.visits)
    return Bar(0, "?") if total.openings else Bar(None)


#: The charts of one house, by the names in their addresses.
OF_REPORT: dict[str, Callable[[Report], Chart]] = {
    "verloop": course,
    "activiteiten": activities,
    "leeftijd": groups,
}


def answer(chart: Chart) -> Response:
    """A chart as an answer; one that the browser has already is not drawn again."""
    facts = repr((chart, figures_chart.STYLE)).encode()
    tag = sha256(facts).hexdigest()[:20]
    response: Response
    if tag in request.if_none_match:
        response = make_response("", 304)
    else:
        response = make_response(chart.draw())
        response.content_type = "image/svg+xml"
    # Opened by itself it is a page with a style in it: this one, and nothing else. Also when it was
    # not changed: the browser then goes by the headers that came last.
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src '{figures_chart.STYLE_HASH}'; frame-ancestors 'none'"
    )
    response.set_etag(tag)
    return response
