"""What somebody just did on the roster, said where they did it; and lists by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import groupby

from flask import g, session
from flask_babel import gettext as _

from models import Seat, Shift
from rules import notation, roster_lists
from rules.roster_lists import RosterShift
from rules.rostering import FreeSeat
from rules.wall_time import to_local
from views import clock

_KEY = "gezegd"


@dataclass(frozen=True)
class Said:
    """What just happened to a shift, said where it happened.

    done: what was done ('take', 'leave', ...), or empty for a refusal. words: the sentence for it.
    seat_id: the seat that it can be undone for. day: when the shift is, in words.
    """

    shift_id: int
    done: str = ""
    words: str = ""
    seat_id: int | None = None
    day: str = ""
    refusal: str = ""
    nearby: list[FreeSeat] = field(default_factory=list)


@dataclass(frozen=True)
class Day:
    """A day of the roster; ``closed`` is the reason when the house is closed."""

    date: dt.date
    shifts: list[RosterShift]
    closed: str = ""


def say_later(seat: Seat, done: str, *, undo: bool = True) -> None:
    """Let the page that comes next say what was done to a seat."""
    session[_KEY] = [seat.shift_id, done, seat.id if undo else None]


def what_was_said() -> Said | None:
    """What the person did just before this page; said once."""
    if _KEY not in session:
        return None  # Popping nothing would write the cookie anew with each page.
    kept = session.pop(_KEY)
    if not isinstance(kept, list) or len(kept) != 3:
        return None
    shift_id, done, seat_id = kept
    shift = Shift.get_or_none(Shift.id == shift_id)
    if shift is None:
        return None
    return Said(shift_id, done, _words(done), seat_id, notation.long_date(shift.date))


def _words(done: str) -> str:
    return {
        "take": _("Je staat erop."),
        "take_over": _("Je staat erop."),
        "leave": _("Je plek is vrij."),
        "ask_cover": _("We vragen rond. Tot dan is de plek van jou."),
        "keep": _("Fijn, je komt toch."),
        "undo": _("Het is ongedaan gemaakt."),
        "swap": _("Jullie hebben geruild."),
        "ask_swap": _("We vragen het. Tot dan is de plek van jou."),
        "put": _("Staat erop."),
        "free": _("De plek is vrij."),
        "mark": _("Opgeslagen."),
    }.get(done, "")


def by_day(shifts: Iterable[RosterShift]) -> list[Day]:
    """Shifts in order of time, as days."""
    return [Day(day, list(some)) for day, some in groupby(shifts, key=lambda shift: shift.date)]


def just(shift: RosterShift, said: Said | None) -> bool:
    """Whether something was just done to this shift."""
    return said is not None and shift.id == said.shift_id


def with_what_happened(shifts: list[RosterShift], said: Said | None) -> list[RosterShift]:
    """The shift that was just left or filled stays in its list once more, with the way back."""
    if said is None or any(just(shift, said) for shift in shifts):
        return shifts
    again = Shift.get_or_none(Shift.id == said.shift_id)
    if again is None:
        return shifts
    shown = roster_lists.one_shift(again, g.person, clock.now())
    return sorted([*shifts, shown], key=lambda shift: (shift.date, shift.start_time, shift.title))


def moment(instant: dt.datetime) -> str:
    """An instant as day and hour: '26-11-2026, 10.05 uur'."""
    local = to_local(instant)
    return f"{notation.short_date(local.date())}, {notation.clock(local.time())} uur"
