"""The desk tablet: a browser that is signed in as a house and counts for whoever is there.

A coordinator pairs it with a code that they read out, or turns the browser before them into it. A
code is short, since people type it: it lives for a quarter of an hour, works once, and guessing is
slowed down.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from models import DeskPairing, Device, House, Membership, Person, Role, db, for_one_writer
from rules import Refused, access
from rules.access import Standing, hashed
from rules.passwords import Brakes
from rules.roster_lists import RosterShift
from rules.short_names import names_at_the_door

CODE_LASTS = dt.timedelta(minutes=15)
#: Without what looks alike on paper or sounds alike: no B, I, L, O, S, U, Z, 0 and 1.
LETTERS = "ACDEFGHJKMNPQRTVWXY23456789"
LENGTH = 8

#: Who counts: those whom Access.helpers lets in.
_HELPS = (Role.volunteer, Role.coordinator)


class CodeRefused(Refused):
    """The code is unknown, used or too old; whoever types it is not told which."""


# -- pairing --------------------------------------------------------------------------------------


def make_code(house: House, by: Person, now: dt.datetime) -> str:
    """A new code for a tablet of a house, in clear this once; an earlier one no longer works."""
    code = "".join(secrets.choice(LETTERS) for _ in range(LENGTH))
    with db.atomic():
        for_one_writer(house)  # So that of two codes made at once one is left.
        DeskPairing.delete().where(DeskPairing.house == house, DeskPairing.used.is_null()).execute()
        pairing = DeskPairing.create(
            house=house, hash=hashed(code), created=now, expires=now + CODE_LASTS, by=by
        )
        access.note(by, house, "desk.code", pairing, now)
    return code


def pair(code: str, label: str, brakes: Brakes, place: str, now: dt.datetime) -> str:
    """Make a browser the desk tablet of the house that the code is of.

    :param code: as it was typed: small letters, spaces and dashes do no harm.
    :param place: the network address that asks; only its own misses slow it down.
    :returns: the secret of the new device.
    :raises TooManyTries: before anything is looked up.
    :raises CodeRefused: also when another tablet used the same code a moment ago.
    """
    name = f"desk\n{place}"
    brakes.check(name, place, now)
    code = "".join(code.split()).replace("-", "").upper()
    try:
        with db.atomic():
            pairing = _use_up(code, now)
            secret = access.add_device(pairing.house, label, now)
            device = Device.get(Device.token_hash == hashed(secret))
            access.note(pairing.by, pairing.house, "desk.pair", device, now)
    except CodeRefused:
        brakes.missed(name, place, now)
        raise
    brakes.passed(name, place)
    return secret


def _use_up(code: str, now: dt.datetime) -> DeskPairing:
    """:raises CodeRefused: for all but the first who comes with a code in time."""
    good = (
        (DeskPairing.hash == hashed(code))
        & DeskPairing.used.is_null()
        & (DeskPairing.expires > now)
    )
    if not DeskPairing.update(used=now).where(good).execute():
        raise CodeRefused
    pairing: DeskPairing = DeskPairing.get(DeskPairing.hash == hashed(code))
    return pairing


def pair_this(house: House, device: Device, label: str, by: Person, now: dt.datetime) -> str:
    """Make the browser of a coordinator the desk tablet of a house, and log them out on it.

    :returns: the secret of the new device.
    """
    with db.atomic():
        access.revoke_device(by, device.id, now)
        secret = access.add_device(house, label, now)
        desk = Device.get(Device.token_hash == hashed(secret))
        access.note(by, house, "desk.pair", desk, now)
    return secret


def unpair(house: House, device_id: int, by: Person, now: dt.datetime) -> bool:
    """Let a tablet open nothing any more, at once; False when the house has no such tablet."""
    with db.atomic():
        mine = (Device.id == device_id) & (Device.house == house) & Device.revoked.is_null()
        if not Device.update(revoked=now).where(mine).execute():
            return False
        access.note(by, house, "desk.unpair", Device.get_by_id(device_id), now)
    return True


def may_unpair(person: Person, house: House) -> bool:
    """Whether this person is a coordinator there; administrators are everywhere."""
    return bool(person.is_admin) or _role(house, person.id) == Role.coordinator


def desks_of(house: House) -> list[Device]:
    """The desk tablets of a house, the first paired first."""
    query = Device.select().where(Device.house == house, Device.revoked.is_null())
    return list(query.order_by(Device.created, Device.id))


# -- who counts -----------------------------------------------------------------------------------


def helper_of(house: House, person_id: int | None) -> Person | None:
    """The active helper of a house with this id; a desk counts for nobody else."""
    if person_id is None or not 0 < person_id < 2**31:
        return None
    if _role(house, person_id) not in _HELPS:
        return None
    person: Person = Person.get_by_id(person_id)
    return person


def _role(house: House, person_id: int) -> Role | None:
    member = (
        Membership.select(Membership.role)
        .join(Person)
        .where(Membership.house == house, Person.id == person_id, Person.active)
        .first()
    )
    return Role(member.role) if member else None


@dataclass(frozen=True, slots=True)
class Helper:
    """A name to tap. All that the desk knows of somebody."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Helpers:
    """Who can count at the desk: those who are on today, and the others, by name."""

    on: list[Helper]
    others: list[Helper]


def helpers_at(house: House, shifts: Iterable[RosterShift]) -> Helpers:
    """Whose name can be tapped at the desk.

    :param shifts: those of today; one query besides.
    """
    rows = list(
        Membership.select(Person.id, Person.first_name, Person.last_name, Membership.role)
        .join(Person)
        .where(Membership.house == house, Person.active)
        .tuples()
    )
    # Told apart from who only looks along as well, as on the roster.
    names = names_at_the_door(row[:3] for row in rows)
    helpers = [row[0] for row in rows if row[3] in _HELPS]
    by_name = sorted(helpers, key=lambda each: (names[each].casefold(), each))
    today = {seat.holder_id for shift in shifts if not shift.cancelled for seat in shift.seats}
    return Helpers(
        on=[Helper(each, names[each]) for each in by_name if each in today],
        others=[Helper(each, names[each]) for each in by_name if each not in today],
    )


def device_name(standing: Standing) -> str:
    """How events say that they come from a desk tablet, whatever the tablet calls itself."""
    return f"desk {standing.device.id}"
