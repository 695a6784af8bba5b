"""What people are called where volunteers see each other: by first name, told apart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from rules.written_sql import marks, run


def short_names(people: Iterable[tuple[int, str, str]]) -> dict[int, str]:
    """What people are called on the roster, by id, of (id, first name, last name).

    The first name; with an initial where two share it ('Joop B.'), in full where that does not
    tell them apart either.
    """
    known = {person[0]: person for person in people}
    by_first = Counter(first.casefold() for _, first, _ in known.values())
    by_initial = Counter(_with_initial(first, last).casefold() for _, first, last in known.values())
    names = {}
    for person_id, first, last in known.values():
        initial = _with_initial(first, last)
        if by_first[first.casefold()] == 1:
            names[person_id] = first
        elif by_initial[initial.casefold()] == 1:
            names[person_id] = initial
        else:
            names[person_id] = f"{first} {last}".strip()
    return names


def _with_initial(first: str, last: str) -> str:
    return f"{first} {last[0]}." if last else first


def names_in(houses: set[int], others: Iterable[tuple[int, str, str]]) -> dict[int, str]:
    """Short names of the active people of some houses, and of others; one query."""
    members = run(_MEMBERS % marks(houses), (*houses, True)).fetchall() if houses else []
    return short_names([*members, *others])


_MEMBERS = """
SELECT p.id, p.first_name, p.last_name FROM person p
JOIN membership m ON m.person_id = p.id WHERE m.house_id IN (%s) AND p.active = ?
"""
