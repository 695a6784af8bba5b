"""The programme in bulk, as a coordinator does it: paste, look, correct, leave out, store."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from documents import tables
from models import Activity, AuditEntry, Membership, Occurrence, Role, Room
from rules import houses
from tests.browser_of import Browser
from tests.cast import Cast, count_rows, make_activity
from tests.conftest import NOW
from tests.views.table_page import (
    COOKING,
    TABLE,
    WREATH,
    WRONG,
    Form,
    go_on,
    key_of,
    look,
    said_at,
    table,
)
from views.programme_table import MOST_FIELDS


@pytest.fixture
def corrie(app: Flask, cast: Cast) -> Browser:
    return Browser(app, cast.coordinator)


# -- the whole way ---------------------------------------------------------------------------------


def test_a_table_is_looked_at_first_and_then_stored_as_it_was_seen(
    corrie: Browser, cast: Cast
) -> None:
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    seen = look(corrie, table(COOKING.replace("\t\t3", "\tkeuken\t3"), WREATH))
    assert seen.status_code == 200
    assert "Nieuw: 2" in seen.text
    assert "om de week op dinsdag" in seen.text
    assert "1, 15 en 29 december" in seen.text
    assert "woensdag 9 december 2026" in seen.text
    assert count_rows(Activity) == 0
    stored = go_on(corrie, seen)
    assert (stored.status_code, stored.location) == (303, "/programma")
    assert "2 activiteiten staan nu op het programma." in corrie.get(stored.location).text
    wreath, cooking = Activity.select().order_by(Activity.title)
    assert (cooking.room, cooking.cost_cents, cooking.category) == (kitchen, 300, "eat")
    assert (cooking.start_time, cooking.end_time) == (dt.time(16, 30), dt.time(19))
    assert (wreath.rule, wreath.cost_cents) == ("RDATE:20261209", 0)
    days = [row.date for row in cooking.occurrences.order_by(Occurrence.date).limit(2)]
    assert days == [dt.date(2026, 12, 1), dt.date(2026, 12, 15)]
    assert AuditEntry.select().where(AuditEntry.action == "activity.add").count() == 2


# -- correcting and leaving out --------------------------------------------------------------------


def test_a_wrong_cell_is_corrected_where_it_is_named(corrie: Browser) -> None:
    seen = look(corrie, table(COOKING, WRONG))
    assert len(said_at(seen, "when")) == len(said_at(seen, "end_time")) == 1
    key = key_of(seen, "Bingo")
    better = go_on(corrie, seen, "bekijken", **{f"fix-{key}-when": "elke vrijdag"})
    assert not said_at(better, "when")
    assert said_at(better, "end_time"), "the others wait, as they were typed"
    assert Form(better).fields[f"fix-{key_of(better, 'Bingo')}-cost"] == ["drie"]
    key = key_of(better, "Bingo")
    typed = {f"fix-{key}-end_time": "16.00", f"fix-{key}-cost": "2,5"}
    right = go_on(corrie, better, "bekijken", **typed)
    assert right.status_code == 200
    assert "Verbeterd. Klopt het nu?" in right.text
    assert go_on(corrie, right).status_code == 303
    bingo = Activity.get(Activity.title == "Bingo")
    assert (bingo.end_time, bingo.cost_cents) == (dt.time(16), 250)


def test_what_was_corrected_is_seen_before_it_is_stored(corrie: Browser) -> None:
    seen = look(corrie, table(COOKING, "Bingo\tspel\tsoms\t14.00"))
    key = key_of(seen, "Bingo")
    shown = go_on(corrie, seen, "opslaan", **{f"fix-{key}-when": "elke vrijdag"})
    assert shown.status_code == 200
    assert count_rows(Activity) == 0
    assert go_on(corrie, shown).status_code == 303
    assert count_rows(Activity) == 2


def test_a_cell_of_a_column_that_the_table_lacks_can_be_filled_in(corrie: Browser) -> None:
    seen = look(corrie, table("Koken\teten\tom de week op dinsdag\t16.30"))
    key = key_of(seen, "Koken")
    shown = go_on(corrie, seen, "bekijken", **{f"fix-{key}-first_date": "8-12-2026"})
    assert "8 en 22 december, 5 januari 2027" in shown.text
    assert go_on(corrie, shown).status_code == 303
    assert Activity.get().first_date == dt.date(2026, 12, 8)


def test_a_wrong_word_is_corrected_by_choosing_one_that_is_there(
    corrie: Browser, cast: Cast
) -> None:
    houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    seen = look(corrie, table("Soep\teten\telke dag\t12.00\t13.00\tZaal 9\t"))
    assert "<option>Zaal 9</option>" in seen.text, "nothing that was typed is lost"
    assert "<option>Keuken</option>" in seen.text
    key = key_of(seen, "Soep")
    shown = go_on(corrie, seen, "bekijken", **{f"fix-{key}-room": "Keuken"})
    assert go_on(corrie, shown).status_code == 303
    assert Activity.get().room.name == "Keuken"


def test_a_room_that_was_added_meanwhile_is_there_at_the_next_look(
    corrie: Browser, cast: Cast
) -> None:
    seen = look(corrie, table("Soep\teten\telke dag\t12.00\t13.00\tKeuken\t"))
    assert 'href="/huis/wolfsbos"' in seen.text
    houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    assert go_on(corrie, seen, "bekijken").status_code == 200


def test_a_cell_of_two_lines_stays_so_when_another_cell_is_corrected(corrie: Browser) -> None:
    long = "Eerste regel.\n" + "x" * 200
    rows = [["naam", "wanneer", "van", "wat is het", "prijs"]]
    rows.append(["Soep", "soms", "9.00", long, "twee\neuro"])
    seen = look(corrie, tables.write_text(rows))
    key = key_of(seen, "Soep")
    typed = {f"fix-{key}-summary": "Eén.\r\nTwee.", f"fix-{key}-cost": "2"}
    typed[f"fix-{key}-when"] = "elke dag"
    shown = go_on(corrie, seen, "bekijken", **{f"fix-{key}-when": "elke dag"})
    for text in (long, "twee\neuro"):
        assert text.replace("\n", "\r\n") in Form(shown).fields["table"][0]
    shown = go_on(corrie, seen, "bekijken", **typed)
    assert go_on(corrie, shown).status_code == 303
    assert Activity.get().summary == "Eén.\nTwee."


def test_wrong_rows_stay_out_only_when_somebody_says_so(corrie: Browser) -> None:
    seen = look(corrie, table(COOKING, WRONG))
    refused = go_on(corrie, seen)
    assert refused.status_code == 422
    assert "Verbeter de foute rijen, of vink aan dat ze weg mogen." in refused.text
    assert count_rows(Activity) == 0
    assert go_on(corrie, refused, leave_wrong="y").status_code == 303
    assert [row.title for row in Activity.select()] == ["Samen koken"]


def test_a_single_row_is_left_out_and_taken_back(corrie: Browser) -> None:
    seen = look(corrie, table(COOKING, WREATH, WRONG))
    ticked = {"weg": [key_of(seen, "Bingo"), key_of(seen, "Kerststuk maken")]}
    fewer = go_on(corrie, seen, "bekijken", **ticked)
    assert fewer.status_code == 200
    assert "Laat je weg: 2" in fewer.text
    assert Form(fewer).fields["weg"] == ticked["weg"][::-1], "in the order of the table"
    back = go_on(corrie, fewer, "bekijken", weg=ticked["weg"][:1])
    assert "Laat je weg: 1" in back.text
    assert go_on(corrie, back).status_code == 303
    assert count_rows(Activity) == 2


def test_rows_can_be_left_out_in_the_same_press_that_stores_the_others(corrie: Browser) -> None:
    seen = look(corrie, table(COOKING, WREATH, WRONG))
    ticks = [key_of(seen, title) for title in ("Bingo", "Samen koken")]
    assert go_on(corrie, seen, weg=ticks).status_code == 303
    assert Activity.get().title == "Kerststuk maken"


def test_a_row_that_is_corrected_and_left_out_stays_left_out(corrie: Browser) -> None:
    seen = look(corrie, table(COOKING, WRONG))
    key = key_of(seen, "Bingo")
    shown = go_on(corrie, seen, "bekijken", weg=[key], **{f"fix-{key}-when": "elke dag"})
    assert "Laat je weg: 1" in shown.text
    assert Form(shown).fields["weg"] == [key_of(shown, "Bingo")]


def test_when_all_rows_are_left_out_nothing_is_stored(corrie: Browser) -> None:
    seen = look(corrie, table(COOKING))
    answer = go_on(corrie, seen, weg=[key_of(seen, "Samen koken")])
    assert answer.status_code == 409
    assert "Er is niets nieuws om toe te voegen." in answer.text
    assert 'value="opslaan"' not in answer.text


def test_of_many_wrong_rows_some_have_fields_and_all_are_named(corrie: Browser) -> None:
    rows = [f"Activiteit {n}\tspel\tsoms\t14.00" for n in range(MOST_FIELDS + 30)]
    seen = look(corrie, table(*rows, COOKING))
    assert len(said_at(seen, "when")) == MOST_FIELDS
    assert "En nog 30 foute rijen" in seen.text
    assert seen.text.count("Dit begrijpen we niet: soms") == len(rows)
    assert f"rij {len(rows) + 1}<" in seen.text
    assert go_on(corrie, seen, leave_wrong="y").status_code == 303
    assert count_rows(Activity) == 1


# -- what is there already -------------------------------------------------------------------------


def test_what_is_on_the_programme_stays_out_until_somebody_wants_it_again(
    corrie: Browser, cast: Cast
) -> None:
    make_activity(cast.wolfsbos, "Samen wandelen")
    at = {"start_time": dt.time(19), "end_time": None}
    make_activity(cast.knooppunt, "Kerststuk maken", rule="RDATE:20261209", **at)
    again = "samen wandelen\tbewegen\telke donderdag\t10:00\t16.00"
    seen = look(corrie, table(again, WREATH))
    assert "Staat er al: 1" in seen.text
    assert "Nieuw: 1" in seen.text
    asked = go_on(corrie, seen, "bekijken", toch=[key_of(seen, "samen wandelen")])
    assert "Nieuw: 2" in asked.text
    assert go_on(corrie, asked).status_code == 303
    assert Activity.select().where(Activity.house == cast.wolfsbos).count() == 3


def test_of_two_rows_that_are_the_same_one_is_new(corrie: Browser) -> None:
    again = COOKING.replace("Samen koken", "SAMEN KOKEN").replace("3,00", "2,00")
    seen = look(corrie, table(COOKING, again))
    assert "Dubbel in je tabel: 1" in seen.text
    assert "Zelfde als rij 2." in seen.text
    assert go_on(corrie, seen).status_code == 303
    assert Activity.get().cost_cents == 300


def test_a_wrong_row_makes_no_good_one_a_double(corrie: Browser) -> None:
    seen = look(corrie, table(COOKING.replace("3,00", "drie"), COOKING))
    assert "Nieuw: 1" in seen.text
    assert go_on(corrie, seen, leave_wrong="y").status_code == 303
    assert Activity.get().cost_cents == 300


def test_two_courses_of_one_name_one_after_the_other_are_both_new(corrie: Browser) -> None:
    rows = [
        "Cursus;elke dinsdag;5-1-2027;2-2-2027;9.00",
        "Cursus;elke dinsdag;2-3-2027;6-4-2027;9.00",
    ]
    text = "\n".join(["naam;wanneer;eerste dag;laatste dag;van", *rows])
    assert go_on(corrie, look(corrie, text)).status_code == 303
    assert count_rows(Activity) == 2
    assert "Staat er al: 2" in look(corrie, text).text


def test_a_room_that_is_taken_is_said_and_may_be_meant(corrie: Browser, cast: Cast) -> None:
    kitchen = houses.add_room(cast.wolfsbos, "Keuken", None, NOW)
    make_activity(cast.wolfsbos, "Soep", rule="FREQ=WEEKLY;BYDAY=TU", room=kitchen)
    seen = look(corrie, table("Taart\teten\telke dinsdag\t15.00\t17.00\tKeuken"))
    assert "De ruimte is dan bezet: Soep, dinsdag 1 december" in seen.text
    assert go_on(corrie, seen).status_code == 303


def test_what_is_over_says_so(corrie: Browser) -> None:
    assert "al voorbij" in look(corrie, table("Bingo\tspel\t9-12-2025\t14.00")).text


# -- twice, and two at once ------------------------------------------------------------------------


def test_a_table_that_is_sent_twice_is_added_once(corrie: Browser) -> None:
    seen = look(corrie, table(COOKING, WREATH))
    first, second = go_on(corrie, seen), go_on(corrie, seen)
    assert (first.status_code, second.status_code) == (303, 303)
    assert first.location == second.location
    assert count_rows(Activity) == 2
    # A minute later, from the start, it is there.
    assert "Staat er al: 2" in look(corrie, table(COOKING, WREATH)).text


def test_two_coordinators_with_one_table_add_it_once(app: Flask, cast: Cast) -> None:
    one, other = Browser(app, cast.coordinator), Browser(app, cast.admin)
    other.get("/vandaag?huis=wolfsbos")
    seen, also_seen = look(one, table(COOKING, WREATH)), look(other, table(COOKING, WREATH))
    assert go_on(one, seen).status_code == 303
    late = go_on(other, also_seen)
    assert late.status_code == 409
    assert "Er is net iets veranderd." in late.text
    assert "Staat er al: 2" in late.text
    assert count_rows(Activity) == 2


def test_when_some_rows_were_added_meanwhile_the_others_are_looked_at_again(
    app: Flask, cast: Cast
) -> None:
    one, other = Browser(app, cast.coordinator), Browser(app, cast.admin)
    other.get("/vandaag?huis=wolfsbos")
    seen = look(one, table(COOKING, WREATH))
    assert go_on(other, look(other, table(WREATH))).status_code == 303
    again = go_on(one, seen)
    assert again.status_code == 409
    assert "Nieuw: 1" in again.text
    assert count_rows(Activity) == 1
    assert go_on(one, again).status_code == 303
    assert count_rows(Activity) == 2


def test_what_cannot_be_stored_any_more_is_named_at_its_cell(corrie: Browser, cast: Cast) -> None:
    room = houses.add_room(cast.wolfsbos, "Schuur", None, NOW)
    seen = look(corrie, table("Soep\teten\telke dag\t12.00\t13.00\tSchuur"))
    Room.delete().where(Room.id == room.id).execute()
    answer = go_on(corrie, seen)
    assert answer.status_code == 409
    assert said_at(answer, "room") == ["Deze ruimte heeft het huis niet."]
    assert count_rows(Activity) == 0


def test_only_what_was_seen_is_stored(corrie: Browser) -> None:
    seen = look(corrie, table(COOKING))
    other = go_on(corrie, seen, table=table(COOKING, WREATH))
    assert other.status_code == 409
    unseen = corrie.post(TABLE, {"table": table(COOKING), "doe": "opslaan"})
    assert unseen.status_code == 409
    assert count_rows(Activity) == 0


# -- who may ---------------------------------------------------------------------------------------


def test_only_coordinators_take_tables_in_and_out(app: Flask, cast: Cast) -> None:
    people = (cast.volunteer, cast.viewer, None, cast.other_coordinator)
    volunteer, viewer, nobody, other = (Browser(app, person) for person in people)
    for address in ("tabel", "tabel.csv", "tabel.xlsx", "voorbeeld-tabel.xlsx"):
        for browser in (volunteer, viewer):
            assert browser.get(f"/programma/{address}").status_code == 403
        assert nobody.get(f"/programma/{address}").status_code == 303
        assert other.get(f"/programma/{address}?huis=wolfsbos").status_code == 404
        assert other.get(f"/programma/{address}").status_code == 200
    assert volunteer.post(TABLE, {"table": table(COOKING), "doe": "opslaan"}).status_code == 403


def test_a_table_goes_to_the_house_whose_page_it_was_pasted_in(app: Flask, cast: Cast) -> None:
    Membership.create(house=cast.knooppunt, person=cast.coordinator, role=Role.coordinator)
    browser = Browser(app, cast.coordinator)
    assert 'action="/programma/tabel?huis=knooppunt"' in browser.get(f"{TABLE}?huis=knooppunt").text
    here, there = f"{TABLE}?huis=knooppunt", f"{TABLE}?huis=wolfsbos"
    seen = browser.post(here, {"table": table(COOKING), "doe": "bekijken"})
    browser.get(there)
    fields = {name: text for name, text in Form(seen).fields.items() if name != "csrf_token"}
    browser.post(here, {**fields, "doe": "opslaan"})
    assert Activity.get().house == cast.knooppunt


def test_a_room_of_another_house_is_none_of_this_one(corrie: Browser, cast: Cast) -> None:
    houses.add_room(cast.knooppunt, "Grote zaal", None, NOW)
    seen = look(corrie, table("Soep\teten\telke dag\t12.00\t13.00\tGrote zaal"))
    assert said_at(seen, "room") == ["Deze ruimte heeft het huis niet."]
    assert seen.text.count("Grote zaal") == 2, "in its field and in the table; not to choose"
