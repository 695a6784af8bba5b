"""'Fill the month', for coordinators: ask for a proposal, look at it, accept it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, abort, g, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext

from models import FillProposal
from rules import fill_month, fill_shown
from rules.fill_facts import count_open
from rules.fill_month import Left
from rules.fill_problem import Why
from rules.filling import AHEAD
from rules.wall_time import month_of
from views import clock
from views.ahead import keep_shifts
from views.answers import added, back_to, page
from views.gate import Access, gate
from views.roster_fill_forms import AcceptForm, FillForm, MonthQuery

A_DAY = dt.timedelta(days=1)
#: Why a seat stays open; ``with_skill`` where the seat asks for a qualification.
WHY = {
    Why.nobody: _l("Dit huis heeft nog geen vrijwilligers."),
    Why.unqualified: _l("Niemand kan of mag dit."),
    Why.away: _l("Niemand kan dan."),
    Why.busy: _l("Wie kan, staat dan al ergens."),
    Why.week_full: _l("Wie kan, komt die week al vaak genoeg."),
    Why.too_new: _l("Wie kan, is nog nieuw en komt niet alleen."),
    Why.elsewhere: _l("Wie kan, doet in dit voorstel al genoeg."),
}
WHY_SKILLED = {
    Why.away: _l("Wie dit kan of mag, kan dan niet."),
    Why.busy: _l("Wie dit kan of mag, staat dan al ergens."),
}
LEFT = {
    Left.taken: _l("Iemand anders was eerst."),
    Left.cancelled: _l("Deze dienst gaat niet door."),
    Left.over: _l("Deze dienst is voorbij."),
    Left.moved: _l("Deze dienst is intussen verzet."),
    Left.away: _l("%(name)s kan dan toch niet."),
    Left.week_full: _l("%(name)s komt die week al vaak genoeg."),
    Left.unqualified: _l("%(name)s mag of kan dit niet meer."),
    Left.busy: _l("%(name)s staat dan al ergens anders."),
    Left.gone: _l("%(name)s helpt niet meer in dit huis."),
    Left.too_new: _l("%(name)s is nog nieuw. Zet er eerst iemand met ervaring bij."),
}


bp = Blueprint("roster_fill", __name__, url_prefix="/rooster/vullen")


@bp.record_once
def register(state: Any) -> None:
    state.app.jinja_env.filters.update(why_words=why_words, left_words=left_words)


@bp.route("", methods=["GET", "POST"])
@gate(Access.coordinators)
def ask() -> Response:
    """Which month, and what of it is open; 'Maak een voorstel' takes some seconds."""
    today = clock.today()
    month = MonthQuery().read()["maand"] or _usual_month(today)
    first, last = fill_month.days_to_fill(month, today)
    keep_shifts(g.house)
    form = FillForm()
    if form.sent():
        # Outside of the transaction that keeps it: nobody may wait for the solver.
        draft = fill_month.work_out(g.house, first, last, clock.now(), extra=form.extra.data)
        return added(form, lambda: _keep(draft))
    before, after = month_of(month)[0] - A_DAY, month_of(month)[1] + A_DAY
    return page(
        "roster/fill.html",
        form=form,
        month=month,
        count=count_open(g.house, first, last, clock.now()),
        last=fill_month.last_proposal(g.house, month, clock.now()),
        earlier=before if before >= today else None,
        later=after if after <= today + AHEAD else None,
        made=first <= today + AHEAD,
    )


def _usual_month(today: dt.date) -> dt.date:
    """This month; in its last week the next, which is what people are busy with."""
    return month_of(today + dt.timedelta(days=7))[0]


def _keep(draft: fill_month.Draft) -> tuple[str, str]:
    kept = fill_month.keep(draft, g.person, clock.now())
    return url_for(".proposal", row_id=kept.id), _("Dit is het voorstel. Er staat nog niemand op.")


@bp.get("/<id:row_id>")
@gate(Access.coordinators, row=FillProposal)
def proposal(row: FillProposal) -> Response:
    return page("roster/proposal.html", proposal=row, shown=fill_shown.shown(row, clock.now()))


@bp.post("/<id:row_id>/akkoord")
@gate(Access.coordinators, row=FillProposal)
def accept(row: FillProposal) -> Response:
    form = AcceptForm()
    if not form.sent():
        abort(400)
    did = fill_month.accept(row, form.chosen, g.person, clock.now())
    message = ngettext("%(num)d plek is nu bezet.", "%(num)d plekken zijn nu bezet.", did.on)
    if did.left:
        message += " " + ngettext(
            "%(num)d lukte niet: kijk bij de plek.",
            "%(num)d lukten niet: kijk bij de plek.",
            did.left,
        )
    return back_to(url_for(".proposal", row_id=row.id), message)


def why_words(why: Why, qualification: str) -> str:
    """Why a seat stays open, in a sentence."""
    return str(WHY_SKILLED.get(why, WHY[why]) if qualification else WHY[why])


def left_words(left: Left, name: str) -> str:
    """Why somebody could not be put on, in a sentence."""
    return str(LEFT[left]) % {"name": name}
