"""Counts know corrections, first visits, sums by day and month; sheets what was printed on them."""

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


class Person(Table):
    pass


class Activity(Table):
    pass


class Occurrence(Table):
    pass


class Opening(Table):
    pass


class OfHouse(Table):
    house = ForeignKeyField(House, on_delete="CASCADE", index=False)


class TallySheet(OfHouse):
    number = IntegerField(unique=True)
    date = DateField()
    printed_at = DateTimeField()
    entered_at = DateTimeField(null=True)
    entered_by = ForeignKeyField(Person, null=True, on_delete="SET NULL", index=False)
    layout = TextField()


class DeskPairing(OfHouse):
    hash = CharField(max_length=64, unique=True)
    created = DateTimeField()
    expires = DateTimeField()
    used = DateTimeField(null=True)
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL", index=False)


class CountEvent(OfHouse):
    id = UUIDField(primary_key=True)
    opening = ForeignKeyField(Opening, null=True, on_delete="SET NULL", index=False)
    occurrence = ForeignKeyField(Occurrence, null=True, on_delete="SET NULL", index=False)
    kind = CharField(max_length=20)
    n = IntegerField()
    group = CharField(max_length=20, null=True)
    first_this_month = BooleanField(null=True)
    date = DateField()
    hour = SmallIntegerField()
    happened_at = DateTimeField(null=True)
    sent_at = DateTimeField(null=True)
    received_at = DateTimeField(null=True)
    skewed = BooleanField(default=False)
    actor = ForeignKeyField(Person, null=True, on_delete="SET NULL", index=False)
    device = CharField(max_length=64, null=True)
    fingerprint = CharField(max_length=64)
    undoes = UUIDField(null=True)
    sheet = ForeignKeyField(TallySheet, null=True, on_delete="SET NULL", index=False)
    act = IntegerField(null=True)
    was = IntegerField(null=True)
    becomes = IntegerField(null=True)
    reason = CharField(max_length=200)

    class Meta:
        indexes = ((("house", "undoes"), True), (("house", "date"), False))
        constraints = [
            Check("\"kind\" IN ('visit', 'undo', 'sheet', 'correction')"),
            Check(
                "(kind = 'visit' AND n BETWEEN 1 AND 200)"
                " OR (kind = 'sheet' AND n BETWEEN 0 AND 500)"
                " OR (kind = 'correction' AND n BETWEEN -5000 AND 5000)"
                " OR (kind = 'undo' AND n = 0)"
            ),
            Check("(kind = 'undo') = (undoes IS NOT NULL)"),
            Check("(kind = 'correction') = (act IS NOT NULL)"),
            Check("(kind = 'correction') = (was IS NOT NULL)"),
            Check("(kind = 'correction') = (becomes IS NOT NULL)"),
            Check("(kind = 'correction' AND was <> becomes) = (reason <> '')"),
            Check("hour BETWEEN 0 AND 23"),
            Check("\"group\" IS NULL OR \"group\" IN ('child', 'youth', 'adult', 'senior')"),
        ]


CountEvent.add_index(
    CountEvent.index(
        CountEvent.date, where=SQL("happened_at IS NOT NULL"), name="count_event_exact"
    )
)


class CountHour(OfHouse):
    date = DateField()
    hour = SmallIntegerField()
    activity = ForeignKeyField(Activity, null=True, on_delete="RESTRICT")
    group = CharField(max_length=20, null=True)
    n = IntegerField()
    firsts = IntegerField()

    class Meta:
        constraints = [Check("n >= 0"), Check("firsts >= 0"), Check("hour BETWEEN 0 AND 23")]


CountHour.add_index(
    SQL(
        'CREATE UNIQUE INDEX IF NOT EXISTS "count_hour_key" ON "count_hour"'
        " (house_id, date, hour, COALESCE(activity_id, 0), COALESCE(\"group\", ''))"
    )
)


class CountDay(OfHouse):
    date = DateField()
    n = IntegerField()
    firsts = IntegerField()
    by_hand = BooleanField(default=False)

    class Meta:
        indexes = ((("house", "date"), True),)
        constraints = [Check("n >= 0"), Check("firsts >= 0")]


class CountMonth(OfHouse):
    month = DateField()
    part = CharField(max_length=20)
    key = IntegerField()
    n = IntegerField()
    firsts = IntegerField()

    class Meta:
        indexes = ((("house", "month", "part", "key"), True),)
        constraints = [
            Check("\"part\" IN ('activity', 'group', 'slot')"),
            Check("n >= 0"),
            Check("firsts >= 0"),
        ]


class CountChoice(OfHouse):
    date = DateField()
    hour = SmallIntegerField()
    counts = CharField(max_length=20)
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL", index=False)
    at = DateTimeField(null=True)

    class Meta:
        indexes = ((("house", "date", "hour"), True),)
        constraints = [
            Check("\"counts\" IN ('taps', 'sheet')"),
            Check("at IS NOT NULL OR by_id IS NULL"),
            Check("hour BETWEEN 0 AND 23"),
        ]


NEW = [DeskPairing, CountDay, CountMonth, CountChoice]
#: The columns that sheets and events had before.
SHEET = "id, house_id, number, date, printed_at, entered_at"
EVENT = (
    'id, house_id, opening_id, occurrence_id, kind, n, "group", first_this_month, date, hour,'
    " happened_at, sent_at, received_at, skewed, actor_id, device, fingerprint, undoes, sheet_id"
)


def up(migrator, db):
    migrator.migrate(
        migrator.add_column("house", "openings_until", DateField(null=True)),
        migrator.add_column("opening", "counted", BooleanField(default=False)),
        migrator.add_column("opening", "answered", BooleanField(default=False)),
    )
    with db.bind_ctx(
        [House, Person, Activity, Occurrence, Opening, TallySheet, CountEvent, CountHour, *NEW]
    ):
        db.create_tables(NEW, safe=False)
        anew(db)
        db.drop_tables([CountHour])
        db.create_tables([CountHour], safe=False)
    sum_up(db)
    # Hours and closures make openings open or closed; this nobody but a person says.
    db.execute_sql("UPDATE opening SET answered = TRUE WHERE state = 'not_counted'")


def anew(db):
    """The tables of events and sheets, as their columns and CHECKs change. Only events refer to
    sheets, and nothing to events."""
    for table in ("count_event", "tally_sheet"):
        db.execute_sql(f"CREATE TABLE {table}_kept AS SELECT * FROM {table}")
    db.drop_tables([CountEvent, TallySheet])
    db.create_tables([TallySheet, CountEvent], safe=False)
    db.execute_sql(
        f"INSERT INTO tally_sheet ({SHEET}, layout) SELECT {SHEET}, '{{}}' FROM tally_sheet_kept"
    )
    db.execute_sql(
        f"INSERT INTO count_event ({EVENT}, reason) SELECT {EVENT}, '' FROM count_event_kept"
    )
    if not isinstance(db, SqliteDatabase):
        db.execute_sql(
            "SELECT setval('tally_sheet_id_seq', (SELECT COALESCE(MAX(id), 1) FROM tally_sheet),"
            " (SELECT COUNT(*) > 0 FROM tally_sheet))"
        )
    for table in ("count_event", "tally_sheet"):
        db.execute_sql(f"DROP TABLE {table}_kept")


def sum_up(db):
    """The roll-up of what was counted up to now: by hour, day and month; and which openings were
    counted."""
    lite = isinstance(db, SqliteDatabase)
    month = "date(date, 'start of month')" if lite else "CAST(date_trunc('month', date) AS DATE)"
    weekday = (
        "(CAST(strftime('%w', date) AS INTEGER) + 6) % 7"
        if lite
        else "CAST(EXTRACT(ISODOW FROM date) AS INTEGER) - 1"
    )
    group = (
        "CASE \"group\" WHEN 'child' THEN 1 WHEN 'youth' THEN 2 WHEN 'adult' THEN 3"
        " WHEN 'senior' THEN 4 ELSE 0 END"
    )
    visitors = "CASE WHEN u.id IS NULL THEN e.n ELSE 0 END"
    db.execute_sql(
        'INSERT INTO count_hour (house_id, date, hour, activity_id, "group", n, firsts)'
        f' SELECT e.house_id, e.date, e.hour, o.activity_id, e."group", SUM({visitors}),'
        f" SUM(CASE WHEN e.first_this_month THEN {visitors} ELSE 0 END)"
        " FROM count_event e"
        " LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id"
        " LEFT JOIN occurrence o ON o.id = e.occurrence_id"
        " WHERE e.kind <> 'undo'"
        ' GROUP BY e.house_id, e.date, e.hour, o.activity_id, e."group"'
    )
    by_hand = "EXISTS (SELECT 1 FROM count_event s WHERE s.house_id = h.house_id" + (
        " AND s.date = h.date AND s.kind = 'sheet')"
    )
    db.execute_sql(
        "INSERT INTO count_day (house_id, date, n, firsts, by_hand)"
        f" SELECT house_id, date, SUM(n), SUM(firsts), {by_hand} FROM count_hour h"
        " GROUP BY house_id, date"
    )
    for part, key in (
        ("activity", "COALESCE(activity_id, 0)"),
        ("group", group),
        ("slot", f"({weekday}) * 24 + hour"),
    ):
        db.execute_sql(
            "INSERT INTO count_month (house_id, month, part, key, n, firsts)"
            f" SELECT house_id, {month}, '{part}', {key}, SUM(n), SUM(firsts) FROM count_hour"
            f" GROUP BY house_id, {month}, {key}"
        )
    db.execute_sql(
        "UPDATE opening SET counted = TRUE WHERE id IN"
        " (SELECT opening_id FROM count_event WHERE opening_id IS NOT NULL)"
    )
