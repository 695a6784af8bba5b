"""Advice: where the visitors and the roster disagree, and when nothing is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import pytest
from flask import Flask, render_template

from models import (
    Closure,
    ClosureKind,
    CountHour,
    House,
    Opening,
    OpeningHours,
    OpeningState,
    PartOfDay,
    Seat,
    ShiftState,
)
from rules.advice import Advice, advice_for, hosts_for
from tests.cast import Cast, make_activity, make_shift
from tests.conftest import TODAY
from tests.counting_queries import counted

WEEK = dt.timedelta(weeks=1)
#: The weekday of today: Wolfsbos is open from 9 to 17.
THURSDAY = 3
MORNING = PartOfDay.morning
AFTERNOON = PartOfDay.afternoon


def opened(
    house: House, day: dt.date, morning: int | None, afternoon: int = 0, **facts: object
) -> None:
    """An opening from 9 to 17, with so many visitors; None: nobody counted."""
    facts = {"start_time": dt.time(9), "end_time": dt.time(17), **facts}
    Opening.create(house=house, date=day, counted=morning is not None, **facts)
    for hour, n in ((9, (morning or 0) // 2), (11, -(-(morning or 0) // 2)), (14, afternoon)):
        if morning is not None:
            CountHour.create(house=house, date=day, hour=hour, n=n)


def thursdays(house: House, mornings: Sequence[int | None], **facts: object) -> None:
    """The last Thursdays, the latest last."""
    for ago, n in enumerate(reversed(mornings), start=1):
        opened(house, TODAY - ago * WEEK, n, **facts)


def roster(
    house: House,
    seats: int,
    *,
    span: tuple[int, int] = (9, 12),
    weeks: Sequence[int] = (1, 2, 3, 4),
) -> None:
    """Shifts on the Thursdays to come."""
    for ahead in weeks:
        make_shift(
            house,
            TODAY + ahead * WEEK,
            seats=seats,
            start_time=dt.time(span[0]),
            end_time=dt.time(span[1]),
        )


def mornings(house: House) -> list[Advice]:
    return [row for row in advice_for(house, TODAY) if row.part == MORNING]


@pytest.mark.parametrize(
    ("visitors", "hosts"), [(0, 2), (12, 2), (24, 2), (25, 3), (31, 3), (36, 3), (37, 4)]
)
def test_a_house_needs_a_host_for_each_dozen_and_never_fewer_than_two(
    visitors: int, hosts: int
) -> None:
    assert hosts_for(visitors) == hosts


def test_more_visitors_than_the_roster_can_have_ask_for_more_hosts(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [31, None, *[30, 32] * 5, 31])
    roster(cast.wolfsbos, 2)
    assert mornings(cast.wolfsbos) == [
        Advice(THURSDAY, MORNING, average=31, counted=12, of=13, needed=3, planned=2)
    ]
    assert mornings(cast.wolfsbos)[0].more
    assert advice_for(cast.knooppunt, TODAY) == []


def test_far_too_many_hosts_are_told_that_two_are_enough(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [8] * 6)
    roster(cast.wolfsbos, 4)
    (row,) = mornings(cast.wolfsbos)
    assert (row.more, row.needed, row.planned) == (False, 2, 4)


def test_one_host_more_than_needed_is_pleasant(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [8] * 6)
    roster(cast.wolfsbos, 3)
    assert mornings(cast.wolfsbos) == []


def test_three_counted_openings_say_nothing_yet(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [31, 31, 31, None, None])
    roster(cast.wolfsbos, 2)
    assert mornings(cast.wolfsbos) == []


def test_one_party_is_no_reason(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [10, 10, 10, 10, 200])
    roster(cast.wolfsbos, 2)
    assert mornings(cast.wolfsbos) == []


def test_three_busy_weeks_of_four_are_a_reason(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [30, 30, 30, 20])
    roster(cast.wolfsbos, 2)
    assert [row.average for row in mornings(cast.wolfsbos)] == [28]


def test_closed_and_uncounted_openings_are_left_out_of_the_average(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [30] * 4)
    opened(cast.wolfsbos, TODAY - 5 * WEEK, None, state=OpeningState.closed)
    opened(cast.wolfsbos, TODAY - 6 * WEEK, 0, state=OpeningState.not_counted)
    roster(cast.wolfsbos, 2)
    (row,) = mornings(cast.wolfsbos)
    assert (row.average, row.counted, row.of) == (30, 4, 5)


def test_what_was_more_than_thirteen_weeks_ago_or_is_of_today_does_not_count(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [30] * 3)
    opened(cast.wolfsbos, TODAY - 14 * WEEK, 30)
    opened(cast.wolfsbos, TODAY, 30)
    roster(cast.wolfsbos, 2)
    assert mornings(cast.wolfsbos) == []


def test_activities_and_groups_of_an_hour_are_added_up(cast: Cast) -> None:
    activity = make_activity(cast.wolfsbos)
    thursdays(cast.wolfsbos, [20] * 4)
    for ago in range(1, 5):
        day = TODAY - ago * WEEK
        CountHour.create(house=cast.wolfsbos, date=day, hour=9, activity=activity, n=11)
        CountHour.create(house=cast.knooppunt, date=day, hour=9, n=100)
    roster(cast.wolfsbos, 2)
    assert [row.average for row in mornings(cast.wolfsbos)] == [31]


def test_the_afternoon_is_judged_by_itself(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [5] * 5, afternoon=40)
    roster(cast.wolfsbos, 2)
    roster(cast.wolfsbos, 2, span=(12, 17))
    (row,) = advice_for(cast.wolfsbos, TODAY)
    assert (row.part, row.average, row.needed) == (AFTERNOON, 40, 4)


def test_who_comes_when_the_doors_close_belongs_to_the_afternoon(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [0] * 4, afternoon=20)
    for ago in range(1, 5):
        CountHour.create(house=cast.wolfsbos, date=TODAY - ago * WEEK, hour=17, n=10)
    roster(cast.wolfsbos, 2, span=(9, 17))
    assert [(row.part, row.average) for row in advice_for(cast.wolfsbos, TODAY)] == [
        (AFTERNOON, 30)
    ]


def test_half_an_hour_past_noon_is_no_opening_in_the_afternoon(cast: Cast) -> None:
    OpeningHours.update(end_time=dt.time(12, 30)).execute()
    thursdays(cast.wolfsbos, [30] * 4, end_time=dt.time(12, 30))
    roster(cast.wolfsbos, 2)
    assert [row.part for row in advice_for(cast.wolfsbos, TODAY)] == [MORNING]


# -- the roster -----------------------------------------------------------------------------------


def test_people_who_take_turns_are_one_person_at_a_time(cast: Cast) -> None:
    OpeningHours.update(start_time=dt.time(8)).execute()
    thursdays(cast.wolfsbos, [31] * 4)
    roster(cast.wolfsbos, 2, span=(8, 10))
    roster(cast.wolfsbos, 2, span=(10, 12))
    assert [row.planned for row in mornings(cast.wolfsbos)] == [2]


@pytest.mark.parametrize(("until", "people"), [(12, 0), (13, 1), (14, 1), (15, 2)])
def test_who_stays_for_a_part_of_the_afternoon_is_a_part_of_a_person(
    cast: Cast, until: int, people: int
) -> None:
    thursdays(cast.wolfsbos, [0] * 4, afternoon=31)
    roster(cast.wolfsbos, 3, span=(9, until))
    assert [row.planned for row in advice_for(cast.wolfsbos, TODAY) if row.more] == [people]


def test_extra_seats_and_cancelled_shifts_are_nobody(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [31] * 4)
    roster(cast.wolfsbos, 3)
    assert mornings(cast.wolfsbos) == []
    Seat.update(required=False).where(Seat.position == 2).execute()
    make_shift(cast.wolfsbos, TODAY + WEEK, seats=5, state=ShiftState.cancelled)
    assert [row.planned for row in mornings(cast.wolfsbos)] == [2]


def test_a_week_without_enough_people_among_good_ones_is_no_reason(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [31] * 4)
    roster(cast.wolfsbos, 3, weeks=(1, 2, 3))
    roster(cast.wolfsbos, 2, weeks=(4,))
    assert mornings(cast.wolfsbos) == []


def test_days_on_which_the_house_is_closed_ask_for_nobody(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [31] * 4)
    roster(cast.wolfsbos, 3, weeks=(1,))
    first, last = TODAY + 2 * WEEK, TODAY + 4 * WEEK
    assert [row.planned for row in mornings(cast.wolfsbos)] == [0]
    Closure.create(
        house=cast.wolfsbos,
        first_date=first,
        last_date=last,
        kind=ClosureKind.closed,
        reason="Schilders",
        closes=True,
    )
    assert mornings(cast.wolfsbos) == []


def test_a_house_without_a_roster_or_hours_is_told_nothing(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [31] * 4)
    assert advice_for(cast.wolfsbos, TODAY) == []
    OpeningHours.delete().execute()
    roster(cast.wolfsbos, 2)
    assert advice_for(cast.wolfsbos, TODAY) == []


# -- the list -------------------------------------------------------------------------------------


def every_weekday(house: House, busy: Sequence[int]) -> None:
    """Openings on Monday to Friday with so many visitors in the morning, half in the afternoon, and
    two people on the roster all day."""
    monday = TODAY - dt.timedelta(days=TODAY.weekday())
    for weekday, n in enumerate(busy):
        for ago in range(1, 6):
            opened(house, monday - ago * WEEK + dt.timedelta(days=weekday), n, n // 2)
        for ahead in range(1, 5):
            day = monday + ahead * WEEK + dt.timedelta(days=weekday)
            make_shift(house, day, seats=2, start_time=dt.time(9), end_time=dt.time(17))


def test_the_most_urgent_come_first_and_five_at_most(cast: Cast) -> None:
    every_weekday(cast.wolfsbos, [60, 30, 100, 31, 20])
    assert [(row.weekday, row.part, row.needed) for row in advice_for(cast.wolfsbos, TODAY)] == [
        (2, MORNING, 9),
        (0, MORNING, 5),
        (2, AFTERNOON, 5),
        (3, MORNING, 3),
        (0, AFTERNOON, 3),
    ]


def test_far_too_many_come_last(cast: Cast) -> None:
    every_weekday(cast.wolfsbos, [30, 3, 3, 3, 3])
    tomorrow = TODAY + dt.timedelta(days=1)  # a Friday
    for day in [tomorrow + ahead * WEEK for ahead in range(4)]:
        make_shift(cast.wolfsbos, day, seats=4, start_time=dt.time(9), end_time=dt.time(12))
    rows = advice_for(cast.wolfsbos, TODAY)
    assert [(row.weekday, row.more) for row in rows] == [(0, True), (4, False)]


def test_it_takes_five_queries_however_much_there_is(cast: Cast) -> None:
    thursdays(cast.wolfsbos, [31] * 4)
    roster(cast.wolfsbos, 2)
    with counted() as few:
        assert advice_for(cast.wolfsbos, TODAY)
    Opening.delete().execute()
    CountHour.delete().execute()
    every_weekday(cast.wolfsbos, [60, 30, 100, 31, 20])
    with counted() as many:
        assert advice_for(cast.wolfsbos, TODAY)
    assert len(few) == len(many) == 5


# -- in words -------------------------------------------------------------------------------------


def said(app: Flask, *rows: Advice) -> str:
    with app.test_request_context("/cijfers"):
        page = render_template("figures/_advice.html", advice=list(rows))
    return " ".join(page.split())


def test_it_is_said_with_the_numbers_that_it_rests_on(app: Flask) -> None:
    page = said(app, Advice(THURSDAY, MORNING, 31, counted=12, of=13, needed=3, planned=2))
    assert "Donderdagochtend gemiddeld 31 bezoekers: vraag drie gastvrouwen." in page
    assert "Op 12 van 13 donderdagochtenden geteld. Op het rooster staan er twee." in page
    assert "Eén gastvrouw kan ongeveer twaalf bezoekers aan." in page
    assert "/rooster/patronen" in page


def test_too_many_nobody_and_one_have_their_own_words(app: Flask) -> None:
    page = said(
        app,
        Advice(0, AFTERNOON, 8, counted=6, of=6, needed=2, planned=4),
        Advice(5, PartOfDay.evening, 200, counted=6, of=6, needed=17, planned=0),
        Advice(6, MORNING, 14, counted=6, of=6, needed=2, planned=1),
    )
    assert "Maandagmiddag gemiddeld 8 bezoekers: twee gastvrouwen is genoeg." in page
    assert "zaterdagavonden geteld. Op het rooster staat er niemand." in page
    assert "vraag 17 gastvrouwen" in page
    assert "Op het rooster staat er één." in page


def test_without_advice_nothing_is_said(app: Flask) -> None:
    assert said(app) == ""
