"""The roster sheet: what hangs on the wall is what the roster says, and can be written on."""

from __future__ import annotations

import datetime as dt
from io import BytesIO

import pdfplumber
import pytest
from peewee import Database

from documents.look import PLAIN, STYLES, Look, Style
from documents.press import MissingGlyph, Press
from documents.renderings import Page, printed
from documents.roster_days import roster_days
from documents.roster_sheet import Stretch, month_stretch, roster_page, week_stretch
from models import Closure, Place, PlaceState, Seat, Shift, ShiftState
from tests.cast import Cast, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.print.sheets import assert_good_paper, read_aloud, text_of

BASE = "https://buurtbord.example"
MONDAY, FRIDAY = dt.date(2026, 11, 30), dt.date(2026, 12, 4)
WEEK = week_stretch(MONDAY)
DECEMBER = month_stretch(FRIDAY)


def hang(press: Press, cast: Cast, stretch: Stretch = WEEK, look: Look = PLAIN) -> bytes:
    page = roster_page(cast.wolfsbos, stretch, TODAY, BASE, look)
    return bytes(printed(press, page, NOW).bytes)


def page_of(cast: Cast) -> Page:
    return roster_page(cast.wolfsbos, WEEK, TODAY, BASE)


def seats_of(shift: Shift) -> list[Seat]:
    return list(shift.seats.order_by(Seat.position))


# -- what it says ---------------------------------------------------------------------------------


def test_a_week_says_who_comes_what_is_open_and_who_seeks_cover(press: Press, cast: Cast) -> None:
    morning = make_shift(cast.wolfsbos, MONDAY, seats=3, title="Gastvrouw, ochtend")
    first, second, third = seats_of(morning)
    make_place(first, cast.key_holder, NOW)
    make_place(second, cast.volunteer, NOW, state=PlaceState.seeking_cover)
    Seat.update(required=False).where(Seat.id == third.id).execute()
    make_shift(cast.wolfsbos, FRIDAY, title="Opening en sleutel", qualification="key_holder")
    pdf = hang(press, cast)
    text = text_of(pdf)
    for said in (
        "Huis van de Buurt Wolfsbos Rooster week 49 30 november t/m 6 december 2026",
        "Er is nog 1 plek open. Kun je helpen? Schrijf je naam op een lijn.",
        "Maandag 30 november 9.45–13.00 Gastvrouw, ochtend Anneke extra Joop zoekt vervanging",
        "Vrijdag 4 december 9.45–13.00 Opening en sleutel open voor: sleutelhouder",
        "Kun je niet? Bel 0528-12 34 56",
        "Bijgewerkt op donderdag 26 november.",
    ):
        assert said in text, said
    for day in ("Dinsdag", "Zondag", "gaat niet door", "Dicht"):
        assert day not in text
    assert_good_paper(pdf)


def test_names_are_first_names_told_apart_and_no_more(press: Press, cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, MONDAY, seats=2)
    seat, other = seats_of(shift)
    make_place(seat, cast.volunteer, NOW)
    Place.create(
        house=cast.wolfsbos,
        shift=shift,
        seat=other,
        name="Tante Sjaan",
        how="by_phone",
        at=NOW,
        changed_at=NOW,
    )
    cast.volunteer.phone = "0612345678"
    cast.volunteer.save()
    text = text_of(hang(press, cast))
    assert "Joop, Tante Sjaan" in text
    assert "Berg" not in text
    assert "06 12" not in text


def test_roles_are_told_where_a_shift_has_several(press: Press, cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, MONDAY, seats=3, title="Kookploeg")
    cook, help_, extra = seats_of(shift)
    Seat.update(role="Kok").where(Seat.id == cook.id).execute()
    Seat.update(role="Hulp").where(Seat.id.in_([help_.id, extra.id])).execute()
    Seat.update(required=False).where(Seat.id == extra.id).execute()
    make_place(cook, cast.key_holder, NOW)
    make_place(help_, cast.volunteer, NOW)
    text = text_of(hang(press, cast))
    assert "Kookploeg Kok: Anneke Hulp: Joop extra" in text
    assert "plek open" not in text, "what may stay empty is not asked for"
    assert "Schrijf je naam op een lijn." in text


def test_a_cancelled_shift_is_off_and_asks_for_nobody(press: Press, cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, MONDAY, state=ShiftState.cancelled, seats=2)
    make_place(seats_of(shift)[0], cast.volunteer, NOW)
    text = text_of(hang(press, cast))
    assert "Gastvrouw of gastheer gaat niet door" in text
    for word in ("open", "Joop", "Schrijf je naam"):
        assert word not in text


def test_closed_days_stand_together_with_their_reason(press: Press, cast: Cast) -> None:
    Closure.create(
        house=cast.wolfsbos,
        first_date=dt.date(2026, 12, 2),
        last_date=dt.date(2026, 12, 6),
        kind="closed",
        reason="Verbouwing",
    )
    make_shift(cast.wolfsbos, dt.date(2026, 12, 3), state=ShiftState.cancelled, title="Koken")
    kept = make_shift(cast.wolfsbos, FRIDAY, title="Schilderen")
    make_place(seats_of(kept)[0], cast.volunteer, NOW)
    text = text_of(hang(press, cast))
    assert "Woensdag 2 december t/m donderdag 3 december Dicht: Verbouwing" in text
    assert "Koken" not in text, "'dicht' says it already"
    assert "Vrijdag 4 december Dicht: Verbouwing 9.45–13.00 Schilderen Joop" in text
    assert "Zaterdag 5 december t/m zondag 6 december Dicht: Verbouwing" in text


def test_there_is_nothing_to_write_on_for_days_that_are_over(press: Press, cast: Cast) -> None:
    make_shift(cast.wolfsbos, dt.date(2026, 11, 23))
    done = make_shift(cast.wolfsbos, dt.date(2026, 11, 24), title="Bar")
    make_place(done.seats.get(), cast.volunteer, NOW, state=PlaceState.seeking_cover)
    make_shift(cast.wolfsbos, TODAY)
    text = text_of(hang(press, cast, week_stretch(TODAY)))
    assert "Maandag 23 november 9.45–13.00 Gastvrouw of gastheer niet bezet" in text
    assert "Dinsdag 24 november 9.45–13.00 Bar Joop Donderdag 26" in text, "nobody took over"
    assert "Donderdag 26 november 9.45–13.00 Gastvrouw of gastheer open" in text
    assert "Er is nog 1 plek open." in text


def test_the_other_house_stays_away(press: Press, cast: Cast) -> None:
    make_shift(cast.knooppunt, MONDAY, title="Bar, middag")
    text = text_of(hang(press, cast))
    assert "Bar" not in text
    assert "Er staat nog niets op het rooster." in text


def test_what_is_read_aloud_has_the_order_of_the_page(press: Press, cast: Cast) -> None:
    for day in (MONDAY, FRIDAY):
        shift = make_shift(cast.wolfsbos, day, seats=2)
        make_place(seats_of(shift)[0], cast.volunteer, NOW)
    said = read_aloud(hang(press, cast))
    order = ("Rooster", "week 49", "Maandag 30", "9.45", "Gastvrouw", "Joop", "open", "Vrijdag 4")
    for word in (*order, "9.45", "Joop", "open", "Scan de code", "Bijgewerkt op"):
        _before, found, said = said.partition(word)
        assert found, word


def test_the_code_leads_to_the_same_roster_on_the_screen(cast: Cast) -> None:
    found = page_of(cast).candidates[0]
    assert f"{BASE}/rooster?huis=wolfsbos&amp;week=2026-W49" in found
    month = roster_page(cast.wolfsbos, DECEMBER, TODAY, BASE).candidates[0]
    assert f"{BASE}/rooster?huis=wolfsbos&#34;" not in month
    assert f"{BASE}/rooster?huis=wolfsbos" in month


# -- how much there is ----------------------------------------------------------------------------


@pytest.mark.parametrize("seats", [0, 1])
def test_a_nearly_empty_week_is_one_good_sheet(press: Press, cast: Cast, seats: int) -> None:
    if seats:
        make_shift(cast.wolfsbos, MONDAY)
    made = printed(press, page_of(cast), NOW)
    assert made.pages == 1
    assert_good_paper(bytes(made.bytes))


@pytest.mark.slow
@pytest.mark.parametrize("month", [False, True])
def test_three_hundred_seats_go_over_pages_with_their_days_whole(
    press: Press, cast: Cast, month: bool
) -> None:
    stretch, first = (DECEMBER, 1) if month else (WEEK, 0)
    days = [MONDAY + dt.timedelta(days=first + n) for n in range(25 if month else 5)]
    each = 300 // len(days) // 3
    for day in days:
        for number in range(each):
            shift = make_shift(
                cast.wolfsbos, day, seats=3, title=f"Dienst {number}", start_time=dt.time(9, number)
            )
            make_place(seats_of(shift)[0], cast.volunteer, NOW)
    made = printed(press, roster_page(cast.wolfsbos, stretch, TODAY, BASE), NOW)
    pdf = bytes(made.bytes)
    assert made.pages > 3
    assert_good_paper(pdf)
    text = text_of(pdf)
    assert text.count("Joop") == each * len(days)
    assert text.count(" open") == 1 + 2 * each * len(days)
    for number in range(1, made.pages + 1):
        assert f"{number} / {made.pages}" in text
    # The head is repeated on every page but the first, where it stands large.
    assert text.count(f"Rooster {stretch.title}, Huis van de Buurt Wolfsbos") == made.pages - 1
    assert text.count("Scan de code") == 1


@pytest.mark.slow
def test_days_are_not_cut_in_two(press: Press, cast: Cast) -> None:
    days = [dt.date(2026, 12, 1) + dt.timedelta(days=n) for n in range(28)]
    for day in days:
        for number in range(4):
            make_shift(cast.wolfsbos, day, title=f"D{day.day:02}n{number}", seats=1)
    pages = text_by_page(hang(press, cast, DECEMBER))
    assert len(pages) > 2
    for day in days:
        on = [n for n, text in enumerate(pages) for k in range(4) if f"D{day.day:02}n{k}" in text]
        assert len(on) == 4
        assert len(set(on)) == 1, f"{day} stands on several pages"


def text_by_page(pdf: bytes) -> list[str]:
    with pdfplumber.open(BytesIO(pdf)) as opened:
        return [sheet.extract_text() for sheet in opened.pages]


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_thirty_shifts_of_one_day_are_all_there(press: Press, cast: Cast, style: Style) -> None:
    for number in range(30):
        shift = make_shift(
            cast.wolfsbos,
            FRIDAY,
            seats=number % 3 + 1,
            title=f"Dienst {number:02}",
            start_time=dt.time(9 + number // 5),
            end_time=dt.time(12 + number // 5),
        )
        seeking = {"state": PlaceState.seeking_cover} if number % 2 else {}
        make_place(seats_of(shift)[0], cast.volunteer, NOW, **seeking)
    pdf = hang(press, cast, look=Look("nl", style))
    assert_good_paper(pdf, smallest=18 if style == "groot" else 12)
    text = text_of(pdf)
    for number in range(30):
        assert text.count(f"Dienst {number:02}") == 1
    assert text.count("Joop zoekt vervanging") == 15
    pages = text_by_page(pdf)
    assert all("Vrijdag 4 december, vervolg" in page for page in pages[1:] if "Dienst" in page)


def test_the_words_of_a_week_and_a_month_are_in_the_language_of_the_sheet(
    press: Press, cast: Cast
) -> None:
    assert "Roster week 49" in text_of(hang(press, cast, WEEK, Look("en")))
    assert "December" in text_of(hang(press, cast, DECEMBER, Look("en")))
    assert "Rooster week 49" in text_of(hang(press, cast))


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_very_long_words_stay_on_the_paper(press: Press, cast: Cast, style: Style) -> None:
    cast.wolfsbos.name = "Huis van de Buurt aan de Burgemeester van Limburg Stirumstraat Zuid"
    cast.wolfsbos.save()
    title = "Burgerparticipatiebijeenkomstvoorbereidingscommissieleden!!!"
    assert len(title) == 60
    shift = make_shift(cast.wolfsbos, MONDAY, seats=4)
    Shift.update(title=title).where(Shift.id == shift.id).execute()
    cast.volunteer.first_name = "Wilhelmina-Alexandrina-Catharina-Maria-A"
    cast.volunteer.save()
    seats = seats_of(shift)
    make_place(seats[0], cast.volunteer, NOW, state=PlaceState.seeking_cover)
    Place.create(
        house=cast.wolfsbos,
        shift=shift,
        seat=seats[1],
        name="M" * 60,
        at=NOW,
        changed_at=NOW,
    )
    Seat.update(role="Ondersteuningswerkzaamhedencoördinatrice", qualification="Q" * 40).where(
        Seat.id.in_([seats[2].id, seats[1].id])
    ).execute()
    smallest = 18 if style == "groot" else 12
    assert_good_paper(hang(press, cast, look=Look("nl", style)), smallest=smallest)


def test_a_letter_that_no_face_has_is_named_with_its_text(press: Press, cast: Cast) -> None:
    make_shift(cast.wolfsbos, MONDAY, title="Bar 🎄")
    with pytest.raises(MissingGlyph) as caught:
        hang(press, cast)
    assert caught.value.text == "Bar 🎄"


def test_no_word_of_a_shift_is_taken_for_a_size_of_the_page(cast: Cast) -> None:
    make_shift(cast.wolfsbos, MONDAY, title="LAYOUT SIZE AIR <b>")
    for candidate in page_of(cast).candidates:
        assert "LAYOUT SIZE AIR &lt;b&gt;" in candidate


# -- cost -----------------------------------------------------------------------------------------


def test_any_number_of_seats_takes_three_queries(
    cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    execute = database.execute_sql

    def count(sql: str, *args: object) -> object:
        asked.append(sql)
        return execute(sql, *args)

    for seats in (1, 40):
        shift = make_shift(cast.wolfsbos, MONDAY, seats=seats)
        make_place(seats_of(shift)[0], cast.volunteer, NOW)
        asked.clear()
        with monkeypatch.context() as patched:
            patched.setattr(database, "execute_sql", count)
            roster_days(cast.wolfsbos, MONDAY, FRIDAY, TODAY)
        assert len(asked) == 3


def test_the_same_roster_is_the_same_sheet_all_day(cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, MONDAY)
    before = page_of(cast).fingerprint
    assert page_of(cast).fingerprint == before
    make_place(seats_of(shift)[0], cast.volunteer, NOW)
    assert page_of(cast).fingerprint != before
