"""The roll-up of the count: visitors per house, day, hour, activity and age group, and the sums of
days and months.

Totals and figures are read from here, never from the events; ``rebuild`` makes it from them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from peewee import Expression, SqliteDatabase

import models
from models import AgeGroup, CountDay, CountEvent, CountHour, House, SumPart
from rules.wall_time import month_of
from rules.written_sql import marks, read_date, run


class Day(NamedTuple):
    """A day of a house."""

    house: int
    date: dt.date


class Hour(NamedTuple):
    """What one row of the roll-up stands for."""

    house: int
    date: dt.date
    hour: int
    activity: int | None
    group: str | None

    @property
    def day(self) -> Day:
        return Day(self.house, self.date)

    @property
    def key(self) -> tuple[int, dt.date, int, int, str]:
        """As in the unique index, where no activity and no group are values."""
        return (self.house, self.date, self.hour, self.activity or 0, self.group or "")


class Visits(NamedTuple):
    """Visitors, and how many of them came for the first time this month."""

    n: int = 0
    firsts: int = 0

    def plus(self, other: Visits) -> Visits:
        return Visits(self.n + other.n, self.firsts + other.firsts)


#: What stands for an age group in the sums of a month.
GROUP_KEYS = {group: number for number, group in enumerate(AgeGroup, start=1)}


def change(changes: Mapping[Hour, Visits]) -> None:
    """Add to the roll-up, or take off; call it in the transaction that stored the events.

    A change of 0 also makes its row: nobody came is another fact than nobody counted.
    """
    anew = _by_hand({hour.day for hour in changes})
    hours = {hour: by for hour, by in changes.items() if hour.day not in anew}
    gone = set()
    for hour in sorted(hours, key=lambda hour: hour.key):
        by = hours[hour]
        # The date of the activity may have been removed since: then the visit stands elsewhere.
        if min(by) < 0 and not run(_LESS_HOUR, (*by, *hour.key, -by.n, -by.firsts)).rowcount:
            gone.add(hour.day)
    more = {hour: by for hour, by in hours.items() if min(by) >= 0}
    _upsert(_MORE_HOURS, [(*hour, *by) for hour, by in more.items()])
    days: defaultdict[Day, Visits] = defaultdict(Visits)
    sums: defaultdict[tuple[Any, ...], Visits] = defaultdict(Visits)
    for hour, by in hours.items():
        if hour.day not in gone:
            days[hour.day] = days[hour.day].plus(by)
            for key in _sums_of(hour):
                sums[key] = sums[key].plus(by)
    _add_to(days, _MORE_DAYS, _LESS_DAY)
    _add_to(sums, _MORE_SUMS, _LESS_SUM)
    for day in sorted(anew | gone):
        rebuild(House(id=day.house), day.date)


def totals(days: Iterable[Day]) -> dict[Day, int]:
    """The visitors of some days, in one query. A day that nobody counted has no entry."""
    wanted = set(days)
    if not wanted:
        return {}
    houses = {day.house for day in wanted}
    dates = {day.date for day in wanted}
    rows = run(_TOTALS.format(houses=marks(houses), dates=marks(dates)), (*houses, *dates))
    found = {Day(house, read_date(date)): n for house, date, n in rows}
    return {day: found[day] for day in wanted & found.keys()}


def set_by_hand(house: House, date: dt.date) -> None:
    """From now on a day is always computed from its events: it has a sheet, or a correction.

    Call it in the transaction that stores those, and ``rebuild`` the day after that.
    """
    CountDay.insert(house=house, date=date).on_conflict_ignore().execute()
    CountDay.update(by_hand=True).where(CountDay.house == house, CountDay.date == date).execute()


def rebuild(house: House, day: dt.date | None = None) -> None:
    """Compute the roll-up of a house anew from its events: of one day, or of all days.

    Of an hour with both taps and a sheet, what was chosen counts (:class:`models.CountChoice`).
    """
    with models.db.atomic():
        models.for_one_writer(house)
        if day is not None:
            _rebuild_days(house, day, day)
            _rebuild_sums(house, day)
            return
        first, last = _span(house)
        kept = [
            date
            for (date,) in CountDay.select(CountDay.date)
            .where(CountDay.house == house, CountDay.by_hand)
            .tuples()
        ]
        for table in ("count_hour", "count_day", "count_month"):
            run(f"DELETE FROM {table} WHERE house_id = ?", (house.id,))  # noqa: S608
        for date in kept:
            CountDay.create(house=house, date=date, by_hand=True)
        while first is not None and last is not None and first <= last:
            end = month_of(first)[1]
            _rebuild_days(house, first, end)
            _rebuild_sums(house, first)
            first = end + dt.timedelta(days=1)


def is_undo(undo: type[CountEvent]) -> Expression:
    """The condition that joins a visit with the event that took it back."""
    condition: Expression = (undo.house == CountEvent.house) & (undo.undoes == CountEvent.id)
    return condition


# -- adding ---------------------------------------------------------------------------------------

_HOUR_KEY = "house_id, date, hour, COALESCE(activity_id, 0), COALESCE(\"group\", '')"
_MORE_HOURS = f"""
INSERT INTO count_hour (house_id, date, hour, activity_id, "group", n, firsts) VALUES %s
ON CONFLICT ({_HOUR_KEY})
DO UPDATE SET n = count_hour.n + excluded.n, firsts = count_hour.firsts + excluded.firsts
"""  # noqa: S608
_MORE_DAYS = """
INSERT INTO count_day (house_id, date, by_hand, n, firsts) VALUES %s
ON CONFLICT (house_id, date)
DO UPDATE SET n = count_day.n + excluded.n, firsts = count_day.firsts + excluded.firsts
"""
_MORE_SUMS = """
INSERT INTO count_month (house_id, month, part, key, n, firsts) VALUES %s
ON CONFLICT (house_id, month, part, key)
DO UPDATE SET n = count_month.n + excluded.n, firsts = count_month.firsts + excluded.firsts
"""
# A row that would go under zero is never proposed for inserting: its CHECK would refuse it.
_LESS_HOUR = """
UPDATE count_hour SET n = n + ?, firsts = firsts + ?
WHERE house_id = ? AND date = ? AND hour = ?
  AND COALESCE(activity_id, 0) = ? AND COALESCE("group", '') = ? AND n >= ? AND firsts >= ?
"""
_LESS_DAY = """
UPDATE count_day SET n = n + ?, firsts = firsts + ? WHERE house_id = ? AND date = ? AND by_hand = ?
"""
_LESS_SUM = """
UPDATE count_month SET n = n + ?, firsts = firsts + ?
WHERE house_id = ? AND month = ? AND part = ? AND key = ?
"""
_TOTALS = """
SELECT house_id, date, n FROM count_day WHERE house_id IN ({houses}) AND date IN ({dates})
"""
_BY_HAND = """
SELECT house_id, date FROM count_day
WHERE house_id IN ({houses}) AND date IN ({dates}) AND by_hand
"""


def _by_hand(days: set[Day]) -> set[Day]:
    houses, dates = {day.house for day in days}, {day.date for day in days}
    if not days:
        return set()
    asked = _BY_HAND.format(houses=marks(houses), dates=marks(dates))
    found = {Day(house, read_date(date)) for house, date in run(asked, (*houses, *dates))}
    return found & days


def _sums_of(hour: Hour) -> Iterable[tuple[Any, ...]]:
    """The sums of a month that an hour is part of, by their keys."""
    month = hour.date.replace(day=1)
    group = GROUP_KEYS[AgeGroup(hour.group)] if hour.group else 0
    yield (hour.house, month, SumPart.activity.value, hour.activity or 0)
    yield (hour.house, month, SumPart.group.value, group)
    yield (hour.house, month, SumPart.slot.value, hour.date.weekday() * 24 + hour.hour)


def _add_to(sums: Mapping[Any, Visits], more: str, less: str) -> None:
    day = more is _MORE_DAYS
    rows = sorted(((*key, False) if day else key, by) for key, by in sums.items())
    _upsert(more, [(*key, *by) for key, by in rows if min(by) >= 0])
    for key, by in rows:
        if min(by) < 0:
            run(less, (*by, *key))


def _upsert(sql: str, rows: Sequence[Sequence[Any]]) -> None:
    if rows:
        values = ", ".join([f"({marks(rows[0])})"] * len(rows))
        run(sql % values, [value for row in rows for value in row])


# -- computing anew -------------------------------------------------------------------------------

# Never under zero: a tap may be taken back after the coordinator corrected its hour.
_SUM = "SUM(CASE WHEN u.id IS NOT NULL OR c.counts <> e.source THEN 0 ELSE {} END)"
_FROM_EVENTS = """
INSERT INTO count_hour (house_id, date, hour, activity_id, "group", n, firsts)
SELECT house_id, date, hour, activity_id, "group",
  CASE WHEN n < 0 THEN 0 ELSE n END, CASE WHEN firsts < 0 THEN 0 ELSE firsts END
FROM (
  SELECT e.house_id, e.date, e.hour, o.activity_id, e."group", {n} AS n, {firsts} AS firsts
  FROM (
    SELECT *, CASE kind WHEN 'visit' THEN 'taps' WHEN 'sheet' THEN 'sheet' END AS source
    FROM count_event WHERE house_id = ? AND date BETWEEN ? AND ? AND kind <> 'undo'
  ) e
  LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id
  LEFT JOIN occurrence o ON o.id = e.occurrence_id
  LEFT JOIN count_choice c ON c.house_id = e.house_id AND c.date = e.date AND c.hour = e.hour
  GROUP BY e.house_id, e.date, e.hour, o.activity_id, e."group"
) sums
""".format(  # noqa: S608
    n=_SUM.format("e.n"),
    firsts=_SUM.format("CASE WHEN e.first_this_month THEN e.n ELSE 0 END"),
)
_DAYS = """
INSERT INTO count_day (house_id, date, n, firsts, by_hand)
SELECT house_id, date, SUM(n), SUM(firsts), ? FROM count_hour
WHERE house_id = ? AND date BETWEEN ? AND ? GROUP BY house_id, date
ON CONFLICT (house_id, date) DO UPDATE SET n = excluded.n, firsts = excluded.firsts
"""
_MONTH = """
INSERT INTO count_month (house_id, month, part, key, n, firsts)
SELECT house_id, ?, '{part}', {key}, SUM(n), SUM(firsts) FROM count_hour
WHERE house_id = ? AND date BETWEEN ? AND ? GROUP BY house_id, {key}
"""
_MONTHS_KEYS = {
    SumPart.activity: "COALESCE(activity_id, 0)",
    SumPart.group: 'CASE "group"'
    + "".join(f" WHEN '{group}' THEN {key}" for group, key in GROUP_KEYS.items())
    + " ELSE 0 END",
    SumPart.slot: "{weekday} * 24 + hour",
}


def _rebuild_days(house: House, first: dt.date, last: dt.date) -> None:
    between = (house.id, first, last)
    run("DELETE FROM count_hour WHERE house_id = ? AND date BETWEEN ? AND ?", between)
    run(_FROM_EVENTS, between)
    run(
        "UPDATE count_day SET n = 0, firsts = 0 WHERE house_id = ? AND date BETWEEN ? AND ?",
        between,
    )
    run(_DAYS, (False, *between))
    # A day of which no event is left was not counted.
    run(
        "DELETE FROM count_day WHERE house_id = ? AND date BETWEEN ? AND ? AND NOT by_hand AND NOT"
        " EXISTS (SELECT 1 FROM count_hour h WHERE h.house_id = count_day.house_id"
        " AND h.date = count_day.date)",
        between,
    )


def _rebuild_sums(house: House, day: dt.date) -> None:
    """The sums of the month that holds a day, from its hours."""
    first, last = month_of(day)
    run("DELETE FROM count_month WHERE house_id = ? AND month = ?", (house.id, first))
    lite = isinstance(models.db.obj, SqliteDatabase)
    weekday = (
        "((CAST(strftime('%w', date) AS INTEGER) + 6) % 7)"
        if lite
        else "(CAST(EXTRACT(ISODOW FROM date) AS INTEGER) - 1)"
    )
    for part, key in _MONTHS_KEYS.items():
        sql = _MONTH.format(part=part.value, key=key.format(weekday=weekday))
        run(sql, (first, house.id, first, last))


def _span(house: House) -> tuple[dt.date | None, dt.date | None]:
    """The first and the last day of a house that has events or a roll-up."""
    days: list[dt.date] = []
    for table in (CountEvent, CountHour, CountDay):
        name = table._meta.table_name
        row = run(
            f"SELECT MIN(date), MAX(date) FROM {name} WHERE house_id = ?",  # noqa: S608
            (house.id,),
        ).fetchone()
        days += [read_date(day) for day in row if day is not None]
    return (min(days), max(days)) if days else (None, None)
