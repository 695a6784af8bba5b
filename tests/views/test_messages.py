"""'Nieuws voor jou' on /vandaag, and whom a coordinator must ring."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from documents.letters import letter
from models import (
    Membership,
    Message,
    MessageKind,
    MessageState,
    Person,
    Place,
    Role,
    Shift,
    ShiftState,
)
from rules import leaving, messages
from rules.outbox import tell, tell_changed
from tests.browser_of import Browser
from tests.cast import Cast, make_person, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted

NEXT = TODAY + dt.timedelta(days=7)


def cancelled(cast: Cast, person: Person | None = None, title: str = "Koffie") -> Message:
    """Somebody's shift does not take place, and they are told."""
    to = person or cast.volunteer
    shift = make_shift(cast.wolfsbos, NEXT, title=title, state=ShiftState.cancelled)
    make_place(shift.seats.get(), to, NOW)
    tell([to], MessageKind.shift_cancelled, NOW, shift=shift)
    return Message.select().order_by(Message.id.desc()).get()


# -- for oneself ----------------------------------------------------------------------------------


def test_news_stands_on_top_of_today_until_it_is_seen(app: Flask, cast: Cast) -> None:
    message = cancelled(cast)
    browser = Browser(app, cast.volunteer)
    page = browser.get("/vandaag").text
    assert "Nieuws voor jou" in page
    assert "Je dienst gaat niet door." in page
    assert "Donderdag 3 december, 9.45–13.00 uur" in page
    assert page.index("Nieuws voor jou") < page.index("Wat is er te doen?")
    answer = browser.post(f"/rooster/bericht/{message.id}/gezien", {"next": "/vandaag"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/vandaag")
    assert "Nieuws voor jou" not in browser.get("/vandaag").text
    assert Message.get().seen_at == NOW


def test_news_says_until_when_it_was_when_only_that_changed(app: Flask, cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, NEXT)
    make_place(shift.seats.get(), cast.volunteer, NOW)
    was = shift.date, shift.start_time, dt.time(12)
    tell_changed(shift, ShiftState.planned, was, NOW)
    assert "Het was tot 12.00 uur." in Browser(app, cast.volunteer).get("/vandaag").text


def test_seeing_it_twice_keeps_the_first_moment(app: Flask, cast: Cast) -> None:
    message = cancelled(cast)
    browser = Browser(app, cast.volunteer)
    for minutes in (0, 5):
        app.config["CLOCK"] = lambda minutes=minutes: NOW + dt.timedelta(minutes=minutes)
        browser.post(f"/rooster/bericht/{message.id}/gezien")
    assert Message.get().seen_at == NOW


def test_everything_is_seen_at_once_but_not_what_came_since(app: Flask, cast: Cast) -> None:
    first, second = cancelled(cast), cancelled(cast)
    since, others = cancelled(cast), cancelled(cast, cast.key_holder)
    browser = Browser(app, cast.volunteer)
    assert "Alles gezien" in browser.get("/vandaag").text
    browser.post(f"/rooster/bericht/{second.id}/gezien", {"alles": "1"})
    seen = {message.id for message in Message.select().where(Message.seen_at.is_null(False))}
    assert seen == {first.id, second.id}
    assert {since.id, others.id}.isdisjoint(seen)


@pytest.mark.parametrize("who", ["key_holder", "coordinator", "other_coordinator", "admin"])
def test_a_message_of_somebody_else_is_not_found(app: Flask, cast: Cast, who: str) -> None:
    message = cancelled(cast)
    answer = Browser(app, getattr(cast, who)).post(f"/rooster/bericht/{message.id}/gezien")
    assert answer.status_code == 404
    assert Message.get().seen_at is None


@pytest.mark.parametrize("nonsense", ["0", "x", str(2**70), "-1", "1%00", "٣"])
def test_a_message_that_is_none_is_not_found(app: Flask, cast: Cast, nonsense: str) -> None:
    browser = Browser(app, cast.coordinator)
    for verb in ("gezien", "gebeld"):
        assert browser.post(f"/rooster/bericht/{nonsense}/{verb}").status_code == 404


def test_nonsense_in_the_form_changes_nothing_else(app: Flask, cast: Cast) -> None:
    message = cancelled(cast)
    browser = Browser(app, cast.volunteer)
    fields = {"next": ["//x.example", "\x00"], "alles": ["", "🫖"]}
    answer = browser.post(f"/rooster/bericht/{message.id}/gezien", fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/vandaag")


def test_news_is_no_reminder_and_no_more_than_true(app: Flask, cast: Cast) -> None:
    cancelled(cast)
    shift = Shift.get()
    tell([cast.volunteer], MessageKind.reminder, NOW, shift=shift)
    assert [each.kind for each in messages.news_for(cast.volunteer, NOW)] == ["shift_cancelled"]
    Shift.update(state=ShiftState.planned).execute()
    assert messages.news_for(cast.volunteer, NOW) == []
    Shift.update(state=ShiftState.cancelled).execute()
    assert messages.news_for(cast.volunteer, NOW + messages.FRESH + dt.timedelta(days=1)) == []


def test_there_is_no_news_of_a_house_that_one_has_left(cast: Cast) -> None:
    shift = make_shift(cast.knooppunt, NEXT, state=ShiftState.cancelled)
    make_place(shift.seats.get(), cast.volunteer, NOW)
    tell([cast.volunteer], MessageKind.shift_cancelled, NOW, shift=shift)
    assert messages.news_for(cast.volunteer, NOW) == []


def test_who_was_taken_out_of_one_house_reads_it_in_the_other(app: Flask, cast: Cast) -> None:
    Membership.create(person=cast.volunteer, house=cast.knooppunt, role=Role.volunteer)
    shift = make_shift(cast.wolfsbos, NEXT, title="Koken")
    make_place(shift.seats.get(), cast.volunteer, NOW)
    member = Membership.get(person=cast.volunteer, house=cast.wolfsbos)
    leaving.leave(member, cast.coordinator, NOW)
    browser = Browser(app, cast.volunteer)
    page = browser.get("/vandaag").text
    assert "Corrie heeft je van deze dienst gehaald." in page
    assert "Koken" in page
    assert "Huis van de Buurt Wolfsbos" in page
    assert f"/rooster/dienst/{shift.id}" not in page, "they may not look at it any more"
    assert browser.post(f"/rooster/bericht/{Message.get().id}/gezien").status_code == 303
    assert "Nieuws voor jou" not in browser.get("/vandaag").text
    [news] = messages.read(Message.person == cast.volunteer, NOW)
    assert "Bekijk de dienst" not in letter([news], "https://buurtbord.example").body


def test_much_news_takes_as_many_queries_as_little(cast: Cast) -> None:
    cancelled(cast)
    with counted() as few:
        messages.news_for(cast.volunteer, NOW)
    for _ in range(9):
        cancelled(cast)
    with counted() as many:
        assert len(messages.news_for(cast.volunteer, NOW)) == 10
    assert len(many) == len(few) == 3


def test_one_stands_in_sight_and_the_rest_is_folded_and_counted(app: Flask, cast: Cast) -> None:
    for _ in range(12):
        cancelled(cast)
    page = Browser(app, cast.volunteer).get("/vandaag").text
    assert page.count("Je dienst gaat niet door.") == 9
    assert "Nog 11 berichten" in page


# -- for a coordinator ----------------------------------------------------------------------------


def test_who_got_no_mail_is_rung_once_about_everything(app: Flask, cast: Cast) -> None:
    Person.update(email=None, phone="0612345678").where(Person.id == cast.volunteer.id).execute()
    cancelled(cast, title="Koffie")
    cancelled(cast, title="Soep")
    newest = Message.select().order_by(Message.id.desc()).get()
    browser = Browser(app, cast.coordinator)
    page = browser.get("/rooster/berichten").text
    assert page.count("Joop van der Berg") == 1
    assert 'href="tel:0612345678"' in page
    assert "06 12 34 56 78" in page
    assert "heeft geen e-mailadres" in page
    assert "Koffie" in page
    assert "Soep" in page
    since = cancelled(cast, title="Later")
    answer = browser.post(f"/rooster/bericht/{newest.id}/gebeld")
    assert answer.status_code == 303
    page = browser.get("/rooster/berichten").text
    assert "Joop weet het nu." in page
    assert [message.id for message in Message.select().where(Message.seen_at.is_null())] == [
        since.id
    ]
    assert "gezien of gebeld" in page


def test_the_list_says_how_each_was_told(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.coordinator)
    message = cancelled(cast)
    app.config["SMTP_HOST"] = ""
    assert "niet gemaild" in browser.get("/rooster/berichten").text
    app.config["SMTP_HOST"] = "mail.example"
    page = browser.get("/rooster/berichten").text
    assert "wordt gemaild" in page
    assert "Je hoeft niemand te bellen." in page
    for facts, words in (
        ({"tries": 1, "sent_at": NOW}, "mailen lukt nog niet"),
        ({"state": MessageState.failed}, "mailen lukt niet"),
        ({"state": MessageState.not_sent}, "niet gemaild"),
        ({"state": MessageState.sent}, "gemaild op 26 november om 10.00"),
    ):
        Message.update(**facts).where(Message.id == message.id).execute()
        assert words in browser.get("/rooster/berichten").text


def test_a_phone_number_is_shown_of_who_still_belongs_to_the_house(app: Flask, cast: Cast) -> None:
    former = make_person("Oud", "Lid", email=None, phone="0698765432")
    cancelled(cast, former)
    page = Browser(app, cast.coordinator).get("/rooster/berichten").text
    assert "Oud Lid" in page
    assert "0698765432" not in page
    assert "Geen nummer bekend" in page


def test_another_house_sees_nothing_of_it(app: Flask, cast: Cast) -> None:
    message = cancelled(cast)
    browser = Browser(app, cast.other_coordinator)
    assert "Joop" not in browser.get("/rooster/berichten").text
    assert browser.post(f"/rooster/bericht/{message.id}/gebeld").status_code == 404
    assert Message.get().seen_at is None


def test_nobody_rings_about_a_reminder_or_a_coordinator_about_cover(app: Flask, cast: Cast) -> None:
    shift = make_shift(cast.wolfsbos, NEXT)
    make_place(shift.seats.get(), cast.volunteer, NOW)
    second = make_person("Tweede", "Coördinator", house=cast.wolfsbos, role=Role.coordinator)
    Place.update(state="seeking_cover").execute()
    tell([second], MessageKind.cover_wanted, NOW, shift=shift, about=cast.volunteer)
    page = Browser(app, cast.coordinator).get("/rooster/berichten").text
    assert "Je hoeft niemand te bellen." in page
    assert "Vervanging gezocht" in page


def test_the_list_takes_the_same_queries_however_long_it_is(cast: Cast) -> None:
    cancelled(cast)
    with counted() as few:
        messages.told_in(cast.wolfsbos, NOW)
    for _ in range(9):
        cancelled(cast)
    with counted() as many:
        assert len(messages.told_in(cast.wolfsbos, NOW)) == 10
    assert len(many) == len(few) == 4


def test_the_list_is_for_coordinators_and_the_button_for_whom_it_tells(
    app: Flask, cast: Cast
) -> None:
    message = cancelled(cast)
    volunteer, viewer = Browser(app, cast.volunteer), Browser(app, cast.viewer)
    assert volunteer.get("/rooster/berichten").status_code == 403
    assert volunteer.post(f"/rooster/bericht/{message.id}/gebeld").status_code == 403
    assert viewer.post(f"/rooster/bericht/{message.id}/gezien").status_code == 404
    assert Message.get().seen_at is None
