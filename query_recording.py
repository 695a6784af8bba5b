"""What was read from the database while something was made, so that it can be asked again.

Making a page out of rows takes ten times longer than reading them. Who keeps what came of it keeps
the queries too, with a digest of their answers: the same answers again mean the same page.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

Row = tuple[Any, ...]
#: Two numbers that change when anything is written.
State = tuple[int, int]


class Recording:
    """Queries in the order in which they ran, and a digest of all their rows.

    complete: False when something was written meanwhile, which is not to be done again.
    """

    def __init__(self) -> None:
        self.queries: list[tuple[str, tuple[Any, ...]]] = []
        self.complete = True
        self._digest = hashlib.sha256()
        # By connection: in which state of the database the rows were the same. The connection is
        # kept beside it, so that no other gets its id.
        self._held: dict[int, tuple[Any, State]] = {}

    def add(self, sql: str, values: Sequence[Any] | None, cursor: Any) -> Any:
        """Reads the whole answer; returns what gives it to whoever asked, as the cursor would."""
        if cursor.description is None:
            self.complete = False
            return cursor
        answer = _Answer(cursor)
        self.queries.append((sql, tuple(values or ())))
        _update(self._digest, answer.rows)
        return answer

    def holds(self, database: Any) -> bool:
        """Whether all queries, run once more, give the same rows as before.

        They are not run when nothing at all was written since they last did.
        """
        connection, state = database.connection(), database.state()
        if state is not None and self._held.get(id(connection)) == (connection, state):
            return True
        digest = hashlib.sha256()
        for sql, values in self.queries:
            _update(digest, database.execute_sql(sql, values).fetchall())
        holds = self.complete and digest.digest() == self._digest.digest()
        if holds and state is not None:
            self._held[id(connection)] = connection, state
        return holds


@contextmanager
def recorded() -> Iterator[Recording]:
    """Records all that this thread reads inside."""
    recording = Recording()
    outer = _current.set(recording)
    try:
        yield recording
    finally:
        _current.reset(outer)


class RecordsQueries:
    """A peewee database whose queries can be recorded."""

    def state(self) -> State | None:
        """Changes with every write, as this connection sees them; None where that is not known."""
        return None

    def execute_sql(self, sql: str, params: Any = None) -> Any:
        cursor = super().execute_sql(sql, params)  # type: ignore[misc]
        recording = _current.get()
        return cursor if recording is None else recording.add(sql, params, cursor)


class _Answer:
    """A cursor that has read everything; the rows are given once, as by any cursor."""

    def __init__(self, cursor: Any) -> None:
        self.description = cursor.description
        self.rowcount = cursor.rowcount
        self.rows: list[Row] = cursor.fetchall()
        self._left: Iterator[Row] = iter(self.rows)
        cursor.close()

    def fetchone(self) -> Row | None:
        return next(self._left, None)

    def fetchall(self) -> list[Row]:
        return list(self._left)

    def __iter__(self) -> Iterator[Row]:
        return self._left

    def close(self) -> None:
        self._left = iter(())


_current: ContextVar[Recording | None] = ContextVar("recording", default=None)


def _update(digest: Any, rows: list[Row]) -> None:
    try:
        # Version 2 writes equal values alike; later ones write what is the same object once.
        written = marshal.dumps(rows, 2)
    except ValueError:  # PostgreSQL gives dates and times as such.
        written = repr(rows).encode()
    digest.update(written)
