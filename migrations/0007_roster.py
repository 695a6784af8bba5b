"""The roster remembers each step, and knows swaps, wishes, messages, calendar keys and groups."""

from peewee import *
from peewee import NodeList

LISTED = "'confirmed', 'seeking_cover', 'released', 'excused', 'present', 'absent'"


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


class Person(Table):
    pass


class Shift(Table):
    pass


class PatternSeat(Table):
    pass


class Place(Table):
    pass


class OfHouse(Table):
    house = ForeignKeyField(House, on_delete="CASCADE", index=False)


class FixedPlace(OfHouse):
    pattern_seat = ForeignKeyField(PatternSeat, on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    rotation = CharField(max_length=20)
    nth = SmallIntegerField(null=True)
    groups = SmallIntegerField(null=True)
    group_since = DateField(null=True)

    class Meta:
        constraints = [
            Check("\"rotation\" IN ('every', 'even', 'odd', 'nth', 'group')"),
            Check("(rotation = 'nth') = (nth IS NOT NULL)"),
            Check("(rotation = 'group') = (groups IS NOT NULL)"),
            Check("(groups IS NULL) = (group_since IS NULL)"),
            Check("groups IS NULL OR groups BETWEEN 2 AND 12"),
        ]


class PlaceChange(OfHouse):
    place = ForeignKeyField(Place, on_delete="CASCADE")
    shift = ForeignKeyField(Shift, on_delete="CASCADE")
    step = CharField(max_length=20)
    state = CharField(max_length=20)
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL", index=False)
    at = DateTimeField()

    class Meta:
        constraints = [
            Check(
                "\"step\" IN ('take', 'leave', 'ask_cover', 'keep', 'take_over', 'covered', 'swap',"
                " 'put', 'free', 'mark', 'undo')"
            ),
            Check(f'"state" IN ({LISTED})'),
        ]


class Swap(OfHouse):
    place = ForeignKeyField(Place, on_delete="CASCADE", backref="swaps_asked")
    other_place = ForeignKeyField(Place, on_delete="CASCADE", backref="swaps_offered")
    state = CharField(max_length=20)
    at = DateTimeField()
    answered_at = DateTimeField(null=True)

    class Meta:
        constraints = [
            Check("\"state\" IN ('asked', 'agreed', 'declined', 'withdrawn')"),
            Check("place_id <> other_place_id"),
        ]


Swap.add_index(
    Swap.index(
        Swap.place,
        Swap.other_place,
        unique=True,
        where=SQL("state = 'asked'"),
        name="swap_asked_once",
    )
)


class RosterWish(Table):
    person = ForeignKeyField(Person, on_delete="CASCADE", backref="wishes")
    kind = CharField(max_length=20)
    most = SmallIntegerField(null=True)
    weekday = SmallIntegerField(null=True)
    part_of_day = CharField(max_length=10)
    other = ForeignKeyField(Person, null=True, on_delete="CASCADE", backref="wished")

    class Meta:
        constraints = [
            Check("\"kind\" IN ('most_a_week', 'not_on', 'together')"),
            Check("(kind = 'most_a_week') = (most IS NOT NULL)"),
            Check("most IS NULL OR most BETWEEN 1 AND 14"),
            Check("(kind = 'not_on') = (weekday IS NOT NULL)"),
            Check("weekday IS NULL OR weekday BETWEEN 0 AND 6"),
            Check("(kind = 'together') = (other_id IS NOT NULL)"),
            Check("other_id IS NULL OR other_id <> person_id"),
        ]


RosterWish.add_index(
    SQL(
        'CREATE UNIQUE INDEX "roster_wish_key" ON "roster_wish"'
        " (person_id, kind, COALESCE(weekday, -1), part_of_day, COALESCE(other_id, 0))"
    )
)


class FillProposal(OfHouse):
    first_date = DateField()
    last_date = DateField()
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL", index=False)
    at = DateTimeField()
    content = TextField()


class Message(OfHouse):
    person = ForeignKeyField(Person, on_delete="CASCADE", backref="messages")
    kind = CharField(max_length=20)
    shift = ForeignKeyField(Shift, null=True, on_delete="CASCADE")
    swap = ForeignKeyField(Swap, null=True, on_delete="CASCADE")
    about = ForeignKeyField(Person, null=True, on_delete="CASCADE", index=False, backref="told")
    was_date = DateField(null=True)
    was_start_time = TimeField(null=True)
    was_end_time = TimeField(null=True)
    at = DateTimeField()
    due_at = DateTimeField(index=True)
    state = CharField(max_length=20)
    sent_at = DateTimeField(null=True)
    tries = SmallIntegerField()
    seen_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("house", "at"), False),)
        constraints = [
            Check(
                "\"kind\" IN ('reminder', 'shift_cancelled', 'shift_restored', 'shift_moved',"
                " 'put_on', 'taken_off', 'covered', 'cover_wanted', 'swap_asked', 'swap_agreed',"
                " 'swap_declined')"
            ),
            Check("\"state\" IN ('waiting', 'sent', 'failed', 'not_sent')"),
        ]


Message.add_index(
    SQL(
        'CREATE UNIQUE INDEX "message_one_reminder" ON "message"'
        " (person_id, shift_id, due_at) WHERE kind = 'reminder'"
    )
)


class CalendarKey(Table):
    person = ForeignKeyField(Person, on_delete="CASCADE", backref="calendar_keys")
    hash = CharField(max_length=64, unique=True)
    created = DateTimeField()
    last_used = DateTimeField(null=True)
    revoked = DateTimeField(null=True)


NEW = [PlaceChange, Swap, RosterWish, FillProposal, Message, CalendarKey]


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("house", "cover_hours", SmallIntegerField(default=48)),
        migrator.add_column("person", "reminders", BooleanField(default=True)),
        migrator.add_column("shift_pattern", "sequence", IntegerField(default=0)),
    )
    with db.bind_ctx([House, Person, Shift, PatternSeat, Place, FixedPlace, *NEW]):
        with_groups(db)
        db.create_tables(NEW, safe=False)
    remember(db)


def with_groups(db):
    """The table of fixed places anew, as its CHECKs change; nothing refers to its rows."""
    columns = "id, house_id, pattern_seat_id, person_id, rotation, nth"
    rows = db.execute_sql(f"SELECT {columns} FROM fixed_place").fetchall()
    db.drop_tables([FixedPlace])
    db.create_tables([FixedPlace], safe=False)
    mark = db.param
    for row in rows:
        db.execute_sql(
            f"INSERT INTO fixed_place ({columns}) VALUES ({', '.join([mark] * 6)})", tuple(row)
        )
    if rows and not isinstance(db, SqliteDatabase):
        db.execute_sql("SELECT setval('fixed_place_id_seq', (SELECT MAX(id) FROM fixed_place))")


def remember(db):
    """What is known of places up to now: that somebody came on them, and what became of that."""
    columns = "house_id, place_id, shift_id, step, state, by_id, at"
    db.execute_sql(
        f"INSERT INTO place_change ({columns})"
        " SELECT house_id, id, shift_id,"
        " CASE how WHEN 'self' THEN 'take' ELSE 'put' END, 'confirmed', by_id, at"
        " FROM place ORDER BY id"
    )
    db.execute_sql(
        f"INSERT INTO place_change ({columns})"
        " SELECT house_id, id, shift_id,"
        " CASE state WHEN 'released' THEN 'leave' WHEN 'seeking_cover' THEN 'ask_cover'"
        " ELSE 'mark' END, state, NULL, changed_at"
        " FROM place WHERE state <> 'confirmed' ORDER BY id"
    )
