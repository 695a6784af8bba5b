"""Home after logging in: may we open, who is on, what is on, my next shift, the counter."""

from __future__ import annotations

from flask import Blueprint, Response, g, url_for
from flask_login import current_user

from models import Role
from rules import (
    first_steps,
    messages,
    opening_answers,
    opening_up,
    roster_lists,
    swapping,
    timetable,
)
from views import clock, counting
from views.ahead import keep_openings, keep_shifts
from views.answers import page
from views.gate import Access, gate
from views.roster_said import what_was_said

bp = Blueprint("today", __name__)


@bp.get("/vandaag")
@gate(Access.signed_in)
def index() -> Response:
    today = clock.today()
    if g.house is None:
        return page("today/no_house.html")
    if g.role == Role.viewer:
        return page("today/viewer.html", day=timetable.day_programme(g.house, today))
    keep_shifts(g.house)
    now = clock.now()
    steps, forgotten = None, 0
    # Who fills the gaps sees the week that comes as well.
    days = opening_up.week_ahead(g.house, today, 8 if g.role == Role.coordinator else 1)
    if g.role == Role.coordinator:
        steps = first_steps.first_steps(g.house, g.person, today)
        keep_openings(g.house)
        forgotten = opening_answers.how_many_forgotten(g.house, today)
    every = roster_lists.shifts_between(g.house, g.person, today, today, now)
    shifts = [shift for shift in every if not shift.over]
    response = page(
        "today/index.html",
        "lijst",
        news=messages.news_for(g.person, now),
        check=days.pop(today),
        week=days if any(each.openings for each in days.values()) else None,
        counter=counting.card(g.house, g.person, here=url_for(".index")),
        day=timetable.day_programme(g.house, today),
        shifts=shifts,
        shown={shift.id for shift in shifts},
        asked=swapping.requests_to(g.person, now),
        next_shift=roster_lists.next_shift(g.person, now),
        places={house.id: house.name for house in current_user.standing.houses},
        steps=steps if steps and not steps.done else None,
        forgotten=forgotten,
        here=url_for(".index"),
        said=what_was_said(),
    )
    # A page from the browser's memory would offer the id of a tap that was counted already.
    response.headers["Cache-Control"] = "no-store"
    return response
