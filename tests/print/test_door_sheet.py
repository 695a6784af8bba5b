"""The door sheet: it promises only what the roster can keep, and says whom to ring."""

from __future__ import annotations

import datetime as dt

import pytest
from peewee import Database

from documents.door_sheet import door_page, door_sheet
from documents.look import PLAIN, STYLES, Look, Style
from documents.press import MissingGlyph, Press
from documents.renderings import printed
from models import (
    ActivityText,
    Closure,
    House,
    OccurrenceState,
    Opening,
    OpeningHours,
    OpeningState,
    Person,
    Place,
    PlaceState,
    Room,
    Shift,
)
from rules.next_opening import next_opening
from rules.opening_up import DayCheck, DayState, OpeningCheck
from tests.cast import (
    Cast,
    make_activity,
    make_occurrence,
    make_person,
    make_place,
    make_shift,
)
from tests.conftest import NOW, TODAY
from tests.print.sheets import assert_good_paper, letters_of, read_aloud, text_of

BASE = "https://buurtbord.example"
SATURDAY = dt.date(2026, 11, 28)
NINE, NOON, ONE, FIVE = dt.time(9), dt.time(12), dt.time(13), dt.time(17)


def hang(
    press: Press,
    house: House,
    day: dt.date = TODAY,
    now: dt.datetime = NOW,
    look: Look = PLAIN,
) -> bytes:
    return bytes(printed(press, door_page(house, day, now, BASE, look), NOW).bytes)


def put(house: House, person: Person, start: dt.time, end: dt.time, day: dt.date = TODAY) -> Shift:
    shift = make_shift(house, day, start_time=start, end_time=end)
    make_place(shift.seats.get(), person, NOW)
    return shift


def open_up(cast: Cast) -> None:
    """The key-holder and a second person are there from nine to five."""
    put(cast.wolfsbos, cast.key_holder, dt.time(8, 30), FIVE)
    put(cast.wolfsbos, cast.volunteer, NINE, FIVE)


def two_openings(house: House) -> None:
    OpeningHours.delete().where(OpeningHours.house == house).execute()
    for start, end in ((NINE, NOON), (ONE, FIVE)):
        OpeningHours.create(house=house, weekday=3, start_time=start, end_time=end)


# -- open or not ----------------------------------------------------------------------------------


def test_with_two_people_and_the_key_it_is_open_and_names_them(press: Press, cast: Cast) -> None:
    open_up(cast)
    pdf = hang(press, cast.wolfsbos)
    text = text_of(pdf)
    assert (
        "Huis van de Buurt Wolfsbos Donderdag 26 november Open 9.00–17.00 uur"
        " Vandaag zijn er voor je: Anneke en Joop." in text
    )
    assert "Vragen? Bel 0528-12 34 56" in text
    for word in ("zeker", "Dicht", "Berg", "Bos"):
        assert word not in text.replace("Wolfsbos", "")
    assert max(letter["size"] for letter in letters_of(pdf)) > 100, "seen from across the street"
    assert_good_paper(pdf)


def test_without_a_key_holder_it_promises_nothing_and_says_whom_to_ring(
    press: Press, cast: Cast
) -> None:
    put(cast.wolfsbos, cast.volunteer, NINE, FIVE)
    pdf = hang(press, cast.wolfsbos)
    text = text_of(pdf)
    assert "Nog niet zeker We hopen open te zijn: 9.00–17.00 uur." in text
    assert "Bel even voor je komt: 0528-12 34 56" in text
    assert "Open" not in text
    assert "Joop" not in text
    assert_good_paper(pdf)


def test_a_house_without_a_phone_still_says_to_ask(press: Press, cast: Cast) -> None:
    House.update(phone="").where(House.id == cast.wolfsbos.id).execute()
    text = text_of(hang(press, House.get_by_id(cast.wolfsbos.id)))
    assert "Vraag het even voor je komt." in text
    assert "Bel" not in text


def test_of_two_openings_only_the_sure_one_is_promised(press: Press, cast: Cast) -> None:
    two_openings(cast.wolfsbos)
    put(cast.wolfsbos, cast.key_holder, dt.time(8, 30), NOON)
    put(cast.wolfsbos, cast.volunteer, NINE, NOON)
    text = text_of(hang(press, cast.wolfsbos))
    assert "Open 9.00–12.00 uur Vandaag zijn er voor je: Anneke en Joop." in text
    assert "Van 13.00–17.00 uur weten we het nog niet zeker." in text
    assert "Bel even voor je komt: 0528-12 34 56" in text


def test_each_opening_names_its_own_hosts(press: Press, cast: Cast) -> None:
    two_openings(cast.wolfsbos)
    put(cast.wolfsbos, cast.key_holder, dt.time(8, 30), FIVE)
    put(cast.wolfsbos, cast.volunteer, NINE, NOON)
    put(cast.wolfsbos, cast.coordinator, ONE, FIVE)
    text = text_of(hang(press, cast.wolfsbos))
    assert "9.00–12.00 uur 13.00–17.00 uur" in text
    assert "Vanaf 9.00 uur zijn er voor je: Anneke en Joop." in text
    assert "Vanaf 13.00 uur zijn er voor je: Anneke en Corrie." in text


def test_who_seeks_cover_is_not_announced(press: Press, cast: Cast) -> None:
    open_up(cast)
    Place.update(state=PlaceState.seeking_cover).where(Place.person == cast.volunteer).execute()
    text = text_of(hang(press, cast.wolfsbos))
    assert "Open 9.00–17.00 uur Vandaag is Anneke er voor je." in text
    assert "Joop" not in text


def test_hours_without_anybody_are_not_promised(press: Press, cast: Cast) -> None:
    put(cast.wolfsbos, cast.key_holder, dt.time(8, 30), dt.time(12, 30))
    put(cast.wolfsbos, cast.volunteer, dt.time(9, 15), dt.time(10, 45))
    pdf = hang(press, cast.wolfsbos)
    text = text_of(pdf)
    assert "Open 9.00–12.30 uur Vandaag zijn er voor je: Anneke en Joop." in text
    assert "Van 12.30–17.00 uur weten we het nog niet zeker." in text
    assert "Bel even voor je komt: 0528-12 34 56" in text
    assert_good_paper(pdf)
    put(cast.wolfsbos, cast.coordinator, dt.time(14), FIVE)
    text = text_of(hang(press, cast.wolfsbos))
    assert "Open 9.00–12.30 uur 14.00–17.00 uur Vandaag zijn" in text
    assert "Van 12.30–14.00 uur weten we het nog niet zeker." in text


def test_in_the_afternoon_nobody_is_named_who_has_gone_home(press: Press, cast: Cast) -> None:
    put(cast.wolfsbos, cast.key_holder, dt.time(8, 30), NOON)
    put(cast.wolfsbos, cast.volunteer, NINE, NOON)
    one_o_clock = dt.datetime(2026, 11, 26, 12)
    text = text_of(hang(press, cast.wolfsbos, now=one_o_clock))
    assert "Nog niet zeker We hopen open te zijn: 12.00–17.00 uur." in text
    put(cast.wolfsbos, cast.coordinator, dt.time(14), FIVE)
    text = text_of(hang(press, cast.wolfsbos, now=one_o_clock))
    assert "Open 14.00–17.00 uur Van 12.00–14.00 uur weten we het nog niet zeker." in text
    for name in ("Anneke", "Joop"):
        assert name not in text


def test_hours_that_are_over_are_not_offered_any_more(press: Press, cast: Cast) -> None:
    open_up(cast)
    activity = make_activity(cast.wolfsbos, "Inloop met koffie")
    make_occurrence(activity, TODAY)
    choir = make_activity(cast.wolfsbos, "Zangkoor", start_time=dt.time(19), end_time=None)
    make_occurrence(choir, TODAY)
    evening = dt.datetime(2026, 11, 26, 16, 30)
    text = text_of(hang(press, cast.wolfsbos, now=evening))
    assert "Dicht De openingstijd van vandaag is voorbij." in text
    assert "Wel is er vandaag een programma. Op het programma 19.00 Zangkoor" in text
    assert "De volgende keer" not in text, "there is a choir today"
    assert "Inloop" not in text
    assert "Open" not in text
    night = dt.datetime(2026, 11, 26, 22, 30)
    text = text_of(hang(press, cast.wolfsbos, now=night))
    assert "De volgende keer: vrijdag 27 november, 9.00–17.00 uur." in text
    assert "Wel is er" not in text


def test_a_closed_day_says_why_and_when_it_opens_again(press: Press, cast: Cast) -> None:
    open_up(cast)
    Closure.create(
        house=cast.wolfsbos,
        first_date=TODAY,
        last_date=dt.date(2026, 11, 29),
        kind="closed",
        reason="Verbouwing",
    )
    pdf = hang(press, cast.wolfsbos)
    text = text_of(pdf)
    assert "Dicht Verbouwing De volgende keer: maandag 30 november, 9.00–17.00 uur." in text
    assert "Anneke" not in text
    assert_good_paper(pdf)
    choir = make_occurrence(make_activity(cast.wolfsbos, "Zangkoor"), TODAY)
    text = text_of(hang(press, cast.wolfsbos))
    assert "Dicht Verbouwing Wel is er vandaag een programma. Op het programma" in text
    assert "De volgende keer" not in text, "that is today"
    choir.state = OccurrenceState.cancelled
    choir.save()
    text = text_of(hang(press, cast.wolfsbos))
    assert "Dicht Verbouwing De volgende keer: maandag 30 november" in text
    assert "Zangkoor gaat niet door" in text
    assert "Wel is er" not in text


def test_an_opening_that_was_called_off_is_closed(press: Press, cast: Cast) -> None:
    open_up(cast)
    Opening.create(
        house=cast.wolfsbos,
        date=TODAY,
        start_time=NINE,
        end_time=FIVE,
        state=OpeningState.closed,
    )
    text = text_of(hang(press, cast.wolfsbos))
    assert "Dicht De volgende keer: vrijdag 27 november" in text


def test_a_day_without_hours_is_closed_unless_something_is_on(press: Press, cast: Cast) -> None:
    text = text_of(hang(press, cast.wolfsbos, SATURDAY))
    assert "Dicht Vandaag is er geen vaste openingstijd." in text
    cafe = make_activity(cast.wolfsbos, "Repair Café")
    make_occurrence(cafe, SATURDAY)
    text = text_of(hang(press, cast.wolfsbos, SATURDAY))
    assert "Geen inloop Vandaag is er geen vaste openingstijd. Kom gerust" in text
    assert "10.00–16.00 Repair Café" in text
    for word in ("Open ", "Dicht"):
        assert word not in text


@pytest.mark.parametrize("key", ["", "Anneke"])
@pytest.mark.parametrize("second", ["", "Joop"])
@pytest.mark.parametrize("time", [dt.time.min, NOON, FIVE])
def test_it_says_open_only_of_hours_that_can_be_kept(key: str, second: str, time: dt.time) -> None:
    sure = OpeningCheck(NINE, NOON, "Corrie", NINE, "Bea", "")
    other = OpeningCheck(ONE, FIVE, key, ONE if key else None, second, "")
    said = door_sheet(DayCheck(DayState.openings, (sure, other)), time, has_programme=True)
    promised = " ".join(said.hours)
    assert ("9.00–12.00" in promised) is (time < NOON)
    assert ("13.00–17.00" in promised) is (bool(key and second) and time < FIVE)
    assert (said.word == "Open") is bool(promised)
    assert said.ask is (time < FIVE and not (key and second))


# -- what is on -----------------------------------------------------------------------------------


def test_it_tells_what_is_on_where_and_what_is_off(press: Press, cast: Cast) -> None:
    open_up(cast)
    room = Room.create(house=cast.wolfsbos, name="Grote zaal")
    make_occurrence(make_activity(cast.wolfsbos, "Koffie", room=room), TODAY)
    off = make_activity(cast.wolfsbos, "Yoga", start_time=ONE, end_time=None)
    make_occurrence(off, TODAY, state=OccurrenceState.cancelled)
    moved = make_activity(cast.wolfsbos, "Bingo", start_time=dt.time(14), end_time=dt.time(15))
    make_occurrence(moved, dt.date(2026, 11, 27), original_date=TODAY, state=OccurrenceState.moved)
    make_occurrence(make_activity(cast.wolfsbos, "Geheim", published=False), TODAY)
    make_occurrence(make_activity(cast.knooppunt, "Sjoelen"), TODAY)
    text = text_of(hang(press, cast.wolfsbos))
    assert "Op het programma 10.00–16.00 Koffie Grote zaal" in text
    assert "13.00 Yoga gaat niet door" in text
    assert "14.00–15.00 Bingo is op vrijdag 27 november" in text
    for word in ("Geheim", "Sjoelen"):
        assert word not in text


def test_a_name_that_ends_in_a_dot_ends_the_sentence(press: Press, cast: Cast) -> None:
    open_up(cast)
    make_person("Anneke", "Horst", house=cast.wolfsbos)
    namesake = make_person("Joop", "Drent", house=cast.wolfsbos)
    Place.update(person=namesake).where(Place.person == cast.volunteer).execute()
    text = text_of(hang(press, cast.wolfsbos))
    assert "Vandaag zijn er voor je: Anneke B. en Joop D." in text
    assert ".." not in text


def test_titles_are_in_the_language_in_which_somebody_entered_them(
    press: Press, cast: Cast
) -> None:
    koffie = make_activity(cast.wolfsbos, "Inloop met koffie")
    ActivityText.create(activity=koffie, language="uk", title="Кава для всіх", summary="")
    make_occurrence(koffie, TODAY)
    assert "Кава для всіх" in text_of(hang(press, cast.wolfsbos, look=Look("uk")))
    assert "Inloop met koffie" in text_of(hang(press, cast.wolfsbos, look=Look("pl")))


@pytest.mark.parametrize("day", [TODAY, SATURDAY])
@pytest.mark.parametrize("style", STYLES)
def test_open_closed_and_unsure_are_said_in_words_in_every_style(
    press: Press, cast: Cast, style: Style, day: dt.date
) -> None:
    words = []
    for _more in range(2):
        pdf = hang(press, cast.wolfsbos, day, look=Look("nl", style))
        assert_good_paper(pdf, smallest=18 if style == "groot" else 12)
        # The letters of a very large word stand so far apart that it may seem to be two.
        words.append(text_of(pdf).split("november ")[1].replace(" ", "")[:8])
        open_up(cast)
    assert words == (["Nognietz", "Open9.00"] if day == TODAY else ["DichtVan"] * 2)


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
def test_a_full_day_with_long_words_stays_on_the_paper(
    press: Press, cast: Cast, style: Style
) -> None:
    House.update(
        name="Huis van de Buurt aan de Burgemeester van Limburg Stirumstraat te Hoogeveen-Zuid",
        street="Burgemeester van Limburg Stirumstraat 123 achterom bij de school",
    ).where(House.id == cast.wolfsbos.id).execute()
    two_openings(cast.wolfsbos)
    put(cast.wolfsbos, cast.key_holder, dt.time(8, 30), FIVE)
    put(cast.wolfsbos, cast.volunteer, NINE, FIVE)
    room = Room.create(house=cast.wolfsbos, name="R" * 60)
    title = "Burgerparticipatiebijeenkomstvoorbereidingscommissieleden!!!"
    for number in range(14):
        made = make_activity(cast.wolfsbos, title[number % 2 * 30 :], room=room)
        make_occurrence(made, TODAY)
    pdf = hang(press, House.get_by_id(cast.wolfsbos.id), look=Look("nl", style))
    assert_good_paper(pdf, smallest=18 if style == "groot" else 12.5)


def test_what_is_read_aloud_has_the_order_of_the_page(press: Press, cast: Cast) -> None:
    open_up(cast)
    make_occurrence(make_activity(cast.wolfsbos, "Koffie"), TODAY)
    said = read_aloud(hang(press, cast.wolfsbos))
    order = ["Donderdag", "Open", "9.00", "Vandaag zijn", "Op het programma", "10.00", "Koffie"]
    places = [said.index(word) for word in [*order, "Scan de code"]]
    assert places == sorted(places), said


def test_a_letter_that_no_face_has_is_named_with_its_text(press: Press, cast: Cast) -> None:
    make_occurrence(make_activity(cast.wolfsbos, "Feest 🎄"), TODAY)
    with pytest.raises(MissingGlyph) as caught:
        hang(press, cast.wolfsbos)
    assert caught.value.text == "Feest 🎄"


# -- cost, and the next time ----------------------------------------------------------------------


def test_a_day_takes_at_most_eleven_queries(
    cast: Cast, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    open_up(cast)
    for number in range(20):
        make_occurrence(make_activity(cast.wolfsbos, f"Activiteit {number}"), TODAY)
    asked: list[str] = []
    execute = database.execute_sql

    def count(sql: str, *args: object) -> object:
        asked.append(sql)
        return execute(sql, *args)

    monkeypatch.setattr(database, "execute_sql", count)
    for day in (TODAY, SATURDAY):
        asked.clear()
        door_page(cast.wolfsbos, day, NOW, BASE)
        assert len(asked) <= 11


def test_the_next_opening_skips_days_without_hours_and_closed_ones(cast: Cast) -> None:
    friday = dt.date(2026, 11, 27)
    found = next_opening(cast.wolfsbos, TODAY)
    assert found is not None
    assert (found.day, found.spans) == (friday, ((NINE, FIVE),))
    Closure.create(
        house=None, first_date=friday, last_date=dt.date(2026, 12, 1), kind="closed", reason="Dicht"
    )
    found = next_opening(cast.wolfsbos, TODAY)
    assert found is not None
    assert found.day == dt.date(2026, 12, 2)
    OpeningHours.delete().where(OpeningHours.house == cast.wolfsbos).execute()
    assert next_opening(cast.wolfsbos, TODAY) is None
    assert next_opening(cast.knooppunt, TODAY) is not None
