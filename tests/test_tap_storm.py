"""The storm: 10,000 taps on 20 phones, cut connections, doubles, and a server that is killed.

The phones keep to the contract of static/count.js: a tap is kept, then shown, then sent; only what
the server names is let go, and everything else is sent again.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from peewee import Database, SqliteDatabase

import safekeeping
from models import CountEvent, House, Person
from rules import count_hours
from tests.browser_of import Browser
from tests.cast import Cast, make_person

ROOT = Path(__file__).parent.parent
START = (ROOT / "start").read_text()
SEED = 20261126
PHONES = 20
TAPS = 10_000
#: When so many events have been answered, the server is killed, under load.
KILLS = range(1000, 10_000, 1600)
#: Nothing here takes so long; whoever is not done then never will be.
GIVE_UP = 400
HEAD = (
    "POST /tellen/gebeurtenissen HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
)
#: Where the connection breaks, and how often of a hundred times; else it holds.
CUTS = {"before": 8, "in the middle": 6, "while it works": 12, "in the answer": 8}


class Server:
    """gunicorn as ./start runs it, that can be killed and comes back at the same address."""

    def __init__(self, url: str, folder: Path, workers: int):
        with socket.create_server(("127.0.0.1", 0)) as trial:
            self.port = trial.getsockname()[1]
        started = re.search(r"^exec .venv/bin/python -m gunicorn (.*?)\n\n?\Z", START, re.S | re.M)
        assert started is not None
        words = started[1].replace("\\\n", " ").replace("'", "").replace('"', "").split()
        words[words.index("--bind") + 1] = f"127.0.0.1:{self.port}"
        words[words.index("--workers") + 1] = str(workers)
        self.command = [sys.executable, "-m", "gunicorn", *words]
        self.environment = {
            **os.environ,
            "DATABASE_URL": url,
            "BUURTBORD_INSTANCE": str(folder),
            "BUURTBORD_SECRET_KEY": "for tests only",
            "BUURTBORD_WARM_PRESS": "false",
        }
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            self.command,
            cwd=ROOT,
            env=self.environment,
            start_new_session=True,
            stderr=subprocess.DEVNULL,
        )

    def kill(self) -> None:
        """No time for anything: master and workers at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(timeout=30)

    def kill_a_worker(self, chance: Random) -> None:
        """One of several processes dies; its master starts another."""
        found = subprocess.run(
            ["pgrep", "--parent", str(self.process.pid)], capture_output=True, text=True
        )
        for pid in chance.sample(found.stdout.split(), 1) if found.stdout else []:
            with contextlib.suppress(ProcessLookupError):
                os.kill(int(pid), signal.SIGKILL)

    def stop(self) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)


class Storm:
    """What all phones share: where they send, and how far they are."""

    def __init__(self, port: int):
        self.port = port
        self.until = time.monotonic() + GIVE_UP
        self.changed = threading.Condition()
        self.named = 0
        self.met: Counter[str] = Counter()

    def note(self, what: str, named: int = 0) -> None:
        with self.changed:
            self.met[what] += 1
            self.named += named
            self.changed.notify_all()

    def wait_for(self, named: int) -> None:
        with self.changed:
            assert self.changed.wait_for(lambda: self.named >= named, timeout=GIVE_UP), self.met


class Phone:
    """One phone in one thread: what it keeps, what it shows, what became of what it sent."""

    def __init__(self, storm: Storm, number: int, person: Person, house: House, cookie: str):
        self.storm, self.house, self.cookie, self.person = storm, house.slug, cookie, person.id
        self.chance = Random(SEED * 100 + number)
        self.name = f"phone {number}"
        # Every fifth clock is hours off, one way or the other.
        self.off = dt.timedelta(hours=2 - 4 * (number % 2)) if number % 5 == 0 else dt.timedelta()
        self.minted: list[dict[str, Any]] = []
        self.kept: dict[str, dict[str, Any]] = {}
        self.shown = 0
        self.mine: list[str] = []  # visits that can still be taken back
        self.old: list[bytes] = []  # what is under way somewhere, and arrives once more
        self.refused: Counter[str] = Counter()
        self.reached = True
        self.failed: BaseException | None = None

    def live(self, taps: int) -> None:
        try:
            while len(self.minted) < taps or self.kept:
                # Now and then a class comes in; while the server is away fewer taps are made.
                for _ in range(self.chance.choice([1, 3, 10, 40]) if self.reached else 1):
                    if len(self.minted) < taps:
                        self.tap()
                self.send()
                assert time.monotonic() < self.storm.until, self.storm.met
        except BaseException as error:
            self.failed = error

    def tap(self) -> None:
        """Keep it, then show it."""
        event = {"id": str(UUID(int=self.chance.getrandbits(128), version=4)), "at": self.now()}
        event |= {"seq": len(self.minted), "house": self.house}
        if self.mine and self.chance.random() < 0.06:
            back = self.mine.pop(self.chance.randrange(len(self.mine)))
            event |= {"kind": "undo", "undoes": back}
            self.shown -= 1
        else:
            event |= {"kind": "visit", "n": 1}
            self.mine.append(event["id"])
            self.shown += 1
        self.minted.append(event)
        self.kept[event["id"]] = event

    def send(self) -> None:
        """One batch of what is kept, mostly the oldest, now and then in another order."""
        batch = list(self.kept.values())
        if self.chance.random() < 0.2:
            self.chance.shuffle(batch)
        batch = batch[:50]
        body = json.dumps(
            {"device": self.name, "person": self.person, "sent_at": self.now(), "events": batch}
        ).encode()
        if self.chance.random() < 0.15:
            self.old.append(body)
        if self.old and self.chance.random() < 0.1:
            # What a proxy or another tab still held arrives now; nobody waits for its answer.
            self.ask(self.old.pop(self.chance.randrange(len(self.old))))
        if self.chance.random() < 0.05:
            twin = threading.Thread(target=self.ask, args=(body,))
            twin.start()
            answer = self.ask(body)
            twin.join()
        else:
            answer = self.ask(body, self.cut())
        self.reached = answer is not None
        if answer is None:
            # The server is away, or nobody knows: a little later again.
            threading.Event().wait(self.chance.uniform(0.01, 0.1))
            return
        for result in answer["results"]:
            self.storm.note(result["status"], 1)
            if result["status"] == "rejected":
                self.refused[result["code"]] += 1
            self.kept.pop(result["id"], None)

    def cut(self) -> str:
        [where] = self.chance.choices(
            [*CUTS, ""], weights=[*CUTS.values(), 100 - sum(CUTS.values())]
        )
        return str(where)

    def ask(self, body: bytes, cut: str = "") -> Any:
        """The answer; None when there is none that is whole and ours."""
        head = HEAD.format(
            host=f"127.0.0.1:{self.storm.port}", cookie=self.cookie, length=len(body)
        )
        request = head.encode() + body
        try:
            with socket.create_connection(("127.0.0.1", self.storm.port), timeout=60) as line:
                if cut:
                    self.storm.note(f"cut {cut}")
                    # Closing resets the connection: what was not read is lost on both sides.
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if cut == "before":
                    return None
                if cut == "in the middle":
                    line.sendall(request[: len(head) + len(body) // 2])
                    return None
                line.sendall(request)
                if cut == "while it works":
                    return None
                if cut == "in the answer":
                    line.recv(60)
                    return None
                answer = b"".join(iter(lambda: line.recv(65536), b""))
        except OSError:
            self.storm.note("no connection")
            return None
        status, _, rest = answer.partition(b"\r\n\r\n")
        self.storm.note(f"answer {status[9:12].decode()}")
        try:
            return json.loads(rest) if status.startswith(b"HTTP/1.1 200 ") else None
        except ValueError:  # It died while it answered.
            return None

    def now(self) -> str:
        now = dt.datetime.now(dt.UTC).replace(tzinfo=None) + self.off
        return now.isoformat(timespec="milliseconds") + "Z"


@pytest.mark.slow
def test_the_total_is_what_the_phones_showed_whatever_breaks(
    app: Flask, cast: Cast, database: Database, database_url: str, tmp_path: Path
) -> None:
    workers = 1 if isinstance(database, SqliteDatabase) else 2
    server = Server(database_url, tmp_path, workers)
    storm = Storm(server.port)
    phones = []
    houses = [cast.wolfsbos, cast.knooppunt]
    for number in range(PHONES):
        house = houses[number % 3 == 2]
        person = make_person(f"Telefoon {number}", house=house, email=None)
        cookie = Browser(app, person).client.get_cookie("buurtbord")
        assert cookie is not None
        phones.append(Phone(storm, number, person, house, f"buurtbord={cookie.value}"))
    threads = [
        threading.Thread(target=phone.live, args=(TAPS // PHONES,), daemon=True) for phone in phones
    ]
    chance = Random(SEED)
    began = time.monotonic()
    try:
        for thread in threads:
            thread.start()
        for turn, named in enumerate(KILLS):
            storm.wait_for(named)
            if workers > 1 and turn % 2:
                server.kill_a_worker(chance)
            else:
                server.kill()
                server.start()
        for thread in threads:
            thread.join(timeout=GIVE_UP)
        server.stop()
    finally:
        with contextlib.suppress(ProcessLookupError):
            server.kill()
    print(f"\nseed {SEED}, {time.monotonic() - began:.0f} s: {dict(sorted(storm.met.items()))}")
    for phone in phones:
        assert phone.failed is None, (phone.name, phone.failed)
        # An undo that overtook its visit is 'unknown', and takes it back all the same.
        assert phone.refused.keys() <= {"unknown"}, phone.refused
    minted = [UUID(event["id"]) for phone in phones for event in phone.minted]
    assert len(minted) == TAPS
    assert sorted(event.id for event in CountEvent.select(CountEvent.id)) == sorted(minted)
    for house in houses:
        shown = sum(phone.shown for phone in phones if phone.house == house.slug)
        assert count_hours.visits(house) == shown
        assert not count_hours.wrong_days(house) | count_hours.wrong_sums(house)
    # A PostgreSQL for tests may do without fsync, which the doctor does not like.
    faults = [each for each in safekeeping.examine(database, tmp_path) if not each.good]
    assert [each for each in faults if each.name != "server"] == []
    # It was a storm: each kind of bad luck happened, and what was stored came again.
    assert {f"cut {where}" for where in CUTS} <= storm.met.keys()
    assert min(storm.met["duplicate"], storm.met["no connection"]) > 50
