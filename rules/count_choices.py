"""Taps and a sheet of the same hour: which of them counts. Never both by itself.

What was there first counts until somebody chooses. A tap that comes into an hour of a sheet
afterwards is kept, does not add, and asks; so does a sheet that a phone sends for an hour that was
corrected, whether anybody tapped then or not. A correction said what the hour was by what counted
then: it goes with it, so that who chooses gets the number that stood at the choice.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import NamedTuple

import models
from models import CountChoice, CountSource, House, Person
from rules import Refused, access, corrections, count_hours
from rules.day_counts import DayCounts, chosen_would_be, differ, read_day
from rules.written_sql import read_date, run


class HourOfDay(NamedTuple):
    """An hour of a day of a house."""

    house: int
    date: dt.date
    hour: int


class ToChoose(NamedTuple):
    """An hour that has two counts, and nobody has said yet which of them is taken."""

    date: dt.date
    hour: int
    taps: int
    sheet: int
    corrected: int
    counts: CountSource

    @property
    def if_taps(self) -> int:
        """What the hour is when the taps are chosen."""
        return chosen_would_be(CountSource.taps, self.taps, self.corrected, self.counts)

    @property
    def if_sheet(self) -> int:
        """What the hour is when the sheet is chosen."""
        return chosen_would_be(CountSource.sheet, self.sheet, self.corrected, self.counts)


class NothingToChoose(Refused):
    """The hour does not have both."""


def choose(
    house: House,
    date: dt.date,
    hour: int,
    counts: CountSource,
    by: Person | None,
    now: dt.datetime,
) -> None:
    """Say what counts in an hour that has taps and a sheet; saying it again changes nothing.

    :raises NothingToChoose:
    """
    with models.db.atomic():
        models.for_one_writer(house)
        day = read_day(house, date)
        there = day.hours.get(hour)
        if there is None or not there.differ:
            raise NothingToChoose
        keep(house, date, {hour: counts}, day, by, now)
        count_hours.set_by_hand(house, date)
        count_hours.rebuild(house, date)
        access.note(by, house, "count.choose", house, now)


def keep(
    house: House,
    date: dt.date,
    chosen: dict[int, CountSource],
    day: DayCounts,
    by: Person | None,
    now: dt.datetime,
) -> None:
    """Store choices by hour, instead of those that were made before.

    :param day: the day as it was until now. Where something else counts from now on, the
        corrections of the hour are taken back.
    """
    others = [hour for hour, counts in chosen.items() if counts != day.taken(hour)]
    corrections.take_back(house, date, others, by, now)
    for hour, counts in sorted(chosen.items()):
        where = {CountChoice.house: house, CountChoice.date: date, CountChoice.hour: hour}
        said = {CountChoice.counts: counts, CountChoice.by: by, CountChoice.at: now}
        CountChoice.insert({**where, **said}).on_conflict(
            conflict_target=list(where), update=said
        ).execute()


_UNDECIDED = """
SELECT c.date, c.hour, c.counts,
  SUM(CASE WHEN e.kind = 'visit' THEN e.n ELSE 0 END),
  SUM(CASE WHEN e.kind = 'sheet' THEN e.n ELSE 0 END),
  SUM(CASE WHEN e.kind = 'correction' THEN e.n ELSE 0 END)
FROM count_choice c
JOIN count_event e ON e.house_id = c.house_id AND e.date = c.date AND e.hour = c.hour
LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id
WHERE c.house_id = ? AND c.date BETWEEN ? AND ? AND c.at IS NULL AND u.id IS NULL
GROUP BY c.date, c.hour, c.counts ORDER BY c.date DESC, c.hour
"""


def undecided(house: House, first: dt.date, last: dt.date) -> list[ToChoose]:
    """The hours between two days about which somebody has to choose, the newest day first: one
    query."""
    found = [
        ToChoose(read_date(date), hour, int(taps), int(sheet), int(more), CountSource(counts))
        for date, hour, counts, taps, sheet, more in run(_UNDECIDED, (house.id, first, last))
    ]
    return [each for each in found if differ(each.taps, each.sheet, each.counts)]


# A correction that nobody came is no count beside which another would be too much.
_WAS_COUNTED = """
SELECT 1 FROM count_event e LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id
WHERE e.house_id = ? AND e.date = ? AND e.hour = ? AND u.id IS NULL
  AND (e.kind = 'visit' OR (e.kind = 'correction' AND e.was <> e.becomes))
LIMIT 1
"""
_ASK_AGAIN = """
UPDATE count_choice SET at = NULL, by_id = NULL
WHERE counts = ? AND at IS NOT NULL AND ({hours})
"""
_ONE_HOUR = "house_id = ? AND date = ? AND hour = ?"


def sheet_came(hours: Collection[HourOfDay]) -> None:
    """A phone sent a sheet: of each hour, what was there first counts until somebody chooses.

    Call it after the events were stored, in their transaction, and before they are summed up.
    """
    for house, date, hour in sorted(hours):
        first = run(_WAS_COUNTED, (house, date, hour)).fetchone() is not None
        CountChoice.insert(
            house=house,
            date=date,
            hour=hour,
            counts=CountSource.taps if first else CountSource.sheet,
        ).on_conflict_ignore().execute()
        # Who said that the taps count did not know of this sheet.
        run(_ASK_AGAIN.format(hours=_ONE_HOUR), (CountSource.taps.value, house, date, hour))
        count_hours.set_by_hand(House(id=house), date)


def taps_came(hours: Collection[HourOfDay]) -> None:
    """Taps were stored: where the sheet counts, somebody has to choose once more."""
    if hours:
        # One statement with every batch of taps; nearly always it finds no choice.
        which = " OR ".join([_ONE_HOUR] * len(hours))
        values = [value for each in sorted(hours) for value in each]
        run(_ASK_AGAIN.format(hours=which), (CountSource.sheet.value, *values))
