"""SQL as text, for the few statements that every tap or every page needs.

Peewee takes 0.15 to 0.4 ms to write one, SQLite 0.02 ms to answer it. What is asked less often is
asked through peewee, where it is decided.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from typing import Any
from uuid import UUID

import models


def run(sql: str, values: Sequence[Any]) -> Any:
    """Run SQL with a ? for each value, on either database; returns the cursor."""
    database = models.db.obj  # Itself: the proxy looks each of its names up anew.
    mark = database.param
    return database.execute_sql(sql if mark == "?" else sql.replace("?", mark), values)


def marks(values: Iterable[Any]) -> str:
    """A ? for each value, for IN (...)."""
    return ", ".join("?" for _ in values)


def columns(table: type[models.Table], alias: str) -> str:
    """The columns of a table for SELECT, in the order in which :func:`row_of` reads them."""
    return ", ".join(f'{alias}."{field.column_name}"' for field in table._meta.sorted_fields)


def row_of(table: type[models.Table], values: Iterator[Any]) -> Any:
    """The next row of a table out of the values of a result; None where nothing was joined."""
    facts = {name: read(next(values)) for name, read in _readers(table)}  # type: ignore[arg-type]
    if facts["id"] is None:
        return None
    # As peewee makes a row that it read: without defaults, and without asking each field.
    row = table(__no_default__=1)
    row.__data__.update(facts)
    return row


@cache
def _readers(table: type[models.Table]) -> list[tuple[str, Callable[[Any], Any]]]:
    return [(field.name, field.python_value) for field in table._meta.sorted_fields]


def instant(moment: dt.datetime) -> str:
    """An instant as both databases take it, and as SQLite keeps it: for a row of which a statement
    stores dozens, as each value that is no text or number is turned into one on its way."""
    return moment.isoformat(" ")


# SQLite has no such types and returns what it stored.


def read_uuid(value: UUID | str) -> UUID:
    return value if isinstance(value, UUID) else UUID(value)


def read_date(value: dt.date | str) -> dt.date:
    return value if isinstance(value, dt.date) else dt.date.fromisoformat(value)


def read_time(value: dt.time | str) -> dt.time:
    return value if isinstance(value, dt.time) else dt.time.fromisoformat(value)
