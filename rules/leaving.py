"""Somebody leaves a house, or helps no more: first it is said on which seats they still stand."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass
from typing import Any

from models import (
    HOLDING,
    AuditEntry,
    FixedPlace,
    House,
    Membership,
    MessageKind,
    PatternSeat,
    Person,
    Place,
    PlaceState,
    Role,
    Seat,
    Shift,
    ShiftPattern,
    Step,
    db,
    for_one_writer,
)
from rules import Refused, outbox, people, places
from rules.patterns import still_going
from rules.wall_time import day_of, to_utc


class StandsElsewhere(Refused):
    """Meanwhile the person got on or off a seat: ``leaving`` is what it is about now."""

    def __init__(self, leaving: Leaving) -> None:
        super().__init__()
        self.leaving = leaving


@dataclass(frozen=True)
class Leaving:
    """What somebody still has in a house; in every house when they leave the last one.

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
    return _still_has(member, now, not person.is_admin and not elsewhere.exists())


def plan_role(member: Membership, role: Role, now: dt.datetime) -> Leaving:
    """What somebody still has in the house that nobody has in this role there: who only looks on
    cannot say 'I cannot come' either. Two queries, or none when the role makes no difference."""
    stops = role is Role.viewer and member.role != role and not member.person.is_admin
    return _still_has(member, now, False) if stops else Leaving([], [], False)


def has_left(house: House, person_id: int) -> bool:
    """Whether somebody helped in a house once and does not any more."""
    noted = AuditEntry.select().where(
        AuditEntry.house == house,
        AuditEntry.action == "leave",
        AuditEntry.subject == Person._meta.table_name,
        AuditEntry.subject_id == str(person_id),
    )
    here = (Membership.house == house) & (Membership.person == person_id)
    return not Membership.select().where(here).exists() and bool(noted.exists())


def leave(
    member: Membership,
    by: Person,
    now: dt.datetime,
    *,
    free: bool = True,
    seen: str | None = None,
) -> int:
    """End a person's role in a house; returns how many seats came free.

    Who can still log in, as they help in another house, is told which seats are theirs no more.

    :param free: free their coming seats and end their fixed places; else both stay as they are.
    :param seen: the fingerprint of what was shown; None agrees to anything.
    :raises StandsElsewhere: when it is something else by now.
    :raises LastCoordinator: when the house would be left without one.
    """
    with db.atomic():
        for_one_writer(member.house)
        for_one_writer(member.person)  # Whoever puts them on a seat waits, and is refused.
        found = plan_leaving(member, now)
        _check_seen(found, seen)
        people.leave_house(member, by, now)
        freed = _free(found, by, now) if free else []
        if not found.inactive:
            _tell(freed, by, now)
        return len(freed)


def change_person(
    member: Membership,
    by: Person,
    now: dt.datetime,
    *,
    role: Role,
    free: bool = True,
    seen: str | None = None,
    **facts: Any,
) -> int:
    """Change a person's facts and role; returns how many seats came free.

    Who is to look on only does so with their coming seats and fixed places said first, as for
    :func:`leave`. They are told which seats are theirs no more.

    :param facts: what :func:`rules.people.change_person` asks besides.
    :raises StandsElsewhere: when what they have is not what was shown.
    :raises people.EmailInUse, people.LastCoordinator:
    """
    with db.atomic():
        for_one_writer(member.house)
        for_one_writer(member.person)
        found = plan_role(member, role, now)
        _check_seen(found, seen)
        people.change_person(member, by, now, role=role, **facts)
        freed = _free(found, by, now) if free else []
        _tell(freed, by, now)
        return len(freed)


# -- how ------------------------------------------------------------------------------------------


def _still_has(member: Membership, now: dt.datetime, everywhere: bool) -> Leaving:
    held = (
        Place.select(Place, Shift, House, Seat)
        .join(Shift)
        .join(House)
        .switch(Place)
        .join(Seat)
        .where(Place.person == member.person, Place.state.in_(HOLDING), Shift.date >= day_of(now))
        .order_by(Shift.date, Shift.start_time, Shift.id)
    )
    fixed = (
        FixedPlace.select(FixedPlace, PatternSeat, ShiftPattern)
        .join(PatternSeat)
        .join(ShiftPattern)
        .where(FixedPlace.person == member.person, still_going(day_of(now)))
        .order_by(ShiftPattern.title, FixedPlace.id)
    )
    if not everywhere:
        held = held.where(Place.house == member.house)
        fixed = fixed.where(FixedPlace.house == member.house)
    coming = [place for place in held if not _begun(place.shift, now)]
    return Leaving(coming, list(fixed), everywhere)


def _check_seen(found: Leaving, seen: str | None) -> None:
    if seen is not None and (found.places or found.fixed) and seen != found.fingerprint:
        raise StandsElsewhere(found)


def _free(found: Leaving, by: Person, now: dt.datetime) -> list[Place]:
    """Free the seats and end the fixed places; returns the places that were freed."""
    ids = [fixed.id for fixed in found.fixed]
    FixedPlace.delete().where(FixedPlace.id.in_(ids)).execute()
    return [
        place
        for place in found.places
        if places.change(place, PlaceState.released, Step.free, by, now)
    ]


def _tell(freed: list[Place], by: Person, now: dt.datetime) -> None:
    for place in freed:
        told = [place.person_id]
        outbox.tell(told, MessageKind.taken_off, now, shift=place.shift, about=by)


def _begun(shift: Shift, now: dt.datetime) -> bool:
    return to_utc(shift.date, shift.start_time) <= now
