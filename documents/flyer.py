"""The flyer: the month of a house to take along, on an A5 or twice on an A4 that is cut in two."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Literal

from documents.handouts import Setting, largest, page_of, said, shown, smallest
from documents.lines import lines_of
from documents.look import PLAIN, Look
from documents.month import MonthOfHouse, month_of_house
from documents.press import Press
from documents.renderings import Page, printed
from documents.sheets import html
from documents.shorter import fits_at_all, shorter, without_the_known
from documents.words import speaking
from models import House, Rendering

Paper = Literal["a5", "a4"]

#: From roomy to tight.
SETTINGS = (
    Setting(17, "two-lines", 1.6),
    Setting(16, "two-lines", 1.3),
    Setting(15, "two-lines", 1.2),
    Setting(14, "two-lines", 1),
    Setting(13, "two-lines", 0.8),
    Setting(14, "one-line", 1.6),
    Setting(13.5, "one-line", 1.2),
    Setting(13, "one-line", 0.9),
    Setting(12.5, "one-line", 0.8),
)
#: Then with the exceptions that are needed, and at last with less: nothing shrinks any further.
TIGHT = tuple(
    Setting(size, "one-line tight", air)
    for size, air in ((13, 0.9), (12.5, 0.9), (12, 1), (12, 0.5))
)
#: Large print has one size and takes more pages: a booklet of A5, or both sides of an A4.
LARGE = {"a5": (Setting(18, "two-lines", 1.2),), "a4": (Setting(19, "two-lines", 1.2),)}
LARGE_PAGES = {"a5": 8, "a4": 2}

#: Between the margins of an A5, in points; of an A4 for large print.
_WIDTH = {"a5": 128 * 72 / 25.4, "a4": 184 * 72 / 25.4}
#: What the board of the masthead takes at both sides.
_BOARD = 2 * 3.5 * 72 / 25.4
#: Between the margins above and below on an A5, in points.
_HEIGHT = (210 - 19) * 72 / 25.4


def flyer(
    press: Press,
    house: House,
    month: dt.date,
    paper: Paper,
    base_url: str,
    now: dt.datetime,
    look: Look = PLAIN,
) -> Rendering:
    """The flyer of the month that holds ``month``, as a PDF/UA-1.

    base_url: scheme and host that the QR code carries, without a slash at the end. now: naive UTC.
    Raises PressUnavailable, RenderTimeout, TooLarge, MissingGlyph or RenderFailed.
    """
    facts = month_of_house(house, month, look.language)
    return printed(press, flyer_page(facts, paper, base_url, look), now)


def flyer_page(
    facts: MonthOfHouse,
    paper: Paper,
    base_url: str,
    look: Look = PLAIN,
    *,
    as_booklet: bool = False,
) -> Page:
    """The flyer as HTML, from roomy to tight and then with ever less on it.

    On an A4 the flyer stands twice, side by side; in large print it fills the A4 itself.
    as_booklet: the A5 pages as a print copy, to be folded; without tags.
    """
    with speaking(look.language):
        return page_of(
            f"flyer-{paper}",
            _candidates(facts, paper, base_url, look),
            LARGE_PAGES[paper] if look.style == "groot" else 1,
            booklet=as_booklet,
        )


def _candidates(facts: MonthOfHouse, paper: Paper, base_url: str, look: Look) -> Iterator[str]:
    large = look.style == "groot"
    roomy, tight = (LARGE[paper], LARGE[paper][-1:]) if large else (SETTINGS, TIGHT)
    floor = smallest(look)
    wanted = shown(facts)
    needed = without_the_known(wanted)
    if fits_at_all(wanted):
        for some, settings in ((wanted, roomy), (needed, tight)):
            whole = _html(some, paper, base_url, look, more=len(wanted.series) < len(facts.series))
            for setting in settings:
                yield setting.fill(whole, floor)
    for less in shorter(needed):
        whole = _html(less, paper, base_url, look, more=True)
        yield tight[-1].fill(whole, floor)


def _html(facts: MonthOfHouse, paper: Paper, base_url: str, look: Look, *, more: bool) -> str:
    values = said(facts, base_url)
    large = look.style == "groot"
    room = _WIDTH[paper if large else "a5"]
    year = 24 if large else 20
    foot = 0.0 if large else _foot(facts)
    return html(
        "flyer.html",
        look,
        paper=paper,
        large=large,
        twice=paper == "a4" and not large,
        more=more,
        month_size=largest(
            str(values["month"]), room - _BOARD - 2.9 * year, 76 if large else 62, 30
        ),
        name_size=largest(facts.name, room - _BOARD, 24 if large else 17, 18 if large else 14),
        foot=foot,
        body=round(_HEIGHT - foot, 1),
        **values,
    )


def _foot(facts: MonthOfHouse) -> float:
    """The height in points of whom to ask, which stands at the foot of a flyer of one page."""
    beside = _WIDTH["a5"] - 68 - 14
    text = 12 * 1.3 * (2 + lines_of(facts.address, beside, 12)) + 20 * 1.2
    return round(8 + 8 + max(text, 68), 1)
