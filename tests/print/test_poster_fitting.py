"""Posters of odd months: much, little, long, with all that a house may add; none too small."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pdfplumber
import pytest
from peewee import Database
from PIL import Image

from documents.look import Look, Style
from documents.poster import Paper, poster
from documents.press import Press
from models import (
    Activity,
    Closure,
    House,
    HousePartner,
    Occurrence,
    OccurrenceState,
    OpeningHours,
    Partner,
    Rendering,
)
from rules.logos import clean_logo
from rules.pictures import shrink_photo
from rules.poster_edits import Chosen, save_edit
from tests.cast import make_activity, make_house, make_occurrence
from tests.print.sheets import assert_good_paper, assert_read_in_order, letters_of, text_of

NOW = dt.datetime(2026, 11, 26, 9)
DECEMBER = dt.date(2026, 12, 1)
STYLES: tuple[Style, ...] = ("kleur", "zwartwit", "groot")
SMALLEST = {"kleur": 12, "zwartwit": 12, "groot": 18}
GREETING = "\n".join(["Kom binnen en drink een kop koffie met wie er zit. " * 2] * 2)[:200]

pytestmark = pytest.mark.slow


@pytest.fixture
def house(database: Database) -> House:
    made = make_house("wolfsbos", "Huis van de Buurt Wolfsbos", street="Wolfsbosstraat 1")
    for weekday in range(5):
        OpeningHours.create(
            house=made, weekday=weekday, start_time=dt.time(9), end_time=dt.time(17)
        )
    return made


def hang(press: Press, house: House, paper: Paper = "a4", style: Style = "kleur") -> Rendering:
    """The poster of December, after a look at its paper."""
    made = poster(press, house, DECEMBER, paper, "https://b.example", NOW, Look("nl", style))
    assert_good_paper(bytes(made.bytes), smallest=SMALLEST[style])
    assert_read_in_order(bytes(made.bytes))
    return made


def on(house: House, title: str, days: list[int], **facts: object) -> Activity:
    activity = make_activity(house, title, **facts)
    for day in days:
        make_occurrence(activity, dt.date(2026, 12, day))
    return activity


def every(weekday: int) -> list[int]:
    return [day for day in range(1, 32) if dt.date(2026, 12, day).weekday() == weekday]


def many(house: House, weekly: int, single: int) -> None:
    for number in range(weekly):
        start = 9 + number // 5
        times = {"start_time": dt.time(start, 30), "end_time": dt.time(start + 1, 30)}
        on(house, f"Wekelijks met {number} buren", every(number % 5), cost_cents=0, **times)
    for number in range(single):
        on(house, f"Een keer met {number} buren", [1 + number * 2 % 28], sign_up="list")


def edit(house: House, **chosen: object) -> None:
    save_edit(house, DECEMBER, Chosen(**chosen), None, NOW, seen=0)  # type: ignore[arg-type]


def photo() -> dict[str, object]:
    out = BytesIO()
    Image.effect_noise((900, 600), 90).save(out, "JPEG")
    return {"photo": shrink_photo(out.getvalue()), "photo_words": "Samen aan tafel"}


def pages_of(pdf: bytes) -> list[str]:
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return [page.extract_text() or "" for page in opened.pages]


# -- much -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", ["kleur", "zwartwit"])
def test_twenty_series_with_ninety_dates_fit_one_a3(
    press: Press, house: House, style: Style
) -> None:
    many(house, 19, 2)
    assert Occurrence.select().count() == 90
    made = hang(press, house, "a3", style)
    assert made.pages == 1
    # The floors of print.md for an A3: day and time 21 points, the rest 12 of an A4.
    letters = letters_of(bytes(made.bytes))
    assert min(letter["size"] for letter in letters) >= 12 * 1.414 - 0.1


@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_forty_series_are_two_full_sheets_with_a_masthead_each(
    press: Press, house: House, paper: Paper
) -> None:
    many(house, 25, 15)
    made = hang(press, house, paper)
    assert made.pages == 2
    first, second = pages_of(bytes(made.bytes))
    assert "december 2026, blad 1 van 2" in first
    assert "december 2026, blad 2 van 2" in second
    for text in (first, second):
        assert "Vragen?" in text
        assert "0528-12 34 56" in text
    assert "Scan de code" not in first
    last = first.partition("\nOp blad 2 gaat het programma verder.")[0].splitlines()[-1]
    assert last not in ("Elke week", "Op deze dagen"), "no lone heading"
    with pdfplumber.open(BytesIO(bytes(made.bytes))) as opened:
        for page in opened.pages:
            words = page.extract_words()
            assert max(word["bottom"] for word in words) > 0.75 * float(page.height), "not empty"


def test_large_print_goes_on_over_sheets_that_say_which_they_are(
    press: Press, house: House
) -> None:
    many(house, 8, 4)
    made = hang(press, house, "a4", "groot")
    assert made.pages > 1
    for number, text in enumerate(pages_of(bytes(made.bytes))[1:], start=2):
        assert f"december 2026 {number} / {made.pages}" in text


# -- little ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", STYLES)
def test_one_activity_stands_large_on_its_sheet(press: Press, house: House, style: Style) -> None:
    on(house, "Bingo", [4])
    made = hang(press, house, "a4", style)
    assert made.pages == 1
    bingo = [each["size"] for each in letters_of(bytes(made.bytes)) if each["text"] == "B"]
    assert max(bingo) >= 29.9


@pytest.mark.parametrize("style", STYLES)
def test_nothing_to_do_is_a_friendly_sheet_also_without_a_phone(
    press: Press, house: House, style: Style
) -> None:
    house.phone = ""
    house.save()
    made = hang(press, house, "a4", style)
    assert made.pages == 1
    assert "Kom gerust langs voor een praatje. " in text_of(bytes(made.bytes))
    assert "Vragen? Kom gerust langs." in text_of(bytes(made.bytes))


def test_a_month_of_closures_is_one_sheet_that_says_so(press: Press, house: House) -> None:
    last = dt.date(2026, 12, 31)
    closure = Closure.create(
        house=house, first_date=DECEMBER, last_date=last, kind="closed", reason="Verbouwing"
    )
    many(house, 9, 3)
    Occurrence.update(state=OccurrenceState.cancelled, closure=closure).execute()
    made = hang(press, house)
    assert made.pages == 1
    assert "Dicht van 1 t/m 31 december." in text_of(bytes(made.bytes))


# -- long -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_twenty_partners_a_long_address_and_a_long_word_are_all_there(
    press: Press, house: House, paper: Paper, style: Style
) -> None:
    house.street = "Burgemeester van Limburg Stirumstraat 123, achterom bij de school aan het plein"
    assert len(house.street) == 79
    house.save()
    for number in range(20):
        partner = Partner.create(name=f"Stichting Samen Verder {number}")
        HousePartner.create(house=house, partner=partner, position=number)
    on(house, "Levensloopbestendigwonenvoorlichtingsbijeenkomst met koffie", every(3))
    made = hang(press, house, paper, style)
    text = text_of(bytes(made.bytes))
    for said in ("achterom bij de school", "Verder 0,", "Verder 19", "0528-12 34 56"):
        assert said in text
    if style == "groot":
        assert "- " in text.partition("Levensloop")[2][:45], "broken with a hyphen"


# -- what a house adds ----------------------------------------------------------------------------


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_a_greeting_of_200_letters_and_a_photo_stand_above_the_month(
    press: Press, house: House, paper: Paper, style: Style
) -> None:
    many(house, 6, 4)
    edit(house, greeting=GREETING, **photo())
    made = hang(press, house, paper, style)
    assert made.pages == 1 or style == "groot"
    text = text_of(bytes(made.bytes))
    assert text.index("Kom binnen") < text.index("Elke week")
    with pdfplumber.open(BytesIO(bytes(made.bytes))) as opened:
        assert any(image["srcsize"] == (900, 600) for image in opened.pages[0].images)


@pytest.mark.parametrize("style", STYLES)
def test_logos_stand_at_the_foot_and_names_of_who_has_none(
    press: Press, house: House, style: Style
) -> None:
    logo = clean_logo(
        b"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 90 30'>"
        b"<rect width='90' height='30' fill='#0a6'/></svg>"
    )
    for number in range(20):
        partner = Partner.create(name=f"Partner {number}", logo=logo if number % 2 else None)
        HousePartner.create(house=house, partner=partner, position=number)
    many(house, 6, 4)
    text = text_of(bytes(hang(press, house, "a4", style).bytes))
    assert "Partner 4" in text
    assert "Partner 5" not in text


def test_what_is_left_out_is_admitted_and_its_exceptions_go_too(press: Press, house: House) -> None:
    choir = on(house, "Zangkoor", every(2)[:-1])
    on(house, "Bingo", [4])
    before = text_of(bytes(hang(press, house).bytes))
    assert "Zangkoor" in before
    assert "nog meer" not in before
    edit(house, left_out=[choir.id])
    text = text_of(bytes(hang(press, house).bytes))
    assert "Zangkoor" not in text
    assert "Er is nog meer te doen. Kijk op b.example/h/wolfsbos of vraag het ons." in text


def test_what_stands_out_and_the_order_are_the_house_s(press: Press, house: House) -> None:
    bingo = on(house, "Bingo", [4])
    on(house, "Zangkoor", every(2))
    edit(house, highlights="one", highlight=bingo.id, blocks="band-weekly-listed")
    text = text_of(bytes(hang(press, house).bytes))
    assert text.index("Bingo vrijdag 4 december") < text.index("Elke week")
    assert "Op deze dagen" not in text


def test_an_edit_names_another_poster_and_the_same_edit_the_same(
    press: Press, house: House
) -> None:
    on(house, "Bingo", [4])
    seen = {hang(press, house).fingerprint}
    for number, told in enumerate(
        ({"greeting": "Hallo"}, {"greeting": "Hallo", **photo()}, {"highlights": "none"})
    ):
        chosen = Chosen(no_photo=number == 2, **told)  # type: ignore[arg-type]
        save_edit(house, DECEMBER, chosen, None, NOW, seen=number)
        fingerprint = hang(press, house).fingerprint
        if number < 2:
            assert fingerprint not in seen
        else:
            assert fingerprint in seen, "nothing stood out: the page is as it was"
        seen.add(fingerprint)
