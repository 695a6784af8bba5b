"""Adding, changing, copying, stopping and putting away an activity."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _

from documents.poster_room import summary_fits, summary_room, title_room
from models import Activity, Shift
from rules import Refused, programme, series_change
from rules.double_booked import InTwoPlaces
from rules.recurrence import BadRule, Kind
from rules.series_plan import Plan
from views import clock
from views.activity_forms import (
    ActivityForm,
    ChangeForm,
    NewActivityForm,
    SeenForm,
    StopForm,
    copied,
)
from views.answers import added, back_to, page
from views.gate import Access, gate
from views.programme import activity_page
from views.programme_forms import ExtraDateForm
from views.programme_preview import Preview, clashes_of, preview_of, stored_preview
from views.refusals import status_and_sentence
from views.shift_forms import BringBackForm
from views.telling import and_tell
from views.when_forms import choices_of

bp = Blueprint("programme_edit", __name__, url_prefix="/programma/activiteit")


@bp.record_once
def register(state: object) -> None:
    app = state.app  # type: ignore[attr-defined]
    for room in (title_room, summary_room, summary_fits):
        app.add_template_filter(room)


#: What can be wrong with the days of an activity as a whole.
_OF_THE_DAYS = (programme.NoDates, programme.AllOver, programme.TooLate, BadRule)
#: What belongs to one sending of a form, not to what was typed.
NOT_TYPED = {"csrf_token", "wat", "gezien", "ook"}


@bp.route("/nieuw", methods=["GET", "POST"])
@gate(Access.coordinators)
def add() -> Response:
    form = NewActivityForm(g.house)
    if source := _source():
        if request.method == "GET":
            copied(form, source)
        else:
            form.keep_rule(source)
    elif request.method == "GET":
        form.first_date.data = clock.today()
    if _asks_for("voorbeeld"):
        return _shown(form)
    if form.sent() and not _clashes(form):
        try:
            return added(form, lambda: _add(form))
        except _OF_THE_DAYS as refusal:
            _say_at_field(form, refusal)
    return _edit_page(form)


def _add(form: NewActivityForm) -> tuple[str, str]:
    said = form.dates_said()
    programme.check_coming(said["rule"], said["first_date"], said["last_date"], clock.today())
    new = programme.add_activity(g.house, g.person, clock.now(), **form.facts())
    message = _("Staat op het programma: %(name)s.", name=new.title)
    return url_for("programme.activity", row_id=new.id), message


def _source() -> Activity | None:
    """The activity of this house that is to be copied, when the address names one."""
    wanted = request.args.get("kopie", "")
    if not wanted:
        return None
    known = wanted.isascii() and wanted.isdigit() and len(wanted) < 10
    row: Activity | None = known and Activity.get_or_none(
        Activity.id == int(wanted), Activity.house == g.house
    )
    if not row:
        abort(404)
    return row


@bp.route("/<id:row_id>/wijzigen", methods=["GET", "POST"])
@gate(Access.coordinators, row=Activity)
def change(row: Activity) -> Response:
    if row.archived_at is not None:
        raise programme.IsArchived
    form = ChangeForm.of(row)
    if _asks_for("voorbeeld"):
        return _shown(form, row)
    if _asks_for("terug"):
        form.validate()
        return _edit_page(form, row, errors=False)
    if form.sent() and not _changed_meanwhile(form, row) and not _clashes(form, row):
        facts, since = form.facts(), form.since.data
        try:
            return _once_agreed(
                row,
                lambda: series_change.plan_change(row, clock.now(), since=since, **facts),
                lambda seen, follow: series_change.change_activity(
                    row,
                    g.person,
                    clock.now(),
                    since=since,
                    seen=seen,
                    follow=follow,
                    sequence=row.sequence,
                    **facts,
                ),
                _("Opgeslagen."),
            )
        except (programme.NoDates, BadRule) as refusal:
            _say_at_field(form, refusal)
        except programme.ChangedMeanwhile:
            # Between the look and the write.
            now = Activity.get_by_id(row.id)
            _changed_meanwhile(form, now)
            return _edit_page(form, now)
    return _edit_page(form, row)


@bp.post("/<id:row_id>/stoppen")
@gate(Access.coordinators, row=Activity)
def stop(row: Activity) -> Response:
    if row.archived_at is not None:
        raise programme.IsArchived
    form = StopForm()
    valid = form.sent()
    if valid and form.last_date.data < row.first_date:
        form.last_date.errors = [_("De laatste dag ligt voor de eerste.")]
        valid = False
    if not valid or _asks_for("terug"):
        return activity_page(row, 200 if valid else 422, stop=form)
    last = form.last_date.data
    return _once_agreed(
        row,
        lambda: series_change.plan_change(row, clock.now(), last_date=last),
        lambda seen, follow: series_change.change_activity(
            row, g.person, clock.now(), seen=seen, follow=follow, last_date=last
        ),
        _("Opgeslagen."),
    )


@bp.post("/<id:row_id>/opbergen")
@gate(Access.coordinators, row=Activity)
def archive(row: Activity) -> Response:
    if _asks_for("terug"):
        return activity_page(row)
    return _once_agreed(
        row,
        lambda: series_change.plan_archive(row, clock.today()),
        lambda seen, _follow: series_change.archive_activity(row, g.person, clock.now(), seen=seen),
        _("Opgeborgen: %(name)s.", name=row.title),
        archive=True,
    )


@bp.post("/<id:row_id>/terughalen")
@gate(Access.coordinators, row=Activity)
def unarchive(row: Activity) -> Response:
    form = BringBackForm()
    try:
        anyway = form.sent() and form.anyway.data
        series_change.unarchive_activity(row, g.person, clock.now(), anyway=anyway)
    except InTwoPlaces as refusal:
        status, sentence = status_and_sentence(refusal)
        form.anyway.errors = [sentence]
        return activity_page(row, status, back=form)
    return back_to(url_for("programme.activity", row_id=row.id), _("Staat weer op het programma."))


@bp.post("/<id:row_id>/extra")
@gate(Access.coordinators, row=Activity)
def extra(row: Activity) -> Response:
    form = ExtraDateForm()
    if form.sent():
        try:
            programme.add_date(
                row,
                form.date.data,
                g.person,
                clock.now(),
                form.note.data,
                anyway=form.anyway.data,
            )
        except InTwoPlaces as refusal:
            form.anyway.errors = [status_and_sentence(refusal)[1]]
        except (programme.DateTaken, programme.HouseClosed, programme.TooFar) as refusal:
            form.date.errors = [status_and_sentence(refusal)[1]]
        else:
            return back_to(url_for("programme.activity", row_id=row.id), _("Extra dag opgeslagen."))
    return activity_page(row, 422, extra=form)


# -- what these share -----------------------------------------------------------------------------


def _asks_for(what: str) -> bool:
    return request.method == "POST" and request.form.get("wat") == what


def _shown(form: ActivityForm, row: Activity | None = None) -> Response:
    """The form as it was typed, with what it would give; wrong or missing fields can wait."""
    form.validate()
    return _edit_page(form, row, preview=preview_of(form, g.house, row), errors=False)


def _edit_page(
    form: ActivityForm,
    row: Activity | None = None,
    preview: Preview | None = None,
    errors: bool = True,
) -> Response:
    wrong = bool(form.errors) and errors
    if not errors:
        for each in form:
            each.errors = []
        form.form_errors = []
    if preview is None and request.method == "POST":
        preview = preview_of(form, g.house, row)
    elif preview is None and row is not None:
        preview = stored_preview(row)
    return page(
        "programme/edit.html",
        block="voorbeeld",
        status=422 if wrong else 200,
        form=form,
        activity=row,
        preview=preview or Preview(),
    )


def _say_at_field(form: ActivityForm, refusal: Refused) -> None:
    field = form.kind
    if isinstance(refusal, programme.NoDates) and refusal.last_date:
        field = form.last_date
    elif isinstance(refusal, programme.AllOver | programme.TooLate):
        field = form.dates if form.kind.data == Kind.dates else form.first_date
    field.errors = [status_and_sentence(refusal)[1]]


def _clashes(form: ActivityForm, row: Activity | None = None) -> bool:
    """Whether the room is taken then, and nobody has said that this is meant."""
    if form.shared.data or (row is not None and not _elsewhere(form, row)):
        return False
    found = clashes_of(form, g.house, row)
    if found:
        form.shared.errors = [_("De ruimte is dan bezet. Vink aan dat het mag.")]
    return bool(found)


def _elsewhere(form: ActivityForm, row: Activity) -> bool:
    """Whether the form puts the activity in another room or at other times than it was."""
    facts = form.facts()
    same = ("rule", "first_date", "start_time", "end_time")
    return any(facts[name] != getattr(row, name) for name in same) or (
        facts["room"] is not None and facts["room"].id != row.room_id
    )


def _changed_meanwhile(form: ChangeForm, row: Activity) -> bool:
    """Whether somebody else changed the activity since this form was opened."""
    if form.sequence.data == str(row.sequence):
        return False
    stored = {**form.stored(row), **choices_of(row)}
    other = [
        str(form[name].label.text)
        for name in stored
        if (form[name].data or "") != (stored[name] or "")
    ]
    form.form_errors = [status_and_sentence(programme.ChangedMeanwhile())[1]]
    if other:
        form.form_errors.append(_("Anders dan er nu staat: %(names)s.", names=", ".join(other)))
    form.sequence.data = form.sequence.raw_data = str(row.sequence)
    return True


def _once_agreed(
    row: Activity,
    look: Callable[[], Plan],
    write: Callable[[str, list[int]], list[Shift]],
    message: str,
    archive: bool = False,
) -> Response:
    """Do what changes a series when it changes no dates, or when the person has seen which."""
    seen = SeenForm()
    plan, status = look(), 200
    if not plan.asks or (seen.sent() and seen.gezien.data == plan.fingerprint):
        try:
            shifts = write(plan.fingerprint, _to_follow(plan))
            return back_to(url_for("programme.activity", row_id=row.id), and_tell(message, shifts))
        except series_change.PlanChanged as refusal:
            plan = refusal.plan
    if seen.gezien.data:
        status = 409
    typed = [pair for pair in request.form.items(multi=True) if pair[0] not in NOT_TYPED]
    return page(
        "programme/agree.html",
        status=status,
        activity=row,
        plan=plan,
        typed=typed,
        again=status == 409,
        archive=archive,
        ticked=_ids(request.form.getlist("ook")),
    )


def _to_follow(plan: Plan) -> list[int]:
    """The dates that were ticked to follow as well; one tick is for all of them."""
    ticked = request.form.getlist("ook")
    if "alle" in ticked:
        return [each.occurrence.id for each in plan.held]
    return _ids(ticked)


def _ids(texts: list[str]) -> list[int]:
    return [int(text) for text in texts if text.isascii() and text.isdigit() and len(text) < 10]
