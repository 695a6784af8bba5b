"""The programme of a house for calendar apps: they ask every few hours, without logging in."""

from __future__ import annotations

import re

from flask import Blueprint, Response, abort, current_app, make_response, request
from flask_babel import gettext as _
from wtforms import Field

from documents.feed import calendar_feed, published_activity
from views import clock
from views.ahead import keep_dates
from views.forms import QueryForm
from views.gate import Access, gate, public_house

bp = Blueprint("feed", __name__)


class ActivityField(Field):
    """The id of an activity in an address; None when it is not there."""

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = None
        if valuelist and valuelist[0]:
            if not re.fullmatch(r"[0-9]{1,9}", valuelist[0], re.ASCII):
                raise ValueError(_("Deze activiteit kennen we niet."))
            self.data = int(valuelist[0])


class FeedQuery(QueryForm):
    """The whole programme, or one activity: ``?activiteit=12``."""

    activiteit = ActivityField()


@bp.get("/h/<huis>/programma.ics")
@gate(Access.public)
def programme(huis: str) -> Response:
    """The feed of a house or of one activity; 304 when the app has this very one."""
    house = public_house(huis)
    asked = FeedQuery().read()["activiteit"]
    activity = None if asked is None else published_activity(house, asked)
    if asked is not None and activity is None:
        abort(404)
    keep_dates(house)
    base = (current_app.config["BASE_URL"] or request.url_root).rstrip("/")
    response = make_response(calendar_feed(house, base, clock.today(), activity))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = f'inline; filename="{house.slug}.ics"'
    response.add_etag()
    return response.make_conditional(request)
