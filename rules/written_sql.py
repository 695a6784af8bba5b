"""SQL as text, for the few statements that every tap or every page needs.

Peewee takes 0.15 to 0.4 ms to write one, SQLite 0.02 ms to answer it. What is asked less often is
asked through peewee, where it is decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
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


def columns(table: type[models.Table], alias: str) -> str:
    """The columns of a table for SELECT, in the order in which :func:`row_of` reads them."""
    return ", ".join(f'{alias}."{field.column_name}"' for field in table._meta.sorted_fields)


def row_of(table: type[models.Table], values: Iterator[Any]) -> Any:
    """The next row of a table out of the values of a result; None where nothing was joined."""
    facts = {field.name: field.python_value(next(values)) for field in table._meta.sorted_fields}
    if facts["id"] is None:
        return None
    row = table(**facts)
    row._dirty.clear()
    return row


# SQLite has no such types and returns what it stored.


def read_uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def read_date(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def read_time(value: dt.time | str) -> dt.time:
    return value if isinstance(value, dt.time) else dt.time.fromisoformat(value)
