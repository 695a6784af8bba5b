"""Account: cards and links log in once, devices are revoked at once, passwords are slowed down."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask

from models import Device, House, LoginToken, Membership, Person, TokenKind
from rules import access, passwords
from tests.browser_of import Browser
from tests.cast import Cast
from tests.conftest import NOW


def link_for(person: Person | None, kind: TokenKind = TokenKind.invite) -> str:
    return f"/k/{access.make_login_token(person, kind, NOW)}"


def test_a_link_shows_one_button_and_logs_in_to_today(app: Flask, cast: Cast) -> None:
    link = link_for(cast.volunteer)
    browser = Browser(app, None)
    shown = browser.get(link)
    assert shown.status_code == 200
    assert shown.text.count("<button") == 1
    assert "Joop" in shown.text
    entered = browser.post(link, from_page=link)
    assert (entered.status_code, entered.location) == (303, "/vandaag")
    assert browser.get("/account").status_code == 200


def test_looking_at_a_link_does_not_use_it_up(app: Flask, cast: Cast) -> None:
    link = link_for(cast.volunteer)
    for _ in range(3):
        assert Browser(app, None).get(link).status_code == 200
    assert LoginToken.get().used is None


def test_a_link_works_once(app: Flask, cast: Cast) -> None:
    link = link_for(cast.volunteer)
    Browser(app, None).post(link, from_page=link)
    again = Browser(app, None).get(link)
    assert again.status_code == 410
    assert "Vraag een nieuwe" in again.text


def test_a_link_ends_after_24_hours(app: Flask, cast: Cast) -> None:
    link = link_for(cast.volunteer)
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(hours=24)
    assert Browser(app, None).get(link).status_code == 410


def test_a_card_works_again_and_again_until_it_is_revoked(app: Flask, cast: Cast) -> None:
    card = link_for(cast.volunteer, TokenKind.card)
    for _ in range(2):
        assert Browser(app, None).post(card, from_page=card).status_code == 303
    access.revoke_cards(cast.volunteer, NOW)
    assert Browser(app, None).get(card).status_code == 410


def test_an_unknown_link_is_not_found(app: Flask) -> None:
    assert Browser(app, None).get("/k/nonsense").status_code == 404


def test_a_link_without_its_token_does_not_log_in(app: Flask, cast: Cast) -> None:
    link = link_for(cast.volunteer)
    assert app.test_client().post(link).status_code == 400
    assert LoginToken.get().used is None


def test_only_hashes_of_secrets_are_stored(app: Flask, cast: Cast) -> None:
    link = link_for(cast.volunteer)
    Browser(app, None).post(link, from_page=link)
    secret = link.removeprefix("/k/")
    assert len(secret) >= 22, "128 bits in base 64"
    assert LoginToken.get().hash == access.hashed(secret)
    assert secret not in {device.token_hash for device in Device.select()}


def test_a_revoked_device_is_out_at_its_next_step(app: Flask, cast: Cast) -> None:
    phone, laptop = Browser(app, cast.volunteer), Browser(app, cast.volunteer)
    first = Device.select().where(Device.person == cast.volunteer).order_by(Device.id).get()
    laptop.post(f"/account/apparaat/{first.id}/uitloggen")
    assert phone.get("/account").status_code == 303
    assert laptop.get("/account").status_code == 200


def test_nobody_logs_out_the_device_of_another(app: Flask, cast: Cast) -> None:
    phone, other = Browser(app, cast.volunteer), Browser(app, cast.other_volunteer)
    device = Device.get(Device.person == cast.volunteer)
    other.post(f"/account/apparaat/{device.id}/uitloggen")
    assert phone.get("/account").status_code == 200


def test_a_copied_cookie_is_worthless_after_logging_out(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.volunteer)
    cookie = browser.client.get_cookie("buurtbord")
    assert cookie is not None
    browser.post("/uitloggen")
    thief = app.test_client()
    thief.set_cookie("buurtbord", cookie.value)
    assert thief.get("/account").status_code == 303


def test_logging_out_empties_the_memory_of_the_browser(app: Flask, cast: Cast) -> None:
    left = Browser(app, cast.coordinator).post("/uitloggen")
    assert left.headers["Clear-Site-Data"] == '"cache"'


@pytest.mark.parametrize("by", ["password", "card"])
def test_logging_in_as_another_logs_out_who_was_there(app: Flask, cast: Cast, by: str) -> None:
    passwords.set_password(cast.coordinator, "een goede zin", NOW)
    browser = Browser(app, cast.volunteer)
    cookie = browser.client.get_cookie("buurtbord")
    assert cookie is not None
    if by == "password":
        fields = {"email": cast.coordinator.email, "password": "een goede zin"}
        assert browser.post("/inloggen", fields).status_code == 303
    else:
        assert browser.post(link_for(cast.coordinator, TokenKind.card)).status_code == 303
    thief = app.test_client()
    thief.set_cookie("buurtbord", cookie.value)
    assert thief.get("/account").status_code == 303


def test_a_spent_link_leaves_who_is_logged_in_alone(app: Flask, cast: Cast) -> None:
    link = link_for(cast.coordinator)
    browser, other = Browser(app, cast.volunteer), Browser(app, None)
    other.post(link, from_page=link)
    assert browser.post(link).status_code == 410
    assert browser.get("/account").status_code == 200


def test_who_keeps_coming_stays_logged_in(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.volunteer)
    browser.get("/account")  # The first page with a form puts its token into the cookie.
    assert "Set-Cookie" not in browser.get("/account").headers, "not with every page"
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(hours=2)
    renewed = browser.get("/account").headers["Set-Cookie"]
    assert "Expires=" in renewed
    assert "Set-Cookie" not in browser.get("/account").headers


def test_somebody_made_inactive_is_out_at_once(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.volunteer)
    Person.update(active=False).where(Person.id == cast.volunteer.id).execute()
    assert browser.get("/account").status_code == 303


def test_a_password_logs_in_and_a_wrong_one_says_so_at_the_field(app: Flask, cast: Cast) -> None:
    passwords.set_password(cast.coordinator, "een goede zin", NOW)
    browser = Browser(app, None)
    fields = {"email": cast.coordinator.email.upper(), "password": "fout"}
    wrong = browser.post("/inloggen", fields, from_page="/inloggen")
    assert wrong.status_code == 422
    assert "horen niet bij elkaar" in wrong.text
    right = browser.post("/inloggen", fields | {"password": "een goede zin"})
    assert (right.status_code, right.location) == (303, "/vandaag")


def test_misses_from_elsewhere_do_not_keep_the_owner_waiting(app: Flask, cast: Cast) -> None:
    passwords.set_password(cast.coordinator, "een goede zin", NOW)
    fields = {"email": cast.coordinator.email, "password": "fout"}
    stranger = Browser(app, None)
    elsewhere = {"REMOTE_ADDR": "203.0.113.9"}
    codes = [
        stranger.post(
            "/inloggen", fields, from_page="/inloggen", environ_overrides=elsewhere
        ).status_code
        for _ in range(6)
    ]
    assert codes[-1] == 429
    right = Browser(app, None).post(
        "/inloggen", fields | {"password": "een goede zin"}, from_page="/inloggen"
    )
    assert right.status_code == 303


def test_a_place_that_tries_many_names_is_slowed_down(app: Flask, cast: Cast) -> None:
    brakes = passwords.Brakes()
    for number in range(100):
        brakes.missed(f"iemand{number}@voorbeeld.nl", "203.0.113.9", NOW)
    with pytest.raises(passwords.TooManyTries):
        brakes.check("nieuw@voorbeeld.nl", "203.0.113.9", NOW)
    brakes.check("nieuw@voorbeeld.nl", "203.0.113.10", NOW)


def test_a_new_password_logs_out_the_other_devices(app: Flask, cast: Cast) -> None:
    phone, laptop = Browser(app, cast.coordinator), Browser(app, cast.coordinator)
    sentence = "een nieuwe goede zin"
    laptop.post("/account/wachtwoord", {"password": sentence, "again": sentence})
    assert phone.get("/account").status_code == 303
    assert laptop.get("/account").status_code == 200


def test_over_https_the_cookie_is_for_https_alone(app: Flask, cast: Cast) -> None:
    link = link_for(cast.volunteer)
    client = app.test_client()
    page = client.get(link, base_url="https://localhost")
    assert "Secure" in page.headers["Set-Cookie"]
    assert "Secure" not in app.test_client().get(link).headers["Set-Cookie"]


def test_guessing_is_slowed_down_but_nobody_is_locked_out(app: Flask, cast: Cast) -> None:
    passwords.set_password(cast.coordinator, "een goede zin", NOW)
    browser = Browser(app, None)
    fields = {"email": cast.coordinator.email, "password": "fout"}
    codes = [browser.post("/inloggen", fields, from_page="/inloggen").status_code for _ in range(6)]
    assert codes == [422] * 5 + [429]
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(seconds=61)
    right = browser.post("/inloggen", fields | {"password": "een goede zin"})
    assert right.status_code == 303


@pytest.mark.parametrize(
    "address",
    [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/a\nb",
        "/a\n",
        "/\t/evil.example",
        "javascript:1",
    ],
)
def test_logging_in_never_leads_elsewhere(app: Flask, cast: Cast, address: str) -> None:
    passwords.set_password(cast.coordinator, "een goede zin", NOW)
    fields = {"email": cast.coordinator.email, "password": "een goede zin", "next": address}
    entered = Browser(app, None).post("/inloggen", fields, from_page="/inloggen")
    assert entered.location == "/vandaag"


def test_the_setup_link_makes_the_first_administrator_and_house(app: Flask, cast: Cast) -> None:
    Person.update(is_admin=False).execute()
    link = link_for(None, TokenKind.setup)
    browser = Browser(app, None)
    facts = {
        "first_name": "Ada",
        "email": "Ada@voorbeeld.nl",
        "house_name": "Huis van de Buurt Krakeel",
        "town": "Hoogeveen",
    }
    wrong = browser.post(link, facts | {"house_name": ""}, from_page=link)
    assert wrong.status_code == 422
    assert 'value="Ada"' in wrong.text, "nothing that was typed is lost"
    assert browser.post(link, facts).status_code == 303
    admin = Person.get(Person.email == "ada@voorbeeld.nl")
    house = House.get(House.slug == "krakeel")
    assert admin.is_admin
    assert Membership.get(Membership.person == admin).house == house
    assert browser.get("/account").status_code == 200
    assert Browser(app, None).get(link).status_code == 410


def test_a_new_setup_link_makes_the_earlier_one_worthless(app: Flask, cast: Cast) -> None:
    first, second = link_for(None, TokenKind.setup), link_for(None, TokenKind.setup)
    assert Browser(app, None).get(first).status_code == 410
    assert Browser(app, None).get(second).status_code == 200


def test_the_own_page_keeps_what_was_typed_when_it_is_wrong(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.volunteer)
    wrong = browser.post("/account", {"phone": "12", "email": "joop@voorbeeld.nl"})
    assert wrong.status_code == 422
    assert "tien cijfers" in wrong.text
    assert 'value="joop@voorbeeld.nl"' in wrong.text
    assert Person.get_by_id(cast.volunteer.id).email != "joop@voorbeeld.nl"
    assert browser.post("/account", {"phone": "+31 6 1234 5678"}).status_code == 303
    assert Person.get_by_id(cast.volunteer.id).phone == "0612345678"


def test_an_address_that_another_has_is_refused_at_the_field(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.volunteer)
    taken = browser.post("/account", {"email": cast.viewer.email.upper()})
    assert taken.status_code == 422
    assert re.search(r'id="email-fout">[^<]*al van iemand', taken.text)
