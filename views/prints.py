"""Prints: the documents of a house as PDF, and the page on which to choose one."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, abort, current_app, g, make_response, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from wtforms import SelectField
from wtforms.validators import AnyOf, Optional

from documents.month import month_of_house
from documents.poster import poster_page
from documents.press import (
    MissingGlyph,
    PressError,
    PressUnavailable,
    RenderTimeout,
    TooLarge,
)
from documents.renderings import Page, printed
from models import ClosureKind, House
from rules.closed_days import closures_of
from rules.notation import MONTHS
from rules.wall_time import month_of
from views import clock, errors
from views.ahead import keep_dates
from views.answers import page
from views.forms import MonthField, QueryForm, choices
from views.gate import Access, gate, public_house
from views.printing import press

bp = Blueprint("prints", __name__)

#: What product.md lists; the others follow.
BUILT = ("poster",)
#: How many months ahead the page offers, and visitors may ask for.
OFFERED, PUBLIC = 2, 3


class PosterForm(QueryForm):
    """Which poster: ``?maand=2026-12&formaat=a4&taal=nl&stijl=kleur``."""

    maand = MonthField()
    formaat = SelectField(
        choices=choices([("a4", "A4"), ("a3", "A3")]),
        default="a4",
        validate_choice=False,
        validators=[
            AnyOf(["a3", "a4"], lazy_gettext("Dit papier kennen we niet. Kies a3 of a4.")),
        ],
    )
    taal = SelectField(
        choices=choices([("nl", "Nederlands")]),
        default="nl",
        validate_choice=False,
        validators=[Optional(), AnyOf(["nl"], lazy_gettext("De poster is er nu in taal nl."))],
    )
    stijl = SelectField(
        choices=choices([("kleur", "kleur")]),
        default="kleur",
        validate_choice=False,
        validators=[
            Optional(),
            AnyOf(["kleur"], lazy_gettext("De poster is er nu in stijl kleur.")),
        ],
    )

    def month(self) -> dt.date:
        asked: dt.date | None = self.maand.data
        return asked or month_of(clock.today())[0]


@bp.get("/drukwerk")
@gate(Access.helpers)
def index() -> Response:
    if g.house is None:
        abort(404)
    form = PosterForm()
    form.read()
    month, paper = form.month(), form.formaat.data
    pages, refusal = None, None
    try:
        pages = printed(press(), _poster(g.house, month, paper), clock.now()).pages
    except PressError as error:
        refusal = status_and_sentence(error)[1]
    this_month = month_of(clock.today())[0]
    return page(
        "prints/index.html",
        month=month,
        month_name=MONTHS[month.month - 1],
        months=[later(this_month, n) for n in range(OFFERED + 1)],
        paper=paper,
        pages=pages,
        refusal=refusal,
        address=url_for(
            ".document",
            name="poster",
            huis=g.house.slug,
            maand=f"{month:%Y-%m}",
            formaat=paper,
        ),
        file_name=file_name(g.house, month, paper),
        questions=[
            closure
            for closure in closures_of(g.house, *month_of(month))
            if closure.kind == ClosureKind.public_holiday and closure.closes is None
        ],
    )


@bp.get("/drukwerk/<name>.pdf")
@gate(Access.helpers)
def document(name: str) -> Response:
    if name not in BUILT or g.house is None:
        abort(404)
    form = PosterForm()
    form.read()
    return pdf(g.house, form.month(), form.formaat.data)


@bp.get("/h/<huis>/poster.pdf")
@gate(Access.public)
def public_poster(huis: str) -> Response:
    """The poster for whoever wants to hang it up: this month and the next three."""
    house = public_house(huis)
    form = PosterForm()
    form.read()
    first = month_of(clock.today())[0]
    if not first <= form.month() <= later(first, PUBLIC):
        abort(404)
    return pdf(house, form.month(), form.formaat.data)


def pdf(house: House, month: dt.date, paper: Any) -> Response:
    """The poster as a file to look at; 304 when the browser has this very one."""
    poster = _poster(house, month, paper)
    if poster.fingerprint in request.if_none_match:
        response = make_response("", 304)
    else:
        response = make_response(printed(press(), poster, clock.now()).bytes)
        response.mimetype = "application/pdf"
        name = file_name(house, month, paper)
        response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.set_etag(poster.fingerprint)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def file_name(house: House, month: dt.date, paper: str) -> str:
    return f"{house.slug}-{month:%Y-%m}-poster-{paper}.pdf"


def later(month: dt.date, months: int) -> dt.date:
    """The first day of the month that comes so many months later."""
    years, number = divmod(month.month - 1 + months, 12)
    return dt.date(month.year + years, number + 1, 1)


def _poster(house: House, month: dt.date, paper: Any) -> Page:
    keep_dates(house, month_of(month)[1])
    base = (current_app.config["BASE_URL"] or request.url_root).rstrip("/")
    return poster_page(month_of_house(house, month), paper, base)


# -- when printing fails --------------------------------------------------------------------------


def status_and_sentence(error: PressError) -> tuple[int, str]:
    """What to answer, and what whoever prints can do about it."""
    match error:
        case PressUnavailable():
            return 503, _(
                "Dit apparaat kan nog niet printen. Dit helpt: %(command)s", command=error.command
            )
        case MissingGlyph():
            return 422, _(
                "Het teken %(character)s kunnen we niet printen. Haal het weg uit: %(text)s",
                character=error.character,
                text=error.text,
            )
        case RenderTimeout():
            return 503, _("De poster maken duurde te lang. Probeer het zo nog eens.")
        case TooLarge():
            return 422, _("Dit is te veel voor een poster. Zet minder in het programma.")
        case _:
            return 503, _("De poster maken lukte niet. Probeer het zo nog eens.")


@bp.app_errorhandler(PressError)
def on_press_error(error: PressError) -> Response:
    current_app.logger.warning("Not printed: %s", error)
    return errors.answer(*status_and_sentence(error))
