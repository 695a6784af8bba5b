"""The month in words: short where it can be, and always the same dates as the database."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.month_words import (
    Happening,
    Listed,
    Moved,
    Slot,
    Span,
    Spoken,
    Weekly,
    dates_in_words,
    dates_of,
    day_label,
    hours_in_words,
    say_month,
    span_in_words,
    weekdays_in_words,
)
from rules.wall_time import month_of

TEN, FOUR = dt.time(10), dt.time(16)
NOBODY_CLOSED: frozenset[dt.date] = frozenset()
DECEMBER = dt.date(2026, 12, 1)
CHRISTMAS = Span(dt.date(2026, 12, 19), dt.date(2027, 1, 3), "kerstvakantie")


def dec(*days: int) -> list[dt.date]:
    return [dt.date(2026, 12, day) for day in days]


def on(*days: int, start: dt.time = TEN, end: dt.time | None = FOUR) -> list[Happening]:
    return [Happening(day, Slot(day, start, end)) for day in dec(*days)]


def off(*days: int, holiday: Span | None = None) -> list[Happening]:
    return [Happening(day, Slot(day, TEN, FOUR), True, holiday) for day in dec(*days)]


def moved(day: int, to: dt.date) -> Happening:
    return Happening(dt.date(2026, 12, day), Slot(to, TEN, FOUR))


def say(happenings: list[Happening], closed: frozenset[dt.date] = NOBODY_CLOSED) -> Spoken:
    return say_month(happenings, DECEMBER, closed)


def test_every_thursday_of_the_month_is_said_as_weekly() -> None:
    assert say(on(3, 10, 17, 24, 31)) == Spoken(weekly=(Weekly(3, TEN, FOUR),))


def test_a_closed_day_costs_a_weekly_series_no_words() -> None:
    spoken = say(on(3, 10, 17, 24), closed=frozenset(dec(31)))
    assert spoken == Spoken(weekly=(Weekly(3, TEN, FOUR),))


def test_a_cancelled_date_is_an_exception_of_the_weekly_series() -> None:
    spoken = say(on(3, 10, 24, 31) + off(17))
    assert spoken == Spoken(weekly=(Weekly(3, TEN, FOUR),), not_on=tuple(dec(17)))


def test_once_in_two_weeks_is_a_list_of_dates() -> None:
    assert say(on(1, 15, 29)) == Spoken(listed=(Listed(tuple(dec(1, 15, 29)), TEN, FOUR),))


def test_a_school_holiday_is_named_once_instead_of_its_dates() -> None:
    spoken = say(on(1, 8, 15) + off(22, 29, holiday=CHRISTMAS))
    assert spoken == Spoken(weekly=(Weekly(1, TEN, FOUR),), holidays=(CHRISTMAS,))


def test_a_holiday_in_which_one_date_is_on_is_not_named_as_a_whole() -> None:
    spoken = say(on(1, 8, 15, 22) + off(29, holiday=CHRISTMAS))
    assert spoken.holidays == ()
    assert spoken.not_on == tuple(dec(29))


def test_a_moved_date_of_a_weekly_series_is_one_sentence() -> None:
    spoken = say([*on(3, 10, 24, 31), moved(17, dt.date(2026, 12, 18))])
    slot = Slot(dt.date(2026, 12, 18), TEN, FOUR)
    assert spoken == Spoken(
        weekly=(Weekly(3, TEN, FOUR),), moved=(Moved(dt.date(2026, 12, 17), slot, True, True),)
    )


def test_the_lunch_before_a_closed_day_is_listed_and_the_move_is_told() -> None:
    spoken = say([moved(31, dt.date(2026, 12, 24))], closed=frozenset(dec(31)))
    assert [row.dates for row in spoken.listed] == [tuple(dec(24))]
    assert [move.original for move in spoken.moved] == dec(31)


def test_a_date_that_moves_out_of_the_month_is_told_in_that_month() -> None:
    spoken = say([*on(3, 10, 17, 24), moved(31, dt.date(2027, 1, 7))])
    assert [move.slot.date for move in spoken.moved] == [dt.date(2027, 1, 7)]
    assert len(dates_of(spoken, DECEMBER, NOBODY_CLOSED)) == 4


def test_a_series_that_begins_in_the_month_is_weekly_from_then() -> None:
    assert say(on(17, 24, 31, 10)).weekly == (Weekly(3, TEN, FOUR, since=dec(10)[0]),)


def test_another_time_on_one_date_is_said_as_such() -> None:
    spoken = say(on(3, 10, 17, 24) + on(31, end=dt.time(12)))
    assert spoken.weekly == (Weekly(3, TEN, FOUR),)
    assert spoken.other_times == (Slot(dec(31)[0], TEN, dt.time(12)),)


def test_what_takes_place_on_a_closed_day_is_told_as_taking_place() -> None:
    spoken = say(on(3, 10, 17, 24, 31), closed=frozenset(dec(31)))
    assert spoken.despite_closed == tuple(dec(31))


def test_an_empty_month_says_nothing() -> None:
    assert say([]) == Spoken()
    assert not say([]).is_held


def test_dates_for_the_margin_name_each_weekday_once() -> None:
    assert day_label(dec(2, 16)) == "wo 2 en 16"
    assert day_label(dec(12)) == "za 12"
    assert day_label(dec(2, 16, 4)) == "wo 2 en 16, vr 4"
    assert day_label(dec(7, 8, 9, 10, 11)) == "ma 7 t/m vr 11"


def test_dates_in_a_sentence_name_their_months() -> None:
    assert dates_in_words(dec(25, 31)) == "vrijdag 25 en donderdag 31 december"
    assert dates_in_words(dec(10, 17)) == "donderdag 10 en 17 december"
    assert (
        dates_in_words([*dec(25, 31), dt.date(2027, 1, 1)])
        == "vrijdag 25 en donderdag 31 december, en vrijdag 1 januari"
    )
    assert span_in_words(CHRISTMAS) == "19 december t/m 3 januari"


def test_opening_hours_are_grouped() -> None:
    assert weekdays_in_words([0, 1, 2, 3, 4]) == "maandag t/m vrijdag"
    assert weekdays_in_words([0, 3]) == "maandag en donderdag"
    assert weekdays_in_words([1, 3, 4, 5]) == "dinsdag en donderdag t/m zaterdag"
    nine, noon, one, five = dt.time(9), dt.time(12), dt.time(13), dt.time(17)
    assert hours_in_words([(nine, noon), (one, five)]) == "9.00–12.00 en 13.00–17.00 uur"


TIMES = st.sampled_from([(TEN, FOUR), (TEN, None), (dt.time(11), FOUR)])


@st.composite
def months(draw: st.DrawFn) -> tuple[dt.date, list[Happening], frozenset[dt.date]]:
    """A month of a series: mostly a rhythm, with whatever people do to it."""
    first, last = month_of(draw(st.dates(dt.date(2026, 1, 1), dt.date(2030, 12, 31))))
    around = [first + dt.timedelta(days=n) for n in range(-10, (last - first).days + 11)]
    weekdays = draw(st.sets(st.integers(0, 6), max_size=3))
    step = draw(st.sampled_from([1, 1, 1, 2]))
    regular = [day for day in around if day.weekday() in weekdays]
    regular = [day for day in regular if day.toordinal() // 7 % step == 0]
    originals = set(regular) - draw(st.sets(st.sampled_from(around), max_size=6))
    originals |= draw(st.sets(st.sampled_from(around), max_size=3))
    start = draw(st.sampled_from(around))
    holiday = Span(start, start + dt.timedelta(days=draw(st.integers(0, 20))), "vakantie")
    usual = draw(TIMES)
    happenings = []
    for original in sorted(originals):
        fate = draw(st.sampled_from(["on"] * 8 + ["off", "holiday", "moved", "time"]))
        day, times = original, usual
        if fate == "moved":
            day, times = draw(st.sampled_from(around)), draw(TIMES)
        if fate == "time":
            times = draw(TIMES)
        away = fate == "holiday" and original in holiday
        happenings.append(
            Happening(original, Slot(day, *times), fate == "off" or away, holiday if away else None)
        )
    closed = frozenset(draw(st.sets(st.sampled_from(around), max_size=4)))
    return first, happenings, closed


@pytest.mark.slow
@settings(max_examples=1500)
@given(months())
def test_a_reader_of_the_words_gets_the_dates_of_the_database(
    drawn: tuple[dt.date, list[Happening], frozenset[dt.date]],
) -> None:
    month, happenings, closed = drawn
    first, last = month_of(month)
    stored = {h.slot for h in happenings if not h.cancelled and first <= h.slot.date <= last}
    spoken = say_month(happenings, month, closed)
    assert dates_of(spoken, month, closed) == stored


@pytest.mark.slow
@given(months())
def test_nothing_that_is_on_is_told_as_off_and_the_other_way_round(
    drawn: tuple[dt.date, list[Happening], frozenset[dt.date]],
) -> None:
    month, happenings, closed = drawn
    first, last = month_of(month)
    stored = {h.slot.date for h in happenings if not h.cancelled and first <= h.slot.date <= last}
    spoken = say_month(happenings, month, closed)
    assert not stored & set(spoken.not_on)
    assert not any(day in span for day in stored for span in spoken.holidays)
    assert set(spoken.despite_closed) == stored & closed
    told_as_off = set(spoken.not_on) | {move.original for move in spoken.moved} | closed
    for h in happenings:
        gone = h.cancelled and first <= h.slot.date <= last and h.slot.date not in stored
        assert (
            not gone
            or h.slot.date in told_as_off
            or any(h.slot.date in span for span in spoken.holidays)
        )
