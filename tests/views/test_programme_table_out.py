"""The programme out as a table, and in again: in the same house, and in another one."""

from __future__ import annotations

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from documents import tables
from models import Activity, House, Membership, Person, Role, Room
from rules import houses, programme
from rules.recurrence import expand
from tests.browser_of import Browser
from tests.cast import Cast, make_activity, make_house
from tests.conftest import NOW, TODAY
from tests.views.table_page import TABLE, go_on, look, upload
from views.programme_table_columns import COLUMNS, as_row, read_when, table_of

DATA = Path(__file__).parents[2] / "data" / "hoogeveen.json"
KEPT = sorted(programme.FACTS - {"room", "partner"})


@pytest.fixture
def corrie(app: Flask, cast: Cast) -> Browser:
    return Browser(app, cast.coordinator)


def real_house(slug: str, facts: dict[str, Any], coordinator: Person) -> House:
    """A house with the rooms and partners of a real one, and no activities."""
    house = make_house(slug, f"Huis {slug}")
    Membership.create(house=house, person=coordinator, role=Role.coordinator)
    for name in facts["rooms"]:
        houses.add_room(house, name, None, NOW)
    for name in facts["partners"]:
        houses.add_partner(house, name, None, NOW)
    return house


def kept_of(activity: Activity) -> dict[str, Any]:
    """What people see of an activity, whichever house it is in."""
    window = (dt.date(2026, 9, 1), dt.date(2028, 9, 1))
    return {
        **{name: getattr(activity, name) for name in KEPT},
        "room": activity.room and activity.room.name,
        "partner": activity.partner and activity.partner.name,
        "last_date": activity.last_date,
        "days": expand(activity.rule, activity.first_date, activity.last_date, *window),
    }


def real_rows(facts: dict[str, Any]) -> list[list[Any]]:
    """Every activity of a real house, as somebody might put it into a table."""
    fields = {
        **{name: name for name in ("title", "summary", "category", "room", "partner")},
        **{name: name for name in ("cost_note", "sign_up", "minimum", "capacity", "highlighted")},
        "start_time": "start",
        "end_time": "end",
        "first_date": "first",
        "when": "rule",
        "not_in_school_holidays": "not_in_school_holidays",
        "cost": "cost_cents",
    }
    rows = []
    for each in facts["activities"]:
        typed = {field: each.get(own) for field, own in fields.items()}
        if "dates" in each:
            typed["when"] = ", ".join(each["dates"])
        if typed["cost"] is not None:
            typed["cost"] = f"{typed['cost'] / 100:.2f}"
        for name in ("highlighted", "not_in_school_holidays"):
            typed[name] = bool(typed[name])
        rows.append([typed.get(name) for name in COLUMNS])
    return rows


@pytest.mark.parametrize(("which", "kind"), [(0, "csv"), (1, "xlsx")])
def test_every_activity_of_a_real_house_goes_in_and_out_and_in_again(
    app: Flask, cast: Cast, which: int, kind: str
) -> None:
    facts = json.loads(DATA.read_text())["houses"][which]
    first, second = (real_house(slug, facts, cast.coordinator) for slug in ("een", "twee"))
    browser = Browser(app, cast.coordinator)
    browser.get(f"{TABLE}?huis=een")
    seen = look(browser, tables.write_text(table_of(real_rows(facts))))
    assert f"Nieuw: {len(facts['activities'])}" in seen.text, seen.text
    assert go_on(browser, seen).status_code == 303
    made = list(Activity.select().where(Activity.house == first).order_by(Activity.id))
    by_title = {activity.title: activity for activity in made}
    for each in facts["activities"]:
        activity = by_title[each["title"]]
        assert activity.start_time == dt.time.fromisoformat(each["start"])
        assert activity.cost_cents == each.get("cost_cents")
        assert activity.category == each["category"]
        assert activity.room.name == each["room"]
        assert activity.rule == (each.get("rule") or activity.rule)

    out = browser.get(f"/programma/tabel.{kind}")
    assert f"een-programma-2026-11-26.{kind}" in out.headers["Content-Disposition"]
    again = upload(browser, out.data, f"programma.{kind}")
    assert f"Staat er al: {len(made)}" in again.text
    assert "Nieuw" not in again.text

    browser.get(f"{TABLE}?huis=twee")
    assert go_on(browser, upload(browser, out.data, f"programma.{kind}")).status_code == 303
    copies = Activity.select().where(Activity.house == second).order_by(Activity.id)
    assert sorted(map(kept_of, copies), key=str) == sorted(map(kept_of, made), key=str)


def test_the_export_carries_every_field_of_an_activity(app: Flask, cast: Cast) -> None:
    facts = {"rooms": ["Keuken"], "partners": ["Cosis"]}
    first, second = (real_house(slug, facts, cast.coordinator) for slug in ("een", "twee"))
    full = {
        "title": '=Soep; "vers" \'s middags',
        "summary": "Eerste regel\ntweede regel, met een komma",
        "category": "eat",
        "room": Room.get(Room.house == first),
        "partner": houses.partners_of(first)[0],
        "contact_name": "Truus van der Berg",
        "contact_phone": "0612345678",
        "cost_cents": 1,
        "cost_note": "+ fooi",
        "audience": "-18",
        "sign_up": "ask",
        "capacity": 9999,
        "minimum": 1,
        "start_time": dt.time(0, 0),
        "end_time": dt.time(23, 59),
        "not_in_school_holidays": True,
        "highlighted": True,
        "published": False,
    }
    assert full.keys() == programme.FACTS
    rule = "FREQ=YEARLY;BYWEEKNO=1,3,9,53;BYDAY=TH,SU"
    days = {"first_date": dt.date(2026, 12, 3), "last_date": dt.date(2027, 12, 31)}
    whole = programme.add_activity(first, None, NOW, rule=rule, **days, **full)
    browser = Browser(app, cast.coordinator)
    for kind in ("csv", "xlsx"):
        browser.get(f"{TABLE}?huis=een")
        data = browser.get(f"/programma/tabel.{kind}").data
        browser.get(f"{TABLE}?huis=twee")
        Activity.delete().where(Activity.house == second).execute()
        assert go_on(browser, upload(browser, data, f"x.{kind}")).status_code == 303
        copy = Activity.get(Activity.house == second)
        assert kept_of(copy) == kept_of(whole)
        assert copy.first_date == whole.first_date


RULES = st.sampled_from(
    [
        "FREQ=WEEKLY;BYDAY=MO,WE",
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;WKST=MO",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
        "FREQ=WEEKLY;INTERVAL=5;BYDAY=FR",
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=10",
        "FREQ=MONTHLY;BYDAY=1MO,3MO",
        "FREQ=MONTHLY;BYDAY=-1TH,2FR",
        "FREQ=MONTHLY;BYMONTHDAY=15,-1",
        "FREQ=MONTHLY;INTERVAL=2;BYDAY=-1TH",
        "FREQ=MONTHLY;BYMONTH=1,3,5,7,9,11;BYDAY=2SA",
        "FREQ=MONTHLY;BYMONTH=5;BYDAY=MO",
        "FREQ=YEARLY;BYMONTH=5;BYMONTHDAY=5",
        "FREQ=YEARLY;BYMONTH=3,9;BYDAY=-1SU",
        "FREQ=YEARLY;BYWEEKNO=1,2,53;BYDAY=TH",
        "RDATE:20261209",
        "RDATE:20261209,20261216,20270106,20280229",
    ]
)


@given(RULES, st.dates(dt.date(2025, 1, 1), dt.date(2027, 6, 1)), st.none() | st.integers(0, 900))
def test_every_rule_is_written_so_that_it_is_read_back(
    rule: str, first: dt.date, length: int | None
) -> None:
    if rule.startswith("RDATE"):
        first = dt.date(2026, 12, 9)
    last = None if length is None else first + dt.timedelta(days=length)
    activity = Activity(
        title="x",
        category="meet",
        rule=rule,
        first_date=first,
        last_date=last,
        start_time=dt.time(9),
        sign_up="none",
    )
    cells = dict(zip(COLUMNS, as_row(activity, TODAY), strict=True))
    read, begin, end = read_when(tables.in_text(cells["when"]), TODAY)
    window = dt.date(2025, 1, 1), dt.date(2029, 1, 1)
    begin, end = cells["first_date"] or begin or window[0], cells["last_date"] or end
    assert expand(read, begin, end, *window) == expand(rule, first, last, *window)


def test_the_export_leaves_out_what_was_put_away_and_what_is_elsewhere(
    corrie: Browser, cast: Cast
) -> None:
    make_activity(cast.wolfsbos, "Bingo")
    make_activity(cast.wolfsbos, "Weggeborgen", archived_at=NOW)
    make_activity(cast.knooppunt, "Elders")
    text = corrie.get("/programma/tabel.csv").data.decode("utf-8-sig")
    assert text.splitlines()[0] == ";".join(COLUMNS.values())
    assert [line.split(";")[0] for line in text.splitlines()[1:]] == ["Bingo"]


def test_the_example_is_a_table_that_can_be_read_with_an_explanation_beside_it(
    corrie: Browser,
) -> None:
    data = corrie.get("/programma/voorbeeld-tabel.xlsx").data
    book = load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Programma", "Uitleg"]
    assert [row[0].value for row in book["Uitleg"]] == ["Kolom", *COLUMNS.values()]
    seen = upload(corrie, data, "voorbeeld.xlsx")
    assert "Nieuw: 2" in seen.text
    assert seen.status_code == 200


def test_the_empty_page_explains_every_column(corrie: Browser) -> None:
    text = corrie.get(TABLE).text
    for name in COLUMNS.values():
        assert f"<strong>{name}</strong>" in text
