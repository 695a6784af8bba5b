"""Days on which a house is closed: adding them, answering 'dicht?', taking them away."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, url_for
from flask_babel import gettext as _

from models import Closure, ClosureKind
from rules import closures
from rules.closed_days import closes_house
from views import clock
from views.answers import added, back_to, page
from views.closed_days_forms import AnswerForm, ClosureForm
from views.gate import Access, gate
from views.telling import and_tell

bp = Blueprint("programme_days", __name__, url_prefix="/programma/dichte-dagen")


@bp.record_once
def register(state: object) -> None:
    state.app.add_template_filter(closes_house)  # type: ignore[attr-defined]


@bp.route("", methods=["GET", "POST"])
@gate(Access.coordinators)
def closed_days() -> Response:
    form = ClosureForm()
    if form.sent():
        return added(form, lambda: _close(form))
    return page(
        "programme/closed_days.html",
        status=422 if form.errors else 200,
        form=form,
        closures=closures.coming_closures(g.house, clock.today()),
    )


def _close(form: ClosureForm) -> tuple[str, str]:
    _closure, shifts = closures.add_closure(
        g.house,
        form.first_date.data,
        form.last_date.data or form.first_date.data,
        ClosureKind(form.kind.data),
        form.reason.data,
        g.person,
        clock.now(),
    )
    return url_for(".closed_days"), and_tell(_("Opgeslagen."), shifts)


@bp.post("/<id:closure_id>/antwoord")
@gate(Access.coordinators)
def decide(closure_id: int) -> Response:
    closure = _closure(closure_id)
    form = AnswerForm()
    if not form.sent():
        abort(400)
    closes = form.dicht.data == "ja"
    shifts = closures.decide_closure(closure, g.house, closes, g.person, clock.now())
    return back_to(
        url_for(".closed_days"),
        and_tell(_("Het huis is dan dicht.") if closes else _("Het huis is dan open."), shifts),
    )


@bp.post("/<id:closure_id>/weg")
@gate(Access.coordinators)
def reopen(closure_id: int) -> Response:
    shifts = closures.remove_closure(_closure(closure_id), g.house, g.person, clock.now())
    return back_to(url_for(".closed_days"), and_tell(_("Weggehaald."), shifts))


def _closure(closure_id: int) -> Closure:
    """A closure that the house at hand has; 404 for everything else."""
    found = closures.closure_for(g.house, closure_id)
    if found is None:
        abort(404)
    return found
