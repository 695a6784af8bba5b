"""Somebody leaves a house: first it is said on which seats they still stand."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass

from models import (
    HOLDING,
    FixedPlace,
    House,
    Membership,
    PatternSeat,
    Person,
    Place,
    PlaceState,
    Seat,
    Shift,
    ShiftPattern,
    Step,
    db,
    for_one_writer,
)
from rules import Refused, people, places
from rules.patterns import still_going
from rules.wall_time import day_of, to_utc


class StandsElsewhere(Refused):
    """Meanwhile the person got on or off a seat: ``leaving`` is what it is about now."""

    def __init__(self, leaving: Leaving) -> None:
        super().__init__()
        self.leaving = leaving


@dataclass(frozen=True)
class Leaving:
    """What somebody still has in a house, or in every house when they leave the last one.

    places: with ``place.shift`` (and its ``house``) and ``place.seat``, by time; shifts that have
    not begun. fixed: with ``pattern_seat.pattern``. inactive: they can no longer log in.
    """

    places: list[Place]
    fixed: list[FixedPlace]
    inactive: bool

    @property
    def fingerprint(self) -> str:
        """The same while the person stands on the same seats."""
        said = [place.id for place in self.places], [fixed.id for fixed in self.fixed]
        return hashlib.sha256(repr((said, self.inactive)).encode()).hexdigest()[:32]


def plan_leaving(member: Membership, now: dt.datetime) -> Leaving:
    """What somebody still has that could be freed when they leave: three queries."""
    person = member.person
    elsewhere = Membership.select().where(Membership.person == person, Membership.id != member.id)
    inactive = not person.is_admin and not elsewhere.exists()
    held = (
        Place.select(Place, Shift, House, Seat)
        .join(Shift)
        .join(House)
        .switch(Place)
        .join(Seat)
        .where(Place.person == person, Place.state.in_(HOLDING), Shift.date >= day_of(now))
        .order_by(Shift.date, Shift.start_time, Shift.id)
    )
    fixed = (
        FixedPlace.select(FixedPlace, PatternSeat, ShiftPattern)
        .join(PatternSeat)
        .join(ShiftPattern)
        .where(FixedPlace.person == person, still_going(day_of(now)))
        .order_by(ShiftPattern.title, FixedPlace.id)
    )
    if not inactive:
        held = held.where(Place.house == member.house)
        fixed = fixed.where(FixedPlace.house == member.house)
    coming = [place for place in held if not _begun(place.shift, now)]
    return Leaving(coming, list(fixed), inactive)


def leave(
    member: Membership,
    by: Person,
    now: dt.datetime,
    *,
    free: bool = True,
    seen: str | None = None,
) -> int:
    """End a person's role in a house; returns how many seats came free.

    :param free: free their coming seats and end their fixed places; else both stay as they are.
    :param seen: the fingerprint of what was shown; None agrees to anything.
    :raises StandsElsewhere: when it is something else by now.
    :raises LastCoordinator: when the house would be left without one.
    """
    with db.atomic():
        for_one_writer(member.house)
        for_one_writer(member.person)  # Whoever puts them on a seat waits, and is refused.
        found = plan_leaving(member, now)
        if seen is not None and (found.places or found.fixed) and seen != found.fingerprint:
            raise StandsElsewhere(found)
        people.leave_house(member, by, now)
        if not free:
            return 0
        ids = [fixed.id for fixed in found.fixed]
        FixedPlace.delete().where(FixedPlace.id.in_(ids)).execute()
        return sum(
            places.change(place, PlaceState.released, Step.free, by, now) for place in found.places
        )


def _begun(shift: Shift, now: dt.datetime) -> bool:
    return to_utc(shift.date, shift.start_time) <= now
