"""What can be printed: each document by its name in an address, as the address asks for it.

A document is a function from a house to a :class:`Sheet`; it reads its own form. Adding one to
:data:`BUILT` is all that a new document needs to be opened, saved and shown on /drukwerk.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from flask import g

from documents.door_sheet import door_page
from documents.flyer import flyer_page
from documents.folder import folder_page
from documents.known_pages import page_of
from documents.look import PLAIN, Look
from documents.month import month_of_house
from documents.poster import poster_page
from documents.renderings import Page, Printable
from documents.roster_sheet import month_stretch, roster_page, week_stretch
from documents.tally_sheet import tally_page
from documents.week_bundle import week_bundle
from documents.week_sheet import week_page
from models import House, TallySheet
from rules import tally_sheets
from rules.notation import iso_week
from rules.wall_time import month_of
from views import clock
from views.ahead import keep_dates, keep_shifts
from views.own_address import own_address
from views.print_forms import (
    DoorSheetForm,
    FlyerForm,
    FolderForm,
    PosterForm,
    RosterSheetForm,
    TallySheetForm,
    WeekBundleForm,
    WeekSheetForm,
)

#: What the number of a sheet may be; a larger one is unknown, and would overflow the database.
LARGEST = 2**31 - 1
WEEK = dt.timedelta(days=6)


class Sheet(NamedTuple):
    """A document that is ready to print, under the name of its file."""

    page: Printable
    file_name: str


def poster(house: House) -> Sheet:
    form = PosterForm()
    form.read()
    return poster_of(house, form.month(), form.formaat.data, form.look())


def poster_of(house: House, month: dt.date, paper: Any, look: Look) -> Sheet:
    keep_dates(house, month_of(month)[1])
    base = base_url()

    def make() -> Page:
        return poster_page(month_of_house(house, month, look.language), paper, base, look)

    return Sheet(
        page_of(make, f"poster-{paper}", *_columns(house), month, base, look),
        file_name(house, f"{month:%Y-%m}", f"poster-{paper}", look),
    )


def flyer(house: House) -> Sheet:
    form = FlyerForm()
    form.read()
    month, paper, bound = form.month(), form.formaat.data, form.boekje.data
    keep_dates(house, month_of(month)[1])
    what, look, base = "flyer-boekje" if bound else f"flyer-{paper}", form.look(), base_url()

    def make() -> Page:
        facts = month_of_house(house, month, look.language)
        return flyer_page(facts, paper, base, look, as_booklet=bound)

    return Sheet(
        page_of(make, what, *_columns(house), month, base, look),
        file_name(house, f"{month:%Y-%m}", what, look),
    )


def folder(house: House) -> Sheet:
    form = FolderForm()
    form.read()
    month = form.month()
    keep_dates(house, month_of(month)[1])
    look, base = form.look(), base_url()

    def make() -> Page:
        return folder_page(month_of_house(house, month, look.language), base, look)

    return Sheet(
        page_of(make, "vouwfolder", *_columns(house), month, base, look),
        file_name(house, f"{month:%Y-%m}", "vouwfolder", look),
    )


def roster_sheet(house: House) -> Sheet:
    form = RosterSheetForm()
    form.read()
    keep_shifts(house)
    month = form.maand.data
    stretch = month_stretch(month) if month else week_stretch(form.monday())
    look, base, today = form.look(), base_url(), clock.today()

    def make() -> Page:
        return roster_page(house, stretch, today, base, look)

    return Sheet(
        page_of(make, "roosterblad", *_columns(house), stretch, today, base, look),
        file_name(house, stretch.name, "roosterblad", look),
    )


def week_sheet(house: House) -> Sheet:
    form = WeekSheetForm()
    form.read()
    monday = form.monday()
    keep_dates(house, monday + WEEK)
    look, base = form.look(), base_url()

    def make() -> Page:
        return week_page(house, monday, base, look)

    return Sheet(
        page_of(make, "weekblad", *_columns(house), monday, base, look),
        file_name(house, iso_week(monday), "weekblad", look),
    )


def door_sheet(house: House) -> Sheet:
    form = DoorSheetForm()
    form.read()
    day = form.day()
    keep_shifts(house)
    keep_dates(house, day)
    return Sheet(
        door_page(house, day, clock.now(), base_url(), form.look()),
        file_name(house, f"{day}", "deurbord", form.look()),
    )


def tally_sheet(house: House) -> Sheet:
    form = TallySheetForm()
    form.read()
    made: TallySheet | None
    if form.nummer.data is not None:
        made = tally_sheets.find_sheet(min(form.nummer.data, LARGEST), [house])
    else:
        made = tally_sheets.sheet_of_day(house, form.day())
    if made is None:
        raise tally_sheets.NoSuchSheet
    return Sheet(
        tally_page(made, clock.today(), base_url(), form.look()),
        file_name(house, f"{made.date}", f"turfblad-{made.number}", form.look()),
    )


def bundle_of_week(house: House) -> Sheet:
    form = WeekBundleForm()
    form.read()
    keep_shifts(house)
    keep_dates(house, form.monday() + WEEK)
    bundle = week_bundle(house, form.monday(), clock.now(), base_url(), form.look())
    return Sheet(bundle, file_name(house, iso_week(form.monday()), "weekpakket", form.look()))


#: What product.md lists, by the name in the address.
BUILT: dict[str, Callable[[House], Sheet]] = {
    "poster": poster,
    "flyer": flyer,
    "vouwfolder": folder,
    "weekblad": week_sheet,
    "roosterblad": roster_sheet,
    "deurbord": door_sheet,
    "turfblad": tally_sheet,
    "weekpakket": bundle_of_week,
}


def base_url() -> str:
    """Scheme and host for what is printed, without a slash at the end."""
    # What is printed ahead has no request of its own; the one that caused it said where we are.
    return str(g.get("printed_for") or own_address()).rstrip("/")


def _columns(house: House) -> tuple[Any, ...]:
    # The row of the house was read before its page is made.
    return tuple(house.__data__.values())


def file_name(house: House, when: str, what: str, look: Look) -> str:
    """What a document is saved as, for instance 'wolfsbos-2026-12-poster-a4-uk-groot.pdf'."""
    told = [part for part, usual in zip(look, PLAIN, strict=True) if part != usual]
    return "-".join([house.slug, when, what, *told]) + ".pdf"
