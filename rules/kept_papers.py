"""Which finished documents are kept: they can be made again, so they take no more room than they
are given; and none shows a photo that was taken away."""

from __future__ import annotations

import datetime as dt
from functools import reduce
from operator import or_
from typing import Any

from peewee import fn

from models import Rendering, SqliteDatabase, db

#: Older ones are made again when somebody asks for them.
KEPT = dt.timedelta(days=60)
#: No more than these are kept, whatever strange months somebody asks for, and no more bytes: with
#: the database of a house they are copied into each backup.
MOST = 800
MOST_BYTES = 500_000_000
#: How the documents begin that never show the photo of a poster; any other may.
WITHOUT_PHOTO = (
    "flyer",
    "vouwfolder",
    "weekblad",
    "weekpakket",
    "roosterblad",
    "deurbord",
    "turfblad",
)


def make_room(now: dt.datetime, *, also: int = 0) -> int:
    """Let go of the oldest until what is kept, and ``also`` so many bytes, fit; returns how many
    went. Within the transaction of who stores something. Two queries where nothing has to go.

    now: naive UTC.
    """
    # Neither database reads the bytes to tell how many they are.
    sizes = Rendering.select(Rendering.id, fn.LENGTH(Rendering.bytes)).tuples()
    number, total, going = int(bool(also)), also, []
    for row_id, size in sizes.order_by(Rendering.id.desc()):
        number, total = number + 1, total + size
        if number > MOST or total > MOST_BYTES:
            going.append(row_id)
    # For what stands behind the bytes SQLite reads them; so it is asked of one, which was first.
    is_old = Rendering.made_at < now - KEPT
    oldest = Rendering.select(is_old).order_by(Rendering.id).limit(1).tuples().first()
    which = Rendering.id.in_(going)
    if oldest and oldest[0]:
        which |= is_old
    return _let_go(which) if going or (oldest and oldest[0]) else 0


def forget_photos() -> int:
    """Let go of every document that may show a photo; returns how many went.

    Which photo stands on which is not known, so all go: those that are asked for are made again.
    """
    never = (Rendering.document.startswith(name) for name in WITHOUT_PHOTO)
    with db.atomic():
        return _let_go(~reduce(or_, never))


def _let_go(which: Any) -> int:
    query = Rendering.select(Rendering.id).where(which).order_by(Rendering.id)
    # In one order, so that two who do so at once wait for each other, and do not block.
    ids = [row.id for row in (query if isinstance(db.obj, SqliteDatabase) else query.for_update())]
    return int(Rendering.delete().where(Rendering.id.in_(ids)).execute()) if ids else 0
