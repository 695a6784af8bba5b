"""Prints: documents that somebody chose, in one file with its progress."""

from __future__ import annotations

import datetime as dt
import re
from io import BytesIO

import page as validator
import pikepdf
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from models import House, Rendering, TallySheet
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_activity, make_occurrence, make_shift
from tests.conftest import TODAY

TOGETHER = "/drukwerk/samen"
MONDAY = dt.date(2026, 11, 30)
ABOUT = "maand=2026-12&week=2026-W49&dag=2026-11-30"


@pytest.fixture
def house(cast: Cast) -> House:
    make_occurrence(make_activity(cast.wolfsbos, "Inloop met koffie"), MONDAY)
    make_shift(cast.wolfsbos, MONDAY)
    return cast.wolfsbos


@pytest.fixture
def helper(app: Flask, cast: Cast, house: House) -> Browser:
    return Browser(app, cast.volunteer)


def chosen(*names: str, kind: str = "", more: str = "") -> str:
    return f"{TOGETHER}{kind}?{'&'.join(f'blad={name}' for name in names)}&{ABOUT}{more}"


def part(helper: Browser, address: str, number: int) -> TestResponse:
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    return helper.get(f"{address}&deel={number}", headers=headers)


def test_the_page_of_prints_leads_to_a_choice_of_all_documents(helper: Browser) -> None:
    address = re.search(r'href="(/drukwerk/samen[^"]*)"', helper.get("/drukwerk").text)
    assert address is not None
    text = helper.get(address[1].replace("&amp;", "&")).text
    for name in (
        "poster",
        "flyer",
        "vouwfolder",
        "weekblad",
        "roosterblad",
        "deurbord",
        "turfblad",
    ):
        assert f'value="{name}"' in text
    assert "inlogkaart" not in text


def test_a_choice_leads_to_its_documents_in_one_order_and_makes_nothing_yet(
    helper: Browser,
) -> None:
    form = {"blad": ["weekblad", "poster"], "maand": "2026-12", "week": "2026-W49"}
    answer = helper.post(TOGETHER, form | {"taal": "pl", "stijl": "zwartwit", "formaat": "a3"})
    assert answer.status_code == 303
    for told in ("maand=2026-12", "week=2026-W49", "taal=pl", "stijl=zwartwit", "formaat=a3"):
        assert told in answer.location
    text = helper.get(answer.location).text
    assert text.index("Plakat: grudzień 2026") < text.index("Kartka tygodnia")
    assert count_rows(Rendering) == count_rows(TallySheet) == 0


def test_two_taps_on_the_button_give_a_tally_sheet_one_number(helper: Browser) -> None:
    form = {"blad": ["turfblad", "deurbord"], "dag": "2026-11-30"}
    first, second = helper.post(TOGETHER, form), helper.post(TOGETHER, form)
    assert first.location == second.location
    assert count_rows(TallySheet) == 1
    assert "nog geen nummer" not in helper.get(first.location).text


@pytest.mark.slow
def test_the_documents_are_made_one_by_one_and_stand_in_one_tagged_file(helper: Browser) -> None:
    names = ("poster", "flyer", "weekblad", "turfblad")
    address = helper.post(
        TOGETHER,
        {"blad": list(names), "maand": "2026-12", "week": "2026-W49", "dag": "2026-11-30"},
    ).location
    for number in range(1, 5):
        assert "klaar" in part(helper, address, number).text
        assert count_rows(Rendering) == number
    assert "Het bestand is klaar" in part(helper, address, 0).text
    answer = helper.get(chosen(*names, kind=".pdf"))
    assert answer.headers["Content-Disposition"] == (
        f'inline; filename="wolfsbos-{TODAY}-drukwerk.pdf"'
    )
    assert count_rows(Rendering) == 5
    report = validator.validate_pdf_bytes(answer.data, profile="ua1")
    assert report.is_compliant, [failure.message for failure in report.failures]
    tag = {"If-None-Match": answer.headers["ETag"]}
    assert helper.get(chosen(*names, kind=".pdf"), headers=tag).status_code == 304
    with pikepdf.open(BytesIO(answer.data)) as pdf, pdf.open_outline() as outline:
        assert str(pdf.Root.Lang) == "nl"
        assert [item.title for item in outline.root] == [
            "Poster december 2026",
            "Flyer december 2026",
            "Weekblad",
            "Turfblad maandag 30 november",
        ]


@pytest.mark.slow
def test_one_that_fails_says_what_to_change_and_the_others_are_in_the_file(
    helper: Browser, cast: Cast
) -> None:
    make_shift(cast.wolfsbos, MONDAY, title="Feest 🎄")
    address = chosen("roosterblad", "weekblad")
    assert "Haal het weg uit: Feest 🎄" in part(helper, address, 2).text
    assert "klaar" in part(helper, address, 1).text
    made = helper.get(chosen("roosterblad", "weekblad", kind=".pdf"))
    assert made.status_code == 200
    with pikepdf.open(BytesIO(made.data)) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == ["Weekblad"]


def test_a_choice_of_nothing_says_so_and_keeps_what_was_filled_in(helper: Browser) -> None:
    answer = helper.post(TOGETHER, {"maand": "2026-12", "stijl": "groot"})
    assert answer.status_code == 422
    assert "Kies ten minste één blad." in answer.text
    assert '<option value="2026-12" selected>' in answer.text
    assert '<option value="groot" selected>' in answer.text


def test_a_tally_sheet_of_a_closed_day_is_refused_at_the_day(helper: Browser) -> None:
    sunday = {"blad": ["turfblad", "poster"], "dag": "2026-11-29"}
    answer = helper.post(TOGETHER, sunday)
    assert answer.status_code == 422
    assert "Op deze dag is het huis dicht en is er niets te doen." in answer.text
    assert re.search(r'value="poster"[^>]*checked|checked[^>]*value="poster"', answer.text)
    assert count_rows(TallySheet) == 0


@pytest.mark.parametrize(
    "nonsense",
    [
        "blad=inlogkaart",
        "blad=samen",
        "blad=",
        "blad=poster&maand=2026-13",
        "blad=poster&week=2026-W99",
        "blad=poster&dag=morgen",
        "blad=poster&formaat=a9",
        "blad=poster&taal=xx",
        "blad=poster&deel=%00",
    ],
)
def test_nonsense_in_the_address_is_answered_with_a_sentence(
    helper: Browser, nonsense: str
) -> None:
    for kind in ("", ".pdf"):
        answer = helper.get(f"{TOGETHER}{kind}?{nonsense}")
        assert answer.status_code == 400, (kind, nonsense)
    assert helper.get(chosen("poster", more="&deel=2")).status_code == 404


def test_nonsense_in_the_form_is_answered_at_the_field(helper: Browser) -> None:
    for wrong in ({"maand": "x"}, {"week": "x"}, {"dag": "x"}, {"formaat": "a9"}, {"blad": "\0"}):
        answer = helper.post(TOGETHER, {"blad": "poster"} | wrong)
        assert answer.status_code == 422, wrong
        assert "Er klopt iets nog niet" in answer.text


def test_who_may_not_choose_and_whose_house_it_is(app: Flask, cast: Cast, helper: Browser) -> None:
    assert Browser(app, cast.viewer).get(TOGETHER).status_code == 403
    assert Browser(app, None).get(TOGETHER).status_code == 303
    other = Browser(app, cast.other_volunteer)
    assert other.get(f"{chosen('poster')}&huis=wolfsbos").status_code in (403, 404)


@pytest.mark.slow
def test_a_day_without_visitors_spoils_no_other_document(helper: Browser) -> None:
    """An address that somebody kept, of a day on which there is nothing to tally any more."""
    address = f"{TOGETHER}?blad=weekblad&blad=turfblad&week=2026-W49&dag=2026-12-06"
    shown = helper.get(address)
    assert shown.status_code == 200
    assert "is er niets te doen" in shown.text
    assert "klaar" in part(helper, address, 1).text
    assert helper.get(address.replace("/samen?", "/samen.pdf?")).status_code == 200


def test_one_document_named_twice_is_in_it_once(helper: Browser) -> None:
    shown = helper.get(f"{TOGETHER}?blad=poster&blad=poster&blad=flyer")
    assert len(re.findall(r"<li[ >]", shown.text)) == 2
