"""The poster: the month of a house on one sheet, for the wall; on two when it is much."""

from __future__ import annotations

import base64
import datetime as dt
from dataclasses import replace
from textwrap import wrap
from typing import Literal, NamedTuple
from urllib.parse import quote

from documents.look import PLAIN, Look
from documents.month import MonthOfHouse, month_of_house
from documents.notes import notes
from documents.poster_blocks import Band, Blocks, Fact, Row, blocks_of
from documents.poster_sheets import sheets_of
from documents.press import Press
from documents.renderings import Page, printed
from documents.sheets import html, qr_code
from documents.speech import hours_in_words, month_name, phone, weekdays_in_words
from documents.words import speaking
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
    named = _without_logo(facts)
    leaves_out = any(each.left_out and each.spoken.is_held for each in facts.series)
    large = look.style == "groot"
    hours = [
        (weekdays_in_words(weekdays), hours_in_words(spans))
        for spans, weekdays in facts.hours.items()
    ]
    foot = f"{_foot(facts, hours) * LARGER[paper]:.1f}pt"

    def whole(sheets: int) -> str:
        return html(
            "poster.html",
            look,
            paper=paper,
            house=facts,
            month=month_name(facts.first),
            year=facts.first.year,
            hours=hours,
            sheets=sheets_of(blocks, facts.edits.blocks, len(said), sheets),
            is_empty=not (blocks.weekly or blocks.listed or blocks.bands or leaves_out),
            leaves_out=leaves_out,
            notes=said,
            greeting=facts.edits.greeting.splitlines(),
            photo=facts.edits.photo,
            phone=phone(facts.phone),
            logos=[(f"picture:logo{n}", name) for n, (name, _) in enumerate(facts.logos)],
            named=named,
            named_beneath=large or _are_many(named),
            qr=qr_code(address),
            address=address,
            bare_address=address.split("//")[-1].rstrip("/"),
            show_rooms=_rooms_fit(blocks),
        )

    one = whole(1)
    layouts = (LARGE if large else LAYOUTS)[paper]
    if large:
        fits = [_laid(one, facts, each, foot, "flowing") for each in layouts]
        # Large print goes on over as many sheets as it needs, at a size between.
        return Page(
            f"poster-{paper}",
            (*fits, _laid(one, facts, layouts[-1], foot, "flowing more")),
            pictures=_pictures(facts),
        )
    two = whole(2)
    return Page(
        f"poster-{paper}",
        tuple(_laid(one, facts, each, foot, "pinned") for each in layouts),
        spread=(
            *(_laid(two, facts, each, foot, "pinned two") for each in layouts),
            _laid(one, facts, layouts[-2], foot, "flowing"),
        ),
        pictures=_pictures(facts),
    )


def _laid(whole: str, facts: MonthOfHouse, layout: Layout, foot: str, rows: str) -> str:
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
        .replace("FOOT", foot if "pinned" in rows else "0pt", 1)
    )


def _month_size(name: str, wanted: float, *, beside: bool) -> float:
    """The size of the month's name, in points on A4, with the year beside it: as large as wanted,
    but no wider than the sheet, and never under 64.

    beside: the opening hours stand above its end, where a taller letter would touch them.
    """
    return max(64, min(wanted, 430 / (0.6 * len(name)), 90 if beside else wanted))


def _pictures(facts: MonthOfHouse) -> tuple[tuple[str, str], ...]:
    """The photo and the logos as data: addresses, which the page names 'picture:<name>'."""
    found: list[tuple[str, str]] = []
    if facts.edits.photo:
        found.append(("photo", _data("image/jpeg", facts.edits.photo.jpeg)))
    for number, (_name, logo) in enumerate(facts.logos):
        found.append((f"logo{number}", _data(mime_type(logo), logo)))
    return tuple(found)


def _data(kind: str, content: bytes) -> str:
    return f"data:{kind};base64,{quote(base64.b64encode(content).decode())}"


def _foot(facts: MonthOfHouse, hours: list[tuple[str, str]]) -> float:
    """The height to keep free for the footer, in points on A4.

    The footer stands at the foot of the sheet, outside the flow: a column that stretches by itself
    costs WeasyPrint most of a second render.
    """
    # Some 35 small letters fit beside the phone number, some 32 of 14 points fit there.
    names = _without_logo(facts)
    beside = 12 * 1.3 * (1 + len(wrap(", ".join(names), 33))) if names else 0
    beneath = 0.0
    if _are_many(names):
        beside, beneath = 0, 6 + 12 * 1.3 * len(wrap("Samen met " + ", ".join(names), 82))
    wide = 1 if names and not beneath else 2
    contact = 14 * 1.3 * (1 + len(wrap(facts.address, 30 * wide))) + 14 * 1.5 * 1.1 + 12 * 1.3
    if len(hours) > 1:
        lines = sum(len(wrap(" ".join(each), 36 * wide)) for each in hours)
        contact += 12 * 1.3 * (1 + lines)
    logos = -(-len(facts.logos) // 5) * 40 + 6 if facts.logos else 0
    return 14 * 0.6 + 12 + max(beside, contact, 72) + beneath + logos


def _without_logo(facts: MonthOfHouse) -> list[str]:
    with_one = dict(facts.logos)
    return [name for name in facts.partners if name not in with_one]


def _are_many(names: list[str]) -> bool:
    """Whether they take less room beneath the phone number than beside it."""
    return len(", ".join(names)) > 190


def _rooms_fit(blocks: Blocks) -> bool:
    """Whether every room fits at the end of its line where a row is one line.

    A bold letter is about half the text size wide, one of the facts 0.45; 17 text sizes are free.
    """
    rows = [*(row for _weekday, rows in blocks.weekly for row in rows), *blocks.listed]
    return all(
        len(row.title) * 0.5
        + len(" · ".join(short for _long, short in row.facts)) * 0.45
        + len(row.room) * 0.45
        <= 17
        for row in rows
    )
