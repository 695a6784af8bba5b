"""What somebody wishes of the roster: so many shifts a week at most, a weekday free, company.

'At most' and 'not on' bind whoever proposes people for seats; company is sought where it can be
had. Nobody is kept by them from taking a seat by themselves.
"""

from __future__ import annotations

from typing import Any

from peewee import JOIN

from models import (
    House,
    Membership,
    PartOfDay,
    Person,
    Role,
    RosterWish,
    WishKind,
    db,
    for_one_writer,
)
from rules import Refused

#: So many shifts a week can be wished at most; the database holds to 14.
MOST_A_WEEK = range(1, 8)
#: Each weekday with its parts, and some company: more is a slip.
MOST_WISHES = 40


class NotAHelperHere(Refused):
    """Whom somebody wants to be with does not help in this house."""


class TooManyWishes(Refused):
    """The person has so many wishes already that one more is a slip."""


def wishes_of(person: Person, house: House | None = None) -> list[RosterWish]:
    """The wishes of a person with ``other`` loaded: the most a week, weekdays, company.

    :param house: leaves out company of people who do not help in this house.
    """
    other = Person.alias()
    found = list(
        RosterWish.select(RosterWish, other)
        .join(other, JOIN.LEFT_OUTER, on=(RosterWish.other == other.id), attr="other")
        .where(_seen_from(person, house))
    )
    kinds, parts = list(WishKind), ["", *PartOfDay]
    found.sort(
        key=lambda wish: (
            kinds.index(WishKind(wish.kind)),
            wish.weekday or 0,
            parts.index(wish.part_of_day),
            wish.other.sort_key if wish.other_id else (),
        )
    )
    return found


def wish_most(person: Person, most: int | None) -> None:
    """Wish at most so many shifts a week, or (None) no such limit any more.

    :raises ValueError: for less than 1 or more than 7.
    """
    if most is not None and most not in MOST_A_WEEK:
        raise ValueError(most)
    own = (RosterWish.person == person) & (RosterWish.kind == WishKind.most_a_week)
    with db.atomic():
        for_one_writer(person)
        RosterWish.delete().where(own).execute()
        if most is not None:
            RosterWish.create(person=person, kind=WishKind.most_a_week, most=most)


def wish_not_on(person: Person, weekday: int, part: str) -> None:
    """Wish a weekday (0 is Monday) or a part of it free; once is enough.

    :raises TooManyWishes:
    :raises ValueError: for a weekday or a part that there is not.
    """
    if weekday not in range(7):
        raise ValueError(weekday)
    if part:
        PartOfDay(part)
    _add(person, kind=WishKind.not_on, weekday=weekday, part_of_day=part)


def wish_together(person: Person, house: House, other_id: int) -> None:
    """Wish to be on with somebody who helps in a house; once is enough.

    :raises NotAHelperHere: for who does not (any more), and for the person themselves.
    :raises TooManyWishes:
    """
    if other_id == person.id or all(other_id != each.id for each in helpers_of(house)):
        raise NotAHelperHere
    _add(person, kind=WishKind.together, other=other_id)


def drop_wish(person: Person, wish_id: int, house: House | None = None) -> bool:
    """Take back a wish; False when :func:`wishes_of` lists no such wish."""
    own = (RosterWish.id == wish_id) & _seen_from(person, house)
    return bool(RosterWish.delete().where(own).execute())


def _seen_from(person: Person, house: House | None) -> Any:
    """The condition on the wishes of a person that a coordinator of a house may see."""
    own = RosterWish.person == person
    if house is None:
        return own
    here = Membership.select(Membership.person).where(Membership.house == house)
    return own & (RosterWish.other.is_null() | RosterWish.other.in_(here))


def helpers_of(house: House) -> list[Person]:
    """The volunteers and coordinators of a house who are active, in Dutch name order."""
    query = (
        Person.select(Person)
        .join(Membership)
        .where(Membership.house == house, Membership.role != Role.viewer, Person.active)
    )
    return sorted(query, key=lambda person: person.sort_key)


def _add(person: Person, **wish: object) -> None:
    with db.atomic():
        for_one_writer(person)
        if RosterWish.select().where(RosterWish.person == person).count() >= MOST_WISHES:
            raise TooManyWishes
        # The key of the table says that each wish is there once.
        RosterWish.insert(person=person, **wish).on_conflict_ignore().execute()
