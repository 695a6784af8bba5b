"""Who may do what, and how a browser proves who it is: tokens and devices.

Secrets have 128 bits and leave this module once, in clear; the database keeps their SHA-256.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

from models import (
    AuditEntry,
    Credential,
    Device,
    House,
    LoginToken,
    Person,
    Role,
    Table,
    TokenKind,
    db,
)
from rules import Refused
from rules.written_sql import columns, row_of, run

INVITE_LASTS = dt.timedelta(hours=24)


class Access(IntEnum):
    """What an address asks of whoever comes: the least that opens it."""

    public = 0  # anybody
    signed_in = 1  # whoever is logged in, with or without a house
    member = 2  # any role in the house
    figures = 3  # viewers and coordinators of the house
    helpers = 4  # volunteers and coordinators of the house
    door = 5  # whoever counts at the door: helpers, and the desk tablet of the house
    hosts = 6  # coordinators; and helpers where a rule lets them, as hosts for the day
    coordinators = 7
    admins = 8
    desk = 9  # the desk tablet of the house, and no person


#: Which roles in a house open what. Administrators have a coordinator's rights everywhere.
_ROLES: dict[Access, frozenset[Role]] = {
    Access.member: frozenset(Role),
    Access.figures: frozenset({Role.viewer, Role.coordinator}),
    Access.helpers: frozenset({Role.volunteer, Role.coordinator}),
    Access.door: frozenset({Role.volunteer, Role.coordinator}),
    Access.hosts: frozenset({Role.volunteer, Role.coordinator}),
    Access.coordinators: frozenset({Role.coordinator}),
    Access.admins: frozenset(),
    Access.desk: frozenset(),
}
#: What the desk tablet of a house opens: nothing of a person.
_OF_DESKS = frozenset({Access.door, Access.desk})


class TokenUnknown(Refused):
    """No such link or card."""


class TokenSpent(Refused):
    """The link was used, has expired or was revoked."""


@dataclass
class Standing:
    """A person with the houses in which they have a role, by name; or, without a person, the desk
    tablet of its one house."""

    person: Person | None
    device: Device
    houses: list[House] = field(default_factory=list)
    roles: dict[int, Role] = field(default_factory=dict)

    @property
    def desk(self) -> House | None:
        """The house whose desk tablet this is; None for a person."""
        return self.houses[0] if self.person is None else None

    def role_in(self, house: House) -> Role | None:
        if self.person is not None and self.person.is_admin:
            return Role.coordinator
        return self.roles.get(house.id)

    def may(self, access: Access, house: House | None) -> bool:
        """Whether this person may pass a gate, in a house if the gate is about one."""
        if self.person is None:
            return access in _OF_DESKS and house == self.desk
        if access <= Access.signed_in:
            return True
        if access is Access.admins or house is None:
            return bool(self.person.is_admin) and access is Access.admins
        return self.role_in(house) in _ROLES[access]


# -- tokens ---------------------------------------------------------------------------------------


def hashed(secret: str) -> str:
    """What the database keeps of a secret. A plain hash will do: a secret has 128 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


def new_secret() -> str:
    """What the address of a token ends in; it opens nothing before the token is stored."""
    return secrets.token_urlsafe(16)


def make_login_token(
    person: Person | None,
    kind: TokenKind,
    now: dt.datetime,
    expires: dt.datetime | None = None,
    *,
    secret: str | None = None,
) -> str:
    """Store a new token and return its secret, the last part of ``/k/<secret>``: the one of
    :func:`new_secret` that is given, or else a new one.

    A card lasts until it is revoked; every other kind is used once, within 24 hours unless
    ``expires`` says otherwise. A new setup token makes the earlier ones worthless.
    """
    if expires is None and kind is not TokenKind.card:
        expires = now + INVITE_LASTS
    secret = secret or new_secret()
    with db.atomic():
        if kind is TokenKind.setup:
            LoginToken.update(revoked=now).where(
                LoginToken.kind == kind, LoginToken.used.is_null(), LoginToken.revoked.is_null()
            ).execute()
        LoginToken.create(
            person=person, kind=kind, hash=hashed(secret), created=now, expires=expires
        )
    return secret


def find_token(secret: str, now: dt.datetime) -> LoginToken:
    """The token of a secret, still good for logging in.

    :raises TokenUnknown: when there is none.
    :raises TokenSpent: when it was used, revoked, has expired, or its person is not active.
    """
    token = LoginToken.get_or_none(LoginToken.hash == hashed(secret))
    if token is None:
        raise TokenUnknown
    spent = token.used or token.revoked or (token.expires and token.expires <= now)
    if spent or (token.person is not None and not token.person.active):
        raise TokenSpent
    return token


def redeem(secret: str, label: str, now: dt.datetime) -> str:
    """Log in with a token of a person; returns the secret of the new device.

    :raises TokenUnknown: see :func:`find_token`; also for a setup token, which has no person.
    :raises TokenSpent: also when another request used the same token a moment ago.
    """
    with db.atomic():
        token = find_token(secret, now)
        if token.person is None:
            raise TokenUnknown
        if token.kind != TokenKind.card:
            use_up(token, now)
        return add_device(token.person, label, now)


def use_up(token: LoginToken, now: dt.datetime) -> None:
    """Mark a token as used; of two requests at once only one succeeds.

    :raises TokenSpent: for the other one.
    """
    unused = (LoginToken.id == token.id) & LoginToken.used.is_null()
    if not LoginToken.update(used=now).where(unused).execute():
        raise TokenSpent


def revoke_cards(person: Person, now: dt.datetime) -> int:
    """Make every card of a person worthless at once; returns how many there were."""
    count: int = (
        LoginToken.update(revoked=now)
        .where(
            LoginToken.person == person,
            LoginToken.kind == TokenKind.card,
            LoginToken.revoked.is_null(),
        )
        .execute()
    )
    return count


def has_card(person: Person) -> bool:
    """Whether a card of this person works."""
    return bool(_cards().where(LoginToken.person == person).exists())


def with_card(people: Iterable[int]) -> set[int]:
    """Of some people, by id, those who have a card that works: one query."""
    return {row[0] for row in _cards().where(LoginToken.person.in_(list(people))).tuples()}


def _cards() -> Any:
    return LoginToken.select(LoginToken.person).where(
        LoginToken.kind == TokenKind.card, LoginToken.revoked.is_null()
    )


def shut_out(person: Person, now: dt.datetime) -> None:
    """Log a person out everywhere, for good: no device, card, link or password opens any more."""
    with db.atomic():
        for table in (Device, LoginToken):
            mine = (table.person == person) & table.revoked.is_null()
            table.update(revoked=now).where(mine).execute()
        Credential.delete().where(Credential.person == person).execute()


def needs_setup() -> bool:
    """Whether nobody administers this installation yet."""
    return not Person.select().where(Person.is_admin, Person.active).exists()


# -- devices --------------------------------------------------------------------------------------


def add_device(owner: Person | House, label: str, now: dt.datetime) -> str:
    """Remember a browser as a person's, or as the desk tablet of a house; returns the secret that
    its cookie carries."""
    secret = secrets.token_urlsafe(16)
    whose = {"house": owner} if isinstance(owner, House) else {"person": owner}
    Device.create(**whose, token_hash=hashed(secret), label=label[:80], created=now, last_seen=now)
    return secret


_STANDING = """
SELECT {device}, {person}, m.role, {house}
FROM device d
LEFT JOIN person p ON p.id = d.person_id
LEFT JOIN membership m ON m.person_id = p.id AND NOT p.is_admin
LEFT JOIN house h ON h.id = m.house_id OR p.is_admin OR h.id = d.house_id
WHERE d.token_hash = ? AND d.revoked IS NULL AND (p.active OR d.house_id IS NOT NULL)
ORDER BY h.name
""".format(device=columns(Device, "d"), person=columns(Person, "p"), house=columns(House, "h"))


def standing_of(secret: str) -> Standing | None:
    """Who a browser is, with their houses; None when the device is unknown or revoked, or its
    person is inactive.

    One query, as every page begins with it.
    """
    standing = None
    for found in run(_STANDING, (hashed(secret),)).fetchall():
        values = iter(found)
        device, person = row_of(Device, values), row_of(Person, values)
        role, house = next(values), row_of(House, values)
        if standing is None:
            device.person = person
            standing = Standing(person=person, device=device)
        if house is not None:
            standing.houses.append(house)
            if role is not None:
                standing.roles[house.id] = Role(role)
    return standing


def seen(device: Device, now: dt.datetime) -> bool:
    """Note that a device was used, at most once an hour: a page view should seldom write.

    Returns whether it was noted now.
    """
    if now - device.last_seen < dt.timedelta(hours=1):
        return False
    Device.update(last_seen=now).where(Device.id == device.id).execute()
    return True


def revoke_device(person: Person, device_id: int, now: dt.datetime) -> bool:
    """Log out one device of a person, at once; False when the person has no such device."""
    mine = (Device.id == device_id) & (Device.person == person) & Device.revoked.is_null()
    return bool(Device.update(revoked=now).where(mine).execute())


def revoke_others(device: Device, now: dt.datetime) -> None:
    """Log a person out on every device but this one."""
    others = (Device.person == device.person) & (Device.id != device.id)
    Device.update(revoked=now).where(others, Device.revoked.is_null()).execute()


def devices_of(person: Person) -> list[Device]:
    """The devices on which a person is logged in, the last used first."""
    query = Device.select().where(Device.person == person, Device.revoked.is_null())
    return list(query.order_by(Device.last_seen.desc()))


# -- who changed what -----------------------------------------------------------------------------


def note(
    person: Person | None, house: House | None, action: str, row: Table, now: dt.datetime
) -> None:
    """Write down that a person changed a row. Identifiers only, never what was typed."""
    AuditEntry.create(
        person=person,
        house=house,
        action=action,
        subject=row._meta.table_name,
        subject_id=str(row.get_id()),
        at=now,
    )
