"""A month of a house that exists nowhere but in a test."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from documents.month import MonthOfHouse, Series
from rules.month_words import Spoken


def month_with(
    spoken: Spoken, closed: Sequence[dt.date] = (), title: str = "Samen lezen"
) -> MonthOfHouse:
    """December 2026 with one activity, of which this is said."""
    series = Series(
        title=title,
        summary="",
        category="meet",
        cost_cents=0,
        cost_note="",
        audience="",
        room="",
        sign_up=False,
        highlighted=False,
        spoken=spoken,
    )
    return MonthOfHouse(
        slug="wolfsbos",
        name="Wolfsbos",
        tagline="",
        phone="0528123456",
        address="Straat 1",
        first=dt.date(2026, 12, 1),
        last=dt.date(2026, 12, 31),
        series=(series,),
        closed=tuple(closed),
        hours={},
        partners=(),
    )
