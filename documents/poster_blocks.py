"""What the poster and its like say of a month: rows by weekday, rows by date, what stands out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from documents.languages import DUTCH, LANGUAGES
from documents.month import Series
from documents.poster_room import summary_fits
from documents.sheets import category_word, pictogram
from documents.speech import (
    and_join,
    dates_in_words,
    day_and_month,
    day_label,
    every_weekday,
    price,
    sentence_start,
    span,
    weekday,
)
from documents.words import _
from rules.month_words import Weekly

#: The same in long and in short words.
Fact = tuple[str, str]


@dataclass(frozen=True)
class Row:
    """One activity on one line of the poster.

    facts: what to know besides, each in long and in short: 'opgeven aan de balie', 'opgeven'.
    language: the one that the title is in.
    """

    times: str
    title: str
    pictogram: str
    category: str
    facts: tuple[Fact, ...]
    room: str
    day: str = ""
    language: str = DUTCH


@dataclass(frozen=True)
class Band:
    """The activity that stands out."""

    title: str
    pictogram: str
    category: str
    when: tuple[str, ...]
    facts: tuple[Fact, ...]
    summary: str = ""
    #: The one that title and summary are in.
    language: str = DUTCH

    @property
    def direction(self) -> str:
        """In which the summary is written, whatever the rest of the document is."""
        return LANGUAGES[self.language].direction


@dataclass(frozen=True)
class Blocks:
    """What a poster says of some series: the rows of 'Elke week' by weekday, those of 'Op deze
    dagen', and what stands out."""

    weekly: list[tuple[str, list[Row]]]
    listed: list[Row]
    bands: list[Band]


def blocks_of(every: Sequence[Series]) -> Blocks:
    """What the poster says of these series."""
    return Blocks(_weekly_rows(every), _listed_rows(every), _bands(every))


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
        _row(series, span(listed.start, listed.end), day=_unbroken(day_label(listed.dates)))
        for _date, _start, _title, listed, series in sorted(found, key=lambda item: item[:3])
    ]


def _unbroken(label: str) -> str:
    """'ma 21, wo 23' that breaks nowhere but behind its comma, where its parts are short enough."""
    parts = label.split(", ")
    if max(map(len, parts)) > 11:
        return label
    return ", ".join(part.replace(" ", "\u00a0") for part in parts)


def _row(series: Series, times: str, day: str = "", extra: str = "") -> Row:
    return Row(
        times=times,
        title=series.title,
        pictogram=pictogram(series.category),
        category=category_word(series.category),
        facts=(*([_plain(extra)] if extra else []), *_practical(series)),
        room=series.room,
        day=day,
        language=series.title_language,
    )


def _practical(series: Series) -> list[Fact]:
    facts = [_plain(price(series.cost_cents, series.cost_note)), _plain(series.audience)]
    if series.sign_up:
        facts.append((_("opgeven aan de balie"), _("opgeven")))
    return [fact for fact in facts if fact[0]]


def _plain(text: str) -> Fact:
    return text, text


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
            language=series.title_language,
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
