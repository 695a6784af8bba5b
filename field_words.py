"""The words that fields of the tables may hold, as the field's own terms say them."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    volunteer = "volunteer"
    coordinator = "coordinator"
    viewer = "viewer"


class QualificationKind(StrEnum):
    """The kinds that every house knows; a house may use words of its own beside them."""

    key_holder = "key_holder"
    first_aid = "first_aid"
    alcohol = "alcohol"
    vog = "vog"


class TokenKind(StrEnum):
    card = "card"
    invite = "invite"
    code = "code"
    setup = "setup"


class Category(StrEnum):
    meet = "meet"
    sport = "sport"
    create = "create"
    music = "music"
    eat = "eat"
    recover = "recover"
    advice = "advice"
    learn = "learn"
    play = "play"


class SignUpKind(StrEnum):
    none = "none"
    ask = "ask"
    list = "list"


class OccurrenceState(StrEnum):
    planned = "planned"
    cancelled = "cancelled"
    moved = "moved"


class ClosureKind(StrEnum):
    public_holiday = "public_holiday"
    school_holiday = "school_holiday"
    closed = "closed"


class ShiftState(StrEnum):
    planned = "planned"
    cancelled = "cancelled"


class Rotation(StrEnum):
    every = "every"
    even = "even"
    odd = "odd"
    nth = "nth"
    #: One of several groups that take turns, week by week.
    group = "group"


class PlaceState(StrEnum):
    confirmed = "confirmed"
    seeking_cover = "seeking_cover"
    released = "released"
    excused = "excused"
    present = "present"
    absent = "absent"


#: A place in one of these states holds its seat.
HOLDING = (PlaceState.confirmed, PlaceState.seeking_cover, PlaceState.present)


class PlaceHow(StrEnum):
    self = "self"
    fixed = "fixed"
    by_phone = "by_phone"
    by_coordinator = "by_coordinator"


class Step(StrEnum):
    """What somebody did to a place; each is remembered as a :class:`PlaceChange`."""

    take = "take"
    leave = "leave"
    ask_cover = "ask_cover"
    keep = "keep"
    take_over = "take_over"
    covered = "covered"
    swap = "swap"
    put = "put"
    free = "free"
    mark = "mark"
    undo = "undo"


class SwapState(StrEnum):
    asked = "asked"
    agreed = "agreed"
    declined = "declined"
    withdrawn = "withdrawn"


class PartOfDay(StrEnum):
    morning = "morning"
    afternoon = "afternoon"
    evening = "evening"


class WishKind(StrEnum):
    """What a volunteer wishes of the roster."""

    most_a_week = "most_a_week"
    not_on = "not_on"
    together = "together"


class MessageKind(StrEnum):
    """What somebody is told about the roster."""

    reminder = "reminder"
    shift_cancelled = "shift_cancelled"
    shift_restored = "shift_restored"
    shift_moved = "shift_moved"
    put_on = "put_on"
    taken_off = "taken_off"
    covered = "covered"
    cover_wanted = "cover_wanted"
    swap_asked = "swap_asked"
    swap_agreed = "swap_agreed"
    swap_declined = "swap_declined"


class MessageState(StrEnum):
    waiting = "waiting"
    sent = "sent"
    failed = "failed"
    #: Nobody was told by mail: no address, or this installation sends none.
    not_sent = "not_sent"


class CallOutcome(StrEnum):
    yes = "yes"
    no = "no"
    no_answer = "no_answer"


class OpeningState(StrEnum):
    open = "open"
    closed = "closed"
    not_counted = "not_counted"


class CountKind(StrEnum):
    visit = "visit"
    undo = "undo"
    sheet = "sheet"
    #: What a coordinator adds to a day, or takes off, with a reason.
    correction = "correction"


class CountSource(StrEnum):
    """What counts in an hour that has both."""

    taps = "taps"
    sheet = "sheet"


class SumPart(StrEnum):
    """By what the sums of a month are told apart, and so what their key is."""

    #: The id of the activity; 0 for who just walked in.
    activity = "activity"
    #: The place of the age group in :class:`AgeGroup`, from 1; 0 when it was not asked.
    group = "group"
    #: The weekday (0 is Monday) times 24, plus the hour.
    slot = "slot"


class AgeGroup(StrEnum):
    child = "child"
    youth = "youth"
    adult = "adult"
    senior = "senior"


class BlockOrder(StrEnum):
    """From top to bottom on the poster: what is weekly, what is on single days, what stands out."""

    weekly_listed_band = "weekly-listed-band"
    weekly_band_listed = "weekly-band-listed"
    listed_weekly_band = "listed-weekly-band"
    listed_band_weekly = "listed-band-weekly"
    band_weekly_listed = "band-weekly-listed"
    band_listed_weekly = "band-listed-weekly"


class Highlights(StrEnum):
    """What stands out on the poster."""

    #: What the activities themselves say.
    usual = "usual"
    none = "none"
    one = "one"
