"""Activities get what calendars elsewhere need, and can be put away."""

from uuid import uuid4

from peewee import *


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("activity", "uid", UUIDField(null=True)),
        migrator.add_column("activity", "sequence", IntegerField(default=0)),
        migrator.add_column("activity", "changed_at", DateTimeField(null=True)),
        migrator.add_column("activity", "archived_at", DateTimeField(null=True)),
    )

    class Activity(Model):
        uid = UUIDField()

    with db.bind_ctx([Activity]):
        for (row,) in db.execute_sql("SELECT id FROM activity").fetchall():
            Activity.update(uid=uuid4()).where(Activity.id == row).execute()
    migrator.migrate(
        migrator.add_not_null("activity", "uid"),
        migrator.add_index("activity", ("uid",), unique=True),
    )
