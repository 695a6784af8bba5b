"""The desk tablet through the front door: pairing, its page, who counts on it, unpairing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask

import models
from models import CountEvent, Device, Membership, Person, Place, Seat
from rules import access, counting, desks, passwords
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_activity, make_occurrence, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.desk_tablet import PAIR, code_for, desk_of

EVENTS = "/tellen/gebeurtenissen"
HOME = "/huis/wolfsbos"
LATER = dt.timedelta(days=1)
SECRET = "een lange zin"

Browsers = Callable[[Person | None], Browser]


def visit(**facts: Any) -> dict[str, Any]:
    at = "2026-11-26T08:59:58.301Z"
    return {"id": str(uuid4()), "house": "wolfsbos", "kind": "visit", "n": 1, "at": at, **facts}


def send(tablet: Browser, *events: dict[str, Any], **facts: Any) -> Any:
    body = {"device": "phone", "sent_at": "2026-11-26T09:00:00Z", "events": list(events), **facts}
    return tablet.client.post(EVENTS, json=body)


def tap(tablet: Browser, **fields: Any) -> int:
    sent = {"tik": str(uuid4()), "next": "/balie", **fields}
    return tablet.post("/tellen", sent, from_page="/balie").status_code


# -- pairing --------------------------------------------------------------------------------------


def test_a_coordinator_reads_a_code_out_and_the_tablet_becomes_the_desk(
    app: Flask, cast: Cast, browser_of: Browsers
) -> None:
    shown = browser_of(cast.coordinator).post(f"{HOME}/tablet")
    code = "".join(re.findall(r"<bdi>(\w{4})</bdi>", shown.text))
    assert "tot 10.15 uur" in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    tablet = Browser(app, None)
    assert tablet.post(PAIR, {"code": code}, from_page=PAIR).headers["Location"] == "/balie"
    page = tablet.get("/balie").text
    assert "Huis van de Buurt Wolfsbos" in page
    assert "Donderdag 26 november" in page
    assert Device.get(Device.house == cast.wolfsbos).person is None


def test_looking_at_a_link_pairs_nothing(app: Flask, cast: Cast) -> None:
    """Previews of links look at them; a person presses a button."""
    code = code_for(app, cast.wolfsbos)
    preview = Browser(app, None)
    assert f'value="{code}"' in preview.get(f"{PAIR}?code={code}").text
    assert preview.get("/balie").status_code == 303
    assert count_rows(Device) == 0
    assert preview.get(f"{PAIR}?code=%00{'x' * 300}").status_code == 200


@pytest.mark.parametrize("code", ["", "ACDEFGHJ", "\x00", "x" * 21, "😀", str(2**70)])
def test_a_wrong_code_is_said_at_its_field(app: Flask, cast: Cast, code: str) -> None:
    answer = Browser(app, None).post(PAIR, {"code": code}, from_page=PAIR)
    assert answer.status_code == 422
    assert 'id="code-fout"' in answer.text
    assert count_rows(Device) == 0


def test_a_used_and_an_old_code_get_the_sentence_of_a_wrong_one(app: Flask, cast: Cast) -> None:
    used = code_for(app, cast.wolfsbos)
    Browser(app, None).post(PAIR, {"code": used}, from_page=PAIR)
    old = code_for(app, cast.wolfsbos)
    app.config["CLOCK"] = lambda: NOW + desks.CODE_LASTS
    said = {
        re.findall(r'id="code-fout">([^<]+)', page)[0]
        for code in (used, old, "ACDEFGHJ")
        for page in [Browser(app, None).post(PAIR, {"code": code}, from_page=PAIR).text]
    }
    assert said == {"Deze code werkt niet. Vraag de coördinator om een nieuwe."}
    assert count_rows(Device) == 1


def test_guessing_codes_is_slowed_down(app: Flask, cast: Cast) -> None:
    guesser = Browser(app, None)
    for _guess in range(5):
        assert guesser.post(PAIR, {"code": "ACDEFGHJ"}, from_page=PAIR).status_code == 422
    code = code_for(app, cast.wolfsbos)
    answer = guesser.post(PAIR, {"code": code}, from_page=PAIR)
    assert answer.status_code == 429
    assert "Te vaak geprobeerd." in answer.text
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=1)
    assert guesser.post(PAIR, {"code": code}, from_page=PAIR).status_code == 303


def test_who_pairs_their_own_browser_is_told_and_logged_out(
    app: Flask, cast: Cast, browser_of: Browsers
) -> None:
    browser = browser_of(cast.volunteer)
    assert "Koppelen logt je hier uit." in browser.get(PAIR).text
    old = Device.get()
    browser.post(PAIR, {"code": code_for(app, cast.wolfsbos)}, from_page=PAIR)
    assert browser.get("/rooster").status_code == 403
    assert Device.get_by_id(old.id).revoked == NOW


def test_a_coordinator_makes_the_browser_in_hand_the_desk(cast: Cast, browser_of: Browsers) -> None:
    browser = browser_of(cast.coordinator)
    assert "Jij wordt hier uitgelogd." in browser.get(HOME).text
    answer = browser.post(f"{HOME}/tablet/dit")
    assert answer.headers["Location"] == "/balie"
    assert answer.headers["Clear-Site-Data"] == '"cache"'
    assert browser.get("/balie").status_code == 200
    assert browser.get(HOME).status_code == 403


def test_a_desk_is_not_paired_again_unnoticed(app: Flask, cast: Cast) -> None:
    tablet, code = desk_of(app, cast.wolfsbos), code_for(app, cast.knooppunt)
    assert "Dit is al de balie van Huis van de Buurt Wolfsbos." in tablet.get(PAIR).text
    assert tablet.post(PAIR, {"code": code}).status_code == 409
    assert Device.select().where(Device.house == cast.knooppunt).count() == 0


def test_nobody_logs_in_on_the_desk(app: Flask, cast: Cast) -> None:
    tablet = desk_of(app, cast.wolfsbos)
    link = f"/k/{access.make_login_token(cast.volunteer, models.TokenKind.invite, NOW)}"
    for address in ("/inloggen", link):
        for answer in (tablet.get(address), tablet.post(address)):
            assert answer.status_code == 403
            assert "Dit scherm is van de balie." in answer.text
            assert "Zelf inloggen? Dat kan op je eigen telefoon." in answer.text
    assert tablet.get("/balie").status_code == 200
    assert count_rows(Device) == 1


# -- unpairing ------------------------------------------------------------------------------------


def test_a_tablet_that_was_unpaired_reads_so_at_once(
    app: Flask, cast: Cast, browser_of: Browsers
) -> None:
    tablet, coordinator = desk_of(app, cast.wolfsbos), browser_of(cast.coordinator)
    device = Device.get(Device.house == cast.wolfsbos)
    listed = coordinator.get(HOME).text
    assert f'action="{HOME}/tablet/{device.id}/los"' in listed
    gone = coordinator.post(f"{HOME}/tablet/{device.id}/los")
    assert gone.headers["Location"] == f"{HOME}#tablet"
    for address in ("/balie", "/vandaag", "/rooster"):
        assert tablet.get(address).headers["Location"] == PAIR
    page = tablet.get(PAIR).text
    assert "Deze tablet is losgekoppeld." in page
    assert "Koppel deze tablet" in page
    assert send(tablet, visit()).status_code == 401
    assert tap(tablet) in (303, 400)
    assert count_rows(CountEvent) == 0
    quiet = tablet.get("/balie", headers={"HX-Request": "true"})
    assert (quiet.status_code, quiet.headers["HX-Redirect"]) == (401, PAIR)
    assert "/los" not in coordinator.get(HOME).text


def test_a_tablet_of_another_house_does_not_exist(
    app: Flask, cast: Cast, browser_of: Browsers
) -> None:
    tablet = desk_of(app, cast.knooppunt)
    device = Device.get(Device.house == cast.knooppunt)
    coordinator = browser_of(cast.coordinator)
    assert coordinator.post(f"{HOME}/tablet/{device.id}/los").status_code == 404
    assert coordinator.post(f"/huis/knooppunt/tablet/{device.id}/los").status_code == 404
    mine = Device.get(Device.person == cast.coordinator)
    assert coordinator.post(f"{HOME}/tablet/{mine.id}/los").status_code == 404
    assert tablet.get("/balie").status_code == 200
    assert coordinator.get(HOME).status_code == 200


def test_a_coordinator_unpairs_the_tablet_on_the_tablet_and_nobody_else_does(
    app: Flask, cast: Cast
) -> None:
    tablet = desk_of(app, cast.wolfsbos)
    for person in (cast.coordinator, cast.volunteer, cast.other_coordinator):
        passwords.set_password(person, SECRET, NOW)
    for person, word, status in (
        (cast.volunteer, SECRET, 403),
        (cast.other_coordinator, SECRET, 403),
        (cast.coordinator, "iets anders", 422),
        (cast.coordinator, "", 422),
    ):
        fields = {"email": person.email, "password": word}
        assert tablet.post("/balie/loskoppelen", fields).status_code == status
        assert tablet.get("/balie").status_code == 200
    fields = {"email": cast.coordinator.email, "password": SECRET}
    assert tablet.post("/balie/loskoppelen", fields).headers["Location"] == "/inloggen"
    assert "De tablet is losgekoppeld." in tablet.get("/inloggen").text
    assert tablet.get("/balie").headers["Location"] == PAIR


# -- its page -------------------------------------------------------------------------------------


def test_it_shows_the_day_by_first_names_and_nothing_more_of_anybody(
    app: Flask, cast: Cast
) -> None:
    twin = models.Person.create(first_name="Joop", last_name="Bergsma", phone="0612345678")
    models.Membership.create(house=cast.wolfsbos, person=twin, role=models.Role.volunteer)
    Person.update(phone="0687654321").execute()
    shift = make_shift(cast.wolfsbos, TODAY, seats=3, title="Bar")
    one, two, three = shift.seats.order_by(Seat.position)
    make_place(one, cast.volunteer, NOW)
    make_place(two, twin, NOW)
    Place.create(
        house=cast.wolfsbos, shift=shift, seat=three, name="Truus Terpstra", at=NOW, changed_at=NOW
    )
    late = make_activity(
        cast.wolfsbos, "Bingo", start_time=dt.time(14), contact_name="Gerrit Groot"
    )
    make_occurrence(late, TODAY)
    page = desk_of(app, cast.wolfsbos).get("/balie").text
    for seen in ("Joop B. 1, Joop B. 2, Truus", "Straks om 14.00 uur", "Bingo", "Anneke"):
        assert seen in page, seen
    people = [*Person.select()]
    unseen = [each.last_name for each in people] + [each.email for each in people if each.email]
    unseen += ["0612345678", "06-12 34 56 78", "0687654321", "Terpstra", "Groot", "Ik kom"]
    for words in unseen:
        assert not re.search(rf"\b{re.escape(words)}\b", page), words
    for person in (cast.other_volunteer, cast.viewer, cast.admin):
        assert person.first_name not in page
        assert f'data-who="{person.id}"' not in page


def test_the_next_item_is_the_next_that_goes_on(app: Flask, cast: Cast) -> None:
    tablet = desk_of(app, cast.wolfsbos)
    for title, hour, state in (("Koffie", 10, "planned"), ("Yoga", 11, "cancelled")):
        activity = make_activity(cast.wolfsbos, title, start_time=dt.time(hour))
        make_occurrence(activity, TODAY, state=state)
    assert "Straks" not in tablet.get("/balie").text
    app.config["CLOCK"] = lambda: NOW - dt.timedelta(minutes=1)
    assert "Straks om 10.00 uur" in tablet.get("/balie").text


def test_what_is_over_is_no_longer_on_the_roster_of_the_desk(app: Flask, cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, TODAY, title="Bar")
    make_place(shift.seats[0], cast.volunteer, NOW)
    tablet = desk_of(app, cast.wolfsbos)
    assert "Bar" in tablet.get("/balie").text
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(hours=4)
    assert "Vandaag staat er niemand meer op het rooster." in tablet.get("/balie").text


def test_the_usual_doors_lead_to_it(app: Flask, cast: Cast) -> None:
    tablet = desk_of(app, cast.wolfsbos)
    for address in ("/", "/vandaag", "/tellen"):
        assert tablet.get(address).headers["Location"] == "/balie"
    assert tablet.get("/tellen?alle=y").headers["Location"] == "/balie?alle=y"
    # Kept for when there is no internet and the tablet begins at one of them.
    assert 'href="/balie"' in tablet.get("/zonder-internet").text
    assert "Alle tikken van vandaag" in tablet.get("/balie?alle=y").text


# -- who counts -----------------------------------------------------------------------------------


def test_without_javascript_a_name_that_was_tapped_counts_until_the_day_ends(
    app: Flask, cast: Cast
) -> None:
    tablet = desk_of(app, cast.wolfsbos)
    assert tap(tablet) == 303
    assert tablet.post("/balie/wie", {"wie": cast.volunteer.id}).status_code == 303
    pressed = rf'data-who="{cast.volunteer.id}" aria-pressed="true"'
    assert re.search(pressed, tablet.get("/balie").text)
    assert tap(tablet, n=3) == 303
    tablet.post("/balie/wie", {"wie": ""})
    assert tap(tablet) == 303
    tablet.post("/balie/wie", {"wie": cast.key_holder.id})
    app.config["CLOCK"] = lambda: NOW + LATER
    assert tap(tablet) == 303
    events = CountEvent.select().order_by(CountEvent.received_at, CountEvent.n)
    desk = f"desk {Device.get().id}"
    by = sorted((each.n, each.actor_id or 0, each.device) for each in events)
    assert by == [(1, 0, desk)] * 3 + [(3, cast.volunteer.id, desk)]


@pytest.mark.parametrize("wie", ["x", "-1", "0", "9" * 40, "\x00", "😀", "1 OR 1=1"])
def test_no_such_name_is_said(app: Flask, cast: Cast, wie: str) -> None:
    answer = desk_of(app, cast.wolfsbos).post("/balie/wie", {"wie": wie})
    assert answer.status_code == 422
    assert "Kies iemand uit de lijst." in answer.text


def test_only_an_active_helper_of_the_house_can_be_who_counts(app: Flask, cast: Cast) -> None:
    tablet = desk_of(app, cast.wolfsbos)
    for person in (cast.other_volunteer, cast.viewer, cast.admin):
        assert tablet.post("/balie/wie", {"wie": person.id}).status_code == 422
        assert send(tablet, visit(), person=person.id).status_code == 200
    for nobody in (0, -1, 9999, 2**70):
        assert send(tablet, visit(), person=nobody).status_code == 200
    tablet.post("/balie/wie", {"wie": cast.volunteer.id})
    Person.update(active=False).where(Person.id == cast.volunteer.id).execute()
    assert tap(tablet) == 303
    assert [event.actor for event in CountEvent] == [None] * 8


def test_taps_that_the_tablet_kept_for_who_left_since_count_without_a_name(
    app: Flask, cast: Cast
) -> None:
    tablet, kept = desk_of(app, cast.wolfsbos), visit(n=3)
    Membership.delete().where(Membership.person == cast.volunteer).execute()
    for status in ("created", "duplicate"):
        answer = send(tablet, kept, person=cast.volunteer.id)
        assert answer.json["results"] == [{"id": kept["id"], "status": status}]
        assert answer.json["totals"] == {"wolfsbos": {"2026-11-26": 3}}
    assert (CountEvent.get().actor, CountEvent.get().device) == (None, f"desk {Device.get().id}")


def test_a_tablet_takes_back_what_it_counted_and_nothing_else(
    app: Flask, cast: Cast, browser_of: Browsers
) -> None:
    tablet, other, phone = desk_of(app, cast.wolfsbos), desk_of(app, cast.wolfsbos), visit()
    own = visit()
    send(tablet, own, person=cast.volunteer.id)
    send(browser_of(cast.volunteer), phone)

    def back(browser: Browser, tap: dict[str, Any], **facts: Any) -> str:
        event = {"kind": "undo", "n": 0, "undoes": tap["id"]}
        result = send(browser, visit(**event), **facts).json["results"][0]
        return str(result.get("code", result["status"]))

    assert back(other, own, person=cast.volunteer.id) == "not_yours"
    assert back(tablet, phone, person=cast.volunteer.id) == "not_yours"
    desk = CountEvent.get_by_id(own["id"]).device
    assert back(browser_of(cast.key_holder), own, device=desk) == "not_yours"
    assert back(tablet, own) == "created"
    assert counting.day_total(cast.wolfsbos, TODAY) == 1


def test_taps_that_the_tablet_kept_are_of_whoever_made_them(app: Flask, cast: Cast) -> None:
    tablet = desk_of(app, cast.wolfsbos)
    tablet.post("/balie/wie", {"wie": cast.key_holder.id})
    mine, nobodys = visit(), visit()
    assert send(tablet, mine, person=cast.volunteer.id).json["results"][0]["status"] == "created"
    assert send(tablet, nobodys, person=0).json["totals"] == {"wolfsbos": {"2026-11-26": 2}}
    assert CountEvent.get_by_id(mine["id"]).actor == cast.volunteer
    assert CountEvent.get_by_id(nobodys["id"]).actor is None
    device = f"desk {Device.get().id}"
    assert {each.device for each in CountEvent.select()} == {device}


@pytest.mark.parametrize("kind", ["correction", "x", None, ["visit"], {}])
def test_a_tap_of_no_kind_that_phones_send_is_rejected(app: Flask, cast: Cast, kind: Any) -> None:
    answer = send(desk_of(app, cast.wolfsbos), visit(kind=kind))
    assert (answer.status_code, answer.json["results"][0]["code"]) == (200, "invalid")


def test_a_tablet_counts_in_its_own_house_alone(app: Flask, cast: Cast) -> None:
    tablet = desk_of(app, cast.wolfsbos)
    answer = send(tablet, visit(house="knooppunt"), visit())
    assert [each.get("code") for each in answer.json["results"]] == ["not_yours", None]
    assert tablet.get("/tellen/stand?huis=wolfsbos").json["totals"] == {
        "wolfsbos": {"2026-11-26": 1}
    }
    assert tablet.get("/tellen/stand?huis=knooppunt").status_code == 404
    assert tablet.post("/tellen?huis=knooppunt", {"tik": str(uuid4())}).status_code == 404
    assert counting.day_total(cast.knooppunt, TODAY) == 0


def test_a_tap_of_the_tablet_is_taken_back_on_it_and_one_of_a_phone_is_not_offered(
    app: Flask, cast: Cast, browser_of: Browsers
) -> None:
    browser_of(cast.volunteer).post("/tellen", {"tik": str(uuid4())}, from_page="/tellen")
    tablet, own = desk_of(app, cast.wolfsbos), str(uuid4())
    tablet.post("/balie/wie", {"wie": cast.volunteer.id})
    assert tap(tablet, tik=own) == 303
    offered = re.findall(
        r'form="terug" name="tik" value="([0-9a-f-]{36})"', tablet.get("/balie").text
    )
    assert offered == [own]
    tablet.post("/tellen/ongedaan", {"tik": own, "next": "/balie"})
    assert counting.day_total(cast.wolfsbos, TODAY) == 1


def test_a_wrong_number_at_the_desk_is_said_and_leads_back_to_it(app: Flask, cast: Cast) -> None:
    tablet = desk_of(app, cast.wolfsbos)
    answer = tablet.post("/tellen", {"tik": str(uuid4()), "aantal": "201", "next": "/balie"})
    assert answer.status_code == 422
    assert 'name="next" value="/balie"' in answer.text
    assert count_rows(CountEvent) == 0


def test_a_person_does_not_open_the_desk(cast: Cast, browser_of: Browsers) -> None:
    for person in (cast.volunteer, cast.coordinator, cast.admin):
        assert browser_of(person).get("/balie").status_code == 403
