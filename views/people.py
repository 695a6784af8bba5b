"""People of a house, for its coordinators: who they are, what they may, how they log in."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from models import Membership, Person, Role
from rules import access, leaving, people
from views import clock
from views.answers import added, back_to, page
from views.gate import Access, gate
from views.people_forms import (
    LEFT_STANDING,
    DropQualificationForm,
    LeaveForm,
    MemberForm,
    NewPersonForm,
    PersonForm,
    QualificationForm,
    qualification_name,
)
from views.qr import qr_svg
from views.refusals import status_and_sentence

bp = Blueprint("people", __name__, url_prefix="/mensen")


@bp.record_once
def register(state: object) -> None:
    state.app.add_template_filter(qualification_name)  # type: ignore[attr-defined]


@bp.get("")
@gate(Access.coordinators)
def index() -> Response:
    return page("people/index.html", members=people.people_of(g.house))


@bp.route("/nieuw", methods=["GET", "POST"])
@gate(Access.coordinators)
def add() -> Response:
    form = NewPersonForm()
    ask_known = False
    if form.sent():
        try:
            return added(form, lambda: _add(form))
        except people.EmailInUse as refusal:
            ask_known = refusal.person is not None
            # Whoever typed the address must see whom they are about to let in.
            form.email.errors = [
                _("Dit e-mailadres is van %(name)s.", name=refusal.person.full_name)
                if refusal.person
                else status_and_sentence(refusal)[1]
            ]
    return page(
        "people/add.html", status=422 if form.errors else 200, form=form, ask_known=ask_known
    )


def _add(form: NewPersonForm) -> tuple[str, str]:
    person = _person_of(form)
    message = _("%(name)s hoort nu bij dit huis.", name=person.first_name)
    return url_for(".one", person_id=person.id), message


def _person_of(form: NewPersonForm) -> Person:
    role = Role(form.role.data)
    if form.known.data and form.email.data:
        try:
            return people.add_known_person(g.house, form.email.data, role, g.person, clock.now())
        except Person.DoesNotExist:
            pass  # Nobody's after all: the ordinary way makes the person.
    return people.add_person(
        g.house,
        role,
        g.person,
        clock.now(),
        first_name=form.first_name.data,
        infix=form.infix.data,
        last_name=form.last_name.data,
        email=form.email.data,
        phone=form.phone.data,
    )


@bp.route("/<id:person_id>", methods=["GET", "POST"])
@gate(Access.coordinators)
def one(person_id: int) -> Response:
    member = _member(person_id)
    form = MemberForm(obj=member.person, data={"role": member.role})
    if form.sent():
        try:
            freed = leaving.change_person(
                member,
                g.person,
                clock.now(),
                free=form.plekken.data != LEFT_STANDING,
                # Nothing was seen yet of who had no seats a moment ago.
                seen=form.gezien.data or "",
                first_name=form.first_name.data,
                infix=form.infix.data,
                last_name=form.last_name.data,
                email=form.email.data,
                phone=form.phone.data,
                role=Role(form.role.data),
            )
        except people.EmailInUse as refusal:
            form.email.errors = [status_and_sentence(refusal)[1]]
        except people.LastCoordinator as refusal:
            form.role.errors = [status_and_sentence(refusal)[1]]
        except leaving.StandsElsewhere as refusal:
            return _seats_page(member, refusal.leaving, form, watches=True)
        else:
            message = " ".join([_("Opgeslagen."), *_now_open(freed)])
            return back_to(url_for(".one", person_id=person_id), message)
    return _one_page(member, 422 if form.errors else 200, form=form)


@bp.post("/<id:person_id>/kan")
@gate(Access.coordinators)
def qualify(person_id: int) -> Response:
    member = _member(person_id)
    form = QualificationForm()
    if not form.sent():
        return _one_page(member, 422, qualification_form=form)
    people.set_qualification(member, form.chosen, form.expires.data, g.person, clock.now())
    return back_to(url_for(".one", person_id=person_id), _("Opgeslagen."))


@bp.post("/<id:person_id>/kan-niet-meer")
@gate(Access.coordinators)
def disqualify(person_id: int) -> Response:
    member = _member(person_id)
    form = DropQualificationForm()
    if not form.sent():
        abort(400)
    people.drop_qualification(member, form.kind.data or "", g.person, clock.now())
    return back_to(url_for(".one", person_id=person_id), _("Opgeslagen."))


@bp.post("/<id:person_id>/kaart")
@gate(Access.coordinators)
def card(person_id: int) -> Response:
    """A new card, shown this once: afterwards nobody knows its secret."""
    member = _member(person_id)
    secret = people.make_card(member, g.person, clock.now())
    return _secret_page(member, secret, is_card=True)


@bp.post("/<id:person_id>/kaart-weg")
@gate(Access.coordinators)
def revoke_card(person_id: int) -> Response:
    member = _member(person_id)
    people.revoke_card(member, g.person, clock.now())
    message = _("De kaart van %(name)s werkt niet meer.", name=member.person.first_name)
    return back_to(url_for(".one", person_id=person_id), message)


@bp.post("/<id:person_id>/link")
@gate(Access.coordinators)
def link(person_id: int) -> Response:
    member = _member(person_id)
    secret = people.make_link(member, g.person, clock.now())
    return _secret_page(member, secret, is_card=False)


@bp.post("/<id:person_id>/uitloggen")
@gate(Access.coordinators)
def log_out(person_id: int) -> Response:
    member = _member(person_id)
    people.log_out_everywhere(member, g.person, clock.now())
    message = _("%(name)s is overal uitgelogd.", name=member.person.first_name)
    return back_to(url_for(".one", person_id=person_id), message)


@bp.route("/<id:person_id>/weg", methods=["GET", "POST"])
@gate(Access.coordinators)
def leave(person_id: int) -> Response:
    """Who leaves: first where they still stand, and what is to become of that."""
    if request.method == "POST" and leaving.has_left(g.house, person_id):
        return back_to(url_for(".index"))  # The second of two taps; the first said what it did.
    member = _member(person_id)
    form = LeaveForm()
    found = leaving.plan_leaving(member, clock.now())
    if form.sent() and (not (found.places or found.fixed) or form.gezien.data == found.fingerprint):
        try:
            freed = leaving.leave(
                member,
                g.person,
                clock.now(),
                free=form.plekken.data != LEFT_STANDING,
                seen=found.fingerprint,
            )
        except leaving.StandsElsewhere as refusal:
            found = refusal.leaving
        else:
            message = _("%(name)s hoort niet meer bij dit huis.", name=member.person.first_name)
            return back_to(url_for(".index"), " ".join([message, *_now_open(freed)]))
    return _seats_page(member, found, form)


def _seats_page(
    member: Membership, found: leaving.Leaving, form: LeaveForm, *, watches: bool = False
) -> Response:
    """Where somebody still stands who leaves, or (``watches``) is to look on only."""
    again = bool(form.gezien.data)
    status = 409 if again else 422 if form.errors else 200
    return page(
        "people/leave.html",
        status=status,
        member=member,
        leaving=found,
        form=form,
        again=again,
        watches=watches,
    )


def _now_open(freed: int) -> list[str]:
    if not freed:
        return []
    words = ngettext(
        "Er is nu %(num)d open plek bij.", "Er zijn nu %(num)d open plekken bij.", freed
    )
    return [words]


def _member(person_id: int) -> Membership:
    """A person of the house at hand; 404 for everybody else."""
    member = people.membership(g.house, person_id)
    if member is None:
        abort(404)
    return member


def _one_page(member: Membership, status: int, **forms: object) -> Response:
    forms.setdefault("form", PersonForm(formdata=None, obj=member.person, role=member.role))
    forms.setdefault("qualification_form", QualificationForm(formdata=None))
    return page(
        "people/one.html",
        status=status,
        member=member,
        answers=people.answers_for(g.person, member.person),
        has_card=access.has_card(member.person),
        lacking=people.seats_without_skill(member, clock.now()),
        **forms,
    )


def _secret_page(member: Membership, secret: str, is_card: bool) -> Response:
    address = absolute(url_for("account.card", token=secret))
    response = page(
        "people/secret.html",
        member=member,
        address=address,
        is_card=is_card,
        qr=qr_svg(address),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


def absolute(path: str) -> str:
    """A path with the address of this installation before it, for paper and messages."""
    base: str = current_app.config["BASE_URL"] or request.url_root
    return base.rstrip("/") + path
