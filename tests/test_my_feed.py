"""Somebody's own shifts as a feed, read back by another parser than the one that wrote it."""

from __future__ import annotations

import datetime as dt

import pytest
import vobject

from documents.calendars import BACK
from documents.my_feed import my_feed
from models import (
    CalendarKey,
    House,
    Membership,
    Message,
    MessageState,
    Person,
    Place,
    PlaceState,
    Role,
    Shift,
    ShiftState,
    db,
)
from rules import access, calendar_keys
from rules.calendar_keys import key_of, make_key, opened_by, revoke_key, used
from rules.outbox import tell_changed
from tests.at_once import at_once
from tests.calendar_app import Shown, shown, valid
from tests.cast import Cast, make_house, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from tests.test_feed import lines_of, uids

BASE = "https://buurtbord.example"
DAY = dt.timedelta(days=1)
NEXT = TODAY + 7 * DAY


def feed_of(person: Person, today: dt.date = TODAY) -> bytes:
    key = key_of(person)
    if key is None:
        make_key(person, NOW)
        key = key_of(person)
    assert key is not None
    feed = my_feed(key, BASE, today)
    valid(feed)
    return feed


def seen_by(person: Person) -> list[Shown]:
    return shown(feed_of(person), TODAY - 365 * DAY, TODAY + 365 * DAY)


def on_shift(person: Person, house: House, day: dt.date = NEXT, **facts: object) -> Place:
    shift = make_shift(house, day, seats=3, **facts)  # type: ignore[arg-type]
    return make_place(shift.seats[0], person, NOW)


# -- what is in it --------------------------------------------------------------------------------


def test_a_shift_says_when_where_and_with_whom(cast: Cast) -> None:
    House.update(street="Het Bos 1", postcode="7908 AA").execute()
    place = on_shift(cast.volunteer, cast.wolfsbos)
    seats = place.shift.seats
    make_place(seats[1], cast.key_holder, NOW)
    Place.create(
        house=cast.wolfsbos, shift=place.shift, seat=seats[2], name="Riek", at=NOW, changed_at=NOW
    )
    feed = feed_of(cast.volunteer)
    where = "Huis van de Buurt Wolfsbos, Het Bos 1, 7908 AA Hoogeveen"
    [seen] = shown(feed, TODAY, NEXT)
    assert seen == Shown("Gastvrouw of gastheer", NEXT, dt.time(9, 45), dt.time(13), False, where)
    event = vobject.readOne(feed.decode()).vevent
    address = f"{BASE}/rooster/dienst/{place.shift_id}"
    assert event.url.value == address
    assert event.description.value == (
        f"Samen met Anneke en Riek.\nVragen? Bel 0528-12 34 56.\nBekijk de dienst: {address}"
    )
    assert lines_of(feed, "DTSTART") == ["DTSTART;TZID=Europe/Amsterdam:20261203T094500"]


def test_only_ones_own_shifts_of_all_houses_are_in_it(cast: Cast) -> None:
    Membership.create(house=cast.knooppunt, person=cast.volunteer, role=Role.volunteer)
    on_shift(cast.volunteer, cast.wolfsbos, title="Bos")
    on_shift(cast.volunteer, cast.knooppunt, title="Knoop")
    on_shift(cast.key_holder, cast.wolfsbos, title="Van een ander")
    assert {each.title for each in seen_by(cast.volunteer)} == {"Bos", "Knoop"}


def test_who_left_a_house_or_a_seat_sees_nothing_of_it(cast: Cast) -> None:
    on_shift(cast.volunteer, cast.knooppunt, title="Geen lid")
    left = on_shift(cast.volunteer, cast.wolfsbos, title="Afgezegd")
    Place.update(state=PlaceState.released).where(Place.id == left.id).execute()
    assert seen_by(cast.volunteer) == []


def test_what_does_not_take_place_is_said_to_be_cancelled(cast: Cast) -> None:
    on_shift(cast.volunteer, cast.wolfsbos)
    Shift.update(state=ShiftState.cancelled).execute()
    [seen] = seen_by(cast.volunteer)
    assert seen.cancelled
    assert lines_of(feed_of(cast.volunteer), "STATUS") == ["STATUS:CANCELLED"]


def test_who_seeks_cover_reads_so(cast: Cast) -> None:
    on_shift(cast.volunteer, cast.wolfsbos)
    Place.update(state=PlaceState.seeking_cover).execute()
    event = vobject.readOne(feed_of(cast.volunteer).decode()).vevent
    assert "Je zoekt vervanging." in event.description.value


def test_it_goes_from_eight_weeks_back_to_the_end_of_the_roster(cast: Cast) -> None:
    for day in (TODAY - BACK - DAY, TODAY - BACK, TODAY, TODAY + 100 * DAY):
        on_shift(cast.volunteer, cast.wolfsbos, day)
    days = [each.date for each in seen_by(cast.volunteer)]
    assert days == [TODAY - BACK, TODAY, TODAY + 100 * DAY]


@pytest.mark.parametrize(
    ("day", "start", "utc"),
    [
        (dt.date(2026, 10, 25), dt.time(9, 45), dt.datetime(2026, 10, 25, 8, 45)),
        (dt.date(2026, 10, 24), dt.time(9, 45), dt.datetime(2026, 10, 24, 7, 45)),
        (dt.date(2027, 3, 28), dt.time(9, 45), dt.datetime(2027, 3, 28, 7, 45)),
    ],
)
def test_hours_are_those_of_the_wall_also_when_the_clocks_change(
    cast: Cast, day: dt.date, start: dt.time, utc: dt.datetime
) -> None:
    on_shift(cast.volunteer, cast.wolfsbos, day, start_time=start)
    event = vobject.readOne(feed_of(cast.volunteer).decode()).vevent
    moment = event.dtstart.value
    assert moment.time() == start
    assert moment.astimezone(dt.UTC).replace(tzinfo=None) == utc


def test_what_people_typed_cannot_add_lines(cast: Cast) -> None:
    on_shift(cast.volunteer, cast.wolfsbos, title="A;\r\nBEGIN:VEVENT,\u2028\n🫖\\n" + "é" * 18)
    feed = feed_of(cast.volunteer)
    assert feed.count(b"BEGIN:VEVENT\r\n") == 1
    assert len(lines_of(feed, "SUMMARY")) == 1


# -- names and numbers ----------------------------------------------------------------------------


def test_an_event_keeps_its_name_and_counts_its_changes(cast: Cast) -> None:
    place = on_shift(cast.volunteer, cast.wolfsbos)
    first = feed_of(cast.volunteer)
    shift, numbers = place.shift, [sequence(first)]
    for day, state in ((NEXT + DAY, "planned"), (NEXT + DAY, "cancelled"), (NEXT, "planned")):
        was, before = (shift.date, shift.start_time, shift.end_time), shift.state
        shift.date, shift.state = day, ShiftState(state)
        shift.save()
        with db.atomic():
            tell_changed(shift, before, was, NOW + dt.timedelta(hours=len(numbers)))
        _send_all()
        again = feed_of(cast.volunteer)
        assert uids(again) == uids(first)
        numbers.append(sequence(again))
    assert numbers == sorted(set(numbers))
    access.note(cast.coordinator, cast.wolfsbos, "shift.change", shift, NOW)
    assert sequence(feed_of(cast.volunteer)) > numbers[-1]


def sequence(feed: bytes) -> int:
    [line] = lines_of(feed, "SEQUENCE")
    return int(line.partition(":")[2])


def _send_all() -> None:
    Message.update(state=MessageState.sent, tries=1).execute()


def test_names_of_events_are_those_of_one_key_only(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, NEXT, seats=2)
    make_place(shift.seats[0], cast.volunteer, NOW)
    make_place(shift.seats[1], cast.key_holder, NOW)
    assert uids(feed_of(cast.volunteer)) != uids(feed_of(cast.key_holder))


def test_the_same_roster_is_the_same_feed(cast: Cast) -> None:
    on_shift(cast.volunteer, cast.wolfsbos)
    assert feed_of(cast.volunteer) == feed_of(cast.volunteer)


def test_many_shifts_take_as_many_queries_as_few(cast: Cast) -> None:
    on_shift(cast.volunteer, cast.wolfsbos)
    key = opened_by(make_key(cast.volunteer, NOW))
    assert key is not None
    with counted() as few:
        my_feed(key, BASE, TODAY)
    for number in range(30):
        place = on_shift(cast.volunteer, cast.wolfsbos, NEXT + number * DAY)
        make_place(place.shift.seats[1], cast.key_holder, NOW)
    with counted() as many:
        my_feed(key, BASE, TODAY)
    assert len(many) == len(few) == 5


def test_nobody_without_shifts_gets_a_broken_feed(cast: Cast) -> None:
    assert seen_by(cast.volunteer) == []


# -- keys -----------------------------------------------------------------------------------------


def test_a_key_is_kept_as_a_hash_and_a_new_one_ends_the_old(cast: Cast) -> None:
    first = make_key(cast.volunteer, NOW)
    assert len(first) == 22
    assert first not in {each.hash for each in CalendarKey.select()}
    found = opened_by(first)
    assert found is not None
    assert found.person == cast.volunteer
    second = make_key(cast.volunteer, NOW)
    assert opened_by(first) is None
    assert opened_by(second) is not None
    assert revoke_key(cast.volunteer, NOW)
    assert not revoke_key(cast.volunteer, NOW)
    assert opened_by(second) is None
    assert key_of(cast.volunteer) is None


def test_of_two_keys_made_at_once_one_is_left(cast: Cast) -> None:
    made = at_once(db.obj, *[lambda: make_key(cast.volunteer, NOW)] * 4)
    assert sum(opened_by(secret) is not None for secret in made) == 1


def test_who_is_no_longer_active_has_no_key_that_opens(cast: Cast) -> None:
    secret = make_key(cast.volunteer, NOW)
    Person.update(active=False).where(Person.id == cast.volunteer.id).execute()
    assert opened_by(secret) is None


def test_it_is_noted_seldom_that_a_key_is_used(cast: Cast) -> None:
    secret = make_key(cast.volunteer, NOW)
    for hours in (0, 1, 11, 12, 13):
        key = opened_by(secret)
        assert key is not None
        used(key, NOW + dt.timedelta(hours=hours))
    assert CalendarKey.get().last_used == NOW + dt.timedelta(hours=12)


def test_the_key_of_one_person_says_nothing_of_another(cast: Cast) -> None:
    house = make_house("derde", "Derde huis")
    other = make_person("Joop", "Anders", house=house)
    on_shift(other, house)
    make_key(cast.volunteer, NOW)
    assert seen_by(cast.volunteer) == []
    assert calendar_keys.key_of(other) is None
