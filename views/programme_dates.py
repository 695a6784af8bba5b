"""A single date of an activity: cancelling, changing, putting back."""

from __future__ import annotations

from flask import Blueprint, Response, g, url_for
from flask_babel import gettext as _

from models import Occurrence
from rules import programme
from rules.clashes import clashes
from rules.month_words import Slot
from views import clock
from views.answers import back_to, page
from views.gate import Access, gate
from views.programme import activity_page
from views.programme_forms import CancelForm, DateForm
from views.refusals import status_and_sentence
from views.telling import and_tell

bp = Blueprint("programme_dates", __name__, url_prefix="/programma/datum")


@bp.route("/<id:row_id>", methods=["GET", "POST"])
@gate(Access.coordinators, row=Occurrence)
def change(row: Occurrence) -> Response:
    form = DateForm(
        g.house,
        data={
            "date": row.date,
            "start_time": row.start_time,
            "end_time": row.end_time,
            "room": row.room_id or 0,
            "note": row.note,
        },
    )
    taken: list[Occurrence] = []
    if form.sent() and not (taken := _taken(form, row)):
        try:
            shifts = programme.move_date(row, form.date.data, g.person, clock.now(), **form.facts())
        except (programme.DateTaken, programme.HouseClosed) as refusal:
            form.date.errors = [status_and_sentence(refusal)[1]]
        else:
            return _done(row, and_tell(_("Opgeslagen."), shifts))
    return page(
        "programme/date.html",
        status=422 if form.errors else 200,
        form=form,
        date=row,
        activity=row.activity,
        clashes=taken,
        past=row.date < clock.today(),
        cancel=CancelForm(formdata=None),
    )


@bp.post("/<id:row_id>/afzeggen")
@gate(Access.coordinators, row=Occurrence)
def cancel(row: Occurrence) -> Response:
    form = CancelForm()
    if not form.sent():
        return activity_page(row.activity, 422, cancelled=row, form=form)
    shifts = programme.cancel_date(row, form.note.data, g.person, clock.now())
    return _done(row, and_tell(_("Gaat niet door."), shifts))


@bp.post("/<id:row_id>/terug")
@gate(Access.coordinators, row=Occurrence)
def restore(row: Occurrence) -> Response:
    shifts = programme.restore_date(row, g.person, clock.now())
    return _done(row, and_tell(_("Gaat toch door."), shifts))


@bp.post("/<id:row_id>/zoals-altijd")
@gate(Access.coordinators, row=Occurrence)
def reset(row: Occurrence) -> Response:
    shifts = programme.reset_date(row, g.person, clock.now())
    return _done(row, and_tell(_("Deze dag is weer zoals altijd."), shifts))


def _taken(form: DateForm, row: Occurrence) -> list[Occurrence]:
    """What else is in the room then, unless somebody said that this is meant."""
    room = form.rooms.get(form.room.data)
    if room is None or form.shared.data:
        return []
    slot = Slot(form.date.data, form.start_time.data, form.end_time.data)
    same = slot == Slot(row.date, row.start_time, row.end_time) and room.id == row.room_id
    found = [] if same else clashes(room, [slot], date=row.id)
    if found:
        form.shared.errors = [_("De ruimte is dan bezet. Vink aan dat het mag.")]
    return found


def _done(row: Occurrence, message: str) -> Response:
    return back_to(url_for("programme.activity", row_id=row.activity_id), message)
