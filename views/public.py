"""For everybody, without logging in: the houses, what is on today, and a house's programme."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from itertools import chain

from flask import Blueprint, Response, current_app, g, request, url_for
from flask_babel import lazy_gettext as _l
from wtforms import StringField
from wtforms.validators import AnyOf, Optional

from models import ActivityText
from rules import houses, timetable
from rules.timetable import Day
from rules.wall_time import later_month, month_of, week_of
from views import clock, language
from views.ahead import keep_dates
from views.answers import page
from views.event_data import event_data
from views.forms import MonthField, QueryForm
from views.gate import Access, gate, public_house
from views.print_sharing import PUBLIC

bp = Blueprint("public", __name__)
#: The months that an address may name.
FIRST_MONTH, LAST_MONTH = dt.date(2000, 1, 1), dt.date(2100, 12, 1)


class IndexQuery(QueryForm):
    """``?taal=ar``: the language of the page."""

    taal = StringField(
        validators=[
            Optional(),
            AnyOf(
                list(language.LANGUAGES),
                _l("Deze taal kennen we niet. Kies nl, en, ar, uk, pl, tr of ti."),
            ),
        ],
    )


class HouseQuery(IndexQuery):
    """``?maand=2026-12``, too: a whole month."""

    maand = MonthField()


@bp.get("/")
@gate(Access.public)
def index() -> Response:
    IndexQuery().read()
    everywhere = timetable.programme_everywhere(clock.today())
    return _unless_known(
        page(
            "public/index.html",
            everywhere=everywhere,
            languages=language.LANGUAGES,
            texts=_texts(day for _house, day in everywhere),
        )
    )


@bp.get("/h/<huis>/")
@gate(Access.public)
def house(huis: str) -> Response:
    """Today and this week, then the rest of the month; or a whole month when one is asked for."""
    g.house = public_house(huis)
    month = HouseQuery().read()["maand"]
    today = clock.today()
    first, last = month_of(month or today)
    keep_dates(g.house, last)
    sunday = week_of(today)[-1]
    days = timetable.visible_days(g.house, first if month else today, max(last, sunday))
    full = [day for day in days if day.lines or day.closed]
    texts = _texts(full)
    coming = [each for day in days if day.date >= today for each in day.occurrences]
    return _unless_known(
        page(
            "public/house.html",
            month=first,
            has_poster=month_of(today)[0] <= first <= later_month(month_of(today)[0], PUBLIC),
            whole=month is not None,
            day=None if month else days[0],
            week=[] if month else [day for day in full if today < day.date <= sunday],
            rest=full if month else [day for day in full if day.date > sunday],
            before=first - dt.timedelta(days=1) if first > FIRST_MONTH else None,
            after=last + dt.timedelta(days=1) if first < LAST_MONTH else None,
            hours=language.hours_said(houses.hours_of(g.house)),
            partners=houses.partners_of(g.house),
            languages=language.LANGUAGES,
            texts=texts,
            events=event_data(g.house, coming, _address(month), language.chosen(), texts),
        )
    )


def _texts(days: Iterable[Day]) -> dict[int, ActivityText]:
    """What the activities of these days are called in the language of the page, by their id.

    In Dutch that is what they are called anyway: no query; else one.
    """
    if language.chosen() == language.DUTCH:
        return {}
    return timetable.texts_in(language.chosen(), chain.from_iterable(day.lines for day in days))


def _address(month: dt.date | None) -> str:
    """The address of this page, with scheme and host."""
    base = (current_app.config["BASE_URL"] or request.url_root).rstrip("/")
    return base + url_for(".house", huis=g.house.slug, maand=month and f"{month:%Y-%m}")


def _unless_known(response: Response) -> Response:
    """Send nothing but 304 when the visitor has this very page already."""
    response.add_etag()
    return response.make_conditional(request)
