"""Finished documents take no more room than they are given, and the newest stay."""

from __future__ import annotations

import datetime as dt

import pytest
from peewee import Database

from models import Rendering, db
from rules import kept_papers
from rules.kept_papers import forget_photos, make_room
from tests.at_once import at_once
from tests.conftest import NOW
from tests.counting_queries import counted

DAY = dt.timedelta(days=1)


def keep(name: str, size: int = 10, at: dt.datetime = NOW, document: str = "weekblad") -> None:
    Rendering.create(
        fingerprint=name, document=document, bytes=bytes(size), pages=1, made_at=at, seconds=0.1
    )


def kept() -> list[str]:
    return [row.fingerprint for row in Rendering.select().order_by(Rendering.id)]


def test_the_oldest_go_until_the_bytes_fit(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_papers, "MOST_BYTES", 1000)
    for name, size in (("a", 10), ("b", 500), ("c", 300), ("d", 200)):
        keep(name, size)
    assert make_room(NOW) == 1
    assert kept() == ["b", "c", "d"]
    with db.atomic():
        assert make_room(NOW, also=400) == 1
        keep("e", 400)
    assert kept() == ["c", "d", "e"]
    assert make_room(NOW) == 0


def test_one_that_is_larger_than_all_room_is_made_and_kept_alone(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_papers, "MOST_BYTES", 1000)
    keep("a")
    make_room(NOW, also=2000)
    keep("large", 2000)
    assert kept() == ["large"]


def test_there_are_never_more_than_so_many(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_papers, "MOST", 3)
    for name in "abcde":
        make_room(NOW, also=10)
        keep(name)
    assert kept() == ["c", "d", "e"]


def test_what_was_made_sixty_days_ago_goes(database: Database) -> None:
    for name, age in (("a", 61 * DAY), ("b", 60 * DAY), ("c", DAY)):
        keep(name, at=NOW - age)
    assert make_room(NOW) == 1
    assert kept() == ["b", "c"]


def test_where_nothing_has_to_go_two_queries_say_so(database: Database) -> None:
    for n in range(30):
        keep(f"{n}")
    with counted() as queries:
        make_room(NOW)
    assert len(queries) == 2


def test_every_document_that_may_show_a_photo_goes_and_the_others_stay(database: Database) -> None:
    shows = ("poster-a4", "poster-a3", "poster-a4.png", "something new")
    others = ("weekblad", "weekblad.png", "weekpakket", "flyer-a5", "vouwfolder", "turfblad")
    for document in (*shows, *others, "deurbord", "roosterblad"):
        keep(document, document=document)
    assert forget_photos() == len(shows)
    assert kept() == [*others, "deurbord", "roosterblad"]
    assert forget_photos() == 0


def test_several_at_once_who_make_room_hinder_nobody(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept_papers, "MOST", 5)
    for n in range(40):
        keep(f"{n}", document="poster-a4" if n % 2 else "weekblad")

    def make(name: str) -> None:
        with db.atomic():
            make_room(NOW, also=10)
            keep(name)

    at_once(database, *(lambda n=n: make(f"new {n}") for n in range(4)), forget_photos)
    make_room(NOW)
    assert {f"new {n}" for n in range(4)} <= set(kept())
    assert len(kept()) <= 5
