"""What figures are called on the screen, in charts and in files alike."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from models import AgeGroup
from rules import notation
from rules.figure_facts import DayState
from rules.figure_splits import Share, Slots, Split
from rules.figures import Line, Report, Sum
from rules.periods import Period, PeriodKind
from rules.rule_words import and_join
from rules.small_numbers import Shown
from views import figure_periods

GROUPS = {
    AgeGroup.child: _l("kinderen"),
    AgeGroup.youth: _l("jongeren"),
    AgeGroup.adult: _l("volwassenen"),
    AgeGroup.senior: _l("ouderen"),
    None: _l("niet gevraagd"),
}
STATES = {
    DayState.not_counted: _l("niet geteld"),
    DayState.closed: _l("dicht"),
    DayState.not_open: _l("niet open"),
    DayState.to_come: _l("komt nog"),
}
#: Where a month, a quarter or a year is made of months, its parts are called by these.
_PARTS = {
    PeriodKind.day: _l("Per dag"),
    PeriodKind.week: _l("Per dag"),
    PeriodKind.month: _l("Per dag"),
    PeriodKind.quarter: _l("Per maand"),
    PeriodKind.year: _l("Per maand"),
}


def parts(report: Report) -> str:
    """'Per dag': into what the period is split."""
    if report.hours:
        return _("Per uur")
    return str(_PARTS[report.period.kind])


def part(report: Report, line: Line) -> str:
    """A line of that split, in short: 'do 26', 'november'."""
    if report.period.kind in (PeriodKind.quarter, PeriodKind.year):
        return notation.MONTHS[line.first.month - 1]
    return f"{notation.weekday(line.first)[:2]} {line.first.day}"


def state(line: Line) -> str:
    """'dicht: Tweede Kerstdag', 'niet geteld'; empty when it was counted."""
    if line.state == DayState.counted:
        return ""
    said = str(STATES[line.state])
    return f"{said}: {line.reason}" if line.reason else said


def activity(share: Share) -> str:
    return share.name or _("Gewoon binnen")


def counted(total: Sum) -> str:
    """'op 14 van 15 openingen geteld'."""
    return ngettext(
        "op %(counted)d van %(num)d opening geteld",
        "op %(counted)d van %(num)d openingen geteld",
        total.openings,
        counted=total.counted,
    )


def counted_short(total: Sum) -> str:
    """'14 van 15 geteld', for a line of a table."""
    return _("%(counted)d van %(openings)d geteld", counted=total.counted, openings=total.openings)


def firsts(report: Report) -> str:
    """How many came for the first time that month, of how many it was asked; empty when it was
    asked of nobody, or is not shown."""
    told = report.splits.firsts
    if told is None or not told.asked.size:
        return ""
    n, months = told.first.text, report.period.kind in (PeriodKind.quarter, PeriodKind.year)
    if not told.before.size:
        # Only 'yes' was noted, as in the days when nothing else could be: of how many it was asked
        # nobody knows.
        if months:
            return _("%(n)s kwamen voor het eerst die maand, voor zover het gevraagd is.", n=n)
        return _("%(n)s kwamen voor het eerst deze maand, voor zover het gevraagd is.", n=n)
    asked, one = told.asked.text, 1 if n == "1" else 2
    if months:
        return ngettext(
            "%(n)s van de %(asked)s aan wie het is gevraagd kwam die maand voor het eerst.",
            "%(n)s van de %(asked)s aan wie het is gevraagd kwamen die maand voor het eerst.",
            one,
            n=n,
            asked=asked,
        )
    return ngettext(
        "%(n)s van de %(asked)s aan wie het is gevraagd kwam deze maand voor het eerst.",
        "%(n)s van de %(asked)s aan wie het is gevraagd kwamen deze maand voor het eerst.",
        one,
        n=n,
        asked=asked,
    )


def left_out(split: Split) -> str:
    """Why a split is not, or not wholly, there; empty when it is."""
    told = split.told
    if not told.months and told.of:
        return _("Niet gesplitst: anders was een klein groepje te herkennen.")
    if isinstance(split, Slots) and split.left_out:
        days = [notation.WEEKDAYS[weekday] for weekday in split.left_out]
        return _(
            "Zonder %(days)s: anders was een klein groepje te herkennen.",
            days=and_join(days),
        )
    if told.whole:
        return ""
    return _(
        "Van %(months)d van de %(of)d maanden. In de andere was een klein groepje te herkennen.",
        months=told.months,
        of=told.of,
    )


def visitors(period: Period, parts_of_it: str) -> str:
    """'Bezoekers in november 2026, per dag.': what a chart is about."""
    words, split = figure_periods.words(period), parts_of_it.lower()
    if period.kind == PeriodKind.day:
        return _("Bezoekers op %(day)s, %(parts)s.", day=words, parts=split)
    return _("Bezoekers in %(period)s, %(parts)s.", period=words, parts=split)


def asked(report: Report) -> str:
    """Of how many visitors the age was asked; empty where ages are not shown."""
    groups = report.splits.groups
    if not groups.cells:
        return ""
    return _(
        "Gevraagd bij %(asked)s van de %(n)s bezoekers.",
        asked=groups.asked.text,
        n=groups.total.text,
    )


def most(report: Report) -> str:
    """What a chart of the parts of a period says, in a sentence."""
    what = visitors(report.period, parts(report))
    named: list[tuple[Shown, str]] = [
        (hour.visits, _("%(hour)d uur", hour=hour.hour)) for hour in report.hours
    ]
    if not named:
        named = [
            (line.sum.visits, part(report, line))
            for line in report.lines
            if line.state == DayState.counted
        ]
    visits, name = max(named, key=lambda each: each[0].size, default=(None, ""))
    if visits is None or not visits.size:
        return what
    return what + " " + _("De meeste: %(visits)s, %(name)s.", visits=visits.text, name=name)
