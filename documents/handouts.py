"""What flyer and folder have in common: paper that people take home, with less room than a wall."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace

from documents.faces import width
from documents.look import Look
from documents.month import MonthOfHouse
from documents.notes import notes
from documents.poster_blocks import blocks_of
from documents.renderings import Page
from documents.sheets import qr_code
from documents.speech import hours_in_words, month_name, phone, sentence_start, weekdays_in_words

#: So many series have a board of their own.
MOST_OUTSTANDING = 2
_BOLD = 700
#: How much wider the face of headings is than the bold text face.
_DISPLAY = 1.1


@dataclass(frozen=True)
class Setting:
    """One way to set the text of a handout.

    size: of the text, in points; nothing on the paper is smaller than ``floor``. air: between the
    rows, in times what is usual. rows: 'two-lines', or 'one-line' with the facts behind the title.
    """

    size: float
    rows: str
    air: float

    def fill(self, whole: str, floor: float) -> str:
        """Sets the words SIZE, SMALL, ROWS and AIR of a template, the first of each."""
        small = max(floor, self.size * 0.86)
        filled = whole.replace("ROWS", self.rows, 1).replace("SIZE", f"{self.size}pt", 1)
        return filled.replace("SMALL", f"{small:g}pt", 1).replace("AIR", f"{self.air:g}", 1)


_DATA = re.compile(r'src="(data:[^"]+)"')


def page_of(document: str, candidates: Iterable[str], most_pages: int, booklet: bool) -> Page:
    """The document of these candidates, which share their pictograms and their code: each is sent
    to the press once, not with every row of every candidate."""
    names: dict[str, str] = {}

    def name(found: re.Match[str]) -> str:
        return f'src="picture:{names.setdefault(found[1], f"handout{len(names)}")}"'

    named = tuple(_DATA.sub(name, each) for each in candidates)
    pictures = tuple((given, data) for data, given in names.items())
    return Page(document, named, most_pages, pictures=pictures, booklet=booklet)


def smallest(look: Look) -> float:
    """The size under which no text of a handout goes, in points."""
    return 18 if look.style == "groot" else 12


def said(facts: MonthOfHouse, base_url: str) -> dict[str, object]:
    """What the templates of handouts are filled with."""
    address = f"{base_url}/h/{facts.slug}/"
    blocks = blocks_of(facts.series)
    return {
        "house": facts,
        "month": month_name(facts.first),
        "year": facts.first.year,
        "hours": [
            (sentence_start(weekdays_in_words(weekdays)), hours_in_words(spans))
            for spans, weekdays in facts.hours.items()
        ],
        "weekly": blocks.weekly,
        "listed": blocks.listed,
        "bands": blocks.bands,
        "notes": notes(facts),
        "phone": phone(facts.phone),
        "qr": qr_code(address),
        "address": address,
        "spoken_address": in_short(address),
    }


def in_short(address: str) -> str:
    """An address as one types it: without 'https://' and without the slash at the end."""
    return address.split("://", 1)[-1].rstrip("/")


def shown(facts: MonthOfHouse) -> MonthOfHouse:
    """The month without what the house leaves out of its poster, and with two series that stand out
    at most: the others stand among the rows."""
    series = [each for each in facts.series if not each.left_out]
    outstanding = [each for each in series if each.highlighted and each.spoken.is_held]
    quiet = {id(each) for each in outstanding[MOST_OUTSTANDING:]}
    return replace(
        facts,
        series=tuple(
            replace(each, highlighted=False) if id(each) in quiet else each for each in series
        ),
    )


def largest(text: str, room: float, most: float, least: float) -> float:
    """The size in points at which a heading stands on one line of ``room`` points, or ``least``."""
    wide = width(text, _BOLD) * _DISPLAY
    return round(max(least, min(most, room / wide if wide else most)), 1)
