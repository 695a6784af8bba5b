"""The address of one's own feed, and where its key is made and ended."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from flask import Flask

from models import CalendarKey, Device, House, Person, ShiftState
from rules.calendar_keys import make_key
from tests.browser_of import Browser
from tests.calendar_app import BrokenFeed, shown, valid
from tests.cast import Cast, count_rows, make_place, make_shift
from tests.conftest import NOW, TODAY

NEXT = TODAY + dt.timedelta(days=7)
FEED = "/rooster/mijn.ics?sleutel="


@pytest.fixture
def secret(app: Flask, cast: Cast) -> str:
    make_place(make_shift(cast.wolfsbos, NEXT).seats.get(), cast.volunteer, NOW)
    return make_key(cast.volunteer, NOW)


def test_whoever_has_the_key_has_the_feed_and_nobody_is_logged_in(app: Flask, secret: str) -> None:
    answer = app.test_client().get(FEED + secret)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Set-Cookie" not in answer.headers
    assert count_rows(Device) == 0
    assert [each.date for each in shown(answer.data, TODAY, NEXT)] == [NEXT]
    assert b"http://localhost/rooster/dienst/" in answer.data.replace(b"\r\n ", b"")


def test_the_real_feed_keeps_to_the_standard_whatever_people_call_things(
    app: Flask, cast: Cast, secret: str
) -> None:
    """Long names fold in the middle of letters of two and four octets, at every place of a line."""
    House.update(
        name="Buurthuis d'Ouwe Bökkeler; \N{TEAPOT}, \\n " * 2, street='"Ö"-straat: 1'
    ).execute()
    for number in range(60):
        title = ("x" * number + '\N{GRINNING FACE}é;,:\\n"\N{CJK UNIFIED IDEOGRAPH-5BB6}' * 9)[:60]
        shift = make_shift(cast.wolfsbos, NEXT + dt.timedelta(days=number))
        make_place(shift.seats.get(), cast.volunteer, NOW)
        shift.title = title
        shift.state = ShiftState.planned if number % 7 else ShiftState.cancelled
        shift.save()
    feed = app.test_client().get(FEED + secret).data
    valid(feed)
    assert len(shown(feed, TODAY, NEXT + dt.timedelta(days=60))) == 61
    assert feed.count(b"BEGIN:VEVENT\r\n") == 61
    assert b"TZID=Europe/Amsterdam" in feed


def good_feed(app: Flask, secret: str) -> bytes:
    feed: bytes = app.test_client().get(FEED + secret).data
    return feed


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        (b"\r\n", b"\n"),
        (b"SUMMARY:", b"SUMMARY:" + b"x" * 76),
        (b"SUMMARY:", b"SUMMARY:\xc3\r\n \xa9"),
        (b"SUMMARY:", b"SUMMARY\r\n"),
        (b"SUMMARY:", b"SUMMARY:\x07"),
        (b"DTSTAMP:", b"X-STAMP:"),
        (b"UID:", b"X-UID:"),
        (b"TZID:Europe/Amsterdam", b"TZID:Europe/Paris"),
        (b"END:VEVENT\r\n", b"END:VEVENT\r\n{event}"),
        (b"DTEND;", b"DURATION:PT1H\r\nDTEND;"),
    ],
    ids=str,
)
def test_a_feed_that_breaks_the_standard_is_seen(
    app: Flask, secret: str, good: bytes, bad: bytes
) -> None:
    feed = good_feed(app, secret)
    valid(feed)
    event = feed[feed.index(b"BEGIN:VEVENT") : feed.index(b"END:VCALENDAR")]
    broken = feed.replace(good, bad.replace(b"{event}", event))
    assert broken != feed
    with pytest.raises((BrokenFeed, ValueError)):
        valid(broken)


def test_links_carry_the_address_of_the_installation(app: Flask, secret: str) -> None:
    app.config["BASE_URL"] = "https://buurtbord.example/"
    feed = app.test_client().get(FEED + secret).data.replace(b"\r\n ", b"")
    assert b"URL:https://buurtbord.example/rooster/dienst/" in feed


def test_who_has_this_very_feed_is_sent_nothing(app: Flask, secret: str) -> None:
    client = app.test_client()
    tag = client.get(FEED + secret).headers["ETag"]
    again = client.get(FEED + secret, headers={"If-None-Match": tag})
    assert again.status_code == 304
    assert not again.data
    assert client.head(FEED + secret).headers["ETag"] == tag


def test_whatever_is_wrong_with_a_key_the_answer_is_the_same(
    app: Flask, cast: Cast, secret: str
) -> None:
    client = app.test_client()
    other = make_key(cast.key_holder, NOW)
    Person.update(active=False).where(Person.id == cast.key_holder.id).execute()
    revoked = make_key(cast.coordinator, NOW)
    make_key(cast.coordinator, NOW)
    wrong = ["", "x", other, revoked, "a" * 22, "%00" * 22, "é" * 22, "9" * 5000, secret + "a"]
    addresses = ["/rooster/mijn.ics", "/rooster/mijn.ics?sleutel[]=x&sleutel[]=y"]
    answers = [client.get(each) for each in [*addresses, *(FEED + each for each in wrong)]]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.data for answer in answers}) == 1
    assert not any("ETag" in answer.headers for answer in answers)


def test_a_key_is_shown_once_with_a_link_and_a_code(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.volunteer)
    assert "Maak een link" in browser.get("/account").text
    made = browser.post("/account/agenda")
    assert made.status_code == 200
    assert made.headers["Cache-Control"] == "no-store"
    found = re.search(
        r'value="(http://localhost/rooster/mijn\.ics\?sleutel=([\w-]{22}))"', made.text
    )
    assert found
    assert f'href="webcal://localhost/rooster/mijn.ics?sleutel={found[2]}"' in made.text
    assert 'class="qr"' in made.text
    assert found[2] not in browser.get("/account").text
    assert app.test_client().get(FEED + found[2]).status_code == 200
    ended = browser.post("/account/agenda/weg")
    assert ended.status_code == 303
    assert app.test_client().get(FEED + found[2]).status_code == 404
    assert "De agenda-link werkt niet meer." in browser.get("/account").text


def test_ones_own_page_says_since_when_and_how_lately_a_key_is_used(
    app: Flask, cast: Cast, secret: str
) -> None:
    browser = Browser(app, cast.volunteer)
    page = browser.get("/account").text
    assert "sinds 26-11-2026. Dat is nog niet gebeurd." in page
    app.test_client().get(FEED + secret)
    assert CalendarKey.get().last_used == NOW
    assert "Laatst op 26-11-2026." in browser.get("/account").text


def test_reminders_are_switched_off_and_on(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.volunteer)
    fields = browser.fields("/account", "/account/herinneringen")
    assert fields == {"wanted": ["y"]}
    assert browser.post("/account/herinneringen", {}).status_code == 303
    assert not Person.get_by_id(cast.volunteer.id).reminders
    assert browser.fields("/account", "/account/herinneringen") == {}
    browser.post("/account/herinneringen", {"wanted": "y"})
    assert Person.get_by_id(cast.volunteer.id).reminders
    assert Person.get_by_id(cast.key_holder.id).reminders
