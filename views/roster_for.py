"""For somebody else: sign up, free a seat, note who was there. For coordinators and hosts."""

from __future__ import annotations

import re

from flask import Blueprint, Response, g, request, url_for

from models import Membership, Place, PlaceState, Role, Seat
from rules import Refused, for_another, people, roster_lists
from views import clock
from views.answers import back_to, page
from views.gate import Access, gate
from views.refusals import status_and_sentence
from views.roster_act_forms import ForAnotherForm, MarkForm
from views.roster_said import say_later


def add_to(bp: Blueprint) -> None:
    """Put these pages in the roster's place."""
    bp.add_url_rule("/plek/<id:row_id>/voor", view_func=sign_up, methods=["GET", "POST"])
    bp.add_url_rule("/plek/<id:row_id>/vrijmaken", view_func=free, methods=["POST"])
    bp.add_url_rule("/bezetting/<id:row_id>/was-er", view_func=mark, methods=["POST"])


@gate(Access.hosts, row=Seat)
def sign_up(row: Seat) -> Response:
    """Put somebody on a seat; who is without an account is written down by name."""
    _must_be_host(row)
    form = ForAnotherForm(_helpers(), names=not row.qualification)
    status = 200
    if form.sent():
        try:
            _put(row, form)
        except for_another.NameElsewhere as refusal:
            status, sentence = status_and_sentence(refusal)
            form.anyway.errors = [sentence]
        except Refused as refusal:
            status, sentence = status_and_sentence(refusal)
            form.person.errors = [sentence]
        else:
            say_later(row, "put")
            return back_to(_shift_of(row.shift_id))
    return page(
        "roster/sign_up.html",
        status=max(status, 422) if form.errors and status == 200 else status,
        shift=roster_lists.one_shift(row.shift, g.person, clock.now()),
        seat=row,
        form=form,
    )


@gate(Access.hosts, row=Seat)
def free(row: Seat) -> Response:
    """Free the seat of somebody who is ill, or has left the house."""
    shown = request.form.get("plaats", "")
    seen = int(shown) if re.fullmatch(r"[0-9]{1,9}", shown, re.ASCII) else None
    for_another.free_seat(row, g.person, clock.now(), seen=seen)
    say_later(row, "free")
    return back_to(_shift_of(row.shift_id))


@gate(Access.hosts, row=Place)
def mark(row: Place) -> Response:
    _must_be_host(row)
    form = MarkForm()
    if form.sent():
        for_another.mark(row, PlaceState(form.state.data), g.person, clock.now())
        say_later(row.seat, "mark")
    return back_to(_shift_of(row.shift_id))


def _must_be_host(row: Seat | Place) -> None:
    """Also a form that is wrong is answered only to who may send it."""
    if not for_another.may_act_for(g.person, row.shift, clock.now()):
        raise for_another.NotForYou


def _put(seat: Seat, form: ForAnotherForm) -> None:
    person = form.chosen
    if person is not None:
        for_another.sign_up(seat, person, g.person, clock.now(), how=form.how)
    else:
        for_another.write_name(
            seat, form.name.data, g.person, clock.now(), how=form.how, anyway=form.anyway.data
        )


def _helpers() -> list[Membership]:
    return [member for member in people.people_of(g.house) if member.role != Role.viewer]


def _shift_of(shift_id: int) -> str:
    return f"{url_for('roster.shift', row_id=shift_id)}#dienst-{shift_id}"
