"""One shift by hand, for coordinators: added, changed, called off and brought back."""

from __future__ import annotations

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _

from models import Shift, ShiftState
from rules import day_parts, people, programme, single_shifts
from views import clock
from views.answers import added, back_to, page
from views.gate import Access, gate
from views.refusals import status_and_sentence
from views.roster_patterns import asks_for, own_kinds
from views.shift_forms import (
    BringBackForm,
    ButtonForm,
    ChangeShiftForm,
    NewShiftForm,
    ShiftForm,
    WhenQuery,
    stored,
)

_WRONG_DAY = (single_shifts.DayOver, programme.TooFar, programme.HouseClosed)


def add_to(bp: Blueprint) -> None:
    """Put these pages in the roster's place."""
    both = ["GET", "POST"]
    bp.add_url_rule("/dienst/nieuw", view_func=new_shift, methods=both)
    bp.add_url_rule("/dienst/<id:row_id>/wijzigen", view_func=change_shift, methods=both)
    bp.add_url_rule("/dienst/<id:row_id>/afzeggen", view_func=call_off, methods=["POST"])
    bp.add_url_rule("/dienst/<id:row_id>/terug", view_func=bring_back, methods=["POST"])


@gate(Access.coordinators)
def new_shift() -> Response:
    form = NewShiftForm()
    _offer(form)
    if request.method == "GET":
        asked = WhenQuery().read()
        form.date.data, form.start_time.data = asked["dag"], asked["van"]
        form.end_time.data = asked["tot"]
    elif asks_for("meer"):
        form.more()
    elif form.sent():
        try:
            return added(form, lambda: _add(form))
        except _WRONG_DAY as refusal:
            form.date.errors = [status_and_sentence(refusal)[1]]
    return _form_page(form)


def _add(form: NewShiftForm) -> tuple[str, str]:
    shift = single_shifts.add_shift(g.house, form.wishes(), g.person, clock.now(), **form.facts())
    return url_for(".shift", row_id=shift.id), _("Staat op het rooster.")


@gate(Access.coordinators, row=Shift)
def change_shift(row: Shift) -> Response:
    seats = single_shifts.seats_with_holders(row)
    form = ChangeShiftForm(data={**stored(row, seats), "seen": single_shifts.fingerprint(row)})
    _offer(form)
    held = {str(seat.id): seat.holder for seat in seats}
    busy = False
    if asks_for("meer"):
        form.more()
    elif form.sent():
        try:
            moved = single_shifts.change_shift(
                row,
                form.wishes(seat.id for seat in seats),
                g.person,
                clock.now(),
                seen=form.seen.data,
                anyway=form.anyway.data,
                **form.facts(),
            )
        except _WRONG_DAY as refusal:
            form.date.errors = [status_and_sentence(refusal)[1]]
        except (single_shifts.PeopleElsewhere, single_shifts.PeopleLacking) as refusal:
            form.anyway.errors = [status_and_sentence(refusal)[1]]
            busy = True
        except single_shifts.SeatHeld as refusal:
            form.form_errors = [status_and_sentence(refusal)[1]]
        except programme.ChangedMeanwhile as refusal:
            form.form_errors = [status_and_sentence(refusal)[1]]
            now = single_shifts.fingerprint(Shift.get_by_id(row.id))
            form.seen.data = form.seen.raw_data = now
        else:
            message = _("Opgeslagen. Wie erop staat, krijgt bericht.") if moved else None
            return back_to(url_for(".shift", row_id=row.id), message or _("Opgeslagen."))
    return _form_page(form, row, held, busy or bool(form.anyway.data))


@gate(Access.coordinators, row=Shift)
def call_off(row: Shift) -> Response:
    told = ButtonForm().sent() and single_shifts.call_off(row, g.person, clock.now())
    return _back(row, told, _("Deze dienst gaat niet door."))


@gate(Access.coordinators, row=Shift)
def bring_back(row: Shift) -> Response:
    form = BringBackForm()
    try:
        told = form.sent() and single_shifts.bring_back(
            row, g.person, clock.now(), anyway=form.anyway.data
        )
    except single_shifts.PeopleElsewhere as refusal:
        status, sentence = status_and_sentence(refusal)
        form.anyway.errors = [sentence]
        return page("roster/bring_back.html", status=status, form=form, shift=row)
    return _back(row, told, _("Deze dienst gaat weer door."))


def _back(row: Shift, told: bool, said: str) -> Response:
    news = _("Wie erop staat, krijgt bericht.") if told else ""
    return back_to(url_for(".shift", row_id=row.id), f"{said} {news}".strip())


def _offer(form: ShiftForm) -> None:
    form.offer(day_parts.day_parts(g.house), own_kinds(people.people_of(g.house)))


def _form_page(
    form: ShiftForm,
    row: Shift | None = None,
    held: dict[str, str] | None = None,
    busy: bool = False,
) -> Response:
    return page(
        "roster/shift_form.html",
        status=422 if form.errors or form.form_errors else 200,
        form=form,
        shift=row,
        held=held or {},
        busy=busy,
        off=row is not None and row.state == ShiftState.cancelled,
        back=url_for(".shift", row_id=row.id) if row is not None else url_for(".week"),
    )
