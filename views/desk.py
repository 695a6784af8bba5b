"""The desk tablet: how it is paired, its one page, and how it stops being the desk."""

from __future__ import annotations

from flask import Blueprint, Response, current_app, g, request, session, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user, logout_user
from wtforms.validators import Optional

from models import Person
from rules import Refused, desks, passwords, roster_lists, timetable
from views import at_the_desk, clock, counting
from views.account_forms import LogInForm
from views.ahead import keep_shifts
from views.answers import back_to, page
from views.entering import device_label, enter, forgetful
from views.forms import Form, WholeNumber, text
from views.gate import Access, gate
from views.refusals import status_and_sentence

bp = Blueprint("desk", __name__, url_prefix="/balie")


class PairForm(Form):
    code = text(
        _l("Code"),
        20,
        required=_l("Vul de code in."),
        render_kw={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"},
    )


class WhoForm(Form):
    """A name that was tapped; empty is nobody in particular."""

    wie = WholeNumber(validators=[Optional()])


# -- pairing --------------------------------------------------------------------------------------


@bp.route("/koppelen", methods=["GET", "POST"])
@gate(Access.public)
def pair() -> Response:
    """Make this browser the desk tablet of a house. Looking changes nothing: previews look, too."""
    if g.desk is not None:
        return page("desk/paired.html", status=409 if request.method == "POST" else 200)
    form = PairForm()
    status = 422 if form.errors else 200
    if form.sent():
        try:
            secret = desks.pair(
                form.code.data,
                device_label(),
                current_app.extensions["brakes"],
                request.remote_addr or "",
                clock.now(),
            )
        except Refused as refusal:
            status, sentence = status_and_sentence(refusal)
            form.code.errors = [sentence]
        else:
            enter(secret)
            return forgetful(back_to(url_for(".index")))
    elif form.errors:
        status = 422
    elif not form.code.data:
        code = request.args.get("code", "")[:20]
        form.code.data = code if code.isprintable() else ""
    # The tablet was the desk until somebody unpaired it.
    was_desk = g.person is None and "balie" in session
    return page("desk/pair.html", status=status, form=form, was_desk=was_desk)


@bp.route("/loskoppelen", methods=["GET", "POST"])
@gate(Access.desk)
def unpair() -> Response:
    """A coordinator says with their password that this is the desk no more."""
    form = LogInForm()
    status = 200
    if form.sent():
        try:
            person = passwords.check_password(
                form.email.data,
                form.password.data,
                current_app.extensions["brakes"],
                request.remote_addr or "",
                clock.now(),
            )
        except Refused as refusal:
            status, sentence = status_and_sentence(refusal)
            form.password.errors = [sentence]
        else:
            if desks.may_unpair(person, g.desk):
                return _unpaired(person)
            status = 403
            form.email.errors = [_("Dit kan alleen een coördinator van dit huis.")]
    elif form.errors:
        status = 422
    return page("desk/unpair.html", status=status, form=form)


def _unpaired(by: Person) -> Response:
    desks.unpair(g.desk, current_user.standing.device.id, by, clock.now())
    logout_user()
    session.clear()
    return forgetful(back_to(url_for("account.log_in"), _("De tablet is losgekoppeld.")))


# -- its page -------------------------------------------------------------------------------------


@bp.get("")
@gate(Access.desk)
def index() -> Response:
    asked = counting.CounterQuery().read()
    return _page(chosen=asked["activiteit"], every=asked["alle"])


@bp.post("/wie")
@gate(Access.desk)
def who() -> Response:
    """Say who counts from now on, where no script kept it."""
    form = WhoForm()
    person = desks.helper_of(g.desk, form.wie.data) if form.sent() else None
    if form.errors or (form.wie.data is not None and person is None):
        return _page(problem=_("Kies iemand uit de lijst."))
    at_the_desk.choose(person)
    # For a script that comes when the name was tapped already.
    return back_to(url_for(".index", _anchor=f"wie={person.id if person else ''}"))


def _page(chosen: int | None = None, every: bool = False, problem: str | None = None) -> Response:
    today, now = clock.today(), clock.now()
    keep_shifts(g.desk)
    shifts = roster_lists.shifts_between(g.desk, None, today, today, now)
    day = timetable.day_programme(g.desk, today)
    response = page(
        "desk/index.html",
        status=422 if problem else 200,
        counter=counting.card(
            g.desk, None, here=url_for(".index"), large=True, chosen=chosen, every=every
        ),
        helpers=desks.helpers_at(g.desk, shifts),
        counts=at_the_desk.who_counts(),
        shifts=[shift for shift in shifts if not shift.over],
        day=day,
        next=timetable.next_on(day, clock.local_time()),
        problem=problem,
    )
    # A page from the browser's memory would offer the id of a tap that was counted already.
    response.headers["Cache-Control"] = "no-store"
    return response
