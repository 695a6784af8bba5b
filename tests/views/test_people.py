"""People: a coordinator adds, changes and lets go; nobody's rights grow by a detour."""

from __future__ import annotations

import datetime as dt
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from flask import Flask
from peewee import Database

import models
from models import (
    Credential,
    House,
    LoginToken,
    Membership,
    Person,
    Place,
    PlaceState,
    Qualification,
    Role,
    ShiftState,
)
from rules import houses, passwords, people
from rules.once import once
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted


def test_somebody_new_can_be_added_and_log_in_with_a_card(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    fields = {"first_name": "Geert", "infix": "van 't", "last_name": "Hof", "phone": "06-12345678"}
    added = browser.post("/mensen/nieuw", fields | {"role": "volunteer"})
    person = Person.get(Person.first_name == "Geert")
    assert added.location == f"/mensen/{person.id}"
    assert (person.phone, person.email) == ("0612345678", None)
    shown = browser.post(f"/mensen/{person.id}/kaart")
    assert "no-store" in shown.headers["Cache-Control"]
    assert "<svg" in shown.text
    browser.post(f"/mensen/{person.id}/link")
    link = re.search(r"/k/[\w-]+", browser.post(f"/mensen/{person.id}/link").text)
    assert link is not None
    assert Browser(app, None).post(link[0], from_page=link[0]).location == "/vandaag"


def test_a_new_card_makes_the_earlier_one_worthless(cast: Cast) -> None:
    member = people.membership(cast.wolfsbos, cast.volunteer.id)
    assert member is not None
    people.make_card(member, cast.coordinator, NOW)
    people.make_card(member, cast.coordinator, NOW)
    assert [token.revoked is None for token in LoginToken.select().order_by(LoginToken.id)] == [
        False,
        True,
    ]


def test_names_stand_in_dutch_order(cast: Cast) -> None:
    names = [member.person.last_name for member in people.people_of(cast.wolfsbos)]
    assert names == ["Berg", "Bos", "Kijker", "Mulder"], "van der Berg stands at the B"


def test_what_was_typed_comes_back_with_the_reason(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    before = count_rows(Person)
    fields = {"first_name": "", "last_name": "de <b>Wit", "phone": "123", "email": "geen adres"}
    wrong = browser.post("/mensen/nieuw", fields | {"role": "volunteer"})
    assert wrong.status_code == 422
    for sentence in ("Vul de voornaam in.", "tien cijfers", "naam@voorbeeld.nl"):
        assert sentence in wrong.text
    assert 'value="de &lt;b&gt;Wit"' in wrong.text
    assert count_rows(Person) == before


def test_text_that_no_database_holds_is_refused_at_the_field(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    for text in ("Jan\x00", "x" * 41, "🎉"):
        wrong = browser.post("/mensen/nieuw", {"first_name": text, "role": "volunteer"})
        assert wrong.status_code == 422
        assert 'id="first_name-fout"' in wrong.text


def test_an_address_that_grows_too_long_by_folding_is_refused(app: Flask, cast: Cast) -> None:
    address = "ß" * 60 + "@buurt.example"
    answer = Browser(app, cast.coordinator).post(
        "/mensen/nieuw", {"first_name": "Jan", "role": "volunteer", "email": address}
    )
    assert answer.status_code == 422
    assert "Gebruik hoogstens 120 tekens." in answer.text


def test_a_role_that_does_not_exist_is_refused(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    assert browser.post("/mensen/nieuw", {"first_name": "A", "role": "king"}).status_code == 422


def test_a_known_address_asks_before_it_joins_the_house(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    fields = {"first_name": "Dirk", "email": cast.other_volunteer.email, "role": "volunteer"}
    asked = browser.post("/mensen/nieuw", fields)
    assert asked.status_code == 422
    assert 'name="known"' in asked.text
    joined = browser.post("/mensen/nieuw", fields | {"known": "y"})
    assert joined.status_code == 303
    assert Membership.select().where(Membership.person == cast.other_volunteer).count() == 2


def test_whom_a_known_address_belongs_to_is_shown_before_they_join(app: Flask, cast: Cast) -> None:
    fields = {"first_name": "D", "email": cast.other_volunteer.email, "role": "coordinator"}
    asked = Browser(app, cast.coordinator).post("/mensen/nieuw", fields)
    assert "Dit e-mailadres is van Dirk Dam." in asked.text


def test_a_card_kept_elsewhere_does_not_grow_with_its_owner(app: Flask, cast: Cast) -> None:
    there = people.membership(cast.knooppunt, cast.other_volunteer.id)
    assert there is not None
    kept = people.make_card(there, cast.other_coordinator, NOW)
    email = cast.other_volunteer.email
    people.add_known_person(cast.wolfsbos, email, Role.volunteer, cast.coordinator, NOW)
    assert Browser(app, None).get(f"/k/{kept}").status_code == 200
    here = people.membership(cast.wolfsbos, cast.other_volunteer.id)
    assert here is not None
    fields = {"first_name": "Dirk", "role": "coordinator"}
    Browser(app, cast.coordinator).post(f"/mensen/{cast.other_volunteer.id}", fields)
    assert Browser(app, None).get(f"/k/{kept}").status_code == 410


def test_a_lost_phone_is_logged_out_by_the_coordinator(app: Flask, cast: Cast) -> None:
    phone = Browser(app, cast.volunteer)
    member = people.membership(cast.wolfsbos, cast.volunteer.id)
    assert member is not None
    card = people.make_card(member, cast.coordinator, NOW)
    Browser(app, cast.coordinator).post(f"/mensen/{cast.volunteer.id}/uitloggen")
    assert phone.get("/account").status_code == 303
    assert Browser(app, None).get(f"/k/{card}").status_code == 410
    other = Browser(app, cast.other_coordinator)
    assert other.post(f"/mensen/{cast.volunteer.id}/uitloggen").status_code == 404


def test_people_of_another_house_do_not_exist_here(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    there = cast.other_volunteer.id
    assert browser.get(f"/mensen/{there}").status_code == 404
    for action in ("kaart", "link", "kan", "kan-niet-meer", "weg"):
        assert browser.post(f"/mensen/{there}/{action}", {"kind": "vog"}).status_code == 404
    assert not LoginToken.select().where(LoginToken.kind == "card").exists()


def test_a_coordinator_cannot_log_in_as_somebody_who_may_more(app: Flask, cast: Cast) -> None:
    """A link for an administrator, or for somebody of another house, would open their rights."""
    browser = Browser(app, cast.coordinator)
    for person in (cast.admin, cast.other_coordinator):
        people.add_known_person(cast.wolfsbos, person.email, Role.volunteer, cast.coordinator, NOW)
        for action in ("kaart", "link"):
            assert browser.post(f"/mensen/{person.id}/{action}").status_code == 403
        fields = {"first_name": "X", "email": "mine@voorbeeld.nl", "role": "viewer"}
        browser.post(f"/mensen/{person.id}", fields)
        assert Person.get_by_id(person.id).email == person.email


def test_qualifications_come_and_go_and_bear_a_house_s_own_words(app: Flask, cast: Cast) -> None:
    browser, page = Browser(app, cast.coordinator), f"/mensen/{cast.volunteer.id}"
    browser.post(f"{page}/kan", {"kind": "first_aid", "expires": "2027-03-01"})
    browser.post(f"{page}/kan", {"kind": "own", "own": "Orgel spelen"})
    assert browser.post(f"{page}/kan", {"kind": "own", "own": ""}).status_code == 422
    assert browser.post(f"{page}/kan", {"kind": "vog", "expires": "31-31"}).status_code == 422
    shown = browser.get(page).text
    assert "BHV&#39;er" in shown
    assert "01-03-2027" in shown
    assert "Orgel spelen" in shown
    browser.post(f"{page}/kan-niet-meer", {"kind": "first_aid"})
    kinds = Qualification.select().where(Qualification.person == cast.volunteer)
    assert [row.kind for row in kinds] == ["Orgel spelen"]
    assert browser.post(f"{page}/kan-niet-meer", {"kind": "Orgel\x00spelen"}).status_code == 400
    assert kinds.count() == 1


def test_a_skill_and_a_password_that_eight_set_at_once_are_there_once(
    cast: Cast, database: Database
) -> None:
    member = people.membership(cast.wolfsbos, cast.volunteer.id)
    assert member is not None
    start = threading.Barrier(8, timeout=5)

    def set_both(password: str) -> None:
        with database.connection_context():
            start.wait()
            people.set_qualification(member, "vog", None, cast.coordinator, NOW)
            start.wait()
            passwords.set_password(cast.volunteer, password, NOW)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(set_both, [f"een goede zin {n}" for n in range(8)]))
    assert Qualification.select().where(Qualification.kind == "vog").count() == 1
    assert count_rows(Credential) == 1


def test_who_leaves_their_last_house_is_logged_out(app: Flask, cast: Cast) -> None:
    phone = Browser(app, cast.volunteer)
    Browser(app, cast.coordinator).post(f"/mensen/{cast.volunteer.id}/weg")
    assert phone.get("/account").status_code == 303
    assert not Person.get_by_id(cast.volunteer.id).active


def test_who_comes_back_logs_in_anew_and_nothing_of_before_opens(app: Flask, cast: Cast) -> None:
    browser, phone = Browser(app, cast.coordinator), Browser(app, cast.volunteer)
    page, email = f"/mensen/{cast.volunteer.id}", cast.volunteer.email
    passwords.set_password(cast.volunteer, "een goede zin", NOW)
    old = [re.search(r"/k/[\w-]+", browser.post(f"{page}/link").text)]
    browser.post(f"{page}/weg")
    fields = {"first_name": "Joop", "email": email, "role": "volunteer", "known": "y"}
    assert browser.post("/mensen/nieuw", fields).status_code == 303
    assert phone.get("/account").status_code == 303
    assert [Browser(app, None).get(link[0]).status_code for link in old if link] == [410]
    assert not passwords.has_password(cast.volunteer)
    new = re.search(r"/k/[\w-]+", browser.post(f"{page}/link").text)
    assert new is not None
    assert Browser(app, None).post(new[0], from_page=new[0]).location == "/vandaag"


def test_who_leaves_one_of_two_houses_stays_in_the_other(app: Flask, cast: Cast) -> None:
    person = make_person("Twee", "Huizen", house=cast.wolfsbos)
    Membership.create(person=person, house=cast.knooppunt, role=Role.volunteer)
    Browser(app, cast.coordinator).post(f"/mensen/{person.id}/weg")
    assert Person.get_by_id(person.id).active
    assert Membership.get(Membership.person == person).house == cast.knooppunt


def test_the_list_takes_as_many_queries_for_forty_people_as_for_four(cast: Cast) -> None:
    def queries() -> int:
        with counted() as statements:
            people.people_of(cast.wolfsbos)
        return len(statements)

    few = queries()
    for n in range(36):
        make_person(f"V{n}", f"A{n}", house=cast.wolfsbos)
    assert queries() == few == 2


def test_a_form_that_comes_twice_adds_one_person(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    found = re.search(r'name="once"[^>]* value="([^"]+)"', browser.get("/mensen/nieuw").text)
    assert found is not None
    fields = {"first_name": "Geert", "role": "volunteer", "once": found[1]}
    first, again = (browser.post("/mensen/nieuw", fields) for _ in range(2))
    assert first.location == again.location
    assert Person.select().where(Person.first_name == "Geert").count() == 1
    assert "Dit stond er al." in browser.get(again.location).text


def test_who_goes_back_and_types_somebody_else_adds_both(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    fields = {"role": "volunteer", "once": str(uuid4())}
    for name in ("Geert", "Truus", "Geert"):
        assert browser.post("/mensen/nieuw", fields | {"first_name": name}).status_code == 303
    added = Person.select().where(Person.first_name.in_(("Geert", "Truus")))
    assert sorted(person.first_name for person in added) == ["Geert", "Truus"]


def test_a_form_that_was_refused_can_be_sent_again(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    fields = {"first_name": "Geert", "role": "volunteer", "once": str(uuid4())}
    assert browser.post("/mensen/nieuw", fields | {"email": cast.viewer.email}).status_code == 422
    assert browser.post("/mensen/nieuw", fields).status_code == 303


def test_eight_at_once_add_one_house(app: Flask, cast: Cast, database_url: str) -> None:
    form, barrier, addresses = uuid4(), threading.Barrier(8), list[str]()

    def send() -> None:
        own = models.db.obj
        own.connect()
        barrier.wait()

        def write() -> str:
            house = houses.add_house("Krakeel", "Hoogeveen", cast.admin, NOW)
            return f"/huis/{house.slug}"

        addresses.append(once(form, write, NOW))
        own.close()

    threads = [threading.Thread(target=send) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert addresses == ["/huis/krakeel"] * 8
    assert House.select().where(House.name == "Krakeel").count() == 1


def test_a_house_keeps_its_last_coordinator(app: Flask, cast: Cast) -> None:
    browser, own = Browser(app, cast.coordinator), f"/mensen/{cast.coordinator.id}"
    refused = browser.post(own, {"first_name": "Corrie", "role": "volunteer"})
    assert refused.status_code == 422
    assert "heeft een coördinator nodig" in refused.text
    assert browser.post(f"{own}/weg").status_code == 409
    browser.post(f"/mensen/{cast.volunteer.id}", {"first_name": "Joop", "role": "coordinator"})
    assert browser.post(own, {"first_name": "Corrie", "role": "volunteer"}).status_code == 303


def test_the_seats_that_ask_what_somebody_cannot_show_any_more_are_listed(
    app: Flask, cast: Cast
) -> None:
    browser, address = Browser(app, cast.coordinator), f"/mensen/{cast.key_holder.id}"
    day, asks = dt.timedelta(days=1), {"qualification": "key_holder"}
    shifts = [make_shift(cast.wolfsbos, TODAY + n * day, **asks) for n in (-1, 1, 8)]
    elsewhere = make_shift(cast.knooppunt, TODAY + 3 * day, **asks)
    plain = make_shift(cast.wolfsbos, TODAY + 4 * day)
    off = make_shift(cast.wolfsbos, TODAY + 5 * day, state=ShiftState.cancelled, **asks)
    for shift in (*shifts, elsewhere, plain, off):
        make_place(shift.seats.get(), cast.key_holder, NOW)
    make_place(make_shift(cast.wolfsbos, TODAY + day, **asks).seats.get(), cast.volunteer, NOW)
    links = [f"/rooster/dienst/{shift.id}" for shift in shifts]
    shown = browser.get(address).text
    assert "mist Anneke iets" not in shown
    assert not any(link in shown for link in links)
    ends = (TODAY + 2 * day).isoformat()
    browser.post(f"{address}/kan", {"kind": "key_holder", "expires": ends})
    shown = browser.get(address).text
    assert "Voor deze dienst mist Anneke iets:" in shown
    assert [link in shown for link in links] == [False, False, True]
    browser.post(f"{address}/kan-niet-meer", {"kind": "key_holder"})
    shown = browser.get(address).text
    assert "Voor deze diensten mist Anneke iets:" in shown
    assert [link in shown for link in links] == [False, True, True]
    assert re.findall(r"/rooster/dienst/\d+", shown) == links[1:]
    assert "nodig: Sleutelhouder" in shown
    assert Place.select().where(Place.state == PlaceState.confirmed).count() == 7


def test_looking_for_seats_without_the_skill_is_one_query(cast: Cast) -> None:
    Qualification.delete().execute()
    member = people.membership(cast.wolfsbos, cast.key_holder.id)
    assert member is not None
    for n in range(1, 6):
        shift = make_shift(cast.wolfsbos, TODAY + dt.timedelta(days=n), qualification="vog")
        make_place(shift.seats.get(), cast.key_holder, NOW)
    with counted() as statements:
        found = people.seats_without_skill(member, NOW)
        assert [place.seat.qualification + place.shift.title for place in found]
    assert (len(found), len(statements)) == (5, 1)
