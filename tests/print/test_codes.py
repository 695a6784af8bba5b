"""Every sheet has one code that a phone reads, and it leads to the house that hung it up."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from documents.door_sheet import door_page
from documents.look import STYLES, Look, Style
from documents.press import Press
from documents.renderings import Page
from documents.roster_sheet import roster_page, week_stretch
from documents.tally_sheet import tally_page
from documents.week_sheet import week_page
from models import House
from rules import tally_sheets
from tests.cast import Cast, make_activity, make_occurrence, make_shift
from tests.conftest import NOW, TODAY
from tests.print.codes import codes_of

BASE = "https://buurtbord.huisvandebuurt-hoogeveen.example"


def tally(house: House, look: Look) -> Page:
    made = tally_sheets.make_sheet(house, TODAY, None, NOW, TODAY)
    return tally_page(made, TODAY, BASE, look)


SHEETS: dict[str, tuple[Callable[[House, Look], Page], str]] = {
    "deurbord": (lambda house, look: door_page(house, TODAY, NOW, BASE, look), "/h/wolfsbos/"),
    "weekblad": (lambda house, look: week_page(house, TODAY, BASE, look), "/h/wolfsbos/"),
    "roosterblad": (
        lambda house, look: roster_page(house, week_stretch(TODAY), TODAY, BASE, look),
        "/rooster?huis=wolfsbos&week=2026-W48",
    ),
    "turfblad": (tally, "/tellen/blad/1001"),
}


@pytest.mark.slow
@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", SHEETS)
def test_the_code_of_a_sheet_reads_at_100_dots_per_inch(
    press: Press, cast: Cast, name: str, style: Style
) -> None:
    make_occurrence(make_activity(cast.wolfsbos, "Inloop met koffie"), TODAY)
    make_shift(cast.wolfsbos, TODAY, seats=3)
    page, path = SHEETS[name]
    pdf = press.render_first(page(cast.wolfsbos, Look("nl", style)).candidates).pdf
    read = [code for codes in codes_of(pdf) for code in codes]
    assert set(read) == {BASE + path}
