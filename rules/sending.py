"""The outbox, emptied: what is due, who sends it, what became of it. How it travels, others know.

Several may do this at once: a conditional UPDATE claims each message for one of them. Nothing here
is done inside a transaction that lasts while a mail travels. Whoever claims and then falls over
before it says what happened leaves the message waiting; it is tried again after a pause, so that
in this one case the same mail may come twice.

While a message waits, ``sent_at`` is when it was tried last.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from typing import Any

from peewee import fn

from models import Message, MessageKind, MessageState
from rules.messages import FRESH, News, read

#: How long to wait after each try that failed; after the last one it is given up.
PAUSES = (
    dt.timedelta(minutes=5),
    dt.timedelta(minutes=15),
    dt.timedelta(hours=1),
    dt.timedelta(hours=4),
)
TRIES = len(PAUSES) + 1
#: A mail that could not leave for so long would only confuse.
STALE = dt.timedelta(days=2)


def people_due(now: dt.datetime) -> list[int]:
    """The ids of the people for whom something is due, who waits longest first."""
    query = (
        Message.select(Message.person)
        .where(_due(now))
        .group_by(Message.person)
        .order_by(fn.MIN(Message.id))
    )
    return [person for (person,) in query.tuples()]


def claim(person: int, now: dt.datetime, *, by_mail: bool) -> list[News]:
    """Take what is due for a person, to send it now: oldest first, and nothing that another has
    taken. What is no longer true is dropped; what cannot be sent by mail is marked so.

    :param by_mail: whether this installation sends mail at all.
    """
    found = read(_due(now) & (Message.person == person), now)[::-1]
    dropped = _drop([each for each in found if not each.true])
    sendable = []
    for each in found:
        to = each.person
        if each.id in dropped:
            continue
        if by_mail and to.email and to.active and each.at > now - STALE:
            sendable.append(each)
        else:
            _mark([each.id], state=MessageState.not_sent)
    return [each for each in sendable if _take(each, now)]


def sent(news: Collection[News], now: dt.datetime) -> None:
    """Say that these have left."""
    _mark([each.id for each in news], state=MessageState.sent, sent_at=now)


def not_sent(news: Collection[News], *, for_good: bool = False) -> None:
    """Say that these could not leave; they are tried again, unless it was the last time or will
    never work (``for_good``)."""
    given_up = [each.id for each in news if for_good or each.tries + 1 >= TRIES]
    _mark(given_up, state=MessageState.failed)


def _due(now: dt.datetime) -> Any:
    """What waits and may be tried. Older than what is news, nothing is looked for."""
    again = Message.tries == 0
    for tries, pause in enumerate(PAUSES, start=1):
        again |= (Message.tries == tries) & (Message.sent_at <= now - pause)
    # Tried for the last time by who fell over doing it.
    again |= (Message.tries >= TRIES) & (Message.sent_at <= now - PAUSES[-1])
    return (
        (Message.state == MessageState.waiting)
        & Message.due_at.between(now - FRESH, now)
        & Message.seen_at.is_null()
        & again
    )


def _take(news: News, now: dt.datetime) -> bool:
    """Whether a message is mine to send: of two who try, the database lets one."""
    if news.tries >= TRIES:
        _mark([news.id], state=MessageState.failed)
        return False
    mine = Message.update(tries=news.tries + 1, sent_at=now).where(
        Message.id == news.id,
        Message.state == MessageState.waiting,
        Message.tries == news.tries,
        Message.seen_at.is_null(),
    )
    return bool(mine.execute())


def _mark(ids: Collection[int], **facts: Any) -> None:
    if ids:
        Message.update(**facts).where(
            Message.id.in_(list(ids)), Message.state == MessageState.waiting
        ).execute()


def _drop(untrue: list[News]) -> set[int]:
    """Take out of the outbox what holds no more; returns the ids.

    Who was put on a shift and taken off it before they heard of either hears of neither.
    """
    gone = {each.id for each in untrue}
    waits = Message.state == MessageState.waiting
    for each in untrue:
        if each.kind == MessageKind.put_on and not each.tries and each.seat_id is None:
            off = Message.select(Message.id).where(
                waits,
                Message.tries == 0,
                Message.kind == MessageKind.taken_off,
                Message.person == each.person.id,
                Message.shift == each.shift.id,
                Message.id > each.id,
            )
            gone.update(row.id for row in off)
    if gone:
        Message.delete().where(waits, Message.id.in_(sorted(gone))).execute()
    return gone
