"""Prints: the documents of a house as PDF, and the page on which to choose one."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, abort, current_app, g, make_response, request, url_for

from documents.look import PLAIN
from documents.press import PressError
from documents.renderings import printed
from documents.words import DUTCH, LANGUAGES
from models import ClosureKind
from rules import tally_sheets
from rules.closed_days import closures_of
from rules.notation import iso_week
from rules.wall_time import later_month, month_of
from views import (
    clock,
    errors,
    language,
    print_choices,
    print_pictures,
    print_week,
    print_words,
    printed_ahead,
    shared_text,
)
from views.answers import back_to, page
from views.gate import Access, gate, public_house
from views.print_failures import status_and_sentence
from views.print_forms import DocumentForm, PosterForm, TallyToMakeForm, week_at_hand
from views.print_sheets import BUILT, Sheet, base_url, poster_of
from views.printing import press

bp = Blueprint("prints", __name__)

#: How many months ahead visitors may ask for.
PUBLIC = 3


@bp.get("/drukwerk")
@gate(Access.helpers)
def index() -> Response:
    """Every document with its choices; nothing is printed before somebody looks at it."""
    if g.house is None:
        abort(404)
    form = PosterForm()
    form.read()
    look, today = form.look(), clock.today()
    this_month = month_of(today)[0]
    return page(
        "prints/index.html",
        month=f"{form.month():%Y-%m}",
        paper_size=form.formaat.data,
        edit=_edit(form.month()),
        look=look,
        languages=[(each, language.LANGUAGES[each].name) for each in LANGUAGES],
        foreign=look.language != DUTCH,
        styles=print_choices.STYLES,
        months=print_choices.months(),
        weeks=print_choices.weeks(),
        week=iso_week(week_at_hand()),
        days=print_choices.days(),
        for_all=print_choices.offered(print_choices.FOR_ALL),
        for_the_house=print_choices.offered(print_choices.FOR_THE_HOUSE),
        keep=print_week.to_keep(g.house, look),
        printer=print_words.printer_sentences(),
        questions=[
            closure
            for month in (this_month, later_month(this_month, 1))
            for closure in closures_of(g.house, *month_of(month))
            if closure.kind == ClosureKind.public_holiday and closure.closes is None
        ],
    )


@bp.get("/drukwerk/<name>.pdf")
@gate(Access.helpers)
def document(name: str) -> Response:
    if name not in BUILT or g.house is None:
        abort(404)
    sheet = BUILT[name](g.house)
    form = DocumentForm()
    form.read()
    return pdf(sheet, to_save=form.bewaar.data)


@bp.post("/drukwerk/turfblad")
@gate(Access.helpers)
def tally_sheet() -> Response:
    """A tally sheet is made by asking for it: it has a number. The same day is the same sheet."""
    form = TallyToMakeForm()
    if not form.sent():
        return errors.answer(422, next(iter(form.errors.values()))[0])
    made = tally_sheets.make_sheet(g.house, form.dag.data, g.person, clock.now(), clock.today())
    return back_to(
        url_for(
            ".document",
            name="turfblad",
            huis=g.house.slug,
            nummer=made.number,
            taal=form.look().language,
            stijl=form.look().style,
            bewaar=form.bewaar.data or None,
        )
    )


@bp.get("/drukwerk/poster/delen")
@gate(Access.helpers)
def share() -> Response:
    """The public address of a poster, with words around it, to send on."""
    if g.house is None:
        abort(404)
    form = PosterForm()
    form.read()
    look, month = form.look(), form.month()
    first = month_of(clock.today())[0]
    if not first <= month <= later_month(first, PUBLIC):
        abort(404)
    chosen = {
        name: value
        for name, value, usual in (
            ("formaat", form.formaat.data, "a4"),
            ("taal", look.language, PLAIN.language),
            ("stijl", look.style, PLAIN.style),
        )
        if value != usual
    }
    path = url_for(".public_poster", huis=g.house.slug, maand=f"{month:%Y-%m}", **chosen)
    text = shared_text.of_poster(
        g.house, month, base_url() + path.removeprefix(request.script_root)
    )
    return page(
        "prints/share.html",
        text=text,
        month=month,
        whatsapp=shared_text.whatsapp(text),
        mail=shared_text.mail(text.partition("\n")[0], text),
    )


@bp.get("/h/<huis>/poster.pdf")
@gate(Access.public)
def public_poster(huis: str) -> Response:
    """The poster for whoever wants to hang it up: this month and the next three."""
    house = public_house(huis)
    form = PosterForm()
    form.read()
    first = month_of(clock.today())[0]
    if not first <= form.month() <= later_month(first, PUBLIC):
        abort(404)
    return pdf(poster_of(house, form.month(), form.formaat.data, form.look()))


def pdf(sheet: Sheet, *, to_save: bool = False) -> Response:
    """A document as a file to look at, or to save; 304 when the browser has this very one."""
    fingerprint = sheet.page.fingerprint
    if fingerprint in request.if_none_match:
        response = make_response("", 304)
    else:
        made = printed(press(), sheet.page, clock.now())
        # Of a bundle, parts may be missing: then it is another file.
        fingerprint = made.fingerprint
        response = make_response(made.bytes)
        response.mimetype = "application/pdf"
        how = "attachment" if to_save else "inline"
        response.headers["Content-Disposition"] = f'{how}; filename="{sheet.file_name}"'
    response.set_etag(fingerprint)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _edit(month: dt.date) -> str | None:
    """Where the poster of a month is adjusted, for who may."""
    if "poster_edit.edit" not in current_app.view_functions:
        return None
    return url_for("poster_edit.edit", maand=f"{month:%Y-%m}")


# -- when printing fails --------------------------------------------------------------------------


@bp.app_errorhandler(PressError)
def on_press_error(error: PressError) -> Response:
    current_app.logger.warning("Not printed: %s", error)
    return errors.answer(*status_and_sentence(error))


printed_ahead.add_to(bp)
print_pictures.add_to(bp)
print_week.add_to(bp)
