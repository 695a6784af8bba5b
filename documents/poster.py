"""The poster: the month of a house on one sheet, for the wall; on two when it is much."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import replace
from typing import Literal, NamedTuple
from urllib.parse import quote

from documents.greys import grey_logo, grey_photo
from documents.look import PLAIN, Look
from documents.month import MonthOfHouse, month_of_house
from documents.notes import notes
from documents.poster_blocks import Band, Blocks, Fact, Row, blocks_of
from documents.poster_foot import are_many, foot_height, logos_beside, turn_height, without_logo
from documents.poster_sheets import sheets_of
from documents.press import Press
from documents.renderings import Page, printed
from documents.sheets import html, qr_code
from documents.speech import hours_in_words, month_name, phone, weekdays_in_words
from documents.words import _, speaking
from models import House, Rendering
from rules.logos import mime_type

__all__ = ["Band", "Blocks", "Fact", "Paper", "Row", "blocks_of", "poster", "poster_page"]

Paper = Literal["a3", "a4"]
#: How much larger an A3 is than an A4.
LARGER: dict[Paper, float] = {"a4": 1, "a3": 1.414}


class Layout(NamedTuple):
    """size: of the text, in points. rows: how rows are set. air: between them. month: the size of
    its name, in points on A4, unless it is too long for that."""

    size: float
    rows: str
    air: float
    month: float = 76


#: The height of a row of one line where all is tight, in points on A4.
_ROW = 18.2
#: From roomy to tight. The smallest text is 0.86 of the size, so the floors are 12 points on A4,
#: and 21 for day and time on A3. Print never shrinks below them: what does not fit goes to two
#: sheets.
LAYOUTS: dict[Paper, tuple[Layout, ...]] = {
    "a4": (
        Layout(30, "stacked two-lines", 1.6, 112),
        Layout(26, "stacked two-lines", 1.4, 112),
        Layout(23, "stacked two-lines", 1.2, 112),
        Layout(20, "two-lines", 1.8, 112),
        Layout(19, "two-lines", 1.6, 108),
        Layout(18, "two-lines", 1.4, 104),
        Layout(17, "two-lines", 1.2, 96),
        Layout(16, "two-lines", 1.1, 92),
        Layout(15.5, "two-lines", 1, 88),
        Layout(15, "two-lines", 0.8, 84),
        Layout(16, "one-line", 2.6, 92),
        Layout(16, "one-line", 2.2, 88),
        Layout(16, "one-line", 1.8, 84),
        Layout(15.5, "one-line", 1.5, 80),
        Layout(15, "one-line", 1.2, 78),
        Layout(14.5, "one-line", 1, 76),
        Layout(14, "one-line", 1, 72),
        Layout(14, "one-line", 0.6, 68),
        Layout(14, "one-line", 0.4, 64),
    ),
    "a3": (
        Layout(42, "stacked two-lines", 1.6, 112),
        Layout(37, "stacked two-lines", 1.4, 112),
        Layout(32, "stacked two-lines", 1.2, 112),
        Layout(28, "two-lines", 1.8, 112),
        Layout(27, "two-lines", 1.6, 108),
        Layout(25.5, "two-lines", 1.4, 104),
        Layout(24, "two-lines", 1.2, 96),
        Layout(22.5, "two-lines", 1.1, 92),
        Layout(22, "two-lines", 1, 88),
        Layout(21, "two-lines", 0.8, 84),
        Layout(23, "one-line", 2.6, 92),
        Layout(23, "one-line", 2.2, 88),
        Layout(22.5, "one-line", 1.8, 84),
        Layout(22, "one-line", 1.5, 80),
        Layout(21.5, "one-line", 1.2, 78),
        Layout(21, "one-line", 1, 74),
        Layout(21, "one-line", 0.7, 68),
        Layout(21, "one-line", 0.4, 60),
    ),
}
#: In large print the smallest text is 18 points, on A3 as well.
LARGE: dict[Paper, tuple[Layout, ...]] = {
    "a4": (
        Layout(32, "large stacked", 1.8, 84),
        Layout(26, "large stacked", 1.6, 84),
        Layout(24, "large stacked", 1.2, 76),
        Layout(22, "large stacked", 0.8, 68),
    ),
    "a3": (
        Layout(44, "large stacked", 1.8, 84),
        Layout(36, "large stacked", 1.6, 84),
        Layout(33, "large stacked", 1.2, 76),
        Layout(30, "large stacked", 0.8, 64),
    ),
}
#: Where large print goes on over more sheets: as small as it may be, so that they are few.
MORE: dict[Paper, Layout] = {
    "a4": Layout(21, "large stacked", 0.4, 64),
    "a3": Layout(28, "large stacked", 0.4, 64),
}


def poster(
    press: Press,
    house: House,
    month: dt.date,
    paper: Paper,
    base_url: str,
    now: dt.datetime,
    look: Look = PLAIN,
) -> Rendering:
    """The poster of the month that holds ``month``, as a PDF/UA-1.

    base_url: scheme and host that the QR code carries, without a slash at the end. now: naive UTC.
    ``Rendering.pages`` is 2 when the month does not fit on one sheet of this paper.
    Raises PressUnavailable, RenderTimeout, TooLarge, MissingGlyph or RenderFailed.
    """
    facts = month_of_house(house, month, look.language)
    return printed(press, poster_page(facts, paper, base_url, look), now)


def poster_page(facts: MonthOfHouse, paper: Paper, base_url: str, look: Look = PLAIN) -> Page:
    """The poster as HTML, in all its layouts; ready to be printed or to be compared."""
    with speaking(look.language):
        return _poster_page(facts, paper, base_url, look)


def _poster_page(facts: MonthOfHouse, paper: Paper, base_url: str, look: Look) -> Page:
    address = f"{base_url}/h/{facts.slug}/"
    shown = replace(facts, series=tuple(each for each in facts.series if not each.left_out))
    blocks = blocks_of(shown.series)
    said = notes(shown)
    named = without_logo(facts)
    leaves_out = any(each.left_out and each.spoken.is_held for each in facts.series)
    large = look.style == "groot"
    hours = [
        (weekdays_in_words(weekdays), hours_in_words(spans))
        for spans, weekdays in facts.hours.items()
    ]
    foot = foot_height(facts, hours)
    month = month_name(facts.first)
    numbers = [
        _(
            "%(month)s %(year)s, blad %(number)s van %(sheets)s",
            month=month,
            year=facts.first.year,
            number=number,
            sheets=2,
        )
        for number in (1, 2)
    ]
    # Who reads the first sheet alone must know that it is not all.
    goes_on = (
        _("Let op: op blad 2 staat wat deze maand anders is.")
        if said
        else _("Op blad 2 gaat het programma verder.")
    )
    turn = f"{turn_height(facts, goes_on, numbers[0]) * LARGER[paper]:.1f}pt"

    def whole(sheets: int) -> str:
        return html(
            "poster.html",
            look,
            paper=paper,
            foot=f"{foot * LARGER[paper]:.1f}pt",
            turn=turn,
            house=facts,
            month=month,
            numbers=numbers,
            goes_on=goes_on,
            year=facts.first.year,
            hours=hours,
            sheets=sheets_of(blocks, facts.edits.blocks, len(said), foot / _ROW, sheets),
            is_empty=not (blocks.weekly or blocks.listed or blocks.bands or leaves_out),
            leaves_out=leaves_out,
            notes=said,
            greeting=facts.edits.greeting.splitlines(),
            photo=facts.edits.photo,
            phone=phone(facts.phone),
            logos=[(f"picture:logo{n}", name) for n, (name, _logo) in enumerate(facts.logos)],
            named=named,
            logos_beside=not large and logos_beside(facts),
            named_beneath=large or are_many(named),
            qr=qr_code(address),
            address=address,
            bare_address=address.split("//")[-1].rstrip("/"),
            show_rooms=_rooms_fit(blocks),
        )

    one = whole(1)
    layouts = (LARGE if large else LAYOUTS)[paper]
    if large:
        fits = [_laid(one, facts, each, "flowing") for each in layouts]
        # Large print goes on over as many sheets as it needs, at a size between.
        return Page(
            f"poster-{paper}",
            (*fits, _laid(one, facts, MORE[paper], "flowing more")),
            pictures=_pictures(facts, look),
        )
    two = whole(2)
    # At last the foot follows what is above it, wherever that ends.
    return Page(
        f"poster-{paper}",
        (
            *(_laid(one, facts, each, "pinned") for each in layouts),
            _laid(one, facts, layouts[-1], "flowing"),
        ),
        spread=(
            *(_laid(two, facts, each, "pinned two") for each in layouts),
            _laid(two, facts, layouts[-1], "flowing two"),
            _laid(one, facts, layouts[-2], "flowing paged"),
        ),
        pictures=_pictures(facts, look),
    )


def _laid(whole: str, facts: MonthOfHouse, layout: Layout, rows: str) -> str:
    """The page in one of its layouts."""
    # The words to fill in stand before all that a house wrote, which may hold the same letters.
    month = _month_size(month_name(facts.first), layout.month, beside=len(facts.hours) == 1)
    return (
        whole.replace("LAYOUT", f"{rows} {layout.rows}", 1)
        .replace("SIZE", f"{layout.size}pt", 1)
        .replace("AIR", str(layout.air), 1)
        .replace("MONTH", f"{month:.1f}", 1)
        # Millimetres on A4: what the masthead gives up, the photo does.
        .replace("PHOTO", f"{24 + 1.2 * (layout.month - 60):.0f}", 1)
    )


def _month_size(name: str, wanted: float, *, beside: bool) -> float:
    """The size of the month's name, in points on A4, with the year beside it: as large as wanted,
    but no wider than the sheet, and never under 64.

    beside: the opening hours stand above its end, where a taller letter would touch them.
    """
    return max(64, min(wanted, 430 / (0.6 * len(name)), 90 if beside else wanted))


def _pictures(facts: MonthOfHouse, look: Look) -> tuple[tuple[str, str], ...]:
    """The photo and the logos as data: addresses, which the page names 'picture:<name>'; without
    their colours where the page has none."""
    grey = look.style == "zwartwit"
    found: list[tuple[str, str]] = []
    if facts.edits.photo:
        jpeg = facts.edits.photo.jpeg
        found.append(("photo", _data("image/jpeg", grey_photo(jpeg) if grey else jpeg)))
    for number, (_name, coloured) in enumerate(facts.logos):
        logo = grey_logo(coloured) if grey else coloured
        found.append((f"logo{number}", _data(mime_type(logo), logo)))
    return tuple(found)


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{quote(base64.b64encode(content).decode(), safe='/+=')}"


def _rooms_fit(blocks: Blocks) -> bool:
    """Whether every room fits at the end of its line where a row is one line.

    A bold letter is about half the text size wide, one of the facts 0.45; 17 text sizes are free.
    """
    rows = [*(row for _weekday, rows in blocks.weekly for row in rows), *blocks.listed]
    return all(
        len(row.title) * 0.5
        + len(", ".join(short for _long, short in row.facts)) * 0.45
        + len(row.room) * 0.45
        <= 17
        for row in rows
    )
