"""'Wie was er vandaag?': helpers tick which partners are there today."""

from __future__ import annotations

from flask import Blueprint, Response, abort, g, url_for
from flask_babel import gettext as _

from rules.partners_present import note_partners, presence
from views import clock
from views.answers import back_to, page
from views.day_forms import PartnersForm
from views.gate import Access, gate

bp = Blueprint("counting_partners", __name__, url_prefix="/tellen")


@bp.route("/partners", methods=["GET", "POST"])
@gate(Access.helpers)
def today() -> Response:
    form, day = PartnersForm(), clock.today()
    there = presence(g.house, day, day)
    if form.is_submitted():
        if not form.sent():
            abort(400)
        ticked, shown = form.ticked(there)
        note_partners(g.house, day, ticked, shown, g.person, clock.now(), day)
        return back_to(url_for(".today"), _("Opgeslagen."))
    return page("counting/partners.html", presence=there)
