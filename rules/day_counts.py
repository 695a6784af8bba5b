"""What was counted on one day, hour by hour, read from its events: taps, sheets and corrections.

Only pages about a single day look here; totals and figures come from the roll-up.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter

from models import CountChoice, CountKind, CountSource, House
from rules.count_hours import Visits
from rules.short_names import names_in
from rules.written_sql import run

#: An hour of the day and the id of an activity; 0 is who just walked in.
Key = tuple[int, int]


@dataclass
class Row:
    """An hour and an activity: its visitors by age group, before none is let go under zero."""

    hour: int
    activity: int
    title: str
    groups: dict[str | None, Visits] = field(default_factory=dict)

    @property
    def n(self) -> int:
        """The visitors, as the roll-up has them."""
        return sum(max(0, visits.n) for visits in self.groups.values())

    @property
    def shown_groups(self) -> list[tuple[str, int]]:
        """The age groups that were told apart, with their visitors."""
        return [(group, v.n) for group, v in sorted(self.told.items()) if v.n > 0]

    @property
    def told(self) -> dict[str, Visits]:
        return {group: visits for group, visits in self.groups.items() if group}


@dataclass(frozen=True)
class Step:
    """What a correction did to one row; ``gone`` once another count of its hour was chosen."""

    hour: int
    title: str
    before: int
    after: int
    gone: bool = False


@dataclass(frozen=True)
class Correction:
    """What was saved together to correct a day.

    by, at: who and when (UTC); empty and None once that was forgotten. steps: none when it says
    that nobody came, and then it has no reason.
    """

    reason: str
    by: str
    at: dt.datetime | None
    steps: list[Step]


@dataclass
class Both:
    """The taps and the sheets of one hour; ``counts`` is what is taken, if that was decided.

    What was corrected belongs to what was taken then: who takes the other takes it as it was
    counted.
    """

    hour: int
    taps: int = 0
    sheet: int = 0
    corrected: int = 0
    counts: CountSource | None = None
    #: None while nobody has chosen.
    chosen_at: dt.datetime | None = None
    #: How many of the taps came after the sheet, as far as that is still known.
    late: int = 0

    @property
    def differ(self) -> bool:
        """Whether there is another count than the one that is taken: then somebody says which."""
        return differ(self.taps, self.sheet, self.counts)

    @property
    def undecided(self) -> bool:
        return self.differ and self.chosen_at is None

    @property
    def if_taps(self) -> int:
        """What the hour is when the taps are chosen."""
        return chosen_would_be(CountSource.taps, self.taps, self.corrected, self.counts)

    @property
    def if_sheet(self) -> int:
        """What the hour is when the sheet is chosen."""
        return chosen_would_be(CountSource.sheet, self.sheet, self.corrected, self.counts)


def differ(taps: int, sheet: int, counts: CountSource | None) -> bool:
    """Whether an hour has a count that is not taken: taps or a sheet, where the other counts. A
    sheet also waits where an hour was corrected, and does not add to that by itself."""
    if counts is None:
        return bool(taps and sheet)
    return bool(sheet if counts == CountSource.taps else taps)


def chosen_would_be(
    source: CountSource, n: int, corrected: int, counts: CountSource | str | None
) -> int:
    """What an hour is when a source is chosen that counted n; ``counts`` is what is taken now."""
    return max(0, n + corrected) if source == (counts or CountSource.taps) else n


@dataclass
class DayCounts:
    """A day of a house. occurrences: for each activity one of its dates that was counted on."""

    rows: dict[Key, Row]
    hours: dict[int, Both]
    corrections: list[Correction]
    occurrences: dict[int, int]
    #: Whether there is any event that holds.
    counted: bool

    @property
    def total(self) -> int:
        return sum(row.n for row in self.rows.values())

    def taken(self, hour: int) -> CountSource:
        """What counts in an hour: the taps, as long as nothing else was decided."""
        there = self.hours.get(hour)
        return (there and there.counts) or CountSource.taps

    @property
    def both(self) -> list[Both]:
        """The hours that have taps and a sheet."""
        return [each for _hour, each in sorted(self.hours.items()) if each.differ]


@dataclass(frozen=True)
class _Event:
    kind: CountKind
    n: int
    group: str | None
    first: bool | None
    hour: int
    occurrence: int | None
    activity: int
    title: str
    reason: str
    act: int
    was: int
    becomes: int
    gone: bool
    received: dt.datetime | None
    by: tuple[int, str, str] | None


_EVENTS = """
SELECT e.kind, e.n, e."group", e.first_this_month, e.hour, e.occurrence_id, a.id, a.title,
  e.reason, e.act, e.was, e.becomes, e.received_at, s.entered_at, p.id, p.first_name, p.last_name,
  u.id IS NOT NULL
FROM count_event e
LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id
LEFT JOIN occurrence o ON o.id = e.occurrence_id
LEFT JOIN activity a ON a.id = o.activity_id
LEFT JOIN tally_sheet s ON s.id = e.sheet_id
LEFT JOIN person p ON p.id = e.actor_id AND e.kind = 'correction'
WHERE e.house_id = ? AND e.date = ? AND e.kind <> 'undo'
  AND (u.id IS NULL OR e.kind = 'correction')
"""


def read_day(house: House, date: dt.date) -> DayCounts:
    """All that was counted on a day, in at most three queries."""
    hours: defaultdict[int, Both] = _Hours()
    for choice in CountChoice.select().where(CountChoice.house == house, CountChoice.date == date):
        hours[choice.hour].counts = CountSource(choice.counts)
        hours[choice.hour].chosen_at = choice.at
    day = DayCounts({}, hours, [], {}, False)
    events: list[_Event] = []
    entered: dt.datetime | None = None
    for values in run(_EVENTS, (house.id, date)).fetchall():
        events.append(_read(values))
        if (at := _instant(values[13])) is not None:
            entered = max(entered or at, at)
    # A correction that was taken back stays in the history of the day, and counts no more.
    holding = [event for event in events if not event.gone]
    for event in holding:
        _add(day, event, entered)
    day.corrections = _corrections(house, [each for each in events if each.act])
    day.counted = bool(holding)
    return day


class _Hours(defaultdict[int, Both]):
    def __missing__(self, hour: int) -> Both:
        self[hour] = Both(hour)
        return self[hour]


def _add(day: DayCounts, event: _Event, entered: dt.datetime | None) -> None:
    key = event.hour, event.activity
    row = day.rows.setdefault(key, Row(event.hour, event.activity, event.title))
    if event.activity and event.occurrence is not None:
        day.occurrences.setdefault(event.activity, event.occurrence)
    source = None
    if event.kind == CountKind.visit:
        source = CountSource.taps
        day.hours[event.hour].taps += event.n
        if entered is not None and event.received is not None and event.received > entered:
            day.hours[event.hour].late += event.n
    elif event.kind == CountKind.sheet:
        source = CountSource.sheet
        day.hours[event.hour].sheet += event.n
    else:
        day.hours[event.hour].corrected += event.n
    counts = day.hours[event.hour].counts
    held = source is None or counts is None or counts == source
    visits = Visits.of(event.n, event.first) if held else Visits()
    row.groups[event.group] = row.groups.get(event.group, Visits()).plus(visits)


def _corrections(house: House, events: list[_Event]) -> list[Correction]:
    """What was corrected, the newest first."""
    people = {event.by for event in events if event.by}
    names = names_in({house.id}, people) if people else {}
    told = sorted(events, key=attrgetter("act"), reverse=True)
    found = []
    for _act, some in groupby(told, key=attrgetter("act")):
        parts = sorted(some, key=attrgetter("hour", "title", "activity"))
        # Of one row there may be several, by age group.
        steps = {
            (part.hour, part.activity): Step(
                part.hour, part.title, part.was, part.becomes, part.gone
            )
            for part in parts
            if part.was != part.becomes
        }
        first = parts[0]
        by = names[first.by[0]] if first.by else ""
        found.append(Correction(first.reason, by, first.received, list(steps.values())))
    return found


def _read(values: tuple[object, ...]) -> _Event:
    kind, n, group, first, hour, occurrence, activity, title, reason = values[:9]
    act, was, becomes = (int(str(value or 0)) for value in values[9:12])
    person, first_name, last_name, gone = values[14:]
    return _Event(
        kind=CountKind(str(kind)),
        n=int(str(n)),
        group=str(group) if group else None,
        first=None if first is None else bool(first),
        hour=int(str(hour)),
        occurrence=int(str(occurrence)) if occurrence else None,
        activity=int(str(activity)) if activity else 0,
        title=str(title or ""),
        reason=str(reason),
        act=act,
        was=was,
        becomes=becomes,
        gone=bool(gone),
        received=_instant(values[12]),
        by=(int(str(person)), str(first_name), str(last_name)) if person else None,
    )


def _instant(value: object) -> dt.datetime | None:
    """SQLite has no such type and returns what it stored."""
    if value is None or isinstance(value, dt.datetime):
        return value
    return dt.datetime.fromisoformat(str(value))
