"""Prints: what the neighbourhood may open without logging in, and the words to send it on with."""

from __future__ import annotations

from html import unescape
from io import BytesIO
from urllib.parse import quote

import pdfplumber
import pytest
from flask import Flask

from models import Rendering
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_activity
from views.print_sharing import SHARED, WITHIN

PAPERS = ("flyer", "vouwfolder")


@pytest.fixture
def visitor(app: Flask, cast: Cast) -> Browser:
    make_activity(cast.wolfsbos, "Inloop met koffie")
    make_activity(cast.knooppunt, "Bingo")
    return Browser(app, None)


@pytest.mark.parametrize(
    ("name", "chosen", "query"),
    [
        ("poster", "formaat=a3", "maand=2026-12&formaat=a3&taal=uk&stijl=groot"),
        ("flyer", "formaat=a4", "maand=2026-12&formaat=a4&taal=uk&stijl=groot"),
        ("flyer", "formaat=a5", "maand=2026-12&taal=uk&stijl=groot"),
        ("vouwfolder", "formaat=a4", "maand=2026-12&taal=uk&stijl=groot"),
    ],
)
def test_each_is_shared_by_a_public_address_that_says_what_was_chosen(
    visitor: Browser, app: Flask, cast: Cast, name: str, chosen: str, query: str
) -> None:
    helper = Browser(app, cast.volunteer)
    asked = f"huis=wolfsbos&maand=2026-12&taal=uk&stijl=groot&{chosen}"
    shown = helper.get(f"/drukwerk/{name}/delen?{asked}")
    assert shown.status_code == 200
    text = unescape(shown.text)
    assert f"http://localhost/h/wolfsbos/{name}.pdf?{query}\n" in text
    said = "folder" if name == "vouwfolder" else name
    assert f"Kom gerust langs! Bekijk de {said}:" in text
    assert f"https://wa.me/?text={quote('Dit is er in december', safe='')}" in text
    assert "mailto:?subject=Dit%20is%20er" in text


@pytest.mark.parametrize(
    ("name", "query", "said"),
    [
        ("weekblad", "week=2026-W49", "Weekblad, week 49, Huis van de Buurt Wolfsbos:"),
        ("roosterblad", "week=2026-W49", "Roosterblad, week 49, Huis van de Buurt Wolfsbos:"),
        (
            "deurbord",
            "dag=2026-12-03",
            "Deurbord, donderdag 3 december, Huis van de Buurt Wolfsbos:",
        ),
    ],
)
def test_a_sheet_of_the_house_is_shared_with_who_helps_there(
    visitor: Browser, app: Flask, cast: Cast, name: str, query: str, said: str
) -> None:
    helper = Browser(app, cast.volunteer)
    shown = helper.get(f"/drukwerk/{name}/delen?huis=wolfsbos&{query}&taal=uk&stijl=kleur")
    assert shown.status_code == 200
    text = unescape(shown.text)
    path = f"/drukwerk/{name}.pdf?huis=wolfsbos&{query}&taal=uk"
    assert f"{said}\nhttp://localhost{path}" in text
    assert "na inloggen" in text
    assert quote(path, safe="") in shown.text
    assert visitor.get(path).status_code == 303, "a stranger is asked to log in"
    assert helper.get(f"/drukwerk/{name}/delen?week=2026-W99&dag=x").status_code == 400
    assert Browser(app, cast.viewer).get(f"/drukwerk/{name}/delen").status_code == 403


def test_the_page_offers_to_share_what_can_be_opened_and_nothing_else(
    visitor: Browser, app: Flask, cast: Cast
) -> None:
    shown = Browser(app, cast.volunteer).get("/drukwerk").text
    for name in SHARED:
        assert f'formaction="/drukwerk/{name}/delen"' in shown
    for name in WITHIN:
        assert f'formaction="/drukwerk/{name}/delen"' in shown
        assert visitor.get(f"/h/wolfsbos/{name}.pdf").status_code == 404
    assert shown.count("/delen") == len(SHARED) + len(WITHIN)
    for name in ("turfblad", "weekpakket", "samen"):
        assert Browser(app, cast.volunteer).get(f"/drukwerk/{name}/delen").status_code == 404
        assert visitor.get(f"/h/wolfsbos/{name}.pdf").status_code == 404


@pytest.mark.slow
@pytest.mark.parametrize("name", PAPERS)
def test_whoever_passes_by_opens_the_very_file_that_the_house_prints(
    visitor: Browser, app: Flask, cast: Cast, name: str
) -> None:
    same = Browser(app, cast.volunteer).get(f"/drukwerk/{name}.pdf?maand=2026-12")
    opened = visitor.get(f"/h/wolfsbos/{name}.pdf?maand=2026-12")
    assert opened.status_code == 200
    assert opened.mimetype == "application/pdf"
    assert opened.data == same.data
    assert opened.headers["Cache-Control"] == "private, no-cache"
    assert count_rows(Rendering) == 1
    with pdfplumber.open(BytesIO(opened.data)) as pdf:
        words = " ".join(word["text"] for page in pdf.pages for word in page.extract_words())
    assert "Inloop met koffie" in words
    assert "Bingo" not in words
    tag = {"If-None-Match": opened.headers["ETag"]}
    again = visitor.get(f"/h/wolfsbos/{name}.pdf?maand=2026-12", headers=tag)
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize("name", PAPERS)
def test_of_other_months_and_houses_there_is_nothing(
    visitor: Browser, app: Flask, cast: Cast, name: str
) -> None:
    for address in (
        f"/h/wolfsbos/{name}.pdf?maand=2026-10",
        f"/h/wolfsbos/{name}.pdf?maand=2027-03",
        f"/h/nergens/{name}.pdf",
    ):
        assert visitor.get(address).status_code == 404
    helper = Browser(app, cast.volunteer)
    assert helper.get(f"/drukwerk/{name}/delen?maand=2027-06").status_code == 404
    assert helper.get(f"/drukwerk/{name}/delen?huis=knooppunt").status_code == 404
    assert count_rows(Rendering) == 0


@pytest.mark.parametrize("name", PAPERS)
@pytest.mark.parametrize(
    "query",
    ["maand=x", "maand=0001-01", "maand=%00", "formaat=a9", "taal=xx", "stijl=%F0%9F%8E%84"],
)
def test_a_wrong_choice_is_answered_with_a_sentence(
    visitor: Browser, app: Flask, cast: Cast, name: str, query: str
) -> None:
    for who, address in (
        (visitor, f"/h/wolfsbos/{name}.pdf"),
        (Browser(app, cast.volunteer), f"/drukwerk/{name}/delen"),
    ):
        answer = who.get(f"{address}?{query}")
        assert answer.status_code == 400
        assert "kennen we niet" in answer.text
