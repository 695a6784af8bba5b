"""The closed days of a house on the page: adding, answering, changing, taking away."""

from __future__ import annotations

import datetime as dt
import re

from flask import Flask

from models import (
    Activity,
    AuditEntry,
    Category,
    Closure,
    ClosureKind,
    House,
    Occurrence,
    Seat,
    Shift,
)
from rules import closures, programme
from rules.closures import add_closure
from rules.filling import start_pattern
from rules.patterns import SeatWish
from rules.rostering import take_seat
from tests.browser_of import Browser
from tests.cast import Cast, count_rows
from tests.conftest import NOW, TODAY

CLOSED = "/programma/dichte-dagen"
NEW_YEARS_EVE = dt.date(2026, 12, 31)
FIELDS = {"kind": "closed", "first_date": "2026-12-31", "last_date": "", "reason": "Vloer"}


def add_lunch(house: House) -> Activity:
    return programme.add_activity(
        house,
        None,
        NOW,
        title="Samen lunchen",
        category=Category.eat,
        rule="FREQ=MONTHLY;BYDAY=-1TH",
        first_date=TODAY,
        start_time=dt.time(12),
        end_time=dt.time(13, 30),
    )


def the_date(activity: Activity, day: dt.date = TODAY) -> Occurrence:
    return Occurrence.get(activity=activity, original_date=day)


def close_all(kind: ClosureKind = ClosureKind.public_holiday) -> Closure:
    day = dt.date(2026, 12, 31)
    return add_closure(None, day, day, kind, "Oudjaar", None, NOW)[0]


def test_a_closed_day_is_added_and_taken_away(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    fields = {
        "kind": "closed",
        "first_date": "2026-12-31",
        "last_date": "",
        "reason": "Schilder in huis",
    }
    assert browser.post(CLOSED, fields).status_code == 303
    assert the_date(lunch, dt.date(2026, 12, 31)).state == "cancelled"
    assert "Schilder in huis" in browser.get(CLOSED).text
    assert "Dicht: Schilder in huis" in Browser(app, None).get("/h/wolfsbos/?maand=2026-12").text
    assert browser.post(f"{CLOSED}/{Closure.get().id}/weg").status_code == 303
    assert the_date(lunch, dt.date(2026, 12, 31)).state == "planned"


def test_a_holiday_of_all_asks_each_house(app: Flask, cast: Cast) -> None:
    here, there = add_lunch(cast.wolfsbos), add_lunch(cast.knooppunt)
    holiday = close_all()
    browser = Browser(app, cast.coordinator)
    assert "Is het huis dan dicht?" in browser.get(CLOSED).text
    assert "dicht of open?" in browser.get("/programma?maand=2026-12").text
    assert browser.post(f"{CLOSED}/{holiday.id}/antwoord", {"dicht": "ja"}).status_code == 303
    assert the_date(here, dt.date(2026, 12, 31)).state == "cancelled"
    assert the_date(there, dt.date(2026, 12, 31)).state == "planned"
    own = Closure.get(Closure.house == cast.wolfsbos)
    assert "Toch open" in browser.get(f"{CLOSED}/{own.id}").text
    assert browser.post(f"{CLOSED}/{own.id}/antwoord", {"dicht": "nee"}).status_code == 303
    assert "Gewoon open" in browser.get(f"{CLOSED}/{own.id}").text
    assert the_date(here, dt.date(2026, 12, 31)).state == "planned"
    assert browser.post(f"{CLOSED}/{holiday.id}/antwoord", {"dicht": "x"}).status_code == 400
    assert browser.post(f"{CLOSED}/{holiday.id}/weg").status_code == 403


def test_a_closure_of_another_house_does_not_exist(app: Flask, cast: Cast) -> None:
    day = dt.date(2026, 12, 31)
    other = add_closure(cast.knooppunt, day, day, ClosureKind.closed, "Dicht", None, NOW)[0]
    browser = Browser(app, cast.coordinator)
    assert browser.post(f"{CLOSED}/{other.id}/weg").status_code == 404
    assert browser.post(f"{CLOSED}/{other.id}/antwoord", {"dicht": "nee"}).status_code == 404


WRONG: list[tuple[str, str, str]] = [
    ("reason", " ", "Vul in waarom."),
    ("reason", "x" * 81, "Gebruik hoogstens 80 tekens."),
    ("reason", "Kerst\x00", "Hier staat een teken dat we niet kunnen bewaren."),
    ("reason", "Feest 🎄🎄", "Dit kunnen we niet drukken: 🎄"),
    ("first_date", "", "Vul de eerste dag in."),
    ("first_date", "2027-02-31", "Deze dag bestaat niet."),
    ("first_date", "2126-12-24", "Dit jaar klopt niet."),
    ("first_date", "2062-12-24", "Dit is meer dan vijf jaar vooruit."),
    ("first_date", "2026-11-25", "Deze dag is al voorbij."),
    ("last_date", "2026-12-01", "De laatste dag ligt voor de eerste."),
    ("last_date", "2027-02-31", "Deze dag bestaat niet."),
    ("last_date", "2099-12-01", "Dit is langer dan een jaar."),
    ("kind", "party", "Kies iets uit de lijst."),
]


def shown(text: str, name: str) -> str:
    """What stands in a field."""
    tag = next(each for each in re.findall(r"<input[^>]*>", text) if f'name="{name}"' in each)
    value = re.search(r'value="([^"]*)"', tag)
    return value[1] if value else ""


def errors(text: str) -> list[str]:
    return re.findall(r'<p class="error"[^>]*>([^<]+)</p>', text)


def with_people(cast: Cast, activity: Activity) -> list[Seat]:
    """A shift of two on each of its dates; on New Year's Eve Joop is on it."""
    start_pattern(
        activity.house,
        "Kookploeg",
        [SeatWish("Kok"), SeatWish("Hulp")],
        None,
        NOW,
        first_date=TODAY,
        activity=activity,
        before_minutes=60,
        after_minutes=0,
    )
    shift = Shift.get(Shift.occurrence == the_date(activity, NEW_YEARS_EVE))
    seats = list(shift.seats.order_by(Seat.position))
    take_seat(seats[0], cast.volunteer, NOW)
    return seats


def asked_for(text: str) -> dict[str, str]:
    """The form of the page that asks first, with 'Ja' pressed."""
    form = text[text.index('<form class="actions"') :]
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    seen = re.search(r'name="gezien" value="(\w+)"', form)
    assert seen
    return dict(hidden) | {"gezien": seen[1]}


# -- adding ---------------------------------------------------------------------------------------


def test_a_closed_day_that_is_wrong_is_said_at_its_field_and_nothing_typed_is_lost(
    app: Flask, cast: Cast
) -> None:
    browser = Browser(app, cast.coordinator)
    right = {"kind": "closed", "first_date": "2026-12-24", "last_date": "", "reason": "Kerst"}
    for field, value, sentence in WRONG:
        fields = right | {field: value}
        answer = browser.post(CLOSED, fields)
        said = f"{field}={value!r}: {errors(answer.text)}"
        assert answer.status_code == 422, said
        assert errors(answer.text) == [sentence], said
        assert f'id="{field}-fout"' in answer.text, said
        for name in {"first_date", "last_date", "reason"} - {field}:
            assert shown(answer.text, name) == fields[name], said
        # On a phone the form stands first then, so that nobody has to look for the error.
        assert answer.text.index("Dagen toevoegen") < answer.text.index("Dit is gekozen"), said
    days = right | {"first_date": "2026-11-20", "last_date": "2026-11-25"}
    assert errors(browser.post(CLOSED, days).text) == ["Deze dagen zijn al voorbij."]
    assert count_rows(Closure) == 0


def test_days_that_have_begun_may_still_be_added(app: Flask, cast: Cast) -> None:
    days = {"first_date": "2026-11-23", "last_date": "2026-11-27"}
    assert Browser(app, cast.coordinator).post(CLOSED, FIELDS | days).status_code == 303
    assert Closure.get().first_date == dt.date(2026, 11, 23)


def test_days_that_are_there_already_are_named_at_the_field(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    browser.post(CLOSED, FIELDS)
    answer = browser.post(CLOSED, FIELDS | {"first_date": "2026-12-28", "last_date": "2026-12-31"})
    assert answer.status_code == 422
    assert errors(answer.text) == ["Dit staat er al: Vloer, donderdag 31 december 2026."]
    assert count_rows(Closure) == 1


def test_a_form_that_comes_twice_adds_once(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    fields = FIELDS | {"once": shown(browser.get(CLOSED).text, "once")}
    answers = [browser.post(CLOSED, fields) for _n in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert count_rows(Closure) == 1
    assert "Dit stond er al." in browser.get(CLOSED).text


def test_only_an_administrator_closes_all_houses(app: Flask, cast: Cast) -> None:
    here, there = add_lunch(cast.wolfsbos), add_lunch(cast.knooppunt)
    everywhere = FIELDS | {"voor": "alle"}
    coordinator = Browser(app, cast.coordinator)
    assert 'name="voor"' not in coordinator.get(CLOSED).text
    assert coordinator.post(CLOSED, everywhere).status_code == 403
    assert count_rows(Closure) == 0
    admin = Browser(app, cast.admin)
    assert 'name="voor"' in admin.get(f"{CLOSED}?huis=wolfsbos").text
    answer = admin.post(f"{CLOSED}?huis=wolfsbos", everywhere)
    assert answer.status_code == 303
    assert "2 keer gaat iets niet door." in admin.get(answer.location).text
    assert Closure.get().house is None
    assert (
        the_date(here, NEW_YEARS_EVE).state == the_date(there, NEW_YEARS_EVE).state == "cancelled"
    )


# -- people on it ---------------------------------------------------------------------------------


def test_who_is_on_closed_days_is_listed_first_and_yes_closes(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    with_people(cast, lunch)
    browser = Browser(app, cast.coordinator)
    asking = browser.post(CLOSED, FIELDS)
    assert asking.status_code == 409
    assert "Er is nog niets opgeslagen." in asking.text
    assert "Donderdag 31 december" in asking.text
    assert "<strong>Joop</strong>" in asking.text
    assert "Kookploeg · Samen lunchen" in asking.text
    assert "Van het programma gaat 1 keer iets niet door." in asking.text
    assert count_rows(Closure) == 0
    assert the_date(lunch, NEW_YEARS_EVE).state == "planned"
    answer = browser.post(CLOSED, asked_for(asking.text))
    assert answer.status_code == 303
    told = browser.get(answer.location).text
    assert "Opgeslagen. 1 keer gaat iets niet door." in told
    assert "Op 1 dienst staan vrijwilligers. Ze krijgen bericht." in told
    assert (Closure.get().reason, the_date(lunch, NEW_YEARS_EVE).state) == ("Vloer", "cancelled")


def test_yes_is_asked_again_when_somebody_got_on_meanwhile(app: Flask, cast: Cast) -> None:
    seats = with_people(cast, add_lunch(cast.wolfsbos))
    browser = Browser(app, cast.coordinator)
    fields = asked_for(browser.post(CLOSED, FIELDS).text)
    take_seat(seats[1], cast.key_holder, NOW)
    again = browser.post(CLOSED, fields)
    assert again.status_code == 409
    assert "De lijst is net veranderd. Kijk nog eens." in again.text
    assert "<strong>Joop, Anneke</strong>" in again.text
    assert count_rows(Closure) == 0
    assert browser.post(CLOSED, asked_for(again.text)).status_code == 303
    assert count_rows(Closure) == 1


def test_back_loses_nothing_that_was_typed(app: Flask, cast: Cast) -> None:
    with_people(cast, add_lunch(cast.wolfsbos))
    browser = Browser(app, cast.coordinator)
    typed = FIELDS | {"last_date": "2027-01-02", "reason": "Vloer & <verf>"}
    asking = asked_for(browser.post(CLOSED, typed).text)
    del asking["gezien"]
    answer = browser.post(
        CLOSED, {k: v.replace("&amp;", "&") for k, v in asking.items()} | {"terug": "1"}
    )
    assert answer.status_code == 200
    assert errors(answer.text) == []
    assert [shown(answer.text, name) for name in ("first_date", "last_date")] == [
        "2026-12-31",
        "2027-01-02",
    ]
    assert 'value="Vloer &amp; ' in answer.text
    # The same of a change: its form comes back as it was typed.
    closure = add_closure(
        cast.wolfsbos,
        dt.date(2026, 12, 30),
        dt.date(2026, 12, 30),
        ClosureKind.closed,
        "Verf",
        None,
        NOW,
    )[0]
    asking = asked_for(browser.post(f"{CLOSED}/{closure.id}", FIELDS).text)
    answer = browser.post(f"{CLOSED}/{closure.id}", FIELDS | {"terug": "1"})
    assert (answer.status_code, shown(answer.text, "first_date")) == (200, "2026-12-31")
    assert Closure.get().first_date == dt.date(2026, 12, 30)


def test_a_reason_of_markup_is_shown_as_it_was_typed(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    browser.post(CLOSED, FIELDS | {"reason": "<b>Vloer</b>"})
    for address in (CLOSED, f"{CLOSED}/{Closure.get().id}", "/programma?maand=2026-12"):
        text = browser.get(address).text
        assert "<b>Vloer</b>" not in text
        assert "&lt;b&gt;Vloer" in text


# -- holidays -------------------------------------------------------------------------------------


def test_a_proposed_holiday_is_answered_and_not_asked_again(app: Flask, cast: Cast) -> None:
    add_lunch(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    text = browser.get(CLOSED).text
    assert 'aria-label="Ja, dicht: Hemelvaartsdag"' in text
    assert "do 6 mei 2027" in text
    # In the weekend this house is not open, and has nothing then.
    assert "Nog 5 feestdagen waarop er niets is" in text
    christmas = {"dag": "2026-12-25", "dicht": "ja"}
    answer = browser.post(f"{CLOSED}/feestdag/nieuw", christmas)
    assert answer.status_code == 303
    text = browser.get(answer.location).text
    assert "Het huis is dan dicht." in text
    assert 'name="dag" value="2026-12-25"' not in text
    assert 'name="dag" value="2027-01-01"' in text
    assert "Dicht: Eerste kerstdag" in Browser(app, None).get("/h/wolfsbos/?maand=2026-12").text
    # Twice, or by two people: one closure, with the last answer.
    answer = browser.post(f"{CLOSED}/feestdag/nieuw", christmas | {"dicht": "nee"})
    assert "Het huis is dan open." in browser.get(answer.location).text
    assert [(row.house, row.closes) for row in Closure.select()] == [(cast.wolfsbos, False)]


def test_an_answer_that_is_none_stores_nothing(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    for fields, code in (
        ({"dag": "2026-12-25", "dicht": "misschien"}, 400),
        ({"dag": "2026-12-25"}, 400),
        ({"dag": "2026-02-31", "dicht": "ja"}, 400),
        ({"dicht": "ja"}, 400),
        ({"dag": "2026-12-24", "dicht": "ja"}, 404),
        ({"dag": "0001-01-01", "dicht": "ja"}, 404),
        ({"dag": "9999-12-25", "dicht": "ja"}, 404),
    ):
        answer = browser.post(f"{CLOSED}/feestdag/nieuw", fields)
        assert answer.status_code == code, fields
    assert count_rows(Closure) == 0


def test_open_is_not_said_of_a_day_that_something_else_closes(app: Flask, cast: Cast) -> None:
    holiday = close_all()
    days = (NEW_YEARS_EVE, NEW_YEARS_EVE, ClosureKind.closed)
    add_closure(cast.wolfsbos, *days, "Vloer", None, NOW)
    browser = Browser(app, cast.coordinator)
    answer = browser.post(f"{CLOSED}/{holiday.id}/antwoord", {"dicht": "nee"})
    assert "Het huis blijft dicht: Vloer." in browser.get(answer.location).text


def test_people_on_a_holiday_are_listed_before_the_answer_is_kept(app: Flask, cast: Cast) -> None:
    holiday = close_all()
    with_people(cast, add_lunch(cast.wolfsbos))
    browser, address = Browser(app, cast.coordinator), f"{CLOSED}/{holiday.id}/antwoord"
    asking = browser.post(address, {"dicht": "ja"})
    assert (asking.status_code, count_rows(Closure)) == (409, 1)
    back = browser.post(address, {"dicht": "ja", "terug": "1"})
    assert (back.status_code, count_rows(Closure)) == (303, 1)
    assert browser.post(address, asked_for(asking.text)).status_code == 303
    assert Closure.get(Closure.house == cast.wolfsbos).closes is True


# -- days of all houses ---------------------------------------------------------------------------


def test_a_house_chooses_for_itself_and_goes_back_to_what_all_do(app: Flask, cast: Cast) -> None:
    lunch = add_lunch(cast.wolfsbos)
    of_all = close_all(ClosureKind.closed)
    browser, address = Browser(app, cast.coordinator), f"{CLOSED}/{of_all.id}"
    text = browser.get(address).text
    assert "Dit geldt voor alle huizen. Alleen de beheerder wijzigt het." in text
    assert "Haal deze dagen weg" not in text
    for verb in ("", "/weg"):
        assert browser.post(address + verb, FIELDS).status_code == 403
    browser.post(f"{address}/antwoord", {"dicht": "nee"})
    assert the_date(lunch, NEW_YEARS_EVE).state == "planned"
    own = Closure.get(Closure.house == cast.wolfsbos)
    # What all do is no longer the matter of this house: its own choice is.
    assert browser.get(address).location == f"{CLOSED}/{own.id}"
    text = browser.get(f"{CLOSED}/{own.id}").text
    assert "Gewoon open" in text
    assert "Zo koos dit huis. Voor alle huizen is het: dicht." in text
    assert f'href="{CLOSED}/{own.id}"' in browser.get(CLOSED).text
    assert browser.post(f"{CLOSED}/{own.id}/weg").status_code == 303
    assert the_date(lunch, NEW_YEARS_EVE).state == "cancelled"
    assert list(Closure.select()) == [of_all]


def test_an_administrator_changes_days_of_all(app: Flask, cast: Cast) -> None:
    there = add_lunch(cast.knooppunt)
    of_all = close_all(ClosureKind.closed)
    admin = Browser(app, cast.admin)
    address = f"{CLOSED}/{of_all.id}?huis=wolfsbos"
    assert "Wijzigen voor alle huizen" in admin.get(address).text
    days = {"first_date": "2026-12-30", "last_date": "2026-12-30"}
    assert admin.post(address, FIELDS | days).status_code == 303
    assert the_date(there, NEW_YEARS_EVE).state == "planned"
    assert admin.post(f"{CLOSED}/{of_all.id}/weg?huis=wolfsbos").status_code == 303
    assert count_rows(Closure) == 0


# -- school holidays ------------------------------------------------------------------------------


def test_school_holidays_are_proposed_to_be_checked_and_taken_over_one_by_one_or_all(
    app: Flask, cast: Cast
) -> None:
    browser, address = Browser(app, cast.coordinator), f"{CLOSED}/vakantie/nieuw"
    text = browser.get(CLOSED).text
    assert "Voorstel voor regio Noord. Kijk zelf na of de dagen kloppen." in text
    assert "Neem alle 4 over" in text
    assert browser.post(address, {"vakantie": "2026-12-19"}).status_code == 303
    [row] = Closure.select()
    assert (row.reason, row.kind, row.house) == ("Kerstvakantie", "school_holiday", cast.wolfsbos)
    for nothing in ("2026-12-19", "2026-12-20", "x", "2027-02-31"):
        answer = browser.post(address, {"vakantie": nothing})
        assert "Dit stond er al." in browser.get(answer.location).text
    assert browser.post(address, {}).status_code == 400
    assert browser.post(address, {"vakantie": "alle", "voor": "alle"}).status_code == 403
    assert count_rows(Closure) == 1
    assert browser.post(address, {"vakantie": "alle"}).status_code == 303
    assert count_rows(Closure) == 4
    assert "Voorstel voor regio Noord" not in browser.get(CLOSED).text
    admin = Browser(app, cast.admin)
    admin.post(f"{address}?huis=knooppunt", {"vakantie": "alle", "voor": "alle"})
    assert Closure.select().where(Closure.house.is_null()).count() == 4


def test_a_school_holiday_is_changed_and_deleted_and_dates_come_back(
    app: Flask, cast: Cast
) -> None:
    lunch = add_lunch(cast.wolfsbos)
    Activity.update(not_in_school_holidays=True).execute()
    browser = Browser(app, cast.coordinator)
    browser.post(f"{CLOSED}/vakantie/nieuw", {"vakantie": "2026-12-19"})
    address = f"{CLOSED}/{Closure.get().id}"
    assert the_date(lunch, NEW_YEARS_EVE).state == "cancelled"
    days = {"kind": "school_holiday", "first_date": "2026-12-19", "reason": "Kerstvakantie"}
    shorter = browser.post(address, days | {"last_date": "2026-12-30"})
    assert "1 keer gaat iets weer door." in browser.get(shorter.location).text
    assert the_date(lunch, NEW_YEARS_EVE).state == "planned"
    browser.post(address, days | {"last_date": "2027-01-03"})
    assert the_date(lunch, NEW_YEARS_EVE).state == "cancelled"
    assert errors(browser.post(address, days | {"last_date": "2026-12-01"}).text) == [
        "De laatste dag ligt voor de eerste."
    ]
    assert browser.post(f"{address}/weg").status_code == 303
    assert the_date(lunch, NEW_YEARS_EVE).state == "planned"
    assert "Kerstvakantie" in browser.get(CLOSED).text  # It is proposed again.


def test_people_of_what_pauses_are_listed_before_a_school_holiday_is_taken_over(
    app: Flask, cast: Cast
) -> None:
    lunch = add_lunch(cast.wolfsbos)
    Activity.update(not_in_school_holidays=True).execute()
    with_people(cast, lunch)
    browser, address = Browser(app, cast.coordinator), f"{CLOSED}/vakantie/nieuw"
    asking = browser.post(address, {"vakantie": "alle"})
    assert asking.status_code == 409
    assert "Joop" in asking.text
    assert "Ja, ga door" in asking.text
    assert browser.post(address, {"vakantie": "alle", "terug": "1"}).status_code == 200
    assert count_rows(Closure) == 0
    assert browser.post(address, asked_for(asking.text)).status_code == 303
    assert count_rows(Closure) == 4


# -- what has begun, is over, or belongs to others ------------------------------------------------


def test_what_has_begun_is_taken_away_from_today_on(app: Flask, cast: Cast) -> None:
    days = (dt.date(2026, 11, 23), dt.date(2026, 11, 30), ClosureKind.closed)
    closure = add_closure(cast.wolfsbos, *days, "Vloer", None, NOW)[0]
    browser, address = Browser(app, cast.coordinator), f"{CLOSED}/{closure.id}"
    assert "Haal weg vanaf vandaag" in browser.get(address).text
    answer = browser.post(f"{address}/weg")
    assert "Vanaf vandaag weggehaald." in browser.get(answer.location).text
    assert Closure.get().last_date == dt.date(2026, 11, 25)
    over = browser.get(address).text
    assert "Deze dagen zijn al voorbij." in over
    assert "<form" not in over
    assert browser.post(f"{address}/weg").status_code == 409
    assert browser.post(f"{address}/antwoord", {"dicht": "nee"}).status_code == 409
    assert count_rows(Closure) == 1


def test_days_of_another_house_do_not_exist_and_ids_that_are_none_neither(
    app: Flask, cast: Cast
) -> None:
    day = (NEW_YEARS_EVE, NEW_YEARS_EVE, ClosureKind.closed)
    other = add_closure(cast.knooppunt, *day, "Dicht", None, NOW)[0]
    browser = Browser(app, cast.coordinator)
    assert "31 december 2026" not in browser.get(CLOSED).text
    for number in (other.id, 99999, 2147483648, "0", "x"):
        assert browser.get(f"{CLOSED}/{number}").status_code == 404
        for verb in ("", "/weg", "/antwoord"):
            answer = browser.post(f"{CLOSED}/{number}{verb}", FIELDS | {"dicht": "nee"})
            assert answer.status_code == 404, (number, verb)
    assert (Closure.get().house, Closure.get().closes) == (cast.knooppunt, None)


def test_what_is_done_is_noted_by_id(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    browser.post(CLOSED, FIELDS)
    closure = Closure.get()
    browser.post(f"{CLOSED}/{closure.id}", FIELDS | {"reason": "Verf"})
    browser.post(f"{CLOSED}/{closure.id}/weg")
    noted = AuditEntry.select().where(AuditEntry.subject == "closure").order_by(AuditEntry.id)
    assert [(row.action, row.person, row.subject_id) for row in noted] == [
        (f"closure.{what}", cast.coordinator, str(closure.id))
        for what in ("add", "change", "remove")
    ]
    assert closures.coming_closures(cast.wolfsbos, TODAY) == []
