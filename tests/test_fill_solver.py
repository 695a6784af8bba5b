"""The solver of 'Fill the month': never breaks a rule, and no filling is better.

Small cases are compared with every filling that there is.
"""

from __future__ import annotations

import datetime as dt
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.fill_problem import (
    FillSeat,
    FillShift,
    Helper,
    Problem,
    Why,
    Worth,
    faults,
    overlapping,
    worth,
)
from rules.fill_solver import fill

ROOT = Path(__file__).parent.parent
MONDAY = dt.date(2026, 11, 30)
KEY = "key_holder"
#: Seconds that no small case takes, however busy the machine.
LONG = 300
#: Spans of a day; some touch, some overlap.
SPANS = [(9, 12), (10, 13), (12, 16), (13, 17), (16, 20)]


def make_shift(
    number: int, day: int = 0, span: tuple[int, int] = (9, 12), **facts: Any
) -> FillShift:
    start, end = span
    date = MONDAY + dt.timedelta(days=day)
    return FillShift(number, date, dt.time(start), dt.time(end), **facts)


def every_filling(problem: Problem) -> Iterator[dict[int, int]]:
    """Every filling that keeps to the rules, the slow way; it shares nothing with the solver."""

    def further(rest: list[FillSeat], pairs: dict[int, int]) -> Iterator[dict[int, int]]:
        if not rest:
            if not faults(problem, pairs):
                yield dict(pairs)
            return
        yield from further(rest[1:], pairs)
        for helper in problem.helpers:
            yield from further(rest[1:], {**pairs, rest[0].id: helper.id})

    yield from further(problem.seats, {})


def best(problem: Problem) -> Worth:
    return max(
        (worth(problem, pairs) for pairs in every_filling(problem)), key=lambda one: one.rank
    )


@st.composite
def problems(draw: st.DrawFn, most_seats: int = 5, most_people: int = 4) -> Problem:
    """A few shifts on the two days around the end of an ISO week, or three days on."""
    people = range(1, draw(st.integers(1, most_people)) + 1)
    shifts = [
        make_shift(
            number,
            draw(st.sampled_from([5, 6, 7])),
            draw(st.sampled_from(SPANS)),
            on=frozenset(draw(st.sets(st.sampled_from([*people, 99]), max_size=1))),
            guided=draw(st.booleans()),
        )
        for number in range(1, draw(st.integers(1, 4)) + 1)
    ]
    seats = [
        FillSeat(
            number,
            draw(st.sampled_from(shifts)).id,
            draw(st.sampled_from(["", "", KEY])),
            draw(st.sampled_from([True, True, True, False])),
        )
        for number in range(1, draw(st.integers(1, most_seats)) + 1)
    ]
    helpers = [
        Helper(
            person,
            load=draw(st.integers(0, 4)),
            experienced=draw(st.sampled_from([True, True, False])),
            skills=draw(st.sampled_from([{}, {KEY: dt.date.max}, {KEY: shifts[0].date}])),
            most_a_week=draw(st.sampled_from([None, 1, 2])),
            held=tuple(
                (shift.date, shift.start, shift.end) for shift in shifts if person in shift.on
            ),
            away=frozenset(
                draw(st.sets(st.sampled_from([each.id for each in shifts]), max_size=1))
            ),
        )
        for person in people
    ]
    pairs = [(one, other) for one in people for other in people if one != other]
    wishes = draw(st.lists(st.sampled_from(pairs), max_size=2, unique=True)) if pairs else []
    return Problem(shifts, seats, helpers, wishes)


@pytest.mark.slow
@settings(max_examples=150)
@given(problems())
def test_no_filling_is_better_on_any_level(problem: Problem) -> None:
    found = fill(problem, LONG)
    assert faults(problem, found.pairs) == []
    assert found.worth == worth(problem, found.pairs)
    assert found.worth == best(problem)
    assert found.proven
    assert set(found.pairs) | set(found.open) == set(problem.seat)


def test_a_start_that_misleads_the_solver_costs_nothing() -> None:
    """HiGHS 1.16 took the start of the last level for better than it was, and gave it back."""
    shifts = [make_shift(1, 7), make_shift(2, 5, (12, 16)), make_shift(3, 5)]
    seats = [
        FillSeat(1, 3),
        FillSeat(2, 2),
        FillSeat(3, 1),
        FillSeat(4, 1, KEY),
        FillSeat(5, 3, required=False),
    ]
    helpers = [Helper(1, 0, skills={KEY: dt.date.max}), Helper(2, 4), Helper(3, 0), Helper(4, 2)]
    problem = Problem(shifts, seats, helpers)
    assert fill(problem, LONG).worth == best(problem)


@pytest.mark.slow
@settings(max_examples=10)
@given(st.integers(0, 10_000))
def test_a_larger_filling_breaks_no_rule_and_is_the_same_each_time(seed: int) -> None:
    problem = week(seed)
    found = fill(problem, LONG)
    assert faults(problem, found.pairs) == []
    again = fill(week(seed), LONG)
    assert (again.pairs, again.open) == (found.pairs, found.open)


def week(seed: int) -> Problem:
    """Two weeks with more people and seats than can be tried out."""
    dice = random.Random(seed)
    shifts = [
        make_shift(number, dice.randrange(14), dice.choice(SPANS), guided=dice.random() < 0.5)
        for number in range(1, 21)
    ]
    seats = [
        FillSeat(number, dice.randint(1, 20), dice.choice(["", "", KEY]), dice.random() < 0.8)
        for number in range(1, 41)
    ]
    helpers = [
        Helper(
            person,
            dice.randrange(6),
            dice.random() < 0.7,
            {KEY: dt.date.max} if dice.random() < 0.4 else {},
            dice.choice([None, 1, 2]),
            (),
            frozenset(dice.sample(range(1, 21), dice.randrange(12))),
        )
        for person in range(1, 13)
    ]
    return Problem(shifts, seats, helpers, [(1, 2), (2, 1), (3, 4), (5, 1)])


# -- one rule at a time ---------------------------------------------------------------------------


def test_work_is_shared_out_by_what_people_had() -> None:
    shifts = [make_shift(n, day=n) for n in range(4)]
    seats = [FillSeat(n, n) for n in range(4)]
    found = fill(Problem(shifts, seats, [Helper(1, load=3), Helper(2, load=0), Helper(3, load=1)]))
    loads = sorted(found.pairs.values())
    assert loads == [2, 2, 2, 3] or loads == [2, 2, 3, 3]
    assert found.worth.spread == 1


def test_who_cannot_take_a_seat_does_not_count_for_what_is_fair() -> None:
    found = fill(
        Problem(
            [make_shift(1)], [FillSeat(1, 1, KEY)], [Helper(1), Helper(2, skills={KEY: MONDAY})]
        )
    )
    assert found.pairs == {1: 2}
    assert found.worth.spread == 0


def test_a_key_that_runs_out_the_day_before_opens_nothing() -> None:
    until = {KEY: MONDAY - dt.timedelta(days=1)}
    found = fill(Problem([make_shift(1)], [FillSeat(1, 1, KEY)], [Helper(1, skills=until)]))
    assert (found.pairs, found.open) == ({}, {1: Why.unqualified})


def test_one_shift_may_follow_another_at_once() -> None:
    shifts = [make_shift(1, span=(9, 12)), make_shift(2, span=(12, 16))]
    found = fill(Problem(shifts, [FillSeat(1, 1), FillSeat(2, 2)], [Helper(1)]))
    assert found.pairs == {1: 1, 2: 1}


def test_a_week_ends_on_sunday() -> None:
    shifts = [make_shift(1, day=5), make_shift(2, day=6), make_shift(3, day=7)]
    seats = [FillSeat(n, n) for n in (1, 2, 3)]
    held = ((MONDAY, dt.time(9), dt.time(12)),)
    once = fill(Problem(shifts, seats, [Helper(1, most_a_week=1, held=held)]))
    assert once.pairs == {3: 1}
    assert once.open == {1: Why.week_full, 2: Why.week_full}
    assert len(fill(Problem(shifts, seats, [Helper(1, most_a_week=2, held=held)])).pairs) == 2


def test_who_is_new_comes_only_with_somebody_who_knows_the_house() -> None:
    seats = [FillSeat(1, 1), FillSeat(2, 1)]
    new, old = Helper(1, experienced=False), Helper(2)
    assert fill(Problem([make_shift(1)], seats, [new])).open == {1: Why.too_new, 2: Why.too_new}
    assert len(fill(Problem([make_shift(1)], seats, [new, old])).pairs) == 2
    assert fill(Problem([make_shift(1, guided=True)], seats, [new])).pairs == {1: 1}
    assert fill(Problem([make_shift(1)], seats[:1], [new, old])).pairs == {1: 2}


def test_two_who_wish_it_come_together_when_it_costs_nothing() -> None:
    shifts = [make_shift(1, day=0), make_shift(2, day=1)]
    seats = [FillSeat(1, 1), FillSeat(2, 1), FillSeat(3, 2), FillSeat(4, 2)]
    helpers = [Helper(n) for n in (1, 2, 3, 4)]
    for wish in ((1, 2), (1, 3), (4, 1)):
        found = fill(Problem(shifts, seats, helpers, [wish]))
        where = {person: seats[seat - 1].shift for seat, person in found.pairs.items()}
        assert where[wish[0]] == where[wish[1]]
        assert found.worth.spread == 0


def test_extra_seats_take_nobody_from_a_required_one() -> None:
    shifts = [make_shift(1), make_shift(2)]
    seats = [FillSeat(1, 1, required=False), FillSeat(2, 2)]
    assert fill(Problem(shifts, seats, [Helper(1)])).pairs == {2: 1}
    assert len(fill(Problem(shifts, seats, [Helper(1), Helper(2)])).pairs) == 2


@pytest.mark.parametrize(
    ("helper", "why"),
    [
        (Helper(1), Why.unqualified),
        (Helper(1, skills={KEY: dt.date.max}, away=frozenset({1})), Why.away),
        (
            Helper(1, skills={KEY: dt.date.max}, held=((MONDAY, dt.time(11), dt.time(13)),)),
            Why.busy,
        ),
        (Helper(1, experienced=False, skills={KEY: dt.date.max}), Why.too_new),
    ],
)
def test_an_open_seat_says_why(helper: Helper, why: Why) -> None:
    other = Helper(2)  # Without a key they are not what matters.
    found = fill(Problem([make_shift(1)], [FillSeat(1, 1, KEY)], [helper, other]))
    assert found.open == {1: why}


def test_a_seat_stays_open_when_who_could_is_wanted_elsewhere() -> None:
    shifts = [make_shift(1), make_shift(2)]
    found = fill(Problem(shifts, [FillSeat(1, 1), FillSeat(2, 2)], [Helper(1)]))
    assert list(found.open.values()) == [Why.elsewhere]
    assert fill(Problem(shifts, [FillSeat(1, 1)], [])).open == {1: Why.nobody}


def test_nothing_to_fill_is_no_work() -> None:
    found = fill(Problem([], [], []))
    assert (found.pairs, found.open, found.proven) == ({}, {}, True)


def test_when_time_is_up_what_was_found_is_given_and_said_to_be_unproven() -> None:
    problem = week(1)
    found = fill(problem, seconds=0)
    assert faults(problem, found.pairs) == []
    assert not found.proven


def test_groups_of_overlapping_shifts_are_the_largest_ones() -> None:
    shifts = [make_shift(n, span=span) for n, span in enumerate(SPANS)]
    assert overlapping(shifts) == [[0, 1], [1, 2], [2, 3], [3, 4]]
    assert overlapping([make_shift(1, day=0), make_shift(2, day=1)]) == []


@pytest.mark.slow
def test_the_app_starts_without_the_solver() -> None:
    """It and numpy take half a second and 20 MB, which most days nobody needs."""
    code = "import sys, app, views.roster_fill; print({'highspy', 'numpy'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "set()", done.stderr


def test_the_solver_prints_nothing() -> None:
    """It says once a process who it is, and that is no line for the log of a house."""
    code = (
        "import datetime as dt; from rules.fill_problem import *; from rules.fill_solver import *;"
        "at = dt.date(2026, 11, 30), dt.time(9), dt.time(12);"
        "found = fill(Problem([FillShift(1, *at)], [FillSeat(1, 1)], [Helper(1), Helper(2)]));"
        "assert len(found.pairs) == 1"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
