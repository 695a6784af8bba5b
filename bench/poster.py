"""How much the press adds: a warm render through it, against WeasyPrint itself in one process.

    python bench/poster.py

Both render the same HTML with fonts and style sheet reused, in turns, in one run.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

TURNS = 15


def poster_html() -> str:
    """December of Wolfsbos on A4, in the layout that fits."""
    from peewee import SqliteDatabase

    import models
    from documents.month import month_of_house
    from documents.poster import poster_page
    from documents.press import Press
    from tests.print.programme import make_programme

    with tempfile.TemporaryDirectory() as folder:
        database = SqliteDatabase(f"{folder}/bench.sqlite3", pragmas={"foreign_keys": 1})
        models.db.initialize(database)
        database.connect()
        database.create_tables(models.ALL_TABLES)
        house = make_programme()["wolfsbos"]
        page = poster_page(
            month_of_house(house, dt.date(2026, 12, 1)), "a4", "https://buurtbord.example"
        )
        database.close()
    press = Press()
    chosen = press.render_first(page.candidates).chosen
    press.close()
    return page.candidates[chosen]


class Bare:
    """WeasyPrint as its manual says, with FontConfiguration and CSS kept."""

    def __init__(self) -> None:
        # The same fonts as the worker has, and no others.
        self.folder = tempfile.TemporaryDirectory()
        configuration = Path(self.folder.name) / "fonts.conf"
        configuration.write_text(
            '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">'
            f"<fontconfig><cachedir>{self.folder.name}</cachedir></fontconfig>"
        )
        os.environ["FONTCONFIG_FILE"] = str(configuration)
        import weasyprint
        from weasyprint.text.fonts import FontConfiguration

        from documents.press_worker import STYLESHEETS, font_css

        self.weasyprint = weasyprint
        self.fonts = FontConfiguration()
        self.style = weasyprint.CSS(
            string=font_css() + "".join(each.read_text(encoding="utf-8") for each in STYLESHEETS),
            font_config=self.fonts,
        )

    def render(self, html: str) -> bytes:
        pdf: bytes = self.weasyprint.HTML(string=html).write_pdf(
            stylesheets=[self.style], font_config=self.fonts, pdf_variant="pdf/ua-1"
        )
        return pdf


def main() -> None:
    from documents.press import Press

    html = poster_html()
    press, bare = Press(), Bare()
    press.render(html)
    bare.render(html)
    warm, plain = [], []
    for _ in range(TURNS):
        started = time.perf_counter()
        press.render(html)
        warm.append(time.perf_counter() - started)
        started = time.perf_counter()
        bare.render(html)
        plain.append(time.perf_counter() - started)
    press.close()
    print(
        f"poster: {median(warm) / median(plain):.2f} times bare WeasyPrint "
        f"({median(warm) * 1000:.0f} ms against {median(plain) * 1000:.0f} ms; at most 1.15)"
    )


if __name__ == "__main__":
    main()
