"""'Wanneer kan ik niet?' and wishes: one's own, and for coordinators those of their people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import House, Person, Role, WishKind
from rules import Refused, availability, people, wishes
from rules.notation import WEEKDAYS
from views import clock
from views.answers import added, back_to, page
from views.gate import Access, gate
from views.refusals import status_and_sentence
from views.roster_availability_forms import (
    AbsenceForm,
    MostForm,
    NotOnForm,
    RowForm,
    TogetherForm,
    part_words,
)

bp = Blueprint("roster_availability", __name__)


@bp.record_once
def register(state: Any) -> None:
    state.app.jinja_env.filters.update(part_words=part_words)


# -- whose ----------------------------------------------------------------------------------------


@bp.route("/rooster/wanneer", methods=["GET", "POST"])
@gate(Access.helpers)
def own() -> Response:
    return _days(g.person)


@bp.post("/rooster/wanneer/wens")
@gate(Access.helpers)
def own_wish() -> Response:
    return _wish(g.person)


@bp.post("/rooster/wanneer/weg")
@gate(Access.helpers)
def own_back() -> Response:
    return _take_back(g.person)


@bp.route("/mensen/<id:person_id>/wanneer", methods=["GET", "POST"])
@gate(Access.coordinators)
def of_person(person_id: int) -> Response:
    return _days(_helper(person_id))


@bp.post("/mensen/<id:person_id>/wanneer/wens")
@gate(Access.coordinators)
def of_person_wish(person_id: int) -> Response:
    return _wish(_helper(person_id))


@bp.post("/mensen/<id:person_id>/wanneer/weg")
@gate(Access.coordinators)
def of_person_back(person_id: int) -> Response:
    return _take_back(_helper(person_id))


def _helper(person_id: int) -> Person:
    """Somebody who helps in the house at hand; 404 for everybody else."""
    member = people.membership(g.house, person_id)
    if member is None or member.role == Role.viewer:
        abort(404)
    return member.person


# -- what -----------------------------------------------------------------------------------------


def _days(person: Person) -> Response:
    form = AbsenceForm()
    if form.sent():
        try:
            return added(form, lambda: _add(person, form))
        except Refused as refusal:
            form.first_date.errors = [status_and_sentence(refusal)[1]]
    return _page(person, absence=form)


def _add(person: Person, form: AbsenceForm) -> tuple[str, str]:
    first, last = form.days
    availability.say_absent(person, first, last, form.part.data or "", clock.today())
    return _address(), _("Opgeslagen.")


def _wish(person: Person) -> Response:
    """The wish whose button was pressed."""
    which = request.form.get("wens", "")
    form: Any
    if which == WishKind.most_a_week:
        form = MostForm()
    elif which == WishKind.not_on:
        form = NotOnForm()
    elif which == WishKind.together:
        form = TogetherForm(_others(person))
    else:
        abort(400)
    if form.sent():
        try:
            if which == WishKind.most_a_week:
                wishes.wish_most(person, form.most.data or None)
            elif which == WishKind.not_on:
                wishes.wish_not_on(person, form.weekday.data, form.weekday_part.data or "")
            else:
                wishes.wish_together(person, g.house, form.other.data)
        except Refused as refusal:
            next(field for field in form if field.name != "csrf_token").errors = [
                status_and_sentence(refusal)[1]
            ]
        else:
            return back_to(_address(), _("Opgeslagen."))
    return _page(person, **{which: form})


def _take_back(person: Person) -> Response:
    """Take away a row of days ('dagen') or a wish; one that is gone is gone already."""
    form = RowForm()
    if not form.sent():
        abort(400)
    if "dagen" in request.form:
        availability.take_back(person, form.row.data)
    else:
        wishes.drop_wish(person, form.row.data, _house())
    return back_to(_address(), _("Weggehaald."))


def _page(person: Person, **forms: Any) -> Response:
    """The page of somebody, with the form that came back wrong, if any."""
    known = wishes.wishes_of(person, _house())
    most = next((wish.most for wish in known if wish.kind == WishKind.most_a_week), None)
    return page(
        "roster/availability.html",
        status=422 if any(form.errors for form in forms.values()) else 200,
        who=None if _is_own() else person,
        absences=availability.coming_absences(person, clock.today()),
        wishes=[wish for wish in known if wish.kind != WishKind.most_a_week],
        # On their own page people see all their shifts, a coordinator those of this house.
        meets=availability.seats_during(
            person, clock.today(), current_user.standing.houses if _is_own() else [g.house]
        ),
        weekdays=WEEKDAYS,
        to={
            step: url_for(f".{_whose()}{step}", **(request.view_args or {}))
            for step in ("", "_wish", "_back")
        },
        absence=forms.get("absence") or AbsenceForm(formdata=None),
        most=forms.get(WishKind.most_a_week) or MostForm(most),
        not_on=forms.get(WishKind.not_on) or NotOnForm(formdata=None),
        together=forms.get(WishKind.together) or TogetherForm(_others(person)),
    )


def _others(person: Person) -> list[Person]:
    return [each for each in wishes.helpers_of(g.house) if each.id != person.id]


def _house() -> House | None:
    """Whose people a coordinator may read of; on their own page people read all."""
    house: House = g.house
    return None if _is_own() else house


def _is_own() -> bool:
    return _whose() == "own"


def _whose() -> str:
    """Which of the two sets of addresses was asked for: 'own' or 'of_person'."""
    name = str(request.endpoint).rpartition(".")[2]
    return "own" if name.startswith("own") else "of_person"


def _address() -> str:
    return url_for(f".{_whose()}", **(request.view_args or {}))
