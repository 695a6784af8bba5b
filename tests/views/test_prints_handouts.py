"""Prints: flyer and folder, as their addresses ask for them."""

from __future__ import annotations

from io import BytesIO

import pdfplumber
import pytest
from flask import Flask

from tests.browser_of import Browser
from tests.cast import Cast

FLYER, FOLDER = "/drukwerk/flyer.pdf", "/drukwerk/vouwfolder.pdf"


@pytest.fixture
def helper(app: Flask, cast: Cast) -> Browser:
    return Browser(app, cast.volunteer)


def size_of(pdf: bytes) -> tuple[int, int]:
    """In millimetres."""
    with pdfplumber.open(BytesIO(pdf)) as opened:
        width, height = opened.pages[0].bbox[2:]
    return round(float(width) * 25.4 / 72), round(float(height) * 25.4 / 72)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("address", "size", "name"),
    [
        (f"{FLYER}?maand=2026-12", (148, 210), "wolfsbos-2026-12-flyer-a5.pdf"),
        (f"{FLYER}?maand=2026-12&formaat=a4", (297, 210), "wolfsbos-2026-12-flyer-a4.pdf"),
        (
            f"{FLYER}?maand=2026-12&stijl=groot&boekje=1",
            (297, 210),
            "wolfsbos-2026-12-flyer-boekje-groot.pdf",
        ),
        (f"{FOLDER}?maand=2026-12&taal=en", (297, 210), "wolfsbos-2026-12-vouwfolder-en.pdf"),
        (FOLDER, (297, 210), "wolfsbos-2026-11-vouwfolder.pdf"),
    ],
)
def test_each_opens_on_its_paper_under_a_name_that_says_what_it_is(
    helper: Browser, address: str, size: tuple[int, int], name: str
) -> None:
    opened = helper.get(address)
    assert opened.status_code == 200
    assert opened.mimetype == "application/pdf"
    assert opened.headers["Content-Disposition"] == f'inline; filename="{name}"'
    assert size_of(opened.data) == size
    again = helper.get(address, headers={"If-None-Match": opened.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        (f"{FLYER}?maand=2026-13", "Deze maand kennen we niet."),
        (f"{FLYER}?maand=%00", "Deze maand kennen we niet."),
        (f"{FLYER}?maand=9999-12", "Deze maand kennen we niet."),
        (f"{FLYER}?formaat=a3", "Dit papier kennen we niet. Kies a5 of a4."),
        (f"{FLYER}?formaat=%F0%9F%8E%84", "Dit papier kennen we niet."),
        (f"{FLYER}?taal=xx", "Deze taal kennen we niet."),
        (f"{FLYER}?boekje=1", "Een boekje is er in grote letters. Kies groot en a5."),
        (f"{FLYER}?boekje=1&stijl=zwartwit", "Een boekje is er in grote letters."),
        (f"{FLYER}?boekje=1&stijl=groot&formaat=a4", "Een boekje is er in grote letters."),
        (f"{FOLDER}?maand=1e70", "Deze maand kennen we niet."),
        (f"{FOLDER}?formaat=a5", "Dit papier kennen we niet. Dit blad is er in a4."),
        (f"{FOLDER}?stijl=paars", "Deze stijl kennen we niet."),
    ],
)
def test_a_wrong_choice_is_answered_with_a_sentence(
    helper: Browser, query: str, sentence: str
) -> None:
    answer = helper.get(query)
    assert answer.status_code == 400
    assert sentence in answer.text


@pytest.mark.parametrize("address", [FLYER, FOLDER])
def test_another_house_is_not_found_and_only_helpers_may_look(
    app: Flask, cast: Cast, address: str
) -> None:
    for person in (cast.volunteer, cast.coordinator):
        assert Browser(app, person).get(f"{address}?huis=knooppunt").status_code == 404
    assert Browser(app, cast.viewer).get(address).status_code == 403
    assert Browser(app, None).get(address).status_code == 303


@pytest.mark.slow
def test_the_page_offers_the_booklet_in_large_print_and_tells_how_to_set_the_printer(
    helper: Browser,
) -> None:
    assert 'name="boekje"' not in helper.get("/drukwerk").text
    shown = helper.get("/drukwerk?stijl=groot").text
    assert 'name="boekje"' in shown
    assert "Vouwfolder: dubbelzijdig, korte kant, 100%." in shown
