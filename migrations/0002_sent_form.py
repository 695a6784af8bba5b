"""Remember which forms were sent, so that one that comes twice adds nothing twice."""

from peewee import *


class SentForm(Model):
    id = UUIDField(primary_key=True)
    at = DateTimeField(index=True)
    address = CharField(max_length=200)

    class Meta:
        legacy_table_names = False


def up(migrator, db):
    with db.bind_ctx([SentForm]):
        db.create_tables([SentForm], safe=False)
