"""The tables of houses and people, and of the programme: what the roster and the counts refer to.

Handed on by models.py, from where everything else takes them.
"""

from __future__ import annotations

from uuid import uuid4

from peewee import (
    SQL,
    BlobField,
    BooleanField,
    CharField,
    Check,
    DateField,
    DateTimeField,
    ForeignKeyField,
    IntegerField,
    SmallIntegerField,
    TextField,
    TimeField,
    UUIDField,
)

from field_words import (
    Category,
    ClosureKind,
    OccurrenceState,
    Role,
    SignUpKind,
    TokenKind,
)
from table_parts import Table, enum_field, one_of

# -- house and people -----------------------------------------------------------------------------


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
    #: Nearer to a shift than so many hours nobody leaves a seat: they ask for cover.
    cover_hours = SmallIntegerField(default=48)
    #: Up to and with this day every opening that was, or was not, is a row of its own.
    openings_until = DateField(null=True)

    @property
    def address(self) -> str:
        """Street and town on one line, as on an envelope; empty when neither is known."""
        town = " ".join(part for part in (self.postcode, self.town) if part)
        return ", ".join(part for part in (self.street, town) if part)


class OfHouse(Table):
    """A row that belongs to one house."""

    # Lists ask for a house and a day: the tables name their own indexes, so none stands here.
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
    """One span of a weekday (0 is Monday) in which the house is usually open."""

    weekday = SmallIntegerField()
    start_time = TimeField()
    end_time = TimeField()

    class Meta:
        indexes = ((("house", "weekday", "start_time"), True),)
        constraints = [
            Check('"weekday" BETWEEN 0 AND 6'),
            Check('"end_time" > "start_time"'),
        ]


class Person(Table):
    first_name = CharField(max_length=40)
    infix = CharField(max_length=20, default="")
    last_name = CharField(max_length=60, default="")
    #: Case-folded, so that the unique index means what people mean; many have none.
    email = CharField(max_length=120, null=True, unique=True)
    phone = CharField(max_length=20, default="")
    language = CharField(max_length=5, default="nl")
    active = BooleanField(default=True)
    is_admin = BooleanField(default=False)
    #: A mail the day before each shift, for who has an address.
    reminders = BooleanField(default=True)

    @property
    def full_name(self) -> str:
        return " ".join(part for part in (self.first_name, self.infix, self.last_name) if part)

    @property
    def sort_key(self) -> tuple[str, str]:
        """Dutch order: 'van der Berg' stands at the B."""
        return (self.last_name.casefold() or self.first_name.casefold(), self.first_name.casefold())


class Membership(OfHouse):
    person = ForeignKeyField(Person, backref="memberships", on_delete="CASCADE")
    role = enum_field(Role)

    class Meta:
        indexes = ((("person", "house"), True),)
        constraints = [one_of("role", Role)]


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
    """A link or card that logs one person in. Only the SHA-256 of the secret is kept."""

    person = ForeignKeyField(Person, null=True, on_delete="CASCADE")
    kind = enum_field(TokenKind)
    hash = CharField(max_length=64, unique=True)
    created = DateTimeField()
    expires = DateTimeField(null=True)
    used = DateTimeField(null=True)
    revoked = DateTimeField(null=True)

    class Meta:
        constraints = [
            one_of("kind", TokenKind),
            # Only the very first link of an installation has no person yet.
            Check("(kind = 'setup') = (person_id IS NULL)"),
        ]


class Device(Table):
    """A browser that is logged in: of a person, or the desk tablet of a house."""

    person = ForeignKeyField(Person, null=True, backref="devices", on_delete="CASCADE")
    house = ForeignKeyField(House, null=True, on_delete="CASCADE")
    token_hash = CharField(max_length=64, unique=True)
    label = CharField(max_length=80, default="")
    created = DateTimeField()
    last_seen = DateTimeField()
    revoked = DateTimeField(null=True)

    class Meta:
        constraints = [Check("(person_id IS NULL) <> (house_id IS NULL)")]


class DeskPairing(OfHouse):
    """A code that makes a browser the desk tablet of a house. Only its SHA-256 is kept."""

    hash = CharField(max_length=64, unique=True)
    created = DateTimeField()
    expires = DateTimeField()
    used = DateTimeField(null=True)
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL", index=False)


class AuditEntry(Table):
    """Who changed which row, when. Identifiers only: no free text, no personal data."""

    person = ForeignKeyField(Person, null=True, on_delete="SET NULL")
    house = ForeignKeyField(House, null=True, on_delete="CASCADE")
    action = CharField(max_length=40)
    subject = CharField(max_length=40)
    subject_id = CharField(max_length=40)
    at = DateTimeField(index=True)

    class Meta:
        indexes = ((("subject", "subject_id"), False),)


# -- programme ------------------------------------------------------------------------------------


class Activity(OfHouse):
    title = CharField(max_length=60)
    summary = CharField(max_length=200, default="")
    category = enum_field(Category)
    room = ForeignKeyField(Room, null=True, on_delete="SET NULL")
    partner = ForeignKeyField(Partner, null=True, on_delete="SET NULL")
    contact_name = CharField(max_length=80, default="")
    contact_phone = CharField(max_length=20, default="")
    cost_cents = IntegerField(null=True)
    cost_note = CharField(max_length=60, default="")
    audience = CharField(max_length=80, default="")
    sign_up = enum_field(SignUpKind, default=SignUpKind.none)
    capacity = IntegerField(null=True)
    minimum = IntegerField(null=True)
    #: The value of an RFC 5545 RRULE, or 'RDATE:20261209,20261216' for single dates.
    rule = TextField()
    start_time = TimeField()
    end_time = TimeField(null=True)
    first_date = DateField()
    last_date = DateField(null=True)
    not_in_school_holidays = BooleanField(default=False)
    highlighted = BooleanField(default=False)
    published = BooleanField(default=True)
    #: Occurrence rows exist up to and including this day.
    filled_until = DateField(null=True)
    #: Its name in calendars elsewhere: it never changes, and no other installation gives it.
    uid = UUIDField(unique=True, default=uuid4)
    #: How often it or its dates were changed, and when last; calendars elsewhere go by these.
    sequence = IntegerField(default=0)
    changed_at = DateTimeField(null=True)
    #: Put away: only its dates of the past are still seen.
    archived_at = DateTimeField(null=True)
    #: The rule holds from this day on; the dates before it are of a rule that it had.
    rule_since = DateField(null=True)
    #: Its hours are the usual ones from this day on; dates before it have those it had.
    hours_since = DateField(null=True)

    class Meta:
        indexes = ((("house", "title"), False),)
        constraints = [
            one_of("category", Category),
            one_of("sign_up", SignUpKind),
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
    """Days on which a house (or, without one, every house) may be closed."""

    house = ForeignKeyField(House, null=True, on_delete="CASCADE")
    first_date = DateField()
    last_date = DateField()
    kind = enum_field(ClosureKind)
    reason = CharField(max_length=80)
    #: A public holiday asks 'dicht?': unknown until a coordinator has answered.
    closes = BooleanField(null=True)

    class Meta:
        indexes = ((("first_date", "last_date"), False),)
        constraints = [
            one_of("kind", ClosureKind),
            Check('"last_date" >= "first_date"'),
        ]


# A house (or, with none, all of them) says one thing of a kind about the same days.
Closure.add_index(
    SQL(
        'CREATE UNIQUE INDEX IF NOT EXISTS "closure_key" ON "closure"'
        " (COALESCE(house_id, 0), kind, first_date, last_date)"
    )
)


class Occurrence(OfHouse):
    """One date of an activity. ``original_date`` never changes, whatever happens to the date."""

    activity = ForeignKeyField(Activity, backref="occurrences", on_delete="CASCADE")
    original_date = DateField()
    date = DateField()
    start_time = TimeField()
    end_time = TimeField(null=True)
    room = ForeignKeyField(Room, null=True, on_delete="SET NULL")
    state = enum_field(OccurrenceState, default=OccurrenceState.planned)
    note = CharField(max_length=120, default="")
    #: Set when a closure, not a person, cancelled this date; it comes back with the closure's end.
    closure = ForeignKeyField(Closure, null=True, on_delete="SET NULL")
    #: It stands beside the rule of its series: somebody added it, or kept it when the rule changed.
    extra = BooleanField(default=False)
    #: Off because the series does not have it any more; it comes back with the series.
    dropped = BooleanField(default=False)

    class Meta:
        indexes = (
            (("activity", "original_date"), True),
            (("house", "date", "start_time"), False),
        )
        constraints = [
            one_of("state", OccurrenceState),
            Check('"end_time" IS NULL OR "end_time" > "start_time"'),
        ]
