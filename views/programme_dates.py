"""A single date of an activity: cancelling, changing, putting back.

What is over stays as it was. That a room is taken is said first, and allowed on purpose.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from functools import wraps

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from models import Activity, Occurrence, OccurrenceState, Room, Shift
from rules import programme
from rules.clashes import clashes
from rules.closure_effect import people_of
from rules.double_booked import InTwoPlaces
from rules.horizon import FURTHEST
from rules.month_words import Slot
from views import clock
from views.answers import back_to, page
from views.forms import text
from views.gate import Access, gate
from views.programme import activity_page
from views.programme_forms import CancelForm, DateForm
from views.refusals import status_and_sentence
from views.telling import and_tell

bp = Blueprint("programme_dates", __name__, url_prefix="/programma/datum")


class ChangeForm(DateForm):
    """One date, as the person saw it."""

    #: What stood there: somebody else may change or cancel the date meanwhile.
    stood = HiddenField()


class ReasonForm(CancelForm):
    """Why a date is cancelled, beside the other form of its page."""

    note = text(_l("Waarom? Dit leest iedereen."), 120, printed=True, id="waarom")


def while_it_comes(view: Callable[[Occurrence], Response]) -> Callable[[Occurrence], Response]:
    """Change nothing about a date that is over, or whose activity was put away."""

    @wraps(view)
    def guarded(row: Occurrence) -> Response:
        if request.method == "POST" and _over(row):
            return _page(row, status=409)
        return view(row)

    return guarded


@bp.route("/<id:row_id>", methods=["GET", "POST"])
@gate(Access.coordinators, row=Occurrence)
@while_it_comes
def change(row: Occurrence) -> Response:
    if request.method == "GET":
        return _page(row)
    form = ChangeForm(g.house)
    if not form.sent() or _changed_meanwhile(form, row) or not _in_reach(form):
        return _page(row, form)
    taken = [] if form.shared.data else _taken_by(form, row)
    if taken:
        return _room_taken(row, form, taken)
    seen = form.stood.data or None
    try:
        shifts = programme.move_date(
            row,
            form.date.data,
            g.person,
            clock.now(),
            seen=seen,
            anyway=form.anyway.data,
            **form.facts(),
        )
    except programme.ChangedMeanwhile as refusal:
        # Between the look and the write.
        form.form_errors = [status_and_sentence(refusal)[1]]
        return _page(row, form)
    except (programme.DateTaken, programme.HouseClosed) as refusal:
        form.date.errors = [status_and_sentence(refusal)[1]]
        return _page(row, form)
    except InTwoPlaces as refusal:
        form.anyway.errors = [status_and_sentence(refusal)[1]]
        return _page(row, form)
    return _done(row, _("Opgeslagen."), shifts)


@bp.post("/<id:row_id>/afzeggen")
@gate(Access.coordinators, row=Occurrence)
@while_it_comes
def cancel(row: Occurrence) -> Response:
    here = "hier" in request.form
    form = ReasonForm() if here else CancelForm()
    if not form.sent():
        if here:
            return _page(row, cancel=form, status=422)
        return activity_page(row.activity, 422, cancelled=row, form=form)
    shifts = programme.cancel_date(row, form.note.data, g.person, clock.now())
    return _done(row, _("Gaat niet door."), shifts)


@bp.post("/<id:row_id>/terug")
@gate(Access.coordinators, row=Occurrence)
@while_it_comes
def restore(row: Occurrence) -> Response:
    form = _filled(row)
    return _put_back(row, form, programme.restore_date, _("Gaat toch door."))


@bp.post("/<id:row_id>/zoals-altijd")
@gate(Access.coordinators, row=Occurrence)
@while_it_comes
def reset(row: Occurrence) -> Response:
    form = _filled(row, row.activity)
    return _put_back(row, form, programme.reset_date, _("Deze dag is weer zoals altijd."))


# -- what these share -----------------------------------------------------------------------------


def _put_back(
    row: Occurrence, form: ChangeForm, put: Callable[..., list[Shift]], message: str
) -> Response:
    """Put a date back as a filled form says it; if that cannot be, show the form."""
    if not _in_reach(form):
        return _page(row, form)
    if taken := _taken_by(form, row):
        return _room_taken(row, form, taken)
    try:
        return _done(row, message, put(row, g.person, clock.now()))
    except InTwoPlaces as refusal:
        # The form says the same, and has the tick with which it is done anyway.
        form.anyway.errors = [status_and_sentence(refusal)[1]]
        return _page(row, form)
    except (programme.DateTaken, programme.HouseClosed) as refusal:
        status, sentence = status_and_sentence(refusal)
        form.form_errors = [sentence]
        return _page(row, form, status=status)


def _room_taken(row: Occurrence, form: ChangeForm, others: Sequence[Occurrence]) -> Response:
    form.shared.errors = [_("De ruimte is dan bezet. Vink aan dat het mag.")]
    return _page(row, form, others=others)


def _page(
    row: Occurrence,
    form: ChangeForm | None = None,
    *,
    cancel: CancelForm | None = None,
    others: Sequence[Occurrence] = (),
    status: int | None = None,
) -> Response:
    """The page of a date, perhaps with a form that came back.

    :param others: what else is in the room as the form says it; else as the date stands.
    """
    activity, over = row.activity, _over(row)
    off = row.state == OccurrenceState.cancelled
    if form is None and not off and not over:
        others = _others_in(row.room, Slot(row.date, row.start_time, row.end_time), row)
    usual = (activity.start_time, activity.end_time, activity.room_id)
    return page(
        "programme/date.html",
        status=status or (422 if form and form.errors else 200),
        form=form or _filled(row),
        cancel=cancel or ReasonForm(formdata=None, data={"note": _reason(row)}),
        date=row,
        activity=activity,
        clashes=others,
        over=over,
        people=() if over else people_of(row),
        usual=row.date == row.original_date
        and (row.start_time, row.end_time, row.room_id) == usual
        and (off or not row.note),
    )


def _filled(row: Occurrence, usual: Activity | None = None) -> ChangeForm:
    """The form with what is stored of a date, or what is usual for it.

    Why a date is cancelled is not said any more when it goes on.
    """
    off = row.state == OccurrenceState.cancelled
    source = usual or row
    return ChangeForm(
        g.house,
        formdata=None,
        data={
            "date": row.original_date if usual else row.date,
            "start_time": source.start_time,
            "end_time": source.end_time,
            "room": source.room_id or 0,
            "note": "" if usual or off else row.note,
            "stood": programme.stands(row),
        },
    )


def _changed_meanwhile(form: ChangeForm, row: Occurrence) -> bool:
    """Whether somebody else changed or cancelled the date since this form was opened."""
    stands = programme.stands(row)
    if form.stood.data in (None, "", stands):
        return False
    form.form_errors = [
        _("Iemand heeft dit intussen ook gewijzigd. Kijk het na en sla nog eens op.")
    ]
    form.stood.data = form.stood.raw_data = stands
    return True


def _in_reach(form: ChangeForm) -> bool:
    """Whether the day is one to which a date can go: not over, not a slip of the finger."""
    today: dt.date = clock.today()
    if form.date.data < today:
        form.date.errors = [_("Deze dag is al voorbij.")]
    elif form.date.data > today + FURTHEST:
        form.date.errors = [status_and_sentence(programme.TooFar())[1]]
    return not form.date.errors


def _taken_by(form: ChangeForm, row: Occurrence) -> list[Occurrence]:
    """What else is in the room when a date is as a form says; nothing where it is so already."""
    room = form.rooms.get(form.room.data)
    slot = Slot(form.date.data, form.start_time.data, form.end_time.data)
    as_it_was = (
        row.state != OccurrenceState.cancelled
        and slot == Slot(row.date, row.start_time, row.end_time)
        and room is not None
        and room.id == row.room_id
    )
    return [] if as_it_was else _others_in(room, slot, row)


def _others_in(room: Room | None, slot: Slot, row: Occurrence) -> list[Occurrence]:
    return clashes(room, [slot], date=row.id) if room is not None else []


def _over(row: Occurrence) -> bool:
    return bool(row.date < clock.today() or row.activity.archived_at is not None)


def _reason(row: Occurrence) -> str:
    """Why a person cancelled a date; empty for one that goes on."""
    return str(row.note) if row.state == OccurrenceState.cancelled else ""


def _done(row: Occurrence, message: str, shifts: Sequence[Shift]) -> Response:
    address = url_for("programme.activity", row_id=row.activity_id)
    return back_to(address, and_tell(message, shifts))
