"""Dates and shifts are made ahead of time, a little at a time, when somebody looks.

A page that only shows must not fail because it could not write: while the database is locked or
full it shows what is there, and the next look makes the rest.
"""

from __future__ import annotations

import datetime as dt
from contextlib import suppress

from peewee import OperationalError

from models import House
from rules import filling, horizon, openings
from views import clock


def keep_dates(house: House, until: dt.date | None = None) -> None:
    """See to it that a house's activities have their dates; most of the time only a look."""
    with suppress(OperationalError):
        horizon.keep_filled(house, clock.today(), clock.now(), until)


def keep_shifts(house: House) -> None:
    """See to it that there are dates, and shifts on them."""
    keep_dates(house)
    with suppress(OperationalError):
        filling.keep_filled(house, clock.today(), clock.now())


def keep_openings(house: House) -> None:
    """See to it that each past opening is a row; most of the time only a look."""
    with suppress(OperationalError):
        openings.settle(house, clock.today())
