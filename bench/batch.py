"""What a batch costs: POST of 50 taps, against a bare transaction of 50 INSERTs as durable.

    python bench/batch.py

As in bench/tap.py: SQLite files with the same pragmas on the same disk, in turns, in one run.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from statistics import median

from tap import Bare, Phone, milliseconds

EVENTS = 50
TURNS = 150
WARM_UP = 20


def main() -> None:
    now = dt.datetime(2026, 11, 26, 9, 0)
    with tempfile.TemporaryDirectory() as name:
        phone, bare = Phone(Path(name), now), Bare(Path(name), now)
        batches, inserts = [], []
        for turn in range(WARM_UP + TURNS):
            batch = milliseconds(phone.sends(EVENTS))
            insert = milliseconds(lambda: bare.insert(EVENTS))
            if turn >= WARM_UP:
                batches.append(batch)
                inserts.append(insert)
        assert phone.all_created(EVENTS)
        phone.app.extensions["press"].close()
    print(
        f"batch of {EVENTS}: {median(batches) / median(inserts):.2f} times a bare transaction"
        f" ({median(batches):.2f} ms against {median(inserts):.2f} ms; aim: at most 3)"
    )


if __name__ == "__main__":
    main()
