"""Login cards for several people of a house at once: whose, and the secrets behind them.

A secret is known only while its card is made, and the database keeps a hash of it. So the cards are
printed first, with secrets that are not worth anything yet, and only then count.

The second of two taps may come to another process, and must get the same paper: so a secret is not
drawn but worked out, of what the form in that browser and the key of the app know only together.
Neither is kept beside the other, so no secret can be read anywhere, whatever is copied.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from models import House, LoginToken, Membership, Person, Role, TokenKind, db, for_one_writer
from rules import Refused, access
from rules.people import NotYourPerson, people_of
from rules.short_names import names_at_the_door

#: How many cards are made at once.
MOST = 80
#: So long a form that comes again gets its paper again; a page that somebody finds later does not.
AGAIN = dt.timedelta(minutes=10)


class CardsMade(Refused):
    """The same form made these cards before; they are not given again."""


class NobodyHere(Refused):
    """Somebody for whom a card was printed does not belong to the house any more."""


@dataclass(frozen=True)
class Holder:
    """Somebody of a house, as cards name them.

    name: the first name, told apart. has_card: whether a card of theirs works. yours: whether the
    one who asks may make a card for them.
    """

    person: Person
    name: str
    role: Role
    has_card: bool
    yours: bool


def holders(house: House, by: Person) -> list[Holder]:
    """Everybody of a house, in Dutch name order. Five queries, however many people there are."""
    members = people_of(house)
    ids = [member.person_id for member in members]
    names = names_at_the_door(
        (member.person_id, member.person.first_name, member.person.last_name) for member in members
    )
    with_card = access.with_card(ids)
    not_yours = _not_for(by, members)
    return [
        Holder(
            person=member.person,
            name=names[member.person_id],
            role=Role(member.role),
            has_card=member.person_id in with_card,
            yours=member.person_id not in not_yours,
        )
        for member in members
    ]


def _not_for(by: Person, members: list[Membership]) -> set[int]:
    """The people whom :func:`rules.people.answers_for` would refuse, in two queries."""
    if by.is_admin:
        return set()
    coordinated = Membership.select(Membership.house).where(
        Membership.person == by, Membership.role == Role.coordinator
    )
    elsewhere = Membership.select(Membership.person).where(
        Membership.person.in_([member.person_id for member in members]),
        Membership.house.not_in(coordinated),
    )
    found = {row[0] for row in elsewhere.tuples()}
    found |= {member.person_id for member in members if member.person.is_admin}
    return found - {by.id}


def secrets_of(key: bytes, form: str, people: Collection[int]) -> dict[int, str]:
    """The secret of each person's card, by their ids: the same for the same form, and of each other
    form another. Worth nothing before :func:`make_cards`.

    key: of the app. form: all that names it, with what only the browser has that sends it.
    """
    return {person: _secret(key, form, person) for person in people}


def _secret(key: bytes, form: str, person: int) -> str:
    # As long, and in the same letters, as those of access.new_secret.
    told = hmac.digest(key, f"login card\0{person}\0{form}".encode(), hashlib.sha256)
    return base64.urlsafe_b64encode(told[:16]).rstrip(b"=").decode()


def still_count(cards: Mapping[int, str], now: dt.datetime) -> bool:
    """Whether all these cards were made a moment ago, and no others since: one query."""
    hashes = {access.hashed(secret): person for person, secret in cards.items()}
    found = LoginToken.select(LoginToken.hash, LoginToken.person).where(
        LoginToken.hash.in_(list(hashes)),
        LoginToken.kind == TokenKind.card,
        LoginToken.revoked.is_null(),
        LoginToken.created > now - AGAIN,
    )
    return {(row.hash, row.person_id) for row in found} == set(hashes.items())


def make_cards(house: House, cards: Mapping[int, str], by: Person, now: dt.datetime) -> None:
    """Let printed cards count, all or none: the secret of each by the id of its person. The earlier
    cards of these people stop working; where they are logged in, they stay so.

    :raises NobodyHere: when somebody does not belong to the house (any more).
    :raises NotYourPerson: see :func:`rules.people.answers_for`.
    """
    with db.atomic():
        found = {holder.person.id: holder for holder in holders(house, by)}
        if not cards.keys() <= found.keys():
            raise NobodyHere
        # Always in one order, so that two who do so at once wait for each other, and do not block.
        chosen = [found[person_id] for person_id in sorted(cards)]
        if not all(holder.yours for holder in chosen):
            raise NotYourPerson
        for holder in chosen:
            for_one_writer(holder.person)
            access.revoke_cards(holder.person, now)
            access.note(by, house, "card", holder.person, now)
            access.make_login_token(
                holder.person, TokenKind.card, now, secret=cards[holder.person.id]
            )
