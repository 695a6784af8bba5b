"""The counter as a page, and the contract for phones as they speak it."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

import database as databases
from models import CountEvent, Membership, Person, Role
from rules import counting
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_activity, make_occurrence, make_person
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from tests.often import often

EVENTS = "/tellen/gebeurtenissen"
SENT_AT = "2026-11-26T09:00:00.120Z"

Browsers = Callable[[Person | None], Browser]


def visit(**facts: Any) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "seq": 17,
        "house": "wolfsbos",
        "kind": "visit",
        "n": 1,
        "at": "2026-11-26T08:59:58.301Z",
        **facts,
    }


def batch(*events: Any, **facts: Any) -> dict[str, Any]:
    return {"device": "phone", "sent_at": SENT_AT, "events": list(events), **facts}


def send(browser: Browser, body: Any, **options: Any) -> TestResponse:
    return browser.client.post(EVENTS, json=body, **options)


def send_raw(browser: Browser, body: bytes, **options: Any) -> TestResponse:
    return browser.client.post(EVENTS, data=body, content_type="application/json", **options)


# -- the contract ---------------------------------------------------------------------------------


def test_a_batch_is_answered_as_the_contract_says(browser_of: Browsers, cast: Cast) -> None:
    tap, wrong = visit(), visit(n=0)
    answer = send(browser_of(cast.volunteer), batch(tap, wrong))
    assert answer.status_code == 200
    assert answer.json == {
        "now": "2026-11-26T09:00:00.000Z",
        "results": [
            {"id": tap["id"], "status": "created"},
            {"id": wrong["id"], "status": "rejected", "code": "invalid"},
        ],
        "totals": {"wolfsbos": {"2026-11-26": 1}},
    }


def test_who_tapped_is_who_is_logged_in(browser_of: Browsers, cast: Cast) -> None:
    send(browser_of(cast.key_holder), batch(visit(actor=cast.volunteer.id)))
    assert CountEvent.get().actor == cast.key_holder


def test_an_empty_batch_is_a_batch(browser_of: Browsers, cast: Cast) -> None:
    answer = send(browser_of(cast.volunteer), batch())
    assert (answer.json["results"], answer.json["totals"]) == ([], {})


def test_without_login_the_answer_is_401_and_no_page(browser_of: Browsers) -> None:
    answer = send(browser_of(None), batch(visit()))
    assert answer.status_code == 401
    assert answer.json["error"]
    assert count_rows(CountEvent) == 0


def test_the_taps_of_who_was_logged_in_before_wait_for_them(
    browser_of: Browsers, cast: Cast
) -> None:
    browser = browser_of(cast.key_holder)
    assert send(browser, batch(visit(), person=cast.volunteer.id)).status_code == 401
    assert send(browser, batch(visit(), person=cast.key_holder.id)).status_code == 200
    assert count_rows(CountEvent) == 1


def test_who_may_count_nowhere_has_each_tap_refused(browser_of: Browsers, cast: Cast) -> None:
    for who in (cast.viewer, make_person("Zonder", "Huis")):
        answer = send(browser_of(who), batch(visit()))
        assert (answer.status_code, answer.json["results"][0]["code"]) == (200, "not_yours")
    assert count_rows(CountEvent) == 0


@pytest.mark.parametrize("house", ["wolfsbos", "nergens", "%00", ""])
def test_a_house_in_the_address_refuses_no_batch(
    browser_of: Browsers, cast: Cast, house: str
) -> None:
    """A page of before somebody lost a house still names it."""
    tap = batch(visit(house="knooppunt"))
    address = f"/tellen/gebeurtenissen?huis={house}"
    answer = browser_of(cast.other_volunteer).client.post(address, json=tap)
    assert answer.json["totals"] == {"knooppunt": {"2026-11-26": 1}}


def test_the_counter_sends_without_a_house_also_for_who_counts_in_several(
    browser_of: Browsers, cast: Cast
) -> None:
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role=Role.volunteer)
    page = browser_of(cast.volunteer).get("/tellen?huis=knooppunt").text
    assert 'data-send="/tellen/gebeurtenissen"' in page
    assert "/tellen/ongedaan?huis=knooppunt" in page


def test_the_plain_form_takes_back_only_own_taps(browser_of: Browsers, cast: Cast) -> None:
    own = visit()
    send(browser_of(cast.volunteer), batch(own))
    answer = browser_of(cast.key_holder).post(
        "/tellen/ongedaan", {"tik": own["id"]}, from_page="/tellen"
    )
    assert answer.status_code == 422
    assert "Deze tik kun je niet ongedaan maken." in answer.text
    assert counting.day_total(cast.wolfsbos, TODAY) == 1
    browser_of(cast.volunteer).post("/tellen/ongedaan", {"tik": own["id"]}, from_page="/tellen")
    assert counting.day_total(cast.wolfsbos, TODAY) == 0


def test_who_may_only_look_in_a_house_cannot_count_there(browser_of: Browsers, cast: Cast) -> None:
    person = make_person("Twee", "Huizen", house=cast.knooppunt)
    Membership.create(person=person, house=cast.wolfsbos, role=Role.viewer)
    answer = send(browser_of(person), batch(visit(), visit(house="knooppunt")))
    assert [result.get("code") for result in answer.json["results"]] == ["not_yours", None]


def test_volunteers_of_another_house_cannot_count_here(browser_of: Browsers, cast: Cast) -> None:
    answer = send(browser_of(cast.other_volunteer), batch(visit()))
    assert answer.json["results"][0]["code"] == "not_yours"
    assert counting.day_total(cast.wolfsbos, TODAY) == 0


def test_administrators_count_in_every_house(browser_of: Browsers, cast: Cast) -> None:
    answer = send(browser_of(cast.admin), batch(visit(), visit(house="knooppunt")))
    assert answer.json["totals"] == {
        "wolfsbos": {"2026-11-26": 1},
        "knooppunt": {"2026-11-26": 1},
    }


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "none"}, 200),
        ({"Origin": "http://localhost"}, 200),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
        ({"Sec-Fetch-Site": "anything"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost.evil.example"}, 403),
        ({"Origin": "http://localhost:81"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": ""}, 403),
        ({"Origin": "http://[broken"}, 403),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"}, 403),
    ],
)
def test_only_our_own_pages_may_send(
    browser_of: Browsers, cast: Cast, headers: dict[str, str], status: int
) -> None:
    answer = send(browser_of(cast.volunteer), batch(visit()), headers=headers)
    assert answer.status_code == status
    assert count_rows(CountEvent) == (status == 200)


def test_behind_a_proxy_our_public_address_is_our_own(
    app: Flask, browser_of: Browsers, cast: Cast
) -> None:
    app.config["BASE_URL"] = "https://buurtbord.example"
    headers = {"Origin": "https://buurtbord.example"}
    assert send(browser_of(cast.volunteer), batch(visit()), headers=headers).status_code == 200


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"events"',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b"[" * 60_000,
        json.dumps(batch(visit())).encode("utf-16"),
        json.dumps(batch(visit(n=float("nan")))).encode(),
        json.dumps(batch(visit(n=float("inf")))).encode(),
        json.dumps(batch(visit())).replace('"n": 1', '"n": ' + "9" * 5000).encode(),
    ],
)
def test_what_is_no_json_is_refused_whole(browser_of: Browsers, cast: Cast, body: bytes) -> None:
    answer = send_raw(browser_of(cast.volunteer), body)
    assert answer.status_code == 400
    assert answer.json["error"]
    assert count_rows(CountEvent) == 0


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"events": []},
        {"sent_at": SENT_AT},
        batch(sent_at=None),
        batch(sent_at=1),
        batch(sent_at="nu"),
        batch(sent_at="2026-11-26T09:00:00"),
        batch(sent_at="2026-13-26T09:00:00Z"),
        batch(events={}),
        batch(events=None),
        batch(events="x"),
        batch(1),
        batch(None),
        batch(["id"]),
        batch({}),
        batch({"id": 1}),
        batch(visit(), visit(id=None)),
        batch(device=1),
        batch(device="x" * 65),
        batch(device="\x00"),
        batch(device="\ud800"),
        batch(person="1"),
        batch(person=True),
    ],
)
def test_json_that_is_no_batch_is_refused_whole(
    browser_of: Browsers, cast: Cast, body: Any
) -> None:
    assert send(browser_of(cast.volunteer), body).status_code == 400
    assert count_rows(CountEvent) == 0


@pytest.mark.parametrize("kind", ["text/plain", "application/x-www-form-urlencoded", None])
def test_another_kind_of_content_is_refused(
    browser_of: Browsers, cast: Cast, kind: str | None
) -> None:
    body = json.dumps(batch(visit())).encode()
    answer = browser_of(cast.volunteer).client.post(EVENTS, data=body, content_type=kind)
    assert answer.status_code == 400


def test_fifty_taps_pass_and_fifty_one_are_too_many(browser_of: Browsers, cast: Cast) -> None:
    browser = browser_of(cast.volunteer)
    assert send(browser, batch(*[visit() for _ in range(51)])).status_code == 413
    assert count_rows(CountEvent) == 0
    assert send(browser, batch(*[visit() for _ in range(50)])).status_code == 200
    assert count_rows(CountEvent) == 50


def test_more_than_64_kib_is_too_much_also_when_nobody_says_how_long_it_is(
    browser_of: Browsers, cast: Cast
) -> None:
    browser = browser_of(cast.volunteer)
    body = json.dumps(batch(visit(), filling="x" * 65_536)).encode()
    assert send_raw(browser, body).status_code == 413
    chunked = {"wsgi.input_terminated": True, "CONTENT_LENGTH": ""}
    assert send_raw(browser, body, environ_overrides=chunked).status_code == 413
    assert send_raw(browser, body[:-3000] + b'"}').status_code == 200


def test_a_wrong_method_is_no_error_of_ours(browser_of: Browsers, cast: Cast) -> None:
    assert browser_of(cast.volunteer).get(EVENTS).status_code == 405


def test_a_locked_database_keeps_the_taps_on_the_phone(
    app: Flask, browser_of: Browsers, cast: Cast, database_url: str
) -> None:
    browser = browser_of(cast.volunteer)
    taps = batch(visit(), visit())
    db = app.extensions["database"]
    if databases.sqlite_file(db) is None:
        db.execute_sql("SET lock_timeout = '50ms'")
    else:
        db.pragma("busy_timeout", 1)
    other = databases.open_database(database_url)
    other.connect()
    other.begin()
    other.execute_sql("UPDATE house SET tagline = 'held'")
    try:
        answer = send(browser, taps)
    finally:
        other.rollback()
        other.close_all()
    assert answer.status_code == 503
    assert answer.json["error"]
    assert count_rows(CountEvent) == 0
    assert send(browser, taps).json["totals"] == {"wolfsbos": {"2026-11-26": 2}}


# Anything that JSON can say, often with the names that the contract knows.
words = st.sampled_from(
    [
        *batch(),
        *visit(),
        "undoes",
        "sheet",
        "occurrence",
        "group",
        "visit",
        "undo",
        SENT_AT,
        "wolfsbos",
        "knooppunt",
        "senior",
        "\x00",
        "\ud800",
    ]
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | words,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(words, inner, max_size=6),
    max_leaves=12,
)
event_like = st.fixed_dictionaries(
    {"id": st.uuids().map(str) | words, "house": st.sampled_from(["wolfsbos", "knooppunt"])},
    optional={
        "kind": st.sampled_from(["visit", "undo", "sheet"]) | anything,
        "n": st.integers(-1, 501) | anything,
        "at": st.just(SENT_AT) | st.datetimes().map(lambda at: at.isoformat() + "Z") | anything,
        "undoes": st.uuids().map(str) | words | anything,
        "sheet": st.integers() | anything,
        "occurrence": st.integers() | anything,
        "group": st.just("senior") | anything,
        "first_this_month": st.booleans() | anything,
    },
)
batch_like = st.fixed_dictionaries(
    {"events": st.lists(event_like | anything, max_size=5)},
    optional={
        "sent_at": st.just(SENT_AT) | st.datetimes().map(lambda at: at.isoformat() + "Z"),
        "device": st.text(max_size=9) | anything,
    },
)


@pytest.mark.slow
@settings(
    max_examples=often(150),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=batch_like | anything)
@example(body=batch(visit(id="\ud800")))
@example(body=batch(visit(occurrence=2**70), visit(occurrence=-(2**70)), visit(sheet=2**70)))
def test_nothing_that_json_can_say_is_an_error_of_ours(
    app: Flask, signed_in: Browser, body: Any
) -> None:
    answer = send_raw(signed_in, json.dumps(body).encode())
    assert answer.status_code in (200, 400), answer.text
    if answer.status_code == 200:
        assert [result["id"] for result in answer.json["results"]] == [
            event["id"] for event in body["events"]
        ]


@settings(
    max_examples=often(50),
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(body=st.binary(max_size=200))
def test_no_bytes_are_an_error_of_ours(signed_in: Browser, body: bytes) -> None:
    assert send_raw(signed_in, body).status_code == 400


@pytest.fixture
def signed_in(browser_of: Browsers, cast: Cast) -> Browser:
    return browser_of(cast.volunteer)


# -- the page -------------------------------------------------------------------------------------


def hidden_tap(text: str, action: str = "/tellen?") -> str:
    """The id of the tap in the form with this action; to undo, that of the first button."""
    form = re.search(rf'<form[^>]*action="{re.escape(action)}.*?</form>', text, re.S)
    assert form is not None
    button = r'form="terug" name="tik" value="([^"]+)"'
    undo = "ongedaan" in action
    found = re.search(button, text) if undo else re.search(r'name="tik" value="([^"]+)"', form[0])
    assert found is not None
    return found[1]


def total_on(text: str) -> int:
    found = re.search(r"data-total>(\d+)<", text)
    assert found is not None
    return int(found[1])


def test_the_form_counts_one_and_shows_the_new_total(browser_of: Browsers, cast: Cast) -> None:
    browser = browser_of(cast.volunteer)
    tap = hidden_tap(browser.get("/tellen").text)
    answer = browser.post("/tellen", {"tik": tap}, from_page="/tellen")
    assert (answer.status_code, answer.location) == (303, "/tellen")
    assert total_on(browser.get("/tellen").text) == 1


def test_a_form_that_is_sent_twice_counts_once_and_says_so(
    browser_of: Browsers, cast: Cast
) -> None:
    browser = browser_of(cast.volunteer)
    tap = hidden_tap(browser.get("/tellen").text)
    browser.post("/tellen", {"tik": tap}, from_page="/tellen")
    browser.post("/tellen", {"tik": tap})
    page = browser.get("/tellen").text
    assert total_on(page) == 1
    assert "telde al mee" in page
    assert hidden_tap(page) != tap


def test_the_last_tap_can_be_taken_back_on_its_line(browser_of: Browsers, cast: Cast) -> None:
    browser = browser_of(cast.volunteer)
    browser.post("/tellen", {"tik": str(uuid4())}, from_page="/tellen")
    page = browser.get("/tellen").text
    tap = hidden_tap(page, "/tellen/ongedaan")
    answer = browser.post("/tellen/ongedaan", {"tik": tap})
    assert (answer.status_code, answer.location) == (303, "/tellen")
    assert total_on(browser.get("/tellen").text) == 0
    browser.post("/tellen/ongedaan", {"tik": tap})
    page = browser.get("/tellen").text
    assert total_on(page) == 0
    assert "al ongedaan gemaakt" in page


def test_taps_of_others_are_listed_without_undo(browser_of: Browsers, cast: Cast) -> None:
    counting.add_visit(cast.key_holder, cast.wolfsbos, uuid4(), NOW)
    page = browser_of(cast.volunteer).get("/tellen").text
    lines = re.search(r"Laatste tikken.*?</ul>", page, re.S)
    assert lines is not None
    assert "10.00" in lines[0]
    assert "Ongedaan maken" not in lines[0]


def test_what_is_on_now_is_chosen_and_a_choice_by_hand_stays(
    browser_of: Browsers, cast: Cast
) -> None:
    coffee = make_occurrence(make_activity(cast.wolfsbos), TODAY)
    later = make_occurrence(
        make_activity(cast.wolfsbos, "Lunch", start_time=dt.time(12), end_time=dt.time(13)), TODAY
    )
    make_occurrence(make_activity(cast.wolfsbos, "Afgezegd"), TODAY, state="cancelled")
    make_occurrence(make_activity(cast.knooppunt, "Bingo"), TODAY)
    browser = browser_of(cast.volunteer)
    page = browser.get("/tellen").text
    assert chosen(page) == str(coffee.id)
    assert "Afgezegd" not in page
    assert "Bingo" not in page
    answer = browser.post(
        "/tellen", {"tik": hidden_tap(page), "activiteit": later.id}, from_page="/tellen"
    )
    assert chosen(browser.get(answer.location).text) == str(later.id)
    assert CountEvent.get().occurrence == later


def chosen(text: str) -> str | None:
    found = re.search(r'<option value="(\d*)"[^>]* selected', text)
    return found[1] if found else None


@pytest.mark.parametrize(
    ("time", "title"),
    [
        ((9, 44), None),
        ((9, 45), "Koffie"),
        ((11, 50), "Lunch"),
        ((13, 0), "Koffie"),
        ((16, 0), None),
    ],
)
def test_the_guess_follows_the_clock(
    app: Flask, browser_of: Browsers, cast: Cast, time: tuple[int, int], title: str | None
) -> None:
    ids = {
        make_occurrence(
            make_activity(cast.wolfsbos, name, start_time=dt.time(start), end_time=dt.time(end)),
            TODAY,
        ).id: name
        for name, start, end in (("Koffie", 10, 16), ("Lunch", 12, 13))
    }
    browser = browser_of(cast.volunteer)
    app.config["CLOCK"] = lambda: dt.datetime(2026, 11, 26, time[0] - 1, time[1])
    guess = chosen(browser.get("/tellen").text)
    assert (ids[int(guess)] if guess else None) == title


def test_a_tap_for_another_house_is_refused_at_the_page(browser_of: Browsers, cast: Cast) -> None:
    theirs = make_occurrence(make_activity(cast.knooppunt), TODAY)
    browser = browser_of(cast.volunteer)
    fields = {"tik": str(uuid4()), "activiteit": theirs.id}
    assert browser.post("/tellen", fields, from_page="/tellen").status_code == 422
    assert browser.post("/tellen?huis=knooppunt", {"tik": str(uuid4())}).status_code == 404
    assert count_rows(CountEvent) == 0


@pytest.mark.parametrize("wrong", ["", "17", "\x00", "x" * 5000])
def test_a_tap_with_a_broken_id_counts_nothing(
    browser_of: Browsers, cast: Cast, wrong: str
) -> None:
    browser = browser_of(cast.volunteer)
    for address in ("/tellen", "/tellen/ongedaan"):
        answer = browser.post(address, {"tik": wrong}, from_page="/tellen")
        assert answer.status_code == 422
        assert "Tik nog eens" in answer.text
    assert browser.post("/tellen").status_code == 422
    assert count_rows(CountEvent) == 0


def test_a_strange_activity_is_a_sentence(browser_of: Browsers, cast: Cast) -> None:
    browser = browser_of(cast.volunteer)
    for strange in ("x", "-1", "9" * 30, "٣"):
        assert browser.get("/tellen", query_string={"activiteit": strange}).status_code == 400
    assert browser.get("/tellen?activiteit=999999").status_code == 200


def test_an_undo_of_a_tap_of_another_house_is_refused(browser_of: Browsers, cast: Cast) -> None:
    theirs = uuid4()
    counting.add_visit(cast.other_volunteer, cast.knooppunt, theirs, NOW)
    browser = browser_of(cast.volunteer)
    answer = browser.post("/tellen/ongedaan", {"tik": str(theirs)}, from_page="/tellen")
    assert answer.status_code == 422
    assert counting.day_total(cast.knooppunt, TODAY) == 1


def test_a_form_without_its_token_counts_nothing(browser_of: Browsers, cast: Cast) -> None:
    answer = browser_of(cast.volunteer).client.post("/tellen", data={"tik": str(uuid4())})
    assert answer.status_code == 400
    assert count_rows(CountEvent) == 0


def test_the_counter_goes_back_only_to_pages_of_ours(browser_of: Browsers, cast: Cast) -> None:
    browser = browser_of(cast.volunteer)
    for wanted, got in (("/vandaag", "/vandaag"), ("//evil.example", "/tellen")):
        fields = {"tik": str(uuid4()), "next": wanted}
        assert browser.post("/tellen", fields, from_page="/tellen").location == got


def test_the_counter_is_never_kept_by_the_browser(browser_of: Browsers, cast: Cast) -> None:
    assert browser_of(cast.volunteer).get("/tellen").headers["Cache-Control"] == "no-store"


def test_a_group_an_age_and_a_first_time_come_with_the_form(
    browser_of: Browsers, cast: Cast
) -> None:
    browser = browser_of(cast.volunteer)
    fields = {"tik": str(uuid4()), "n": "5", "aantal": "", "groep": "senior", "eerste": "true"}
    assert browser.post("/tellen", fields, from_page="/tellen").status_code == 303
    event = CountEvent.get()
    assert (event.n, event.group, event.first_this_month) == (5, "senior", True)
    page = browser.get("/tellen").text
    assert "5 × Gewoon binnen, oudere, eerste keer" in page
    typed = {"tik": str(uuid4()), "aantal": "37", "groot": "1", "groep": ""}
    assert browser.post("/tellen", typed).status_code == 303
    assert total_on(browser.get("/tellen").text) == 42


@pytest.mark.parametrize("wrong", ["0", "201", "-3", "x", "1.5", "9" * 12, "\x00", "٣x"])
def test_a_group_that_cannot_be_is_said_at_its_field_and_stays(
    browser_of: Browsers, cast: Cast, wrong: str
) -> None:
    browser = browser_of(cast.volunteer)
    fields = {"tik": str(uuid4()), "aantal": wrong, "groot": "1", "groep": "child"}
    answer = browser.post("/tellen", fields, from_page="/tellen")
    assert answer.status_code == 422
    assert 'id="aantal-fout"' in answer.text
    assert re.search(r'value="child" checked', answer.text)
    assert count_rows(CountEvent) == 0


@pytest.mark.parametrize(
    "wrong", [{"groot": "1"}, {"n": "201"}, {"n": "x"}, {"groep": "baby"}, {"groep": "\x00"}]
)
def test_a_form_that_cannot_be_counts_nothing(
    browser_of: Browsers, cast: Cast, wrong: dict[str, str]
) -> None:
    browser = browser_of(cast.volunteer)
    answer = browser.post("/tellen", {"tik": str(uuid4()), **wrong}, from_page="/tellen")
    assert answer.status_code == 422
    assert count_rows(CountEvent) == 0


def test_the_list_can_show_all_taps_of_today(browser_of: Browsers, cast: Cast) -> None:
    for _ in range(8):
        counting.add_visit(cast.volunteer, cast.wolfsbos, uuid4(), NOW)
    browser = browser_of(cast.volunteer)
    assert browser.get("/tellen").text.count("data-tap=") == 5
    assert browser.get("/tellen?alle=y").text.count("data-tap=") == 8


# -- what all phones counted ----------------------------------------------------------------------


def test_phones_ask_for_the_total_and_hear_304_while_it_is_the_same(
    browser_of: Browsers, cast: Cast
) -> None:
    browser = browser_of(cast.volunteer)
    first = browser.get("/tellen/stand")
    assert first.json == {
        "now": "2026-11-26T09:00:00.000Z",
        "person": cast.volunteer.id,
        "totals": {"wolfsbos": {"2026-11-26": 0}},
    }
    known = {"If-None-Match": first.headers["ETag"]}
    assert browser.get("/tellen/stand", headers=known).status_code == 304
    counting.add_visit(cast.key_holder, cast.wolfsbos, uuid4(), NOW, n=3)
    again = browser.get("/tellen/stand", headers=known)
    assert (again.status_code, again.json["totals"]["wolfsbos"]["2026-11-26"]) == (200, 3)


def test_the_same_total_is_no_304_for_another_person_or_a_minute_later(
    app: Flask, browser_of: Browsers, cast: Cast
) -> None:
    browser, other = browser_of(cast.volunteer), browser_of(cast.key_holder)
    known = {"If-None-Match": browser.get("/tellen/stand").headers["ETag"]}
    answer = other.get("/tellen/stand", headers=known)
    assert (answer.status_code, answer.json["person"]) == (200, cast.key_holder.id)
    app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=1)
    answer = browser.get("/tellen/stand", headers=known)
    assert (answer.status_code, answer.json["now"]) == (200, "2026-11-26T09:01:00.000Z")


def test_taps_of_nobody_at_the_desk_are_never_of_who_logged_in_since(
    browser_of: Browsers, cast: Cast
) -> None:
    assert send(browser_of(cast.volunteer), batch(visit(), person=0)).status_code == 401
    assert count_rows(CountEvent) == 0


def test_the_total_is_for_who_counts_in_the_house(browser_of: Browsers, cast: Cast) -> None:
    assert browser_of(None).get("/tellen/stand").status_code == 401
    assert browser_of(cast.viewer).get("/tellen/stand").status_code == 403
    assert browser_of(cast.other_volunteer).get("/tellen/stand?huis=wolfsbos").status_code == 404


def test_the_total_takes_as_many_queries_on_a_busy_day_as_on_a_quiet_one(
    browser_of: Browsers, cast: Cast
) -> None:
    browser = browser_of(cast.volunteer)
    browser.get("/tellen/stand")
    with counted() as quiet:
        browser.get("/tellen/stand")
    for _ in range(20):
        counting.add_visit(cast.volunteer, cast.wolfsbos, uuid4(), NOW)
    with counted() as busy:
        browser.get("/tellen/stand")
    assert len(busy) == len(quiet) == 2
