"""Somebody's own shifts for their calendar app: it asks every few hours, with a key."""

from __future__ import annotations

import re
from contextlib import suppress

from flask import Blueprint, Response, current_app, make_response, request
from flask_babel import gettext as _
from peewee import OperationalError

from documents.my_feed import my_feed
from rules import calendar_keys
from views import clock
from views.gate import Access, gate

bp = Blueprint("roster_feed", __name__, url_prefix="/rooster")
#: 128 bits as they stand in an address.
_KEY = re.compile(r"[A-Za-z0-9_-]{22}")


@bp.get("/mijn.ics")
@gate(Access.public)
def mine() -> Response:
    """The feed of a key; 304 when the app has this very one. Whatever is wrong with a key, the
    answer is the same."""
    given = request.args.get("sleutel", "")
    key = calendar_keys.opened_by(given) if _KEY.fullmatch(given) else None
    if key is None:
        unknown = make_response(_("Deze agenda is er niet (meer)."), 404)
        unknown.headers["Content-Type"] = "text/plain; charset=utf-8"
        return unknown
    with suppress(OperationalError):  # Whoever only looks may, while nobody can write.
        calendar_keys.used(key, clock.now())
    base = (current_app.config["BASE_URL"] or request.url_root).rstrip("/")
    response = make_response(my_feed(key, base, clock.today()))
    response.headers["Content-Type"] = "text/calendar; charset=utf-8"
    response.headers["Content-Disposition"] = 'inline; filename="mijn-diensten.ics"'
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag()
    return response.make_conditional(request)
