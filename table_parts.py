"""What the tables are made of: the database they are bound to, ids, CHECKs, and one lock."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from peewee import (
    SQL,
    AutoField,
    CharField,
    Check,
    DatabaseProxy,
    Model,
    NodeList,
    SqliteDatabase,
)

db = DatabaseProxy()


def for_one_writer(row: Table) -> None:
    """Let one transaction at a time work on a house or a person; call it inside the transaction.

    SQLite's IMMEDIATE transactions are alone already. On PostgreSQL the row itself is the lock; it
    does not hinder others from adding rows that refer to it.
    """
    if not isinstance(db.obj, SqliteDatabase):
        table = row._meta.table_name
        db.execute_sql(f"SELECT id FROM {table} WHERE id = %s FOR NO KEY UPDATE", (row.id,))  # noqa: S608


def one_of(column: str, words: type[StrEnum]) -> Check:
    """A CHECK that the column holds one of the words of an enumeration."""
    listed = ", ".join(f"'{word.value}'" for word in words)
    return Check(f'"{column}" IN ({listed})')


def enum_field(words: type[StrEnum], **options: Any) -> CharField:
    return CharField(max_length=20, choices=[(word.value, word.value) for word in words], **options)


class RowId(AutoField):
    """An id that is given once: PostgreSQL's are, SQLite's need to be told.

    Ids stand in pages that stay open and in taps that wait for a network. When the last row is
    deleted, the next one must not get its id: somebody would sign up for another shift.
    """

    def ddl(self, ctx: Any) -> Any:
        column = super().ddl(ctx)
        database = self.model._meta.database
        if isinstance(getattr(database, "obj", database), SqliteDatabase):
            return NodeList((column, SQL("AUTOINCREMENT")))
        return column


class Table(Model):
    id = RowId()

    class Meta:
        database = db
        legacy_table_names = False
