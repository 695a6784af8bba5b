"""For machines: is the app in good health, and what a phone needs to keep it as an app."""

from __future__ import annotations

import json
from contextlib import suppress

from flask import Blueprint, Response, g, jsonify, make_response, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from peewee import PeeweeException

from models import db
from views import assets
from views.answers import page
from views.gate import Access, gate

bp = Blueprint("machine", __name__)

#: What the pages draw themselves with: kept by the service worker before anybody asks for it.
DRAWN_WITH = (
    "app.css",
    "app.js",
    "count.js",
    "count_more.js",
    "desk.js",
    "papers.js",
    "prints.css",
    "share.js",
    "vendor/htmx.min.js",
    "icons/sprite.svg",
    "icons/buurtbord.svg",
)


@bp.get("/gezond")
@gate(Access.public)
def health() -> Response:
    """200 when the database answers; the 503 of a busy database comes from views/errors.py."""
    db.execute_sql("SELECT 1")
    return jsonify(status="ok")


@bp.after_app_request
def say_whose(response: Response) -> Response:
    """Mark an answer as ours, and say of which log-in it is: 'VERSION 17', or '-' for nobody's.

    The service worker stores nothing without this mark, and one log-in never sees what it stored
    of another. Answers that no gate stood before, and what went wrong with us, carry none.
    """
    if "house" not in g or response.status_code >= 500:
        return response
    with suppress(PeeweeException):  # The page says already that the database is out of reach.
        user = current_user._get_current_object()
        who = user.standing.device.id if user.is_authenticated else "-"
        response.headers["X-Buurtbord"] = f"{assets.version()} {who}"
        if g.house is not None:
            response.headers["X-House"] = g.house.slug
    return response


@bp.get("/sw.js")
@gate(Access.public)
def worker() -> Response:
    """The service worker; another version of the app makes it another file, so it comes anew."""
    files = json.dumps([assets.asset_url(name) for name in DRAWN_WITH])
    script = assets.script("sw.js").replace("@version", assets.version())
    response = make_response(script.replace('["@files"]', files))
    response.mimetype = "text/javascript"
    response.headers["Service-Worker-Allowed"] = request.script_root + "/"
    return _asked_each_time(response)


@bp.get("/manifest.webmanifest")
@gate(Access.public)
def manifest() -> Response:
    """How a phone shows Buurtbord as an app."""

    def icon(name: str, size: int, purpose: str = "any") -> dict[str, str]:
        return {
            "src": assets.asset_url(f"icons/{name}.png"),
            "sizes": f"{size}x{size}",
            "type": "image/png",
            "purpose": purpose,
        }

    front = url_for("public.index")
    response = make_response(
        json.dumps(
            {
                "id": front,
                "name": "Buurtbord",
                "short_name": "Buurtbord",
                "lang": "nl",
                "dir": "ltr",
                "start_url": url_for("today.index"),
                "scope": front,
                "display": "standalone",
                "background_color": "#fffdf8",
                "theme_color": "#0b5d5e",
                "icons": [
                    icon("app-192", 192),
                    icon("app-512", 512),
                    icon("app-maskable-512", 512, "maskable"),
                ],
                "shortcuts": [
                    {
                        "name": _("Tellen"),
                        "url": url_for("counting.counter"),
                        "icons": [icon("app-192", 192)],
                    }
                ],
            }
        )
    )
    response.mimetype = "application/manifest+json"
    return _asked_each_time(response)


@bp.get("/zonder-internet")
@gate(Access.public)
def offline() -> Response:
    """What the service worker shows when there is no internet and no page to show."""
    standing = current_user.standing if current_user.is_authenticated else None
    helps = standing and any(standing.may(Access.helpers, house) for house in standing.houses)
    return page("errors/offline.html", helps=helps)


def _asked_each_time(response: Response) -> Response:
    """It may be stored, but not be used without asking."""
    response.headers["Cache-Control"] = "no-cache"
    response.add_etag()
    return response.make_conditional(request)
