"""Account: log in by card, link or password; my devices; the first set-up; the menu 'Meer'."""

from __future__ import annotations

from flask import Blueprint, Response, abort, current_app, g, request, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Device, TokenKind
from rules import access, calendar_keys, houses, passwords, people, reminders
from rules.access import Access
from views import clock
from views.account_forms import (
    ButtonForm,
    LogInForm,
    OwnFactsForm,
    PasswordForm,
    RemindersForm,
    SetUpForm,
)
from views.answers import back_to, page, safe_next
from views.entering import device_label, enter, forgetful, leave
from views.gate import gate
from views.people import absolute
from views.qr import qr_svg
from views.refusals import status_and_sentence

bp = Blueprint("account", __name__)


@bp.record_once
def make_brakes(state: object) -> None:
    # One for each app: a test, or another installation in this process, starts fresh.
    state.app.extensions["brakes"] = passwords.Brakes()  # type: ignore[attr-defined]


# -- logging in -----------------------------------------------------------------------------------


@bp.route("/inloggen", methods=["GET", "POST"])
@gate(Access.public)
def log_in() -> Response:
    form = LogInForm()
    if form.sent():
        try:
            person = passwords.check_password(
                form.email.data,
                form.password.data,
                current_app.extensions["brakes"],
                request.remote_addr or "",
                clock.now(),
            )
        except access.Refused as refusal:
            status, sentence = status_and_sentence(refusal)
            form.password.errors = [sentence]
            return page("account/log_in.html", status=status, form=form)
        enter(access.add_device(person, device_label(), clock.now()))
        return back_to(safe_next(url_for("today.index")))
    return page("account/log_in.html", status=422 if form.errors else 200, form=form)


@bp.route("/k/<token>", methods=["GET", "POST"])
@gate(Access.public)
def card(token: str) -> Response:
    """A login card or link. Looking at it changes nothing: previews of links open them, too."""
    found = access.find_token(token, clock.now())
    if found.kind == TokenKind.setup:
        return _set_up(token)
    if not ButtonForm().sent():
        return page("account/card.html", token=token, name=found.person.first_name)
    enter(access.redeem(token, device_label(), clock.now()))
    return back_to(url_for("today.index"))


@bp.post("/uitloggen")
@gate(Access.signed_in)
def log_out() -> Response:
    leave()
    return forgetful(back_to(url_for("account.log_in"), _("Je bent uitgelogd.")))


def _set_up(token: str) -> Response:
    form = SetUpForm()
    if not form.sent():
        return page("account/set_up.html", status=422 if form.errors else 200, form=form)
    secret = people.set_up(
        token,
        device_label(),
        clock.now(),
        first_name=form.first_name.data,
        infix=form.infix.data,
        last_name=form.last_name.data,
        email=form.email.data,
        house_name=form.house_name.data,
        slug=houses.free_slug(form.house_name.data),
        town=form.town.data,
    )
    enter(secret)
    return back_to(
        url_for("today.index"),
        _("Welkom. Je huis staat klaar. Kies bij Mijn gegevens een wachtwoord."),
    )


# -- my own page ----------------------------------------------------------------------------------


@bp.get("/meer")
@gate(Access.signed_in)
def more() -> Response:
    return page("account/more.html")


@bp.route("/account", methods=["GET", "POST"])
@gate(Access.signed_in)
def own() -> Response:
    form = OwnFactsForm(obj=g.person)
    if form.sent():
        try:
            people.change_own_facts(g.person, form.phone.data, form.email.data)
        except people.EmailInUse as refusal:
            form.email.errors = [status_and_sentence(refusal)[1]]
        else:
            return back_to(url_for(".own"), _("Opgeslagen."))
    return _own_page(status=422 if form.errors else 200, form=form)


@bp.post("/account/wachtwoord")
@gate(Access.signed_in)
def change_password() -> Response:
    form = PasswordForm()
    if not form.sent():
        return _own_page(status=422, password_form=form)
    # Whoever changes a password may fear that another knew the old one.
    passwords.set_password(g.person, form.password.data, clock.now())
    access.revoke_others(current_user.standing.device, clock.now())
    return back_to(
        url_for(".own"), _("Je wachtwoord is opgeslagen. Andere apparaten zijn uitgelogd.")
    )


@bp.post("/account/apparaat/<id:device_id>/uitloggen")
@gate(Access.signed_in)
def revoke(device_id: int) -> Response:
    """Log out another of my devices; one that is not mine is answered alike."""
    access.revoke_device(g.person, device_id, clock.now())
    return back_to(url_for(".own"), _("Dat apparaat is uitgelogd."))


@bp.post("/account/herinneringen")
@gate(Access.signed_in)
def set_reminders() -> Response:
    form = RemindersForm()
    if not form.sent():
        abort(400)
    reminders.set_reminders(g.person, bool(form.wanted.data))
    message = _("Je krijgt herinneringen.") if form.wanted.data else _("Je krijgt ze niet meer.")
    return back_to(url_for(".own"), message)


@bp.post("/account/agenda")
@gate(Access.signed_in)
def make_calendar_key() -> Response:
    """A new address for a calendar app, shown this once: afterwards nobody knows its key."""
    secret = calendar_keys.make_key(g.person, clock.now())
    address = absolute(url_for("roster_feed.mine", sleutel=secret))
    response = page(
        "account/calendar.html",
        address=address,
        webcal=f"webcal:{address.partition(':')[2]}",
        qr=qr_svg(address),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/account/agenda/weg")
@gate(Access.signed_in)
def revoke_calendar_key() -> Response:
    calendar_keys.revoke_key(g.person, clock.now())
    return back_to(url_for(".own"), _("De agenda-link werkt niet meer."))


def _own_page(status: int, **forms: object) -> Response:
    forms.setdefault("form", OwnFactsForm(formdata=None, obj=g.person))
    forms.setdefault("password_form", PasswordForm(formdata=None))
    devices: list[Device] = access.devices_of(g.person)
    return page(
        "account/own.html",
        status=status,
        devices=devices,
        this_device=current_user.standing.device,
        reminders_form=RemindersForm(formdata=None, wanted=g.person.reminders),
        calendar_key=calendar_keys.key_of(g.person),
        has_password=passwords.has_password(g.person),
        **forms,
    )
