"""A house has one closure of a kind on the same days, also when two people answer at once."""

from itertools import groupby

from peewee import *


class Closure(Model):
    house_id = IntegerField(null=True)
    kind = CharField()
    first_date = DateField()
    last_date = DateField()
    closes = BooleanField(null=True)

    class Meta:
        table_name = "closure"


class Occurrence(Model):
    closure_id = IntegerField(null=True)

    class Meta:
        table_name = "occurrence"


def up(migrator, db):
    with db.bind_ctx([Closure, Occurrence]):
        rows = sorted(Closure.select(), key=lambda row: (key(row), says_less(row), row.id))
        for _key, same in groupby(rows, key):
            kept, *others = same
            ids = [row.id for row in others]
            Occurrence.update(closure_id=kept.id).where(Occurrence.closure_id.in_(ids)).execute()
            Closure.delete().where(Closure.id.in_(ids)).execute()
    db.execute_sql(
        'CREATE UNIQUE INDEX "closure_key" ON "closure" (COALESCE(house_id, 0), kind, first_date, last_date)'
    )


def key(row):
    return row.house_id or 0, row.kind, row.first_date, row.last_date


def says_less(row):
    """Of several the one that closes the house stays, as it did among them; else an answer."""
    if row.closes or (row.closes is None and row.kind == "closed"):
        return 0
    return 1 if row.closes is not None else 2
