"""One day of the figures as a page: put right, chosen, answered; and what was forgotten."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from html import unescape
from uuid import uuid4

import pytest

from models import (
    CountDay,
    CountEvent,
    CountSource,
    HousePartner,
    Membership,
    Opening,
    OpeningPartner,
    Partner,
    Person,
    Role,
    TallySheet,
)
from rules import counting, openings, sheet_entry, tally_sheets
from rules.corrections import Right, correct
from rules.count_events import Batch
from tests.browser_of import Browser, form_of
from tests.cast import Cast, count_rows, make_activity, make_occurrence
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted

Browsers = Callable[[Person | None], Browser]
DAY = dt.timedelta(days=1)
YESTERDAY = TODAY - DAY
PAGE = f"/cijfers/dag/{YESTERDAY}"


def tap(cast: Cast, hour: int = 10, n: int = 1, received: dt.datetime = NOW) -> None:
    at = dt.datetime.combine(YESTERDAY, dt.time(hour - 1, 30)).isoformat() + "Z"
    event = {"id": str(uuid4()), "house": "wolfsbos", "kind": "visit", "n": n, "at": at}
    batch = Batch("phone", received, (event,))
    counting.receive(cast.volunteer, [cast.wolfsbos], batch, received)


def total(cast: Cast) -> int:
    return counting.day_total(cast.wolfsbos, YESTERDAY)


def words(page: str) -> str:
    """The text of a page, without its tags."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", page)).split())


# -- correcting -----------------------------------------------------------------------------------


def test_a_coordinator_puts_a_day_right_and_reads_what_was_changed(
    browser_of: Browsers, cast: Cast
) -> None:
    tap(cast, n=12)
    browser = browser_of(cast.coordinator)
    fields = browser.fields(PAGE)
    assert fields["n_10_0"] == fields["was_10_0"] == "12"
    fields |= {"n_10_0": "15", "reason": "Drie door de achterdeur", "aantal0": "2", "uur0": "16"}
    answer = browser.post(PAGE, fields)
    assert answer.status_code == 303
    assert total(cast) == 17
    shown = words(browser.get(PAGE).text)
    assert "Drie door de achterdeur" in shown
    assert "10–11 uur, Gewoon binnen: 12 werd 15" in shown
    assert "16–17 uur, Gewoon binnen: 0 werd 2" in shown
    assert "Corrie, 26-11-2026, 10.00 uur" in shown
    # Sent again over a slow connection, it is the same correction.
    assert browser.post(PAGE, fields).status_code == 303
    assert total(cast) == 17


def test_a_reason_of_one_figure_is_no_count_of_nobody(browser_of: Browsers, cast: Cast) -> None:
    nine, noon, five = dt.time(9), dt.time(12), dt.time(17)
    for start, end in ((nine, noon), (noon, five)):
        Opening.create(house=cast.wolfsbos, date=YESTERDAY, start_time=start, end_time=end)
    browser = browser_of(cast.coordinator)
    new = {"uur0": "10", "aantal0": "15", "reason": "0"}
    browser.post(PAGE, browser.fields(PAGE) | new)
    shown = words(browser.get(PAGE).text)
    assert "10–11 uur, Gewoon binnen: 0 werd 15" in shown
    assert "Nul bezoekers" not in shown
    rows = Opening.select().order_by(Opening.start_time)
    morning, afternoon = (f"/cijfers/opening/{row.id}/antwoord" for row in rows)
    assert browser.post(morning, {"antwoord": "closed"}).status_code == 409
    assert browser.post(afternoon, {"antwoord": "nobody"}).status_code == 303
    browser.get(PAGE)  # Says once what was answered.
    assert "Nul bezoekers" in words(browser.get(PAGE).text)


def test_a_tap_in_between_is_shown_and_nothing_that_was_typed_is_lost(
    browser_of: Browsers, cast: Cast
) -> None:
    tap(cast, n=5)
    browser = browser_of(cast.coordinator)
    fields = browser.fields(PAGE) | {"n_10_0": "6", "reason": "Telde verkeerd"}
    tap(cast)
    answer = browser.post(PAGE, fields)
    assert answer.status_code == 409
    assert "Er is intussen geteld" in answer.text
    assert "Nu staat hier 6." not in words(answer.text), "that is what was typed"
    kept = browser.post(PAGE, fields | {"n_10_0": "9"})
    assert "Nu staat hier 6." in words(kept.text)
    assert 'value="Telde verkeerd"' in kept.text
    assert total(cast) == 6
    again = form_of(kept)
    assert (again["was_10_0"], again["n_10_0"]) == ("6", "9")
    assert browser.post(PAGE, again).status_code == 303
    assert total(cast) == 9


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("reason", "", "Vul in waarom."),
        ("reason", "x" * 201, "Gebruik hoogstens 200 tekens."),
        ("reason", "a\x00b", "Hier staat een teken dat we niet kunnen bewaren."),
        ("n_10_0", "-1", "Vul een aantal in van 0 tot 5000."),
        ("n_10_0", "5001", "Vul een aantal in van 0 tot 5000."),
        ("n_10_0", str(2**70), "Vul hier een heel getal in."),
        ("n_10_0", "veel", "Vul hier een heel getal in."),
        ("n_10_0", "12", "Er is geen aantal veranderd."),
        ("n_10_0", "", "Er is geen aantal veranderd."),
        ("aantal0", "🎄", "Vul hier een heel getal in."),
        ("aantal0", "3", "Dit staat er al. Verbeter het daar."),
    ],
)
def test_a_correction_that_is_wrong_is_said_and_nothing_typed_is_lost(
    browser_of: Browsers, cast: Cast, field: str, value: str, sentence: str
) -> None:
    tap(cast, n=12)
    browser = browser_of(cast.coordinator)
    fields = browser.fields(PAGE) | {"n_10_0": "13", "reason": "Omdat", "uur0": "10"}
    answer = browser.post(PAGE, fields | {field: value})
    assert answer.status_code == 422
    assert sentence in answer.text
    if field != "reason":
        assert 'value="Omdat"' in answer.text
    assert total(cast) == 12


def test_nonsense_in_a_form_is_never_an_error_of_ours(browser_of: Browsers, cast: Cast) -> None:
    tap(cast)
    browser = browser_of(cast.coordinator)
    for nonsense in (
        {},
        {"n_99_0": "4", "was_99_0": "x", "reason": "a"},
        {"n_10_999999999": "4", "was_10_999999999": "0", "reason": "a"},
        {"n_10_0": ["1", "2"], "was_10_0": "zes", "reason": ["a", "b"]},
        {"uur0": "77", "wat0": "x", "aantal0": "4", "reason": "a"},
        {"uur0": "10", "wat0": str(2**70), "aantal0": "4", "reason": "a"},
    ):
        assert browser.post(PAGE, nonsense).status_code == 422, nonsense
    assert total(cast) == 1


@pytest.mark.parametrize(
    ("day", "sentence"),
    [
        (str(TODAY + DAY), "Deze dag moet nog komen."),
        (str(YESTERDAY - DAY), "Van deze dag weten we nog niets."),
        ("2026-02-31", "Deze pagina is er niet."),
        ("1999-01-01", "Deze pagina is er niet."),
        ("morgen", "Deze pagina is er niet."),
        ("2026-11-2५", "Deze pagina is er niet."),
    ],
)
def test_a_day_that_is_none_is_a_page_that_says_so(
    browser_of: Browsers, cast: Cast, day: str, sentence: str
) -> None:
    tap(cast)
    answer = browser_of(cast.coordinator).get(f"/cijfers/dag/{day}")
    assert answer.status_code == 404
    assert sentence in answer.text


def test_a_day_shows_hours_activities_and_ages(browser_of: Browsers, cast: Cast) -> None:
    date = make_occurrence(make_activity(cast.wolfsbos, "Koffie & taart"), YESTERDAY)
    at = dt.datetime.combine(YESTERDAY, dt.time(9, 30)).isoformat() + "Z"
    facts = {"house": "wolfsbos", "kind": "visit", "at": at, "occurrence": date.id}
    events = (
        {"id": str(uuid4()), "n": 4, "group": "senior", **facts},
        {"id": str(uuid4()), "n": 1, "group": "child", **facts},
    )
    counting.receive(cast.volunteer, [cast.wolfsbos], Batch("x", NOW, events), NOW)
    shown = words(browser_of(cast.coordinator).get(PAGE).text).replace("\u2060", "")
    assert "10–11 Koffie & taart 5" in shown
    assert "10–11 uur, Koffie & taart: 1 kinderen, 4 ouderen" in shown
    assert "Open 9.00–17.00 uur : 5 bezoekers" in shown


def test_the_page_asks_a_fixed_number_of_questions(browser_of: Browsers, cast: Cast) -> None:
    tap(cast, 9)
    browser = browser_of(cast.coordinator)
    browser.get(PAGE)
    with counted() as few:
        browser.get(PAGE)
    for hour in range(10, 16):
        make_occurrence(make_activity(cast.wolfsbos, f"Nummer {hour}"), YESTERDAY)
        tap(cast, hour)
    browser.get(PAGE)  # This look makes the dates of the new activities.
    with counted() as many:
        browser.get(PAGE)
    assert len(few) == len(many)


# -- forgotten ------------------------------------------------------------------------------------


@pytest.fixture
def settled(cast: Cast) -> list[Opening]:
    """Three openings that nobody counted, the newest first."""
    CountDay.create(house=cast.wolfsbos, date=TODAY - 3 * DAY)
    openings.settle(cast.wolfsbos, TODAY)
    CountDay.delete().execute()
    return list(Opening.select().order_by(Opening.date.desc()))


def test_an_opening_is_answered_with_one_tap_and_taken_back_with_another(
    browser_of: Browsers, cast: Cast, settled: list[Opening]
) -> None:
    browser, row = browser_of(cast.coordinator), settled[0]
    assert "Vergeten te tellen: 3 openingen" in browser.get("/vandaag").text
    fields = browser.fields("/cijfers/vergeten", f"/cijfers/opening/{row.id}/antwoord")
    answer = browser.post(f"/cijfers/opening/{row.id}/antwoord", fields | {"antwoord": "closed"})
    assert (answer.status_code, answer.location) == (303, "/cijfers/vergeten")
    assert Opening.get_by_id(row.id).state == "closed"
    shown = browser.get("/cijfers/vergeten").text
    assert "Dicht, genoteerd." in shown
    assert "Dicht, genoteerd." not in browser.get("/cijfers/vergeten").text, "said once"
    assert "Vergeten te tellen: 2 openingen" in browser.get("/vandaag").text
    back = browser.post(f"/cijfers/opening/{row.id}/ongedaan", {"next": PAGE})
    assert back.location == PAGE
    assert Opening.get_by_id(row.id).state == "open"
    assert "Het is ongedaan gemaakt." in browser.get(PAGE).text


def test_when_all_is_counted_the_page_says_so_and_today_says_nothing(
    browser_of: Browsers, cast: Cast
) -> None:
    tap(cast)
    browser = browser_of(cast.coordinator)
    assert "Mooi: elke opening" in browser.get("/cijfers/vergeten").text
    assert "Vergeten te tellen" not in browser.get("/vandaag").text


def test_a_volunteer_is_not_asked_what_was_forgotten(
    browser_of: Browsers, cast: Cast, settled: list[Opening]
) -> None:
    assert "Vergeten te tellen" not in browser_of(cast.volunteer).get("/vandaag").text


def test_an_answer_that_is_none_is_refused(
    browser_of: Browsers, cast: Cast, settled: list[Opening]
) -> None:
    browser, address = browser_of(cast.coordinator), f"/cijfers/opening/{settled[0].id}/antwoord"
    for nonsense in ({}, {"antwoord": "misschien"}, {"antwoord": "\x00"}):
        assert browser.post(address, nonsense).status_code == 400
    tap(cast)
    assert browser.post(address, {"antwoord": "nobody"}).status_code == 409
    assert (
        "Ongedaan maken kan nu niet meer."
        in browser.get(browser.post(address.replace("antwoord", "ongedaan")).location).text
    )


def test_a_sheet_that_waits_is_offered_with_its_day(
    browser_of: Browsers, cast: Cast, settled: list[Opening]
) -> None:
    tally_sheets.make_sheet(cast.wolfsbos, YESTERDAY, None, NOW - DAY, YESTERDAY)
    number = TallySheet.get().number
    shown = browser_of(cast.coordinator).get("/cijfers/vergeten").text
    assert f'href="/tellen/blad/{number}"' in shown


def test_the_list_asks_a_fixed_number_of_questions(
    browser_of: Browsers, cast: Cast, settled: list[Opening]
) -> None:
    browser = browser_of(cast.coordinator)
    browser.get("/cijfers/vergeten")
    with counted() as many:
        browser.get("/cijfers/vergeten")
    Opening.delete().where(Opening.date < YESTERDAY).execute()
    with counted() as few:
        browser.get("/cijfers/vergeten")
    assert len(few) == len(many)


# -- taps or sheet --------------------------------------------------------------------------------


def with_late_taps(cast: Cast) -> None:
    """A sheet of 15 at ten, and three taps of that hour that came afterwards."""
    tally_sheets.make_sheet(cast.wolfsbos, YESTERDAY, None, NOW - DAY, YESTERDAY)
    sheet = TallySheet.get()
    with pytest.raises(sheet_entry.LookFirst) as first:
        sheet_entry.enter(sheet, {(10, 0): 15}, {}, cast.volunteer, NOW, seen="")
    seen = first.value.look.fingerprint
    sheet_entry.enter(sheet, {(10, 0): 15}, {}, cast.volunteer, NOW, seen=seen)
    tap(cast, n=3, received=NOW + dt.timedelta(minutes=1))


@pytest.mark.parametrize("page", [PAGE, "/cijfers/vergeten"])
def test_late_taps_are_listed_and_one_tap_chooses(
    browser_of: Browsers, cast: Cast, page: str
) -> None:
    with_late_taps(cast)
    browser = browser_of(cast.coordinator)
    shown = words(browser.get(page).text)
    assert "Nu telt het blad." in shown
    assert "Tikken (3)" in shown
    assert "Blad (15)" in shown
    fields = browser.fields(page, f"{PAGE}/keuze")
    answer = browser.post(f"{PAGE}/keuze", fields | {"telt": "taps"})
    assert (answer.status_code, answer.location) == (303, page)
    assert total(cast) == 3
    assert "Tikken (3)" not in browser.get("/cijfers/vergeten").text
    assert "Nu tellen de tikken." in browser.get(PAGE).text


@pytest.mark.parametrize("page", [PAGE, "/cijfers/vergeten"])
def test_a_sheet_that_a_phone_sent_for_a_corrected_hour_is_asked_about(
    browser_of: Browsers, cast: Cast, page: str
) -> None:
    right = Right(hour=10, activity=0, n=5, was=0)
    correct(cast.wolfsbos, YESTERDAY, [right], "Nageteld", cast.coordinator, NOW, TODAY)
    tally_sheets.make_sheet(cast.wolfsbos, YESTERDAY, None, NOW - DAY, YESTERDAY)
    at = dt.datetime.combine(YESTERDAY, dt.time(9, 30)).isoformat() + "Z"
    facts = {"kind": "sheet", "n": 8, "sheet": TallySheet.get().number, "at": at}
    event = {"id": str(uuid4()), "house": "wolfsbos", **facts}
    counting.receive(cast.volunteer, [cast.wolfsbos], Batch("phone", NOW, (event,)), NOW)
    assert total(cast) == 5
    browser = browser_of(cast.coordinator)
    shown = words(browser.get(page).text)
    assert "Nu telt de verbetering." in shown
    assert "Verbetering (5)" in shown
    assert "Blad (8)" in shown
    fields = browser.fields(page, f"{PAGE}/keuze")
    assert browser.post(f"{PAGE}/keuze", fields | {"telt": "sheet"}).status_code == 303
    assert total(cast) == 8


def test_a_choice_after_a_correction_gives_the_number_that_stood_at_it(
    browser_of: Browsers, cast: Cast
) -> None:
    with_late_taps(cast)
    browser = browser_of(cast.coordinator)
    fields = browser.fields(PAGE) | {"n_10_0": "17", "reason": "Nageteld"}
    browser.post(PAGE, fields)
    for page in (PAGE, "/cijfers/vergeten"):
        shown = words(browser.get(page).text)
        assert "Tikken (3)" in shown
        assert "Blad (17)" in shown
        assert "Dit uur is verbeterd. Kies je anders dan nu? Dan vervalt dat." in shown
    browser.post(f"{PAGE}/keuze", browser.fields(PAGE, f"{PAGE}/keuze") | {"telt": "taps"})
    assert total(cast) == 3
    shown = words(browser.get(PAGE).text)
    assert "10–11 uur, Gewoon binnen: 15 werd 17 telt niet meer mee" in shown
    assert "Dit uur is verbeterd." not in shown


def test_the_day_says_how_many_taps_came_later(browser_of: Browsers, cast: Cast) -> None:
    with_late_taps(cast)
    shown = browser_of(cast.coordinator).get(PAGE).text
    assert "Later kwamen nog 3 tikken binnen." in shown
    assert "kies wat telt" in shown


def test_a_choice_that_is_none_is_refused(browser_of: Browsers, cast: Cast) -> None:
    with_late_taps(cast)
    browser = browser_of(cast.coordinator)
    for nonsense in ({}, {"uur": "10"}, {"uur": "10", "telt": "x"}, {"uur": "77", "telt": "taps"}):
        assert browser.post(f"{PAGE}/keuze", nonsense).status_code == 400
    fields = {"uur": "11", "telt": CountSource.taps.value}
    assert browser.post(f"{PAGE}/keuze", fields).status_code == 409


# -- partners -------------------------------------------------------------------------------------


@pytest.fixture
def ggz(cast: Cast) -> Partner:
    made = Partner.create(name="GGZ Drenthe")
    HousePartner.create(house=cast.wolfsbos, partner=made)
    return made


def test_helpers_tick_who_is_there_today(browser_of: Browsers, cast: Cast, ggz: Partner) -> None:
    browser = browser_of(cast.volunteer)
    assert 'href="/tellen/partners"' in browser.get("/vandaag").text
    answer = browser.post("/tellen/partners", {"er-0900": str(ggz.id)})
    assert answer.status_code == 303
    row = OpeningPartner.get()
    assert (row.opening.date, row.partner) == (TODAY, ggz)
    assert browser.fields("/tellen/partners", "/tellen/partners")["er-0900"] == [str(ggz.id)]
    browser.post("/tellen/partners", {"was-0900": str(ggz.id)})
    assert count_rows(OpeningPartner) == 0


def test_a_coordinator_notes_who_was_there_on_a_past_day(
    browser_of: Browsers, cast: Cast, ggz: Partner
) -> None:
    tap(cast)
    browser = browser_of(cast.coordinator)
    assert browser.post(f"{PAGE}/partners", {"er-0900": str(ggz.id)}).status_code == 303
    assert OpeningPartner.get().opening.date == YESTERDAY
    shown = words(browser.get(PAGE).text)
    assert "Partners die er waren GGZ Drenthe" in shown
    assert browser_of(cast.volunteer).post(f"{PAGE}/partners").status_code == 403


def test_boxes_that_are_none_change_nothing(browser_of: Browsers, cast: Cast, ggz: Partner) -> None:
    browser = browser_of(cast.volunteer)
    for nonsense in ({"er-0900": ["x", "-1", "\x00"]}, {"er-9999": str(ggz.id)}):
        assert browser.post("/tellen/partners", nonsense).status_code == 303
    for unknown in ("999", "999999999"):
        assert browser.post("/tellen/partners", {"er-0900": unknown}).status_code == 422
    assert count_rows(OpeningPartner) == 0


def test_a_house_without_partners_or_hours_is_a_page_with_a_next_step(
    browser_of: Browsers, cast: Cast
) -> None:
    assert "nog geen partners" in browser_of(cast.volunteer).get("/tellen/partners").text
    assert "Voeg een partner toe" in browser_of(cast.coordinator).get("/tellen/partners").text


# -- several houses -------------------------------------------------------------------------------


def test_a_day_is_that_of_the_house_at_hand(browser_of: Browsers, cast: Cast) -> None:
    tap(cast, n=7)
    Membership.create(house=cast.knooppunt, person=cast.coordinator, role=Role.coordinator)
    browser = browser_of(cast.coordinator)
    assert "<strong>7</strong>" in browser.get(f"{PAGE}?huis=wolfsbos").text
    assert "Er is niets geteld." in browser.get(f"{PAGE}?huis=knooppunt").text
    there = f"{PAGE}?huis=knooppunt"
    browser.post(there, browser.fields(there) | {"aantal0": "2", "reason": "Papier"})
    assert total(cast) == 7
    assert CountEvent.select().where(CountEvent.house == cast.knooppunt).count() == 1
