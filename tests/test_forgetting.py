"""Forgetting: who counted and when exactly goes after thirty days; what was counted stays."""

from __future__ import annotations

import datetime as dt
from typing import Any
from uuid import UUID, uuid4

import pytest
from click.testing import Result
from flask import Flask
from peewee import Database

import jobs
from models import (
    AuditEntry,
    CountChoice,
    CountDay,
    CountEvent,
    CountHour,
    CountMonth,
    CountSource,
    DeskPairing,
    Device,
    House,
    LoginToken,
    Message,
    MessageKind,
    Opening,
    PosterEdit,
    PosterPhoto,
    Rendering,
    SentForm,
    TallySheet,
    TokenKind,
    Unavailable,
)
from rules import access, corrections, counting, forgetting, messages
from rules.corrections import Right
from rules.forgetting import forget
from rules.wall_time import to_utc
from tests.at_once import at_once
from tests.cast import Cast, count_rows, make_activity, make_occurrence, make_shift
from tests.conftest import NOW, TODAY
from tests.counting_queries import counted
from tests.test_counting import results, send, sheet, undo, visit

DAY = dt.timedelta(days=1)
#: The first night on which today is forgotten: thirty days later it is kept, a day after it goes.
LATER = NOW + 31 * DAY


def roll_up() -> list[Any]:
    tables = (CountHour, CountDay, CountMonth)
    return [
        sorted(table.select(*table._meta.sorted_fields[1:]).tuples(), key=repr) for table in tables
    ]


def exact() -> list[tuple[Any, ...]]:
    """What is to be forgotten, of every event."""
    return list(
        CountEvent.select(
            CountEvent.happened_at,
            CountEvent.sent_at,
            CountEvent.received_at,
            CountEvent.actor,
            CountEvent.device,
            CountEvent.fingerprint,
        ).tuples()
    )


# -- events ---------------------------------------------------------------------------------------


def test_after_thirty_days_only_what_was_counted_is_left(cast: Cast) -> None:
    occurrence = make_occurrence(make_activity(cast.wolfsbos), TODAY)
    tap = visit(n=3, occurrence=occurrence.id, group="senior", first_this_month=True)
    send(cast.volunteer, cast.wolfsbos, tap)
    before = roll_up()
    assert forget(NOW + 30 * DAY).events == 0
    assert forget(LATER).events == 1
    assert exact() == [(None, None, None, None, None, "")]
    event = CountEvent.get()
    assert (event.id, event.kind, event.n, event.date, event.hour) == (
        UUID(tap["id"]),
        "visit",
        3,
        TODAY,
        10,
    )
    assert (event.group, event.first_this_month, event.occurrence) == ("senior", True, occurrence)
    counting.rebuild(cast.wolfsbos)
    assert roll_up() == before


def test_the_day_is_that_of_the_house(cast: Cast) -> None:
    midnight = to_utc(TODAY, dt.time(0))
    minute = dt.timedelta(minutes=1)
    for at in (midnight - minute, midnight):
        send(cast.volunteer, cast.wolfsbos, visit(at=at), received=at)
    # Just after midnight in Hoogeveen, thirty days later: it is still the day before in UTC.
    forget(to_utc(TODAY + 30 * DAY, dt.time(0, 1)))
    assert [event.date for event in CountEvent if event.happened_at is None] == [TODAY - DAY]


def test_a_tap_from_a_drawer_is_as_old_as_its_day(cast: Cast) -> None:
    send(cast.volunteer, cast.wolfsbos, visit(at=NOW - 40 * DAY), received=NOW)
    assert forget(NOW).events == 1


def test_who_entered_an_old_sheet_or_corrected_an_old_day_is_kept_as_long(cast: Cast) -> None:
    old = TODAY - 50 * DAY
    TallySheet.create(house=cast.wolfsbos, number=4, date=old, printed_at=NOW)
    send(cast.coordinator, cast.wolfsbos, sheet(4, 12), visit(at=NOW - 50 * DAY))
    TallySheet.update(entered_by=cast.coordinator).execute()
    right = Right(hour=11, activity=0, n=5, was=1)
    corrections.correct(cast.wolfsbos, old, [right], "vergeten", cast.coordinator, NOW, TODAY)
    forget(NOW)
    kept = {event.kind for event in CountEvent if event.actor_id == cast.coordinator.id}
    assert kept == {"sheet", "correction"}
    before = roll_up()
    forgotten = forget(LATER)
    assert (forgotten.events, forgotten.names) == (2, 2)  # Of the sheet, and in the audit.
    assert {row[3] for row in exact()} == {None}
    assert TallySheet.get().entered_by is None
    assert [event.reason for event in CountEvent if event.kind == "correction"] == ["vergeten"]
    counting.rebuild(cast.wolfsbos)
    assert roll_up() == before


def test_who_chose_what_counts_is_forgotten_and_the_choice_stays(cast: Cast) -> None:
    for hour, by in ((10, cast.coordinator), (11, None)):
        CountChoice.create(
            house=cast.wolfsbos, date=TODAY, hour=hour, counts=CountSource.taps, by=by, at=NOW
        )
    assert forget(LATER).names == 1
    assert [(each.by, each.counts) for each in CountChoice] == [(None, "taps")] * 2


def test_of_what_was_done_by_hand_neither_who_nor_when_is_kept(cast: Cast) -> None:
    evening = NOW + dt.timedelta(hours=14, minutes=30)  # Half past midnight in Hoogeveen.
    words = ("sheet.enter", "count.correct", "count.choose", "opening.answer", "house.change")
    for at in (NOW, NOW + 5 * DAY):
        for word in words:
            access.note(cast.coordinator, cast.wolfsbos, word, cast.wolfsbos, at)
    for number, at in ((1, NOW), (2, evening), (3, NOW + 5 * DAY), (4, None)):
        TallySheet.create(
            house=cast.wolfsbos, number=number, date=TODAY, printed_at=NOW, entered_at=at
        )
    for hour, at in ((9, NOW), (10, None)):
        CountChoice.create(
            house=cast.wolfsbos, date=TODAY, hour=hour, counts=CountSource.taps, at=at
        )
    midnight = to_utc(TODAY, dt.time())
    for _twice in range(2):
        forget(NOW + 32 * DAY)
        assert [each.entered_at for each in TallySheet.select().order_by(TallySheet.number)] == [
            midnight,
            midnight + DAY,
            NOW + 5 * DAY,
            None,
        ]
        assert [each.at for each in CountChoice.select().order_by(CountChoice.hour)] == [
            midnight,
            None,
        ]
        known = {(e.action, e.at) for e in AuditEntry.select() if e.person_id}
        assert known == {("house.change", NOW)} | {(word, NOW + 5 * DAY) for word in words}


def test_a_tap_that_comes_again_after_forgetting_is_a_duplicate(cast: Cast) -> None:
    tap = visit(n=2)
    back = undo(tap)
    send(cast.volunteer, cast.wolfsbos, tap, back, visit())
    forget(LATER)
    again = send(cast.volunteer, cast.wolfsbos, tap, back, received=LATER)
    assert results(again) == ["duplicate", "duplicate"]
    assert again.totals == {"wolfsbos": {TODAY: 1}}


def test_an_undo_that_comes_after_forgetting_is_too_old(cast: Cast) -> None:
    tap = visit(n=2, group="child", first_this_month=True)
    send(cast.volunteer, cast.wolfsbos, tap, visit())
    forget(LATER)
    for person in (cast.volunteer, cast.key_holder):
        receipt = send(person, cast.wolfsbos, undo(tap, at=LATER), received=LATER)
        assert results(receipt) == ["too_old"]
    assert counting.day_total(cast.wolfsbos, TODAY) == 3
    before = roll_up()
    counting.rebuild(cast.wolfsbos)
    assert roll_up() == before


def test_a_visit_that_comes_after_its_undo_was_forgotten_does_not_count(cast: Cast) -> None:
    tap = visit(at=NOW - 40 * DAY)
    send(cast.volunteer, cast.wolfsbos, undo(tap, at=NOW - 40 * DAY))
    forget(NOW)
    receipt = send(cast.volunteer, cast.wolfsbos, tap)
    assert results(receipt) == ["created"]
    assert receipt.totals == {"wolfsbos": {(NOW - 40 * DAY).date(): 0}}


def test_what_was_forgotten_of_another_house_or_kind_is_no_duplicate(cast: Cast) -> None:
    tap = visit()
    send(cast.volunteer, cast.wolfsbos, tap)
    forget(LATER)
    theirs = send(cast.other_volunteer, cast.knooppunt, tap | {"house": "knooppunt"})
    assert results(theirs) == ["conflict"]
    assert theirs.totals == {}
    other = undo(visit()) | {"id": tap["id"]}
    assert results(send(cast.volunteer, cast.wolfsbos, other)) == ["conflict"]


def test_thousands_of_events_are_forgotten_a_few_hundred_at_a_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 10)
    send(cast.volunteer, cast.wolfsbos, *[visit() for _ in range(35)])
    with counted() as statements:
        assert forget(LATER).events == 35
    assert len([sql for sql in statements if "UPDATE count_event" in str(sql)]) == 4
    assert {row[0] for row in exact()} == {None}
    assert forget(LATER).events == 0


@pytest.mark.sqlite
def test_forgetting_looks_only_at_what_is_still_to_be_forgotten(
    cast: Cast, database: Database
) -> None:
    plan = database.execute_sql(
        "EXPLAIN QUERY PLAN " + forgetting._EVENTS, (TODAY, NOW, 500)
    ).fetchall()
    assert any("count_event_exact" in str(row) for row in plan)


def test_two_who_forget_at_once_and_who_counts_meanwhile_hinder_nobody(
    cast: Cast, database: Database
) -> None:
    batch = [visit() for _ in range(50)]
    send(cast.volunteer, cast.wolfsbos, *batch)
    outcomes = at_once(
        database,
        lambda: forget(LATER),
        lambda: forget(LATER),
        lambda: results(send(cast.volunteer, cast.wolfsbos, *batch, received=LATER)),
        lambda: results(send(cast.volunteer, cast.wolfsbos, visit(at=LATER), received=LATER)),
    )
    assert outcomes[2:] == [["duplicate"] * 50, ["created"]]
    assert outcomes[0].events + outcomes[1].events == 50
    assert counting.day_total(cast.wolfsbos, TODAY) == 50


# -- the rest -------------------------------------------------------------------------------------


def test_messages_go_when_they_are_a_month_old_and_their_shift_is_over(cast: Cast) -> None:
    past, coming = (make_shift(cast.wolfsbos, TODAY + n * DAY) for n in (-1, 60))
    for shift in (past, coming):
        for days in (31, 12):
            at = NOW - days * DAY
            Message.create(
                house=cast.wolfsbos,
                person=cast.volunteer,
                kind=MessageKind.put_on,
                shift=shift,
                at=at,
                due_at=at,
            )
    unread = [news.id for news in messages.news_for(cast.volunteer, NOW)]
    assert forget(NOW).messages == 1
    assert {(message.shift_id, (NOW - message.at).days) for message in Message} == {
        (past.id, 12),
        (coming.id, 31),
        (coming.id, 12),
    }
    assert [news.id for news in messages.news_for(cast.volunteer, NOW)] == unread


def test_links_and_cards_go_a_month_after_they_stopped_opening_anything(cast: Cast) -> None:
    def token(kind: TokenKind, **facts: Any) -> int:
        facts = {"person": cast.volunteer, "created": NOW - 400 * DAY, **facts}
        return int(LoginToken.create(kind=kind, hash=uuid4().hex, **facts).id)

    old, recent = NOW - 32 * DAY, NOW - 29 * DAY
    stays = {
        token(TokenKind.card),
        token(TokenKind.card, revoked=recent),
        token(TokenKind.invite, expires=recent),
        token(TokenKind.invite, expires=NOW + DAY),
        token(TokenKind.code, expires=NOW + 300 * DAY, used=recent),
    }
    token(TokenKind.card, revoked=old)
    token(TokenKind.invite, expires=old)
    token(TokenKind.code, expires=NOW + 300 * DAY, used=old)
    DeskPairing.create(house=cast.wolfsbos, hash="a", created=old, expires=NOW + DAY)
    DeskPairing.create(house=cast.wolfsbos, hash="b", created=old, expires=NOW - DAY)
    assert forget(NOW).tokens == 4
    assert {row.id for row in LoginToken} == stays
    assert [row.hash for row in DeskPairing] == ["a"]


def test_devices_go_when_they_were_revoked_or_their_cookie_is_gone(cast: Cast) -> None:
    secrets = {}
    for name, facts in {
        "in use": {},
        "just revoked": {"revoked": NOW - DAY},
        "revoked": {"revoked": NOW - 32 * DAY},
        "desk": {"last_seen": NOW - 399 * DAY},
        "in a drawer": {"last_seen": NOW - 401 * DAY},
    }.items():
        owner = cast.wolfsbos if name == "desk" else cast.volunteer
        secrets[name] = access.add_device(owner, name, NOW)
        if facts:
            Device.update(**facts).where(Device.label == name).execute()
    assert forget(NOW).devices == 2
    assert {device.label for device in Device} == {"in use", "just revoked", "desk"}
    assert access.standing_of(secrets["desk"]) is not None


def test_forms_and_absences_of_long_ago_go(cast: Cast) -> None:
    for days in (6, 8):
        SentForm.create(id=uuid4(), at=NOW - days * DAY, address="/")
    for days in (90, 92):
        day = TODAY - days * DAY
        Unavailable.create(person=cast.volunteer, first_date=day, last_date=day)
    forgotten = forget(NOW)
    assert (forgotten.forms, forgotten.absences) == (1, 1)
    assert (count_rows(SentForm), count_rows(Unavailable)) == (1, 1)


def test_photos_of_posters_go_when_no_month_can_begin_with_them(cast: Cast) -> None:
    def poster(house: House, month: str) -> None:
        edit = PosterEdit.create(house=house, month=dt.date.fromisoformat(month))
        PosterPhoto.create(edit=edit, jpeg=b"x", width=1, height=1, words="Samen koken")

    for month in ("2026-09-01", "2026-10-01", "2026-11-01", "2027-01-01"):
        poster(cast.wolfsbos, month)
    poster(cast.knooppunt, "2026-09-01")
    for n, document in enumerate(("poster-a3", "weekblad")):
        Rendering.create(
            fingerprint=f"{n}", document=document, bytes=b"x", pages=1, made_at=NOW, seconds=1
        )
    assert forget(NOW).photos == 2
    months = [photo.edit.month.month for photo in PosterPhoto.select().order_by(PosterPhoto.id)]
    assert months == [10, 11, 1]
    assert count_rows(PosterEdit) == 5, "what was written stays"
    assert [row.document for row in Rendering.select()] == ["weekblad"]
    assert forget(NOW).photos == 0
    # On the last evening of November in Hoogeveen, and an hour later.
    assert forget(dt.datetime(2026, 11, 30, 22, 59)).photos == 0
    assert forget(dt.datetime(2026, 11, 30, 23, 0)).photos == 1


def test_finished_documents_go_when_they_are_old_also_when_nobody_prints(cast: Cast) -> None:
    for n, days in enumerate((61, 59)):
        Rendering.create(
            fingerprint=f"{n}",
            document="weekblad",
            bytes=b"x",
            pages=1,
            made_at=NOW - days * DAY,
            seconds=1,
        )
    assert forget(NOW).papers == 1
    assert [row.fingerprint for row in Rendering.select()] == ["1"]


# -- the night ------------------------------------------------------------------------------------


def test_at_night_each_house_gets_its_openings_as_well(app: Flask, cast: Cast) -> None:
    send(cast.volunteer, cast.wolfsbos, visit(at=NOW - 3 * DAY), received=NOW)
    app.config["CLOCK"] = lambda: LATER
    assert jobs.at_night(app).events == 1
    until = {house.openings_until for house in type(cast.wolfsbos).select()}
    assert until == {LATER.date() - DAY}
    assert Opening.select().where(Opening.house == cast.wolfsbos).count() > 20


@pytest.mark.parametrize(
    ("looks", "nights"),
    [
        # Every quarter of an hour of an evening, a night and a morning.
        (["2026-11-26 22:00", "2026-11-27 02:15", "2026-11-27 02:30", "2026-11-27 09:00"], 2),
        # The machine slept from the evening to the next morning, and from then over a weekend.
        (["2026-11-26 22:00", "2026-11-27 07:00", "2026-11-30 07:00", "2026-11-30 08:00"], 3),
        # The night in which 2.00 to 3.00 comes twice, and the one in which it does not come.
        (["2026-10-25 00:30", "2026-10-25 01:30", "2026-10-25 02:29", "2026-10-25 02:30"], 2),
        (["2027-03-28 00:30", "2027-03-28 01:29", "2027-03-28 01:30", "2027-03-28 02:30"], 2),
    ],
)
def test_the_work_of_the_night_is_done_once_a_night(
    app: Flask, looks: list[str], nights: int
) -> None:
    done: list[str] = []
    nightly = jobs.Nightly(lambda _app: done.append(look))
    for look in looks:
        app.config["CLOCK"] = lambda look=look: dt.datetime.fromisoformat(look)
        nightly(app)
    assert len(done) == nights


def test_what_failed_is_tried_again_the_same_night(app: Flask) -> None:
    tries: list[int] = []

    def work(_app: Flask) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError("full")

    nightly = jobs.Nightly(work)
    with pytest.raises(OSError, match="full"):
        nightly(app)
    for _ in range(2):
        nightly(app)
    assert len(tries) == 2


# -- the commands ---------------------------------------------------------------------------------


def run(app: Flask, *words: str) -> Result:
    result = app.test_cli_runner().invoke(args=list(words))
    app.extensions["database"].connect(reuse_if_open=True)
    return result


def test_the_command_says_what_it_forgot(app: Flask, cast: Cast) -> None:
    send(cast.volunteer, cast.wolfsbos, visit(), visit())
    app.config["CLOCK"] = lambda: LATER
    first, second = run(app, "forget"), run(app, "forget")
    assert first.stdout == "Forgotten: 2 exact times of events.\n"
    assert second.stdout == "Forgotten: nothing was old enough.\n"
    assert exact() == [(None, None, None, None, None, "")] * 2


def test_a_recount_says_what_differed_and_puts_it_right(app: Flask, cast: Cast) -> None:
    send(cast.volunteer, cast.wolfsbos, visit(n=3), visit(at=NOW - DAY))
    send(cast.other_volunteer, cast.knooppunt, visit("knooppunt"))
    before = roll_up()
    CountHour.update(n=CountHour.n + 1).where(CountHour.date == TODAY - DAY).execute()
    Opening.update(counted=False).where(Opening.house == cast.knooppunt).execute()
    assert run(app, "recount").stdout == (
        "knooppunt: 1 visits; sums differed from their hours.\n"
        f"wolfsbos: 4 visits; 1 days differed from the events, first {TODAY - DAY}.\n"
    )
    assert roll_up() == before
    assert all(opening.counted for opening in Opening)
    assert run(app, "recount").stdout == (
        "knooppunt: 1 visits; the roll-up agreed with the events.\n"
        "wolfsbos: 4 visits; the roll-up agreed with the events.\n"
    )
