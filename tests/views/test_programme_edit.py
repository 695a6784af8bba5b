"""Adding, changing, copying, stopping and putting away: what is shown, asked and stored."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from documents.faces import undrawable
from documents.poster_room import title_room
from models import (
    Activity,
    AuditEntry,
    Category,
    ClosureKind,
    House,
    Occurrence,
    OccurrenceState,
    Room,
)
from rules import houses, programme
from rules.closures import add_closure
from tests.browser_of import Browser, form_of
from tests.cast import Cast, count_rows, make_place, make_shift
from tests.conftest import NOW, TODAY
from tests.often import often
from tests.views.test_programme import FIELDS, NEW, add_lunch, the_date
from views.programme_forms import FactsForm

SHOW = {"wat": "voorbeeld"}


def add_coffee(house: House, **facts: Any) -> Activity:
    """Every Thursday, 10.00-16.00."""
    given = {
        "title": "Inloop met koffie",
        "category": Category.meet,
        "rule": "FREQ=WEEKLY;BYDAY=TH",
        "first_date": dt.date(2026, 10, 1),
        "start_time": dt.time(10),
        "end_time": dt.time(16),
    }
    return programme.add_activity(house, None, NOW, **{**given, **facts})


def change_of(activity: Activity) -> str:
    return f"/programma/activiteit/{activity.id}/wijzigen"


# -- bad input ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"title": "🎉" * 60}, "title", "Dit kunnen we niet drukken: 🎉"),
        ({"title": "🎉" * 3000}, "title", "hoogstens 60 tekens"),
        ({"summary": "Feest 🎄❤️👍🏽🥳🍕🎁!"}, "summary", "Dit kunnen we niet drukken: 🎄 ❤ 👍"),
        ({"title": "Feest\x00"}, "title", "een teken dat we niet kunnen bewaren"),
        ({"audience": "中iedereen"}, "audience", "Dit kunnen we niet drukken: 中"),
        ({"kind": "dates", "dates": "31 februari"}, "dates", "Deze dag is er niet: 31 februari"),
        (
            {"kind": "dates", "dates": "donderdag 9 december 2026"},
            "dates",
            "09-12-2026 is een woensdag.",
        ),
        ({"kind": "dates", "dates": "elke donderdag"}, "dates", "Schrijf de dagen zo"),
        ({"kind": "dates", "dates": "1-1-2020"}, "dates", "Dit is al geweest."),
        ({"kind": "once", "first_date": "2020-01-01"}, "first_date", "Dit is al geweest."),
        ({"first_date": "2090-01-01"}, "first_date", "meer dan twee jaar vooruit"),
        ({"minimum": "2" * 401}, "minimum", "Vul hier een heel getal in."),
        ({"weekdays": ["x"]}, "weekdays", "Kies iets uit de lijst."),
        ({"end_time": "00:00"}, "end_time", "Kies uiterlijk 23.59"),
        ({"title": "\u0301\u0301"}, "title", "Hier staat niets dat je kunt lezen."),
        ({"title": "\u200d\u00ad"}, "title", "Hier staat niets dat je kunt lezen."),
        ({"kind": "every_few_weeks", "weeks": ""}, "weeks", "Vul in om de hoeveel weken."),
        ({"first_date": "2027-02-31"}, "first_date", "Deze dag bestaat niet."),
        ({"last_date": "2027-02-31"}, "last_date", "Deze dag bestaat niet."),
        ({"kind": "yearly", "first_date": "2028-02-29"}, "first_date", "niet elk jaar"),
        ({"kind": "daily"}, "last_date", "Vul ook de laatste dag in"),
        ({"end_time": "16:30"}, "end_time", "Het einde komt na het begin"),
        ({"start_time": "27:00"}, "start_time", "Schrijf de tijd zo: 9:30."),
        (
            {"kind": "every_few_weeks", "weeks": "1", "weekdays": ["1"]},
            "weeks",
            "Kies 2 tot 52 weken",
        ),
        ({"kind": "every_few_weeks", "weeks": "tien"}, "weeks", "Vul hier een heel getal in."),
        (
            {"kind": "monthly", "nth": ["1"], "last_date": "2026-12-10", "weekdays": ["4"]}
            | {"first_date": "2026-12-05"},
            "last_date",
            "is er geen keer",
        ),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_typed_is_lost(
    app: Flask, cast: Cast, wrong: dict[str, Any], field: str, sentence: str
) -> None:
    answer = Browser(app, cast.coordinator).post(NEW, FIELDS | {"cost_note": "met soep"} | wrong)
    assert answer.status_code == 422
    found = re.search(rf'id="{field}-fout">([^<]*)', answer.text)
    assert found is not None
    assert sentence in found[1]
    assert 'value="met soep"' in answer.text
    assert count_rows(Activity) == 0


def test_every_letter_of_the_neighbours_in_latin_script_may_be_used(app: Flask, cast: Cast) -> None:
    title = "Şîrîn’s ‘Żurek’ & café – 5 €"
    assert Browser(app, cast.coordinator).post(NEW, FIELDS | {"title": title}).status_code == 303
    assert Activity.get().title == title


# -- clashes --------------------------------------------------------------------------------------


def test_a_room_that_is_taken_is_shown_while_choosing_and_allowed_on_purpose(
    app: Flask, cast: Cast
) -> None:
    kitchen = Room.create(house=cast.wolfsbos, name="Keuken")
    add_lunch(cast.wolfsbos, room=kitchen)
    fields = FIELDS | {"kind": "weekly", "weekdays": ["3"], "first_date": "2026-12-03"}
    fields |= {"room": str(kitchen.id), "start_time": "13:00", "end_time": "15:00"}
    browser = Browser(app, cast.coordinator)
    shown = browser.post_htmx(NEW, fields | SHOW).text
    assert "donderdag 31 december, 12.00–13.30: Samen lunchen" in shown
    refused = browser.post(NEW, fields)
    assert refused.status_code == 422
    assert "De ruimte is dan bezet. Vink aan dat het mag." in refused.text
    assert count_rows(Activity) == 1
    assert browser.post(NEW, fields | {"start_time": "13:30"}).status_code == 303
    assert browser.post(NEW, fields | {"title": "Soep", "shared": "y"}).status_code == 303


def test_who_leaves_a_clash_as_it_is_may_change_the_rest(app: Flask, cast: Cast) -> None:
    kitchen = Room.create(house=cast.wolfsbos, name="Keuken")
    add_lunch(cast.wolfsbos, room=kitchen)
    coffee = add_coffee(cast.wolfsbos, room=kitchen)
    browser = Browser(app, cast.coordinator)
    fields = browser.fields(change_of(coffee))
    assert browser.post(change_of(coffee), fields | {"title": "Koffie"}).status_code == 303
    later = browser.post(change_of(coffee), fields | {"sequence": "1", "start_time": "10:30"})
    assert later.status_code == 422
    assert "De ruimte is dan al bezet" in later.text


# -- changing a series ----------------------------------------------------------------------------


def test_a_change_of_the_rule_shows_which_dates_change_and_asks(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos, last_date=dt.date(2026, 12, 24))
    shift = make_shift(
        cast.wolfsbos, dt.date(2026, 12, 3), occurrence=the_date(coffee, dt.date(2026, 12, 3))
    )
    make_place(shift.seats.get(), cast.volunteer, NOW)
    programme.cancel_date(the_date(coffee, dt.date(2026, 12, 10)), "Kok ziek", None, NOW)
    browser = Browser(app, cast.coordinator)
    fields = browser.fields(change_of(coffee)) | {"weekdays": ["4"]}
    asked = browser.post(change_of(coffee), fields)
    assert asked.status_code == 200
    assert "4 dagen komen erbij" in asked.text  # 27 November, 4, 11 and 18 December
    assert "3 dagen gaan weg" in asked.text  # 26 November, 17 and 24 December
    assert "donderdag 3 december" in asked.text
    assert "Op de dienst: Joop" in asked.text
    assert "deze dag is afgezegd" in asked.text
    assert Activity.get_by_id(coffee.id).rule == "FREQ=WEEKLY;BYDAY=TH", "nothing is stored yet"

    agreed = form_of(asked) | {"wat": "opslaan"}
    done = browser.post(change_of(coffee), agreed)
    assert done.status_code == 303
    assert "Opgeslagen" in browser.get(done.location).text
    held = {
        f"{row.date:%m-%d}": row.state
        for row in Occurrence.select().where(Occurrence.date >= TODAY).order_by(Occurrence.date)
    }
    assert held == {
        "11-27": "planned",
        "12-03": "planned",
        "12-04": "planned",
        "12-10": "cancelled",
        "12-11": "planned",
        "12-18": "planned",
    }
    assert shift.places.get().person == cast.volunteer


def test_a_date_that_is_ticked_follows_the_series(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    moved = the_date(coffee, dt.date(2026, 12, 3))
    programme.move_date(moved, moved.date, None, NOW, start_time=dt.time(9))
    browser = Browser(app, cast.coordinator)
    fields = browser.fields(change_of(coffee)) | {"start_time": "11:00"}
    asked = browser.post(change_of(coffee), fields)
    assert "deze dag heeft een eigen tijd" in asked.text
    assert "Ook deze dag wordt 11.00–16.00" in asked.text
    agreed = form_of(asked) | {"wat": "opslaan", "ook": [str(moved.id)]}
    assert browser.post(change_of(coffee), agreed).status_code == 303
    assert the_date(coffee, dt.date(2026, 12, 3)).start_time == dt.time(11)


def test_what_changed_meanwhile_is_shown_before_it_is_done(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    day = dt.date(2026, 12, 3)
    shift = make_shift(cast.wolfsbos, day, occurrence=the_date(coffee, day))
    browser = Browser(app, cast.coordinator)
    fields = browser.fields(change_of(coffee)) | {"start_time": "11:00"}
    agreed = form_of(browser.post(change_of(coffee), fields)) | {"wat": "opslaan"}
    make_place(shift.seats.get(), cast.volunteer, NOW)
    again = browser.post(change_of(coffee), agreed)
    assert again.status_code == 409
    assert "Er is net iets veranderd" in again.text
    assert "Op de dienst: Joop" in again.text
    assert Activity.get_by_id(coffee.id).start_time == dt.time(10)
    agreed = form_of(again) | {"wat": "opslaan"}
    assert browser.post(change_of(coffee), agreed).status_code == 303
    assert Activity.get_by_id(coffee.id).start_time == dt.time(11)


def test_who_goes_back_finds_what_was_typed(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    fields = browser.fields(change_of(coffee)) | {"start_time": "11:00", "title": "Koffie"}
    asked = browser.post(change_of(coffee), fields)
    back = browser.post(change_of(coffee), form_of(asked) | {"wat": "terug"})
    assert back.status_code == 200
    typed = form_of(back)
    assert (typed["title"], typed["start_time"], typed["weekdays"]) == ("Koffie", "11:00", ["3"])
    assert Activity.get_by_id(coffee.id).title == "Inloop met koffie"


def test_the_second_of_two_who_change_an_activity_is_told(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    fields = browser.fields(change_of(coffee))
    assert browser.post(change_of(coffee), fields | {"title": "Koffie"}).status_code == 303
    second = browser.post(change_of(coffee), fields | {"title": "Thee"})
    assert second.status_code == 422
    assert "Iemand heeft dit intussen ook gewijzigd" in second.text
    assert Activity.get_by_id(coffee.id).title == "Koffie"
    again = form_of(second)
    assert again["title"] == "Thee"
    assert browser.post(change_of(coffee), again).status_code == 303
    assert Activity.get_by_id(coffee.id).title == "Thee"


def test_a_rule_that_no_choice_can_say_is_kept_unless_another_is_chosen(
    app: Flask, cast: Cast
) -> None:
    rule = "FREQ=YEARLY;BYWEEKNO=2,9;BYDAY=FR"
    quiz = add_coffee(cast.wolfsbos, title="Quiz", rule=rule)
    browser = Browser(app, cast.coordinator)
    text = browser.get(change_of(quiz)).text
    assert "Zoals nu: op vrijdag in week 2 en 9" in text
    fields = browser.fields(change_of(quiz))
    assert fields["kind"] == "other"
    assert browser.post(change_of(quiz), fields | {"title": "Pubquiz"}).status_code == 303
    assert (Activity.get().title, Activity.get().rule) == ("Pubquiz", rule)


def test_a_rule_without_a_date_in_two_years_is_refused_and_what_was_typed_stays(
    app: Flask, cast: Cast
) -> None:
    """Week 53 comes in 2026, and then only in 2032."""
    party = add_coffee(
        cast.wolfsbos, rule="FREQ=YEARLY;BYWEEKNO=53;BYDAY=TH", first_date=dt.date(2026, 12, 1)
    )
    browser = Browser(app, cast.coordinator)
    fields = browser.fields(change_of(party)) | {"first_date": "2027-02-01", "title": "Feest"}
    shown = browser.post_htmx(change_of(party), fields | SHOW)
    assert "Dit geeft geen dagen." in shown.text
    refused = browser.post(change_of(party), fields)
    assert refused.status_code == 422
    assert 'id="kind-fout">Dit is er in twee jaar niet één keer.' in refused.text
    assert 'value="Feest"' in refused.text
    assert Activity.get().first_date == dt.date(2026, 12, 1)


# -- copying, stopping, putting away --------------------------------------------------------------


def test_a_copy_is_a_new_activity_with_the_same_facts_from_today_on(app: Flask, cast: Cast) -> None:
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    lunch = add_lunch(
        cast.wolfsbos,
        cost_cents=350,
        audience="Buren",
        first_date=dt.date(2026, 1, 1),
        room=kitchen,
        last_date=dt.date(2026, 12, 31),
    )
    browser = Browser(app, cast.coordinator)
    address = f"{NEW}?kopie={lunch.id}"
    fields = browser.fields(address)
    assert (fields["title"], fields["first_date"], fields["last_date"]) == (
        *("Samen lunchen", "2026-11-26"),
        "",
    )
    taken = browser.post(address, fields)
    assert taken.status_code == 422, "the room is taken by the one that was copied"
    assert browser.post(address, fields | {"shared": "y", "title": "Lunch B"}).status_code == 303
    copy = Activity.get(Activity.title == "Lunch B")
    for name in ("rule", "cost_cents", "audience", "room", "category", "start_time", "end_time"):
        assert getattr(copy, name) == getattr(lunch, name), name
    assert copy.uid != lunch.uid
    assert Browser(app, cast.other_coordinator).get(address).status_code == 404
    for wrong in ("x", "0", "9" * 12, "%00"):
        assert browser.get(f"{NEW}?kopie={wrong}").status_code == 404


def test_a_series_stops_after_a_day_once_its_dates_were_shown(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    address = f"/programma/activiteit/{coffee.id}/stoppen"
    for wrong in ("", "gisteren", "2026-02-31", "2026-09-30"):
        answer = browser.post(address, {"last_date": wrong})
        assert answer.status_code == 422, wrong
        assert 'id="last_date-fout"' in answer.text
    asked = browser.post(address, {"last_date": "2026-12-17"})
    assert asked.status_code == 200
    assert "dagen gaan weg" in asked.text
    assert Activity.get().last_date is None
    agreed = form_of(asked) | {"wat": "opslaan"}
    assert browser.post(address, agreed).status_code == 303
    assert Activity.get().last_date == dt.date(2026, 12, 17)
    assert not Occurrence.select().where(Occurrence.date > dt.date(2026, 12, 17)).exists()


def test_what_is_put_away_is_gone_for_visitors_and_can_be_taken_back(
    app: Flask, cast: Cast
) -> None:
    coffee = add_coffee(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    address = f"/programma/activiteit/{coffee.id}"
    asked = browser.post(f"{address}/opbergen")
    assert "Inloop met koffie" in Browser(app, None).get("/h/wolfsbos/").text
    agreed = form_of(asked) | {"wat": "opslaan"}
    done = browser.post(f"{address}/opbergen", agreed)
    assert "Opgeborgen: Inloop met koffie." in browser.get(done.location).text
    assert "Inloop met koffie" not in Browser(app, None).get("/h/wolfsbos/").text
    assert "Inloop met koffie" not in browser.get("/programma").text
    assert "Inloop met koffie" in browser.get("/programma/oud").text
    assert browser.post(f"{address}/extra", {"date": "2026-12-12"}).status_code == 409
    assert browser.post(f"{address}/terughalen").status_code == 303
    assert "Inloop met koffie" in Browser(app, None).get("/h/wolfsbos/").text
    assert the_date(coffee, dt.date(2026, 12, 3)).state == OccurrenceState.planned


def test_one_more_day_is_added_and_a_day_that_cannot_be_says_why(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    day = dt.date(2026, 12, 31)
    add_closure(cast.wolfsbos, day, day, ClosureKind.closed, "Oudjaar", None, NOW)
    browser = Browser(app, cast.coordinator)
    address = f"/programma/activiteit/{coffee.id}/extra"
    assert browser.post(address, {"date": "2026-12-12", "note": "Kerstmarkt"}).status_code == 303
    assert the_date(coffee, dt.date(2026, 12, 12)).note == "Kerstmarkt"
    for wrong, sentence in {
        "2026-12-12": "Op die dag staat deze activiteit al.",
        "2026-12-31": "Het huis is dicht op donderdag 31 december: Oudjaar.",
        "2028-12-01": "meer dan een jaar vooruit",
        "2027-02-30": "Deze dag bestaat niet.",
        "": "Vul de dag in.",
    }.items():
        answer = browser.post(address, {"date": wrong})
        assert answer.status_code == 422, wrong
        assert sentence in answer.text


def test_a_new_activity_begins_today_unless_somebody_says_otherwise(app: Flask, cast: Cast) -> None:
    assert Browser(app, cast.coordinator).fields(NEW)["first_date"] == "2026-11-26"


def test_none_of_this_is_for_others(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    address = f"/programma/activiteit/{coffee.id}"
    for verb in ("stoppen", "opbergen", "terughalen", "extra", "wijzigen", "talen"):
        assert Browser(app, cast.volunteer).post(f"{address}/{verb}").status_code == 403
        assert Browser(app, cast.other_coordinator).post(f"{address}/{verb}").status_code == 404
    assert not AuditEntry.select().where(AuditEntry.person.is_null(False)).exists()


@pytest.mark.slow
def test_what_came_along_unseen_is_left_out_and_the_poster_can_be_printed(
    app: Flask, cast: Cast
) -> None:
    browser = Browser(app, cast.coordinator)
    unseen = "K\u200eo\u200df\ufe0ff\u061cie\U000e0041 mét\u2063 koek"
    assert browser.post(NEW, FIELDS | {"title": unseen}).status_code == 303
    assert Activity.get().title == "Koffie mét koek"
    assert Browser(app, None).get("/h/wolfsbos/poster.pdf?maand=2026-12").status_code == 200


@pytest.mark.slow
@given(
    title=st.text(st.characters(codec="utf-8"), min_size=1, max_size=30)
    | st.text("aé ́‎️👍²½ﬁ\u00ad\u200dЖ", min_size=1, max_size=8)
)
@settings(
    max_examples=often(300),
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    deadline=None,
)
def test_what_a_form_accepts_every_face_can_draw(app: Flask, cast: Cast, title: str) -> None:
    with app.test_request_context("/", method="POST", data={"title": title}):
        form = FactsForm(cast.wolfsbos, meta={"csrf": False})
        form.validate()
        if not form.title.errors:
            assert undrawable(form.title.data) == []
            assert title_room(form.title.data) > 0


def test_an_activity_that_was_put_away_is_not_changed(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    fields = browser.fields(change_of(coffee))
    Activity.update(archived_at=NOW).execute()
    assert browser.get(change_of(coffee)).status_code == 409
    assert browser.post(change_of(coffee), fields | {"title": "Thee"}).status_code == 409
    stop = f"/programma/activiteit/{coffee.id}/stoppen"
    assert browser.post(stop, {"last_date": "2026-12-10"}).status_code == 409
    assert Activity.get().title == "Inloop met koffie"


def test_the_second_of_two_reads_what_the_first_changed(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    fields = browser.fields(change_of(coffee))
    assert browser.post(change_of(coffee), fields | {"title": "Thee"}).status_code == 303
    second = browser.post(change_of(coffee), fields | {"audience": "Buren"})
    assert "Anders dan er nu staat: Naam, Voor wie?." in second.text


def test_a_change_that_begins_later_is_said_from_when(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    fields = browser.fields(change_of(coffee)) | {"since": "2027-01-11", "start_time": "13:00"}
    asked = browser.post(change_of(coffee), fields | {"weekdays": ["4"]})
    agreed = form_of(asked) | {"wat": "opslaan"}
    assert browser.post(change_of(coffee), agreed).status_code == 303
    page = browser.get(f"/programma/activiteit/{coffee.id}").text
    assert "10.00–16.00 uur" in page
    assert "13.00–16.00 uur, vanaf 11 januari" in page
    assert "elke vrijdag, vanaf 11 januari" in browser.get("/programma").text
    public = Browser(app, None).get("/h/wolfsbos/?maand=2026-12").text
    assert "in plaats van" not in public


def test_a_change_cannot_begin_after_the_last_day(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    browser = Browser(app, cast.coordinator)
    fields = browser.fields(change_of(coffee))
    fields |= {"since": "2027-06-01", "last_date": "2027-03-01", "weekdays": ["1"]}
    answer = browser.post(change_of(coffee), fields)
    assert answer.status_code == 422
    assert 'id="since-fout">Dit ligt na de laatste dag.' in answer.text


def test_one_tick_lets_all_held_dates_follow(app: Flask, cast: Cast) -> None:
    coffee = add_coffee(cast.wolfsbos)
    for day in (3, 10, 17):
        row = the_date(coffee, dt.date(2026, 12, day))
        programme.move_date(row, row.date, None, NOW, start_time=dt.time(9))
    browser = Browser(app, cast.coordinator)
    asked = browser.post(
        change_of(coffee), browser.fields(change_of(coffee)) | {"start_time": "11:00"}
    )
    assert "Al deze dagen ook wijzigen" in asked.text
    agreed = form_of(asked) | {"wat": "opslaan", "ook": ["alle"]}
    assert browser.post(change_of(coffee), agreed).status_code == 303
    hours = {row.start_time for row in Occurrence.select().where(Occurrence.date >= TODAY)}
    assert hours == {dt.time(11)}


@pytest.mark.parametrize(
    "typed",
    ["9 en 16 december", "9 december 2026\n16 december", "09-12-2026; 16-12", "wo 9 en wo 16 dec"],
)
def test_single_days_are_read_as_people_type_them(app: Flask, cast: Cast, typed: str) -> None:
    fields = FIELDS | {"kind": "dates", "first_date": "", "dates": typed}
    assert Browser(app, cast.coordinator).post(NEW, fields).status_code == 303
    assert Activity.get().rule == "RDATE:20261209,20261216"
