"""Documents that somebody chose, in one file: what a house hangs up and hands out at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from typing import NamedTuple

from documents.bundle import Wanted, pages_of
from documents.door_sheet import door_page
from documents.flyer import flyer_page
from documents.folder import folder_page
from documents.look import PLAIN, Look
from documents.month import month_of_house
from documents.poster import Paper, poster_page
from documents.renderings import Bundle, Page
from documents.roster_sheet import roster_page, week_stretch
from documents.speech import long_date, month_and_year
from documents.tally_sheet import tally_page
from documents.week_sheet import week_page
from documents.words import _, speaking
from models import House
from rules.tally_sheets import sheet_as_it_is
from rules.wall_time import day_of


class Choice(NamedTuple):
    """Which documents, by their names in an address, and what they are about.

    paper: that of the poster; all others are for A4.
    """

    documents: Collection[str]
    month: dt.date
    monday: dt.date
    day: dt.date
    paper: Paper = "a4"


def chosen_parts(
    house: House, choice: Choice, now: dt.datetime, base_url: str, look: Look = PLAIN
) -> list[Wanted]:
    """The documents of a choice, in one order, whatever the order of the choice.

    now: naive UTC. base_url: scheme and host that QR codes carry, without a slash at the end.
    """
    month, monday, day = choice.month, choice.monday, choice.day
    today = day_of(now)

    def poster() -> Page:
        facts = month_of_house(house, month, look.language)
        return poster_page(facts, choice.paper, base_url, look)

    def flyer() -> Page:
        return flyer_page(month_of_house(house, month, look.language), "a4", base_url, look)

    def folder() -> Page:
        return folder_page(month_of_house(house, month, look.language), base_url, look)

    def week_sheet() -> Page:
        return week_page(house, monday, base_url, look)

    def roster_sheet() -> Page:
        return roster_page(house, week_stretch(monday), today, base_url, look)

    def door_sheet() -> Page:
        return door_page(house, day, now, base_url, look)

    def tally_sheet() -> Page | None:
        sheet = sheet_as_it_is(house, day, today)
        return sheet and tally_page(sheet, today, base_url, look)

    with speaking(look.language):
        in_month, on_day = {"month": month_and_year(month)}, {"day": long_date(day)}
        all_there_are: list[tuple[str, str, dt.date | None, Callable[[], Page | None]]] = [
            ("poster", _("Poster %(month)s", **in_month), None, poster),
            ("flyer", _("Flyer %(month)s", **in_month), None, flyer),
            ("vouwfolder", _("Vouwfolder %(month)s", **in_month), None, folder),
            ("weekblad", _("Weekblad"), None, week_sheet),
            ("roosterblad", _("Roosterblad"), None, roster_sheet),
            ("deurbord", _("Deurbord %(day)s", **on_day), day, door_sheet),
            ("turfblad", _("Turfblad %(day)s", **on_day), day, tally_sheet),
        ]
    return [Wanted(*each) for each in all_there_are if each[0] in choice.documents]


def chosen_bundle(
    house: House, choice: Choice, now: dt.datetime, base_url: str, look: Look = PLAIN
) -> Bundle:
    """The choice as one file, ready to be printed; a tally sheet that has no number yet is not in
    it. Arguments as of :func:`chosen_parts`."""
    pages = pages_of(chosen_parts(house, choice, now, base_url, look))
    with speaking(look.language):
        title = _("Drukwerk, %(house)s", house=house.name)
    return Bundle(
        "samen",
        title,
        look.language,
        pages,
    )
