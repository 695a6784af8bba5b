"""Words to send papers on with: posters, flyers and folders for the whole neighbourhood, which open
without logging in, and sheets for those who help in the house."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, abort, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from documents.look import PLAIN
from models import House
from rules.notation import iso_week, long_date
from rules.wall_time import later_month, month_of
from views import clock, shared_text
from views.answers import page
from views.gate import Access, gate, public_house
from views.print_files import pdf
from views.print_forms import (
    DoorSheetForm,
    FlyerForm,
    FolderForm,
    PosterForm,
    RosterSheetForm,
    WeekSheetForm,
)
from views.print_sheets import BUILT, base_url
from views.programme_forms import MonthQuery

#: How many months ahead visitors may ask for.
PUBLIC = 3
#: What holds nothing but the public programme of a month; by the name in an address, with its form
#: and what the page says on top.
SHARED: dict[str, tuple[type[PosterForm], str]] = {
    "poster": (PosterForm, _l("Deel de poster")),
    "flyer": (FlyerForm, _l("Deel de flyer")),
    "vouwfolder": (FolderForm, _l("Deel de vouwfolder")),
}
#: What is for those who help in the house: it opens for who is logged in.
WITHIN: dict[str, tuple[type[WeekSheetForm | RosterSheetForm | DoorSheetForm], str]] = {
    "weekblad": (WeekSheetForm, _l("Deel het weekblad")),
    "roosterblad": (RosterSheetForm, _l("Deel het roosterblad")),
    "deurbord": (DoorSheetForm, _l("Deel het deurbord")),
}
_PUBLIC = f"<any({', '.join(SHARED)}):name>"
_ANY = f"<any({', '.join((*SHARED, *WITHIN))}):name>"


def add_to(bp: Blueprint) -> None:
    """Put these pages in the place of the prints."""
    bp.add_url_rule(f"/drukwerk/{_ANY}/delen", "share", share)
    bp.add_url_rule(f"/h/<huis>/{_PUBLIC}.pdf", "public_paper", public_paper)


@gate(Access.helpers)
def share(name: str) -> Response:
    """The address of a document, with words around it, to send on."""
    if g.house is None:
        abort(404)
    return _to_all(g.house, name) if name in SHARED else _to_helpers(g.house, name)


def _to_all(house: House, name: str) -> Response:
    kind, title = SHARED[name]
    form = kind()
    form.read()
    look, month = form.look(), form.month()
    _only_soon(month)
    chosen = {
        each: value
        for each, value, usual in (
            ("formaat", form.formaat.data, form.formaat.default),
            ("taal", look.language, PLAIN.language),
            ("stijl", look.style, PLAIN.style),
        )
        if value != usual
    }
    path = url_for(".public_paper", huis=house.slug, name=name, maand=f"{month:%Y-%m}", **chosen)
    text = shared_text.of_paper(
        house, month, name, base_url() + path.removeprefix(request.script_root)
    )
    return _words(
        title, _("Wie de tekst krijgt, opent het blad zonder inloggen."), text, f"{month:%Y-%m}"
    )


def _to_helpers(house: House, name: str) -> Response:
    kind, title = WITHIN[name]
    form = kind()
    form.read()
    look = form.look()
    if isinstance(form, DoorSheetForm):
        about, which = long_date(form.day()), {"dag": form.day().isoformat()}
    else:
        monday = form.monday()
        about = _("week %(number)s", number=monday.isocalendar().week)
        which = {"week": iso_week(monday)}
    path = url_for(
        ".document",
        name=name,
        huis=house.slug,
        **which,
        taal=look.language if look.language != PLAIN.language else None,
        stijl=look.style if look.style != PLAIN.style else None,
    )
    address = base_url() + path.removeprefix(request.script_root)
    text = shared_text.of_sheet(house, name, about, address)
    return _words(title, _("Wie de tekst krijgt, opent het blad na inloggen."), text)


def _words(title: str, who_opens: str, text: str, month: str | None = None) -> Response:
    return page(
        "prints/share.html",
        title=title,
        who_opens=who_opens,
        text=text,
        month=month,
        whatsapp=shared_text.whatsapp(text),
        mail=shared_text.mail(text.partition("\n")[0], text),
    )


@gate(Access.public)
def public_paper(huis: str, name: str) -> Response:
    """For whoever wants to hang it up or hand it out: of this month and the next three."""
    house = public_house(huis)
    # The document reads the rest of its address; of the month it may not be any.
    asked = MonthQuery().read()["maand"]
    _only_soon(asked or month_of(clock.today())[0])
    return pdf(BUILT[name](house))


def _only_soon(month: dt.date) -> None:
    first = month_of(clock.today())[0]
    if not first <= month <= later_month(first, PUBLIC):
        abort(404)
