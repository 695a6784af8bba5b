"""The address of the calendar feed: open to everybody, and cheap for an app that asks often."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask

from models import Activity, ClosureKind, Occurrence
from rules import programme
from rules.closures import add_closure
from rules.series_change import archive_activity, change_activity
from tests.calendar_app import shown, valid
from tests.cast import Cast, make_activity
from tests.conftest import NOW, TODAY
from tests.test_feed import days_of, lines_of, uids

FEED = "/h/wolfsbos/programma.ics"


def test_everybody_may_have_the_programme_of_a_house(app: Flask, cast: Cast) -> None:
    make_activity(cast.wolfsbos)
    make_activity(cast.knooppunt, "Van de buren")
    answer = app.test_client().get(FEED)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'inline; filename="wolfsbos.ics"'
    assert "Set-Cookie" not in answer.headers
    valid(answer.data)
    events = shown(answer.data, TODAY, TODAY + dt.timedelta(days=13))
    assert [(each.title, each.date) for each in events] == [
        ("Inloop met koffie", TODAY),
        ("Inloop met koffie", dt.date(2026, 12, 3)),
    ]
    assert lines_of(answer.data, "URL") == ["URL:http://localhost/h/wolfsbos/"]


def test_asking_makes_the_dates_that_are_not_there_yet(app: Flask, cast: Cast) -> None:
    coffee = make_activity(cast.wolfsbos)
    first = app.test_client().get(FEED)
    assert Activity.get_by_id(coffee.id).filled_until == dt.date(2027, 2, 28)
    assert app.test_client().get(FEED).data == first.data


def test_the_links_in_a_feed_carry_the_address_of_the_installation(app: Flask, cast: Cast) -> None:
    make_activity(cast.wolfsbos)
    app.config["BASE_URL"] = "https://buurtbord.example/"
    feed = app.test_client().get(FEED).data
    assert lines_of(feed, "URL") == ["URL:https://buurtbord.example/h/wolfsbos/"]


@pytest.mark.parametrize("encoding", ["identity", "gzip", "br", "gzip, deflate, br"])
def test_who_has_this_very_feed_is_sent_nothing(app: Flask, cast: Cast, encoding: str) -> None:
    activity = make_activity(cast.wolfsbos)
    client = app.test_client()
    # Long enough to be worth packing.
    for number in range(4):
        make_activity(cast.wolfsbos, f"Activiteit {number}")
    headers = {"Accept-Encoding": encoding}
    first = client.get(FEED, headers=headers)
    tag = first.headers["ETag"]
    again = client.get(FEED, headers={**headers, "If-None-Match": tag})
    assert again.status_code == 304
    assert not again.data
    assert again.headers["ETag"] == tag
    occurrence = Occurrence.get(Occurrence.activity == activity, Occurrence.date == TODAY)
    programme.cancel_date(occurrence, "Ziek.", cast.coordinator, NOW)
    changed = client.get(FEED, headers={**headers, "If-None-Match": tag})
    assert changed.status_code == 200
    assert changed.headers["ETag"] != tag


def test_asking_only_for_the_head_costs_no_bytes(app: Flask, cast: Cast) -> None:
    make_activity(cast.wolfsbos)
    whole = app.test_client().get(FEED)
    head = app.test_client().head(FEED)
    assert head.status_code == 200
    assert not head.data
    assert head.headers["ETag"] == whole.headers["ETag"]
    assert head.headers["Content-Type"] == whole.headers["Content-Type"]


def test_one_activity_may_be_followed_alone(app: Flask, cast: Cast) -> None:
    coffee = make_activity(cast.wolfsbos)
    make_activity(cast.wolfsbos, "Bingo")
    answer = app.test_client().get(f"{FEED}?activiteit={coffee.id}")
    assert uids(answer.data) == [str(coffee.uid)]
    whole = app.test_client().get(f"{FEED}?activiteit=")
    assert len(uids(whole.data)) == 2


def test_what_is_not_there_for_everybody_is_not_there(app: Flask, cast: Cast) -> None:
    client = app.test_client()
    others = make_activity(cast.knooppunt)
    hidden = make_activity(cast.wolfsbos, published=False)
    assert client.get(f"{FEED}?activiteit={others.id}").status_code == 404
    assert client.get(f"{FEED}?activiteit={hidden.id}").status_code == 404
    assert client.get(f"{FEED}?activiteit=999999999").status_code == 404
    assert client.get("/h/nergens/programma.ics").status_code == 404
    assert client.get(f"/h/knooppunt/programma.ics?activiteit={others.id}").status_code == 200


@pytest.mark.parametrize("wrong", ["abc", "-1", "1.0", "٣", "9999999999", "1%00", "1;2"])
def test_an_impossible_activity_is_answered_with_a_sentence(app: Flask, wrong: str) -> None:
    answer = app.test_client().get(f"{FEED}?activiteit={wrong}")
    assert answer.status_code == 400
    assert "Deze activiteit kennen we niet." in answer.text


# -- what people do is seen by who follows --------------------------------------------------------


def told(app: Flask) -> tuple[list[int], list[str]]:
    """The numbers of change in the feed, and the days of four weeks."""
    feed = app.test_client().get(FEED).data
    valid(feed)
    numbers = {int(line.partition(":")[2]) for line in lines_of(feed, "SEQUENCE")}
    return sorted(numbers), days_of(feed, TODAY, TODAY + dt.timedelta(days=27))


def test_every_change_raises_the_number_of_its_activity_and_keeps_its_name(
    app: Flask, cast: Cast
) -> None:
    coffee = make_activity(cast.wolfsbos)
    numbers, days = told(app)
    assert (numbers, days) == ([0], ["2026-11-26", "2026-12-03", "2026-12-10", "2026-12-17"])

    first, second, third = (
        Occurrence.select()
        .where(Occurrence.activity == coffee, Occurrence.date >= TODAY)
        .order_by(Occurrence.date)
        .limit(3)
    )
    programme.cancel_date(first, "", cast.coordinator, NOW)
    assert told(app) == ([1], ["-2026-11-26", *days[1:]])
    programme.move_date(second, dt.date(2026, 12, 4), cast.coordinator, NOW)
    assert told(app) == ([2], ["-2026-11-26", "2026-12-04", *days[2:]])
    programme.restore_date(first, cast.coordinator, NOW)
    assert told(app) == ([3], ["2026-11-26", "2026-12-04", *days[2:]])
    day = third.date
    add_closure(cast.wolfsbos, day, day, ClosureKind.closed, "Feest", cast.coordinator, NOW)
    assert told(app) == ([4], ["2026-11-26", "2026-12-04", "2026-12-17"])
    change_activity(coffee, cast.coordinator, NOW, rule="FREQ=WEEKLY;BYDAY=FR")
    numbers, days = told(app)
    assert numbers == [5]
    assert days[0] == "2026-11-27"
    feed = app.test_client().get(FEED).data
    assert str(coffee.uid) in uids(feed)
    assert all(uid.startswith(str(coffee.uid)) for uid in uids(feed))
    archive_activity(coffee, cast.coordinator, NOW)
    numbers, days = told(app)
    assert days == []
    assert numbers == [6]
