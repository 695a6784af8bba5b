"""Mail by SMTP, to a real server on a port of its own."""

from __future__ import annotations

import datetime as dt
import socket
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from peewee import Database

import jobs
import mailing
from app import create_app
from documents.letters import Letter, formerly, letter
from mailing import BadSettings, Post, Undeliverable, Unreachable, server_of
from models import House, Message, MessageKind, Person, Place, Shift, ShiftState
from rules import messages
from rules.outbox import GRACE, tell, tell_changed
from rules.reminders import make_reminders
from rules.sending import PAUSES
from tests.at_once import at_once
from tests.cast import Cast, make_place, make_shift
from tests.certificates import served
from tests.conftest import NOW, TODAY
from tests.post_office import PostOffice, post_office

TOMORROW = TODAY + dt.timedelta(days=1)
LATER = NOW + GRACE
LETTER = Letter("Gaat niet door: Gastvrouw", "Dag Joop,\n\n.\nTot ziens – coördinator\n")


@pytest.fixture
def office() -> Iterator[PostOffice]:
    with post_office() as office:
        yield office


@pytest.fixture
def at(app: Flask, office: PostOffice) -> Callable[[dt.datetime], int]:
    """Sends what is due at a moment; returns how many mails left."""
    app.config.update(office.settings, BASE_URL="https://buurtbord.example")

    def send(moment: dt.datetime) -> int:
        app.config["CLOCK"] = lambda: moment
        return jobs.send_due(app)

    return send


def send(office: PostOffice, to: str, letter: Letter = LETTER) -> None:
    server = server_of(office.settings)
    assert server is not None
    with Post(server) as post:
        post.send(letter, to, "1", NOW)


# -- the letter on its way ------------------------------------------------------------------------


def test_a_letter_arrives_as_it_was_written(office: PostOffice) -> None:
    send(office, "joop@buurtbord.example")
    [mail] = office.mails
    assert mail["Subject"] == "Gaat niet door: Gastvrouw"
    assert mail["To"] == "joop@buurtbord.example"
    assert mail["From"] == "Huis van de Buurt <rooster@buurtbord.example>"
    assert mail["Date"].datetime == NOW.replace(tzinfo=dt.UTC)
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content_type() == "text/plain"
    assert mail.get_content() == LETTER.body
    assert office.to == ["joop@buurtbord.example"]


def test_the_same_letter_has_the_same_name_when_it_comes_twice(office: PostOffice) -> None:
    for _ in range(2):
        send(office, "joop@buurtbord.example")
    names = {mail["Message-ID"] for mail in office.mails}
    assert len(office.mails) == 2
    assert len(names) == 1
    assert str(names.pop()).endswith("@buurtbord.example>")


@pytest.mark.parametrize(
    "to",
    [
        "",
        "joop",
        "joop@buurtbord.example\nBcc: x@x.example",
        "joop@buurtbord.example\r\nRCPT TO:<x@x.example>",
        "joop@buurtbord.example,x@x.example",
        "<joop@buurtbord.example>",
        "jo op@buurtbord.example",
        "joop@a@b.example",
        "joop@buurtbord.example\x00",
        "\ud800@buurtbord.example",
        "x" * 5000,
    ],
)
def test_what_is_no_address_gets_no_mail(office: PostOffice, to: str) -> None:
    with pytest.raises(Undeliverable):
        send(office, to)
    assert office.to == []


@pytest.mark.parametrize("line", ["\n", "\r\n", "\r"])
def test_no_subject_can_add_a_header(office: PostOffice, line: str) -> None:
    with pytest.raises(Undeliverable):
        send(office, "joop@buurtbord.example", Letter(f"Dag{line}Bcc: x@x.example", "x"))
    assert office.mails == []


def test_an_address_of_other_letters_needs_a_server_that_knows_them(office: PostOffice) -> None:
    with pytest.raises(Undeliverable):
        send(office, "renée@buurtbord.example")


@pytest.mark.parametrize(
    ("where", "answer", "error"),
    [
        ("joop@buurtbord.example", "550 nobody", Undeliverable),
        ("joop@buurtbord.example", "450 full, try later", Unreachable),
        ("DATA", "554 spam", Undeliverable),
        ("DATA", "451 later", Unreachable),
    ],
)
def test_a_refusal_says_whether_to_try_again(
    office: PostOffice, where: str, answer: str, error: type[Exception]
) -> None:
    office.refuses[where] = answer
    with pytest.raises(error):
        send(office, "joop@buurtbord.example")


def test_a_server_that_hangs_up_or_is_not_there_is_tried_later(office: PostOffice) -> None:
    office.deaf = True
    with pytest.raises(Unreachable):
        send(office, "joop@buurtbord.example")
    with socket.socket() as nobody:
        nobody.bind(("127.0.0.1", 0))
        office.port = nobody.getsockname()[1]
        with pytest.raises(Unreachable):
            send(office, "joop@buurtbord.example")


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_without_tls_nothing_is_said_where_it_was_asked_for(
    office: PostOffice, security: str
) -> None:
    """Whoever stands between takes the offer of TLS away: then no mail leaves."""
    server = server_of(office.settings | {"SMTP_SECURITY": security})
    assert server is not None
    with Post(server) as post, pytest.raises(Unreachable):
        post.send(LETTER, "joop@buurtbord.example", "1", NOW)
    assert office.to == []


def hand_in(office: PostOffice, **facts: str) -> None:
    server = server_of(office.settings | {"SMTP_USER": "buurt", "SMTP_PASSWORD": "bord", **facts})
    assert server is not None
    with Post(server) as post:
        post.send(LETTER, "joop@buurtbord.example", "1", NOW)
        post.send(LETTER, "anneke@buurtbord.example", "2", NOW)


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_letters_and_the_password_travel_hidden_to_a_server_that_is_trusted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str
) -> None:
    known = served(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(known.authority))
    with post_office(security, known.context) as office:
        hand_in(office)
    assert [mail.get_content() for mail in office.mails] == [LETTER.body] * 2
    assert office.hidden == [True, True]
    assert office.logins == [("buurt", "bord")], "one connection for all of a round"


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.2"])
def test_a_server_whose_certificate_is_not_its_own_or_by_nobody_known_hears_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, security: str, address: str
) -> None:
    known = served(tmp_path, address)
    if address != "127.0.0.1":
        monkeypatch.setenv("SSL_CERT_FILE", str(known.authority))
    refused = pytest.raises(Unreachable, match="CERTIFICATE_VERIFY_FAILED")
    with post_office(security, known.context) as office, refused:
        hand_in(office)
    assert (office.mails, office.to, office.logins) == ([], [], [])


# -- settings -------------------------------------------------------------------------------------


def test_without_a_host_there_is_no_server(app: Flask) -> None:
    assert server_of(app.config) is None
    assert "not set" in mailing.state(app.config)


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_each_kind_of_connection_has_its_usual_port(security: str, port: int) -> None:
    config = {"SMTP_HOST": "h", "SMTP_SECURITY": security, "MAIL_FROM": "a@b.example"}
    server = server_of(config)
    assert server is not None
    assert server.port == port


@pytest.mark.parametrize(
    ("config", "word"),
    [
        ({"SMTP_SECURITY": "ssl"}, "SMTP_SECURITY"),
        ({"SMTP_PORT": "mail"}, "SMTP_PORT"),
        ({"SMTP_PORT": 70000}, "SMTP_PORT"),
        ({"MAIL_FROM": ""}, "MAIL_FROM"),
        ({"MAIL_FROM": "Buurtbord"}, "MAIL_FROM"),
        ({"MAIL_FROM": "a@b.example\nBcc: c@d.example"}, "MAIL_FROM"),
        ({"SMTP_SECURITY": "none", "SMTP_USER": "u"}, "in clear"),
    ],
)
def test_settings_that_cannot_be_right_are_named(config: dict[str, Any], word: str) -> None:
    with pytest.raises(BadSettings, match=word):
        server_of({"SMTP_HOST": "mail.example", "MAIL_FROM": "a@b.example", **config})


def test_a_password_stays_as_it_was_written(
    monkeypatch: pytest.MonkeyPatch, database_url: str, tmp_path: Any
) -> None:
    for name, value in (("HOST", "mail.example"), ("USER", "007"), ("PASSWORD", "1e5")):
        monkeypatch.setenv(f"BUURTBORD_SMTP_{name}", value)
    monkeypatch.setenv("BUURTBORD_MAIL_FROM", "a@b.example")
    made = create_app({"DATABASE_URL": database_url, "INSTANCE": str(tmp_path)})
    server = server_of(made.config)
    made.extensions["press"].close()
    assert server is not None
    assert (server.user, server.password, server.port) == ("007", "1e5", 587)


# -- from the outbox to the mailbox ---------------------------------------------------------------


def shift_of(person: Person, house: House) -> Shift:
    shift = make_shift(house, TOMORROW, seats=2)
    make_place(shift.seats[0], person, NOW - dt.timedelta(days=7))
    return shift


def test_a_reminder_says_all_that_one_needs_and_leads_to_a_page(
    cast: Cast, office: PostOffice, at: Callable[[dt.datetime], int]
) -> None:
    shift = shift_of(cast.volunteer, cast.wolfsbos)
    make_place(shift.seats[1], cast.key_holder, NOW)
    Place.update(at=NOW - dt.timedelta(days=7)).execute()
    House.update(street="Het Bos 1").execute()
    Person.update(reminders=False).where(Person.id == cast.key_holder.id).execute()
    make_reminders(NOW)
    assert at(LATER) == 1
    [mail] = office.mails
    assert mail["Subject"] == "Je dienst: Gastvrouw of gastheer, vrijdag 27 november"
    seat = shift.seats[0].id
    assert mail.get_content() == (
        "Dag Joop,\n"
        "\n"
        "Je staat op het rooster.\n"
        "\n"
        "  Gastvrouw of gastheer\n"
        "  vrijdag 27 november, 9.45–13.00 uur\n"
        "  Huis van de Buurt Wolfsbos, Het Bos 1, Hoogeveen\n"
        "  Samen met Anneke.\n"
        "\n"
        "  Bekijk de dienst:\n"
        f"  https://buurtbord.example/rooster/dienst/{shift.id}\n"
        "\n"
        "  Kun je toch niet?\n"
        f"  https://buurtbord.example/rooster/plek/{seat}/kan-niet\n"
        "\n"
        "Vragen? Bel 0528-12 34 56.\n"
        "\n"
        "Groeten,\n"
        "Huis van de Buurt Wolfsbos\n"
        "\n"
        "--\n"
        "Geen herinneringen meer? Zet ze uit bij Mijn gegevens:\n"
        "https://buurtbord.example/account\n"
    )
    assert at(LATER + dt.timedelta(hours=1)) == 0


def test_without_its_own_address_the_mail_has_no_links(
    app: Flask, cast: Cast, office: PostOffice, at: Callable[[dt.datetime], int]
) -> None:
    shift_of(cast.volunteer, cast.wolfsbos)
    make_reminders(NOW)
    app.config["BASE_URL"] = ""
    at(LATER)
    assert "http" not in office.mails[0].get_content()
    assert "without links" in mailing.state(app.config)


def test_all_that_changed_comes_in_one_mail(
    cast: Cast, office: PostOffice, at: Callable[[dt.datetime], int]
) -> None:
    for house in (cast.wolfsbos, cast.knooppunt):
        shift = shift_of(cast.volunteer, house)
        was = dt.date(2026, 11, 30), dt.time(10), shift.end_time
        tell_changed(shift, ShiftState.planned, was, NOW)
    assert at(LATER) == 1
    [mail] = office.mails
    assert mail["Subject"] == "Nieuws over je rooster"
    text = mail.get_content()
    assert text.count("Je dienst is veranderd.") == 2
    assert text.count("Het was maandag 30 november om 10.00 uur.") == 2
    assert "Huis van de Buurt Wolfsbos, Het Knooppunt" in text


@pytest.mark.parametrize("kind", list(MessageKind))
def test_every_kind_of_message_has_its_words(cast: Cast, kind: MessageKind) -> None:
    shift = shift_of(cast.volunteer, cast.wolfsbos)
    for about in (None, cast.coordinator) if kind != MessageKind.reminder else (None,):
        tell(
            [cast.volunteer],
            kind,
            NOW,
            shift=shift,
            about=about,
            was=(TODAY, dt.time(10), dt.time(12)),
        )
    found = messages.read(Message.person == cast.volunteer, NOW)
    assert found
    for news in found:
        made = letter([news], "https://buurtbord.example")
        assert "Dag Joop," in made.body
        assert made.subject.endswith(": Gastvrouw of gastheer, vrijdag 27 november")
        for sentence in made.body.split("\n"):
            assert len(sentence.split()) <= 12, sentence


def test_two_workers_send_each_mail_once(
    app: Flask,
    cast: Cast,
    database: Database,
    office: PostOffice,
    at: Callable[[dt.datetime], int],
) -> None:
    people = [cast.volunteer, cast.key_holder, cast.coordinator, cast.admin]
    for person in people:
        shift_of(person, cast.wolfsbos)
    make_reminders(NOW)
    app.config["CLOCK"] = lambda: LATER
    left = at_once(database, *[lambda: jobs.send_due(app)] * 3)
    assert sum(left) == 4
    assert sorted(office.to) == sorted(person.email for person in people)


def test_a_mail_whose_fate_is_unknown_is_sent_again_after_a_pause(
    cast: Cast, office: PostOffice, at: Callable[[dt.datetime], int]
) -> None:
    shift_of(cast.volunteer, cast.wolfsbos)
    make_reminders(NOW)
    office.deaf = True
    assert at(LATER) == 0
    office.deaf = False
    assert at(LATER + dt.timedelta(minutes=1)) == 0
    assert at(LATER + PAUSES[0]) == 1
    assert Message.get().state == "sent"


def test_one_bad_address_does_not_keep_the_others_from_theirs(
    cast: Cast, office: PostOffice, at: Callable[[dt.datetime], int]
) -> None:
    shift_of(cast.volunteer, cast.wolfsbos)
    shift_of(cast.key_holder, cast.wolfsbos)
    office.refuses[cast.volunteer.email] = "550 nobody"
    make_reminders(NOW)
    assert at(LATER) == 1
    states = {message.person_id: message.state for message in Message.select()}
    assert states == {cast.volunteer.id: "failed", cast.key_holder.id: "sent"}


def test_no_mail_travels_inside_a_transaction(
    app: Flask, cast: Cast, office: PostOffice, at: Callable[[dt.datetime], int], database: Database
) -> None:
    """While the server is slow, others write: SQLite has one writer at a time."""
    shift_of(cast.volunteer, cast.wolfsbos)
    make_reminders(NOW)
    depth = []
    send = Post.send

    class Watching(Post):
        def send(self, *words: Any) -> None:
            depth.append(app.extensions["database"].transaction_depth())
            send(self, *words)

    jobs.Post = Watching  # type: ignore[misc]
    try:
        assert at(LATER) == 1
    finally:
        jobs.Post = Post  # type: ignore[misc]
    assert depth == [0]


def test_logs_name_no_address(
    cast: Cast,
    office: PostOffice,
    at: Callable[[dt.datetime], int],
    caplog: pytest.LogCaptureFixture,
) -> None:
    shift_of(cast.volunteer, cast.wolfsbos)
    office.refuses[cast.volunteer.email] = f"550 no {cast.volunteer.email} here"
    make_reminders(NOW)
    assert at(LATER) == 0
    assert caplog.records
    assert cast.volunteer.email not in caplog.text


def test_what_moved_on_its_own_day_says_only_the_hour(cast: Cast) -> None:
    shift = shift_of(cast.volunteer, cast.wolfsbos)
    was = TOMORROW, dt.time(10), shift.end_time
    tell_changed(shift, ShiftState.planned, was, NOW)
    [news] = messages.read(Message.person == cast.volunteer, NOW)
    assert formerly(news) == "Het was om 10.00 uur."


@pytest.mark.parametrize(
    ("was", "said"),
    [
        ((TOMORROW, dt.time(9, 45), dt.time(12)), "Het was tot 12.00 uur."),
        ((TOMORROW, dt.time(9), dt.time(12)), "Het was van 9.00 tot 12.00 uur."),
        ((TODAY, dt.time(9, 45), dt.time(12)), "Het was donderdag 26 november, 9.45–12.00 uur."),
    ],
)
def test_who_must_stay_longer_reads_until_when_it_was(
    cast: Cast,
    office: PostOffice,
    at: Callable[[dt.datetime], int],
    was: tuple[dt.date, dt.time, dt.time],
    said: str,
) -> None:
    tell_changed(shift_of(cast.volunteer, cast.wolfsbos), ShiftState.planned, was, NOW)
    at(LATER)
    assert "  vrijdag 27 november, 9.45–13.00 uur\n" in office.mails[0].get_content()
    assert f"  {said}\n" in office.mails[0].get_content()
