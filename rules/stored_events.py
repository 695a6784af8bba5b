"""Events as they are stored: what a batch looks up, and what it writes. Reading and storing are one
statement each, however many taps a phone sends.
"""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple
from uuid import UUID, uuid4

from models import CountEvent, CountKind, House, Person
from rules.count_hours import Hour, Visits
from rules.senders import Sender


class Known(NamedTuple):
    """An event that is stored, or about to be."""

    house: int
    kind: CountKind
    visits: Visits
    hour: Hour
    #: Empty once its moment was forgotten.
    fingerprint: str
    sender: Sender
    opening: int | None


class Undo(NamedTuple):
    """What took a visit back, or waits for it."""

    id: UUID
    #: None once it was forgotten: it holds then, for who sent it knew the id of the visit.
    sender: Sender | None


class Row(NamedTuple):
    """An event as it is stored; the names are the columns. Instants are text already, for both
    databases, as :func:`rules.written_sql.instant` writes them."""

    id: str
    house_id: int
    opening_id: int | None
    occurrence_id: int | None
    kind: str
    n: int
    group: str | None
    first_this_month: bool | None
    date: dt.date
    hour: int
    happened_at: str
    sent_at: str
    received_at: str
    skewed: bool
    actor_id: int | None
    device: str | None
    fingerprint: str
    undoes: str | None
    sheet_id: int | None
    reason: str = ""


KNOWN = """
SELECT e.id, e.house_id, e.kind, e.n, e.first_this_month, e.date, e.hour, e."group",
  e.fingerprint, e.undoes, e.actor_id, e.device, e.opening_id, o.activity_id
FROM count_event e LEFT JOIN occurrence o ON o.id = e.occurrence_id
WHERE e.id IN ({ids}) OR (e.house_id IN ({houses}) AND e.undoes IN ({ids}))
"""
# An undo that turns out to be about somebody else's tap stays, and takes nothing back.
LET_GO = "UPDATE count_event SET undoes = id WHERE id IN ({ids})"
STORE = "INSERT INTO count_event ({columns}) VALUES {rows}"
COLUMNS = ", ".join(f'"{name}"' for name in Row._fields)


def on_a_page(
    house: House, date: dt.date, hour: int, by: Person | None, now: dt.datetime
) -> dict[str, Any]:
    """What an event has in common with all that somebody adds on a page, not by a tap."""
    return {
        "id": uuid4(),
        "house": house.id,
        "date": date,
        "hour": hour,
        "happened_at": now,
        "sent_at": now,
        "received_at": now,
        "actor": by,
        "fingerprint": "",
    }


def take_back(event: CountEvent, house: House, by: Person | None, now: dt.datetime) -> None:
    """Let an event (its id, date and hour) count no more; events are only ever added."""
    facts = on_a_page(house, event.date, event.hour, by, now)
    CountEvent.insert(**facts, kind=CountKind.undo, n=0, undoes=event.id).execute()
