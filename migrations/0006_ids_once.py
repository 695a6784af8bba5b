"""On SQLite an id is never given again, as on PostgreSQL: pages that stay open name rows by it."""

import re

from peewee import SqliteDatabase

PLAIN = '"id" INTEGER NOT NULL PRIMARY KEY'


def up(migrator, db):
    if not isinstance(db, SqliteDatabase):
        return
    tables = db.execute_sql(
        "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql LIKE ?",
        (f"%{PLAIN}%",),
    ).fetchall()
    for name, sql in tables:
        if name == "schema_migration" or "AUTOINCREMENT" in sql:
            continue
        # As SQLite's own manual has it: a new table, the rows, and its name; then its indexes.
        indexes = db.execute_sql(
            "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql NOT NULL",
            (name,),
        ).fetchall()
        made = sql.replace(PLAIN, f"{PLAIN} AUTOINCREMENT", 1)
        made = re.sub(rf'^CREATE TABLE (IF NOT EXISTS )?"{name}"', 'CREATE TABLE "anew"', made)
        db.execute_sql(made)
        db.execute_sql(f'INSERT INTO "anew" SELECT * FROM "{name}"')
        db.execute_sql(f'DROP TABLE "{name}"')
        db.execute_sql(f'ALTER TABLE "anew" RENAME TO "{name}"')
        for (index,) in indexes:
            db.execute_sql(index)
