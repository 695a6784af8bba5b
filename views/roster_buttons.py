"""The buttons of the roster: take, leave, ask for cover, take over, and undo."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

from flask import Blueprint, Response, g, request, url_for

from models import Person, Place, Seat, Shift
from rules import Refused, notation, roster_lists, rostering, undoing
from rules.rostering import SeatTaken
from views import clock, errors
from views.answers import back_to, page, safe_next, wants_block
from views.gate import Access, gate
from views.refusals import status_and_sentence
from views.roster_said import Said, say_later

Verb = Callable[[Seat, Person, dt.datetime], Place | None]


def add_to(bp: Blueprint) -> None:
    """Put these buttons in the roster's place."""
    bp.add_url_rule("/plek/<id:row_id>/aanmelden", view_func=take, methods=["POST"])
    bp.add_url_rule("/plek/<id:row_id>/afmelden", view_func=leave, methods=["POST"])
    bp.add_url_rule("/plek/<id:row_id>/vervanging", view_func=ask_cover, methods=["POST"])
    bp.add_url_rule("/plek/<id:row_id>/overnemen", view_func=take_over, methods=["POST"])
    bp.add_url_rule("/plek/<id:row_id>/ongedaan", view_func=undo, methods=["POST"])


@gate(Access.helpers, row=Seat)
def take(row: Seat) -> Response:
    return do(rostering.take_seat, row, "take")


@gate(Access.helpers, row=Seat)
def leave(row: Seat) -> Response:
    return do(rostering.leave_seat, row, "leave")


@gate(Access.helpers, row=Seat)
def ask_cover(row: Seat) -> Response:
    return do(rostering.ask_cover, row, "ask_cover")


@gate(Access.helpers, row=Seat)
def take_over(row: Seat) -> Response:
    return do(rostering.take_over, row, "take_over")


@gate(Access.helpers, row=Seat)
def undo(row: Seat) -> Response:
    """The last thing that this person did to the seat, within some seconds."""
    return do(undoing.undo, row, "undo")


def do(verb: Verb, seat: Seat, done: str) -> Response:
    """One button: back to the list where it was tapped, or the reason why not, in its place."""
    try:
        verb(seat, g.person, clock.now())
    except Refused as refusal:
        return refused(seat.shift, refusal)
    say_later(seat, done, undo=done != "undo")
    here = came_from(seat.shift)
    return back_to(f"{here.partition('#')[0]}#dienst-{seat.shift_id}")


def refused(shift: Shift, refusal: Refused) -> Response:
    """The reason why not: on the page of the shift, or with htmx only in the line of the shift.

    A button that stands in the line of another shift ('Dit is nog vrij') or above the list says so
    by ``bij``, and is answered there.
    """
    status, sentence = status_and_sentence(refusal)
    nearby = refusal.nearby if isinstance(refusal, SeatTaken) else []
    beside = _line_of_button(shift) if wants_block() else shift
    if beside is None:
        return errors.answer(status, sentence)
    response = page(
        "roster/shift.html",
        "dienst",
        status,
        shift=roster_lists.one_shift(beside, g.person, clock.now()),
        here=came_from(beside),
        said=Said(beside.id, refusal=sentence, nearby=nearby),
    )
    if wants_block():
        # Only this shift changes in whatever list it stands.
        response.headers["HX-Retarget"] = f"#dienst-{beside.id}"
    return response


def _line_of_button(shift: Shift) -> Shift | None:
    """The shift in whose line a button was pressed; None for one above the list."""
    said = request.form.get("bij", "")
    if said == "0":
        return None
    if not re.fullmatch(r"[0-9]{1,9}", said, re.ASCII):
        return shift
    beside: Shift | None = Shift.get_or_none(Shift.id == int(said), Shift.house == g.house)
    return beside or shift


def came_from(shift: Shift) -> str:
    """The list where a button was pressed; else the roster of the week of the shift."""
    if request.method == "GET":
        return url_for("roster.shift", row_id=shift.id)
    return safe_next(url_for("roster.week", week=notation.iso_week(shift.date)))
