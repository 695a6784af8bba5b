"""The first three times: until then somebody is not alone on a shift."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Set

from models import HOLDING, Person, Place, PlaceState, ShiftState
from rules import Refused
from rules.hours import THERE
from rules.wall_time import day_of
from rules.written_sql import marks, run

#: So many shifts somebody has had before they can be without anybody experienced.
FIRST_TIMES = 3


class FirstTimesAlone(Refused):
    """``person`` is new, and nobody experienced is on the shift with them."""

    def __init__(self, person: Person) -> None:
        super().__init__(person.id)
        self.person = person


def is_alone(
    person: int, stay: Collection[int], knowing: Set[int], helpers: Collection[int]
) -> bool:
    """Whether somebody is new and would be on a shift without anybody who knows the work.

    In a house that has just begun, where none of the helpers knows it, nobody is new. All are ids.

    :param stay: who is on the shift, see :func:`who_stays`.
    :param knowing: who knows the work, see :func:`experienced`.
    """
    return not knowing.isdisjoint(helpers) and knowing.isdisjoint({*stay, person})


def who_stays(shift_id: int) -> set[int]:
    """Who is on a shift and does not seek cover."""
    sure = [state for state in HOLDING if state is not PlaceState.seeking_cover]
    held = Place.select(Place.person).where(
        Place.shift == shift_id, Place.state.in_(sure), Place.person.is_null(False)
    )
    return {person for (person,) in held.tuples()}


#: Counting stops at enough: of somebody with ten years of shifts three are looked at.
_HOW_OFTEN = """
SELECT p.id, (SELECT COUNT(*) FROM (
    SELECT 1 FROM place AS l JOIN shift AS s ON s.id = l.shift_id
    WHERE l.person_id = p.id AND l.state IN (?, ?) AND s.state = ? AND s.date < ?
    LIMIT ?) AS enough)
FROM person AS p WHERE p.id IN ({people})"""


def experienced(people: Collection[int], now: dt.datetime) -> set[int]:
    """Who of these people has three shifts or more behind them, in whatever house."""
    if not people:
        return set()
    values = (*THERE, ShiftState.planned, day_of(now), FIRST_TIMES, *people)
    rows = run(_HOW_OFTEN.format(people=marks(people)), values)
    return {person for person, times in rows if times >= FIRST_TIMES}
