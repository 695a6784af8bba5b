"""The poster of a month, as a house wants it: a greeting, what stands out, a photo, and logos.

Coordinators do this: it is what the house says to the whole neighbourhood. Whoever helps prints it.
"""

from __future__ import annotations

import datetime as dt
import hashlib

from flask import Blueprint, Response, abort, g, make_response, request, url_for
from flask_babel import gettext as _

from documents.look import PLAIN
from documents.renderings import known_pages
from models import Partner, PosterEdit
from rules import logos, pictures, poster_edits
from rules.wall_time import later_month, month_of
from views import clock
from views.answers import back_to, page
from views.forms import Form, MonthField, QueryForm, csrf
from views.gate import Access, gate
from views.poster_edit_forms import LogoForm, PosterEditForm
from views.print_sheets import poster_of
from views.refusals import status_and_sentence
from views.uploads import receive

bp = Blueprint("poster_edit", __name__, url_prefix="/drukwerk/poster")

#: How many months ahead a house thinks of its poster.
AHEAD = 3
#: What is read of a photo and the rest of its form, and of a logo: four times what is taken, so
#: that what is too large is told at its field, and the rest is not lost. Elsewhere forms are text,
#: and half a megabyte is much.
MOST_SENT = 4 * pictures.MOST_BYTES
MOST_SENT_LOGO = 4 * logos.MOST_BYTES
#: An SVG is a page by itself where its address is opened: it may do nothing there.
_ONLY_A_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; sandbox"


class MonthForm(QueryForm):
    """Which poster: ``?maand=2026-12``."""

    maand = MonthField()

    def month(self) -> dt.date:
        asked: dt.date | None = self.maand.data
        return asked or month_of(clock.today())[0]


@bp.route("/bewerken", methods=["GET", "POST"])
@csrf.exempt
@gate(Access.coordinators)
def edit() -> Response:
    receive(MOST_SENT)
    month = _month()
    stored = poster_edits.edit_of(g.house, month)
    form = PosterEditForm.of(stored, poster_edits.activities_of(g.house, month))
    if not form.sent():
        return _page(month, stored, form, 422 if form.errors else 200)
    try:
        poster_edits.save_edit(
            g.house, month, form.chosen(), g.person, clock.now(), seen=form.seen_sequence
        )
    except poster_edits.EditedMeanwhile as refusal:
        status, sentence = status_and_sentence(refusal)
        form.form_errors.append(sentence)
        # Who saves once more has read it, and means it.
        now_there = poster_edits.edit_of(g.house, month)
        form.seen.data = str(now_there.sequence if now_there else 0)
        return _page(month, now_there, form, status)
    except poster_edits.PhotoWithoutWords as refusal:
        status, sentence = status_and_sentence(refusal)
        form.photo_words.errors = [sentence]
        return _page(month, stored, form, status)
    return back_to(_here(month), _("Opgeslagen. Zo staat het op de poster."))


@bp.post("/overnemen")
@gate(Access.coordinators)
def copy() -> Response:
    """Begin with what was made of the month before."""
    month = _month()
    if Form().sent():
        poster_edits.copy_edit(g.house, month, g.person, clock.now())
    return back_to(_here(month), _("Overgenomen. Kijk na of het nog klopt."))


@bp.get("/foto.jpg")
@gate(Access.coordinators)
def photo() -> Response:
    stored = poster_edits.edit_of(g.house, _month())
    found = poster_edits.photo_of(stored) if stored else None
    if found is None:
        abort(404)
    return _picture(bytes(found.jpeg), "image/jpeg")


@bp.get("/logos")
@gate(Access.coordinators)
def partner_logos() -> Response:
    return _logos_page(200, LogoForm(formdata=None))


@bp.post("/logos/<id:partner_id>")
@csrf.exempt
@gate(Access.coordinators)
def set_logo(partner_id: int) -> Response:
    receive(MOST_SENT_LOGO)
    partner, form = _partner(partner_id), LogoForm()
    if not form.sent():
        return _logos_page(422, form, partner)
    poster_edits.set_logo(g.house, partner, form.clean, g.person, clock.now())
    return back_to(url_for(".partner_logos"), _("Het logo staat erop."))


@bp.post("/logos/<id:partner_id>/weg")
@gate(Access.coordinators)
def remove_logo(partner_id: int) -> Response:
    poster_edits.set_logo(g.house, _partner(partner_id), None, g.person, clock.now())
    return back_to(url_for(".partner_logos"), _("Het logo is weg. De naam staat er nog."))


@bp.get("/logos/<id:partner_id>")
@gate(Access.coordinators)
def logo(partner_id: int) -> Response:
    found = _partner(partner_id)
    if not found.logo:
        abort(404)
    return _picture(bytes(found.logo), logos.mime_type(bytes(found.logo)))


def _month() -> dt.date:
    form = MonthForm()
    form.read()
    return form.month()


def _here(month: dt.date) -> str:
    return url_for(".edit", maand=f"{month:%Y-%m}")


def _partner(partner_id: int) -> Partner:
    """A partner of the house at hand; 404 for every other."""
    found = poster_edits.partner_of(g.house, partner_id)
    if found is None:
        abort(404)
    return found


def _picture(data: bytes, kind: str) -> Response:
    response = make_response(data)
    response.mimetype = kind
    response.headers["Content-Security-Policy"] = _ONLY_A_PICTURE
    response.set_etag(hashlib.sha256(data).hexdigest()[:32])
    return response.make_conditional(request)


def _page(
    month: dt.date, stored: PosterEdit | None, form: PosterEditForm, status: int = 200
) -> Response:
    first = month_of(clock.today())[0]
    before = None if stored else poster_edits.edit_of(g.house, poster_edits.month_before(month))
    return page(
        "prints/poster_edit.html",
        status=status,
        month=month,
        earlier=_here(later_month(month, -1)) if month > first else None,
        later=_here(later_month(month, 1)) if month < later_month(first, AHEAD) else None,
        form=form,
        stored=stored,
        before=poster_edits.month_before(month) if before else None,
        has_photo=bool(stored and poster_edits.photo_words(stored)),
        pages=_pages(month),
    )


def _pages(month: dt.date) -> dict[str, int | None]:
    """On how many sheets the poster stands as it is stored; None while nobody has seen it."""
    named = {
        paper: poster_of(g.house, month, paper, PLAIN).page.fingerprint for paper in ("a4", "a3")
    }
    known = known_pages(list(named.values()))
    return {paper: known.get(fingerprint) for paper, fingerprint in named.items()}


def _logos_page(status: int, form: LogoForm, wrong: Partner | None = None) -> Response:
    return page(
        "prints/poster_logos.html",
        status=status,
        partners=poster_edits.partners_with_logos(g.house),
        form=form,
        wrong=wrong,
    )
