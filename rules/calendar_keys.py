"""Keys that open somebody's own shifts to their calendar app: made once, shown once, revocable.

Only the SHA-256 is kept, as of every secret of 128 bits (see rules/access.py).
"""

from __future__ import annotations

import datetime as dt
import secrets

from models import CalendarKey, Person, db, for_one_writer
from rules.access import hashed

#: How often it is noted that a key is used: apps ask every few hours.
_NOTED = dt.timedelta(hours=12)


def make_key(person: Person, now: dt.datetime) -> str:
    """Give a person a new key, and return its secret; the one they had opens nothing any more."""
    secret = secrets.token_urlsafe(16)
    with db.atomic():
        for_one_writer(person)  # So that of two at once one is left.
        revoke_key(person, now)
        CalendarKey.create(person=person, hash=hashed(secret), created=now)
    return secret


def revoke_key(person: Person, now: dt.datetime) -> bool:
    """Let the key of a person open nothing any more; False when they have none."""
    mine = (CalendarKey.person == person) & CalendarKey.revoked.is_null()
    return bool(CalendarKey.update(revoked=now).where(mine).execute())


def key_of(person: Person) -> CalendarKey | None:
    """The key that a person has now."""
    key: CalendarKey | None = CalendarKey.get_or_none(
        CalendarKey.person == person, CalendarKey.revoked.is_null()
    )
    return key


def opened_by(secret: str) -> CalendarKey | None:
    """The key of a secret, with its ``person``; None when it is unknown or revoked, or the person
    is not active any more: whoever asks cannot tell which."""
    key: CalendarKey | None = (
        CalendarKey.select(CalendarKey, Person)
        .join(Person)
        .where(CalendarKey.hash == hashed(secret), CalendarKey.revoked.is_null(), Person.active)
        .first()
    )
    return key


def used(key: CalendarKey, now: dt.datetime) -> None:
    """Note that a key was used, at most twice a day: looking should seldom write."""
    if key.last_used is None or now - key.last_used >= _NOTED:
        CalendarKey.update(last_used=now).where(CalendarKey.id == key.id).execute()
