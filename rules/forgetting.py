"""Forgetting: what was kept for a while, and is of no more use, goes. The counts stay.

Whatever is asked here may be asked again, also twice at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from peewee import fn

import models
from models import (
    AuditEntry,
    CountChoice,
    DeskPairing,
    Device,
    LoginToken,
    Message,
    SentForm,
    Shift,
    Table,
    TallySheet,
)
from rules import availability, fill_month, poster_edits
from rules.kept_papers import make_room
from rules.once import REMEMBERED
from rules.wall_time import day_of, to_utc
from rules.written_sql import run

#: How long is kept who counted, on what, and when exactly; and what opens nothing any more, so that
#: somebody with an old card reads that it is old, and not that nobody knows it.
KEPT_DAYS = 30
#: What was done by hand to the counts begins with one of these in the audit.
COUNTING = ("sheet.", "count.", "opening.")
#: The cookie of a browser lasts so long; one that was not seen since opens nothing.
UNUSED = dt.timedelta(days=400)
#: So many events are forgotten in one transaction: milliseconds, so that no tap waits for it.
AT_ONCE = 500


@dataclass(frozen=True)
class Forgotten:
    """How many rows lost something, or went."""

    events: int  # their times, who tapped and on what
    names: int  # of who entered a sheet, chose what counts, or corrected a day
    absences: int
    proposals: int
    messages: int
    forms: int
    tokens: int  # links, cards and codes of tablets
    devices: int
    photos: int  # of posters
    papers: int  # finished documents that nobody asked for again


def forget(now: dt.datetime) -> Forgotten:
    """Forget what is old, in small transactions."""
    today = day_of(now)
    since = today - dt.timedelta(days=KEPT_DAYS)
    moment = to_utc(since, dt.time())
    _days_only(TallySheet, TallySheet.entered_at, moment)
    _days_only(CountChoice, CountChoice.at, moment)
    return Forgotten(
        events=_all(lambda: run(_EVENTS, (since, moment, AT_ONCE)).rowcount),
        names=_names(TallySheet, TallySheet.entered_by, TallySheet.entered_at < moment)
        + _names(CountChoice, CountChoice.by, CountChoice.at < moment)
        + _names(AuditEntry, AuditEntry.person, (AuditEntry.at < moment) & _of_counting()),
        absences=availability.forget_past_absences(today),
        proposals=fill_month.forget_old(now),
        messages=_messages(today, moment),
        forms=SentForm.delete().where(SentForm.at < now - REMEMBERED).execute(),
        tokens=_tokens(now, moment),
        devices=Device.delete()
        .where((Device.revoked < moment) | (Device.last_seen < now - UNUSED))
        .execute(),
        photos=poster_edits.forget_photos(today),
        papers=_papers(now),
    )


# A tap that lay in a drawer is as old as its day; of what was done by hand about an old day is kept
# for as long who did it. The fingerprint goes too: who tries all times out would find the one.
_EVENTS = """
UPDATE count_event SET happened_at = NULL, sent_at = NULL, received_at = NULL, actor_id = NULL,
  device = NULL, fingerprint = ''
WHERE happened_at IS NOT NULL AND id IN (
  SELECT id FROM count_event
  WHERE happened_at IS NOT NULL AND date < ?
    AND (kind IN ('visit', 'undo') OR received_at < ?)
  LIMIT ?
)
"""


def _all(some: Callable[[], int]) -> int:
    """Do a part again and again, each in its own transaction, until nothing is left of it."""
    done = 0
    while True:
        with models.db.atomic():
            count = some()
        done += count
        if count < AT_ONCE:
            return done


def _names(table: type[Table], who: Any, old: Any) -> int:
    count: int = table.update({who: None}).where(who.is_null(False), old).execute()
    return count


def _of_counting() -> Any:
    return reduce(or_, [AuditEntry.action.startswith(word) for word in COUNTING])


def _days_only(table: type[Table], at: Any, moment: dt.datetime) -> None:
    """Of old moments keep the day, as the house saw it: its midnight."""
    # After this there is one value a day, so the list stays short.
    for (exact,) in list(table.select(at).where(at < moment).distinct().tuples()):
        midnight = to_utc(day_of(exact), dt.time())
        if exact != midnight:
            table.update({at: midnight}).where(at == exact).execute()


def _messages(today: dt.date, moment: dt.datetime) -> int:
    """News is shown for two weeks. Who was told what of a shift to come is asked until it is over:
    nobody is told the same twice."""
    to_come = Shift.select(Shift.id).where(Shift.id == Message.shift, Shift.date >= today)
    old = (Message.at < moment) & ~fn.EXISTS(to_come)
    count: int = Message.delete().where(old).execute()
    return count


def _papers(now: dt.datetime) -> int:
    with models.db.atomic():
        return make_room(now)


def _tokens(now: dt.datetime, moment: dt.datetime) -> int:
    """A card that is neither used up nor revoked never expires. Of a tablet's code nobody is told
    why it opens nothing, so it goes at once."""
    spent = fn.COALESCE(LoginToken.revoked, LoginToken.used, LoginToken.expires)
    count: int = LoginToken.delete().where(spent < moment).execute()
    count += DeskPairing.delete().where(DeskPairing.expires < now).execute()
    return count
