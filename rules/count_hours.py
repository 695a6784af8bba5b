"""The roll-up of the count: visitors per house, day, hour, activity and age group, and the sums of
days and months.

Totals and figures are read from here, never from the events; ``rebuild`` makes it from them.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from peewee import Expression, SqliteDatabase

import models
from models import AgeGroup, CountDay, CountEvent, House, SumPart
from rules.wall_time import month_of
from rules.written_sql import marks, read_date, run

#: The key of a row of the roll-up, as its columns.
_Row = TypeVar("_Row", bound=tuple[Any, ...])


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


class Visits(NamedTuple):
    """Visitors, how many of them came for the first time this month, and of how many that was
    asked."""

    n: int = 0
    firsts: int = 0
    asked: int = 0

    @classmethod
    def of(cls, n: int, first: bool | None) -> Visits:
        """What came in together, with what was said of it; None when nobody asked."""
        return cls(n, n if first else 0, 0 if first is None else n)

    def plus(self, other: Visits) -> Visits:
        return Visits(self.n + other.n, self.firsts + other.firsts, self.asked + other.asked)

    def gone(self) -> Visits:
        """What taking them back adds."""
        return Visits(-self.n, -self.firsts, -self.asked)


class Changed(NamedTuple):
    """The new totals of the days that changed, and which of them were computed anew: those by hand,
    for all others adding was enough."""

    totals: dict[Day, int]
    anew: set[Day]


class _SumOfMonth(NamedTuple):
    house: int
    month: dt.date
    part: str
    key: int


#: What stands for an age group in the sums of a month.
GROUP_KEYS = {group: number for number, group in enumerate(AgeGroup, start=1)}


def change(changes: Mapping[Hour, Visits]) -> Changed:
    """Add to the roll-up, or take off; call it in the transaction that stored the events.

    A change of 0 also makes its row: nobody came is another fact than nobody counted. What cannot
    be added or taken off is computed anew, so no tap is ever refused for what the roll-up says.
    """
    days: defaultdict[Day, Visits] = defaultdict(Visits)
    for hour, by in changes.items():
        days[hour.day] = days[hour.day].plus(by)
    sums = _change_days(days)
    anew = days.keys() - sums.keys()
    hours = {hour: by for hour, by in changes.items() if hour.day not in anew}
    # The date of an activity may have been removed since: then its visit stands elsewhere.
    anew |= {hour.day for hour in _change_rows(hours, _MORE_HOURS, _LESS_HOUR)}
    months: defaultdict[_SumOfMonth, Visits] = defaultdict(Visits)
    for hour, by in hours.items():
        if hour.day not in anew:
            for key in _sums_of(hour):
                months[key] = months[key].plus(by)
    wrong = {(key.house, key.month) for key in _change_rows(months, _MORE_SUMS, _LESS_SUM)}
    for day in sorted(anew):
        _rebuild_days(day.house, day.date, day.date)
    for house, month in sorted(wrong | {(day.house, day.date.replace(day=1)) for day in anew}):
        _rebuild_sums(house, month)
    return Changed({**sums, **totals(anew)}, anew)


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


def visits(house: House) -> int:
    """All visitors that a house ever counted."""
    asked = "SELECT COALESCE(SUM(n), 0) FROM count_day WHERE house_id = ?"
    return int(run(asked, (house.id,)).fetchone()[0])


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
    for first, last in _months(house) if day is None else [(day, day)]:
        # A transaction a month: while years are computed nobody waits long with a tap.
        with models.db.atomic():
            models.for_one_writer(house)
            _rebuild_days(house.id, first, last)
            _rebuild_sums(house.id, first)
    if day is None:
        run(_COUNTED, (house.id, house.id))
        run(_NOT_COUNTED, (house.id, house.id))


def wrong_days(house: House) -> set[dt.date]:
    """The days whose hours are not what the events say. Nobody waits for this look."""
    return _differing(house, _HOURS_OF_EVENTS, _HOURS_KEPT)


def wrong_sums(house: House) -> set[dt.date]:
    """The days, and the first days of months, whose sums are not those of their hours."""
    found = _differing(house, _DAYS_OF_HOURS, _DAYS_KEPT)
    for part in SumPart:
        found |= _differing(house, _month_of_hours(part), _MONTHS_KEPT.format(part=part.value))
    return found


def wrong_openings(house: House) -> int:
    """How many openings do not know whether something was counted for them."""
    return sum(len(run(sql, (house.id, house.id)).fetchall()) for sql in (_UNMARKED, _MARKED))


def is_undo(undo: type[CountEvent]) -> Expression:
    """The condition that joins a visit with the event that took it back."""
    condition: Expression = (undo.house == CountEvent.house) & (undo.undoes == CountEvent.id)
    return condition


# -- adding ---------------------------------------------------------------------------------------

_HOUR_KEY = "house_id, date, hour, COALESCE(activity_id, 0), COALESCE(\"group\", '')"
_MORE_HOURS = f"""
INSERT INTO count_hour (house_id, date, hour, activity_id, "group", n, firsts, asked) VALUES %s
ON CONFLICT ({_HOUR_KEY}) DO UPDATE SET n = count_hour.n + excluded.n,
  firsts = count_hour.firsts + excluded.firsts, asked = count_hour.asked + excluded.asked
"""  # noqa: S608
_MORE_DAYS = """
INSERT INTO count_day (house_id, date, n, firsts, asked, by_hand) VALUES %s
ON CONFLICT (house_id, date) DO UPDATE SET n = count_day.n + excluded.n,
  firsts = count_day.firsts + excluded.firsts, asked = count_day.asked + excluded.asked
WHERE NOT count_day.by_hand
RETURNING house_id, date, n
"""
_MORE_SUMS = """
INSERT INTO count_month (house_id, month, part, key, n, firsts, asked) VALUES %s
ON CONFLICT (house_id, month, part, key) DO UPDATE SET n = count_month.n + excluded.n,
  firsts = count_month.firsts + excluded.firsts, asked = count_month.asked + excluded.asked
"""
# A row that would go under zero is never proposed for inserting: its CHECK would refuse it.
_LESS = (
    "n = n + ?, firsts = firsts + ?, asked = asked + ? WHERE n >= ? AND firsts >= ? AND asked >= ?"
)
_LESS_HOUR = f"""
UPDATE count_hour SET {_LESS} AND house_id = ? AND date = ? AND hour = ?
  AND COALESCE(activity_id, 0) = COALESCE(?, 0) AND COALESCE("group", '') = COALESCE(?, '')
"""  # noqa: S608
_LESS_DAY = f"""
UPDATE count_day SET {_LESS} AND house_id = ? AND date = ? AND NOT by_hand
RETURNING house_id, date, n
"""  # noqa: S608
_LESS_SUM = f"""
UPDATE count_month SET {_LESS} AND house_id = ? AND month = ? AND part = ? AND key = ?
"""  # noqa: S608
_TOTALS = """
SELECT house_id, date, n FROM count_day WHERE house_id IN ({houses}) AND date IN ({dates})
"""


def _change_days(days: Mapping[Day, Visits]) -> dict[Day, int]:
    """The new totals of the days to which could be added; not of those that are by hand."""
    more = [(*day, *by, False) for day, by in sorted(days.items()) if min(by) >= 0]
    rows = _insert(_MORE_DAYS, more).fetchall() if more else []
    for day, by in sorted(days.items()):
        if min(by) < 0:
            rows += run(_LESS_DAY, _less(day, by)).fetchall()
    return {Day(house, read_date(date)): n for house, date, n in rows}


def _change_rows(changes: Mapping[_Row, Visits], more: str, less: str) -> set[_Row]:
    """Add to rows of the roll-up; returns those from which could not be taken off."""
    if added := [(*row, *by) for row, by in changes.items() if min(by) >= 0]:
        _insert(more, added)
    return {
        row for row, by in changes.items() if min(by) < 0 and not run(less, _less(row, by)).rowcount
    }


def _insert(sql: str, rows: Sequence[Sequence[Any]]) -> Any:
    values = ", ".join([f"({marks(rows[0])})"] * len(rows))
    return run(sql % values, [value for row in rows for value in row])


def _less(row: tuple[Any, ...], by: Visits) -> tuple[Any, ...]:
    return (*by, *by.gone(), *row)


def _sums_of(hour: Hour) -> Iterable[_SumOfMonth]:
    """The sums of a month that an hour is part of."""
    month = hour.date.replace(day=1)
    group = GROUP_KEYS[AgeGroup(hour.group)] if hour.group else 0
    yield _SumOfMonth(hour.house, month, SumPart.activity.value, hour.activity or 0)
    yield _SumOfMonth(hour.house, month, SumPart.group.value, group)
    yield _SumOfMonth(hour.house, month, SumPart.slot.value, hour.date.weekday() * 24 + hour.hour)


# -- computing anew -------------------------------------------------------------------------------

# Of a house, from a day to another. Never under zero, nor more firsts than were asked, nor more of
# those than visitors: a tap may be taken back after the coordinator corrected its hour.
_SUM = "SUM(CASE WHEN u.id IS NOT NULL OR c.counts <> e.source THEN 0 ELSE {} END)"
_HOURS_OF_EVENTS = """
SELECT date, hour, activity_id, "group", n, firsts,
  CASE WHEN asked < firsts THEN firsts WHEN asked > n THEN n ELSE asked END AS asked
FROM (
  SELECT date, hour, activity_id, "group", n,
    CASE WHEN firsts < 0 THEN 0 WHEN firsts > n THEN n ELSE firsts END AS firsts, asked
  FROM (
    SELECT date, hour, activity_id, "group", CASE WHEN n < 0 THEN 0 ELSE n END AS n, firsts, asked
    FROM (
      SELECT e.date, e.hour, o.activity_id, e."group", {n} AS n, {firsts} AS firsts,
        {asked} AS asked
      FROM (
        SELECT *, CASE kind WHEN 'visit' THEN 'taps' WHEN 'sheet' THEN 'sheet' END AS source
        FROM count_event WHERE house_id = ? AND date BETWEEN ? AND ? AND kind <> 'undo'
      ) e
      LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id
      LEFT JOIN occurrence o ON o.id = e.occurrence_id
      LEFT JOIN count_choice c
        ON c.house_id = e.house_id AND c.date = e.date AND c.hour = e.hour
      GROUP BY e.date, e.hour, o.activity_id, e."group"
    ) sums
  ) whole
) told
""".format(  # noqa: S608
    n=_SUM.format("e.n"),
    firsts=_SUM.format("CASE WHEN e.first_this_month THEN e.n ELSE 0 END"),
    asked=_SUM.format("CASE WHEN e.first_this_month IS NULL THEN 0 ELSE e.n END"),
)
_HOURS_KEPT = """
SELECT date, hour, activity_id, "group", n, firsts, asked FROM count_hour
WHERE house_id = ? AND date BETWEEN ? AND ?
"""
_DAYS_OF_HOURS = """
SELECT date, SUM(n) AS n, SUM(firsts) AS firsts, SUM(asked) AS asked,
  EXISTS (
    SELECT 1 FROM count_event e WHERE e.house_id = h.house_id AND e.date = h.date
      AND e.kind IN ('sheet', 'correction')
  ) OR EXISTS (
    SELECT 1 FROM count_choice c WHERE c.house_id = h.house_id AND c.date = h.date
  ) AS by_hand
FROM count_hour h WHERE house_id = ? AND date BETWEEN ? AND ? GROUP BY house_id, date
"""
_DAYS_KEPT = """
SELECT date, n, firsts, asked, by_hand FROM count_day WHERE house_id = ? AND date BETWEEN ? AND ?
"""
_MONTH_OF_HOURS = """
SELECT {month} AS date, {key} AS key, SUM(n) AS n, SUM(firsts) AS firsts, SUM(asked) AS asked
FROM count_hour WHERE house_id = ? AND date BETWEEN ? AND ? GROUP BY {month}, {key}
"""
_MONTHS_KEPT = """
SELECT month AS date, key, n, firsts, asked FROM count_month
WHERE part = '{part}' AND house_id = ? AND month BETWEEN ? AND ?
"""
# What was put right to nobody may be answered in another way: both are right then.
# By the events of the house as a whole: looked for opening by opening they may take minutes.
_HOLD = """
SELECT e.opening_id FROM count_event e
LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id
WHERE e.house_id = ? AND e.opening_id IS NOT NULL AND u.id IS NULL
"""
_UNMARKED = """
SELECT id FROM opening WHERE house_id = ? AND NOT counted AND id IN (
  SELECT e.opening_id FROM count_event e
  JOIN opening o ON o.id = e.opening_id
  LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id
  WHERE e.house_id = ? AND u.id IS NULL AND NOT o.counted
    AND (NOT o.answered OR o.state = 'open' OR EXISTS (
      SELECT 1 FROM count_hour h
      WHERE h.house_id = e.house_id AND h.date = e.date AND h.hour = e.hour AND h.n > 0
    ))
)
"""
_MARKED = f"SELECT id FROM opening WHERE house_id = ? AND counted AND id NOT IN ({_HOLD})"  # noqa: S608
# Of the answers only 'nobody came' can stand beside a count.
_COUNTED = f"""
UPDATE opening SET counted = TRUE, answered = answered AND state = 'open', state = 'open'
WHERE id IN ({_UNMARKED})
"""  # noqa: S608
_NOT_COUNTED = f"UPDATE opening SET counted = FALSE WHERE id IN ({_MARKED})"  # noqa: S608
_MONTHS_KEYS = {
    SumPart.activity: "COALESCE(activity_id, 0)",
    SumPart.group: 'CASE "group"'
    + "".join(f" WHEN '{group}' THEN {key}" for group, key in GROUP_KEYS.items())
    + " ELSE 0 END",
    SumPart.slot: "{weekday} * 24 + hour",
}


def _rebuild_days(house: int, first: dt.date, last: dt.date) -> None:
    between = (house, first, last)
    for table in ("count_hour", "count_day"):
        run(f"DELETE FROM {table} WHERE house_id = ? AND date BETWEEN ? AND ?", between)  # noqa: S608
    run(
        'INSERT INTO count_hour (house_id, date, hour, activity_id, "group", n, firsts, asked)'  # noqa: S608
        f" SELECT CAST(? AS INTEGER), x.* FROM ({_HOURS_OF_EVENTS}) x",
        (house, *between),
    )
    run(
        "INSERT INTO count_day (house_id, date, n, firsts, asked, by_hand)"  # noqa: S608
        f" SELECT CAST(? AS INTEGER), x.* FROM ({_DAYS_OF_HOURS}) x",
        (house, *between),
    )


def _rebuild_sums(house: int, day: dt.date) -> None:
    """The sums of the month that holds a day, from its hours."""
    first, last = month_of(day)
    run("DELETE FROM count_month WHERE house_id = ? AND month = ?", (house, first))
    for part in SumPart:
        run(
            "INSERT INTO count_month (house_id, part, month, key, n, firsts, asked)"  # noqa: S608
            f" SELECT CAST(? AS INTEGER), '{part.value}', x.*"
            f" FROM ({_month_of_hours(part)}) x",
            (house, house, first, last),
        )


def _month_of_hours(part: SumPart) -> str:
    lite = isinstance(models.db.obj, SqliteDatabase)
    month = "date(date, 'start of month')" if lite else "CAST(date_trunc('month', date) AS DATE)"
    weekday = (
        "((CAST(strftime('%w', date) AS INTEGER) + 6) % 7)"
        if lite
        else "(CAST(EXTRACT(ISODOW FROM date) AS INTEGER) - 1)"
    )
    return _MONTH_OF_HOURS.format(month=month, key=_MONTHS_KEYS[part].format(weekday=weekday))


def _differing(house: House, one: str, other: str) -> set[dt.date]:
    """The dates of rows that only one of two queries gives; month by month, each a statement, so
    that it sees one moment and keeps nobody from counting."""
    found: set[dt.date] = set()
    for between in _months(house):
        rows = run(
            f"WITH a AS ({one}), b AS ({other})"  # noqa: S608
            " SELECT date FROM (SELECT * FROM a EXCEPT SELECT * FROM b) x"
            " UNION SELECT date FROM (SELECT * FROM b EXCEPT SELECT * FROM a) y",
            (house.id, *between) * 2,
        )
        found |= {read_date(date) for (date,) in rows}
    return found


def _months(house: House) -> list[tuple[dt.date, dt.date]]:
    """The months, first and last day, from the first to the last with an event or a roll-up."""
    days: list[dt.date] = []
    for table in ("count_event", "count_hour", "count_day", "count_month"):
        date = "month" if table == "count_month" else "date"
        sql = f"SELECT MIN({date}), MAX({date}) FROM {table} WHERE house_id = ?"  # noqa: S608
        days += [read_date(day) for day in run(sql, (house.id,)).fetchone() if day is not None]
    months: list[tuple[dt.date, dt.date]] = []
    while days and (not months or months[-1][1] < max(days)):
        months.append(month_of(months[-1][1] + dt.timedelta(days=1) if months else min(days)))
    return months
