"""How much one document may tell: what is more is refused before anything is set."""

from __future__ import annotations

from typing import Any

from documents.press import TooLarge

#: Dates of activities, and seats of a roster: some thirty times what a full house has in a month.
MOST_ROWS = 3000


def at_most(query: Any, most: int = MOST_ROWS) -> list[Any]:
    """The rows of a query.

    :raises TooLarge: when there are more than ``most``; no more are read than it takes to know.
    """
    rows = list(query.limit(most + 1))
    if len(rows) > most:
        raise TooLarge(f"more than {most} rows")
    return rows


def no_more_than(number: int, most: int = MOST_ROWS) -> None:
    """:raises TooLarge: when so many facts are more than ``most``."""
    if number > most:
        raise TooLarge(f"{number} rows")
