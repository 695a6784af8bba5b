"""When the power goes, or the database dies, no tap is lost of which a phone heard that it counted.

SQLite: its own writes and syncs are written down while taps come in, and its files are made as a
power cut may leave them: what was not synced gone, torn, or in another order. The same is done
without syncing, and then taps are lost; so the simulation can tell.

PostgreSQL: a cluster of its own, with fsync, is killed under load. That shows that whatever was
acknowledged had left its memory, also when all of its processes die at once; not that the disk has
it, since the kernel lives on. That the disk is waited for is left to fsync, which is on by default.
"""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from peewee import Database, DatabaseError, sqlite3

import database as databases
import models
from models import CountEvent, House, Person
from rules import count_hours, counting
from rules.count_events import Batch
from tests.at_once import at_once
from tests.cast import make_house, make_person
from tests.conftest import NOW
from tests.own_postgres import Cluster
from tests.power_cut import written_down
from tests.test_counting import undo, visit

SEED = 20261126
CUTS = 250
#: As lists of ids: the events of one batch, which come together or not at all.
Batches = list[list[UUID]]


def send_batches(
    house: House,
    person: Person,
    chance: Random,
    turns: Iterable[int],
    sent: Batches,
    told: Callable[[list[UUID]], None],
) -> None:
    """Batches of taps and undos, until the turns are over or the database dies; what was
    acknowledged is told."""
    for _ in turns:
        taps = [visit(house.slug) for _ in range(chance.choice([1, 1, 2, 8]))]
        events = [*taps, undo(taps[0])] if chance.random() < 0.2 else taps
        sent.append([UUID(event["id"]) for event in events])
        batch = Batch("phone", NOW, tuple(events))
        receipt = counting.receive(person, [house], batch, NOW)
        assert {verdict.status for verdict in receipt.verdicts} == {"created"}
        told([UUID(event["id"]) for event in events])


def look(sent: Batches, told: Batches) -> int:
    """How many acknowledged events a database lost. What it has is whole, and was sent."""
    there = {id for (id,) in CountEvent.select(CountEvent.id).tuples()}
    for batch in sent:
        assert there.issuperset(batch) or there.isdisjoint(batch), "half a batch"
    assert there <= {id for batch in sent for id in batch}
    for house in House.select():
        assert not count_hours.wrong_days(house) | count_hours.wrong_sums(house)
    return len({id for batch in told for id in batch} - there)


# -- SQLite ---------------------------------------------------------------------------------------


@contextmanager
def opened(file: Path, synchronous: str = "") -> Iterator[Database]:
    """The database as the app opens it, bound to the models; or with other syncing."""
    database = databases.open_database(f"sqlite:///{file}")
    if synchronous:
        database._pragmas = [
            (name, synchronous if name == "synchronous" else value)
            for name, value in database._pragmas
        ]
    # Written back into the file every few taps, so that the power often goes in the middle of it.
    database._pragmas = [*database._pragmas, ("wal_autocheckpoint", 40)]
    before = models.db.obj
    models.db.initialize(database)
    try:
        with databases.connected(database):
            yield database
    finally:
        database.close_all()
        models.db.initialize(before)


def lost_in_power_cuts(folder: Path, empty: Path, cuts: int, synchronous: str = "") -> list[int]:
    """How many acknowledged events each power cut lost; -1 for a file that is damaged."""
    live = folder / "live"
    live.mkdir(parents=True)
    shutil.copy(empty, live / "house.sqlite3")
    sent: Batches = []
    with opened(live / "house.sqlite3") as database:
        house = make_house("wolfsbos", "Wolfsbos")
        person = make_person("Joop", house=house)
        database.execute_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    with written_down(live) as log, opened(live / "house.sqlite3", synchronous) as database:
        expected = {"off": 0, "normal": 1, "": 2}[synchronous]
        assert database.pragma("synchronous") == expected

        def phone(number: int) -> None:
            send_batches(house, person, Random(SEED + number), range(40), sent, log.tell)

        assert at_once(database, *[lambda n=n: phone(n) for n in range(3)]) == [None] * 3
        happened = len(log.events)
    chance = Random(SEED)
    lost = []
    for number, moment in enumerate(sorted(chance.sample(range(happened), cuts))):
        log.after_a_cut(moment, chance, folder / str(number))
        try:
            with opened(folder / str(number) / "house.sqlite3") as database:
                assert database.execute_sql("PRAGMA integrity_check").fetchall() == [("ok",)]
                lost.append(look(sent, log.told(moment)))
        except (DatabaseError, sqlite3.DatabaseError, AssertionError):
            if not synchronous:
                raise
            lost.append(-1)
        shutil.rmtree(folder / str(number))
    return lost


@pytest.mark.slow
@pytest.mark.sqlite
def test_a_power_cut_loses_no_acknowledged_tap(tmp_path: Path, migrated_file: Path) -> None:
    assert lost_in_power_cuts(tmp_path / "cuts", migrated_file, CUTS) == [0] * CUTS


@pytest.mark.slow
@pytest.mark.sqlite
@pytest.mark.parametrize("synchronous", ["off", "normal"])
def test_with_less_syncing_the_same_power_cuts_lose_taps(
    tmp_path: Path, migrated_file: Path, synchronous: str
) -> None:
    lost = lost_in_power_cuts(tmp_path / "cuts", migrated_file, 60, synchronous)
    assert sum(map(bool, lost)) > 10


# -- PostgreSQL -----------------------------------------------------------------------------------

KILLS = 4


def lost_when_killed(kills: int, settings: str = "", options: str = "") -> list[int]:
    """How many acknowledged events were lost by then, after each kill.

    settings: of the server. options: of its clients, after those of the app.
    """
    cluster = Cluster(settings)
    before = models.db.obj
    sent: Batches = []
    told: Batches = []
    lost = []
    try:
        cluster.start()
        database = databases.open_database(cluster.url)
        database.connect_params["options"] += options
        models.db.initialize(database)
        databases.migrate(database, cluster.room, NOW)
        with databases.connected(database):
            house = make_house("wolfsbos", "Wolfsbos")
            person = make_person("Joop", house=house)
        for turn in range(kills):
            enough = threading.Event()
            goal = len(told) + 60

            def tell(batch: list[UUID], enough: threading.Event = enough, goal: int = goal) -> None:
                told.append(batch)
                if len(told) >= goal:
                    enough.set()

            def phone(number: int, turn: int = turn, tell: Any = tell) -> None:
                chance = Random(SEED + 100 * turn + number)
                with suppress(DatabaseError), databases.connected(database):
                    send_batches(house, person, chance, count(), sent, tell)

            def power(enough: threading.Event = enough) -> None:
                assert enough.wait(timeout=60)
                cluster.kill()

            phones = [lambda n=n, phone=phone: phone(n) for n in range(4)]
            assert at_once(None, power, *phones) == [None] * 5
            database.close_all()
            cluster.start()
            with databases.connected(database):
                lost.append(look(sent, told))
        database.close_all()
        return lost
    finally:
        models.db.initialize(before)
        cluster.remove()


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.usefixtures("postgres_url")
def test_a_postgresql_that_is_killed_loses_no_acknowledged_tap() -> None:
    # Also where somebody set the server up to answer before it has written.
    late = "-c synchronous_commit=off -c wal_writer_delay=10000"
    assert lost_when_killed(KILLS, late) == [0] * KILLS


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.usefixtures("postgres_url")
def test_a_client_that_does_not_wait_for_the_writing_loses_taps() -> None:
    options = " -c synchronous_commit=off"
    assert lost_when_killed(1, "-c wal_writer_delay=10000", options)[0] > 0
