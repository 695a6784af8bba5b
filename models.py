"""The tables: columns, constraints and one-row facts.

Instants are naive UTC. Dates and wall times are those of the house (Europe/Amsterdam).
Every rule of capacity and uniqueness stands here as a constraint, so that it also holds for two
requests at the same moment. A row that belongs to a house carries ``house``.
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
    FloatField,
    ForeignKeyField,
    IntegerField,
    SmallIntegerField,
    TextField,
    TimeField,
    UUIDField,
)

# Handed on: who reads a table wants its words, and the tables it refers to, from the same place.
from field_words import (
    HOLDING,
    AgeGroup,
    BlockOrder,
    CallOutcome,
    Category,
    ClosureKind,
    CountKind,
    CountSource,
    Highlights,
    MessageKind,
    MessageState,
    OccurrenceState,
    OpeningState,
    PartOfDay,
    PlaceHow,
    PlaceState,
    QualificationKind,
    Role,
    Rotation,
    ShiftState,
    SignUpKind,
    Step,
    SumPart,
    SwapState,
    TokenKind,
    WishKind,
)
from house_tables import (
    Activity,
    ActivityText,
    AuditEntry,
    Closure,
    Credential,
    DeskPairing,
    Device,
    House,
    HousePartner,
    LoginToken,
    Membership,
    Occurrence,
    OfHouse,
    OpeningHours,
    Partner,
    Person,
    Qualification,
    Room,
)
from table_parts import RowId, SqliteDatabase, Table, db, enum_field, for_one_writer, one_of

# -- roster ---------------------------------------------------------------------------------------


class ShiftPattern(OfHouse):
    """What returns on the roster: on the dates of an activity, or by a rule of its own."""

    title = CharField(max_length=60)
    activity = ForeignKeyField(Activity, null=True, backref="patterns", on_delete="CASCADE")
    rule = TextField(default="")
    first_date = DateField()
    last_date = DateField(null=True)
    #: Fixed wall times, or else minutes before and after the activity.
    start_time = TimeField(null=True)
    end_time = TimeField(null=True)
    before_minutes = SmallIntegerField(null=True)
    after_minutes = SmallIntegerField(null=True)
    filled_until = DateField(null=True)
    #: How often it was changed, so that a form knows whether it changes what it showed.
    sequence = IntegerField(default=0)

    class Meta:
        indexes = ((("house", "title"), False),)
        constraints = [
            Check("(activity_id IS NULL) = (rule <> '')"),
            Check(
                "(start_time IS NOT NULL AND end_time IS NOT NULL AND end_time > start_time)"
                " OR (before_minutes IS NOT NULL AND after_minutes IS NOT NULL"
                " AND activity_id IS NOT NULL)"
            ),
        ]


class PatternSeat(Table):
    pattern = ForeignKeyField(ShiftPattern, backref="seats", on_delete="CASCADE")
    role = CharField(max_length=40)
    qualification = CharField(max_length=40, default="")
    required = BooleanField(default=True)
    position = SmallIntegerField(default=0)


class FixedPlace(OfHouse):
    """A person who has the same seat again and again."""

    pattern_seat = ForeignKeyField(PatternSeat, backref="fixed", on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    rotation = enum_field(Rotation, default=Rotation.every)
    nth = SmallIntegerField(null=True)
    #: Of ``groups`` that take turns theirs has the ISO week of the day ``group_since``.
    groups = SmallIntegerField(null=True)
    group_since = DateField(null=True)

    class Meta:
        constraints = [
            one_of("rotation", Rotation),
            Check("(rotation = 'nth') = (nth IS NOT NULL)"),
            Check("(rotation = 'group') = (groups IS NOT NULL)"),
            Check("(groups IS NULL) = (group_since IS NULL)"),
            Check("groups IS NULL OR groups BETWEEN 2 AND 12"),
        ]


class Shift(OfHouse):
    pattern = ForeignKeyField(ShiftPattern, null=True, backref="shifts", on_delete="SET NULL")
    occurrence = ForeignKeyField(Occurrence, null=True, backref="shifts", on_delete="SET NULL")
    title = CharField(max_length=60)
    original_date = DateField()
    date = DateField()
    start_time = TimeField()
    end_time = TimeField()
    state = enum_field(ShiftState, default=ShiftState.planned)

    class Meta:
        indexes = (
            (("pattern", "original_date"), True),
            (("house", "date", "start_time"), False),
        )
        constraints = [one_of("state", ShiftState), Check('"end_time" > "start_time"')]


class Seat(OfHouse):
    shift = ForeignKeyField(Shift, backref="seats", on_delete="CASCADE")
    pattern_seat = ForeignKeyField(PatternSeat, null=True, on_delete="SET NULL")
    role = CharField(max_length=40)
    qualification = CharField(max_length=40, default="")
    required = BooleanField(default=True)
    position = SmallIntegerField(default=0)


class Place(OfHouse):
    """A person on a seat. Never deleted: a released place remembers who was on it."""

    shift = ForeignKeyField(Shift, backref="places", on_delete="CASCADE")
    seat = ForeignKeyField(Seat, backref="places", on_delete="CASCADE")
    person = ForeignKeyField(Person, null=True, backref="places", on_delete="SET NULL")
    #: Somebody without an account, written down by name.
    name = CharField(max_length=60, default="")
    state = enum_field(PlaceState, default=PlaceState.confirmed)
    how = enum_field(PlaceHow, default=PlaceHow.self)
    by = ForeignKeyField(Person, null=True, backref="placed", on_delete="SET NULL")
    at = DateTimeField()
    changed_at = DateTimeField()

    class Meta:
        constraints = [one_of("state", PlaceState), one_of("how", PlaceHow)]


_HOLDING_WORDS = ", ".join(f"'{state.value}'" for state in HOLDING)
_HOLDING_SQL = SQL(f"state IN ({_HOLDING_WORDS})")
# Two people never get the same seat, and nobody stands twice on a shift: the database decides.
Place.add_index(
    Place.index(Place.seat, unique=True, where=_HOLDING_SQL, name="place_one_holder_a_seat")
)
Place.add_index(
    Place.index(
        Place.shift, Place.person, unique=True, where=_HOLDING_SQL, name="place_one_seat_a_person"
    )
)


class PlaceChange(OfHouse):
    """One step in the life of a place: the state it came to, who did it, and when.

    Rows are only added. The last one of a place has the state of the place.
    """

    place = ForeignKeyField(Place, backref="changes", on_delete="CASCADE")
    shift = ForeignKeyField(Shift, on_delete="CASCADE")
    step = enum_field(Step)
    state = enum_field(PlaceState)
    #: None when nobody did it: a fixed volunteer was put on by the pattern.
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL", index=False)
    at = DateTimeField()

    class Meta:
        constraints = [one_of("step", Step), one_of("state", PlaceState)]


class Swap(OfHouse):
    """Somebody asks another to change seats with them; both must agree."""

    place = ForeignKeyField(Place, backref="swaps_asked", on_delete="CASCADE")
    other_place = ForeignKeyField(Place, backref="swaps_offered", on_delete="CASCADE")
    state = enum_field(SwapState, default=SwapState.asked)
    at = DateTimeField()
    answered_at = DateTimeField(null=True)

    class Meta:
        constraints = [one_of("state", SwapState), Check("place_id <> other_place_id")]


# The same is asked once at a time.
Swap.add_index(
    Swap.index(
        Swap.place,
        Swap.other_place,
        unique=True,
        where=SQL("state = 'asked'"),
        name="swap_asked_once",
    )
)


class Unavailable(Table):
    """Days, or a part of each of them, on which somebody cannot come."""

    person = ForeignKeyField(Person, backref="unavailable", on_delete="CASCADE")
    first_date = DateField()
    last_date = DateField()
    part_of_day = CharField(max_length=10, default="")

    class Meta:
        constraints = [Check('"last_date" >= "first_date"')]


class RosterWish(Table):
    """What somebody wishes of the roster: no more than so many shifts a week, not on a weekday or
    a part of it, together with somebody."""

    person = ForeignKeyField(Person, backref="wishes", on_delete="CASCADE")
    kind = enum_field(WishKind)
    most = SmallIntegerField(null=True)
    weekday = SmallIntegerField(null=True)
    part_of_day = CharField(max_length=10, default="")
    other = ForeignKeyField(Person, null=True, on_delete="CASCADE")

    class Meta:
        constraints = [
            one_of("kind", WishKind),
            Check("(kind = 'most_a_week') = (most IS NOT NULL)"),
            Check("most IS NULL OR most BETWEEN 1 AND 14"),
            Check("(kind = 'not_on') = (weekday IS NOT NULL)"),
            Check("weekday IS NULL OR weekday BETWEEN 0 AND 6"),
            Check("(kind = 'together') = (other_id IS NOT NULL)"),
            Check("other_id IS NULL OR other_id <> person_id"),
        ]


# Each wish once; NULL is a value here ('no weekday', 'nobody'), and of 'most' there is one.
RosterWish.add_index(
    SQL(
        'CREATE UNIQUE INDEX IF NOT EXISTS "roster_wish_key" ON "roster_wish"'
        " (person_id, kind, COALESCE(weekday, -1), part_of_day, COALESCE(other_id, 0))"
    )
)


class FillProposal(OfHouse):
    """A filling of open seats that was worked out and is looked at; ``content`` is JSON."""

    first_date = DateField()
    last_date = DateField()
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL", index=False)
    at = DateTimeField()
    content = TextField()


class Call(OfHouse):
    """Who was asked for a shift, and what they said."""

    shift = ForeignKeyField(Shift, backref="calls", on_delete="CASCADE")
    person = ForeignKeyField(Person, on_delete="CASCADE")
    outcome = enum_field(CallOutcome)
    by = ForeignKeyField(Person, null=True, backref="calls_made", on_delete="SET NULL")
    at = DateTimeField()

    class Meta:
        constraints = [one_of("outcome", CallOutcome)]


class Message(OfHouse):
    """What somebody is told: written in the transaction that makes it true, sent afterwards.

    It holds ids, no text; the words are made when it is sent or shown.
    """

    person = ForeignKeyField(Person, backref="messages", on_delete="CASCADE")
    kind = enum_field(MessageKind)
    shift = ForeignKeyField(Shift, null=True, on_delete="CASCADE")
    swap = ForeignKeyField(Swap, null=True, on_delete="CASCADE")
    #: Who did or asked it.
    about = ForeignKeyField(Person, null=True, on_delete="CASCADE", index=False)
    #: When the shift was, before it moved.
    was_date = DateField(null=True)
    was_start_time = TimeField(null=True)
    was_end_time = TimeField(null=True)
    at = DateTimeField()
    #: Not sent before this moment.
    due_at = DateTimeField(index=True)
    state = enum_field(MessageState, default=MessageState.waiting)
    sent_at = DateTimeField(null=True)
    tries = SmallIntegerField(default=0)
    #: The person, or a coordinator who rang them, has seen to it.
    seen_at = DateTimeField(null=True)

    class Meta:
        indexes = ((("house", "at"), False),)
        constraints = [one_of("kind", MessageKind), one_of("state", MessageState)]


# One reminder of a shift on a day, however often the nightly work runs.
Message.add_index(
    SQL(
        'CREATE UNIQUE INDEX IF NOT EXISTS "message_one_reminder" ON "message"'
        " (person_id, shift_id, due_at) WHERE kind = 'reminder'"
    )
)


class CalendarKey(Table):
    """What opens somebody's own shifts to their calendar. Only the SHA-256 of it is kept."""

    person = ForeignKeyField(Person, backref="calendar_keys", on_delete="CASCADE")
    hash = CharField(max_length=64, unique=True)
    created = DateTimeField()
    last_used = DateTimeField(null=True)
    revoked = DateTimeField(null=True)


# -- counting -------------------------------------------------------------------------------------


class Opening(OfHouse):
    """A span in which the house was or will be open. Closed, zero and not counted differ."""

    date = DateField()
    start_time = TimeField()
    end_time = TimeField()
    state = enum_field(OpeningState, default=OpeningState.open)
    #: Something was counted for it, were it nobody.
    counted = BooleanField(default=False)
    #: A person said what became of it, and nothing that was counted since says otherwise.
    answered = BooleanField(default=False)

    class Meta:
        indexes = ((("house", "date", "start_time"), True),)
        constraints = [one_of("state", OpeningState)]


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
    entered_by = ForeignKeyField(Person, null=True, on_delete="SET NULL", index=False)
    #: What was printed on it, as JSON: whoever enters it follows the paper.
    layout = TextField(default="{}")


class CountEvent(OfHouse):
    """One tap, as the phone minted it. Rows are only ever added."""

    id = UUIDField(primary_key=True)
    # Fewer indexes, quicker taps: events are only asked for by id, by undo and by day.
    opening = ForeignKeyField(Opening, null=True, on_delete="SET NULL", index=False)
    occurrence = ForeignKeyField(Occurrence, null=True, on_delete="SET NULL", index=False)
    kind = enum_field(CountKind)
    n = IntegerField()
    group = enum_field(AgeGroup, null=True)
    first_this_month = BooleanField(null=True)
    #: Where the tap counts: local day and hour after the clock of the phone was corrected.
    date = DateField()
    hour = SmallIntegerField()
    happened_at = DateTimeField(null=True)
    sent_at = DateTimeField(null=True)
    received_at = DateTimeField(null=True)
    #: The clock of the phone was more than five minutes off.
    skewed = BooleanField(default=False)
    actor = ForeignKeyField(Person, null=True, on_delete="SET NULL", index=False)
    device = CharField(max_length=64, null=True)
    #: Of all that the tap said, its moment too; empty once that was forgotten.
    fingerprint = CharField(max_length=64)
    #: No foreign key: an undo may arrive before its visit, and then waits for it.
    undoes = UUIDField(null=True)
    sheet = ForeignKeyField(TallySheet, null=True, on_delete="SET NULL", index=False)
    #: Of a correction: what was saved together with it has the same number, counted from 1 within
    #: the day of a house; and what the number of its hour and activity was, and became.
    act = IntegerField(null=True)
    was = IntegerField(null=True)
    becomes = IntegerField(null=True)
    #: Why a coordinator corrected the day; empty when nobody came, and for everything else.
    reason = CharField(max_length=200, default="")

    class Meta:
        indexes = (
            (("house", "undoes"), True),
            (("house", "date"), False),
        )
        constraints = [
            one_of("kind", CountKind),
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


# Few rows: those of the last month, which are still to be forgotten.
CountEvent.add_index(
    CountEvent.index(
        CountEvent.date, where=SQL("happened_at IS NOT NULL"), name="count_event_exact"
    )
)


# A date of the programme that goes, or is looked at, finds what was counted on it.
CountEvent.add_index(
    CountEvent.index(
        CountEvent.occurrence,
        where=SQL("occurrence_id IS NOT NULL"),
        name="count_event_occurrence",
    )
)


class CountHour(OfHouse):
    """The roll-up of the events; kept true in the transaction that stores the events."""

    date = DateField()
    hour = SmallIntegerField()
    activity = ForeignKeyField(Activity, null=True, on_delete="RESTRICT")
    group = enum_field(AgeGroup, null=True)
    n = IntegerField(default=0)
    #: How many of them came for the first time this month, as far as that was asked.
    firsts = IntegerField(default=0)
    #: Of how many of them it was asked whether they did.
    asked = IntegerField(default=0)

    class Meta:
        constraints = [
            Check("n >= 0"),
            Check("firsts >= 0"),
            Check("asked >= 0"),
            Check("hour BETWEEN 0 AND 23"),
        ]


# NULL is a value here ('no activity', 'no group'), so the key compares it as one.
CountHour.add_index(
    SQL(
        'CREATE UNIQUE INDEX IF NOT EXISTS "count_hour_key" ON "count_hour"'
        " (house_id, date, hour, COALESCE(activity_id, 0), COALESCE(\"group\", ''))"
    )
)


class CountDay(OfHouse):
    """The sum of a day's hours."""

    date = DateField()
    n = IntegerField(default=0)
    firsts = IntegerField(default=0)
    asked = IntegerField(default=0)
    #: A sheet or a correction belongs to it: its hours are always computed from its events.
    by_hand = BooleanField(default=False)

    class Meta:
        indexes = ((("house", "date"), True),)
        constraints = [Check("n >= 0"), Check("firsts >= 0"), Check("asked >= 0")]


class CountMonth(OfHouse):
    """The sums of a month's hours: by activity, by age group, by weekday and hour."""

    #: Its first day.
    month = DateField()
    part = enum_field(SumPart)
    key = IntegerField()
    n = IntegerField(default=0)
    firsts = IntegerField(default=0)
    asked = IntegerField(default=0)

    class Meta:
        indexes = ((("house", "month", "part", "key"), True),)
        constraints = [
            one_of("part", SumPart),
            Check("n >= 0"),
            Check("firsts >= 0"),
            Check("asked >= 0"),
        ]


class CountChoice(OfHouse):
    """Which of two counts of one hour is taken: the taps, or the sheet of paper."""

    date = DateField()
    hour = SmallIntegerField()
    counts = enum_field(CountSource)
    by = ForeignKeyField(Person, null=True, on_delete="SET NULL", index=False)
    #: None while nobody has chosen: what was there first counts until then.
    at = DateTimeField(null=True)

    class Meta:
        indexes = ((("house", "date", "hour"), True),)
        constraints = [
            one_of("counts", CountSource),
            Check("at IS NOT NULL OR by_id IS NULL"),
            Check("hour BETWEEN 0 AND 23"),
        ]


# -- prints ---------------------------------------------------------------------------------------


class Rendering(Table):
    """A finished document, named by the fingerprint of all that is on it."""

    fingerprint = CharField(max_length=64, unique=True)
    document = CharField(max_length=20)
    bytes = BlobField()
    pages = SmallIntegerField()
    made_at = DateTimeField()
    seconds = FloatField()


class PosterEdit(OfHouse):
    """What a house makes of its poster of a month, besides the programme."""

    #: Its first day.
    month = DateField()
    greeting = CharField(max_length=200, default="")
    blocks = enum_field(BlockOrder, default=BlockOrder.weekly_listed_band)
    highlights = enum_field(Highlights, default=Highlights.usual)
    highlight = ForeignKeyField(Activity, null=True, on_delete="SET NULL", index=False)
    #: How often it was changed, so that a form knows whether it changes what it showed.
    sequence = IntegerField(default=0)

    class Meta:
        indexes = ((("house", "month"), True),)
        constraints = [
            one_of("blocks", BlockOrder),
            one_of("highlights", Highlights),
            # Once its activity is gone, 'one' says that nothing stands out.
            Check("highlight_id IS NULL OR highlights = 'one'"),
        ]


class PosterPhoto(Table):
    """The own photo of a poster: a JPEG as large as an A3 needs, and what is to be seen on it."""

    edit = ForeignKeyField(PosterEdit, unique=True, backref="photos", on_delete="CASCADE")
    jpeg = BlobField()
    width = SmallIntegerField()
    height = SmallIntegerField()
    words = CharField(max_length=120)

    class Meta:
        constraints = [Check("width > 0"), Check("height > 0"), Check("words <> ''")]


class PosterLeftOut(Table):
    """An activity that the poster of a month does not name."""

    edit = ForeignKeyField(PosterEdit, backref="left_out", on_delete="CASCADE", index=False)
    activity = ForeignKeyField(Activity, on_delete="CASCADE")

    class Meta:
        indexes = ((("edit", "activity"), True),)


class SentForm(Table):
    """A form that was sent and stored, with the address where its result is seen."""

    id = UUIDField(primary_key=True)
    at = DateTimeField(index=True)
    address = CharField(max_length=200)


class Installation(Table):
    """One row: what this database is. A demo may be thrown away and filled anew."""

    demo_since = DateField(null=True)


ALL_TABLES: tuple[type[Table], ...] = (
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
    DeskPairing,
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
    PlaceChange,
    Swap,
    Unavailable,
    RosterWish,
    FillProposal,
    Call,
    Message,
    CalendarKey,
    Opening,
    OpeningPartner,
    TallySheet,
    CountEvent,
    CountHour,
    CountDay,
    CountMonth,
    CountChoice,
    PosterEdit,
    PosterPhoto,
    PosterLeftOut,
    Rendering,
    SentForm,
    Installation,
)
