"""Small numbers, attacked: no hidden number can be worked out from what is shown.

Small cases are attacked with every truth that gives the same picture under the published rules,
larger ones with an integer solver. Whoever attacks knows the rules and sees everything at once.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, NamedTuple

import highspy
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.small_numbers import (
    Shown,
    ShownTable,
    Table,
    average,
    compare,
    protect,
    protect_tables,
    sum_shown,
)


def picture(tables: Iterable[ShownTable]) -> tuple[Any, ...]:
    """All that a reader sees of some tables."""
    return tuple((table.told, table.cells, table.total) for table in tables)


def possible(cell: Shown) -> tuple[int, int]:
    """What a number may be, by the published rules: at least and at most."""
    if cell.hidden:
        return 1, 4
    n = int(cell.text)
    return (max(n - 2, 5), n + 2) if n else (0, 0)


# -- every truth that looks the same --------------------------------------------------------------


class Form(NamedTuple):
    """What a table is before anybody came: its number of cells, and what they are about."""

    size: int
    of: tuple[int, ...] = ()
    whole: bool = True


Cells = tuple[int, ...]


@cache
def with_sum(size: int, total: int) -> list[Cells]:
    """Every row of so many cells with a sum."""
    if size == 1:
        return [(total,)]
    return [(n, *rest) for n in range(total + 1) for rest in with_sum(size - 1, total - n)]


def every_table(form: Form, days: Cells, parts: Sequence[int]) -> Iterable[Cells]:
    """Every table of a form that can be about the same visitors as some days."""
    if not form.whole:
        for total in range(sum(days) + 1):
            yield from with_sum(form.size, total)
    elif not form.of:
        yield from with_sum(form.size, sum(days))
    else:
        columns = []
        for part in sorted(set(form.of)):
            total = sum(n for n, of in zip(days, parts, strict=True) if of == part)
            columns.append(with_sum(form.of.count(part), total))
        for pieces in itertools.product(*columns):
            yield tuple(n for piece in pieces for n in piece)


Seen = tuple[Any, ...]


def attack(size: int, most: int, forms: Sequence[Form], parts: Cells = ()) -> dict[str, set[int]]:
    """Look at every truth with so many days of at most so many visitors, and at what is shown.

    For each thing that can be seen all truths that would give exactly this are gathered. Returns of
    how many values hidden cells can be, and cells of tables that are not shown.
    """
    # Tables are judged one by one, so each is tried beside the days alone; what can be seen
    # together is what can be seen of each with the same days.
    pictures: dict[tuple[Seen, ...], list[set[Cells]]] = {}
    for days in itertools.product(range(most + 1), repeat=size):
        table = Table("days", days, parts)
        seen: list[dict[Seen, set[Cells]]] = [{picture(protect_tables([table])): {days}}]
        for form in forms:
            found = defaultdict(set)
            for cells in every_table(form, days, parts):
                other = Table("other", cells, form.of, form.whole)
                found[picture(protect_tables([table, other])[1:])].add(cells)
            seen.append(found)
        for together in itertools.product(*seen):
            kept = pictures.setdefault(together, [set() for _ in together])
            for cells_so_far, which, one in zip(kept, together, seen, strict=True):
                cells_so_far |= one[which]
    left: dict[str, set[int]] = {"hidden": set(), "untold": set()}
    for together, truths in pictures.items():
        # Days with more visitors than were tried may look the same as these.
        if any(possible(day)[1] > most for day in together[0][0][1]):
            continue
        for ((told, cells, _total),), same in zip(together, truths, strict=True):
            for place, cell in enumerate(cells):
                values = {each[place] for each in same}
                if not told and values != {0}:  # the days say that nobody came
                    left["untold"].add(len(values))
                elif cell.hidden:
                    assert values <= {1, 2, 3, 4}
                    left["hidden"].add(len(values))
    return left


@pytest.mark.slow
@pytest.mark.parametrize(
    ("size", "most", "forms", "parts"),
    [
        (1, 22, [Form(3), Form(2)], ()),
        (2, 12, [Form(2), Form(3), Form(1, whole=False)], ()),
        (2, 7, [Form(5)], ()),
        # Who came first, who had been before, and by age: who was not asked is in neither.
        (1, 22, [Form(2, whole=False), Form(3)], ()),
        (2, 10, [Form(2, whole=False), Form(2)], ()),
        (3, 7, [Form(2), Form(2, whole=False)], ()),
        (3, 7, [Form(3, (0, 0, 1)), Form(2)], (0, 0, 1)),
        (3, 7, [Form(2, (0, 0)), Form(2, (1, 1)), Form(2)], (0, 0, 1)),
        (2, 12, [Form(4, (0, 0, 1, 1)), Form(3), Form(1, whole=False)], (0, 1)),
    ],
)
def test_every_hidden_number_can_be_each_of_one_to_four(
    size: int, most: int, forms: list[Form], parts: Cells
) -> None:
    left = attack(size, most, forms, parts)
    assert left["hidden"] == {4}
    # What is not shown at all is not known either.
    assert min(left["untold"]) >= 2


def test_two_months_and_what_is_said_of_both_leave_each_number_possible() -> None:
    def seen(months: Sequence[Cells]) -> Seen:
        shown = [
            protect_tables([Table("days", days), Table("all", (sum(days),))]) for days in months
        ]
        totals = [days.total for days, _other in shown]
        quarter = sum_shown(totals)
        return (
            *(picture(tables) for tables in shown),
            quarter,
            average(quarter, 4),
            compare(totals[1], totals[0]),
        )

    truths = defaultdict(list)
    for cells in itertools.product(range(9), repeat=4):
        truths[seen((cells[:2], cells[2:]))].append(cells)
    for found in truths.values():
        for place, n in enumerate(found[0]):
            if 0 < n < 5:
                assert {cells[place] for cells in found} == {1, 2, 3, 4}


# -- somebody who knows the programme --------------------------------------------------------------


def attack_by_programme(
    size: int, most: int, on: Sequence[frozenset[int]], only: frozenset[int] = frozenset()
) -> set[int]:
    """The same for activities of which everybody knows on which days they were, beside those who
    came for none. On the days of ``only`` nobody came for none, and the reader knows it.

    Returns of how many values hidden days and activities can be.
    """
    pairs = [(k, day) for k, days in enumerate(on) for day in days]
    pairs += [(len(on), day) for day in range(size) if day not in only]
    truths: set[tuple[Cells, Cells]] = {((0,) * size, (0,) * (len(on) + 1))}
    for k, day in pairs:
        more = set()
        for days, cells in truths:
            for n in range(most - days[day] + 1):
                now = (*days[:day], days[day] + n, *days[day + 1 :])
                more.add((now, (*cells[:k], cells[k] + n, *cells[k + 1 :])))
        truths = more
    pictures = defaultdict(list)
    for days, cells in truths:
        table = Table("activities", cells, on=(*on, frozenset()))
        pictures[picture(protect_tables([Table("days", days), table]))].append((days, cells))
    left = set()
    for ((_told, shown, _total), (told, seen, _all)), same in pictures.items():
        if any(possible(day)[1] > most for day in shown):
            continue
        for which, numbers in enumerate((shown, seen if told else ())):
            for place, cell in enumerate(numbers):
                if cell.hidden:
                    left.add(len({truth[which][place] for truth in same}))
    return left


FIRST, LAST, BOTH, MIDDLE = map(frozenset, ({0}, {2}, {0, 1}, {1, 2}))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("on", "only"),
    [
        *(([BOTH], only) for only in (frozenset(), BOTH, FIRST)),
        *(([FIRST], only) for only in (frozenset(), FIRST)),
        *(([FIRST, BOTH], only) for only in (frozenset(), FIRST, BOTH)),
        *(([BOTH, MIDDLE], only) for only in (frozenset(), BOTH, LAST)),
    ],
)
def test_who_knows_the_programme_works_out_no_hidden_number(
    on: list[frozenset[int]], only: frozenset[int]
) -> None:
    assert attack_by_programme(3, 7, on, only) == {4}


@pytest.mark.parametrize("base", range(18, 27))
def test_an_activity_that_fills_its_days_is_not_told(base: int) -> None:
    """Four Saturdays of '<5', and a table of '<5' on Saturdays: each of them would be 1."""
    weekdays = [(date + 3) % 7 for date in range(31)]
    saturdays = [date for date in range(31) if weekdays[date] == 5][:4]
    days = tuple(
        1 if date in saturdays else base if weekdays[date] < 5 else 0 for date in range(31)
    )
    table = Table("activities", (sum(days) - 4, 4), on=(frozenset(), frozenset(saturdays)))
    assert not protect_tables([Table("days", days, tuple(weekdays)), table])[1].told


# -- larger months, against a solver --------------------------------------------------------------


class Solver:
    """Somebody who sees tables, knows how numbers are rounded and that tables are about the same
    visitors, and looks for what a cell can be at least and at most."""

    def __init__(self, tables: Sequence[tuple[Table, ShownTable]]) -> None:
        self.highs: Any = highspy.Highs()
        # All solvers of a process share their threads, so as many as rules/fill_levels.py asks for.
        self.highs.setOptionValue("threads", 1)
        self.highs.silent()
        self.columns: dict[tuple[str, int], int] = {}
        days = tables[0][0]
        for table, shown in tables:
            if not shown.told:
                continue
            for place, cell in enumerate(shown.cells):
                self.columns[table.name, place] = self._unknown(*possible(cell))
            if table is days:
                continue
            for part in set(table.of) or {None}:
                mine = self._cells(table, part)
                other = [] if table.whole else [self._unknown(0, 10**6)]
                whole = self._cells(days, part)
                terms = {**dict.fromkeys(mine + other, 1.0), **dict.fromkeys(whole, -1.0)}
                self.highs.addRow(0, 0, len(terms), list(terms), list(terms.values()))

    def _unknown(self, least: int, most: int) -> int:
        self.highs.addVar(least, most)
        column = self.highs.getNumCol() - 1
        self.highs.changeColIntegrality(column, highspy.HighsVarType.kInteger)
        return int(column)

    def _cells(self, table: Table, part: int | None) -> list[int]:
        return [
            self.columns[table.name, place]
            for place in range(len(table.cells))
            if part is None or table.of[place] == part
        ]

    def bounds(self, cell: tuple[str, int]) -> tuple[int, int]:
        """The least and the most that a cell can be."""
        column, found = self.columns[cell], []
        for sign in (1, -1):
            self.highs.changeColCost(column, sign)
            self.highs.run()
            assert self.highs.getModelStatus() == highspy.HighsModelStatus.kOptimal
            found.append(round(self.highs.getSolution().col_value[column]))
            self.highs.changeColCost(column, 0)
        return found[0], found[1]


def split(total: int, weights: Sequence[int]) -> Cells:
    """A total over cells, as the weights are; what is left over goes to the first."""
    cells = [total * weight // (sum(weights) or 1) for weight in weights]
    return (cells[0] + total - sum(cells), *cells[1:])


@st.composite
def months(draw: st.DrawFn) -> list[Table]:
    """A month with quiet and busy days, split by activity, by group and by the hours of weekdays,
    and with first-time visitors."""
    days = tuple(draw(st.lists(st.integers(0, 30), min_size=2, max_size=20)))
    of = tuple(place % 5 for place in range(len(days)))
    weights = st.lists(st.integers(0, 20), min_size=2, max_size=6)
    total = sum(days)
    tables = [Table("days", days, of)]
    tables += [Table(name, split(total, draw(weights))) for name in ("activities", "groups")]
    for part in sorted(set(of)):
        cells = split(sum(n for n, p in zip(days, of, strict=True) if p == part), draw(weights))
        tables.append(Table(f"hours {part}", cells, (part,) * len(cells)))
    asked = draw(st.integers(0, total))
    firsts = draw(st.integers(0, asked))
    return [*tables, Table("firsts", (firsts, asked - firsts), whole=False)]


@pytest.mark.slow
@settings(max_examples=60)
@given(months())
def test_no_solver_works_out_a_hidden_number(tables: list[Table]) -> None:
    shown = list(zip(tables, protect_tables(tables), strict=True))
    solver = Solver(shown)
    for table, seen in shown:
        for place, cell in enumerate(seen.cells):
            if seen.told and cell.hidden:
                assert solver.bounds((table.name, place)) == (1, 4), (table.name, place)


def test_the_solver_does_work_out_what_rounding_alone_gives_away() -> None:
    tables = [Table("days", (7,)), Table("groups", (5, 1, 1))]
    each_by_itself = [
        ShownTable(table.name, tuple(map(protect, table.cells)), protect(7)) for table in tables
    ]
    solver = Solver(list(zip(tables, each_by_itself, strict=True)))
    assert [solver.bounds(("groups", place)) for place in range(3)] == [(5, 5), (1, 1), (1, 1)]


@pytest.mark.parametrize("mean", [12, 30, 60])
def test_a_house_with_visitors_is_shown_its_tables_nearly_always(mean: int) -> None:
    told = []
    for seed in range(40):
        days = tuple(mean + (seed * 7 + day * 5) % 11 - 5 for day in range(21))
        total = sum(days)
        activities = split(total, (50 + seed, 20, 10, 5, 3, 1))
        groups = split(total, (5, 8 + seed % 7, 8, 30, 50))
        told += protect_tables(
            [Table("days", days), Table("activities", activities), Table("groups", groups)]
        )[1:]
    assert sum(table.told for table in told) >= 0.95 * len(told)
