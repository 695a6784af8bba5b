"""The folder: the month of a house on both sides of an A4, folded twice into three panels.

The flap folds in first, so it is narrower: 97 of the 297 millimetres. Seen from the outside it lies
on the left, the back in the middle and the cover on the right; in a language that runs from right
to left it is the other way round. The tags follow the hand: cover, back, flap, and then the inside
from its first panel to its last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations_with_replacement, pairwise
from math import ceil

from documents.faces import width
from documents.handouts import Setting, largest, page_of, said, shown, smallest
from documents.lines import lines_of
from documents.look import PLAIN, Look
from documents.month import MonthOfHouse, month_of_house
from documents.notes import notes
from documents.poster_blocks import Row, blocks_of
from documents.press import Press
from documents.renderings import Page, printed
from documents.sheets import category_word, html, pictogram
from documents.shorter import fits_at_all, shorter, without_the_known
from documents.speech import hours_in_words, weekdays_in_words
from documents.words import _, speaking
from models import House, Rendering

#: From roomy to tight. Below the last nothing shrinks: what is least urgent is left out.
SETTINGS = tuple(
    Setting(size, rows, air)
    for size, rows, air in (
        (20, "two-lines", 3.2),
        (19, "two-lines", 2),
        (17.5, "two-lines", 1.5),
        (17, "two-lines", 1.4),
        (16, "two-lines", 1.3),
        (15, "two-lines", 1.2),
        (14, "two-lines compact", 1),
        (13, "two-lines compact", 0.8),
        (14, "one-line compact", 1.4),
        (13, "one-line compact", 1.2),
        (12, "one-line compact", 1),
        (12, "one-line compact", 0.6),
    )
)
#: In large print the panels hold little; what is left out stands on the address that is printed.
LARGE = tuple(
    Setting(size, rows, air)
    for size, rows, air in (
        (20, "two-lines compact", 1.2),
        (18, "two-lines compact", 1),
        (18, "one-line compact", 0.8),
    )
)
#: A wider panel between its margins, in points.
_ROOM = 79 * 72 / 25.4
#: Within the board on the cover.
_BOARD = 74 * 72 / 25.4
#: The height of a panel, and that of a line to write on, in points.
_HIGH, _LINE = 189 * 72 / 25.4, 10.5 * 72 / 25.4
_MOST_LINES = 9
#: At most so many pictograms on the cover.
_PICTOGRAMS = 6
_BOLD, _PLAIN = 700, 400


@dataclass(frozen=True)
class Part:
    """What stands together on a panel of the inside: a day with its rows, or all of 'Let op'.

    heading: of the section that begins here, or nothing. height: in times the text size, about.
    """

    heading: str
    day: str
    rows: tuple[Row, ...]
    notes: tuple[str, ...]
    height: float


def folder(
    press: Press,
    house: House,
    month: dt.date,
    base_url: str,
    now: dt.datetime,
    look: Look = PLAIN,
) -> Rendering:
    """The folder of the month that holds ``month``, as a PDF/UA-1 of two pages.

    base_url: scheme and host that the QR code carries, without a slash at the end. now: naive UTC.
    Raises PressUnavailable, RenderTimeout, TooLarge, MissingGlyph or RenderFailed.
    """
    facts = month_of_house(house, month, look.language)
    return printed(press, folder_page(facts, base_url, look), now)


def folder_page(facts: MonthOfHouse, base_url: str, look: Look = PLAIN) -> Page:
    """The folder as HTML, from roomy to tight and then with ever less on it."""
    with speaking(look.language):
        return page_of("vouwfolder", _candidates(facts, base_url, look), 2, booklet=False)


def _candidates(facts: MonthOfHouse, base_url: str, look: Look) -> Iterator[str]:
    settings = LARGE if look.style == "groot" else SETTINGS
    wanted = shown(facts)
    needed = without_the_known(wanted)
    if fits_at_all(wanted):
        more = len(wanted.series) < len(facts.series)
        for setting in settings:
            yield _html(wanted, base_url, look, setting, more=more)
        yield _html(needed, base_url, look, settings[-1], more=more)
    for less in shorter(needed):
        yield _html(less, base_url, look, settings[-1], more=True)


def _html(facts: MonthOfHouse, base_url: str, look: Look, setting: Setting, *, more: bool) -> str:
    values = said(facts, base_url)
    panels = _panels(_parts(facts, setting), 3)
    name_size = 22 if lines_of(facts.name, _BOARD, 22) <= 3 else 18
    text_size = max(15, smallest(look))
    whole = html(
        "folder.html",
        look,
        more=more,
        month_size=largest(str(values["month"]), _BOARD, 60, 28),
        name_size=name_size,
        panels=panels,
        # A flap on which nothing stands out has lines of its own.
        lines=_free_lines(panels[-1], setting) if values["bands"] and not more else 0,
        greeting=facts.edits.greeting.splitlines(),
        pictograms=_pictograms(facts, name_size, text_size),
        show_partners=look.style != "groot" and _partners_fit(facts),
        show_code=_back(facts, text_size) + 150 <= _HIGH,
        **values,
    )
    return setting.fill(whole, smallest(look))


def _pictograms(facts: MonthOfHouse, name_size: float, text_size: float) -> list[tuple[str, str]]:
    """The pictograms of what there is to do this month and their words, the most frequent first, as
    many as the cover has room for."""
    held = [series.category for series in facts.series if series.spoken.is_held]
    by_number = sorted(set(held), key=lambda each: (-held.count(each), held.index(each)))
    free = _HIGH - 130 - 1.1 * name_size * lines_of(facts.name, _BOARD, name_size)
    for text in (facts.tagline, facts.edits.greeting):
        if text:
            free -= 30 + 1.3 * text_size * lines_of(text, _ROOM, text_size)
    most = max(0, min(_PICTOGRAMS, int(free / 36)))
    return [(pictogram(each), category_word(each)) for each in by_number[:most]]


def _partners_fit(facts: MonthOfHouse) -> bool:
    """Whether the partners have room on the back, beneath whom to ask."""
    if not facts.partners:
        return False
    high = 1.3 * 13 * (1 + lines_of(", ".join(facts.partners), _ROOM, 13))
    return _back(facts, 15) + 150 + high <= _HIGH


def _back(facts: MonthOfHouse, text_size: float) -> float:
    """The height that whom to ask and when takes on the back, in points, without the code."""
    hours = [
        f"{weekdays_in_words(weekdays)} {hours_in_words(spans)}"
        for spans, weekdays in facts.hours.items()
    ]
    rows = sum(lines_of(each, _ROOM, text_size) for each in [*hours, facts.address])
    return 160 + 1.3 * text_size * rows


def _free_lines(panel: Sequence[Part], setting: Setting) -> int:
    """How many lines to write on fit under what stands on a panel; none when that is few."""
    free = _HIGH - (sum(part.height for part in panel) + 4) * setting.size
    fits = min(_MOST_LINES, int(free / _LINE))
    return fits if fits >= 4 else 0


# -- the inside -----------------------------------------------------------------------------------


def _parts(facts: MonthOfHouse, setting: Setting) -> list[Part]:
    """All of the inside in order, cut where a panel may end."""
    blocks = blocks_of(facts.series)
    parts = [
        *_section(_("Elke week"), blocks.weekly, setting),
        *_section(_("Op deze dagen"), [(row.day, [row]) for row in blocks.listed], setting),
    ]
    if told := tuple(notes(facts)):
        high = 2.5 + sum(_lines(width(note, _PLAIN), setting, aside=1.4) for note in told) * 1.2
        parts.append(Part(_("Let op"), "", (), told, high))
    return parts


def _section(
    heading: str, days: Sequence[tuple[str, list[Row]]], setting: Setting
) -> Iterator[Part]:
    for number, (day, rows) in enumerate(days):
        high = 1.3 + 0.45 * setting.air + sum(_height(row, setting) for row in rows)
        first = number == 0
        yield Part(heading if first else "", day, tuple(rows), (), high + 2 * first)


def _height(row: Row, setting: Setting) -> float:
    title = width(row.title, _BOLD)
    if "one-line" in setting.rows:
        facts = width(", ".join(short for _long, short in row.facts), _PLAIN)
        high = _lines(width(row.times, _BOLD) + title + facts + 1, setting, aside=1.6)
    else:
        facts = width(", ".join(long for long, _short in row.facts), _PLAIN)
        high = 1 + _lines(title, setting, aside=1.6) + _lines(facts, setting, aside=1.6)
    return 1.3 * high + 0.2 * setting.air


def _lines(wide: float, setting: Setting, aside: float) -> int:
    """About how many lines a text takes beside what is ``aside`` wide; all in times the size."""
    return ceil(1.08 * wide / (_ROOM / setting.size - aside))


def _panels(parts: list[Part], number: int) -> list[list[Part]]:
    """The parts in order over so many panels: the fullest as low as can be, and cut where a section
    begins when that costs little."""
    if not parts:
        return [[] for _panel in range(number)]
    most = sum(part.height for part in parts)
    ends = combinations_with_replacement(range(len(parts) + 1), number - 1)

    def cost(cuts: tuple[int, ...]) -> float:
        edges = (0, *cuts, len(parts))
        highs = [sum(p.height for p in parts[a:b]) for a, b in pairwise(edges)]
        torn = sum(not parts[cut].heading for cut in cuts if cut < len(parts))
        empty = sum(not high for high in highs)
        return max(highs) + most * (0.08 * torn + 0.03 * empty)

    edges = (0, *min(ends, key=cost), len(parts))
    return [parts[a:b] for a, b in pairwise(edges)]
