"""One date of an activity on its page: changed, cancelled, put back; and its room shared."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask

from models import (
    Activity,
    Category,
    ClosureKind,
    House,
    Occurrence,
    Place,
    Room,
    Seat,
    Shift,
)
from rules import programme, series_change
from rules.closures import add_closure
from rules.filling import start_pattern
from rules.patterns import SeatWish
from tests.browser_of import Browser
from tests.cast import Cast, make_place
from tests.conftest import NOW, TODAY
from tests.views.test_programme import add_lunch, the_date

NEW_YEARS_EVE = dt.date(2026, 12, 31)
CHRISTMAS_EVE = dt.date(2026, 12, 24)
#: What can be done with a date: changed, cancelled, brought back, put back as usual.
WAYS: list[tuple[str, ...]] = [(), ("afzeggen",), ("terug",), ("zoals-altijd",)]


def room_of(house: House, name: str) -> Room:
    return Room.get_or_create(house=house, name=name)[0]


def lunch_in_the_living_room(house: House) -> Activity:
    """Every last Thursday, 12.00-13.30; the room also has coffee each Thursday until 12.00."""
    lunch = add_lunch(house)
    room = room_of(house, "Huiskamer")
    series_change.change_activity(lunch, None, NOW, room=room, end_time=dt.time(13, 30))
    coffee = {
        "title": "Inloop met koffie",
        "category": Category.meet,
        "rule": "FREQ=WEEKLY;BYDAY=TH",
        "first_date": TODAY,
        "start_time": dt.time(10),
        "end_time": dt.time(12),
        "room": room,
    }
    programme.add_activity(house, None, NOW, **coffee)
    return Activity.get_by_id(lunch.id)


def typed(row: Occurrence, **news: str) -> dict[str, str]:
    """The form of a date as its page shows it, with what somebody typed over it."""
    fields = {
        "date": row.date.isoformat(),
        "start_time": f"{row.start_time:%H:%M}",
        "end_time": f"{row.end_time:%H:%M}" if row.end_time else "",
        "room": str(row.room_id or 0),
        "note": row.note,
    }
    return fields | news


def page_of(row: Occurrence, *parts: str) -> str:
    return "/".join(("/programma/datum", str(row.id), *parts))


def shown(text: str, name: str) -> str:
    """What stands in a field."""
    tag = next(each for each in re.findall(r"<input[^>]*>", text) if f'name="{name}"' in each)
    value = re.search(r'value="([^"]*)"', tag)
    return value[1] if value else ""


def errors(text: str) -> list[str]:
    return re.findall(r'<p class="error"[^>]*>([^<]+)</p>', text)


# -- changing -------------------------------------------------------------------------------------


def test_day_hours_room_and_note_of_one_date_are_changed_and_visitors_read_it(
    app: Flask, cast: Cast
) -> None:
    lunch = lunch_in_the_living_room(cast.wolfsbos)
    kitchen = room_of(cast.wolfsbos, "Keuken")
    browser, row = Browser(app, cast.coordinator), the_date(lunch, NEW_YEARS_EVE)
    news = {
        "date": "2026-12-24",
        "start_time": "11:30",
        "end_time": "",
        "room": str(kitchen.id),
        "note": "Met kerstmenu",
    }
    answer = browser.post(page_of(row), typed(row, **news))
    assert (answer.status_code, answer.location) == (303, f"/programma/activiteit/{lunch.id}")
    row = the_date(lunch, NEW_YEARS_EVE)
    assert (row.date, row.start_time, row.end_time) == (CHRISTMAS_EVE, dt.time(11, 30), None)
    assert (row.room, row.note, row.state) == (kitchen, "Met kerstmenu", "moved")
    assert "Opgeslagen." in browser.get(answer.location).text
    public = Browser(app, None).get("/h/wolfsbos/?maand=2026-12").text
    assert "in plaats van donderdag 31 december" in public
    assert "Met kerstmenu" in public
    others = Occurrence.select().where(Occurrence.activity == lunch, Occurrence.id != row.id)
    assert {(each.start_time, each.room_id, each.state) for each in others} == {
        (dt.time(12), lunch.room_id, "planned")
    }


def test_the_page_shows_what_is_stored(app: Flask, cast: Cast) -> None:
    lunch = lunch_in_the_living_room(cast.wolfsbos)
    row = the_date(lunch)
    programme.move_date(row, TODAY, None, NOW, start_time=dt.time(12, 30), note="Iets later")
    text = Browser(app, cast.coordinator).get(page_of(row)).text
    assert [shown(text, name) for name in ("date", "start_time", "end_time", "note")] == [
        "2026-11-26",
        "12:30",
        "13:30",
        "Iets later",
    ]
    assert f'<option selected value="{lunch.room_id}">Huiskamer' in text
    assert "Donderdag 26 november, " in text
    assert "12.30–13.30 uur" in text


def test_a_date_is_put_back_as_usual_and_says_what_that_is(app: Flask, cast: Cast) -> None:
    lunch = lunch_in_the_living_room(cast.wolfsbos)
    browser, row = Browser(app, cast.coordinator), the_date(lunch, NEW_YEARS_EVE)
    assert "Maak weer zoals altijd" not in browser.get(page_of(row)).text
    browser.post(page_of(row), typed(row, date="2026-12-24", room="0", note="Kerstmenu"))
    text = browser.get(page_of(row)).text
    assert "Donderdag 31 december, 12.00–13.30, Huiskamer." in text
    answer = browser.post(page_of(row, "zoals-altijd"))
    assert answer.status_code == 303
    row = the_date(lunch, NEW_YEARS_EVE)
    assert (row.date, row.room_id, row.note, row.state) == (
        NEW_YEARS_EVE,
        lunch.room_id,
        "",
        "planned",
    )
    assert "Deze dag is weer zoals altijd." in browser.get(answer.location).text


WRONG: list[tuple[str, str, str]] = [
    ("date", "2027-02-31", "Deze dag bestaat niet."),
    ("date", "", "Vul de dag in."),
    ("date", "2026-11-25", "Deze dag is al voorbij."),
    ("date", "2028-01-01", "Dat is meer dan een jaar vooruit. Kies een eerdere dag."),
    ("date", "2126-11-26", "Dit jaar klopt niet."),
    ("end_time", "11:59", "Het einde komt na het begin."),
    ("end_time", "12:15", "Het einde komt na het begin."),
    ("start_time", "25:00", "Schrijf de tijd zo: 9:30."),
    ("start_time", "", "Vul in hoe laat het begint."),
    ("room", "99999", "Kies iets uit de lijst."),
    ("room", "2147483648", "Kies iets uit de lijst."),
    ("room", "keuken", "Kies iets uit de lijst."),
    ("note", "x" * 121, "Gebruik hoogstens 120 tekens."),
    ("note", "De kok\x00is ziek", "Hier staat een teken dat we niet kunnen bewaren."),
]


def test_what_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    app: Flask, cast: Cast
) -> None:
    lunch = lunch_in_the_living_room(cast.wolfsbos)
    browser, row = Browser(app, cast.coordinator), the_date(lunch, NEW_YEARS_EVE)
    right = typed(row, date="2026-12-30", start_time="12:15", note="Getypt", shared="y")
    for field, value, sentence in WRONG:
        fields = right | {field: value}
        answer = browser.post(page_of(row), fields)
        said = f"{field}={value!r}: {errors(answer.text)}"
        assert answer.status_code == 422, said
        assert errors(answer.text) == [sentence], said
        assert f'id="{field}-fout"' in answer.text, said
        for name in {"date", "start_time", "end_time", "note"} - {field}:
            assert shown(answer.text, name) == fields[name], said
        assert re.search(r"<input checked[^>]*name=\"shared\"", answer.text), said
    row = the_date(lunch, NEW_YEARS_EVE)
    assert (row.date, row.start_time, row.state) == (NEW_YEARS_EVE, dt.time(12), "planned")


def test_a_room_of_another_house_is_none_to_choose(app: Flask, cast: Cast) -> None:
    lunch, other = add_lunch(cast.wolfsbos), room_of(cast.knooppunt, "Eetzaal")
    browser, row = Browser(app, cast.coordinator), the_date(lunch)
    assert "Eetzaal" not in browser.get(page_of(row)).text
    answer = browser.post(page_of(row), typed(row, room=str(other.id)))
    assert errors(answer.text) == ["Kies iets uit de lijst."]
    assert the_date(lunch).room is None


def test_a_day_on_which_the_activity_is_already_is_refused_at_the_day(
    app: Flask, cast: Cast
) -> None:
    lunch = add_lunch(cast.wolfsbos)
    row = the_date(lunch, NEW_YEARS_EVE)
    answer = Browser(app, cast.coordinator).post(page_of(row), typed(row, date="2026-11-26"))
    assert answer.status_code == 422
    assert errors(answer.text) == ["Op die dag staat deze activiteit al."]
    assert the_date(lunch, NEW_YEARS_EVE).date == NEW_YEARS_EVE


def test_nothing_moves_to_a_day_on_which_the_house_is_closed(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    add_closure(
        cast.wolfsbos, CHRISTMAS_EVE, CHRISTMAS_EVE, ClosureKind.closed, "Verbouwing", None, NOW
    )
    row = the_date(lunch, NEW_YEARS_EVE)
    answer = Browser(app, cast.coordinator).post(page_of(row), typed(row, date="2026-12-24"))
    assert answer.status_code == 422
    assert errors(answer.text) == ["Het huis is dicht op donderdag 24 december: Verbouwing."]
    assert shown(answer.text, "date") == "2026-12-24"


def test_what_somebody_else_did_meanwhile_is_not_undone_by_a_page_of_before(
    app: Flask, cast: Cast
) -> None:
    """Saving a note must not let a date go on that was cancelled a moment ago."""
    lunch = add_lunch(cast.wolfsbos)
    browser, row = Browser(app, cast.coordinator), the_date(lunch)
    fields = typed(row, note="Met soep", stood=shown(browser.get(page_of(row)).text, "stood"))
    programme.cancel_date(row, "De kok is ziek", None, NOW)
    answer = browser.post(page_of(row), fields)
    assert answer.status_code == 422
    assert "Iemand heeft dit intussen ook gewijzigd." in answer.text
    assert shown(answer.text, "note") == "Met soep"
    assert the_date(lunch).state == "cancelled"
    fields["stood"] = shown(answer.text, "stood")
    assert browser.post(page_of(row), fields).status_code == 303
    assert (the_date(lunch).state, the_date(lunch).note) == ("planned", "Met soep")


# -- the room -------------------------------------------------------------------------------------


def test_that_the_room_is_taken_is_said_and_allowed_on_purpose(app: Flask, cast: Cast) -> None:
    lunch = lunch_in_the_living_room(cast.wolfsbos)
    browser, row = Browser(app, cast.coordinator), the_date(lunch)
    earlier = typed(row, start_time="11:30", note="Met soep")
    answer = browser.post(page_of(row), earlier)
    assert answer.status_code == 422
    assert "donderdag 26 november, 10.00–12.00: Inloop met koffie" in answer.text
    assert errors(answer.text) == ["De ruimte is dan bezet. Vink aan dat het mag."]
    assert shown(answer.text, "note") == "Met soep"
    assert the_date(lunch).start_time == dt.time(12)
    assert browser.post(page_of(row), earlier | {"shared": "y"}).status_code == 303
    assert the_date(lunch).start_time == dt.time(11, 30)
    # It was meant: what changes nothing of it is not asked about again, only shown.
    text = browser.get(page_of(row)).text
    assert "10.00–12.00: Inloop met koffie" in text
    assert "We delen de ruimte" not in text
    assert browser.post(page_of(row), earlier | {"note": "Zonder soep"}).status_code == 303


def test_what_ends_when_the_other_begins_is_not_asked_about(app: Flask, cast: Cast) -> None:
    lunch = lunch_in_the_living_room(cast.wolfsbos)
    browser, row = Browser(app, cast.coordinator), the_date(lunch)
    assert "bezet" not in browser.get(page_of(row)).text
    later = typed(row, start_time="12:30", end_time="14:00")
    assert browser.post(page_of(row), later).status_code == 303


def test_a_room_that_is_taken_far_ahead_is_known_too(app: Flask, cast: Cast) -> None:
    """There are no rows for September yet."""
    lunch = lunch_in_the_living_room(cast.wolfsbos)
    row = the_date(lunch, NEW_YEARS_EVE)
    far = typed(row, date="2027-09-02", start_time="11:00")
    answer = Browser(app, cast.coordinator).post(page_of(row), far)
    assert "donderdag 2 september, 10.00–12.00: Inloop met koffie" in answer.text


@pytest.mark.parametrize("way", ["terug", "zoals-altijd"])
def test_what_comes_back_into_a_room_that_is_taken_asks_as_well(
    app: Flask, cast: Cast, way: str
) -> None:
    lunch = lunch_in_the_living_room(cast.wolfsbos)
    browser, row = Browser(app, cast.coordinator), the_date(lunch)
    if way == "terug":
        programme.cancel_date(row, "Ziek", None, NOW)
    else:
        programme.move_date(row, dt.date(2026, 11, 27), None, NOW, note="Eenmalig")
    coffee = Activity.get(Activity.title == "Inloop met koffie")
    series_change.change_activity(coffee, None, NOW, end_time=dt.time(13))
    answer = browser.post(page_of(row, way))
    assert answer.status_code == 422
    assert errors(answer.text) == ["De ruimte is dan bezet. Vink aan dat het mag."]
    assert the_date(lunch).date == row.date or way == "zoals-altijd"
    assert the_date(lunch).state in ("cancelled", "moved")
    # Its form says what was wanted: with the tick it is done.
    names = ("date", "start_time", "end_time", "note", "stood")
    fields = {name: shown(answer.text, name) for name in names}
    fields |= {"room": str(lunch.room_id), "shared": "y"}
    assert browser.post(page_of(row), fields).status_code == 303
    back = the_date(lunch)
    assert (back.date, back.state, back.note) == (TODAY, "planned", "")


# -- cancelling and coming back -------------------------------------------------------------------


def test_a_date_is_cancelled_with_a_note_and_comes_back_without_it(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    browser, row = Browser(app, cast.coordinator), the_date(lunch)
    answer = browser.post(page_of(row, "afzeggen"), {"note": "De kok is ziek", "hier": "1"})
    assert answer.status_code == 303
    assert "De kok is ziek" in Browser(app, None).get("/h/wolfsbos/").text
    text = browser.get(page_of(row)).text
    assert "gaat niet door" in text
    assert "<button>Gaat toch door</button>" in text
    # The reason can be said otherwise; the form for another day does not carry it along.
    assert "Waarom gaat het niet door?" in text
    assert re.search(r'id="waarom"[^>]*value="De kok is ziek"', text)
    assert shown(text, "note") == ""
    browser.post(page_of(row, "afzeggen"), {"note": "De kok is met vakantie", "hier": "1"})
    assert (the_date(lunch).state, the_date(lunch).note) == ("cancelled", "De kok is met vakantie")
    assert browser.post(page_of(row, "terug")).status_code == 303
    assert (the_date(lunch).state, the_date(lunch).note) == ("planned", "")


def test_a_cancelled_date_goes_on_on_another_day(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    add_closure(
        cast.wolfsbos, NEW_YEARS_EVE, NEW_YEARS_EVE, ClosureKind.closed, "Oudjaar", None, NOW
    )
    browser, row = Browser(app, cast.coordinator), the_date(lunch, NEW_YEARS_EVE)
    text = browser.get(page_of(row)).text
    assert "Oudjaar" in text
    assert "Gaat toch door" not in text
    assert "Waarom gaat het niet door?" not in text
    assert browser.post(page_of(row), typed(row, date="2026-12-24")).status_code == 303
    row = the_date(lunch, NEW_YEARS_EVE)
    assert (row.date, row.state, row.closure) == (CHRISTMAS_EVE, "moved", None)


def test_what_pauses_in_a_school_holiday_can_go_on_once(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    series_change.change_activity(lunch, None, NOW, not_in_school_holidays=True)
    holiday = (dt.date(2026, 12, 19), dt.date(2027, 1, 3), ClosureKind.school_holiday)
    add_closure(cast.wolfsbos, *holiday, "Kerstvakantie", None, NOW)
    browser, row = Browser(app, cast.coordinator), the_date(lunch, NEW_YEARS_EVE)
    assert row.state == "cancelled"
    assert "Gaat toch door" in browser.get(page_of(row)).text
    browser.post(page_of(row, "terug"))
    assert the_date(lunch, NEW_YEARS_EVE).state == "planned"


def test_a_reason_that_cannot_be_kept_is_said_beside_it_and_not_lost(
    app: Flask, cast: Cast
) -> None:
    lunch = add_lunch(cast.wolfsbos)
    browser, row = Browser(app, cast.coordinator), the_date(lunch, NEW_YEARS_EVE)
    for note in ("x" * 121, "ziek\x00", "a\ue000b"):
        answer = browser.post(page_of(row, "afzeggen"), {"note": note, "hier": "1"})
        assert answer.status_code == 422
        assert 'id="waarom-fout"' in answer.text
        assert 'href="#waarom"' in answer.text
        assert f'name="note" type="text" value="{note}"' in answer.text
        # The other form of the page says what is stored.
        assert shown(answer.text, "date") == "2026-12-31"
    assert the_date(lunch, NEW_YEARS_EVE).state == "planned"


def test_that_the_house_is_closed_is_said_on_the_page_of_the_date(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    row = the_date(lunch, NEW_YEARS_EVE)
    programme.move_date(row, CHRISTMAS_EVE, None, NOW)
    closed = (NEW_YEARS_EVE, NEW_YEARS_EVE, ClosureKind.closed)
    add_closure(cast.wolfsbos, *closed, "Oudjaar", None, NOW)
    answer = Browser(app, cast.coordinator).post(page_of(row, "zoals-altijd"))
    assert answer.status_code == 409
    assert "Het huis is dicht op donderdag 31 december: Oudjaar." in answer.text
    assert the_date(lunch, NEW_YEARS_EVE).date == CHRISTMAS_EVE


# -- people on it ---------------------------------------------------------------------------------


def with_cook(cast: Cast, lunch: Activity) -> Seat:
    """A cook from 11.00 on the last day of the year, who came with the lunch."""
    start_pattern(
        lunch.house,
        "Kookploeg",
        [SeatWish("Kok")],
        None,
        NOW,
        first_date=TODAY,
        activity=lunch,
        before_minutes=60,
        after_minutes=0,
    )
    seat = Seat.get(Seat.shift == Shift.get(original_date=NEW_YEARS_EVE))
    make_place(seat, cast.volunteer, NOW)
    return seat


def test_who_is_on_the_roster_is_named_goes_along_and_must_be_told(app: Flask, cast: Cast) -> None:
    lunch = lunch_in_the_living_room(cast.wolfsbos)
    seat = with_cook(cast, lunch)
    browser, row = Browser(app, cast.coordinator), the_date(lunch, NEW_YEARS_EVE)
    assert "Op het rooster: Joop." in browser.get(page_of(row)).text
    moved = browser.post(page_of(row), typed(row, date="2026-12-24", start_time="12:30"))
    told = "Op 1 dienst staan vrijwilligers. Ze krijgen bericht."
    assert told in browser.get(moved.location).text
    shift = Shift.get_by_id(seat.shift_id)
    assert (shift.date, shift.start_time, shift.state) == (
        CHRISTMAS_EVE,
        dt.time(11, 30),
        "planned",
    )
    steps = [("afzeggen", "cancelled"), ("terug", "planned"), ("zoals-altijd", "planned")]
    for way, state in steps:
        answer = browser.post(page_of(row, way), {"note": ""})
        assert told in browser.get(answer.location).text, way
        assert Shift.get_by_id(shift.id).state == state
    assert Shift.get_by_id(shift.id).date == NEW_YEARS_EVE
    assert [(place.seat, place.state) for place in Place.select()] == [(seat, "confirmed")]
    # A note alone changes nothing for them.
    noted = browser.post(page_of(row), typed(the_date(lunch, NEW_YEARS_EVE), note="Met soep"))
    assert told not in browser.get(noted.location).text


# -- what is over, and who may --------------------------------------------------------------------


def test_a_date_that_is_over_is_only_shown(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos, first_date=dt.date(2026, 10, 1))
    row = the_date(lunch, dt.date(2026, 10, 29))
    browser = Browser(app, cast.coordinator)
    page = browser.get(page_of(row))
    assert page.status_code == 200
    assert "Deze dag is voorbij." in page.text
    assert "<form" not in page.text
    for way in WAYS:
        fields = typed(row, date="2026-12-30")
        answer = browser.post(page_of(row, *way), fields, from_page="/account")
        assert answer.status_code == 409, way
        assert "Deze dag is voorbij." in answer.text
    kept = the_date(lunch, dt.date(2026, 10, 29))
    assert (kept.date, kept.state, kept.note) == (row.date, "planned", "")


def test_a_date_does_not_go_back_to_a_day_that_is_over(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos, first_date=dt.date(2026, 10, 1))
    row = the_date(lunch, dt.date(2026, 10, 29))
    Occurrence.update(date=dt.date(2026, 12, 1), state="moved").where(
        Occurrence.id == row.id
    ).execute()
    browser = Browser(app, cast.coordinator)
    assert "Maak weer zoals altijd" not in browser.get(page_of(row)).text
    answer = browser.post(page_of(row, "zoals-altijd"))
    assert answer.status_code == 422
    assert errors(answer.text) == ["Deze dag is al voorbij."]
    assert the_date(lunch, dt.date(2026, 10, 29)).date == dt.date(2026, 12, 1)


def test_a_date_of_an_activity_that_was_put_away_does_not_come_back(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    with_cook(cast, lunch)
    series_change.archive_activity(lunch, None, NOW)
    browser, row = Browser(app, cast.coordinator), the_date(lunch, NEW_YEARS_EVE)
    assert row.state == "cancelled"
    assert "Deze activiteit is opgeborgen." in browser.get(page_of(row)).text
    assert browser.post(page_of(row, "terug")).status_code == 409
    assert the_date(lunch, NEW_YEARS_EVE).state == "cancelled"


def test_a_date_is_for_coordinators_of_its_house(app: Flask, cast: Cast) -> None:
    row = the_date(add_lunch(cast.wolfsbos), NEW_YEARS_EVE)
    expected = {"volunteer": 403, "viewer": 403, "other_coordinator": 404, "other_volunteer": 404}
    for who, code in expected.items():
        browser = Browser(app, getattr(cast, who))
        assert browser.get(page_of(row)).status_code == code, who
        for way in WAYS:
            assert browser.post(page_of(row, *way), {"note": "x"}).status_code == code, who
    kept = Occurrence.get_by_id(row.id)
    assert (kept.state, kept.note, kept.date) == ("planned", "", NEW_YEARS_EVE)


def test_a_date_that_is_none_is_not_found(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    for number in ("0", "99999", "2147483648", "1x", "-1"):
        assert browser.get(f"/programma/datum/{number}").status_code == 404, number
