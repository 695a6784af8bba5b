"""Prints: the page to choose a poster, the PDF itself, and what is said when it cannot be made."""

from __future__ import annotations

import datetime as dt
from io import BytesIO
from pathlib import Path

import pdfplumber
import pytest
from flask import Flask

from documents.press import PANGO_COMMAND
from models import Closure, Rendering
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_activity

POSTER = "/drukwerk/poster.pdf"


@pytest.fixture
def helper(app: Flask, cast: Cast) -> Browser:
    make_activity(cast.wolfsbos, "Inloop met koffie")
    make_activity(cast.knooppunt, "Bingo")
    return Browser(app, cast.volunteer)


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return opened.pages[0].extract_text() or ""


@pytest.mark.slow
def test_the_page_offers_the_poster_of_this_month_and_the_next_two(helper: Browser) -> None:
    shown = helper.get("/drukwerk")
    assert shown.status_code == 200
    for month in ("november 2026", "december 2026", "januari 2027"):
        assert month in shown.text
    assert "Poster van november, A4" in shown.text
    assert "Alles staat op één bladzijde." in shown.text


@pytest.mark.slow
def test_two_taps_from_the_page_to_the_poster_of_the_chosen_month(helper: Browser) -> None:
    shown = helper.get("/drukwerk?maand=2026-12&formaat=a3")
    assert "Poster van december, A3" in shown.text
    assert "/drukwerk/poster.pdf?huis=wolfsbos&amp;maand=2026-12&amp;formaat=a3" in shown.text


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
        "/drukwerk/flyer.pdf",
        "/drukwerk/onzin.pdf",
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
    shown = helper.get("/drukwerk?maand=2026-12")
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
    assert "vrijdag 25 december (Kerst)" in helper.get("/drukwerk?maand=2026-12").text
    assert "Kerst" not in helper.get("/drukwerk?maand=2026-11").text


@pytest.mark.slow
def test_a_picture_letter_is_named_with_the_text_to_change(helper: Browser, cast: Cast) -> None:
    make_activity(cast.wolfsbos, "Feest 🎄")
    answer = helper.get(POSTER)
    assert answer.status_code == 422
    assert "Haal het weg uit: Feest 🎄" in answer.text
    assert "Haal het weg uit: Feest 🎄" in helper.get("/drukwerk").text


@pytest.mark.slow
def test_without_pango_the_page_works_and_names_the_one_command(
    app: Flask, helper: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app.extensions["press"].close()  # The press of all tests may be warm already.
    (tmp_path / "libpango-1.0.so.0").write_bytes(b"not a library")
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    shown = helper.get("/drukwerk")
    assert shown.status_code == 200
    assert PANGO_COMMAND in shown.text
    answer = helper.get(POSTER)
    assert answer.status_code == 503
    assert PANGO_COMMAND in answer.text
