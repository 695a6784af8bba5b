"""The people of a house: adding them, their roles, qualifications and cards."""

from __future__ import annotations

import datetime as dt
from typing import Any

from peewee import IntegrityError, fn

from models import (
    HOLDING,
    House,
    Membership,
    Person,
    Place,
    Qualification,
    Role,
    Seat,
    Shift,
    ShiftState,
    TokenKind,
    db,
    for_one_writer,
)
from rules import Refused, access
from rules.wall_time import day_of, to_utc


class EmailInUse(Refused):
    """Somebody else has this e-mail address already: ``person``, when that was looked up."""

    def __init__(self, person: Person | None = None) -> None:
        super().__init__()
        self.person = person


class NotYourPerson(Refused):
    """The person also belongs where this coordinator does not: only an administrator may."""


class LastCoordinator(Refused):
    """Without this coordinator nobody could run the house."""


def people_of(house: House) -> list[Membership]:
    """The memberships of a house with their people and qualifications, in Dutch name order.

    Two queries, however many people there are.
    """
    members = list(
        Membership.select(Membership, Person).join(Person).where(Membership.house == house)
    )
    members.sort(key=lambda member: member.person.sort_key)
    by_person: dict[int, list[Qualification]] = {}
    held = (
        Qualification.select()
        .join(Membership, on=(Membership.person == Qualification.person))
        .where(Membership.house == house)
        .order_by(Qualification.kind)
    )
    for qualification in held:
        by_person.setdefault(qualification.person_id, []).append(qualification)
    for member in members:
        member.person.held = by_person.get(member.person_id, [])
    return members


def membership(house: House, person_id: int) -> Membership | None:
    """A person's membership of this house; None for people of other houses."""
    found = (
        Membership.select(Membership, Person)
        .join(Person)
        .where(Membership.house == house, Membership.person == person_id)
        .first()
    )
    if found is not None:
        found.person.held = list(
            Qualification.select()
            .where(Qualification.person == found.person)
            .order_by(Qualification.kind)
        )
    return found


def answers_for(by: Person, person: Person) -> bool:
    """Whether somebody may change another's e-mail address or log in for them with a card.

    That opens all that the person may open; so a coordinator may do it only for people whose every
    house they coordinate, and never for an administrator.
    """
    if by.is_admin or by.id == person.id:
        return True
    if person.is_admin:
        return False
    coordinated = Membership.select(Membership.house).where(
        Membership.person == by, Membership.role == Role.coordinator
    )
    elsewhere = Membership.select().where(
        Membership.person == person, Membership.house.not_in(coordinated)
    )
    return not elsewhere.exists()


def _must_answer_for(by: Person, person: Person) -> None:
    if not answers_for(by, person):
        raise NotYourPerson


def add_person(
    house: House,
    role: Role,
    by: Person,
    now: dt.datetime,
    *,
    first_name: str,
    infix: str = "",
    last_name: str = "",
    email: str | None = None,
    phone: str = "",
) -> Person:
    """Add a new person to a house.

    :raises EmailInUse: when the address is known already, in this house or another.
    """
    try:
        with db.atomic():
            person = Person.create(
                first_name=first_name,
                infix=infix,
                last_name=last_name,
                email=email or None,
                phone=phone,
            )
            Membership.create(person=person, house=house, role=role)
            access.note(by, house, "add", person, now)
    except IntegrityError as error:
        raise EmailInUse(Person.get_or_none(Person.email == email)) from error
    return person


def add_known_person(house: House, email: str, role: Role, by: Person, now: dt.datetime) -> Person:
    """Give somebody of another house a role in this one as well, by their e-mail address.

    Who had left every house comes back so, and logs in anew. So does who becomes coordinator here:
    a card that somebody in the other house may have kept must not open this one.

    :raises Person.DoesNotExist: when nobody has this address.
    """
    with db.atomic():
        person = Person.get(Person.email == email.casefold())
        if not person.active:
            person.active = True
            person.save(only=[Person.active])
        if role is Role.coordinator:
            _start_afresh(person, house, now)
        Membership.insert(person=person, house=house, role=role).on_conflict_ignore().execute()
        access.note(by, house, "join", person, now)
    return person


def change_person(
    member: Membership,
    by: Person,
    now: dt.datetime,
    *,
    first_name: str,
    infix: str,
    last_name: str,
    email: str | None,
    phone: str,
    role: Role,
) -> None:
    """Change a person's facts and their role in this house.

    Whoever may not answer for the person changes only their role. Who becomes coordinator and
    belongs to another house as well logs in anew, as in :func:`add_known_person`.

    :raises EmailInUse: when somebody else has the address.
    :raises LastCoordinator: when the house would be left without one.
    """
    person = member.person
    try:
        with db.atomic():
            for_one_writer(member.house)
            if role is not Role.coordinator:
                _must_leave_one(member, by)
            if role is Role.coordinator and member.role != role:
                _start_afresh(person, member.house, now)
            Membership.update(role=role).where(Membership.id == member.id).execute()
            access.note(by, member.house, "change", person, now)
            if not answers_for(by, person):
                return
            person.first_name, person.infix, person.last_name = first_name, infix, last_name
            person.email, person.phone = email or None, phone
            person.save()
    except IntegrityError as error:
        raise EmailInUse from error


def _must_leave_one(member: Membership, by: Person) -> None:
    """A house keeps at least one coordinator.

    :raises LastCoordinator: when this is the last, and no administrator does it.
    """
    if by.is_admin or member.role != Role.coordinator:
        return
    others = (Membership.house == member.house) & (Membership.id != member.id)
    if not Membership.select().where(others, Membership.role == Role.coordinator).exists():
        raise LastCoordinator


def _start_afresh(person: Person, house: House, now: dt.datetime) -> None:
    elsewhere = (Membership.person == person) & (Membership.house != house)
    if Membership.select().where(elsewhere).exists():
        access.shut_out(person, now)


def log_out_everywhere(member: Membership, by: Person, now: dt.datetime) -> None:
    """For a phone that was lost: no device, card, link or password of the person opens any more.

    :raises NotYourPerson: see :func:`answers_for`.
    """
    _must_answer_for(by, member.person)
    with db.atomic():
        access.shut_out(member.person, now)
        access.note(by, member.house, "log out", member.person, now)


def change_own_facts(person: Person, phone: str, email: str | None) -> None:
    """Change how a person can be reached.

    :raises EmailInUse: when somebody else has the address.
    """
    try:
        with db.atomic():
            person.phone, person.email = phone, email or None
            person.save(only=[Person.phone, Person.email])
    except IntegrityError as error:
        raise EmailInUse from error


def leave_house(member: Membership, by: Person, now: dt.datetime) -> None:
    """End a person's role in a house. Without any house left they can no longer log in.

    Their seats stay on the roster, so that nobody disappears from a day unnoticed.

    :raises LastCoordinator: when the house would be left without one.
    """
    person = member.person
    with db.atomic():
        for_one_writer(member.house)
        _must_leave_one(member, by)
        Membership.delete().where(Membership.id == member.id).execute()
        access.note(by, member.house, "leave", person, now)
        elsewhere = Membership.select().where(Membership.person == person).exists()
        if not elsewhere and not person.is_admin:
            Person.update(active=False).where(Person.id == person.id).execute()
            access.shut_out(person, now)


def set_qualification(
    member: Membership, kind: str, expires: dt.date | None, by: Person, now: dt.datetime
) -> None:
    """Note that a person has a qualification, until a day if it ends; replaces an earlier one."""
    own = (Qualification.person == member.person) & (Qualification.kind == kind)
    with db.atomic():
        # Not deleted and added anew: the other of two who do so at once would fail.
        Qualification.insert(person=member.person, kind=kind, expires=expires).on_conflict(
            conflict_target=[Qualification.person, Qualification.kind],
            update={Qualification.expires: expires},
        ).execute()
        access.note(by, member.house, "qualify", Qualification.get(own), now)


def drop_qualification(member: Membership, kind: str, by: Person, now: dt.datetime) -> None:
    """Take a qualification from a person; nothing happens when they do not have it."""
    own = (Qualification.person == member.person) & (Qualification.kind == kind)
    with db.atomic():
        Qualification.delete().where(own).execute()
        access.note(by, member.house, "disqualify", member.person, now)


def without_skill() -> Any:
    """That a seat asks what its holder cannot show on the day of its shift: a condition for a query
    of Place with Seat and Shift."""
    held = Qualification.select(Qualification.id).where(
        Qualification.person == Place.person,
        Qualification.kind == Seat.qualification,
        Qualification.expires.is_null() | (Qualification.expires >= Shift.date),
    )
    return (Seat.qualification != "") & ~fn.EXISTS(held)


def seats_without_skill(member: Membership, now: dt.datetime) -> list[Place]:
    """The seats of a person in this house that ask what they cannot show (any more) on that day,
    with ``shift`` and ``seat``, by time; shifts that are not over. One query."""
    query = (
        Place.select(Place, Shift, Seat)
        .join(Shift)
        .switch(Place)
        .join(Seat)
        .where(
            Place.person == member.person,
            Place.house == member.house_id,
            Place.state.in_(HOLDING),
            Shift.date >= day_of(now),
            Shift.state == ShiftState.planned,
            without_skill(),
        )
        .order_by(Shift.date, Shift.start_time, Shift.id)
    )
    return [place for place in query if to_utc(place.shift.date, place.shift.end_time) > now]


def make_card(member: Membership, by: Person, now: dt.datetime) -> str:
    """A new login card; the person's earlier cards stop working. Returns the card's secret.

    :raises NotYourPerson: see :func:`answers_for`.
    """
    _must_answer_for(by, member.person)
    with db.atomic():
        # Of two who make a card for the same person, one card works afterwards.
        for_one_writer(member.person)
        access.revoke_cards(member.person, now)
        access.note(by, member.house, "card", member.person, now)
        return access.make_login_token(member.person, TokenKind.card, now)


def revoke_card(member: Membership, by: Person, now: dt.datetime) -> None:
    """Of a card that was lost: it opens nothing any more. Devices stay logged in.

    :raises NotYourPerson: see :func:`answers_for`.
    """
    _must_answer_for(by, member.person)
    with db.atomic():
        access.revoke_cards(member.person, now)
        access.note(by, member.house, "revoke card", member.person, now)


def make_link(member: Membership, by: Person, now: dt.datetime) -> str:
    """A link that logs the person in once, within 24 hours. Returns its secret.

    :raises NotYourPerson: see :func:`answers_for`.
    """
    _must_answer_for(by, member.person)
    with db.atomic():
        access.note(by, member.house, "invite", member.person, now)
        return access.make_login_token(member.person, TokenKind.invite, now)


def set_up(
    secret: str,
    label: str,
    now: dt.datetime,
    *,
    first_name: str,
    infix: str,
    last_name: str,
    email: str,
    house_name: str,
    slug: str,
    town: str,
) -> str:
    """Make the first administrator and house with a setup link; returns the device's secret.

    :raises access.TokenUnknown: when this is no setup link.
    :raises access.TokenSpent: when it was used or there is an administrator already.
    """
    with db.atomic():
        token = access.find_token(secret, now)
        if token.kind != TokenKind.setup:
            raise access.TokenUnknown
        access.use_up(token, now)
        if not access.needs_setup():
            raise access.TokenSpent
        person = Person.create(
            first_name=first_name,
            infix=infix,
            last_name=last_name,
            email=email or None,
            is_admin=True,
        )
        house = House.create(slug=slug, name=house_name, town=town)
        Membership.create(person=person, house=house, role=Role.coordinator)
        access.note(person, house, "set up", house, now)
        return access.add_device(person, label, now)
