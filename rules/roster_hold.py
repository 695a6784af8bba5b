"""Having the roster of a house for oneself while it is rewritten.

Everybody takes what they need in one order, each kind by its ids: houses, people, shifts. Whoever
takes a seat or swaps has people and then shifts, so that nobody waits for who waits for them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from models import FixedPlace, House, Shift, SqliteDatabase, db, for_one_writer
from rules.fixed_people import hold_fixed_people
from rules.patterns import hold_shifts


def hold_roster(houses: Collection[House], first: dt.date, *, besides: Iterable[int] = ()) -> None:
    """Hold some houses, who is fixed in them, and all their shifts from a day on, until the
    transaction ends. Call it before anything else is held.

    Whoever gets on or off a shift meanwhile waits, so that what is decided here knows of everybody.
    On SQLite transactions that write are alone already.

    :param besides: the ids of others who are to be held as well.
    """
    if isinstance(db.obj, SqliteDatabase) or not houses:
        return
    in_order = sorted(houses, key=lambda house: house.id)
    for house in in_order:
        for_one_writer(house)
    # Of all houses together: else of two houses' people those with low ids would come second.
    fixed = FixedPlace.select(FixedPlace.person).where(FixedPlace.house.in_(in_order))
    hold_fixed_people(in_order[0], besides={*besides, *(person for (person,) in fixed.tuples())})
    hold_shifts(Shift.house.in_(in_order) & (Shift.date >= first))
