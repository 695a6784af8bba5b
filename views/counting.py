"""Counting: the counter for whoever is at the door, and the contract for phones."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import wraps
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID, uuid4

from flask import Blueprint, Response, current_app, g, jsonify, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from wtforms import BooleanField, Field, RadioField
from wtforms.validators import NumberRange, Optional, StopValidation

from models import AgeGroup, House, Person
from rules import counter, counting
from rules.count_events import MAX_BYTES, NotABatch, Status, TooMuch, read_batch
from rules.counter import Choice
from rules.senders import is_desk
from views import clock
from views.answers import back_to, page, safe_next
from views.at_the_desk import tablet, who_counted, who_counts
from views.forms import Form, QueryForm, WholeNumber, choices, csrf
from views.gate import Access, gate

bp = Blueprint("counting", __name__, url_prefix="/tellen")


# -- the counter ----------------------------------------------------------------------------------


class TapField(Field):
    """The id of a tap, as our own page minted it."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        try:
            self.data = UUID(valuelist[0])
        except (IndexError, ValueError) as error:
            raise ValueError(_("Deze tik kennen we niet. Tik nog eens.")) from error

    def pre_validate(self, form: Any) -> None:
        if self.data is None and not self.process_errors:
            raise ValueError(_("Deze tik kennen we niet. Tik nog eens."))


class OccurrenceField(Field):
    """What a visitor came for, or nothing for who just walked in."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0]:
            if not re.fullmatch(r"[0-9]{1,10}", valuelist[0]):
                raise ValueError(_("Deze activiteit kennen we niet."))
            self.data = int(valuelist[0])


#: What the screen calls each age group.
AGES = {
    AgeGroup.child: lazy_gettext("kind"),
    AgeGroup.youth: lazy_gettext("jongere"),
    AgeGroup.adult: lazy_gettext("volwassene"),
    AgeGroup.senior: lazy_gettext("oudere"),
}
AGE_CHOICES = [("", lazy_gettext("niet gezegd")), *AGES.items()]
#: Who was not asked says neither: of these and those who were is told how many came first.
FIRST_CHOICES = [
    ("", lazy_gettext("niet gevraagd")),
    ("true", lazy_gettext("ja, voor het eerst")),
    ("false", lazy_gettext("nee, kwam al eerder")),
]
#: The sizes of a group that have a button of their own.
QUICK = (2, 3, 4, 5, 10)
LARGEST = 200
_SIZE = lazy_gettext("Een groep is 1 tot %(most)s mensen.", most=LARGEST)


def _given_with_its_button(form: TapForm, field: Field) -> None:
    if form.groot.data and not field.data:
        raise StopValidation(str(_SIZE))


class TapForm(Form):
    tik = TapField()
    activiteit = OccurrenceField()
    #: A button for a group of this size.
    n = WholeNumber(validators=[Optional(), NumberRange(1, LARGEST, message=_SIZE)])
    #: A number that was typed; it also counts when 'Enter' pressed the first button, '+1'.
    aantal = WholeNumber(
        validators=[_given_with_its_button, Optional(), NumberRange(1, LARGEST, message=_SIZE)]
    )
    #: The button beside that number.
    groot = BooleanField()
    groep = RadioField(choices=choices(AGE_CHOICES), default="")
    eerste = RadioField(choices=choices(FIRST_CHOICES), default="")

    @property
    def size(self) -> int:
        """How many came in."""
        return int(self.n.data or self.aantal.data or 1)

    @property
    def group(self) -> AgeGroup | None:
        return AgeGroup(self.groep.data) if self.groep.data else None

    @property
    def first(self) -> bool | None:
        """Whether they came for the first time this month; None when nobody asked."""
        return self.eerste.data == "true" if self.eerste.data else None


class UndoForm(Form):
    tik = TapField()


class CounterQuery(QueryForm):
    activiteit = OccurrenceField()
    #: All taps of today, and not only the last.
    alle = BooleanField()


@dataclass(frozen=True)
class Card:
    """What templates/counting/_counter.html shows."""

    house: House
    #: Whose taps these are; None on the tablet of the desk, where people change.
    person: Person | None
    now: str  # as the contract writes instants, so that a phone can set its clock by it
    total: int
    #: The id that the next tap will have, so that a form that is sent twice counts once.
    tap: UUID
    offered: list[Choice]
    chosen: int | None  # an occurrence; None is 'just walked in'
    recent: list[counter.RecentTap]
    #: Whether the list has all taps of today, and not only the last.
    every: bool
    large: bool
    #: The page to come back to, when that is not the counter's own.
    here: str
    quick = QUICK
    largest = LARGEST
    ages = AGES
    age_choices = AGE_CHOICES
    first_choices = FIRST_CHOICES

    @property
    def last_mine(self) -> counter.RecentTap | None:
        """The tap that 'ongedaan maken' takes back."""
        return next((tap for tap in self.recent if tap.mine and not tap.undone), None)


def card(
    house: House,
    person: Person | None,
    *,
    here: str,
    large: bool = False,
    chosen: int | None = None,
    every: bool = False,
) -> Card:
    """The counter of a house, for /tellen, /vandaag and the desk; three queries.

    :param here: the address of the page that the counter stands on.
    :param chosen: the occurrence that was chosen before, else the time of day decides.
    :param every: list all taps of today.
    """
    today = clock.today()
    offered = counter.choices(house, today)
    if chosen not in {choice.occurrence for choice in offered}:
        on = counter.guess(offered, clock.local_time())
        chosen = on.occurrence if on else None
    return Card(
        house=house,
        person=person,
        now=_instant(clock.now()),
        total=counting.day_total(house, today),
        tap=uuid4(),
        offered=offered,
        chosen=chosen,
        recent=counter.recent_taps(
            house, person, today, counter.MANY if every else counter.RECENT, tablet()
        ),
        every=every,
        large=large,
        here=here,
    )


@bp.get("", endpoint="counter")
@gate(Access.helpers)
def show() -> Response:
    asked = CounterQuery().read()
    return _counter(chosen=asked["activiteit"], every=asked["alle"])


@bp.post("", endpoint="tap")
@gate(Access.door)
def tap() -> Response:
    form = TapForm()
    if not form.sent():
        return _counter(form.activiteit.data, _first_error(form), form)
    chosen = form.activiteit.data
    status = counting.add_visit(
        who_counts(),
        g.house,
        form.tik.data,
        clock.now(),
        occurrence=chosen,
        n=form.size,
        group=form.group,
        first=form.first,
        device=tablet(),
    )
    if status == Status.rejected:
        return _counter(problem=_("Deze activiteit kennen we niet."), form=form)
    twice = _("Deze tik telde al mee. Tik nog eens voor de volgende.")
    return _back(_address(chosen), twice if status == Status.duplicate else None)


@bp.post("/ongedaan", endpoint="undo")
@gate(Access.door)
def undo() -> Response:
    form = UndoForm()
    if not form.sent():
        return _counter(problem=_first_error(form))
    status = counting.undo_visit(who_counts(), g.house, form.tik.data, clock.now(), device=tablet())
    if status == Status.rejected:
        return _counter(problem=_("Deze tik kun je niet ongedaan maken."))
    twice = _("Dit was al ongedaan gemaakt.")
    return _back(_address(), twice if status == Status.duplicate else None)


def _back(address: str, message: str | None) -> Response:
    # A tap that counted is seen in the total; a sentence above would only push that down.
    return back_to(safe_next(address), message)


def _address(chosen: int | None = None) -> str:
    """The counter's own page; it names the house for who counts in several."""
    several = len(current_user.standing.houses) > 1
    slug = g.house.slug if several else None
    return url_for(".counter", huis=slug, activiteit=chosen)


def _first_error(form: Form) -> str:
    return str(next(iter(form.errors.values()))[0])


def _counter(
    chosen: int | None = None,
    problem: str | None = None,
    form: TapForm | None = None,
    every: bool = False,
) -> Response:
    """The page of the counter; ``form`` is what somebody sent and may correct."""
    here = "" if g.desk is None else url_for("desk.index")
    shown = card(g.house, g.person, here=here, large=True, chosen=chosen, every=every)
    status = 422 if problem else 200
    if form is not None and form.aantal.errors:
        problem = None  # It stands at the field.
    response = page(
        "counting/index.html", status=status, counter=shown, problem=problem, typed=form
    )
    # A page from the browser's memory would offer the id of a tap that was counted already.
    response.headers["Cache-Control"] = "no-store"
    return response


# -- what all phones of a house counted together --------------------------------------------------


@bp.get("/stand", endpoint="standing")
@gate(Access.door, api=True)
def show_standing() -> Response:
    """The total of today, for phones that ask every few seconds; 304 while it is the same.

    It says who is logged in (0 at the desk): the page that asks may be of who was before.
    """
    today, now = clock.today(), clock.now()
    total = counting.day_total(g.house, today)
    person = g.person.id if g.person else 0
    response = jsonify(
        now=_instant(now), person=person, totals={g.house.slug: {today.isoformat(): total}}
    )
    # By the minute: a phone whose clock was put right hears the time again, though nobody taps.
    response.set_etag(f"{g.house.slug}-{person}-{today}-{now:%H%M}-{total}")
    return response.make_conditional(request)


# -- the contract ---------------------------------------------------------------------------------

View = Callable[..., Response]


def from_our_own_pages(view: View) -> View:
    """Refuse what another site made a browser send; programs without these headers may pass."""

    @wraps(view)
    def guarded(**values: Any) -> Response:
        site = request.headers.get("Sec-Fetch-Site", "same-origin")
        origin = request.headers.get("Origin")
        ours = [request.host]
        if current_app.config["BASE_URL"]:
            ours.append(urlsplit(current_app.config["BASE_URL"]).netloc)
        foreign = origin is not None and origin.partition("://")[2] not in ours
        if foreign or site not in ("same-origin", "none"):
            return _refuse(403, _("Dit kan alleen vanaf Buurtbord zelf."))
        return view(**values)

    return guarded


@bp.post("/gebeurtenissen", endpoint="events")
@csrf.exempt  # a tap may wait for weeks; where it comes from is checked instead
@from_our_own_pages
@gate(Access.signed_in, api=True, of_any_house=True)
def receive_events() -> Response:
    """Taps as counting.md describes them; whatever is refused whole stays on the phone."""
    if request.mimetype != "application/json":
        return _refuse(400, _("Dit is geen lijst met tikken."))
    # One byte more: a body that does not say how long it is comes cut off, and shows it there.
    request.max_content_length = MAX_BYTES + 1
    try:
        batch = read_batch(request.get_data(cache=False))
    except (TooMuch, RequestEntityTooLarge):
        return _refuse(413, _("Dit zijn te veel tikken tegelijk."))
    except NotABatch:
        return _refuse(400, _("Dit is geen lijst met tikken."))
    person = who_counted(batch.person)
    # At the desk the taps of who left the house since are kept without a name.
    # A desk says 0 for nobody: from the browser of a person that is refused as well.
    if g.desk is None and batch.person not in (None, person.id if person else None):
        # Somebody else logged in on this phone; the taps wait there for who made them.
        return _refuse(401, _("Deze tikken zijn van iemand anders."))
    standing = current_user.standing
    houses = [house for house in standing.houses if standing.may(Access.door, house)]
    now = clock.now()
    if g.desk is not None or is_desk(batch.device or ""):
        batch = replace(batch, device=tablet())  # What a phone calls itself is no tablet.
    receipt = counting.receive(person, houses, batch, now)
    return jsonify(
        now=_instant(now),
        results=[
            {"id": verdict.id, "status": verdict.status}
            | ({"code": verdict.code} if verdict.code else {})
            for verdict in receipt.verdicts
        ],
        totals={
            slug: {day.isoformat(): n for day, n in days.items()}
            for slug, days in receipt.totals.items()
        },
    )


def _instant(moment: dt.datetime) -> str:
    return moment.isoformat(timespec="milliseconds") + "Z"


def _refuse(status: int, sentence: str) -> Response:
    response = jsonify(error=sentence)
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    return response
