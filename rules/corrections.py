"""Correcting a day: what a coordinator says is the right number, kept as events with a reason.

What was counted stays. A correction is the difference, so that a tap that still arrives adds. When
another count of its hour is chosen, it is taken back.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from peewee import JOIN, fn

import models
from models import CountEvent, CountKind, House, Occurrence, Person
from rules import Refused, access, count_hours, stored_events
from rules.count_hours import Visits
from rules.day_counts import DayCounts, Key, Row, read_day
from rules.openings import Openings, first_day
from rules.stored_events import on_a_page

#: The most visitors that an hour of an activity can have, and one event can add or take off.
MOST = 5000
LONGEST_REASON = 200


class Right(NamedTuple):
    """What the number of an hour and an activity should be, and what the page said it was."""

    hour: int
    activity: int
    n: int
    was: int

    @property
    def key(self) -> Key:
        return self.hour, self.activity


class DayToCome(Refused):
    """Nobody can have come yet."""


class BeforeTheHouse(Refused):
    """Nothing is known of the house on this day."""


class NothingCorrected(Refused):
    """All numbers are what they were."""


class CountedMeanwhile(Refused):
    """Something was counted since the page was made: ``now`` has what stands there by now."""

    def __init__(self, now: Mapping[Key, int]):
        super().__init__()
        self.now = now


class NotOnThatDay(Refused):
    """The activity was not on that day."""


class NoNumber(Refused):
    """No house has so many visitors in an hour, or fewer than none."""


def check_day(house: House, date: dt.date, today: dt.date) -> None:
    """Whether anything can be said of a day.

    :raises DayToCome, BeforeTheHouse:
    """
    if date > today:
        raise DayToCome
    first = first_day(house)
    if first is not None and date < first:
        raise BeforeTheHouse


def activities_of_day(house: House, date: dt.date) -> dict[int, tuple[str, int]]:
    """What was on that day, also what was cancelled or moved away: title and date, by activity."""
    rows = (
        Occurrence.select(Occurrence, models.Activity)
        .join(models.Activity)
        .where(
            Occurrence.house == house,
            (Occurrence.date == date) | (Occurrence.original_date == date),
        )
        .order_by(Occurrence.start_time, models.Activity.title)
    )
    found: dict[int, tuple[str, int]] = {}
    for row in sorted(rows, key=lambda row: row.date != date):
        found.setdefault(row.activity_id, (row.activity.title, row.id))
    return found


def correct(
    house: House,
    date: dt.date,
    rights: Iterable[Right],
    reason: str,
    by: Person | None,
    now: dt.datetime,
    today: dt.date,
) -> None:
    """Store what is right, in one transaction.

    :param rights: rows; those whose number did not change are passed over.
    :raises DayToCome, BeforeTheHouse, NoNumber, NotOnThatDay, NothingCorrected:
    :raises CountedMeanwhile: when a number that changes is not what the page said it was.
    """
    check_day(house, date, today)
    wanted = {right.key: right for right in rights if right.n != right.was}
    if not wanted:
        raise NothingCorrected
    for right in wanted.values():
        if not 0 <= right.n <= MOST or not 0 <= right.hour <= 23:
            raise NoNumber
    with models.db.atomic():
        models.for_one_writer(house)
        day = read_day(house, date)
        known = activities_of_day(house, date)
        _refuse_other_numbers(day, wanted.values())
        openings = Openings()
        act = next_act(house, date)
        events = []
        for right in sorted(wanted.values()):
            occurrence = _occurrence(right.activity, day, known)
            row = day.rows.get(right.key) or Row(*right.key, "")
            opening = openings.at(house.id, date, dt.time(right.hour, 30))
            for group, first, n in differences(row, right.n):
                events.append(
                    on_a_page(house, date, right.hour, by, now)
                    | {
                        "opening": opening,
                        "occurrence": occurrence,
                        "kind": CountKind.correction,
                        "act": act,
                        "was": right.was,
                        "becomes": right.n,
                        "n": n,
                        "group": group,
                        "first_this_month": first,
                        "reason": reason,
                    }
                )
        _store(house, date, events, openings)
        access.note(by, house, "count.correct", house, now)


def take_back(
    house: House, date: dt.date, hours: Collection[int], by: Person | None, now: dt.datetime
) -> None:
    """Let the corrections of some hours of a day count no more; they stay in its history.

    Call it in the transaction that makes another count of these hours the right one, and compute
    the day anew after that.
    """
    if not hours:
        return
    undo = CountEvent.alias()
    standing = (
        CountEvent.select(CountEvent.id, CountEvent.date, CountEvent.hour)
        .join(undo, JOIN.LEFT_OUTER, on=count_hours.is_undo(undo))
        .where(
            CountEvent.house == house,
            CountEvent.date == date,
            CountEvent.hour.in_(list(hours)),
            CountEvent.kind == CountKind.correction,
            undo.id.is_null(),
        )
    )
    for correction in list(standing):
        stored_events.take_back(correction, house, by, now)


def next_act(house: House, date: dt.date) -> int:
    """The number of what is saved next for a day; ask for it while the house is locked."""
    last: int | None = (
        CountEvent.select(fn.MAX(CountEvent.act))
        .where(CountEvent.house == house, CountEvent.date == date)
        .scalar()
    )
    return (last or 0) + 1


def differences(row: Row, n: int) -> Iterator[tuple[str | None, bool | None, int]]:
    """The events that make the visitors of a row ``n``: age group, whether it takes off people
    who came for the first time this month (None: who were not asked), and how many it adds.

    More are added where nothing was asked. Fewer are taken off there first, and then where most
    are; last of those who came for the first time, of whom there are never more than visitors.
    """
    left = n - row.n
    plain = row.groups.get(None, Visits())
    if left > 0:
        yield from _in_parts(None, None, left + max(0, -plain.n))
        return
    order = sorted(row.groups.items(), key=lambda each: (each[0] is not None, -each[1].n))
    for group, visits in order:
        off = min(-left, max(0, visits.n))
        if off:
            left += off
            asked = max(0, min(visits.asked, visits.n))
            firsts = max(0, min(visits.firsts, asked))
            for first, there in ((None, visits.n - asked), (False, asked - firsts), (True, firsts)):
                yield from _in_parts(group, first, -min(off, there))
                off -= min(off, there)


def _in_parts(
    group: str | None, first: bool | None, n: int
) -> Iterator[tuple[str | None, bool | None, int]]:
    while n:
        part = max(-MOST, min(MOST, n))
        yield group, first, part
        n -= part


def _refuse_other_numbers(day: DayCounts, wanted: Iterable[Right]) -> None:
    now = {right.key: day.rows[right.key].n if right.key in day.rows else 0 for right in wanted}
    if any(now[right.key] != right.was for right in wanted):
        raise CountedMeanwhile(now)


def _occurrence(activity: int, day: DayCounts, known: Mapping[int, tuple[str, int]]) -> int | None:
    if not activity:
        return None
    if activity in day.occurrences:
        return day.occurrences[activity]
    if activity not in known:
        raise NotOnThatDay
    return known[activity][1]


def _store(
    house: House, date: dt.date, events: Sequence[Mapping[str, Any]], openings: Openings
) -> None:
    for event in events:
        CountEvent.insert(**event).execute()
    openings.mark_counted()
    count_hours.set_by_hand(house, date)
    count_hours.rebuild(house, date)
