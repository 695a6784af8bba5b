"""Days on which a house is closed: adding and changing them, answering 'dicht?', taking them away.

What would meet people on shifts is asked about first: nothing is stored until 'Ja'.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from models import Closure, ClosureKind, House
from rules import closures, holiday_proposals, notation
from rules.closed_days import closed_days as shut_days
from rules.closed_days import closes_house
from rules.closure_effect import Effect
from views import clock
from views.answers import added, back_to, page
from views.closed_days_forms import (
    ALL,
    AnswerForm,
    ClosureForm,
    DaysForm,
    HolidayForm,
    Seen,
    TakeOverForm,
)
from views.gate import Access, gate
from views.refusals import status_and_sentence
from views.telling import and_tell

bp = Blueprint("programme_days", __name__, url_prefix="/programma/dichte-dagen")
#: What a form brings besides what was typed.
_OURS = ("csrf_token", "gezien", "terug")


@bp.record_once
def register(state: object) -> None:
    app = state.app  # type: ignore[attr-defined]
    app.add_template_filter(closes_house)
    app.add_template_global(notation.days, "days_said")


def asks_first(view: Callable[..., Response]) -> Callable[..., Response]:
    """Answer with who is on what would be cancelled; 'Ja' sends the same form again, with what
    was seen, and 'Terug' shows it as it was typed."""

    @wraps(view)
    def asking(**values: Any) -> Response:
        try:
            return view(**values)
        except closures.PeopleOnThem as refusal:
            return page(
                "programme/closed_days_ask.html",
                status=409,
                effect=refusal.effect,
                typed=[pair for pair in request.form.items(multi=True) if pair[0] not in _OURS],
                school=request.form.get("kind") == ClosureKind.school_holiday
                or "vakantie" in request.form,
                seen_before="gezien" in request.form,
            )

    return asking


@bp.route("", methods=["GET", "POST"])
@gate(Access.coordinators)
@asks_first
def closed_days() -> Response:
    form = ClosureForm()
    if not _back() and form.sent():
        try:
            return added(form, lambda: _add(form))
        except closures.AlreadyThere as refusal:
            form.first_date.errors = [status_and_sentence(refusal)[1]]
    return _page(form, TakeOverForm(formdata=None))


def _page(form: ClosureForm, takes: TakeOverForm) -> Response:
    today = clock.today()
    found = closures.coming_closures(g.house, today)
    questions = holiday_proposals.questions(g.house, found, today)
    asked = {each.closure.id for each in questions}
    answered = [each for each in found if each.id not in asked]
    school = [each for each in answered if each.kind == ClosureKind.school_holiday]
    return page(
        "programme/closed_days.html",
        status=422 if form.errors else 200,
        form=form,
        takes=takes,
        typed=request.method == "POST",
        questions=[each for each in questions if each.usual],
        idle=[each for each in questions if not each.usual],
        closed=[each for each in answered if each not in school],
        school=school,
        proposed=holiday_proposals.school_proposals(found, today),
    )


def _add(form: ClosureForm) -> tuple[str, str]:
    _closure, did = closures.add_closure(
        form.whose(g.house), by=g.person, now=clock.now(), seen=form.seen, **form.facts()
    )
    return url_for(".closed_days"), _told(_("Opgeslagen."), did)


@bp.route("/<id:closure_id>", methods=["GET", "POST"])
@gate(Access.coordinators)
@asks_first
def one(closure_id: int) -> Response:
    closure = _closure(closure_id)
    own = closures.answer_of(g.house, closure)
    if own is not None and not g.person.is_admin:
        return back_to(url_for(".one", closure_id=own.id))
    form = DaysForm.of(closure)
    if not _back() and form.sent():
        try:
            did = closures.change_closure(
                closure, _whose(closure), g.person, clock.now(), seen=form.seen, **form.facts()
            )
            return back_to(url_for(".closed_days"), _told(_("Opgeslagen."), did))
        except closures.AlreadyThere as refusal:
            form.first_date.errors = [status_and_sentence(refusal)[1]]
    return page(
        "programme/closed_days_one.html",
        status=422 if form.errors else 200,
        form=form,
        closure=closure,
        over=closure.last_date < clock.today(),
        begun=closure.first_date < clock.today(),
        of_all=closures.answers(closure),
        own=own,
        may_change=closure.house_id is not None or g.person.is_admin,
    )


@bp.post("/<id:closure_id>/antwoord")
@gate(Access.coordinators)
@asks_first
def decide(closure_id: int) -> Response:
    closure = _closure(closure_id)

    def decided(form: AnswerForm, closes: bool) -> tuple[Effect, dt.date, dt.date]:
        did = closures.decide_closure(
            closure, g.house, closes, g.person, clock.now(), seen=form.seen
        )
        return did, closure.first_date, closure.last_date

    return _answer(AnswerForm(), decided)


@bp.post("/feestdag/nieuw")
@gate(Access.coordinators)
@asks_first
def answer_holiday() -> Response:
    def answered(form: HolidayForm, closes: bool) -> tuple[Effect, dt.date, dt.date]:
        day = form.dag.data
        did = closures.answer_holiday(g.house, day, closes, g.person, clock.now(), seen=form.seen)
        return did, day, day

    return _answer(HolidayForm(), answered)


@bp.post("/vakantie/nieuw")
@gate(Access.coordinators)
@asks_first
def take_over() -> Response:
    form = TakeOverForm()
    if _back():
        return _page(ClosureForm(formdata=None), form)
    if not form.sent():
        abort(400)
    today = clock.today()
    found = closures.coming_closures(g.house, today)
    chosen = [
        each
        for each in holiday_proposals.school_proposals(found, today)
        if form.vakantie.data in (ALL, each.first_date.isoformat())
    ]
    did = closures.add_school_holidays(
        form.whose(g.house), chosen, g.person, clock.now(), seen=form.seen
    )
    # Sent twice, or by two people: there is nothing left to take over.
    return back_to(
        url_for(".closed_days"), _told(_("Overgenomen."), did) if chosen else _("Dit stond er al.")
    )


@bp.post("/<id:closure_id>/weg")
@gate(Access.coordinators)
@asks_first
def reopen(closure_id: int) -> Response:
    closure = _closure(closure_id)
    form = Seen()
    if _back():
        return back_to(url_for(".one", closure_id=closure.id))
    if not form.sent():
        abort(400)
    did = closures.remove_closure(closure, _whose(closure), g.person, clock.now(), seen=form.seen)
    begun = closure.first_date < clock.today()
    message = _("Vanaf vandaag weggehaald.") if begun else _("Weggehaald.")
    return back_to(url_for(".closed_days"), _told(message, did))


def _answer(form: Any, decide: Callable[[Any, bool], tuple[Effect, dt.date, dt.date]]) -> Response:
    """Take an answer to 'dicht?' and go back to the days.

    :param decide: stores the answer; returns what it did, and the days that it is about.
    """
    if _back():
        return back_to(url_for(".closed_days"))
    if not form.sent():
        abort(400)
    closes = form.dicht.data == "ja"
    did, first, last = decide(form, closes)
    message = _("Het huis is dan dicht.") if closes else _("Het huis is dan open.")
    if not closes and (shut := shut_days(g.house, first, last)):
        # Something else closes the house on these days: 'open' would be a lie.
        message = _("Het huis blijft dicht: %(reason)s.", reason=next(iter(shut.values())))
    return back_to(url_for(".closed_days"), _told(message, did))


def _back() -> bool:
    """Whether somebody was asked and chose 'Terug'."""
    return "terug" in request.form


def _whose(closure: Closure) -> House | None:
    """For whom a closure holds, as the rules want it; they refuse who may not change it."""
    return g.house if closure.house_id else None


def _closure(closure_id: int) -> Closure:
    """A closure that the house at hand has; 404 for everything else."""
    found = closures.closure_for(g.house, closure_id)
    if found is None:
        abort(404)
    return found


def _told(message: str, did: Effect) -> str:
    """What happened, how much of the programme it touched, and whom to tell."""
    off = _("%(num)d keer gaat iets niet door.", num=did.off) if did.off else ""
    back = _("%(num)d keer gaat iets weer door.", num=did.back) if did.back else ""
    return and_tell(" ".join(filter(None, (message, off, back))), did.shifts)
