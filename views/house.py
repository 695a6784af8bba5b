"""A house, for its coordinators: facts, opening hours, rooms, partners and desk tablets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort, g, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Room
from rules import Refused, desks, houses
from rules.wall_time import to_local
from views import clock
from views.answers import added, back_to, page
from views.entering import device_label, enter, forgetful
from views.forms import Form
from views.gate import Access, gate
from views.house_forms import (
    AddHouseForm,
    HoursForm,
    HouseForm,
    PartnerForm,
    RenameForm,
    RoomForm,
)
from views.people import absolute
from views.qr import qr_svg
from views.refusals import status_and_sentence

bp = Blueprint("house", __name__, url_prefix="/huis")


@bp.route("/nieuw", methods=["GET", "POST"])
@gate(Access.admins)
def add() -> Response:
    form = AddHouseForm()

    def write() -> tuple[str, str]:
        house = houses.add_house(form.name.data, form.town.data, g.person, clock.now())
        message = _("%(name)s staat klaar. Vul nu de gegevens in.", name=house.name)
        return url_for(".edit", huis=house.slug), message

    if form.sent():
        return added(form, write)
    return page("house/add.html", status=422 if form.errors else 200, form=form)


@bp.route("/<huis>", methods=["GET", "POST"])
@gate(Access.coordinators)
def edit() -> Response:
    form = HouseForm.of(g.house)
    if form.sent():
        houses.change_house(g.house, g.person, clock.now(), **form.facts())
        return _saved()
    return _page(422 if form.errors else 200, form=form)


@bp.post("/<huis>/openingstijden")
@gate(Access.coordinators)
def hours() -> Response:
    form = HoursForm()
    if not form.sent():
        return _page(422, hours=form)
    houses.set_hours(g.house, form.spans, g.person, clock.now())
    return _saved()


@bp.post("/<huis>/ruimte")
@gate(Access.coordinators)
def add_room() -> Response:
    form = RoomForm()
    return _keep(
        form,
        lambda: houses.add_room(g.house, form.name.data, g.person, clock.now()),
        room_form=form,
    )


@bp.post("/<huis>/ruimte/<id:room_id>")
@gate(Access.coordinators)
def rename_room(room_id: int) -> Response:
    room, form = _room(room_id), RenameForm()
    return _keep(
        form,
        lambda: houses.rename_room(room, form.name.data, g.person, clock.now()),
        rename_form=form,
        renamed=room,
    )


@bp.post("/<huis>/ruimte/<id:room_id>/weg")
@gate(Access.coordinators)
def remove_room(room_id: int) -> Response:
    houses.remove_room(_room(room_id), g.person, clock.now())
    return _saved()


@bp.post("/<huis>/partner")
@gate(Access.coordinators)
def add_partner() -> Response:
    form = PartnerForm()
    return _keep(
        form,
        lambda: houses.add_partner(g.house, form.name.data, g.person, clock.now()),
        partner_form=form,
    )


@bp.post("/<huis>/partner/<id:partner_id>/weg")
@gate(Access.coordinators)
def remove_partner(partner_id: int) -> Response:
    houses.remove_partner(g.house, partner_id, g.person, clock.now())
    return _saved()


@bp.post("/<huis>/tablet")
@gate(Access.coordinators)
def pair_desk() -> Response:
    """A code for the tablet at the door, shown this once: afterwards nobody knows it."""
    code = desks.make_code(g.house, g.person, clock.now())
    address = absolute(url_for("desk.pair", code=code))
    response = page(
        "house/tablet.html",
        code=code,
        address=absolute(url_for("desk.pair")),
        qr=qr_svg(address),
        until=to_local(clock.now() + desks.CODE_LASTS).time(),
    )
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/<huis>/tablet/dit")
@gate(Access.coordinators)
def pair_this() -> Response:
    """Make the browser in hand the desk; whoever pressed the button is logged out on it."""
    device = current_user.standing.device
    enter(desks.pair_this(g.house, device, device_label(), g.person, clock.now()))
    return forgetful(back_to(url_for("desk.index")))


@bp.post("/<huis>/tablet/<id:device_id>/los")
@gate(Access.coordinators)
def unpair_desk(device_id: int) -> Response:
    if not desks.unpair(g.house, device_id, g.person, clock.now()):
        abort(404)
    return back_to(url_for(".edit", huis=g.house.slug) + "#tablet", _("De tablet is losgekoppeld."))


def _room(room_id: int) -> Room:
    """A room of the house at hand; 404 for every other."""
    room = houses.room_of(g.house, room_id)
    if room is None:
        abort(404)
    return room


def _keep(
    form: RoomForm | RenameForm | PartnerForm, verb: Callable[[], object], **shown: Any
) -> Response:
    """Save a name when it is right and free; else the page with what is wrong at the field."""
    if form.sent():
        try:
            verb()
        except Refused as refusal:
            form.name.errors = [status_and_sentence(refusal)[1]]
        else:
            return _saved()
    return _page(422, **shown)


def _saved() -> Response:
    return back_to(url_for(".edit", huis=g.house.slug), _("Opgeslagen."))


def _page(status: int, **forms: Any) -> Response:
    fresh: dict[str, Callable[[], Form]] = {
        "form": lambda: HouseForm.of(g.house, formdata=None),
        "hours": lambda: HoursForm.of(houses.hours_of(g.house)),
        "room_form": lambda: RoomForm(formdata=None),
        "partner_form": lambda: PartnerForm(formdata=None),
    }
    for name, make in fresh.items():
        if name not in forms:
            forms[name] = make()
    return page(
        "house/edit.html",
        status=status,
        rooms=houses.rooms_of(g.house),
        partners=houses.partners_of(g.house),
        elsewhere=houses.partners_elsewhere(g.house),
        desks=desks.desks_of(g.house),
        **forms,
    )
