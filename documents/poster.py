"""The poster: the month of a house on one sheet, for the wall."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from documents.look import PLAIN, Look
from documents.month import MonthOfHouse, Series, month_of_house
from documents.notes import notes
from documents.poster_room import summary_fits
from documents.press import Press
from documents.renderings import Page, printed
from documents.sheets import category_word, html, pictogram, qr_code
from documents.speech import (
    and_join,
    dates_in_words,
    day_and_month,
    day_label,
    euros,
    every_weekday,
    hours_in_words,
    month_name,
    phone,
    sentence_start,
    span,
    weekday,
    weekdays_in_words,
)
from documents.words import _, speaking
from models import House, Rendering
from rules.month_words import Weekly

Paper = Literal["a3", "a4"]
#: The same in long and in short words.
Fact = tuple[str, str]

#: Text size in points, how rows are set and the air between them, from roomy to tight. The smallest
#: text is 0.86 of the size, so the floors are 12 points on A4, and 21 for day and time on A3. Print
#: never shrinks below them: the last layout lets the page run on to a second sheet.
LAYOUTS: dict[Paper, tuple[tuple[float, str, float], ...]] = {
    "a4": (
        (20, "two-lines", 1.8),
        (19, "two-lines", 1.4),
        (18, "two-lines", 1.2),
        (17, "two-lines", 1.1),
        (16, "two-lines", 1.1),
        (15.5, "two-lines", 1),
        (15, "two-lines", 0.8),
        (16, "one-line", 2.6),
        (16, "one-line", 2),
        (16, "one-line", 1.6),
        (15.5, "one-line", 1.3),
        (15, "one-line", 1.1),
        (14.5, "one-line", 1),
        (14, "one-line", 1),
        (14, "one-line", 0.6),
        (14, "one-line flowing", 1),
    ),
    "a3": (
        (28, "two-lines", 1.8),
        (27, "two-lines", 1.4),
        (25.5, "two-lines", 1.2),
        (24, "two-lines", 1.1),
        (22.5, "two-lines", 1.1),
        (22, "two-lines", 1),
        (21, "two-lines", 0.8),
        (23, "one-line", 2.6),
        (23, "one-line", 2),
        (22.5, "one-line", 1.6),
        (22, "one-line", 1.3),
        (21.5, "one-line", 1.1),
        (21, "one-line", 1),
        (21, "one-line", 0.6),
        (21, "one-line flowing", 1),
    ),
}


@dataclass(frozen=True)
class Row:
    """One activity on one line of the poster.

    facts: what to know besides, each in long and in short: 'opgeven aan de balie', 'opgeven'.
    """

    times: str
    title: str
    pictogram: str
    category: str
    facts: tuple[Fact, ...]
    room: str
    day: str = ""


@dataclass(frozen=True)
class Band:
    """The activity that stands out."""

    title: str
    pictogram: str
    category: str
    when: tuple[str, ...]
    facts: tuple[Fact, ...]
    summary: str = ""


@dataclass(frozen=True)
class Blocks:
    """What a poster says of some series: the rows of 'Elke week' by weekday, those of 'Op deze
    dagen', and what stands out."""

    weekly: list[tuple[str, list[Row]]]
    listed: list[Row]
    bands: list[Band]


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
    return printed(press, poster_page(month_of_house(house, month), paper, base_url, look), now)


def poster_page(facts: MonthOfHouse, paper: Paper, base_url: str, look: Look = PLAIN) -> Page:
    """The poster as HTML, in all its layouts; ready to be printed or to be compared."""
    with speaking(look.language):
        return _poster_page(facts, paper, base_url, look)


def _poster_page(facts: MonthOfHouse, paper: Paper, base_url: str, look: Look) -> Page:
    address = f"{base_url}/h/{facts.slug}/"
    blocks = blocks_of(facts.series)
    foot = f"{_foot(facts) * (1 if paper == 'a4' else 1.414):.1f}pt"
    whole = html(
        "poster.html",
        look,
        paper=paper,
        house=facts,
        month=month_name(facts.first),
        year=facts.first.year,
        hours=[
            (weekdays_in_words(weekdays), hours_in_words(spans))
            for spans, weekdays in facts.hours.items()
        ],
        weekly=blocks.weekly,
        listed=blocks.listed,
        bands=blocks.bands,
        notes=notes(facts),
        phone=phone(facts.phone),
        qr=qr_code(address),
        address=address,
        show_rooms=_rooms_fit(blocks),
    )
    # The words to fill in stand before all that a house wrote, which may hold the same letters.
    return Page(
        f"poster-{paper}",
        tuple(
            whole.replace("LAYOUT", rows, 1)
            .replace("SIZE", f"{size}pt", 1)
            .replace("AIR", str(air), 1)
            .replace("FOOT", "0pt" if "flowing" in rows else foot, 2)
            for size, rows, air in LAYOUTS[paper]
        ),
    )


def blocks_of(every: Sequence[Series]) -> Blocks:
    """What the poster says of these series."""
    return Blocks(_weekly_rows(every), _listed_rows(every), _bands(every))


def _foot(facts: MonthOfHouse) -> float:
    """The height to keep free for the footer, in points on A4.

    The footer stands at the foot of the sheet, outside the flow: a column that stretches by itself
    costs WeasyPrint most of a second render.
    """
    # Some 38 small letters fit beside the phone number, some 32 of 14 points fit there.
    partners = 12 * 1.3 * (1 + len(wrap(", ".join(facts.partners), 36)))
    contact = 14 * 1.3 * (1 + len(wrap(facts.address, 30))) + 14 * 1.5 * 1.1 + 12 * 1.3
    if len(facts.hours) > 1:
        contact += 12 * 1.3 * (1 + 2 * len(facts.hours))
    return 14 * 0.7 + 10 + max(partners, contact, 72)


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


def _weekly_rows(every: Sequence[Series]) -> list[tuple[str, list[Row]]]:
    """The rows of 'Elke week', by weekday."""
    found: dict[int, list[tuple[Weekly, Series]]] = defaultdict(list)
    for series in every:
        for weekly in series.spoken.weekly:
            if not series.highlighted:
                found[weekly.weekday].append((weekly, series))
    return [
        (
            sentence_start(weekday(day)),
            [
                _row(series, span(weekly.start, weekly.end), extra=_part_of_month(weekly))
                for weekly, series in sorted(
                    found[day], key=lambda pair: (pair[0].start, pair[1].title)
                )
            ],
        )
        for day in sorted(found)
    ]


def _listed_rows(every: Sequence[Series]) -> list[Row]:
    """The rows of 'Op deze dagen', by first date."""
    found = [
        (listed.dates[0], listed.start, series.title, listed, series)
        for series in every
        for listed in series.spoken.listed
        if not series.highlighted
    ]
    return [
        _row(series, span(listed.start, listed.end), day=day_label(listed.dates))
        for _date, _start, _title, listed, series in sorted(found, key=lambda item: item[:3])
    ]


def _row(series: Series, times: str, day: str = "", extra: str = "") -> Row:
    return Row(
        times=times,
        title=series.title,
        pictogram=pictogram(series.category),
        category=category_word(series.category),
        facts=(*([_plain(extra)] if extra else []), *_practical(series)),
        room=series.room,
        day=day,
    )


def _practical(series: Series) -> list[Fact]:
    facts = [_plain(_price(series)), _plain(series.audience)]
    if series.sign_up:
        facts.append((_("opgeven aan de balie"), _("opgeven")))
    return [fact for fact in facts if fact[0]]


def _plain(text: str) -> Fact:
    return text, text


def _price(series: Series) -> str:
    """'gratis', '€2,50', '€2,50 incl. koffie', 'vrijwillige bijdrage'; nothing when unknown."""
    if series.cost_cents is None:
        return series.cost_note
    if not series.cost_cents or not series.cost_note:
        return euros(series.cost_cents)
    return f"{euros(series.cost_cents)} {series.cost_note}"


def _part_of_month(weekly: Weekly) -> str:
    if weekly.since:
        return _("vanaf %(day)s", day=day_and_month(weekly.since))
    if weekly.until:
        return _("tot en met %(day)s", day=day_and_month(weekly.until))
    return ""


def _bands(every: Sequence[Series]) -> list[Band]:
    return [
        Band(
            title=series.title,
            pictogram=pictogram(series.category),
            category=category_word(series.category),
            when=tuple(_when(series)),
            facts=tuple(_practical(series)),
            summary=series.summary if summary_fits(series.summary) else "",
        )
        for series in every
        if series.highlighted and series.spoken.is_held
    ]


def _when(series: Series) -> list[str]:
    """'donderdag 24 december, 12.00–13.30 uur', 'elke donderdag, 10.00–16.00 uur'."""
    by_times: dict[str, list[str]] = defaultdict(list)
    for weekly in series.spoken.weekly:
        words = every_weekday(weekly.weekday)
        words = " ".join(filter(None, [words, _part_of_month(weekly)]))
        by_times[span(weekly.start, weekly.end)].append(words)
    for listed in series.spoken.listed:
        by_times[span(listed.start, listed.end)].append(dates_in_words(listed.dates))
    return [
        _("%(days)s, %(times)s uur", days=and_join(days), times=times)
        for times, days in by_times.items()
    ]
