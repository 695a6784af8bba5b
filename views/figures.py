"""Figures: how many visitors a house had, by day and by week."""

from __future__ import annotations

import datetime as dt

from flask import Blueprint, Response, g

from models import Role
from rules import figures, wall_time
from views import clock
from views.answers import page
from views.forms import MonthField, QueryForm
from views.gate import Access, gate

bp = Blueprint("figures", __name__, url_prefix="/cijfers")


class MonthQuery(QueryForm):
    maand = MonthField()


@bp.get("")
@gate(Access.figures)
def index() -> Response:
    today = clock.today()
    first, last = wall_time.month_of(MonthQuery().read()["maand"] or today)
    # Who runs the house sees what was counted; who looks along sees protected numbers.
    exact = g.role == Role.coordinator
    return page(
        "figures/index.html",
        month=first,
        earlier=first - dt.timedelta(days=1),
        later=last + dt.timedelta(days=1),
        figures=figures.visits(g.house, first, last, today, exact=exact),
        exact=exact,
    )
