"""What is too much for any paper is refused by what it is, before anything is set."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
from peewee import chunked

from documents.limits import MOST_ROWS
from models import Occurrence, Person, Seat
from tests.browser_of import Browser
from tests.cast import Cast, make_activity, make_shift

TUESDAY = dt.date(2026, 12, 1)


@pytest.fixture
def helper(cast: Cast, browser_of: Callable[[Person | None], Browser]) -> Browser:
    return browser_of(cast.coordinator)


@pytest.mark.parametrize(
    "asked",
    [
        "poster.pdf?maand=2026-12",
        "flyer.pdf?maand=2026-12",
        "vouwfolder.pdf?maand=2026-12",
        "weekblad.pdf?week=2026-W49",
        "deurbord.pdf?dag=2026-12-01",
    ],
)
def test_a_day_of_too_many_dates_is_refused_in_words(
    cast: Cast, helper: Browser, asked: str
) -> None:
    activity = make_activity(cast.wolfsbos, "Inloop")
    rows = [
        {
            "house": cast.wolfsbos,
            "activity": activity,
            "original_date": TUESDAY - dt.timedelta(days=n + 100),
            "date": TUESDAY,
            "start_time": dt.time(10),
            "end_time": dt.time(11),
            "state": "moved",
        }
        for n in range(MOST_ROWS + 1)
    ]
    for some in chunked(rows, 200):
        Occurrence.insert_many(list(some)).execute()
    answer = helper.get(f"/drukwerk/{asked}")
    assert answer.status_code == 422
    assert "Dit is te veel om te printen." in answer.text


def test_a_roster_of_too_many_seats_is_refused_in_words(cast: Cast, helper: Browser) -> None:
    shift = make_shift(cast.wolfsbos, TUESDAY)
    rows = [
        {"house": cast.wolfsbos, "shift": shift, "role": "Hulp", "position": n + 10}
        for n in range(MOST_ROWS)
    ]
    for some in chunked(rows, 200):
        Seat.insert_many(list(some)).execute()
    answer = helper.get("/drukwerk/roosterblad.pdf?week=2026-W49")
    assert answer.status_code == 422
    assert "Dit is te veel om te printen." in answer.text
