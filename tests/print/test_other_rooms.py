"""A date in another room than usual is told on every paper that tells of the month."""

from __future__ import annotations

import datetime as dt

import pytest

from documents.flyer import flyer_page
from documents.folder import folder_page
from documents.look import Look
from documents.month import month_of_house
from documents.notes import notes
from documents.poster import poster_page
from documents.week_sheet import week_page
from documents.words import LANGUAGES, speaking
from models import Activity, House, Occurrence, OccurrenceState, Room
from tests.cast import Cast, make_activity, make_occurrence

BASE = "https://buurtbord.example"
DECEMBER = dt.date(2026, 12, 1)
THURSDAYS = (3, 10, 17, 24)


@pytest.fixture
def rooms(cast: Cast) -> dict[str, Room]:
    return {name: Room.create(house=cast.wolfsbos, name=name) for name in ("Zaal", "Keuken")}


def thursdays(house: House, **facts: object) -> list[Occurrence]:
    activity = make_activity(house, "Samen eten", **facts)
    return [make_occurrence(activity, dt.date(2026, 12, day)) for day in THURSDAYS]


def put_in(date: Occurrence, room: Room | None) -> None:
    Occurrence.update(room=room).where(Occurrence.id == date.id).execute()


def told(house: House) -> list[str]:
    return notes(month_of_house(house, DECEMBER))


def test_one_date_in_another_room_is_on_every_paper(cast: Cast, rooms: dict[str, Room]) -> None:
    third = thursdays(cast.wolfsbos, room=rooms["Zaal"])[2]
    put_in(third, rooms["Keuken"])
    said = "Donderdag 17 december: Samen eten is in een andere ruimte: Keuken."
    assert told(cast.wolfsbos) == [said]
    facts = month_of_house(cast.wolfsbos, DECEMBER)
    assert facts.series[0].room == "Zaal"
    for page in (
        poster_page(facts, "a4", BASE),
        poster_page(facts, "a4", BASE, Look("nl", "groot")),
        flyer_page(facts, "a5", BASE),
        folder_page(facts, BASE),
    ):
        # Paper that is too small for all names the activity with its exceptions, or not at all.
        for candidate in page.candidates:
            assert ("Samen eten" in candidate) == ("andere ruimte: Keuken." in candidate)
    week = week_page(cast.wolfsbos, third.date, BASE).candidates[0]
    assert "Keuken" in week
    assert "Zaal" not in week


@pytest.mark.parametrize("language", sorted(LANGUAGES))
def test_it_is_told_in_every_language(cast: Cast, rooms: dict[str, Room], language: str) -> None:
    dates = thursdays(cast.wolfsbos, room=rooms["Zaal"])
    put_in(dates[2], rooms["Keuken"])
    put_in(dates[3], None)
    with speaking(language):
        other, none = notes(month_of_house(cast.wolfsbos, DECEMBER, language))
    assert "Keuken" in other
    assert "17" in other
    assert "24" in none
    assert ("andere ruimte" in other, "gewone ruimte" in none) == ((language == "nl",) * 2)


def test_the_room_of_most_dates_is_the_usual_one(cast: Cast, rooms: dict[str, Room]) -> None:
    dates = thursdays(cast.wolfsbos, room=rooms["Zaal"])
    for date in dates[:3]:
        put_in(date, rooms["Keuken"])
    # The activity itself went to another room: the month is told as it was.
    assert told(cast.wolfsbos) == [
        "Donderdag 24 december: Samen eten is in een andere ruimte: Zaal."
    ]
    put_in(dates[2], rooms["Zaal"])
    assert told(cast.wolfsbos) == [
        "Donderdag 3 en 10 december: Samen eten is in een andere ruimte: Keuken."
    ], "as many: the room of the activity"


def test_a_date_that_is_off_or_in_another_month_has_no_room(
    cast: Cast, rooms: dict[str, Room]
) -> None:
    dates = thursdays(cast.wolfsbos, room=rooms["Zaal"])
    put_in(dates[0], rooms["Keuken"])
    Occurrence.update(state=OccurrenceState.cancelled).where(Occurrence.id == dates[0].id).execute()
    put_in(make_occurrence(dates[0].activity, dt.date(2027, 1, 7)), rooms["Keuken"])
    assert told(cast.wolfsbos) == ["Donderdag 3 december: geen Samen eten."]


def test_of_what_is_on_twice_a_day_the_hours_say_which(cast: Cast, rooms: dict[str, Room]) -> None:
    thursdays(cast.wolfsbos, room=rooms["Zaal"])
    evening = make_activity(
        cast.wolfsbos,
        "Samen eten",
        room=rooms["Zaal"],
        start_time=dt.time(18),
        end_time=dt.time(20),
    )
    for day in THURSDAYS:
        made = make_occurrence(evening, dt.date(2026, 12, day))
        if day == 17:
            put_in(made, rooms["Keuken"])
    assert told(cast.wolfsbos) == [
        "Donderdag 17 december, 18.00–20.00 uur: Samen eten is in een andere ruimte: Keuken."
    ]


def test_what_is_put_away_is_on_no_paper(cast: Cast, rooms: dict[str, Room]) -> None:
    thursdays(cast.wolfsbos, room=rooms["Zaal"])
    Activity.update(archived_at=dt.datetime(2026, 11, 1)).execute()
    facts = month_of_house(cast.wolfsbos, DECEMBER)
    assert facts.series == ()
    pages = (
        poster_page(facts, "a4", BASE),
        flyer_page(facts, "a5", BASE),
        folder_page(facts, BASE),
        week_page(cast.wolfsbos, dt.date(2026, 12, 17), BASE),
    )
    for page in pages:
        for candidate in (*page.candidates, *page.spread):
            assert "Samen eten" not in candidate
