"""Whoever reads a poster and whoever reads the database get the same dates, whatever happened."""

from __future__ import annotations

import calendar
import datetime as dt
import re

from hypothesis import given
from hypothesis import strategies as st

from documents.month import MonthOfHouse, Series
from documents.month_edits import Edits
from documents.notes import notes
from documents.poster import poster_page
from documents.poster_blocks import Row, blocks_of
from rules.month_words import Happening, Slot, Spoken, say_month
from rules.notation import MONTHS, WEEKDAYS
from rules.wall_time import month_of
from tests.test_month_words import months

ALL_DAY = (dt.time(8), dt.time(22))
_TIMES = r"(\d+)\.(\d\d)(?:–(\d+)\.(\d\d))?"


def month_with(
    series: tuple[Series, ...], month: dt.date, closed: tuple[dt.date, ...] = ()
) -> MonthOfHouse:
    first, last = month_of(month)
    return MonthOfHouse(
        slug="wolfsbos",
        name="Wolfsbos",
        tagline="",
        phone="",
        address="",
        first=first,
        last=last,
        series=series,
        closed=closed,
        hours={(ALL_DAY,): tuple(range(7))},
        partners=(),
        edits=Edits(),
    )


def series_of(
    title: str, spoken: Spoken, *, stands_out: bool = False, left_out: bool = False
) -> Series:
    return Series(
        title=title,
        summary="",
        category="meet",
        cost_cents=None,
        cost_note="",
        audience="",
        room="",
        sign_up=False,
        highlighted=stands_out,
        spoken=spoken,
        left_out=left_out,
    )


class Reader:
    """Somebody who reads a Dutch poster, and knows which month it is of."""

    def __init__(self, facts: MonthOfHouse) -> None:
        self.facts = facts
        count = (facts.last - facts.first).days + 1
        self.days = [facts.first + dt.timedelta(days=n) for n in range(count)]
        self.slots: set[Slot] = set()

    def dates(self, text: str) -> list[dt.date]:
        """Every date of a sentence: 'donderdag 24 en vrijdag 25 december, en vrijdag 1 januari'."""
        found, numbers = [], []
        for part in re.findall(rf"\d+|{'|'.join(MONTHS)}", text):
            if part.isdigit():
                numbers.append(int(part))
            else:
                found += [self.near(number, MONTHS.index(part) + 1) for number in numbers]
                numbers = []
        return found

    def near(self, number: int, month: int) -> dt.date:
        """A day and a month, in the year in which it is nearest to this poster."""
        years = (self.facts.first.year + n for n in (-1, 0, 1))
        return min(
            (
                dt.date(year, month, number)
                for year in years
                # A leap day is only in one of them.
                if number <= calendar.monthrange(year, month)[1]
            ),
            key=lambda day: abs((day - self.facts.first).days),
        )

    def span(self, text: str) -> set[dt.date]:
        """'19 december t/m 3 januari', '7 t/m 11 december', '5 december'."""
        first, _, last = text.partition(" t/m ")
        end = self.dates(last or first)[0]
        start = end
        if last:
            start = (self.dates(first) or self.dates(f"{first} {MONTHS[end.month - 1]}"))[0]
        return {start + dt.timedelta(days=n) for n in range((end - start).days + 1)}

    def times(self, text: str) -> tuple[dt.time, dt.time | None]:
        found = re.search(_TIMES, text)
        assert found is not None, text
        hour, minute, end_hour, end_minute = found.groups()
        end = dt.time(int(end_hour), int(end_minute)) if end_hour else None
        return dt.time(int(hour), int(minute)), end

    def weekly(self, weekday: str, words: str, times: str, off: set[dt.date]) -> None:
        since = re.search(r"vanaf (.*)", words)
        until = re.search(r"tot en met (.*)", words)
        first = self.dates(since[1])[0] if since else self.facts.first
        last = self.dates(until[1])[0] if until else self.facts.last
        for day in self.days:
            if WEEKDAYS[day.weekday()] == weekday and first <= day <= last and day not in off:
                self.slots.add(Slot(day, *self.times(times)))

    def label(self, label: str) -> set[dt.date]:
        """'wo 2 en 16, vr 4', 'ma 7 t/m vr 11'."""
        numbers: set[int] = set()
        for part in re.split(r", | en ", label.replace("\u00a0", " ")):
            ends = [int(number) for number in re.findall(r"\d+", part)]
            numbers |= set(range(ends[0], ends[-1] + 1))
        return {day for day in self.days if day.day in numbers}

    def read(self) -> set[Slot]:
        """All that is on according to the page."""
        shown = tuple(each for each in self.facts.series if not each.left_out)
        facts = month_with(shown, self.facts.first, self.facts.closed)
        blocks, sentences = blocks_of(shown), notes(facts)
        off = self.off(sentences)
        for day, rows in blocks.weekly:
            for row in rows:
                words = " ".join(long for long, _short in row.facts)
                self.weekly(day.lower(), words, row.times, off)
        for band in blocks.bands:
            for when in band.when:
                days, _comma, times = when.rpartition(", ")
                self.in_words(days, times, off)
        self.elsewhen(sentences)
        for row in blocks.listed:
            self.listed(row)
        return {slot for slot in self.slots if slot.date in self.days}

    def in_words(self, days: str, times: str, off: set[dt.date]) -> None:
        """What stands out: 'elke donderdag en donderdag 24 december'."""
        for part in re.split(r"(?= ?elke )", days):
            every = re.match(
                rf" ?elke ({'|'.join(WEEKDAYS)})((?: vanaf| tot en met) \d+ \w+)?", part
            )
            if every:
                self.weekly(every[1], every[2] or "", times, off)
                part = part[every.end() :]
            self.slots |= {Slot(day, *self.times(times)) for day in self.dates(part)}

    def listed(self, row: Row) -> None:
        self.slots |= {Slot(day, *self.times(row.times)) for day in self.label(row.day)}

    def off(self, sentences: list[str]) -> set[dt.date]:
        """The days without what is usually on then."""
        off: set[dt.date] = set()
        to: set[dt.date] = set()
        for said in sentences:
            if closed := re.match(r"Dicht op (.*)\.", said):
                off |= set(self.dates(closed[1]))
            elif closed := re.match(r"Dicht van (.*)\.", said):
                off |= self.span(closed[1])
            elif holiday := re.match(r"In de \w+ \((.*)\): geen ", said):
                off |= self.span(holiday[1])
            elif none := re.match(r"(.*): geen ", said):
                off |= set(self.dates(none[1]))
            elif move := re.match(r"Aap is op (.*) in plaats van (.*)\.", said):
                off |= set(self.dates(move[2]))
                to |= set(self.dates(re.sub(_TIMES, "", move[1])))
        return off - (to - self.shut(sentences))

    def shut(self, sentences: list[str]) -> set[dt.date]:
        closed: set[dt.date] = set()
        for said in sentences:
            if said.startswith("Dicht op "):
                closed |= set(self.dates(said))
            elif span := re.match(r"Dicht van (.*)\.", said):
                closed |= self.span(span[1])
        return closed

    def elsewhen(self, sentences: list[str]) -> None:
        """Other times on a date take the place of the usual ones; a move adds its new date."""
        for said in sentences:
            if other := re.match(r"(.*): Aap is (.*) uur\.", said):
                (day,) = self.dates(other[1])
                self.slots = {slot for slot in self.slots if slot.date != day}
        for said in sentences:
            if other := re.match(r"(.*): Aap is (.*) uur\.", said):
                (day,) = self.dates(other[1])
                self.slots.add(Slot(day, *self.times(other[2])))


def told_only_as_moved(spoken: Spoken) -> set[Slot]:
    """New dates that nothing but 'in plaats van' tells; with the usual times when none are said."""
    return {move.slot for move in spoken.moved if move.only_here}


@given(months(), st.booleans())
def test_the_page_states_the_dates_of_the_database_and_no_others(
    drawn: tuple[dt.date, list[Happening], frozenset[dt.date]], stands_out: bool
) -> None:
    month, happenings, closed = drawn
    first, last = month_of(month)
    held = {each.slot for each in happenings if not each.cancelled}
    spoken = say_month(happenings, month, closed)
    facts = month_with(
        (
            series_of("Aap", spoken, stands_out=stands_out),
            series_of("Noot", spoken, left_out=True),
        ),
        month,
        tuple(sorted(day for day in closed if first <= day <= last)),
    )
    read = Reader(facts).read()
    assert read | told_only_as_moved(spoken) == {
        slot for slot in held if first <= slot.date <= last
    }
    (page, *_rest) = poster_page(facts, "a4", "https://b.example").candidates
    assert "Noot" not in page
    # Nothing more is promised of what is off all month.
    assert ("Er is nog meer te doen." in page) == spoken.is_held
