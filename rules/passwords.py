"""Passwords of coordinators and administrators; volunteers need none."""

from __future__ import annotations

import datetime as dt
from collections import OrderedDict
from threading import Lock

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from models import Credential, Person
from rules import Refused

SHORTEST = 10

# OWASP's second profile for argon2id: 19 MiB, two passes, one lane; about 25 ms.
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
# Compared against for unknown people, so that the answer takes as long as for known ones.
_NOBODY = _hasher.hash("nobody")


class WrongPassword(Refused):
    """The e-mail address and the password do not belong together."""


class TooManyTries(Refused):
    """Too many wrong passwords lately; the person may try again after ``wait``."""

    def __init__(self, wait: dt.timedelta):
        super().__init__(wait)
        self.wait = wait


class Brake:
    """Slows down guessing, never locks a person out: after some free misses each costs a wait.

    Kept in memory: it forgets with the process, and holds at most 10,000 names.
    """

    def __init__(self, free: int, longest: int = 60):
        self.free, self.longest = free, longest
        self._misses: OrderedDict[str, tuple[int, dt.datetime]] = OrderedDict()
        self._lock = Lock()

    def check(self, name: str, now: dt.datetime) -> None:
        """:raises TooManyTries: when this name must wait before the next try."""
        with self._lock:
            misses, last = self._misses.get(name, (0, now))
        if misses >= self.free:
            seconds = min(2 ** (misses - self.free + 1), self.longest)
            wait = last + dt.timedelta(seconds=seconds) - now
            if wait > dt.timedelta(0):
                raise TooManyTries(wait)

    def missed(self, name: str, now: dt.datetime) -> None:
        with self._lock:
            misses, _ = self._misses.pop(name, (0, now))
            self._misses[name] = (misses + 1, now)
            while len(self._misses) > 10_000:
                self._misses.popitem(last=False)

    def passed(self, name: str) -> None:
        with self._lock:
            self._misses.pop(name, None)


class Brakes:
    """Against guessing: soon for one name from one place; later for a name from anywhere, so that a
    stranger's misses seldom keep its owner waiting; and for a place that tries many names."""

    def __init__(self) -> None:
        self._pair, self._name, self._place = Brake(5), Brake(50), Brake(100)

    def _each(self, name: str, place: str) -> list[tuple[Brake, str]]:
        return [
            (self._pair, f"{name}\n{place}"),
            (self._name, name),
            (self._place, place),
        ]

    def check(self, name: str, place: str, now: dt.datetime) -> None:
        """:raises TooManyTries: when this name, from this place, must wait."""
        for brake, key in self._each(name, place):
            brake.check(key, now)

    def missed(self, name: str, place: str, now: dt.datetime) -> None:
        for brake, key in self._each(name, place):
            brake.missed(key, now)

    def passed(self, name: str, place: str) -> None:
        for brake, key in self._each(name, place)[:2]:
            brake.passed(key)


def set_password(person: Person, password: str, now: dt.datetime) -> None:
    """Store a new password; the old one no longer works."""
    digest = _hasher.hash(password)
    new = {"password_hash": digest, "changed_at": now}
    # In one statement: of two at once, deleting and adding anew, the other would fail.
    Credential.insert(person=person, **new).on_conflict(
        conflict_target=[Credential.person], update=new
    ).execute()


def has_password(person: Person) -> bool:
    return bool(Credential.select().where(Credential.person == person).exists())


def check_password(
    email: str, password: str, brakes: Brakes, place: str, now: dt.datetime
) -> Person:
    """The active person with this e-mail address and password.

    :param place: the network address that asks.
    :raises TooManyTries: before anything is computed.
    :raises WrongPassword: whether the person or the password is unknown is not told.
    """
    name = email.casefold()
    brakes.check(name, place, now)
    credential = (
        Credential.select(Credential, Person)
        .join(Person)
        .where(Person.email == name, Person.active)
        .first()
    )
    try:
        _hasher.verify(credential.password_hash if credential else _NOBODY, password)
    except (VerificationError, InvalidHashError):
        credential = None
    if credential is None:
        brakes.missed(name, place, now)
        raise WrongPassword
    brakes.passed(name, place)
    return credential.person
