"""SQL as text, for the five statements that every tap needs.

Peewee takes 0.15 ms to write each of them, SQLite 0.02 ms to answer. What a tap needs only now and
then is asked through peewee, where it is decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import models


def run(sql: str, values: Sequence[Any]) -> Any:
    """Run SQL with a ? for each value, on either database; returns the cursor."""
    mark = models.db.param
    return models.db.execute_sql(sql if mark == "?" else sql.replace("?", mark), values)


def marks(values: Iterable[Any]) -> str:
    """A ? for each value, for IN (...)."""
    return ", ".join("?" for _ in values)


# SQLite has no such types and returns what it stored.


def read_uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def read_date(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def read_time(value: dt.time | str) -> dt.time:
    return value if isinstance(value, dt.time) else dt.time.fromisoformat(value)
