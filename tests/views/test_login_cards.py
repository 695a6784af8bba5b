"""Login cards on one sheet: chosen on a page, printed once, and kept nowhere."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import closing
from uuid import uuid4

import pytest
from flask import Flask

from documents import press as presses
from models import LoginToken, Membership, Person, Rendering, Role, SentForm
from rules import access, people
from tests.at_once import at_once
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_person
from tests.conftest import NOW
from tests.print.codes import codes_of
from tests.print.sheets import text_of

PAGE = "/drukwerk/inlogkaarten"
BASE = "https://buurtbord.example"


@pytest.fixture
def coordinator(app: Flask, cast: Cast) -> Browser:
    app.config["BASE_URL"] = BASE
    return Browser(app, cast.coordinator)


def fields(*people_: Person, **more: object) -> dict[str, object]:
    chosen = [person.id for person in people_]
    return {"once": str(uuid4()), "wie": chosen, "taal": "nl", "stijl": "kleur", **more}


def path_of(code: str) -> str:
    assert code.startswith(f"{BASE}/k/")
    return code.removeprefix(BASE)


def test_the_page_offers_everybody_and_ticks_who_has_no_card(
    coordinator: Browser, cast: Cast
) -> None:
    member = people.membership(cast.wolfsbos, cast.volunteer.id)
    assert member is not None
    people.make_card(member, cast.coordinator, NOW)
    shown = coordinator.get(PAGE)
    assert shown.status_code == 200
    for person, ticked in ((cast.volunteer, ""), (cast.key_holder, " checked"), (cast.viewer, "")):
        box = f'name="wie" value="{person.id}"{ticked}'
        assert box in shown.text, person.first_name
    said = "Met een nieuwe kaart werkt de oude niet meer. Wie is ingelogd, blijft ingelogd."
    assert said in shown.text
    assert "Dirk" not in shown.text


@pytest.mark.slow
def test_the_code_on_the_paper_logs_in_its_own_person_and_nobody_else(
    app: Flask, coordinator: Browser, cast: Cast
) -> None:
    answer = coordinator.post(PAGE, fields(cast.volunteer, cast.key_holder))
    assert answer.status_code == 200
    assert answer.mimetype == "application/pdf"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "ETag" not in answer.headers
    assert 'filename="wolfsbos-inlogkaarten.pdf"' in answer.headers["Content-Disposition"]
    [codes] = codes_of(answer.data)
    assert len(codes) == 2
    entered = []
    for code in codes:
        phone = Browser(app, None)
        path = path_of(code)
        assert phone.post(path, from_page=path).location == "/vandaag"
        entered.append("Joop" in phone.get("/account").text)
    assert sorted(entered) == [False, True]
    # A card keeps working, until it is revoked.
    assert Browser(app, None).get(path_of(codes[0])).status_code == 200
    for person in (cast.volunteer, cast.key_holder):
        assert "kaart-weg" in coordinator.get(f"/mensen/{person.id}").text
        coordinator.post(f"/mensen/{person.id}/kaart-weg")
        assert "kaart-weg" not in coordinator.get(f"/mensen/{person.id}").text
    for code in codes:
        assert Browser(app, None).get(path_of(code)).status_code == 410


@pytest.mark.slow
def test_a_new_card_ends_the_old_one_and_leaves_devices_alone(
    app: Flask, coordinator: Browser, cast: Cast
) -> None:
    [[first]] = codes_of(coordinator.post(PAGE, fields(cast.volunteer)).data)
    phone = Browser(app, None)
    phone.post(path_of(first), from_page=path_of(first))
    [[second]] = codes_of(coordinator.post(PAGE, fields(cast.volunteer, stijl="groot")).data)
    assert Browser(app, None).get(path_of(first)).status_code == 410
    assert Browser(app, None).get(path_of(second)).status_code == 200
    assert phone.get("/account").status_code == 200


@pytest.mark.slow
def test_two_taps_are_one_set_of_cards_also_in_another_process(
    app: Flask, coordinator: Browser, cast: Cast
) -> None:
    sent = fields(cast.volunteer, cast.viewer)
    first = coordinator.post(PAGE, sent)
    # What another process has not: this press, and whatever this one remembers.
    with closing(presses.Press()) as other:
        app.extensions["press"] = other
        second = coordinator.post(PAGE, sent)
    assert codes_of(first.data) == codes_of(second.data)
    assert count_rows(LoginToken) == 2
    [codes] = codes_of(second.data)
    assert all(Browser(app, None).get(path_of(code)).status_code == 200 for code in codes)


@pytest.mark.slow
def test_two_taps_at_the_same_moment_are_one_set_of_cards(
    app: Flask, coordinator: Browser, cast: Cast
) -> None:
    sent = fields(cast.volunteer)
    coordinator.get("/account")
    twins = [coordinator, Browser(app, cast.coordinator)]
    answers = at_once(None, *(lambda each=each: each.post(PAGE, sent) for each in twins))
    assert [answer.status_code for answer in answers] == [200, 200]
    assert codes_of(answers[0].data) == codes_of(answers[1].data)
    assert count_rows(LoginToken) == 1


@pytest.mark.slow
@pytest.mark.parametrize("later", ["another day", "newer cards"])
def test_a_form_that_comes_much_later_gets_no_paper_and_reads_what_to_do(
    app: Flask, coordinator: Browser, cast: Cast, later: str
) -> None:
    sent = fields(cast.volunteer)
    [[code]] = codes_of(coordinator.post(PAGE, sent).data)
    if later == "newer cards":
        coordinator.post(PAGE, fields(cast.volunteer))
    else:
        app.config["CLOCK"] = lambda: NOW + dt.timedelta(minutes=11)
    late = coordinator.post(PAGE, sent)
    assert late.status_code == 409
    assert "Kijk in een ander tabblad of bij je downloads." in late.text
    assert "Maak ze dan opnieuw." in late.text
    works = Browser(app, None).get(path_of(code)).status_code
    assert works == (410 if later == "newer cards" else 200)


@pytest.mark.slow
def test_the_same_form_of_somebody_else_or_with_another_choice_has_other_secrets(
    app: Flask, coordinator: Browser, cast: Cast
) -> None:
    sent = fields(cast.volunteer)
    papers = [
        coordinator.post(PAGE, sent),
        coordinator.post(PAGE, sent | {"taal": "en"}),
        Browser(app, cast.admin).post(f"{PAGE}?huis=wolfsbos", sent),
    ]
    assert [paper.status_code for paper in papers] == [200, 200, 409]
    assert codes_of(papers[0].data) != codes_of(papers[1].data)


@pytest.mark.slow
def test_cards_are_kept_nowhere_and_written_to_no_log(
    coordinator: Browser, cast: Cast, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        answer = coordinator.post(PAGE, fields(cast.volunteer))
    [[code]] = codes_of(answer.data)
    secret = code.rpartition("/")[2]
    assert secret not in caplog.text
    assert count_rows(Rendering) == 0
    assert LoginToken.get().hash == access.hashed(secret)
    assert [form.address for form in SentForm.select()] == [PAGE]


@pytest.mark.slow
def test_when_printing_fails_the_old_cards_still_work(
    app: Flask, coordinator: Browser, cast: Cast
) -> None:
    [[old]] = codes_of(coordinator.post(PAGE, fields(cast.volunteer)).data)
    Person.update(first_name="Joop 🎈").where(Person.id == cast.volunteer.id).execute()
    sent = fields(cast.volunteer, cast.viewer)
    refused = coordinator.post(PAGE, sent)
    assert refused.status_code == 422
    assert "🎈" in refused.text
    assert count_rows(LoginToken) == 1
    assert Browser(app, None).get(path_of(old)).status_code == 200
    # The same form succeeds when the name is mended.
    Person.update(first_name="Joop").where(Person.id == cast.volunteer.id).execute()
    assert "Joop" in text_of(coordinator.post(PAGE, sent).data)


def test_without_pango_the_page_says_what_cures_it(
    app: Flask, coordinator: Browser, cast: Cast
) -> None:
    class NoPress:
        def render(self, _html: str) -> None:
            raise presses.PressUnavailable

    app.extensions["press"] = NoPress()
    refused = coordinator.post(PAGE, fields(cast.volunteer))
    assert refused.status_code == 503
    assert presses.PANGO_COMMAND.split()[-1] in refused.text
    assert count_rows(LoginToken) == 0


def test_only_people_of_the_house_for_whom_one_answers_get_a_card(
    coordinator: Browser, cast: Cast
) -> None:
    both = make_person("Twee", "Huizen", house=cast.wolfsbos)
    Membership.create(person=both, house=cast.knooppunt, role=Role.volunteer)
    shown = coordinator.get(PAGE).text
    assert f'value="{both.id}"' not in shown
    assert "Hun kaart maakt de beheerder: Twee Huizen." in shown
    for person in (both, cast.other_volunteer, cast.admin):
        assert coordinator.post(PAGE, fields(cast.volunteer, person)).status_code == 422
    assert count_rows(LoginToken) == 0


@pytest.mark.parametrize(
    "nonsense",
    [
        {"wie": []},
        {"wie": ["abc"]},
        {"wie": [str(2**70)]},
        {"wie": ["-1", "\x00"]},
        {"taal": "xx"},
        {"stijl": "🎈"},
    ],
)
def test_nonsense_is_answered_at_the_field(
    coordinator: Browser, cast: Cast, nonsense: dict[str, object]
) -> None:
    refused = coordinator.post(PAGE, fields(cast.volunteer) | nonsense)
    assert refused.status_code == 422
    assert 'class="error"' in refused.text
    assert count_rows(LoginToken) == 0


def test_the_address_of_the_document_leads_to_the_page(coordinator: Browser) -> None:
    moved = coordinator.get("/drukwerk/inlogkaart.pdf")
    assert (moved.status_code, moved.location) == (303, PAGE)


def test_a_volunteer_makes_no_cards(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.volunteer)
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, fields(cast.volunteer)).status_code == 403
    assert browser.post(f"/mensen/{cast.volunteer.id}/kaart-weg").status_code == 403
    other = Browser(app, cast.other_coordinator)
    assert other.post(f"/mensen/{cast.volunteer.id}/kaart-weg").status_code == 404
    assert count_rows(LoginToken) == 0
