"""What is open by urgency, whom to ring, the text to share, and whether the house can open."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Callable
from typing import Any

import pytest
from playhouse.test_utils import count_queries

from models import (
    HOLDING,
    Call,
    CallOutcome,
    OpeningHours,
    Person,
    Place,
    PlaceHow,
    PlaceState,
    Qualification,
    QualificationKind,
    Seat,
    Shift,
    ShiftState,
)
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY

TOMORROW = TODAY + dt.timedelta(days=1)
SATURDAY = TODAY + dt.timedelta(days=2)
#: From before the house opens until it closes.
ALL_DAY = {"start_time": dt.time(8), "end_time": dt.time(17)}
OPEN, AHEAD = "/rooster/open", "/rooster/openen"
BrowserOf = Callable[[Person | None], Browser]


def seat_on(cast: Cast, date: dt.date = SATURDAY, **facts: Any) -> Seat:
    return make_shift(cast.wolfsbos, date, **facts).seats.order_by(Seat.position).first()


def holder_of(seat: Seat) -> Person | None:
    place = Place.get_or_none(Place.seat == seat, Place.state.in_(HOLDING))
    return place and place.person


def headings(text: str) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", text)


# -- by urgency -----------------------------------------------------------------------------------


def test_gaps_stand_under_how_much_they_matter(cast: Cast, browser_of: BrowserOf) -> None:
    extra = seat_on(cast, SATURDAY + dt.timedelta(days=1))
    Seat.update(required=False).where(Seat.id == extra.id).execute()
    seat_on(cast, SATURDAY + dt.timedelta(days=7))
    seat_on(cast, SATURDAY)
    seat_on(cast, TOMORROW)
    for person in (cast.volunteer, cast.coordinator):
        text = browser_of(person).get(OPEN).text
        assert headings(text) == ["Nodig om te openen", "Binnenkort", "Later", "Extra handen"]


def test_a_volunteer_sees_first_what_they_can_take(cast: Cast, browser_of: BrowserOf) -> None:
    key = seat_on(cast, SATURDAY, qualification="key_holder", title="Sleutel")
    free = seat_on(cast, SATURDAY + dt.timedelta(days=9))
    text = browser_of(cast.volunteer).get(OPEN).text
    mine, _fold, others = text.partition("Open plekken voor anderen")
    assert f"dienst-{free.shift_id}" in mine
    assert f"dienst-{key.shift_id}" in others
    assert f'formaction="/rooster/plek/{free.id}/aanmelden"' in mine
    assert "/bellen" not in text
    assert AHEAD not in text


def test_a_coordinator_sees_every_gap_with_whom_to_ring(cast: Cast, browser_of: BrowserOf) -> None:
    key = seat_on(cast, qualification="key_holder")
    held = seat_on(cast, SATURDAY + dt.timedelta(days=1))
    make_place(held, cast.volunteer, NOW, state=PlaceState.seeking_cover)
    text = browser_of(cast.coordinator).get(OPEN).text
    for seat in (key, held):
        assert f'href="/rooster/dienst/{seat.shift_id}/bellen"' in text
    assert "voor: sleutelhouder" in text
    assert "Joop zoekt vervanging" in text
    assert "Open plekken voor anderen" not in text


def test_what_was_just_taken_stays_in_the_list_with_the_way_back(
    cast: Cast, browser_of: BrowserOf
) -> None:
    seat = seat_on(cast)
    browser = browser_of(cast.volunteer)
    browser.post(f"/rooster/plek/{seat.id}/aanmelden", {"next": OPEN})
    text = browser.get(OPEN).text
    assert headings(text) == ["Binnenkort"]
    assert "Je staat erop." in text
    assert f"/rooster/plek/{seat.id}/ongedaan" in text
    assert "Alle plekken zijn bezet." in browser.get(OPEN).text


def test_another_house_and_what_needs_nobody_are_not_there(
    cast: Cast, browser_of: BrowserOf
) -> None:
    make_shift(cast.knooppunt, SATURDAY)
    seat_on(cast, state=ShiftState.cancelled)
    seat_on(cast, TODAY - dt.timedelta(days=1))
    for person in (cast.volunteer, cast.coordinator):
        text = browser_of(person).get(OPEN).text
        assert "dienst-" not in text
        assert "Alle plekken zijn bezet. Mooi!" in text
    assert browser_of(cast.viewer).get(OPEN).status_code == 403


@pytest.mark.parametrize("who", ["volunteer", "coordinator"])
def test_many_gaps_take_as_many_queries_as_few(cast: Cast, browser_of: BrowserOf, who: str) -> None:
    browser = browser_of(getattr(cast, who))
    seat_on(cast, TOMORROW)
    browser.get(OPEN)
    with count_queries() as few:
        browser.get(OPEN)
    for n in range(12):
        make_shift(cast.wolfsbos, TOMORROW + dt.timedelta(days=n), seats=3)
    with count_queries() as many:
        browser.get(OPEN)
    assert few.count == many.count


# -- whom to ring ---------------------------------------------------------------------------------


def ring(browser: Browser, seat: Seat, person: Person, outcome: str = "yes", **fields: Any) -> Any:
    """Press one of the buttons of a call list, as the page offers them."""
    address = f"/rooster/dienst/{seat.shift_id}/bellen"
    offered = browser.fields(address, action=address) if "once" not in fields else {}
    answer = {"answer": f"{outcome}-{person.id}-{seat.id}"}
    return browser.post(address, {**offered, **fields, **answer})


def test_the_list_says_who_why_and_how(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    Person.update(phone="0612345678").where(Person.id == cast.key_holder).execute()
    Call.create(
        house=cast.wolfsbos,
        shift=make_shift(cast.wolfsbos, TODAY - dt.timedelta(days=8)),
        person=cast.key_holder,
        outcome=CallOutcome.no,
        at=NOW - dt.timedelta(days=9),
    )
    text = browser_of(cast.coordinator).get(f"/rooster/dienst/{seat.shift_id}/bellen").text
    assert text.index("Joop van der Berg") < text.index("Anneke Bos")
    assert "Nog nooit gebeld · 0 diensten in drie maanden" in text
    assert "Kon niet, gebeld op 17-11-2026 · 0 diensten" in text
    assert 'href="tel:0612345678" aria-label="Bel Anneke"' in text
    assert "geen nummer" in text, "of Joop nobody knows the number"
    for outcome in CallOutcome:
        assert f'value="{outcome}-{cast.volunteer.id}-{seat.id}"' in text


def test_yes_signs_up_and_no_moves_to_the_end(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    browser = browser_of(cast.coordinator)
    here = f"/rooster/dienst/{seat.shift_id}/bellen"
    answer = ring(browser, seat, cast.volunteer, "no")
    assert (answer.status_code, answer.location) == (303, here)
    text = browser.get(here).text
    assert "Genoteerd: Joop kan niet." in text
    assert "Zei nee voor deze dienst" in text
    assert text.index("Anneke Bos") < text.index("Joop van der Berg")
    ring(browser, seat, cast.key_holder)
    text = browser.get(here).text
    assert "Anneke komt. De plek is bezet." in text
    assert "Voor deze dienst zoeken we niemand meer." in text
    place = Place.get()
    assert (place.person, place.how, place.by) == (
        cast.key_holder,
        PlaceHow.by_phone,
        cast.coordinator,
    )


def test_a_double_tap_is_remembered_once(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    browser = browser_of(cast.coordinator)
    here = f"/rooster/dienst/{seat.shift_id}/bellen"
    fields = browser.fields(here, action=here)
    for _ in range(2):
        assert ring(browser, seat, cast.volunteer, "no_answer", **fields).status_code == 303
    assert count_rows(Call) == 1
    ring(browser, seat, cast.volunteer, "no_answer")
    assert count_rows(Call) == 2, "a second try later is a second try"


def test_who_comes_too_late_reads_who_has_the_seat(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    browser = browser_of(cast.coordinator)
    here = f"/rooster/dienst/{seat.shift_id}/bellen"
    fields = browser.fields(here, action=here)
    make_place(seat, cast.key_holder, NOW)
    answer = ring(browser, seat, cast.volunteer, **fields)
    assert answer.status_code == 409
    assert re.search(r'role="alert">Anneke [^<]*</p>', answer.text)
    assert count_rows(Call) == 0
    assert holder_of(seat) == cast.key_holder


def test_somebody_new_is_named_but_not_rung(cast: Cast, browser_of: BrowserOf) -> None:
    for n in range(3):
        old = make_shift(cast.wolfsbos, TODAY - dt.timedelta(days=20 + n))
        make_place(old.seats.get(), cast.key_holder, NOW)
    seat = seat_on(cast)
    browser = browser_of(cast.coordinator)
    text = browser.get(f"/rooster/dienst/{seat.shift_id}/bellen").text
    assert "Joop van der Berg" in text.partition("Nieuw: nog niet alleen")[2]
    assert f"yes-{cast.volunteer.id}-" not in text
    answer = ring(browser, seat, cast.volunteer)
    assert answer.status_code == 409
    assert "Joop is nog nieuw. Zoek er eerst iemand met ervaring bij." in answer.text


def test_a_host_of_today_rings_for_today_only(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast, TODAY, start_time=dt.time(13), end_time=dt.time(15))
    other_day = seat_on(cast, TOMORROW)
    browser = browser_of(cast.volunteer)
    address = f"/rooster/dienst/{seat.shift_id}/bellen"
    assert browser.get(address).status_code == 403
    make_place(seat_on(cast, TODAY), cast.volunteer, NOW)
    assert "Anneke Bos" in browser.get(address).text
    assert ring(browser, seat, cast.key_holder).status_code == 303
    assert holder_of(seat) == cast.key_holder
    assert browser.get(f"/rooster/dienst/{other_day.shift_id}/bellen").status_code == 403


def test_the_list_is_not_for_others(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    address = f"/rooster/dienst/{seat.shift_id}/bellen"
    Person.update(phone="0612345678").execute()
    for person, status in (
        (cast.volunteer, 403),
        (cast.viewer, 403),
        (cast.other_coordinator, 404),
        (cast.other_volunteer, 404),
    ):
        browser = browser_of(person)
        for answer in (
            browser.get(address),
            browser.post(address, {"answer": f"yes-{cast.key_holder.id}-{seat.id}"}),
        ):
            assert answer.status_code == status
            assert "0612345678" not in answer.text
            assert "Anneke" not in answer.text
    assert count_rows(Call) == count_rows(Place) == 0


@pytest.mark.parametrize(
    "answer",
    [
        *("", "ja", "yes", "yes-1", "yes-1-", "maybe-1-1", "yes-1-1-1", " yes-1-1", "yes-1-1\n"),
        *("yes--1-1", f"yes-{2**70}-1", "yes-1-١", "no\x00-1-1", "🙂", "yes-1-1,2"),
    ],
)
def test_nonsense_is_a_sentence(cast: Cast, browser_of: BrowserOf, answer: str) -> None:
    seat = seat_on(cast)
    address = f"/rooster/dienst/{seat.shift_id}/bellen"
    given = browser_of(cast.coordinator).post(address, {"answer": answer})
    assert given.status_code == 400
    assert "Kies ja, nee of geen gehoor." in given.text
    assert count_rows(Call) == 0


def test_people_and_seats_of_elsewhere_do_not_exist(cast: Cast, browser_of: BrowserOf) -> None:
    seat = seat_on(cast)
    elsewhere = make_shift(cast.knooppunt, SATURDAY).seats.get()
    beside = seat_on(cast, SATURDAY)
    browser = browser_of(cast.coordinator)
    address = f"/rooster/dienst/{seat.shift_id}/bellen"
    for person, wanted in (
        (cast.other_volunteer.id, seat.id),
        (999999, seat.id),
        (cast.volunteer.id, elsewhere.id),
        (cast.volunteer.id, beside.id),
        (cast.volunteer.id, 999999999),
    ):
        given = browser.post(address, {"answer": f"yes-{person}-{wanted}"})
        assert given.status_code == 404
    answer = ring(browser, seat, cast.viewer)
    assert answer.status_code == 409
    assert "Mees helpt niet meer in dit huis." in answer.text
    assert count_rows(Call) == count_rows(Place) == 0


def test_the_call_list_takes_as_many_queries_for_many_people(
    cast: Cast, browser_of: BrowserOf
) -> None:
    shift = make_shift(cast.wolfsbos, SATURDAY, seats=3)
    browser = browser_of(cast.coordinator)
    address = f"/rooster/dienst/{shift.id}/bellen"
    browser.get(address)
    with count_queries() as few:
        browser.get(address)
    for n in range(15):
        make_person(f"Hulp{n}", house=cast.wolfsbos)
    with count_queries() as many:
        browser.get(address)
    assert few.count == many.count


# -- can we open? ---------------------------------------------------------------------------------


def test_the_two_weeks_ahead_say_who_opens_and_what_is_missing(
    cast: Cast, browser_of: BrowserOf
) -> None:
    for person in (cast.key_holder, cast.volunteer):
        make_place(seat_on(cast, TODAY, start_time=dt.time(8)), person, NOW)
    Qualification.create(person=cast.volunteer, kind=QualificationKind.first_aid)
    gap = seat_on(cast, TOMORROW, start_time=dt.time(8), qualification="key_holder")
    text = browser_of(cast.coordinator).get(AHEAD).text
    today, tomorrow = text.partition('id="dag-2026-11-27"')[::2]
    assert "We kunnen open" in today
    assert "Sleutel: Anneke (8.00). Samen met Joop." in today
    assert "BHV: Joop" in today
    tomorrow, later = tomorrow.partition('id="dag-2026-11-30"')[::2]
    assert "Nog niemand om te openen" in tomorrow
    assert f"/rooster/dienst/{gap.shift_id}/bellen" in tomorrow
    assert "Op het rooster is hiervoor geen open plek." in later
    assert "dag-2026-11-28" not in text, "a Saturday has no opening hours"
    assert text.count('<section id="dag-') == 10


def test_hours_without_a_shift_lead_to_a_form_with_the_day_and_hours_filled_in(
    cast: Cast, browser_of: BrowserOf
) -> None:
    for person in (cast.key_holder, cast.volunteer):
        make_place(seat_on(cast, TOMORROW, start_time=dt.time(8)), person, NOW)
    gap = seat_on(cast, TOMORROW, start_time=dt.time(14), end_time=dt.time(17))
    browser = browser_of(cast.coordinator)
    tomorrow = browser.get(AHEAD).text.partition('id="dag-2026-11-27"')[2]
    tomorrow = tomorrow.partition("</section>")[0]
    assert "We kunnen open" in tomorrow
    assert f"/rooster/dienst/{gap.shift_id}/bellen" in tomorrow
    [address] = re.findall(r'href="(/rooster/dienst/nieuw[^"]*)"', tomorrow)
    address = html.unescape(address)
    assert "Maak een dienst van 13.00 tot 14.00" in tomorrow
    fields = browser.fields(address, address)
    assert [fields[name] for name in ("date", "start_time", "end_time")] == [
        "2026-11-27",
        "13:00",
        "14:00",
    ]
    answer = browser.post(address, {**fields, "title": "Bar", "seats-0-role": "Bar"})
    assert answer.status_code == 303
    assert Shift.get(Shift.title == "Bar").start_time == dt.time(13)
    assert (
        "dienst/nieuw"
        not in browser.get(AHEAD)
        .text.partition('id="dag-2026-11-27"')[2]
        .partition("</section>")[0]
    )


def test_home_tells_a_coordinator_about_the_week_ahead(cast: Cast, browser_of: BrowserOf) -> None:
    Qualification.create(person=cast.volunteer, kind=QualificationKind.first_aid)
    for n in range(1, 8):
        for person in (cast.key_holder, cast.volunteer):
            if n != 5 or person != cast.volunteer:
                seat = seat_on(cast, TODAY + dt.timedelta(days=n), **ALL_DAY)
                make_place(seat, person, NOW)
    text = browser_of(cast.coordinator).get("/vandaag").text
    week = text.partition("De komende week")[2].partition("</section>")[0]
    assert re.findall(r"#dag-([0-9-]+)", week) == ["2026-12-01"]
    assert "Er is nog geen tweede" in week
    seat = seat_on(cast, TODAY + dt.timedelta(days=5), **ALL_DAY)
    place = make_place(seat, cast.volunteer, NOW)
    browser = browser_of(cast.coordinator)
    assert "Alles rond: we kunnen elke dag open." in browser.get("/vandaag").text
    Place.update(state=PlaceState.seeking_cover).where(Place.id == place.id).execute()
    week = browser.get("/vandaag").text.partition("De komende week")[2]
    assert "Joop zoekt vervanging." in week.partition("</section>")[0]
    assert "De komende week" not in browser_of(cast.volunteer).get("/vandaag").text


def test_hours_without_anybody_are_said_beside_the_verdict(
    cast: Cast, browser_of: BrowserOf
) -> None:
    for day in (TODAY, TOMORROW):
        for person, start, end in (
            (cast.key_holder, dt.time(8, 30), dt.time(12, 30)),
            (cast.volunteer, dt.time(9, 15), dt.time(10, 45)),
        ):
            make_place(seat_on(cast, day, start_time=start, end_time=end), person, NOW)
    who = "Sleutel: Anneke (8.30). Samen met Joop, vanaf 9.15."
    one, nobody = "Van 10.45 tot 12.30 is er maar één persoon.", "Na 12.30 is er niemand."
    browser = browser_of(cast.coordinator)
    card, week = browser.get("/vandaag").text.split("De komende week")
    for page in (card, browser.get(AHEAD).text.partition('id="dag-2026-11-27"')[2]):
        assert "We kunnen open" in page
        assert who in page
        assert f"{one} {nobody}" in page
        assert "Tot 9.15" not in page, "that is said with the name"
    tomorrow = week.partition("</a>")[0]
    assert "#dag-2026-11-27" in tomorrow
    assert nobody in tomorrow
    assert one not in tomorrow
    assert "Alles rond" not in week


def test_of_a_day_that_cannot_open_only_empty_hours_are_said_besides(
    cast: Cast, browser_of: BrowserOf
) -> None:
    make_place(seat_on(cast, TODAY, start_time=dt.time(8)), cast.key_holder, NOW)
    text = browser_of(cast.volunteer).get("/vandaag").text
    assert "Er is nog geen tweede" in text
    assert "Na 13.00 is er niemand." in text
    assert "één persoon" not in text
    Place.delete().execute()
    assert "niemand." not in browser_of(cast.volunteer).get("/vandaag").text
    make_place(seat_on(cast, TODAY, start_time=dt.time(11)), cast.volunteer, NOW)
    make_place(
        seat_on(cast, TODAY, start_time=dt.time(14), end_time=dt.time(17)), cast.coordinator, NOW
    )
    text = browser_of(cast.volunteer).get("/vandaag").text
    assert "Tot 11.00 is er niemand." in text
    assert "Van 13.00 tot 14.00 is er niemand." in text


def test_home_says_softly_that_there_is_no_first_aider_and_who_seeks_cover(
    cast: Cast, browser_of: BrowserOf
) -> None:
    make_place(seat_on(cast, TODAY, start_time=dt.time(8)), cast.key_holder, NOW)
    place = make_place(
        seat_on(cast, TODAY, start_time=dt.time(8)),
        cast.volunteer,
        NOW,
        state=PlaceState.seeking_cover,
    )
    card = browser_of(cast.volunteer).get("/vandaag").text.partition("card good")[2]
    card = card.partition("</section>")[0]
    assert "Er is nog geen BHV" in card
    assert "Joop zoekt vervanging." in card
    late = {"start_time": dt.time(13), "end_time": dt.time(15)}
    Shift.update(late).where(Shift.id == place.shift_id).execute()
    card = browser_of(cast.volunteer).get("/vandaag").text.partition("card stop")[2]
    assert "Er is nog geen tweede" in card
    assert "Joop komt pas later." in card


def test_a_house_without_hours_reads_where_to_fill_them_in(
    cast: Cast, browser_of: BrowserOf
) -> None:
    OpeningHours.delete().execute()
    browser = browser_of(cast.coordinator)
    assert 'href="/huis/wolfsbos"' in browser.get(AHEAD).text
    assert "De komende week" not in browser.get("/vandaag").text
