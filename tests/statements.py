"""Counts what a piece of code asks of the database."""

from __future__ import annotations

from typing import Any

import models

#: They make a transaction or hold a lock, and read and write nothing.
AROUND = ("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "SELECT id FROM house WHERE")


class Statements:
    """``with Statements() as statements:``, then ``statements.sent`` and ``.count``."""

    def __enter__(self) -> Statements:
        self.sent: list[str] = []
        self._database = models.db.obj
        self._execute = self._database.execute_sql
        self._database.execute_sql = self._note
        return self

    def __exit__(self, *_: object) -> None:
        del self._database.execute_sql

    @property
    def count(self) -> int:
        return len(self.sent)

    def _note(self, sql: str, *values: Any, **options: Any) -> Any:
        if not sql.startswith(AROUND):
            self.sent.append(sql)
        return self._execute(sql, *values, **options)
