"""The best filling of open seats, found by the solver HiGHS.

The levels of :class:`rules.fill_problem.Worth` are optimised one after the other, each exactly and
without giving up any of those before it:

1. as many required seats filled as can be;
2. the smallest difference between the most and the least load of the eligible helpers (those who
   could take at least one required seat), where a load is what they had before plus the required
   seats proposed; then the smallest sum of the squares of these loads;
3. as many shifts as can be with whom somebody wishes to be;
4. as many extra seats filled as can be, then the smallest sum of squares of all loads.

The same problem gives the same filling: the solver runs on one thread, with a fixed seed. When the
time is up, what was found so far is given with ``proven=False``.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from rules.fill_levels import SHARE, LevelModel, Terms
from rules.fill_problem import (
    Helper,
    Problem,
    Why,
    Worth,
    overlapping,
    room_in_week,
    week_of,
    why_open,
    worth,
)

#: Seconds for all levels together.
SECONDS = 8.0


@dataclass(frozen=True)
class Filling:
    """Who is proposed for which open seat (ids), and why the others stay open."""

    pairs: dict[int, int]
    open: dict[int, Why]
    worth: Worth
    #: The levels (fields of ``worth``) that may not be the best, as the time was up before that was
    #: known, each with how far off it may be (infinity: nobody knows).
    gaps: dict[str, float]

    @property
    def proven(self) -> bool:
        """No filling is better."""
        return not self.gaps


@dataclass
class _Need:
    """Open seats of a shift that are alike: whoever can have one can have any of them."""

    shift: int
    required: bool
    seats: list[int]
    people: list[int]


def fill(problem: Problem, seconds: float = SECONDS) -> Filling:
    """The best filling of a problem; see the module for what 'best' means.

    :param seconds: after so much time of the solver the best one that was found is given.
    """
    needs = _needs(problem)
    model = LevelModel(seconds)
    x = {(n, person): model.column(0, 1) for n, need in enumerate(needs) for person in need.people}
    pairs: dict[int, int] = {}
    if x:
        _keep_to_the_rules(problem, needs, x, model)
        _optimise(problem, needs, x, model)
        chosen = model.values
        for n, need in enumerate(needs):
            on = [person for person in need.people if chosen[x[n, person]] > 0.5]
            pairs.update(zip(need.seats, on, strict=False))
    return Filling(
        pairs=pairs,
        open={seat.id: why_open(problem, seat) for seat in problem.seats if seat.id not in pairs},
        worth=worth(problem, pairs),
        gaps=model.gaps,
    )


def _needs(problem: Problem) -> list[_Need]:
    """The open seats, those that are alike taken together: the solver must not tell them apart."""
    found: dict[tuple[int, str, bool], _Need] = {}
    order = sorted(problem.seats, key=lambda seat: (seat.shift, not seat.required, seat.id))
    for seat in order:
        key = (seat.shift, seat.qualification, seat.required)
        if key in found:
            found[key].seats.append(seat.id)
        else:
            people = sorted(problem.can[seat.id])
            found[key] = _Need(seat.shift, seat.required, [seat.id], people)
    return list(found.values())


Columns = dict[tuple[int, int], int]


def _keep_to_the_rules(problem: Problem, needs: list[_Need], x: Columns, model: LevelModel) -> None:
    """The rows that make a choice of columns a filling."""
    of_shift: dict[int, list[int]] = defaultdict(list)
    for n, need in enumerate(needs):
        of_shift[need.shift].append(n)
        model.row({x[n, person]: 1 for person in need.people}, most=len(need.seats))
    groups = overlapping(problem.shifts)
    among = {shift for group in groups for shift in group}
    groups += [[shift] for shift in of_shift if shift not in among]
    in_week: dict[tuple[int, int], list[int]] = defaultdict(list)
    for shift in problem.shifts:
        in_week[week_of(shift.date)] += of_shift[shift.id]
    for helper in problem.helpers:

        def mine(some: Iterable[int], person: int = helper.id) -> Terms:
            return {x[n, person]: 1 for n in some if (n, person) in x}

        for group in groups:
            model.row(mine(n for shift in group for n in of_shift[shift]), most=1)
        if helper.most_a_week is not None:
            for week, some in in_week.items():
                model.row(mine(some), most=room_in_week(helper, week))
    for shift in problem.shifts:
        if shift.guided:
            continue
        knowing = {
            x[n, person]: -1.0
            for n in of_shift[shift.id]
            for person in needs[n].people
            if problem.helper[person].experienced
        }
        new = {
            person
            for n in of_shift[shift.id]
            for person in needs[n].people
            if not problem.helper[person].experienced
        }
        for person in sorted(new):
            own = {x[n, person]: 1.0 for n in of_shift[shift.id] if (n, person) in x}
            model.row({**own, **knowing}, most=0)


def _optimise(problem: Problem, needs: list[_Need], x: Columns, model: LevelModel) -> None:
    """The levels, one after the other."""
    required = {column: 1.0 for (n, _), column in x.items() if needs[n].required}
    extra = {column: 1.0 for (n, _), column in x.items() if not needs[n].required}
    eligible = problem.eligible()
    if required:
        model.maximise("required", required)
        loads = _loads(eligible, needs, x, required_only=True)
        squares = _squares(eligible, loads, model)
        # The fairest by squares nearly always has the smallest spread: a start for what follows.
        model.minimise("", squares)
        model.minimise("spread", _spread(eligible, loads, model))
        model.minimise("squares", squares, step=2)
    company = _company(problem, needs, x, model)
    if company:
        model.maximise("together", company, share=SHARE if extra else 1)
    if extra:
        model.maximise("extra", extra)
        everybody = problem.eligible(extra=True)
        loads = _loads(everybody, needs, x, required_only=False)
        squares = _squares(everybody, loads, model)
        # With the required seats as they are it is quickly fair; then perhaps they could differ.
        model.minimise("", squares, hold=required)
        model.minimise("extra_squares", squares, share=1)


def _loads(
    helpers: list[Helper], needs: list[_Need], x: Columns, *, required_only: bool
) -> dict[int, list[int]]:
    """The columns that add to the load of each helper."""
    found: dict[int, list[int]] = {helper.id: [] for helper in helpers}
    for (n, person), column in x.items():
        if person in found and (needs[n].required or not required_only):
            found[person].append(column)
    return found


def _spread(helpers: list[Helper], loads: dict[int, list[int]], model: LevelModel) -> Terms:
    """Terms that are at least the most load minus the least."""
    top = max(helper.load + len(loads[helper.id]) for helper in helpers)
    base = min(helper.load for helper in helpers)
    now = [helper.load + model.total(loads[helper.id]) for helper in helpers]
    high, low = model.column(base, top, start=max(now)), model.column(base, top, start=min(now))
    for helper in helpers:
        own = dict.fromkeys(loads[helper.id], -1.0)
        model.row({high: 1, **own}, least=helper.load)
        model.row({low: 1, **own}, most=helper.load)
    return {high: 1, low: -1}


def _squares(helpers: list[Helper], loads: dict[int, list[int]], model: LevelModel) -> Terms:
    """Terms that are at least the sum of the squares of the loads, less what they are before.

    The k-th seat of somebody adds (load+k)² - (load+k-1)² = 2(load+k) - 1. Each costs more than
    the one before it, so steps are taken in order without being told.
    """
    terms = {}
    for helper in helpers:
        now = model.total(loads[helper.id])
        steps = []
        for k in range(1, len(loads[helper.id]) + 1):
            step = model.column(0, 1, whole=False, start=k <= now)
            terms[step] = 2.0 * (helper.load + k) - 1
            steps.append(step)
        model.row(
            {**dict.fromkeys(loads[helper.id], 1), **dict.fromkeys(steps, -1)},
            least=0,
            most=0,
        )
    return terms


def _company(problem: Problem, needs: list[_Need], x: Columns, model: LevelModel) -> Terms:
    """Terms that count how often somebody is on with whom they wish to be."""
    often: dict[tuple[int, int], int] = defaultdict(int)
    for one, other in problem.together:
        often[min(one, other), max(one, other)] += 1
    seats = Counter(seat.shift for seat in problem.seats)
    on: dict[tuple[int, int], list[int]] = defaultdict(list)
    for (n, person), column in x.items():
        on[needs[n].shift, person].append(column)
    terms: dict[int, float] = defaultdict(float)
    for (one, other), weight in sorted(often.items()):
        for shift in problem.shifts:
            mine, theirs = on[shift.id, one], on[shift.id, other]
            if one in shift.on or other in shift.on:
                for column in theirs if one in shift.on else mine:
                    terms[column] += weight
            elif mine and theirs and seats[shift.id] > 1:
                now = min(model.total(mine), model.total(theirs))
                both = model.column(0, 1, whole=False, start=now)
                for columns in (mine, theirs):
                    model.row({both: 1, **dict.fromkeys(columns, -1)}, most=0)
                terms[both] = weight
    return terms
