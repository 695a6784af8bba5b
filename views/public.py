"""For everybody, without logging in: the houses, what is on today, and a house's programme."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, g, request

from rules import houses, timetable
from rules.wall_time import month_of, week_of
from views import clock
from views.ahead import keep_dates
from views.answers import page
from views.gate import Access, gate, public_house
from views.prints import PUBLIC, later
from views.programme_forms import MonthQuery

bp = Blueprint("public", __name__)


@bp.get("/")
@gate(Access.public)
def index() -> Response:
    return _unless_known(
        page("public/index.html", everywhere=timetable.programme_everywhere(clock.today()))
    )


@bp.get("/h/<huis>/")
@gate(Access.public)
def house(huis: str) -> Response:
    """Today and this week, then the rest of the month; or a whole month when one is asked for."""
    g.house = public_house(huis)
    month = MonthQuery().read()["maand"]
    today = clock.today()
    first, last = month_of(month or today)
    keep_dates(g.house, last)
    sunday = week_of(today)[-1]
    days = timetable.days(g.house, first if month else today, max(last, sunday))
    full = [day for day in days if day.occurrences or day.closed]
    return _unless_known(
        page(
            "public/house.html",
            month=first,
            has_poster=month_of(today)[0] <= first <= later(month_of(today)[0], PUBLIC),
            whole=month is not None,
            day=None if month else days[0],
            week=[] if month else [day for day in full if today < day.date <= sunday],
            rest=full if month else [day for day in full if day.date > sunday],
            before=first - dt.timedelta(days=1),
            after=last + dt.timedelta(days=1),
            hours=houses.hours_said(houses.hours_of(g.house)),
            partners=houses.partners_of(g.house),
        )
    )


def _unless_known(response: Response) -> Response:
    """Send nothing but 304 when the visitor has this very page already."""
    response.add_etag()
    return response.make_conditional(request)
