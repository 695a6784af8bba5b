"""Prints: the page to choose a poster, the PDF itself, and what is said when it cannot be made."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape
from io import BytesIO
from pathlib import Path
from urllib.parse import quote

import pdfplumber
import pytest
from flask import Flask
from werkzeug.test import TestResponse

from documents.press import PANGO_COMMAND
from models import Closure, Rendering, TallySheet
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_activity
from tests.conftest import TODAY

POSTER = "/drukwerk/poster.pdf"


@pytest.fixture
def helper(app: Flask, cast: Cast) -> Browser:
    make_activity(cast.wolfsbos, "Inloop met koffie")
    make_activity(cast.knooppunt, "Bingo")
    return Browser(app, cast.volunteer)


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return opened.pages[0].extract_text() or ""


def glimpse_of(helper: Browser, name: str, query: str = "") -> TestResponse:
    """What stands in the place of a document on the page, as htmx asks for it."""
    headers = {"HX-Request": "true", "HX-Request-Type": "partial"}
    return helper.get(f"/drukwerk/{name}/blad?huis=wolfsbos&{query}", headers=headers)


# -- the page -------------------------------------------------------------------------------------


def test_the_page_offers_what_can_be_printed_and_prints_nothing_itself(helper: Browser) -> None:
    shown = helper.get("/drukwerk")
    assert shown.status_code == 200
    for words in ("november 2026", "december 2026", "januari 2027", "A3, twee keer zo groot"):
        assert words in shown.text
    for name in ("poster", "roosterblad", "deurbord", "turfblad", "weekblad", "weekpakket"):
        assert f'id="{name}"' in shown.text
    assert count_rows(Rendering) == 0


def test_language_and_style_are_chosen_once_for_all_documents(helper: Browser) -> None:
    plain = helper.get("/drukwerk").text
    assert "moedertaalspreker" not in plain
    for name in ("Nederlands", "العربية", "Українська", "Türkçe", "ትግርኛ"):
        assert name in plain
    address = "/drukwerk?taal=uk&stijl=groot&maand=2026-12&formaat=a3"
    assert "Laat een moedertaalspreker dit blad nalezen." in helper.get(address).text
    for action in (POSTER, "/drukwerk/roosterblad.pdf", "/drukwerk/turfblad"):
        fields = helper.fields(address, action)
        assert (fields["taal"], fields["stijl"]) == ("uk", "groot")
    assert helper.fields(address, POSTER)["maand"] == "2026-12"
    assert helper.fields(address, POSTER)["formaat"] == "a3"


@pytest.mark.slow
def test_a_document_is_shown_as_a_picture_of_its_first_page(helper: Browser) -> None:
    shown = glimpse_of(helper, "poster", "maand=2026-12&formaat=a4")
    assert shown.status_code == 200
    assert 'width="640" height="906"' in shown.text
    address = unescape(re.search(r'src="([^"]+)"', shown.text)[1])  # type: ignore[index]
    answer = helper.get(address)
    assert answer.mimetype == "image/png"
    assert answer.data.startswith(b"\x89PNG")
    assert len(answer.data) < 45_000
    again = helper.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert sorted(row.document for row in Rendering.select()) == ["poster-a4", "poster-a4.png"]
    helper.get(f"{POSTER}?maand=2026-12&formaat=a4")
    assert count_rows(Rendering) == 2, "the picture is of this very document"


@pytest.mark.slow
def test_a_look_at_a_tally_sheet_makes_none_and_opening_it_makes_one(
    helper: Browser, cast: Cast
) -> None:
    make_activity(cast.wolfsbos, "Inloop", rule="FREQ=DAILY")
    shown = glimpse_of(helper, "turfblad", f"dag={TODAY}")
    assert shown.status_code == 200
    assert "png" in shown.text
    assert count_rows(TallySheet) == 0
    fields = helper.fields("/drukwerk", "/drukwerk/turfblad")
    opened = [helper.post("/drukwerk/turfblad", fields) for _twice in range(2)]
    assert count_rows(TallySheet) == 1
    made = TallySheet.get()
    for answer in opened:
        assert answer.status_code == 303
        assert answer.location.startswith("/drukwerk/turfblad.pdf?")
        assert f"nummer={made.number}" in answer.location
    assert helper.get(opened[0].location).mimetype == "application/pdf"


def test_a_day_that_is_none_makes_no_tally_sheet(helper: Browser) -> None:
    answer = helper.post("/drukwerk/turfblad", {"dag": "31-02"})
    assert answer.status_code == 422
    assert "Deze dag bestaat niet." in answer.text
    assert count_rows(TallySheet) == 0


def test_a_poster_is_shared_by_its_public_address(helper: Browser) -> None:
    shown = helper.get("/drukwerk/poster/delen?maand=2026-12&taal=uk&stijl=groot&formaat=a3")
    assert shown.status_code == 200
    assert "Dit is er in december 2026 te doen bij Huis van de Buurt Wolfsbos." in shown.text
    address = "/h/wolfsbos/poster.pdf?maand=2026-12&formaat=a3&taal=uk&stijl=groot"
    assert f"http://localhost{address}" in unescape(shown.text)
    assert f"https://wa.me/?text={quote('Dit is er in december', safe='')}" in shown.text
    assert "mailto:?subject=Dit%20is%20er" in shown.text
    assert helper.get("/drukwerk/poster/delen?maand=2027-06").status_code == 404


@pytest.mark.slow
def test_the_poster_opens_in_the_browser_under_a_name_that_says_what_it_is(
    helper: Browser,
) -> None:
    answer = helper.get(f"{POSTER}?maand=2026-12")
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    name = 'inline; filename="wolfsbos-2026-12-poster-a4.pdf"'
    assert answer.headers["Content-Disposition"] == name
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Inloop met koffie" in text_of(answer.data)
    assert "Bingo" not in text_of(answer.data)


@pytest.mark.slow
def test_a_browser_that_has_this_very_poster_gets_no_bytes(helper: Browser) -> None:
    first = helper.get(POSTER)
    tag = first.headers["ETag"]
    assert tag.startswith('"')
    again = helper.get(POSTER, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == tag


@pytest.mark.slow
def test_dates_of_a_far_month_are_made_before_it_is_printed(helper: Browser) -> None:
    assert "Inloop met koffie" in text_of(helper.get(f"{POSTER}?maand=2027-06").data)


@pytest.mark.parametrize(
    "query",
    ["maand=x", "maand=2026-13", "maand=0001-01", "formaat=a9", "taal=xx", "stijl=paars"],
)
@pytest.mark.parametrize("address", ["/drukwerk", POSTER, "/h/wolfsbos/poster.pdf"])
def test_a_wrong_choice_is_answered_with_a_sentence(
    helper: Browser, address: str, query: str
) -> None:
    answer = helper.get(f"{address}?{query}")
    assert answer.status_code == 400
    assert "kennen we niet" in answer.text or "is er nu in" in answer.text


@pytest.mark.parametrize(
    "address",
    [
        f"{POSTER}?huis=knooppunt",
        f"{POSTER}?huis=nergens",
        "/drukwerk/onzin.pdf",
        "/drukwerk/onzin.png",
        "/drukwerk/onzin/blad",
        "/drukwerk/poster.png?huis=knooppunt",
        "/drukwerk/weekpakket?huis=knooppunt",
        "/drukwerk/weekpakket?deel=99",
        "/drukwerk/weekpakket?deel=-1",
    ],
)
def test_what_is_foreign_unknown_or_not_built_is_not_found(helper: Browser, address: str) -> None:
    assert helper.get(address).status_code == 404


@pytest.mark.slow
def test_whoever_passes_by_gets_the_poster_of_the_coming_months(
    helper: Browser, app: Flask
) -> None:
    visitor = Browser(app, None)
    same = helper.get(f"{POSTER}?maand=2026-12")
    answer = visitor.get("/h/wolfsbos/poster.pdf?maand=2026-12")
    assert answer.status_code == 200
    assert answer.data == same.data
    assert count_rows(Rendering) == 1
    assert visitor.get("/h/wolfsbos/poster.pdf?maand=2027-02").status_code == 200
    for address in (
        "/h/wolfsbos/poster.pdf?maand=2026-10",
        "/h/wolfsbos/poster.pdf?maand=2027-03",
        "/h/nergens/poster.pdf",
    ):
        assert visitor.get(address).status_code == 404


@pytest.mark.slow
def test_a_month_that_takes_two_sheets_says_what_helps(helper: Browser, cast: Cast) -> None:
    for number in range(45):
        make_activity(
            cast.wolfsbos,
            f"Activiteit {number}",
            rule=f"RDATE:202612{1 + number % 28:02d}",
            first_date=dt.date(2026, 12, 1),
        )
    shown = glimpse_of(helper, "poster", "maand=2026-12")
    assert "past niet op één bladzijde" in shown.text
    assert "Op A3 past er meer." in shown.text


@pytest.mark.slow
def test_a_holiday_without_an_answer_is_asked_about(helper: Browser) -> None:
    Closure.create(
        house=None,
        first_date=dt.date(2026, 12, 25),
        last_date=dt.date(2026, 12, 26),
        kind="public_holiday",
        reason="Kerst",
    )
    assert "vrijdag 25 december (Kerst)" in helper.get("/drukwerk").text
    Closure.update(closes=True).execute()
    assert "Kerst" not in helper.get("/drukwerk").text


@pytest.mark.slow
def test_a_picture_letter_is_named_with_the_text_to_change(helper: Browser, cast: Cast) -> None:
    make_activity(cast.wolfsbos, "Feest 🎄")
    answer = helper.get(POSTER)
    assert answer.status_code == 422
    assert "Haal het weg uit: Feest 🎄" in answer.text
    shown = glimpse_of(helper, "poster")
    assert shown.status_code == 422
    assert "Haal het weg uit: Feest 🎄" in shown.text
    assert "<img" not in shown.text


@pytest.mark.slow
def test_without_pango_the_page_works_and_names_the_one_command(
    app: Flask, helper: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.extensions["press"].close()  # The press of all tests may be warm already.
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"not a library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    assert helper.get("/drukwerk").status_code == 200
    assert PANGO_COMMAND in glimpse_of(helper, "poster").text
    answer = helper.get(POSTER)
    assert answer.status_code == 503
    assert PANGO_COMMAND in answer.text


def test_what_else_stands_in_an_address_steers_no_link(helper: Browser) -> None:
    for strange in ("name=x", "endpoint=x", "_method=POST", "_scheme=javascript&_anchor=x"):
        answer = helper.get(f"/drukwerk/poster/blad?maand=2026-12&{strange}")
        assert answer.status_code == 200
        assert "javascript:" not in answer.text
