"""The first schema: houses, people, programme, roster, counting and renderings.

A frozen copy of the tables as they were then; models.py goes on, this file does not.
"""

from peewee import *

HOLDING = SQL("state IN ('confirmed', 'seeking_cover', 'present')")


class Table(Model):
    id = AutoField()

    class Meta:
        legacy_table_names = False


class House(Table):
    slug = CharField(max_length=40, unique=True)
    name = CharField(max_length=80)
    street = CharField(max_length=80, default="")
    postcode = CharField(max_length=10, default="")
    town = CharField(max_length=60, default="")
    phone = CharField(max_length=20, default="")
    email = CharField(max_length=120, default="")
    tagline = CharField(max_length=120, default="")
    colour = CharField(max_length=7, default="#0b5d5e")


class OfHouse(Table):
    house = ForeignKeyField(House, on_delete="CASCADE", index=False)


class Room(OfHouse):
    name = CharField(max_length=60)

    class Meta:
        indexes = ((("house", "name"), True),)


class Partner(Table):
    name = CharField(max_length=80, unique=True)
    url = CharField(max_length=200, default="")
    logo = BlobField(null=True)


class HousePartner(OfHouse):
    partner = ForeignKeyField(Partner, backref="houses", on_delete="CASCADE")
    position = SmallIntegerField(default=0)

    class Meta:
        indexes = ((("house", "partner"), True),)


class OpeningHours(OfHouse):
    weekday = SmallIntegerField()
    start_time = TimeField()
    end_time = TimeField()

    class Meta:
        indexes = ((("house", "weekday", "start_time"), True),)
        constraints = [Check('"weekday" BETWEEN 0 AND 6'), Check('"end_time" > "start_time"')]


class Person(Table):
    first_name = CharField(max_length=40)
    infix = CharField(max_length=20, default="")
    last_name = CharField(max_length=60, default="")
    email = CharField(max_length=120, null=True, unique=True)
    phone = CharField(max_length=20, default="")
    language = CharField(max_length=5, default="nl")
    active = BooleanField(default=True)
    is_admin = BooleanField(default=False)


class Membership(OfHouse):
    person = ForeignKeyField(Person, backref="memberships", on_delete="CASCADE")
    role = CharField(max_length=20)

    class Meta:
        indexes = ((("person", "house"), True),)
        constraints = [Check("\"role\" IN ('volunteer', 'coordinator', 'viewer')")]


class Qualification(Table):
    person = ForeignKeyField(Person, backref="qualifications", on_delete="CASCADE")
    kind = CharField(max_length=40)
    expires = DateField(null=True)

    class Meta:
        indexes = ((("person", "kind"), True),)


class Credential(Table):
    person = ForeignKeyField(Person, unique=True, on_delete="CASCADE")
    password_hash = CharField(max_length=200)
    changed_at = DateTimeField()


class LoginToken(Table):
    person = ForeignKeyField(Person, null=True, on_delete="CASCADE")
    kind = CharField(max_length=20)
    hash = CharField(max_length=64, unique=True)
    created = DateTimeField()
    expires = DateTimeField(null=True)
    used = DateTimeField(null=True)
    revoked = DateTimeField(null=True)

    class Meta:
        constraints = [
            Check("\"kind\" IN ('card', 'invite', 'code', 'setup')"),
            Check("(kind = 'setup') = (person_id IS NULL)"),
        ]


class Device(Table):
    person = ForeignKeyField(Person, null=True, backref="devices", on_delete="CASCADE")
    house = ForeignKeyField(House, null=True, on_delete="CASCADE")
    token_hash = CharField(max_length=64, unique=True)
    label = CharField(max_length=80, default="")
    created = DateTimeField()
    last_seen = DateTimeField()
    revoked = DateTimeField(null=True)

    class Meta:
        constraints = [Check("(person_id IS NULL) <> (house_id IS NULL)")]


class AuditEntry(Table):
    person = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    house = ForeignKeyField(House, null=True, on_delete="CASCADE")
    action = CharField(max_length=40)
    subject = CharField(max_length=40)
    subject_id = CharField(max_length=40)
    at = DateTimeField(index=True)

    class Meta:
        indexes = ((("subject", "subject_id"), False),)


class Activity(OfHouse):
    title = CharField(max_length=60)
    summary = CharField(max_length=200, default="")
    category = CharField(max_length=20)
    room = ForeignKeyField(Room, null=True, on_delete="SET NULL")
    partner = ForeignKeyField(Partner, null=True, on_delete="SET NULL")
    contact_name = CharField(max_length=80, default="")
    contact_phone = CharField(max_length=20, default="")
    cost_cents = IntegerField(null=True)
    cost_note = CharField(max_length=60, default="")
    audience = CharField(max_length=80, default="")
    sign_up = CharField(max_length=20, default="none")
    capacity = IntegerField(null=True)
    minimum = IntegerField(null=True)
    rule = TextField()
    start_time = TimeField()
    end_time = TimeField(null=True)
    first_date = DateField()
    last_date = DateField(null=True)
    not_in_school_holidays = BooleanField(default=False)
    highlighted = BooleanField(default=False)
    published = BooleanField(default=True)
    filled_until = DateField(null=True)

    class Meta:
        indexes = ((("house", "title"), False),)
        constraints = [
            Check(
                "\"category\" IN ('meet', 'sport', 'create', 'music', 'eat', 'recover', 'advice', 'learn', 'play')"
            ),
            Check("\"sign_up\" IN ('none', 'ask', 'list')"),
            Check('"end_time" IS NULL OR "end_time" > "start_time"'),
            Check('"last_date" IS NULL OR "last_date" >= "first_date"'),
            Check('"cost_cents" IS NULL OR "cost_cents" >= 0'),
            Check('"capacity" IS NULL OR "capacity" > 0'),
            Check('"minimum" IS NULL OR "minimum" > 0'),
        ]


class ActivityText(Table):
    activity = ForeignKeyField(Activity, backref="texts", on_delete="CASCADE")
    language = CharField(max_length=5)
    title = CharField(max_length=60)
    summary = CharField(max_length=200, default="")

    class Meta:
        indexes = ((("activity", "language"), True),)


class Closure(Table):
    house = ForeignKeyField(House, null=True, on_delete="CASCADE")
    first_date = DateField()
    last_date = DateField()
    kind = CharField(max_length=20)
    reason = CharField(max_length=80)
    closes = BooleanField(null=True)

    class Meta:
        indexes = ((("first_date", "last_date"), False),)
        constraints = [
            Check("\"kind\" IN ('public_holiday', 'school_holiday', 'closed')"),
            Check('"last_date" >= "first_date"'),
        ]


class Occurrence(OfHouse):
    activity = ForeignKeyField(Activity, backref="occurrences", on_delete="CASCADE")
    original_date = DateField()
    date = DateField()
    start_time = TimeField()
    end_time = TimeField(null=True)
    room = ForeignKeyField(Room, null=True, on_delete="SET NULL")
    state = CharField(max_length=20, default="planned")
    note = CharField(max_length=120, default="")
    closure = ForeignKeyField(Closure, null=True, on_delete="SET NULL")

    class Meta:
        indexes = ((("activity", "original_date"), True), (("house", "date", "start_time"), False))
        constraints = [
            Check("\"state\" IN ('planned', 'cancelled', 'moved')"),
            Check('"end_time" IS NULL OR "end_time" > "start_time"'),
        ]


class ShiftPattern(OfHouse):
    title = CharField(max_length=60)
    activity = ForeignKeyField(Activity, null=True, backref="patterns", on_delete="CASCADE")
    rule = TextField(default="")
    first_date = DateField()
    last_date = DateField(null=True)
    start_time = TimeField(null=True)
    end_time = TimeField(null=True)
    before_minutes = SmallIntegerField(null=True)
    after_minutes = SmallIntegerField(null=True)
    filled_until = DateField(null=True)

    class Meta:
        indexes = ((("house", "title"), False),)
        constraints = [
            Check("(activity_id IS NULL) = (rule <> '')"),
            Check(
                "(start_time IS NOT NULL AND end_time IS NOT NULL AND end_time > start_time) OR (before_minutes IS NOT NULL AND after_minutes IS NOT NULL AND activity_id IS NOT NULL)"
            ),
        ]


class PatternSeat(Table):
    pattern = ForeignKeyField(ShiftPattern, backref="seats", on_delete="CASCADE")
    role = CharField(max_length=40)
    qualification = CharField(max_length=40, default="")
    required = BooleanField(default=True)
    position = SmallIntegerField(default=0)


class FixedPlace(OfHouse):
    pattern_seat = ForeignKeyField(PatternSeat, backref="fixed", on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    rotation = CharField(max_length=20, default="every")
    nth = SmallIntegerField(null=True)

    class Meta:
        constraints = [
            Check("\"rotation\" IN ('every', 'even', 'odd', 'nth')"),
            Check("(rotation = 'nth') = (nth IS NOT NULL)"),
        ]


class Shift(OfHouse):
    pattern = ForeignKeyField(ShiftPattern, null=True, backref="shifts", on_delete="SET NULL")
    occurrence = ForeignKeyField(Occurrence, null=True, backref="shifts", on_delete="SET NULL")
    title = CharField(max_length=60)
    original_date = DateField()
    date = DateField()
    start_time = TimeField()
    end_time = TimeField()
    state = CharField(max_length=20, default="planned")

    class Meta:
        indexes = ((("pattern", "original_date"), True), (("house", "date", "start_time"), False))
        constraints = [
            Check("\"state\" IN ('planned', 'cancelled')"),
            Check('"end_time" > "start_time"'),
        ]


class Seat(OfHouse):
    shift = ForeignKeyField(Shift, backref="seats", on_delete="CASCADE")
    pattern_seat = ForeignKeyField(PatternSeat, null=True, on_delete="SET NULL")
    role = CharField(max_length=40)
    qualification = CharField(max_length=40, default="")
    required = BooleanField(default=True)
    position = SmallIntegerField(default=0)


class Place(OfHouse):
    shift = ForeignKeyField(Shift, backref="places", on_delete="CASCADE")
    seat = ForeignKeyField(Seat, backref="places", on_delete="CASCADE")
    person = ForeignKeyField(Person, null=True, backref="places", on_delete="SET NULL")
    name = CharField(max_length=60, default="")
    state = CharField(max_length=20, default="confirmed")
    how = CharField(max_length=20, default="self")
    by = ForeignKeyField(Person, null=True, backref="placed", on_delete="SET NULL")
    at = DateTimeField()
    changed_at = DateTimeField()

    class Meta:
        constraints = [
            Check(
                "\"state\" IN ('confirmed', 'seeking_cover', 'released', 'excused', 'present', 'absent')"
            ),
            Check("\"how\" IN ('self', 'fixed', 'by_phone', 'by_coordinator')"),
        ]


Place.add_index(Place.index(Place.seat, unique=True, where=HOLDING, name="place_one_holder_a_seat"))


Place.add_index(
    Place.index(
        Place.shift, Place.person, unique=True, where=HOLDING, name="place_one_seat_a_person"
    )
)


class Unavailable(Table):
    person = ForeignKeyField(Person, backref="unavailable", on_delete="CASCADE")
    first_date = DateField()
    last_date = DateField()
    part_of_day = CharField(max_length=10, default="")

    class Meta:
        constraints = [Check('"last_date" >= "first_date"')]


class Call(OfHouse):
    shift = ForeignKeyField(Shift, backref="calls", on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    outcome = CharField(max_length=20)
    by = ForeignKeyField(Person, null=True, backref="calls_made", on_delete="SET NULL")
    at = DateTimeField()

    class Meta:
        constraints = [Check("\"outcome\" IN ('yes', 'no', 'no_answer')")]


class Opening(OfHouse):
    date = DateField()
    start_time = TimeField()
    end_time = TimeField()
    state = CharField(max_length=20, default="open")

    class Meta:
        indexes = ((("house", "date", "start_time"), True),)
        constraints = [Check("\"state\" IN ('open', 'closed', 'not_counted')")]


class OpeningPartner(Table):
    opening = ForeignKeyField(Opening, backref="partners", on_delete="CASCADE")
    partner = ForeignKeyField(Partner, on_delete="CASCADE")

    class Meta:
        indexes = ((("opening", "partner"), True),)


class TallySheet(OfHouse):
    number = IntegerField(unique=True)
    date = DateField()
    printed_at = DateTimeField()
    entered_at = DateTimeField(null=True)


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

    class Meta:
        indexes = ((("house", "undoes"), True), (("house", "date"), False))
        constraints = [
            Check("\"kind\" IN ('visit', 'undo', 'sheet')"),
            Check(
                "(kind = 'visit' AND n BETWEEN 1 AND 200) OR (kind = 'sheet' AND n BETWEEN 0 AND 500) OR (kind = 'undo' AND n = 0)"
            ),
            Check("(kind = 'undo') = (undoes IS NOT NULL)"),
            Check("hour BETWEEN 0 AND 23"),
            Check("\"group\" IS NULL OR \"group\" IN ('child', 'youth', 'adult', 'senior')"),
        ]


class CountHour(OfHouse):
    date = DateField()
    hour = SmallIntegerField()
    activity = ForeignKeyField(Activity, null=True, on_delete="RESTRICT")
    group = CharField(max_length=20, null=True)
    n = IntegerField(default=0)

    class Meta:
        constraints = [Check("n >= 0"), Check("hour BETWEEN 0 AND 23")]


CountHour.add_index(
    SQL(
        'CREATE UNIQUE INDEX IF NOT EXISTS "count_hour_key" ON "count_hour" (house_id, date, hour, COALESCE(activity_id, 0), COALESCE("group", \'\'))'
    )
)


class Rendering(Table):
    fingerprint = CharField(max_length=64, unique=True)
    document = CharField(max_length=20)
    bytes = BlobField()
    pages = SmallIntegerField()
    made_at = DateTimeField()
    seconds = FloatField()


class Installation(Table):
    demo_since = DateField(null=True)


TABLES = (
    House,
    Room,
    Partner,
    HousePartner,
    OpeningHours,
    Person,
    Membership,
    Qualification,
    Credential,
    LoginToken,
    Device,
    AuditEntry,
    Activity,
    ActivityText,
    Closure,
    Occurrence,
    ShiftPattern,
    PatternSeat,
    FixedPlace,
    Shift,
    Seat,
    Place,
    Unavailable,
    Call,
    Opening,
    OpeningPartner,
    TallySheet,
    CountEvent,
    CountHour,
    Rendering,
    Installation,
)


def up(migrator, db):
    with db.bind_ctx(TABLES):
        db.create_tables(TABLES, safe=False)
