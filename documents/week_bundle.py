"""The week's bundle: all that a house hangs up in a week in one file, so that it also runs on paper
when the internet is away."""

from __future__ import annotations

import datetime as dt

from documents.bundle import Wanted, pages_of
from documents.door_sheet import door_page
from documents.look import PLAIN, Look
from documents.renderings import Bundle, Page
from documents.roster_sheet import roster_page, week_stretch
from documents.speech import long_date
from documents.tally_sheet import tally_page
from documents.week_sheet import week_page
from documents.words import _, speaking
from models import House
from rules.tally_sheets import NothingToTally, layout_now, sheet_as_it_is
from rules.wall_time import day_of, week_of


def week_parts(
    house: House, monday: dt.date, now: dt.datetime, base_url: str, look: Look = PLAIN
) -> list[Wanted]:
    """What belongs in the bundle of a week: of days that are over nothing any more, of days on
    which the house is not open and nothing is on nothing either.

    now: naive UTC. base_url: scheme and host that QR codes carry, without a slash at the end.
    """
    today = day_of(now)

    def about(day: dt.date) -> list[Wanted]:
        def tally() -> Page | None:
            sheet = sheet_as_it_is(house, day, today)
            return sheet and tally_page(sheet, today, base_url, look)

        name = long_date(day)
        return [
            Wanted(
                "deurbord",
                _("Deurbord %(day)s", day=name),
                day,
                lambda: door_page(house, day, now, base_url, look),
            ),
            Wanted("turfblad", _("Turfblad %(day)s", day=name), day, tally),
        ]

    with speaking(look.language):
        return [
            Wanted(
                "weekblad", _("Weekblad"), None, lambda: week_page(house, monday, base_url, look)
            ),
            Wanted(
                "roosterblad",
                _("Roosterblad"),
                None,
                lambda: roster_page(house, week_stretch(monday), today, base_url, look),
            ),
            *(part for day in open_days(house, monday, today) for part in about(day)),
        ]


def open_days(house: House, monday: dt.date, today: dt.date) -> list[dt.date]:
    """The days of a week, from today, on which there is somebody to let in."""
    return [day for day in week_of(monday) if day >= today and _has_visitors(house, day, today)]


def week_bundle(
    house: House, monday: dt.date, now: dt.datetime, base_url: str, look: Look = PLAIN
) -> Bundle:
    """The bundle, ready to be printed; a tally sheet that has no number yet is not in it.

    now: naive UTC. base_url: scheme and host that QR codes carry, without a slash at the end.
    """
    pages = pages_of(week_parts(house, monday, now, base_url, look))
    with speaking(look.language):
        week = week_stretch(monday)
        title = _(
            "Weekpakket %(week)s, %(days)s, %(house)s",
            week=week.title,
            days=week.days,
            house=house.name,
        )
    return Bundle(
        "weekpakket",
        title,
        look.language,
        pages,
    )


def _has_visitors(house: House, day: dt.date, today: dt.date) -> bool:
    try:
        layout_now(house, day, today)
    except NothingToTally:
        return False
    return True
