"""The gate: every address of the app's own map, asked for by everybody who might try.

The addresses come from the app; one that nobody classified here fails the first test.
"""

from __future__ import annotations

import datetime as dt
import json
import re
import uuid

import pytest
from flask import Flask
from werkzeug.routing import Rule

from models import (
    ALL_TABLES,
    Closure,
    ClosureKind,
    Device,
    FillProposal,
    HousePartner,
    Membership,
    Message,
    MessageKind,
    Opening,
    Partner,
    Person,
    Place,
    PosterEdit,
    PosterPhoto,
    Role,
    Room,
    Swap,
    TallySheet,
)
from rules.access import Access
from tests.browser_of import Browser
from tests.cast import (
    Cast,
    count_rows,
    make_activity,
    make_occurrence,
    make_pattern,
    make_place,
    make_shift,
)
from tests.conftest import NOW, TODAY
from tests.desk_tablet import desk_of

#: Who may open what: the promise. The gates in the views must say the same.
EXPECTED = {
    Access.public: {
        "static",
        "machine.health",
        "machine.worker",
        "machine.manifest",
        "machine.offline",
        "public.index",
        "public.house",
        "feed.programme",
        "roster_feed.mine",
        "prints.public_paper",
        "account.log_in",
        "account.card",
        "desk.pair",
    },
    Access.signed_in: {
        "today.index",
        "account.more",
        "account.own",
        "account.revoke",
        "account.change_password",
        "account.make_calendar_key",
        "account.revoke_calendar_key",
        "account.set_reminders",
        "roster_messages.seen",
        "account.log_out",
        "counting.events",  # Of each tap its house is judged.
    },
    Access.member: {"programme.index", "programme.activity"},
    Access.figures: {
        "figures.index",
        "figures.side_by_side",
        "figures.chart",
        "figures.as_csv",
        "figures.as_xlsx",
    },
    Access.helpers: {
        "roster.week",
        "roster.mine",
        "roster.open",
        "roster.shift",
        "roster.share",
        "roster.take",
        "roster.leave",
        "roster.ask_cover",
        "roster.take_over",
        "roster.undo",
        "roster.cannot",
        "roster.ask_swap",
        "roster.agree",
        "roster.decline",
        "roster.withdraw",
        "roster_availability.own",
        "roster_availability.own_wish",
        "roster_availability.own_back",
        "counting.counter",
        "counting_partners.today",
        "counting_sheets.index",
        "counting_sheets.sheet",
        "prints.index",
        "prints.document",
        "prints.picture",
        "prints.glimpse",
        "prints.share",
        "prints.tally_sheet",
        "prints.week",
        "prints.make_week",
        "prints.together",
        "prints.make_together",
    },
    Access.door: {"counting.tap", "counting.undo", "counting.standing"},
    Access.coordinators: {
        "figures_days.day",
        "figures_days.choose",
        "figures_days.partners",
        "figures_days.forgotten",
        "figures_days.answer",
        "figures_days.undo",
        "roster_messages.told",
        "roster_messages.called",
        "people.index",
        "people.add",
        "people.one",
        "people.qualify",
        "people.disqualify",
        "people.card",
        "people.revoke_card",
        "login_cards.index",
        "login_cards.document",
        "people.link",
        "people.leave",
        "people.log_out",
        "house.edit",
        "house.hours",
        "house.add_room",
        "house.rename_room",
        "house.remove_room",
        "house.add_partner",
        "poster_edit.edit",
        "poster_edit.copy",
        "poster_edit.photo",
        "poster_edit.partner_logos",
        "poster_edit.logo",
        "poster_edit.set_logo",
        "poster_edit.remove_logo",
        "house.remove_partner",
        "house.pair_desk",
        "house.pair_this",
        "house.unpair_desk",
        "programme.old",
        "programme_edit.add",
        "programme_edit.change",
        "programme_edit.stop",
        "programme_edit.archive",
        "programme_edit.unarchive",
        "programme_edit.extra",
        "programme_table.table",
        "programme_table.as_csv",
        "programme_table.as_xlsx",
        "programme_table.sample",
        "programme_dates.change",
        "programme_dates.cancel",
        "programme_dates.restore",
        "programme_dates.reset",
        "programme_texts.texts",
        "programme_days.closed_days",
        "programme_days.one",
        "programme_days.answer_holiday",
        "programme_days.take_over",
        "programme_days.decide",
        "programme_days.reopen",
        "roster.openings",
        "roster.hours",
        "roster.hours_csv",
        "roster.hours_xlsx",
        "roster_availability.of_person",
        "roster_availability.of_person_wish",
        "roster_availability.of_person_back",
        "roster_fill.ask",
        "roster_fill.proposal",
        "roster_fill.accept",
        "roster.patterns",
        "roster.pattern",
        "roster.new_pattern",
        "roster.stop_pattern",
        "roster.change_pattern",
        "roster.new_shift",
        "roster.change_shift",
        "roster.call_off",
        "roster.bring_back",
        "roster.copy",
    },
    # Hosts for the day, too, where they are that: a volunteer who is none is refused.
    Access.hosts: {"roster.sign_up", "roster.free", "roster.mark", "roster.call"},
    Access.admins: {"house.add"},
    Access.desk: {"desk.index", "desk.who", "desk.unpair"},
}

#: What answers whoever may with something else than a page: there is no such card or key, or the
#: page is elsewhere.
REFUSED_OR_MOVED = ("/k/unknown", "/rooster/mijn.ics", "/drukwerk/inlogkaart.pdf")
#: What each kind of person may open in their own house.
MAY: dict[str, set[Access]] = {
    "visitor": {Access.public},
    "viewer": {Access.public, Access.signed_in, Access.member, Access.figures},
    "volunteer": {Access.public, Access.signed_in, Access.member, Access.helpers, Access.door},
    "coordinator": set(Access) - {Access.admins, Access.desk},
    "admin": set(Access) - {Access.desk},
}
#: What the desk tablet opens of what everybody opens: its own pages, and what machines ask for.
ALSO_AT_THE_DESK = {
    "static",
    "machine.health",
    "machine.worker",
    "machine.manifest",
    "machine.offline",
    "desk.pair",
    "counting.events",
}


def test_every_address_is_classified_and_its_gate_says_the_same(app: Flask) -> None:
    classified = {name: access for access, names in EXPECTED.items() for name in names}
    gates = {name: view.access for name, view in app.view_functions.items()}  # type: ignore[attr-defined]
    assert gates == classified


def test_a_view_without_a_gate_answers_nobody(app: Flask) -> None:
    app.view_functions["machine.health"] = lambda: "open to all"
    with pytest.raises(LookupError):
        app.test_client().get("/gezond")


@pytest.fixture
def rows(app: Flask, cast: Cast) -> dict[str, int]:
    """A row of Wolfsbos for every kind of address."""
    house = cast.wolfsbos
    activity = make_activity(house)
    occurrence = make_occurrence(activity, TODAY + dt.timedelta(days=7))
    shift = make_shift(house, TODAY + dt.timedelta(days=7))
    pair = make_shift(house, TODAY + dt.timedelta(days=14), seats=2)
    one, two = (
        make_place(seat, person, NOW)
        for seat, person in zip(pair.seats, (cast.key_holder, cast.coordinator), strict=True)
    )
    partner = Partner.create(name="Optimaal Leven", logo=b"<svg/>")
    edit = PosterEdit.create(house=house, month=TODAY.replace(day=1))
    PosterPhoto.create(edit=edit, jpeg=b"x", width=1, height=1, words="Proef")
    HousePartner.create(house=house, partner=partner)
    return {
        "activity": activity.id,
        "datum": occurrence.id,
        "patroon": make_pattern(house).id,
        "dienst": shift.id,
        "plek": shift.seats.get().id,
        "bezetting": one.id,
        "ruil": Swap.create(house=house, place=one, other_place=two, at=NOW).id,
        "vullen": FillProposal.create(
            house=house,
            first_date=TODAY,
            last_date=TODAY,
            at=NOW,
            content=json.dumps(
                {each: [] for each in ("pairs", "open", "new", "loads")}
                | {"times": {}, "left": {}, "proven": True}
            ),
        ).id,
        "message_id": 1,
        "bericht": Message.create(
            house=house,
            person=cast.volunteer,
            kind=MessageKind.put_on,
            shift=shift,
            at=NOW,
            due_at=NOW,
        ).id,
        "room_id": Room.create(house=house, name="Keuken").id,
        "partner_id": partner.id,
        "closure_id": Closure.create(
            house=house,
            first_date=TODAY,
            last_date=TODAY,
            kind=ClosureKind.public_holiday,
            reason="Proef",
        ).id,
        "person_id": cast.volunteer.id,
        "device_id": 1,
        "opening": Opening.create(
            house=house,
            date=TODAY - dt.timedelta(days=1),
            start_time=dt.time(9),
            end_time=dt.time(17),
        ).id,
        "nummer": TallySheet.create(house=house, number=1001, date=TODAY, printed_at=NOW).number,
    }


def address_of(rule: Rule, rows: dict[str, int], house: str) -> str:
    """A real address for a rule of the map, about a row of Wolfsbos."""
    values: dict[str, object] = {
        "huis": house,
        "token": "unknown",
        "filename": "app.css",
        "name": "poster",
        "picture": "verloop",
        "day": TODAY.isoformat(),
        **rows,
    }
    if "row_id" in rule.arguments:
        kind = "activity" if "/activiteit/" in rule.rule else rule.rule.split("/")[2]
        values["row_id"] = rows[kind]
    built = rule.build({name: values[name] for name in rule.arguments})
    assert built is not None
    return built[1]


def ask(browser: Browser, method: str, address: str) -> int:
    if method == "GET":
        return browser.get(address).status_code
    if address == "/tellen/gebeurtenissen":
        body = json.dumps({"device": "d", "sent_at": "2026-11-26T09:00:00Z", "events": []})
        return browser.client.post(address, data=body, content_type="application/json").status_code
    # Who is logged in has a token already; the log-in page of a desk offers none.
    return browser.post(address, from_page="" if browser._csrf else "/inloggen").status_code


def asked(app: Flask, rows: dict[str, int], house: str) -> list[tuple[str, str, Access]]:
    """Every method and address of the map with what it asks of a person; what writes comes last."""
    every = [
        (method, address_of(rule, rows, house), app.view_functions[rule.endpoint].access)  # type: ignore[attr-defined]
        for rule in app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) & {"GET", "POST"})
    ]
    return sorted(every, key=lambda each: each[0])


@pytest.mark.slow
@pytest.mark.parametrize("who", MAY)
def test_an_address_opens_for_whoever_may_and_for_nobody_else(
    app: Flask, cast: Cast, rows: dict[str, int], who: str
) -> None:
    person: Person | None = getattr(cast, who, None)
    browser = entered(app, person)
    for method, address, need in asked(app, rows, "wolfsbos"):
        before = count_rows(Device) if need is not Access.public else 0
        code = ask(browser, method, address)
        said = f"{who}: {method} {address} gave {code}"
        assert code < 500, said
        if need in MAY[who]:
            assert code not in (401, 403), said
            if method == "GET" and address not in REFUSED_OR_MOVED:
                assert code == 200, said
        elif who == "visitor":
            program = address in ("/tellen/gebeurtenissen", "/tellen/stand")
            assert code == (401 if program else 303), said
            assert count_rows(Device) == before
        else:
            assert code == 403, said
        if method == "POST" and browser.get("/account").status_code != 200:
            browser = entered(app, person)  # This address logged out, as it should.


@pytest.mark.slow
def test_the_desk_opens_its_own_pages_and_nothing_else(
    app: Flask, cast: Cast, rows: dict[str, int]
) -> None:
    tablet = desk_of(app, cast.wolfsbos)
    doors = {"/", "/vandaag", "/tellen"}  # Where it begins, as an app too.
    opens = EXPECTED[Access.door] | EXPECTED[Access.desk] | ALSO_AT_THE_DESK
    own = {
        address_of(rule, rows, "wolfsbos")
        for rule in app.url_map.iter_rules()
        if rule.endpoint in opens
    }
    tablet.get("/balie")  # It makes the dates and shifts that are to come.
    before = {table: count_rows(table) for table in ALL_TABLES}
    for method, address, _need in asked(app, rows, "wolfsbos"):
        if address in own:
            # What it may write is tried elsewhere: here it is asked without saying what.
            assert ask(tablet, method, address) not in (401, 403, 404), address
        elif method == "GET" and address in doors:
            assert tablet.get(address).headers["Location"] == "/balie", address
        else:
            answer = tablet.get(address) if method == "GET" else tablet.post(address)
            assert answer.status_code == 403, f"{method} {address} gave {answer.status_code}"
            if answer.mimetype == "text/html":
                assert "Dit scherm is van de balie." in answer.text
                assert 'href="/balie"' in answer.text
    assert {table: count_rows(table) for table in ALL_TABLES} == before


def entered(app: Flask, person: Person | None) -> Browser:
    """A browser of somebody who looks at Wolfsbos, also where they could see more."""
    browser = Browser(app, person)
    if person is not None and person.is_admin:
        browser.get("/vandaag?huis=wolfsbos")
    return browser


def names_its_house(address: str) -> bool:
    """Whether an address says which house it is about, by a slug or by a row of a house."""
    parts = ("/huis/wolfsbos", "/activiteit/", "/datum/", "/patroon/", "/plek/", "/dienst/")
    parts += ("/bericht/", "/vullen/", "/ruil/", "/bezetting/", "/opening/")
    return any(part in address for part in parts) and not address.endswith("/nieuw")


@pytest.mark.parametrize("who", ["other_coordinator", "other_volunteer"])
def test_rows_of_another_house_do_not_exist(
    app: Flask, cast: Cast, rows: dict[str, int], who: str
) -> None:
    browser = Browser(app, getattr(cast, who))
    for method, address, need in asked(app, rows, "wolfsbos"):
        of_chosen_house = address.startswith(("/mensen/", "/programma/dichte-dagen/"))
        about_a_row = names_its_house(address) or of_chosen_house
        if need <= Access.signed_in or not about_a_row or address.endswith("/nieuw"):
            continue
        code = ask(browser, method, address)
        expected = {404} if who == "other_coordinator" else {403, 404}
        assert code in expected, f"{who}: {method} {address} gave {code}"


@pytest.mark.slow
def test_the_role_is_that_of_the_house_of_the_row_whichever_house_was_chosen(
    app: Flask, cast: Cast, rows: dict[str, int]
) -> None:
    """A coordinator of Knooppunt who helps, or only looks along, in Wolfsbos is no more there."""
    for role, expected in ((Role.volunteer, MAY["volunteer"]), (Role.viewer, MAY["viewer"])):
        Membership.delete().where(
            Membership.person == cast.other_coordinator, Membership.house == cast.wolfsbos
        ).execute()
        Membership.create(person=cast.other_coordinator, house=cast.wolfsbos, role=role)
        browser = Browser(app, cast.other_coordinator)
        for method, address, need in asked(app, rows, "wolfsbos"):
            if not names_its_house(address):
                continue
            browser.get("/vandaag?huis=knooppunt")
            code = ask(browser, method, address)
            assert (code != 403) is (need in expected), f"{role}: {method} {address} gave {code}"


def test_nothing_is_written_without_a_token(app: Flask, cast: Cast, rows: dict[str, int]) -> None:
    browser = entered(app, cast.admin)
    for method, address, _need in asked(app, rows, "wolfsbos"):
        # Taps may wait for weeks on a phone: they are known by where they come from.
        if method == "POST" and address != "/tellen/gebeurtenissen":
            for fields in ({}, {"csrf_token": "made-up"}):
                assert browser.client.post(address, data=fields).status_code == 400, address


def test_a_seat_of_another_house_cannot_be_taken(
    app: Flask, cast: Cast, rows: dict[str, int]
) -> None:
    browser, before = Browser(app, cast.other_volunteer), count_rows(Place)
    assert browser.post(f"/rooster/plek/{rows['plek']}/aanmelden").status_code == 404
    assert count_rows(Place) == before


@pytest.mark.slow
@pytest.mark.parametrize(
    "address",
    ["/vandaag", "/rooster", "/tellen", "/programma", "/drukwerk", "/drukwerk/poster.pdf"],
)
def test_another_house_in_the_address_is_not_found(app: Flask, cast: Cast, address: str) -> None:
    browser = Browser(app, cast.volunteer)
    assert browser.get(f"{address}?huis=wolfsbos").status_code == 200
    for slug in ("knooppunt", "bestaat-niet", "", "wolfsbos'--", str(uuid.uuid4())):
        assert browser.get(f"{address}?huis={slug}").status_code == 404, slug


def test_the_house_that_was_chosen_stays_chosen(app: Flask, cast: Cast) -> None:
    browser = Browser(app, cast.admin)
    assert "Wolfsbos" in browser.get("/vandaag?huis=wolfsbos").text
    assert 'class="place">Huis van de Buurt Wolfsbos' in browser.get("/rooster").text
    browser.get("/vandaag?huis=knooppunt")
    assert 'class="place">Het Knooppunt' in browser.get("/rooster").text


def test_what_one_tab_chose_does_not_decide_what_another_writes(app: Flask, cast: Cast) -> None:
    Membership.create(house=cast.knooppunt, person=cast.coordinator, role=Role.coordinator)
    browser = Browser(app, cast.coordinator)
    first_tab = browser.get("/mensen/nieuw?huis=wolfsbos").text
    browser.get("/mensen?huis=knooppunt")
    assert "/mensen?huis=wolfsbos" in first_tab
    browser.post("/mensen/nieuw?huis=wolfsbos", {"first_name": "Nieuw", "role": "volunteer"})
    assert Membership.select().join(Person).where(Person.first_name == "Nieuw").get().house == (
        cast.wolfsbos
    )
    shown = browser.get(f"/mensen/{cast.volunteer.id}?huis=wolfsbos").text
    actions = re.findall(r'<form[^>]* action="([^"]+)"', shown)
    assert actions
    assert all(action.endswith("?huis=wolfsbos") for action in actions), actions


def test_addresses_stay_short_for_people_of_one_house(app: Flask, cast: Cast) -> None:
    assert "?huis=" not in Browser(app, cast.coordinator).get("/mensen").text
