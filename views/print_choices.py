"""What /drukwerk offers: the documents with their months, weeks and days, and how they may look."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from documents.look import Style
from rules.notation import day_and_month, iso_week, long_date
from rules.notation import month as month_in_words
from rules.wall_time import later_month, month_of
from views import clock
from views.print_forms import week_at_hand
from views.print_sheets import BUILT

#: How many months the page offers after this one, and how many weeks and days from now.
MONTHS, WEEKS, DAYS = 2, 6, 8

STYLES: dict[Style, str] = {
    "kleur": _l("Kleur"),
    "zwartwit": _l("Zwart-wit"),
    "groot": _l("Grote letters"),
}
A4 = ("a4", _l("A4, gewoon papier"))


class Choice(NamedTuple):
    """One of the weeks, months or days that the page offers; value as in an address."""

    value: str
    words: str


class Offer(NamedTuple):
    """A document on the page.

    when: what it is about, as in an address: 'maand', 'week', 'dag', or nothing.
    papers: as in an address, with their words; nothing to choose when there is one.
    wide: whether its sheet lies on its side.
    """

    name: str
    title: str
    what: str
    when: str
    papers: tuple[tuple[str, str], ...] = (A4,)
    wide: bool = False


#: In the order of the page: for the neighbourhood, then for the house.
FOR_ALL = (
    Offer(
        "poster",
        _l("Poster"),
        _l("De maand voor op het raam."),
        "maand",
        (A4, ("a3", _l("A3, twee keer zo groot"))),
    ),
    Offer(
        "flyer",
        _l("Flyer"),
        _l("Het kort gezegd, om uit te delen."),
        "maand",
        (("a5", _l("A5, half zo groot")), ("a4", _l("A4, twee naast elkaar"))),
    ),
    Offer(
        "vouwfolder",
        _l("Vouwfolder"),
        _l("Om mee te geven. Je vouwt hem in drieën."),
        "maand",
        wide=True,
    ),
)
FOR_THE_HOUSE = (
    Offer("weekblad", _l("Weekblad"), _l("Eén week, dag voor dag."), "week"),
    Offer(
        "roosterblad",
        _l("Roosterblad"),
        _l("Het rooster op papier. Open plekken hebben een lijn om op te schrijven."),
        "week",
    ),
    Offer("deurbord", _l("Deurbord"), _l("Voor op de deur: open of dicht, en wat er is."), "dag"),
    Offer(
        "turfblad",
        _l("Turfblad"),
        _l("Om bezoekers op papier te tellen. Elk blad heeft een nummer."),
        "dag",
    ),
)
ALL = (*FOR_ALL, *FOR_THE_HOUSE)


def offered(offers: tuple[Offer, ...]) -> list[Offer]:
    """Those that can be printed."""
    return [offer for offer in offers if offer.name in BUILT]


def offer_of(name: str) -> Offer | None:
    """A document of the page by its name in an address."""
    found = [offer for offer in ALL if offer.name == name]
    return found[0] if found else None


def months() -> list[Choice]:
    """This month and those that follow."""
    first = month_of(clock.today())[0]
    each = [later_month(first, n) for n in range(MONTHS + 1)]
    return [Choice(f"{month:%Y-%m}", month_in_words(month)) for month in each]


def weeks() -> list[Choice]:
    """The week at hand and those that follow, each by its Monday."""
    mondays = [week_at_hand() + dt.timedelta(weeks=n) for n in range(WEEKS)]
    return [
        Choice(
            iso_week(monday),
            _(
                "%(day)s (week %(number)s)",
                day=day_and_month(monday),
                number=monday.isocalendar().week,
            ),
        )
        for monday in mondays
    ]


def days() -> list[Choice]:
    """Today and the days that follow."""
    each = [clock.today() + dt.timedelta(days=n) for n in range(DAYS)]
    near = [
        _("Vandaag (%(day)s)", day=day_and_month(each[0])),
        _("Morgen (%(day)s)", day=day_and_month(each[1])),
    ]
    words = [*near, *(long_date(day).capitalize() for day in each[len(near) :])]
    return [Choice(day.isoformat(), said) for day, said in zip(each, words, strict=True)]
