"""Two things in one room at one time: what is found, and what is none."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from models import Activity, Category, ClosureKind, House, Occurrence, Room
from rules import horizon, programme, series_change
from rules.clashes import ASSUMED, _meets, clashes, series_clashes
from rules.month_words import Slot
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from tests.test_programme import close, on

THURSDAY = dt.date(2026, 12, 3)
#: A Thursday that is further ahead than there are rows.
IN_MAY = dt.date(2027, 5, 20)


def room_of(house: House, name: str = "Huiskamer") -> Room:
    return Room.get_or_create(house=house, name=name)[0]


def add(
    house: House, start: int, end: int | None, room: str = "Huiskamer", **facts: Any
) -> Activity:
    """Every Thursday from 26 November, at whole hours."""
    given = {
        "title": "Inloop",
        "category": Category.meet,
        "rule": "FREQ=WEEKLY;BYDAY=TH",
        "first_date": TODAY,
        "start_time": dt.time(start),
        "end_time": end and dt.time(end),
        "room": room_of(house, room),
    }
    return programme.add_activity(house, None, NOW, **{**given, **facts})


def slot(start: str, end: str | None = None, day: dt.date = THURSDAY) -> Slot:
    times = [dt.time.fromisoformat(each) if each else None for each in (start, end)]
    return Slot(day, times[0], times[1])


def found(cast: Cast, *slots: Slot, **more: Any) -> list[str]:
    """The days and titles of what is in the living room then."""
    others = clashes(room_of(cast.wolfsbos), slots, **more)
    return [f"{each.date.isoformat()} {each.activity.title}" for each in others]


def test_what_overlaps_in_a_room_is_found_on_each_of_its_days(cast: Cast) -> None:
    add(cast.wolfsbos, 10, 12)
    wanted = [slot("11:00", "13:00", THURSDAY + dt.timedelta(weeks=n)) for n in range(3)]
    assert found(cast, *reversed(wanted)) == [
        "2026-12-03 Inloop",
        "2026-12-10 Inloop",
        "2026-12-17 Inloop",
    ]
    assert found(cast, slot("11:00", "13:00", dt.date(2026, 12, 4))) == []
    assert found(cast) == []


def test_what_begins_when_the_other_ends_is_no_clash(cast: Cast) -> None:
    add(cast.wolfsbos, 10, 12)
    assert found(cast, slot("08:00", "10:00"), slot("12:00", "14:00")) == []
    assert found(cast, slot("08:00", "10:01")) == ["2026-12-03 Inloop"]
    assert found(cast, slot("11:59", "14:00")) == ["2026-12-03 Inloop"]


def test_within_or_around_the_other_is_a_clash_and_the_other_is_named_once(cast: Cast) -> None:
    add(cast.wolfsbos, 10, 12)
    assert found(cast, slot("10:30", "11:00"), slot("09:00", "13:00")) == ["2026-12-03 Inloop"]


def test_without_an_end_it_is_taken_to_last_an_hour(cast: Cast) -> None:
    add(cast.wolfsbos, 10, None)
    assert dt.timedelta(hours=1) == ASSUMED
    assert found(cast, slot("10:59")) == ["2026-12-03 Inloop"]
    assert found(cast, slot("11:00")) == []
    assert found(cast, slot("09:00")) == []
    assert found(cast, slot("09:01")) == ["2026-12-03 Inloop"]
    # Also in the last hour of a day, which has no such end.
    add(cast.wolfsbos, 23, None, title="Nacht")
    assert found(cast, slot("23:59")) == ["2026-12-03 Nacht"]


def test_an_activity_does_not_clash_with_itself(cast: Cast) -> None:
    own = add(cast.wolfsbos, 10, 12)
    assert found(cast, slot("10:00", "12:00"), besides=own) == []
    # A single date does not clash with itself, but does with another date of its activity.
    moved = on(own, THURSDAY + dt.timedelta(weeks=1))
    programme.move_date(moved, THURSDAY, None, NOW, start_time=dt.time(11))
    assert found(cast, slot("11:00", "12:00"), date=moved.id) == ["2026-12-03 Inloop"]
    assert len(found(cast, slot("11:00", "12:00"))) == 2


def test_what_does_not_take_place_is_not_in_the_room(cast: Cast) -> None:
    by_hand, by_closure = THURSDAY, THURSDAY + dt.timedelta(weeks=1)
    activity = add(cast.wolfsbos, 10, 12)
    programme.cancel_date(on(activity, by_hand), "", None, NOW)
    close(cast, by_closure)
    assert found(cast, slot("10:00", "12:00"), slot("10:00", "12:00", by_closure)) == []
    programme.restore_date(on(activity, by_hand), None, NOW)
    assert found(cast, slot("10:00", "12:00")) == ["2026-12-03 Inloop"]


def test_a_date_clashes_where_it_is_and_not_where_it_was(cast: Cast) -> None:
    activity = add(cast.wolfsbos, 10, 12)
    friday, kitchen = dt.date(2026, 12, 4), room_of(cast.wolfsbos, "Keuken")
    programme.move_date(on(activity, THURSDAY), friday, None, NOW, start_time=dt.time(11))
    next_week = THURSDAY + dt.timedelta(weeks=1)
    programme.move_date(on(activity, next_week), next_week, None, NOW, room=kitchen)
    slots = [slot("10:00", "12:00", day) for day in (THURSDAY, friday, next_week)]
    assert found(cast, *slots) == ["2026-12-04 Inloop"]
    assert [each.date for each in clashes(kitchen, slots)] == [next_week]


def test_another_room_or_house_never_clashes(cast: Cast) -> None:
    add(cast.wolfsbos, 10, 12, room="Keuken")
    add(cast.knooppunt, 10, 12)  # A room of the same name.
    add(cast.wolfsbos, 10, 12, room="Zaal", title="Zonder ruimte")
    Occurrence.update(room=None).where(Occurrence.room == room_of(cast.wolfsbos, "Zaal")).execute()
    assert found(cast, slot("10:00", "12:00"), slot("10:00", "12:00", IN_MAY)) == []


def test_what_is_not_published_needs_its_room_as_well(cast: Cast) -> None:
    add(cast.wolfsbos, 10, 12, title="Vergadering", published=False)
    assert found(cast, slot("11:00")) == ["2026-12-03 Vergadering"]


def test_what_was_put_away_or_has_stopped_needs_no_room(cast: Cast) -> None:
    series_change.archive_activity(add(cast.wolfsbos, 10, 12), None, NOW)
    add(cast.wolfsbos, 10, 12, title="Gestopt", last_date=TODAY)
    assert found(cast, slot("10:00", "12:00"), slot("10:00", "12:00", IN_MAY)) == []


# -- further ahead than there are rows ------------------------------------------------------------


def test_a_series_clashes_also_beyond_the_rows_that_are_made(cast: Cast) -> None:
    own = add(cast.wolfsbos, 10, 12)
    assert not Occurrence.select().where(Occurrence.date == IN_MAY).exists()
    wanted = slot("11:00", "13:00", IN_MAY)
    [other] = clashes(room_of(cast.wolfsbos), [wanted])
    assert (other.id, other.activity, other.start_time) == (None, own, dt.time(10))
    assert found(cast, wanted, besides=own) == []
    assert found(cast, wanted, date=on(own, THURSDAY).id) == ["2027-05-20 Inloop"]
    assert found(cast, slot("12:00", "13:00", IN_MAY)) == []
    horizon.extend_horizon(cast.wolfsbos, TODAY, NOW, dt.date(2027, 5, 31))
    assert found(cast, wanted) == ["2027-05-20 Inloop"]


def test_beyond_the_rows_closed_days_and_school_holidays_are_known(cast: Cast) -> None:
    add(cast.wolfsbos, 10, 12)
    add(cast.wolfsbos, 10, 12, title="Koken", not_in_school_holidays=True)
    wanted = [slot("10:00", "12:00", IN_MAY), slot("10:00", "12:00", dt.date(2027, 4, 29))]
    close(cast, IN_MAY)
    close(
        cast,
        dt.date(2027, 4, 24),
        dt.date(2027, 5, 2),
        kind=ClosureKind.school_holiday,
        reason="Meivakantie",
    )
    assert found(cast, *wanted) == ["2027-04-29 Inloop"]


def test_a_series_is_held_against_thirteen_weeks_from_the_day_it_begins(cast: Cast) -> None:
    add(cast.wolfsbos, 10, 12)
    room = room_of(cast.wolfsbos)

    def typed(first: dt.date, **facts: Any) -> Activity:
        given = {"start_time": dt.time(11), "end_time": dt.time(13), "rule": "FREQ=WEEKLY;BYDAY=TH"}
        return Activity(house=cast.wolfsbos, first_date=first, **{**given, **facts})

    now = [each.date for each in series_clashes(room, typed(dt.date(2020, 1, 2)), TODAY)]
    assert (now[0], now[-1], len(now)) == (TODAY, dt.date(2027, 2, 25), 14)
    later = [each.date for each in series_clashes(room, typed(dt.date(2027, 9, 1)), TODAY)]
    assert (later[0], later[-1]) == (dt.date(2027, 9, 2), dt.date(2027, 11, 25))
    two = typed(TODAY, last_date=THURSDAY)
    assert len(series_clashes(room, two, TODAY)) == 2
    assert series_clashes(room, typed(TODAY, start_time=dt.time(12)), TODAY) == []


def test_a_series_that_pauses_does_not_clash_then(cast: Cast) -> None:
    own = add(cast.wolfsbos, 10, 12)
    close(
        cast,
        dt.date(2026, 12, 19),
        dt.date(2027, 1, 3),
        kind=ClosureKind.school_holiday,
        reason="Kerstvakantie",
    )
    for pauses, expected in ((False, 14), (True, 12)):
        typed = Activity(
            house=cast.wolfsbos,
            rule="FREQ=WEEKLY;BYDAY=TH",
            first_date=TODAY,
            start_time=dt.time(11),
            not_in_school_holidays=pauses,
        )
        assert len(series_clashes(own.room, typed, TODAY)) == expected
        assert series_clashes(own.room, typed, TODAY, besides=own) == []


def test_looking_takes_a_fixed_number_of_queries(cast: Cast) -> None:
    def ask() -> int:
        room = Room.get(Room.house == cast.wolfsbos, Room.name == "Huiskamer")
        slots = [slot("10:00", "12:00", IN_MAY + dt.timedelta(days=n)) for n in range(30)]
        with counted() as statements:
            clashes(room, slots)
        return len(statements)

    add(cast.wolfsbos, 10, 12)
    few = ask()
    for number in range(6):
        add(cast.wolfsbos, 10, 12, title=f"Groep {number}")
    assert few == ask() == 4


MINUTES = st.integers(0, 24 * 60 - 1)


@given(st.tuples(MINUTES, MINUTES), st.tuples(MINUTES, MINUTES), st.booleans(), st.booleans())
def test_two_meet_exactly_when_they_share_a_minute_and_then_both_ways(
    one: tuple[int, int], other: tuple[int, int], ends: bool, other_ends: bool
) -> None:
    def at(minute: int) -> dt.time:
        return dt.time(minute // 60, minute % 60)

    def read(pair: tuple[int, int], has_end: bool) -> tuple[Slot, set[int]]:
        start, end = min(pair), max(pair)
        if not has_end or start == end:
            return Slot(THURSDAY, at(start), None), set(range(start, start + 60))
        return Slot(THURSDAY, at(start), at(end)), set(range(start, end))

    (a, minutes), (b, other_minutes) = read(one, ends), read(other, other_ends)

    def date(of: Slot) -> Occurrence:
        return Occurrence(date=of.date, start_time=of.start, end_time=of.end)

    shared = bool(minutes & other_minutes)
    assert _meets(date(a), [b]) == _meets(date(b), [a]) == shared
