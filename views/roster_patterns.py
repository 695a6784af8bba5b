"""What returns on the roster, for coordinators: patterns are added, looked at and stopped."""

from __future__ import annotations

from flask import Blueprint, Response, g, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from models import QualificationKind, Role, ShiftPattern
from rules import activity_lists, filling, horizon, patterns, people
from views import clock
from views.answers import added, back_to, page
from views.gate import Access, gate
from views.roster_forms import PatternForm, StopForm


def add_to(bp: Blueprint) -> None:
    """Put these pages in the roster's place."""
    bp.add_url_rule("/patronen", "patterns", pattern_list)
    bp.add_url_rule("/patroon/nieuw", view_func=new_pattern, methods=["GET", "POST"])
    bp.add_url_rule("/patroon/<id:row_id>", view_func=pattern)
    bp.add_url_rule("/patroon/<id:row_id>/stoppen", view_func=stop_pattern, methods=["POST"])


@gate(Access.coordinators)
def pattern_list() -> Response:
    return page("roster/patterns.html", patterns=patterns.patterns_of(g.house, clock.today()))


@gate(Access.coordinators)
def new_pattern() -> Response:
    members = people.people_of(g.house)
    form = PatternForm(
        activities=activity_lists.activities_of(g.house, clock.today(), hidden=True),
        helpers=[member for member in members if member.role != Role.viewer],
        own_kinds=sorted(
            {held.kind for member in members for held in member.person.held}
            - set(QualificationKind)
        ),
        today=clock.today(),
    )
    if form.sent():
        return added(form, lambda: _start(form))
    return page("roster/pattern_new.html", status=422 if form.errors else 200, form=form)


def _start(form: PatternForm) -> tuple[str, str]:
    horizon.keep_filled(g.house, clock.today(), clock.now())
    _pattern, shifts = filling.start_pattern(
        g.house, form.title.data, form.wishes(), g.person, clock.now(), **form.when()
    )
    message = ngettext(
        "Toegevoegd. Er staat %(num)d dienst klaar.",
        "Toegevoegd. Er staan %(num)d diensten klaar.",
        shifts,
    )
    return url_for(".patterns"), message


@gate(Access.coordinators, row=ShiftPattern)
def pattern(row: ShiftPattern) -> Response:
    today = clock.today()
    stopped = row.last_date is not None and row.last_date <= today
    shown = [each for each in patterns.patterns_of(g.house, today) if each.id == row.id]
    return page(
        "roster/pattern.html",
        pattern=shown[0] if shown else row,
        seats=shown[0].seats if shown else [],
        stopped=stopped,
        kept=patterns.manned_after(row, today),
    )


@gate(Access.coordinators, row=ShiftPattern)
def stop_pattern(row: ShiftPattern) -> Response:
    if StopForm().sent():
        patterns.stop_pattern(row, g.person, clock.now())
    return back_to(url_for(".pattern", row_id=row.id), _("Gestopt."))
