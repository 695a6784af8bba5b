"""The programme of a house: what is on, and its activities, as they are read."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Blueprint, Response, abort, g
from flask_babel import gettext as _

from models import Activity, Occurrence, Role
from rules import activity_lists, holiday_proposals, timetable
from rules.activity_words import coming_in_words
from rules.notation import day_and_month, span
from rules.rule_words import in_words
from rules.wall_time import month_of, week_of
from views import clock
from views.activity_forms import StopForm
from views.ahead import keep_dates
from views.answers import page
from views.gate import Access, gate
from views.programme_forms import CATEGORIES, CancelForm, ExtraDateForm, ProgrammeQuery

bp = Blueprint("programme", __name__, url_prefix="/programma")
#: How many of an activity's coming dates its page shows.
NEXT_DATES = 8


@bp.record_once
def register(state: object) -> None:
    app = state.app  # type: ignore[attr-defined]
    app.add_template_filter(said)
    app.add_template_filter(category_name)


def said(activity: Activity) -> str:
    """When an activity is, in words; of a rule that holds later, from when."""
    words = in_words(activity.rule, activity.first_date)
    since = activity.rule_since
    if since is None or since <= clock.today():
        return words
    return _("%(words)s, vanaf %(day)s", words=words, day=day_and_month(since))


def hours_said(activity: Activity, dates: list[Occurrence]) -> list[str]:
    """The hours of the coming dates, and from when on there are others."""
    usual, since = span(activity.start_time, activity.end_time), activity.hours_since
    before = [each for each in dates if since and each.original_date < since]
    if not before or since is None or since <= clock.today():
        return [_("%(span)s uur", span=usual)]
    now = span(before[0].start_time, before[0].end_time)
    return [
        _("%(span)s uur", span=now),
        _("%(span)s uur, vanaf %(day)s", span=usual, day=day_and_month(since)),
    ]


def category_name(category: str) -> str:
    """The word that stands for a category's pictogram."""
    return str(dict(CATEGORIES)[category])


@bp.get("")
@gate(Access.member)
def index() -> Response:
    asked = ProgrammeQuery().read()
    today, house = clock.today(), g.house
    first, last = today, today + dt.timedelta(days=6)
    before, after = first, last + dt.timedelta(days=1)
    if asked["maand"] is not None:
        first, last = month_of(asked["maand"])
    elif asked["week"] is not None:
        first, *_between, last = week_of(asked["week"])
    if asked["maand"] or asked["week"]:
        before, after = first - dt.timedelta(days=1), last + dt.timedelta(days=1)
    keep_dates(house, last)
    # Who only looks along sees what everybody may see.
    hidden = g.role != Role.viewer
    days = timetable.days(house, first, last, hidden=hidden)
    return page(
        "programme/index.html",
        days=[day for day in days if day.occurrences or day.closed or day.asks],
        month=asked["maand"],
        week=asked["week"],
        before=before,
        after=after,
        activities=activity_lists.activities_of(house, today, hidden=hidden),
        asked=holiday_proposals.asked_soon(house, today) if g.role == Role.coordinator else [],
    )


@bp.get("/activiteit/<id:row_id>")
@gate(Access.member, row=Activity)
def activity(row: Activity) -> Response:
    if g.role == Role.viewer and (not row.published or row.archived_at is not None):
        abort(404)
    return activity_page(row)


@bp.get("/oud")
@gate(Access.coordinators)
def old() -> Response:
    """What is over or put away: to look back, to copy, to take out again."""
    return page(
        "programme/old.html", activities=activity_lists.old_activities(g.house, clock.today())
    )


def activity_page(row: Activity, status: int = 200, **forms: Any) -> Response:
    """The page of an activity; ``forms`` are those that came back with errors."""
    keep_dates(row.house)
    empty = {
        "form": CancelForm(formdata=None),
        "extra": ExtraDateForm(formdata=None),
        "stop": StopForm(formdata=None),
        "back": None,
    }
    dates = timetable.coming_dates(row, clock.today(), NEXT_DATES)
    spoken = coming_in_words(row, clock.today())
    # A series that is over, or of which all is off, is said by its rule.
    held = spoken.rules or spoken.listed or spoken.moved
    return page(
        "programme/activity.html",
        status=status,
        activity=row,
        dates=dates,
        hours=hours_said(row, dates),
        when=spoken.pieces if held else [said(row), *spoken.pieces],
        title=_("Activiteit"),
        **{**empty, **forms},
    )
