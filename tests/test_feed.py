"""The calendar feed: what an app shows is, day by day, what the dates of the house say."""

from __future__ import annotations

import datetime as dt
import re
import subprocess
import sys
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

import demo
from documents.feed import calendar_feed, published_activity
from documents.feed_rules import parts_of
from models import (
    Activity,
    Category,
    Closure,
    ClosureKind,
    House,
    Occurrence,
    OccurrenceState,
    Partner,
    Room,
    SignUpKind,
    db,
)
from rules.closed_days import closures_of, stops
from rules.horizon import extend_horizon
from rules.recurrence import DAY_CODES, Kind, build_rule, expand
from rules.wall_time import month_of
from tests.calendar_app import Shown, shown, valid
from tests.cast import Cast, make_activity, make_occurrence
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from tests.often import often

BASE = "https://buurtbord.example"
#: How every description ends: few apps show the contact or the address of an event.
ENDING = "Vragen? Bel 0528-12 34 56.\nHet laatste nieuws: https://buurtbord.example/h/wolfsbos/"
ROOT = Path(__file__).parent.parent
#: The feed of TODAY begins here: the first of the month of eight weeks ago.
BEGIN = dt.date(2026, 10, 1)
DAY = dt.timedelta(days=1)


def feed_of(house: House, activity: Activity | None = None, today: dt.date = TODAY) -> bytes:
    feed = calendar_feed(house, BASE, today, activity)
    valid(feed)
    return feed


def days_of(feed: bytes, first: dt.date = BEGIN, last: dt.date = dt.date(2027, 2, 28)) -> list[str]:
    """The days on which something is on, '2026-11-26', those that are off as '-2026-11-26'."""
    return [f"{'-' * each.cancelled}{each.date}" for each in by_day(shown(feed, first, last))]


def by_day(events: list[Shown]) -> list[Shown]:
    return sorted(events, key=lambda each: (each.date, each.start, each.title))


def uids(feed: bytes) -> list[str]:
    return re.findall(r"^UID:(.+)\r$", feed.decode(), re.MULTILINE)


def lines_of(feed: bytes, name: str) -> list[str]:
    """The unfolded lines of a property, without those of the time zone."""
    events = feed.decode().replace("\r\n ", "").partition("END:VTIMEZONE")[2]
    return re.findall(rf"^{name}[;:].*(?=\r$)", events, re.MULTILINE)


def descriptions(feed: bytes) -> list[str]:
    """What the events tell beyond the usual, each once, in order."""
    told = [str(event["description"]) for event in valid(feed).events]
    return [text.removesuffix(ENDING).strip() for text in dict.fromkeys(told) if text != ENDING]


def truth(house: House, first: dt.date, last: dt.date) -> list[Shown]:
    """What the rows say between two days and, where there are none yet, rule and closures."""

    def as_shown(activity: Activity, row: Any, day: dt.date, cancelled: bool) -> Shown:
        parts = (row.room.name if row.room_id else "", house.name, house.address)
        place = ", ".join(part for part in parts if part)
        return Shown(activity.title, day, row.start_time, row.end_time, cancelled, place)

    found = []
    closures = closures_of(house, first, last)
    for activity in Activity.select().where(Activity.house == house, Activity.published):
        rows = {row.original_date: row for row in activity.occurrences}
        for row in rows.values():
            off = row.state == OccurrenceState.cancelled
            if first <= row.date <= last and not (off and row.closure_id):
                found.append(as_shown(activity, row, row.date, off))
        known = activity.filled_until + DAY if activity.filled_until else first
        for day in expand(activity.rule, activity.first_date, activity.last_date, known, last):
            if day not in rows and not stops(closures, activity, day):
                found.append(as_shown(activity, activity, day, False))
    return sorted(found, key=repr)


def check(house: House, today: dt.date = TODAY, days: int = 700) -> bytes:
    """An app shows what is true, from the first of the month of eight weeks ago on."""
    feed = feed_of(house, today=today)
    first, last = month_of(today - dt.timedelta(weeks=8))[0], today + dt.timedelta(days=days)
    assert shown(feed, first, last) == truth(house, first, last)
    return feed


def filled(house: House, **facts: Any) -> Activity:
    """An activity with its dates up to the end of February 2027."""
    activity = make_activity(house, **facts)
    extend_horizon(house, TODAY, NOW)
    return Activity.get_by_id(activity.id)


def close(
    first: dt.date, last: dt.date, kind: ClosureKind = ClosureKind.closed, **facts: Any
) -> Closure:
    facts = {"reason": "Vakantie", **facts}
    return Closure.create(first_date=first, last_date=last, kind=kind, **facts)


def change_row(activity: Activity, original: dt.date, **facts: Any) -> None:
    done = (
        Occurrence.update(**facts)
        .where(Occurrence.activity == activity, Occurrence.original_date == original)
        .execute()
    )
    assert done == 1


# -- the real houses ------------------------------------------------------------------------------


@pytest.mark.slow
def test_both_demo_houses_read_back_as_their_rows_today_and_in_a_year(database: Database) -> None:
    demo.fill(TODAY, NOW)
    for house in House.select():
        feed = check(house)
        assert b"BYWEEKNO" not in feed
        assert b"RDATE" not in feed
        assert len(feed) < 16_000
        later = TODAY + dt.timedelta(days=330)
        extend_horizon(house, later, NOW + dt.timedelta(days=330))
        check(house, later)


# -- rules, with dates worked out by hand ---------------------------------------------------------


def test_ten_o_clock_stays_ten_o_clock_when_the_clocks_change(cast: Cast) -> None:
    filled(cast.wolfsbos, rule="FREQ=WEEKLY;BYDAY=SU", end_time=None)
    feed = check(cast.wolfsbos)
    events = shown(feed, dt.date(2026, 10, 18), dt.date(2027, 4, 4))
    assert {each.start for each in events} == {dt.time(10)}
    days = [each.date for each in by_day(events)]
    assert days[:3] == [dt.date(2026, 10, 18), dt.date(2026, 10, 25), dt.date(2026, 11, 1)]
    assert days[-3:] == [dt.date(2027, 3, 21), dt.date(2027, 3, 28), dt.date(2027, 4, 4)]
    assert lines_of(feed, "DTSTART") == ["DTSTART;TZID=Europe/Amsterdam:20261004T100000"]
    assert lines_of(feed, "DTEND") == []


def test_the_time_zone_of_the_feed_is_that_of_amsterdam(cast: Cast) -> None:
    calendar = valid(calendar_feed(cast.wolfsbos, BASE, TODAY))
    told = calendar.timezones[0].to_tz(lookup_tzid=False)
    amsterdam = ZoneInfo("Europe/Amsterdam")
    hour = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    while hour.year < 2032:
        assert hour.astimezone(told).utcoffset() == hour.astimezone(amsterdam).utcoffset(), hour
        hour += dt.timedelta(hours=7 if hour.month in (3, 10) else 101)


def test_odd_weeks_are_twice_in_a_row_around_a_week_53(cast: Cast) -> None:
    filled(cast.wolfsbos, rule=build_rule(Kind.odd_weeks, [4]))
    feed = check(cast.wolfsbos, days=2220)
    assert days_of(feed, dt.date(2026, 12, 1), dt.date(2027, 1, 31)) == [
        "2026-12-04",
        "2026-12-18",
        "2027-01-01",
        "2027-01-08",
        "2027-01-22",
    ]
    assert lines_of(feed, "RRULE") == [
        "RRULE:FREQ=WEEKLY;UNTIL=20270101T090000Z;INTERVAL=2;BYDAY=FR;WKST=MO",
        "RRULE:FREQ=WEEKLY;UNTIL=20321231T090000Z;INTERVAL=2;BYDAY=FR;WKST=MO",
    ]


def test_even_weeks_skip_two_weeks_around_a_week_53(cast: Cast) -> None:
    activity = filled(cast.wolfsbos, rule=build_rule(Kind.even_weeks, [4]))
    feed = check(cast.wolfsbos, days=2220)
    assert days_of(feed, dt.date(2026, 12, 1), dt.date(2027, 1, 31)) == [
        "2026-12-11",
        "2026-12-25",
        "2027-01-15",
        "2027-01-29",
    ]
    assert uids(feed) == [f"{activity.uid}-2021W02", f"{activity.uid}-2027W02"]


def test_weeks_that_are_left_out_in_summer_break_the_series(cast: Cast) -> None:
    weeks = [week for week in range(1, 54, 2) if not 26 < week < 36]
    rule = f"FREQ=YEARLY;BYWEEKNO={','.join(map(str, weeks))};BYDAY=FR"
    activity = filled(cast.wolfsbos, rule=rule)
    feed = check(cast.wolfsbos)
    assert days_of(feed, dt.date(2027, 6, 1), dt.date(2027, 10, 1)) == [
        "2027-06-11",
        "2027-06-25",
        "2027-09-17",
        "2027-10-01",
    ]
    # Two years ahead, and each run of weeks has a name that does not depend on today.
    runs = ["2026W37", "2027W01", "2027W37", "2028W37"]
    assert uids(feed) == [f"{activity.uid}-{run}" for run in runs]
    assert not lines_of(feed, "EXDATE")


def test_a_date_that_moved_is_shown_on_its_new_day_only(cast: Cast) -> None:
    lunch = filled(cast.wolfsbos, title="Samen lunchen", rule="FREQ=MONTHLY;BYDAY=-1TH")
    change_row(lunch, dt.date(2026, 12, 31), date=dt.date(2026, 12, 24), state="moved")
    feed = check(cast.wolfsbos)
    assert days_of(feed) == ["2026-10-29", "2026-11-26", "2026-12-24", "2027-01-28", "2027-02-25"]
    assert lines_of(feed, "RECURRENCE-ID") == [
        "RECURRENCE-ID;TZID=Europe/Amsterdam:20261231T100000"
    ]
    assert descriptions(feed) == ["In plaats van donderdag 31 december."]
    assert uids(feed) == [str(lunch.uid)] * 2


def test_what_a_person_cancelled_stays_visible_and_what_a_closure_stops_does_not(
    cast: Cast,
) -> None:
    closure = close(dt.date(2026, 12, 24), dt.date(2027, 1, 1))
    coffee = filled(cast.wolfsbos)
    change_row(coffee, TODAY, state="cancelled", note="De gastvrouw is ziek.")
    feed = check(cast.wolfsbos)
    days = days_of(feed, TODAY, dt.date(2027, 1, 7))
    assert days == ["-2026-11-26", "2026-12-03", "2026-12-10", "2026-12-17", "2027-01-07"]
    assert "SUMMARY:Gaat niet door: Inloop met koffie" in lines_of(feed, "SUMMARY")
    assert descriptions(feed) == ["De gastvrouw is ziek."]
    assert lines_of(feed, "EXDATE") == [
        "EXDATE;TZID=Europe/Amsterdam:20261224T100000,20261231T100000"
    ]
    assert closure.last_date < coffee.filled_until


def test_closures_and_school_holidays_beyond_the_dates_are_left_out(cast: Cast) -> None:
    holiday = ClosureKind.school_holiday
    close(dt.date(2027, 7, 10), dt.date(2027, 8, 22), holiday, house=None)
    close(dt.date(2027, 9, 2), dt.date(2027, 9, 2), house=cast.wolfsbos)
    close(dt.date(2027, 9, 9), dt.date(2027, 9, 9), house=cast.knooppunt)
    close(dt.date(2027, 9, 16), dt.date(2027, 9, 16), ClosureKind.public_holiday)
    filled(cast.wolfsbos, not_in_school_holidays=True)
    feed = check(cast.wolfsbos)
    assert days_of(feed, dt.date(2027, 7, 1), dt.date(2027, 9, 20)) == [
        "2027-07-01",
        "2027-07-08",
        "2027-08-26",
        "2027-09-09",
        "2027-09-16",
    ]


@pytest.mark.parametrize("by_closure", [True, False])
def test_a_series_whose_first_date_is_off(cast: Cast, by_closure: bool) -> None:
    first = dt.date(2026, 12, 3)
    if by_closure:
        close(first, first)
    coffee = filled(cast.wolfsbos, first_date=first)
    if not by_closure:
        change_row(coffee, first, state="cancelled")
    feed = check(cast.wolfsbos)
    assert days_of(feed)[:2] == (
        ["2026-12-10", "2026-12-17"] if by_closure else ["-2026-12-03", "2026-12-10"]
    )


def test_a_series_of_which_every_date_is_off(cast: Cast) -> None:
    first, last = dt.date(2026, 12, 3), dt.date(2026, 12, 17)
    coffee = filled(cast.wolfsbos, first_date=first, last_date=last)
    for day in (3, 10, 17):
        change_row(coffee, dt.date(2026, 12, day), state="cancelled")
    assert days_of(check(cast.wolfsbos)) == ["-2026-12-03", "-2026-12-10", "-2026-12-17"]
    Occurrence.update(closure=close(first, last)).execute()
    assert b"BEGIN:VEVENT" not in check(cast.wolfsbos)


def test_a_series_that_ends_says_until_when_in_utc(cast: Cast) -> None:
    filled(cast.wolfsbos, last_date=dt.date(2026, 12, 11))
    make_activity(cast.wolfsbos, title="Ver weg", last_date=dt.date(2039, 7, 1))
    feed = check(cast.wolfsbos)
    assert lines_of(feed, "RRULE") == [
        "RRULE:FREQ=WEEKLY;UNTIL=20261210T090000Z;BYDAY=TH",
        "RRULE:FREQ=WEEKLY;UNTIL=20390701T080000Z;BYDAY=TH",
    ]


def test_what_ended_before_the_feed_begins_is_not_in_it(cast: Cast) -> None:
    over = make_activity(cast.wolfsbos, last_date=dt.date(2026, 9, 24))
    make_occurrence(over, dt.date(2026, 9, 24))
    assert b"BEGIN:VEVENT" not in check(cast.wolfsbos)
    late = make_occurrence(over, dt.date(2026, 10, 2), original_date=dt.date(2026, 9, 17))
    assert days_of(check(cast.wolfsbos)) == [str(late.date)]


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        ("FREQ=DAILY", [26, 27, 28, 29, 30]),
        ("FREQ=DAILY;INTERVAL=2", [27, 29]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO", [29]),
        ("FREQ=MONTHLY;BYDAY=4TH,-1TH", [26]),
        ("FREQ=MONTHLY;BYDAY=4TH,5MO", [26, 30]),
        ("FREQ=MONTHLY;BYMONTHDAY=27,-1", [27, 30]),
        ("FREQ=MONTHLY;BYDAY=MO", [30]),
        ("FREQ=MONTHLY;BYMONTH=1,3,5,7,9,11;BYDAY=-1SA", [28]),
        ("FREQ=MONTHLY;BYMONTH=2,11;BYDAY=-1SA,4FR", [27, 28]),
        ("FREQ=MONTHLY;INTERVAL=5;BYDAY=-1FR", []),
        ("FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=28", [28]),
        ("FREQ=YEARLY;BYMONTH=5,11;BYDAY=-1SA,1SU", [28]),
        ("FREQ=YEARLY;BYWEEKNO=1,5,9,13,48;BYDAY=TH,SA", [26, 28]),
        (f"FREQ=YEARLY;BYWEEKNO={','.join(map(str, range(1, 53)))};BYDAY=TH", [26]),
        (f"FREQ=YEARLY;BYWEEKNO={','.join(map(str, range(1, 54)))};BYDAY=TH", [26]),
    ],
)
def test_every_kind_of_rule(cast: Cast, rule: str, days: list[int]) -> None:
    first = dt.date(2026, 2, 4)
    filled(cast.wolfsbos, rule=rule, first_date=first)
    feed = check(cast.wolfsbos, days=735)
    said = [f"2026-11-{day}" for day in days]
    assert days_of(feed, TODAY, dt.date(2026, 11, 30)) == said


def test_a_yearly_date_far_away_is_in_the_feed(cast: Cast) -> None:
    filled(cast.wolfsbos, rule="FREQ=MONTHLY;BYMONTH=2;BYDAY=5SA")
    feed = feed_of(cast.wolfsbos)
    # February has five Saturdays in 2020 and 2048.
    assert lines_of(feed, "DTSTART") == ["DTSTART;TZID=Europe/Amsterdam:20480229T100000"]


def test_single_dates_are_events_of_their_own_with_names_that_stay(cast: Cast) -> None:
    dates = [dt.date(2026, 12, 9), dt.date(2026, 12, 16), dt.date(2027, 6, 2)]
    rule = build_rule(Kind.dates, dates=dates)
    course = filled(cast.wolfsbos, rule=rule, first_date=dates[0], last_date=dates[-1])
    feed = check(cast.wolfsbos)
    assert sorted(uids(feed)) == [
        f"{course.uid}-20261209",
        f"{course.uid}-20261216",
        f"{course.uid}-20270602",
    ]
    assert lines_of(feed, "RRULE") == []


def test_dates_of_a_rule_that_was_changed_since_keep_their_place(cast: Cast) -> None:
    coffee = filled(cast.wolfsbos)
    before = uids(feed_of(cast.wolfsbos))
    # Three Thursdays stay; from 3 December on it is every Friday.
    Occurrence.delete().where(Occurrence.date >= dt.date(2026, 12, 3)).execute()
    Activity.update(rule="FREQ=WEEKLY;BYDAY=FR").execute()
    for day in (4, 11, 18):
        make_occurrence(coffee, dt.date(2026, 12, day))
    feed = check(cast.wolfsbos)
    days = days_of(feed, dt.date(2026, 11, 19), dt.date(2027, 3, 6))
    assert days == [
        *("2026-11-19", "2026-11-26", "2026-12-04", "2026-12-11", "2026-12-18"),
        "2027-03-05",
    ]
    assert before == [str(coffee.uid)]
    assert before[0] in uids(feed)
    assert f"{coffee.uid}-20261119" in uids(feed)


def test_another_hour_room_or_note_on_one_date(cast: Cast) -> None:
    kitchen = Room.create(house=cast.wolfsbos, name="Keuken")
    hall = Room.create(house=cast.wolfsbos, name="Zaal; groot, licht")
    coffee = filled(cast.wolfsbos, room=kitchen)
    change_row(coffee, dt.date(2026, 12, 3), start_time=dt.time(11), end_time=None, state="moved")
    change_row(coffee, dt.date(2026, 12, 10), room=hall)
    change_row(coffee, dt.date(2026, 12, 17), room=None, note="Met oliebollen!")
    feed = check(cast.wolfsbos)
    events = by_day(shown(feed, dt.date(2026, 12, 3), dt.date(2026, 12, 24)))
    assert [(each.start, each.end) for each in events] == [
        (dt.time(11), None),
        *[(dt.time(10), dt.time(16))] * 3,
    ]
    house = "Huis van de Buurt Wolfsbos, Hoogeveen"
    assert [each.place for each in events] == [
        f"Keuken, {house}",
        f"Zaal; groot, licht, {house}",
        house,
        f"Keuken, {house}",
    ]
    assert "Met oliebollen!" in descriptions(feed)


def test_a_date_moved_into_or_out_of_the_weeks_of_the_feed(cast: Cast) -> None:
    coffee = filled(cast.wolfsbos)
    into, out = dt.date(2026, 9, 24), dt.date(2026, 10, 1)
    change_row(coffee, into, date=dt.date(2026, 10, 2), state="moved")
    change_row(coffee, out, date=dt.date(2026, 9, 30), state="moved")
    feed = check(cast.wolfsbos)
    assert days_of(feed)[:2] == ["2026-10-02", "2026-10-08"]


# -- who and what is in it ------------------------------------------------------------------------


def test_nothing_that_is_hidden_put_away_or_of_another_house_is_in_the_feed(cast: Cast) -> None:
    make_activity(cast.wolfsbos, "Geheim", published=False)
    make_activity(cast.knooppunt, "Van de buren")
    gone = make_activity(cast.wolfsbos, "Opgeborgen", archived_at=dt.datetime(2026, 11, 12, 9))
    make_activity(cast.wolfsbos, "Lang weg", archived_at=dt.datetime(2026, 5, 12, 9))
    extend_horizon(cast.wolfsbos, TODAY, NOW)
    for day in (dt.date(2026, 11, 5), TODAY, dt.date(2026, 12, 3)):
        make_occurrence(gone, day)
    Activity.update(filled_until=dt.date(2027, 2, 28)).execute()
    events = shown(feed_of(cast.wolfsbos), BEGIN, dt.date(2028, 1, 1))
    assert [(each.title, each.date) for each in events] == [("Opgeborgen", dt.date(2026, 11, 5))]


def test_a_feed_of_one_activity(cast: Cast) -> None:
    coffee = make_activity(cast.wolfsbos)
    make_activity(cast.wolfsbos, "Bingo")
    extend_horizon(cast.wolfsbos, TODAY, NOW)
    feed = feed_of(cast.wolfsbos, coffee)
    assert uids(feed) == [str(coffee.uid)]
    assert "X-WR-CALNAME:Inloop met koffie – Huis van de Buurt Wolfsbos" in feed.decode()
    assert published_activity(cast.wolfsbos, coffee.id) == coffee
    assert published_activity(cast.knooppunt, coffee.id) is None
    Activity.update(published=False).execute()
    assert published_activity(cast.wolfsbos, coffee.id) is None


def test_what_an_event_tells(cast: Cast) -> None:
    filled(
        cast.wolfsbos,
        title="Samen koken",
        summary="Want eten verbindt.",
        category=Category.eat,
        room=Room.create(house=cast.wolfsbos, name="Keuken"),
        partner=Partner.create(name="Cosis"),
        cost_cents=350,
        cost_note="met koffie",
        audience="iedereen",
        sign_up=SignUpKind.list,
        contact_name="Truus",
        contact_phone="0612345678",
    )
    feed = feed_of(cast.wolfsbos)
    for line in (
        "SUMMARY:Samen koken",
        "LOCATION:Keuken\\, Huis van de Buurt Wolfsbos\\, Hoogeveen",
        "DESCRIPTION:Want eten verbindt.\\n€3\\,50 met koffie\\niedereen\\nMet Cosis."
        "\\nGraag opgeven. Bel 0528-12 34 56."
        "\\nHet laatste nieuws: https://buurtbord.example/h/wolfsbos/",
        "CATEGORIES:eten",
        "URL:https://buurtbord.example/h/wolfsbos/",
        "CONTACT:Huis van de Buurt Wolfsbos\\, 0528-12 34 56",
        "STATUS:CONFIRMED",
        "TRANSP:TRANSPARENT",
        "SEQUENCE:0",
    ):
        assert lines_of(feed, line.partition(":")[0]) == [line]
    assert b"Truus" not in feed
    for line in (
        "METHOD:PUBLISH",
        "X-WR-CALNAME:Huis van de Buurt Wolfsbos",
        "X-WR-TIMEZONE:Europe/Amsterdam",
        "REFRESH-INTERVAL;VALUE=DURATION:PT3H",
        "X-PUBLISHED-TTL:PT3H",
    ):
        assert f"\r\n{line}\r\n" in feed.decode()


@pytest.mark.parametrize(
    "text",
    [
        "Koffie, thee; en \\ koek",
        'Met "aanhalingstekens": en een dubbele punt',
        "BEGIN:VEVENT\nUID:x",
        "Ééééé" * 12,
        "👩‍👩‍👧‍👦 Kinderen " * 4,
        "قهوة وشاي",
        "^n en ^^ en %0D",
    ],
)
def test_any_text_comes_back_as_it_was_typed(cast: Cast, text: str) -> None:
    filled(cast.wolfsbos, title=text[:60], summary=text[:200])
    feed = feed_of(cast.wolfsbos)
    events = shown(feed, TODAY, TODAY)
    assert [each.title for each in events] == [" ".join(text[:60].split())]
    assert descriptions(feed) == [text[:200].strip()]


def test_what_no_app_can_show_is_left_out(cast: Cast) -> None:
    filled(
        cast.wolfsbos, title="Bel\x07 \x1cen\x85 NUL\u2028 \x7f weg", summary="een\r\ntwee\rdrie"
    )
    feed = feed_of(cast.wolfsbos)
    assert [each.title for each in shown(feed, TODAY, TODAY)] == ["Bel en NUL weg"]
    assert descriptions(feed) == ["een\ntwee drie"]


# -- names, numbers and bytes ---------------------------------------------------------------------


def test_the_number_and_the_instant_of_the_last_change_are_told(cast: Cast) -> None:
    filled(cast.wolfsbos, sequence=7, changed_at=dt.datetime(2026, 11, 20, 8, 30))
    feed = feed_of(cast.wolfsbos)
    assert lines_of(feed, "SEQUENCE") == ["SEQUENCE:7"]
    assert lines_of(feed, "DTSTAMP") == ["DTSTAMP:20261120T083000Z"]
    assert lines_of(feed, "LAST-MODIFIED") == ["LAST-MODIFIED:20261120T083000Z"]


@pytest.mark.slow
def test_the_same_bytes_come_back_also_from_another_process_and_the_next_day(
    cast: Cast, database_url: str
) -> None:
    coffee = filled(cast.wolfsbos)
    filled(cast.wolfsbos, title="Spelavond", rule=build_rule(Kind.odd_weeks, [4]))
    change_row(coffee, TODAY, state="cancelled")
    feed = feed_of(cast.wolfsbos)
    assert feed_of(cast.wolfsbos) == feed
    # From 26 November to 26 December: a window that begins on 1 October, then on 1 November.
    for day in range(1, 30):
        assert feed_of(cast.wolfsbos, today=TODAY + day * DAY) == feed
    assert feed_of(cast.wolfsbos, today=dt.date(2026, 12, 27)) != feed
    code = (
        "import sys, datetime as dt, database, models, documents.feed as feed\n"
        "db = database.open_database(sys.argv[1]); models.db.initialize(db); db.connect()\n"
        "house = models.House.get(models.House.slug == 'wolfsbos')\n"
        "told = feed.calendar_feed(house, sys.argv[2], dt.date(2026, 11, 26))\n"
        "sys.stdout.buffer.write(told)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, database_url, BASE], cwd=ROOT, capture_output=True
    )
    assert done.stdout == feed, done.stderr


def test_dates_made_further_ahead_change_nothing(cast: Cast) -> None:
    close(dt.date(2027, 7, 10), dt.date(2027, 8, 22), ClosureKind.school_holiday)
    filled(cast.wolfsbos, not_in_school_holidays=True)
    filled(cast.wolfsbos, rule="FREQ=MONTHLY;BYDAY=1MO,3MO")
    feed = feed_of(cast.wolfsbos)
    extend_horizon(cast.wolfsbos, TODAY, NOW, dt.date(2027, 12, 31))
    assert feed_of(cast.wolfsbos) == feed


def test_a_feed_takes_five_queries_however_much_there_is(cast: Cast) -> None:
    filled(cast.wolfsbos)
    with counted() as few:
        feed_of(cast.wolfsbos)
    for day in DAY_CODES:
        make_activity(cast.wolfsbos, day, rule=f"FREQ=WEEKLY;BYDAY={day}")
    extend_horizon(cast.wolfsbos, TODAY, NOW)
    with counted() as many:
        feed_of(cast.wolfsbos)
    assert len(few) == len(many) == 5


def test_ten_years_of_dates_are_not_in_the_feed(cast: Cast) -> None:
    coffee = make_activity(cast.wolfsbos, first_date=dt.date(2016, 1, 7))
    for day in expand(coffee.rule, coffee.first_date, None, coffee.first_date, BEGIN - DAY):
        make_occurrence(coffee, day, note="Lang geleden.")
    Activity.update(filled_until=BEGIN - DAY).execute()
    extend_horizon(cast.wolfsbos, TODAY, NOW)
    feed = check(cast.wolfsbos)
    assert b"Lang geleden" not in feed
    assert len(feed) < 2_000


# -- any series -----------------------------------------------------------------------------------

WEEKDAYS = st.sets(st.integers(0, 6), min_size=1, max_size=3)
NTH = st.sets(st.sampled_from([1, 2, 3, 4, 5, -1]), min_size=1, max_size=3)
MONTHS = st.sets(st.integers(1, 12), max_size=12)
DAYS = st.dates(dt.date(2026, 9, 1), dt.date(2027, 6, 30))
WEEKS = st.sets(st.integers(1, 53), min_size=1, max_size=40)


def yearly(month: int, day: int) -> str:
    return f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={day}"


def in_weeks(weeks: set[int], weekday: int) -> str:
    return f"FREQ=YEARLY;BYWEEKNO={','.join(map(str, weeks))};BYDAY={DAY_CODES[weekday]}"


RULES = st.one_of(
    st.builds(build_rule, st.sampled_from([Kind.weekly, Kind.fortnightly]), WEEKDAYS),
    st.builds(build_rule, st.sampled_from([Kind.even_weeks, Kind.odd_weeks]), WEEKDAYS),
    st.builds(build_rule, st.just(Kind.every_few_weeks), WEEKDAYS, weeks=st.integers(3, 9)),
    st.builds(build_rule, st.just(Kind.monthly), WEEKDAYS, NTH, months=MONTHS),
    st.builds(build_rule, st.just(Kind.dates), dates=st.sets(DAYS, min_size=1, max_size=8)),
    st.builds(yearly, st.integers(1, 12), st.integers(1, 28)),
    st.builds(in_weeks, WEEKS, st.integers(0, 6)),
    st.builds("FREQ=DAILY;INTERVAL={}".format, st.integers(1, 30)),
)
SPANS = st.tuples(DAYS, st.integers(0, 30), st.sampled_from(list(ClosureKind)), st.booleans())
#: What people did to dates: which one, what, and by how many days it moved.
DEEDS = st.tuples(
    st.integers(0, 60),
    st.sampled_from(["cancelled", "moved", "later", "room", "note", "deleted"]),
    st.integers(-70, 70),
)


def act(house: House, activity: Activity, deed: tuple[int, str, int], room: Room) -> None:
    number, what, days = deed
    rows = list(Occurrence.select().where(Occurrence.activity == activity).order_by(Occurrence.id))
    if not rows:
        return
    row = rows[number % len(rows)]
    if what == "deleted":
        row.delete_instance()
        return
    if what == "cancelled":
        row.state, row.closure = OccurrenceState.cancelled, None
    elif what == "moved":
        row.state, row.closure = OccurrenceState.moved, None
        row.date += days * DAY
    elif what == "later":
        row.start_time, row.end_time = dt.time(20, 15), dt.time(23)
    elif what == "room":
        row.room = room
    else:
        row.note = "Neem iets mee."
    row.save()


def check_a_series(
    cast: Cast,
    rules: tuple[str, str | None],
    first: dt.date,
    last: dt.date | None,
    spans: list[tuple[dt.date, int, ClosureKind, bool]],
    deeds: list[tuple[int, str, int]],
    pauses: bool,
) -> None:
    house = cast.wolfsbos
    with db.atomic() as everything:
        room = Room.create(house=house, name="Zaal")
        activity = make_activity(
            house,
            rule=rules[0],
            first_date=first,
            last_date=last if last and last >= first else None,
            end_time=dt.time(16) if pauses else None,
            not_in_school_holidays=pauses,
        )
        for number, (day, days, kind, known) in enumerate(spans):
            own = house if number % 2 else None
            close(day, day + days * DAY, kind, house=own, closes=known or None)
        extend_horizon(house, TODAY, NOW)
        for deed in deeds:
            act(house, activity, deed, room)
        if rules[1]:
            Activity.update(rule=rules[1]).execute()
        check(house, days=500)
        everything.rollback()


series = given(
    rules=st.tuples(RULES, st.none() | RULES),
    first=st.dates(dt.date(2026, 3, 1), dt.date(2027, 1, 31)),
    last=st.none() | st.dates(dt.date(2026, 9, 1), dt.date(2027, 12, 31)),
    # A house has no two closures of a kind on the same days.
    spans=st.lists(SPANS, max_size=4, unique_by=lambda span: span[:3]),
    deeds=st.lists(DEEDS, max_size=8),
    pauses=st.booleans(),
)


@pytest.mark.slow
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@series
def test_an_app_shows_exactly_the_dates_of_any_series(cast: Cast, **facts: Any) -> None:
    check_a_series(cast, **facts)


@pytest.mark.slow
@settings(max_examples=often(400), suppress_health_check=[HealthCheck.function_scoped_fixture])
@series
def test_an_app_shows_exactly_the_dates_of_many_series(cast: Cast, **facts: Any) -> None:
    check_a_series(cast, **facts)


@settings(max_examples=200)
@given(
    rule=RULES,
    first=st.dates(dt.date(2010, 1, 1), dt.date(2030, 1, 1)),
    start=st.dates(dt.date(2020, 1, 1), dt.date(2034, 1, 1)),
)
def test_the_parts_of_a_rule_give_each_of_its_dates_once(
    rule: str, first: dt.date, start: dt.date
) -> None:
    end = start + dt.timedelta(days=800)
    parts = parts_of(rule, first, None, start, end)
    dates = sorted(day for part in parts for day in part.dates(start, end))
    assert dates == ([] if rule.startswith("RDATE") else expand(rule, first, None, start, end))
    assert len({part.key for part in parts}) == len(parts)
    # A day later the same parts have the same names.
    later = parts_of(rule, first, None, start + DAY, end + DAY)
    assert {part.key for part in later} & {part.key for part in parts} or len(parts) < 2
