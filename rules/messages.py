"""What people are told about the roster, read back: for themselves, for their coordinator, to send.

A message holds ids only. Whether it is still true is asked when it is shown or sent: who has left
a seat since need not hear that its shift moved.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from peewee import JOIN, fn

from models import (
    HOLDING,
    House,
    Membership,
    Message,
    MessageKind,
    MessageState,
    Person,
    Place,
    PlaceState,
    Role,
    Shift,
    ShiftState,
    Swap,
    SwapState,
)
from rules import Refused
from rules.outbox import CHANGES, Times
from rules.reminders import due_at
from rules.short_names import names_in
from rules.wall_time import to_utc

#: News is shown and sent so long; after that it has been heard in another way.
FRESH = dt.timedelta(days=14)
#: The newest messages that a coordinator sees.
MOST = 150
#: What is no news: a reminder says what they know, and a request to swap has a card of its own,
#: where it is answered.
_ELSEWHERE = (MessageKind.reminder, MessageKind.swap_asked)
_SWAP_STATES = {
    MessageKind.swap_asked: SwapState.asked,
    MessageKind.swap_agreed: SwapState.agreed,
    MessageKind.swap_declined: SwapState.declined,
}


class NotYourMessage(Refused):
    """The message is for somebody else."""


@dataclass(frozen=True)
class News:
    """A message with all that is needed to say it."""

    id: int
    kind: MessageKind
    state: MessageState
    tries: int
    at: dt.datetime
    sent_at: dt.datetime | None
    seen_at: dt.datetime | None
    person: Person
    house: House
    shift: Shift
    #: Who did or asked it, by first name as on the roster; empty when it came from the programme.
    about: str
    #: When the shift was, if that differs from when it is.
    was: Times | None
    #: The seat of the person on this shift.
    seat_id: int | None
    seeks_cover: bool
    #: The first names of the others who come.
    others: tuple[str, ...]
    #: Whether it still holds, and is of use.
    true: bool
    #: Whether the person may look at the shift: not in a house that they have left.
    opens: bool


@dataclass(frozen=True)
class Told:
    """A message as a coordinator sees it; the phone only of who still belongs to the house."""

    news: News
    phone: str


def news_for(person: Person, now: dt.datetime) -> list[News]:
    """What a person has not seen yet of the last two weeks, newest first; no reminders.

    Only of houses where they help, and that they are off the shifts of one that they left. Three
    queries.
    """
    which = (
        (Message.person == person.id)
        & Message.seen_at.is_null()
        & (Message.at >= now - FRESH)
        & Message.kind.not_in(_ELSEWHERE)
    )
    if not person.is_admin:
        helps = Membership.select(Membership.house).where(
            Membership.person == person.id, Membership.role != Role.viewer
        )
        which &= Message.house.in_(helps) | (Message.kind == MessageKind.taken_off)
    return [each for each in read(which, now) if each.true]


def told_in(house: House, now: dt.datetime) -> list[Told]:
    """Who was or will be told what in a house, of the last two weeks, newest first; at most
    :data:`MOST`. What holds no more and was not sent is left out. Four queries."""
    found = read((Message.house == house.id) & (Message.at >= now - FRESH), now, MOST)
    known = Membership.select(Membership.person).where(Membership.house == house)
    members = {person for (person,) in known.tuples()}
    return [
        Told(each, each.person.phone if each.person.id in members and each.person.active else "")
        for each in found
        if each.true or each.state == MessageState.sent
    ]


def see(message_id: int, person: Person, now: dt.datetime, *, everything: bool = False) -> None:
    """Remember that a person has seen a message; with ``everything`` also all before it.

    It is theirs in whatever house: also in one that they have left.

    :raises NotYourMessage: when they have no such message.
    """
    mine = Message.person == person.id
    if not Message.select().where(mine, Message.id == message_id).exists():
        raise NotYourMessage
    which = Message.id == message_id
    if everything:
        which = (Message.id <= message_id) & Message.kind.not_in(_ELSEWHERE)
    _seen(mine & which, now)


def called(message: Message, now: dt.datetime) -> None:
    """Remember that a coordinator rang somebody: about this message and all before it in this
    house. Those that wait for a mail are not sent any more."""
    _seen(
        (Message.person == message.person_id)
        & (Message.house == message.house_id)
        & (Message.id <= message.id)
        & (Message.kind != MessageKind.reminder),
        now,
    )


def _seen(which: Any, now: dt.datetime) -> None:
    Message.update(seen_at=now).where(which, Message.seen_at.is_null()).execute()


# -- reading --------------------------------------------------------------------------------------


def read(which: Any, now: dt.datetime, most: int | None = None) -> list[News]:
    """The messages that a condition names, newest first. Three queries, or one when there are
    none."""
    about = Person.alias()
    role = Membership.select(Membership.id).where(
        Membership.person == Message.person,
        Membership.house == Message.house,
        Membership.role != Role.viewer,
    )
    opens = (Person.is_admin | fn.EXISTS(role)).alias("opens")
    query = (
        Message.select(Message, Person, House, Shift, Swap, about, opens)
        .join(Person, on=(Message.person == Person.id))
        .switch(Message)
        .join(House)
        .switch(Message)
        .join(Shift, on=(Message.shift == Shift.id))
        .switch(Message)
        .join(Swap, JOIN.LEFT_OUTER, on=(Message.swap == Swap.id))
        .switch(Message)
        .join(about, JOIN.LEFT_OUTER, on=(Message.about == about.id), attr="about")
        .where(which)
        .order_by(Message.id.desc())
        .limit(most)
    )
    messages = list(query)
    if not messages:
        return []
    places = _places({message.shift_id for message in messages})
    known = [message.about for message in messages if message.about_id is not None]
    known += [place.person for some in places.values() for place in some if place.person_id]
    names = names_in(
        {message.house_id for message in messages},
        [(each.id, each.first_name, each.last_name) for each in known],
    )
    return [_news(message, places[message.shift_id], names, now) for message in messages]


def _places(shifts: Iterable[int]) -> dict[int, list[Place]]:
    """Who holds the seats of some shifts, by shift."""
    query = (
        Place.select(Place, Person)
        .join(Person, JOIN.LEFT_OUTER, on=(Place.person == Person.id))
        .where(Place.shift.in_(list(shifts)), Place.state.in_(HOLDING))
        .order_by(Place.id)
    )
    found: dict[int, list[Place]] = defaultdict(list)
    for place in query:
        found[place.shift_id].append(place)
    return found


def _news(message: Message, places: list[Place], names: dict[int, str], now: dt.datetime) -> News:
    shift = message.shift
    mine = next((each for each in places if each.person_id == message.person_id), None)
    others = [
        names[each.person_id] if each.person_id else each.name
        for each in places
        if each is not mine and each.state != PlaceState.seeking_cover
    ]
    here = shift.date, shift.start_time, shift.end_time
    was = (message.was_date, message.was_start_time, message.was_end_time)
    return News(
        id=message.id,
        kind=MessageKind(message.kind),
        state=MessageState(message.state),
        tries=message.tries,
        at=message.at,
        sent_at=message.sent_at,
        seen_at=message.seen_at,
        person=message.person,
        house=message.house,
        shift=shift,
        about=names[message.about_id] if message.about_id is not None else "",
        was=was if message.was_date and was != here else None,
        seat_id=mine.seat_id if mine else None,
        seeks_cover=mine is not None and mine.state == PlaceState.seeking_cover,
        others=tuple(others),
        true=_holds(message, mine, places, now),
        opens=bool(message.opens),
    )


def _holds(message: Message, mine: Place | None, places: list[Place], now: dt.datetime) -> bool:
    """Whether what a message says is so, and can still be of use."""
    kind, shift = message.kind, message.shift
    goes_on = shift.state == ShiftState.planned
    if to_utc(shift.date, shift.end_time) <= now:
        return False
    if kind == MessageKind.reminder:
        begun = to_utc(shift.date, shift.start_time) <= now
        # Of a shift that moved to another day they are reminded anew.
        in_time = message.due_at == due_at(shift) and not begun
        return mine is not None and goes_on and in_time and bool(message.person.reminders)
    if kind in CHANGES:
        off = kind == MessageKind.shift_cancelled
        return mine is not None and goes_on is not off
    if kind == MessageKind.put_on:
        return mine is not None and goes_on
    if kind in (MessageKind.taken_off, MessageKind.covered):
        return mine is None
    if kind == MessageKind.cover_wanted:
        return goes_on and any(
            each.person_id == message.about_id and each.state == PlaceState.seeking_cover
            for each in places
        )
    return message.swap_id is not None and message.swap.state == _SWAP_STATES[kind]
