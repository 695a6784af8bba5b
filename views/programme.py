"""The programme of a house: what is on, its activities, and single dates."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, abort, g, url_for
from flask_babel import gettext as _

from models import Activity, Occurrence, Role
from rules import programme, series_change, timetable
from rules.rule_words import in_words
from rules.wall_time import month_of, week_of
from views import clock
from views.ahead import keep_dates
from views.answers import added, back_to, page
from views.gate import Access, gate
from views.programme_forms import (
    CATEGORIES,
    CancelForm,
    FactsForm,
    NewActivityForm,
    ProgrammeQuery,
)
from views.refusals import status_and_sentence
from views.telling import and_tell

bp = Blueprint("programme", __name__, url_prefix="/programma")
#: How many of an activity's coming dates its page shows.
NEXT_DATES = 8


@bp.record_once
def register(state: object) -> None:
    app = state.app  # type: ignore[attr-defined]
    app.add_template_filter(said)
    app.add_template_filter(category_name)


def said(activity: Activity) -> str:
    """When an activity is, in words."""
    return in_words(activity.rule, activity.first_date)


def category_name(category: str) -> str:
    """The word that stands for a category's pictogram."""
    return str(dict(CATEGORIES)[category])


# -- what is on -----------------------------------------------------------------------------------


@bp.get("")
@gate(Access.member)
def index() -> Response:
    asked = ProgrammeQuery().read()
    today, house = clock.today(), g.house
    first, last = today, today + dt.timedelta(days=6)
    before, after = first, last + dt.timedelta(days=1)
    if asked["maand"] is not None:
        first, last = month_of(asked["maand"])
    elif asked["week"] is not None:
        first, *_between, last = week_of(asked["week"])
    if asked["maand"] or asked["week"]:
        before, after = first - dt.timedelta(days=1), last + dt.timedelta(days=1)
    keep_dates(house, last)
    # Who only looks along sees what everybody may see.
    hidden = g.role != Role.viewer
    days = timetable.days(house, first, last, hidden=hidden)
    return page(
        "programme/index.html",
        days=[day for day in days if day.occurrences or day.closed or day.asks],
        month=asked["maand"],
        week=asked["week"],
        before=before,
        after=after,
        activities=timetable.activities_of(house, today, hidden=hidden),
    )


# -- activities -----------------------------------------------------------------------------------


@bp.get("/activiteit/<id:row_id>")
@gate(Access.member, row=Activity)
def activity(row: Activity) -> Response:
    if g.role == Role.viewer and not row.published:
        abort(404)
    return _activity_page(row)


@bp.route("/activiteit/nieuw", methods=["GET", "POST"])
@gate(Access.coordinators)
def add() -> Response:
    form = NewActivityForm(g.house)
    if form.sent():
        try:
            return added(form, lambda: _add(form))
        except programme.NoDates as refusal:
            form.last_date.errors = [status_and_sentence(refusal)[1]]
    return page("programme/add.html", status=422 if form.errors else 200, form=form)


def _add(form: NewActivityForm) -> tuple[str, str]:
    new = programme.add_activity(g.house, g.person, clock.now(), **form.facts())
    message = _("Staat op het programma: %(name)s.", name=new.title)
    return url_for(".activity", row_id=new.id), message


@bp.route("/activiteit/<id:row_id>/wijzigen", methods=["GET", "POST"])
@gate(Access.coordinators, row=Activity)
def change(row: Activity) -> Response:
    form = FactsForm.of(row)
    if form.sent():
        shifts = series_change.change_activity(row, g.person, clock.now(), **form.facts())
        return back_to(url_for(".activity", row_id=row.id), and_tell(_("Opgeslagen."), shifts))
    return page(
        "programme/change.html", status=422 if form.errors else 200, form=form, activity=row
    )


# -- single dates ---------------------------------------------------------------------------------


@bp.post("/datum/<id:row_id>/afzeggen")
@gate(Access.coordinators, row=Occurrence)
def cancel(row: Occurrence) -> Response:
    form = CancelForm()
    if not form.sent():
        return _activity_page(row.activity, 422, cancelled=row, form=form)
    shifts = programme.cancel_date(row, form.note.data, g.person, clock.now())
    return back_to(
        url_for(".activity", row_id=row.activity_id), and_tell(_("Gaat niet door."), shifts)
    )


@bp.post("/datum/<id:row_id>/terug")
@gate(Access.coordinators, row=Occurrence)
def restore(row: Occurrence) -> Response:
    shifts = programme.restore_date(row, g.person, clock.now())
    return back_to(
        url_for(".activity", row_id=row.activity_id), and_tell(_("Gaat toch door."), shifts)
    )


def _activity_page(
    row: Activity,
    status: int = 200,
    cancelled: Occurrence | None = None,
    form: CancelForm | None = None,
) -> Response:
    today = clock.today()
    dates = timetable.coming_dates(row, today, NEXT_DATES)
    return page(
        "programme/activity.html",
        status=status,
        activity=row,
        dates=dates,
        cancelled=cancelled,
        form=form or CancelForm(formdata=None),
    )
