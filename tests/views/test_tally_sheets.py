"""Tally sheets on the page: made, printed, entered, and shown when somebody was first."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from io import BytesIO
from uuid import uuid4

import pdfplumber
import pytest
from flask import Flask

from models import Closure, CountEvent, Membership, OpeningHours, Person, Role, TallySheet
from rules import corrections, counting, forgetting, tally_sheets
from tests.at_once import at_once
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_activity, make_occurrence
from tests.conftest import NOW, TODAY

Browsers = Callable[[Person | None], Browser]
DAY, HOUR = dt.timedelta(days=1), dt.timedelta(hours=1)
YESTERDAY = TODAY - DAY


@pytest.fixture
def number(cast: Cast) -> int:
    """The number of a sheet of yesterday, from nine to twelve, with one activity."""
    OpeningHours.update(end_time=dt.time(12)).execute()
    koffie = make_activity(cast.wolfsbos, start_time=dt.time(10), end_time=dt.time(12))
    make_occurrence(koffie, YESTERDAY)
    made = tally_sheets.make_sheet(cast.wolfsbos, YESTERDAY, None, NOW - DAY, YESTERDAY)
    return int(made.number)


def total(cast: Cast) -> int:
    return counting.day_total(cast.wolfsbos, YESTERDAY)


def seen(page: str) -> str:
    found = re.search(r'name="gezien" value="(\w*)"', page)
    assert found
    return found[1]


def words(page: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split()).replace("\u2060", "")


# -- making and printing --------------------------------------------------------------------------


def test_a_sheet_is_made_once_for_a_day_and_has_a_page(browser_of: Browsers, cast: Cast) -> None:
    browser = browser_of(cast.volunteer)
    fields = browser.fields("/tellen/bladen", "/tellen/bladen")
    assert fields["dag"] == TODAY.isoformat()
    answers = [browser.post("/tellen/bladen", fields) for _twice in range(2)]
    made = TallySheet.get()
    assert {answer.location for answer in answers} == {f"/tellen/blad/{made.number}"}
    browser.post("/tellen/bladen", {"dag": TODAY.isoformat()})
    assert count_rows(TallySheet) == 1
    browser.post("/tellen/bladen", {"dag": TODAY.isoformat(), "nog_een": "1"})
    assert count_rows(TallySheet) == 2
    assert str(made.number) in browser.get("/tellen/bladen").text


def test_a_day_without_a_sheet_is_said_at_the_field(browser_of: Browsers, cast: Cast) -> None:
    browser = browser_of(cast.volunteer)
    Closure.create(
        house=cast.wolfsbos,
        first_date=TODAY + DAY,
        last_date=TODAY + DAY,
        kind="closed",
        reason="Verbouwing",
    )
    for day, sentence in (
        (TODAY + DAY, "Op deze dag is het huis dicht en is er niets te doen."),
        (YESTERDAY, "Deze dag is al voorbij."),
        (TODAY + 99 * DAY, "Dat is meer dan twee maanden vooruit."),
        ("2026-02-31", "Deze dag bestaat niet."),
        ("", "Kies een dag."),
        ("\x00", "Deze dag bestaat niet."),
    ):
        answer = browser.post("/tellen/bladen", {"dag": str(day)})
        assert answer.status_code == 422, day
        assert sentence in answer.text, day
    assert count_rows(TallySheet) == 0


@pytest.mark.slow
def test_the_sheet_of_a_day_is_printed_and_prints_the_same_number_again(
    browser_of: Browsers, cast: Cast
) -> None:
    browser, address = browser_of(cast.volunteer), f"/drukwerk/turfblad.pdf?dag={TODAY}"
    nothing = browser.get(address)
    assert nothing.status_code == 404
    assert "Maak eerst een turfblad voor deze dag." in nothing.text
    browser.post("/tellen/bladen", {"dag": TODAY.isoformat()})
    number = TallySheet.get().number
    printed = browser.get(address)
    assert printed.mimetype == "application/pdf"
    name = f"wolfsbos-2026-11-26-turfblad-{number}.pdf"
    assert printed.headers["Content-Disposition"] == f'inline; filename="{name}"'
    with pdfplumber.open(BytesIO(printed.data)) as opened:
        assert str(number) in (opened.pages[0].extract_text() or "")
    again = browser.get(f"/drukwerk/turfblad.pdf?nummer={number}&bewaar=1")
    assert again.data == printed.data
    assert again.headers["Content-Disposition"].startswith("attachment")
    assert count_rows(TallySheet) == 1


def test_the_paper_of_another_house_and_numbers_that_are_none(
    browser_of: Browsers, cast: Cast, number: int
) -> None:
    there = browser_of(cast.other_volunteer)
    assert there.get(f"/drukwerk/turfblad.pdf?nummer={number}").status_code == 404
    here = browser_of(cast.volunteer)
    assert here.get("/drukwerk/turfblad.pdf?nummer=77").status_code == 404
    assert here.get("/drukwerk/turfblad.pdf?nummer=999999999").status_code == 404
    for nonsense in ("x", str(2**70), "-"):
        assert here.get(f"/drukwerk/turfblad.pdf?nummer={nonsense}").status_code == 400


# -- finding --------------------------------------------------------------------------------------


def test_the_number_on_the_paper_opens_its_page(
    browser_of: Browsers, cast: Cast, number: int
) -> None:
    browser = browser_of(cast.volunteer)
    answer = browser.get(f"/tellen/bladen?nummer={number}")
    assert (answer.status_code, answer.location) == (303, f"/tellen/blad/{number}")
    for wrong, sentence in (
        ("77", "Dit nummer kennen we niet."),
        ("999999999", "Dit nummer kennen we niet."),
        ("-5", "Dit nummer kennen we niet."),
        ("drie", "Vul hier een heel getal in."),
        (str(2**70), "Vul hier een heel getal in."),
    ):
        refused = browser.get(f"/tellen/bladen?nummer={wrong}")
        assert refused.status_code == 422, wrong
        assert sentence in refused.text, wrong


def test_a_sheet_of_another_house_and_an_unknown_one_are_named(
    browser_of: Browsers, cast: Cast, number: int
) -> None:
    there = browser_of(cast.other_volunteer)
    for answer in (there.get(f"/tellen/blad/{number}"), there.post(f"/tellen/blad/{number}")):
        assert answer.status_code == 404
        assert "Dit blad is van een ander huis." in answer.text
    unknown = there.get("/tellen/blad/77")
    assert unknown.status_code == 404
    assert "Dit nummer kennen we niet." in unknown.text


def test_who_helps_in_two_houses_is_taken_to_the_house_of_the_sheet(
    browser_of: Browsers, cast: Cast, number: int
) -> None:
    Membership.create(house=cast.wolfsbos, person=cast.other_volunteer, role=Role.volunteer)
    browser = browser_of(cast.other_volunteer)
    browser.get("/vandaag?huis=knooppunt")
    answer = browser.get(f"/tellen/blad/{number}")
    assert answer.location == f"/tellen/blad/{number}?huis=wolfsbos"
    assert "Turfblad" in browser.get(answer.location).text


def test_a_sheet_of_a_day_that_still_comes_can_only_be_printed(
    browser_of: Browsers, cast: Cast
) -> None:
    browser = browser_of(cast.volunteer)
    browser.post("/tellen/bladen", {"dag": (TODAY + DAY).isoformat()})
    address = f"/tellen/blad/{TallySheet.get().number}"
    shown = browser.get(address).text
    assert "Invoeren kan op de dag zelf." in shown
    assert "n_9_0" not in shown
    refused = browser.post(address, {"n_9_0": "3"})
    assert refused.status_code == 409
    assert "Dit blad is voor een dag die nog komt." in refused.text
    assert count_rows(CountEvent) == 0


# -- entering -------------------------------------------------------------------------------------


def test_a_sheet_is_entered_in_the_order_of_the_paper_looked_at_and_kept(
    browser_of: Browsers, cast: Cast, number: int
) -> None:
    browser, address = browser_of(cast.volunteer), f"/tellen/blad/{number}"
    page = browser.get(address).text
    asked = re.findall(r'<input[^>]* name="(n_\d+_\d+)"', page)
    assert asked == ["n_9_0", "n_10_0", "n_10_1", "n_11_0", "n_11_1"]
    fields = {"n_9_0": "7", "n_10_1": "12", "n_11_0": ""}
    look = browser.post(address, fields)
    assert look.status_code == 200
    assert "19 bezoekers op dit blad" in words(look.text)
    assert "10–11 uur: samen 12" in words(look.text)
    assert total(cast) == 0
    kept = browser.post(address, fields | {"gezien": seen(look.text)})
    assert (kept.status_code, kept.location) == (303, address)
    assert total(cast) == 19
    shown = words(browser.get(address).text)
    assert "Dit blad is ingevoerd door Joop, 26-11-2026, 10.00 uur." in shown
    assert "10–11 Inloop met koffie 12" in shown
    assert "11–12 Gewoon binnen 0" in shown


def test_the_look_says_what_cannot_be_entered_any_more_and_what_is_running(
    browser_of: Browsers, cast: Cast
) -> None:
    OpeningHours.update(end_time=dt.time(12)).execute()
    zang = make_activity(cast.wolfsbos, "Zang", start_time=dt.time(19), end_time=dt.time(21))
    make_occurrence(zang, TODAY)
    made = tally_sheets.make_sheet(cast.wolfsbos, TODAY, None, NOW, TODAY)
    browser, address = browser_of(cast.volunteer), f"/tellen/blad/{made.number}"
    said = words(browser.post(address, {"n_9_0": "7"}).text)
    assert "Na opslaan kun je 10–12, 19–21 uur niet meer invullen." in said
    assert "Maak daarvoor een nieuw blad." in said
    assert "Dit uur loopt nog" not in said
    said = words(browser.post(address, {"n_9_0": "7", "n_10_0": "2"}).text)
    assert "Na opslaan kun je 11–12, 19–21 uur niet meer invullen." in said
    assert "Dit uur loopt nog: tikken van nu af tellen hier niet mee." in said
    counting.add_visit(cast.volunteer, cast.wolfsbos, uuid4(), NOW)
    said = words(browser.post(address, {"n_9_0": "7", "n_10_0": "2"}).text)
    assert "Dit uur loopt nog. Kies je het blad? Tikken van nu af tellen dan niet mee." in said
    assert "hier niet mee" not in said


def test_a_look_says_that_a_correction_goes(browser_of: Browsers, cast: Cast, number: int) -> None:
    right = corrections.Right(9, 0, 4, 0)
    corrections.correct(cast.wolfsbos, YESTERDAY, [right], "Gezien", None, NOW, TODAY)
    browser, address = browser_of(cast.volunteer), f"/tellen/blad/{number}"
    look = browser.post(address, {"n_9_0": "7"}).text
    assert "Dit uur is verbeterd. Met dit blad vervalt dat." in look
    assert "niet meer invullen" not in look
    browser.post(address, {"n_9_0": "7", "gezien": seen(look)})
    assert total(cast) == 7


def test_of_a_sheet_of_which_was_forgotten_who_entered_it_the_day_stands(
    browser_of: Browsers, cast: Cast, number: int
) -> None:
    browser, address = browser_of(cast.volunteer), f"/tellen/blad/{number}"
    look = browser.post(address, {"n_9_0": "7"}).text
    browser.post(address, {"n_9_0": "7", "gezien": seen(look)})
    forgetting.forget(NOW + 32 * DAY)
    shown = words(browser.get(address).text)
    assert "Dit blad is ingevoerd op donderdag 26 november." in shown
    assert "Joop, " not in shown


def test_a_second_time_shows_the_first(browser_of: Browsers, cast: Cast, number: int) -> None:
    address = f"/tellen/blad/{number}"
    first, second = browser_of(cast.volunteer), browser_of(cast.coordinator)
    pages = []
    for browser, n in ((first, "7"), (second, "8")):
        pages.append(seen(browser.post(address, {"n_9_0": n}).text))
    first.post(address, {"n_9_0": "7", "gezien": pages[0]})
    answer = second.post(address, {"n_9_0": "8", "gezien": pages[1]})
    assert answer.status_code == 409
    assert "7 bezoekers op dit blad" in words(answer.text)
    assert "ingevoerd door Joop" in answer.text
    assert total(cast) == 7


def test_a_double_send_at_the_same_moment_is_entered_once(
    app: Flask, browser_of: Browsers, cast: Cast, number: int
) -> None:
    address = f"/tellen/blad/{number}"
    browsers = [browser_of(cast.volunteer) for _two in range(2)]
    looks = [seen(each.post(address, {"n_9_0": "7"}).text) for each in browsers]
    sends = [
        lambda each=each, look=look: each.post(address, {"n_9_0": "7", "gezien": look})
        for each, look in zip(browsers, looks, strict=True)
    ]
    answers = at_once(None, *sends)
    assert sorted(answer.status_code for answer in answers) == [303, 409]
    assert total(cast) == 7


def test_an_hour_with_taps_asks_and_nothing_is_chosen_beforehand(
    browser_of: Browsers, cast: Cast, number: int
) -> None:
    for _tap in range(12):
        counting.add_visit(cast.volunteer, cast.wolfsbos, uuid4(), NOW - DAY - HOUR)
    browser, address = browser_of(cast.volunteer), f"/tellen/blad/{number}"
    fields = {"n_9_0": "15", "n_10_0": "2"}
    look = browser.post(address, fields)
    said = words(look.text)
    assert "Tikken (12)" in said
    assert "Blad (15)" in said
    assert " checked" not in look.text
    assert said.count("Wat telt in dit uur?") == 1
    fields["gezien"] = seen(look.text)
    for nothing in ({}, {"telt_9": ""}, {"telt_9": "allebei"}, {"telt_10": "taps"}):
        asked = browser.post(address, fields | nothing)
        assert asked.status_code == 422
        assert "9–10 uur: kies wat telt." in asked.text
        assert 'href="#telt_9"' in asked.text
    assert total(cast) == 12
    assert browser.post(address, fields | {"telt_9": "sheet"}).status_code == 303
    assert total(cast) == 17


@pytest.mark.parametrize(
    ("value", "sentence"),
    [
        ("-1", "Vul een aantal in van 0 tot 500."),
        ("501", "Vul een aantal in van 0 tot 500."),
        ("twaalf", "Vul hier een heel getal in."),
        (str(2**70), "Vul hier een heel getal in."),
        ("\x00", "Vul hier een heel getal in."),
        ("🎄", "Vul hier een heel getal in."),
    ],
)
def test_a_number_that_is_wrong_is_said_at_its_field(
    browser_of: Browsers, cast: Cast, number: int, value: str, sentence: str
) -> None:
    browser, address = browser_of(cast.volunteer), f"/tellen/blad/{number}"
    answer = browser.post(address, {"n_9_0": "4", "n_10_1": value})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert 'href="#n_10_1"' in answer.text
    assert 'value="4"' in answer.text


def test_fields_that_are_not_on_the_sheet_are_not_read(
    browser_of: Browsers, cast: Cast, number: int
) -> None:
    browser, address = browser_of(cast.volunteer), f"/tellen/blad/{number}"
    fields = {"n_9_1": "50", "n_23_0": "50", "n_9_0": ["3", "50"]}
    look = browser.post(address, fields)
    browser.post(address, fields | {"gezien": seen(look.text)})
    assert total(cast) == 3
