"""Prints: the documents of a house as PDF, and the page on which to choose one."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, abort, current_app, g, url_for

from documents.press import PressError
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
    print_chosen,
    print_pictures,
    print_sharing,
    print_week,
    print_words,
    printed_ahead,
)
from views.answers import back_to, page
from views.gate import Access, gate
from views.print_failures import status_and_sentence
from views.print_files import pdf
from views.print_forms import DocumentForm, PosterForm, TallyToMakeForm, week_at_hand
from views.print_sheets import BUILT

bp = Blueprint("prints", __name__)


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
print_sharing.add_to(bp)
print_week.add_to(bp)
print_chosen.add_to(bp)
