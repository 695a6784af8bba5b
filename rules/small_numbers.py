"""Small numbers: what whoever is no coordinator of a house may see of its visitors.

1 to 4 visitors are shown as '<5', other numbers rounded to the nearest 5; nobody is 0. Rounding
each number by itself is not enough: the days of a month and its age groups are tables about the
same people, so that 'one day with 5 (5, 6 or 7)' and 'three groups: 5, <5 and <5' together say that
it were 7: 5, 1 and 1. Therefore:

* The month is the unit. Its days are always shown, each by itself (``protect``). All that is said
  about days and months together - weeks, months, quarters, years, averages, comparisons - is
  computed from what is shown (``sum_shown``, ``average``, ``compare``), so it adds nothing.
* Tables that split the visitors of a month in other ways (by activity, age group, hour) are shown
  when that is safe, and otherwise not at all (``protect_tables``), and only of a month that is over
  (``tells_tables``): who compares the table of today with that of yesterday sees who came today.

When is a table safe? What is shown of the days leaves a range for the true total of the month. That
range is cut into blocks of four totals (the last of some more). A table is shown when its numbers
leave every total of the block possible in which the true total lies. Then no hidden number can be
worked out, not even by a reader who knows these rules and is told that block as well:

* A block has four totals at least, and each of them is possible in every table that is shown. So
  tables tell each other nothing about the total but the block. Whatever of 1 to 4 a hidden number
  is taken to be, some total of the block has room for it, and the other tables have room for that.
* The choice says nothing either. It depends on the block and the table itself; and a table of as
  many numbers could be refused with each total of the block (where that is not so, it is always
  refused), so that 'not shown' does not make any total less likely.

Deciding by what is shown anyway, and not by what would be hidden, is the idea of 'simulatable
auditing' (Kenthapadi, Mishra and Nissim, 2005). To show a coarser table instead of none would break
it: that the finer one was refused would tell which numbers cannot be.

Hours of a weekday and the days of that weekday are about the same people too. Such tables say of
each cell to which part of the visitors it belongs (``Table.of``); there are blocks of each part
then, and one of all together. An activity is on the days that the programme says (``Table.on``):
what is shown of activities leaves the totals of their days as possible as it does that of the
month, also for who knows that nobody came for anything else.

What this does not protect from: somebody who was there and counted, and a correction afterwards,
which can be seen when it changes what is shown.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from typing import NamedTuple

#: Fewer visitors than this could be recognised; larger numbers are rounded to it.
SMALLEST = 5
#: So many numbers stay possible for each that is hidden: 1 to 4.
_POSSIBLE = SMALLEST - 1
#: From here on what a total leaves possible repeats itself with every ``SMALLEST``.
_REPEATS = 30
#: So many sets of days are judged for a month at most.
_MOST_SETS = 200


class Shown(NamedTuple):
    """A number of visitors as somebody may see it."""

    text: str
    #: For bars and charts; as coarse as the text.
    size: float
    #: What it counts for in sums: the middle of what it may be.
    worth: float
    exact: bool = False

    @property
    def hidden(self) -> bool:
        """Whether it is a few people, who are not to be recognised."""
        return self.text.startswith("<")


#: In the place of each number of a table that is not shown.
UNTOLD = Shown("–", 0, 0)


class Table(NamedTuple):
    """True numbers of visitors, each visitor of the month in one cell.

    Give all cells that there could be, also those with nobody: which are left out would tell.
    """

    name: str
    cells: tuple[int, ...]
    #: For each cell the part of the visitors (the weekday) that it belongs to; a table may be about
    #: some parts only. Empty: all cells belong to all visitors.
    of: tuple[int, ...] = ()
    #: Whether every visitor is in it. First-time visitors are not everybody.
    whole: bool = True
    #: For each cell the days (their places in the table of days) on which its visitors came, as
    #: everybody can know: an activity is in the programme. Without any day it may be each of them.
    on: tuple[frozenset[int], ...] = ()


class ShownTable(NamedTuple):
    """A table as somebody may see it; ``told`` is False when there are too few to split."""

    name: str
    cells: tuple[Shown, ...]
    total: Shown
    told: bool = True


# -- one number -----------------------------------------------------------------------------------


def exact(n: int) -> Shown:
    """A number as coordinators see it."""
    return Shown(str(n), n, n, exact=True)


def protect(n: int) -> Shown:
    """A number as viewers may see it: '<5' for 1 to 4, otherwise to the nearest 5."""
    least, most = _possible(n)
    if not most:
        return Shown("0", 0, 0)
    if least < SMALLEST:
        return Shown(f"<{SMALLEST}", (least + most) / 2, (least + most) / 2)
    return Shown(str(_rounded(n)), _rounded(n), (least + most) / 2)


def sum_shown(numbers: Iterable[Shown]) -> Shown:
    """The sum of numbers as somebody who sees them could make it: exact when all are exact,
    otherwise to the nearest 5. It says nothing that the numbers do not say."""
    numbers = list(numbers)
    if all(each.exact for each in numbers):
        return exact(round(sum(each.size for each in numbers)))
    some = [each for each in numbers if each.worth]
    if len(some) < 2:
        return some[0]._replace(exact=False) if some else protect(0)
    total = _rounded(sum(each.worth for each in some))
    return Shown(str(total), total, total)


def average(total: Shown, openings: int) -> Shown | None:
    """Visitors for each opening, from a total as it is shown: to one, or else to the nearest 5.

    None without openings.
    """
    if openings < 1:
        return None
    step = 1 if total.exact else SMALLEST
    each = total.size / openings
    if 0 < each < step:
        return Shown(f"<{step}", step / 2, step / 2, total.exact)
    number = _rounded(each, step)
    return Shown(str(number), number, number, total.exact)


def compare(now: Shown, before: Shown) -> Shown | None:
    """How much more or less there is than before, in percent of what is shown: '+12%', or to the
    nearest 5 when a number is not exact. None when before was nobody, or a number is hidden."""
    if not before.size or now.hidden or before.hidden or UNTOLD in (now, before):
        return None
    both = now.exact and before.exact
    more = 100 * (now.size - before.size) / before.size
    percent = _rounded(abs(more), 1 if both else SMALLEST) * (1 if more > 0 else -1)
    sign = "+" if percent > 0 else "−" if percent < 0 else ""
    return Shown(f"{sign}{abs(percent)}%", percent, percent, both)


# -- tables ---------------------------------------------------------------------------------------


def tells_tables(first: dt.date, last: dt.date, today: dt.date) -> bool:
    """Whether viewers get the visitors from first to last (included) split by activity, group or
    hour: of whole calendar months that are over. Of days and weeks they see the days alone."""
    whole = first.day == 1 and (last + dt.timedelta(days=1)).day == 1
    return whole and first <= last < today


def exact_tables(tables: Sequence[Table]) -> list[ShownTable]:
    """Tables as coordinators see them."""
    return [_shown(table, [exact(n) for n in table.cells]) for table in tables]


def protect_tables(tables: Sequence[Table]) -> list[ShownTable]:
    """Tables about the visitors of one month as viewers may see them, in the same order.

    The first table, the days, is always shown, each day by itself (so ``protect(n)`` is the same).
    The others are shown when that is safe. A table that cannot be true (it does not add up to the
    days, as its roll-up is to be made anew) is not.
    """
    if not tables:
        return []
    days, *others = tables
    first = _shown(days, [protect(n) for n in days.cells])
    known = _Known.of_days(days)
    found = [first]
    for table in others:
        if len(table.cells) == 1 and table.whole and not table.of:
            # All visitors in one cell: what the days say of them together.
            found.append(ShownTable(table.name, (first.total,), first.total))
        elif known.allows(table):
            found.append(_shown(table, [protect(n) for n in table.cells]))
        else:
            found.append(
                ShownTable(table.name, (UNTOLD,) * len(table.cells), first.total, told=False)
            )
    return found


def sum_tables(tables: Sequence[ShownTable]) -> ShownTable | None:
    """The same table of several months together, cell by cell, from what is shown; months of which
    it is not shown are left out. None when there is no such month.

    :raises ValueError: when the tables have not as many cells.
    """
    told = [table for table in tables if table.told]
    if not told:
        return None
    cells = zip(*(table.cells for table in told), strict=True)
    return ShownTable(
        told[0].name,
        tuple(sum_shown(cell) for cell in cells),
        sum_shown(table.total for table in told),
    )


def _shown(table: Table, cells: list[Shown]) -> ShownTable:
    return ShownTable(table.name, tuple(cells), sum_shown(cells))


# -- when a table is safe -------------------------------------------------------------------------


class _Range(NamedTuple):
    """Totals that are possible, both ends included."""

    least: int
    most: int

    @property
    def size(self) -> int:
        return self.most - self.least + 1

    def totals(self) -> range:
        return range(self.least, self.most + 1)

    def block(self, total: int) -> _Range:
        """The block of this range in which a total lies: of four totals, the last of some more, or
        the whole range when it is smaller. Larger blocks would be cut by more tables."""
        last = self.least + max(0, self.size // _POSSIBLE - 1) * _POSSIBLE
        start = min(last, total - (total - self.least) % _POSSIBLE)
        return _Range(start, self.most if start == last else start + _POSSIBLE - 1)


class _Known(NamedTuple):
    """What a reader may know of totals: the block of each part, and that of all together."""

    parts: dict[int, _Range]
    totals: dict[int, int]
    whole: _Range
    days: tuple[int, ...]

    @classmethod
    def of_days(cls, days: Table) -> _Known:
        # Also when no table is by part: each is judged the same, whichever others there are.
        cells_of = _by_part(days) if days.of else {0: days.cells}
        totals = {part: sum(cells) for part, cells in cells_of.items()}
        blocks = {
            part: _sum_of_possible(cells).block(totals[part]) for part, cells in cells_of.items()
        }
        together = _Range(
            sum(block.least for block in blocks.values()),
            sum(block.most for block in blocks.values()),
        )
        # A hidden number asks no more of the total of its part than one of the first four, or last
        # four, of the part's block. The block of all has room for one of each, as it has four too
        # and the other parts can have more or fewer.
        return cls(blocks, totals, together.block(sum(days.cells)), days.cells)

    def allows(self, table: Table) -> bool:
        """Whether a table may be shown."""
        if not table.of:
            total = sum(self.totals.values())
            safe = _is_safe(table.cells, total, self.whole, whole=table.whole)
            return safe and self._allows_days_of(table)
        nobody = _Range(0, 0)
        return all(
            _is_safe(
                cells, self.totals.get(part, 0), self.parts.get(part, nobody), whole=table.whole
            )
            for part, cells in _by_part(table).items()
        )

    def _allows_days_of(self, table: Table) -> bool:
        """Whether who knows on which days the cells were learns nothing about some of the days.

        Cells that were on these days alone hold no more visitors than the days. And perhaps the
        days no more than the cells that were on any of them: who was there may know that nobody
        came for anything else, and then the other days have the rest. So each total of the block
        of these days, and of that of the others, stays possible, or there clearly were more.
        """
        sets = _sets_of_days(table.on)
        if sets is None:
            return False
        free = [n for n, on in zip(table.cells, table.on, strict=False) if not on]
        cells = [(n, on) for n, on in zip(table.cells, table.on, strict=False) if on and n]
        every = frozenset(range(len(self.days)))
        for days in sets:
            block, others = self._block(days), self._block(every - days)
            # As for all tables: that it is refused must not make any total less likely.
            there = sum(not on.isdisjoint(days) for on in table.on)
            if len({_may_be_refused(there, each, block) for each in block.totals()}) > 1:
                return False
            touching = [_sum_of_possible(n for n, on in cells if on & days)]
            touching += [_sum_of_possible([n]) for n, on in cells if on == days]
            if any(
                sums.most >= block.least
                and (sums.most < block.most or block.size < min(_POSSIBLE, block.most))
                for sums in touching
            ):
                return False
            within = [n for n, on in cells if on <= days]
            rest = [*free, *(n for n, on in cells if not on & days)]
            filled = any(sums.most >= block.least for sums in touching)
            if (
                _sum_of_possible(within).least > block.least
                or _sum_of_possible([*free, *(n for n, on in cells if not on <= days)]).most
                < others.most
                or (filled and days != every and _sum_of_possible(rest).least > others.least)
            ):
                return False
        return True

    def _block(self, days: Iterable[int]) -> _Range:
        seen = [self.days[place] for place in days]
        return _sum_of_possible(seen).block(sum(seen))


def _sets_of_days(on: Sequence[frozenset[int]]) -> set[frozenset[int]] | None:
    """The days of each cell, what those that overlap are together, and the days on which the same
    cells were; None when these are too many to judge."""
    each = {days for days in on if days}
    found, new = set(each), set(each)
    while new:
        new = {one | other for one in new for other in each if one & other} - found
        found |= new
        if len(found) > _MOST_SETS:
            return None
    same = defaultdict(set)
    for day in frozenset[int]().union(*each):
        same[tuple(day in days for days in on)].add(day)
    return found | set(map(frozenset, same.values()))


def _is_safe(cells: Sequence[int], total: int, block: _Range, *, whole: bool) -> bool:
    """Whether cells that add up to a total (or, when not whole, to a part of it) leave every total
    of its block possible, and that they might not have done so would tell nothing."""
    if sum(cells) > total or (whole and sum(cells) < total):
        return False
    if block.most and block.size < _POSSIBLE:
        return False
    sums = _sum_of_possible(cells)
    if not whole:
        # Fewer than any total of the block. When everybody is in it that is never so.
        return sums.most < block.least or not block.most
    if sums.least > block.least or sums.most < block.most:
        return False
    return len({_may_be_refused(len(cells), each, block) for each in block.totals()}) == 1


def _may_be_refused(cells: int, total: int, block: _Range) -> bool:
    """Whether some table of so many cells with a total of a block rules out one of its totals."""
    ends = _ends(cells, total)
    return ends.least > block.least or ends.most < block.most


@cache
def _ends(cells: int, total: int) -> _Range:
    """Of all tables of so many cells with a total: the largest sum of what its cells are at least,
    and the smallest sum of what they are at most. (These are two tables.)"""
    if total >= _REPEATS:
        # Whoever is more than this stands in a cell that is as far from its ends without them.
        more = (total - _REPEATS) // SMALLEST * SMALLEST + SMALLEST
        ends = _ends(cells, total - more)
        return _Range(ends.least + more, ends.most + more)
    if cells == 1 or not total:
        return _possible(total)
    # Nobody is split over more cells than there are visitors.
    rest = min(cells, total) - 1
    if not rest:
        return _possible(total)
    pairs = [(_possible(n), _ends(rest, total - n)) for n in range(total + 1)]
    return _Range(
        max(one.least + other.least for one, other in pairs),
        min(one.most + other.most for one, other in pairs),
    )


def _by_part(table: Table) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for part, n in zip(table.of, table.cells, strict=True):
        found.setdefault(part, []).append(n)
    return found


def _sum_of_possible(cells: Iterable[int]) -> _Range:
    ranges = [_possible(n) for n in cells]
    return _Range(sum(each.least for each in ranges), sum(each.most for each in ranges))


@lru_cache(maxsize=1024)
def _possible(n: int) -> _Range:
    """What a number may be for who sees it protected."""
    if n <= 0:
        return _Range(0, 0)
    if n < SMALLEST:
        return _Range(1, SMALLEST - 1)
    start = _possible_start(n)
    return _Range(max(start, SMALLEST), start + SMALLEST - 1)


def _possible_start(n: int) -> int:
    """The first of the numbers that round to the same multiple of ``SMALLEST``."""
    return int(_rounded(n)) - SMALLEST // 2


def _rounded(n: float, step: int = SMALLEST) -> int:
    return step * int((n + step / 2) // step)
