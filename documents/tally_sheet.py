"""The tally sheet: paper at the door on which each visitor is a stroke, to be entered once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from urllib.parse import quote

from documents.look import PLAIN, Look
from documents.renderings import Page
from documents.sheets import INK, html, qr_code
from documents.speech import long_date, sentence_start
from documents.words import _, speaking
from models import House, TallySheet
from rules.tally_sheets import Column, layout_of

#: What a page has for its rows, in millimetres; what the headings of one more table take of it.
ROOM, HEADING = 189, 12
#: The highest and the lowest that a row may be; hours that do not fit then go on a next page.
HIGHEST, LOWEST = 26, 14
#: What a pen at a door needs for five strokes, in millimetres, with the gap behind it. Higher than
#: this a box need not be.
BOX_WIDTH, BOX_HEIGHT, GAP = 11, 6.5, 1.5
HIGHEST_BOX = 9
#: How wide the cells of a page are together, and how many activities it takes beside each other.
WIDTH, MOST_COLUMNS = 164, 4
#: More strokes than this in an hour nobody sets; the rest of a wide cell stays free.
MOST_BOXES = 12


@dataclass(frozen=True)
class Cell:
    """Boxes for an hour and a column: ``lines`` of ``boxes`` each; none where it is not on."""

    lines: int
    boxes: int


@dataclass(frozen=True)
class Part:
    """A table of the sheet: its headings with their widths in millimetres, and its rows."""

    headings: list[tuple[str, float]]
    rows: list[tuple[str, list[Cell]]]


def tally_page(sheet: TallySheet, today: dt.date, base_url: str, look: Look = PLAIN) -> Page:
    """A tally sheet as HTML, ready to be printed; the same sheet prints the same again.

    base_url: scheme and host that the QR code carries, without a slash at the end.
    """
    with speaking(look.language):
        return _tally_page(sheet, today, base_url, look)


def _tally_page(sheet: TallySheet, today: dt.date, base_url: str, look: Look) -> Page:
    house: House = sheet.house
    layout = layout_of(sheet, today)
    address = f"{base_url}/tellen/blad/{sheet.number}"
    day = long_date(sheet.date)

    def made(height: int) -> str:
        return html(
            "tally.html",
            look,
            house=house,
            day=f"{sentence_start(day)} {sheet.date.year}",
            number=sheet.number,
            parts=_parts(layout.columns, layout.hours, height),
            height=height,
            box=min(HIGHEST_BOX, (height - GAP) / _lines(height) - GAP),
            stroke=tally_marks(),
            qr=qr_code(address),
            address=address.partition("://")[2],
        )

    parts = _parts(layout.columns, layout.hours, LOWEST)
    rows = sum(len(part.rows) for part in parts)
    fits = (ROOM - HEADING * (len(parts) - 1)) // rows
    # A long name of an activity takes a second line; then the rows are a little lower.
    heights = [max(LOWEST, min(HIGHEST, fits) - less) for less in (0, 1)]
    return Page("turfblad", tuple(made(height) for height in dict.fromkeys(heights)))


def _parts(columns: tuple[Column, ...], hours: tuple[int, ...], height: int) -> list[Part]:
    """The columns in tables that are as wide as the page; nearly always one."""
    walk_in, *activities = columns
    chunks = [
        activities[n : n + MOST_COLUMNS] for n in range(0, max(len(activities), 1), MOST_COLUMNS)
    ]
    return [
        _part([walk_in, *some] if not number else some, hours, height)
        for number, some in enumerate(chunks)
    ]


def _part(columns: list[Column], hours: tuple[int, ...], height: int) -> Part:
    width = WIDTH / len(columns)
    boxes = max(1, int((width - 2) // (BOX_WIDTH + GAP)))
    lines = min(_lines(height), max(1, MOST_BOXES // boxes))
    return Part(
        headings=[(column.title or _("Gewoon binnen"), width) for column in columns],
        rows=[
            (
                f"{hour}–{hour + 1}",
                [Cell(lines if hour in column.hours else 0, boxes) for column in columns],
            )
            for hour in hours
            if any(hour in column.hours for column in columns)
        ],
    )


def _lines(height: int) -> int:
    """How many lines of boxes a row has room for."""
    return max(1, int((height - GAP) // (BOX_HEIGHT + GAP)))


def tally_marks() -> str:
    """Five strokes, the fifth across, as a data: address for ``<img>``."""
    strokes = "".join(f"M{x} 2v16" for x in (5, 10, 15, 20)) + "M1 15 24 5"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 25 20"><path d="{strokes}"'
        f' fill="none" stroke="{INK}" stroke-width="1.8" stroke-linecap="round"/></svg>'
    )
    return "data:image/svg+xml," + quote(svg)
