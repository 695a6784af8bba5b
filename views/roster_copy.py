"""Copying a month of the roster, for coordinators: first what would come, then doing it."""

from __future__ import annotations

import datetime as dt
from contextlib import suppress
from typing import Any

from flask import Blueprint, Response, g, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_babel import ngettext
from peewee import OperationalError
from wtforms import BooleanField, HiddenField, SelectField
from wtforms.validators import Length

from rules import copy_month, notation
from rules.copy_plan import CopyPlan
from rules.wall_time import month_of
from views import clock
from views.ahead import keep_dates
from views.answers import added, page
from views.forms import Form, Once, QueryForm, choices
from views.gate import Access, gate

#: Months back that can be copied, and ahead that can be copied to.
BACK, AHEAD = 12, 3


class CopyQuery(QueryForm):
    """Which month is copied to which, and whether people come along."""

    van = SelectField(_l("Kopieer"))
    naar = SelectField(_l("Naar"))
    mensen = BooleanField(_l("Zet ook de mensen erop"))

    def __init__(self, today: dt.date):
        super().__init__()
        this = month_of(today)[0]
        self.van.choices = _months(this, range(-BACK, AHEAD + 1))
        self.naar.choices = _months(this, range(AHEAD + 1))
        if not self.van.data:
            self.van.data = _written(this)
        if not self.naar.data:
            self.naar.data = _written(_later(this, 1))


class CopyForm(Once, Form):
    """The plan that the person agreed to."""

    gezien = HiddenField(validators=[Length(max=64)])


def add_to(bp: Blueprint) -> None:
    """Put this page in the roster's place."""
    bp.add_url_rule("/kopieer", view_func=copy, methods=["GET", "POST"])


@gate(Access.coordinators)
def copy() -> Response:
    query = CopyQuery(clock.today())
    if not request.args.get("van"):
        return _page(query)
    asked = query.read()
    source, target = (dt.date.fromisoformat(f"{asked[name]}-01") for name in ("van", "naar"))
    if source == target:
        query.naar.errors = [_("Kies een andere maand om naar te kopiëren.")]
        return _page(query, status=422)
    # A page that only shows must not fail because it could not write.
    with suppress(OperationalError):
        keep_dates(g.house, month_of(target)[1])
        copy_month.prepare_copy(g.house, source, target, clock.now())
    form = CopyForm()
    wanted: dict[str, Any] = {"source": source, "target": target, "people": asked["mensen"]}
    if form.sent():
        try:
            return added(form, lambda: _do(form, **wanted))
        except copy_month.CopyChanged as refusal:
            return _page(query, refusal.plan, 409, again=True)
    plan = copy_month.plan_copy(g.house, source, target, clock.now(), people=wanted["people"])
    return _page(query, plan)


def _do(form: CopyForm, source: dt.date, target: dt.date, people: bool) -> tuple[str, str]:
    done = copy_month.copy_month(
        g.house, source, target, g.person, clock.now(), people=people, seen=form.gezien.data
    )
    said = [
        ngettext(
            "Er is %(num)d dienst bij gekomen.",
            "Er zijn %(num)d diensten bij gekomen.",
            len(done.new),
        )
    ]
    if people:
        on = len(done.people)
        said.append(ngettext("%(num)d plek is bezet.", "%(num)d plekken zijn bezet.", on))
    day = done.new[0].date if done.new else max(target, clock.today())
    return url_for(".week", week=notation.iso_week(day)), " ".join(said)


def _page(
    query: CopyQuery, plan: CopyPlan | None = None, status: int = 200, *, again: bool = False
) -> Response:
    return page(
        "roster/copy.html",
        status=status,
        query=query,
        plan=plan,
        form=CopyForm(formdata=None),
        again=again,
    )


def _months(this: dt.date, numbers: range) -> list[Any]:
    months = [_later(this, n) for n in numbers]
    return choices([(_written(month), notation.month(month)) for month in months])


def _later(month: dt.date, n: int) -> dt.date:
    years, months = divmod(month.month - 1 + n, 12)
    return dt.date(month.year + years, months + 1, 1)


def _written(month: dt.date) -> str:
    return f"{month:%Y-%m}"
