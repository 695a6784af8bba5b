"""People who have the same seat again and again."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from models import FixedPlace, House, Membership, Person, Qualification, Role, Rotation, Seat


@dataclass
class FixedPeople:
    """Fixed people by pattern seat, and what is known of them."""

    by_seat: dict[int, list[FixedPlace]]
    qualified: dict[tuple[int, str], dt.date | None] = field(default_factory=dict)

    def choose(self, seat: Seat, taken: set[int]) -> FixedPlace | None:
        """Who has this new seat; nobody whom the shift has already, or without the skill."""
        day = seat.shift.original_date
        for fixed in self.by_seat.get(seat.pattern_seat_id, ()):
            if fixed.person_id in taken or not rotates(fixed, day):
                continue
            if not seat.qualification:
                return fixed
            key = (fixed.person_id, seat.qualification)
            if key in self.qualified and (self.qualified[key] or day) >= day:
                return fixed
        return None


def fixed_people(house: House) -> FixedPeople:
    """Fixed places of people who still help in the house."""
    by_seat = defaultdict(list)
    query = (
        FixedPlace.select(FixedPlace)
        .join(Person)
        .join(
            Membership,
            on=(Membership.person == Person.id) & (Membership.house == FixedPlace.house),
        )
        .where(FixedPlace.house == house, Person.active, Membership.role != Role.viewer)
        .order_by(FixedPlace.id)
    )
    for place in query:
        by_seat[place.pattern_seat_id].append(place)
    people = {place.person_id for places in by_seat.values() for place in places}
    skills = Qualification.select().where(Qualification.person.in_(people))
    qualified = {(skill.person_id, skill.kind): skill.expires for skill in skills}
    return FixedPeople(dict(by_seat), qualified)


def rotates(fixed: FixedPlace, day: dt.date) -> bool:
    """Whether a fixed place falls on a day.

    Even and odd go by the number of the ISO week, as the calendar on the wall does: after a week
    53 'odd' comes twice in a row.
    """
    if fixed.rotation == Rotation.nth:
        if fixed.nth == -1:
            return (day + dt.timedelta(weeks=1)).month != day.month
        return bool((day.day + 6) // 7 == fixed.nth)
    if fixed.rotation == Rotation.every:
        return True
    odd = day.isocalendar().week % 2 == 1
    return odd is (fixed.rotation == Rotation.odd)
