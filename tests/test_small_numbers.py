"""Small numbers: what viewers see of few visitors, and what could have given them away."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.small_numbers import (
    UNTOLD,
    Shown,
    ShownTable,
    Table,
    average,
    compare,
    exact,
    exact_tables,
    protect,
    protect_tables,
    sum_shown,
    sum_tables,
    tells_tables,
)
from tests.conftest import TODAY

HIDDEN = "<5"


def texts(table: ShownTable) -> list[str]:
    return [cell.text for cell in table.cells]


# -- one number -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "shown"),
    [(0, "0"), (1, "<5"), (4, "<5"), (5, "5"), (7, "5"), (8, "10"), (12, "10"), (13, "15")],
)
def test_a_few_are_hidden_and_other_numbers_rounded(n: int, shown: str) -> None:
    assert protect(n).text == shown


@given(st.integers(5, 10**6))
def test_a_number_that_is_seen_is_at_most_two_off(n: int) -> None:
    assert abs(int(protect(n).text) - n) <= 2


@given(st.integers(0, 10**4), st.integers(0, 10**4))
def test_a_bar_says_no_more_than_the_text(one: int, other: int) -> None:
    if protect(one).text == protect(other).text:
        assert protect(one) == protect(other)


@given(st.lists(st.integers(0, 500)))
def test_coordinators_see_exact_numbers_and_sums(numbers: list[int]) -> None:
    (table,) = exact_tables([Table("days", tuple(numbers))])
    assert texts(table) == [str(n) for n in numbers]
    assert table.total == exact(sum(numbers))
    assert table.told


# -- sums, averages and comparisons: made of what is shown ----------------------------------------


def protected(*numbers: int) -> list[Shown]:
    return [protect(n) for n in numbers]


def test_a_total_of_eight_over_two_hidden_numbers_does_not_say_four_and_four() -> None:
    assert {sum_shown(protected(a, b)).text for a in range(1, 5) for b in range(1, 5)} == {"5"}


def test_a_quarter_does_not_say_what_its_months_hide() -> None:
    assert sum_shown(protected(4, 4, 0)) == sum_shown(protected(1, 1, 0))


def test_a_sum_of_one_number_is_that_number_and_of_nobody_is_nobody() -> None:
    assert sum_shown(protected(0, 3, 0)).text == HIDDEN
    assert sum_shown(protected(0, 0)).text == "0"
    assert sum_shown([]).text == "0"


def test_a_sum_takes_each_number_for_the_middle_of_what_it_may_be() -> None:
    assert sum_shown(protected(*[6] * 10)).text == "60"
    assert sum_shown(protected(*[2] * 10)).text == "25"
    assert sum_shown(protected(41, 3, 18)).text == "65"


def test_a_sum_with_one_number_that_is_not_exact_is_not_exact() -> None:
    mixed = sum_shown([exact(8), protect(9)])
    assert (mixed.text, mixed.exact) == ("20", False)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 4)), min_size=1))
def test_sums_are_the_same_for_truths_that_look_the_same(pairs: list[tuple[int, int]]) -> None:
    ones = [n for n, _more in pairs]
    others = [n + more if protect(n + more) == protect(n) else n for n, more in pairs]
    assert sum_shown(protected(*ones)) == sum_shown(protected(*others))


@pytest.mark.parametrize(
    ("total", "openings", "shown"),
    [
        (exact(311), 10, "31"),
        (exact(3), 2, "2"),
        (exact(3), 10, "<1"),
        (exact(0), 3, "0"),
        (protect(311), 10, "30"),
        (protect(11), 4, "<5"),
        (protect(0), 4, "0"),
        (protect(3), 1, "<5"),
    ],
)
def test_an_average_is_as_coarse_as_its_total(total: Shown, openings: int, shown: str) -> None:
    found = average(total, openings)
    assert found is not None
    assert found.text == shown


def test_an_average_times_its_openings_does_not_say_the_total() -> None:
    assert average(protect(38), 4) == average(protect(42), 4)
    assert average(protect(1), 1) == average(protect(4), 1)
    assert average(exact(3), 0) is None


@pytest.mark.parametrize(
    ("now", "before", "shown"),
    [
        (exact(112), exact(100), "+12%"),
        (exact(88), exact(100), "−12%"),
        (exact(100), exact(100), "0%"),
        (exact(201), exact(200), "+1%"),
        (exact(0), exact(8), "−100%"),
        (protect(112), protect(100), "+10%"),
        (protect(87), protect(100), "−15%"),
        (protect(100), exact(100), "0%"),
    ],
)
def test_a_comparison_is_as_coarse_as_its_numbers(now: Shown, before: Shown, shown: str) -> None:
    found = compare(now, before)
    assert found is not None
    assert found.text == shown


def test_nothing_is_compared_with_nobody_or_with_a_few() -> None:
    assert compare(exact(3), exact(0)) is None
    assert compare(protect(30), protect(4)) is None
    assert compare(protect(4), protect(30)) is None
    assert compare(protect(30), UNTOLD) is None


def test_a_comparison_is_the_same_for_truths_that_look_the_same() -> None:
    assert len({compare(protect(a), protect(b)) for a in (8, 12) for b in (18, 22)}) == 1


# -- tables about the same visitors ---------------------------------------------------------------


def test_groups_that_would_say_how_many_came_on_a_day_are_not_shown() -> None:
    days, groups = protect_tables([Table("days", (7, 0)), Table("groups", (5, 1, 1, 0, 0))])
    assert texts(days) == ["5", "0"]
    assert not groups.told
    assert set(groups.cells) == {UNTOLD}
    assert groups.total == days.total


def test_a_usual_month_is_shown_in_all_its_tables() -> None:
    days = (31, 24, 18, 27, 35) * 4
    assert sum(days) == 540
    shown = protect_tables(
        [
            Table("days", days, (0, 1, 2, 3, 4) * 4),
            Table("activities", (344, 121, 55, 17, 3)),
            Table("groups", (12, 2, 84, 140, 302)),
            Table("firsts", (61, 114), whole=False),
        ]
    )
    assert [table.told for table in shown] == [True] * 4
    assert texts(shown[1]) == ["345", "120", "55", "15", "<5"]
    assert texts(shown[2]) == ["10", "<5", "85", "140", "300"]
    assert texts(shown[3]) == ["60", "115"]
    assert shown[3].total.text == "175"


def test_days_are_always_shown_and_each_by_itself() -> None:
    few = (1, 0, 4, 0, 7)
    shown = protect_tables([Table("days", few), Table("groups", (12, 0, 0))])
    assert list(shown[0].cells) == protected(*few)


def test_a_month_without_visitors_is_shown() -> None:
    shown = protect_tables([Table("days", (0, 0)), Table("groups", (0, 0, 0))])
    assert [(table.told, table.total.text) for table in shown] == [(True, "0"), (True, "0")]


def test_a_table_with_one_cell_says_what_the_days_say() -> None:
    shown = protect_tables([Table("days", (4, 4)), Table("activities", (8,))])
    assert texts(shown[1]) == ["5"]


def test_first_time_visitors_are_not_shown_when_they_could_be_everybody() -> None:
    for firsts in ((10,), (6, 4), (1, 10)):
        few = protect_tables([Table("days", (9, 2)), Table("firsts", firsts, whole=False)])
        assert [table.told for table in few] == [True, False]
    nobody = protect_tables([Table("days", (0,)), Table("firsts", (0,), whole=False)])
    assert texts(nobody[1]) == ["0"]


def test_a_table_that_cannot_be_true_is_not_shown() -> None:
    days = Table("days", (31, 24, 18) * 7)
    for wrong in (Table("groups", (500, 10)), Table("firsts", (512,), whole=False)):
        assert not protect_tables([days, wrong])[1].told
    assert protect_tables([]) == []


def test_tables_are_judged_one_by_one() -> None:
    days = Table("days", (3, 6, 9, 12, 0, 41), (0, 0, 0, 1, 1, 1))
    others = [
        Table("a", (40, 25, 6)),
        Table("b", (70, 1)),
        Table("c", (10, 8, 30, 23), (0, 0, 1, 1)),
        Table("d", (36, 35)),
    ]
    alone = [protect_tables([days, other])[1] for other in others]
    assert protect_tables([days, *others])[1:] == alone


def test_months_are_summed_cell_by_cell_and_those_not_shown_left_out() -> None:
    january, february = (
        ShownTable("groups", tuple(protected(*cells)), sum_shown(protected(*cells)))
        for cells in ((3, 20), (2, 40))
    )
    hidden = ShownTable("groups", (UNTOLD, UNTOLD), protect(8), told=False)
    both = sum_tables([january, hidden, february])
    assert both is not None
    assert texts(both) == ["5", "60"]
    assert sum_tables([hidden]) is None


@pytest.mark.parametrize(
    ("first", "last", "tells"),
    [
        ("2026-10-01", "2026-10-31", True),
        ("2026-01-01", "2026-10-31", True),
        ("2024-02-01", "2024-02-29", True),
        ("2026-11-01", "2026-11-30", False),  # not over
        ("2026-11-16", "2026-11-22", False),  # a week
        ("2026-10-01", "2026-10-30", False),
        ("2026-10-02", "2026-10-31", False),
    ],
)
def test_viewers_get_tables_of_whole_months_that_are_over(
    first: str, last: str, tells: bool
) -> None:
    days = dt.date.fromisoformat(first), dt.date.fromisoformat(last)
    assert tells_tables(*days, TODAY) is tells
