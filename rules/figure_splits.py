"""Visitors of a period split by activity, by age group, and by weekday and hour."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from models import AgeGroup, House, SumPart
from rules import figure_facts, small_numbers
from rules.count_hours import GROUP_KEYS
from rules.figure_facts import Day, Sums
from rules.periods import Period, PeriodKind, Span
from rules.small_numbers import Shown, ShownTable, Table

#: In the order of age; last those who were not asked.
_GROUPS = (*GROUP_KEYS.values(), 0)
_GROUP_OF = {key: group for group, key in GROUP_KEYS.items()}


class Share(NamedTuple):
    """Who came for an activity: '' is for none."""

    name: str
    visits: Shown


class Group(NamedTuple):
    """An age group: None for those who were not asked."""

    group: AgeGroup | None
    visits: Shown


class Slot(NamedTuple):
    """An hour of a weekday (0 is Monday)."""

    weekday: int
    hour: int
    visits: Shown


class Told(NamedTuple):
    """Of how many months of those with visitors a split is shown; of coordinators always all."""

    months: int
    of: int

    @property
    def whole(self) -> bool:
        return self.months == self.of


@dataclass(frozen=True, slots=True)
class Split:
    """One way to split the visitors; only what has visitors is in it."""

    told: Told


@dataclass(frozen=True, slots=True)
class Activities(Split):
    cells: tuple[Share, ...] = ()


@dataclass(frozen=True, slots=True)
class Groups(Split):
    cells: tuple[Group, ...] = ()

    @property
    def asked(self) -> Shown:
        """Of how many visitors the age was asked."""
        return small_numbers.sum_shown(each.visits for each in self.cells if each.group)

    @property
    def total(self) -> Shown:
        """All visitors that are split here; not those of months that are not."""
        return small_numbers.sum_shown(each.visits for each in self.cells)


@dataclass(frozen=True, slots=True)
class Slots(Split):
    cells: tuple[Slot, ...] = ()
    #: The weekdays that are not shown, as in some month that would not be safe: each weekday is a
    #: table of its own, so that a quiet Saturday takes no other day with it.
    left_out: tuple[int, ...] = ()


class FirstTimes(NamedTuple):
    """Who said that they came for the first time that month, and who that they had been before."""

    first: Shown
    before: Shown

    @property
    def asked(self) -> Shown:
        """Of how many visitors it was asked, from what is shown of both."""
        return small_numbers.sum_shown(self)


@dataclass(frozen=True, slots=True)
class Splits:
    """Everything that is split."""

    #: Up to and with which day; None where this is not for the asker, or not yet.
    until: dt.date | None
    activities: Activities
    groups: Groups
    slots: Slots
    #: Who came for the first time that month, as far as it was asked; None: not shown.
    firsts: FirstTimes | None


_NOTHING = Told(0, 0)
NO_SPLITS = Splits(None, Activities(_NOTHING), Groups(_NOTHING), Slots(_NOTHING), None)


def splits_of(
    house: House,
    period: Period,
    days_of: Callable[[Span], Sequence[Day]],
    today: dt.date,
    *,
    exact: bool,
) -> Splits:
    """The visitors of a period, split; at most three queries.

    Without ``exact`` only of whole months that are over, each protected by itself and then added
    up (:func:`small_numbers.tells_tables`).

    :param days_of: the days of a month, with true numbers.
    """
    if exact:
        return _exact(house, period, today)
    months = [
        month
        for month in period.split(PeriodKind.month)
        if small_numbers.tells_tables(month.first, month.last, today)
    ]
    if not months:
        return NO_SPLITS
    names = figure_facts.activity_names(house)
    sums = figure_facts.month_sums(house, [month.first for month in months])
    dates = figure_facts.activity_dates(house, months[0].first, months[-1].last)
    known = {key for each in sums.values() for key in each[SumPart.activity]}
    activities = sorted({0, *names, *known})
    days = {month.first: days_of(month) for month in months}
    tables = [
        small_numbers.protect_tables(_tables(days[first], sums[first], activities, dates))[1:]
        for first in days
        if any(day.visits.n for day in days[first])
    ]
    if not tables:
        return NO_SPLITS
    by_activity, by_group, firsts, *by_weekday = (
        _added_up([month[place] for month in tables]) for place in range(3 + 7)
    )
    shown = {weekday for weekday, (told, _cells) in enumerate(by_weekday) if told.whole}
    by_slot = {
        weekday * 24 + hour: visits
        for weekday in shown
        for hour, visits in enumerate(by_weekday[weekday][1])
    }
    of = len(tables)
    return _named(
        months[-1].last,
        names,
        (dict(zip(activities, by_activity[1], strict=False)), by_activity[0]),
        (dict(zip(_GROUPS, by_group[1], strict=False)), by_group[0]),
        (by_slot, Told(of if any(each.size for each in by_slot.values()) else 0, of)),
        FirstTimes(*firsts[1]) if firsts[1] and firsts[0].whole else None,
        tuple(weekday for weekday in range(7) if weekday not in shown),
    )


def _exact(house: House, period: Period, today: dt.date) -> Splits:
    if period.kind in (PeriodKind.day, PeriodKind.week):
        sums = figure_facts.sums_of_days(house, period)
    else:
        sums = figure_facts.sums_of_months(house, period.first, period.last)
    activities, groups, slots = (
        ({key: small_numbers.exact(each.n) for key, each in sums.get(part, {}).items()}, Told(1, 1))
        for part in (SumPart.activity, SumPart.group, SumPart.slot)
    )
    firsts = FirstTimes(*map(small_numbers.exact, _first_times(sums)))
    names = figure_facts.activity_names(house)
    return _named(min(period.last, today), names, activities, groups, slots, firsts)


def _tables(
    days: Sequence[Day],
    sums: Sums,
    activities: Sequence[int],
    dates: Mapping[int, Collection[dt.date]],
) -> list[Table]:
    """What is known of the visitors of a month: its days, and the ways to split them.

    :param dates: the days of each activity, as the programme has them.
    """

    places = {day.date: place for place, day in enumerate(days)}

    def cells(part: SumPart, keys: Sequence[int]) -> tuple[int, ...]:
        found = sums[part]
        return tuple(found[key].n if key in found else 0 for key in keys)

    return [
        Table(
            "days",
            tuple(day.visits.n for day in days),
            of=tuple(day.date.weekday() for day in days),
        ),
        Table(
            "activities",
            cells(SumPart.activity, activities),
            on=tuple(
                frozenset(places[date] for date in dates.get(key, ()) if date in places)
                for key in activities
            ),
        ),
        Table("groups", cells(SumPart.group, _GROUPS)),
        # Two cells, and what was asked is their sum: shown apart it would tell the one from the
        # other. Who was not asked is in neither.
        Table("firsts", _first_times(sums), whole=False),
        *(
            Table(
                f"slots {weekday}",
                cells(SumPart.slot, range(weekday * 24, weekday * 24 + 24)),
                of=(weekday,) * 24,
            )
            for weekday in range(7)
        ),
    ]


def _first_times(sums: Sums) -> tuple[int, int]:
    """How many came for the first time, and how many said that they had been before."""
    every = sums.get(SumPart.group, {}).values()
    firsts = sum(each.firsts for each in every)
    return firsts, sum(each.asked for each in every) - firsts


def _added_up(months: Sequence[ShownTable]) -> tuple[Told, tuple[Shown, ...]]:
    told = Told(sum(each.told for each in months), len(months))
    together = small_numbers.sum_tables(months)
    return told, together.cells if together else ()


_Part = tuple[Mapping[int, Shown], Told]


def _named(
    until: dt.date,
    names: Mapping[int, str],
    activities: _Part,
    groups: _Part,
    slots: _Part,
    firsts: FirstTimes | None,
    left_out: tuple[int, ...] = (),
) -> Splits:
    by_activity, by_group, by_slot = (
        {key: visits for key, visits in part.items() if visits.size}
        for part, _told in (activities, groups, slots)
    )
    if by_group.keys() <= {0}:
        by_group = {}  # Nobody was asked: that splits nothing.
    shares = [Share(names.get(key, ""), visits) for key, visits in by_activity.items()]
    return Splits(
        until=until,
        activities=Activities(
            activities[1],
            tuple(sorted(shares, key=lambda each: (-each.visits.size, each.name.casefold()))),
        ),
        groups=Groups(
            groups[1],
            tuple(Group(_GROUP_OF.get(key), by_group[key]) for key in _GROUPS if key in by_group),
        ),
        slots=Slots(
            slots[1],
            tuple(Slot(*divmod(key, 24), by_slot[key]) for key in sorted(by_slot)),
            left_out,
        ),
        firsts=firsts,
    )
