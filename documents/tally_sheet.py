"""The tally sheet: paper at the door on which each visitor is a stroke, to be entered once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import NamedTuple
from urllib.parse import quote

from documents.look import PLAIN, Look
from documents.renderings import Page
from documents.sheets import INK, html, qr_code
from documents.speech import apart, long_date, sentence_start
from documents.titles import titles_of
from documents.words import _, speaking
from models import House, TallySheet
from rules.tally_sheets import Column, layout_of


@dataclass(frozen=True)
class Measures:
    """How a style divides a page, in millimetres.

    room: what there is for the rows. heading: what the headings of one more table take of it.
    highest, lowest: what a row may be; hours that do not fit then go on a next page.
    hour, width: the column of hours, and all others together.
    most_columns: how many activities stand beside each other.
    box_width, box_height: what a pen at a door needs for five strokes, without the gap behind it;
    higher than ``highest_box`` a box need not be.
    """

    room: int
    heading: int
    highest: int
    lowest: int
    hour: int
    width: int
    most_columns: int
    box_width: float
    box_height: float
    gap: float
    highest_box: float
    box_border: float
    #: Whether each table has a page of its own, when there are several.
    a_page_each: bool = False

    def lines(self, height: int) -> int:
        """How many lines of boxes a row has room for."""
        return max(1, int((height - self.gap) // (self.box_height + self.gap)))

    def box(self, height: int) -> float:
        """How high the boxes of a row are."""
        return min(self.highest_box, (height - self.gap) / self.lines(height) - self.gap)


USUAL = Measures(
    room=189,
    heading=12,
    highest=26,
    lowest=14,
    hour=24,
    width=164,
    most_columns=4,
    box_width=11,
    box_height=6.5,
    gap=1.5,
    highest_box=9,
    box_border=0.26,
)
#: Large print.
LARGE = Measures(
    room=160,
    heading=20,
    highest=32,
    lowest=20,
    hour=30,
    width=158,
    most_columns=2,
    box_width=16,
    box_height=9,
    gap=2,
    highest_box=13,
    box_border=0.44,
    a_page_each=True,
)
#: Dark enough to aim at, light enough to leave the strokes to the eye.
BOX_COLOUR = "#8b867b"
#: More strokes than this in an hour nobody sets; the rest of a wide cell stays free.
MOST_BOXES = 12


@dataclass(frozen=True)
class Part:
    """A table of the sheet.

    headings: each with its width in millimetres. rows: an hour, and for each column how many lines
    of ``boxes`` boxes it has then; none where it is not on.
    """

    headings: list[tuple[str, float]]
    rows: list[tuple[str, list[int]]]
    boxes: int


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
    sizes = LARGE if look.style == "groot" else USUAL
    columns = _in_language(layout.columns)

    def made(height: int) -> str:
        parts = _parts(columns, layout.hours, height, sizes)
        return html(
            "tally.html",
            look,
            house=house,
            day=f"{sentence_start(day)} {sheet.date.year}",
            number=sheet.number,
            parts=parts,
            lines={part.boxes: _line(part.boxes, height, sizes, look) for part in parts},
            hour_width=sizes.hour,
            height=height,
            stroke=tally_marks(),
            qr=qr_code(address),
            address=apart(address.partition("://")[2]),
        )

    parts = _parts(columns, layout.hours, sizes.lowest, sizes)
    rows = [len(part.rows) for part in parts]
    if sizes.a_page_each:
        fits = sizes.room // max(rows)
    else:
        fits = (sizes.room - sizes.heading * (len(parts) - 1)) // sum(rows)
    # A long name of an activity takes a second line; then the rows are a little lower.
    heights = [max(sizes.lowest, min(sizes.highest, fits) - less) for less in (0, 1)]
    return Page("turfblad", tuple(made(height) for height in dict.fromkeys(heights)))


def _in_language(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The columns with their titles as the document says them; in Dutch those that the sheet keeps,
    also when the activity was given another one since."""
    texts = titles_of(column.activity for column in columns if column.activity is not None)
    said = {activity: text.title for activity, text in texts.items()}
    return tuple(
        replace(column, title=said.get(column.activity or 0) or apart(column.title))
        for column in columns
    )


def _parts(
    columns: tuple[Column, ...], hours: tuple[int, ...], height: int, sizes: Measures
) -> list[Part]:
    """The columns in tables that are as wide as the page; nearly always one."""
    walk_in, *activities = columns
    chunks = [
        activities[n : n + sizes.most_columns]
        for n in range(0, max(len(activities), 1), sizes.most_columns)
    ]
    return [
        _part([walk_in, *some] if not number else some, hours, height, sizes)
        for number, some in enumerate(chunks)
    ]


def _part(columns: list[Column], hours: tuple[int, ...], height: int, sizes: Measures) -> Part:
    width = sizes.width / len(columns)
    boxes = max(1, int((width - 2) // (sizes.box_width + sizes.gap)))
    lines = min(sizes.lines(height), max(1, MOST_BOXES // boxes))
    return Part(
        headings=[(column.title or _("Gewoon binnen"), width) for column in columns],
        rows=[
            (
                apart(f"{hour}–{hour + 1}"),
                [lines if hour in column.hours else 0 for column in columns],
            )
            for hour in hours
            if any(hour in column.hours for column in columns)
        ],
        boxes=boxes,
    )


class Line(NamedTuple):
    """A line of empty boxes: its size in millimetres, and a data: address of its picture."""

    width: float
    height: float
    picture: str


def _line(boxes: int, height: int, sizes: Measures, look: Look) -> Line:
    # One picture, as laying out each box by itself takes half of the time of a whole sheet.
    wide, step, high = sizes.box_width, sizes.box_width + sizes.gap, sizes.box(height)
    stroke = sizes.box_border
    drawn = "".join(
        f'<rect x="{box * step + stroke / 2:.2f}" y="{stroke / 2:.2f}"'
        f' width="{wide - stroke:.2f}" height="{high - stroke:.2f}" rx="1"/>'
        for box in range(boxes)
    )
    width = boxes * step - sizes.gap
    colour = BOX_COLOUR if look.style == "kleur" else INK
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.2f} {high:.2f}">'
        f'<g fill="none" stroke="{colour}" stroke-width="{stroke}">{drawn}</g></svg>'
    )
    return Line(round(width, 2), round(high, 2), "data:image/svg+xml," + quote(svg, safe=" /:='"))


def tally_marks() -> str:
    """Five strokes, the fifth across, as a data: address for ``<img>``."""
    strokes = "".join(f"M{x} 2v16" for x in (5, 10, 15, 20)) + "M1 15 24 5"
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 25 20"><path d="{strokes}"'
        f' fill="none" stroke="{INK}" stroke-width="1.8" stroke-linecap="round"/></svg>'
    )
    return "data:image/svg+xml," + quote(svg)
