"""A house may edit its poster of a month: a greeting, what stands out, a photo, what is left out."""

from peewee import *
from peewee import NodeList


class RowId(AutoField):
    def ddl(self, ctx):
        column = super().ddl(ctx)
        if isinstance(self.model._meta.database, SqliteDatabase):
            return NodeList((column, SQL("AUTOINCREMENT")))
        return column


class Table(Model):
    id = RowId()

    class Meta:
        legacy_table_names = False


class House(Table):
    pass


class Activity(Table):
    pass


class PosterEdit(Table):
    house = ForeignKeyField(House, on_delete="CASCADE", index=False)
    month = DateField()
    greeting = CharField(max_length=200)
    blocks = CharField(max_length=20)
    highlights = CharField(max_length=20)
    highlight = ForeignKeyField(Activity, null=True, on_delete="SET NULL", index=False)
    sequence = IntegerField()

    class Meta:
        indexes = ((("house", "month"), True),)
        constraints = [
            Check(
                "\"blocks\" IN ('weekly-listed-band', 'weekly-band-listed', 'listed-weekly-band',"
                " 'listed-band-weekly', 'band-weekly-listed', 'band-listed-weekly')"
            ),
            Check("\"highlights\" IN ('usual', 'none', 'one')"),
            Check("highlight_id IS NULL OR highlights = 'one'"),
        ]


class PosterPhoto(Table):
    edit = ForeignKeyField(PosterEdit, unique=True, on_delete="CASCADE")
    jpeg = BlobField()
    width = SmallIntegerField()
    height = SmallIntegerField()
    words = CharField(max_length=120)

    class Meta:
        constraints = [Check("width > 0"), Check("height > 0"), Check("words <> ''")]


class PosterLeftOut(Table):
    edit = ForeignKeyField(PosterEdit, on_delete="CASCADE", index=False)
    activity = ForeignKeyField(Activity, on_delete="CASCADE")

    class Meta:
        indexes = ((("edit", "activity"), True),)


NEW = [PosterEdit, PosterPhoto, PosterLeftOut]


def up(migrator, db):
    with db.bind_ctx([House, Activity, *NEW]):
        db.create_tables(NEW, safe=False)
