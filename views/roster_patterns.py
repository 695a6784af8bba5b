"""What returns on the roster, for coordinators: patterns are added, changed and stopped."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from models import QualificationKind, Role, ShiftPattern
from rules import (
    activity_lists,
    day_parts,
    filling,
    fixed_people,
    horizon,
    pattern_change,
    patterns,
    people,
    programme,
)
from rules.pattern_plan import PatternPlan
from views import clock
from views.ahead import keep_shifts
from views.answers import added, back_to, page
from views.gate import Access, gate
from views.pattern_forms import (
    AgreeForm,
    ChangePatternForm,
    NewPatternForm,
    Offers,
    PatternForm,
    StopForm,
)
from views.refusals import status_and_sentence

#: What belongs to one sending of a form, not to what was typed.
NOT_TYPED = {"csrf_token", "wat", "gezien", "los", "ook"}


def add_to(bp: Blueprint) -> None:
    """Put these pages in the roster's place."""
    both = ["GET", "POST"]
    bp.add_url_rule("/patronen", "patterns", pattern_list)
    bp.add_url_rule("/patroon/nieuw", view_func=new_pattern, methods=both)
    bp.add_url_rule("/patroon/<id:row_id>", view_func=pattern)
    bp.add_url_rule("/patroon/<id:row_id>/wijzigen", view_func=change_pattern, methods=both)
    bp.add_url_rule("/patroon/<id:row_id>/stoppen", view_func=stop_pattern, methods=["POST"])


@gate(Access.coordinators)
def pattern_list() -> Response:
    today = clock.today()
    return page(
        "roster/patterns.html",
        patterns=patterns.patterns_of(g.house, today),
        stopped=patterns.stopped_patterns(g.house, today),
    )


@gate(Access.coordinators)
def new_pattern() -> Response:
    form = NewPatternForm(_offers())
    if request.method == "GET":
        form.first_date.data = clock.today()
    if asks_for("meer"):
        form.more()
    elif form.sent():
        return added(form, lambda: _start(form))
    return _form_page(form)


def _start(form: NewPatternForm) -> tuple[str, str]:
    horizon.keep_filled(g.house, clock.today(), clock.now())
    pattern, shifts = filling.start_pattern(
        g.house, form.title.data, form.wishes(), g.person, clock.now(), **form.when()
    )
    message = ngettext(
        "Toegevoegd. Er staat %(num)d dienst klaar.",
        "Toegevoegd. Er staan %(num)d diensten klaar.",
        shifts,
    )
    # Who could not be put on is said on the page of the pattern itself.
    if fixed_people.not_put_on(pattern, clock.now()):
        return url_for(".pattern", row_id=pattern.id), message
    return url_for(".patterns"), message


@gate(Access.coordinators, row=ShiftPattern)
def pattern(row: ShiftPattern) -> Response:
    today = clock.today()
    stopped = row.last_date is not None and row.last_date <= today
    return page(
        "roster/pattern.html",
        pattern=patterns.whole_pattern(row),
        stopped=stopped,
        kept=patterns.manned_after(row, today),
        not_on=fixed_people.not_put_on(row, clock.now()),
    )


@gate(Access.coordinators, row=ShiftPattern)
def change_pattern(row: ShiftPattern) -> Response:
    keep_shifts(g.house)
    before = patterns.whole_pattern(row)
    form = ChangePatternForm(_offers(), before)
    if request.method == "GET" and "opnieuw" in request.args:
        form.last_date.data = None
    if asks_for("meer"):
        form.more()
    elif asks_for("terug"):
        form.forget_errors()
    elif form.sent() and not _changed_meanwhile(form, before):
        try:
            return _once_agreed(before, form)
        except programme.ChangedMeanwhile:
            before = patterns.whole_pattern(row)  # Between the look and the write.
            _changed_meanwhile(form, before)
    return _form_page(form, before)


@gate(Access.coordinators, row=ShiftPattern)
def stop_pattern(row: ShiftPattern) -> Response:
    if StopForm().sent():
        patterns.stop_pattern(row, g.person, clock.now())
    return back_to(url_for(".pattern", row_id=row.id), _("Gestopt."))


# -- what these share -----------------------------------------------------------------------------


def asks_for(what: str) -> bool:
    """Whether a form was sent with this button."""
    return request.method == "POST" and request.form.get("wat") == what


def own_kinds(members: list[Any]) -> list[str]:
    """The house's own words for what its people can."""
    held = {held.kind for member in members for held in member.person.held}
    return sorted(held - set(QualificationKind))


def ticked(name: str) -> list[int]:
    """The ids of the rows that were ticked; nonsense is no row."""
    texts = request.form.getlist(name)
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10]


def _offers() -> Offers:
    members = people.people_of(g.house)
    return Offers(
        house=g.house,
        activities=activity_lists.activities_of(g.house, clock.today(), hidden=True),
        helpers=[member for member in members if member.role != Role.viewer],
        own_kinds=own_kinds(members),
        parts=day_parts.day_parts(g.house),
    )


def _form_page(form: PatternForm, before: ShiftPattern | None = None) -> Response:
    status = 422 if form.errors or form.form_errors else 200
    return page("roster/pattern_form.html", status=status, form=form, pattern=before)


def _changed_meanwhile(form: ChangePatternForm, before: ShiftPattern) -> bool:
    """Whether somebody else changed the pattern since this form was opened."""
    if form.sequence.data == str(before.sequence):
        return False
    form.form_errors = [status_and_sentence(programme.ChangedMeanwhile())[1]]
    form.sequence.data = form.sequence.raw_data = str(before.sequence)
    return True


def _once_agreed(before: ShiftPattern, form: ChangePatternForm) -> Response:
    """Change the pattern when that changes no shifts, or when the person has seen which."""
    news = {"title": form.title.data, **form.when()}
    wishes = form.wishes(seat.id for seat in before.seats)
    agreed = AgreeForm()
    plan = pattern_change.plan_pattern(before, wishes, clock.now(), **news)
    if not plan.asks or (agreed.sent() and agreed.gezien.data == plan.fingerprint):
        try:
            told = pattern_change.change_pattern(
                before,
                wishes,
                g.person,
                clock.now(),
                seen=plan.fingerprint,
                sequence=before.sequence,
                release=_all_or_ticked("los", [each.place.id for each in plan.stays]),
                follow=_all_or_ticked("ook", [each.shift.id for each in plan.held]),
                **news,
            )
        except pattern_change.PatternPlanChanged as refusal:
            plan = refusal.plan
        else:
            message = _("Opgeslagen. Wie erop staat, krijgt bericht.") if told else _("Opgeslagen.")
            return back_to(url_for(".pattern", row_id=before.id), message)
    return _agree_page(before, plan, again=bool(agreed.gezien.data))


def _all_or_ticked(name: str, everything: list[int]) -> list[int]:
    """What was ticked; one tick is for all of a list."""
    return [*ticked(name), *(everything if "alle" in request.form.getlist(name) else ())]


def _agree_page(before: ShiftPattern, plan: PatternPlan, again: bool) -> Response:
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_TYPED]
    return page(
        "roster/pattern_agree.html",
        status=409 if again else 200,
        pattern=before,
        plan=plan,
        typed=typed,
        again=again,
        released=ticked("los"),
        followed=ticked("ook"),
    )
