"""A page that is asked for again is not made again, unless something that it says has changed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import count

import pytest
from peewee import Database
from playhouse.test_utils import count_queries

import database as databases
from documents import known_pages
from documents.known_pages import page_of
from documents.look import PLAIN
from documents.month import month_of_house
from documents.poster import poster_page
from documents.press import Press
from documents.renderings import KnownPage, Page, printed
from models import (
    Activity,
    ActivityText,
    Closure,
    ClosureKind,
    House,
    HousePartner,
    Occurrence,
    OccurrenceState,
    OpeningHours,
    Partner,
    Rendering,
    Room,
)
from query_recording import recorded
from rules import poster_edits
from rules.poster_edits import Chosen
from tests.cast import Cast
from tests.conftest import NOW
from tests.print.programme import make_programme

DECEMBER = dt.date(2026, 12, 1)
CHRISTMAS_LUNCH = dt.date(2026, 12, 24)


def make(house: House, language: str = "nl") -> Page:
    look = PLAIN._replace(language=language)
    return poster_page(month_of_house(house, DECEMBER, language), "a4", "https://x.example", look)


@pytest.fixture
def wolfsbos(database: Database) -> House:
    return make_programme()["wolfsbos"]


def test_a_page_of_which_nothing_changed_is_known_and_not_made_again(wolfsbos: House) -> None:
    made = count()

    def counted() -> Page:
        next(made)
        return make(wolfsbos)

    first = page_of(counted, "poster", wolfsbos.id)
    again = page_of(counted, "poster", wolfsbos.id)
    assert isinstance(first, Page)
    assert isinstance(again, KnownPage)
    assert (again.document, again.fingerprint) == (first.document, first.fingerprint)
    assert next(made) == 1


def change(row: type, **values: object) -> Callable[[House], object]:
    return lambda house: row.update(**values).where(row.house == house).execute()  # type: ignore[attr-defined]


def cancel_a_date(house: House) -> None:
    Occurrence.update(state=OccurrenceState.cancelled).where(
        Occurrence.house == house, Occurrence.date == CHRISTMAS_LUNCH
    ).execute()


def close_both_houses(_house: House) -> None:
    Closure.create(
        house=None,
        first_date=dt.date(2026, 12, 8),
        last_date=dt.date(2026, 12, 8),
        kind=ClosureKind.closed,
        reason="Verbouwing",
    )


def use_the_attic(house: House) -> None:
    attic = Room.create(house=house, name="De zolder")
    for table in (Activity, Occurrence):
        table.update(room=attic).where(table.house == house).execute()


def rename_a_partner(house: House) -> None:
    first = HousePartner.get(HousePartner.house == house).partner
    Partner.update(name="De buren").where(Partner.id == first.id).execute()


def translate(house: House) -> None:
    for activity in Activity.select().where(Activity.house == house):
        ActivityText.create(activity=activity, language="pl", title="Kawa", summary="")


CHANGES: dict[str, Callable[[House], object]] = {
    "a title": change(Activity, title="Iets anders"),
    "what is published": change(Activity, published=False),
    "what is put away": change(Activity, archived_at=NOW),
    "a room": use_the_attic,
    "a date that is cancelled": cancel_a_date,
    "a date that is gone": lambda _house: (
        Occurrence.delete().where(Occurrence.date == CHRISTMAS_LUNCH).execute()
    ),
    "the hours": change(OpeningHours, end_time=dt.time(21, 30)),
    "a day off for all houses": close_both_houses,
    "a partner": rename_a_partner,
    "a partner's logo": lambda _house: Partner.update(logo=b"<svg/>").execute(),
    "the words in a language": translate,
    "the greeting": lambda house: poster_edits.save_edit(
        house, DECEMBER, Chosen(greeting="Tot gauw!"), None, NOW, seen=0
    ),
}


@pytest.mark.parametrize("what", CHANGES)
def test_a_page_is_made_anew_when_something_that_it_says_has_changed(
    what: str, wolfsbos: House
) -> None:
    def ask(language: str) -> str:
        return page_of(lambda: make(wolfsbos, language), wolfsbos.id, language).fingerprint

    def pages() -> list[str]:
        return [ask("nl"), ask("pl")]

    before = pages()
    assert pages() == before
    CHANGES[what](wolfsbos)
    after = pages()
    assert after != before
    assert after == [make(wolfsbos, language).fingerprint for language in ("nl", "pl")]


def test_what_happens_in_one_house_changes_no_page_of_the_other(database: Database) -> None:
    houses = make_programme()
    known = page_of(lambda: make(houses["knooppunt"]), "poster", houses["knooppunt"].id)
    Activity.update(title="Iets anders").where(Activity.house == houses["wolfsbos"]).execute()
    again = page_of(lambda: make(houses["knooppunt"]), "poster", houses["knooppunt"].id)
    assert isinstance(again, KnownPage)
    assert again.fingerprint == known.fingerprint


def test_a_known_page_whose_print_is_not_kept_any_more_is_printed_again(
    wolfsbos: House, press: Press
) -> None:
    page_of(lambda: make(wolfsbos), "poster", wolfsbos.id)
    known = page_of(lambda: make(wolfsbos), "poster", wolfsbos.id)
    assert isinstance(known, KnownPage)
    first = printed(press, known, NOW)
    before = press.renders
    assert printed(press, known, NOW).id == first.id
    assert press.renders == before
    Rendering.delete().execute()
    again = printed(press, known, NOW)
    assert press.renders == before + 1
    assert again.fingerprint == known.fingerprint


def test_a_page_that_wrote_something_while_it_was_made_is_made_again(cast: Cast) -> None:
    made = count()

    def writes() -> Page:
        House.update(tagline=f"Voor de {next(made)}e keer").execute()
        return Page("proef", ("<html></html>",))

    assert isinstance(page_of(writes, "writes"), Page)
    assert isinstance(page_of(writes, "writes"), Page)
    assert next(made) == 2


def test_no_more_pages_are_known_than_the_house_can_remember(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(known_pages, "MOST", 2)
    monkeypatch.setattr(known_pages, "_known", type(known_pages._known)())

    def ask(name: str) -> Page | KnownPage:
        return page_of(lambda: Page(name, ("<html></html>",)), name)

    for name in ("een", "twee", "een", "drie"):
        ask(name)
    assert isinstance(ask("een"), KnownPage)
    assert isinstance(ask("twee"), Page)


def test_a_recording_gives_whoever_asks_the_same_rows_as_the_database(wolfsbos: House) -> None:
    def read() -> list[object]:
        activities = Activity.select().where(Activity.house == wolfsbos).order_by(Activity.id)
        return [
            list(activities.dicts()),
            activities.count(),
            activities.exists(),
            activities.first().id,
            House.get_or_none(House.slug == "nergens"),
            list(activities.limit(3).tuples().iterator()),
        ]

    plain = read()
    with recorded() as recording:
        assert read() == plain
    assert len(recording.queries) == 6
    assert recording.holds(wolfsbos._meta.database)
    Activity.update(audience="vrouwen").execute()
    assert not recording.holds(wolfsbos._meta.database)


def test_a_recording_is_not_read_again_before_something_is_written_anywhere(
    wolfsbos: House, database_url: str
) -> None:
    """By this connection or another, and also when it was taken back."""
    database = wolfsbos._meta.database.obj
    other = databases.open_database(database_url)

    def read_again() -> tuple[bool, int]:
        with count_queries() as queries:
            held = recording.holds(database)
        return held, queries.count

    def rename(title: str) -> None:
        database.execute_sql(f"UPDATE activity SET audience = '{title}'")

    with recorded() as recording:
        list(Activity.select().where(Activity.house == wolfsbos))
    read = 1 if databases.sqlite_file(database) is None else 0
    assert read_again() == (True, 1)
    assert read_again() == (True, read)
    with databases.connected(other):
        other.execute_sql("UPDATE house SET tagline = 'Anders'")
        assert read_again() == (True, 1)
        assert read_again() == (True, read)
        other.execute_sql("UPDATE activity SET audience = 'vrouwen'")
        assert read_again() == (False, 1)
        other.execute_sql("UPDATE activity SET audience = ''")
    other.close_all()
    assert read_again() == (True, 1)
    with database.atomic() as transaction:
        rename("mannen")
        assert read_again() == (False, 1)
        transaction.rollback()
    assert read_again() == (True, 1)
    rename("kinderen")
    assert read_again() == (False, 1)
