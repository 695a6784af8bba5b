"""The roster: by day, mine, and one shift. What is done with it stands in the modules below."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from itertools import groupby
from typing import Any

from flask import Blueprint, Response, g, url_for

from models import Shift
from rules import double_booked, for_another, notation, places, roster_lists
from rules.closed_days import closed_days
from rules.shift_history import history_of
from rules.wall_time import day_of, week_of
from views import (
    clock,
    roster_buttons,
    roster_cannot,
    roster_copy,
    roster_for,
    roster_gaps,
    roster_hours,
    roster_mine,
    roster_patterns,
    roster_shifts,
)
from views.ahead import keep_shifts
from views.answers import page
from views.doubles import is_elsewhere, would_be_elsewhere
from views.gate import Access, gate
from views.roster_forms import WeekQuery, pattern_words, rotation_words, skill_words
from views.roster_history import history_role, history_words
from views.roster_lines import shift_line
from views.roster_said import (
    Day,
    moment,
    what_was_said,
)

bp = Blueprint("roster", __name__, url_prefix="/rooster")


@bp.record_once
def register(state: Any) -> None:
    state.app.add_template_global(shift_line)
    state.app.jinja_env.filters.update(
        day_month=notation.day_and_month,
        local_date=day_of,
        pattern_words=pattern_words,
        rotation_words=rotation_words,
        skill_words=skill_words,
        moment=moment,
        history_words=history_words,
        history_role=history_role,
        is_elsewhere=is_elsewhere,
        would_be_elsewhere=would_be_elsewhere,
        wall=lru_cache(maxsize=2000)(notation.clock),
    )


@bp.get("")
@gate(Access.helpers)
def week() -> Response:
    asked: dt.date | None = WeekQuery().read()["week"]
    keep_shifts(g.house)
    today = clock.today()
    # On Friday evening and in the weekend people want to see the week that comes.
    days = week_of(asked or roster_lists.next_day(g.house, clock.now()))
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
        mine=[shift for shift in shifts if shift.mine and not shift.over and not shift.cancelled],
        here=url_for(".week", week=None if this_week else notation.iso_week(days[0])),
        before=notation.iso_week(days[0] - dt.timedelta(days=7)),
        after=notation.iso_week(days[0] + dt.timedelta(days=7)),
        shown={shift.id for shift in shifts},
        said=what_was_said(),
    )


@bp.get("/dienst/<id:row_id>")
@gate(Access.helpers, row=Shift)
def shift(row: Shift) -> Response:
    now = clock.now()
    acts = for_another.may_act_for(g.person, row, now)
    coordinates = for_another.coordinates(g.person, row.house_id)
    return page(
        "roster/shift.html",
        "lijst",
        shift=roster_lists.one_shift(row, g.person, now),
        people=places.places_of(row) if acts else [],
        doubles=double_booked.doubles_on([row]) if acts else [],
        history=history_of(row) if coordinates else [],
        acts=acts,
        coordinates=coordinates,
        may_mark=acts and for_another.may_mark(row, now),
        here=url_for(".shift", row_id=row.id),
        said=what_was_said(),
    )


for module in (
    roster_buttons,
    roster_cannot,
    roster_for,
    roster_gaps,
    roster_hours,
    roster_mine,
    roster_patterns,
    roster_shifts,
    roster_copy,
):
    module.add_to(bp)
