"""Account: log in by card, link or password; my devices; the first set-up; the menu 'Meer'."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user, login_user, logout_user

from models import Device, TokenKind
from rules import access, houses, passwords, people
from rules.access import Access
from views import clock
from views.account_forms import ButtonForm, LogInForm, OwnFactsForm, PasswordForm, SetUpForm
from views.answers import back_to, page, safe_next
from views.gate import SignedIn, gate
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
        _enter(access.add_device(person, _device_label(), clock.now()))
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
    _enter(access.redeem(token, _device_label(), clock.now()))
    return back_to(url_for("today.index"))


@bp.post("/uitloggen")
@gate(Access.signed_in)
def log_out() -> Response:
    _leave()
    response = back_to(url_for("account.log_in"), _("Je bent uitgelogd."))
    # On the tablet of the desk 'back' would show the pages of who left, out of the memory.
    response.headers["Clear-Site-Data"] = '"cache"'
    return response


def _set_up(token: str) -> Response:
    form = SetUpForm()
    if not form.sent():
        return page("account/set_up.html", status=422 if form.errors else 200, form=form)
    secret = people.set_up(
        token,
        _device_label(),
        clock.now(),
        first_name=form.first_name.data,
        infix=form.infix.data,
        last_name=form.last_name.data,
        email=form.email.data,
        house_name=form.house_name.data,
        slug=houses.free_slug(form.house_name.data),
        town=form.town.data,
    )
    _enter(secret)
    return back_to(
        url_for("today.index"),
        _("Welkom. Je huis staat klaar. Kies bij Mijn gegevens een wachtwoord."),
    )


def _enter(secret: str) -> None:
    """Log this browser in as a device that was just added."""
    # Nothing of whoever used this browser before may stay.
    if current_user.is_authenticated:
        _leave()
    session.clear()
    session.permanent = True
    standing = access.standing_of(secret)
    if standing is not None:
        login_user(SignedIn(secret, standing))


def _leave() -> None:
    """Log this browser out: the device is revoked, so a copied cookie is worthless, too."""
    standing = current_user.standing
    access.revoke_device(standing.person, standing.device.id, clock.now())
    logout_user()
    session.clear()


def _device_label() -> str:
    """What the person will recognise: 'Chrome op Android'."""
    agent = request.user_agent.string
    browsers = {"Edg": "Edge", "Firefox": "Firefox", "Chrome": "Chrome", "Safari": "Safari"}
    systems = {
        "Android": "Android",
        "iPhone": "iPhone",
        "iPad": "iPad",
        "Windows": "Windows",
        "Mac OS": "Mac",
        "Linux": "Linux",
    }
    browser = next((name for mark, name in browsers.items() if mark in agent), None)
    system = next((name for mark, name in systems.items() if mark in agent), None)
    if browser and system:
        return _("%(browser)s op %(system)s", browser=browser, system=system)
    return browser or system or _("Onbekend apparaat")


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


def _own_page(status: int, **forms: object) -> Response:
    forms.setdefault("form", OwnFactsForm(formdata=None, obj=g.person))
    forms.setdefault("password_form", PasswordForm(formdata=None))
    devices: list[Device] = access.devices_of(g.person)
    return page(
        "account/own.html",
        status=status,
        devices=devices,
        this_device=current_user.standing.device,
        has_password=passwords.has_password(g.person),
        **forms,
    )
