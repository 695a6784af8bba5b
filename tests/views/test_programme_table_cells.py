"""Tables as people write them: each cell read, or named; and what is no table at all."""

from __future__ import annotations

import datetime as dt
import io
import re

import pytest
from flask import Flask

from documents import tables
from models import Activity
from tests.browser_of import Browser
from tests.cast import Cast, count_rows
from tests.conftest import TODAY
from tests.test_tables import ICON
from tests.views.table_page import (
    COOKING,
    SENT_AS,
    TABLE,
    Form,
    error_at,
    go_on,
    look,
    said_at,
    send_large,
    table,
    upload,
)
from views import programme_table
from views.programme_table import MOST_SENT
from views.programme_table_columns import COLUMNS


@pytest.fixture
def corrie(app: Flask, cast: Cast) -> Browser:
    return Browser(app, cast.coordinator)


# -- wrong cells -----------------------------------------------------------------------------------


#: For each wrong cell its column, its text, its field, and what is said of it.
WRONG_CELLS = [
    ("naam", "", "title", "Geef de activiteit een naam."),
    ("naam", "x" * 61, "title", "Gebruik hoogstens 60 tekens."),
    ("naam", "a\x00b", "title", "Hier staat een teken dat we niet kunnen bewaren."),
    ("naam", "a\ufffdb", "title", "Hier staat een teken dat we niet kunnen bewaren."),
    ("naam", "\N{PARTY POPPER}" * 50, "title", "Dit kunnen we niet drukken"),
    ("soort", "feest", "category", "Deze soort is er niet."),
    ("wanneer", "", "when", "Schrijf wanneer het is."),
    ("wanneer", "ergens in mei", "when", "Dit begrijpen we niet: ergens in mei"),
    ("wanneer", "31 februari", "when", "Deze dag is er niet: 31 februari"),
    ("wanneer", "woensdag 10 december 2026", "when", "10-12-2026 is een donderdag."),
    ("wanneer", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "when", "weten we geen dagen"),
    ("eerste dag", "31-2-2027", "first_date", "Deze dag is er niet."),
    ("eerste dag", "2027-02-31", "first_date", "Deze dag is er niet."),
    ("eerste dag", "morgen", "first_date", "Schrijf de dag zo: 9-12-2026."),
    ("eerste dag", "1-1-1826", "first_date", "Dit jaar klopt niet."),
    ("laatste dag", "1-11-2026", "last_date", "De laatste dag ligt voor de eerste."),
    ("van", "", "start_time", "Vul in hoe laat het begint."),
    ("van", "kwart voor", "start_time", "Schrijf de tijd zo: 9.30."),
    ("van", "25.00", "start_time", "Schrijf de tijd zo: 9.30."),
    ("tot", "8.00", "end_time", "Het einde komt na het begin."),
    ("tot", "laat", "end_time", "Schrijf de tijd zo: 9.30."),
    ("ruimte", "Zaal 9", "room", "Deze ruimte heeft het huis niet."),
    ("samen met", "NASA", "partner", "Deze partner heeft het huis niet."),
    ("prijs", "drie", "cost", "Schrijf een bedrag, zoals 2,50."),
    ("prijs", "9" * 300, "cost", "Gebruik hoogstens 100 tekens."),
    ("bij de prijs", "x" * 61, "cost_note", "Gebruik hoogstens 60 tekens."),
    ("voor wie", "x" * 81, "audience", "Gebruik hoogstens 80 tekens."),
    ("wat is het", "x" * 201, "summary", "Gebruik hoogstens 200 tekens."),
    ("opgeven", "misschien", "sign_up", "Schrijf nee, graag melden of lijst."),
    ("minstens", "veel", "minimum", "Schrijf een getal, zoals 12."),
    ("hoogstens", "0", "capacity", "Kies 1 tot 9999."),
    ("hoogstens", "9" * 30, "capacity", "Schrijf een getal, zoals 12."),
    ("wie weet meer", "x" * 81, "contact_name", "Gebruik hoogstens 80 tekens."),
    ("telefoon", "12", "contact_phone", "Vul een telefoonnummer van tien cijfers in."),
    ("zichtbaar", "soms", "published", "Schrijf ja of nee."),
]


def test_each_wrong_cell_is_named_at_its_row_and_column_and_nothing_is_stored(
    corrie: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(programme_table, "MOST_FIELDS", len(WRONG_CELLS))
    rows = [list(COLUMNS.values())]
    for n, (column, text, _field, _sentence) in enumerate(WRONG_CELLS):
        right = {"naam": f"Rij {n}", "wanneer": "elke maandag", "van": "9.30", "voor wie": f"n{n}"}
        rows.append([({**right, column: text}).get(name, "") for name in COLUMNS.values()])
    seen = look(corrie, tables.write_text(rows))
    assert seen.status_code == 422
    assert f"{len(WRONG_CELLS)} rijen kloppen nog niet" in seen.text
    cards = seen.text.split('<div class="card" role="group"')[1:]
    assert len(cards) == len(WRONG_CELLS)
    for n, (card, (column, text, field, sentence)) in enumerate(
        zip(cards, WRONG_CELLS, strict=True)
    ):
        (said,) = re.findall(r'id="fix-[0-9a-f]+-\d+-(\w+)-fout">([^<]*)', card)
        assert said[0] == field, (column, text)
        assert sentence in said[1], (column, text)
        assert f'<h3 id="rij-{n + 2}">Rij {n + 2}' in card
    typed = Form(seen).fields["table"][0]
    assert all(
        text in typed for _column, text, _field, _sentence in WRONG_CELLS if text != "a\x00b"
    )
    assert count_rows(Activity) == 0


def test_a_rule_that_gives_no_date_is_said_at_its_cell(corrie: Browser) -> None:
    text = "naam;wanneer;eerste dag;laatste dag;van\nSoep;elke maandag;1-12-2026;2-12-2026;9.00"
    assert said_at(look(corrie, text), "when") == [
        "Tussen de eerste en de laatste dag is er geen keer."
    ]
    text = "naam;wanneer;van\nSoep;om de week op maandag;9.00"
    (said,) = said_at(look(corrie, text), "first_date")
    assert said == "Vul de eerste dag in. Dan weten we welke weken."


CONTRADICTIONS = [
    ("9 en 16 december;16-12-2026;", "first_date", "De eerste keer is al eerder."),
    ("9 en 16 december;;9-12-2026", "last_date", "De laatste keer is later."),
    ("elke maandag vanaf 7 december;8-12-2026;", "first_date", "staat een andere dag."),
    ("elke maandag t/m 7 december;;8-12-2026", "last_date", "staat een andere dag."),
]


def test_words_and_days_that_contradict_each_other_are_said_at_the_day(corrie: Browser) -> None:
    for cells, field, sentence in CONTRADICTIONS:
        seen = look(corrie, f"naam;wanneer;eerste dag;laatste dag;van\nSoep;{cells};9.00")
        (said,) = said_at(seen, field)
        assert sentence in said, cells


# -- as people write tables ------------------------------------------------------------------------


def test_columns_have_the_names_that_people_give_them_in_any_order(corrie: Browser) -> None:
    text = "Tijd\tTITEL :\tDatum\tZaal\tKleur\n10.00–11.30 uur\tWandelen\tdinsdag\t\trood"
    seen = look(corrie, text)
    assert "Deze kolommen kennen we niet: Kleur." in seen.text
    assert go_on(corrie, seen).status_code == 303
    made = Activity.get()
    assert (made.title, made.start_time, made.end_time) == (
        "Wandelen",
        dt.time(10),
        dt.time(11, 30),
    )
    assert (made.category, made.published) == ("meet", True)


#: Of cells as people and spreadsheets write them the column, the text, and what it becomes.
RIGHT_CELLS = [
    ("van", "9", "start_time", dt.time(9)),
    ("van", "9:05", "start_time", dt.time(9, 5)),
    ("van", "09:30:00", "start_time", dt.time(9, 30)),
    ("van", "19u30", "start_time", dt.time(19, 30)),
    ("van", "0,395833333", "start_time", dt.time(9, 30)),
    ("prijs", "€ 2,50", "cost_cents", 250),
    ("prijs", "2.5", "cost_cents", 250),
    ("prijs", "3 euro", "cost_cents", 300),
    ("prijs", "3,-", "cost_cents", 300),
    ("prijs", "0", "cost_cents", 0),
    ("prijs", "", "cost_cents", None),
    ("telefoon", "612345678", "contact_phone", "0612345678"),
    ("telefoon", "0528-12 34 56", "contact_phone", "0528123456"),
    ("hoogstens", "12,0", "capacity", 12),
    ("opgeven", "Graag even melden", "sign_up", "ask"),
    ("opgeven", "ja", "sign_up", "list"),
    ("zichtbaar", "nee", "published", False),
    ("zichtbaar", "", "published", True),
    ("groot op de poster", "x", "highlighted", True),
    ("soort", "BEWEGEN", "category", "sport"),
    ("eerste dag", "7-12-26", "first_date", dt.date(2026, 12, 7)),
    ("eerste dag", "2026-12-07", "first_date", dt.date(2026, 12, 7)),
    ("eerste dag", "7-dec-26", "first_date", dt.date(2026, 12, 7)),
    ("eerste dag", "46363", "first_date", dt.date(2026, 12, 7)),
    ("eerste dag", "", "first_date", TODAY),
    ("wanneer", "9-dec-26", "rule", "RDATE:20261209"),
    ("wanneer", "46365", "rule", "RDATE:20261209"),
    ("wanneer", "FREQ=MONTHLY;BYDAY=-1TH", "rule", "FREQ=MONTHLY;BYDAY=-1TH"),
]


def test_cells_are_read_as_people_and_spreadsheets_write_them(corrie: Browser) -> None:
    rows = [list(COLUMNS.values())]
    for n, (column, text, _field, _value) in enumerate(RIGHT_CELLS):
        right = {"naam": f"Rij {n}", "wanneer": "elke maandag", "van": "9.00", column: text}
        rows.append([right.get(name, "") for name in COLUMNS.values()])
    assert go_on(corrie, look(corrie, tables.write_text(rows))).status_code == 303
    made = {activity.title: activity for activity in Activity.select()}
    for n, (column, text, field, value) in enumerate(RIGHT_CELLS):
        assert getattr(made[f"Rij {n}"], field) == value, (column, text)


def test_what_was_typed_is_text_on_the_page_and_no_part_of_it(corrie: Browser) -> None:
    nasty = "</textarea><script>alert(1)</script>"
    seen = look(corrie, table(f"{nasty}\tspel\t{nasty}\t14.00\t\t{nasty}", COOKING))
    assert "<script>alert" not in seen.text
    assert said_at(seen, "when")


def test_a_workbook_is_read_with_a_word_about_what_was_passed_over(corrie: Browser) -> None:
    rows = [["naam", "wanneer", "van"], ["Soep", dt.date(2026, 12, 9), dt.time(12, 30)]]
    seen = upload(corrie, tables.write_xlsx({"Lijst": rows, "Ander": rows}), "lijst.xlsx")
    assert "Gelezen: blad Lijst." in seen.text
    assert "woensdag 9 december 2026" in seen.text
    assert go_on(corrie, seen).status_code == 303
    assert Activity.get().start_time == dt.time(12, 30)


# -- what cannot be read ---------------------------------------------------------------------------


NO_TABLES = [
    ("", "Hier staat nog niets. Plak een tabel, of kies een bestand."),
    (" \n;;\n", "Hier staat nog niets. Plak een tabel, of kies een bestand."),
    ("naam;wanneer;van\n", "Onder de eerste rij staat nog niets."),
    ("naam;wanneer\nSoep;elke dag", "Deze kolom mist: van."),
    ("naam;wanneer;van;naam\nSoep;elke dag", "Deze kolom staat er twee keer: naam."),
    ("naam;titel;wanneer;van\nSoep;x;elke dag;9.00", "Deze kolom staat er twee keer: naam."),
    ("Soep;elke dag;9.00", "De eerste rij noemt de kolommen"),
    ("naam;" + ";".join("x" * 60), "Dit zijn meer dan 60 kolommen."),
]


def test_a_text_that_is_no_table_is_said_at_the_field_and_stays(corrie: Browser) -> None:
    for text, sentence in NO_TABLES:
        answer = look(corrie, text)
        assert answer.status_code == 422
        assert sentence in error_at(answer, "table"), text
        assert Form(answer).fields["table"] == [text.replace("\n", "\r\n")]


def test_ten_thousand_rows_are_one_sentence_and_still_there(corrie: Browser) -> None:
    text = table(*[f"{COOKING} {n}" for n in range(10_000)]).replace("\n", "\r\n")
    answer = send_large(corrie, [("table", text)])
    assert answer.status_code == 422
    assert error_at(answer, "table") == (
        "Dit zijn meer dan 500 rijen. Verdeel ze over een paar keer."
    )
    assert Form(answer).fields["table"] == [text]


def test_what_is_larger_still_is_too_large_and_still_there(corrie: Browser) -> None:
    text = "naam;wanneer;van\r\n" + "x" * (MOST_SENT - 10_000)
    answer = send_large(corrie, [("table", text)])
    assert answer.status_code == 422
    assert error_at(answer, "table") == "Dit is te groot. Neem hoogstens 500 rijen."
    assert Form(answer).fields["table"] == [text]


def test_what_is_too_large_to_be_read_says_that_it_is_gone(app: Flask, cast: Cast) -> None:
    for person, status in ((cast.coordinator, 413), (cast.volunteer, 403), (None, 303)):
        browser = Browser(app, person)
        body = b"x" * (MOST_SENT + 1)
        answer = browser.client.post(TABLE, data=body, content_type=f"{SENT_AS}; boundary=x")
        assert answer.status_code == status
        if status == 413:
            assert "Dit is te groot om te lezen." in error_at(answer, "file")
            assert "staat hier dus niet meer" in error_at(answer, "file")


def test_nothing_is_read_of_what_somebody_sends_who_may_not(app: Flask, cast: Cast) -> None:
    class Untouched(io.BytesIO):
        def read(self, *_size: object) -> bytes:
            raise AssertionError("read")

        readline = readinto = read  # type: ignore[assignment]

    for person, status in ((cast.volunteer, 403), (None, 303)):
        answer = Browser(app, person).client.post(
            TABLE,
            input_stream=Untouched(),
            content_length=MOST_SENT - 1,
            content_type=f"{SENT_AS}; boundary=x",
        )
        assert answer.status_code == status


@pytest.mark.slow
def test_a_whole_table_with_all_that_can_be_wrong_or_ticked_is_taken(corrie: Browser) -> None:
    rows = [["?" * 300] * len(COLUMNS)] * 20 + [["?"] * len(COLUMNS)] * (tables.MOST_ROWS - 20)
    seen = look(corrie, tables.write_text([list(COLUMNS.values()), *rows]))
    fields = Form(seen).fields
    assert sum(name.startswith("fix-") for name in fields) == 20 * len(COLUMNS)
    ticks = re.findall(r'name="weg" value="([^"]+)"', seen.text)
    assert len(ticks) == tables.MOST_ROWS
    answer = go_on(corrie, seen, "bekijken", weg=ticks)
    assert answer.status_code == 200
    assert "Laat je weg: 500" in answer.text


def test_more_fields_than_any_page_of_ours_has_are_refused_in_words(corrie: Browser) -> None:
    answer = send_large(corrie, [(f"fix-{n}-when", "x") for n in range(1000)])
    assert answer.status_code == 413
    assert error_at(answer, "file")


NO_FILES = [
    (ICON.read_bytes(), "lijst.csv", "Dit kunnen we niet lezen."),
    (b"PK\x03\x04 kapot", "lijst.xlsx", "Dit kunnen we niet lezen."),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "lijst.xls", "Dit is een oud Excel-bestand."),
]


def test_a_file_that_is_no_table_is_said_at_its_field(corrie: Browser) -> None:
    for data, name, sentence in NO_FILES:
        answer = upload(corrie, data, name)
        assert answer.status_code == 422
        assert sentence in error_at(answer, "file"), name


def test_an_empty_file_and_one_without_names_of_columns_are_said_at_the_text(
    corrie: Browser,
) -> None:
    assert "Hier staat nog niets." in error_at(upload(corrie, b"\r\n"), "table")
    answer = upload(corrie, b"Soep;elke dag;9.00")
    assert "De eerste rij noemt de kolommen" in error_at(answer, "table")
    assert Form(answer).fields["table"] == ["Soep;elke dag;9.00\r\n"], "to go on with"


def test_who_pastes_and_chooses_a_file_is_asked_which_one(corrie: Browser) -> None:
    answer = upload(corrie, b"naam;wanneer;van\nSoep;elke dag;9.00", table=table(COOKING))
    assert answer.status_code == 422
    assert error_at(answer, "file") == "Plak een tabel, of kies een bestand. Niet allebei."
    assert "Samen koken" in Form(answer).fields["table"][0]
