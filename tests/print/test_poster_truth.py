"""Whoever reads a poster and whoever reads the database get the same dates, whatever happened."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from documents.month import MonthOfHouse, Series, closed_to_tell
from documents.month_edits import Edits
from documents.notes import notes
from documents.poster import poster_page
from documents.poster_blocks import Row, blocks_of
from documents.rooms import Elsewhere, usual_room
from models import Occurrence, OccurrenceState
from rules.month_words import Happening, Slot, Spoken, dates_of, say_month
from rules.notation import MONTHS, WEEKDAYS
from rules.wall_time import month_of
from tests.test_month_words import months

ALL_DAY = (dt.time(8), dt.time(22))
_TIMES = r"(\d+)\.(\d\d)(?:–(\d+)\.(\d\d))?"


def month_with(
    series: tuple[Series, ...],
    month: dt.date,
    closed: tuple[dt.date, ...] = (),
    weekdays: tuple[int, ...] = tuple(range(7)),
) -> MonthOfHouse:
    """weekdays: those on which the house is open; none where no hours are known."""
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
        hours={(ALL_DAY,): weekdays} if weekdays else {},
        partners=(),
        edits=Edits(),
        held=frozenset(
            slot.date for each in series for slot in dates_of(each.spoken, month, frozenset(closed))
        ),
    )


def series_of(
    title: str,
    spoken: Spoken,
    *,
    stands_out: bool = False,
    left_out: bool = False,
    room: str = "",
    elsewhere: tuple[Elsewhere, ...] = (),
) -> Series:
    return Series(
        title=title,
        summary="",
        category="meet",
        cost_cents=None,
        cost_note="",
        audience="",
        room=room,
        sign_up=False,
        highlighted=stands_out,
        spoken=spoken,
        left_out=left_out,
        elsewhere=elsewhere,
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
        facts = replace(self.facts, series=shown)
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

    def rooms(self, slots: set[Slot]) -> set[tuple[Slot, str]]:
        """In which room each of the dates of the first series is."""
        found = dict.fromkeys(slots, self.facts.series[0].room)
        for said in notes(self.facts):
            other = re.match(
                rf"(.*?)(?:, ({_TIMES}) uur)?: Aap is in een andere ruimte: (.*)\.", said
            )
            none = re.match(rf"(.*?)(?:, ({_TIMES}) uur)?: Aap is niet in de gewone ruimte\.", said)
            if told := other or none:
                days, times = set(self.dates(told[1])), told[2] and self.times(told[2])
                for slot in slots:
                    if slot.date in days and times in (None, slot.times):
                        found[slot] = other[7] if other else ""
        return set(found.items())


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


@given(months(), st.lists(st.sampled_from([1, 1, 1, 2, None]), min_size=1, max_size=5))
def test_the_page_states_the_room_of_every_date(
    drawn: tuple[dt.date, list[Happening], frozenset[dt.date]], of_each: list[int | None]
) -> None:
    month, happenings, closed = drawn
    first, last = month_of(month)
    names = {None: "", 1: "Grote zaal", 2: "Keuken"}
    rows = [
        Occurrence(
            original_date=each.original,
            date=each.slot.date,
            start_time=each.slot.start,
            end_time=each.slot.end,
            room=of_each[number % len(of_each)],
            state=OccurrenceState.cancelled if each.cancelled else OccurrenceState.planned,
        )
        for number, each in enumerate(happenings)
    ]
    usual, others = usual_room(rows, month, 1)
    facts = month_with(
        (
            series_of(
                "Aap",
                say_month(happenings, month, closed),
                room=names[usual],
                elsewhere=tuple(Elsewhere(names[room], slots) for room, slots in others.items()),
            ),
        ),
        month,
        tuple(sorted(day for day in closed if first <= day <= last)),
    )
    held: dict[Slot, set[str]] = {}
    for row in rows:
        if row.state != OccurrenceState.cancelled and first <= row.date <= last:
            slot = Slot(row.date, row.start_time, row.end_time)
            held.setdefault(slot, set()).add(names[row.room_id])
    told = dict(Reader(facts).rooms(set(held)))
    # What is on twice at the same time is on in one of its rooms.
    assert all(told[slot] in rooms for slot, rooms in held.items())


@given(
    months(),
    st.lists(st.tuples(st.integers(1, 31), st.integers(1, 9)), max_size=3),
    st.sets(st.integers(0, 6)),
)
def test_closed_is_told_of_closed_days_and_of_no_day_on_which_one_may_come(
    drawn: tuple[dt.date, list[Happening], frozenset[dt.date]],
    closings: list[tuple[int, int]],
    weekdays: set[int],
) -> None:
    month, happenings, single = drawn
    first, last = month_of(month)
    days = [first + dt.timedelta(days=n) for n in range((last - first).days + 1)]
    closed = single | {
        day for begin, long in closings for day in days if begin <= day.day < begin + long
    }
    opens = weekdays or set(range(7))
    touched = {h.slot.date for h in happenings} | {h.original for h in happenings}
    spoken = say_month(happenings, month, closed)
    series = (series_of("Aap", spoken),)
    told = closed_to_tell(sorted(closed & set(days)), weekdays, touched, series)
    facts = month_with(series, month, told, tuple(sorted(weekdays)))
    reader = Reader(facts)
    shut = reader.shut(notes(facts))
    assert set(facts.closed) <= shut
    held = {h.slot for h in happenings if not h.cancelled and first <= h.slot.date <= last}
    for day in shut - set(facts.closed):
        assert day.weekday() not in opens, "the house is open"
        assert day not in {slot.date for slot in held} - closed, "something is on"
    assert reader.read() | told_only_as_moved(spoken) == held


def test_a_closing_is_cut_where_something_is_on_also_when_that_is_left_out() -> None:
    # Closed from Monday to Friday in two weeks; on the Saturday between there is a Repair Café.
    closed = tuple(dt.date(2026, 12, day) for day in (14, 15, 16, 17, 18, 21, 22, 23, 24, 25))
    saturday = Slot(dt.date(2026, 12, 19), dt.time(10), dt.time(13))
    spoken = say_month([Happening(saturday.date, saturday)], closed[0], frozenset(closed))
    working_days = (0, 1, 2, 3, 4)
    for shown in (False, True):
        facts = month_with(
            (series_of("Repair Café", spoken, left_out=not shown),), closed[0], closed, working_days
        )
        facts = replace(facts, series=facts.series if shown else ())
        assert notes(facts) == ["Dicht van 14 t/m 18 december.", "Dicht van 21 t/m 25 december."]
    assert notes(month_with((), closed[0], closed, working_days)) == [
        "Dicht van 14 t/m 25 december."
    ]
    assert notes(month_with((), closed[0], closed, ())) == [
        "Dicht van 14 t/m 18 december.",
        "Dicht van 21 t/m 25 december.",
    ], "where no hours are known, the house may be open on any day"


def test_a_closing_on_a_day_without_hours_is_told_when_something_seems_to_be_on() -> None:
    # Every other Thursday counts as every Thursday but one; the house itself is open on Mondays.
    days = [dt.date(2026, 12, day) for day in (3, 10, 24)]
    closed = dt.date(2026, 12, 31)
    slots = [Slot(day, dt.time(10), dt.time(16)) for day in days]
    happenings = [Happening(slot.date, slot) for slot in slots]
    spoken = say_month(happenings, closed, frozenset({closed}))
    series = (series_of("Aap", spoken),)
    told = closed_to_tell([closed], [0], set(days), series)
    facts = month_with(series, closed, told, (0,))
    assert notes(facts) == [
        "Dicht op donderdag 31 december.",
        "Donderdag 17 december: geen Aap.",
    ]
    assert Reader(facts).read() == set(slots)
