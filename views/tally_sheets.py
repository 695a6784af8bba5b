"""Tally sheets: making one for a day, and entering what was ticked on it, once."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from wtforms import DateField, HiddenField, StringField
from wtforms.validators import InputRequired

from models import CountSource, House, TallySheet
from rules import Refused, sheet_entry, tally_sheets
from rules.sheet_entry import MOST, Entered, Look
from rules.tally_sheets import Layout
from views import clock
from views.answers import added, back_to, page
from views.day_forms import hour_words, number, spans_of_hours
from views.forms import Form, Once, QueryForm, WholeNumber
from views.gate import Access, gate
from views.refusals import status_and_sentence
from views.roster_said import moment

bp = Blueprint("counting_sheets", __name__, url_prefix="/tellen")

#: So far back and ahead the page lists sheets.
SHOWN = dt.timedelta(weeks=4)
#: How many days the page offers for a new sheet.
DAYS = 8
_SOURCES = tuple(CountSource)


@bp.record_once
def register(state: object) -> None:
    app = state.app  # type: ignore[attr-defined]
    app.add_template_filter(hour_words)
    app.add_template_filter(spans_of_hours)
    app.add_template_filter(moment)


class NumberQuery(QueryForm):
    """The number that stands on a sheet: ``?nummer=1023``."""

    nummer = WholeNumber(
        _l("Nummer van het blad"), render_kw={"type": "text", "inputmode": "numeric"}
    )


class MakeForm(Once, Form):
    dag = DateField(validators=[InputRequired(_l("Kies een dag."))])
    nog_een = HiddenField()


class EntryForm(Form):
    """The numbers of a sheet and, where an hour has taps too, what counts; see :func:`_form`."""

    gezien = HiddenField()


@bp.route("/bladen", methods=["GET", "POST"])
@gate(Access.helpers)
def index() -> Response:
    form = MakeForm()
    if form.sent():
        try:
            return added(form, lambda: _make(form))
        except Refused as refusal:
            form.dag.errors = [status_and_sentence(refusal)[1]]
    query = NumberQuery()
    wanted = query.nummer.data if query.validate() else None
    if wanted is not None:
        try:
            sheet = tally_sheets.find_sheet(min(wanted, 2**31 - 1), _houses())
            return back_to(_address(sheet))
        except Refused as refusal:
            query.nummer.errors = [status_and_sentence(refusal)[1]]
    today = clock.today()
    every = tally_sheets.sheets_between(g.house, today - SHOWN, today + tally_sheets.AHEAD)
    return page(
        "counting/sheets.html",
        status=422 if query.errors or form.errors else 200,
        form=form,
        query=query,
        days=[today + dt.timedelta(days=n) for n in range(DAYS)],
        open=[sheet for sheet in every if sheet.entered_at is None],
        entered=[sheet for sheet in every if sheet.entered_at is not None],
    )


@bp.route("/blad/<id:nummer>", methods=["GET", "POST"])
@gate(Access.helpers)
def sheet(nummer: int) -> Response:
    found = tally_sheets.find_sheet(nummer, _houses())
    if found.house_id != g.house.id:
        # The code on the paper does not say of which house it is.
        return back_to(_address(found))
    today = clock.today()
    done = sheet_entry.entered(found, today)
    if done is not None:
        return _entered(found, done, 409 if request.method == "POST" else 200)
    layout = tally_sheets.layout_of(found, today)
    form = _form(layout)
    if form.is_submitted() and found.date > today:
        raise sheet_entry.SheetToCome
    if not form.is_submitted():
        return page("counting/sheet.html", sheet=found, layout=layout, form=form, look=None)
    if not form.sent():
        return _asks(found, layout, form, None, 422)
    try:
        sheet_entry.enter(
            found,
            _numbers(layout, form),
            _choices(layout, form),
            g.person,
            clock.now(),
            seen=form.gezien.data or "",
        )
    except sheet_entry.WhichCounts as refusal:
        for hour in refusal.look.both.keys() - _choices(layout, form).keys():
            said = _("%(hour)s: kies wat telt.", hour=hour_words(hour))
            form[f"telt_{hour}"].errors = [said]
        return _asks(found, layout, form, refusal.look, 422)
    except sheet_entry.LookFirst as refusal:
        return _asks(found, layout, form, refusal.look, 200 if not form.gezien.data else 409)
    except sheet_entry.AlreadyEntered:
        done = sheet_entry.entered(TallySheet.get_by_id(found.id), today)
        return _entered(found, done, 409) if done else abort(404)
    return back_to(_address(found), _("Opgeslagen. Dank je wel!"))


def _make(form: MakeForm) -> tuple[str, str]:
    made = tally_sheets.make_sheet(
        g.house,
        form.dag.data,
        g.person,
        clock.now(),
        clock.today(),
        another=bool(form.nog_een.data),
    )
    return _address(made), _("Turfblad %(number)s staat klaar.", number=made.number)


def _address(sheet: TallySheet) -> str:
    several = len(current_user.standing.houses) > 1
    slug = sheet.house.slug if several else None
    return url_for(".sheet", nummer=sheet.number, huis=slug)


def _houses() -> list[House]:
    """The houses in which the person helps."""
    standing = current_user.standing
    return [house for house in standing.houses if standing.may(Access.helpers, house)]


def _form(layout: Layout) -> EntryForm:
    """The form of a sheet: a number for each of its cells, in the order of the paper."""
    fields: dict[str, Any] = {
        f"n_{hour}_{place}": number(layout.columns[place].title or _("Gewoon binnen"), MOST)
        for hour, place in layout.cells
    }
    for hour in layout.hours:
        # Only hours with taps ask; what is none of the answers is asked again.
        fields[f"telt_{hour}"] = StringField()
    return type("SheetForm", (EntryForm,), fields)()  # type: ignore[no-any-return]


def _numbers(layout: Layout, form: EntryForm) -> dict[tuple[int, int], int]:
    return {(hour, place): form[f"n_{hour}_{place}"].data or 0 for hour, place in layout.cells}


def _choices(layout: Layout, form: EntryForm) -> dict[int, CountSource]:
    said = {hour: form[f"telt_{hour}"].data for hour in layout.hours}
    return {hour: CountSource(value) for hour, value in said.items() if value in _SOURCES}


def _asks(
    sheet: TallySheet, layout: Layout, form: EntryForm, look: Look | None, status: int
) -> Response:
    """The form as it was filled in, with its sums and what there is to choose."""
    return page(
        "counting/sheet.html", status=status, sheet=sheet, layout=layout, form=form, look=look
    )


def _entered(sheet: TallySheet, done: Entered, status: int) -> Response:
    return page("counting/sheet_entered.html", status=status, sheet=sheet, entered=done)
