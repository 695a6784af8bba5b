"""The flyer: short, whole on its paper, and true in what it names."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from io import BytesIO

import pdfplumber
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from peewee import Database
from pikepdf import Name, Pdf

from documents.flyer import Paper, flyer, flyer_page
from documents.folder import folder_page
from documents.look import PLAIN, Look
from documents.month import MonthOfHouse, Series, month_of_house
from documents.notes import notes
from documents.press import Press
from documents.renderings import printed
from documents.shorter import MOST_ROWS, shorter, without_the_known
from models import Closure, House, Occurrence, OccurrenceState, PosterEdit, PosterLeftOut
from rules.month_words import Happening, Listed, Spoken, Weekly, dates_of, say_month
from tests.cast import make_activity, make_house, make_occurrence
from tests.print.programme import make_programme
from tests.print.sheets import assert_good_paper, letters_of, read_aloud, text_of
from tests.test_month_words import months

NOW = dt.datetime(2026, 11, 26, 9)
DECEMBER = dt.date(2026, 12, 1)
BASE = "https://buurtbord.example"
MILLIMETRE = 72 / 25.4
WOLFSBOS = "buurtbord.example/h/wolfsbos"


@pytest.fixture
def houses(database: Database) -> dict[str, House]:
    return make_programme()


@pytest.fixture
def house(database: Database) -> House:
    return make_house("wolfsbos", "Huis van de Buurt Wolfsbos", street="Wolfsbosstraat 1")


def give(
    press: Press, house: House, paper: Paper = "a5", look: Look = PLAIN, month: dt.date = DECEMBER
) -> bytes:
    return bytes(flyer(press, house, month, paper, BASE, NOW, look).bytes)


def weekly(house: House, title: str, days: list[int], **facts: object) -> list[Occurrence]:
    """An activity with dates on these days of December 2026."""
    activity = make_activity(house, title, **facts)
    return [make_occurrence(activity, dt.date(2026, 12, day)) for day in days]


def busy(house: House, number: int = 40) -> None:
    """So many activities, on weekdays all over the week."""
    for n in range(number):
        first = 1 + n % 7
        weekly(house, f"Activiteit nummer {n}", list(range(first, 32, 7)))


# -- the sheet ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["a5", "a4"])
@pytest.mark.parametrize("slug", ["wolfsbos", "knooppunt"])
def test_the_real_months_are_one_good_sheet(
    press: Press, houses: dict[str, House], slug: str, paper: Paper
) -> None:
    made = flyer(press, houses[slug], DECEMBER, paper, BASE, NOW)
    pdf = bytes(made.bytes)
    assert made.pages == 1
    assert_good_paper(pdf)
    with pdfplumber.open(BytesIO(pdf)) as opened:
        size = [round(float(each) / MILLIMETRE) for each in opened.pages[0].bbox[2:]]
    assert size == ([148, 210] if paper == "a5" else [297, 210])


def test_on_an_a4_it_stands_twice_and_is_read_aloud_once(
    press: Press, houses: dict[str, House]
) -> None:
    pdf = give(press, houses["wolfsbos"], "a4")
    with pdfplumber.open(BytesIO(pdf)) as opened:
        sheet = opened.pages[0]
        middle = float(sheet.width) / 2
        left = sheet.crop((0, 0, middle, sheet.height))
        right = sheet.crop((middle, 0, sheet.width, sheet.height))
        assert left.extract_text() == right.extract_text()
        assert [each["top"] for each in left.chars] == pytest.approx(
            [each["top"] for each in right.chars], abs=0.2
        )
        # Nothing lies where the knife goes.
        for letter in sheet.chars:
            assert letter["x1"] < middle - 8 * MILLIMETRE or letter["x0"] > middle + 8 * MILLIMETRE
    assert text_of(pdf).count("Inloop met koffie") == 2
    assert read_aloud(pdf).count("Inloop met koffie") == 1
    assert read_aloud(pdf) == read_aloud(give(press, houses["wolfsbos"], "a5"))


def test_december_at_wolfsbos_says_what_was_worked_out_by_hand(
    press: Press, houses: dict[str, House]
) -> None:
    aloud = read_aloud(give(press, houses["wolfsbos"]))
    for said in (
        "Huis van de Buurt Wolfsbos december 2026",
        "Loop gewoon binnen. Maandag t/m vrijdag 9.00–17.00 uur",
        "Maandag 13.30–16.00 Creatief atelier",
        "Donderdag 9.30–10.30 Rustig bewegen gratis 10.00–16.00 Inloop met koffie gratis",
        "di 1 en 15 16.30–19.00 Samen koken",
        "za 12 10.00–13.00 Repair Café",
        "Samen lunchen donderdag 24 december",
        "Dicht op vrijdag 25 en donderdag 31 december",
        "0528-12 34 56 Wolfsbosstraat 1, Hoogeveen",
    ):
        assert said in aloud, said
    assert "Meer:" not in aloud, "all of it is there"


@pytest.mark.slow
def test_every_code_reads_from_the_page_at_100_dpi(press: Press, houses: dict[str, House]) -> None:
    facts = month_of_house(houses["wolfsbos"], DECEMBER)
    for page, number in (
        (flyer_page(facts, "a5", BASE), 1),
        (flyer_page(facts, "a4", BASE), 2),
        (folder_page(facts, BASE), 1),
    ):
        with pypdfium2.PdfDocument(bytes(printed(press, page, NOW).bytes)) as opened:
            drawn = opened[0].render(scale=100 / 72).to_pil()
        codes = [code.text for code in zxingcpp.read_barcodes(drawn)]
        assert codes == [f"{BASE}/h/wolfsbos/"] * number


# -- when it is too much --------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("number", [30, 40, 90])
def test_what_does_not_fit_is_left_out_and_the_flyer_says_where_it_stands(
    press: Press, house: House, number: int
) -> None:
    busy(house, number)
    for paper in ("a5", "a4"):
        pdf = give(press, house, paper)
        assert_good_paper(pdf)
        with pdfplumber.open(BytesIO(pdf)) as opened:
            assert len(opened.pages) == 1
        aloud = read_aloud(pdf)
        assert f"Meer: {WOLFSBOS}" in aloud
        assert 8 <= aloud.count("Activiteit nummer") < number


def test_what_is_named_keeps_its_exceptions_and_what_is_not_is_not_told_of(house: House) -> None:
    busy(house, 30)
    thursdays = weekly(house, "Inloop met koffie", [3, 10, 17, 24, 31])
    thursdays[2].state = OccurrenceState.cancelled
    thursdays[2].save()
    facts = month_of_house(house, DECEMBER)
    steps = list(shorter(without_the_known(facts)))
    named = [{series.title for series in less.series} for less in steps]
    assert {"Inloop met koffie"} < named[0], "what is for meeting can wait least"
    for less, titles in zip(steps, named, strict=True):
        told = "Donderdag 17 december: geen Inloop met koffie." in notes(less)
        assert told == ("Inloop met koffie" in titles)


def test_each_step_leaves_out_more_until_nothing_is_left(house: House) -> None:
    busy(house, 60)
    steps = [len(less.series) for less in shorter(month_of_house(house, DECEMBER))]
    assert steps[0] <= MOST_ROWS
    assert steps == sorted(set(steps), reverse=True)
    assert steps[-1] == 0


def series(title: str, *told: Weekly | Listed, **facts: object) -> Series:
    made = Series(title, "", "sport", 0, "", "", "", False, False, Spoken())
    spoken = Spoken(
        weekly=tuple(each for each in told if isinstance(each, Weekly)),
        listed=tuple(each for each in told if isinstance(each, Listed)),
    )
    return replace(made, spoken=spoken, **facts)  # type: ignore[arg-type]


def test_the_least_urgent_goes_first() -> None:
    nine, ten = dt.time(9), dt.time(10)
    dated = [
        series(f"dag {day}", Listed((dt.date(2026, 12, day),), nine, ten))
        for day in (20, 3, 27, 9, 14)
    ]
    every = [
        *dated,
        series("lunch", Weekly(3, nine, ten), highlighted=True),
        series("inloop", Weekly(3, nine, ten), category="meet"),
        series("fit", Weekly(3, nine, ten)),
        series("cursus", Weekly(3, nine, ten), sign_up=True),
        series("dans", Weekly(3, nine, ten), cost_cents=250),
        series("maandag", Weekly(0, nine, ten), sign_up=True),
    ]
    facts = MonthOfHouse(
        "wolfsbos",
        "Wolfsbos",
        "",
        "",
        "",
        DECEMBER,
        dt.date(2026, 12, 31),
        tuple(every),
        (),
        {},
        (),
    )
    left = [[each.title for each in less.series] for less in shorter(facts)]
    before = [each.title for each in every]
    gone = []
    for titles in left:
        gone += [title for title in before if title not in titles]
        before = titles
    assert gone == [
        *("dag 27", "dag 20"),
        *("cursus", "dans", "fit", "maandag", "inloop"),
        *("dag 14", "dag 9", "dag 3", "lunch"),
    ]


@pytest.mark.slow
@given(months())
def test_no_date_is_lost_when_known_exceptions_are_not_told(
    drawn: tuple[dt.date, list[Happening], frozenset[dt.date]],
) -> None:
    month, happenings, closed = drawn
    spoken = say_month(happenings, month, closed)
    facts = MonthOfHouse(
        "w", "W", "", "", "", month, month, (replace(series("x"), spoken=spoken),), (), {}, ()
    )
    short = without_the_known(facts).series[0].spoken
    assert dates_of(short, month, closed) == dates_of(spoken, month, closed)


def test_what_the_house_leaves_out_of_its_poster_is_not_on_the_flyer_either(
    press: Press, house: House
) -> None:
    weekly(house, "Muziek maken", [2, 9, 16, 23, 30])
    left_out = weekly(house, "Klaverjassen", [3, 10, 17, 24, 31])[0].activity
    edit = PosterEdit.create(house=house, month=DECEMBER, sequence=1)
    PosterLeftOut.create(edit=edit, activity=left_out)
    aloud = read_aloud(give(press, house))
    assert "Muziek maken" in aloud
    assert "Klaverjassen" not in aloud
    assert f"Meer: {WOLFSBOS}" in aloud


# -- large print, and the booklet -----------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["a5", "a4"])
def test_large_print_is_18_points_on_more_pages(
    press: Press, houses: dict[str, House], paper: Paper
) -> None:
    pdf = give(press, houses["wolfsbos"], paper, Look("nl", "groot"))
    assert_good_paper(pdf)
    assert min(letter["size"] for letter in letters_of(pdf)) >= 17.99
    with pdfplumber.open(BytesIO(pdf)) as opened:
        assert len(opened.pages) == (4 if paper == "a5" else 2)
        assert "0528-12 34 56" in (opened.pages[-1].extract_text() or "")
    assert read_aloud(pdf).count("0528-12 34 56") == 1


@pytest.mark.slow
def test_large_print_leaves_out_what_two_sides_of_a_sheet_cannot_hold(
    press: Press, house: House
) -> None:
    busy(house, 90)
    look = Look("nl", "groot")
    for paper, pages in (("a5", 8), ("a4", 2)):
        pdf = give(press, house, paper, look)  # type: ignore[arg-type]
        assert_good_paper(pdf)
        with pdfplumber.open(BytesIO(pdf)) as opened:
            assert len(opened.pages) <= pages
        assert f"Meer: {WOLFSBOS}" in read_aloud(pdf)


@pytest.mark.slow
def test_the_booklet_is_the_reading_copy_laid_out_for_folding(
    press: Press, houses: dict[str, House]
) -> None:
    facts = month_of_house(houses["wolfsbos"], DECEMBER)
    look = Look("nl", "groot")
    reading = flyer_page(facts, "a5", BASE, look)
    folded = flyer_page(facts, "a5", BASE, look, as_booklet=True)
    assert reading.fingerprint != folded.fingerprint
    made = printed(press, folded, NOW)
    assert made.pages == 2
    with Pdf.open(BytesIO(bytes(made.bytes))) as opened:
        assert len(opened.pages) == 2
        assert Name.StructTreeRoot not in opened.Root
    with pdfplumber.open(BytesIO(bytes(made.bytes))) as opened:
        front = opened.pages[0]
        middle = float(front.width) / 2
        back = front.crop((0, 0, middle, front.height)).extract_text() or ""
        cover = front.crop((middle, 0, front.width, front.height)).extract_text() or ""
    assert "0528-12 34 56" in back
    assert "december" in cover


# -- odd months -----------------------------------------------------------------------------------


def test_an_empty_month_is_a_flyer_with_a_next_step(press: Press, house: House) -> None:
    pdf = give(press, house)
    assert_good_paper(pdf)
    assert "nog niets in het programma. Kom gerust langs" in read_aloud(pdf)


@pytest.mark.slow
def test_a_month_of_closures_is_told_in_one_sentence(press: Press, house: House) -> None:
    Closure.create(
        house=house, first_date=DECEMBER, last_date=dt.date(2026, 12, 31), kind="closed", reason=""
    )
    assert "Dicht van 1 t/m 31 december." in text_of(give(press, house))


@pytest.mark.slow
@pytest.mark.parametrize("style", ["kleur", "zwartwit", "groot"])
def test_long_names_break_nothing(press: Press, database: Database, style: str) -> None:
    house = make_house(
        "lang",
        "Huis van de Buurt aan de Burgemeester van Limburg Stirumstraat in Hoogeveen-Zuid",
        street="Burgemeester van Limburg Stirumstraat 123 achterom bij de school",
        postcode="7901 AB",
    )
    title = "Gezellig samen bewegen op muziek voor iedereen uit de buurt!"
    weekly(house, title, [3, 10, 17, 24, 31], cost_cents=1250, cost_note="x" * 50)
    weekly(house, title, [5], highlighted=True, audience="voor ouderen " * 5)
    for paper in ("a5", "a4"):
        pdf = give(press, house, paper, Look("nl", style))  # type: ignore[arg-type]
        assert_good_paper(pdf)
        assert title in read_aloud(pdf).replace("- ", "")
