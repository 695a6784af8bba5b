"""What people are called where volunteers see each other: by first name, told apart."""

from __future__ import annotations

from collections import Counter, defaultdict
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


def names_at_the_door(people: Iterable[tuple[int, str, str]]) -> dict[int, str]:
    """What people are called where visitors look on: by first name too, but no last name is told.

    Where two share a first name at most three letters of the last name ('Joop Be.') tell them
    apart, or else a number ('Joop B. 2').
    """
    namesakes: dict[str, dict[int, tuple[str, str]]] = defaultdict(dict)
    for person_id, first, last in people:
        namesakes[first.casefold()][person_id] = (first, last)
    return {
        person_id: _at_the_door(person_id, same)
        for same in namesakes.values()
        for person_id in same
    }


def _at_the_door(person_id: int, same: dict[int, tuple[str, str]]) -> str:
    """The name of one of those who share a first name."""
    first, last = same[person_id]
    if len(same) == 1:
        return first
    others = [name for other, (_, name) in same.items() if other != person_id]
    if not last and all(others):
        return first
    for letters in range(1, min(4, max(2, len(last)))):
        start = last[:letters]
        if start and not any(name.casefold().startswith(start.casefold()) for name in others):
            return f"{first} {start}."
    named = _with_initial(first, last)
    alike = sorted(
        other for other in same if _with_initial(*same[other]).casefold() == named.casefold()
    )
    return f"{named} {alike.index(person_id) + 1}"


def _with_initial(first: str, last: str) -> str:
    return f"{first} {last[0]}." if last else first


def names_in(
    houses: set[int], others: Iterable[tuple[int, str, str]], *, at_the_door: bool = False
) -> dict[int, str]:
    """Short names of the active people of some houses, and of others; one query."""
    members = run(_MEMBERS % marks(houses), (*houses, True)).fetchall() if houses else []
    return (names_at_the_door if at_the_door else short_names)([*members, *others])


_MEMBERS = """
SELECT p.id, p.first_name, p.last_name FROM person p
JOIN membership m ON m.person_id = p.id WHERE m.house_id IN (%s) AND p.active = ?
"""
