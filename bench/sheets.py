"""What the roster sheet and the door sheet cost: the HTML, and the warm render through the press.

    python bench/sheets.py

The same HTML is rendered by the press and by WeasyPrint itself, in turns, in one run.
"""

from __future__ import annotations

import datetime as dt
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench")]

from documents.renderings import Page  # noqa: E402

TURNS = 9
NOW = dt.datetime(2026, 11, 26, 9)
TODAY = NOW.date()
BASE = "https://buurtbord.example"


def pages() -> dict[str, tuple[Page, float]]:
    """The sheets of the demo, with a month of 300 seats; and the milliseconds that each took."""
    import database as databases
    import demo
    import models
    from documents.door_sheet import door_page
    from documents.roster_sheet import month_stretch, roster_page, week_stretch
    from tests.cast import make_house, make_shift

    with tempfile.TemporaryDirectory() as folder:
        database = databases.open_database(f"sqlite:///{folder}/bench.sqlite3")
        databases.migrate(database, Path(folder), NOW)
        models.db.initialize(database)
        database.connect()
        demo.fill(TODAY, NOW)
        house = models.House.get(models.House.slug == "wolfsbos")
        large = make_house("groot", "Groot huis")
        for day in range(1, 26):
            for number in range(4):
                make_shift(large, dt.date(2026, 12, day), seats=3, title=f"Dienst {number}")
        december = dt.date(2026, 12, 1)
        makers = {
            "roosterblad, a week": lambda: roster_page(house, week_stretch(TODAY), TODAY, BASE),
            "roosterblad, 300 seats": lambda: roster_page(
                large, month_stretch(december), TODAY, BASE
            ),
            "deurbord": lambda: door_page(house, TODAY, NOW, BASE),
        }
        found = {}
        for name, make in makers.items():
            took = []
            for _turn in range(TURNS):
                started = time.perf_counter()
                page = make()
                took.append(time.perf_counter() - started)
            found[name] = (page, median(took) * 1000)
        database.close()
    return found


def seconds(work: Callable[[Any], Any], on: Any) -> float:
    started = time.perf_counter()
    work(on)
    return time.perf_counter() - started


def main() -> None:
    from poster import Bare

    from documents.press import Press

    found = pages()
    press, bare = Press(), Bare()
    for name, (page, milliseconds) in found.items():
        made = press.render_first(page.candidates)
        html = page.candidates[made.chosen]
        bare.render(html)
        first, warm, plain = [], [], []
        for _turn in range(TURNS):
            first.append(seconds(press.render_first, page.candidates))
            warm.append(seconds(press.render, html))
            plain.append(seconds(bare.render, html))
        print(
            f"{name}: HTML {milliseconds:.0f} ms; {median(warm) / median(plain):.2f} times bare "
            f"WeasyPrint ({median(warm) * 1000:.0f} ms); with the choice of layout "
            f"{median(first) * 1000:.0f} ms; {made.pages} pages, {len(made.pdf) / 1024:.0f} KB"
        )
    press.close()


if __name__ == "__main__":
    main()
