"""Of how many visitors it was asked whether they came for the first time; and a date of the
programme finds what was counted on it."""

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


class OfHouse(Table):
    house = ForeignKeyField(House, on_delete="CASCADE", index=False)


class CountHour(OfHouse):
    date = DateField()
    hour = SmallIntegerField()
    activity = ForeignKeyField(Activity, null=True, on_delete="RESTRICT")
    group = CharField(max_length=20, null=True)
    n = IntegerField()
    firsts = IntegerField()
    asked = IntegerField()

    class Meta:
        constraints = [
            Check("n >= 0"),
            Check("firsts >= 0"),
            Check("asked >= 0"),
            Check("hour BETWEEN 0 AND 23"),
        ]


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
    asked = IntegerField()
    by_hand = BooleanField(default=False)

    class Meta:
        indexes = ((("house", "date"), True),)
        constraints = [Check("n >= 0"), Check("firsts >= 0"), Check("asked >= 0")]


class CountMonth(OfHouse):
    month = DateField()
    part = CharField(max_length=20)
    key = IntegerField()
    n = IntegerField()
    firsts = IntegerField()
    asked = IntegerField()

    class Meta:
        indexes = ((("house", "month", "part", "key"), True),)
        constraints = [
            Check("\"part\" IN ('activity', 'group', 'slot')"),
            Check("n >= 0"),
            Check("firsts >= 0"),
            Check("asked >= 0"),
        ]


SUMS = [CountHour, CountDay, CountMonth]

# As the roll-up is computed anew: an event that was taken back, or of which the other count of its
# hour was chosen, says nothing. What events never said stays: of those who came first it was asked.
HOURS = """
INSERT INTO count_hour (house_id, date, hour, activity_id, "group", n, firsts, asked)
SELECT k.house_id, k.date, k.hour, k.activity_id, k."group", k.n, k.firsts,
  CASE WHEN COALESCE(x.asked, 0) < k.firsts THEN k.firsts WHEN x.asked > k.n THEN k.n
    ELSE x.asked END
FROM count_hour_kept k
LEFT JOIN (
  SELECT e.house_id, e.date, e.hour, COALESCE(o.activity_id, 0) AS activity,
    COALESCE(e."group", '') AS age,
    SUM(CASE WHEN u.id IS NOT NULL OR e.first_this_month IS NULL
        OR (e.kind = 'visit' AND c.counts <> 'taps') OR (e.kind = 'sheet' AND c.counts <> 'sheet')
      THEN 0 ELSE e.n END) AS asked
  FROM count_event e
  LEFT JOIN count_event u ON u.house_id = e.house_id AND u.undoes = e.id
  LEFT JOIN occurrence o ON o.id = e.occurrence_id
  LEFT JOIN count_choice c ON c.house_id = e.house_id AND c.date = e.date AND c.hour = e.hour
  WHERE e.kind <> 'undo'
  GROUP BY e.house_id, e.date, e.hour, COALESCE(o.activity_id, 0), COALESCE(e."group", '')
) x ON x.house_id = k.house_id AND x.date = k.date AND x.hour = k.hour
  AND x.activity = COALESCE(k.activity_id, 0) AND x.age = COALESCE(k."group", '')
"""
DAYS = """
INSERT INTO count_day (house_id, date, n, firsts, asked, by_hand)
SELECT k.house_id, k.date, k.n, k.firsts, COALESCE(x.asked, 0), k.by_hand
FROM count_day_kept k
LEFT JOIN (SELECT house_id, date, SUM(asked) AS asked FROM count_hour GROUP BY house_id, date) x
  ON x.house_id = k.house_id AND x.date = k.date
"""
MONTHS = """
INSERT INTO count_month (house_id, month, part, key, n, firsts, asked)
SELECT k.house_id, k.month, k.part, k.key, k.n, k.firsts, COALESCE(x.asked, 0)
FROM count_month_kept k
LEFT JOIN (
  SELECT house_id, {month} AS month, {key} AS key, SUM(asked) AS asked
  FROM count_hour GROUP BY house_id, {month}, {key}
) x ON x.house_id = k.house_id AND x.month = k.month AND x.key = k.key
WHERE k.part = '{part}'
"""
AGES = (
    "CASE \"group\" WHEN 'child' THEN 1 WHEN 'youth' THEN 2 WHEN 'adult' THEN 3"
    " WHEN 'senior' THEN 4 ELSE 0 END"
)


def up(migrator, db):
    names = [table._meta.table_name for table in SUMS]
    for name in names:
        db.execute_sql(f"CREATE TABLE {name}_kept AS SELECT * FROM {name}")
    with db.bind_ctx([House, Activity, *SUMS]):
        db.drop_tables(SUMS)
        db.create_tables(SUMS, safe=False)
    db.execute_sql(HOURS)
    db.execute_sql(DAYS)
    lite = isinstance(db, SqliteDatabase)
    month = "date(date, 'start of month')" if lite else "CAST(date_trunc('month', date) AS DATE)"
    weekday = (
        "(CAST(strftime('%w', date) AS INTEGER) + 6) % 7"
        if lite
        else "CAST(EXTRACT(ISODOW FROM date) AS INTEGER) - 1"
    )
    for part, key in (
        ("activity", "COALESCE(activity_id, 0)"),
        ("group", AGES),
        ("slot", f"({weekday}) * 24 + hour"),
    ):
        db.execute_sql(MONTHS.format(month=month, key=key, part=part))
    for name in names:
        db.execute_sql(f"DROP TABLE {name}_kept")
    db.execute_sql(
        'CREATE INDEX "count_event_occurrence" ON "count_event" ("occurrence_id")'
        " WHERE occurrence_id IS NOT NULL"
    )
