"""Patterns as a coordinator works with them: added, changed after a look, stopped, begun again."""

from __future__ import annotations

import datetime as dt
import gzip
import re
from collections.abc import Callable
from typing import Any

import pytest

from models import (
    HOLDING,
    Activity,
    FixedPlace,
    Message,
    PatternSeat,
    Person,
    Place,
    PlaceState,
    Qualification,
    Rotation,
    Seat,
    Shift,
    ShiftPattern,
    Unavailable,
)
from rules.rostering import take_seat
from tests.browser_of import Browser, Fields
from tests.cast import (
    Cast,
    count_rows,
    make_activity,
    make_occurrence,
    make_person,
    make_place,
    make_shift,
)
from tests.conftest import NOW, TODAY

BrowserOf = Callable[[Person | None], Browser]


def own_days(**fields: str) -> dict[str, Any]:
    """A pattern form as a coordinator fills it in: Monday mornings, one seat."""
    return {
        "title": "Ochtend",
        "activity": "0",
        "kind": "weekly",
        "weekdays": ["0"],
        "start_time": "09:00",
        "end_time": "12:00",
        "first_date": "2026-11-26",
        "seats-0-role": "Gastvrouw",
        **fields,
    }


def add_pattern(browser: Browser, fields: dict[str, Any]) -> Any:
    return browser.post("/rooster/patroon/nieuw", fields, from_page="/rooster/patroon/nieuw")


def test_a_pattern_that_was_added_has_shifts_at_once(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.coordinator)
    assert "Maak een dienst" in browser.get("/rooster/patronen").text
    answer = add_pattern(
        browser,
        own_days(
            **{
                "seats-0-fixed-0-person": str(cast.volunteer.id),
                "seats-1-role": "Sleutelhouder",
                "seats-1-qualification": "key_holder",
                "seats-1-fixed-0-person": str(cast.key_holder.id),
                "seats-1-fixed-0-rotation": "even",
                "seats-1-extra": "y",
            }
        ),
    )
    assert (answer.status_code, answer.location) == (303, "/rooster/patronen")
    text = browser.get("/rooster/patronen").text
    assert "Er staan 8 diensten klaar." in text
    assert "elke maandag, 9.00–12.00" in text
    assert count_rows(Shift) == 8
    first = Shift.select().order_by(Shift.date).first()
    assert [(seat.role, seat.required) for seat in first.seats.order_by(Seat.position)] == [
        ("Gastvrouw", True),
        ("Sleutelhouder", False),
    ]
    assert Place.select().where(Place.person == cast.volunteer).count() == 8
    assert Place.select().where(Place.person == cast.key_holder).count() == 3


def test_a_pattern_can_follow_an_activity_a_quarter_before_and_after(
    cast: Cast, browser_of: BrowserOf
) -> None:
    activity = make_activity(cast.wolfsbos, filled_until=TODAY + dt.timedelta(days=365))
    make_occurrence(activity, TODAY)
    fields = own_days(activity=str(activity.id), start_time="", end_time="")
    assert add_pattern(browser_of(cast.coordinator), fields).status_code == 303
    shift = Shift.get()
    assert (shift.start_time, shift.end_time) == (dt.time(9, 45), dt.time(16, 15))
    assert "bij Inloop met koffie" in browser_of(cast.coordinator).get("/rooster/patronen").text


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"title": ""}, "Geef de dienst een naam."),
        ({"title": "x" * 61}, "Gebruik hoogstens 60 tekens."),
        ({"title": "a\x00b"}, "een teken dat we niet kunnen bewaren"),
        ({"weekdays": []}, "Kies een dag van de week."),
        ({"weekdays": ["9"]}, ""),
        ({"kind": "monthly"}, "Kies welke week van de maand."),
        ({"start_time": ""}, "Vul in hoe laat het begint."),
        ({"end_time": "08:00"}, "Het einde komt na het begin."),
        ({"end_time": "25:00"}, ""),
        ({"first_date": "9999-12-31"}, "Dit jaar klopt niet."),
        ({"last_date": "2026-01-01"}, "De laatste dag ligt voor de eerste."),
        ({"seats-0-role": ""}, "Vul minstens één plek in."),
        ({"seats-1-fixed-0-person": "1"}, "Vul de taak in, zoals gastvrouw."),
        ({"seats-0-fixed-0-person": "999999"}, ""),
        ({"seats-0-fixed-0-person": str(2**70)}, ""),
        ({"seats-0-fixed-0-rotation": "group99"}, ""),
        ({"seats-0-fixed-0-since": "9999-01-01"}, "Dit jaar klopt niet."),
        ({"seats-0-role": "\x00"}, "een teken dat we niet kunnen bewaren"),
        ({"part": "night"}, ""),
        ({"activity": "999999"}, ""),
        ({"kind": "dates"}, ""),
    ],
)
def test_a_wrong_pattern_comes_back_with_the_error_at_the_field(
    cast: Cast, browser_of: BrowserOf, fields: dict[str, Any], sentence: str
) -> None:
    answer = add_pattern(browser_of(cast.coordinator), own_days(**fields))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'class="summary"' in answer.text
    assert count_rows(ShiftPattern) == 0


def test_people_and_activities_of_another_house_are_no_choice(
    cast: Cast, browser_of: BrowserOf
) -> None:
    other = make_activity(cast.knooppunt)
    browser = browser_of(cast.coordinator)
    text = browser.get("/rooster/patroon/nieuw").text
    assert "Dirk" not in text
    assert "Mees" not in text, "a viewer is no helper"
    for fields in (
        {"activity": str(other.id)},
        {"seats-0-fixed-0-person": str(cast.other_volunteer.id)},
    ):
        assert add_pattern(browser, own_days(**fields)).status_code == 422
    assert Activity.get().house == cast.knooppunt


def test_stopping_a_pattern_lists_the_days_on_which_people_stay(
    cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.coordinator)
    add_pattern(browser, own_days())
    pattern = ShiftPattern.get()
    kept = Shift.select().order_by(Shift.date).first()
    take_seat(kept.seats.get(), cast.volunteer, NOW)
    address = f"/rooster/patroon/{pattern.id}"
    assert "Op 1 dag staat al iemand." in browser.get(address).text
    answer = browser.post(f"{address}/stoppen")
    assert (answer.status_code, answer.location) == (303, address)
    text = browser.get(address).text
    assert "Die blijven staan" in text
    assert "Maandag 30 november" in text
    assert [shift.id for shift in Shift.select()] == [kept.id]


def test_patterns_are_for_coordinators_of_the_house(cast: Cast, browser_of: BrowserOf) -> None:
    add_pattern(browser_of(cast.coordinator), own_days())
    address = f"/rooster/patroon/{ShiftPattern.get().id}"
    for person in (cast.volunteer, cast.viewer):
        browser = browser_of(person)
        for page in ("/rooster/patronen", "/rooster/patroon/nieuw", address):
            assert browser.get(page).status_code == 403
        assert browser.post(f"{address}/stoppen").status_code == 403
    other = browser_of(cast.other_coordinator)
    assert other.get(address).status_code == 404
    assert other.post(f"{address}/stoppen").status_code == 404
    assert ShiftPattern.get().last_date is None


def test_a_houses_own_qualification_can_be_asked_for(cast: Cast, browser_of: BrowserOf) -> None:
    Qualification.create(person=cast.volunteer, kind="frituur")
    browser = browser_of(cast.coordinator)
    assert 'value="frituur"' in browser.get("/rooster/patroon/nieuw").text
    assert add_pattern(browser, own_days(**{"seats-0-qualification": "frituur"})).status_code == 303
    assert {seat.qualification for seat in Seat.select()} == {"frituur"}


def test_a_part_of_the_day_fills_in_the_hours_of_the_house(
    cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.coordinator)
    text = browser.get("/rooster/patroon/nieuw").text
    for words in ("Ochtend, 9.00–12.00", "Middag, 12.00–17.00", "Avond, 19.00–22.00"):
        assert words in text
    fields = own_days(part="afternoon", start_time="", end_time="25:00")
    assert add_pattern(browser, fields).status_code == 303
    assert (ShiftPattern.get().start_time, ShiftPattern.get().end_time) == (
        dt.time(12),
        dt.time(17),
    )


def test_groups_that_say_no_week_take_turns_in_their_order(
    cast: Cast, browser_of: BrowserOf
) -> None:
    fields = own_days(
        **{
            "seats-0-fixed-0-person": str(cast.volunteer.id),
            "seats-0-fixed-0-rotation": "group2",
            "seats-0-fixed-1-person": str(cast.key_holder.id),
            "seats-0-fixed-1-rotation": "group2",
            "seats-0-fixed-2-person": str(cast.coordinator.id),
            "seats-0-fixed-2-rotation": "group5",
            "seats-0-fixed-2-since": "2027-01-06",
        }
    )
    browser = browser_of(cast.coordinator)
    assert add_pattern(browser, fields).status_code == 303
    stored = [
        (fixed.person, fixed.rotation, fixed.groups, fixed.group_since)
        for fixed in FixedPlace.select().order_by(FixedPlace.id)
    ]
    monday = dt.date(2026, 11, 23)
    assert stored == [
        (cast.volunteer, Rotation.group, 2, monday),
        (cast.key_holder, Rotation.group, 2, monday + dt.timedelta(weeks=1)),
        (cast.coordinator, Rotation.group, 5, dt.date(2027, 1, 6)),
    ]
    text = browser.get(f"/rooster/patroon/{ShiftPattern.get().id}").text
    assert "Joop van der Berg · eens in de 2 weken" in text


def test_there_is_room_for_eight_seats_and_no_more(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.coordinator)
    more = own_days(wat="meer", title="", **{f"seats-{n}-role": f"Hulp {n}" for n in range(3)})
    answer = add_pattern(browser, more)
    assert (answer.status_code, count_rows(ShiftPattern)) == (200, 0)
    assert 'name="seats-3-role"' in answer.text
    assert 'name="seats-0-fixed-1-person"' in answer.text
    assert "Geef de dienst een naam." not in answer.text
    assert 'value="Hulp 2"' in answer.text
    full = {f"seats-{n}-role": f"Hulp {n}" for n in range(11)}
    assert add_pattern(browser, own_days(**full)).status_code == 303
    assert count_rows(PatternSeat) == 8


def test_who_could_not_be_put_on_is_named_with_the_day(cast: Cast, browser_of: BrowserOf) -> None:
    busy = make_shift(cast.knooppunt, dt.date(2026, 12, 7))
    make_place(busy.seats.get(), cast.volunteer, NOW)
    browser = browser_of(cast.coordinator)
    answer = add_pattern(browser, own_days(**{"seats-0-fixed-0-person": str(cast.volunteer.id)}))
    assert answer.location == f"/rooster/patroon/{ShiftPattern.get().id}"
    text = browser.get(answer.location).text
    assert "Op deze dagen bleef de vaste plek open." in text
    assert re.search(
        r"maandag 7 december</a>: Joop van der Berg staat dan al op een andere dienst", text
    )
    assert "Knooppunt" not in text, "where else is nobody's business here"


# -- changing -------------------------------------------------------------------------------------


def made(browser: Browser, **fields: str) -> str:
    """Add a pattern; returns the address of the form that changes it."""
    assert add_pattern(browser, own_days(**fields)).status_code == 303
    pattern = ShiftPattern.select().order_by(ShiftPattern.id.desc()).get()
    return f"/rooster/patroon/{pattern.id}/wijzigen"


def test_a_change_is_shown_before_it_is_stored(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.coordinator)
    address = made(browser)
    monday = Shift.select().order_by(Shift.date).first()
    place = make_place(monday.seats.get(), cast.volunteer, NOW)
    fields = {**browser.fields(address, address), "weekdays": ["1"], "wat": "opslaan"}
    seen = browser.post(address, fields)
    assert seen.status_code == 200
    for words in (
        "Kijk dit even na",
        "8 diensten komen erbij",
        "7 lege diensten gaan weg",
        "Joop van der Berg",
        "maandag 30 november · Gastvrouw · deze dag gaat weg",
        "Haal Joop van der Berg eraf",
    ):
        assert words in seen.text
    assert count_rows(Shift) == 8, "nothing is stored yet"
    agreed = {**Fields(seen.text).forms[address], "wat": "opslaan", "weekdays": ["1"]}
    answer = browser.post(address, {**agreed, "los": str(place.id)})
    assert (answer.status_code, answer.location) == (303, address.removesuffix("/wijzigen"))
    assert Place.get_by_id(place.id).state == PlaceState.released
    assert {shift.date.weekday() for shift in Shift.select().where(Shift.state == "planned")} == {1}
    assert "krijgt bericht" in browser.get(answer.location).text
    assert Message.get().person == cast.volunteer


def test_back_from_the_look_keeps_what_was_typed(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.coordinator)
    address = made(browser)
    fields = {**browser.fields(address, address), "start_time": "10:30"}
    seen = browser.post(address, fields)
    typed = Fields(seen.text).forms[address]
    answer = browser.post(address, {**typed, "wat": "terug"})
    assert answer.status_code == 200
    assert Fields(answer.text).forms[address]["start_time"] == "10:30"
    assert ShiftPattern.get().start_time == dt.time(9)


def test_a_change_that_moves_no_shift_is_stored_at_once(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.coordinator)
    address = made(browser)
    answer = browser.post(address, {**browser.fields(address, address), "title": "Anders"})
    assert answer.status_code == 303
    assert {shift.title for shift in Shift.select()} == {"Anders"}


def test_somebody_who_got_on_meanwhile_is_shown_first(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.coordinator)
    address = made(browser)
    fields = {**browser.fields(address, address), "weekdays": ["1"]}
    agreed = {**Fields(browser.post(address, fields).text).forms[address], "weekdays": ["1"]}
    place = make_place(Shift.select().order_by(Shift.date).first().seats.get(), cast.volunteer, NOW)
    answer = browser.post(address, agreed)
    assert answer.status_code == 409
    assert "Er is net iets veranderd." in answer.text
    assert f'value="{place.id}"' in answer.text
    assert ShiftPattern.get().rule == "FREQ=WEEKLY;BYDAY=MO"


def test_what_another_coordinator_changed_is_not_overwritten(
    cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.coordinator)
    address = made(browser)
    mine, theirs = browser.fields(address, address), browser.fields(address, address)
    assert browser.post(address, {**theirs, "title": "Van haar"}).status_code == 303
    answer = browser.post(address, {**mine, "title": "Van hem"})
    assert answer.status_code == 422
    assert "Iemand heeft dit intussen ook gewijzigd." in answer.text
    assert ShiftPattern.get().title == "Van haar"
    again = {**Fields(answer.text).forms[address], "title": "Van hem"}
    assert browser.post(address, again).status_code == 303


def test_a_seat_is_taken_away_and_another_added(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.coordinator)
    address = made(browser, **{"seats-1-role": "Hulp"})
    fields = {
        **browser.fields(address, address),
        "seats-1-goes": "y",
        "seats-2-role": "Bar",
        "seats-2-qualification": "alcohol",
        "seats-2-extra": "y",
    }
    seen = browser.post(address, fields)
    assert "Weg:" in seen.text
    assert "Bar (mag alcohol schenken), mag leeg blijven" in seen.text
    typed = Fields(seen.text).forms[address]
    assert browser.post(address, typed).status_code == 303
    first = Shift.select().order_by(Shift.date).first()
    assert [(seat.role, seat.required) for seat in first.seats.order_by(Seat.position)] == [
        ("Gastvrouw", True),
        ("Bar", False),
    ]


def test_everybody_in_the_list_can_be_taken_off_with_one_tick(
    cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.coordinator)
    address = made(browser, **{"seats-0-fixed-0-person": str(cast.volunteer.id)})
    fields = {**browser.fields(address, address), "seats-0-fixed-0-person": "0"}
    seen = browser.post(address, fields)
    assert "staat hier niet meer vast" in seen.text
    typed = {**Fields(seen.text).forms[address], "los": "alle"}
    assert browser.post(address, typed).status_code == 303
    assert not Place.select().where(Place.state.in_(HOLDING)).exists()


def test_who_lacks_what_a_seat_will_ask_is_named_before_it_is_stored(
    cast: Cast, browser_of: BrowserOf
) -> None:
    browser = browser_of(cast.coordinator)
    address = made(browser, **{"seats-0-fixed-0-person": str(cast.volunteer.id)})
    first = Shift.select().order_by(Shift.date).first()
    form = f"/rooster/dienst/{first.id}/wijzigen"
    browser.post(form, {**browser.fields(form, form), "title": "Alleen vandaag"})
    fields = browser.fields(address, address)
    seen = browser.post(address, {**fields, "seats-0-qualification": "key_holder"})
    assert "Zij komen niet vanzelf op nieuwe diensten." in seen.text
    assert seen.text.count("mist wat de plek vraagt") == 7, "on each shift that follows"
    assert seen.text.count("Joop van der Berg mist dan wat de plek vraagt.") == 1
    one = Place.get(Place.shift == first)
    typed = {**Fields(seen.text).forms[address], "ook": str(first.id), "los": ["alle", str(one.id)]}
    assert browser.post(address, typed).status_code == 303
    assert not Place.select().where(Place.state.in_(HOLDING)).exists()
    assert Seat.get(Seat.shift == first).qualification == "key_holder"


def test_a_stopped_pattern_is_found_and_begins_again(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.coordinator)
    address = made(browser)
    page = address.removesuffix("/wijzigen")
    browser.post(f"{page}/stoppen")
    ShiftPattern.update(last_date=TODAY - dt.timedelta(days=1)).execute()
    assert "Gestopt" in browser.get("/rooster/patronen").text
    link = f"{address}?opnieuw=ja"
    assert link in browser.get(page).text
    fields = browser.fields(link, link)
    assert fields["last_date"] == ""
    seen = browser.post(link, fields)
    assert "8 diensten komen erbij" in seen.text
    browser.post(link, Fields(seen.text).forms[link])
    assert count_rows(Shift) == 8
    assert "Wijzig deze dienst" in browser.get(page).text


def test_a_rule_that_the_choices_cannot_say_stays(cast: Cast, browser_of: BrowserOf) -> None:
    browser = browser_of(cast.coordinator)
    address = made(browser)
    rare = "FREQ=MONTHLY;BYDAY=1MO;BYMONTH=1,3"
    ShiftPattern.update(rule=rare).execute()
    fields = browser.fields(address, address)
    assert fields["kind"] == "other"
    seen = browser.post(address, {**fields, "title": "Anders", "wat": "opslaan"})
    if seen.status_code == 200:
        browser.post(address, Fields(seen.text).forms[address])
    assert (ShiftPattern.get().rule, ShiftPattern.get().title) == (rare, "Anders")


def test_beside_an_activity_the_minutes_can_be_chosen(cast: Cast, browser_of: BrowserOf) -> None:
    activity = make_activity(cast.wolfsbos, filled_until=TODAY + dt.timedelta(days=365))
    make_occurrence(activity, TODAY + dt.timedelta(days=7))
    browser = browser_of(cast.coordinator)
    own = {"activity": str(activity.id), "start_time": "", "end_time": ""}
    address = made(browser, **own, before="30", after="0")
    assert (Shift.get().start_time, Shift.get().end_time) == (dt.time(9, 30), dt.time(16))
    fields = browser.fields(address, address)
    assert (fields["before"], fields["after"], "activity" in fields) == ("30", "0", False)
    seen = browser.post(address, {**fields, "before": "60"})
    browser.post(address, Fields(seen.text).forms[address])
    assert Shift.get().start_time == dt.time(9)
    wrong = browser.post(address, {**browser.fields(address, address), "before": "9999"})
    assert (wrong.status_code, "Kies 0 tot 240 minuten." in wrong.text) == (422, True)


NONSENSE = [
    {"title": "\x00"},
    {"seats-0-id": str(2**70)},
    {"seats-0-id": "\N{GRINNING FACE}"},
    {"seats-0-role": ["a", "b"]},
    {"seats-999999999999999999999-role": "x"},
    {"sequence": "\x00"},
    {"kind": "other"},
    {"weekdays": [str(2**70)]},
    {"los": ["-1", str(2**70), "alle"]},
    {"gezien": "x" * 100},
]


@pytest.mark.parametrize("fields", NONSENSE, ids=str)
def test_nonsense_is_a_sentence_and_never_a_crash(
    cast: Cast, browser_of: BrowserOf, fields: dict[str, Any]
) -> None:
    browser = browser_of(cast.coordinator)
    address = made(browser)
    typed = {**browser.fields(address, address), "start_time": "10:00", **fields}
    assert browser.post(address, typed).status_code in (200, 303, 409, 422)
    assert ShiftPattern.get().start_time == dt.time(9)
    assert count_rows(PatternSeat) == 1


def test_a_seat_of_another_house_is_not_changed(cast: Cast, browser_of: BrowserOf) -> None:
    other = browser_of(cast.other_coordinator)
    made(other, **{"seats-0-role": "Van hen"})
    theirs = PatternSeat.get()
    browser = browser_of(cast.coordinator)
    address = made(browser)
    fields = {**browser.fields(address, address), "seats-0-id": str(theirs.id)}
    browser.post(address, Fields(browser.post(address, fields).text).forms[address])
    assert PatternSeat.get_by_id(theirs.id).role == "Van hen"


def test_a_large_pattern_in_a_large_house_keeps_to_its_bytes(
    cast: Cast, browser_of: BrowserOf
) -> None:
    for n in range(30):
        make_person(f"Vrijwilliger{n}", f"Achternaam{n}", house=cast.wolfsbos)
    people = list(Person.select().where(Person.first_name.startswith("Vrijwilliger")))
    fields = {f"seats-{n}-role": f"Hulp {n}" for n in range(5)}
    fields |= {
        f"seats-{n}-fixed-{m}-person": str(people[n * 2 + m].id) for n in range(5) for m in range(2)
    }
    browser = browser_of(cast.coordinator)
    address = made(browser, **fields)
    page = browser.get(address)
    assert page.status_code == 200
    assert len(gzip.compress(page.data, 6)) < 5 * 1024


def test_the_days_on_which_a_fixed_volunteer_is_away_are_named(
    cast: Cast, browser_of: BrowserOf
) -> None:
    Unavailable.create(
        person=cast.volunteer, first_date=dt.date(2026, 12, 7), last_date=dt.date(2026, 12, 7)
    )
    browser = browser_of(cast.coordinator)
    fixed = {"seats-0-fixed-0-person": str(cast.volunteer.id)}
    page = browser.get(add_pattern(browser, own_days(**fixed)).location).text
    assert "Op deze dagen bleef de vaste plek open." in page
    assert re.search(r"maandag 7 december</a>: Joop van der Berg kan dan niet", page)
    assert Place.select().join(Shift).where(Shift.date == dt.date(2026, 12, 7)).count() == 0
