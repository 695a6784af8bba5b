"""Levels that are optimised one after the other, each exactly, by the solver HiGHS.

It knows of unknowns and sums of them only; rules/fill_solver.py says what they mean.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

#: Of the time that is left a level takes at most this part, so that those after it have some.
SHARE = 0.6

#: No level is begun with less time than this.
LEAST_SECONDS = 0.05
INFINITY = float("inf")
#: Values are whole: nearer than this they are the same. Prices nearer to nothing are none.
ALMOST = 0.01
PRICELESS = 1e-6
#: One thread and a fixed seed: the same problem gives the same filling.
OPTIONS = (("threads", 1), ("parallel", "off"), ("random_seed", 1), ("mip_rel_gap", 0.0))

#: What a sum is made of: how often each unknown (by its number) counts.
Terms = Mapping[int, float]


class LevelModel:
    """Columns and rows for HiGHS, and the levels that were settled."""

    def __init__(self, seconds: float) -> None:
        import highspy  # With numpy it takes a while: only whoever fills a month waits for it.

        self._whole = highspy.HighsVarType.kInteger
        self._optimal = highspy.HighsModelStatus.kOptimal
        self._error = highspy.HighsStatus.kError
        made: Any = highspy.Highs  # Its own types know less than it does.

        class Silent(made):  # type: ignore[misc]
            """It says who it is when it begins to listen: before anybody could silence it."""

            def enableCallbacks(self) -> None:
                self.silent()
                super().enableCallbacks()

        self._solver: Any = Silent()
        for name, value in OPTIONS:
            self._solver.setOptionValue(name, value)
        #: The unknowns in the filling that was found last; at first nobody is on a seat.
        self.values: list[float] = []
        #: The levels that may not be the best, and how far off they may be.
        self.gaps: dict[str, float] = {}
        self._left = seconds
        self._new_columns: list[tuple[float, float, bool]] = []
        self._new_rows: list[tuple[float, float, Terms]] = []
        self._settled: tuple[Terms, int] | None = None

    def column(self, least: float, most: float, *, whole: bool = True, start: float = 0) -> int:
        """A new unknown between two bounds; returns its number.

        :param start: what it is in the filling that was found last.
        """
        self._new_columns.append((least, most, whole))
        self.values.append(start)
        return len(self.values) - 1

    def row(self, terms: Terms, *, least: float = -INFINITY, most: float = INFINITY) -> None:
        """A new condition on the sum of some terms."""
        if terms:
            self._new_rows.append((least, most, terms))

    def total(self, columns: Iterable[int]) -> int:
        """The sum of some whole unknowns in the filling that was found last."""
        return sum(round(self.values[column]) for column in columns)

    def maximise(self, name: str, terms: Terms, *, share: float = SHARE) -> None:
        """Settle a level: as much of some terms (whole in every filling) as can be."""
        self.minimise(name, {column: -each for column, each in terms.items()}, share=share)

    def minimise(
        self,
        name: str,
        terms: Terms,
        *,
        step: int = 1,
        share: float = SHARE,
        hold: Iterable[int] = (),
    ) -> None:
        """Settle a level: as little of some terms as can be.

        :param name: what the level is called; without a name it is only a start for the next.
        :param step: values of the terms in fillings differ by a multiple of this.
        :param share: how much of the time that is left it may take.
        :param hold: whole unknowns that stay as they are.
        """
        self._keep_to_the_level_before()
        self._tell()
        if self._left < LEAST_SECONDS:
            if name:
                self.gaps[name] = INFINITY
            return
        solver = self._solver
        columns = list(range(len(self.values)))
        solver.changeColsCost(len(columns), columns, [terms.get(each, 0.0) for each in columns])
        solver.setOptionValue("mip_abs_gap", step - ALMOST)
        lp = solver.getLp()
        lower, upper = lp.col_lower_, lp.col_upper_
        held = [(each, lower[each], upper[each]) for each in hold]
        for column, _lower, _upper in held:
            now = round(self.values[column])
            solver.changeColBounds(column, now, now)
        # After all changes: each of them would make the solver forget it.
        solver.setSolution(len(columns), columns, self.values)
        self._run(self._left * share)
        if not self._is_sound(terms):
            # A start can mislead this solver (1.16): its presolve then takes it for better than it
            # is, and cuts off what is truly best. What it gives does not have the value that it
            # says, so that it shows.
            solver.clearSolver()
            self._run(self._left * share)
        info = solver.getInfo()
        bound = info.mip_dual_bound
        if self._is_sound(terms):
            self.values = list(solver.getSolution().col_value)
        value = sum(each * self.values[column] for column, each in terms.items())
        for bounds in held:
            solver.changeColBounds(*bounds)
        if name:
            gap = round(value) - bound
            if gap > step - ALMOST / 2:
                self.gaps[name] = gap
            self._settled = (terms, round(value))

    def _is_sound(self, terms: Terms) -> bool:
        """Whether the solver has a solution, with the value that it says."""
        said = self._solver.getInfo().objective_function_value
        found = self._solver.getSolution().col_value
        if not (abs(said) < INFINITY and len(found) == len(self.values)):
            return False
        return bool(abs(sum(each * found[one] for one, each in terms.items()) - said) < ALMOST)

    def _keep_to_the_level_before(self) -> None:
        """Let nothing that is found from now on be worse on the level that was settled last.

        A row that says so makes it hard to find fillings: its terms are many and large. Mostly the
        same can be said more simply. Where the best without whole numbers is no better, all that
        is as good keeps the columns and rows that have a price at their bound (complementary
        slackness), and whatever does so is as good.
        """
        if self._settled is None:
            return
        terms, value = self._settled
        self._settled = None
        solver = self._solver
        solver.setOptionValue("solve_relaxation", True)
        # For what has no whole numbers the limit counts from the first run.
        optimal = self._run(solver.getRunTime() + self._left)
        solver.setOptionValue("solve_relaxation", False)
        reached = solver.getInfo().objective_function_value
        found = solver.getSolution()
        if not (optimal and found.dual_valid and abs(reached - value) < PRICELESS):
            self._new_rows.append((-INFINITY, value, terms))
            return
        lp = solver.getLp()
        bounds = lp.col_lower_, lp.col_upper_, lp.row_lower_, lp.row_upper_
        for number, price in enumerate(found.col_dual):
            if abs(price) > PRICELESS:
                at = bounds[price < 0][number]
                solver.changeColBounds(number, at, at)
        for number, price in enumerate(found.row_dual):
            if abs(price) > PRICELESS:
                at = bounds[2 + (price < 0)][number]
                solver.changeRowBounds(number, at, at)

    def _tell(self) -> None:
        """Tell the solver the columns and rows that are new."""
        number = self._solver.getNumCol()
        for least, most, whole in self._new_columns:
            self._solver.addVar(least, most)
            if whole:
                self._solver.changeColIntegrality(number, self._whole)
            number += 1
        for least, most, terms in self._new_rows:
            self._solver.addRow(least, most, len(terms), list(terms), list(terms.values()))
        self._new_columns.clear()
        self._new_rows.clear()

    def _run(self, limit: float) -> bool:
        """Let the solver work until a limit (seconds); returns whether it found the best.

        :raises RuntimeError: when it does not work at all, as where another in this process made
            it start with more threads: what was found before would pass for its answer.
        """
        before = self._solver.getRunTime()
        self._solver.setOptionValue("time_limit", max(limit, LEAST_SECONDS))
        if self._solver.run() == self._error:
            raise RuntimeError(f"HiGHS stopped: {self._solver.getModelStatus()}")
        self._left -= self._solver.getRunTime() - before
        return bool(self._solver.getModelStatus() == self._optimal)
