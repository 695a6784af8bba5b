"""What a new house still needs before its volunteers can use it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models import Activity, House, Membership, OpeningHours, Person, Room, ShiftPattern
from rules.patterns import still_going


@dataclass(frozen=True)
class FirstSteps:
    """For each step whether it was taken."""

    rooms: bool
    hours: bool
    activities: bool
    patterns: bool
    people: bool

    @property
    def done(self) -> bool:
        return all((self.rooms, self.hours, self.activities, self.patterns, self.people))


def first_steps(house: House, person: Person, today: dt.date) -> FirstSteps:
    """Which first steps a house has behind it; one look for each. ``person`` is not company."""
    return FirstSteps(
        rooms=Room.select().where(Room.house == house).exists(),
        hours=OpeningHours.select().where(OpeningHours.house == house).exists(),
        activities=Activity.select().where(Activity.house == house).exists(),
        patterns=ShiftPattern.select()
        .where(ShiftPattern.house == house, still_going(today))
        .exists(),
        people=Membership.select()
        .where(Membership.house == house, Membership.person != person)
        .exists(),
    )
