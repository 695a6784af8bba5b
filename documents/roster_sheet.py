"""The roster sheet: a week or a month of the roster on the wall, with lines to write on."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from documents.look import PLAIN, Look
from documents.renderings import Page
from documents.roster_days import PaperDays, PaperShift, roster_days
from documents.sheets import html, qr_code
from documents.speech import days as days_in_words
from documents.speech import long_date, month_name, phone, sentence_start
from documents.words import _, speaking
from models import House
from rules.notation import iso_week
from rules.wall_time import month_of, week_of


@dataclass(frozen=True)
class Sizes:
    """How a style sets the roster: text size in points and the air between rows.

    pinned: for one sheet, from roomy to tight; running: over more sheets.
    most_lines: with more no layout fits on one sheet, so none is tried.
    lines_of_part: a part of a day stands on one page; a day of more lines is several parts.
    """

    pinned: tuple[tuple[float, float], ...]
    running: tuple[float, float]
    most_lines: int
    lines_of_part: int


#: The smallest text is 0.86 of the size: 12 points.
USUAL = Sizes(
    pinned=((18, 2.2), (17, 1.8), (16, 1.5), (15, 1.2), (14, 1), (14, 0.5)),
    running=(14, 1),
    most_lines=45,
    lines_of_part=14,
)
#: Large print; its smallest text is 18 points.
LARGE = Sizes(pinned=((24, 1.4), (20, 1)), running=(20, 1), most_lines=14, lines_of_part=8)


@dataclass(frozen=True)
class Part:
    """A day, or the part of a long one that is kept together, under its heading."""

    heading: str
    day: PaperDays
    shifts: tuple[PaperShift, ...]


@dataclass(frozen=True)
class Stretch:
    """The days that one sheet is about: a week, or else a month.

    name: for the file. on_screen: what follows '/rooster' in the address where the same roster is
    looked at.
    """

    first: dt.date
    last: dt.date
    name: str
    on_screen: str
    is_week: bool

    @property
    def title(self) -> str:
        """'week 49', 'december', in the language of the document."""
        if self.is_week:
            return _("week %(number)s", number=self.first.isocalendar().week)
        return month_name(self.first)

    @property
    def days(self) -> str:
        """The same in dates, or the year."""
        return days_in_words(self.first, self.last) if self.is_week else str(self.first.year)


def week_stretch(day: dt.date) -> Stretch:
    """The ISO week that holds a day."""
    monday, *_between, sunday = week_of(day)
    week = iso_week(monday)
    return Stretch(monday, sunday, name=week, on_screen=f"&week={week}", is_week=True)


def month_stretch(day: dt.date) -> Stretch:
    """The month that holds a day."""
    first, last = month_of(day)
    # On the screen the roster goes by weeks: whoever scans the month sees the week of that day.
    return Stretch(first, last, name=f"{first:%Y-%m}", on_screen="", is_week=False)


def roster_page(
    house: House, stretch: Stretch, today: dt.date, base_url: str, look: Look = PLAIN
) -> Page:
    """The roster sheet as HTML, ready to be printed. Three queries.

    today: the day that the sheet says it is of; the same roster printed twice on a day is the same
    sheet. base_url: scheme and host that the QR code carries, without a slash at the end.
    """
    with speaking(look.language):
        return _roster_page(house, stretch, today, base_url, look)


def _roster_page(house: House, stretch: Stretch, today: dt.date, base_url: str, look: Look) -> Page:
    sizes = LARGE if look.style == "groot" else USUAL
    found = roster_days(house, stretch.first, stretch.last, today)
    address = f"{base_url}/rooster?huis={house.slug}{stretch.on_screen}"
    whole = html(
        "roster.html",
        look,
        house=house,
        stretch=stretch,
        parts=[part for each in found for part in _parts(each, sizes.lines_of_part)],
        needed=sum(each.needed for each in found),
        writing=any(_has_lines(each) for each in found),
        made=long_date(today),
        phone=phone(house.phone),
        qr=qr_code(address),
        address=address,
    )
    lines = sum(1 + sum(shift.lines for shift in each.shifts) for each in found)
    one_sheet = stretch.is_week and lines <= sizes.most_lines
    # The words to fill in stand before all that a house wrote, which may hold the same letters.
    return Page(
        "roosterblad",
        tuple(
            whole.replace("LAYOUT", layout, 1)
            .replace("SIZE", f"{size}pt", 1)
            .replace("AIR", str(air), 1)
            for layout, (size, air) in [
                *(("pinned", each) for each in sizes.pinned if one_sheet),
                ("running", sizes.running),
            ]
        ),
    )


def _parts(each: PaperDays, most_lines: int) -> list[Part]:
    """A day in parts of at most so many lines, which fit on a page; nearly always one."""
    heading = _heading(each)
    parts = [Part(heading, each, ())]
    lines = 0
    for shift in each.shifts:
        lines += shift.lines
        if lines > most_lines and parts[-1].shifts:
            parts.append(Part(_("%(day)s, vervolg", day=heading), each, ()))
            lines = shift.lines
        last = parts[-1]
        parts[-1] = Part(last.heading, each, (*last.shifts, shift))
    return parts


def _heading(each: PaperDays) -> str:
    """'Donderdag 24 december', 'Vrijdag 25 december t/m zondag 3 januari'."""
    words = long_date(each.first)
    if each.last > each.first:
        words = _("%(first)s t/m %(last)s", first=words, last=long_date(each.last))
    return sentence_start(words)


def _has_lines(each: PaperDays) -> bool:
    """Whether there is something to write on."""
    return not each.over and any(
        task.needed or task.extra or task.seeking for shift in each.shifts for task in shift.tasks
    )
