"""The programme in bulk: a table in, looked at before it is stored; the same table out."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, g, make_response, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from documents import tables
from documents.tables import Cell
from rules import Refused, programme_import
from rules.programme_import import ProgrammeChanged
from views import clock, errors
from views.answers import added, page
from views.forms import csrf
from views.gate import Access, gate
from views.programme_table_columns import as_row, explained, sample_rows, table_of
from views.programme_table_forms import Given, TableForm
from views.programme_table_plan import Plan, read_plan
from views.refusals import status_and_sentence
from views.uploads import receive

bp = Blueprint("programme_table", __name__, url_prefix="/programma")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: More than other pages may get: ten thousand rows that were pasted are read, and stay where they
#: were pasted, with the sentence that they are too many.
MOST_SENT = 4 * 1024 * 1024
#: How much of something too large is taken in, and dropped. Who is cut off while sending finds a
#: broken connection (Chromium alone looks for the answer all the same), and no sentence.
MOST_DROPPED = 32 * 1024 * 1024
#: How many wrong rows are offered for correction at a time; the others are named below them. With
#: all cells of these and a tick for each row a form stays within Werkzeug's thousand parts.
MOST_FIELDS = 20


@bp.errorhandler(RequestEntityTooLarge)
def on_too_large(_error: RequestEntityTooLarge) -> Any:
    _drop_the_rest()
    try:
        return _too_large()
    except HTTPException as refusal:
        return errors.on_http(refusal)


def _drop_the_rest() -> None:
    sent = request.content_length or 0
    if sent <= MOST_SENT:
        request.stream.read()
        return
    # Of what says that it is too large nothing was read yet.
    left = min(sent, MOST_DROPPED)
    while left > 0 and (piece := request.environ["wsgi.input"].read(min(left, 64 * 1024))):
        left -= len(piece)


@gate(Access.coordinators)
def _too_large() -> Response:
    form = TableForm(formdata=None)
    form.file.errors = [
        _(
            "Dit is te groot om te lezen. Wat je plakte, staat hier dus niet meer. "
            "Neem hoogstens %(n)s rijen.",
            n=tables.MOST_ROWS,
        )
    ]
    return _page(form, 413)


# -- in -------------------------------------------------------------------------------------------


@bp.route("/tabel", methods=["GET", "POST"])
@csrf.exempt
@gate(Access.coordinators)
def table() -> Response:
    receive(MOST_SENT, pasted=True)
    form = TableForm()
    given = form.read() if form.sent() else None
    if given is None:
        return _page(form)
    try:
        plan = read_plan(g.house, given, clock.today())
    except Refused as refusal:
        form.table.errors = [status_and_sentence(refusal)[1]]
        return _page(form)
    if not form.wants_storing or given.corrected:
        return _preview(form, given, plan)
    try:
        return added(form, lambda: _store(form, plan))
    except WrongRowsLeft:
        form.leave_wrong.errors = [_("Verbeter de foute rijen, of vink aan dat ze weg mogen.")]
        return _preview(form, given, plan)
    except (ProgrammeChanged, programme_import.RowRefused):
        plan = read_plan(g.house, given, clock.today())
        return _preview(form, given, plan, changed=True)


class WrongRowsLeft(Exception):
    """Some rows are wrong, and nobody said that these may be left out."""


def _store(form: TableForm, plan: Plan) -> tuple[str, str]:
    """Add the new rows, as the person saw them; all of them or none."""
    new = plan.of("new")
    if form.seen.data != plan.mark or not new:
        raise ProgrammeChanged
    if plan.of("wrong") and not form.leave_wrong.data:
        raise WrongRowsLeft
    programme_import.add_activities(
        g.house, g.person, clock.now(), [row.facts for row in new], plan.programme
    )
    message = ngettext(
        "%(num)d activiteit staat nu op het programma.",
        "%(num)d activiteiten staan nu op het programma.",
        len(new),
    )
    return url_for("programme.index"), message


def _page(form: TableForm, status: int | None = None) -> Response:
    if status is None:
        status = 422 if form.errors else 200
    return page(
        "programme/table.html",
        status=status,
        form=form,
        columns=explained(),
        most=tables.MOST_ROWS,
    )


def _preview(form: TableForm, given: Given, plan: Plan, changed: bool = False) -> Response:
    form.seen.data = plan.mark
    wrong = plan.of("wrong")
    status = 409 if changed else 422 if wrong or form.leave_wrong.errors else 200
    return page(
        "programme/table_preview.html",
        status=status,
        form=form,
        plan=plan,
        new=plan.of("new"),
        wrong=wrong[:MOST_FIELDS],
        also_wrong=wrong[MOST_FIELDS:],
        there=plan.of("there"),
        double=plan.of("double"),
        left=plan.of("left"),
        lacks_places=any({"room", "partner"} & row.errors.keys() for row in wrong),
        changed=changed,
        corrected=given.corrected,
    )


# -- out ------------------------------------------------------------------------------------------


@bp.get("/tabel.csv")
@gate(Access.coordinators)
def as_csv() -> Response:
    return _file(tables.write_csv(_whole_programme()), "csv", "text/csv; charset=utf-8")


@bp.get("/tabel.xlsx")
@gate(Access.coordinators)
def as_xlsx() -> Response:
    return _workbook(_whole_programme(), "programma")


@bp.get("/voorbeeld-tabel.xlsx")
@gate(Access.coordinators)
def sample() -> Response:
    """A table to fill in: two rows that show how."""
    return _workbook(table_of(sample_rows(clock.today())), "voorbeeld")


def _whole_programme() -> list[Sequence[Cell]]:
    today = clock.today()
    return table_of(as_row(each, today) for each in programme_import.programme_of(g.house))


def _workbook(rows: Sequence[Sequence[Cell]], what: str) -> Response:
    notes: list[Sequence[Cell]] = [[_("Kolom"), _("Wat vul je in?")], *explained()]
    book = tables.write_xlsx({_("Programma"): rows, _("Uitleg"): notes})
    return _file(book, "xlsx", XLSX, what)


def _file(data: bytes, kind: str, mimetype: str, what: str = "programma") -> Response:
    """A file to keep; its name says of which house and which day."""
    response = make_response(data)
    name = f"{g.house.slug}-{what}-{clock.today():%Y-%m-%d}.{kind}"
    response.headers["Content-Type"] = mimetype
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
