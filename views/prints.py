"""Prints: the documents of a house as PDF, and the page on which to choose one."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple
from uuid import uuid4

from flask import Blueprint, Response, abort, current_app, g, make_response, request, url_for
from flask_babel import gettext as _

from documents.look import PLAIN
from documents.press import (
    MissingGlyph,
    PressError,
    PressUnavailable,
    RenderTimeout,
    TooLarge,
)
from documents.renderings import printed
from models import ClosureKind
from rules.closed_days import closures_of
from rules.notation import MONTHS, day_and_month, iso_week, long_date
from rules.notation import month as month_in_words
from rules.wall_time import month_of
from views import clock, errors
from views.answers import page
from views.gate import Access, gate, public_house
from views.print_forms import DocumentForm, PosterForm, week_at_hand
from views.print_sheets import BUILT, Sheet, poster_of
from views.printing import press

bp = Blueprint("prints", __name__)

#: How many months ahead the page offers, and visitors may ask for.
OFFERED, PUBLIC = 2, 3
#: How many weeks and days the page offers of what hangs on the wall and on the door.
WEEKS, DAYS = 6, 8


class Choice(NamedTuple):
    """One of the weeks, months or days that the page offers; value as in an address."""

    value: str
    words: str


@bp.get("/drukwerk")
@gate(Access.helpers)
def index() -> Response:
    if g.house is None:
        abort(404)
    form = PosterForm()
    form.read()
    month, paper = form.month(), form.formaat.data
    poster = poster_of(g.house, month, paper, PLAIN)
    pages, refusal = None, None
    try:
        pages = printed(press(), poster.page, clock.now()).pages
    except PressError as error:
        refusal = status_and_sentence(error)[1]
    this_month = month_of(clock.today())[0]
    months = [later(this_month, n) for n in range(OFFERED + 1)]
    return page(
        "prints/index.html",
        month=month,
        month_name=MONTHS[month.month - 1],
        months=months,
        roster_months=[Choice(f"{each:%Y-%m}", month_in_words(each)) for each in months],
        weeks=_weeks(),
        week=iso_week(week_at_hand()),
        days=_days(),
        once=uuid4(),
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
        file_name=poster.file_name,
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
    sheet = BUILT[name](g.house)
    form = DocumentForm()
    form.read()
    return pdf(sheet, to_save=form.bewaar.data)


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
    return pdf(poster_of(house, form.month(), form.formaat.data, form.look()))


def pdf(sheet: Sheet, *, to_save: bool = False) -> Response:
    """A document as a file to look at, or to save; 304 when the browser has this very one."""
    if sheet.page.fingerprint in request.if_none_match:
        response = make_response("", 304)
    else:
        response = make_response(printed(press(), sheet.page, clock.now()).bytes)
        response.mimetype = "application/pdf"
        how = "attachment" if to_save else "inline"
        response.headers["Content-Disposition"] = f'{how}; filename="{sheet.file_name}"'
    response.set_etag(sheet.page.fingerprint)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def later(month: dt.date, months: int) -> dt.date:
    """The first day of the month that comes so many months later."""
    years, number = divmod(month.month - 1 + months, 12)
    return dt.date(month.year + years, number + 1, 1)


def _weeks() -> list[Choice]:
    """The weeks that the page offers, from the one at hand, each by its Monday."""
    mondays = [week_at_hand() + dt.timedelta(weeks=n) for n in range(WEEKS)]
    return [
        Choice(
            iso_week(monday),
            _(
                "%(day)s (week %(number)s)",
                day=day_and_month(monday),
                number=monday.isocalendar().week,
            ),
        )
        for monday in mondays
    ]


def _days() -> list[Choice]:
    """The days that the page offers, from today."""
    days = [clock.today() + dt.timedelta(days=n) for n in range(DAYS)]
    near = [
        _("Vandaag (%(day)s)", day=day_and_month(days[0])),
        _("Morgen (%(day)s)", day=day_and_month(days[1])),
    ]
    words = [*near, *(long_date(day).capitalize() for day in days[len(near) :])]
    return [Choice(day.isoformat(), said) for day, said in zip(days, words, strict=True)]


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
            return 503, _("Dit blad maken duurde te lang. Probeer het zo nog eens.")
        case TooLarge():
            return 422, _("Dit is te veel om te printen. Kies minder dagen of kortere teksten.")
        case _:
            return 503, _("Dit blad maken lukte niet. Probeer het zo nog eens.")


@bp.app_errorhandler(PressError)
def on_press_error(error: PressError) -> Response:
    current_app.logger.warning("Not printed: %s", error)
    return errors.answer(*status_and_sentence(error))
