"""Pictures of the first pages of documents, as /drukwerk shows them."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import NamedTuple

from flask import Blueprint, Response, abort, current_app, g, make_response, request, url_for

from documents import renderings
from documents.press import PressError
from documents.tally_sheet import tally_page
from documents.week_sheet import week_page
from models import House, TallySheet
from rules.tally_sheets import layout_now, sheet_as_it_is, write_layout
from views import clock
from views.ahead import keep_shifts
from views.answers import page
from views.gate import Access, gate
from views.print_choices import offer_of
from views.print_failures import status_and_sentence
from views.print_forms import DoorSheetForm, WeekBundleForm
from views.print_sheets import BUILT, Sheet, base_url
from views.printing import press

#: The number of a sheet that was not made yet: it is only shown.
NO_NUMBER = 0


class Seen(NamedTuple):
    """A picture: its size in pixels; pages: of the document that it is of."""

    width: int
    height: int
    pages: int


def add_to(bp: Blueprint) -> None:
    """Put these pages in the place of the prints."""
    bp.add_url_rule("/drukwerk/<name>.png", "picture", picture)
    bp.add_url_rule("/drukwerk/<name>/blad", "glimpse", glimpse)


@gate(Access.helpers)
def picture(name: str) -> Response:
    """The first page of a document; 304 when the browser has this very one."""
    sheet = _sheet(name)
    fingerprint = renderings.picture_fingerprint(sheet.page)
    if fingerprint in request.if_none_match:
        response = make_response("", 304)
    else:
        response = make_response(renderings.picture(press(), sheet.page, clock.now()).bytes)
        response.mimetype = "image/png"
    response.set_etag(fingerprint)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


#: What a document is asked with; anything else in an address would steer the links that are made.
_ASKED = ("maand", "week", "dag", "formaat", "taal", "stijl", "boekje")


@gate(Access.helpers)
def glimpse(name: str) -> Response:
    """What stands on /drukwerk in the place of a document: its picture, or why there is none."""
    offer = offer_of(name)
    if offer is None and name != "weekpakket":
        abort(404)
    sheet = _sheet(name)
    status, refusal, seen = 200, "", None
    try:
        seen = _seen(sheet)
    except PressError as error:
        current_app.logger.warning("Not pictured: %s", error)
        status, refusal = status_and_sentence(error)
    asked = {key: request.args[key] for key in _ASKED if key in request.args}
    asked["huis"] = g.house.slug
    return page(
        "prints/sheet.html",
        "blad",
        status,
        name=name,
        offer=offer,
        seen=seen,
        refusal=refusal,
        picture=url_for(".picture", name=name, **asked),
        address=_address(name, asked),
        on_a4=asked.get("formaat", "a4") == "a4",
        large=asked.get("stijl") == "groot",
        editable="poster_edit.edit" in current_app.view_functions,
        maand=asked.get("maand"),
    )


def _address(name: str, asked: dict[str, str]) -> str | None:
    """Where the document itself opens; a tally sheet must be made first."""
    if name == "weekpakket":
        return url_for(".week", **asked)
    return None if name in STAND_INS else url_for(".document", name=name, **asked)


def _seen(sheet: Sheet) -> Seen:
    made = renderings.picture(press(), sheet.page, clock.now())
    pages = renderings.known_pages([sheet.page.fingerprint]).get(sheet.page.fingerprint, 1)
    # A PNG says its size right behind its name.
    return Seen(*struct.unpack(">II", bytes(made.bytes[16:24])), pages)


def _sheet(name: str) -> Sheet:
    if name not in BUILT or g.house is None:
        abort(404)
    return STAND_INS.get(name, BUILT[name])(g.house)


# -- what cannot be shown as it is ----------------------------------------------------------------


def _tally_sheet(house: House) -> Sheet:
    """The sheet of a day, or one without a number: a look makes no sheet."""
    form = DoorSheetForm()
    form.read()
    day, today = form.day(), clock.today()
    sheet = sheet_as_it_is(house, day, today) or TallySheet(
        house=house,
        date=day,
        number=NO_NUMBER,
        layout=write_layout(layout_now(house, day, today)),
    )
    return Sheet(tally_page(sheet, today, base_url(), form.look()), "")


def _first_of_bundle(house: House) -> Sheet:
    """The bundle opens with the week; to see that the rest need not be made."""
    form = WeekBundleForm()
    form.read()
    keep_shifts(house)
    return Sheet(week_page(house, form.monday(), base_url(), form.look()), "")


STAND_INS: dict[str, Callable[[House], Sheet]] = {
    "turfblad": _tally_sheet,
    "weekpakket": _first_of_bundle,
}
