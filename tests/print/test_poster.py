"""The poster of the real houses: true, on one sheet, legible, and readable by a screen reader."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Literal

import page as validator
import pytest
from peewee import Database

from documents import poster as posters
from documents.month import month_of_house
from documents.poster import poster, poster_page
from documents.press import MissingGlyph, Press
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
from rules.closed_days import closed_days
from rules.month_words import Slot, dates_of
from tests.cast import make_activity, make_house, make_occurrence
from tests.print.programme import make_programme
from tests.print.sheets import assert_apart, first_page, fonts_of, letters_of, text_of

Paper = Literal["a3", "a4"]
NOW = dt.datetime(2026, 11, 26, 9)
NOVEMBER, DECEMBER = dt.date(2026, 11, 1), dt.date(2026, 12, 1)
BASE = "https://buurtbord.example"
MILLIMETRE = 72 / 25.4


@pytest.fixture
def houses(database: Database) -> dict[str, House]:
    return make_programme()


@pytest.fixture
def house(database: Database) -> House:
    """A house with nothing in it but its hours."""
    made = make_house("wolfsbos", "Huis van de Buurt Wolfsbos")
    for weekday in range(5):
        OpeningHours.create(
            house=made, weekday=weekday, start_time=dt.time(9), end_time=dt.time(17)
        )
    return made


def hang(press: Press, house: House, month: dt.date = DECEMBER, paper: Paper = "a4") -> Rendering:
    return poster(press, house, month, paper, BASE, NOW)


def weekly(house: House, title: str, days: list[int], **facts: object) -> list[Occurrence]:
    """An activity with dates on these days of December 2026."""
    activity = make_activity(house, title, **facts)
    return [make_occurrence(activity, dt.date(2026, 12, day)) for day in days]


# -- the sheet ------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["a3", "a4"])
@pytest.mark.parametrize("month", [NOVEMBER, DECEMBER])
@pytest.mark.parametrize("slug", ["wolfsbos", "knooppunt"])
def test_the_real_months_are_one_legible_valid_sheet(
    press: Press, houses: dict[str, House], slug: str, month: dt.date, paper: Paper
) -> None:
    made = hang(press, houses[slug], month, paper)
    pdf = bytes(made.bytes)
    assert made.pages == 1
    report = validator.validate_pdf_bytes(pdf, profile="ua1")
    assert report.is_compliant, [failure.message for failure in report.failures]

    letters = letters_of(pdf)
    assert min(letter["size"] for letter in letters) >= 12
    assert max(letter["size"] for letter in letters) >= 64
    with first_page(pdf) as sheet:
        width, height = float(sheet.width), float(sheet.height)
    wanted = (842, 1191) if paper == "a3" else (595, 842)
    assert (round(width), round(height)) == wanted
    edge = 8 * MILLIMETRE
    for letter in letters:
        assert edge <= letter["x0"] <= letter["x1"] <= width - edge, letter["text"]
        assert edge <= letter["top"] <= letter["bottom"] <= height - edge, letter["text"]


@pytest.mark.slow
@pytest.mark.parametrize("slug", ["wolfsbos", "knooppunt"])
def test_day_and_time_are_21_points_on_a3(
    press: Press, houses: dict[str, House], slug: str
) -> None:
    pdf = bytes(hang(press, houses[slug], DECEMBER, "a3").bytes)
    with first_page(pdf) as sheet:
        words = sheet.extract_words(extra_attrs=["size"])
    days_and_times = [
        word
        for word in words
        if word["text"] in ("Maandag", "Donderdag", "di", "za", "wo", "ma")
        or (word["text"][0].isdigit() and "." in word["text"] and word["x0"] < 400)
    ]
    assert len(days_and_times) > 10
    assert min(word["size"] for word in days_and_times) >= 21


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["a3", "a4"])
@pytest.mark.parametrize("slug", ["wolfsbos", "knooppunt"])
def test_no_two_words_stand_on_top_of_each_other(
    press: Press, houses: dict[str, House], slug: str, paper: Paper
) -> None:
    with first_page(bytes(hang(press, houses[slug], DECEMBER, paper).bytes)) as sheet:
        words = sheet.extract_words(extra_attrs=["size"])
    assert_apart(words)


def test_all_fonts_are_embedded_and_ours(press: Press, houses: dict[str, House]) -> None:
    fonts = fonts_of(bytes(hang(press, houses["wolfsbos"]).bytes))
    assert fonts
    for font in fonts:
        assert font[-5] == "yes", "embedded"
        assert "Andika" in font[0] or "Bricolage" in font[0]


# -- what it says ---------------------------------------------------------------------------------


@pytest.mark.slow
def test_december_at_wolfsbos_says_what_was_worked_out_by_hand(
    press: Press, houses: dict[str, House]
) -> None:
    text = text_of(bytes(hang(press, houses["wolfsbos"]).bytes))
    for said in (
        "Loop gewoon binnen. maandag t/m vrijdag 9.00–17.00 uur",
        "Maandag 13.30–16.00 Creatief atelier €2,50 incl. koffie",
        "Dinsdag 9.30–10.30 Rustig bewegen gratis",
        "Woensdag 14.00–16.00 Muziek maken gratis",
        "Donderdag 9.30–10.30 Rustig bewegen gratis 10.00–16.00 Inloop met koffie gratis",
        "di 1 en 15 16.30–19.00 Samen koken €3",
        "wo 2 en 16 9.30–11.30 Spreekuur Wmo gratis",
        "wo 9 19.00–21.00 Workshop bloemschikken €10",
        "za 12 10.00–13.00 Repair Café vrijwillige bijdrage",
        "Samen lunchen donderdag 24 december, 12.00–13.30 uur €3,50, opgeven aan de balie",
        "Dicht op vrijdag 25 en donderdag 31 december, en vrijdag 1 januari.",
        "Samen lunchen is op donderdag 24 december in plaats van 31 december.",
        "In de kerstvakantie (19 december t/m 3 januari): geen Samen koken.",
        "Vragen? Kom langs of bel 0528-12 34 56",
        "Wolfsbosstraat 1, Hoogeveen",
        "Verslavingszorg Noord Nederland",
    ):
        assert said in text, said
    with first_page(bytes(hang(press, houses["wolfsbos"]).bytes)) as sheet:
        heading = "".join(letter["text"] for letter in sheet.chars)
    assert heading.startswith("Huis van de Buurt WolfsbosLoop gewoon binnen.")
    assert "december 2026Elke week" in heading
    assert text.count("Inloop met koffie") == 1, "in the fewest words"


def test_november_at_wolfsbos_has_nothing_to_mind(press: Press, houses: dict[str, House]) -> None:
    text = text_of(bytes(hang(press, houses["wolfsbos"], NOVEMBER).bytes))
    for said in (
        "di 3 en 17 16.30–19.00 Samen koken",
        "wo 4 en 18 9.30–11.30 Spreekuur Wmo",
        "za 14 10.00–13.00 Repair Café",
        "Samen lunchen donderdag 26 november, 12.00–13.30 uur",
    ):
        assert said in text, said
    assert "Let op" not in text


@pytest.mark.slow
def test_december_at_knooppunt_says_what_was_worked_out_by_hand(
    press: Press, houses: dict[str, House]
) -> None:
    text = text_of(bytes(hang(press, houses["knooppunt"]).bytes))
    for said in (
        "Maandag 9.30 Rummikub",
        "Woensdag 9.45 Zangkoor",
        "14.00–16.00 Geheugeninloop",
        "vr 4 en 18 19.00–22.00 Spelavond",
        "za 5 19.30 55+ alleenstaanden",
        "ma 7 en 21 13.45 Bingo",
        "Dicht op vrijdag 25 december.",
        "In de kerstvakantie (19 december t/m 3 januari): geen Geheugeninloop.",
    ):
        assert said in text, said


@pytest.mark.parametrize("month", [NOVEMBER, DECEMBER, dt.date(2027, 1, 1)])
@pytest.mark.parametrize("slug", ["wolfsbos", "knooppunt"])
def test_the_words_and_the_database_have_the_same_dates(
    houses: dict[str, House], slug: str, month: dt.date
) -> None:
    house = houses[slug]
    facts = month_of_house(house, month)
    closed = frozenset(closed_days(house, facts.first, facts.last))
    said = {
        (series.title, slot)
        for series in facts.series
        for slot in dates_of(series.spoken, month, closed)
    }
    rows = (
        Occurrence.select(Occurrence, Activity)
        .join(Activity)
        .where(
            Occurrence.house == house,
            Occurrence.state != OccurrenceState.cancelled,
            Occurrence.date.between(facts.first, facts.last),
        )
    )
    assert said == {
        (row.activity.title, Slot(row.date, row.start_time, row.end_time)) for row in rows
    }
    assert said


def test_dates_that_differ_are_told_under_let_op(press: Press, house: House) -> None:
    thursdays = weekly(house, "Inloop met koffie", [3, 10, 17, 24, 31])
    thursdays[2].state = OccurrenceState.cancelled
    thursdays[2].save()
    thursdays[3].date, thursdays[3].state = dt.date(2026, 12, 23), OccurrenceState.moved
    thursdays[3].save()
    fridays = weekly(house, "Muziek maken", [4, 11, 18, 25])
    fridays[3].end_time = dt.time(12)
    fridays[3].save()
    text = text_of(bytes(hang(press, house).bytes))
    assert "Donderdag 10.00–16.00 Inloop met koffie" in text
    assert "Donderdag 17 december: geen Inloop met koffie." in text
    assert (
        "Inloop met koffie is op woensdag 23 december in plaats van donderdag 24 december." in text
    )
    assert "Vrijdag 10.00–16.00 Muziek maken" in text
    assert "Vrijdag 25 december: Muziek maken is 10.00–12.00 uur." in text
    assert "Op deze dagen" not in text


def test_unpublished_activities_and_those_of_the_other_house_stay_away(
    press: Press, house: House
) -> None:
    weekly(house, "Geheim plan", [3, 10, 17, 24, 31], published=False)
    other = make_house("knooppunt", "Het Knooppunt")
    weekly(other, "Bingo", [3, 10, 17, 24, 31])
    text = text_of(bytes(hang(press, house).bytes))
    assert "Geheim plan" not in text
    assert "Bingo" not in text


def test_the_qr_code_is_described_with_its_address(houses: dict[str, House]) -> None:
    page = poster_page(month_of_house(houses["wolfsbos"], DECEMBER), "a4", BASE)
    assert f"{BASE}/h/wolfsbos/" in page.candidates[0]


def test_the_facts_take_a_fixed_number_of_queries(
    houses: dict[str, House], database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    execute = database.execute_sql

    def count(sql: str, *args: object) -> object:
        asked.append(sql)
        return execute(sql, *args)

    monkeypatch.setattr(database, "execute_sql", count)
    for slug in ("wolfsbos", "knooppunt"):
        asked.clear()
        month_of_house(houses[slug], DECEMBER)
        assert len(asked) == 7


# -- odd months -----------------------------------------------------------------------------------


def test_an_empty_month_is_a_poster_with_a_next_step(press: Press, house: House) -> None:
    made = hang(press, house)
    assert made.pages == 1
    assert "nog niets in het programma. Kom gerust langs" in text_of(bytes(made.bytes))
    assert validator.is_pdf_compliant_bytes(bytes(made.bytes), profile="ua1")


def test_a_month_of_closures_is_told_in_one_sentence(press: Press, house: House) -> None:
    Closure.create(
        house=house,
        first_date=DECEMBER,
        last_date=dt.date(2026, 12, 31),
        kind="closed",
        reason="Verbouwing",
    )
    assert "Dicht van 1 t/m 31 december." in text_of(bytes(hang(press, house).bytes))


def test_a_house_without_hours_phone_partners_or_programme_still_prints(
    press: Press, database: Database
) -> None:
    bare = House.create(slug="nieuw", name="Nieuw huis")
    made = hang(press, bare)
    assert made.pages == 1
    assert validator.is_pdf_compliant_bytes(bytes(made.bytes), profile="ua1")


@pytest.mark.slow
def test_long_names_break_nothing(press: Press, database: Database) -> None:
    house = make_house(
        "lang",
        "Huis van de Buurt aan de Burgemeester van Limburg Stirumstraat in Hoogeveen-Zuid",
        street="Burgemeester van Limburg Stirumstraat 123 achterom bij de school",
        postcode="7901 AB",
    )
    for number in range(12):
        partner = Partner.create(name=f"Stichting met een behoorlijk lange naam, nummer {number}")
        HousePartner.create(house=house, partner=partner, position=number)
    for weekday in range(7):
        OpeningHours.create(
            house=house, weekday=weekday, start_time=dt.time(9 + weekday), end_time=dt.time(17)
        )
    title = "Gezellig samen bewegen op muziek voor iedereen uit de buurt!"
    assert len(title) == 60
    weekly(house, title, [3, 10, 17, 24, 31], cost_cents=1250, cost_note="x" * 50)
    weekly(house, title, [5], highlighted=True, audience="voor ouderen " * 5)
    for paper in ("a3", "a4"):
        pdf = bytes(hang(press, house, DECEMBER, paper).bytes)
        letters = letters_of(pdf)
        edge = 8 * MILLIMETRE
        with first_page(pdf) as sheet:
            right, bottom = float(sheet.width) - edge, float(sheet.height) - edge
        assert min(letter["size"] for letter in letters) >= 12
        assert max(letter["x1"] for letter in letters) <= right
        assert max(letter["bottom"] for letter in letters) <= bottom
        assert validator.is_pdf_compliant_bytes(pdf, profile="ua1")


@pytest.mark.slow
@pytest.mark.parametrize("paper", ["a3", "a4"])
def test_too_much_for_one_sheet_is_two_sheets_and_no_smaller_text(
    press: Press, house: House, paper: Paper
) -> None:
    for number in range(45):
        weekly(house, f"Activiteit nummer {number}", [7 + number % 5])
    made = hang(press, house, DECEMBER, paper)
    assert made.pages == 2
    floor = 12 if paper == "a4" else 17
    assert min(letter["size"] for letter in letters_of(bytes(made.bytes))) >= floor
    assert validator.is_pdf_compliant_bytes(bytes(made.bytes), profile="ua1")


def test_html_in_a_title_is_text(press: Press, house: House) -> None:
    weekly(house, "Koffie & <b>koek</b>", [3, 10, 17, 24, 31])
    assert "Koffie & <b>koek</b>" in text_of(bytes(hang(press, house).bytes))


def test_no_word_of_a_title_is_taken_for_a_size_of_the_page(database: Database) -> None:
    house = make_house("wolfsbos", "Huis FOOT")
    weekly(house, "SIZE FOOTBALL", [3, 10], summary="LAYOUT, AIR en FOOT")
    for candidate in poster_page(month_of_house(house, DECEMBER), "a4", BASE).candidates:
        assert candidate.count("Huis FOOT") == 2, "in the title and on the sheet"
        assert "SIZE FOOTBALL" in candidate


def test_a_picture_letter_in_a_title_is_named(press: Press, house: House) -> None:
    weekly(house, "Kerstdiner 🎄", [24])
    with pytest.raises(MissingGlyph) as caught:
        hang(press, house)
    assert caught.value.text == "Kerstdiner 🎄"
    assert Rendering.select().count() == 0


# -- finished posters are kept --------------------------------------------------------------------


def test_the_same_poster_is_rendered_once(press: Press, houses: dict[str, House]) -> None:
    first = hang(press, houses["wolfsbos"])
    before = press.renders
    assert hang(press, houses["wolfsbos"]).id == first.id
    assert press.renders == before


@pytest.mark.slow
def test_a_change_that_is_not_on_the_poster_keeps_the_file(
    press: Press, houses: dict[str, House]
) -> None:
    first = hang(press, houses["wolfsbos"])
    Activity.update(capacity=99).where(Activity.house == houses["wolfsbos"]).execute()
    assert hang(press, houses["wolfsbos"]).fingerprint == first.fingerprint
    Activity.update(title="Koffietijd").where(Activity.title == "Inloop met koffie").execute()
    assert hang(press, houses["wolfsbos"]).fingerprint != first.fingerprint


def test_twenty_askers_of_one_new_poster_cause_one_render(
    press: Press, houses: dict[str, House], database: Database
) -> None:
    page = posters.poster_page(month_of_house(houses["wolfsbos"], DECEMBER), "a4", BASE)
    before, start = press.renders, threading.Barrier(20)
    answers: list[bytes] = []

    def ask() -> None:
        with database.connection_context():
            start.wait()
            answers.append(bytes(posters.printed(press, page, NOW).bytes))

    askers = [threading.Thread(target=ask) for _ in range(20)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join()
    assert len(answers) == 20
    assert len(set(answers)) == 1
    assert press.renders == before + 1
    assert Rendering.select().count() == 1


def test_old_posters_are_thrown_away(press: Press, house: House) -> None:
    old = poster(press, house, NOVEMBER, "a4", BASE, NOW - dt.timedelta(days=61))
    hang(press, house)
    assert [row.fingerprint for row in Rendering.select()] != [old.fingerprint]
    assert Rendering.select().count() == 1
