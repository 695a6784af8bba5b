"""'Let op': what differs this month from the rows of a document, in whole sentences."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict

from documents.month import MonthOfHouse
from documents.speech import (
    and_join,
    dates_in_words,
    day_and_month,
    long_date,
    sentence_start,
    span,
    span_in_words,
)
from documents.words import DUTCH, _, language
from rules.month_words import Moved, Slot, Span, dates_of


def notes(facts: MonthOfHouse) -> list[str]:
    """The sentences under 'Let op': closed days first, then what differs from the rows."""
    return [
        *_closed(facts),
        *_moved(facts),
        *_not_on(facts),
        *_other_times(facts),
        *_other_rooms(facts),
        *_despite_closed(facts),
        *_holidays(facts),
    ]


def _closed(facts: MonthOfHouse) -> list[str]:
    if not facts.closed:
        return []
    if len(facts.closed) > 4:
        # A long closing is a span; the days on which the house is never open do not break it.
        runs = _runs_of_opening_days(facts)
        single = [day for run in runs if len(run) < 4 for day in run]
        sentences = [
            _("Dicht van %(days)s.", days=span_in_words(Span(run[0], run[-1])))
            for run in runs
            if len(run) >= 4
        ]
    else:
        single, sentences = list(facts.closed), []
    if single:
        sentences.append(_("Dicht op %(days)s.", days=dates_in_words(single)))
    return sentences


def _runs_of_opening_days(facts: MonthOfHouse) -> list[list[dt.date]]:
    """The closed days, cut only where the house is open on a day in between, or something is on."""
    # Where no hours are known, every day is one.
    hours = {weekday for days in facts.hours.values() for weekday in days}
    open_weekdays = hours or set(range(7))
    runs: list[list[dt.date]] = []
    for day in facts.closed:
        if runs:
            gap = (day - runs[-1][-1]).days
            between = [runs[-1][-1] + dt.timedelta(days=n) for n in range(1, gap)]
            if not any(d.weekday() in open_weekdays or d in facts.held for d in between):
                runs[-1].append(day)
                continue
        runs.append([day])
    return runs


def _moved(facts: MonthOfHouse) -> list[str]:
    sentences = []
    for series in facts.series:
        for move in series.spoken.moved:
            sentences.append(
                _(
                    "%(title)s is op %(new)s in plaats van %(old)s.",
                    title=series.title,
                    new=_new_date(move),
                    old=_old_date(move),
                )
            )
    return sentences


def _new_date(move: Moved) -> str:
    if move.usual_times:
        return long_date(move.slot.date)
    times = span(move.slot.start, move.slot.end)
    return _("%(day)s, %(times)s uur,", day=long_date(move.slot.date), times=times)


def _old_date(move: Moved) -> str:
    if move.original.weekday() == move.slot.date.weekday():
        return day_and_month(move.original)
    return long_date(move.original)


def _not_on(facts: MonthOfHouse) -> list[str]:
    by_dates: dict[tuple[dt.date, ...], list[str]] = defaultdict(list)
    for series in facts.series:
        if series.spoken.not_on:
            by_dates[series.spoken.not_on].append(series.title)
    return [
        _(
            "%(days)s: geen %(titles)s.",
            days=sentence_start(dates_in_words(dates)),
            titles=and_join(titles),
        )
        for dates, titles in sorted(by_dates.items())
    ]


def _other_times(facts: MonthOfHouse) -> list[str]:
    found: list[tuple[Slot, str]] = [
        (slot, series.title) for series in facts.series for slot in series.spoken.other_times
    ]
    return [
        _(
            "%(day)s: %(title)s is %(times)s uur.",
            day=sentence_start(long_date(slot.date)),
            title=title,
            times=span(slot.start, slot.end),
        )
        for slot, title in sorted(found, key=lambda pair: (pair[0].date, pair[0].start, pair[1]))
    ]


def _other_rooms(facts: MonthOfHouse) -> list[str]:
    found: dict[tuple[str, str], list[Slot]] = defaultdict(list)
    on: Counter[tuple[str, dt.date]] = Counter()
    for series in facts.series:
        slots = dates_of(series.spoken, facts.first, frozenset(facts.closed))
        on.update((series.title, slot.date) for slot in slots)
        for elsewhere in series.elsewhere:
            found[series.title, elsewhere.room] += elsewhere.slots
    said: list[tuple[dt.date, str]] = []
    for (title, room), moved in found.items():
        # Of what is on twice that day it is said which of the two.
        twice = [slot for slot in moved if on[title, slot.date] > 1]
        days = sorted({slot.date for slot in moved if slot not in twice})
        told = [(slot.date, _at(slot)) for slot in twice]
        told += [(days[0], sentence_start(dates_in_words(days)))] if days else []
        said += [(first, _room_sentence(when, title, room)) for first, when in told]
    return [sentence for _first, sentence in sorted(said)]


def _at(slot: Slot) -> str:
    """'Vrijdag 4 december, 10.00–11.00 uur'."""
    days = sentence_start(long_date(slot.date))
    return _("%(days)s, %(times)s uur", days=days, times=span(slot.start, slot.end))


def _room_sentence(days: str, title: str, room: str) -> str:
    if not room:
        return _("%(days)s: %(title)s is niet in de gewone ruimte.", days=days, title=title)
    return _(
        "%(days)s: %(title)s is in een andere ruimte: %(room)s.", days=days, title=title, room=room
    )


def _despite_closed(facts: MonthOfHouse) -> list[str]:
    by_date: dict[dt.date, list[str]] = defaultdict(list)
    for series in facts.series:
        for day in series.spoken.despite_closed:
            by_date[day].append(series.title)
    return [
        _("%(day)s: wel %(titles)s.", day=sentence_start(long_date(day)), titles=and_join(titles))
        for day, titles in sorted(by_date.items())
    ]


def _holidays(facts: MonthOfHouse) -> list[str]:
    by_holiday: dict[Span, list[str]] = defaultdict(list)
    for series in facts.series:
        for holiday in series.spoken.holidays:
            by_holiday[holiday].append(series.title)
    return [
        sentence_start(
            _(
                "In de %(holiday)s (%(days)s): geen %(titles)s.",
                holiday=_holiday_name(holiday),
                days=span_in_words(holiday),
                titles=and_join(titles),
            )
        )
        for holiday, titles in sorted(by_holiday.items())
    ]


def _holiday_name(holiday: Span) -> str:
    """'Kerstvakantie (Noord)' as it stands in a sentence; another name is 'schoolvakantie'."""
    name = holiday.name.split("(")[0].strip().lower()
    known = {
        "kerstvakantie": _("kerstvakantie"),
        "voorjaarsvakantie": _("voorjaarsvakantie"),
        "meivakantie": _("meivakantie"),
        "zomervakantie": _("zomervakantie"),
        "herfstvakantie": _("herfstvakantie"),
    }
    if language() == DUTCH and name.endswith("vakantie"):
        return name
    return known.get(name, _("schoolvakantie"))
