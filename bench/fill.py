"""How long 'Fill the month' takes: 40 volunteers, 300 seats, a month. Run: python bench/fill.py

Prints for some synthetic months the seconds (the model and the solver), the CPU seconds, the
longest that another thread of the process had to wait meanwhile, what the filling is worth, and
which levels may not be the best, with the gap of each. Even months have people who can come seldom,
odd ones people who can come nearly always; of every four the last two have extra seats.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from rules.fill_problem import FillSeat, FillShift, Helper, Problem, faults
from rules.fill_solver import fill

FIRST = dt.date(2026, 12, 1)
DAYS = 31
TIMES = [(9, 13), (10, 16), (12, 17), (13, 17), (16, 20), (19, 22)]


def month(seed: int, people: int, seats: int, busy: bool = True) -> Problem:
    """A month as houses have it: one to four seats a shift, some with a skill, most people free
    on most days, a few new, some with wishes."""
    dice = random.Random(seed)
    shifts, found = [], []
    while len(found) < seats:
        start, end = dice.choice(TIMES)
        day = FIRST + dt.timedelta(days=len(shifts) % DAYS)
        guided = dice.random() < 0.3
        shift = FillShift(len(shifts) + 1, day, dt.time(start), dt.time(end), guided=guided)
        shifts.append(shift)
        for n in range(min(dice.randint(1, 4), seats - len(found))):
            skill = "key_holder" if n == 0 and dice.random() < 0.5 else ""
            skill = "alcohol" if n == 1 and dice.random() < 0.2 else skill
            found.append(FillSeat(len(found) + 1, shift.id, skill, required=n < 3 or seed % 4 < 2))
    helpers = []
    for person in range(1, people + 1):
        never = set(dice.sample(range(7), dice.randint(0, 4) if busy else dice.randint(0, 1)))
        gone = FIRST + dt.timedelta(days=dice.randrange(DAYS))
        days = dt.timedelta(days=dice.choice([0, 0, 3, 7, 14]))
        away = {
            shift.id
            for shift in shifts
            if shift.date.weekday() in never
            or gone <= shift.date < gone + days
            or dice.random() < 0.1
        }
        skills = {
            kind: dt.date.max
            for kind, chance in (("key_holder", 0.35), ("alcohol", 0.3))
            if dice.random() < chance
        }
        most = dice.choice([None, 1, 2, 2, 3] if busy else [None, None, None, 4])
        helpers.append(
            Helper(
                person,
                load=dice.randint(0, 12),
                experienced=dice.random() < 0.85,
                skills=skills,
                most_a_week=most,
                away=frozenset(away),
            )
        )
    wishes = [tuple(dice.sample(range(1, people + 1), 2)) for _ in range(people // 3)]
    return Problem(shifts, found, helpers, wishes)


@contextmanager
def longest_wait() -> Iterator[list[float]]:
    """How long (seconds) a thread that wants to run every millisecond had to wait at most."""
    found, stop = [0.0], threading.Event()

    def tick() -> None:
        last = time.perf_counter()
        while not stop.wait(0.001):
            here = time.perf_counter()
            found[0], last = max(found[0], here - last), here

    thread = threading.Thread(target=tick)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()


def main() -> None:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--people", type=int, default=40)
    ask.add_argument("--seats", type=int, default=300)
    ask.add_argument("--months", type=int, default=5)
    given = ask.parse_args()
    slowest = 0.0
    for seed in range(given.months):
        problem = month(seed, given.people, given.seats, busy=seed % 2 == 0)
        began, cpu = time.perf_counter(), time.process_time()
        with longest_wait() as wait:
            filling = fill(problem)
        took, worked = time.perf_counter() - began, time.process_time() - cpu
        slowest = max(slowest, took)
        assert not faults(problem, filling.pairs)
        said = "proven best" if filling.proven else f"NOT proven best, gaps {filling.gaps}"
        print(
            f"month {seed}: {took:.2f} s ({worked:.2f} s CPU, others waited at most"
            f" {wait[0] * 1000:.0f} ms), {filling.worth}, {said}"
        )
    print(f"slowest of {given.months}: {slowest:.2f} s")


if __name__ == "__main__":
    main()
