"""Doing things at the same moment, as two phones would."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from peewee import Database, SqliteDatabase

import database as databases


def at_once(database: Database | None, *verbs: Callable[[], Any]) -> list[Any]:
    """What each verb gave or raised, each in a thread with its own connection, in their order.

    database: None when the verbs connect by themselves, as requests do.
    """
    barrier = threading.Barrier(len(verbs))
    outcomes: list[Any] = [None] * len(verbs)

    def run(n: int) -> None:
        with databases.connected(database) if database else nullcontext():
            barrier.wait(timeout=20)
            try:
                outcomes[n] = verbs[n]()
            except Exception as error:
                outcomes[n] = error

    threads = [threading.Thread(target=run, args=(n,)) for n in range(len(verbs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


#: How many connections stand still for what this one holds.
WAITING = (
    "SELECT count(*) FROM pg_locks"
    " WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
)


def wait_until_somebody_waits(database: Database) -> None:
    """On PostgreSQL, until another connection waits for this one; SQLite lets nobody else in."""
    if isinstance(database, SqliteDatabase):
        return
    for _look in range(50_000):
        if database.execute_sql(WAITING).fetchone()[0]:
            return
    raise AssertionError("Nobody waits.")
