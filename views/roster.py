"""The roster: by day, mine, what is open; taking a seat, leaving it, cover."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, g, request, session, url_for
from flask_babel import gettext as _
from flask_login import current_user

from models import Person, Place, Role, Seat, Shift
from rules import Refused, filling, notation, roster_lists, rostering
from rules.closed_days import closed_days
from rules.roster_lists import RosterShift
from rules.rostering import FreeSeat, SeatTaken
from rules.wall_time import day_of, week_of
from views import clock, roster_patterns
from views.ahead import keep_shifts
from views.answers import back_to, page, safe_next, wants_block
from views.gate import Access, gate
from views.refusals import status_and_sentence
from views.roster_forms import WeekQuery, pattern_words, rotation_words, skill_words

bp = Blueprint("roster", __name__, url_prefix="/rooster")


@bp.record_once
def register(state: Any) -> None:
    state.app.jinja_env.filters.update(
        day_month=notation.day_and_month,
        local_date=day_of,
        pattern_words=pattern_words,
        rotation_words=rotation_words,
        skill_words=skill_words,
    )


SAID = "gezegd"
Verb = Callable[[Seat, Person, dt.datetime], Place]


@dataclass(frozen=True)
class Said:
    """What just happened to a shift, said where it happened."""

    shift_id: int
    #: The button that was tapped ('take', 'leave', ...), or empty for a refusal.
    done: str = ""
    refusal: str = ""
    nearby: list[FreeSeat] = field(default_factory=list)


@dataclass(frozen=True)
class Day:
    """A day of the roster; ``closed`` is the reason when the house is closed."""

    date: dt.date
    shifts: list[RosterShift]
    closed: str = ""


# -- lists ----------------------------------------------------------------------------------------


@bp.get("")
@gate(Access.helpers)
def week() -> Response:
    asked: dt.date | None = WeekQuery().read()["week"]
    keep_shifts(g.house)
    today = clock.today()
    # On Friday evening and in the weekend people want to see the week that comes.
    days = week_of(asked or roster_lists.next_day(g.house, today))
    shifts = roster_lists.shifts_between(g.house, g.person, days[0], days[-1], clock.now())
    closed = closed_days(g.house, days[0], days[-1])
    of_day = {day: list(some) for day, some in groupby(shifts, key=lambda shift: shift.date)}
    listed = [
        Day(day, of_day.get(day, []), closed.get(day, ""))
        for day in days
        if day in of_day or day in closed
    ]
    this_week = today in days
    return page(
        "roster/week.html",
        "lijst",
        earlier=[day for day in listed if this_week and day.date < today],
        days=[day for day in listed if not (this_week and day.date < today)],
        monday=days[0],
        sunday=days[-1],
        this_week=this_week,
        wanted=sum(shift.wanted for shift in shifts),
        here=url_for(".week", week=None if this_week else notation.iso_week(days[0])),
        before=notation.iso_week(days[0] - dt.timedelta(days=7)),
        after=notation.iso_week(days[0] + dt.timedelta(days=7)),
        said=what_was_said(),
    )


@bp.get("/mijn")
@gate(Access.helpers)
def mine() -> Response:
    said = what_was_said()
    shifts = roster_lists.my_shifts(g.person, clock.now())
    return page(
        "roster/mine.html",
        "lijst",
        days=by_day(_with_what_happened(shifts, said)),
        places={house.id: house.name for house in current_user.standing.houses},
        here=url_for(".mine"),
        said=said,
    )


@bp.get("/open", endpoint="open")
@gate(Access.helpers)
def open_seats() -> Response:
    keep_shifts(g.house)
    today = clock.today()
    said = what_was_said()
    shifts = roster_lists.open_seats(g.house, g.person, today, today + filling.AHEAD, clock.now())
    mine = [shift for shift in shifts if shift.offered]
    return page(
        "roster/open.html",
        "lijst",
        days=by_day(_with_what_happened(mine, said)),
        others=by_day([shift for shift in shifts if not shift.offered and not _just(shift, said)]),
        here=url_for(".open"),
        said=said,
    )


@bp.get("/dienst/<id:row_id>")
@gate(Access.helpers, row=Shift)
def shift(row: Shift) -> Response:
    return _shift_page(row, what_was_said())


# -- the four buttons -----------------------------------------------------------------------------


@bp.post("/plek/<id:row_id>/aanmelden")
@gate(Access.helpers, row=Seat)
def take(row: Seat) -> Response:
    return _do(rostering.take_seat, row)


@bp.post("/plek/<id:row_id>/afmelden")
@gate(Access.helpers, row=Seat)
def leave(row: Seat) -> Response:
    return _do(rostering.leave_seat, row)


@bp.post("/plek/<id:row_id>/vervanging")
@gate(Access.helpers, row=Seat)
def ask_cover(row: Seat) -> Response:
    return _do(rostering.ask_cover, row)


@bp.post("/plek/<id:row_id>/overnemen")
@gate(Access.helpers, row=Seat)
def take_over(row: Seat) -> Response:
    return _do(rostering.take_over, row)


@bp.post("/plek/<id:row_id>/vrijmaken")
@gate(Access.coordinators, row=Seat)
def free(row: Seat) -> Response:
    """A coordinator frees the seat of somebody who is ill, or has left the house."""
    rostering.free_seat(row, g.person, clock.now())
    return back_to(url_for(".shift", row_id=row.shift_id), _("De plek is vrij."))


def _do(verb: Verb, seat: Seat) -> Response:
    """One button: back to the list where it was tapped, or the reason why not, in its place."""
    try:
        verb(seat, g.person, clock.now())
    except Refused as refusal:
        return _refused(seat, refusal)
    session[SAID] = [seat.shift_id, str(request.endpoint).removeprefix("roster.")]
    here = _came_from(seat.shift)
    return back_to(f"{here.partition('#')[0]}#dienst-{seat.shift_id}")


def _refused(seat: Seat, refusal: Refused) -> Response:
    status, sentence = status_and_sentence(refusal)
    nearby = refusal.nearby if isinstance(refusal, SeatTaken) else []
    said = Said(seat.shift_id, refusal=sentence, nearby=nearby)
    response = _shift_page(seat.shift, said, status)
    if wants_block():
        # Only this shift changes in whatever list it stands.
        response.headers["HX-Retarget"] = f"#dienst-{seat.shift_id}"
    return response


# -- shared with /vandaag -------------------------------------------------------------------------


def what_was_said() -> Said | None:
    """What the person did just before this page; said once."""
    said = session.pop(SAID, None)
    return Said(said[0], done=said[1]) if said else None


def by_day(shifts: list[RosterShift]) -> list[Day]:
    """Shifts in order of time, as days."""
    return [Day(day, list(some)) for day, some in groupby(shifts, key=lambda shift: shift.date)]


def _just(shift: RosterShift, said: Said | None) -> bool:
    return said is not None and shift.id == said.shift_id


def _with_what_happened(shifts: list[RosterShift], said: Said | None) -> list[RosterShift]:
    """The shift that was just left or filled stays in its list once more, with the way back."""
    if said is None or any(_just(shift, said) for shift in shifts):
        return shifts
    again = Shift.get_or_none(Shift.id == said.shift_id)
    if again is None:
        return shifts
    shown = roster_lists.one_shift(again, g.person, clock.now())
    return sorted([*shifts, shown], key=lambda shift: (shift.date, shift.start_time, shift.title))


def _shift_page(row: Shift, said: Said | None, status: int = 200) -> Response:
    """One shift: the page, or for a refusal only its line in a list."""
    shown = roster_lists.one_shift(row, g.person, clock.now())
    coordinates = g.role == Role.coordinator
    return page(
        "roster/shift.html",
        "dienst" if said and said.refusal else "lijst",
        status,
        shift=shown,
        history=roster_lists.history(row) if coordinates else [],
        here=url_for(".shift", row_id=row.id) if request.method == "GET" else _came_from(row),
        said=said,
    )


def _came_from(row: Shift) -> str:
    return safe_next(url_for(".week", week=notation.iso_week(row.date)))


roster_patterns.add_to(bp)
