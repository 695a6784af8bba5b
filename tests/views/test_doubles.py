"""Who would be on two shifts at once: said where the programme is changed, found afterwards."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask

from models import (
    Closure,
    ClosureKind,
    Membership,
    Occurrence,
    Place,
    PlaceState,
    Role,
    Shift,
    ShiftState,
)
from rules import programme, series_change
from rules.closures import add_closure
from tests.browser_of import Browser
from tests.cast import Cast
from tests.conftest import NOW, TODAY
from tests.test_double_booked import DAY_BEFORE, NEW_YEARS_EVE, bar, with_a_cook
from tests.test_programme import on
from tests.views.test_closed_days import CLOSED, asked_for
from tests.views.test_programme_dates import page_of, shown, typed

TICK = 'name="anyway"'
AT_THE_BAR = "Joop van der Berg staat dan al bij Bar, 13.00–17.00."
OTHER_HOUSE = "Joop van der Berg staat dan al in Het Knooppunt."
SOMEWHERE = "Joop van der Berg staat dan al ergens anders."


def errors(text: str) -> list[str]:
    found = re.findall(r'<p class="error"[^>]*>([^<]+)</p>', text)
    return [html.unescape(each) for each in found]


def warnings(text: str) -> list[str]:
    found = re.findall(r'class="stopword">([^<]+)<', text)
    return [html.unescape(each) for each in found]


def also_coordinates_the_other(cast: Cast) -> None:
    facts = {"person": cast.coordinator, "house": cast.knooppunt}
    Membership.create(role=Role.coordinator, **facts)


def test_moving_a_date_is_refused_once_with_a_tick_and_nothing_typed_is_lost(
    app: Flask, cast: Cast
) -> None:
    lunch, shift = with_a_cook(cast)
    bar(cast.wolfsbos, cast.volunteer, DAY_BEFORE)
    row = on(lunch, NEW_YEARS_EVE)
    browser = Browser(app, cast.coordinator)
    assert TICK not in browser.get(page_of(row)).text
    form = typed(row, date=DAY_BEFORE.isoformat(), note="Op woensdag")
    answer = browser.post(page_of(row), form)
    assert answer.status_code == 422
    assert errors(answer.text) == [AT_THE_BAR]
    assert TICK in answer.text
    assert shown(answer.text, "date") == DAY_BEFORE.isoformat()
    assert shown(answer.text, "note") == "Op woensdag"
    assert Shift.get_by_id(shift.id).date == NEW_YEARS_EVE
    answer = browser.post(page_of(row), form | {"anyway": "y"})
    assert answer.status_code == 303
    assert Shift.get_by_id(shift.id).date == DAY_BEFORE
    assert Occurrence.get_by_id(row.id).note == "Op woensdag"


def test_of_another_house_only_its_name_is_said_and_only_to_who_coordinates_it(
    app: Flask, cast: Cast
) -> None:
    lunch, _shift = with_a_cook(cast)
    bar(cast.knooppunt, cast.volunteer, DAY_BEFORE, title="Geheime bar")
    row = on(lunch, NEW_YEARS_EVE)
    form = typed(row, date=DAY_BEFORE.isoformat())

    def said() -> list[str]:
        text = Browser(app, cast.coordinator).post(page_of(row), form).text
        assert "Geheime bar" not in text
        return errors(text)

    assert said() == [SOMEWHERE]
    help_there = Membership.create(
        person=cast.coordinator, house=cast.knooppunt, role=Role.volunteer
    )
    assert said() == [SOMEWHERE], "a helper there is told no more"
    help_there.delete_instance()
    also_coordinates_the_other(cast)
    assert said() == [OTHER_HOUSE]


@pytest.mark.parametrize("way", ["terug", "zoals-altijd"])
def test_a_date_that_would_come_back_shows_its_form_with_the_tick_that_lets_it(
    app: Flask, cast: Cast, way: str
) -> None:
    lunch, shift = with_a_cook(cast)
    if way == "terug":
        programme.cancel_date(on(lunch, NEW_YEARS_EVE), "", None, NOW)
    else:
        programme.move_date(on(lunch, NEW_YEARS_EVE), DAY_BEFORE, None, NOW)
    bar(cast.wolfsbos, cast.volunteer, NEW_YEARS_EVE)
    row, browser = on(lunch, NEW_YEARS_EVE), Browser(app, cast.coordinator)
    answer = browser.post(page_of(row, way))
    assert answer.status_code == 422
    assert errors(answer.text) == [AT_THE_BAR]
    form = {name: shown(answer.text, name) for name in ("date", "start_time", "end_time", "stood")}
    assert form["date"] == NEW_YEARS_EVE.isoformat()
    answer = browser.post(page_of(row), form | {"room": "0", "note": "", "anyway": "y"})
    assert answer.status_code == 303
    after = Shift.get_by_id(shift.id)
    assert (after.date, after.state) == (NEW_YEARS_EVE, ShiftState.planned)


def test_an_extra_day_and_an_activity_taken_back_are_asked_about_with_a_tick(
    app: Flask, cast: Cast
) -> None:
    lunch, shift = with_a_cook(cast)
    series_change.archive_activity(lunch, None, NOW)
    bar(cast.wolfsbos, cast.volunteer, NEW_YEARS_EVE)
    here, browser = f"/programma/activiteit/{lunch.id}", Browser(app, cast.coordinator)
    assert TICK not in browser.get(here).text
    answer = browser.post(f"{here}/terughalen")
    assert (answer.status_code, errors(answer.text)) == (409, [AT_THE_BAR])
    assert TICK in answer.text
    assert browser.post(f"{here}/terughalen", {"anyway": "y"}).status_code == 303
    assert Shift.get_by_id(shift.id).state == ShiftState.planned
    # And a day that the series lost, with its shift remembered.
    Shift.update(state=ShiftState.cancelled).where(Shift.id == shift.id).execute()
    on(lunch, NEW_YEARS_EVE).delete_instance()
    form = {"date": NEW_YEARS_EVE.isoformat(), "note": "Toch"}
    answer = browser.post(f"{here}/extra", form)
    assert (answer.status_code, errors(answer.text)) == (422, [AT_THE_BAR])
    assert 'value="Toch"' in answer.text
    assert browser.post(f"{here}/extra", form | {"anyway": "y"}).status_code == 303
    assert Shift.get_by_id(shift.id).state == ShiftState.planned


def test_the_page_that_shows_what_a_series_becomes_names_them_by_the_day_that_is_ticked(
    app: Flask, cast: Cast
) -> None:
    lunch, _shift = with_a_cook(cast)
    bar(cast.wolfsbos, cast.volunteer, NEW_YEARS_EVE, 14)
    here, browser = f"/programma/activiteit/{lunch.id}/wijzigen", Browser(app, cast.coordinator)
    form = browser.fields(here, here) | {"start_time": "13:00", "end_time": "14:30"}
    answer = browser.post(here, form)
    assert answer.status_code == 200, errors(answer.text)
    found = [each for each in warnings(answer.text) if "staat dan al" in each]
    assert found == ["Wijzig je deze dag? Joop van der Berg staat dan al bij Bar, 14.00–17.00."]


def test_a_day_that_opens_again_asks_first_and_says_who_is_elsewhere(
    app: Flask, cast: Cast
) -> None:
    _lunch, shift = with_a_cook(cast)
    day = (NEW_YEARS_EVE, NEW_YEARS_EVE, ClosureKind.closed, "Schilder")
    closure = add_closure(cast.wolfsbos, *day, None, NOW)[0]
    bar(cast.knooppunt, cast.volunteer, NEW_YEARS_EVE)
    also_coordinates_the_other(cast)
    browser = Browser(app, cast.coordinator)
    here = f"{CLOSED}/{closure.id}/weg?huis=wolfsbos"
    answer = browser.post(here)
    assert answer.status_code == 409
    assert OTHER_HOUSE in warnings(answer.text)
    assert "gaan dan niet door" not in answer.text
    assert Closure.select().count() == 1
    assert browser.post(here, asked_for(answer.text)).status_code == 303
    assert Shift.get_by_id(shift.id).state == ShiftState.planned


# -- afterwards -----------------------------------------------------------------------------------


def test_a_coordinator_finds_who_is_in_two_places_with_the_gaps_and_on_the_shift(
    app: Flask, cast: Cast
) -> None:
    lunch, shift = with_a_cook(cast)
    other = bar(cast.wolfsbos, cast.volunteer, DAY_BEFORE)
    browser = Browser(app, cast.coordinator)
    heading = "Op twee plekken tegelijk"
    assert heading not in browser.get("/rooster/open").text
    date = on(lunch, NEW_YEARS_EVE)
    programme.move_date(date, DAY_BEFORE, cast.coordinator, NOW, anyway=True)
    text = browser.get("/rooster/open").text
    assert heading in text
    assert warnings(text).count("staat ook op Bar, 13.00–17.00") == 1
    assert f'href="/rooster/dienst/{shift.id}"' in text
    for each, words in (
        (shift, "staat ook op Bar, 13.00–17.00"),
        (other, "staat ook op Kookploeg, 11.00–13.30"),
    ):
        assert words in warnings(browser.get(f"/rooster/dienst/{each.id}").text)
    helper = Browser(app, cast.key_holder)
    assert heading not in helper.get("/rooster/open").text
    assert "staat ook op" not in helper.get(f"/rooster/dienst/{shift.id}").text
    Place.update(state=PlaceState.released).where(Place.shift == other).execute()
    assert heading not in browser.get("/rooster/open").text
    assert "staat ook op" not in browser.get(f"/rooster/dienst/{shift.id}").text


def test_each_house_hears_of_the_other_only_what_its_coordinator_may_know(
    app: Flask, cast: Cast
) -> None:
    shift = bar(cast.wolfsbos, cast.volunteer, TODAY, 11, 14, "Koken")
    bar(cast.knooppunt, cast.volunteer, TODAY, title="Geheime bar")
    places = ("/rooster/open?huis=wolfsbos", f"/rooster/dienst/{shift.id}")

    def said() -> set[str]:
        browser = Browser(app, cast.coordinator)
        texts = [browser.get(place).text for place in places]
        assert not any("Geheime bar" in text for text in texts)
        return {each for text in texts for each in warnings(text) if "staat dan ook" in each}

    assert said() == {"staat dan ook ergens anders"}
    also_coordinates_the_other(cast)
    assert said() == {"staat dan ook in Het Knooppunt"}
